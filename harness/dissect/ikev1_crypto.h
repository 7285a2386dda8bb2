/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ikev1_crypto.h - decrypt IKEv1 messages, verify its hashes (RFC 2409)
 *
 * struct ikev1_sa collects what an observer learns of one ISAKMP SA. All slices in
 * it must stay valid as long as it is used; the session keeps copies.
 */
#ifndef TWINSITE_DISSECT_IKEV1_CRYPTO_H
#define TWINSITE_DISSECT_IKEV1_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/crypto.h"
#include "dissect/cursor.h"

struct alg;
struct ike_message;
struct keyring;

#define IKEV1_BLOCK_MAX	    16
#define IKEV1_EXCHANGES_MAX 32 /* IVs kept; the one not used longest gives way */

/* The IV chain of one exchange: RFC 2409 appendix B. */
struct ikev1_iv {
	uint32_t message_id;
	uint64_t age;
	uint8_t block[IKEV1_BLOCK_MAX]; /* last ciphertext block */
};

struct ikev1_sa {
	uint8_t cookies[16];	/* initiator's, responder's */
	const struct alg *hash; /* the integrity row of the chosen hash */
	const struct alg *encr;
	unsigned int group;
	struct slice gxi, gxr; /* bodies of KE */
	struct slice ni, nr;   /* bodies of NONCE */
	struct slice sai;      /* body of the initiator's SA */
	struct slice idi, idr; /* bodies of ID */
	struct slice hash_i, hash_r;
	bool has_signatures;   /* authentication is not by pre-shared key */
	uint16_t auth;	       /* the method chosen (RFC 2409 A), 0: not seen */
	struct slice key;      /* Ka, borrowed from the keyring; empty: none */
	struct slice skeyid_a; /* likewise; empty: hashes cannot be verified */
	struct slice skeyid_d; /* likewise; empty: keys of children cannot be made */
	bool has_phase1_iv;    /* phase1_iv is valid */
	uint8_t phase1_iv[IKEV1_BLOCK_MAX]; /* last ciphertext block of phase 1 */
	uint64_t clock;
	uint32_t ivs;
	struct ikev1_iv iv[IKEV1_EXCHANGES_MAX];
};

/* SKEYID, its children and Ka of RFC 2409 5 and appendix B. */
struct ikev1_keys {
	size_t length; /* of each SKEYID…, bytes */
	uint8_t skeyid[CRYPTO_HASH_MAX], skeyid_d[CRYPTO_HASH_MAX],
		skeyid_a[CRYPTO_HASH_MAX], skeyid_e[CRYPTO_HASH_MAX];
	size_t ka_length;
	uint8_t ka[CRYPTO_KEY_MAX];
};

/*
 * The whole chain from a pre-shared key (with signatures: none) and the shared secret
 * g^xy. Needs nonces, cookies, hash and cipher. -EINVAL when something is missing, or
 * nonces were encrypted (RFC 2409 5.2, 5.3).
 */
int ikev1_derive(struct crypto *crypto, const struct ikev1_sa *sa, struct slice psk,
		 struct slice gxy, struct ikev1_keys *ret_keys);

/*
 * Does a pre-shared key give the peer's hash? Needs no DH secret: with pre-shared
 * keys SKEYID = prf(psk, Ni | Nr), and HASH_R, HASH_I cover only what was sent
 * (RFC 2409 5). In aggressive mode HASH_R is in clear. is_responder: which of both.
 * Returns 1 yes, 0 no, -ENODATA when not everything was seen.
 */
int ikev1_verify_psk(struct crypto *crypto, const struct ikev1_sa *sa, bool is_responder,
		     struct slice psk);

/* The hash itself, at most CRYPTO_HASH_MAX bytes; 0: not everything was seen. */
size_t ikev1_hash_of_psk(struct crypto *crypto, const struct ikev1_sa *sa,
			 bool is_responder, struct slice psk, uint8_t *ret);

/*
 * Decrypt a message into ret_plain (message->encrypted.length bytes) and advance
 * the exchange's IV. The caller must recognise retransmissions and not come here
 * with them. Tries the IV of the exchange's chain, then a fresh one: FRITZ!Box
 * answers DPD with the same message id as if it were a new exchange. Returns 0,
 * -ENOKEY, -EBADMSG (no IV gives payloads that make sense), -ENODATA (phase 1 was
 * not seen, so no IV can be known; all but the first block may still be readable).
 */
int ikev1_decrypt(struct crypto *crypto, struct keyring *keyring, struct ikev1_sa *sa,
		  const struct ike_message *message, uint8_t *ret_plain);

/*
 * Encrypt the payloads of a message that we send as one of the ends, and advance the
 * exchange's IV; as ikev1_decrypt() does with what comes. sa->key is set. text: whole
 * blocks, padded. Returns 0, -EINVAL for lengths, -ENODATA without a key or an IV.
 */
int ikev1_encrypt(struct crypto *crypto, struct ikev1_sa *sa, uint32_t message_id,
		  bool is_informational, struct slice text, uint8_t *ret_text);

/*
 * Keys of a child of quick mode (RFC 2409 5.5): ret_length bytes for the protocol and
 * the SPI that the receiver chose. gxy is empty without PFS. false: no SKEYID_d.
 */
struct ikev1_child {
	struct slice gxy, ni, nr;
	uint8_t protocol;
	struct slice spi;
};
bool ikev1_keymat(struct crypto *crypto, const struct ikev1_sa *sa,
		  const struct ikev1_child *child, size_t length, uint8_t *ret_keymat);

/* Do decrypted bytes look like a payload chain? Bounded, no side effects. */
bool ikev1_is_chain(uint8_t first, struct slice plain);

#endif
