// SPDX-License-Identifier: GPL-2.0-or-later
/* judge_healthy_test.c - recorded runs in which nothing is wrong, and a word too much */
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

/* A recorded run of office-gcm without its captures, to be changed. */
struct copy {
	char folder[40];
};

static const char *const copied[] = { "run.json", "evidence.jsonl", "office.charon.log",
				      "branch.charon.log" };

static void path_of(const struct copy *copy, const char *file, char path[static 100])
{
	(void)snprintf(path, 100, "%s/%s", copy->folder, file);
}

static void copy_make(struct copy *copy)
{
	struct err err = { 0 };

	(void)snprintf(copy->folder, sizeof(copy->folder), "/tmp/twinsite-judge-XXXXXX");
	assert_non_null(mkdtemp(copy->folder));
	for (size_t i = 0; i < ARRAY_SIZE(copied); i++) {
		_cleanup_free_ char *bytes = NULL;
		char from[100], to[100];
		size_t length;

		(void)snprintf(from, sizeof(from), RUNS "/office-gcm/%s", copied[i]);
		path_of(copy, copied[i], to);
		if (file_read(from, &bytes, &length, &err) ||
		    file_write(to, bytes, length, &err))
			fail_msg("%s", err.text);
	}
}

static void copy_remove(const struct copy *copy)
{
	char path[100];

	for (size_t i = 0; i < ARRAY_SIZE(copied); i++) {
		path_of(copy, copied[i], path);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(copy->folder), 0);
}

static void copy_append(const struct copy *copy, const char *file, const char *line)
{
	char path[100];
	FILE *to;

	path_of(copy, file, path);
	to = fopen(path, "ae");
	assert_non_null(to);
	assert_true(fprintf(to, "%s\n", line) > 0);
	assert_int_equal(fclose(to), 0);
}

static struct judged *judge(const char *folder, const char *scenario)
{
	struct judged *judged = NULL;
	struct err err = { 0 };

	if (judge_folder(folder, scenario, &judged, &err))
		fail_msg("%s: %s", folder, err.text);
	return judged;
}

/* Of a plane that sees everything: each check that there is for this pair, and holds. */
static void healthy_run_has_every_check_and_no_finding(void **state)
{
	static const struct {
		const char *check;
		unsigned int count;
	} wanted[] = {
		{ "ike-sa", 1 },      { "identities", 1 },    { "ike-algorithms", 1 },
		{ "psk-proof", 1 },   { "child-sa", 2 },      { "reach", 3 },
		{ "blocked", 3 },     { "exemption", 2 },     { "esp", 2 },
		{ "esp-content", 2 }, { "lan-accounted", 3 }, { "name", 1 },
		{ "leak", 1 },	      { "mtu", 1 },	      { "teardown", 1 },
	};
	_cleanup_(judged_freep) struct judged *judged =
		judge(RUNS "/acme", "scenarios/acme");
	const struct judgement *judgement = &judged->judgement;

	(void)state;
	assert_int_equal(judgement->outcome, OUTCOME_AS_EXPECTED);
	assert_int_equal(judgement->diagnoses.count, 0);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		unsigned int count = 0;

		vec_foreach (verdict, &judgement->verdicts)
			count += str_equal(verdict->check, wanted[i].check) &&
				 verdict->kind == VERDICT_OK;
		if (count != wanted[i].count)
			fail_msg("%s: %u times ok", wanted[i].check, count);
	}
	/* It was a quick run. */
	vec_foreach (verdict, &judgement->verdicts)
		if (verdict->kind != VERDICT_OK)
			assert_string_equal(verdict->check, "throughput");
}

/* charon gets over all of these; where no SA is missing they are no finding. */
static void line_in_a_log_alone_is_no_finding(void **state)
{
	static const char *const lines[] = {
		"2026-11-28 16:33:20.404 09[KNL] <office|1> received netlink error: File "
		"exists (17)\n"
		"2026-11-28 16:33:20.404 09[KNL] <office|1> unable to add SAD entry with "
		"SPI c1f0aa01\n"
		"2026-11-28 16:33:20.404 09[IKE] <office|1> unable to install inbound and "
		"outbound IPsec SA (SAD) in kernel",
		"2026-11-28 16:33:20.404 09[IKE] <office|1> DH group MODP_2048 "
		"unacceptable, requesting MODP_2048",
		"2026-11-28 16:33:20.404 09[IKE] <office|1> CHILD_SA rekeying failed, "
		"trying again in 14 seconds",
		"2026-11-28 16:33:20.404 09[CFG] <office|1> received proposals "
		"unacceptable",
		"2026-11-28 16:33:20.404 09[IKE] <office|1> unable to resolve "
		"office.example, initiate aborted",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_(judged_freep) struct judged *judged = NULL;
		struct copy copy = { 0 };

		copy_make(&copy);
		copy_append(&copy, "branch.charon.log", lines[i]);
		copy_append(&copy, "office.charon.log", lines[i]);
		judged = judge(copy.folder, "scenarios/office-gcm");
		copy_remove(&copy);
		if (judged->judgement.diagnoses.count)
			fail_msg("%s: %s", judged->judgement.diagnoses.items->class->id,
				 lines[i]);
	}
}

/* The same lines, and one end was refused: now they say why. */
static void line_in_a_log_explains_what_is_broken(void **state)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	const struct diagnosis *diagnosis;
	struct copy copy = { 0 };

	(void)state;
	copy_make(&copy);
	copy_append(&copy, "evidence.jsonl",
		    "{\"t\":9,\"node\":\"branch\",\"source\":\"vici\",\"kind\":"
		    "\"rekeyed\",\"ok\":false,\"children\":1}");
	/* The first is strongSwan 6.0's at each start, and no proof of anything. */
	copy_append(&copy, "branch.charon.log",
		    "2026-11-28 16:33:20.304 00[KNL] received netlink error: Unknown "
		    "device type (95)\n"
		    "2026-11-28 16:33:20.304 00[KNL] failed to create XFRM interface "
		    "'xfrmi-test-7402'\n"
		    "2026-11-28 16:33:20.404 09[KNL] <office|1> received netlink error: "
		    "Function not implemented (38)\n"
		    "2026-11-28 16:33:20.404 09[KNL] <office|1> unable to add SAD entry "
		    "with SPI c1f0aa01");
	judged = judge(copy.folder, "scenarios/office-gcm");
	copy_remove(&copy);
	assert_int_equal(judged->judgement.outcome, OUTCOME_UNEXPECTED);
	assert_int_equal(judged->judgement.diagnoses.count, 1);
	assert_string_equal(judged->judgement.diagnoses.items->class->id, "F53");
	assert_string_equal(judged->judgement.diagnoses.items->site, "branch");
	diagnosis = judged->judgement.diagnoses.items;
	assert_int_equal(diagnosis->proof.count, 2);
	assert_non_null(strstr(diagnosis->proof.items[0], "Function not implemented"));
	assert_non_null(strstr(diagnosis->proof.items[1], "unable to add SAD entry"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_run_has_every_check_and_no_finding),
		cmocka_unit_test(line_in_a_log_alone_is_no_finding),
		cmocka_unit_test(line_in_a_log_explains_what_is_broken),
	};

	return cmocka_run_group_tests_name("run/judge_healthy", tests, NULL, NULL);
}
