// SPDX-License-Identifier: GPL-2.0-or-later
/* firewall_counters_fuzz.c - any bytes as the output of iptables-save and of a script */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "netns/firewall.h"
#include "netns/firewall_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	char *text = arena_strndup(arena, (const char *)bytes, length);
	struct firewall_counter_list counters = { 0 };
	struct firewall_failure_list failures = { 0 };
	struct err err = { 0 };

	firewall_counters_parse(text, arena, &counters, &err);
	firewall_script_read(text, text, arena, &failures);
	arena_free(arena);
	return 0;
}
