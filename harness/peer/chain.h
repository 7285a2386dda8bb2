/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.h - payloads one behind the other, and the messages they become (RFC 2408 3.1, 3.2) */
#ifndef TWINSITE_PEER_CHAIN_H
#define TWINSITE_PEER_CHAIN_H

#include "base/buf.h"
#include "dissect/cursor.h"

/* Payloads that follow each other; begin with { 0 }, release with chain_done(). */
struct chain {
	struct buf bytes;
	uint8_t first;	/* type of the first payload, 0: none */
	size_t next_at; /* where the type of the next one goes */
};

void chain_done(struct chain *chain);
#define _cleanup_chain_ __attribute__((cleanup(chain_done)))

/* A payload whose body is those parts, one after the other. */
void chain_add(struct chain *chain, uint8_t type, const struct slice *parts,
	       size_t count);
void chain_add_one(struct chain *chain, uint8_t type, struct slice body);

/* All of another chain behind this one. */
void chain_join(struct chain *chain, const struct chain *behind);

struct chain_header {
	const uint8_t *spis; /* both, 16 bytes */
	uint8_t version, exchange, flags;
	uint32_t message_id;
};

/*
 * A whole message appended to out: its header, then the bytes; next: type of the first
 * payload.
 */
void chain_message(const struct chain_header *header, uint8_t next, struct slice bytes,
		   struct buf *out);

static inline struct slice slice_of(const struct buf *buf)
{
	return (struct slice){ (const uint8_t *)buf->data, buf->length };
}

#endif
