/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcp_stream.h - IKE and ESP in TCP (RFC 9329): messages out of a stream
 *
 * The end that opened the connection begins with "IKETCP"; from then on each direction is a
 * row of messages, each behind its length in two octets: IKE behind the non-ESP marker,
 * else ESP. Memory is bounded: TCP_STREAMS_MAX connections, the oldest gives way, and a
 * message at most 64 KiB. Nothing marks where a message begins: a
 * direction with a gap, or of which the beginning was not captured, is read from the next
 * segment on that begins with a message of IKEv2.
 */
#ifndef TWINSITE_DISSECT_TCP_STREAM_H
#define TWINSITE_DISSECT_TCP_STREAM_H

#include <stdbool.h>

#include "dissect/ip.h"

#define TCP_STREAMS_MAX 16

struct tcp_streams;

struct tcp_streams *tcp_streams_new(void);	    /* NULL: no memory */
void tcp_streams_free(struct tcp_streams *streams); /* NULL is fine */

/*
 * A TCP segment. Returns whether it belongs to such a connection; then tcp_streams_next()
 * gives the messages that it completed.
 */
bool tcp_streams_add(struct tcp_streams *streams, const struct packet *segment);

/*
 * The next message: a packet from and to the segment's addresses and ports, of kind
 * PACKET_IKE, PACKET_UDP_ESP or PACKET_KEEPALIVE; its bytes are borrowed until the next
 * call of either function. false: that was all.
 */
bool tcp_streams_next(struct tcp_streams *streams, struct packet *ret);

/* Directions that were given up because of a gap. */
unsigned int tcp_streams_lost(const struct tcp_streams *streams);

#endif
