/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * account.h - is every packet of a LAN that belongs into the tunnel found inside ESP?
 *
 * First the decrypted packets of a site's WAN are remembered (by a digest of what
 * forwarding does not change), then the packets of its LANs are looked up. What is
 * not found must have an explanation: there was no tunnel (before the first ESP packet,
 * after the last, in an outage that was watched, or after the tunnel was taken down, whatever stragglers of the other
 * end came then), or it was too big and must not be cut, or it is of the throughput
 * test, of whose ESP only the headers are captured: its last segments may reach the LAN
 * when that is over again. Bounded: beyond ACCOUNT_MAX packets nothing is claimed.
 */
#ifndef TWINSITE_RUN_ACCOUNT_H
#define TWINSITE_RUN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCOUNT_MAX (1u << 17) /* packets remembered */

struct keyring;
struct packet;
struct plan_prefixes;

/* A time without a tunnel in between: both ends belong to it. */
struct account_gap {
	int64_t from_ns, until_ns; /* since the epoch */
};

struct account {
	uint64_t *slots; /* digests; 0: empty */
	/*
	 * Route-based: only what is from or to these far networks goes in, whatever the
	 * selectors are. Borrowed; NULL: the selectors alone say it.
	 */
	const struct plan_prefixes *routed;
	uint32_t count;
	bool is_full;
	int64_t first_ns, last_ns;	/* of ESP on the WAN */
	int64_t taken_down_ns;		/* since the epoch; 0: it was not */
	const struct account_gap *gaps; /* borrowed */
	size_t gap_count;
	uint64_t found, without_sa, too_big, missing;
	uint64_t cut;		/* captured in part, here or on the WAN */
	uint32_t first_missing; /* packet number within the LAN's file */
};

int account_init(struct account *account);
void account_done(struct account *account);

/* A decrypted packet of the WAN. */
void account_remember(struct account *account, const struct packet *inner,
		      int64_t time_ns);

/* A packet of a LAN: counted when its addresses are those of an SA of the keyring. */
void account_look_up(struct account *account, const struct keyring *keyring,
		     const struct packet *packet, uint32_t frame, int64_t time_ns);

#endif
