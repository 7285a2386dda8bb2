// SPDX-License-Identifier: GPL-2.0-or-later
/* scripts_test.c - claims about what a report says of the devices' scripts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/test_text.h"
#include "model/aspect.h"
#include "run/scripts.h"
#include "run/test_fixture.h"
#include "scenario/scenario.h"

static int set_up(void **state)
{
	return fixture_of("scenarios/acme", state);
}

static void add(struct fixture *f, const char *line)
{
	assert_int_equal(timeline_add_line(&f->timeline, line, strlen(line)), 0);
}

#define SCRIPT(end, status, why)                                                \
	"{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":\"script\"," \
	"\"file\":\"etc/firewall.user\",\"line\":6,\"lines\":9,\"end\":\"" end  \
	"\",\"status\":" status ",\"why\":\"" why "\"}"

static const struct script_run *judge(struct fixture *f)
{
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_int_equal(f->judgement.scripts.count, 1);
	return f->judgement.scripts.items;
}

static bool is_touched(const struct fixture *f, unsigned int aspects)
{
	return site_touching(f->scenario->sites.items[0].site, NULL, aspects) != NULL;
}

static void script_that_ran_is_listed_with_its_status(void **state)
{
	struct fixture *f = *state;
	const struct script_run *run;

	add(f, SCRIPT("ran", "3", ""));
	run = judge(f);
	assert_string_equal(run->site, "home");
	assert_string_equal(run->file, "etc/firewall.user");
	assert_has(run->how, "run by a shell, exited with status 3");
	assert_true(run->has_run && run->has_ended);
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
}

static void plain_commands_are_rules_and_touch_nothing(void **state)
{
	struct fixture *f = *state;
	const struct script_run *run;

	add(f, SCRIPT("rules", "0", ""));
	run = judge(f);
	assert_false(run->has_run);
	assert_true(run->has_ended);
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
}

static void what_did_not_run_or_not_to_its_end_proves_nothing(void **state)
{
	static const char *const lines[] = {
		SCRIPT("not run", "0", "--no-scripts was given"),
		SCRIPT("late", "0", "it did not end within 10 s and was stopped"),
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct script_run *run;

		add(f, lines[i]);
		run = judge(f);
		assert_false(run->has_ended);
		assert_has(run->how, i ? "it did not end within 10 s" : "--no-scripts");
		assert_true(is_touched(f, ASPECT_WAY));
		assert_true(is_touched(f, ASPECT_NAT));
		assert_true(is_touched(f, ASPECT_IKE));
		/* What both ends' files agree on, no script changes. */
		assert_false(is_touched(f, ASPECT_SELECTORS | ASPECT_AUTH));
		tear_down(state);
		set_up(state);
	}
}

/* fw4's own table is asked all the same, and the lab's shell put the rules into one. */
static void iptables_of_a_shell_proves_no_way_beside_fw4(void **state)
{
	struct fixture *f = *state;
	struct site *site = f->scenario->sites.items[0].site;

	site->firewall = FIREWALL_FW4;
	add(f, SCRIPT("ran", "0", ""));
	(void)judge(f);
	assert_true(is_touched(f, ASPECT_NAT));
	assert_true(site_touching(site, NULL, ASPECT_NAT)->is_only_worse);
	assert_false(is_touched(f, ASPECT_SELECTORS | ASPECT_AUTH));
	tear_down(state);
	set_up(state);
	/* Taken as rules, they stand where fw4 has them; and without iptables none is. */
	f->scenario->sites.items[0].site->firewall = FIREWALL_FW4;
	add(f, SCRIPT("rules", "0", ""));
	(void)judge(f);
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
}

static void flood_of_refused_lines_is_counted_not_printed(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 60; i++)
		add(f, "{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":"
		       "\"refused\",\"file\":\"etc/firewall.user\",\"line\":7,\"rule\":"
		       "\"iptables -A x\",\"text\":\"No chain\"}");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_int_equal(f->judgement.notes.count, 9);
	assert_string_equal(f->judgement.notes.items[0],
			    "home: etc/firewall.user:7: refused, and left out: "
			    "iptables -A x: No chain");
	assert_has(f->judgement.notes.items[8], "52 more refused lines");
}

#define HOTPLUG(boot, end, asked)                                                      \
	"{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":\"hotplug\","       \
	"\"file\":\"etc/hotplug.d/iface/100-ipsec\",\"action\":\"ifup\","              \
	"\"interface\":\"wan\",\"device\":\"eth0.2\",\"boot\":" boot ",\"end\":\"" end \
	"\",\"status\":0,\"why\":\"late\",\"asked\":\"" asked                          \
	"\",\"by\":\"/etc/init.d/ipsec (modelled)\",\"line\":5,\"lines\":5,"           \
	"\"logged\":[\"ipsec: again\"]}"

/* One line a file, with each event; what it logged at the boot is no news. */
static void each_event_of_a_hotplug_script_is_told(void **state)
{
	struct fixture *f = *state;
	const struct script_run *run;

	add(f, HOTPLUG("true", "ran", "restart"));
	add(f, HOTPLUG("false", "ran", "nothing"));
	run = judge(f);
	assert_string_equal(
		run->how,
		"ifup of wan (eth0.2) at the boot: ran, restart asked for by "
		"/etc/init.d/ipsec (modelled), before the daemon starts; ifup "
		"of wan (eth0.2): ran, ended in line 5, nothing asked of IPsec");
	assert_true(run->has_ended);
	assert_int_equal(f->judgement.notes.count, 1);
	assert_has(f->judgement.notes.items[0], "100-ipsec logged: ipsec: again");
	assert_false(is_touched(f, ~0u));
}

static void missed(struct fixture *f, const char *name, const char *is_of_daemon)
{
	char line[256];

	(void)snprintf(line, sizeof(line),
		       "{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":"
		       "\"missing\",\"file\":\"etc/hotplug.d/iface/100-ipsec\","
		       "\"line\":0,\"name\":\"%s\",\"daemon\":%s}",
		       name, is_of_daemon);
	add(f, line);
}

/* A command of the daemon's is one of its life; any other may have been about all. */
static void daemon_command_that_was_not_done_leaves_the_tunnel_proved(void **state)
{
	struct fixture *f = *state;

	add(f, HOTPLUG("false", "ran", "nothing"));
	missed(f, "ipsec reload", "true");
	(void)judge(f);
	assert_true(is_touched(f, ASPECT_LIFE));
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
	missed(f, "ubus", "false");
	(void)judge(f);
	assert_true(is_touched(f, ASPECT_WAY));
}

static void add_script(struct fixture *f, const char *text)
{
	struct scenario_site *site = &f->scenario->sites.items[0];

	vec_add(site->site->arena, &site->sources,
		((struct import_source){ "etc/hotplug.d/iface/100-ipsec", text,
					 strlen(text) }));
}

/* Only what the script may do with the answer rests on a question that nobody answers. */
static void question_that_was_not_answered_touches_what_the_script_does(void **state)
{
	struct fixture *f = *state;

	add_script(f,
		   "x=$(ubus call a status)\n/etc/init.d/cron restart\nipsec restart\n");
	missed(f, "/etc/init.d/cron", "false");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_false(is_touched(f, ~0u));
	assert_has(f->judgement.notes.items[0], "calls /etc/init.d/cron");
	missed(f, "ubus", "false");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_true(is_touched(f, ASPECT_LIFE));
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
	missed(f, "ipset", "false");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_true(is_touched(f, ASPECT_WAY));
}

static void connections_of_another_file_prove_nothing_of_the_sites(void **state)
{
	struct fixture *f = *state;

	add_script(f, "swanctl --load-all --file /etc/own.conf\n");
	missed(f, "swanctl --load-all --file /etc/own.conf", "true");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_true(is_touched(f, ASPECT_IKE));
	assert_true(is_touched(f, ASPECT_WAY));
}

/* A rule that a file has as one is rewritten for the other device; a script's is not. */
static void policy_match_of_a_script_proves_nothing_without_policies(void **state)
{
	struct fixture *f = *state;

	add_script(f, "D=$(x)\niptables -t nat -I POSTROUTING -o $D -m policy --dir out "
		      "--pol ipsec -j ACCEPT\n");
	add(f, HOTPLUG("false", "ran", "nothing"));
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	assert_false(is_touched(f, ASPECT_NAT));
	scripts_without_policies(f->scenario, &f->judgement);
	assert_true(is_touched(f, ASPECT_NAT));
	assert_false(is_touched(f, ASPECT_IKE));
}

/* charon's routes are in a table of their own there, which a rule before it passes by. */
static void ip_rule_is_found_however_it_is_written(void **state)
{
	static const char *const scripts[] = {
		"ip -4 rule add from all lookup main pref 100\n",
		"D=$(x)\nip ru add from all lookup main pref 100\n",
		"/sbin/ip -family inet rul add from all lookup main\n",
		"nice -n 5 ip rule add from all lookup main\n",
		"for r in rule; do ip $r add from all lookup main; done\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		struct fixture *f;

		if (i) {
			assert_int_equal(tear_down(state), 0);
			assert_int_equal(set_up(state), 0);
		}
		f = *state;
		add_script(f, scripts[i]);
		add(f, HOTPLUG("false", "ran", "nothing"));
		scripts_judge(&f->timeline, f->scenario, &f->judgement);
		scripts_without_policies(f->scenario, &f->judgement);
		if (!is_touched(f, ASPECT_WAY))
			fail_msg("%s", scripts[i]);
	}
}

static void what_a_boot_begins_the_rehearsal_begins_anyhow(void **state)
{
	struct fixture *f = *state;
	const struct site *site = f->scenario->sites.items[0].site;
	const char *name = site->tunnels.items[0].name;

	assert_true(scripts_is_begun_anyhow(
		site, arena_printf(site->arena, "ipsec up %s", name)));
	assert_true(scripts_is_begun_anyhow(
		site, arena_printf(site->arena, "swanctl --initiate --ike %s", name)));
	assert_true(scripts_is_begun_anyhow(site, "swanctl --load-all"));
	assert_true(scripts_is_begun_anyhow(site, "swanctl -q --noprompt"));
	assert_false(scripts_is_begun_anyhow(site, "ipsec up another"));
	assert_false(scripts_is_begun_anyhow(site, "swanctl --initiate --child another"));
	/* It takes the place of what was loaded. */
	assert_false(
		scripts_is_begun_anyhow(site, "swanctl --load-all --file /etc/own.conf"));
	assert_false(scripts_is_begun_anyhow(site, "swanctl -q -f /etc/own.conf"));
	assert_false(scripts_is_begun_anyhow(site, "swanctl --terminate --ike x"));
	assert_false(scripts_is_begun_anyhow(site, "ipsec down office"));
}

/* What was said of its lines when they were read is taken back when they have run. */
static void what_ends_the_boot_is_of_no_interface(void **state)
{
	struct fixture *f = *state;

	add(f, "{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":\"hotplug\","
	       "\"file\":\"etc/rc.local\",\"action\":\"boot done\",\"interface\":\"\","
	       "\"device\":\"\",\"boot\":true,\"end\":\"ran\",\"status\":0,\"asked\":"
	       "\"restart\",\"by\":\"/etc/init.d/ipsec\",\"line\":3,\"lines\":2}");
	assert_string_equal(judge(f)->how,
			    "at the end of the boot: ran, restart asked for "
			    "by /etc/init.d/ipsec");
}

static void hotplug_script_that_ran_to_its_end_is_rehearsed(void **state)
{
	static const struct origin at = { .file = "etc/hotplug.d/iface/100-ipsec",
					  .line = 4 };
	struct fixture *f = *state;
	struct site *site = f->scenario->sites.items[0].site;
	struct remark *remark =
		site_unrehearsed(site, NULL, ASPECTS_TRAFFIC, at, "what runs");

	remark->is_script = true;
	assert_true(is_touched(f, ASPECTS_TRAFFIC));
	add(f, HOTPLUG("false", "ran", "nothing"));
	(void)judge(f);
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
	/* What it did is seen, and no prediction knows of it. */
	assert_int_equal(remark->ran, ASPECTS_TRAFFIC);
}

static void hotplug_script_that_did_not_end_proves_no_life_cycle(void **state)
{
	struct fixture *f = *state;

	add(f, HOTPLUG("false", "late", "nothing"));
	assert_false(judge(f)->has_ended);
	assert_true(is_touched(f, ASPECT_LIFE));
	assert_false(is_touched(f, ASPECTS_TRAFFIC));
}

static void what_a_script_missed_is_unproven_by_its_name_and_line(void **state)
{
	struct fixture *f = *state;
	const struct remark *said;

	add(f, "{\"t\":9,\"node\":\"home\",\"source\":\"script\",\"kind\":\"missing\","
	       "\"file\":\"etc/init.d/x\",\"line\":12,\"name\":\"ubus\"}");
	scripts_judge(&f->timeline, f->scenario, &f->judgement);
	said = site_touching(f->scenario->sites.items[0].site, NULL, ASPECTS_TRAFFIC);
	assert_non_null(said);
	assert_int_equal(said->at.line, 12);
	assert_has(said->text, "calls ubus");
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(script_that_ran_is_listed_with_its_status),
		TEST(plain_commands_are_rules_and_touch_nothing),
		TEST(what_did_not_run_or_not_to_its_end_proves_nothing),
		TEST(iptables_of_a_shell_proves_no_way_beside_fw4),
		TEST(each_event_of_a_hotplug_script_is_told),
		TEST(daemon_command_that_was_not_done_leaves_the_tunnel_proved),
		TEST(question_that_was_not_answered_touches_what_the_script_does),
		TEST(policy_match_of_a_script_proves_nothing_without_policies),
		TEST(connections_of_another_file_prove_nothing_of_the_sites),
		TEST(ip_rule_is_found_however_it_is_written),
		TEST(what_a_boot_begins_the_rehearsal_begins_anyhow),
		TEST(what_ends_the_boot_is_of_no_interface),
		TEST(hotplug_script_that_ran_to_its_end_is_rehearsed),
		TEST(hotplug_script_that_did_not_end_proves_no_life_cycle),
		TEST(what_a_script_missed_is_unproven_by_its_name_and_line),
		TEST(flood_of_refused_lines_is_counted_not_printed),
	};

	return cmocka_run_group_tests_name("run/scripts", tests, NULL, NULL);
}
