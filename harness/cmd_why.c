// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_why.c - twinsite why: what a class of failure is, for who has never met it */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/installed.h"
#include "base/program.h"
#include "base/str.h"
#include "base/wrap.h"
#include "cmd.h"
#include "device/kind.h"
#include "finding/page.h"
#include "predict/sees.h"
#include "scenario/scenario.h"

#define COLUMNS	  80
#define LABEL	  14
#define FOUND_MAX CLASSES_END

struct why_command {
	bool is_all;
};

static const struct option_row why_rows[] = {
	{ .name = "all",
	  .letter = 'a',
	  OPTION_AT(struct why_command, is_all),
	  .help = "the page of each class, one behind the other" },
	{ 0 },
};

const struct command_line cmd_why_line = {
	.name = "why",
	.summary = "what a class of failure is, who sees what, and what to do",
	.usage = "[CLASS …]\n--all",
	.about =
		"A page on each class of failure that is named by its id or its name, as reports "
		"name them: what it is, what each administrator sees, where the proof is, what to "
		"do, and the scenario that shows it. A part of a name (\"psk\") lists those that have it; "
		"without a class: all of them, a line each.",
	.options = why_rows,
	.examples = "twinsite why psk-differs\tone class, by its name or its id\n"
		    "twinsite why psk\tall that have to do with it",
	.statuses =
		"0 done\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_max = UINT_MAX,
};

/* ------------------------------------------------------------ one page */

static void part(const char *label, const char *text, struct buf *out)
{
	buf_printf(out, "  %-*s", LABEL, label);
	wrap_words(text, strlen(text), LABEL + 2, LABEL + 2, COLUMNS, out);
	buf_putc(out, '\n');
}

/* What strongSwan logs in that moment, at the end whose request is not taken and at the other. */
static void moment_seen(const struct finding_class *class, struct buf *out)
{
	struct sees_case of = { .class = class->number,
				.is_phase2 = class->moment >= MOMENT_PHASE2,
				.version = class->moment == MOMENT_KEY_V2 ||
							   class->moment == MOMENT_REKEY
						   ? 2
						   : 1 };
	const char *common = sees_common(&of);

	if (common)
		part("seen", common, out);
	part("who asks", sees_words(&of, DEVICE_PLAIN, SEES_ASKING), out);
	part("who refuses", sees_words(&of, DEVICE_PLAIN, SEES_REFUSING), out);
}

static void seen(const struct finding_class *class, const struct finding_page *page,
		 struct buf *out)
{
	const struct advice *advice = &class->advice;

	if (page->seen) {
		part("seen", page->seen, out);
	} else if (advice->both) {
		part("both ends", advice->both, out);
	} else if (advice->caller) {
		part("who calls", advice->caller, out);
		part("who is called", advice->called, out);
	} else {
		moment_seen(class, out);
	}
}

/* By class, the names of the scenarios that expect it. */
struct shown {
	struct buf names[CLASSES_END];
};

static void shown_add(struct shown *shown, const char *folder, const char *name)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	char path[PATH_MAX];

	if (*name == '.' ||
	    snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    scenario_load(path, &scenario, NULL))
		return;
	vec_foreach (fault, &scenario->faults) {
		struct buf *names = &shown->names[fault->class->number];

		buf_printf(names, "%s%s", names->length ? ", " : "", name);
	}
}

/* Those that came with the program: they are as much to be trusted as it is. */
static void shown_init(struct shown *shown)
{
	struct dirent **entries = NULL;
	char folder[PATH_MAX];
	int count;

	if (installed_scenarios(program_path(), folder))
		return;
	count = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		shown_add(shown, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void shown_done(struct shown *shown)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown->names); i++)
		buf_done(&shown->names[i]);
}

static void scenarios(const struct finding_class *class, const struct shown *shown,
		      struct buf *out)
{
	const struct buf *names = &shown->names[class->number];

	if (names->length)
		part("scenario", buf_text(names), out);
	else if (class->no_scenario)
		part("no scenario", class->no_scenario, out);
}

static void add_page(const struct finding_class *class, const struct shown *shown,
		     struct buf *out)
{
	const struct finding_page *page = finding_page_of(class->number);
	_cleanup_buf_ struct buf source = { 0 };

	assert(page); /* page_test.c demands one of each */
	buf_printf(out, "%s %s (%s, %s)\n", class->id, class->name,
		   finding_layer_name(class->layer), severity_name(class->severity));
	part("what", page->what, out);
	seen(class, page, out);
	part("proof", page->proof, out);
	part("fix", page->fix ? page->fix : class->advice.fix, out);
	scenarios(class, shown, out);
	buf_printf(&source, "failures.md of the documentation, %s", class->id);
	part("source", buf_text(&source), out);
}

/* ------------------------------------------------------------ the command */

static void print_row(const struct finding_class *class)
{
	(void)printf("%s  %-32s  %-13s  %s\n", class->id, class->name,
		     finding_layer_name(class->layer), severity_name(class->severity));
}

static void print_list(void)
{
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		print_row(finding_class_of((enum class_id)i));
}

static int print_pages_of(const char *word, const struct shown *shown, bool *is_first)
{
	const struct finding_class *found[FOUND_MAX];
	size_t count = finding_pages_find(word, found, FOUND_MAX);
	const char *nearest = count ? NULL : finding_pages_nearest(word);
	struct err err = { 0 };

	for (size_t i = 0; i < count; i++) {
		_cleanup_buf_ struct buf text = { 0 };

		add_page(found[i], shown, &text);
		(void)printf("%s%s", *is_first ? "" : "\n", buf_text(&text));
		*is_first = false;
	}
	if (count)
		return EXIT_OK;
	count = finding_pages_with(word, found, FOUND_MAX);
	for (size_t i = 0; i < count; i++)
		print_row(found[i]);
	if (count)
		return EXIT_OK;
	(void)err_set(&err, EINVAL, "why: there is no class '%.60s'%s%s%s", word,
		      nearest ? ", did you mean '" : "; `twinsite why` lists all",
		      nearest ? nearest : "", nearest ? "'?" : "");
	return cmd_fail(&err);
}

int cmd_why(int argc, char **argv)
{
	struct why_command command = { 0 };
	struct shown shown = { 0 };
	struct operands operands;
	struct err err = { 0 };
	int status = EXIT_OK;
	bool is_first = true;

	if (options_parse(&cmd_why_line, argc, argv, &command, &operands, &err))
		return cmd_fail(&err);
	if (!operands.count && !command.is_all)
		print_list();
	else
		shown_init(&shown);
	for (unsigned int i = CLASS_NONE + 1; command.is_all && i < CLASSES_END; i++)
		(void)print_pages_of(finding_class_of((enum class_id)i)->id, &shown,
				     &is_first);
	for (size_t i = 0; i < operands.count; i++)
		status = exit_worst(status,
				    print_pages_of(operands.items[i], &shown, &is_first));
	shown_done(&shown);
	return status;
}
