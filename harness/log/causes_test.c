// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * causes_test.c - claims: each failure that the daemons' sources know is understood
 *
 * Made-up lines, whole, cut and redacted; no line of anybody's log is here. A row names the
 * classes that the answer must have; CLASS_NONE: it names none.
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

struct log_case {
	const char *log;
	enum class_id classes[4]; /* CLASS_NONE ends them */
};

static void is_answered(const struct log_case *want)
{
	_cleanup_buf_ struct buf classes = { 0 };
	struct log_answer answer;
	struct log_reader *reader = read_answer(want->log, &answer, &classes);
	bool is_right;

	is_right = !answer.is_healthy && (want->classes[0] || !answer.count);
	for (size_t i = 0; i < ARRAY_SIZE(want->classes) && want->classes[i]; i++)
		is_right &= answer.may_be[want->classes[i]];
	log_reader_free(reader);
	if (!is_right)
		fail_msg("%s: says %s", want->log, buf_text(&classes));
}

#define ALL_ARE_ANSWERED(cases)                        \
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) \
	is_answered(&(cases)[i])

static void strongswan_says_each_failure_of_its_source(void **state)
{
	static const struct log_case cases[] = {
		{ "12[CFG] <a|1> constraint check failed: identity 'gw.example' (ID_FQDN) required, not matched by '10.1.2.3' (ID_IPV4_ADDR)\n"
		  "12[CFG] <a|1> selected peer config 'a' unacceptable: constraint checking failed\n"
		  "12[IKE] <a|1> no alternative config found\n",
		  { F32, F33, F34 } },
		{ "12[CFG] <a|1> received IDr 10.0.0.1, but require gw.example\n",
		  { F32, F34 } },
		{ "12[CFG] <a|1> constraint requires public key authentication, but pre-shared key was used\n"
		  "12[CFG] <a|1> selected peer config 'a' unacceptable: non-matching authentication done\n",
		  { F25 } },
		{ "12[CFG] <a|1> subject certificate invalid (valid from Jan 01 00:00:00 2020 to Jan 01 00:00:00 2021)\n"
		  "12[IKE] <a|1> no trusted RSA public key found for 'gw'\n"
		  "12[ENC] <a|1> generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n",
		  { F36 } },
		{ "16[IKE] <h|4> failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F40, F45 } },
		{ "16[IKE] <h|4> traffic selectors 10.1.0.0/16 === 10.2.0.0/16 unacceptable\n"
		  "16[IKE] <h|4> failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F45, F46 } },
		{ "16[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built\n"
		  "16[IKE] failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F45, F47 } },
		{ "09[IKE] <a|2> peer selected invalid traffic selectors: 10.0.0.0/8 for 10.1.0.0/16, 10.9.0.0/16 for 10.9.0.0/16\n",
		  { F45 } },
		{ "11[IKE] <l2tp|3> XAuth authentication of 'bob' failed\n"
		  "11[IKE] <l2tp|3> destroying IKE_SA after failed XAuth authentication\n",
		  { CLASS_NONE } },
		{ "11[IKE] <rw|3> received EAP_FAILURE, EAP authentication failed\n",
		  { CLASS_NONE } },
		{ "11[IKE] <rw|3> EAP method EAP_MSCHAPV2 failed for peer 10.1.1.1\n",
		  { CLASS_NONE } },
		{ "05[NET] ignoring IKE_SA setup from 203.0.113.7, per-IP half-open IKE_SA limit of 5 reached\n"
		  "05[NET] ignoring IKE_SA setup from 203.0.113.7, per-IP half-open IKE_SA limit of 5 reached\n",
		  { CLASS_NONE } },
		{ "08[KNL] <a|1> algorithm CHACHA20_POLY1305 not supported by kernel!\n"
		  "08[KNL] <a|1> unable to add SAD entry with SPI c1234567 (FAILED)\n"
		  "08[IKE] <a|1> unable to install inbound and outbound IPsec SA (SAD) in kernel\n",
		  { F53 } },
		{ "05[NET] received unsupported IKE version 1.0 from 203.0.113.1, sending INVALID_MAJOR_VERSION\n",
		  { F17 } },
		{ "10[IKE] <a|1> no RSA private key found for 'gw'\n", { CLASS_NONE } },
		{ "10[CFG] <a|1>   self-signed certificate \"CN=x\" is not trusted\n"
		  "10[IKE] <a|1> no trusted ECDSA public key found for 'x'\n",
		  { F37 } },
		{ "07[IKE] <a|1> initiating IKE_SA a[1] to 203.0.113.1\n"
		  "07[ENC] <a|1> generating IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) ]\n"
		  "07[NET] <a|1> sending packet: from 10.0.0.1[500] to 203.0.113.1[500] (900 bytes)\n"
		  "09[IKE] <a|1> retransmit 1 of request with message ID 0\n"
		  "09[IKE] <a|1> retransmit 5 of request with message ID 0\n"
		  "09[IKE] <a|1> giving up after 5 retransmits\n",
		  { F08, F07 } },
		{ "07[ENC] <a|1> parsed IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) ]\n"
		  "07[ENC] <a|1> generating IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]\n"
		  "07[NET] <a|1> sending packet: from 10.0.0.1[4500] to 203.0.113.1[4500] (900 bytes)\n"
		  "09[IKE] <a|1> retransmit 1 of request with message ID 1\n"
		  "09[IKE] <a|1> giving up after 5 retransmits\n",
		  { F11, F15 } },
		{ "09[IKE] retransmit 3 of request with message ID 1\n"
		  "09[NET] sending packet: from 10.0.0.1[4500] to 203.0.113.1[4500] (336 bytes)\n",
		  { F11 } },
		{ "received NO_PROPOSAL_CHOSEN error notify\n", { F20, F22 } },
		{ "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built\n",
		  { F40, F42 } },
		{ "parsed INFORMATIONAL_V1 request 2138 [ N(NO_PROP) ]\n"
		  "received NO_PROPOSAL_CHOSEN error notify\n",
		  { F20, F22 } },
		{ "parsed INFORMATIONAL_V1 request 4093 [ HASH N(INVAL_ID) ]\n"
		  "received INVALID_ID_INFORMATION error notify\n",
		  { F45, F31 } },
		{ "ID_PROT request 0 [ ID HASH ]\n"
		  "invalid ID_V1 payload length, decryption failed?\n"
		  "could not decrypt payloads\n"
		  "message parsing failed\n",
		  { F27 } },
		{ "no IKE config found for 10.0.0.1...203.0.113.1, sending NO_PROPOSAL_CHOSEN\n",
		  { F30, F17 } },
		{ "no shared key found for '%any' - '203.0.113.1'\n", { F05 } },
		{ "tried 2 shared keys for '10.0.0.1' - '203.0.113.1', but MAC mismatched\n",
		  { F29 } },
		{ "tried 1 shared key for '10.0.0.1' - '203.0.113.1', but MAC mismatched\n",
		  { F29 } },
		{ "13[IKE] <a|1> sending DPD request\n"
		  "13[JOB] <a|1> DPD check timed out, enforcing DPD action\n",
		  { F08, F57 } },
		{ "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built\n"
		  "CHILD_SA rekeying failed, trying again in 16 seconds\n",
		  { F43 } },
		{ "unable to install policy 10.0.0.0/24 === 10.1.0.0/24 out for reqid 5, the same policy for reqid 4 exists\n"
		  "unable to install IPsec policies (SPD) in kernel\n"
		  "failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F53 } },
		{ "deleting duplicate IKE_SA for peer 'x' due to uniqueness policy\n",
		  { F60 } },
		{ "PPK required but no PPK found for 'a'\n", { CLASS_NONE } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void racoon_pluto_and_fortigate_say_each_failure(void **state)
{
	static const struct log_case cases[] = {
		{ "racoon: ERROR: no suitable proposal found.\n"
		  "racoon: [203.0.113.1] ERROR: failed to get valid proposal.\n"
		  "racoon: ERROR: failed to pre-process ph1 packet (side: 1, status 1).\n",
		  { F20, F22 } },
		{ "racoon: ERROR: failed to get valid proposal.\n"
		  "racoon: ERROR: phase1 negotiation failed.\n",
		  { F20 } },
		{ "racoon: WARNING: pfs_group mismatch. mine:2 peer:0\n"
		  "racoon: ERROR: no suitable policy found.\n",
		  { F42 } },
		{ "racoon: ERROR: no PFS is specified, but peer sends KE.\n", { F42 } },
		{ "racoon: ERROR: encmode mismatched: my:Tunnel peer:Transport\n"
		  "racoon: ERROR: not matched\n",
		  { F51 } },
		{ "racoon: ERROR: no configuration found for 203.0.113.9.\n", { F30 } },
		{ "racoon: ERROR: notification PAYLOAD-MALFORMED received in informational exchange.\n",
		  { F27 } },
		{ "racoon: ERROR: ID mismatched with ASN1 SubjectName.\n", { F33 } },
		{ "ipsec,info new ike2 SA (I): peer1 10.0.0.1[500]-203.0.113.1[500] spi:a:b\n"
		  "ipsec,error can't agree on IKE proposal, my config:\n",
		  { F20 } },
		{ "ipsec,error got fatal error: AUTHENTICATION_FAILED\n"
		  "ipsec,info killing ike2 SA: peer1\n",
		  { F29, F31 } },
		{ "ipsec,error identity not found for server:me peer: FQDN: branch\n",
		  { F31 } },
		{ "ipsec,error 203.0.113.1 phase1 negotiation failed due to time up 10.0.0.1[500]<=>203.0.113.1[500] abc:0\n",
		  { F08, F20 } },
		{ "ipsec,error parsing packet failed, possible cause: wrong password\n",
		  { F27 } },
		{ "ipsec,error no policy found/generated\n", { F45 } },
		{ "ipsec, ipsec peer's ID does not match certificate\n", { F38 } },
		{ "ipsec,error failed to get sainfo.\n", { F45 } },
		{ "pluto[12]: \"v\" #3: we require PFS but Quick I1 SA specifies no GROUP_DESCRIPTION\n",
		  { F42 } },
		{ "pluto[12]: \"v\" #3: authentication failed: no PSK found for 'v'\n",
		  { F05 } },
		{ "pluto[12]: \"v\" #3: authentication failed: peer attempted PSK authentication but we want RSASIG\n",
		  { F25 } },
		{ "pluto[12]: \"v\" #1: IKE SA authentication request rejected by peer: AUTHENTICATION_FAILED\n",
		  { F29, F31 } },
		{ "\"v\" #2: response for Child SA #2 was rejected with TS_UNACCEPTABLE; initiating delete of Child SA (IKE SA will remain UP)\n",
		  { F45 } },
		{ "\"v\": we cannot identify ourselves with either end of this connection.  192.0.2.1 or 192.0.2.2 are not usable\n",
		  { F01 } },
		{ "pluto[1]: \"v\" #1: ignoring informational payload, type PAYLOAD_MALFORMED msgid=00000000\n",
		  { F27 } },
		{ "pluto[1]: \"v\" #1: ignoring informational payload, type INVALID_ID_INFORMATION msgid=00000000\n",
		  { F31, F45 } },
		{ "pluto[1]: \"v\" #1: ignoring informational payload, type NO_PROPOSAL_CHOSEN msgid=00000000\n",
		  { F20 } },
		{ "pluto[1]: \"v\" #1: X509: certificate 'gw' has expired\n", { F36 } },
		{ "pluto[1]: \"v\" #1: ERROR: asynchronous network error report on eth0 (192.0.2.1:500), complainant 192.0.2.9: Connection refused [errno 111, origin ICMP type 3 code 3 (not authenticated)]\n",
		  { F09 } },
		{ "pluto[1]: \"v\" #1: ERROR: asynchronous network error report on eth0 (192.0.2.1:500), complainant 192.0.2.9: No route to host [errno 113, origin ICMP type 3 code 1 (not authenticated)]\n",
		  { CLASS_NONE } },
		{ "\"v\" #1: max number of retransmissions (8) reached STATE_MAIN_I1.  No response (or no acceptable response) to our first IKEv1 message\n",
		  { F08, F20 } },
		{ "\"v\" #1: STATE_MAIN_I3: 60 second timeout exceeded after 7 retransmits.  Possible authentication failure: no acceptable response to our first encrypted message\n",
		  { F27, F31 } },
		{ "\"v\" #1: STATE_V2_PARENT_I1: 60 second timeout exceeded after 7 retransmits.  No response (or no acceptable response) to our first IKEv2 message\n",
		  { F08 } },
		{ "\"v\" #2: STATE_V2_PARENT_I2: 60 second timeout exceeded after 7 retransmits.  Possible authentication failure: no acceptable response to our first encrypted message\n",
		  { F11, F31 } },
		{ "\"v\" #2: max number of retransmissions (2) reached STATE_QUICK_I1.  No acceptable response to our first Quick Mode message: perhaps peer likes no proposal\n",
		  { F40, F45 } },
		{ "\"v\" #2: retransmitting in response to duplicate packet; already STATE_MAIN_R1\n"
		  "\"v\" #2: retransmitting in response to duplicate packet; already STATE_MAIN_R1\n",
		  { F10 } },
		{ "ike 0:vpn:12: probable pre-shared secret mismatch\n", { F27 } },
		{ "ike V=root:0:vpn:12: PSK auth failed: probable pre-shared key mismatch\n",
		  { F29 } },
		{ "ike 0:vpn:1:2: peer proposal is: peer:0:10.1.0.0-10.1.255.255:0, me:0:10.2.0.0-10.2.255.255:0\n"
		  "ike 0:vpn:1:2: trying\n"
		  "ike 0:vpn:1: specified selectors mismatch\n"
		  "ike 0:vpn:1: no matching phase2 found\n",
		  { F45 } },
		{ "ike 0:abc/def:44: negotiation failure\n"
		  "ike Negotiate ISAKMP SA Error: ike 0:abc/def:44: no SA proposal chosen\n",
		  { F20 } },
		{ "date=2024-01-01 logdesc=\"Negotiate IPsec phase 1\" action=\"negotiate\" status=\"negotiate_error\" reason=\"peer SA proposal not match local policy\"\n",
		  { F20 } },
		{ "logdesc=\"IPsec phase 1 error\" msg=\"IPsec phase 1 error\" action=\"negotiate\" reason=\"probable pre-shared secret mismatch\" status=\"negotiate_error\"\n",
		  { F27 } },
		{ "ike 0:vpn:7: received peer identifier FQDN 'branch'\n"
		  "ike 0:vpn:7: peer identifier mismatch\n",
		  { F31 } },
		{ "ike 0:dial:7: no matching gateway for new request 10.0.0.1->10.0.0.2\n",
		  { F30 } },
		{ "ike 0:vpn:33: sent IKE msg (ident_i1send): 10.0.0.1:500->203.0.113.1:500, len=264\n"
		  "ike 0:vpn:33: sent IKE msg (P1_RETRANSMIT): 10.0.0.1:500->203.0.113.1:500, len=264\n"
		  "ike 0:vpn:33: negotiation timeout, deleting\n",
		  { F08 } },
		{ "ike 0:vpn:33: received notify type AUTHENTICATION_FAILED\n", { F29 } },
		{ "ike 0:vpn: link fail 4 10.0.0.1->203.0.113.1:500 dpd=1\n"
		  "ike 0:vpn: link down 4\n",
		  { F08 } },
		{ "logdesc=\"IPsec DPD failed\" msg=\"IPsec DPD failure\" action=\"dpd\" status=\"dpd_failure\"\n",
		  { F08 } },
		{ "ike 0:vpn:33: ignoring IKE request, no policy configured\n",
		  { CLASS_NONE } },
		{ "ike 0:vpn:33: unknown SPI f00f00f0\n", { F57 } },
		{ "ike 0:vpn:33: certificate validation failed\n", { F36 } },
		{ "ike 0:vpn:33: EAP failed for user \"bob\"\n", { CLASS_NONE } },
		{ "ike 0:vpn:33: XAUTH user \"bob\" auth_session_id mismatch\n",
		  { CLASS_NONE } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void junos_screenos_and_cisco_say_each_failure(void **state)
{
	static const struct log_case cases[] = {
		{ "kmd[1366]: IKE negotiation failed with error: Traffic selectors are not in configured range. IKE Version: 2, VPN: v Gateway: g\n",
		  { F45 } },
		{ "iked[1]: IKE_VPN_TS_MISMATCH: Traffic-selector mismatch, vpn name: v\n",
		  { F45 } },
		{ "kmd[1]: KMD_VPN_TS_MISMATCH: Traffic-selector mismatch, vpn name: v, Peer Proposed traffic-selector local-ip: ipv4_subnet(10.0.0.0/8)\n",
		  { F45 } },
		{ "kmd[1]: IKE negotiation failed with error: No proposal chosen. IKE Version: 1, VPN: v Gateway: g, Local: 1.1.1.1/500\n",
		  { F20, F40 } },
		{ "kmd[1]: KMD_INTERNAL_ERROR\n"
		  "kmd[1]: Phase-2 [responder] failed with error(No proposal chosen) for local=ipv4(...)\n",
		  { F40 } },
		{ "kmd[1]: IKE negotiation failed with error: Timed out. IKE Version: 1, VPN: Not-Available\n",
		  { F08 } },
		{ "kmd[1]: IKE negotiation failed with error: Invalid syntax. IKE Version: 1, VPN: v\n",
		  { F27 } },
		{ "kmd[1]: IKE negotiation failed with error: Authentication failed. IKE Version: 2\n",
		  { F29 } },
		{ "kmd[1]: IKE negotiation failed with error: Peer proposed phase2 proposal conflicts with local configuration. Negotiation failed.\n",
		  { F40, F45 } },
		{ "kmd[1]: IKE negotiation failed with error: IKE gateway configuration lookup failed during negotiation. IKE Version: 1\n",
		  { F30 } },
		{ "kmd[1]: KMD_VPN_DOWN_ALARM_USER: VPN v from 1.1.1.1 is down. Reason: DPD failover\n",
		  { F08 } },
		{ "kmd[1]: Failed to match the peer proxy IDs [p2_remote_proxy_id=ipv4_subnet(any:0,[0..7]=10.0.0.0/8)\n",
		  { F45 } },
		{ "kmd[1]: IKE Phase-2: Failed to match the peer proxy IDs\n", { F45 } },
		{ "kmd[1]: IKE Phase-1 Failure: ikev1 Peer IKE ID mismatch\n", { F31 } },
		{ "kmd[1]: IKE negotiation failed with error: SA unusable. IKE Version: 2\n",
		  { CLASS_NONE } },
		{ "kmd[1]: KMD_PM_SA_ESTABLISHED: Local gateway: 192.0.2.1, Remote gateway: 192.0.2.2, Direction: inbound\n"
		  "RT_IPSEC: RT_IPSEC_BAD_SPI: Received IPSec packet with bad or invalid SPI from 192.0.2.2 to 192.0.2.1, SPI 0x12345678.\n",
		  { F57, F58 } },
		{ "kmd[1]: IKE negotiation failed with error: Certificate validation failed\n",
		  { F36 } },
		{ "2024-01-01 10:00:00 system info 00536 Rejected an IKE packet on ethernet0/0 from 203.0.113.1:500 to 10.0.0.1:500 with cookies 1 and 2 because an initial Phase 1 packet arrived from an unrecognized peer gateway.\n",
		  { F30 } },
		{ "system info 00536 IKE 203.0.113.1 Phase 2 msg ID 1234: Negotiations have failed for user.\n",
		  { F40, F45 } },
		{ "system info 00536 IKE 203.0.113.1 Phase 1: Retransmission limit has been reached.\n",
		  { F08 } },
		{ "system info 00536 IKE<203.0.113.1> Phase 2: No policy exists for the proxy ID received: local ID (<10.0.0.0>/<255.0.0.0>, <0>, <0>) remote ID (<10.1.0.0>/<255.255.0.0>, <0>, <0>).\n",
		  { F45 } },
		{ "IKE<203.0.113.1> Phase 1: Discarded a second initial packet, which arrived within 5 seconds after the first.\n",
		  { CLASS_NONE } },
		{ "Rejected an IKE packet on untrust from 1.1.1.1:500 to 2.2.2.2:500 with cookies a and b because The peer sent a packet with a message ID before Phase 1 authentication was done.\n",
		  { F27 } },
		{ "IKE 1.1.1.1 Phase 1: Main mode negotiations have failed.\n",
		  { CLASS_NONE } },
		{ "IKE<1.1.1.1> Phase 1: IKE responder has detected NAT in front of the remote device.\n",
		  { CLASS_NONE } },
		{ "IKE<1.1.1.1>: DPD detected peer dead\n", { F08 } },
		{ "*Mar 1 00:00:01: ISAKMP:(0):no offers accepted!\n"
		  "*Mar 1: ISAKMP:(0): phase 1 SA policy not acceptable! (local 1.1.1.1 remote 2.2.2.2)\n",
		  { F20, F22 } },
		{ "*Mar  1: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 1.1.1.1 failed its sanity check or is malformed\n",
		  { F27 } },
		{ "*Mar  1: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 1.1.1.1 failed its sanity check or is malformed\n",
		  { F27, F15, F11 } },
		{ "*Mar 1: IPSEC(validate_transform_proposal): proxy identities not supported\n",
		  { F45 } },
		{ "*Mar 1: ISAKMP:(0):No pre-shared key with 1.1.1.1!\n", { F05 } },
		{ "*Mar 1: ISAKMP:(0): retransmitting phase 1 MM_NO_STATE...\n"
		  "*Mar 1: ISAKMP (0): incrementing error counter on sa, attempt 5 of 5: retransmit phase 1\n",
		  { F08 } },
		{ "*Mar 1: ISAKMP:(0):peer does not do paranoid keepalives.\n"
		  "*Mar 1: ISAKMP:(0):deleting SA reason \"Death by retransmission P1\" state (I) MM_NO_STATE (peer 1.1.1.1)\n",
		  { F08 } },
		{ "%ASA-3-713048: IP = 1.1.1.1, Error processing payload: Payload ID: 1\n",
		  { F20 } },
		{ "%ASA-5-713904: Group = 1.1.1.1, IP = 1.1.1.1, All IPSec SA proposals found unacceptable!\n",
		  { F40 } },
		{ "%ASA-3-713061: Group = 1.1.1.1, IP = 1.1.1.1, Rejecting IPSec tunnel: no matching crypto map entry for remote proxy 10.0.0.0/255.0.0.0/0/0 local proxy 10.1.0.0/255.255.0.0/0/0 on interface outside\n",
		  { F45 } },
		{ "%ASA-4-713903: IP = 1.1.1.1, Can't find a valid tunnel group, aborting...!\n",
		  { F30 } },
		{ "%ASA-5-713904: Group = 1.1.1.1, IP = 1.1.1.1, Received encrypted Oakley Main Mode packet with invalid payloads, MessID = 0\n",
		  { F27 } },
		{ "%ASA-3-713123: Group = 1.1.1.1, IP = 1.1.1.1, IKE lost contact with remote peer, deleting connection (keepalive type: DPD)\n",
		  { F08 } },
		{ "%ASA-4-750003: Local:1.1.1.1:500 Remote:2.2.2.2:500 Username:2.2.2.2 IKEv2 Negotiation aborted due to ERROR: Failed to find a matching policy\n",
		  { F20 } },
		{ "%ASA-4-750003: Local:1.1.1.1:500 Remote:2.2.2.2:500 IKEv2 Negotiation aborted due to ERROR: Failed to authenticate the IKE SA\n",
		  { F29 } },
		{ "%ASA-4-750003: Local:1.1.1.1:500 Remote:2.2.2.2:500 IKEv2 Negotiation aborted due to ERROR: Detected unsupported failover version\n",
		  { CLASS_NONE } },
		{ "%ASA-4-750003: Local:1.1.1.1:500 Remote:2.2.2.2:500 IKEv2 Negotiation aborted due to ERROR: Maximum number of retransmissions reached\n",
		  { F08 } },
		{ "IKEv2:(SESSION ID = 1,SA ID = 1):Auth exchange failed\n", { F29 } },
		{ "IKEv2:% IKEv2 profile not found\n", { F31 } },
		{ "IKEv2:(SESSION ID = 1,SA ID = 1):There was no IPSEC policy found for received TS\n",
		  { F45 } },
		{ "IKEv2:(SESSION ID = 1,SA ID = 1):Failed to find a matching policy\n",
		  { F20 } },
		{ "IKEv2-ERROR:(SESSION ID = 1,SA ID = 1):: Maximum number of retransmissions reached\n",
		  { F08 } },
		{ "IKEv2:% Matching peer block has no PSK configured\n", { F05 } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

static void a_log_that_was_retyped_is_read(void **state)
{
	static const struct log_case cases[] = {
		{ "Sending retransmit 2 of request message ID 0, seq 1\n"
		  "Sending packet: from 192.0.2.1[500] to 192.0.2.9[500] (180 bytes)\n"
		  "Sending retransmit 3 of request message ID 0, seq 1\n",
		  { F08, F13 } },
		{ "   constraint check failed: identity required\n", { F32, F33 } },
		{ "+no shared key found for 192.0.2.1 - 192.0.2.9\n", { F05 } },
		{ "IKE phase 1 negotiation is failed. Couldn\xe2\x80\x99t find configuration for "
		  "IKE phase-1 request for peer IP 192.0.2.9[500]\n",
		  { F17, F30 } },
		{ "022 \"a\": We cannot identify ourselves with either end of this connection.\n",
		  { F01, F58 } },
		{ "charon: 08[CFG] unable to install policy 10.0.0.0/8 === 10.9.0.0/16 out for "
		  "reqid 7, the same policy for reqid 5 exists\n",
		  { F53, F59 } },
		{ "%IPSEC/4/IPSECNEGOFAIL(l): IPSec tunnel negotiation fails. (Ifindex=7, SeqNum=1, "
		  "Reason=flow or peer mismatch, ReasonCode=4, PeerAddress=192.0.2.9)\n",
		  { F45 } },
		{ "IPSec tunnel negotiation fails. (SeqNum=1, Reason=phase1 proposal dh mismatch, "
		  "PeerAddress=192.0.2.9)\n",
		  { F22 } },
		{ "No IKE config found for 192.0.2.1...192.0.2.9, sending NO_PROPOSAL_CHOSEN\n",
		  { F01, F30 } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* Two transforms were refused, the third was not: why it stopped is what came later. */
static void what_sums_up_counts_where_no_cause_is_before_it(void **state)
{
	static const struct log_case cases[] = {
		{ "pluto[9]: \"a\"[1] 192.0.2.9 #1: responding to Main Mode from unknown peer\n"
		  "pluto[9]: \"a\"[1] 192.0.2.9 #1: Oakley Transform [AES_CBC (256), HMAC_SHA1, "
		  "DH20] refused\n"
		  "pluto[9]: \"a\"[1] 192.0.2.9 #1: STATE_MAIN_R1: sent MR1, expecting MI2\n"
		  "pluto[9]: \"a\"[1] 192.0.2.9 #1: retransmitting in response to duplicate "
		  "packet; already STATE_MAIN_R1\n",
		  { F10, F11, F15 } },
		{ "pluto[9]: \"a\"[1] 192.0.2.9 #1: STATE_MAIN_R2: sent MR2, expecting MI3\n"
		  "pluto[9]: \"a\"[1] 192.0.2.9 #1: STATE_MAIN_R2: retransmission; will wait "
		  "0.5 seconds for response\n",
		  { F10, F11 } },
		{ "%ASA-3-713061: Group = 192.0.2.9, IP = 192.0.2.9, Rejecting IPSec tunnel: no "
		  "matching crypto map entry for remote proxy 10.9.0.0/255.255.0.0 local proxy "
		  "10.1.0.0/255.255.0.0\n",
		  { F45, F46 } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* Half-open attempts of strangers are beside the attempt that failed for a reason. */
static void a_line_of_no_attempt_does_not_hide_the_fault(void **state)
{
	static const struct log_case cases[] = {
		{ "12[IKE] <a|1> no shared key found for 'a' - 'b'\n"
		  "05[NET] ignoring IKE_SA setup from 203.0.113.7, per-IP half-open IKE_SA limit of "
		  "5 reached\n",
		  { F05 } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* What was overcome, or only sent again, is not why it failed. */
static void what_was_overcome_is_not_the_cause(void **state)
{
	static const struct log_case cases[] = {
		{ "Jan  1 10:00:00 gw racoon: INFO: respond new phase 1 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:00 gw racoon: INFO: begin Identity Protection mode.\n"
		  "Jan  1 10:00:00 gw racoon: WARNING: No ID match.\n"
		  "Jan  1 10:00:00 gw racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-192.0.2.2[500] spi:1122334455667788:8877665544332211\n"
		  "Jan  1 10:00:01 gw racoon: INFO: respond new phase 2 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: pfs group mismatched: my:14 peer:2\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: not matched\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: no suitable policy found.\n",
		  { F42 } },
		{ "Jan  1 10:00:00 gw racoon: INFO: respond new phase 1 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:00 gw racoon: INFO: begin Identity Protection mode.\n"
		  "Jan  1 10:00:00 gw racoon: WARNING: unable to get certificate CRL(3) at depth:0 SubjectName:/C=DE/CN=b\n"
		  "Jan  1 10:00:00 gw racoon: WARNING: unable to get certificate CRL(3) at depth:1 SubjectName:/C=DE/CN=ca\n"
		  "Jan  1 10:00:00 gw racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-192.0.2.2[500] spi:1122334455667788:8877665544332211\n"
		  "Jan  1 10:00:01 gw racoon: INFO: respond new phase 2 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: failed to get sainfo.\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: failed to get sainfo.\n"
		  "Jan  1 10:00:01 gw racoon: ERROR: failed to pre-process packet.\n",
		  { F45, F46, F54 } },
		{ "06[NET] received packet: from 192.0.2.2[500] to 192.0.2.1[500] (464 bytes)\n"
		  "06[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]\n"
		  "06[IKE] 192.0.2.2 is initiating an IKE_SA\n"
		  "06[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]\n"
		  "07[ENC] parsed IKE_AUTH request 1 [ IDi IDr AUTH SA TSi TSr ]\n"
		  "07[CFG] looking for peer configs matching 192.0.2.1[a]...192.0.2.2[b]\n"
		  "07[CFG] selected peer config 'one'\n"
		  "07[IKE] authentication of 'b' with pre-shared key successful\n"
		  "07[CFG] constraint check failed: identity 'c' required \n"
		  "07[CFG] selected peer config 'one' unacceptable: non-matching authentication done\n"
		  "07[CFG] switching to peer config 'two'\n"
		  "07[IKE] authentication of 'a' (myself) with pre-shared key\n"
		  "07[IKE] IKE_SA two[1] established between 192.0.2.1[a]...192.0.2.2[b]\n"
		  "07[IKE] traffic selectors 10.1.0.0/16 === 10.9.0.0/16 unacceptable\n"
		  "07[IKE] failed to establish CHILD_SA, keeping IKE_SA\n"
		  "07[ENC] generating IKE_AUTH response 1 [ IDr AUTH N(TS_UNACCEPT) ]\n",
		  { F45, F46, F47, F50 } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "06[ENC] generating IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]\n"
		  "07[ENC] parsed IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) CERTREQ ]\n"
		  "07[IKE] establishing CHILD_SA net{1}\n"
		  "07[ENC] generating IKE_AUTH request 1 [ IDi CERT CERTREQ AUTH SA TSi TSr ]\n"
		  "08[ENC] parsed IKE_AUTH response 1 [ IDr CERT AUTH N(TS_UNACCEPT) ]\n"
		  "08[CFG]   using certificate \"C=DE, CN=b\"\n"
		  "08[CFG] no issuer certificate found for \"C=DE, CN=b\"\n"
		  "08[CFG]   issuer is \"C=DE, CN=old\"\n"
		  "08[CFG]   using trusted certificate \"C=DE, CN=b\"\n"
		  "08[IKE] authentication of 'C=DE, CN=b' with RSA_EMSA_PKCS1_SHA2_256 successful\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[C=DE, CN=a]...192.0.2.2[C=DE, CN=b]\n"
		  "08[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built\n"
		  "08[IKE] failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F45, F46, F47, F50 } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "06[ENC] generating IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]\n"
		  "07[ENC] parsed IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) CERTREQ ]\n"
		  "07[IKE] establishing CHILD_SA net{1}\n"
		  "07[ENC] generating IKE_AUTH request 1 [ IDi CERT CERTREQ AUTH SA TSi TSr ]\n"
		  "08[ENC] parsed IKE_AUTH response 1 [ IDr CERT AUTH N(TS_UNACCEPT) ]\n"
		  "08[CFG]   using certificate \"C=DE, CN=b\"\n"
		  "08[CFG]   reached end of incomplete trust chain for trusted certificate \"C=DE, CN=b\"\n"
		  "08[CFG]   issuer is \"C=DE, CN=old\"\n"
		  "08[CFG]   using trusted certificate \"C=DE, CN=b\"\n"
		  "08[IKE] authentication of 'C=DE, CN=b' with RSA_EMSA_PKCS1_SHA2_256 successful\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[C=DE, CN=a]...192.0.2.2[C=DE, CN=b]\n"
		  "08[IKE] received TS_UNACCEPTABLE notify, no CHILD_SA built\n"
		  "08[IKE] failed to establish CHILD_SA, keeping IKE_SA\n",
		  { F45, F46, F47, F50 } },
		{ "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: responding to Main Mode\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: STATE_MAIN_R1: sent MR1, expecting MI2\n"
		  "Jan  1 10:00:02 gw pluto[100]: \"site\" #1: retransmitting in response to duplicate packet; already STATE_MAIN_R1\n"
		  "Jan  1 10:00:03 gw pluto[100]: \"site\" #1: STATE_MAIN_R2: sent MR2, expecting MI3\n"
		  "Jan  1 10:00:03 gw pluto[100]: \"site\" #1: probable authentication failure (mismatch of preshared secrets?): malformed payload in packet\n",
		  { F27 } },
		{ "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: responding to Main Mode\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: STATE_MAIN_R1: sent MR1, expecting MI2\n"
		  "Jan  1 10:00:02 gw pluto[100]: \"site\" #1: STATE_MAIN_R1: retransmission; will wait 0.5 seconds for response\n"
		  "Jan  1 10:00:03 gw pluto[100]: \"site\" #1: STATE_MAIN_R2: sent MR2, expecting MI3\n"
		  "Jan  1 10:00:03 gw pluto[100]: \"site\" #1: probable authentication failure (mismatch of preshared secrets?): malformed payload in packet\n",
		  { F27 } },
		{ "Jan  1 10:00:00 gw racoon: INFO: respond new phase 1 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:00 gw racoon: INFO: begin Identity Protection mode.\n"
		  "Jan  1 10:00:05 gw racoon: NOTIFY: the packet is retransmitted by 192.0.2.2[500] (1).\n"
		  "Jan  1 10:00:06 gw racoon: ERROR: couldn't find the pskey for 192.0.2.2.\n",
		  { F05 } },
		{ "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: responding to Main Mode\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: STATE_MAIN_R3: sent MR3, ISAKMP SA established {auth=PRESHARED_KEY cipher=aes_256}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: responding to Quick Mode proposal {msgid:1}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: STATE_QUICK_R1: retransmission; will wait 0.5 seconds for response\n"
		  "Jan  1 10:00:02 gw pluto[100]: \"site\" #2: STATE_QUICK_R2: IPsec SA established tunnel mode {ESP=>0xc1234567 <0xc7654321}\n"
		  "Jan  1 11:00:02 gw pluto[100]: \"site\" #3: responding to Quick Mode proposal {msgid:2}\n"
		  "Jan  1 11:00:02 gw pluto[100]: \"site\" #3: cannot respond to IPsec SA request because no connection is known for 10.1.0.0/16===192.0.2.1[@a]...192.0.2.2[@b]===10.9.0.0/16\n",
		  { F46 } },
	};

	(void)state;
	ALL_ARE_ANSWERED(cases);
}

/* Also one that begins with a capital letter, which charon's own does not. */
static void a_line_is_quoted_as_it_stands(void **state)
{
	static const char line[] = "No shared key found for 192.0.2.1 - 192.0.2.9";
	struct log_reader *reader = log_reader_new();

	(void)state;
	log_reader_add(reader, line, strlen(line));
	log_reader_end(reader);
	assert_int_equal(reader->kind_count, 1);
	assert_string_equal(reader->kinds[0].last.quotes[0].text, line);
	log_reader_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strongswan_says_each_failure_of_its_source),
		cmocka_unit_test(racoon_pluto_and_fortigate_say_each_failure),
		cmocka_unit_test(junos_screenos_and_cisco_say_each_failure),
		cmocka_unit_test(a_log_that_was_retyped_is_read),
		cmocka_unit_test(what_sums_up_counts_where_no_cause_is_before_it),
		cmocka_unit_test(a_line_of_no_attempt_does_not_hide_the_fault),
		cmocka_unit_test(what_was_overcome_is_not_the_cause),
		cmocka_unit_test(a_line_is_quoted_as_it_stands),
	};

	return cmocka_run_group_tests_name("log/causes", tests, NULL, NULL);
}
