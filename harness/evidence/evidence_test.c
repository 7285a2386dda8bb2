// SPDX-License-Identifier: GPL-2.0-or-later
/* evidence_test.c - facts survive being written, cut and damaged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/test_skip.h"
#include "evidence/evidence.h"

static char folder[] = "/tmp/twinsite-evidence-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, EVIDENCE_FILE);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void facts_come_back_as_they_were_written(void **state)
{
	struct evidence evidence;
	struct timeline timeline;
	const struct event *event;
	struct err err;

	(void)state;
	assert_int_equal(evidence_open(folder, &evidence, &err), 0);
	evidence_add(&evidence, NULL, "phase", "begin",
		     json_pack("{s:s}", "name", "build"));
	evidence_add(&evidence, "home", "probe", "reach", json_pack("{s:i}", "sent", 2));
	evidence_close(&evidence);
	assert_int_equal(evidence.error, 0);
	assert_int_equal(timeline_load(folder, &timeline, &err), 0);
	assert_int_equal(timeline.count, 2);
	event = timeline_next(&timeline, NULL, "probe", "reach");
	assert_non_null(event);
	assert_string_equal(event->node, "home");
	assert_int_equal(event_number(event, "sent", -1), 2);
	assert_int_equal(event_number(event, "missing", -1), -1);
	assert_null(timeline_next(&timeline, event, "probe", "reach"));
	timeline_done(&timeline);
}

static void a_line_cut_anywhere_at_the_end_is_left_out(void **state)
{
	static const char text[] =
		"{\"t\":1,\"source\":\"a\",\"kind\":\"b\"}\n{\"t\":2}\n";
	struct timeline timeline;
	struct err err;

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		assert_int_equal(file_write(path, text, length, &err), 0);
		assert_int_equal(timeline_load(folder, &timeline, &err), 0);
		assert_int_equal(timeline.count, (length >= 32) + (length >= 40));
		timeline_done(&timeline);
	}
}

static void a_damaged_line_in_the_middle_is_named(void **state)
{
	static const char text[] = "{\"t\":1}\n{\"t\":oops}\n{\"t\":3}\n";
	struct timeline timeline;
	struct err err;

	(void)state;
	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
	assert_int_not_equal(timeline_load(folder, &timeline, &err), 0);
	assert_non_null(strstr(err.text, ":2: not an evidence line"));
}

static void a_full_disk_is_remembered(void **state)
{
	struct evidence evidence = { .fd = -1 };
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip_without("dev-full", "no /dev/full");
	evidence.fd = fileno(full);
	evidence_add(&evidence, NULL, "phase", "begin", NULL);
	assert_int_equal(evidence.error, -28);
	(void)fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_come_back_as_they_were_written),
		cmocka_unit_test(a_line_cut_anywhere_at_the_end_is_left_out),
		cmocka_unit_test(a_damaged_line_in_the_middle_is_named),
		cmocka_unit_test(a_full_disk_is_remembered),
	};

	return cmocka_run_group_tests_name("evidence/evidence", tests, make_folder,
					   remove_folder);
}
