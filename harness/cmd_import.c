// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_import.c - twinsite import: what was understood of a device's files */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cmd.h"
#include "import/fritzbox.h"
#include "import/import.h"
#include "report/site_json.h"
#include "report/site_text.h"
#include "import/words.h"

struct arguments {
	const char *path;
	bool has_kind;
	enum device_kind kind;
	bool is_json;
	bool has_words;
	struct import_options options;
};

const char cmd_import_help[] =
	"usage: twinsite import FILE|FOLDER|ARCHIVE [OPTION …]\n"
	"\n"
	"Says what was understood of a device's files, each value with its line, and what was\n"
	"not. A folder is an OpenWrt root with etc/config, or a device's files; an archive is\n"
	"a router's backup.\n"
	"\n"
	"  --device KIND       openwrt, fritzbox, screenos, junos or strongswan; default: as\n"
	"                      the files look\n"
	"  --firmware RELEASE  the release that reads them (\"19.07\", \"25.12-ipsec\", \"SNAPSHOT\",\n"
	"                      \"FRITZ!OS 7.50\"); default: as the files look, of several the\n"
	"                      newest. \"documented\": what the words mean, whatever is done\n"
	"  --json              the same for programs\n"
	"  --words             instead: every word that any importer knows, and its effect\n";

static bool parse_arguments(int argc, char **argv, struct arguments *ret_arguments)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "firmware", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "words", no_argument, NULL, 'w' },
		{ 0 },
	};
	struct arguments arguments = { 0 };
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'd' && device_kind_parse(optarg, &arguments.kind) == 0)
			arguments.has_kind = true;
		else if (c == 'f')
			arguments.options.firmware = optarg;
		else if (c == 'j')
			arguments.is_json = true;
		else if (c == 'w')
			arguments.has_words = true;
		else
			return false;
	}
	if (arguments.has_words && optind == argc) {
		*ret_arguments = arguments;
		return true;
	}
	if (optind + 1 != argc)
		return false;
	arguments.options = import_options_of(arguments.options.firmware);
	arguments.path = argv[optind];
	*ret_arguments = arguments;
	return true;
}

static void print_text(const struct site *site, const struct fritzbox_listings *listings)
{
	_cleanup_buf_ struct buf out = { 0 };

	site_text(site, &out);
	if (listings) {
		buf_putc(&out, '\n');
		site_text_keys(listings, &out);
	}
	buf_putc(&out, '\n');
	site_text_remarks(site, &out);
	(void)fputs(buf_text(&out), stdout);
}

static void print_json(const struct site *site, const struct fritzbox_listings *listings)
{
	json_t *root = site_json(site, listings);

	(void)json_dumpf(root, stdout, JSON_INDENT(2));
	(void)putchar('\n');
	json_decref(root);
}

static int load(struct arguments *arguments, struct arena *arena,
		struct import_sources *sources, struct err *err)
{
	if (arguments->has_kind)
		return import_load(arguments->kind, arguments->path, arena, sources, err);
	return import_load_any(arguments->path, arena, &arguments->kind, sources, err);
}

/* The last part of the path, without what is behind its first dot. */
static const char *site_name(struct arena *arena, const char *path)
{
	char *copy = arena_strdup(arena, path);
	size_t length = strlen(copy);

	while (length > 1 && copy[length - 1] == '/')
		copy[--length] = '\0';
	if (strrchr(copy, '/') && copy[1])
		copy = strrchr(copy, '/') + 1;
	if (strchr(copy, '.') > copy)
		*strchr(copy, '.') = '\0';
	return copy;
}

/* harness/doc/words.md */
static int print_words(void)
{
	_cleanup_buf_ struct buf out = { 0 };

	import_words_format(&out);
	(void)fputs(buf_text(&out), stdout);
	return EXIT_OK;
}

int cmd_import(int argc, char **argv)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(site_freep) struct site *site = NULL;
	struct fritzbox_listings listings = { 0 };
	struct import_sources sources = { 0 };
	struct arguments arguments;
	struct err err = { 0 };
	bool is_fritz;

	if (!parse_arguments(argc, argv, &arguments))
		return cmd_usage(cmd_import_help);
	if (arguments.has_words)
		return print_words();
	if (load(&arguments, arena, &sources, &err) ||
	    site_import(arguments.kind, site_name(arena, arguments.path),
			sources.list.items, sources.list.count, &arguments.options, &site,
			&err))
		return cmd_fail(&err);
	is_fritz = arguments.kind == DEVICE_FRITZBOX;
	if (is_fritz)
		fritzbox_list_keys(arena, sources.list.items, sources.list.count,
				   &listings);
	if (arguments.is_json)
		print_json(site, is_fritz ? &listings : NULL);
	else
		print_text(site, is_fritz ? &listings : NULL);
	return EXIT_OK;
}
