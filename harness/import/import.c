// SPDX-License-Identifier: GPL-2.0-or-later
/* import.c - one device's files as a site, and what is said of all of them */
#include "import/import.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/wish.h"
#include "import/foreign.h"
#include "import/unrehearsed.h"
#include "import/updown.h"
#include "text/tree.h"

/* "203.0.113.X", "40.x.x.x", "1.2.3.***": somebody hid it before giving the file away. */
static bool is_masked_address(const char *name)
{
	unsigned int parts = 1;
	bool has_mask = false;

	for (; *name; name++) {
		if (*name == '.')
			parts++;
		else if (strchr("xX*#?", *name))
			has_mask = true;
		else if (*name < '0' || *name > '9')
			return false;
	}
	return has_mask && parts == 4;
}

static void remark_masked(struct site *site, const struct tunnel *tunnel,
			  const struct endpoint *endpoint, const char *whose)
{
	if (endpoint->kind == ENDPOINT_NAME && endpoint->name &&
	    is_masked_address(endpoint->name))
		site_remark(
			site, REMARK_INVALID, endpoint->at,
			"tunnel '%s': %s address '%s' has hidden digits: write the real "
			"one, or any documentation address in the files of both ends",
			tunnel->name, whose, endpoint->name);
}

/*
 * "********", "xxxxxxxx", "<removed>", "$$$$…": somebody, or the device itself, put it in
 * the place of the key. The length is no proof of anything either.
 */
static bool is_masked_secret(const struct secret *secret)
{
	static const char *const words[] = { "<removed>",   "<secret>",	  "<psk>",
					     "removed",	    "REMOVED",	  "<REMOVED>",
					     "SECRET-DATA", "<scrubbed>", "<SCRUBBED>",
					     "<hidden>",    "HIDDEN",	  "[redacted]",
					     "REDACTED",    "redacted",	  "<PSK>" };
	const char *bytes = (const char *)secret->bytes;
	size_t same = 1;

	if (!secret->is_readable || secret->length < 3)
		return false;
	if (secret->length >= strlen(WISH_MARK) &&
	    !memcmp(bytes, WISH_MARK, strlen(WISH_MARK)))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == secret->length &&
		    !memcmp(words[i], bytes, secret->length))
			return true;
	if (secret->length > 4 && !memcmp(bytes, "$$$$", 4))
		return true;
	while (same < secret->length && bytes[same] == bytes[0])
		same++;
	return same == secret->length && strchr("*xX#.?", bytes[0]);
}

static void remark_masked_secrets(struct site *site)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (!is_masked_secret(&tunnel->psk))
			continue;
		tunnel->psk.is_readable = false;
		site_remark(
			site, REMARK_ASSUMED, tunnel->psk.at,
			"tunnel '%s': the key was taken out of the file: it cannot be "
			"compared with the peer's (`psk:` in scenario.yml gives it)",
			tunnel->name);
	}
}

static void remark_masked_addresses(struct site *site)
{
	vec_foreach (tunnel, &site->tunnels) {
		remark_masked(site, tunnel, &tunnel->local, "the own");
		vec_foreach (remote, &tunnel->remotes)
			remark_masked(site, tunnel, remote, "the peer's");
	}
}

/* Of a device with one reading it is a note: "FRITZ!OS 7.50", "6.3.0r21", "12.1X46". */
static int name_firmware(struct site *site, const struct import_options *options,
			 struct err *err)
{
	const char *firmware = options ? options->firmware : NULL;
	const char *example = device_of(site->kind)->release_example;

	if (!firmware || device_of(site->kind)->releases)
		return 0;
	if (!firmware[strcspn(firmware, "0123456789")])
		return err_set(err, EINVAL,
			       "%s: '%.60s' is no release of a %s: such as %s",
			       site->name, firmware, device_of(site->kind)->name,
			       example ? example : "1.0");
	site->firmware = arena_strdup(site->arena, firmware);
	return 0;
}

struct import_options import_options_of(const char *firmware)
{
	const bool is_documented = str_equal(firmware, "documented");

	return (struct import_options){
		.reading = is_documented ? READING_DOCUMENTED : READING_RENDERED,
		.firmware = is_documented ? NULL : firmware,
	};
}

void import_count_tree(struct site *site, const struct tree_node *root)
{
	for (const struct tree_node *node = tree_next(root, root); node;
	     node = tree_next(root, node)) {
		if (!node->is_used)
			site_line_is(site, node->at, LINE_NOT_UNDERSTOOD);
		site_statement_in(site, node->at, node->parent->at);
		vec_foreach (value, &node->values)
			site_statement_in(site, value->at, node->at);
	}
}

/* Of several files the one with IPsec's name. */
static struct origin tunnels_file(struct arena *arena,
				  const struct import_source *sources, size_t count)
{
	static const char *const words[] = { "ipsec", "swanctl", "vpn" };
	const struct import_source *found = NULL;

	for (size_t w = 0; !found && w < ARRAY_SIZE(words); w++)
		for (size_t i = 0; !found && i < count; i++)
			if (strstr(sources[i].name, words[w]))
				found = &sources[i];
	return (struct origin){ .file = arena_strdup(arena, found ? found->name
								  : sources[0].name),
				.line = 1 };
}

int site_import(enum device_kind kind, const char *site_name,
		const struct import_source *sources, size_t count,
		const struct import_options *options, struct site **ret_site,
		struct err *err)
{
	static const struct import_options documented = { .reading = READING_DOCUMENTED };
	import_function *import = device_of(kind)->import;
	_cleanup_(site_freep) struct site *site = NULL;
	int r;

	if (!import)
		return err_set(err, EINVAL, "%s: there is no importer for %s", site_name,
			       device_of(kind)->name);
	if (!count)
		return err_set(err, EINVAL, "%s: no file to import", site_name);
	r = import_foreign(sources, count, err);
	if (r)
		return r;
	site = site_new(site_name, kind);
	r = import(site, sources, count, options ? options : &documented, err);
	if (r) {
		(void)err_wrap(err, "%s", site_name);
		return r;
	}
	r = name_firmware(site, options, err);
	if (r)
		return r;
	site->tunnels_at = tunnels_file(site->arena, sources, count);
	remark_masked_addresses(site);
	remark_masked_secrets(site);
	import_updowns(site, sources, count);
	import_unrehearsed(site);
	site_remarks_end(site, (struct origin){ .file = site->tunnels_at.file });
	*ret_site = steal(&site);
	return 0;
}
