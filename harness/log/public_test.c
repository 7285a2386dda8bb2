// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * public_test.c - claims: what the later public logs (public.list) taught
 *
 * One made-up log for each kind that was once answered wrongly; no line of anybody's is here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "log/answer.h"
#include "log/print.h"
#include "log/test_answer.h"

#define NOTHING_PROVED CLASS_NONE
#define FINE	       CLASSES_END

struct log_case {
	const char *log;
	enum class_id class;  /* is named; NOTHING_PROVED: none is */
	enum class_id other;  /* is named, too; CLASS_NONE: whatever else */
	enum log_event event; /* is said */
};

static bool says(const struct log_reader *reader, enum log_event event)
{
	for (size_t i = 0; i < reader->kind_count; i++) {
		const struct log_attempt *attempt = &reader->kinds[i].last;

		for (size_t j = 0; j < attempt->token_count; j++)
			if (attempt->tokens[j].event == event)
				return true;
	}
	return false;
}

static void is_answered(const struct log_case *want)
{
	_cleanup_buf_ struct buf classes = { 0 };
	struct log_answer answer;
	struct log_reader *reader = read_answer(want->log, &answer, &classes);
	bool is_right;

	if (want->class == NOTHING_PROVED)
		is_right = !answer.count && !answer.is_healthy;
	else if (want->class == FINE)
		is_right = answer.is_healthy;
	else
		is_right = answer.may_be[want->class] &&
			   (!want->other || answer.may_be[want->other]);
	if (want->event && !says(reader, want->event))
		is_right = false;
	log_reader_free(reader);
	if (!is_right)
		fail_msg("%s: says %s", want->log, buf_text(&classes));
}

#define ALL_ARE_ANSWERED(cases)                        \
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) \
	is_answered(&(cases)[i])

static void what_pluto_refuses_is_told_by_its_answer_alone(void **state)
{
	static const struct log_case cases[] = {
		{ "pluto[7]: \"a\" #3: responding to CREATE_CHILD_SA message (ID 2) from "
		  "192.0.2.1:500 with encrypted notification TS_UNACCEPTABLE\n",
		  F45, F47, LOG_SELECTORS },
		{ "pluto[7]: \"a\" #3: responding to CREATE_CHILD_SA message (ID 2) from "
		  "192.0.2.1:500 with encrypted notification NO_PROPOSAL_CHOSEN\n",
		  F40, F42, LOG_CHILD_PROPOSAL },
		{ "pluto[7]: packet from 192.0.2.1:500: responding to IKE_SA_INIT (34) message "
		  "(Message ID 0) with unencrypted notification NO_PROPOSAL_CHOSEN\n",
		  F20, F01, LOG_SAYS_NO_PROPOSAL },
		{ "pluto[7]: packet from 192.0.2.1:500: ISAKMP_v2_IKE_SA_INIT message received "
		  "on 192.0.2.2:500 but no suitable connection found with IKEv2 policy\n"
		  "pluto[7]: packet from 192.0.2.1:500: responding to IKE_SA_INIT (34) message "
		  "(Message ID 0) with unencrypted notification NO_PROPOSAL_CHOSEN\n",
		  F01, F30, LOG_NO_CONNECTION },
		{ "\"a\" #2: non-CIDR Traffic Selector range 10.0.1.5-10.0.1.9 is not supported "
		  "(address range is not a subnet)\n",
		  F45, F50, LOG_SELECTORS },
		{ "\"a\"[2] 192.0.2.1 #3: responder established IKE SA; authenticated peer\n"
		  "|    Notify Message Type: v2N_TS_UNACCEPTABLE (0x26)\n",
		  F45, F47, LOG_NOTIFY_TS },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void an_address_that_nobody_asked_for_is_no_fault_of_the_networks(void **state)
{
	static const struct log_case cases[] = {
		{ "\"a\"[1] 192.0.2.1 #1: IKE_AUTH request does not include a CP payload "
		  "required by rightmodecfgserver=true; Child SA ignored\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_NO_VIRTUAL_IP },
		{ "\"a\"[1] 192.0.2.1 #2: IKE_AUTH response rejected Child SA with "
		  "FAILED_CP_REQUIRED\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_NOTIFY_OTHER },
		{ "12[IKE] <a|1> expected a virtual IP request, sending FAILED_CP_REQUIRED\n"
		  "12[IKE] <a|1> traffic selectors 0.0.0.0/0 === 10.9.0.1/32 unacceptable\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_NO_VIRTUAL_IP },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void the_state_that_times_out_tells_which_silence_it_is(void **state)
{
	static const struct log_case cases[] = {
		{ "pluto[7]: \"a\"[1] 192.0.2.1 #20: ESTABLISHED_IKE_SA: 300 second timeout "
		  "exceeded after 10 retransmits.  No response (or no acceptable response) to "
		  "our IKEv2 message\n",
		  F57, F08, LOG_DPD },
		{ "pluto[7]: \"a\" #2: STATE_PARENT_I2: 60 second timeout exceeded after 7 "
		  "retransmits.  Possible authentication failure: no acceptable response to our "
		  "first encrypted message\n",
		  F11, F31, LOG_GOES_SILENT },
		{ "pluto[7]: \"a\" #2: STATE_MAIN_I1: 60 second timeout exceeded after 7 "
		  "retransmits.  No response (or no acceptable response) to our first IKEv1 "
		  "message\n",
		  F08, F07, LOG_SILENT },
		{ "pluto[7]: \"a\" #2: max number of retransmissions (2) reached STATE_QUICK_I1\n",
		  F40, F45, LOG_CHILD_SILENT },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void a_question_that_is_asked_again_and_again_is_not_answered(void **state)
{
	static const struct log_case cases[] = {
		{ "charon[5]: 13[IKE] sending retransmit 1 of request message ID 0, seq 1\n"
		  "charon[5]: 10[IKE] sending retransmit 2 of request message ID 0, seq 1\n"
		  "charon[5]: 00[IKE] destroying IKE_SA in state CONNECTING without "
		  "notification\n",
		  F08, F20, LOG_SILENT },
		{ "10[NET] <a|1> sending packet: from 192.0.2.1[4500] to 192.0.2.2[4500] (464 "
		  "bytes)\n"
		  "10[IKE] <a|1> giving up after 5 retransmits\n",
		  F11, F15, LOG_GOES_SILENT },
		{ "10[NET] <a|1> sending packet: from 192.0.2.1[4500] to 192.0.2.2[4500] (464 "
		  "bytes)\n"
		  "establishing IKE_SA failed, peer not responding\n",
		  F11, F15, LOG_GOES_SILENT },
		{ "104 \"a\" #1: STATE_MAIN_I1: initiate\n"
		  "004 \"a\" #1: STATE_MAIN_I4: ISAKMP SA established {auth=PRESHARED_KEY}\n"
		  "117 \"a\" #2: STATE_QUICK_I1: initiate\n"
		  "010 \"a\" #2: STATE_QUICK_I1: retransmission; will wait 20s for response\n",
		  F40, F45, LOG_CHILD_SILENT },
		{ "pluto[7]: \"a\" #9: STATE_MAIN_I1: retransmission; will wait 8 seconds for "
		  "response\n",
		  F08, F20, LOG_SILENT },
		{ "000 #1: \"a\":4500 STATE_MAIN_I3 (sent MI3, expecting MR3); "
		  "EVENT_v1_RETRANSMIT in 15s; nodpd; idle; import:admin initiate\n",
		  F27, F11, LOG_GOES_SILENT },
		{ "| handling event EVENT_v1_RETRANSMIT for parent state #1\n", F08, F11,
		  LOG_TIMED_OUT },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* Pages and guides cut what stands in front; others' words are of no table of ours. */
static void words_that_nobody_else_has_need_no_sign(void **state)
{
	static const struct log_case cases[] = {
		{ "phase1 negotiation failed due to time up. [{ph1: 192.0.2.1[500]}]\n",
		  F08, F20, LOG_SILENT },
		{ "192.0.2.1 parsing packet failed, possible cause: wrong password\n",
		  F27, F03, LOG_UNREADABLE },
		{ "CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 192.0.2.1 failed its sanity "
		  "check or is malformed\n",
		  F27, F03, LOG_MALFORMED },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void a_maker_that_nobody_knows_is_read_by_what_all_of_them_say(void **state)
{
	static const struct log_case cases[] = {
		{ "12:00:01 VPN[site]: IKE phase 2: proxy ID mismatch, local 10.1.0.0/16\n",
		  F45, F54, LOG_SELECTORS },
		{ "12:00:01 vpnd: IKE: possible PSK mismatch with 192.0.2.1\n", F27, F29,
		  LOG_KEY_DIFFERS },
		{ "12:00:01 vpnd: IKE: peer ID mismatch\n", F31, F32, LOG_ID_DIFFERS },
		{ "12:00:01 vpnd: IPsec tunnel site: DPD timeout\n", F57, F08, LOG_DPD },
		{ "12:00:01 vpnd: IKE: No proposal chosen\n", F20, F40,
		  LOG_NOTIFY_ANY_PROPOSAL },
		{ "ike 0:site: peer ID mismatch\n", F31, F32, LOG_ID_DIFFERS },
		{ "ike 0:site:50: failed to negotiate IPsec SA\nike 0:site:50: proxy id "
		  "mismatch\n",
		  F45, F46, LOG_SELECTORS },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void what_a_page_adds_to_a_line_is_taken_off(void **state)
{
	static const struct log_case cases[] = {
		{ "**IDir '10.0.0.2' does not match to 'vpn.example.com'**\n", F32, F34,
		  LOG_PEER_ID },
		{ "<p>Jun 16 10:24:53 a charon: 12<span class=\"error\">&#91;IKE&#93;</span> no "
		  "shared key found for 'a' - 'b'</p>\n",
		  F05, CLASS_NONE, LOG_NO_KEY },
		{ "[21:01:11]initiating Main Mode IKE_SA a[1] to 192.0.2.7\n"
		  "[21:01:11]received NO_PROPOSAL_CHOSEN error notify\n",
		  F20, F22, LOG_NOTIFY_NO_PROPOSAL },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* An HTML tag ends near its beginning; a '>' far behind a '<' is none, and costs no search. */
static void text_between_brackets_that_are_far_apart_stays(void **state)
{
	static struct log_line line;
	char text[400];

	(void)state;
	for (size_t length = 100; length <= 300; length += 200) {
		(void)snprintf(text, sizeof(text), "<p %0*d>no shared key found",
			       (int)length, 0);
		log_line_read(text, strlen(text), &line);
		assert_int_equal(strstr(line.text, "000") != NULL, length == 300);
		assert_non_null(strstr(line.text, "no shared key found"));
	}
}

/* … and not in the first line of the next attempt: pluto says why, and then that. */
static void no_connection_behind_an_identity_is_that_identity(void **state)
{
	static const struct log_case cases[] = {
		{ "Peer ID '192.0.2.9' mismatched on first found connection and no better "
		  "connection found\n"
		  "initial Aggressive Mode packet claiming to be from 192.0.2.1 on 192.0.2.2:500 "
		  "but no connection has been authorized\n",
		  F32, F33, LOG_NO_PEER },
		{ "| peer IDr payload does not match our expected ID, this connection will not "
		  "do\n",
		  F33, F31, LOG_ID_DIFFERS },
		{ "authentication failed: computed hash does not match hash received from peer "
		  "ID_IPV4_ADDR '192.0.2.1'\n",
		  F27, F29, LOG_KEY_DIFFERS },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void a_log_that_ends_before_a_child_is_asked_for_proves_nothing(void **state)
{
	static const struct log_case cases[] = {
		{ "05[IKE] <a|1> initiating Main Mode IKE_SA a[1] to 192.0.2.7\n"
		  "05[ENC] <a|1> generating ID_PROT request 0 [ ID HASH ]\n"
		  "05[IKE] <a|1> IKE_SA a[1] established between 192.0.2.1[x]...192.0.2.7[y]\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_EVENT_NONE },
		{ "pluto[7]: \"a-psk\"[1] 192.0.2.1 #1: responding to Main Mode from unknown peer\n"
		  "pluto[7]: \"a-psk\"[1] 192.0.2.1 #1: STATE_MAIN_R2: sent MR2, expecting MI3\n"
		  "pluto[7]: \"a-psk\"[1] 192.0.2.1 #1: Peer ID is ID_IPV4_ADDR: '10.0.0.2'\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_EVENT_NONE },
		{ "\"a\" #1: initiating IKEv2 connection\n"
		  "\"a\" #1: authenticated using RSA with SHA2_512 and certificate '@east'\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_EVENT_NONE },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void events_of_fritz_os_are_read_in_both_languages(void **state)
{
	static const struct log_case cases[] = {
		{ "29.11.26 12:00:01 VPN-Fehler: site, IKE-Error 0x203D\n", F27, F32,
		  LOG_PHASE1_GONE },
		{ "VPN error: site, IKE-Error 0x203d [2 messages since 12:00]\n", F20,
		  F31, LOG_PHASE1_GONE },
		{ "VPN-Fehler: site, IKE-Error 0x2027\n", F08, F40, LOG_TIMED_OUT },
		/* no list of the others is known */
		{ "VPN-Fehler: site, IKE-Error 0x2005\n", NOTHING_PROVED, CLASS_NONE,
		  LOG_NOTIFY_OTHER },
		/* the newest event first, as the page has them */
		{ "29.11.26 12:09:02 VPN-Verbindung zu site [192.0.2.1] wurde getrennt. Ursache: "
		  "3 IKE server\n"
		  "29.11.26 12:00:01 VPN-Verbindung zu site wurde erfolgreich hergestellt.\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_TAKEN_DOWN },
		{ "VPN connection to site was cleared. Cause: 12 SA loss\n"
		  "VPN connection to site was successfully established.\n",
		  FINE, CLASS_NONE, LOG_EVENT_NONE },
		{ "VPN-Verbindung zu site wurde erfolgreich hergestellt.\n"
		  "VPN-Verbindung zu site wurde getrennt. Ursache: 9 Dead Peer Detection\n",
		  F57, F08, LOG_DPD },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* What charon says as any other daemon does is read as charon's. */
static void words_of_charon_are_not_of_a_maker_that_nobody_knows(void **state)
{
	static const struct log_case cases[] = {
		{ "[ENC] parsed IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
		  "[IKE] received AUTHENTICATION_FAILED notify error\n",
		  F29, F37, LOG_NOTIFY_AUTH },
		{ "04[IKE] <a|1> received INVALID_KE_PAYLOAD notify, whatever follows\n",
		  F22, F05, LOG_NOTIFY_KE },
		{ "`[IKE] no matching CHILD_SA config found`  | look at the IPsec policy\n",
		  F45, F47, LOG_SELECTORS },
		{ "05[IKE] CHILD_SA a{1} established with SPIs c1_i d1_o and TS 10.1.0.0/24 === "
		  "10.2.0.0/24\n"
		  "08[IKE] received NO_PROPOSAL_CHOSEN notify, CHILD_SA rekeying failed!\n",
		  F43, F42, LOG_REKEY_FAILED },
		{ "09[IKE] no IKE config found for 192.0.2.9, sending NO_PROPOSAL_CHOSEN\n",
		  F30, F01, LOG_NO_CONNECTION },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void who_has_a_key_is_not_refused_for_its_certificate(void **state)
{
	static const char log[] =
		"[IKE] authentication of 'a' (myself) with pre-shared key\n"
		"[ENC] generating IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]\n"
		"[IKE] received AUTHENTICATION_FAILED notify error\n";
	struct log_reader *reader = log_reader_new();
	struct log_answer answer;

	(void)state;
	log_reader_add(reader, log, sizeof(log) - 1);
	log_reader_end(reader);
	log_answer(reader, &answer);
	log_reader_free(reader);
	assert_true(answer.may_be[F29]);
	assert_false(answer.may_be[F36] || answer.may_be[F37] || answer.may_be[F38]);
}

static void what_comes_before_a_log_begins_is_not_nothing(void **state)
{
	static const struct log_case cases[] = {
		{ "ISAKMP:(1001):SA has been authenticated with 192.0.2.1\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_EVENT_NONE },
		{ "%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for "
		  "destaddr=192.0.2.1, prot=50, spi=0x22642f0c\n",
		  F57, F58, LOG_STALE_SA },
		{ "%CRYPTO-4-IKMP_NO_SA: IKE message from 192.0.2.9 has no SA and is not an "
		  "initialization offer\n"
		  "%CRYPTO-6-EZVPN_CONNECTION_UP: (Client) User=a Group=b\n",
		  FINE, CLASS_NONE, LOG_EVENT_NONE },
		{ "strongswan | 16[ENC] generating IKE_AUTH response 1 [ EF(1/2) ]\n"
		  "strongswan | 05[JOB] deleting half open IKE_SA with 192.0.2.1 after timeout\n",
		  F37, F15, LOG_PROOF_UNANSWERED },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* By their tables of messages; no log of theirs was seen. */
static void messages_of_manuals_are_read(void **state)
{
	static const struct log_case cases[] = {
		{ "%ASA-3-713022: IP = 192.0.2.9 No Group found matching 192.0.2.9 for Pre-shared "
		  "key peer 192.0.2.9\n",
		  F30, F31, LOG_NO_GATEWAY },
		{ "%ASA-3-713061: Group = a, IP = 192.0.2.9 Tunnel rejected: Crypto Map Policy not "
		  "found for Src:10.1.0.0, Dst: 10.2.0.0!\n",
		  F45, F46, LOG_SELECTORS },
		{ "001 Send Main Mode request to 192.0.2.9\n002 !! No proposal chosen\n",
		  F20, F22, LOG_NOTIFY_NO_PROPOSAL },
		{ "003 Phase 1 IKE SA process done\n004 !! Verifying Remote ID failed\n",
		  F45, F46, LOG_SELECTORS },
		{ "[VPN-Status] 2026/11/29 12:00:01\nVPN: Error: IPSEC-R-No-rule-matched-ID "
		  "(0x3201) for SITE (192.0.2.9)\n",
		  F45, F47, LOG_SELECTORS },
		{ "VPN: Error: IKE-I-No-proposal-matched (0x2102) for SITE\n", F20, F21,
		  LOG_NOTIFY_NO_PROPOSAL },
		{ "vpn: IKE phase-1 negotiation is failed as initiator, main mode. Due to "
		  "timeout.\n",
		  F08, F20, LOG_SILENT },
		{ "vpn: IKE phase-2 negotiation is failed as responder, quick mode\n",
		  F40, F45, LOG_CHILD_FAILED },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void cisco_says_the_mode_and_the_cipher_of_phase_2_alike(void **state)
{
	static const struct log_case cases[] = {
		{ "ISAKMP:(0):Proposed key length does not match policy\n", F20,
		  CLASS_NONE, LOG_IKE_PROPOSAL },
		{ "IPSEC(ipsec_process_proposal): transform proposal not supported for "
		  "identity: {esp-aes esp-sha-hmac}\n",
		  F51, F40, LOG_TRANSFORM },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void what_cannot_be_read_after_phase_1_is_no_key(void **state)
{
	static const struct log_case cases[] = {
		{ "pluto[7]: \"a\"[4] 192.0.2.1 #7: received Delete SA(0xbb71ac73) payload: "
		  "deleting IPSEC State #1\n"
		  "pluto[7]: \"a\"[4] 192.0.2.1 #7: malformed payload in packet\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_GARBLED },
		/* the keys of IKEv2 are not made of the pre-shared one */
		{ "pluto[7]: \"a\"[2] #5: sent IKE_SA_INIT reply {cipher=AES_CBC_128}\n"
		  "pluto[7]: \"a\"[2] #5: failed to match authenticator\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_GARBLED },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* A log that is cut right after the first line would be, too. */
static void
a_daemon_that_did_not_start_is_no_configuration_that_was_not_loaded(void **state)
{
	static const struct log_case cases[] = {
		{ "00[DMN] Starting IKE charon daemon (strongSwan 5.9.8, Linux 6.1, x86_64)\n"
		  "00[LIB] failed to load 1 critical plugin feature\n"
		  "00[DMN] initialization failed - aborting charon\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_NOT_STARTED },
		{ "00[DMN] Starting IKE charon daemon (strongSwan 5.9.8, Linux 6.1, x86_64)\n"
		  "00[CFG] loading secrets from '/etc/ipsec.secrets'\n",
		  NOTHING_PROVED, CLASS_NONE, LOG_EVENT_NONE },
		{ "00[DMN] Starting IKE charon daemon (strongSwan 5.9.8, Linux 6.1, x86_64)\n"
		  "00[JOB] spawning 16 worker threads\n",
		  F01, CLASS_NONE, LOG_NOTHING_LOADED },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_pluto_refuses_is_told_by_its_answer_alone),
		cmocka_unit_test(
			an_address_that_nobody_asked_for_is_no_fault_of_the_networks),
		cmocka_unit_test(the_state_that_times_out_tells_which_silence_it_is),
		cmocka_unit_test(
			a_question_that_is_asked_again_and_again_is_not_answered),
		cmocka_unit_test(words_that_nobody_else_has_need_no_sign),
		cmocka_unit_test(
			a_maker_that_nobody_knows_is_read_by_what_all_of_them_say),
		cmocka_unit_test(what_a_page_adds_to_a_line_is_taken_off),
		cmocka_unit_test(text_between_brackets_that_are_far_apart_stays),
		cmocka_unit_test(no_connection_behind_an_identity_is_that_identity),
		cmocka_unit_test(
			a_log_that_ends_before_a_child_is_asked_for_proves_nothing),
		cmocka_unit_test(events_of_fritz_os_are_read_in_both_languages),
		cmocka_unit_test(words_of_charon_are_not_of_a_maker_that_nobody_knows),
		cmocka_unit_test(who_has_a_key_is_not_refused_for_its_certificate),
		cmocka_unit_test(what_comes_before_a_log_begins_is_not_nothing),
		cmocka_unit_test(messages_of_manuals_are_read),
		cmocka_unit_test(cisco_says_the_mode_and_the_cipher_of_phase_2_alike),
		cmocka_unit_test(what_cannot_be_read_after_phase_1_is_no_key),
		cmocka_unit_test(
			a_daemon_that_did_not_start_is_no_configuration_that_was_not_loaded),
	};

	return cmocka_run_group_tests_name("log/public", tests, NULL, NULL);
}
