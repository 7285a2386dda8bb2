// SPDX-License-Identifier: GPL-2.0-or-later
/* vici_request.c - what is asked of a charon, one at a time or until it is done */
#include "charon/vici_request.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"

/* initiate, terminate and rekey name their SA alike. */
static int control_start(struct vici *vici, const char *command,
			 const struct vici_initiation *what, struct err *err)
{
	struct vici_message _cleanup_vici_message_ message = { 0 };
	struct vici_call call = {
		.command = command,
		.message = &message,
		.event = what->on_log ? "control-log" : NULL,
		.on_event = what->on_log,
		.on_reply = what->on_reply,
		.user = what->user,
		.deadline_us = what->deadline_us,
	};

	if (what->child)
		vici_message_add(&message, "child", what->child);
	if (what->ike)
		vici_message_add(&message, "ike", what->ike);
	vici_message_printf(&message, "timeout", "%u", what->timeout_ms);
	vici_message_printf(&message, "loglevel", "%d", what->loglevel);
	return vici_start(vici, &call, err);
}

int vici_initiate(struct vici *vici, const struct vici_initiation *what, struct err *err)
{
	return control_start(vici, "initiate", what, err);
}

int vici_terminate(struct vici *vici, const struct vici_initiation *what, struct err *err)
{
	return control_start(vici, "terminate", what, err);
}

int vici_rekey(struct vici *vici, const struct vici_initiation *what, struct err *err)
{
	return control_start(vici, "rekey", what, err);
}

/* ------------------------------------------------------------ one at a time */

int vici_reply_check(const struct vici_node *reply, struct err *err)
{
	const char *success = vici_node_text(reply, "success");
	const char *why = vici_node_text(reply, "errmsg");

	if (!success || str_equal(success, "yes"))
		return 0;
	return err_set(err, EREMOTEIO, "%s", why && *why ? why : "charon says no");
}

struct wait {
	bool is_over;
	const struct vici_node *reply;
	struct err failure;
	vici_event_fn *on_event;
	void *user;
};

static void wait_on_reply(void *user, const struct vici_node *reply,
			  const struct err *failure)
{
	struct wait *wait = user;

	wait->is_over = true;
	wait->reply = reply;
	if (failure)
		wait->failure = *failure;
}

static void wait_on_event(void *user, const char *event, const struct vici_node *message)
{
	struct wait *wait = user;

	if (wait->on_event)
		wait->on_event(wait->user, event, message);
}

/* Serve the connection until the wait is over; each call has its own deadline. */
static int wait_run(struct vici *vici, const struct wait *wait, struct err *err)
{
	while (!wait->is_over) {
		struct pollfd fd = { .fd = vici_fd(vici) };

		(void)vici_dispatch(vici, NULL);
		if (wait->is_over)
			break;
		fd.events = vici_poll_events(vici);
		if (poll(&fd, 1, clock_left_ms(vici_deadline_us(vici))) < 0 &&
		    errno != EINTR)
			return err_sys(err, errno, "poll");
	}
	if (wait->failure.code) {
		if (err)
			*err = wait->failure;
		return wait->failure.code;
	}
	return 0;
}

static int request_run(struct vici *vici, struct vici_call *call, struct wait *wait,
		       struct err *err)
{
	int ret;

	call->on_reply = wait_on_reply;
	call->user = wait;
	ret = vici_start(vici, call, err);
	if (!ret)
		ret = wait_run(vici, wait, err);
	if (ret)
		return ret;
	ret = vici_reply_check(wait->reply, err);
	return ret ? err_wrap(err, "%s", call->command) : 0;
}

int vici_request(struct vici *vici, const char *command,
		 const struct vici_message *message, int64_t deadline_us,
		 struct arena *arena, const struct vici_node **ret_reply, struct err *err)
{
	struct arena _cleanup_(arena_freep) *passing = arena ? NULL : arena_new();
	struct vici_call call = { .command = command,
				  .message = message,
				  .deadline_us = deadline_us,
				  .arena = arena ? arena : passing };
	struct wait wait = { 0 };
	int ret = request_run(vici, &call, &wait, err);

	if (!ret && ret_reply)
		*ret_reply = wait.reply;
	return ret;
}

int vici_stream(struct vici *vici, const char *command, const char *event,
		const struct vici_message *message, int64_t deadline_us,
		vici_event_fn *on_event, void *user, struct err *err)
{
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	struct vici_call call = { .command = command,
				  .message = message,
				  .event = event,
				  .on_event = wait_on_event,
				  .deadline_us = deadline_us,
				  .arena = arena };
	struct wait wait = { .on_event = on_event, .user = user };

	return request_run(vici, &call, &wait, err);
}

int vici_listen(struct vici *vici, const char *event, int64_t deadline_us,
		vici_event_fn *on_event, void *user, struct err *err)
{
	struct wait wait = { 0 };
	const struct vici_call confirm = { .event = event,
					   .on_reply = wait_on_reply,
					   .user = &wait,
					   .deadline_us = deadline_us };
	int ret = vici_listen_start(vici, &confirm, on_event, user, err);

	return ret ? ret : wait_run(vici, &wait, err);
}

/* ------------------------------------------------------------ attempts */

void vici_attempt_reply(void *user, const struct vici_node *reply,
			const struct err *failure)
{
	struct vici_attempt *attempt = user;
	struct err refusal = { 0 };

	attempt->is_done = true;
	attempt->is_ok = !failure && !vici_reply_check(reply, &refusal);
	if (!attempt->is_ok)
		(void)snprintf(attempt->text, sizeof(attempt->text), "%s",
			       failure ? failure->text : refusal.text);
}

int vici_attempt_finish(struct vici *vici, const struct vici_attempt *attempt,
			struct err *err)
{
	while (!attempt->is_done) {
		struct pollfd fd = { .fd = vici_fd(vici),
				     .events = vici_poll_events(vici) };
		int r;

		(void)poll(&fd, 1, clock_left_ms(vici_deadline_us(vici)));
		r = vici_dispatch(vici, err);
		if (r && !attempt->is_done)
			return r;
	}
	return 0;
}

bool vici_wait_count(struct vici *const vicis[2], const unsigned int *counter,
		     unsigned int wanted, int64_t deadline_us)
{
	while (*counter < wanted) {
		struct pollfd fds[2];

		if (!clock_left_ms(deadline_us))
			return false;
		for (size_t i = 0; i < 2; i++) {
			fds[i] = (struct pollfd){ .fd = -1 };
			if (vicis[i])
				fds[i] = (struct pollfd){ .fd = vici_fd(vicis[i]),
							  .events = vici_poll_events(
								  vicis[i]) };
		}
		if (poll(fds, 2, clock_left_ms(deadline_us)) < 0 && errno != EINTR)
			return false;
		for (size_t i = 0; i < 2; i++)
			if (vicis[i] && vici_dispatch(vicis[i], NULL))
				return false;
	}
	return true;
}
