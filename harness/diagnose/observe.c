// SPDX-License-Identifier: GPL-2.0-or-later
/* observe.c - how each class of failure looks in a run */
#include "diagnose/observe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"

void observe_prove(const struct observe *observe, struct diagnosis *diagnosis,
		   const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(observe->input->arena, &diagnosis->proof,
		arena_vprintf(observe->input->arena, format, ap));
	va_end(ap);
}

void observe_in_effect(const struct observe *observe, struct diagnosis *diagnosis,
		       const char *text)
{
	diagnosis->is_in_effect = true;
	diagnosis->in_effect = arena_strdup(observe->input->arena, text);
}

bool observe_is_broken(const struct observe *observe, const char *checks)
{
	for (size_t i = 0; i < observe->verdicts->count; i++) {
		const struct verdict *verdict = &observe->verdicts->items[i];

		if ((verdict->kind == VERDICT_BROKEN || verdict->kind == VERDICT_LEAK) &&
		    (!checks || str_has_word(checks, verdict->check)))
			return true;
	}
	return false;
}

static const struct scenario_site *side(const struct observe *observe, unsigned int site)
{
	return &observe->input->scenario->sites.items[site];
}

/* Index of the site of that name; findings always name one of the two. */
static unsigned int site_index(const struct observe *observe, const char *name)
{
	return str_equal(name, side(observe, 1)->name);
}

/* ------------------------------------------------------------ phase 2 */

bool observe_selector(const struct observe *observe, const struct finding *finding,
		      struct diagnosis *diagnosis)
{
	static const enum charon_log_fact marks[] = { CHARON_LOG_NO_CHILD_CONFIG,
						      CHARON_LOG_TS_UNACCEPTABLE };
	struct inet_prefix remote = inet_prefix_network(&finding->selector->remote);
	struct inet_text net = inet_prefix_text(&remote);

	for (unsigned int site = 0; site < 2; site++)
		for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
			const struct log_facts *log = &observe->input->logs[site];
			const struct log_fact *fact = NULL;

			while ((fact = logs_next(log, fact, marks[i])))
				if (strstr(fact->text, net.s))
					observe_prove(observe, diagnosis, "%s",
						      logs_quote(log, fact,
								 observe->input->arena));
		}
	if (!diagnosis->proof.count)
		return false;
	observe_in_effect(observe, diagnosis,
			  "the responder refused exactly this pair of networks");
	return true;
}

/* Does the SA's selector text stand for exactly this prefix, without a protocol? */
static bool is_whole(const json_t *list, const struct inet_prefix *prefix)
{
	struct inet_prefix network = inet_prefix_network(prefix);
	struct inet_text text = inet_prefix_text(&network);
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (str_equal(json_string_value(item), text.s))
			return true;
	return false;
}

static void prove_child(const struct observe *observe, struct diagnosis *diagnosis,
			const char *site, const json_t *child)
{
	char *local = json_dumps(json_object_get(child, "local-ts"), JSON_COMPACT);
	char *remote = json_dumps(json_object_get(child, "remote-ts"), JSON_COMPACT);

	observe_prove(observe, diagnosis, "%s has the CHILD SA %s === %s", site,
		      local ? local : "?", remote ? remote : "?");
	free(local);
	free(remote);
}

bool observe_narrowed(const struct observe *observe, const struct finding *finding,
		      struct diagnosis *diagnosis)
{
	unsigned int from = observe->input->scenario->initiator;
	struct sas_walk walk = { .sas = check_sas(observe->input, from, "up") };
	const json_t *child;

	if (!finding->selector || observe_selector(observe, finding, diagnosis))
		return diagnosis->is_in_effect;
	while ((child = sas_next_child(&walk))) {
		if (is_whole(json_object_get(child, "local-ts"),
			     &finding->selector->local) &&
		    is_whole(json_object_get(child, "remote-ts"),
			     &finding->selector->remote))
			return false;
		prove_child(observe, diagnosis, side(observe, from)->name, child);
	}
	if (!diagnosis->proof.count)
		return false;
	observe_in_effect(observe, diagnosis,
			  "the networks of the file have no CHILD SA of their own");
	return true;
}

/* The route's own words, "10.0.0.0/8 dev ipsec0 …"; false for what is none. */
static bool route_prefix(const char *text, struct inet_prefix *ret_prefix)
{
	char word[64];

	return text && sscanf(text, "%63s", word) == 1 &&
	       !inet_prefix_parse(word, ret_prefix);
}

/* The site's own inner address that the route takes away; NULL. */
static const struct inet_prefix *covered_lan(const struct site *site,
					     const struct inet_prefix *route)
{
	vec_foreach (interface, &site->interfaces)
		vec_foreach (own, &interface->addresses)
			if (inet_prefix_has(route, &own->prefix.addr) &&
			    interface != site_wan(site) && !interface->is_tunnel)
				return &own->prefix;
	return NULL;
}

bool observe_overlap(const struct observe *observe, const struct finding *finding,
		     struct diagnosis *diagnosis)
{
	const struct site *site = side(observe, site_index(observe, finding->site))->site;
	const struct event *event = NULL;

	while ((event = timeline_next(observe->input->timeline, event, "kernel",
				      "routes"))) {
		json_t *item;
		size_t i;

		if (!str_equal(event->node, finding->site) ||
		    !str_equal(event_text(event, "label"), "after-traffic"))
			continue;
		json_array_foreach (json_object_get(event->facts, "routes"), i, item) {
			struct inet_prefix route;
			const struct inet_prefix *own;

			if (!route_prefix(json_string_value(item), &route))
				continue;
			own = covered_lan(site, &route);
			if (!own)
				continue;
			observe_prove(observe, diagnosis,
				      "%s: the tunnel's route '%s' is asked before its "
				      "own LAN %s",
				      finding->site, json_string_value(item),
				      inet_prefix_text(own).s);
		}
	}
	if (!diagnosis->proof.count)
		return false;
	observe_in_effect(observe, diagnosis,
			  "table 220 sends the gateway's own LAN into the tunnel");
	return true;
}

bool observe_nobody(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis)
{
	const struct wire *wire = observe->input->wire;

	(void)finding;
	if (timeline_next(observe->input->timeline, NULL, "vici", "initiated"))
		return false;
	for (size_t i = 0; i < wire->count; i++)
		if (wire->links[i].link->is_internet && wire->links[i].ike)
			return false;
	observe_prove(observe, diagnosis, "no IKE packet is in any capture");
	observe_in_effect(observe, diagnosis, "neither end sent a request");
	return true;
}

bool observe_strict(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis)
{
	const struct event *event = NULL;

	while ((event = timeline_next(observe->input->timeline, event, "lab", "refused")))
		observe_prove(
			observe, diagnosis,
			"%s: strongSwan in its place agreed on %s === %s, the device "
			"refuses it",
			event->node, event_text(event, "local"),
			event_text(event, "remote"));
	if (!diagnosis->proof.count)
		return observe_narrowed(observe, finding, diagnosis);
	observe_in_effect(observe, diagnosis,
			  "the networks that were offered are not those of the device");
	return true;
}

/* ------------------------------------------------------------ traffic */

/*
 * The expectation's probe when both its hosts lie in the selector's networks, by the
 * addresses that a NAT shows them under where the expectation says so.
 */
static const struct event *probe_in_selector(const struct observe *observe,
					     const struct selector *selector,
					     size_t index)
{
	const struct check_input *input = observe->input;
	const struct expectation *wanted = &input->scenario->expectations.items[index];
	const struct scenario_host *from, *to;

	if (wanted->kind != EXPECT_REACH)
		return NULL;
	from = scenario_host_find(input->scenario, wanted->from, NULL);
	to = scenario_host_find(input->scenario, wanted->to, NULL);
	if (!from || !to ||
	    !inet_prefix_has(&selector->local, wanted->seen_as.family && wanted->as.family
						       ? &wanted->seen_as
						       : &from->addr) ||
	    !inet_prefix_has(&selector->remote,
			     wanted->as.family ? &wanted->as : &to->addr))
		return NULL;
	return check_probe(input, "reach", "up", (int)index);
}

/* Is the address one of the site's own gateway? */
static bool is_own_address(const struct site *site, const char *text)
{
	struct inet_addr addr;

	return text && !inet_addr_parse(text, &addr) && site_has_address(site, &addr);
}

/* First clear packet into the network on any Internet link, with the WAN as source. */
static const struct wire_clear *clear_into(const struct observe *observe,
					   const struct inet_prefix *net,
					   const struct inet_addr *src,
					   const struct wire_link **ret_link)
{
	const struct wire *wire = observe->input->wire;

	for (size_t i = 0; i < wire->count; i++)
		vec_foreach (clear, &wire->links[i].clear)
			if (inet_prefix_has(net, &clear->dst) &&
			    (!src || inet_addr_equal(src, &clear->src))) {
				*ret_link = &wire->links[i];
				return clear;
			}
	return NULL;
}

static void prove_clear(const struct observe *observe, struct diagnosis *diagnosis,
			const struct wire_link *link, const struct wire_clear *clear)
{
	observe_prove(observe, diagnosis, "%s packet %llu: %s > %s in clear", link->file,
		      (unsigned long long)clear->number, inet_addr_text(&clear->src).s,
		      inet_addr_text(&clear->dst).s);
}

static bool has_request_of(const struct wire_link *link, const struct scenario_host *host)
{
	vec_foreach (flow, &link->echoes)
		if (!flow->is_reply && inet_addr_equal(&flow->src, &host->addr))
			return true;
	return false;
}

const struct event *observe_left_behind(const struct observe *observe, unsigned int site,
					const char *host)
{
	const struct check_input *input = observe->input;
	const struct scenario_host *from =
		scenario_host_find(input->scenario, host, NULL);

	for (const struct event *event = NULL;
	     from && (event = timeline_next(input->timeline, event, "packet", "lan"));)
		for (size_t i = 0; i < input->wire->count; i++) {
			const struct wire_link *link = &input->wire->links[i];

			if (link->link->site == (int)site &&
			    str_equal(link->link->name, event_text(event, "link")) &&
			    event_number(event, "missing", 0) &&
			    has_request_of(link, from))
				return event;
		}
	return NULL;
}

/*
 * With charon's own device what is masqueraded fits none of its policies, and it drops the
 * packet without a word: no clear packet shows it, only that it is in no ESP.
 */
static bool observe_swallowed(const struct observe *observe,
			      const struct finding *finding, unsigned int site,
			      struct diagnosis *diagnosis)
{
	size_t count = observe->input->scenario->expectations.count;
	char text[200];

	for (size_t i = 0; i < count; i++) {
		const struct event *probe =
			probe_in_selector(observe, finding->selector, i);
		const struct event *lan;

		if (!probe || event_number(probe, "received", 0) ||
		    event_number(probe, "arrived", 0) ||
		    json_array_size(json_object_get(probe->facts, "errors")))
			continue;
		lan = observe_left_behind(observe, site, event_text(probe, "from"));
		if (!lan)
			continue;
		observe_prove(observe, diagnosis, "%s.pcapng packet %lld is in no ESP",
			      event_text(lan, "link"),
			      (long long)event_number(lan, "first_missing", 0));
		(void)snprintf(text, sizeof(text),
			       "what %s sends to %s does not fit the tunnel's networks "
			       "once it is masqueraded, and is dropped",
			       event_text(probe, "from"), event_text(probe, "to"));
		observe_in_effect(observe, diagnosis, text);
		return true;
	}
	return false;
}

bool observe_exemption(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis)
{
	unsigned int site = site_index(observe, finding->site);
	const struct inet_prefix *wan = scenario_wan(side(observe, site));
	const struct wire_link *link;
	const struct wire_clear *clear =
		clear_into(observe, &finding->selector->remote, &wan->addr, &link);
	char text[200];

	if (!observe->input->is_kernel_esp)
		return observe_swallowed(observe, finding, site, diagnosis);
	if (!clear)
		return false;
	prove_clear(observe, diagnosis, link, clear);
	(void)snprintf(text, sizeof(text),
		       "packets to %s left %s with the WAN address %s as source",
		       inet_addr_text(&clear->dst).s, finding->site,
		       inet_addr_text(&wan->addr).s);
	observe_in_effect(observe, diagnosis, text);
	return true;
}

static bool is_for_tunnel(const struct tunnel *tunnel, const struct inet_addr *dst)
{
	vec_foreach (child, &tunnel->children)
		vec_foreach (selector, &child->selectors)
			if (inet_prefix_has(&selector->remote, dst))
				return true;
	return false;
}

bool observe_shadow(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis)
{
	const struct check_input *input = observe->input;
	const struct inet_prefix *wan =
		scenario_wan(side(observe, site_index(observe, finding->site)));

	for (size_t i = 0; i < input->wire->count; i++)
		vec_foreach (clear, &input->wire->links[i].clear) {
			if (!inet_addr_equal(&wan->addr, &clear->src) ||
			    !is_for_tunnel(finding->tunnel, &clear->dst) ||
			    !check_is_up_at(input, clear->time_us - input->start_us))
				continue;
			prove_clear(observe, diagnosis, &input->wire->links[i], clear);
			observe_in_effect(
				observe, diagnosis,
				"the policy before the tunnel's translated what "
				"belongs into it");
			return true;
		}
	return false;
}

static void prove_counter(const struct observe *observe, struct diagnosis *diagnosis,
			  const char *site, const struct origin *at)
{
	char comment[200];
	int64_t packets;

	if (!at->file)
		return;
	(void)snprintf(comment, sizeof(comment), "%s:%u", at->file, at->line);
	packets = check_rule_packets(observe->input, site, "after-traffic", "filter",
				     comment);
	if (packets > 0)
		observe_prove(observe, diagnosis, "%s: rule %s counted %lld packets",
			      site, comment, (long long)packets);
}

bool observe_refused_here(const struct observe *observe, const struct finding *finding,
			  struct diagnosis *diagnosis)
{
	const struct site *site = side(observe, site_index(observe, finding->site))->site;
	size_t count = observe->input->scenario->expectations.count;
	char text[200];

	for (size_t i = 0; i < count; i++) {
		const struct event *probe =
			probe_in_selector(observe, finding->selector, i);
		const char *refuser;

		if (!probe || event_number(probe, "received", 0) ||
		    event_number(probe, "arrived", 0))
			continue;
		refuser = json_string_value(json_object_get(
			json_array_get(json_object_get(probe->facts, "errors"), 0),
			"from"));
		if (refuser && !is_own_address(site, refuser))
			continue;
		observe_prove(observe, diagnosis, "%s > %s: %s%s",
			      event_text(probe, "from"), event_text(probe, "to"),
			      refuser ? "refused by "
				      : "no answer, not seen at the far gateway",
			      refuser ? refuser : "");
		prove_counter(observe, diagnosis, finding->site, &finding->values[0].at);
		(void)snprintf(text, sizeof(text), "%s of %s to %s was refused at %s",
			       "the echo request", event_text(probe, "from"),
			       event_text(probe, "to"), finding->site);
		observe_in_effect(observe, diagnosis, text);
		return true;
	}
	return false;
}

/* Packets that the end has received through the CHILD SA for these networks. */
static int64_t packets_in(const struct observe *observe, unsigned int site,
			  const struct selector *selector)
{
	struct sas_walk walk = { .sas = check_sas(observe->input, site,
						  "after-traffic") };
	struct inet_prefix net = inet_prefix_network(&selector->remote);
	struct inet_text wanted = inet_prefix_text(&net);
	const json_t *child;

	while ((child = sas_next_child(&walk)))
		if (str_equal(json_string_value(json_array_get(
				      json_object_get(child, "local-ts"), 0)),
			      wanted.s))
			return json_text_number(child, "packets-in");
	return 0;
}

bool observe_refused_there(const struct observe *observe, const struct finding *finding,
			   struct diagnosis *diagnosis)
{
	unsigned int far = site_index(observe, finding->site);
	int64_t in = packets_in(observe, far, finding->selector);
	size_t count = observe->input->scenario->expectations.count;
	char text[200];

	for (size_t i = 0; i < count; i++) {
		const struct event *probe =
			probe_in_selector(observe, finding->selector, i);

		if (!probe || event_number(probe, "received", 0) ||
		    event_number(probe, "arrived", 0) || !in)
			continue;
		observe_prove(observe, diagnosis,
			      "%s decrypted %" PRId64
			      " packets of this pair, %s saw none",
			      finding->site, in, event_text(probe, "to"));
		prove_counter(observe, diagnosis, finding->site, &finding->values[0].at);
		(void)snprintf(text, sizeof(text),
			       "what %s sent came out of the tunnel and went no further",
			       event_text(probe, "from"));
		observe_in_effect(observe, diagnosis, text);
		return true;
	}
	return false;
}

bool observe_wide_rule(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < observe->verdicts->count; i++) {
		const struct verdict *verdict = &observe->verdicts->items[i];

		if (!str_equal(verdict->check, "blocked") || verdict->kind == VERDICT_OK)
			continue;
		observe_prove(observe, diagnosis, "%s: %s", verdict->claim,
			      verdict->seen);
		vec_foreach (proof, &verdict->proof)
			observe_prove(observe, diagnosis, "%s", *proof);
		prove_counter(observe, diagnosis, finding->site, &finding->values[0].at);
		observe_in_effect(observe, diagnosis,
				  "a packet that no tunnel carries passed the firewall");
		return true;
	}
	return false;
}

/*
 * A zone that catches nothing: what comes out of the tunnel for the site's hosts ends
 * at its gateway.
 */
bool observe_dead_zone(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis)
{
	const struct scenario *scenario = observe->input->scenario;
	int own = (int)site_index(observe, finding->site);

	for (size_t i = 0; i < scenario->expectations.count; i++) {
		const struct expectation *wanted = &scenario->expectations.items[i];
		const struct event *probe =
			check_probe(observe->input, "reach", "up", (int)i);
		int from, to;

		if (wanted->kind != EXPECT_REACH || !probe ||
		    !scenario_host_find(scenario, wanted->from, &from) ||
		    !scenario_host_find(scenario, wanted->to, &to) || to != own ||
		    from != !own || event_number(probe, "received", 0) ||
		    event_number(probe, "arrived", 0))
			continue;
		observe_prove(observe, diagnosis, "%s > %s: nothing arrived",
			      wanted->from, wanted->to);
		prove_counter(observe, diagnosis, finding->site, &finding->values[0].at);
		observe_in_effect(
			observe, diagnosis,
			"what the far site sends comes out of the tunnel and is "
			"refused by the gateway");
		return true;
	}
	return false;
}

/* ------------------------------------------------------------ names */

static bool is_in_domain(const char *name, const char *domain)
{
	size_t length = strlen(name), of = domain ? strlen(domain) : 0;

	return domain &&
	       (str_equal(name, domain) ||
		(length > of && str_ends(name, domain) && name[length - of - 1] == '.'));
}

/* Was any of what the host asked for in that domain? */
static bool asks_domain(const struct event *probe, const char *domain)
{
	json_t *name;
	size_t i;

	json_array_foreach (json_object_get(probe->facts, "names"), i, name)
		if (is_in_domain(json_string_value(name), domain))
			return true;
	return is_in_domain(event_text(probe, "name"), domain);
}

/* The first name of the forward's domain that was not answered as expected. */
static const struct event *broken_name(const struct observe *observe,
				       const struct finding *finding)
{
	for (size_t i = 0; i < observe->verdicts->count; i++) {
		const struct verdict *verdict = &observe->verdicts->items[i];
		const struct event *probe;

		if (!str_equal(verdict->check, "name") || verdict->kind == VERDICT_OK)
			continue;
		probe = check_probe(observe->input, "name", "up", verdict->expectation);
		if (probe && asks_domain(probe, finding->forward->domain))
			return probe;
	}
	return NULL;
}

/* Did the question arrive at the forward's server in the right way? */
static const json_t *sights(const struct event *probe)
{
	return json_object_get(probe->facts, "seen");
}

bool observe_dns_source(const struct observe *observe, const struct finding *finding,
			struct diagnosis *diagnosis)
{
	const struct event *probe = broken_name(observe, finding);
	const struct wire_link *link;
	const struct wire_clear *clear;
	struct inet_prefix server = inet_prefix_host(&finding->forward->server);

	if (!probe || json_array_size(sights(probe)))
		return false;
	observe_prove(observe, diagnosis, "%s: %s, and %s was never asked",
		      event_text(probe, "name"), event_text(probe, "rcode"),
		      inet_addr_text(&finding->forward->server).s);
	clear = clear_into(observe, &server, NULL, &link);
	if (clear)
		prove_clear(observe, diagnosis, link, clear);
	for (unsigned int site = 0; site < 2; site++) {
		const struct log_facts *log = &observe->input->logs[site];
		const struct log_fact *fact =
			logs_next(log, NULL, CHARON_LOG_POLICY_OUT_MISSING);

		if (fact)
			observe_prove(observe, diagnosis, "%s",
				      logs_quote(log, fact, observe->input->arena));
	}
	observe_in_effect(observe, diagnosis,
			  "the forwarded question did not go through the tunnel");
	return true;
}

bool observe_rebind(const struct observe *observe, const struct finding *finding,
		    struct diagnosis *diagnosis)
{
	const struct event *probe = broken_name(observe, finding);

	if (!probe || !json_array_size(sights(probe)) ||
	    json_array_size(json_object_get(probe->facts, "answers")))
		return false;
	observe_prove(observe, diagnosis, "%s: %s, although %s was asked by %s",
		      event_text(probe, "name"), event_text(probe, "rcode"),
		      json_string_value(json_object_get(json_array_get(sights(probe), 0),
							"server")),
		      json_string_value(
			      json_object_get(json_array_get(sights(probe), 0), "from")));
	observe_in_effect(observe, diagnosis,
			  "the answer came through the tunnel and was thrown away");
	return true;
}
