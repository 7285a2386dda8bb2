// SPDX-License-Identifier: GPL-2.0-or-later
/* inits_test.c - claims about init scripts of the folder, as they are judged */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/test_text.h"
#include "model/aspect.h"
#include "run/inits.h"
#include "run/test_fixture.h"
#include "scenario/scenario.h"

static int set_up(void **state)
{
	return fixture_of("scenarios/fritzbox-init-as-printed", state);
}

#define CONF(left)                                                                \
	"config setup\\nconn own-name\\n  keyexchange=ikev1\\n  left=" left "\\n" \
	"  right=remotesite.dyndns.org\\n  leftsubnet=192.168.1.0/24\\n"          \
	"  rightsubnet=192.168.0.0/24\\n  authby=secret\\n  esp=aes256-sha1\\n"   \
	"  auto=route\\n"

#define INIT(end, more)                                                          \
	"{\"t\":9,\"node\":\"openwrt\",\"source\":\"script\",\"kind\":\"init\"," \
	"\"file\":\"etc/init.d/ipsec\",\"lines\":61,\"end\":\"" end "\","        \
	"\"status\":0,\"why\":\"--no-scripts was given\"," more "}"

#define STARTED(left, refused, differs)                                                \
	INIT("ran", "\"started\":true,\"refused\":[" refused "],\"keys\":[0],"         \
		    "\"wrote\":[{\"path\":\"/var/ipsec/ipsec.conf\",\"text\":\"" CONF( \
			    left) "\"}],\"differs\":[" differs "]")

static struct site *judge(struct fixture *f, const char *line)
{
	assert_int_equal(timeline_add_line(&f->timeline, line, strlen(line)), 0);
	inits_judge(&f->timeline, f->scenario, &f->judgement);
	assert_int_equal(f->judgement.scripts.count, 1);
	return f->scenario->sites.items[0].site;
}

static void where_both_say_the_same_the_model_stays(void **state)
{
	struct fixture *f = *state;
	struct site *site = judge(f, STARTED("84.112.3.56", "", ""));

	assert_string_equal(site->tunnels.items[0].name, "Site2Site");
	assert_has(f->judgement.scripts.items[0].how, "and the model say the same");
	assert_null(site_touching(site, NULL, ASPECTS_UP));
}

static void where_not_the_scripts_files_are_judged_with_the_models_key(void **state)
{
	struct fixture *f = *state;
	struct site *site = judge(f, STARTED("84.112.3.56", "", "\"esp is other\""));

	assert_int_equal(site->tunnels.count, 1);
	assert_string_equal(site->tunnels.items[0].name, "own-name");
	assert_string_equal(site->tunnels.items[0].at.file, "var/ipsec/ipsec.conf");
	assert_true(site->tunnels.items[0].psk.is_readable);
	assert_has(f->judgement.scripts.items[0].how, "decides, not the model");
	assert_has(f->judgement.scripts.items[0].how, "esp is other");
	assert_null(site_touching(site, NULL, ASPECTS_UP));
	assert_int_equal(f->judgement.notes.count, 0);
}

static void name_that_the_script_asked_a_route_for_is_told_with_both_lines(void **state)
{
	struct fixture *f = *state;

	judge(f, STARTED("",
			 "\"ip route get remotesite.dyndns.org: Error: an inet prefix "
			 "is expected rather than \\\"remotesite.dyndns.org\\\".\"",
			 "\"esp is other\""));
	assert_int_equal(f->judgement.notes.count, 1);
	assert_has(f->judgement.notes.items[0],
		   "etc/init.d/ipsec:50: ip route get remotesite.dyndns.org: Error: an "
		   "inet prefix is expected rather than \"remotesite.dyndns.org\"");
	assert_has(f->judgement.notes.items[0], "gateway etc/config/ipsec:8");
}

static void script_that_starts_nothing_leaves_no_tunnel_and_says_why(void **state)
{
	struct fixture *f = *state;
	struct site *site = judge(f, INIT("ran", "\"started\":false,\"refused\":[],"
						 "\"reason\":\"procd error x\","
						 "\"line\":59"));
	const struct remark *found = NULL;

	assert_true(site->tunnels.items[0].is_disabled);
	vec_foreach (remark, &site->remarks)
		if (remark->code == SAYS_NONE_LOADED)
			found = remark;
	if (!found) {
		fail_msg("nothing says why");
		return;
	}
	assert_has(found->text, "procd error x");
	assert_string_equal(found->at.file, "etc/init.d/ipsec");
	assert_int_equal(found->at.line, 59);
	assert_int_equal(f->judgement.scripts.items[0].line, 59);
}

static void script_that_kills_the_dns_server_is_said_to_have(void **state)
{
	struct fixture *f = *state;

	judge(f, INIT("ran", "\"started\":true,\"revived\":1,\"refused\":[]"));
	assert_has(f->judgement.scripts.items[0].how,
		   "the router's DNS server ended meanwhile, and was started again");
}

/* What it wrote until it was stopped is kept, and decides nothing. */
static void script_that_never_ends_decides_nothing(void **state)
{
	struct fixture *f = *state;
	struct site *site =
		judge(f, INIT("late", "\"started\":true,\"refused\":[],\"wrote\":[{"
				      "\"path\":\"/var/ipsec/ipsec.conf\",\"text\":"
				      "\"" CONF("1.2.3.4") "\"}]"));

	assert_string_equal(site->tunnels.items[0].name, "Site2Site");
	assert_non_null(site_touching(site, NULL, ASPECTS_UP));
	assert_has(f->judgement.scripts.items[0].how, "the model decides");
}

static void script_that_did_not_run_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct site *site = judge(f, INIT("not run", "\"started\":false,\"refused\":[]"));

	assert_false(site->tunnels.items[0].is_disabled);
	assert_non_null(site_touching(site, NULL, ASPECTS_UP));
	assert_has(f->judgement.scripts.items[0].how, "the model decides");
}

/* A recorded run may be damaged, or somebody's idea of one. */
static void strange_evidence_is_no_crash(void **state)
{
	static const char *const lines[] = {
		INIT("ran",
		     "\"started\":true,\"differs\":[1,null],\"keys\":[\"x\",-7,99],"
		     "\"wrote\":[3,{\"path\":7},{\"path\":\"/var/ipsec/ipsec.conf\","
		     "\"text\":\"conn a\\n left=\\n right=%any\\n\"}],"
		     "\"refused\":[4,\"ip route get \"]"),
		INIT("ran", "\"started\":true,\"differs\":7,\"wrote\":{}"),
		INIT("", "\"started\":5"),
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		(void)judge(*state, lines[i]);
		tear_down(state);
		set_up(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(where_both_say_the_same_the_model_stays,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			where_not_the_scripts_files_are_judged_with_the_models_key,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			name_that_the_script_asked_a_route_for_is_told_with_both_lines,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			script_that_starts_nothing_leaves_no_tunnel_and_says_why, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			script_that_kills_the_dns_server_is_said_to_have, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(script_that_never_ends_decides_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(script_that_did_not_run_proves_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(strange_evidence_is_no_crash, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("run/inits", tests, NULL, NULL);
}
