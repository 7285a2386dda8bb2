// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * answer.c - two answers to the same first IKE message, side by side
 *
 * Each message becomes a list of facts, a name and a value each; two lists are compared
 * name by name. So what is compared is said in one place, for both versions of IKE.
 */
#include "check/answer.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/describe.h"
#include "ipsec/alg.h"
#include "ipsec/id.h"
#include "device/vendor_id.h"
#include "device/wire.h"

#define HEX_MAX 8 /* bytes of an unknown vendor id that are shown */

struct fact {
	const char *what, *value;
	bool is_transform;
};

struct facts {
	struct arena *arena;
	VEC(struct fact) list;
};

static const struct fact *fact_find(const struct facts *facts, const char *what)
{
	vec_foreach (fact, &facts->list)
		if (str_equal(fact->what, what))
			return fact;
	return NULL;
}

/* What is there twice (two NAT-D payloads) is one fact. */
static void add(struct facts *facts, bool is_transform, const char *what,
		const char *value)
{
	struct fact *fact;

	if (fact_find(facts, what))
		return;
	fact = vec_push(facts->arena, &facts->list);
	*fact = (struct fact){ arena_strdup(facts->arena, what),
			       arena_strdup(facts->arena, value), is_transform };
}

static void add_alg(struct facts *facts, const char *what, const struct alg *alg,
		    unsigned int number)
{
	add(facts, true, what,
	    alg ? alg->name : arena_printf(facts->arena, "unknown %u", number));
}

/* ------------------------------------------------------------ what was chosen */

static void add_attribute_v1(struct facts *facts, const struct ike_message *message,
			     const struct ike_transform *transform,
			     const struct ike_attribute *attribute)
{
	unsigned int value = attribute->value;

	switch (attribute->type) {
	case V1_ATTR_ENCRYPTION:
		add_alg(facts, "cipher",
			alg_by_ikev1(ALG_KIND_ENCR, (int)value,
				     ike_attribute_value(message, transform,
							 V1_ATTR_KEY_LENGTH)),
			value);
		break;
	case V1_ATTR_KEY_LENGTH: /* part of the cipher */
		break;
	case V1_ATTR_HASH:
		add_alg(facts, "hash", alg_by_ikev1(ALG_KIND_INTEG, (int)value, 0),
			value);
		break;
	case V1_ATTR_GROUP:
		add_alg(facts, "group", alg_by_group(value), value);
		break;
	case V1_ATTR_AUTH:
		add(facts, true, "authentication", number_text(NUMBER_V1_AUTH, value).s);
		break;
	case V1_ATTR_LIFE_TYPE:
		add(facts, true, "lifetime's unit",
		    number_text(NUMBER_V1_LIFE_TYPE, value).s);
		break;
	default:
		add(facts, true, number_text(NUMBER_V1_ATTRIBUTE, attribute->type).s,
		    arena_printf(facts->arena, "%u", value));
	}
}

static void add_transform_v2(struct facts *facts, const struct ike_message *message,
			     const struct ike_transform *transform)
{
	static const struct {
		const char *what;
		enum alg_kind kind;
	} kinds[] = {
		[V2_TRANSFORM_ENCR] = { "cipher", ALG_KIND_ENCR },
		[V2_TRANSFORM_PRF] = { "PRF", ALG_KIND_PRF },
		[V2_TRANSFORM_INTEG] = { "integrity", ALG_KIND_INTEG },
		[V2_TRANSFORM_DH] = { "group", ALG_KIND_DH },
	};
	uint32_t bits = ike_attribute_value(message, transform, V2_ATTR_KEY_LENGTH);

	if (transform->type < ARRAY_SIZE(kinds) && kinds[transform->type].what)
		add_alg(facts, kinds[transform->type].what,
			alg_by_ikev2(kinds[transform->type].kind, transform->id, bits),
			transform->id);
	else
		add(facts, true, number_text(NUMBER_V2_TRANSFORM, transform->type).s,
		    arena_printf(facts->arena, "%u", transform->id));
}

/* An answer has one proposal, and of each kind one transform. */
static void add_sa(struct facts *facts, const struct ike_message *message,
		   const struct ike_payload *sa)
{
	const struct ike_proposal *proposal;

	if (!sa->sa.proposals)
		return;
	proposal = &message->proposal[sa->sa.first_proposal];
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[proposal->first_transform + i];

		if (ike_is_v2(message)) {
			add_transform_v2(facts, message, transform);
			continue;
		}
		for (uint32_t j = 0; j < transform->attributes; j++)
			add_attribute_v1(
				facts, message, transform,
				&message->attribute[transform->first_attribute + j]);
	}
	if (sa->sa.proposals > 1)
		add(facts, true, "proposals in the answer",
		    arena_printf(facts->arena, "%u", sa->sa.proposals));
}

/* ------------------------------------------------------------ the other payloads */

static void add_vendor_id(struct facts *facts, struct slice bytes)
{
	const struct vendor_id *row = vendor_id_find(bytes.bytes, bytes.length);
	struct buf _cleanup_buf_ what = { 0 };

	buf_puts(&what, "vendor id ");
	if (row)
		describe_text(row->name, &what);
	else
		describe_hex(bytes, HEX_MAX, &what);
	add(facts, false, buf_text(&what), ANSWER_SENT);
}

static void add_notify(struct facts *facts, const struct ike_message *message,
		       const struct ike_payload *payload)
{
	struct number_text name =
		wire_notify_text(ike_is_v2(message), payload->notify.type);

	add(facts, false, arena_printf(facts->arena, "notify %s", name.s), ANSWER_SENT);
}

/* The public value itself is random, its group and length are not. */
static void add_ke(struct facts *facts, const struct ike_message *message,
		   const struct ike_payload *payload)
{
	const struct alg *group =
		ike_is_v2(message) ? alg_by_group(payload->ke.group) : NULL;

	add(facts, false, "KE",
	    arena_printf(facts->arena, "%s%s%zu bytes", group ? group->name : "",
			 group ? ", " : "", payload->ke.data.length));
}

static void add_payload(struct facts *facts, const struct ike_message *message,
			const struct ike_payload *payload)
{
	bool is_v2 = ike_is_v2(message);
	unsigned int type = payload->type;
	struct number_text name = ike_payload_name(message, type);

	if (payload->fault >= IKE_FAULT_SHORT_BODY)
		add(facts, false, arena_printf(facts->arena, "malformed %s", name.s),
		    ike_fault_text(payload->fault));
	else if (type == (is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA))
		add_sa(facts, message, payload);
	else if (type == (is_v2 ? V2_PAYLOAD_KE : V1_PAYLOAD_KE))
		add_ke(facts, message, payload);
	else if (type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY))
		add_notify(facts, message, payload);
	else if (type == (is_v2 ? V2_PAYLOAD_VENDOR_ID : V1_PAYLOAD_VENDOR_ID))
		add_vendor_id(facts, payload->data);
	else if (!is_v2 && type == V1_PAYLOAD_ID)
		add(facts, false, "identity's type", id_type_name(payload->id.type));
	else
		add(facts, false, name.s, ANSWER_SENT);
}

static void facts_of(const struct ike_message *message, struct facts *ret)
{
	add(ret, false, "exchange", ike_exchange_name(message).s);
	for (uint32_t i = 0; i < message->payloads; i++)
		add_payload(ret, message, &message->payload[i]);
}

/* ------------------------------------------------------------ in one sentence */

/* The first error notify, or NULL. */
static const char *refusal_of(struct arena *arena, const struct ike_message *message)
{
	bool is_v2 = ike_is_v2(message);

	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY) &&
		    payload->fault < IKE_FAULT_SHORT_BODY &&
		    payload->notify.type <= (is_v2 ? NOTIFY_V2_ERROR_LAST : 8191))
			return arena_strdup(
				arena, wire_notify_text(is_v2, payload->notify.type).s);
	}
	return NULL;
}

static bool has_choice(const struct ike_message *message)
{
	return ike_payload_find(message,
				ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
}

/* Of what both chose: how many transforms are the same, which are not. */
static const char *compare_choices(const struct answer *answer)
{
	struct buf _cleanup_buf_ others = { 0 };
	unsigned int same = 0;

	vec_foreach (line, &answer->lines) {
		if (!line->is_transform)
			continue;
		same += line->kind == ANSWER_SAME;
		if (line->kind != ANSWER_SAME)
			buf_printf(&others, "%s%s", others.length ? ", " : "",
				   line->what);
	}
	if (!others.length)
		return arena_printf(answer->arena, "the same choice, all %u parts of it",
				    same);
	return arena_printf(answer->arena,
			    "another choice: not the same %s, the other %u parts are",
			    buf_text(&others), same);
}

static const char *summarise(struct answer *answer, const struct ike_message *recorded,
			     const struct ike_message *here)
{
	const char *refused_there = refusal_of(answer->arena, recorded);
	const char *refused_here = refusal_of(answer->arena, here);

	answer->refused_there = has_choice(recorded) ? NULL : refused_there;
	answer->refused_here = has_choice(here) ? NULL : refused_here;
	if (has_choice(recorded) && has_choice(here))
		return compare_choices(answer);
	if (has_choice(recorded) && refused_here)
		return arena_printf(answer->arena,
				    "refused here with %s, taken by the recorded peer",
				    refused_here);
	if (refused_there && has_choice(here))
		return arena_printf(answer->arena,
				    "taken here, refused by the recorded peer with %s",
				    refused_there);
	if (refused_there && refused_here)
		return arena_printf(answer->arena,
				    "refused by both: here with %s, recorded was %s",
				    refused_here, refused_there);
	return "no choice to compare";
}

void answer_compare(const struct ike_message *recorded, const struct ike_message *here,
		    struct answer *ret)
{
	struct facts theirs = { .arena = ret->arena }, ours = { .arena = ret->arena };

	facts_of(recorded, &theirs);
	facts_of(here, &ours);
	vec_foreach (fact, &theirs.list) {
		const struct fact *other = fact_find(&ours, fact->what);
		struct answer_line *line = vec_push(ret->arena, &ret->lines);

		*line = (struct answer_line){
			.kind = !other ? ANSWER_ONLY_RECORDED
				: str_equal(fact->value, other->value) ? ANSWER_SAME
								       : ANSWER_DIFFERS,
			.is_transform = fact->is_transform,
			.what = fact->what,
			.recorded = fact->value,
			.here = other ? other->value : NULL
		};
	}
	vec_foreach (fact, &ours.list) {
		if (fact_find(&theirs, fact->what))
			continue;
		*vec_push(ret->arena, &ret->lines) =
			(struct answer_line){ .kind = ANSWER_ONLY_HERE,
					      .is_transform = fact->is_transform,
					      .what = fact->what,
					      .here = fact->value };
	}
	ret->summary = summarise(ret, recorded, here);
}

const char *answer_kind_name(enum answer_kind kind)
{
	static const char *const names[] = {
		[ANSWER_SAME] = "same",
		[ANSWER_DIFFERS] = "differs",
		[ANSWER_ONLY_RECORDED] = "only recorded",
		[ANSWER_ONLY_HERE] = "only here",
	};

	return names[kind];
}
