// SPDX-License-Identifier: GPL-2.0-or-later
/* doc_test.c - report.md has each file, field, status and class that there is, and no other */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/file.h"
#include "base/str.h"
#include "finding/class.h"
#include "report/findings.h"
#include "report/summary.h"
#include "report/test_said.h"

#define PAGE	  "harness/doc/report.md"
#define ROWS_MAX  200
#define FIELD_MAX 96

/* The first cells of a section's table. */
struct rows {
	size_t count;
	char cell[ROWS_MAX][FIELD_MAX];
	bool is_found[ROWS_MAX];
};

__attribute__((noinline)) static char *read_all(const char *path)
{
	char *text = NULL;
	size_t length;

	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	return text;
}

static void rows_read(struct rows *rows, const char *section)
{
	_cleanup_free_ char *page = read_all(PAGE);
	char head[64];
	char *at, *end;

	*rows = (struct rows){ 0 };
	(void)snprintf(head, sizeof(head), "\n## %s\n", section);
	at = strstr(page, head);
	assert_non_null(at);
	at += strlen(head);
	end = strstr(at, "\n## ");
	if (end)
		*end = '\0';
	for (bool is_table = false; (at = strstr(at, "\n| ")); is_table = true) {
		at += strlen("\n| ");
		at += *at == '`';
		if (!is_table)
			continue; /* the head of the table */
		assert_true(rows->count < ROWS_MAX);
		(void)snprintf(rows->cell[rows->count++], FIELD_MAX, "%.*s",
			       (int)strcspn(at, "`|"), at);
	}
	assert_true(rows->count > 0);
}

static void rows_find(struct rows *rows, const char *cell)
{
	for (size_t i = 0; i < rows->count; i++)
		if (str_equal(rows->cell[i], cell)) {
			rows->is_found[i] = true;
			return;
		}
	fail_msg("'%s' is not in " PAGE, cell);
}

static void rows_are_all_found(const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!rows->is_found[i])
			fail_msg(PAGE " has '%s', which nothing writes", rows->cell[i]);
}

/* ------------------------------------------------------------ fields */

/* Names of sites are keys of `status`. */
static void find_fields(struct rows *rows, json_t *value, const char *path)
{
	const char *key;
	json_t *item;
	size_t index;

	if (json_is_array(value))
		json_array_foreach (value, index, item) {
			char below[FIELD_MAX];

			(void)snprintf(below, sizeof(below), "%s[]", path);
			find_fields(rows, item, below);
		}
	if (!json_is_object(value))
		return;
	json_object_foreach ((json_t *)value, key, item) {
		char below[FIELD_MAX];

		(void)snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "",
			       str_equal(path, "status") ? "SITE" : key);
		rows_find(rows, below);
		find_fields(rows, item, below);
	}
}

static void fields_are(const char *section, const char *text)
{
	struct rows *rows = calloc(1, sizeof(*rows));
	json_t *root = json_loads(text, 0, NULL);

	assert_non_null(root);
	rows_read(rows, section);
	find_fields(rows, root, "");
	rows_are_all_found(rows);
	json_decref(root);
	free(rows);
}

static void each_field_of_result_json_is_in_the_page(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };
	struct said said;

	(void)state;
	said_fill(&said, "x");
	report_json(&said.judgement, &out);
	fields_are("result.json", buf_text(&out));
	said_done(&said);
}

static void each_field_of_summary_json_is_in_the_page(void **state)
{
	_cleanup_(summary_freep) struct summary *summary = summary_new();
	_cleanup_buf_ struct buf out = { 0 };
	struct summary_run *run = vec_push(summary->arena, &summary->runs);
	struct said said;

	(void)state;
	said_fill(&said, "x");
	summary_take(summary, run, &said.judgement, "/", "x");
	summary_json(summary, &out);
	fields_are("summary.json", buf_text(&out));
	said_done(&said);
}

static void each_field_of_predict_json_is_in_the_page(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };
	_cleanup_(site_freep) struct site *needed = site_new("other", DEVICE_STRONGSWAN);
	struct said said;

	(void)state;
	said_fill(&said, "x");
	report_findings_json(&said.findings, needed, &out);
	fields_are("predict --json", buf_text(&out));
	said_done(&said);
}

/* ------------------------------------------------------------ files */

/* What a world may hand out (run/channel.c), what the report adds, what was asked for. */
static void each_file_of_a_report_is_in_the_page(void **state)
{
	_cleanup_free_ char *channel = read_all("harness/run/channel.c");
	static const char *const ours[] = { REPORT_JSON_FILE, REPORT_JUNIT_FILE,
					    REPORT_HTML_FILE, REPORT_EVENTS_FILE };
	struct rows *rows = calloc(1, sizeof(*rows));
	char *at = strstr(channel, "} expected[] = {"), *end;

	(void)state;
	assert_non_null(at);
	end = strstr(at, "\n};");
	assert_non_null(end);
	*end = '\0';
	rows_read(rows, "Files");
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		rows_find(rows, ours[i]);
	while ((at = strstr(at, "{ \""))) {
		char name[FIELD_MAX];

		at += strlen("{ \"");
		(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "\""), at);
		rows_find(rows, name);
	}
	rows_are_all_found(rows);
	free(rows);
}

/* ------------------------------------------------------------ numbers and names */

static void each_exit_status_is_in_the_page(void **state)
{
#define ROW(name, number, text) "\n| " #number " | " text " |\n",
	static const char *const wanted[] = { EXIT_STATUSES(ROW) };
#undef ROW
	_cleanup_free_ char *page = read_all(PAGE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strstr(page, wanted[i]))
			fail_msg("not in " PAGE ": %s", wanted[i]);
}

static void each_class_is_in_the_page_with_its_name(void **state)
{
	_cleanup_free_ char *page = read_all(PAGE);
	struct rows *rows = calloc(1, sizeof(*rows));

	(void)state;
	rows_read(rows, "Classes");
	assert_int_equal(rows->count, CLASSES_END - CLASS_NONE - 1);
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);
		char wanted[160];

		(void)snprintf(wanted, sizeof(wanted), "\n| %s | %s | %s | %s |\n",
			       class->id, class->name, finding_layer_name(class->layer),
			       severity_name(class->severity));
		if (!strstr(page, wanted))
			fail_msg("not in " PAGE ": %s", wanted);
	}
	free(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_of_result_json_is_in_the_page),
		cmocka_unit_test(each_field_of_summary_json_is_in_the_page),
		cmocka_unit_test(each_field_of_predict_json_is_in_the_page),
		cmocka_unit_test(each_file_of_a_report_is_in_the_page),
		cmocka_unit_test(each_exit_status_is_in_the_page),
		cmocka_unit_test(each_class_is_in_the_page_with_its_name),
	};

	return cmocka_run_group_tests_name("report/doc", tests, NULL, NULL);
}
