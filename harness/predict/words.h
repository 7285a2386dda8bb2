/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - settings and values in each device's own words, for values and fixes */
#ifndef TWINSITE_PREDICT_WORDS_H
#define TWINSITE_PREDICT_WORDS_H

#include "device/fixes.h"
#include "device/language.h"
#include "finding/edit.h"
#include "model/pair.h"
#include "model/site.h"

struct predict_input;
struct finding;

/* What the setting is called on that device: "exchange_mode", "phase1ss". Never NULL. */
const char *words_setting(const struct site *site, enum word word);

/*
 * The line to write. value is a word of ours: "1", "2", "main", "aggressive", a network,
 * an identity, …
 */
struct device_line words_line(struct arena *arena, const struct site *site,
			      const struct tunnel *tunnel, enum word word,
			      const char *value);

/*
 * Lines for one set of algorithms; no text when the device has no word for one of them.
 * own: the proposal that they are to replace, for its names; NULL: none is written.
 */
struct device_line words_proposal(struct arena *arena, const struct site *site,
				  const struct proposal *own,
				  const struct pair_choice *choice, bool is_esp);

/* An identity with its type, as that device writes it. */
struct device_line words_identity(struct arena *arena, const struct site *site,
				  const struct identity *identity, bool is_local,
				  const struct tunnel *tunnel);

/*
 * Add the fix "site: file:line: TEXT" with its edit in the block of that line; nothing
 * without a text.
 */
void words_fix(const struct predict_input *input, struct finding *finding,
	       const struct site *site, const struct origin *at, struct device_line line);

/* How the device puts right what is no setting of a tunnel; never NULL. */
const struct device_fixes *words_fixes(const struct site *site);

/* Add the fix "site: TEXT" with its edit there; nothing without a text. */
void words_place(const struct predict_input *input, struct finding *finding,
		 const struct site *site, struct device_line line, enum edit_place place,
		 struct origin at);

/* The same as words_fix() for a text that is prose. */
void words_advise(const struct predict_input *input, struct finding *finding,
		  const struct site *site, const struct origin *at, const char *text);

#endif
