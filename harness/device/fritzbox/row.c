// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - FRITZ!Box: vpn.cfg, or an export of all settings (devices.md 2) */
#include "device/fritzbox/fritzbox.h"

#include <stddef.h>

#include "import/fritzbox.h"
#include "model/site.h"

extern const struct device device_fritzbox;

/* The key alone decides (devices.md 2.3). */
static bool takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	(void)site;
	(void)tunnel;
	return true;
}

/* Words that only its files begin lines with. */
static const struct device_sign lines[] = {
	{ 50, "vpncfg {" },	 { 50, "vpncfg{" }, { 50, "**** FRITZ!Box" },
	{ 50, "**** CFGFILE:" }, { 9, "phase1ss" }, { 9, "phase2ss" },
	{ 9, "conn_type" },	 { 0, NULL },
};

static const struct device_sign names[] = {
	{ 20, "vpn.cfg" },
	{ 20, ".export" },
	{ 0, NULL },
};

const struct device device_fritzbox = {
	.name = "fritzbox",
	.title = "FritzBox",
	.lines = lines,
	.names = names,
	.import = fritzbox_import, /* vpn.cfg, an export of all settings */
	.release_example = "FRITZ!OS 7.50",
	.list_keys = fritzbox_list_keys,
	.sees = fritzbox_sees,
	.algs = &fritzbox_algs,
	.language = &fritzbox_language,
	.fixes = &fritzbox_fixes,
	.render = render_fritzbox,
	.wire = &fritzbox_wire,
	.traits = { .is_silent = true,		   /* failures.md H */
		    .wants_equal_selectors = true, /* failures.md F47 */
		    .has_one_pair_per_child = true,
		    .is_ikev1_only = true, /* of this file; devices.md 2 */
		    .has_one_pair = true,
		    .has_switch = true,
		    .has_interfaces = true },
	.takes_any_id = takes_any_id,
};
