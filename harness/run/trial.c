// SPDX-License-Identifier: GPL-2.0-or-later
/* trial.c - does a plane what its probe promises? */
#include "run/trial.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "run/run.h"

/* The addresses are of 198.18.0.0/15, which is for tests (RFC 2544). */
static const char scenario_text[] = "# A trial: one SA between two Linux hosts.\n"
				    "sites:\n"
				    "  left:\n"
				    "    device: strongswan\n"
				    "    files: left.conf\n"
				    "    wan: 198.18.10.2/24\n"
				    "    lan: 10.10.0.1/24\n"
				    "    hosts: { desk: 10.10.0.10 }\n"
				    "  right:\n"
				    "    device: strongswan\n"
				    "    files: right.conf\n"
				    "    wan: 198.18.20.2/24\n"
				    "    lan: 10.20.0.1/24\n"
				    "    hosts: { store: 10.20.0.10 }\n"
				    "initiator: left\n"
				    "expect:\n"
				    "  - tunnel: up\n"
				    "  - reach: desk -> store\n"
				    "    through: tunnel\n";

struct trial_end {
	const char *file, *own, *other, *own_lan, *other_lan;
	const char *start;
};

static const struct trial_end ends[] = {
	{ "left.conf", "198.18.10.2", "198.18.20.2", "10.10.0.0/24", "10.20.0.0/24",
	  "start" },
	{ "right.conf", "198.18.20.2", "198.18.10.2", "10.20.0.0/24", "10.10.0.0/24",
	  "none" },
};

static int write_end(const char *folder, const struct trial_end *end, struct arena *arena,
		     struct err *err)
{
	const char *text = arena_printf(
		arena,
		"connections {\n"
		"	trial {\n"
		"		version = 2\n"
		"		local_addrs = %s\n"
		"		remote_addrs = %s\n"
		"		proposals = aes128-sha256-modp2048\n"
		"		local {\n			auth = psk\n			id = %s\n		}\n"
		"		remote {\n			auth = psk\n			id = %s\n		}\n"
		"		children {\n"
		"			lan {\n"
		"				local_ts = %s\n"
		"				remote_ts = %s\n"
		"				esp_proposals = aes128-sha256\n"
		"				start_action = %s\n"
		"			}\n		}\n	}\n}\n"
		"secrets {\n	ike-trial {\n		secret = \"trial\"\n	}\n}\n",
		end->own, end->other, end->own, end->other, end->own_lan, end->other_lan,
		end->start);

	return file_write(arena_printf(arena, "%s/%s", folder, end->file), text,
			  strlen(text), err);
}

static int write_all(const char *folder, struct arena *arena, struct err *err)
{
	int r = file_write(arena_printf(arena, "%s/scenario.yml", folder), scenario_text,
			   sizeof(scenario_text) - 1, err);

	for (size_t i = 0; !r && i < ARRAY_SIZE(ends); i++)
		r = write_end(folder, &ends[i], arena, err);
	return r;
}

/* The first check that is not ok: 0 when there is none, and at least one. */
static int check(const struct judged *judged, struct err *err)
{
	const struct judgement *judgement = &judged->judgement;

	if (judgement->broke_off)
		return err_set(err, EIO, "%s", judgement->broke_off);
	vec_foreach (verdict, &judgement->verdicts)
		if (verdict->kind != VERDICT_OK)
			return err_set(err, EIO, "%s: %s", verdict->claim, verdict->seen);
	if (!judgement->verdicts.count)
		return err_set(err, EIO, "nothing was checked");
	return 0;
}

static int run_in(const char *folder, enum plane plane, int interrupt, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(judged_freep) struct judged *judged = NULL;
	const char *scenario = arena_printf(arena, "%s/trial", folder);
	const struct run_options options = {
		.scenario = scenario,
		.reports = arena_printf(arena, "%s/reports", folder),
		.has_plane = true,
		.plane = plane,
		.is_quick = true,
		.interrupt = interrupt,
	};
	int r = file_make_folder(scenario, err);

	if (!r)
		r = write_all(scenario, arena, err);
	if (!r)
		r = run_scenario(&options, &judged, err);
	return r ? r : check(judged, err);
}

int trial_run(enum plane plane, int interrupt, struct err *err)
{
	const char *parent = getenv("TMPDIR");
	char folder[PATH_MAX];
	int r;

	if (snprintf(folder, sizeof(folder), "%s/twinsite-trial-XXXXXX",
		     parent && *parent ? parent : "/tmp") >= (int)sizeof(folder) ||
	    !mkdtemp(folder))
		return err_sys(err, errno, "%s", folder);
	r = run_in(folder, plane, interrupt, err);
	file_remove_tree(folder);
	return r ? -EIO : 0;
}
