// SPDX-License-Identifier: GPL-2.0-or-later
/* foreign.c - files of makers that twinsite does not know, which look like known ones */
#include "import/foreign.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/import.h"
#include "import/text.h"

#define LINES_MAX    20000
#define LINES_DECIDE 2

enum maker {
	MAKER_VYOS,
	MAKER_FORTIOS,
	MAKER_PANOS,
	MAKER_ROUTEROS,
	MAKER_LIBRESWAN,
	MAKER_CISCO,
	MAKER_PFSENSE,
	MAKER_OPNSENSE,
	MAKER_WIREGUARD,
	MAKER_OPENVPN,
	MAKER_GAIA,
	MAKER_RACOON,
	MAKER_OPENBSD,
	MAKER_SONICOS,
	MAKER_VRP,
	MAKER_LANCOM,
	MAKER_BIGIP,
	MAKER_UNIFI,
	MAKER_COUNT,
};

static const char *const makers[] = {
	[MAKER_VYOS] = "VyOS or EdgeOS",
	[MAKER_FORTIOS] = "FortiOS",
	[MAKER_PANOS] = "PAN-OS",
	[MAKER_ROUTEROS] = "RouterOS",
	[MAKER_LIBRESWAN] = "libreswan (or Openswan; not strongSwan's language)",
	[MAKER_CISCO] = "Cisco IOS or ASA",
	[MAKER_PFSENSE] = "pfSense",
	[MAKER_OPNSENSE] = "OPNsense",
	[MAKER_WIREGUARD] = "WireGuard",
	[MAKER_OPENVPN] = "OpenVPN",
	[MAKER_GAIA] = "Check Point Gaia",
	[MAKER_RACOON] = "racoon or setkey (ipsec-tools)",
	[MAKER_OPENBSD] = "OpenBSD's iked or ipsecctl",
	[MAKER_SONICOS] = "SonicOS",
	[MAKER_VRP] = "Huawei VRP or H3C Comware",
	[MAKER_LANCOM] = "LANCOM's LCOS",
	[MAKER_BIGIP] = "F5 BIG-IP",
	[MAKER_UNIFI] = "a UniFi gateway (EdgeOS in JSON)",
};

/* Tunnels of another kind: no form of ours has a place for what they say. */
static bool is_no_ipsec(size_t maker)
{
	return maker == MAKER_WIREGUARD || maker == MAKER_OPENVPN;
}

/* How lines begin, without leading blanks, that nobody else writes. */
static const struct {
	enum maker maker;
	const char *start;
} signs[] = {
	{ MAKER_CISCO, "crypto isakmp " },
	{ MAKER_CISCO, "crypto ikev1 " },
	{ MAKER_CISCO, "crypto ikev2 " },
	{ MAKER_CISCO, "crypto ipsec " },
	{ MAKER_CISCO, "crypto map " },
	{ MAKER_CISCO, "tunnel-group " },
	{ MAKER_CISCO, "ip access-list extended " },
	{ MAKER_VYOS, "set vpn ipsec " },
	{ MAKER_VYOS, "set interfaces ethernet " },
	{ MAKER_VYOS, "set interfaces vti " },
	{ MAKER_VYOS, "set firewall name " },
	{ MAKER_VYOS, "set firewall ipv4 " },
	{ MAKER_VYOS, "set nat source rule " },
	{ MAKER_VYOS, "set protocols static route " },
	{ MAKER_VYOS, "set service ssh" },
	{ MAKER_VYOS, "ethernet eth" },
	{ MAKER_VYOS, "esp-group " },
	{ MAKER_VYOS, "ike-group " },
	{ MAKER_VYOS, "site-to-site {" },
	{ MAKER_VYOS, "/* === vyatta-config-version" },
	{ MAKER_VYOS, "// vyos-config-version" },
	{ MAKER_FORTIOS, "config vpn ipsec" },
	{ MAKER_FORTIOS, "config firewall policy" },
	{ MAKER_FORTIOS, "config firewall address" },
	{ MAKER_FORTIOS, "config system interface" },
	{ MAKER_FORTIOS, "config system global" },
	{ MAKER_FORTIOS, "config router static" },
	{ MAKER_FORTIOS, "#config-version=F" },
	{ MAKER_FORTIOS, "set remote-gw " },
	{ MAKER_FORTIOS, "set psksecret " },
	{ MAKER_FORTIOS, "set phase1name " },
	{ MAKER_FORTIOS, "set dhgrp " },
	{ MAKER_FORTIOS, "set src-subnet " },
	{ MAKER_FORTIOS, "set dst-subnet " },
	{ MAKER_PANOS, "set network ike " },
	{ MAKER_PANOS, "set network tunnel " },
	{ MAKER_PANOS, "set network interface " },
	{ MAKER_PANOS, "set deviceconfig " },
	{ MAKER_ROUTEROS, "/ip address" },
	{ MAKER_ROUTEROS, "/ip firewall " },
	{ MAKER_ROUTEROS, "/interface " },
	{ MAKER_ROUTEROS, "# software id = " },
	{ MAKER_WIREGUARD, "[Interface]" },
	{ MAKER_WIREGUARD, "[Peer]" },
	{ MAKER_WIREGUARD, "PrivateKey=" },
	{ MAKER_WIREGUARD, "AllowedIPs=" },
	{ MAKER_OPENVPN, "dev tun" },
	{ MAKER_OPENVPN, "dev tap" },
	{ MAKER_OPENVPN, "proto udp" },
	{ MAKER_OPENVPN, "proto tcp" },
	{ MAKER_OPENVPN, "remote-cert-tls " },
	{ MAKER_OPENVPN, "auth-user-pass" },
	{ MAKER_OPENVPN, "tls-auth " },
	{ MAKER_OPENVPN, "<ca>" },
	{ MAKER_CISCO, "ASA Version " },
	{ MAKER_CISCO, "PIX Version " },
	{ MAKER_CISCO, "nameif " },
	{ MAKER_CISCO, "security-level " },
	{ MAKER_CISCO, "interface GigabitEthernet" },
	{ MAKER_CISCO, "interface FastEthernet" },
	{ MAKER_CISCO, "tunnel protection ipsec " },
	{ MAKER_GAIA, "# Language version: " },
	{ MAKER_GAIA, "# Exported by " },
	{ MAKER_GAIA, "set installer policy " },
	{ MAKER_GAIA, "set arp announce " },
	{ MAKER_GAIA, "set message banner " },
	{ MAKER_GAIA, "set aaa tacacs-servers " },
	{ MAKER_GAIA, "add bonding group " },
	{ MAKER_GAIA, "set bonding group " },
	{ MAKER_GAIA, "set static-route " },
	{ MAKER_GAIA, "set clienv " },
	{ MAKER_RACOON, "path pre_shared_key " },
	{ MAKER_RACOON, "path certificate " },
	{ MAKER_RACOON, "exchange_mode " },
	{ MAKER_RACOON, "encryption_algorithm " },
	{ MAKER_RACOON, "spdflush" },
	{ MAKER_VRP, "ike proposal " },
	{ MAKER_VRP, "ike peer " },
	{ MAKER_VRP, "ike keychain " },
	{ MAKER_VRP, "ipsec proposal " },
	{ MAKER_VRP, "ipsec policy " },
	{ MAKER_VRP, "ipsec transform-set " },
	{ MAKER_VRP, "sysname " },
	{ MAKER_BIGIP, "ltm virtual " },
	{ MAKER_BIGIP, "ltm pool " },
	{ MAKER_BIGIP, "ltm node " },
	{ MAKER_BIGIP, "sys global-settings " },
	{ MAKER_UNIFI, "\"site-to-site\": {" },
	{ MAKER_UNIFI, "\"task-scheduler\": {" },
	{ MAKER_UNIFI, "\"ethernet\": {" },
	{ MAKER_UNIFI, "\"load-balance\": {" },
	{ MAKER_UNIFI, "\"port-forward\": {" },
	{ MAKER_UNIFI, "\"esp-group\": {" },
	{ MAKER_UNIFI, "\"ike-group\": {" },
	{ MAKER_LIBRESWAN, "ikev2=" },
	{ MAKER_LIBRESWAN, "leftsubnets=" },
	{ MAKER_LIBRESWAN, "rightsubnets=" },
	{ MAKER_LIBRESWAN, "phase2alg=" },
	{ MAKER_LIBRESWAN, "phase2=" },
	{ MAKER_LIBRESWAN, "encapsulation=" },
	{ MAKER_LIBRESWAN, "ike-frag=" },
	{ MAKER_LIBRESWAN, "esn=" },
	{ MAKER_LIBRESWAN, "sareftrack=" },
	{ MAKER_LIBRESWAN, "vti-interface=" },
	{ MAKER_LIBRESWAN, "vti-routing=" },
	{ MAKER_LIBRESWAN, "ipsec-interface=" },
	{ MAKER_LIBRESWAN, "leftvti=" },
	{ MAKER_LIBRESWAN, "dumpdir=" },
	{ MAKER_LIBRESWAN, "protostack=" },
	{ MAKER_LIBRESWAN, "virtual-private=" },
	{ MAKER_LIBRESWAN, "initial-contact=" },
	{ MAKER_LIBRESWAN, "negotiationshunt=" },
	{ MAKER_LIBRESWAN, "failureshunt=" },
	{ MAKER_LIBRESWAN, "aggrmode=" },
	{ MAKER_LIBRESWAN, "aggressive-mode=" },
	{ MAKER_LIBRESWAN, "salifetime=" },
	{ MAKER_LIBRESWAN, "retransmit-timeout=" },
	{ MAKER_LIBRESWAN, "rekey-window=" },
	{ MAKER_LIBRESWAN, "narrowing=" },
	{ MAKER_LIBRESWAN, "authby=rsa-sha" },
	{ MAKER_LIBRESWAN, "authby=ecdsa-sha" },
	{ MAKER_LIBRESWAN, "ddos-mode=" },
	{ MAKER_LIBRESWAN, "send-ca=" },
	{ MAKER_LIBRESWAN, "secretsfile=" },
	{ MAKER_LIBRESWAN, "leftaddresspool=" },
	{ MAKER_LIBRESWAN, "rightaddresspool=" },
	{ MAKER_LIBRESWAN, "modecfgdns=" },
};

/* One such line decides: a whole file may have no more, a document but one root. */
static const struct {
	enum maker maker;
	const char *start;
} deciders[] = {
	{ MAKER_PFSENSE, "<pfsense>" },
	{ MAKER_OPNSENSE, "<opnsense>" },
	{ MAKER_ROUTEROS, "/ip ipsec " },
	{ MAKER_GAIA, "add vpn site " },
	{ MAKER_GAIA, "set vpn site " },
	{ MAKER_RACOON, "sainfo " },
	{ MAKER_RACOON, "spdadd " },
	{ MAKER_RACOON, "#!/usr/sbin/setkey" },
	{ MAKER_RACOON, "#!/sbin/setkey" },
	{ MAKER_OPENBSD, "ikev2 active " },
	{ MAKER_OPENBSD, "ikev2 passive " },
	{ MAKER_OPENBSD, "ikev2 esp " },
	{ MAKER_OPENBSD, "ikev2 \"" },
	{ MAKER_OPENBSD, "ikev2 '" },
	{ MAKER_OPENBSD, "ike esp " },
	{ MAKER_OPENBSD, "ike active esp " },
	{ MAKER_OPENBSD, "ike passive esp " },
	{ MAKER_OPENBSD, "ike dynamic esp " },
	{ MAKER_OPENBSD, "flow esp " },
	{ MAKER_SONICOS, "vpn policy site-to-site " },
	{ MAKER_SONICOS, "vpn policy tunnel-interface " },
	{ MAKER_LANCOM, "cd /Setup/" },
	{ MAKER_BIGIP, "net ipsec " },
	{ MAKER_LIBRESWAN, "# /etc/ipsec.conf - Libreswan " },
	{ MAKER_LIBRESWAN, "# /etc/ipsec.conf - Openswan " },
};

/* Blanks around '=' mean nothing in an ipsec.conf: "ikev2 = insist". */
static bool begins(const char *line, size_t length, const char *start)
{
	while (*start) {
		if (*start == '=')
			while (length && (*line == ' ' || *line == '\t')) {
				line++;
				length--;
			}
		if (!length || *line != *start)
			return false;
		line++;
		length--;
		start++;
	}
	return true;
}

/* libreswan writes "alg;group", which nobody else's proposals have. */
static bool is_libreswan_proposal(const char *line, size_t length)
{
	static const char *const keys[] = { "ike=", "esp=", "phase2alg=" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (begins(line, length, keys[i]))
			return memchr(line, ';', length) != NULL;
	return false;
}

/* "# jul/11/2023 18:58:54 by RouterOS 6.48.6" heads what `/export` writes. */
static bool is_export_of_routeros(const char *line, size_t length)
{
	static const char by[] = " by RouterOS ";

	return length && *line == '#' && memmem(line, length, by, strlen(by));
}

/* FreeS/WAN's word, which strongSwan 5 (2012) took out; who has its own words is it. */
static bool is_nexthop(const char *line, size_t length)
{
	return begins(line, length, "leftnexthop=") ||
	       begins(line, length, "rightnexthop=");
}

static bool is_strongswan(const char *line, size_t length)
{
	static const char *const words[] = {
		"keyexchange=", "leftauth=",   "rightauth=",  "leftfirewall=",
		"charondebug=", "plutostart=", "charonstart="
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (begins(line, length, words[i]))
			return true;
	return false;
}

struct count {
	unsigned int nexthop, strongswan; /* lines; of nexthop the first is kept */
	unsigned int lines[MAKER_COUNT];
	unsigned int first[MAKER_COUNT]; /* 1-based line */
};

static void weigh(const char *line, size_t length, unsigned int number,
		  struct count *count)
{
	unsigned int has[MAKER_COUNT] = { 0 };

	while (length && (*line == ' ' || *line == '\t')) {
		line++;
		length--;
	}
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (begins(line, length, signs[i].start))
			has[signs[i].maker] = 1;
	for (size_t i = 0; i < ARRAY_SIZE(deciders); i++)
		if (begins(line, length, deciders[i].start))
			has[deciders[i].maker] = LINES_DECIDE;
	if (is_libreswan_proposal(line, length))
		has[MAKER_LIBRESWAN] = 1;
	if (is_export_of_routeros(line, length))
		has[MAKER_ROUTEROS] = LINES_DECIDE;
	if (!count->nexthop && is_nexthop(line, length))
		count->nexthop = number;
	count->strongswan += is_strongswan(line, length);
	for (size_t maker = 0; maker < MAKER_COUNT; maker++) {
		if (!has[maker])
			continue;
		if (!count->lines[maker])
			count->first[maker] = number;
		count->lines[maker] += has[maker];
	}
}

static int check_source(const struct import_source *source, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct count count = { 0 };
	const char *at, *end;

	import_text_normalise(source->bytes, source->length, &text);
	at = buf_text(&text);
	end = at + text.length;
	for (unsigned int line = 1; at < end && line < LINES_MAX; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			stop = end;
		weigh(at, (size_t)(stop - at), line, &count);
		at = stop + 1;
	}
	if (str_ends(source->name, "config.gateway.json")) {
		count.lines[MAKER_UNIFI] = LINES_DECIDE;
		count.first[MAKER_UNIFI] = 1;
	}
	if (count.nexthop && !count.strongswan && !count.lines[MAKER_LIBRESWAN]) {
		count.lines[MAKER_LIBRESWAN] = LINES_DECIDE;
		count.first[MAKER_LIBRESWAN] = count.nexthop;
	}
	for (size_t maker = 0; maker < MAKER_COUNT; maker++)
		if (count.lines[maker] >= LINES_DECIDE)
			return err_set(
				err, EINVAL, "%s:%u: this is a file of %s, which %s",
				source->name, count.first[maker], makers[maker],
				is_no_ipsec(maker)
					? "is no IPsec: there is no tunnel in it that "
					  "twinsite could rehearse"
					: "twinsite does not read; what it says can be "
					  "typed into the form that `twinsite new "
					  "--neutral` prints");
	return 0;
}

int import_foreign(const struct import_source *sources, size_t count, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < count && !r; i++)
		r = check_source(&sources[i], err);
	return r;
}
