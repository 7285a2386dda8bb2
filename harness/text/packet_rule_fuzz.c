// SPDX-License-Identifier: GPL-2.0-or-later
/* packet_rule_fuzz.c - any script, each of its commands read as one of iptables or nft */
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "text/packet_rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *script = arena_strndup(arena, (const char *)bytes, length);
	const struct packet_kind kind = { .protocol = 17, .port = 500, .out = "eth0" };
	struct shell_commands commands;
	struct packet_rule rule;
	const char *why;

	shell_read(arena, &script, 1, &commands);
	vec_foreach (command, &commands)
		if (packet_rule_read(arena, command, &rule, &why) == RULE_READ)
			(void)packet_rule_match(&rule, &kind);
	(void)packet_rule_read_matches(arena, script, &rule);
	return 0;
}
