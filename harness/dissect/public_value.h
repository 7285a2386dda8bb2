/* SPDX-License-Identifier: GPL-2.0-or-later */
/* public_value.h - a public value for a KE payload, of any group, without its secret */
#ifndef TWINSITE_DISSECT_PUBLIC_VALUE_H
#define TWINSITE_DISSECT_PUBLIC_VALUE_H

#include <stddef.h>
#include <stdint.h>

#define PUBLIC_VALUE_MAX 1024 /* bytes; group 18 */

/* Bytes of a group's public value in a KE payload (RFC 2409 6, 3526, 5903, 8031); 0: unknown. */
size_t public_value_length(unsigned int group);

/*
 * One that a peer takes for real, new each time; nobody knows the secret behind it. For
 * asking a daemon again with the group that it wants. Returns its length, 0 when the
 * group is unknown or OpenSSL lacks its curve.
 */
size_t public_value_make(unsigned int group, uint8_t ret[static PUBLIC_VALUE_MAX]);

#endif
