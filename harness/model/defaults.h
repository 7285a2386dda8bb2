/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * defaults.h - what strongSwan offers where a file names no proposal
 *
 * One table for what predict expects and for what charon is told: the lists of 5.9.8, in
 * its order. charon's own word "default" is another list in each release (6.0 begins with
 * AES-GCM), so it is never used: a rehearsal is the same on every machine. Pure.
 */
#ifndef TWINSITE_MODEL_DEFAULTS_H
#define TWINSITE_MODEL_DEFAULTS_H

#include "model/site.h"

/* One of ciphers with a hash beside them, one of AEAD ciphers. */
#define STRONGSWAN_DEFAULTS 2

/*
 * strongSwan 5.9.8's proposals for IKE or, with is_esp, for ESP; texts and lists are in
 * the arena, the origin of each is "strongSwan default". IKE: no modp1024 or modp1536,
 * MD5, DES; ESP: no group. Camellia-CCM, which alg.h has no row for, is left out.
 */
void strongswan_defaults(struct arena *arena, bool is_esp,
			 struct proposal ret_proposals[STRONGSWAN_DEFAULTS]);

#endif
