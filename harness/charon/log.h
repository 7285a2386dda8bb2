/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - lines of charon's log, and what they mean
 *
 * The responder's log is the one witness that knows why a negotiation failed
 * (failures.md §0). Pure: lines in, facts out. Nothing is allocated; all spans point
 * into the caller's line. A log is not trusted input: peers choose identities in it.
 */
#ifndef TWINSITE_CHARON_LOG_H
#define TWINSITE_CHARON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the line, not NUL-terminated. */
struct charon_log_span {
	const char *s; /* NULL: none */
	size_t length;
};

/* "1700000000.123 07[IKE] <home|1> initiating Main Mode …", time and name optional. */
struct charon_log_line {
	int64_t time_us; /* since the epoch; -1: the line has none */
	unsigned int thread;
	char subsystem[4];		   /* "IKE" */
	struct charon_log_span connection; /* "home" of "<home|1>", with ike_name = yes */
	unsigned int unique_id;		   /* 1 of it; 0: none */
	struct charon_log_span message;
};

/* 0, or -EINVAL when it is no log line (a continuation, another program's output). */
int charon_log_parse(const char *bytes, size_t length, struct charon_log_line *ret_line);

/* What a message says: devices.md §5.3, failures.md. The table in log.c has the texts. */
enum charon_log_fact {
	CHARON_LOG_NONE, /* nothing that we know */
	/* how it went */
	CHARON_LOG_INITIATING,	      /* [1] mode or "IKE_SA", [2] peer address */
	CHARON_LOG_RESPONDING,	      /* [1] peer address, [2] mode */
	CHARON_LOG_PROPOSAL_SELECTED, /* [1] "IKE:AES_CBC_128/…" or "ESP:…" */
	CHARON_LOG_IKE_ESTABLISHED,   /* [1] own address and id, [2] the peer's */
	CHARON_LOG_CHILD_ESTABLISHED, /* as CLOSED, and [4] "a === b" */
	CHARON_LOG_CHILD_CLOSED,      /* [1] child, [2] SPI in, [3] SPI out */
	CHARON_LOG_IKE_DELETED,	      /* [1] connection */
	CHARON_LOG_REKEY_FAILED,
	CHARON_LOG_REKEYED, /* [1] child or connection */
	/* proposals */
	CHARON_LOG_PROPOSALS_RECEIVED,	 /* [1] list */
	CHARON_LOG_PROPOSALS_CONFIGURED, /* [1] list */
	CHARON_LOG_NO_PROPOSAL,
	CHARON_LOG_NO_CHILD_PROPOSAL,
	CHARON_LOG_DH_UNSUPPORTED,  /* [1] group */
	CHARON_LOG_KE_OTHER_GROUP,  /* aggressive mode: the key is for another group than
				       the one chosen; [1] bytes, [2] group */
	CHARON_LOG_DH_UNACCEPTABLE, /* [1] guessed, [2] wanted group; not a fault by
				       itself */
	CHARON_LOG_CIPHER_UNSUPPORTED, /* [1] cipher; ours, its plugin is missing */
	CHARON_LOG_KDF_UNSUPPORTED,    /* [1] PRF; ours, kdf plugin missing */
	/* configuration not found */
	CHARON_LOG_NO_IKE_CONFIG, /* [1] own, [2] peer's address */
	CHARON_LOG_NO_PEER_CONFIG,
	CHARON_LOG_LOOKING_FOR_PEER, /* [1] "A...B[id]" */
	CHARON_LOG_MODE_REFUSED,     /* [1] mode that was asked for: Main, Aggressive */
	CHARON_LOG_AGGRESSIVE_DISABLED,
	CHARON_LOG_ID_MATCH, /* cfg=3: [1] local|remote, [2] score, [3] type, [4] hex */
	CHARON_LOG_PEER_ID_DIFFERS, /* [1] received, [2] configured */
	/* authentication */
	CHARON_LOG_NO_SHARED_KEY,  /* [1] own, [2] peer's */
	CHARON_LOG_HASH_WRONG,	   /* aggressive mode: pre-shared key differs */
	CHARON_LOG_DECRYPT_FAILED, /* main mode: pre-shared key differs */
	CHARON_LOG_MAC_MISMATCH, /* IKEv2: "tried N shared keys … but MAC mismatched"; [1]
				    N */
	CHARON_LOG_AUTH_OF_FAILED, /* [1] identity */
	/* traffic selectors */
	CHARON_LOG_NO_CHILD_CONFIG, /* [1] remote, [2] local selectors, by the peer */
	CHARON_LOG_TS_UNACCEPTABLE,
	CHARON_LOG_POLICY_OUT_MISSING, /* esp=2: [1] source, [2] destination */
	CHARON_LOG_POLICY_IN_VIOLATED, /* libipsec: [1] source, [2] destination */
	CHARON_LOG_NO_OUTBOUND_SA,
	/* notifies */
	CHARON_LOG_NOTIFY_RECEIVED, /* [1] NO_PROPOSAL_CHOSEN and so on */
	CHARON_LOG_INITIAL_CONTACT, /* a duplicate was destroyed; [1] peer identity */
	/* silence */
	CHARON_LOG_RETRANSMIT, /* [1] N, [2] message id */
	CHARON_LOG_GAVE_UP,    /* [1] N */
	CHARON_LOG_PEER_SILENT,
	CHARON_LOG_RETRANSMIT_RECEIVED,
	CHARON_LOG_HALF_OPEN_DELETED, /* [1] peer address */
	CHARON_LOG_DPD_TIMEOUT,
	CHARON_LOG_QUICK_MODE_EARLY,
	/* names */
	CHARON_LOG_RESOLVE_FAILED,   /* [1] name */
	CHARON_LOG_INITIATE_ABORTED, /* [1] name */
	/* lifetimes, notes */
	CHARON_LOG_LIFETIME_DIFFERS, /* phase 1: [1] received, [2] configured seconds */
	CHARON_LOG_CHILD_LIFETIME_DIFFERS, /* [1] received, [2] configured seconds */
	CHARON_LOG_IPCOMP_REFUSED,
	CHARON_LOG_DPD_UNSUPPORTED,
	CHARON_LOG_BEHIND_NAT, /* [1] local|remote; always there on libipsec */
	CHARON_LOG_UNIQUENESS, /* [1] mode or peer */
	/* loading */
	CHARON_LOG_ALG_UNKNOWN,	     /* [1] word */
	CHARON_LOG_PROPOSAL_SKIPPED, /* [1] proposal string */
	CHARON_LOG_CONFIG_DISCARDED, /* [1] option */
	CHARON_LOG_TS_MISSING,	     /* [1] "local/remote" */
	/* the simulator's own trouble, never a config's: see failures.md §5 */
	CHARON_LOG_UPDOWN_LINE,	 /* a line of an updown script failed: [1] number */
	CHARON_LOG_UPDOWN_ENDED, /* [1] status of the script when the SA came up */
	CHARON_LOG_UPDOWN_SAID,	 /* [1] anything else that it printed */

	CHARON_LOG_KERNEL_SAD_FAILED,
	CHARON_LOG_KERNEL_SPD_FAILED,
	CHARON_LOG_KERNEL_NETLINK_ERROR, /* [1] text */
	CHARON_LOG_ROUTE_FAILED,	 /* [1] what */
	CHARON_LOG_PLUGIN_FAILED,	 /* [1] plugin */
	CHARON_LOG_FACT_COUNT,
};

#define CHARON_LOG_CAPTURES 4

struct charon_log_match {
	enum charon_log_fact fact;
	struct charon_log_span capture[CHARON_LOG_CAPTURES]; /* [1] of the table is [0] */
};

/*
 * Does a message fit a pattern? '*' captures any text, '~' passes over any; both end at
 * the first place where what follows fits, so it takes time in proportion to the message.
 */
bool charon_log_fits(const char *pattern, const struct charon_log_span *message,
		     struct charon_log_span capture[CHARON_LOG_CAPTURES]);

/* Compare a message with the table of known texts. false: none fits. */
bool charon_log_match(const struct charon_log_span *message,
		      struct charon_log_match *ret_match);

/* "no-proposal": the fact's word in evidence; stable. */
const char *charon_log_fact_name(enum charon_log_fact fact);

/*
 * Is this line the simulator's own trouble (a kernel without ESP, a missing plugin)
 * that would look like a peer's refusal on the wire?
 */
bool charon_log_fact_is_ours(enum charon_log_fact fact);

#endif
