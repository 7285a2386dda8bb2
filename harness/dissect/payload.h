/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * payload.h - the bodies of payloads that both versions of IKE share in shape
 *
 * Each function reads payload->body and fills the union of struct ike_payload; a
 * body that is too short sets the fault and leaves what was read.
 */
#ifndef TWINSITE_DISSECT_PAYLOAD_H
#define TWINSITE_DISSECT_PAYLOAD_H

#include "dissect/ike.h"

void payload_note(struct ike_payload *payload, enum ike_fault fault);

void payload_read_data(struct ike_message *message, struct ike_payload *payload);
void payload_read_cert(struct ike_message *message, struct ike_payload *payload);

/*
 * Proposals from the cursor to its end, each with its transforms (RFC 2408 3.5 and
 * 3.6, RFC 7296 3.3). Sets payload->sa.
 */
void payload_read_proposals(struct ike_message *message, struct ike_payload *payload,
			    struct cursor *cursor);

/* Data attributes from the cursor to its end (RFC 2408 3.3). */
void payload_read_attributes(struct ike_message *message, struct cursor *cursor,
			     uint32_t *ret_first, uint32_t *ret_count,
			     enum ike_fault *fault);

#endif
