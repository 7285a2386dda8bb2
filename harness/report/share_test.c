// SPDX-License-Identifier: GPL-2.0-or-later
/* share_test.c - claims about what one administrator's page, and its folder, must not have */
#include "report/test_hostile.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "model/aspect.h"
#include "report/page.h"
#include "report/share.h"
#include "report/test_said.h"

#define MARK  "hush-hush-" /* of the other end's files, a number behind it */
#define FROM  "/tmp/twinsite-share-from-XXXXXX"
#define TO    "/tmp/twinsite-share-to-XXXXXX"
#define OTHER "office" /* "office-2" begins with it */

struct fixture {
	struct said said;
	struct page page;
	char from[sizeof(FROM)], to[sizeof(TO)];
};

static void put(const struct fixture *f, const char *name, const char *text)
{
	char path[300];
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", f->from, name);
	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
}

static void add_site(struct fixture *f, const char *name, const char *text)
{
	struct arena *arena = f->said.judgement.arena;
	struct scenario_site *site = vec_push(arena, &f->said.scenario.sites);

	*site = (struct scenario_site){ .name = name, .kind = DEVICE_OPENWRT };
	site->site = site_new(name, DEVICE_OPENWRT);
	vec_add(arena, &site->sources,
		((struct import_source){ .name = "etc/firewall.user",
					 .bytes = text,
					 .length = strlen(text) }));
}

/* A word of the other end's files that is not rehearsed, and what is made of it. */
static void add_words(struct fixture *f)
{
	struct judgement *judgement = &f->said.judgement;
	struct verdict *verdict = &judgement->verdicts.items[0];
	struct diagnosis *diagnosis = &judgement->diagnoses.items[0];

	site_unrehearsed(f->said.scenario.sites.items[1].site, NULL, ASPECT_IKE,
			 (struct origin){ .file = "etc/firewall.user", .line = 1 },
			 "uci set x.key=" MARK "1");
	verdict->kind = VERDICT_UNPROVEN;
	verdict->seen = OTHER ": 'uci set x.key=" MARK
			      "1' (etc/firewall.user:1) is not rehearsed";
	vec_add(judgement->arena, &verdict->proof, OTHER ".charon.log:7 '" MARK "2'");
	judgement->verdicts.items[1].kind = VERDICT_BROKEN;
	judgement->verdicts.items[1].seen =
		"nothing came, and 'uci set x.key=" MARK "1' is not rehearsed";
	vec_add(judgement->arena, &judgement->notes,
		OTHER ": etc/hotplug.d/iface/98-x logged: " MARK "3");
	vec_add(judgement->arena, &judgement->notes,
		OTHER ": etc/firewall.user:2: refused, and left out: " MARK "4");
	vec_add(judgement->arena, &judgement->notes, "of both: " HARMLESS);
	vec_add(judgement->arena, &judgement->statuses,
		((struct status){ OTHER, MARK "5\n" }));
	vec_add(judgement->arena, &judgement->scripts,
		((struct script_run){ .site = OTHER, .file = "etc/x", .how = MARK "6" }));
	vec_add(judgement->arena, &diagnosis->proof, OTHER ".charon.log:9 '" MARK "7'");
	vec_add(judgement->arena, &diagnosis->fixes, OTHER ": etc/x:1: " MARK "8");
	vec_add(judgement->arena, &diagnosis->sees,
		OTHER "'s administrator sees: " MARK "9");
	diagnosis->values[1] = (struct diagnosis_value){ .site = OTHER,
							 .setting = "updown script",
							 .value = MARK "13" };
	diagnosis->summary = "the updown script stops: " MARK "13";
	f->page.diffs[1] = MARK "10";
	vec_add(judgement->arena, &f->page.cures,
		((struct page_cure){ "F1", "x", OTHER ": " MARK "11", NULL }));
}

static void add_files(struct fixture *f)
{
	static const char *const names[] = { OTHER ".charon.log",  OTHER ".swanctl.conf",
					     OTHER "-wan.pcapng",  "all.pcapng",
					     "evidence.jsonl",	   "events.json",
					     "dnsmasq-office.log", OTHER "-22.log" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		put(f, names[i], MARK "12");
		vec_add(f->said.judgement.arena, &f->page.files,
			((struct page_file){ names[i], 10, false }));
	}
	put(f, "office-2.charon.log", "mine");
	vec_add(f->said.judgement.arena, &f->page.files,
		((struct page_file){ "office-2.charon.log", 4, false }));
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	said_fill(&f->said, HARMLESS);
	memcpy(f->from, FROM, sizeof(FROM));
	memcpy(f->to, TO, sizeof(TO));
	assert_non_null(mkdtemp(f->from));
	assert_non_null(mkdtemp(f->to));
	f->said.judgement.folder = f->from;
	f->page = (struct page){ .judgement = &f->said.judgement,
				 .timeline = &f->said.timeline };
	add_site(f, "office-2", "# mine\n");
	add_site(f, OTHER, "uci set x.key=" MARK "1\n");
	add_words(f);
	add_files(f);
	*state = f;
	return 0;
}

/* Calls `each` with the text of every file; NULL: removes all. */
static size_t walk(const char *folder, void (*each)(const char *name, const char *text))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		_cleanup_free_ char *bytes = NULL;
		struct err err = { 0 };
		size_t length = 0;

		if (entry->d_name[0] == '.')
			continue;
		count++;
		assert_int_equal(file_read_below(folder, entry->d_name, 1 << 20, &bytes,
						 &length, &err),
				 0);
		if (each)
			each(entry->d_name, bytes);
		else
			assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
	}
	closedir(dir);
	return count;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	(void)walk(f->from, NULL);
	(void)walk(f->to, NULL);
	(void)rmdir(f->from);
	(void)rmdir(f->to);
	vec_foreach (site, &f->said.scenario.sites)
		site_free(site->site);
	said_done(&f->said);
	free(f);
	return 0;
}

static void has_no_mark(const char *name, const char *text)
{
	const char *at = strstr(text, MARK);

	if (at)
		fail_msg("%s has the other end's %.60s", name, at);
}

static void nothing_of_the_other_end_is_on_the_page_or_beside_it(void **state)
{
	struct fixture *f = *state;
	struct share share = { .folder = f->to };
	_cleanup_buf_ struct buf html = { 0 };
	struct err err = { 0 };

	f->page.only = "office-2";
	report_html(&f->page, &html);
	has_no_mark("the page", buf_text(&html));
	assert_non_null(strstr(buf_text(&html), "of both: " HARMLESS));
	assert_non_null(strstr(buf_text(&html), "something of the other end is not"));
	assert_int_equal(share_write(&f->page, &share, &err), 0);
	assert_int_equal(walk(f->to, has_no_mark), 2);
}

/* The other way round: "office-2.charon.log" is none of office's. */
static void a_site_whose_name_another_begins_with_gets_its_own_files_only(void **state)
{
	struct fixture *f = *state;
	struct share share = { .folder = f->to };
	struct err err = { 0 };

	f->page.only = OTHER;
	assert_int_equal(share_write(&f->page, &share, &err), 0);
	vec_foreach (left, &share.left_out)
		if (str_equal(left->name, "office-2.charon.log"))
			return;
	fail_msg("office has the log of office-2");
}

static void its_own_words_stay_on_its_page(void **state)
{
	struct fixture *f = *state;
	_cleanup_buf_ struct buf html = { 0 };

	f->page.only = OTHER;
	report_html(&f->page, &html);
	assert_non_null(strstr(buf_text(&html), MARK "13"));
	for (unsigned int i = 1; i <= 11; i++) {
		char mark[32];

		(void)snprintf(mark, sizeof(mark), MARK "%u", i);
		assert_non_null(strstr(buf_text(&html), mark));
	}
}

static void page_says_where_the_captures_are(void **state)
{
	struct fixture *f = *state;
	_cleanup_buf_ struct buf beside = { 0 }, alone = { 0 };

	f->page.only = OTHER;
	report_html(&f->page, &beside);
	assert_non_null(strstr(buf_text(&beside), "captures lie beside this page"));
	f->page.files.count = 0;
	report_html(&f->page, &alone);
	assert_non_null(
		strstr(buf_text(&alone), "the captures stay with whoever rehearsed it"));
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_of_the_other_end_is_on_the_page_or_beside_it),
		TEST(a_site_whose_name_another_begins_with_gets_its_own_files_only),
		TEST(its_own_words_stay_on_its_page),
		TEST(page_says_where_the_captures_are),
	};

	return cmocka_run_group_tests_name("report/share", tests, NULL, NULL);
}
