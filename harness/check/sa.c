// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sa.c - are the SAs exactly what both files say?
 *
 * "Established" proves little: version, mode, identities with their types, algorithms
 * and networks are compared with what both models would agree on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/str.h"
#include "check/check.h"
#include "ipsec/alg.h"
#include "ipsec/dn.h"
#include "model/pair.h"

static const struct site *site_of(const struct check_input *input, unsigned int index)
{
	return input->scenario->sites.items[index].site;
}

static bool is_tunnel_expected(const struct check_input *input)
{
	vec_foreach (expectation, &input->scenario->expectations)
		if (expectation->kind == EXPECT_TUNNEL)
			return str_equal(expectation->to, "up");
	return true;
}

static int tunnel_expectation(const struct check_input *input)
{
	for (size_t i = 0; i < input->scenario->expectations.count; i++)
		if (input->scenario->expectations.items[i].kind == EXPECT_TUNNEL)
			return (int)i;
	return -1;
}

/* What charon said when it was told to initiate, for a tunnel that is not there. */
static void say_attempt(const struct check_input *input, struct verdict *verdict,
			const struct tunnel *tunnel)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "conf", "discarded")))
		if (str_equal(event_text(event, "connection"), tunnel->name)) {
			check_seen(input, verdict, "never loaded: %s",
				   event_text(event, "reason"));
			return;
		}
	event = NULL;
	while ((event = timeline_next(input->timeline, event, "vici", "initiated")))
		if (!event_bool(event, "ok"))
			check_seen(input, verdict, "no IKE SA: %s after %.1f s",
				   event_text(event, "text"),
				   (double)event_number(event, "took_us", 0) / 1e6);
	if (!*verdict->seen)
		check_seen(input, verdict, "no IKE SA, and nobody initiated one");
}

/* ------------------------------------------------------------ IKE SA */

static const char *mode_seen(const struct check_input *input, unsigned int initiator)
{
	const struct log_fact *fact =
		logs_next(&input->logs[initiator], NULL, CHARON_LOG_INITIATING);

	return fact && fact->capture[0] ? fact->capture[0] : "";
}

static void check_established(const struct check_input *input, struct verdicts *verdicts,
			      const struct tunnel *tunnel, const json_t *sas[2])
{
	const json_t *sa = sas[input->scenario->initiator];
	bool is_wanted = is_tunnel_expected(input);
	bool is_up = check_is_established(sas[0]) && check_is_established(sas[1]);
	const char *mode = mode_seen(input, input->scenario->initiator);
	bool is_mode_right = tunnel->version != 1 || !*mode ||
			     !strncasecmp(mode, exchange_mode_name(tunnel->mode), 4);
	bool is_version_right = !is_up || !tunnel->version ||
				json_text_number(sa, "version") == tunnel->version;
	char claim[160];
	struct verdict *verdict;

	(void)snprintf(
		claim, sizeof(claim), "%s and %s %s an IKEv%d SA%s%s%s",
		input->scenario->sites.items[0].name,
		input->scenario->sites.items[1].name, is_wanted ? "have" : "do not have",
		tunnel->version ? tunnel->version : 2, tunnel->version == 1 ? " (" : "",
		tunnel->version == 1 ? exchange_mode_name(tunnel->mode) : "",
		tunnel->version == 1 ? " mode)" : "");
	verdict = check_add(input, verdicts,
			    is_up == is_wanted && is_mode_right && is_version_right
				    ? VERDICT_OK
				    : VERDICT_BROKEN,
			    "ike-sa", claim);
	verdict->expectation = tunnel_expectation(input);
	verdict->at = tunnel->at;
	if (is_up)
		check_seen(input, verdict, "established, %s, %s[%s] … %s[%s]",
			   *mode ? mode : "IKE_SA_INIT", json_text(sa, "local-host"),
			   json_text(sa, "local-id"), json_text(sa, "remote-host"),
			   json_text(sa, "remote-id"));
	else if (check_is_established(sas[0]) || check_is_established(sas[1]))
		check_seen(input, verdict, "established at %s alone",
			   site_of(input, !check_is_established(sas[0]))->name);
	else
		say_attempt(input, verdict, tunnel);
}

/* Did the responder's cfg=3 log find our identity with that type? "ID_FQDN". */
static const char *id_type_seen(const struct log_facts *log, const char *which)
{
	const struct log_fact *fact = NULL;
	const char *type = NULL;

	while ((fact = logs_next(log, fact, CHARON_LOG_ID_MATCH)))
		if (str_equal(fact->capture[0], which) && fact->capture[1] &&
		    !str_equal(fact->capture[1], "0"))
			type = fact->capture[2];
	return type;
}

static enum id_type type_of(const struct identity *identity)
{
	return identity->type == ID_TYPE_NONE ? ID_TYPE_IPV4_ADDR : identity->type;
}

/* What the other end sees as this end's identity: value by VICI, type by its log. */
static bool identity_is(const struct check_input *input, const struct identity *identity,
			unsigned int site, const json_t *sa, struct buf *seen)
{
	const char *value = json_text(sa, "local-id");
	const char *type = id_type_seen(&input->logs[!site], "remote");
	const char *wanted = id_type_name(type_of(identity));
	const struct inet_prefix *wan = scenario_wan(&input->scenario->sites.items[site]);
	struct inet_text own = inet_addr_text(&wan->addr);
	bool is_value =
		identity->type == ID_TYPE_DER_ASN1_DN
			? dn_matches(value, identity->value)
			: str_equal_nocase(value,
					   identity->value ? identity->value : own.s);
	bool is_type = !type || id_type_by_name(type) == type_of(identity);

	buf_printf(seen, "%s%s is %s %s", seen->length ? ", " : "",
		   input->scenario->sites.items[site].name, type ? type : wanted, value);
	return is_value && is_type;
}

static void check_identities(const struct check_input *input, struct verdicts *verdicts,
			     const struct tunnel *tunnels[2], const json_t *sas[2])
{
	_cleanup_buf_ struct buf seen = { 0 };
	struct verdict *verdict;
	bool is_right = true;

	for (unsigned int i = 0; i < 2; i++)
		is_right &= identity_is(input, &tunnels[i]->local_id, i, sas[i], &seen);
	verdict = check_add(input, verdicts, is_right ? VERDICT_OK : VERDICT_BROKEN,
			    "identities",
			    "both ends have the identities of their files, with type");
	verdict->at = tunnels[0]->local_id.at;
	check_seen(input, verdict, "%s", buf_text(&seen));
	for (unsigned int i = 0; i < 2; i++) {
		const struct log_fact *fact = NULL, *last = NULL;

		while ((fact = logs_next(&input->logs[i], fact, CHARON_LOG_ID_MATCH)))
			last = fact;
		if (last)
			check_proof(input, verdict, "%s",
				    logs_quote(&input->logs[i], last, input->arena));
	}
}

static void name_choice(const struct pair_choice *choice, struct buf *out)
{
	const struct alg *algs[] = { choice->encr,
				     choice->integ ? choice->integ : choice->prf,
				     choice->dh };

	for (size_t i = 0; i < 3; i++)
		if (algs[i])
			buf_printf(out, "%s%s", out->length ? " / " : "", algs[i]->name);
}

static struct pair_choice choice_of_sa(const json_t *sa)
{
	unsigned int bits = (unsigned int)json_text_number(sa, "encr-keysize");
	const char *integ = json_text(sa, "integ-alg"), *prf = json_text(sa, "prf-alg");
	struct pair_choice choice = {
		.encr = alg_by_charon(ALG_KIND_ENCR, json_text(sa, "encr-alg"), bits),
		.integ = *integ ? alg_by_charon(ALG_KIND_INTEG, integ, 0) : NULL,
		.prf = *prf ? alg_by_charon(ALG_KIND_PRF, prf, 0) : NULL,
		.dh = alg_by_charon(ALG_KIND_DH, json_text(sa, "dh-group"), 0),
	};

	return choice;
}

static bool same_choice(const struct pair_choice *wanted, const struct pair_choice *seen)
{
	return wanted->encr == seen->encr && wanted->dh == seen->dh &&
	       (!wanted->integ || wanted->integ == seen->integ);
}

static void check_algorithms(const struct check_input *input, struct verdicts *verdicts,
			     const struct tunnel *tunnels[2], const json_t *sa)
{
	unsigned int from = input->scenario->initiator;
	_cleanup_buf_ struct buf wanted_text = { 0 }, seen_text = { 0 };
	struct pair_choice wanted = { 0 }, seen = choice_of_sa(sa);
	const struct tunnel *a = tunnels[from], *b = tunnels[!from];
	bool is_known =
		pair_choose(a->proposals.items, a->proposals.count, b->proposals.items,
			    b->proposals.count, true, &wanted);
	struct verdict *verdict;

	name_choice(&wanted, &wanted_text);
	name_choice(&seen, &seen_text);
	verdict = check_add(input, verdicts,
			    !is_known			  ? VERDICT_UNPROVEN
			    : same_choice(&wanted, &seen) ? VERDICT_OK
							  : VERDICT_BROKEN,
			    "ike-algorithms",
			    "the IKE SA uses what both files allow first");
	verdict->at = a->proposals.count ? a->proposals.items[0].at : a->at;
	if (!is_known)
		check_seen(input, verdict, "%s; a file leaves the proposal to defaults",
			   buf_text(&seen_text));
	else if (verdict->kind == VERDICT_OK)
		check_seen(input, verdict, "%s", buf_text(&seen_text));
	else
		check_seen(input, verdict, "%s instead of %s", buf_text(&seen_text),
			   buf_text(&wanted_text));
}

/* "home loads no tunnel", "no tunnel of home has acme for its peer" */
static void say_no_pair(const struct check_input *input, struct verdict *verdict)
{
	_cleanup_buf_ struct buf seen = { 0 };

	for (unsigned int i = 0; i < 2; i++) {
		const struct site *site = site_of(input, i);
		size_t enabled = 0;

		vec_foreach (tunnel, &site->tunnels)
			enabled += !tunnel->is_disabled;
		if (!enabled)
			buf_printf(&seen, "%s%s loads no tunnel", seen.length ? ", " : "",
				   site->name);
		if (!enabled && site->tunnels.count)
			verdict->at = site->tunnels.items[0].at;
	}
	if (!seen.length)
		buf_printf(&seen, "no tunnel of one end has the other for its peer");
	check_seen(input, verdict, "%s", buf_text(&seen));
}

/* Nothing that could be compared is loaded: what was asked for is there or not. */
static void check_without_pair(const struct check_input *input, struct verdicts *verdicts)
{
	bool is_wanted = is_tunnel_expected(input);
	bool is_up = check_has_tunnel(input, 0, "up") && check_has_tunnel(input, 1, "up");
	char claim[160];
	struct verdict *verdict;

	(void)snprintf(claim, sizeof(claim), "%s and %s %s an IKE SA",
		       input->scenario->sites.items[0].name,
		       input->scenario->sites.items[1].name,
		       is_wanted ? "have" : "do not have");
	verdict = check_add(input, verdicts,
			    is_up == is_wanted ? VERDICT_OK : VERDICT_BROKEN, "ike-sa",
			    claim);
	verdict->expectation = tunnel_expectation(input);
	if (is_up)
		check_seen(input, verdict, "established");
	else
		say_no_pair(input, verdict);
}

void check_ike_sas(const struct check_input *input, struct verdicts *verdicts)
{
	unsigned int from = input->scenario->initiator;
	const struct site *own = site_of(input, from), *other = site_of(input, !from);
	size_t before = verdicts->count;

	vec_foreach (tunnel, &own->tunnels) {
		const struct tunnel *peer = pair_tunnel(own, tunnel, other);
		const struct tunnel *tunnels[2];
		const json_t *sas[2];

		if (tunnel->is_disabled || !peer)
			continue;
		tunnels[from] = tunnel;
		tunnels[!from] = peer;
		sas[from] = check_ike_sa(input, from, "up", tunnel);
		sas[!from] = check_ike_sa(input, !from, "up", peer);
		check_established(input, verdicts, tunnel, sas);
		if (!check_is_established(sas[0]) || !check_is_established(sas[1]))
			continue;
		check_identities(input, verdicts, tunnels, sas);
		check_algorithms(input, verdicts, tunnels, sas[from]);
	}
	if (verdicts->count == before)
		check_without_pair(input, verdicts);
}

/* ------------------------------------------------------------ CHILD SAs */

/* The list has the prefix, and as many entries as it is to have. */
static bool has_one_of(const json_t *list, const struct inet_prefix *prefix, size_t count)
{
	struct inet_prefix network = inet_prefix_network(prefix);
	struct inet_text text = inet_prefix_text(&network);
	const json_t *item;
	size_t i;

	if (json_array_size(list) != count)
		return false;
	json_array_foreach (list, i, item)
		if (str_equal(json_string_value(item), text.s))
			return true;
	return false;
}

/* How many networks of its own (or of the peer) a child has in one SA. */
static size_t distinct(const struct child *child, bool is_local)
{
	size_t count = 0;

	if (!child || !child->is_one_sa)
		return 1;
	for (size_t i = 0; i < child->selectors.count; i++) {
		const struct selector *one = &child->selectors.items[i];
		bool is_new = true;

		for (size_t j = 0; j < i && is_new; j++) {
			const struct selector *other = &child->selectors.items[j];

			is_new = is_local ? !inet_prefix_equal(&one->local, &other->local)
					  : !inet_prefix_equal(&one->remote,
							       &other->remote);
		}
		count += is_new;
	}
	return count;
}

/* The installed CHILD SA with exactly these networks as this end sees them. */
static const json_t *child_with(const json_t *sa, const struct selector *selector,
				const struct child *of)
{
	json_t *children = json_object_get(sa, "child-sas");
	const char *key;
	json_t *child;

	json_object_foreach (children, key, child) {
		const json_t *locals = json_object_get(child, "local-ts");
		const json_t *remotes = json_object_get(child, "remote-ts");

		if (!str_equal(json_text(child, "state"), "INSTALLED"))
			continue;
		if (has_one_of(locals, &selector->local, 1) &&
		    has_one_of(remotes, &selector->remote, 1))
			return child;
		if (has_one_of(locals, &selector->local, distinct(of, true)) &&
		    has_one_of(remotes, &selector->remote, distinct(of, false)))
			return child;
	}
	return NULL;
}

/* Was it refused by a device that wants exactly its own networks? */
static bool say_strict(const struct check_input *input, struct verdict *verdict)
{
	const struct event *event =
		timeline_next(input->timeline, NULL, "lab", "refused");

	if (!event)
		return false;
	check_seen(input, verdict,
		   "not there: strongSwan would agree on %s === %s, %s refuses what is "
		   "not exactly in its file",
		   event_text(event, "local"), event_text(event, "remote"), event->node);
	return true;
}

/* Why there is no such CHILD SA, as charon said when told to initiate. */
static void say_child_attempt(const struct check_input *input, struct verdict *verdict,
			      const struct child *child)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "vici", "initiated")))
		if (str_starts(event_text(event, "child"), child->name) &&
		    !event_bool(event, "ok")) {
			check_seen(input, verdict, "not there: %s",
				   event_text(event, "text"));
			return;
		}
	check_seen(input, verdict, "not there at both ends");
}

static bool is_pfs_right(const struct child *child, const json_t *sa, int version,
			 const char **ret_seen)
{
	const char *group = json_text(sa, "dh-group");
	const struct alg *seen = *group ? alg_by_charon(ALG_KIND_DH, group, 0) : NULL;

	*ret_seen = seen ? seen->name : "none";
	if (version != 1)
		return true; /* the first CHILD SA of IKEv2 never uses it */
	vec_foreach (proposal, &child->proposals) {
		if (!proposal->dh.count && !seen)
			return true;
		vec_foreach (dh, &proposal->dh)
			if (dh->alg == seen)
				return true;
	}
	return !child->proposals.count;
}

/* One end has transport mode, the other has not: without a NAT that may well work. */
static bool is_nat_of_plane(const struct check_input *input, const struct child *child,
			    const struct child *far_child)
{
	return !input->is_kernel_esp && far_child &&
	       child->is_transport != far_child->is_transport &&
	       child->selectors.items[0].local.length == 32 &&
	       child->selectors.items[0].remote.length == 32;
}

/*
 * Without policies in the kernel charon leads packets to its own ESP by a route, and takes
 * the SA away again where it cannot make one: as for a network of which the gateway has no
 * address. No device needs that route. The fact of the log, NULL: none.
 */
static const char *refused_route(const struct check_input *input,
				 const struct selector *selector)
{
	const unsigned int from = input->scenario->initiator;
	const struct selector mirror = pair_mirror(selector);

	for (unsigned int end = 0; !input->is_kernel_esp && end < 2; end++) {
		const struct selector *own = end == from ? selector : &mirror;
		const struct log_fact *fact = NULL;
		const char *pair = arena_printf(input->arena, "%s === %s ",
						inet_prefix_text(&own->local).s,
						inet_prefix_text(&own->remote).s);

		while ((fact = logs_next(&input->logs[end], fact,
					 CHARON_LOG_ROUTE_FAILED)))
			if (fact->capture[0] && str_starts(fact->capture[0], pair))
				return logs_quote(&input->logs[end], fact, input->arena);
	}
	return NULL;
}

static void check_selector(const struct check_input *input, struct verdicts *verdicts,
			   const struct tunnel *tunnels[2], const struct child *child,
			   const struct selector *selector)
{
	unsigned int from = input->scenario->initiator;
	struct selector mirror = pair_mirror(selector);
	const struct child *far_child = NULL;
	const bool has_mirror = pair_find_mirror(selector, tunnels[!from], &far_child);
	const json_t *own = child_with(check_ike_sa(input, from, "up", tunnels[from]),
				       selector, child);
	const json_t *peer = child_with(check_ike_sa(input, !from, "up", tunnels[!from]),
					&mirror, has_mirror ? far_child : NULL);
	struct inet_prefix local = inet_prefix_network(&selector->local);
	struct inet_prefix remote = inet_prefix_network(&selector->remote);
	const char *pfs = "none";
	bool is_pfs = own && is_pfs_right(child, own, tunnels[from]->version, &pfs);
	const char *integ = own ? json_text(own, "integ-alg") : "";
	const char *bits = own ? json_text(own, "encr-keysize") : "";
	const char *route = own && peer ? NULL : refused_route(input, selector);
	char claim[160];
	struct verdict *verdict;

	(void)snprintf(claim, sizeof(claim), "one CHILD SA for exactly %s === %s",
		       inet_prefix_text(&local).s, inet_prefix_text(&remote).s);
	verdict = check_add(input, verdicts,
			    own && peer && is_pfs ? VERDICT_OK : VERDICT_BROKEN,
			    "child-sa", claim);
	if (!own && !peer && has_mirror && is_nat_of_plane(input, child, far_child)) {
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict,
			   "%s puts ESP into UDP as behind a NAT, where transport mode "
			   "does not fall back to tunnel mode",
			   input->plane);
	} else if (route) {
		verdict->kind = VERDICT_UNPROVEN;
		check_seen(input, verdict, "a route that only %s needs was refused: %s",
			   input->plane, route);
	}
	verdict->at = child->at;
	verdict->selector = selector;
	if (own && peer)
		check_seen(input, verdict, "installed at both ends, %s%s%s%s%s, PFS %s%s",
			   json_text(own, "encr-alg"), *bits ? "_" : "", bits,
			   *integ ? "/" : "", integ, pfs,
			   is_pfs ? "" : ", which is not what the file says");
	else if (!say_strict(input, verdict) && (own || peer))
		check_seen(input, verdict, "only at %s",
			   input->scenario->sites.items[own ? from : !from].name);
	else if (!*verdict->seen)
		say_child_attempt(input, verdict, child);
}

static size_t wanted_by(const struct tunnel *tunnel)
{
	size_t wanted = 0;

	vec_foreach (child, &tunnel->children)
		wanted += child->is_one_sa ? 1 : child->selectors.count;
	return wanted;
}

/* As ipsec.conf has several conns with one peer, they share its IKE SA. */
static size_t wanted_of(const struct site *site)
{
	size_t wanted = 0;

	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && !tunnel->left_out)
			wanted += wanted_by(tunnel);
	return wanted;
}

/*
 * CHILD SAs that nobody asked for: more than the pairs of networks of the file, or of the
 * other end's, which may ask for each alone.
 */
static void check_surplus(const struct check_input *input, struct verdicts *verdicts,
			  const struct tunnel *tunnel, const json_t *sa)
{
	size_t wanted = wanted_by(tunnel);
	size_t seen = json_object_size(json_object_get(sa, "child-sas"));
	struct verdict *verdict;

	for (unsigned int end = 0; end < 2; end++) {
		const size_t of = wanted_of(input->scenario->sites.items[end].site);

		wanted = of > wanted ? of : wanted;
	}
	if (seen <= wanted)
		return;
	verdict = check_add(input, verdicts, VERDICT_BROKEN, "child-surplus",
			    "no CHILD SA beside those of the files");
	check_seen(input, verdict, "%zu CHILD SAs, the files have %zu", seen, wanted);
}

static bool has_selectors(const struct tunnel *tunnel)
{
	vec_foreach (child, &tunnel->children)
		if (child->selectors.count)
			return true;
	return false;
}

/* An IKE SA may have no child at all, when neither file has one. */
static void check_childless(const struct check_input *input, struct verdicts *verdicts,
			    const struct tunnel *peer, const json_t *sa)
{
	const size_t seen = json_object_size(json_object_get(sa, "child-sas"));
	struct verdict *verdict;

	if (peer->children.count) {
		verdict = check_add(input, verdicts, VERDICT_BROKEN, "child-sa",
				    "a CHILD SA that both files have");
		check_seen(input, verdict, "%s has no child, so nothing asks for one",
			   input->scenario->sites.items[input->scenario->initiator].name);
		return;
	}
	verdict = check_add(input, verdicts, sa && !seen ? VERDICT_OK : VERDICT_BROKEN,
			    "child-sa", "no CHILD SA, as both files have none");
	if (!sa)
		check_seen(input, verdict, "no IKE SA either");
	else
		check_seen(input, verdict, "%zu CHILD SAs: %s", seen,
			   seen ? "more than the files have"
				: "the IKE SA alone, no network is protected");
}

/* A child without networks is for the two gateways alone. */
static void check_bare(const struct check_input *input, struct verdicts *verdicts,
		       const struct tunnel *tunnel, const struct tunnel *peer,
		       const json_t *sa)
{
	const size_t seen = json_object_size(json_object_get(sa, "child-sas"));
	struct verdict *verdict;

	if (has_selectors(tunnel))
		return;
	if (!tunnel->children.count) {
		check_childless(input, verdicts, peer, sa);
		return;
	}
	verdict = check_add(input, verdicts, seen ? VERDICT_OK : VERDICT_BROKEN,
			    "child-sa", "one CHILD SA for the two gateways themselves");
	check_seen(input, verdict, "%s",
		   seen	 ? "installed"
		   : !sa ? "no IKE SA"
			 : "not there: the files name no networks for it");
}

void check_child_sas(const struct check_input *input, struct verdicts *verdicts)
{
	unsigned int from = input->scenario->initiator;
	const struct site *own = site_of(input, from), *other = site_of(input, !from);

	if (!is_tunnel_expected(input))
		return;
	vec_foreach (tunnel, &own->tunnels) {
		const struct tunnel *peer = pair_tunnel(own, tunnel, other);
		const struct tunnel *tunnels[2];

		if (tunnel->is_disabled || !peer)
			continue;
		tunnels[from] = tunnel;
		tunnels[!from] = peer;
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				check_selector(input, verdicts, tunnels, child, selector);
		check_bare(input, verdicts, tunnel, peer,
			   check_ike_sa(input, from, "up", tunnel));
		check_surplus(input, verdicts, tunnel,
			      check_ike_sa(input, from, "up", tunnel));
	}
}
