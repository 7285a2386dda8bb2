// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_test.c - what charon is told for the ACME pair, and for harder tunnels */
#include <string.h>

#include "charon/test_conf.h"

static void acme_home_is_an_aggressive_initiator(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	with.local_addr = acme_addr("203.0.113.56");
	conf = conf_of(site, &with);
	assert_int_equal(conf->connections.count, 1);
	assert_int_equal(conf->discarded.count, 0);
	assert_int_equal(conf->remarks.count, 0);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(vici_node_text(root, "acme.version"), "1");
	assert_string_equal(vici_node_text(root, "acme.aggressive"), "yes");
	assert_string_equal(list_at(conf->arena, root, "acme.local_addrs"),
			    "203.0.113.56");
	assert_string_equal(list_at(conf->arena, root, "acme.remote_addrs"), "7.7.7.7");
	assert_string_equal(vici_node_text(root, "acme.local-1.id"), "fqdn:bratwurst");
	assert_string_equal(vici_node_text(root, "acme.remote-1.id"), "7.7.7.7");
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-sha1-modp1024");
	assert_string_equal(
		list_at(conf->arena, root, "acme.children.acme_lan.esp_proposals"),
		"aes128-sha1-modp1024");
	assert_string_equal(list_at(conf->arena, root, "acme.children.acme_lan.local_ts"),
			    "192.168.2.64/26");
	assert_string_equal(
		list_at(conf->arena, root, "acme.children.acme_dmz.remote_ts"),
		"66.77.88.192/26");
	assert_non_null(conf_connection_find(conf, "acme"));
	assert_null(conf_connection_find(conf, "other"));
}

static void acme_firewall_answers_anybody_called_bratwurst(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = conf_of(site, &params);
	const struct vici_node *root;

	(void)state;
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "home-gw.remote_addrs"), "%any");
	assert_string_equal(vici_node_text(root, "home-gw.remote-1.id"),
			    "fqdn:bratwurst");
	assert_string_equal(vici_node_text(root, "home-gw.local-1.id"), "7.7.7.7");
	assert_string_equal(vici_node_text(root, "home-gw.mobike"), "no");
	assert_string_equal(vici_node_text(root, "home-gw.unique"), "replace");
	assert_non_null(strstr(conf->strongswan, "use_aggressive_mode_psk = yes"));
}

static void lifetimes_on_the_wire_are_the_devices(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;
	struct number none = { 0 };

	(void)state;
	/* ScreenOS keeps them in the proposal */
	site->tunnels.items[0].lifetime_s = none;
	site->tunnels.items[0].proposals.items[0].lifetime_s =
		(struct number){ true, 28805, { 0 } };
	site->tunnels.items[0].children.items[0].lifetime_kb =
		(struct number){ true, 4608, { 0 } };
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_int_equal(vici_node_number(root, "home-gw.reauth_time", 0) +
				 vici_node_number(root, "home-gw.over_time", 0),
			 28805);
	assert_int_equal(vici_node_number(root, "home-gw.rand_time", -1), 0);
	assert_int_equal(
		vici_node_number(root, "home-gw.children.home-vpn_10.life_time", 0),
		3600);
	assert_int_equal(
		vici_node_number(root, "home-gw.children.home-vpn_10.rekey_time", 0),
		3240);
	assert_int_equal(
		vici_node_number(root, "home-gw.children.home-vpn_10.life_bytes", 0),
		4608000);
}

static void secrets_are_bytes_and_never_text(void **state)
{
	static const uint8_t bytes[] = { 'p', 's', 'k', '#', '"', 0, 0xff, '}' };
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ shown = { 0 }, open = { 0 };
	const struct vici_node *root;

	(void)state;
	site->tunnels.items[0].psk.bytes = bytes;
	site->tunnels.items[0].psk.length = sizeof(bytes);
	conf = conf_of(site, &params);
	assert_int_equal(conf->secrets.count, 1);
	root = message_of(conf->arena, &conf->secrets.items[0].message);
	assert_int_equal(vici_node_get(root, "data")->length, sizeof(bytes));
	assert_memory_equal(vici_node_get(root, "data")->value, bytes, sizeof(bytes));
	assert_string_equal(vici_node_text(root, "type"), "ike");
	assert_string_equal(list_at(conf->arena, root, "owners"),
			    "7.7.7.7 fqdn:bratwurst");
	conf_swanctl_format(conf, false, &shown);
	assert_null(strstr(buf_text(&shown), "psk#"));
	assert_null(strstr(buf_text(&shown), "70736b23"));
	assert_non_null(
		strstr(buf_text(&shown),
		       "# the secret is not shown, see home/etc/config/ipsec:10"));
	conf_swanctl_format(conf, true, &open);
	assert_non_null(strstr(buf_text(&open), "secret = 0x70736b232200ff7d\n"));
}

static void an_encrypted_secret_takes_the_peers(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf_params with = params;
	struct conf *conf;

	(void)state;
	site->tunnels.items[0].psk.is_readable = false;
	conf = conf_of(site, &with);
	assert_int_equal(conf->secrets.count, 0);
	assert_string_equal(conf->remarks.items[0].text,
			    "acme: acme/firewall.screenos:14: the pre-shared key is "
			    "encrypted here: none is used");
	conf_free(conf);
	with.substitute = acme_secret("peers", (struct origin){ 0 });
	conf = conf_of(site, &with);
	assert_int_equal(conf->secrets.count, 1);
	assert_int_equal(conf->remarks.count, 1);
	conf_free(conf);
}

static void the_substitute_is_a_key_that_the_peer_shows(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	const struct secret shown = conf_substitute_by(site);
	struct secret invented;

	(void)state;
	assert_int_equal(shown.length, site->tunnels.items[0].psk.length);
	assert_ptr_equal(shown.bytes, site->tunnels.items[0].psk.bytes);
	site->tunnels.items[0].psk.is_readable = false;
	invented = conf_substitute_by(site);
	assert_true(invented.is_readable && invented.length);
	assert_ptr_not_equal(invented.bytes, shown.bytes);
}

static void a_childless_start_is_for_ikev2(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;

	(void)state;
	with.is_childless = true;
	for (int version = 1; version <= 2; version++) {
		struct conf _cleanup_(conf_freep) *conf = NULL;
		const struct vici_node *root;
		const char *word;

		site->tunnels.items[0].version = version;
		conf = conf_of(site, &with);
		root = message_of(conf->arena, &conf->connections.items[0].message);
		word = vici_node_text(root, "acme.childless");
		assert_true(version == 1 ? !word : word && !strcmp(word, "force"));
	}
}

static void each_pair_is_a_child_in_ikev1(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct child *child = site->tunnels.items[0].children.items;
	struct conf *conf;
	const struct vici_node *root;

	(void)state;
	vec_add(site->arena, &child->selectors,
		((struct selector){ .local = acme_prefix("192.168.2.82/26"),
				    .remote = acme_prefix("10.1.4.0/24"),
				    .protocol = 6,
				    .remote_port = 80 }));
	child->is_one_sa = true;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.items[0].children.count, 3);
	assert_string_equal(conf->connections.items[0].children.items[1].name,
			    "acme_lan-2");
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(
		list_at(conf->arena, root, "acme.children.acme_lan-2.remote_ts"),
		"10.1.4.0/24[6/80]");
	conf_free(conf);
	/* what a generator writes brings up the first pair only */
	site->reading = READING_RENDERED;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.items[0].children.count, 2);
	assert_non_null(strstr(conf->remarks.items[0].text, "only the first pair"));
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(
		list_at(conf->arena, root, "acme.children.acme_lan.remote_ts"),
		"10.1.2.0/24 10.1.4.0/24[6/80]");
	assert_string_equal(list_at(conf->arena, root, "acme.children.acme_lan.local_ts"),
			    "192.168.2.64/26 192.168.2.64/26[6]");
	conf_free(conf);
}

static void accepting_both_modes_takes_two_connections(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	site->tunnels.items[0].mode = EXCHANGE_MAIN;
	site->tunnels.items[0].accepts_both_modes = true;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 2);
	assert_int_equal(conf->secrets.count, 1);
	assert_string_equal(conf->connections.items[1].name, "home-gw-aggressive");
	root = message_of(conf->arena, &conf->connections.items[1].message);
	assert_string_equal(vici_node_text(root, "*.aggressive"), "yes");
	assert_ptr_equal(conf_connection_find(conf, "home-gw"),
			 &conf->connections.items[0]);
	assert_non_null(strstr(conf->strongswan, "use_aggressive_mode_psk = yes"));
}

static void identities_carry_their_type(void **state)
{
	static const struct {
		struct identity identity;
		const char *text;
	} cases[] = {
		{ { .type = ID_TYPE_FQDN, .value = "bratwurst" }, "fqdn:bratwurst" },
		{ { .type = ID_TYPE_KEY_ID, .value = "bratwurst" }, "keyid:bratwurst" },
		{ { .type = ID_TYPE_USER_FQDN, .value = "a@b" }, "email:a@b" },
		{ { .type = ID_TYPE_IPV4_ADDR, .value = "7.7.7.7" }, "7.7.7.7" },
		{ { .type = ID_TYPE_FQDN, .value = "x", .is_any = true }, "%any" },
		{ { .type = ID_TYPE_NONE }, "%any" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf _cleanup_buf_ out = { 0 };

		conf_identity_format(&cases[i].identity, &out);
		assert_string_equal(buf_text(&out), cases[i].text);
	}
}

static void certificates_and_unknown_methods_are_discarded(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->tunnels.items[0].auth = AUTH_UNKNOWN;
	site->tunnels.items[0].auth_word =
		(struct text){ "pks", { "home/etc/config/ipsec", 7, NULL } };
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_string_equal(
		conf->discarded.items[0].reason,
		"home: home/etc/config/ipsec:7: unknown authentication method "
		"'pks'");
}

static void disabled_tunnels_are_not_there(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->tunnels.items[0].is_disabled = true;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_int_equal(conf->discarded.count, 0);
	assert_null(strstr(conf->strongswan, "aggressive"));
}

static void odd_names_become_letters_and_stay_unique(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct tunnel again;

	(void)state;
	site->tunnels.items[0].name = "a.b {c}";
	site->tunnels.items[0].children.items[0].name = "x";
	site->tunnels.items[0].children.items[1].name = "x";
	again = site->tunnels.items[0];
	again.name = "a_b__c_";
	vec_add(site->arena, &site->tunnels, again);
	conf = conf_of(site, &params);
	assert_string_equal(conf->connections.items[0].name, "a_b__c_");
	assert_string_equal(conf->connections.items[0].children.items[1].name, "x-1");
	assert_string_equal(conf->connections.items[1].name, "a_b__c_-2");
	assert_ptr_equal(conf_connection_find(conf, "a.b {c}"),
			 &conf->connections.items[0]);
}

static void host_names_are_kept_or_replaced_by_the_address(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;
	struct conf *conf;
	const struct vici_node *root;

	(void)state;
	site->tunnels.items[0].remotes.items[0] =
		(struct endpoint){ ENDPOINT_NAME, { 0 }, "fw.acme.inc", { 0 } };
	conf = conf_of(site, &with);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.remote_addrs"),
			    "fw.acme.inc");
	assert_string_equal(vici_node_text(root, "acme.remote-1.id"), "%any");
	conf_free(conf);
	with.remote_addr = acme_addr("7.7.7.7");
	conf = conf_of(site, &with);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.remote_addrs"), "7.7.7.7");
	assert_string_equal(vici_node_text(root, "acme.remote-1.id"), "7.7.7.7");
	conf_free(conf);
}

static void trap_is_for_the_kernel_only(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;

	(void)state;
	with.is_trap = true;
	site->tunnels.items[0].children.items[0].start = START_ON_TRAFFIC;
	site->tunnels.items[0].children.items[1].start = START_IMMEDIATELY;
	for (int i = 0; i < 2; i++) {
		struct conf _cleanup_(conf_freep) *conf = NULL;
		const struct vici_node *root;

		with.plane = i == 0 ? CONF_PLANE_KERNEL : CONF_PLANE_LIBIPSEC;
		conf = conf_of(site, &with);
		root = message_of(conf->arena, &conf->connections.items[0].message);
		assert_string_equal(
			vici_node_text(root, "acme.children.acme_lan.start_action"),
			i == 0 ? "trap" : "none");
		assert_string_equal(
			vici_node_text(root, "acme.children.acme_dmz.start_action"),
			"none");
		assert_true(!strstr(conf->strongswan, "libipsec") == (i == 0));
	}
}

static void slower_settings_differ_in_the_timeout_alone(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	char log[] = "/somewhere/charon.log";
	struct conf_params with = params;
	const char *before, *after;

	(void)state;
	with.log_file = log;
	with.retransmit_timeout_ms = 500;
	conf = conf_of(site, &with);
	before = strstr(conf->strongswan, "retransmit_timeout = 0.500\n");
	assert_non_null(before);
	memset(log, 'x', sizeof(log) - 1); /* the caller's is no longer what it was */
	{
		const char *old = conf->strongswan;

		conf_slow_down(conf, 4);
		after = strstr(conf->strongswan, "retransmit_timeout = 2.000\n");
		assert_non_null(after);
		assert_int_equal(before - old, after - conf->strongswan);
		assert_memory_equal(old, conf->strongswan, (size_t)(before - old));
	}
	assert_string_equal(strchr(before, '\n'), strchr(after, '\n'));
}

static void one_attempt_is_made_when_one_is_asked_for(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct conf_params with = params;
	const struct vici_node *root;

	(void)state;
	with.is_tried_once = true;
	conf = conf_of(site, &with);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(vici_node_text(root, "acme.keyingtries"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acme_home_is_an_aggressive_initiator),
		cmocka_unit_test(acme_firewall_answers_anybody_called_bratwurst),
		cmocka_unit_test(lifetimes_on_the_wire_are_the_devices),
		cmocka_unit_test(secrets_are_bytes_and_never_text),
		cmocka_unit_test(an_encrypted_secret_takes_the_peers),
		cmocka_unit_test(the_substitute_is_a_key_that_the_peer_shows),
		cmocka_unit_test(a_childless_start_is_for_ikev2),
		cmocka_unit_test(each_pair_is_a_child_in_ikev1),
		cmocka_unit_test(accepting_both_modes_takes_two_connections),
		cmocka_unit_test(identities_carry_their_type),
		cmocka_unit_test(certificates_and_unknown_methods_are_discarded),
		cmocka_unit_test(disabled_tunnels_are_not_there),
		cmocka_unit_test(odd_names_become_letters_and_stay_unique),
		cmocka_unit_test(host_names_are_kept_or_replaced_by_the_address),
		cmocka_unit_test(trap_is_for_the_kernel_only),
		cmocka_unit_test(slower_settings_differ_in_the_timeout_alone),
		cmocka_unit_test(one_attempt_is_made_when_one_is_asked_for),
	};

	return cmocka_run_group_tests_name("charon/conf", tests, NULL, NULL);
}
