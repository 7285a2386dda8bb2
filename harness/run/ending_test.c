// SPDX-License-Identifier: GPL-2.0-or-later
/* ending_test.c - a run that broke off has one reason and proves nothing */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "diagnose/judgement.h"
#include "evidence/evidence.h"
#include "run/ending.h"

#define BEGIN(name) \
	"{\"t\":1,\"source\":\"phase\",\"kind\":\"begin\",\"name\":\"" name "\"}\n"
#define END(name)                                                               \
	"{\"t\":2,\"source\":\"phase\",\"kind\":\"end\",\"name\":\"" name "\"," \
	"\"ok\":true}\n"
#define FAILED(name)                                                            \
	"{\"t\":2,\"source\":\"phase\",\"kind\":\"end\",\"name\":\"" name "\"," \
	"\"ok\":false}\n"
#define RUN_END(ok, text, code)                                       \
	"{\"t\":3,\"source\":\"run\",\"kind\":\"end\",\"ok\":" ok "," \
	"\"text\":\"" text "\",\"code\":" code "}\n"

static void load(const char *text, struct timeline *timeline)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		assert_int_equal(timeline_add_line(timeline, text, length), 0);
		text += length + 1;
	}
}

static void assert_reason(const char *evidence, const char *note, const char *wanted)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct timeline timeline = { 0 };
	const char *reason;

	load(evidence, &timeline);
	reason = ending_reason(&timeline, note, arena);
	if (wanted && reason)
		assert_string_equal(reason, wanted);
	else
		assert_ptr_equal(reason, wanted);
	timeline_done(&timeline);
}

static void a_run_that_came_to_its_end_has_no_reason(void **state)
{
	(void)state;
	assert_reason(BEGIN("build") END("build") RUN_END("true", "", "0"), NULL, NULL);
}

static void a_failed_phase_is_named_with_its_sentence(void **state)
{
	(void)state;
	assert_reason(BEGIN("build") FAILED("build")
			      RUN_END("false", "node home: no memory", "-12"),
		      NULL, "build: node home: no memory");
}

static void who_failed_without_a_word_still_has_a_reason(void **state)
{
	(void)state;
	assert_reason(BEGIN("build") FAILED("build") RUN_END("false", "", "-24"), NULL,
		      "build: Too many open files");
	assert_reason(RUN_END("false", "", "-24"), NULL, "Too many open files");
}

static void a_recording_that_stops_is_no_healthy_run(void **state)
{
	(void)state;
	assert_reason("", NULL, "the recording stops before its end");
	assert_reason(BEGIN("build") END("build") BEGIN("tunnel"), NULL,
		      "tunnel: the recording stops before its end");
}

static void what_the_parent_saw_counts_more_than_silence(void **state)
{
	(void)state;
	assert_reason(BEGIN("traffic"), "its process was killed by SIGKILL",
		      "traffic: its process was killed by SIGKILL");
	assert_reason(BEGIN("traffic") "{\"t\":4,\"source\":\"run\",\"kind\":\"broke\","
				       "\"text\":\"interrupted by SIGINT\"}\n",
		      NULL, "traffic: interrupted by SIGINT");
}

static void a_daemon_that_died_is_the_cause_of_what_failed_then(void **state)
{
	static const char died[] = BEGIN(
		"settle") "{\"t\":2,\"source\":\"process\",\"kind\":\"ended\","
			  "\"node\":\"home\",\"name\":\"charon\",\"status\":"
			  "\"was killed by signal 9 (Killed)\",\"expected\":false}\n" FAILED(
				  "settle")
				  RUN_END("false", "charon closed its VICI connection",
					  "-32");

	(void)state;
	assert_reason(died, NULL, "charon of home was killed by signal 9 (Killed)");
	/* Unless something took the daemon along. */
	assert_reason(died, "evidence.jsonl: No space left on device",
		      "evidence.jsonl: No space left on device");
}

static void nothing_is_left_broken_or_proved(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct judgement judgement = { .arena = arena };
	static const enum verdict_kind kinds[] = { VERDICT_OK, VERDICT_BROKEN,
						   VERDICT_LEAK, VERDICT_UNPROVEN };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct verdict *verdict = vec_push(arena, &judgement.verdicts);

		verdict->kind = kinds[i];
		verdict->seen = "what was seen";
	}
	(void)vec_push(arena, &judgement.diagnoses);
	(void)vec_push(arena, &judgement.figures);
	ending_unprove(&judgement, "traffic: out of memory");
	vec_foreach (verdict, &judgement.verdicts)
		assert_int_equal(verdict->kind, VERDICT_UNPROVEN);
	assert_string_equal(judgement.verdicts.items[0].seen,
			    "the rehearsal broke off; until then: what was seen");
	assert_null(strstr(judgement.verdicts.items[1].seen, "what was seen"));
	assert_string_equal(judgement.verdicts.items[3].seen, "what was seen");
	assert_int_equal(judgement.diagnoses.count, 0);
	assert_int_equal(judgement.figures.count, 0);
	assert_string_equal(judgement.broke_off, "traffic: out of memory");
}

/* The world was killed while it wrote: the half line must not spoil the note. */
static void a_note_stands_behind_the_last_whole_line(void **state)
{
	static const char half[] = BEGIN("traffic") "{\"t\":9,\"sour";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	char folder[] = "/tmp/twinsite-ending-XXXXXX", path[100];
	struct timeline timeline = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/" EVIDENCE_FILE, folder);
	assert_int_equal(file_write(path, half, strlen(half), &err), 0);
	assert_int_equal(ending_note(folder, 0, "interrupted by SIGTERM", &err), 0);
	assert_int_equal(timeline_load(folder, &timeline, &err), 0);
	assert_int_equal(timeline.count, 2);
	assert_string_equal(ending_reason(&timeline, NULL, arena),
			    "traffic: interrupted by SIGTERM");
	timeline_done(&timeline);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ending_note(folder, 0, "it could not be started", &err), 0);
	assert_int_equal(timeline_load(folder, &timeline, &err), 0);
	assert_string_equal(ending_reason(&timeline, NULL, arena),
			    "it could not be started");
	timeline_done(&timeline);
	(void)unlink(path);
	(void)rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_that_came_to_its_end_has_no_reason),
		cmocka_unit_test(a_failed_phase_is_named_with_its_sentence),
		cmocka_unit_test(who_failed_without_a_word_still_has_a_reason),
		cmocka_unit_test(a_recording_that_stops_is_no_healthy_run),
		cmocka_unit_test(what_the_parent_saw_counts_more_than_silence),
		cmocka_unit_test(a_daemon_that_died_is_the_cause_of_what_failed_then),
		cmocka_unit_test(nothing_is_left_broken_or_proved),
		cmocka_unit_test(a_note_stands_behind_the_last_whole_line),
	};

	return cmocka_run_group_tests_name("run/ending", tests, NULL, NULL);
}
