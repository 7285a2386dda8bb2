/* SPDX-License-Identifier: GPL-2.0-or-later */
/* talk_child.h - a child of a tunnel as its peer would ask for it: bodies of payloads */
#ifndef TWINSITE_RUN_TALK_CHILD_H
#define TWINSITE_RUN_TALK_CHILD_H

#include "model/site.h"
#include "peer/peer.h"

/*
 * The first child and pair of networks of a tunnel, seen from the other end, in the
 * arena. own and peer: the addresses of the site and of its peer, for selectors that name
 * none. false: it has none, or an algorithm without a number there.
 */
bool talk_child_of(const struct tunnel *tunnel, int version, const struct inet_addr *own,
		   const struct inet_addr *peer, struct arena *arena,
		   struct peer_child *ret);

/* An IKEv1 child's SA payload with that PFS group in each transform (0: none). */
struct slice talk_child_regroup(struct slice sa, unsigned int group, struct arena *arena);

/*
 * The body of an ID payload (RFC 2407 4.6.2, RFC 7296 3.5): type, protocol, port (any),
 * data; no identity: the peer's address. Returns its length, 0 when it cannot be said.
 */
size_t talk_identity(const struct identity *identity, const struct inet_addr *peer,
		     uint8_t *bytes, size_t room);

#endif
