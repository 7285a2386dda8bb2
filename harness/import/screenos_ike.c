// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_ike.c - `set ike …` of ScreenOS, and its gateways as tunnels */
#include "base/cleanup.h"
#include "import/screenos_reader.h"

static void p1_command(struct reader *reader, struct args *args)
{
	sos_proposal_command(reader, args, 1);
}

static void p2_command(struct reader *reader, struct args *args)
{
	sos_proposal_command(reader, args, 2);
}

static const struct {
	const char *word;
	void (*run)(struct reader *reader, struct args *args);
} ike_words[] = {
	{ "gateway", sos_gateway_command },
	{ "p1-proposal", p1_command },
	{ "p2-proposal", p2_command },
	/* settings of the whole device, which change no negotiation we rehearse */
	{ "respond-bad-spi", NULL },
	{ "soft-lifetime-buffer", NULL },
	{ "id-mode", NULL },
	{ "ikeid-enumeration", NULL },
	{ "dos-protection", NULL },
	{ "ikev2", NULL },
	{ "initiator-set-commit", NULL },
	{ "responder-set-commit", NULL },
	{ "initial-contact", NULL },
	{ "single-ike-tunnel", NULL },
	{ "member-sa-hold-time", NULL },
	{ "policy-checking", NULL },
	{ "heartbeat", NULL },
	{ "p1-max-dialgrp-sessions", NULL },
	{ "p1-sec-level", NULL },
	{ "p2-sec-level", NULL },
	{ "accept-all-proposal", NULL },
	{ "asn1-parsing", NULL },
	{ "cert", NULL },
	{ "always-send-tunnel", NULL },
};

void sos_ike_command(struct reader *reader, struct args *args)
{
	const char *words[ARRAY_SIZE(ike_words) + 1], *word = args_peek(args);

	for (size_t i = 0; i < ARRAY_SIZE(ike_words); i++) {
		words[i] = ike_words[i].word;
		if (!args_accept(args, ike_words[i].word))
			continue;
		if (ike_words[i].run)
			ike_words[i].run(reader, args);
		else
			sos_ignore(reader, ike_words[i].word,
				   "tunes IKE of the whole device");
		return;
	}
	words[ARRAY_SIZE(ike_words)] = NULL;
	sos_remark(reader, REMARK_UNKNOWN, "unknown command 'ike %s'%s", word ? word : "",
		   word ? sos_hint(reader, word, words) : "");
}

/* ------------------------------------------------------------ to the model */

static void gateway_proposal_add(struct reader *reader, void *to,
				 const struct sos_proposal *proposal)
{
	struct tunnel *tunnel = to;

	if (tunnel->proposals.count == 0) {
		tunnel->lifetime_s = proposal->proposal.lifetime_s;
		if (tunnel->auth != AUTH_XAUTH_PSK) {
			tunnel->auth = proposal->auth;
			tunnel->auth_word = sos_text(reader, proposal->auth_word);
		}
	}
	vec_add(reader->arena, &tunnel->proposals, proposal->proposal);
}

static void gateway_check(struct reader *reader, const struct sos_gateway *gateway)
{
	const struct tunnel *tunnel = &gateway->tunnel;
	bool is_any =
		tunnel->remotes.count && tunnel->remotes.items[0].kind == ENDPOINT_ANY;

	if (tunnel->remotes.count == 0)
		sos_remark_at(reader, REMARK_INVALID, tunnel->at,
			      "gateway '%s' has no peer (address, dynamic or dialup)",
			      tunnel->name);
	if (!gateway->outgoing && !gateway->outgoing_zone)
		sos_remark_at(reader, REMARK_INVALID, tunnel->at,
			      "gateway '%s' has no outgoing-interface", tunnel->name);
	if (tunnel->auth == AUTH_PSK && !tunnel->psk.is_set)
		sos_remark_at(reader, REMARK_INVALID, tunnel->at,
			      "gateway '%s' has no pre-shared key", tunnel->name);
	if (is_any && tunnel->version == 1 && tunnel->mode == EXCHANGE_MAIN &&
	    tunnel->auth == AUTH_PSK && !gateway->is_dialup)
		sos_remark_at(reader, REMARK_INVALID, tunnel->at,
			      "gateway '%s' has a peer with a dynamic address and a "
			      "pre-shared key: the device wants aggressive mode for that",
			      tunnel->name);
}

void sos_gateway_finish(struct reader *reader, struct sos_gateway *gateway)
{
	struct tunnel *tunnel = &gateway->tunnel;
	const struct sos_proposal_use use = {
		.phase = 1,
		.what = arena_printf(reader->arena, "gateway '%s'", tunnel->name),
		.words = gateway->proposals.items,
		.count = gateway->proposals.count,
		.sec_level = gateway->sec_level,
		.at = tunnel->at,
	};
	bool is_any =
		!tunnel->remotes.count || tunnel->remotes.items[0].kind == ENDPOINT_ANY;

	if (tunnel->auth != AUTH_XAUTH_PSK)
		tunnel->auth = AUTH_PSK;
	sos_proposals_resolve(reader, &use, gateway_proposal_add, tunnel);
	if (is_any && tunnel->remote_id.type == ID_TYPE_NONE)
		tunnel->remote_id.is_any = true;
	if (tunnel->dpd_delay_s.is_set && tunnel->dpd_delay_s.n > 0)
		tunnel->dpd_timeout_s =
			(struct number){ true, tunnel->dpd_delay_s.n * gateway->dpd_retry,
					 tunnel->dpd_delay_s.at };
	if (is_any) {
		tunnel->start = START_NEVER;
		tunnel->start_at =
			tunnel->remotes.count ? tunnel->remotes.items[0].at : tunnel->at;
	} else {
		tunnel->start =
			gateway->is_monitored ? START_IMMEDIATELY : START_ON_TRAFFIC;
		tunnel->start_at =
			gateway->is_monitored
				? gateway->monitor_at
				: (struct origin){ .source = "ScreenOS default" };
	}
	gateway_check(reader, gateway);
}
