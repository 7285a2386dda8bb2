// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * healthy_test.c - claims: a log in which nothing is wrong names no fault
 *
 * Made-up lines: a tunnel that is up, and beside it what strangers send, what other
 * connections and other programs say, and words that deny a fault.
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

struct healthy_case {
	const char *log;
	bool is_healthy;	/* else the answer names nothing */
	enum class_id never[4]; /* of a healthy one; CLASS_NONE ends them */
};

static void is_not_blamed(const struct healthy_case *want)
{
	_cleanup_buf_ struct buf classes = { 0 };
	struct log_answer answer;
	struct log_reader *reader = read_answer(want->log, &answer, &classes);
	bool is_right;

	is_right = want->is_healthy ? answer.is_healthy : !answer.count;
	for (size_t i = 0; i < ARRAY_SIZE(want->never) && want->never[i]; i++)
		is_right &= !answer.may_be[want->never[i]];
	log_reader_free(reader);
	if (!is_right)
		fail_msg("%s: says %s", want->log, buf_text(&classes));
}

#define NONE_IS_BLAMED(cases)                          \
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) \
	is_not_blamed(&(cases)[i])

/* A peer is asked whether it lives, and answers late: the log begins after the tunnel did. */
static void a_request_that_was_answered_is_not_unanswered(void **state)
{
	static const struct healthy_case cases[] = {
		{ "06[IKE] <site|1> sending DPD request\n"
		  "06[ENC] <site|1> generating INFORMATIONAL request 7 [ ]\n"
		  "06[IKE] <site|1> retransmit 1 of request with message ID 7\n"
		  "06[IKE] <site|1> retransmit 2 of request with message ID 7\n"
		  "06[ENC] <site|1> parsed INFORMATIONAL response 7 [ ]\n",
		  false,
		  { CLASS_NONE } },
		{ "06[IKE] retransmit 2 of request with message ID 12\n"
		  "06[IKE] retransmit 3 of request with message ID 12\n",
		  false,
		  { CLASS_NONE } },
		{ "06[ENC] generating IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]\n"
		  "06[IKE] retransmit 1 of request with message ID 1\n"
		  "06[IKE] retransmit 2 of request with message ID 1\n"
		  "06[ENC] parsed IKE_AUTH response 1 [ EF(1/2) ]\n",
		  false,
		  { CLASS_NONE } },
	};

	(void)state;
	NONE_IS_BLAMED(cases);
}

/* The whole Internet may send to a gateway; what it sends is no fault of the tunnel. */
static void a_stranger_is_no_fault_of_a_tunnel(void **state)
{
	static const struct healthy_case cases[] = {
		{ "ike 0:site:1: initiator: main mode is sending 1st message...\n"
		  "ike 0:site:1: sent IKE msg (ident_i1send): 192.0.2.1:500->192.0.2.2:500, len=200\n"
		  "ike 0:site:1: PSK authentication succeeded\n"
		  "ike 0:site:1: authentication OK\n"
		  "ike 0:site:1: established IKE SA 1122334455667788/8877665544332211\n"
		  "ike 0:site:1:net:2: added IPsec SA: SPIs=c1234567/c7654321\n"
		  "ike 0:site: link is idle 5 192.0.2.1->192.0.2.2:0 dpd=1 seqno=1\n"
		  "ike 0:site:1: send IKEv1 DPD probe, seqno 1\n"
		  "ike 0:site: link fail 5 192.0.2.1->192.0.2.2:0 dpd=1\n"
		  "ike 0:site:1: sent IKE msg (R-U-THERE): 192.0.2.1:500->192.0.2.2:500, len=92\n"
		  "ike 0:site:1: notify msg received: R-U-THERE-ACK\n"
		  "ike 0: unknown SPI e8f2b0c1 5 198.51.100.9:500->192.0.2.1\n",
		  true,
		  { F57 } },
		{ "Jan  1 10:00:00.000: ISAKMP:(0): beginning Main Mode exchange\n"
		  "Jan  1 10:00:00.000: ISAKMP:(0): retransmitting phase 1 MM_NO_STATE...\n"
		  "Jan  1 10:00:00.100: ISAKMP:(0):atts are acceptable. Next payload is 0\n"
		  "Jan  1 10:00:00.200: ISAKMP:(1001):SA has been authenticated with 192.0.2.2\n"
		  "Jan  1 10:00:00.200: ISAKMP:(1001):Old State = IKE_I_MM5  New State = IKE_P1_COMPLETE\n"
		  "Jan  1 10:00:00.300: ISAKMP:(1001):beginning Quick Mode exchange, M-ID of 1234\n"
		  "Jan  1 10:00:00.300: ISAKMP:(1001): retransmitting phase 2 QM_IDLE 1234 ...\n"
		  "Jan  1 10:00:00.400: ISAKMP:(1001):Old State = IKE_QM_I_QM1  New State = IKE_QM_PHASE2_COMPLETE\n"
		  "Jan  1 11:00:00.400: %CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=192.0.2.1, prot=50, spi=0x1234, srcaddr=198.51.100.9\n",
		  true,
		  { CLASS_NONE } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[a]...192.0.2.2[b]\n"
		  "08[IKE] CHILD_SA net{1} established with SPIs c1234567_i c7654321_o and TS "
		  "10.1.0.0/16 === 10.2.0.0/16\n"
		  "09[NET] received unsupported IKE version 1.0 from 198.51.100.77, sending "
		  "INVALID_MAJOR_VERSION\n",
		  true,
		  { F17 } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "07[IKE] authentication of 'a' (myself) with pre-shared key\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[a]...192.0.2.2[b]\n"
		  "08[IKE] CHILD_SA net{1} established with SPIs c1234567_i c7654321_o and TS "
		  "10.1.0.0/16 === 10.2.0.0/16\n"
		  "11[IKE] no IKE config found for 192.0.2.1...198.51.100.77, sending "
		  "NO_PROPOSAL_CHOSEN\n",
		  true,
		  { F30 } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "07[IKE] authentication of 'a' (myself) with pre-shared key\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[a]...192.0.2.2[b]\n"
		  "08[IKE] CHILD_SA net{1} established with SPIs c1234567_i c7654321_o and TS "
		  "10.1.0.0/16 === 10.2.0.0/16\n"
		  "10[CFG]   self-signed certificate \"C=DE, CN=x\" is not trusted\n",
		  true,
		  { F36 } },
		{ "Jan  1 10:00:00 gw pluto[100]: \"site\": added IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiating IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_SA_INIT request to 192.0.2.2:500\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@b'\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: initiator established Child SA using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xc1234567 <0xc7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n"
		  "Jan  1 11:00:02 gw pluto[100]: ERROR: asynchronous network error report on eth0 (192.0.2.1:500) for message to 198.51.100.9 port 500, complainant 198.51.100.9: Connection refused [errno 111, origin ICMP type 3 code 3 (not authenticated)]\n",
		  true,
		  { F09 } },
		{ "Jan  1 10:00:00 gw racoon: INFO: initiate new phase 1 negotiation: 192.0.2.1[500]<=>192.0.2.2[500]\n"
		  "Jan  1 10:00:00 gw racoon: INFO: begin Identity Protection mode.\n"
		  "Jan  1 10:00:00 gw racoon: INFO: ISAKMP-SA established 192.0.2.1[500]-192.0.2.2[500] spi:1122334455667788:8877665544332211\n"
		  "Jan  1 10:00:01 gw racoon: INFO: IPsec-SA established: ESP/Tunnel 192.0.2.2[0]->192.0.2.1[0] spi=123456789(0x75bcd15)\n"
		  "Jan  1 11:00:01 gw racoon: ERROR: no configuration found for 198.51.100.77.\n"
		  "Jan  1 11:00:01 gw racoon: ERROR: failed to begin ipsec sa negotication.\n",
		  true,
		  { F30 } },
	};

	(void)state;
	NONE_IS_BLAMED(cases);
}

/* It runs on without IPv6; and the line may be of any program. */
static void a_port_that_another_has_does_not_stop_the_daemon(void **state)
{
	static const char log[] =
		"charon: 00[DMN] Starting IKE charon daemon (strongSwan 5.9.8, Linux 5.15.0)\n"
		"charon: 00[NET] unable to bind socket: Address already in use\n"
		"charon: 00[NET] could not open IPv6 socket, IPv6 disabled\n"
		"charon: 05[CFG] added vici connection: site\n";
	struct log_reader *reader = log_reader_new();

	(void)state;
	log_reader_add(reader, log, strlen(log));
	log_reader_end(reader);
	assert_int_equal(reader->kind_count, 0);
	assert_true(reader->has_loaded);
	log_reader_free(reader);
}

static void a_connection_of_another_name_is_no_fault_of_the_tunnel(void **state)
{
	static const struct healthy_case cases[] = {
		{ "Jan  1 10:00:00 gw pluto[100]: \"backup\": unoriented connection\n"
		  "Jan  1 10:00:00 gw pluto[100]: \"site\": added IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiating IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_SA_INIT request to 192.0.2.2:500\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@b'\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: initiator established Child SA using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xc1234567 <0xc7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n",
		  true,
		  { F01 } },
		{ "Jan  1 10:00:00 gw pluto[100]: \"private-or-clear\": does not match left or right; not oriented\n"
		  "Jan  1 10:00:00 gw pluto[100]: \"site\": added IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiating IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_SA_INIT request to 192.0.2.2:500\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@b'\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: initiator established Child SA using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xc1234567 <0xc7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n",
		  true,
		  { F01 } },
		{ "Jan  1 10:00:00 gw pluto[100]: \"site\": added IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiating IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_SA_INIT request to 192.0.2.2:500\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@b'\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: initiator established Child SA using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xc1234567 <0xc7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n"
		  "Jan  1 11:00:02 gw pluto[100]: \"other\": connection is not oriented\n",
		  true,
		  { F01 } },
	};

	(void)state;
	NONE_IS_BLAMED(cases);
}

static void what_proves_no_fault_leaves_a_tunnel_up(void **state)
{
	static const struct healthy_case cases[] = {
		{ "Jan  1 10:00:00 gw pluto[100]: \"site\": added IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiating IKEv2 connection\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_SA_INIT request to 192.0.2.2:500\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #1: initiator established IKE SA; authenticated peer using authby=secret and ID_FQDN '@b'\n"
		  "Jan  1 10:00:01 gw pluto[100]: \"site\" #2: initiator established Child SA using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xc1234567 <0xc7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n"
		  "Jan  1 11:00:02 gw pluto[100]: ERROR: asynchronous network error report on eth0 (192.0.2.1:4500) for message to 192.0.2.2 port 4500, complainant 192.0.2.1: No route to host [errno 113, origin ICMP type 3 code 1 (not authenticated)]\n"
		  "Jan  1 11:01:02 gw pluto[100]: \"site\" #3: initiating rekey to replace Child SA #2 using IKE SA #1\n"
		  "Jan  1 11:02:02 gw pluto[100]: \"site\" #3: initiator rekeyed Child SA #2 using #1; IPsec tunnel [10.1.0.0/16===10.2.0.0/16] {ESP/ESN=>0xd1234567 <0xd7654321 xfrm=AES_GCM_16_256-NONE DPD=passive}\n",
		  true,
		  { CLASS_NONE } },
		{ "Jan  1 10:00:00.000: ISAKMP:(0): beginning Main Mode exchange\n"
		  "Jan  1 10:00:00.000: ISAKMP:(0): retransmitting phase 1 MM_NO_STATE...\n"
		  "Jan  1 10:00:00.100: ISAKMP:(0):atts are acceptable. Next payload is 0\n"
		  "Jan  1 10:00:00.200: ISAKMP:(1001):SA has been authenticated with 192.0.2.2\n"
		  "Jan  1 10:00:00.200: ISAKMP:(1001):Old State = IKE_I_MM5  New State = IKE_P1_COMPLETE\n"
		  "Jan  1 10:00:00.300: ISAKMP:(1001):beginning Quick Mode exchange, M-ID of 1234\n"
		  "Jan  1 10:00:00.300: ISAKMP:(1001): retransmitting phase 2 QM_IDLE 1234 ...\n"
		  "Jan  1 10:00:00.400: ISAKMP:(1001):Old State = IKE_QM_I_QM1  New State = IKE_QM_PHASE2_COMPLETE\n"
		  "Jan  1 11:00:00.400: %CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.77 failed its sanity check or is malformed\n",
		  true,
		  { CLASS_NONE } },
		{ "06[IKE] initiating IKE_SA site[1] to 192.0.2.2\n"
		  "08[IKE] IKE_SA site[1] established between 192.0.2.1[a]...192.0.2.2[b]\n"
		  "08[IKE] CHILD_SA net{1} established with SPIs c1234567_i c7654321_o and TS "
		  "10.1.0.0/16 === 10.2.0.0/16\n"
		  "10[IKE] EAP-MS-CHAPv2 verification failed, retry (1)\n"
		  "10[IKE] ignoring IKE_SA setup from 203.0.113.9, half open IKE_SA count of 30, "
		  "limit 10 exceeded\n",
		  true,
		  { CLASS_NONE } },
	};

	(void)state;
	NONE_IS_BLAMED(cases);
}

/* Words that deny a fault, count, or are of something else. */
static void what_no_fault_is_said_of_is_none(void **state)
{
	static const struct healthy_case cases[] = {
		{ "2024-01-01 10:00:00 IKE: tunnel office: retransmission 0 of max 5\n"
		  "2024-01-01 10:00:01 IKE: Phase 1 established with 192.0.2.2\n"
		  "2024-01-01 10:00:02 IKE: Phase 2 established, tunnel office up\n",
		  true,
		  { CLASS_NONE } },
		{ "2024-01-01 10:00:01 IKE: Phase 1 established with 192.0.2.2\n"
		  "2024-01-01 10:00:02 IKE: Phase 2 established, tunnel office up\n"
		  "2024-01-01 11:00:02 ipsec: Certificate of peer is not expired, 30 days left\n",
		  true,
		  { CLASS_NONE } },
		{ "2024-01-01 10:00:01 IKE: Phase 1 established with 192.0.2.2\n"
		  "2024-01-01 10:00:02 IKE: Phase 2 established, tunnel office up\n"
		  "2024-01-01 11:00:02 VPN: DPD: set retry count 5, timeout 30\n",
		  true,
		  { CLASS_NONE } },
		{ "2024-01-01 10:00:01 switch: VLAN ID mismatch on port 3, VPN VLAN\n"
		  "2024-01-01 11:00:02 VPN: Message ID mismatch, packet dropped\n",
		  false,
		  { CLASS_NONE } },
		{ "2024-01-01 10:00:00 IKE: Certificate will be expired in 30 days\n"
		  "2024-01-01 10:00:01 IKE: Phase 1 established with 192.0.2.2\n"
		  "2024-01-01 10:00:02 IKE: Phase 2 established, tunnel office up\n",
		  true,
		  { CLASS_NONE } },
		{ "IKE daemon: Dead peer detection: enabled, interval 10; dead peer action restart\n"
		  "IKE daemon: IKE SA office established\n"
		  "IKE daemon: IPsec SA office established\n",
		  true,
		  { CLASS_NONE } },
		{ "IKE daemon: IKE SA office established\n"
		  "IKE daemon: IPsec SA office established\n"
		  "IKE daemon: certificate of CA is not expired, valid\n"
		  "IKE daemon: CRL: certificate cn=other is expired (not used)\n",
		  true,
		  { CLASS_NONE } },
		{ "IKE daemon: IKE SA office established\n"
		  "IKE daemon: IPsec SA office established\n"
		  "IKE daemon: certificate check: no network mismatch, no algorithm mismatch, PSK ok\n",
		  true,
		  { CLASS_NONE } },
		{ "IKE daemon: IKE SA office established\n"
		  "IKE daemon: IPsec SA office established\n"
		  "IKE daemon: liveness: retry 1, timeout 10\n"
		  "IKE daemon: liveness: answer received\n",
		  true,
		  { CLASS_NONE } },
		{ "2024-01-01 10:00:00 info vpn office ike-nego-p1-succ IKE phase-1 negotiation is succeeded as initiator, main mode. Established SA: 192.0.2.1[500]-192.0.2.2[500] cookie:1122334455667788:8877665544332211 lifetime 28800 Sec.\n"
		  "2024-01-01 10:00:01 info vpn office ike-nego-p2-succ IKE phase-2 negotiation is succeeded as initiator, quick mode. Established SA: 192.0.2.1[500]-192.0.2.2[500] message id:0x1, SPI:0xc1234567/0xc7654321.\n"
		  "2024-01-01 10:00:01 info vpn office ipsec-key-install IPSec key installed. Installed SA: 192.0.2.1[500]-192.0.2.2[500] SPI:0xc1234567/0xc7654321 lifetime 3600 Sec lifesize unlimited.\n"
		  "2024-01-01 11:00:01 info vpn office ipsec-key-expire IPSec key lifetime expired. Expired SA: 192.0.2.1[500]-192.0.2.2[500] SPI:0xc1234567/0xc7654321.\n"
		  "2024-01-01 11:00:01 info vpn office ike-send-p2-delete IKE protocol phase-2 SA delete message sent to peer. SPI:0xc1234567.\n"
		  "2024-01-01 11:00:01 info vpn office ike-nego-p2-succ IKE phase-2 negotiation is succeeded as initiator, quick mode. Established SA: 192.0.2.1[500]-192.0.2.2[500] message id:0x2, SPI:0xd1234567/0xd7654321.\n",
		  true,
		  { CLASS_NONE } },
	};

	(void)state;
	NONE_IS_BLAMED(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_that_was_answered_is_not_unanswered),
		cmocka_unit_test(a_stranger_is_no_fault_of_a_tunnel),
		cmocka_unit_test(a_port_that_another_has_does_not_stop_the_daemon),
		cmocka_unit_test(a_connection_of_another_name_is_no_fault_of_the_tunnel),
		cmocka_unit_test(what_proves_no_fault_leaves_a_tunnel_up),
		cmocka_unit_test(what_no_fault_is_said_of_is_none),
	};

	return cmocka_run_group_tests_name("log/healthy", tests, NULL, NULL);
}
