// SPDX-License-Identifier: GPL-2.0-or-later
/* session_esp.c - flows of ESP, AH and IPComp, and ICMP errors about them */
#include "dissect/session_esp.h"

#include "base/cleanup.h"
#include "capture/file.h"
#include "dissect/ah.h"
#include "dissect/keyring.h"
#include "dissect/session_index.h"

#define NEXT_IPCOMP 108
#define FLOWS_FEW   64 /* most captures have fewer */

/*
 * Beyond a few there is room for all that are ever kept, at once: pages that nobody
 * writes cost nothing, while each doubling would leave half as much behind.
 */
static void make_room(struct session_set *set)
{
	struct esp_flow *items;

	if (set->flows.count != FLOWS_FEW || set->flows.room == ESP_FLOWS_MAX)
		return;
	items = arena_alloc(set->arena, ESP_FLOWS_MAX * sizeof(*items));
	memcpy(items, set->flows.items, FLOWS_FEW * sizeof(*items));
	set->flows.items = items;
	set->flows.room = ESP_FLOWS_MAX;
}

static struct esp_flow *flow_of(struct session_set *set, const struct packet *packet,
				const struct capture_packet *captured)
{
	uint32_t *place;
	struct esp_flow *flow =
		session_index_flow(set, packet, captured->interface, &place);

	if (flow)
		return flow;
	if (set->flows.count == ESP_FLOWS_MAX) {
		set->flows_lost++;
		return NULL;
	}
	make_room(set);
	flow = vec_push(set->arena, &set->flows);
	*place = (uint32_t)set->flows.count;
	*flow = (struct esp_flow){
		.interface = captured->interface,
		.kind = packet->kind,
		.is_tcp = packet->protocol == 6,
		.src = packet_src(packet),
		.dst = packet_dst(packet),
		.src_port = packet->src_port,
		.dst_port = packet->dst_port,
		.spi = packet->spi,
		.first_ns = captured->time_ns,
		.first_sequence = packet->sequence,
		.highest = packet->kind == PACKET_IPCOMP ? 0 : packet->sequence - 1ULL,
	};
	return flow;
}

static void open_esp(struct session_set *set, struct esp_flow *flow,
		     const struct packet *packet, const struct capture_packet *captured)
{
	struct inner_packet report = { .frame = set->frame,
				       .time_ns = captured->time_ns,
				       .interface = captured->interface,
				       .outer = packet };
	struct esp_result result;
	enum esp_status status =
		esp_open(set->crypto, set->keyring, packet,
			 session_buffer(set, packet->payload.length), &result);
	struct packet inner;

	flow->status[status]++;
	if (result.key)
		flow->key = result.key;
	report.esp = &result;
	if ((status == ESP_OPENED || status == ESP_UNCHECKED) &&
	    esp_inside_note(set, flow, packet, result.next_header, result.inner, captured,
			    &inner))
		report.packet = &inner;
	if (set->on_inner)
		set->on_inner(set->on_inner_user, &report);
}

/* Nothing of AH is secret: what is inside is shown with keys and without. */
static void open_ah(struct session_set *set, struct esp_flow *flow,
		    const struct packet *packet)
{
	struct esp_result result = { .status = ESP_NO_KEY };
	struct packet behind;

	if (set->keyring && keyring_esps(set->keyring))
		(void)ah_open(set->crypto, set->keyring, packet,
			      session_buffer(set, packet->ip.length), &result);
	flow->status[result.status]++;
	if (result.key)
		flow->key = result.key;
	/* Of ESP and IPComp behind it there is a flow of its own. */
	if (!packet_behind_ah(packet, &behind) && behind.kind != PACKET_ESP &&
	    behind.kind != PACKET_IPCOMP)
		esp_inside_note_packet(set, flow, &behind,
				       packet->ah_next != ESP_NEXT_IPV4 &&
					       packet->ah_next != ESP_NEXT_IPV6);
}

static void open_ipcomp(struct session_set *set, struct esp_flow *flow,
			const struct packet *packet,
			const struct capture_packet *captured)
{
	struct packet inner;

	if (packet->is_cut)
		flow->ipcomp[IPCOMP_SHORT]++;
	else
		(void)esp_inside_note(set, flow, packet, NEXT_IPCOMP, packet->payload,
				      captured, &inner);
}

static void count_sequence(struct esp_flow *flow, uint32_t sequence)
{
	uint64_t number = (flow->highest & ~(uint64_t)UINT32_MAX) | sequence;

	if (flow->kind == PACKET_IPCOMP) /* it has none */
		return;
	if (flow->packets == 1)
		number = flow->highest + 1;
	else if (number < flow->highest && flow->highest - number > UINT32_MAX / 2)
		number += 1ULL << 32; /* ESN: the low half wrapped */
	if (number > flow->highest || flow->packets == 1) {
		flow->missing += number - flow->highest - 1;
		flow->highest = number;
	} else {
		flow->backward++;
		if (flow->missing && number < flow->highest)
			flow->missing--;
	}
}

/*
 * The end of a packet, which with ESP is its ICV: no two of one SA are alike. With its
 * length, as an odd factor times it: equal tails of unequal lengths stay unequal.
 */
static uint64_t tail_of(const struct packet *packet)
{
	struct slice bytes = packet->payload;
	uint64_t tail = bytes.length < 8 ? 0 : be64(bytes.bytes + bytes.length - 8);

	return tail ^ bytes.length * 0x9e3779b97f4a7c15ULL;
}

/*
 * The same packet, captured once more: Linux's "any" shows it on each interface that it
 * passes. A replay comes later.
 */
static bool is_copy(struct esp_flow *flow, const struct packet *packet, int64_t time_ns)
{
	struct esp_recent *recent =
		&flow->recent[packet->sequence % ARRAY_SIZE(flow->recent)];
	uint64_t tail = tail_of(packet);
	bool is_known = recent->time_ns && recent->sequence == packet->sequence &&
			recent->tail == tail && session_is_copy(time_ns, recent->time_ns);

	*recent = (struct esp_recent){ .sequence = packet->sequence,
				       .tail = tail,
				       .time_ns = time_ns };
	return is_known;
}

/* Octets of the packet that the snaplen left out. */
static size_t not_captured(const struct packet *packet)
{
	const uint8_t *ip = packet->ip.bytes;
	size_t there = packet->ip.length, claimed;

	if (!packet->is_cut || there < 20)
		return 0;
	claimed = packet->family == 4 ? be16(ip + 2) : 40 + (size_t)be16(ip + 4);
	return claimed > there ? claimed - there : 0;
}

static void add_to_flow(struct session_set *set, const struct packet *packet,
			const struct capture_packet *captured)
{
	struct esp_flow *flow = flow_of(set, packet, captured);

	if (!flow)
		return;
	if (packet->kind != PACKET_IPCOMP && is_copy(flow, packet, captured->time_ns)) {
		flow->copies++;
		return;
	}
	flow->last_ns = captured->time_ns;
	flow->last_src_port = packet->src_port;
	flow->last_dst_port = packet->dst_port;
	flow->packets++;
	flow->bytes += packet->payload.length + not_captured(packet);
	count_sequence(flow, packet->sequence);
	if (packet->kind == PACKET_AH)
		open_ah(set, flow, packet);
	else if (packet->kind == PACKET_IPCOMP)
		open_ipcomp(set, flow, packet, captured);
	else if (set->keyring && keyring_esps(set->keyring))
		open_esp(set, flow, packet, captured);
	else
		flow->status[ESP_NO_KEY]++;
}

void session_add_esp(struct session_set *set, const struct packet *packet,
		     const struct capture_packet *captured)
{
	struct packet behind;

	add_to_flow(set, packet, captured);
	if (packet->kind != PACKET_AH || packet_behind_ah(packet, &behind))
		return;
	/* One AH is enough: who nests them wants to see us dizzy. */
	if (behind.kind == PACKET_ESP || behind.kind == PACKET_IPCOMP)
		add_to_flow(set, &behind, captured);
}

const char *session_flow_name(const struct esp_flow *flow)
{
	return flow->is_tcp ? "ESP in TCP" : packet_kind_name(flow->kind);
}

bool session_flow_has_siblings(const struct session_set *set, const struct esp_flow *flow)
{
	vec_foreach (other, &set->flows)
		if (other->spi == flow->spi && other->kind == flow->kind &&
		    other->interface == flow->interface &&
		    inet_addr_equal(&other->src, &flow->src) &&
		    !inet_addr_equal(&other->dst, &flow->dst))
			return true;
	return false;
}

const char *session_flow_status_text(const struct esp_flow *flow, enum esp_status status)
{
	if (flow->kind == PACKET_AH && status == ESP_OPENED)
		return "authenticated";
	return esp_status_text(status);
}

/* Type 3 code 4 has it in the lower half of a word (RFC 1191 4), ICMPv6 in all of it. */
static uint32_t next_mtu(const struct packet *packet)
{
	if (packet->payload.length < 8)
		return 0;
	if (packet->family == 4 && packet->icmp_type == 3 && packet->icmp_code == 4)
		return be16(packet->payload.bytes + 6);
	if (packet->family == 6 && packet->icmp_type == 2)
		return be32(packet->payload.bytes + 4);
	return 0;
}

void session_add_icmp(struct session_set *set, const struct packet *packet,
		      const struct capture_packet *captured)
{
	struct icmp_error error = { .frame = set->frame,
				    .time_ns = captured->time_ns,
				    .from = packet_src(packet),
				    .family = packet->family,
				    .type = packet->icmp_type,
				    .code = packet->icmp_code,
				    .mtu = next_mtu(packet),
				    .count = 1 };
	struct packet about;

	if (packet_dissect_quoted(packet, &about))
		return;
	if (about.kind != PACKET_IKE && about.kind != PACKET_ESP &&
	    about.kind != PACKET_UDP_ESP &&
	    !(about.kind == PACKET_UDP &&
	      (about.dst_port == 500 || about.dst_port == 4500)))
		return;
	error.about_src = packet_src(&about);
	error.about_dst = packet_dst(&about);
	error.about_port = about.dst_port;
	for (uint32_t i = 0; i < set->icmp_errors; i++) {
		struct icmp_error *old = &set->icmp_error[i];

		if (old->type == error.type && old->code == error.code &&
		    old->mtu == error.mtu && old->about_port == error.about_port &&
		    inet_addr_equal(&old->from, &error.from) &&
		    inet_addr_equal(&old->about_dst, &error.about_dst)) {
			old->count++;
			return;
		}
	}
	if (set->icmp_errors < ICMP_ERRORS_MAX)
		set->icmp_error[set->icmp_errors++] = error;
	else
		set->icmp_errors_lost++;
}
