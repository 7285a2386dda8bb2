// SPDX-License-Identifier: GPL-2.0-or-later
/* log_test.c - claims: a log says all the faults that write it, and no other */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */
#include <glob.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "log/answer.h"
#include "log/differ.h"
#include "log/place.h"
#include "log/print.h"
#include "log/redact.h"
#include "model/site.h"

#define RECORDED "harness/log/recorded/"

static struct log_reader *read_text(const char *text, size_t length)
{
	struct log_reader *reader = log_reader_new();

	log_reader_add(reader, text, length);
	log_reader_end(reader);
	return reader;
}

static void signature_of(const char *text, char *ret, size_t size)
{
	struct log_reader *reader = read_text(text, strlen(text));

	log_reader_signature(reader, ret, size);
	log_reader_free(reader);
}

static void classes_of(const char *text, struct buf *out)
{
	struct log_reader *reader = read_text(text, strlen(text));
	struct log_answer answer;

	log_answer(reader, &answer);
	log_print_classes(&answer, out);
	log_reader_free(reader);
}

static void said_of(const char *text, struct buf *out)
{
	struct log_reader *reader = read_text(text, strlen(text));
	struct log_answer answer;

	log_answer(reader, &answer);
	log_print(reader, &answer, NULL, out);
	log_reader_free(reader);
}

/* ------------------------------------------------------------ what was recorded */

typedef void recorded(const char *text, size_t length);

static size_t for_each_recorded(recorded *look)
{
	glob_t found = { 0 };
	size_t count;

	assert_int_equal(glob(RECORDED "*.log", 0, NULL, &found), 0);
	count = found.gl_pathc;
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *text = NULL;
		size_t length;

		assert_int_equal(file_read(found.gl_pathv[i], &text, &length, NULL), 0);
		look(text, length);
	}
	globfree(&found);
	return count;
}

/* Its first line: "# F20 acme-ike-cipher, acme: responder asked …". */
static void is_read_as_recorded(const char *text, size_t length)
{
	_cleanup_buf_ struct buf classes = { 0 };
	char signature[LOG_KINDS * LOG_SIGNATURE_MAX], class[8] = "", wanted[16],
						       line[600];
	const char *colon = strchr(text, ':');

	(void)length;
	assert_int_equal(sscanf(text, "# %7s", class), 1);
	assert_non_null(colon);
	(void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(colon + 2, "\n"),
		       colon + 2);
	signature_of(text, signature, sizeof(signature));
	assert_string_equal(signature, line);
	classes_of(text, &classes);
	(void)snprintf(wanted, sizeof(wanted), "%s", class);
	if (!strstr(buf_text(&classes), wanted))
		fail_msg("%.60s: says %s", text, buf_text(&classes));
}

static void each_recorded_log_may_be_of_its_own_fault(void **state)
{
	(void)state;
	assert_in_range(for_each_recorded(is_read_as_recorded), 40, 1000);
}

static void is_read_wherever_it_is_cut(const char *text, size_t length)
{
	for (size_t cut = 0; cut < length; cut += 97) {
		struct log_reader *reader = log_reader_new();
		struct log_answer answer;

		log_reader_add(reader, text, cut);
		log_reader_end(reader);
		log_answer(reader, &answer);
		log_reader_free(reader);
		reader = read_text(text + cut, length - cut);
		log_answer(reader, &answer);
		log_reader_free(reader);
	}
}

static void a_log_may_be_cut_anywhere(void **state)
{
	(void)state;
	(void)for_each_recorded(is_read_wherever_it_is_cut);
}

static void is_read_in_any_pieces(const char *text, size_t length)
{
	char whole[LOG_KINDS * LOG_SIGNATURE_MAX], pieces[sizeof(whole)];
	struct log_reader *reader = log_reader_new();

	for (size_t at = 0; at < length; at += 7)
		log_reader_add(reader, text + at, length - at < 7 ? length - at : 7);
	log_reader_end(reader);
	log_reader_signature(reader, pieces, sizeof(pieces));
	log_reader_free(reader);
	signature_of(text, whole, sizeof(whole));
	assert_string_equal(pieces, whole);
}

static void in_which_pieces_a_log_comes_makes_no_difference(void **state)
{
	(void)state;
	(void)for_each_recorded(is_read_in_any_pieces);
}

static void has_any_byte_flipped(const char *text, size_t length)
{
	_cleanup_free_ char *copy = malloc(length + 1);

	assert_non_null(copy);
	for (size_t i = 0; i < length; i += 53) {
		memcpy(copy, text, length + 1);
		copy[i] = (char)(copy[i] ^ (1 << i % 8));
		log_reader_free(read_text(copy, length));
	}
}

static void a_flipped_byte_breaks_nothing(void **state)
{
	(void)state;
	(void)for_each_recorded(has_any_byte_flipped);
}

/* ------------------------------------------------------------ shapes */

/* The messages of one attempt, behind every header that is known. */
static const char *const messages[] = {
	"07[IKE] initiating IKE_SA site[1] to 198.51.100.7",
	"07[ENC] generating IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) ]",
	"07[NET] sending packet: from 192.0.2.1[500] to 198.51.100.7[500] (464 bytes)",
	"08[NET] received packet: from 198.51.100.7[500] to 192.0.2.1[500] (36 bytes)",
	"08[ENC] parsed IKE_SA_INIT response 0 [ N(NO_PROP) ]",
	"08[IKE] received NO_PROPOSAL_CHOSEN notify error",
};

static void every_shape_of_a_line_is_read(void **state)
{
	static const struct {
		const char *before, *after;
		size_t skip; /* of the message: without thread and subsystem */
	} shapes[] = {
		{ "", "", 0 },
		{ "Sun Nov 29 12:00:01 2026 daemon.info ipsec: ", "", 0 },
		{ "Nov 29 12:00:01 gw charon[812]: ", "", 0 },
		{ "Nov 29 12:00:01 gw charon-systemd[812]: ", "", 8 },
		{ "2026-11-29T12:00:01.123456+01:00 gw ipsec[812]: ", "\r", 0 },
		{ "2026-11-29T12:00:01\tInformational\tcharon\t", "", 0 },
		{ "Nov 29 12:00:01 charon 77003 ", "", 0 },
		{ "vpn_1  | ", "", 0 },
		{ "2026-11-29T12:00:01.1Z stdout F ", "", 0 },
		{ "\033[32mNov 29 12:00:01\033[0m gw charon[812]: \033[1m", "\033[0m",
		  0 },
		{ "<td>Nov 29 12:00:01</td><td>charon</td><td>", "</td></tr>", 0 },
		{ "> > Nov 29 12:00:01 gw charon: ", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		char signature[LOG_SIGNATURE_MAX];

		for (size_t j = 0; j < ARRAY_SIZE(messages); j++)
			buf_printf(&text, "%s%s%s\n", shapes[i].before,
				   messages[j] + shapes[i].skip, shapes[i].after);
		signature_of(buf_text(&text), signature, sizeof(signature));
		if (strcmp(signature, "initiator asked told-no-proposal") != 0)
			fail_msg("%s: %s", shapes[i].before, signature);
	}
}

static void a_log_with_its_newest_line_first_is_turned(void **state)
{
	static const char log[] =
		"Nov 29 12:00:03 charon 13[IKE] <c|74> no acceptable proposal found\n"
		"Nov 29 12:00:03 charon 13[CFG] <c|74> configured proposals: "
		"ESP:AES_GCM_16_128/MODP_2048/NO_EXT_SEQ\n"
		"Nov 29 12:00:03 charon 13[CFG] <c|74> received proposals: "
		"ESP:AES_GCM_16_128/NO_EXT_SEQ\n"
		"Nov 29 12:00:02 charon 13[ENC] <c|74> parsed CREATE_CHILD_SA request 142 [ SA "
		"No TSi TSr ]\n";
	char signature[LOG_KINDS * LOG_SIGNATURE_MAX];
	struct log_reader *reader = log_reader_new();

	(void)state;
	log_reader_add_whole(reader, log, sizeof(log) - 1);
	log_reader_end(reader);
	log_reader_signature(reader, signature, sizeof(signature));
	assert_string_equal(signature, "responder ike-up child-proposal(pfs)");
	assert_int_equal(reader->kinds[0].last.quotes[0].line, 3);
	log_reader_free(reader);
}

static void a_second_with_its_newest_line_first_is_turned(void **state)
{
	static const char log[] =
		"1. Nov 29 12:00:03 charon 13[NET] <c|74> sending packet: from 192.0.2.1[500] to "
		"192.0.2.9[500] (80 bytes)\n"
		"2. Nov 29 12:00:03 charon 13[ENC] <c|74> generating CREATE_CHILD_SA response 142 "
		"[ N(NO_PROP) ]\n"
		"3. Nov 29 12:00:03 charon 13[IKE] <c|74> no acceptable proposal found\n"
		"4. Nov 29 12:00:03 charon 13[CFG] <c|74> configured proposals: "
		"ESP:AES_GCM_16_128/MODP_2048/NO_EXT_SEQ\n"
		"5. Nov 29 12:00:03 charon 13[CFG] <c|74> received proposals: "
		"ESP:AES_GCM_16_128/NO_EXT_SEQ\n";
	struct log_reader *reader = log_reader_new();
	struct log_answer answer;

	(void)state;
	log_reader_add_whole(reader, log, sizeof(log) - 1);
	log_reader_end(reader);
	log_answer(reader, &answer);
	assert_true(answer.may_be[F43]);
	assert_false(answer.may_be[F40]);
	log_reader_free(reader);
}

static void no_child_says_that_phase_1_is_up(void **state)
{
	_cleanup_buf_ struct buf classes = { 0 };

	(void)state;
	classes_of("13[IKE] received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built\n",
		   &classes);
	assert_non_null(strstr(buf_text(&classes), "F40"));
	assert_null(strstr(buf_text(&classes), "F20"));
}

static void what_html_made_of_a_line_is_undone(void **state)
{
	char signature[LOG_SIGNATURE_MAX];

	(void)state;
	signature_of("09[IKE] &lt;site|3&gt; initiating IKE_SA site[3] to 192.0.2.7\n"
		     "09[IKE] &lt;site|3&gt; establishing IKE_SA failed, peer not "
		     "responding\n",
		     signature, sizeof(signature));
	assert_string_equal(signature, "initiator asked silent");
}

static void a_line_without_end_is_no_larger_than_others(void **state)
{
	struct log_reader *reader = log_reader_new();
	static char noise[1 << 16];

	(void)state;
	memset(noise, 'x', sizeof(noise));
	for (int i = 0; i < 64; i++)
		log_reader_add(reader, noise, sizeof(noise));
	log_reader_add(reader, "\n", 1);
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		log_reader_add(reader, messages[i], strlen(messages[i]));
		log_reader_add(reader, "\n", 1);
	}
	log_reader_end(reader);
	assert_int_equal(reader->kind_count, 1);
	assert_string_equal(reader->kinds[0].signature,
			    "initiator asked told-no-proposal");
	log_reader_free(reader);
}

/* ------------------------------------------------------------ answers */

static void silence_of_ikev2_is_no_fault_of_identity_or_mode(void **state)
{
	_cleanup_buf_ struct buf classes = { 0 };

	(void)state;
	classes_of("09[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		   "09[IKE] <a|1> establishing IKE_SA failed, peer not responding\n",
		   &classes);
	assert_null(strstr(buf_text(&classes), "F31"));
	assert_null(strstr(buf_text(&classes), "F18"));
	assert_null(strstr(buf_text(&classes), "F05"));
	assert_non_null(strstr(buf_text(&classes), "F08"));
	assert_non_null(strstr(buf_text(&classes), "F07"));
}

static void both_values_are_said_and_whose_they_are(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of("05[IKE] <1> 192.0.2.7 is initiating an IKE_SA\n"
		"05[CFG] <1> received proposals: "
		"IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"
		"05[CFG] <1> configured proposals: "
		"IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256\n"
		"05[IKE] <1> received proposals unacceptable\n",
		&said);
	assert_non_null(strstr(buf_text(&said),
			       "group: the peer's MODP_2048, this end's ECP_256"));
	assert_non_null(strstr(buf_text(&said), "F22"));
	assert_null(strstr(buf_text(&said), "F20"));
	assert_null(strstr(buf_text(&said), "F23")); /* IKEv2 sends all of them */
}

static void a_healthy_log_says_to_look_elsewhere(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of("05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		"05[IKE] <a|1> IKE_SA a[1] established between 192.0.2.1[x]...192.0.2.7[y]\n"
		"05[IKE] <a|1> CHILD_SA a{1} established with SPIs c0000001_i c0000002_o and "
		"TS 10.0.0.0/24 === 10.1.0.0/24\n",
		&said);
	assert_non_null(strstr(buf_text(&said), "IKE is fine"));
	assert_non_null(strstr(buf_text(&said), "F63"));
	assert_non_null(strstr(buf_text(&said), "ask the other administrator"));
}

static void what_was_mended_later_in_the_log_is_not_the_answer(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of("05[IKE] <a|1> initiating IKE_SA a[1] to 192.0.2.7\n"
		"05[IKE] <a|1> received NO_PROPOSAL_CHOSEN notify error\n"
		"05[IKE] <a|2> initiating IKE_SA a[2] to 192.0.2.7\n"
		"05[IKE] <a|2> CHILD_SA a{1} established with SPIs c0000001_i c0000002_o and "
		"TS 10.0.0.0/24 === 10.1.0.0/24\n",
		&said);
	assert_non_null(strstr(buf_text(&said), "IKE is fine"));
}

static void of_what_nobody_understands_nothing_is_told(void **state)
{
	_cleanup_buf_ struct buf classes = { 0 }, said = { 0 };

	(void)state;
	classes_of("Nov 29 12:00:01 gw kernel: eth0: link up\n", &classes);
	assert_string_equal(buf_text(&classes), "\n");
	said_of("", &said);
	assert_non_null(strstr(buf_text(&said), "cannot tell"));
}

static void what_stands_in_a_log_is_made_harmless(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of("05[IKE] <::error::|1> initiating IKE_SA a[1] to ##[error]\n"
		"05[IKE] <::error::|1> received NO_PROPOSAL_CHOSEN notify error\n",
		&said);
	assert_null(strstr(buf_text(&said), "\n::error"));
	assert_null(strstr(buf_text(&said), "##[error]"));
}

/* ------------------------------------------------------------ other daemons */

static void other_daemons_are_read_too(void **state)
{
	static const struct {
		const char *log, *signature, *class;
	} cases[] = {
		{ "Nov 29 12:00:01 racoon: INFO: respond new phase 1 negotiation: "
		  "192.0.2.1[500]<=>192.0.2.9[500]\n"
		  "Nov 29 12:00:01 racoon: ERROR: rejected enctype: "
		  "DB(prop#1:trns#1):Peer(prop#1:trns#1) = 3DES-CBC:AES-CBC\n"
		  "Nov 29 12:00:01 racoon: ERROR: no suitable proposal found.\n",
		  "responder asked ike-proposal(encryption)", "F20" },
		{ "12:00:01 ipsec,error rejected hashtype: "
		  "DB(prop#1:trns#1):Peer(prop#1:trns#1) = MD5:SHA\n"
		  "12:00:01 ipsec,error rejected dh_group: "
		  "DB(prop#1:trns#1):Peer(prop#1:trns#1) = 1024-bit:2048-bit\n",
		  "unknown asked ike-proposal(hash+group)", "F21 F22 F23" },
		{ "Nov 29 12:00:01 gw pluto[99]: \"site\" #1: initiating Main Mode\n"
		  "Nov 29 12:01:11 gw pluto[99]: \"site\" #1: max number of retransmissions "
		  "(8) reached STATE_MAIN_I1. No response (or no acceptable response) to our "
		  "first IKEv1 message\n",
		  "initiator asked silent", "F08" },
		{ "pluto[99]: \"site\" #1: initiating IKEv2 connection\n"
		  "pluto[99]: \"site\" #1: dropping unexpected IKE_SA_INIT message containing "
		  "NO_PROPOSAL_CHOSEN notification\n",
		  "initiator asked told-no-proposal", "F20" },
		{ "003 \"site\" #1: Can't authenticate: no preshared key found for `192.0.2.1' and "
		  "`192.0.2.9'.\n003 \"site\" #1: no acceptable Oakley Transform\n",
		  "unknown asked no-key ike-proposal", "F05" },
		{ "\"site\" #9: responding to Main Mode\n\"site\" #9: Oakley Transform [AES_CBC "
		  "(256), HMAC_SHA1, DH20] refused\n\"site\" #9: STATE_MAIN_R1: sent MR1, "
		  "expecting MI2\n\"site\" #9: probable authentication failure (mismatch of "
		  "preshared secrets?): malformed payload in packet\n",
		  "responder answered unreadable", "F27" },
		{ "initiating Main Mode IKE_SA site[12] to 192.0.2.9\n"
		  "generating ID_PROT request 0 [ SA V V V V V ]\n"
		  "received NO_PROPOSAL_CHOSEN error notify\n",
		  "initiator asked told-no-proposal", "F20" },
		{ "[IKE] initiating IKE_SA site[1] to 192.0.2.9\n"
		  "[IKE] establishing IKE_SA failed, peer not responding\n",
		  "initiator asked silent", "F08" },
		{ "ike 0:site: responder received SA_INIT msg\n"
		  "ike 0:site: no SA proposal chosen\n",
		  "responder asked ike-proposal", "F20" },
		{ "ike 0:site:7: initiator: main mode is sending 1st message...\n"
		  "ike 0:site:7: probable pre-shared secret mismatch\n",
		  "initiator answered key-differs", "F27" },
		{ "2026-11-29 12:00:01 system info 00536 IKE<192.0.2.9> Phase 1: Responder "
		  "starts MAIN mode negotiations.\n"
		  "2026-11-29 12:00:02 system info 00536 IKE<192.0.2.9> Phase 1: Completed "
		  "Main mode negotiations with a <28800>-second lifetime.\n"
		  "2026-11-29 12:00:02 system info 00536 Rejected an IKE packet on untrust from "
		  "192.0.2.9:500 to 192.0.2.1:500 because there were no acceptable Phase 2 "
		  "proposals.\n",
		  "responder ike-up child-proposal", "F42" },
		{ "Nov 29 12:00:01 srx kmd[1400]: IKE Phase-2: Failed to match the peer proxy "
		  "IDs [p2_remote_proxy_id=x]\n",
		  "unknown ike-up selectors", "F45" },
		{ "29.11.26 12:00:01 VPN-Fehler: site, IKE-Error 0x2027\n",
		  "unknown none timed-out", "F08" },
		{ "29.11.26 12:00:01 VPN-Verbindung zu site wurde erfolgreich hergestellt.\n",
		  "unknown child-up", "OK" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_buf_ struct buf classes = { 0 };
		char signature[LOG_KINDS * LOG_SIGNATURE_MAX];

		signature_of(cases[i].log, signature, sizeof(signature));
		assert_string_equal(signature, cases[i].signature);
		classes_of(cases[i].log, &classes);
		if (!strstr(buf_text(&classes), cases[i].class))
			fail_msg("%s: %s", signature, buf_text(&classes));
	}
}

static void a_racoon_says_both_values(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	said_of("racoon: ERROR: rejected enctype: DB(prop#1:trns#1):Peer(prop#1:trns#1) = "
		"3DES-CBC:AES-CBC\n",
		&said);
	assert_non_null(strstr(buf_text(&said),
			       "encryption: the peer's AES-CBC, this end's 3DES-CBC"));
}

/* ------------------------------------------------------------ proposals */

static void the_pair_that_differs_least_is_compared(void **state)
{
	struct difference difference;

	(void)state;
	assert_true(proposals_differ(
		"IKE:3DES_CBC/HMAC_MD5_96/PRF_HMAC_MD5/MODP_1024, "
		"IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024",
		"IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048", &difference));
	assert_int_equal(difference.kinds, 1 << DIFFER_GROUP);
	assert_string_equal(difference.received[DIFFER_GROUP], "MODP_1024");
	assert_string_equal(difference.configured[DIFFER_GROUP], "MODP_2048");
	assert_true(proposals_differ("ESP:AES_CBC_128/HMAC_SHA1_96/NO_EXT_SEQ",
				     "ESP:AES_CBC_128/HMAC_SHA1_96/MODP_1024/NO_EXT_SEQ",
				     &difference));
	assert_int_equal(difference.kinds, 1 << DIFFER_GROUP);
	assert_string_equal(difference.received[DIFFER_GROUP], "none");
	assert_false(proposals_differ("", "IKE:AES_CBC_128", &difference));
}

/* ------------------------------------------------------------ places in files */

static void the_line_of_this_end_is_named_and_no_other(void **state)
{
	struct proposal_alg cipher = { .word = "aes256", .at = { "ipsec", 16, NULL } },
			    hash = { .word = "sha1", .at = { "ipsec", 17, NULL } };
	struct proposal proposal = { .encr = { &cipher, 1, 1 },
				     .integ = { &hash, 1, 1 } };
	struct tunnel tunnel = { .proposals = { &proposal, 1, 1 },
				 .psk = { .at = { "ipsec", 8, NULL } } };
	const struct site site = { .tunnels = { &tunnel, 1, 1 } };
	_cleanup_buf_ struct buf said = { 0 }, healthy = { 0 };
	struct log_answer answer = { .may_be = { [F20] = true } };

	(void)state;
	log_places(&site, &answer, &said);
	assert_non_null(
		strstr(buf_text(&said), "F20 ipsec:16: encryption of phase 1, aes256"));
	assert_null(strstr(buf_text(&said), "ipsec:17"));
	assert_null(strstr(buf_text(&said), "ipsec:8"));
	answer.is_healthy = true;
	log_places(&site, &answer, &healthy);
	assert_string_equal(buf_text(&healthy), "");
}

/* ------------------------------------------------------------ secrets */

static void keys_are_taken_out_and_the_rest_stays(void **state)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
		{ "05[IKE]    0: 8C 3B 11 F0 5E 6A 77 01 02 03 04 05 06 07 08 09  .;..",
		  "05[IKE]    0: (redacted)" },
		{ "05[IKE]   16: 8C 3B", "05[IKE]   16: (redacted)" },
		{ "| 8c 3b 11 f0", "| (redacted)" },
		{ "SK_ei 16:0123456789ABCDEF0123456789ABCDEF", "SK_ei 16:(redacted)" },
		{ "psk = \"rose garden\" end", "psk = (redacted) end" },
		{ "option pre_shared_key: hunter2", "option pre_shared_key: (redacted)" },
		{ "set psksecret ENC", "set psksecret ENC" },
		{ "secret=0sAAECAwQFBgc= x", "secret=(redacted) x" },
		{ "cookies 0123456789abcdef:fedcba9876543210", NULL },
		{ "from 192.0.2.1[500] to 198.51.100.7[4500] (464 bytes)", NULL },
		{ "CHILD_SA a{1} established with SPIs c0000001_i c0000002_o", NULL },
		{ "no shared key found for 'a.example' - 'b.example'", NULL },
		{ "loaded IKE shared key with id 'ike-a' for: '192.0.2.1'", NULL },
	};
	char text[LOG_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *wanted = cases[i].wanted ? cases[i].wanted : cases[i].line;

		(void)log_redact(cases[i].line, strlen(cases[i].line), text,
				 sizeof(text));
		assert_string_equal(text, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recorded_log_may_be_of_its_own_fault),
		cmocka_unit_test(a_log_may_be_cut_anywhere),
		cmocka_unit_test(in_which_pieces_a_log_comes_makes_no_difference),
		cmocka_unit_test(a_flipped_byte_breaks_nothing),
		cmocka_unit_test(every_shape_of_a_line_is_read),
		cmocka_unit_test(a_log_with_its_newest_line_first_is_turned),
		cmocka_unit_test(a_second_with_its_newest_line_first_is_turned),
		cmocka_unit_test(no_child_says_that_phase_1_is_up),
		cmocka_unit_test(what_html_made_of_a_line_is_undone),
		cmocka_unit_test(a_line_without_end_is_no_larger_than_others),
		cmocka_unit_test(silence_of_ikev2_is_no_fault_of_identity_or_mode),
		cmocka_unit_test(both_values_are_said_and_whose_they_are),
		cmocka_unit_test(a_healthy_log_says_to_look_elsewhere),
		cmocka_unit_test(what_was_mended_later_in_the_log_is_not_the_answer),
		cmocka_unit_test(of_what_nobody_understands_nothing_is_told),
		cmocka_unit_test(what_stands_in_a_log_is_made_harmless),
		cmocka_unit_test(other_daemons_are_read_too),
		cmocka_unit_test(a_racoon_says_both_values),
		cmocka_unit_test(the_pair_that_differs_least_is_compared),
		cmocka_unit_test(the_line_of_this_end_is_named_and_no_other),
		cmocka_unit_test(keys_are_taken_out_and_the_rest_stays),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
