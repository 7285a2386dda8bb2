// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_import.c - twinsite import: what was understood of a device's files */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd.h"
#include "device/device.h"
#include "device/keys.h"
#include "import/import.h"
#include "import/name.h"
#include "report/site_json.h"
#include "report/site_text.h"
#include "report/shown.h"
#include "import/words.h"

struct arguments {
	const char *path;
	int kind; /* enum device_kind; -1: not said */
	bool is_json;
	bool has_words;
	struct import_options options;
};

static const struct option_row import_rows[] = {
	{ .name = "device",
	  .letter = 'd',
	  .kind = OPTION_WORD,
	  .words = device_names,
	  OPTION_AT(struct arguments, kind),
	  .argument = "KIND",
	  .help = "whose files they are; default: as they look" },
	{ FIRMWARE_OPTION(struct arguments, options.firmware) },
	{ .name = "json",
	  .letter = 'J',
	  OPTION_AT(struct arguments, is_json),
	  .help = "the same for programs" },
	{ .name = "words",
	  .letter = 'w',
	  OPTION_AT(struct arguments, has_words),
	  .excludes = "device firmware json",
	  .help = "instead: every word that any importer knows, and its effect" },
	{ 0 },
};

const struct command_line cmd_import_line = {
	.name = "import",
	.summary = "what was understood of a device's files, and what was not",
	.usage = "[OPTION …] FILE|FOLDER|ARCHIVE\n"
		 "--words",
	.about =
		"Says what was understood of a device's files, each value with its line, and "
		"what was not. A folder is a router's root, its etc or its etc/config, or has "
		"another device's files; an archive is a router's backup; \"-\" is standard "
		"input.",
	.options = import_rows,
	.examples =
		"twinsite import office.cfg\tone file; which device wrote it is seen from its lines\n"
		"twinsite import backup-fw1-2026-11-01.tar.gz\ta router's backup as it came\n"
		"ssh router 'sysupgrade -b -' | twinsite import -\tstraight from the router",
	.statuses =
		"0 it was read; what was not understood is listed\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_max = 1,
};

static int parse_arguments(int argc, char **argv, struct arguments *arguments,
			   struct err *err)
{
	struct operands operands;
	int r = options_parse(&cmd_import_line, argc, argv, arguments, &operands, err);

	if (r)
		return r;
	if (operands.count == arguments->has_words)
		return err_set(err, EINVAL, "import: %s: twinsite help import",
			       arguments->has_words ? "--words is of no file"
						    : "which file or folder?");
	if (arguments->has_words)
		return 0;
	arguments->options = import_options_of(arguments->options.firmware);
	arguments->path = operands.items[0];
	return 0;
}

/* The figures are of the others. */
static void put_uncounted(const struct site *site, const struct import_sources *sources,
			  struct buf *out)
{
	const char *mark = "  not counted: ";
	size_t counts[LINE_STATES];

	if (!site_lines_count(site, counts))
		return;
	vec_foreach (source, &sources->list) {
		if (!source->length || site_counts_lines_of(site, source->name))
			continue;
		buf_puts(out, mark);
		shown_puts(out, source->name);
		mark = ", ";
	}
	if (*mark == ',')
		buf_putc(out, '\n');
}

static void print_text(const struct site *site, const struct key_listings *listings,
		       const struct import_sources *sources)
{
	_cleanup_buf_ struct buf out = { 0 };

	site_text(site, &out);
	if (listings) {
		buf_putc(&out, '\n');
		site_text_keys(listings, &out);
	}
	buf_putc(&out, '\n');
	site_text_remarks(site, &out);
	site_text_lines(site, &out);
	put_uncounted(site, sources, &out);
	(void)fputs(buf_text(&out), stdout);
}

static void print_json(const struct site *site, const struct key_listings *listings)
{
	json_t *root = site_json(site, listings);

	(void)json_dumpf(root, stdout, JSON_INDENT(2));
	(void)putchar('\n');
	json_decref(root);
}

static int load(const struct arguments *arguments, struct arena *arena,
		enum device_kind *ret_kind, struct import_sources *sources,
		struct err *err)
{
	if (arguments->kind < 0)
		return import_load_any(arguments->path, arena, ret_kind, sources, err);
	*ret_kind = (enum device_kind)arguments->kind;
	return import_load(*ret_kind, arguments->path, arena, sources, err);
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
	struct key_listings listings = { 0 };
	struct import_sources sources = { 0 };
	struct arguments arguments = { .kind = -1 };
	struct err err = { 0 };
	enum device_kind kind;
	const struct device *device;

	if (parse_arguments(argc, argv, &arguments, &err))
		return cmd_fail(&err);
	if (arguments.has_words)
		return print_words();
	if (load(&arguments, arena, &kind, &sources, &err) ||
	    site_import(kind, import_name(arena, arguments.path), sources.list.items,
			sources.list.count, &arguments.options, &site, &err))
		return cmd_fail(&err);
	device = device_of(kind);
	if (device->list_keys)
		device->list_keys(arena, sources.list.items, sources.list.count,
				  &listings);
	if (arguments.is_json)
		print_json(site, device->list_keys ? &listings : NULL);
	else
		print_text(site, device->list_keys ? &listings : NULL, &sources);
	return EXIT_OK;
}
