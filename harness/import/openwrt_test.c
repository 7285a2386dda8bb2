// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_test.c - claims about the OpenWrt importer, as documented */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "import/articles.h"
#include "import/openwrt.h"
#include "import/test_import.h"
#include "ipsec/alg.h"

#define _cleanup_site_ _cleanup_(site_freep)

static struct site *import_as(const char *name, const char *text,
			      const struct import_options *options)
{
	const struct import_source source = { name, text, strlen(text) };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_OPENWRT, "home", &source, 1, options, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static struct site *import_ipsec(const char *text)
{
	return import_as("etc/config/ipsec", text, NULL);
}

#define assert_remark(site, kind, line, words) \
	assert_true(test_has_remark(site, kind, line, words))

#define assert_prefix(prefix, text) assert_string_equal(inet_prefix_text(prefix).s, text)

static void the_articles_remote_is_understood(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(article_site_to_site);
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_int_equal(site->tunnels.count, 1);
	assert_string_equal(tunnel->name, "acme");
	assert_false(tunnel->is_disabled);
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->mode, EXCHANGE_AGGRESSIVE);
	assert_int_equal(tunnel->mode_at.line, 9);
	assert_int_equal(tunnel->remotes.count, 1);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_ADDRESS);
	assert_int_equal(tunnel->local_id.type, ID_TYPE_FQDN);
	assert_string_equal(tunnel->local_id.value, "bratwurst");
	assert_int_equal(tunnel->local_id.at.line, 10);
	assert_int_equal(tunnel->remote_id.type, ID_TYPE_NONE);
	assert_false(tunnel->remote_id.is_any);
	assert_int_equal(tunnel->auth, AUTH_PSK);
	assert_null(tunnel->auth_word.at.file);
	assert_int_equal(tunnel->psk.length, strlen("yourpasswordhere"));
	assert_memory_equal(tunnel->psk.bytes, "yourpasswordhere", 16);
}

static void the_articles_group_2_is_modp1024(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(article_site_to_site);
	const struct tunnel *tunnel = &site->tunnels.items[0];
	const struct proposal *ike = &tunnel->proposals.items[0];
	const struct proposal *esp = &tunnel->children.items[0].proposals.items[0];

	(void)state;
	assert_int_equal(tunnel->proposals.count, 1);
	assert_false(tunnel->has_default_proposals);
	assert_string_equal(ike->encr.items[0].alg->keyword, "aes128");
	assert_string_equal(ike->integ.items[0].alg->keyword, "sha1");
	assert_string_equal(ike->dh.items[0].alg->keyword, "modp1024");
	assert_string_equal(ike->dh.items[0].word, "2");
	assert_int_equal(ike->dh.items[0].at.line, 18);
	assert_string_equal(esp->dh.items[0].alg->keyword, "modp1024");
	assert_int_equal(esp->dh.items[0].at.line, 31);
}

static void the_articles_tunnels_keep_the_order_of_the_list(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(article_site_to_site);
	const struct tunnel *tunnel = &site->tunnels.items[0];
	const struct child *dmz = &tunnel->children.items[0];

	(void)state;
	assert_int_equal(tunnel->children.count, 2);
	assert_string_equal(dmz->name, "acme_dmz");
	assert_string_equal(tunnel->children.items[1].name, "acme_lan");
	assert_int_equal(dmz->selectors.count, 1);
	assert_prefix(&dmz->selectors.items[0].local, "192.168.2.64/26");
	assert_prefix(&dmz->selectors.items[0].remote, "66.77.88.192/26");
	assert_int_equal(dmz->selectors.items[0].remote_at.line, 27);
	assert_int_equal(dmz->start, START_ON_TRAFFIC);
}

static void the_articles_dots_are_skipped_but_not_in_silence(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(article_site_to_site);

	(void)state;
	assert_remark(site, REMARK_INVALID, 34, "invalid command '...'");
}

static void nothing_in_the_article_is_unknown(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(article_site_to_site);

	(void)state;
	vec_foreach (remark, &site->remarks)
		assert_int_not_equal(remark->kind, REMARK_UNKNOWN);
}

static const char new_schema[] = "config remote 'b'\n"
				 " option enabled 1\n"
				 " option gateway b.example.org\n"
				 " option authentication_method psk\n"
				 " option pre_shared_key 's'\n"
				 " option local_identifier '@@me@a.org'\n"
				 " option remote_identifier '%any'\n"
				 " option keyexchange ikev1\n"
				 " option dpddelay 15s\n"
				 " option encap 1\n"
				 " option keyingtries %forever\n"
				 " option rekeytime 4h\n"
				 " list crypto_proposal p\n"
				 " list crypto_proposal q\n"
				 " list tunnel t\n"
				 "config crypto_proposal p\n"
				 " option encryption_algorithm aes256gcm128\n"
				 " option prf_algorithm prfsha256\n"
				 " option dh_group ecp384\n"
				 "config crypto_proposal q\n"
				 " option encryption_algorithm aes256\n"
				 " option hash_algorithm sha256\n"
				 " option dh_group modp2048\n"
				 "config tunnel t\n"
				 " list local_subnet 10.0.0.0/24\n"
				 " list local_subnet 10.0.1.0/24\n"
				 " option remote_subnet '10.1.0.0/24,10.2.0.0/24'\n"
				 " option startaction start\n"
				 " option dpdaction restart\n"
				 " option rekeytime 1h\n"
				 " option ipcomp 1\n"
				 " list crypto_proposal q\n";

static void the_new_schemas_remote_is_understood(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(new_schema);
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_int_equal(site->remarks.count, 0);
	assert_int_equal(tunnel->version, 1);
	assert_int_equal(tunnel->remotes.items[0].kind, ENDPOINT_NAME);
	assert_int_equal(tunnel->local_id.type, ID_TYPE_USER_FQDN);
	assert_true(tunnel->remote_id.is_any);
	assert_int_equal(tunnel->nat_t, NAT_T_FORCED);
	assert_true(tunnel->keyingtries.is_set);
	assert_int_equal(tunnel->keyingtries.n, 0);
	assert_int_equal(tunnel->dpd_delay_s.n, 15);
	assert_int_equal(tunnel->lifetime_s.n, 4 * 3600 * 11 / 10);
	assert_int_equal(tunnel->proposals.count, 2);
	assert_string_equal(tunnel->proposals.items[0].prf.items[0].alg->keyword,
			    "prfsha256");
	assert_int_equal(tunnel->start, START_IMMEDIATELY);
}

static void the_new_schemas_tunnel_is_understood(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(new_schema);
	const struct child *child = &site->tunnels.items[0].children.items[0];

	(void)state;
	assert_int_equal(child->selectors.count, 4);
	assert_prefix(&child->selectors.items[1].remote, "10.2.0.0/24");
	assert_prefix(&child->selectors.items[2].local, "10.0.1.0/24");
	assert_false(child->is_one_sa);
	assert_int_equal(child->start, START_IMMEDIATELY);
	assert_int_equal(child->dpd_action, DPD_RESTART);
	assert_int_equal(child->rekey_s.n, 3600);
	assert_int_equal(child->lifetime_s.n, 3960);
	assert_true(child->ipcomp.on);
}

static void mistakes_are_pointed_at(void **state)
{
	_cleanup_site_ struct site *site =
		import_ipsec("config remote 'b'\n"
			     " option gateway 1.2.3.4\n"
			     " option pre_shared_kye 's'\n"
			     " list crypto_proposal pp\n"
			     " list tunnel tt\n"
			     "config crypto_proposal p\n"
			     " option encryption_algorithm aes129\n"
			     "config tunnel t\n"
			     "config remotee x\n");

	(void)state;
	assert_true(site->tunnels.items[0].is_disabled);
	assert_remark(site, REMARK_IGNORED, 1, "option enabled is missing");
	assert_remark(site, REMARK_UNKNOWN, 3, "did you mean 'pre_shared_key'?");
	assert_remark(site, REMARK_INVALID, 4, "did you mean 'p'?");
	assert_remark(site, REMARK_INVALID, 5, "did you mean 't'?");
	assert_remark(site, REMARK_IGNORED, 6, "not used by any remote");
	assert_remark(site, REMARK_UNKNOWN, 9, "unknown section type 'remotee'");
}

static void a_wrong_cipher_is_kept_as_a_word(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(
		"config remote 'b'\n option enabled 1\n option gateway any\n"
		" option pre_shared_key s\n list p1_proposal p\n list tunnel t\n"
		"config tunnel t\nconfig p1_proposal p\n"
		" option encryption_algorithm aes129\n");
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_int_equal(tunnel->remotes.count, 0);
	assert_null(tunnel->proposals.items[0].encr.items[0].alg);
	assert_string_equal(tunnel->proposals.items[0].encr.items[0].word, "aes129");
	assert_remark(site, REMARK_INVALID, 9, "did you mean 'aes128' or 'aes192'?");
}

static void networks_have_addresses_devices_and_routes(void **state)
{
	_cleanup_site_ struct site *site = import_as(
		"etc/config/network",
		"config interface 'loopback'\n option ifname lo\n option proto static\n"
		"config interface 'lan'\n option type bridge\n option ifname 'eth0.1'\n"
		" option proto static\n option ipaddr 192.168.2.82\n"
		" option netmask 255.255.255.192\n"
		"config interface 'dmz'\n option device eth3\n option proto static\n"
		" list ipaddr '10.9.0.1/24'\n list ipaddr '10.9.1.1/25'\n"
		"config interface 'wan'\n option ifname 'eth0.2'\n option proto pppoe\n"
		"config interface 'wan6'\n option ifname '@wan'\n option proto dhcpv6\n"
		"config route\n option interface lan\n option target 172.16.0.0\n"
		" option netmask 255.240.0.0\n option gateway 192.168.2.66\n"
		"config switch_vlan\n option vlan 1\n",
		NULL);
	const struct site_interface *lan = site_interface_find(site, "lan");
	const struct site_interface *wan = site_interface_find(site, "wan");

	(void)state;
	assert_null(site_interface_find(site, "loopback"));
	assert_string_equal(lan->device, "br-lan");
	assert_prefix(&lan->addresses.items[0].prefix, "192.168.2.82/26");
	assert_int_equal(site_interface_find(site, "dmz")->addresses.count, 2);
	assert_string_equal(wan->device, "pppoe-wan");
	assert_int_equal(wan->source, ADDRESS_DYNAMIC);
	assert_string_equal(site_interface_find(site, "wan6")->device, "pppoe-wan");
	assert_ptr_equal(site_wan(site), wan);
	assert_int_equal(site->routes.count, 1);
	assert_prefix(&site->routes.items[0].destination, "172.16.0.0/12");
}

/* The default zones of OpenWrt and the two rules that a responder needs. */
static const char firewall[] =
	"config defaults\n option syn_flood 1\n option input ACCEPT\n"
	" option output ACCEPT\n option forward REJECT\n"
	"config zone\n option name lan\n list network lan\n option input ACCEPT\n"
	" option output ACCEPT\n option forward ACCEPT\n"
	"config zone\n option name wan\n list network wan\n list network wan6\n"
	" option input REJECT\n option forward REJECT\n option masq 1\n"
	" list masq_dest '!10.1.2.0/24'\n option mtu_fix 1\n"
	"config zone\n option name vpn\n option extra_src '-m policy --pol ipsec'\n"
	" option subnet 10.1.2.0/24\n"
	"config forwarding\n option src lan\n option dest wan\n"
	"config rule\n option name IKE\n option src wan\n option proto udp\n"
	" option dest_port '500 4500'\n option target ACCEPT\n"
	"config rule\n option src wan\n option dest lan\n list proto esp\n"
	" option src_ip '!7.7.7.7'\n option target DROP\n"
	"config redirect\n option src wan\n option src_dport 8000-8010\n"
	" option dest lan\n option dest_ip 192.168.2.90\n option dest_port 80\n"
	" option proto tcp\n"
	"config nat\n option src wan\n option dest_ip 66.77.88.192/26\n"
	" option target ACCEPT\n"
	"config include\n option path /etc/firewall.user\n";

static struct site *import_firewall(const char *firmware)
{
	static const char script[] =
		"#!/bin/sh\n# exempt\niptables -t nat -A postrouting_rule \\\n"
		" -d 10.1.2.0/24 -j ACCEPT\n\n";
	const struct import_source sources[] = {
		{ "etc/config/firewall", firewall, strlen(firewall) },
		{ "etc/firewall.user", script, strlen(script) },
	};
	const struct import_options options = { .firmware = firmware };
	struct site *site = NULL;
	struct err err = { 0 };

	if (site_import(DEVICE_OPENWRT, "home", sources, 2, &options, &site, &err))
		fail_msg("%s", err.text);
	return site;
}

static void firewall_zones_are_read(void **state)
{
	_cleanup_site_ struct site *site = import_firewall(NULL);
	const struct zone *wan = site_zone_find(site, "wan");
	const struct zone *vpn = site_zone_find(site, "vpn");

	(void)state;
	assert_int_equal(site->firewall, FIREWALL_FW3);
	assert_int_equal(site->default_forward, TARGET_REJECT);
	assert_int_equal(site->zones.count, 3);
	assert_int_equal(wan->interfaces.count, 2);
	assert_int_equal(wan->input, TARGET_REJECT);
	assert_int_equal(wan->output, TARGET_ACCEPT);
	assert_string_equal(wan->output_at.source, "config defaults");
	assert_true(wan->masq.on);
	assert_true(wan->mtu_fix.on);
	assert_true(wan->masq_dest.items[0].is_negated);
	assert_string_equal(vpn->extra_src.s, "-m policy --pol ipsec");
	assert_string_equal(vpn->extra_dest.s, "-m policy --pol ipsec");
	assert_int_equal(site->forwardings.count, 1);
}

static void firewall_rules_are_read(void **state)
{
	_cleanup_site_ struct site *site = import_firewall(NULL);
	const struct rule *ike = &site->rules.items[0], *esp = &site->rules.items[1];

	(void)state;
	assert_int_equal(site->rules.count, 2);
	assert_string_equal(ike->name, "IKE");
	assert_string_equal(ike->src_zone, "wan");
	assert_null(ike->dest_zone);
	assert_int_equal(ike->dest_ports.count, 2);
	assert_int_equal(ike->dest_ports.items[1].first, 4500);
	assert_int_equal(ike->target, TARGET_ACCEPT);
	assert_string_equal(esp->protocols.items[0].s, "esp");
	assert_true(esp->src.items[0].is_negated);
}

static void firewall_nat_and_scripts_are_read(void **state)
{
	_cleanup_site_ struct site *site = import_firewall(NULL);
	const struct nat_rule *dnat = &site->nat.items[0], *exempt = &site->nat.items[1];

	(void)state;
	assert_int_equal(site->nat.count, 2);
	assert_int_equal(dnat->kind, NAT_DESTINATION);
	assert_int_equal(dnat->dest_ports.items[0].last, 8010);
	assert_int_equal(dnat->to_port, 80);
	assert_prefix(&dnat->to, "192.168.2.90/32");
	assert_int_equal(exempt->kind, NAT_EXEMPT);
	assert_string_equal(exempt->dest_zone, "wan");
	assert_int_equal(exempt->protocols.count, 0);
	assert_int_equal(site->firewall_user.count, 1);
	assert_int_equal(site->firewall_user.items[0].at.line, 3);
	assert_non_null(strstr(site->firewall_user.items[0].text, "-d 10.1.2.0/24"));
}

static void fw4_ignores_iptables_words_and_scripts(void **state)
{
	_cleanup_site_ struct site *site = import_firewall("22.03");

	(void)state;
	assert_int_equal(site->firewall, FIREWALL_FW4);
	assert_null(site_zone_find(site, "vpn")->extra_src.s);
	assert_int_equal(site->firewall_user.count, 0);
	assert_remark(site, REMARK_IGNORED, 23, "not supported by fw4");
	assert_remark(site, REMARK_IGNORED, 52, "not marked as compatible with fw4");
}

static void dnsmasq_forwards_and_guards_are_read(void **state)
{
	_cleanup_site_ struct site *site = import_as(
		"etc/config/dhcp",
		"config dnsmasq\n option domainneeded 1\n option boguspriv 0\n"
		" option domain lan\n option local '/lan/'\n"
		" list server "
		"'/acme.inc/2.1.10.in-addr.arpa/10.1.2.250#5353@192.168.2.82'\n"
		" list server '9.9.9.9'\n list rebind_domain acme.inc\n"
		" list address '/x.y/1.2.3.4'\n"
		"config domain\n option name hobbit.acme.inc\n option ip 10.1.2.42\n"
		"config dhcp lan\n option interface lan\n",
		NULL);
	const struct site_dns *dns = &site->dns;

	(void)state;
	assert_true(dns->is_served);
	assert_true(dns->rebind_protection.on);
	assert_string_equal(dns->rebind_domains.items[0].s, "acme.inc");
	assert_int_equal(dns->forwards.count, 4);
	assert_string_equal(dns->forwards.items[0].domain, "acme.inc");
	assert_string_equal(inet_addr_text(&dns->forwards.items[0].server).s,
			    "10.1.2.250");
	assert_int_equal(dns->forwards.items[0].port, 5353);
	assert_string_equal(inet_addr_text(&dns->forwards.items[0].source).s,
			    "192.168.2.82");
	assert_string_equal(dns->forwards.items[1].domain, "2.1.10.in-addr.arpa");
	assert_null(dns->forwards.items[2].domain);
	assert_string_equal(dns->forwards.items[3].domain, "lan");
	assert_int_equal(dns->forwards.items[3].server.family, 0);
	assert_int_equal(dns->records.count, 1);
	assert_int_equal(dns->raw.count, 2);
	assert_string_equal(dns->raw.items[0].s, "domain-needed");
	assert_string_equal(dns->raw.items[1].s, "address=/x.y/1.2.3.4");
}

static void lone_files_and_exports_are_recognised(void **state)
{
	_cleanup_site_ struct site *a = import_as("vpn.txt", article_site_to_site, NULL);
	_cleanup_site_ struct site *b = import_as(
		"all",
		"package ipsec\nconfig remote x\npackage network\nconfig interface lan\n"
		" option proto static\n option ipaddr 10.0.0.1/24\n",
		NULL);

	(void)state;
	assert_int_equal(a->tunnels.count, 1);
	assert_int_equal(b->tunnels.count, 1);
	assert_int_equal(b->interfaces.count, 1);
}

/* Chaos Calmer had no generator: people wrote ipsec.conf. */
static void a_handwritten_ipsec_conf_gives_the_tunnels(void **state)
{
	static const char network[] = "config interface lan\n option proto static\n"
				      " option ipaddr 192.168.2.82/26\n";
	static const char conf[] = "conn acme\n\tkeyexchange=ikev1\n\tright=7.7.7.7\n"
				   "\tleftsubnet=192.168.2.64/26\n"
				   "\trightsubnet=10.1.2.0/24\n\tauthby=secret\n"
				   "\tauto=start\n";
	const struct import_source sources[] = {
		{ "etc/config/network", network, strlen(network) },
		{ "etc/ipsec.conf", conf, strlen(conf) },
		{ "etc/config/ipsec", article_site_to_site,
		  strlen(article_site_to_site) },
	};
	_cleanup_site_ struct site *site = NULL;
	_cleanup_site_ struct site *both = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		site_import(DEVICE_OPENWRT, "home", sources, 2, NULL, &site, &err), 0);
	assert_int_equal(site->tunnels.count, 1);
	assert_int_equal(site->interfaces.count, 1);
	assert_int_equal(site->tunnels.items[0].at.line, 1);
	assert_int_equal(
		site_import(DEVICE_OPENWRT, "home", sources, 3, NULL, &both, &err), 0);
	assert_int_equal(both->tunnels.count, 1);
	/* Both may be loaded: which one answers cannot be told. */
	assert_remark(both, REMARK_NOT_REHEARSED, 1,
		      "connection acme beside those of etc/config/ipsec");
}

/* python3-nethsec writes one section for each pair and a note of its own. */
static void nethsecurity_is_understood(void **state)
{
	_cleanup_site_ struct site *site = import_as(
		"all",
		"package network\n"
		"config interface 'ipsec1'\n option proto xfrm\n option ifid 7\n"
		"package ipsec\n"
		"config ipsec 'ns_ipsec_global'\n option zone ipsec\n"
		"config remote 'ns_a'\n option ns_name 't1'\n option enabled 1\n"
		" option authentication_method psk\n option gateway 1.2.3.4\n"
		" option pre_shared_key x\n option local_ip 5.6.7.8\n"
		" list tunnel ns_1\n list tunnel ns_2\n"
		"config tunnel 'ns_1'\n option if_id 7\n option ipcomp 'false'\n"
		" list local_subnet 10.0.0.0/24\n list remote_subnet 10.1.0.0/24\n"
		"config tunnel 'ns_2'\n option if_id 7\n option rekeytime '3600'\n"
		" list local_subnet 10.0.0.0/24\n list remote_subnet 10.2.0.0/24\n",
		NULL);
	const struct tunnel *tunnel = &site->tunnels.items[0];

	(void)state;
	assert_string_equal(tunnel->bind_interface, "ipsec1");
	assert_true(site_interface_find(site, "ipsec1")->is_tunnel);
	assert_int_equal(tunnel->local.kind, ENDPOINT_ADDRESS);
	assert_int_equal(tunnel->children.count, 2);
	assert_int_equal(tunnel->children.items[1].lifetime_s.n, 3960);
	vec_foreach (remark, &site->remarks)
		assert_int_not_equal(remark->kind, REMARK_UNKNOWN);
}

/* NethSecurity bundles ports; LuCI and vendors leave notes that begin with '_'. */
static void bonds_have_addresses_and_notes_are_known(void **state)
{
	_cleanup_site_ struct site *site =
		import_as("etc/config/network",
			  "config interface 'lan'\n option proto bonding\n"
			  " option ipaddr 10.1.2.1\n option netmask 255.255.255.0\n"
			  " list slaves eth3\n option _turris_mode managed\n"
			  " option bridge_empty 1\n",
			  NULL);
	const struct site_interface *lan = site_interface_find(site, "lan");

	(void)state;
	assert_int_equal(lan->addresses.count, 1);
	assert_int_equal(lan->addresses.items[0].prefix.length, 24);
	assert_string_equal(lan->device, "bonding-lan");
	assert_remark(site, REMARK_IGNORED, 6, "'_turris_mode' is a note");
	assert_remark(site, REMARK_IGNORED, 7, "'bridge_empty'");
}

/* A folder of /etc/config has more files with sections `interface` than network. */
static void files_of_other_packages_are_not_mixed_in(void **state)
{
	static const char network[] = "config interface 'wan'\n option proto dhcp\n";
	static const char qos[] = "config interface 'wan'\n option classgroup Default\n"
				  "config interface 'guest'\n option upload 128\n";
	const struct import_source sources[] = {
		{ "network", network, sizeof(network) - 1 },
		{ "qos", qos, sizeof(qos) - 1 },
	};
	_cleanup_site_ struct site *site = NULL;
	struct err err;

	(void)state;
	assert_int_equal(
		site_import(DEVICE_OPENWRT, "home", sources, 2, NULL, &site, &err), 0);
	assert_int_equal(site->interfaces.count, 1);
	assert_remark(site, REMARK_UNKNOWN, 0, "none of OpenWrt's packages");
}

static void a_rule_with_a_wrong_address_is_skipped_as_a_whole(void **state)
{
	_cleanup_site_ struct site *site =
		import_as("etc/config/firewall",
			  "config zone\n option name wan\n"
			  "config rule\n option src wan\n option src_ip '1.2.3.400'\n"
			  " option target ACCEPT\n"
			  "config rule\n option src wan\n option src_ip '! 1.2.3.4'\n"
			  " option target ACCEPT\n"
			  "config forwarding\n option src wan\n option dest lann\n",
			  NULL);

	(void)state;
	assert_int_equal(site->rules.count, 2);
	assert_true(site->rules.items[0].is_disabled);
	assert_remark(site, REMARK_INVALID, 3, "skips this 'rule' because of line 5");
	assert_false(site->rules.items[1].is_disabled);
	assert_true(site->rules.items[1].src.items[0].is_negated);
	assert_int_equal(site->forwardings.count, 0);
	assert_remark(site, REMARK_INVALID, 13, "there is no zone 'lann'");
}

static void libreswan_and_strangers_are_refused_politely(void **state)
{
	static const struct {
		const char *name, *text, *words;
	} cases[] = {
		{ "etc/config/libreswan", "config tunnel x\n option left 1.2.3.4\n",
		  "home: etc/config/libreswan:1: this is libreswan's configuration" },
		{ "x.txt", "set ike gateway x\n", "home: x.txt: no OpenWrt" },
		{ "x.txt", "", "home: x.txt: no OpenWrt" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct import_source source = { cases[i].name, cases[i].text,
						      strlen(cases[i].text) };
		struct site *site = NULL;
		struct err err = { 0 };

		assert_int_not_equal(site_import(DEVICE_OPENWRT, "home", &source, 1, NULL,
						 &site, &err),
				     0);
		assert_null(site);
		assert_true(str_starts(err.text, cases[i].words));
	}
}

static void secrets_are_in_no_remark(void **state)
{
	_cleanup_site_ struct site *site = import_ipsec(
		"config remote b\n option enabled 1\n option pre_shared_key 'sEcReT'\n"
		" option pre_shared_keyy 'sEcReT'\n list tunnel t\nconfig tunnel t\n"
		" option pre_shared_key sEcReT\n");

	(void)state;
	vec_foreach (remark, &site->remarks)
		assert_null(strstr(remark->text, "sEcReT"));
}

static void take_ipsec(const char *bytes, size_t length)
{
	site_free(test_import(DEVICE_OPENWRT, &(struct import_source){ "etc/config/ipsec",
								       bytes, length }));
}

static void take_firewall(const char *bytes, size_t length)
{
	site_free(test_import(
		DEVICE_OPENWRT,
		&(struct import_source){ "etc/config/firewall", bytes, length }));
}

static void files_cut_anywhere_are_survived(void **state)
{
	(void)state;
	test_each_cut(article_site_to_site, strlen(article_site_to_site), take_ipsec);
	test_each_cut(firewall, strlen(firewall), take_firewall);
}

static void any_flipped_byte_is_survived(void **state)
{
	(void)state;
	test_each_flip(article_site_to_site, strlen(article_site_to_site), take_ipsec);
	test_each_flip(firewall, strlen(firewall), take_firewall);
}

/* Each of these would take gigabytes or hours without a limit. */
static void hostile_repetition_takes_no_time(void **state)
{
	static const struct {
		const char *name, *head, *piece;
	} cases[] = {
		{ "etc/config/ipsec",
		  "config tunnel t\n list local_subnet 10.0.0.0/8\n"
		  " list remote_subnet 10.0.0.0/8\nconfig remote r\n",
		  " list tunnel t\n" },
		{ "etc/config/ipsec",
		  "config remote r\n list tunnel t\n"
		  "config tunnel t\n",
		  " list local_subnet 10.0.0.0/8\n list remote_subnet 10.0.0.0/8\n" },
		{ "etc/config/ipsec", "config remote r\n",
		  " list tunnel x\n list tunnel y\nconfig tunnel\nconfig remote r\n" },
		{ "etc/config/ipsec",
		  "config crypto_proposal c\n option encryption_algorithm 3des\n"
		  "config remote r\n",
		  " list crypto_proposal c\n" },
		{ "etc/config/firewall", "",
		  "config zone\n option name a\nconfig rule\n option src b\n" },
		{ "etc/config/network", "", "config interface\n option device '@lan'\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		int64_t start = clock_cpu_us();

		buf_puts(&text, cases[i].head);
		while (text.length < 300000)
			buf_puts(&text, cases[i].piece);
		site_free(test_import(DEVICE_OPENWRT,
				      &(struct import_source){ cases[i].name, text.data,
							       text.length }));
		assert_true(clock_cpu_us() - start < 20 * 1000 * 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_articles_remote_is_understood),
		cmocka_unit_test(the_articles_group_2_is_modp1024),
		cmocka_unit_test(the_articles_tunnels_keep_the_order_of_the_list),
		cmocka_unit_test(the_articles_dots_are_skipped_but_not_in_silence),
		cmocka_unit_test(nothing_in_the_article_is_unknown),
		cmocka_unit_test(the_new_schemas_remote_is_understood),
		cmocka_unit_test(the_new_schemas_tunnel_is_understood),
		cmocka_unit_test(mistakes_are_pointed_at),
		cmocka_unit_test(a_wrong_cipher_is_kept_as_a_word),
		cmocka_unit_test(networks_have_addresses_devices_and_routes),
		cmocka_unit_test(firewall_zones_are_read),
		cmocka_unit_test(firewall_rules_are_read),
		cmocka_unit_test(firewall_nat_and_scripts_are_read),
		cmocka_unit_test(fw4_ignores_iptables_words_and_scripts),
		cmocka_unit_test(dnsmasq_forwards_and_guards_are_read),
		cmocka_unit_test(lone_files_and_exports_are_recognised),
		cmocka_unit_test(a_handwritten_ipsec_conf_gives_the_tunnels),
		cmocka_unit_test(nethsecurity_is_understood),
		cmocka_unit_test(bonds_have_addresses_and_notes_are_known),
		cmocka_unit_test(files_of_other_packages_are_not_mixed_in),
		cmocka_unit_test(a_rule_with_a_wrong_address_is_skipped_as_a_whole),
		cmocka_unit_test(libreswan_and_strangers_are_refused_politely),
		cmocka_unit_test(secrets_are_in_no_remark),
		cmocka_unit_test(files_cut_anywhere_are_survived),
		cmocka_unit_test(any_flipped_byte_is_survived),
		cmocka_unit_test(hostile_repetition_takes_no_time),
	};

	return cmocka_run_group_tests_name("import/openwrt", tests, NULL, NULL);
}
