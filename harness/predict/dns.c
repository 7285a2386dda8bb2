// SPDX-License-Identifier: GPL-2.0-or-later
/* dns.c - predictions about names through the tunnel */
#include <string.h>

#include "base/str.h"
#include "model/updown.h"
#include "predict/predict.h"

/* The selector that carries questions to the server; NULL: it is not in the tunnel. */
static const struct selector *selector_to(const struct site *site,
					  const struct inet_addr *server)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (inet_prefix_has(&selector->remote, server))
					return selector;
	return NULL;
}

static const struct tunnel *tunnel_to(const struct site *site,
				      const struct selector *selector)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			if (selector >= child->selectors.items &&
			    selector < child->selectors.items + child->selectors.count)
				return tunnel;
	return NULL;
}

/* A route of the files that is narrower than the default one. */
static bool has_route_to(const struct site *site, const struct inet_addr *addr)
{
	vec_foreach (route, &site->routes)
		if (route->destination.length &&
		    inet_prefix_has(&route->destination, addr))
			return true;
	return false;
}

/* Is what has this source carried by that network: of it, or shown as one of it? */
static bool is_carried(const struct predict_input *input, const struct site *site,
		       const struct inet_prefix *net, const struct inet_addr *source)
{
	return inet_prefix_has(net, source) ||
	       predict_is_shown(input->arena, site, source, net);
}

/* Own address of the router inside the network, for the advice. */
static bool own_address_in(const struct predict_input *input, const struct site *site,
			   const struct inet_prefix *net, struct inet_addr *ret_addr)
{
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (is_carried(input, site, net, &address->prefix.addr)) {
				*ret_addr = address->prefix.addr;
				return true;
			}
	return false;
}

/* charon's own route needs an address of the router in the tunnel's network. */
static bool has_own_route(const struct site *site, const struct inet_prefix *local)
{
	if (!site->install_routes.is_set || site->install_routes.on)
		vec_foreach (interface, &site->interfaces)
			vec_foreach (address, &interface->addresses)
				if (inet_prefix_has(local, &address->prefix.addr))
					return true;
	return false;
}

/* In the tunnel's own network; the file's line of the forward gets it as source. */
static void say_source(const struct predict_input *input, struct finding *finding,
		       const struct site *site, const struct dns_forward *forward,
		       const struct inet_prefix *local)
{
	struct inet_addr own = { 0 };

	if (!own_address_in(input, site, local, &own))
		return;
	predict_fix(input, finding, "%s: %s:%u: list server '/%s/%s@%s'", site->name,
		    forward->at.file, forward->at.line,
		    forward->domain ? forward->domain : "",
		    inet_addr_text(&forward->server).s, inet_addr_text(&own).s);
	predict_edit(input, finding, site, EDIT_LINE, forward->at,
		     "list server '/%s/%s@%s'", forward->domain ? forward->domain : "",
		     inet_addr_text(&forward->server).s, inet_addr_text(&own).s);
}

/*
 * Without a source the kernel chooses by the route: charon's own has one in the tunnel's
 * network (table 220), the default route the address of the WAN. Of a network that is only
 * shown (NETMAP) the router has no address, and charon makes no route for it.
 */
static void check_no_source(const struct predict_input *input, struct findings *findings,
			    const struct site *site, const struct dns_forward *forward,
			    const struct selector *selector)
{
	const struct inet_prefix local = inet_prefix_network(&selector->local);
	const struct tunnel *tunnel = tunnel_to(site, selector);
	const bool is_off = site->install_routes.is_set && !site->install_routes.on;
	struct finding *finding;

	if (forward->source.family || forward->source_interface || !local.length ||
	    (!is_off && (has_own_route(site, &local) ||
			 !predict_is_mapped(input->arena, site, &local))) ||
	    (tunnel && tunnel->bind_interface) || has_route_to(site, &forward->server))
		return;
	finding =
		predict_add(input, findings, F81, site->name,
			    "DNS questions for %s have no source, and charon installs no "
			    "route that gives them one: they leave with the address of "
			    "the WAN, the tunnel only carries %s",
			    forward->domain ? forward->domain : "everything",
			    inet_prefix_text(&local).s);
	finding->forward = forward;
	finding->selector = selector;
	predict_value(input, finding, 0, site->name, "server", forward->at, "no source");
	if (is_off)
		predict_value(input, finding, 1, site->name, "charon.install_routes",
			      site->install_routes.at, "no");
	else
		predict_value(input, finding, 1, site->name, "local network",
			      selector->local_at,
			      "%s, of which the router has no address",
			      inet_prefix_text(&local).s);
	say_source(input, finding, site, forward, &local);
}

/* The route that a tunnel's updown script adds gives them a source that is not carried. */
static void check_route_source(const struct predict_input *input,
			       struct findings *findings, const struct site *site,
			       const struct dns_forward *forward,
			       const struct selector *selector)
{
	const struct inet_prefix local = inet_prefix_network(&selector->local);
	const struct tunnel *tunnel = tunnel_to(site, selector);
	const struct updown_script *script = tunnel ? tunnel_updown(site, tunnel) : NULL;
	struct inet_addr source, own;
	unsigned int line = 0;
	struct finding *finding;

	if (!script || forward->source.family || forward->source_interface ||
	    !local.length || !updown_route_source(script, &source, &line) ||
	    is_carried(input, site, &local, &source))
		return;
	finding =
		predict_add(input, findings, F81, site->name,
			    "DNS questions for %s leave with source %s, which the "
			    "route of the updown script says; the tunnel only carries %s",
			    forward->domain ? forward->domain : "everything",
			    inet_addr_text(&source).s, inet_prefix_text(&local).s);
	finding->forward = forward;
	finding->selector = selector;
	predict_value(input, finding, 0, site->name, "src",
		      (struct origin){ .file = script->file, .line = line }, "%s",
		      inet_addr_text(&source).s);
	predict_value(input, finding, 1, site->name, "local network", selector->local_at,
		      "%s", inet_prefix_text(&local).s);
	if (own_address_in(input, site, &local, &own))
		predict_fix(input, finding, "%s: %s:%u: src %s", site->name, script->file,
			    line, inet_addr_text(&own).s);
}

static void check_source(const struct predict_input *input, struct findings *findings,
			 const struct site *site, const struct dns_forward *forward,
			 const struct selector *selector)
{
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct finding *finding;

	if (!forward->source.family || is_carried(input, site, &local, &forward->source))
		return;
	finding = predict_add(
		input, findings, F81, site->name,
		"DNS questions for %s leave with source %s, the tunnel only "
		"carries %s",
		forward->domain ? forward->domain : "everything",
		inet_addr_text(&forward->source).s, inet_prefix_text(&local).s);
	finding->forward = forward;
	finding->selector = selector;
	predict_value(input, finding, 0, site->name, "server", forward->at, "source %s",
		      inet_addr_text(&forward->source).s);
	predict_value(input, finding, 1, site->name, "local network", selector->local_at,
		      "%s", inet_prefix_text(&local).s);
	say_source(input, finding, site, forward, &local);
}

static bool is_rebind_allowed(const struct site_dns *dns, const char *domain)
{
	vec_foreach (allowed, &dns->rebind_domains) {
		size_t length = strlen(allowed->s), whole = strlen(domain);

		if (str_equal_nocase(allowed->s, domain) ||
		    (whole > length && domain[whole - length - 1] == '.' &&
		     str_equal_nocase(domain + whole - length, allowed->s)))
			return true;
	}
	return false;
}

/* Private answers of a forwarded domain are thrown away unless it is on the list. */
/* 100.64/10 is private to the newest dnsmasq alone, so nothing is concluded of it. */
static bool is_shared(const struct inet_addr *addr)
{
	struct inet_prefix net;

	return !inet_prefix_parse("100.64.0.0/10", &net) && inet_prefix_has(&net, addr);
}

static void check_rebind(const struct predict_input *input, struct findings *findings,
			 const struct site *site, const struct dns_forward *forward,
			 const struct selector *selector)
{
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	struct finding *finding;

	/* Of a reverse zone the answers are names. */
	if (!site->dns.rebind_protection.on || !forward->domain ||
	    str_ends(forward->domain, ".in-addr.arpa") ||
	    !inet_addr_is_private(&remote.addr) || is_shared(&remote.addr) ||
	    is_rebind_allowed(&site->dns, forward->domain))
		return;
	finding = predict_add(
		input, findings, F82, site->name,
		"rebind protection throws away private answers for %s, which is "
		"not on the whitelist",
		forward->domain);
	finding->forward = forward;
	predict_value(input, finding, 0, site->name, "rebind_protection",
		      site->dns.rebind_protection.at, "on");
	predict_value(input, finding, 1, site->name, "server", forward->at, "%s",
		      forward->domain);
	predict_fix(input, finding, "%s: %s:%u: list rebind_domain '%s'", site->name,
		    forward->at.file, forward->at.line, forward->domain);
	predict_edit(input, finding, site, EDIT_IN_BLOCK, forward->at,
		     "list rebind_domain '%s'", forward->domain);
	predict_sees(input, finding,
		     "%s: dnsmasq logs `possible DNS-rebind attack detected`; hosts "
		     "get NOERROR without an answer",
		     site->name);
}

void predict_dns(const struct predict_input *input, unsigned int end,
		 struct findings *findings)
{
	const struct site *site = input->sites[end];

	vec_foreach (forward, &site->dns.forwards) {
		const struct selector *selector =
			forward->server.family ? selector_to(site, &forward->server)
					       : NULL;

		if (!selector)
			continue;
		check_source(input, findings, site, forward, selector);
		check_no_source(input, findings, site, forward, selector);
		check_route_source(input, findings, site, forward, selector);
		check_rebind(input, findings, site, forward, selector);
	}
}
