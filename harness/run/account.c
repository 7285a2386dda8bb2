// SPDX-License-Identifier: GPL-2.0-or-later
/* account.c - is every packet of a LAN that belongs into the tunnel found inside ESP? */
#include "run/account.h"

#include <errno.h>
#include <stdlib.h>

#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "lab/plan.h"
#include "probe/throughput.h"

#define SLOTS	      (ACCOUNT_MAX * 2) /* a power of two */
#define DONT_FRAGMENT 0x40
#define SMALL_MTU     1200 /* bytes; what is larger and must not be cut may be refused */

int account_init(struct account *account)
{
	*account = (struct account){ 0 };
	account->slots = calloc(SLOTS, sizeof(*account->slots));
	return account->slots ? 0 : -ENOMEM;
}

void account_done(struct account *account)
{
	free(account->slots);
	account->slots = NULL;
}

/* FNV-1a */
static uint64_t add_bytes(uint64_t digest, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		digest = (digest ^ bytes[i]) * 0x100000001b3ULL;
	return digest;
}

/*
 * Of what forwarding and checksum offload leave alone: addresses, protocol, IPv4's
 * identification, ports, TCP's numbers, the data. Never 0.
 */
static uint64_t digest_of(const struct packet *packet)
{
	size_t address = packet->family == 6 ? 16 : 4;
	uint32_t words[] = { packet->protocol,	      packet->src_port,
			     packet->dst_port,	      packet->sequence,
			     packet->acknowledgement, packet->fragment_offset };
	struct slice payload = packet->payload;
	uint64_t digest = 0xcbf29ce484222325ULL;

	digest = add_bytes(digest, packet->src, address);
	digest = add_bytes(digest, packet->dst, address);
	digest = add_bytes(digest, (const uint8_t *)words, sizeof(words));
	if (packet->family == 4 && packet->ip.length >= 6)
		digest = add_bytes(digest, packet->ip.bytes + 4, 2);
	if (packet->kind == PACKET_ICMP && payload.length >= 4) {
		digest = add_bytes(digest, payload.bytes, 2);
		payload.bytes += 4;
		payload.length -= 4;
	}
	digest = add_bytes(digest, payload.bytes, payload.length);
	return digest ? digest : 1;
}

/* The digest's slot: its own, or the empty one where it belongs. */
static uint64_t *slot_of(const struct account *account, uint64_t digest)
{
	uint64_t i = digest & (SLOTS - 1);

	while (account->slots[i] && account->slots[i] != digest)
		i = (i + 1) & (SLOTS - 1);
	return &account->slots[i];
}

void account_remember(struct account *account, const struct packet *inner,
		      int64_t time_ns)
{
	uint64_t digest, *slot;

	if (!account->first_ns)
		account->first_ns = time_ns;
	account->last_ns = time_ns;
	if (!inner->src)
		return;
	if (account->count == ACCOUNT_MAX) {
		account->is_full = true;
		return;
	}
	digest = digest_of(inner);
	slot = slot_of(account, digest);
	account->count += !*slot;
	*slot = digest;
}

static bool belongs_into_tunnel(const struct keyring *keyring,
				const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	for (size_t i = 0; i < keyring_esps(keyring); i++)
		if (esp_key_covers(keyring_esp(keyring, i), &src, &dst) == 1)
			return true;
	return false;
}

static bool is_routed(const struct plan_prefixes *routed, const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	if (!routed)
		return true;
	vec_foreach (prefix, routed)
		if (inet_prefix_has(prefix, &src) || inet_prefix_has(prefix, &dst))
			return true;
	return false;
}

static bool is_too_big(const struct packet *packet)
{
	return packet->ip.length > SMALL_MTU && packet->family == 4 &&
	       packet->ip.bytes[6] & DONT_FRAGMENT;
}

static bool had_tunnel(const struct account *account, int64_t time_ns)
{
	for (size_t i = 0; i < account->gap_count; i++)
		if (time_ns >= account->gaps[i].from_ns &&
		    time_ns <= account->gaps[i].until_ns)
			return false;
	return account->first_ns && time_ns >= account->first_ns &&
	       time_ns <= account->last_ns &&
	       (!account->taken_down_ns || time_ns < account->taken_down_ns);
}

/* Of the throughput test, or an error about it. */
static bool is_measured(const struct packet *packet)
{
	struct packet quoted;

	if (packet->kind == PACKET_ICMP && !packet_dissect_quoted(packet, &quoted))
		packet = &quoted;
	return packet->src_port == THROUGHPUT_PORT || packet->dst_port == THROUGHPUT_PORT;
}

void account_look_up(struct account *account, const struct keyring *keyring,
		     const struct packet *packet, uint32_t frame, int64_t time_ns)
{
	if (!packet->src || !belongs_into_tunnel(keyring, packet) ||
	    !is_routed(account->routed, packet))
		return;
	if (packet->is_cut) {
		account->cut++;
		return;
	}
	if (*slot_of(account, digest_of(packet))) {
		account->found++;
	} else if (!had_tunnel(account, time_ns)) {
		account->without_sa++;
	} else if (is_too_big(packet)) {
		account->too_big++;
	} else if (is_measured(packet)) {
		account->cut++;
	} else if (!account->missing++) {
		account->first_missing = frame;
	}
}
