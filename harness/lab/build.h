/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build.h - a plan becomes nodes, cables, firewalls and DNS servers
 *
 * To be called in a world (netns/world.h), by the thread that lives as long as the
 * world: daemons die with the thread that started them. Nothing is left behind when it
 * fails, and nothing outlives lab_free().
 *
 * Order: nodes, cables, addresses, routes; DNS servers are started; firewalls are
 * loaded while they start; at last we wait for the servers to answer. One program call
 * for each firewall and one for each server, no shell unless a firewall.user needs it.
 */
#ifndef TWINSITE_LAB_BUILD_H
#define TWINSITE_LAB_BUILD_H

#include "base/arena.h"
#include "device/scripts.h"
#include "lab/plan.h"
#include "netns/firewall.h"
#include "netns/impair.h"

struct err;
struct node;
struct process;

/*
 * What a device's file says and the program refused, as the device's would have: a rule,
 * a command of firewall.user, or "dnsmasq.conf" when the router's dnsmasq did not start.
 */
struct lab_refusal {
	unsigned int node;   /* index into plan->nodes */
	const char *rule;    /* the line */
	const char *message; /* what the program said */
	struct origin at;    /* of a script's line; else empty */
};

/* How each script of a device ended. */
enum lab_script_end {
	LAB_SCRIPT_RULES,   /* plain iptables commands: loaded as rules, no shell */
	LAB_SCRIPT_RAN,	    /* to its end, with its exit status */
	LAB_SCRIPT_LATE,    /* not within the deadline; all it had started was killed */
	LAB_SCRIPT_NOT_RUN, /* with the reason */
};

struct lab_script {
	unsigned int node;
	const struct plan_script *script; /* borrowed from the plan */
	enum lab_script_end end;
	int status;	       /* as of process_wait(), when it ran */
	const char *why;       /* when it did not run or not to its end; else "" */
	struct device_ran ran; /* as of device_script_again(), by the router's shell */
};

/* One run of a script for one event of an interface, see lab/hotplug.h. */
struct lab_hotplug {
	unsigned int node;
	const char *file; /* "etc/hotplug.d/iface/100-ipsec" */
	struct device_event event;
	bool is_boot;
	enum lab_script_end end; /* never LAB_SCRIPT_RULES */
	int status;
	const char *why; /* when it did not run or not to its end; else "" */
	struct device_ran ran;
	const char *end_text; /* of the line that it ended in; "" when not known */
	unsigned int lines;   /* of it that are no comments */
	unsigned int
		daemon_line; /* the first that does something with strongSwan; 0: none */
	const char *daemon_text;
	unsigned int revived; /* as of struct lab_called */
};

/* How one call of a script ended, see lab/script.h. */
struct lab_called {
	enum lab_script_end end; /* never LAB_SCRIPT_RULES */
	int status;		 /* as of process_wait(), when it ran */
	const char *why;	 /* when it did not run or not to its end; else "" */
	struct device_ran ran;	 /* what it asked for, and missed */
	const char *errors;	 /* what it said on stderr */
	unsigned int revived; /* servers that ended meanwhile, and were started again */
};

/* One boot of an init script, see lab/init.h. */
struct lab_init {
	unsigned int node;
	const char *file;   /* "etc/init.d/ipsec" */
	unsigned int lines; /* of it that are no comments */
	bool is_starter;    /* as device_script_starts() says */
	struct lab_called called;
};

struct lab_service {
	unsigned int node;
	const char *name;  /* "dnsmasq" */
	const char *log;   /* path of its log file */
	const char *hosts; /* path of the file with its plan_node.names; NULL: none */
	struct process *process;
	unsigned int revived; /* so often it was started once more */
};

struct lab {
	struct arena *arena;
	const struct plan *plan; /* borrowed */
	struct node **nodes;	 /* one for each of plan->nodes */
	enum firewall_backend backend;
	bool has_backend; /* some node has a firewall */
	VEC(struct lab_service) services;
	VEC(struct lab_refusal) refusals;
	VEC(struct lab_script) scripts;
	VEC(struct lab_hotplug) hotplugs; /* all runs so far, in their order */
	VEC(struct lab_init) inits;
	/* What has changed since the plan, see change.h. */
	VEC(struct plan_name) names; /* of all servers; addr family 0: unregistered */
	struct inet_prefix wan[2];   /* by site; family 0: as planned */
};

/*
 * Where a site's IKE daemon has its files in its node, a printf format with the site's
 * name: kept (node_keep) before a script runs there, shared (node_share) when it starts.
 */
#define LAB_DAEMON_FOLDER "/tmp/%s"

/* What charon writes besides, and does not start without; Debian's. */
#define LAB_DAEMON_PID "/run/charon.pid"

/*
 * folder: where DNS servers write their logs ("dnsmasq-home.log": one question a line,
 * "1 192.168.2.100/4711 query[A] hobbit.acme.inc from 192.168.2.100"). NULL: no DNS
 * servers are started.
 */
int lab_build(const struct plan *plan, const char *folder, struct lab **ret_lab,
	      struct err *err);

/* Ends the servers and removes all nodes. NULL is fine. */
void lab_free(struct lab *lab);
static inline void lab_freep(struct lab **lab)
{
	lab_free(*lab);
}

/* By index, or by name (NULL: there is none). Borrowed. */
struct node *lab_node(const struct lab *lab, unsigned int index);
struct node *lab_node_find(const struct lab *lab, const char *name);

/* The DNS server of a node, NULL: none. */
const struct lab_service *lab_service_find(const struct lab *lab, unsigned int node);

/*
 * Let everything pass at the gateways, untranslated, while something is measured
 * without ESP: a tunnel policy would drop it. Restoring loads the same rules again,
 * with counters at zero; rules that a script added are not run again.
 */
int lab_firewalls_open(struct lab *lab, struct err *err);
int lab_firewalls_restore(struct lab *lab, struct err *err);

/*
 * An SA of that node's tunnel came or the last one went: what follows it comes and goes as
 * well. Nothing for a node without such an interface.
 */
int lab_xfrms_follow(struct lab *lab, unsigned int node, bool is_up, struct err *err);

/* What `impair` of a scenario is to the kernel. */
struct impairment lab_impairment(const struct scenario_impairment *from);

#endif
