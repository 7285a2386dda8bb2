// SPDX-License-Identifier: GPL-2.0-or-later
/* session_clear.c - a capture in which there is no IPsec */
#include "dissect/session_clear.h"

#include "dissect/session.h"

bool session_set_has_ipsec(const struct session_set *set)
{
	return set->sessions || set->flows.count || set->icmp_errors ||
	       set->sessions_lost || set->flows_lost;
}

void session_note_clear(struct session_set *set, const struct packet *packet)
{
	struct esp_inner entry;

	if (!packet->src || session_set_has_ipsec(set))
		return;
	if (!set->clear)
		set->clear = arena_alloc(set->arena, sizeof(*set->clear));
	entry = esp_inner_of(packet, TUNNEL_NONE);
	if (!esp_inner_count(set->clear->inner, SESSION_CLEAR_MAX, &set->clear->inners,
			     &entry))
		set->clear->others++;
}
