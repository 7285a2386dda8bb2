/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xcbc.h - AES-XCBC-MAC (RFC 3566), which OpenSSL lacks */
#ifndef TWINSITE_DISSECT_XCBC_H
#define TWINSITE_DISSECT_XCBC_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

#define XCBC_SIZE 16 /* bytes of key, block and MAC */

struct xcbc;

/* NULL when OpenSSL lacks AES. */
struct xcbc *xcbc_new(OSSL_LIB_CTX *library, const uint8_t key[XCBC_SIZE]);
void xcbc_free(struct xcbc *xcbc); /* NULL is fine */

/* Add bytes; xcbc_final() gives the MAC and is ready for the next message. */
void xcbc_update(struct xcbc *xcbc, const uint8_t *bytes, size_t length);
void xcbc_final(struct xcbc *xcbc, uint8_t ret_mac[XCBC_SIZE]);

#endif
