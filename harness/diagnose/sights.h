/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sights.h - where a packet was last seen, and who has counted it
 *
 * What a person who stands at every hop at once would note, taken from captures,
 * logs, SA lists and counters of both ends: IKE by port and direction, ESP, ICMP,
 * and what came out of the tunnel. Nothing here knows what was configured or injected.
 */
#ifndef TWINSITE_DIAGNOSE_SIGHTS_H
#define TWINSITE_DIAGNOSE_SIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnose/observe.h"

/* Packets from one site to the other. */
struct sight {
	uint64_t left;			      /* seen on the sender's own Internet link */
	uint64_t arrived;		      /* seen on the receiver's */
	size_t left_largest, arrived_largest; /* bytes, ESP only */
	const char *left_file, *arrived_file;
	uint64_t left_first, arrived_first; /* packet numbers there */
};

/* A question through the tunnel that was not answered. */
struct sight_lost {
	int expectation;
	unsigned int from, to; /* sites */
	const char *host_from, *host_to;
	bool has_arrived; /* the target saw the request */
};

struct sights {
	const struct observe *observe;
	unsigned int from, to; /* initiator, responder */
	struct sight ike[2];   /* UDP 500; by the sending site */
	struct sight nat_t[2]; /* IKE on UDP 4500 */
	struct sight esp[2];
	struct sight fragments[2];
	bool is_running[2]; /* a daemon was there to be told its connections */
	bool has_heard[2];  /* its log has a request of the peer */
	bool has_ike[2];    /* an IKE SA when the tunnel should be up */
	bool has_child[2];  /* a CHILD SA then */
	bool has_ike_after[2], has_child_after[2]; /* and after the traffic */
	bool is_blind; /* a capture of an Internet link is missing: absence proves nothing
			*/
	int64_t in[2], out[2]; /* packets of all CHILD SAs after the traffic */
	VEC(struct sight_lost) lost;
	const struct event *settings[2]; /* kernel settings after the traffic, or NULL */
};

void sights_collect(const struct observe *observe, struct sights *ret_sights);

const char *sights_site(const struct sights *sights, unsigned int site);

/* A site's file and line that names the peer, for values of a diagnosis. */
const struct tunnel *sights_tunnel(const struct sights *sights, unsigned int site);

/* The first ICMP error about the port (0: any) for a packet to that site, NULL. */
const struct wire_refusal *sights_refusal(const struct sights *sights, unsigned int to,
					  uint16_t port,
					  const struct wire_link **ret_link);

/* IKE of the peer on an inner link of the site: something sends it there. NULL: none. */
const struct wire_ike *sights_ike_inside(const struct sights *sights, unsigned int site,
					 const struct wire_link **ret_link);

/* Echo packets between two hosts on the site's inner links. */
uint64_t sights_echoes(const struct sights *sights, unsigned int site, const char *from,
		       const char *to, bool is_reply);

/* Is an SA that should be there not there, at some time of the run? */
bool sights_is_without_sa(const struct sights *sights);

/* A fact in the log of either end, NULL: none. ret_site: whose. */
const struct log_fact *sights_fact(const struct sights *sights, enum charon_log_fact kind,
				   unsigned int *ret_site);

#endif
