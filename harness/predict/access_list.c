// SPDX-License-Identifier: GPL-2.0-or-later
/* access_list.c - F65: what a FRITZ!Box' accesslist sends into the tunnel */
#include "predict/access_list.h"

#include "base/str.h"
#include "device/render.h"
#include "model/aspect.h"
#include "predict/user_rules.h"

/* Is the entry for no sender behind the box? "permit ip FAR any" has it the wrong way. */
static bool is_of_others(const struct rule *rule, const struct inet_prefix *local)
{
	vec_foreach (src, &rule->src)
		if (inet_prefix_overlaps(&src->prefix, local))
			return false;
	return rule->src.count > 0;
}

/* What an entry decides: nothing here, a part, or all that is left of the pair. */
enum access_reach { ACCESS_NOTHING, ACCESS_SOME, ACCESS_PART, ACCESS_ALL };

/* ret_parts: addresses of the far network that are the entry's, with ACCESS_PART. */
static enum access_reach reach_of(const struct rule *rule, const struct tunnel *tunnel,
				  const struct selector *selector,
				  const struct inet_prefix *far, uint64_t *ret_parts)
{
	bool is_about = !rule->dest.count, is_whole = !rule->dest.count;
	bool is_for_all = !rule->src.count;

	*ret_parts = 0;
	if (rule->is_disabled || is_of_others(rule, &selector->local) ||
	    (rule->tunnel.s && !str_equal(rule->tunnel.s, tunnel->name)))
		return ACCESS_NOTHING;
	vec_foreach (dest, &rule->dest) {
		is_about |= inet_prefix_overlaps(&dest->prefix, far);
		is_whole |= !dest->is_negated && inet_prefix_covers(&dest->prefix, far);
		if (!dest->is_negated && inet_prefix_has(far, &dest->prefix.addr))
			*ret_parts += 1ULL << (32 - dest->prefix.length);
	}
	vec_foreach (src, &rule->src)
		is_for_all |= inet_prefix_covers(&src->prefix, &selector->local);
	if (!is_about)
		return ACCESS_NOTHING;
	if (!is_for_all || rule->protocols.count || rule->src_ports.count ||
	    rule->dest_ports.count)
		return ACCESS_SOME;
	return is_whole ? ACCESS_ALL : ACCESS_PART;
}

/*
 * Does the box's accesslist send the whole far network into this tunnel? The first entry
 * that is about a packet decides. ret_rule: the one that decides, or the first of the
 * tunnel's; NULL with true: no line is about this tunnel, and nothing is known.
 * ret_doubt: an entry for some packets only, which decides before that; NULL: none.
 */
static bool is_in_accesslist(const struct site *site, const struct tunnel *tunnel,
			     const struct selector *selector,
			     const struct rule **ret_rule, const struct rule **ret_doubt)
{
	const struct inet_prefix far = inet_prefix_network(&selector->remote);
	uint64_t permitted = 0, parts;

	*ret_rule = *ret_doubt = NULL;
	vec_foreach (rule, &site->rules) {
		const bool is_permit = rule->target == TARGET_TUNNEL;
		const enum access_reach reach =
			reach_of(rule, tunnel, selector, &far, &parts);

		if (!*ret_rule && is_permit && !rule->is_disabled &&
		    (!rule->tunnel.s || str_equal(rule->tunnel.s, tunnel->name)))
			*ret_rule = rule;
		if (reach == ACCESS_SOME || (reach == ACCESS_PART && !is_permit)) {
			*ret_doubt = rule;
			return true;
		}
		if (reach == ACCESS_PART)
			permitted += parts;
		if (reach == ACCESS_ALL && !is_permit && !permitted)
			*ret_rule = rule;
		if (reach == ACCESS_ALL && !is_permit)
			return permitted >= 1ULL << (32 - far.length);
		if (reach == ACCESS_ALL)
			return true;
	}
	return permitted >= 1ULL << (32 - far.length) || !*ret_rule;
}

/* "10.33.0.0 255.255.255.0", as AVM writes networks. */
static const char *netmask_text(struct arena *arena, const struct inet_prefix *net)
{
	return arena_printf(arena, "%s %s", inet_addr_text(&net->addr).s,
			    render_mask(arena, net->length));
}

/* How many entries has the accesslist of the tunnel? */
static size_t entries_of(const struct site *site, const struct tunnel *tunnel)
{
	size_t count = 0;

	vec_foreach (rule, &site->rules)
		count += !rule->tunnel.s || str_equal(rule->tunnel.s, tunnel->name);
	return count;
}

/* The only entry becomes the right one; of several none is taken away. */
static void say_entry(const struct predict_input *input, struct finding *finding,
		      const struct site *site, const struct rule *rule, const char *net)
{
	const char *file = rule->at.file ? rule->at.file : "vpn.cfg";
	const bool is_only = entries_of(site, finding->tunnel) == 1;

	if (rule->target != TARGET_TUNNEL) {
		predict_fix(input, finding,
			    "%s: %s:%u: \"permit ip any %s\" before this entry",
			    site->name, file, rule->at.line, net);
		return;
	}
	predict_fix(input, finding, "%s: %s:%u: accesslist = %s\"permit ip any %s\";",
		    site->name, file, rule->at.line, is_only ? "" : "…, ", net);
	predict_edit(input, finding, site, EDIT_IN_BLOCK, rule->at,
		     "accesslist %s \"permit ip any %s\";", is_only ? "=" : "+=", net);
}

/* FRITZ!Box: phase2remoteid is what is negotiated, accesslist what is sent. */
void predict_access_list(const struct predict_input *input, struct findings *findings,
			 unsigned int end, const struct tunnel *tunnel,
			 const struct selector *selector)
{
	const struct site *site = input->sites[end];
	struct inet_prefix far = inet_prefix_network(&selector->remote);
	const struct inet_text everything = { "everything" };
	struct inet_text listed = { "?" };
	const struct rule *rule, *doubt;
	struct finding *finding;
	bool is_in;

	if (site->firewall != FIREWALL_ACCESS_LIST || !far.length)
		return;
	is_in = is_in_accesslist(site, tunnel, selector, &rule, &doubt);
	if (doubt)
		user_doubt_say(input, site,
			       &(struct user_doubt){ "an accesslist for some packets "
						     "only",
						     doubt->at },
			       ASPECT_WAY, findings);
	if (is_in)
		return;
	listed = rule->dest.count && !is_of_others(rule, &selector->local)
			 ? inet_prefix_text(&rule->dest.items[0].prefix)
		 : rule->src.count ? inet_prefix_text(&rule->src.items[0].prefix)
		 : rule->target != TARGET_TUNNEL ? everything
						 : listed;
	finding =
		predict_add(input, findings, F65, site->name,
			    "%s does not send all of %s into the tunnel: its accesslist "
			    "%s %s%s",
			    site->name, inet_prefix_text(&far).s,
			    rule->target == TARGET_TUNNEL ? "has" : "denies", listed.s,
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
	say_entry(input, finding, site, rule, netmask_text(input->arena, &far));
	predict_sees(input, finding,
		     "%s: the tunnel is up, and the far hosts do not answer", site->name);
}
