// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_moves.c - ends that go on from another address or port, fragments that are not there
 *
 * A NAT that forgot its mapping, MOBIKE (RFC 4555) and a phone that changed its network
 * all look the same: an SA goes on, and its messages come from somewhere else.
 */
#include "base/cleanup.h"
#include "dissect/cursor.h"
#include "dissect/story.h"

#define MOVES_MAX     8
#define FRAGMENTS_MAX 64 /* of one message; who sends more is not told about */
#define FRAGMENT_AT   (IKE_HEADER_SIZE + 4) /* number and total of RFC 7383 2.5 */

/* ------------------------------------------------------------ addresses and ports */

/* From 500 to 4500, whatever a NAT makes of the ports: RFC 3947 4, RFC 7296 2.23. */
static bool is_float(const struct ike_step *before, const struct ike_step *step)
{
	return before->is_nat_t != step->is_nat_t || before->is_tcp != step->is_tcp;
}

/* The last message of the same end before that one, on the same link; NULL: none. */
static const struct ike_step *before_of(const struct ike_session *session, size_t index)
{
	const struct ike_step *step = &session->steps.items[index];

	while (index--) {
		const struct ike_step *before = &session->steps.items[index];

		if (before->is_from_initiator == step->is_from_initiator &&
		    before->interface == step->interface)
			return before;
	}
	return NULL;
}

static void note_move(struct ike_story *story, const struct ike_step *before,
		      const struct ike_step *step)
{
	struct inet_text from = inet_addr_text(&before->src);
	struct inet_text to = inet_addr_text(&step->src);
	bool is_port = inet_addr_equal(&before->src, &step->src);

	story_note(story, STORY_INFO, step->frame, is_port ? CLASSES(F16) : NULL,
		   "the %s goes on from %s port %u, before it was %s port %u: %s",
		   step->is_from_initiator ? "initiator" : "responder", to.s,
		   step->src_port, from.s, before->src_port,
		   is_port ? "a NAT on the way has a new mapping"
			   : "it has another address (MOBIKE), or its NAT has");
}

static void note_moves(struct ike_story *story)
{
	const struct ike_session *session = story->session;
	unsigned int moves = 0;

	for (size_t i = 1; i < session->steps.count; i++) {
		const struct ike_step *step = &session->steps.items[i];
		const struct ike_step *before = before_of(session, i);

		if (!before || is_float(before, step) ||
		    (before->src_port == step->src_port &&
		     inet_addr_equal(&before->src, &step->src)))
			continue;
		if (++moves <= MOVES_MAX)
			note_move(story, before, step);
	}
	if (moves > MOVES_MAX)
		story_note(story, STORY_INFO, 0, NULL,
			   "its ends change their addresses or ports %u times more",
			   moves - MOVES_MAX);
}

/* ------------------------------------------------------------ fragments of IKEv2 */

bool story_is_fragment(const struct ike_step *step)
{
	return step->bytes.bytes[17] >> 4 == 2 && step->bytes.length >= FRAGMENT_AT + 4 &&
	       step->bytes.bytes[16] == V2_PAYLOAD_SKF;
}

/* Exchange, flags and message id are the same. */
static bool is_of_message(const struct ike_step *a, const struct ike_step *b)
{
	return story_is_fragment(b) && a->is_from_initiator == b->is_from_initiator &&
	       !memcmp(a->bytes.bytes + 18, b->bytes.bytes + 18, 6);
}

struct fragments {
	unsigned int total, seen;
};

/* The largest total counts: who cuts a message anew cuts it into more (RFC 7383 2.5.2). */
static struct fragments fragments_of(const struct ike_session *session,
				     const struct ike_step *like)
{
	struct fragments ret = { 0 };
	uint64_t there = 0;

	vec_foreach (step, &session->steps) {
		unsigned int number, of;

		if (!is_of_message(like, step))
			continue;
		number = be16(step->bytes.bytes + FRAGMENT_AT);
		of = be16(step->bytes.bytes + FRAGMENT_AT + 2);
		if (of > ret.total) {
			ret.total = of;
			there = 0;
		}
		if (of == ret.total && number && number <= FRAGMENTS_MAX)
			there |= 1ULL << (number - 1);
	}
	for (unsigned int i = 0; i < ret.total && i < FRAGMENTS_MAX; i++)
		ret.seen += (unsigned int)(there >> i & 1);
	return ret;
}

unsigned int story_fragments_missing(const struct ike_session *session,
				     const struct ike_step *step)
{
	struct fragments fragments = { 0 };

	if (story_is_fragment(step))
		fragments = fragments_of(session, step);
	return fragments.total > FRAGMENTS_MAX ? 0 : fragments.total - fragments.seen;
}

static void note_message(struct ike_story *story, const struct ike_step *step)
{
	struct fragments fragments;
	unsigned int missing;

	for (const struct ike_step *before = story->session->steps.items; before < step;
	     before++)
		if (is_of_message(step, before))
			return; /* told with it */
	fragments = fragments_of(story->session, step);
	missing = fragments.total - fragments.seen;
	if (fragments.total <= FRAGMENTS_MAX && missing)
		story_note(story, STORY_WARNING, step->frame, CLASSES(F15),
			   "of this message's %u fragments (RFC 7383) %u %s not in the "
			   "capture",
			   fragments.total, missing, missing == 1 ? "is" : "are");
}

void story_add_moves(struct ike_story *story)
{
	note_moves(story);
	if (story->session->version != 2)
		return;
	vec_foreach (step, &story->session->steps)
		if (story_is_fragment(step))
			note_message(story, step);
}
