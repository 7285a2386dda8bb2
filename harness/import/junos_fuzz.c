// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_fuzz.c - libFuzzer target: any bytes as a Junos configuration */
#include <stdint.h>

#include "base/err.h"
#include "import/junos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct import_source source = {
		.name = "fuzz.junos",
		.bytes = (const char *)data,
		.length = size,
	};
	struct site *site = NULL;
	struct err err;

	if (site_import(DEVICE_JUNOS, "fuzz", &source, 1, NULL, &site, &err) == 0)
		site_free(site);
	return 0;
}
