/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xfrm_monitor.h - every security association that a node's kernel is ever given
 *
 * A dump shows what is there at one moment, and an SA that was replaced meanwhile is
 * gone with its key. The kernel tells all who listen when one is installed: nothing is
 * missed from xfrm_monitor_open() on, as long as the queue is read now and then.
 */
#ifndef TWINSITE_NETNS_XFRM_MONITOR_H
#define TWINSITE_NETNS_XFRM_MONITOR_H

#include "netns/xfrm.h"

struct xfrm_monitor;

/* -ENOTSUP when the kernel has no XFRM netlink. */
int xfrm_monitor_open(const struct node *node, struct xfrm_monitor **ret_monitor,
		      struct err *err);
void xfrm_monitor_free(struct xfrm_monitor *monitor); /* NULL is fine */

/*
 * Append the SAs that were installed or changed since the last time, oldest first, and
 * return at once. Larval ones, which have no keys yet, are among them. The arena
 * should be arena_set_secret(). true: the queue overflowed, some are missing.
 */
bool xfrm_monitor_read(struct xfrm_monitor *monitor, struct arena *arena,
		       struct xfrm_sa_list *sas);

#endif
