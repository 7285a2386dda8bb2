// SPDX-License-Identifier: GPL-2.0-or-later
/* row.c - strongSwan on a plain Linux: swanctl.conf, ipsec.conf (devices.md 5) */
#include "device/device.h"
#include "model/site.h"

extern const struct device device_strongswan;

/* In swanctl.conf a peer without an id is %any; in ipsec.conf it is the address. */
static bool takes_any_id(const struct site *site, const struct tunnel *tunnel)
{
	(void)site;
	return tunnel->own_file != OWN_FILE_IPSEC_CONF;
}

const struct device device_strongswan = {
	.name = "strongswan",
	.title = "strongSwan",
	.traits = { .runs_charon = true },
	.takes_any_id = takes_any_id,
};
