/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dn.h - distinguished names as identities (ID_DER_ASN1_DN)
 *
 * On the wire a name is DER, so how its text is spaced does not matter: "C=DE, CN=a",
 * "C=DE,CN=a" and "/C=DE/CN=a" are one.
 */
#ifndef TWINSITE_IPSEC_DN_H
#define TWINSITE_IPSEC_DN_H

#include <stdbool.h>

/*
 * Is it that name, part by part in the same order, as charon compares them: letters whatever
 * their case, "*" in the pattern for any value (identification.c, match_dn)?
 */
bool dn_matches(const char *name, const char *pattern);

#endif
