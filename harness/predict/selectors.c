// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * selectors.c - F45 to F50, F54: which networks the tunnel carries
 *
 * strongSwan narrows to what both want, in IKEv1 too; FritzBox, ScreenOS and SRX want
 * the pair of networks equal and refuse everything else.
 */
#include <string.h>

#include "base/str.h"
#include "device/device.h"
#include "model/pair.h"
#include "predict/pairs.h"
#include "predict/predict.h"
#include "predict/words.h"

#define REPORTED_MAX 16 /* pairs of one tunnel; the others are wrong alike */

struct context {
	const struct predict_input *input;
	struct findings *findings;
	const struct tunnel *const *tunnels;
	unsigned int from; /* whose selectors are looked for at the other end */
	bool has_any_pair; /* some pair of networks fits */
	unsigned int reported;
	/* Of the other end, said to stand where a missing one should. */
	const struct selector *told[REPORTED_MAX];
	unsigned int told_count;
};

static bool is_known(const struct selector *selector)
{
	return selector->local.addr.family && selector->remote.addr.family;
}

/* A word of its file is no network: what it would have is not known, and said (F01). */
static bool has_unreadable(const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		predict_foreach_selector (selector, child)
			if ((!selector->local.addr.family && selector->local_at.file) ||
			    (!selector->remote.addr.family && selector->remote_at.file))
				return true;
	return false;
}

/* A pair of the other end as seen from here, that shares addresses on both sides. */
static const struct selector *find_overlap(const struct selector *selector,
					   const struct tunnel *other)
{
	vec_foreach (child, &other->children)
		vec_foreach (candidate, &child->selectors)
			if (inet_prefix_overlaps(&candidate->local, &selector->remote) &&
			    inet_prefix_overlaps(&candidate->remote, &selector->local))
				return candidate;
	return NULL;
}

static const struct selector *find_swapped(const struct selector *selector,
					   const struct tunnel *other)
{
	vec_foreach (child, &other->children)
		vec_foreach (candidate, &child->selectors)
			if (pair_selectors_equal(selector, candidate))
				return candidate;
	return NULL;
}

const struct prefix_value *predict_own_network(const struct site *site,
					       const struct inet_prefix *net)
{
	const struct site_interface *wan = site_wan(site);

	vec_foreach (interface, &site->interfaces) {
		if (interface == wan || interface->is_tunnel || interface->is_disabled ||
		    str_equal(interface->device, "lo"))
			continue;
		vec_foreach (address, &interface->addresses)
			if (address->prefix.length &&
			    inet_prefix_overlaps(&address->prefix, net))
				return address;
	}
	return NULL;
}

bool predict_is_swapped_here(const struct site *site, const struct selector *selector,
			     const struct tunnel *peer)
{
	/* With one network at both ends each way round is the right one. */
	return selector->remote.length &&
	       !inet_prefix_overlaps(&selector->local, &selector->remote) &&
	       find_swapped(selector, peer) &&
	       predict_own_network(site, &selector->remote);
}

static bool is_told(const struct context *context, const struct selector *selector)
{
	for (unsigned int i = 0; i < context->told_count; i++)
		if (context->told[i] == selector)
			return true;
	return false;
}

/*
 * The other end's pair that stands where this one should: rather one that nobody here
 * asks for, then one of the same networks; NULL when it has none.
 */
static const struct selector *find_nearest(const struct context *context,
					   const struct selector *selector)
{
	const struct tunnel *own = context->tunnels[context->from];
	const struct selector *nearest = NULL;
	unsigned int best = 0;

	vec_foreach (child, &context->tunnels[!context->from]->children)
		vec_foreach (candidate, &child->selectors) {
			const bool is_free = !is_told(context, candidate) &&
					     !pair_find_mirror(candidate, own, NULL);
			const unsigned int score =
				1 + 4 * is_free +
				2 * inet_prefix_overlaps(&candidate->local,
							 &selector->remote) +
				inet_prefix_overlaps(&candidate->remote,
						     &selector->local);

			if (score <= best)
				continue;
			best = score;
			nearest = candidate;
		}
	return nearest;
}

static const char *pair_text(const struct predict_input *input,
			     const struct selector *selector)
{
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct inet_prefix remote = inet_prefix_network(&selector->remote);

	return arena_printf(input->arena, "%s === %s", inet_prefix_text(&local).s,
			    inet_prefix_text(&remote).s);
}

/* Of the two lines of a pair the one that differs from what the other end has. */
static struct origin wrong_line(const struct selector *selector,
				const struct selector *other)
{
	bool is_local_fine = other && inet_prefix_equal(&selector->local, &other->remote);

	return is_local_fine && selector->remote_at.file ? selector->remote_at
							 : selector->local_at;
}

/* selector NULL: it has none; other: what the other end has instead. */
static void say_pair(const struct context *context, struct finding *finding,
		     unsigned int end, const struct selector *selector,
		     const struct selector *other)
{
	const struct site *site = context->input->sites[end];

	predict_value(context->input, finding, end, site->name,
		      words_setting(site, WORD_NETWORKS),
		      selector ? wrong_line(selector, other) : context->tunnels[end]->at,
		      "%s", selector ? pair_text(context->input, selector) : "none");
}

/* How a pair of networks is written there. */
static void say_add(const struct context *context, struct finding *finding,
		    unsigned int end, const struct selector *mirror)
{
	const struct predict_input *input = context->input;
	const struct site *site = input->sites[end];
	const struct language *language = language_of(site);
	const char *local =
		arena_strdup(input->arena, inet_prefix_text(&mirror->local).s);
	const char *remote =
		arena_strdup(input->arena, inet_prefix_text(&mirror->remote).s);

	if (language->add_pair)
		predict_fix(input, finding, "%s: %s", site->name,
			    language->add_pair(input->arena,
					       context->tunnels[end]->bind_interface,
					       local, remote));
}

/* "OLD\nNEW" of one network, when it differs and its line is known. */
static void edit_network(const struct predict_input *input, struct finding *finding,
			 const struct site *site, struct origin at,
			 const struct inet_prefix *old, const struct inet_prefix *new)
{
	if (at.line && !inet_prefix_equal(old, new))
		predict_edit(input, finding, site, EDIT_WORD, at, "%s\n%s",
			     inet_prefix_text(old).s, inet_prefix_text(new).s);
}

/* The pair that stands there made the one that the other end has. */
static void say_change(const struct context *context, struct finding *finding,
		       unsigned int end, const struct selector *selector,
		       const struct selector *wanted)
{
	const struct site *site = context->input->sites[end];
	const struct origin at =
		wrong_line(selector, &(struct selector){ .remote = wanted->local });

	if (!at.line)
		return;
	predict_fix(context->input, finding, "%s: %s instead of %s (%s:%u)", site->name,
		    pair_text(context->input, wanted),
		    pair_text(context->input, selector), at.file, at.line);
	edit_network(context->input, finding, site, selector->local_at, &selector->local,
		     &wanted->local);
	edit_network(context->input, finding, site, selector->remote_at,
		     &selector->remote, &wanted->remote);
}

static bool has_other_pair(const struct tunnel *tunnel, const struct selector *selector)
{
	vec_foreach (child, &tunnel->children)
		vec_foreach (candidate, &child->selectors)
			if (candidate != selector)
				return true;
	return false;
}

static void report_missing(struct context *context, const struct selector *selector)
{
	const struct predict_input *input = context->input;
	unsigned int from = context->from;
	const struct site *own = input->sites[from], *peer = input->sites[!from];
	const struct tunnel *other = context->tunnels[!from];
	const struct selector *swapped = find_swapped(selector, other);
	const struct selector *nearest =
		swapped ? swapped : find_nearest(context, selector);
	const struct selector mirror = pair_mirror(selector);
	struct finding *finding =
		predict_add(input, context->findings, swapped ? F46 : F45, NULL,
			    "%s wants %s, %s has %s", own->name,
			    pair_text(input, selector), peer->name,
			    swapped ? "its own local and remote network swapped"
				    : "no such pair of networks");

	finding->tunnel = context->tunnels[from];
	finding->selector = selector;
	if (!context->has_any_pair)
		finding->severity = SEVERITY_NO_TUNNEL;
	predict_why(input, finding,
		    "what one end calls local must be what the other calls remote");
	say_pair(context, finding, from, selector, nearest);
	say_pair(context, finding, !from, nearest, selector);
	say_add(context, finding, !from, &mirror);
	/* A pair that both ends have is no candidate: to change it would break it. */
	if (nearest && !is_told(context, nearest) &&
	    !pair_find_mirror(nearest, context->tunnels[from], NULL)) {
		const struct selector far = pair_mirror(nearest);

		if (context->told_count < REPORTED_MAX)
			context->told[context->told_count++] = nearest;
		say_change(context, finding, !from, nearest, &mirror);
		say_change(context, finding, from, selector, &far);
	}
	if (has_other_pair(context->tunnels[from], selector) && selector->remote_at.file)
		predict_fix(input, finding, "%s: or take the pair out (%s:%u)", own->name,
			    selector->remote_at.file, selector->remote_at.line);
	predict_sees_refusal(input, finding, predict_version(input, context->tunnels),
			     !input->initiator);
}

static bool is_any(const struct selector *selector)
{
	return !selector->local.length && !selector->remote.length;
}

static bool is_strict(const struct context *context)
{
	const struct predict_input *input = context->input;

	return predict_version(input, context->tunnels) != 2 &&
	       (predict_traits(input, 0)->wants_equal_selectors ||
		predict_traits(input, 1)->wants_equal_selectors);
}

/* Same networks, but one end carries only some protocol or port of them. */
static bool is_protocol_only(const struct selector *a, const struct selector *b)
{
	return inet_prefix_equal(&a->local, &b->remote) &&
	       inet_prefix_equal(&a->remote, &b->local);
}

/*
 * A hub that waits with everything for its branches: each gets what it asks for, also when the
 * hub renews its keys (seen with 5.9.8 and kernel ESP).
 */
static bool waits_for_all(const struct tunnel *tunnel, const struct selector *wide,
			  const struct selector *narrow)
{
	return !predict_can_start(tunnel) &&
	       (!wide->local.length || !wide->remote.length) &&
	       inet_prefix_covers(&wide->local, &narrow->remote) &&
	       inet_prefix_covers(&wide->remote, &narrow->local);
}

static bool is_meant_wide(const struct context *context, const struct selector *selector,
			  const struct selector *other)
{
	return !is_strict(context) && !is_any(selector) && !is_any(other) &&
	       (waits_for_all(context->tunnels[!context->from], other, selector) ||
		waits_for_all(context->tunnels[context->from], selector, other));
}

static void report_overlap(const struct context *context, const struct selector *selector,
			   const struct selector *other)
{
	const struct predict_input *input = context->input;
	unsigned int from = context->from;
	bool has_any = is_any(selector) || is_any(other), is_refused = is_strict(context);
	bool is_protocol = is_protocol_only(selector, other);
	const struct selector mirror = pair_mirror(selector),
			      other_mirror = pair_mirror(other);
	struct finding *finding =
		predict_add(input, context->findings,
			    is_protocol ? F50
			    : has_any	? F54
					: F47,
			    NULL,
			    is_protocol ? "%s wants %s and %s %s, but one of them only "
					  "for some protocol or "
					  "port"
					: "%s wants %s, %s has %s",
			    input->sites[from]->name, pair_text(input, selector),
			    input->sites[!from]->name, pair_text(input, other));

	finding->tunnel = context->tunnels[from];
	finding->selector = selector;
	finding->severity = is_refused && !is_protocol && !context->has_any_pair
				    ? SEVERITY_NO_TUNNEL
				    : SEVERITY_NO_TRAFFIC;
	/* What is in both pairs is carried. */
	finding->is_partial = !is_refused;
	if (has_any && !is_refused)
		finding->severity = SEVERITY_LATER;
	predict_why(
		input, finding,
		is_refused ? "the device wants both pairs equal and refuses this one"
		: has_any  ? "strongSwan narrows to the smaller pair; when the other end "
			     "renews the keys it may be refused"
			  : "both ends settle silently on what is in both pairs; packets "
			    "of the rest leave in clear or are lost");
	say_pair(context, finding, from, selector, other);
	say_pair(context, finding, !from, other, selector);
	if (is_any(other) || !is_any(selector))
		say_add(context, finding, !from, &mirror);
	if (is_any(selector) || !is_any(other))
		say_add(context, finding, from, &other_mirror);
	if (!is_protocol && !has_any) {
		say_change(context, finding, from, selector, &other_mirror);
		say_change(context, finding, !from, other, &mirror);
	}
	if (is_refused)
		predict_sees_refusal(input, finding,
				     predict_version(input, context->tunnels), !from);
	else
		predict_sees(input, finding,
			     "both: the tunnel is up; some hosts are dead");
}

/* Another connection to the same peer has the pair: ipsec.conf has one conn for each. */
static bool is_elsewhere(const struct context *context, const struct selector *selector)
{
	const struct site *site = context->input->sites[!context->from];
	const struct tunnel *known = context->tunnels[!context->from];

	vec_foreach (tunnel, &site->tunnels)
		if (tunnel != known && !tunnel->is_disabled && !tunnel->left_out &&
		    tunnel->remotes.count && known->remotes.count &&
		    inet_addr_equal(&tunnel->remotes.items[0].addr,
				    &known->remotes.items[0].addr) &&
		    pair_find_mirror(selector, tunnel, NULL))
			return true;
	return false;
}

/* Its networks are in the file, and the release does not read them: F02 says so. */
static bool is_unread(const struct site *site, const struct tunnel *tunnel)
{
	bool is_said = false;

	vec_foreach (remark, &site->remarks)
		is_said |= remark->code == SAYS_UNREAD_NETWORKS ||
			   remark->code == SAYS_UNREAD_TUNNELS;
	if (!is_said)
		return false;
	vec_foreach (child, &tunnel->children)
		predict_foreach_selector (selector, child)
			if (is_known(selector))
				return false;
	return true;
}

/* A pair of the end `from` at the other one; only disjoint ones when is_far. */
static void check_selector(struct context *context, const struct selector *selector,
			   bool is_far)
{
	const struct tunnel *other = context->tunnels[!context->from];
	const struct selector *overlap;

	/* Nearly all of a hub's have their mirror: first what costs least. */
	if (!is_known(selector) || context->reported >= REPORTED_MAX ||
	    pair_find_mirror(selector, other, NULL) ||
	    is_unread(context->input->sites[!context->from], other) ||
	    is_told(context, selector) || has_unreadable(other) ||
	    is_elsewhere(context, selector))
		return;
	overlap = find_overlap(selector, other);
	if (overlap && is_meant_wide(context, selector, overlap))
		return;
	context->reported++;
	if (overlap && !is_far)
		report_overlap(context, selector, overlap);
	else if (!overlap && !(is_far && find_swapped(selector, other)))
		report_missing(context, selector);
}

static bool has_any_pair(const struct tunnel *tunnel, const struct tunnel *other)
{
	vec_foreach (child, &tunnel->children)
		predict_foreach_selector (selector, child)
			if (pair_find_mirror(selector, other, NULL))
				return true;
	return false;
}

/* ------------------------------------------------------------ several networks */

static const struct remark *only_first_remark(const struct site *site)
{
	vec_foreach (remark, &site->remarks)
		if (remark->code == SAYS_ONE_PAIR)
			return remark;
	return NULL;
}

static void report_several(const struct context *context, const struct child *child,
			   enum class_id class, struct origin at, const char *what)
{
	const struct predict_input *input = context->input;
	const struct site *site = input->sites[context->from];
	struct finding *finding =
		predict_add(input, context->findings, class, site->name,
			    "%s puts several pairs of networks into one %s: %s",
			    site->name, "child", what);

	finding->tunnel = context->tunnels[context->from];
	if (context->from != input->initiator)
		finding->severity = SEVERITY_LATER; /* when it is the one that begins */
	else if (class == F49)			    /* the first one comes up */
		finding->selector = &child->selectors.items[child->selectors.count - 1];
	predict_why(input, finding,
		    "nothing is logged; packets for the others leave in clear "
		    "or are lost");
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_NETWORKS),
		      at, "several pairs in '%s'", child->name ? child->name : "?");
	predict_fix(input, finding, "%s: %s:%u: one child (tunnel section) for each pair",
		    site->name, at.file ? at.file : "?", at.line);
}

static bool has_mirror(const struct child *child, const struct selector *wanted)
{
	predict_foreach_selector (selector, child)
		if (is_protocol_only(selector, wanted))
			return true;
	return false;
}

/* How many of the child's pairs does that child of the other end have? */
static size_t common_pairs(const struct child *child, const struct child *other)
{
	size_t common = 0;

	predict_foreach_selector (selector, child)
		common += has_mirror(other, selector);
	return common;
}

/* Both ends have all pairs, but one asks for them at once and the other has them apart. */
static bool is_apart(const struct child *child, const struct tunnel *other)
{
	size_t most = 0, all = 0;

	vec_foreach (theirs, &other->children) {
		const size_t common = common_pairs(child, theirs);

		all += common;
		if (common > most)
			most = common;
	}
	return most < child->selectors.count && all >= child->selectors.count;
}

static void check_several(const struct context *context)
{
	const struct predict_input *input = context->input;
	const struct tunnel *tunnel = context->tunnels[context->from];
	const struct site *site = input->sites[context->from];
	int version = predict_version(input, context->tunnels);
	const struct remark *remark = only_first_remark(site);

	if (!predict_is_strongswan(site))
		return;
	vec_foreach (child, &tunnel->children) {
		bool has_remark = remark && child->selectors.count &&
				  origin_same_line(&remark->at,
						   &child->selectors.items[0].local_at);

		if (version == 1 &&
		    ((child->is_one_sa && child->selectors.count > 1) || has_remark))
			report_several(context, child, F48,
				       has_remark ? remark->at
						  : child->selectors.items[0].local_at,
				       "IKEv1 negotiates only the first");
		else if (version == 2 && child->is_one_sa && child->selectors.count > 1 &&
			 predict_traits(input, !context->from)->has_one_pair_per_child)
			report_several(
				context, child, F49, child->selectors.items[0].local_at,
				"the device at the other end takes one pair for each");
		else if (version == 2 && child->is_one_sa && child->selectors.count > 1 &&
			 predict_can_start(tunnel) &&
			 is_apart(child, context->tunnels[!context->from]))
			report_several(
				context, child, F49, child->selectors.items[0].local_at,
				"the other end has them in several, and narrows to one");
	}
}

void predict_selectors(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	struct context context = { .input = input,
				   .findings = findings,
				   .tunnels = tunnels };

	context.has_any_pair = has_any_pair(tunnels[0], tunnels[1]);
	for (unsigned int i = 0; i < 2; i++) {
		context.from = i ? !input->initiator : input->initiator;
		vec_foreach (child, &tunnels[context.from]->children)
			predict_foreach_selector (selector, child)
				check_selector(&context, selector, i == 1);
		check_several(&context);
	}
}
