// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_backoff.c - how long an end waits before it says the same again
 *
 * Who answers main mode and hears nothing more repeats its answer by a table of its own
 * (device/wire.h). Several makers share one, so a name found by this alone is "perhaps".
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "device/wire.h"
#include "dissect/story.h"

#define GAPS_MIN     2 /* fewer tell nothing */
#define NAMES_MAX    3 /* more devices with that pattern tell nothing */
#define LONE_PERCENT 40
#define SOME_PERCENT 25

static_assert(STEP_GAPS_MAX == WIRE_GAPS_MAX, "as many as are counted");

/* Do the gaps seen fit the beginning of a pattern? */
static bool is_beginning(const struct wire_backoff *pattern, const struct ike_step *step,
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
	const struct wire_backoff *pattern;
	const struct ike_step *step;
	unsigned int count = 0;
	bool has_whole = false;
	uint32_t gaps;

	if (story->session->version != 1 || story->peers[1].confidence ||
	    !(step = lone_answer(story->session)) || step->repeats < GAPS_MIN)
		return;
	gaps = step->repeats < STEP_GAPS_MAX ? step->repeats : STEP_GAPS_MAX;
	/* Where it ended, those that end there are meant, else all that begin so. */
	for (size_t i = 0; (pattern = wire_backoff_at(i)); i++)
		has_whole |= is_over(set, step, gaps) && pattern->count == gaps &&
			     is_beginning(pattern, step, gaps);
	for (size_t i = 0; (pattern = wire_backoff_at(i)); i++)
		if (is_beginning(pattern, step, gaps) &&
		    (!has_whole || pattern->count == gaps))
			add_name(&names, &count, pattern->device);
	if (count && count <= NAMES_MAX)
		say(story, step, gaps, buf_text(&names), count == 1);
}
