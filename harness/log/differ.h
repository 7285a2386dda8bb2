/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * differ.h - two lists of proposals as daemons write them: in what do they differ?
 *
 *	IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024, IKE:…
 *
 * Of all pairs the one that differs in the fewest kinds is compared: it is what the two
 * administrators meant. Pure.
 */
#ifndef TWINSITE_LOG_DIFFER_H
#define TWINSITE_LOG_DIFFER_H

#include <stdbool.h>
#include <stddef.h>

enum differ_kind {
	DIFFER_ENCRYPTION, /* with its key size */
	DIFFER_HASH,	   /* integrity and PRF: one setting on most devices */
	DIFFER_GROUP,	   /* Diffie-Hellman; of ESP: PFS */
	DIFFER_ESN,
	DIFFER_KINDS,
};

struct difference {
	unsigned int kinds; /* 1 << enum differ_kind */
	/* Of each kind, in the words of the log; "none" where there is none. */
	char received[DIFFER_KINDS][128], configured[DIFFER_KINDS][128];
};

const char *differ_kind_name(enum differ_kind kind, bool is_esp);

/* False: one of the lists has no proposal. kinds 0: there is a pair that fits. */
bool proposals_differ(const char *received, const char *configured,
		      struct difference *ret_difference);

#endif
