// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - Junos: `show configuration` of an SRX, in both forms (devices.md 4) */
#include "device/junos/junos.h"

#include <stddef.h>

#include "import/junos.h"

extern const struct device device_junos;

/* Words that only its files begin lines with. */
static const struct device_sign lines[] = {
	{ 9, "set security " },	       { 5, "set interfaces " },
	{ 5, "set routing-options " }, { 5, "set system " },
	{ 3, "set groups " },	       { 3, "set apply-groups " },
	{ 9, "security {" },	       { 3, "system {" },
	{ 3, "interfaces {" },	       { 3, "groups {" },
	{ 3, "policy-options {" },     { 9, "## Last " },
	{ 5, "from-zone " },	       { 5, "security-zone " },
	{ 5, "routing-options {" },    { 0, NULL },
};

static const struct device_sign names[] = {
	{ 20, ".junos" },
	{ 0, NULL },
};

const struct device device_junos = {
	.name = "junos",
	.title = "Junos",
	.lines = lines,
	.names = names,
	.import = junos_import, /* show configuration, both forms */
	.release_example = "12.1X46-D10",
	.sees = junos_sees,
	.algs = &junos_algs,
	.language = &junos_language,
	.fixes = &junos_fixes,
	.render = render_junos,
	.wire = &junos_wire,
	/* Not silent: it answers with notifies (failures.md F18, an SRX's "error 18"). */
	.traits = { .wants_equal_selectors = true,  /* failures.md F47 */
		    .has_one_pair_per_child = true, /* devices.md 4.5 */
		    .has_address = true,
		    .has_switch = true,
		    .has_interfaces = true,
		    .has_null_zone = true,
		    /* system-services ike; ESP of its own tunnels needs no word */
		    .is_open_with_ike = true,
		    /* st0 goes down with its SA, and its routes with it */
		    .routes_follow_tunnel = true },
};
