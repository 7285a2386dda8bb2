/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * observe.h - how each class of failure looks in a run
 *
 * Each function looks for the marks of one class in evidence of both ends. It returns
 * true when they are there, with the proof and how the fault itself was seen to be in
 * effect put into the diagnosis; else it leaves no trace.
 */
#ifndef TWINSITE_DIAGNOSE_OBSERVE_H
#define TWINSITE_DIAGNOSE_OBSERVE_H

#include <stdbool.h>

#include "check/check.h"
#include "diagnose/judgement.h"
#include "finding/finding.h"

struct observe {
	const struct check_input *input;
	const struct verdicts *verdicts;
	const struct findings *findings; /* of the files; NULL: not asked yet */
};

/* Add a line of proof; say how the fault itself was seen. */
void observe_prove(const struct observe *observe, struct diagnosis *diagnosis,
		   const char *format, ...) __attribute__((format(printf, 3, 4)));
void observe_in_effect(const struct observe *observe, struct diagnosis *diagnosis,
		       const char *text);

/*
 * Is a check broken, or a leak there? checks: only of these, in words; NULL: of any. A
 * line in a log is no fault by itself: charon gets over a good deal of what it logs as
 * an error. Where every check holds, a finding needs another proof.
 */
bool observe_is_broken(const struct observe *observe, const char *checks);

/*
 * Were packets of the site's LAN on which that host asks in no ESP at all? The account of it
 * ("first_missing"), NULL: none were. What came out at the far end then was something else:
 * the answers to a question the other way.
 */
const struct event *observe_left_behind(const struct observe *observe, unsigned int site,
					const char *host);

/*
 * The class's own lines in either end's log: the table in marks.c; never when every
 * check holds.
 */
bool observe_marks(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis);
/* Its row of that table: any of these facts; false when it has none. */
bool observe_class_marks(enum class_id class, const enum charon_log_fact **ret_marks,
			 size_t *ret_count);
/* The same, or that the device that refuses said nothing at all (lab/silence.h). */
bool observe_mode(const struct observe *observe, const struct finding *finding,
		  struct diagnosis *diagnosis);
/* What no file foretells: diagnoses from the run's own events are appended. */
void observe_changes(const struct observe *observe, struct diagnoses *diagnoses);
/*
 * F58, all but the proof that no answer came: a site got another WAN address, and nothing
 * of it restarts the tunnel. sas: the label of the SAs as they were afterwards; until: what
 * its scripts did before that counts. True: an SA of the old address is still there.
 */
struct moved {
	const struct scenario_site *site;
	const char *old, *new, *sas;
	int64_t until_us;
};
bool observe_moved(const struct observe *observe, const struct moved *moved,
		   struct diagnosis *diagnosis);
/* F83, F84: names that the far DNS server was never asked for, from the run's questions. */
void observe_names(const struct observe *observe, struct diagnoses *diagnoses);
/* F96: through the tunnel to what must not be reached, from the run's questions. */
void observe_reached(const struct observe *observe, struct diagnoses *diagnoses);
/* Why a tunnel was away for too long while `alive` was watched, from the run's events. */
void observe_life(const struct observe *observe, struct diagnoses *diagnoses);
bool observe_discarded(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis);
bool observe_dead_zone(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis);
/* A strict device refuses what strongSwan would have narrowed (run/strict.c). */
bool observe_strict(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis);
bool observe_selector(const struct observe *observe, const struct finding *finding,
		      struct diagnosis *diagnosis);
bool observe_authentication(const struct observe *observe, const struct finding *finding,
			    struct diagnosis *diagnosis);
/* A pair of networks that got no CHILD SA of its own, or a narrower one. */
bool observe_narrowed(const struct observe *observe, const struct finding *finding,
		      struct diagnosis *diagnosis);
/* Charon's route for the tunnel covers a LAN of the gateway itself. */
bool observe_overlap(const struct observe *observe, const struct finding *finding,
		     struct diagnosis *diagnosis);
/* What another policy translates before the tunnel's is asked left in clear. */
bool observe_shadow(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis);
/* No IKE packet was ever sent: nobody was to. */
bool observe_nobody(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis);
bool observe_exemption(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis);
bool observe_refused_here(const struct observe *observe, const struct finding *finding,
			  struct diagnosis *diagnosis);
bool observe_refused_there(const struct observe *observe, const struct finding *finding,
			   struct diagnosis *diagnosis);
/* The gateway's kernel forwards nothing, and questions through it are lost. */
bool observe_forwarding(const struct observe *observe, const struct finding *finding,
			struct diagnosis *diagnosis);
/* Packets for the far network in clear at a time without a tunnel, when none was to be. */
bool observe_clear(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis);
bool observe_dns_source(const struct observe *observe, const struct finding *finding,
			struct diagnosis *diagnosis);
bool observe_rebind(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis);
bool observe_wide_rule(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis);

/* Nothing enters the tunnel: no route of charon's, or none to its interface. */
bool observe_route(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis);
/*
 * The way into or out of a tunnel's interface: the SAs are up, and a question between its
 * site and the other is not answered.
 */
bool observe_way(const struct observe *observe, const struct finding *finding,
		 struct diagnosis *diagnosis);

#endif
