/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peer_parts.h - what peer.c, peer_v1.c, peer_quick.c and peer_v2.c share */
#ifndef TWINSITE_PEER_PEER_PARTS_H
#define TWINSITE_PEER_PEER_PARTS_H

#include "base/arena.h"
#include "dissect/dh.h"
#include "dissect/ike.h"
#include "dissect/ikev1_crypto.h"
#include "dissect/ikev2_derive.h"
#include "dissect/keyring.h"
#include "peer/chain.h"
#include "peer/peer.h"

#define NONCE_SIZE 32

/* Of one exchange with KE: our secret and what it makes. */
struct half {
	unsigned int group;
	struct slice exponent;
	struct slice own, other, nonce, other_nonce; /* in the arena */
	struct slice shared;
};

/* IKEv1: the quick mode that is going on. */
struct quick {
	bool is_open;
	uint32_t message_id;
	unsigned int child; /* number in says->children */
	struct half half;
	struct slice ni, nr;
	struct slice offer; /* body of the SA payload that was offered */
};

struct peer {
	struct crypto *crypto; /* borrowed */
	const struct peer_says *says;
	bool is_responder;
	enum peer_stage stage;
	enum peer_state state;
	unsigned int children_up;
	struct buf why;
	struct arena *arena; /* wipes itself */
	struct keyring *keyring;
	struct ike_message message; /* the one that came */
	struct buf last_in, last_out;
	uint8_t spis[2 * IKE_SPI_SIZE];
	struct half half;	    /* of phase 1 */
	struct slice offer, choice; /* bodies of SA payloads of phase 1 */
	struct slice child_offer;
	struct quick quick;
	/* IKEv1 */
	struct ikev1_sa sa;
	struct ikev1_keys keys;
	unsigned int taken; /* messages of phase 1 */
	bool is_encrypted;  /* from here on */
	/* IKEv2 */
	struct ikev2_choice v2;
	struct ikev2_material material;
	struct slice init_own, init_other; /* whole messages */
	uint32_t next_id;
};

/* A copy in the peer's arena. */
struct slice peer_keep(struct peer *peer, struct slice bytes);
struct slice peer_random(struct peer *peer, size_t length);

/* It is over. */
void peer_end(struct peer *peer, enum peer_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Our KE value and nonce of a group; false: the group cannot be computed. */
bool half_begin(struct peer *peer, struct half *half, unsigned int group);
/* The other end's, and g^xy; false: no value of that group. */
bool half_end(struct peer *peer, struct half *half, struct slice value);

/* A payload that is there and whole, else the peer refuses and NULL. */
const struct ike_payload *peer_want(struct peer *peer, unsigned int type,
				    const char *what);

/* Is the other end called as it should be? Else the peer refuses. */
bool peer_knows(struct peer *peer, struct slice id);

/* Which of the children has those networks (ours first)? -1: none; says NULL-children: 0. */
int peer_child_of(const struct peer *peer, struct slice local, struct slice remote);

/* Does the choice of the other end stand in our offer? Else the peer refuses. */
bool peer_checks_choice(struct peer *peer, struct slice offer, struct slice choice,
			bool is_child);

void peer_v1_begin(struct peer *peer, struct buf *out);
void peer_v1_take(struct peer *peer, struct buf *out);
void peer_v2_begin(struct peer *peer, struct buf *out);
void peer_v2_take(struct peer *peer, struct buf *out);

/* ------------------------------------------------------------ IKEv1 */

/* SKEYID_a's hash over parts; its length. */
size_t peer_v1_hash(struct peer *peer, uint32_t message_id, const struct slice *parts,
		    size_t count, uint8_t ret[static CRYPTO_HASH_MAX]);
/* A message of that exchange, encrypted when it is time to; appended to out. */
void peer_v1_send(struct peer *peer, uint8_t exchange, uint32_t message_id,
		  const struct chain *chain, struct buf *out);

void peer_quick_begin(struct peer *peer, struct buf *out);
void peer_quick_take(struct peer *peer, struct buf *out);

#endif
