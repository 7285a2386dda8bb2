// SPDX-License-Identifier: GPL-2.0-or-later
/* log_test.c - lines that strongSwan 5.9.8 wrote in our lab (devices.md §5.3) */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "charon/log.h"

static void assert_span(const struct charon_log_span *span, const char *text)
{
	if (!text) {
		assert_null(span->s);
		return;
	}
	assert_non_null(span->s);
	assert_int_equal(span->length, strlen(text));
	assert_memory_equal(span->s, text, span->length);
}

static void a_line_has_time_thread_subsystem_and_connection(void **state)
{
	static const char text[] = "2026-11-21 20:10:19.340 12[IKE] <acme|1> initiating "
				   "Aggressive Mode IKE_SA acme[1] to 7.7.7.7\n";
	struct charon_log_line line;

	(void)state;
	assert_int_equal(charon_log_parse(text, sizeof(text) - 1, &line), 0);
	assert_true(line.time_us == INT64_C(1795291819340000));
	assert_int_equal(line.thread, 12);
	assert_string_equal(line.subsystem, "IKE");
	assert_span(&line.connection, "acme");
	assert_int_equal(line.unique_id, 1);
	assert_span(&line.message,
		    "initiating Aggressive Mode IKE_SA acme[1] to 7.7.7.7");
}

static void time_and_connection_may_be_missing(void **state)
{
	static const struct {
		const char *text;
		const char *connection;
		unsigned int id;
		const char *message;
	} cases[] = {
		{ "07[CFG] <5> no peer config found", NULL, 5, "no peer config found" },
		{ "07[CFG] <a|b|5> x", "a|b", 5, "x" },
		{ "07[CFG] <none> x", NULL, 0, "<none> x" },
		{ "07[CFG] <a|> x", NULL, 0, "<a|> x" },
		{ "07[CFG] <a|5", NULL, 0, "<a|5" },
		{ "07[CFG] ", NULL, 0, "" },
		{ "00[DMN] signal of type SIGINT", NULL, 0, "signal of type SIGINT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct charon_log_line line;

		assert_int_equal(
			charon_log_parse(cases[i].text, strlen(cases[i].text), &line), 0);
		assert_true(line.time_us == -1);
		assert_span(&line.connection, cases[i].connection);
		assert_int_equal(line.unique_id, cases[i].id);
		assert_span(&line.message, cases[i].message);
	}
}

static void other_lines_are_no_log_lines(void **state)
{
	static const char *const texts[] = {
		"",
		"12",
		"12[IKE]",
		"12[ike] x",
		"[IKE] x",
		"no such file",
		"2026-11-21 20:10:19.340",
		"2026-13-21 20:10:19.340 12[IKE] x",
		"2026-11-21 20:10:19.340 12[IKEV] x",
	};
	struct charon_log_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(charon_log_parse(texts[i], strlen(texts[i]), &line),
				 -EINVAL);
}

static const struct {
	const char *message;
	enum charon_log_fact fact;
	const char *capture[CHARON_LOG_CAPTURES];
} samples[] = {
	{ "initiating Main Mode IKE_SA s2s[1] to 7.7.7.7",
	  CHARON_LOG_INITIATING,
	  { "Main", "7.7.7.7" } },
	{ "initiating IKE_SA s2s[1] to 7.7.7.7",
	  CHARON_LOG_INITIATING,
	  { "IKE_SA", "7.7.7.7" } },
	{ "203.0.113.56 is initiating a Aggressive Mode IKE_SA",
	  CHARON_LOG_RESPONDING,
	  { "203.0.113.56", "Aggressive" } },
	{ "203.0.113.56 is initiating an IKE_SA",
	  CHARON_LOG_RESPONDING,
	  { "203.0.113.56", "IKE_SA" } },
	{ "selected proposal: IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024",
	  CHARON_LOG_PROPOSAL_SELECTED,
	  { "IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024" } },
	{ "IKE_SA acme[1] established between 203.0.113.56[bratwurst]...7.7.7.7[7.7.7.7]",
	  CHARON_LOG_IKE_ESTABLISHED,
	  { "203.0.113.56[bratwurst]", "7.7.7.7[7.7.7.7]" } },
	{ "CHILD_SA acme_lan{1} established with SPIs 5875505c_i f34be100_o and TS "
	  "192.168.2.64/26 === 10.1.2.0/24",
	  CHARON_LOG_CHILD_ESTABLISHED,
	  { "acme_lan{1}", "5875505c", "f34be100", "192.168.2.64/26 === 10.1.2.0/24" } },
	{ "closing CHILD_SA acme_lan{1} with SPIs 5875505c_i (168 bytes) f34be100_o (0 "
	  "bytes)"
	  " and TS 192.168.2.64/26 === 10.1.2.0/24",
	  CHARON_LOG_CHILD_CLOSED,
	  { "acme_lan{1}", "5875505c", "f34be100" } },
	{ "deleting IKE_SA acme[1] between 203.0.113.56[bratwurst]...7.7.7.7[7.7.7.7]",
	  CHARON_LOG_IKE_DELETED,
	  { "acme[1]" } },
	{ "detected rekeying of CHILD_SA home-vpn_10{1}",
	  CHARON_LOG_REKEYED,
	  { "home-vpn_10{1}" } },
	{ "received proposals: IKE:DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_768",
	  CHARON_LOG_PROPOSALS_RECEIVED,
	  { "IKE:DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_768" } },
	{ "configured proposals: ESP:AES_CBC_128/HMAC_SHA1_96/MODP_1024/NO_EXT_SEQ",
	  CHARON_LOG_PROPOSALS_CONFIGURED,
	  { "ESP:AES_CBC_128/HMAC_SHA1_96/MODP_1024/NO_EXT_SEQ" } },
	{ "no proposal found", CHARON_LOG_NO_PROPOSAL, { NULL } },
	{ "no matching proposal found, sending NO_PROPOSAL_CHOSEN",
	  CHARON_LOG_NO_CHILD_PROPOSAL,
	  { NULL } },
	{ "configured DH group MODP_NONE not supported",
	  CHARON_LOG_DH_UNSUPPORTED,
	  { "MODP_NONE" } },
	{ "DH group MODP_1024 unacceptable, requesting MODP_2048",
	  CHARON_LOG_DH_UNACCEPTABLE,
	  { "MODP_1024", "MODP_2048" } },
	/* strongSwan 6.0 */
	{ "negotiated key exchange method MODP_2048 not supported",
	  CHARON_LOG_DH_UNSUPPORTED,
	  { "MODP_2048" } },
	{ "key exchange method ECP_256 unacceptable, requesting MODP_2048",
	  CHARON_LOG_DH_UNACCEPTABLE,
	  { "ECP_256", "MODP_2048" } },
	{ "ENCRYPTION_ALGORITHM 3DES_CBC (key size 0) not supported!",
	  CHARON_LOG_CIPHER_UNSUPPORTED,
	  { "3DES_CBC (key size 0)" } },
	{ "CHILD_SA rekeying failed, trying again in 11 seconds",
	  CHARON_LOG_REKEY_FAILED,
	  { NULL } },
	{ "invalid DH public value size (192 bytes) for MODP_2048",
	  CHARON_LOG_KE_OTHER_GROUP,
	  { "192", "MODP_2048" } },
	{ "KDF_PRF with PRF_HMAC_SHA1 not supported",
	  CHARON_LOG_KDF_UNSUPPORTED,
	  { "PRF_HMAC_SHA1" } },
	{ "no IKE config found for 7.7.7.7...203.0.113.56, sending NO_PROPOSAL_CHOSEN",
	  CHARON_LOG_NO_IKE_CONFIG,
	  { "7.7.7.7", "203.0.113.56" } },
	{ "no peer config found", CHARON_LOG_NO_PEER_CONFIG, { NULL } },
	{ "looking for pre-shared key peer configs matching "
	  "7.7.7.7...203.0.113.56[knackwurst]",
	  CHARON_LOG_LOOKING_FOR_PEER,
	  { "7.7.7.7...203.0.113.56[knackwurst]" } },
	{ "found 1 matching config, but none allows pre-shared key authentication using "
	  "Aggressive Mode",
	  CHARON_LOG_MODE_REFUSED,
	  { "Aggressive" } },
	{ "Aggressive Mode PSK disabled for security reasons",
	  CHARON_LOG_AGGRESSIVE_DISABLED,
	  { NULL } },
	{ "  remote id match: 0 (ID_KEY_ID: 62:72:61:74)",
	  CHARON_LOG_ID_MATCH,
	  { "remote", "0", "ID_KEY_ID", "62:72:61:74" } },
	{ "  local id match: 1 (ID_ANY)",
	  CHARON_LOG_ID_MATCH,
	  { "local", "1", "ID_ANY" } },
	{ "IDir 'x' does not match to 'y'", CHARON_LOG_PEER_ID_DIFFERS, { "x", "y" } },
	{ "no shared key found for 'b'[7.7.7.7] - 'a'[203.0.113.56]",
	  CHARON_LOG_NO_SHARED_KEY,
	  { "'b'[7.7.7.7]", "'a'[203.0.113.56]" } },
	{ "calculated HASH does not match HASH payload",
	  CHARON_LOG_HASH_WRONG,
	  { NULL } },
	{ "invalid ID_V1 payload length, decryption failed?",
	  CHARON_LOG_DECRYPT_FAILED,
	  { "ID_V1" } },
	{ "tried 1 shared key for 'b' - 'a', but MAC mismatched",
	  CHARON_LOG_MAC_MISMATCH,
	  { "1", "b", "a" } },
	{ "authentication of 'a' (myself) failed", CHARON_LOG_AUTH_OF_FAILED, { "a" } },
	{ "no matching CHILD_SA config found for 192.168.1.0/24 === 192.168.8.0/24",
	  CHARON_LOG_NO_CHILD_CONFIG,
	  { "192.168.1.0/24", "192.168.8.0/24" } },
	{ "traffic selectors 10.1.2.0/24 === 10.9.0.0/16 unacceptable",
	  CHARON_LOG_TS_UNACCEPTABLE,
	  { "10.1.2.0/24", "10.9.0.0/16" } },
	{ "no matching outbound IPsec policy for 203.0.113.56 == 10.1.2.42 [1]",
	  CHARON_LOG_POLICY_OUT_MISSING,
	  { "203.0.113.56", "10.1.2.42" } },
	{ "discarding inbound IP packet 10.1.3.1 == 192.168.2.100 [6] due to policy",
	  CHARON_LOG_POLICY_IN_VIOLATED,
	  { "10.1.3.1", "192.168.2.100" } },
	{ "could not find an outbound IPsec SA for reqid {1}, dropping packet",
	  CHARON_LOG_NO_OUTBOUND_SA,
	  { NULL } },
	{ "received NO_PROPOSAL_CHOSEN error notify",
	  CHARON_LOG_NOTIFY_RECEIVED,
	  { "NO_PROPOSAL_CHOSEN" } },
	{ "received AUTHENTICATION_FAILED notify error",
	  CHARON_LOG_NOTIFY_RECEIVED,
	  { "AUTHENTICATION_FAILED" } },
	{ "destroying duplicate IKE_SA for peer 'bratwurst', received INITIAL_CONTACT",
	  CHARON_LOG_INITIAL_CONTACT,
	  { "bratwurst" } },
	{ "sending retransmit 2 of request message ID 0, seq 1",
	  CHARON_LOG_RETRANSMIT,
	  { "2", "0" } },
	{ "retransmit 2 of request with message ID 0",
	  CHARON_LOG_RETRANSMIT,
	  { "2", "0" } },
	{ "giving up after 5 retransmits", CHARON_LOG_GAVE_UP, { "5" } },
	{ "establishing IKE_SA failed, peer not responding",
	  CHARON_LOG_PEER_SILENT,
	  { NULL } },
	{ "received retransmit of request with ID 0, retransmitting response",
	  CHARON_LOG_RETRANSMIT_RECEIVED,
	  { NULL } },
	{ "deleting half open IKE_SA with 203.0.113.56 after timeout",
	  CHARON_LOG_HALF_OPEN_DELETED,
	  { "203.0.113.56" } },
	{ "DPD check timed out, enforcing DPD action", CHARON_LOG_DPD_TIMEOUT, { NULL } },
	{ "ignoring QUICK_MODE request while phase 1 is incomplete",
	  CHARON_LOG_QUICK_MODE_EARLY,
	  { NULL } },
	{ "resolving 'fw.acme.inc' failed: Name or service not known",
	  CHARON_LOG_RESOLVE_FAILED,
	  { "fw.acme.inc" } },
	{ "unable to resolve fw.acme.inc, initiate aborted",
	  CHARON_LOG_INITIATE_ABORTED,
	  { "fw.acme.inc" } },
	{ "received lifetime 28800s does not match configured lifetime 3600s",
	  CHARON_LOG_LIFETIME_DIFFERS,
	  { "28800", "3600" } },
	{ "received 3600s lifetime, configured 1200s",
	  CHARON_LOG_CHILD_LIFETIME_DIFFERS,
	  { "3600", "1200" } },
	{ "peer did not accept our IPComp proposal, IPComp disabled",
	  CHARON_LOG_IPCOMP_REFUSED,
	  { NULL } },
	{ "DPD not supported by peer, disabled", CHARON_LOG_DPD_UNSUPPORTED, { NULL } },
	{ "remote host is behind NAT", CHARON_LOG_BEHIND_NAT, { "remote" } },
	{ "local host is behind NAT, sending keep alives",
	  CHARON_LOG_BEHIND_NAT,
	  { "local" } },
	{ "canceling Main Mode due to uniqueness policy",
	  CHARON_LOG_UNIQUENESS,
	  { "Main Mode" } },
	{ "algorithm '2' not recognized", CHARON_LOG_ALG_UNKNOWN, { "2" } },
	{ "skipped invalid proposal string: aes128-sha1-2",
	  CHARON_LOG_PROPOSAL_SKIPPED,
	  { "aes128-sha1-2" } },
	{ "loading connection 's2s' failed: invalid value for: proposals, config "
	  "discarded",
	  CHARON_LOG_CONFIG_DISCARDED,
	  { "proposals" } },
	{ "local/remote traffic selector missing in configuration",
	  CHARON_LOG_TS_MISSING,
	  { "local/remote" } },
	{ "updown: line 16: status 1", CHARON_LOG_UPDOWN_LINE, { "16" } },
	{ "updown: up-client ended with status 1", CHARON_LOG_UPDOWN_ENDED, { "1" } },
	{ "updown: Device \"x\" does not exist.",
	  CHARON_LOG_UPDOWN_SAID,
	  { "Device \"x\" does not exist." } },
	{ "unable to install inbound and outbound IPsec SA (SAD) in kernel",
	  CHARON_LOG_KERNEL_SAD_FAILED,
	  { NULL } },
	{ "unable to install IPsec policies (SPD) in kernel",
	  CHARON_LOG_KERNEL_SPD_FAILED,
	  { NULL } },
	{ "received netlink error: Protocol not supported (93)",
	  CHARON_LOG_KERNEL_NETLINK_ERROR,
	  { "Protocol not supported (93)" } },
	{ "error installing route with policy 192.168.2.64/26 === 10.1.2.0/24 out",
	  CHARON_LOG_ROUTE_FAILED,
	  { "192.168.2.64/26 === 10.1.2.0/24 out" } },
	{ "plugin 'kernel-libipsec': failed to load - kernel_libipsec_plugin_create "
	  "not found and no plugin file available",
	  CHARON_LOG_PLUGIN_FAILED,
	  { "kernel-libipsec" } },
};

static void every_sample_is_recognised_with_its_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct charon_log_span message = { samples[i].message,
						   strlen(samples[i].message) };
		struct charon_log_match match;

		if (!charon_log_match(&message, &match))
			fail_msg("not recognised: %s", samples[i].message);
		if (match.fact != samples[i].fact)
			fail_msg("%s: taken for %s", samples[i].message,
				 charon_log_fact_name(match.fact));
		for (size_t j = 0; j < CHARON_LOG_CAPTURES; j++)
			assert_span(&match.capture[j], samples[i].capture[j]);
	}
}

static void every_fact_has_a_sample_and_a_name(void **state)
{
	(void)state;
	for (int fact = CHARON_LOG_NONE + 1; fact < CHARON_LOG_FACT_COUNT; fact++) {
		bool has_sample = false;

		for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
			has_sample = has_sample || (int)samples[i].fact == fact;
		if (!has_sample)
			fail_msg("no sample of %s", charon_log_fact_name(fact));
		assert_non_null(charon_log_fact_name(fact));
	}
}

static void other_messages_mean_nothing(void **state)
{
	static const char *const messages[] = {
		"",
		"x",
		"no peer config found, but",
		" no peer config found",
		"received packet: from 7.7.7.7[500] to 203.0.113.56[500] (388 bytes)",
		"received XAuth vendor ID",
		"generating QUICK_MODE request 2375340218 [ HASH SA No KE ID ID ]",
	};
	struct charon_log_match match;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		struct charon_log_span message = { messages[i], strlen(messages[i]) };

		if (charon_log_match(&message, &match))
			fail_msg("'%s' taken for %s", messages[i],
				 charon_log_fact_name(match.fact));
	}
}

static void lines_cut_or_flipped_anywhere_never_crash(void **state)
{
	static const char text[] =
		"2026-11-21 20:10:19.340 12[CFG] <acme|1> IDir 'x' does not "
		"match to 'y'";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		char _cleanup_free_ *copy = malloc(length + 1); /* exact for ASan */
		struct charon_log_line line;
		struct charon_log_match match;

		memcpy(copy, text, length);
		if (charon_log_parse(copy, length, &line) == 0)
			(void)charon_log_match(&line.message, &match);
		for (size_t at = 0; at < length; at++) {
			copy[at] = (char)(copy[at] ^ 0x55);
			if (charon_log_parse(copy, length, &line) == 0)
				(void)charon_log_match(&line.message, &match);
			copy[at] = (char)(copy[at] ^ 0x55);
		}
	}
}

static void only_the_simulators_own_trouble_is_ours(void **state)
{
	(void)state;
	assert_true(charon_log_fact_is_ours(CHARON_LOG_KERNEL_SAD_FAILED));
	assert_true(charon_log_fact_is_ours(CHARON_LOG_PLUGIN_FAILED));
	assert_true(charon_log_fact_is_ours(CHARON_LOG_KDF_UNSUPPORTED));
	assert_false(charon_log_fact_is_ours(CHARON_LOG_CONFIG_DISCARDED));
	assert_false(charon_log_fact_is_ours(CHARON_LOG_NO_PROPOSAL));
	assert_false(charon_log_fact_is_ours(CHARON_LOG_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_time_thread_subsystem_and_connection),
		cmocka_unit_test(time_and_connection_may_be_missing),
		cmocka_unit_test(other_lines_are_no_log_lines),
		cmocka_unit_test(every_sample_is_recognised_with_its_values),
		cmocka_unit_test(every_fact_has_a_sample_and_a_name),
		cmocka_unit_test(other_messages_mean_nothing),
		cmocka_unit_test(lines_cut_or_flipped_anywhere_never_crash),
		cmocka_unit_test(only_the_simulators_own_trouble_is_ours),
	};

	return cmocka_run_group_tests_name("charon/log", tests, NULL, NULL);
}
