/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - settings and values in each device's own words, for values and fixes */
#ifndef TWINSITE_PREDICT_WORDS_H
#define TWINSITE_PREDICT_WORDS_H

#include "model/pair.h"
#include "model/site.h"

struct predict_input;
struct finding;

enum word {
	WORD_VERSION,
	WORD_MODE,
	WORD_PEER,
	WORD_LOCAL_ID,
	WORD_REMOTE_ID,
	WORD_AUTH,
	WORD_SECRET,
	WORD_IKE_PROPOSAL,
	WORD_ESP_PROPOSAL,
	WORD_PFS,
	WORD_NETWORKS,
	WORD_START,
	WORD_IKE_LIFETIME,
	WORD_CHILD_LIFETIME,
	WORD_DPD,
	WORD_NAT_T,
	WORD_IPCOMP,
	WORD_COUNT,
};

/* Do its tunnels stand in ipsec.conf? Then that is how lines for it are written. */
bool words_are_ipsec_conf(const struct site *site);

/* What the setting is called on that device: "exchange_mode", "phase1ss". Never NULL. */
const char *words_setting(const struct site *site, enum word word);

/* What to write: for people, and for a program (finding/edit.h). */
struct words_line {
	const char
		*text; /* "option keyexchange 'ikev1'"; NULL: the device cannot say it */
	const char
		*edit; /* statements in its language; NULL: text leaves something open */
};

/* A statement that needs no other words. */
struct words_line words_statement(const char *statement);

/*
 * The line to write. value is a word of ours: "1", "2", "main", "aggressive", a network,
 * an identity, …
 */
struct words_line words_line(struct arena *arena, const struct site *site,
			     const struct tunnel *tunnel, enum word word,
			     const char *value);

/*
 * Lines for one set of algorithms; no text when the device has no word for one of them.
 * own: the proposal that they are to replace, for its names; NULL: none is written.
 */
struct words_line words_proposal(struct arena *arena, const struct site *site,
				 const struct proposal *own,
				 const struct pair_choice *choice, bool is_esp);

/* An identity with its type, as that device writes it. */
struct words_line words_identity(struct arena *arena, const struct site *site,
				 const struct identity *identity, bool is_local,
				 const struct tunnel *tunnel);

/*
 * Add the fix "site: file:line: TEXT" with its edit in the block of that line; nothing
 * without a text.
 */
void words_fix(const struct predict_input *input, struct finding *finding,
	       const struct site *site, const struct origin *at, struct words_line line);

/* The same for a text that is prose. */
void words_advise(const struct predict_input *input, struct finding *finding,
		  const struct site *site, const struct origin *at, const char *text);

#endif
