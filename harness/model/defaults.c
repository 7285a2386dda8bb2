// SPDX-License-Identifier: GPL-2.0-or-later
/* defaults.c - what strongSwan offers where a file names no proposal */
#include "model/defaults.h"

#include <assert.h>
#include <pthread.h>
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

#define WORDS_MAX 20  /* of a list */
#define TEXT_MAX  256 /* likewise, in bytes */

/* A list of words, looked up once: a hub asks for them with each of its tunnels. */
struct list {
	char text[TEXT_MAX];
	struct proposal_alg algs[WORDS_MAX];
	size_t count;
};
static struct lists {
	struct list encr, integ, prf, dh;
} lists[2][STRONGSWAN_DEFAULTS];

static void look_up(enum alg_kind kind, const char *words, struct list *ret_list)
{
	char *rest = ret_list->text, *word;

	assert(strlen(words) < TEXT_MAX);
	memcpy(ret_list->text, words, strlen(words));
	while ((word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		assert(ret_list->count < WORDS_MAX);
		ret_list->algs[ret_list->count++] = (struct proposal_alg){
			alg_by_keyword(kind, word), word, { .source = SOURCE }
		};
	}
}

static void look_up_all(void)
{
	for (size_t i = 0; i < 2 * STRONGSWAN_DEFAULTS; i++) {
		const struct row *row = &rows[i % 2][i / 2];
		struct lists *of_row = &lists[i % 2][i / 2];

		look_up(ALG_KIND_ENCR, row->encr, &of_row->encr);
		look_up(ALG_KIND_INTEG, row->integ, &of_row->integ);
		look_up(ALG_KIND_PRF, row->prf, &of_row->prf);
		look_up(ALG_KIND_DH, row->dh, &of_row->dh);
	}
}

#define ADD_ALL(to, list)                                \
	for (size_t at_ = 0; at_ < (list)->count; at_++) \
	vec_add(arena, (to), (list)->algs[at_])

void strongswan_defaults(struct arena *arena, bool is_esp,
			 struct proposal ret_proposals[STRONGSWAN_DEFAULTS])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, look_up_all);
	for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++) {
		const struct lists *of_row = &lists[is_esp][i];
		struct proposal *proposal = &ret_proposals[i];

		*proposal = (struct proposal){ .at = { .source = SOURCE } };
		ADD_ALL(&proposal->encr, &of_row->encr);
		ADD_ALL(&proposal->integ, &of_row->integ);
		ADD_ALL(&proposal->prf, &of_row->prf);
		ADD_ALL(&proposal->dh, &of_row->dh);
	}
}
