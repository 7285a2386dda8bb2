// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_backoff.c - how long an end waits before it says the same again
 *
 * Who answers main mode and hears nothing more repeats its answer by a table of its own.
 * Several makers share one, so a name found by this alone is "perhaps".
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/story.h"

#define FUZZ_DS	     5 /* tenths of a second */
#define GAPS_MIN     2 /* fewer tell nothing */
#define NAMES_MAX    3 /* more devices with that pattern tell nothing */
#define LONE_PERCENT 40
#define SOME_PERCENT 25

/* Seconds are in tenths. Facts of ike-scan 1.9.5's ike-backoff-patterns. */
static const struct pattern {
	const char *device;
	uint16_t gaps_ds[STEP_GAPS_MAX];
	uint8_t count; /* of its repetitions, when they fit; STEP_GAPS_MAX: or more */
	uint8_t fuzz_ds;
} patterns[] = {
	{ "Cisco IOS 11 or 12.0, or PIX 6", { 150, 150 }, 2, FUZZ_DS },
	{ "Cisco PIX 6.3", { 50, 50, 50, 50, 50 }, 5, FUZZ_DS },
	{ "Cisco VPN Concentrator or PIX 7", { 80, 80, 80 }, 3, FUZZ_DS },
	{ "Cisco VPN Concentrator", { 80, 80 }, 2, FUZZ_DS },
	{ "Cisco IOS, WatchGuard or racoon", { 100, 100, 100 }, 3, 10 },
	{ "Check Point 4.0", { 30, 30, 30, 60, 60, 60, 60, 60 }, 8, FUZZ_DS },
	{ "Check Point", { 20, 20, 20, 20, 20, 20, 40, 40 }, 8, FUZZ_DS },
	{ "FreeS/WAN, Openswan or strongSwan", { 100, 200 }, 2, FUZZ_DS },
	{ "Nortel Contivity", { 160, 160, 160 }, 3, 6 },
	{ "Windows 2000, XP or 2003", { 10, 20, 40, 80, 160, 320 }, 6, 6 },
	{ "isakmpd (OpenBSD)", { 70, 90, 110 }, 3, FUZZ_DS },
	{ "isakmpd (OpenBSD)", { 70, 90, 110, 130, 150 }, 5, FUZZ_DS },
	{ "racoon", { 200, 200, 200, 200, 200 }, 5, FUZZ_DS },
	{ "racoon", { 215, 215, 215, 215, 215 }, 5, FUZZ_DS },
	{ "Juniper ScreenOS", { 40, 40, 40, 40, 40, 40, 40, 40 }, 8, FUZZ_DS },
	{ "SonicWall", { 65, 90, 130, 220 }, 4, 20 },
	{ "SonicWall", { 50, 80, 180 }, 3, FUZZ_DS },
	{ "SonicWall", { 50, 100, 200 }, 3, 20 },
	{ "SideWinder G2", { 30, 60, 150, 480 }, 4, FUZZ_DS },
	{ "SideWinder G2", { 30, 40, 120, 360 }, 4, FUZZ_DS },
	{ "Linksys", { 150, 150, 150 }, 3, FUZZ_DS },
	{ "Novell BorderManager", { 45, 69, 98 }, 3, 10 },
	{ "DrayTek Vigor", { 30, 60 }, 2, FUZZ_DS },
	{ "CyberGuard", { 35, 70, 100, 100 }, 4, FUZZ_DS },
	{ "Fortinet FortiGate", { 60, 120 }, 2, FUZZ_DS },
	{ "Avaya VSU", { 145, 145, 145, 145 }, 4, 12 },
	{ "Stonesoft StoneGate", { 5, 10, 20, 40, 80, 160, 300, 300 }, 8, FUZZ_DS },
	{ "Netgear ProSafe", { 45, 50, 50, 50 }, 4, 10 },
	{ "Netgear", { 100, 200 }, 2, FUZZ_DS },
	{ "IBM AIX", { 160, 320, 640, 1280, 1280, 2560, 5120 }, 7, FUZZ_DS },
	{ "Sun Solaris", { 5, 10, 20, 40, 80 }, 5, FUZZ_DS },
};

/* Do the gaps seen fit the beginning of a pattern? */
static bool is_beginning(const struct pattern *pattern, const struct ike_step *step,
			 uint32_t gaps)
{
	if (gaps > pattern->count)
		return false;
	for (uint32_t i = 0; i < gaps; i++)
		if (abs(step->gap_ds[i] - pattern->gaps_ds[i]) > pattern->fuzz_ds)
			return false;
	return true;
}

/* Had it gone on, would the capture have it? */
static bool is_over(const struct session_set *set, const struct ike_step *step,
		    uint32_t gaps)
{
	int64_t waited_ns = set->last_ns - step->last_ns;

	return gaps < STEP_GAPS_MAX &&
	       waited_ns > 2LL * step->gap_ds[gaps - 1] * 100000000LL;
}

/*
 * The first answer of a responder to which nobody said anything more, and which was not
 * asked for again either: only then its own timer repeats it. NULL: there is none.
 */
static const struct ike_step *lone_answer(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *answer = NULL;

	vec_foreach (step, &session->steps) {
		if (step->is_from_initiator && (answer || step->repeats))
			return NULL;
		if (step->is_from_initiator || answer)
			continue;
		session_step_message(step, &message);
		if (!ike_payload_find(&message, V1_PAYLOAD_SA, 0))
			return NULL;
		answer = step;
	}
	return answer;
}

static void add_name(struct buf *names, unsigned int *count, const char *name)
{
	if (names->length && strstr(buf_text(names), name))
		return;
	buf_printf(names, "%s%s", names->length ? " or " : "", name);
	(*count)++;
}

static void say(struct ike_story *story, const struct ike_step *step, uint32_t gaps,
		const char *names, bool is_alone)
{
	struct story_peer *peer = &story->peers[1];
	struct buf _cleanup_buf_ reason = { 0 };

	buf_puts(&reason, "it repeats its answer after");
	for (uint32_t i = 0; i < gaps; i++)
		buf_printf(&reason, "%s %u.%u", i ? "," : "", step->gap_ds[i] / 10U,
			   step->gap_ds[i] % 10U);
	buf_puts(&reason, " s, as ike-scan's back-off patterns have it of that device");
	peer->device = arena_printf(story->arena, "perhaps %s", names);
	peer->confidence = is_alone ? LONE_PERCENT : SOME_PERCENT;
	vec_push(story->arena, &peer->reasons)->text =
		arena_strdup(story->arena, buf_text(&reason));
}

void story_guess_by_backoff(struct ike_story *story, const struct session_set *set)
{
	struct buf _cleanup_buf_ names = { 0 };
	const struct ike_step *step;
	unsigned int count = 0;
	bool has_whole = false;
	uint32_t gaps;

	if (story->session->version != 1 || story->peers[1].confidence ||
	    !(step = lone_answer(story->session)) || step->repeats < GAPS_MIN)
		return;
	gaps = step->repeats < STEP_GAPS_MAX ? step->repeats : STEP_GAPS_MAX;
	/* Where it ended, those that end there are meant, else all that begin so. */
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		has_whole |= is_over(set, step, gaps) && patterns[i].count == gaps &&
			     is_beginning(&patterns[i], step, gaps);
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (is_beginning(&patterns[i], step, gaps) &&
		    (!has_whole || patterns[i].count == gaps))
			add_name(&names, &count, patterns[i].device);
	if (count && count <= NAMES_MAX)
		say(story, step, gaps, buf_text(&names), count == 1);
}
