// SPDX-License-Identifier: GPL-2.0-or-later
/* archive_fuzz.c - libFuzzer: a backup archive, and whatever device its files are of */
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "import/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct import_sources sources = { 0 };
	enum device_kind kind;
	struct err err;

	if (import_archive_is((const char *)data, size) &&
	    !import_archive_read("backup", (const char *)data, size, arena, &sources,
				 &err))
		(void)import_detect(sources.list.items, sources.list.count, &kind, &err);
	return 0;
}
