// SPDX-License-Identifier: GPL-2.0-or-later
/* file_pcapng.c - the blocks of a pcapng file (draft-ietf-opsawg-pcapng) */
#include "capture/window.h"

#define BLOCK_MAX (CAPTURE_PACKET_MAX + 65536) /* a packet with its options */

/* draft-ietf-opsawg-pcapng 4 */
enum {
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

/* Within 0 and INT64_MAX, which is the year 2262, so that differences are no problem. */
static int64_t time_ns(const struct file_interface *interface, uint64_t stamp)
{
	__int128 seconds = stamp / interface->units;
	uint64_t rest = stamp % interface->units;
	__int128 time;

	rest = (uint64_t)((unsigned __int128)rest * NS_PER_S / interface->units);
	time = (seconds + interface->offset_s) * NS_PER_S + rest;
	if (time < 0)
		return 0;
	return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

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
	ret->code = window_u16(file, *at);
	ret->length = window_u16(file, *at + 2);
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
		interface->offset_s = (int64_t)window_u64(file, option->value);
	}
}

static bool block_interface(struct capture_file *file, const uint8_t *body, size_t length)
{
	const uint8_t *at = body + 8, *end = body + length;
	struct file_interface *interface;
	struct option option;

	if (length < 8 || !(interface = capture_file_interface_new(file)))
		return false;
	interface->link_type = window_u16(file, body);
	interface->snaplen = window_u32(file, body + 4);
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
			file->drops += window_u64(file, option.value);
}

/* Enhanced packet, and the obsolete packet block whose interface id has 16 bits. */
static bool block_packet(struct capture_file *file, uint32_t type, const uint8_t *body,
			 size_t length, struct capture_packet *ret)
{
	const struct file_interface *interface;
	uint32_t id;

	if (length < 20)
		return false;
	id = type == BLOCK_PACKET ? window_u16(file, body) : window_u32(file, body);
	ret->captured = window_u32(file, body + 12);
	ret->length = window_u32(file, body + 16);
	if (id >= file->count - file->section || ret->captured > length - 20)
		return false;
	interface = &file->interfaces[file->section + id];
	ret->interface = file->section + id;
	ret->link_type = interface->link_type;
	ret->time_ns = time_ns(interface, (uint64_t)window_u32(file, body + 4) << 32 |
						  window_u32(file, body + 8));
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
					.length = window_u32(file, body) };
	ret->captured = ret->length;
	if (interface->snaplen && interface->snaplen < ret->captured)
		ret->captured = interface->snaplen;
	return ret->captured <= length - 4;
}

/* Byte order is per section; the first interface of a section has number 0 again. */
static bool section_begin(struct capture_file *file)
{
	const uint8_t *header = window_need(file, 28);
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
	capture_file_finish(file, end, what);
	return 0;
}

static bool is_packet(uint32_t type)
{
	return type == BLOCK_ENHANCED_PACKET || type == BLOCK_PACKET ||
	       type == BLOCK_SIMPLE_PACKET;
}

/* What stands between the two lengths of a block. */
struct block {
	uint32_t type;
	const uint8_t *body;
	size_t length;
};

/* Returns 1, or -1 when it is too large to be kept and no packet, 0 at the end. */
static int block_take(struct capture_file *file, struct block *ret_block)
{
	const uint8_t *block = window_need(file, 12);
	uint32_t type, size;

	if (!block)
		return pcapng_end(
			file, file->end == file->at ? CAPTURE_END_CLEAN : CAPTURE_END_CUT,
			"the file ends within a block header");
	if (window_u32(file, block) == BLOCK_SECTION_HEADER) {
		if (!section_begin(file))
			return pcapng_end(file, CAPTURE_END_DAMAGED,
					  "a section header makes no sense");
		block = window_need(file, 12);
	}
	type = window_u32(file, block);
	size = window_u32(file, block + 4);
	if (size < 12 || size & 3)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "the length of a block makes no sense");
	if (size > BLOCK_MAX) {
		if (is_packet(type))
			return pcapng_end(file, CAPTURE_END_DAMAGED,
					  "a packet claims more than 1 MiB");
		if (!window_skip(file, size))
			return pcapng_end(file, CAPTURE_END_CUT,
					  "the file ends within a block");
		return -1;
	}
	block = window_need(file, size);
	if (!block)
		return pcapng_end(file, CAPTURE_END_CUT, "the file ends within a block");
	if (window_u32(file, block + size - 4) != size)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "both lengths of a block differ");
	file->at += size;
	*ret_block = (struct block){ type, block + 8, size - 12 };
	return 1;
}

int capture_file_pcapng_block(struct capture_file *file, struct capture_packet *ret)
{
	struct block block;
	bool is_fine = true;
	int got = block_take(file, &block);

	if (got != 1)
		return got;
	switch (block.type) {
	case BLOCK_ENHANCED_PACKET:
	case BLOCK_PACKET:
		is_fine = block_packet(file, block.type, block.body, block.length, ret);
		break;
	case BLOCK_SIMPLE_PACKET:
		is_fine = block_simple(file, block.body, block.length, ret);
		break;
	case BLOCK_INTERFACE:
		is_fine = block_interface(file, block.body, block.length);
		break;
	case BLOCK_INTERFACE_STATISTICS:
		block_statistics(file, block.body, block.length);
		break;
	default: /* names, secrets, custom blocks: nothing we need */
		break;
	}
	if (!is_fine)
		return pcapng_end(file, CAPTURE_END_DAMAGED,
				  "a block contradicts itself");
	return is_packet(block.type) ? 1 : -1;
}
