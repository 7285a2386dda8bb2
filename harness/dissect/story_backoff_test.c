// SPDX-License-Identifier: GPL-2.0-or-later
/* story_backoff_test.c - who repeats its answer after how long: named at most "perhaps" */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"
#include "dissect/test_message.h"

#define GAPS_MAX 10

/* An SA payload without proposals: what is chosen does not matter here. */
static void send_answer(struct session_set *set, int64_t ms)
{
	struct test_message message;

	message_start(&message, 1, 0x10, V1_EXCHANGE_MAIN, 0, true);
	message_add_hex(&message, V1_PAYLOAD_SA, "0000000100000001");
	message_send(&message, set, ms);
}

static void send_question(struct session_set *set, int64_t ms)
{
	struct test_message message;

	message_start(&message, 0, 0x10, V1_EXCHANGE_MAIN, 0, false);
	message_add_hex(&message, V1_PAYLOAD_SA, "0000000100000001");
	message_send(&message, set, ms);
}

/* Somebody else, so that the capture goes on. */
static void send_other(struct session_set *set, int64_t ms)
{
	struct test_message message;

	message_start(&message, 0, 0x10, V1_EXCHANGE_MAIN, 0, false);
	message.bytes[TEST_UDP_HEAD] = 9;
	message_send(&message, set, ms);
}

static const struct row {
	int64_t gaps_ms[GAPS_MAX];
	bool goes_on, asks_again;
	const char *device; /* its beginning */
} rows[] = {
	{ { 3000, 6000 }, true, false, "perhaps DrayTek Vigor" },
	{ { 6100, 11900 }, true, false, "perhaps Fortinet FortiGate" },
	{ { 4000, 4000, 4100, 3900, 4000, 4000, 4000, 4000, 4000, 4000 },
	  true,
	  false,
	  "perhaps Juniper ScreenOS" },
	/* Two makers have that pattern. */
	{ { 10000, 20000 },
	  true,
	  false,
	  "perhaps FreeS/WAN, Openswan or strongSwan or N" },
	/* The capture may just have ended: SideWinder begins so, too. */
	{ { 3000, 6000 }, false, false, "perhaps SideWinder G2 or DrayTek Vigor" },
	/* Nobody waits so; one repetition tells nothing. */
	{ { 3000, 17000 }, true, false, "unknown" },
	{ { 3000 }, true, false, "unknown" },
	/* It only answers what is asked again. */
	{ { 3000, 6000 }, true, true, "unknown" },
};

static void who_repeats_its_answer_so_is_perhaps_that_device(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(session_set_freep) struct session_set *set =
			session_set_new(NULL, NULL);
		struct ike_story *story;
		int64_t ms = 10;

		send_question(set, 0);
		send_answer(set, ms);
		for (int j = 0; j < GAPS_MAX && rows[i].gaps_ms[j]; j++) {
			ms += rows[i].gaps_ms[j];
			if (rows[i].asks_again)
				send_question(set, ms - 10);
			send_answer(set, ms);
		}
		if (rows[i].goes_on)
			send_other(set, ms + 100000);
		story = story_of(set, set->session[0]);
		if (!str_starts(story->peers[1].device, rows[i].device))
			fail_msg("row %zu: %s", i, story->peers[1].device);
		assert_in_range(story->peers[1].confidence, 0, 40);
		story_free(story);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_repeats_its_answer_so_is_perhaps_that_device),
	};

	return cmocka_run_group_tests_name("dissect/story_backoff", tests, NULL, NULL);
}
