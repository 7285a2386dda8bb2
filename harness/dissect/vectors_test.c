// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vectors_test.c - ESP and AH packets that others sealed, each algorithm
 *
 * vectors.h has them; vectors.py says who made them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/ah.h"
#include "dissect/crypto.h"
#include "dissect/esp.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "dissect/test_unhex.h"
#include "dissect/vectors.h"

#define LINK_RAW  101
#define PACKETS	  4
#define SIZE_MAX_ 1024

#define SEQUENCE 77

struct lab {
	struct crypto *crypto;
	struct keyring *keyring;
	struct ip_reassembly *reassembly;
	uint8_t buffer[SIZE_MAX_];
	struct esp_result result;
};

static void lab_init(struct lab *lab, const struct vector *vector)
{
	struct err err = { 0 };

	*lab = (struct lab){ .keyring = keyring_new(),
			     .reassembly = ip_reassembly_new() };
	assert_int_equal(crypto_new(&lab->crypto, NULL), 0);
	if (keyring_read_text(lab->keyring, vector->name, vector->keys, &err))
		fail_msg("%s", err.text);
	assert_int_equal(keyring_esps(lab->keyring), 1);
	keyring_esp(lab->keyring, 0)->highest = (uint64_t)vector->high << 32 | 70;
}

static void lab_done(struct lab *lab)
{
	crypto_free(lab->crypto);
	keyring_free(lab->keyring);
	ip_reassembly_free(lab->reassembly);
}

/* A copy of its own size: ASan sees each byte read behind it. */
static enum esp_status open_bytes(struct lab *lab, const uint8_t *bytes, size_t length)
{
	_cleanup_free_ uint8_t *copy = malloc(length ? length : 1);
	struct packet packet, whole;

	memcpy(copy, bytes, length);
	lab->result = (struct esp_result){ 0 };
	(void)packet_dissect(LINK_RAW, copy, (uint32_t)length, (uint32_t)length, &packet);
	if (packet.kind == PACKET_FRAGMENT &&
	    ip_reassembly_add(lab->reassembly, &packet, 0, &whole))
		packet = whole;
	if (packet.kind == PACKET_AH)
		return ah_open(lab->crypto, lab->keyring, &packet, lab->buffer,
			       &lab->result);
	if (packet.kind == PACKET_ESP)
		return esp_open(lab->crypto, lab->keyring, &packet, lab->buffer,
				&lab->result);
	return ESP_NO_KEY;
}

static enum esp_status open_vector(struct lab *lab, const struct vector *vector)
{
	enum esp_status status = ESP_NO_KEY;

	for (size_t i = 0; i < PACKETS && vector->packets[i]; i++) {
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(vector->packets[i], bytes, sizeof(bytes)).length;

		status = open_bytes(lab, bytes, length);
	}
	return status;
}

static void opens(const struct vector *vector)
{
	struct lab lab;
	enum esp_status status;

	lab_init(&lab, vector);
	status = open_vector(&lab, vector);
	if (status != ESP_OPENED)
		fail_msg("%s: %s", vector->name, esp_status_text(status));
	if (lab.result.sequence != ((uint64_t)vector->high << 32 | SEQUENCE))
		fail_msg("%s: sequence %llx", vector->name,
			 (unsigned long long)lab.result.sequence);
	assert_int_equal(lab.result.next_header, vector->next);
	assert_int_equal(lab.result.inner.length, vector->inner);
	lab_done(&lab);
}

static void esp_of_each_algorithm_opens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(esp_vectors); i++)
		opens(&esp_vectors[i]);
}

static void ah_of_each_algorithm_and_header_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ah_vectors); i++)
		opens(&ah_vectors[i]);
}

/* Bytes of an IP header that routers may change; RFC 4302 3.3.3.1. */
static bool may_change(const uint8_t *ip, size_t at)
{
	if (ip[0] >> 4 == 6)
		return at < 4 || at == 7;
	return at == 1 || at == 6 || at == 7 || at == 8 || at == 10 || at == 11;
}

static void one_changed_bit_is_noticed_wherever_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(esp_vectors); i++) {
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(esp_vectors[i].packets[0], bytes, sizeof(bytes))
				.length;
		struct lab lab;

		lab_init(&lab, &esp_vectors[i]);
		for (size_t at = 28; at < length; at++) {
			bytes[at] ^= 0x10;
			if (open_bytes(&lab, bytes, length) == ESP_OPENED)
				fail_msg("%s: byte %zu", esp_vectors[i].name, at);
			bytes[at] ^= 0x10;
			assert_int_not_equal(open_bytes(&lab, bytes, at), ESP_OPENED);
		}
		assert_int_equal(open_bytes(&lab, bytes, length), ESP_OPENED);
		lab_done(&lab);
	}
}

/* All of the packet but what may change; the addresses choose the key, too. */
static void ah_covers_the_whole_packet_but_what_routers_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ah_vectors); i++) {
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(ah_vectors[i].packets[0], bytes, sizeof(bytes)).length;
		size_t header = bytes[0] >> 4 == 6 ? 40 : 20;
		struct lab lab;

		if (ah_vectors[i].packets[1])
			continue; /* fragments */
		lab_init(&lab, &ah_vectors[i]);
		for (size_t at = 0; at < header; at++) {
			bool is_first = at == 0;
			uint8_t bit = at == 6 && header == 20 ? 0x40 : 0x01;

			if (at == 7 && header == 20)
				continue; /* would be a fragment */
			bytes[at] ^= bit;
			if (!is_first &&
			    may_change(bytes, at) !=
				    (open_bytes(&lab, bytes, length) == ESP_OPENED))
				fail_msg("%s: byte %zu", ah_vectors[i].name, at);
			bytes[at] ^= bit;
		}
		for (size_t at = length - ah_vectors[i].inner; at < length; at++) {
			bytes[at] ^= 0x10;
			if (open_bytes(&lab, bytes, length) == ESP_OPENED)
				fail_msg("%s: byte %zu", ah_vectors[i].name, at);
			bytes[at] ^= 0x10;
		}
		for (size_t cut = 0; cut < length; cut++)
			assert_int_not_equal(open_bytes(&lab, bytes, cut), ESP_OPENED);
		lab_done(&lab);
	}
}

static const struct vector *ah_vector(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ah_vectors); i++)
		if (!strcmp(ah_vectors[i].name, name))
			return &ah_vectors[i];
	fail_msg("no vector %s", name);
	return NULL;
}

/* Each byte of options and extension headers: only what the RFC lets change, may. */
static void changeable(const char *name, size_t from, size_t to, const char *wanted)
{
	const struct vector *vector = ah_vector(name);
	uint8_t bytes[SIZE_MAX_];
	size_t length = test_unhex(vector->packets[0], bytes, sizeof(bytes)).length;
	struct lab lab;

	lab_init(&lab, vector);
	for (size_t at = from; at < to; at++) {
		bool is_opened;

		bytes[at] ^= 0x01;
		is_opened = open_bytes(&lab, bytes, length) == ESP_OPENED;
		bytes[at] ^= 0x01;
		if (is_opened != (wanted[at - from] == 'm'))
			fail_msg("%s: byte %zu", name, at);
	}
	lab_done(&lab);
}

static void options_are_covered_unless_they_may_change(void **state)
{
	(void)state;
	/* Security (11 bytes); record route (7): type and length steer the walk, the
	 * pointer and the address may change; no operation, router alert. */
	changeable("AH sha256 transport IPv4 with options that may and may not change",
		   20, 20 + 11, "iiiiiiiiiii");
	changeable("AH sha256 transport IPv4 with options that may and may not change",
		   20 + 13, 20 + 18, "mmmmm");
	changeable("AH sha256 transport IPv4 with options that may and may not change",
		   20 + 18, 20 + 23, "iiiii");
	/* Hop by hop: router alert (type, length, value), an option that may change */
	changeable("AH sha256 transport IPv6 with options that may and may not change",
		   42 + 2, 42 + 4, "ii");
	changeable("AH sha256 transport IPv6 with options that may and may not change",
		   42 + 6, 42 + 9, "mmm");
	/* Destination options: one that stays */
	changeable("AH sha256 transport IPv6 with options that may and may not change",
		   56 + 4, 56 + 8, "iiii");
}

static void swap16(uint8_t *a, uint8_t *b)
{
	uint8_t was[16];

	memcpy(was, a, 16);
	memcpy(a, b, 16);
	memcpy(b, was, 16);
}

/* On its way the destination is the next stop; authenticated is the last one. */
static void source_route_counts_as_it_will_arrive(void **state)
{
	const struct vector *vector =
		ah_vector("AH sha256 transport IPv6 at the beginning of a source route");
	uint8_t bytes[SIZE_MAX_];
	size_t length = test_unhex(vector->packets[0], bytes, sizeof(bytes)).length;
	uint8_t *route = bytes + 40, *dst = bytes + 24;
	struct lab lab;

	(void)state;
	lab_init(&lab, vector);
	assert_int_equal(route[3], 2);
	assert_int_equal(open_bytes(&lab, bytes, length), ESP_OPENED);
	for (uint8_t stop = 0; stop < 2; stop++) {
		swap16(dst, route + 8 + (size_t)stop * 16);
		assert_int_equal(open_bytes(&lab, bytes, length), ESP_BAD_ICV);
		route[3]--;
		assert_int_equal(open_bytes(&lab, bytes, length), ESP_OPENED);
	}
	route[3] = 3; /* more stops than addresses */
	assert_int_equal(open_bytes(&lab, bytes, length), ESP_SHORT);
	lab_done(&lab);
}

static void hostile_headers_before_ah_are_survived(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ah_vectors); i++) {
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(ah_vectors[i].packets[0], bytes, sizeof(bytes)).length;
		struct lab lab;

		lab_init(&lab, &ah_vectors[i]);
		for (size_t at = 0; at < length && at < 100; at++) {
			uint8_t was = bytes[at];

			for (unsigned int value = 0; value < 256; value += 5) {
				bytes[at] = (uint8_t)value;
				(void)open_bytes(&lab, bytes, length);
			}
			bytes[at] = was;
		}
		lab_done(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(esp_of_each_algorithm_opens),
		cmocka_unit_test(ah_of_each_algorithm_and_header_is_right),
		cmocka_unit_test(one_changed_bit_is_noticed_wherever_it_is),
		cmocka_unit_test(ah_covers_the_whole_packet_but_what_routers_change),
		cmocka_unit_test(options_are_covered_unless_they_may_change),
		cmocka_unit_test(source_route_counts_as_it_will_arrive),
		cmocka_unit_test(hostile_headers_before_ah_are_survived),
	};

	return cmocka_run_group_tests_name("dissect/vectors", tests, NULL, NULL);
}
