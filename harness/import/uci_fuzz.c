// SPDX-License-Identifier: GPL-2.0-or-later
/* uci_fuzz.c - libFuzzer target for UCI files */
#include <stddef.h>
#include <stdint.h>

#include "import/uci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct uci uci = { .arena = arena };

	uci_read(&uci, size && data[0] & 1 ? NULL : "ipsec", "fuzz", (const char *)data,
		 size);
	tree_foreach (package, &uci.root) {
		tree_foreach (section, package) {
			tree_foreach (option, section)
				(void)uci_get(&uci, section, option->name);
		}
	}
	arena_free(arena);
	return 0;
}
