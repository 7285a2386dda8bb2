// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_test.c - what charon is told for the ACME pair, and for harder tunnels */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/err.h"
#include "charon/acme_sites.h"
#include "charon/conf.h"

static const struct conf_params params = {
	.plane = CONF_PLANE_LIBIPSEC,
	.vici_socket = "/tmp/home/charon.vici",
	.log_file = "/tmp/home/charon.log",
};

static struct conf *conf_of(const struct site *site, const struct conf_params *with)
{
	struct conf *conf = NULL;
	struct err err;

	assert_int_equal(conf_new(site, with, &conf, &err), 0);
	return conf;
}

static const struct vici_node *message_of(struct arena *arena,
					  const struct vici_message *message)
{
	struct vici_node *root;
	struct err err;

	assert_int_equal(vici_message_parse(message->bytes.data, message->bytes.length,
					    arena, &root, &err),
			 0);
	return root;
}

/* The items of a list at a path, joined by a blank. */
static const char *list_at(struct arena *arena, const struct vici_node *root,
			   const char *path)
{
	struct buf _cleanup_buf_ out = { 0 };
	const struct vici_node *list = vici_node_find(root, path);

	vici_node_foreach(item, list)
		buf_printf(&out, "%s%s", item == list->first ? "" : " ", item->value);
	return arena_strdup(arena, buf_text(&out));
}

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

static void ikev1_alternatives_become_proposals_of_their_own(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf *conf;
	const struct vici_node *root;

	(void)state;
	site->kind = DEVICE_JUNOS;
	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_ENCR, "3des"), "3des", { 0 } }));
	vec_add(site->arena, &proposal->integ,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_INTEG, "md5"), "md5", { 0 } }));
	vec_add(site->arena, &proposal->integ, proposal->integ.items[0]);
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-sha1-modp1024 aes128-md5-modp1024 "
			    "3des-sha1-modp1024 3des-md5-modp1024");
	conf_free(conf);
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-3des-sha1-md5-modp1024");
	assert_null(vici_node_text(root, "acme.aggressive"));
	assert_int_equal(vici_node_number(root, "acme.rekey_time", 0), 25920);
	assert_null(vici_node_text(root, "acme.reauth_time"));
	assert_null(vici_node_text(root, "acme.childless"));
	conf_free(conf);
}

static void strongswan_itself_sends_alternatives_together(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	vec_add(site->arena, &proposal->encr,
		((struct proposal_alg){
			alg_by_keyword(ALG_KIND_ENCR, "3des"), "3des", { 0 } }));
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "acme.proposals"),
			    "aes128-3des-sha1-modp1024");
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

static void endless_proposals_are_cut_with_a_remark(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct proposal *proposal = site->tunnels.items[0].proposals.items;
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->kind = DEVICE_JUNOS;
	for (unsigned int i = 0; i < 3000; i++) {
		vec_add(site->arena, &proposal->encr, proposal->encr.items[0]);
		vec_add(site->arena, &proposal->integ, proposal->integ.items[0]);
	}
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 1);
	assert_non_null(strstr(conf->remarks.items[0].text, "more combinations"));
}

static void an_unknown_word_discards_the_connection(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct proposal_alg *dh = site->tunnels.items[0].proposals.items[0].dh.items;

	(void)state;
	dh->alg = NULL;
	dh->word = "mod1024";
	dh->at.line = 23;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_int_equal(conf->secrets.count, 0);
	assert_int_equal(conf->discarded.count, 1);
	assert_string_equal(conf->discarded.items[0].connection, "acme");
	assert_string_equal(
		conf->discarded.items[0].reason,
		"home: home/etc/config/ipsec:23: strongSwan knows no DH group "
		"'mod1024', did you mean 'modp1024'?");
	assert_int_equal(conf->discarded.items[0].at.line, 23);
}

static void an_unknown_word_in_a_child_discards_all(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	site->tunnels.items[0].children.items[1].proposals.items[0].encr.items[0].alg =
		NULL;
	conf = conf_of(site, &params);
	assert_int_equal(conf->connections.count, 0);
	assert_int_equal(conf->discarded.count, 1);
}

static void what_strongswan_demands_of_proposals_is_demanded(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf *conf;

	(void)state;
	site->tunnels.items[0].proposals.items[0].dh.count = 0;
	conf = conf_of(site, &params);
	assert_non_null(strstr(conf->discarded.items[0].reason, "has no DH group"));
	conf_free(conf);
	site->tunnels.items[0].proposals.items[0] = acme_proposal(
		site->arena, "aes128gcm16", NULL, "modp2048", (struct origin){ 0 });
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	assert_non_null(strstr(conf->discarded.items[0].reason, "has no PRF"));
	conf_free(conf);
}

static void other_devices_have_a_prf_without_saying(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	const struct vici_node *root;

	(void)state;
	site->tunnels.items[0].proposals.items[0] = acme_proposal(
		site->arena, "aes128gcm16", NULL, "modp2048", (struct origin){ 0 });
	site->tunnels.items[0].version = 2;
	conf = conf_of(site, &params);
	root = message_of(conf->arena, &conf->connections.items[0].message);
	assert_string_equal(list_at(conf->arena, root, "home-gw.proposals"),
			    "aes128gcm16-prfsha256-modp2048");
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

static void quiet_settings_differ_in_the_level_of_esp(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = conf_of(site, &params);

	(void)state;
	assert_non_null(strstr(conf->strongswan, "esp = 2"));
	assert_null(strstr(conf->strongswan_quiet, "esp = 2"));
	assert_non_null(strstr(conf->strongswan_quiet, "esp = 1"));
	assert_int_equal(strlen(conf->strongswan), strlen(conf->strongswan_quiet));
}

static void strongswan_conf_is_exactly_this(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf_params with = params;
	struct conf _cleanup_(conf_freep) *conf = NULL;

	(void)state;
	with.key_log_file = "/tmp/home/keys.log";
	site->install_routes = (struct flag){ true, false, { 0 } };
	conf = conf_of(site, &with);
	assert_string_equal(
		conf->strongswan,
		"# written by twinsite\n"
		"charon {\n"
		"\tload = random nonce kdf openssl aes sha1 sha2 md5 hmac xcbc cmac gcm "
		"ccm"
		" ctr kernel-libipsec kernel-netlink socket-default vici\n"
		"\tinstall_routes = no\n"
		"\tinstall_virtual_ip = no\n"
		"\tretransmit_timeout = 0.500\n"
		"\tretransmit_base = 1.800\n"
		"\tretransmit_tries = 3\n"
		"\tplugins {\n"
		"\t\tvici {\n"
		"\t\t\tsocket = \"unix:///tmp/home/charon.vici\"\n"
		"\t\t}\n"
		"\t}\n"
		"\tfilelog {\n"
		"\t\tmain {\n"
		"\t\t\tpath = \"/tmp/home/charon.log\"\n"
		"\t\t\ttime_format = \"%Y-%m-%d %H:%M:%S\"\n"
		"\t\t\ttime_add_ms = yes\n"
		"\t\t\tflush_line = yes\n"
		"\t\t\tike_name = yes\n"
		"\t\t\tdefault = 1\n"
		"\t\t\tcfg = 3\n"
		"\t\t\tesp = 2\n"
		"\t\t}\n"
		"\t\tkeys {\n"
		"\t\t\tpath = \"/tmp/home/keys.log\"\n"
		"\t\t\ttime_format = \"%Y-%m-%d %H:%M:%S\"\n"
		"\t\t\ttime_add_ms = yes\n"
		"\t\t\tflush_line = yes\n"
		"\t\t\tike_name = yes\n"
		"\t\t\tdefault = 0\n"
		"\t\t\tike = 4\n"
		"\t\t\tchd = 4\n"
		"\t\t\tcfg = 2\n"
		"\t\t}\n"
		"\t}\n"
		"}\n");
}

static void swanctl_conf_says_what_charon_was_told(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_firewall_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ out = { 0 };

	(void)state;
	site->tunnels.items[0].children.count = 1;
	conf = conf_of(site, &params);
	conf_swanctl_format(conf, false, &out);
	assert_string_equal(
		buf_text(&out),
		"# What the charon of acme was told, for reading.\n"
		"connections {\n"
		"\thome-gw {\n"
		"\t\tversion = 1\n"
		"\t\taggressive = yes\n"
		"\t\tlocal_addrs = 7.7.7.7\n"
		"\t\tremote_addrs = %any\n"
		"\t\tproposals = aes128-sha1-modp1024\n"
		"\t\treauth_time = 25920\n"
		"\t\tover_time = 2880\n"
		"\t\trand_time = 0\n"
		"\t\tmobike = no\n"
		"\t\tfragmentation = no\n"
		"\t\tunique = replace\n"
		"\t\tlocal-1 {\n"
		"\t\t\tauth = psk\n"
		"\t\t\tid = 7.7.7.7\n"
		"\t\t}\n"
		"\t\tremote-1 {\n"
		"\t\t\tauth = psk\n"
		"\t\t\tid = fqdn:bratwurst\n"
		"\t\t}\n"
		"\t\tchildren {\n"
		"\t\t\thome-vpn_10 {\n"
		"\t\t\t\tlocal_ts = 10.1.2.0/24\n"
		"\t\t\t\tremote_ts = 192.168.2.64/26\n"
		"\t\t\t\tesp_proposals = aes128-sha1-modp1024\n"
		"\t\t\t\tmode = tunnel\n"
		"\t\t\t\tlife_time = 3600\n"
		"\t\t\t\trekey_time = 3240\n"
		"\t\t\t\trand_time = 0\n"
		"\t\t\t\tstart_action = none\n"
		"\t\t\t\tdpd_action = none\n"
		"\t\t\t\tclose_action = none\n"
		"\t\t\t}\n"
		"\t\t}\n"
		"\t}\n"
		"}\n"
		"secrets {\n"
		"\tike-home-gw {\n"
		"\t\tid-1 = \"fqdn:bratwurst\"\n"
		"\t\tid-2 = \"7.7.7.7\"\n"
		"\t\t# the secret is not shown, see acme/firewall.screenos:14\n"
		"\t}\n"
		"}\n");
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

static void texts_of_a_device_cannot_break_out_of_swanctl_conf(void **state)
{
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf _cleanup_(conf_freep) *conf = NULL;
	struct buf _cleanup_buf_ out = { 0 };

	(void)state;
	site->tunnels.items[0].local_id.value = "x\"\n}\nevil { # \\";
	site->tunnels.items[0].remotes.items[0] =
		(struct endpoint){ ENDPOINT_NAME, { 0 }, "h\n}\nevil {", { 0 } };
	conf = conf_of(site, &params);
	conf_swanctl_format(conf, false, &out);
	assert_null(strstr(buf_text(&out), "\nevil"));
	assert_null(strstr(buf_text(&out), "\n}\nevil"));
	assert_non_null(
		strstr(buf_text(&out), "id = \"fqdn:x\\\"\\n}\\nevil { # \\\\\""));
}

static void paths_that_cannot_be_written_are_refused(void **state)
{
	static const char *const paths[] = { "relative", "/a\"b", "/a\nb",
					     "/a#b",	 "",	  NULL };
	struct site _cleanup_(site_freep) *site = acme_home_new();
	struct conf *conf;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct conf_params with = params;

		with.log_file = paths[i];
		assert_int_equal(conf_new(site, &with, &conf, &err), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acme_home_is_an_aggressive_initiator),
		cmocka_unit_test(acme_firewall_answers_anybody_called_bratwurst),
		cmocka_unit_test(lifetimes_on_the_wire_are_the_devices),
		cmocka_unit_test(secrets_are_bytes_and_never_text),
		cmocka_unit_test(an_encrypted_secret_takes_the_peers),
		cmocka_unit_test(ikev1_alternatives_become_proposals_of_their_own),
		cmocka_unit_test(strongswan_itself_sends_alternatives_together),
		cmocka_unit_test(a_childless_start_is_for_ikev2),
		cmocka_unit_test(endless_proposals_are_cut_with_a_remark),
		cmocka_unit_test(an_unknown_word_discards_the_connection),
		cmocka_unit_test(an_unknown_word_in_a_child_discards_all),
		cmocka_unit_test(what_strongswan_demands_of_proposals_is_demanded),
		cmocka_unit_test(other_devices_have_a_prf_without_saying),
		cmocka_unit_test(each_pair_is_a_child_in_ikev1),
		cmocka_unit_test(accepting_both_modes_takes_two_connections),
		cmocka_unit_test(identities_carry_their_type),
		cmocka_unit_test(certificates_and_unknown_methods_are_discarded),
		cmocka_unit_test(disabled_tunnels_are_not_there),
		cmocka_unit_test(odd_names_become_letters_and_stay_unique),
		cmocka_unit_test(host_names_are_kept_or_replaced_by_the_address),
		cmocka_unit_test(quiet_settings_differ_in_the_level_of_esp),
		cmocka_unit_test(strongswan_conf_is_exactly_this),
		cmocka_unit_test(swanctl_conf_says_what_charon_was_told),
		cmocka_unit_test(trap_is_for_the_kernel_only),
		cmocka_unit_test(texts_of_a_device_cannot_break_out_of_swanctl_conf),
		cmocka_unit_test(paths_that_cannot_be_written_are_refused),
	};

	return cmocka_run_group_tests_name("charon/conf", tests, NULL, NULL);
}
