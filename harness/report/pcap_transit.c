// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_transit.c - two captures of one tunnel: what is said about them */
#include "report/pcap_transit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"

static const char *const way_words[] = {
	[TRANSIT_TO_RIGHT] = "left → right", [TRANSIT_TO_LEFT] = "right → left"
};
static const char *const side_words[] = { "left", "right" };
static const char *const sign_words[] = { [TRANSIT_BY_TTL] = "TTL",
					  [TRANSIT_BY_TIMES] = "times",
					  [TRANSIT_ASSUMED] = "assumption" };

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static void put_end(const struct inet_addr *addr, uint16_t port, struct buf *out)
{
	buf_puts(out, inet_addr_text(addr).s);
	if (port)
		buf_printf(out, " port %u", port);
}

static void put_ends(const struct transit_ends *ends, struct buf *out)
{
	put_end(&ends->src, ends->src_port, out);
	buf_puts(out, " → ");
	put_end(&ends->dst, ends->dst_port, out);
}

/* ------------------------------------------------------------ text */

static void put_side(const struct transit_report *report, int i, struct buf *out)
{
	const struct transit_side *side = report->sides[i];

	buf_printf(out, "%-6s %s: %llu packets of IKE, ESP and AH, of %u", side_words[i],
		   report->names[i], (unsigned long long)side->packets,
		   side->set->frames);
	if (side->copies)
		buf_printf(out, ", %llu captured twice",
			   (unsigned long long)side->copies);
	buf_putc(out, '\n');
}

static void put_clocks(const struct transit *transit, struct buf *out)
{
	if (transit->has_offset) {
		buf_printf(
			out,
			"clock  the right one is %.3f ms %s the left one, if both ways "
			"take equally long\n",
			ms(llabs(transit->offset_ns)),
			transit->offset_ns < 0 ? "behind" : "ahead of");
		if (transit->drift_ns)
			buf_printf(
				out,
				"       that changes by %.3f ms from the first half to the second\n",
				ms(transit->drift_ns));
		buf_printf(out, "path   there and back takes %.3f ms at least\n",
			   ms(transit->around_ns));
	} else if (transit->matched) {
		buf_puts(out,
			 "clock  only one direction is in both captures: delays below "
			 "contain how far the clocks are apart\n");
	}
	for (int way = 0; way < TRANSIT_WAYS; way++)
		if (transit->hops[way] > 0)
			buf_printf(out, "path   %s: %d router%s\n", way_words[way],
				   transit->hops[way],
				   transit->hops[way] == 1 ? "" : "s");
	if (transit->sign == TRANSIT_ASSUMED && transit->matched)
		buf_puts(out,
			 "path   nothing tells which way packets go: the left side is "
			 "taken for the sender\n");
	for (int way = 0; way < TRANSIT_WAYS; way++) {
		if (transit->fragmented[way])
			buf_printf(
				out,
				"path   %s: %llu packets leave whole and arrive in fragments\n",
				way_words[way],
				(unsigned long long)transit->fragmented[way]);
		if (transit->remarked[way])
			buf_printf(
				out,
				"path   %s: %llu packets arrive with another DSCP or ECN\n",
				way_words[way],
				(unsigned long long)transit->remarked[way]);
	}
}

static void put_nats(const struct transit *transit, struct buf *out)
{
	vec_foreach (nat, &transit->nats) {
		buf_printf(out, "NAT    %s: ", way_words[nat->way]);
		put_ends(&nat->sent, out);
		buf_puts(out, " arrives as ");
		put_ends(&nat->arrived, out);
		buf_printf(out, ", %llu packets from #%u on\n",
			   (unsigned long long)nat->packets, nat->frame);
	}
}

static void put_flow(const struct transit_flow *flow, bool has_offset, struct buf *out)
{
	buf_printf(out, flow->kind == PACKET_IKE ? "  %s %016llx " : "  %s SPI %08llx ",
		   packet_kind_name(flow->kind), (unsigned long long)flow->spi);
	put_ends(&flow->ends, out);
	buf_printf(out, ": %llu left, %llu arrived", (unsigned long long)flow->sent,
		   (unsigned long long)flow->arrived);
	if (flow->lost)
		buf_printf(out, ", %llu lost (#%u to #%u there, at most %llu in a row)",
			   (unsigned long long)flow->lost, flow->first_lost,
			   flow->last_lost, (unsigned long long)flow->longest_run);
	if (flow->outside)
		buf_printf(out, ", %llu while the other capture was not running",
			   (unsigned long long)flow->outside);
	if (flow->late)
		buf_printf(out, ", %llu overtaken", (unsigned long long)flow->late);
	if (flow->arrived)
		buf_printf(out, ", %s %.3f to %.3f ms, %.3f on average",
			   has_offset ? "delay" : "delay and clocks",
			   ms(flow->delay_min_ns), ms(flow->delay_max_ns),
			   ms(flow->delay_sum_ns) / (double)flow->arrived);
	if (flow->largest_arrived)
		buf_printf(out, ", largest %u bytes", flow->largest_arrived);
	buf_putc(out, '\n');
}

void transit_text(const struct transit_report *report, struct buf *out)
{
	const struct transit *transit = report->transit;

	for (int i = 0; i < 2; i++)
		put_side(report, i, out);
	vec_foreach (problem, &transit->problems) {
		buf_printf(out, "! %s", problem->text);
		if (problem->classes.items[0]) {
			buf_puts(out, " [");
			class_set_format(&problem->classes, out);
			buf_putc(out, ']');
		}
		buf_putc(out, '\n');
	}
	put_clocks(transit, out);
	put_nats(transit, out);
	for (int way = 0; way < TRANSIT_WAYS && transit->matched; way++) {
		buf_printf(out, "%s\n", way_words[way]);
		vec_foreach (flow, &transit->flows)
			if (flow->way == (enum transit_way)way)
				put_flow(flow, transit->has_offset, out);
	}
	if (transit->flows_lost)
		buf_printf(out, "  %llu packets of further SPIs, not told apart\n",
			   (unsigned long long)transit->flows_lost);
	if (transit->others)
		buf_printf(out, "%llu packets are of other peers\n",
			   (unsigned long long)transit->others);
}

/* ------------------------------------------------------------ JSON */

static json_t *of_ends(const struct transit_ends *ends)
{
	return json_of("{s:s, s:i, s:s, s:i}", "src", inet_addr_text(&ends->src).s,
		       "src_port", (int)ends->src_port, "dst",
		       inet_addr_text(&ends->dst).s, "dst_port", (int)ends->dst_port);
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *of_side(const struct transit_report *report, int i)
{
	const struct transit_side *side = report->sides[i];

	return json_of("{s:s, s:o, s:o, s:o}", "capture", report->names[i], "packets",
		       number(side->packets), "copies", number(side->copies), "beyond",
		       number(side->lost));
}

static json_t *of_flow(const struct transit_flow *flow)
{
	json_t *delay = flow->arrived
				? json_of("{s:f, s:f, s:f}", "min",
					  (double)flow->delay_min_ns / 1e9, "max",
					  (double)flow->delay_max_ns / 1e9, "average",
					  (double)flow->delay_sum_ns / 1e9 /
						  (double)flow->arrived)
				: json_null();
	char spi[20];

	(void)snprintf(spi, sizeof(spi), flow->kind == PACKET_IKE ? "%016llx" : "%08llx",
		       (unsigned long long)flow->spi);
	return json_of(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:i, "
		"s:i, s:o}",
		"way", way_words[flow->way], "kind", packet_kind_name(flow->kind), "spi",
		spi, "ends", of_ends(&flow->ends), "sent", number(flow->sent), "arrived",
		number(flow->arrived), "lost", number(flow->lost), "outside",
		number(flow->outside), "late", number(flow->late), "first_lost",
		(int)flow->first_lost, "last_lost", (int)flow->last_lost, "longest_run",
		number(flow->longest_run), "largest_arrived", (int)flow->largest_arrived,
		"smallest_lost", (int)flow->smallest_lost, "delay_s", delay);
}

static json_t *of_nat(const struct transit_nat *nat)
{
	return json_of("{s:s, s:o, s:o, s:o, s:i}", "way", way_words[nat->way], "sent",
		       of_ends(&nat->sent), "arrived", of_ends(&nat->arrived), "packets",
		       number(nat->packets), "frame", (int)nat->frame);
}

/* A number for each way. */
static json_t *of_ways(const uint64_t values[TRANSIT_WAYS])
{
	return json_of("{s:o, s:o}", way_words[0], number(values[0]), way_words[1],
		       number(values[1]));
}

static json_t *of_clock(const struct transit *transit)
{
	if (!transit->has_offset)
		return json_null();
	return json_of("{s:f, s:f, s:f}", "offset_s", (double)transit->offset_ns / 1e9,
		       "drift_s", (double)transit->drift_ns / 1e9, "round_trip_s",
		       (double)transit->around_ns / 1e9);
}

static json_t *of_problem(const struct transit_problem *problem)
{
	_cleanup_buf_ struct buf classes = { 0 };

	class_set_format(&problem->classes, &classes);
	return json_of("{s:s, s:o}", "text", problem->text, "findings",
		       json_kept(classes.length ? buf_text(&classes) : NULL));
}

void transit_json(const struct transit_report *report, struct buf *out)
{
	const struct transit *transit = report->transit;
	json_t *flows = json_array(), *nats = json_array(), *problems = json_array();
	json_t *hops = json_object(), *root;
	char *text;

	vec_foreach (flow, &transit->flows)
		json_array_append_new(flows, of_flow(flow));
	vec_foreach (nat, &transit->nats)
		json_array_append_new(nats, of_nat(nat));
	vec_foreach (problem, &transit->problems)
		json_array_append_new(problems, of_problem(problem));
	for (int way = 0; way < TRANSIT_WAYS; way++)
		json_add(hops, way_words[way],
			 transit->hops[way] < 0 ? json_null()
						: json_integer(transit->hops[way]));
	root = json_of(
		"{s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o}",
		"version", 1, "left", of_side(report, 0), "right", of_side(report, 1),
		"problems", problems, "matched", number(transit->matched), "clock",
		of_clock(transit), "way_by", sign_words[transit->sign], "hops", hops,
		"nat", nats, "flows", flows, "fragmented", of_ways(transit->fragmented),
		"remarked", of_ways(transit->remarked), "appeared",
		of_ways(transit->appeared), "altered", number(transit->altered), "others",
		number(transit->others), "flows_beyond", number(transit->flows_lost));
	text = json_dumps(root, JSON_INDENT(2));
	buf_puts(out, text ? text : "{}");
	buf_putc(out, '\n');
	free(text);
	json_decref(root);
}
