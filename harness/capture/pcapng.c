// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng.c - write capture files (draft-ietf-opsawg-pcapng) */
#include "capture/pcapng.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

#define PCAPNG_BUFFER_SIZE (512u << 10) /* of one block, at most */
#define PCAPNG_WRITE_SIZE  (128u << 10) /* small blocks are written so many at once */

/* Block types and options, draft-ietf-opsawg-pcapng sections 3.5 and 4 */
enum {
	BLOCK_SECTION_HEADER = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_INTERFACE_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,

	BYTE_ORDER_MAGIC = 0x1a2b3c4d,

	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SHB_USERAPPL = 4,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_ISB_IFRECV = 4,
	OPTION_ISB_IFDROP = 5,

	TSRESOL_NANOSECONDS = 9,
};

struct pcapng {
	int fd;
	int code; /* the first failure, negative errno: nothing is written any more */
	unsigned int interfaces;
	size_t used;
	size_t block; /* where the block under way begins */
	char *path;
	uint8_t buffer[PCAPNG_BUFFER_SIZE];
};

static int fail(const struct pcapng *pcapng, struct err *err)
{
	return err_sys(err, -pcapng->code, "%s", pcapng->path);
}

static void write_out(struct pcapng *pcapng)
{
	const uint8_t *at = pcapng->buffer;

	while (pcapng->used && !pcapng->code) {
		ssize_t done = write(pcapng->fd, at, pcapng->used);

		if (done < 0 && errno != EINTR)
			pcapng->code = -errno;
		if (done > 0) {
			at += done;
			pcapng->used -= (size_t)done;
		}
	}
	pcapng->used = 0;
}

/*
 * Room for a block of at most size bytes: blocks are built in the buffer, whole.
 * Returns false for one that is larger than the buffer.
 */
static bool block_begin(struct pcapng *pcapng, uint32_t type, size_t size)
{
	if (size > PCAPNG_BUFFER_SIZE)
		return false;
	if (pcapng->used + size > PCAPNG_WRITE_SIZE)
		write_out(pcapng);
	pcapng->block = pcapng->used;
	memcpy(pcapng->buffer + pcapng->used, &type, sizeof(type));
	pcapng->used += 8; /* the length is known at the end */
	return true;
}

static void put(struct pcapng *pcapng, const void *bytes, size_t length)
{
	static const uint8_t zeros[4];
	size_t padding = -length & 3;

	memcpy(pcapng->buffer + pcapng->used, bytes, length);
	memcpy(pcapng->buffer + pcapng->used + length, zeros, padding);
	pcapng->used += length + padding;
}

static void put_u32(struct pcapng *pcapng, uint32_t value)
{
	put(pcapng, &value, sizeof(value));
}

static void put_option(struct pcapng *pcapng, uint16_t code, const void *bytes,
		       size_t length)
{
	uint16_t head[2] = { code, (uint16_t)length };

	put(pcapng, head, sizeof(head));
	put(pcapng, bytes, length);
}

static void block_end(struct pcapng *pcapng)
{
	uint32_t size = (uint32_t)(pcapng->used - pcapng->block + 4);

	put_u32(pcapng, size);
	memcpy(pcapng->buffer + pcapng->block + 4, &size, sizeof(size));
}

static void put_section_header(struct pcapng *pcapng)
{
	static const char application[] = "twinsite";
	const uint16_t version[2] = { 1, 0 };

	(void)block_begin(pcapng, BLOCK_SECTION_HEADER, 128);
	put_u32(pcapng, BYTE_ORDER_MAGIC);
	put(pcapng, version, sizeof(version));
	put_u32(pcapng, UINT32_MAX); /* section length: not given */
	put_u32(pcapng, UINT32_MAX);
	put_option(pcapng, OPTION_SHB_USERAPPL, application, sizeof(application) - 1);
	put_u32(pcapng, OPTION_END);
	block_end(pcapng);
}

int pcapng_create(const char *path, struct pcapng **ret_pcapng, struct err *err)
{
	struct pcapng *pcapng = calloc(1, sizeof(*pcapng));

	static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
		      "words are written as they are in memory");
	if (!pcapng || !(pcapng->path = strdup(path))) {
		free(pcapng);
		return err_sys(err, ENOMEM, "%s", path);
	}
	pcapng->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (pcapng->fd < 0) {
		int code = err_sys(err, errno, "%s", path);

		(void)pcapng_close(pcapng, NULL);
		return code;
	}
	put_section_header(pcapng);
	*ret_pcapng = pcapng;
	return 0;
}

int pcapng_add_interface(struct pcapng *pcapng, const char *name, int link_type,
			 uint32_t snaplen, struct err *err)
{
	const uint8_t resolution = TSRESOL_NANOSECONDS;
	const uint16_t head[2] = { (uint16_t)link_type, 0 };
	size_t length = strnlen(name, 1024);

	if (pcapng->code)
		return fail(pcapng, err);
	(void)block_begin(pcapng, BLOCK_INTERFACE, 64 + length);
	put(pcapng, head, sizeof(head));
	put_u32(pcapng, snaplen);
	put_option(pcapng, OPTION_IF_NAME, name, length);
	put_option(pcapng, OPTION_IF_TSRESOL, &resolution, sizeof(resolution));
	put_u32(pcapng, OPTION_END);
	block_end(pcapng);
	return (int)pcapng->interfaces++;
}

static void put_time(struct pcapng *pcapng, int64_t time_ns)
{
	put_u32(pcapng, (uint32_t)((uint64_t)time_ns >> 32));
	put_u32(pcapng, (uint32_t)time_ns);
}

int pcapng_write(struct pcapng *pcapng, const struct capture_packet *packet,
		 struct err *err)
{
	size_t comment = packet->comment ? strnlen(packet->comment, UINT16_MAX) : 0;

	if (pcapng->code)
		return fail(pcapng, err);
	if (packet->interface >= pcapng->interfaces)
		return err_set(err, EINVAL, "%s: packet of interface %u of %u",
			       pcapng->path, packet->interface, pcapng->interfaces);
	if (!block_begin(pcapng, BLOCK_ENHANCED_PACKET,
			 (size_t)packet->captured + comment + 64))
		return err_set(err, EMSGSIZE, "%s: a packet of %u bytes does not fit",
			       pcapng->path, packet->captured);
	put_u32(pcapng, packet->interface);
	put_time(pcapng, packet->time_ns);
	put_u32(pcapng, packet->captured);
	put_u32(pcapng, packet->length);
	put(pcapng, packet->bytes, packet->captured);
	if (comment) {
		put_option(pcapng, OPTION_COMMENT, packet->comment, comment);
		put_u32(pcapng, OPTION_END);
	}
	block_end(pcapng);
	return pcapng->code ? fail(pcapng, err) : 0;
}

int pcapng_write_statistics(struct pcapng *pcapng, unsigned int interface,
			    int64_t time_ns, uint64_t received, uint64_t dropped,
			    struct err *err)
{
	if (pcapng->code)
		return fail(pcapng, err);
	(void)block_begin(pcapng, BLOCK_INTERFACE_STATISTICS, 128);
	put_u32(pcapng, interface);
	put_time(pcapng, time_ns);
	put_option(pcapng, OPTION_ISB_IFRECV, &received, sizeof(received));
	put_option(pcapng, OPTION_ISB_IFDROP, &dropped, sizeof(dropped));
	put_u32(pcapng, OPTION_END);
	block_end(pcapng);
	return 0;
}

int pcapng_flush(struct pcapng *pcapng, struct err *err)
{
	write_out(pcapng);
	return pcapng->code ? fail(pcapng, err) : 0;
}

int pcapng_close(struct pcapng *pcapng, struct err *err)
{
	int code = 0;

	if (!pcapng)
		return 0;
	if (pcapng->fd >= 0) {
		write_out(pcapng);
		if (close(pcapng->fd) && !pcapng->code)
			pcapng->code = -errno;
	}
	if (pcapng->code)
		code = fail(pcapng, err);
	free(pcapng->path);
	free(pcapng);
	return code;
}
