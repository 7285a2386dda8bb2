/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window.h - the window over a capture file, for file.c and file_pcapng.c only
 *
 * A window slides over the file: window_need(n) makes the next n bytes contiguous. zlib
 * does the reading; what is not gzip it passes through without a copy when, as here, the
 * reads are large.
 */
#ifndef TWINSITE_CAPTURE_WINDOW_H
#define TWINSITE_CAPTURE_WINDOW_H

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "capture/file.h"

#define NS_PER_S	     1000000000ULL
#define INTERFACE_NAME_MAX   128
#define BLOCK_SECTION_HEADER 0x0a0d0d0au /* how a pcapng file begins */

struct file_interface {
	int link_type;
	uint32_t snaplen;
	uint64_t units; /* of time stamps, per second */
	int64_t offset_s;
	char name[INTERFACE_NAME_MAX];
};

struct capture_file {
	char *name;
	gzFile gz;	       /* NULL: all of it is in the window already */
	struct unpack *unpack; /* NULL: zlib reads; see file_unpack.c */
	uint8_t *owned;
	const uint8_t *window;
	size_t size, at, end; /* of the window; the unread bytes are at..end */
	bool is_eof;
	int read_error; /* positive errno */
	bool is_pcapng, is_snoop;
	bool is_swapped;
	uint32_t record_header; /* pcap: its size */
	enum capture_end state;
	char text[160];
	uint64_t packets, drops;
	uint64_t offset; /* in the file, of window[0] */
	struct file_interface *interfaces;
	unsigned int count, section; /* interfaces; the first one of this section */
};

/* It ends here: cut or damaged, with a sentence, or clean. The first reason counts. */
void capture_file_finish(struct capture_file *file, enum capture_end end,
			 const char *what);

/* A new interface, in microseconds; NULL: no memory, or too many. */
struct file_interface *capture_file_interface_new(struct capture_file *file);

/* The slow part of window_need(). */
bool window_need_more(struct capture_file *file, size_t n);

/* The next n bytes, not yet taken; NULL when the file has fewer. */
static inline const uint8_t *window_need(struct capture_file *file, size_t n)
{
	if (file->end - file->at < n && !window_need_more(file, n))
		return NULL;
	return file->window + file->at;
}

/* Step over n bytes, which need not fit the window; false: the file has fewer. */
bool window_skip(struct capture_file *file, size_t n);

static inline uint32_t window_u32(const struct capture_file *file, const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap32(value) : value;
}

static inline uint16_t window_u16(const struct capture_file *file, const uint8_t *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap16(value) : value;
}

static inline uint64_t window_u64(const struct capture_file *file, const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap64(value) : value;
}

/*
 * One block of a pcapng file. Returns 1 when it was a packet, -1 when it was something
 * else, 0 at the end.
 */
int capture_file_pcapng_block(struct capture_file *file, struct capture_packet *ret);

/* A snoop file, from its magic on; the next packet of one: 1, or 0 at the end. */
int snoop_begin(struct capture_file *file, struct err *err);
int snoop_next(struct capture_file *file, struct capture_packet *ret);

/*
 * Go on through libarchive, from the window's bytes on. -EINVAL: it is not packed, at
 * least by nothing that is known; -EBADMSG: it is, and nothing of it can be unpacked.
 * window_unpack_done() may be called without.
 */
int window_unpack(struct capture_file *file);
int window_read_unpacked(struct capture_file *file, uint8_t *bytes, size_t room);
void window_unpack_done(struct capture_file *file);

#endif
