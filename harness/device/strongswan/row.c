// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - strongSwan on a plain Linux: swanctl.conf, ipsec.conf (devices.md 5) */
#include "device/strongswan/charon.h"

#include <stddef.h>

#include "import/strongswan.h"
#include "model/site.h"

extern const struct device device_strongswan;

/* In swanctl.conf a peer without an id is %any; in ipsec.conf it is the address. */
static bool takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	(void)site;
	return tunnel->own_file != OWN_FILE_IPSEC_CONF;
}

/* Words that only its files begin lines with. */
static const struct device_sign lines[] = {
	{ 9, "connections {" }, { 9, "conn " },
	{ 5, "remote_addrs" },	{ 5, "local_addrs" },
	{ 5, "remote_ts" },	{ 5, "esp_proposals" },
	{ 4, "leftsubnet" },	{ 4, "rightsubnet" },
	{ 3, "keyexchange=" },	{ 0, NULL },
};

static const struct device_sign names[] = {
	{ 20, "ipsec.conf" },
	{ 20, "swanctl.conf" },
	{ 0, NULL },
};

const struct device device_strongswan = {
	.name = "strongswan",
	.title = "strongSwan",
	.lines = lines,
	.names = names,
	.import = strongswan_import, /* swanctl.conf, ipsec.conf */
	.release_example = "5.9.8",
	.sees = charon_sees,
	.log = "log: ",
	.language = &swanctl_language,
	.own_languages = charon_languages,
	.fixes = &linux_fixes,
	.render = render_swanctl,
	.wire = &charon_wire,
	.traits = { .runs_charon = true,
		    .has_address = true,
		    .takes_both_versions = true },
	.takes_any_id = takes_any_id,
};
