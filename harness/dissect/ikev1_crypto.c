// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ikev1_crypto.c - decrypt IKEv1 messages, verify its hashes (RFC 2409)
 *
 * Theory of operation (RFC 2409 5 and appendix B; | is concatenation).
 *
 *	SKEYID   = prf(psk, Ni | Nr)                       pre-shared keys
 *	SKEYID   = prf(Ni | Nr, g^xy)                      signatures
 *	SKEYID_d = prf(SKEYID, g^xy | CKY-I | CKY-R | 0)
 *	SKEYID_a = prf(SKEYID, SKEYID_d | g^xy | CKY-I | CKY-R | 1)
 *	SKEYID_e = prf(SKEYID, SKEYID_a | g^xy | CKY-I | CKY-R | 2)
 *	HASH_I   = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi | IDii)
 *	HASH_R   = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi | IDir)
 *	Ka       = SKEYID_e, or when that is too short K1 | K2 | …,
 *	           K1 = prf(SKEYID_e, 0), Kn = prf(SKEYID_e, Kn-1)
 *	KEYMAT   = K1 | K2 | …, Kn = prf(SKEYID_d, Kn-1 | [g^xy |] protocol | SPI | Ni | Nr)
 *
 * The first IV of phase 1 is hash(g^xi | g^xr); each message's IV is the last
 * ciphertext block of the one before, in either direction. Another exchange begins
 * with hash(last block of phase 1 | message id). A retransmitted message is the
 * same bytes and moves no IV.
 */
#include "dissect/ikev1_crypto.h"

#include <errno.h>
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

#define AUTH_ENCRYPTION		4 /* RFC 2409 A: nonces are encrypted, too */
#define AUTH_REVISED_ENCRYPTION 5

#define CHAIN_MAX 64 /* payloads; more is garbage */

static struct slice cookie(const struct ikev1_sa *sa, bool is_responder)
{
	return (struct slice){ sa->cookies + (is_responder ? 8 : 0), 8 };
}

/* ------------------------------------------------------------ keys and hashes */

static size_t make_skeyid(struct crypto *crypto, const struct ikev1_sa *sa,
			  struct slice psk, uint8_t ret[static CRYPTO_HASH_MAX])
{
	struct slice nonces[] = { sa->ni, sa->nr };

	return crypto_prf(crypto, sa->hash, psk, nonces, 2, ret);
}

#define NONCE_MAX 256 /* RFC 2409 5 */

static size_t make_skeyid_of_signatures(struct crypto *crypto, const struct ikev1_sa *sa,
					struct slice gxy,
					uint8_t ret[static CRYPTO_HASH_MAX])
{
	uint8_t nonces[2 * NONCE_MAX];

	if (sa->ni.length > NONCE_MAX || sa->nr.length > NONCE_MAX)
		return 0;
	memcpy(nonces, sa->ni.bytes, sa->ni.length);
	memcpy(nonces + sa->ni.length, sa->nr.bytes, sa->nr.length);
	return crypto_prf(crypto, sa->hash,
			  (struct slice){ nonces, sa->ni.length + sa->nr.length }, &gxy,
			  1, ret);
}

static void expand_ka(struct crypto *crypto, const struct ikev1_sa *sa,
		      struct ikev1_keys *keys)
{
	static const uint8_t zero[1];
	struct slice skeyid_e = { keys->skeyid_e, keys->length };
	struct slice before = { zero, 1 };
	uint8_t block[CRYPTO_HASH_MAX];
	size_t made = 0;

	keys->ka_length = crypto_sizes(sa->encr, NULL).key;
	if (keys->ka_length <= keys->length) {
		memcpy(keys->ka, keys->skeyid_e, keys->ka_length);
		return;
	}
	while (made < keys->ka_length) {
		size_t length = crypto_prf(crypto, sa->hash, skeyid_e, &before, 1, block);
		size_t step = keys->ka_length - made;

		if (!length)
			return;
		step = step < length ? step : length;
		memcpy(keys->ka + made, block, step);
		made += step;
		before = (struct slice){ block, length };
	}
	OPENSSL_cleanse(block, sizeof(block));
}

int ikev1_derive(struct crypto *crypto, const struct ikev1_sa *sa, struct slice psk,
		 struct slice gxy, struct ikev1_keys *ret_keys)
{
	uint8_t *const outputs[] = { ret_keys->skeyid_d, ret_keys->skeyid_a,
				     ret_keys->skeyid_e };
	struct slice skeyid, before = { 0 };

	if (!sa->hash || !sa->encr || !sa->ni.length || !sa->nr.length || !gxy.length ||
	    sa->auth == AUTH_ENCRYPTION || sa->auth == AUTH_REVISED_ENCRYPTION)
		return -EINVAL;
	ret_keys->length =
		sa->has_signatures
			? make_skeyid_of_signatures(crypto, sa, gxy, ret_keys->skeyid)
			: make_skeyid(crypto, sa, psk, ret_keys->skeyid);
	skeyid = (struct slice){ ret_keys->skeyid, ret_keys->length };
	for (size_t n = 0; n < ARRAY_SIZE(outputs); n++) {
		uint8_t i = (uint8_t)n;
		struct slice parts[] = {
			before, gxy, cookie(sa, false), cookie(sa, true), { &i, 1 }
		};

		if (!crypto_prf(crypto, sa->hash, skeyid, parts, ARRAY_SIZE(parts),
				outputs[i]))
			return -EINVAL;
		before = (struct slice){ outputs[i], ret_keys->length };
	}
	expand_ka(crypto, sa, ret_keys);
	return 0;
}

bool ikev1_keymat(struct crypto *crypto, const struct ikev1_sa *sa,
		  const struct ikev1_child *child, size_t length, uint8_t *ret_keymat)
{
	uint8_t block[CRYPTO_HASH_MAX];
	struct slice parts[] = { { 0 },	     child->gxy, { &child->protocol, 1 },
				 child->spi, child->ni,	 child->nr };
	size_t made = 0;

	if (!sa->skeyid_d.length || !sa->hash)
		return false;
	while (made < length) {
		size_t got = crypto_prf(crypto, sa->hash, sa->skeyid_d, parts,
					ARRAY_SIZE(parts), block);
		size_t step = got < length - made ? got : length - made;

		if (!got)
			return false;
		memcpy(ret_keymat + made, block, step);
		made += step;
		parts[0] = (struct slice){ block, got };
	}
	OPENSSL_cleanse(block, sizeof(block));
	return true;
}

size_t ikev1_hash_of_psk(struct crypto *crypto, const struct ikev1_sa *sa,
			 bool is_responder, struct slice psk, uint8_t *ret)
{
	struct slice parts[] = {
		is_responder ? sa->gxr : sa->gxi,
		is_responder ? sa->gxi : sa->gxr,
		cookie(sa, is_responder),
		cookie(sa, !is_responder),
		sa->sai,
		is_responder ? sa->idr : sa->idi,
	};
	uint8_t skeyid[CRYPTO_HASH_MAX], hash[CRYPTO_HASH_MAX] = { 0 };
	size_t length;

	if (!sa->hash || !sa->ni.length || !sa->nr.length)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!parts[i].length)
			return 0;
	length = make_skeyid(crypto, sa, psk, skeyid);
	if (length)
		length = crypto_prf(crypto, sa->hash, (struct slice){ skeyid, length },
				    parts, ARRAY_SIZE(parts), hash);
	OPENSSL_cleanse(skeyid, sizeof(skeyid));
	memcpy(ret, hash, length);
	return length;
}

int ikev1_verify_psk(struct crypto *crypto, const struct ikev1_sa *sa, bool is_responder,
		     struct slice psk)
{
	struct slice expected = is_responder ? sa->hash_r : sa->hash_i;
	uint8_t hash[CRYPTO_HASH_MAX];
	size_t length = ikev1_hash_of_psk(crypto, sa, is_responder, psk, hash);

	if (!expected.length || !length)
		return -ENODATA;
	return length == expected.length && !CRYPTO_memcmp(hash, expected.bytes, length);
}

/* ------------------------------------------------------------ IVs */

static size_t block_size(const struct ikev1_sa *sa)
{
	return crypto_sizes(sa->encr, NULL).block;
}

static bool first_iv(struct crypto *crypto, struct ikev1_sa *sa)
{
	struct slice parts[] = { sa->gxi, sa->gxr };
	uint8_t hash[CRYPTO_HASH_MAX];

	if (sa->has_phase1_iv)
		return true;
	if (!sa->gxi.length || !sa->gxr.length ||
	    crypto_hash(crypto, sa->hash, parts, 2, hash) < block_size(sa))
		return false;
	memcpy(sa->phase1_iv, hash, block_size(sa));
	sa->has_phase1_iv = true;
	return true;
}

static bool fresh_iv(struct crypto *crypto, const struct ikev1_sa *sa,
		     uint32_t message_id, uint8_t ret[static IKEV1_BLOCK_MAX])
{
	uint8_t id[4] = { (uint8_t)(message_id >> 24), (uint8_t)(message_id >> 16),
			  (uint8_t)(message_id >> 8), (uint8_t)message_id };
	struct slice parts[] = { { sa->phase1_iv, block_size(sa) }, { id, 4 } };
	uint8_t hash[CRYPTO_HASH_MAX];

	if (crypto_hash(crypto, sa->hash, parts, 2, hash) < block_size(sa))
		return false;
	memcpy(ret, hash, block_size(sa));
	return true;
}

static struct ikev1_iv *find_iv(struct ikev1_sa *sa, uint32_t message_id)
{
	for (uint32_t i = 0; i < sa->ivs; i++)
		if (sa->iv[i].message_id == message_id)
			return &sa->iv[i];
	return NULL;
}

static struct ikev1_iv *new_iv(struct ikev1_sa *sa, uint32_t message_id)
{
	struct ikev1_iv *iv = &sa->iv[0];

	if (sa->ivs < IKEV1_EXCHANGES_MAX) {
		iv = &sa->iv[sa->ivs++];
	} else {
		for (uint32_t i = 1; i < sa->ivs; i++)
			if (sa->iv[i].age < iv->age)
				iv = &sa->iv[i];
	}
	iv->message_id = message_id;
	return iv;
}

/* ------------------------------------------------------------ decryption */

bool ikev1_is_chain(uint8_t first, struct slice plain)
{
	struct cursor cursor = cursor_of(plain.bytes, plain.length);
	unsigned int payloads = 0;
	uint8_t type = first;

	while (type) {
		const uint8_t *p = cursor_take(&cursor, IKE_GENERIC_SIZE);
		size_t length;

		if (!p || p[1] || ++payloads > CHAIN_MAX ||
		    !number_find(NUMBER_V1_PAYLOAD, type))
			return false;
		length = be16(p + 2);
		if (length < IKE_GENERIC_SIZE ||
		    !cursor_take(&cursor, length - IKE_GENERIC_SIZE))
			return false;
		type = p[0];
	}
	/* Padding: up to a block by rule, more by some; a byte says how much. */
	return payloads && cursor_left(&cursor) <= 255;
}

static bool try_iv(struct crypto *crypto, const struct ikev1_sa *sa, struct slice key,
		   const uint8_t *iv, const struct ike_message *message,
		   uint8_t *ret_plain)
{
	struct slice plain = { ret_plain, message->encrypted.length };

	return !crypto_decrypt_cbc(crypto, sa->encr, key,
				   (struct slice){ iv, block_size(sa) },
				   message->encrypted, ret_plain) &&
	       ikev1_is_chain(message->header.next_payload, plain);
}

/* With one key: which IV gives sense? The IV used is in ret_iv. */
static bool try_key(struct crypto *crypto, struct ikev1_sa *sa, struct slice key,
		    const struct ike_message *message, uint8_t *ret_plain)
{
	uint32_t id = message->header.message_id;
	const struct ikev1_iv *chained = find_iv(sa, id);
	uint8_t iv[IKEV1_BLOCK_MAX];

	if (!id)
		return try_iv(crypto, sa, key, sa->phase1_iv, message, ret_plain);
	if (chained && try_iv(crypto, sa, key, chained->block, message, ret_plain))
		return true;
	return fresh_iv(crypto, sa, id, iv) &&
	       try_iv(crypto, sa, key, iv, message, ret_plain);
}

static void advance(struct ikev1_sa *sa, uint32_t id, bool is_informational,
		    struct slice sealed)
{
	size_t block = block_size(sa);
	const uint8_t *last = sealed.bytes + sealed.length - block;
	struct ikev1_iv *iv;

	if (!id) {
		/* Informational messages under message id 0 belong to no chain. */
		if (!is_informational)
			memcpy(sa->phase1_iv, last, block);
		return;
	}
	iv = find_iv(sa, id);
	if (!iv)
		iv = new_iv(sa, id);
	memcpy(iv->block, last, block);
	iv->age = ++sa->clock;
}

static void advance_iv(struct ikev1_sa *sa, const struct ike_message *message)
{
	advance(sa, message->header.message_id,
		message->header.exchange == V1_EXCHANGE_INFORMATIONAL,
		message->encrypted);
}

/* The SA's own key, or the floating one that gives sense; it is bound then. */
static bool find_key(struct crypto *crypto, struct keyring *keyring, struct ikev1_sa *sa,
		     const struct ike_message *message, uint8_t *ret_plain,
		     bool *ret_is_known)
{
	uint64_t cookie_i = be64(sa->cookies);

	*ret_is_known = false;
	for (size_t i = 0; i < keyring_ikev1s(keyring); i++) {
		struct ikev1_key *key = keyring_ikev1(keyring, i);

		if (!key->is_floating && key->cookie_i != cookie_i)
			continue;
		*ret_is_known |= !key->is_floating;
		if (!try_key(crypto, sa, key->key, message, ret_plain))
			continue;
		key->is_floating = false;
		key->cookie_i = cookie_i;
		sa->key = key->key;
		sa->skeyid_a = key->skeyid_a;
		sa->skeyid_d = key->skeyid_d;
		return true;
	}
	return false;
}

int ikev1_decrypt(struct crypto *crypto, struct keyring *keyring, struct ikev1_sa *sa,
		  const struct ike_message *message, uint8_t *ret_plain)
{
	size_t block = sa->encr ? block_size(sa) : 0;
	bool is_known = false;

	if (!keyring_ikev1s(keyring))
		return -ENOKEY;
	if (!sa->encr || !sa->hash || block < 8)
		return -ENODATA;
	if (!message->encrypted.length || message->encrypted.length % block)
		return -EBADMSG;
	if (!first_iv(crypto, sa))
		return -ENODATA;
	if (sa->key.length) {
		if (!try_key(crypto, sa, sa->key, message, ret_plain)) {
			/* It was encrypted all the same: the chain goes on. */
			advance_iv(sa, message);
			return -EBADMSG;
		}
	} else if (!find_key(crypto, keyring, sa, message, ret_plain, &is_known)) {
		return is_known ? -EBADMSG : -ENOKEY;
	}
	advance_iv(sa, message);
	return 0;
}

int ikev1_encrypt(struct crypto *crypto, struct ikev1_sa *sa, uint32_t message_id,
		  bool is_informational, struct slice text, uint8_t *ret_text)
{
	const struct ikev1_iv *chained = find_iv(sa, message_id);
	struct crypto_keys keys = { .encr = sa->encr, .key = sa->key };
	uint8_t iv[IKEV1_BLOCK_MAX];
	struct cipher_packet packet = { .iv = { iv, block_size(sa) }, .text = text };
	int status;

	if (!sa->key.length || !text.length || !first_iv(crypto, sa))
		return -ENODATA;
	if (!message_id)
		memcpy(iv, sa->phase1_iv, sizeof(iv));
	else if (chained)
		memcpy(iv, chained->block, sizeof(iv));
	else if (!fresh_iv(crypto, sa, message_id, iv))
		return -ENODATA;
	status = crypto_seal(crypto, &keys, &packet, ret_text, NULL);
	if (!status)
		advance(sa, message_id, is_informational,
			(struct slice){ ret_text, text.length });
	return status;
}
