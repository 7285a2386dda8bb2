// SPDX-License-Identifier: GPL-2.0-or-later
/* snapshot.c - what kernels and firewalls of both gateways say at one moment */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "netns/firewall.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/xfrm.h"
#include "run/rehearsal.h"

#define TABLE_CHARON 220 /* charon's own routing table */
#define AGAIN_MS     2	 /* between two looks at the same kernel */

static int add_counters(struct rehearsal *rehearsal, const struct node *node,
			const char *label, struct arena *arena, struct err *err)
{
	struct firewall_counter_list counters;
	json_t *rules;
	int r;

	/* Two plain Linux hosts have no rules, and nobody asked which tool would do. */
	if (!rehearsal->lab->has_backend)
		return 0;
	r = firewall_counters(node, rehearsal->lab->backend, AF_INET, arena, &counters,
			      err);
	if (r)
		return r;
	rules = json_array();
	vec_foreach (counter, &counters)
		json_array_append_new(
			rules,
			json_of("{s:s, s:s, s:I, s:I, s:s*, s:s*, s:s*}", "table",
				counter->table, "chain", counter->chain, "packets",
				(json_int_t)counter->packets, "bytes",
				(json_int_t)counter->bytes, "rule", counter->rule,
				"target", counter->target, "comment", counter->comment));
	evidence_add(&rehearsal->evidence, node_name(node), "counter", "rules",
		     json_of("{s:s, s:o}", "label", label, "rules", rules));
	return 0;
}

/*
 * Without larval ones, which have no algorithm: what an acquire leaves (SPI 0), and the
 * CPI that was allocated for an IPComp which the peer did not want. The kernel lets
 * them go after minutes, whatever the daemon does.
 */
static int count_sas(const struct xfrm_sa_list *sas)
{
	int count = 0;

	vec_foreach (sa, sas)
		count += *sa->cipher.name || *sa->aead.name || *sa->integrity.name;
	return count;
}

static int add_xfrm(struct rehearsal *rehearsal, const struct node *node,
		    const char *label, struct arena *arena, struct err *err)
{
	struct xfrm_sa_list sas;
	struct xfrm_policy_list policies;
	int r;

	if (!rehearsal->is_kernel_esp)
		return 0;
	r = xfrm_sa_list(node, arena, &sas, err);
	if (!r)
		r = xfrm_policy_list(node, arena, &policies, err);
	if (r)
		return r;
	evidence_add(&rehearsal->evidence, node_name(node), "kernel", "xfrm",
		     json_of("{s:s, s:i, s:i}", "label", label, "sas", count_sas(&sas),
			     "policies", (int)policies.count));
	return 0;
}

static int add_routes(struct rehearsal *rehearsal, const struct node *node,
		      const char *label, struct arena *arena, struct err *err)
{
	struct route_list routes;
	json_t *texts;
	int r = route_list(node, AF_INET, TABLE_CHARON, arena, &routes, err);

	if (r)
		return r;
	texts = json_array();
	vec_foreach (route, &routes)
		json_array_append_new(texts, json_kept(route_text(route, arena)));
	evidence_add(&rehearsal->evidence, node_name(node), "kernel", "routes",
		     json_of("{s:s, s:i, s:o}", "label", label, "table", TABLE_CHARON,
			     "routes", texts));
	return 0;
}

struct netstat {
	char text[8192];
};

/* Called in the node's network namespace. */
static int read_netstat(void *arg)
{
	struct netstat *netstat = arg;
	FILE *file = fopen("/proc/thread-self/net/netstat", "re");
	size_t got;

	if (!file)
		return -errno;
	got = fread(netstat->text, 1, sizeof(netstat->text) - 1, file);
	netstat->text[got] = 0;
	(void)fclose(file);
	return 0;
}

/* The value below a word in /proc/net/netstat's first pair of lines; -1. */
static long netstat_value(const char *text, const char *word)
{
	const char *values = strchr(text, '\n');
	const char *at = text;
	size_t length = strlen(word);

	for (values = values ? values + 1 : NULL; values && at < strchr(text, '\n');) {
		if (!strncmp(at, word, length) &&
		    (at[length] == ' ' || at[length] == '\n'))
			return strtol(values, NULL, 10);
		at += strcspn(at, " \n");
		at += *at == ' ';
		values += strcspn(values, " \n");
		values += *values == ' ';
	}
	return -1;
}

/* What of the kernel decides over forwarding: failures.md F68, F71. */
static int add_settings(struct rehearsal *rehearsal, const struct node *node,
			const char *label, struct err *err)
{
	struct netstat netstat = { 0 };
	char forward[16] = "", filter[16] = "";
	int r = node_sysctl_get(node, "net/ipv4/ip_forward", forward, sizeof(forward),
				err);

	if (!r)
		r = node_sysctl_get(node, "net/ipv4/conf/all/rp_filter", filter,
				    sizeof(filter), err);
	if (r)
		return r;
	(void)node_run(node, read_netstat, &netstat);
	evidence_add(
		&rehearsal->evidence, node_name(node), "kernel", "settings",
		json_of("{s:s, s:s, s:s, s:I}", "label", label, "ip_forward", forward,
			"rp_filter", filter, "reverse_path_drops",
			(json_int_t)netstat_value(netstat.text, "IPReversePathFilter")));
	return 0;
}

static int is_gone(struct rehearsal *rehearsal, const struct node *node, bool *ret_gone,
		   struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct xfrm_sa_list sas = { 0 };
	struct xfrm_policy_list policies = { 0 };
	struct route_list routes = { 0 };
	int r = route_list(node, AF_INET, TABLE_CHARON, arena, &routes, err);

	arena_set_secret(arena);
	if (!r && rehearsal->is_kernel_esp)
		r = xfrm_sa_list(node, arena, &sas, err);
	if (!r && rehearsal->is_kernel_esp)
		r = xfrm_policy_list(node, arena, &policies, err);
	*ret_gone = !r && !routes.count && !policies.count && !count_sas(&sas);
	return r;
}

int snapshot_wait_gone(struct rehearsal *rehearsal, unsigned int site,
		       int64_t deadline_us, struct err *err)
{
	const struct node *node = rehearsal_gateway(rehearsal, site);
	bool is_all_gone = false;
	int r = is_gone(rehearsal, node, &is_all_gone, err);

	while (!r && !is_all_gone && clock_left_ms(deadline_us)) {
		(void)poll(NULL, 0, AGAIN_MS);
		r = is_gone(rehearsal, node, &is_all_gone, err);
	}
	return r;
}

int snapshot_take(struct rehearsal *rehearsal, const char *label, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	arena_set_secret(arena);
	for (unsigned int site = 0; site < 2; site++) {
		const struct node *node = rehearsal_gateway(rehearsal, site);
		int r = add_counters(rehearsal, node, label, arena, err);

		if (!r)
			r = add_xfrm(rehearsal, node, label, arena, err);
		if (!r)
			r = add_routes(rehearsal, node, label, arena, err);
		if (!r)
			r = add_settings(rehearsal, node, label, err);
		if (r)
			return r;
	}
	return 0;
}
