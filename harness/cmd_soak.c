// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_soak.c - twinsite soak: lives with events drawn by chance, until one fails */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd.h"
#include "cmd_run.h"
#include "report/report.h"
#include "run/reader.h"
#include "run/soak.h"

/* By a real clock it is waited for; by a virtual one the files' own times are there. */
static const struct soak_life real_life = {
	.life_s = 120, .gap_s = 30, .each_s = 2, .faster = 10
};
static const struct soak_life virtual_life = {
	.life_s = 6 * 3600, .gap_s = 60, .each_s = 60, .faster = 1
};

#define TEXT_MAX 200

struct command {
	struct run_options options;
	struct soak_life life;
	struct soak_room room;
	const struct scenario *scenario;
	unsigned int seeds, life_s, gap_s;
	int plane, clock;
	uint64_t first;
	bool are_kinds_said;
	/* of the schedule that is being shrunk */
	uint64_t seed;
	unsigned int tries;
	char way[TEXT_MAX];	     /* in which it failed */
	char folder[PATH_MAX - 128]; /* of the scenarios, while it lasts */
};

/* ------------------------------------------------------------ one life */

/* "F61 F30 alive": what is named and what is broken; "" when nothing is. */
static void way_of(const struct judgement *judgement, char ret_way[TEXT_MAX])
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *last = "";

	if (judgement->contradictions.count)
		buf_puts(&text, "twinsite disagrees with itself ");
	vec_foreach (diagnosis, &judgement->diagnoses)
		buf_printf(&text, "%s ", diagnosis->class->id);
	vec_foreach (verdict, &judgement->verdicts) {
		if (verdict->kind != VERDICT_BROKEN || str_equal(verdict->check, last))
			continue;
		buf_printf(&text, "%s ", verdict->check);
		last = verdict->check;
	}
	(void)snprintf(ret_way, TEXT_MAX, "%s", buf_text(&text));
}

static double longest_s(const struct timeline *timeline)
{
	const struct event *outage = NULL;
	int64_t longest_us = 0;

	while ((outage = timeline_next(timeline, outage, "life", "outage")))
		if (event_number(outage, "gap_us", 0) > longest_us)
			longest_us = event_number(outage, "gap_us", 0);
	return (double)longest_us / 1e6;
}

/* In a folder that is gone with the soak, or in that of a report. */
static int scenario_write(const struct command *command, const char *folder,
			  const struct soak_schedule *schedule, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char path[PATH_MAX + 16];
	int r = file_make_folder(folder, err);

	soak_write_scenario(command->scenario, &command->life, schedule, command->seed,
			    &text);
	(void)snprintf(path, sizeof(path), "%s/scenario.yml", folder);
	return r ? r : file_write(path, buf_text(&text), text.length, err);
}

/* A life that was not lived is no result: -errno, and why. */
static int live(struct command *command, const char *name,
		const struct soak_schedule *schedule, struct judged **ret_judged,
		struct err *err)
{
	struct run_options options = command->options;
	char folder[PATH_MAX];
	int r;

	(void)snprintf(folder, sizeof(folder), "%s/%s", command->folder, name);
	r = scenario_write(command, folder, schedule, err);
	if (r) {
		(void)err_mark(err, ERR_BROKE);
		return r;
	}
	options.scenario = folder;
	options.seed = (unsigned int)command->seed;
	options.interrupt = cmd_signal_pipe();
	r = run_scenario(&options, ret_judged, err);
	if (r)
		return r;
	r = scenario_write(command, (*ret_judged)->judgement.folder, schedule, err);
	if (!r)
		r = report_write(&(*ret_judged)->judgement, (*ret_judged)->timeline, err);
	if (!r && (*ret_judged)->judgement.broke_off)
		r = err_set(err, EIO, "%s", (*ret_judged)->judgement.broke_off);
	if (!r)
		r = reader_latest((*ret_judged)->judgement.folder, err);
	if (r)
		(void)err_mark(err, ERR_BROKE);
	return r;
}

static int fails(void *user, const struct soak_schedule *schedule, bool *ret_fails,
		 struct err *err)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	struct command *command = user;
	char name[64], way[TEXT_MAX];
	int r;

	(void)snprintf(name, sizeof(name), "%.40s-soak-%" PRIu64 "-%u",
		       command->scenario->name, command->seed, ++command->tries);
	r = live(command, name, schedule, &judged, err);
	if (r)
		return r;
	way_of(&judged->judgement, way);
	*ret_fails = str_equal(way, command->way);
	(void)printf("  of %zu event%s: %s\n", schedule->count,
		     schedule->count == 1 ? "" : "s",
		     *ret_fails ? "the same"
		     : *way	? way
				: "nothing fails");
	(void)fflush(stdout);
	return 0;
}

/* ------------------------------------------------------------ all of them */

static int explain(struct command *command, struct soak_schedule *schedule,
		   struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	size_t drawn = schedule->count;
	unsigned int tries = 0;
	int r;

	(void)printf("seed %" PRIu64 " fails: %s\nshrinking %zu event%s\n", command->seed,
		     command->way, drawn, drawn == 1 ? "" : "s");
	(void)fflush(stdout);
	r = soak_shrink(schedule, fails, command, &tries, err);
	soak_write_scenario(command->scenario, &command->life, schedule, command->seed,
			    &text);
	(void)printf(
		"seed %" PRIu64 ": %zu of %zu events %s needed, by %u more lives; "
		"again, as scenario.yml of a folder (that of its report has it):\n\n%s",
		command->seed, schedule->count, drawn,
		schedule->count == 1 ? "is" : "are", tries, buf_text(&text));
	return r;
}

/* 1: it failed, and why was looked for. */
static int try_seed(struct command *command, struct err *err)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	struct soak_schedule schedule;
	int64_t start_us = clock_now_us();
	char name[64];
	int r;

	soak_draw(command->seed, &command->room, &schedule);
	(void)snprintf(name, sizeof(name), "%.40s-soak-%" PRIu64, command->scenario->name,
		       command->seed);
	r = live(command, name, &schedule, &judged, err);
	if (r)
		return r;
	way_of(&judged->judgement, command->way);
	(void)printf("seed %" PRIu64
		     ": %zu event%s, longest outage %.1f s, %s (%.0f s)\n",
		     command->seed, schedule.count, schedule.count == 1 ? "" : "s",
		     longest_s(judged->timeline),
		     *command->way ? command->way : judged->judgement.outcome_text,
		     (double)(clock_now_us() - start_us) / 1e6);
	(void)fflush(stdout);
	if (!*command->way)
		return 0;
	r = explain(command, &schedule, err);
	return r ? r : 1;
}

/* A kernel may lack what its plane could have: then what needs it is drawn no more. */
static bool draws_less(struct command *command, struct err *err)
{
	unsigned int reorder = soak_kind("reorder", strlen("reorder"));

	if (command->are_kinds_said || err_kind_of(err) != ERR_MISSING ||
	    !(command->room.kinds & reorder))
		return false;
	(void)printf("%s; without --events `reorder` is drawn no more, from seed %" PRIu64
		     " on\n",
		     err->text, command->seed);
	command->room.kinds &= ~reorder;
	*err = (struct err){ 0 };
	return true;
}

static int soak(struct command *command, struct err *err)
{
	const char *parent = getenv("TMPDIR");
	int r = 0;

	if (snprintf(command->folder, sizeof(command->folder), "%s/twinsite-soak-XXXXXX",
		     parent && *parent ? parent : "/tmp") >=
		    (int)sizeof(command->folder) ||
	    !mkdtemp(command->folder)) {
		r = err_sys(err, errno, "%.200s", command->folder);
		(void)err_mark(err, ERR_BROKE);
		return r;
	}
	for (unsigned int i = 0; !r && i < command->seeds && !cmd_signal(); i++) {
		command->seed = command->first + i;
		r = try_seed(command, err);
		if (r < 0 && draws_less(command, err))
			r = try_seed(command, err);
	}
	file_remove_tree(command->folder);
	return r;
}

/* ------------------------------------------------------------ the command line */

static int take_first(void *user, char *value, struct err *err)
{
	struct command *command = user;
	int64_t number;

	if (str_to_number(value, 0, UINT32_MAX, &number))
		return err_set(err, EINVAL, "--first: '%.60s' is no number from 0 to %u",
			       value, UINT32_MAX);
	command->first = (uint64_t)number;
	return 0;
}

static int take_events(void *user, char *value, struct err *err)
{
	struct command *command = user;

	for (const char *word = value; *word;) {
		size_t length = strcspn(word, ",");
		unsigned int kind = soak_kind(word, length);

		if (!kind)
			return err_set(err, EINVAL,
				       "--events: '%.*s' is none of loss, reorder, "
				       "disconnect, restart, wan-change, rekey",
				       length > 40 ? 40 : (int)length, word);
		command->room.kinds |= kind;
		word += length + (word[length] == ',');
	}
	return 0;
}

static const struct option_row soak_rows[] = {
	{ .name = "seeds",
	  .letter = 'n',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct command, seeds),
	  .argument = "N",
	  .min = 1,
	  .max = 100000,
	  .help = "so many lives, each of its own seed; default: 10" },
	{ .name = "first",
	  .kind = OPTION_TAKE,
	  .take = take_first,
	  .argument = "S",
	  .help = "the first seed; default: 1" },
	{ .name = "events",
	  .letter = 'e',
	  .kind = OPTION_TAKE,
	  .take = take_events,
	  .argument = "LIST",
	  .help = "only such events, with commas between: loss, reorder, disconnect, "
		  "restart, wan-change, rekey; default: all that the plane can do" },
	{ .name = "plane",
	  .letter = 'p',
	  .kind = OPTION_WORD,
	  .words = cmd_planes,
	  OPTION_AT(struct command, plane),
	  .argument = "P",
	  .help = "default: uml, with --clock virtual vm" },
	{ .name = "clock",
	  .kind = OPTION_WORD,
	  .words = cmd_clocks,
	  OPTION_AT(struct command, clock),
	  .argument = "C",
	  .help = "default: real, short lives whose dead peer detection and retransmits "
		  "are 10 times faster. Virtual: on plane vm, the files' own times" },
	{ .name = "life",
	  .letter = 'l',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct command, life_s),
	  .argument = "SECONDS",
	  .min = 20,
	  .max = 31 * 24 * 3600,
	  .help = "how long each is; default: 120, with a virtual clock 21600 (6 h)" },
	{ .name = "gap",
	  .letter = 'g',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct command, gap_s),
	  .argument = "SECONDS",
	  .min = 1,
	  .max = 3600,
	  .help = "an outage may last so long, beside the time that nothing could pass; "
		  "default: 30, with a virtual clock 60" },
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct command, options.reports),
	  .argument = "D",
	  .help = "folder for reports, NAME-soak-SEED each (default: reports)" },
	{ 0 },
};

const struct command_line cmd_soak_line = {
	.name = "soak",
	.summary = "a tunnel's life with events drawn by chance, until one fails",
	.usage = "[OPTION …] SCENARIO",
	.about =
		"Draws a schedule of events from each seed, lives it (`alive:` of the "
		"scenario language), and asks whether the tunnel comes back each time. The "
		"first one that fails is shrunk: events are left out, halves first, as "
		"long as it fails in the same way; what stays is printed as `events:` "
		"with its scenario.",
	.options = soak_rows,
	.after =
		"The schedule is that of its seed, always. By a real clock the rest of a run "
		"is not: what fails once may pass again, and is then shrunk to what failed "
		"last.",
	.examples =
		"twinsite soak office --seeds 20\ttwenty lives of two minutes\n"
		"twinsite soak mine --clock virtual --seeds 5\tsix hours each, real timers\n"
		"twinsite soak mine --events rekey,loss\tonly these",
	.operands_min = 1,
	.operands_max = 1,
};

static int settle(struct command *command, struct err *err)
{
	bool is_virtual = command->clock > 0;
	struct run_options *options = &command->options;

	options->is_virtual = is_virtual;
	options->is_quick = true;
	options->has_plane = true;
	options->plane = command->plane > 0 ? (enum plane)(command->plane - 1)
			 : is_virtual	    ? PLANE_VM
					    : PLANE_UML;
	command->life = is_virtual ? virtual_life : real_life;
	if (command->life_s)
		command->life.life_s = command->life_s;
	if (command->gap_s)
		command->life.gap_s = command->gap_s;
	command->room.life_s = command->life.life_s;
	command->room.gap_s = command->life.gap_s;
	if (command->life.life_s < soak_life_min_s(command->life.gap_s))
		return err_set(
			err, EINVAL,
			"--life: in %u s nothing can happen and be over %u s (--gap) "
			"before the end; at least %u",
			command->life.life_s, command->life.gap_s,
			soak_life_min_s(command->life.gap_s));
	return 0;
}

/* All that the plane can do, where nobody said which. */
static void settle_kinds(struct command *command)
{
	bool has_netem = plane_features_possible(command->options.plane) & PLANE_NETEM;

	command->are_kinds_said = command->room.kinds != 0;
	for (size_t i = 0; !command->are_kinds_said && soak_words[i]; i++)
		if (has_netem || !str_equal(soak_words[i], "reorder"))
			command->room.kinds |=
				soak_kind(soak_words[i], strlen(soak_words[i]));
}

static int check_scenario(const struct scenario *scenario, struct err *err)
{
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_REACH && wanted->path == PATH_TUNNEL)
			return scenario->faults.count || scenario->injections.count
				       ? err_set(err, EINVAL,
						 "%s: a soak needs a tunnel that works: "
						 "this scenario is about a fault",
						 scenario->path)
				       : 0;
	return err_set(
		err, EINVAL,
		"%s: a soak needs a `reach` with `through: tunnel`, whose hosts go "
		"on asking",
		scenario->path);
}

int cmd_soak(int argc, char **argv)
{
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	struct command command = { .seeds = 10,
				   .first = 1,
				   .options.reports = "reports" };
	struct operands operands;
	struct err err = { 0 };
	char base[PATH_MAX];
	int r;

	if (options_parse(&cmd_soak_line, argc, argv, &command, &operands, &err) ||
	    settle(&command, &err))
		return cmd_fail(&err);
	settle_kinds(&command);
	if (scenario_load(operands.items[0], &scenario, &err) ||
	    check_scenario(scenario, &err))
		return cmd_fail(&err);
	if (!realpath(scenario->path, base)) {
		(void)err_sys(&err, errno, "%s", scenario->path);
		return cmd_fail(&err);
	}
	command.scenario = scenario;
	command.life.base = base;
	cmd_signals_catch();
	(void)printf("%u seeds from %" PRIu64 " on, lives of %u s, plane %s, %s\n",
		     command.seeds, command.first, command.life.life_s,
		     plane_name(command.options.plane),
		     command.options.is_virtual ? "a virtual clock, the files' own times"
						: "a real clock, timers 10 times faster");
	(void)fflush(stdout);
	r = soak(&command, &err);
	if (cmd_signal())
		return EXIT_SIGNAL + cmd_signal();
	if (r < 0)
		return cmd_fail(&err);
	if (r)
		return str_starts(command.way, "twinsite") ? EXIT_BROKE : EXIT_UNEXPECTED;
	(void)printf("%u lives, and the tunnel came back each time\n", command.seeds);
	return EXIT_OK;
}
