// SPDX-License-Identifier: GPL-2.0-or-later
/* ike.c - an IKE message as a tree: header and payload chain (RFC 2408 3, RFC 7296 3) */
#include "dissect/ike.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/cleanup.h"
#include "dissect/payload.h"

#define ROOM_FIRST 32

/* ------------------------------------------------------------ memory */

static void *grow(void *items, uint32_t *room, size_t size)
{
	*room = *room ? *room * 2 : ROOM_FIRST;
	items = realloc(items, *room * size);
	if (!items)
		exit_without_memory();
	return items;
}

#define NEW(message, name)                                                       \
	((message)->name##s == (message)->name##_room                            \
		 ? (void)((message)->name =                                      \
				  grow((message)->name, &(message)->name##_room, \
				       sizeof(*(message)->name)))                \
		 : (void)0,                                                      \
	 &(message)->name[(message)->name##s++])

struct ike_payload *ike_payload_new(struct ike_message *message)
{
	return NEW(message, payload);
}

struct ike_proposal *ike_proposal_new(struct ike_message *message)
{
	return NEW(message, proposal);
}

struct ike_transform *ike_transform_new(struct ike_message *message)
{
	return NEW(message, transform);
}

struct ike_attribute *ike_attribute_new(struct ike_message *message)
{
	return NEW(message, attribute);
}

struct ike_selector *ike_selector_new(struct ike_message *message)
{
	return NEW(message, selector);
}

void ike_message_done(struct ike_message *message)
{
	free(message->payload);
	free(message->proposal);
	free(message->transform);
	free(message->attribute);
	free(message->selector);
	*message = (struct ike_message){ 0 };
}

static void message_reset(struct ike_message *message, struct slice bytes, bool is_cut)
{
	message->header = (struct ike_header){ 0 };
	message->fault = IKE_FAULT_NONE;
	message->is_cut = is_cut;
	message->is_encrypted = message->is_decrypted = false;
	message->whole = bytes;
	message->encrypted = (struct slice){ 0 };
	message->payloads = message->proposals = message->transforms = 0;
	message->attributes = message->selectors = 0;
}

/* ------------------------------------------------------------ the chain */

static void note(struct ike_message *message, enum ike_fault fault)
{
	if (fault > message->fault)
		message->fault = fault;
}

/* Beyond what is there: is it beyond what was sent, too? */
static enum ike_fault beyond(const struct ike_message *message, const uint8_t *at,
			     size_t length)
{
	const uint8_t *start = message->whole.bytes;

	return message->is_cut && !message->is_decrypted &&
			       (size_t)(at - start) + length <= message->header.length
		       ? IKE_FAULT_CUT
		       : IKE_FAULT_BEYOND;
}

/*
 * One payload of the chain. Returns false when the chain cannot go on: a length
 * below the generic header (a loop otherwise), or nothing left to read.
 */
static bool chain_step(struct ike_message *message, uint8_t type, struct cursor *cursor,
		       bool is_decrypted, uint8_t *ret_next)
{
	size_t left = cursor_left(cursor), length;
	const uint8_t *at = cursor->at;
	struct ike_payload *payload;

	if (left < IKE_GENERIC_SIZE) {
		note(message, beyond(message, at, IKE_GENERIC_SIZE));
		return false;
	}
	length = be16(at + 2);
	payload = ike_payload_new(message);
	memset(payload, 0, sizeof(*payload));
	payload->type = type;
	payload->next = at[0];
	payload->is_critical = ike_is_v2(message) && at[1] & 0x80;
	payload->is_decrypted = is_decrypted;
	payload->length = (uint16_t)length;
	if (length < IKE_GENERIC_SIZE || length > left) {
		payload->fault =
			length > left ? beyond(message, at, length) : IKE_FAULT_LENGTH;
		payload->whole = (struct slice){ at, left };
		length = length > left ? left : IKE_GENERIC_SIZE;
	} else {
		payload->whole = (struct slice){ at, length };
	}
	payload->body =
		(struct slice){ at + IKE_GENERIC_SIZE, length - IKE_GENERIC_SIZE };
	if (payload->fault == IKE_FAULT_NONE) {
		if (ike_is_v2(message))
			ikev2_payload(message, payload);
		else
			ikev1_payload(message, payload);
		/* The array may have moved: parsers add no payloads, so it did not. */
	}
	note(message, payload->fault);
	if (payload->fault >= IKE_FAULT_BEYOND && payload->whole.length == left)
		return false;
	cursor->at += length;
	*ret_next = payload->next;
	return true;
}

/* The payload whose "next" names what is inside it: the chain ends there. */
static bool ends_chain(const struct ike_message *message, uint8_t type)
{
	return ike_is_v2(message) && (type == V2_PAYLOAD_SK || type == V2_PAYLOAD_SKF);
}

static void chain(struct ike_message *message, uint8_t next, struct cursor *cursor,
		  bool is_decrypted)
{
	while (next) {
		uint8_t type = next;

		if (!chain_step(message, type, cursor, is_decrypted, &next))
			return;
		if (ends_chain(message, type))
			break;
	}
	if (cursor_left(cursor) && !is_decrypted)
		note(message, IKE_FAULT_TRAILING);
}

int ike_dissect(struct slice bytes, bool is_cut, struct ike_message *ret)
{
	struct ike_header *header = &ret->header;
	const uint8_t *p = bytes.bytes;
	struct cursor cursor;

	message_reset(ret, bytes, is_cut);
	if (bytes.length < IKE_HEADER_SIZE) {
		ret->fault = IKE_FAULT_SHORT;
		return -EINVAL;
	}
	*header = (struct ike_header){
		.spi_i = be64(p),
		.spi_r = be64(p + 8),
		.spis = p,
		.next_payload = p[16],
		.major = p[17] >> 4,
		.minor = p[17] & 15,
		.exchange = p[18],
		.flags = p[19],
		.message_id = be32(p + 20),
		.length = be32(p + 24),
	};
	if (header->major != 1 && header->major != 2)
		return -EINVAL;
	if (header->length < IKE_HEADER_SIZE || header->length > bytes.length) {
		if (!is_cut || header->length < IKE_HEADER_SIZE)
			note(ret, IKE_FAULT_HEADER_LENGTH);
	} else if (header->length < bytes.length) {
		note(ret, IKE_FAULT_HEADER_LENGTH);
		bytes.length = header->length;
	}
	ret->whole = bytes;
	cursor = cursor_of(p + IKE_HEADER_SIZE, bytes.length - IKE_HEADER_SIZE);
	if (header->major == 1 && header->flags & IKE_V1_FLAG_ENCRYPTED) {
		ret->is_encrypted = true;
		ret->encrypted = cursor_rest(&cursor);
		return 0;
	}
	chain(ret, header->next_payload, &cursor, false);
	return 0;
}

void ike_dissect_decrypted(struct ike_message *message, uint8_t first, struct slice bytes)
{
	struct cursor cursor = cursor_of(bytes.bytes, bytes.length);

	message->is_decrypted = true;
	chain(message, first, &cursor, true);
}

/* ------------------------------------------------------------ looking things up */

const struct ike_payload *ike_payload_find(const struct ike_message *message,
					   unsigned int type, uint32_t from)
{
	for (uint32_t i = from; i < message->payloads; i++)
		if (message->payload[i].type == type)
			return &message->payload[i];
	return NULL;
}

const struct ike_attribute *ike_attribute_find(const struct ike_message *message,
					       const struct ike_transform *transform,
					       unsigned int type)
{
	for (uint32_t i = 0; i < transform->attributes; i++) {
		const struct ike_attribute *attribute =
			&message->attribute[transform->first_attribute + i];

		if (attribute->type == type)
			return attribute;
	}
	return NULL;
}

uint32_t ike_attribute_value(const struct ike_message *message,
			     const struct ike_transform *transform, unsigned int type)
{
	const struct ike_attribute *attribute =
		ike_attribute_find(message, transform, type);

	return attribute ? attribute->value : 0;
}

const char *ike_fault_text(enum ike_fault fault)
{
	static const char *const texts[] = {
		[IKE_FAULT_NONE] = "",
		[IKE_FAULT_RESERVED] = "reserved bits are set",
		[IKE_FAULT_TRAILING] = "bytes behind the last payload",
		[IKE_FAULT_COUNT] = "a count that is not what is there",
		[IKE_FAULT_UNKNOWN] = "an unknown payload",
		[IKE_FAULT_SHORT_BODY] = "a payload too short for its type",
		[IKE_FAULT_BEYOND] = "a length beyond the message",
		[IKE_FAULT_CUT] = "captured only in part",
		[IKE_FAULT_LENGTH] = "a length smaller than its own header",
		[IKE_FAULT_HEADER_LENGTH] = "a header whose length is not the packet's",
		[IKE_FAULT_SHORT] = "shorter than an IKE header",
	};

	static_assert(ARRAY_SIZE(texts) == IKE_FAULT_COUNT_OF, "a text for each fault");
	return texts[fault];
}

struct number_text ike_payload_name(const struct ike_message *message, unsigned int type)
{
	return number_text(ike_is_v2(message) ? NUMBER_V2_PAYLOAD : NUMBER_V1_PAYLOAD,
			   type);
}

struct number_text ike_exchange_name(const struct ike_message *message)
{
	return number_text(ike_is_v2(message) ? NUMBER_V2_EXCHANGE : NUMBER_V1_EXCHANGE,
			   message->header.exchange);
}
