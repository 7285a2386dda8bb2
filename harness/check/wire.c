// SPDX-License-Identifier: GPL-2.0-or-later
/* wire.c - what the captures of a run say: ESP, IKE, and what was in clear */
#include "check/wire.h"

#include <errno.h>
#include <limits.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "capture/file.h"
#include "dissect/ip.h"
#include "probe/icmp.h"

static bool is_inner(const struct plan *plan, const struct inet_addr *addr)
{
	for (size_t site = 0; site < 2; site++)
		for (size_t i = 0; i < plan->inner[site].count; i++)
			if (inet_prefix_has(&plan->inner[site].items[i], addr))
				return true;
	return false;
}

static void note_clear(struct wire_link *link, struct arena *arena, uint64_t number,
		       int64_t time_us, const struct packet *packet)
{
	struct icmp_sighting sighting;
	bool is_ours = packet->kind == PACKET_ICMP &&
		       icmp_parse(packet->ip.bytes, packet->ip.length, &sighting);

	link->clear_count++;
	if (link->clear.count == WIRE_CLEAR_MAX)
		return;
	*vec_push(arena, &link->clear) = (struct wire_clear){
		.number = number,
		.time_us = time_us,
		.src = packet_src(packet),
		.dst = packet_dst(packet),
		.protocol = packet->protocol,
		.dst_port = packet->dst_port,
		.expectation = is_ours ? sighting.task : -1,
	};
}

static struct wire_esp *esp_flow(struct wire_link *link, struct arena *arena,
				 const struct packet *packet)
{
	struct inet_addr dst = packet_dst(packet);
	struct wire_esp *flow;

	vec_foreach (known, &link->esp)
		if (known->spi == packet->spi && inet_addr_equal(&known->dst, &dst))
			return known;
	if (link->esp.count == WIRE_ESP_MAX)
		return NULL;
	flow = vec_push(arena, &link->esp);
	flow->spi = packet->spi;
	flow->src = packet_src(packet);
	flow->dst = dst;
	flow->is_in_udp = packet->kind == PACKET_UDP_ESP;
	return flow;
}

/* As a receiver's replay window would (RFC 4303 A2), for what it would not say. */
static void note_sequence(struct wire_esp *flow, uint32_t sequence)
{
	uint32_t behind = flow->last_sequence - sequence;

	if (!flow->packets || sequence > flow->last_sequence) {
		uint32_t ahead = sequence - flow->last_sequence;

		flow->window =
			ahead < 64 && flow->packets ? flow->window << ahead | 1 : 1;
		flow->last_sequence = sequence;
		return;
	}
	if (behind < 64 && flow->window >> behind & 1)
		flow->repeated++;
	else
		flow->late++;
	if (behind < 64)
		flow->window |= UINT64_C(1) << behind;
}

static void note_esp(struct wire_link *link, struct arena *arena, int64_t time_us,
		     const struct packet *packet)
{
	struct wire_esp *flow = esp_flow(link, arena, packet);

	link->esp_packets++;
	if (!flow)
		return;
	if (!flow->packets) {
		flow->first_sequence = packet->sequence;
		flow->first_us = time_us;
	}
	note_sequence(flow, packet->sequence);
	flow->last_us = time_us;
	flow->packets++;
	flow->bytes += packet->payload.length;
	if (packet->ip.length > flow->largest)
		flow->largest = packet->ip.length;
}

#define PORT_IKE   500
#define PORT_NAT_T 4500

static void note_ike(struct wire_link *link, struct arena *arena,
		     const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);
	bool is_nat_t = packet->dst_port == PORT_NAT_T || packet->src_port == PORT_NAT_T;

	vec_foreach (flow, &link->ike_flows) {
		if (flow->is_nat_t == is_nat_t && inet_addr_equal(&flow->src, &src) &&
		    inet_addr_equal(&flow->dst, &dst)) {
			flow->packets++;
			return;
		}
	}
	if (link->ike_flows.count < WIRE_FLOWS_MAX)
		*vec_push(arena, &link->ike_flows) =
			(struct wire_ike){ .src = src,
					   .dst = dst,
					   .dst_port = packet->dst_port,
					   .is_nat_t = is_nat_t,
					   .packets = 1,
					   .first = link->packets };
}

static void note_echo(struct wire_link *link, struct arena *arena,
		      const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);
	bool is_reply = packet->icmp_type == ICMP_ECHOREPLY;

	vec_foreach (flow, &link->echoes) {
		if (flow->is_reply == is_reply && inet_addr_equal(&flow->src, &src) &&
		    inet_addr_equal(&flow->dst, &dst)) {
			flow->packets++;
			return;
		}
	}
	if (link->echoes.count < WIRE_FLOWS_MAX)
		*vec_push(arena, &link->echoes) =
			(struct wire_echo){ .src = src,
					    .dst = dst,
					    .is_reply = is_reply,
					    .packets = 1,
					    .first = link->packets };
}

static void note_refusal(struct wire_link *link, struct arena *arena,
			 const struct packet *packet)
{
	struct wire_refusal refusal = { .from = packet_src(packet),
					.to = packet_dst(packet),
					.type = packet->icmp_type,
					.code = packet->icmp_code,
					.packets = 1,
					.first = link->packets };
	struct packet quoted;

	if (packet_dissect_quoted(packet, &quoted))
		return;
	refusal.wanted = packet_dst(&quoted);
	refusal.port = quoted.dst_port;
	vec_foreach (known, &link->refusals) {
		if (known->type == refusal.type && known->code == refusal.code &&
		    known->port == refusal.port &&
		    inet_addr_equal(&known->from, &refusal.from) &&
		    inet_addr_equal(&known->wanted, &refusal.wanted)) {
			known->packets++;
			return;
		}
	}
	if (link->refusals.count < WIRE_FLOWS_MAX)
		vec_add(arena, &link->refusals, refusal);
}

static void note_icmp(struct wire_link *link, struct arena *arena,
		      const struct packet *packet)
{
	if (packet->icmp_type == ICMP_ECHO || packet->icmp_type == ICMP_ECHOREPLY)
		note_echo(link, arena, packet);
	else
		note_refusal(link, arena, packet);
}

static void note_packet(struct wire_link *link, const struct plan *plan,
			struct arena *arena, const struct capture_packet *captured,
			int link_type)
{
	int64_t time_us = captured->time_ns / 1000;
	struct packet packet;
	struct inet_addr src, dst;

	link->packets++;
	if (packet_dissect(link_type, captured->bytes, captured->captured,
			   captured->length, &packet) ||
	    !packet.family)
		return;
	src = packet_src(&packet);
	dst = packet_dst(&packet);
	if (packet.kind == PACKET_ESP || packet.kind == PACKET_UDP_ESP)
		note_esp(link, arena, time_us, &packet);
	else if (packet.kind == PACKET_IKE)
		link->ike++, note_ike(link, arena, &packet);
	else if (packet.kind == PACKET_ICMP)
		note_icmp(link, arena, &packet);
	else if (packet.kind == PACKET_FRAGMENT)
		link->fragments++;
	if (link->link->is_internet && (is_inner(plan, &src) || is_inner(plan, &dst)))
		note_clear(link, arena, link->packets, time_us, &packet);
}

static void read_link(struct wire_link *link, const char *folder, const struct plan *plan,
		      struct arena *arena)
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	struct err err = { 0 };
	int r = capture_file_open_below(folder, link->file, &file, &err);

	while (!r && (r = capture_file_next(file, &packet, &err)) > 0) {
		note_packet(link, plan, arena, &packet, packet.link_type);
		r = 0;
	}
	link->is_damaged = r < 0 || !file || capture_file_end(file) != CAPTURE_END_CLEAN;
	if (link->is_damaged)
		link->damage = arena_strdup(arena, r < 0 ? err.text
							 : capture_file_end_text(file));
}

int wire_load(const char *folder, const struct plan *plan, struct arena *arena,
	      struct wire *ret_wire, struct err *err)
{
	struct wire wire = { 0 };

	(void)err;
	wire.links = arena_alloc(arena, plan->links.count * sizeof(*wire.links));
	vec_foreach (planned, &plan->links) {
		struct wire_link *link = &wire.links[wire.count];

		if (planned->capture_end < 0)
			continue;
		wire.count++;
		link->link = planned;
		link->file = arena_printf(arena, "%s.pcapng", planned->name);
		read_link(link, folder, plan, arena);
	}
	*ret_wire = wire;
	return 0;
}
