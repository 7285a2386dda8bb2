// SPDX-License-Identifier: GPL-2.0-or-later
/* change.c - names that appeared late, WAN addresses that changed, devices that stay
 * silent */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "check/check.h"
#include "device/device.h"
#include "lab/silence.h"
#include "predict/sees.h"

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

/* ------------------------------------------------------------ a WAN address changes */

/* ", restarted by the hotplug script in 0.1 s", and so on; t is after the change. */
static void say_events(const struct check_input *input, const struct event *outage,
		       struct buf *out)
{
	int64_t from_us = event_number(outage, "changed_us", 0);
	int64_t until_us = outage->t_us;

	for (size_t i = 0; i < input->timeline->count; i++) {
		const struct event *event = &input->timeline->events[i];
		double t = seconds(event->t_us - from_us);

		if (event->t_us < from_us || event->t_us > until_us)
			continue;
		if (str_equal(event->source, "lab") &&
		    str_equal(event->kind, "restarted"))
			buf_printf(out, "; %s restarted by %s after %.1f s", event->node,
				   event_text(event, "by"), t);
		else if (str_equal(event->source, "lab") &&
			 str_equal(event->kind, "name"))
			buf_printf(out, "; DNS name changed after %.1f s", t);
		else if (str_equal(event->source, "vici") &&
			 str_equal(event->kind, "initiated"))
			buf_printf(out, "; %s initiated, %s after %.1f s", event->node,
				   event_bool(event, "ok") ? "up" : "in vain", t);
	}
}

static void check_change(const struct check_input *input, struct verdicts *verdicts,
			 const struct expectation *wanted, size_t index)
{
	const struct event *outage = check_probe(input, "outage", NULL, (int)index);
	_cleanup_buf_ struct buf text = { 0 };
	struct verdict *verdict;
	char claim[200];

	(void)snprintf(claim, sizeof(claim),
		       "the WAN address of %s changes, and traffic flows again",
		       wanted->from);
	verdict = check_add(input, verdicts, VERDICT_UNPROVEN, "wan-change", claim);
	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	if (!outage) {
		check_seen(input, verdict, "the run ended before this was tried");
		return;
	}
	if (!event_number(outage, "received_before", 0)) {
		check_seen(input, verdict, "no traffic flowed before the change");
		return;
	}
	verdict->kind = event_bool(outage, "is_back") ? VERDICT_OK : VERDICT_BROKEN;
	say_events(input, outage, &text);
	verdict->figure = arena_printf(input->arena, "after %.2f s, %d requests lost",
				       seconds(event_number(outage, "back_us", 0) -
					       event_number(outage, "changed_us", 0)),
				       (int)event_number(outage, "lost", 0));
	if (verdict->kind == VERDICT_OK)
		check_seen(input, verdict, "%s (%s to %s, %s is now %s%s)",
			   verdict->figure, event_text(outage, "from"),
			   event_text(outage, "to"), event_text(outage, "old"),
			   event_text(outage, "new"), buf_text(&text));
	else
		check_seen(input, verdict,
			   "not within %.0f s: %d requests of %s to %s, %d answered "
			   "(%s is now %s%s)",
			   seconds(event_number(outage, "watched_us", 0)),
			   (int)event_number(outage, "sent", 0),
			   event_text(outage, "from"), event_text(outage, "to"),
			   (int)event_number(outage, "received", 0),
			   event_text(outage, "old"), event_text(outage, "new"),
			   buf_text(&text));
}

void check_wan_changes(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[i];

		if (wanted->kind == EXPECT_WAN_CHANGE)
			check_change(input, verdicts, wanted, i);
	}
}

/* ------------------------------------------------------------ a name appears late */

/* The first attempt after the event (NULL: of all). */
static const struct event *attempt_after(const struct check_input *input,
					 const struct event *after)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "vici", "initiated")))
		if (!after || event->t_us >= after->t_us)
			return event;
	return NULL;
}

void check_late_names(const struct check_input *input, struct verdicts *verdicts)
{
	const struct event *first = attempt_after(input, NULL);
	const struct event *name = timeline_next(input->timeline, NULL, "lab", "name");
	const struct event *quiet = timeline_next(input->timeline, NULL, "lab", "quiet");
	const struct event *again =
		timeline_next(input->timeline, NULL, "lab", "started-again");
	const struct event *second = again ? attempt_after(input, again) : NULL;
	struct verdict *verdict;
	char claim[300];

	if (!quiet || !again || !name || !first)
		return;
	(void)snprintf(claim, sizeof(claim),
		       "%s starts the tunnel again once %s is known", quiet->node,
		       event_text(name, "name"));
	verdict = check_add(input, verdicts,
			    second && event_bool(second, "ok") ? VERDICT_OK
							       : VERDICT_BROKEN,
			    "late-name", claim);
	check_seen(input, verdict,
		   "first attempt: %s; then the name appeared, and %s in %.1f s; started "
		   "again by %s: %s",
		   event_bool(first, "ok") ? "up" : event_text(first, "text"),
		   event_number(quiet, "ups", 0) ? "the tunnel came up by itself"
						 : "nothing happened by itself",
		   seconds(event_number(quiet, "took_us", 0)), event_text(again, "by"),
		   second && event_bool(second, "ok") ? "up" : "in vain");
}

/* ------------------------------------------------------------ silent devices */

void check_silence(const struct check_input *input, struct verdicts *verdicts)
{
	vec_foreach (site, &input->scenario->sites) {
		const struct device_traits *traits = &device_of(site->kind)->traits;
		const struct sees_case of = {
			.class = F18,
			.version = 1,
			.is_phase2 = check_has_tunnel(input, 0, "up"),
			.is_refuser_silent = true,
		};
		int64_t notifies = check_rule_packets(input, site->name, "after-traffic",
						      "filter", SILENCE_COMMENT_NOTIFY);
		int64_t all = check_rule_packets(input, site->name, "after-traffic",
						 "filter", SILENCE_COMMENT);
		struct verdict *verdict;
		char claim[200];

		if (!traits->is_silent || all <= 0)
			continue;
		(void)snprintf(claim, sizeof(claim),
			       "%s says nothing to what it refuses, as a %s does",
			       site->name, device_of(site->kind)->name);
		verdict = check_add(input, verdicts, VERDICT_OK, "silence", claim);
		verdict->at = site->at;
		check_seen(
			input, verdict,
			"strongSwan in its place would have sent %" PRId64
			" notifies and %" PRId64 " answers; its administrator sees: %s",
			notifies > 0 ? notifies : 0, all - (notifies > 0 ? notifies : 0),
			sees_words(&of, site->kind, SEES_REFUSING));
	}
}
