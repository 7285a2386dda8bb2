// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_predict.c - twinsite predict: what will not work, before a packet is sent */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "cmd.h"
#include "import/import.h"
#include "predict/predict.h"
#include "report/findings.h"
#include "scenario/scenario.h"

static const char help[] =
	"usage: twinsite predict [--json] SCENARIO\n"
	"       twinsite predict [--json] [--firmware F] FILES-OF-ONE-END "
	"FILES-OF-THE-OTHER\n"
	"\n"
	"Reads both ends' files and says what will not work and why: the setting, both "
	"values\n"
	"with file and line, and what to write instead. No root, no network, no daemon.\n"
	"FILES is a file, a folder (an OpenWrt root with etc/config) or a backup "
	"archive.\n"
	"--firmware F reads an OpenWrt end as that release's scripts render it "
	"(\"19.07\").\n"
	"\n"
	"Exit status: 0 a tunnel can come up, 1 it cannot, 2 bad input.\n";

struct pair {
	struct scenario *scenario;
	struct site *sites[2];
	struct arena *arena;
	unsigned int initiator;
};

static int import_one(const char *path, const char *name, const char *firmware,
		      struct pair *pair, unsigned int index, struct err *err)
{
	const struct import_options options = {
		.reading = firmware ? READING_RENDERED : READING_DOCUMENTED,
		.firmware = firmware,
	};
	struct import_sources sources = { 0 };
	enum device_kind kind;
	int r = import_load_any(path, pair->arena, &kind, &sources, err);

	if (r)
		return r;
	return site_import(kind, name, sources.list.items, sources.list.count,
			   kind == DEVICE_OPENWRT ? &options : NULL, &pair->sites[index],
			   err);
}

static int load(int count, char **paths, const char *firmware, struct pair *pair,
		struct err *err)
{
	int r;

	if (count == 1) {
		r = scenario_load(paths[0], &pair->scenario, err);
		if (r)
			return r;
		pair->initiator = pair->scenario->initiator;
		return 0;
	}
	r = import_one(paths[0], "left", firmware, pair, 0, err);
	return r ? r : import_one(paths[1], "right", firmware, pair, 1, err);
}

static int print(const struct pair *pair, bool is_json)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct predict_input input = { .initiator = pair->initiator,
				       .arena = pair->arena };
	struct findings findings;
	int status = EXIT_OK;

	for (unsigned int i = 0; i < 2; i++)
		input.sites[i] = pair->scenario ? pair->scenario->sites.items[i].site
						: pair->sites[i];
	predict_pair(&input, &findings);
	if (is_json)
		report_findings_json(&findings, &text);
	else
		report_findings_text(&findings, &text);
	(void)fwrite(buf_text(&text), 1, text.length, stdout);
	vec_foreach (finding, &findings)
		if (finding->severity == SEVERITY_NO_TUNNEL)
			status = EXIT_UNEXPECTED;
	return status;
}

int cmd_predict(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "firmware", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct pair pair = { .arena = arena_new() };
	const char *firmware = NULL;
	bool is_json = false;
	struct err err = { 0 };
	int option, status;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			is_json = true;
		else if (option == 'f')
			firmware = optarg;
		else {
			(void)fputs(help, option == 'h' ? stdout : stderr);
			arena_free(pair.arena);
			return option == 'h' ? EXIT_OK : EXIT_BAD_INPUT;
		}
	}
	if (argc - optind != 1 && argc - optind != 2) {
		(void)fputs(help, stderr);
		status = EXIT_BAD_INPUT;
	} else if (load(argc - optind, argv + optind, firmware, &pair, &err)) {
		status = cmd_fail(&err);
	} else {
		status = print(&pair, is_json);
	}
	scenario_free(pair.scenario);
	site_free(pair.sites[0]);
	site_free(pair.sites[1]);
	arena_free(pair.arena);
	return status;
}
