/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live_source.h - the packet socket of one interface
 *
 * Packet sockets (packet(7)) themselves and not libpcap, whose live handles always have
 * a mapped ring of 256 KiB blocks: a guest kernel panics over mapped rings (User-Mode
 * Linux 6.12) and is kept awake by their timers, and elsewhere it was most of our
 * memory. Two ways to hold what has not been read yet:
 *
 * with a ring (TPACKET_V2)  The kernel copies what the filter keeps of a packet into a
 *	slot. Slots are small, for packets cut to their headers; a larger one is queued
 *	at the socket as well, its slot says so. A slot can be read at once and needs no
 *	timer (TPACKET_V3 hands over blocks, after a while when they are not full).
 * without  Whole packets are queued at the socket, up to the memory that
 *	net.core.rmem_max allows (in a guest as much as we like), and read by
 *	recvmmsg(2). Neither opening nor closing waits for the kernel's ring.
 *
 * Nothing is lost without being counted in either.
 */
#ifndef TWINSITE_CAPTURE_LIVE_SOURCE_H
#define TWINSITE_CAPTURE_LIVE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct live_source {
	int fd;
	int link_type;	   /* LINKTYPE_…, https://www.tcpdump.org/linktypes.html */
	uint8_t *ring;	   /* live_source_map() maps it; NULL without one */
	uint32_t slots;	   /* of the ring; 0: none */
	uint32_t next;	   /* the slot to be read */
	uint32_t queue;	   /* packets that the socket holds without a ring, at least */
	uint64_t uncopied; /* packets of which only a slot's worth was kept */
};

/* One packet, its bytes valid during the call only. */
struct live_packet {
	int64_t time_ns;
	const uint8_t *bytes;
	uint32_t captured, length;
};

/* Bytes to receive into, of the calling process, for all its sources. */
struct live_room;

/*
 * Open the interface of the current network namespace, with a ring of about so many
 * bytes (0: none); nothing passes until there is a filter. Needs CAP_NET_RAW there.
 * label names it in sentences. 0, -EPERM, -ENODEV, -ENOTSUP (what is not Ethernet or
 * plain IP), -errno.
 */
int live_source_open(const char *interface, const char *label, uint32_t ring_bytes,
		     struct live_source *ret_source, struct err *err);

/* Keep so many bytes of each packet from now on, by a filter in the kernel; 0: none. */
int live_source_filter(const struct live_source *source, uint32_t snaplen,
		       const char *label, struct err *err);

/* In the process that reads: map the ring, if there is one. */
int live_source_map(struct live_source *source, const char *label, struct err *err);

struct live_room *live_room_new(void); /* NULL: no memory */
void live_room_free(struct live_room *room);

/*
 * Give every packet that is there, at most about `most`, to fn; returns how many came.
 * An interface that is down or gone has none; it may come back.
 */
int live_source_read(struct live_source *source, struct live_room *room, int most,
		     void (*fn)(void *user, const struct live_packet *packet),
		     void *user);

/* So many packets at a time mean that it has to be read more often. */
uint32_t live_source_many(const struct live_source *source);

/* Packets that passed the filter, and those of them that were lost, since the opening;
   to be asked once. */
void live_source_statistics(struct live_source *source, uint64_t *ret_received,
			    uint64_t *ret_dropped);

/* Waits for a grace period of the kernel. Repeatable. */
void live_source_close(struct live_source *source);

#endif
