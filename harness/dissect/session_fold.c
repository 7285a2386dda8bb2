// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fold.c - long lives in bounded memory: what of an IKE SA's messages is kept */
#include "dissect/session_fold.h"

#include <limits.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"

#define QUIET_BYTES	256	     /* DPD and its answer are shorter */
#define QUIET_NS	2000000000LL /* an answer comes sooner, the next question later */
#define FOLD_FROM	96	     /* steps: shorter ladders are shown whole */
#define CYCLE_STEPS_MAX 16
#define KEPT_AT_FIRST	(SESSION_STEPS_MAX / 2)
#define DROPPED_AT_ONCE (SESSION_STEPS_MAX / 4)

/* Who asks? IKEv2 counts message ids for each end. */
static bool is_asked_by_initiator(const struct ike_step *step)
{
	return step->is_from_initiator !=
	       ((step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE) != 0);
}

static bool is_same_exchange(const struct ike_step *a, const struct ike_step *b)
{
	bool is_v2 = a->bytes.bytes[17] >> 4 == 2;

	return !memcmp(a->bytes.bytes + 20, b->bytes.bytes + 20, 4) &&
	       (!is_v2 || is_asked_by_initiator(a) == is_asked_by_initiator(b));
}

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

/* IKEv2 numbers question and answer, IKEv1's follow each other at once. */
bool session_is_quiet_pair(const struct ike_session *session, size_t index)
{
	const struct ike_step *a = &session->steps.items[index], *b = a + 1;
	bool is_v2 = session->version == 2;

	return index + 1 < session->steps.count &&
	       a->is_from_initiator != b->is_from_initiator && !a->folded &&
	       b->time_ns - a->time_ns < QUIET_NS && (!is_v2 || is_same_exchange(a, b)) &&
	       is_quiet(a, is_v2) && is_quiet(b, is_v2);
}

/* ------------------------------------------------------------ shapes */

static uint64_t mix(uint64_t shape, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++)
		shape = (shape ^ at[i]) * 0x100000001b3ULL;
	return shape;
}

static uint64_t mix_number(uint64_t shape, uint64_t number)
{
	return mix(shape, &number, sizeof(number));
}

/* All of an SA but its SPIs. */
static uint64_t mix_sa(uint64_t shape, const struct ike_message *message,
		       const struct ike_payload *payload)
{
	struct buf _cleanup_buf_ text = { 0 };

	describe_sa(message, payload, UINT_MAX, &text);
	return mix(shape, text.data, text.length);
}

static uint64_t mix_payload(uint64_t shape, const struct ike_message *message,
			    const struct ike_payload *payload)
{
	bool is_v2 = ike_is_v2(message);

	shape = mix_number(shape, payload->type);
	if (payload->type == (is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA))
		return mix_sa(shape, message, payload);
	shape = mix_number(shape, payload->length);
	if (payload->type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY))
		return mix_number(shape, payload->notify.type);
	if (payload->type == (is_v2 ? V2_PAYLOAD_DELETE : V1_PAYLOAD_DELETE))
		return mix_number(shape, payload->delete.protocol);
	if (is_v2 ? payload->type == V2_PAYLOAD_TSI || payload->type == V2_PAYLOAD_TSR ||
			    payload->type == V2_PAYLOAD_CP
		  : payload->type == V1_PAYLOAD_ID ||
			    payload->type == V1_PAYLOAD_ATTRIBUTES)
		return mix(shape, payload->body.bytes, payload->body.length);
	return shape;
}

uint64_t session_step_shape(const struct ike_session *session, size_t index)
{
	const struct ike_step *step = &session->steps.items[index];
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	uint64_t shape = 0xcbf29ce484222325ULL;
	bool is_paired = session_is_quiet_pair(session, index) ||
			 (index && session_is_quiet_pair(session, index - 1));

	shape = mix_number(shape, step->bytes.bytes[18]);
	shape = mix_number(shape, step->bytes.length);
	shape = mix_number(shape, (uint64_t)step->state << 8 | (uint64_t)step->hash);
	shape = mix_number(shape, is_paired ? 2 : step->is_from_initiator);
	if (session->version == 2)
		shape = mix_number(shape, step->bytes.bytes[19] & IKE_V2_FLAG_RESPONSE);
	if (step->state != STEP_CLEAR && step->state != STEP_DECRYPTED)
		return shape;
	session_step_message(step, &message);
	for (uint32_t i = 0; i < message.payloads; i++)
		shape = mix_payload(shape, &message, &message.payload[i]);
	return shape;
}

static uint64_t shape_at(struct ike_session *session, size_t index)
{
	struct ike_step *step = &session->steps.items[index];

	if (!step->shape)
		step->shape = session_step_shape(session, index);
	return step->shape;
}

/* ------------------------------------------------------------ cycles */

/* Messages of the block that belong to the same exchange as one of its steps. */
static unsigned int messages_of(const struct ike_step *block, size_t steps,
				const struct ike_step *of)
{
	unsigned int count = 0;

	for (size_t i = 0; i < steps; i++)
		count += is_same_exchange(&block[i], of);
	return count;
}

bool session_makes_child(const struct ike_session *session, const struct ike_step *step)
{
	return step->bytes.bytes[18] ==
	       (session->version == 2 ? V2_EXCHANGE_CREATE_CHILD_SA : V1_EXCHANGE_QUICK);
}

/*
 * How many children a block makes; 0: none, or there is an exchange in it that lacks a
 * message. One INFORMATIONAL of IKEv1 is an exchange.
 */
static unsigned int children_of(const struct ike_session *session,
				const struct ike_step *block, size_t steps)
{
	unsigned int messages = 0, least = session->version == 2 ? 2 : 3;

	for (size_t i = 0; i < steps; i++) {
		bool is_child = session_makes_child(session, &block[i]);

		if (!is_child && session->version == 1)
			continue;
		if (messages_of(block, steps, &block[i]) != (is_child ? least : 2))
			return 0;
		messages += is_child;
	}
	return messages / least;
}

/* Is no exchange begun in one block and gone on with in the next? */
static bool are_apart(const struct ike_step *a, const struct ike_step *b, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		if (messages_of(b, steps, &a[i]))
			return false;
	return true;
}

/* Neither twice as soon as before nor half as often. */
static bool is_in_time(const struct ike_step *first, const struct ike_step *second,
		       const struct ike_step *third, uint32_t cycles)
{
	int64_t before_ns = (second->time_ns - first->time_ns) / (cycles + 1);
	int64_t now_ns = third->time_ns - second->time_ns;

	return now_ns > 0 && before_ns / 2 < now_ns && now_ns / 2 < before_ns;
}

static bool is_cycle(struct ike_session *session, size_t steps)
{
	size_t at = session->steps.count - 3 * steps;
	const struct ike_step *first = &session->steps.items[at], *second = first + steps,
			      *third = second + steps, *end = second - 1;

	for (size_t i = steps; i--;) {
		uint64_t shape = shape_at(session, at + i);

		if (shape_at(session, at + 2 * steps + i) != shape ||
		    shape_at(session, at + steps + i) != shape || second[i].repeats ||
		    second[i].lost || second[i].cycles)
			return false;
	}
	/* A cycle begins with its child: so all begin at the same place. */
	return session_makes_child(session, second) && !end->lost &&
	       (!end->cycles || end->cycle_steps == steps) &&
	       is_in_time(first, second, third, end->cycles) &&
	       children_of(session, second, steps) && are_apart(first, second, steps) &&
	       are_apart(second, third, steps);
}

/* The second of three cycles is counted only. */
static void drop_cycle(struct ike_session *session, size_t steps)
{
	size_t at = session->steps.count - 2 * steps;
	struct ike_step *second = &session->steps.items[at], *end = second - 1;

	session->alike_children += children_of(session, second, steps);
	end->cycles++;
	end->cycle_steps = (uint32_t)steps;
	for (size_t i = 0; i < steps; i++)
		end->alike += 1 + second[i].folded;
	memmove(second, second + steps, steps * sizeof(*second));
	session->steps.count -= steps;
}

static void fold_cycle(struct ike_session *session)
{
	for (size_t steps = 2; steps <= CYCLE_STEPS_MAX; steps++) {
		if (!is_cycle(session, steps))
			continue;
		drop_cycle(session, steps);
		return;
	}
}

/* ------------------------------------------------------------ the bound */

/* All of it is at hand: the beginning and the end tell more than the middle. */
static void drop_middle(struct ike_session *session)
{
	struct ike_step *steps = session->steps.items;
	struct ike_step *gap = &steps[KEPT_AT_FIRST - 1];
	size_t rest = session->steps.count - KEPT_AT_FIRST - DROPPED_AT_ONCE;

	for (size_t i = 0; i < DROPPED_AT_ONCE; i++)
		gap->lost += 1 + steps[KEPT_AT_FIRST + i].lost +
			     steps[KEPT_AT_FIRST + i].folded +
			     steps[KEPT_AT_FIRST + i].alike;
	session->steps_lost += DROPPED_AT_ONCE;
	memmove(&steps[KEPT_AT_FIRST], &steps[KEPT_AT_FIRST + DROPPED_AT_ONCE],
		rest * sizeof(*steps));
	session->steps.count -= DROPPED_AT_ONCE;
}

/* Three pairs at the end, each as long as the one before. */
static bool is_quiet_again(struct ike_session *session)
{
	size_t at = session->steps.count - 6;

	for (size_t i = 0; i < 6; i += 2)
		if (!session_is_quiet_pair(session, at + i))
			return false;
	for (size_t i = 0; i < 4; i++)
		if (shape_at(session, at + i) != shape_at(session, at + i + 2))
			return false;
	return true;
}

/* The second of them is counted only. */
static void drop_pair(struct ike_session *session)
{
	struct ike_step *second = &session->steps.items[session->steps.count - 4];

	second[-1].folded += 2 + second[1].folded;
	memmove(second, second + 2, 2 * sizeof(*second));
	session->steps.count -= 2;
}

void session_fold(struct ike_session *session)
{
	size_t count = session->steps.count;

	if (!count)
		return;
	if (count >= FOLD_FROM && is_quiet_again(session)) {
		drop_pair(session);
	} else if (count >= FOLD_FROM) {
		fold_cycle(session);
	}
	/* That of the last one changes when it is answered. */
	session->steps.items[session->steps.count - 1].shape = 0;
	if (session->steps.count == SESSION_STEPS_MAX)
		drop_middle(session);
}
