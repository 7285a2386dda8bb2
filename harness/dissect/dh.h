/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dh.h - Diffie-Hellman by a known private exponent (RFC 2409 6, 3526, 5114, 5903, 6954,
 * 8031), by OpenSSL
 *
 * Values are as a KE payload has them: MODP as long as the prime, points as x and y, the
 * Montgomery curves little endian. An exponent is a number, most significant octet first;
 * of the Montgomery curves it is the octets of the private key.
 */
#ifndef TWINSITE_DISSECT_DH_H
#define TWINSITE_DISSECT_DH_H

#include <stddef.h>
#include <stdint.h>

#include "dissect/cursor.h"

#define DH_SIZE_MAX 1024 /* bytes of a value: 8192 bits */

/* Octets of a public value of an IKE group; 0: we do not know the group. */
size_t dh_public_size(unsigned int group);

/* g^x. Returns the number of octets, 0 when it cannot be computed. */
size_t dh_public(unsigned int group, struct slice exponent,
		 uint8_t ret_public[static DH_SIZE_MAX]);

/*
 * g^xy, by x and the other end's public value. Returns the number of octets, 0 when it
 * cannot be computed: an unknown group, a value of another length or outside of it.
 */
size_t dh_shared(unsigned int group, struct slice exponent, struct slice other,
		 uint8_t ret_shared[static DH_SIZE_MAX]);

#endif
