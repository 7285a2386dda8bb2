// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conf_proposal.c - a device's proposals in strongSwan's words
 *
 * strongSwan sends of each IKEv1 proposal only the first algorithm of a kind, so
 * alternatives are multiplied out there: ciphers first, then hashes, then groups. In
 * IKEv2 a proposal holds alternatives (RFC 7296 3.3). What strongSwan refuses to load
 * is refused here in advance, by the rules of its check_proposal().
 */
#include "charon/conf_proposal.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "charon/conf.h"
#include "ipsec/meant.h"
#include "model/pair.h"

#define ROUNDS_MAX 4096 /* combinations looked at, duplicates included */

/* The lists of a proposal, in the order of strongSwan's words. */
enum { LIST_ENCR, LIST_INTEG, LIST_PRF, LIST_DH, LIST_COUNT };

struct list {
	enum alg_kind kind;
	const struct proposal_alg *items;
	size_t count;
};

static void lists_of(const struct proposal *proposal, struct list lists[LIST_COUNT])
{
	lists[LIST_ENCR] = (struct list){ ALG_KIND_ENCR, proposal->encr.items,
					  proposal->encr.count };
	lists[LIST_INTEG] = (struct list){ ALG_KIND_INTEG, proposal->integ.items,
					   proposal->integ.count };
	lists[LIST_PRF] =
		(struct list){ ALG_KIND_PRF, proposal->prf.items, proposal->prf.count };
	lists[LIST_DH] =
		(struct list){ ALG_KIND_DH, proposal->dh.items, proposal->dh.count };
}

static void refuse(struct conf_words *words, const char *reason, const struct origin *at)
{
	words->refusal = reason;
	words->refusal_at = *at;
}

/* A word that strongSwan does not know spoils the proposal, and that the connection. */
static bool has_unknown_word(struct conf_words *words, struct arena *arena,
			     const struct list lists[LIST_COUNT])
{
	for (size_t i = 0; i < LIST_COUNT; i++) {
		for (size_t j = 0; j < lists[i].count; j++) {
			const struct proposal_alg *item = &lists[i].items[j];
			const char *word = item->word ? item->word : "";
			const char *near[ALG_MEANT_MAX];
			_cleanup_buf_ struct buf text = { 0 };

			if (item->alg && item->alg->keyword)
				continue;
			alg_meant_format(near, alg_meant(lists[i].kind, word, near),
					 &text);
			refuse(words,
			       arena_printf(arena, "strongSwan knows no %s '%s'%s%s%s",
					    alg_kind_name(lists[i].kind), word,
					    text.length ? ", did you mean " : "",
					    buf_text(&text), text.length ? "?" : ""),
			       &item->at);
			return true;
		}
	}
	return false;
}

static bool is_aead(const struct list *encr)
{
	return encr->count > 0 && encr->items[0].alg->is_aead;
}

/* strongSwan's own rules on what a proposal must have. */
static bool lacks_something(struct conf_words *words, const struct proposal *proposal)
{
	const char *reason = pair_proposal_refusal(
		proposal, words->protocol == CONF_PROTOCOL_IKE, words->needs_prf);

	if (reason)
		refuse(words, reason, &proposal->at);
	return reason != NULL;
}

static void word_add(struct conf_words *words, struct arena *arena, bool is_ah,
		     const struct buf *text)
{
	const char *const *items = is_ah ? words->ah_words.items : words->words.items;
	size_t count = is_ah ? words->ah_words.count : words->words.count;

	for (size_t i = 0; i < count; i++) {
		if (str_equal(items[i], buf_text(text)))
			return;
	}
	if (words->words.count + words->ah_words.count >= CONF_PROPOSALS_MAX)
		words->is_cut = true;
	else if (is_ah)
		vec_add(arena, &words->ah_words, arena_strdup(arena, buf_text(text)));
	else
		vec_add(arena, &words->words, arena_strdup(arena, buf_text(text)));
}

static void text_add(struct buf *text, const char *keyword)
{
	if (text->length > 0)
		buf_putc(text, '-');
	buf_puts(text, keyword);
}

/* PRFs are no part of ESP, and in IKEv1 the hash is the PRF. */
static bool is_list_used(const struct conf_words *words, const struct proposal *proposal,
			 size_t list)
{
	if (list == LIST_PRF)
		return words->protocol == CONF_PROTOCOL_IKE && !words->is_one_by_one;
	return list != LIST_ENCR || !proposal->is_ah;
}

/* charon takes words of at most 511 letters, so nothing is said twice. */
static bool is_first(const struct list *list, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (list->items[i].alg == list->items[at].alg)
			return false;
	}
	return true;
}

/* Extended sequence numbers are a matter of ESP and AH. */
static void esn_add(const struct conf_words *words, const struct proposal *proposal,
		    struct buf *text)
{
	if (words->protocol == CONF_PROTOCOL_IKE)
		return;
	if (proposal->has_esn)
		text_add(text, "esn");
	if (proposal->has_no_esn)
		text_add(text, "noesn");
}

/* All alternatives in one proposal. */
static void add_together(struct conf_words *words, struct arena *arena,
			 const struct proposal *proposal,
			 const struct list lists[LIST_COUNT])
{
	struct buf _cleanup_buf_ text = { 0 };

	for (size_t i = 0; i < LIST_COUNT; i++) {
		for (size_t j = 0; j < lists[i].count; j++) {
			if (is_list_used(words, proposal, i) && is_first(&lists[i], j))
				text_add(&text, lists[i].items[j].alg->keyword);
		}
		if (i == LIST_PRF && lists[i].count == 0 && words->needs_prf &&
		    words->protocol == CONF_PROTOCOL_IKE && is_aead(&lists[LIST_ENCR]))
			text_add(&text, "prfsha256");
	}
	esn_add(words, proposal, &text);
	word_add(words, arena, proposal->is_ah, &text);
}

/* Each combination a proposal of its own; the last list varies fastest. */
static void add_one_by_one(struct conf_words *words, struct arena *arena,
			   const struct proposal *proposal,
			   const struct list lists[LIST_COUNT])
{
	size_t at[LIST_COUNT] = { 0 };
	unsigned int rounds = 0;
	size_t i;

	do {
		struct buf _cleanup_buf_ text = { 0 };

		for (i = 0; i < LIST_COUNT; i++) {
			if (lists[i].count > 0 && is_list_used(words, proposal, i))
				text_add(&text, lists[i].items[at[i]].alg->keyword);
		}
		esn_add(words, proposal, &text);
		word_add(words, arena, proposal->is_ah, &text);
		for (i = LIST_COUNT; i-- > 0;) {
			if (is_list_used(words, proposal, i) && ++at[i] < lists[i].count)
				break;
			at[i] = 0;
		}
		if (++rounds >= ROUNDS_MAX) /* a file with the same word many times */
			words->is_cut = true;
	} while (i < LIST_COUNT && !words->is_cut);
}

void conf_words_add(struct conf_words *words, struct arena *arena,
		    const struct proposal *proposal)
{
	struct list lists[LIST_COUNT];

	lists_of(proposal, lists);
	if (words->refusal || has_unknown_word(words, arena, lists) ||
	    lacks_something(words, proposal))
		return;
	if (words->is_one_by_one && !words->is_whole)
		add_one_by_one(words, arena, proposal, lists);
	else
		add_together(words, arena, proposal, lists);
}
