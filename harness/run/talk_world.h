/* SPDX-License-Identifier: GPL-2.0-or-later */
/* talk_world.h - recorded ends talk to the charons of a scenario; inside replay_world.c */
#ifndef TWINSITE_RUN_TALK_WORLD_H
#define TWINSITE_RUN_TALK_WORLD_H

#include "charon/conf.h"
#include "charon/vici_request.h"
#include "run/replay_world.h"

/* One site whose charon runs, and the sockets of its peer. All borrowed. */
struct talk_place {
	const struct scenario_site *site;
	int fd, fd_nat_t;	 /* UDP 500 and 4500 of the peer */
	struct inet_addr charon; /* where it is asked */
	const struct conf *conf;
	struct vici *vici;
};

/*
 * Each talk whose first message was taken (or that the site begins), as recorded, then
 * with one thing replaced until it goes further. Those begun after deadline_us are not
 * tried.
 */
void talk_run(const struct talk_place places[2], struct replay_shared *shared,
	      int64_t deadline_us);

#endif
