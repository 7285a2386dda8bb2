// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_fuzz.c - libFuzzer target for the OpenWrt importer, all readings */
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "import/openwrt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses the reading, the second the package. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "etc/config/ipsec", "etc/config/network",
					     "etc/config/firewall", "etc/config/dhcp",
					     "all" };
	struct import_options options = { .reading = READING_RENDERED };
	struct import_source source;
	struct site *site = NULL;
	struct err err = { 0 };
	size_t firmwares = 1;

	if (size < 2)
		return 0;
	while (openwrt_firmwares()[firmwares])
		firmwares++;
	options.firmware = openwrt_firmwares()[data[0] % firmwares];
	if (data[0] & 0x80)
		options.reading = READING_DOCUMENTED;
	source = (struct import_source){ names[data[1] % 5], (const char *)data + 2,
					 size - 2 };
	if (!site_import(DEVICE_OPENWRT, "fuzz", &source, 1, &options, &site, &err))
		site_free(site);
	return 0;
}
