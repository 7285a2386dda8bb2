// SPDX-License-Identifier: GPL-2.0-or-later
/* host_rules.c - the packet filter of a Linux host: rules that iptables-restore loads */
#include "import/host_rules.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/host_nft.h"
#include "model/aspect.h"

#define RULES_MAX 1000

bool host_rules_are_nft(const char *name)
{
	return str_ends(name, "nftables.conf");
}

bool host_rules_is(const char *name)
{
	return str_ends(name, "iptables/rules.v4") ||
	       str_ends(name, "sysconfig/iptables") || host_rules_are_nft(name);
}

static void command_add(struct site *site, const char *text, struct origin at)
{
	if (site->firewall_user.count >= RULES_MAX)
		site_unrehearsed(site, NULL, ASPECT_WAY | ASPECT_NAT, at,
				 "more rules than are read");
	else
		vec_add(site->arena, &site->firewall_user,
			((struct firewall_line){ text, at }));
}

/* ":FORWARD DROP [0:0]", ":LOGGING - [0:0]" */
static void chain_take(struct site *site, const char *table, char *line, struct origin at)
{
	char *state = NULL;
	const char *chain = strtok_r(line + 1, " \t", &state);
	const char *policy = strtok_r(NULL, " \t", &state);

	if (!chain || !policy)
		return;
	if (str_equal(policy, "-"))
		command_add(
			site,
			arena_printf(site->arena, "iptables -t %s -N %s", table, chain),
			at);
	else if (!str_equal(policy, "ACCEPT"))
		command_add(site,
			    arena_printf(site->arena, "iptables -t %s -P %s %s", table,
					 chain, policy),
			    at);
}

void host_rules_read(struct site *site, const char *name, const char *text)
{
	struct origin at = { .file = name };
	const char *table = NULL;

	if (host_rules_are_nft(name)) {
		host_nft_read(site, name, text);
		return;
	}
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = str_trim(arena_strndup(site->arena, text, length));

		at.line++;
		text += length + (text[length] == '\n');
		if (*line == '*')
			table = line + 1;
		else if (str_equal(line, "COMMIT"))
			table = NULL;
		else if (*line == ':' && table)
			chain_take(site, table, line, at);
		else if (*line == '-' && table)
			command_add(site,
				    arena_printf(site->arena, "iptables -t %s %s", table,
						 line),
				    at);
		else if (*line && *line != '#')
			site_unrehearsed(site, NULL, ASPECT_WAY | ASPECT_NAT, at,
					 arena_printf(site->arena, "%.60s", line));
	}
}
