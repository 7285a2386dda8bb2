// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * predict_test.c - claims: healthy pairs are silent, one mistake gives exactly one class
 *
 * Each case is a healthy pair with one place of one file changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/test_patch.h"
#include "predict/test_pairs.h"

struct test_pair {
	const char *name;
	const struct test_device *devices[2];
};

static const struct test_pair pairs[] = {
	{ "openwrt-screenos", { &openwrt, &screenos } },
	{ "openwrt-fritzbox", { &openwrt_for_box, &fritzbox } },
	{ "junos-openwrt", { &junos, &openwrt_v2 } },
	{ "openwrt-junos", { &openwrt_v2, &junos } },
	{ "swanctl-junos", { &swanctl, &junos } },
	{ "swanctl-screenos", { &swanctl_v1, &screenos } },
	{ "ipsec_conf-junos", { &ipsec_conf, &junos } },
	{ "screenos-openwrt", { &screenos, &openwrt } },
	{ "fritzbox-openwrt", { &fritzbox, &openwrt_for_box } },
};

enum {
	OPENWRT_SCREENOS,
	OPENWRT_FRITZBOX,
	JUNOS_OPENWRT,
	OPENWRT_JUNOS,
	SWANCTL_JUNOS,
	SWANCTL_SCREENOS,
	IPSEC_CONF_JUNOS
};

/* One mistake: in the files of one end, `find` becomes `replace` (NULL: appended). */
struct mistake {
	const char *claim;
	unsigned int pair, end;
	const char *find, *replace;
	const char *id;	  /* the only class above weak; NULL: none is */
	const char *weak; /* a class that is there as weak; NULL: do not care */
	bool is_behind_nat;
	enum severity severity;
};

struct world {
	struct arena *arena;
	struct site *sites[2];
	struct findings findings;
	const char *firmware; /* of an OpenWrt end; NULL: as documented */
};

static void world_done(struct world *world)
{
	site_free(world->sites[0]);
	site_free(world->sites[1]);
	arena_free(world->arena);
}

#define _cleanup_world_ _cleanup_(world_done)

/* The text with the mistake in it; NULL: this file does not have the place. */
static const char *changed(struct arena *arena, const char *text,
			   const struct mistake *mistake)
{
	const char *at = strstr(text, mistake->find);

	if (!at)
		return NULL;
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, mistake->replace,
			    at + strlen(mistake->find));
}

static void load(struct world *world, const struct test_device *device, unsigned int end,
		 const struct mistake *mistake)
{
	struct import_source sources[TEST_FILES_MAX];
	size_t count = 0;
	const struct import_options options = {
		.reading = world->firmware ? READING_RENDERED : READING_DOCUMENTED,
		.firmware = world->firmware,
	};
	bool is_changed = !mistake;
	struct err err = { 0 };

	for (; count < TEST_FILES_MAX && device->files[count].name; count++) {
		const char *text = device->files[count].text, *other = NULL;

		if (!is_changed)
			other = changed(world->arena, text, mistake);
		is_changed |= other != NULL;
		text = other ? other : text;
		sources[count] = (struct import_source){ device->files[count].name, text,
							 strlen(text) };
	}
	if (!is_changed)
		fail_msg("no such place: %s", mistake->find);
	if (site_import(device->kind, end ? "right" : "left", sources, count, &options,
			&world->sites[end], &err))
		fail_msg("%s", err.text);
}

static void predict(struct world *world, const struct test_pair *pair,
		    const struct mistake *mistake)
{
	struct predict_input input;

	if (!world->arena)
		world->arena = arena_new();
	for (unsigned int end = 0; end < 2; end++)
		load(world, pair->devices[end], end,
		     mistake && mistake->end == end ? mistake : NULL);
	input = (struct predict_input){ .sites = { world->sites[0], world->sites[1] },
					.arena = world->arena };
	input.initiator = predict_initiator(input.sites);
	if (mistake && mistake->is_behind_nat)
		input.is_behind_nat[0] = true;
	predict_pair(&input, &world->findings);
}

static void print_all(const struct world *world)
{
	vec_foreach (finding, &world->findings)
		print_message("  %s %s: %s\n", finding->class->id,
			      severity_name(finding->severity), finding->summary);
}

static void a_healthy_pair_gives_nothing_above_weak(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_world_ struct world world = { 0 };

		predict(&world, &pairs[i], NULL);
		vec_foreach (finding, &world.findings) {
			if (finding->severity == SEVERITY_WEAK)
				continue;
			print_all(&world);
			fail_msg("%s: %s %s", pairs[i].name, finding->class->id,
				 finding->summary);
		}
	}
}

static void the_new_schema_is_healthy_as_rendered(void **state)
{
	static const struct {
		unsigned int pair;
		const char *firmware;
	} cases[] = {
		{ OPENWRT_SCREENOS, "21.02" }, { OPENWRT_SCREENOS, "24.10" },
		{ OPENWRT_JUNOS, "19.07" },    { OPENWRT_JUNOS, "23.05" },
		{ JUNOS_OPENWRT, "24.10" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_world_ struct world world = { .firmware = cases[i].firmware };

		predict(&world, &pairs[cases[i].pair], NULL);
		vec_foreach (finding, &world.findings)
			if (finding->severity != SEVERITY_WEAK)
				fail_msg("%s: %s %s", cases[i].firmware,
					 finding->class->id, finding->summary);
	}
}

static bool has_class(const struct findings *findings, const char *id)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->class->id, id))
			return true;
	return false;
}

/* A finding says both values with their place, a reason or a fix, and no secret. */
static void assert_is_whole(const struct finding *finding)
{
	assert_non_null(finding->summary);
	assert_non_null(finding->values[0].setting ? finding->values[0].setting
						   : finding->values[1].setting);
	assert_null(strstr(finding->summary, "yourpassword"));
	assert_true(finding->fixes.count > 0);
	vec_foreach (fix, &finding->fixes) {
		assert_null(strstr(*fix, "yourpassword"));
		assert_null(strstr(*fix, "(null)"));
	}
	for (size_t i = 0; i < 2; i++)
		if (finding->values[i].value)
			assert_null(strstr(finding->values[i].value, "yourpassword"));
}

/* Both ends read something when no tunnel comes up, and of phase 2 not the words of 1. */
static void assert_is_seen(const struct finding *finding)
{
	bool is_left = false, is_right = false;

	vec_foreach (sees, &finding->sees) {
		bool is_both = str_starts(*sees, "both: ");

		is_left |= is_both || str_starts(*sees, "left: ");
		is_right |= is_both || str_starts(*sees, "right: ");
		assert_null(strstr(*sees, "(null)"));
		if (finding->is_phase2)
			assert_null(strstr(*sees, "Phase 1"));
	}
	if (finding->severity == SEVERITY_NO_TUNNEL && (!is_left || !is_right))
		fail_msg("%s: nobody says what %s sees", finding->summary,
			 is_left ? "right" : "left");
}

/* The pair again, with one file's text another. */
static void predict_patched(struct world *world, const struct test_pair *pair,
			    const struct mistake *mistake, unsigned int end, size_t file,
			    const char *text)
{
	struct test_device devices[2] = { *pair->devices[0], *pair->devices[1] };
	const struct test_pair patched = { pair->name, { &devices[0], &devices[1] } };
	struct mistake none = *mistake;

	for (size_t i = 0; i < TEST_FILES_MAX && devices[mistake->end].files[i].name;
	     i++) {
		const char *wrong = changed(world->arena,
					    devices[mistake->end].files[i].text, mistake);

		if (!wrong)
			continue;
		devices[mistake->end].files[i].text = wrong;
		break;
	}
	devices[end].files[file].text = text;
	none.end = 2; /* it is made already */
	predict(world, &patched, &none);
}

/* The text of that file as the mistaken pair has it. */
static const char *text_of(struct world *world, const struct mistake *mistake,
			   unsigned int end, const char *name, size_t *ret_index)
{
	const struct test_device *device = pairs[mistake->pair].devices[end];
	bool is_changed = mistake->end != end;

	for (size_t i = 0; i < TEST_FILES_MAX && device->files[i].name; i++) {
		const char *text = device->files[i].text;
		const char *wrong =
			is_changed ? NULL : changed(world->arena, text, mistake);

		is_changed |= wrong != NULL;
		*ret_index = i;
		if (str_equal(device->files[i].name, name))
			return wrong ? wrong : text;
	}
	return NULL;
}

/* What a fix says, done to a copy of the file: then nothing above weak is left. */
static bool try_fix(struct world *world, const struct mistake *mistake, const char *fix)
{
	_cleanup_world_ struct world after = { .arena = NULL };
	const struct test_pair *pair = &pairs[mistake->pair];
	struct patch_fix parsed;
	const char *text;
	unsigned int end;
	size_t index;

	if (!patch_parse(world->arena, fix, &parsed))
		return false;
	end = str_equal(parsed.site, "right");
	text = text_of(world, mistake, end, parsed.file, &index);
	text = text ? patch_apply(world->arena, pair->devices[end]->kind, text, &parsed)
		    : NULL;
	if (!text)
		return false;
	after.arena = arena_new();
	predict_patched(&after, pair, mistake, end, index, text);
	vec_foreach (finding, &after.findings)
		if (finding->severity != SEVERITY_WEAK) {
			print_message("%s\n", text);
			fail_msg("'%s' leaves %s: %s", fix, finding->class->id,
				 finding->summary);
		}
	return true;
}

static unsigned int fixes_tried;

static void what_is_to_be_written_instead_works(void **state)
{
	const struct mistake *mistake = *state;
	_cleanup_world_ struct world world = { 0 };

	predict(&world, &pairs[mistake->pair], mistake);
	vec_foreach (finding, &world.findings)
		if (finding->severity != SEVERITY_WEAK)
			vec_foreach (fix, &finding->fixes) {
				bool is_tried = try_fix(&world, mistake, *fix);

				fixes_tried += is_tried;
				if (!is_tried)
					print_message("  (described only: %s)\n", *fix);
			}
}

static void most_fixes_can_be_done_literally(void **state)
{
	(void)state;
	print_message("%u fixes were applied\n", fixes_tried);
	assert_true(fixes_tried >= 30);
}

static void a_mistake_gives_its_class(void **state)
{
	const struct mistake *mistake = *state;
	_cleanup_world_ struct world world = { 0 };
	size_t count = 0;

	predict(&world, &pairs[mistake->pair], mistake);
	vec_foreach (finding, &world.findings) {
		if (finding->severity == SEVERITY_WEAK)
			continue;
		count++;
		if (!str_equal(finding->class->id, mistake->id)) {
			print_all(&world);
			fail_msg("%s and not %s: %s", finding->class->id, mistake->id,
				 finding->summary);
		}
		assert_int_equal(finding->severity, mistake->severity);
		assert_is_whole(finding);
		assert_is_seen(finding);
	}
	if (mistake->id && !count) {
		print_all(&world);
		fail_msg("%s is not found", mistake->id);
	}
	if (mistake->weak && !has_class(&world.findings, mistake->weak)) {
		print_all(&world);
		fail_msg("%s is not found", mistake->weak);
	}
}

#define HOME	   0
#define ACME	   1
#define NO_TUNNEL  .severity = SEVERITY_NO_TUNNEL
#define NO_TRAFFIC .severity = SEVERITY_NO_TRAFFIC
#define LEAK	   .severity = SEVERITY_LEAK
#define LATER	   .severity = SEVERITY_LATER

/* clang-format off */
static struct mistake mistakes[] = {
	{ "an_unknown_word_discards_the_connection", SWANCTL_JUNOS, HOME,
	  "proposals = aes256-sha256", "proposals = aes-256-sha256", "F01", NO_TUNNEL },
	{ "starter_adds_no_connection_with_an_unknown_word", IPSEC_CONF_JUNOS, HOME,
	  "ike=aes256-sha256-modp2048!", "ike=aes256-sha256-2!", "F01", NO_TUNNEL },
	{ "one_bad_proposal_among_good_ones_is_enough_for_starter", IPSEC_CONF_JUNOS, HOME,
	  "esp=aes256-sha256-modp2048!", "esp=aes256-sha256-modp2048,aes256-sha9", "F01",
	  NO_TUNNEL },
	{ "a_proposal_without_a_group_discards_the_connection", SWANCTL_JUNOS, HOME,
	  "  proposals = aes256-sha256-modp2048", "  proposals = aes256-sha256", "F01",
	  NO_TUNNEL },
	{ "a_remote_that_is_not_enabled_is_not_loaded", OPENWRT_SCREENOS, HOME,
	  "option enabled 1", "option enabled 0", "F01", NO_TUNNEL },
	{ "a_hash_sign_in_an_unquoted_key_cuts_it", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"yourpassword#2\"", "F03", NO_TUNNEL },
	{ "a_key_in_hex_is_not_its_characters", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"0x796f757270617373776f7264\"", "F03",
	  NO_TUNNEL },
	{ "a_key_in_base64_is_not_its_characters", SWANCTL_SCREENOS, ACME,
	  "preshare \"yourpassword\"", "preshare \"0seW91cnBhc3N3b3Jk\"", "F03", NO_TUNNEL },
	{ "a_blank_behind_the_key_counts", OPENWRT_FRITZBOX, ACME,
	  "key = \"yourpassword\"", "key = \"yourpassword \"", "F03", NO_TUNNEL },
	{ "one_end_that_starts_is_enough", SWANCTL_SCREENOS, HOME, "start_action = trap", "",
	  NULL, .weak = NULL },
	{ "an_end_without_a_key_is_named", SWANCTL_SCREENOS, HOME, "id-a = home.example",
	  "id-a = other.example\n id-b = 9.9.9.9", "F05", NO_TUNNEL },
	{ "a_peer_without_a_domain_has_no_address", OPENWRT_FRITZBOX, HOME,
	  "gateway box.example", "gateway box", "F06", LATER },
	{ "a_peer_of_a_private_domain_has_no_address", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway acme.local", "F06", LATER },
	{ "a_name_asked_through_its_own_tunnel_is_not_found", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway vpn.acme.inc", "F06", LATER },
	{ "a_start_asks_for_the_name_only_once", OPENWRT_JUNOS, HOME,
	  "gateway 198.51.100.7", "gateway vpn.example.net", NULL, .weak = "F06" },
	{ "a_call_to_the_wrong_address_is_named", OPENWRT_SCREENOS, HOME,
	  "gateway 198.51.100.7", "gateway 198.51.100.8", "F07", NO_TUNNEL },
	{ "a_peer_pinned_to_another_address_is_named", OPENWRT_SCREENOS, ACME,
	  "address 203.0.113.56", "address 203.0.113.65", "F30", NO_TUNNEL },
	{ "ike_not_let_in_breaks_later_where_it_may_start_itself", JUNOS_OPENWRT, ACME,
	  "option dest_port '500 4500'", "option dest_port '5000'", "F08", LATER },
	{ "port_4500_alone_does_not_let_ike_in", JUNOS_OPENWRT, ACME,
	  "option dest_port '500 4500'", "option dest_port '4500'", "F08", LATER },
	{ "esp_not_let_in_is_named", JUNOS_OPENWRT, ACME,
	  "option proto esp", "option proto gre", "F12", LATER },
	{ "an_srx_without_ike_among_its_services_is_silent", OPENWRT_JUNOS, ACME,
	  "system-services ike", "system-services ping", "F08", LATER },
	{ "a_port_forward_takes_the_ike_packets", JUNOS_OPENWRT, ACME, "config rule\n option name IKE\n",
	  "config redirect\n option src wan\n option src_dport 500\n option proto udp\n"
	  " option dest lan\n option dest_ip 192.168.2.9\nconfig rule\n option name IKE\n",
	  "F13", LATER },
	{ "a_port_forward_of_something_else_does_not", JUNOS_OPENWRT, ACME,
	  "config rule\n option name IKE\n",
	  "config redirect\n option src wan\n option src_dport 5000\n option proto udp\n"
	  " option dest lan\n option dest_ip 192.168.2.9\nconfig rule\n option name IKE\n",
	  NULL, .weak = NULL },
	{ "nat_without_nat_traversal_is_named", OPENWRT_SCREENOS, ACME,
	  "set ike gateway \"home-gw\" nat-traversal\n", "", "F14", .is_behind_nat = true,
	  NO_TRAFFIC },
	{ "versions_differ", OPENWRT_SCREENOS, HOME, "keyexchange ikev1",
	  "keyexchange ikev2", "F17", NO_TUNNEL },
	{ "a_box_knows_only_ikev1", OPENWRT_FRITZBOX, HOME, "option exchange_mode main",
	  "option keyexchange ikev2", "F17", NO_TUNNEL },
	{ "an_srx_without_v2_only_speaks_ikev1", OPENWRT_JUNOS, ACME, "version v2-only",
	  "version v1-only", "F17", NO_TUNNEL },
	{ "modes_differ", OPENWRT_FRITZBOX, ACME, "phase1_mode_idp",
	  "phase1_mode_aggressive", "F18", NO_TUNNEL },
	{ "screenos_wants_the_mode_it_says", OPENWRT_SCREENOS, ACME, " Main ", " Aggr ", "F18",
	  NO_TUNNEL },
	{ "ciphers_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha",
	  "pre-g14-aes256-sha", "F20", NO_TUNNEL },
	{ "fixes_of_ipsec_conf_are_in_its_words", IPSEC_CONF_JUNOS, HOME,
	  "ike=aes256-sha256-modp2048!", "ike=aes128-sha256-modp2048!", "F20", NO_TUNNEL },
	{ "a_version_in_ipsec_conf", IPSEC_CONF_JUNOS, HOME, "keyexchange=ikev2",
	  "keyexchange=ikev1", "F17", NO_TUNNEL },
	{ "an_identity_in_ipsec_conf", IPSEC_CONF_JUNOS, HOME, "leftid=@home.example",
	  "leftid=@hone.example", "F31", NO_TUNNEL },
	{ "hashes_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha", "pre-g14-aes128-md5",
	  "F21", NO_TUNNEL },
	{ "groups_differ", OPENWRT_SCREENOS, ACME, "pre-g14-aes128-sha", "pre-g2-aes128-sha",
	  "F22", NO_TUNNEL },
	{ "only_the_first_algorithm_is_sent", SWANCTL_SCREENOS, HOME,
	  "  proposals = aes128-sha1-modp2048", "  proposals = aes128-sha1-modp4096-modp2048",
	  "F23", NO_TUNNEL },
	{ "defaults_do_not_have_group_2", OPENWRT_FRITZBOX, HOME, " list p1_proposal p1\n", "",
	  "F24", NO_TUNNEL },
	{ "a_certificate_is_no_key", SWANCTL_JUNOS, HOME, "local {\n   auth = psk",
	  "local {\n   auth = pubkey", "F25", NO_TUNNEL },
	{ "xauth_is_asked_by_one_end_only", OPENWRT_FRITZBOX, ACME, "use_xauth = no",
	  "use_xauth = yes", "F25", NO_TUNNEL },
	{ "lifetimes_differ_is_only_weak", OPENWRT_SCREENOS, HOME, "ikelifetime 8h",
	  "ikelifetime 1h", NULL, .weak = "F26" },
	{ "keys_differ_in_main_mode", OPENWRT_SCREENOS, HOME, "'yourpassword'",
	  "'yourpasswort'", "F27", NO_TUNNEL },
	{ "keys_differ_in_ikev2", OPENWRT_JUNOS, HOME, "'yourpassword'", "'yourpasswort'",
	  "F29", NO_TUNNEL },
	{ "the_initiators_name_is_unknown", OPENWRT_SCREENOS, HOME, "@home.example",
	  "@hone.example", "F31", NO_TUNNEL },
	{ "an_initiator_without_a_name_says_its_address", OPENWRT_SCREENOS, HOME,
	  " option local_identifier '@home.example'\n", "", "F31", NO_TUNNEL },
	{ "the_responders_name_is_another", OPENWRT_SCREENOS, HOME,
	  "remote_identifier '198.51.100.7'", "remote_identifier '@acme.example'", "F32",
	  NO_TUNNEL },
	{ "a_key_id_is_no_host_name", OPENWRT_FRITZBOX, ACME,
	  "fqdn = \"home.example\"", "key_id = \"home.example\"", "F33", NO_TUNNEL },
	{ "main_mode_cannot_serve_anybody", OPENWRT_SCREENOS, ACME, "address 203.0.113.56 id",
	  "address 0.0.0.0 id", "F35", NO_TUNNEL },
	{ "esp_ciphers_differ", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "g14-esp-3des-sha", "F40", NO_TUNNEL },
	{ "esp_hashes_differ", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "g14-esp-aes128-md5", "F41", NO_TUNNEL },
	{ "pfs_is_asked_by_one_end_only", OPENWRT_SCREENOS, ACME, "g14-esp-aes128-sha",
	  "nopfs-esp-aes128-sha", "F42", NO_TUNNEL },
	{ "pfs_of_ikev2_is_seen_at_rekey", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = aes256-sha256-modp4096",
	  "F43", LATER },
	{ "extended_sequence_numbers_of_one_end_only", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = "
	  "aes256-sha256-modp2048-esn", "F44", NO_TUNNEL },
	{ "extended_sequence_numbers_may_be_left_to_the_peer", SWANCTL_JUNOS, HOME,
	  "esp_proposals = aes256-sha256-modp2048", "esp_proposals = "
	  "aes256-sha256-modp2048-esn-noesn", NULL, .weak = NULL },
	{ "networks_are_disjoint", OPENWRT_SCREENOS, ACME,
	  "\"LAN\" 10.1.2.0 255.255.255.0", "\"LAN\" 10.1.3.0 255.255.255.0", "F45",
	  NO_TUNNEL },
	{ "networks_are_swapped", SWANCTL_JUNOS, HOME,
	  "local_ts = 192.168.2.0/24\n    remote_ts = 10.1.2.0/24",
	  "local_ts = 10.1.2.0/24\n    remote_ts = 192.168.2.0/24", "F46", NO_TUNNEL },
	{ "strict_devices_refuse_a_wider_network", OPENWRT_SCREENOS, ACME,
	  "\"LAN\" 10.1.2.0 255.255.255.0", "\"LAN\" 10.1.0.0 255.255.0.0", "F47",
	  NO_TUNNEL },
	{ "ikev2_narrows_a_wider_network", SWANCTL_JUNOS, HOME, "remote_ts = 10.1.2.0/24",
	  "remote_ts = 10.1.0.0/16", "F47", NO_TRAFFIC },
	{ "ikev1_takes_one_pair_for_each_child", SWANCTL_SCREENOS, HOME,
	  "remote_ts = 10.1.2.0/24", "remote_ts = 10.1.2.0/24, 10.1.3.0/24", "F48",
	  NO_TRAFFIC },
	{ "a_protocol_at_one_end_only", SWANCTL_JUNOS, HOME, "remote_ts = 10.1.2.0/24",
	  "remote_ts = 10.1.2.0/24[tcp]", "F50", NO_TRAFFIC },
	{ "transport_mode_couples_no_networks", SWANCTL_JUNOS, HOME, "start_action = trap",
	  "mode = transport\n    start_action = trap", "F51", NO_TUNNEL },
	{ "compression_at_one_end_is_only_weak", OPENWRT_FRITZBOX, HOME,
	  " option p2_proposal p2\n", " option p2_proposal p2\n", NULL, .weak = "F52" },
	{ "an_srx_without_proxy_identity_proposes_everything", SWANCTL_JUNOS, ACME,
	  "set security ipsec vpn v ike proxy-identity local 10.1.2.0/24\n"
	  "set security ipsec vpn v ike proxy-identity remote 192.168.2.0/24\n", "", "F54",
	  LATER },
	{ "keys_that_end_before_they_are_renewed", SWANCTL_JUNOS, HOME, "start_action = trap",
	  "rekey_time = 2h\n    life_time = 1h\n    start_action = trap", "F55", LATER },
	{ "no_dead_peer_detection_is_only_weak", SWANCTL_JUNOS, HOME, "dpd_delay = 30s", "",
	  NULL, .weak = "F56" },
	{ "ikev2_has_no_time_out_of_its_own_for_dead_peers", SWANCTL_JUNOS, HOME,
	  "dpd_delay = 30s", "dpd_delay = 30s\n  dpd_timeout = 60s", NULL, .weak = "F57" },
	{ "only_one_end_can_open_connections", OPENWRT_JUNOS, HOME,
	  "config rule\n option name From-VPN\n", "config rule\n option name From-VPN\n"
	  " option enabled 0\n", NULL, .weak = "F66" },
	{ "masquerading_without_an_exemption", OPENWRT_SCREENOS, HOME,
	  " list masq_dest '!10.1.2.0/24'\n", "", "F63", LEAK },
	{ "an_exemption_of_another_network", OPENWRT_SCREENOS, HOME,
	  "masq_dest '!10.1.2.0/24'", "masq_dest '!10.1.3.0/24'", "F64", LEAK },
	{ "no_forwarding_to_the_tunnel", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n option src lan\n option dest wan\n", "", "F65", NO_TRAFFIC },
	{ "the_far_end_refuses_what_comes_out", OPENWRT_JUNOS, ACME,
	  "to-zone trust policy b then permit", "to-zone trust policy b then deny", "F66",
	  NO_TRAFFIC },
	{ "no_route_through_the_tunnel_interface", OPENWRT_JUNOS, ACME,
	  "set routing-options static route 192.168.2.0/24 next-hop st0.0\n", "", "F69",
	  NO_TRAFFIC },
	{ "routes_that_ospf_brings_are_not_missed", OPENWRT_JUNOS, ACME,
	  "set routing-options static route 192.168.2.0/24 next-hop st0.0\n",
	  "set protocols ospf area 0.0.0.0 interface st0.0\n", NULL,
	  .weak = NULL },
	{ "what_leaks_while_down_is_only_weak", OPENWRT_SCREENOS, HOME, "option enabled 1",
	  "option enabled 1", NULL, .weak = "F70" },
	{ "the_far_network_is_the_own", OPENWRT_SCREENOS, HOME, "option ipaddr '192.168.2.1'",
	  "list ipaddr '10.1.2.9/25'\n list ipaddr '192.168.2.1/24'", "F72", NO_TRAFFIC },
	{ "no_mss_clamping_is_only_weak", OPENWRT_SCREENOS, HOME, " option mtu_fix 1\n", "",
	  NULL, .weak = "F74" },
	{ "flow_offloading_goes_past_ipsec", OPENWRT_SCREENOS, HOME, "config defaults\n",
	  "config defaults\n option flow_offloading 1\n", "F76", LATER },
	{ "names_are_asked_from_outside_the_tunnel", OPENWRT_SCREENOS, HOME,
	  "10.1.2.250@192.168.2.1", "10.1.2.250@203.0.113.56", "F81", NO_TRAFFIC },
	{ "private_answers_are_thrown_away", OPENWRT_SCREENOS, HOME,
	  " list rebind_domain acme.inc\n", "", "F82", NO_TRAFFIC },
	{ "a_zone_without_a_network_catches_nothing", OPENWRT_SCREENOS, HOME,
	  "config forwarding\n", "config zone\n option name vpn\n option input REJECT\n"
	  "config forwarding\n option src vpn\n option dest lan\nconfig forwarding\n", "F86",
	  NO_TRAFFIC },
	{ "group_2_is_only_weak", OPENWRT_FRITZBOX, HOME, "option enabled 1",
	  "option enabled 1", NULL, .weak = "F87" },
};
/* clang-format on */

static void both_ends_that_only_answer_never_start(void **state)
{
	struct mistake mistake = { .pair = SWANCTL_SCREENOS,
				   .end = ACME,
				   .find = "address 203.0.113.56",
				   .replace = "dynamic" };
	_cleanup_world_ struct world world = { 0 };
	struct test_device quiet = swanctl_v1;
	struct test_pair pair = { "quiet", { &quiet, &screenos } };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct mistake none = { .find = "start_action = trap", .replace = "" };

	(void)state;
	quiet.files[0].text = changed(arena, quiet.files[0].text, &none);
	mistake.replace = "address 0.0.0.0";
	predict(&world, &pair, &mistake);
	assert_true(has_class(&world.findings, "F04"));
}

static void strongswans_manners_are_milder(void **state)
{
	struct mistake mistake = { .pair = OPENWRT_SCREENOS,
				   .end = ACME,
				   .find = "\"LAN\" 10.1.2.0 255.255.255.0",
				   .replace = "\"LAN\" 10.1.0.0 255.255.0.0" };
	_cleanup_world_ struct world world = { 0 };
	struct predict_input input;

	(void)state;
	predict(&world, &pairs[OPENWRT_SCREENOS], &mistake);
	input = (struct predict_input){ .sites = { world.sites[0], world.sites[1] },
					.arena = world.arena,
					.peer_is_strongswan = true };
	predict_pair(&input, &world.findings);
	vec_foreach (finding, &world.findings)
		assert_int_not_equal(finding->severity, SEVERITY_NO_TUNNEL);
	assert_true(has_class(&world.findings, "F47"));
}

/* Only the end that is called by nobody would have to begin again. */
static void a_tunnel_that_is_only_cleared_stays_down(void **state)
{
	static const char *const actions[] = { "clear", "restart" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		_cleanup_world_ struct world world = { 0 };
		struct test_pair pair = pairs[SWANCTL_SCREENOS];
		struct test_device device = *pair.devices[0];
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		const struct mistake start = {
			.find = "start_action = trap",
			.replace = arena_printf(
				arena, "start_action = start\n    dpd_action = %s",
				actions[i])
		};
		const struct mistake dpd = {
			.find = "rekey_time = 8h",
			.replace = "rekey_time = 8h\n  dpd_delay = 30s"
		};
		const struct mistake anybody = { .end = 1,
						 .find = "address 203.0.113.56",
						 .replace = "address 0.0.0.0" };

		device.files[0].text = changed(
			arena, changed(arena, device.files[0].text, &start), &dpd);
		pair.devices[0] = &device;
		predict(&world, &pair, &anybody);
		assert_int_equal(has_class(&world.findings, "F57"), i == 0);
	}
}

/* By which end packets leave while the tunnel is down; `keep` is what stops it there. */
static void what_keeps_packets_inside_is_known(void **state)
{
	static const struct {
		unsigned int pair, end;
		const char *find, *keep;
	} cases[] = {
		{ OPENWRT_FRITZBOX, ACME, "  always_renew = no;\n",
		  "  always_renew = no;\n  reject_not_encrypted = yes;\n" },
		{ SWANCTL_JUNOS, HOME, "start_action = none", "start_action = trap" },
		{ OPENWRT_JUNOS, ACME, "permit-all\n",
		  "permit-all\nset routing-options static route 192.168.0.0/16 "
		  "discard\n" },
	};
	static const char *const names[2] = { "left", "right" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int is_kept = 0; is_kept < 2; is_kept++) {
			_cleanup_world_ struct world world = { 0 };
			struct test_pair pair = pairs[cases[i].pair];
			struct test_device device = *pair.devices[cases[i].end];
			_cleanup_(arena_freep) struct arena *arena = arena_new();
			const struct mistake open = { .find = "start_action = trap",
						      .replace = "start_action = none" };
			const char *text = changed(arena, device.files[0].text, &open);
			bool is_found = false;

			if (device.kind == DEVICE_JUNOS)
				text = arena_printf(
					arena, "%s%s", device.files[0].text,
					"set security policies default-policy "
					"permit-all\n");
			device.files[0].text = text ? text : device.files[0].text;
			pair.devices[cases[i].end] = &device;
			predict(&world, &pair,
				is_kept ? &(const struct mistake){ .end = cases[i].end,
								   .find = cases[i].find,
								   .replace =
									   cases[i].keep }
					: NULL);
			vec_foreach (finding, &world.findings)
				is_found |= str_equal(finding->class->id, "F70") &&
					    str_equal(finding->site, names[cases[i].end]);
			assert_int_equal(is_found, !is_kept);
		}
	}
}

static void a_pair_takes_milliseconds(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	int64_t start = clock_now_us();

	(void)state;
	predict(&world, &pairs[OPENWRT_SCREENOS], NULL);
	assert_in_range(clock_now_us() - start, 0, 500000);
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(a_healthy_pair_gives_nothing_above_weak),
		cmocka_unit_test(the_new_schema_is_healthy_as_rendered),
		cmocka_unit_test(both_ends_that_only_answer_never_start),
		cmocka_unit_test(strongswans_manners_are_milder),
		cmocka_unit_test(a_tunnel_that_is_only_cleared_stays_down),
		cmocka_unit_test(what_keeps_packets_inside_is_known),
		cmocka_unit_test(a_pair_takes_milliseconds),
	};
	struct CMUnitTest tests[ARRAY_SIZE(others) + 2 * ARRAY_SIZE(mistakes) + 1];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		tests[count++] = others[i];
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		tests[count++] =
			(struct CMUnitTest){ .name = mistakes[i].claim,
					     .test_func = a_mistake_gives_its_class,
					     .initial_state = &mistakes[i] };
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		tests[count] = tests[ARRAY_SIZE(others) + i];
		tests[count++].test_func = what_is_to_be_written_instead_works;
	}
	tests[count++] =
		(struct CMUnitTest)cmocka_unit_test(most_fixes_can_be_done_literally);
	return cmocka_run_group_tests_name("predict/predict", tests, NULL, NULL);
}
