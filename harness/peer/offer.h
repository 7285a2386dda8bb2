/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * offer.h - SA payloads: does a choice stand in an offer, and what would a device choose?
 *
 * As strict as the devices are: what is chosen must be what was offered, attribute for
 * attribute (RFC 2408 4.2), but for how long it lives. Encapsulation is compared without
 * whether it is in UDP: that is the network's doing.
 */
#ifndef TWINSITE_PEER_OFFER_H
#define TWINSITE_PEER_OFFER_H

#include "base/buf.h"
#include "dissect/ike.h"

/* The body of an SA payload as a message of its own; `store` has its bytes. */
void offer_dissect(int version, struct slice body, struct buf *store,
		   struct ike_message *ret);

/*
 * Both have one SA payload. Is the first transform (IKEv1) or proposal (IKEv2) of
 * `choice` among those of `offer`? If not, `why` says what differs of the nearest.
 */
bool offer_has(const struct ike_message *offer, const struct ike_message *choice,
	       bool is_child, struct buf *why);

/*
 * The body of an SA payload that chooses of `offer` what equals `wanted` (NULL: the first
 * of each kind), with our SPI (empty: of an IKE SA). Appended to body; false: nothing
 * equals it, and why.
 */
bool offer_choose(const struct ike_message *offer, const struct ike_message *wanted,
		  bool is_child, struct slice spi, struct buf *body, struct buf *why);

/* IKEv1: the PFS group that the first transform of a child's SA payload names, if any. */
unsigned int offer_group(struct slice body, unsigned int otherwise);

#endif
