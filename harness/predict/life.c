// SPDX-License-Identifier: GPL-2.0-or-later
/* life.c - F26, F55, F56, F57, F58, F60: what breaks later */
#include <inttypes.h>
#include <stdio.h>

#include "base/str.h"
#include "predict/predict.h"
#include "predict/proposals.h"
#include "predict/words.h"

static void check_lifetime(const struct predict_input *input, struct findings *findings,
			   enum class_id class, enum word word,
			   const struct tunnel *const tunnels[2])
{
	const struct number *a = &tunnels[0]->lifetime_s, *b = &tunnels[1]->lifetime_s;
	const struct number *numbers[2] = { a, b };
	struct finding *finding;
	unsigned int shorter = b->n < a->n;

	if (!a->is_set || !b->is_set || !a->n || !b->n || a->n == b->n)
		return;
	finding = predict_add(input, findings, class, NULL,
			      "%s lifetimes differ: %s %" PRId64 " s, %s %" PRId64 " s",
			      word == WORD_IKE_LIFETIME ? "phase 1" : "phase 2",
			      input->sites[0]->name, a->n, input->sites[1]->name, b->n);
	finding->severity = SEVERITY_WEAK;
	predict_why(input, finding,
		    "%s renews first; if it cannot call the other end, the tunnel pauses "
		    "then",
		    input->sites[shorter]->name);
	for (unsigned int end = 0; end < 2; end++) {
		char seconds[24];

		(void)snprintf(seconds, sizeof(seconds), "%" PRId64, numbers[!end]->n);
		predict_value(input, finding, end, input->sites[end]->name,
			      words_setting(input->sites[end], word), numbers[end]->at,
			      "%" PRId64 " s", numbers[end]->n);
		words_fix(input, finding, input->sites[end], &numbers[end]->at,
			  words_line(input->arena, input->sites[end], tunnels[end], word,
				     seconds));
	}
}

/* A hard end before (or without) a new beginning. */
static void check_rekey(const struct predict_input *input, struct findings *findings,
			unsigned int end, const struct child *child)
{
	const struct site *site = input->sites[end];
	struct finding *finding;

	if (!predict_is_strongswan(site) || !child->rekey_s.is_set ||
	    !child->lifetime_s.is_set || !child->lifetime_s.n ||
	    (child->rekey_s.n && child->rekey_s.n < child->lifetime_s.n))
		return;
	finding = predict_add(input, findings, F55, site->name,
			      "%s lets the keys of '%s' end after %" PRId64
			      " s and would renew them only after %" PRId64 " s",
			      site->name, child->name ? child->name : "?",
			      child->lifetime_s.n, child->rekey_s.n);
	predict_why(input, finding,
		    "at its end the tunnel goes down and nobody renews it");
	predict_value(input, finding, 0, site->name, "lifetime", child->lifetime_s.at,
		      "%" PRId64 " s", child->lifetime_s.n);
	predict_value(input, finding, 1, site->name, "rekey time", child->rekey_s.at,
		      "%" PRId64 " s", child->rekey_s.n);
	predict_fix(input, finding, "%s: a rekey time below the lifetime", site->name);
}

void predict_lifetimes(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	/* IKEv2 does not negotiate lifetimes, each end keeps its own (RFC 7296, 2.8). */
	if (predict_version(input, tunnels) == 1)
		check_lifetime(input, findings, F26, WORD_IKE_LIFETIME, tunnels);
	for (unsigned int end = 0; end < 2; end++)
		vec_foreach (child, &tunnels[end]->children)
			check_rekey(input, findings, end, child);
}

/* ------------------------------------------------------------ dead peers, new addresses
 */

static void check_dead_peer(const struct predict_input *input,
			    const struct tunnel *const tunnels[2],
			    struct findings *findings)
{
	struct finding *finding;

	if (tunnel_notices_dead_peer(tunnels[0]) || tunnel_notices_dead_peer(tunnels[1]))
		return;
	finding = predict_add(input, findings, F56, NULL,
			      "neither end notices when the other one restarts");
	predict_why(input, finding,
		    "after a restart one end sends into a tunnel that the other "
		    "no longer has, until the next rekeying (an hour), and "
		    "nothing is logged");
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];

		predict_value(
			input, finding, end, site->name, words_setting(site, WORD_DPD),
			tunnels[end]->dpd_delay_s.is_set ? tunnels[end]->dpd_delay_s.at
							 : tunnels[end]->at,
			"off");
		words_fix(input, finding, site, &tunnels[end]->at,
			  words_line(input->arena, site, tunnels[end], WORD_DPD, NULL));
	}
}

/* The peer is found dead, the SA taken away, and nobody begins again. */
static void check_cleared(const struct predict_input *input, unsigned int end,
			  const struct tunnel *const tunnels[2],
			  struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct tunnel *tunnel = tunnels[end];
	struct finding *finding;

	if (!predict_is_strongswan(site) || !tunnel_has_dpd(tunnel) ||
	    predict_can_start(tunnels[!end]) || tunnel->start != START_IMMEDIATELY)
		return;
	vec_foreach (child, &tunnel->children) {
		if (child->dpd_action == DPD_RESTART || child->dpd_action == DPD_HOLD ||
		    child->close_action == DPD_RESTART || child->close_action == DPD_HOLD)
			continue;
		finding = predict_add(
			input, findings, F57, site->name,
			"%s takes the tunnel down when %s is dead, and does not start it "
			"again",
			site->name, input->sites[!end]->name);
		finding->tunnel = tunnel;
		predict_why(input, finding,
			    "%s cannot call, and %s starts the tunnel only once, when it "
			    "is loaded",
			    input->sites[!end]->name, site->name);
		predict_value(
			input, finding, 0, site->name, words_setting(site, WORD_DPD),
			tunnel->dpd_delay_s.at.file ? tunnel->dpd_delay_s.at : child->at,
			"no restart");
		words_fix(input, finding, site, &child->at,
			  words_line(input->arena, site, tunnel, WORD_DPD, NULL));
		return;
	}
}

/* A peer that begins anew (if it ever begins) says so, and nobody listens nor looks whether the old is alive. */
static void check_pile(const struct predict_input *input, unsigned int end,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct tunnel *tunnel = tunnels[end];
	const char *setting =
		tunnel->own_file == OWN_FILE_IPSEC_CONF ? "uniqueids" : "unique";
	struct finding *finding;

	if (!str_equal(tunnel->unique.s, "never") || tunnel_notices_dead_peer(tunnel) ||
	    !predict_can_start(tunnels[!end]))
		return;
	finding = predict_add(input, findings, F97, site->name,
			      "%s keeps the SAs of before whenever %s begins anew",
			      site->name, input->sites[!end]->name);
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "with %s = never INITIAL_CONTACT is not heard, and without dead peer "
		    "detection what is dead stays until it would be rekeyed",
		    setting);
	predict_value(input, finding, 0, site->name, setting, tunnel->unique.at, "never");
	predict_fix(input, finding, "%s: %s = no", site->name, setting);
}

/* In IKEv2 only the retransmits of a request count, whatever dpd_timeout says. */
#define RETRANSMITS_S 165

static void check_late(const struct predict_input *input, unsigned int end,
		       const struct tunnel *const tunnels[2], struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct tunnel *tunnel = tunnels[end];
	struct finding *finding;

	if (!predict_is_strongswan(site) || !tunnel_has_dpd(tunnel) ||
	    !tunnel->dpd_timeout_s.is_set || !tunnel->dpd_timeout_s.at.file ||
	    predict_version(input, tunnels) != 2)
		return;
	finding = predict_add(input, findings, F57, site->name,
			      "%s notices a dead peer after %" PRId64
			      " s, not after %" PRId64 " s",
			      site->name, tunnel->dpd_delay_s.n + RETRANSMITS_S,
			      tunnel->dpd_timeout_s.n);
	finding->severity = SEVERITY_WEAK;
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "IKEv2 has no time-out of its own for dead peer detection: a request "
		    "is repeated for %d s like any other",
		    RETRANSMITS_S);
	predict_value(input, finding, 0, site->name, "dpd_timeout",
		      tunnel->dpd_timeout_s.at, "%" PRId64 " s", tunnel->dpd_timeout_s.n);
	predict_fix(
		input, finding,
		"%s: strongswan.conf: charon { retransmit_tries = 3 retransmit_timeout "
		"= 2.0 } makes it 24 s",
		site->name);
}

static void check_pinned(const struct predict_input *input, unsigned int end,
			 const struct tunnel *tunnel, struct findings *findings)
{
	const struct site *site = input->sites[end];
	const struct site_interface *wan = site_wan(site);
	struct finding *finding;

	if (tunnel->local.kind != ENDPOINT_ADDRESS || !wan ||
	    wan->source != ADDRESS_DYNAMIC || inet_addr_is_private(&tunnel->local.addr))
		return;
	finding = predict_add(input, findings, F58, site->name,
			      "%s is bound to %s, but its provider gives the address",
			      site->name, inet_addr_text(&tunnel->local.addr).s);
	predict_why(input, finding,
		    "after the next change of the address the tunnel is dead");
	predict_value(input, finding, 0, site->name, "own address", tunnel->local.at,
		      "%s", inet_addr_text(&tunnel->local.addr).s);
	predict_value(input, finding, 1, site->name, "WAN address", wan->at, "dynamic");
	predict_fix(input, finding, "%s: %s:%u: leave the own address out", site->name,
		    tunnel->local.at.file ? tunnel->local.at.file : "?",
		    tunnel->local.at.line);
}

void predict_life(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	check_dead_peer(input, tunnels, findings);
	for (unsigned int end = 0; end < 2; end++) {
		check_cleared(input, end, tunnels, findings);
		check_late(input, end, tunnels, findings);
		check_pile(input, end, tunnels, findings);
		check_pinned(input, end, tunnels[end], findings);
	}
}

/* ------------------------------------------------------------ two peers, one identity */

static bool are_same_peer(const struct tunnel *a, const struct tunnel *b)
{
	return !a->is_disabled && !b->is_disabled && predict_takes_anybody(a) &&
	       predict_takes_anybody(b) && a->remote_id.value && b->remote_id.value &&
	       a->remote_id.type == b->remote_id.type &&
	       str_equal_nocase(a->remote_id.value, b->remote_id.value);
}

static void report_same(const struct predict_input *input, const struct site *site,
			const struct tunnel *a, const struct tunnel *b,
			struct findings *findings)
{
	struct finding *finding = predict_add(
		input, findings, F60, site->name,
		"%s expects two peers, '%s' and '%s', that both call themselves '%s'",
		site->name, a->name ? a->name : "?", b->name ? b->name : "?",
		a->remote_id.value);

	predict_why(input, finding,
		    "when one connects the other is thrown out without a word");
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_REMOTE_ID),
		      a->remote_id.at, "'%s'", a->remote_id.value);
	predict_value(input, finding, 1, site->name, words_setting(site, WORD_REMOTE_ID),
		      b->remote_id.at, "'%s'", b->remote_id.value);
	predict_fix(input, finding, "%s: an identity of its own for each peer",
		    site->name);
}

void predict_same_peer(const struct predict_input *input, unsigned int end,
		       struct findings *findings)
{
	const struct site *site = input->sites[end];
	size_t count = site->tunnels.count;

	if (count > 64) /* a hub: every pair of them would take too long to be worth it */
		count = 64;
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (are_same_peer(&site->tunnels.items[i],
					  &site->tunnels.items[j]))
				report_same(input, site, &site->tunnels.items[i],
					    &site->tunnels.items[j], findings);
}
