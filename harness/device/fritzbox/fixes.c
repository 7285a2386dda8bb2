// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - what keeps a FRITZ!Box's tunnel up */
#include "device/fixes.h"
#include "device/fritzbox/fritzbox.h"

static enum edit_language edit_language(const char *file, const char *text)
{
	(void)file;
	(void)text;
	return EDIT_VPNCFG;
}

const struct device_fixes fritzbox_fixes = {
	.language = edit_language,
	.enable = "enabled = yes;",
	.name_late = { "always_renew = yes, or keepalive_ip: it then asks again by itself" },
	.address_new = { "always_renew = yes, or keepalive_ip" },
};
