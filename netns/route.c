// SPDX-License-Identifier: GPL-2.0-or-later
/* route.c - routes and policy routing rules of a node, through rtnetlink */
#include "netns/route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/link.h"
#include "netns/nlsock.h"
#include "netns/node.h"

static const struct {
	uint8_t type;
	const char *word; /* as ip-route(8) says it */
} kinds[] = {
	[ROUTE_UNICAST] = { RTN_UNICAST, "" },
	[ROUTE_BLACKHOLE] = { RTN_BLACKHOLE, "blackhole " },
	[ROUTE_UNREACHABLE] = { RTN_UNREACHABLE, "unreachable " },
	[ROUTE_PROHIBIT] = { RTN_PROHIBIT, "prohibit " },
	[ROUTE_OTHER] = { RTN_UNSPEC, "other " },
};

_Static_assert(ARRAY_SIZE(kinds) == ROUTE_OTHER + 1, "a row per enum route_kind");

static void route_putp(struct rtnl_route **route)
{
	if (*route)
		rtnl_route_put(*route);
}

static struct nl_addr *build_addr(const struct inet_addr *from)
{
	return nl_addr_build(from->family, from->bytes,
			     from->family == AF_INET6 ? 16 : 4);
}

static void read_addr(const struct nl_addr *from, int family, struct inet_addr *ret_addr)
{
	unsigned int length = from ? nl_addr_get_len(from) : 0;

	if (!length || length > sizeof(ret_addr->bytes))
		return;
	ret_addr->family = family;
	memcpy(ret_addr->bytes, nl_addr_get_binary_addr(from), length);
}

static void read_prefix(const struct nl_addr *from, int family,
			struct inet_prefix *ret_prefix)
{
	ret_prefix->addr.family = family;
	read_addr(from, family, &ret_prefix->addr);
	ret_prefix->length = from ? nl_addr_get_prefixlen(from) : 0;
}

/* -------------------------------------------------- writing */

static int add_nexthop(const struct node *node, const struct route *route,
		       struct rtnl_route *request, struct err *err)
{
	_cleanup_(nl_addr_putp) struct nl_addr *gateway = NULL;
	struct rtnl_nexthop *hop;
	int index = 0;
	int ret =
		route->link_name[0] ? link_index(node, route->link_name, &index, err) : 0;

	if (ret)
		return ret;
	hop = rtnl_route_nh_alloc();
	if (!hop)
		return err_sys(err, ENOMEM, "route");
	if (index)
		rtnl_route_nh_set_ifindex(hop, index);
	if (route->gateway.family) {
		gateway = build_addr(&route->gateway);
		if (gateway)
			rtnl_route_nh_set_gateway(hop, gateway);
	}
	rtnl_route_add_nexthop(request, hop); /* owns it now */
	return 0;
}

static int build_route(const struct node *node, const struct route *route,
		       struct rtnl_route **ret_request, struct err *err)
{
	_cleanup_(route_putp) struct rtnl_route *request = rtnl_route_alloc();
	struct inet_prefix network = inet_prefix_network(&route->destination);
	_cleanup_(nl_addr_putp) struct nl_addr *destination = build_addr(&network.addr);
	_cleanup_(nl_addr_putp) struct nl_addr *source = NULL;

	if (!request || !destination)
		return err_sys(err, ENOMEM, "route");
	if (route->kind == ROUTE_OTHER)
		return err_set(err, EINVAL, "a route of this kind cannot be added");
	nl_addr_set_prefixlen(destination, (int)network.length);
	rtnl_route_set_family(request, (uint8_t)network.addr.family);
	rtnl_route_set_dst(request, destination);
	rtnl_route_set_table(request, route->table ? route->table : ROUTE_TABLE_MAIN);
	rtnl_route_set_type(request, kinds[route->kind].type);
	rtnl_route_set_protocol(request, RTPROT_STATIC);
	if (route->metric)
		rtnl_route_set_priority(request, route->metric);
	if (route->mtu)
		rtnl_route_set_metric(request, RTAX_MTU, route->mtu);
	if (route->source.family) {
		source = build_addr(&route->source);
		if (source)
			rtnl_route_set_pref_src(request, source);
	}
	if (route->kind == ROUTE_UNICAST) {
		int ret = add_nexthop(node, route, request, err);

		if (ret)
			return ret;
	}
	*ret_request = steal(&request);
	return 0;
}

static int route_change(const struct node *node, const struct route *route, bool is_add,
			struct err *err)
{
	_cleanup_(route_putp) struct rtnl_route *request = NULL;
	struct nlsock *nl = node_rtnl(node);
	struct arena *arena;
	int ret = build_route(node, route, &request, err);

	if (ret)
		return ret;
	if (is_add)
		ret = rtnl_route_add(nlsock_begin(nl), request,
				     NLM_F_CREATE | NLM_F_EXCL);
	else
		ret = rtnl_route_delete(nlsock_begin(nl), request, 0);
	if (ret >= 0)
		return 0;
	arena = arena_new();
	ret = nlsock_check(nl, ret, node, err, "%s route %s", is_add ? "add" : "delete",
			   route_text(route, arena));
	arena_free(arena);
	return ret;
}

int route_add(const struct node *node, const struct route *route, struct err *err)
{
	return route_change(node, route, true, err);
}

int route_delete(const struct node *node, const struct route *route, struct err *err)
{
	return route_change(node, route, false, err);
}

/* -------------------------------------------------- reading */

static enum route_kind find_kind(uint8_t type)
{
	for (size_t i = 0; i < ROUTE_OTHER; i++)
		if (kinds[i].type == type)
			return (enum route_kind)i;
	return ROUTE_OTHER;
}

static void read_route(struct rtnl_route *from, const struct link_list *links,
		       struct route *route)
{
	int family = rtnl_route_get_family(from);
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(from, 0);
	uint32_t mtu;

	route->kind = find_kind(rtnl_route_get_type(from));
	read_prefix(rtnl_route_get_dst(from), family, &route->destination);
	read_addr(rtnl_route_get_pref_src(from), family, &route->source);
	route->table = rtnl_route_get_table(from);
	route->metric = rtnl_route_get_priority(from);
	route->protocol = rtnl_route_get_protocol(from);
	if (!rtnl_route_get_metric(from, RTAX_MTU, &mtu))
		route->mtu = mtu;
	if (!hop)
		return;
	read_addr(rtnl_route_nh_get_gateway(hop), family, &route->gateway);
	vec_foreach (link, links)
		if ((int)link->index == rtnl_route_nh_get_ifindex(hop))
			memcpy(route->link_name, link->name, sizeof(link->name));
}

int route_list(const struct node *node, int family, uint32_t table, struct arena *arena,
	       struct route_list *ret_routes, struct err *err)
{
	_cleanup_(nl_cache_freep) struct nl_cache *cache = NULL;
	struct nlsock *nl = node_rtnl(node);
	struct route_list routes = { 0 };
	struct link_list links = { 0 };
	int ret = link_list(node, arena, &links, err);

	if (!ret)
		ret = nlsock_check(
			nl, rtnl_route_alloc_cache(nlsock_begin(nl), family, 0, &cache),
			node, err, "list of routes");
	if (ret)
		return ret;
	for (struct nl_object *object = nl_cache_get_first(cache); object;
	     object = nl_cache_get_next(object)) {
		struct rtnl_route *route = (struct rtnl_route *)object;

		if (!table || rtnl_route_get_table(route) == table)
			read_route(route, &links, vec_push(arena, &routes));
	}
	*ret_routes = routes;
	return 0;
}

int route_rule_list(const struct node *node, int family, struct arena *arena,
		    struct route_rule_list *ret_rules, struct err *err)
{
	_cleanup_(nl_cache_freep) struct nl_cache *cache = NULL;
	struct nlsock *nl = node_rtnl(node);
	struct route_rule_list rules = { 0 };
	int ret =
		nlsock_check(nl, rtnl_rule_alloc_cache(nlsock_begin(nl), family, &cache),
			     node, err, "list of routing rules");

	if (ret)
		return ret;
	for (struct nl_object *object = nl_cache_get_first(cache); object;
	     object = nl_cache_get_next(object)) {
		struct rtnl_rule *from = (struct rtnl_rule *)object;
		struct route_rule *rule;

		/* The kernel also sends those of multicast routing. */
		if (rtnl_rule_get_family(from) != family)
			continue;
		rule = vec_push(arena, &rules);
		rule->priority = rtnl_rule_get_prio(from);
		rule->table = rtnl_rule_get_table(from);
		if (rtnl_rule_get_src(from))
			read_prefix(rtnl_rule_get_src(from), family, &rule->source);
		if (rtnl_rule_get_dst(from))
			read_prefix(rtnl_rule_get_dst(from), family, &rule->destination);
	}
	*ret_rules = rules;
	return 0;
}

const char *route_text(const struct route *route, struct arena *arena)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_puts(&text, kinds[route->kind].word);
	buf_puts(&text, route->destination.length == 0
				? "default"
				: inet_prefix_text(&route->destination).s);
	if (route->gateway.family)
		buf_printf(&text, " via %s", inet_addr_text(&route->gateway).s);
	if (route->link_name[0])
		buf_printf(&text, " dev %s", route->link_name);
	if (route->source.family)
		buf_printf(&text, " src %s", inet_addr_text(&route->source).s);
	if (route->table && route->table != ROUTE_TABLE_MAIN)
		buf_printf(&text, " table %u", route->table);
	if (route->metric)
		buf_printf(&text, " metric %u", route->metric);
	if (route->mtu)
		buf_printf(&text, " mtu %u", route->mtu);
	return arena_strdup(arena, buf_text(&text));
}
