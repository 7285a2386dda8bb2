// SPDX-License-Identifier: GPL-2.0-or-later
/* mapped.c - a network under which a site shows another one (NETMAP, local_nat, MIP) */
#include <string.h>

#include "predict/predict.h"

/* "… -j NETMAP --to 10.201.1.0/24" */
static bool is_mapped_by_line(struct arena *arena, const char *line,
			      const struct inet_prefix *shown)
{
	const char *to = strstr(line, "NETMAP") ? strstr(line, "--to ") : NULL;
	struct inet_prefix prefix;

	if (!to)
		return false;
	to += strlen("--to ");
	to += strspn(to, " ");
	return !inet_prefix_parse(arena_strndup(arena, to, strcspn(to, " \t")),
				  &prefix) &&
	       inet_prefix_covers(&prefix, shown);
}

bool predict_is_mapped(struct arena *arena, const struct site *site,
		       const struct inet_prefix *shown)
{
	if (!shown->length)
		return false;
	vec_foreach (rule, &site->nat)
		if (rule->kind == NAT_NETMAP && !rule->is_disabled &&
		    inet_prefix_covers(&rule->to, shown))
			return true;
	vec_foreach (line, &site->firewall_user)
		if (is_mapped_by_line(arena, line->text, shown))
			return true;
	return false;
}
