// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_world.c - recorded ends talk to the charons of a scenario; inside replay_world.c */
#include "run/talk_world.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "dissect/ike.h"

#define QUIET_US    1500000 /* so long nothing: that is silence */
#define REPEAT_US   400000  /* as a device would, when an answer does not come */
#define COMMAND_US  3000000
#define FAREWELL_MS "10"
#define TALK_US	    8000000 /* of one attempt, whatever is said */
#define IKE_PORT    500
#define NAT_T_PORT  4500
#define MARKER	    4 /* bytes of zero before IKE on 4500 (RFC 3948 2.2) */

/* A talk that is going on. */
struct conversation {
	const struct talk_place *place;
	struct peer *peer;
	struct buf last; /* what was said last, to be said again */
	bool is_nat_t;	 /* where */
	int64_t heard_us, said_us;
};

/* ------------------------------------------------------------ datagrams */

/* Messages lie one behind the other, each as long as its header says. */
static void say(struct conversation *talk)
{
	uint16_t port = talk->is_nat_t ? NAT_T_PORT : IKE_PORT;
	int fd = talk->is_nat_t ? talk->place->fd_nat_t : talk->place->fd;
	struct sockaddr_storage to;
	socklen_t length = inet_sockaddr(&talk->place->charon, port, &to);

	for (size_t at = 0; at + IKE_HEADER_SIZE <= talk->last.length;) {
		static const uint8_t marker[MARKER];
		const uint8_t *bytes = (uint8_t *)talk->last.data + at;
		struct buf _cleanup_buf_ datagram = { 0 };

		if (talk->is_nat_t)
			buf_add(&datagram, marker, sizeof(marker));
		buf_add(&datagram, bytes, be32(bytes + 24));
		(void)sendto(fd, datagram.data, datagram.length, 0,
			     (struct sockaddr *)&to, length);
		at += be32(bytes + 24);
	}
	talk->said_us = clock_now_us();
}

static void hear(struct conversation *talk, int fd, bool is_nat_t)
{
	static const uint8_t marker[MARKER];
	uint8_t bytes[REPLAY_BYTES_MAX];
	ssize_t length;

	while ((length = recv(fd, bytes, sizeof(bytes), 0)) >= 0) {
		struct slice message = { bytes, (size_t)length };
		struct buf answer = { 0 };

		if (is_nat_t) {
			if (length < MARKER || memcmp(bytes, marker, MARKER) != 0)
				continue; /* ESP, or only to keep the NAT's mapping */
			message =
				(struct slice){ bytes + MARKER, (size_t)length - MARKER };
		}
		talk->heard_us = clock_now_us();
		peer_take(talk->peer, message, &answer);
		if (!answer.length) {
			buf_done(&answer);
			continue;
		}
		buf_done(&talk->last);
		talk->last = answer;
		talk->is_nat_t = is_nat_t;
		say(talk);
	}
}

static void forget_datagrams(const struct talk_place *place)
{
	uint8_t bytes[REPLAY_BYTES_MAX];

	while (recv(place->fd, bytes, sizeof(bytes), 0) >= 0 ||
	       recv(place->fd_nat_t, bytes, sizeof(bytes), 0) >= 0)
		;
}

/* Until it is up, over, or nothing comes any more. */
static void converse(struct conversation *talk, bool is_repeating)
{
	int64_t end_us = clock_now_us() + TALK_US;

	talk->heard_us = clock_now_us();
	while (peer_state(talk->peer) == PEER_WAITS && clock_left_ms(end_us) &&
	       clock_left_ms(talk->heard_us + QUIET_US)) {
		struct pollfd fds[2] = { { talk->place->fd, POLLIN, 0 },
					 { talk->place->fd_nat_t, POLLIN, 0 } };
		int64_t next_us = talk->heard_us + QUIET_US;

		is_repeating |= peer_stage(talk->peer) == PEER_STAGE_REKEY;
		if (is_repeating && talk->said_us + REPEAT_US < next_us)
			next_us = talk->said_us + REPEAT_US;
		if (poll(fds, 2, clock_left_ms(next_us)) < 0 && errno != EINTR)
			return;
		hear(talk, talk->place->fd, false);
		hear(talk, talk->place->fd_nat_t, true);
		if (is_repeating && peer_state(talk->peer) == PEER_WAITS &&
		    !clock_left_ms(talk->said_us + REPEAT_US))
			say(talk);
	}
}

/* ------------------------------------------------------------ what charon is told */

static void command(const struct talk_place *place, const char *what, const char *ike,
		    const char *child)
{
	struct vici_message _cleanup_vici_message_ message = { 0 };

	vici_message_add(&message, "ike", ike);
	if (child)
		vici_message_add(&message, "child", child);
	vici_message_add(&message, child ? "init-limits" : "force", child ? "no" : "yes");
	/* We have to answer what it initiates; nobody answers its farewell. */
	vici_message_add(&message, "timeout", child ? "-1" : FAREWELL_MS);
	/* What comes of it is seen on the wire. */
	(void)vici_request(place->vici, what, &message, clock_now_us() + COMMAND_US, NULL,
			   NULL, NULL);
}

static const struct conf_connection *connection_of(const struct talk_place *place,
						   const char *tunnel)
{
	vec_foreach (connection, &place->conf->connections)
		if (str_equal(connection->tunnel->name, tunnel) && !connection->is_second)
			return connection;
	return NULL;
}

/* ------------------------------------------------------------ one attempt */

static void note(const struct conversation *talk, struct replay_attempt *ret)
{
	const char *why = peer_why(talk->peer);

	ret->is_tried = true;
	ret->state = peer_state(talk->peer);
	ret->stage = peer_stage(talk->peer);
	ret->children = peer_children_up(talk->peer);
	(void)snprintf(ret->why, sizeof(ret->why), "%s", *why ? why : "silence");
}

static void fail(struct replay_talk_shared *talk, const char *why)
{
	(void)snprintf(talk->failure, sizeof(talk->failure), "%.150s", why);
}

/* What earlier attempts left: the recorded SPIs of ESP are to be had again. */
static void forget_all(const struct talk_place *place)
{
	vec_foreach (connection, &place->conf->connections)
		command(place, "terminate", connection->name, NULL);
	forget_datagrams(place);
}

static void ask(const struct talk_place *place, struct crypto *crypto,
		struct replay_talk_shared *talk, enum talk_variant variant)
{
	_cleanup_(peer_freep) struct peer *peer = NULL;
	struct conversation conversation = { .place = place };
	struct err err = { 0 };

	if (peer_new(crypto, &talk->says->says[variant], false, &peer, &err)) {
		fail(talk, err.text);
		return;
	}
	conversation.peer = peer;
	forget_all(place);
	peer_begin(peer, &conversation.last);
	say(&conversation);
	converse(&conversation, true);
	note(&conversation, &talk->attempts[variant]);
	buf_done(&conversation.last);
}

/* The site begins: each of its children until one comes up. */
static void be_asked(const struct talk_place *place, struct crypto *crypto,
		     struct replay_talk_shared *talk, enum talk_variant variant)
{
	const struct conf_connection *connection = connection_of(place, talk->tunnel);

	if (!connection || !connection->children.count) {
		fail(talk, "its charon has no such connection");
		return;
	}
	vec_foreach (child, &connection->children) {
		_cleanup_(peer_freep) struct peer *peer = NULL;
		struct conversation conversation = { .place = place };
		struct err err = { 0 };

		if (peer_new(crypto, &talk->says->says[variant], true, &peer, &err)) {
			fail(talk, err.text);
			return;
		}
		conversation.peer = peer;
		forget_all(place);
		command(place, "initiate", connection->name, child->name);
		converse(&conversation, false);
		note(&conversation, &talk->attempts[variant]);
		buf_done(&conversation.last);
		/* Only the networks are another child's. */
		if (talk->attempts[variant].stage != PEER_STAGE_CHILD)
			break;
	}
	forget_all(place);
}

/* ------------------------------------------------------------ all of them */

static const enum talk_variant *variants_at(enum peer_stage stage)
{
	static const enum talk_variant proposal[] = { TALK_WITH_PHASE_1,
						      TALK_WITH_IDENTITY, 0 };
	static const enum talk_variant auth[] = { TALK_WITH_IDENTITY, TALK_WITH_PSK,
						  TALK_WITH_AUTH, 0 };
	static const enum talk_variant child[] = { TALK_WITH_NETWORKS, TALK_WITH_PFS,
						   TALK_WITH_PROPOSAL, TALK_WITH_CHILD,
						   0 };
	static const enum talk_variant rekey[] = { TALK_WITH_PFS, 0 };
	static const enum talk_variant none[] = { 0 };

	switch (stage) {
	case PEER_STAGE_PROPOSAL:
		return proposal;
	case PEER_STAGE_KEYS:
	case PEER_STAGE_AUTH:
		return auth;
	case PEER_STAGE_CHILD:
		return child;
	case PEER_STAGE_REKEY:
		return rekey;
	case PEER_STAGE_UP:
		break;
	}
	return none;
}

static void run_one(const struct talk_place *place, struct crypto *crypto,
		    struct replay_talk_shared *talk)
{
	void (*try)(const struct talk_place *place, struct crypto *crypto,
		    struct replay_talk_shared *talk, enum talk_variant variant) =
		talk->is_site_initiator ? be_asked : ask;
	const struct replay_attempt *first = &talk->attempts[TALK_AS_RECORDED];

	try(place, crypto, talk, TALK_AS_RECORDED);
	/* Silence may be a busy machine's: once more. */
	if (first->is_tried && first->state == PEER_WAITS)
		try(place, crypto, talk, TALK_AS_RECORDED);
	if (!first->is_tried || first->state == PEER_IS_UP)
		return;
	for (const enum talk_variant *one = variants_at(first->stage); *one; one++) {
		if (!talk->says->is_there[*one])
			continue;
		try(place, crypto, talk, *one);
		if (talk->attempts[*one].stage > first->stage)
			return;
	}
}

/* Did the charon choose anything of what the recorded initiator offered? */
static bool is_chosen(const struct replay_shared *shared,
		      const struct replay_talk_shared *talk)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	for (uint32_t i = 0; i < shared->count; i++) {
		const struct replay_question *question = &shared->questions[i];

		if (question->sa != talk->sa || question->site != talk->site ||
		    !question->answer_length ||
		    ike_dissect(
			    (struct slice){ question->answer, question->answer_length },
			    false, &message))
			continue;
		if (ike_payload_find(&message,
				     ike_is_v2(&message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA,
				     0))
			return true;
	}
	return false;
}

void talk_run(const struct talk_place places[2], struct replay_shared *shared,
	      int64_t deadline_us)
{
	for (uint32_t i = 0; i < shared->talk_count; i++) {
		struct replay_talk_shared *talk = &shared->talks[i];

		if (talk->says->why_not || !places[talk->site].vici)
			continue;
		if (!clock_left_ms(deadline_us))
			fail(talk, "there was no time left for it");
		else if (talk->is_site_initiator || is_chosen(shared, talk))
			run_one(&places[talk->site], shared->crypto, talk);
	}
}
