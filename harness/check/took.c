// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * took.c - how long a check's answer was waited for
 *
 * All checks are judged at the end, in no time. What a user asks of a slow one is how long
 * its question was open: since its phase began, until a probe answered or the phase ended.
 */
#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"

/* Checks of something that a phase brings about. Of others there is no such time: 0. */
static const struct {
	const char *check, *phase;
} phases[] = {
	{ "ike-sa", "tunnel" },	    { "identities", "tunnel" },
	{ "psk-proof", "tunnel" },  { "ike-algorithms", "tunnel" },
	{ "child-sa", "tunnel" },   { "rekey", "rekey" },
	{ "reach", "traffic" },	    { "blocked", "traffic" },
	{ "name", "traffic" },	    { "throughput", "measure" },
	{ "mtu", "measure" },	    { "wan-change", "wan change" },
	{ "teardown", "teardown" },
};

static const char *phase_of(const char *check)
{
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++)
		if (str_equal(phases[i].check, check))
			return phases[i].phase;
	return NULL;
}

/* The last answer to that expectation in the phase; -1: none. */
static int64_t answered_us(const struct check_input *input, int expectation,
			   int64_t begin_us, int64_t end_us)
{
	const struct timeline *timeline = input->timeline;
	int64_t answered = -1;

	for (size_t i = 0; expectation >= 0 && i < timeline->count; i++) {
		const struct event *event = &timeline->events[i];

		if (event->t_us >= begin_us && event->t_us <= end_us &&
		    str_equal(event->source, "probe") &&
		    event_number(event, "expectation", -1) == expectation)
			answered = event->t_us;
	}
	return answered;
}

void check_took(const struct check_input *input, struct verdicts *verdicts)
{
	vec_foreach (verdict, verdicts) {
		const char *phase = phase_of(verdict->check);
		int64_t begin = phase ? check_phase_us(input, phase, false) : -1;
		int64_t end = phase ? check_phase_us(input, phase, true) : -1;
		int64_t answered;

		if (begin < 0 || end < begin)
			continue;
		answered = answered_us(input, verdict->expectation, begin, end);
		verdict->took_us = (answered >= 0 ? answered : end) - begin;
	}
}
