// SPDX-License-Identifier: GPL-2.0-or-later
/* tcp_stream.c - IKE and ESP in TCP (RFC 9329): messages out of a stream */
#include "dissect/tcp_stream.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "dissect/cursor.h"
#include "dissect/ike.h"

#define PREFIX	   "IKETCP"
#define PREFIX_LEN 6
#define ROOM	   (2u * 65536)
#define TCP_SYN	   0x02
#define PORT	   4500
#define MARKED	   (2 + 4) /* the length, the non-ESP marker */

struct direction {
	bool has_begun; /* the next octet's number is known */
	bool is_lost;	/* a gap: nothing tells where the next message begins */
	uint32_t next;	/* sequence number of the octet behind those here */
	uint8_t *bytes; /* ROOM; allocated when first used */
	size_t at, end; /* what is here and not given out yet */
};

struct stream {
	bool is_used;
	struct inet_addr client, server;
	uint16_t client_port, server_port;
	uint64_t age;
	struct direction way[2]; /* from the client, from the server */
};

struct tcp_streams {
	struct stream stream[TCP_STREAMS_MAX];
	uint64_t clock;
	unsigned int lost;
	struct direction *current; /* of the last segment */
	struct packet segment;
};

struct tcp_streams *tcp_streams_new(void)
{
	return calloc(1, sizeof(struct tcp_streams));
}

void tcp_streams_free(struct tcp_streams *streams)
{
	if (!streams)
		return;
	for (size_t i = 0; i < TCP_STREAMS_MAX; i++)
		for (int way = 0; way < 2; way++)
			free(streams->stream[i].way[way].bytes);
	free(streams);
}

static bool is_of(const struct stream *stream, const struct packet *packet,
		  bool is_client)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	return stream->is_used &&
	       inet_addr_equal(is_client ? &stream->client : &stream->server, &src) &&
	       inet_addr_equal(is_client ? &stream->server : &stream->client, &dst) &&
	       (is_client ? stream->client_port : stream->server_port) ==
		       packet->src_port &&
	       (is_client ? stream->server_port : stream->client_port) ==
		       packet->dst_port;
}

static bool begins(const struct packet *packet)
{
	return packet->payload.length >= PREFIX_LEN &&
	       !memcmp(packet->payload.bytes, PREFIX, PREFIX_LEN);
}

/*
 * Does it begin with a message of IKEv2? Its length stands in it twice, behind marker and
 * version: the same by chance is one in 2^40 and more.
 */
static bool begins_message(const struct packet *packet)
{
	struct slice data = packet->payload;
	const uint8_t *header = data.bytes + MARKED;

	return data.length >= MARKED + IKE_HEADER_SIZE && !be32(data.bytes + 2) &&
	       be64(header) && header[17] == 0x20 && header[18] >= V2_EXCHANGE_SA_INIT &&
	       header[18] <= V2_EXCHANGE_FOLLOWUP_KE &&
	       be32(header + 24) == (uint32_t)be16(data.bytes) - MARKED;
}

/* A new connection, or the same ports once more. way: who sent the packet. */
static struct stream *stream_begin(struct tcp_streams *streams,
				   const struct packet *packet, unsigned int way)
{
	struct stream *best = &streams->stream[0];

	for (size_t i = 0; i < TCP_STREAMS_MAX; i++) {
		struct stream *stream = &streams->stream[i];

		if (is_of(stream, packet, way == 0)) {
			best = stream;
			break;
		}
		if (best->is_used && (!stream->is_used || stream->age < best->age))
			best = stream;
	}
	for (int i = 0; i < 2; i++)
		best->way[i] = (struct direction){ .bytes = best->way[i].bytes };
	best->is_used = true;
	best->client = way ? packet_dst(packet) : packet_src(packet);
	best->server = way ? packet_src(packet) : packet_dst(packet);
	best->client_port = way ? packet->dst_port : packet->src_port;
	best->server_port = way ? packet->src_port : packet->dst_port;
	best->way[way].has_begun = true;
	best->way[way].next = packet->sequence;
	return best;
}

/*
 * Behind a gap the next message that begins a segment goes on with it; one from before the
 * gap that is sent again does not: what stands in it has been given out.
 */
static void find_again(struct direction *way, const struct packet *packet)
{
	const uint32_t given_out = way->next - (uint32_t)(way->end - way->at);

	if (!way->is_lost || packet->is_cut || !begins_message(packet))
		return;
	if (way->has_begun && packet->sequence - given_out > INT32_MAX)
		return; /* behind in serial arithmetic (RFC 9293 3.4) */
	way->is_lost = false;
	way->has_begun = true;
	way->next = packet->sequence;
	way->at = way->end = 0;
}

static struct direction *direction_of(struct tcp_streams *streams,
				      const struct packet *packet)
{
	struct stream *stream = NULL;
	bool is_client = true;

	for (size_t i = 0; !stream && i < TCP_STREAMS_MAX; i++) {
		if (is_of(&streams->stream[i], packet, true)) {
			stream = &streams->stream[i];
		} else if (is_of(&streams->stream[i], packet, false)) {
			stream = &streams->stream[i];
			is_client = false;
		}
	}
	if (begins(packet) &&
	    (!stream ||
	     (is_client && packet->sequence != stream->way[0].next - stream->way[0].end)))
		stream = is_client ? stream_begin(streams, packet, 0) : stream;
	if (!stream && begins_message(packet) &&
	    (packet->src_port == PORT || packet->dst_port == PORT)) {
		is_client = packet->dst_port == PORT;
		stream = stream_begin(streams, packet, !is_client);
		stream->way[is_client].is_lost = true; /* until a message begins */
	}
	if (!stream)
		return NULL;
	stream->age = ++streams->clock;
	find_again(&stream->way[!is_client], packet);
	return &stream->way[!is_client];
}

/* What is new of a segment goes behind the octets that are here. */
static void append(struct tcp_streams *streams, struct direction *way,
		   const struct packet *packet)
{
	struct slice data = packet->payload;
	uint32_t behind;

	if (!way->has_begun) {
		way->has_begun = true;
		way->next = packet->sequence;
	}
	behind = way->next - packet->sequence;
	if (behind > INT32_MAX || packet->is_cut ||
	    data.length + way->end - way->at > ROOM) {
		/* It lies beyond the next octet, or not all of it is here. */
		way->is_lost = true;
		streams->lost++;
		return;
	}
	if (behind >= data.length)
		return; /* sent again */
	memmove(way->bytes, way->bytes + way->at, way->end - way->at);
	way->end -= way->at;
	way->at = 0;
	memcpy(way->bytes + way->end, data.bytes + behind, data.length - behind);
	way->end += data.length - behind;
	way->next += (uint32_t)(data.length - behind);
}

bool tcp_streams_add(struct tcp_streams *streams, const struct packet *segment)
{
	struct direction *way;

	streams->current = NULL;
	if (segment->kind != PACKET_TCP)
		return false;
	way = direction_of(streams, segment);
	if (!way)
		return false;
	if (!segment->payload.length || segment->tcp_flags & TCP_SYN || way->is_lost)
		return true;
	if (!way->bytes)
		way->bytes = malloc(ROOM);
	if (!way->bytes)
		return true;
	append(streams, way, segment);
	if (way->end >= PREFIX_LEN && !memcmp(way->bytes + way->at, PREFIX, PREFIX_LEN))
		way->at += PREFIX_LEN;
	streams->current = way;
	streams->segment = *segment;
	return true;
}

bool tcp_streams_next(struct tcp_streams *streams, struct packet *ret)
{
	struct direction *way = streams->current;
	size_t length;

	if (!way || way->is_lost || way->end - way->at < 2)
		return false;
	length = be16(way->bytes + way->at);
	if (length < 2) { /* its own two octets count: this is no such stream */
		way->is_lost = true;
		streams->lost++;
		return false;
	}
	if (way->end - way->at < length)
		return false;
	*ret = streams->segment;
	ret->kind = PACKET_UDP;
	ret->payload = (struct slice){ way->bytes + way->at + 2, length - 2 };
	way->at += length;
	packet_as_nat_t(ret);
	return true;
}

unsigned int tcp_streams_lost(const struct tcp_streams *streams)
{
	return streams->lost;
}
