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
#include "import/name.h"
#include "import/settle.h"
#include "run/reader.h"
#include "text/shell.h"
#include "scenario/draft.h"
#include "lab/plan.h"
#include "netns/plane.h"
#include "predict/other_end.h"
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
	const char *tunnel;
	bool wants_form;
	int kind;	 /* of an end that is made; -1: it is not said */
	bool is_passing; /* of our own, gone when the program ends */
	struct arena *arena;
	struct end ends[2];
	struct other_end other; /* when one end is given */
};

static void draft_done(struct draft *draft)
{
	for (size_t i = 0; i < 2; i++)
		site_free(draft->ends[i].site);
	other_end_done(&draft->other);
	arena_free(draft->arena);
}

static int load(struct draft *draft, struct end *end, const char *name, struct err *err)
{
	struct import_options options;
	int r = import_load_any(end->path, draft->arena, &end->kind, &end->sources, err);

	if (r)
		return r;
	options = import_options_of(device_of(end->kind)->releases ? draft->firmware
								   : NULL);
	scenario_draft_name(name, end->name);
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

/* Does it let the LAN's packets out in clear while there is no tunnel? */
static bool leaks_while_down(const struct draft *draft, unsigned int end)
{
	struct predict_input input = {
		.sites = { draft->ends[0].site, draft->ends[1].site },
		.arena = draft->arena,
	};
	struct findings findings;

	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &findings);
	vec_foreach (finding, &findings)
		if (finding->class->number == F70 &&
		    str_equal(finding->site, draft->ends[end].site->name))
			return true;
	return false;
}

static int write_scenario(const struct draft *draft, struct err *err)
{
	const struct draft_site sites[2] = {
		{ draft->ends[0].name, draft->ends[0].files, draft->ends[0].site,
		  leaks_while_down(draft, 0), draft->other.psk },
		{ draft->ends[1].name, draft->ends[1].files, draft->ends[1].site,
		  leaks_while_down(draft, 1), NULL },
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

/* The end that nobody gave, made by the one that is given. */
static int make_other(struct draft *draft, struct err *err)
{
	struct end *given = &draft->ends[0], *made = &draft->ends[1];
	const struct other_end_wanted wanted = {
		.kind = draft->kind < 0 ? given->kind : (enum device_kind)draft->kind,
		.name = "other",
		.tunnel = draft->tunnel,
		.with_secret = true,
	};
	int r = other_end_make(given->site, &wanted, draft->arena, &draft->other, err);

	if (r)
		return r;
	if (draft->other.against.count)
		return err_set(err, EINVAL, "%s: %s cannot be its other end: %s: %s",
			       given->path, device_of(wanted.kind)->title,
			       draft->other.against.items[0].class->id,
			       draft->other.against.items[0].summary);
	made->kind = wanted.kind;
	made->sources = draft->other.rehearsed;
	made->site = steal(&draft->other.site);
	(void)snprintf(made->name, sizeof(made->name), "%s",
		       str_equal(given->name, wanted.name) ? "far" : wanted.name);
	return 0;
}

static int load_ends(struct draft *draft, struct err *err)
{
	static const char *const fallbacks[2] = { "left", "right" };
	const char *names[2] = { import_name(draft->arena, draft->ends[0].path) };
	int r = draft->ends[1].path ? import_names(draft->arena, draft->ends[0].path,
						   draft->ends[1].path, names, err)
				    : 0;

	if (!r)
		r = load(draft, &draft->ends[0], names[0], err);
	if (r || !draft->ends[1].path)
		return r ? r : make_other(draft, err);
	r = load(draft, &draft->ends[1], names[1], err);
	if (r)
		return r;
	if (str_equal(draft->ends[0].name, draft->ends[1].name))
		for (size_t i = 0; i < 2; i++)
			(void)snprintf(draft->ends[i].name, sizeof(draft->ends[i].name),
				       "%s", fallbacks[i]);
	import_settle((struct site *const[2]){ draft->ends[0].site, draft->ends[1].site },
		      (const struct inet_addr[2]){ { 0 }, { 0 } });
	return 0;
}

static int make(struct draft *draft, struct err *err)
{
	struct stat status;
	int r;

	if (stat(arena_printf(draft->arena, "%s/scenario.yml", draft->folder), &status) ==
	    0)
		return err_set(err, EEXIST, "%s: there is a scenario already",
			       draft->folder);
	r = load_ends(draft, err);
	if (r)
		return r;
	if (!draft->is_passing)
		r = reader_output(draft->folder, false, err);
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = copy_end(draft, &draft->ends[i], err);
	return r ? r : write_scenario(draft, err);
}

/* What the made end has that no file says. */
static void say_inventions(const struct draft *draft, struct buf *out)
{
	for (size_t i = 0; i < draft->other.gaps.count; i++) {
		const struct other_end_gap *gap = &draft->other.gaps.items[i];

		if (gap->invented)
			buf_printf(out, "%s/%s: invented %s: %s\n", draft->ends[1].name,
				   draft->other.places.items[i],
				   gap->invented == draft->other.psk ? "(a key)"
								     : gap->invented,
				   gap->what);
	}
}

/* Lines of the scenario that are marked; the file itself may be gone when they are read. */
static void say_marked(const struct draft *draft, struct buf *out)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	size_t length;

	if (file_read(arena_printf(draft->arena, "%s/scenario.yml", draft->folder), &text,
		      &length, NULL))
		return;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *mark = strstr(line, "  # invented");

		if (!mark)
			continue;
		*mark = '\0';
		buf_printf(out, "invented %s\n", line + strspn(line, " -"));
	}
}

int cmd_new_of_one(const char *folder, const struct new_other *how, struct buf *said,
		   struct err *err)
{
	_cleanup_(draft_done) struct draft draft = {
		.arena = arena_new(),
		.folder = folder,
		.firmware = how->firmware,
		.tunnel = how->tunnel,
		.kind = how->kind,
		.is_passing = true,
		.ends[0].path = how->path,
	};
	int r;

	arena_set_secret(draft.arena);
	r = make(&draft, err);
	if (r)
		return r;
	say_inventions(&draft, said);
	say_marked(&draft, said);
	return 0;
}

static const struct option_row new_rows[] = {
	{ .name = "left",
	  .letter = 'l',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, ends[0].path),
	  .argument = "FILES",
	  .help = "of the one end, instead of behind DIR" },
	{ .name = "right",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, ends[1].path),
	  .argument = "FILES",
	  .help = "of the other end" },
	{ .name = "device",
	  .letter = 'd',
	  .kind = OPTION_WORD,
	  .words = device_names,
	  OPTION_AT(struct draft, kind),
	  .argument = "KIND",
	  .excludes = "right",
	  .help = "without --right: the device whose file is made by the one end's, as "
		  "other-end does; default: one of the same kind" },
	{ .name = "neutral",
	  OPTION_AT(struct draft, wants_form),
	  .excludes = "left right device tunnel firmware",
	  .help = "instead: print a form for a device whose files cannot be read; filled "
		  "in, it is a file like any other" },
	{ .name = "tunnel",
	  .letter = 't',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct draft, tunnel),
	  .argument = "NAME",
	  .excludes = "right",
	  .help = "without --right: of several tunnels the one that is meant" },
	{ FIRMWARE_OPTION(struct draft, firmware) },
	{ 0 },
};

const struct command_line cmd_new_line = {
	.name = "new",
	.summary = "a scenario from the files of two devices",
	.usage = "[OPTION …] DIR FILES-OF-ONE-END FILES-OF-THE-OTHER\n"
		 "[OPTION …] DIR FILES-OF-ONE-END\n"
		 "--neutral",
	.about =
		"Writes a scenario into the new folder DIR: scenario.yml and copies of both "
		"ends' files. FILES is a file, a folder (a router's root, its etc or its "
		"etc/config), a backup archive or \"-\", standard input. Hosts, addresses and names that no file says are made up and "
		"marked `# invented`. Of one end alone the other is made by it, with what only "
		"its administrator knows invented and said.",
	.options = new_rows,
	.examples =
		"twinsite new mine home office.cfg\ta scenario of both ends in the new folder mine; then: twinsite run mine\n"
		"twinsite new mine home --device fritzbox\tonly home's files are there: a FRITZ!Box is made for its other end",
	.statuses =
		"0 the scenario is written\n"
		"2 a file is not what it should be, or the call is not; the sentence says which",
	.operands_max = 3,
};

static int print_form(void)
{
	for (size_t i = 0; i < DEVICE_KINDS; i++) {
		const char *form = device_of((enum device_kind)i)->form;

		if (form)
			(void)fputs(form, stdout);
	}
	return EXIT_OK;
}

/* DIR, and behind it the files that no option named. */
static int take_operands(struct draft *draft, const struct operands *operands,
			 struct err *err)
{
	const char *ends[2] = { draft->ends[0].path, draft->ends[1].path };
	struct stat status;

	for (size_t i = 1; i < operands->count; i++) {
		const size_t end = i == 1 && !ends[0] ? 0 : 1;

		if (ends[end])
			return err_set(err, EINVAL,
				       "new: '%s' is one end too many: twinsite new DIR "
				       "FILES-OF-ONE-END FILES-OF-THE-OTHER",
				       operands->items[i]);
		ends[end] = operands->items[i];
	}
	if (!operands->count || !ends[0])
		return err_set(err, EINVAL,
			       "new: which folder shall be made, and of whose files? For "
			       "example: twinsite new mine home office.cfg");
	draft->folder = operands->items[0];
	/* `twinsite new home office.cfg`: nobody wants a scenario among his router's files. */
	if (operands->count == 2 && !draft->ends[0].path && !stat(draft->folder, &status))
		return err_set(err, EINVAL,
			       "new: %s is there already; the new folder's name comes "
			       "first: twinsite new mine %s %s",
			       draft->folder, draft->folder, ends[0]);
	if (ends[1] && (draft->kind >= 0 || draft->tunnel))
		return err_set(err, EINVAL,
			       "new: --%s has no effect with both ends' files",
			       draft->kind >= 0 ? "device" : "tunnel");
	draft->ends[0].path = ends[0];
	draft->ends[1].path = ends[1];
	return 0;
}

int cmd_new(int argc, char **argv)
{
	_cleanup_(draft_done) struct draft draft = { .arena = arena_new(), .kind = -1 };
	_cleanup_buf_ struct buf said = { 0 };
	struct operands operands;
	struct err err = { 0 };

	if (options_parse(&cmd_new_line, argc, argv, &draft, &operands, &err))
		return cmd_fail(&err);
	if (draft.wants_form)
		return print_form();
	if (take_operands(&draft, &operands, &err))
		return cmd_fail(&err);
	arena_set_secret(draft.arena);
	if (make(&draft, &err))
		return cmd_fail(&err);
	say_inventions(&draft, &said);
	(void)fputs(buf_text(&said), stdout);
	(void)printf("%s/scenario.yml is written; `twinsite predict %s` looks at it, "
		     "`twinsite run %s` rehearses it\n",
		     draft.folder, shell_quote(draft.arena, draft.folder),
		     shell_quote(draft.arena, draft.folder));
	return EXIT_OK;
}
