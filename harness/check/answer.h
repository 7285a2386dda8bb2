/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * answer.h - two answers to the same first IKE message, side by side
 *
 * One was recorded from a real device, the other given by a scenario's charon. What
 * can be compared is compared: exchange, what was chosen transform by transform,
 * payloads, notifies, vendor ids; never what is random (SPIs, nonces, public values).
 */
#ifndef TWINSITE_CHECK_ANSWER_H
#define TWINSITE_CHECK_ANSWER_H

#include "base/arena.h"
#include "dissect/ike.h"
#include "model/site.h"

#define ANSWER_SENT "sent" /* the value of what has none */

enum answer_kind {
	ANSWER_SAME,
	ANSWER_DIFFERS,
	ANSWER_ONLY_RECORDED,
	ANSWER_ONLY_HERE,
};

struct answer_line {
	enum answer_kind kind;
	bool is_transform;    /* part of what was chosen */
	const char *what;     /* "cipher", "group", "notify NO-PROPOSAL-CHOSEN" */
	const char *recorded; /* NULL: only here */
	const char *here;     /* NULL: only recorded */
};

struct answer {
	struct arena *arena; /* borrowed */
	const char *
		summary; /* "the same choice", "refused here with …"; NULL: not compared */
	/* The error notify of each; NULL: it is no refusal. */
	const char *refused_here, *refused_there;
	VEC(struct answer_line) lines;
};

/* One question to one site's charon; see run/replay.h, which asks. */
struct replay_result {
	uint32_t sa;	       /* index of the IKE SA in the capture */
	const char *site;      /* which was asked */
	const char *identity;  /* the one put in instead; NULL: as recorded */
	uint32_t asked_frame;  /* of the recorded message */
	uint32_t answer_frame; /* of the recorded answer; 0: there is none */
	bool is_answered;      /* by the charon */
	const char *again;     /* why it was asked once more, NULL: it was not */
	struct answer answer;  /* empty when one of them did not answer */
	const char *here;      /* its answer in words; NULL: silence */
	const char *recorded;  /* likewise */
};

/* How far a recorded end and a site came together; see peer/peer.h, which speaks. */
enum talk_end {
	TALK_NOT_TRIED, /* text says why */
	TALK_UP,	/* to the end of the first children */
	TALK_REFUSED,
	TALK_UNTOLD, /* it ended at something that the capture does not show */
};

struct replay_talk {
	uint32_t sa;
	const char *site, *tunnel;
	bool is_site_initiator; /* it met the recorded responder */
	enum talk_end end;
	const char *text; /* "quick mode: it answers INVALID-ID-INFORMATION" */
	/* What alone replaced by the site's own lets it go further; NULL: not found. */
	const char *cause;
	VEC(struct text) remarks; /* what the capture does not show and was assumed */
};

struct replay {
	struct arena *arena; /* borrowed */
	VEC(struct replay_result) results;
	VEC(struct replay_talk) talks;
	VEC(struct text) remarks; /* what a charon would not load, what was not asked */
};

/* Lines in the order of the recorded message, then what only the other one has. */
void answer_compare(const struct ike_message *recorded, const struct ike_message *here,
		    struct answer *ret);

/* "same", "differs", "only recorded", "only here" */
const char *answer_kind_name(enum answer_kind kind);

#endif
