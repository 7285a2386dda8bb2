// SPDX-License-Identifier: GPL-2.0-or-later
/* accesslist.c - F65 of a FRITZ!Box: phase2remoteid is negotiated, accesslist is what is sent */
#include "base/str.h"
#include "device/render.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "predict/user_rules.h"

/* Is the entry for no sender behind the box? "permit ip FAR any" has it the wrong way. */
static bool is_of_others(const struct rule *rule, const struct inet_prefix *local)
{
	vec_foreach (src, &rule->src)
		if (inet_prefix_overlaps(&src->prefix, local))
			return false;
	return rule->src.count > 0;
}

/* How much of the far network does the box's accesslist send into this tunnel? */
static bool is_in_accesslist(const struct site *site, const struct tunnel *tunnel,
			     const struct selector *selector,
			     const struct rule **ret_rule)
{
	const struct inet_prefix whole = inet_prefix_network(&selector->remote);
	const struct inet_prefix *far = &whole;
	uint64_t parts = 0; /* addresses of it that narrower entries have */

	*ret_rule = NULL;
	vec_foreach (rule, &site->rules) {
		if (rule->is_disabled || rule->target != TARGET_TUNNEL ||
		    (rule->tunnel.s && !str_equal(rule->tunnel.s, tunnel->name)))
			continue;
		if (!*ret_rule)
			*ret_rule = rule;
		if (is_of_others(rule, &selector->local))
			continue;
		if (!rule->dest.count)
			return true;
		vec_foreach (dest, &rule->dest) {
			if (dest->is_negated)
				continue;
			if (dest->prefix.length <= far->length &&
			    inet_prefix_has(&dest->prefix, &far->addr))
				return true;
			if (inet_prefix_has(far, &dest->prefix.addr))
				parts += 1ULL << (32 - dest->prefix.length);
		}
	}
	if (parts >= 1ULL << (32 - far->length))
		return true;
	return !*ret_rule; /* no line about this tunnel: nothing is known */
}

/* An entry for some protocols, ports or senders, or one that takes some out; NULL. */
static const struct rule *partial_access(const struct site *site,
					 const struct tunnel *tunnel,
					 const struct selector *selector)
{
	const struct inet_prefix *local = &selector->local, *remote = &selector->remote;

	vec_foreach (rule, &site->rules) {
		bool is_about = !rule->dest.count, is_for_all = !rule->src.count;

		if (rule->is_disabled || is_of_others(rule, local) ||
		    (rule->tunnel.s && !str_equal(rule->tunnel.s, tunnel->name)))
			continue;
		vec_foreach (dest, &rule->dest)
			is_about |= inet_prefix_overlaps(&dest->prefix, remote);
		vec_foreach (src, &rule->src)
			is_for_all |= inet_prefix_covers(&src->prefix, local);
		if (is_about &&
		    (!is_for_all || rule->protocols.count || rule->src_ports.count ||
		     rule->dest_ports.count || rule->target != TARGET_TUNNEL))
			return rule;
	}
	return NULL;
}

/* "10.33.0.0 255.255.255.0", as AVM writes networks. */
static const char *netmask_text(struct arena *arena, const struct inet_prefix *net)
{
	return arena_printf(arena, "%s %s", inet_addr_text(&net->addr).s,
			    render_mask(arena, net->length));
}

/* How many entries has the accesslist of the tunnel? */
static size_t access_entries(const struct site *site, const struct tunnel *tunnel)
{
	size_t count = 0;

	vec_foreach (rule, &site->rules)
		count += !rule->tunnel.s || str_equal(rule->tunnel.s, tunnel->name);
	return count;
}

void predict_accesslist(const struct predict_input *input, struct findings *findings,
			unsigned int end, const struct tunnel *tunnel,
			const struct selector *selector)
{
	const struct site *site = input->sites[end];
	struct inet_prefix far = inet_prefix_network(&selector->remote);
	struct inet_text listed = { "?" };
	const struct rule *rule;
	struct finding *finding;
	bool is_only;

	if (site->firewall != FIREWALL_ACCESS_LIST || !far.length)
		return;
	rule = partial_access(site, tunnel, selector);
	if (rule) {
		user_doubt_say(input, site,
			       &(struct user_doubt){
				       "an accesslist for some packets only", rule->at },
			       ASPECT_WAY, findings);
		return;
	}
	if (is_in_accesslist(site, tunnel, selector, &rule))
		return;
	listed = rule->dest.count && !is_of_others(rule, &selector->local)
			 ? inet_prefix_text(&rule->dest.items[0].prefix)
		 : rule->src.count ? inet_prefix_text(&rule->src.items[0].prefix)
				   : listed;
	finding =
		predict_add(input, findings, F65, site->name,
			    "%s does not send all of %s into the tunnel: its accesslist "
			    "has %s%s",
			    site->name, inet_prefix_text(&far).s, listed.s,
			    is_of_others(rule, &selector->local)
				    ? ", which is not its own, as the sender"
				    : "");
	finding->tunnel = tunnel;
	finding->selector = selector;
	finding->rule = rule;
	predict_value(input, finding, 0, site->name, "accesslist", rule->at, "%s",
		      listed.s);
	predict_value(input, finding, 1, site->name, "phase2remoteid",
		      selector->remote_at, "%s", inet_prefix_text(&far).s);
	predict_why(input, finding,
		    "phase2remoteid is negotiated, accesslist decides what goes in; the "
		    "rest leaves to the Internet");
	/* The only entry becomes the right one; of several none is taken away. */
	is_only = access_entries(site, tunnel) == 1;
	predict_fix(input, finding, "%s: %s:%u: accesslist = %s\"permit ip any %s\";",
		    site->name, rule->at.file ? rule->at.file : "vpn.cfg", rule->at.line,
		    is_only ? "" : "…, ", netmask_text(input->arena, &far));
	predict_edit(input, finding, site, EDIT_IN_BLOCK, rule->at,
		     "accesslist %s \"permit ip any %s\";",
		     is_only ? "=" : "+=", netmask_text(input->arena, &far));
	predict_sees(input, finding,
		     "%s: the tunnel is up, and the far hosts do not answer", site->name);
}
