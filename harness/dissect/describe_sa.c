// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * describe_sa.c - SA payloads in words: proposals, transforms, their algorithms
 *
 * Each device has its own order of attributes. Here they stand always in the same
 * one, so that two lines can be compared by eye.
 */
#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "ipsec/alg.h"

/* What alg.h has no row for may still have a name. */
static void put_alg(const struct alg *alg, enum number_table others, const char *what,
		    unsigned int number, struct buf *out)
{
	const struct number_row *row = number_find(others, number);

	if (alg)
		buf_puts(out, alg->name);
	else if (row)
		buf_puts(out, row->name);
	else
		buf_printf(out, "%s %u (unknown)", what, number);
}

/* A cipher; of those without a row the key length is told, too. */
static void put_cipher(const struct alg *alg, enum number_table others, const char *what,
		       unsigned int number, const struct ike_attribute *bits,
		       struct buf *out)
{
	put_alg(alg, others, what, number, out);
	if (!alg && bits)
		buf_printf(out, " %u bits", bits->value);
}

void describe_group(unsigned int group, struct buf *out)
{
	put_alg(alg_by_group(group), NUMBER_GROUP, "group", group, out);
}

/* ------------------------------------------------------------ IKEv1 */

/* Four octets or fewer are a number, and that may be 0; more are shown as they are. */
static void put_life(const struct ike_attribute *attribute, const char *unit,
		     struct buf *out)
{
	if (attribute->value || attribute->bytes.length <= sizeof(attribute->value))
		buf_printf(out, "%u %s", attribute->value, unit);
	else
		buf_printf(out, "%zu bytes of %s", attribute->bytes.length, unit);
}

/* A phase 1 attribute (RFC 2409 A) but lives. */
static void put_phase1(const struct ike_attribute *attribute,
		       const struct ike_attribute *bits, struct buf *out)
{
	unsigned int value = attribute->value;

	switch (attribute->type) {
	case V1_ATTR_ENCRYPTION:
		put_cipher(
			alg_by_ikev1(ALG_KIND_ENCR, (int)value, bits ? bits->value : 0),
			NUMBER_V1_CIPHER, "cipher", value, bits, out);
		break;
	case V1_ATTR_HASH:
		put_alg(alg_by_ikev1(ALG_KIND_INTEG, (int)value, 0), NUMBER_V1_HASH,
			"hash", value, out);
		break;
	case V1_ATTR_GROUP:
		describe_group(value, out);
		break;
	case V1_ATTR_AUTH:
		buf_puts(out, number_text(NUMBER_V1_AUTH, value).s);
		break;
	default:
		buf_printf(out, "%s=%u",
			   number_text(NUMBER_V1_ATTRIBUTE, attribute->type).s, value);
	}
}

/* A phase 2 attribute (RFC 2407 4.5) but lives. */
static void put_phase2(const struct ike_attribute *attribute, struct buf *out)
{
	unsigned int value = attribute->value;

	switch (attribute->type) {
	case V1_ESP_AUTH:
		put_alg(alg_by_esp_v1(ALG_KIND_INTEG, (int)value, 0), NUMBER_V1_ESP_AUTH,
			"authentication", value, out);
		break;
	case V1_ESP_GROUP:
		buf_puts(out, "PFS ");
		describe_group(value, out);
		break;
	case V1_ESP_ENCAPSULATION:
		buf_puts(out, number_text(NUMBER_V1_ENCAPSULATION, value).s);
		break;
	default:
		buf_printf(out, "%s=%u",
			   number_text(NUMBER_V1_ESP_ATTRIBUTE, attribute->type).s,
			   value);
	}
}

static void put_esp_id(const struct ike_proposal *proposal,
		       const struct ike_transform *transform,
		       const struct ike_attribute *bits, struct buf *out)
{
	switch (proposal->protocol) {
	case IKE_PROTOCOL_ESP:
		put_cipher(alg_by_esp_v1(ALG_KIND_ENCR, transform->id,
					 bits ? bits->value : 0),
			   NUMBER_V1_ESP_CIPHER, "cipher", transform->id, bits, out);
		break;
	case IKE_PROTOCOL_AH:
		put_alg(NULL, NUMBER_V1_AH, "transform", transform->id, out);
		break;
	case IKE_PROTOCOL_IPCOMP:
		buf_puts(out, number_text(NUMBER_IPCOMP, transform->id).s);
		break;
	default:
		buf_printf(out, "transform %u", transform->id);
	}
}

/* What is told first, and in which order. 0 ends. */
static const uint8_t phase1_order[] = { V1_ATTR_ENCRYPTION, V1_ATTR_HASH, V1_ATTR_GROUP,
					V1_ATTR_AUTH, 0 };
static const uint8_t phase2_order[] = { V1_ESP_AUTH, V1_ESP_GROUP, V1_ESP_ENCAPSULATION,
					0 };

static bool is_in_order(const uint8_t *order, unsigned int type)
{
	for (; *order; order++)
		if (*order == type)
			return true;
	return false;
}

/* One list of attributes of a transform, being written. */
struct list {
	const struct ike_message *message;
	const struct ike_transform *transform;
	const struct ike_attribute *bits;
	bool is_ike;
	size_t start;
	struct buf *out;
};

static void put_comma(const struct list *list)
{
	if (list->out->length > list->start)
		buf_puts(list->out, ", ");
}

static void put_attribute(const struct list *list, const struct ike_attribute *attribute)
{
	put_comma(list);
	if (list->is_ike)
		put_phase1(attribute, list->bits, list->out);
	else
		put_phase2(attribute, list->out);
}

/* Life types and durations come in pairs, seconds or kilobytes. */
static void put_lives(const struct list *list)
{
	unsigned int type = list->is_ike ? V1_ATTR_LIFE_TYPE : V1_ESP_LIFE_TYPE;
	unsigned int duration =
		list->is_ike ? V1_ATTR_LIFE_DURATION : V1_ESP_LIFE_DURATION;
	const char *unit = "s";

	for (uint32_t i = 0; i < list->transform->attributes; i++) {
		const struct ike_attribute *attribute =
			&list->message->attribute[list->transform->first_attribute + i];

		if (attribute->type == type)
			unit = attribute->value == V1_LIFE_KILOBYTES ? "kB" : "s";
		if (attribute->type != duration)
			continue;
		put_comma(list);
		put_life(attribute, unit, list->out);
	}
}

static void put_others(const struct list *list, const uint8_t *order)
{
	for (uint32_t i = 0; i < list->transform->attributes; i++) {
		const struct ike_attribute *attribute =
			&list->message->attribute[list->transform->first_attribute + i];
		unsigned int type = attribute->type;
		bool is_life = list->is_ike ? type == V1_ATTR_LIFE_TYPE ||
						      type == V1_ATTR_LIFE_DURATION
					    : type == V1_ESP_LIFE_TYPE ||
						      type == V1_ESP_LIFE_DURATION;

		if (!is_life && attribute != list->bits && !is_in_order(order, type))
			put_attribute(list, attribute);
	}
}

void describe_transform_v1(const struct ike_message *message,
			   const struct ike_proposal *proposal,
			   const struct ike_transform *transform, struct buf *out)
{
	struct list list = { .message = message,
			     .transform = transform,
			     .is_ike = proposal->protocol == IKE_PROTOCOL_IKE,
			     .start = out->length,
			     .out = out };
	const uint8_t *order = list.is_ike ? phase1_order : phase2_order;

	list.bits = ike_attribute_find(
		message, transform, list.is_ike ? V1_ATTR_KEY_LENGTH : V1_ESP_KEY_LENGTH);
	if (!list.is_ike)
		put_esp_id(proposal, transform, list.bits, out);
	for (const uint8_t *type = order; *type; type++) {
		const struct ike_attribute *attribute =
			ike_attribute_find(message, transform, *type);

		if (attribute)
			put_attribute(&list, attribute);
	}
	put_others(&list, order);
	put_lives(&list);
}

/* ------------------------------------------------------------ IKEv2 */

static const struct kind {
	enum alg_kind kind;
	enum number_table others;
} kinds[] = {
	[V2_TRANSFORM_ENCR] = { ALG_KIND_ENCR, NUMBER_V2_CIPHER },
	[V2_TRANSFORM_PRF] = { ALG_KIND_PRF, NUMBER_V2_PRF },
	[V2_TRANSFORM_INTEG] = { ALG_KIND_INTEG, NUMBER_V2_INTEG },
	[V2_TRANSFORM_DH] = { ALG_KIND_DH, NUMBER_GROUP },
};

static void put_transform_v2(const struct ike_message *message,
			     const struct ike_transform *transform, struct buf *out)
{
	const struct ike_attribute *bits =
		ike_attribute_find(message, transform, V2_ATTR_KEY_LENGTH);
	unsigned int type = transform->type;
	struct number_text name = number_text(NUMBER_V2_TRANSFORM, type);

	if (type == V2_TRANSFORM_ESN) {
		buf_printf(out, "ESN %s", number_text(NUMBER_V2_ESN, transform->id).s);
		return;
	}
	/* RFC 9370: further key exchanges, out of the same registry as the first */
	if (type >= V2_TRANSFORM_ADDKE1 && type <= V2_TRANSFORM_ADDKE7) {
		buf_printf(out, "%s ", name.s);
		type = V2_TRANSFORM_DH;
	}
	if (!type || type >= ARRAY_SIZE(kinds)) {
		buf_printf(out, "%s %u", name.s, transform->id);
		return;
	}
	if (transform->id)
		put_cipher(alg_by_ikev2(kinds[type].kind, transform->id,
					bits ? bits->value : 0),
			   kinds[type].others, name.s, transform->id, bits, out);
	else
		buf_puts(out, "none");
}

static void describe_proposal_v2(const struct ike_message *message,
				 const struct ike_proposal *proposal, struct buf *out)
{
	bool is_first = true;
	unsigned int last = 0;

	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[proposal->first_transform + i];

		if (!is_first)
			buf_puts(out, transform->type == last ? ", " : " / ");
		put_transform_v2(message, transform, out);
		last = transform->type;
		is_first = false;
	}
}

/* ------------------------------------------------------------ both */

void describe_proposal(const struct ike_message *message,
		       const struct ike_proposal *proposal, struct buf *out)
{
	buf_printf(out, "%s: ", number_text(NUMBER_PROTOCOL, proposal->protocol).s);
	if (!proposal->transforms)
		buf_puts(out, "no transform");
	if (ike_is_v2(message)) {
		describe_proposal_v2(message, proposal, out);
		return;
	}
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		if (i)
			buf_puts(out, " | ");
		describe_transform_v1(message, proposal,
				      &message->transform[proposal->first_transform + i],
				      out);
	}
}

void describe_sa(const struct ike_message *message, const struct ike_payload *sa,
		 unsigned int max, struct buf *out)
{
	if (!sa->sa.proposals)
		buf_puts(out, "no proposal");
	for (uint32_t i = 0; i < sa->sa.proposals && i < max; i++) {
		if (i)
			buf_puts(out, "; ");
		describe_proposal(message, &message->proposal[sa->sa.first_proposal + i],
				  out);
	}
	if (sa->sa.proposals > max)
		buf_printf(out, "; … %u more", sa->sa.proposals - max);
}
