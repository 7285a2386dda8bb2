// SPDX-License-Identifier: GPL-2.0-or-later
/* defaults.c - what strongSwan offers where a file names no proposal */
#include "model/defaults.h"

#include <string.h>

#include "ipsec/alg.h"

#define SOURCE "strongSwan default"

/* clang-format off */
#define IKE_PRFS "prfsha256 prfsha384 prfsha512 prfaesxcbc prfaescmac prfsha1"
#define IKE_GROUPS                                                                     \
	"curve25519 curve448 ecp256 ecp384 ecp521 ecp256bp ecp384bp ecp512bp modp3072 " \
	"modp4096 modp6144 modp8192 modp2048"

/* src/libstrongswan/crypto/proposal/proposal.c of 5.9.8, with the plugins that our charons load. */
static const struct row {
	const char *encr, *integ, *prf, *dh;
} rows[2][STRONGSWAN_DEFAULTS] = {
	{ /* IKE */
		{ "aes128 aes192 aes256 aes128ctr aes192ctr aes256ctr camellia128 camellia192 "
		  "camellia256 camellia128ctr camellia192ctr camellia256ctr 3des",
		  "sha256 sha384 sha512 sha1 aesxcbc aescmac", IKE_PRFS, IKE_GROUPS },
		{ "aes128gcm16 aes192gcm16 aes256gcm16 aes128ccm16 aes192ccm16 aes256ccm16 "
		  "chacha20poly1305 aes128gcm12 aes192gcm12 aes256gcm12 aes128gcm8 aes192gcm8 "
		  "aes256gcm8 aes128ccm12 aes192ccm12 aes256ccm12 aes128ccm8 aes192ccm8 "
		  "aes256ccm8",
		  "", IKE_PRFS, IKE_GROUPS },
	},
	{ /* ESP */
		{ "aes128 aes192 aes256", "sha256 sha384 sha512 sha1 aesxcbc", "", "" },
		{ "aes128gcm16 aes192gcm16 aes256gcm16", "", "", "" },
	},
};
/* clang-format on */

/* The next word of a list; NULL at its end. */
static const char *next_word(struct arena *arena, const char **list)
{
	const char *word = *list + strspn(*list, " ");
	size_t length = strcspn(word, " ");

	*list = word + length;
	return length ? arena_printf(arena, "%.*s", (int)length, word) : NULL;
}

#define ADD_ALL(list, kind, words)                        \
	for (const char *rest_ = (words), *word_;         \
	     (word_ = next_word(arena, &rest_)) != NULL;) \
	vec_add(arena, (list),                            \
		((struct proposal_alg){                   \
			alg_by_keyword((kind), word_), word_, { .source = SOURCE } }))

void strongswan_defaults(struct arena *arena, bool is_esp,
			 struct proposal ret_proposals[STRONGSWAN_DEFAULTS])
{
	for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++) {
		const struct row *row = &rows[is_esp][i];
		struct proposal *proposal = &ret_proposals[i];

		*proposal = (struct proposal){ .at = { .source = SOURCE } };
		ADD_ALL(&proposal->encr, ALG_KIND_ENCR, row->encr);
		ADD_ALL(&proposal->integ, ALG_KIND_INTEG, row->integ);
		ADD_ALL(&proposal->prf, ALG_KIND_PRF, row->prf);
		ADD_ALL(&proposal->dh, ALG_KIND_DH, row->dh);
	}
}
