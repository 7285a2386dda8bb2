// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_test.c - Junos configurations as sites */
#include "import/junos.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_samples.h"
#include "import/test_import.h"
#include "ipsec/alg.h"

static struct site *import_bytes(const char *bytes, size_t length)
{
	return test_import(DEVICE_JUNOS,
			   &(struct import_source){ "srx.conf", bytes, length });
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

/* A text with one place changed. */
static struct site *import_changed(const char *whole, const char *from, const char *to)
{
	_cleanup_free_ char *text = test_change(whole, from, to);

	return import_text(text);
}

static const struct rule *rule_find(const struct site *site, const char *name)
{
	vec_foreach (rule, &site->rules) {
		if (str_equal(rule->name, name))
			return rule;
	}
	return NULL;
}

/* ------------------------------------------------------------ the set form */

static void set_form_gateway_is_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_azure);
	const struct tunnel *tunnel = site_tunnel_find(site, "azure-gateway");

	(void)state;
	assert_non_null(tunnel);
	assert_string_equal(site->hostname, "branch");
	assert_int_equal(tunnel->version, 2);
	assert_int_equal(tunnel->version_at.line,
			 test_line_of(junos_azure, "version v2-only"));
	assert_int_equal(tunnel->mode, EXCHANGE_MAIN);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_ADDRESS);
	assert_string_equal(tunnel->local.name, "fe-0/0/0.0");
	assert_int_equal(tunnel->psk.length, 5);
	assert_memory_equal(tunnel->psk.bytes, "hello", 5);
	assert_int_equal(tunnel->dpd_delay_s.n, 20);
	assert_int_equal(tunnel->dpd_timeout_s.n, 60);
	assert_int_equal(tunnel->nat_t, NAT_T_AUTO);
	/* Five settings on one line. */
	assert_string_equal(tunnel->proposals.items[0].encr.items[0].alg->keyword,
			    "aes256");
	assert_string_equal(tunnel->proposals.items[0].integ.items[0].alg->keyword,
			    "sha1");
	assert_string_equal(tunnel->proposals.items[0].dh.items[0].alg->keyword,
			    "modp1024");
	assert_int_equal(tunnel->lifetime_s.n, 28800);
	assert_null(test_remark_find(site, "unknown"));
}

static void a_pair_of_tunnel_policies_is_one_child(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_azure);
	const struct tunnel *tunnel = site_tunnel_find(site, "azure-gateway");
	const struct child *child = tunnel->children.items;

	(void)state;
	assert_int_equal(tunnel->children.count, 1);
	assert_string_equal(child->name, "azure-ipsec-vpn-out");
	assert_string_equal(child->rule_id, "out");
	ASSERT_PREFIX(child->selectors.items[0].local, "192.168.1.0/24");
	ASSERT_PREFIX(child->selectors.items[0].remote, "10.0.0.0/16");
	assert_int_equal(child->selectors.items[0].remote_at.line,
			 test_line_of(junos_azure, "azure-networks-1 10.0.0.0/16"));
	assert_int_equal(child->lifetime_s.n, 27000);
	assert_int_equal(child->proposals.items[0].dh.count, 0); /* no PFS */
	assert_int_equal(child->start, START_ON_TRAFFIC);
}

static void insert_decides_the_order_of_policies(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_azure);
	_cleanup_(site_freep) struct site *other =
		import_changed(junos_azure, "insert security", "annotate security");

	(void)state;
	assert_true(rule_find(site, "out") < rule_find(site, "all"));
	assert_true(rule_find(other, "out") > rule_find(other, "all"));
	assert_int_equal(rule_find(site, "out")->target, TARGET_TUNNEL);
	assert_string_equal(rule_find(site, "out")->tunnel.s, "azure-ipsec-vpn");
	assert_string_equal(rule_find(site, "out")->pair, "in");
	assert_string_equal(rule_find(site, "in")->pair, "out");
	assert_int_equal(rule_find(site, "all")->src.count, 0);
}

static void source_nat_keeps_its_order(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_azure);

	(void)state;
	assert_int_equal(site->nat.count, 2);
	assert_int_equal(site->nat.items[0].kind, NAT_EXEMPT);
	ASSERT_PREFIX(site->nat.items[0].dest.items[0].prefix, "10.0.0.0/16");
	assert_string_equal(site->nat.items[0].src_zone, "Internal");
	assert_int_equal(site->nat.items[1].kind, NAT_SOURCE);
	assert_int_equal(site->nat.items[1].to.addr.family, 0);
}

static void deactivate_and_delete_take_away(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	buf_puts(&text, junos_azure);
	buf_puts(&text, "deactivate security ipsec vpn azure-ipsec-vpn\n"
			"delete security nat source rule-set rs rule no\n"
			"set security ike policy azure-policy mode aggressive\n"
			"edit security ike gateway azure-gateway\n"
			"set no-nat-traversal\n"
			"top\n"
			"delete security no-such-thing\n"
			"set security zones security-zone old\n"
			"rename security zones security-zone old to security-zone new\n");
	site = import_bytes(buf_text(&text), text.length);
	assert_int_equal(site_tunnel_find(site, "azure-gateway")->children.count, 0);
	assert_int_equal(site->nat.count, 1);
	assert_int_equal(site_tunnel_find(site, "azure-gateway")->mode,
			 EXCHANGE_AGGRESSIVE);
	assert_int_equal(site_tunnel_find(site, "azure-gateway")->nat_t, NAT_T_OFF);
	assert_non_null(test_remark_find(site, "there is no vpn 'azure-ipsec-vpn'"));
	assert_non_null(test_remark_find(site, "there is no such statement"));
	assert_non_null(site_zone_find(site, "new"));
	assert_null(site_zone_find(site, "old"));
}

/* ------------------------------------------------------------ the curly form */

static void curly_form_is_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_branch);
	const struct tunnel *a = site_tunnel_find(site, "gw-a");

	(void)state;
	assert_string_equal(site->hostname, "srx-b");
	assert_int_equal(site->tunnels.count, 2); /* gw-d is inactive */
	assert_int_equal(a->version, 1);
	assert_int_equal(a->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(a->remotes.count, 2);
	assert_int_equal(a->local_id.type, ID_TYPE_USER_FQDN);
	assert_string_equal(a->local_id.value, "b@example.com");
	assert_int_equal(a->nat_t, NAT_T_OFF);
	assert_string_equal(a->bind_interface, "st0.0");
	assert_memory_equal(a->psk.bytes, "hello", 5);
	assert_int_equal(a->psk.at.line, test_line_of(junos_branch, "pre-shared-key"));
	assert_non_null(site_wan(site));
	assert_string_equal(site_wan(site)->name, "ge-0/0/0.0");
	assert_true(site_interface_find(site, "st0.1")->is_disabled); /* inactive */
	assert_string_equal(site_interface_find(site, "st0.1")->switch_on,
			    "activate interfaces st0 unit 1");
	assert_int_equal(site_interface_find(site, "st0.2")->mtu.n, 1400);
	assert_null(test_remark_find(site, "unknown"));
	assert_null(test_remark_find(site, "brace"));
}

static void proposal_sets_and_pfs_are_expanded(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_branch);
	const struct tunnel *a = site_tunnel_find(site, "gw-a");
	const struct child *child = a->children.items;

	(void)state;
	assert_int_equal(a->proposals.count, 2);
	assert_string_equal(a->proposals.items[0].encr.items[0].alg->keyword, "3des");
	assert_string_equal(a->proposals.items[1].encr.items[0].alg->keyword, "aes128");
	assert_string_equal(a->proposals.items[1].dh.items[0].alg->keyword, "modp1024");
	assert_int_equal(a->lifetime_s.n, 28800);
	assert_string_equal(a->lifetime_s.at.source, "Junos default");
	/* The policy's PFS group replaces the set's. */
	assert_string_equal(child->proposals.items[0].dh.items[0].alg->keyword,
			    "modp1536");
	assert_int_equal(child->lifetime_s.n, 3600);
}

static void selectors_come_from_where_they_are_written(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_branch);
	_cleanup_(site_freep) struct site *plain =
		import_changed(junos_branch,
			       "proxy-identity { local 10.2.0.0/24; remote 10.1.0.0/16; "
			       "service any; }",
			       "");
	const struct tunnel *c = site_tunnel_find(site, "gw-c");
	const struct child *va = site_tunnel_find(site, "gw-a")->children.items;

	(void)state;
	ASSERT_PREFIX(va->selectors.items[0].local, "10.2.0.0/24");
	ASSERT_PREFIX(va->selectors.items[0].remote, "10.1.0.0/16");
	assert_int_equal(c->children.count, 2);
	assert_string_equal(c->children.items[1].name, "vc-t2");
	ASSERT_PREFIX(c->children.items[1].selectors.items[0].remote, "10.4.0.0/24");
	va = site_tunnel_find(plain, "gw-a")->children.items;
	ASSERT_PREFIX(va->selectors.items[0].remote, "0.0.0.0/0");
	assert_string_equal(va->selectors.items[0].remote_at.source, "Junos default");
}

static void a_group_with_a_wildcard_fills_in_what_is_missing(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_branch);
	const struct child *va = site_tunnel_find(site, "gw-a")->children.items;
	const struct child *vc = site_tunnel_find(site, "gw-c")->children.items;

	(void)state;
	assert_int_equal(va->start, START_IMMEDIATELY);
	assert_int_equal(va->start_at.line,
			 test_line_of(junos_branch, "establish-tunnels immediately"));
	/* vc says on-traffic itself, but has nobody to call. */
	assert_int_equal(vc->start, START_NEVER);
	assert_int_equal(site_tunnel_find(site, "gw-c")->remotes.items[0].kind,
			 ENDPOINT_ANY);
	assert_string_equal(site_tunnel_find(site, "gw-c")->remote_id.value, "branch-c");
	assert_int_equal(site_tunnel_find(site, "gw-c")->remote_id.type, ID_TYPE_FQDN);
}

static void what_is_written_counts_more_than_what_is_inherited(void **state)
{
	static const char policies[] =
		"set groups g security ike policy <*> mode aggressive\n"
		"set groups g security ike policy <*> proposal-set basic\n"
		"set groups h security ike policy <*> mode main\n"
		"set security ike policy p mode main\n"
		"set security ike policy p pre-shared-key ascii-text k\n"
		"set security ike policy q pre-shared-key ascii-text k\n"
		"set security ike gateway a ike-policy p\n"
		"set security ike gateway b ike-policy q\n"
		"set apply-groups [ g h ]\n";
	_cleanup_(site_freep) struct site *site = import_text(policies);
	_cleanup_(site_freep) struct site *without =
		import_changed(policies, "set apply-groups [ g h ]",
			       "set security apply-groups nogroup");

	(void)state;
	assert_int_equal(site_tunnel_find(site, "a")->mode, EXCHANGE_MAIN);
	assert_int_equal(site_tunnel_find(site, "a")->mode_at.line, 4);
	/* Of two groups the first one counts. */
	assert_int_equal(site_tunnel_find(site, "b")->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(site_tunnel_find(site, "b")->mode_at.line, 1);
	assert_int_equal(site_tunnel_find(site, "b")->proposals.count, 2);
	assert_int_equal(site_tunnel_find(without, "b")->mode, EXCHANGE_MAIN);
	assert_int_equal(
		test_remark_find(without, "there is no group 'nogroup'")->at.line, 9);
}

static void an_interface_list_replaces_the_zones(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(junos_branch);
	_cleanup_(site_freep) struct site *open = import_changed(
		junos_branch,
		"ge-0/0/0.0 { host-inbound-traffic { system-services { ping; } } }",
		"ge-0/0/0.0;");
	const struct remark *remark = test_remark_find(site, "lacks 'ike'");
	bool has_ike = false;

	(void)state;
	assert_false(site->is_ike_open);
	assert_non_null(remark);
	assert_int_equal(remark->at.line,
			 test_line_of(junos_branch, "ge-0/0/0.0 { host-inbound"));
	vec_foreach (rule, &site->rules) {
		if (str_equal(rule->src_zone, "untrust"))
			assert_string_equal(rule->protocols.items[0].s, "icmp");
	}
	assert_null(test_remark_find(open, "lacks 'ike'"));
	vec_foreach (rule, &open->rules) {
		has_ike |= str_equal(rule->src_zone, "untrust") && !rule->dest_zone &&
			   rule->dest_ports.count == 2 &&
			   rule->dest_ports.items[0].first == 500;
	}
	assert_true(has_ike);
	/* trust: all, except ssh */
	assert_null(rule_find(site, "host-inbound-traffic ssh"));
	assert_non_null(rule_find(site, "host-inbound-traffic telnet"));
}

/* After Amazon's generated file for J-series and SRX, pasted into a session. */
static const char amazon[] =
	"# Amazon Web Services\n"
	"# Virtual Private Cloud\n"
	"# "
	"--------------------------------------------------------------------------------"
	"\n"
	"QC -> set security ike proposal ike-prop-vpn-1 authentication-method "
	"pre-shared-keys \n"
	"set security ike proposal ike-prop-vpn-1 authentication-algorithm sha1\n"
	"set security ike proposal ike-prop-vpn-1 encryption-algorithm aes-128-cbc\n"
	"set security ike proposal ike-prop-vpn-1 lifetime-seconds 28800\n"
	"set security ike proposal ike-prop-vpn-1 dh-group group2\n"
	"\n"
	"set security ike policy ike-pol-vpn-1 mode main \n"
	"set security ike policy ike-pol-vpn-1 proposals ike-prop-vpn-1\n"
	"set security ike policy ike-pol-vpn-1 pre-shared-key ascii-text "
	"plain-text-password1\n"
	"set security ike gateway gw-vpn-1 ike-policy ike-pol-vpn-1\n"
	"set security ike gateway gw-vpn-1 external-interface ge-0/0/0.0\n"
	"set security ike gateway gw-vpn-1 address 198.51.100.225\n"
	"set security ike gateway gw-vpn-1 no-nat-traversal\n"
	"set security ike gateway gw-vpn-1 dead-peer-detection\n"
	"set security ipsec proposal ipsec-prop-vpn-1 protocol esp\n"
	"set security ipsec proposal ipsec-prop-vpn-1 authentication-algorithm "
	"hmac-sha1-96\n"
	"set security ipsec proposal ipsec-prop-vpn-1 encryption-algorithm aes-128-cbc\n"
	"set security ipsec proposal ipsec-prop-vpn-1 lifetime-seconds 3600\n"
	"set security ipsec policy ipsec-pol-vpn-1 perfect-forward-secrecy keys group2\n"
	"set security ipsec policy ipsec-pol-vpn-1 proposals ipsec-prop-vpn-1\n"
	"set security ipsec vpn vpn-1 ike gateway gw-vpn-1\n"
	"set security ipsec vpn vpn-1 ike ipsec-policy ipsec-pol-vpn-1\n"
	"set security ipsec vpn vpn-1 df-bit clear \n"
	"set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.20/24\n"
	"set interfaces st0.1 family inet address 169.254.255.2/30\n"
	"set interfaces st0.1 family inet mtu 1436\n"
	"set security zones security-zone trust interfaces st0.1\n"
	"set security ipsec vpn vpn-1 bind-interface st0.1\n"
	"set security zones security-zone untrust interfaces ge-0/0/0.0\n"
	"set security zones security-zone untrust host-inbound-traffic system-services "
	"ike\n"
	"set security zones security-zone trust host-inbound-traffic protocols bgp\n"
	"set security flow tcp-mss ipsec-vpn mss 1387\n"
	"set policy-options policy-statement EXPORT-DEFAULT term default then accept\n"
	"set protocols bgp group ebgp type external\n"
	"set protocols bgp group ebgp neighbor 169.254.255.1 peer-as 7224\n";

static void a_generated_file_gives_no_remark_but_ignored_ones(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(amazon);
	const struct tunnel *tunnel = site_tunnel_find(site, "gw-vpn-1");
	const struct site_interface *st0 = site_interface_find(site, "st0.1");

	(void)state;
	vec_foreach (remark, &site->remarks) {
		if (remark->kind != REMARK_IGNORED &&
		    remark->kind != REMARK_NOT_REHEARSED)
			fail_msg("line %u: %s", remark->at.line, remark->text);
	}
	assert_non_null(tunnel);
	assert_int_equal(tunnel->nat_t, NAT_T_OFF);
	assert_int_equal(tunnel->dpd_delay_s.n, 10);
	assert_int_equal(tunnel->dpd_timeout_s.n, 50);
	assert_int_equal(tunnel->psk.length, strlen("plain-text-password1"));
	assert_string_equal(tunnel->bind_interface, "st0.1");
	assert_int_equal(tunnel->children.count, 1);
	assert_string_equal(
		tunnel->children.items[0].proposals.items[0].dh.items[0].alg->keyword,
		"modp1024");
	assert_non_null(st0);
	assert_true(st0->is_tunnel);
	assert_string_equal(st0->zone, "trust");
	assert_int_equal(st0->mtu.n, 1436);
	ASSERT_PREFIX(st0->addresses.items[0].prefix, "169.254.255.2/30");
}

static void both_forms_give_the_same_site(void **state)
{
	static const char curly[] =
		"security { ike { proposal p { authentication-method pre-shared-keys; "
		"dh-group group5;\n encryption-algorithm aes-128-cbc; "
		"authentication-algorithm md5; }\n"
		"policy q { proposals [ p ]; pre-shared-key ascii-text \"a b\\\"c\"; "
		"}\n"
		"gateway g { ike-policy q; address vpn.example.com; external-interface "
		"ge-0/0/0.0; } } }\n";
	static const char set[] =
		"set security ike proposal p authentication-method pre-shared-keys\n"
		"set security ike proposal p dh-group group5\n"
		"set security ike proposal p encryption-algorithm aes-128-cbc\n"
		"set security ike proposal p authentication-algorithm md5\n"
		"set security ike policy q proposals [ p ]\n"
		"set security ike policy q pre-shared-key ascii-text \"a b\\\"c\"\n"
		"set security ike gateway g ike-policy q\n"
		"set security ike gateway g address vpn.example.com\n"
		"set security ike gateway g external-interface ge-0/0/0.0\n";
	_cleanup_(site_freep) struct site *a = import_text(curly), *b = import_text(set);

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct tunnel *tunnel = site_tunnel_find(i ? a : b, "g");

		assert_non_null(tunnel);
		assert_string_equal(tunnel->proposals.items[0].dh.items[0].alg->keyword,
				    "modp1536");
		assert_string_equal(
			tunnel->proposals.items[0].integ.items[0].alg->keyword, "md5");
		assert_int_equal(tunnel->psk.length, 5);
		assert_memory_equal(tunnel->psk.bytes, "a b\"c", 5);
		assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_NAME);
	}
	assert_int_equal(a->remarks.count, b->remarks.count);
}

/* What `show security ike` prints begins below the path of the prompt. */
static void a_shown_part_is_put_in_its_place(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		"[edit]\nroot@srx# show security ike\npolicy q { mode aggressive; "
		"proposal-set basic; pre-shared-key ascii-text /* SECRET-DATA */; }\n"
		"gateway g { ike-policy q; address 192.0.2.1; external-interface "
		"ge-0/0/0.0; }\n\n"
		"[edit]\nroot@srx# show security ipsec\n"
		"vpn v { bind-interface st0.0; ike { gateway g; ipsec-policy p; } }\n"
		"{primary:node0}[edit security]\n"
		"root@srx# set ipsec policy p proposal-set basic\n");
	const struct tunnel *tunnel = site_tunnel_find(site, "g");

	(void)state;
	assert_non_null(tunnel);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_true(tunnel->psk.is_set);
	assert_false(tunnel->psk.is_readable);
	assert_non_null(test_remark_find(site, "taken out of the file"));
	assert_int_equal(tunnel->children.count, 1);
	assert_string_equal(
		tunnel->children.items[0].proposals.items[0].encr.items[0].alg->keyword,
		"des");
}

static void routing_over_tunnel_interfaces_is_seen(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		"set interfaces st0 unit 1 family inet\n"
		"set interfaces st0 unit 2 family inet address 10.99.0.1/30\n"
		"set interfaces st0 unit 3 family inet address 10.99.0.5/30\n"
		"set protocols ospf area 0.0.0.0 interface st0.1\n"
		"set protocols ospf area 0.0.0.0 interface st0.3 passive\n"
		"set protocols bgp group far neighbor 10.99.0.2 peer-as 64999\n");

	(void)state;
	assert_string_equal(site_interface_find(site, "st0.1")->routing, "OSPF");
	assert_string_equal(site_interface_find(site, "st0.2")->routing, "BGP");
	assert_null(site_interface_find(site, "st0.3")->routing);
	assert_non_null(test_remark_find(site, "st0.2 learns routes by BGP"));
}

/* As Junos' own command line takes them, and so tutorials write them. */
static void several_statements_may_stand_on_one_line(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		"set security ike proposal P1 authentication-method pre-shared-keys dh-group "
		"group20 authentication-algorithm sha-256 encryption-algorithm aes-256-cbc\n"
		"set security ike policy POL mode aggressive proposals P1 pre-shared-key "
		"ascii-text \"yourpassword\"\n"
		"set security ike gateway GW ike-policy POL address 203.0.113.2 version v1-only "
		"external-interface ge-0/0/0.0\n"
		"set security ipsec vpn V bind-interface st0.0 ike gateway GW\n"
		"set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.1/30\n");
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(tunnel->remotes.count, 1);
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(tunnel->proposals.count, 1);
	assert_int_equal(tunnel->psk.length, 12);
	vec_foreach (remark, &site->remarks)
		assert_null(strstr(remark->text, "has no external-interface"));
}

static void sixteen_bit_characters_are_read(void **state)
{
	_cleanup_free_ char *wide = calloc(2, sizeof(junos_branch));
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	wide[0] = '\xfe';
	wide[1] = '\xff';
	for (size_t i = 0; i < sizeof(junos_branch) - 1; i++)
		wide[3 + 2 * i] = junos_branch[i];
	site = import_bytes(wide, 2 * sizeof(junos_branch));
	assert_int_equal(site->tunnels.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_form_gateway_is_read),
		cmocka_unit_test(a_pair_of_tunnel_policies_is_one_child),
		cmocka_unit_test(insert_decides_the_order_of_policies),
		cmocka_unit_test(source_nat_keeps_its_order),
		cmocka_unit_test(deactivate_and_delete_take_away),
		cmocka_unit_test(curly_form_is_read),
		cmocka_unit_test(proposal_sets_and_pfs_are_expanded),
		cmocka_unit_test(selectors_come_from_where_they_are_written),
		cmocka_unit_test(a_group_with_a_wildcard_fills_in_what_is_missing),
		cmocka_unit_test(what_is_written_counts_more_than_what_is_inherited),
		cmocka_unit_test(an_interface_list_replaces_the_zones),
		cmocka_unit_test(a_generated_file_gives_no_remark_but_ignored_ones),
		cmocka_unit_test(both_forms_give_the_same_site),
		cmocka_unit_test(a_shown_part_is_put_in_its_place),
		cmocka_unit_test(routing_over_tunnel_interfaces_is_seen),
		cmocka_unit_test(several_statements_may_stand_on_one_line),
		cmocka_unit_test(sixteen_bit_characters_are_read),
	};

	return cmocka_run_group_tests_name("import/junos", tests, NULL, NULL);
}
