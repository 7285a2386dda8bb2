// SPDX-License-Identifier: GPL-2.0-or-later
/* annotate_test.c - all.pcapng and a link's capture, made ready for Wireshark */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "capture/file.h"
#include "capture/pcapng_edit.h"
#include "diagnose/judgement.h"
#include "run/annotate.h"

#define LINK_RAW 101

static char folder[] = "/tmp/annotate-XXXXXX";

static const char *path(const char *name)
{
	static char text[128];

	(void)snprintf(text, sizeof(text), "%s/%s.pcapng", folder, name);
	return text;
}

/* UDP on port 500 (or another one), in IP; kind tells one from another. */
static void put(struct pcapng *pcapng, unsigned int interface, int64_t ms, uint16_t port,
		uint8_t kind)
{
	uint8_t bytes[56] = { 0x45, 0, 0, 56, 0, 0, 0, 0, 64, 17 };
	const struct capture_packet packet = { .interface = interface,
					       .time_ns = ms * 1000000,
					       .bytes = bytes,
					       .captured = sizeof(bytes),
					       .length = sizeof(bytes) };

	bytes[20] = bytes[22] = (uint8_t)(port >> 8);
	bytes[21] = bytes[23] = (uint8_t)port;
	bytes[25] = 36;
	memset(bytes + 28, kind, 16);
	if (port == 500) {
		bytes[28 + 17] = 0x10;
		bytes[28 + 18] = 2;
		bytes[55] = 28;
	}
	assert_int_equal(pcapng_write(pcapng, &packet, NULL), 0);
}

static struct pcapng *begin(const char *name, const char *const *interfaces)
{
	struct pcapng *pcapng = NULL;

	assert_int_equal(pcapng_create(path(name), &pcapng, NULL), 0);
	for (; *interfaces; interfaces++)
		assert_true(pcapng_add_interface(pcapng, *interfaces, LINK_RAW, 0,
						 NULL) >= 0);
	return pcapng;
}

static unsigned int packets_of(const char *name)
{
	struct capture_file *file = NULL;
	struct capture_packet packet;
	unsigned int count = 0;

	assert_int_equal(capture_file_open(path(name), &file, NULL), 0);
	while (capture_file_next(file, &packet, NULL) > 0)
		count++;
	assert_int_equal(capture_file_end(file), CAPTURE_END_CLEAN);
	capture_file_close(file);
	return count;
}

/* How often a text stands in a file. */
static unsigned int count_text(const char *name, const char *text)
{
	char *bytes = NULL;
	size_t length, count = 0;

	assert_int_equal(file_read(path(name), &bytes, &length, NULL), 0);
	for (size_t i = 0; i + strlen(text) <= length; i++)
		count += !memcmp(bytes + i, text, strlen(text));
	free(bytes);
	return (unsigned int)count;
}

static void annotate(const char *proof)
{
	struct arena *arena = arena_new();
	struct verdict verdict = { .kind = VERDICT_OK,
				   .check = "psk-proof",
				   .claim = "both proved it",
				   .seen = "HASH_R" };
	struct judgement judgement = { .arena = arena };
	struct err err = { 0 };

	vec_add(arena, &verdict.proof, proof);
	judgement.verdicts.items = &verdict;
	judgement.verdicts.count = 1;
	if (annotate_captures(folder, &judgement, &err))
		fail_msg("%s", err.text);
	arena_free(arena);
}

static void an_ike_message_stands_once_where_it_was_seen_first(void **state)
{
	static const char *const all[] = { "a-wan", "b-wan", NULL };
	static const char *const one[] = { "b-wan", NULL };
	struct pcapng *pcapng = begin("all", all);

	(void)state;
	put(pcapng, 0, 10, 500, 1); /* goes from a to b … */
	put(pcapng, 1, 11, 500, 1);
	put(pcapng, 1, 20, 500, 2); /* … and back */
	put(pcapng, 0, 21, 500, 2);
	put(pcapng, 0, 30, 500, 3); /* sent twice, the first one is lost */
	put(pcapng, 0, 40, 500, 3);
	put(pcapng, 1, 41, 500, 3);
	put(pcapng, 0, 50, 7, 4); /* no IKE: on each link */
	put(pcapng, 1, 51, 7, 4);
	assert_int_equal(pcapng_close(pcapng, NULL), 0);
	pcapng = begin("b-wan", one);
	put(pcapng, 0, 11, 500, 1);
	put(pcapng, 0, 20, 500, 2);
	assert_int_equal(pcapng_close(pcapng, NULL), 0);
	annotate("b-wan.pcapng packet 1");
	assert_int_equal(packets_of("all"), 6);
	assert_int_equal(packets_of("b-wan"), 2);
	/* Of the message that b-wan's first packet is, all.pcapng has a's. */
	assert_int_equal(count_text("all", "ok: both proved it: HASH_R"), 1);
	assert_int_equal(count_text("b-wan", "ok: both proved it: HASH_R"), 1);
	annotate("b-wan.pcapng packet 2");
	assert_int_equal(packets_of("all"), 6);
}

static bool keep(void *user, const struct capture_packet *packet, struct buf *comment)
{
	(void)user;
	(void)packet;
	(void)comment;
	return true;
}

static void what_is_no_capture_stays_as_it_is(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(file_write(path("odd"), "nothing at all", 14, NULL), 0);
	assert_int_equal(pcapng_edit(path("odd"), keep, NULL, &err), -EINVAL);
	assert_int_equal(count_text("odd", "nothing at all"), 1);
	assert_int_equal(unlink(path("odd.pcapng.new")), -1);
	/* A run without captures has nothing to annotate. */
	assert_int_equal(unlink(path("all")), 0);
	annotate("b-wan.pcapng packet 1");
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "all", "b-wan", "odd" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(path(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ike_message_stands_once_where_it_was_seen_first),
		cmocka_unit_test(what_is_no_capture_stays_as_it_is),
	};

	return cmocka_run_group_tests_name("run/annotate", tests, make_folder,
					   remove_folder);
}
