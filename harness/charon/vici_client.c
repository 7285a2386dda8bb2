// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vici_client.c - one VICI connection as a state machine
 *
 * Theory of operation. Packets have no sequence numbers, so the calls of a connection
 * stand in a queue and only its head is on the wire:
 *
 *	QUEUED -> REGISTERING -> REQUESTED -> UNREGISTERING -> gone
 *	              (only when the call streams events)
 *
 * charon answers each step with one packet; events may come in between at any time and
 * go to the head's callback and to the listeners of that name. A head whose deadline
 * has passed fails at once but stays, "abandoned", until its answer has been swallowed:
 * otherwise the next call would take that answer for its own.
 */
#include "charon/vici_client.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/exit.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

/* Types of packets ("Packet layer" of the VICI README). */
enum vici_packet {
	VICI_PACKET_CMD_REQUEST = 0,
	VICI_PACKET_CMD_RESPONSE = 1,
	VICI_PACKET_CMD_UNKNOWN = 2,
	VICI_PACKET_EVENT_REGISTER = 3,
	VICI_PACKET_EVENT_UNREGISTER = 4,
	VICI_PACKET_EVENT_CONFIRM = 5,
	VICI_PACKET_EVENT_UNKNOWN = 6,
	VICI_PACKET_EVENT = 7,
};

#define VICI_LENGTH_SIZE  4 /* bytes of length before each packet */
#define VICI_READ_SIZE	  16384
#define VICI_CONNECT_WAIT 2 /* s, while charon's backlog is full */

struct listener {
	struct listener *next;
	char *event;
	vici_event_fn *on_event;
	void *user;
};

enum call_state {
	CALL_QUEUED,
	CALL_REGISTERING,   /* waits for EVENT_CONFIRM */
	CALL_REQUESTED,	    /* waits for CMD_RESPONSE; its events may come */
	CALL_UNREGISTERING, /* has ended for the caller; waits for EVENT_CONFIRM */
};

struct call {
	struct call *next;
	enum call_state state;
	bool has_ended; /* the caller has been told */
	char *command;	/* NULL: only registers the event, for good */
	char *event;	/* NULL: none */
	struct buf message;
	vici_event_fn *on_event;
	vici_reply_fn *on_reply;
	void *user;
	int64_t deadline_us;
	struct arena *arena;	   /* where the reply is parsed; NULL: a passing one */
	struct listener *listener; /* to be added once the event is confirmed */
};

/* The reply to a registration. */
static const struct vici_node nothing = { .kind = VICI_NODE_SECTION, .name = "" };

struct vici {
	int fd;
	struct buf out; /* packets not yet sent */
	size_t out_at;
	struct buf in; /* at most one packet and what came with it */
	struct call *head, **tail;
	struct listener *listeners;
	struct err broken; /* code 0: the connection is good */
	bool is_dispatching;
};

/* ------------------------------------------------------------ opening, closing */

/* Fill in a path of any length; *ret_folder is a descriptor to close afterwards. */
static int address_fill(const char *path, struct sockaddr_un *address, int *ret_folder,
			struct err *err)
{
	const char *name = strrchr(path, '/');
	char _cleanup_free_ *folder = NULL;
	int length;

	address->sun_family = AF_UNIX;
	if (strlen(path) < sizeof(address->sun_path)) {
		memcpy(address->sun_path, path, strlen(path) + 1);
		return 0;
	}
	if (!name)
		return err_set(err, ENAMETOOLONG, "%s: name of a socket is too long",
			       path);
	folder = strndup(path, (size_t)(name - path));
	*ret_folder = folder ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (*ret_folder < 0)
		return err_sys(err, errno, "%s", path);
	length = snprintf(address->sun_path, sizeof(address->sun_path),
			  "/proc/self/fd/%d%s", *ret_folder, name);
	if (length < 0 || (size_t)length >= sizeof(address->sun_path))
		return err_set(err, ENAMETOOLONG, "%s: name of a socket is too long",
			       path);
	return 0;
}

int vici_open(const char *path, struct vici **ret_vici, struct err *err)
{
	struct sockaddr_un address = { 0 };
	struct timeval patience = { .tv_sec = VICI_CONNECT_WAIT };
	int _cleanup_close_ folder = -1;
	int _cleanup_close_ fd = -1;
	int ret = address_fill(path, &address, &folder, err);

	if (ret)
		return ret;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, errno, "socket for %s", path);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return err_sys(err, errno, "%s", path);
	*ret_vici = vici_new(steal_fd(&fd));
	return 0;
}

/* Memory of this size that is not there ends the program, as in base/arena. */
static void *must(void *memory)
{
	if (!memory)
		exit_without_memory();
	return memory;
}

struct vici *vici_new(int fd)
{
	struct vici *vici = must(calloc(1, sizeof(*vici)));

	vici->fd = fd;
	vici->tail = &vici->head;
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return vici;
}

static void listener_free(struct listener *listener)
{
	if (listener)
		free(listener->event);
	free(listener);
}

static void call_free(struct call *call)
{
	listener_free(call->listener);
	buf_wipe(&call->message);
	free(call->command);
	free(call->event);
	free(call);
}

void vici_free(struct vici *vici)
{
	if (!vici)
		return;
	assert(!vici->is_dispatching);
	while (vici->head) {
		struct call *call = vici->head;

		vici->head = call->next;
		call_free(call);
	}
	while (vici->listeners) {
		struct listener *listener = vici->listeners;

		vici->listeners = listener->next;
		listener_free(listener);
	}
	buf_wipe(&vici->out);
	buf_wipe(&vici->in);
	close(vici->fd);
	free(vici);
}

/* ------------------------------------------------------------ the queue of calls */

static void call_end(struct call *call, const struct vici_node *reply,
		     const struct err *failure)
{
	if (call->has_ended)
		return;
	call->has_ended = true;
	if (call->on_reply)
		call->on_reply(call->user, failure ? NULL : reply, failure);
}

static void head_drop(struct vici *vici)
{
	struct call *call = vici->head;

	vici->head = call->next;
	if (!vici->head)
		vici->tail = &vici->head;
	call_free(call);
}

static bool is_listening(const struct vici *vici, const char *event)
{
	for (const struct listener *l = vici->listeners; l; l = l->next) {
		if (str_equal(l->event, event))
			return true;
	}
	return false;
}

/* Put one packet behind those to be sent. name may be NULL, message too. */
static void packet_queue(struct vici *vici, enum vici_packet type, const char *name,
			 const struct buf *message)
{
	size_t length =
		1 + (name ? 1 + strlen(name) : 0) + (message ? message->length : 0);

	buf_make_room(&vici->out, VICI_LENGTH_SIZE + length); /* may hold a secret */
	buf_add_be32(&vici->out, (uint32_t)length);
	buf_putc(&vici->out, (char)type);
	if (name) {
		buf_putc(&vici->out, (char)strlen(name));
		buf_puts(&vici->out, name);
	}
	if (message)
		buf_add(&vici->out, message->data, message->length);
}

static void call_request(struct vici *vici, struct call *call)
{
	call->state = CALL_REQUESTED;
	packet_queue(vici, VICI_PACKET_CMD_REQUEST, call->command, &call->message);
}

/* Bring the head on its way, if there is one that waits. */
static void head_start(struct vici *vici)
{
	struct call *call = vici->head;

	if (!call || call->state != CALL_QUEUED)
		return;
	if (call->event && !is_listening(vici, call->event)) {
		call->state = CALL_REGISTERING;
		packet_queue(vici, VICI_PACKET_EVENT_REGISTER, call->event, NULL);
	} else {
		call_request(vici, call);
	}
}

/* The head's answer is there; take its registration back, or go on with the next. */
static void head_finish(struct vici *vici)
{
	struct call *call = vici->head;

	if (call->event && call->command && !is_listening(vici, call->event)) {
		call->state = CALL_UNREGISTERING;
		packet_queue(vici, VICI_PACKET_EVENT_UNREGISTER, call->event, NULL);
		return;
	}
	head_drop(vici);
	head_start(vici);
}

/* The connection is of no more use: tell everybody who waits. */
static int vici_break(struct vici *vici, int code, const char *why)
{
	if (!vici->broken.code)
		(void)err_set(&vici->broken, code, "%s", why);
	while (vici->head) {
		call_end(vici->head, NULL, &vici->broken);
		head_drop(vici);
	}
	return vici->broken.code;
}

/* ------------------------------------------------------------ packets that come */

static void listener_add(struct vici *vici, struct listener *listener)
{
	listener->next = vici->listeners;
	vici->listeners = listener;
}

static int packet_event(struct vici *vici, const char *bytes, size_t length)
{
	size_t name_length = length > 0 ? (uint8_t)bytes[0] : 0;
	struct call *head = vici->head;
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	struct vici_node *message;
	struct err err;
	const char *name;

	if (length < 1 + name_length)
		return vici_break(vici, EBADMSG, "charon sent an event that is cut off");
	name = arena_strndup(arena, bytes + 1, name_length);
	if (vici_message_parse(bytes + 1 + name_length, length - 1 - name_length, arena,
			       &message, &err))
		return vici_break(vici, EBADMSG, err.text);
	if (head && head->command && !head->has_ended && head->on_event &&
	    str_equal(head->event, name))
		head->on_event(head->user, name, message);
	for (struct listener *l = vici->listeners; l; l = l->next) {
		if (str_equal(l->event, name))
			l->on_event(l->user, name, message);
	}
	return 0;
}

static int packet_response(struct vici *vici, const char *bytes, size_t length)
{
	struct arena _cleanup_(arena_freep) *passing = NULL;
	struct call *head = vici->head;
	struct vici_node *reply;
	struct err err;

	if (!head || head->state != CALL_REQUESTED)
		return vici_break(vici, EBADMSG, "charon answered what was not asked");
	if (!head->arena || head->has_ended)
		passing = arena_new();
	if (vici_message_parse(bytes, length, passing ? passing : head->arena, &reply,
			       &err))
		return vici_break(vici, EBADMSG, err.text);
	call_end(head, reply, NULL);
	head_finish(vici);
	return 0;
}

/* EVENT_CONFIRM, for either direction. */
static int packet_confirm(struct vici *vici)
{
	struct call *head = vici->head;

	if (head && head->state == CALL_REGISTERING && !head->command) {
		if (!head->has_ended)
			listener_add(vici, steal(&head->listener));
		call_end(head, &nothing, NULL);
		head_drop(vici);
		head_start(vici);
	} else if (head && head->state == CALL_REGISTERING) {
		call_request(vici, head);
	} else if (head && head->state == CALL_UNREGISTERING) {
		head_drop(vici);
		head_start(vici);
	} else {
		return vici_break(vici, EBADMSG, "charon confirmed what was not asked");
	}
	return 0;
}

/* CMD_UNKNOWN and EVENT_UNKNOWN: this charon has no such thing. */
static int packet_unknown(struct vici *vici, const char *what)
{
	struct call *head = vici->head;
	struct err err;

	if (!head || head->state == CALL_QUEUED)
		return vici_break(vici, EBADMSG, "charon refused what was not asked");
	(void)err_set(&err, ENOENT, "charon knows no %s '%s'", what,
		      head->state == CALL_REQUESTED ? head->command : head->event);
	call_end(head, NULL, &err);
	if (head->state == CALL_REQUESTED) {
		head_finish(vici);
	} else {
		head_drop(vici);
		head_start(vici);
	}
	return 0;
}

static int packet_handle(struct vici *vici, const char *bytes, size_t length)
{
	switch ((uint8_t)bytes[0]) {
	case VICI_PACKET_CMD_RESPONSE:
		return packet_response(vici, bytes + 1, length - 1);
	case VICI_PACKET_CMD_UNKNOWN:
		return packet_unknown(vici, "command");
	case VICI_PACKET_EVENT_CONFIRM:
		return packet_confirm(vici);
	case VICI_PACKET_EVENT_UNKNOWN:
		return packet_unknown(vici, "event");
	case VICI_PACKET_EVENT:
		return packet_event(vici, bytes + 1, length - 1);
	}
	return vici_break(vici, EBADMSG, "charon sent a packet of an unknown type");
}

/* ------------------------------------------------------------ the wire */

/* Handle all packets that are complete; what remains moves to the front. */
static int packets_take(struct vici *vici)
{
	const uint8_t *bytes = (const uint8_t *)vici->in.data;
	size_t at = 0;

	while (vici->in.length - at >= VICI_LENGTH_SIZE) {
		size_t length = (size_t)bytes[at] << 24 | bytes[at + 1] << 16 |
				bytes[at + 2] << 8 | bytes[at + 3];

		if (length == 0 || length > VICI_MESSAGE_MAX)
			return vici_break(vici, EBADMSG,
					  "charon sent a packet of an impossible length");
		if (vici->in.length - at - VICI_LENGTH_SIZE < length)
			break;
		if (packet_handle(vici, vici->in.data + at + VICI_LENGTH_SIZE, length))
			return vici->broken.code;
		at += VICI_LENGTH_SIZE + length;
	}
	memmove(vici->in.data, vici->in.data + at, vici->in.length - at);
	vici->in.length -= at;
	return 0;
}

static int wire_receive(struct vici *vici)
{
	char bytes[VICI_READ_SIZE];

	for (;;) {
		ssize_t length = recv(vici->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == EAGAIN)
			return 0;
		if (length <= 0)
			return vici_break(vici, EPIPE,
					  "charon closed its VICI connection");
		buf_add(&vici->in, bytes, (size_t)length);
		if (packets_take(vici))
			return vici->broken.code;
	}
}

static int wire_send(struct vici *vici)
{
	while (vici->out_at < vici->out.length) {
		ssize_t length = send(vici->fd, vici->out.data + vici->out_at,
				      vici->out.length - vici->out_at,
				      MSG_DONTWAIT | MSG_NOSIGNAL);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == EAGAIN)
			return 0;
		if (length < 0)
			return vici_break(vici, EPIPE,
					  "charon closed its VICI connection");
		vici->out_at += (size_t)length;
	}
	buf_wipe(&vici->out);
	vici->out_at = 0;
	return 0;
}

/* Let calls fail whose time has come; a head that is on the wire stays, abandoned. */
static void calls_expire(struct vici *vici)
{
	int64_t now_us = clock_now_us();
	struct call **link = &vici->head;

	while (*link) {
		struct call *call = *link;
		struct err err;

		if (call->has_ended || call->deadline_us > now_us) {
			link = &call->next;
			continue;
		}
		(void)err_set(&err, ETIMEDOUT, "charon did not answer '%s' in time",
			      call->command ? call->command : call->event);
		call_end(call, NULL, &err);
		if (call->state != CALL_QUEUED) {
			link = &call->next;
			continue;
		}
		*link = call->next;
		if (vici->tail == &call->next)
			vici->tail = link;
		call_free(call);
	}
}

int vici_dispatch(struct vici *vici, struct err *err)
{
	assert(!vici->is_dispatching);
	vici->is_dispatching = true;
	head_start(vici);
	if (!vici->broken.code && !wire_send(vici) && !wire_receive(vici))
		(void)wire_send(vici); /* what the answers gave rise to */
	calls_expire(vici);
	vici->is_dispatching = false;
	if (vici->broken.code && err)
		*err = vici->broken;
	return vici->broken.code;
}

int vici_fd(const struct vici *vici)
{
	return vici->fd;
}

short vici_poll_events(const struct vici *vici)
{
	bool has_start = vici->head && vici->head->state == CALL_QUEUED;

	return vici->out.length > vici->out_at || has_start ? POLLIN | POLLOUT : POLLIN;
}

int64_t vici_deadline_us(const struct vici *vici)
{
	int64_t nearest = INT64_MAX;

	for (const struct call *call = vici->head; call; call = call->next) {
		if (!call->has_ended && call->deadline_us < nearest)
			nearest = call->deadline_us;
	}
	return nearest;
}

unsigned int vici_pending(const struct vici *vici)
{
	unsigned int count = 0;

	for (const struct call *call = vici->head; call; call = call->next)
		count += !call->has_ended;
	return count;
}

/* ------------------------------------------------------------ starting calls */

/* The new call is last in the queue. listener, unless NULL, is taken over on success. */
static int call_add(struct vici *vici, const struct vici_call *what,
		    struct listener *listener, struct err *err)
{
	struct call *call;

	if (vici->broken.code) {
		if (err)
			*err = vici->broken;
		return vici->broken.code;
	}
	if (what->message) {
		int ret = vici_message_check(what->message, err);

		if (ret)
			return err_wrap(err, "%s", what->command);
	}
	call = must(calloc(1, sizeof(*call)));
	call->command = what->command ? must(strdup(what->command)) : NULL;
	call->event = what->event ? must(strdup(what->event)) : NULL;
	if (what->message) {
		const struct buf *bytes = &what->message->bytes;

		buf_make_room(&call->message, bytes->length);
		buf_add(&call->message, bytes->data, bytes->length);
	}
	call->on_event = what->on_event;
	call->on_reply = what->on_reply;
	call->user = what->user;
	call->deadline_us = what->deadline_us;
	call->arena = what->arena;
	call->listener = listener;
	*vici->tail = call;
	vici->tail = &call->next;
	return 0;
}

int vici_start(struct vici *vici, const struct vici_call *call, struct err *err)
{
	return call_add(vici, call, NULL, err);
}

int vici_listen_start(struct vici *vici, const struct vici_call *confirm,
		      vici_event_fn *on_event, void *user, struct err *err)
{
	struct listener *listener = must(calloc(1, sizeof(*listener)));
	int ret;

	listener->event = must(strdup(confirm->event));
	listener->on_event = on_event;
	listener->user = user;
	/* charon sends an event once for each registration: register but once */
	if (is_listening(vici, confirm->event)) {
		listener_add(vici, listener);
		confirm->on_reply(confirm->user, &nothing, NULL);
		return 0;
	}
	ret = call_add(vici, confirm, listener, err);
	if (ret)
		listener_free(listener);
	return ret;
}
