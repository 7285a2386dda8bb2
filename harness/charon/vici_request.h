/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vici_request.h - what is asked of a charon, one at a time or until it is done
 *
 * On top of vici_client.h, for callers that have nothing else to do meanwhile: these
 * functions run a poll loop over one connection (or two) and serve its callbacks.
 */
#ifndef TWINSITE_CHARON_VICI_REQUEST_H
#define TWINSITE_CHARON_VICI_REQUEST_H

#include <stdbool.h>

#include "base/err.h"
#include "charon/vici_client.h"

/* ------------------------------------------------------------ up, anew and down */

/*
 * Initiate a CHILD SA, and its IKE SA if need be; with child NULL the IKE SA alone.
 * on_log (may be NULL) gets charon's "control-log" events. charon answers success =
 * yes, or no with errmsg, when the negotiation has ended, or after timeout_ms.
 * deadline_us should be later than that.
 *
 * In aggressive mode the initiator sends its last packet and the first of quick mode
 * back to back, and a responder with several threads may take them in the wrong order
 * ("ignoring QUICK_MODE request while phase 1 is incomplete"), which costs one
 * retransmit_timeout. Who drives both ends avoids it: initiate the IKE SA alone, wait
 * for "ike-updown" of the responder, then initiate the children.
 */
struct vici_initiation {
	const char *ike, *child; /* names of the connection and its child */
	unsigned int timeout_ms; /* charon's own patience; 0: for ever */
	int loglevel;		 /* of the log events, as charon's; 1 is usual */
	vici_event_fn *on_log;
	vici_reply_fn *on_reply;
	void *user;
	int64_t deadline_us;
};
int vici_initiate(struct vici *vici, const struct vici_initiation *what, struct err *err);

/*
 * The same for taking down: child NULL takes the IKE SA with all its children. Without
 * on_log and with a timeout of 0 ms in the request charon waits for the end.
 */
int vici_terminate(struct vici *vici, const struct vici_initiation *what,
		   struct err *err);

/* Start a rekeying of a CHILD SA, or with child NULL of the IKE SA; replies at once. */
int vici_rekey(struct vici *vici, const struct vici_initiation *what, struct err *err);

/*
 * How one of the three went, for a caller that waits: user of vici_attempt_reply(),
 * which is their on_reply. It must stay where it is until it is done.
 */
struct vici_attempt {
	bool is_done, is_ok;
	char text[ERR_TEXT_MAX]; /* why not */
};
void vici_attempt_reply(void *user, const struct vici_node *reply,
			const struct err *failure);

/* Serve the connection until the attempt is done; -errno when it breaks before. */
int vici_attempt_finish(struct vici *vici, const struct vici_attempt *attempt,
			struct err *err);

/*
 * Serve both ends' events (NULL: has none) until the counter, which their callbacks
 * raise, is at least `wanted`; false: time is over, or a charon is gone.
 */
bool vici_wait_count(struct vici *const vicis[2], const unsigned int *counter,
		     unsigned int wanted, int64_t deadline_us);

/* ------------------------------------------------------------ one at a time */

/*
 * Request and wait; *ret_reply is in the caller's arena. A "success = no" of charon is
 * -EREMOTEIO with its errmsg. ret_reply may be NULL, arena then too.
 */
int vici_request(struct vici *vici, const char *command,
		 const struct vici_message *message, int64_t deadline_us,
		 struct arena *arena, const struct vici_node **ret_reply,
		 struct err *err);

/* As vici_request(), with a callback for each event that the command streams. */
int vici_stream(struct vici *vici, const char *command, const char *event,
		const struct vici_message *message, int64_t deadline_us,
		vici_event_fn *on_event, void *user, struct err *err);

/*
 * Have on_event called for every further event of that name while the connection
 * lives: "ike-updown", "child-updown", "ike-rekey", "child-rekey", "log",
 * "ike-update". Waits until charon has confirmed, so nothing is missed afterwards.
 */
int vici_listen(struct vici *vici, const char *event, int64_t deadline_us,
		vici_event_fn *on_event, void *user, struct err *err);

/* 0 unless the reply says success = no: then -EREMOTEIO, the sentence is errmsg. */
int vici_reply_check(const struct vici_node *reply, struct err *err);

#endif
