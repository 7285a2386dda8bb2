// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.c - the IKE messages of a capture as a table of facts */
#include "dissect/facts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "capture/pcapng.h"
#include "dissect/crypto.h"
#include "dissect/describe.h"
#include "dissect/nat_hash.h"
#include "ipsec/alg.h"

#define LITERAL_MAX 2 /* bytes of notification data that are a number */
#define REMARK_MAX  100

/* Bytes of one session alone: what stands in the table is their place in this list. */
struct own {
	struct slice bytes;
};

struct facts {
	struct arena *arena;
	struct session_set *set;
	struct buf text;
	VEC(struct own) owns;
	struct ike_message message;
};

/* ------------------------------------------------------------ chunks */

static void put_hex(struct buf *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		buf_printf(out, "%02x", bytes.bytes[i]);
	if (!bytes.length)
		buf_putc(out, '-');
}

static void put_own(struct facts *facts, struct slice bytes)
{
	size_t number = 0;

	if (!bytes.length) {
		buf_putc(&facts->text, '-');
		return;
	}
	vec_foreach (own, &facts->owns) {
		if (slice_equal(own->bytes, bytes))
			break;
		number++;
	}
	if (number == facts->owns.count)
		vec_add(facts->arena, &facts->owns,
			((struct own){
				{ arena_memdup(facts->arena, bytes.bytes, bytes.length),
				  bytes.length } }));
	buf_printf(&facts->text, "r%zu:%zu", number + 1, bytes.length);
}

/* The first `known` bytes as they are, the rest as bytes of that session. */
static void put_head_and_own(struct facts *facts, struct slice body, size_t known)
{
	known = known < body.length ? known : body.length;
	if (known) {
		put_hex(&facts->text, (struct slice){ body.bytes, known });
		if (known == body.length)
			return;
		buf_putc(&facts->text, ' ');
	}
	put_own(facts, (struct slice){ body.bytes + known, body.length - known });
}

/* A NAT detection hash of this packet's own addresses, or one that we cannot tell. */
static void put_nat(struct facts *facts, const struct packet *packet, struct slice hash)
{
	struct nat_hash found;

	if (nat_hash_find(facts->set->crypto, &facts->message, packet, hash, &found))
		buf_printf(&facts->text, "nat:%s:%s", found.hash->keyword,
			   found.is_source ? "src" : "dst");
	else
		put_own(facts, hash);
}

static void put_spi(struct facts *facts, const uint8_t *spi, uint64_t value)
{
	if (value)
		put_own(facts, (struct slice){ spi, IKE_SPI_SIZE });
	else
		buf_putc(&facts->text, '-');
}

/* ------------------------------------------------------------ payloads */

static void put_notify(struct facts *facts, const struct packet *packet,
		       const struct ike_payload *payload)
{
	struct slice data = payload->notify.data;
	size_t behind = payload->notify.spi.length + data.length;
	bool is_nat = ike_is_v2(&facts->message) &&
		      (payload->notify.type == NOTIFY_V2_NAT_SOURCE ||
		       payload->notify.type == NOTIFY_V2_NAT_DESTINATION);

	put_hex(&facts->text,
		(struct slice){ payload->body.bytes, payload->body.length - behind });
	if (payload->notify.spi.length) {
		buf_putc(&facts->text, ' ');
		put_own(facts, payload->notify.spi);
	}
	if (!data.length)
		return;
	buf_putc(&facts->text, ' ');
	if (is_nat)
		put_nat(facts, packet, data);
	else if (data.length <= LITERAL_MAX)
		put_hex(&facts->text, data);
	else
		put_own(facts, data);
}

static void put_proposal(struct facts *facts, const struct ike_message *message,
			 const struct ike_proposal *proposal)
{
	bool is_v2 = ike_is_v2(message);

	buf_printf(&facts->text, "\n    proposal %u %u", proposal->number,
		   proposal->protocol);
	if (proposal->spi.length) {
		buf_puts(&facts->text, " spi ");
		put_own(facts, proposal->spi);
	}
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[proposal->first_transform + i];

		buf_printf(&facts->text, "\n      transform %u %04x",
			   is_v2 ? transform->type : transform->number, transform->id);
		for (uint32_t j = 0; j < transform->attributes; j++) {
			const struct ike_attribute *attribute =
				&message->attribute[transform->first_attribute + j];

			buf_printf(&facts->text, " %04x",
				   attribute->type | (attribute->is_tv ? 0x8000u : 0));
			if (!attribute->is_tv)
				buf_printf(&facts->text, "%04zx",
					   attribute->bytes.length);
			put_hex(&facts->text, attribute->bytes);
		}
		if (is_v2)
			continue;
		buf_puts(&facts->text, " ; ");
		describe_transform_v1(message, proposal, transform, &facts->text);
	}
}

static void put_sa(struct facts *facts, const struct ike_message *message,
		   const struct ike_payload *payload)
{
	buf_puts(&facts->text, "sa ");
	put_hex(&facts->text,
		(struct slice){ payload->body.bytes, ike_is_v2(message) ? 0 : 8 });
	for (uint32_t i = 0; i < payload->sa.proposals; i++)
		put_proposal(facts, message,
			     &message->proposal[payload->sa.first_proposal + i]);
}

/* HASH_R of aggressive mode stands in clear, and the key that made it may be known. */
static bool is_hash_of_psk(const struct facts *facts, const struct ike_session *session,
			   const struct packet *packet)
{
	struct inet_addr src = packet_src(packet);

	return session && session->psk_r == PSK_RIGHT &&
	       facts->message.header.exchange == V1_EXCHANGE_AGGRESSIVE &&
	       inet_addr_equal(&src, &session->responder);
}

static void put_body_v1(struct facts *facts, const struct ike_session *session,
			const struct packet *packet, const struct ike_payload *payload)
{
	switch (payload->type) {
	case V1_PAYLOAD_SA:
		put_sa(facts, &facts->message, payload);
		break;
	case V1_PAYLOAD_ID:
	case V1_PAYLOAD_VENDOR_ID:
		put_hex(&facts->text, payload->body);
		break;
	case V1_PAYLOAD_NOTIFY:
		put_notify(facts, packet, payload);
		break;
	case V1_PAYLOAD_NAT_D:
	case V1_PAYLOAD_NAT_D_DRAFT0:
	case V1_PAYLOAD_NAT_D_DRAFT4:
		put_nat(facts, packet, payload->data);
		break;
	case V1_PAYLOAD_HASH:
		if (is_hash_of_psk(facts, session, packet))
			buf_printf(&facts->text, "psk:%s", session->v1.hash->keyword);
		else
			put_own(facts, payload->body);
		break;
	case V1_PAYLOAD_DELETE:
		put_head_and_own(facts, payload->body, 8);
		break;
	case V1_PAYLOAD_CERT:
	case V1_PAYLOAD_CERTREQ:
		put_head_and_own(facts, payload->body, 1);
		break;
	default:
		put_own(facts, payload->body);
	}
}

static void put_body_v2(struct facts *facts, const struct packet *packet,
			const struct ike_payload *payload)
{
	switch (payload->type) {
	case V2_PAYLOAD_SA:
		put_sa(facts, &facts->message, payload);
		break;
	case V2_PAYLOAD_VENDOR_ID:
		put_hex(&facts->text, payload->body);
		break;
	case V2_PAYLOAD_NOTIFY:
		put_notify(facts, packet, payload);
		break;
	case V2_PAYLOAD_KE:
	case V2_PAYLOAD_DELETE:
	case V2_PAYLOAD_SKF:
		put_head_and_own(facts, payload->body, 4);
		break;
	case V2_PAYLOAD_CERT:
	case V2_PAYLOAD_CERTREQ:
		put_head_and_own(facts, payload->body, 1);
		break;
	default:
		put_own(facts, payload->body);
	}
}

/* What a name tells that digits do not, as a remark. */
static void put_remark(struct facts *facts, const struct ike_payload *payload)
{
	struct buf _cleanup_buf_ text = { 0 };

	if (payload->type == (ike_is_v2(&facts->message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA))
		return;
	describe_payload(&facts->message, payload, &text);
	if (text.length <= REMARK_MAX)
		buf_printf(&facts->text, " ; %s", buf_text(&text));
}

static void put_payloads(struct facts *facts, const struct ike_session *session,
			 const struct packet *packet)
{
	const struct ike_message *message = &facts->message;

	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];
		bool is_last = i + 1 == message->payloads ||
			       message->payload[i + 1].fault >= IKE_FAULT_SHORT_BODY;

		if (payload->fault >= IKE_FAULT_SHORT_BODY)
			break;
		buf_printf(&facts->text, "  payload %u ", payload->type);
		if (is_last && payload->next)
			buf_printf(&facts->text, "next %u ", payload->next);
		if (payload->whole.bytes[1])
			buf_printf(&facts->text, "flags %02x ", payload->whole.bytes[1]);
		if (ike_is_v2(message))
			put_body_v2(facts, packet, payload);
		else
			put_body_v1(facts, session, packet, payload);
		put_remark(facts, payload);
		buf_putc(&facts->text, '\n');
	}
}

/* What stands behind the payloads that could be read. */
static void put_rest(struct facts *facts)
{
	const struct ike_message *message = &facts->message;
	size_t read = message->whole.length < IKE_HEADER_SIZE ? message->whole.length
							      : IKE_HEADER_SIZE;
	bool is_malformed = message->fault >= IKE_FAULT_SHORT_BODY &&
			    message->fault != IKE_FAULT_HEADER_LENGTH;
	struct slice rest;

	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->fault >= IKE_FAULT_SHORT_BODY)
			break;
		read = (size_t)(payload->whole.bytes - message->whole.bytes) +
		       payload->whole.length;
	}
	rest = (struct slice){ message->whole.bytes + read,
			       message->whole.length - read };
	if (!rest.length)
		return;
	buf_puts(&facts->text, "  rest ");
	if (is_malformed)
		put_hex(&facts->text, rest);
	else
		put_own(facts, rest);
	buf_printf(&facts->text, " ; %s\n",
		   message->is_encrypted ? "encrypted" : ike_fault_text(message->fault));
}

/* ------------------------------------------------------------ packets */

static void put_packet(struct facts *facts, const struct packet *packet,
		       const struct capture_packet *captured)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);
	int64_t ms = (captured->time_ns - facts->set->first_ns) / 1000000;

	buf_printf(&facts->text, "packet %u %lld.%03lld %s %u > %s %u%s\n",
		   facts->set->frame, (long long)(ms / 1000), (long long)(ms % 1000),
		   inet_addr_text(&src).s, packet->src_port, inet_addr_text(&dst).s,
		   packet->dst_port, packet->has_marker ? " marker" : "");
}

static void put_header(struct facts *facts)
{
	const struct ike_header *header = &facts->message.header;

	buf_puts(&facts->text, "  header ");
	put_spi(facts, header->spis, header->spi_i);
	buf_putc(&facts->text, ' ');
	put_spi(facts, header->spis + IKE_SPI_SIZE, header->spi_r);
	buf_printf(
		&facts->text,
		" next %u version %u%u exchange %u flags %02x id %08x length %u ; %s\n",
		header->next_payload, header->major, header->minor, header->exchange,
		header->flags, header->message_id, header->length,
		ike_exchange_name(&facts->message).s);
}

static void on_ike(void *user, const struct ike_session *session,
		   const struct packet *packet, const struct capture_packet *captured)
{
	struct facts *facts = user;

	if (ike_dissect(packet->payload, packet->is_cut, &facts->message) ||
	    !packet->src || packet->is_cut)
		return;
	put_packet(facts, packet, captured);
	put_header(facts);
	put_payloads(facts, session, packet);
	put_rest(facts);
}

struct facts *facts_begin(struct session_set *set)
{
	struct arena *arena = arena_new();
	struct facts *facts = arena_alloc(arena, sizeof(*facts));

	facts->arena = arena;
	facts->set = set;
	set->on_ike = on_ike;
	set->on_ike_user = facts;
	return facts;
}

void facts_end(struct facts *facts, struct buf *out)
{
	buf_printf(out, "frames %u\n", facts->set->frames);
	buf_puts(out, buf_text(&facts->text));
	facts->set->on_ike = NULL;
	ike_message_done(&facts->message);
	buf_done(&facts->text);
	arena_free(facts->arena);
}
