/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interop.h - would a scenario's peer and a recorded device understand each other?
 *
 * Each IKE SA of a capture is held against each tunnel of each site of a scenario:
 * would that site's generated peer accept what the recorded initiator offered, and
 * would the recorded responder, as far as its one choice tells, take what the site
 * offers? Version, mode, authentication, transform by transform, PFS, identities,
 * lifetime, NAT-T. Pure; says nothing where the capture shows nothing.
 */
#ifndef TWINSITE_CHECK_INTEROP_H
#define TWINSITE_CHECK_INTEROP_H

#include "base/arena.h"
#include "dissect/session.h"
#include "scenario/scenario.h"

enum interop_kind {
	INTEROP_FITS,
	INTEROP_DIFFERS,
	INTEROP_NOTE, /* worth knowing, no hindrance */
};

struct interop_line {
	enum interop_kind kind;
	uint32_t sa;	    /* index of the IKE SA in the capture */
	const char *site;   /* of the scenario */
	const char *tunnel; /* its name */
	const char *what;   /* "mode", "phase 1 proposal", "PFS" */
	const char *text;   /* both values in a sentence */
	struct origin at;   /* the site's setting */
};

struct interop {
	struct arena *arena; /* borrowed */
	VEC(struct interop_line) lines;
};

void interop_compare(const struct session_set *set, const struct scenario *scenario,
		     struct interop *ret);

#endif
