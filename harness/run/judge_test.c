// SPDX-License-Identifier: GPL-2.0-or-later
/* judge_test.c - recorded runs of harness/diagnose/runs, judged again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "run/judge.h"

#define RUNS "harness/diagnose/runs"

/* One recorded run; its folder has the name of the scenario that it rehearsed. */
struct recorded {
	const char *name, *base;
	const char *id, *site; /* what is to be said, and about whom; NULL: about both */
	const char *part;      /* of the summary */
};

/* clang-format off */
static const struct recorded runs[] = {
	{ "acme-disabled", "acme", "F01", "home", "not enabled" },
	{ "acme-blocked-esp", "acme", "F12", NULL, "never arrives at acme" },
	{ "acme-forwarded-ike", "acme", "F13", "acme", "10.1.2.42" },
	{ "acme-other-gateway", "acme", "F67", "acme", "hobbit" },
	{ "acme-same-identity", "acme", "F60", "home", "bratwurst" },
	{ "acme-wrong-psk", "acme", "F28", NULL, "pre-shared keys differ" },
	{ "office-pfs-at-rekey", "office", "F43", NULL, "modp4096" },
	{ "office-restarted", "office", "F57", "branch", "forgotten" },
	{ "office-large-lost", "office", "F74", NULL, "large ones are dropped" },
	{ "office-no-kernel-esp", "office", "F53", "branch", "no setting is wrong" },
	{ "office-private-id", "office", "F34", "office", "private address" },
};
/* clang-format on */

static struct judged *judge(const struct recorded *run, const char *scenario)
{
	struct judged *judged = NULL;
	struct err err = { 0 };
	char folder[200], path[200];

	(void)snprintf(folder, sizeof(folder), RUNS "/%s", run->name);
	(void)snprintf(path, sizeof(path), "scenarios/%s", scenario);
	if (judge_folder(folder, path, &judged, &err))
		fail_msg("%s: %s", run->name, err.text);
	return judged;
}

static void each_run_has_its_one_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		_cleanup_(judged_freep) struct judged *judged =
			judge(&runs[i], runs[i].name);
		const struct diagnosis *said = judged->judgement.diagnoses.items;

		if (judged->judgement.outcome != OUTCOME_AS_EXPECTED)
			fail_msg("%s: %s", runs[i].name, judged->judgement.outcome_text);
		assert_int_equal(judged->judgement.diagnoses.count, 1);
		assert_string_equal(said->class->id, runs[i].id);
		if (runs[i].site)
			assert_string_equal(said->site, runs[i].site);
		if (!strstr(said->summary, runs[i].part))
			fail_msg("%s: '%s' is not in '%s'", runs[i].name, runs[i].part,
				 said->summary);
		assert_true(said->proof.count > 0);
		assert_true(said->is_in_effect);
	}
}

static void a_broken_run_is_never_taken_for_a_healthy_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		_cleanup_(judged_freep) struct judged *judged =
			judge(&runs[i], runs[i].base);

		if (judged->judgement.outcome == OUTCOME_AS_EXPECTED)
			fail_msg("%s: %s", runs[i].name, judged->judgement.outcome_text);
	}
}

static void copy(const char *from, const char *to)
{
	_cleanup_free_ char *bytes = NULL;
	struct err err = { 0 };
	size_t length;

	if (file_read(from, &bytes, &length, &err) || file_write(to, bytes, length, &err))
		fail_msg("%s", err.text);
}

/* The same run, of which somebody sent no captures and only his own log. */
static void without_captures_nothing_is_guessed(void **state)
{
	static const char *const files[] = { "evidence.jsonl", "run.json",
					     "home.charon.log" };
	char folder[] = "/tmp/twinsite-judge-XXXXXX";
	struct judged *judged = NULL;
	struct err err = { 0 };
	char from[200], to[200];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(from, sizeof(from), RUNS "/acme-forwarded-ike/%s",
			       files[i]);
		(void)snprintf(to, sizeof(to), "%s/%s", folder, files[i]);
		copy(from, to);
	}
	if (judge_folder(folder, "scenarios/acme-forwarded-ike", &judged, &err))
		fail_msg("%s", err.text);
	assert_int_not_equal(judged->judgement.outcome, OUTCOME_AS_EXPECTED);
	assert_int_equal(judged->judgement.diagnoses.count, 1);
	assert_string_equal(judged->judgement.diagnoses.items[0].class->id, "?");
	assert_non_null(strstr(judged->judgement.diagnoses.items[0].summary, "F08"));
	assert_non_null(strstr(judged->judgement.diagnoses.items[0].summary, "F13"));
	judged_free(judged);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(to, sizeof(to), "%s/%s", folder, files[i]);
		(void)unlink(to);
	}
	(void)rmdir(folder);
}

static bool has_note(const struct judgement *judgement, const char *part)
{
	for (size_t i = 0; i < judgement->notes.count; i++)
		if (strstr(judgement->notes.items[i], part))
			return true;
	return false;
}

/* What a kernel had other than what its charon logged is said aloud. */
static void kernel_with_other_keys_than_the_log_is_broken(void **state)
{
	static const struct {
		const char *event, *note;
		bool is_broken;
	} rows[] = {
		{ "\"sas\":6,\"same\":6,\"differ\":0,\"unlogged\":0,\"lost\":false",
		  "all 6 SAs of both kernels have the keys", false },
		{ "\"sas\":6,\"same\":5,\"differ\":1,\"unlogged\":0,\"lost\":false",
		  "1 have others", true },
		{ "\"sas\":6,\"same\":5,\"differ\":0,\"unlogged\":1,\"lost\":true",
		  "of 1 it logged none; events were lost", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char folder[] = "/tmp/twinsite-judge-XXXXXX", path[200], line[300];
		_cleanup_(judged_freep) struct judged *judged = NULL;
		bool is_broken = false;
		FILE *file;

		assert_non_null(mkdtemp(folder));
		(void)snprintf(path, sizeof(path), "%s/run.json", folder);
		copy(RUNS "/office-pfs-at-rekey/run.json", path);
		(void)snprintf(path, sizeof(path), "%s/evidence.jsonl", folder);
		copy(RUNS "/office-pfs-at-rekey/evidence.jsonl", path);
		(void)snprintf(line, sizeof(line),
			       "{\"t\":9,\"node\":\"office\",\"source\":\"kernel\","
			       "\"kind\":\"keys\",%s}\n",
			       rows[i].event);
		file = fopen(path, "ae");
		assert_non_null(file);
		assert_true(fputs(line, file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(judge_folder(folder, "scenarios/office-pfs-at-rekey",
					      &judged, NULL),
				 0);
		assert_true(has_note(&judged->judgement, rows[i].note));
		vec_foreach (verdict, &judged->judgement.verdicts)
			is_broken |= str_equal(verdict->check, "kernel-keys") &&
				     verdict->kind == VERDICT_BROKEN;
		assert_int_equal(is_broken, rows[i].is_broken);
		(void)unlink(path);
		(void)snprintf(path, sizeof(path), "%s/run.json", folder);
		(void)unlink(path);
		assert_int_equal(rmdir(folder), 0);
	}
}

static void a_run_that_broke_off_proves_and_blames_nothing(void **state)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	struct err err = { 0 };

	(void)state;
	/* It recorded a fault, and was killed later. */
	if (judge_broken(RUNS "/acme-wrong-psk", "its process was killed by SIGKILL",
			 &judged, &err))
		fail_msg("%s", err.text);
	assert_int_equal(judged->judgement.outcome, OUTCOME_LAB_FAILED);
	assert_string_equal(judged->judgement.broke_off,
			    "its process was killed by SIGKILL");
	assert_true(judged->judgement.verdicts.count > 0);
	vec_foreach (verdict, &judged->judgement.verdicts)
		assert_int_equal(verdict->kind, VERDICT_UNPROVEN);
	assert_int_equal(judged->judgement.diagnoses.count, 0);
}

/* A run of healthy files, held against others: as if the prediction were wrong. */
static void predict_and_run_that_differ_are_no_result(void **state)
{
	static const struct {
		const char *run, *scenario, *predicted, *seen;
	} rows[] = {
		{ "acme", "scenarios/acme-wrong-psk", "F28: ", "ok: home and acme" },
		{ "acme", "scenarios/acme-no-exemption", "F63: ", "ok: home leaves" },
		{ "acme", "scenarios/acme-missing-forward-rule",
		  "F65: ", "ok: laptop reaches web" },
		{ "srx-st0", "scenarios/srx-st0-no-route", "F69: ", "ok: desk reaches" },
		{ "acme-disabled", "scenarios/acme",
		  "nothing in the files keeps the tunnel", "broken: home and acme" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(judged_freep) struct judged *judged = NULL;
		const struct contradiction *said;
		struct err err = { 0 };
		char folder[200];

		(void)snprintf(folder, sizeof(folder), RUNS "/%s", rows[i].run);
		if (judge_folder(folder, rows[i].scenario, &judged, &err))
			fail_msg("%s", err.text);
		said = judged->judgement.contradictions.items;
		assert_int_equal(judged->judgement.outcome, OUTCOME_CONTRADICTION);
		assert_true(judged->judgement.contradictions.count > 0);
		if (!strstr(said->predicted, rows[i].predicted))
			fail_msg("%s", said->predicted);
		if (!strstr(said->seen, rows[i].seen))
			fail_msg("%s", said->seen);
	}
}

/* run.json asks for the loss, as TWINSITE_PLANT=lost:reach does. */
static void an_expectation_without_a_verdict_is_no_success(void **state)
{
	static const char *const files[] = { "evidence.jsonl", "home.charon.log",
					     "acme.charon.log" };
	static const char head[] = "{ \"plant\": \"lost:reach\",";
	_cleanup_(judged_freep) struct judged *judged = NULL;
	_cleanup_free_ char *params = NULL;
	char folder[] = "/tmp/twinsite-judge-XXXXXX", from[200], to[200], text[8192];
	struct err err = { 0 };
	size_t length;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(from, sizeof(from), RUNS "/acme-wrong-psk/%s", files[i]);
		(void)snprintf(to, sizeof(to), "%s/%s", folder, files[i]);
		copy(from, to);
	}
	assert_int_equal(
		file_read(RUNS "/acme-wrong-psk/run.json", &params, &length, &err), 0);
	(void)snprintf(to, sizeof(to), "%s/run.json", folder);
	(void)snprintf(text, sizeof(text), "%s%s", head, strchr(params, '{') + 1);
	assert_int_equal(file_write(to, text, strlen(text), &err), 0);
	if (judge_folder(folder, "scenarios/acme-wrong-psk", &judged, &err))
		fail_msg("%s", err.text);
	assert_int_equal(judged->judgement.outcome, OUTCOME_LAB_FAILED);
	assert_non_null(strstr(judged->judgement.broke_off, "reach: "));
	assert_non_null(strstr(judged->judgement.broke_off, "was checked by nothing"));
	(void)unlink(to);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(to, sizeof(to), "%s/%s", folder, files[i]);
		(void)unlink(to);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_run_has_its_one_cause),
		cmocka_unit_test(a_broken_run_is_never_taken_for_a_healthy_one),
		cmocka_unit_test(without_captures_nothing_is_guessed),
		cmocka_unit_test(kernel_with_other_keys_than_the_log_is_broken),
		cmocka_unit_test(a_run_that_broke_off_proves_and_blames_nothing),
		cmocka_unit_test(predict_and_run_that_differ_are_no_result),
		cmocka_unit_test(an_expectation_without_a_verdict_is_no_success),
	};

	return cmocka_run_group_tests_name("run/judge", tests, NULL, NULL);
}
