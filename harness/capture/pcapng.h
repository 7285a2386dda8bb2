/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng.h - write capture files (draft-ietf-opsawg-pcapng)
 *
 * Our own writer, because libpcap's knows neither interface names nor comments
 * nor secrets. Little endian, nanoseconds. Everything is buffered; nothing is on
 * disk before pcapng_flush() or pcapng_close().
 */
#ifndef TWINSITE_CAPTURE_PCAPNG_H
#define TWINSITE_CAPTURE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct pcapng;

/* One packet; the bytes are borrowed. */
struct capture_packet {
	uint32_t frame;		/* number within its file, from 1; 0: not said */
	unsigned int interface; /* index within its file, from 0 */
	int link_type;		/* LINKTYPE_… number of tcpdump.org's registry */
	int64_t time_ns;	/* since the epoch */
	const uint8_t *bytes;
	uint32_t captured;   /* bytes that are there */
	uint32_t length;     /* bytes on the wire */
	const char *comment; /* when writing: one more option; NULL: none */
};

/* Create (replace) a file. The caller closes it, even after errors. */
int pcapng_create(const char *path, struct pcapng **ret_pcapng, struct err *err);

/*
 * Describe an interface: its name as shown ("home:wan"), link type and snaplen
 * (0: unlimited). Returns its index (0, 1, …) or a negative errno.
 */
int pcapng_add_interface(struct pcapng *pcapng, const char *name, int link_type,
			 uint32_t snaplen, struct err *err);

/* Append a packet; packet->link_type is not used. */
int pcapng_write(struct pcapng *pcapng, const struct capture_packet *packet,
		 struct err *err);

/* Append what an interface saw and lost (Interface Statistics Block). */
int pcapng_write_statistics(struct pcapng *pcapng, unsigned int interface,
			    int64_t time_ns, uint64_t received, uint64_t dropped,
			    struct err *err);

int pcapng_flush(struct pcapng *pcapng, struct err *err);

/* Flush and close; frees in any case. NULL is fine. */
int pcapng_close(struct pcapng *pcapng, struct err *err);

static inline void pcapng_closep(struct pcapng **pcapng)
{
	(void)pcapng_close(*pcapng, NULL);
}

#endif
