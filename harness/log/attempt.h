/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * attempt.h - from the lines of a log to the attempts to bring up a tunnel
 *
 * A log of any length is read in constant memory: lines become events, events belong to
 * an attempt (its IKE SA, by the number that the daemon gives it), and attempts that went
 * alike become one kind. How an attempt went is its *signature*: who began, how far it
 * got, and what was said, without times, addresses, names, numbers and IKE version.
 *
 *	initiator asked silent			sent the first message, no answer
 *	responder asked ike-proposal(hash)	refused what it was asked for
 *	initiator child-up			all is well
 */
#ifndef TWINSITE_LOG_ATTEMPT_H
#define TWINSITE_LOG_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/class.h"
#include "log/line.h"

enum log_event {
	LOG_EVENT_NONE,
#define EVENT(name, ...) LOG_##name,
#include "log/events.def"
#undef EVENT
	LOG_EVENTS,
};

const char *log_event_token(enum log_event event);
const char *log_event_means(enum log_event event);
/* CLASS_NONE ends them. */
const enum class_id *log_event_classes(enum log_event event);

enum log_role { LOG_ROLE_UNKNOWN, LOG_INITIATOR, LOG_RESPONDER };

enum log_stage {
	LOG_STAGE_NONE,
	LOG_ASKED,    /* the first message was sent, or came */
	LOG_ANSWERED, /* and its answer */
	LOG_AUTH,     /* identities and proofs were sent, or came */
	LOG_IKE_UP,
	LOG_CHILD_UP,
	LOG_STAGES,
};

/* "initiator", "ike-up": stable. */
const char *log_role_token(enum log_role role);
const char *log_stage_token(enum log_stage stage);

#define LOG_TEXT_MAX	  512
#define LOG_QUOTES_MAX	  8
#define LOG_TOKENS_MAX	  8
#define LOG_VALUES_MAX	  4
#define LOG_ATTEMPTS	  64 /* at the same time; the one that was longest quiet goes */
#define LOG_KINDS	  32
#define LOG_SIGNATURE_MAX 320
#define LOG_STEPS	  256 /* the newest ones are kept */
#define LOG_SPIS	  4
#define LOG_SA_OURS	  (1u << 30) /* numbers that no line has */

struct log_quote {
	size_t line;		 /* from 1 */
	char text[LOG_TEXT_MAX]; /* without secrets (redact.h) */
};

/* A parameter as both ends have it; "": the log does not say. */
struct log_value {
	char setting[48];
	char peer[256], own[256];
};

struct log_token {
	enum log_event event;
	bool is_later;	 /* after a child was up */
	bool is_phase1;	 /* before the IKE SA was */
	char detail[48]; /* "encryption+group" */
};

#define LOG_PAIR_KINDS 3

/* In what two transforms differ that racoon compared: encryption, hash and group. */
struct log_pairing {
	char own[LOG_PAIR_KINDS][24], peer[LOG_PAIR_KINDS][24]; /* "": they do not */
};

struct log_attempt {
	unsigned int sa; /* its number; 0: lines without one */
	char name[64], peer[64];
	int version; /* 1, 2; 0: not said */
	char mode;   /* 'm'ain, 'a'ggressive; 0: neither is said */
	enum log_role role;
	enum log_stage stage;
	struct log_token tokens[LOG_TOKENS_MAX];
	size_t token_count;
	struct log_quote quotes[LOG_QUOTES_MAX];
	size_t quote_count;
	struct log_value values[LOG_VALUES_MAX];
	size_t value_count;
	char pair_name[48]; /* of the pair that is read: "prop#1:trns#1 prop#1:trns#2" */
	struct log_pairing pair, closest; /* that one, and of those before the closest */
	size_t closest_count; /* of settings in which that differs; 0: none yet */
	char received[1024], configured[1024]; /* proposals, as they are written */
	char looked_for[256];
	char notified[32];  /* of the last message in clear: "PLD_MAL" */
	size_t asked_again; /* its newest message was sent once more, so many times */
	char asked[16]; /* the exchange of the newest request of this end: "IKE_AUTH" */
	bool is_later_asked; /* where no line names that: by its number not of phase 1 */
	char addresses[4][40]; /* that its lines name, of a log of no charon's */
	bool is_phase1;	       /* its lines say that they are of phase 1 */
	bool has_messages;     /* its log has them line by line */
	bool has_proved;       /* this end answered IKE_AUTH */
	bool has_psk;	       /* this end proves itself with a pre-shared key */
	bool has_child_asked;  /* in QUICK_MODE or CREATE_CHILD_SA */
	size_t first_line, last_line;
	size_t last_seen; /* the reader's clock */
	char first_time[16], last_time[16];
};

enum log_step_kind {
	LOG_STEP_SENT, /* a message */
	LOG_STEP_GOT,
	LOG_STEP_SAID,	/* anything else that was understood */
	LOG_STEP_CHILD, /* is up */
};

/* What happened at this end, for ladder.h. */
struct log_step {
	enum log_step_kind kind;
	size_t line;
	int64_t ms; /* since the midnight before the log's first time; -1: no time */
	uint32_t spis[LOG_SPIS]; /* of a child, in no order; 0: none */
	char text[160];		 /* a message as it is logged; without secrets */
};

/* Attempts that went alike; `last` is the newest of them. */
struct log_kind {
	char signature[LOG_SIGNATURE_MAX];
	size_t count;
	struct log_attempt last;
	size_t first_line;
	char first_time[16];
};

struct log_reader {
	struct log_attempt attempts[LOG_ATTEMPTS];
	size_t attempt_count;
	struct log_kind kinds[LOG_KINDS]; /* in the order of their last attempt's end */
	size_t kind_count, kinds_lost;
	size_t clock;	     /* lines read; `lines` is the number of the last of them */
	size_t lines, known; /* read, and understood */
	bool is_charon;	     /* lines of charon are in it */
	const char *maker;   /* whose log it is; NULL: nobody's that we know */
	const char *
		likely; /* whose words stand in it, also where none of them tells anything */
	unsigned int last_sa, unnamed;
	bool has_names;	    /* of SAs, in its lines */
	size_t likely_sign; /* how long the sign is that `likely` is taken from */
	bool has_start, has_loaded;
	/* charon: its plugins load; its threads run, so all of them are there */
	bool has_plugins, has_workers;
	bool is_cut; /* of an exchange only a part is in it, and that says nothing */
	struct log_quote start;
	struct log_step steps[LOG_STEPS]; /* a ring */
	size_t step_count;		  /* all of them, also those that are gone */
	int64_t now_ms, first_ms; /* of the last and the first line with a time; -1 */
	struct log_line line;	  /* the one that is read */
	char lowered[LOG_LINE_MAX +
		     1];	    /* charon's words, begun with a small letter again */
	char pending[LOG_LINE_MAX]; /* a line that is not complete yet */
	size_t pending_length;
};

/* ~1.6 MB; log_reader_free() takes NULL. */
struct log_reader *log_reader_new(void);
void log_reader_free(struct log_reader *reader);

/* The next bytes of the log, cut anywhere. */
void log_reader_add(struct log_reader *reader, const char *bytes, size_t length);
/*
 * A whole log that may have its newest line first, as pages of firewalls show it: read from
 * its end when the times say so. Numbers of lines stay those of the text.
 */
void log_reader_add_whole(struct log_reader *reader, const char *bytes, size_t length);
/* The log ends: attempts that are still open become kinds. */
void log_reader_end(struct log_reader *reader);

/* Attempts that are still open become kinds: the daemon starts anew. */
void log_reader_flush(struct log_reader *reader);

/* Does it tell how the attempt went? Not what was overcome, or says nothing of a tunnel. */
bool log_attempt_counts(const struct log_attempt *attempt, const struct log_token *token);
/*
 * The first token that counts; one that says only that something was sent again, or that the
 * peer has not gone on, only where none says why. NULL: there is none.
 */
const struct log_token *log_attempt_cause(const struct log_attempt *attempt);
/* Is there a cause already beside which an event that restates one says nothing? */
bool log_attempt_has_reason(const struct log_attempt *attempt, enum log_event event);

/* What an attempt comes to, as above; never longer than LOG_SIGNATURE_MAX. */
void log_attempt_signature(const struct log_attempt *attempt,
			   char signature[LOG_SIGNATURE_MAX]);

/* The signatures of a whole log, each once and sorted, " + " between; "nothing" for none. */
void log_reader_signature(const struct log_reader *reader, char *ret_text, size_t size);

/* ------------------------------------------------------------ for the grammars */

/* The attempt of that number, a new one if need be. */
struct log_attempt *log_attempt_of(struct log_reader *reader, unsigned int sa);
void log_attempt_add(struct log_reader *reader, struct log_attempt *attempt,
		     enum log_event event, const char *detail);
/* Quote the line that is read, once. */
void log_attempt_quote(struct log_reader *reader, struct log_attempt *attempt);
void log_attempt_value(struct log_attempt *attempt, const char *setting,
		       const struct charon_log_span *peer,
		       const struct charon_log_span *own);
void log_attempt_reach(struct log_attempt *attempt, enum log_stage stage);
/* Which silence it is, by how far the attempt got. */
enum log_event log_silence(const struct log_attempt *attempt);
void log_text_copy(char *ret_text, size_t size, const struct charon_log_span *span);

/* A step of the line that is read; spis: LOG_SPIS of them, NULL: none. */
void log_step_add(struct log_reader *reader, enum log_step_kind kind,
		  const struct charon_log_span *text, const uint32_t *spis);
/* The newest message sent with that in it is sent again. */
void log_step_again(struct log_reader *reader, const char *words);

/* Read the line; false: it says nothing that is known. */
bool log_charon_read(struct log_reader *reader);
bool log_foreign_read(struct log_reader *reader);
/* Of another daemon, without anything in front: only words that nobody else has. */
bool log_foreign_read_bare(struct log_reader *reader);
/* Of a daemon that nobody knows: by the words that all of them use. */
bool log_nobody_read(struct log_reader *reader);
/* Are these words of charon's, although nothing before them says so? */
bool log_charon_knows(const struct charon_log_span *text);

#endif
