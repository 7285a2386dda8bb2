// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_fold.c - the messages of an IKE SA, of which what repeats itself stands once
 *
 * First each step, or quiet pair, is an item. Then runs of the same few items become one,
 * again and again: quiet pairs first, then the cycles that have them inside.
 */
#include "report/pcap_fold.h"

#include "base/cleanup.h"
#include "dissect/session_fold.h"

#define PERIOD_MAX   16
#define PASSES_MAX   4
#define CYCLES_LEAST 3 /* fewer are shown as they are */
#define PAIRS_LEAST  2
#define SOON_NS	     2000000000LL /* distances below are all the same */

uint64_t pcap_fold_messages(const struct ike_session *session,
			    const struct fold_item *item)
{
	uint64_t messages = 0;

	for (size_t i = item->first; i < item->first + item->span; i++) {
		const struct ike_step *step = &session->steps.items[i];

		messages += 1 + (uint64_t)step->folded;
		if (i + 1 < item->first + item->span)
			messages += step->alike;
	}
	return messages;
}

/* What was sent again, or has something behind it, is like nothing else. */
static uint64_t shape_of(const struct ike_session *session, size_t index)
{
	const struct ike_step *step = &session->steps.items[index];

	if (step->repeats || step->copies || step->lost || step->is_cut)
		return index + 1;
	return session_step_shape(session, index);
}

static void add_leaves(struct arena *arena, const struct ike_session *session,
		       struct fold_items *ret)
{
	for (size_t i = 0; i < session->steps.count;) {
		bool is_pair = session_is_quiet_pair(session, i);
		struct fold_item item = { .first = i,
					  .span = is_pair ? 2 : 1,
					  .shown = 1,
					  .is_pair = is_pair,
					  .insides = is_pair ? 2 : 1,
					  .shape = shape_of(session, i) };

		if (is_pair)
			item.shape = item.shape * 31 + shape_of(session, i + 1);
		vec_add(arena, &ret->list, item);
		i += item.span;
	}
}

static const struct ike_step *last_step(const struct ike_session *session,
					const struct fold_item *item)
{
	return &session->steps.items[item->first + item->span - 1];
}

static int64_t begin_ns(const struct ike_session *session, const struct fold_item *item)
{
	return session->steps.items[item->first].time_ns;
}

static bool are_alike(const struct fold_item *a, const struct fold_item *b, size_t period)
{
	for (size_t i = 0; i < period; i++)
		if (a[i].shape != b[i].shape)
			return false;
	return true;
}

/* Pairs are asked when it is quiet, whenever that is; cycles have their time. */
static bool is_in_time(int64_t first_ns, int64_t ns)
{
	return (first_ns < SOON_NS && ns < SOON_NS) ||
	       (ns > first_ns / 2 && ns / 2 < first_ns);
}

/* Can a cycle be so: begin with its child, and nothing be left out inside of it? */
static bool is_block(const struct ike_session *session, const struct fold_item *items,
		     size_t period)
{
	const struct ike_step *first = &session->steps.items[items[0].first];
	bool has_child = false;

	for (size_t i = 0; i < period; i++) {
		const struct ike_step *step = &session->steps.items[items[i].first];

		has_child |= session_makes_child(session, step);
		if (i + 1 < period && last_step(session, &items[i])->cycles)
			return false;
	}
	return !has_child || session_makes_child(session, first);
}

/* Cycles behind a block that were counted only, if they are like it; -1: they are not. */
static int64_t hidden_behind(const struct ike_session *session,
			     const struct fold_item *items, size_t period)
{
	const struct ike_step *last = last_step(session, &items[period - 1]);
	size_t steps = items[period - 1].first + items[period - 1].span - items[0].first;

	if (last->cycles && (period == 1 || last->cycle_steps != steps))
		return -1;
	return last->cycles;
}

/* How often the items stand there, one time behind the other, of so many items at all. */
static size_t times_of(const struct ike_session *session, const struct fold_item *items,
		       size_t count, size_t period, struct fold_item *ret)
{
	bool is_pair = period == 1 && items->is_pair;
	int64_t first_ns = 0, ns, hidden = hidden_behind(session, items, period);
	size_t times = 1;

	ret->least_ns = INT64_MAX;
	ret->most_ns = ret->hidden = 0;
	for (; hidden >= 0 && (times + 1) * period <= count; times++) {
		const struct fold_item *next = items + times * period;

		if (!are_alike(items, next, period) || !is_block(session, next, period))
			break;
		ret->hidden += (uint64_t)hidden;
		ns = (begin_ns(session, next) - begin_ns(session, next - period)) /
		     (hidden + 1);
		hidden = hidden_behind(session, next, period);
		if (is_pair && last_step(session, next - 1)->folded)
			continue;
		first_ns = first_ns ? first_ns : ns;
		if (!is_pair && !is_in_time(first_ns, ns))
			break;
		ret->least_ns = ns < ret->least_ns ? ns : ret->least_ns;
		ret->most_ns = ns > ret->most_ns ? ns : ret->most_ns;
	}
	return times >= (is_pair ? PAIRS_LEAST : CYCLES_LEAST) ? times : 1;
}

/* A run of pairs is like one of them: how many there are is no difference. */
static uint64_t shape_of_run(const struct fold_item *items, size_t period)
{
	uint64_t shape = items[0].shape;

	for (size_t i = 1; i < period; i++)
		shape = shape * 31 + items[i].shape;
	return period == 1 && items[0].is_pair ? shape : shape * 31 + period;
}

/* The run at `at`, with the shortest period; false: there is none. */
static bool find_run(const struct ike_session *session, const struct fold_items *items,
		     size_t at, struct fold_item *ret)
{
	const struct fold_item *first = &items->list.items[at];

	for (size_t period = 1; period <= PERIOD_MAX; period++) {
		const struct fold_item *last;

		if (at + 2 * period > items->list.count)
			return false;
		if (!is_block(session, first, period))
			continue;
		ret->shown =
			times_of(session, first, items->list.count - at, period, ret);
		if (ret->shown == 1)
			continue;
		last = first + ret->shown * period - 1;
		ret->first = first->first;
		ret->span = last->first + last->span - first->first;
		ret->shape = shape_of_run(first, period);
		ret->is_pair = false;
		ret->is_of_pairs = period == 1 && first->is_pair;
		ret->inside = first;
		ret->insides = period;
		return true;
	}
	return false;
}

/* The list once more with runs as one item; the old one stays: the new one points to it. */
static bool fold_once(struct arena *arena, const struct ike_session *session,
		      struct fold_items *items)
{
	struct fold_items folded = { 0 };
	bool has_any = false;

	for (size_t at = 0; at < items->list.count;) {
		struct fold_item run = { 0 };

		if (find_run(session, items, at, &run)) {
			vec_add(arena, &folded.list, run);
			at += run.shown * run.insides;
			has_any = true;
		} else {
			vec_add(arena, &folded.list, items->list.items[at]);
			at++;
		}
	}
	if (has_any)
		*items = folded;
	return has_any;
}

void pcap_fold(struct arena *arena, const struct ike_session *session,
	       struct fold_items *ret)
{
	*ret = (struct fold_items){ 0 };
	add_leaves(arena, session, ret);
	for (int pass = 0; pass < PASSES_MAX && fold_once(arena, session, ret); pass++)
		;
}
