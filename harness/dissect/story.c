// SPDX-License-Identifier: GPL-2.0-or-later
/* story.c - what an IKE SA in a capture tells: who, and what was agreed */
#include "dissect/story.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "dissect/nat_hash.h"
#include "dissect/public_value.h"
#include "ipsec/alg.h"
#include "ipsec/id.h"

#define CHILDREN_MAX 64

static const char *take(struct ike_story *story, struct buf *buf)
{
	const char *text = arena_strdup(story->arena, buf_text(buf));

	buf_done(buf);
	return text;
}

void story_note(struct ike_story *story, enum story_level level, uint32_t frame,
		const struct class_set *classes, const char *format, ...)
{
	struct story_note *note = vec_push(story->arena, &story->notes);
	va_list ap;

	*note = (struct story_note){ .level = level, .frame = frame };
	if (classes)
		note->classes = *classes;
	va_start(ap, format);
	note->text = arena_vprintf(story->arena, format, ap);
	va_end(ap);
}

/* ------------------------------------------------------------ NAT-D */

static bool is_nat_d(const struct ike_message *message, const struct ike_payload *payload)
{
	if (ike_is_v2(message))
		return payload->type == V2_PAYLOAD_NOTIFY &&
		       (payload->notify.type == NOTIFY_V2_NAT_SOURCE ||
			payload->notify.type == NOTIFY_V2_NAT_DESTINATION);
	return payload->type == V1_PAYLOAD_NAT_D ||
	       payload->type == V1_PAYLOAD_NAT_D_DRAFT0 ||
	       payload->type == V1_PAYLOAD_NAT_D_DRAFT4;
}

static bool nat_d_matches(const struct session_set *set, const struct ike_story *story,
			  const struct ike_message *message, struct slice hash,
			  const struct inet_addr *addr, uint16_t port)
{
	const struct alg *alg = ike_is_v2(message)
					? alg_by_keyword(ALG_KIND_INTEG, "sha1")
					: story->session->v1.hash;
	uint8_t made[CRYPTO_HASH_MAX];
	size_t length =
		nat_hash(set->crypto, alg, message->header.spis, addr, port, made);

	return length && slice_equal(hash, (struct slice){ made, length });
}

/*
 * IKEv1 puts the destination's hash first; all others are the sender's addresses.
 * Some old drafts mix them: a match anywhere counts.
 */
static void check_nat_d(const struct session_set *set, struct ike_story *story,
			const struct ike_step *step, const struct ike_message *message)
{
	struct story_peer *src = &story->peers[!step->is_from_initiator];
	struct story_peer *dst = &story->peers[step->is_from_initiator];
	bool has_src = false, has_dst = false;
	unsigned int count = 0;

	if (!set->crypto || (!ike_is_v2(message) && !story->session->v1.hash))
		return;
	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];
		struct slice hash;

		if (!is_nat_d(message, payload))
			continue;
		hash = ike_is_v2(message) ? payload->notify.data : payload->data;
		count++;
		has_src |= nat_d_matches(set, story, message, hash, &step->src,
					 step->src_port);
		has_dst |= nat_d_matches(set, story, message, hash, &step->dst,
					 step->dst_port);
	}
	if (count < 2)
		return;
	src->has_nat_d = dst->has_nat_d = true;
	src->is_natted |= !has_src;
	dst->is_natted |= !has_dst;
}

/* ------------------------------------------------------------ agreement */

static const char *sa_text(struct ike_story *story, const struct ike_message *message,
			   const struct ike_payload *sa)
{
	struct buf buf = { 0 };

	describe_sa(message, sa, 16, &buf);
	return take(story, &buf);
}

static const char *id_text(struct ike_story *story, const struct ike_payload *payload)
{
	struct buf buf = { 0 };

	describe_id(payload, &buf);
	return take(story, &buf);
}

static int64_t lifetime_of(const struct ike_message *message,
			   const struct ike_payload *payload)
{
	const struct ike_transform *transform;
	const struct ike_proposal *proposal;

	if (!payload->sa.proposals)
		return 0;
	proposal = &message->proposal[payload->sa.first_proposal];
	if (!proposal->transforms)
		return 0;
	transform = &message->transform[proposal->first_transform];
	return ike_attribute_value(message, transform, V1_ATTR_LIFE_TYPE) ==
			       V1_LIFE_SECONDS
		       ? ike_attribute_value(message, transform, V1_ATTR_LIFE_DURATION)
		       : 0;
}

bool story_is_first_phase(const struct ike_message *message)
{
	uint8_t exchange = message->header.exchange;

	if (ike_is_v2(message))
		return exchange == V2_EXCHANGE_SA_INIT;
	return !message->header.message_id &&
	       (exchange == V1_EXCHANGE_MAIN || exchange == V1_EXCHANGE_AGGRESSIVE);
}

static void learn_ike_sa(struct ike_story *story, const struct ike_step *step,
			 const struct ike_message *message)
{
	unsigned int type = ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
	const struct ike_payload *sa = ike_payload_find(message, type, 0);

	if (!sa || !story_is_first_phase(message) || sa->fault == IKE_FAULT_CUT)
		return;
	if (step->is_from_initiator) {
		story->offered = sa_text(story, message, sa);
		story->offered_count =
			ike_is_v2(message) ? message->proposals : message->transforms;
	} else {
		story->chosen = sa_text(story, message, sa);
		story->lifetime_s = ike_is_v2(message) ? 0 : lifetime_of(message, sa);
	}
}

static void learn_ids(struct ike_story *story, const struct ike_step *step,
		      const struct ike_message *message)
{
	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (ike_is_v2(message)) {
			if (payload->type == V2_PAYLOAD_IDI)
				story->peers[0].identity = id_text(story, payload);
			else if (payload->type == V2_PAYLOAD_IDR &&
				 !step->is_from_initiator)
				story->peers[1].identity = id_text(story, payload);
		} else if (payload->type == V1_PAYLOAD_ID &&
			   story_is_first_phase(message)) {
			story->peers[!step->is_from_initiator].identity =
				id_text(story, payload);
		}
	}
}

/* ------------------------------------------------------------ children */

static bool makes_child(const struct ike_message *message)
{
	uint8_t exchange = message->header.exchange;

	if (ike_is_v2(message))
		return exchange == V2_EXCHANGE_AUTH ||
		       exchange == V2_EXCHANGE_CREATE_CHILD_SA;
	return exchange == V1_EXCHANGE_QUICK;
}

static struct story_child *child_of(struct ike_story *story, const struct ike_step *step,
				    uint32_t message_id)
{
	struct story_child *child;

	vec_foreach (old, &story->children)
		if (old->message_id == message_id)
			return old;
	if (story->children.count == CHILDREN_MAX)
		return NULL;
	child = vec_push(story->arena, &story->children);
	*child = (struct story_child){ .frame = step->frame, .message_id = message_id };
	return child;
}

static const char *ts_text(struct ike_story *story, const struct ike_message *message,
			   const struct ike_payload *ts)
{
	struct buf buf = { 0 };

	for (uint32_t i = 0; i < ts->ts.selectors && i < 16; i++) {
		if (i)
			buf_puts(&buf, ", ");
		describe_selector(&message->selector[ts->ts.first_selector + i], &buf);
	}
	return take(story, &buf);
}

static bool read_address(struct slice bytes, struct inet_addr *ret)
{
	*ret = (struct inet_addr){ .family = bytes.length == 16 ? AF_INET6 : AF_INET };
	if (bytes.length != 4 && bytes.length != 16)
		return false;
	memcpy(ret->bytes, bytes.bytes, bytes.length);
	return true;
}

static struct story_networks networks_of_ts(struct ike_story *story,
					    const struct ike_message *message,
					    const struct ike_payload *ts)
{
	struct story_networks ret = { 0 };

	for (uint32_t i = 0; i < ts->ts.selectors; i++) {
		const struct ike_selector *from =
			&message->selector[ts->ts.first_selector + i];
		struct story_network network = { .protocol = from->protocol,
						 .port = from->first_port,
						 .last_port = from->last_port };

		if (read_address(from->first, &network.first) &&
		    read_address(from->last, &network.last))
			vec_add(story->arena, &ret.list, network);
	}
	return ret;
}

/* The identity of quick mode: an address, a network or a range (RFC 2407 4.6.2). */
static struct story_networks networks_of_id(struct ike_story *story,
					    const struct ike_payload *id)
{
	struct slice data = id->id.data;
	struct slice first = { data.bytes, data.length / 2 };
	struct slice second = { data.bytes + data.length / 2, data.length / 2 };
	struct story_network network = { .protocol = id->id.protocol,
					 .port = id->id.port,
					 .last_port = id->id.port ? id->id.port : 65535 };
	struct story_networks ret = { 0 };
	bool is_good = false;

	switch (id->id.type) {
	case ID_TYPE_IPV4_ADDR:
	case ID_TYPE_IPV6_ADDR:
		is_good = read_address(data, &network.first);
		network.last = network.first;
		break;
	case ID_TYPE_IPV4_ADDR_RANGE:
	case ID_TYPE_IPV6_ADDR_RANGE:
		is_good = read_address(first, &network.first) &&
			  read_address(second, &network.last);
		break;
	case ID_TYPE_IPV4_ADDR_SUBNET:
	case ID_TYPE_IPV6_ADDR_SUBNET:
		is_good = read_address(first, &network.first) &&
			  read_address(second, &network.last);
		for (size_t i = 0; is_good && i < second.length; i++) {
			uint8_t mask = second.bytes[i];

			network.first.bytes[i] &= mask;
			network.last.bytes[i] =
				(uint8_t)(network.first.bytes[i] | (uint8_t)~mask);
		}
		break;
	default:
		break;
	}
	if (is_good)
		vec_add(story->arena, &ret.list, network);
	return ret;
}

static void learn_selectors(struct ike_story *story, struct story_child *child,
			    const struct ike_message *message)
{
	const struct ike_payload *first, *second;

	if (ike_is_v2(message)) {
		first = ike_payload_find(message, V2_PAYLOAD_TSI, 0);
		second = ike_payload_find(message, V2_PAYLOAD_TSR, 0);
		if (first && second) {
			child->selector_i = ts_text(story, message, first);
			child->selector_r = ts_text(story, message, second);
			child->networks_i = networks_of_ts(story, message, first);
			child->networks_r = networks_of_ts(story, message, second);
		}
		return;
	}
	first = ike_payload_find(message, V1_PAYLOAD_ID, 0);
	second = first ? ike_payload_find(message, V1_PAYLOAD_ID,
					  (uint32_t)(first - message->payload) + 1)
		       : NULL;
	if (second) {
		child->selector_i = id_text(story, first);
		child->selector_r = id_text(story, second);
		child->networks_i = networks_of_id(story, first);
		child->networks_r = networks_of_id(story, second);
	}
}

/* The group by the length of a public value: IKEv1's KE does not name it. */
static unsigned int group_by_length(size_t length)
{
	static const struct {
		uint16_t length;
		uint8_t group;
	} rows[] = { { 96, 1 },	  { 128, 2 },  { 192, 5 },   { 256, 14 }, { 384, 15 },
		     { 512, 16 }, { 768, 17 }, { 1024, 18 }, { 64, 19 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].length == length)
			return rows[i].group;
	return 0;
}

/* Lengths are shared (ecp384 has group 1's): the SA's attribute decides where it fits. */
static unsigned int group_v1(const struct ike_message *message,
			     const struct ike_payload *sa, size_t length)
{
	const struct ike_proposal *proposal =
		sa->sa.proposals ? &message->proposal[sa->sa.first_proposal] : NULL;
	const struct ike_attribute *group =
		proposal && proposal->transforms
			? ike_attribute_find(
				  message, &message->transform[proposal->first_transform],
				  V1_ESP_GROUP)
			: NULL;

	if (group && public_value_length(group->value) == length)
		return group->value;
	return group_by_length(length);
}

static void learn_child(struct ike_story *story, const struct ike_step *step,
			const struct ike_message *message)
{
	bool is_v2 = ike_is_v2(message);
	const struct ike_payload *sa =
		ike_payload_find(message, is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
	const struct ike_payload *ke =
		ike_payload_find(message, is_v2 ? V2_PAYLOAD_KE : V1_PAYLOAD_KE, 0);
	bool is_answer = is_v2 ? ike_is_response(message) : !step->is_from_initiator;
	struct story_child *child;

	if (!makes_child(message) || !sa)
		return;
	child = child_of(story, step, message->header.message_id);
	if (!child)
		return;
	/* IKEv1: whoever spoke first in this quick mode offered. */
	if (!is_v2)
		is_answer = child->frame != step->frame;
	if (is_answer)
		child->chosen = sa_text(story, message, sa);
	else
		child->offered = sa_text(story, message, sa);
	if (ke)
		child->pfs_group =
			is_v2 ? ke->ke.group : group_v1(message, sa, ke->ke.data.length);
	learn_selectors(story, child, message);
	for (uint32_t i = 0; i < message->payloads; i++)
		child->is_rekey |= is_v2 &&
				   message->payload[i].type == V2_PAYLOAD_NOTIFY &&
				   message->payload[i].notify.type == NOTIFY_V2_REKEY_SA;
}

/* ------------------------------------------------------------ the whole */

static void learn_step(const struct session_set *set, struct ike_story *story,
		       const struct ike_step *step, const struct ike_message *message)
{
	story_learn_device(story, step, message);
	check_nat_d(set, story, step, message);
	learn_ike_sa(story, step, message);
	learn_ids(story, step, message);
	learn_child(story, step, message);
}

/* How phase 1 of IKEv1 was done; 0: not seen, or it is IKEv2. */
static uint8_t exchange_of(const struct ike_session *session)
{
	if (session->version == 2)
		return 0;
	vec_foreach (step, &session->steps) {
		uint8_t exchange = step->bytes.bytes[18];

		if (exchange == V1_EXCHANGE_AGGRESSIVE || exchange == V1_EXCHANGE_MAIN)
			return exchange;
	}
	return 0;
}

static const char *mode_text(const struct ike_story *story)
{
	if (story->session->version == 2)
		return "IKEv2";
	if (story->exchange == V1_EXCHANGE_AGGRESSIVE)
		return "IKEv1, aggressive mode";
	return story->exchange == V1_EXCHANGE_MAIN ? "IKEv1, main mode" : "IKEv1";
}

struct ike_story *story_of(const struct session_set *set,
			   const struct ike_session *session)
{
	struct arena *arena = arena_new();
	struct ike_story *story = arena_alloc(arena, sizeof(*story));
	struct ike_message message = { 0 };

	story->arena = arena;
	story->session = session;
	story->exchange = exchange_of(session);
	story->mode = mode_text(story);
	story->peers[0].addr = session->initiator;
	story->peers[0].port = session->initiator_port;
	story->peers[1].addr = session->responder;
	story->peers[1].port = session->responder_port;
	vec_foreach (step, &session->steps) {
		session_step_message(step, &message);
		learn_step(set, story, step, &message);
	}
	story_guess_devices(story, set);
	for (int i = 0; i < 2; i++)
		proof_of(set, session, i == 1, arena, &story->peers[i].proof);
	ike_message_done(&message);
	story_add_outcome(story, set);
	story_add_notes(story, set);
	return story;
}

const char *story_checked(const struct ike_story *story, const struct ike_step *step,
			  const struct ike_message *message,
			  const struct ike_payload *payload)
{
	const struct proof *proof = &story->peers[!step->is_from_initiator].proof;
	bool is_v2 = ike_is_v2(message);

	if (payload->type != (is_v2 ? V2_PAYLOAD_AUTH : V1_PAYLOAD_HASH))
		return NULL;
	if (!is_v2 && message->header.message_id)
		return step->hash == STEP_HASH_UNKNOWN
			       ? NULL
			       : proof_verdict_name(step->hash == STEP_HASH_RIGHT
							    ? PROOF_VERIFIED
							    : PROOF_REFUTED);
	if (proof->frame != step->frame ||
	    (proof->verdict != PROOF_VERIFIED && proof->verdict != PROOF_REFUTED))
		return NULL;
	return proof_verdict_name(proof->verdict);
}

void story_free(struct ike_story *story)
{
	if (story)
		arena_free(story->arena);
}
