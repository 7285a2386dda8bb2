// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fold.c - long lives in bounded memory: what of an IKE SA's messages is kept */
#include "dissect/session_fold.h"

#include "base/cleanup.h"

#define QUIET_BYTES	256	     /* DPD and its answer are shorter */
#define QUIET_NS	2000000000LL /* an answer comes sooner, the next question later */
#define FOLD_FROM	96	     /* steps: shorter ladders are shown whole */
#define KEPT_AT_FIRST	(SESSION_STEPS_MAX / 2)
#define DROPPED_AT_ONCE (SESSION_STEPS_MAX / 4)

/* Deletes and errors are never quiet; what cannot be read is taken for DPD. */
static bool says_nothing(const struct ike_step *step)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_quiet = true;

	if (step->state != STEP_DECRYPTED && step->state != STEP_CLEAR)
		return true;
	session_step_message(step, &message);
	for (uint32_t i = 0; i < message.payloads; i++) {
		const struct ike_payload *payload = &message.payload[i];

		if (ike_is_v2(&message))
			is_quiet &= payload->type == V2_PAYLOAD_SK ||
				    (payload->type == V2_PAYLOAD_NOTIFY &&
				     payload->notify.type > NOTIFY_V2_ERROR_LAST);
		else
			is_quiet &= payload->type == V1_PAYLOAD_HASH ||
				    (payload->type == V1_PAYLOAD_NOTIFY &&
				     payload->notify.type > NOTIFY_V1_ERROR_LAST);
	}
	return is_quiet;
}

static bool is_quiet(const struct ike_step *step, bool is_v2)
{
	return step->bytes.bytes[18] ==
		       (is_v2 ? V2_EXCHANGE_INFORMATIONAL : V1_EXCHANGE_INFORMATIONAL) &&
	       step->bytes.length <= QUIET_BYTES && !step->repeats && !step->lost &&
	       says_nothing(step);
}

/* Question and answer: IKEv2 numbers them, IKEv1's follow each other at once. */
static bool is_pair(const struct ike_session *session, size_t index)
{
	const struct ike_step *a = &session->steps.items[index], *b = a + 1;
	bool is_v2 = session->version == 2;

	return a->is_from_initiator != b->is_from_initiator && !a->folded &&
	       b->time_ns - a->time_ns < QUIET_NS &&
	       (!is_v2 || !memcmp(a->bytes.bytes + 20, b->bytes.bytes + 20, 4)) &&
	       is_quiet(a, is_v2) && is_quiet(b, is_v2);
}

/* All of it is at hand: the beginning and the end tell more than the middle. */
static void drop_middle(struct ike_session *session)
{
	struct ike_step *steps = session->steps.items;
	struct ike_step *gap = &steps[KEPT_AT_FIRST - 1];
	size_t rest = session->steps.count - KEPT_AT_FIRST - DROPPED_AT_ONCE;

	for (size_t i = 0; i < DROPPED_AT_ONCE; i++)
		gap->lost += 1 + steps[KEPT_AT_FIRST + i].lost +
			     steps[KEPT_AT_FIRST + i].folded;
	session->steps_lost += DROPPED_AT_ONCE;
	memmove(&steps[KEPT_AT_FIRST], &steps[KEPT_AT_FIRST + DROPPED_AT_ONCE],
		rest * sizeof(*steps));
	session->steps.count -= DROPPED_AT_ONCE;
}

void session_fold(struct ike_session *session)
{
	size_t count = session->steps.count;

	if (count >= FOLD_FROM && is_pair(session, count - 2) &&
	    is_pair(session, count - 4)) {
		session->steps.items[count - 3].folded += 2;
		session->steps.count -= 2;
	}
	if (session->steps.count == SESSION_STEPS_MAX)
		drop_middle(session);
}
