// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fragment.c - put IP fragments together again (RFC 791 3.2, RFC 8200 4.5)
 *
 * A slot holds one packet under way: a buffer for 64 KiB that is allocated when the
 * slot is first used, and the list of pieces that are there. A piece that overlaps
 * another one discards the whole packet (RFC 5722); an exact duplicate, which
 * captures on two interfaces produce, is ignored; the same piece with other bytes, or one
 * that comes too late, is of another packet that got the same number. The header is that of the first
 * fragment with its options and extension headers, which AH authenticates.
 */
#include <netinet/in.h>
#include <stdlib.h>

#include "dissect/cursor.h"
#include "dissect/ip.h"

#define PACKET_SIZE_MAX 65535
#define HEADER_ROOM	296 /* IPv4 needs up to 60; IPv6 40 and extension headers */
#define PIECES_MAX	256

struct piece {
	uint32_t from, to; /* bytes of the payload, half open */
};

struct slot {
	bool is_used;
	uint8_t family, protocol;
	uint8_t src[16], dst[16];
	uint32_t id;
	uint64_t age;	  /* counter of the last piece */
	int64_t begun_ns; /* when the first piece came */
	uint32_t total;	  /* of the payload; 0: last piece not seen */
	uint32_t there;	  /* bytes present */
	size_t header;	  /* bytes of the first fragment's, 0: a plain one will do */
	unsigned int count;
	struct piece pieces[PIECES_MAX];
	uint8_t *bytes; /* HEADER_ROOM (the header at its end), PACKET_SIZE_MAX */
};

/* Fragments of UDP from one to the other: the first ones of one IKE SA, or those behind. */
struct ends {
	bool is_used, is_first;
	struct inet_addr src, dst;
	uint64_t spi_i; /* of first ones */
	int64_t last_ns;
};

struct ip_reassembly {
	uint64_t clock;
	struct ends ends[IP_REASSEMBLY_ENDS];
	struct ip_reassembly_losses losses; /* without those that are under way */
	uint64_t firsts, others;	    /* fragments */
	struct slot slots[IP_REASSEMBLY_SLOTS];
};

struct ip_reassembly *ip_reassembly_new(void)
{
	return calloc(1, sizeof(struct ip_reassembly));
}

void ip_reassembly_free(struct ip_reassembly *reassembly)
{
	if (!reassembly)
		return;
	for (size_t i = 0; i < IP_REASSEMBLY_SLOTS; i++)
		free(reassembly->slots[i].bytes);
	free(reassembly);
}

struct ip_reassembly_losses ip_reassembly_losses(const struct ip_reassembly *reassembly)
{
	struct ip_reassembly_losses losses = { 0 };

	if (!reassembly)
		return losses;
	losses = reassembly->losses;
	losses.are_firsts_only = reassembly->firsts && !reassembly->others;
	for (size_t i = 0; i < IP_REASSEMBLY_SLOTS; i++)
		losses.incomplete += reassembly->slots[i].is_used;
	return losses;
}

/* The initiator's SPI of a message that begins in a first fragment; 0: none does. */
static uint64_t ike_spi_of(const struct packet *first)
{
	struct cursor cursor = cursor_of(first->payload.bytes, first->payload.length);
	const uint16_t src_port = cursor_u16(&cursor), dst_port = cursor_u16(&cursor);

	(void)cursor_take(&cursor, 4);
	if (src_port != 500 && dst_port != 500 &&
	    ((src_port != 4500 && dst_port != 4500) || cursor_u32(&cursor)))
		return 0;
	return cursor_u64(&cursor);
}

static void note_ends(struct ip_reassembly *reassembly, const struct packet *fragment,
		      int64_t time_ns)
{
	const bool is_first = !fragment->fragment_offset;
	const struct inet_addr src = packet_src(fragment), dst = packet_dst(fragment);
	const uint64_t spi_i = is_first ? ike_spi_of(fragment) : 0;
	struct ends *best = &reassembly->ends[0];

	if (fragment->protocol != IPPROTO_UDP || (is_first && !spi_i))
		return;
	for (size_t i = 0; i < IP_REASSEMBLY_ENDS; i++) {
		struct ends *ends = &reassembly->ends[i];

		if (ends->is_used && ends->is_first == is_first && ends->spi_i == spi_i &&
		    inet_addr_equal(&ends->src, &src) &&
		    inet_addr_equal(&ends->dst, &dst)) {
			best = ends;
			break;
		}
		if (best->is_used && (!ends->is_used || ends->last_ns < best->last_ns))
			best = ends;
	}
	*best = (struct ends){ true, is_first, src, dst, spi_i, time_ns };
}

bool ip_reassembly_has_ike_first(const struct ip_reassembly *reassembly, uint64_t spi_i,
				 const struct inet_addr *a, const struct inet_addr *b,
				 int64_t since_ns)
{
	bool has_first = false;

	for (size_t i = 0; reassembly && i < IP_REASSEMBLY_ENDS; i++) {
		const struct ends *ends = &reassembly->ends[i];

		if (!ends->is_used || !(inet_addr_equal(&ends->src, a)
						? inet_addr_equal(&ends->dst, b)
						: inet_addr_equal(&ends->src, b) &&
							  inet_addr_equal(&ends->dst, a)))
			continue;
		if (!ends->is_first)
			return false;
		has_first |= ends->spi_i == spi_i && ends->last_ns >= since_ns;
	}
	return has_first;
}

static size_t address_size(const struct packet *packet)
{
	return packet->family == 6 ? 16 : 4;
}

static bool slot_matches(const struct slot *slot, const struct packet *packet)
{
	return slot->is_used && slot->family == packet->family &&
	       slot->id == packet->fragment_id &&
	       (slot->family == 6 || slot->protocol == packet->protocol) &&
	       !memcmp(slot->src, packet->src, address_size(packet)) &&
	       !memcmp(slot->dst, packet->dst, address_size(packet));
}

static void slot_begin(struct slot *slot, const struct packet *packet, int64_t time_ns)
{
	*slot = (struct slot){ .is_used = true,
			       .family = packet->family,
			       .protocol = packet->protocol,
			       .id = packet->fragment_id,
			       .begun_ns = time_ns,
			       .bytes = slot->bytes };
	memcpy(slot->src, packet->src, address_size(packet));
	memcpy(slot->dst, packet->dst, address_size(packet));
}

/* RFC 791 3.2, RFC 8200 4.5: what is not whole after a minute never will be. */
static bool is_too_late(const struct slot *slot, int64_t time_ns)
{
	return time_ns - slot->begun_ns > IP_REASSEMBLY_NS;
}

/* Is it a piece that is there already, with other bytes? */
static bool contradicts(const struct slot *slot, const struct packet *packet)
{
	uint32_t from = packet->fragment_offset;
	uint32_t to = from + (uint32_t)packet->payload.length;

	for (unsigned int i = 0; i < slot->count; i++)
		if (slot->pieces[i].from == from && slot->pieces[i].to == to)
			return memcmp(slot->bytes + HEADER_ROOM + from,
				      packet->payload.bytes, to - from) != 0;
	return false;
}

/* The packet's slot, a free one, or the one that waited longest. */
static struct slot *slot_for(struct ip_reassembly *reassembly,
			     const struct packet *packet, int64_t time_ns)
{
	struct slot *best = &reassembly->slots[0];
	uint8_t *bytes;

	for (size_t i = 0; i < IP_REASSEMBLY_SLOTS; i++) {
		struct slot *slot = &reassembly->slots[i];

		if (slot_matches(slot, packet)) {
			if (!is_too_late(slot, time_ns) && !contradicts(slot, packet))
				return slot;
			*(is_too_late(slot, time_ns) ? &reassembly->losses.incomplete
						     : &reassembly->losses.refused) += 1;
			slot_begin(slot, packet, time_ns);
			return slot;
		}
		if (best->is_used && (!slot->is_used || slot->age < best->age))
			best = slot;
	}
	bytes = best->bytes ? best->bytes : malloc(HEADER_ROOM + PACKET_SIZE_MAX);
	if (!bytes)
		return NULL;
	best->bytes = bytes;
	reassembly->losses.incomplete += best->is_used;
	slot_begin(best, packet, time_ns);
	return best;
}

#define NEXT_FRAGMENT 44

/* Which octet of an IPv6 header names the fragment header at `end`? 0: none does. */
static size_t next_header_at(const uint8_t *ip, size_t end)
{
	size_t next_at = 6, at = 40;

	while (at < end) {
		next_at = at;
		at += 8 + (size_t)ip[at + 1] * 8;
	}
	return at == end && ip[next_at] == NEXT_FRAGMENT ? next_at : 0;
}

/* Keep what stands before the first fragment's piece, as it was before it was cut. */
static void slot_keep_header(struct slot *slot, const struct packet *packet)
{
	size_t length = (size_t)(packet->payload.bytes - packet->ip.bytes);
	size_t next_at = 0;
	uint8_t *header;

	slot->header = 0;
	if (slot->family == 6) {
		if (length < 48)
			return;
		length -= 8;
		next_at = next_header_at(packet->ip.bytes, length);
		if (!next_at)
			return;
	}
	if (length > HEADER_ROOM || length < 20 || packet->is_malformed)
		return;
	header = slot->bytes + HEADER_ROOM - length;
	memcpy(header, packet->ip.bytes, length);
	if (slot->family == 6)
		header[next_at] = packet->protocol;
	slot->header = length;
}

/* Returns false when the whole packet is to be discarded. */
static bool slot_add(struct slot *slot, const struct packet *packet)
{
	uint32_t from = packet->fragment_offset;
	uint32_t to = from + (uint32_t)packet->payload.length;

	if (to > PACKET_SIZE_MAX || packet->is_cut ||
	    (packet->has_more_fragments && (to & 7)) || slot->count == PIECES_MAX)
		return false;
	for (unsigned int i = 0; i < slot->count; i++) {
		if (slot->pieces[i].from == from && slot->pieces[i].to == to)
			return true;
		if (slot->pieces[i].from < to && from < slot->pieces[i].to)
			return false;
	}
	if (!packet->has_more_fragments) {
		if (slot->total && slot->total != to)
			return false;
		slot->total = to;
	}
	if (!from) {
		slot->protocol = packet->protocol;
		slot_keep_header(slot, packet);
	}
	slot->pieces[slot->count++] = (struct piece){ from, to };
	slot->there += to - from;
	if (to > from)
		memcpy(slot->bytes + HEADER_ROOM + from, packet->payload.bytes,
		       to - from);
	return !slot->total || slot->there <= slot->total;
}

/* The first fragment's header was too long, or odd: a plain one. */
static void slot_make_header(struct slot *slot)
{
	uint8_t *ip;

	slot->header = slot->family == 6 ? 40 : 20;
	ip = slot->bytes + HEADER_ROOM - slot->header;
	memset(ip, 0, slot->header);
	if (slot->family == 6) {
		ip[0] = 0x60;
		ip[6] = slot->protocol;
		ip[7] = 64;
		memcpy(ip + 8, slot->src, 16);
		memcpy(ip + 24, slot->dst, 16);
	} else {
		ip[0] = 0x45;
		ip[8] = 64;
		ip[9] = slot->protocol;
		memcpy(ip + 12, slot->src, 4);
		memcpy(ip + 16, slot->dst, 4);
	}
}

/* A header of the whole before the payload, so that the usual dissector reads it. */
static void slot_finish(struct slot *slot, struct packet *ret)
{
	uint32_t length;
	uint8_t *ip;

	if (!slot->header)
		slot_make_header(slot);
	ip = slot->bytes + HEADER_ROOM - slot->header;
	length = slot->total + (uint32_t)(slot->header - (slot->family == 6 ? 40 : 0));
	if (length > UINT16_MAX)
		length = 0; /* "all of it" */
	if (slot->family == 6) {
		ip[4] = (uint8_t)(length >> 8);
		ip[5] = (uint8_t)length;
	} else {
		ip[2] = (uint8_t)(length >> 8);
		ip[3] = (uint8_t)length;
		ip[6] = ip[7] = 0;
	}
	(void)packet_dissect_ip(ip, slot->header + slot->total, ret);
}

bool ip_reassembly_add(struct ip_reassembly *reassembly, const struct packet *fragment,
		       int64_t time_ns, struct packet *ret)
{
	struct slot *slot;

	if (fragment->kind != PACKET_FRAGMENT)
		return false;
	note_ends(reassembly, fragment, time_ns);
	*(fragment->fragment_offset ? &reassembly->others : &reassembly->firsts) += 1;
	slot = slot_for(reassembly, fragment, time_ns);
	if (!slot)
		return false;
	slot->age = ++reassembly->clock;
	if (!slot_add(slot, fragment)) {
		slot->is_used = false;
		*(fragment->is_cut ? &reassembly->losses.incomplete
				   : &reassembly->losses.refused) += 1;
		return false;
	}
	if (!slot->total || slot->there != slot->total)
		return false;
	slot->is_used = false;
	slot_finish(slot, ret);
	return true;
}
