// SPDX-License-Identifier: GPL-2.0-or-later
/* mapped.c - a network under which a site shows another one (NETMAP, local_nat, MIP) */
#include <string.h>

#include "predict/predict.h"

/* Does the option of that line name a network that covers this one? */
static bool has_network(struct arena *arena, const char *line, const char *option,
			const struct inet_prefix *wanted)
{
	const char *at = strstr(line, option);
	struct inet_prefix prefix;

	if (!at)
		return false;
	at += strlen(option);
	at += strspn(at, " ");
	return !inet_prefix_parse(arena_strndup(arena, at, strcspn(at, " \t")),
				  &prefix) &&
	       inet_prefix_covers(&prefix, wanted);
}

/* "… -j NETMAP --to 10.201.1.0/24" */
static bool is_mapped_by_line(struct arena *arena, const char *line,
			      const struct inet_prefix *shown)
{
	return strstr(line, "NETMAP") && has_network(arena, line, "--to ", shown);
}

bool predict_shown_from(struct arena *arena, const struct site *site,
			const struct inet_prefix *shown, struct inet_prefix *ret_from,
			struct origin *ret_at)
{
	vec_foreach (line, &site->firewall_user) {
		const char *from = strstr(line->text, "-s ");

		if (!is_mapped_by_line(arena, line->text, shown) || !from ||
		    !strcasestr(line->text, "postrouting"))
			continue;
		from += 3 + strspn(from + 3, " ");
		if (!inet_prefix_parse(arena_strndup(arena, from, strcspn(from, " \t")),
				       ret_from)) {
			*ret_at = line->at;
			return true;
		}
	}
	return false;
}

bool predict_is_shown(struct arena *arena, const struct site *site,
		      const struct inet_addr *addr, const struct inet_prefix *shown)
{
	const struct inet_prefix host = inet_prefix_host(addr);

	if (!shown->length)
		return false;
	vec_foreach (line, &site->firewall_user)
		if (is_mapped_by_line(arena, line->text, shown) &&
		    (!strstr(line->text, "-s ") ||
		     has_network(arena, line->text, "-s ", &host)))
			return true;
	vec_foreach (rule, &site->nat) {
		bool is_from = !rule->src.count;

		vec_foreach (src, &rule->src)
			is_from |= inet_prefix_has(&src->prefix, addr);
		if (rule->kind == NAT_NETMAP && !rule->is_disabled && is_from &&
		    inet_prefix_covers(&rule->to, shown))
			return true;
	}
	return false;
}

const struct origin *predict_mapping_towards(struct arena *arena, const struct site *site,
					     const struct inet_prefix *remote)
{
	vec_foreach (line, &site->firewall_user)
		if (strstr(line->text, "NETMAP") &&
		    has_network(arena, line->text, "-d ", remote))
			return &line->at;
	return NULL;
}

bool predict_is_mapped(struct arena *arena, const struct site *site,
		       const struct inet_prefix *shown)
{
	if (!shown->length)
		return false;
	vec_foreach (rule, &site->nat)
		if (rule->kind == NAT_NETMAP && !rule->is_disabled &&
		    (inet_prefix_covers(&rule->to, shown) ||
		     (rule->interface && rule->dest.count &&
		      inet_prefix_overlaps(&rule->dest.items[0].prefix, shown))))
			return true;
	vec_foreach (line, &site->firewall_user)
		if (is_mapped_by_line(arena, line->text, shown))
			return true;
	return false;
}
