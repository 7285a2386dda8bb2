// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * system_test.c - two real charons on libipsec negotiate the ACME tunnel
 *
 * Runs in a world of its own, without root where user namespaces are allowed; skips
 * aloud otherwise. What happened in the world comes back through shared memory, and the
 * tests compare it there.
 *
 *	home 203.0.113.56 ---- internet ---- 7.7.7.7 acme
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_skip.h"
#include "base/test_text.h"
#include "charon/test_acme_sites.h"
#include "charon/conf.h"
#include "charon/process.h"
#include "charon/vici_request.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/spawn.h"
#include "netns/world.h"

#define SECONDS	 1000000
#define TEXT_MAX (256u << 10)

/* What the world tells the tests. */
struct told {
	bool is_over; /* everything went well */
	struct err err;
	unsigned int initiated, rekeyed, ikes_up, ikes_down, children_up;
	int64_t ready_us, up_us;
	int ping_status;
	unsigned int terminated, left; /* ends with an SA after take_down() */
	unsigned int packet_lines[2];  /* in the log, before and after quieten() */
	bool died_aloud;
	char early_end[ERR_TEXT_MAX];
	char sas[2][TEXT_MAX]; /* list-sas: home, acme */
	char logs[2][TEXT_MAX];
	char swanctl[2][TEXT_MAX];
};

static struct told *told;
static const char *missing; /* the capability; NULL: none */

struct end {
	const char *name;
	struct node *node;
	struct site *site;
	struct conf *conf;
	struct charon *charon;
	struct vici *vici, *events;
	char folder[64], socket[96], log[96];
};

/* ------------------------------------------------------------ the network */

static int route_default(const struct node *node, const char *gateway, struct err *err)
{
	struct route route = { .destination = acme_prefix("0.0.0.0/0"),
			       .gateway = acme_addr(gateway) };

	return route_add(node, &route, err);
}

static int address(const struct node *node, const char *link, const char *text,
		   struct err *err)
{
	struct inet_prefix prefix = acme_prefix(text);

	return link_address_add(node, link, &prefix, err);
}

static int network(struct end ends[2], struct node **internet, struct err *err)
{
	int ret = node_new("home", NULL, &ends[0].node, err);

	ret = ret ? ret : node_new("acme", NULL, &ends[1].node, err);
	ret = ret ? ret : node_new("internet", NULL, internet, err);
	ret = ret ? ret : link_veth_add(ends[0].node, "wan", *internet, "home", 0, err);
	ret = ret ? ret
		  : link_veth_add(ends[1].node, "untrust", *internet, "acme", 0, err);
	ret = ret ? ret : link_bridge_add(ends[0].node, "lan", err);
	ret = ret ? ret : link_bridge_add(ends[1].node, "trust", err);
	ret = ret ? ret : link_bridge_add(ends[1].node, "dmz", err);
	ret = ret ? ret : address(ends[0].node, "wan", "203.0.113.56/24", err);
	ret = ret ? ret : address(ends[0].node, "lan", "192.168.2.82/26", err);
	ret = ret ? ret : address(ends[1].node, "untrust", "7.7.7.7/24", err);
	ret = ret ? ret : address(ends[1].node, "trust", "10.1.2.1/24", err);
	ret = ret ? ret : address(ends[1].node, "dmz", "66.77.88.193/26", err);
	ret = ret ? ret : address(*internet, "home", "203.0.113.1/24", err);
	ret = ret ? ret : address(*internet, "acme", "7.7.7.1/24", err);
	ret = ret ? ret : node_sysctl(*internet, "net/ipv4/ip_forward", "1", err);
	ret = ret ? ret : route_default(ends[0].node, "203.0.113.1", err);
	ret = ret ? ret : route_default(ends[1].node, "7.7.7.1", err);
	return ret;
}

/* ------------------------------------------------------------ the daemons */

static int start(struct end *end, struct err *err)
{
	struct conf_params params = { .plane = CONF_PLANE_LIBIPSEC,
				      .vici_socket = end->socket,
				      .log_file = end->log };
	struct charon_params with = { .node = end->node,
				      .name = end->name,
				      .folder = end->folder,
				      .vici_socket = end->socket,
				      .log_file = end->log };
	int ret;

	(void)snprintf(end->folder, sizeof(end->folder), "/tmp/%s", end->name);
	(void)snprintf(end->socket, sizeof(end->socket), "%s/charon.vici", end->folder);
	(void)snprintf(end->log, sizeof(end->log), "%s/charon.log", end->folder);
	if (end->site->kind == DEVICE_OPENWRT)
		params.local_addr = acme_addr("203.0.113.56");
	ret = file_make_folder(end->folder, err);
	ret = ret ? ret : conf_new(end->site, &params, &end->conf, err);
	if (ret)
		return ret;
	with.strongswan_conf = end->conf->strongswan;
	return charon_start(&with, &end->charon, err);
}

static void on_ike_updown(void *user, const char *event, const struct vici_node *message)
{
	(void)user;
	(void)event;
	if (str_equal(vici_node_text(message, "up"), "yes"))
		told->ikes_up++;
	else
		told->ikes_down++;
}

static void on_child_updown(void *user, const char *event,
			    const struct vici_node *message)
{
	(void)user;
	(void)event;
	told->children_up += str_equal(vici_node_text(message, "up"), "yes");
}

static int load(struct end *end, struct err *err)
{
	int64_t deadline_us = clock_now_us() + 10 * SECONDS;
	int ret = charon_wait_ready(end->charon, deadline_us, err);

	ret = ret ? ret : vici_open(charon_vici_path(end->charon), &end->vici, err);
	ret = ret ? ret : vici_open(charon_vici_path(end->charon), &end->events, err);
	ret = ret ? ret
		  : vici_listen(end->events, "child-updown", deadline_us, on_child_updown,
				NULL, err);
	ret = ret ? ret
		  : vici_listen(end->events, "ike-updown", deadline_us, on_ike_updown,
				NULL, err);
	vec_foreach (secret, &end->conf->secrets) {
		ret = ret ? ret
			  : vici_request(end->vici, "load-shared", &secret->message,
					 deadline_us, NULL, NULL, err);
	}
	vec_foreach (connection, &end->conf->connections) {
		ret = ret ? ret
			  : vici_request(end->vici, "load-conn", &connection->message,
					 deadline_us, NULL, NULL, err);
	}
	return ret;
}

/* ------------------------------------------------------------ what they do */

static void on_reply(void *user, const struct vici_node *reply, const struct err *failure)
{
	unsigned int *count = user;
	struct err err = { 0 };

	if (failure)
		told->err = *failure;
	else if (vici_reply_check(reply, &err))
		told->err = err;
	else
		++*count;
}

/* Events that are waited for, of both ends together. */
struct goal {
	unsigned int ikes_up, children_up, ikes_down;
};

/* Serve connections until none has a call under way, and the events are there. */
static int serve(struct vici *const *vicis, size_t count, struct goal goal,
		 struct err *err)
{
	int64_t patience_us = clock_now_us() + 5 * SECONDS;

	for (;;) {
		struct pollfd fds[4];
		int64_t deadline_us = patience_us;
		unsigned int pending = 0;

		for (size_t i = 0; i < count; i++) {
			int ret = vici_dispatch(vicis[i], err);

			if (ret)
				return ret;
			pending += vici_pending(vicis[i]);
			fds[i] = (struct pollfd){ vici_fd(vicis[i]),
						  vici_poll_events(vicis[i]), 0 };
			if (vici_deadline_us(vicis[i]) < deadline_us)
				deadline_us = vici_deadline_us(vicis[i]);
		}
		if (clock_now_us() > patience_us ||
		    (pending == 0 && told->ikes_up >= goal.ikes_up &&
		     told->ikes_down >= goal.ikes_down &&
		     told->children_up >= goal.children_up))
			return 0;
		(void)poll(fds, count, clock_left_ms(deadline_us));
	}
}

/* The IKE SA, until the other end has it too; then both children at once. */
static int initiate(struct end ends[2], struct err *err)
{
	const struct conf_connection *connection =
		conf_connection_find(ends[0].conf, "acme");
	struct vici *vicis[4] = { ends[0].vici, ends[0].events, ends[1].events, NULL };
	struct vici_initiation what = { .ike = connection->name,
					.timeout_ms = 10000,
					.loglevel = 1,
					.on_reply = on_reply,
					.user = &told->initiated,
					.deadline_us = clock_now_us() + 12 * SECONDS };
	int ret = vici_open(charon_vici_path(ends[0].charon), &vicis[3], err);

	ret = ret ? ret : vici_initiate(vicis[0], &what, err);
	ret = ret ? ret : serve(vicis, 4, (struct goal){ .ikes_up = 2 }, err);
	for (size_t i = 0; i < connection->children.count && i < 2 && !ret; i++) {
		what.child = connection->children.items[i].name;
		ret = vici_initiate(vicis[i == 0 ? 0 : 3], &what, err);
	}
	ret = ret ? ret : serve(vicis, 4, (struct goal){ .children_up = 4 }, err);
	vici_free(vicis[3]);
	return ret;
}

static int rekey(struct end *home, struct err *err)
{
	struct vici *vicis[1] = { home->vici };
	struct vici_initiation what = { .ike = "acme",
					.child = "acme_lan",
					.on_reply = on_reply,
					.user = &told->rekeyed,
					.deadline_us = clock_now_us() + 5 * SECONDS };
	int ret = vici_rekey(home->vici, &what, err);

	return ret ? ret : serve(vicis, 1, (struct goal){ 0 }, err);
}

static void on_sa(void *user, const char *event, const struct vici_node *message)
{
	struct buf *out = user;

	(void)event;
	vici_node_format(message, out);
}

static void keep(char *room, const char *text)
{
	(void)snprintf(room, TEXT_MAX, "%s", text);
}

static int look(struct end ends[2], struct err *err)
{
	for (int i = 0; i < 2; i++) {
		struct buf _cleanup_buf_ out = { 0 }, swanctl = { 0 };
		int ret = vici_stream(ends[i].vici, "list-sas", "list-sa", NULL,
				      clock_now_us() + 5 * SECONDS, on_sa, &out, err);

		if (ret)
			return ret;
		keep(told->sas[i], buf_text(&out));
		conf_swanctl_format(ends[i].conf, false, &swanctl);
		keep(told->swanctl[i], buf_text(&swanctl));
	}
	return 0;
}

static int ping(const struct node *node, struct err *err)
{
	const char *const argv[] = { "ping",	     "-c",	 "2", "-i",
				     "0.1",	     "-W",	 "2", "-I",
				     "192.168.2.82", "10.1.2.1", NULL };
	struct spawn spawn = { .node = node, .argv = argv };

	return process_run(&spawn, NULL, clock_now_us() + 8 * SECONDS, NULL, NULL,
			   &told->ping_status, err);
}

static unsigned int count_of(const char *path, const char *text)
{
	char _cleanup_free_ *log = NULL;
	unsigned int count = 0;
	size_t length;

	if (file_read(path, &log, &length, NULL))
		return 0;
	for (const char *at = log; (at = strstr(at, text)); at++)
		count++;
	return count;
}

/* After new settings the packets are no longer in the log, and the log goes on. */
static int quieten(struct end *home, struct err *err)
{
	const char *line = "parsed ESP header";
	int ret = charon_settings_write(home->charon, home->conf->strongswan_quiet, err);

	ret = ret ? ret
		  : vici_request(home->vici, "reload-settings", NULL,
				 clock_now_us() + 5 * SECONDS, NULL, NULL, err);
	told->packet_lines[0] = count_of(home->log, line);
	ret = ret ? ret : ping(home->node, err);
	told->packet_lines[1] = count_of(home->log, line);
	return ret;
}

/* Taken down at home, the tunnel is gone at both ends. */
static int take_down(struct end ends[2], struct err *err)
{
	struct vici *vicis[3] = { ends[0].vici, ends[0].events, ends[1].events };
	struct vici_initiation what = { .ike = "acme",
					.timeout_ms = 5000,
					.on_reply = on_reply,
					.user = &told->terminated,
					.deadline_us = clock_now_us() + 6 * SECONDS };
	int ret = vici_terminate(ends[0].vici, &what, err);

	ret = ret ? ret : serve(vicis, 3, (struct goal){ .ikes_down = 2 }, err);
	for (int i = 0; i < 2; i++) {
		struct buf _cleanup_buf_ out = { 0 };

		ret = ret ? ret
			  : vici_stream(ends[i].vici, "list-sas", "list-sa", NULL,
					clock_now_us() + 5 * SECONDS, on_sa, &out, err);
		told->left += out.length > 0;
	}
	return ret;
}

/* A charon whose settings are nonsense must be told from a slow one. */
static int end_early(struct end *end, struct err *err)
{
	struct charon_params with = { .node = end->node,
				      .name = "broken",
				      .folder = "/tmp/broken",
				      .strongswan_conf = "charon {\n\tload = none\n}\n",
				      .vici_socket = "/tmp/broken/charon.vici" };
	struct charon _cleanup_(charon_freep) *charon = NULL;
	struct err why = { 0 };
	int ret = file_make_folder("/tmp/broken", err);

	ret = ret ? ret : charon_start(&with, &charon, err);
	if (ret)
		return ret;
	told->died_aloud =
		charon_wait_ready(charon, clock_now_us() + 5 * SECONDS, &why) == -ECHILD;
	(void)snprintf(told->early_end, sizeof(told->early_end), "%s", why.text);
	return 0;
}

static int rehearse(struct end ends[2], struct err *err)
{
	int64_t begin_us = clock_now_us();
	int ret = start(&ends[0], err);

	ret = ret ? ret : start(&ends[1], err);
	ret = ret ? ret : load(&ends[0], err);
	ret = ret ? ret : load(&ends[1], err);
	told->ready_us = clock_now_us() - begin_us;
	ret = ret ? ret : initiate(ends, err);
	told->up_us = clock_now_us() - begin_us - told->ready_us;
	ret = ret ? ret : ping(ends[0].node, err);
	ret = ret ? ret : rekey(&ends[0], err);
	ret = ret ? ret : ping(ends[0].node, err);
	ret = ret ? ret : look(ends, err);
	ret = ret ? ret : quieten(&ends[0], err);
	ret = ret ? ret : take_down(ends, err);
	ret = ret ? ret : charon_stop(ends[0].charon, clock_now_us() + 5 * SECONDS, err);
	ret = ret ? ret : end_early(&ends[0], err);
	return ret;
}

static int world_main(void *arg)
{
	struct end ends[2] = { { .name = "home", .site = acme_home_new() },
			       { .name = "acme", .site = acme_firewall_new() } };
	struct node _cleanup_(node_freep) *internet = NULL;
	struct err err = { 0 };
	int ret = network(ends, &internet, &err);

	(void)arg;
	ret = ret ? ret : rehearse(ends, &err);
	for (int i = 0; i < 2; i++) {
		char _cleanup_free_ *log = NULL;
		size_t length;

		if (!file_read(ends[i].log, &log, &length, NULL))
			keep(told->logs[i], log);
		vici_free(ends[i].vici);
		vici_free(ends[i].events);
		charon_free(ends[i].charon);
		conf_free(ends[i].conf);
		site_free(ends[i].site);
		node_free(ends[i].node);
	}
	if (ret)
		told->err = err;
	told->is_over = ret == 0 && told->err.code == 0;
	return 0;
}

/* ------------------------------------------------------------ the tests */

static int setup(void **state)
{
	const struct world_options options = { 0 };
	struct world world;
	struct err err = { 0 };
	int exit_status = 0;

	(void)state;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		return -1;
	if (charon_check_installed(true, &err))
		missing = "libipsec";
	else if (access("/dev/net/tun", R_OK | W_OK))
		missing = "tun";
	else if (world_start(&options, world_main, NULL, &world, &err))
		missing = "userns";
	if (missing) {
		told->err = err;
		return 0;
	}
	(void)world_wait(&world, clock_now_us() + 40 * SECONDS, &exit_status, &err);
	world_stop(&world);
	if (getenv("TWINSITE_SHOW")) /* for whoever looks into a failure */
		(void)fprintf(stderr,
			      "ready %lld us, up %lld us\n%s\n%s\n%s\n%s\n%s\n%s\n",
			      (long long)told->ready_us, (long long)told->up_us,
			      told->swanctl[0], told->swanctl[1], told->sas[0],
			      told->sas[1], told->logs[0], told->logs[1]);
	return 0;
}

static void need_world(void)
{
	if (missing)
		skip_without(missing, told->err.text);
	if (!told->is_over)
		fail_msg("%s\n%s\n%s", told->err.text, told->logs[0], told->logs[1]);
}

static void both_children_come_up_and_carry(void **state)
{
	(void)state;
	need_world();
	assert_int_equal(told->initiated, 3); /* the IKE SA and two children */
	assert_true(told->ikes_up >= 2);
	assert_true(told->children_up >= 4);
	assert_int_equal(told->ping_status, 0);
}

static void the_sa_is_what_both_files_say(void **state)
{
	(void)state;
	need_world();
	for (int i = 0; i < 2; i++) {
		assert_has(told->sas[i], "version = 1\n");
		assert_has(told->sas[i], "encr-alg = AES_CBC\n");
		assert_has(told->sas[i], "encr-keysize = 128\n");
		assert_has(told->sas[i], "integ-alg = HMAC_SHA1_96\n");
		assert_has(told->sas[i], "dh-group = MODP_1024\n");
		assert_has(told->sas[i], "192.168.2.64/26\n");
		assert_has(told->sas[i], "10.1.2.0/24\n");
		assert_has(told->sas[i], "66.77.88.192/26\n");
	}
	assert_has(told->sas[0], "local-id = bratwurst\n");
	assert_has(told->sas[0], "remote-id = 7.7.7.7\n");
	assert_has(told->sas[1], "remote-id = bratwurst\n");
}

static void the_mode_is_aggressive_and_quick_mode_has_pfs(void **state)
{
	(void)state;
	need_world();
	assert_has(told->logs[0], "initiating Aggressive Mode IKE_SA acme");
	assert_has(told->logs[1], "is initiating a Aggressive Mode IKE_SA");
	assert_has(
		told->logs[1],
		"selected proposal: ESP:AES_CBC_128/HMAC_SHA1_96/MODP_1024/NO_EXT_SEQ");
}

static void lifetimes_agree_on_the_wire(void **state)
{
	(void)state;
	need_world();
	for (int i = 0; i < 2; i++) {
		assert_null(strstr(told->logs[i], "received lifetime"));
		assert_null(strstr(told->logs[i], "s lifetime, configured"));
		assert_null(strstr(told->logs[i], "lifebytes, configured"));
	}
}

static void a_child_can_be_rekeyed(void **state)
{
	(void)state;
	need_world();
	assert_int_equal(told->rekeyed, 1);
	assert_has(told->logs[1], "detected rekeying of CHILD_SA");
}

static void packets_can_be_kept_out_of_the_log(void **state)
{
	(void)state;
	need_world();
	assert_true(told->packet_lines[0] > 0);
	assert_int_equal(told->packet_lines[1], told->packet_lines[0]);
	assert_has(told->logs[0], "Starting IKE charon daemon");
	assert_has(told->logs[0], "deleting IKE_SA acme[1]");
}

static void the_responder_is_ready_before_quick_mode(void **state)
{
	(void)state;
	need_world();
	assert_null(strstr(told->logs[1], "ignoring QUICK_MODE request"));
	assert_null(strstr(told->logs[0], "retransmit"));
}

static void taken_down_nothing_is_left(void **state)
{
	(void)state;
	need_world();
	assert_int_equal(told->terminated, 1);
	assert_int_equal(told->left, 0);
}

static void no_secret_is_in_logs_or_texts(void **state)
{
	(void)state;
	need_world();
	for (int i = 0; i < 2; i++) {
		assert_null(strstr(told->logs[i], "yourpassword"));
		assert_null(strstr(told->swanctl[i], "yourpassword"));
	}
}

static void a_charon_that_ends_early_says_so(void **state)
{
	(void)state;
	need_world();
	assert_true(told->died_aloud);
	assert_has(told->early_end, "charon broken exited with status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_children_come_up_and_carry),
		cmocka_unit_test(the_sa_is_what_both_files_say),
		cmocka_unit_test(the_mode_is_aggressive_and_quick_mode_has_pfs),
		cmocka_unit_test(lifetimes_agree_on_the_wire),
		cmocka_unit_test(a_child_can_be_rekeyed),
		cmocka_unit_test(packets_can_be_kept_out_of_the_log),
		cmocka_unit_test(the_responder_is_ready_before_quick_mode),
		cmocka_unit_test(taken_down_nothing_is_left),
		cmocka_unit_test(no_secret_is_in_logs_or_texts),
		cmocka_unit_test(a_charon_that_ends_early_says_so),
	};

	return cmocka_run_group_tests_name("charon/system", tests, setup, NULL);
}
