// SPDX-License-Identifier: GPL-2.0-or-later
/* updowns_test.c - claims: what a node has not is no fault of the script */
#include "run/updowns.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_text.h"
#include "evidence/evidence.h"
#include "model/aspect.h"
#include "scenario/scenario.h"

/* The article's route-based tunnel; its home has the script. */
struct given {
	struct scenario *scenario;
	struct judgement judgement;
	struct log_facts logs[2];
	struct timeline timeline;
};

static void given_done(struct given *given)
{
	timeline_done(&given->timeline);
	scenario_free(given->scenario);
	arena_free(given->judgement.arena);
}

static void add(struct given *given, enum charon_log_fact kind, const char *text)
{
	struct log_facts *log = &given->logs[0];
	struct log_fact *fact;

	fact = arena_vec_push_(given->judgement.arena, (void **)&log->items, &log->count,
			       &log->room, sizeof(*fact));
	*fact = (struct log_fact){ .fact = kind, .line = (unsigned int)log->count };
	fact->capture[0] = text;
}

static const char lost[] =
	"{\"t\":9,\"node\":\"home\",\"source\":\"process\",\"kind\":\"lost\","
	"\"name\":\"charon\",\"status\":\"was killed by signal 9 (Killed)\"}";

/* status: the script's; NULL: it took its charon away. */
static void judge(struct given *given, const char *said, const char *status)
{
	struct err err = { 0 };

	*given = (struct given){ .judgement.arena = arena_new() };
	assert_int_equal(scenario_load("scenarios/acme-vti", &given->scenario, &err), 0);
	if (said)
		add(given, CHARON_LOG_UPDOWN_SAID, said);
	if (status)
		add(given, CHARON_LOG_UPDOWN_ENDED, status);
	else
		assert_int_equal(timeline_add_line(&given->timeline, lost, strlen(lost)),
				 0);
	updowns_judge(given->logs, &given->timeline, given->scenario, &given->judgement);
	assert_int_equal(given->judgement.scripts.count, 1);
	assert_string_equal(given->judgement.scripts.items[0].file,
			    "etc/strongswan.d/ipsec-notify.sh");
}

static const struct remark *about(const struct given *given, unsigned int aspects)
{
	return site_touching(given->scenario->sites.items[0].site, NULL, aspects);
}

static void a_program_that_a_node_has_not_is_named(void **state)
{
	_cleanup_(given_done) struct given given;

	(void)state;
	judge(&given, "/etc/x.sh: line 2: vtysh: command not found", "127");
	assert_false(given.judgement.scripts.items[0].has_ended);
	assert_non_null(about(&given, ASPECT_WAY));
	assert_has(about(&given, ASPECT_WAY)->text, "calls vtysh");
	assert_null(about(&given, ASPECT_IKE));
}

static void a_script_that_is_not_done_in_time_proves_nothing(void **state)
{
	_cleanup_(given_done) struct given given;

	(void)state;
	judge(&given, NULL, "124");
	assert_non_null(about(&given, ASPECT_IKE));
}

static void a_script_that_ends_is_rehearsed(void **state)
{
	_cleanup_(given_done) struct given given;

	(void)state;
	judge(&given, NULL, "1");
	assert_true(given.judgement.scripts.items[0].has_ended);
	assert_null(about(&given, ASPECT_WAY));
}

static void a_script_that_kills_its_charon_proves_nothing(void **state)
{
	_cleanup_(given_done) struct given given;

	(void)state;
	judge(&given, NULL, NULL);
	assert_false(given.judgement.scripts.items[0].has_ended);
	assert_has(given.judgement.scripts.items[0].how, "killed by signal 9");
	assert_non_null(about(&given, ASPECT_IKE));
	assert_null(site_touching(given.scenario->sites.items[1].site, NULL, ASPECT_IKE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_a_node_has_not_is_named),
		cmocka_unit_test(a_script_that_is_not_done_in_time_proves_nothing),
		cmocka_unit_test(a_script_that_ends_is_rehearsed),
		cmocka_unit_test(a_script_that_kills_its_charon_proves_nothing),
	};

	return cmocka_run_group_tests_name("run/updowns", tests, NULL, NULL);
}
