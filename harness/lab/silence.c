// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * silence.c - a legacy peer is not polite: it drops where strongSwan notifies
 *
 * An ISAKMP header (RFC 2408 3.1) has, 16 bytes behind its start, one word with next
 * payload, version, exchange type and flags; flag 1 is "encrypted". xt_u32 reads it
 * behind the IP header's own length and the 8 bytes of UDP, on port 4500 also behind
 * the four zero bytes that tell IKE from ESP (RFC 3948 2.2).
 */
#include "lab/silence.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "device/device.h"
#include "lab/ruleset.h"

#define EXCHANGE_MAIN_TYPE	 2
#define EXCHANGE_AGGRESSIVE_TYPE 4
#define EXCHANGE_INFORMATIONAL	 5

#define MASK_TYPE	    0xff00
#define MASK_TYPE_ENCRYPTED 0xff01

/* Drop what this gateway sends in that exchange, from both of IKE's ports. */
static void drop(struct ruleset *set, unsigned int type, unsigned int mask,
		 const char *comment)
{
	static const struct {
		unsigned int port, offset;
		const char *marker;
	} ports[] = {
		{ 500, 24, "" },
		{ 4500, 28, "0>>22&0x3C@8=0x0&&" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		ruleset_insert(set, TABLE_FILTER, "OUTPUT",
			       arena_printf(set->arena,
					    "-p udp -m udp --sport %u -m u32 --u32 "
					    "\"%s0>>22&0x3C@%u&0x%X=0x%X\"",
					    ports[i].port, ports[i].marker,
					    ports[i].offset, mask, type << 8),
			       "DROP", comment);
}

static bool has_mode(const struct site *site, enum exchange_mode mode)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && tunnel->version != 2 &&
		    (tunnel->mode == mode || tunnel->accepts_both_modes))
			return true;
	return false;
}

void silence_generate(struct ruleset *set, const struct site *site)
{
	if (!device_of(site->kind)->traits.is_silent)
		return;
	drop(set, EXCHANGE_INFORMATIONAL, MASK_TYPE_ENCRYPTED, SILENCE_COMMENT_NOTIFY);
	if (!has_mode(site, EXCHANGE_MAIN))
		drop(set, EXCHANGE_MAIN_TYPE, MASK_TYPE, SILENCE_COMMENT_MAIN);
	if (!has_mode(site, EXCHANGE_AGGRESSIVE))
		drop(set, EXCHANGE_AGGRESSIVE_TYPE, MASK_TYPE,
		     SILENCE_COMMENT_AGGRESSIVE);
}
