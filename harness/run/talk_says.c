// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_says.c - what a recorded device would say to a site, and what else it could have said */
#include "run/talk_says.h"

#include <string.h>

#include "base/cleanup.h"
#include "dissect/keyring.h"
#include "dissect/session_verify.h"
#include "peer/offer.h"
#include "run/talk_child.h"

#define AUTH_SIGNATURES_FIRST 2 /* RFC 2409 A: DSS, RSA */
#define AUTH_SIGNATURES_LAST  3
#define AUTH_PSK_V1	      1
#define IDENTITY_MAX	      512

const char *talk_variant_name(enum talk_variant variant)
{
	static const char *const names[] = {
		[TALK_AS_RECORDED] = "nothing",
		[TALK_WITH_PHASE_1] = "phase 1 proposal",
		[TALK_WITH_IDENTITY] = "identity",
		[TALK_WITH_PSK] = "pre-shared key",
		[TALK_WITH_AUTH] = "identity and pre-shared key",
		[TALK_WITH_NETWORKS] = "networks",
		[TALK_WITH_PFS] = "PFS",
		[TALK_WITH_PROPOSAL] = "phase 2 proposal",
		[TALK_WITH_CHILD] = "networks and phase 2 proposal",
	};

	return names[variant];
}

struct reader {
	const struct talk_pair *pair;
	struct arena *arena;
	struct talk_says *ret;
	struct peer_says *says; /* as recorded */
	int version;
};

static struct slice keep(const struct reader *reader, struct slice bytes)
{
	return (struct slice){ bytes.length ? arena_memdup(reader->arena, bytes.bytes,
							   bytes.length)
					    : NULL,
			       bytes.length };
}

static void remark(const struct reader *reader, const char *text)
{
	vec_add(reader->arena, &reader->ret->remarks, ((struct text){ .s = text }));
}

/* ------------------------------------------------------------ phase 1 */

/* Each attribute of that type with another value, in a copy of an SA payload's body. */
static struct slice with_values(const struct reader *reader, struct slice sa,
				unsigned int type, uint16_t (*change)(uint32_t value))
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 };

	offer_dissect(1, sa, &store, &message);
	for (uint32_t i = 0; i < message.attributes; i++) {
		const struct ike_attribute *one = &message.attribute[i];
		uint16_t value = change(one->value);

		if (one->type != type || !one->is_tv)
			continue;
		store.data[one->bytes.bytes - (uint8_t *)store.data] = (char)(value >> 8);
		store.data[one->bytes.bytes - (uint8_t *)store.data + 1] = (char)value;
	}
	return keep(reader, (struct slice){ (uint8_t *)store.data + IKE_HEADER_SIZE +
						    IKE_GENERIC_SIZE,
					    sa.length });
}

static uint16_t as_psk(uint32_t value)
{
	(void)value;
	return AUTH_PSK_V1;
}

/* In UDP: a daemon without the kernel's ESP carries nothing else. */
static uint16_t in_udp(uint32_t value)
{
	return value == 1 ? 3 : value == 2 ? 4 : (uint16_t)value;
}

static void read_opening(const struct reader *reader)
{
	const struct talk_pair *pair = reader->pair;
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_v2 = reader->version == 2;
	struct peer_says *says = reader->says;
	const struct ike_payload *sa, *ke;

	session_step_message(pair->is_site_initiator ? pair->answer : pair->question,
			     &message);
	sa = ike_payload_find(&message, is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA, 0);
	ke = is_v2 ? ike_payload_find(&message, V2_PAYLOAD_KE, 0) : NULL;
	says->is_aggressive = !is_v2 && message.header.exchange == V1_EXCHANGE_AGGRESSIVE;
	if (sa)
		says->sa = keep(reader, sa->body);
	if (ke)
		says->group = ke->ke.group;
	for (uint32_t i = 0; !is_v2 && i < message.transforms && !says->group; i++)
		says->group = ike_attribute_value(&message, &message.transform[i],
						  V1_ATTR_GROUP);
	for (uint32_t i = 0; i < message.payloads; i++)
		if (message.payload[i].type ==
			    (is_v2 ? V2_PAYLOAD_VENDOR_ID : V1_PAYLOAD_VENDOR_ID) &&
		    says->vendor_id_count < PEER_VENDOR_IDS_MAX)
			says->vendor_ids[says->vendor_id_count++] =
				keep(reader, message.payload[i].body);
}

static bool has_certificates(const struct tunnel *tunnel)
{
	return tunnel->auth == AUTH_RSA || tunnel->auth == AUTH_ECDSA;
}

/* What no session of ours can do. NULL: nothing of that. */
static const char *check_auth(const struct reader *reader)
{
	const struct ikev1_sa *v1 = &reader->pair->session->v1;
	bool is_signed =
		v1->auth >= AUTH_SIGNATURES_FIRST && v1->auth <= AUTH_SIGNATURES_LAST;
	bool is_certified = has_certificates(reader->pair->tunnel);

	if (reader->pair->tunnel->auth != AUTH_PSK && !is_certified)
		return "this tunnel has XAUTH or EAP, which are not rehearsed";
	if (reader->version == 1 && v1->auth && !is_signed && v1->auth != AUTH_PSK_V1)
		return "the recorded peers authenticate with XAUTH or by encryption";
	if (reader->version == 1 && v1->auth && is_signed != is_certified)
		return "one end authenticates by certificates and the other with a "
		       "pre-shared key";
	return NULL;
}

static void replace_certificates(const struct reader *reader)
{
	if (!has_certificates(reader->pair->tunnel))
		return;
	if (reader->version == 1)
		reader->says->sa =
			with_values(reader, reader->says->sa, V1_ATTR_AUTH, as_psk);
	remark(reader, "authentication: certificates are in no capture, so both ends "
		       "prove themselves with a pre-shared key instead");
}

/* ------------------------------------------------------------ the key */

static void choose_psk(const struct reader *reader)
{
	const struct talk_pair *pair = reader->pair;
	const struct keyring *keyring = pair->set->keyring;
	size_t count =
		keyring && !has_certificates(pair->tunnel) ? keyring_psks(keyring) : 0;
	const struct psk *given = NULL;

	reader->says->psk = pair->psk;
	for (size_t i = 0; i < count; i++) {
		const struct psk *psk = keyring_psk(keyring, i);
		int of_initiator =
			session_try_psk(pair->set, pair->session, false, psk->bytes);
		int of_responder =
			session_try_psk(pair->set, pair->session, true, psk->bytes);

		if (of_initiator == 1 || of_responder == 1) {
			given = psk;
			remark(reader, "pre-shared key: the one that the capture proves");
			break;
		}
		if (!given && of_initiator < 0 && of_responder < 0)
			given = psk;
	}
	if (given) {
		reader->says->psk = given->bytes;
		reader->ret->has_psk = true;
	}
}

/* ------------------------------------------------------------ identities */

/* Its own address when it was recorded: then it is called by its own address here, too. */
static bool is_own_address(struct slice id, const struct ike_step *step)
{
	bool is_v6 = step->src.family == AF_INET6;

	return id.length == (is_v6 ? 20 : 8) &&
	       id.bytes[0] == (is_v6 ? ID_TYPE_IPV6_ADDR : ID_TYPE_IPV4_ADDR) &&
	       !memcmp(id.bytes + 4, step->src.bytes, id.length - 4);
}

/* The body of an end's ID payload, as far as it can be read; by: what it is in. */
static struct slice find_id(const struct reader *reader, bool is_initiators,
			    const struct ike_step **ret_by)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_v2 = reader->version == 2;

	vec_foreach (step, &reader->pair->session->steps) {
		unsigned int type = !is_v2	    ? V1_PAYLOAD_ID
				    : is_initiators ? V2_PAYLOAD_IDI
						    : V2_PAYLOAD_IDR;
		const struct ike_payload *id;
		uint8_t exchange;

		if (step->is_from_initiator != is_initiators ||
		    (step->state != STEP_CLEAR && step->state != STEP_DECRYPTED) ||
		    step->bytes.length < IKE_HEADER_SIZE)
			continue;
		exchange = step->bytes.bytes[18];
		if (is_v2 ? exchange != V2_EXCHANGE_AUTH
			  : exchange != V1_EXCHANGE_MAIN &&
				    exchange != V1_EXCHANGE_AGGRESSIVE)
			continue;
		session_step_message(step, &message);
		id = ike_payload_find(&message, type, 0);
		if (!id || id->fault >= IKE_FAULT_SHORT_BODY || id->body.length <= 4)
			continue;
		*ret_by = step;
		return keep(reader, id->body);
	}
	return (struct slice){ 0 };
}

static struct slice own_identity(const struct reader *reader)
{
	uint8_t body[IDENTITY_MAX];
	static const struct identity none;
	const struct identity *expected = &reader->pair->tunnel->remote_id;
	size_t length = talk_identity(expected->is_any ? &none : expected,
				      &reader->pair->peer, body, sizeof(body));

	return keep(reader, (struct slice){ body, length });
}

static void read_identities(const struct reader *reader)
{
	bool is_initiator = !reader->pair->is_site_initiator;
	struct peer_says *says = reader->says;
	const struct ike_step *by = NULL, *other = NULL;

	says->id = find_id(reader, is_initiator, &by);
	says->expected_id = find_id(reader, !is_initiator, &other);
	reader->ret->has_identity = says->id.length;
	if (by && is_own_address(says->id, by)) {
		static const struct identity none;
		uint8_t body[IDENTITY_MAX];
		size_t length =
			talk_identity(&none, &reader->pair->peer, body, sizeof(body));

		memcpy(body, says->id.bytes, 4); /* protocol and port as recorded */
		if (length == says->id.length &&
		    memcmp(body, says->id.bytes, length) != 0) {
			says->id = keep(reader, (struct slice){ body, length });
			remark(reader,
			       "identity: its own address, which is another here");
		}
	}
	if (says->id.length)
		return;
	says->id = own_identity(reader);
	if (says->id.length)
		remark(reader,
		       "identity: not in the capture, so what this tunnel expects");
	else
		reader->ret->why_not = "its identity is not in the capture, and what "
				       "this tunnel expects cannot be said";
}

/* ------------------------------------------------------------ children */

/* AH and transport mode cannot be carried without the kernel. */
static bool is_carried(const struct reader *reader, struct slice sa)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 };

	offer_dissect(reader->version, sa, &store, &message);
	for (uint32_t i = 0; i < message.proposals; i++)
		if (message.proposal[i].protocol != IKE_PROTOCOL_ESP)
			return false;
	for (uint32_t i = 0; reader->version == 1 && i < message.attributes; i++)
		if (message.attribute[i].type == V1_ESP_ENCAPSULATION &&
		    in_udp(message.attribute[i].value) == 4)
			return false;
	return message.proposals;
}

static struct peer_child *child_with(const struct reader *reader, struct slice local,
				     struct slice remote)
{
	struct peer_says *says = reader->says;

	for (unsigned int i = 0; i < says->child_count; i++)
		if (slice_equal(says->children[i].local, local) &&
		    slice_equal(says->children[i].remote, remote))
			return NULL; /* a rekeying */
	if (says->child_count == PEER_CHILDREN_MAX ||
	    (reader->version == 2 && says->child_count))
		return NULL;
	return &says->children[says->child_count++];
}

/* An exchange that makes a child: what was asked, and what was answered (or NULL). */
static void add_child(const struct reader *reader, const struct ike_message *asked,
		      const struct ike_message *answered)
{
	bool is_v2 = reader->version == 2,
	     is_initiator = !reader->pair->is_site_initiator;
	unsigned int sa_type = is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
	const struct ike_payload *i =
		ike_payload_find(asked, is_v2 ? V2_PAYLOAD_TSI : V1_PAYLOAD_ID, 0);
	const struct ike_payload *r =
		is_v2 ? ike_payload_find(asked, V2_PAYLOAD_TSR, 0)
		: i   ? ike_payload_find(asked, V1_PAYLOAD_ID,
					 (uint32_t)(i - asked->payload) + 1)
		      : NULL;
	const struct ike_message *of = is_initiator ? asked : answered;
	const struct ike_payload *sa = of ? ike_payload_find(of, sa_type, 0) : NULL;
	struct slice none = { 0 }, near, far;
	struct peer_child *child;

	if (!sa || !sa->sa.proposals || sa->fault >= IKE_FAULT_BEYOND || (is_v2 && !r))
		return;
	near = i && r ? keep(reader, is_initiator ? i->body : r->body) : none;
	far = i && r ? keep(reader, is_initiator ? r->body : i->body) : none;
	child = child_with(reader, near, far);
	if (!child)
		return;
	child->local = near;
	child->remote = far;
	child->sa = is_v2 ? keep(reader, sa->body)
			  : with_values(reader, sa->body, V1_ESP_ENCAPSULATION, in_udp);
	if (!is_v2 && ike_payload_find(asked, V1_PAYLOAD_KE, 0))
		child->pfs = offer_group(child->sa, reader->pair->session->v1.group);
	if (!is_carried(reader, child->sa))
		reader->ret->why_not = "its children are AH or in transport mode, which "
				       "is not carried here";
}

/* IKEv2: what that end offered when it made a child with PFS, the first time. */
static void read_rekeying(const struct reader *reader, struct peer_child *child)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	bool is_initiator = !reader->pair->is_site_initiator;

	vec_foreach (step, &reader->pair->session->steps) {
		const struct ike_payload *sa, *ke;

		if (step->is_from_initiator != is_initiator ||
		    step->state != STEP_DECRYPTED ||
		    step->bytes.bytes[18] != V2_EXCHANGE_CREATE_CHILD_SA)
			continue;
		session_step_message(step, &message);
		sa = ike_payload_find(&message, V2_PAYLOAD_SA, 0);
		ke = ike_payload_find(&message, V2_PAYLOAD_KE, 0);
		if (ike_is_response(&message) || !sa || !ke || !sa->sa.proposals ||
		    ke->fault >= IKE_FAULT_SHORT_BODY ||
		    message.proposal[sa->sa.first_proposal].protocol != IKE_PROTOCOL_ESP)
			continue;
		child->rekey_sa = keep(reader, sa->body);
		child->pfs = ke->ke.group;
		return;
	}
}

static void read_children(const struct reader *reader)
{
	_cleanup_(ike_message_done) struct ike_message asked = { 0 }, answered = { 0 };
	uint8_t exchange = reader->version == 2 ? V2_EXCHANGE_AUTH : V1_EXCHANGE_QUICK;
	const struct ike_session *session = reader->pair->session;

	vec_foreach (step, &session->steps) {
		const struct ike_step *answer = NULL;

		if (!step->is_from_initiator || step->state != STEP_DECRYPTED ||
		    step->bytes.bytes[18] != exchange)
			continue;
		vec_foreach (other, &session->steps)
			if (other > step && !other->is_from_initiator && !answer &&
			    other->state == STEP_DECRYPTED &&
			    !memcmp(other->bytes.bytes + 18, step->bytes.bytes + 18, 1) &&
			    !memcmp(other->bytes.bytes + 20, step->bytes.bytes + 20, 4))
				answer = other;
		session_step_message(step, &asked);
		if (answer)
			session_step_message(answer, &answered);
		add_child(reader, &asked, answer ? &answered : NULL);
	}
	reader->ret->has_child = reader->says->child_count;
	if (reader->version == 2 && reader->ret->has_child)
		read_rekeying(reader, &reader->says->children[0]);
}

/* ------------------------------------------------------------ what else it could say */

static void add_variants(const struct reader *reader, const struct peer_child *own)
{
	const struct talk_pair *pair = reader->pair;
	struct talk_says *ret = reader->ret;
	bool is_responder = pair->is_site_initiator; /* the device */
	struct peer_child any = { .pfs = own ? own->pfs : 0,
				  .rekey_sa = own ? own->rekey_sa : (struct slice){ 0 } };

	for (int i = 1; i < TALK_VARIANTS; i++)
		ret->says[i] = *reader->says;
	ret->is_there[TALK_WITH_PHASE_1] = is_responder;
	ret->says[TALK_WITH_PHASE_1].sa = (struct slice){ 0 };
	ret->is_there[TALK_WITH_IDENTITY] = reader->says->expected_id.length;
	ret->says[TALK_WITH_IDENTITY].expected_id = (struct slice){ 0 };
	if (ret->has_identity) {
		struct slice id = own_identity(reader);

		if (id.length)
			ret->says[TALK_WITH_IDENTITY].id = id;
		ret->is_there[TALK_WITH_IDENTITY] |=
			id.length && !slice_equal(id, reader->says->id);
	}
	ret->is_there[TALK_WITH_PSK] = !slice_equal(reader->says->psk, pair->psk);
	ret->says[TALK_WITH_PSK].psk = pair->psk;
	ret->says[TALK_WITH_AUTH] = ret->says[TALK_WITH_IDENTITY];
	ret->says[TALK_WITH_AUTH].psk = pair->psk;
	ret->is_there[TALK_WITH_AUTH] =
		ret->is_there[TALK_WITH_IDENTITY] && ret->is_there[TALK_WITH_PSK];
	if (!ret->has_child || (!own && !is_responder))
		return;
	for (int i = TALK_WITH_NETWORKS; i < TALK_VARIANTS; i++) {
		struct peer_child *child = &ret->says[i].children[0];
		bool has_networks = i == TALK_WITH_NETWORKS || i == TALK_WITH_CHILD;
		bool has_proposal = i == TALK_WITH_PROPOSAL || i == TALK_WITH_CHILD;

		if (is_responder)
			own = &any;
		ret->says[i].child_count = 1;
		ret->is_there[i] = true;
		if (has_networks) {
			child->local = own->local;
			child->remote = own->remote;
		}
		if (has_proposal) {
			child->sa = own->sa;
			child->pfs = own->pfs;
			child->rekey_sa = own->rekey_sa;
		}
		if (i != TALK_WITH_PFS)
			continue;
		ret->is_there[i] = child->pfs != own->pfs &&
				   (reader->version == 2 ? child->rekey_sa.length > 0
							 : !is_responder);
		if (!ret->is_there[i])
			continue;
		child->pfs = own->pfs;
		child->rekey_sa = own->rekey_sa;
		if (reader->version == 1)
			child->sa =
				talk_child_regroup(child->sa, own->pfs, reader->arena);
	}
}

/* Any peer is nobody that can be called. */
static bool calls(const struct tunnel *tunnel)
{
	vec_foreach (remote, &tunnel->remotes)
		if (remote->kind != ENDPOINT_ANY)
			return true;
	return false;
}

void talk_says_read(const struct talk_pair *pair, struct arena *arena,
		    struct talk_says *ret)
{
	struct reader reader = { .pair = pair,
				 .arena = arena,
				 .ret = ret,
				 .says = &ret->says[TALK_AS_RECORDED],
				 .version = pair->session->version };
	struct peer_child own;
	bool has_own = talk_child_of(pair->tunnel, reader.version, &pair->own,
				     &pair->peer, arena, &own);

	*ret = (struct talk_says){ .is_there = { true } };
	reader.says->version = reader.version;
	ret->why_not = check_auth(&reader);
	if (!ret->why_not && pair->is_itself)
		ret->why_not = pair->is_site_initiator
				       ? "it is the recorded responder itself"
				       : "it is the recorded initiator itself";
	if (!ret->why_not && pair->is_site_initiator && !calls(pair->tunnel))
		ret->why_not =
			"this tunnel has no address of its peer, so it never calls";
	if (ret->why_not)
		return;
	read_opening(&reader);
	replace_certificates(&reader);
	choose_psk(&reader);
	read_identities(&reader);
	read_children(&reader);
	if (!ret->has_child) {
		remark(&reader,
		       "phase 2: not in the capture, so networks and proposal of "
		       "this tunnel");
		if (!pair->is_site_initiator && has_own)
			reader.says->children[reader.says->child_count++] = own;
		else if (!pair->is_site_initiator && !ret->why_not)
			ret->why_not = "phase 2 is not in the capture, and that of this "
				       "tunnel cannot be said";
	}
	add_variants(&reader, has_own ? &own : NULL);
}
