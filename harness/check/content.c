// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * content.c - what is inside ESP: proved by opening each packet, not by counters
 *
 * The packets were opened while the run still had its keys (run/audit.c); here the
 * numbers become verdicts. Packets that the throughput probe captured in part
 * cannot be authenticated and are said so.
 */
#include <stdio.h>

#include "check/check.h"

static void add_content(const struct check_input *input, struct verdicts *verdicts,
			const struct event *event)
{
	int64_t packets = event_number(event, "packets", 0);
	int64_t opened = event_number(event, "opened", 0);
	int64_t cut = event_number(event, "cut", 0);
	int64_t outside = event_number(event, "outside", 0);
	int64_t no_key = event_number(event, "no_key", 0);
	enum verdict_kind kind = VERDICT_OK;
	struct verdict *verdict;
	char claim[200];

	if (outside || opened + cut < packets)
		kind = VERDICT_BROKEN;
	if (!opened)
		kind = VERDICT_UNPROVEN;
	(void)snprintf(claim, sizeof(claim),
		       "each ESP packet captured whole on %s decrypts, authenticates "
		       "and holds only traffic of its SA",
		       event_text(event, "link"));
	verdict = check_add(input, verdicts, kind, "esp-content", claim);
	check_seen(input, verdict,
		   "%lld of %lld packets opened with the keys of the run%s, %lld hold "
		   "traffic outside their SA's networks",
		   (long long)opened, (long long)packets,
		   !opened && no_key ? " (charon's log had none for them)"
		   : cut	     ? " (the others were captured in part)"
				     : "",
		   (long long)outside);
	if (event_number(event, "first_bad", 0))
		check_proof(input, verdict, "%s.pcapng packet %lld",
			    event_text(event, "link"),
			    (long long)event_number(event, "first_bad", 0));
	if (event_number(event, "first_outside", 0))
		check_proof(input, verdict, "%s.pcapng packet %lld",
			    event_text(event, "link"),
			    (long long)event_number(event, "first_outside", 0));
}

static void add_lan(const struct check_input *input, struct verdicts *verdicts,
		    const struct event *event)
{
	int64_t found = event_number(event, "found", 0);
	int64_t missing = event_number(event, "missing", 0);
	bool is_full = event_bool(event, "full");
	struct verdict *verdict;
	char claim[200];

	(void)snprintf(claim, sizeof(claim),
		       "each packet on %s that belongs into the tunnel was inside ESP on "
		       "the WAN",
		       event_text(event, "link"));
	/* What is missing may have been dropped by a rule or lost: no proof either way.
	 */
	verdict = check_add(input, verdicts,
			    missing || is_full ? VERDICT_UNPROVEN : VERDICT_OK,
			    "lan-accounted", claim);
	check_seen(
		input, verdict,
		"%lld found in ESP, %lld while there was no tunnel, %lld too big, %lld "
		"not accounted for%s",
		(long long)found, (long long)event_number(event, "without_sa", 0),
		(long long)event_number(event, "too_big", 0), (long long)missing,
		is_full ? ", more packets than are remembered" : "");
	if (missing)
		check_proof(input, verdict, "%s.pcapng packet %lld",
			    event_text(event, "link"),
			    (long long)event_number(event, "first_missing", 0));
}

/* One of both is wrong, and the ESP that opens with the other's keys proves nothing. */
static void add_keys(const struct check_input *input, struct verdicts *verdicts,
		     const struct event *event)
{
	char claim[200];
	struct verdict *verdict;

	(void)snprintf(claim, sizeof(claim),
		       "the kernel of %s has the keys that charon logged", event->node);
	verdict = check_add(input, verdicts, VERDICT_BROKEN, "kernel-keys", claim);
	check_seen(input, verdict, "%lld of %lld SAs have others",
		   (long long)event_number(event, "differ", 0),
		   (long long)event_number(event, "sas", 0));
}

void check_content(const struct check_input *input, struct verdicts *verdicts)
{
	for (const struct event *event = NULL;
	     (event = timeline_next(input->timeline, event, "packet", "esp"));)
		if (event_number(event, "packets", 0))
			add_content(input, verdicts, event);
	for (const struct event *event = NULL;
	     (event = timeline_next(input->timeline, event, "kernel", "keys"));)
		if (event_number(event, "differ", 0))
			add_keys(input, verdicts, event);
	for (const struct event *event = NULL;
	     (event = timeline_next(input->timeline, event, "packet", "lan"));)
		if (event_number(event, "found", 0))
			add_lan(input, verdicts, event);
}
