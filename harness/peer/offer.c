// SPDX-License-Identifier: GPL-2.0-or-later
/* offer.c - SA payloads: does a choice stand in an offer, and what would a device choose? */
#include "peer/offer.h"

#include <limits.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/describe.h"
#include "peer/chain.h"

void offer_dissect(int version, struct slice body, struct buf *store,
		   struct ike_message *ret)
{
	static const uint8_t spis[16] = { 1 };
	uint8_t type = version == 2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
	const struct chain_header header = {
		.spis = spis,
		.version = version == 2 ? 0x20 : 0x10,
		.exchange = version == 2 ? V2_EXCHANGE_SA_INIT : V1_EXCHANGE_MAIN,
	};
	struct chain _cleanup_chain_ chain = { 0 };

	chain_add_one(&chain, type, body);
	chain_message(&header, type, slice_of(&chain.bytes), store);
	(void)ike_dissect(slice_of(store), false, ret);
}

static const struct ike_payload *sa_of(const struct ike_message *message)
{
	return ike_payload_find(message,
				ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
}

static const struct ike_proposal *proposal_of(const struct ike_message *message,
					      uint32_t number)
{
	const struct ike_payload *sa = sa_of(message);

	return sa && number < sa->sa.proposals
		       ? &message->proposal[sa->sa.first_proposal + number]
		       : NULL;
}

/* ------------------------------------------------------------ IKEv1 */

static bool is_life(unsigned int type, bool is_child)
{
	return is_child ? type == V1_ESP_LIFE_TYPE || type == V1_ESP_LIFE_DURATION
			: type == V1_ATTR_LIFE_TYPE || type == V1_ATTR_LIFE_DURATION;
}

/* Tunnel or transport, in UDP (RFC 3947, its drafts) or not. */
static uint32_t value_of(const struct ike_attribute *attribute, bool is_child)
{
	if (!is_child || attribute->type != V1_ESP_ENCAPSULATION)
		return attribute->value;
	switch (attribute->value) {
	case 1:
	case 3:
	case 61443:
		return 1;
	case 2:
	case 4:
	case 61444:
		return 2;
	default:
		return attribute->value;
	}
}

/* The type of the first attribute of `a` that `b` has otherwise or not; -1: none. */
static int missing(const struct ike_message *a_of, const struct ike_transform *a,
		   const struct ike_message *b_of, const struct ike_transform *b,
		   bool is_child)
{
	for (uint32_t i = 0; i < a->attributes; i++) {
		const struct ike_attribute *one =
			&a_of->attribute[a->first_attribute + i];
		const struct ike_attribute *other =
			ike_attribute_find(b_of, b, one->type);

		if (is_life(one->type, is_child))
			continue;
		if (!other || value_of(one, is_child) != value_of(other, is_child))
			return one->type;
	}
	return -1;
}

/* Have both units of a lifetime, and none in common? */
static bool are_units_apart(const struct ike_message *a_of, const struct ike_transform *a,
			    const struct ike_message *b_of, const struct ike_transform *b,
			    unsigned int type)
{
	bool has_a = false, has_b = false;

	for (uint32_t i = 0; i < a->attributes; i++) {
		const struct ike_attribute *one =
			&a_of->attribute[a->first_attribute + i];

		if (one->type != type)
			continue;
		has_a = true;
		for (uint32_t j = 0; j < b->attributes; j++) {
			const struct ike_attribute *other =
				&b_of->attribute[b->first_attribute + j];

			if (other->type != type)
				continue;
			has_b = true;
			if (one->value == other->value)
				return false;
		}
	}
	return has_a && has_b;
}

/* What differs, in a word; NULL: nothing that counts. */
static const char *difference_v1(const struct ike_message *a_of,
				 const struct ike_proposal *a_in,
				 const struct ike_transform *a,
				 const struct ike_message *b_of,
				 const struct ike_proposal *b_in,
				 const struct ike_transform *b, bool is_child)
{
	unsigned int unit = is_child ? V1_ESP_LIFE_TYPE : V1_ATTR_LIFE_TYPE;
	int type = missing(a_of, a, b_of, b, is_child);

	if (a_in->protocol != b_in->protocol)
		return "protocol";
	if (is_child && a->id != b->id)
		return "cipher";
	if (type < 0)
		type = missing(b_of, b, a_of, a, is_child);
	if (type >= 0) {
		const struct number_row *row = number_find(
			is_child ? NUMBER_V1_ESP_ATTRIBUTE : NUMBER_V1_ATTRIBUTE,
			(unsigned int)type);

		if (is_child && type == V1_ESP_GROUP)
			return "PFS group";
		return row ? row->name : "an attribute that is not known";
	}
	return are_units_apart(a_of, a, b_of, b, unit) ? "lifetime's unit" : NULL;
}

/* A transform of an SA payload, with where it stands. */
struct place {
	const struct ike_message *message;
	const struct ike_proposal *proposal;
	const struct ike_transform *transform;
};

static bool first_place(const struct ike_message *message, struct place *ret)
{
	ret->message = message;
	ret->proposal = proposal_of(message, 0);
	if (!ret->proposal || !ret->proposal->transforms)
		return false;
	ret->transform = &message->transform[ret->proposal->first_transform];
	return true;
}

static void say_v1(const struct place *offered, const struct place *wanted,
		   const char *what, struct buf *why)
{
	buf_printf(why, "%s: offered ", what);
	describe_transform_v1(offered->message, offered->proposal, offered->transform,
			      why);
	buf_puts(why, ", taken ");
	describe_transform_v1(wanted->message, wanted->proposal, wanted->transform, why);
}

/* How many attributes one has otherwise than the other. */
static unsigned int distance_v1(const struct place *a, const struct place *b,
				bool is_child)
{
	unsigned int count = a->transform->id != b->transform->id;

	for (uint32_t i = 0; i < a->transform->attributes; i++) {
		const struct ike_attribute *one =
			&a->message->attribute[a->transform->first_attribute + i];
		const struct ike_attribute *other =
			ike_attribute_find(b->message, b->transform, one->type);

		if (!is_life(one->type, is_child) &&
		    (!other || value_of(one, is_child) != value_of(other, is_child)))
			count++;
	}
	return count;
}

/* The transform of an offer that equals the wanted one; why: of the nearest. */
static bool find_v1(const struct ike_message *offer, const struct place *wanted,
		    bool is_child, struct place *ret, struct buf *why)
{
	const struct ike_payload *sa = sa_of(offer);
	unsigned int nearest = UINT_MAX;

	for (uint32_t i = 0; sa && i < sa->sa.proposals; i++) {
		const struct ike_proposal *proposal = proposal_of(offer, i);

		for (uint32_t j = 0; j < proposal->transforms; j++) {
			const char *what;

			*ret = (struct place){
				offer, proposal,
				&offer->transform[proposal->first_transform + j]
			};
			what = difference_v1(offer, proposal, ret->transform,
					     wanted->message, wanted->proposal,
					     wanted->transform, is_child);
			if (!what) {
				if (why->length)
					buf_done(why);
				return true;
			}
			if (distance_v1(ret, wanted, is_child) >= nearest)
				continue;
			nearest = distance_v1(ret, wanted, is_child);
			buf_done(why);
			say_v1(ret, wanted, what, why);
		}
	}
	if (!why->length)
		buf_puts(why, "nothing was offered");
	return false;
}

static void put_attribute(const struct ike_attribute *attribute, struct buf *out)
{
	if (attribute->is_tv) {
		buf_add_be16(out, (uint16_t)(0x8000 | attribute->type));
		buf_add_be16(out, (uint16_t)attribute->value);
		return;
	}
	buf_add_be16(out, attribute->type);
	buf_add_be16(out, (uint16_t)attribute->bytes.length);
	buf_add(out, attribute->bytes.bytes, attribute->bytes.length);
}

static void put_choice_v1(const struct place *place, struct slice spi, struct buf *out)
{
	const struct ike_payload *sa = sa_of(place->message);
	struct buf _cleanup_buf_ transform = { 0 };

	for (uint32_t i = 0; i < place->transform->attributes; i++)
		put_attribute(
			&place->message->attribute[place->transform->first_attribute + i],
			&transform);
	buf_add_be32(out, sa->sa.doi);
	buf_add_be32(out, sa->sa.situation);
	buf_add_be16(out, 0); /* no further proposal */
	buf_add_be16(out, (uint16_t)(16 + spi.length + transform.length));
	buf_putc(out, (char)place->proposal->number);
	buf_putc(out, (char)place->proposal->protocol);
	buf_putc(out, (char)spi.length);
	buf_putc(out, 1);
	if (spi.length)
		buf_add(out, spi.bytes, spi.length);
	buf_add_be16(out, 0); /* no further transform */
	buf_add_be16(out, (uint16_t)(8 + transform.length));
	buf_putc(out, (char)place->transform->number);
	buf_putc(out, (char)place->transform->id);
	buf_add_be16(out, 0);
	if (transform.length)
		buf_add(out, transform.data, transform.length);
}

/* ------------------------------------------------------------ IKEv2 */

/* The transform of a proposal that is the same; `like` NULL: the first of that type. */
static const struct ike_transform *transform_like(const struct ike_message *message,
						  const struct ike_proposal *proposal,
						  unsigned int type,
						  const struct ike_message *like_of,
						  const struct ike_transform *like)
{
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[proposal->first_transform + i];

		if (transform->type == type &&
		    (!like ||
		     (transform->id == like->id &&
		      ike_attribute_value(message, transform, V2_ATTR_KEY_LENGTH) ==
			      ike_attribute_value(like_of, like, V2_ATTR_KEY_LENGTH))))
			return transform;
	}
	return NULL;
}

static const char *type_word(unsigned int type)
{
	switch (type) {
	case V2_TRANSFORM_ENCR:
		return "cipher";
	case V2_TRANSFORM_PRF:
		return "PRF";
	case V2_TRANSFORM_INTEG:
		return "integrity";
	case V2_TRANSFORM_DH:
		return "group";
	case V2_TRANSFORM_ESN:
		return "extended sequence numbers";
	default:
		return "a kind of transform that is not known";
	}
}

/* Where the choice is not what the proposal has; NULL: it is. */
static const char *difference_v2(const struct ike_message *offer,
				 const struct ike_proposal *proposal,
				 const struct ike_message *choice,
				 const struct ike_proposal *chosen)
{
	if (proposal->protocol != chosen->protocol)
		return "protocol";
	for (uint32_t i = 0; i < chosen->transforms; i++) {
		const struct ike_transform *one =
			&choice->transform[chosen->first_transform + i];

		/* "None" may be left out (RFC 7296 3.3.2). */
		if (one->id && !transform_like(offer, proposal, one->type, choice, one))
			return type_word(one->type);
	}
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *one =
			&offer->transform[proposal->first_transform + i];

		if (!transform_like(choice, chosen, one->type, NULL, NULL) &&
		    !transform_like(offer, proposal, one->type, offer,
				    &(struct ike_transform){ .type = one->type }))
			return type_word(one->type);
	}
	return NULL;
}

static const struct ike_proposal *find_v2(const struct ike_message *offer,
					  const struct ike_message *choice,
					  struct buf *why)
{
	const struct ike_payload *sa = sa_of(offer);
	const struct ike_proposal *chosen = proposal_of(choice, 0);

	for (uint32_t i = 0; chosen && sa && i < sa->sa.proposals; i++) {
		const struct ike_proposal *proposal = proposal_of(offer, i);
		const char *what = difference_v2(offer, proposal, choice, chosen);

		if (!what) {
			if (why->length)
				buf_done(why);
			return proposal;
		}
		if (why->length)
			continue;
		buf_printf(why, "%s: offered ", what);
		describe_proposal(offer, proposal, why);
		buf_puts(why, ", taken ");
		describe_proposal(choice, chosen, why);
	}
	if (!why->length)
		buf_puts(why, chosen ? "nothing was offered" : "nothing was chosen");
	return NULL;
}

static void put_transform_v2(const struct ike_message *message,
			     const struct ike_transform *transform, bool is_last,
			     struct buf *out)
{
	uint32_t bits = ike_attribute_value(message, transform, V2_ATTR_KEY_LENGTH);

	buf_putc(out, is_last ? 0 : 3);
	buf_putc(out, 0);
	buf_add_be16(out, bits ? 12 : 8);
	buf_putc(out, (char)transform->type);
	buf_putc(out, 0);
	buf_add_be16(out, transform->id);
	if (bits) {
		buf_add_be16(out, 0x8000 | V2_ATTR_KEY_LENGTH);
		buf_add_be16(out, (uint16_t)bits);
	}
}

#define KINDS_V2 (V2_TRANSFORM_ESN + 1)

/* Of each type the one that the wanted choice has, or without such the first. */
static void put_choice_v2(const struct ike_message *offer,
			  const struct ike_proposal *proposal,
			  const struct ike_message *wanted, struct slice spi,
			  struct buf *out)
{
	const struct ike_proposal *chosen = wanted ? proposal_of(wanted, 0) : NULL;
	const struct ike_transform *taken[KINDS_V2];
	struct buf _cleanup_buf_ transforms = { 0 };
	unsigned int count = 0;

	for (unsigned int type = 1; type < KINDS_V2; type++) {
		const struct ike_transform *like =
			chosen ? transform_like(wanted, chosen, type, NULL, NULL) : NULL;
		const struct ike_transform *one =
			transform_like(offer, proposal, type, wanted, like);

		if (one)
			taken[count++] = one;
	}
	for (unsigned int i = 0; i < count; i++)
		put_transform_v2(offer, taken[i], i + 1 == count, &transforms);
	buf_add_be16(out, 0);
	buf_add_be16(out, (uint16_t)(8 + spi.length + transforms.length));
	buf_putc(out, (char)proposal->number);
	buf_putc(out, (char)proposal->protocol);
	buf_putc(out, (char)spi.length);
	buf_putc(out, (char)count);
	if (spi.length)
		buf_add(out, spi.bytes, spi.length);
	if (transforms.length)
		buf_add(out, transforms.data, transforms.length);
}

/* ------------------------------------------------------------ both */

bool offer_has(const struct ike_message *offer, const struct ike_message *choice,
	       bool is_child, struct buf *why)
{
	struct place chosen, found;

	if (ike_is_v2(offer))
		return find_v2(offer, choice, why);
	if (!first_place(choice, &chosen)) {
		buf_puts(why, "nothing was chosen");
		return false;
	}
	return find_v1(offer, &chosen, is_child, &found, why);
}

bool offer_choose(const struct ike_message *offer, const struct ike_message *wanted,
		  bool is_child, struct slice spi, struct buf *body, struct buf *why)
{
	struct place place, chosen;

	if (ike_is_v2(offer)) {
		const struct ike_proposal *proposal =
			wanted ? find_v2(offer, wanted, why) : proposal_of(offer, 0);

		if (proposal)
			put_choice_v2(offer, proposal, wanted, spi, body);
		return proposal;
	}
	if (!wanted ? !first_place(offer, &place)
		    : !first_place(wanted, &chosen) ||
			      !find_v1(offer, &chosen, is_child, &place, why))
		return false;
	put_choice_v1(&place, spi, body);
	return true;
}

unsigned int offer_group(struct slice body, unsigned int otherwise)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 };
	const struct ike_attribute *group;
	struct place place;

	offer_dissect(1, body, &store, &message);
	if (!first_place(&message, &place))
		return otherwise;
	group = ike_attribute_find(&message, place.transform, V1_ESP_GROUP);
	return group ? group->value : otherwise;
}
