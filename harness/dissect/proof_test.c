// SPDX-License-Identifier: GPL-2.0-or-later
/* proof_test.c - what HASH_I, HASH_R and AUTH of captures prove, and why not */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/proof.h"
#include "dissect/test_reading.h"

/* The first `packets` of a capture with keys (a file, a folder) and a PSK, or NULL. */
static void read_own(struct test_reading *reading, const char *path, const char *keys,
		     const char *psk, unsigned int packets)
{
	reading_begin(reading, psk);
	reading_keys(reading, keys);
	reading_take(reading, path, packets);
}

static void read_shared(struct test_reading *reading, const char *name, const char *psk)
{
	reading_begin(reading, psk);
	reading_take_shared(reading, name);
}

static struct proof proof(const struct test_reading *reading, bool is_responder)
{
	struct proof result;

	proof_of(reading->set, reading->set->session[0], is_responder, reading->arena,
		 &result);
	return result;
}

static void is(const struct test_reading *reading, bool is_responder,
	       enum proof_verdict verdict, const char *payload, const char *reason)
{
	struct proof found = proof(reading, is_responder);

	assert_int_equal(found.verdict, verdict);
	assert_string_equal(found.payload, payload);
	if (!reason)
		assert_null(found.reason);
	else if (!found.reason || !strstr(found.reason, reason))
		fail_msg("'%s' is not in '%s'", reason, found.reason);
}

static void hash_r_of_aggressive_mode_needs_the_psk_alone(void **state)
{
	_cleanup_reading_ struct test_reading right = { 0 }, wrong = { 0 }, none = { 0 };

	(void)state;
	read_shared(&right, "screenos-5.4.0-aggressive-sha1.pcap", "garibaldi");
	is(&right, true, PROOF_VERIFIED, "HASH_R", NULL);
	assert_string_equal(proof(&right, true).label, "--psk");
	assert_int_equal(proof(&right, true).frame, 2);
	is(&right, false, PROOF_UNCHECKABLE, "HASH_I", "no HASH or AUTH of it");
	assert_int_equal(proof_of_all(right.set), PROOF_VERIFIED);
	read_shared(&wrong, "screenos-5.4.0-aggressive-sha1.pcap", "garibaldI");
	is(&wrong, true, PROOF_REFUTED, "HASH_R", NULL);
	assert_int_equal(proof_of_all(wrong.set), PROOF_REFUTED);
	read_shared(&none, "screenos-5.4.0-aggressive-sha1.pcap", NULL);
	is(&none, true, PROOF_NOT_TRIED, "HASH_R", NULL);
	assert_int_equal(proof_of_all(none.set), PROOF_NOT_TRIED);
}

static void hash_i_in_a_closed_message_says_which(void **state)
{
	_cleanup_reading_ struct test_reading reading = { 0 };

	(void)state;
	read_shared(&reading, "zeek-ipsec-ikev1-isakmp-aggressive-mode.pcap",
		    "MYPASSWORD");
	is(&reading, true, PROOF_VERIFIED, "HASH_R", NULL);
	is(&reading, false, PROOF_UNCHECKABLE, "HASH_I", "message #3 is encrypted");
}

static void signatures_are_no_matter_of_a_psk(void **state)
{
	_cleanup_reading_ struct test_reading reading = { 0 };

	(void)state;
	read_shared(&reading, "juniper-srx210-main-mode-rsasig.pcap", "x");
	is(&reading, true, PROOF_UNCHECKABLE, "SIG", "RSA signatures");
	assert_int_equal(proof_of_all(reading.set), PROOF_UNCHECKABLE);
}

static void both_ends_of_our_own_captures_are_proved_with_their_keys(void **state)
{
	static const struct {
		const char *capture, *keys, *psk, *initiator;
	} rows[] = {
		{ "pcaps/acme.pcapng", "pcaps/acme.keys", "yourpasswordhere", "HASH_I" },
		{ "pcaps/fritzbox.pcapng", "pcaps/fritzbox.keys",
		  "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi", "HASH_I" },
		{ "pcaps/ikev2.pcapng", "pcaps/ikev2.keys", "correct-horse-battery",
		  "AUTH" },
		{ "pcaps/ikev2-gcm.pcapng", "pcaps/ikev2-gcm.keys",
		  "correct-horse-battery", "AUTH" },
		{ "pcaps/ikev2-chacha.pcapng", "pcaps/ikev2-chacha.keys",
		  "correct-horse-battery", "AUTH" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_reading_ struct test_reading right = { 0 }, wrong = { 0 },
						      none = { 0 };

		read_own(&right, rows[i].capture, rows[i].keys, rows[i].psk, 1000);
		is(&right, false, PROOF_VERIFIED, rows[i].initiator, NULL);
		assert_int_equal(proof(&right, true).verdict, PROOF_VERIFIED);
		read_own(&wrong, rows[i].capture, rows[i].keys, "other", 1000);
		is(&wrong, false, PROOF_REFUTED, rows[i].initiator, NULL);
		assert_int_equal(proof(&wrong, true).verdict, PROOF_REFUTED);
		read_own(&none, rows[i].capture, rows[i].keys, NULL, 1000);
		is(&none, false, PROOF_NOT_TRIED, rows[i].initiator, NULL);
	}
}

static void auth_without_sk_p_says_where_it_could_come_from(void **state)
{
	_cleanup_reading_ struct test_reading reading = { 0 };

	(void)state;
	read_own(&reading, "pcaps/ikev2.pcapng",
		 "pcaps/ikev2.keys/ikev2_decryption_table", "correct-horse-battery",
		 1000);
	is(&reading, false, PROOF_UNCHECKABLE, "AUTH", "SK_pi is not known");
	is(&reading, true, PROOF_UNCHECKABLE, "AUTH", "SK_pr is not known");
}

/* However early a capture ends: an end that is not verified has a reason. */
static void captures_cut_behind_any_packet_have_a_verdict_or_a_reason(void **state)
{
	(void)state;
	for (unsigned int packets = 3; packets < 14; packets++) {
		_cleanup_reading_ struct test_reading reading = { 0 };

		read_own(&reading, "pcaps/acme.pcapng", "pcaps/acme.keys",
			 "yourpasswordhere", packets);
		for (int i = 0; i < 2; i++) {
			struct proof found = proof(&reading, i);

			assert_int_not_equal(found.verdict, PROOF_REFUTED);
			assert_true(found.verdict == PROOF_VERIFIED || found.reason);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_r_of_aggressive_mode_needs_the_psk_alone),
		cmocka_unit_test(hash_i_in_a_closed_message_says_which),
		cmocka_unit_test(signatures_are_no_matter_of_a_psk),
		cmocka_unit_test(
			both_ends_of_our_own_captures_are_proved_with_their_keys),
		cmocka_unit_test(auth_without_sk_p_says_where_it_could_come_from),
		cmocka_unit_test(
			captures_cut_behind_any_packet_have_a_verdict_or_a_reason),
	};

	return cmocka_run_group_tests_name("dissect/proof", tests, NULL, NULL);
}
