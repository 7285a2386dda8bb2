/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daemon.h - two charons that rehearse one configuration after the other
 *
 * Inside of a world: two gateways on one cable, negotiation only, on kernel-libipsec.
 * Between two cases everything is taken away again over VICI, which is much faster than
 * new daemons; when that does not succeed, daemons_restart() gives fresh ones.
 */
#ifndef TWINSITE_AGREE_DAEMON_H
#define TWINSITE_AGREE_DAEMON_H

#include "agree/compare.h"

struct charon;
struct err;
struct node;
struct vici;

struct daemon {
	const char *name;
	const char *settings; /* strongswan.conf as loaded; malloc()ed */
	struct node *node;
	struct charon *charon;
	struct vici *control, *events;
	unsigned int ups, child_ups; /* as its events said */
	long log_start;		     /* where the case begins in the log */
	char folder[64], socket[96], log[96];
};

struct daemons {
	struct daemon ends[2];
	struct node *internet;
	bool are_running;
};

/*
 * The network, in a folder of its own of the world's /tmp, which place is the name of;
 * daemons are started by the first case.
 */
int daemons_init(struct daemons *daemons, unsigned int place, struct err *err);
/* Their network goes with the world. */
void daemons_stop(struct daemons *daemons);

/* How a charon is told to run here. */
void daemon_params(const struct daemon *daemon, unsigned int end,
		   struct conf_params *ret_params);

/*
 * Load both configurations, have the initiator initiate all it has, look at both ends,
 * and take everything away again. A negotiation that fails is a result; an error means
 * that the daemons are of no more use (daemons_stop(), then try again).
 */
int daemons_rehearse(struct daemons *daemons, const struct conf *const confs[2],
		     unsigned int initiator, struct arena *arena,
		     struct agree_outcome *ret_observed, struct err *err);

#endif
