/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - read pcap and pcapng files of any size as a stream
 *
 * Both formats in both byte orders, µs and ns, several interfaces with different
 * link types in one pcapng (libpcap refuses those), snoop (RFC 1761); packed by gzip, xz,
 * zstd, bzip2 or what else libarchive knows; "-" is stdin. One
 * pass, memory independent of the file's length. The reader is our own because of
 * what libpcap refuses, and for speed; file_test.c compares it with libpcap.
 */
#ifndef TWINSITE_CAPTURE_FILE_H
#define TWINSITE_CAPTURE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "capture/pcapng.h"

struct capture_file;
struct err;

#define CAPTURE_PACKET_MAX     (1u << 20) /* bytes; a record that claims more is damage */
#define CAPTURE_INTERFACES_MAX 4096

enum capture_end {
	CAPTURE_END_NONE,    /* not at the end yet */
	CAPTURE_END_CLEAN,   /* the file ends where a record ends */
	CAPTURE_END_CUT,     /* in the middle of a record: a capture that was killed */
	CAPTURE_END_DAMAGED, /* a record makes no sense; what stood before was read */
};

/* Open a path, "-" is stdin. -EINVAL when it is no capture. */
int capture_file_open(const char *path, struct capture_file **ret_file, struct err *err);

/* A file of somebody's folder, as file_open_below() opens it. */
int capture_file_open_below(const char *folder, const char *name,
			    struct capture_file **ret_file, struct err *err);

/* The same from memory (borrowed until closed, not gzip); name is for messages. */
int capture_file_open_bytes(const char *name, const void *bytes, size_t length,
			    struct capture_file **ret_file, struct err *err);

/*
 * The next packet: 1, or 0 at the end (see capture_file_end()), or a negative errno
 * when reading itself failed. The bytes are borrowed until the next call.
 */
int capture_file_next(struct capture_file *file, struct capture_packet *ret_packet,
		      struct err *err);

enum capture_end capture_file_end(const struct capture_file *file);
/* One sentence about an end that is not clean; "" otherwise. */
const char *capture_file_end_text(const struct capture_file *file);

/* How many interfaces were described so far; a pcap has one. */
unsigned int capture_file_interfaces(const struct capture_file *file);

/* The interface's name, or "" (pcap has none). Borrowed. */
const char *capture_file_interface(const struct capture_file *file, unsigned int index);

/* Packets lost while capturing, as the file says; 0 when it does not say. */
uint64_t capture_file_drops(const struct capture_file *file);

void capture_file_close(struct capture_file *file); /* NULL is fine */

static inline void capture_file_closep(struct capture_file **file)
{
	capture_file_close(*file);
}

#endif
