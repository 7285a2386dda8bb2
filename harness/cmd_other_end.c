// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_other_end.c - twinsite other-end: the other end's file, made by one end's */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "cmd.h"
#include "device/device.h"
#include "import/import.h"
#include "predict/other_end.h"
#include "report/findings.h"
#include "run/reader.h"

struct making {
	struct arena *arena;
	const char *path, *firmware, *folder, *reports;
	struct other_end_wanted wanted;
	int kind;  /* enum device_kind; -1: not said */
	int plane; /* which of cmd_planes() */
	bool is_shown, is_run;
	struct site *given;
	struct other_end other;
};

static void making_done(struct making *making)
{
	other_end_done(&making->other);
	site_free(making->given);
	arena_free(making->arena);
}

static int read_given(struct making *making, struct err *err)
{
	struct import_sources sources = { 0 };
	struct import_options options;
	enum device_kind kind;
	int r = import_load_any(making->path, making->arena, &kind, &sources, err);

	if (r)
		return r;
	options = import_options_of(device_of(kind)->releases ? making->firmware : NULL);
	return site_import(kind, "this end", sources.list.items, sources.list.count,
			   &options, &making->given, err);
}

static int write_files(const struct making *making, struct err *err)
{
	int r = reader_output(making->folder, true, err);

	if (!r)
		r = file_make_secret_folder(making->folder, err);
	vec_foreach (source, &making->other.files.list) {
		char *path = arena_printf(making->arena, "%s/%s", making->folder,
					  source->name);
		char *slash = strrchr(path, '/');

		*slash = '\0';
		if (!r)
			r = file_make_folder(path, err);
		*slash = '/';
		if (!r)
			r = file_write_secret(path, source->bytes, source->length, err);
	}
	return r;
}

/* Of several files each begins with its name, as head(1) shows them. */
static void print_files(const struct making *making)
{
	const struct import_sources *files = &making->other.files;

	vec_foreach (source, &files->list) {
		if (files->list.count > 1)
			(void)printf("%s==> %s <==\n",
				     source == files->list.items ? "" : "\n",
				     source->name);
		(void)fwrite(source->bytes, 1, source->length, stdout);
	}
}

/* Beside the file, so that what is printed can be taken as it is. */
static void say_gaps(const struct making *making)
{
	for (size_t i = 0; i < making->other.gaps.count; i++)
		(void)fprintf(stderr, "%s: %s: %s\n", making->other.places.items[i],
			      making->other.gaps.items[i].mark,
			      making->other.gaps.items[i].what);
	(void)fprintf(stderr,
		      "names of interfaces and zones and addresses in the LAN are "
		      "made up: what the device has stays\n");
}

static int refuse(const struct making *making)
{
	_cleanup_buf_ struct buf text = { 0 };

	report_findings_text(&making->other.against, &text);
	(void)fputs(buf_text(&text), stdout);
	(void)fprintf(
		stderr,
		"twinsite: no file is written: with %s as the other end of %s it would not work\n",
		device_of(making->wanted.kind)->title, making->path);
	return EXIT_UNEXPECTED;
}

/* A scenario of both ends with all that is invented. */
static int rehearse_in(const struct making *making, const char *scenario, struct err *err)
{
	const struct new_other how = { making->path, making->firmware,
				       making->wanted.tunnel, making->kind };
	char *words[8];
	_cleanup_buf_ struct buf said = { 0 };
	int count = 0;

	if (cmd_new_of_one(scenario, &how, &said, err))
		return cmd_fail(err);
	(void)fputs(buf_text(&said), stdout);
	(void)fflush(stdout);
	words[count++] = arena_strdup(making->arena, "run");
	words[count++] = arena_strdup(making->arena, "--quick");
	if (making->reports)
		words[count++] =
			arena_printf(making->arena, "--reports=%s", making->reports);
	if (making->plane)
		words[count++] = arena_printf(making->arena, "--plane=%s",
					      cmd_planes()[making->plane]);
	words[count++] = arena_strdup(making->arena, scenario);
	words[count] = NULL;
	return cmd_run(count, words);
}

/* Its folder is gone when the rehearsal is over: the key is in it. */
static int rehearse(const struct making *making, struct err *err)
{
	const char *parent = getenv("TMPDIR");
	char folder[PATH_MAX];
	int status;

	if (snprintf(folder, sizeof(folder), "%s/twinsite-other-end-XXXXXX",
		     parent && *parent ? parent : "/tmp") >= (int)sizeof(folder) ||
	    !mkdtemp(folder)) {
		(void)err_sys(err, errno, "%s", folder);
		return cmd_fail(err);
	}
	status = rehearse_in(making, arena_printf(making->arena, "%s/other-end", folder),
			     err);
	file_remove_tree(folder);
	return status;
}

static const struct option_row rows[] = {
	{ .name = "device",
	  .letter = 'd',
	  .kind = OPTION_WORD,
	  .words = device_names,
	  OPTION_AT(struct making, kind),
	  .argument = "KIND",
	  .help = "whose file is wanted; neutral is a form for any other device" },
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct making, folder),
	  .argument = "DIR",
	  .help = "write the files there, with the key, for the owner alone to read" },
	{ .name = "tunnel",
	  .letter = 't',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct making, wanted.tunnel),
	  .argument = "NAME",
	  .help = "of several tunnels the one that is meant" },
	{ FIRMWARE_OPTION(struct making, firmware) },
	{ .name = "show-secrets",
	  OPTION_AT(struct making, is_shown),
	  .excludes = "output run",
	  .help = "print the key, too" },
	{ .name = "run",
	  OPTION_AT(struct making, is_run),
	  .excludes = "output",
	  .help = "instead: rehearse both ends, and say what is invented for it" },
	{ .name = "plane",
	  .letter = 'p',
	  .kind = OPTION_WORD,
	  .words = cmd_planes,
	  OPTION_AT(struct making, plane),
	  .argument = "P",
	  .needs = "run",
	  .help = "of the rehearsal, as `twinsite run` has them" },
	{ .name = "reports",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct making, reports),
	  .argument = "DIR",
	  .needs = "run",
	  .help = "where the rehearsal's report goes (reports)" },
	{ 0 },
};

const struct command_line cmd_other_end_line = {
	.name = "other-end",
	.summary = "the other end's file, made by one end's",
	.usage = "FILES --device KIND [-o DIR]\n"
		 "FILES --device KIND --run",
	.about =
		"Turns the tunnel of one end round and writes it as the file of the other "
		"end's device: networks, identities, algorithms, key, and what lets its "
		"packets through; of several files each begins with "
		"`==> NAME <==`. FILES is a file, a folder, a backup archive or \"-\", "
		"standard input. What no file says stands there as " WISH_MARK
		"… and is listed on standard error, the key as well unless -o or "
		"--show-secrets asks for it.\n"
		"The file is read again and judged together with the given end before it is "
		"printed. When the device cannot say what the tunnel needs, or both would not "
		"work together, no file is printed but why; the exit status is 2 or 1.",
	.options = rows,
	.examples =
		"twinsite other-end home --device KIND\tprint it, the key left out\n"
		"twinsite other-end home --device KIND -o branch\twrite it, with the key",
	.operands_min = 1,
	.operands_max = 1,
};

static int make(struct making *making, struct err *err)
{
	making->wanted.name = "other end";
	making->wanted.with_secret = making->is_shown || making->folder != NULL;
	if (read_given(making, err) || other_end_make(making->given, &making->wanted,
						      making->arena, &making->other, err))
		return cmd_fail(err);
	if (making->other.against.count)
		return refuse(making);
	if (making->folder) {
		if (write_files(making, err))
			return cmd_fail(err);
		vec_foreach (source, &making->other.files.list)
			(void)printf("%s/%s is written\n", making->folder, source->name);
	} else {
		print_files(making);
	}
	say_gaps(making);
	return EXIT_OK;
}

int cmd_other_end(int argc, char **argv)
{
	_cleanup_(making_done) struct making making = { .arena = arena_new(),
							.kind = -1 };
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_other_end_line, argc, argv, &making, &operands, &err))
		return cmd_fail(&err);
	if (making.kind < 0) {
		(void)err_set(&err, EINVAL,
			      "other-end: --device says whose file: twinsite help "
			      "other-end");
		return cmd_fail(&err);
	}
	making.wanted.kind = (enum device_kind)making.kind;
	making.path = operands.items[0];
	arena_set_secret(making.arena);
	return making.is_run ? rehearse(&making, &err) : make(&making, &err);
}
