// SPDX-License-Identifier: GPL-2.0-or-later
/* compare.c - what was predicted for a pair of charons, what they did, what differs */
#include "agree/compare.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/observe.h"
#include "ipsec/alg.h"
#include "predict/proposals.h"

/* ------------------------------------------------------------ the prediction */

/* What a mini-rehearsal without firewalls, NAT and names can show. */
static bool is_in_scope(const struct finding *finding)
{
	static const enum layer layers[] = { LAYER_CONFIGURATION, LAYER_PHASE1,
					     LAYER_ADDRESSES, LAYER_PHASE2 };

	for (size_t i = 0; i < ARRAY_SIZE(layers); i++)
		if (finding->class->layer == layers[i])
			return true;
	return false;
}

static bool is_about(const struct finding *finding, const struct class_set *set)
{
	for (size_t i = 0; i < CLASS_SET_MAX && set->items[i]; i++)
		if (finding->class->number == set->items[i])
			return true;
	return false;
}

/*
 * Only one end begins here: what the other one would make up for, by beginning in a way
 * that both know, stops it all the same.
 */
static bool is_of_beginning(const struct finding *finding, const struct tunnel *beginning)
{
	static const struct class_set ways = { { F17, F18 } };

	return finding->severity == SEVERITY_LATER && is_about(finding, &ways) &&
	       finding->tunnel == beginning;
}

static bool stops_ike(const struct finding *finding, const struct tunnel *beginning)
{
	return is_of_beginning(finding, beginning) ||
	       (finding->severity == SEVERITY_NO_TUNNEL && !finding->is_phase2 &&
		is_in_scope(finding));
}

/* Does the finding keep this pair of networks of the initiator from coming up? */
static bool stops_selector(const struct finding *finding, const struct selector *selector)
{
	static const struct class_set refused = { { F45, F46 } };

	return finding->selector == selector && is_about(finding, &refused);
}

/* Does it keep every child from coming up, or all but the first? */
static bool stops_child(const struct finding *finding, size_t number)
{
	static const struct class_set at_rekey = { { F43 } };
	static const struct class_set selectors = { { F45, F46, F47, F48, F49, F50,
						      F54 } };

	/* The second CHILD SA of IKEv2 asks for the group that the first did not. */
	if (is_about(finding, &at_rekey))
		return number > 0;
	return finding->severity == SEVERITY_NO_TUNNEL && is_in_scope(finding) &&
	       finding->is_phase2 && !is_about(finding, &selectors);
}

/* What is in another network already says nothing new. */
static void add_network(struct arena *arena, struct agree_networks *networks,
			const struct inet_prefix *prefix)
{
	const struct inet_prefix network = inet_prefix_network(prefix);
	size_t kept = 0;

	vec_foreach (known, networks)
		if (inet_prefix_covers(known, &network))
			return;
	for (size_t i = 0; i < networks->count; i++)
		if (!inet_prefix_covers(&network, &networks->items[i]))
			networks->items[kept++] = networks->items[i];
	networks->count = kept;
	vec_add(arena, networks, network);
}

/* Of two networks that overlap one is in the other. */
static const struct inet_prefix *narrower(const struct inet_prefix *a,
					  const struct inet_prefix *b)
{
	return a->length > b->length ? a : b;
}

static void narrow(struct arena *arena, struct agree_child *child,
		   const struct selector *own, const struct selector *theirs)
{
	if (!inet_prefix_overlaps(&own->local, &theirs->remote) ||
	    !inet_prefix_overlaps(&own->remote, &theirs->local))
		return;
	add_network(arena, &child->local, narrower(&own->local, &theirs->remote));
	add_network(arena, &child->remote, narrower(&own->remote, &theirs->local));
}

/*
 * The responder's child that is taken: an equal one before one that overlaps; *ret_equal
 * says which of the two it is.
 */
static const struct conf_child *find_peer(const struct selector *own,
					  const struct conf_connection *responder,
					  bool *ret_equal)
{
	const struct conf_child *overlapping = NULL;
	const struct selector mirror = pair_mirror(own);

	*ret_equal = false;
	vec_foreach (entry, &responder->children) {
		vec_foreach (theirs, &entry->child->selectors) {
			if (entry->selector && entry->selector != theirs)
				continue;
			*ret_equal = pair_selectors_equal(&mirror, theirs);
			if (*ret_equal)
				return entry;
			if (!overlapping &&
			    inet_prefix_overlaps(&mirror.local, &theirs->local) &&
			    inet_prefix_overlaps(&mirror.remote, &theirs->remote))
				overlapping = entry;
		}
	}
	return overlapping;
}

static void predict_networks(struct arena *arena, const struct conf_child *entry,
			     const struct conf_child *peer, struct agree_child *child)
{
	vec_foreach (own, &entry->child->selectors) {
		if (entry->selector && entry->selector != own)
			continue;
		vec_foreach (theirs, &peer->child->selectors)
			if (!peer->selector || peer->selector == theirs)
				narrow(arena, child, own, theirs);
	}
}

static struct proposals_way way_of(const struct predict_input *input,
				   const struct conf_connection *own,
				   const struct conf_connection *peer)
{
	const struct tunnel *tunnels[2];

	tunnels[input->initiator] = own->tunnel;
	tunnels[!input->initiator] = peer->tunnel;
	return proposals_way_of(input, tunnels);
}

static void predict_child(const struct predict_input *input,
			  const struct findings *findings,
			  const struct conf_connection *own,
			  const struct conf_connection *other, size_t number,
			  struct agree_outcome *outcome)
{
	const struct conf_child *entry = &own->children.items[number];
	const struct conf_child *peer = NULL;
	struct agree_child *child = vec_push(input->arena, &outcome->children);
	const struct proposals_way way = way_of(input, own, other);
	bool has_dh = way.version != 2 || number > 0;
	bool is_equal = false;

	child->name = entry->name;
	vec_foreach (selector, &entry->child->selectors) {
		bool is_refused = entry->selector && entry->selector != selector;

		vec_foreach (finding, findings)
			is_refused |= stops_selector(finding, selector);
		/* An equal pair of any selector counts before one that overlaps. */
		if (!is_refused && !is_equal) {
			const struct conf_child *found =
				find_peer(selector, other, &is_equal);

			peer = is_equal || !peer ? found : peer;
		}
		child->is_up |= !is_refused;
	}
	vec_foreach (finding, findings)
		if (stops_child(finding, number))
			child->is_up = false;
	if (!child->is_up || !peer)
		return;
	predict_networks(input->arena, entry, peer, child);
	(void)proposals_settle_esp(input->arena, entry->child, peer->child, &way, has_dh,
				   &child->esp);
}

static const struct conf_connection *first_connection(const struct conf *conf)
{
	vec_foreach (connection, &conf->connections)
		if (!connection->is_second)
			return connection;
	return NULL;
}

unsigned int agree_initiator(const struct site *const sites[2], unsigned int wanted)
{
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int end = i ? !wanted : wanted;

		vec_foreach (tunnel, &sites[end]->tunnels)
			if (!tunnel->is_disabled && tunnel->remotes.count &&
			    tunnel->remotes.items[0].kind != ENDPOINT_ANY)
				return end;
	}
	return wanted;
}

/* Nobody can be called who is not known; predict says F04 when that is so of both. */
static bool knows_peer(const struct conf_connection *connection)
{
	return connection && connection->tunnel->remotes.count &&
	       connection->tunnel->remotes.items[0].kind != ENDPOINT_ANY;
}

void agree_predict(const struct predict_input *input, const struct findings *findings,
		   const struct conf *const confs[2], struct agree_outcome *ret_outcome)
{
	const struct conf_connection *ends[2] = { first_connection(confs[0]),
						  first_connection(confs[1]) };
	const struct conf_connection *own = ends[input->initiator];
	const struct conf_connection *peer = ends[!input->initiator];
	struct proposals_way way;

	*ret_outcome = (struct agree_outcome){ .is_ike_up = true };
	vec_foreach (finding, findings) {
		bool is_stop = stops_ike(finding, own ? own->tunnel : NULL);

		if (is_stop)
			ret_outcome->is_ike_up = false;
		for (size_t i = 0; own && !is_stop && i < own->children.count; i++)
			is_stop = stops_child(finding, i) || finding->selector;
		if (is_stop)
			vec_add(input->arena, &ret_outcome->classes, finding->class);
	}
	if (own && !knows_peer(own)) { /* no packet is sent: no log names anything */
		ret_outcome->is_ike_up = false;
		ret_outcome->classes.count = 0;
	}
	if (!ret_outcome->is_ike_up || !own || !peer)
		return;
	way = way_of(input, own, peer);
	(void)proposals_settle_ike(input->arena, own->tunnel, peer->tunnel, &way,
				   &ret_outcome->ike);
	for (size_t i = 0; i < own->children.count; i++)
		predict_child(input, findings, own, peer, i, ret_outcome);
}

/* ------------------------------------------------------------ the observation */

static const struct alg *alg_of(enum alg_kind kind, const struct vici_node *sa,
				const char *name, const char *size)
{
	const char *word = vici_node_text(sa, name);

	return word ? alg_by_charon(
			      kind, word,
			      (unsigned int)(size ? vici_node_number(sa, size, 0) : 0))
		    : NULL;
}

static struct pair_choice choice_of(const struct vici_node *sa)
{
	return (struct pair_choice){
		.encr = alg_of(ALG_KIND_ENCR, sa, "encr-alg", "encr-keysize"),
		.integ = alg_of(ALG_KIND_INTEG, sa, "integ-alg", "integ-keysize"),
		.prf = alg_of(ALG_KIND_PRF, sa, "prf-alg", NULL),
		.dh = alg_of(ALG_KIND_DH, sa, "dh-group", NULL),
	};
}

static void observe_networks(const struct vici_node *list, struct arena *arena,
			     struct agree_networks *networks)
{
	vici_node_foreach(item, list)
	{
		struct inet_prefix prefix;

		if (item->value && !inet_prefix_parse(item->value, &prefix))
			add_network(arena, networks, &prefix);
	}
}

static void observe_child(const struct vici_node *sa, struct arena *arena,
			  struct agree_outcome *outcome)
{
	const char *state = vici_node_text(sa, "state");
	struct agree_child *child;

	/* Two pairs narrowed to the same one look like a rekeying to the responder. */
	if (!str_equal(state, "INSTALLED") && !str_equal(state, "REKEYED"))
		return;
	child = vec_push(arena, &outcome->children);
	child->name = arena_strdup(
		arena, vici_node_text(sa, "name") ? vici_node_text(sa, "name") : "?");
	child->is_up = true;
	child->esp = choice_of(sa);
	observe_networks(vici_node_get(sa, "local-ts"), arena, &child->local);
	observe_networks(vici_node_get(sa, "remote-ts"), arena, &child->remote);
}

void agree_observe_sa(const struct vici_node *message, struct arena *arena,
		      struct agree_outcome *outcome)
{
	vici_node_foreach(sa, message)
	{
		if (sa->kind != VICI_NODE_SECTION ||
		    !str_equal(vici_node_text(sa, "state"), "ESTABLISHED"))
			continue;
		outcome->is_ike_up = true;
		outcome->ike = choice_of(sa);
		vici_node_foreach(child, vici_node_get(sa, "child-sas"))
		{
			if (child->kind == VICI_NODE_SECTION)
				observe_child(child, arena, outcome);
		}
	}
}

void agree_observe_line(const char *line, size_t length, struct agree_outcome *outcome)
{
	struct charon_log_line parsed;
	struct charon_log_match match;

	if (!charon_log_parse(line, length, &parsed) &&
	    charon_log_match(&parsed.message, &match))
		outcome->has_fact[match.fact] = true;
}

/* ------------------------------------------------------------ the difference */

static const char *alg_text(const struct alg *alg)
{
	return alg ? alg->name : "none";
}

static unsigned int compare_alg(const char *where, const char *what,
				const struct alg *predicted, const struct alg *observed,
				struct buf *out)
{
	if (predicted == observed)
		return 0;
	buf_printf(out, "%s: %s: predicted %s, charon took %s\n", where, what,
		   alg_text(predicted), alg_text(observed));
	return 1;
}

static unsigned int compare_choice(const char *where, const struct pair_choice *predicted,
				   const struct pair_choice *observed, struct buf *out)
{
	return compare_alg(where, "cipher", predicted->encr, observed->encr, out) +
	       compare_alg(where, "hash", predicted->integ, observed->integ, out) +
	       compare_alg(where, "group", predicted->dh, observed->dh, out);
}

static void put_networks(const struct agree_networks *networks, struct buf *out)
{
	for (size_t i = 0; i < networks->count; i++)
		buf_printf(out, "%s%s", i ? " " : "",
			   inet_prefix_text(&networks->items[i]).s);
	if (!networks->count)
		buf_puts(out, "none");
}

static bool has_all(const struct agree_networks *a, const struct agree_networks *b)
{
	for (size_t i = 0; i < a->count; i++) {
		bool is_found = false;

		for (size_t j = 0; j < b->count; j++)
			is_found |= inet_prefix_equal(&a->items[i], &b->items[j]);
		if (!is_found)
			return false;
	}
	return true;
}

static unsigned int compare_networks(const char *where, const char *side,
				     const struct agree_networks *predicted,
				     const struct agree_networks *observed,
				     struct buf *out)
{
	if (has_all(predicted, observed) && has_all(observed, predicted))
		return 0;
	buf_printf(out, "%s: %s: predicted ", where, side);
	put_networks(predicted, out);
	buf_puts(out, ", charon took ");
	put_networks(observed, out);
	buf_putc(out, '\n');
	return 1;
}

static const struct agree_child *find_child(const struct agree_outcome *outcome,
					    const char *name)
{
	vec_foreach (child, &outcome->children)
		if (str_equal(child->name, name))
			return child;
	return NULL;
}

static unsigned int compare_children(const struct agree_outcome *predicted,
				     const struct agree_outcome *observed,
				     struct buf *out)
{
	unsigned int count = 0;

	vec_foreach (child, &predicted->children) {
		const struct agree_child *real = find_child(observed, child->name);

		if (child->is_up != (real != NULL)) {
			buf_printf(out, "%s: predicted %s, is %s\n", child->name,
				   child->is_up ? "up" : "down", real ? "up" : "down");
			count++;
			continue;
		}
		if (!real)
			continue;
		count += compare_choice(child->name, &child->esp, &real->esp, out);
		count += compare_networks(child->name, "local", &child->local,
					  &real->local, out);
		count += compare_networks(child->name, "remote", &child->remote,
					  &real->remote, out);
	}
	return count;
}

/* Where one class alone is named, the logs must have its marks. */
static unsigned int compare_class(const struct agree_outcome *predicted,
				  const struct agree_outcome *observed, struct buf *out)
{
	const struct finding_class *class =
		predicted->classes.count ? predicted->classes.items[0] : NULL;
	const enum charon_log_fact *marks;
	size_t count;

	vec_foreach (other, &predicted->classes)
		if (*other != class)
			return 0;
	if (!class || observed->is_discarded ||
	    !observe_class_marks(class->number, &marks, &count))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (observed->has_fact[marks[i]])
			return 0;
	buf_printf(out, "%s: predicted, and no log has its marks (", class->id);
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s%s", i ? ", " : "", charon_log_fact_name(marks[i]));
	buf_puts(out, ")\n");
	return 1;
}

unsigned int agree_compare(const struct agree_outcome *predicted,
			   const struct agree_outcome *observed, struct buf *out)
{
	unsigned int count = 0;

	if (predicted->is_ike_up != observed->is_ike_up) {
		buf_printf(out, "IKE SA: predicted %s, is %s\n",
			   predicted->is_ike_up ? "up" : "down",
			   observed->is_ike_up ? "up" : "down");
		return 1;
	}
	if (predicted->is_ike_up)
		count = compare_choice("IKE SA", &predicted->ike, &observed->ike, out) +
			compare_children(predicted, observed, out);
	return count + compare_class(predicted, observed, out);
}
