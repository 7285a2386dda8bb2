// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_policy_test.c - ScreenOS policies and their address and service books */
#include "import/screenos.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/test_import.h"

static struct site *import_bytes(const char *bytes, size_t length)
{
	return test_import(DEVICE_SCREENOS,
			   &(struct import_source){ "firewall.screenos", bytes, length });
}

static struct site *import_text(const char *text)
{
	return import_bytes(text, strlen(text));
}

static const struct rule *rule_find(const struct site *site, const char *id)
{
	vec_foreach (rule, &site->rules) {
		if (str_equal(rule->id, id))
			return rule;
	}
	return NULL;
}

#define NETWORK                                          \
	"set interface ethernet0/0 zone Untrust\n"       \
	"set interface ethernet0/0 ip 198.51.100.2/24\n" \
	"set interface ethernet0/1 zone Trust\n"         \
	"set interface ethernet0/1 ip 10.0.0.1/24\n"     \
	"set address Trust A 10.0.1.0/24\n"              \
	"set address Trust B 10.0.2.0/24\n"              \
	"set address Untrust F 172.16.0.0/16\n"

static void a_context_adds_members(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set service RDP protocol tcp src-port 0-65535 dst-port "
		"3389-3389\n"
		"set service RDP + udp src-port 0-65535 dst-port 3389-3389\n"
		"set policy id 5 name \"x\" from Trust to Untrust A F RDP permit log\n"
		"set policy id 5\n"
		"set src-address \"B\"\n"
		"set service \"DNS\"\n"
		"set log session-init\n"
		"exit\n"
		"set policy id 5 disable\n");
	const struct rule *rule = rule_find(site, "5");

	(void)state;
	/* RDP tcp, RDP udp and DNS udp, DNS tcp */
	assert_int_equal(site->rules.count, 3);
	assert_int_equal(rule->src.count, 2);
	assert_true(rule->is_disabled);
	assert_string_equal(rule->name, "x");
	assert_string_equal(rule->protocols.items[0].s, "tcp");
	assert_int_equal(rule->dest_ports.items[0].first, 3389);
	assert_string_equal(site->rules.items[1].protocols.items[0].s, "udp");
	assert_int_equal(site->rules.items[1].dest_ports.count, 2);
	assert_int_equal(site->rules.items[1].dest_ports.items[1].first, 53);
}

static void groups_are_resolved_and_widen_the_proxy_id(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set group address Trust LANS\n"
		"set group address Trust LANS add A\n"
		"set group address Trust LANS add B\n"
		"set group address Trust LANS add LANS\n" /* itself */
		"set ike gateway g address 192.0.2.1 Main outgoing-interface "
		"ethernet0/0 preshare k sec-level standard\n"
		"set vpn v gateway g sec-level standard\n"
		"set policy id 1 from Trust to Untrust LANS F ANY tunnel vpn v\n");
	const struct child *child = site_tunnel_find(site, "g")->children.items;

	(void)state;
	assert_true(rule_find(site, "1")->src.count >= 2);
	ASSERT_PREFIX(child->selectors.items[0].local, "0.0.0.0/0");
	ASSERT_PREFIX(child->selectors.items[0].remote, "172.16.0.0/16");
	assert_int_equal(test_remark_find(site, "make the proxy-id 0.0.0.0/0")->kind,
			 REMARK_ASSUMED);
	assert_int_equal(site_tunnel_find(site, "g")->start, START_ON_TRAFFIC);
}

static void moves_and_removals_change_the_order(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set policy id 1 from Trust to Untrust A F ANY permit\n"
			"set policy id 2 from Trust to Untrust B F ANY permit\n"
			"set policy id 3 from Trust to Untrust Any Any ANY deny\n"
			"set policy global id 9 Any Any PING permit\n"
			"set policy id 4 before 3 from Untrust to Trust F A HTTP reject\n"
			"set policy move 3 before 1\n"
			"unset policy id 2\n");
	static const char *const ids[] = { "3", "1", "4", "9" };

	(void)state;
	assert_int_equal(site->rules.count, ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_string_equal(site->rules.items[i].id, ids[i]);
	assert_int_equal(site->rules.items[0].target, TARGET_DROP);
	assert_int_equal(site->rules.items[2].target, TARGET_REJECT);
	assert_string_equal(site->rules.items[3].src_zone, "*");
}

static void an_empty_group_is_not_any(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set group address Trust NONE\n"
			"set address Trust W www.example.com\n"
			"set policy id 1 from Trust to Untrust NONE F ANY permit\n"
			"set policy id 2 from Trust to Untrust W F ANY permit\n");

	(void)state;
	assert_int_equal(site->rules.count, 0);
	assert_non_null(test_remark_find(site, "policy 1 names an empty group"));
	assert_non_null(test_remark_find(site, "policy 2 names an empty group"));
}

static void translations_are_read(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK
		"set interface ethernet0/0 mip 198.51.100.10 host 10.0.0.10 netmask "
		"255.255.255.255 vr trust-vr\n"
		"set interface ethernet0/0 vip 198.51.100.11 80 HTTP 10.0.0.11\n"
		"set interface ethernet0/0 dip 4 198.51.100.20 198.51.100.30\n"
		"set policy id 1 from Untrust to Trust Any \"MIP(198.51.100.10)\" HTTP "
		"permit\n"
		"set policy id 2 from Trust to Untrust A Any ANY nat src dip-id 4 "
		"permit\n");

	(void)state;
	assert_int_equal(site->nat.count, 3);
	assert_int_equal(site->nat.items[0].kind, NAT_NETMAP);
	ASSERT_PREFIX(site->nat.items[0].to, "10.0.0.10/32");
	assert_int_equal(site->nat.items[1].kind, NAT_DESTINATION);
	assert_int_equal(site->nat.items[1].dest_ports.items[0].first, 80);
	assert_int_equal(site->nat.items[2].kind, NAT_SOURCE);
	ASSERT_PREFIX(site->nat.items[2].to, "198.51.100.20/32");
	ASSERT_PREFIX(rule_find(site, "1")->dest.items[0].prefix, "198.51.100.10/32");
	assert_true(rule_find(site, "2")->is_source_nat);
}

static void what_is_unset_is_gone(void **state)
{
	_cleanup_(site_freep) struct site *site = import_text(
		NETWORK "set ike gateway g address 192.0.2.1 outgoing-interface "
			"ethernet0/0 preshare k sec-level basic nat-traversal\n"
			"set ike gateway h address 192.0.2.2 outgoing-interface "
			"ethernet0/0 preshare k sec-level basic\n"
			"unset ike gateway g nat-traversal\n"
			"unset ike gateway h\n"
			"set route 10.9.0.0/16 gateway 10.0.0.9\n"
			"unset route 10.9.0.0/16\n"
			"unset interface ethernet0/1 ip\n"
			"unset flow tcp-mss\n");

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(site_tunnel_find(site, "g")->nat_t, NAT_T_OFF);
	assert_int_equal(site->routes.count, 0);
	assert_int_equal(site_interface_find(site, "ethernet0/1")->addresses.count, 0);
}

static void identities_have_the_type_of_their_form(void **state)
{
	static const struct {
		const char *text;
		enum id_type type;
	} rows[] = {
		{ "id vpn@example.com", ID_TYPE_USER_FQDN },
		{ "id 192.0.2.77", ID_TYPE_IPV4_ADDR },
		{ "id gw.example.com", ID_TYPE_FQDN },
		{ "id bratwurst", ID_TYPE_FQDN },
		{ "", ID_TYPE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		_cleanup_(site_freep) struct site *site = NULL;

		buf_printf(&text,
			   NETWORK
			   "set ike gateway g address 192.0.2.1 %s local-%s "
			   "outgoing-interface ethernet0/0 preshare k sec-level basic\n",
			   rows[i].text, rows[i].text[0] ? rows[i].text : "id x");
		site = import_text(buf_text(&text));
		assert_int_equal(site_tunnel_find(site, "g")->remote_id.type,
				 rows[i].type);
		assert_false(site_tunnel_find(site, "g")->remote_id.is_any);
	}
}

/* Hostile: as many addresses as policies, each policy naming its own. */
static void a_large_file_is_read_in_time(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(&text, "set address Trust h%u 10.%u.%u.0/24\n", i, i / 256,
			   i % 256);
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(
			&text,
			"set policy id %u top from Trust to Untrust h%u Any ANY permit\n",
			i + 1, i);
	for (unsigned int i = 0; i < 20000; i++)
		buf_printf(&text, "nonsense %u\n", i);
	site = import_bytes(buf_text(&text), text.length);
	assert_int_equal(site->rules.count, 20000);
	assert_string_equal(site->rules.items[0].id, "20000");
	assert_true(site->remarks.count < 3000);
	assert_non_null(test_remark_find(site, "further remarks are left out"));
}

/* "It is switched off", said predict, whose reason had not been kept. */
static void a_flood_of_unknown_words_leaves_the_reason(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;
	const struct remark *remark;

	(void)state;
	for (unsigned int i = 0; i < SITE_REMARKS_MAX + 10; i++)
		buf_printf(&text, "nonsense %u\n", i);
	buf_puts(&text, "set ike gateway g address 192.0.2.1 Main outgoing-interface e "
			"preshare x sec-level standard\n");
	site = import_bytes(buf_text(&text), text.length);
	remark = test_remark_find(site, "gateway 'g' is used by no vpn");
	assert_non_null(remark);
	assert_int_equal(remark->code, SAYS_UNUSED_GATEWAY);
	assert_non_null(test_remark_find(site, "further remarks are left out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_context_adds_members),
		cmocka_unit_test(a_flood_of_unknown_words_leaves_the_reason),
		cmocka_unit_test(groups_are_resolved_and_widen_the_proxy_id),
		cmocka_unit_test(moves_and_removals_change_the_order),
		cmocka_unit_test(an_empty_group_is_not_any),
		cmocka_unit_test(translations_are_read),
		cmocka_unit_test(what_is_unset_is_gone),
		cmocka_unit_test(identities_have_the_type_of_their_form),
		cmocka_unit_test(a_large_file_is_read_in_time),
	};

	return cmocka_run_group_tests_name("import/screenos_policy", tests, NULL, NULL);
}
