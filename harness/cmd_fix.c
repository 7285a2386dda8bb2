// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_fix.c - twinsite fix: the fixes that were proved, as diffs of both ends' files */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/plain.h"
#include "base/str.h"
#include "cmd.h"
#include "device/device.h"
#include "fix/fix.h"
#include "fix/folder.h"
#include "fix/write.h"
#include "import/import.h"
#include "import/name.h"
#include "run/reader.h"
#include "scenario/scenario.h"

struct fixing {
	struct arena *arena;
	struct scenario *scenario;
	struct fix_pair pair;
	struct fix_writes writes; /* that --apply made */
	const char *paths[2];	  /* where to write each end; NULL: nowhere */
	const char *firmware;
	enum severity down_to;
	const char *folder; /* where the cured scenario goes; NULL: nowhere */
	bool with_keys, is_applied;
};

static void fixing_done(struct fixing *fixing)
{
	scenario_free(fixing->scenario);
	arena_free(fixing->arena);
}

static const char *const *severities(void)
{
	static const char *const words[] = {
		[SEVERITY_NO_TUNNEL] = "no-tunnel", [SEVERITY_NO_TRAFFIC] = "no-traffic",
		[SEVERITY_LEAK] = "leak",	    [SEVERITY_LATER] = "later",
		[SEVERITY_WEAK] = "weak",	    NULL,
	};

	return words;
}

static int load_files(struct fixing *fixing, char **paths, struct err *err)
{
	const char *names[2];
	int r = import_names(fixing->arena, paths[0], paths[1], names, err);

	if (r)
		return r;
	fixing->pair.initiator = -1;
	for (size_t i = 0; i < 2; i++) {
		struct fix_end *end = &fixing->pair.ends[i];

		r = import_load_any(paths[i], fixing->arena, &end->kind, &end->sources,
				    err);

		if (r)
			return r;
		end->name = names[i];
		fix_set_place(fixing->arena, paths[i], end);
		end->options = import_options_of(fixing->firmware);
		fixing->paths[i] = paths[i];
	}
	return 0;
}

static int load_scenario(struct fixing *fixing, const char *path, struct err *err)
{
	int r = scenario_load_as(path, fixing->firmware, &fixing->scenario, err);

	if (r)
		return r;
	if (fixing->scenario->sites.count != 2)
		return err_set(err, -EINVAL, "%s: fix takes two sites",
			       fixing->scenario->name);
	fix_pair_of(fixing->scenario, fixing->arena, &fixing->pair);
	for (size_t i = 0; i < 2; i++)
		fixing->paths[i] = fixing->scenario->sites.items[i].files;
	return 0;
}

static void print_steps(const struct fix_plan *plan)
{
	_cleanup_buf_ struct buf out = { 0 };

	vec_foreach (step, &plan->steps) {
		buf_printf(&out, "# %s: ", step->id);
		plain_text(step->summary, 0, &out);
		buf_puts(&out, step->sentence ? "\n#   cured by " : "\n#   not cured: ");
		plain_text(step->sentence ? step->sentence
			   : step->reason ? step->reason
					  : "no fix is known",
			   0, &out);
		if (step->weakens) {
			buf_puts(&out, "\n#   no stronger cure was proved: ");
			plain_text(step->weakens, 0, &out);
		}
		buf_putc(&out, '\n');
	}
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
}

/* What predict did not conclude: neither right nor wrong, also in the cured files. */
static void print_unproven(const struct fix_plan *plan)
{
	_cleanup_buf_ struct buf out = { 0 };

	vec_foreach (unproven, &plan->left.unproven) {
		buf_puts(&out, "# unproven: ");
		plain_text(unproven->text, 0, &out);
		buf_putc(&out, '\n');
	}
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
}

/* `accept:` says who leaves them so. */
static void print_accepted(const struct fix_plan *plan)
{
	_cleanup_buf_ struct buf out = { 0 };

	vec_foreach (finding, &plan->left) {
		if (!finding->accepted)
			continue;
		buf_printf(&out,
			   "# %s is accepted, and left as it is: ", finding->class->id);
		plain_text(finding->accepted, 0, &out);
		buf_putc(&out, '\n');
	}
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
}

/* is_weaker: not those that were to be cured, but what --down-to left out. */
static size_t count_left(const struct fixing *fixing, const struct fix_plan *plan,
			 bool is_weaker)
{
	size_t left = 0;

	vec_foreach (finding, &plan->left)
		left += (finding->severity > fixing->down_to) == is_weaker &&
			!finding->accepted;
	return left;
}

static void print_end(const struct fixing *fixing, const struct fix_plan *plan)
{
	const size_t left = count_left(fixing, plan, false);
	const size_t weaker = count_left(fixing, plan, true);

	if (left)
		(void)printf("# %zu left", left);
	else
		(void)printf("# nothing %s%s",
			     plan->steps.count ? "is left, by prediction" : "to fix",
			     plan->left.unproven.count ? ", of what could be told" : "");
	if (weaker)
		(void)printf(
			"; %zu weaker: predict says which, --down-to weak tries them",
			weaker);
	(void)putchar('\n');
}

/* Which files are to be put back onto which router; without a word one looks for them. */
static void print_written(const struct fixing *fixing)
{
	_cleanup_buf_ struct buf out = { 0 };

	vec_foreach (file, &fixing->writes.list) {
		buf_puts(&out, "# written: ");
		if (!str_equal(file->folder, ".")) {
			plain_text(file->folder, 0, &out);
			if (!str_ends(file->folder, "/"))
				buf_putc(&out, '/');
		}
		plain_text(file->name, 0, &out);
		buf_putc(&out, '\n');
	}
	(void)fwrite(buf_text(&out), 1, out.length, stdout);
}

static int print(struct fixing *fixing, const struct fix_plan *plan)
{
	_cleanup_buf_ struct buf diff = { 0 }, shown = { 0 };
	const size_t left = count_left(fixing, plan, false);

	print_steps(plan);
	fix_diff(&fixing->pair, &plan->cured, fixing->with_keys, &diff);
	plain_text(buf_text(&diff), PLAIN_LINES, &shown);
	(void)fwrite(buf_text(&shown), 1, shown.length, stdout);
	print_accepted(plan);
	print_unproven(plan);
	print_end(fixing, plan);
	print_written(fixing);
	return left ? EXIT_UNEXPECTED : EXIT_OK;
}

static int apply(struct fixing *fixing, const struct fix_plan *plan, struct err *err)
{
	struct fix_writes *writes = &fixing->writes;
	int r;

	for (size_t i = 0; i < 2; i++)
		if (!fixing->paths[i])
			return err_set(err, -EINVAL,
				       "%s is an overlay: its files are those of its "
				       "base, which --apply leaves alone",
				       fixing->scenario->name);
	r = fix_writes(&fixing->pair, &plan->cured, fixing->paths, writes, err);
	return r ? r : reader_replace(writes->list.items, writes->list.count, err);
}

static const struct option_row fix_rows[] = {
	{ .name = "down-to",
	  .kind = OPTION_WORD,
	  .words = severities,
	  OPTION_AT(struct fixing, down_to),
	  .argument = "SEVERITY",
	  .help = "which faults: these and worse ones; default: leak" },
	{ FIRMWARE_OPTION(struct fixing, firmware) },
	{ .name = "keys",
	  OPTION_AT(struct fixing, with_keys),
	  .help = "show the keys in the diffs, which are for patch(1) only then" },
	{ .name = "apply",
	  OPTION_AT(struct fixing, is_applied),
	  .help = "write the files and say which; all that is not changed stays byte for byte" },
	{ .name = "cured", /* no letter: who gives the folder knows the name only */
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct fixing, folder),
	  .argument = "FOLDER",
	  .operands = 1,
	  .help = "make a scenario of the cured files, with what the scenario (of an "
		  "overlay: its base) expects, for `twinsite run FOLDER`" },
	{ 0 },
};

const struct command_line cmd_fix_line = {
	.name = "fix",
	.summary = "diffs of both ends' files that cure it, each one proved first",
	.usage = "[OPTION …] SCENARIO\n"
		 "[OPTION …] FILES-OF-ONE-END FILES-OF-THE-OTHER",
	.about =
		"Prints unified diffs of both ends' files that cure what predict finds. Each "
		"fix was proved first: made in a copy and predicted again, its fault is gone, "
		"no other came, and nothing else passes. A fault without such a fix is named, "
		"with who must do what.",
	.options = fix_rows,
	.examples = "twinsite fix home office.cfg\tshow what to change\n"
		    "twinsite fix --apply home office.cfg\tchange it",
	.statuses =
		"0 no such fault is left with the diffs made\n"
		"1 one is left\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_min = 1,
	.operands_max = 2,
};

static int make_folder(const struct fixing *fixing, const struct fix_plan *plan,
		       struct err *err)
{
	struct stat status;
	int r;

	if (!stat(arena_printf(fixing->arena, "%s/scenario.yml", fixing->folder),
		  &status))
		return err_set(err, EEXIST, "%s: there is a scenario already",
			       fixing->folder);
	r = reader_output(fixing->folder, true, err);
	return r ? r
		 : fix_make_folder(fixing->scenario, &plan->cured, fixing->folder, err);
}

int cmd_fix(int argc, char **argv)
{
	_cleanup_(fixing_done) struct fixing fixing = { .arena = arena_new(),
							.down_to = SEVERITY_LEAK };
	struct operands operands;
	struct fix_plan plan;
	struct err err = { 0 };
	int r;

	arena_set_secret(fixing.arena);
	fixing.pair.arena = fixing.arena;
	r = options_parse(&cmd_fix_line, argc, argv, &fixing, &operands, &err);
	if (!r)
		r = operands.count == 1 ? load_scenario(&fixing, operands.items[0], &err)
					: load_files(&fixing, operands.items, &err);
	if (!r)
		r = fix_all(&fixing.pair, fixing.down_to, &plan, &err);
	if (!r && fixing.is_applied)
		r = apply(&fixing, &plan, &err);
	if (!r && fixing.folder)
		r = make_folder(&fixing, &plan, &err);
	return r ? cmd_fail(&err) : print(&fixing, &plan);
}
