// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikev2.c - payloads of IKEv2: RFC 7296 3, RFC 7383 2.5
 *
 * A row per payload number; what has no row is kept as bytes.
 */
#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/payload.h"
#include "ipsec/alg.h"

static void read_sa(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	payload->sa.doi = payload->sa.situation = 0;
	payload_read_proposals(message, payload, &cursor);
}

static void read_ke(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->ke.group = cursor_u16(&cursor);
	(void)cursor_u16(&cursor);
	payload->ke.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

static void read_id(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->id.type = cursor_u8(&cursor);
	payload->id.protocol = 0;
	payload->id.port = 0;
	(void)cursor_take(&cursor, 3);
	payload->id.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

static void read_auth(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->auth.method = cursor_u8(&cursor);
	(void)cursor_take(&cursor, 3);
	payload->auth.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

/* One traffic selector; false when the rest cannot be read. */
static bool read_selector(struct ike_message *message, struct ike_payload *payload,
			  struct cursor *cursor)
{
	const uint8_t *p = cursor->at;
	size_t left = cursor_left(cursor), length, address;
	bool is_range = left && (p[0] == SELECTOR_IPV4 || p[0] == SELECTOR_IPV6);
	size_t least = is_range ? 8 : 4;
	struct ike_selector *selector;

	if (left < least) {
		payload_note(payload, IKE_FAULT_SHORT_BODY);
		return false;
	}
	length = be16(p + 2);
	if (length < least || length > left) {
		payload_note(payload,
			     length > left ? IKE_FAULT_BEYOND : IKE_FAULT_LENGTH);
		return false;
	}
	selector = ike_selector_new(message);
	cursor->at += length;
	if (!is_range) {
		*selector = (struct ike_selector){ .type = p[0],
						   .first = { p + 4, length - 4 } };
		return true;
	}
	address = (length - 8) / 2;
	*selector = (struct ike_selector){ .type = p[0],
					   .protocol = p[1],
					   .first_port = be16(p + 4),
					   .last_port = be16(p + 6),
					   .first = { p + 8, address },
					   .last = { p + 8 + address, address } };
	if ((p[0] == SELECTOR_IPV4 && length != 16) ||
	    (p[0] == SELECTOR_IPV6 && length != 40))
		payload_note(payload, IKE_FAULT_SHORT_BODY);
	return true;
}

static void read_ts(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	unsigned int announced = cursor_u8(&cursor);

	(void)cursor_take(&cursor, 3);
	payload_note_short(payload, &cursor);
	payload->ts.first_selector = message->selectors;
	while (cursor_left(&cursor) && read_selector(message, payload, &cursor))
		;
	payload->ts.selectors = message->selectors - payload->ts.first_selector;
	if (payload->ts.selectors != announced)
		payload_note(payload, IKE_FAULT_COUNT);
}

static void read_sk(struct ike_message *message, struct ike_payload *payload)
{
	(void)message;
	payload->fragment.number = payload->fragment.total = 0;
	payload->fragment.is_last = true;
	payload->fragment.data = payload->body;
}

static void read_skf(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->fragment.number = cursor_u16(&cursor);
	payload->fragment.total = cursor_u16(&cursor);
	payload->fragment.data = cursor_rest(&cursor);
	payload->fragment.is_last = payload->fragment.number == payload->fragment.total;
	if (cursor.is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
	else if (!payload->fragment.number ||
		 payload->fragment.number > payload->fragment.total)
		payload_note(payload, IKE_FAULT_COUNT);
}

static const struct payload_reader readers[] = {
	{ V2_PAYLOAD_SA, read_sa },
	{ V2_PAYLOAD_KE, read_ke },
	{ V2_PAYLOAD_IDI, read_id },
	{ V2_PAYLOAD_IDR, read_id },
	{ V2_PAYLOAD_CERT, payload_read_cert },
	{ V2_PAYLOAD_CERTREQ, payload_read_cert },
	{ V2_PAYLOAD_AUTH, read_auth },
	{ V2_PAYLOAD_NONCE, payload_read_data },
	{ V2_PAYLOAD_NOTIFY, payload_read_notify },
	{ V2_PAYLOAD_DELETE, payload_read_delete },
	{ V2_PAYLOAD_VENDOR_ID, payload_read_data },
	{ V2_PAYLOAD_TSI, read_ts },
	{ V2_PAYLOAD_TSR, read_ts },
	{ V2_PAYLOAD_SK, read_sk },
	{ V2_PAYLOAD_CP, payload_read_config },
	{ V2_PAYLOAD_EAP, payload_read_data },
	{ V2_PAYLOAD_SKF, read_skf },
};

void ikev2_payload(struct ike_message *message, struct ike_payload *payload)
{
	payload_read(message, payload, readers, ARRAY_SIZE(readers));
}

const struct alg *ike_transform_alg(const struct ike_message *message,
				    const struct ike_transform *transform)
{
	const struct ike_attribute *bits =
		ike_attribute_find(message, transform, V2_ATTR_KEY_LENGTH);

	switch (transform->type) {
	case V2_TRANSFORM_ENCR:
		return alg_by_ikev2(ALG_KIND_ENCR, transform->id, bits ? bits->value : 0);
	case V2_TRANSFORM_INTEG:
		return alg_by_ikev2(ALG_KIND_INTEG, transform->id, 0);
	case V2_TRANSFORM_PRF:
		return alg_by_ikev2(ALG_KIND_PRF, transform->id, 0);
	default:
		return NULL;
	}
}
