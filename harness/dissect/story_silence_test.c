// SPDX-License-Identifier: GPL-2.0-or-later
/* story_silence_test.c - refusals that nobody can read, and ICMP, as a reader meets them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/file.h"
#include "dissect/icmp_meaning.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "finding/test_class.h"
#include "ipsec/number.h"

#define LINK_RAW 101 /* LINKTYPE_RAW: IP at once */

/* One IKE message; what it carries is zeros. */
struct said {
	bool is_from_responder;
	uint8_t version; /* 0x10, 0x20 */
	uint8_t exchange, flags;
	uint8_t message_id;
	size_t length; /* with the header */
	uint8_t mark;  /* so that no two are the same; 0: as it was before */
};

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void say(struct session_set *set, const struct said *said, int64_t time_ns)
{
	uint8_t bytes[2048] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17 };
	uint8_t *ike = bytes + 28;
	struct capture_packet packet = { .link_type = LINK_RAW,
					 .bytes = bytes,
					 .time_ns = time_ns };

	/* 10.0.0.1 is the initiator, 10.0.0.2 the responder. */
	bytes[12] = bytes[16] = 10;
	bytes[15] = said->is_from_responder ? 2 : 1;
	bytes[19] = said->is_from_responder ? 1 : 2;
	put16(bytes + 2, 28 + said->length);
	put16(bytes + 20, 500);
	put16(bytes + 22, 500);
	put16(bytes + 24, 8 + said->length);
	ike[7] = 1;
	ike[15] = said->exchange == V1_EXCHANGE_MAIN && !said->flags ? 0 : 2;
	if (said->exchange == V2_EXCHANGE_SA_INIT && !said->is_from_responder)
		ike[15] = 0;
	ike[16] = said->version == 0x20 && said->exchange != V2_EXCHANGE_SA_INIT
			  ? V2_PAYLOAD_SK
			  : 0;
	if (ike[16])
		put16(ike + 30, said->length - 28);
	ike[17] = said->version;
	ike[18] = said->exchange;
	ike[19] = said->flags;
	ike[23] = said->message_id;
	put16(ike + 26, said->length);
	ike[said->length - 1] = said->length > 28 ? said->mark : ike[27];
	packet.captured = packet.length = (uint32_t)(28 + said->length);
	session_set_add(set, &packet);
}

static void tell(const struct said *said, size_t count, const char *findings,
		 const char *text)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct ike_story *story;
	unsigned int found = 0;

	for (size_t i = 0; i < count; i++)
		say(set, &said[i], (int64_t)i * 1000000000);
	assert_int_equal(set->sessions, 1);
	story = story_of(set, set->session[0]);
	vec_foreach (note, &story->notes) {
		found += !strcmp(test_classes_of(&note->classes).s, findings) &&
			 strstr(note->text, text);
	}
	assert_int_equal(found, *text ? 1 : 0);
	if (!*text)
		assert_int_equal(story->notes.count, 0);
	story_free(story);
}

#define TELL(said, findings, text) tell((said), ARRAY_SIZE(said), (findings), (text))

#define MAIN(mark)                                               \
	{                                                        \
		false, 0x10, V1_EXCHANGE_MAIN, 0, 0, 100, (mark) \
	}
#define QUICK(id, mark)                                                                  \
	{                                                                                \
		false, 0x10, V1_EXCHANGE_QUICK, IKE_V1_FLAG_ENCRYPTED, (id), 148, (mark) \
	}

static void a_first_message_without_answer_names_silent_devices_too(void **state)
{
	static const struct said said[] = { MAIN(1), MAIN(1), MAIN(1) };

	(void)state;
	TELL(said, "F07, F08, F10, F13, F05, F17, F18, F20-F24, F30, F31",
	     "sent 3 times in 2 s and never answered");
}

static void quick_mode_answered_by_cipher_alone_is_refused(void **state)
{
	static const struct said said[] = {
		MAIN(1),
		QUICK(7, 2),
		{ true, 0x10, V1_EXCHANGE_INFORMATIONAL, IKE_V1_FLAG_ENCRYPTED, 9, 92,
		  3 },
	};

	(void)state;
	TELL(said, "F40-F46, F51", "answered by an encrypted INFORMATIONAL (#3) alone");
}

static void quick_mode_answered_by_quick_mode_is_not_refused(void **state)
{
	static const struct said said[] = {
		MAIN(1),
		QUICK(7, 2),
		{ true, 0x10, V1_EXCHANGE_QUICK, IKE_V1_FLAG_ENCRYPTED, 7, 148, 3 },
		{ true, 0x10, V1_EXCHANGE_INFORMATIONAL, IKE_V1_FLAG_ENCRYPTED, 9, 92,
		  4 },
	};

	(void)state;
	TELL(said, "", "");
}

static void quick_mode_repeated_without_answer_names_proxy_ids(void **state)
{
	static const struct said said[] = { MAIN(1), QUICK(7, 2), QUICK(7, 2) };

	(void)state;
	TELL(said, "F40-F46, F51", "quick mode was sent 2 times");
}

#define INIT                                                                     \
	{ false, 0x20, V2_EXCHANGE_SA_INIT, IKE_V2_FLAG_INITIATOR, 0, 300, 1 },  \
	{                                                                        \
		true, 0x20, V2_EXCHANGE_SA_INIT, IKE_V2_FLAG_RESPONSE, 0, 300, 2 \
	}
#define AUTH(asked, answered)                                                        \
	{ false, 0x20, V2_EXCHANGE_AUTH, IKE_V2_FLAG_INITIATOR, 1, (asked), 3 },     \
	{                                                                            \
		true, 0x20, V2_EXCHANGE_AUTH, IKE_V2_FLAG_RESPONSE, 1, (answered), 4 \
	}

static void a_very_short_ike_auth_response_is_an_error_alone(void **state)
{
	static const struct said said[] = { INIT, AUTH(304, 80) };

	(void)state;
	TELL(said, "F29, F05, F31-F34", "has only 80 bytes");
}

static void a_short_ike_auth_response_without_esp_has_no_child(void **state)
{
	static const struct said said[] = { INIT, AUTH(304, 160) };

	(void)state;
	TELL(said, "F40-F46, F51, F53", "seems to be there without a CHILD SA");
}

#define CHILD(answered)                                                                 \
	{ false, 0x20, V2_EXCHANGE_CREATE_CHILD_SA, IKE_V2_FLAG_INITIATOR, 2, 400, 5 }, \
	{                                                                               \
		true, 0x20, V2_EXCHANGE_CREATE_CHILD_SA, IKE_V2_FLAG_RESPONSE, 2,       \
			(answered), 6                                                   \
	}

static void a_very_short_create_child_response_refuses_it(void **state)
{
	static const struct said refused[] = { INIT, AUTH(304, 260), CHILD(80) };
	static const struct said taken[] = { INIT, AUTH(304, 260), CHILD(240) };

	(void)state;
	TELL(refused, "F39-F46, F51", "has only 80 bytes");
	TELL(taken, "", "");
}

static void an_ike_auth_response_of_usual_length_says_nothing(void **state)
{
	static const struct said said[] = { INIT, AUTH(304, 240) };

	(void)state;
	TELL(said, "", "");
}

static void an_icmp_error_means_what_type_code_and_teller_say(void **state)
{
	static const struct {
		uint8_t family, type, code;
		bool is_peer;
		const char *findings, *text;
	} rows[] = {
		{ 4, 3, 3, true, "F09, F13", "nothing listens on that port there" },
		{ 4, 3, 3, false, "F09", "a firewall on the way rejects it" },
		{ 4, 3, 2, true, "F12, F53", "it does not speak ESP" },
		{ 4, 3, 2, false, "F09", "somebody refuses it" },
		{ 4, 3, 0, false, "F07", "nobody knows the way to that network" },
		{ 4, 3, 1, false, "F07", "nobody has that address" },
		{ 4, 3, 4, false, "F74", "it is too big for the next link" },
		{ 4, 3, 9, false, "F09, F12", "a firewall forbids it" },
		{ 4, 3, 10, true, "F09, F12", "a firewall forbids it" },
		{ 4, 3, 13, false, "F09, F12", "a firewall forbids it" },
		{ 4, 3, 12, false, "F09", "somebody refuses it" },
		{ 4, 11, 0, false, "F07", "it goes round in circles, or the way" },
		{ 4, 11, 1, true, "F15", "a fragment of it never arrived" },
		{ 4, 77, 0, false, "F09", "somebody refuses it" },
		{ 6, 1, 0, false, "F07", "nobody knows the way to that network" },
		{ 6, 1, 1, false, "F09, F12", "a firewall forbids it" },
		{ 6, 1, 3, false, "F07", "nobody has that address" },
		{ 6, 1, 4, true, "F09, F13", "nothing listens on that port there" },
		{ 6, 1, 4, false, "F09", "a firewall on the way rejects it" },
		{ 6, 1, 99, false, "F09", "a router refuses it" },
		{ 6, 2, 0, false, "F74", "it is too big for the next link" },
		{ 6, 2, 7, false, "F74", "it is too big for the next link" },
		{ 6, 3, 0, false, "F07, F15", "in circles, or a fragment of it" },
		{ 6, 3, 1, false, "F07, F15", "in circles, or a fragment of it" },
		{ 6, 4, 0, false, "F09", "somebody refuses it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct icmp_error error = { .family = rows[i].family,
					    .type = rows[i].type,
					    .code = rows[i].code };

		assert_int_equal(inet_addr_parse("10.0.0.2", &error.about_dst), 0);
		assert_int_equal(
			inet_addr_parse(rows[i].is_peer ? "10.0.0.2" : "10.0.0.254",
					&error.from),
			0);
		assert_string_equal(test_classes_of(&icmp_meaning_of(&error)->classes).s,
				    rows[i].findings);
		assert_non_null(strstr(icmp_meaning_of(&error)->text, rows[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_message_without_answer_names_silent_devices_too),
		cmocka_unit_test(quick_mode_answered_by_cipher_alone_is_refused),
		cmocka_unit_test(quick_mode_answered_by_quick_mode_is_not_refused),
		cmocka_unit_test(quick_mode_repeated_without_answer_names_proxy_ids),
		cmocka_unit_test(a_very_short_ike_auth_response_is_an_error_alone),
		cmocka_unit_test(a_short_ike_auth_response_without_esp_has_no_child),
		cmocka_unit_test(a_very_short_create_child_response_refuses_it),
		cmocka_unit_test(an_ike_auth_response_of_usual_length_says_nothing),
		cmocka_unit_test(an_icmp_error_means_what_type_code_and_teller_say),
	};

	return cmocka_run_group_tests_name("dissect/story_silence", tests, NULL, NULL);
}
