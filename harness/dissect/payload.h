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

/* Keep the fault unless a graver one is noted already. */
void payload_note(struct ike_payload *payload, enum ike_fault fault);

/* A body that the cursor ran out of is too short. */
void payload_note_short(struct ike_payload *payload, const struct cursor *cursor);

/* A row per payload number of one version of IKE. */
struct payload_reader {
	uint8_t type;
	void (*read)(struct ike_message *message, struct ike_payload *payload);
};

/* Read the body by its row; what has no row is kept as bytes and noted as unknown. */
void payload_read(struct ike_message *message, struct ike_payload *payload,
		  const struct payload_reader *readers, size_t count);

/*
 * Bodies of one shape in both versions; where IKEv1 has a DOI or an identifier of its
 * own (RFC 2408 3.14 and 3.15, mode config), it is 0 in IKEv2.
 */
void payload_read_data(struct ike_message *message, struct ike_payload *payload);
void payload_read_cert(struct ike_message *message, struct ike_payload *payload);
void payload_read_notify(struct ike_message *message, struct ike_payload *payload);
void payload_read_delete(struct ike_message *message, struct ike_payload *payload);
void payload_read_config(struct ike_message *message, struct ike_payload *payload);

/*
 * Proposals from the cursor to its end, each with its transforms (RFC 2408 3.5 and
 * 3.6, RFC 7296 3.3). Sets payload->sa.
 */
void payload_read_proposals(struct ike_message *message, struct ike_payload *payload,
			    struct cursor *cursor);

#endif
