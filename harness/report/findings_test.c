// SPDX-License-Identifier: GPL-2.0-or-later
/* findings_test.c - claims about what predict found, as text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/test_text.h"
#include "report/findings.h"

static struct finding *add(struct findings *findings, struct arena *arena,
			   const char *summary, const char *file, unsigned int line)
{
	struct finding *finding = vec_push(arena, findings);

	*finding = (struct finding){
		.class = finding_class_of(F01),
		.summary = summary,
		.why = "the same reason",
		.values[0] = { .site = "home",
			       .setting = "group",
			       .value = "2",
			       .at = { .file = file, .line = line } },
	};
	vec_add(arena, &finding->fixes, "home: the same fix");
	return finding;
}

/* Who makes the change at both ends has two ends that differ again. */
static void a_fix_at_the_other_end_is_one_instead(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf text = { 0 };
	struct findings findings = { 0 };
	struct finding *finding = add(&findings, arena, "the groups differ", "a", 18);

	(void)state;
	vec_add(arena, &finding->fixes, "home: its second line");
	vec_add(arena, &finding->fixes, "acme: the other group");
	vec_add(arena, &finding->fixes, "home: in other words");
	report_findings_text(&findings, &text);
	assert_has(buf_text(&text), "      fix at home: the same fix\n"
				    "      fix at home: its second line\n"
				    "      or at acme: the other group\n"
				    "      or at home: in other words\n");
}

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part))) {
		count++;
		text += strlen(part);
	}
	return count;
}

/* Each line is named, everything else is said once; the sum still counts each. */
static void what_is_wrong_in_two_places_is_told_once_with_both(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf text = { 0 }, brief = { 0 };
	struct findings findings = { 0 };

	(void)state;
	add(&findings, arena, "2 is no group", "a", 18);
	add(&findings, arena, "2 is no group", "a", 31);
	add(&findings, arena, "3 is no group", "a", 40);
	report_findings_text(&findings, &text);
	assert_has(buf_text(&text), "2 is no group (in 2 places)\n"
				    "      home: group = 2   (a:18)\n"
				    "      home: group = 2   (a:31)\n"
				    "      because: the same reason\n"
				    "      fix at home: the same fix\nF01");
	assert_has(buf_text(&text), "3 is no group\n");
	assert_int_equal(occurrences(buf_text(&text), "because: "), 2);
	report_findings_brief(&findings, WEIGHT_WEAK, &brief);
	assert_int_equal(occurrences(buf_text(&brief), "2 is no group"), 1);
	report_findings_sum(&findings, &brief);
	assert_has(buf_text(&brief), "3 fatal");
}

/* Accepted is the one, not the other: those are two facts. */
static void what_is_accepted_in_one_place_is_told_of_both(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf text = { 0 };
	struct findings findings = { 0 };

	(void)state;
	add(&findings, arena, "2 is no group", "a", 18)->accepted = "known";
	add(&findings, arena, "2 is no group", "a", 31);
	report_findings_text(&findings, &text);
	assert_int_equal(occurrences(buf_text(&text), "2 is no group\n"), 2);
	assert_int_equal(occurrences(buf_text(&text), "accepted: known"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_in_two_places_is_told_once_with_both),
		cmocka_unit_test(a_fix_at_the_other_end_is_one_instead),
		cmocka_unit_test(what_is_accepted_in_one_place_is_told_of_both),
	};

	return cmocka_run_group_tests_name("report/findings", tests, NULL, NULL);
}
