// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * payload.c - the bodies of payloads that both versions of IKE share in shape
 *
 *	proposal (RFC 2408 3.5, RFC 7296 3.3.1)
 *	 last/2 | reserved | length(2) | number | protocol | SPI size | transforms | SPI
 *	transform, IKEv1 (RFC 2408 3.6)
 *	 last/3 | reserved | length(2) | number | id | reserved(2) | attributes
 *	transform, IKEv2 (RFC 7296 3.3.2)
 *	 last/3 | reserved | length(2) | type | reserved | id(2) | attributes
 */
#include "dissect/payload.h"

#define PROPOSAL_HEADER	 8
#define TRANSFORM_HEADER 8
#define ATTRIBUTE_TV	 0x8000

void payload_note(struct ike_payload *payload, enum ike_fault fault)
{
	if (fault > payload->fault)
		payload->fault = fault;
}

void payload_note_short(struct ike_payload *payload, const struct cursor *cursor)
{
	if (cursor->is_short)
		payload_note(payload, IKE_FAULT_SHORT_BODY);
}

void payload_read(struct ike_message *message, struct ike_payload *payload,
		  const struct payload_reader *readers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (readers[i].type == payload->type) {
			readers[i].read(message, payload);
			return;
		}
	}
	payload->data = payload->body;
	payload_note(payload, IKE_FAULT_UNKNOWN);
}

void payload_read_data(struct ike_message *message, struct ike_payload *payload)
{
	(void)message;
	payload->data = payload->body;
}

void payload_read_cert(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);

	(void)message;
	payload->cert.encoding = cursor_u8(&cursor);
	payload->cert.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

void payload_read_notify(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	size_t spi_size;

	payload->notify.doi = ike_is_v2(message) ? 0 : cursor_u32(&cursor);
	payload->notify.protocol = cursor_u8(&cursor);
	spi_size = cursor_u8(&cursor);
	payload->notify.type = cursor_u16(&cursor);
	payload->notify.spi = cursor_slice(&cursor, spi_size);
	payload->notify.data = cursor_rest(&cursor);
	payload_note_short(payload, &cursor);
}

void payload_read_delete(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	size_t wanted;

	payload->delete.doi = ike_is_v2(message) ? 0 : cursor_u32(&cursor);
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

static uint32_t number_of(struct slice bytes)
{
	uint32_t value = 0;

	if (bytes.length > 4)
		return 0;
	for (size_t i = 0; i < bytes.length; i++)
		value = value << 8 | bytes.bytes[i];
	return value;
}

/* Data attributes from the cursor to its end (RFC 2408 3.3). */
static void read_attributes(struct ike_message *message, struct cursor *cursor,
			    uint32_t *ret_first, uint32_t *ret_count,
			    enum ike_fault *fault)
{
	*ret_first = message->attributes;
	*ret_count = 0;
	while (cursor_left(cursor)) {
		struct ike_attribute *attribute;
		const uint8_t *p = cursor_take(cursor, 4);
		size_t length;

		if (!p) {
			*fault = IKE_FAULT_SHORT_BODY;
			return;
		}
		attribute = ike_attribute_new(message);
		attribute->type = be16(p) & (ATTRIBUTE_TV - 1);
		attribute->is_tv = be16(p) & ATTRIBUTE_TV;
		++*ret_count;
		if (attribute->is_tv) {
			attribute->bytes = (struct slice){ p + 2, 2 };
		} else {
			length = be16(p + 2);
			if (length > cursor_left(cursor)) {
				length = cursor_left(cursor);
				*fault = IKE_FAULT_BEYOND;
			}
			attribute->bytes = cursor_slice(cursor, length);
		}
		attribute->value = number_of(attribute->bytes);
	}
}

void payload_read_config(struct ike_message *message, struct ike_payload *payload)
{
	struct cursor cursor = cursor_of(payload->body.bytes, payload->body.length);
	enum ike_fault fault = IKE_FAULT_NONE;
	uint16_t identifier;

	payload->config.type = cursor_u8(&cursor);
	(void)cursor_u8(&cursor);
	identifier = cursor_u16(&cursor); /* IKEv2: reserved */
	payload->config.identifier = ike_is_v2(message) ? 0 : identifier;
	if (cursor.is_short)
		fault = IKE_FAULT_SHORT_BODY;
	read_attributes(message, &cursor, &payload->config.first_attribute,
			&payload->config.attributes, &fault);
	payload_note(payload, fault);
}

/* Take a substructure with its length field at offset 2; NULL: none is left. */
static const uint8_t *take_structure(struct cursor *cursor, size_t header,
				     enum ike_fault *fault, size_t *ret_length)
{
	const uint8_t *p = cursor->at;
	size_t left = cursor_left(cursor), length;

	if (left < header) {
		*fault = IKE_FAULT_SHORT_BODY;
		return NULL;
	}
	length = be16(p + 2);
	if (length < header) {
		*fault = IKE_FAULT_LENGTH;
		return NULL;
	}
	if (length > left) {
		*fault = IKE_FAULT_BEYOND;
		length = left;
	}
	cursor->at += length;
	*ret_length = length;
	return p;
}

/* Returns whether another transform is announced. */
static bool read_transform(struct ike_message *message, struct cursor *cursor,
			   enum ike_fault *fault)
{
	struct ike_transform *transform;
	struct cursor attributes;
	uint32_t first, count;
	size_t length;
	const uint8_t *p = take_structure(cursor, TRANSFORM_HEADER, fault, &length);

	if (!p)
		return false;
	transform = ike_transform_new(message);
	*transform = (struct ike_transform){ 0 };
	if (ike_is_v2(message)) {
		transform->type = p[4];
		transform->id = be16(p + 6);
	} else {
		transform->number = p[4];
		transform->id = p[5];
	}
	attributes = cursor_of(p + TRANSFORM_HEADER, length - TRANSFORM_HEADER);
	read_attributes(message, &attributes, &first, &count, &transform->fault);
	transform->first_attribute = first;
	transform->attributes = count;
	if (transform->fault > *fault)
		*fault = transform->fault;
	return p[0] != 0;
}

/* Returns whether another proposal is announced. */
static bool read_proposal(struct ike_message *message, struct cursor *cursor,
			  enum ike_fault *fault)
{
	size_t length;
	const uint8_t *p = take_structure(cursor, PROPOSAL_HEADER, fault, &length);
	uint32_t index = message->proposals;
	struct ike_proposal *proposal;
	struct cursor inside;
	bool has_more = true;

	if (!p)
		return false;
	inside = cursor_of(p + PROPOSAL_HEADER, length - PROPOSAL_HEADER);
	proposal = ike_proposal_new(message);
	*proposal = (struct ike_proposal){ .number = p[4],
					   .protocol = p[5],
					   .announced = p[7],
					   .first_transform = message->transforms };
	proposal->spi = cursor_slice(&inside, p[6]);
	if (inside.is_short)
		proposal->fault = IKE_FAULT_SHORT_BODY;
	while (has_more && cursor_left(&inside))
		has_more =
			read_transform(message, &inside, &message->proposal[index].fault);
	proposal = &message->proposal[index];
	proposal->transforms = message->transforms - proposal->first_transform;
	if (proposal->fault == IKE_FAULT_NONE &&
	    proposal->transforms != proposal->announced)
		proposal->fault = IKE_FAULT_COUNT;
	if (proposal->fault > *fault)
		*fault = proposal->fault;
	return p[0] != 0;
}

void payload_read_proposals(struct ike_message *message, struct ike_payload *payload,
			    struct cursor *cursor)
{
	enum ike_fault fault = IKE_FAULT_NONE;
	bool has_more = true;

	payload->sa.first_proposal = message->proposals;
	while (has_more && cursor_left(cursor))
		has_more = read_proposal(message, cursor, &fault);
	payload->sa.proposals = message->proposals - payload->sa.first_proposal;
	payload_note(payload, fault);
}
