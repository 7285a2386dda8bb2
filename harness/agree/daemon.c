// SPDX-License-Identifier: GPL-2.0-or-later
/* daemon.c - two charons that rehearse one configuration after the other */
#include "agree/daemon.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "agree/generator.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"

#define MS		   1000
#define REQUEST_US	   (5000 * MS)
#define INITIATE_US	   (4000 * MS)
#define SETTLE_US	   (400 * MS) /* for the last message to arrive */
#define CLEAR_US	   (2000 * MS)
#define LOOK_AGAIN_MS	   2
#define RETRANSMIT_MS	   150
#define RETRANSMIT_TRIES   3
#define NETWORKS_PER_GROUP 4

/* ------------------------------------------------------------ the network */

static struct inet_prefix prefix_of(const char *text)
{
	struct inet_prefix prefix = { 0 };

	(void)inet_prefix_parse(text, &prefix);
	return prefix;
}

static int address_add(const struct node *node, const char *link, const char *text,
		       struct err *err)
{
	struct inet_prefix prefix = prefix_of(text);

	return link_address_add(node, link, &prefix, err);
}

/* libipsec wants an address of its own in each network: the first of each. */
static int inside_add(const struct node *node, const char *group, struct err *err)
{
	struct inet_prefix network = prefix_of(group);
	int r = 0;

	for (unsigned int i = 1; !r && i <= NETWORKS_PER_GROUP; i++) {
		struct inet_addr addr = inet_prefix_nth(&network, i << 8 | 1);
		struct inet_prefix host = inet_prefix_host(&addr);

		r = link_address_add(node, "lan", &host, err);
	}
	return r;
}

static int gateway_add(struct daemon *daemon, const struct node *internet,
		       unsigned int end, struct err *err)
{
	static const char *const wan[] = { AGREE_WAN_0 "/24", AGREE_WAN_1 "/24" };
	static const char *const router[] = { "203.0.113.1/24", "198.51.100.1/24" };
	static const char *const near[] = { AGREE_INSIDE_0, AGREE_INSIDE_1 };
	static const char *const far[] = { AGREE_FAR_0, AGREE_FAR_1 };
	struct route route = { .destination = prefix_of("0.0.0.0/0"),
			       .gateway = prefix_of(router[end]).addr };
	int r = node_new(daemon->name, NULL, &daemon->node, err);

	if (!r)
		r = link_veth_add(daemon->node, "wan", internet, daemon->name, 0, err);
	if (!r)
		r = link_bridge_add(daemon->node, "lan", err);
	if (!r)
		r = address_add(daemon->node, "wan", wan[end], err);
	if (!r)
		r = address_add(internet, daemon->name, router[end], err);
	if (!r)
		r = inside_add(daemon->node, near[end], err);
	if (!r)
		r = inside_add(daemon->node, far[end], err);
	return r ? r : route_add(daemon->node, &route, err);
}

int daemons_init(struct daemons *daemons, unsigned int place, struct err *err)
{
	static const char *const names[] = { "left", "right" };
	int r;

	*daemons = (struct daemons){ 0 };
	r = node_new("internet", NULL, &daemons->internet, err);
	if (!r)
		r = node_sysctl(daemons->internet, "net/ipv4/ip_forward", "1", err);
	for (unsigned int end = 0; !r && end < 2; end++) {
		struct daemon *daemon = &daemons->ends[end];

		daemon->name = names[end];
		(void)snprintf(daemon->folder, sizeof(daemon->folder), "/tmp/%u/%s",
			       place, names[end]);
		(void)snprintf(daemon->socket, sizeof(daemon->socket), "/tmp/%u/%s/vici",
			       place, names[end]);
		(void)snprintf(daemon->log, sizeof(daemon->log), "/tmp/%u/%s/charon.log",
			       place, names[end]);
		r = gateway_add(daemon, daemons->internet, end, err);
		if (!r)
			r = file_make_folder(daemon->folder, err);
	}
	return r;
}

void daemons_stop(struct daemons *daemons)
{
	/* Both at once: each waits for the kernel to take its TUN device away. */
	for (unsigned int end = 0; end < 2; end++)
		charon_kill(daemons->ends[end].charon);
	for (unsigned int end = 0; end < 2; end++) {
		struct daemon *daemon = &daemons->ends[end];

		vici_free(steal(&daemon->control));
		vici_free(steal(&daemon->events));
		charon_free(steal(&daemon->charon));
		free((void *)(uintptr_t)steal(&daemon->settings));
		(void)unlink(daemon->log);
		(void)unlink(daemon->socket);
	}
	daemons->are_running = false;
}

void daemon_params(const struct daemon *daemon, unsigned int end,
		   struct conf_params *ret_params)
{
	*ret_params = (struct conf_params){
		.plane = CONF_PLANE_LIBIPSEC,
		.vici_socket = daemon->socket,
		.log_file = daemon->log,
		.local_addr = prefix_of(end ? AGREE_WAN_1 : AGREE_WAN_0).addr,
		.is_tried_once = true, /* the third time in silence tells nothing new */
		.retransmit_timeout_ms = RETRANSMIT_MS,
		.retransmit_tries = RETRANSMIT_TRIES,
		.retransmit_base = 1.0,
	};
}

/* ------------------------------------------------------------ start and load */

static void on_updown(void *user, const char *event, const struct vici_node *message)
{
	struct daemon *daemon = user;
	bool is_up = vici_node_text(message, "up") != NULL;

	if (str_equal(event, "child-updown"))
		daemon->child_ups += is_up;
	else
		daemon->ups += is_up;
}

static int start(struct daemon *daemon, const struct conf *conf, struct err *err)
{
	const struct charon_params params = {
		.node = daemon->node,
		.name = daemon->name,
		.folder = daemon->folder,
		.strongswan_conf = conf->strongswan,
		.vici_socket = daemon->socket,
		.log_file = daemon->log,
	};

	daemon->settings = strdup(conf->strongswan);
	return charon_start(&params, &daemon->charon, err);
}

static int connect_to(struct daemon *daemon, struct err *err)
{
	int64_t deadline_us = clock_now_us() + REQUEST_US;
	int r = charon_wait_ready(daemon->charon, deadline_us, err);

	if (!r)
		r = vici_open(charon_vici_path(daemon->charon), &daemon->control, err);
	if (!r)
		r = vici_open(charon_vici_path(daemon->charon), &daemon->events, err);
	if (!r)
		r = vici_listen(daemon->events, "ike-updown", deadline_us, on_updown,
				daemon, err);
	if (!r)
		r = vici_listen(daemon->events, "child-updown", deadline_us, on_updown,
				daemon, err);
	return r;
}

static int request(struct daemon *daemon, const char *command,
		   const struct vici_message *message, struct err *err)
{
	return vici_request(daemon->control, command, message,
			    clock_now_us() + REQUEST_US, NULL, NULL, err);
}

/* Aggressive mode is a switch in strongswan.conf, which charon reads again. */
static int settle_settings(struct daemon *daemon, const struct conf *conf,
			   struct err *err)
{
	int r;

	if (str_equal(daemon->settings, conf->strongswan))
		return 0;
	r = charon_settings_write(daemon->charon, conf->strongswan, err);
	if (!r)
		r = request(daemon, "reload-settings", NULL, err);
	free((void *)(uintptr_t)daemon->settings);
	daemon->settings = strdup(conf->strongswan);
	return r;
}

/* What charon refuses is a result. */
static int load_one(struct daemon *daemon, const char *command,
		    const struct vici_message *message, bool *is_refused, struct err *err)
{
	int r = request(daemon, command, message, err);

	if (r == -EREMOTEIO) {
		*is_refused = true;
		return 0;
	}
	return r;
}

static int load(struct daemon *daemon, const struct conf *conf, bool *is_refused,
		struct err *err)
{
	int r = settle_settings(daemon, conf, err);

	vec_foreach (secret, &conf->secrets)
		r = r ? r
		      : load_one(daemon, "load-shared", &secret->message, is_refused,
				 err);
	vec_foreach (connection, &conf->connections)
		r = r ? r
		      : load_one(daemon, "load-conn", &connection->message, is_refused,
				 err);
	*is_refused |= !conf->connections.count;
	return r;
}

/* ------------------------------------------------------------ initiate */

/* Serve both ends' events until the counter is there or time is over. */
static bool wait_for(struct daemons *daemons, const unsigned int *counter,
		     unsigned int wanted)
{
	struct vici *const events[2] = { daemons->ends[0].events,
					 daemons->ends[1].events };

	return vici_wait_count(events, counter, wanted, clock_now_us() + SETTLE_US);
}

static int initiate(struct daemon *daemon, const char *ike, const char *child,
		    bool *ret_ok, struct err *err)
{
	struct vici_attempt attempt = { 0 };
	const struct vici_initiation what = {
		.ike = ike,
		.child = child,
		.timeout_ms = INITIATE_US / MS,
		.on_reply = vici_attempt_reply,
		.user = &attempt,
		.deadline_us = clock_now_us() + INITIATE_US + REQUEST_US,
	};
	int r = vici_initiate(daemon->control, &what, err);

	if (!r)
		r = vici_attempt_finish(daemon->control, &attempt, err);
	*ret_ok = attempt.is_ok;
	return r;
}

static int initiate_all(struct daemons *daemons, const struct conf_connection *connection,
			unsigned int from, struct err *err)
{
	struct daemon *own = &daemons->ends[from], *peer = &daemons->ends[!from];
	unsigned int wanted = peer->ups + 1, children = peer->child_ups;
	bool is_up = true;
	int r = 0;

	/* For IKEv1 phase 1 alone first: the responder would ignore an early phase 2. */
	if (connection->tunnel->version == 1) {
		r = initiate(own, connection->name, NULL, &is_up, err);
		if (!r && is_up)
			is_up = wait_for(daemons, &peer->ups, wanted);
	}
	for (size_t i = 0; !r && is_up && i < connection->children.count; i++) {
		bool is_child_up = false;

		r = initiate(own, connection->name, connection->children.items[i].name,
			     &is_child_up, err);
		children += is_child_up;
	}
	if (!r)
		(void)wait_for(daemons, &peer->child_ups, children);
	return r;
}

/* ------------------------------------------------------------ look */

struct look {
	struct arena *arena;
	struct agree_outcome *outcome;
	VEC(int64_t) ids; /* unique ids of all IKE SAs, half open ones too */
};

static void on_sa(void *user, const char *event, const struct vici_node *message)
{
	struct look *look = user;

	(void)event;
	agree_observe_sa(message, look->arena, look->outcome);
	vici_node_foreach(sa, message)
	{
		int64_t id = vici_node_number(sa, "uniqueid", -1);

		if (id >= 0)
			vec_add(look->arena, &look->ids, id);
	}
}

static int list(struct daemon *daemon, struct arena *arena, struct look *ret_look,
		struct agree_outcome *ret_outcome, struct err *err)
{
	*ret_outcome = (struct agree_outcome){ 0 };
	*ret_look = (struct look){ .arena = arena, .outcome = ret_outcome };
	return vici_stream(daemon->control, "list-sas", "list-sa", NULL,
			   clock_now_us() + REQUEST_US, on_sa, ret_look, err);
}

static void pause_for(struct daemon *daemon, int ms)
{
	struct pollfd fd = { .fd = vici_fd(daemon->events), .events = POLLIN };

	(void)poll(&fd, 1, ms);
	(void)vici_dispatch(daemon->events, NULL);
}

/*
 * The IKE SA is up when both ends have it. An end that was refused by the last message
 * keeps its half for a moment: look until both say the same.
 */
static int look(struct daemons *daemons, unsigned int from, struct arena *arena,
		struct agree_outcome *ret_observed, struct err *err)
{
	int64_t deadline_us = clock_now_us() + SETTLE_US;
	struct agree_outcome ends[2];
	struct look looks[2];
	int r = 0;

	do {
		for (unsigned int end = 0; !r && end < 2; end++)
			r = list(&daemons->ends[end], arena, &looks[end], &ends[end],
				 err);
		if (r || (ends[0].is_ike_up == ends[1].is_ike_up &&
			  ends[0].children.count == ends[1].children.count))
			break;
		pause_for(&daemons->ends[!from], LOOK_AGAIN_MS);
	} while (clock_left_ms(deadline_us));
	if (r)
		return r;
	*ret_observed = ends[from];
	ret_observed->is_ike_up = ends[0].is_ike_up && ends[1].is_ike_up;
	if (!ret_observed->is_ike_up || ends[0].children.count != ends[1].children.count)
		ret_observed->children.count = 0;
	return 0;
}

static void read_log(struct daemon *daemon, struct agree_outcome *outcome)
{
	_cleanup_fclose_ FILE *file = fopen(daemon->log, "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (!file || fseek(file, daemon->log_start, SEEK_SET))
		return;
	while ((length = getline(&line, &room, file)) > 0)
		agree_observe_line(line, (size_t)length - (line[length - 1] == '\n'),
				   outcome);
	daemon->log_start = ftell(file);
}

/* ------------------------------------------------------------ take away */

static int terminate(struct daemon *daemon, int64_t id, struct err *err)
{
	_cleanup_vici_message_ struct vici_message message = { 0 };
	int r;

	vici_message_printf(&message, "ike-id", "%lld", (long long)id);
	vici_message_add(&message, "force", "yes");
	vici_message_add(&message, "timeout", "-1");
	r = request(daemon, "terminate", &message, err);
	return r == -EREMOTEIO ? 0 : r; /* gone meanwhile */
}

static int unload(struct daemon *daemon, const struct conf *conf, struct err *err)
{
	int r = request(daemon, "clear-creds", NULL, err);

	vec_foreach (connection, &conf->connections) {
		_cleanup_vici_message_ struct vici_message message = { 0 };

		vici_message_add(&message, "name", connection->name);
		r = r ? r : request(daemon, "unload-conn", &message, err);
		if (r == -EREMOTEIO) /* it was refused */
			r = 0;
	}
	return r;
}

static int clear_sas(struct daemons *daemons, struct arena *arena, struct err *err)
{
	int64_t deadline_us = clock_now_us() + CLEAR_US;

	while (clock_left_ms(deadline_us)) {
		size_t left = 0;

		for (unsigned int end = 0; end < 2; end++) {
			struct agree_outcome ignored;
			struct look looked;
			int r = list(&daemons->ends[end], arena, &looked, &ignored, err);

			vec_foreach (id, &looked.ids)
				r = r ? r : terminate(&daemons->ends[end], *id, err);
			if (r)
				return r;
			left += looked.ids.count;
		}
		if (!left)
			return 0;
		pause_for(&daemons->ends[0], LOOK_AGAIN_MS);
	}
	return err_set(err, ETIMEDOUT, "IKE SAs that do not go away");
}

/* ------------------------------------------------------------ a case */

static int ensure_running(struct daemons *daemons, const struct conf *const confs[2],
			  struct err *err)
{
	int r = 0;

	if (daemons->are_running)
		return 0;
	for (unsigned int end = 0; !r && end < 2; end++) {
		daemons->ends[end].log_start = 0;
		r = start(&daemons->ends[end], confs[end], err);
	}
	for (unsigned int end = 0; !r && end < 2; end++)
		r = connect_to(&daemons->ends[end], err);
	daemons->are_running = !r;
	return r;
}

int daemons_rehearse(struct daemons *daemons, const struct conf *const confs[2],
		     unsigned int initiator, struct arena *arena,
		     struct agree_outcome *ret_observed, struct err *err)
{
	struct agree_outcome observed = { 0 };
	bool is_refused = false;
	int r = ensure_running(daemons, confs, err);

	for (unsigned int end = 0; !r && end < 2; end++)
		r = load(&daemons->ends[end], confs[end], &is_refused, err);
	vec_foreach (connection, &confs[initiator]->connections)
		if (!r && !connection->is_second)
			r = initiate_all(daemons, connection, initiator, err);
	if (!r)
		r = look(daemons, initiator, arena, &observed, err);
	for (unsigned int end = 0; !r && end < 2; end++)
		read_log(&daemons->ends[end], &observed);
	for (unsigned int end = 0; !r && end < 2; end++)
		r = unload(&daemons->ends[end], confs[end], err);
	if (!r)
		r = clear_sas(daemons, arena, err);
	if (r)
		return r;
	for (unsigned int end = 0; end < 2; end++) {
		struct agree_outcome ignored;

		read_log(&daemons->ends[end], &ignored);
	}
	observed.is_discarded = is_refused;
	*ret_observed = observed;
	return 0;
}
