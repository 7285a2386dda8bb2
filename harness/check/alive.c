// SPDX-License-Identifier: GPL-2.0-or-later
/* alive.c - `alive:`: was the tunnel there all the time, and what did each event cost it? */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/check.h"
#include "check/sas.h"

#define PROOFS_MAX 8

/* "3:00:00 h" of a life's own time. */
static const char *at_text(const struct check_input *input, int64_t us)
{
	int64_t s = us / 1000000;

	return arena_printf(input->arena, "%" PRId64 ":%02d:%02d h", s / 3600,
			    (int)(s / 60 % 60), (int)(s % 60));
}

/* "45 s", "5 min", "48 h" */
static const char *length_text(const struct check_input *input, unsigned int s)
{
	return s % 3600 == 0 ? arena_printf(input->arena, "%u h", s / 3600)
	       : s % 60 == 0 ? arena_printf(input->arena, "%u min", s / 60)
			     : arena_printf(input->arena, "%u s", s);
}

/* Of an outage, and of an event with the longest that it made. */
static bool is_too_long(const struct event *away, const struct expectation *wanted)
{
	return event_number(away, "gap_us", 0) > (int64_t)wanted->gap_s * 1000000;
}

/* One line an event: when, what, where, what was lost, and for how long. */
static void say_event(const struct check_input *input, struct verdicts *verdicts,
		      const struct expectation *wanted, size_t index,
		      const struct event *passed)
{
	size_t number = (size_t)event_number(passed, "event", 0);
	int64_t gap_us = event_number(passed, "gap_us", 0);
	int64_t lost = event_number(passed, "lost", 0);
	const char *claim = arena_printf(
		input->arena, "after %s, %s: the tunnel is back within %s",
		at_text(input, event_number(passed, "at_us", 0)),
		event_text(passed, "text"), length_text(input, wanted->gap_s));
	struct verdict *verdict = check_add(input, verdicts, VERDICT_OK, "alive", claim);

	verdict->expectation = (int)index;
	verdict->at = number < input->scenario->events.count
			      ? input->scenario->events.items[number].from
			      : wanted->at;
	if (gap_us < 0) {
		verdict->kind = VERDICT_BROKEN;
		check_seen(input, verdict, "it was not, %s later",
			   length_text(input, wanted->gap_s));
		return;
	}
	if (is_too_long(passed, wanted))
		verdict->kind = VERDICT_BROKEN;
	check_seen(input, verdict, "%" PRId64 " requests lost, away for %.1f s%s", lost,
		   (double)gap_us / 1e6,
		   event_number(passed, "for_us", 0)
			   ? " beside the time that nothing could pass"
			   : "");
}

/* The longest outage; those that are too long are proof. */
static int64_t worst_of(const struct check_input *input, struct verdict *verdict,
			const struct expectation *wanted, unsigned int *ret_bad,
			const struct event **ret_worst)
{
	const struct event *outage = NULL;
	int64_t worst_us = 0;

	while ((outage = timeline_next(input->timeline, outage, "life", "outage"))) {
		int64_t gap_us = event_number(outage, "gap_us", 0);
		const char *text = event_text(outage, "text");

		if (gap_us > worst_us) {
			worst_us = gap_us;
			*ret_worst = outage;
		}
		if (!is_too_long(outage, wanted))
			continue;
		if ((*ret_bad)++ < PROOFS_MAX)
			check_proof(input, verdict,
				    "%s > %s: none answered from %s on, %s%.1f s%s%s",
				    event_text(outage, "from"), event_text(outage, "to"),
				    at_text(input, event_number(outage, "at_us", 0)),
				    event_bool(outage, "is_back")
					    ? "for "
					    : "and never again, for ",
				    (double)gap_us / 1e6, *text ? ", after " : "", text);
	}
	return worst_us;
}

static void check_life(const struct check_input *input, struct verdicts *verdicts,
		       const struct expectation *wanted, size_t index)
{
	const struct event *end = timeline_next(input->timeline, NULL, "life", "end");
	const struct event *passed = NULL, *worst = NULL;
	unsigned int bad = 0;
	int64_t worst_us, sent, answered;
	struct verdict *verdict = check_add(
		input, verdicts, VERDICT_UNPROVEN, "alive",
		arena_printf(input->arena,
			     "traffic flows for %s, and no outage is longer than %s",
			     length_text(input, wanted->alive_s),
			     length_text(input, wanted->gap_s)));

	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	if (!end) {
		check_seen(input, verdict, "the run ended before that time was over");
		return;
	}
	worst_us = worst_of(input, verdict, wanted, &bad, &worst);
	sent = event_number(end, "sent", 0);
	answered = event_number(end, "answered", 0);
	verdict->kind = bad || !answered ? VERDICT_BROKEN : VERDICT_OK;
	check_seen(input, verdict,
		   "%" PRId64 " of %" PRId64
		   " requests answered in %s; %d outages, %u too "
		   "long, the longest %.1f s%s%s; %d times rekeyed, %d IKE SAs",
		   answered, sent, at_text(input, event_number(end, "at_us", 0)),
		   (int)event_number(end, "outages", 0), bad, (double)worst_us / 1e6,
		   worst && *event_text(worst, "text") ? " after " : "",
		   worst ? event_text(worst, "text") : "",
		   (int)event_number(end, "rekeys", 0), (int)event_number(end, "ups", 0));
	while ((passed = timeline_next(input->timeline, passed, "life", "passed")))
		say_event(input, verdicts, wanted, index, passed);
}

/* Does the other end send into it? */
static bool is_known(const struct check_input *input, unsigned int site, const char *spi)
{
	struct sas_walk walk = { .sas = check_sas(input, site, "after-life") };
	const json_t *child;

	while ((child = sas_next_child(&walk)))
		if (str_equal_nocase(json_text(child, "spi-out"), spi))
			return true;
	return false;
}

unsigned int check_left_over(const struct check_input *input, unsigned int site)
{
	struct sas_walk walk = { .sas = check_sas(input, site, "after-life") };
	unsigned int count = 0;
	const json_t *child;

	while ((child = sas_next_child(&walk)))
		count += str_equal(json_text(child, "state"), "INSTALLED") &&
			 *json_text(child, "spi-in") &&
			 !is_known(input, !site, json_text(child, "spi-in"));
	return count;
}

/*
 * One may be left of a moment ago, and dead peer detection takes each away in its time;
 * without it they are there until they are rekeyed, in vain, or expire.
 */
static void check_pile(const struct check_input *input, struct verdicts *verdicts,
		       const struct expectation *wanted, size_t index, unsigned int site)
{
	const struct scenario_site *own = &input->scenario->sites.items[site];
	unsigned int left = check_left_over(input, site);
	struct verdict *verdict;

	vec_foreach (tunnel, &own->site->tunnels)
		if (!tunnel->is_disabled && tunnel_notices_dead_peer(tunnel))
			return;
	if (left < 2)
		return;
	verdict =
		check_add(input, verdicts, VERDICT_BROKEN, "child-surplus",
			  arena_printf(input->arena,
				       "%s keeps no CHILD SA that the other end has not",
				       own->name));
	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	check_seen(input, verdict, "%u of them, and nothing takes them away", left);
}

void check_alive(const struct check_input *input, struct verdicts *verdicts)
{
	size_t index = 0;
	const struct expectation *wanted = scenario_alive(input->scenario, &index);

	if (!wanted)
		return;
	check_life(input, verdicts, wanted, index);
	for (unsigned int site = 0; site < input->scenario->sites.count; site++)
		check_pile(input, verdicts, wanted, index, site);
}
