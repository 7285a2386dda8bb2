/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * end.h - one end of the tunnel while it runs: its charon and what it tells us
 *
 * Whatever charon says becomes evidence; a negotiation that fails is a result, not
 * an error. Errors mean that the end could not be rehearsed at all.
 */
#ifndef TWINSITE_RUN_END_H
#define TWINSITE_RUN_END_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "charon/conf.h"
#include "evidence/evidence.h"

struct charon;
struct node;
struct vici;

struct end {
	const char *name;	   /* of the site; borrowed */
	struct node *node;	   /* borrowed */
	struct evidence *evidence; /* borrowed */
	struct conf *conf;
	struct charon *charon;
	struct vici *control;	 /* requests */
	struct vici *events;	 /* ike-updown */
	unsigned int ups, downs; /* IKE SAs established and gone, as charon said */
	const char *key_log;	 /* where charon logs its keys */
	unsigned int child_ups;	 /* CHILD SAs installed */
	unsigned int rekeys;	 /* CHILD SAs replaced by rekeying, by whichever end */
	unsigned int initiated;	 /* own attempts that succeeded */
	bool is_restarted, is_without; /* injected faults, see run/inject.h */
};

struct end_options {
	const struct conf_params *params; /* but for vici_socket and log_file */
	const char *report;		  /* folder for the log and the configuration */
	bool has_keys;	     /* log the keys into the report, not into a private file */
	const char *name;    /* of folder and logs; NULL: the site's */
	const char *without; /* a plugin that is not installed there; NULL */
};

/* Generate the configuration and start charon; does not wait for it. */
int end_start(struct end *end, const struct site *site, struct node *node,
	      struct evidence *evidence, const struct end_options *options,
	      struct err *err);

/* Wait for charon, connect, load connections and secrets. */
int end_load(struct end *end, int64_t deadline_us, struct err *err);

/*
 * Kill charon without a word to its peer, as a power cut does, and start another with
 * the same configuration, which it loads. report: the folder given in end_options.
 */
void end_kill(struct end *end);
int end_restart(struct end *end, const char *report, int64_t deadline_us,
		struct err *err);

/*
 * Initiate every connection that this end may initiate: for IKEv1 phase 1 first,
 * then, when the responder has it too (it would ignore an early quick mode), the
 * children one by one. Each attempt is evidence "initiated".
 */
int end_initiate(struct end *end, struct end *responder, int64_t deadline_us,
		 struct err *err);

/* Both start the tunnel at the same moment: neither waits for the other's. */
int end_initiate_both(struct end *end, struct end *other, int64_t deadline_us,
		      struct err *err);

/*
 * One attempt in a poll loop of the caller's: the n-th CHILD SA that this end may
 * initiate, its IKE SA with it. end_attempt_poll() when its control connection is
 * readable or late; then is_done, and evidence "initiated" is written.
 */
struct end_attempt {
	bool is_running, is_done, is_ok;
	const char *ike, *child; /* borrowed from the configuration */
	int64_t start_us;
	char text[ERR_TEXT_MAX]; /* why not */
};

/* -ENOENT when there is no n-th. The attempt must stay where it is until it is done. */
int end_attempt_begin(struct end *end, size_t number, int64_t deadline_us,
		      struct end_attempt *attempt, struct err *err);
int end_attempt_poll(struct end *end, struct end_attempt *attempt, struct err *err);

/* Take the events of charon that have come; -errno when it is gone. */
int end_events(struct end *end);

/* Watch both ends' events until the deadline. */
void end_watch(struct end *a, struct end *b, int64_t deadline_us);

/* Would this end start the tunnel by itself, when traffic wants it? */
bool end_starts_on_traffic(const struct end *end);

/* Does its charon start a tunnel anew that dead peer detection has given up? */
bool end_restarts_by_dpd(const struct end *end);

/*
 * Force each CHILD SA of this end to be rekeyed: PFS of IKEv2 shows only then. Waits
 * until both ends have replaced them: evidence "rekeyed" with ok.
 */
int end_rekey(struct end *end, struct end *other, int64_t deadline_us, struct err *err);

/* All SAs as charon has them now, appended to a JSON array. */
int end_sas(struct end *end, int64_t deadline_us, json_t *sas, struct err *err);

/* Take one CHILD SA down, by the names of connection and child. */
int end_terminate_child(struct end *end, const char *ike, const char *child,
			int64_t deadline_us, struct err *err);

/* All SAs as charon has them now: evidence "sas" with that label. */
int end_list_sas(struct end *end, const char *label, int64_t deadline_us,
		 struct err *err);

/* Take every IKE SA of this end down and wait until the other end has noticed. */
int end_terminate(struct end *end, struct end *other, int64_t deadline_us,
		  struct err *err);

/* Stop charon; its unexpected end before is evidence. NULL parts are fine. */
void end_stop(struct end *end, int64_t deadline_us);
void end_done(struct end *end);

#endif
