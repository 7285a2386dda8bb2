// SPDX-License-Identifier: GPL-2.0-or-later
/* events_test.c - claims about the events of a run and of a capture */
#include "report/test_hostile.h"

#include <stdlib.h>

#include "base/file.h"
#include "evidence/evidence.h"
#include "report/events.h"
#include "report/ladder.h"

#define SCHEMA "harness/doc/events.schema.json"

static const char run[] =
	"{\"t\":1500,\"node\":null,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"%s\"}\n"
	"{\"t\":2000,\"node\":\"%s\",\"source\":\"vici\",\"kind\":\"ike-updown\","
	"\"up\":\"yes\",\"ike\":{\"encr-key\":\"hush\"}}\n"
	"{\"t\":2500,\"node\":null,\"source\":\"secret\",\"kind\":\"key\",\"text\":\"hush\"}\n"
	"{\"t\":3000,\"node\":\"h\",\"source\":\"probe\",\"kind\":\"reach\",\"from\":\"%s\","
	"\"to\":\"b\",\"dst\":\"10.0.0.1\",\"label\":\"up\",\"sent\":2,\"received\":1}\n";

static void load(struct timeline *timeline, const char *text)
{
	_cleanup_buf_ struct buf lines = { 0 };

	buf_printf(&lines, run, text, text, text);
	for (const char *line = buf_text(&lines); *line;) {
		size_t length = strcspn(line, "\n");

		assert_int_equal(timeline_add_line(timeline, line, length), 0);
		line += length + 1;
	}
}

static void fill(struct arena *arena, const char *text, struct ladder *ladder)
{
	struct ladder_sa *sa = vec_push(arena, &ladder->sas);

	ladder->file = ladder->left = ladder->right = text;
	ladder->start_us = 1795297794362394;
	*sa = (struct ladder_sa){ .title = text, .outcome = text, .is_up = true };
	for (unsigned int kind = RUNG_PLAIN; kind <= RUNG_FAILED; kind++)
		vec_add(arena, &sa->rungs,
			((struct rung){ .kind = (enum rung_kind)kind,
					.frame = 17 + kind,
					.time_us = 1250,
					.is_to_right = true,
					.name = text,
					.payloads = "SA KE No",
					.detail = text,
					.error = text }));
}

/* Both traces, as a program reads them. */
static json_t *events_of(const char *text, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct timeline timeline = { 0 };
	struct ladder ladder = { 0 };
	json_t *root;

	load(&timeline, "word"); /* evidence is JSON: nothing breaks its lines */
	fill(arena, text, &ladder);
	report_events(text, &ladder, &timeline, 1795290600000000, out);
	timeline_done(&timeline);
	root = json_loads(buf_text(out), 0, NULL);
	assert_non_null(root);
	return root;
}

static json_t *event_at(json_t *root, size_t trace, size_t index)
{
	return json_array_get(
		json_object_get(json_array_get(json_object_get(root, "traces"), trace),
				"events"),
		index);
}

static const char *name_of(json_t *event)
{
	return json_string_value(json_object_get(event, "name"));
}

static void run_and_capture_are_traces_of_one_file(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };
	json_t *root = events_of("acme", &out), *message = event_at(root, 1, 1);

	(void)state;
	assert_string_equal(name_of(event_at(root, 0, 0)), "run:phase_began");
	assert_string_equal(name_of(event_at(root, 0, 1)), "ike:sa_updown");
	assert_string_equal(name_of(event_at(root, 0, 2)), "traffic:question");
	assert_null(event_at(root, 0, 3));
	assert_string_equal(name_of(message), "ike:message");
	assert_true(json_number_value(json_object_get(message, "time")) == 1.25);
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(message, "data"), "meaning")),
			    "offered");
	assert_int_equal(json_array_size(json_object_get(json_object_get(message, "data"),
							 "payloads")),
			 3);
	assert_string_equal(name_of(event_at(root, 1, 5)), "ike:outcome");
	assert_non_null(strstr(buf_text(&out), "2026-11-21T21:49:54.362394Z"));
	json_decref(root);
}

/* Only facts that have a name here get in: whatever else the evidence has, stays out. */
static void nothing_but_the_named_facts_is_in_it(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };
	json_t *root = events_of("acme", &out);

	(void)state;
	assert_null(strstr(buf_text(&out), "hush"));
	json_decref(root);
}

static void each_event_is_in_the_schema_and_in_its_page(void **state)
{
	static const char *const pages[] = { SCHEMA, "harness/doc/events.md" };
	_cleanup_buf_ struct buf out = { 0 };
	json_t *root = events_of("acme", &out), *events, *event;
	size_t index;

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(pages); p++)
		for (size_t trace = 0; trace < 2; trace++) {
			_cleanup_free_ char *page = NULL;
			size_t length;

			assert_int_equal(file_read(pages[p], &page, &length, NULL), 0);
			events = json_object_get(
				json_array_get(json_object_get(root, "traces"), trace),
				"events");
			json_array_foreach (events, index, event)
				assert_non_null(strstr(page, name_of(event)));
		}
	json_decref(root);
}

static void hostile_text_stays_text(void **state)
{
	_cleanup_buf_ struct buf harmless = { 0 }, hostile = { 0 };

	(void)state;
	json_decref(events_of(HARMLESS, &harmless));
	json_decref(events_of(HOSTILE, &hostile));
	holds_no_hostile("events", JSON, &harmless, &hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_and_capture_are_traces_of_one_file),
		cmocka_unit_test(nothing_but_the_named_facts_is_in_it),
		cmocka_unit_test(each_event_is_in_the_schema_and_in_its_page),
		cmocka_unit_test(hostile_text_stays_text),
	};

	return cmocka_run_group_tests_name("report/events", tests, NULL, NULL);
}
