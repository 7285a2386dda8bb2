// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * detect.c - which device wrote a file
 *
 * Every line is compared with words that only one device begins lines with. The
 * device with the greatest weight wins; one strong line is enough for a file that
 * is a fragment.
 */
#include "import/import.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/text.h"

#define DETECT_LINES_MAX 20000 /* a large export says what it is long before */

struct phrase {
	enum device_kind kind;
	unsigned int weight;
	const char *start; /* of a line without its leading blanks */
};

static const struct phrase phrases[] = {
	{ DEVICE_OPENWRT, 3, "config " },
	{ DEVICE_OPENWRT, 3, "config\t" },
	{ DEVICE_OPENWRT, 2, "option " },
	{ DEVICE_OPENWRT, 2, "option\t" },
	{ DEVICE_OPENWRT, 2, "list " },
	{ DEVICE_OPENWRT, 3, "package " },
	{ DEVICE_OPENWRT, 9, "DISTRIB_ID=" },
	{ DEVICE_OPENWRT, 4, "ipsec." }, /* uci show */
	{ DEVICE_OPENWRT, 4, "network." },
	{ DEVICE_OPENWRT, 4, "firewall." },
	{ DEVICE_OPENWRT, 4, "dhcp." },
	{ DEVICE_FRITZBOX, 50, "vpncfg {" },
	{ DEVICE_FRITZBOX, 50, "vpncfg{" },
	{ DEVICE_FRITZBOX, 50, "**** FRITZ!Box" },
	{ DEVICE_FRITZBOX, 50, "**** CFGFILE:" },
	{ DEVICE_FRITZBOX, 9, "phase1ss" },
	{ DEVICE_FRITZBOX, 9, "phase2ss" },
	{ DEVICE_FRITZBOX, 9, "conn_type" },
	{ DEVICE_SCREENOS, 9, "set ike " },
	{ DEVICE_SCREENOS, 9, "set vpn " },
	{ DEVICE_SCREENOS, 5, "set zone " },
	{ DEVICE_SCREENOS, 4, "set interface " },
	{ DEVICE_SCREENOS, 4, "set address " },
	{ DEVICE_SCREENOS, 4, "set policy " },
	{ DEVICE_SCREENOS, 2, "set vrouter " },
	{ DEVICE_SCREENOS, 2, "unset " },
	{ DEVICE_SCREENOS, 9, "Total Config size" },
	{ DEVICE_JUNOS, 9, "set security " },
	{ DEVICE_JUNOS, 5, "set interfaces " },
	{ DEVICE_JUNOS, 5, "set routing-options " },
	{ DEVICE_JUNOS, 5, "set system " },
	{ DEVICE_JUNOS, 3, "set groups " },
	{ DEVICE_JUNOS, 3, "set apply-groups " },
	{ DEVICE_JUNOS, 9, "security {" },
	{ DEVICE_JUNOS, 3, "system {" },
	{ DEVICE_JUNOS, 3, "interfaces {" },
	{ DEVICE_JUNOS, 3, "groups {" },
	{ DEVICE_JUNOS, 3, "policy-options {" },
	{ DEVICE_JUNOS, 9, "## Last " },
	{ DEVICE_JUNOS, 5, "from-zone " },
	{ DEVICE_JUNOS, 5, "security-zone " },
	{ DEVICE_JUNOS, 5, "routing-options {" },
	{ DEVICE_STRONGSWAN, 9, "connections {" },
	{ DEVICE_STRONGSWAN, 9, "conn " },
	{ DEVICE_STRONGSWAN, 5, "remote_addrs" },
	{ DEVICE_STRONGSWAN, 5, "local_addrs" },
	{ DEVICE_STRONGSWAN, 5, "remote_ts" },
	{ DEVICE_STRONGSWAN, 5, "esp_proposals" },
	{ DEVICE_STRONGSWAN, 4, "leftsubnet" },
	{ DEVICE_STRONGSWAN, 4, "rightsubnet" },
	{ DEVICE_STRONGSWAN, 3, "keyexchange=" },
};

/* Names say it even when the content is cut: devices call these files so. */
static const struct {
	enum device_kind kind;
	const char *end;
} names[] = {
	{ DEVICE_SCREENOS, ".screenos" },    { DEVICE_JUNOS, ".junos" },
	{ DEVICE_STRONGSWAN, "ipsec.conf" }, { DEVICE_STRONGSWAN, "swanctl.conf" },
	{ DEVICE_FRITZBOX, "vpn.cfg" },	     { DEVICE_FRITZBOX, ".export" },
};

#define NAME_WEIGHT 20
#define OWN_WEIGHT  1000000

static void weigh_line(const char *line, size_t length, unsigned int *weights)
{
	while (length && (*line == ' ' || *line == '\t')) {
		line++;
		length--;
	}
	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++) {
		size_t start = strlen(phrases[i].start);

		if (length >= start && !memcmp(line, phrases[i].start, start))
			weights[phrases[i].kind] += phrases[i].weight;
	}
}

static void weigh_source(const struct import_source *source, unsigned int *weights)
{
	_cleanup_buf_ struct buf text = { 0 };
	const char *at, *end;

	/* As the importers read it: Windows editors like UTF-16. */
	import_text_normalise(source->bytes, source->length, &text);
	at = buf_text(&text);
	end = at + text.length;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (str_ends(source->name, names[i].end))
			weights[names[i].kind] += NAME_WEIGHT;
	}
	/* No other device has these, whatever else is in the folder. */
	if (str_ends(source->name, "firewall.user") ||
	    str_ends(source->name, "openwrt_release"))
		weights[DEVICE_OPENWRT] += OWN_WEIGHT;
	if (strstr(source->name, "etc/config/"))
		weights[DEVICE_OPENWRT] += NAME_WEIGHT;
	for (unsigned int lines = 0; at < end && lines < DETECT_LINES_MAX; lines++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			stop = end;
		weigh_line(at, (size_t)(stop - at), weights);
		at = stop + 1;
	}
}

/* `| display xml`, exports of other firewalls, templates of cloud portals. */
static bool is_xml(const struct import_source *source)
{
	_cleanup_buf_ struct buf text = { 0 };

	import_text_normalise(source->bytes, source->length, &text);
	return str_starts(buf_text(&text), "<?xml");
}

int import_detect(const struct import_source *sources, size_t count,
		  enum device_kind *ret_kind, struct err *err)
{
	unsigned int weights[DEVICE_KINDS] = { 0 };
	size_t best = 0;

	if (count && is_xml(&sources[0]))
		return err_set(err, EINVAL,
			       "%s:1: an XML document, which no device of ours writes as "
			       "its configuration (Junos: show configuration | display "
			       "set)",
			       sources[0].name);
	for (size_t i = 0; i < count; i++)
		weigh_source(&sources[i], weights);
	for (size_t i = 1; i < ARRAY_SIZE(weights); i++) {
		if (weights[i] > weights[best])
			best = i;
	}
	if (!weights[best])
		return err_set(err, EINVAL,
			       "%s: not a file of a device that twinsite knows (OpenWrt, "
			       "FritzBox, ScreenOS, Junos, strongSwan)",
			       count ? sources[0].name : "no file");
	*ret_kind = (enum device_kind)best;
	return 0;
}
