/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meant.h - which algorithm somebody meant by a word that strongSwan does not know */
#ifndef TWINSITE_IPSEC_MEANT_H
#define TWINSITE_IPSEC_MEANT_H

#include "base/buf.h"
#include "ipsec/alg.h"

#define ALG_MEANT_MAX 4

/*
 * Words of that kind alone: of a group its number ("14", "group14"); the same word in
 * another spelling ("AES256", "aes256-cbc", "ecp25519"); those that begin with it ("sha2":
 * sha256, sha384, sha512); else the nearest, all of them when several are equally near.
 * Returns how many; one may be written without asking. The words are static.
 */
size_t alg_meant(enum alg_kind kind, const char *word, const char *ret[ALG_MEANT_MAX]);

/* "'sha256', 'sha384' or 'sha512'"; nothing of none. */
void alg_meant_format(const char *const *words, size_t count, struct buf *out);

#endif
