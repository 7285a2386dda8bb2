/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - the IKE messages of a capture as a table of facts, and captures made from it
 *
 * A table says what a device sends: addresses, ports, exchanges, payloads in their order,
 * proposals, vendor ids, identities, notifies, lengths, times. What belongs to one session
 * alone (SPIs, nonces, public values, hashes, what is encrypted) stands in it as a name
 * and a length; the same name is the same bytes. A capture made from a table has bytes of
 * our own there, so it can be given away; it says the same to whoever reads it without
 * keys. One line each, indented below what it is part of:
 *
 *	frames 12	as many packets; what is not IKE becomes an ARP request
 *	packet NUMBER SECONDS ADDRESS PORT > ADDRESS PORT [marker]
 *	  header SPI_I SPI_R next N version HH exchange N flags HH id HHHHHHHH length N
 *	  payload TYPE [next N] [flags HH] CHUNK …
 *	  payload TYPE [next N] [flags HH] sa CHUNK …
 *	    proposal NUMBER PROTOCOL [spi CHUNK]
 *	      transform NUMBER HHHH [CHUNK]	IKEv2: TYPE HHHH
 *	  rest CHUNK …				what is no payload: encrypted, malformed
 *
 * A chunk is hexadecimal digits ("-": none), NAME:LENGTH for bytes of that session,
 * nat:HASH:src (or dst) for a NAT detection hash of the packet's own addresses
 * (RFC 3947 3.2, RFC 7296 2.23), or psk:HASH for HASH_R of aggressive mode with the
 * pre-shared key that is known. From ";" to the end of a line is remark.
 */
#ifndef TWINSITE_DISSECT_FACTS_H
#define TWINSITE_DISSECT_FACTS_H

#include "dissect/session.h"

struct buf;
struct err;
struct facts;

/*
 * Write down what the packets of a capture say while a set reads them: between
 * facts_begin() and facts_end() the set's on_ike is ours. Appended to out.
 */
struct facts *facts_begin(struct session_set *set);
void facts_end(struct facts *facts, struct buf *out);

/*
 * Make a capture (pcap, Ethernet) of a table, appended to out; name is of the table, for
 * messages. psk: for chunks "psk:". -EINVAL with file and line.
 */
int facts_make(const char *name, const char *table, struct slice psk,
	       struct crypto *crypto, struct buf *out, struct err *err);

#endif
