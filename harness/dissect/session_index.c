// SPDX-License-Identifier: GPL-2.0-or-later
/* session_index.c - where in a session_set is it? */
#include "dissect/session_index.h"

#include <assert.h>

#include "base/cleanup.h"

/* Fibonacci hashing: the upper bits of a product depend on all bits. */
#define HASH_FACTOR 0x9e3779b97f4a7c15ULL
#define BUCKET_BITS 10
#define FLOW_BITS   13

static_assert(1 << BUCKET_BITS == SESSIONS_MAX, "a bucket for each session");
static_assert(1 << FLOW_BITS == 2 * ESP_FLOWS_MAX,
	      "at most half of the places are taken");

/* ------------------------------------------------------------ IKE SAs */

static uint32_t *bucket_of(struct session_index *index, uint64_t spi_i)
{
	return &index->bucket[(spi_i * HASH_FACTOR) >> (64 - BUCKET_BITS)];
}

static struct session_link *link_of(struct session_index *index, uint32_t number)
{
	return &index->link[number - 1];
}

static void age_remove(struct session_index *index, uint32_t number)
{
	struct session_link *link = link_of(index, number);

	*(link->older ? &link_of(index, link->older)->newer : &index->oldest) =
		link->newer;
	*(link->newer ? &link_of(index, link->newer)->older : &index->newest) =
		link->older;
	link->older = link->newer = 0;
}

static void age_add(struct session_index *index, uint32_t number)
{
	struct session_link *link = link_of(index, number);

	link->older = index->newest;
	*(index->newest ? &link_of(index, index->newest)->newer : &index->oldest) =
		number;
	index->newest = number;
}

/* Is one of the ends an end of that SA? A NAT between two links changes one of them. */
static bool has_end_of(const struct ike_session *session, const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	return inet_addr_equal(&src, &session->initiator) ||
	       inet_addr_equal(&src, &session->responder) ||
	       inet_addr_equal(&dst, &session->initiator) ||
	       inet_addr_equal(&dst, &session->responder);
}

/* With both SPIs wherever it is sent: an end may move. */
static bool is_of(const struct ike_session *session, const struct ike_header *header,
		  const struct packet *packet)
{
	if (session->spi_i != header->spi_i || session->version != header->major)
		return false;
	if (session->spi_r == header->spi_r && header->spi_r)
		return true;
	return (!session->spi_r || !header->spi_r) && has_end_of(session, packet);
}

struct ike_session *session_index_find(struct session_set *set,
				       const struct ike_header *header,
				       const struct packet *packet)
{
	struct session_index *index = set->index;
	uint32_t number = *bucket_of(index, header->spi_i);

	while (number && !is_of(set->session[number - 1], header, packet))
		number = link_of(index, number)->next;
	if (!number)
		return NULL;
	if (number != index->newest) {
		age_remove(index, number);
		age_add(index, number);
	}
	return set->session[number - 1];
}

/* The one that was quiet longest leaves its place; returns its number. */
static uint32_t forget_oldest(struct session_set *set)
{
	struct session_index *index = set->index;
	uint32_t number = index->oldest;
	struct ike_session *session = set->session[number - 1];
	uint32_t *at = bucket_of(index, session->spi_i);

	while (*at != number)
		at = &link_of(index, *at)->next;
	*at = link_of(index, number)->next;
	age_remove(index, number);
	set->sessions_lost++;
	set->bytes -= session->bytes;
	arena_free(session->arena);
	return number;
}

void session_index_add(struct session_set *set, struct ike_session *session)
{
	struct session_index *index = set->index;
	uint32_t number =
		set->sessions < SESSIONS_MAX ? ++set->sessions : forget_oldest(set);
	uint32_t *at = bucket_of(index, session->spi_i);

	while (*at)
		at = &link_of(index, *at)->next;
	*at = number;
	link_of(index, number)->next = 0;
	age_add(index, number);
	set->session[number - 1] = session;
}

/* ------------------------------------------------------------ flows */

static bool is_flow_of(const struct esp_flow *flow, const struct packet *packet,
		       unsigned int interface)
{
	size_t length = packet->family == 6 ? 16 : 4;

	return flow->spi == packet->spi && flow->kind == packet->kind &&
	       flow->interface == interface &&
	       !memcmp(flow->dst.bytes, packet->dst, length) &&
	       !memcmp(flow->src.bytes, packet->src, length);
}

static size_t flow_hash(const struct packet *packet, unsigned int interface)
{
	size_t last = packet->family == 6 ? 12 : 0; /* the word that differs most */
	uint64_t hash = packet->spi * HASH_FACTOR;

	hash = (hash ^ be32(packet->src + last)) * HASH_FACTOR;
	hash = (hash ^ be32(packet->dst + last)) * HASH_FACTOR;
	hash = (hash ^ (interface << 8 | packet->kind)) * HASH_FACTOR;
	return hash >> (64 - FLOW_BITS);
}

struct esp_flow *session_index_flow(struct session_set *set, const struct packet *packet,
				    unsigned int interface, uint32_t **ret_place)
{
	uint32_t *places = set->index->flow;
	size_t at = flow_hash(packet, interface);

	while (places[at]) {
		struct esp_flow *flow = &set->flows.items[places[at] - 1];

		if (is_flow_of(flow, packet, interface))
			return flow;
		at = (at + 1) % ARRAY_SIZE(set->index->flow);
	}
	*ret_place = &places[at];
	return NULL;
}
