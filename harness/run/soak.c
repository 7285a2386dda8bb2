// SPDX-License-Identifier: GPL-2.0-or-later
/* soak.c - lives of a tunnel with events that are drawn by chance, and the shortest that fails */
#include "run/soak.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define BEGIN_S		  2 /* the tunnel has just come up */
#define CHARON_RETRANSMIT 4.0
#define CHARON_TRIES	  5 /* retransmit_tries, 165 s in all */

/* ------------------------------------------------------------ what there is */

static const struct kind {
	const char *word;
	enum event_kind kind;
	const char *key; /* of a scenario's event */
} kinds[] = {
	{ "loss", EVENT_LOSS, "loss" },
	{ "reorder", EVENT_REORDER, "reorder" },
	{ "disconnect", EVENT_DISCONNECT, "disconnect" },
	{ "restart", EVENT_RESTART, "restart" },
	{ "wan-change", EVENT_WAN_CHANGE, "wan change" },
	{ "rekey", EVENT_REKEY, "rekey" },
};

const char *const soak_words[] = { "loss",	 "reorder", "disconnect", "restart",
				   "wan-change", "rekey",   NULL };

unsigned int soak_kind(const char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i].word) == length &&
		    !strncmp(kinds[i].word, word, length))
			return 1u << kinds[i].kind;
	return 0;
}

static const struct kind *kind_of(enum event_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

/* ------------------------------------------------------------ drawn */

/* splitmix64 (Steele, Lea, Flood 2014): any seed is as good as any other. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* min to max, both may come. */
static unsigned int between(uint64_t *state, unsigned int min, unsigned int max)
{
	return max <= min ? min : min + (unsigned int)(next(state) % (max - min + 1));
}

unsigned int soak_life_min_s(unsigned int gap_s)
{
	return BEGIN_S + SOAK_SLOT_MIN_S + gap_s + 1;
}

static enum event_kind draw_kind(uint64_t *state, unsigned int wanted)
{
	unsigned int count = 0, which;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		count += (wanted >> kinds[i].kind) & 1;
	which = between(state, 0, count - 1);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if ((wanted >> kinds[i].kind) & 1 && !which--)
			return kinds[i].kind;
	return EVENT_LOSS;
}

/* In a slot of that length, from its beginning on; over before its last third. */
static struct soak_event draw_event(uint64_t *state, unsigned int wanted,
				    unsigned int slot_s)
{
	struct soak_event event = { .kind = draw_kind(state, wanted) };
	unsigned int third_s = slot_s / 3;

	/* Each takes the same numbers: one kind less does not change what another does. */
	event.at_s = between(state, 0, third_s - 1);
	event.for_s = between(state, 1, third_s);
	event.percent = 5 * between(state, 1, 20);
	event.site = between(state, 0, 5);
	switch (event.kind) {
	case EVENT_LOSS:
	case EVENT_REORDER:
		event.site = 0;
		break;
	case EVENT_DISCONNECT:
		event.site %= 2;
		event.percent = 0;
		break;
	case EVENT_REKEY: /* half of them at both ends at once */
		event.site = event.site > 2 ? 2 : event.site % 2;
		event.for_s = event.percent = 0;
		break;
	case EVENT_RESTART:
	case EVENT_WAN_CHANGE:
	case EVENT_DNS_STALE:
		event.site %= 2;
		event.for_s = event.percent = 0;
		break;
	}
	return event;
}

void soak_draw(uint64_t seed, const struct soak_room *room,
	       struct soak_schedule *ret_schedule)
{
	uint64_t state = seed;
	unsigned int most, slot_s, room_s;

	*ret_schedule = (struct soak_schedule){ 0 };
	if (!room->kinds || room->life_s < soak_life_min_s(room->gap_s))
		return;
	room_s = room->life_s - room->gap_s - BEGIN_S - 1;
	most = room_s / SOAK_SLOT_MIN_S;
	ret_schedule->count =
		between(&state, 1, most < SOAK_EVENTS_MAX ? most : SOAK_EVENTS_MAX);
	slot_s = room_s / (unsigned int)ret_schedule->count;
	for (size_t i = 0; i < ret_schedule->count; i++) {
		ret_schedule->items[i] = draw_event(&state, room->kinds, slot_s);
		ret_schedule->items[i].at_s += BEGIN_S + (unsigned int)i * slot_s;
	}
}

/* ------------------------------------------------------------ the shortest that fails */

/* Of a schedule the events whose bits are set. */
static struct soak_schedule part_of(const struct soak_schedule *schedule,
				    unsigned int bits)
{
	struct soak_schedule part = { 0 };

	for (size_t i = 0; i < schedule->count; i++)
		if (bits >> i & 1)
			part.items[part.count++] = schedule->items[i];
	return part;
}

/* Without so many of those that are set, from the n-th of them on. */
static unsigned int without(unsigned int bits, size_t from, size_t count)
{
	size_t at = 0;

	for (unsigned int i = 0; i < SOAK_EVENTS_MAX; i++) {
		if (!(bits >> i & 1))
			continue;
		if (at >= from && at < from + count)
			bits &= ~(1u << i);
		at++;
	}
	return bits;
}

int soak_shrink(struct soak_schedule *schedule, soak_fails_fn *fails, void *user,
		unsigned int *ret_tries, struct err *err)
{
	const struct soak_schedule whole = *schedule;
	bool is_tried[1u << SOAK_EVENTS_MAX] = { [0] = true };
	unsigned int kept = (1u << whole.count) - 1, tries = 0;
	size_t step = whole.count / 2;
	int r = 0;

	while (!r && step) {
		bool is_shorter = false;

		for (size_t from = 0; !r && from < schedule->count;) {
			unsigned int rest = without(kept, from, step);
			bool is_failing = false;

			if (!is_tried[rest]) {
				const struct soak_schedule part = part_of(&whole, rest);

				is_tried[rest] = true;
				tries++;
				r = fails(user, &part, &is_failing, err);
			}
			if (!r && is_failing) {
				kept = rest;
				*schedule = part_of(&whole, kept);
				is_shorter = true;
			} else {
				from += step;
			}
		}
		/* One may be needed only for another that is gone by now. */
		if (step > 1)
			step /= 2;
		else if (!is_shorter)
			step = 0;
	}
	if (ret_tries)
		*ret_tries = tries;
	return r;
}

/* ------------------------------------------------------------ written */

void soak_write_events(const struct soak_schedule *schedule,
		       const char *const site_names[2], struct buf *out)
{
	if (schedule->count)
		buf_puts(out, "events:\n");
	for (size_t i = 0; i < schedule->count; i++) {
		const struct soak_event *event = &schedule->items[i];

		buf_printf(out, "  - { at: %us, %s: ", event->at_s,
			   kind_of(event->kind)->key);
		if (event->kind == EVENT_LOSS || event->kind == EVENT_REORDER)
			buf_printf(out, "%u%%, between: [ %s, %s ]", event->percent,
				   site_names[0], site_names[1]);
		else
			buf_puts(out, event->site > 1 ? "both" : site_names[event->site]);
		if (event->for_s)
			buf_printf(out, ", for: %us", event->for_s);
		buf_puts(out, " }\n");
	}
}

void soak_write_scenario(const struct scenario *scenario, const struct soak_life *life,
			 const struct soak_schedule *schedule, uint64_t seed,
			 struct buf *out)
{
	const char *const names[] = { scenario->sites.items[0].name,
				      scenario->sites.items[1].name };

	buf_printf(out, "# Seed %" PRIu64 " of a soak of %s.\nbase: %s\n", seed,
		   scenario->name, life->base);
	if (life->faster > 1)
		buf_printf(out, "timing: { retransmit: %.2fs, tries: %d, faster: %u }\n",
			   CHARON_RETRANSMIT / life->faster, CHARON_TRIES, life->faster);
	buf_puts(out, "expect:\n  - tunnel: up\n");
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_REACH && wanted->path == PATH_TUNNEL)
			buf_printf(out, "  - reach: %s -> %s\n    through: tunnel\n",
				   wanted->from, wanted->to);
	buf_printf(out, "  - alive: %us\n    each: %us\n    gap: %us\n", life->life_s,
		   life->each_s, life->gap_s);
	soak_write_events(schedule, names, out);
}
