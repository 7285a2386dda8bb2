/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vici_client.h - talk to a charon over its VICI socket
 *
 * One struct vici is one connection. Everything is non-blocking and driven by the
 * caller's poll loop: wait for vici_fd() with vici_poll_events() until
 * vici_deadline_us(), then call vici_dispatch(), which calls the callbacks. Several
 * connections, to one charon or to both ends, share one loop. Who has nothing else to
 * do meanwhile finds requests with a loop of their own in vici_request.h.
 *
 * VICI has no sequence numbers, so on one connection requests wait for each other, and
 * charon answers none while an `initiate` that waits for its result is under way:
 * open a second connection to look at a charon at work, a third for its events.
 *
 * No request waits for ever: each has a deadline on base/clock.h. A request that is
 * late fails with -ETIMEDOUT; the reply that may still come is swallowed, and those
 * queued behind it keep their own deadlines.
 */
#ifndef TWINSITE_CHARON_VICI_CLIENT_H
#define TWINSITE_CHARON_VICI_CLIENT_H

#include <stdint.h>

#include "charon/vici_message.h"

struct arena;
struct err;
struct vici;

/*
 * Called once when a request ends. failure is NULL on success, then reply is the
 * message (borrowed, gone when the callback returns unless the call has an arena); else
 * reply is NULL, and the code is -ETIMEDOUT, -ENOENT (charon does not know the command
 * or event), -EBADMSG or -EPIPE (the connection broke). That charon says "success = no"
 * is a reply: see vici_reply_check(). May queue further requests; must not close the
 * connection.
 */
typedef void vici_reply_fn(void *user, const struct vici_node *reply,
			   const struct err *failure);

/* Called for each event; message is borrowed and gone when it returns. */
typedef void vici_event_fn(void *user, const char *event,
			   const struct vici_node *message);

/*
 * Connect to the socket at path. Paths longer than a sockaddr_un holds are fine
 * (/proc/self/fd is used); so are paths into another mount namespace such as
 * /proc/PID/root/run/charon.vici. -ENOENT or -ECONNREFUSED: not there (yet).
 */
int vici_open(const char *path, struct vici **ret_vici, struct err *err);

/* Takes over a connected stream socket, whatever happens. For tests. */
struct vici *vici_new(int fd);

/* Requests still queued end without their callbacks. NULL is fine. */
void vici_free(struct vici *vici);
static inline void vici_freep(struct vici **vici)
{
	vici_free(*vici);
}

/* ------------------------------------------------------------ in a poll loop */

int vici_fd(const struct vici *vici);
short vici_poll_events(const struct vici *vici);   /* POLLIN, and POLLOUT when needed */
int64_t vici_deadline_us(const struct vici *vici); /* the nearest; INT64_MAX: none */

/*
 * Do whatever can be done now: send, receive, call callbacks, let late requests fail.
 * -EPIPE or -EBADMSG when the connection is of no more use (charon ended, or sent
 * nonsense): then all requests have failed and every later call says the same.
 */
int vici_dispatch(struct vici *vici, struct err *err);

/*
 * Queue a request. message may be NULL (empty) and is copied. event, unless NULL, is
 * registered before and unregistered after the request, and on_event is called for
 * each of it: "list-sa" for list-sas, "control-log" for initiate. -EINVAL when the
 * message is not well formed (then no callback follows).
 */
struct vici_call {
	const char *command;
	const struct vici_message *message;
	const char *event;
	vici_event_fn *on_event;
	vici_reply_fn *on_reply;
	void *user;
	int64_t deadline_us;
	struct arena *arena; /* keeps the reply; NULL: it is gone after on_reply */
};
int vici_start(struct vici *vici, const struct vici_call *call, struct err *err);

/*
 * Have on_event called with this user for every further event of that name while the
 * connection lives. confirm has the event, no command, and is told once charon has
 * confirmed: nothing is missed afterwards.
 */
int vici_listen_start(struct vici *vici, const struct vici_call *confirm,
		      vici_event_fn *on_event, void *user, struct err *err);

/* Number of calls that have not ended. */
unsigned int vici_pending(const struct vici *vici);

#endif
