// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_ike.c - `set ike …` of ScreenOS, and its gateways as tunnels */
#include "base/cleanup.h"
#include "import/screenos_reader.h"
#include "model/aspect.h"
#include "import/words.h"

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
	const char *why;      /* has no effect, because; NULL */
	unsigned int aspects; /* not rehearsed: what it touches */
} ike_words[] = {
	{ "gateway", sos_gateway_command, NULL, 0 },
	{ "p1-proposal", p1_command, NULL, 0 },
	{ "p2-proposal", p2_command, NULL, 0 },
	/* settings of the whole device, which change no negotiation we rehearse */
	{ "respond-bad-spi", NULL, "is an answer to packets of no SA", 0 },
	{ "soft-lifetime-buffer", NULL, "moves the moment of renewing a little", 0 },
	{ "id-mode", NULL, NULL, ASPECT_IKE },
	{ "ikeid-enumeration", NULL, "guards against guessing", 0 },
	{ "dos-protection", NULL, "guards against floods", 0 },
	{ "ikev2", NULL, "tunes cookies and windows", 0 },
	{ "initiator-set-commit", NULL, "is a bit that strongSwan ignores", 0 },
	{ "responder-set-commit", NULL, "is a bit that strongSwan ignores", 0 },
	{ "initial-contact", NULL, "is said by strongSwan, too", 0 },
	{ "single-ike-tunnel", NULL, "counts only with several tunnels to one peer", 0 },
	{ "member-sa-hold-time", NULL, "is for clusters", 0 },
	{ "policy-checking", NULL, NULL, ASPECT_SELECTORS },
	{ "heartbeat", NULL, NULL, ASPECT_LIFE },
	{ "p1-max-dialgrp-sessions", NULL, "is for dialup groups", 0 },
	{ "p1-sec-level", NULL, NULL, ASPECT_IKE },
	{ "p2-sec-level", NULL, NULL, ASPECT_SELECTORS },
	{ "accept-all-proposal", NULL, NULL, ASPECT_IKE },
	{ "asn1-parsing", NULL, "is about certificates", 0 },
	{ "cert", NULL, "is about certificates", 0 },
	{ "always-send-tunnel", NULL, "is for packets without a session", 0 },
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
		else if (ike_words[i].aspects)
			site_unrehearsed(reader->site, NULL, ike_words[i].aspects,
					 reader->at, ike_words[i].word);
		else
			sos_ignore(reader, ike_words[i].word, ike_words[i].why);
		return;
	}
	words[ARRAY_SIZE(ike_words)] = NULL;
	sos_remark(reader, REMARK_UNKNOWN, "unknown command 'ike %s'%s", word ? word : "",
		   word ? site_hint(reader->site, word, words) : "");
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
		site_remark(reader->site, REMARK_INVALID, tunnel->at,
			    "gateway '%s' has no peer (address, dynamic or dialup)",
			    tunnel->name);
	if (!gateway->outgoing && !gateway->outgoing_zone)
		site_remark(reader->site, REMARK_INVALID, tunnel->at,
			    "gateway '%s' has no outgoing-interface", tunnel->name);
	if (tunnel->auth == AUTH_PSK && !tunnel->psk.is_set)
		site_remark(reader->site, REMARK_INVALID, tunnel->at,
			    "gateway '%s' has no pre-shared key", tunnel->name);
	if (is_any && tunnel->version == 1 && tunnel->mode == EXCHANGE_MAIN &&
	    tunnel->auth == AUTH_PSK && !gateway->is_dialup)
		site_remark(reader->site, REMARK_INVALID, tunnel->at,
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

void screenos_ike_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(ike_words); i++)
		import_words_add(words, (struct import_word){
						.device = "ScreenOS",
						.place = "set ike",
						.word = ike_words[i].word,
						.why = ike_words[i].why,
						.aspects = ike_words[i].aspects,
					});
}
