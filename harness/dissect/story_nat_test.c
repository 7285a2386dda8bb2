// SPDX-License-Identifier: GPL-2.0-or-later
/* story_nat_test.c - several peers behind one NAT have one address, and only ports tell them apart */
#include "base/cleanup.h"
#include "dissect/story.h"
#include "dissect/test_reading.h"

#define ETHER_IPV4 14
#define UDP	   (ETHER_IPV4 + 20)
#define BODY	   (UDP + 8)

static const uint8_t client[4] = { 198, 18, 10, 2 };

/* As a NAT sends it on: the client's ports 500 and 4500 are others then. */
static void translate(uint8_t *bytes, uint16_t ike, uint16_t nat_t)
{
	bool is_client = !memcmp(bytes + ETHER_IPV4 + 12, client, 4);
	uint8_t *port = bytes + UDP + (is_client ? 0 : 2);
	uint16_t new_port = port[0] == 1 ? ike : nat_t; /* 500 is 0x01f4 */

	port[0] = (uint8_t)(new_port >> 8);
	port[1] = (uint8_t)new_port;
	bytes[UDP + 6] = bytes[UDP + 7] = 0; /* no checksum */
}

static bool is_ike(const uint8_t *bytes)
{
	bool is_500 = bytes[UDP] == 1 && bytes[UDP + 1] == 0xf4;
	static const uint8_t marker[4];

	return is_500 || !memcmp(bytes + BODY, marker, 4);
}

/* Another peer's: the SPIs of IKE are others. */
static void rename_spis(uint8_t *bytes)
{
	bool is_500 = bytes[UDP] == 1 && bytes[UDP + 1] == 0xf4;
	uint8_t *ike = bytes + BODY + (is_500 ? 0 : 4);

	ike[0] ^= 0x55;
	if (ike[8])
		ike[8] ^= 0x55;
}

static void send_copy(struct session_set *set, const struct capture_packet *packet,
		      bool is_second)
{
	uint8_t bytes[2048];
	struct capture_packet copy = *packet;

	assert_true(packet->captured <= sizeof(bytes));
	memcpy(bytes, packet->bytes, packet->captured);
	copy.bytes = bytes;
	if (is_second && !is_ike(bytes))
		return; /* nothing flows for it */
	if (is_second)
		rename_spis(bytes);
	translate(bytes, is_second ? 10002 : 10001, is_second ? 10502 : 10501);
	session_set_add(set, &copy);
}

/* ikev2.pcapng twice through one NAT; the second peer's traffic never comes. */
static void esp_of_one_peer_is_not_the_others(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct capture_packet packet;
	struct ike_story *story;

	(void)state;
	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	assert_int_equal(capture_file_open("pcaps/ikev2.pcapng", &reading.file, NULL), 0);
	while (capture_file_next(reading.file, &packet, NULL) > 0) {
		if (packet.captured <= BODY + 16 || packet.bytes[ETHER_IPV4 + 9] != 17)
			continue;
		send_copy(reading.set, &packet, false);
		send_copy(reading.set, &packet, true);
	}
	assert_int_equal(reading.set->sessions, 2);
	story = story_of(reading.set, reading.set->session[0]);
	assert_non_null(strstr(story->outcome, "ESP goes between the two in both"));
	story_free(story);
	story = story_of(reading.set, reading.set->session[1]);
	assert_non_null(strstr(story->outcome, "no ESP between the two"));
	story_free(story);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(esp_of_one_peer_is_not_the_others),
	};

	return cmocka_run_group_tests_name("dissect/story_nat", tests, NULL, NULL);
}
