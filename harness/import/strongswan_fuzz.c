// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_fuzz.c - any bytes as swanctl.conf, ipsec.conf and ipsec.secrets */
#include "base/cleanup.h"
#include "base/err.h"
#include "import/strongswan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "swanctl.conf", "ipsec.conf",
					     "ipsec.secrets" };
	static const struct import_options options = { 0 };
	static const char conn[] = "conn a\n auto=add\n authby=secret\n";

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct import_source sources[] = {
			{ names[i], (const char *)data, size },
			{ "ipsec.conf", conn, sizeof(conn) - 1 },
		};
		_cleanup_(site_freep) struct site *site =
			site_new("host", DEVICE_STRONGSWAN);
		struct err err = { 0 };

		(void)strongswan_import(site, sources, ARRAY_SIZE(sources), &options,
					&err);
	}
	return 0;
}
