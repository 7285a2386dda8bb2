// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_lines_test.c - a conversation written in lines, and what is said of it, in lines
 *
 * A message is "MILLISECOND i|r EXCHANGE ID BYTES", with "sealed" when its payloads are
 * encrypted and "4500" when it comes on that port, or with the SA payload of that name;
 * a note is "level #packet findings: text". Exchanges: main, aggressive, quick, info1;
 * init, auth, child, info2.
 */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/test_text.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "dissect/test_message.h"
#include "finding/test_class.h"

#define SAYS_MAX 3

static const struct exchange {
	const char *name;
	uint8_t version, number;
} exchanges[] = {
	{ "main", 0x10, V1_EXCHANGE_MAIN },
	{ "aggressive", 0x10, V1_EXCHANGE_AGGRESSIVE },
	{ "quick", 0x10, V1_EXCHANGE_QUICK },
	{ "info1", 0x10, V1_EXCHANGE_INFORMATIONAL },
	{ "init", 0x20, V2_EXCHANGE_SA_INIT },
	{ "auth", 0x20, V2_EXCHANGE_AUTH },
	{ "child", 0x20, V2_EXCHANGE_CREATE_CHILD_SA },
	{ "info2", 0x20, V2_EXCHANGE_INFORMATIONAL },
};

static const struct exchange *exchange_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(exchanges); i++)
		if (str_equal(exchanges[i].name, name))
			return &exchanges[i];
	fail_msg("no exchange '%s'", name);
	return NULL;
}

/* SA payloads of phase 1 (RFC 2409 A), one transform each. */
static const struct {
	const char *name, *hex;
} sas[] = {
	/* DES, SHA-1, group 14 */
	{ "des", "0000000100000001000000200101000100000018010100008001000180020002"
		 "8004000e80030001" },
	/* 3DES, MD5, group 14 */
	{ "3des", "0000000100000001000000200101000100000018010100008001000580020001"
		  "8004000e80030001" },
	/* AES-128, SHA-1, group 1 */
	{ "group1", "000000010000000100000024010100010000001c010100008001000780020002"
		    "8004000180030001800e0080" },
	/* AES-128, SHA2-256, group 2 */
	{ "group2", "000000010000000100000024010100010000001c010100008001000780020004"
		    "8004000280030001800e0080" },
	/* AES-256, SHA2-256, group 14 */
	{ "fine", "000000010000000100000024010100010000001c010100008001000780020004"
		  "8004000e80030001800e0100" },
};

/* The SA payload of that name instead of the filler; its length, or 0. */
static size_t put_sa(uint8_t *ike, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sas); i++) {
		size_t length = strlen(sas[i].hex) / 2;

		if (!str_equal(sas[i].name, name))
			continue;
		for (size_t j = 0; j < length; j++)
			(void)sscanf(sas[i].hex + 2 * j, "%2hhx", // NOLINT(cert-err34-c)
				     &ike[32 + j]);
		ike[16] = V1_PAYLOAD_SA;
		return 4 + length;
	}
	return 0;
}

/* An IKE message of that many bytes, behind IP and UDP, on port 500 or 4500. */
static void say(struct session_set *set, const char *line)
{
	uint8_t bytes[2048] = { 0x45 }, *ike;
	struct capture_packet packet = { .link_type = TEST_LINK_RAW, .bytes = bytes };
	char end = 0, name[20] = "", word[2][10] = { "", "" };
	unsigned int ms = 0, id = 0, length = 0;
	bool is_sealed, is_nat_t;
	const struct exchange *exchange;
	size_t marker;

	/* NOLINTNEXTLINE(cert-err34-c) */
	if (sscanf(line, "%u %c %19s %u %u %9[^; ] %9[^; ]", &ms, &end, name, &id,
		   &length, word[0], word[1]) < 5)
		fail_msg("no message: %s", line);
	exchange = exchange_of(name);
	is_sealed = str_equal(word[0], "sealed") || str_equal(word[1], "sealed");
	is_nat_t = str_equal(word[0], "4500") || str_equal(word[1], "4500");
	marker = is_nat_t ? 4 : 0;
	bytes[8] = 64;
	bytes[9] = 17;
	memcpy(bytes + 12, (uint8_t[]){ 192, 0, 2, end == 'i' ? 1 : 2 }, 4);
	memcpy(bytes + 16, (uint8_t[]){ 192, 0, 2, end == 'i' ? 2 : 1 }, 4);
	test_put16(bytes + 20, is_nat_t ? 4500 : 500);
	test_put16(bytes + 22, is_nat_t ? 4500 : 500);
	test_put16(bytes + 24, 8 + marker + length);
	test_put16(bytes + 2, 28 + marker + length);
	ike = bytes + TEST_UDP_HEAD + marker;
	memset(ike, 1, 8);
	if (end == 'r' || id || is_sealed || str_equal(name, "auth"))
		memset(ike + 8, 2, 8);
	ike[16] = exchange->version == 0x20
			  ? (is_sealed ? V2_PAYLOAD_SK : V2_PAYLOAD_NONCE)
			  : V1_PAYLOAD_NONCE;
	ike[17] = exchange->version;
	ike[18] = exchange->number;
	if (exchange->version == 0x20)
		ike[19] = end == 'i' ? IKE_V2_FLAG_INITIATOR : IKE_V2_FLAG_RESPONSE;
	else if (is_sealed)
		ike[19] = IKE_V1_FLAG_ENCRYPTED;
	ike[23] = (uint8_t)id;
	test_put16(ike + 26, length);
	test_put16(ike + 30, length - 28); /* the one payload */
	memset(ike + 32, (int)(id + length) & 0xff, length - 32);
	ike[32] = (uint8_t)(end == 'i');
	if (put_sa(ike, word[0])) {
		length = (unsigned int)(28 + put_sa(ike, word[0]));
		test_put16(ike + 26, length);
		test_put16(ike + 30, length - 28);
		test_put16(bytes + 24, 8 + marker + length);
		test_put16(bytes + 2, 28 + marker + length);
	}
	packet.captured = packet.length = (uint32_t)(28 + marker + length);
	packet.time_ns = (int64_t)ms * 1000000;
	session_set_add(set, &packet);
}

static void tell(const char *conversation, struct buf *out)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	static const char *const levels[] = { [STORY_INFO] = "info",
					      [STORY_WARNING] = "warning",
					      [STORY_ERROR] = "error" };
	struct ike_story *story;

	for (const char *line = conversation; *line; line += strcspn(line, ";"))
		say(set, line += *line == ';');
	assert_int_equal(set->sessions, 1);
	story = story_of(set, set->session[0]);
	vec_foreach (note, &story->notes)
		buf_printf(out, "%s #%u %s: %s\n", levels[note->level], note->frame,
			   note->classes.items[0] ? test_classes_of(&note->classes).s
						  : "-",
			   note->text);
	story_free(story);
}

static const struct {
	const char *conversation;
	const char *says[SAYS_MAX]; /* none: nothing is said */
} rows[] = {
	/* The first message, again and again. */
	{ "0 i main 0 100;2000 i main 0 100;7000 i main 0 100",
	  { "error #1 F07, F08, F10, F13, F05, F17, F18, F20-F24, F30, F31: sent 3 times in "
	    "7 s and never answered: UDP 500 is blocked",
	    "FritzBox and ScreenOS" } },
	{ "0 i init 0 300;2000 i init 0 300",
	  { "error #1 F07, F08, F10, F13, F17: sent 2 times in 2 s and never answered: UDP "
	    "500 is blocked on the way there or back, or the address is not the peer's, or "
	    "the peer has no IKEv2" } },
	{ "0 i main 0 100;100 i main 0 100", { NULL } }, /* that was no time-out */
	{ "0 i main 0 100;1000 r main 0 100;2000 i main 0 120", { NULL } },
	/* Request and answer repeat. */
	{ "0 i init 0 300;100 r init 0 280;2000 i init 0 300;2100 r init 0 280",
	  { "error #2 F10: request and answer repeat and nothing follows: the answers do not "
	    "reach the initiator" } },
	{ "0 i init 0 300;100 r init 0 280;2000 i init 0 300;2100 r init 0 280;2200 i auth 1 "
	  "300 sealed",
	  { NULL } },
	/* Quick mode. */
	{ "0 i main 0 100;10 r main 0 100;20 i quick 7 148 sealed;2020 i quick 7 148 sealed",
	  { "error #3 F40-F46, F51: quick mode was sent 2 times in 2 s and never answered: the "
	    "peer refuses the networks (proxy ids) or the proposal" } },
	{ "0 i main 0 100;10 r main 0 100;20 i quick 7 148 sealed;30 r info1 9 92 sealed",
	  { "error #3 F40-F46, F51: quick mode is answered by an encrypted INFORMATIONAL (#4) "
	    "alone: phase 2 is refused" } },
	{ "0 i main 0 100;10 r main 0 100;20 i quick 7 148 sealed;30 r quick 7 148 sealed;40 r "
	  "info1 9 92 sealed",
	  { NULL } },
	{ "0 i main 0 100;10 r main 0 100;20 i quick 7 148 sealed;30 i info1 9 92 sealed",
	  { NULL } }, /* its own word, no answer */
	/* The first on port 4500. */
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 300 sealed 4500;4020 i auth 1 300 sealed "
	  "4500",
	  { "error #3 F11, F15: the first message on port 4500 was sent 2 times in 4 s and "
	    "never answered: UDP 4500 is blocked, or the peer refuses it and says nothing\n" } },
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 1600 sealed 4500;4020 i auth 1 1600 sealed "
	  "4500",
	  { "UDP 4500 is blocked, or IP fragments are, or the peer refuses it and says nothing\n" } },
	/* Sizes of IKE_AUTH tell what nobody can read. */
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 300 sealed;30 r auth 1 80 sealed",
	  { "warning #4 F29, F05, F31-F34: the IKE_AUTH response has only 80 bytes: an error "
	    "notify and no AUTH" } },
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 304 sealed;30 r auth 1 160 sealed",
	  { "warning #4 F40-F46, F51, F53: the IKE_AUTH response has 160 bytes, its request "
	    "304, and no ESP follows" } },
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 304 sealed;30 r auth 1 240 sealed",
	  { NULL } },
	/* EAP: small answers in between are none. */
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 300 sealed;30 r auth 1 80 sealed;40 i auth "
	  "2 300 sealed;50 r auth 2 240 sealed",
	  { NULL } },
	/* What was chosen and should not be. */
	{ "0 i main 0 100 des;10 r main 0 100 des", { "info #0 -: DES is broken\n" } },
	{ "0 i main 0 100 3des;10 r main 0 100 3des", { "info #0 -: MD5 is broken\n" } },
	{ "0 i main 0 100 group1;10 r main 0 100 group1",
	  { "info #0 -: group 1 (modp768) is broken\n" } },
	{ "0 i main 0 100 group2;10 r main 0 100 group2",
	  { "info #0 -: group 2 (modp1024) is too weak today\n" } },
	{ "0 i main 0 100 fine;10 r main 0 100 fine", { NULL } },
	/* Later, a peer that is gone. */
	{ "0 i init 0 300;10 r init 0 280;20 i auth 1 300 sealed;30 r auth 1 240 sealed;40 i "
	  "info2 2 80 sealed;9040 i info2 2 80 sealed",
	  { "warning #5 F56, F57: sent 2 times in 9 s and never answered\n" } },
};

static void each_conversation_is_told_like_this(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };

		tell(rows[i].conversation, &said);
		if (!rows[i].says[0] && said.length)
			fail_msg("%s: %s", rows[i].conversation, buf_text(&said));
		for (size_t j = 0; j < SAYS_MAX && rows[i].says[j]; j++)
			assert_has(buf_text(&said), rows[i].says[j]);
		if (strstr(rows[i].conversation, "3des"))
			assert_has_not(buf_text(&said), "DES is broken");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_conversation_is_told_like_this),
	};

	return cmocka_run_group_tests_name("dissect/story_lines", tests, NULL, NULL);
}
