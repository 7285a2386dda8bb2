// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ends_test.c - claims: what each end of a mismatch logs is answered with that mismatch
 *
 * The eleven mismatches of pfSense's page "Troubleshooting IPsec VPNs" (both ends where it
 * has both) and the messages of AWS' page on its VPN logs. The lines are made up, with the
 * daemons' words: no line of those pages is here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "log/answer.h"
#include "log/print.h"

#define IKE_CONFIGURED \
	"charon: 05[CFG] configured proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1536\n"
#define IKE_REFUSED                           \
	"charon: 05[IKE] no proposal found\n" \
	"charon: 05[ENC] generating INFORMATIONAL_V1 request 77 [ N(NO_PROP) ]\n"
#define IKE_TOLD                                                              \
	"charon: 06[ENC] parsed INFORMATIONAL_V1 request 77 [ N(NO_PROP) ]\n" \
	"charon: 06[IKE] received NO_PROPOSAL_CHOSEN error notify\n"
#define ESP_CONFIGURED \
	"charon: 05[CFG] configured proposals: ESP:AES_CBC_256/HMAC_SHA1_96/NO_EXT_SEQ\n"
#define ESP_REFUSED                                                                \
	"charon: 05[IKE] no matching proposal found, sending NO_PROPOSAL_CHOSEN\n" \
	"charon: 05[ENC] generating INFORMATIONAL_V1 request 78 [ HASH N(NO_PROP) ]\n"
#define ESP_TOLD(payloads)                                                         \
	"charon: 06[ENC] generating QUICK_MODE request 78 [ HASH " payloads " ]\n" \
	"charon: 06[ENC] parsed INFORMATIONAL_V1 request 79 [ HASH N(NO_PROP) ]\n" \
	"charon: 06[IKE] received NO_PROPOSAL_CHOSEN error notify\n"

struct end {
	const char *log;
	enum class_id class; /* CLASSES_END: nothing is wrong */
	size_t most;	     /* classes that are named; 0: any number */
};

static void is_answered(const struct end *end)
{
	struct log_reader *reader = log_reader_new();
	_cleanup_buf_ struct buf classes = { 0 };
	struct log_answer answer;
	bool is_said;

	log_reader_add(reader, end->log, strlen(end->log));
	log_reader_end(reader);
	log_answer(reader, &answer);
	log_print_classes(&answer, &classes);
	is_said =
		end->class == CLASSES_END ? answer.is_healthy : answer.may_be[end->class];
	log_reader_free(reader);
	if (!is_said || (end->most && answer.count > end->most))
		fail_msg("%s: says %s", end->log, buf_text(&classes));
}

static void both_ends_of_the_eleven_mismatches_are_answered(void **state)
{
	static const struct end ends[] = {
		/* the exchange mode: the initiator cannot tell it from an identity */
		{ "charon: 06[IKE] initiating Aggressive Mode IKE_SA con3[4] to 198.51.100.7\n"
		  "charon: 06[ENC] parsed INFORMATIONAL_V1 request 71 [ N(AUTH_FAILED) ]\n"
		  "charon: 06[IKE] received AUTHENTICATION_FAILED error notify\n",
		  F19, 0 },
		{ "charon: 05[IKE] Aggressive Mode PSK disabled for security reasons\n"
		  "charon: 05[ENC] generating INFORMATIONAL_V1 request 71 [ N(AUTH_FAILED) ]\n",
		  F19, 1 },
		/* the identity */
		{ "charon: 06[ENC] parsed INFORMATIONAL_V1 request 72 [ HASH N(AUTH_FAILED) ]\n"
		  "charon: 06[IKE] received AUTHENTICATION_FAILED error notify\n",
		  F31, 0 },
		{ "charon: 05[CFG] looking for pre-shared key peer configs matching "
		  "198.51.100.7...203.0.113.9[branch]\n"
		  "charon: 05[IKE] no peer config found\n",
		  F31, 0 },
		/* the pre-shared key */
		{ "charon: 06[ENC] invalid HASH_V1 payload length, decryption failed?\n"
		  "charon: 06[ENC] could not decrypt payloads\n"
		  "charon: 06[IKE] message parsing failed\n",
		  F27, 2 },
		{ "charon: 05[ENC] invalid ID_V1 payload length, decryption failed?\n"
		  "charon: 05[ENC] could not decrypt payloads\n"
		  "charon: 05[IKE] message parsing failed\n",
		  F27, 2 },
		/* encryption, hash and group of phase 1 */
		{ IKE_TOLD, F20, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "IKE:AES_CBC_192/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1536\n" IKE_CONFIGURED
			  IKE_REFUSED,
		  F20, 1 },
		{ IKE_TOLD, F21, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "IKE:AES_CBC_256/MODP_1536\n" IKE_CONFIGURED IKE_REFUSED,
		  F21, 1 },
		{ IKE_TOLD, F22, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_4096\n" IKE_CONFIGURED
			  IKE_REFUSED,
		  F22, 2 },
		/* the networks */
		{ "charon: 06[ENC] generating QUICK_MODE request 74 [ HASH SA No ID ID ]\n"
		  "charon: 06[ENC] parsed INFORMATIONAL_V1 request 75 [ HASH N(INVAL_ID) ]\n"
		  "charon: 06[IKE] received INVALID_ID_INFORMATION error notify\n",
		  F45, 0 },
		{ "charon: 05[ENC] parsed QUICK_MODE request 74 [ HASH SA No ID ID ]\n"
		  "charon: 05[CFG] looking for a child config for 10.9.1.0/24|/0 === "
		  "172.20.4.0/24|/0\n"
		  "charon: 05[IKE] no matching CHILD_SA config found\n",
		  F45, 0 },
		/* encryption, hash and PFS of phase 2 */
		{ ESP_TOLD("SA No ID ID"), F40, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "ESP:AES_CBC_192/HMAC_SHA1_96/NO_EXT_SEQ\n" ESP_CONFIGURED ESP_REFUSED,
		  F40, 1 },
		{ ESP_TOLD("SA No ID ID"), F41, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ\n" ESP_CONFIGURED
			  ESP_REFUSED,
		  F41, 1 },
		{ ESP_TOLD("SA No KE ID ID"), F42, 0 },
		{ "charon: 05[CFG] received proposals: "
		  "ESP:AES_CBC_256/HMAC_SHA1_96/MODP_1536/NO_EXT_SEQ\n" ESP_CONFIGURED
			  ESP_REFUSED,
		  F42, 1 },
		/* the identity of a peer behind NAT */
		{ "charon: 05[IKE] remote host is behind NAT\n"
		  "charon: 05[IKE] IDir '10.0.0.2' does not match to '203.0.113.9'\n",
		  F32, 0 },
		/* and a pair where all is well */
		{ "charon: 06[IKE] IKE_SA con3[5] established between "
		  "203.0.113.9[203.0.113.9]...198.51.100.7[198.51.100.7]\n"
		  "charon: 06[IKE] CHILD_SA con3{2} established with SPIs c1000001_i c2000002_o "
		  "and TS 172.20.4.0/24|/0 === 10.9.2.0/24|/0\n",
		  CLASSES_END, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

#define AWS(state1, state2, details)                                                    \
	"{\"event_timestamp\": 1796000000, \"timestamp\": \"2026-11-29 12:00:01Z\", "   \
	"\"dpd_enabled\": true, \"nat_t_detected\": false, \"ike_phase1_state\": "      \
	"\"" state1 "\", \"ike_phase2_state\": \"" state2 "\", \"details\": \"" details \
	"\"}\n"

static void messages_of_aws_are_answered(void **state)
{
	static const struct end ends[] = {
		{ AWS("down", "down", "No Proposal Match Found by AWS"), F20, 0 },
		{ AWS("down", "down", "No Proposal Match Found by AWS"), F40, 0 },
		{ AWS("established", "down",
		      "No Proposal Match Found. Notifying with \\\"No proposal chosen\\\""),
		  F40, 4 },
		{ AWS("negotiating", "down",
		      "AWS tunnel payload decryption was unsuccessful due to invalid "
		      "Pre-shared Key"),
		  F27, 0 },
		{ AWS("negotiating", "down",
		      "AWS tunnel detected a pre-shared key mismatch with cgw: 203.0.113.9"),
		  F29, 2 },
		{ AWS("negotiating", "down",
		      "AWS tunnel is sending AUTHENTICATION_FAILED as the response"),
		  F32, 0 },
		{ AWS("established", "down",
		      "AWS tunnel Phase 2 was unable to establish while keeping Phase 1"),
		  F45, 0 },
		{ AWS("negotiating", "down",
		      "AWS: Traffic Selector: TS_UNACCEPTABLE: received from responder"),
		  F45, 0 },
		{ AWS("established", "established",
		      "AWS tunnel processed response (id=7) for CREATE_CHILD_SA"),
		  CLASSES_END, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

/* Each a kind that a public log was answered wrongly by, or not at all. */
static void what_public_logs_taught_is_answered(void **state)
{
	static const struct end ends[] = {
		{ "\"a\" #7: initiating IKEv2 IKE SA\n"
		  "\"a\" #7: STATE_PARENT_I1: sent v2I1, expected v2R1\n"
		  "\"a\" #8: STATE_PARENT_I2: sent v2I2, expected v2R2\n"
		  "\"a\" #8: IKE SA authentication request rejected by peer: "
		  "AUTHENTICATION_FAILED\n",
		  F29, 0 },
		{ "\"a\" #4: ignoring informational payload NO_PROPOSAL_CHOSEN, "
		  "msgid=00000000\n"
		  "\"a\" #4: deleting state (STATE_MAIN_I4)\n",
		  F45, 8 },
		{ "charon: 03[CFG] no config named 'con7'\n", F01, 1 },
		{ "05[IKE] <3> 192.0.2.7 is initiating an IKE_SA\n"
		  "05[IKE] <3> peer requested EAP, config inacceptable\n",
		  F25, 1 },
		{ "logid=\"0101037125\" logdesc=\"IPsec phase 2 error\" "
		  "status=\"negotiate_error\" reason=\"peer SA proposal not match local "
		  "policy\"\n",
		  F40, 5 },
		{ "NetScreen device_id=x  [Root]system-information-00536: Rejected an IKE "
		  "packet on ethernet0/0 from 192.0.2.7:500 to 192.0.2.9:500 because an "
		  "initial Phase 1 packet arrived from an unrecognized peer gateway.\n",
		  F30, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

#define ASA	  "Nov 29 2026 12:00:01: "
#define IOS	  "*Nov 29 12:00:01.123: ISAKMP:(0): "
#define SRX	  "Nov 29 12:00:01  srx kmd[1400]: "
#define NETSCREEN "2026-11-29 12:00:01 system info  00536 IKE<192.0.2.9> "

/* Which phase it was is told by other lines, or not at all. */
static void makers_of_firewalls_are_answered(void **state)
{
	static const struct end ends[] = {
		{ ASA
		  "%ASA-7-715065: Phase 1 failure:  Mismatched attribute types for class "
		  "Group Description:  Rcv'd: Group 5  Cfg'd: Group 2\n",
		  F22, 2 },
		{ ASA
		  "%ASA-5-713257: Phase 1 failure:  Mismatched attribute types for class "
		  "Hash Alg:  Rcv'd: SHA  Cfg'd: MD5\n",
		  F21, 1 },
		{ ASA "%ASA-3-713061: Group = 192.0.2.9, IP = 192.0.2.9, Rejecting IPSec "
		      "tunnel: no matching crypto map entry for remote proxy "
		      "10.2.0.0/255.255.0.0/0/0 local proxy 10.1.0.0/255.255.0.0/0/0 on "
		      "interface outside\n",
		  F45, 0 },
		{ ASA
		  "%ASA-4-750003: Local:192.0.2.1:500 Remote:192.0.2.9:500 Username:x "
		  "IKEv2 Negotiation aborted due to ERROR: Auth exchange failed\n",
		  F29, 0 },
		{ ASA
		  "%ASA-5-713119: Group = 192.0.2.9, IP = 192.0.2.9, PHASE 1 COMPLETED\n" ASA
		  "%ASA-3-713902: Group = 192.0.2.9, IP = 192.0.2.9, QM FSM error (P2 "
		  "struct &0x1, mess id 0x2)!\n",
		  F40, 0 },
		{ ASA
		  "%ASA-5-713120: Group = 192.0.2.9, IP = 192.0.2.9, PHASE 2 COMPLETED\n",
		  CLASSES_END, 0 },
		{ IOS "Hash algorithm offered does not match policy!\n" IOS
		      "atts are not acceptable. Next payload is 0\n" IOS
		      "no offers accepted!\n",
		  F21, 1 },
		{ IOS "deleting SA reason \"Death by retransmission P1\" state (I) "
		      "MM_NO_STATE (peer 192.0.2.9)\n",
		  F08, 0 },
		{ "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 192.0.2.9 failed its sanity "
		  "check or is malformed\n",
		  F27, 6 },
		{ "IPSEC(ipsec_process_proposal): proxy identities not supported\n", F45,
		  0 },
		{ SRX
		  "IKE negotiation failed with error: No proposal chosen. IKE Version: 1, "
		  "VPN: v Gateway: g, Local: 192.0.2.1/500, Remote: 192.0.2.9/500\n",
		  F40, 0 },
		{ SRX
		  "IKE negotiation failed with error: IKE gateway configuration lookup "
		  "failed during negotiation. IKE Version: 1, VPN: Not-Available\n",
		  F31, 0 },
		{ SRX "KMD_VPN_PV_PHASE1: IKE Phase-1 Failure: No proposal chosen "
		      "[spi=(null), src_ip=<none>, dst_ip=192.0.2.9]\n",
		  F20, 0 },
		{ "Nov 29 12:00:01 srx iked[99]: IKE_VPN_UP_ALARM_USER: VPN v from 192.0.2.9 "
		  "is up.\n",
		  CLASSES_END, 0 },
		{ NETSCREEN
		  "Phase 1: Rejected proposals from peer. Negotiations failed.\n",
		  F20, 0 },
		{ NETSCREEN "Phase 2: Initiated negotiations.\n" NETSCREEN
			    "Received a notification message for DOI <1> <14> "
			    "<NO-PROPOSAL-CHOSEN>.\n",
		  F45, 8 },
		{ "Rejected an IKE packet on untrust from 192.0.2.9:500 to 192.0.2.1:500 with "
		  "cookies 1 and 2 because phase 1 negotiations failed. (The preshared keys "
		  "might not match.)\n",
		  F27, 2 },
		{ "SESSION_ID :{1} Remote 192.0.2.9:500: Local 192.0.2.1:500: MM failed with "
		  "error 13868(ERROR_IPSEC_IKE_POLICY_MATCH). Reason: Policy match error\n",
		  F20, 0 },
		{ "SESSION_ID :{1} Remote 192.0.2.9:500: Local 192.0.2.1:500: QM failed with "
		  "error 13868. Reason: Policy match error\n",
		  F42, 8 },
		{ "29.11.26 12:00:01 VPN-Fehler: site, IKE-Error 0x2026\n", F41, 0 },
		{ "29.11.26 12:00:01 VPN-Verbindung zu site wurde getrennt. Ursache: 9 Dead "
		  "Peer Detection\n",
		  F57, 0 },
		{ "ike 7:site:1: incoming proposal:\nike 7:site:1:   protocol id = IPSEC_ESP:\n"
		  "ike 7:site:1: no SA proposal chosen\n",
		  F40, 4 },
		{ "ike 7:site:1: protocol id = ISAKMP:\nike 7:site:1: no SA proposal chosen\n",
		  F20, 6 }, /* or the exchange mode */
		{ "ike 7:site:1: protocol = ESP:\nike 7:site:1: protocol = IKEv2:\n"
		  "ike 7:site:1: no proposal chosen\n",
		  F20, 5 },
		{ "12:00:01 ipsec,error 192.0.2.9 parsing packet failed, possible cause: "
		  "wrong password\n",
		  F27, 2 },
		{ "\"a\"[4] 192.0.2.9 #5: responding to Main Mode from unknown peer\n"
		  "\"a\"[4] 192.0.2.9 #5: Oakley Transform [AES_CBC (256), HMAC_SHA1, DH20] "
		  "refused\n\"a\"[4] 192.0.2.9 #5: sent Main Mode R1\n"
		  "\"a\"[4] 192.0.2.9 #5: Peer ID is ID_IPV4_ADDR: '10.0.0.7'\n"
		  "\"a\"[4] 192.0.2.9 #5: X509: authentication failed; no certificate\n",
		  F37, 3 },
		{ "packet from 192.0.2.9:500: ignoring IKEv1 packet as policy is set to drop\n",
		  F17, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

static void read_answer(const char *log, struct log_answer *ret_answer)
{
	struct log_reader *reader = log_reader_new();

	log_reader_add(reader, log, strlen(log));
	log_reader_end(reader);
	log_answer(reader, ret_answer);
	ret_answer->kind = NULL; /* it goes with the reader */
	log_reader_free(reader);
}

static void what_proves_no_fault_names_none(void **state)
{
	static const char *const logs[] = {
		"29.11.26 12:00:01 VPN-Fehler: site, IKE-Error 0x203A\n",
		ASA
		"%ASA-4-750003: Local:x Remote:y IKEv2 Negotiation aborted due to ERROR: "
		"Detected unsupported failover version\n",
		("05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		 "05[IKE] <a|1> received INTERNAL_ADDRESS_FAILURE notify error\n"),
		"05[IKE] <a|1> no private key found for 'C=CH, CN=a'\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		struct log_answer answer;

		read_answer(logs[i], &answer);
		if (answer.is_healthy || answer.count)
			fail_msg("%zu of %s", answer.count, logs[i]);
	}
}

/* A log may end in the middle; an identity or a silence has more than one cause. */
static void what_proves_no_setting_names_none_alone(void **state)
{
	static const char *const logs[] = {
		"05[IKE] <a|1> initiating Main Mode IKE_SA a[1] to 192.0.2.7\n"
		"05[IKE] <a|1> IKE_SA a[1] established between 192.0.2.1[192.0.2.1]..."
		"192.0.2.7[192.0.2.7]\n",
		"05[IKE] <3> 192.0.2.7 is initiating an IKE_SA\n"
		"05[ENC] <3> generating IKE_SA_INIT response 0 [ SA KE No N(FRAG_SUP) ]\n"
		"05[JOB] <3> deleting half open IKE_SA with 192.0.2.7 after timeout\n",
		"05[IKE] <a|1> initiating Main Mode IKE_SA a[1] to 192.0.2.7\n"
		"05[ENC] <a|1> parsed ID_PROT response 0 [ SA V V ]\n"
		"05[ENC] <a|1> generating ID_PROT request 0 [ ID HASH ]\n"
		"05[IKE] <a|1> IDir '10.0.0.2' does not match to '192.0.2.7'\n",
		"05[IKE] <3> 192.0.2.7 is initiating a Aggressive Mode IKE_SA\n"
		"05[CFG] <3> looking for pre-shared key peer configs matching "
		"192.0.2.1...192.0.2.7[box]\n"
		"05[IKE] <3> no peer config found\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		struct log_answer answer;

		read_answer(logs[i], &answer);
		if (answer.is_healthy || answer.count < 2)
			fail_msg("%zu of %s", answer.count, logs[i]);
	}
}

static void what_the_peer_says_in_clear_is_heard(void **state)
{
	static const struct end malformed = {
		"initiating Main Mode IKE_SA a[1] to 192.0.2.7\n"
		"parsed ID_PROT response 0 [ SA V V ]\n"
		"generating ID_PROT request 0 [ ID HASH ]\n"
		"parsed INFORMATIONAL_V1 request 0 [ N(PLD_MAL) ]\n"
		"ignoring unprotected INFORMATIONAL from 192.0.2.7\n",
		F27, 2
	};

	(void)state;
	is_answered(&malformed);
}

static void a_number_for_a_notify_is_understood(void **state)
{
	static const struct end exchange = {
		"[IKE] initiating Aggressive Mode IKE_SA a[5] to 192.0.2.7\n"
		"[IKE] received (29) error notify\n",
		F18, 3
	};

	(void)state;
	is_answered(&exchange);
}

static void an_attempt_under_way_does_not_hide_why_the_last_failed(void **state)
{
	static const struct end cut = {
		"[IKE] initiating IKE_SA a[1] to 192.0.2.7\n"
		"[ENC] generating IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]\n"
		"[IKE] received AUTHENTICATION_FAILED notify error\n"
		"[IKE] initiating IKE_SA a[2] to 192.0.2.7\n",
		F29, 0
	};

	(void)state;
	is_answered(&cut);
}

static void silence_after_a_tunnel_is_no_fault_of_proposals(void **state)
{
	struct log_answer answer;

	(void)state;
	read_answer("05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		    "05[IKE] <a|1> IKE_SA a[1] established between 192.0.2.1[x]..."
		    "192.0.2.7[y]\n"
		    "05[IKE] <a|1> CHILD_SA a{1} established with SPIs c1_i c2_o and TS "
		    "10.1.0.0/16 === 10.2.0.0/16\n"
		    "05[IKE] <a|1> giving up after 5 retransmits\n",
		    &answer);
	assert_true(answer.may_be[F57]);
	assert_false(answer.may_be[F20]);
	assert_false(answer.may_be[F29]);
}

#define UP                                                                                \
	"05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"                             \
	"05[IKE] <a|1> CHILD_SA a{1} established with SPIs c1_i c2_o and TS 10.1.0.0/16 " \
	"=== 10.2.0.0/16\n"

static void a_stranger_is_no_fault_of_a_tunnel_that_is_up(void **state)
{
	static const struct end stranger = {
		UP
		"05[ENC] <9> parsed ID_PROT request 0 [ SA ]\n"
		"05[IKE] <9> no IKE config found for 192.0.2.1...203.0.113.66, sending "
		"NO_PROPOSAL_CHOSEN\n",
		CLASSES_END, 0
	};

	(void)state;
	is_answered(&stranger);
}

/* Logs of other makers name no peer, or only the connection. */
static void what_came_up_at_last_is_no_fault_of_any_maker(void **state)
{
	static const struct end ends[] = {
		{ "\"a\" #1: initiating IKEv2 connection\n"
		  "\"a\" #1: dropping unexpected IKE_SA_INIT message containing "
		  "NO_PROPOSAL_CHOSEN notification\n"
		  "\"a\" #2: initiating IKEv2 connection\n"
		  "\"a\" #3: initiator established Child SA using #2; IPsec tunnel\n",
		  CLASSES_END, 0 },
		{ "12:00:01 ipsec,info initiate new phase 1 (Identity Protection): x\n"
		  "12:01:01 ipsec,error phase1 negotiation failed due to time up\n"
		  "12:02:01 ipsec,info initiate new phase 1 (Identity Protection): x\n"
		  "12:02:02 ipsec,info IPsec-SA established: ESP/Tunnel x spi=0x1234567\n",
		  CLASSES_END, 0 },
		{ "\"a\" #3: initiator established Child SA using #2; IPsec tunnel\n"
		  "packet from 203.0.113.66:500: initial Main Mode message received but no "
		  "connection has been authorized with policy PSK\n",
		  CLASSES_END, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

static void a_peer_that_was_up_may_be_gone(void **state)
{
	static const struct end gone = {
		UP "05[IKE] <a|2> initiating IKE_SA a[2] to 192.0.2.7\n"
		   "05[IKE] <a|2> giving up after 5 retransmits\n",
		F57, 0
	};

	(void)state;
	is_answered(&gone);
}

/* Identities are refused in phase 1, networks in phase 2, by the same word. */
static void a_refusal_at_the_beginning_of_a_log_is_of_either_phase(void **state)
{
	static const struct end ends[] = {
		{ "05[IKE] <a|1> received INVALID_ID_INFORMATION error notify\n", F31,
		  0 },
		{ "05[IKE] <a|1> received INVALID_ID_INFORMATION error notify\n", F45,
		  0 },
		{ "05[IKE] <a|1> received NO_PROPOSAL_CHOSEN error notify\n", F20, 0 },
		{ "05[IKE] <a|1> received NO_PROPOSAL_CHOSEN error notify\n", F40, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		is_answered(&ends[i]);
}

static void a_peer_that_was_heard_is_not_asked_whether_it_hears(void **state)
{
	struct log_answer answer;

	(void)state;
	read_answer("05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		    "05[IKE] <a|1> received NO_PROPOSAL_CHOSEN notify error\n",
		    &answer);
	assert_non_null(answer.question);
	assert_null(strstr(answer.question, "UDP ports"));
	read_answer("05[IKE] <a|1> initiating Aggressive Mode IKE_SA a[1] to 192.0.2.7\n"
		    "05[IKE] <a|1> received (29) error notify\n",
		    &answer);
	assert_non_null(strstr(answer.question, "main or aggressive"));
}

static void a_piece_of_an_exchange_is_no_log_without_one(void **state)
{
	static const char piece[] =
		"05[CFG] received proposals: ESP:AES_GCM_16_256/NO_EXT_SEQ\n"
		"05[CFG] selected proposal: ESP:AES_GCM_16_256/NO_EXT_SEQ\n";
	struct log_reader *reader = log_reader_new();
	struct log_answer answer;

	(void)state;
	log_reader_add(reader, piece, sizeof(piece) - 1);
	log_reader_end(reader);
	log_answer(reader, &answer);
	log_reader_free(reader);
	assert_int_equal(answer.count, 0);
	assert_false(answer.is_healthy);
}

static void a_told_refusal_is_not_one_fault_alone(void **state)
{
	static const struct end told = {
		"05[IKE] <a|1> initiating Aggressive Mode IKE_SA a[1] to 192.0.2.7\n"
		"05[IKE] <a|1> received AUTHENTICATION_FAILED error notify\n",
		F31, 0
	};

	(void)state;
	is_answered(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_of_the_eleven_mismatches_are_answered),
		cmocka_unit_test(messages_of_aws_are_answered),
		cmocka_unit_test(what_public_logs_taught_is_answered),
		cmocka_unit_test(makers_of_firewalls_are_answered),
		cmocka_unit_test(what_proves_no_fault_names_none),
		cmocka_unit_test(what_proves_no_setting_names_none_alone),
		cmocka_unit_test(what_the_peer_says_in_clear_is_heard),
		cmocka_unit_test(a_number_for_a_notify_is_understood),
		cmocka_unit_test(an_attempt_under_way_does_not_hide_why_the_last_failed),
		cmocka_unit_test(silence_after_a_tunnel_is_no_fault_of_proposals),
		cmocka_unit_test(a_stranger_is_no_fault_of_a_tunnel_that_is_up),
		cmocka_unit_test(what_came_up_at_last_is_no_fault_of_any_maker),
		cmocka_unit_test(a_peer_that_was_up_may_be_gone),
		cmocka_unit_test(a_refusal_at_the_beginning_of_a_log_is_of_either_phase),
		cmocka_unit_test(a_peer_that_was_heard_is_not_asked_whether_it_hears),
		cmocka_unit_test(a_piece_of_an_exchange_is_no_log_without_one),
		cmocka_unit_test(a_told_refusal_is_not_one_fault_alone),
	};

	return cmocka_run_group_tests_name("log/ends", tests, NULL, NULL);
}
