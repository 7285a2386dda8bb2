// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - OpenWrt: a Linux with strongSwan, whose scripts read UCI (devices.md 1) */
#include "device/openwrt/node.h"
#include "device/openwrt/openwrt.h"

#include "device/strongswan/charon.h"
#include "device/release.h"
#include "import/openwrt.h"
#include "model/site.h"

extern const struct device device_openwrt;

static bool takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	(void)tunnel;
	return site->release && site->release->takes_any_id;
}

/* Words that only its files begin lines with. */
static const struct device_sign lines[] = {
	{ 3, "config " },     { 3, "config\t" },  { 2, "option " },
	{ 2, "option\t" },    { 2, "list " },	  { 3, "package " },
	{ 9, "DISTRIB_ID=" }, { 4, "ipsec." }, /* uci show */
	{ 4, "network." },    { 4, "firewall." }, { 4, "dhcp." },
	{ 0, NULL },
};

/* No other device has these, whatever else is in the folder. */
static const struct device_sign names[] = {
	{ 1000000, "firewall.user" },
	{ 1000000, "openwrt_release" },
	{ 0, NULL },
};

const struct device device_openwrt = {
	.name = "openwrt",
	.title = "OpenWrt",
	.lines = lines,
	.names = names,
	.folder = "etc/config/",
	.import = openwrt_import, /* UCI packages or a backup */
	.sees = charon_sees,
	.log = "logread: ",
	.language = &openwrt_language,
	.own_languages = charon_languages,
	.fixes = &openwrt_fixes,
	.releases = openwrt_firmwares, /* openwrt-scripts.md */
	.scripts = &openwrt_scripts,
	.render = render_openwrt,
	.traits = { .runs_charon = true,
		    .has_address = true,
		    .has_switch = true,
		    .has_interfaces = true,
		    .gives_up = true,	 /* keyingtries */
		    .masquerades = true, /* the default zone wan */
		    .clamps_mss_by_zone = true /* mtu_fix */ },
	.takes_any_id = takes_any_id,
};
