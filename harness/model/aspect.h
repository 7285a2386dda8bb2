/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aspect.h - what a verdict rests on, and what a word that is not rehearsed may change
 *
 * Each word of a device's files is rehearsed, has no effect, or is not rehearsed; the
 * last says which aspects of the site it touches (site_unrehearsed()). A check names
 * the aspects it rests on, and so does a class of findings. Where both meet, nothing
 * is known: neither "ok" nor "broken".
 */
#ifndef TWINSITE_MODEL_ASPECT_H
#define TWINSITE_MODEL_ASPECT_H

#include <stdbool.h>

#include "model/site.h"

struct buf;

enum aspect {
	ASPECT_IKE = 1 << 0,	    /* the first phase: addresses, ports, algorithms */
	ASPECT_AUTH = 1 << 1,	    /* who the ends are, and their proof */
	ASPECT_SELECTORS = 1 << 2,  /* the second phase */
	ASPECT_WAY = 1 << 3,	    /* which packets go into the tunnel, and come out */
	ASPECT_NAT = 1 << 4,	    /* translated before or behind it */
	ASPECT_DNS = 1 << 5,	    /* names */
	ASPECT_LIFE = 1 << 6,	    /* lifetimes, rekeying, dead peers */
	ASPECT_TEARDOWN = 1 << 7,   /* its end */
	ASPECT_THROUGHPUT = 1 << 8, /* speed and sizes */
};

/* What must be known for "the tunnel is up", and for "a packet passes it". */
#define ASPECTS_UP	(ASPECT_IKE | ASPECT_AUTH | ASPECT_SELECTORS)
#define ASPECTS_TRAFFIC (ASPECTS_UP | ASPECT_WAY | ASPECT_NAT)

/* "IKE, the selectors and the way into the tunnel". */
void aspects_format(unsigned int aspects, struct buf *out);

/*
 * A word of the site's files is not rehearsed: a remark with its aspects. tunnel: the
 * name of the tunnel it belongs to, NULL for all of the site. Both are borrowed. Returns
 * the remark, valid until the next one.
 */
struct remark *site_unrehearsed(struct site *site, const char *tunnel,
				unsigned int aspects, struct origin at, const char *word);

/*
 * A part of the site's files that was not given, "include x.conf": it may say anything, so
 * nothing is concluded about this end, whatever else its files say.
 */
struct remark *site_part_missing(struct site *site, struct origin at, const char *word);

/*
 * The first word that is not rehearsed and touches one of the aspects, of the site or
 * of a tunnel that is in use; NULL: none. tunnel NULL: of any tunnel in use.
 */
const struct remark *site_touching(const struct site *site, const struct tunnel *tunnel,
				   unsigned int aspects);

/* What the end asks its peer for: what its file names for it, else what it uses itself. */
enum auth_method tunnel_asks_for(const struct tunnel *tunnel);

/* Does the end prove itself by what the other one asks for, as far as that is known? */
bool tunnel_proves(const struct tunnel *tunnel, const struct tunnel *peer);

/*
 * Do the tunnels in use of both sites have no kind of authentication in common? Then
 * that they differ decides, whatever is rehearsed of either.
 */
bool site_auth_differs(const struct site *a, const struct site *b);

#endif
