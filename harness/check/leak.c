// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak.c - was anything of the sites' inside in clear on the Internet?
 *
 * Every packet of every Internet link counts, from before the tunnel to after it. When
 * a leak was matters: before the tunnel it is the missing block (F70), during it a
 * selector, route or NAT rule, after it the same traffic going on in clear.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"

#define LEAK_PROOFS_MAX 6

enum leak_window { LEAK_BEFORE, LEAK_DURING, LEAK_AFTER, LEAK_WINDOWS };

static const char *const window_names[LEAK_WINDOWS] = {
	[LEAK_BEFORE] = "before the tunnel was up",
	[LEAK_DURING] = "while the tunnel was up",
	[LEAK_AFTER] = "after the tunnel was down",
};

/* Without an SA there is no "during". */
static bool was_up(const struct check_input *input)
{
	return check_has_tunnel(input, 0, "up");
}

/* Does an event of that kind span the time, from its first packet lost to the next that flows? */
static bool is_spanned(const struct check_input *input, const char *source,
		       const char *from, const char *until, int64_t t_us)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, source, "outage"))) {
		int64_t until_us = event_number(event, until, -1);

		if (t_us >= event_number(event, from, INT64_MAX) &&
		    (until_us < 0 || t_us <= until_us))
			return true;
	}
	return false;
}

/* After a change of a WAN address, or in the life that `alive` asks for. */
static bool is_in_outage(const struct check_input *input, int64_t t_us)
{
	return is_spanned(input, "probe", "changed_us", "back_us", t_us) ||
	       is_spanned(input, "life", "from_us", "until_us", t_us);
}

static enum leak_window window_of(const struct check_input *input, int64_t t_us)
{
	int64_t up_us = was_up(input) ? check_phase_us(input, "tunnel", true) : -1;
	int64_t down_us = check_phase_us(input, "teardown", true);

	if (up_us < 0 || t_us < up_us)
		return LEAK_BEFORE;
	if (is_in_outage(input, t_us))
		return LEAK_AFTER;
	return down_us >= 0 && t_us > down_us ? LEAK_AFTER : LEAK_DURING;
}

bool check_is_up_at(const struct check_input *input, int64_t t_us)
{
	return window_of(input, t_us) == LEAK_DURING;
}

/* When the end's trap policies were there; -1: never, on this plane. */
static int64_t traps_us(const struct check_input *input, const char *site)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "vici", "traps")))
		if (str_equal(event->node, site))
			return event->t_us;
	return -1;
}

static bool has_loaded_traps(const struct check_input *input)
{
	return timeline_next(input->timeline, NULL, "vici", "traps") != NULL;
}

/*
 * Would a trap policy have held the packet back? A plane that loads none proves no leak by
 * it, and neither does what was sent before charon had loaded it; later ones leaked.
 */
static const struct tunnel *trap_of(const struct check_input *input,
				    const struct wire_clear *clear)
{
	vec_foreach (end, &input->scenario->sites) {
		int64_t loaded_us = end->site ? traps_us(input, end->name) : -1;

		if (!end->site ||
		    (loaded_us >= 0 && clear->time_us - input->start_us > loaded_us))
			continue;
		vec_foreach (tunnel, &end->site->tunnels) {
			if (tunnel->is_disabled || !tunnel_has_trap(end->site, tunnel))
				continue;
			vec_foreach (child, &tunnel->children)
				vec_foreach (selector, &child->selectors)
					if (inet_prefix_has(&selector->local,
							    &clear->src) &&
					    inet_prefix_has(&selector->remote,
							    &clear->dst))
						return tunnel;
		}
	}
	return NULL;
}

struct held {
	uint64_t packets;
	const struct tunnel *tunnel; /* whose trap policy */
};

static void count_link(const struct check_input *input, const struct wire_link *link,
		       struct verdict *verdict, uint64_t counts[LEAK_WINDOWS],
		       struct held *held)
{
	vec_foreach (clear, &link->clear) {
		enum leak_window window =
			window_of(input, clear->time_us - input->start_us);
		const struct tunnel *trap =
			window == LEAK_DURING ? NULL : trap_of(input, clear);

		if (trap) {
			held->packets++;
			held->tunnel = trap;
			continue;
		}
		if (!counts[window]++ && verdict->proof.count < LEAK_PROOFS_MAX)
			check_proof(input, verdict, "%s packet %llu: %s > %s in clear %s",
				    link->file, (unsigned long long)clear->number,
				    inet_addr_text(&clear->src).s,
				    inet_addr_text(&clear->dst).s, window_names[window]);
	}
}

static uint64_t count_all(const struct check_input *input, struct verdict *verdict,
			  uint64_t counts[LEAK_WINDOWS], struct held *held,
			  uint64_t *ret_packets, size_t *ret_links)
{
	uint64_t total = 0;

	*ret_packets = 0;
	*ret_links = 0;
	for (size_t i = 0; i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		if (!link->link->is_internet)
			continue;
		count_link(input, link, verdict, counts, held);
		total += link->clear_count;
		*ret_packets += link->packets;
		(*ret_links)++;
		if (link->is_damaged) {
			verdict->kind = VERDICT_UNPROVEN;
			check_proof(input, verdict, "%s: %s", link->file, link->damage);
		}
	}
	return total - held->packets;
}

/* Packets that were lost while capturing on Internet links: they were not looked at. */
static int64_t lost_packets(const struct check_input *input)
{
	const struct event *event = NULL;
	int64_t lost = 0;

	while ((event = timeline_next(input->timeline, event, "capture", "link")))
		for (size_t i = 0; i < input->wire->count; i++)
			if (input->wire->links[i].link->is_internet &&
			    str_equal(input->wire->links[i].link->name,
				      event_text(event, "link")))
				lost += event_number(event, "dropped", 0);
	return lost;
}

/* What `leak:` asks for, so that an ok never says more than it holds. */
static const char *claim_of(const struct expectation *wanted)
{
	if (wanted->is_fine_if_seen)
		return "clear text of either site on the Internet is allowed here";
	if (wanted->is_fine_while_down)
		return "while the tunnel is up nothing of either site is in clear on the "
		       "Internet";
	return "nothing of either site is in clear on the Internet";
}

static void check_one(const struct check_input *input, struct verdicts *verdicts,
		      const struct expectation *wanted, size_t index)
{
	uint64_t counts[LEAK_WINDOWS] = { 0 }, packets, total;
	struct verdict *verdict =
		check_add(input, verdicts, VERDICT_OK, "leak", claim_of(wanted));
	struct held held = { 0 };
	size_t links;

	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	total = count_all(input, verdict, counts, &held, &packets, &links);
	if (wanted->is_fine_while_down && !was_up(input)) {
		/* Of a tunnel that never was an ok would say nothing. */
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict,
			   "there never was a tunnel; %llu packets in clear",
			   (unsigned long long)total);
	} else if (total) {
		verdict->kind = wanted->is_fine_if_seen || (wanted->is_fine_while_down &&
							    !counts[LEAK_DURING])
					? VERDICT_OK
					: VERDICT_LEAK;
		check_seen(input, verdict,
			   "%llu packets in clear (%llu before the tunnel, %llu "
			   "during, %llu after)",
			   (unsigned long long)total,
			   (unsigned long long)counts[LEAK_BEFORE],
			   (unsigned long long)counts[LEAK_DURING],
			   (unsigned long long)counts[LEAK_AFTER]);
	} else if (held.packets && !has_loaded_traps(input)) {
		_cleanup_buf_ struct buf at = { 0 };

		origin_format(&held.tunnel->start_at, &at);
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict,
			   "%llu packets in clear while it was down, which the trap "
			   "policy of '%s' (%s) would hold: none is loaded here",
			   (unsigned long long)held.packets, held.tunnel->name,
			   buf_text(&at));
	} else if (verdict->kind == VERDICT_UNPROVEN) {
		check_seen(input, verdict, "a capture is damaged");
	} else if (lost_packets(input)) {
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict,
			   "none in clear, but %lld packets were lost while "
			   "capturing",
			   (long long)lost_packets(input));
	} else if (!packets) {
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict, "no packet was captured at all");
	} else {
		check_seen(input, verdict,
			   "%llu packets on %zu Internet links, none in clear",
			   (unsigned long long)packets, links);
	}
}

void check_leaks(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[i];

		if (wanted->kind == EXPECT_LEAK)
			check_one(input, verdicts, wanted, i);
	}
}
