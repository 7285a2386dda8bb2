/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdict.h - what one expectation came to */
#ifndef TWINSITE_CHECK_VERDICT_H
#define TWINSITE_CHECK_VERDICT_H

#include <stdint.h>

#include "base/arena.h"
#include "model/site.h"

enum verdict_kind {
	VERDICT_OK,
	VERDICT_BROKEN,	  /* observed, and not as expected */
	VERDICT_LEAK,	  /* something was in clear that must not be */
	VERDICT_UNPROVEN, /* this plane cannot observe it, or it was not reached; text
			     says why */
};

struct verdict {
	enum verdict_kind kind;
	const char *check;  /* its id: "ike-sa", "child-sa", "reach", "exemption", … */
	const char *claim;  /* "laptop reaches hobbit through the tunnel" */
	const char *seen;   /* "10 of 10 answered, hobbit saw 192.168.2.100, 0.4 ms" */
	const char *figure; /* of what was seen, the number itself; NULL: all of it */
	VEC(const char *)
	proof;		  /* "acme-wan.pcapng packet 17", "home: rule firewall:12 +10" */
	struct origin at; /* the expectation's line, or the setting's */
	int expectation;  /* index into scenario.expectations, -1: general check */
	int64_t took_us; /* how long its question was open; 0: it was judged of what lay there */
	/* The pair that it is about, of the initiator's file (borrowed); NULL: none. */
	const struct selector *selector;
};

struct verdicts {
	struct verdict *items;
	size_t count, room;
};

const char *
verdict_kind_name(enum verdict_kind kind); /* "ok", "broken", "leak", "unproven" */

#endif
