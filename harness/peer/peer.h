/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peer.h - an IKE peer that says what a recorded device said, and takes no more than it
 *
 * A capture tells what a device offers, calls itself and what its networks are, not the
 * secrets that belong to that session. So this is another session of the same device:
 * the recorded proposals, vendor ids, identities and networks with nonces and a
 * Diffie-Hellman value of our own, and the pre-shared key that is given. It speaks IKEv1
 * (main and aggressive mode, quick mode; RFC 2409) and IKEv2 (IKE_SA_INIT, IKE_AUTH and
 * one CREATE_CHILD_SA; RFC 7296) as initiator and responder, to the end of the first children, installs nothing,
 * and is as strict as devices are: a choice must be what was offered, networks and hashes
 * must be right.
 *
 * Each end always seems to be behind a NAT, since a daemon without the kernel's ESP
 * carries it in UDP only.
 *
 * Messages in, messages out: no sockets, no clock. Random numbers are the kernel's.
 */
#ifndef TWINSITE_PEER_PEER_H
#define TWINSITE_PEER_PEER_H

#include "base/buf.h"
#include "dissect/crypto.h"

#define PEER_VENDOR_IDS_MAX 32
#define PEER_CHILDREN_MAX   8

/* A child as it was recorded. Empty slices: not known (SA) or not sent (networks). */
struct peer_child {
	struct slice sa;	    /* body of the SA payload: offered, or chosen */
	struct slice local, remote; /* bodies of ID (IKEv1) or TS payloads (IKEv2) */
	/*
	 * IKEv1: the group of its KE; 0: none. IKEv2 has none in IKE_AUTH: that of a
	 * CREATE_CHILD_SA with this SA payload, asked for behind it; empty: it is not.
	 */
	unsigned int pfs;
	struct slice rekey_sa;
};

/* All slices are borrowed for as long as the peer lives. */
struct peer_says {
	int version;
	bool is_aggressive;
	/*
	 * Body of the SA payload: what it offers, or as responder what it chose, and so
	 * takes; as responder empty: whatever comes.
	 */
	struct slice sa;
	unsigned int group; /* of the KE that it begins with; main mode: unused */
	struct slice vendor_ids[PEER_VENDOR_IDS_MAX]; /* their bodies */
	unsigned int vendor_id_count;
	struct slice id; /* body of its own ID payload */
	/*
	 * Body of the other end's, which it knows that one by. Names must be the same;
	 * addresses need not, they are the network's. Empty: any.
	 */
	struct slice expected_id;
	struct slice psk;
	/* As responder with none: it takes any child. IKEv2 has the first one only. */
	struct peer_child children[PEER_CHILDREN_MAX];
	unsigned int child_count;
};

/* How far it got: what is being negotiated. */
enum peer_stage {
	PEER_STAGE_PROPOSAL, /* of the IKE SA: the first two messages */
	PEER_STAGE_KEYS,     /* main mode: KE and nonces */
	PEER_STAGE_AUTH,     /* identities and who proves what */
	PEER_STAGE_CHILD,    /* quick mode, the child of IKE_AUTH */
	PEER_STAGE_REKEY,    /* IKEv2: a child with KE, which is where PFS shows */
	PEER_STAGE_UP,
};

enum peer_state {
	PEER_WAITS,	 /* for a message */
	PEER_IS_UP,	 /* every child it has, or as responder at least one */
	PEER_REFUSES,	 /* it would not go on; see peer_why() */
	PEER_IS_REFUSED, /* the other end said no */
};

struct peer;

/* -ENOTSUP with a sentence for what cannot be spoken (an unknown group). */
int peer_new(struct crypto *crypto, const struct peer_says *says, bool is_responder,
	     struct peer **ret_peer, struct err *err);
void peer_free(struct peer *peer); /* wipes; NULL is fine */
static inline void peer_freep(struct peer **peer)
{
	peer_free(*peer);
}

/* As initiator: the first message, appended to out. */
void peer_begin(struct peer *peer, struct buf *out);

/*
 * One message (without a non-ESP marker); what it answers is appended to out, nothing
 * when it has no answer. What was sent twice is answered with the same again. Anything
 * may come; what is of no exchange of ours is left alone.
 */
void peer_take(struct peer *peer, struct slice message, struct buf *out);

enum peer_state peer_state(const struct peer *peer);
enum peer_stage peer_stage(const struct peer *peer);
unsigned int peer_children_up(const struct peer *peer);
/* Why it is over: a sentence without a full stop. "" while it is not. */
const char *peer_why(const struct peer *peer);
/* In words, by IKE version: "phase 1, proposal", "IKE_AUTH, child". */
const char *peer_stage_name(int version, enum peer_stage stage);

#endif
