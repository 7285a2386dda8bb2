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
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
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
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
}

static void read_notify(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	size_t spi_size;

	(void)message;
	payload->notify.doi = cursor_u32(&cursor);
	payload->notify.protocol = cursor_u8(&cursor);
	spi_size = cursor_u8(&cursor);
	payload->notify.type = cursor_u16(&cursor);
	payload->notify.spi = cursor_slice(&cursor, spi_size);
	payload->notify.data = cursor_rest(&cursor);
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
}

static void read_delete(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	size_t wanted;

	(void)message;
	payload->delete.doi = cursor_u32(&cursor);
	payload->delete.protocol = cursor_u8(&cursor);
	payload->delete.spi_size = cursor_u8(&cursor);
	payload->delete.count = cursor_u16(&cursor);
	wanted = (size_t)payload->delete.count * payload->delete.spi_size;
	payload->delete.spis = cursor_rest(&cursor);
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
	else if (payload->delete.spis.length != wanted)
		payload_note(payload, IKE_FAULT_COUNT);
}

static void read_config(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	enum ike_fault fault = IKE_FAULT_NONE;

	payload->config.type = cursor_u8(&cursor);
	(void)cursor_u8(&cursor);
	payload->config.identifier = cursor_u16(&cursor);
	if (cursor.is_short)
		fault = IKE_FAULT_SHORT_BODY;
	payload_read_attributes(message, &cursor, &payload->config.first_attribute,
				&payload->config.attributes, &fault);
	payload_note(payload, fault);
}

static void read_nat_oa(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->nat_oa.id_type = cursor_u8(&cursor);
	(void)cursor_take(&cursor, 3);
	payload->nat_oa.address = cursor_rest(&cursor);
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
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
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
}

static const struct {
	uint8_t type;
	void (*read)(struct ike_message *message, struct ike_payload *payload);
} readers[] = {
	{ V1_PAYLOAD_SA, read_sa },
	{ V1_PAYLOAD_KE, read_ke },
	{ V1_PAYLOAD_ID, read_id },
	{ V1_PAYLOAD_CERT, payload_read_cert },
	{ V1_PAYLOAD_CERTREQ, payload_read_cert },
	{ V1_PAYLOAD_HASH, payload_read_data },
	{ V1_PAYLOAD_SIG, payload_read_data },
	{ V1_PAYLOAD_NONCE, payload_read_data },
	{ V1_PAYLOAD_NOTIFY, read_notify },
	{ V1_PAYLOAD_DELETE, read_delete },
	{ V1_PAYLOAD_VENDOR_ID, payload_read_data },
	{ V1_PAYLOAD_ATTRIBUTES, read_config },
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
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		if (readers[i].type == payload->type) {
			readers[i].read(message, payload);
			return;
		}
	}
	payload->data = payload->body;
	payload_note(payload, IKE_FAULT_UNKNOWN);
}
