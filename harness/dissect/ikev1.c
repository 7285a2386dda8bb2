// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikev1.c - payloads of IKEv1: RFC 2407, 2408, 2409, 3706, 3947, mode config, XAUTH
 *
 * A row per payload number; what has no row is kept as bytes.
 */
#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/payload.h"

#define DOI_IPSEC 1

static void read_sa(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	payload->sa.doi = cursor_u32(&cursor);
	if (payload->sa.doi <= DOI_IPSEC)
		payload->sa.situation = cursor_u32(&cursor);
	payload_note_short(payload, &cursor);
	payload_read_proposals(message, payload, &cursor);
}

static void read_ke(struct ike_message *message, struct ike_payload *payload)
{
	(void)message;
	payload->ke.group = 0;
	payload->ke.data = payload->body;
}

static void read_id(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->id.type = cursor_u8(&cursor);
	payload->id.protocol = cursor_u8(&cursor);
	payload->id.port = cursor_u16(&cursor);
	payload->id.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

static void read_nat_oa(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->nat_oa.id_type = cursor_u8(&cursor);
	(void)cursor_take(&cursor, 3);
	payload->nat_oa.address = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

/* Fragments of Cisco and Microsoft: id(2), number(1), flags(1: last). */
static void read_fragment(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->fragment.total = cursor_u16(&cursor); /* here: the fragment id */
	payload->fragment.number = cursor_u8(&cursor);
	payload->fragment.is_last = cursor_u8(&cursor) & 1;
	payload->fragment.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

static const struct payload_reader readers[] = {
	{ V1_PAYLOAD_SA, read_sa },
	{ V1_PAYLOAD_KE, read_ke },
	{ V1_PAYLOAD_ID, read_id },
	{ V1_PAYLOAD_CERT, payload_read_cert },
	{ V1_PAYLOAD_CERTREQ, payload_read_cert },
	{ V1_PAYLOAD_HASH, payload_read_data },
	{ V1_PAYLOAD_SIG, payload_read_data },
	{ V1_PAYLOAD_NONCE, payload_read_data },
	{ V1_PAYLOAD_NOTIFY, payload_read_notify },
	{ V1_PAYLOAD_DELETE, payload_read_delete },
	{ V1_PAYLOAD_VENDOR_ID, payload_read_data },
	{ V1_PAYLOAD_ATTRIBUTES, payload_read_config },
	{ V1_PAYLOAD_NAT_D_DRAFT4, payload_read_data },
	{ V1_PAYLOAD_NAT_OA_DRAFT4, read_nat_oa },
	{ V1_PAYLOAD_NAT_D, payload_read_data },
	{ V1_PAYLOAD_NAT_OA, read_nat_oa },
	{ V1_PAYLOAD_NAT_D_DRAFT0, payload_read_data },
	{ V1_PAYLOAD_NAT_OA_DRAFT0, read_nat_oa },
	{ V1_PAYLOAD_FRAGMENT, read_fragment },
};

void ikev1_payload(struct ike_message *message, struct ike_payload *payload)
{
	payload_read(message, payload, readers, ARRAY_SIZE(readers));
}
