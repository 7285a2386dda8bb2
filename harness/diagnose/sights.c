// SPDX-License-Identifier: GPL-2.0-or-later
/* sights.c - where a packet was last seen, and who has counted it */
#include "diagnose/sights.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"

const char *sights_site(const struct sights *sights, unsigned int site)
{
	return sights->observe->input->scenario->sites.items[site].name;
}

const struct tunnel *sights_tunnel(const struct sights *sights, unsigned int site)
{
	const struct site *of = sights->observe->input->scenario->sites.items[site].site;

	vec_foreach (tunnel, &of->tunnels)
		if (!tunnel->is_disabled)
			return tunnel;
	return NULL;
}

/* ------------------------------------------------------------ the wire */

/* Behind a NAT one of the two addresses is another: the other one decides. */
static bool is_from(const struct check_input *input, unsigned int site,
		    const struct inet_addr *src, const struct inet_addr *dst)
{
	const struct scenario_site *own = &input->scenario->sites.items[site];
	const struct scenario_site *peer = &input->scenario->sites.items[!site];
	bool is_src = inet_addr_equal(src, &scenario_wan(own)->addr);
	bool is_dst = inet_addr_equal(dst, &scenario_wan(peer)->addr);

	return is_src || is_dst;
}

/* The greater count of the site's Internet links is what passed the nearer one. */
static void note(struct sight *sight, const struct wire_link *link, bool is_own,
		 uint64_t packets, uint64_t first)
{
	uint64_t *count = is_own ? &sight->left : &sight->arrived;

	if (packets <= *count)
		return;
	*count = packets;
	*(is_own ? &sight->left_file : &sight->arrived_file) = link->file;
	*(is_own ? &sight->left_first : &sight->arrived_first) = first;
}

static void collect_ike(struct sights *sights, const struct wire_link *link)
{
	const struct check_input *input = sights->observe->input;

	for (unsigned int from = 0; from < 2; from++) {
		uint64_t packets[2] = { 0 }, first[2] = { 0 };
		bool is_own = link->link->site == (int)from;

		vec_foreach (flow, &link->ike_flows) {
			if (!is_from(input, from, &flow->src, &flow->dst))
				continue;
			if (!packets[flow->is_nat_t])
				first[flow->is_nat_t] = flow->first;
			packets[flow->is_nat_t] += flow->packets;
		}
		note(&sights->ike[from], link, is_own, packets[0], first[0]);
		note(&sights->nat_t[from], link, is_own, packets[1], first[1]);
	}
}

static void collect_esp(struct sights *sights, const struct wire_link *link)
{
	const struct check_input *input = sights->observe->input;

	for (unsigned int from = 0; from < 2; from++) {
		bool is_own = link->link->site == (int)from;
		size_t *largest = is_own ? &sights->esp[from].left_largest
					 : &sights->esp[from].arrived_largest;
		uint64_t packets = 0;

		vec_foreach (flow, &link->esp) {
			if (!is_from(input, from, &flow->src, &flow->dst))
				continue;
			packets += flow->packets;
			if (flow->largest > *largest)
				*largest = flow->largest;
		}
		note(&sights->esp[from], link, is_own, packets, 0);
	}
}

static void collect_wire(struct sights *sights)
{
	const struct wire *wire = sights->observe->input->wire;

	for (size_t i = 0; i < wire->count; i++) {
		const struct wire_link *link = &wire->links[i];

		if (!link->link->is_internet || link->link->site < 0)
			continue;
		sights->is_blind |= link->is_damaged && !link->packets;
		collect_ike(sights, link);
		collect_esp(sights, link);
		for (unsigned int from = 0; from < 2; from++)
			note(&sights->fragments[from], link,
			     link->link->site == (int)from, link->fragments, 0);
	}
}

const struct wire_refusal *sights_refusal(const struct sights *sights, unsigned int to,
					  uint16_t port,
					  const struct wire_link **ret_link)
{
	const struct check_input *input = sights->observe->input;
	const struct inet_addr *wan =
		&scenario_wan(&input->scenario->sites.items[to])->addr;

	for (size_t i = 0; i < input->wire->count; i++)
		vec_foreach (refusal, &input->wire->links[i].refusals)
			if (input->wire->links[i].link->is_internet &&
			    inet_addr_equal(&refusal->wanted, wan) &&
			    (!port || refusal->port == port)) {
				*ret_link = &input->wire->links[i];
				return refusal;
			}
	return NULL;
}

const struct wire_ike *sights_ike_inside(const struct sights *sights, unsigned int site,
					 const struct wire_link **ret_link)
{
	const struct wire *wire = sights->observe->input->wire;

	for (size_t i = 0; i < wire->count; i++) {
		const struct wire_link *link = &wire->links[i];

		if (link->link->is_internet || link->link->site != (int)site)
			continue;
		vec_foreach (flow, &link->ike_flows) {
			*ret_link = link;
			return flow;
		}
	}
	return NULL;
}

uint64_t sights_echoes(const struct sights *sights, unsigned int site, const char *from,
		       const char *to, bool is_reply)
{
	const struct check_input *input = sights->observe->input;
	const struct scenario_host *src = scenario_host_find(input->scenario, from, NULL);
	const struct scenario_host *dst = scenario_host_find(input->scenario, to, NULL);
	uint64_t packets = 0;

	for (size_t i = 0; src && dst && i < input->wire->count; i++) {
		const struct wire_link *link = &input->wire->links[i];

		if (link->link->is_internet || link->link->site != (int)site)
			continue;
		vec_foreach (flow, &link->echoes)
			if (flow->is_reply == is_reply &&
			    inet_addr_equal(&flow->src, &src->addr) &&
			    inet_addr_equal(&flow->dst, &dst->addr))
				packets += flow->packets;
	}
	return packets;
}

/* ------------------------------------------------------------ the ends */

const struct log_fact *sights_fact(const struct sights *sights, enum charon_log_fact kind,
				   unsigned int *ret_site)
{
	for (unsigned int site = 0; site < 2; site++) {
		const struct log_fact *fact =
			logs_next(&sights->observe->input->logs[site], NULL, kind);

		if (fact) {
			*ret_site = site;
			return fact;
		}
	}
	return NULL;
}

bool sights_is_without_sa(const struct sights *sights)
{
	return observe_is_broken(sights->observe,
				 "ike-sa child-sa rekey late-name wan-change");
}

static bool is_state(const json_t *object, const char *state)
{
	return str_equal(json_text(object, "state"), state);
}

/* How many IKE and CHILD SAs there are, and what has gone through. */
static void count_sas(const json_t *sas, bool *ret_ike, bool *ret_child, int64_t *ret_in,
		      int64_t *ret_out)
{
	struct sas_walk ike = { .sas = sas }, children = { .sas = sas };
	const json_t *sa, *child;

	while ((sa = sas_next(&ike)))
		*ret_ike |= is_state(sa, "ESTABLISHED");
	while ((child = sas_next_child(&children))) {
		*ret_child |= is_state(child, "INSTALLED");
		*ret_in += json_text_number(child, "packets-in");
		*ret_out += json_text_number(child, "packets-out");
	}
}

static void collect_ends(struct sights *sights)
{
	const struct check_input *input = sights->observe->input;
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "vici", "loaded")))
		for (unsigned int site = 0; site < 2; site++)
			sights->is_running[site] |=
				str_equal(event->node, sights_site(sights, site));
	event = NULL;
	while ((event = timeline_next(input->timeline, event, "kernel", "settings")))
		for (unsigned int site = 0; site < 2; site++)
			if (str_equal(event->node, sights_site(sights, site)) &&
			    str_equal(event_text(event, "label"), "after-traffic"))
				sights->settings[site] = event;
	for (unsigned int site = 0; site < 2; site++) {
		int64_t in = 0, out = 0;

		sights->has_heard[site] =
			logs_next(&input->logs[site], NULL, CHARON_LOG_RESPONDING);
		count_sas(check_sas(input, site, "up"), &sights->has_ike[site],
			  &sights->has_child[site], &in, &out);
		count_sas(check_sas(input, site, "after-traffic"),
			  &sights->has_ike_after[site], &sights->has_child_after[site],
			  &sights->in[site], &sights->out[site]);
	}
}

static void collect_lost(struct sights *sights)
{
	const struct check_input *input = sights->observe->input;

	for (size_t i = 0; i < input->scenario->expectations.count; i++) {
		const struct expectation *wanted =
			&input->scenario->expectations.items[i];
		const struct event *probe = check_probe(input, "reach", "up", (int)i);
		int from = -1, to = -1;

		if (wanted->kind != EXPECT_REACH || wanted->path != PATH_TUNNEL ||
		    !probe || event_number(probe, "received", 0) ||
		    !scenario_host_find(input->scenario, wanted->from, &from) ||
		    !scenario_host_find(input->scenario, wanted->to, &to) || from < 0 ||
		    to < 0)
			continue;
		vec_add(input->arena, &sights->lost,
			((struct sight_lost){
				.expectation = (int)i,
				.from = (unsigned int)from,
				.to = (unsigned int)to,
				.host_from = wanted->from,
				.host_to = wanted->to,
				.has_arrived = event_number(probe, "arrived", 0) > 0 }));
	}
}

void sights_collect(const struct observe *observe, struct sights *ret_sights)
{
	*ret_sights = (struct sights){
		.observe = observe,
		.from = observe->input->scenario->initiator,
		.to = !observe->input->scenario->initiator,
	};
	collect_wire(ret_sights);
	collect_ends(ret_sights);
	collect_lost(ret_sights);
}
