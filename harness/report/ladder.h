/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ladder.h - the IKE messages between both ends, in their order, as a capture has them
 *
 * Read from the capture of the initiator's Internet link. What is encrypted there stands
 * in the log of the charon that sent it ("generating QUICK_MODE request 17 [ HASH SA … ]").
 */
#ifndef TWINSITE_REPORT_LADDER_H
#define TWINSITE_REPORT_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct judgement;

/* One message that a charon says it has made. */
struct ladder_made {
	uint32_t id; /* message id */
	bool is_response;
	bool is_used;
	const char *exchange; /* "QUICK_MODE" */
	const char *payloads; /* "HASH SA No ID ID" */
};

struct ladder_logs {
	struct ladder_log {
		VEC(struct ladder_made) list;
	} of[2]; /* by site */
};

enum rung_kind {
	RUNG_PLAIN,
	RUNG_OFFERED, /* it has the proposals */
	RUNG_CHOSEN,  /* it has the one that was taken */
	RUNG_REFUSED, /* it is an error */
	RUNG_FAILED,  /* the capture shows that it came to nothing */
};

struct rung {
	enum rung_kind kind;
	uint32_t frame;	 /* in the capture, from 1 */
	int64_t time_us; /* since the capture's first packet */
	bool is_to_right, is_encrypted;
	unsigned int repeats;
	const char *name;     /* "Aggressive", "IKE_SA_INIT request" */
	const char *payloads; /* "SA KE No ID"; NULL: not known */
	const char *detail;   /* the proposal, the notify; NULL: none */
	const char *error;    /* what went wrong with it; NULL: nothing */
};

struct ladder_sa {
	const char *title;	      /* "IKEv1, aggressive mode, SPIs …" */
	const char *outcome;	      /* "up: …" */
	const char *offered, *chosen; /* NULL: not seen */
	bool is_up;
	unsigned int left_out; /* rungs behind these */
	VEC(struct rung) rungs;
};

struct ladder {
	const char *file;	  /* the capture */
	const char *left, *right; /* sites, as the scenario has them */
	int64_t start_us;	  /* of the capture's first packet, since the epoch */
	unsigned int sas_left_out;
	VEC(struct ladder_sa) sas;
};

/* What a charon's log says it has made, in the order of the log. */
void ladder_learn(struct arena *arena, const char *log, struct ladder_log *ret_log);

/*
 * The same of a capture that was read already, whosever it is; the ends are "initiator" and
 * "responder". Never NULL.
 */
struct session_set;
struct ladder *ladder_of(struct arena *arena, const char *file,
			 const struct session_set *set);

/* In the judgement's arena; NULL when there is no capture of it, or no IKE in there. */
struct ladder *ladder_read(const struct judgement *judgement, struct ladder_logs *logs);

#endif
