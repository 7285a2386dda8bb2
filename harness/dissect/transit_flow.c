// SPDX-License-Identifier: GPL-2.0-or-later
/* transit_flow.c - what was sent and what arrived of each SPI; NAT; what that means */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "dissect/transit_record.h"

/* Losses of so many packets of one size class are no accident. */
#define LARGE_LOST_MIN 2

/* ------------------------------------------------------------ NAT and the path */

static bool is_same_ends(const struct transit_ends *a, const struct transit_ends *b)
{
	return a->src_port == b->src_port && a->dst_port == b->dst_port &&
	       inet_addr_equal(&a->src, &b->src) && inet_addr_equal(&a->dst, &b->dst);
}

static void note_nat(struct transit *ret, enum transit_way way,
		     const struct transit_ends *sent, const struct transit_ends *arrived,
		     uint32_t frame)
{
	struct transit_nat *nat;

	if (is_same_ends(sent, arrived))
		return;
	vec_foreach (known, &ret->nats) {
		if (known->way != way || !is_same_ends(&known->sent, sent) ||
		    !is_same_ends(&known->arrived, arrived))
			continue;
		known->packets++;
		known->frame = frame < known->frame ? frame : known->frame;
		return;
	}
	if (ret->nats.count == TRANSIT_NATS_MAX)
		return;
	nat = vec_push(ret->arena, &ret->nats);
	*nat = (struct transit_nat){ way, *sent, *arrived, 1, frame };
}

void transit_note_pairs(const struct transit_side *left, const struct transit_side *right,
			struct transit *ret)
{
	ret->hops[TRANSIT_TO_RIGHT] = ret->hops[TRANSIT_TO_LEFT] = -1;
	for (size_t i = 0; i < left->count; i++) {
		const struct transit_record *here = &left->records[i], *there;
		bool is_to_right = here->way == TRANSIT_TO_RIGHT;
		const struct transit_record *sent, *arrived;
		int hops;

		if (!here->is_matched)
			continue;
		there = &right->records[here->other];
		sent = is_to_right ? here : there;
		arrived = is_to_right ? there : here;
		if (here->ends != UINT16_MAX && there->ends != UINT16_MAX)
			note_nat(ret, here->way,
				 is_to_right ? &left->ends[here->ends]
					     : &right->ends[there->ends],
				 is_to_right ? &right->ends[there->ends]
					     : &left->ends[here->ends],
				 arrived->frame);
		hops = sent->ttl - arrived->ttl;
		if (hops >= 0 &&
		    (ret->hops[here->way] < 0 || hops < ret->hops[here->way]))
			ret->hops[here->way] = hops;
		ret->fragmented[here->way] +=
			!sent->is_fragmented && arrived->is_fragmented;
		ret->remarked[here->way] += sent->tos != arrived->tos;
	}
}

/* ------------------------------------------------------------ flows */

/* When the other capture would have had a packet that this one has. */
struct window {
	int64_t first_ns, last_ns;
};

/* Where flows are gathered, and what was sent last of each. */
struct gathering {
	struct transit *ret;
	struct map by_name;
	const struct transit_side *sender, *receiver;
	enum transit_way way;
	int64_t offset_ns;	  /* the receiver's clock minus the sender's */
	struct window sent, come; /* what goes this way, and what comes the other */
	struct {
		uint64_t run;
		int64_t latest_ns; /* arrival of the latest */
	} state[TRANSIT_FLOWS_MAX];
};

static struct transit_flow *flow_of(struct gathering *gathering,
				    const struct transit_record *record)
{
	struct transit *ret = gathering->ret;
	const char *name =
		arena_printf(ret->arena, "%u %u %llx", gathering->way,
			     record->kind == PACKET_IKE, (unsigned long long)record->spi);
	uintptr_t place = (uintptr_t)map_get(&gathering->by_name, NULL, name);
	struct transit_flow *flow;

	if (place)
		return &ret->flows.items[place - 1];
	if (ret->flows.count == TRANSIT_FLOWS_MAX) {
		ret->flows_lost++;
		return NULL;
	}
	flow = vec_push(ret->arena, &ret->flows);
	*flow = (struct transit_flow){ .kind = (enum packet_kind)record->kind,
				       .spi = record->spi,
				       .way = gathering->way };
	if (record->ends != UINT16_MAX)
		flow->ends = gathering->sender->ends[record->ends];
	map_put(ret->arena, &gathering->by_name, NULL, name,
		(void *)ret->flows.count); // NOLINT(performance-no-int-to-ptr)
	return flow;
}

static void note_arrival(struct gathering *gathering, struct transit_flow *flow,
			 const struct transit_record *record)
{
	size_t place = (size_t)(flow - gathering->ret->flows.items);
	int64_t delay_ns = record->other_ns - record->time_ns - gathering->offset_ns;

	gathering->state[place].run = 0;
	if (!flow->arrived++ || delay_ns < flow->delay_min_ns)
		flow->delay_min_ns = delay_ns;
	if (delay_ns > flow->delay_max_ns)
		flow->delay_max_ns = delay_ns;
	flow->delay_sum_ns += delay_ns;
	if (record->length > flow->largest_arrived)
		flow->largest_arrived = record->length;
	if (record->other_ns < gathering->state[place].latest_ns)
		flow->late++;
	else
		gathering->state[place].latest_ns = record->other_ns;
}

static bool is_within(const struct window *window, const struct transit_record *record)
{
	return record->time_ns >= window->first_ns && record->time_ns <= window->last_ns;
}

static void note_loss(struct gathering *gathering, struct transit_flow *flow,
		      const struct transit_record *record)
{
	size_t place = (size_t)(flow - gathering->ret->flows.items);

	if (!is_within(&gathering->sent, record)) {
		flow->outside++;
		return;
	}
	if (!flow->lost++)
		flow->first_lost = record->frame;
	flow->last_lost = record->frame;
	if (!flow->smallest_lost || record->length < flow->smallest_lost)
		flow->smallest_lost = record->length;
	if (++gathering->state[place].run > flow->longest_run)
		flow->longest_run = gathering->state[place].run;
}

/* Is a packet that has no partner one of this tunnel, going this way? */
static bool is_of_tunnel(const struct transit_side *side, const bool *has_match,
			 const struct transit_record *record, bool has_any)
{
	const struct transit_ends *ends;

	if (!has_any)
		return true;
	if (record->ends == UINT16_MAX)
		return false;
	ends = &side->ends[record->ends];
	for (uint32_t i = 0; i < side->ends_count; i++)
		if (has_match[i] && ((inet_addr_equal(&ends->src, &side->ends[i].src) &&
				      inet_addr_equal(&ends->dst, &side->ends[i].dst)) ||
				     (inet_addr_equal(&ends->src, &side->ends[i].dst) &&
				      inet_addr_equal(&ends->dst, &side->ends[i].src))))
			return true;
	return false;
}

/*
 * The way of what has no partner: as others between these ends. At the right side's
 * capture ends may only be known the other way round.
 */
static enum transit_way way_of(const struct transit_side *side,
			       const struct transit_record *record, bool is_left)
{
	enum transit_way by_default = is_left ? TRANSIT_TO_RIGHT : TRANSIT_TO_LEFT;
	const struct transit_ends *ends;

	if (record->is_matched || record->ends == UINT16_MAX)
		return record->is_matched ? (enum transit_way)record->way : by_default;
	ends = &side->ends[record->ends];
	for (size_t i = 0; i < side->count; i++) {
		const struct transit_record *other = &side->records[i];
		const struct transit_ends *known;

		if (!other->is_matched || other->ends == UINT16_MAX)
			continue;
		known = &side->ends[other->ends];
		if (inet_addr_equal(&known->src, &ends->src) &&
		    inet_addr_equal(&known->dst, &ends->dst))
			return (enum transit_way)other->way;
		if (inet_addr_equal(&known->src, &ends->dst) &&
		    inet_addr_equal(&known->dst, &ends->src))
			return other->way == TRANSIT_TO_RIGHT ? TRANSIT_TO_LEFT
							      : TRANSIT_TO_RIGHT;
	}
	return by_default;
}

static void find_matches(const struct transit_side *side, bool *ret_has_match)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->records[i].is_matched && side->records[i].ends != UINT16_MAX)
			ret_has_match[side->records[i].ends] = true;
}

/* Ways of all ends of a side, by what is matched there. */
static void find_ways(const struct transit_side *side, bool is_left,
		      enum transit_way *ret_ways)
{
	bool is_known[TRANSIT_ENDS_MAX] = { 0 };

	for (size_t i = 0; i < side->count; i++) {
		const struct transit_record *record = &side->records[i];

		if (record->ends == UINT16_MAX || is_known[record->ends])
			continue;
		is_known[record->ends] = true;
		ret_ways[record->ends] = way_of(side, record, is_left);
	}
}

/* At the side where it arrives, and nobody saw it leave. */
static void note_appearance(const struct gathering *gathering,
			    const struct transit_record *record, enum transit_way way)
{
	struct transit *ret = gathering->ret;

	if (record->is_matched || !is_within(&gathering->come, record))
		return;
	if (!ret->appeared[way]++)
		ret->appeared_frame[way] = record->frame;
}

static void gather(struct gathering *gathering, bool is_left)
{
	const struct transit_side *side = gathering->sender;
	bool has_match[TRANSIT_ENDS_MAX] = { 0 };
	enum transit_way ways[TRANSIT_ENDS_MAX] = { 0 };

	find_matches(side, has_match);
	find_ways(side, is_left, ways);
	for (size_t i = 0; i < side->count; i++) {
		const struct transit_record *record = &side->records[i];
		enum transit_way way = record->is_matched	    ? record->way
				       : record->ends == UINT16_MAX ? gathering->way
								    : ways[record->ends];
		struct transit_flow *flow;

		if (!record->is_matched &&
		    !is_of_tunnel(side, has_match, record, gathering->ret->matched)) {
			gathering->ret->others++;
			continue;
		}
		if (way != gathering->way) {
			note_appearance(gathering, record, way);
			continue;
		}
		flow = flow_of(gathering, record);
		if (!flow)
			continue;
		flow->sent++;
		if (record->is_matched)
			note_arrival(gathering, flow, record);
		else
			note_loss(gathering, flow, record);
	}
}

/* What the fastest packet of a way adds to the time that this side has of it. */
static bool shift_of(const struct gathering *gathering, enum transit_way way,
		     int64_t *ret_ns)
{
	const struct transit_side *side = gathering->sender;
	bool is_sent = way == gathering->way, has_any = false;

	for (size_t i = 0; i < side->count; i++) {
		const struct transit_record *record = &side->records[i];
		int64_t delta_ns = record->other_ns - record->time_ns;

		if (!record->is_matched || record->way != way ||
		    (has_any && (is_sent ? delta_ns >= *ret_ns : delta_ns <= *ret_ns)))
			continue;
		*ret_ns = delta_ns;
		has_any = true;
	}
	return has_any;
}

/*
 * What was still under way when the other capture ended is not lost. Where nothing of a way
 * is known, what comes the other way tells at least how far the clocks are apart.
 */
static struct window window_of(const struct gathering *gathering, enum transit_way way)
{
	const struct transit_side *other = gathering->receiver;
	int64_t shift_ns = 0;

	if (!shift_of(gathering, way, &shift_ns))
		(void)shift_of(gathering, (enum transit_way) !way, &shift_ns);
	return (struct window){ other->first_ns - shift_ns, other->last_ns - shift_ns };
}

void transit_add_flows(const struct transit_side *left, const struct transit_side *right,
		       struct transit *ret)
{
	for (int way = 0; way < TRANSIT_WAYS; way++) {
		bool is_left = way == TRANSIT_TO_RIGHT;
		struct gathering *gathering = arena_alloc(ret->arena, sizeof(*gathering));

		gathering->ret = ret;
		gathering->way = (enum transit_way)way;
		gathering->sender = is_left ? left : right;
		gathering->receiver = is_left ? right : left;
		gathering->offset_ns = is_left ? ret->offset_ns : -ret->offset_ns;
		gathering->sent = window_of(gathering, (enum transit_way)way);
		gathering->come = window_of(gathering, (enum transit_way) !way);
		gather(gathering, is_left);
	}
}

/* ------------------------------------------------------------ what it means */

/* All packets of one kind that went one way. */
struct total {
	uint64_t sent, arrived, lost;
	uint32_t largest_arrived, smallest_lost;
};

static void add(struct total *total, const struct transit_flow *flow)
{
	total->sent += flow->sent - flow->outside;
	total->arrived += flow->arrived;
	total->lost += flow->lost;
	if (flow->largest_arrived > total->largest_arrived)
		total->largest_arrived = flow->largest_arrived;
	if (flow->smallest_lost &&
	    (!total->smallest_lost || flow->smallest_lost < total->smallest_lost))
		total->smallest_lost = flow->smallest_lost;
}

static void problem(struct transit *ret, const struct class_set *classes,
		    const char *format, ...) __attribute__((format(printf, 3, 4)));

static void problem(struct transit *ret, const struct class_set *classes,
		    const char *format, ...)
{
	struct transit_problem *new = vec_push(ret->arena, &ret->problems);
	va_list ap;

	va_start(ap, format);
	new->text = arena_vprintf(ret->arena, format, ap);
	va_end(ap);
	if (classes)
		new->classes = *classes;
}

static bool is_port_500(const struct transit_flow *flow)
{
	return flow->ends.src_port == 500 || flow->ends.dst_port == 500;
}

/* IKE on port 500, on other ports; ESP in UDP or TCP, ESP and AH alone. */
enum part {
	PART_IKE,
	PART_NAT_T,
	PART_ESP,
	PARTS,
};

static enum part part_of(const struct transit_flow *flow)
{
	if (flow->kind == PACKET_IKE)
		return is_port_500(flow) ? PART_IKE : PART_NAT_T;
	return flow->kind == PACKET_UDP_ESP ? PART_NAT_T : PART_ESP;
}

static bool is_dead(const struct total *total)
{
	return total->lost > 1 && !total->arrived;
}

static void judge_way(struct transit *ret, enum transit_way way)
{
	static const char *const ends[] = { "left", "right" };
	const char *from = ends[way], *to = ends[!way];
	struct total parts[PARTS] = { 0 }, all = { 0 };

	vec_foreach (flow, &ret->flows) {
		if (flow->way != way)
			continue;
		add(&parts[part_of(flow)], flow);
		add(&all, flow);
	}
	if (is_dead(&all)) {
		problem(ret, CLASSES(F08, F10, F12),
			"nothing of what leaves %s arrives at %s: %llu packets, none was "
			"seen there",
			from, to, (unsigned long long)all.lost);
		return;
	}
	if (is_dead(&parts[PART_ESP]))
		problem(ret, CLASSES(F12),
			"IP protocol 50 or 51 does not pass from %s to %s, other packets "
			"do: %llu of ESP or AH left and none arrived",
			from, to, (unsigned long long)parts[PART_ESP].lost);
	if (is_dead(&parts[PART_NAT_T]))
		problem(ret, CLASSES(F11),
			"UDP 4500 does not pass from %s to %s, other packets do: %llu left "
			"and none arrived",
			from, to, (unsigned long long)parts[PART_NAT_T].lost);
	if (is_dead(&parts[PART_IKE]))
		problem(ret, CLASSES(F08, F10),
			"UDP 500 does not pass from %s to %s, other packets do: %llu left "
			"and none arrived",
			from, to, (unsigned long long)parts[PART_IKE].lost);
	if (all.lost >= LARGE_LOST_MIN && all.arrived &&
	    all.smallest_lost > all.largest_arrived)
		problem(ret, CLASSES(F74, F15),
			"what is large does not pass from %s to %s: packets of up to %u "
			"bytes arrived, and all %llu that were lost have %u bytes or more",
			from, to, all.largest_arrived, (unsigned long long)all.lost,
			all.smallest_lost);
	else if (all.lost && all.arrived && !is_dead(&parts[PART_ESP]) &&
		 !is_dead(&parts[PART_NAT_T]) && !is_dead(&parts[PART_IKE]))
		problem(ret, NULL,
			"%llu of %llu packets (%.2f %%) are lost from %s to %s",
			(unsigned long long)all.lost, (unsigned long long)all.sent,
			100.0 * (double)all.lost / (double)all.sent, from, to);
}

/* One and the same sender behind several addresses or ports, one after the other. */
static void judge_nats(struct transit *ret)
{
	vec_foreach (first, &ret->nats) {
		vec_foreach (later, &ret->nats) {
			if (later <= first || later->way != first->way ||
			    !is_same_ends(&later->sent, &first->sent) ||
			    (first->arrived.src_port == later->arrived.src_port &&
			     inet_addr_equal(&first->arrived.src, &later->arrived.src)))
				continue;
			problem(ret, CLASSES(F16),
				"the NAT mapping of %s port %u changed while the tunnel was "
				"in use: port %u of %s, then (#%u) port %u of %s",
				inet_addr_text(&first->sent.src).s, first->sent.src_port,
				first->arrived.src_port,
				inet_addr_text(&first->arrived.src).s, later->frame,
				later->arrived.src_port,
				inet_addr_text(&later->arrived.src).s);
		}
	}
}

void transit_add_problems(const struct transit_side *left,
			  const struct transit_side *right, struct transit *ret)
{
	if (!left->packets || !right->packets)
		problem(ret, NULL, "there is no IKE and no ESP in the %s capture",
			!left->packets && !right->packets ? "left and in the right"
			: !left->packets		  ? "left"
							  : "right");
	if (!ret->has_common_time)
		problem(ret, NULL,
			"the two captures have no time in common: they are of different "
			"times, or a clock is wrong");
	else if (!ret->matched)
		problem(ret, NULL,
			"no packet of one capture is in the other: all are lost, or these "
			"are not two captures of one tunnel");
	if (ret->matched)
		for (int way = 0; way < TRANSIT_WAYS; way++)
			judge_way(ret, (enum transit_way)way);
	judge_nats(ret);
	if (ret->altered)
		problem(ret, NULL,
			"%llu packets have the SPI and the number they left with, but "
			"other bytes: something changes them on the way",
			(unsigned long long)ret->altered);
	for (int way = 0; way < TRANSIT_WAYS; way++)
		if (ret->appeared[way] && ret->matched)
			problem(ret, NULL,
				"%llu packets arrive at %s that were never seen leaving "
				"%s, the first is #%u there: another way, or somebody "
				"else's",
				(unsigned long long)ret->appeared[way],
				way == TRANSIT_TO_RIGHT ? "right" : "left",
				way == TRANSIT_TO_RIGHT ? "left" : "right",
				ret->appeared_frame[way]);
	if (left->lost || right->lost)
		problem(ret, NULL,
			"%llu packets are beyond what is compared (%u of each capture)",
			(unsigned long long)left->lost + right->lost,
			TRANSIT_RECORDS_MAX);
}
