/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lost.h - an IKE daemon that its own updown script took away
 *
 * A script that charon runs may end or stop it, as it may on a router. That is no reason
 * to try nothing else: the run goes on without this daemon, which is recorded ("process"
 * "lost": name, status), and what the script's site would have shown is not rehearsed, by
 * the script's name (run/updowns.h).
 */
#ifndef TWINSITE_RUN_LOST_H
#define TWINSITE_RUN_LOST_H

#include <stdbool.h>

struct rehearsal;

/*
 * After a phase that failed: has an end with an updown script no daemon any more, or one
 * that does not answer? It is ended and recorded, once; false: nothing of this kind is
 * why.
 */
bool lost_daemon(struct rehearsal *rehearsal);

#endif
