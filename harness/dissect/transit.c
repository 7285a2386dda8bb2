// SPDX-License-Identifier: GPL-2.0-or-later
/* transit.c - two captures of one tunnel */
#include "dissect/transit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "capture/pcapng.h"
#include "dissect/transit_record.h"

#define NO_ENDS UINT16_MAX

/* ------------------------------------------------------------ one capture */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash ^= value;
	hash *= 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

static uint64_t digest(struct slice bytes)
{
	uint64_t hash = bytes.length;
	size_t i;

	for (i = 0; i + 8 <= bytes.length; i += 8)
		hash = mix(hash, be64(bytes.bytes + i));
	for (; i < bytes.length; i++)
		hash = mix(hash, bytes.bytes[i]);
	return hash;
}

static uint16_t ends_of(struct transit_side *side, const struct packet *packet)
{
	struct transit_ends ends = { packet_src(packet), packet_dst(packet),
				     packet->src_port, packet->dst_port };

	for (uint32_t i = 0; i < side->ends_count; i++)
		if (side->ends[i].src_port == ends.src_port &&
		    side->ends[i].dst_port == ends.dst_port &&
		    inet_addr_equal(&side->ends[i].src, &ends.src) &&
		    inet_addr_equal(&side->ends[i].dst, &ends.dst))
			return (uint16_t)i;
	if (side->ends_count == TRANSIT_ENDS_MAX)
		return NO_ENDS;
	side->ends[side->ends_count] = ends;
	return (uint16_t)side->ends_count++;
}

static bool is_of_interest(const struct packet *packet)
{
	return packet->kind == PACKET_IKE || packet->kind == PACKET_ESP ||
	       packet->kind == PACKET_UDP_ESP || packet->kind == PACKET_AH;
}

static struct transit_record record_of(struct transit_side *side,
				       const struct packet *packet,
				       const struct capture_packet *captured)
{
	struct slice payload = packet->payload;
	size_t tail = payload.length < 12 ? payload.length : 12;
	bool is_ike = packet->kind == PACKET_IKE;
	bool is_own = packet->ip.bytes >= captured->bytes &&
		      packet->ip.bytes < captured->bytes + captured->captured;
	struct transit_record record = {
		.time_ns = captured->time_ns,
		.frame = captured->frame,
		.length = (uint32_t)packet->ip.length,
		.ends = ends_of(side, packet),
		.kind = (uint8_t)packet->kind,
		.ttl = packet->ttl,
		.tos = packet->tos,
		.is_fragmented = !is_own,
	};

	if (is_ike) {
		record.spi = payload.length < 8 ? 0 : be64(payload.bytes);
		record.key = digest(payload);
		return record;
	}
	record.spi = packet->spi;
	record.key = mix(mix(1, packet->spi), packet->sequence);
	/* Of what is cut only the beginning is there. */
	record.tail = packet->is_cut
			      ? 0
			      : (uint32_t)digest((struct slice){
					payload.bytes + payload.length - tail, tail }) |
					1;
	return record;
}

static void on_packet(void *user, const struct packet *packet,
		      const struct capture_packet *captured)
{
	struct transit_side *side = user;

	if (!is_of_interest(packet) || !packet->src)
		return;
	side->packets++;
	if (side->count == TRANSIT_RECORDS_MAX) {
		side->lost++;
		return;
	}
	if (side->count == side->room) {
		size_t room = side->room ? 2 * side->room : 1024;
		struct transit_record *more =
			reallocarray(side->records, room, sizeof(*more));

		if (!more) {
			side->lost++;
			return;
		}
		side->records = more;
		side->room = room;
	}
	side->records[side->count++] = record_of(side, packet, captured);
}

void transit_watch(struct transit_side *side, struct session_set *set)
{
	side->set = set;
	set->on_packet = on_packet;
	set->on_packet_user = side;
}

void transit_side_done(struct transit_side *side)
{
	free(side->records);
	*side = (struct transit_side){ 0 };
}

/* ------------------------------------------------------------ the same packet again */

static int by_key(const void *a, const void *b)
{
	const struct transit_record *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static int by_time(const void *a, const void *b)
{
	const struct transit_record *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static void sort(struct transit_side *side, int (*order)(const void *a, const void *b))
{
	if (side->count)
		qsort(side->records, side->count, sizeof(*side->records), order);
}

/* The same packet captured twice on one machine is one packet. */
static void drop_copies(struct transit_side *side)
{
	size_t kept = 0;

	for (size_t i = 0; i < side->count; i++) {
		const struct transit_record *before =
			kept ? &side->records[kept - 1] : NULL;

		if (before && before->key == side->records[i].key &&
		    session_is_copy(side->records[i].time_ns, before->time_ns)) {
			side->copies++;
			continue;
		}
		side->records[kept++] = side->records[i];
	}
	side->count = kept;
}

static size_t run_of(const struct transit_side *side, size_t from)
{
	size_t end = from;

	while (end < side->count && side->records[end].key == side->records[from].key)
		end++;
	return end - from;
}

static void match(struct transit_side *left, size_t i, struct transit_side *right,
		  size_t j, struct transit *ret)
{
	struct transit_record *a = &left->records[i], *b = &right->records[j];

	a->other_ns = b->time_ns;
	b->other_ns = a->time_ns;
	a->is_matched = b->is_matched = true;
	a->other = (uint32_t)j;
	b->other = (uint32_t)i;
	ret->matched++;
	ret->altered += a->tail && b->tail && a->tail != b->tail;
}

/* As many here as there: the first is the first. */
static void match_equal(struct transit_side *left, size_t i, size_t of_left,
			struct transit_side *right, size_t j, size_t of_right,
			struct transit *ret)
{
	for (size_t k = 0; k < of_left && of_left == of_right; k++)
		match(left, i + k, right, j + k, ret);
}

/*
 * More here than there: IKE was sent again, and some are lost. Each of the fewer ones is
 * the one whose time differs by about as much as that of others.
 */
static void match_nearest(struct transit_side *left, size_t i, size_t of_left,
			  struct transit_side *right, size_t j, size_t of_right,
			  struct transit *ret)
{
	bool is_left_fewer = of_left < of_right;
	struct transit_side *few = is_left_fewer ? left : right;
	struct transit_side *many = is_left_fewer ? right : left;
	size_t few_at = is_left_fewer ? i : j, many_at = is_left_fewer ? j : i;
	size_t few_of = is_left_fewer ? of_left : of_right;
	size_t many_of = is_left_fewer ? of_right : of_left;
	int64_t shift_ns = is_left_fewer ? ret->usual_ns : -ret->usual_ns;

	for (size_t k = 0; k < few_of && of_left != of_right; k++) {
		int64_t wanted_ns = few->records[few_at + k].time_ns + shift_ns;
		size_t best = many_of;

		for (size_t l = 0; l < many_of; l++) {
			const struct transit_record *record = &many->records[many_at + l];

			if (!record->is_matched &&
			    (best == many_of ||
			     llabs(record->time_ns - wanted_ns) <
				     llabs(many->records[many_at + best].time_ns -
					   wanted_ns)))
				best = l;
		}
		if (best == many_of)
			return;
		if (is_left_fewer)
			match(left, few_at + k, right, many_at + best, ret);
		else
			match(left, many_at + best, right, few_at + k, ret);
	}
}

typedef void match_run(struct transit_side *left, size_t i, size_t of_left,
		       struct transit_side *right, size_t j, size_t of_right,
		       struct transit *ret);

/* Both are sorted by key: what is the same on both sides. */
static void pair_up(struct transit_side *left, struct transit_side *right,
		    match_run *match_them, struct transit *ret)
{
	size_t i = 0, j = 0;

	while (i < left->count && j < right->count) {
		struct transit_record *a = &left->records[i], *b = &right->records[j];
		size_t of_left, of_right;

		if (a->key != b->key) {
			i += a->key < b->key;
			j += a->key > b->key;
			continue;
		}
		of_left = run_of(left, i);
		of_right = run_of(right, j);
		match_them(left, i, of_left, right, j, of_right, ret);
		i += of_left;
		j += of_right;
	}
}

/* By how much the right clock is later for what is matched, at least. */
static int64_t usual_ns(const struct transit_side *left)
{
	int64_t least_ns = 0;
	bool has_any = false;

	for (size_t i = 0; i < left->count; i++) {
		const struct transit_record *record = &left->records[i];
		int64_t delta_ns = record->other_ns - record->time_ns;

		if (!record->is_matched || (has_any && delta_ns >= least_ns))
			continue;
		least_ns = delta_ns;
		has_any = true;
	}
	return least_ns;
}

/* ------------------------------------------------------------ which way? */

/* What is known of packets between the same two ends, as the left capture shows them. */
struct group {
	uint64_t matched;
	int64_t min_ns; /* right minus left */
	int64_t ttl;	/* left minus right, summed */
};

static void fill_groups(const struct transit_side *left, const struct transit_side *right,
			struct group *groups)
{
	for (size_t i = 0; i < left->count; i++) {
		const struct transit_record *record = &left->records[i];
		struct group *group = &groups[record->ends];
		int64_t delta_ns = record->other_ns - record->time_ns;

		if (!record->is_matched || record->ends == NO_ENDS)
			continue;
		if (!group->matched++ || delta_ns < group->min_ns)
			group->min_ns = delta_ns;
		group->ttl += record->ttl - right->records[record->other].ttl;
	}
}

static bool is_reverse(const struct transit_ends *a, const struct transit_ends *b)
{
	return inet_addr_equal(&a->src, &b->dst) && inet_addr_equal(&a->dst, &b->src);
}

/* The group of the same two ends the other way round, with the most packets; NULL. */
static const struct group *opposite(const struct transit_side *left,
				    const struct group *groups, uint32_t index)
{
	const struct group *best = NULL;

	for (uint32_t i = 0; i < left->ends_count; i++)
		if (groups[i].matched && is_reverse(&left->ends[i], &left->ends[index]) &&
		    (!best || groups[i].matched > best->matched))
			best = &groups[i];
	return best;
}

static enum transit_way way_of_group(const struct transit_side *left,
				     const struct group *groups, uint32_t index,
				     enum transit_sign *ret_sign)
{
	const struct group *group = &groups[index];
	const struct group *other = opposite(left, groups, index);

	*ret_sign = TRANSIT_BY_TTL;
	if (group->ttl)
		return group->ttl > 0 ? TRANSIT_TO_RIGHT : TRANSIT_TO_LEFT;
	if (other && other->ttl)
		return other->ttl > 0 ? TRANSIT_TO_LEFT : TRANSIT_TO_RIGHT;
	*ret_sign = TRANSIT_BY_TIMES;
	if (group->matched && other && other->min_ns != group->min_ns)
		return group->min_ns > other->min_ns ? TRANSIT_TO_RIGHT : TRANSIT_TO_LEFT;
	*ret_sign = TRANSIT_ASSUMED;
	return TRANSIT_TO_RIGHT;
}

/* The way of each pair of ends of the left capture; of matched ones it is known. */
static void find_ways(const struct transit_side *left, const struct transit_side *right,
		      enum transit_way *ret_ways, struct transit *ret)
{
	struct group *groups = arena_alloc(ret->arena, (NO_ENDS + 1UL) * sizeof(*groups));

	fill_groups(left, right, groups);
	ret->sign = TRANSIT_BY_TTL;
	for (uint32_t i = 0; i < left->ends_count; i++) {
		enum transit_sign sign;

		ret_ways[i] = way_of_group(left, groups, i, &sign);
		if (groups[i].matched && sign > ret->sign)
			ret->sign = sign;
	}
}

/* ------------------------------------------------------------ clocks */

static void find_offset(const struct transit_side *left, struct transit *ret)
{
	int64_t least[TRANSIT_WAYS][2]; /* by half of the time */
	int64_t middle_ns = left->first_ns + (left->last_ns - left->first_ns) / 2;
	int64_t best[TRANSIT_WAYS], halves[2];

	for (int i = 0; i < 4; i++)
		least[i / 2][i % 2] = INT64_MAX;
	for (size_t i = 0; i < left->count; i++) {
		const struct transit_record *record = &left->records[i];
		int64_t delta_ns = record->other_ns - record->time_ns;
		int64_t *at = &least[record->way][record->time_ns > middle_ns];

		if (record->way == TRANSIT_TO_LEFT)
			delta_ns = -delta_ns;
		if (record->is_matched && delta_ns < *at)
			*at = delta_ns;
	}
	for (int way = 0; way < TRANSIT_WAYS; way++)
		best[way] = least[way][0] < least[way][1] ? least[way][0] : least[way][1];
	ret->has_offset =
		best[TRANSIT_TO_RIGHT] != INT64_MAX && best[TRANSIT_TO_LEFT] != INT64_MAX;
	if (!ret->has_offset)
		return;
	ret->offset_ns = (best[TRANSIT_TO_RIGHT] - best[TRANSIT_TO_LEFT]) / 2;
	ret->around_ns = best[TRANSIT_TO_RIGHT] + best[TRANSIT_TO_LEFT];
	for (int half = 0; half < 2; half++) {
		if (least[0][half] == INT64_MAX || least[1][half] == INT64_MAX)
			return;
		halves[half] = (least[0][half] - least[1][half]) / 2;
	}
	ret->drift_ns = halves[1] - halves[0];
}

/* ------------------------------------------------------------ everything */

static void set_ways(struct transit_side *left, struct transit_side *right,
		     struct transit *ret)
{
	enum transit_way ways[TRANSIT_ENDS_MAX] = { 0 };

	find_ways(left, right, ways, ret);
	for (size_t i = 0; i < left->count; i++) {
		struct transit_record *record = &left->records[i];

		if (record->ends != NO_ENDS)
			record->way = (uint8_t)ways[record->ends];
		if (record->is_matched)
			right->records[record->other].way = record->way;
	}
}

void transit_compare(struct transit_side *left, struct transit_side *right,
		     struct transit *ret)
{
	struct transit_side *sides[] = { left, right };

	for (int i = 0; i < 2; i++) {
		sides[i]->first_ns = sides[i]->set->first_ns;
		sides[i]->last_ns = sides[i]->set->last_ns;
		sort(sides[i], by_key);
	}
	drop_copies(left);
	drop_copies(right);
	pair_up(left, right, match_equal, ret);
	ret->usual_ns = usual_ns(left);
	pair_up(left, right, match_nearest, ret);
	ret->unmatched_left = left->count - ret->matched;
	ret->unmatched_right = right->count - ret->matched;
	set_ways(left, right, ret);
	find_offset(left, ret);
	/* What is in both was in both at one time, whatever their clocks say. */
	ret->has_common_time =
		ret->matched || (left->set->frames && right->set->frames &&
				 left->first_ns + ret->offset_ns <= right->last_ns &&
				 right->first_ns <= left->last_ns + ret->offset_ns);
	transit_note_pairs(left, right, ret);
	for (int i = 0; i < 2; i++)
		sort(sides[i], by_time);
	if (ret->matched)
		transit_add_flows(left, right, ret);
	transit_add_problems(left, right, ret);
}

bool transit_is_told(const struct transit *transit)
{
	vec_foreach (flow, &transit->flows)
		if (flow->sent > flow->outside)
			return transit->matched;
	return false;
}

bool transit_has_losses(const struct transit *transit)
{
	vec_foreach (flow, &transit->flows)
		if (flow->lost)
			return true;
	return transit->altered || transit->problems.count;
}
