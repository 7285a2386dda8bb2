// SPDX-License-Identifier: GPL-2.0-or-later
/* interop.c - would a scenario's peer and a recorded device understand each other? */
#include "check/interop.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "dissect/story.h"
#include "ipsec/alg.h"

/* What is compared with what, and where to write it. */
struct pair {
	struct interop *interop;
	uint32_t sa;
	const struct ike_session *session;
	const struct ike_story *story;
	const char *site;
	const struct tunnel *tunnel;
};

static void add(const struct pair *pair, enum interop_kind kind, const char *what,
		const struct origin *at, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void add(const struct pair *pair, enum interop_kind kind, const char *what,
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

/* ------------------------------------------------------------ transforms */

/* One offered combination in rows of ipsec/alg.h; NULL: not named. */
struct combination {
	const struct alg *encr, *integ, *prf, *dh;
	bool has_unknown; /* a number that no row has */
};

static uint32_t attribute(const struct ike_message *message,
			  const struct ike_transform *transform, unsigned int type)
{
	const struct ike_attribute *found = ike_attribute_find(message, transform, type);

	return found ? found->value : 0;
}

static struct combination combination_v1(const struct ike_message *message,
					 const struct ike_transform *transform,
					 bool is_esp)
{
	struct combination result = { 0 };
	uint32_t bits = attribute(message, transform,
				  is_esp ? V1_ESP_KEY_LENGTH : V1_ATTR_KEY_LENGTH);
	uint32_t group =
		attribute(message, transform, is_esp ? V1_ESP_GROUP : V1_ATTR_GROUP);

	if (is_esp) {
		result.encr = alg_by_esp_v1(ALG_KIND_ENCR, transform->id, bits);
		result.integ =
			alg_by_esp_v1(ALG_KIND_INTEG,
				      (int)attribute(message, transform, V1_ESP_AUTH), 0);
	} else {
		result.encr = alg_by_ikev1(
			ALG_KIND_ENCR,
			(int)attribute(message, transform, V1_ATTR_ENCRYPTION), bits);
		result.integ =
			alg_by_ikev1(ALG_KIND_INTEG,
				     (int)attribute(message, transform, V1_ATTR_HASH), 0);
	}
	result.dh = group ? alg_by_group(group) : NULL;
	result.has_unknown = !result.encr || (group && !result.dh);
	return result;
}

#define has_alg(list, wanted)                             \
	({                                                \
		bool has_alg_found_ = (list)->count == 0; \
		vec_foreach (item_, (list))               \
			if (item_->alg == (wanted))       \
				has_alg_found_ = true;    \
		has_alg_found_;                           \
	})

/* Which part of a combination a proposal lacks; NULL: none, it is acceptable. */
static const struct alg *missing_of(const struct proposal *proposal,
				    const struct combination *offered, bool is_esp)
{
	if (!has_alg(&proposal->encr, offered->encr))
		return offered->encr;
	if (offered->integ && !has_alg(&proposal->integ, offered->integ))
		return offered->integ;
	if (offered->dh && !has_alg(&proposal->dh, offered->dh))
		return offered->dh;
	/* PFS: an empty list is none, so a group where none is wanted differs, too. */
	if (is_esp && offered->dh && !proposal->dh.count)
		return offered->dh;
	return NULL;
}

static bool lacks_pfs(const struct proposal *proposal, const struct combination *offered)
{
	return proposal->dh.count && !offered->dh;
}

struct outcome {
	bool is_fit;
	const struct origin *at;
	const struct alg *missing; /* of the nearest proposal */
	bool lacks_pfs;
};

#define judge(proposals, offered, is_esp)                                               \
	({                                                                              \
		struct outcome judge_ = { 0 };                                          \
		vec_foreach (proposal_, (proposals)) {                                  \
			const struct alg *lack_ =                                       \
				missing_of(proposal_, (offered), (is_esp));             \
			if (judge_.is_fit)                                              \
				break;                                                  \
			judge_.at = &proposal_->at;                                     \
			judge_.missing = lack_;                                         \
			judge_.lacks_pfs = (is_esp) && lacks_pfs(proposal_, (offered)); \
			judge_.is_fit = !lack_ && !judge_.lacks_pfs;                    \
		}                                                                       \
		judge_;                                                                 \
	})

/* Say of one transform whether the tunnel has it. Returns whether it fits. */
static bool say_transform(const struct pair *pair, const char *what,
			  const char *description, const struct combination *offered,
			  const struct outcome *outcome)
{
	if (offered->has_unknown)
		add(pair, INTEROP_DIFFERS, what, outcome->at,
		    "%s: has a number no list knows", description);
	else if (outcome->is_fit)
		add(pair, INTEROP_FITS, what, outcome->at, "%s: allowed here",
		    description);
	else if (outcome->missing)
		add(pair, INTEROP_DIFFERS, what, outcome->at, "%s: %s is not %s here",
		    description, outcome->missing->name,
		    outcome->missing->kind == ALG_KIND_DH ? "the group" : "allowed");
	else
		add(pair, INTEROP_DIFFERS, what, outcome->at,
		    "%s: no PFS is offered, the tunnel wants it", description);
	return outcome->is_fit;
}

static void compare_offer_v1(const struct pair *pair, const struct ike_message *message,
			     const struct ike_payload *sa, bool is_esp, bool is_choice)
{
	const char *what = is_choice ? (is_esp ? "phase 2 choice" : "phase 1 choice")
				     : (is_esp ? "phase 2 proposal" : "phase 1 proposal");
	const struct child *child = pair->tunnel->children.items;
	bool is_open = is_esp ? !child || child->has_default_proposals
			      : pair->tunnel->has_default_proposals;

	for (uint32_t i = 0; i < sa->sa.proposals && !is_open; i++) {
		const struct ike_proposal *proposal =
			&message->proposal[sa->sa.first_proposal + i];

		for (uint32_t j = 0; j < proposal->transforms && j < 32; j++) {
			const struct ike_transform *transform =
				&message->transform[proposal->first_transform + j];
			struct combination offered =
				combination_v1(message, transform, is_esp);
			struct outcome outcome =
				is_esp ? judge(&child->proposals, &offered, true)
				       : judge(&pair->tunnel->proposals, &offered, false);
			struct buf text = { 0 };

			describe_transform_v1(message, proposal, transform, &text);
			(void)say_transform(pair, what, buf_text(&text), &offered,
					    &outcome);
			buf_done(&text);
		}
	}
}

/* Has the offer a transform of that type which the list allows, or is nothing said? */
#define offers_one(message, proposal, transform_type, kind, list)                        \
	({                                                                               \
		bool offers_found_ = (list)->count == 0, offers_any_ = false;            \
		for (uint32_t i_ = 0; i_ < (proposal)->transforms; i_++) {               \
			const struct ike_transform *t_ =                                 \
				&(message)->transform[(proposal)->first_transform + i_]; \
			if (t_->type != (transform_type))                                \
				continue;                                                \
			offers_any_ = true;                                              \
			if (has_alg((list),                                              \
				    alg_by_ikev2((kind), t_->id,                         \
						 attribute((message), t_,                \
							   V2_ATTR_KEY_LENGTH))))        \
				offers_found_ = true;                                    \
		}                                                                        \
		offers_found_ || !offers_any_;                                           \
	})

/* Which type of transform the offer and one own proposal have nothing of in common. */
static const char *lacking_v2(const struct ike_message *message,
			      const struct ike_proposal *offer,
			      const struct proposal *own)
{
	if (!offers_one(message, offer, V2_TRANSFORM_ENCR, ALG_KIND_ENCR, &own->encr))
		return "cipher";
	if (!offers_one(message, offer, V2_TRANSFORM_INTEG, ALG_KIND_INTEG, &own->integ))
		return "integrity algorithm";
	if (!offers_one(message, offer, V2_TRANSFORM_PRF, ALG_KIND_PRF, &own->prf))
		return "PRF";
	if (!offers_one(message, offer, V2_TRANSFORM_DH, ALG_KIND_DH, &own->dh))
		return "group";
	return NULL;
}

/* IKEv2: a proposal fits an own one when they share a transform of each type. */
static void compare_offer_v2(const struct pair *pair, const struct ike_message *message,
			     const struct ike_payload *sa, bool is_choice)
{
	for (uint32_t i = 0; i < sa->sa.proposals && i < 32; i++) {
		const struct ike_proposal *proposal =
			&message->proposal[sa->sa.first_proposal + i];
		const char *lacking = "proposal";
		const struct origin *at = &pair->tunnel->at;
		struct buf text = { 0 };

		vec_foreach (own, &pair->tunnel->proposals) {
			if (!lacking)
				break;
			lacking = lacking_v2(message, proposal, own);
			at = &own->at;
		}
		if (!pair->tunnel->proposals.count || pair->tunnel->has_default_proposals)
			continue;
		describe_proposal(message, proposal, &text);
		if (lacking)
			add(pair, INTEROP_DIFFERS,
			    is_choice ? "IKE choice" : "IKE proposal", at,
			    "%s: no %s of it is allowed here", buf_text(&text), lacking);
		else
			add(pair, INTEROP_FITS, is_choice ? "IKE choice" : "IKE proposal",
			    at, "%s: allowed here", buf_text(&text));
		buf_done(&text);
	}
}

/* ------------------------------------------------------------ the rest */

static bool compare_version(const struct pair *pair)
{
	int own = pair->tunnel->version;
	bool is_fit = !own || own == pair->session->version;

	add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS, "IKE version",
	    &pair->tunnel->version_at, "recorded IKEv%d, here %s", pair->session->version,
	    !own       ? "both"
	    : own == 1 ? "IKEv1"
		       : "IKEv2");
	return is_fit;
}

static void compare_mode(const struct pair *pair)
{
	bool is_aggressive = strstr(pair->story->mode, "aggressive");
	bool is_fit = pair->tunnel->accepts_both_modes ||
		      (pair->tunnel->mode == EXCHANGE_AGGRESSIVE) == is_aggressive;

	if (pair->session->version != 1)
		return;
	add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS, "mode", &pair->tunnel->mode_at,
	    "recorded %s mode, here %s", is_aggressive ? "aggressive" : "main",
	    pair->tunnel->accepts_both_modes ? "both"
					     : exchange_mode_name(pair->tunnel->mode));
}

static void compare_auth(const struct pair *pair)
{
	bool is_psk =
		pair->tunnel->auth == AUTH_PSK || pair->tunnel->auth == AUTH_XAUTH_PSK;

	if (pair->session->version != 1 || !pair->session->v1.encr)
		return;
	add(pair,
	    is_psk != pair->session->v1.has_signatures ? INTEROP_FITS : INTEROP_DIFFERS,
	    "authentication", &pair->tunnel->at, "recorded %s, here %s",
	    pair->session->v1.has_signatures ? "by signatures" : "by pre-shared key",
	    is_psk ? "by pre-shared key" : "by certificates");
}

static bool is_identity(const char *recorded, const struct identity *own, struct buf *out)
{
	buf_printf(out, "%s %s", id_type_name(own->type), own->value ? own->value : "");
	return !strncmp(recorded, buf_text(out), out->length);
}

/*
 * The site meets the recorded initiator, unless that one calls itself what the site
 * does: then the site stands in its place and meets the recorded responder.
 */
static void compare_identity(const struct pair *pair)
{
	const char *recorded = pair->story->peers[0].identity;
	const struct identity *own = &pair->tunnel->remote_id;
	_cleanup_buf_ struct buf text = { 0 }, local = { 0 };
	bool is_responder =
		recorded && is_identity(recorded, &pair->tunnel->local_id, &local);
	bool is_fit;

	if (is_responder)
		recorded = pair->story->peers[1].identity;
	if (!recorded || own->is_any || own->type == ID_TYPE_NONE)
		return;
	is_fit = is_identity(recorded, own, &text);
	add(pair, is_fit ? INTEROP_FITS : INTEROP_DIFFERS, "identity", &own->at,
	    "the recorded %s says %s, here %s is expected",
	    is_responder ? "responder" : "initiator", recorded, buf_text(&text));
}

static void compare_lifetime(const struct pair *pair)
{
	const struct number *own = &pair->tunnel->lifetime_s;

	if (!pair->story->lifetime_s || !own->is_set)
		return;
	add(pair, pair->story->lifetime_s == own->n ? INTEROP_FITS : INTEROP_NOTE,
	    "lifetime", &own->at, "recorded %lld s, here %lld s",
	    (long long)pair->story->lifetime_s, (long long)own->n);
}

static void compare_nat_t(const struct pair *pair)
{
	const char *recorded = pair->story->peers[0].nat_t;

	if (pair->session->version != 1)
		return;
	add(pair, INTEROP_NOTE, "NAT-T", &pair->tunnel->nat_t_at,
	    "the recorded initiator offers %s, here it is %s",
	    recorded ? recorded : "none",
	    pair->tunnel->nat_t == NAT_T_OFF ? "off" : "on (RFC 3947 and draft 02)");
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
		bool is_esp;

		session_step_message(step, &message);
		is_esp = message.header.exchange == V1_EXCHANGE_QUICK;
		sa = ike_payload_find(
			&message, ike_is_v2(&message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
		if (!sa || sa->fault >= IKE_FAULT_BEYOND ||
		    has_seen[is_esp][!step->is_from_initiator])
			continue;
		if (!ike_is_v2(&message))
			compare_offer_v1(pair, &message, sa, is_esp,
					 !step->is_from_initiator);
		else if (message.header.exchange == V2_EXCHANGE_SA_INIT)
			compare_offer_v2(pair, &message, sa, !step->is_from_initiator);
		has_seen[is_esp][!step->is_from_initiator] = true;
	}
	ike_message_done(&message);
}

static void compare_pair(const struct pair *pair)
{
	if (!compare_version(pair))
		return;
	compare_mode(pair);
	compare_auth(pair);
	compare_messages(pair);
	compare_identity(pair);
	compare_lifetime(pair);
	compare_nat_t(pair);
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
						     .session = set->session[i],
						     .story = story,
						     .site = site->name,
						     .tunnel = tunnel };

				if (!tunnel->is_disabled)
					compare_pair(&pair);
			}
		}
		story_free(story);
	}
}
