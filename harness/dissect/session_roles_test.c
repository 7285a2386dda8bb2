// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session_roles_test.c - who began is told by the protocol, in whatever order it is heard
 *
 * fritzbox.pcapng is IKEv1 in main mode, acme.pcapng in aggressive mode; the initiator's
 * address is told by their first messages.
 */
#include "base/cleanup.h"
#include "base/inet.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"

#define PACKETS_MAX 64

struct packets {
	struct capture_packet packet[PACKETS_MAX];
	size_t count;
};

/* The IKE messages of a capture's first interface that has any. */
static void load(struct arena *arena, const char *path, struct packets *ret)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet captured;
	struct packet packet;

	ret->count = 0;
	assert_int_equal(capture_file_open(path, &file, NULL), 0);
	while (ret->count < PACKETS_MAX && capture_file_next(file, &captured, NULL) > 0) {
		(void)packet_dissect(captured.link_type, captured.bytes,
				     captured.captured, captured.length, &packet);
		if (packet.kind != PACKET_IKE ||
		    (ret->count && captured.interface != ret->packet[0].interface))
			continue;
		captured.bytes = arena_memdup(arena, captured.bytes, captured.captured);
		ret->packet[ret->count++] = captured;
	}
	assert_true(ret->count >= 6);
}

/* These packets in this order; the address that is taken for the initiator's. */
static struct inet_addr initiator_of(struct test_reading *reading,
				     const struct packets *packets, const size_t *order,
				     size_t count)
{
	session_set_free(reading->set);
	reading->set = session_set_new(reading->crypto, reading->keyring);
	for (size_t i = 0; i < count; i++)
		session_set_add(reading->set, &packets->packet[order[i]]);
	assert_int_equal(reading->set->sessions, 1);
	return reading->set->session[0]->initiator;
}

static void assert_initiator(const char *path, const size_t *order, size_t count)
{
	_cleanup_reading_ struct test_reading reading;
	struct inet_addr right, told;
	struct packets packets;

	reading_begin(&reading, NULL);
	load(reading.arena, path, &packets);
	right = initiator_of(&reading, &packets, (const size_t[]){ 0, 1, 2 }, 3);
	told = initiator_of(&reading, &packets, order, count);
	assert_true(inet_addr_equal(&right, &told));
	/* Each message is on the right side, too. */
	vec_foreach (step, &reading.set->session[0]->steps)
		assert_int_equal(step->is_from_initiator,
				 inet_addr_equal(&step->src, &right));
}

static void capture_that_begins_with_the_answer_knows_who_began(void **state)
{
	(void)state;
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 1, 2, 3 }, 3);
	assert_initiator("pcaps/acme.pcapng", (const size_t[]){ 1, 2, 3 }, 3);
}

static void capture_that_begins_with_the_third_aggressive_message_knows(void **state)
{
	(void)state;
	assert_initiator("pcaps/acme.pcapng", (const size_t[]){ 2, 3, 4 }, 3);
}

static void first_message_that_comes_late_turns_the_guess_round(void **state)
{
	(void)state;
	/* main mode's fourth message alone tells nothing: it is the responder's */
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 3, 0, 1, 2 }, 4);
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 3, 1, 2, 0 }, 4);
}

static void key_exchange_before_the_encrypted_messages_is_the_responders(void **state)
{
	(void)state;
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 3, 4, 5 }, 3);
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 2, 3, 4 }, 3);
}

static void quick_mode_behind_one_encrypted_message_is_the_initiators(void **state)
{
	(void)state;
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 5, 6, 7 }, 3);
	assert_initiator("pcaps/fritzbox.pcapng", (const size_t[]){ 4, 5, 6 }, 3);
}

/* Heard the wrong way round within milliseconds it is no capture that begins late. */
static void first_message_after_its_answer_is_the_beginning(void **state)
{
	static const char *const paths[] = { "pcaps/fritzbox.pcapng",
					     "pcaps/acme.pcapng" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_reading_ struct test_reading reading;
		struct packets packets;

		reading_begin(&reading, NULL);
		load(reading.arena, paths[i], &packets);
		(void)initiator_of(&reading, &packets, (const size_t[]){ 1, 0, 2 }, 3);
		assert_false(reading.set->session[0]->is_late);
	}
}

/* Who refuses the first message need not have made a cookie of its own for that. */
static void refusal_without_a_cookie_is_the_responders(void **state)
{
	(void)state;
	for (int has_first = 0; has_first < 2; has_first++) {
		_cleanup_reading_ struct test_reading reading;
		const struct ike_session *session;
		struct test_message message;

		reading_begin(&reading, NULL);
		reading.set = session_set_new(reading.crypto, reading.keyring);
		for (int end = !has_first; end < 2; end++) {
			message_start(&message, end, 0x10,
				      end ? V1_EXCHANGE_INFORMATIONAL : V1_EXCHANGE_MAIN,
				      0, false);
			message_add_hex(&message,
					end ? V1_PAYLOAD_NOTIFY : V1_PAYLOAD_NONCE,
					end ? "000000010100000e" : "0102030405060708");
			message_send(&message, reading.set, 100 * end);
		}
		assert_int_equal(reading.set->sessions, 1);
		session = reading.set->session[0];
		assert_int_equal(session->initiator.bytes[3], 1);
		assert_false(
			session->steps.items[session->steps.count - 1].is_from_initiator);
	}
}

static void offer_and_choice_stay_with_their_ends_when_turned(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	const struct ike_session *session;
	struct packets packets;

	(void)state;
	reading_begin(&reading, NULL);
	load(reading.arena, "pcaps/fritzbox.pcapng", &packets);
	(void)initiator_of(&reading, &packets, (const size_t[]){ 3, 0, 1, 2 }, 4);
	session = reading.set->session[0];
	assert_true(session->v1.sai.length > 0);
	assert_non_null(session->v1.encr);
	assert_true(session->v1.gxi.length > 0 && session->v1.gxr.length > 0);
	assert_false(session->is_late);
}

/* Message 1 with the same SPI, from and to the addresses 192.0.2.x; how many SAs? */
static unsigned int sas_of(const uint8_t (*ends)[2], size_t count)
{
	_cleanup_reading_ struct test_reading reading;
	struct test_message message;

	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	for (size_t i = 0; i < count; i++) {
		message_start(&message, 0, 0x20, V2_EXCHANGE_SA_INIT, 0x08, false);
		message_add_hex(&message, V2_PAYLOAD_NONCE, "0102030405060708");
		message.bytes[15] = ends[i][0];
		message.bytes[19] = ends[i][1];
		message_send(&message, reading.set, (int64_t)i * 1000);
	}
	return reading.set->sessions;
}

static void spi_of_an_initiator_is_his_alone(void **state)
{
	(void)state;
	assert_int_equal(sas_of((const uint8_t[][2]){ { 1, 2 }, { 3, 4 } }, 2), 2);
	/* Before and behind a NAT. */
	assert_int_equal(sas_of((const uint8_t[][2]){ { 1, 2 }, { 9, 2 } }, 2), 1);
	assert_int_equal(sas_of((const uint8_t[][2]){ { 1, 2 }, { 1, 7 } }, 2), 1);
}

/* A responder that forgot its answer gives another one, with an SPI of its own. */
static void second_answer_to_one_request_is_not_late(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	struct test_message message;

	(void)state;
	reading_begin(&reading, NULL);
	reading.set = session_set_new(reading.crypto, reading.keyring);
	for (uint8_t i = 0; i < 3; i++) {
		message_start(&message, i > 0, 0x20, V2_EXCHANGE_SA_INIT, i ? 0x20 : 8,
			      i);
		message_add_hex(&message, V2_PAYLOAD_NONCE, "0102030405060708");
		memset(message.bytes + TEST_UDP_HEAD + 8, i, 8);
		message_send(&message, reading.set, i);
	}
	assert_int_equal(reading.set->sessions, 2);
	assert_false(reading.set->session[0]->is_late);
	assert_false(reading.set->session[1]->is_late);
}

static void group_address_is_told_from_the_others(void **state)
{
	static const char *const groups[] = { "224.0.0.5", "239.255.255.255", "ff02::5" };
	static const char *const hosts[] = { "223.255.255.255", "240.0.0.1", "fe80::5",
					     "::" };
	struct inet_addr addr;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		assert_int_equal(inet_addr_parse(groups[i], &addr), 0);
		assert_true(inet_addr_is_multicast(&addr));
	}
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		assert_int_equal(inet_addr_parse(hosts[i], &addr), 0);
		assert_false(inet_addr_is_multicast(&addr));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capture_that_begins_with_the_answer_knows_who_began),
		cmocka_unit_test(
			capture_that_begins_with_the_third_aggressive_message_knows),
		cmocka_unit_test(first_message_that_comes_late_turns_the_guess_round),
		cmocka_unit_test(
			key_exchange_before_the_encrypted_messages_is_the_responders),
		cmocka_unit_test(
			quick_mode_behind_one_encrypted_message_is_the_initiators),
		cmocka_unit_test(first_message_after_its_answer_is_the_beginning),
		cmocka_unit_test(refusal_without_a_cookie_is_the_responders),
		cmocka_unit_test(offer_and_choice_stay_with_their_ends_when_turned),
		cmocka_unit_test(spi_of_an_initiator_is_his_alone),
		cmocka_unit_test(second_answer_to_one_request_is_not_late),
		cmocka_unit_test(group_address_is_told_from_the_others),
	};

	return cmocka_run_group_tests_name("dissect/session_roles", tests, NULL, NULL);
}
