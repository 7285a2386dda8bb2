// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_ladder_test.c - a long life fits a screen, and what differs in it is shown */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/test_message.h"
#include "report/pcap.h"
#include "report/pcap_filter.h"

#define SECOND 1000 /* ms */
#define SCREEN 60   /* lines */

struct life {
	struct session_set *set;
	int64_t ms;
	uint32_t id;
};

static void life_done(struct life *life)
{
	session_set_free(life->set);
}

#define _cleanup_life_ __attribute__((cleanup(life_done)))

/* What nobody can read: so many bytes of SK. */
static void say(struct life *life, uint8_t exchange, int end, size_t length)
{
	uint8_t body[256] = { (uint8_t)life->id, (uint8_t)(life->id >> 8) };
	struct test_message message;

	message_start(&message, end, 0x20, exchange,
		      end ? IKE_V2_FLAG_RESPONSE : IKE_V2_FLAG_INITIATOR, true);
	test_put16(message.bytes + TEST_UDP_HEAD + 22, life->id);
	message_add(&message, V2_PAYLOAD_SK, body, length);
	message_send(&message, life->set, life->ms);
	life->ms += 20;
}

static void ask(struct life *life, uint8_t exchange, size_t asked, size_t answered)
{
	life->id++;
	say(life, exchange, 0, asked);
	if (answered)
		say(life, exchange, 1, answered);
}

/* Two days: each hour the peer is asked often whether it is there, then a rekeying. */
static void live(struct life *life, unsigned int hours, unsigned int odd,
		 size_t odd_length)
{
	life->set = session_set_new(NULL, NULL);
	ask(life, V2_EXCHANGE_AUTH, 200, 180);
	for (unsigned int hour = 0; hour < hours; hour++) {
		for (unsigned int i = 0; i < 20 + hour % 3; i++) {
			ask(life, V2_EXCHANGE_INFORMATIONAL, 40, 40);
			life->ms += 150 * SECOND;
		}
		ask(life, V2_EXCHANGE_CREATE_CHILD_SA, 180,
		    hour == odd ? odd_length : 170);
		ask(life, V2_EXCHANGE_INFORMATIONAL, 48, 48); /* DELETE of the old one */
	}
}

static unsigned int tell(const struct life *life, bool is_all, struct buf *out)
{
	struct pcap_filter filter = { .is_all = is_all };
	const struct pcap_report report = {
		.name = "x", .set = life->set, .end = "", .filter = &filter
	};
	unsigned int lines = 0;

	pcap_text(&report, out);
	for (const char *c = buf_text(out); *c; c++)
		lines += *c == '\n';
	return lines;
}

static void assert_says(const struct buf *text, const char *wanted)
{
	if (!strstr(buf_text(text), wanted))
		fail_msg("'%s' is not said in:\n%s", wanted, buf_text(text));
}

static void two_days_fit_a_screen(void **state)
{
	_cleanup_life_ struct life life = { 0 };
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	live(&life, 48, UINT32_MAX, 0);
	if (tell(&life, false, &text) > SCREEN)
		fail_msg("more than a screen:\n%s", buf_text(&text));
	assert_says(&text, "from #43 on the same 46 times more, 2164 messages in all, "
			   "about every 32");
	assert_says(&text, "48 of 48 CREATE_CHILD_SAs complete");
}

static void with_all_each_message_is_shown(void **state)
{
	_cleanup_life_ struct life life = { 0 };
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	live(&life, 2, UINT32_MAX, 0);
	assert_true(tell(&life, true, &text) > 2 * life.set->frames);
	assert_null(strstr(buf_text(&text), "the same"));
}

static void the_one_that_is_refused_is_shown(void **state)
{
	_cleanup_life_ struct life life = { 0 };
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	live(&life, 48, 17, 60);
	(void)tell(&life, false, &text);
	assert_says(&text, "SK(60 bytes)");
	assert_says(&text, "47 of 48 CREATE_CHILD_SAs complete");
}

/* The questions went on all the time. */
static void what_is_folded_is_no_silence(void **state)
{
	_cleanup_life_ struct life life = { 0 };
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	live(&life, 48, UINT32_MAX, 0);
	(void)tell(&life, false, &text);
	for (const char *at = buf_text(&text); (at = strstr(at, "… ")); at += 3) {
		char *end;
		const double seconds = strtod(at + strlen("… "), &end);

		if (str_starts(end, " s of silence") && seconds > 151)
			fail_msg("%.0f s of silence in:\n%s", seconds, buf_text(&text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_days_fit_a_screen),
		cmocka_unit_test(with_all_each_message_is_shown),
		cmocka_unit_test(the_one_that_is_refused_is_shown),
		cmocka_unit_test(what_is_folded_is_no_silence),
	};

	return cmocka_run_group_tests_name("report/pcap_ladder", tests, NULL, NULL);
}
