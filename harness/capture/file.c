// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * file.c - read pcap and pcapng files of any size as a stream
 *
 * A window slides over the file: need(n) makes the next n bytes contiguous. zlib
 * does the reading; what is not gzip it passes through without a copy when, as
 * here, the reads are large.
 */
#include "capture/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/err.h"

#define WINDOW_SIZE	   (256u << 10)
#define BLOCK_MAX	   (CAPTURE_PACKET_MAX + 65536) /* a packet with its options */
#define LINK_TYPE_MASK	   0xffff /* above: FCS length and reserved bits */
#define NS_PER_S	   1000000000ULL
#define INTERFACE_NAME_MAX 128

/* draft-ietf-opsawg-pcap 4, draft-ietf-opsawg-pcapng 4 */
enum {
	PCAP_MAGIC_US = 0xa1b2c3d4,
	PCAP_MAGIC_NS = 0xa1b23c4d,
	PCAP_MAGIC_KUZNETZOV = 0xa1b2cd34, /* record headers of 24 bytes */
	PCAP_HEADER_SIZE = 24,

	BLOCK_SECTION_HEADER = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_INTERFACE_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,

	OPTION_END = 0,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
	OPTION_ISB_IFDROP = 5,
};

struct file_interface {
	int link_type;
	uint32_t snaplen;
	uint64_t units; /* of time stamps, per second */
	int64_t offset_s;
	char name[INTERFACE_NAME_MAX];
};

struct capture_file {
	char *name;
	gzFile gz; /* NULL: all of it is in the window already */
	uint8_t *owned;
	const uint8_t *window;
	size_t size, at, end; /* of the window; the unread bytes are at..end */
	bool is_eof;
	int read_error; /* positive errno */
	bool is_pcapng;
	bool is_swapped;
	uint32_t record_header; /* pcap: its size */
	enum capture_end state;
	char text[160];
	uint64_t packets, drops;
	uint64_t offset; /* in the file, of window[0] */
	struct file_interface *interfaces;
	unsigned int count, section; /* interfaces; the first one of this section */
};

/* ------------------------------------------------------------ the window */

static void finish(struct capture_file *file, enum capture_end end, const char *what)
{
	if (file->state != CAPTURE_END_NONE)
		return;
	file->state = end;
	if (end != CAPTURE_END_CLEAN)
		(void)snprintf(file->text, sizeof(file->text),
			       "after packet %llu, at byte %llu: %s",
			       (unsigned long long)file->packets,
			       (unsigned long long)file->offset + file->at, what);
}

/* Move the unread bytes to the front, and make the window hold at least n bytes. */
static bool make_room(struct capture_file *file, size_t n)
{
	size_t left = file->end - file->at;

	if (n > file->size) {
		uint8_t *grown = malloc(n);

		if (!grown)
			return false;
		memcpy(grown, file->window + file->at, left);
		free(file->owned);
		file->owned = grown;
		file->size = n;
	} else {
		memmove(file->owned, file->window + file->at, left);
	}
	file->window = file->owned;
	file->offset += file->at;
	file->at = 0;
	file->end = left;
	return true;
}

/* No more comes: why not. zlib tells cut gzip data from its plain end. */
static void note_read_end(struct capture_file *file)
{
	int code;
	const char *text = gzerror(file->gz, &code);

	file->is_eof = true;
	if (code == Z_ERRNO)
		file->read_error = errno ? errno : EIO;
	else if (code == Z_BUF_ERROR)
		finish(file, CAPTURE_END_CUT, "the gzip data ends too early");
	else if (code != Z_OK)
		finish(file, CAPTURE_END_DAMAGED, text);
}

static bool need_more(struct capture_file *file, size_t n)
{
	if (file->is_eof || !make_room(file, n))
		return false;
	while (file->end < n && !file->is_eof) {
		int got = gzread(file->gz, file->owned + file->end,
				 (unsigned int)(file->size - file->end));

		if (got <= 0)
			note_read_end(file); /* none at the end of a whole file */
		else
			file->end += (size_t)got;
	}
	return file->end >= n;
}

/* The next n bytes, not yet taken; NULL when the file has fewer. */
static inline const uint8_t *need(struct capture_file *file, size_t n)
{
	if (file->end - file->at < n && !need_more(file, n))
		return NULL;
	return file->window + file->at;
}

static bool skip(struct capture_file *file, size_t n)
{
	while (n) {
		size_t left = file->end - file->at, step = left < n ? left : n;

		file->at += step;
		n -= step;
		if (n && !need(file, 1))
			return false;
	}
	return true;
}

static inline uint32_t u32(const struct capture_file *file, const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap32(value) : value;
}

static inline uint16_t u16(const struct capture_file *file, const uint8_t *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap16(value) : value;
}

static uint64_t u64(const struct capture_file *file, const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return file->is_swapped ? __builtin_bswap64(value) : value;
}

static struct file_interface *interface_new(struct capture_file *file)
{
	struct file_interface *grown;

	if (file->count == CAPTURE_INTERFACES_MAX)
		return NULL;
	grown = realloc(file->interfaces, (file->count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	file->interfaces = grown;
	grown += file->count++;
	*grown = (struct file_interface){ .units = 1000000 };
	return grown;
}

static int64_t time_ns(const struct file_interface *interface, uint64_t stamp)
{
	uint64_t seconds = stamp / interface->units, rest = stamp % interface->units;

	if (interface->units == NS_PER_S && !interface->offset_s)
		return (int64_t)stamp;
	rest = (uint64_t)((unsigned __int128)rest * NS_PER_S / interface->units);
	return (int64_t)((seconds + (uint64_t)interface->offset_s) * NS_PER_S + rest);
}

/* ------------------------------------------------------------ pcap */

static int pcap_begin(struct capture_file *file, uint32_t magic, struct err *err)
{
	const uint8_t *header = need(file, PCAP_HEADER_SIZE);
	struct file_interface *interface;

	if (!header)
		return err_set(err, EINVAL, "%s: cut within the file header", file->name);
	interface = interface_new(file);
	if (!interface)
		return err_sys(err, ENOMEM, "%s", file->name);
	interface->link_type = (int)(u32(file, header + 20) & LINK_TYPE_MASK);
	interface->snaplen = u32(file, header + 16);
	interface->units = magic == PCAP_MAGIC_NS ? NS_PER_S : 1000000;
	file->record_header = magic == PCAP_MAGIC_KUZNETZOV ? 24 : 16;
	file->at += PCAP_HEADER_SIZE;
	return 0;
}

static int pcap_next(struct capture_file *file, struct capture_packet *ret)
{
	const struct file_interface *interface = file->interfaces;
	const uint8_t *record = need(file, file->record_header);
	uint32_t captured;

	if (!record) {
		finish(file, file->end == file->at ? CAPTURE_END_CLEAN : CAPTURE_END_CUT,
		       "the file ends within a record header");
		return 0;
	}
	captured = u32(file, record + 8);
	if (captured > CAPTURE_PACKET_MAX) {
		finish(file, CAPTURE_END_DAMAGED, "a record claims more than 1 MiB");
		return 0;
	}
	record = need(file, file->record_header + captured);
	if (!record) {
		finish(file, CAPTURE_END_CUT, "the file ends within a packet");
		return 0;
	}
	*ret = (struct capture_packet){
		.link_type = interface->link_type,
		.time_ns = (int64_t)u32(file, record) * (int64_t)NS_PER_S +
			   (int64_t)u32(file, record + 4) *
				   (interface->units == NS_PER_S ? 1 : 1000),
		.bytes = record + file->record_header,
		.captured = captured,
		.length = u32(file, record + 12),
	};
	file->at += file->record_header + captured;
	return 1;
}

/* ------------------------------------------------------------ pcapng */

struct option {
	uint16_t code, length;
	const uint8_t *value;
};

/* The next option of at..end; false at the end, also of damaged ones. */
static bool option_next(const struct capture_file *file, const uint8_t **at,
			const uint8_t *end, struct option *ret)
{
	size_t left = (size_t)(end - *at), padded;

	if (left < 4)
		return false;
	ret->code = u16(file, *at);
	ret->length = u16(file, *at + 2);
	ret->value = *at + 4;
	padded = 4 + (((size_t)ret->length + 3) & ~(size_t)3);
	if (ret->code == OPTION_END || padded > left)
		return false;
	*at += padded;
	return true;
}

/* if_tsresol: a negative power of 10, or of 2 with the top bit set. */
static uint64_t resolution_units(uint8_t resolution)
{
	uint64_t units = 1;

	if (resolution & 0x80)
		return (resolution & 0x7f) < 64 ? 1ULL << (resolution & 0x7f) : 0;
	if (resolution > 19)
		return 0;
	while (resolution--)
		units *= 10;
	return units;
}

static void interface_option(struct capture_file *file, struct file_interface *interface,
			     const struct option *option)
{
	size_t length = option->length < INTERFACE_NAME_MAX ? option->length
							    : INTERFACE_NAME_MAX - 1;

	if (option->code == OPTION_IF_NAME) {
		memcpy(interface->name, option->value, length);
		interface->name[length] = '\0';
	} else if (option->code == OPTION_IF_TSRESOL && option->length >= 1) {
		interface->units = resolution_units(option->value[0]);
	} else if (option->code == OPTION_IF_TSOFFSET && option->length >= 8) {
		interface->offset_s = (int64_t)u64(file, option->value);
	}
}

static bool block_interface(struct capture_file *file, const uint8_t *body, size_t length)
{
	const uint8_t *at = body + 8, *end = body + length;
	struct file_interface *interface;
	struct option option;

	if (length < 8 || !(interface = interface_new(file)))
		return false;
	interface->link_type = u16(file, body);
	interface->snaplen = u32(file, body + 4);
	while (option_next(file, &at, end, &option))
		interface_option(file, interface, &option);
	return interface->units != 0;
}

static void block_statistics(struct capture_file *file, const uint8_t *body,
			     size_t length)
{
	const uint8_t *at = body + 12, *end = body + length;
	struct option option;

	if (length < 12)
		return;
	while (option_next(file, &at, end, &option))
		if (option.code == OPTION_ISB_IFDROP && option.length >= 8)
			file->drops += u64(file, option.value);
}

/* Enhanced packet, and the obsolete packet block whose interface id has 16 bits. */
static bool block_packet(struct capture_file *file, uint32_t type, const uint8_t *body,
			 size_t length, struct capture_packet *ret)
{
	const struct file_interface *interface;
	uint32_t id;

	if (length < 20)
		return false;
	id = type == BLOCK_PACKET ? u16(file, body) : u32(file, body);
	ret->captured = u32(file, body + 12);
	ret->length = u32(file, body + 16);
	if (id >= file->count - file->section || ret->captured > length - 20)
		return false;
	interface = &file->interfaces[file->section + id];
	ret->interface = file->section + id;
	ret->link_type = interface->link_type;
	ret->time_ns = time_ns(interface,
			       (uint64_t)u32(file, body + 4) << 32 | u32(file, body + 8));
	ret->bytes = body + 20;
	ret->comment = NULL;
	return true;
}

static bool block_simple(struct capture_file *file, const uint8_t *body, size_t length,
			 struct capture_packet *ret)
{
	const struct file_interface *interface;

	if (length < 4 || file->count == file->section)
		return false;
	interface = &file->interfaces[file->section];
	*ret = (struct capture_packet){ .interface = file->section,
					.link_type = interface->link_type,
					.bytes = body + 4,
					.length = u32(file, body) };
	ret->captured = ret->length;
	if (interface->snaplen && interface->snaplen < ret->captured)
		ret->captured = interface->snaplen;
	return ret->captured <= length - 4;
}

/* Byte order is per section; the first interface of a section has number 0 again. */
static bool section_begin(struct capture_file *file)
{
	const uint8_t *header = need(file, 28);
	uint32_t magic;

	if (!header)
		return false;
	memcpy(&magic, header + 8, sizeof(magic));
	file->is_swapped = magic != BYTE_ORDER_MAGIC;
	file->section = file->count;
	return !file->is_swapped || __builtin_bswap32(magic) == BYTE_ORDER_MAGIC;
}

static int pcapng_end(struct capture_file *file, enum capture_end end, const char *what)
{
	finish(file, end, what);
	return 0;
}

/*
 * One block. Returns 1 when it was a packet, -1 when it was something else, 0 at
 * the end.
 */
static int pcapng_block(struct capture_file *file, struct capture_packet *ret)
{
	const uint8_t *block = need(file, 12);
	uint32_t type, size;
	bool is_fine = true;

	if (!block)
		return pcapng_end(
			file, file->end == file->at ? CAPTURE_END_CLEAN : CAPTURE_END_CUT,
			"the file ends within a block header");
	if (u32(file, block) == BLOCK_SECTION_HEADER) {
		if (!section_begin(file))
			return pcapng_end(file, CAPTURE_END_DAMAGED,
					  "a section header makes no sense");
		block = need(file, 12);
	}
	type = u32(file, block);
	size = u32(file, block + 4);
	if (size < 12 || size & 3)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "the length of a block makes no sense");
	if (size > BLOCK_MAX) {
		if (type == BLOCK_ENHANCED_PACKET || type == BLOCK_PACKET ||
		    type == BLOCK_SIMPLE_PACKET)
			return pcapng_end(file, CAPTURE_END_DAMAGED,
					  "a packet claims more than 1 MiB");
		if (!skip(file, size))
			return pcapng_end(file, CAPTURE_END_CUT,
					  "the file ends within a block");
		return -1;
	}
	block = need(file, size);
	if (!block)
		return pcapng_end(file, CAPTURE_END_CUT, "the file ends within a block");
	if (u32(file, block + size - 4) != size)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "both lengths of a block differ");
	file->at += size;
	switch (type) {
	case BLOCK_ENHANCED_PACKET:
	case BLOCK_PACKET:
		is_fine = block_packet(file, type, block + 8, size - 12, ret);
		break;
	case BLOCK_SIMPLE_PACKET:
		is_fine = block_simple(file, block + 8, size - 12, ret);
		break;
	case BLOCK_INTERFACE:
		is_fine = block_interface(file, block + 8, size - 12);
		break;
	case BLOCK_INTERFACE_STATISTICS:
		block_statistics(file, block + 8, size - 12);
		break;
	default: /* names, secrets, custom blocks: nothing we need */
		break;
	}
	if (!is_fine)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "a block contradicts itself");
	return type == BLOCK_ENHANCED_PACKET || type == BLOCK_PACKET ||
			       type == BLOCK_SIMPLE_PACKET
		       ? 1
		       : -1;
}

/* ------------------------------------------------------------ open, next, close */

static int begin(struct capture_file *file, struct err *err)
{
	static const uint32_t magics[] = { PCAP_MAGIC_US, PCAP_MAGIC_NS,
					   PCAP_MAGIC_KUZNETZOV };
	const uint8_t *head = need(file, 4);
	uint32_t magic;

	if (file->read_error)
		return err_sys(err, file->read_error, "%s", file->name);
	if (!head)
		return err_set(err, EINVAL, "%s: %s", file->name,
			       file->end ? "not a pcap or pcapng capture" : "empty file");
	memcpy(&magic, head, sizeof(magic));
	file->is_pcapng = magic == BLOCK_SECTION_HEADER;
	if (file->is_pcapng)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		file->is_swapped = magic == __builtin_bswap32(magics[i]);
		if (magic == magics[i] || file->is_swapped)
			return pcap_begin(file, magics[i], err);
	}
	return err_set(err, EINVAL,
		       "%s: not a pcap or pcapng capture (magic %02x%02x%02x%02x)",
		       file->name, head[0], head[1], head[2], head[3]);
}

static struct capture_file *file_new(const char *name)
{
	struct capture_file *file = calloc(1, sizeof(*file));

	if (file && !(file->name = strdup(name))) {
		free(file);
		return NULL;
	}
	return file;
}

static int open_input(struct capture_file *file, const char *path, struct err *err)
{
	bool is_stdin = !strcmp(path, "-");
	_cleanup_close_ int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
					  : open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return err_sys(err, errno, "%s", file->name);
	if (S_ISDIR(status.st_mode))
		return err_set(err, EISDIR, "%s: is a folder", file->name);
	file->owned = malloc(WINDOW_SIZE);
	file->gz = gzdopen(fd, "rb");
	if (!file->owned || !file->gz)
		return err_sys(err, ENOMEM, "%s", file->name);
	(void)steal_fd(&fd);
	file->window = file->owned;
	file->size = WINDOW_SIZE;
	return 0;
}

int capture_file_open(const char *path, struct capture_file **ret_file, struct err *err)
{
	struct capture_file *file = file_new(strcmp(path, "-") ? path : "(stdin)");
	int status;

	if (!file)
		return err_sys(err, ENOMEM, "%s", path);
	status = open_input(file, path, err);
	if (!status)
		status = begin(file, err);
	if (status) {
		capture_file_close(file);
		return status;
	}
	*ret_file = file;
	return 0;
}

int capture_file_open_bytes(const char *name, const void *bytes, size_t length,
			    struct capture_file **ret_file, struct err *err)
{
	struct capture_file *file = file_new(name);
	int status;

	if (!file)
		return err_sys(err, ENOMEM, "%s", name);
	file->window = bytes;
	file->size = file->end = length;
	file->is_eof = true;
	status = begin(file, err);
	if (status) {
		capture_file_close(file);
		return status;
	}
	*ret_file = file;
	return 0;
}

int capture_file_next(struct capture_file *file, struct capture_packet *ret_packet,
		      struct err *err)
{
	int got = -1;

	if (file->state != CAPTURE_END_NONE)
		return 0;
	if (file->is_pcapng)
		while (got < 0)
			got = pcapng_block(file, ret_packet);
	else
		got = pcap_next(file, ret_packet);
	if (!got && file->read_error)
		return err_sys(err, file->read_error, "%s", file->name);
	if (got && ret_packet->length < ret_packet->captured)
		ret_packet->length = ret_packet->captured;
	file->packets += (uint64_t)got;
	return got;
}

enum capture_end capture_file_end(const struct capture_file *file)
{
	return file->state;
}

const char *capture_file_end_text(const struct capture_file *file)
{
	return file->text;
}

const char *capture_file_interface(const struct capture_file *file, unsigned int index)
{
	return index < file->count ? file->interfaces[index].name : "";
}

unsigned int capture_file_interfaces(const struct capture_file *file)
{
	return file->count;
}

uint64_t capture_file_drops(const struct capture_file *file)
{
	return file->drops;
}

void capture_file_close(struct capture_file *file)
{
	if (!file)
		return;
	if (file->gz)
		(void)gzclose(file->gz);
	free(file->owned);
	free(file->interfaces);
	free(file->name);
	free(file);
}
