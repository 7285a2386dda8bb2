// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - ScreenOS: `get config` of a NetScreen or SSG (devices.md 3) */
#include "device/screenos/screenos.h"

#include <stddef.h>

#include "import/screenos.h"

extern const struct device device_screenos;

/* Words that only its files begin lines with. */
static const struct device_sign lines[] = {
	{ 9, "set ike " },	    { 9, "set vpn " },
	{ 5, "set zone " },	    { 4, "set interface " },
	{ 4, "set address " },	    { 4, "set policy " },
	{ 2, "set vrouter " },	    { 2, "unset " },
	{ 9, "Total Config size" }, { 0, NULL },
};

static const struct device_sign names[] = {
	{ 20, ".screenos" },
	{ 0, NULL },
};

const struct device device_screenos = {
	.name = "screenos",
	.title = "ScreenOS",
	.lines = lines,
	.has_lines_in_any_case = true,
	.names = names,
	.import = screenos_import, /* get config */
	.release_example = "6.3.0r21",
	.sees = screenos_sees,
	.algs = &screenos_algs,
	.language = &screenos_language,
	.fixes = &screenos_fixes,
	.unwritable = "\"\\\t",
	.render = render_screenos,
	.wire = &screenos_wire,
	.traits = { .is_silent = true,		   /* failures.md H */
		    .wants_equal_selectors = true, /* failures.md F47, devices.md 3.4 */
		    .has_one_pair_per_child = true,
		    .has_address = true,
		    .has_switch = true,
		    .has_interfaces = true,
		    .forwards_in_zone = true,
		    .keeps_tunnel_interface = true,
		    .policies_before_nat = true }, /* C&E guide 8, "MIP and policies" */
};
