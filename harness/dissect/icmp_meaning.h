/* SPDX-License-Identifier: GPL-2.0-or-later */
/* icmp_meaning.h - what an ICMP error about an IKE or ESP packet means */
#ifndef TWINSITE_DISSECT_ICMP_MEANING_H
#define TWINSITE_DISSECT_ICMP_MEANING_H

#include "dissect/session.h"
#include "finding/class.h"

struct icmp_meaning {
	const char *text;	  /* half a sentence */
	struct class_set classes; /* of what it may be a sign */
};

/* Never NULL. It depends on who says it: the peer itself, or a router on the way. */
const struct icmp_meaning *icmp_meaning_of(const struct icmp_error *error);

#endif
