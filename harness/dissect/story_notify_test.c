// SPDX-License-Identifier: GPL-2.0-or-later
/* story_notify_test.c - what notifies and silences mean: messages made here */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "dissect/test_message.h"
#include "finding/test_class.h"

#define FROM_INITIATOR 0
#define FROM_RESPONDER 1

struct world {
	struct session_set *set;
	struct ike_story *story;
};

static void world_done(struct world *world)
{
	story_free(world->story);
	session_set_free(world->set);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

static void begin(struct world *world, uint8_t version, uint8_t exchange)
{
	struct test_message message = { 0 };

	world->set = session_set_new(NULL, NULL);
	message_start(&message, FROM_INITIATOR, version, exchange,
		      version == 0x20 ? IKE_V2_FLAG_INITIATOR : 0, false);
	message_add_hex(&message, version == 0x20 ? V2_PAYLOAD_NONCE : V1_PAYLOAD_NONCE,
			"00");
	message_send(&message, world->set, 0);
}

static void send_v1(struct world *world, int end, uint8_t exchange, const char *notify,
		    int64_t ms)
{
	struct test_message message = { 0 };

	message_start(&message, end, 0x10, exchange, 0, true);
	message_set_id(&message, exchange == V1_EXCHANGE_MAIN ? 0 : 7);
	message_add_hex(&message, notify ? V1_PAYLOAD_NOTIFY : V1_PAYLOAD_NONCE,
			notify ? notify : "00");
	message_send(&message, world->set, ms);
}

static struct ike_story *told(struct world *world)
{
	assert_int_equal(world->set->sessions, 1);
	world->story = story_of(world->set, world->set->session[0]);
	return world->story;
}

static unsigned int notes_with(const struct ike_story *story, const char *text,
			       const char *findings)
{
	unsigned int count = 0;

	vec_foreach (note, &story->notes)
		count += strstr(note->text, text) &&
			 (!findings ||
			  strstr(test_classes_of(&note->classes).s, findings));
	return count;
}

/* DOI 1, protocol ISAKMP, no SPI, the type at the end */
#define NOTIFY_INVALID_ID \
	"00000001"        \
	"0100"            \
	"0012"

static void an_invalid_id_before_quick_mode_is_about_who_not_about_networks(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_AGGRESSIVE);
	send_v1(&world, FROM_RESPONDER, V1_EXCHANGE_INFORMATIONAL, NOTIFY_INVALID_ID, 50);
	told(&world);
	assert_int_equal(notes_with(world.story, "INVALID-ID-INFORMATION", "F31"), 1);
	assert_int_equal(notes_with(world.story, "networks", NULL), 0);
}

static void an_invalid_id_behind_quick_mode_is_about_networks(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_MAIN);
	send_v1(&world, FROM_RESPONDER, V1_EXCHANGE_MAIN, NULL, 10);
	send_v1(&world, FROM_INITIATOR, V1_EXCHANGE_QUICK, NULL, 20);
	send_v1(&world, FROM_RESPONDER, V1_EXCHANGE_INFORMATIONAL, NOTIFY_INVALID_ID, 30);
	told(&world);
	assert_int_equal(
		notes_with(world.story, "the networks (proxy ids) differ", "F45"), 1);
}

static void a_refused_version_is_said_once(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	struct test_message message = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_MAIN);
	message_start(&message, FROM_RESPONDER, 0x10, V1_EXCHANGE_INFORMATIONAL, 0, true);
	message_set_id(&message, 7);
	message_add_hex(&message, V1_PAYLOAD_NOTIFY, "0000000101000005");
	message_add_hex(&message, V1_PAYLOAD_NOTIFY, "0000000101000005");
	message_send(&message, world.set, 50);
	told(&world);
	assert_int_equal(notes_with(world.story, "INVALID-MAJOR-VERSION", "F17"), 1);
}

/* Which one is what the administrator must know. */
static void a_refused_critical_payload_is_named(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	struct test_message message = { 0 };

	(void)state;
	begin(&world, 0x20, V2_EXCHANGE_SA_INIT);
	message_start(&message, FROM_RESPONDER, 0x20, V2_EXCHANGE_SA_INIT,
		      IKE_V2_FLAG_RESPONSE, false);
	message_add_hex(&message, V2_PAYLOAD_NOTIFY, "0000000136");
	message_send(&message, world.set, 50);
	told(&world);
	assert_int_equal(notes_with(world.story, "does not know payload 54 (PS)", NULL),
			 1);
}

/* CP: SET XAUTH_STATUS=0, as a responder ends it with a wrong password. */
static void a_refused_xauth_is_told(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	struct test_message message = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_MAIN);
	send_v1(&world, FROM_RESPONDER, V1_EXCHANGE_MAIN, NULL, 10);
	message_start(&message, FROM_RESPONDER, 0x10, V1_EXCHANGE_TRANSACTION, 0, true);
	message_set_id(&message, 9);
	message_add_hex(&message, V1_PAYLOAD_ATTRIBUTES,
			"01000001"
			"40890000"
			"408a0000");
	message_send(&message, world.set, 20);
	message_start(&message, FROM_RESPONDER, 0x10, V1_EXCHANGE_TRANSACTION, 0, true);
	message_set_id(&message, 10);
	message_add_hex(&message, V1_PAYLOAD_ATTRIBUTES,
			"03000001"
			"c08f0000");
	message_send(&message, world.set, 30);
	told(&world);
	assert_int_equal(notes_with(world.story, "asks for a user name (XAUTH)", "F25"),
			 1);
	assert_int_equal(notes_with(world.story, "XAUTH failed: the responder", "F25"),
			 1);
}

static void send_sk(struct world *world, int end, uint8_t id, size_t length, int64_t ms)
{
	static const uint8_t secret[512];
	struct test_message message = { 0 };

	message_start(&message, end, 0x20, V2_EXCHANGE_AUTH,
		      end ? IKE_V2_FLAG_RESPONSE : IKE_V2_FLAG_INITIATOR, true);
	message_set_id(&message, id);
	message_add(&message, V2_PAYLOAD_SK, secret, length);
	message_send(&message, world->set, ms);
}

static void start_v2(struct world *world)
{
	struct test_message message = { 0 };

	begin(world, 0x20, V2_EXCHANGE_SA_INIT);
	message_start(&message, FROM_RESPONDER, 0x20, V2_EXCHANGE_SA_INIT,
		      IKE_V2_FLAG_RESPONSE, true);
	message_add_hex(&message, V2_PAYLOAD_NONCE, "00");
	message_send(&message, world->set, 5);
	send_sk(world, FROM_INITIATOR, 1, 200, 10);
	send_sk(world, FROM_RESPONDER, 1, 40, 20);
}

/* A wireless operator's gateway: EAP's second round is answered by 76 bytes. */
static void a_small_answer_in_the_middle_of_eap_is_no_failure(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	start_v2(&world);
	send_sk(&world, FROM_INITIATOR, 2, 60, 30);
	send_sk(&world, FROM_RESPONDER, 2, 300, 40);
	told(&world);
	assert_int_equal(notes_with(world.story, "AUTHENTICATION_FAILED", NULL), 0);
	assert_int_equal(world.story->up_frame, 6);
}

/* The first answer of EAP is long: identity, certificate, AUTH. */
static void eap_is_up_with_its_last_answer_not_with_its_first(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	start_v2(&world);
	send_sk(&world, FROM_INITIATOR, 2, 60, 30);
	send_sk(&world, FROM_RESPONDER, 2, 300, 40);
	send_sk(&world, FROM_INITIATOR, 3, 60, 50);
	send_sk(&world, FROM_RESPONDER, 3, 40, 60);
	told(&world);
	assert_int_equal(world.story->up_frame, 0);
	assert_int_equal(notes_with(world.story, "AUTHENTICATION_FAILED", "F29"), 1);
}

static void a_small_answer_that_ends_ike_auth_is_a_failure(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	start_v2(&world);
	told(&world);
	assert_int_equal(notes_with(world.story, "AUTHENTICATION_FAILED", "F29"), 1);
}

static void a_redirect_names_the_other_gateway(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	struct test_message message = { 0 };

	(void)state;
	begin(&world, 0x20, V2_EXCHANGE_SA_INIT);
	message_start(&message, FROM_RESPONDER, 0x20, V2_EXCHANGE_SA_INIT,
		      IKE_V2_FLAG_RESPONSE, false);
	message_add_hex(&message, V2_PAYLOAD_NOTIFY,
			"00004017"
			"0104"
			"0a050235");
	message_send(&message, world.set, 9);
	told(&world);
	assert_int_equal(notes_with(world.story, "another gateway, 10.5.2.53", NULL), 1);
}

/* An initiator with group 14, and a responder that wants some group. */
static unsigned int asked_with_14(uint8_t wanted, const char *text)
{
	_cleanup_world_ struct world world = { 0 };
	uint8_t notify[] = { 0, 0, 0, 17, 0, wanted };
	struct test_message message = { 0 };

	world.set = session_set_new(NULL, NULL);
	for (int64_t ms = 0; ms < 2000; ms += 1000) {
		message_start(&message, FROM_INITIATOR, 0x20, V2_EXCHANGE_SA_INIT,
			      IKE_V2_FLAG_INITIATOR, false);
		message_add_hex(&message, V2_PAYLOAD_KE,
				"000e0000"
				"01020304");
		message_send(&message, world.set, ms);
		message_start(&message, FROM_RESPONDER, 0x20, V2_EXCHANGE_SA_INIT,
			      IKE_V2_FLAG_RESPONSE, false);
		message_add(&message, V2_PAYLOAD_NOTIFY, notify, sizeof(notify));
		message_send(&message, world.set, ms + 4);
	}
	told(&world);
	assert_int_equal(notes_with(world.story, "do not reach the initiator", NULL), 0);
	return notes_with(world.story, text, "F39");
}

static void a_responder_that_wants_the_group_it_got_lacks_a_plugin(void **state)
{
	(void)state;
	assert_int_equal(asked_with_14(14, "the very one that was sent"), 1);
	assert_int_equal(asked_with_14(19, "the very one that was sent"), 0);
	assert_int_equal(asked_with_14(19, "wants another group"), 1);
}

/* Linux's "any" interface shows a forwarded packet twice. */
static void the_same_packet_twice_at_once_is_not_sent_again(void **state)
{
	_cleanup_world_ struct world world = { 0 }, asked = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_MAIN);
	send_v1(&world, FROM_RESPONDER, V1_EXCHANGE_MAIN, NULL, 5);
	send_v1(&world, FROM_INITIATOR, V1_EXCHANGE_QUICK, NULL, 10);
	send_v1(&world, FROM_INITIATOR, V1_EXCHANGE_QUICK, NULL, 11);
	told(&world);
	assert_int_equal(notes_with(world.story, "never answered", NULL), 0);

	begin(&asked, 0x10, V1_EXCHANGE_MAIN);
	send_v1(&asked, FROM_RESPONDER, V1_EXCHANGE_MAIN, NULL, 5);
	send_v1(&asked, FROM_INITIATOR, V1_EXCHANGE_QUICK, NULL, 10);
	send_v1(&asked, FROM_INITIATOR, V1_EXCHANGE_QUICK, NULL, 4010);
	told(&asked);
	assert_int_equal(notes_with(asked.story, "never answered", NULL), 1);
}

static void described(uint8_t version, const char *notify, const char *expected)
{
	_cleanup_(ike_message_done) struct ike_message dissected = { 0 };
	_cleanup_(buf_done) struct buf buf = { 0 };
	struct test_message message = { 0 };

	message_start(&message, FROM_RESPONDER, version, 37, 0, true);
	if (version == 0x10)
		message.bytes[TEST_UDP_HEAD + 18] = V1_EXCHANGE_INFORMATIONAL;
	message_add_hex(&message, version == 0x20 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY,
			notify);
	test_put16(message.bytes + TEST_UDP_HEAD + 26, message.length - TEST_UDP_HEAD);
	assert_int_equal(ike_dissect((struct slice){ message.bytes + TEST_UDP_HEAD,
						     message.length - TEST_UDP_HEAD },
				     false, &dissected),
			 0);
	describe_notify(&dissected, &dissected.payload[0], &buf);
	assert_string_equal(buf_text(&buf), expected);
}

static void the_data_of_notifies_is_told(void **state)
{
	(void)state;
	described(0x20,
		  "0000402f"
		  "0002"
		  "0003"
		  "0004"
		  "0005",
		  "SIGNATURE_HASH_ALGORITHMS SHA2-256, SHA2-384, SHA2-512, identity");
	described(0x20,
		  "00000001"
		  "36",
		  "UNSUPPORTED_CRITICAL_PAYLOAD 54 (PS)");
	described(0x20,
		  "00000001"
		  "c8",
		  "UNSUPPORTED_CRITICAL_PAYLOAD 200 (unknown 200)");
	described(0x20,
		  "0000403b"
		  "0202"
		  "030e01"
		  "00",
		  "SUPPORTED_AUTH_METHODS shared key, digital signature");
	described(0x20,
		  "00004034"
		  "02"
		  "616263",
		  "PPK_IDENTITY fixed abc");
	described(0x20, "0000403f", "IKE_SA_INIT_FULL_TRANSCRIPT_AUTH");
	described(0x20, "00009fff", "unknown 40959");
	described(0x20,
		  "00004013"
		  "00002a30",
		  "AUTH_LIFETIME 10800 s");
	described(0x20,
		  "00004003"
		  "123402",
		  "IPCOMP_SUPPORTED CPI 1234 DEFLATE");
	described(0x20,
		  "00004017"
		  "0308"
		  "67772e6e65742e65",
		  "REDIRECT gw.net.e");
	described(0x10,
		  "00000001"
		  "0304"
		  "6000"
		  "11223344"
		  "80010001"
		  "00020004"
		  "00000e10",
		  "RESPONDER-LIFETIME, ESP SPI 11223344 3600 s");
	described(0x10,
		  "00000001"
		  "0300"
		  "6001"
		  "00000001",
		  "REPLAY-STATUS, ESP on");
	/* cut data: the type alone, and no byte behind it is read */
	described(0x20,
		  "00004017"
		  "03",
		  "REDIRECT 03");
	described(0x10,
		  "00000001"
		  "0300"
		  "6000"
		  "0002ffff",
		  "RESPONDER-LIFETIME, ESP");
}

/* An SA payload: DOI, situation, one proposal with one transform. */
static void sa_described(uint8_t version, const char *sa, const char *expected)
{
	_cleanup_(ike_message_done) struct ike_message dissected = { 0 };
	_cleanup_(buf_done) struct buf buf = { 0 };
	struct test_message message = { 0 };
	bool is_v2 = version == 0x20;

	message_start(&message, FROM_INITIATOR, version,
		      is_v2 ? V2_EXCHANGE_SA_INIT : V1_EXCHANGE_MAIN, 0, false);
	message_add_hex(&message, is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, sa);
	test_put16(message.bytes + TEST_UDP_HEAD + 26, message.length - TEST_UDP_HEAD);
	assert_int_equal(ike_dissect((struct slice){ message.bytes + TEST_UDP_HEAD,
						     message.length - TEST_UDP_HEAD },
				     false, &dissected),
			 0);
	describe_sa(&dissected, &dissected.payload[0], 16, &buf);
	assert_string_equal(buf_text(&buf), expected);
}

#define DOI        \
	"00000001" \
	"00000001"

static void attributes_stand_in_one_order_whatever_the_device(void **state)
{
	static const char text[] =
		"IKE: AES-256-CBC, SHA2-256, group 14 (modp2048), pre-shared key, 28800 s";

	(void)state;
	/* as FortiGate: the life first; as strongSwan: the life last */
	sa_described(0x10,
		     DOI "0000002c"
			 "01010001"
			 "00000024"
			 "01010000"
			 "800b0001"
			 "800c7080"
			 "80010007"
			 "800e0100"
			 "80030001"
			 "80020004"
			 "8004000e",
		     text);
	sa_described(0x10,
		     DOI "0000002c"
			 "01010001"
			 "00000024"
			 "01010000"
			 "80010007"
			 "800e0100"
			 "80020004"
			 "80030001"
			 "8004000e"
			 "800b0001"
			 "800c7080",
		     text);
}

static void algorithms_that_strongswan_lacks_have_names(void **state)
{
	(void)state;
	sa_described(0x20,
		     "00000034"
		     "01010005"
		     "0300000c"
		     "01000014"
		     "800e0100"
		     "03000008"
		     "02000009"
		     "03000008"
		     "0400001f"
		     "03000008"
		     "06000024"
		     "00000008"
		     "0d000001",
		     "IKE: AES-256-GCM-16 / PRF Streebog-512 / group 31 (curve25519) / "
		     "ADDKE1 group 36 (ML-KEM-768) / KWA 1");
	sa_described(0x20,
		     "00000014"
		     "01010001"
		     "0000000c"
		     "0100001b"
		     "800e0100",
		     "IKE: Camellia-CCM-16 256 bits");
	sa_described(0x10,
		     DOI "00000014"
			 "01020001"
			 "0000000c"
			 "01050000"
			 "80050005",
		     "AH: AH SHA2-256, SHA2-256");
	sa_described(0x10,
		     DOI "00000010"
			 "01030001"
			 "00000008"
			 "01ea0000",
		     "ESP: cipher 234 (unknown)");
}

/* FortiGate and Palo Alto use group 20: 96 bytes, as many as group 1 has. */
static void pfs_with_ecp384_is_not_taken_for_modp768(void **state)
{
	static const uint8_t value[96] = { 1 };
	_cleanup_world_ struct world world = { 0 };
	struct test_message message = { 0 };

	(void)state;
	begin(&world, 0x10, V1_EXCHANGE_MAIN);
	message_start(&message, FROM_INITIATOR, 0x10, V1_EXCHANGE_QUICK, 0, true);
	message_set_id(&message, 7);
	message_add_hex(&message, V1_PAYLOAD_SA,
			DOI "0000001c"
			    "01030401"
			    "11223344"
			    "00000010"
			    "010c0000"
			    "80030014"
			    "80050005");
	message_add(&message, V1_PAYLOAD_KE, value, sizeof(value));
	message_send(&message, world.set, 20);
	told(&world);
	assert_int_equal(world.story->children.count, 1);
	assert_int_equal(world.story->children.items[0].pfs_group, 20);
}

/* RFC 2408 3.1: in the first phase the message ID is 0. */
static void only_messages_without_an_id_are_the_first_phase_of_ikev1(void **state)
{
	static const struct {
		uint8_t major, exchange;
		uint32_t message_id;
		bool is_first;
	} rows[] = {
		{ 1, V1_EXCHANGE_MAIN, 0, true },
		{ 1, V1_EXCHANGE_AGGRESSIVE, 0, true },
		{ 1, V1_EXCHANGE_MAIN, 7, false },
		{ 1, V1_EXCHANGE_INFORMATIONAL, 0, false },
		{ 1, V1_EXCHANGE_QUICK, 7, false },
		{ 2, V2_EXCHANGE_SA_INIT, 0, true },
		{ 2, V2_EXCHANGE_AUTH, 0, false },
	};
	static struct ike_message message; /* large */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		message.header = (struct ike_header){ .major = rows[i].major,
						      .exchange = rows[i].exchange,
						      .message_id = rows[i].message_id };
		assert_int_equal(story_is_first_phase(&message), rows[i].is_first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_invalid_id_before_quick_mode_is_about_who_not_about_networks),
		cmocka_unit_test(
			only_messages_without_an_id_are_the_first_phase_of_ikev1),
		cmocka_unit_test(an_invalid_id_behind_quick_mode_is_about_networks),
		cmocka_unit_test(a_refused_version_is_said_once),
		cmocka_unit_test(a_refused_critical_payload_is_named),
		cmocka_unit_test(a_refused_xauth_is_told),
		cmocka_unit_test(a_small_answer_in_the_middle_of_eap_is_no_failure),
		cmocka_unit_test(eap_is_up_with_its_last_answer_not_with_its_first),
		cmocka_unit_test(a_small_answer_that_ends_ike_auth_is_a_failure),
		cmocka_unit_test(a_redirect_names_the_other_gateway),
		cmocka_unit_test(a_responder_that_wants_the_group_it_got_lacks_a_plugin),
		cmocka_unit_test(the_same_packet_twice_at_once_is_not_sent_again),
		cmocka_unit_test(the_data_of_notifies_is_told),
		cmocka_unit_test(attributes_stand_in_one_order_whatever_the_device),
		cmocka_unit_test(algorithms_that_strongswan_lacks_have_names),
		cmocka_unit_test(pfs_with_ecp384_is_not_taken_for_modp768),
	};

	return cmocka_run_group_tests_name("dissect/story_notify", tests, NULL, NULL);
}
