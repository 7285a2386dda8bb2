// SPDX-License-Identifier: GPL-2.0-or-later
/* story_outcome_test.c - "up" means that traffic can flow */
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"

/* acme.pcapng: messages 3 to 5 are aggressive mode, 6 to 8 the first quick mode. */
static struct ike_story *of_acme(struct test_reading *reading, unsigned int packets)
{
	reading_begin(reading, NULL);
	reading_take(reading, "pcaps/acme.pcapng", packets);
	assert_int_equal(reading->set->sessions, 1);
	return story_of(reading->set, reading->set->session[0]);
}

static void phase_1_without_quick_mode_is_not_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 5);

	(void)state;
	assert_false(story->is_up);
	assert_int_equal(story->up_frame, 5);
	assert_true(str_starts(story->outcome,
			       "phase 1 only: phase 1 is complete, and no "
			       "quick mode follows"));
	story_free(story);
}

static void quick_mode_that_is_never_answered_is_not_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 6);

	(void)state;
	assert_false(story->is_up);
	assert_true(str_starts(story->outcome,
			       "phase 1 only: phase 1 is complete, 0 of 1 "
			       "quick modes complete"));
	story_free(story);
}

static void complete_quick_mode_is_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story = of_acme(&reading, 8);

	(void)state;
	assert_true(story->is_up);
	assert_true(str_starts(story->outcome, "up: phase 1 is complete, 1 of 1 quick"));
	story_free(story);
}

/* Filled up to a length with bytes that nobody can read. */
static void send_sealed(struct session_set *set, int end, uint8_t exchange, int64_t ms)
{
	struct test_message message;
	uint8_t sealed[400] = { 7 };

	message_start(&message, end, 0x20, exchange, end ? 0x20 : 0x08, true);
	message_set_id(&message, 1);
	message_add(&message, V2_PAYLOAD_SK, sealed, sizeof(sealed));
	message_send(&message, set, ms);
}

static void send_init(struct session_set *set)
{
	struct test_message message;

	message_start(&message, 0, 0x20, V2_EXCHANGE_SA_INIT, 0x08, false);
	message_add_hex(&message, V2_PAYLOAD_NONCE, "0102030405060708");
	message_send(&message, set, 0);
	message_start(&message, 1, 0x20, V2_EXCHANGE_SA_INIT, 0x20, true);
	message_add_hex(&message, V2_PAYLOAD_KE, "000e00000102030405060708");
	message_add_hex(&message, V2_PAYLOAD_NONCE, "0807060504030201");
	message_send(&message, set, 1);
}

/* AH or ESP from one end to the other, SPI and sequence number 0x100 and 1. */
static void send_protocol(struct session_set *set, int end, uint8_t protocol, int64_t ms)
{
	uint8_t bytes[60] = { 0x45, 0, 0, sizeof(bytes), [8] = 64, [9] = protocol };
	struct capture_packet captured = { .link_type = TEST_LINK_RAW,
					   .bytes = bytes,
					   .captured = sizeof(bytes),
					   .length = sizeof(bytes),
					   .time_ns = ms * 1000000 };

	memcpy(bytes + 12, (uint8_t[]){ 192, 0, 2, (uint8_t)(1 + end) }, 4);
	memcpy(bytes + 16, (uint8_t[]){ 192, 0, 2, (uint8_t)(2 - end) }, 4);
	memcpy(bytes + 20, (uint8_t[]){ 59, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 }, 12);
	session_set_add(set, &captured);
}

/* The outcome of an SA of IKE_SA_INIT, an exchange, and a packet each way. */
static void assert_outcome(uint8_t exchange, uint8_t there, uint8_t back,
			   const char *outcome)
{
	_cleanup_reading_ struct test_reading reading;
	struct ike_story *story;

	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	send_init(reading.set);
	send_sealed(reading.set, 0, exchange, 2);
	send_sealed(reading.set, 1, exchange, 3);
	if (there)
		send_protocol(reading.set, 0, there, 4);
	if (back)
		send_protocol(reading.set, 1, back, 5);
	story = story_of(reading.set, reading.set->session[0]);
	assert_true(story->is_up);
	assert_string_equal(story->outcome, outcome);
	story_free(story);
}

#define GCM_SHA256                                                                 \
	"00000024010100030300000c01000014800e0100" /* ENCR AES-GCM-16, 256 bits */ \
	"0300000802000005" /* PRF SHA2-256 */ "000000080400001f"
#define CBC_SHA512                                                              \
	"0000002c010100040300000c0100000c800e0100" /* ENCR AES-CBC, 256 bits */ \
	"0300000802000005" /* PRF SHA2-256 */ "030000080300000e" /* SHA2-512 */ \
	"000000080400000e"

/* An SA whose IKE_AUTH is answered by that many bytes of SK, with its header. */
static struct ike_story *answered_by(struct session_set *set, const char *sa,
				     size_t length)
{
	struct test_message message;
	uint8_t sealed[400] = { 7 };

	for (int end = 0; end < 2; end++) {
		message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT, end ? 0x20 : 0x08,
			      end == 1);
		message_add_hex(&message, V2_PAYLOAD_SA, sa);
		message_send(&message, set, end);
	}
	for (int end = 0; end < 2; end++) {
		message_start(&message, end, 0x20, V2_EXCHANGE_AUTH, end ? 0x20 : 0x08,
			      true);
		message_set_id(&message, 1);
		message_add(&message, V2_PAYLOAD_SK, sealed, end ? length - 4 : 300);
		message_send(&message, set, 2 + end);
	}
	return story_of(set, set->session[0]);
}

static void assert_answer(const char *sa, size_t length, const char *outcome,
			  const char *note)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct ike_story *story = answered_by(set, sa, length);
	bool is_told = !*note;

	if (!str_starts(story->outcome, outcome))
		fail_msg("%zu bytes: %s", length, story->outcome);
	vec_foreach (known, &story->notes)
		is_told |= strstr(known->text, note) != NULL;
	if (!is_told)
		fail_msg("%zu bytes: '%s' is not said", length, note);
	story_free(story);
}

/* With GCM 89 bytes of SK are IDr, AUTH and a notify; with SHA2-512 just a notify. */
static void what_an_answer_has_room_for_depends_on_the_cipher(void **state)
{
	(void)state;
	assert_answer(GCM_SHA256, 4 + 8 + 16 + 8 + 1, "not up",
		      "most likely AUTHENTICATION");
	assert_answer(GCM_SHA256, 4 + 8 + 16 + 60 + 1,
		      "IKE SA only: IKE_SA_INIT and IKE_AUTH are complete, without",
		      "none for a CHILD SA");
	assert_answer(CBC_SHA512, 4 + 16 + 32 + 48, "not up",
		      "most likely AUTHENTICATION");
	assert_answer(GCM_SHA256, 4 + 8 + 16 + 160 + 1, "up: ", "");
}

/* Seconds later ESP of others: the capture goes on without the initiator. */
static bool is_told_gone(int64_t ms)
{
	_cleanup_reading_ struct test_reading reading;
	struct test_message message;
	struct ike_story *story;
	bool is_told = false;

	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	send_init(reading.set);
	message_start(&message, 1, 0x20, V2_EXCHANGE_SA_INIT, 0x20, true);
	message_add_hex(&message, V2_PAYLOAD_SA, "0000000801010000");
	message_add_hex(&message, V2_PAYLOAD_KE, "000e000001020304");
	message_send(&message, reading.set, 2);
	send_protocol(reading.set, 0, 50, ms);
	story = story_of(reading.set, reading.set->session[0]);
	vec_foreach (note, &story->notes)
		is_told |= strstr(note->text, "the initiator says nothing more") != NULL;
	story_free(story);
	return is_told;
}

static void an_initiator_that_leaves_after_the_answer_is_told(void **state)
{
	(void)state;
	assert_true(is_told_gone(8000));
	assert_false(is_told_gone(100));
}

static void what_goes_between_the_two_is_called_by_its_name(void **state)
{
	(void)state;
	assert_outcome(V2_EXCHANGE_AUTH, 50, 50,
		       "up: IKE_SA_INIT and IKE_AUTH are complete; ESP goes between the "
		       "two in both directions");
	assert_outcome(V2_EXCHANGE_AUTH, 51, 51,
		       "up: IKE_SA_INIT and IKE_AUTH are complete; AH goes between the "
		       "two in both directions");
	assert_outcome(V2_EXCHANGE_AUTH, 51, 0,
		       "up: IKE_SA_INIT and IKE_AUTH are complete; AH goes only from the "
		       "initiator to the responder");
	assert_outcome(V2_EXCHANGE_AUTH, 50, 51,
		       "up: IKE_SA_INIT and IKE_AUTH are complete; AH and ESP go between "
		       "the two in both directions");
}

/* Nobody answers the last request; what comes from there later shows that it lives. */
static void sa_is_up_until_the_other_end_is_dead(void **state)
{
	(void)state;
	for (int is_alive = 0; is_alive < 2; is_alive++) {
		_cleanup_reading_ struct test_reading reading;
		struct ike_story *story;

		reading_begin(&reading, NULL);
		reading.set = session_set_new(reading.crypto, reading.keyring);
		send_init(reading.set);
		send_sealed(reading.set, 0, V2_EXCHANGE_AUTH, 2);
		send_sealed(reading.set, 1, V2_EXCHANGE_AUTH, 3);
		for (int64_t ms = 60000; ms <= 84000; ms += 8000)
			send_sealed(reading.set, 0, V2_EXCHANGE_INFORMATIONAL, ms);
		if (is_alive)
			send_protocol(reading.set, 1, 50, 85000);
		story = story_of(reading.set, reading.set->session[0]);
		assert_int_equal(story->is_up, is_alive);
		assert_true(str_starts(story->outcome,
				       is_alive ? "up: IKE_SA_INIT"
						: "up until #5, which the other end "
						  "never answers: IKE_SA_INIT"));
		story_free(story);
	}
}

/* As Cisco's GETVPN in the public captures of ipsec_macsec_pcap/getvpn. */
static void group_member_that_registered_is_up(void **state)
{
	(void)state;
	assert_outcome(
		V2_EXCHANGE_GSA_AUTH, 0, 0,
		"up: IKE_SA_INIT and GSA_AUTH are complete; the responder is a key "
		"server, the group's ESP goes between its members");
}

/* A filter for ports leaves out fragments: IKE_SA_INIT, then AH from its first number on. */
static void esp_from_its_first_number_shows_what_was_not_captured(void **state)
{
	(void)state;
	for (int ways = 1; ways <= 2; ways++) {
		_cleanup_reading_ struct test_reading reading;
		struct ike_story *story;

		reading_begin(&reading, NULL);
		reading.set = session_set_new(reading.crypto, reading.keyring);
		send_init(reading.set);
		for (int end = 0; end < ways; end++)
			send_protocol(reading.set, end, 51, 3 + end);
		story = story_of(reading.set, reading.set->session[0]);
		assert_int_equal(story->is_up, ways == 2);
		assert_true(str_starts(story->outcome,
				       ways == 2 ? "up: ESP says so" : "not up"));
		story_free(story);
	}
}

/* That ESP is of another SA: the responder refused this one, in IKEv2 or in IKEv1. */
static void esp_does_not_bring_up_what_was_refused(void **state)
{
	(void)state;
	for (int is_v2 = 0; is_v2 < 2; is_v2++) {
		const uint8_t version = is_v2 ? 0x20 : 0x10;
		_cleanup_reading_ struct test_reading reading;
		struct test_message message;
		struct ike_story *story;

		reading_begin(&reading, NULL);
		reading.set = session_set_new(reading.crypto, reading.keyring);
		message_start(&message, 0, version,
			      is_v2 ? V2_EXCHANGE_SA_INIT : V1_EXCHANGE_MAIN,
			      is_v2 ? 0x08 : 0, false);
		message_add_hex(&message, is_v2 ? V2_PAYLOAD_NONCE : V1_PAYLOAD_VENDOR_ID,
				"0102030405060708");
		message_send(&message, reading.set, 0);
		message_start(&message, 1, version,
			      is_v2 ? V2_EXCHANGE_SA_INIT : V1_EXCHANGE_INFORMATIONAL,
			      is_v2 ? 0x20 : 0, true);
		if (is_v2)
			message_add_notify(&message, 14); /* NO_PROPOSAL_CHOSEN */
		else
			message_add_hex(&message, V1_PAYLOAD_NOTIFY, "000000010100000e");
		message_send(&message, reading.set, 1);
		for (int end = 0; end < 2; end++)
			send_protocol(reading.set, end, 50, 3 + end);
		story = story_of(reading.set, reading.set->session[0]);
		assert_false(story->is_up);
		assert_true(str_starts(story->outcome, "not up"));
		story_free(story);
	}
}

/* Main mode in six messages, and a quick mode of so many; spi: of the initiator. */
static void send_v1(struct session_set *set, uint8_t spi, unsigned int quick, int64_t ms)
{
	static const uint8_t sealed[64] = { 3 };
	struct test_message message;

	for (unsigned int i = 0; i < 6 + quick; i++) {
		bool is_quick = i >= 6, is_sealed = i >= 4;

		message_start(&message, i % 2, 0x10,
			      is_quick ? V1_EXCHANGE_QUICK : V1_EXCHANGE_MAIN,
			      is_sealed ? IKE_V1_FLAG_ENCRYPTED : 0, i > 0);
		memset(message.bytes + TEST_UDP_HEAD, spi, 8);
		message_set_id(&message, is_quick ? 9 : 0);
		message_add(&message,
			    is_sealed ? V1_PAYLOAD_HASH
			    : i < 2   ? V1_PAYLOAD_SA
				      : V1_PAYLOAD_NONCE,
			    sealed, sizeof(sealed) - i);
		message_send(&message, set, ms + i);
	}
}

static void assert_story(const struct session_set *set, uint32_t index, bool is_up,
			 const char *outcome)
{
	struct ike_story *story = story_of(set, set->session[index]);

	assert_int_equal(story->is_up, is_up);
	assert_string_equal(story->outcome, outcome);
	story_free(story);
}

static void esp_of_another_sa_makes_no_phase_1_up(void **state)
{
	_cleanup_reading_ struct test_reading reading;

	(void)state;
	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	send_v1(reading.set, 1, 1, 0); /* refused */
	send_v1(reading.set, 5, 3, 100);
	send_protocol(reading.set, 0, 50, 200);
	send_protocol(reading.set, 1, 50, 201);
	send_v1(reading.set, 7, 1, 300); /* refused */
	assert_story(
		reading.set, 0, false,
		"phase 1 only: phase 1 is complete, 0 of 1 quick modes complete; ESP "
		"goes between the two in both directions");
	assert_story(reading.set, 1, true,
		     "up: phase 1 is complete, 1 of 1 quick modes complete; ESP goes "
		     "between the two in both directions");
	assert_story(
		reading.set, 2, false,
		"phase 1 only: phase 1 is complete, 0 of 1 quick modes complete; the "
		"ESP between the two in this capture was there before");
}

static void answers_captured_before_their_requests_are_answers(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct test_message message;

	(void)state;
	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	for (int end = 1; end >= 0; end--) {
		message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT, end ? 0x20 : 8,
			      end);
		message_add_hex(&message, V2_PAYLOAD_NONCE, "0102030405060708");
		message_send(&message, reading.set, 1 - end);
	}
	send_sealed(reading.set, 1, V2_EXCHANGE_AUTH, 2);
	send_sealed(reading.set, 0, V2_EXCHANGE_AUTH, 3);
	assert_int_equal(reading.set->sessions, 1);
	assert_story(
		reading.set, 0, true,
		"up: IKE_SA_INIT and IKE_AUTH are complete; no ESP between the two in "
		"this capture");
}

/* The reference captures end with the teardown; without keys nobody knows. */
static void deletion_that_can_be_read_is_told(void **state)
{
	static const struct {
		const char *path, *keys, *said;
	} rows[] = {
		{ "pcaps/ikev2.pcapng", "pcaps/ikev2.keys",
		  "; the initiator deletes it with #39" },
		{ "pcaps/acme.pcapng", "pcaps/acme.keys",
		  "; the initiator deletes phase 1 with #44" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		_cleanup_reading_ struct test_reading reading;
		struct ike_story *story;

		reading_begin(&reading, NULL);
		reading_keys(&reading, i % 2 ? rows[i / 2].keys : NULL);
		reading_take(&reading, rows[i / 2].path, UINT_MAX);
		story = story_of(reading.set, reading.set->session[0]);
		assert_int_equal(!!strstr(story->outcome, rows[i / 2].said), i % 2);
		assert_int_equal(!!strstr(story->outcome, "deletes"), i % 2);
		story_free(story);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phase_1_without_quick_mode_is_not_up),
		cmocka_unit_test(quick_mode_that_is_never_answered_is_not_up),
		cmocka_unit_test(complete_quick_mode_is_up),
		cmocka_unit_test(what_an_answer_has_room_for_depends_on_the_cipher),
		cmocka_unit_test(an_initiator_that_leaves_after_the_answer_is_told),
		cmocka_unit_test(sa_is_up_until_the_other_end_is_dead),
		cmocka_unit_test(what_goes_between_the_two_is_called_by_its_name),
		cmocka_unit_test(group_member_that_registered_is_up),
		cmocka_unit_test(esp_of_another_sa_makes_no_phase_1_up),
		cmocka_unit_test(esp_from_its_first_number_shows_what_was_not_captured),
		cmocka_unit_test(esp_does_not_bring_up_what_was_refused),
		cmocka_unit_test(deletion_that_can_be_read_is_told),
		cmocka_unit_test(answers_captured_before_their_requests_are_answers),
	};

	return cmocka_run_group_tests_name("dissect/story_outcome", tests, NULL, NULL);
}
