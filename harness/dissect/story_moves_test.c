// SPDX-License-Identifier: GPL-2.0-or-later
/* story_moves_test.c - an SA that goes on from elsewhere, fragments, what is asked in vain */
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"

struct lab {
	struct test_reading reading;
	int64_t ms;
};

static void lab_done(struct lab *lab)
{
	reading_done(&lab->reading);
}

#define _cleanup_lab_ _cleanup_(lab_done)

static void begin(struct lab *lab)
{
	reading_begin(&lab->reading, NULL);
	lab->reading.set = session_set_new(lab->reading.crypto, lab->reading.keyring);
	lab->ms = 0;
}

/* A request of the initiator, or its answer, with the initiator's address and port. */
static void say(struct lab *lab, int end, uint8_t id, uint8_t host, uint16_t port)
{
	uint8_t sealed[40] = { id };
	struct test_message message;

	message_start(&message, end, 0x20, V2_EXCHANGE_INFORMATIONAL, end ? 0x20 : 8,
		      true);
	message.bytes[end ? 19 : 15] = host;
	test_put16(message.bytes + (end ? 22 : 20), port);
	message_set_id(&message, id);
	message_add(&message, V2_PAYLOAD_SK, sealed, sizeof(sealed));
	message_send(&message, lab->reading.set, lab->ms += 10);
}

static void fragment(struct lab *lab, uint8_t number, uint8_t total)
{
	uint8_t body[40] = { 0, number, 0, total };
	struct test_message message;

	message_start(&message, 0, 0x20, V2_EXCHANGE_AUTH, 8, true);
	message_set_id(&message, 1);
	message_add(&message, V2_PAYLOAD_SKF, body, sizeof(body));
	message_send(&message, lab->reading.set, lab->ms += 10);
}

/* How many notes have that in them? */
static unsigned int notes_with(struct lab *lab, const char *text)
{
	struct ike_story *story =
		story_of(lab->reading.set, lab->reading.set->session[0]);
	unsigned int count = 0;

	assert_int_equal(lab->reading.set->sessions, 1);
	vec_foreach (note, &story->notes)
		count += strstr(note->text, text) != NULL;
	story_free(story);
	return count;
}

static void another_port_is_told_and_the_same_is_not(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	for (uint8_t id = 1; id < 4; id++) {
		say(&lab, 0, id, 1, 31000);
		say(&lab, 1, id, 1, 31000);
	}
	assert_int_equal(notes_with(&lab, "goes on from"), 0);
	say(&lab, 0, 4, 1, 42000);
	say(&lab, 1, 4, 1, 42000);
	assert_int_equal(notes_with(&lab,
				    "the initiator goes on from 192.0.2.1 port 42000, "
				    "before it was 192.0.2.1 port 31000: a NAT"),
			 1);
	assert_int_equal(notes_with(&lab, "goes on from"), 1);
}

static void another_address_is_told(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	say(&lab, 0, 1, 1, 500);
	say(&lab, 0, 2, 9, 500);
	assert_int_equal(notes_with(&lab, "it has another address (MOBIKE)"), 1);
}

static void who_moves_all_the_time_is_told_in_few_lines(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	for (uint8_t id = 1; id < 100; id++)
		say(&lab, 0, id, 1, (uint16_t)(1000 + id));
	assert_int_equal(notes_with(&lab, "goes on from"), 8);
	assert_int_equal(notes_with(&lab, "its ends change their addresses or ports"), 1);
}

static void fragment_that_is_not_there_is_counted(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	fragment(&lab, 3, 3);
	fragment(&lab, 1, 3);
	assert_int_equal(
		notes_with(&lab, "of this message's 3 fragments (RFC 7383) 1 is"), 1);
	fragment(&lab, 2, 3);
	assert_int_equal(notes_with(&lab, "fragments"), 0);
	/* Cut anew, into more: these count. */
	fragment(&lab, 1, 4);
	assert_int_equal(
		notes_with(&lab, "of this message's 4 fragments (RFC 7383) 3 are"), 1);
}

/* IKE_SA_INIT of an end with a group (0: none) or a notify (0: none) and its data. */
static void init(struct lab *lab, int end, uint16_t group, uint16_t notify,
		 const char *data)
{
	struct test_message message;
	char hex[64];

	message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT, end ? 0x20 : 8, false);
	(void)snprintf(hex, sizeof(hex), "%04x0000%04x", group, (unsigned int)lab->ms);
	if (group)
		message_add_hex(&message, V2_PAYLOAD_KE, hex);
	(void)snprintf(hex, sizeof(hex), "0000%04x%s", notify, data);
	if (notify)
		message_add_hex(&message, V2_PAYLOAD_NOTIFY, hex);
	message_send(&message, lab->reading.set, lab->ms += 10);
}

static void group_that_is_asked_for_again_is_a_fault(void **state)
{
	static const uint16_t then[] = { 19, 14 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(then); i++) {
		_cleanup_lab_ struct lab lab;

		begin(&lab);
		init(&lab, 0, 19, 0, "");
		init(&lab, 1, 0, NOTIFY_V2_INVALID_KE, "000e");
		init(&lab, 0, then[i], 0, "");
		assert_int_equal(notes_with(&lab, "asks for group 14, and the initiator "
						  "asks for group 19 once more"),
				 then[i] == 19);
		assert_int_equal(notes_with(&lab, "no fault unless"), then[i] != 19);
	}
}

static void cookies_without_end_are_told(void **state)
{
	_cleanup_lab_ struct lab lab;

	(void)state;
	begin(&lab);
	init(&lab, 0, 14, 0, "");
	init(&lab, 1, 0, NOTIFY_V2_COOKIE, "01");
	init(&lab, 0, 14, NOTIFY_V2_COOKIE, "01");
	init(&lab, 1, 0, NOTIFY_V2_COOKIE, "02");
	assert_int_equal(notes_with(&lab, "COOKIE"), 0);
	init(&lab, 0, 14, NOTIFY_V2_COOKIE, "02");
	init(&lab, 1, 0, NOTIFY_V2_COOKIE, "03");
	assert_int_equal(notes_with(&lab, "asks for a COOKIE 3 times and believes none"),
			 1);
}

static void request_that_is_never_heard_is_told_by_its_exchange(void **state)
{
	static const struct {
		uint8_t version, exchange, flags, payload;
		const char *text;
	} rows[] = {
		{ 0x20, V2_EXCHANGE_AUTH, 8, V2_PAYLOAD_SK,
		  "IKE_AUTH was sent 2 times in 5 s and never answered" },
		{ 0x10, V1_EXCHANGE_MAIN, IKE_V1_FLAG_ENCRYPTED, V1_PAYLOAD_HASH,
		  "main mode's fifth message was sent 2 times in 5 s" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		static const uint8_t sealed[40];
		_cleanup_lab_ struct lab lab;
		struct test_message message;

		begin(&lab);
		message_start(&message, 0, rows[i].version, rows[i].exchange,
			      rows[i].flags, true);
		message_add(&message, rows[i].payload, sealed, sizeof(sealed));
		message_send(&message, lab.reading.set, lab.ms);
		message_send(&message, lab.reading.set, lab.ms += 5000);
		assert_int_equal(notes_with(&lab, rows[i].text), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_port_is_told_and_the_same_is_not),
		cmocka_unit_test(another_address_is_told),
		cmocka_unit_test(who_moves_all_the_time_is_told_in_few_lines),
		cmocka_unit_test(fragment_that_is_not_there_is_counted),
		cmocka_unit_test(group_that_is_asked_for_again_is_a_fault),
		cmocka_unit_test(cookies_without_end_are_told),
		cmocka_unit_test(request_that_is_never_heard_is_told_by_its_exchange),
	};

	return cmocka_run_group_tests_name("dissect/story_moves", tests, NULL, NULL);
}
