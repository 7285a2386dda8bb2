// SPDX-License-Identifier: GPL-2.0-or-later
/* user_rules_fuzz.c - any line of a firewall.user, taken apart and translated */
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "lab/user_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *line = arena_strndup(arena, (const char *)bytes, length);
	struct ruleset *set = ruleset_new(arena);
	struct firewall_line user = { .text = line, .at = { "firewall.user", 1, NULL } };
	struct inet_addr wan;

	(void)inet_addr_parse("203.0.113.56", &wan);
	(void)user_rule_translate(arena, line, "eth0.2", &wan);
	if (user_rules_add(set, true, &user, 1))
		ruleset_translate_libipsec(set, "eth0.2", &wan);
	(void)ruleset_text(set);
	return 0;
}
