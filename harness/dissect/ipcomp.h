/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ipcomp.h - what is inside IPComp (RFC 3173): DEFLATE (RFC 2394) by zlib
 *
 *	next header(1) | flags(1) | CPI(2) | compressed
 *
 * A CPI below 64 names the algorithm (RFC 3173 3.3); from 256 on both ends agreed what
 * it means, which a capture may not show: then DEFLATE is tried, which nearly everybody
 * means, and its own structure tells whether it was that. What does not become smaller is
 * sent without IPComp (RFC 3173 2.2), so there is nothing to do for it here.
 */
#ifndef TWINSITE_DISSECT_IPCOMP_H
#define TWINSITE_DISSECT_IPCOMP_H

#include <stdint.h>

#include "dissect/cursor.h"

#define IPCOMP_DEFLATE 2 /* IANA: "IPSEC IPCOMP Transform Identifiers", "ikev2 IPCOMP" */

enum ipcomp_status {
	IPCOMP_OPENED,
	IPCOMP_UNKNOWN, /* another algorithm, or the CPI does not say */
	IPCOMP_BROKEN,	/* DEFLATE, but its data make no sense */
	IPCOMP_SHORT,	/* no header, or cut by the capture */
	IPCOMP_TOO_BIG, /* more than an IP packet holds: refused */
	IPCOMP_STATUS_COUNT,
};

struct ipcomp_result {
	enum ipcomp_status status;
	uint8_t next_header;
	uint16_t cpi;
	struct slice inner; /* decompressed; borrowed until the next call */
};

struct ipcomp;

/* NULL when there is no memory. */
struct ipcomp *ipcomp_new(void);
void ipcomp_free(struct ipcomp *ipcomp); /* NULL is fine; wipes */

/* Bytes from the IPComp header on; never more than 64 KiB come out. */
enum ipcomp_status ipcomp_open(struct ipcomp *ipcomp, struct slice bytes,
			       struct ipcomp_result *ret);

const char *ipcomp_status_text(enum ipcomp_status status); /* "decompressed" */

#endif
