// SPDX-License-Identifier: GPL-2.0-or-later
/* chain.c - payloads one behind the other, and the messages they become (RFC 2408 3.1, 3.2) */
#include "peer/chain.h"

#include "dissect/ike.h"

void chain_done(struct chain *chain)
{
	buf_wipe(&chain->bytes);
	*chain = (struct chain){ 0 };
}

static void link_next(struct chain *chain, uint8_t type)
{
	if (chain->bytes.length)
		chain->bytes.data[chain->next_at] = (char)type;
	else
		chain->first = type;
}

void chain_add(struct chain *chain, uint8_t type, const struct slice *parts, size_t count)
{
	static const uint8_t zeros[2];
	size_t length = IKE_GENERIC_SIZE;

	link_next(chain, type);
	chain->next_at = chain->bytes.length;
	for (size_t i = 0; i < count; i++)
		length += parts[i].length;
	buf_add(&chain->bytes, zeros, sizeof(zeros));
	buf_add_be16(&chain->bytes, (uint16_t)length);
	for (size_t i = 0; i < count; i++)
		if (parts[i].length)
			buf_add(&chain->bytes, parts[i].bytes, parts[i].length);
}

void chain_add_one(struct chain *chain, uint8_t type, struct slice body)
{
	chain_add(chain, type, &body, 1);
}

void chain_join(struct chain *chain, const struct chain *behind)
{
	if (!behind->bytes.length)
		return;
	link_next(chain, behind->first);
	chain->next_at = chain->bytes.length + behind->next_at;
	buf_add(&chain->bytes, behind->bytes.data, behind->bytes.length);
}

void chain_message(const struct chain_header *header, uint8_t next, struct slice bytes,
		   struct buf *out)
{
	buf_add(out, header->spis, 2 * (size_t)IKE_SPI_SIZE);
	buf_putc(out, (char)next);
	buf_putc(out, (char)header->version);
	buf_putc(out, (char)header->exchange);
	buf_putc(out, (char)header->flags);
	buf_add_be32(out, header->message_id);
	buf_add_be32(out, (uint32_t)(IKE_HEADER_SIZE + bytes.length));
	if (bytes.length)
		buf_add(out, bytes.bytes, bytes.length);
}
