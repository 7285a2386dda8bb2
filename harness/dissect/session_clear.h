/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_clear.h - a capture in which there is no IPsec
 *
 * Somebody captured at the wrong interface, or with the wrong filter: what there is
 * instead is kept, so that it can be told.
 */
#ifndef TWINSITE_DISSECT_SESSION_CLEAR_H
#define TWINSITE_DISSECT_SESSION_CLEAR_H

#include "dissect/esp_inside.h"

#define SESSION_CLEAR_MAX 256

struct session_clear {
	uint32_t inners;
	struct esp_inner inner[SESSION_CLEAR_MAX];
	uint64_t others; /* packets that found no place */
};

/*
 * Is there anything of an IPsec tunnel: a message of IKE, a packet of ESP, AH or IPComp,
 * an ICMP error about one? Keepalives alone tell nothing.
 */
bool session_set_has_ipsec(const struct session_set *set);

/* Count it in set->clear, unless something of IPsec has been seen. */
void session_note_clear(struct session_set *set, const struct packet *packet);

#endif
