// SPDX-License-Identifier: GPL-2.0-or-later
/* file_test.c - the capture reader against libpcap, and against damage */
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "capture/file.h"
#include "capture/shared_pcaps.h"

/* Two interfaces of different link types, three packets, statistics. */
static void write_sample(const char *path)
{
	struct pcapng *out = NULL;
	struct capture_packet packet = { .time_ns = 1234567890123456789LL,
					 .bytes = (const uint8_t *)"abcdef",
					 .captured = 6,
					 .length = 60 };

	assert_int_equal(pcapng_create(path, &out, NULL), 0);
	assert_int_equal(pcapng_add_interface(out, "home:wan", 1, 0, NULL), 0);
	assert_int_equal(pcapng_add_interface(out, "home:tun0", 101, 64, NULL), 1);
	assert_int_equal(pcapng_write(out, &packet, NULL), 0);
	packet.interface = 1;
	packet.captured = 3;
	packet.comment = "why";
	assert_int_equal(pcapng_write(out, &packet, NULL), 0);
	packet.interface = 2;
	assert_true(pcapng_write(out, &packet, NULL) < 0);
	packet.interface = 0;
	packet.captured = 0;
	assert_int_equal(pcapng_write(out, &packet, NULL), 0);
	assert_int_equal(pcapng_write_statistics(out, 0, 1, 3, 5, NULL), 0);
	assert_int_equal(pcapng_write_statistics(out, 1, 1, 3, 2, NULL), 0);
	assert_int_equal(pcapng_close(out, NULL), 0);
}

static void check_sample(struct capture_file *file)
{
	struct capture_packet packet;

	assert_int_equal(capture_file_next(file, &packet, NULL), 1);
	assert_int_equal(packet.link_type, 1);
	assert_true(packet.time_ns == 1234567890123456789LL);
	assert_int_equal(packet.captured, 6);
	assert_int_equal(packet.length, 60);
	assert_memory_equal(packet.bytes, "abcdef", 6);
	assert_string_equal(capture_file_interface(file, packet.interface), "home:wan");
	assert_int_equal(capture_file_next(file, &packet, NULL), 1);
	assert_int_equal(packet.link_type, 101);
	assert_string_equal(capture_file_interface(file, packet.interface), "home:tun0");
	assert_int_equal(capture_file_next(file, &packet, NULL), 1);
	assert_int_equal(packet.captured, 0);
	assert_int_equal(capture_file_next(file, &packet, NULL), 0);
	assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
	assert_true(capture_file_drops(file) == 7);
}

static void what_we_write_we_read_with_several_link_types(void **state)
{
	char path[] = "/tmp/twinsite-file-XXXXXX";
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;

	(void)state;
	close(mkstemp(path));
	write_sample(path);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	check_sample(file);
	unlink(path);
}

static void gzip_is_read_and_a_cut_one_is_called_cut(void **state)
{
	char path[] = "/tmp/twinsite-file-XXXXXX";
	_cleanup_free_ char *plain = NULL;
	struct capture_file *file = NULL;
	struct capture_packet packet;
	size_t length;
	gzFile gz;

	(void)state;
	close(mkstemp(path));
	write_sample(path);
	assert_int_equal(file_read(path, &plain, &length, NULL), 0);
	gz = gzopen(path, "wb");
	gzwrite(gz, plain, (unsigned int)length);
	gzclose(gz);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	check_sample(file);
	capture_file_close(file);
	assert_int_equal(truncate(path, 150), 0);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		;
	assert_int_equal(capture_file_end(file), CAPTURE_END_CUT);
	assert_non_null(strstr(capture_file_end_text(file), "gzip"));
	capture_file_close(file);
	unlink(path);
}

/* Reads all of it; returns the number of packets or -1. Touches every byte. */
static int read_all(const void *bytes, size_t length)
{
	struct capture_file *file = NULL;
	struct capture_packet packet;
	volatile uint8_t sum = 0;
	int count = 0;

	if (capture_file_open_bytes("x", bytes, length, &file, NULL))
		return -1;
	while (capture_file_next(file, &packet, NULL) > 0) {
		for (uint32_t i = 0; i < packet.captured; i++)
			sum = (uint8_t)(sum + packet.bytes[i]);
		count++;
	}
	assert_int_not_equal(capture_file_end(file), CAPTURE_END_NONE);
	capture_file_close(file);
	return count;
}

static void sample_cut_anywhere_or_with_any_byte_flipped_is_survived(void **state)
{
	char path[] = "/tmp/twinsite-file-XXXXXX";
	_cleanup_free_ char *bytes = NULL;
	size_t length;

	(void)state;
	close(mkstemp(path));
	write_sample(path);
	assert_int_equal(file_read(path, &bytes, &length, NULL), 0);
	unlink(path);
	assert_int_equal(read_all(bytes, length), 3);
	for (size_t cut = 0; cut < length; cut++) {
		_cleanup_free_ char *part = malloc(cut ? cut : 1);

		memcpy(part, bytes, cut);
		assert_true(read_all(part, cut) <= 3);
	}
	for (size_t at = 0; at < length; at++)
		for (int bit = 0; bit < 8; bit++) {
			bytes[at] ^= (char)(1 << bit);
			assert_true(read_all(bytes, length) <= 3);
			bytes[at] ^= (char)(1 << bit);
		}
}

static void four_gigabyte_record_is_damage(void **state)
{
	static const uint8_t head[40] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2,    0,    4,	  0,	0,    0,   0, 0, 0, 0, 0,
		0,    0,    0,	  1,	0,    1,    0,	  0,	0,    0,   0, 0, 0, 0, 0,
		0,    0,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	struct capture_file *file = NULL;
	struct capture_packet packet;

	(void)state;
	assert_int_equal(capture_file_open_bytes("x", head, 40, &file, NULL), 0);
	assert_int_equal(capture_file_next(file, &packet, NULL), 0);
	assert_int_equal(capture_file_end(file), CAPTURE_END_DAMAGED);
	assert_string_equal(
		capture_file_end_text(file),
		"after packet 0, at byte 24: a record claims more than 1 MiB");
	capture_file_close(file);
}

static void what_is_no_capture_is_refused_with_its_name(void **state)
{
	struct capture_file *file = NULL;
	struct err err = { 0 };

	(void)state;
	assert_true(capture_file_open_bytes("notes.txt", "hello", 5, &file, &err) < 0);
	assert_non_null(strstr(err.text, "notes.txt: not a pcap"));
	assert_true(capture_file_open_bytes("empty", "", 0, &file, &err) < 0);
	assert_true(capture_file_open("/tmp", &file, &err) < 0);
}

static void compare_with_libpcap(const char *name, const char *path, void *user)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(
		path, PCAP_TSTAMP_PRECISION_NANO, text);
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	struct pcap_pkthdr *header;
	const u_char *bytes;

	(void)name;
	(void)user;
	assert_non_null(pcap);
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		assert_int_equal(capture_file_next(file, &packet, NULL), 1);
		assert_int_equal(packet.captured, header->caplen);
		assert_memory_equal(packet.bytes, bytes, header->caplen);
		assert_true((uint32_t)(packet.time_ns / 1000000000) ==
			    (uint32_t)header->ts.tv_sec);
	}
	assert_int_equal(capture_file_next(file, &packet, NULL), 0);
	pcap_close(pcap);
}

static void shared_captures_read_as_libpcap_reads_them(void **state)
{
	(void)state;
	if (!shared_pcaps_each(compare_with_libpcap, NULL))
		shared_pcaps_skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_write_we_read_with_several_link_types),
		cmocka_unit_test(gzip_is_read_and_a_cut_one_is_called_cut),
		cmocka_unit_test(
			sample_cut_anywhere_or_with_any_byte_flipped_is_survived),
		cmocka_unit_test(four_gigabyte_record_is_damage),
		cmocka_unit_test(what_is_no_capture_is_refused_with_its_name),
		cmocka_unit_test(shared_captures_read_as_libpcap_reads_them),
	};

	return cmocka_run_group_tests_name("capture/file", tests, NULL, NULL);
}
