// SPDX-License-Identifier: GPL-2.0-or-later
/* fix_test.c - every mistake of predict's tests: is it cured, by what, and nothing else? */
#include "fix/fix.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/test_text.h"
#include "predict/test_mistakes.h"
#include "scenario/read.h"
#include "scenario/scenario.h"

/* The files of one end, the first that has `find` with `replace` there. */
static void load_end(struct fix_pair *pair, unsigned int end,
		     const struct test_device *device, const struct mistake *mistake)
{
	struct fix_end *to = &pair->ends[end];
	bool is_done = !mistake;

	to->kind = device->kind;
	to->name = end ? "right" : "left";
	for (size_t i = 0; i < TEST_FILES_MAX && device->files[i].name; i++) {
		const char *text = device->files[i].text;
		const char *at = is_done ? NULL : strstr(text, mistake->find);

		if (at) {
			text = arena_printf(pair->arena, "%.*s%s%s", (int)(at - text),
					    text, mistake->replace,
					    at + strlen(mistake->find));
			is_done = true;
		}
		vec_add(pair->arena, &to->sources.list,
			((struct import_source){ device->files[i].name, text,
						 strlen(text) }));
	}
}

static void load_pair(const struct mistake *mistake, struct fix_pair *pair)
{
	for (unsigned int end = 0; end < 2; end++)
		load_end(pair, end, pairs[mistake->pair].devices[end],
			 mistake->find && mistake->end == end ? mistake : NULL);
	pair->initiator = -1;
	pair->is_behind_nat[0] = mistake->is_behind_nat;
}

/* Mistakes above weak without a fix that a program can make, and who is to do what. */
static const struct {
	const char *claim, *reason;
} by_hand[] = {
	{ "an_unknown_word_discards_the_connection",
	  "words such as aes128, sha256, modp2048" },
	{ "starter_adds_no_connection_with_an_unknown_word", "write 'modp1024'" },
	{ "one_bad_proposal_among_good_ones_is_enough_for_starter", "write 'sha1'" },
	{ "a_hash_sign_in_an_unquoted_key_cuts_it", "take a key without '#'" },
	{ "a_key_in_hex_is_not_its_characters",
	  "take a key that does not start with 0x" },
	{ "a_key_in_base64_is_not_its_characters",
	  "take a key that does not start with 0s" },
	{ "a_blank_behind_the_key_counts", "take a key without blanks" },
	{ "an_end_without_a_key_is_named",
	  "secret: the other end's key, for both identities" },
	{ "defaults_do_not_have_group_2",
	  "a proposal of its own for the remote: option enc" },
	{ "main_mode_cannot_serve_anybody",
	  "left: option exchange_mode 'aggressive' (no init" },
	{ "networks_are_disjoint", "with it comes F64" },
	{ "strict_devices_refuse_a_wider_network", "is not once on line 7" },
	{ "ikev1_takes_one_pair_for_each_child",
	  "one child (tunnel section) for each pair" },
	{ "a_protocol_at_one_end_only",
	  "set security ipsec vpn V traffic-selector T loca" },
	{ "the_far_end_refuses_what_comes_out",
	  "a policy from the zone of 192.168.2.0/24 to the " },
	{ "what_is_denied_first_is_not_sent",
	  "\"permit ip any 192.168.2.0 255.255.255.0\" before" },
	{ "the_far_network_is_the_own",
	  "give one LAN another network, or translate it (N" },
};

static const char *reason_by_hand(const char *claim)
{
	for (size_t i = 0; i < ARRAY_SIZE(by_hand); i++)
		if (str_equal(by_hand[i].claim, claim))
			return by_hand[i].reason;
	return NULL;
}

static void every_mistake_is_cured_or_is_listed_with_who_does_what(void **state)
{
	size_t cured = 0, all = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct fix_pair pair = { .arena = arena };
		const char *claim = mistakes[i].claim;
		const char *reason = reason_by_hand(claim);
		struct fix_plan plan;
		struct err err = { 0 };
		bool is_left = false;

		if (!mistakes[i].id || mistakes[i].severity > SEVERITY_LEAK)
			continue;
		load_pair(&mistakes[i], &pair);
		assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
		all++;
		vec_foreach (finding, &plan.left)
			is_left |= finding->severity <= SEVERITY_LEAK;
		cured += !is_left;
		if (is_left && !reason)
			fail_msg("%s is not cured: %s", claim,
				 plan.steps.items[0].reason);
		if (!is_left && reason)
			fail_msg("%s is cured, and listed as '%s'", claim, reason);
		if (is_left && !strstr(plan.steps.items[0].reason, reason))
			fail_msg("%s: '%s', not '%s'", claim, plan.steps.items[0].reason,
				 reason);
	}
	print_message("%zu of %zu mistakes are cured\n", cured, all);
}

static const struct mistake *mistake_of(const char *claim)
{
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (str_equal(mistakes[i].claim, claim))
			return &mistakes[i];
	fail_msg("no mistake '%s'", claim);
	return NULL;
}

static void a_key_is_in_the_diff_only_when_asked_for(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf without = { 0 }, with = { 0 };
	struct fix_pair pair = { .arena = arena };
	struct fix_plan plan;
	struct err err = { 0 };

	(void)state;
	load_pair(mistake_of("keys_differ_in_main_mode"), &pair);
	assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
	fix_diff(&pair, &plan.cured, false, &without);
	fix_diff(&pair, &plan.cured, true, &with);
	assert_has(buf_text(&with), "+ option pre_shared_key 'yourpassword'");
	assert_has_not(buf_text(&without), "yourpassw");
	assert_has(buf_text(&without), "(the other end's key)");
}

/* hq has half of branch's LAN: to make it that at both ends would be a cure as well. */
static void of_two_cures_the_one_is_taken_that_leaves_a_lan_whole(void **state)
{
	static const char network[] = "config interface 'lan'\n option proto 'static'\n"
				      " option ipaddr '192.168.30.1'\n"
				      " option netmask '255.255.255.0'\n"
				      "config interface 'wan'\n option proto 'static'\n"
				      " option ipaddr '198.51.100.20'\n"
				      " option netmask '255.255.255.0'\n";
	static const char ipsec[] =
		"config remote 'hq'\n option enabled '1'\n option gateway '203.0.113.5'\n"
		" option authentication_method 'psk'\n option pre_shared_key 'abcdefgh'\n"
		" option keyexchange 'ikev1'\n list crypto_proposal 'p1'\n"
		" list tunnel 'lan'\nconfig tunnel 'lan'\n"
		" list local_subnet '192.168.30.0/24'\n"
		" list remote_subnet '10.40.0.0/16'\n list crypto_proposal 'p2'\n"
		"config crypto_proposal 'p1'\n option encryption_algorithm 'aes256'\n"
		" option hash_algorithm 'sha1'\n option dh_group 'modp1024'\n"
		"config crypto_proposal 'p2'\n option encryption_algorithm 'aes256'\n"
		" option hash_algorithm 'sha1'\n option dh_group 'modp1024'\n";
	static const char hq[] =
		"set interface ethernet0/0 zone Untrust\nset interface bgroup0 zone Trust\n"
		"set interface ethernet0/0 ip 203.0.113.5/24\n"
		"set interface bgroup0 ip 10.40.0.1/16\n"
		"set interface tunnel.1 zone Untrust\n"
		"set interface tunnel.1 ip unnumbered interface ethernet0/0\n"
		"set ike gateway g address 198.51.100.20 Main outgoing-interface "
		"ethernet0/0 preshare abcdefgh proposal pre-g2-aes256-sha\n"
		"set vpn v gateway g proposal g2-esp-aes256-sha\n"
		"set vpn v bind interface tunnel.1\n"
		"set vpn v proxy-id local-ip 10.40.0.0/16 remote-ip 192.168.30.0/25 ANY\n"
		"set policy id 1 from Trust to Untrust Any Any ANY permit\n"
		"set policy id 2 from Untrust to Trust Any Any ANY permit\n"
		"set route 192.168.30.0/24 interface tunnel.1\n";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct fix_pair pair = { .arena = arena, .initiator = -1 };
	struct fix_plan plan;
	struct err err = { 0 };
	bool is_seen = false;

	(void)state;
	pair.ends[0].name = "branch";
	pair.ends[0].kind = DEVICE_OPENWRT;
	pair.ends[1].name = "hq";
	pair.ends[1].kind = DEVICE_SCREENOS;
	vec_add(arena, &pair.ends[0].sources.list,
		((struct import_source){ "etc/config/network", network,
					 strlen(network) }));
	vec_add(arena, &pair.ends[0].sources.list,
		((struct import_source){ "etc/config/ipsec", ipsec, strlen(ipsec) }));
	vec_add(arena, &pair.ends[1].sources.list,
		((struct import_source){ "hq.cfg", hq, strlen(hq) }));
	assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
	vec_foreach (step, &plan.steps) {
		if (!str_equal(step->id, "F47"))
			continue;
		is_seen = true;
		assert_non_null(step->sentence);
		assert_has(step->sentence, "hq: 10.40.0.0/16 === 192.168.30.0/24");
	}
	assert_true(is_seen);
}

/* Lines before the key that is changed: they come into the diff beside it. */
static void secrets_beside_a_change_are_hidden(void **state)
{
	static const char beside[] = "# option pre_shared_key 'old-one'\n"
				     "#wpa-passphrase=\"old-two\"\n#x\n";
	static const char script[] =
		"x=1\ncurl -u me:old-three http://dyn/ # key=old-four\n";
	_cleanup_(site_freep) struct site *site = site_new("hq", DEVICE_OPENWRT);
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf without = { 0 }, with = { 0 };
	struct fix_pair pair = { .arena = arena };
	struct fix_plan plan;
	struct err err = { 0 };

	(void)state;
	load_pair(mistake_of("keys_differ_in_main_mode"), &pair);
	vec_foreach (source, &pair.ends[0].sources.list) {
		const char *at = strstr(source->bytes, " option pre_shared_key");

		if (!at)
			continue;
		source->bytes = arena_printf(arena, "%.*s%s%s", (int)(at - source->bytes),
					     source->bytes, beside, at);
		source->length = strlen(source->bytes);
	}
	assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
	fix_diff(&pair, &plan.cured, false, &without);
	fix_diff(&pair, &plan.cured, true, &with);
	assert_has(buf_text(&with), "'old-one'");
	assert_has(buf_text(&with), "old-two");
	assert_has(buf_text(&without), " # option pre_shared_key '(hidden)");
	assert_has(buf_text(&without), " #wpa-passphrase=\"(hidden)");
	assert_has_not(buf_text(&without), "old-");
	assert_string_equal(fix_without_keys(arena, site, site, "etc/rc.local", script),
			    "x=1\ncurl -u … http://dyn/ # key=(hidden)\n");
}

/* A fix that opens more is refused: the judge of openings sees it. */
static void a_rule_for_everybody_opens(void **state)
{
	static const char opening[] = "config rule\n option src wan\n option dest lan\n"
				      " option proto all\n option target ACCEPT";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(fix_sites_done) struct fix_sites sites = { 0 };
	struct fix_pair pair = { .arena = arena };
	struct cure cure = { .sentence = "open it" };
	struct findings findings;
	struct fix_trial trial;
	struct err err = { 0 };

	(void)state;
	load_pair(mistake_of("only_one_end_can_open_connections"), &pair);
	assert_int_equal(fix_judge(&pair, &sites, &findings, &err), 0);
	assert_true(findings.count);
	vec_add(arena, &cure.edits,
		((struct edit){ .site = "left",
				.place = EDIT_AT_END,
				.at = { .file = "etc/config/firewall" },
				.text = opening }));
	fix_try(&pair, &sites, &findings, &findings.items[0], &cure, &trial);
	vec_foreach (finding, &findings) {
		fix_try(&pair, &sites, &findings, finding, &cure, &trial);
		assert_int_not_equal(trial.verdict, FIX_PROVED);
		if (trial.verdict == FIX_OPENS)
			return;
	}
	fail_msg("nobody saw that it opens");
}

static void a_fault_that_became_unproven_is_not_gone(void **state)
{
	static const char doubt[] = "iptables -t nat -A postrouting_rule -m set "
				    "--match-set vpn dst -j ACCEPT";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(fix_sites_done) struct fix_sites sites = { 0 };
	struct fix_pair pair = { .arena = arena };
	struct cure cure = { .sentence = "exempt a set" };
	struct findings findings;
	struct err err = { 0 };
	size_t tried = 0;

	(void)state;
	load_pair(mistake_of("masquerading_without_an_exemption"), &pair);
	assert_int_equal(fix_judge(&pair, &sites, &findings, &err), 0);
	vec_add(arena, &cure.edits,
		((struct edit){ .site = "left",
				.place = EDIT_AT_END,
				.at = { .file = "etc/firewall.user" },
				.text = doubt }));
	vec_add(arena, &cure.edits,
		((struct edit){ .site = "left",
				.place = EDIT_AT_END,
				.at = { .file = "etc/config/firewall" },
				.text = "config include\n"
					" option path '/etc/firewall.user'\n" }));
	vec_foreach (finding, &findings) {
		struct fix_trial trial;

		if (finding->class->number != F63)
			continue;
		fix_try(&pair, &sites, &findings, finding, &cure, &trial);
		assert_int_equal(trial.verdict, FIX_UNPROVEN);
		assert_has(trial.reason, "--match-set vpn dst");
		tried++;
	}
	assert_true(tried);
}

static void what_the_scenario_accepts_is_left_as_it_is(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(scenario_freep) struct scenario *scenario = scenario_new();
	struct fix_pair pair = { .arena = arena, .scenario = scenario };
	struct fix_plan plan;
	struct err err = { 0 };

	(void)state;
	vec_add(scenario->arena, &scenario->accepted,
		((struct scenario_acceptance){ .class = finding_class_of(F63),
					       .reason = "the far end is ours" }));
	load_pair(mistake_of("masquerading_without_an_exemption"), &pair);
	assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
	vec_foreach (step, &plan.steps)
		assert_string_not_equal(step->id, "F63");
	vec_foreach (finding, &plan.left) {
		if (finding->class->number == F63)
			assert_string_equal(finding->accepted, "the far end is ours");
	}
	vec_foreach (source, &plan.cured.ends[0].sources.list)
		assert_has_not(source->bytes, "masq_dest");
}

/* AES here and 3DES there: the end with 3DES gets AES, whichever cure is named first. */
static void of_several_cures_the_strongest_is_taken(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct fix_pair pair = { .arena = arena };
	struct fix_plan plan;
	struct err err = { 0 };

	(void)state;
	load_pair(mistake_of("esp_ciphers_differ"), &pair);
	assert_int_equal(fix_all(&pair, SEVERITY_LEAK, &plan, &err), 0);
	assert_int_equal(plan.steps.count, 1);
	assert_true(str_starts(plan.steps.items[0].sentence, "right: "));
	assert_null(plan.steps.items[0].weakens);
	vec_foreach (finding, &plan.left)
		assert_null(strstr(finding->summary, "3DES"));
}

/* A child that a cure loses takes its weak algorithms along: that makes it no better. */
static void a_cure_that_loses_something_is_not_the_stronger_one(void **state)
{
	struct settled whole[] = { { "t", NULL, 0 }, { "t", "a", 10 }, { "t", "b", 10 } };
	struct settled stronger[] = { { "t", NULL, 0 },
				      { "t", "a", 0 },
				      { "t", "b", 10 } };
	struct settled less[] = { { "t", NULL, 0 }, { "t", "a", 10 } };
	struct settled other[] = { { "t", NULL, 0 }, { "t", "a", 10 }, { "t", "c", 0 } };
	struct fix_trial keeps = { .networks = 4 }, better = { .networks = 4 };
	struct fix_trial loses = { .networks = 2 }, renames = { .networks = 4 };
	struct fix_trial narrows = { .networks = 4, .cut = 1 };

	(void)state;
	keeps.after.settled.items = whole;
	better.after.settled.items = stronger;
	loses.after.settled.items = less;
	renames.after.settled.items = other;
	narrows.after.settled.items = whole;
	keeps.after.settled.count = better.after.settled.count = 3;
	renames.after.settled.count = narrows.after.settled.count = 3;
	loses.after.settled.count = 2;
	assert_true(fix_is_better(&better, &keeps));
	assert_false(fix_is_better(&keeps, &better));
	assert_false(fix_is_better(&loses, &keeps));
	assert_true(fix_is_better(&keeps, &loses));
	assert_false(fix_is_better(&renames, &keeps));
	assert_false(fix_is_better(&keeps, &renames));
	assert_false(fix_is_better(&narrows, &keeps));
	assert_true(fix_is_better(&keeps, &narrows));
	loses.networks = 4; /* the networks are there, and no agreement on them */
	assert_false(fix_is_better(&loses, &keeps));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_several_cures_the_strongest_is_taken),
		cmocka_unit_test(a_cure_that_loses_something_is_not_the_stronger_one),
		cmocka_unit_test(every_mistake_is_cured_or_is_listed_with_who_does_what),
		cmocka_unit_test(a_key_is_in_the_diff_only_when_asked_for),
		cmocka_unit_test(of_two_cures_the_one_is_taken_that_leaves_a_lan_whole),
		cmocka_unit_test(secrets_beside_a_change_are_hidden),
		cmocka_unit_test(a_rule_for_everybody_opens),
		cmocka_unit_test(a_fault_that_became_unproven_is_not_gone),
		cmocka_unit_test(what_the_scenario_accepts_is_left_as_it_is),
	};

	return cmocka_run_group_tests_name("fix/fix", tests, NULL, NULL);
}
