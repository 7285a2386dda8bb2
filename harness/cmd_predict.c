// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_predict.c - twinsite predict: what will not work, before a packet is sent */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd.h"
#include "device/device.h"
#include "import/import.h"
#include "import/name.h"
#include "import/updown.h"
#include "import/settle.h"
#include "predict/one_end.h"
#include "predict/reading.h"
#include "report/findings.h"
#include "report/site_text.h"
#include "scenario/scenario.h"
#include "text/shell.h"

#define FIRMWARES_MAX 32

struct end {
	const struct import_source *sources;
	size_t count;
	enum device_kind kind;
	const char *name;
	const struct site *site; /* borrowed from own or the scenario */
	struct site *own;
	/* The other readings of an OpenWrt end. */
	struct site *documented, *rendered[FIRMWARES_MAX];
	size_t rendered_count;
};

struct prediction {
	struct arena *arena;
	struct scenario *scenario;
	struct end ends[2];
	struct predict_input input;
	struct site *needed; /* the counterpart, when one end was given */
	const char *firmware;
	const struct operands *given;
	bool is_json, is_quiet, is_one_end, is_watched; /* by main() */
	enum weight fail_on;
};

static void prediction_done(struct prediction *prediction)
{
	for (size_t i = 0; i < 2; i++) {
		struct end *end = &prediction->ends[i];

		site_free(end->own);
		site_free(end->documented);
		for (size_t j = 0; j < end->rendered_count; j++)
			site_free(end->rendered[j]);
	}
	site_free(prediction->needed);
	scenario_free(prediction->scenario);
	arena_free(prediction->arena);
}

/* Do releases of it read the same file differently? */
static bool is_rendered(const struct end *end)
{
	return device_of(end->kind)->releases;
}

static int load_end(struct prediction *prediction, const char *path, const char *name,
		    struct end *end, struct err *err)
{
	struct import_options options;
	struct import_sources sources = { 0 };
	int r = import_load_any(path, prediction->arena, &end->kind, &sources, err);

	if (r)
		return r;
	/* It is for the end that has releases which read differently. */
	options = import_options_of(is_rendered(end) ? prediction->firmware : NULL);
	end->sources = sources.list.items;
	end->count = sources.list.count;
	end->name = name;
	r = site_import(end->kind, name, end->sources, end->count, &options, &end->own,
			err);
	if (!r)
		import_give_modes(end->own, sources.not_executable.items,
				  sources.not_executable.count);
	end->site = end->own;
	return r;
}

static int load_files(struct prediction *prediction, char **paths, struct err *err)
{
	const char *names[2];
	int r = import_names(prediction->arena, paths[0], paths[1], names, err);

	for (size_t i = 0; i < 2 && !r; i++)
		r = load_end(prediction, paths[i], names[i], &prediction->ends[i], err);
	if (r)
		return r;
	import_settle((struct site *const[2]){ prediction->ends[0].own,
					       prediction->ends[1].own },
		      (const struct inet_addr[2]){ { 0 }, { 0 } });
	for (size_t i = 0; i < 2; i++)
		prediction->input.sites[i] = prediction->ends[i].site;
	prediction->input.initiator = predict_initiator(prediction->input.sites);
	return 0;
}

static int load_one_end(struct prediction *prediction, const char *path, struct err *err)
{
	struct end *end = &prediction->ends[0];
	int r = load_end(prediction, path, import_name(prediction->arena, path), end,
			 err);

	prediction->is_one_end = true;
	prediction->input.sites[0] = end->site;
	return r;
}

/* A form that somebody filled in is YAML as a scenario is; its first key is another. */
static bool is_form(const char *path)
{
	_cleanup_free_ char *text = NULL;
	size_t length;

	if (file_read(path, &text, &length, NULL))
		return false;
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (str_starts(line, "device:"))
			return true;
	}
	return false;
}

/*
 * A folder with a scenario.yml, or such a file; anything else is a device's. A link is one,
 * too, wherever it leads: whoever reads it says that.
 */
static bool is_scenario(const char *path)
{
	char inside[PATH_MAX];
	struct stat status;

	(void)snprintf(inside, sizeof(inside), "%s/scenario.yml", path);
	if (str_equal(path, "-"))
		return false;
	return ((str_ends(path, ".yml") || str_ends(path, ".yaml")) && !is_form(path)) ||
	       !lstat(inside, &status) || lstat(path, &status);
}

static int load_scenario(struct prediction *prediction, const char *path, struct err *err)
{
	int r = scenario_load_as(path, prediction->firmware, &prediction->scenario, err);

	if (r)
		return r;
	for (size_t i = 0; i < 2; i++) {
		const struct scenario_site *site = &prediction->scenario->sites.items[i];

		prediction->ends[i] = (struct end){ .sources = site->sources.items,
						    .count = site->sources.count,
						    .kind = site->kind,
						    .name = site->name,
						    .site = site->site };
		prediction->input.sites[i] = site->site;
		prediction->input.is_behind_nat[i] = site->is_behind_nat;
	}
	prediction->input.initiator = prediction->scenario->initiator;
	return 0;
}

/* ------------------------------------------------------------ both readings */

static struct site *read_as(const struct end *end, const char *firmware)
{
	return predict_read_as(end->kind, end->sources, end->count, end->name, firmware);
}

static void add_rendered(struct end *end, struct site *site)
{
	if (site && end->rendered_count < FIRMWARES_MAX)
		end->rendered[end->rendered_count++] = site;
	else
		site_free(site);
}

static void compare_readings(struct prediction *prediction, struct end *end,
			     struct findings *findings)
{
	if (!is_rendered(end) || !end->site->tunnels.count ||
	    end->site->tunnels.items[0].own_file != OWN_FILE_NONE)
		return;
	end->documented = read_as(end, "documented");
	if (end->site->reading == READING_RENDERED) {
		add_rendered(end, read_as(end, end->site->firmware));
		vec_foreach (name, &end->site->also_fits)
			add_rendered(end, read_as(end, *name));
	} else {
		for (const char *const *name = device_of(end->kind)->releases(); *name;
		     name++)
			add_rendered(end, read_as(end, *name));
	}
	if (end->documented)
		predict_readings(&prediction->input, end->documented,
				 (const struct site *const *)end->rendered,
				 end->rendered_count, findings);
}

/* ------------------------------------------------------------ output */

/* By whose rules, before anything is said; a program finds it among the notes. */
static void say_readings(struct prediction *prediction, struct findings *findings,
			 struct buf *text)
{
	const bool is_for_none =
		!is_rendered(&prediction->ends[0]) &&
		(prediction->is_one_end || !is_rendered(&prediction->ends[1]));

	for (size_t i = 0; i < (prediction->is_one_end ? 1 : 2); i++) {
		const struct end *end = &prediction->ends[i];
		const char *reading = predict_reading(prediction->arena, end->sources,
						      end->count, end->site);

		if (!reading && prediction->firmware && is_for_none)
			reading = arena_printf(
				prediction->arena,
				"%s: --firmware %s changes nothing: every release of its "
				"kind is read alike",
				end->name, prediction->firmware);
		if (reading && prediction->is_json)
			vec_add(prediction->arena, &findings->notes, reading);
		else if (reading)
			buf_printf(text, "%s\n", reading);
	}
}

static bool is_hopeless(const struct end *end)
{
	return is_rendered(end) && end->site->tunnels.count &&
	       end->site->reading == READING_DOCUMENTED &&
	       predict_loads_nowhere(end->kind, end->sources, end->count, end->name);
}

static int status_of(const struct prediction *prediction, const struct findings *findings)
{
	const struct weights weights = findings_weigh(findings);

	for (unsigned int i = 0; i <= prediction->fail_on; i++)
		if (weights.count[i])
			return EXIT_UNEXPECTED;
	for (size_t i = 0; i < (prediction->is_one_end ? 1 : 2); i++)
		if (is_hopeless(&prediction->ends[i]))
			return EXIT_UNEXPECTED;
	return findings_prove_nothing(findings) ? EXIT_NOTHING_RAN : EXIT_OK;
}

/* The same values, seen from there, each with the line of this end that asks for it. */
static void say_needed(const struct prediction *prediction, struct buf *text)
{
	if (!prediction->needed->tunnels.count) {
		buf_puts(text,
			 "\nno tunnel is in use: nothing is asked of another end\n");
		return;
	}
	buf_puts(text,
		 "\nwhat the other end must have (`local` is that end, `remote` this "
		 "one; of proposals one is enough)\n");
	site_text_needed(prediction->needed, text);
	buf_puts(text,
		 "\n`twinsite other-end FILES --device KIND` writes it in the words of "
		 "a device.\n");
}

/* That it should work, of two ends, is said of two. */
static bool is_one_fine_end(const struct prediction *prediction,
			    const struct findings *findings)
{
	return prediction->is_one_end && !findings->count && !findings->unproven.count &&
	       !findings->notes.count;
}

/* To a person, not to a pipe: what he can do next, with his own words. */
static void say_next(const struct prediction *prediction, const struct findings *findings,
		     struct buf *text)
{
	const struct weights weights = findings_weigh(findings);
	_cleanup_buf_ struct buf call = { 0 };

	if (!isatty(STDOUT_FILENO) || prediction->is_one_end || prediction->is_json ||
	    prediction->is_quiet)
		return;
	for (size_t i = 0; i < prediction->given->count; i++)
		buf_printf(&call, " %s",
			   shell_quote(prediction->arena, prediction->given->items[i]));
	if (prediction->firmware)
		buf_printf(&call, " --firmware %s",
			   shell_quote(prediction->arena, prediction->firmware));
	if (weights.count[WEIGHT_FATAL] || weights.count[WEIGHT_LEAK])
		buf_printf(text,
			   "\ntwinsite fix%s   shows what to change, as a diff\n"
			   "twinsite why %s   tells what the first one is\n",
			   buf_text(&call), findings->items[0].class->id);
	else if (prediction->scenario)
		buf_printf(text, "\ntwinsite run%s   rehearses it\n", buf_text(&call));
	else
		buf_printf(text,
			   "\ntwinsite new mine%s && twinsite run mine   rehearses it\n",
			   buf_text(&call));
}

static int print(struct prediction *prediction)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct findings findings;

	if (prediction->is_one_end)
		predict_one_end(&prediction->input, &findings, &prediction->needed);
	else
		predict_pair(&prediction->input, &findings);
	for (size_t i = 0; i < (prediction->is_one_end ? 1 : 2); i++)
		compare_readings(prediction, &prediction->ends[i], &findings);
	if (prediction->scenario)
		scenario_accept(prediction->scenario, prediction->arena, false,
				&findings);
	findings_order(&findings);
	if (!prediction->is_quiet || prediction->is_json)
		say_readings(prediction, &findings, &text);
	if (prediction->is_json)
		report_findings_json(&findings, prediction->needed, &text);
	else if (prediction->is_quiet)
		report_findings_brief(&findings, prediction->fail_on, &text);
	else if (is_one_fine_end(prediction, &findings))
		buf_puts(&text, "nothing found wrong with this end by itself\n");
	else
		report_findings_text(&findings, &text);
	if (!prediction->is_json)
		report_findings_sum(&findings, &text);
	if (prediction->is_one_end && !prediction->is_json && !prediction->is_quiet)
		say_needed(prediction, &text);
	say_next(prediction, &findings, &text);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	return status_of(prediction, &findings);
}

static const struct option_row predict_rows[] = {
	{ .name = "json",
	  .letter = 'J',
	  OPTION_AT(struct prediction, is_json),
	  .help = "the same for programs" },
	{ .name = "quiet",
	  .letter = 'q',
	  OPTION_AT(struct prediction, is_quiet),
	  .excludes = "json",
	  .help = "only what --fail-on counts, a line each" },
	{ .name = "fail-on",
	  .kind = OPTION_WORD,
	  .words = weight_names,
	  OPTION_AT(struct prediction, fail_on),
	  .argument = "WEIGHT",
	  .help = "exit status 1 when something weighs as much or more, or no release loads "
		  "it; default: leak" },
	{ FIRMWARE_OPTION(struct prediction, firmware) },
	{ .name = "watch",
	  OPTION_AT(struct prediction, is_watched),
	  .help = "again each time that something below what is named changes (not what "
		  "`base:` leads to), until Ctrl-C" },
	{ 0 },
};

const struct command_line cmd_predict_line = {
	.name = "predict",
	.summary = "what will not work and why, before a packet is sent",
	.usage = "[OPTION …] SCENARIO\n"
		 "[OPTION …] FILES-OF-ONE-END\n"
		 "[OPTION …] FILES-OF-ONE-END FILES-OF-THE-OTHER",
	.about =
		"Reads both ends' files and says what will not work and why: the setting, "
		"both values with file and line, and what to write instead. No root, no "
		"network, no daemon. FILES is a file, a folder (a router's root, its etc or its "
		"etc/config, a host's /etc), a backup archive or \"-\", standard input.\n"
		"Of one end alone: what is wrong with it whatever the other one is, and what "
		"the other one must have, each value with the line that asks for it. Nothing "
		"is claimed of the other end.\n"
		"A device whose releases differ is read as its release's scripts read it: what "
		"--firmware or the scenario's `firmware:` names, else what its files look like, "
		"of several the newest; what another release would do is said.\n"
		"The worst comes first: fatal (no tunnel, no traffic), leak, weak; the last "
		"line counts. A fault that `accept:` of scenario.yml names, with its reason, "
		"is told and does not count.",
	.options = predict_rows,
	.examples =
		"twinsite predict home office.cfg\tboth ends: a router's folder and a firewall's file\n"
		"twinsite predict office.cfg\tone end alone, and what the other end must have\n"
		"twinsite predict --quiet --fail-on leak home office.cfg\ta line each, for CI",
	.statuses =
		"0 nothing weighs as much as --fail-on says\n"
		"1 something does\n"
		"2 a file is not what it should be, or the call is not; the sentence says which\n"
		"3 nothing does, and nothing was proved: all rests on words that are not "
		"rehearsed",
	.operands_min = 1,
	.operands_max = 2,
};

int cmd_predict(int argc, char **argv)
{
	_cleanup_(prediction_done) struct prediction prediction = { .arena = arena_new(),
								    .fail_on =
									    WEIGHT_LEAK };
	struct operands operands;
	struct err err = { 0 };
	int r;

	prediction.input.arena = prediction.arena;
	if (options_parse(&cmd_predict_line, argc, argv, &prediction, &operands, &err))
		return cmd_fail(&err);
	prediction.given = &operands;
	if (!prediction.is_json)
		out_wrap();
	if (operands.count == 2)
		r = load_files(&prediction, operands.items, &err);
	else if (is_scenario(operands.items[0]) || scenario_misnamed(operands.items[0]))
		r = load_scenario(&prediction, operands.items[0], &err);
	else
		r = load_one_end(&prediction, operands.items[0], &err);
	return r ? cmd_fail(&err) : print(&prediction);
}
