// SPDX-License-Identifier: GPL-2.0-or-later
/* story_side_test.c - a capture of one direction tells nothing of the other end's silence */
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/story_side.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"

#define ETHER_IPV4_SOURCE 26

/* Of a reference capture what one end sent: its address, four octets. */
static struct ike_story *of_sender(struct test_reading *reading, const char *path,
				   const uint8_t *sender)
{
	struct capture_packet packet;

	reading_begin(reading, NULL);
	reading->set = session_set_new(reading->crypto, reading->keyring);
	assert_int_equal(capture_file_open(path, &reading->file, NULL), 0);
	while (capture_file_next(reading->file, &packet, NULL) > 0)
		if (packet.length > ETHER_IPV4_SOURCE + 4 &&
		    !memcmp(packet.bytes + ETHER_IPV4_SOURCE, sender, 4))
			session_set_add(reading->set, &packet);
	assert_int_equal(reading->set->sessions, 1);
	return story_of(reading->set, reading->set->session[0]);
}

static const struct {
	const char *path;
	uint8_t initiator[4], responder[4];
} tunnels[] = {
	{ "pcaps/acme.pcapng", { 203, 0, 113, 56 }, { 7, 7, 7, 7 } },
	{ "pcaps/fritzbox.pcapng", { 84, 112, 3, 56 }, { 91, 64, 7, 112 } },
	{ "pcaps/ikev2.pcapng", { 198, 18, 10, 2 }, { 198, 18, 20, 2 } },
};

static void one_direction_of_a_tunnel_is_said_to_be_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		for (int end = 0; end < 2; end++) {
			_cleanup_reading_ struct test_reading reading;
			struct ike_story *story = of_sender(&reading, tunnels[i].path,
							    end ? tunnels[i].responder
								: tunnels[i].initiator);

			assert_int_equal(story_side_of(story->session),
					 end ? STORY_SIDE_RESPONDER
					     : STORY_SIDE_INITIATOR);
			assert_true(story->is_up); /* its ESP is there */
			assert_non_null(strstr(story->outcome, "one direction"));
			assert_null(strstr(story->outcome, "complete"));
			story_free(story);
		}
	}
}

static void whole_capture_has_both_sides(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		_cleanup_reading_ struct test_reading reading;

		reading_begin(&reading, NULL);
		reading_take(&reading, tunnels[i].path, UINT_MAX);
		assert_int_equal(story_side_of(reading.set->session[0]),
				 STORY_SIDES_BOTH);
	}
}

/* IKE_AUTH, id 1: then an INFORMATIONAL, id 2, which nobody asks before the answer. */
static void send_request(struct session_set *set, uint8_t exchange, uint8_t id)
{
	struct test_message message;
	uint8_t body[64] = { 7 };

	message_start(&message, 0, 0x20, exchange, 0x08, id > 0);
	message_set_id(&message, id);
	message_add(&message, id ? V2_PAYLOAD_SK : V2_PAYLOAD_NONCE, body, sizeof(body));
	message_send(&message, set, 100LL * id);
}

static void question_that_is_never_answered_proves_nothing(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);

	(void)state;
	send_request(set, V2_EXCHANGE_SA_INIT, 0);
	assert_int_equal(story_side_of(set->session[0]), STORY_SIDES_BOTH);
	send_request(set, V2_EXCHANGE_SA_INIT, 0);
	assert_int_equal(story_side_of(set->session[0]), STORY_SIDES_BOTH);
}

static void one_direction_without_esp_is_neither_up_nor_down(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct ike_story *story;

	(void)state;
	send_request(set, V2_EXCHANGE_SA_INIT, 0);
	send_request(set, V2_EXCHANGE_AUTH, 1);
	send_request(set, V2_EXCHANGE_INFORMATIONAL, 2);
	assert_int_equal(set->sessions, 1);
	story = story_of(set, set->session[0]);
	assert_false(story->is_up);
	assert_true(str_starts(story->outcome, "not told: only what the initiator sent"));
	story_free(story);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_direction_of_a_tunnel_is_said_to_be_one),
		cmocka_unit_test(whole_capture_has_both_sides),
		cmocka_unit_test(question_that_is_never_answered_proves_nothing),
		cmocka_unit_test(one_direction_without_esp_is_neither_up_nor_down),
	};

	return cmocka_run_group_tests_name("dissect/story_side", tests, NULL, NULL);
}
