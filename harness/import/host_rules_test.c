// SPDX-License-Identifier: GPL-2.0-or-later
/* host_rules_test.c - claims about what iptables-save writes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "import/host_rules.h"
#include "model/aspect.h"

#define NAME "etc/iptables/rules.v4"

static void each_line_is_the_command_that_loads_it(void **state)
{
	static const char *const wanted[] = {
		"iptables -t nat -N OWN",
		"iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
		"iptables -t filter -P FORWARD DROP",
		"iptables -t filter -A FORWARD -j ACCEPT",
	};
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);

	(void)state;
	assert_true(host_rules_is(NAME));
	assert_true(host_rules_is("root/etc/sysconfig/iptables"));
	assert_false(host_rules_is("etc/iptables/rules.v6"));
	host_rules_read(
		site, NAME,
		"# by iptables-save\n*nat\n:POSTROUTING ACCEPT [0:0]\n:OWN - [0:0]\n"
		"-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n*filter\n"
		":FORWARD DROP [1:2]\n-A FORWARD -j ACCEPT\nCOMMIT\n");
	assert_int_equal(site->firewall_user.count, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		assert_string_equal(site->firewall_user.items[i].text, wanted[i]);
	assert_int_equal(site->firewall_user.items[1].at.line, 5);
	assert_null(site_touching(site, NULL, ASPECT_WAY));
}

static void a_line_that_is_no_rule_leaves_nat_unproven(void **state)
{
	static const char *const texts[] = { "-A POSTROUTING -j ACCEPT\n",
					     "*nat\nhello\n", "*nat\n:\n\x80\n",
					     "COMMIT\nx" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_(site_freep) struct site *site =
			site_new("a", DEVICE_STRONGSWAN);

		host_rules_read(site, NAME, texts[i]);
		assert_non_null(site_touching(site, NULL, ASPECT_NAT));
		assert_int_equal(site->firewall_user.count, 0);
	}
}

static void nftables_conf_is_read_as_what_it_is(void **state)
{
	_cleanup_(site_freep) struct site *site = site_new("a", DEVICE_STRONGSWAN);

	(void)state;
	host_rules_read(
		site, "etc/nftables.conf",
		"flush ruleset\ntable inet f {\n chain i {\n  type filter hook input "
		"priority 0; policy drop;\n }\n}\n");
	assert_int_equal(site->firewall_user.count, 1);
	assert_string_equal(site->firewall_user.items[0].text,
			    "iptables -t filter -P INPUT DROP");
	assert_int_equal(site->firewall_user.items[0].at.line, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_the_command_that_loads_it),
		cmocka_unit_test(a_line_that_is_no_rule_leaves_nat_unproven),
		cmocka_unit_test(nftables_conf_is_read_as_what_it_is),
	};

	return cmocka_run_group_tests_name("import/host_rules", tests, NULL, NULL);
}
