// SPDX-License-Identifier: GPL-2.0-or-later
/* file_odd_test.c - captures as few programs write them, and lengths that lie */
#include <archive.h>
#include <archive_entry.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "capture/file.h"

#define SECOND 1000000000LL

/* A capture under way, in the byte order of this machine or the other one. */
struct writer {
	struct buf bytes;
	bool is_swapped;
	size_t block; /* where it began */
};

static void writer_done(struct writer *writer)
{
	buf_done(&writer->bytes);
}

#define _cleanup_writer_ __attribute__((cleanup(writer_done)))

static void put32(struct writer *writer, uint32_t value)
{
	value = writer->is_swapped ? __builtin_bswap32(value) : value;
	buf_add(&writer->bytes, &value, sizeof(value));
}

static void put16(struct writer *writer, uint16_t value)
{
	value = writer->is_swapped ? __builtin_bswap16(value) : value;
	buf_add(&writer->bytes, &value, sizeof(value));
}

static void begin(struct writer *writer, uint32_t type)
{
	writer->block = writer->bytes.length;
	put32(writer, type);
	put32(writer, 0);
}

/* The block's length, or another one. */
static void end_as(struct writer *writer, uint32_t length)
{
	uint32_t value = writer->is_swapped ? __builtin_bswap32(length) : length;

	put32(writer, length);
	memcpy(writer->bytes.data + writer->block + 4, &value, sizeof(value));
}

static void end(struct writer *writer)
{
	end_as(writer, (uint32_t)(writer->bytes.length - writer->block + 4));
}

static void put_pcap_head(struct writer *writer, uint32_t magic, uint32_t network)
{
	put32(writer, magic);
	put16(writer, 2);
	put16(writer, 4);
	put32(writer, 0);
	put32(writer, 0);
	put32(writer, 65535);
	put32(writer, network);
}

static void put_section(struct writer *writer)
{
	begin(writer, 0x0a0d0d0a);
	put32(writer, 0x1a2b3c4d);
	put16(writer, 1);
	put16(writer, 0);
	put32(writer, UINT32_MAX);
	put32(writer, UINT32_MAX);
	end(writer);
}

/* tsresol 0: the option is not there. */
static void put_interface(struct writer *writer, uint8_t tsresol, int64_t tsoffset)
{
	begin(writer, 1);
	put16(writer, 101);
	put16(writer, 0);
	put32(writer, 0);
	put16(writer, 2988); /* an option from an enterprise nobody knows */
	put16(writer, 5);
	buf_add(&writer->bytes, "hello\0\0\0", 8);
	if (tsresol) {
		put16(writer, 9);
		put16(writer, 1);
		buf_add(&writer->bytes, (const uint8_t[]){ tsresol, 0, 0, 0 }, 4);
	}
	if (tsoffset) {
		uint64_t value = writer->is_swapped
					 ? __builtin_bswap64((uint64_t)tsoffset)
					 : (uint64_t)tsoffset;

		put16(writer, 14);
		put16(writer, 8);
		buf_add(&writer->bytes, &value, sizeof(value));
	}
	end(writer);
}

static void put_packet(struct writer *writer, uint32_t interface, uint64_t stamp)
{
	begin(writer, 6);
	put32(writer, interface);
	put32(writer, (uint32_t)(stamp >> 32));
	put32(writer, (uint32_t)stamp);
	put32(writer, 3);
	put32(writer, 1500);
	buf_add(&writer->bytes, "abc\0", 4);
	end(writer);
}

/* All of it: how many packets, the last one's time, how it ended. */
static int read_all(const struct writer *writer, int64_t *ret_ns,
		    enum capture_end *ret_end)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	int count = 0;

	*ret_ns = -1;
	if (capture_file_open_bytes("odd", writer->bytes.data, writer->bytes.length,
				    &file, NULL))
		return -1;
	while (capture_file_next(file, &packet, NULL) > 0) {
		assert_int_equal(packet.captured, 3);
		assert_memory_equal(packet.bytes, "abc", 3);
		*ret_ns = packet.time_ns;
		count++;
	}
	*ret_end = capture_file_end(file);
	return count;
}

static void pcap_of_each_byte_order_precision_and_header_is_read(void **state)
{
	static const struct {
		uint32_t magic;
		int64_t fraction;
		size_t more; /* bytes of the record header behind the usual 16 */
	} rows[] = { { 0xa1b2c3d4, 7000, 0 },
		     { 0xa1b23c4d, 7, 0 },
		     { 0xa1b2cd34, 7000, 8 } }; /* Kuznetzov's */

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		_cleanup_writer_ struct writer writer = { .is_swapped = i & 1 };
		enum capture_end ended = CAPTURE_END_NONE;
		int64_t time_ns;

		/* with the length of an FCS */
		put_pcap_head(&writer, rows[i / 2].magic, 0xf0000000 | 101);
		for (int n = 0; n < 2; n++) {
			put32(&writer, 4000000000);
			put32(&writer, 7);
			put32(&writer, 3);
			put32(&writer, 1500);
			buf_add(&writer.bytes, "\0\0\0\0\0\0\0\0abc", rows[i / 2].more);
			buf_add(&writer.bytes, "abc", 3);
		}
		assert_int_equal(read_all(&writer, &time_ns, &ended), 2);
		assert_true(time_ns == 4000000000 * SECOND + rows[i / 2].fraction);
		assert_int_equal(ended, CAPTURE_END_CLEAN);
	}
}

static void pcapng_keeps_time_in_any_unit_and_byte_order(void **state)
{
	static const struct {
		uint8_t tsresol;
		int64_t tsoffset;
		uint64_t stamp;
		int64_t time_ns;
	} rows[] = {
		{ 0, 0, 1700000000000001, 1700000000000001000 },
		{ 9, 0, 1700000000000000001, 1700000000000000001 },
		{ 3, 0, 1700000000001, 1700000000001000000 },
		{ 0x80 | 20, 0, (5u << 20) + (1u << 19), 5500000000 },
		{ 12, 0, 2500000000000, 2500000000 },
		{ 9, 10, 1, 10 * SECOND + 1 },
		{ 9, -10, 11 * SECOND, SECOND },
		/* before 1970 and behind 2262 */
		{ 9, -10, 0, 0 },
		{ 9, INT64_MIN, UINT64_MAX, 0 },
		{ 9, 0, UINT64_MAX, INT64_MAX },
		{ 6, 0, UINT64_MAX, INT64_MAX },
		{ 9, INT64_MAX, UINT64_MAX, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
		_cleanup_writer_ struct writer writer = { .is_swapped = i & 1 };
		enum capture_end ended = CAPTURE_END_NONE;
		int64_t time_ns;

		put_section(&writer);
		put_interface(&writer, rows[i / 2].tsresol, rows[i / 2].tsoffset);
		put_packet(&writer, 0, rows[i / 2].stamp);
		assert_int_equal(read_all(&writer, &time_ns, &ended), 1);
		assert_true(time_ns == rows[i / 2].time_ns);
		assert_int_equal(ended, CAPTURE_END_CLEAN);
	}
}

static void unit_of_time_that_no_number_holds_is_damage(void **state)
{
	static const uint8_t units[] = { 20, 0x7f, 0x80 | 64, 0xff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		_cleanup_writer_ struct writer writer = { 0 };
		enum capture_end ended = CAPTURE_END_NONE;
		int64_t time_ns;

		put_section(&writer);
		put_interface(&writer, units[i], 0);
		put_packet(&writer, 0, 1);
		assert_int_equal(read_all(&writer, &time_ns, &ended), 0);
		assert_int_equal(ended, CAPTURE_END_DAMAGED);
	}
}

/* Names, decryption secrets, a custom block; then a section of the other byte order. */
static void blocks_that_are_no_packets_are_passed_over(void **state)
{
	static const uint32_t types[] = { 4, 10, 0xbad, 0x40000bad, 0, 0x7fffffff };
	_cleanup_writer_ struct writer writer = { 0 };
	enum capture_end ended = CAPTURE_END_NONE;
	int64_t time_ns;

	(void)state;
	for (int section = 0; section < 4; section++) {
		writer.is_swapped = section & 1;
		put_section(&writer);
		put_interface(&writer, 9, 0);
		for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
			begin(&writer, types[i]);
			for (size_t word = 0; word < i; word++)
				put32(&writer, UINT32_MAX);
			end(&writer);
			put_packet(&writer, 0, i);
		}
	}
	assert_int_equal(read_all(&writer, &time_ns, &ended), 4 * ARRAY_SIZE(types));
	assert_int_equal(ended, CAPTURE_END_CLEAN);
}

static void old_and_simple_packet_blocks_are_read(void **state)
{
	_cleanup_writer_ struct writer writer = { 0 };
	enum capture_end ended = CAPTURE_END_NONE;
	int64_t time_ns;

	(void)state;
	put_section(&writer);
	put_interface(&writer, 9, 0);
	begin(&writer, 3);
	put32(&writer, 3);
	buf_add(&writer.bytes, "abc\0", 4);
	end(&writer);
	begin(&writer, 2);
	put16(&writer, 0);
	put16(&writer, 77); /* drops */
	put32(&writer, 0);
	put32(&writer, 5);
	put32(&writer, 3);
	put32(&writer, 3);
	buf_add(&writer.bytes, "abc\0", 4);
	end(&writer);
	assert_int_equal(read_all(&writer, &time_ns, &ended), 2);
	assert_int_equal(time_ns, 5);
	assert_int_equal(ended, CAPTURE_END_CLEAN);
}

static void packet_of_an_interface_that_is_not_there_is_damage(void **state)
{
	_cleanup_writer_ struct writer writer = { 0 };
	enum capture_end ended = CAPTURE_END_NONE;
	int64_t time_ns;

	(void)state;
	put_section(&writer);
	put_interface(&writer, 0, 0);
	put_packet(&writer, 0, 1);
	put_section(&writer); /* whose interfaces count from 0 again: it has none */
	put_packet(&writer, 0, 1);
	assert_int_equal(read_all(&writer, &time_ns, &ended), 1);
	assert_int_equal(ended, CAPTURE_END_DAMAGED);
}

static void block_length_that_lies_ends_the_file(void **state)
{
	static const uint32_t lengths[] = { 0,		4,	    8,
					    11,		13,	    35,
					    0x7fffffff, UINT32_MAX, UINT32_MAX - 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		_cleanup_writer_ struct writer writer = { 0 };
		enum capture_end ended = CAPTURE_END_NONE;
		int64_t time_ns;

		put_section(&writer);
		put_interface(&writer, 0, 0);
		put_packet(&writer, 0, 1);
		begin(&writer, 4);
		put32(&writer, 0);
		end_as(&writer, lengths[i]);
		put_packet(&writer, 0, 1);
		assert_int_equal(read_all(&writer, &time_ns, &ended), 1);
		assert_int_not_equal(ended, CAPTURE_END_CLEAN);
	}
}

/* 32 MB of zeros, which are 2 million records without a packet, in 32 kB. */
/* A capture of so many packets, which hardly pack, through a filter of libarchive. */
static void write_packed(const char *path, int (*add_filter)(struct archive *),
			 unsigned int packets)
{
	uint32_t random = 1;

	_cleanup_writer_ struct writer writer = { 0 };
	struct archive_entry *entry = archive_entry_new();
	struct archive *archive = archive_write_new();

	put_pcap_head(&writer, 0xa1b2c3d4, 101);
	for (unsigned int i = 0; i < packets; i++) {
		put32(&writer, 7);
		put32(&writer, 0);
		put32(&writer, 1024);
		put32(&writer, 1024);
		for (size_t k = 0; k < 256; k++) {
			random = random * 1664525 + 1013904223;
			put32(&writer, random);
		}
	}
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_true(add_filter(archive) >= ARCHIVE_WARN);
	assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(
		archive_write_data(archive, writer.bytes.data, writer.bytes.length),
		writer.bytes.length);
	archive_entry_free(entry);
	assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

/* Larger than what is read of a file at once, packed and unpacked. */
static void large_packed_capture_is_read_to_its_end(void **state)
{
	static int (*const filters[])(struct archive *) = {
		archive_write_add_filter_xz, archive_write_add_filter_zstd,
		archive_write_add_filter_bzip2, archive_write_add_filter_lz4
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		char path[] = "/tmp/twinsite-packed-XXXXXX";
		struct capture_file *file = NULL;
		struct capture_packet packet;
		unsigned int packets = 0;

		close(mkstemp(path));
		write_packed(path, filters[i], 700);
		assert_int_equal(capture_file_open(path, &file, NULL), 0);
		while (capture_file_next(file, &packet, NULL) > 0)
			packets++;
		assert_int_equal(packets, 700);
		assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
		capture_file_close(file);
		unlink(path);
	}
}

static void what_libarchive_packs_is_read_and_damage_is_said(void **state)
{
	static int (*const filters[])(struct archive *) = {
		archive_write_add_filter_xz, archive_write_add_filter_zstd,
		archive_write_add_filter_bzip2, archive_write_add_filter_lz4
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		char path[] = "/tmp/twinsite-packed-XXXXXX";
		struct capture_file *file = NULL;
		struct capture_packet packet;
		struct err err;

		close(mkstemp(path));
		write_packed(path, filters[i], 1);
		assert_int_equal(capture_file_open(path, &file, &err), 0);
		assert_int_equal(capture_file_next(file, &packet, &err), 1);
		assert_int_equal(packet.time_ns, 7 * SECOND);
		assert_int_equal(capture_file_next(file, &packet, &err), 0);
		assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
		capture_file_close(file);
		assert_int_equal(truncate(path, 20), 0);
		if (!capture_file_open(path, &file, &err)) {
			while (capture_file_next(file, &packet, &err) > 0)
				;
			assert_int_not_equal(capture_file_end(file), CAPTURE_END_CLEAN);
			capture_file_close(file);
		} else {
			assert_non_null(strstr(err.text, "packed"));
		}
		unlink(path);
	}
}

static void snoop_is_read_and_lengths_that_lie_are_damage(void **state)
{
	uint8_t snoop[] = { 's', 'n', 'o', 'o', 'p', 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4,
			    /* length, captured, record, drops, time */
			    0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 3, 0, 0, 0, 7,
			    0, 0, 0, 1, 0xaa, 0xbb, 0, 0 };
	struct capture_file *file = NULL;
	struct capture_packet packet;

	(void)state;
	assert_int_equal(capture_file_open_bytes("s", snoop, sizeof(snoop), &file, NULL),
			 0);
	assert_int_equal(capture_file_next(file, &packet, NULL), 1);
	assert_int_equal(packet.link_type, 1);
	assert_int_equal(packet.captured, 2);
	assert_int_equal(packet.length, 9);
	assert_int_equal(packet.time_ns, 7 * SECOND + 1000);
	assert_int_equal(packet.bytes[1], 0xbb);
	assert_int_equal(capture_file_drops(file), 3);
	assert_int_equal(capture_file_next(file, &packet, NULL), 0);
	assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
	capture_file_close(file);
	snoop[23] = 200; /* captured more than the record holds */
	assert_int_equal(capture_file_open_bytes("s", snoop, sizeof(snoop), &file, NULL),
			 0);
	assert_int_equal(capture_file_next(file, &packet, NULL), 0);
	assert_int_equal(capture_file_end(file), CAPTURE_END_DAMAGED);
	capture_file_close(file);
}

static void gzip_bomb_takes_time_but_no_memory(void **state)
{
	static const uint8_t head[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4 };
	static const uint8_t zeros[1 << 20];
	char path[] = "/tmp/twinsite-odd-XXXXXX";
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	unsigned int count = 0;
	gzFile gz;

	(void)state;
	close(mkstemp(path));
	gz = gzopen(path, "wb1");
	gzwrite(gz, head, sizeof(head));
	for (int i = 0; i < 32; i++)
		gzwrite(gz, zeros, sizeof(zeros));
	gzclose(gz);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		count++;
	assert_int_equal(count, 2u << 20);
	assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_of_each_byte_order_precision_and_header_is_read),
		cmocka_unit_test(pcapng_keeps_time_in_any_unit_and_byte_order),
		cmocka_unit_test(unit_of_time_that_no_number_holds_is_damage),
		cmocka_unit_test(blocks_that_are_no_packets_are_passed_over),
		cmocka_unit_test(old_and_simple_packet_blocks_are_read),
		cmocka_unit_test(packet_of_an_interface_that_is_not_there_is_damage),
		cmocka_unit_test(block_length_that_lies_ends_the_file),
		cmocka_unit_test(large_packed_capture_is_read_to_its_end),
		cmocka_unit_test(what_libarchive_packs_is_read_and_damage_is_said),
		cmocka_unit_test(snoop_is_read_and_lengths_that_lie_are_damage),
		cmocka_unit_test(gzip_bomb_takes_time_but_no_memory),
	};

	return cmocka_run_group_tests_name("capture/file_odd", tests, NULL, NULL);
}
