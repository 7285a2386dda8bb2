// SPDX-License-Identifier: GPL-2.0-or-later
/* session_test.c - captures of real devices: what is decrypted and verified */
#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/test_reading.h"
#include "ipsec/alg.h"

static void read_capture(const char *name, const char *psk, const char *table,
			 struct test_reading *reading)
{
	struct err err = { 0 };

	reading_begin(reading, psk);
	if (table && keyring_read_text(reading->keyring, "keys", table, &err))
		fail_msg("%s", err.text);
	reading_take_shared(reading, name);
}

static void screenos_hash_verifies_with_its_psk_and_no_other(void **state)
{
	static const char *const wrong[] = { "garibald", "garibaldi ", "Garibaldi", "",
					     "MYPASSWORD" };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_reading_ struct test_reading reading;

		read_capture("screenos-5.4.0-aggressive-sha1.pcap", wrong[i], NULL,
			     &reading);
		assert_int_equal(reading.set->sessions, 1);
		assert_int_equal(reading.set->session[0]->psk_r, PSK_WRONG);
	}
	_cleanup_reading_ struct test_reading reading;

	read_capture("screenos-5.4.0-aggressive-sha1.pcap", "garibaldi", NULL, &reading);
	assert_int_equal(reading.set->session[0]->psk_r, PSK_RIGHT);
	assert_int_equal(reading.set->session[0]->psk_i, PSK_NOT_SEEN);
}

static void cisco_hash_verifies_with_its_psk_and_no_other(void **state)
{
	_cleanup_reading_ struct test_reading right, wrong;

	(void)state;
	read_capture("zeek-ipsec-ikev1-isakmp-aggressive-mode.pcap", "MYPASSWORD", NULL,
		     &right);
	assert_int_equal(right.set->session[0]->psk_r, PSK_RIGHT);
	read_capture("zeek-ipsec-ikev1-isakmp-aggressive-mode.pcap", "MYPASSWORd", NULL,
		     &wrong);
	assert_int_equal(wrong.set->session[0]->psk_r, PSK_WRONG);
}

static const struct ike_payload *find_in(const struct ike_session *session, size_t step,
					 unsigned int type, struct ike_message *message)
{
	session_step_message(&session->steps.items[step], message);
	return ike_payload_find(message, type, 0);
}

/*
 * Main mode with RSA signatures, 3DES: the phase 1 key is known. Frame 8 is frame 7
 * again and must not move the IV of the quick mode.
 */
static void srx210_decrypts_wholly_and_the_retransmission_moves_no_iv(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	_cleanup_reading_ struct test_reading reading;
	const struct ike_session *session;
	const struct ike_payload *id, *ke;

	(void)state;
	read_capture("juniper-srx210-main-mode-rsasig.pcap", NULL,
		     "fafaeb49382a763c,"
		     "735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa240\n",
		     &reading);
	assert_int_equal(reading.set->sessions, 1);
	session = reading.set->session[0];
	assert_int_equal(session->steps.count, 9);
	assert_int_equal(session->steps.items[6].repeats, 1);
	for (size_t i = 4; i < 9; i++)
		assert_int_equal(session->steps.items[i].state, STEP_DECRYPTED);
	id = find_in(session, 5, V1_PAYLOAD_ID, &message);
	assert_non_null(id);
	assert_non_null(ike_payload_find(&message, V1_PAYLOAD_CERT, 0));
	ke = find_in(session, 7, V1_PAYLOAD_KE, &message);
	assert_non_null(ke);
	assert_int_equal(ke->ke.data.length, 128); /* PFS with group 2 */
	assert_non_null(find_in(session, 8, V1_PAYLOAD_HASH, &message));
}

static void srx210_with_another_key_is_said_to_have_a_wrong_one(void **state)
{
	_cleanup_reading_ struct test_reading reading;

	(void)state;
	read_capture("juniper-srx210-main-mode-rsasig.pcap", NULL,
		     "fafaeb49382a763c,"
		     "735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa241\n",
		     &reading);
	/* DES parity: the last bit of a key byte counts for nothing */
	assert_int_equal(reading.set->session[0]->steps.items[6].state, STEP_DECRYPTED);
	_cleanup_reading_ struct test_reading wrong;

	read_capture("juniper-srx210-main-mode-rsasig.pcap", NULL,
		     "fafaeb49382a763c,"
		     "735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa2ff\n",
		     &wrong);
	assert_int_equal(wrong.set->session[0]->steps.items[6].state, STEP_WRONG_KEY);
}

/* Its ICV is wrong indeed: it should be 579ae74ad294a105b0b6f1c4, says tshark, too. */
static void ike_auth_of_tcpdumps_capture_opens_but_its_icv_is_wrong(void **state)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	_cleanup_reading_ struct test_reading reading;
	const struct ike_session *session = NULL;

	(void)state;
	read_capture("tcpdump-ikev2pI2.pcap", NULL,
		     "ikev2 I 0x0001020304050607 0xc02e7a3031a03188 "
		     "sha1:0x4ea8e662b07cdd430f6944c6723e4b82d5722418 "
		     "aes128:0x3f44bf47cafd8150591deb088199fcbf\n"
		     "ikev2 R 0x0001020304050607 0xc02e7a3031a03188 "
		     "sha1:0x515b0bd22e6d76b34fdb760aa7bfad80b109b75d "
		     "aes128:0xbedb67ec7dc3d00cccac42e70cd63bde\n",
		     &reading);
	for (uint32_t i = 0; i < reading.set->sessions; i++)
		if (reading.set->session[i]->spi_r)
			session = reading.set->session[i];
	if (!session) {
		fail_msg("no session with both SPIs");
		return;
	}
	for (size_t i = 0; i < session->steps.count; i++) {
		session_step_message(&session->steps.items[i], &message);
		if (message.header.exchange != V2_EXCHANGE_AUTH)
			continue;
		assert_int_equal(session->steps.items[i].state, STEP_FORGED);
		assert_non_null(ike_payload_find(&message, V2_PAYLOAD_IDI, 0));
		return;
	}
	fail_msg("no IKE_AUTH");
}

/* The capture has a keepalive, floats to 4500, and repeats itself. */
static void nat_t_capture_floats_and_its_repetitions_are_counted(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	const struct ike_session *session;

	(void)state;
	read_capture("tcpdump-isakmp4500.pcap", NULL, NULL, &reading);
	assert_int_equal(reading.set->sessions, 1);
	session = reading.set->session[0];
	assert_true(session->steps.items[session->steps.count - 1].is_nat_t);
	assert_int_equal(session->responder_port, 4500);
	assert_true(reading.set->ike_repeats > 3);
	assert_true(reading.set->kinds[PACKET_KEEPALIVE] >= 4);
	assert_int_equal(reading.set->flows.count, 1);
	assert_int_equal(reading.set->flows.items[0].spi, 0xf4dc0ae5);
}

static void windows_client_in_fragments_is_put_together(void **state)
{
	_cleanup_reading_ struct test_reading reading;

	(void)state;
	read_capture("zeek-ipsec_client.pcap", NULL, NULL, &reading);
	assert_int_equal(reading.set->reassembled, 3);
	assert_int_equal(reading.set->session[0]->steps.count, 3);
	assert_int_equal(reading.set->session[0]->steps.items[2].repeats, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screenos_hash_verifies_with_its_psk_and_no_other),
		cmocka_unit_test(cisco_hash_verifies_with_its_psk_and_no_other),
		cmocka_unit_test(
			srx210_decrypts_wholly_and_the_retransmission_moves_no_iv),
		cmocka_unit_test(srx210_with_another_key_is_said_to_have_a_wrong_one),
		cmocka_unit_test(ike_auth_of_tcpdumps_capture_opens_but_its_icv_is_wrong),
		cmocka_unit_test(nat_t_capture_floats_and_its_repetitions_are_counted),
		cmocka_unit_test(windows_client_in_fragments_is_put_together),
	};

	return cmocka_run_group_tests_name("dissect/session", tests, NULL, NULL);
}
