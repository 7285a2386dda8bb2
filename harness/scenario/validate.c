// SPDX-License-Identifier: GPL-2.0-or-later
/* validate.c - do the scenario's addresses fit what the device files say? */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "scenario/read.h"

static int error_at(const struct origin *at, struct err *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int error_at(const struct origin *at, struct err *err, const char *format, ...)
{
	_cleanup_buf_ struct buf place = { 0 };
	char text[ERR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	origin_format(at, &place);
	return err_set(err, EINVAL, "%s: %s", buf_text(&place), text);
}

/* ------------------------------------------------------------ the WAN address */

static int validate_wan(struct scenario_site *site, struct err *err)
{
	const struct site_interface *wan = site_wan(site->site);
	const struct inet_prefix *given = &site->wan.prefix;

	if (!wan) {
		if (given->addr.family)
			return 0;
		return error_at(&site->at, err,
				"site %s: its files name no interface to the Internet; "
				"add `wan: 203.0.113.56/24`",
				site->name);
	}
	if (wan->source == ADDRESS_STATIC && wan->addresses.count) {
		const struct prefix_value *own = &wan->addresses.items[0];

		if (given->addr.family &&
		    !inet_addr_equal(&given->addr, &own->prefix.addr))
			return error_at(&site->wan.at, err,
					"site %s: `wan: %s`, but %s:%u says %s",
					site->name, inet_prefix_text(given).s,
					own->at.file, own->at.line,
					inet_prefix_text(&own->prefix).s);
		return 0;
	}
	if (!given->addr.family)
		return error_at(
			&site->at, err,
			"site %s: the provider gives its WAN address (%s:%u); say "
			"which, as in `wan: 203.0.113.56/24`",
			site->name, wan->at.file ? wan->at.file : "default",
			wan->at.line);
	return 0;
}

/* ------------------------------------------------------------ hosts */

static void list_networks(const struct scenario_site *site, struct buf *out)
{
	const struct site_interface *wan = site_wan(site->site);

	if (site->router_lan.addr.family)
		buf_printf(out, "%s, ", inet_prefix_text(&site->router_lan).s);
	vec_foreach (interface, &site->site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (interface != wan && !str_equal(interface->device, "lo"))
				buf_printf(out, "%s, ",
					   inet_prefix_text(&address->prefix).s);
	if (out->length >= 2)
		out->data[out->length - 2] = '\0';
}

static bool is_own_address(const struct scenario_site *site, const struct inet_addr *addr)
{
	return site_has_address(site->site, addr) ||
	       (site->router_lan.addr.family &&
		inet_addr_equal(&site->router_lan.addr, addr));
}

static bool is_reachable(const struct scenario_site *site, const struct inet_addr *addr)
{
	struct inet_prefix lan = inet_prefix_network(&site->router_lan);

	return site_interface_for(site->site, addr) ||
	       (lan.addr.family && inet_prefix_has(&lan, addr));
}

static int validate_host(const struct scenario_site *site,
			 const struct scenario_host *host, struct err *err)
{
	_cleanup_buf_ struct buf networks = { 0 };

	if (is_own_address(site, &host->addr))
		return error_at(&host->at, err,
				"host '%s' has the router's own address %s", host->name,
				inet_addr_text(&host->addr).s);
	if (is_reachable(site, &host->addr))
		return 0;
	list_networks(site, &networks);
	return error_at(&host->at, err,
			"host '%s' %s is in no network of site %s (%.200s)%s", host->name,
			inet_addr_text(&host->addr).s, site->name,
			networks.length ? buf_text(&networks) : "it has none",
			networks.length ? "" : "; add `lan:` with the router's address");
}

/* ------------------------------------------------------------ addresses only once */

struct seen_addresses {
	VEC(const struct scenario_host *) hosts;
};

static int add_host(struct arena *arena, struct seen_addresses *seen,
		    const struct scenario_host *host, struct err *err)
{
	vec_foreach (other, &seen->hosts)
		if (inet_addr_equal(&(*other)->addr, &host->addr))
			return error_at(&host->at, err,
					"host '%s' has the address of '%s', %s",
					host->name, (*other)->name,
					inet_addr_text(&host->addr).s);
	vec_add(arena, &seen->hosts, host);
	return 0;
}

/* Both sites may use the same private network (that is a fault worth rehearsing). */
static int validate_hosts(struct scenario *scenario, struct err *err)
{
	struct seen_addresses internet = { 0 };
	int ret;

	vec_foreach (site, &scenario->sites) {
		struct seen_addresses seen = { 0 };

		vec_foreach (host, &site->hosts) {
			ret = validate_host(site, host, err);
			if (ret == 0)
				ret = add_host(scenario->arena, &seen, host, err);
			if (ret)
				return ret;
		}
	}
	vec_foreach (host, &scenario->internet) {
		ret = add_host(scenario->arena, &internet, host, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* ------------------------------------------------------------ who begins */

static bool knows_its_peer(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (remote, &tunnel->remotes)
			if (remote->kind == ENDPOINT_NAME ||
			    (remote->kind == ENDPOINT_ADDRESS && remote->addr.family))
				return true;
	}
	return false;
}

/* In use, and told to begin by itself. */
static bool begins(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && tunnel->start != START_NEVER)
			return true;
	return false;
}

static unsigned int default_initiator(const struct scenario *scenario)
{
	for (unsigned int i = 0; i < scenario->sites.count; i++)
		if (begins(scenario->sites.items[i].site) &&
		    knows_its_peer(scenario->sites.items[i].site))
			return i;
	for (unsigned int i = 0; i < scenario->sites.count; i++)
		if (knows_its_peer(scenario->sites.items[i].site))
			return i;
	return 0;
}

/* ------------------------------------------------------------ a new WAN address */

static bool has_tunnel_traffic(const struct scenario *scenario)
{
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_REACH && wanted->path == PATH_TUNNEL)
			return true;
	return false;
}

static int validate_wan_change(const struct scenario *scenario,
			       const struct expectation *wanted, struct err *err)
{
	const struct scenario_site *site = &scenario->sites.items[0];
	const struct site_interface *wan;

	if (!str_equal(site->name, wanted->from))
		site = &scenario->sites.items[1];
	wan = site_wan(site->site);
	if (site->is_behind_nat)
		return error_at(&wanted->at, err,
				"the WAN address of %s cannot change: it is behind NAT",
				site->name);
	if (wan && wan->source == ADDRESS_STATIC && wan->addresses.count)
		return error_at(&wanted->at, err,
				"the WAN address of %s cannot change: its file gives it "
				"%s",
				site->name,
				inet_prefix_text(&wan->addresses.items[0].prefix).s);
	if (!has_tunnel_traffic(scenario))
		return error_at(&wanted->at, err,
				"a `wan change` needs a `reach` with `through: tunnel`, "
				"whose traffic is watched");
	if (wanted->wan.addr.family && wanted->wan.addr.family != AF_INET)
		return error_at(&wanted->at, err, "only IPv4 is rehearsed");
	return 0;
}

int scenario_validate(struct scenario *scenario, struct err *err)
{
	vec_foreach (site, &scenario->sites) {
		int ret = validate_wan(site, err);

		if (ret)
			return ret;
	}
	vec_foreach (wanted, &scenario->expectations) {
		int ret = wanted->kind == EXPECT_WAN_CHANGE
				  ? validate_wan_change(scenario, wanted, err)
				  : 0;

		if (ret)
			return ret;
	}
	if (scenario->initiator == UINT_MAX)
		scenario->initiator = default_initiator(scenario);
	return validate_hosts(scenario, err);
}
