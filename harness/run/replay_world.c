// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_world.c - the charons of a scenario in a small world, and datagrams to them */
#include "run/replay_world.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "charon/conf.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "dissect/ike.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "run/replay_again.h"
#include "run/talk_world.h"

#define START_US   8000000
#define ANSWER_US  1500000 /* an answer takes milliseconds; silence is one, too */
#define STOP_US	   1000000
#define ROUNDS	   3	    /* first, with a cookie, with another group */
#define TALKS_US   40000000 /* of them all; the world has REPLAY_SECONDS */
#define IKE_PORT   500
#define NAT_T_PORT 4500

/*
 * Half-open IKE SAs are the purpose here, not an attack. A network may be the peer itself:
 * then IKE passes by the routes into the tunnel.
 */
#define HABITS                                                                     \
	"\ncharon {\n\tcookie_threshold = 0\n\tblock_threshold = 0\n\tplugins {\n" \
	"\t\tkernel-libipsec {\n\t\t\tallow_peer_ts = yes\n\t\t}\n"                \
	"\t\tkernel-netlink {\n\t\t\tfwmark = !0x42\n\t\t}\n"                      \
	"\t\tsocket-default {\n\t\t\tfwmark = 0x42\n\t\t}\n\t}\n}\n"

struct asked {
	const struct scenario_site *site;
	struct node *node, *peer;
	struct conf *conf, *talk_conf;
	struct charon *charon;
	struct vici *vici;
	int fd, fd_nat_t;
};

/* ------------------------------------------------------------ the network */

static int plug(const struct node *node, const char *link, const struct inet_addr *own,
		const struct inet_addr *other, struct err *err)
{
	struct inet_prefix address = inet_prefix_host(own);
	struct route route = { .destination = inet_prefix_host(other) };
	int r = link_address_add(node, link, &address, err);

	(void)snprintf(route.link_name, sizeof(route.link_name), "%s", link);
	return r ? r : route_add(node, &route, err);
}

static int open_socket(const struct asked *asked, const struct inet_addr *own,
		       uint16_t port, int *ret_fd, struct err *err)
{
	struct sockaddr_storage to;
	socklen_t length = inet_sockaddr(own, port, &to);
	int fd = node_socket(asked->peer, own->family, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(err, -fd, "socket of the peer");
	*ret_fd = fd;
	if (bind(fd, (struct sockaddr *)&to, length))
		return err_sys(err, errno, "UDP port %d of the peer", port);
	return 0;
}

/*
 * An address in each network that a tunnel protects: a policy is installed only with a
 * route, and that wants one. What cannot be added (0.0.0.1) is not needed.
 */
static void add_networks(const struct asked *asked)
{
	vec_foreach (tunnel, &asked->site->site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors) {
				struct inet_prefix network =
					inet_prefix_network(&selector->local);
				struct inet_addr addr = inet_prefix_nth(
					&network, network.length < 31 ? 1 : 0);
				struct inet_prefix host = inet_prefix_host(&addr);

				if (!tunnel->is_disabled && network.addr.family)
					(void)link_address_add(asked->node, "wan", &host,
							       NULL);
			}
}

static int build(struct asked *asked, const struct inet_addr *peer, struct err *err)
{
	const struct inet_addr *own = &scenario_wan(asked->site)->addr;
	const struct node_options options = { .has_ipv6 = own->family == AF_INET6 };
	int r = node_new(asked->site->name, &options, &asked->node, err);

	r = r ? r : node_new("peer", &options, &asked->peer, err);
	r = r ? r : link_veth_add(asked->node, "wan", asked->peer, "wan", 0, err);
	r = r ? r : plug(asked->node, "wan", own, peer, err);
	r = r ? r : plug(asked->peer, "wan", peer, own, err);
	if (!r)
		add_networks(asked);
	r = r ? r : open_socket(asked, peer, IKE_PORT, &asked->fd, err);
	return r ? r : open_socket(asked, peer, NAT_T_PORT, &asked->fd_nat_t, err);
}

/* ------------------------------------------------------------ the charon */

static int start(struct asked *asked, const struct inet_addr *peer, struct err *err)
{
	char folder[128], socket[160], log[160];
	struct conf_params params = { .plane = CONF_PLANE_LIBIPSEC,
				      .vici_socket = socket,
				      .log_file = log,
				      .is_first_message = true,
				      .is_tried_once = true,
				      .local_addr = scenario_wan(asked->site)->addr,
				      .remote_addr = *peer,
				      .substitute = {
					      .bytes = (const uint8_t *)REPLAY_PASSWORD,
					      .length = strlen(REPLAY_PASSWORD),
					      .is_set = true,
					      .is_readable = true } };
	struct charon_params charon = { .node = asked->node,
					.name = asked->site->name,
					.folder = folder,
					.vici_socket = socket,
					.log_file = log };
	struct buf _cleanup_buf_ text = { 0 };
	int r;

	(void)snprintf(folder, sizeof(folder), "/tmp/%.100s", asked->site->name);
	(void)snprintf(socket, sizeof(socket), "%s/vici", folder);
	(void)snprintf(log, sizeof(log), "%s/charon.log", folder);
	r = file_make_folder(folder, err);
	r = r ? r : conf_new(asked->site->site, &params, &asked->conf, err);
	if (r)
		return r;
	buf_printf(&text, "%s" HABITS, asked->conf->strongswan);
	charon.strongswan_conf = buf_text(&text);
	return charon_start(&charon, &asked->charon, err);
}

/* What charon refuses is told, and the others are loaded all the same. */
static void load_one(struct asked *asked, const char *command, const char *name,
		     const struct vici_message *message, char *refused)
{
	struct err err = { 0 };

	if (vici_request(asked->vici, command, message, clock_now_us() + START_US, NULL,
			 NULL, &err))
		(void)snprintf(refused, REPLAY_TEXT_MAX, "%.100s: %.100s: %.290s",
			       asked->site->name, name, err.text);
}

static int load(struct asked *asked, char *refused, struct err *err)
{
	int r = charon_wait_ready(asked->charon, clock_now_us() + START_US, err);

	r = r ? r : vici_open(charon_vici_path(asked->charon), &asked->vici, err);
	if (r)
		return r;
	vec_foreach (discard, &asked->conf->discarded)
		(void)snprintf(refused, REPLAY_TEXT_MAX, "%s", discard->reason);
	vec_foreach (secret, &asked->conf->secrets)
		load_one(asked, "load-shared", secret->id, &secret->message, refused);
	vec_foreach (connection, &asked->conf->connections)
		load_one(asked, "load-conn", connection->name, &connection->message,
			 refused);
	return 0;
}

/* ------------------------------------------------------------ questions */

static int ask_all(const struct asked *asked, unsigned int site,
		   struct replay_shared *shared, unsigned int round, struct err *err)
{
	struct sockaddr_storage to;
	socklen_t length = inet_sockaddr(&scenario_wan(asked->site)->addr, IKE_PORT, &to);

	for (uint32_t i = 0; i < shared->count; i++) {
		const struct replay_question *question = &shared->questions[i];

		if (question->site == site && question->round == round &&
		    sendto(asked->fd, question->bytes, question->length, 0,
			   (struct sockaddr *)&to, length) < 0)
			return err_sys(err, errno, "question to %s", asked->site->name);
	}
	return 0;
}

static void take(const struct asked *asked, unsigned int site,
		 struct replay_shared *shared)
{
	uint8_t bytes[REPLAY_BYTES_MAX];
	ssize_t length;

	while ((length = recv(asked->fd, bytes, sizeof(bytes), 0)) >= 0) {
		for (uint32_t i = 0; i < shared->count; i++) {
			struct replay_question *question = &shared->questions[i];

			if (length < IKE_HEADER_SIZE || question->site != site ||
			    question->answer_length ||
			    memcmp(question->bytes, bytes, IKE_SPI_SIZE) != 0)
				continue;
			memcpy(question->answer, bytes, (size_t)length);
			question->answer_length = (uint16_t)length;
		}
	}
}

static bool is_waiting(const struct replay_shared *shared, unsigned int round)
{
	for (uint32_t i = 0; i < shared->count; i++)
		if (shared->questions[i].round == round &&
		    !shared->questions[i].answer_length)
			return true;
	return false;
}

static void listen_all(const struct asked asked[2], struct replay_shared *shared,
		       unsigned int round)
{
	int64_t deadline_us = clock_now_us() + ANSWER_US;

	while (is_waiting(shared, round) && clock_left_ms(deadline_us)) {
		struct pollfd fds[2] = { { asked[0].fd, POLLIN, 0 },
					 { asked[1].fd, POLLIN, 0 } };

		if (poll(fds, 2, clock_left_ms(deadline_us)) < 0 && errno != EINTR)
			return;
		take(&asked[0], 0, shared);
		take(&asked[1], 1, shared);
	}
}

/* What was answered with COOKIE or INVALID_KE_PAYLOAD belongs to the next round. */
static bool next_round(struct replay_shared *shared, unsigned int round)
{
	bool has_any = false;

	for (uint32_t i = 0; i < shared->count; i++) {
		struct replay_question *question = &shared->questions[i];

		if (question->round != round || !replay_ask_again(question))
			continue;
		question->round++;
		has_any = true;
	}
	return has_any;
}

static int ask_rounds(const struct asked asked[2], struct replay_shared *shared,
		      struct err *err)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		for (unsigned int i = 0; i < 2; i++) {
			int r = ask_all(&asked[i], i, shared, round, err);

			if (r)
				return r;
		}
		listen_all(asked, shared, round);
		if (!next_round(shared, round))
			break;
	}
	return 0;
}

/* ------------------------------------------------------------ gone on with */

static bool has_certificates(const struct tunnel *tunnel)
{
	return tunnel->auth == AUTH_RSA || tunnel->auth == AUTH_ECDSA;
}

/*
 * Certificates are in no capture: the same site with a pre-shared key instead, as the
 * peer has it (talk_says.c). The copy shares all but its tunnels.
 */
static struct site *with_psk(struct arena *arena, const struct site *site)
{
	struct site *copy = arena_memdup(arena, site, sizeof(*site));

	copy->index = NULL;
	copy->tunnels.items = arena_memdup(arena, site->tunnels.items,
					   site->tunnels.count * sizeof(struct tunnel));
	vec_foreach (tunnel, &copy->tunnels) {
		if (!has_certificates(tunnel))
			continue;
		tunnel->auth = AUTH_PSK;
		tunnel->psk = (struct secret){ .bytes = (const uint8_t *)REPLAY_PASSWORD,
					       .length = strlen(REPLAY_PASSWORD),
					       .is_set = true,
					       .is_readable = true };
	}
	return copy;
}

/* What takes the place of the connections that only answer first messages. */
static int reload(struct asked *asked, struct arena *arena, char *refused,
		  struct err *err)
{
	const struct site *site = asked->site->site;
	bool has_any = false;

	vec_foreach (tunnel, &site->tunnels)
		has_any |= !tunnel->is_disabled && has_certificates(tunnel);
	if (!has_any)
		return 0;
	if (conf_new(with_psk(arena, site), &asked->conf->params, &asked->talk_conf, err))
		return err->code ? err->code : -EINVAL;
	vec_foreach (secret, &asked->talk_conf->secrets)
		load_one(asked, "load-shared", secret->id, &secret->message, refused);
	vec_foreach (connection, &asked->talk_conf->connections)
		load_one(asked, "load-conn", connection->name, &connection->message,
			 refused);
	return 0;
}

static int go_on(struct asked asked[2], struct replay_shared *shared, struct err *err)
{
	int64_t deadline_us = clock_now_us() + TALKS_US;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct talk_place places[2];

	for (unsigned int i = 0; i < 2; i++) {
		int r = reload(&asked[i], arena, shared->refused[i], err);

		if (r)
			return r;
		places[i] = (struct talk_place){
			.site = asked[i].site,
			.fd = asked[i].fd,
			.fd_nat_t = asked[i].fd_nat_t,
			.charon = scenario_wan(asked[i].site)->addr,
			.conf = asked[i].talk_conf ? asked[i].talk_conf : asked[i].conf,
			.vici = asked[i].vici,
		};
	}
	talk_run(places, shared, deadline_us);
	for (unsigned int i = 0; i < 2; i++) {
		conf_free(asked[i].talk_conf);
		asked[i].talk_conf = NULL;
	}
	return 0;
}

static int run(struct asked asked[2], struct replay_shared *shared, struct err *err)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < 2; i++) {
		asked[i].site = &shared->scenario->sites.items[i];
		r = build(&asked[i], &shared->peers[i], err);
		r = r ? r : start(&asked[i], &shared->peers[i], err);
	}
	for (unsigned int i = 0; !r && i < 2; i++)
		r = load(&asked[i], shared->refused[i], err);
	r = r ? r : ask_rounds(asked, shared, err);
	return r || !shared->talk_count ? r : go_on(asked, shared, err);
}

int replay_world_main(void *arg)
{
	struct replay_shared *shared = arg;
	struct asked asked[2] = { { .fd = -1, .fd_nat_t = -1 },
				  { .fd = -1, .fd_nat_t = -1 } };
	int r = run(asked, shared, &shared->err);

	for (unsigned int i = 0; i < 2; i++) {
		vici_free(asked[i].vici);
		if (asked[i].charon)
			(void)charon_stop(asked[i].charon, clock_now_us() + STOP_US,
					  NULL);
		charon_free(asked[i].charon);
		conf_free(asked[i].conf);
		cleanup_closep(&asked[i].fd);
		cleanup_closep(&asked[i].fd_nat_t);
		node_free(asked[i].peer);
		node_free(asked[i].node);
	}
	shared->is_over = !r;
	return r ? 1 : 0;
}
