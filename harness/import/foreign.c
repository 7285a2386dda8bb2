// SPDX-License-Identifier: GPL-2.0-or-later
/* foreign.c - files of makers that twinsite does not know, which look like known ones */
#include "import/foreign.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
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
	{ MAKER_PFSENSE, "<pfsense>" },
	{ MAKER_OPNSENSE, "<opnsense>" },
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
	{ MAKER_ROUTEROS, "/ip ipsec " },
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
			/* A document has but one root. */
			has[signs[i].maker] = *signs[i].start == '<' ? LINES_DECIDE : 1;
	if (is_libreswan_proposal(line, length))
		has[MAKER_LIBRESWAN] = 1;
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
