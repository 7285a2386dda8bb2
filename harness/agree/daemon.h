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

/* The network of the world; daemons are started by the first case. */
int daemons_init(struct daemons *daemons, const char *const names[2], struct err *err);
void daemons_done(struct daemons *daemons);
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
