// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * interop.c - would a scenario's peer and a recorded device understand each other?
 *
 * The site can stand in the place of either recorded end: as responder it meets the
 * recorded initiator's offer, as initiator the recorded responder, of whom only the one
 * choice is known that it made. Two lines at the end of each comparison say what comes
 * of it.
 */
#include "check/interop.h"

#include <stdio.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "check/interop_pair.h"
#include "dissect/session_verify.h"

void interop_add(const struct pair *pair, enum interop_kind kind, const char *what,
		 const struct origin *at, const char *format, ...)
{
	struct interop_line *line = vec_push(pair->interop->arena, &pair->interop->lines);
	va_list ap;

	*line = (struct interop_line){ .kind = kind,
				       .sa = pair->sa,
				       .site = pair->site,
				       .tunnel = pair->tunnel->name,
				       .what = what };
	va_start(ap, format);
	line->text = arena_vprintf(pair->interop->arena, format, ap);
	va_end(ap);
	if (at)
		line->at = *at;
}

static bool compare_version(const struct pair *pair)
{
	int own = pair->tunnel->version;
	bool is_fit = !own || own == pair->session->version;

	interop_add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS, "IKE version",
		    &pair->tunnel->version_at, "recorded IKEv%d, here %s",
		    pair->session->version,
		    !own       ? "both"
		    : own == 1 ? "IKEv1"
			       : "IKEv2");
	return is_fit;
}

/* What keeps a site from answering, though it may call in that mode. */
#define ANSWERING "answering aggressive mode"

static bool is_psk(const struct tunnel *tunnel)
{
	return tunnel->auth == AUTH_PSK || tunnel->auth == AUTH_XAUTH_PSK;
}

static void compare_mode(const struct pair *pair)
{
	bool is_aggressive = pair->story->exchange == V1_EXCHANGE_AGGRESSIVE;
	bool is_fit = pair->tunnel->accepts_both_modes ||
		      (pair->tunnel->mode == EXCHANGE_AGGRESSIVE) == is_aggressive;

	if (pair->session->version != 1 || !pair->story->exchange)
		return;
	interop_add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS, "mode",
		    &pair->tunnel->mode_at, "recorded %s mode, here %s",
		    is_aggressive ? "aggressive" : "main",
		    pair->tunnel->accepts_both_modes
			    ? "both"
			    : exchange_mode_name(pair->tunnel->mode));
	if (is_aggressive && is_fit && is_psk(pair->tunnel) &&
	    pair->place != INTEROP_IS_INITIATOR &&
	    !site_answers_aggressive_psk(pair->model))
		interop_add(
			pair, INTEROP_DIFFERS, ANSWERING, &pair->tunnel->mode_at,
			"here aggressive mode with a pre-shared key is only called in, "
			"never answered");
}

static void compare_auth(const struct pair *pair)
{
	bool has_psk = is_psk(pair->tunnel);

	if (pair->session->version != 1 || !pair->session->v1.encr)
		return;
	interop_add(pair,
		    has_psk != pair->session->v1.has_signatures ? INTEROP_FITS
								: INTEROP_DIFFERS,
		    "authentication", &pair->tunnel->at, "recorded %s, here %s",
		    pair->session->v1.has_signatures ? "by signatures"
						     : "by pre-shared key",
		    has_psk ? "by pre-shared key" : "by certificates");
}

/* Where the capture has a proof of it: is the recorded key the one of this tunnel? */
static void compare_psk(const struct pair *pair)
{
	static const char *const ends[] = { "initiator", "responder" };
	const struct secret *psk = &pair->tunnel->psk;
	struct slice bytes = { psk->bytes, psk->length };

	if (!psk->is_set || !psk->is_readable)
		return;
	for (int i = 0; i < 2; i++) {
		int verdict = session_try_psk(pair->set, pair->session, i, bytes);
		const struct proof *proof = &pair->story->peers[i].proof;

		if (verdict < 0)
			continue;
		interop_add(pair, verdict ? INTEROP_FITS : INTEROP_DIFFERS,
			    "pre-shared key", &psk->at, "the recorded %s's %s (#%u) %s",
			    ends[i], proof->payload, proof->frame,
			    verdict ? "was made with this one"
				    : "was made with another one");
	}
}

/* Names are compared whatever their case, as strongSwan and the devices do; "(protocol …" behind. */
static bool is_identity(const char *recorded, const struct identity *own, struct buf *out)
{
	buf_printf(out, "%s %s", id_type_name(own->type), own->value ? own->value : "");
	return !strncasecmp(recorded, buf_text(out), out->length) &&
	       (!recorded[out->length] || str_starts(recorded + out->length, " ("));
}

enum interop_place interop_place_of(const struct ike_story *story,
				    const struct tunnel *tunnel,
				    const struct inet_addr *own)
{
	struct identity identity = tunnel->local_id;
	struct inet_text address = inet_addr_text(own);
	bool is_called[2] = { false };

	if (identity.type == ID_TYPE_NONE && own->family) {
		identity.type =
			own->family == AF_INET6 ? ID_TYPE_IPV6_ADDR : ID_TYPE_IPV4_ADDR;
		identity.value = address.s;
	}
	for (int i = 0; i < 2 && identity.type != ID_TYPE_NONE; i++) {
		_cleanup_buf_ struct buf text = { 0 };
		const char *recorded = story->peers[i].identity;

		is_called[i] = recorded && is_identity(recorded, &identity, &text);
	}
	if (is_called[0] == is_called[1])
		return INTEROP_ELSEWHERE;
	return is_called[0] ? INTEROP_IS_INITIATOR : INTEROP_IS_RESPONDER;
}

/* The site meets the recorded initiator, unless it stands in its place. */
static void compare_identity(const struct pair *pair)
{
	const char *recorded = pair->story->peers[0].identity;
	const struct identity *own = &pair->tunnel->remote_id;
	_cleanup_buf_ struct buf text = { 0 };
	bool is_responder = pair->place == INTEROP_IS_INITIATOR;
	bool is_fit;

	if (is_responder)
		recorded = pair->story->peers[1].identity;
	if (!recorded || own->is_any || own->type == ID_TYPE_NONE)
		return;
	is_fit = is_identity(recorded, own, &text);
	interop_add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS,
		    is_responder ? "responder's identity" : "identity", &own->at,
		    "the recorded %s says %s, here %s is expected",
		    is_responder ? "responder" : "initiator", recorded, buf_text(&text));
}

static void compare_lifetime(const struct pair *pair)
{
	const struct number *own = &pair->tunnel->lifetime_s;

	if (!pair->story->lifetime_s || !own->is_set)
		return;
	interop_add(pair, pair->story->lifetime_s == own->n ? INTEROP_FITS : INTEROP_NOTE,
		    "lifetime", &own->at, "recorded %lld s, here %lld s",
		    (long long)pair->story->lifetime_s, (long long)own->n);
}

/* What strongSwan recognises and answers, RFC 3947 first. */
static const char *common_nat_t(const char *recorded)
{
	static const char *const words[] = { "RFC 3947", "draft 03", "draft 02",
					     "draft 00" };

	for (size_t i = 0; recorded && i < ARRAY_SIZE(words); i++)
		if (strstr(recorded, words[i]))
			return words[i];
	return NULL;
}

static void compare_nat_t(const struct pair *pair)
{
	const char *recorded = pair->story->peers[0].nat_t;
	const char *common = common_nat_t(recorded);
	bool is_off = pair->tunnel->nat_t == NAT_T_OFF;

	if (pair->session->version != 1 || pair->session->is_late)
		return;
	if (is_off)
		interop_add(pair, INTEROP_NOTE, "NAT-T", &pair->tunnel->nat_t_at,
			    "off here%s%s",
			    recorded ? ", the recorded initiator offers " : "",
			    recorded ? recorded : "");
	else if (!recorded)
		interop_add(
			pair, INTEROP_NOTE, "NAT-T", &pair->tunnel->nat_t_at,
			"on here, the recorded initiator offers none: behind a NAT its "
			"ESP would not pass");
	else if (!common)
		interop_add(pair, INTEROP_NOTE, "NAT-T", &pair->tunnel->nat_t_at,
			    "on here, and nothing in common with %s", recorded);
	else
		interop_add(pair, INTEROP_FITS, "NAT-T", &pair->tunnel->nat_t_at,
			    "both know %s (the recorded initiator offers %s)", common,
			    recorded);
}

/*
 * The first offer and the first choice of each phase, as far as readable. What the
 * recorded responder chose it would choose again, if this site offers it.
 */
static void compare_messages(const struct pair *pair)
{
	struct ike_message message = { 0 };
	bool has_seen[2][2] = { 0 }; /* phase 2, choice of the responder */

	vec_foreach (step, &pair->session->steps) {
		const struct ike_payload *sa;
		bool is_esp, is_choice;

		session_step_message(step, &message);
		sa = ike_payload_find(
			&message, ike_is_v2(&message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
		is_esp = ike_is_v2(&message)
				 ? message.header.exchange != V2_EXCHANGE_SA_INIT
				 : message.header.exchange == V1_EXCHANGE_QUICK;
		is_choice = ike_is_v2(&message) ? ike_is_response(&message)
						: !step->is_from_initiator;
		if (!sa || sa->fault >= IKE_FAULT_BEYOND || has_seen[is_esp][is_choice])
			continue;
		interop_compare_offer(pair, &message, sa, is_esp, is_choice);
		has_seen[is_esp][is_choice] = true;
	}
	ike_message_done(&message);
}

/* ------------------------------------------------------------ what comes of it */

/* What keeps a site from understanding the one it would meet, by what was compared. */
static const struct role {
	const char *what;     /* of the line that says it */
	const char *proposal; /* what must have been compared, or nothing can be told */
	const char *differences[9];
} roles[2][2] = {
	/* by version, by role */
	{ { "as responder",
	    "phase 1 proposal",
	    { "IKE version", "mode", ANSWERING, "authentication", "pre-shared key",
	      "phase 1 proposal", "phase 2 proposal", "identity", "networks" } },
	  { "as initiator",
	    "phase 1 choice",
	    { "IKE version", "mode", "authentication", "pre-shared key", "phase 1 choice",
	      "phase 2 choice", "responder's identity", "networks" } } },
	{ { "as responder",
	    "IKE proposal",
	    { "IKE version", "pre-shared key", "IKE proposal", "ESP proposal", "identity",
	      "networks" } },
	  { "as initiator",
	    "IKE choice",
	    { "IKE version", "pre-shared key", "IKE choice", "ESP choice",
	      "responder's identity", "networks" } } },
};

static bool is_one_of(const struct role *role, const char *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(role->differences); i++)
		if (role->differences[i] && str_equal(role->differences[i], what))
			return true;
	return false;
}

/* What differs for that role, separated by commas; whether anything can be told. */
static bool collect(const struct pair *pair, const struct role *role, size_t end,
		    struct buf *differences)
{
	bool is_known =
		pair->tunnel->has_default_proposals || !pair->tunnel->proposals.count;
	const char *last = "";

	for (size_t i = pair->first_line; i < end; i++) {
		const struct interop_line *line = &pair->interop->lines.items[i];

		is_known |= str_equal(line->what, role->proposal);
		if (line->kind != INTEROP_DIFFERS || !is_one_of(role, line->what) ||
		    str_equal(line->what, last))
			continue;
		last = line->what;
		buf_printf(differences, "%s%s", differences->length ? ", " : "", last);
	}
	return is_known || differences->length;
}

static void conclude_responder(const struct pair *pair, size_t end,
			       struct interop_verdict *verdict)
{
	const struct role *role = &roles[pair->session->version == 2][0];
	struct buf _cleanup_buf_ differences = { 0 };

	if (pair->place == INTEROP_IS_INITIATOR) {
		verdict->why_responder = "it is the recorded initiator itself";
		interop_add(pair, INTEROP_NOTE, role->what, NULL,
			    "it calls itself what the recorded initiator does, and meets "
			    "the other end only");
	} else if (!collect(pair, role, end, &differences)) {
		interop_add(pair, INTEROP_NOTE, role->what, NULL,
			    "cannot be told: what was offered is not in the capture");
	} else if (differences.length) {
		verdict->as_responder = INTEROP_REFUSES;
		verdict->why_responder =
			arena_strdup(pair->interop->arena, buf_text(&differences));
		interop_add(pair, INTEROP_DIFFERS, role->what, NULL,
			    "would refuse the recorded initiator: %s",
			    buf_text(&differences));
	} else {
		verdict->as_responder = INTEROP_TAKES;
		interop_add(pair, INTEROP_FITS, role->what, NULL,
			    "would take what the recorded initiator offers, as far as "
			    "the capture shows it");
	}
}

static void conclude_initiator(const struct pair *pair, size_t end,
			       struct interop_verdict *verdict)
{
	const struct role *role = &roles[pair->session->version == 2][1];
	struct buf _cleanup_buf_ differences = { 0 }, own = { 0 };
	const char *chosen = pair->story->chosen;

	interop_put_own_offer(pair->tunnel, &own);
	if (pair->place == INTEROP_IS_RESPONDER) {
		verdict->why_initiator = "it is the recorded responder itself";
		interop_add(pair, INTEROP_NOTE, role->what, NULL,
			    "it calls itself what the recorded responder does, and meets "
			    "the other end only");
	} else if (!collect(pair, role, end, &differences)) {
		interop_add(pair, INTEROP_NOTE, role->what, NULL,
			    "offers %s; what the recorded responder takes is not in the "
			    "capture",
			    buf_text(&own));
	} else if (differences.length) {
		verdict->as_initiator = INTEROP_REFUSES;
		verdict->why_initiator =
			arena_strdup(pair->interop->arena, buf_text(&differences));
		interop_add(pair, INTEROP_DIFFERS, role->what, NULL,
			    "offers %s; of the recorded responder only %s is known; "
			    "not the same: %s",
			    buf_text(&own), chosen ? chosen : "that it answered",
			    buf_text(&differences));
	} else {
		verdict->as_initiator = INTEROP_TAKES;
		interop_add(pair, INTEROP_FITS, role->what, NULL,
			    "offers %s; what the recorded responder took is among it",
			    buf_text(&own));
	}
}

static void compare_pair(const struct pair *pair)
{
	struct interop_verdict *verdict;
	size_t end;

	if (compare_version(pair)) {
		compare_mode(pair);
		compare_auth(pair);
		compare_psk(pair);
		compare_messages(pair);
		interop_compare_networks(pair);
		compare_identity(pair);
		compare_lifetime(pair);
		compare_nat_t(pair);
	}
	end = pair->interop->lines.count;
	verdict = vec_push(pair->interop->arena, &pair->interop->verdicts);
	*verdict = (struct interop_verdict){ .sa = pair->sa,
					     .site = pair->site,
					     .tunnel = pair->tunnel->name,
					     .place = pair->place };
	conclude_responder(pair, end, verdict);
	conclude_initiator(pair, end, verdict);
}

void interop_compare(const struct session_set *set, const struct scenario *scenario,
		     struct interop *ret)
{
	for (uint32_t i = 0; i < set->sessions; i++) {
		struct ike_story *story = story_of(set, set->session[i]);

		vec_foreach (site, &scenario->sites) {
			if (!site->site)
				continue;
			vec_foreach (tunnel, &site->site->tunnels) {
				struct pair pair = { .interop = ret,
						     .sa = i,
						     .set = set,
						     .session = set->session[i],
						     .story = story,
						     .site = site->name,
						     .model = site->site,
						     .tunnel = tunnel,
						     .place = interop_place_of(
							     story, tunnel,
							     &scenario_wan(site)->addr),
						     .first_line = ret->lines.count };

				if (!tunnel->is_disabled)
					compare_pair(&pair);
			}
		}
		story_free(story);
	}
}
