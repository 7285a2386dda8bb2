// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_mistake_test.c - mistakes in Junos configurations, and hostile ones */
#include "import/junos.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "import/junos_samples.h"
#include "import/test_import.h"
#include "model/aspect.h"

static struct site *import_bytes(const char *bytes, size_t length)
{
	return test_import(DEVICE_JUNOS,
			   &(struct import_source){ "srx.conf", bytes, length });
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

/* The text of junos_azure with one place changed. */
static struct site *import_changed(const char *from, const char *to)
{
	_cleanup_free_ char *text = test_change(junos_azure, from, to);

	return import_text(text);
}

/* ------------------------------------------------------------ mistakes */

static const struct {
	const char *from, *to, *says, *at; /* at: the line where this stands afterwards */
	enum remark_kind kind;
} mistakes[] = {
	{ "aes-256-cbc lifetime", "aes-265-cbc lifetime",
	  "proposal 'azure-p1': unknown cipher 'aes-265-cbc', did you mean "
	  "'aes-256-cbc'?",
	  "aes-256-cbc lifetime", REMARK_INVALID },
	{ "proposals azure-p1", "proposals azure-p2",
	  "unknown proposal 'azure-p2', did you mean 'azure-p1'?", "proposals azure-p1",
	  REMARK_INVALID },
	{ "gateway azure-gateway version", "gateway azure-gateway vresion",
	  "unknown statement 'security ike gateway azure-gateway vresion', did you mean "
	  "'version'?",
	  "version v2-only", REMARK_UNKNOWN },
	{ "ike gateway azure-gateway\nset security ipsec vpn azure-ipsec-vpn ike ipsec",
	  "ike gateway azure-gatewy\nset security ipsec vpn azure-ipsec-vpn ike ipsec",
	  "there is no gateway 'azure-gatewy', did you mean 'azure-gateway'?",
	  "ike gateway azure-gateway\nset security ipsec vpn azure-ipsec-vpn ike ipsec",
	  REMARK_INVALID },
	{ "source-address onprem-networks-1", "source-address onprem-network-1",
	  "policy 'out': there is no address 'onprem-network-1' in the address book of "
	  "zone 'Internal', did you mean 'onprem-networks-1'?",
	  "source-address onprem-networks-1", REMARK_INVALID },
	{ "Internet host-inbound-traffic system-services ike",
	  "Internet host-inbound-traffic system-services ping",
	  "the device never answers", "security-zone Internet interfaces",
	  REMARK_INVALID },
	{ "external-interface fe-0/0/0.0", "external-interface fe-0/0/1.0",
	  "is in no security zone", "external-interface fe-0/0/0.0", REMARK_INVALID },
	{ "mode main", "mode mian", "unknown mode 'mian'", "mode main", REMARK_INVALID },
	{ "\"$9$FNkC3/t1IcevLuOWx\"", "\"$9$FNkC3/t1IcevLuO x\"",
	  "cannot be read from the file", "$9$", REMARK_IGNORED },
	{ "set security flow tcp-mss", "sett security flow tcp-mss",
	  "neither a command nor a statement: 'sett", "set security flow",
	  REMARK_UNKNOWN },
};

static void each_mistake_is_named_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_(site_freep) struct site *site =
			import_changed(mistakes[i].from, mistakes[i].to);
		const struct remark *remark = test_remark_find(site, mistakes[i].says);

		if (!remark)
			fail_msg("'%s': no remark says '%s'", mistakes[i].to,
				 mistakes[i].says);
		assert_int_equal(remark->at.line,
				 test_line_of(junos_azure, mistakes[i].at));
		assert_int_equal(remark->kind, mistakes[i].kind);
		assert_null(test_remark_find(site, "$9$"));
	}
}

static void broken_braces_are_named(void **state)
{
	_cleanup_(site_freep) struct site *open = import_text("security {\n ike {\n");
	_cleanup_(site_freep) struct site *closed =
		import_text("security { ike { } } }\n");
	_cleanup_(site_freep) struct site *bare =
		import_text("security {\n ike {\n  policy p { mode main }\n }\n}\n");
	_cleanup_(site_freep) struct site *quote =
		import_text("system {\n host-name \"x;\n}\nsecurity { }\n");

	(void)state;
	assert_int_equal(test_remark_find(open, "a brace is not closed")->at.line, 2);
	assert_non_null(test_remark_find(closed, "a closing brace without"));
	assert_int_equal(test_remark_find(bare, "';' is missing after 'main'")->at.line,
			 3);
	assert_int_equal(test_remark_find(quote, "quotation mark")->at.line, 2);
}

static void another_file_is_refused(void **state)
{
	static const char text[] = "config interface 'lan'\n\toption proto 'static'\n";
	const struct import_source source = { "network", text, sizeof(text) - 1 };
	struct site *site = NULL;
	struct err err;

	(void)state;
	assert_int_equal(site_import(DEVICE_JUNOS, "b", &source, 1, NULL, &site, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "b: network: this is no Junos configuration"));
}

/* ------------------------------------------------------------ hostile input */

static void take(const char *bytes, size_t length)
{
	test_import_any(DEVICE_JUNOS,
			&(struct import_source){ "srx.conf", bytes, length });
}

static void cut_anywhere_it_is_read_or_refused(void **state)
{
	(void)state;
	test_each_cut(junos_azure, sizeof(junos_azure) - 1, take);
	test_each_cut(junos_branch, sizeof(junos_branch) - 1, take);
}

static void each_byte_flipped_it_is_read_or_refused(void **state)
{
	(void)state;
	test_each_flip(junos_azure, sizeof(junos_azure) - 1, take);
	test_each_flip(junos_branch, sizeof(junos_branch) - 1, take);
}

static void groups_of_wildcards_end(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	for (unsigned int i = 0; i < 8; i++)
		buf_printf(&text, "set groups g%u <*> <*> <*> <*> <*> x%u\n", i, i);
	for (unsigned int i = 0; i < 2000; i++)
		buf_printf(
			&text,
			"set security a%u b%u c%u d\nset security a%u apply-groups g%u\n",
			i % 50, i % 50, i, i % 50, i % 8);
	buf_puts(&text, "set apply-groups [ g0 g1 g2 g3 g4 g5 g6 g7 ]\n");
	site = import_bytes(buf_text(&text), text.length);
	assert_true(site->remarks.count < 3000);
}

static void deep_braces_end(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	buf_puts(&text, "security { ");
	for (unsigned int i = 0; i < 100000; i++)
		buf_puts(&text, "a { ");
	for (unsigned int i = 0; i < 100000; i++)
		buf_puts(&text, "} ");
	buf_puts(&text, "}\nset system host-name x\n");
	site = import_bytes(buf_text(&text), text.length);
	assert_string_equal(site->hostname, "x");
}

/* ------------------------------------------------------------ not rehearsed */

static const struct {
	const char *line, *word;
	unsigned int aspects;
} dropped[] = {
	{ "set apply-groups TUNNELS\n", "apply-groups TUNNELS", ASPECTS_TRAFFIC },
	{ "set security ike apply-groups P1\n", "apply-groups P1", ASPECTS_TRAFFIC },
	{ "set interfaces fe-0/0/0 unit 0 family inet filter input PROTECT\n", "filter",
	  ASPECT_IKE | ASPECT_WAY },
	{ "set interfaces lo0 unit 0 family inet filter input PROTECT\n", "filter",
	  ASPECT_IKE | ASPECT_WAY },
	{ "set security policies from-zone Internal to-zone Internet policy out match "
	  "source-identity staff\n",
	  "source-identity", ASPECT_WAY },
	{ "set security policies from-zone Internal to-zone Internet policy out then "
	  "permit firewall-authentication pass-through\n",
	  "firewall-authentication", ASPECT_WAY },
	{ "set routing-options static route 10.0.0.0/16 next-table VPN.inet.0\n",
	  "next-table", ASPECT_WAY },
	{ "set routing-instances VPN instance-type virtual-router\n"
	  "set routing-instances VPN interface fe-0/0/0.0\n",
	  "routing-instances", ASPECT_IKE | ASPECT_WAY },
	{ "set logical-systems LS1 security ike proposal p dh-group group2\n",
	  "logical-systems", ASPECTS_UP },
	{ "set security policies from-zone Internal to-zone Internet policy out match "
	  "source-address not-there\n",
	  "address not-there, which no line defines", ASPECT_WAY },
	{ "set routing-options static route 10.0.0.0/16 next-hop 203.0.113.1\n"
	  "set routing-options static route 10.0.0.0/16 next-hop 203.0.113.2\n",
	  "a route of several hops, 10.0.0.0/16", ASPECT_WAY },
	/* Of a tunnel that is loaded: bound to no interface, IKEv2 is not. */
	{ "set security ike gateway azure-gateway version v1-only\n"
	  "set security ike gateway azure-gateway local-address 203.0.113.77\n",
	  "a local address that no interface has", ASPECT_IKE },
	/* A zone may be called vpn. */
	{ "set security policies from-zone Internal to-zone vpn policy p scheduler-name "
	  "night\n",
	  "scheduler-name", ASPECT_WAY },
	{ "set security nat source rule-set rs rule no match protocol tcp\n", "protocol",
	  ASPECT_NAT },
	{ "set security nat static rule-set s from routing-instance VPN\n",
	  "routing-instance", ASPECT_NAT },
	{ "set security forwarding-options family mpls mode packet-based\n", "mode",
	  ASPECTS_TRAFFIC },
	{ "set interfaces st0 unit 0 multipoint\n", "multipoint", ASPECT_WAY },
	{ "set security zones security-zone Internal address-book address there dns-name "
	  "far.example\nset security policies from-zone Internal to-zone Internet policy "
	  "out match source-address there\n",
	  "address there, which is no network", ASPECT_WAY },
	{ "set security policies global policy g match from-zone [ a b ]\n"
	  "set security policies global policy g match to-zone Internal source-address "
	  "any destination-address any application any\n"
	  "set security policies global policy g then permit\n",
	  "policy g of several zones", ASPECT_WAY },
	{ "set security policies global policy g match source-address any "
	  "destination-address any application junos-h323\n"
	  "set security policies global policy g then deny\n",
	  "application junos-h323", ASPECT_WAY },
	/* What changes nothing. */
	{ "set security forwarding-options family mpls mode flow-based\n", NULL, 0 },
	{ "set security nat source rule-set rs rule no match application any\n", NULL,
	  0 },
	{ "set apply-groups junos-defaults\n", NULL, 0 },
	{ "set security policies from-zone Internal to-zone Internet policy out match "
	  "source-identity any\n",
	  NULL, 0 },
	{ "set routing-instances VPN instance-type virtual-router\n", NULL, 0 },
};

static void what_is_dropped_is_named_with_what_it_touches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;
		const struct remark *remark;

		buf_printf(&text, "%s%s", junos_azure, dropped[i].line);
		site = import_text(buf_text(&text));
		remark = site_touching(site, NULL, ASPECTS_TRAFFIC);
		if (!dropped[i].word != !remark)
			fail_msg("%s: %s", dropped[i].line,
				 remark ? remark->text : "nothing");
		if (remark &&
		    (!strstr(remark->word, dropped[i].word) ||
		     (remark->aspects & dropped[i].aspects) != dropped[i].aspects))
			fail_msg("%s: %s", dropped[i].line, remark->text);
	}
}

static void a_rule_set_of_several_zones_is_one_of_each(void **state)
{
	_cleanup_(site_freep) struct site *site = import_changed(
		"set security nat source rule-set rs from zone Internal\n",
		"set security nat source rule-set rs from zone [ Internal Guests ]\n");

	(void)state;
	assert_int_equal(site->nat.count, 4);
	assert_string_equal(site->nat.items[0].src_zone, "Internal");
	assert_string_equal(site->nat.items[2].src_zone, "Guests");
	assert_int_equal(site->nat.items[2].kind, NAT_EXEMPT);
}

static void destination_nat_is_for_its_port(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;
	const struct nat_rule *rule;

	(void)state;
	buf_printf(&text,
		   "%sset security nat destination pool web address 192.168.1.80/32\n"
		   "set security nat destination rule-set d from zone Internet\n"
		   "set security nat destination rule-set d rule w match "
		   "destination-address 203.0.113.9/32\n"
		   "set security nat destination rule-set d rule w match "
		   "destination-port 8000 to 8080\n"
		   "set security nat destination rule-set d rule w then destination-nat "
		   "pool web\n",
		   junos_azure);
	site = import_text(buf_text(&text));
	rule = &site->nat.items[0];
	assert_int_equal(rule->kind, NAT_DESTINATION);
	assert_int_equal(rule->dest_ports.count, 1);
	assert_int_equal(rule->dest_ports.items[0].first, 8000);
	assert_int_equal(rule->dest_ports.items[0].last, 8080);
	assert_int_equal(rule->protocols.count, 2);
}

static void a_zone_of_all_interfaces_has_those_that_no_other_names(void **state)
{
	_cleanup_(site_freep) struct site *site =
		import_changed("security-zone Internet interfaces fe-0/0/0.0",
			       "security-zone Internet interfaces all");

	(void)state;
	assert_null(test_remark_find(site, "is in no security zone"));
	assert_null(test_remark_find(site, "the device never answers"));
	vec_foreach (interface, &site->interfaces)
		assert_string_equal(interface->zone, strcmp(interface->name, "vlan.1")
							     ? "Internet"
							     : "Internal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_named_at_its_line),
		cmocka_unit_test(broken_braces_are_named),
		cmocka_unit_test(another_file_is_refused),
		cmocka_unit_test(cut_anywhere_it_is_read_or_refused),
		cmocka_unit_test(each_byte_flipped_it_is_read_or_refused),
		cmocka_unit_test(what_is_dropped_is_named_with_what_it_touches),
		cmocka_unit_test(a_rule_set_of_several_zones_is_one_of_each),
		cmocka_unit_test(destination_nat_is_for_its_port),
		cmocka_unit_test(a_zone_of_all_interfaces_has_those_that_no_other_names),
		cmocka_unit_test(groups_of_wildcards_end),
		cmocka_unit_test(deep_braces_end),
	};

	return cmocka_run_group_tests_name("import/junos_mistake", tests, NULL, NULL);
}
