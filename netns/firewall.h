/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firewall.h - load a rule set into a node, and read its counters
 *
 * Rule sets are text in the format of iptables-save(8). One text may hold several
 * tables ("*filter … COMMIT *nat … COMMIT"): it is loaded with one program call per
 * node, which matters in a guest kernel (25-110 ms each). Give rules that a check
 * wants to find again a comment: -m comment --comment "home:firewall:12".
 */
#ifndef TWINSITE_NETNS_FIREWALL_H
#define TWINSITE_NETNS_FIREWALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct node;

/* Which kernel interface iptables speaks; found by a proof, not by a version. */
enum firewall_backend {
	FIREWALL_NFT,	 /* iptables-nft: nf_tables with NAT chains */
	FIREWALL_LEGACY, /* iptables-legacy: ip_tables, iptable_nat */
};

/*
 * Find out what works in network namespaces of this kernel, in well under a
 * millisecond: legacy when its nat table is there (a load takes a tenth of the time),
 * else nft when a NAT chain can be made. Only in a world: a question makes an empty
 * table in the network where it is put. -ENOTSUP: neither; the sentence names kernel
 * option and package.
 */
int firewall_probe(enum firewall_backend *ret_backend, struct err *err);

/*
 * Replace the tables named in rules (IPv4: family AF_INET, IPv6: AF_INET6). An error
 * names the failing line of the text with its content: "node gw: firewall rules:12:
 * …"; -EINVAL for a rule that is refused.
 */
int firewall_load(const struct node *node, enum firewall_backend backend, int family,
		  const char *rules, struct err *err);

/* One rule, or a built-in chain's policy, with its counters. All text in the arena. */
struct firewall_counter {
	const char *table; /* "filter" */
	const char *chain; /* "FORWARD" */
	/*
	 * "-s 10.0.0.0/8 -j ACCEPT", of legacy without the words of most matches; NULL:
	 * the chain's policy.
	 */
	const char *rule;
	const char *target;  /* "ACCEPT", "zone_lan", "MASQUERADE"; NULL: none */
	const char *comment; /* without quotes; NULL: none */
	uint64_t packets, bytes;
};

struct firewall_counter_list {
	struct firewall_counter *items;
	size_t count;
	size_t room;
};

/* The counters of all rules of all tables that are in use, in the order of the rules. */
int firewall_counters(const struct node *node, enum firewall_backend backend, int family,
		      struct arena *arena, struct firewall_counter_list *ret_counters,
		      struct err *err);

/* Parse the output of iptables-save -c. -EINVAL with the line for what it is not. */
int firewall_counters_parse(const char *text, struct arena *arena,
			    struct firewall_counter_list *ret_counters, struct err *err);

/* The first rule with that comment, or NULL. */
const struct firewall_counter *
firewall_counter_find(const struct firewall_counter_list *counters, const char *comment);

/* A command of a script that failed. Text in the arena. */
struct firewall_failure {
	unsigned int line;   /* of the script, from 1; 0: unknown */
	const char *command; /* "iptables -A nosuch -j ACCEPT" */
	const char *message; /* what it said on stderr */
	int status;	     /* its exit status */
};

struct firewall_failure_list {
	struct firewall_failure *items;
	size_t count;
	size_t room;
};

/*
 * Run a shell script such as OpenWrt's /etc/firewall.user in the node, where iptables
 * and ip6tables mean our backend. It cannot write the machine's files. As on the device,
 * a command that fails does not stop the script; each call of iptables, ip6tables, ip,
 * nft, sysctl and tc that failed, and a syntax error of the script, is in ret_failures, which is set whatever is
 * returned. ret_status: as of process_wait(), may be NULL. deadline_us: -ETIMEDOUT
 * (everything it started is killed).
 */
int firewall_script(const struct node *node, enum firewall_backend backend,
		    const char *script, int64_t deadline_us, struct arena *arena,
		    struct firewall_failure_list *ret_failures, int *ret_status,
		    struct err *err);

/* Another shell than the machine's /bin/sh. */
struct firewall_shell {
	const char *path;	/* "/bin/busybox" */
	const char *name;	/* its first word: "ash" */
	const char *const *env; /* as of struct spawn; NULL: the usual one */
};

/* As firewall_script(), by that shell; NULL: /bin/sh. */
int firewall_script_by(const struct firewall_shell *shell, const struct node *node,
		       enum firewall_backend backend, const char *script,
		       int64_t deadline_us, struct arena *arena,
		       struct firewall_failure_list *ret_failures, int *ret_status,
		       struct err *err);

#endif
