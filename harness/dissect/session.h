/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - packets sorted into conversations: IKE SAs and ESP flows
 *
 * Feed it every packet of a capture in order; it dissects, reassembles fragments,
 * decrypts what the keyring allows, verifies hashes against the pre-shared keys,
 * and keeps the messages of each IKE SA without repetitions. Memory is bounded
 * whatever the capture holds: beyond the limits things are counted, not kept.
 */
#ifndef TWINSITE_DISSECT_SESSION_H
#define TWINSITE_DISSECT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"
#include "dissect/esp.h"
#include "dissect/esp_inside.h"
#include "dissect/ike.h"
#include "dissect/ikev1_crypto.h"
#include "dissect/ip.h"
#include "dissect/ipcomp.h"
#include "dissect/tcp_stream.h"
#include "dissect/tunnel.h"

struct capture_packet;
struct crypto;
struct keyring;
struct session_clear;
struct session_index;

#define SESSIONS_MAX	   1024
#define SESSION_STEPS_MAX  512
#define STEP_GAPS_MAX	   8
#define SESSION_BYTES_MAX  (64u << 20) /* of messages kept, over all sessions */
#define SESSION_ITEM_BYTES 64 /* counted for each payload, transform, … of them */
#define ESP_FLOWS_MAX	   4096
#define ICMP_ERRORS_MAX	   64
#define NAT_T_PAIRS_MAX	   64
#define UNREADS_MAX	   32

enum step_plain {
	STEP_CLEAR,	/* was never encrypted */
	STEP_DECRYPTED, /* and, in IKEv2, authenticated */
	STEP_FORGED,	/* IKEv2: decrypted, but the ICV is wrong */
	STEP_NO_KEY,
	STEP_WRONG_KEY, /* a key was there and gave no sense */
	STEP_CUT,	/* captured only in part: no key can open it */
	STEP_NO_START,	/* IKEv1: the capture begins too late, no IV can be known */
	STEP_FRAGMENT,	/* one of several, decrypted; the last one holds the whole */
};

enum step_hash {
	STEP_HASH_UNKNOWN, /* has none, or SKEYID_a is not known */
	STEP_HASH_RIGHT,
	STEP_HASH_WRONG,
};

/* One message; its repetitions are counted here. */
struct ike_step {
	uint32_t frame; /* number within the capture, from 1 */
	unsigned int interface;
	int64_t time_ns, last_ns;	/* of the first and the last time it was seen */
	uint32_t repeats;		/* times it was sent again */
	uint16_t gap_ds[STEP_GAPS_MAX]; /* after so many tenths of a second each */
	uint32_t copies;		/* times the same packet was captured once more */
	uint32_t folded; /* quiet messages behind it, each answered; counted only */
	/* Behind it so many messages more, in so many cycles like the steps before it. */
	uint32_t alike, cycles, cycle_steps;
	uint64_t shape;		/* of its cycle; private, 0: not known yet */
	uint32_t lost;		/* messages behind it that were not kept, of any kind */
	bool is_from_initiator; /* of the IKE SA */
	bool is_nat_t;		/* UDP or TCP behind the non-ESP marker */
	bool is_tcp;		/* RFC 9329 */
	bool is_cut;
	struct inet_addr src, dst;
	uint16_t src_port, dst_port;
	uint64_t digest;    /* for comparing; private */
	struct slice bytes; /* the message; of IKEv1 fragments the last one has all */
	struct slice sent;  /* what was sent when that is something else; private */
	bool is_joined;	    /* an IKEv1 fragment that became part of a message; private */
	enum step_plain state;
	enum step_hash hash; /* IKEv1, behind phase 1 */
	uint8_t plain_first; /* type of the first payload in plain */
	struct slice plain;  /* decrypted payload chain */
};

enum psk_verdict {
	PSK_NOT_SEEN, /* no hash in the capture that could be checked */
	PSK_NOT_GIVEN,
	PSK_RIGHT,
	PSK_WRONG, /* none of those given */
};

struct ike_session {
	struct arena *arena;
	uint64_t spi_i, spi_r;
	uint8_t version;     /* 1 or 2 */
	bool is_late;	     /* the capture begins in the middle */
	bool are_roles_sure; /* a message told who began; else it is a guess */
	struct inet_addr initiator, responder;
	uint16_t initiator_port, responder_port; /* latest */
	int64_t first_ns, last_ns;
	VEC(struct ike_step) steps;
	uint32_t steps_lost;	 /* not kept, and neither quiet pairs nor alike */
	uint32_t alike_children; /* quick modes or CREATE_CHILD_SAs in cycles, complete */
	struct ikev1_sa v1;
	enum psk_verdict psk_i, psk_r;	       /* the initiator's hash, the responder's */
	const char *psk_label_i, *psk_label_r; /* of the ones that are right */
	bool has_derived; /* keys from exponents were tried; private */
	size_t bytes;	  /* kept; private */
};

/* How soon the same packet is seen again when it is captured twice. */
#define SESSION_COPY_NS 5000000LL

/* A packet of a flow, to tell when it is captured once more. */
struct esp_recent {
	uint32_t sequence;
	uint64_t tail;	 /* its length and its last octets */
	int64_t time_ns; /* 0: there was none */
};

struct esp_flow {
	unsigned int interface;
	enum packet_kind kind; /* PACKET_ESP, PACKET_UDP_ESP, PACKET_AH, PACKET_IPCOMP */
	bool is_tcp;	       /* PACKET_UDP_ESP, but in TCP (RFC 9329) */
	struct inet_addr src, dst;
	uint16_t src_port, dst_port;	       /* PACKET_UDP_ESP: of the first packet */
	uint16_t last_src_port, last_dst_port; /* of the last: a NAT forgets */
	uint32_t spi;			       /* PACKET_IPCOMP: its CPI */
	int64_t first_ns, last_ns;
	uint64_t packets, bytes; /* of the ESP payload */
	uint32_t first_sequence;
	uint64_t highest; /* sequence number */
	uint64_t missing; /* numbers skipped and not seen later; see
			     session_flow_has_siblings() */
	uint64_t copies;  /* packets captured once more, not counted otherwise */
	struct esp_recent recent[16]; /* private */
	uint64_t backward; /* packets with a number not above the highest: late or
			      replayed */
	uint64_t status[ESP_STATUS_COUNT];
	const struct esp_key *key;	      /* as it was then; NULL: none fits */
	uint64_t ipcomp[IPCOMP_STATUS_COUNT]; /* packets that were compressed */
	uint16_t cpi;			      /* of the last one */
	struct esp_inside *inside; /* what it carries; NULL: nothing was opened */
};

/* An ICMP error about an IKE or ESP packet: who refused what. */
struct icmp_error {
	uint32_t frame;
	int64_t time_ns;
	struct inet_addr from, about_src, about_dst;
	uint16_t about_port;	    /* UDP destination port, 0: ESP */
	uint8_t family, type, code; /* family: 4 or 6 */
	uint32_t mtu; /* of the next link, as it says: RFC 1191, RFC 4443 3.2; 0: none */
	uint32_t count;
};

/* A decrypted packet, for checks; all borrowed until the function returns. */
struct inner_packet {
	uint32_t frame;
	int64_t time_ns;
	unsigned int interface;
	const struct packet *outer;
	const struct esp_result *esp;
	const struct packet *packet; /* decompressed, too; NULL: none could be read */
};

struct session_set {
	struct arena *arena;
	struct crypto *crypto;	 /* borrowed; NULL: nothing is decrypted */
	struct keyring *keyring; /* borrowed; NULL: no keys */
	struct ip_reassembly *reassembly;
	struct tcp_streams *streams; /* made when first needed */
	struct ipcomp *ipcomp;	     /* made when first needed */
	struct ike_message message;  /* scratch */
	uint8_t *buffer;	     /* scratch, see session_buffer() */
	size_t buffer_room;
	unsigned int inside_depth; /* of ESP in ESP; private */
	uint32_t frames;	   /* so many packets */
	uint32_t frame;		   /* number of the one being read */
	int64_t first_ns, last_ns; /* the earliest and the latest time of a packet */
	int64_t backward_ns; /* how far at most a packet is older than one before it */
	uint64_t kinds[PACKET_KIND_COUNT];
	/* Packets by what we do not read of them; those of further numbers. */
	uint32_t unreads;
	struct {
		enum link_unread what;
		uint32_t number;
		uint64_t packets;
	} unread[UNREADS_MAX];
	uint64_t unread_others;
	uint64_t tunnels[TUNNEL_KIND_COUNT]; /* taken off, by kind */
	uint64_t cut, malformed, reassembled;
	/* On IKE's ports and none; captured too short to tell. */
	uint64_t broken_ike, cut_ike;
	uint64_t ike_messages, ike_repeats;
	uint32_t secrets; /* shared secrets computed from exponents; private */
	uint32_t sessions;
	struct ike_session *session[SESSIONS_MAX];
	uint64_t sessions_lost;
	size_t bytes;
	VEC(struct esp_flow) flows;
	uint64_t flows_lost;
	struct session_clear *clear; /* what came before any IPsec; NULL: nothing */
	uint32_t icmp_errors;
	struct icmp_error icmp_error[ICMP_ERRORS_MAX];
	uint64_t icmp_errors_lost, nat_t_pairs_lost; /* of further kinds, further pairs */
	uint32_t nat_t_pairs;
	struct {
		struct inet_addr a, b;
		uint16_t a_port, b_port;
	} nat_t_pair[NAT_T_PAIRS_MAX];
	struct session_index *index; /* private */
	/* Called for each ESP packet when there are keys; may be NULL. */
	void (*on_inner)(void *user, const struct inner_packet *inner);
	void *on_inner_user;
	/*
	 * Called for each IKE message behind reading it; session: its SA, NULL when it is
	 * none. May be NULL.
	 */
	void (*on_ike)(void *user, const struct ike_session *session,
		       const struct packet *packet,
		       const struct capture_packet *captured);
	void *on_ike_user;
	/* Called for each whole packet, out of its tunnels, before it is read; or NULL. */
	void (*on_packet)(void *user, const struct packet *packet,
			  const struct capture_packet *captured);
	void *on_packet_user;
};

/* Both may be NULL. Never returns NULL. */
struct session_set *session_set_new(struct crypto *crypto, struct keyring *keyring);
void session_set_free(struct session_set *set); /* NULL is fine; wipes */

static inline void session_set_freep(struct session_set **set)
{
	session_set_free(*set);
}

/* The next packet of the capture. */
void session_set_add(struct session_set *set, const struct capture_packet *captured);

/* Was there anything at all that we read: IP, or ARP? An empty capture has nothing. */
bool session_set_has_read(const struct session_set *set);

/* Dissect a kept message again, with its decrypted payloads. */
void session_step_message(const struct ike_step *step, struct ike_message *ret);

/* "ESP", "ESP in UDP", "ESP in TCP", "AH" … */
const char *session_flow_name(const struct esp_flow *flow);

/*
 * Does the same sender use the same SPI towards somebody else? Then one SA may serve all
 * of them (a manual SA, a group's), and its sequence numbers are spread over the flows:
 * what is missing in one of them may be in another.
 */
bool session_flow_has_siblings(const struct session_set *set,
			       const struct esp_flow *flow);

/* "wrong ICV": of ESP or AH, whichever the flow is. */
const char *session_flow_status_text(const struct esp_flow *flow, enum esp_status status);

/*
 * Is what is seen again so soon the same packet, captured twice? Not where times are all
 * zero: somebody took them out.
 */
bool session_is_copy(int64_t time_ns, int64_t before_ns);

/* Scratch for at least `length` bytes of plain text; good until the next call. */
uint8_t *session_buffer(struct session_set *set, size_t length);

/* The SA payload's chosen transform, IKEv1: fills sa->hash and sa->encr. */
void session_ikev1_choose(struct ikev1_sa *sa, const struct ike_message *message,
			  const struct ike_payload *payload);

#endif
