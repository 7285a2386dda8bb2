// SPDX-License-Identifier: GPL-2.0-or-later
/* loaded.c - F01, F02: is the configuration what its author thinks it is? */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "device/release.h"
#include "ipsec/meant.h"
#include "model/pair.h"
#include "predict/predict.h"
#include "predict/words.h"

/* Does it say why a tunnel is not there? */
static bool is_reason(const struct remark *remark)
{
	return remark->code == SAYS_NONE_LOADED || remark->code == SAYS_NOT_LOADED ||
	       remark->code == SAYS_NOT_ENABLED || remark->code == SAYS_INACTIVE_VPN ||
	       remark->code == SAYS_UNUSED_GATEWAY || remark->code == SAYS_UNUSED_VPN ||
	       remark->code == SAYS_UNCOMMITTED || remark->code == SAYS_NO_TUNNELS ||
	       remark->code == SAYS_UNREAD_TUNNELS;
}

/* What mends what the code says, in words; NULL: a line does. */
static const char *advice_of(const struct predict_input *input, const struct site *site,
			     const struct remark *remark)
{
	if (remark->code == SAYS_UNUSED_GATEWAY)
		return words_fixes(site)->vpn_of_gateway;
	if (remark->code == SAYS_UNUSED_VPN)
		return words_fixes(site)->use_of_vpn;
	if (remark->code == SAYS_NOT_LOADED && remark->better)
		return arena_printf(input->arena, "write '%s'", remark->better);
	if (remark->advice)
		return remark->advice;
	return remark->mend == MEND_LINE ? "mend this line" : NULL;
}

/* An option that is walked as a list is not there at all. */
static bool is_unread(const struct remark *remark)
{
	return remark->code == SAYS_UNREAD_TUNNELS ||
	       remark->code == SAYS_UNREAD_NETWORKS ||
	       remark->code == SAYS_UNREAD_PROPOSALS;
}

static void say_list(const struct predict_input *input, struct finding *finding,
		     const struct site *site, const struct remark *remark)
{
	words_advise(input, finding, site, &remark->at, "write list instead of option");
	if (remark->subject)
		predict_edit(input, finding, site, EDIT_LINE, remark->at, "%s",
			     remark->subject);
}

static struct device_line added(const struct predict_input *input, const char *statement)
{
	return (struct device_line){ arena_printf(input->arena, "add %s", statement),
				     statement };
}

static void say_mend(const struct predict_input *input, struct finding *finding,
		     const struct site *site, const struct remark *remark)
{
	const char *advice = advice_of(input, site, remark);
	const struct device_fixes *fixes = words_fixes(site);

	if (is_unread(remark)) {
		say_list(input, finding, site, remark);
		return;
	}

	if (remark->code == SAYS_INACTIVE_VPN) {
		words_fix(input, finding, site, &remark->at,
			  language_statement(arena_printf(input->arena, "activate %s",
							  remark->subject)));
		return;
	}
	if (advice) {
		words_advise(input, finding, site, &remark->at, advice);
		return;
	}
	switch (remark->mend) {
	case MEND_AUTH_METHOD:
		words_fix(input, finding, site, &remark->at,
			  added(input, fixes->auth_method));
		break;
	case MEND_ENABLE:
		words_fix(input, finding, site, &remark->at,
			  language_statement(fixes->enable));
		break;
	case MEND_INTERFACE:
		words_fix(input, finding, site, &remark->at,
			  added(input, fixes->wait_for));
		break;
	case MEND_RELEASE:
		predict_fix(input, finding, "%s: %s", site->name, fixes->other_release);
		break;
	case MEND_INCLUDE:
		predict_fix(input, finding, "%s: the main file's own line: include %s",
			    site->name, remark->subject);
		break;
	case MEND_LINE:
		break;
	}
}

/* remark may be NULL: nobody said why. */
static void report_not_loaded(const struct predict_input *input,
			      struct findings *findings, const struct site *site,
			      const struct site *other, const struct remark *remark)
{
	struct finding *finding;

	finding = predict_add(input, findings, F01, site->name, "%s loads no tunnel: %s",
			      site->name,
			      remark		    ? remark->text
			      : site->tunnels.count ? "it is switched off"
						    : "its files have none");
	predict_why(input, finding,
		    "a connection that is not loaded neither starts nor "
		    "answers, and nothing is logged about it");
	if (remark || site->tunnels.count)
		predict_value(
			input, finding, 0, site->name,
			site->tunnels.count ? site->tunnels.items[0].name : "tunnel",
			remark ? remark->at : site->tunnels.items[0].at, "not loaded");
	else
		predict_value(input, finding, 0, site->name, "tunnel", site->tunnels_at,
			      "none");
	if (remark)
		say_mend(input, finding, site, remark);
	if (!remark && !site->tunnels.count)
		predict_fix(
			input, finding,
			"%s: a tunnel to %s; if the device has one, the file that says so "
			"is not among those that were given",
			site->name, other->name);
	predict_sees(input, finding, "%s: the tunnel does not exist in any list",
		     site->name);
	predict_sees(input, finding, "%s: no answer to its first packet, or a refusal",
		     other->name);
}

static void check_loaded(const struct predict_input *input, struct findings *findings,
			 const struct site *site, const struct site *other)
{
	size_t before = findings->count;
	bool has_inactive = false, has_unread = false;

	/*
	 * A gateway that a deactivated vpn would use is no fault of its own, nor a remote
	 * whose tunnels are written in a way that is not read.
	 */
	vec_foreach (remark, &site->remarks) {
		has_inactive |= remark->code == SAYS_INACTIVE ||
				remark->code == SAYS_INACTIVE_VPN;
		has_unread |= remark->code == SAYS_UNREAD_TUNNELS;
	}
	vec_foreach (remark, &site->remarks)
		if (is_reason(remark) &&
		    !(has_inactive && remark->code == SAYS_UNUSED_GATEWAY) &&
		    !(has_unread && remark->code == SAYS_NO_TUNNELS))
			report_not_loaded(input, findings, site, other, remark);
	if (findings->count == before)
		report_not_loaded(input, findings, site, other, NULL);
}

void predict_loaded(const struct predict_input *input, struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++)
		if (!predict_has_tunnel(input->sites[end]))
			check_loaded(input, findings, input->sites[end],
				     input->sites[!end]);
}

static bool is_switched_off(const struct site *site, const struct tunnel *tunnel)
{
	vec_foreach (remark, &site->remarks)
		if (remark->code == SAYS_NOT_ENABLED &&
		    remark->at.line >= tunnel->at.line &&
		    str_equal(remark->subject, tunnel->name))
			return true;
	return false;
}

/* Because of that tunnel, or with NULL of any. */
static bool is_uncommitted(const struct site *site, const struct tunnel *tunnel)
{
	vec_foreach (remark, &site->remarks)
		if (remark->code == SAYS_UNCOMMITTED &&
		    (!tunnel || str_equal(remark->subject, tunnel->name)))
			return true;
	return false;
}

static bool stays_off(const struct site *site, const struct tunnel *tunnel)
{
	return tunnel->left_out ||
	       (site->reading == READING_RENDERED ? is_switched_off(site, tunnel)
						  : !is_uncommitted(site, tunnel));
}

const struct site *predict_as_if_loaded(const struct predict_input *input,
					const struct site *site)
{
	struct site *copy;

	if ((site->reading != READING_RENDERED && !is_uncommitted(site, NULL)) ||
	    predict_has_tunnel(site))
		return site;
	copy = arena_memdup(input->arena, site, sizeof(*site));
	if (site->tunnels.count)
		copy->tunnels.items =
			arena_memdup(input->arena, site->tunnels.items,
				     site->tunnels.count * sizeof(*site->tunnels.items));
	vec_foreach (tunnel, &copy->tunnels)
		tunnel->is_disabled = stays_off(site, tunnel);
	return copy;
}

/* ------------------------------------------------------------ unknown words */

static bool is_said(const struct findings *findings, enum class_id class,
		    struct origin at)
{
	vec_foreach (finding, findings)
		if (finding->class->number == class &&
		    origin_same_line(&finding->values[0].at, &at))
			return true;
	return false;
}

static void say_not_there(const struct predict_input *input, struct finding *finding,
			  unsigned int end)
{
	predict_sees(input, finding,
		     "%s: the tunnel does not exist; only the loader says why",
		     input->sites[end]->name);
	predict_sees(
		input, finding,
		"%s: a refusal of its first packet that speaks of proposals, or none "
		"ever comes",
		input->sites[!end]->name);
}

static void check_word(const struct predict_input *input, struct findings *findings,
		       unsigned int end, const struct tunnel *tunnel, enum alg_kind kind,
		       const struct proposal_alg *item)
{
	const struct site *site = input->sites[end];
	const char *word = item->word ? item->word : "?";
	_cleanup_buf_ struct buf better = { 0 };
	const char *words[ALG_MEANT_MAX];
	struct finding *finding;
	size_t count;

	if (item->alg || is_said(findings, F01, item->at))
		return;
	count = alg_meant(kind, word, words);
	alg_meant_format(words, count, &better);
	finding = predict_add(
		input, findings, F01, site->name, "%s: '%s' is no %s that %s knows%s",
		site->name, word, alg_kind_name(kind),
		predict_is_strongswan(site) ? "strongSwan" : "the device",
		predict_is_strongswan(site) ? ", the whole connection is discarded"
					    : ", it refuses the line");
	finding->tunnel = tunnel;
	predict_value(input, finding, 0, site->name, alg_kind_name(kind), item->at,
		      "'%s'", word);
	if (predict_is_strongswan(site))
		predict_why(input, finding,
			    "one word that strongSwan does not know discards the whole "
			    "connection when it is loaded; others are loaded");
	if (count)
		predict_fix(input, finding, "%s: %s:%u: write %s", site->name,
			    item->at.file ? item->at.file : "", item->at.line,
			    buf_text(&better));
	if (count == 1)
		predict_edit(input, finding, site, EDIT_WORD, item->at, "%s\n%s", word,
			     words[0]);
	say_not_there(input, finding, end);
}

/* The proposal with what is missing, as the other end would like it. */
static struct pair_choice completed(const struct predict_input *input, unsigned int end,
				    const struct proposal *proposal, bool is_esp)
{
	const struct alg *const encr =
		proposal->encr.count ? proposal->encr.items[0].alg : NULL;
	struct pair_choice choice = {
		.encr = encr ? encr : alg_by_keyword(ALG_KIND_ENCR, "aes256"),
		.integ = proposal->integ.count ? proposal->integ.items[0].alg : NULL,
		.dh = proposal->dh.count ? proposal->dh.items[0].alg : NULL,
	};

	vec_foreach (tunnel, &input->sites[!end]->tunnels)
		vec_foreach (other, &tunnel->proposals) {
			if (!choice.dh && !is_esp && other->dh.count)
				choice.dh = other->dh.items[0].alg;
			if (!choice.integ && !choice.encr->is_aead && other->integ.count)
				choice.integ = other->integ.items[0].alg;
		}
	if (!choice.dh && !is_esp)
		choice.dh = alg_by_keyword(ALG_KIND_DH, "modp2048");
	if (!choice.integ && !choice.encr->is_aead)
		choice.integ = alg_by_keyword(ALG_KIND_INTEG, "sha256");
	return choice;
}

/* All words are known, and strongSwan does not load it all the same. */
static void check_whole(const struct predict_input *input, struct findings *findings,
			unsigned int end, const struct tunnel *tunnel,
			const struct proposal *proposal, bool is_esp)
{
	const struct site *site = input->sites[end];
	const char *reason = pair_proposal_refusal(proposal, !is_esp, false);
	struct pair_choice choice;
	struct finding *finding;

	if (!reason || !predict_is_strongswan(site) ||
	    is_said(findings, F01, proposal->at))
		return;
	finding = predict_add(input, findings, F01, site->name,
			      "%s: %s, and strongSwan discards the whole connection",
			      site->name, reason);
	finding->tunnel = tunnel;
	predict_value(input, finding, 0, site->name,
		      words_setting(site, is_esp ? WORD_ESP_PROPOSAL : WORD_IKE_PROPOSAL),
		      proposal->at, "not whole");
	choice = completed(input, end, proposal, is_esp);
	if (!is_esp && pair_proposal_lacks_prf(proposal))
		words_advise(input, finding, site, &proposal->at, language_of(site)->prf);
	else
		words_fix(input, finding, site, &proposal->at,
			  words_proposal(input->arena, site, proposal, &choice, is_esp));
	say_not_there(input, finding, end);
}

static void check_proposals(const struct predict_input *input, struct findings *findings,
			    unsigned int end, const struct tunnel *tunnel,
			    const struct proposal *items, size_t count, bool is_esp)
{
	for (size_t i = 0; i < count; i++) {
		vec_foreach (item, &items[i].encr)
			check_word(input, findings, end, tunnel, ALG_KIND_ENCR, item);
		vec_foreach (item, &items[i].integ)
			check_word(input, findings, end, tunnel, ALG_KIND_INTEG, item);
		vec_foreach (item, &items[i].prf)
			check_word(input, findings, end, tunnel, ALG_KIND_PRF, item);
		vec_foreach (item, &items[i].dh)
			check_word(input, findings, end, tunnel, ALG_KIND_DH, item);
		check_whole(input, findings, end, tunnel, &items[i], is_esp);
	}
}

/* The connection of a remark is for this peer, as far as its file says which. */
static bool is_about_other(const struct site *site, const struct remark *remark)
{
	vec_foreach (tunnel, &site->tunnels)
		if (remark->tunnel && str_equal(remark->tunnel, tunnel->name))
			return tunnel->left_out || tunnel->is_disabled;
	return false;
}

/* strongSwan's own files: the importer has taken the proposal out and said why. */
static void check_skipped(const struct predict_input *input, struct findings *findings,
			  unsigned int end)
{
	const struct site *site = input->sites[end];

	vec_foreach (remark, &site->remarks) {
		bool is_proposal = remark->code == SAYS_REFUSED_PROPOSAL;
		struct finding *finding;

		if ((!is_proposal && remark->code != SAYS_DISCARDS) ||
		    is_about_other(site, remark) || is_said(findings, F01, remark->at))
			continue;
		finding = predict_add(input, findings, F01, site->name,
				      "%s: %s; the whole connection is discarded",
				      site->name, remark->text);
		predict_value(input, finding, 0, site->name,
			      is_proposal ? "proposal" : "line", remark->at,
			      is_proposal ? "has a word that strongSwan does not know"
					  : "is not taken");
		words_advise(input, finding, site, &remark->at,
			     remark->better   ? arena_printf(input->arena, "write '%s'",
							     remark->better)
			     : remark->advice ? remark->advice
			     : is_proposal    ? "words such as aes128, sha256, modp2048"
					      : "take this line out");
		say_not_there(input, finding, end);
	}
}

void predict_words(const struct predict_input *input, unsigned int end,
		   struct findings *findings)
{
	const struct site *site = input->sites[end];

	check_skipped(input, findings, end);
	vec_foreach (tunnel, &site->tunnels) {
		/* What switched the tunnel off may be mended first: say both. */
		check_proposals(input, findings, end, tunnel, tunnel->proposals.items,
				tunnel->proposals.count, false);
		vec_foreach (child, &tunnel->children)
			check_proposals(input, findings, end, tunnel,
					child->proposals.items, child->proposals.count,
					true);
	}
}

/* ------------------------------------------------------------ what was not read */

/* Of the remarks of an ipsec file: those that change what is negotiated. */
static bool is_worth_saying(const struct site *site, const struct remark *remark)
{
	if (!remark->at.file || !strstr(remark->at.file, "ipsec"))
		return false;
	if (remark->code == SAYS_NO_COMMAND)
		return true;
	return site->reading == READING_RENDERED &&
	       (remark->code == SAYS_NO_EFFECT || is_unread(remark));
}

/* ipsec.conf's scripts ask for the own address with `ip route get PEER`. */
static void check_route_get(const struct predict_input *input, struct findings *findings,
			    const struct site *site)
{
	if (!site->release || !site->release->asks_for_address)
		return;
	vec_foreach (tunnel, &site->tunnels) {
		vec_foreach (remote, &tunnel->remotes) {
			struct finding *finding;

			if (remote->kind != ENDPOINT_NAME)
				continue;
			finding = predict_add(input, findings, F02, site->name,
					      "%s: the script asks `ip route get %s`, "
					      "which fails for a "
					      "name: the own address stays empty",
					      site->name, remote->name);
			predict_value(input, finding, 0, site->name, "gateway",
				      remote->at, "%s", remote->name);
			predict_fix(input, finding,
				    "%s: resolve the name in the script before `ip route "
				    "get`, or use the address",
				    site->name);
		}
	}
}

void predict_ignored(const struct predict_input *input, unsigned int end,
		     struct findings *findings)
{
	const struct site *site = input->sites[end];

	if (!device_of(site->kind)->releases)
		return;
	vec_foreach (remark, &site->remarks) {
		struct finding *finding;

		if (!is_worth_saying(site, remark) ||
		    (is_unread(remark) && is_said(findings, F01, remark->at)))
			continue;
		finding = predict_add(input, findings, F02, site->name, "%s: %s",
				      site->name, remark->text);
		predict_value(input, finding, 0, site->name, "line", remark->at,
			      "no effect");
		/* Without its networks or its tunnel nothing is what the file says. */
		if (is_unread(remark)) {
			if (remark->code != SAYS_UNREAD_PROPOSALS)
				finding->severity = SEVERITY_NO_TUNNEL;
			/* Without networks the IKE SA comes up, and carries nothing. */
			finding->is_phase2 = remark->code == SAYS_UNREAD_NETWORKS;
			say_list(input, finding, site, remark);
		}
	}
	check_route_get(input, findings, site);
}
