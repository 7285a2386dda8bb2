// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fragment.c - put IP fragments together again (RFC 791 3.2, RFC 8200 4.5)
 *
 * A slot holds one packet under way: a buffer for 64 KiB that is allocated when the
 * slot is first used, and the list of pieces that are there. A piece that overlaps
 * another one discards the whole packet (RFC 5722); an exact duplicate, which
 * captures on two interfaces produce, is ignored.
 */
#include <stdlib.h>

#include "dissect/ip.h"

#define PACKET_SIZE_MAX 65535
#define HEADER_ROOM	40 /* a rebuilt IPv6 header; IPv4 needs 20 */
#define PIECES_MAX	256

struct piece {
	uint32_t from, to; /* bytes of the payload, half open */
};

struct slot {
	bool is_used;
	uint8_t family, protocol;
	uint8_t src[16], dst[16];
	uint32_t id;
	uint64_t age;	/* counter of the last piece */
	uint32_t total; /* of the payload; 0: last piece not seen */
	uint32_t there; /* bytes present */
	unsigned int count;
	struct piece pieces[PIECES_MAX];
	uint8_t *bytes; /* HEADER_ROOM + PACKET_SIZE_MAX */
};

struct ip_reassembly {
	uint64_t clock;
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

/* The packet's slot, a free one, or the one that waited longest. */
static struct slot *slot_for(struct ip_reassembly *reassembly,
			     const struct packet *packet)
{
	struct slot *best = &reassembly->slots[0];
	uint8_t *bytes;

	for (size_t i = 0; i < IP_REASSEMBLY_SLOTS; i++) {
		struct slot *slot = &reassembly->slots[i];

		if (slot_matches(slot, packet))
			return slot;
		if (best->is_used && (!slot->is_used || slot->age < best->age))
			best = slot;
	}
	bytes = best->bytes ? best->bytes : malloc(HEADER_ROOM + PACKET_SIZE_MAX);
	if (!bytes)
		return NULL;
	*best = (struct slot){ .is_used = true,
			       .family = packet->family,
			       .protocol = packet->protocol,
			       .id = packet->fragment_id,
			       .bytes = bytes };
	memcpy(best->src, packet->src, address_size(packet));
	memcpy(best->dst, packet->dst, address_size(packet));
	return best;
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
	if (!from)
		slot->protocol = packet->protocol;
	slot->pieces[slot->count++] = (struct piece){ from, to };
	slot->there += to - from;
	if (to > from)
		memcpy(slot->bytes + HEADER_ROOM + from, packet->payload.bytes,
		       to - from);
	return !slot->total || slot->there <= slot->total;
}

/* A plain header before the payload, so that the usual dissector reads the whole. */
static void slot_finish(struct slot *slot, struct packet *ret)
{
	size_t header = slot->family == 6 ? 40 : 20;
	uint8_t *ip = slot->bytes + HEADER_ROOM - header;
	uint32_t length = slot->total + (slot->family == 6 ? 0 : 20);

	memset(ip, 0, header);
	if (length > UINT16_MAX)
		length = 0; /* "all of it" */
	if (slot->family == 6) {
		ip[0] = 0x60;
		ip[4] = (uint8_t)(length >> 8);
		ip[5] = (uint8_t)length;
		ip[6] = slot->protocol;
		ip[7] = 64;
		memcpy(ip + 8, slot->src, 16);
		memcpy(ip + 24, slot->dst, 16);
	} else {
		ip[0] = 0x45;
		ip[2] = (uint8_t)(length >> 8);
		ip[3] = (uint8_t)length;
		ip[8] = 64;
		ip[9] = slot->protocol;
		memcpy(ip + 12, slot->src, 4);
		memcpy(ip + 16, slot->dst, 4);
	}
	(void)packet_dissect_ip(ip, header + slot->total, ret);
}

bool ip_reassembly_add(struct ip_reassembly *reassembly, const struct packet *fragment,
		       struct packet *ret)
{
	struct slot *slot;

	if (fragment->kind != PACKET_FRAGMENT)
		return false;
	slot = slot_for(reassembly, fragment);
	if (!slot)
		return false;
	slot->age = ++reassembly->clock;
	if (!slot_add(slot, fragment)) {
		slot->is_used = false;
		return false;
	}
	if (!slot->total || slot->there != slot->total)
		return false;
	slot->is_used = false;
	slot_finish(slot, ret);
	return true;
}
