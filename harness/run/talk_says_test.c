// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_says_test.c - what a recorded device would say: reference captures, acme's tunnels */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/keyring.h"
#include "dissect/test_reading.h"
#include "dissect/test_stand_in.h"
#include "run/talk_says.h"
#include "scenario/scenario.h"

struct lab {
	struct test_reading reading;
	struct scenario *scenario;
	struct talk_pair pair;
	struct talk_says says;
};

/* The recorded end that meets a site (0 or 1) of a scenario; psk: given, or NULL. */
static void begin(struct lab *lab, const char *capture, const char *keys, const char *psk,
		  const char *scenario, unsigned int site, bool is_site_initiator)
{
	const struct ike_session *session;
	const struct tunnel *tunnel;
	struct err err = { 0 };

	reading_begin(&lab->reading, psk);
	if (keys)
		reading_keys(&lab->reading, keys);
	if (strchr(capture, '/'))
		reading_take(&lab->reading, capture, UINT_MAX);
	else
		stand_in_take(&lab->reading, capture);
	if (scenario_load(scenario, &lab->scenario, &err))
		fail_msg("%s", err.text);
	session = lab->reading.set->session[0];
	tunnel = &lab->scenario->sites.items[site].site->tunnels.items[0];
	lab->pair = (struct talk_pair){
		.set = lab->reading.set,
		.session = session,
		.question = &session->steps.items[0],
		.answer = &session->steps.items[1],
		.tunnel = tunnel,
		.own = scenario_wan(&lab->scenario->sites.items[site])->addr,
		.peer = scenario_wan(&lab->scenario->sites.items[!site])->addr,
		.is_site_initiator = is_site_initiator,
		.psk = { tunnel->psk.bytes, tunnel->psk.length },
	};
	talk_says_read(&lab->pair, lab->reading.arena, &lab->says);
}

static void end(struct lab *lab)
{
	scenario_free(lab->scenario);
	reading_done(&lab->reading);
}

static bool has_remark(const struct lab *lab, const char *word)
{
	vec_foreach (remark, &lab->says.remarks)
		if (strstr(remark->s, word))
			return true;
	return false;
}

static void what_the_capture_shows_is_said_as_it_is(void **state)
{
	const struct peer_says *says;
	struct lab lab = { 0 };

	(void)state;
	begin(&lab, "pcaps/acme.pcapng", "pcaps/acme.keys", NULL, "scenarios/acme", 1,
	      false);
	says = &lab.says.says[TALK_AS_RECORDED];
	assert_null(lab.says.why_not);
	assert_true(lab.says.has_identity);
	assert_true(lab.says.has_child);
	assert_int_equal(lab.says.remarks.count, 0);
	assert_true(says->is_aggressive);
	assert_int_equal(says->group, 2);
	assert_int_equal(says->child_count, 2);
	assert_int_equal(says->children[0].pfs, 2);
	assert_int_equal(says->id.length, 4 + strlen("bratwurst"));
	assert_memory_equal(says->id.bytes + 4, "bratwurst", strlen("bratwurst"));
	/* No key was given, so nothing else can be said with another. */
	assert_false(lab.says.is_there[TALK_WITH_PSK]);
	assert_false(lab.says.is_there[TALK_WITH_PFS]);
	end(&lab);
}

static void what_it_does_not_show_is_as_the_tunnel_expects_and_said(void **state)
{
	const struct peer_says *says;
	struct lab lab = { 0 };

	(void)state;
	begin(&lab, "pcaps/acme.pcapng", NULL, NULL, "scenarios/acme", 1, false);
	says = &lab.says.says[TALK_AS_RECORDED];
	assert_null(lab.says.why_not);
	assert_false(lab.says.has_child);
	assert_int_equal(says->child_count, 1);
	assert_true(has_remark(&lab, "phase 2: not in the capture"));
	/* home's network, then acme's, as acme's policy has them the other way round */
	assert_memory_equal(says->children[0].local.bytes + 4, "\xc0\xa8\x02\x40", 4);
	assert_false(lab.says.is_there[TALK_WITH_NETWORKS]);
	end(&lab);
}

static void key_that_was_given_is_said_and_the_sites_own_is_the_other(void **state)
{
	struct lab lab = { 0 };

	(void)state;
	begin(&lab, "screenos-5.4.0-aggressive-sha1", NULL, "garibaldi", "scenarios/acme",
	      0, true);
	assert_true(lab.says.has_psk);
	assert_int_equal(lab.says.says[TALK_AS_RECORDED].psk.length, strlen("garibaldi"));
	assert_true(lab.says.is_there[TALK_WITH_PSK]);
	assert_true(slice_equal(lab.says.says[TALK_WITH_PSK].psk, lab.pair.psk));
	end(&lab);
}

static void certificates_give_way_to_a_key_where_both_have_them(void **state)
{
	struct lab lab = { 0 };

	(void)state;
	begin(&lab, "juniper-srx210-main-mode-rsasig", NULL, NULL, "scenarios/srx210", 1,
	      false);
	assert_null(lab.says.why_not);
	assert_true(has_remark(&lab, "certificates are in no capture"));
	end(&lab);
	lab = (struct lab){ 0 };
	begin(&lab, "juniper-srx210-main-mode-rsasig", NULL, NULL, "scenarios/fritzbox",
	      1, false);
	assert_non_null(lab.says.why_not);
	end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_capture_shows_is_said_as_it_is),
		cmocka_unit_test(what_it_does_not_show_is_as_the_tunnel_expects_and_said),
		cmocka_unit_test(
			key_that_was_given_is_said_and_the_sites_own_is_the_other),
		cmocka_unit_test(certificates_give_way_to_a_key_where_both_have_them),
	};

	return cmocka_run_group_tests_name("run/talk_says", tests, NULL, NULL);
}
