/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mutate_fuzz.h - libFuzzer changes captures where it matters: inside the messages
 *
 * Left alone libFuzzer spends its time on file headers and breaks every length that
 * it moves. Here a capture is read with our own reader, one packet is changed (a
 * UDP payload, one payload of an IKE chain, the IV of something encrypted, …), left
 * out, doubled or moved, the lengths of IP, UDP, IKE and the payload are put right,
 * and a plain pcap is written again: findings open with `twinsite pcap`. One time in
 * eight the bytes of the file are changed blindly all the same.
 */
#ifndef TWINSITE_DISSECT_MUTATE_FUZZ_H
#define TWINSITE_DISSECT_MUTATE_FUZZ_H

#include "capture/file.h"
#include "dissect/ike.h"
#include "dissect/ip.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);

#define MUTATE_PACKETS_MAX 128
#define MUTATE_BYTES_MAX   2048 /* of a packet */

struct mutate_packet {
	uint32_t seconds, micros;
	size_t length;
	uint8_t bytes[MUTATE_BYTES_MAX];
};

struct mutate {
	int link_type;
	unsigned int count;
	unsigned int seed;
	struct mutate_packet packet[MUTATE_PACKETS_MAX + 1];
};

static inline unsigned int mutate_random(struct mutate *mutate, unsigned int below)
{
	mutate->seed = mutate->seed * 1103515245u + 12345u;
	return below ? (mutate->seed >> 16) % below : 0;
}

static inline void mutate_put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* The packets of one link type; the others are left out. */
static inline void mutate_read(struct mutate *mutate, const uint8_t *data, size_t size)
{
	struct capture_file *file = NULL;
	struct capture_packet packet;

	mutate->count = 0;
	if (capture_file_open_bytes("mutate", data, size, &file, NULL))
		return;
	while (mutate->count < MUTATE_PACKETS_MAX &&
	       capture_file_next(file, &packet, NULL) > 0) {
		struct mutate_packet *to = &mutate->packet[mutate->count];

		if (!mutate->count)
			mutate->link_type = packet.link_type;
		if (packet.captured > MUTATE_BYTES_MAX ||
		    packet.link_type != mutate->link_type)
			continue;
		to->seconds = (uint32_t)(packet.time_ns / 1000000000);
		to->micros = (uint32_t)(packet.time_ns / 1000 % 1000000);
		to->length = packet.captured;
		memcpy(to->bytes, packet.bytes, packet.captured);
		mutate->count++;
	}
	capture_file_close(file);
}

static inline size_t mutate_write(const struct mutate *mutate, uint8_t *data, size_t max)
{
	const uint32_t head[] = { 0xa1b2c3d4, 0x00040002, 0,
				  0,	      65535,	  (uint32_t)mutate->link_type };
	size_t size = sizeof(head);

	if (max < size)
		return 0;
	memcpy(data, head, sizeof(head));
	for (unsigned int i = 0; i < mutate->count; i++) {
		const struct mutate_packet *from = &mutate->packet[i];
		const uint32_t record[] = { from->seconds, from->micros,
					    (uint32_t)from->length,
					    (uint32_t)from->length };

		if (max - size < sizeof(record) + from->length)
			break;
		memcpy(data + size, record, sizeof(record));
		memcpy(data + size + sizeof(record), from->bytes, from->length);
		size += sizeof(record) + from->length;
	}
	return size;
}

/* Let libFuzzer change bytes at..at+length of a packet; what follows moves. */
static inline long mutate_part(struct mutate_packet *packet, size_t at, size_t length)
{
	uint8_t part[MUTATE_BYTES_MAX];
	size_t behind = packet->length - at - length, now;

	memcpy(part, packet->bytes + at, length);
	now = LLVMFuzzerMutate(part, length, MUTATE_BYTES_MAX - packet->length + length);
	memmove(packet->bytes + at + now, packet->bytes + at + length, behind);
	memcpy(packet->bytes + at, part, now);
	packet->length += now - length;
	return (long)now - (long)length;
}

/* One payload of a readable IKE message, its length and the message's put right. */
static inline bool mutate_ike(struct mutate *mutate, struct mutate_packet *packet,
			      const struct packet *parts)
{
	static struct ike_message message;
	const struct ike_payload *payload;
	size_t start = (size_t)(parts->payload.bytes - packet->bytes), at;
	long change;

	if (ike_dissect(parts->payload, false, &message) || !message.payloads)
		return false;
	payload = &message.payload[mutate_random(mutate, message.payloads)];
	if (!payload->body.bytes)
		return false;
	at = (size_t)(payload->body.bytes - packet->bytes);
	change = mutate_part(packet, at, payload->body.length);
	mutate_put16(packet->bytes + at - 2, payload->body.length + 4 + (size_t)change);
	mutate_put16(packet->bytes + start + 26, message.whole.length + (size_t)change);
	return true;
}

/* IP's and UDP's own lengths say what is there. */
static inline void mutate_lengths(struct mutate_packet *packet, size_t ip, size_t udp)
{
	uint8_t *p = packet->bytes + ip;

	if (p[0] >> 4 == 4 && packet->length >= ip + 20)
		mutate_put16(p + 2, packet->length - ip);
	else if (p[0] >> 4 == 6 && packet->length >= ip + 40)
		mutate_put16(p + 4, packet->length - ip - 40);
	if (udp && packet->length >= udp + 8)
		mutate_put16(packet->bytes + udp + 4, packet->length - udp);
}

static inline void mutate_packet(struct mutate *mutate, struct mutate_packet *packet)
{
	size_t ip, at, udp = 0;
	struct packet parts;
	bool is_done = false;

	if (packet_dissect(mutate->link_type, packet->bytes, (uint32_t)packet->length,
			   (uint32_t)packet->length, &parts) ||
	    !parts.payload.bytes || !mutate_random(mutate, 16)) {
		(void)mutate_part(packet, 0, packet->length);
		return;
	}
	ip = (size_t)(parts.ip.bytes - packet->bytes);
	at = (size_t)(parts.payload.bytes - packet->bytes);
	if (parts.kind == PACKET_IKE || parts.kind == PACKET_UDP_ESP ||
	    parts.kind == PACKET_UDP)
		udp = at - 8 - (parts.has_marker ? 4 : 0);
	if (parts.kind == PACKET_IKE && mutate_random(mutate, 3))
		is_done = mutate_ike(mutate, packet, &parts);
	if (!is_done)
		(void)mutate_part(packet, at, parts.payload.length);
	if (parts.ip.bytes && udp < packet->length)
		mutate_lengths(packet, ip, udp);
}

/* Leave one out, double it, move it, or change when it was seen. */
static inline void mutate_order(struct mutate *mutate)
{
	unsigned int a = mutate_random(mutate, mutate->count);
	unsigned int b = mutate_random(mutate, mutate->count);
	struct mutate_packet *last = &mutate->packet[MUTATE_PACKETS_MAX];

	switch (mutate_random(mutate, 4)) {
	case 0:
		*last = mutate->packet[a];
		mutate->packet[a] = mutate->packet[b];
		mutate->packet[b] = *last;
		break;
	case 1:
		if (mutate->count < MUTATE_PACKETS_MAX)
			mutate->packet[mutate->count++] = mutate->packet[a];
		break;
	case 2:
		mutate->packet[a] = mutate->packet[--mutate->count];
		break;
	default:
		mutate->packet[a].seconds += mutate_random(mutate, 100);
		break;
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	static struct mutate mutate;

	mutate.seed = seed;
	if (mutate_random(&mutate, 8))
		mutate_read(&mutate, data, size);
	else
		mutate.count = 0;
	if (!mutate.count)
		return LLVMFuzzerMutate(data, size, max_size);
	if (mutate_random(&mutate, 6))
		mutate_packet(&mutate,
			      &mutate.packet[mutate_random(&mutate, mutate.count)]);
	else
		mutate_order(&mutate);
	return mutate_write(&mutate, data, max_size);
}

#endif
