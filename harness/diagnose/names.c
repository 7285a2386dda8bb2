// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * names.c - F83, F84: a name of the far site that its DNS server was never asked for
 *
 * Nothing is wrong with such files until somebody asks so: a name without its domain, or
 * an address for its name. So predict/ has no finding for them; a question of the scenario
 * that was not answered, and that no server saw, is the cause.
 */
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "diagnose/observe.h"
#include "lab/plan.h"

struct unasked {
	const struct observe *observe;
	const struct expectation *wanted;
	const struct event *probe;
	const struct scenario_site *site; /* whose router was asked */
	const struct plan_node *host;	  /* that asked */
};

static bool is_carried(const struct site *site, const struct inet_addr *addr)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (selector->remote.length &&
				    inet_prefix_has(&selector->remote, addr))
					return true;
	return false;
}

/* A domain that is asked for through the tunnel; NULL: none. */
static const struct dns_forward *far_domain(const struct site *site, bool is_reverse)
{
	vec_foreach (forward, &site->dns.forwards)
		if (forward->domain && forward->server.family &&
		    is_carried(site, &forward->server) &&
		    str_ends(forward->domain, ".in-addr.arpa") == is_reverse)
			return forward;
	return NULL;
}

static void prove_unasked(const struct unasked *unasked, struct diagnosis *diagnosis)
{
	const json_t *names = json_object_get(unasked->probe->facts, "names");
	json_t *name;
	size_t i;

	json_array_foreach (names, i, name)
		observe_prove(
			unasked->observe, diagnosis,
			"%s asked for %s, and no DNS server beyond the router saw it",
			unasked->wanted->from, json_string_value(name));
	observe_prove(unasked->observe, diagnosis, "%s: %s", unasked->wanted->name,
		      event_text(unasked->probe, "rcode"));
	diagnosis->is_in_effect = true;
}

/* ------------------------------------------------------------ F83 */

static bool is_searched(const struct dhcp_network *dhcp, const char *domain)
{
	vec_foreach (known, &dhcp->domains)
		if (str_equal_nocase(known->s, domain))
			return true;
	return false;
}

static void fill_search(const struct unasked *unasked, const struct dns_forward *forward,
			struct diagnosis *diagnosis)
{
	const struct check_input *input = unasked->observe->input;
	const struct dhcp_network *dhcp = unasked->host->dhcp;
	const char *first = dhcp->domains.count ? dhcp->domains.items[0].s : NULL;
	const struct origin *at = first ? &dhcp->domains.items[0].at : &dhcp->at;
	/* dnsmasq's own domain, where no option of DHCP says another. */
	const bool is_own =
		origin_same_line(at, &unasked->site->site->dns.local_domain.at);

	diagnosis_name(diagnosis, F83);
	diagnosis->site = unasked->site->name;
	diagnosis->summary = arena_printf(
		input->arena,
		"%s says '%s' without a domain, and the search list that %s's DHCP "
		"tells it has no %s",
		unasked->wanted->from, unasked->wanted->name, unasked->site->name,
		forward->domain);
	diagnosis->values[0] = (struct diagnosis_value){ .site = unasked->site->name,
							 .setting = "search domain",
							 .value = first ? first : "none",
							 .at = *at };
	diagnosis->values[1] = (struct diagnosis_value){ .site = unasked->site->name,
							 .setting = "server",
							 .value = forward->domain,
							 .at = forward->at };
	vec_add(input->arena, &diagnosis->fixes,
		arena_printf(input->arena, "%s: %s:%u: list dhcp_option '119,%s%s%s'",
			     diagnosis->site, dhcp->at.file,
			     is_own ? dhcp->at.line : at->line, first ? first : "",
			     first ? "," : "", forward->domain));
	vec_add(input->arena, &diagnosis->sees,
		arena_printf(input->arena, "%s: %s is answered, %s is not",
			     unasked->wanted->from,
			     arena_printf(input->arena, "%s.%s", unasked->wanted->name,
					  forward->domain),
			     unasked->wanted->name));
	observe_in_effect(unasked->observe, diagnosis,
			  "no question had the far site's domain");
}

static bool is_search_missing(const struct unasked *unasked, struct diagnosis *diagnosis)
{
	const struct dns_forward *forward = far_domain(unasked->site->site, false);

	if (unasked->wanted->reverse_of.family || strchr(unasked->wanted->name, '.') ||
	    !unasked->host->dhcp || !forward ||
	    is_searched(unasked->host->dhcp, forward->domain))
		return false;
	fill_search(unasked, forward, diagnosis);
	return true;
}

/* ------------------------------------------------------------ F84 */

/* Whatever forwards the zone of that address, also a line that is dnsmasq's own. */
static bool is_forwarded(const struct site_dns *dns, const char *name)
{
	vec_foreach (forward, &dns->forwards)
		if (forward->domain && forward->server.family &&
		    str_ends(name, forward->domain))
			return true;
	vec_foreach (line, &dns->raw)
		if (!strncmp(line->s, "rev-server=", strlen("rev-server=")))
			return true;
	return false;
}

static const struct text *bogus_priv(const struct site_dns *dns)
{
	vec_foreach (line, &dns->raw)
		if (str_equal(line->s, "bogus-priv"))
			return line;
	return NULL;
}

/* The zone of the far network in whole octets, as the forward would name it. */
static struct inet_text zone_of(const struct site *site, const struct inet_addr *addr)
{
	struct inet_prefix zone = inet_prefix_host(addr);

	zone.length = 24;
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (selector->remote.length >= 8 &&
				    selector->remote.length < 24 &&
				    inet_prefix_has(&selector->remote, addr))
					zone.length = selector->remote.length / 8 * 8;
	return inet_reverse_text(&zone);
}

static void fill_reverse(const struct unasked *unasked, const struct dns_forward *forward,
			 struct diagnosis *diagnosis)
{
	const struct check_input *input = unasked->observe->input;
	const struct text *bogus = bogus_priv(&unasked->site->site->dns);
	const char *zone = arena_strdup(
		input->arena,
		zone_of(unasked->site->site, &unasked->wanted->reverse_of).s);

	diagnosis_name(diagnosis, F84);
	diagnosis->site = unasked->site->name;
	diagnosis->summary =
		arena_printf(input->arena,
			     "%s asks for the name of %s, and %s forwards the domain "
			     "%s through the tunnel but not its reverse zone %s%s",
			     unasked->wanted->from, unasked->wanted->name,
			     diagnosis->site, forward->domain, zone,
			     bogus ? ": boguspriv answers that there is none" : "");
	diagnosis->values[0] = (struct diagnosis_value){ .site = diagnosis->site,
							 .setting = "server",
							 .value = forward->domain,
							 .at = forward->at };
	if (bogus)
		diagnosis->values[1] = (struct diagnosis_value){ .site = diagnosis->site,
								 .setting = "boguspriv",
								 .value = "on",
								 .at = bogus->at };
	vec_add(input->arena, &diagnosis->fixes,
		arena_printf(input->arena, "%s: %s:%u: list server '/%s/%s%s%s'",
			     diagnosis->site, forward->at.file, forward->at.line, zone,
			     inet_addr_text(&forward->server).s,
			     forward->source.family ? "@" : "",
			     forward->source.family ? inet_addr_text(&forward->source).s
						    : ""));
	vec_add(input->arena, &diagnosis->sees,
		arena_printf(input->arena,
			     "%s: names have addresses, addresses have no names",
			     unasked->wanted->from));
	observe_in_effect(unasked->observe, diagnosis,
			  bogus ? "the router answered the reverse question itself"
				: "the reverse question went to the provider's server");
}

static bool is_reverse_missing(const struct unasked *unasked, struct diagnosis *diagnosis)
{
	const struct site *site = unasked->site->site;
	const struct dns_forward *forward = far_domain(site, false);
	const struct inet_prefix host = inet_prefix_host(&unasked->wanted->reverse_of);

	if (!unasked->wanted->reverse_of.family || !forward ||
	    !is_carried(site, &unasked->wanted->reverse_of) ||
	    is_forwarded(&site->dns, inet_reverse_text(&host).s))
		return false;
	fill_reverse(unasked, forward, diagnosis);
	return true;
}

/* ------------------------------------------------------------ all questions */

static bool find_unasked(const struct observe *observe, const struct verdict *verdict,
			 struct unasked *ret)
{
	const struct check_input *input = observe->input;
	int site = -1, node;

	if (!str_equal(verdict->check, "name") || verdict->kind != VERDICT_BROKEN ||
	    verdict->expectation < 0)
		return false;
	*ret = (struct unasked){
		.observe = observe,
		.wanted = &input->scenario->expectations.items[verdict->expectation],
		.probe = check_probe(input, "name", "up", verdict->expectation),
	};
	node = plan_node_find(input->plan, ret->wanted->from);
	if (!ret->probe || node < 0 || ret->wanted->has_no_answer ||
	    json_array_size(json_object_get(ret->probe->facts, "seen")) ||
	    (!str_equal(event_text(ret->probe, "rcode"), "NXDOMAIN") &&
	     !str_starts(event_text(ret->probe, "rcode"), "NOERROR without")) ||
	    !scenario_host_find(input->scenario, ret->wanted->from, &site) || site < 0)
		return false;
	ret->host = &input->plan->nodes.items[node];
	ret->site = &input->scenario->sites.items[site];
	return ret->site->site->dns.is_served;
}

void observe_names(const struct observe *observe, struct diagnoses *diagnoses)
{
	for (size_t i = 0; i < observe->verdicts->count; i++) {
		struct diagnosis diagnosis = { 0 };
		struct unasked unasked;

		if (!find_unasked(observe, &observe->verdicts->items[i], &unasked) ||
		    (!is_search_missing(&unasked, &diagnosis) &&
		     !is_reverse_missing(&unasked, &diagnosis)))
			continue;
		prove_unasked(&unasked, &diagnosis);
		*vec_push(observe->input->arena, diagnoses) = diagnosis;
	}
}
