/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * end_tunnel.h - the tunnel of an end: brought up, rekeyed, taken down
 *
 * Through the control connection of an end (run/end.h); what charon answers becomes
 * evidence. An attempt that fails is a result; -errno means that charon is gone.
 */
#ifndef TWINSITE_RUN_END_TUNNEL_H
#define TWINSITE_RUN_END_TUNNEL_H

#include "charon/vici_request.h"

struct conf_child;
struct conf_connection;
struct end;

/*
 * Packets that its trap policies match were sent: wait for the SAs that they bring up, as
 * long as charon tries, and initiate what then is missing, so that it says why. children:
 * how many CHILD SAs the responder shall have had by then.
 */
int end_await_traffic(struct end *end, struct end *responder, unsigned int children,
		      int64_t deadline_us, struct err *err);

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

/* The n-th child of all connections that this end may initiate, and its connection; NULL. */
const struct conf_child *end_child(const struct end *end, size_t number,
				   const struct conf_connection **ret_of);

/*
 * One attempt in a poll loop of the caller's: the n-th CHILD SA that this end may
 * initiate, its IKE SA with it. end_attempt_poll() when its control connection is
 * readable or late; then is_done, and evidence "initiated" is written.
 */
struct end_attempt {
	bool is_running;
	struct vici_attempt result;
	const char *ike, *child; /* borrowed from the configuration */
	int64_t start_us;
};

/* -ENOENT when there is no n-th. The attempt must stay where it is until it is done. */
int end_attempt_begin(struct end *end, size_t number, int64_t deadline_us,
		      struct end_attempt *attempt, struct err *err);
int end_attempt_poll(struct end *end, struct end_attempt *attempt, struct err *err);

/* Watch both ends' events for so long (in time that is served, base/patience.h). */
void end_watch(struct end *a, struct end *b, unsigned int window_ms);

/*
 * Force each CHILD SA of this end to be rekeyed: PFS of IKEv2 shows only then. Waits
 * until both ends have replaced them or charon says that it was refused, or gives its
 * peer up: evidence "rekeyed" with ok; then until the old
 * ones are deleted, too, so that what is done next does not meet their DELETE. *ret_begun
 * becomes true when there was one to rekey, and stays as it is otherwise.
 */
int end_rekey(struct end *end, struct end *other, int64_t deadline_us, bool *ret_begun,
	      struct err *err);

/*
 * Only ask for it: charon begins, and nobody waits. By a connection of its own, as an
 * attempt may be under way on the end's. An end without charon, or without an SA to be
 * rekeyed, is asked nothing.
 */
int end_rekey_ask(struct end *end, int64_t deadline_us, struct err *err);

/*
 * Take one CHILD SA down, by the names of connection and child, and wait until the other
 * end has taken its own down, as long as a message may be on its way.
 */
int end_terminate_child(struct end *end, struct end *other, const char *ike,
			const char *child, int64_t deadline_us, struct err *err);

/*
 * Take every IKE SA of this end down and wait until the other end has noticed, if it has
 * any and for patience_ms at most (in time that is served, base/patience.h).
 */
int end_terminate(struct end *end, struct end *other, int64_t deadline_us,
		  unsigned int patience_ms, struct err *err);

#endif
