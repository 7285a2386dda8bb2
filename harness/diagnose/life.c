// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * life.c - why a tunnel that worked was away for too long (`alive:`)
 *
 * Nothing in a file says when a line is cut or a router restarted, so the run's own events
 * are the cause, and what the devices lack to get over them is the setting. Where neither
 * event nor log tells it, nothing is claimed: the check says what was seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "device/fixes.h"
#include "diagnose/observe.h"

static const struct tunnel *tunnel_of(const struct scenario_site *site)
{
	vec_foreach (tunnel, &site->site->tunnels)
		if (!tunnel->is_disabled)
			return tunnel;
	return NULL;
}

/* The first outage that is too long; the earlier it was, the less came before it. */
static const struct event *first_long(const struct check_input *input,
				      const struct expectation *wanted)
{
	const struct event *outage = NULL, *first = NULL;

	while ((outage = timeline_next(input->timeline, outage, "life", "outage")))
		if (event_number(outage, "gap_us", 0) >
			    (int64_t)wanted->gap_s * 1000000 &&
		    (!first ||
		     event_number(outage, "at_us", 0) < event_number(first, "at_us", 0)))
			first = outage;
	return first;
}

static void prove_outage(const struct observe *observe, const struct event *outage,
			 struct diagnosis *diagnosis)
{
	int64_t at_s = event_number(outage, "at_us", 0) / 1000000;
	double gap_s = (double)event_number(outage, "gap_us", 0) / 1e6;

	observe_prove(
		observe, diagnosis,
		"%s > %s: no answer from %" PRId64 ":%02d h on%s%s, %s %.0f s",
		event_text(outage, "from"), event_text(outage, "to"), at_s / 3600,
		(int)(at_s / 60 % 60), *event_text(outage, "text") ? ", after " : "",
		event_text(outage, "text"),
		event_bool(outage, "is_back") ? "for" : "and none to the end,", gap_s);
}

/* ------------------------------------------------------------ F61 */

static struct diagnosis_value tries_value(const struct check_input *input,
					  const struct scenario_site *site,
					  const struct tunnel *tunnel)
{
	const struct number *tries = &tunnel->keyingtries;

	return (struct diagnosis_value){
		.site = site->name,
		.setting = "keyingtries",
		.value = arena_printf(
			input->arena, "%" PRId64 "%s", tries->is_set ? tries->n : 1,
			tries->is_set && tries->at.file ? "" : " (default)"),
		.at = tries->at.file ? tries->at : tunnel->at,
	};
}

/* charon says "giving up" of each of its tries: it is one of several, or the last. */
static bool has_begun_again(const struct check_input *input, unsigned int end,
			    const struct log_fact *gave_up)
{
	const struct log_fact *fact = NULL;

	while ((fact = logs_next(&input->logs[end], fact, CHARON_LOG_INITIATING)))
		if (fact->line > gave_up->line)
			return true;
	return false;
}

/*
 * No end has any SA, both had, and who can start gave its peer up: nobody begins again. A
 * trap policy or keyingtries 0 would have.
 */
static bool gave_up(const struct observe *observe, const struct event *outage,
		    struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	struct diagnosis diagnosis = { 0 };
	unsigned int first = input->scenario->initiator, count = 0;

	if (event_bool(outage, "is_back") || check_has_tunnel(input, 0, "after-life") ||
	    check_has_tunnel(input, 1, "after-life"))
		return false;
	diagnosis_name(&diagnosis, F61);
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int end = i ? !first : first;
		const struct scenario_site *site = &input->scenario->sites.items[end];
		const struct tunnel *tunnel = tunnel_of(site);
		const struct log_fact *fact = NULL, *last = NULL;
		const struct device_fixes *fixes = device_of(site->kind)->fixes;

		while ((fact = logs_next(&input->logs[end], fact, CHARON_LOG_GAVE_UP)))
			last = fact;
		if (last && has_begun_again(input, end, last))
			return false;
		if (!tunnel || !last ||
		    (tunnel->keyingtries.is_set && !tunnel->keyingtries.n))
			continue;
		diagnosis.values[count++] = tries_value(input, site, tunnel);
		diagnosis.site = diagnosis.site ? diagnosis.site : site->name;
		observe_prove(observe, &diagnosis, "%s",
			      logs_quote(&input->logs[end], last, input->arena));
		vec_add(input->arena, &diagnosis.sees,
			arena_printf(input->arena, "%s: %s, and then nothing for ever",
				     site->name, last->text));
		vec_add(input->arena, &diagnosis.fixes,
			arena_printf(input->arena, "%s: %s", site->name,
				     fixes && fixes->try_forever
					     ? fixes->try_forever
					     : "start the tunnel by traffic, or try for "
					       "ever"));
	}
	if (!count)
		return false;
	diagnosis.summary = arena_printf(
		input->arena,
		"%s gave up when %s was away for too long, and nobody starts the tunnel "
		"again",
		count == 2 ? "each end" : diagnosis.site,
		count == 2 ? "the other" : "its peer");
	prove_outage(observe, outage, &diagnosis);
	observe_in_effect(observe, &diagnosis,
			  "the line was whole again, and neither end had or began an SA");
	*vec_push(input->arena, diagnoses) = diagnosis;
	return true;
}

/* ------------------------------------------------------------ F56, F57 */

/* One end was restarted, the other one went on with what was gone. */
static bool went_on(const struct observe *observe, const struct event *outage,
		    const struct scenario_event *event, struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct scenario_site *at = &input->scenario->sites.items[event->site];
	const struct scenario_site *other = &input->scenario->sites.items[!event->site];
	const struct tunnel *tunnel = tunnel_of(other);
	bool has_detection = tunnel && tunnel_notices_dead_peer(tunnel);
	struct diagnosis diagnosis = { .site = at->name };

	if (!tunnel || event->kind != EVENT_RESTART)
		return false;
	diagnosis_name(&diagnosis, has_detection ? F57 : F56);
	diagnosis.summary = arena_printf(
		input->arena,
		"%s was restarted and has forgotten its SAs, and %s still uses "
		"them%s",
		at->name, other->name,
		has_detection ? " until its dead peer detection is through"
			      : ": dead peer detection is off");
	diagnosis.values[0] = (struct diagnosis_value){
		.site = other->name,
		.setting = "dead peer detection",
		.value = has_detection ? arena_printf(input->arena, "every %" PRId64 " s",
						      tunnel->dpd_delay_s.n)
				       : "off",
		.at = tunnel->dpd_delay_s.at.file ? tunnel->dpd_delay_s.at : tunnel->at,
	};
	prove_outage(observe, outage, &diagnosis);
	vec_add(input->arena, &diagnosis.sees,
		arena_printf(input->arena, "both: %s", diagnosis.class->advice.both));
	vec_add(input->arena, &diagnosis.fixes,
		arena_printf(input->arena, "%s: %s", other->name,
			     diagnosis.class->advice.fix));
	observe_in_effect(observe, &diagnosis,
			  "the daemon was killed and another one started, and what was "
			  "asked then was not answered");
	*vec_push(input->arena, diagnoses) = diagnosis;
	return true;
}

/* ------------------------------------------------------------ F58 */

/* The last time that the site got another address before an outage was over; NULL: never. */
static const struct event *change_before(const struct check_input *input,
					 const struct event *outage, const char *site)
{
	const struct event *event = NULL, *last = NULL;

	while ((event = timeline_next(input->timeline, event, "lab", "wan-changed")))
		if (str_equal(event->node, site) && event->t_us <= outage->t_us)
			last = event;
	return last;
}

static bool was_restarted(const struct check_input *input, const struct event *change,
			  const struct event *outage)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "lab", "restarted")))
		if (str_equal(event->node, change->node) && event->t_us >= change->t_us &&
		    event->t_us <= outage->t_us)
			return true;
	return false;
}

/* "84.112.3.56/24" without its length. */
static const char *address_of(const struct check_input *input, const struct event *change,
			      const char *key)
{
	char *text = arena_strdup(input->arena, event_text(change, key));

	text[strcspn(text, "/")] = '\0';
	return text;
}

/*
 * The address went, and the device itself did nothing about it: the tunnel did not come
 * back, or only when dead peer detection was through. Who was restarted and is not back has
 * another fault.
 */
static bool moved_on(const struct observe *observe, const struct event *outage,
		     const struct scenario_event *event, struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct scenario_site *site = &input->scenario->sites.items[event->site];
	const struct event *change = change_before(input, outage, site->name);
	bool is_back = event_bool(outage, "is_back");
	struct diagnosis diagnosis = { 0 };
	struct moved moved = { .site = site,
			       .sas = "after-life",
			       .until_us = outage->t_us };

	if (event->kind != EVENT_WAN_CHANGE || !change ||
	    was_restarted(input, change, outage))
		return false;
	moved.old = address_of(input, change, "old");
	moved.new = address_of(input, change, "new");
	prove_outage(observe, outage, &diagnosis);
	if (!observe_moved(observe, &moved, &diagnosis) && !is_back)
		return false; /* no SA is left of before: nobody waits for it */
	if (is_back)
		diagnosis.summary = arena_printf(
			input->arena, "%s before dead peer detection is through",
			diagnosis.summary);
	if (is_back)
		observe_in_effect(
			observe, &diagnosis,
			"the address changed, its daemon was not restarted, and "
			"what was asked then was not answered");
	*vec_push(input->arena, diagnoses) = diagnosis;
	return true;
}

/* ------------------------------------------------------------ F30 */

/* Until when an event let the DNS say the address of before, when that outage began. */
static int64_t stale_until_us(const struct check_input *input, const struct event *outage,
			      unsigned int site)
{
	int64_t from_us = event_number(outage, "at_us", 0), until_us = 0;
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "life", "happens"))) {
		size_t number = (size_t)event_number(event, "event", 0);
		const struct scenario_event *of =
			number < input->scenario->events.count
				? &input->scenario->events.items[number]
				: NULL;
		int64_t at_us = event_number(event, "at_us", 0);
		int64_t end_us = of ? at_us + (int64_t)of->for_s * 1000000 : 0;

		if (of && of->kind == EVENT_DNS_STALE && of->site == site &&
		    at_us <= from_us && from_us < end_us)
			until_us = end_us;
	}
	return until_us;
}

/* The line of an end's log in which it refuses a stranger of that address; NULL: none. */
static const struct log_fact *refused(const struct check_input *input, unsigned int site,
				      const char *address)
{
	const struct log_fact *fact = NULL;

	while ((fact = logs_next(&input->logs[site], fact, CHARON_LOG_NO_IKE_CONFIG)))
		if (strstr(fact->text, address))
			return fact;
	return NULL;
}

/* What a tunnel of the site knows its peer by: that name, or that address; NULL. */
static const struct endpoint *known_by(const struct site *site, enum endpoint_kind kind,
				       const char *text)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (remote, &tunnel->remotes)
			if (!tunnel->is_disabled && remote->kind == kind &&
			    str_equal_nocase(kind == ENDPOINT_NAME
						     ? remote->name
						     : inet_addr_text(&remote->addr).s,
					     text))
				return remote;
	return NULL;
}

/*
 * A site has another address, and in the line of the other end's log it is a stranger there,
 * which knows it by `value`: the setting, the proof and what both administrators see.
 */
static void tell_stranger(const struct observe *observe, const struct event *outage,
			  unsigned int moved, const struct log_fact *fact,
			  struct diagnosis_value value, struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;

	value.site = input->scenario->sites.items[!moved].name;
	value.setting = "the peer's address";
	diagnosis_name(diagnosis, F30);
	diagnosis->site = value.site;
	diagnosis->values[0] = value;
	prove_outage(observe, outage, diagnosis);
	observe_prove(observe, diagnosis, "%s",
		      logs_quote(&input->logs[!moved], fact, input->arena));
	vec_add(input->arena, &diagnosis->sees,
		arena_printf(input->arena, "%s: %s",
			     input->scenario->sites.items[moved].name,
			     diagnosis->class->advice.caller));
	vec_add(input->arena, &diagnosis->sees,
		arena_printf(input->arena, "%s: %s", value.site, fact->text));
}

/*
 * The other end knows this one by a name, of which the DNS said the address of before: who
 * calls from the new one is a stranger there.
 */
static bool name_was_stale(const struct observe *observe, const struct event *outage,
			   const struct scenario_event *event,
			   struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct scenario_site *site = &input->scenario->sites.items[event->site];
	const struct scenario_site *other = &input->scenario->sites.items[!event->site];
	const struct event *change = change_before(input, outage, site->name);
	int64_t until_us = stale_until_us(input, outage, event->site);
	const struct endpoint *peer =
		known_by(other->site, ENDPOINT_NAME, site->dns_name);
	struct diagnosis diagnosis = { 0 };
	const struct log_fact *fact;
	const char *new;

	if (event->kind != EVENT_WAN_CHANGE || !change || !until_us || !peer)
		return false;
	new = address_of(input, change, "new");
	fact = refused(input, !event->site, new);
	if (!fact)
		return false;
	tell_stranger(observe, outage, event->site, fact,
		      (struct diagnosis_value){ .value = peer->name, .at = peer->at },
		      &diagnosis);
	diagnosis.summary = arena_printf(
		input->arena,
		"%s has another WAN address, and %s refuses it: the DNS still said %s of "
		"%s",
		site->name, other->name, address_of(input, change, "old"),
		site->dns_name);
	vec_add(input->arena, &diagnosis.fixes,
		arena_printf(input->arena,
			     "%s: any address and the peer's identity, so that a name "
			     "that is late does not matter; or a shorter time to live of "
			     "%s",
			     other->name, site->dns_name));
	observe_in_effect(observe, &diagnosis,
			  "the DNS answered with the address of before, and the new one "
			  "was refused");
	*vec_push(input->arena, diagnoses) = diagnosis;
	return true;
}

/* ------------------------------------------------------------ F97 */

/*
 * An end that heard again and again from a peer that began anew, and believes each time
 * that there are two: it has all of the old SAs, too.
 */
static void piled_up(const struct observe *observe, unsigned int site,
		     struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct scenario_site *own = &input->scenario->sites.items[site];
	const struct scenario_site *other = &input->scenario->sites.items[!site];
	const struct tunnel *tunnel = tunnel_of(own);
	unsigned int left = check_left_over(input, site);
	struct diagnosis diagnosis = { .site = own->name };

	if (left < 2 || !tunnel || tunnel_notices_dead_peer(tunnel) ||
	    !str_equal(tunnel->unique.s, "never"))
		return;
	diagnosis_name(&diagnosis, F97);
	diagnosis.summary = arena_printf(
		input->arena,
		"%s keeps the SAs of before whenever %s begins anew: unique = never, and no "
		"dead peer detection",
		own->name, other->name);
	diagnosis.values[0] = (struct diagnosis_value){ .site = own->name,
							.setting = "unique",
							.value = tunnel->unique.s,
							.at = tunnel->unique.at };
	observe_prove(
		observe, &diagnosis,
		"%s: %u CHILD SAs into which %s does not send, when the life is over",
		own->name, left, other->name);
	vec_add(input->arena, &diagnosis.sees,
		arena_printf(input->arena, "%s: %s", own->name,
			     diagnosis.class->advice.both));
	vec_add(input->arena, &diagnosis.fixes,
		arena_printf(input->arena, "%s: %s", own->name,
			     diagnosis.class->advice.fix));
	observe_in_effect(observe, &diagnosis,
			  "several are installed at one end, and the other one has one");
	*vec_push(input->arena, diagnoses) = diagnosis;
}

/*
 * A site has another address since a while, which MOBIKE may have carried over; what is
 * begun anew goes to the address in the other end's file, and from the new one comes a
 * stranger. Whatever the outage began with.
 */
static bool address_is_pinned(const struct observe *observe, const struct event *outage,
			      unsigned int moved, struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct scenario_site *site = &input->scenario->sites.items[moved];
	const struct scenario_site *other = &input->scenario->sites.items[!moved];
	const struct event *change = change_before(input, outage, site->name);
	struct diagnosis diagnosis = { 0 };
	const struct endpoint *peer;
	const struct log_fact *fact;
	const char *old, *new;

	if (!change || event_bool(outage, "is_back"))
		return false;
	old = address_of(input, change, "old");
	new = address_of(input, change, "new");
	peer = known_by(other->site, ENDPOINT_ADDRESS, old);
	fact = refused(input, !moved, new);
	if (!peer || !fact)
		return false;
	tell_stranger(observe, outage, moved, fact,
		      (struct diagnosis_value){ .value = old, .at = peer->at },
		      &diagnosis);
	diagnosis.summary = arena_printf(
		input->arena, "%s has the WAN address %s by now, and %s knows it by %s",
		site->name, new, other->name, old);
	vec_add(input->arena, &diagnosis.fixes,
		arena_printf(input->arena, "%s: %s", other->name,
			     diagnosis.class->advice.fix));
	observe_in_effect(observe, &diagnosis,
			  "the address changed, and the new one was refused");
	*vec_push(input->arena, diagnoses) = diagnosis;
	return true;
}

void observe_life(const struct observe *observe, struct diagnoses *diagnoses)
{
	const struct check_input *input = observe->input;
	const struct expectation *wanted = scenario_alive(input->scenario, NULL);
	const struct event *outage = wanted ? first_long(input, wanted) : NULL;
	int64_t number = outage ? event_number(outage, "event", -1) : -1;
	const struct scenario_event *event;

	for (unsigned int site = 0; wanted && !diagnoses->count && site < 2; site++)
		piled_up(observe, site, diagnoses);
	if (!outage || diagnoses->count) /* what was wrong before explains it */
		return;
	for (unsigned int site = 0; site < 2; site++)
		if (address_is_pinned(observe, outage, site, diagnoses))
			return;
	if (gave_up(observe, outage, diagnoses) || number < 0 ||
	    (size_t)number >= input->scenario->events.count)
		return;
	event = &input->scenario->events.items[number];
	if (!went_on(observe, outage, event, diagnoses) &&
	    !name_was_stale(observe, outage, event, diagnoses))
		(void)moved_on(observe, outage, event, diagnoses);
}
