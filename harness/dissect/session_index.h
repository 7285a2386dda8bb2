/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session_index.h - where in a session_set is it? For session.c and session_esp.c
 *
 * A capture may have ten million packets of as many SAs: each is looked for by hash,
 * and the IKE SA that was quiet longest is known when its place is needed.
 */
#ifndef TWINSITE_DISSECT_SESSION_INDEX_H
#define TWINSITE_DISSECT_SESSION_INDEX_H

#include "dissect/session.h"

/* Numbers are indices + 1; 0: none. */
struct session_index {
	uint32_t bucket[SESSIONS_MAX]; /* IKE SAs by the initiator's SPI, chained */
	struct session_link {
		uint32_t next;	       /* in the bucket */
		uint32_t older, newer; /* by the last message */
	} link[SESSIONS_MAX];
	uint32_t oldest, newest;
	uint32_t flow[2 * ESP_FLOWS_MAX]; /* by hash; full places are passed over */
};

/*
 * The session of a message, which is now the one heard last; NULL: it is a new one. The
 * same two SPIs are one SA wherever they are sent; the initiator's alone, while the
 * responder has none, only between the same ends, of which a NAT may have changed one.
 */
struct ike_session *session_index_find(struct session_set *set,
				       const struct ike_header *header,
				       const struct packet *packet);

/*
 * Take in a new one. When all places are taken, the one that was quiet longest goes;
 * its memory is given back.
 */
void session_index_add(struct session_set *set, struct ike_session *session);

/*
 * The flow of an ESP, AH or IPComp packet, or the place in index->flow for it: then
 * NULL is returned, and whoever makes the flow writes its number there.
 */
struct esp_flow *session_index_flow(struct session_set *set, const struct packet *packet,
				    unsigned int interface, uint32_t **ret_place);

#endif
