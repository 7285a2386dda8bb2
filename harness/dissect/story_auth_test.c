// SPDX-License-Identifier: GPL-2.0-or-later
/* story_auth_test.c - which answer of IKE_AUTH is the last, and what it agrees to */
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_message.h"
#include "dissect/test_reading.h"

/* AES-CBC-256, PRF SHA2-256, HMAC-SHA2-256-128, group 14 */
#define CBC_SHA256                                 \
	"0000002c010100040300000c0100000c800e0100" \
	"0300000802000005"                         \
	"030000080300000c"                         \
	"000000080400000e"
#define SEALED (4 + 16 + 16 + 1) /* header, IV, ICV, the pad length */

struct said {
	int end;
	uint8_t exchange, id;
	size_t plain; /* octets of payloads; 0: none of its messages */
};

static void send_said(struct session_set *set, const struct said *said, int64_t ms)
{
	struct test_message message;
	uint8_t sealed[900] = { said->id, said->exchange };

	message_start(&message, said->end, 0x20, said->exchange, said->end ? 0x20 : 0x08,
		      true);
	message_set_id(&message, said->id);
	message_add(&message, V2_PAYLOAD_SK, sealed, said->plain + SEALED - 4);
	message_send(&message, set, ms);
}

/* IKE_SA_INIT, and what is said behind it, ten milliseconds after each other. */
static struct ike_story *story_behind_init(struct session_set *set,
					   const struct said *said, size_t count)
{
	struct test_message message;

	for (int end = 0; end < 2; end++) {
		message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT, end ? 0x20 : 0x08,
			      end == 1);
		message_add_hex(&message, V2_PAYLOAD_SA, CBC_SHA256);
		message_send(&message, set, end);
	}
	for (size_t i = 0; i < count; i++)
		send_said(set, &said[i], 10 + 10 * (int64_t)i);
	return story_of(set, set->session[0]);
}

static void assert_outcome(const struct said *said, size_t count, const char *outcome)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct ike_story *story = story_behind_init(set, said, count);

	if (!str_starts(story->outcome, outcome))
		fail_msg("of %zu: %s", count, story->outcome);
	assert_int_equal(story->is_up, str_starts(outcome, "up"));
	story_free(story);
}

#define ASK(number, size)                         \
	{                                         \
		0, V2_EXCHANGE_AUTH, number, size \
	}
#define ANSWER(number, size)                      \
	{                                         \
		1, V2_EXCHANGE_AUTH, number, size \
	}

/* A certificate first; EAP-TLS' handshake; EAP-Success; AUTH, and AUTH with the child. */
static const struct said eap_tls[] = {
	ASK(1, 180), ANSWER(1, 800), ASK(2, 230), ANSWER(2, 800),
	ASK(3, 10),  ANSWER(3, 700), ASK(4, 600), ANSWER(4, 80),
	ASK(5, 10),  ANSWER(5, 8),   ASK(6, 40),  ANSWER(6, 180),
};

static void eap_is_up_with_its_last_answer_alone(void **state)
{
	(void)state;
	for (size_t count = 3; count < ARRAY_SIZE(eap_tls); count++)
		assert_outcome(eap_tls, count, "not up: it ends with");
	assert_outcome(eap_tls, ARRAY_SIZE(eap_tls), "up: IKE_SA_INIT and IKE_AUTH");
}

/* RFC 9242: the first round of IKE_AUTH has message id 2 then. */
static void childless_answer_behind_ike_intermediate_is_an_ike_sa(void **state)
{
	static const struct said said[] = {
		{ 0, V2_EXCHANGE_INTERMEDIATE, 1, 800 },
		{ 1, V2_EXCHANGE_INTERMEDIATE, 1, 800 },
		ASK(2, 200),
		ANSWER(2, 60),
	};

	(void)state;
	assert_outcome(said, 2, "not up");
	assert_outcome(said, 4, "IKE SA only");
}

static void refused_child_makes_no_ike_sa_up(void **state)
{
	static const struct said said[] = {
		ASK(1, 200),
		ANSWER(1, 60),
		{ 0, V2_EXCHANGE_CREATE_CHILD_SA, 2, 200 },
		{ 1, V2_EXCHANGE_CREATE_CHILD_SA, 2, 8 },
		{ 0, V2_EXCHANGE_CREATE_CHILD_SA, 3, 200 },
		{ 1, V2_EXCHANGE_CREATE_CHILD_SA, 3, 180 },
	};

	(void)state;
	assert_outcome(said, 4, "IKE SA only");
	assert_outcome(said, 6, "up: ");
}

/* A long answer may be refused, too; what is said seconds later is another matter. */
static void initiator_that_leaves_at_once_makes_it_not_told(void **state)
{
	static const struct said said[] = {
		ASK(1, 200),
		ANSWER(1, 800),
		{ 0, V2_EXCHANGE_INFORMATIONAL, 2, 8 },
		{ 1, V2_EXCHANGE_INFORMATIONAL, 2, 0 },
		{ 0, V2_EXCHANGE_INFORMATIONAL, 3, 0 },
	};
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	struct ike_story *story;

	(void)state;
	assert_outcome(said, 2, "up: ");
	assert_outcome(said, 3, "not told: IKE_SA_INIT and IKE_AUTH are complete, the");
	assert_outcome(said, 4, "not told: IKE_SA_INIT and IKE_AUTH are complete, the");
	assert_outcome(said, 5, "up: ");
	story_free(story_behind_init(set, said, 2));
	send_said(set, &said[2], 30000);
	story = story_of(set, set->session[0]);
	assert_true(story->is_up);
	story_free(story);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(eap_is_up_with_its_last_answer_alone),
		cmocka_unit_test(childless_answer_behind_ike_intermediate_is_an_ike_sa),
		cmocka_unit_test(refused_child_makes_no_ike_sa_up),
		cmocka_unit_test(initiator_that_leaves_at_once_makes_it_not_told),
	};

	return cmocka_run_group_tests_name("dissect/story_auth", tests, NULL, NULL);
}
