// SPDX-License-Identifier: GPL-2.0-or-later
/* import_fuzz.c - libFuzzer target: any bytes as a neutral form */
#include <stdint.h>

#include "base/err.h"
#include "import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct import_source source = {
		.name = "fuzz.yml",
		.bytes = (const char *)data,
		.length = size,
	};
	struct site *site = NULL;
	struct err err;

	if (site_import(DEVICE_NEUTRAL, "fuzz", &source, 1, NULL, &site, &err) == 0)
		site_free(site);
	return 0;
}
