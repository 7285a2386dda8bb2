// SPDX-License-Identifier: GPL-2.0-or-later
/* count_test.c - claims about the lines that each reader counts */
#include "import/test_import.h"

/* In the order of enum line_state: read, no effect, in part, not rehearsed, unknown. */
static const struct counted {
	enum device_kind kind;
	const char *name, *text;
	size_t counts[LINE_STATES];
} cases[] = {
	/* What a remote, a connection or a conn lacks is told of its first line. */
	{ DEVICE_OPENWRT,
	  "etc/config/ipsec",
	  "# a comment\nconfig ipsec\n option listen 'x'\n\n"
	  "config remote 'b'\n option gateway 192.0.2.1\n option wrng 's'\n"
	  "config remotee x\n option gateway 192.0.2.1\n",
	  { 2, 1, 1, 0, 3 } },
	{ DEVICE_FRITZBOX,
	  "vpn.cfg",
	  "/* a comment */\nvpncfg {\n connections {\n  enabled = yes;\n  wrng = 1;\n"
	  "  name = \"x\";\n  editable = no;\n }\n}\nwebui {\n a = 1;\n b { c = 2; }\n}\n",
	  { 3, 4, 1, 0, 1 } },
	{ DEVICE_STRONGSWAN,
	  "swanctl.conf",
	  "connections {\n a {\n  wrng = 1\n  version = 2\n  # a comment\n }\n}\n"
	  "pools {\n p {\n  addrs = 10.0.0.0/24\n }\n}\ncharon {\n port = 501\n}\n",
	  { 3, 3, 0, 2, 1 } },
	{ DEVICE_STRONGSWAN,
	  "ipsec.conf",
	  "config setup\n charondebug=\"ike 2\"\n\nconn a\n # a comment\n wrng=1\n"
	  " right=192.0.2.1\n auto=add\n",
	  { 3, 1, 0, 1, 1 } },
	{ DEVICE_SCREENOS,
	  "fw",
	  "set clock timezone 1\nset clock ntp\nset hostname x\nsett hostname x\n"
	  "set interface untrust ip 192.0.2.1/24\n",
	  { 2, 2, 0, 0, 1 } },
	{ DEVICE_JUNOS,
	  "srx.set",
	  "set system host-name x\nset snmp location a\nset snmp contact b\n# a comment\n"
	  "set security ike gateway g address 192.0.2.1\nset security ike gatway h x y\n"
	  "set security ike gatway h z\ndeactivate snmp location\ncommit check\n"
	  "set groups g system host-name y\n"
	  "set security ipsec vpn v vpn-monitor optimized\n",
	  { 1, 5, 1, 1, 2 } },
	/* What is said of a block holds for what is in it; `}` is no statement. */
	{ DEVICE_JUNOS,
	  "srx.conf",
	  "system {\n    host-name x;\n    syslog {\n        file a {\n"
	  "            any any;\n        }\n    }\n}\nsecurity {\n    ike {\n"
	  "        inactive: proposal p {\n            dh-group group2;\n        }\n"
	  "        prposal q {\n            dh-group group2;\n        }\n    }\n}\n",
	  { 4, 5, 0, 0, 2 } },
	/* A block from within `security` is looked through as well. */
	{ DEVICE_JUNOS,
	  "ike.conf",
	  "ike {\n    policy p {\n        mode main;\n        mod main;\n    }\n}\n",
	  { 2, 0, 1, 0, 1 } },
};

static void every_line_ends_in_one_of_five_states(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct counted *wanted = &cases[i];
		const struct import_source source = { wanted->name, wanted->text,
						      strlen(wanted->text) };
		_cleanup_(site_freep) struct site *site =
			test_import(wanted->kind, &source);
		size_t counts[LINE_STATES];

		site_lines_count(site, counts);
		for (enum line_state s = 0; s < LINE_STATES; s++)
			if (counts[s] != wanted->counts[s])
				fail_msg("%s: %zu lines are '%s', not %zu", wanted->name,
					 counts[s], line_state_name(s),
					 wanted->counts[s]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_ends_in_one_of_five_states),
	};

	return cmocka_run_group_tests_name("import/count", tests, NULL, NULL);
}
