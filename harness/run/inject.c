// SPDX-License-Identifier: GPL-2.0-or-later
/* inject.c - put the scenario's injected faults into effect, and prove that they are */
#include "run/inject.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/spawn.h"
#include "run/end_tunnel.h"
#include "run/rehearsal.h"

#define PROGRAM_MS 5000
#define CLONE_MS   8000

static const char forward_key[] = "net/ipv4/ip_forward";
static const char filter_key[] = "net/ipv4/conf/all/rp_filter";

static unsigned int site_index(const struct rehearsal *rehearsal, const char *name)
{
	return str_equal(name, rehearsal->scenario->sites.items[1].name);
}

const struct scenario_injection *inject_find(const struct rehearsal *rehearsal,
					     unsigned int kind, unsigned int site)
{
	vec_foreach (injection, &rehearsal->scenario->injections)
		if (injection->kind == kind &&
		    (!injection->at || site_index(rehearsal, injection->at) == site))
			return injection;
	return NULL;
}

/* ------------------------------------------------------------ rules */

/* Several rows of one kind: several packets are meant. */
static const struct block {
	enum block_what what;
	const char *match;
} blocks[] = {
	{ BLOCK_IKE, "-p udp --dport 500" },
	{ BLOCK_NAT_T, "-p udp --dport 4500 -m u32 --u32 '0>>22&0x3C@8=0'" },
	{ BLOCK_ESP, "-p esp" },
	{ BLOCK_ESP, "-p udp --dport 4500 -m u32 ! --u32 '0>>22&0x3C@8=0'" },
	{ BLOCK_ICMP, "-p icmp" },
	{ BLOCK_FRAGMENTS, "-f" },
	{ BLOCK_LARGE, "-m length --length 1201:65535" },
};

/* Where the Internet sends a packet to the site: the NAT router's outside address. */
static struct inet_addr outside_of(const struct rehearsal *rehearsal, unsigned int site)
{
	const struct scenario_site *of = &rehearsal->scenario->sites.items[site];
	struct inet_addr addr = scenario_wan(of)->addr;
	char name[64];
	int index;

	if (!of->is_behind_nat)
		return addr;
	(void)snprintf(name, sizeof(name), "%s-nat", of->name);
	index = plan_node_find(rehearsal->plan, name);
	if (index < 0)
		return addr;
	vec_foreach (address, &rehearsal->plan->nodes.items[index].addresses)
		if (str_equal(address->interface, "outside"))
			addr = address->prefix.addr;
	return addr;
}

/* The middle forwards; a gateway's own packets come in or go out. */
static void write_block(const struct rehearsal *rehearsal,
			const struct scenario_injection *injection, size_t index,
			const struct block *block, unsigned int to, struct buf *out)
{
	bool is_middle = str_equal(injection->at, "internet");
	const char *chain = is_middle					 ? "FORWARD"
			    : site_index(rehearsal, injection->at) == to ? "INPUT"
									 : "OUTPUT";
	struct inet_addr dst = outside_of(rehearsal, to);
	bool is_inside = !is_middle &&
			 rehearsal->scenario->sites.items[to].is_behind_nat &&
			 str_equal(chain, "INPUT");

	if (is_inside)
		dst = scenario_wan(&rehearsal->scenario->sites.items[to])->addr;
	buf_printf(out,
		   "iptables -I %s 1 -d %s %s -m comment --comment inject:%zu -j %s\n",
		   chain, inet_addr_text(&dst).s, block->match, index,
		   injection->is_rejected ? "REJECT" : "DROP");
}

static void write_rules(const struct rehearsal *rehearsal,
			const struct scenario_injection *injection, size_t index,
			struct buf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++)
		for (unsigned int to = 0; to < 2; to++)
			if (blocks[i].what == injection->what &&
			    (!injection->to ||
			     site_index(rehearsal, injection->to) == to))
				write_block(rehearsal, injection, index, &blocks[i], to,
					    out);
}

static void write_forward(const struct rehearsal *rehearsal,
			  const struct scenario_injection *injection, size_t index,
			  struct buf *out)
{
	const struct scenario_host *host =
		scenario_host_find(rehearsal->scenario, injection->word, NULL);
	unsigned int site = site_index(rehearsal, injection->at);
	struct inet_text to = inet_addr_text(&host->addr);

	buf_printf(out,
		   "iptables -t nat -I PREROUTING 1 -d %s -p udp -m multiport --dports "
		   "500,4500 -m comment --comment inject:%zu -j DNAT --to-destination "
		   "%s\n",
		   inet_addr_text(
			   &scenario_wan(&rehearsal->scenario->sites.items[site])->addr)
			   .s,
		   index, to.s);
	/* As a port forward does: what it sends inside is let in. */
	buf_printf(out,
		   "iptables -I FORWARD 1 -d %s -p udp -m multiport --dports 500,4500 -j "
		   "ACCEPT\n",
		   to.s);
}

static struct node *place_of(const struct rehearsal *rehearsal,
			     const struct scenario_injection *injection)
{
	return rehearsal_node(rehearsal, injection->at);
}

static int load_rules(struct rehearsal *rehearsal,
		      const struct scenario_injection *injection, size_t index,
		      struct err *err)
{
	struct firewall_failure_list failures = { 0 };
	_cleanup_buf_ struct buf script = { 0 };
	int r = 0;

	if (!rehearsal->lab->has_backend)
		r = firewall_probe(&rehearsal->lab->backend, err);
	if (r)
		return r;
	rehearsal->lab->has_backend = true;
	if (injection->kind == INJECT_BLOCK)
		write_rules(rehearsal, injection, index, &script);
	else
		write_forward(rehearsal, injection, index, &script);
	r = firewall_script(place_of(rehearsal, injection), rehearsal->lab->backend,
			    buf_text(&script), rehearsal_deadline(rehearsal, PROGRAM_MS),
			    rehearsal->arena, &failures, NULL, err);
	if (!r && failures.count)
		r = err_set(err, EIO, "inject: '%s' at %s: %s", injection->text,
			    injection->at, failures.items[0].message);
	return r;
}

/* ------------------------------------------------------------ the rest */

static const struct route_list *routes_of(const struct rehearsal *rehearsal,
					  const struct node *node, uint32_t table)
{
	struct route_list *routes =
		arena_alloc(rehearsal->arena, sizeof(struct route_list));
	struct err err = { 0 };

	(void)route_list(node, AF_INET, table, rehearsal->arena, routes, &err);
	return routes;
}

static int replace_gateway(struct rehearsal *rehearsal,
			   const struct scenario_injection *injection, struct err *err)
{
	const struct node *node = place_of(rehearsal, injection);
	const struct route_list *routes = routes_of(rehearsal, node, ROUTE_TABLE_MAIN);
	struct route route = { .destination = { .addr = { .family = AF_INET } },
			       .gateway = injection->addr };
	int r = 0;

	vec_foreach (old, routes)
		if (!r && !old->destination.length)
			r = route_delete(node, old, err);
	return r ? r : route_add(node, &route, err);
}

static int run_ip(struct rehearsal *rehearsal, const struct node *node,
		  const char *const *argv, struct err *err)
{
	const struct spawn spawn = { .node = node, .argv = argv };
	int status;

	return process_run(&spawn, NULL, rehearsal_deadline(rehearsal, PROGRAM_MS), NULL,
			   NULL, &status, err);
}

static int remove_routes(struct rehearsal *rehearsal,
			 const struct scenario_injection *injection, struct err *err)
{
	static const char *const argv[] = {
		"ip", "route", "flush", "table", "220", NULL
	};

	return run_ip(rehearsal, place_of(rehearsal, injection), argv, err);
}

/* A device that restarts has no SA left, not in its kernel either. */
static int flush_kernel(struct rehearsal *rehearsal, const struct node *node,
			struct err *err)
{
	static const char *const states[] = { "ip", "xfrm", "state", "flush", NULL };
	static const char *const policies[] = { "ip", "xfrm", "policy", "flush", NULL };
	int r;

	if (!rehearsal->is_kernel_esp)
		return 0;
	r = run_ip(rehearsal, node, states, err);
	return r ? r : run_ip(rehearsal, node, policies, err);
}

int inject_kill_site(struct rehearsal *rehearsal, unsigned int site, struct err *err)
{
	end_kill(&rehearsal->ends[site]);
	return flush_kernel(rehearsal, rehearsal_gateway(rehearsal, site), err) ? -EIO
										: 0;
}

static int restart(struct rehearsal *rehearsal,
		   const struct scenario_injection *injection, struct err *err)
{
	unsigned int site = site_index(rehearsal, injection->at);
	int r = inject_kill_site(rehearsal, site, err);

	return r ? r
		 : end_restart(&rehearsal->ends[site], rehearsal->folder,
			       rehearsal_deadline(rehearsal, CLONE_MS), err);
}

/* Another host comes with the site's configuration, as a router set up from its backup.
 */
static int clone(struct rehearsal *rehearsal, const struct scenario_injection *injection,
		 struct err *err)
{
	unsigned int of = site_index(rehearsal, injection->word);
	const struct scenario_host *host =
		scenario_host_find(rehearsal->scenario, injection->at, NULL);
	struct conf_params params = rehearsal->ends[of].conf->params;
	const struct end_options options = { .params = &params,
					     .report = rehearsal->folder,
					     .name = injection->at };
	int64_t deadline_us = rehearsal_deadline(rehearsal, CLONE_MS);
	int r;

	params.local_addr = host->addr;
	rehearsal->has_clone = true;
	r = end_start(&rehearsal->clone, rehearsal->scenario->sites.items[of].site,
		      place_of(rehearsal, injection), &rehearsal->evidence, &options,
		      err);
	if (!r)
		r = end_load(&rehearsal->clone, deadline_us, err);
	return r ? r
		 : end_initiate(&rehearsal->clone, &rehearsal->ends[!of], deadline_us,
				err);
}

static void say_applied(struct rehearsal *rehearsal,
			const struct scenario_injection *injection, size_t index)
{
	evidence_add(&rehearsal->evidence, injection->at, "inject", "applied",
		     json_of("{s:i, s:s}", "index", (int)index, "text", injection->text));
}

int inject_at_start(struct rehearsal *rehearsal, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < rehearsal->scenario->injections.count; i++) {
		const struct scenario_injection *injection =
			&rehearsal->scenario->injections.items[i];

		switch (injection->kind) {
		case INJECT_BLOCK:
		case INJECT_FORWARD:
			r = load_rules(rehearsal, injection, i, err);
			break;
		case INJECT_FORWARDING_OFF:
			r = node_sysctl(place_of(rehearsal, injection), forward_key, "0",
					err);
			break;
		case INJECT_VTI_OFF:
			r = link_delete(place_of(rehearsal, injection), LINK_VTI_BASE,
					err);
			break;
		case INJECT_RP_FILTER:
			r = node_sysctl(place_of(rehearsal, injection), filter_key, "1",
					err);
			break;
		case INJECT_GATEWAY:
			r = replace_gateway(rehearsal, injection, err);
			break;
		case INJECT_DAEMON_OFF:
		case INJECT_KERNEL_ESP_OFF:
		case INJECT_BOTH_INITIATE:
		case INJECT_WITHOUT: /* world_main.c does these as it goes */
			break;
		case INJECT_RESTART:
		case INJECT_ROUTES_MISSING:
		case INJECT_CLONE:
			continue;
		}
		say_applied(rehearsal, injection, i);
	}
	return r;
}

int inject_when_up(struct rehearsal *rehearsal, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < rehearsal->scenario->injections.count; i++) {
		const struct scenario_injection *injection =
			&rehearsal->scenario->injections.items[i];

		switch (injection->kind) {
		case INJECT_RESTART:
			r = restart(rehearsal, injection, err);
			break;
		case INJECT_ROUTES_MISSING:
			r = remove_routes(rehearsal, injection, err);
			break;
		case INJECT_CLONE:
			r = clone(rehearsal, injection, err);
			break;
		case INJECT_BOTH_INITIATE:
		case INJECT_BLOCK:
		case INJECT_FORWARD:
		case INJECT_FORWARDING_OFF:
		case INJECT_VTI_OFF:
		case INJECT_RP_FILTER:
		case INJECT_GATEWAY:
		case INJECT_DAEMON_OFF:
		case INJECT_KERNEL_ESP_OFF:
		case INJECT_WITHOUT:
			continue;
		}
		say_applied(rehearsal, injection, i);
	}
	return r;
}

/* ------------------------------------------------------------ is it in effect? */

struct effect {
	bool is_ok;
	char how[200];
};

static void effect_vti(struct rehearsal *rehearsal,
		       const struct scenario_injection *injection, struct effect *effect)
{
	struct err err = { 0 };
	int index;

	effect->is_ok = link_index(place_of(rehearsal, injection), LINK_VTI_BASE, &index,
				   &err) != 0;
	(void)snprintf(effect->how, sizeof(effect->how), "there is no " LINK_VTI_BASE);
}

static void effect_rule(struct rehearsal *rehearsal,
			const struct scenario_injection *injection, size_t index,
			struct effect *effect)
{
	struct firewall_counter_list counters = { 0 };
	struct err err = { 0 };
	char comment[32];
	uint64_t packets = 0;

	(void)snprintf(comment, sizeof(comment), "inject:%zu", index);
	(void)firewall_counters(place_of(rehearsal, injection), rehearsal->lab->backend,
				AF_INET, rehearsal->arena, &counters, &err);
	vec_foreach (counter, &counters)
		if (counter->comment && str_equal(counter->comment, comment))
			packets += counter->packets;
	effect->is_ok = packets > 0;
	(void)snprintf(effect->how, sizeof(effect->how), "its rule counted %llu packets",
		       (unsigned long long)packets);
}

static void effect_sysctl(struct rehearsal *rehearsal,
			  const struct scenario_injection *injection, const char *key,
			  const char *wanted, struct effect *effect)
{
	struct err err = { 0 };
	char text[16] = "";

	(void)node_sysctl_get(place_of(rehearsal, injection), key, text, sizeof(text),
			      &err);
	effect->is_ok = str_equal(text, wanted);
	(void)snprintf(effect->how, sizeof(effect->how), "%s reads %s", key, text);
}

static void effect_route(struct rehearsal *rehearsal,
			 const struct scenario_injection *injection,
			 struct effect *effect)
{
	bool is_gateway = injection->kind == INJECT_GATEWAY;
	const struct route_list *routes =
		routes_of(rehearsal, place_of(rehearsal, injection),
			  is_gateway ? ROUTE_TABLE_MAIN : ROUTE_TABLE_IPSEC);

	effect->is_ok = !is_gateway && !routes->count;
	vec_foreach (route, routes)
		if (is_gateway && !route->destination.length)
			effect->is_ok =
				inet_addr_equal(&route->gateway, &injection->addr);
	(void)snprintf(effect->how, sizeof(effect->how), "%s",
		       is_gateway ? "its default route was read back"
				  : "table 220 was read back, it is empty");
}

static void effect_daemon(struct rehearsal *rehearsal,
			  const struct scenario_injection *injection,
			  struct effect *effect)
{
	const struct end *end =
		&rehearsal->ends[injection->at ? site_index(rehearsal, injection->at)
					       : !rehearsal->scenario->initiator];
	const char *load = end->conf ? end->conf->strongswan : "";

	switch (injection->kind) {
	case INJECT_DAEMON_OFF:
		effect->is_ok = !end->charon;
		(void)snprintf(effect->how, sizeof(effect->how), "no charon runs there");
		break;
	case INJECT_RESTART:
		effect->is_ok = end->is_restarted;
		(void)snprintf(effect->how, sizeof(effect->how),
			       "charon was killed and another started");
		break;
	case INJECT_KERNEL_ESP_OFF:
		effect->is_ok = end->conf && !strstr(load, "kernel-libipsec") &&
				!rehearsal->is_kernel_esp;
		(void)snprintf(effect->how, sizeof(effect->how),
			       "charon there uses this machine's kernel, which has none");
		break;
	case INJECT_WITHOUT:
		effect->is_ok = end->conf && end->is_without;
		(void)snprintf(effect->how, sizeof(effect->how),
			       "%s is not in charon's list of plugins", injection->word);
		break;
	case INJECT_CLONE:
		effect->is_ok = rehearsal->clone.initiated > 0;
		(void)snprintf(effect->how, sizeof(effect->how),
			       "the clone's tunnel came up");
		break;
	case INJECT_BOTH_INITIATE:
		effect->is_ok =
			rehearsal->ends[0].initiated && rehearsal->ends[1].initiated;
		(void)snprintf(effect->how, sizeof(effect->how),
			       "both were told to start it, at once");
		break;
	case INJECT_BLOCK:
	case INJECT_FORWARD:
	case INJECT_FORWARDING_OFF:
	case INJECT_VTI_OFF:
	case INJECT_RP_FILTER:
	case INJECT_ROUTES_MISSING:
	case INJECT_GATEWAY:
		break;
	}
}

static void effect_of(struct rehearsal *rehearsal,
		      const struct scenario_injection *injection, size_t index,
		      struct effect *effect)
{
	switch (injection->kind) {
	case INJECT_BLOCK:
	case INJECT_FORWARD:
		effect_rule(rehearsal, injection, index, effect);
		return;
	case INJECT_FORWARDING_OFF:
		effect_sysctl(rehearsal, injection, forward_key, "0", effect);
		return;
	case INJECT_VTI_OFF:
		effect_vti(rehearsal, injection, effect);
		return;
	case INJECT_RP_FILTER:
		effect_sysctl(rehearsal, injection, filter_key, "1", effect);
		return;
	case INJECT_ROUTES_MISSING:
	case INJECT_GATEWAY:
		effect_route(rehearsal, injection, effect);
		return;
	case INJECT_DAEMON_OFF:
	case INJECT_RESTART:
	case INJECT_KERNEL_ESP_OFF:
	case INJECT_WITHOUT:
	case INJECT_CLONE:
	case INJECT_BOTH_INITIATE:
		effect_daemon(rehearsal, injection, effect);
		return;
	}
}

int inject_verify(struct rehearsal *rehearsal, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < rehearsal->scenario->injections.count; i++) {
		const struct scenario_injection *injection =
			&rehearsal->scenario->injections.items[i];
		struct effect effect = { 0 };

		effect_of(rehearsal, injection, i, &effect);
		evidence_add(&rehearsal->evidence, injection->at, "inject", "effect",
			     json_of("{s:i, s:s, s:b, s:s}", "index", (int)i, "text",
				     injection->text, "ok", effect.is_ok, "how",
				     effect.how));
	}
	return 0;
}
