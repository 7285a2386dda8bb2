// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_kinds_test.c - claims: files of OpenWrt that are not the usual ones are read, too */
#include "import/test_import.h"
#include "model/aspect.h"

static struct site *import(const struct import_source *given, size_t count)
{
	struct import_source sources[4];
	struct site *site = NULL;
	struct err err = { 0 };
	enum device_kind kind;

	for (size_t i = 0; i < count; i++) {
		sources[i] = given[i];
		sources[i].length = strlen(sources[i].bytes);
	}
	if (import_detect(sources, count, &kind, &err) ||
	    site_import(kind, "s", sources, count, NULL, &site, &err))
		fail_msg("%s", err.text);
	assert_int_equal(site->kind, DEVICE_OPENWRT);
	return site;
}

#define NEW_SCHEMA                                                                  \
	"config globals 'globals'\n list interface wan\n"                           \
	"config remote far\n option enabled 1\n option authentication_method psk\n" \
	" option pre_shared_key 'made up'\n list remote_addrs '192.0.2.22'\n"       \
	" option dpd_delay '30s'\n list child net\n"                                \
	"config child net\n option mode tunnel\n list local_subnet 10.11.0.0/24\n"  \
	" list remote_subnet 10.22.0.0/24\n option start_action start\n"            \
	" option dpd_action restart\n option life_time 2h\n"

static void assert_new_schema(const struct site *site)
{
	const struct tunnel *tunnel = &site->tunnels.items[0];
	const struct child *child = &tunnel->children.items[0];

	assert_int_equal(site->tunnels.count, 1);
	assert_false(tunnel->is_disabled);
	assert_int_equal(tunnel->dpd_delay_s.n, 30);
	assert_int_equal(child->start, START_IMMEDIATELY);
	assert_int_equal(child->dpd_action, DPD_RESTART);
	assert_int_equal(child->lifetime_s.n, 7200);
	assert_null(test_remark_find(site, "did you mean"));
	assert_null(test_remark_find(site, "unknown"));
}

static void the_new_scripts_words_are_read(void **state)
{
	const struct import_source sources[] = { { "etc/config/ipsec", NEW_SCHEMA, 0 } };
	_cleanup_(site_freep) struct site *site = import(sources, 1);

	(void)state;
	assert_new_schema(site);
}

static void the_new_scripts_file_is_read_and_its_age_is_said(void **state)
{
	const struct import_source sources[] = { { "etc/config/swanctl", NEW_SCHEMA,
						   0 } };
	_cleanup_(site_freep) struct site *site = import(sources, 1);

	(void)state;
	assert_new_schema(site);
	assert_true(test_has_remark(site, REMARK_ASSUMED, 0, "newer than 25.12"));
}

static void a_router_with_an_ipsec_conf_of_its_own_is_a_router(void **state)
{
	const struct import_source sources[] = {
		{ "etc/ipsec.conf",
		  "conn far\n authby=psk\n left=192.0.2.11\n leftsubnet=10.11.0.0/24\n"
		  " right=192.0.2.22\n rightsubnet=10.22.0.0/24\n auto=start\n",
		  0 },
		{ "etc/ipsec.secrets", ": PSK \"made up\"\n", 0 },
		{ "etc/firewall.user",
		  "iptables -t nat -A postrouting_rule -d 10.22.0.0/24 -j ACCEPT\n", 0 },
	};
	_cleanup_(site_freep) struct site *site = import(sources, 3);

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(site->firewall_user.count, 1);
	assert_true(site->tunnels.items[0].psk.is_readable);
	ASSERT_PREFIX(site_interface_find(site, "lan")->addresses.items[0].prefix,
		      "10.11.0.0/24");
	assert_non_null(site_wan(site));
	assert_null(test_remark_find(site, "refuses"));
}

static const struct remark *touching(const struct site *site, const char *word)
{
	vec_foreach (remark, &site->remarks)
		if (remark->aspects && !strcmp(remark->word, word))
			return remark;
	return NULL;
}

static void options_that_no_rehearsal_obeys_touch_their_tunnel(void **state)
{
	const struct import_source sources[] = {
		{ "etc/config/ipsec",
		  NEW_SCHEMA " option if_id '42'\n option updown /etc/x.sh\n"
			     " option hw_offload no\n",
		  0 },
	};
	_cleanup_(site_freep) struct site *site = import(sources, 1);

	(void)state;
	assert_string_equal(touching(site, "if_id without etc/config/network")->tunnel,
			    "far");
	assert_string_equal(touching(site, "updown")->tunnel, "far");
	assert_null(touching(site, "hw_offload"));
}

static void statements_of_junos_touch_the_gateway_they_belong_to(void **state)
{
	static const char text[] =
		"set security ike gateway G address 192.0.2.1\n"
		"set security ike gateway H address 192.0.2.2\n"
		"set security ike gateway H advpn partner\n"
		"set security ipsec vpn V ike gateway G\n"
		"set security ipsec vpn V vpn-monitor\n"
		"set security ipsec vpn V df-bit clear\n"
		"set security ipsec vpn V ike proxy-identity service any\n";
	const struct import_source source = { "srx", text, sizeof(text) - 1 };
	_cleanup_(site_freep) struct site *site = test_import(DEVICE_JUNOS, &source);

	(void)state;
	assert_string_equal(touching(site, "vpn-monitor")->tunnel, "G");
	assert_string_equal(touching(site, "advpn")->tunnel, "H");
	assert_null(touching(site, "df-bit"));
	assert_null(touching(site, "service"));
}

static void rules_for_nftables_are_of_fw4_and_not_rehearsed(void **state)
{
	const struct import_source sources[] = {
		{ "etc/config/firewall", "config zone\n option name lan\n", 0 },
		{ "etc/nftables.d/20-x.nft", "chain x { }\n", 0 },
	};
	_cleanup_(site_freep) struct site *site = import(sources, 2);

	(void)state;
	assert_int_equal(site->firewall, FIREWALL_FW4);
	assert_non_null(touching(site, "rules for nftables"));
}

/* More remotes than are read, each with a section of its own: 20,000 are. */
static const struct {
	const char *include, *script;
	const char *word; /* of what is not rehearsed; NULL: nothing is open */
} includes[] = {
	{ "/etc/firewall.user", NULL, "/etc/firewall.user, which is not among" },
	{ "/etc/firewall.user", "# nothing\n", NULL },
	{ "/etc/vpn.sh", NULL, "/etc/vpn.sh, which is not among" },
	{ "/usr/share/miniupnpd/firewall.include", NULL, NULL },
	{ "/etc/fw.rules'\n option type 'restore", NULL, "rules of type restore" },
	{ "/etc/x.nft'\n option type 'nftables", NULL, "rules of type nftables" },
	{ "/etc/vpn.sh'\n option enabled '0", NULL, NULL },
};

static void what_an_include_would_do_is_not_guessed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(includes); i++) {
		_cleanup_buf_ struct buf firewall = { 0 };
		struct import_source sources[3] = {
			{ "etc/config/ipsec", NEW_SCHEMA, 0 },
			{ "etc/config/firewall", NULL, 0 },
			{ "etc/firewall.user", includes[i].script, 0 },
		};
		_cleanup_(site_freep) struct site *site = NULL;
		const struct remark *remark;

		buf_printf(&firewall, "config include\n option path '%s'\n",
			   includes[i].include);
		sources[1].bytes = buf_text(&firewall);
		site = import(sources, includes[i].script ? 3 : 2);
		remark = site_touching(site, NULL, ASPECT_NAT);
		if (!includes[i].word != !remark ||
		    (remark && !strstr(remark->word, includes[i].word)))
			fail_msg("%s: %s", includes[i].include,
				 remark ? remark->text : "nothing");
	}
}

static void more_remotes_than_are_read_are_said_and_not_called_unused(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_(site_freep) struct site *site = NULL;

	(void)state;
	for (unsigned int i = 0; i < 20002; i++)
		buf_printf(&text,
			   "config remote r%u\n option gateway 192.0.2.1\n"
			   " list tunnel t%u\nconfig tunnel t%u\n"
			   " option local_subnet 10.0.0.0/24\n"
			   " option remote_subnet 10.1.0.0/24\n",
			   i, i, i);
	const struct import_source sources[] = { { "etc/config/ipsec", buf_text(&text),
						   0 } };
	site = import(sources, 1);
	assert_int_equal(site->tunnels.count, 20000);
	assert_non_null(test_remark_find(site, "only the first 20000 remotes are read"));
	assert_null(test_remark_find(site, "is not used by any remote"));
}

/* Option 119 goes before 15, a network without DHCP is not there, dnsmasq's domain is last. */
static void search_domains_of_dhcp_are_read(void **state)
{
	const struct import_source sources[] = {
		{ "etc/config/dhcp",
		  "config dnsmasq\n option domain lan\n"
		  " list rev_server '10.1.2.0/24,10.1.2.250@192.168.2.82'\n"
		  " list rev_server '10.1.2.0/26,10.1.2.250'\n"
		  "config dhcp lan\n option interface lan\n"
		  " list dhcp_option '15,x.y'\n"
		  " list dhcp_option 'option:domain-search,acme.inc,lan'\n"
		  "config dhcp guest\n option interface guest\n"
		  " list dhcp_option '6,192.168.3.1'\n"
		  "config dhcp wan\n option interface wan\n option ignore 1\n",
		  0 }
	};
	_cleanup_(site_freep) struct site *site = import(sources, 1);
	const struct site_dns *dns = &site->dns;

	(void)state;
	assert_int_equal(dns->dhcp.count, 2);
	assert_string_equal(dns->dhcp.items[0].interface, "lan");
	assert_int_equal(dns->dhcp.items[0].domains.count, 2);
	assert_string_equal(dns->dhcp.items[0].domains.items[0].s, "acme.inc");
	assert_string_equal(dns->dhcp.items[0].domains.items[1].s, "lan");
	assert_int_equal(dns->dhcp.items[0].domains.items[0].at.line, 8);
	assert_int_equal(dns->dhcp.items[1].domains.count, 1);
	assert_string_equal(dns->dhcp.items[1].domains.items[0].s, "lan");
	assert_int_equal(dns->forwards.count, 1);
	assert_string_equal(dns->forwards.items[0].domain, "2.1.10.in-addr.arpa");
	assert_string_equal(inet_addr_text(&dns->forwards.items[0].source).s,
			    "192.168.2.82");
	assert_int_equal(dns->raw.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_new_scripts_words_are_read),
		cmocka_unit_test(the_new_scripts_file_is_read_and_its_age_is_said),
		cmocka_unit_test(options_that_no_rehearsal_obeys_touch_their_tunnel),
		cmocka_unit_test(statements_of_junos_touch_the_gateway_they_belong_to),
		cmocka_unit_test(rules_for_nftables_are_of_fw4_and_not_rehearsed),
		cmocka_unit_test(a_router_with_an_ipsec_conf_of_its_own_is_a_router),
		cmocka_unit_test(search_domains_of_dhcp_are_read),
		cmocka_unit_test(what_an_include_would_do_is_not_guessed),
		cmocka_unit_test(
			more_remotes_than_are_read_are_said_and_not_called_unused),
	};

	return cmocka_run_group_tests_name("import/openwrt_kinds", tests, NULL, NULL);
}
