/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alg.h - the algorithms of IKE and ESP: one table, every spelling
 *
 * One row is one algorithm with its key length: its number in IKEv1 (RFC 2409
 * appendix A), in ESP's IKEv1 domain of interpretation (RFC 2407) and in IKEv2
 * (RFC 7296 3.3.2, IANA), strongSwan's keyword, the words each vendor uses for it,
 * and how weak it is today. All other modules speak of rows, never of spellings.
 */
#ifndef TWINSITE_IPSEC_ALG_H
#define TWINSITE_IPSEC_ALG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum alg_kind {
	ALG_KIND_ENCR,	/* cipher, with key length; AEAD ciphers with their ICV length */
	ALG_KIND_INTEG, /* authentication of packets; in IKEv1 phase 1: the hash */
	ALG_KIND_PRF,	/* pseudo-random function (IKEv2; IKEv1: HMAC of the hash) */
	ALG_KIND_DH,	/* Diffie-Hellman group; in ESP proposals: PFS */
};

enum alg_strength {
	ALG_STRENGTH_FINE,
	ALG_STRENGTH_WEAK,   /* acceptable only for old devices: 3DES, SHA-1, modp1024,
				modp1536 */
	ALG_STRENGTH_BROKEN, /* DES, MD5, modp768, NULL encryption */
};

#define ALG_NUMBER_NONE (-1)

struct alg {
	enum alg_kind kind;
	const char *name;	/* as people write it: "AES-128-CBC", "SHA-1", "group 2
				   (modp1024)" */
	const char *keyword;	/* strongSwan: "aes128", "sha1", "modp1024", "prfsha1" */
	const char *charon_log; /* in charon's log and VICI: "AES_CBC", "HMAC_SHA1_96",
				   "MODP_1024" */
	uint16_t key_bits;	/* of ciphers; 0: fixed by the algorithm or no cipher */
	int16_t ikev1;		/* phase 1 attribute value, or ALG_NUMBER_NONE */
	int16_t esp_v1; /* phase 2: ESP transform id (ENCR) or auth attribute (INTEG) */
	int16_t ikev2;	/* IANA transform id */
	bool is_aead;
	enum alg_strength strength;
	const char *rfc;
};

/* By strongSwan keyword ("aes128", "sha", "modp1024"); NULL when strongSwan has no such
 * word. */
const struct alg *alg_by_keyword(enum alg_kind kind, const char *keyword);

/* By number. key_bits only matters for ciphers with several lengths (0: any). */
const struct alg *alg_by_ikev1(enum alg_kind kind, int number, unsigned int key_bits);
const struct alg *alg_by_esp_v1(enum alg_kind kind, int number, unsigned int key_bits);
const struct alg *alg_by_ikev2(enum alg_kind kind, int number, unsigned int key_bits);

/* A Diffie-Hellman group by its number, as vendors write it ("2", "group2", "g2"). */
const struct alg *alg_by_group(unsigned int group);

/* By the names of charon's log and VICI replies ("AES_CBC" with 128). */
const struct alg *alg_by_charon(enum alg_kind kind, const char *name,
				unsigned int key_bits);

/* Walk the table: NULL starts, NULL ends. */
const struct alg *alg_next(const struct alg *alg);

const char *
alg_kind_name(enum alg_kind kind); /* "encryption", "integrity", "PRF", "DH group" */

/* All keywords of a kind, NULL-terminated, for str_nearest(). */
const char *const *alg_keywords(enum alg_kind kind);

#endif
