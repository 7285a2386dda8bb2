// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * alg.c - the algorithms of IKE and ESP: one table, every spelling
 *
 * Numbers: RFC 2409 appendix A and the IANA registry "IPsec" (IKEv1), RFC 2407 4.4
 * and the registry "isakmp" (ESP with IKEv1), RFC 7296 3.3.2 and the registry
 * "ikev2-parameters". Words and log names: strongSwan 5.9.8.
 *
 * Several rows may share a number (AES with three key lengths) or a keyword's
 * number may have two meanings (SHA2-256 with 96 or 128 bits): the first row with
 * a number is what the standard says.
 */
#include "ipsec/alg.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define NO     ALG_NUMBER_NONE
#define FINE   ALG_STRENGTH_FINE
#define WEAK   ALG_STRENGTH_WEAK
#define BROKEN ALG_STRENGTH_BROKEN

/* clang-format off */
/* name, keyword, log name, key bits, IKEv1, ESP of IKEv1, IKEv2, AEAD, strength, RFC */
#define ENCR_ROWS(X)                                                                              \
	X("AES-128-CBC", "aes128", "AES_CBC", 128, 7, 12, 12, false, FINE, "RFC 3602")            \
	X("AES-192-CBC", "aes192", "AES_CBC", 192, 7, 12, 12, false, FINE, "RFC 3602")            \
	X("AES-256-CBC", "aes256", "AES_CBC", 256, 7, 12, 12, false, FINE, "RFC 3602")            \
	X("AES-128-CTR", "aes128ctr", "AES_CTR", 128, NO, 13, 13, false, FINE, "RFC 3686")        \
	X("AES-192-CTR", "aes192ctr", "AES_CTR", 192, NO, 13, 13, false, FINE, "RFC 3686")        \
	X("AES-256-CTR", "aes256ctr", "AES_CTR", 256, NO, 13, 13, false, FINE, "RFC 3686")        \
	X("AES-128-CCM-8", "aes128ccm8", "AES_CCM_8", 128, NO, 14, 14, true, FINE, "RFC 4309")    \
	X("AES-192-CCM-8", "aes192ccm8", "AES_CCM_8", 192, NO, 14, 14, true, FINE, "RFC 4309")    \
	X("AES-256-CCM-8", "aes256ccm8", "AES_CCM_8", 256, NO, 14, 14, true, FINE, "RFC 4309")    \
	X("AES-128-CCM-12", "aes128ccm12", "AES_CCM_12", 128, NO, 15, 15, true, FINE, "RFC 4309") \
	X("AES-192-CCM-12", "aes192ccm12", "AES_CCM_12", 192, NO, 15, 15, true, FINE, "RFC 4309") \
	X("AES-256-CCM-12", "aes256ccm12", "AES_CCM_12", 256, NO, 15, 15, true, FINE, "RFC 4309") \
	X("AES-128-CCM-16", "aes128ccm16", "AES_CCM_16", 128, NO, 16, 16, true, FINE, "RFC 4309") \
	X("AES-192-CCM-16", "aes192ccm16", "AES_CCM_16", 192, NO, 16, 16, true, FINE, "RFC 4309") \
	X("AES-256-CCM-16", "aes256ccm16", "AES_CCM_16", 256, NO, 16, 16, true, FINE, "RFC 4309") \
	X("AES-128-GCM-8", "aes128gcm8", "AES_GCM_8", 128, NO, 18, 18, true, FINE, "RFC 4106")    \
	X("AES-192-GCM-8", "aes192gcm8", "AES_GCM_8", 192, NO, 18, 18, true, FINE, "RFC 4106")    \
	X("AES-256-GCM-8", "aes256gcm8", "AES_GCM_8", 256, NO, 18, 18, true, FINE, "RFC 4106")    \
	X("AES-128-GCM-12", "aes128gcm12", "AES_GCM_12", 128, NO, 19, 19, true, FINE, "RFC 4106") \
	X("AES-192-GCM-12", "aes192gcm12", "AES_GCM_12", 192, NO, 19, 19, true, FINE, "RFC 4106") \
	X("AES-256-GCM-12", "aes256gcm12", "AES_GCM_12", 256, NO, 19, 19, true, FINE, "RFC 4106") \
	X("AES-128-GCM-16", "aes128gcm16", "AES_GCM_16", 128, NO, 20, 20, true, FINE, "RFC 4106") \
	X("AES-192-GCM-16", "aes192gcm16", "AES_GCM_16", 192, NO, 20, 20, true, FINE, "RFC 4106") \
	X("AES-256-GCM-16", "aes256gcm16", "AES_GCM_16", 256, NO, 20, 20, true, FINE, "RFC 4106") \
	X("NULL-AES-128-GMAC", "aes128gmac", "NULL_AES_GMAC", 128, NO, 23, 21, true, BROKEN,      \
	  "RFC 4543")                                                                             \
	X("NULL-AES-192-GMAC", "aes192gmac", "NULL_AES_GMAC", 192, NO, 23, 21, true, BROKEN,      \
	  "RFC 4543")                                                                             \
	X("NULL-AES-256-GMAC", "aes256gmac", "NULL_AES_GMAC", 256, NO, 23, 21, true, BROKEN,      \
	  "RFC 4543")                                                                             \
	X("Camellia-128-CBC", "camellia128", "CAMELLIA_CBC", 128, 8, 22, 23, false, FINE,         \
	  "RFC 5529")                                                                             \
	X("Camellia-192-CBC", "camellia192", "CAMELLIA_CBC", 192, 8, 22, 23, false, FINE,         \
	  "RFC 5529")                                                                             \
	X("Camellia-256-CBC", "camellia256", "CAMELLIA_CBC", 256, 8, 22, 23, false, FINE,         \
	  "RFC 5529")                                                                             \
	X("Camellia-128-CTR", "camellia128ctr", "CAMELLIA_CTR", 128, NO, NO, 24, false, FINE,     \
	  "RFC 5529")                                                                             \
	X("Camellia-192-CTR", "camellia192ctr", "CAMELLIA_CTR", 192, NO, NO, 24, false, FINE,     \
	  "RFC 5529")                                                                             \
	X("Camellia-256-CTR", "camellia256ctr", "CAMELLIA_CTR", 256, NO, NO, 24, false, FINE,     \
	  "RFC 5529")                                                                             \
	X("ChaCha20-Poly1305", "chacha20poly1305", "CHACHA20_POLY1305", 0, NO, NO, 28, true,      \
	  FINE, "RFC 7634")                                                                       \
	X("3DES-CBC", "3des", "3DES_CBC", 0, 5, 3, 3, false, WEAK, "RFC 2451")                    \
	X("Blowfish-128-CBC", "blowfish128", "BLOWFISH_CBC", 128, 3, 7, 7, false, WEAK,           \
	  "RFC 2451")                                                                             \
	X("Blowfish-192-CBC", "blowfish192", "BLOWFISH_CBC", 192, 3, 7, 7, false, WEAK,           \
	  "RFC 2451")                                                                             \
	X("Blowfish-256-CBC", "blowfish256", "BLOWFISH_CBC", 256, 3, 7, 7, false, WEAK,           \
	  "RFC 2451")                                                                             \
	X("CAST-128-CBC", "cast128", "CAST_CBC", 128, 6, 6, 6, false, WEAK, "RFC 2451")           \
	X("DES-CBC", "des", "DES_CBC", 0, 1, 2, 2, false, BROKEN, "RFC 2405")                     \
	X("NULL", "null", "NULL", 0, NO, 11, 11, false, BROKEN, "RFC 2410")

#define INTEG_ROWS(X)                                                                             \
	X("SHA-1", "sha1", "HMAC_SHA1_96", 0, 2, 2, 2, false, WEAK, "RFC 2404")                   \
	X("SHA2-256", "sha256", "HMAC_SHA2_256_128", 0, 4, 5, 12, false, FINE, "RFC 4868")        \
	X("SHA2-384", "sha384", "HMAC_SHA2_384_192", 0, 5, 6, 13, false, FINE, "RFC 4868")        \
	X("SHA2-512", "sha512", "HMAC_SHA2_512_256", 0, 6, 7, 14, false, FINE, "RFC 4868")        \
	/* A draft's truncation that old Linux kernels used; private numbers of strongSwan. */    \
	X("SHA2-256-96", "sha256_96", "HMAC_SHA2_256_96", 0, NO, 252, 1026, false, WEAK,          \
	  "draft-ietf-ipsec-ciph-sha-256-00")                                                     \
	X("SHA-1-160", "sha1_160", "HMAC_SHA1_160", 0, NO, NO, 7, false, WEAK, "RFC 4595")        \
	X("MD5", "md5", "HMAC_MD5_96", 0, 1, 1, 1, false, BROKEN, "RFC 2403")                     \
	X("MD5-128", "md5_128", "HMAC_MD5_128", 0, NO, NO, 6, false, BROKEN, "RFC 4595")          \
	X("AES-XCBC", "aesxcbc", "AES_XCBC_96", 0, NO, 9, 5, false, FINE, "RFC 3566")             \
	X("AES-CMAC", "aescmac", "AES_CMAC_96", 0, NO, NO, 8, false, FINE, "RFC 4494")

/* IKEv1 has no PRF of its own: it is the HMAC of the negotiated hash (RFC 2409 4). */
#define PRF_ROWS(X)                                                                               \
	X("PRF SHA-1", "prfsha1", "PRF_HMAC_SHA1", 0, 2, NO, 2, false, WEAK, "RFC 2104")          \
	X("PRF SHA2-256", "prfsha256", "PRF_HMAC_SHA2_256", 0, 4, NO, 5, false, FINE, "RFC 4868") \
	X("PRF SHA2-384", "prfsha384", "PRF_HMAC_SHA2_384", 0, 5, NO, 6, false, FINE, "RFC 4868") \
	X("PRF SHA2-512", "prfsha512", "PRF_HMAC_SHA2_512", 0, 6, NO, 7, false, FINE, "RFC 4868") \
	X("PRF MD5", "prfmd5", "PRF_HMAC_MD5", 0, 1, NO, 1, false, BROKEN, "RFC 2104")            \
	X("PRF AES-XCBC", "prfaesxcbc", "PRF_AES128_XCBC", 0, NO, NO, 4, false, FINE, "RFC 4434") \
	X("PRF AES-CMAC", "prfaescmac", "PRF_AES128_CMAC", 0, NO, NO, 8, false, FINE, "RFC 4615")

/* Groups have one number everywhere (RFC 2409 6, RFC 3526, 5114, 5903, 6954, 8031). */
#define GROUP(X, n, word, log, strength, rfc)                                                     \
	X("group " #n " (" word ")", word, log, 0, n, n, n, false, strength, rfc)
#define DH_ROWS(X)                                                                                \
	GROUP(X, 1, "modp768", "MODP_768", BROKEN, "RFC 2409")                                    \
	GROUP(X, 2, "modp1024", "MODP_1024", WEAK, "RFC 2409")                                    \
	GROUP(X, 5, "modp1536", "MODP_1536", WEAK, "RFC 3526")                                    \
	GROUP(X, 14, "modp2048", "MODP_2048", FINE, "RFC 3526")                                   \
	GROUP(X, 15, "modp3072", "MODP_3072", FINE, "RFC 3526")                                   \
	GROUP(X, 16, "modp4096", "MODP_4096", FINE, "RFC 3526")                                   \
	GROUP(X, 17, "modp6144", "MODP_6144", FINE, "RFC 3526")                                   \
	GROUP(X, 18, "modp8192", "MODP_8192", FINE, "RFC 3526")                                   \
	GROUP(X, 19, "ecp256", "ECP_256", FINE, "RFC 5903")                                       \
	GROUP(X, 20, "ecp384", "ECP_384", FINE, "RFC 5903")                                       \
	GROUP(X, 21, "ecp521", "ECP_521", FINE, "RFC 5903")                                       \
	GROUP(X, 22, "modp1024s160", "MODP_1024_160", WEAK, "RFC 5114")                           \
	GROUP(X, 23, "modp2048s224", "MODP_2048_224", FINE, "RFC 5114")                           \
	GROUP(X, 24, "modp2048s256", "MODP_2048_256", FINE, "RFC 5114")                           \
	GROUP(X, 25, "ecp192", "ECP_192", WEAK, "RFC 5114")                                       \
	GROUP(X, 26, "ecp224", "ECP_224", FINE, "RFC 5114")                                       \
	GROUP(X, 27, "ecp224bp", "ECP_224_BP", FINE, "RFC 6954")                                  \
	GROUP(X, 28, "ecp256bp", "ECP_256_BP", FINE, "RFC 6954")                                  \
	GROUP(X, 29, "ecp384bp", "ECP_384_BP", FINE, "RFC 6954")                                  \
	GROUP(X, 30, "ecp512bp", "ECP_512_BP", FINE, "RFC 6954")                                  \
	GROUP(X, 31, "curve25519", "CURVE_25519", FINE, "RFC 8031")                               \
	GROUP(X, 32, "curve448", "CURVE_448", FINE, "RFC 8031")

/* Other words of strongSwan for the same rows: synonym, keyword. */
#define ENCR_SYNONYMS(X)                                                                          \
	X("aes", "aes128")                                                                        \
	X("camellia", "camellia128")                                                              \
	X("blowfish", "blowfish128")                                                              \
	X("aes128ccm", "aes128ccm16")                                                             \
	X("aes192ccm", "aes192ccm16")                                                             \
	X("aes256ccm", "aes256ccm16")                                                             \
	X("aes128gcm", "aes128gcm16")                                                             \
	X("aes192gcm", "aes192gcm16")                                                             \
	X("aes256gcm", "aes256gcm16")                                                             \
	X("aes128ccm64", "aes128ccm8")                                                            \
	X("aes192ccm64", "aes192ccm8")                                                            \
	X("aes256ccm64", "aes256ccm8")                                                            \
	X("aes128ccm96", "aes128ccm12")                                                           \
	X("aes192ccm96", "aes192ccm12")                                                           \
	X("aes256ccm96", "aes256ccm12")                                                           \
	X("aes128ccm128", "aes128ccm16")                                                          \
	X("aes192ccm128", "aes192ccm16")                                                          \
	X("aes256ccm128", "aes256ccm16")                                                          \
	X("aes128gcm64", "aes128gcm8")                                                            \
	X("aes192gcm64", "aes192gcm8")                                                            \
	X("aes256gcm64", "aes256gcm8")                                                            \
	X("aes128gcm96", "aes128gcm12")                                                           \
	X("aes192gcm96", "aes192gcm12")                                                           \
	X("aes256gcm96", "aes256gcm12")                                                           \
	X("aes128gcm128", "aes128gcm16")                                                          \
	X("aes192gcm128", "aes192gcm16")                                                          \
	X("aes256gcm128", "aes256gcm16")

#define INTEG_SYNONYMS(X)                                                                         \
	X("sha", "sha1")                                                                          \
	X("sha2_256", "sha256")                                                                   \
	X("sha2_384", "sha384")                                                                   \
	X("sha2_512", "sha512")                                                                   \
	X("sha2_256_96", "sha256_96")

#define DH_SYNONYMS(X)                                                                            \
	X("x25519", "curve25519")                                                                 \
	X("x448", "curve448")
/* clang-format on */

#define ROW(kind_, name_, word_, log_, bits_, ike_, esp_, v2_, aead_, strength_, rfc_) \
	{ .kind = (kind_),                                                             \
	  .name = (name_),                                                             \
	  .keyword = (word_),                                                          \
	  .charon_log = (log_),                                                        \
	  .key_bits = (bits_),                                                         \
	  .ikev1 = (ike_),                                                             \
	  .esp_v1 = (esp_),                                                            \
	  .ikev2 = (v2_),                                                              \
	  .is_aead = (aead_),                                                          \
	  .strength = (strength_),                                                     \
	  .rfc = (rfc_) },
#define ENCR_ROW(...)  ROW(ALG_KIND_ENCR, __VA_ARGS__)
#define INTEG_ROW(...) ROW(ALG_KIND_INTEG, __VA_ARGS__)
#define PRF_ROW(...)   ROW(ALG_KIND_PRF, __VA_ARGS__)
#define DH_ROW(...)    ROW(ALG_KIND_DH, __VA_ARGS__)

static const struct alg algs[] = { ENCR_ROWS(ENCR_ROW) INTEG_ROWS(INTEG_ROW)
					   PRF_ROWS(PRF_ROW) DH_ROWS(DH_ROW) };

struct alg_synonym {
	enum alg_kind kind;
	const char *word;
	const char *keyword;
};

#define ENCR_SYNONYM(word, keyword)  { ALG_KIND_ENCR, word, keyword },
#define INTEG_SYNONYM(word, keyword) { ALG_KIND_INTEG, word, keyword },
#define DH_SYNONYM(word, keyword)    { ALG_KIND_DH, word, keyword },

static const struct alg_synonym synonyms[] = { ENCR_SYNONYMS(ENCR_SYNONYM) INTEG_SYNONYMS(
	INTEG_SYNONYM) DH_SYNONYMS(DH_SYNONYM) };

#define ROW_WORD(name, word, ...) word,
#define SYNONYM_WORD(word, ...)	  word,

static const char *const encr_words[] = { ENCR_ROWS(ROW_WORD) ENCR_SYNONYMS(SYNONYM_WORD)
						  NULL };
static const char *const integ_words[] = { INTEG_ROWS(ROW_WORD)
						   INTEG_SYNONYMS(SYNONYM_WORD) NULL };
static const char *const prf_words[] = { PRF_ROWS(ROW_WORD) NULL };
static const char *const dh_words[] = { DH_ROWS(ROW_WORD) DH_SYNONYMS(SYNONYM_WORD)
						NULL };

static const struct {
	const char *name;
	const char *const *words;
} kinds[] = {
	[ALG_KIND_ENCR] = { "encryption", encr_words },
	[ALG_KIND_INTEG] = { "integrity", integ_words },
	[ALG_KIND_PRF] = { "PRF", prf_words },
	[ALG_KIND_DH] = { "DH group", dh_words },
};

/* Every row and every synonym has its word in the lists, plus the four ends. */
static_assert(ARRAY_SIZE(encr_words) + ARRAY_SIZE(integ_words) + ARRAY_SIZE(prf_words) +
			      ARRAY_SIZE(dh_words) ==
		      ARRAY_SIZE(algs) + ARRAY_SIZE(synonyms) + ARRAY_SIZE(kinds),
	      "a keyword is missing in the lists for str_nearest()");
static_assert(ARRAY_SIZE(kinds) == ALG_KIND_DH + 1, "one row for each enum alg_kind");

#define ALG_LOG_MAX 64 /* "HMAC_SHA2_256_128" with "_256" behind it fits well */

const struct alg *alg_next(const struct alg *alg)
{
	alg = alg ? alg + 1 : algs;
	return alg < algs + ARRAY_SIZE(algs) ? alg : NULL;
}

const struct alg *alg_by_keyword(enum alg_kind kind, const char *keyword)
{
	for (size_t i = 0; i < ARRAY_SIZE(synonyms); i++) {
		if (synonyms[i].kind == kind &&
		    str_equal_nocase(synonyms[i].word, keyword)) {
			keyword = synonyms[i].keyword;
			break;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		if (algs[i].kind == kind && str_equal_nocase(algs[i].keyword, keyword))
			return &algs[i];
	}
	return NULL;
}

static bool fits_key(const struct alg *alg, unsigned int key_bits)
{
	return !key_bits || !alg->key_bits || alg->key_bits == key_bits;
}

/* The three number spaces differ only in which member of a row holds the number. */
#define FIND_BY_NUMBER(member)                                                  \
	do {                                                                    \
		for (size_t i = 0; number >= 0 && i < ARRAY_SIZE(algs); i++) {  \
			if (algs[i].kind == kind && algs[i].member == number && \
			    fits_key(&algs[i], key_bits))                       \
				return &algs[i];                                \
		}                                                               \
		return NULL;                                                    \
	} while (0)

const struct alg *alg_by_ikev1(enum alg_kind kind, int number, unsigned int key_bits)
{
	FIND_BY_NUMBER(ikev1);
}

const struct alg *alg_by_esp_v1(enum alg_kind kind, int number, unsigned int key_bits)
{
	FIND_BY_NUMBER(esp_v1);
}

const struct alg *alg_by_ikev2(enum alg_kind kind, int number, unsigned int key_bits)
{
	FIND_BY_NUMBER(ikev2);
}

const struct alg *alg_by_group(unsigned int group)
{
	return group && group <= INT16_MAX ? alg_by_ikev2(ALG_KIND_DH, (int)group, 0)
					   : NULL;
}

/* Log lines put the key length behind the name ("AES_CBC_128"), VICI beside it. */
static bool has_log_name(const struct alg *alg, const char *name, unsigned int key_bits)
{
	char with_bits[ALG_LOG_MAX];

	if (str_equal(alg->charon_log, name))
		return fits_key(alg, key_bits);
	if (!alg->key_bits)
		return false;
	(void)snprintf(with_bits, sizeof(with_bits), "%s_%u", alg->charon_log,
		       (unsigned int)alg->key_bits);
	return str_equal(with_bits, name);
}

const struct alg *alg_by_charon(enum alg_kind kind, const char *name,
				unsigned int key_bits)
{
	for (size_t i = 0; i < ARRAY_SIZE(algs); i++) {
		if (algs[i].kind == kind && has_log_name(&algs[i], name, key_bits))
			return &algs[i];
	}
	return NULL;
}

const char *alg_kind_name(enum alg_kind kind)
{
	return kinds[kind].name;
}

const char *const *alg_keywords(enum alg_kind kind)
{
	return kinds[kind].words;
}
