/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * end.h - one end of the tunnel while it runs: its charon and what it tells us
 *
 * Whatever charon says becomes evidence; errors mean that the end could not be rehearsed
 * at all. What is done to its tunnel stands in run/end_tunnel.h.
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
	unsigned int child_ups, child_downs; /* CHILD SAs installed, and gone */
	unsigned int rekeys;	/* CHILD SAs replaced by rekeying, by whichever end */
	unsigned int initiated; /* own attempts that succeeded */
	int64_t exchange_us;	/* the slowest of these took so long; 0: none */
	bool is_restarted, is_without; /* injected faults, see run/inject.h */
	bool has_updown;     /* charon sends its next message when its script has ended */
	bool is_lost;	     /* a script took its charon, see run/lost.h */
	bool is_lossy;	     /* the scenario's links lose packets by chance */
	bool is_stopping;    /* end_stop_begin() was called */
	bool is_killed;	     /* end_finish_begin() did: it sends nothing more */
	const char *without; /* the plugin of end_options; borrowed */
	/* Told when the first CHILD SA comes and when the last one goes; NULL: nobody. */
	void (*on_child)(void *user, bool is_up);
	void *on_child_user;
	unsigned int children;
	unsigned int updown_s; /* so long may its updown script take */
	double starvation;     /* while its charon started, base/patience.h; ≥ 1 */
};

struct end_options {
	const struct conf_params *params; /* but for vici_socket and log_file */
	const char *report;		  /* folder for the log and the configuration */
	bool has_keys;	     /* log the keys into the report, not into a private file */
	const char *name;    /* of folder and logs; NULL: the site's */
	bool is_lossy;	     /* see struct end */
	const char *without; /* a plugin that is not installed there; NULL */
	void (*on_child)(void *user, bool is_up); /* see struct end */
	void *on_child_user;
};

/* Generate the configuration and start charon; does not wait for it. */
int end_start(struct end *end, const struct site *site, struct node *node,
	      struct evidence *evidence, const struct end_options *options,
	      struct err *err);

/*
 * Wait for charon, connect, load connections and secrets. Where the machine proved to be
 * starved meanwhile, charon gets longer retransmission timeouts: they are on a clock that
 * goes on while it cannot (evidence "starved").
 */
int end_load(struct end *end, int64_t deadline_us, struct err *err);

/*
 * Kill charon without a word to its peer, as a power cut does, and start another with
 * the same configuration, which it loads. report: the folder given in end_options.
 */
void end_kill(struct end *end);
int end_restart(struct end *end, const char *report, int64_t deadline_us,
		struct err *err);

/* Take the events of charon that have come; -errno when it is gone. */
int end_events(struct end *end);

/* Would this end start the tunnel by itself, when traffic wants it? */
bool end_starts_on_traffic(const struct end *end);

/* Has its charon installed trap policies, which hold and start? */
bool end_has_traps(const struct end *end);

/* Take them out: what is still there afterwards was left behind. */
int end_remove_traps(struct end *end, int64_t deadline_us, struct err *err);

/* Does its charon start a tunnel anew that dead peer detection has given up? */
bool end_restarts_by_dpd(const struct end *end);

/* All SAs as charon has them now, appended to a JSON array. */
int end_sas(struct end *end, int64_t deadline_us, json_t *sas, struct err *err);

/* Has charon any SA now? A daemon that is gone or does not answer has none. */
bool end_has_sas(struct end *end, int64_t deadline_us);

/* All SAs as charon has them now: evidence "sas" with that label. */
int end_list_sas(struct end *end, const char *label, int64_t deadline_us,
		 struct err *err);

/* Has charon ended by itself? Then that is evidence. */
bool end_note_death(struct end *end);

/*
 * Stop charon; its unexpected end before is evidence. NULL parts are fine. To stop
 * several at once begin with all, then stop each.
 */
void end_stop_begin(struct end *end);
void end_stop(struct end *end, int64_t deadline_us);

/*
 * Begin to stop it at the end of a run. A charon that has no SA says nothing to anybody any
 * more, and takes 50 ms over it (250 in a guest): it is killed. Its log is complete: each
 * line was flushed.
 */
void end_finish_begin(struct end *end, int64_t deadline_us);
void end_done(struct end *end);

#endif
