/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rehearsal.h - one run as it happens inside the world
 *
 * Shared by the files of this folder that run there: world.c has the phases,
 * questions.c the probes, snapshot.c what kernels and firewalls say.
 */
#ifndef TWINSITE_RUN_REHEARSAL_H
#define TWINSITE_RUN_REHEARSAL_H

#include "evidence/evidence.h"
#include "lab/build.h"
#include "lab/plan.h"
#include "run/account.h"
#include "run/end.h"
#include "run/params.h"
#include "scenario/scenario.h"

struct kernel_watch;
struct live;

struct rehearsal {
	const char *folder; /* the report's */
	struct run_params params;
	struct arena *arena;
	struct scenario *scenario;
	struct plan *plan;
	struct lab *lab;
	struct live *live;
	struct live *stopped; /* its sockets are being closed; or NULL */
	struct evidence evidence;
	struct end ends[2];
	/* Whom an end tells of its CHILD SAs, see way_follow(). */
	struct way_end {
		struct rehearsal *rehearsal;
		unsigned int site;
	} way_ends[2];
	struct end clone; /* `inject: clone`: a third device with a site's identity */
	bool has_clone;
	bool is_scripted[2]; /* its init script decides what it loads, see run/inits.h */
	bool is_kernel_esp;
	struct kernel_watch
		*kernel[2];	      /* keys of both gateways' SAs; NULL: not watched */
	VEC(struct account_gap) gaps; /* outages while `alive` was watched */
	int64_t taken_down_us;	      /* wall clock when the teardown began; 0: not yet */
	double retransmit_times; /* charon's retransmission timeouts are so much longer */
	unsigned int slowness;	 /* 1 on the host; a guest kernel is given more time */
	bool *is_answered;  /* by expectation: its last echo requests were; or NULL */
	int64_t slowest_us; /* the slowest round trip known of; 0: none yet */
};

/* How starved this machine is, as the ends' charons found when they started; ≥ 1. */
double rehearsal_starvation(const struct rehearsal *rehearsal);
/* A deadline so many milliseconds from now, more where everything is slower. */
int64_t rehearsal_deadline(const struct rehearsal *rehearsal, unsigned int ms);

/*
 * Start the charon of one end for the address that its site has now on the Internet,
 * and load it; for the first time, or again after end_stop() and end_done().
 */
int rehearsal_start_end(struct rehearsal *rehearsal, unsigned int site, struct err *err);
/* Is throughput measured in this run? How fast a faulty twin is tells nothing. */
bool rehearsal_is_measured(const struct rehearsal *rehearsal);
/* The SAs of both ends: evidence "sas" with that label. */
int rehearsal_list_sas(struct rehearsal *rehearsal, const char *label, struct err *err);

struct node *rehearsal_node(const struct rehearsal *rehearsal, const char *name);
struct node *rehearsal_gateway(const struct rehearsal *rehearsal, unsigned int site);

/* ------------------------------------------------------------ questions.c */

/* The address of a host of the scenario. */
struct inet_addr rehearsal_host_addr(const struct rehearsal *rehearsal, const char *name);

/*
 * One packet for each `reach` through the tunnel that begins at a host of that site: it
 * wakes the trap policies of its router. ret_sent: how many.
 */
int questions_trigger(struct rehearsal *rehearsal, unsigned int site,
		      unsigned int *ret_sent, struct err *err);

/*
 * Ask all `reach` and `blocked` expectations at once. is_probing_only: what should go
 * through the tunnel is not expected to arrive (before and after it). Labelled "rekeyed"
 * only what was answered when it was "up" is asked: only that can have been lost.
 */
int questions_reach(struct rehearsal *rehearsal, const char *label, bool is_probing_only,
		    struct err *err);
/* The `name` expectations; short patience where no answer is expected. */
int questions_names(struct rehearsal *rehearsal, const char *label, bool is_probing_only,
		    struct err *err);
int questions_mtu(struct rehearsal *rehearsal, struct err *err);
/* A figure that cannot be measured is evidence, not an error. */
void questions_throughput(struct rehearsal *rehearsal, bool is_lifted);

/* ------------------------------------------------------------ change.c */

/*
 * The names that appear only after the first attempt: try, let them appear, see that
 * nothing happens by itself; what then starts the tunnel again is in the evidence.
 */
int change_late_names(struct rehearsal *rehearsal, struct err *err);

/* All `wan change` expectations, one after the other, each measured. */
int change_wan(struct rehearsal *rehearsal, struct err *err);

/*
 * The provider gives that site the next free address: the kernel, the router's scripts,
 * and a restart if they ask for one (or if the device does that by itself). When the DNS
 * follows is in *ret_dns_us, 0: it has no name; then change_name() is due.
 */
int change_address_now(struct rehearsal *rehearsal, unsigned int site,
		       int64_t *ret_dns_us, bool *ret_restarted, struct err *err);
int change_name(struct rehearsal *rehearsal, unsigned int site, struct err *err);

/* ------------------------------------------------------------ life.c */

/* `alive:` with its `events:`, see life.c. */
int life_watch(struct rehearsal *rehearsal, struct err *err);

/* ------------------------------------------------------------ strict.c */

/* Take down what a strict device would not have agreed on: evidence "refused". */
int strict_enforce(struct rehearsal *rehearsal, struct err *err);

/* ------------------------------------------------------------ snapshot.c */

/* Rule counters, kernel SAs and policies, tunnel routes of both gateways. */
int snapshot_take(struct rehearsal *rehearsal, const char *label, struct err *err);

/*
 * Wait until the kernel of a gateway has nothing of a tunnel any more, or time is over.
 * charon says that an IKE SA is gone before it takes the SAs, policies and routes out.
 */
int snapshot_wait_gone(struct rehearsal *rehearsal, unsigned int site,
		       int64_t deadline_us, struct err *err);

#endif
