// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_new.c - twinsite new: from "my two files" to a scenario */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "check/check.h"
#include "cmd.h"
#include "device/device.h"
#include "import/import.h"
#include "import/settle.h"
#include "run/reader.h"
#include "scenario/draft.h"
#include "lab/plan.h"
#include "netns/plane.h"
#include "scenario/scenario.h"
#include "scenario/unproven.h"
#include "model/aspect.h"

struct end {
	const char *path; /* as given */
	char name[17];
	const char *files; /* below the scenario's folder */
	struct import_sources sources;
	enum device_kind kind;
	struct site *site;
};

struct draft {
	const char *folder;
	const char *firmware; /* NULL: as the files look */
	struct arena *arena;
	struct end ends[2];
};

static void draft_done(struct draft *draft)
{
	for (size_t i = 0; i < 2; i++)
		site_free(draft->ends[i].site);
	arena_free(draft->arena);
}

static const char *last_part(struct arena *arena, const char *path)
{
	char *copy = arena_strdup(arena, path);
	size_t length = strlen(copy);

	while (length > 1 && copy[length - 1] == '/')
		copy[--length] = '\0';
	return strrchr(copy, '/') ? strrchr(copy, '/') + 1 : copy;
}

static int load(struct draft *draft, struct end *end, const char *fallback,
		struct err *err)
{
	struct import_options options;
	char *word = arena_strdup(draft->arena, last_part(draft->arena, end->path));
	int r = import_load_any(end->path, draft->arena, &end->kind, &end->sources, err);

	if (r)
		return r;
	options = import_options_of(device_of(end->kind)->releases ? draft->firmware
								   : NULL);
	if (strchr(word, '.') > word)
		*strchr(word, '.') = '\0';
	scenario_draft_name(*word ? word : fallback, end->name);
	return site_import(end->kind, end->name, end->sources.list.items,
			   end->sources.list.count, &options, &end->site, err);
}

/* Names come from archives too: nothing may leave the scenario's folder. */
static bool is_safe(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..");
}

static int copy_source(const struct draft *draft, const struct end *end,
		       const struct import_source *source, struct err *err)
{
	char *path, *slash;
	int r;

	if (!is_safe(source->name))
		return err_set(err, EINVAL, "%s: the name '%.100s' leaves the folder",
			       end->path, source->name);
	path = arena_printf(draft->arena, "%s/%s/%s", draft->folder, end->name,
			    source->name);
	slash = strrchr(path, '/');
	*slash = '\0';
	r = file_make_folder(path, err);
	*slash = '/';
	/* There are keys in it. */
	return r ? r : file_write_secret(path, source->bytes, source->length, err);
}

static int copy_end(const struct draft *draft, struct end *end, struct err *err)
{
	int made = file_make_secret_folder(
		arena_printf(draft->arena, "%s/%s", draft->folder, end->name), err);

	if (made)
		return made;
	vec_foreach (source, &end->sources.list) {
		int r = copy_source(draft, end, source, err);

		if (r)
			return r;
	}
	/* One file is named itself; OpenWrt's folder is looked through like a root. */
	end->files = end->name;
	if (end->sources.list.count == 1 &&
	    !str_starts(end->sources.list.items[0].name, "etc/"))
		end->files = arena_printf(draft->arena, "%s/%s", end->name,
					  end->sources.list.items[0].name);
	return 0;
}

static bool is_key_hidden(const struct scenario *scenario)
{
	vec_foreach (site, &scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel->psk.is_set &&
			    !tunnel->psk.is_readable)
				return true;
	return false;
}

static bool has_trap(const struct scenario *scenario)
{
	vec_foreach (site, &scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel_has_trap(site->site, tunnel))
				return true;
	return false;
}

static bool has_ikev1_only(const struct scenario *scenario)
{
	vec_foreach (site, &scenario->sites)
		vec_foreach (tunnel, &site->site->tunnels)
			if (!tunnel->is_disabled && tunnel->version == 1)
				return true;
	return false;
}

/* Does a run of it say anything about that check? A list of more would be refused. */
static bool is_said(const struct scenario *scenario, const char *check)
{
	static const struct {
		const char *check;
		enum expect_kind kind;
	} wanted[] = {
		{ "reach", EXPECT_REACH },
		{ "blocked", EXPECT_BLOCKED },
		{ "name", EXPECT_NAME },
		{ "leak", EXPECT_LEAK },
		{ "mtu", EXPECT_MTU },
		{ "throughput", EXPECT_THROUGHPUT },
		{ "wan-change", EXPECT_WAN_CHANGE },
		{ "teardown", EXPECT_TEARDOWN },
	};
	static const char *const rare[] = { "child-surplus", "late-name", "silence",
					    "kernel-keys", "process" };

	for (size_t i = 0; i < ARRAY_SIZE(rare); i++)
		if (str_equal(check, rare[i]))
			return false;
	if (str_equal(check, "rekey") && has_ikev1_only(scenario))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!str_equal(check, wanted[i].check))
			continue;
		vec_foreach (expectation, &scenario->expectations)
			if (expectation->kind == wanted[i].kind)
				return true;
		return false;
	}
	return true;
}

/* May the check be unproven there, by what the files have or the plane lacks? */
static bool may_be_unproven(const struct scenario *scenario, const char *check,
			    bool is_libipsec)
{
	if (!is_said(scenario, check))
		return false;
	vec_foreach (site, &scenario->sites)
		if (site_touching(site->site, NULL, check_aspects(check)))
			return true;
	if (str_equal(check, "psk-proof") && is_key_hidden(scenario))
		return true;
	return is_libipsec && (str_equal(check, "exemption") ||
			       (str_equal(check, "leak") && has_trap(scenario)));
}

static void say_plane(const struct scenario *scenario, const char *plane, struct buf *out)
{
	const bool is_libipsec = str_equal(plane, "libipsec");
	bool has_any = false;

	for (size_t i = 0; check_words[i]; i++) {
		if (!may_be_unproven(scenario, check_words[i], is_libipsec))
			continue;
		if (has_any)
			buf_printf(out, ", %s", check_words[i]);
		else
			buf_printf(out, "  %s: [ %s", plane, check_words[i]);
		has_any = true;
	}
	if (has_any)
		buf_puts(out, " ]\n");
}

/* What a run cannot prove, and the words of the files that are to blame. */
static void say_unproven(const struct scenario *scenario, struct buf *out)
{
	buf_puts(out,
		 "\n# No proof either way: what a plane cannot show, and words of the "
		 "files that are not rehearsed.\n");
	vec_foreach (site, &scenario->sites)
		vec_foreach (remark, &site->site->remarks) {
			_cleanup_buf_ struct buf at = { 0 };

			if (!remark->aspects)
				continue;
			origin_format(&remark->at, &at);
			buf_printf(out, "# %s: '%s' (%s)\n", site->name, remark->word,
				   buf_text(&at));
		}
	buf_puts(out, "unproven:\n");
	for (unsigned int plane = 0; plane < PLANE_COUNT; plane++)
		say_plane(scenario, plane_name((enum plane)plane), out);
}

/* Whatever plane it is going to be. */
static int plan(const struct scenario *scenario, struct err *err)
{
	static const enum esp_plane kinds[] = { ESP_KERNEL, ESP_LIBIPSEC };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_cleanup_(plan_freep) struct plan *made = NULL;
		int r = plan_make(scenario, kinds[i], &made, err);

		if (r)
			return r;
	}
	return 0;
}

static int write_scenario(const struct draft *draft, struct err *err)
{
	const struct draft_site sites[2] = {
		{ draft->ends[0].name, draft->ends[0].files, draft->ends[0].site },
		{ draft->ends[1].name, draft->ends[1].files, draft->ends[1].site },
	};
	const char *path = arena_printf(draft->arena, "%s/scenario.yml", draft->folder);
	_cleanup_(scenario_freep) struct scenario *scenario = NULL;
	_cleanup_buf_ struct buf text = { 0 };
	int r;

	scenario_draft(sites, &text);
	r = file_write(path, buf_text(&text), text.length, err);
	if (!r)
		r = scenario_load(draft->folder, &scenario, err);
	if (!r)
		r = plan(scenario, err);
	if (r)
		return r;
	say_unproven(scenario, &text);
	scenario_free(steal(&scenario));
	r = file_write(path, buf_text(&text), text.length, err);
	return r ? r : scenario_load(draft->folder, &scenario, err);
}

static int make(struct draft *draft, struct err *err)
{
	static const char *const fallbacks[2] = { "left", "right" };
	struct stat status;
	int r = 0;

	if (stat(arena_printf(draft->arena, "%s/scenario.yml", draft->folder), &status) ==
	    0)
		return err_set(err, EEXIST, "%s: there is a scenario already",
			       draft->folder);
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = load(draft, &draft->ends[i], fallbacks[i], err);
	if (r)
		return r;
	if (str_equal(draft->ends[0].name, draft->ends[1].name))
		for (size_t i = 0; i < 2; i++)
			(void)snprintf(draft->ends[i].name, sizeof(draft->ends[i].name),
				       "%s", fallbacks[i]);
	import_settle((struct site *const[2]){ draft->ends[0].site, draft->ends[1].site },
		      (const struct inet_addr[2]){ { 0 }, { 0 } });
	r = reader_output(draft->folder, false, err);
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = copy_end(draft, &draft->ends[i], err);
	return r ? r : write_scenario(draft, err);
}

static const struct option_row new_rows[] = {
	{ .name = "left",
	  .letter = 'l',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, ends[0].path),
	  .argument = "FILES",
	  .help = "of the one end" },
	{ .name = "right",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, ends[1].path),
	  .argument = "FILES",
	  .help = "of the other end" },
	{ .name = "firmware",
	  .letter = 'f',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, firmware),
	  .argument = "F",
	  .help = "the release that reads an OpenWrt end's files (\"23.05\"); without it the "
		  "newest that they fit is written into the scenario" },
	{ 0 },
};

const struct command_line cmd_new_line = {
	.name = "new",
	.summary = "a scenario from the files of two devices",
	.usage = "DIR --left FILES --right FILES [--firmware F]",
	.about =
		"Writes a scenario: scenario.yml and copies of both ends' files. FILES is a "
		"file, a folder (an OpenWrt root with etc/config) or a backup archive. Hosts, "
		"addresses and names that no file says are made up and marked `# invented`.",
	.options = new_rows,
	.operands_min = 1,
	.operands_max = 1,
};

int cmd_new(int argc, char **argv)
{
	_cleanup_(draft_done) struct draft draft = { .arena = arena_new() };
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_new_line, argc, argv, &draft, &operands, &err))
		return cmd_fail(&err);
	if (!draft.ends[0].path || !draft.ends[1].path) {
		(void)err_set(&err, EINVAL,
			      "new: --left and --right say whose files: twinsite new %s",
			      cmd_new_line.usage);
		return cmd_fail(&err);
	}
	draft.folder = operands.items[0];
	arena_set_secret(draft.arena);
	if (make(&draft, &err))
		return cmd_fail(&err);
	(void)printf("%s/scenario.yml is written; `twinsite predict %s` looks at it, "
		     "`twinsite run %s` rehearses it\n",
		     draft.folder, draft.folder, draft.folder);
	return EXIT_OK;
}
