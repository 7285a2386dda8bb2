// SPDX-License-Identifier: GPL-2.0-or-later
/* mode.c - F17, F18, F19, F25, F35: version, exchange mode, authentication method */
#include <stdio.h>

#include "device/device.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "predict/words.h"

static const char *version_name(const struct tunnel *tunnel)
{
	static const char *const names[] = { "IKEv2 (answers both)", "IKEv1", "IKEv2" };

	return names[tunnel->version >= 0 && tunnel->version <= 2 ? tunnel->version : 0];
}

static bool is_ikev1_only(const struct site *site)
{
	return device_of(site->kind)->traits.is_ikev1_only;
}

static void check_version(const struct predict_input *input,
			  const struct tunnel *const tunnels[2], unsigned int from,
			  struct findings *findings)
{
	struct finding *finding = predict_add(
		input, findings, F17, NULL, "%s starts %s, %s only answers %s",
		input->sites[from]->name, tunnels[from]->version == 1 ? "IKEv1" : "IKEv2",
		input->sites[!from]->name, version_name(tunnels[!from]));
	finding->tunnel = tunnels[from];
	if (predict_version(input, tunnels))
		finding->severity = SEVERITY_LATER; /* the other one begins as well */
	predict_why(
		input, finding,
		predict_traits(input, !from)->is_silent
			? "the device does not know that version and drops the packet"
			: "no connection there has that version; the refusal speaks of "
			  "proposals although no algorithm is wrong");
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		int wanted = tunnels[!end]->version ? tunnels[!end]->version : 2;

		predict_value(input, finding, end, site->name,
			      words_setting(site, WORD_VERSION), tunnels[end]->version_at,
			      "%s", version_name(tunnels[end]));
		if (wanted == 2 && is_ikev1_only(site))
			continue;
		words_fix(input, finding, site, &tunnels[end]->version_at,
			  words_line(input->arena, site, tunnels[end], WORD_VERSION,
				     wanted == 1 ? "1" : "2"));
	}
	predict_sees_refusal(input, finding, tunnels[from]->version == 1 ? 1 : 2, !from);
}

/* Does `answering` take what `starting` begins with? */
static bool modes_fit(const struct tunnel *starting, const struct tunnel *answering)
{
	return starting->mode == answering->mode || answering->accepts_both_modes;
}

/*
 * strongSwan answers Aggressive Mode with a PSK only when it is told not to care; that is
 * nothing where the other end never calls.
 */
static bool answers_no_hash(const struct predict_input *input,
			    const struct tunnel *const tunnels[2], unsigned int to)
{
	return predict_is_strongswan(input->sites[to]) &&
	       !input->sites[to]->aggressive_psk.on && tunnels[to]->auth == AUTH_PSK &&
	       (to != input->initiator || predict_can_start(tunnels[!to]));
}

static void check_mode(const struct predict_input *input,
		       const struct tunnel *const tunnels[2], unsigned int from,
		       struct findings *findings)
{
	struct finding *finding = predict_add(
		input, findings, F18, NULL,
		"%s starts in %s mode, %s only answers %s mode", input->sites[from]->name,
		exchange_mode_name(tunnels[from]->mode), input->sites[!from]->name,
		exchange_mode_name(tunnels[!from]->mode));

	finding->tunnel = tunnels[from];
	if (predict_can_start(tunnels[!from]) && modes_fit(tunnels[!from], tunnels[from]))
		finding->severity = SEVERITY_LATER; /* the other one begins as well */
	predict_why(
		input, finding,
		predict_traits(input, !from)->is_silent
			? "the device drops what comes in the other mode, without a word"
			: "the refusal reads like a wrong password");
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];

		predict_value(input, finding, end, site->name,
			      words_setting(site, WORD_MODE), tunnels[end]->mode_at, "%s",
			      exchange_mode_name(tunnels[end]->mode));
		if (tunnels[!end]->mode == EXCHANGE_AGGRESSIVE &&
		    answers_no_hash(input, tunnels, end))
			continue;
		words_fix(input, finding, site, &tunnels[end]->mode_at,
			  words_line(input->arena, site, tunnels[end], WORD_MODE,
				     exchange_mode_name(tunnels[!end]->mode)));
	}
	predict_sees_refusal(input, finding, 1, !from);
}

static void check_refused(const struct predict_input *input,
			  const struct tunnel *const tunnels[2], unsigned int to,
			  struct findings *findings)
{
	const struct site *site = input->sites[to];
	struct finding *finding;

	if (predict_version_of(tunnels, !to) != 1 ||
	    tunnels[!to]->mode != EXCHANGE_AGGRESSIVE ||
	    !answers_no_hash(input, tunnels, to) || !modes_fit(tunnels[!to], tunnels[to]))
		return;
	finding = predict_add(
		input, findings, F19, site->name,
		"%s is called in aggressive mode with a pre-shared key, which "
		"strongSwan refuses to answer",
		site->name);
	finding->tunnel = tunnels[to];
	if (to == input->initiator) {
		finding->severity = SEVERITY_LATER;
		predict_why(input, finding, "only %s can start the tunnel", site->name);
	}
	predict_value(input, finding, 0, input->sites[!to]->name,
		      words_setting(input->sites[!to], WORD_MODE), tunnels[!to]->mode_at,
		      "aggressive");
	predict_value(input, finding, 1, site->name, "authentication",
		      tunnels[to]->auth_word.at, "pre-shared key");
	predict_fix(input, finding, "both: use main mode or IKEv2");
	predict_fix(input, finding,
		    "%s: or /etc/strongswan.conf: charon { "
		    "i_dont_care_about_security_and_use_aggressive_mode_psk = yes }",
		    site->name);
	predict_sees(input, finding,
		     "%s: Aggressive Mode PSK disabled for security reasons", site->name);
}

static const char *mode_line(const struct predict_input *input, unsigned int end,
			     const struct tunnel *const tunnels[2])
{
	const char *text = words_line(input->arena, input->sites[end], tunnels[end],
				      WORD_MODE, "aggressive")
				   .text;

	return text ? text : "aggressive mode";
}

/* In Main Mode the key is chosen before the identity is known: by the address alone. */
static void check_dynamic(const struct predict_input *input,
			  const struct tunnel *const tunnels[2],
			  struct findings *findings)
{
	unsigned int to = !input->initiator;
	const struct site *site = input->sites[to];
	struct finding *finding;

	if (tunnels[!to]->mode != EXCHANGE_MAIN || tunnels[to]->mode != EXCHANGE_MAIN ||
	    !predict_takes_anybody(tunnels[to]) || tunnels[to]->auth != AUTH_PSK ||
	    !predict_traits(input, to)->wants_equal_selectors)
		return;
	finding = predict_add(
		input, findings, F35, NULL,
		"%s takes its peer from any address by its identity, but in main "
		"mode with a pre-shared key the identity comes too late",
		site->name);
	finding->tunnel = tunnels[to];
	predict_why(input, finding,
		    "the device must choose the key by the address, and has none for it");
	predict_value(input, finding, 0, site->name, words_setting(site, WORD_PEER),
		      tunnels[to]->at, "any");
	predict_value(input, finding, 1, site->name, words_setting(site, WORD_MODE),
		      tunnels[to]->mode_at, "main");
	predict_fix(input, finding, "both: %s: %s; %s: %s", input->sites[0]->name,
		    mode_line(input, 0, tunnels), input->sites[1]->name,
		    mode_line(input, 1, tunnels));
	predict_fix(input, finding,
		    "both: or use IKEv2, or give the peer a fixed address");
	predict_sees_refusal(input, finding, 1, to);
}

void predict_mode(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	unsigned int from = input->initiator;

	if (!predict_version_of(tunnels, from))
		check_version(input, tunnels, from, findings);
	else if (predict_can_start(tunnels[!from]) && !predict_version_of(tunnels, !from))
		check_version(input, tunnels, !from, findings);
	if (predict_version(input, tunnels) != 1)
		return;
	if (!modes_fit(tunnels[from], tunnels[!from]))
		check_mode(input, tunnels, from, findings);
	else if (predict_can_start(tunnels[!from]) &&
		 !modes_fit(tunnels[!from], tunnels[from]))
		check_mode(input, tunnels, !from, findings);
	for (unsigned int to = 0; to < 2; to++)
		check_refused(input, tunnels, to, findings);
	check_dynamic(input, tunnels, findings);
}

/* ------------------------------------------------------------ authentication */

static const char *auth_name(enum auth_method auth)
{
	switch (auth) {
	case AUTH_PSK:
		return "pre-shared key";
	case AUTH_RSA:
		return "certificate or public key";
	case AUTH_ECDSA:
		return "ECDSA certificate";
	case AUTH_XAUTH_PSK:
		return "pre-shared key and XAuth";
	case AUTH_EAP:
		return "EAP";
	case AUTH_UNKNOWN:
		return "unknown";
	}
	return "?";
}

/* One proof each way, of different kinds, as EAP has it: one of them is not what is asked. */
static void report_one_way(const struct predict_input *input,
			   const struct tunnel *const tunnels[2], unsigned int end,
			   struct findings *findings)
{
	const struct tunnel *own = tunnels[end], *peer = tunnels[!end];
	const struct site *site = input->sites[end], *other = input->sites[!end];
	const struct origin asked_at =
		peer->peer_auth_word.s ? peer->peer_auth_word.at : peer->auth_word.at;
	struct finding *finding =
		predict_add(input, findings, F25, NULL,
			    tunnel_asks_for(peer) == peer->auth
				    ? "%s authenticates by %s, %s by %s"
				    : "%s authenticates by %s, %s wants %s of it",
			    site->name, auth_name(own->auth), other->name,
			    auth_name(tunnel_asks_for(peer)));

	finding->tunnel = tunnels[input->initiator];
	predict_why(input, finding,
		    "each end must prove itself the way the other asks for");
	predict_value(input, finding, end, site->name, words_setting(site, WORD_AUTH),
		      own->auth_word.at, "%s", auth_name(own->auth));
	predict_value(input, finding, !end, other->name, words_setting(other, WORD_AUTH),
		      asked_at, "%s", auth_name(tunnel_asks_for(peer)));
	if (tunnel_asks_for(peer) == AUTH_PSK)
		words_fix(input, finding, site, &own->auth_word.at,
			  words_line(input->arena, site, own, WORD_AUTH, "psk"));
	else if (own->auth == AUTH_PSK)
		words_fix(input, finding, other, &asked_at,
			  words_line(input->arena, other, peer, WORD_AUTH, "psk"));
	predict_sees_refusal(input, finding, predict_version(input, tunnels), !end);
}

void predict_auth(const struct predict_input *input,
		  const struct tunnel *const tunnels[2], struct findings *findings)
{
	const bool is_proved[] = { tunnel_proves(tunnels[0], tunnels[1]),
				   tunnel_proves(tunnels[1], tunnels[0]) };
	struct finding *finding;

	if (is_proved[0] && is_proved[1])
		return;
	if (tunnel_asks_for(tunnels[0]) != tunnels[0]->auth ||
	    tunnel_asks_for(tunnels[1]) != tunnels[1]->auth) {
		for (unsigned int end = 0; end < 2; end++)
			if (!is_proved[end])
				report_one_way(input, tunnels, end, findings);
		return;
	}
	finding = predict_add(input, findings, F25, NULL,
			      "%s authenticates by %s, %s by %s", input->sites[0]->name,
			      auth_name(tunnels[0]->auth), input->sites[1]->name,
			      auth_name(tunnels[1]->auth));
	finding->tunnel = tunnels[input->initiator];
	predict_why(input, finding,
		    "each end must prove itself the way the other asks for");
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];

		predict_value(input, finding, end, site->name,
			      words_setting(site, WORD_AUTH), tunnels[end]->auth_word.at,
			      "%s", auth_name(tunnels[end]->auth));
		if (tunnels[!end]->auth == AUTH_PSK)
			words_fix(input, finding, site, &tunnels[end]->auth_word.at,
				  words_line(input->arena, site, tunnels[end], WORD_AUTH,
					     "psk"));
	}
	predict_sees_refusal(input, finding, predict_version(input, tunnels),
			     !input->initiator);
}
