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

/*
 * The line to write, "option keyexchange 'ikev1'"; NULL when the device cannot say it.
 * value is a word of ours: "1", "2", "main", "aggressive", a network, an identity, …
 */
const char *words_line(struct arena *arena, const struct site *site,
		       const struct tunnel *tunnel, enum word word, const char *value);

/*
 * Lines for one set of algorithms; NULL when the device has no word for one of them.
 * own: the proposal that they are to replace, for its names; NULL: none is written.
 */
const char *words_proposal(struct arena *arena, const struct site *site,
			   const struct proposal *own, const struct pair_choice *choice,
			   bool is_esp);

/* An identity with its type, as that device writes it. */
const char *words_identity(struct arena *arena, const struct site *site,
			   const struct identity *identity, bool is_local,
			   const struct tunnel *tunnel);

/* Add the fix "site: file:line: LINE", or nothing when line is NULL. */
void words_fix(const struct predict_input *input, struct finding *finding,
	       const struct site *site, const struct origin *at, const char *line);

#endif
