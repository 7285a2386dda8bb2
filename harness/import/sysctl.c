// SPDX-License-Identifier: GPL-2.0-or-later
/* sysctl.c - the kernel settings of a router that is Linux: does it forward at all? */
#include "import/sysctl.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "model/site.h"

#define LINE_MAX_ 512 /* longer lines are no setting of ours */

/* Each turns all of IPv4 forwarding on or off. */
static const char *const forwarding_keys[] = { "net.ipv4.ip_forward",
					       "net.ipv4.conf.all.forwarding" };

/* Keys that change what a tunnel's packets meet, and that no node is given. */
static const struct {
	const char *end;
	const char *harmless[2]; /* values; 2 of rp_filter wants a route, any */
} others[] = {
	{ ".rp_filter", { "0", "2" } },
	{ ".disable_xfrm", { "0", "0" } },
	{ ".disable_policy", { "0", "0" } },
};

bool sysctl_is(const char *name)
{
	return str_ends(name, "sysctl.conf") ||
	       (strstr(name, "sysctl.d/") && str_ends(name, ".conf"));
}

/* "net/ipv4/ip_forward" is the same key; a '-' before it only silences errors. */
static char *key_of(char *text)
{
	char *key = str_trim(text);

	key += *key == '-';
	for (char *c = key; *c; c++)
		if (*c == '/')
			*c = '.';
	return key;
}

static void take_other(struct site *site, const char *key, const char *value,
		       struct origin at)
{
	for (size_t i = 0; str_starts(key, "net.ipv4.conf.") && i < ARRAY_SIZE(others);
	     i++)
		if (str_ends(key, others[i].end) &&
		    !str_equal(value, others[i].harmless[0]) &&
		    !str_equal(value, others[i].harmless[1]))
			site_unrehearsed(site, NULL, ASPECT_WAY, at,
					 arena_strdup(site->arena, key));
}

/* sysctl.conf is read after the files of sysctl.d, on OpenWrt and on Debian. */
static bool is_later_file(const char *name, const struct flag *flag)
{
	return !flag->is_set || str_ends(name, "sysctl.conf") ||
	       !str_ends(flag->at.file, "sysctl.conf");
}

static void take_line(struct site *site, char *line, struct origin at)
{
	char *value = strchr(line, '=');
	const char *key;

	if (!value)
		return;
	*value++ = '\0';
	key = key_of(line);
	value = str_trim(value);
	for (size_t i = 0; i < ARRAY_SIZE(forwarding_keys); i++)
		if (str_equal(key, forwarding_keys[i]) &&
		    is_later_file(at.file, &site->forwarding))
			site->forwarding =
				(struct flag){ true, !str_equal(value, "0"), at };
	take_other(site, key, value, at);
}

void sysctl_read(struct site *site, const char *name, const char *text)
{
	struct origin at = { .file = name };

	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[LINE_MAX_];

		at.line++;
		if (length < sizeof(line) && text[0] != '#' && text[0] != ';') {
			memcpy(line, text, length);
			line[length] = '\0';
			take_line(site, line, at);
		}
		text += length + (text[length] == '\n');
	}
}
