// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_touch.c - ScreenOS commands that are known, but not rehearsed */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"
#include "import/words.h"
#include "model/aspect.h"

/*
 * The words that follow `set`; "*" is any one word, a name. A listing has an empty
 * `set crypto-policy`, whose restrictions stand in its context. Of a virtual router they may
 * as well stand in its context, without the first two words.
 */
static const struct touch {
	const char *path;
	unsigned int aspects;
	const char *inert; /* with this word next it is as if not written; or NULL */
} touches[] = {
	{ "crypto-policy *", ASPECT_IKE | ASPECT_AUTH | ASPECT_SELECTORS, NULL },
	{ "vpn-group", ASPECT_SELECTORS | ASPECT_WAY | ASPECT_LIFE, NULL },
	{ "vsys", ASPECT_IKE | ASPECT_SELECTORS | ASPECT_WAY | ASPECT_NAT, NULL },
	{ "route source", ASPECT_WAY, NULL },
	{ "route in-interface", ASPECT_WAY, NULL },
	{ "flow reverse-route clear-text", ASPECT_WAY, "prefer" },
	{ "flow reverse-route tunnel", ASPECT_WAY, "always" },
	{ "traffic-shaping mode on", ASPECT_THROUGHPUT, NULL },
	{ "zone * pbr", ASPECT_WAY, NULL },
	{ "interface * pbr", ASPECT_WAY, NULL },
	{ "interface * nhtb", ASPECT_WAY, NULL },
	{ "interface * tunnel encap", ASPECT_SELECTORS | ASPECT_WAY, NULL },
	{ "interface * ext", ASPECT_NAT, NULL },
	{ "interface * shutdown", ASPECT_IKE | ASPECT_WAY, NULL },
	/* "pbr policy NAME …" only says what one is; it works where it is bound. */
	{ "vrouter * pbr", ASPECT_WAY, "policy" },
	{ "vrouter * route source", ASPECT_WAY, NULL },
	{ "vrouter * route in-interface", ASPECT_WAY, NULL },
	{ "vrouter * add-default-route", ASPECT_WAY, NULL },
	{ "vrouter * source-routing", ASPECT_WAY, NULL },
	{ "vrouter * sibr-routing", ASPECT_WAY, NULL },
	{ "vrouter * route-lookup", ASPECT_WAY, NULL },
	{ "vrouter * export-to", ASPECT_WAY, NULL },
	{ "vrouter * import-from", ASPECT_WAY, NULL },
};

#define VROUTER "vrouter * "

/* The path behind its first word, when that is the command; else NULL. */
static const char *path_of(const char *path, const char *command)
{
	size_t length = strcspn(path, " ");

	if (!command)
		return str_starts(path, VROUTER) ? path + strlen(VROUTER) : NULL;
	if (strlen(command) != length || strncasecmp(command, path, length) != 0)
		return NULL;
	return path + length + (path[length] == ' ');
}

static bool path_matches(struct args args, const char *path, const char *inert)
{
	while (*path) {
		const char *word = args_take(&args);
		size_t length = strcspn(path, " ");

		if (!word || (*path != '*' && (strlen(word) != length ||
					       strncasecmp(word, path, length) != 0)))
			return false;
		path += length + (path[length] == ' ');
	}
	return !inert || !args_is(&args, inert);
}

/* "zone Trust pbr": the path, with the words that stand for its '*'. */
static const char *written(struct reader *reader, const char *path, struct args args)
{
	_cleanup_buf_ struct buf text = { 0 };

	while (*path) {
		size_t length = strcspn(path, " ");
		const char *word = args_take(&args);

		if (*path == '*' && word)
			buf_printf(&text, " %.60s", word);
		else
			buf_printf(&text, " %.*s", (int)length, path);
		path += length + (path[length] == ' ');
	}
	return arena_strdup(reader->arena, buf_text(&text));
}

void sos_touch(struct reader *reader, const char *command, const struct args *args)
{
	for (size_t i = 0; !reader->is_unset && i < ARRAY_SIZE(touches); i++) {
		const char *path = path_of(touches[i].path, command);

		if (path && path_matches(*args, path, touches[i].inert))
			site_unrehearsed(reader->site, NULL, touches[i].aspects,
					 reader->at,
					 arena_printf(reader->arena, "%.*s%s",
						      (int)strcspn(touches[i].path, " "),
						      touches[i].path,
						      written(reader, path, *args)));
	}
}

/* Does it take part in forwarding at all? */
static bool is_routed(const struct sos_interface *interface)
{
	static const char *const others[] = { "MGT", "HA", "Null", "Self", NULL };

	for (size_t i = 0; interface->zone && others[i]; i++)
		if (str_equal(interface->zone->name, others[i]))
			return false;
	return interface->zone && !interface->is_disabled &&
	       (interface->addresses.count || interface->is_dynamic ||
		str_starts(interface->name, "tunnel."));
}

void sos_vrouters_touch(struct reader *reader)
{
	const struct sos_zone *first = NULL;

	for (const struct sos_interface *i = reader->interfaces; i; i = i->next) {
		const struct sos_zone *zone = i->zone;

		if (!is_routed(i))
			continue;
		if (!first) {
			first = zone;
			continue;
		}
		if (str_equal_nocase(sos_zone_vrouter(first), sos_zone_vrouter(zone)))
			continue;
		if (str_equal_nocase(sos_zone_vrouter(zone), "trust-vr"))
			zone = first;
		site_unrehearsed(reader->site, NULL, ASPECT_WAY, zone->vrouter.at,
				 arena_printf(reader->arena, "zone %s in vrouter %s",
					      zone->name, zone->vrouter.s));
		return;
	}
}

void screenos_touch_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(touches); i++)
		import_words_add(words, (struct import_word){
						.device = "ScreenOS",
						.place = "set",
						.word = touches[i].path,
						.aspects = touches[i].aspects,
						.inert = touches[i].inert,
					});
}
