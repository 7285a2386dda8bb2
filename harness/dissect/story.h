/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * story.h - what an IKE SA in a capture tells: who, what was agreed, what went wrong
 *
 * Facts only from the wire (and the keys given). Notes carry the ids of
 * failures.md (F05, …) where an observation has known causes.
 */
#ifndef TWINSITE_DISSECT_STORY_H
#define TWINSITE_DISSECT_STORY_H

#include "base/arena.h"
#include "dissect/proof.h"
#include "dissect/session.h"
#include "finding/class.h"

struct buf;

enum story_level {
	STORY_INFO,
	STORY_WARNING,
	STORY_ERROR,
};

struct story_note {
	enum story_level level;
	uint32_t frame;		  /* 0: about the whole */
	uint16_t notify;	  /* type of the error that it explains; 0: none */
	const char *text;	  /* a sentence */
	struct class_set classes; /* what it may be; empty: no failure of failures.md */
};

struct story_reason {
	const char *text;
};

/* One end of the SA. */
struct story_peer {
	struct inet_addr addr;
	uint16_t port;
	const char *device;	 /* "Juniper SRX or ScreenOS", or "unknown" */
	unsigned int confidence; /* percent */
	VEC(struct story_reason) reasons;
	const char *identity; /* "ID_FQDN bratwurst"; NULL: not seen */
	bool has_dpd, has_xauth, has_fragmentation;
	bool is_natted;	    /* its NAT-D hash is not that of the address seen */
	bool has_nat_d;	    /* it sent any, and they could be checked */
	const char *nat_t;  /* "RFC 3947", "drafts 02, 03"; NULL: none offered */
	struct proof proof; /* that it knows the pre-shared key */
	char habits[24];    /* private to story_device.c: what it sends, in its order */
};

/* What one end of a child covers: addresses from first to last, both included. */
struct story_network {
	struct inet_addr first, last;
	uint8_t protocol;	  /* 0: any */
	uint16_t port, last_port; /* 0 to 65535: any */
};

struct story_networks {
	VEC(struct story_network) list; /* empty: not seen, or no addresses */
};

struct story_child {
	uint32_t frame;
	uint32_t message_id;
	const char *offered, *chosen;		      /* NULL: not seen */
	const char *selector_i, *selector_r;	      /* as chosen, else as offered */
	struct story_networks networks_i, networks_r; /* the same as addresses */
	unsigned int pfs_group;			      /* from the KE payload; 0: no PFS */
	bool is_rekey;
};

struct ike_story {
	struct arena *arena;
	const struct ike_session *session; /* borrowed */
	uint8_t exchange; /* IKEv1: of phase 1, V1_EXCHANGE_…; 0: not seen, or IKEv2 */
	const char *mode; /* "IKEv1, main mode", "IKEv1, aggressive mode", "IKEv2" */
	struct story_peer peers[2];   /* initiator, responder */
	const char *offered, *chosen; /* IKE proposals; NULL: not seen */
	uint32_t offered_count;	      /* transforms (IKEv1) or proposals */
	int64_t lifetime_s;	      /* of the IKE SA, IKEv1 as chosen; 0: not said */
	uint32_t up_frame; /* the message that completes phase 1; 0: it is not up */
	bool is_up;	   /* traffic can flow: a CHILD SA, or ESP; and no dead peer */
	const char *outcome; /* "up: phase 1 is complete, …", "not up: it ends with …" */
	VEC(struct story_child) children;
	VEC(struct story_note) notes;
};

/* Never NULL; free with story_free(). */
struct ike_story *story_of(const struct session_set *set,
			   const struct ike_session *session);
void story_free(struct ike_story *story);

/*
 * What came of checking a payload (HASH, AUTH) of a step: "verified", "does not verify";
 * NULL when it was not checked.
 */
const char *story_checked(const struct ike_story *story, const struct ike_step *step,
			  const struct ike_message *message,
			  const struct ike_payload *payload);

/* Nobody sends again sooner: the same packet was captured twice (Linux's "any"). */
#define STORY_REPEAT_S 0.2

/* What an encrypted answer of IKEv2 has room for at most, by the cipher of its SA. */
enum story_room {
	STORY_ROOM_NOTIFY,   /* neither for AUTH nor, in CREATE_CHILD_SA, for a nonce */
	STORY_ROOM_NO_CHILD, /* for that, and not for an SA with its networks */
	STORY_ROOM_ALL,
};

/* What was sent of it, also where less was captured. */
size_t story_length_of(const struct ike_step *step);

/* In story_room.c. A fragment's message has room for all. */
enum story_room story_room_of(const struct ike_session *session,
			      const struct ike_step *step);

/*
 * In story_room.c: a request that may be AUTH and hardly more, as the last one of EAP is.
 * True, where the cipher is not known.
 */
bool story_is_auth_alone(const struct ike_session *session, const struct ike_step *step);

/*
 * In story_auth.c: the number of the message by which IKE_AUTH is complete, or of what only
 * follows then; 0: none.
 */
uint32_t story_auth_frame(const struct ike_session *session);

/*
 * In story_auth.c: what the initiator sends at once behind the answer of IKE_AUTH, cannot be
 * read, and is the last exchange; NULL: there is none.
 */
const struct ike_step *story_refusal_of_answer(const struct ike_session *session);

/* In story_outcome.c: an encrypted response without room for what it would agree to. */
bool story_is_error_by_length(const struct ike_session *session,
			      const struct ike_step *step);

/*
 * In story_notify.c: does the message say in clear that something is wrong (RFC 7296 3.10.1
 * types up to 16383, RFC 2408 3.14.1 up to 8191)?
 */
bool story_has_error(const struct ike_message *message);

/*
 * In story_outcome.c: the responder's answer, in clear, with which the exchange of keys is
 * done and the initiator goes on: it has an SPI and a KE (resumption: a nonce), and no error.
 */
bool story_is_key_answer(const struct ike_session *session, const struct ike_step *step);

/*
 * In story_outcome.c: may messages that end its negotiation be those of which only the first
 * fragments are in the capture? Behind a refusal only such as come after it.
 */
bool story_may_end_in_fragments(const struct session_set *set,
				const struct ike_session *session);

/* For story_outcome.c: what became of it; sets up_frame and outcome. */
void story_add_outcome(struct ike_story *story, const struct session_set *set);
/* In story_traffic.c. Between the two ends of an SA, from the first to the second? */
bool story_is_between(const struct ike_session *session, const struct inet_addr *a,
		      const struct inet_addr *b);
/* ESP or AH between the two ends, of whichever SA? */
bool story_has_esp(const struct session_set *set, const struct ike_session *session);
/*
 * Packets with the first number of all, from the initiator (is_there) or to it: of an SA
 * that was made since this one began.
 */
bool story_has_new_esp(const struct session_set *set, const struct ike_session *session,
		       bool is_there);
/* "; ESP goes between the two in both directions" */
void story_say_flows(const struct session_set *set, const struct ike_session *session,
		     struct buf *out);
/* The number of the message by which the SA is up, 0: none. */
uint32_t story_up_frame(const struct ike_session *session);

/* Main or aggressive mode, IKE_SA_INIT. */
bool story_is_first_phase(const struct ike_message *message);

/* In story_device.c: vendor ids and habits of each message; then, who is it? */
void story_learn_device(struct ike_story *story, const struct ike_step *step,
			const struct ike_message *message);
void story_guess_devices(struct ike_story *story, const struct session_set *set);
/* In story_backoff.c: of a responder that nothing else names. */
void story_guess_by_backoff(struct ike_story *story, const struct session_set *set);

/* In story_notify.c: what an error notify means. The second phase: children, behind
 * the first quick mode or the answer of IKE_AUTH. */
void story_note_notify(struct ike_story *story, const struct ike_step *step,
		       const struct ike_message *message,
		       const struct ike_payload *payload, bool is_second_phase);

/* What the SA ends with, asked again and again and never answered. */
struct story_cry {
	const struct ike_step *first; /* borrowed from the session */
	uint32_t times;
	int64_t last_ns;
	bool is_guess; /* IKEv1: nobody can read it */
};

/* In story_cry.c: false: there is none, or something still comes from the other end. */
bool story_last_cry(const struct session_set *set, const struct ike_session *session,
		    struct story_cry *ret);
void story_note_cry(struct ike_story *story, const struct session_set *set);

/* For story_silence.c: what was not said, or said by nothing that can be read. */
void story_add_silences(struct ike_story *story, const struct session_set *set);

/* In story_moves.c: other addresses, other ports, fragments that are missing. */
void story_add_moves(struct ike_story *story);
/* One of the fragments of an IKEv2 message (RFC 7383). */
bool story_is_fragment(const struct ike_step *step);
/* How many fragments of its message are not in the capture; 0 where it is none. */
unsigned int story_fragments_missing(const struct ike_session *session,
				     const struct ike_step *step);

/* What a decrypted CP payload of IKEv1 says about XAUTH. */
void story_note_config(struct ike_story *story, const struct ike_step *step,
		       const struct ike_message *message,
		       const struct ike_payload *payload);

/* For story_notes.c: what the messages mean. */
void story_add_notes(struct ike_story *story, const struct session_set *set);
void story_note(struct ike_story *story, enum story_level level, uint32_t frame,
		const struct class_set *classes, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
