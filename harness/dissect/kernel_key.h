/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_key.h - keys as Linux has them: XFRM's names, and what `ip xfrm state` prints
 *
 *	src 7.7.7.7 dst 203.0.113.56
 *		proto esp spi 0xc261e377 reqid 1 mode tunnel
 *		replay-window 32 flag af-unspec esn
 *		auth-trunc hmac(sha1) 0x0123… 96
 *		enc cbc(aes) 0x4567…
 *
 * AH has "proto ah" and no "enc"; AEAD ciphers "aead rfc4106(gcm(aes)) 0x89ab… 128".
 */
#ifndef TWINSITE_DISSECT_KERNEL_KEY_H
#define TWINSITE_DISSECT_KERNEL_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct alg;
struct keyring;

/*
 * Rows by the kernel's names. key: bytes with the salt; icv_bits: what is sent of the
 * hash, 0: what is usual. NULL when the name or the length is unknown.
 */
const struct alg *kernel_key_encr(const char *name, size_t key, unsigned int icv_bits);
const struct alg *kernel_key_integ(const char *name, unsigned int icv_bits);

/*
 * Line by line; an SA enters the keyring when the next one begins, or at the end.
 * What is no ESP or AH, or has algorithms that are not known, is left out.
 */
struct kernel_keys;
struct kernel_keys *kernel_keys_new(struct keyring *keyring);
void kernel_keys_line(struct kernel_keys *keys, const char *line);
void kernel_keys_free(struct kernel_keys *keys); /* NULL is fine; wipes */

/* Is that a line which begins an SA? */
bool kernel_keys_is_head(const char *line);

#endif
