// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * traffic.c - who reaches whom, how, and seen as whom
 *
 * An answer alone proves nothing about the way: what a target saw as source address
 * comes from the target, and that nothing was in clear from the Internet links.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "check/check.h"
#include "probe/icmp.h"

static const struct expectation *expectation_at(const struct check_input *input, size_t i)
{
	return &input->scenario->expectations.items[i];
}

static const char *path_name(enum path_kind path)
{
	switch (path) {
	case PATH_TUNNEL:
		return " through the tunnel";
	case PATH_INTERNET:
		return " through the Internet";
	case PATH_LAN:
		return " in the LAN";
	case PATH_ANY:
		return "";
	}
	return "";
}

/* The first address of the list that equals text or, with text NULL, any. */
static bool json_has(const json_t *list, const char *text)
{
	size_t i;
	json_t *item;

	json_array_foreach (list, i, item)
		if (str_equal(json_string_value(item), text))
			return true;
	return false;
}

static void list_text(const json_t *list, struct buf *out)
{
	size_t i;
	json_t *item;

	json_array_foreach (list, i, item)
		buf_printf(out, "%s%s", i ? ", " : "", json_string_value(item));
}

/* The expectation's own echo request (or its answer) in clear on an Internet link. */
static const struct wire_clear *clear_packet(const struct check_input *input,
					     int expectation,
					     const struct wire_link **ret_link)
{
	int64_t from_us = check_phase_us(input, "traffic", false);
	int64_t until_us = check_phase_us(input, "traffic", true);

	for (size_t i = 0; i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		vec_foreach (clear, &link->clear) {
			int64_t t_us = clear->time_us - input->start_us;

			if (clear->expectation != expectation || t_us < from_us ||
			    (until_us >= 0 && t_us > until_us))
				continue;
			*ret_link = link;
			return clear;
		}
	}
	return NULL;
}

/* Was something of this probe in clear? Then the verdict is a leak, with its packet. */
static bool leaks(const struct check_input *input, struct verdict *verdict,
		  const struct event *probe)
{
	const struct wire_link *link;
	const struct wire_clear *clear =
		clear_packet(input, (int)event_number(probe, "expectation", -1), &link);

	if (!clear)
		return false;
	verdict->kind = VERDICT_LEAK;
	check_proof(input, verdict, "%s packet %llu: %s > %s in clear", link->file,
		    (unsigned long long)clear->number, inet_addr_text(&clear->src).s,
		    inet_addr_text(&clear->dst).s);
	return true;
}

/* "refused by 192.168.2.82 (port unreachable)" from the probe's first ICMP error. */
static void say_refusal(const struct event *probe, struct buf *out)
{
	const json_t *error = json_array_get(json_object_get(probe->facts, "errors"), 0);

	if (error)
		buf_printf(out, "refused by %s (%s)",
			   json_string_value(json_object_get(error, "from")),
			   icmp_error_name((uint8_t)json_integer_value(
						   json_object_get(error, "type")),
					   (uint8_t)json_integer_value(
						   json_object_get(error, "code"))));
	else if (event_number(probe, "send_errno", 0))
		buf_printf(out, "%s cannot send: %s", event_text(probe, "from"),
			   strerror((int)event_number(probe, "send_errno", 0)));
	else
		buf_puts(out, "no answer and no error: dropped silently");
}

static void say_probe(const struct event *probe, struct buf *out)
{
	const json_t *seen = json_object_get(probe->facts, "seen_as");

	if (event_number(probe, "received", 0))
		buf_printf(out, "%d answered in %.2f ms",
			   (int)event_number(probe, "received", 0),
			   (double)event_number(probe, "rtt_us", 0) / 1e3);
	else
		say_refusal(probe, out);
	if (json_array_size(seen)) {
		buf_printf(out, ", %s saw ", event_text(probe, "to"));
		list_text(seen, out);
	}
}

/* What a site's WAN address looks like behind the provider's NAT, if there is one. */
static struct inet_addr seen_as_outside(const struct check_input *input,
					const struct expectation *wanted)
{
	vec_foreach (site, &input->scenario->sites) {
		const struct inet_addr outside = plan_outside(input->plan, site->name);

		if (wanted->path == PATH_INTERNET && outside.family &&
		    inet_addr_equal(&wanted->seen_as, &scenario_wan(site)->addr))
			return outside;
	}
	return wanted->seen_as;
}

/*
 * An answer is one through the tunnel only when there was an SA and ESP on the wire: two
 * gateways in one network hand clear packets to each other just as well.
 */
static bool came_another_way(const struct check_input *input,
			     const struct expectation *wanted, const struct event *probe)
{
	uint64_t esp = 0;

	if (wanted->path != PATH_TUNNEL || !event_number(probe, "received", 0))
		return false;
	for (size_t i = 0; i < input->wire->count; i++)
		if (input->wire->links[i].link->is_internet)
			esp += input->wire->links[i].esp_packets;
	return !check_has_tunnel(input, 0, "up") || !check_has_tunnel(input, 1, "up") ||
	       (input->wire->count && !esp);
}

static void check_one_reach(const struct check_input *input, struct verdicts *verdicts,
			    size_t index, const struct event *probe)
{
	const struct expectation *wanted = expectation_at(input, index);
	const json_t *seen = json_object_get(probe->facts, "seen_as");
	const struct inet_addr expected = seen_as_outside(input, wanted);
	struct inet_text seen_as = inet_addr_text(&expected);
	_cleanup_buf_ struct buf text = { 0 };
	bool is_right = event_number(probe, "received", 0) > 0 &&
			(!wanted->seen_as.family ||
			 (json_has(seen, seen_as.s) && json_array_size(seen) == 1));
	struct verdict *verdict;
	char claim[160];

	(void)snprintf(claim, sizeof(claim), "%s reaches %s%s%s%s", wanted->from,
		       wanted->to, wanted->as.family ? " as " : "",
		       wanted->as.family ? inet_addr_text(&wanted->as).s : "",
		       path_name(wanted->path));
	verdict = check_add(input, verdicts, is_right ? VERDICT_OK : VERDICT_BROKEN,
			    "reach", claim);
	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	say_probe(probe, &text);
	if (!is_right && event_number(probe, "received", 0) && wanted->seen_as.family)
		buf_printf(&text, " instead of %s", seen_as.s);
	if (is_right && came_another_way(input, wanted, probe)) {
		verdict->kind = VERDICT_BROKEN;
		buf_puts(&text, ", yet not through the tunnel: no SA and ESP for it");
	}
	if (wanted->path == PATH_TUNNEL && leaks(input, verdict, probe))
		buf_puts(&text, ", in clear on the Internet");
	check_seen(input, verdict, "%s", buf_text(&text));
}

/* A question that was never put: the run did not get that far. */
static void check_unasked(const struct check_input *input, struct verdicts *verdicts,
			  size_t index, const char *check)
{
	const struct expectation *wanted = expectation_at(input, index);
	struct verdict *verdict =
		check_add(input, verdicts, VERDICT_UNPROVEN, check, wanted->text);

	verdict->expectation = (int)index;
	verdict->at = wanted->at;
	check_seen(input, verdict, "the run ended before this was tried");
}

void check_reach(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct event *probe;

		if (expectation_at(input, i)->kind != EXPECT_REACH)
			continue;
		probe = check_probe(input, "reach", "up", (int)i);
		if (probe)
			check_one_reach(input, verdicts, i, probe);
		else
			check_unasked(input, verdicts, i, "reach");
	}
}

void check_blocked(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted = expectation_at(input, i);
		_cleanup_buf_ struct buf text = { 0 };
		const struct event *probe;
		struct verdict *verdict;
		char claim[160];
		bool is_blocked;

		if (wanted->kind != EXPECT_BLOCKED)
			continue;
		probe = check_probe(input, "reach", "up", (int)i);
		if (!probe) {
			check_unasked(input, verdicts, i, "blocked");
			continue;
		}
		is_blocked = !event_number(probe, "received", 0) &&
			     !event_number(probe, "arrived", 0);
		(void)snprintf(claim, sizeof(claim), "%s does not reach %s", wanted->from,
			       wanted->to);
		verdict = check_add(input, verdicts,
				    is_blocked ? VERDICT_OK : VERDICT_BROKEN, "blocked",
				    claim);
		verdict->expectation = (int)i;
		verdict->at = wanted->at;
		say_probe(probe, &text);
		if (leaks(input, verdict, probe))
			buf_puts(&text, ", but left in clear on the Internet");
		check_seen(input, verdict, "%s", buf_text(&text));
	}
}

/* ------------------------------------------------------------ NAT exemption */

/* Sum of the counters of rules with that target in the node's nat table. */
static int64_t nat_packets(const struct check_input *input, const char *node,
			   const char *label, const char *target, struct verdict *verdict)
{
	const struct event *event = NULL, *found = NULL;
	int64_t packets = 0;
	json_t *rule;
	size_t i;

	while ((event = timeline_next(input->timeline, event, "counter", "rules")))
		if (str_equal(event->node, node) &&
		    str_equal(event_text(event, "label"), label))
			found = event;
	json_array_foreach (found ? json_object_get(found->facts, "rules") : NULL, i,
			    rule) {
		int64_t count = json_integer_value(json_object_get(rule, "packets"));
		const char *comment = json_string_value(json_object_get(rule, "comment"));

		if (!str_equal(json_string_value(json_object_get(rule, "table")),
			       "nat") ||
		    !str_equal(json_string_value(json_object_get(rule, "target")),
			       target) ||
		    !count)
			continue;
		packets += count;
		if (verdict)
			check_proof(input, verdict, "%s: nat rule %s counted %lld", node,
				    comment ? comment : target, (long long)count);
	}
	return packets;
}

/* Is the host to be seen by its own address, which no NAT may touch? */
static bool is_untranslated(const struct check_input *input,
			    const struct expectation *wanted)
{
	const struct scenario_host *host =
		scenario_host_find(input->scenario, wanted->from, NULL);

	return host && inet_addr_equal(&host->addr, &wanted->seen_as);
}

/* What is judged: that nothing translates, or that the right thing does. */
static void claim_exemption(const struct check_input *input, const char *node,
			    const struct expectation *wanted, char *claim, size_t room)
{
	if (is_untranslated(input, wanted))
		(void)snprintf(claim, room, "%s leaves %s to %s untranslated", node,
			       wanted->from, wanted->to);
	else
		(void)snprintf(claim, room, "%s shows %s to %s as %s", node, wanted->from,
			       wanted->to, inet_addr_text(&wanted->seen_as).s);
}

void check_exemption(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted = expectation_at(input, i);
		const struct event *probe = check_probe(input, "reach", "up", (int)i);
		struct verdict *verdict;
		char claim[160];
		const char *node;
		int site;

		if (wanted->kind != EXPECT_REACH || wanted->path != PATH_TUNNEL ||
		    !probe || !wanted->seen_as.family ||
		    !scenario_host_find(input->scenario, wanted->from, &site) || site < 0)
			continue;
		node = input->scenario->sites.items[site].name;
		claim_exemption(input, node, wanted, claim, sizeof(claim));
		verdict = check_add(input, verdicts, VERDICT_OK, "exemption", claim);
		verdict->expectation = (int)i;
		verdict->at = wanted->at;
		if (!input->is_kernel_esp) {
			verdict->kind = VERDICT_UNPROVEN;
			check_seen(input, verdict,
				   "on %s tunnel traffic leaves by ipsec0, past the "
				   "masquerading of the WAN: a missing exemption is not "
				   "seen",
				   input->plane);
			continue;
		}
		(void)nat_packets(input, node, "after-traffic", "ACCEPT", verdict);
		if (!json_array_size(json_object_get(probe->facts, "seen_as"))) {
			verdict->kind = VERDICT_BROKEN;
			check_seen(input, verdict, "no packet of %s arrived at %s",
				   wanted->from, wanted->to);
		} else if (!json_has(json_object_get(probe->facts, "seen_as"),
				     inet_addr_text(&wanted->seen_as).s)) {
			verdict->kind = VERDICT_BROKEN;
			check_seen(input, verdict, "%s arrived %stranslated",
				   wanted->from,
				   is_untranslated(input, wanted) ? "" : "otherwise ");
		} else {
			check_seen(input, verdict, "%s saw %s%s", wanted->to,
				   inet_addr_text(&wanted->seen_as).s,
				   is_untranslated(input, wanted) ? " itself" : "");
		}
	}
}

/* ------------------------------------------------------------ ESP on the wire */

/* Packets that the tunnel must have carried: requests there, answers back. */
static uint64_t packets_expected(const struct check_input *input)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct event *probe = check_probe(input, "reach", "up", (int)i);

		if (expectation_at(input, i)->path == PATH_TUNNEL && probe)
			packets += (uint64_t)event_number(probe, "received", 0);
	}
	return packets;
}

struct esp_sum {
	uint64_t out, in, late, repeated;
	bool is_in_udp;
};

static struct esp_sum sum_esp(const struct wire_link *link, const struct inet_addr *own,
			      const struct inet_addr *outside)
{
	struct esp_sum sum = { 0 };

	vec_foreach (flow, &link->esp) {
		sum.is_in_udp |= flow->is_in_udp;
		sum.late += flow->late;
		sum.repeated += flow->repeated;
		if (inet_addr_equal(&flow->src, own) ||
		    (outside->family && inet_addr_equal(&flow->src, outside)))
			sum.out += flow->packets;
		else
			sum.in += flow->packets;
	}
	return sum;
}

static void check_esp_link(const struct check_input *input, struct verdicts *verdicts,
			   const struct wire_link *link, uint64_t expected)
{
	const struct scenario_site *site =
		&input->scenario->sites.items[link->link->site];
	/* On the far side of a NAT router the site has another address. */
	const struct inet_addr outside = plan_outside(input->plan, site->name);
	struct esp_sum sum = sum_esp(link, &scenario_wan(site)->addr, &outside);
	bool is_right = sum.out >= expected && sum.in >= expected && !sum.repeated;
	_cleanup_buf_ struct buf seen = { 0 };
	struct verdict *verdict;
	char claim[160];

	(void)snprintf(claim, sizeof(claim),
		       "tunnel traffic is ESP on the wire %s, both ways",
		       link->link->name);
	verdict = check_add(input, verdicts, is_right ? VERDICT_OK : VERDICT_BROKEN,
			    "esp", claim);
	buf_printf(&seen,
		   "%llu ESP%s packets out, %llu in, for %llu requests and answers",
		   (unsigned long long)sum.out, sum.is_in_udp ? "-in-UDP" : "",
		   (unsigned long long)sum.in, (unsigned long long)expected);
	if (sum.repeated)
		buf_printf(&seen, ", %llu sequence numbers came twice",
			   (unsigned long long)sum.repeated);
	if (sum.late)
		buf_printf(&seen, ", %llu packets out of order",
			   (unsigned long long)sum.late);
	else
		buf_puts(&seen, ", sequence numbers only rise");
	check_seen(input, verdict, "%s", buf_text(&seen));
	if (link->is_damaged)
		check_proof(input, verdict, "%s: %s", link->file, link->damage);
}

void check_esp(const struct check_input *input, struct verdicts *verdicts)
{
	uint64_t expected = packets_expected(input);

	if (!expected)
		return;
	for (size_t i = 0; i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		if (link->link->is_internet && link->link->site >= 0)
			check_esp_link(input, verdicts, link, expected);
	}
}

/* ------------------------------------------------------------ names */

static void say_name(const struct event *probe, struct buf *out)
{
	const json_t *answers = json_object_get(probe->facts, "answers");
	json_t *sight;
	size_t i;

	buf_puts(out, event_text(probe, "rcode"));
	if (json_array_size(answers)) {
		buf_puts(out, " ");
		list_text(answers, out);
	}
	buf_printf(out, " in %.1f ms", (double)event_number(probe, "took_us", 0) / 1e3);
	json_array_foreach (json_object_get(probe->facts, "seen"), i, sight)
		buf_printf(out, ", %s was asked by %s",
			   json_string_value(json_object_get(sight, "server")),
			   json_string_value(json_object_get(sight, "from")));
}

/* Did the wanted server, and no other, see the question, from the wanted address? */
static bool is_asked_right(const struct expectation *wanted, const json_t *sights)
{
	bool is_nobody = !wanted->server || str_equal(wanted->server, "nobody");
	bool is_found = false;
	json_t *sight;
	size_t i;

	json_array_foreach (sights, i, sight) {
		const char *from = json_string_value(json_object_get(sight, "from"));

		if (wanted->server &&
		    !str_equal(json_string_value(json_object_get(sight, "server")),
			       wanted->server))
			return false;
		if (wanted->seen_as.family &&
		    !str_equal(from, inet_addr_text(&wanted->seen_as).s))
			return false;
		is_found = true;
	}
	return is_found || is_nobody;
}

static bool is_answered_right(const struct expectation *wanted, const struct event *probe)
{
	const json_t *answers = json_object_get(probe->facts, "answers");

	if (wanted->has_no_answer)
		return !json_array_size(answers);
	if (wanted->answer_name)
		return json_array_size(answers) == 1 &&
		       str_equal_nocase(json_string_value(json_array_get(answers, 0)),
					wanted->answer_name);
	return json_array_size(answers) == 1 &&
	       json_has(answers, inet_addr_text(&wanted->answer).s);
}

/*
 * A name without a dot, of a host whose search list no file says: what was asked is not
 * what it would ask.
 */
static enum verdict_kind judge_name(const struct check_input *input,
				    const struct expectation *wanted,
				    const struct event *probe)
{
	int node = plan_node_find(input->plan, wanted->from);
	bool is_known = strchr(wanted->name, '.') ||
			(node >= 0 && input->plan->nodes.items[node].dhcp);

	if (is_answered_right(wanted, probe) &&
	    is_asked_right(wanted, json_object_get(probe->facts, "seen")))
		return VERDICT_OK;
	return is_known ? VERDICT_BROKEN : VERDICT_UNPROVEN;
}

void check_names(const struct check_input *input, struct verdicts *verdicts)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted = expectation_at(input, i);
		const struct event *probe = check_probe(input, "name", "up", (int)i);
		_cleanup_buf_ struct buf text = { 0 };
		struct verdict *verdict;
		char claim[200];

		if (wanted->kind != EXPECT_NAME)
			continue;
		if (!probe) {
			check_unasked(input, verdicts, i, "name");
			continue;
		}
		(void)snprintf(claim, sizeof(claim), "%s learns %s%s", wanted->from,
			       wanted->name, path_name(wanted->path));
		verdict = check_add(input, verdicts, judge_name(input, wanted, probe),
				    "name", claim);
		verdict->expectation = (int)i;
		verdict->at = wanted->at;
		say_name(probe, &text);
		if (verdict->kind == VERDICT_UNPROVEN)
			buf_printf(&text,
				   "; no file says which search list %s has, so it was "
				   "asked for without a domain",
				   wanted->from);
		check_seen(input, verdict, "%s", buf_text(&text));
	}
}
