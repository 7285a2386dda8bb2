// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * session.c - packets sorted into conversations: IKE SAs
 *
 * A message with the same bytes as an earlier one from the same side is a
 * repetition: it must not move IKEv1's IVs. When another interface of the capture
 * shows it within COPY_NS, it is the same packet on another wire.
 */
#include "dissect/session.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/cleanup.h"
#include "capture/file.h"
#include "dissect/keyring.h"
#include "dissect/session_clear.h"
#include "dissect/session_esp.h"
#include "dissect/session_fold.h"
#include "dissect/session_index.h"
#include "dissect/session_keys.h"
#include "dissect/session_open.h"
#include "dissect/session_roles.h"
#include "dissect/session_verify.h"
#include "ipsec/alg.h"

#define COPY_NS	     50000000LL
#define BUFFER_LEAST 2048
#define TCP_PORT     4500

struct session_set *session_set_new(struct crypto *crypto, struct keyring *keyring)
{
	struct arena *arena = arena_new();
	struct session_set *set = arena_alloc(arena, sizeof(*set));

	arena_set_secret(arena);
	set->arena = arena;
	set->index = arena_alloc(arena, sizeof(*set->index));
	set->crypto = crypto;
	set->keyring = crypto ? keyring : NULL;
	return set;
}

void session_set_free(struct session_set *set)
{
	if (!set)
		return;
	for (uint32_t i = 0; i < set->sessions; i++)
		arena_free(set->session[i]->arena);
	ip_reassembly_free(set->reassembly);
	tcp_streams_free(set->streams);
	ipcomp_free(set->ipcomp);
	OPENSSL_clear_free(set->buffer, set->buffer_room);
	ike_message_done(&set->message);
	arena_free(set->arena);
}

bool session_is_copy(int64_t time_ns, int64_t before_ns)
{
	return time_ns && time_ns - before_ns < SESSION_COPY_NS;
}

uint8_t *session_buffer(struct session_set *set, size_t length)
{
	if (length <= set->buffer_room)
		return set->buffer;
	OPENSSL_clear_free(set->buffer, set->buffer_room);
	set->buffer_room = length < BUFFER_LEAST ? BUFFER_LEAST : length * 2;
	set->buffer = OPENSSL_zalloc(set->buffer_room);
	if (!set->buffer)
		exit_without_memory();
	return set->buffer;
}

void session_step_message(const struct ike_step *step, struct ike_message *ret)
{
	if (!ike_dissect(step->bytes, step->is_cut, ret) && step->plain.length)
		ike_dissect_decrypted(ret, step->plain_first, step->plain);
}

/* ------------------------------------------------------------ a new session */

/* To a first message that is there, by a responder that has forgotten its other answer. */
static bool is_further_answer(struct session_set *set, const struct ike_message *message,
			      const struct packet *packet)
{
	struct ike_header first = message->header;
	const struct ike_session *session;

	first.spi_r = 0;
	session = session_index_find(set, &first, packet);
	return session && !session->is_late &&
	       session_sender_of(message) == SENDER_RESPONDER &&
	       (first.major != 2 || first.exchange == V2_EXCHANGE_SA_INIT);
}

static struct ike_session *session_new(struct session_set *set,
				       const struct ike_message *message,
				       const struct packet *packet, int64_t time_ns)
{
	const struct ike_header *header = &message->header;
	struct arena *arena = arena_new();
	struct ike_session *session = arena_alloc(arena, sizeof(*session));
	enum sender sender = session_sender_of(message);
	bool is_first = session_sender_guess(message) == SENDER_INITIATOR;

	arena_set_secret(arena);
	session->arena = arena;
	session->spi_i = header->spi_i;
	session->spi_r = header->spi_r;
	session->version = header->major;
	session->is_late = header->spi_r != 0 && !is_further_answer(set, message, packet);
	session->are_roles_sure = sender != SENDER_UNKNOWN;
	session->initiator = is_first ? packet_src(packet) : packet_dst(packet);
	session->responder = is_first ? packet_dst(packet) : packet_src(packet);
	session->first_ns = time_ns;
	memcpy(session->v1.cookies, header->spis, 16);
	session_index_add(set, session);
	return session;
}

/* By its addresses alone. */
static bool is_forward(const struct ike_session *session, const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	/* Behind a NAT each wire shows another source; the far end stays the same. */
	if (inet_addr_equal(&src, &session->initiator) &&
	    !inet_addr_equal(&dst, &session->initiator))
		return true;
	if (inet_addr_equal(&src, &dst))
		return packet->src_port == session->initiator_port;
	return inet_addr_equal(&dst, &session->responder);
}

static bool is_from_initiator(const struct ike_session *session,
			      const struct ike_message *message,
			      const struct packet *packet)
{
	enum sender sender = session_sender_of(message);

	return sender == SENDER_UNKNOWN ? is_forward(session, packet)
					: sender == SENDER_INITIATOR;
}

/* ------------------------------------------------------------ what a message teaches */

void session_ikev1_choose(struct ikev1_sa *sa, const struct ike_message *message,
			  const struct ike_payload *payload)
{
	const struct ike_proposal *proposal;
	const struct ike_transform *transform;
	uint32_t auth;

	if (!payload->sa.proposals)
		return;
	proposal = &message->proposal[payload->sa.first_proposal];
	if (!proposal->transforms)
		return;
	transform = &message->transform[proposal->first_transform];
	auth = ike_attribute_value(message, transform, V1_ATTR_AUTH);
	sa->hash = alg_by_ikev1(
		ALG_KIND_INTEG,
		(int)ike_attribute_value(message, transform, V1_ATTR_HASH), 0);
	sa->encr = alg_by_ikev1(
		ALG_KIND_ENCR,
		(int)ike_attribute_value(message, transform, V1_ATTR_ENCRYPTION),
		ike_attribute_value(message, transform, V1_ATTR_KEY_LENGTH));
	sa->group = ike_attribute_value(message, transform, V1_ATTR_GROUP);
	sa->auth = (uint16_t)auth;
	/* 1: pre-shared key; 65001, 65002: the same with XAUTH */
	sa->has_signatures = auth != 1 && auth != 65001 && auth != 65002;
}

/* One payload of phase 1, readable. */
static void learn_payload(struct ike_session *session, const struct ike_message *message,
			  const struct ike_payload *payload, bool is_forward)
{
	struct ikev1_sa *sa = &session->v1;

	switch (payload->type) {
	case V1_PAYLOAD_SA:
		if (is_forward)
			session_keep(session, &sa->sai, payload->body);
		else
			session_ikev1_choose(sa, message, payload);
		break;
	case V1_PAYLOAD_KE:
		session_keep(session, is_forward ? &sa->gxi : &sa->gxr, payload->body);
		break;
	case V1_PAYLOAD_NONCE:
		session_keep(session, is_forward ? &sa->ni : &sa->nr, payload->body);
		break;
	case V1_PAYLOAD_ID:
		session_keep(session, is_forward ? &sa->idi : &sa->idr, payload->body);
		break;
	case V1_PAYLOAD_HASH:
		session_keep(session, is_forward ? &sa->hash_i : &sa->hash_r,
			     payload->body);
		break;
	default: /* the others take no part in keys and hashes */
		break;
	}
}

static enum psk_verdict check_psk(struct session_set *set, struct ike_session *session,
				  bool is_responder)
{
	enum psk_verdict verdict = PSK_NOT_GIVEN;
	size_t psks = set->keyring ? keyring_psks(set->keyring) : 0;

	if (session->v1.has_signatures)
		return PSK_NOT_SEEN;
	if (!psks && !(is_responder ? session->v1.hash_r : session->v1.hash_i).length)
		return PSK_NOT_SEEN;
	for (size_t i = 0; i < psks; i++) {
		const struct psk *psk = keyring_psk(set->keyring, i);
		int status = ikev1_verify_psk(set->crypto, &session->v1, is_responder,
					      psk->bytes);

		if (status < 0)
			return PSK_NOT_SEEN;
		if (status) {
			*(is_responder ? &session->psk_label_r : &session->psk_label_i) =
				psk->label;
			return PSK_RIGHT;
		}
		verdict = PSK_WRONG;
	}
	return verdict;
}

static void learn_ikev1(struct session_set *set, struct ike_session *session,
			const struct ike_message *message, bool is_forward)
{
	uint8_t exchange = message->header.exchange;

	if (message->header.message_id ||
	    (exchange != V1_EXCHANGE_MAIN && exchange != V1_EXCHANGE_AGGRESSIVE))
		return;
	for (uint32_t i = 0; i < message->payloads; i++)
		if (message->payload[i].fault < IKE_FAULT_BEYOND)
			learn_payload(session, message, &message->payload[i], is_forward);
	session_keys_phase1(set, session);
	session->psk_r = check_psk(set, session, true);
	session->psk_i = check_psk(set, session, false);
}

/* ------------------------------------------------------------ messages */

/* FNV-1a over words: only to tell messages apart quickly, equality is checked. */
static uint64_t digest_of(struct slice bytes)
{
	uint64_t digest = 0xcbf29ce484222325ULL ^ bytes.length, word;
	size_t i = 0;

	for (; i + 8 <= bytes.length; i += 8) {
		memcpy(&word, bytes.bytes + i, 8);
		digest = (digest ^ word) * 0x100000001b3ULL;
		digest ^= digest >> 32;
	}
	for (; i < bytes.length; i++)
		digest = (digest ^ bytes.bytes[i]) * 0x100000001b3ULL;
	return digest;
}

static struct ike_step *step_find(struct ike_session *session, struct slice bytes,
				  uint64_t digest)
{
	for (size_t i = session->steps.count; i--;) {
		struct ike_step *step = &session->steps.items[i];

		if (step->digest == digest &&
		    slice_equal(step->sent.length ? step->sent : step->bytes, bytes))
			return step;
	}
	return NULL;
}

static struct ike_step *step_new(struct session_set *set, struct ike_session *session,
				 const struct packet *packet, uint64_t digest,
				 bool is_forward)
{
	struct ike_step *step;

	session_fold(session);
	if (set->bytes >= SESSION_BYTES_MAX) {
		session->steps_lost++;
		return NULL;
	}
	step = vec_push(session->arena, &session->steps);
	*step = (struct ike_step){ 0 }; /* the place of one that was folded, perhaps */
	step->frame = set->frame;
	step->is_from_initiator = is_forward;
	step->is_nat_t = packet->has_marker;
	step->is_tcp = packet->protocol == 6;
	step->is_cut = packet->is_cut;
	step->src = packet_src(packet);
	step->dst = packet_dst(packet);
	step->src_port = packet->src_port;
	step->dst_port = packet->dst_port;
	step->digest = digest;
	session_keep(session, &step->bytes, packet->payload);
	return step;
}

static void note_ports(struct ike_session *session, const struct packet *packet,
		       bool is_forward)
{
	session->initiator_port = is_forward ? packet->src_port : packet->dst_port;
	session->responder_port = is_forward ? packet->dst_port : packet->src_port;
}

static bool is_nat_t_pair(const struct session_set *set, const struct packet *packet)
{
	struct inet_addr src, dst;

	if (!set->nat_t_pairs)
		return false;
	src = packet_src(packet);
	dst = packet_dst(packet);
	for (uint32_t i = 0; i < set->nat_t_pairs; i++) {
		bool is_forward = set->nat_t_pair[i].a_port == packet->src_port &&
				  set->nat_t_pair[i].b_port == packet->dst_port &&
				  inet_addr_equal(&set->nat_t_pair[i].a, &src) &&
				  inet_addr_equal(&set->nat_t_pair[i].b, &dst);
		bool is_backward = set->nat_t_pair[i].a_port == packet->dst_port &&
				   set->nat_t_pair[i].b_port == packet->src_port &&
				   inet_addr_equal(&set->nat_t_pair[i].a, &dst) &&
				   inet_addr_equal(&set->nat_t_pair[i].b, &src);

		if (is_forward || is_backward)
			return true;
	}
	return false;
}

/* NAT may have moved the ports: what comes on this pair is IKE and ESP. */
static void note_nat_t_pair(struct session_set *set, const struct packet *packet)
{
	if (!packet->has_marker || packet->src_port == 4500 || packet->dst_port == 4500 ||
	    is_nat_t_pair(set, packet))
		return;
	if (set->nat_t_pairs == NAT_T_PAIRS_MAX) {
		set->nat_t_pairs_lost++;
		return;
	}
	set->nat_t_pair[set->nat_t_pairs].a = packet_src(packet);
	set->nat_t_pair[set->nat_t_pairs].b = packet_dst(packet);
	set->nat_t_pair[set->nat_t_pairs].a_port = packet->src_port;
	set->nat_t_pair[set->nat_t_pairs].b_port = packet->dst_port;
	set->nat_t_pairs++;
}

/* From the kept copy of a message on: slices of set->message point into it. */
static void read_message(struct session_set *set, struct ike_session *session,
			 struct ike_step *step)
{
	struct ike_message *message = &set->message;

	(void)ike_dissect(step->bytes, step->is_cut, message);
	if (session_is_fragment_v1(step) && !session_join_fragments_v1(session, step))
		return;
	if (step->sent.length)
		(void)ike_dissect(step->bytes, step->is_cut, message);
	if (message->is_encrypted)
		session_open_ikev1(set, session, step, message);
	else if (session->version == 2)
		session_open_ikev2(set, session, step, message);
	if (session->version == 2)
		session_keys_ikev2(set, session, step, message);
	if (session->version == 1 && set->crypto &&
	    (!message->is_encrypted || message->is_decrypted))
		learn_ikev1(set, session, message, step->is_from_initiator);
}

/*
 * What it costs to keep and to tell: in a chain of empty payloads each has four bytes
 * and a line of text. The steps lie in an array that doubles.
 */
static size_t cost_of(const struct ike_step *step, const struct ike_message *message)
{
	size_t items = (size_t)message->payloads + message->proposals +
		       message->transforms + message->attributes + message->selectors;

	return 2 * sizeof(*step) + step->bytes.length + step->sent.length +
	       step->plain.length + items * SESSION_ITEM_BYTES;
}

/* A message that tells who is who, after others that were taken the other way round. */
static void turn_round(struct session_set *set, struct ike_session *session)
{
	struct inet_addr initiator = session->responder;
	uint16_t port = session->responder_port;

	session->responder = session->initiator;
	session->responder_port = session->initiator_port;
	session->initiator = initiator;
	session->initiator_port = port;
	memset(&session->v1, 0, sizeof(session->v1));
	vec_foreach (step, &session->steps) {
		step->is_from_initiator = !step->is_from_initiator;
		step->state = STEP_CLEAR;
		memcpy(session->v1.cookies, step->bytes.bytes, 16);
		read_message(set, session, step);
	}
}

/* The first message that tells who began may show that the guess was wrong. */
static void settle_roles(struct session_set *set, struct ike_session *session,
			 const struct packet *packet)
{
	enum sender sender = session_sender_of(&set->message);

	/* Its first message, which came late. */
	if (!set->message.header.spi_r && sender == SENDER_INITIATOR)
		session->is_late = false;
	if (session->version != 1 || session->are_roles_sure)
		return;
	if (sender == SENDER_UNKNOWN)
		sender = session_sender_after(session, &set->message,
					      is_forward(session, packet));
	if (sender == SENDER_UNKNOWN)
		return;
	session->are_roles_sure = true;
	if (is_forward(session, packet) == (sender == SENDER_INITIATOR))
		return;
	turn_round(set, session);
	(void)ike_dissect(packet->payload, packet->is_cut, &set->message);
}

static void new_message(struct session_set *set, struct ike_session *session,
			const struct packet *packet,
			const struct capture_packet *captured, uint64_t digest)
{
	struct ike_message *message = &set->message;
	bool is_request = is_from_initiator(session, message, packet);
	struct ike_step *step = step_new(set, session, packet, digest, is_request);
	size_t cost;

	note_ports(session, packet, is_request);
	if (message->header.spi_r &&
	    (!session->spi_r || message->header.exchange == V2_EXCHANGE_SA_INIT)) {
		session->spi_r = message->header.spi_r;
		memcpy(session->v1.cookies, message->header.spis, 16);
	}
	if (!step)
		return;
	step->interface = captured->interface;
	step->time_ns = step->last_ns = captured->time_ns;
	read_message(set, session, step);
	cost = cost_of(step, message);
	set->bytes += cost;
	session->bytes += cost;
}

/* The same packet: on another wire soon after, or captured twice at once. */
static bool is_copy(const struct ike_step *step, const struct capture_packet *captured)
{
	int64_t later_ns = captured->time_ns - step->last_ns;

	return (step->interface != captured->interface && later_ns < COPY_NS) ||
	       session_is_copy(captured->time_ns, step->last_ns);
}

/* How long its sender waited before it sent it again. */
static void note_gap(struct ike_step *step, int64_t time_ns)
{
	int64_t gap_ds = (time_ns - step->last_ns + 50000000) / 100000000;

	if (step->repeats < STEP_GAPS_MAX && gap_ds > 0)
		step->gap_ds[step->repeats] =
			(uint16_t)(gap_ds < UINT16_MAX ? gap_ds : UINT16_MAX);
}

/* Returns the SA that it is of, NULL: none. */
static struct ike_session *add_ike(struct session_set *set, const struct packet *packet,
				   const struct capture_packet *captured)
{
	struct ike_session *session;
	struct ike_step *step;
	uint64_t digest;

	set->ike_messages++;
	if (ike_dissect(packet->payload, packet->is_cut, &set->message)) {
		if (packet->is_cut && set->message.fault == IKE_FAULT_SHORT)
			set->cut_ike++;
		else
			set->broken_ike++;
		return NULL;
	}
	session = session_index_find(set, &set->message.header, packet);
	if (!session)
		session = session_new(set, &set->message, packet, captured->time_ns);
	session->last_ns = captured->time_ns;
	digest = digest_of(packet->payload);
	step = step_find(session, packet->payload, digest);
	if (!step) {
		note_nat_t_pair(set, packet);
		settle_roles(set, session, packet);
		new_message(set, session, packet, captured, digest);
	} else if (is_copy(step, captured)) {
		step->copies++;
	} else if (step->interface == captured->interface) {
		set->ike_repeats++;
		note_gap(step, captured->time_ns);
		step->repeats++;
		step->last_ns = captured->time_ns;
	}
	return session;
}

/* ------------------------------------------------------------ packets */

/* Packets of several queues or files come out of order. */
static void note_time(struct session_set *set, const struct capture_packet *captured)
{
	int64_t time_ns = captured->time_ns;

	if (!set->frames++)
		set->first_ns = set->last_ns = time_ns;
	if (set->last_ns - time_ns > set->backward_ns)
		set->backward_ns = set->last_ns - time_ns;
	if (time_ns > set->last_ns)
		set->last_ns = time_ns;
	if (time_ns < set->first_ns)
		set->first_ns = time_ns;
	set->frame = captured->frame ? captured->frame : set->frames;
}

/* What of it was not read, by name and number. */
static void note_unread(struct session_set *set, const struct packet *packet)
{
	if (packet->unread == LINK_UNREAD_NONE)
		return;
	for (uint32_t i = 0; i < set->unreads; i++) {
		if (set->unread[i].what == packet->unread &&
		    set->unread[i].number == packet->unread_number) {
			set->unread[i].packets++;
			return;
		}
	}
	if (set->unreads == UNREADS_MAX) {
		set->unread_others++;
		return;
	}
	set->unread[set->unreads].what = packet->unread;
	set->unread[set->unreads].number = packet->unread_number;
	set->unread[set->unreads++].packets = 1;
}

bool session_set_has_read(const struct session_set *set)
{
	return set->frames > set->kinds[PACKET_UNKNOWN];
}

/* The packet that this one completes, or has inside; false: it is neither. */
static bool step_inside(struct session_set *set, int64_t time_ns, struct packet *packet)
{
	enum tunnel_kind tunnel;
	struct packet whole;

	if (packet->kind != PACKET_FRAGMENT) {
		tunnel = tunnel_open(packet, packet);
		set->tunnels[tunnel]++;
		return tunnel != TUNNEL_NONE;
	}
	if (!set->reassembly)
		set->reassembly = ip_reassembly_new();
	if (!set->reassembly ||
	    !ip_reassembly_add(set->reassembly, packet, time_ns, &whole))
		return false;
	set->reassembled++;
	*packet = whole;
	return true;
}

static void take(struct session_set *set, const struct packet *packet,
		 const struct capture_packet *captured)
{
	if (set->on_packet)
		set->on_packet(set->on_packet_user, packet, captured);
	if (packet->kind == PACKET_IKE) {
		const struct ike_session *session = add_ike(set, packet, captured);

		if (set->on_ike)
			set->on_ike(set->on_ike_user, session, packet, captured);
	} else if (packet->kind == PACKET_ESP || packet->kind == PACKET_UDP_ESP ||
		   packet->kind == PACKET_AH || packet->kind == PACKET_IPCOMP)
		session_add_esp(set, packet, captured);
	else if (packet->kind == PACKET_ICMP)
		session_add_icmp(set, packet, captured);
}

/* Each message that a segment of TCP encapsulation completes. */
static void take_segment(struct session_set *set, struct packet *packet,
			 const struct capture_packet *captured)
{
	struct packet message;

	if (!set->streams)
		set->streams = tcp_streams_new();
	if (!set->streams || !tcp_streams_add(set->streams, packet)) {
		/* RFC 9329 2: the port is its own, its handshake is on it, too. */
		if (packet->src_port == TCP_PORT || packet->dst_port == TCP_PORT)
			packet->kind = PACKET_TCP_ENCAPSULATED;
		return;
	}
	packet->kind = PACKET_TCP_ENCAPSULATED;
	while (tcp_streams_next(set->streams, &message))
		take(set, &message, captured);
}

void session_set_add(struct session_set *set, const struct capture_packet *captured)
{
	uint64_t broken_ike = set->broken_ike;
	struct packet packet;

	note_time(set, captured);
	(void)packet_dissect(captured->link_type, captured->bytes, captured->captured,
			     captured->length, &packet);
	note_unread(set, &packet);
	for (int depth = 0;
	     depth < TUNNEL_DEPTH_MAX && step_inside(set, captured->time_ns, &packet);)
		depth++;
	if (packet.kind == PACKET_UDP && is_nat_t_pair(set, &packet))
		packet_as_nat_t(&packet);
	if (packet.kind == PACKET_TCP)
		take_segment(set, &packet, captured);
	else
		take(set, &packet, captured);
	if (packet.kind == PACKET_IKE && set->broken_ike != broken_ike)
		packet.kind = PACKET_UDP; /* it only has IKE's port */
	session_note_clear(set, &packet);
	set->kinds[packet.kind]++;
	set->cut += packet.is_cut;
	set->malformed += packet.is_malformed;
}
