/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mirror.h - the other end that would fit, made from one end alone
 *
 * What one end's files say about the tunnel says what the other end must have: the same
 * secret and algorithms, networks and identities the other way round, the one's address
 * as the other's peer. Each value keeps the origin it follows from, a line of the end that
 * is given. What only the other administrator knows (his firewall, his routes) is as it
 * should be: such a site is there to be compared with, and no claim about a real one.
 */
#ifndef TWINSITE_MODEL_MIRROR_H
#define TWINSITE_MODEL_MIRROR_H

#include "model/site.h"

/*
 * A plain strongSwan gateway with the counterpart of each tunnel in use. Texts, secrets
 * and algorithms are borrowed from the given site, which must live as long. The caller
 * frees it with site_free().
 */
struct site *mirror_site(const struct site *given, const char *name);

#endif
