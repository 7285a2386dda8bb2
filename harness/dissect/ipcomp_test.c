// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipcomp_test.c - IPComp packets that Python's zlib made, and what nobody should make
 *
 * vectors.h has them; vectors.py says who made them.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "capture/pcapng.h"
#include "dissect/crypto.h"
#include "dissect/ipcomp.h"
#include "dissect/keyring.h"
#include "dissect/session.h"
#include "dissect/test_unhex.h"
#include "dissect/vectors.h"

#define LINK_RAW  101
#define SIZE_MAX_ 1024

struct world {
	struct crypto *crypto;
	struct keyring *keyring;
	struct session_set *set;
	struct inet_addr src, dst; /* of the packet seen last inside ESP */
	unsigned int inners;
};

static void note_inner(void *user, const struct inner_packet *inner)
{
	struct world *world = user;

	if (!inner->packet)
		return;
	world->inners++;
	world->src = packet_src(inner->packet);
	world->dst = packet_dst(inner->packet);
}

static void world_init(struct world *world, const char *keys)
{
	*world = (struct world){ .keyring = keyring_new() };
	assert_int_equal(crypto_new(&world->crypto, NULL), 0);
	assert_int_equal(keyring_read_text(world->keyring, "keys", keys, NULL), 0);
	world->set = session_set_new(world->crypto, world->keyring);
	world->set->on_inner = note_inner;
	world->set->on_inner_user = world;
}

static void world_done(struct world *world)
{
	session_set_free(world->set);
	keyring_free(world->keyring);
	crypto_free(world->crypto);
}

static void add(struct world *world, const uint8_t *bytes, size_t length)
{
	struct capture_packet packet = { .link_type = LINK_RAW,
					 .bytes = bytes,
					 .captured = (uint32_t)length,
					 .length = (uint32_t)length };

	session_set_add(world->set, &packet);
}

static const struct vector *vector_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ipcomp_vectors); i++)
		if (!strcmp(ipcomp_vectors[i].name, name))
			return &ipcomp_vectors[i];
	fail_msg("no vector %s", name);
	return NULL;
}

static void what_zlib_compressed_is_decompressed(void **state)
{
	struct ipcomp *ipcomp = ipcomp_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ipcomp_vectors); i++) {
		const struct vector *vector = &ipcomp_vectors[i];
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(vector->packets[0], bytes, sizeof(bytes)).length;
		struct ipcomp_result result;
		struct packet packet;

		(void)packet_dissect_ip(bytes, length, &packet);
		if (packet.kind != PACKET_IPCOMP)
			continue;
		if (ipcomp_open(ipcomp, packet.payload, &result) != IPCOMP_OPENED)
			fail_msg("%s: %s", vector->name,
				 ipcomp_status_text(result.status));
		assert_int_equal(result.next_header, vector->next);
		assert_int_equal(result.inner.length, vector->inner);
		assert_int_equal(packet.spi, result.cpi);
		(void)packet_dissect_ip(result.inner.bytes, result.inner.length, &packet);
		assert_int_equal(packet.kind, PACKET_ICMP);
		assert_false(packet.is_malformed || packet.is_cut);
	}
	ipcomp_free(ipcomp);
}

static void flow_of_ipcomp_shows_who_is_inside(void **state)
{
	const struct vector *vector = vector_of("IPComp well-known CPI");
	uint8_t bytes[SIZE_MAX_];
	size_t length = test_unhex(vector->packets[0], bytes, sizeof(bytes)).length;
	const struct esp_flow *flow;
	struct world world;

	(void)state;
	world_init(&world, "");
	add(&world, bytes, length);
	bytes[length - 4] ^= 0xff;
	add(&world, bytes, length);
	bytes[23] = 3; /* LZS (RFC 2395), which nobody decompresses here */
	add(&world, bytes, length);
	assert_int_equal(world.set->flows.count, 2);
	flow = &world.set->flows.items[0];
	assert_int_equal(flow->kind, PACKET_IPCOMP);
	assert_int_equal(flow->packets, 2);
	assert_int_equal(flow->missing, 0);
	assert_int_equal(flow->ipcomp[IPCOMP_OPENED], 1);
	assert_int_equal(flow->ipcomp[IPCOMP_BROKEN], 1);
	assert_int_equal(flow->inside->inners, 1);
	assert_string_equal(inet_addr_text(&flow->inside->inner[0].src).s, "10.1.0.1");
	assert_int_equal(world.set->flows.items[1].ipcomp[IPCOMP_UNKNOWN], 1);
	assert_int_equal(world.set->flows.items[1].cpi, 3);
	world_done(&world);
}

/* What was compressed inside ESP is held against the SA's selectors as anything else. */
static void selectors_count_behind_esp_and_ipcomp(void **state)
{
	static const char *const names[] = { "ESP, IPComp inside",
					     "ESP, too small to be compressed" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct vector *vector = vector_of(names[i]);
		uint8_t bytes[SIZE_MAX_];
		size_t length =
			test_unhex(vector->packets[0], bytes, sizeof(bytes)).length;
		struct esp_key_selectors selectors = { .sources = 1, .destinations = 1 };
		const struct esp_flow *flow;
		struct world world;

		world_init(&world, vector->keys);
		(void)inet_prefix_parse("10.1.0.0/16", &selectors.source[0]);
		(void)inet_prefix_parse("10.2.0.0/16", &selectors.destination[0]);
		keyring_set_selectors(world.keyring, keyring_esp(world.keyring, 0),
				      &selectors);
		add(&world, bytes, length);
		(void)inet_prefix_parse("10.3.0.0/16", &selectors.destination[0]);
		keyring_set_selectors(world.keyring, keyring_esp(world.keyring, 0),
				      &selectors);
		add(&world, bytes, length);
		flow = &world.set->flows.items[0];
		assert_int_equal(flow->status[ESP_OPENED], 2);
		assert_int_equal(flow->ipcomp[IPCOMP_OPENED], i == 0 ? 2 : 0);
		assert_int_equal(flow->inside->outside, 1);
		assert_int_equal(flow->inside->outside_frame, 2);
		assert_int_equal(world.inners, 2);
		assert_string_equal(inet_addr_text(&world.src).s, "10.1.0.1");
		assert_string_equal(inet_addr_text(&world.dst).s, "10.2.0.2");
		world_done(&world);
	}
}

/* Compress `length` zeros, the densest there is. */
static size_t bomb(size_t length, uint8_t *ret, size_t room)
{
	_cleanup_free_ uint8_t *zeros = calloc(1, length);
	z_stream stream = { 0 };

	zeros[0] = 0x45;
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	stream.next_in = zeros;
	stream.avail_in = (uInt)length;
	stream.next_out = ret;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&stream);
	return stream.total_out;
}

static void bomb_is_refused_and_a_full_packet_is_not(void **state)
{
	static const struct {
		size_t length;
		enum ipcomp_status status;
	} rows[] = { { 65535, IPCOMP_OPENED },
		     { 65536, IPCOMP_TOO_BIG },
		     { 50000000, IPCOMP_TOO_BIG } };
	struct ipcomp *ipcomp = ipcomp_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t bytes[60000] = { 4, 0, 0, 2 };
		struct ipcomp_result result;
		size_t length = bomb(rows[i].length, bytes + 4, sizeof(bytes) - 4);

		assert_int_equal(
			ipcomp_open(ipcomp, (struct slice){ bytes, 4 + length }, &result),
			rows[i].status);
		assert_int_equal(result.inner.length,
				 rows[i].status == IPCOMP_OPENED ? 65535 : 0);
	}
	ipcomp_free(ipcomp);
}

static void cut_anywhere_and_each_byte_flipped_is_survived(void **state)
{
	uint8_t bytes[SIZE_MAX_];
	size_t length = test_unhex(vector_of("IPComp negotiated CPI")->packets[0], bytes,
				   sizeof(bytes))
				.length;
	struct ipcomp *ipcomp = ipcomp_new();
	struct ipcomp_result result;

	(void)state;
	for (size_t cut = 20; cut < length; cut++) {
		_cleanup_free_ uint8_t *part = malloc(cut - 20 ? cut - 20 : 1);

		memcpy(part, bytes + 20, cut - 20);
		(void)ipcomp_open(ipcomp, (struct slice){ part, cut - 20 }, &result);
		assert_true(result.inner.length < 100);
	}
	for (size_t at = 20; at < length; at++) {
		for (unsigned int value = 0; value < 256; value++) {
			uint8_t was = bytes[at];

			bytes[at] = (uint8_t)value;
			(void)ipcomp_open(ipcomp,
					  (struct slice){ bytes + 20, length - 20 },
					  &result);
			assert_true(result.inner.length <= 65535);
			bytes[at] = was;
		}
	}
	/* It forgets what was wrong. */
	assert_int_equal(
		ipcomp_open(ipcomp, (struct slice){ bytes + 20, length - 20 }, &result),
		IPCOMP_OPENED);
	ipcomp_free(ipcomp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_zlib_compressed_is_decompressed),
		cmocka_unit_test(flow_of_ipcomp_shows_who_is_inside),
		cmocka_unit_test(selectors_count_behind_esp_and_ipcomp),
		cmocka_unit_test(bomb_is_refused_and_a_full_packet_is_not),
		cmocka_unit_test(cut_anywhere_and_each_byte_flipped_is_survived),
	};

	return cmocka_run_group_tests_name("dissect/ipcomp", tests, NULL, NULL);
}
