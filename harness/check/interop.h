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

enum interop_answer {
	INTEROP_UNKNOWN, /* the capture does not tell */
	INTEROP_TAKES,
	INTEROP_REFUSES,
};

/* Does a site stand in the place of one of the recorded ends? It calls itself the same. */
enum interop_place {
	INTEROP_ELSEWHERE, /* of neither, or the capture does not tell: it meets both */
	INTEROP_IS_INITIATOR,
	INTEROP_IS_RESPONDER,
};

/* Of one recorded IKE SA and one tunnel: what each role of the site comes to. */
struct replay_talk;

struct interop_verdict {
	uint32_t sa;
	const char *site, *tunnel;
	enum interop_place place; /* it does not meet itself: that role is unknown */
	enum interop_answer as_responder, as_initiator;
	const char *why_responder, *why_initiator; /* what differs; NULL: nothing */
	const char *live; /* what its charon said to it; NULL: it was not asked */
	/* How far they came together, by its role; NULL: it was not tried. */
	const struct replay_talk *talk_responder, *talk_initiator;
	/* The charon said the opposite of what was compared: one of us is wrong. */
	bool is_contradicted;
};

struct interop {
	struct arena *arena; /* borrowed */
	VEC(struct interop_line) lines;
	VEC(struct interop_verdict) verdicts;
};

/* Refused by either role; else taken, when at least one could be told. */
enum interop_answer interop_answer_of(const struct interop_verdict *verdict);

/*
 * Of all: taken when one tunnel takes a recorded SA, refused when some were told and none
 * does. Where the two sites stand for the two recorded ends, neither may refuse.
 */
enum interop_answer interop_overall(const struct interop *interop);

struct ike_story;

/* own: the site's WAN address, for a tunnel that gives itself no name. */
enum interop_place interop_place_of(const struct ike_story *story,
				    const struct tunnel *tunnel,
				    const struct inet_addr *own);

struct replay;

/* What the charons answered decides, too: a refusal of theirs is one. */
void interop_add_live(struct interop *interop, const struct replay *replay);

void interop_compare(const struct session_set *set, const struct scenario *scenario,
		     struct interop *ret);

#endif
