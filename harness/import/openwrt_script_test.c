// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_script_test.c - claims: what a shell would make of a plain script is what we see */
#include "import/test_import.h"

static const struct {
	const char *script;
	const char *lines[3]; /* that are left */
	const char *remark;
} rows[] = {
	{ "NET=10.22.0.0/24\niptables -t nat -A postrouting_rule -d $NET -j ACCEPT\n",
	  { "iptables -t nat -A postrouting_rule -d 10.22.0.0/24 -j ACCEPT" },
	  NULL },
	{ "export NET=\"10.22.0.0/24\"\niptables -A forwarding_rule -d ${NET} -j DROP\n",
	  { "iptables -A forwarding_rule -d 10.22.0.0/24 -j DROP" },
	  NULL },
	{ "A=10.22\nNET=$A.0.0/24 # far\niptables -A x -d $NET -j DROP # end\n",
	  { "iptables -A x -d 10.22.0.0/24 -j DROP" },
	  NULL },
	{ "iptables --table nat --append postrouting_rule --destination 10.2.0.0/16 "
	  "--jump ACCEPT\n",
	  { "iptables --table nat --append postrouting_rule --destination 10.2.0.0/16 "
	    "--jump ACCEPT" },
	  NULL },
	{ "iptables -A x --dst=10.2.0.0/16 --protocol=udp -j ACCEPT\n",
	  { "iptables -A x --dst=10.2.0.0/16 --protocol=udp -j ACCEPT" },
	  NULL },
	{ "iptables -A forwarding_rule -i $IN -o $OUT -j ACCEPT\niptables -A x -j DROP\n",
	  { "iptables -A x -j DROP" },
	  "sets '$IN'" },
	{ "iptables -A x -m comment --comment 'costs $5 # no' -j DROP\nexit 0\n",
	  { "iptables -A x -m comment --comment 'costs $5 # no' -j DROP" },
	  NULL },
	{ "for n in 1 2; do\niptables -A x -d 10.$n.0.0/16 -j DROP\ndone\n",
	  { "iptables -A x -d 10.1.0.0/16 -j DROP",
	    "iptables -A x -d 10.2.0.0/16 -j DROP" },
	  NULL },
	{ "iptables -A x -j DROP\nexit 0\niptables -A x -j ACCEPT\n",
	  { "iptables -A x -j DROP" },
	  NULL },
	{ "# one of \\\niptables -A x -j DROP \\\n-d 10.2.0.0/16\n",
	  { "iptables -A x -j DROP -d 10.2.0.0/16" },
	  NULL },
	/* More than that is for a shell. */
	{ "for n in $(seq 2); do\niptables -A x -d 10.$n.0.0/16 -j DROP\ndone\n",
	  { "for n in $(seq 2); do", "iptables -A x -d 10.$n.0.0/16 -j DROP", "done" },
	  NULL },
	{ "WAN=$(uci get network.wan.ifname)\niptables -A x -o $WAN -j DROP\n",
	  { "WAN=$(uci get network.wan.ifname)", "iptables -A x -o $WAN -j DROP" },
	  NULL },
	{ "[ -x /bin/x ] && iptables -A x -j DROP\n",
	  { "[ -x /bin/x ] && iptables -A x -j DROP" },
	  NULL },
};

static void plain_scripts_are_expanded_and_others_are_left_alone(void **state)
{
	static const char include[] = "config include\n option path /etc/firewall.user\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct import_source sources[] = {
			{ "etc/firewall.user", rows[i].script, strlen(rows[i].script) },
			{ "etc/config/firewall", include, sizeof(include) - 1 },
		};
		_cleanup_(site_freep) struct site *site = NULL;
		struct err err = { 0 };
		size_t count = 0;

		if (site_import(DEVICE_OPENWRT, "s", sources, 2, NULL, &site, &err))
			fail_msg("%s", err.text);
		for (; count < 3 && rows[i].lines[count]; count++) {
			if (count >= site->firewall_user.count)
				fail_msg("row %zu: %zu lines", i,
					 site->firewall_user.count);
			assert_string_equal(site->firewall_user.items[count].text,
					    rows[i].lines[count]);
		}
		assert_int_equal(site->firewall_user.count, count);
		if (rows[i].remark &&
		    !test_has_remark(site, REMARK_INVALID, 1, rows[i].remark))
			fail_msg("row %zu: not said", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_scripts_are_expanded_and_others_are_left_alone),
	};

	return cmocka_run_group_tests_name("import/openwrt_script", tests, NULL, NULL);
}
