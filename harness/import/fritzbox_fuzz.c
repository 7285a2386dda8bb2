// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_fuzz.c - any bytes as a vpncfg or a full export */
#include "base/cleanup.h"
#include "base/err.h"
#include "import/fritzbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_source source = { "vpn.cfg", (const char *)data, size };
	static const struct import_options options = { 0 };
	_cleanup_(site_freep) struct site *site = site_new("box", DEVICE_FRITZBOX);
	struct key_listings listings;
	struct err err = { 0 };

	(void)fritzbox_import(site, &source, 1, &options, &err);
	fritzbox_list_keys(site->arena, &source, 1, &listings);
	return 0;
}
