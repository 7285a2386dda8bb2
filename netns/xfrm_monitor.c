// SPDX-License-Identifier: GPL-2.0-or-later
/* xfrm_monitor.c - every security association that a node's kernel is ever given */
#include "netns/xfrm_monitor.h"

#include <errno.h>
#include <linux/xfrm.h>
#include <stdlib.h>

#include "base/err.h"
#include "netns/node.h"
#include "netns/xfrm_message.h"

#define QUEUE_BYTES (1 << 20) /* an event takes some 2 KiB of it */
#define READS_MAX   10000     /* nobody installs SAs faster than we read */

struct xfrm_monitor {
	struct nlsock nl;
	struct arena *arena; /* of the reading under way */
	struct xfrm_sa_list *sas;
};

static int on_event(struct nl_msg *message, void *arg)
{
	struct xfrm_monitor *monitor = arg;

	if (monitor->sas)
		xfrm_message_read_sa(nlmsg_hdr(message), monitor->arena, monitor->sas);
	return NL_OK;
}

/* Events come unasked: their numbers follow nothing. */
static int listen_to_sas(struct xfrm_monitor *monitor)
{
	struct nl_sock *sock = nlsock_begin(&monitor->nl);
	int code = nl_socket_add_membership(sock, XFRMNLGRP_SA);

	nl_socket_disable_seq_check(sock);
	if (code >= 0)
		code = nl_socket_set_nonblocking(sock);
	if (code >= 0)
		code = nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_event,
					   monitor);
	/* More than usual is comfort; the kernel may not grant it. */
	(void)nl_socket_set_buffer_size(sock, QUEUE_BYTES, 0);
	return code;
}

int xfrm_monitor_open(const struct node *node, struct xfrm_monitor **ret_monitor,
		      struct err *err)
{
	struct xfrm_monitor *monitor = calloc(1, sizeof(*monitor));
	int r;

	if (!monitor)
		return err_sys(err, ENOMEM, "node %s: xfrm events", node_name(node));
	r = xfrm_socket_open(node, &monitor->nl, err);
	if (!r)
		r = nlsock_check(&monitor->nl, listen_to_sas(monitor), node, err,
				 "xfrm events");
	if (r) {
		xfrm_monitor_free(monitor);
		return r;
	}
	*ret_monitor = monitor;
	return 0;
}

void xfrm_monitor_free(struct xfrm_monitor *monitor)
{
	if (!monitor)
		return;
	nlsock_done(&monitor->nl);
	free(monitor);
}

bool xfrm_monitor_read(struct xfrm_monitor *monitor, struct arena *arena,
		       struct xfrm_sa_list *sas)
{
	bool has_lost = false;

	monitor->arena = arena;
	monitor->sas = sas;
	for (int i = 0; i < READS_MAX; i++) {
		int code = nl_recvmsgs_default(nlsock_begin(&monitor->nl));

		if (code == -NLE_AGAIN)
			break;
		/* ENOBUFS: the queue was full. What is in it can still be read. */
		has_lost |= code == -NLE_NOMEM;
		if (code < 0 && code != -NLE_NOMEM && code != -NLE_INTR)
			break;
	}
	monitor->arena = NULL;
	monitor->sas = NULL;
	return has_lost;
}
