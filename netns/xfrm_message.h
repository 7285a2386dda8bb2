/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xfrm_message.h - XFRM's socket and messages; for xfrm.c and xfrm_monitor.c alone */
#ifndef TWINSITE_NETNS_XFRM_MESSAGE_H
#define TWINSITE_NETNS_XFRM_MESSAGE_H

#include "netns/nlsock.h"
#include "netns/xfrm.h"

/*
 * A socket in the node's namespace; -ENOTSUP when the kernel has no XFRM netlink. Also
 * loads xfrm_user where modules load themselves.
 */
int xfrm_socket_open(const struct node *node, struct nlsock *nl, struct err *err);

/* Append the SA of a "new" or "update" message, of a dump or an event. Others add none. */
void xfrm_message_read_sa(struct nlmsghdr *header, struct arena *arena,
			  struct xfrm_sa_list *sas);

#endif
