// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_proposal.c - proposals as strongSwan writes them */
#include "import/strongswan_proposal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/meant.h"

/* Where a word belongs that strongSwan does not know: for the sentence about it. */
static enum alg_kind guess_kind(const char *word, bool is_first)
{
	static const char *const dh_looks[] = { "modp", "ecp",	"curve", "group",
						"dh",	"x255", "g" };

	if (is_first)
		return ALG_KIND_ENCR;
	if (isdigit((unsigned char)word[0]) && strspn(word, "0123456789") == strlen(word))
		return ALG_KIND_DH;
	for (size_t i = 0; i < ARRAY_SIZE(dh_looks); i++)
		if (str_starts(word, dh_looks[i]))
			return ALG_KIND_DH;
	return str_starts(word, "prf") ? ALG_KIND_PRF : ALG_KIND_INTEG;
}

static void proposal_add(struct arena *arena, struct proposal *proposal,
			 enum alg_kind kind, const struct proposal_alg *alg)
{
	switch (kind) {
	case ALG_KIND_ENCR:
		vec_add(arena, &proposal->encr, *alg);
		return;
	case ALG_KIND_INTEG:
		vec_add(arena, &proposal->integ, *alg);
		return;
	case ALG_KIND_PRF:
		vec_add(arena, &proposal->prf, *alg);
		return;
	case ALG_KIND_DH:
		vec_add(arena, &proposal->dh, *alg);
		return;
	}
}

bool strongswan_is_additional(const char *word)
{
	return str_starts(word, "ke") && word[2] >= '1' && word[2] <= '7' &&
	       word[3] == '_' && word[4];
}

/*
 * What strongSwan knows (proposal_keywords_static.txt, 5.9 and 6.0) and nobody here
 * rehearses: a whole word, or one before a number of bits.
 */
static bool is_unrehearsed(const char *word)
{
	static const char *const names[] = {
		"serpent",	  "twofish",	     "camelliaxcbc",
		"gost",		  "prfcamelliaxcbc", "chacha20poly1305compat",
		"modpnull",	  "mlkem",	     "camellia128ccm",
		"camellia192ccm", "camellia256ccm",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *rest = word + strlen(names[i]);

		if (str_starts(word, names[i]) && !rest[strspn(rest, "0123456789")])
			return true;
	}
	return false;
}

/* Words that choose no algorithm: extended sequence numbers, "no PFS" as a choice. */
static bool take_choice(const char *word, struct proposal *proposal)
{
	bool is_esn = str_equal_nocase(word, "esn");
	bool is_no_esn = str_equal_nocase(word, "noesn");

	proposal->has_esn |= is_esn;
	proposal->has_no_esn |= is_no_esn;
	return is_esn || is_no_esn || str_equal_nocase(word, "modpnone") ||
	       str_equal_nocase(word, "none");
}

static bool has_upper(const char *word)
{
	for (; *word; word++)
		if (isupper((unsigned char)*word))
			return true;
	return false;
}

/* Which list "AES256" or "MODP2048" would be in, were it written as strongSwan does. */
static enum alg_kind kind_of(const char *word, bool is_first)
{
	static const enum alg_kind kinds[] = { ALG_KIND_ENCR, ALG_KIND_INTEG,
					       ALG_KIND_PRF, ALG_KIND_DH };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (alg_by_keyword(kinds[i], word))
			return kinds[i];
	return guess_kind(word, is_first);
}

/* Returns whether strongSwan knows the word. */
static bool word_add(struct arena *arena, const char *word, bool is_first,
		     struct origin at, struct proposal *proposal)
{
	static const enum alg_kind kinds[] = { ALG_KIND_ENCR, ALG_KIND_INTEG,
					       ALG_KIND_PRF, ALG_KIND_DH };
	struct proposal_alg alg = { .word = word, .at = at };

	if (is_unrehearsed(word) || strongswan_is_additional(word))
		proposal->unrehearsed = word;
	if (proposal->unrehearsed == word || take_choice(word, proposal))
		return true;
	/* strongSwan's words are lower case, and compared as they are. */
	if (has_upper(word)) {
		proposal_add(arena, proposal, kind_of(word, is_first), &alg);
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		alg.alg = alg_by_keyword(kinds[i], word);
		if (alg.alg) {
			proposal_add(arena, proposal, kinds[i], &alg);
			return true;
		}
	}
	proposal_add(arena, proposal, guess_kind(word, is_first), &alg);
	return false;
}

size_t strongswan_proposal_parse(struct arena *arena, const char *text, struct origin at,
				 struct proposal *ret_proposal)
{
	size_t unknown = 0;
	bool is_first = true;

	*ret_proposal = (struct proposal){ .at = at };
	for (;;) {
		size_t length = strcspn(text, "-");

		if (length) {
			char *word = arena_strndup(arena, text, length);

			if (!word_add(arena, str_trim(word), is_first, at, ret_proposal))
				unknown++;
			is_first = false;
		}
		if (!text[length])
			return unknown;
		text += length + 1;
	}
}

const char *strongswan_proposal_next(struct arena *arena, const char **list)
{
	while (*list && **list) {
		size_t length = strcspn(*list, ",");
		char *text = str_trim(arena_strndup(arena, *list, length));

		*list += length + ((*list)[length] == ',');
		if (*text)
			return text;
	}
	return NULL;
}

/* Of several words that may be meant none is written without asking. */
static const char *complain(enum alg_kind kind, const char *word, struct buf *out,
			    struct buf *ret_meant)
{
	const char *words[ALG_MEANT_MAX];
	const size_t count = alg_meant(kind, word, words);

	alg_meant_format(words, count, ret_meant);
	buf_printf(out, "algorithm '%s' not recognized%s%s%s", word,
		   count ? ", did you mean " : "", buf_text(ret_meant), count ? "?" : "");
	return count == 1 ? words[0] : NULL;
}

#define COMPLAIN(list, kind)   \
	vec_foreach (it, list) \
		if (!it->alg)  \
			return complain(kind, it->word, out, ret_meant);

const char *strongswan_proposal_complain(const struct proposal *proposal, struct buf *out,
					 struct buf *ret_meant)
{
	COMPLAIN(&proposal->encr, ALG_KIND_ENCR)
	COMPLAIN(&proposal->integ, ALG_KIND_INTEG)
	COMPLAIN(&proposal->prf, ALG_KIND_PRF)
	COMPLAIN(&proposal->dh, ALG_KIND_DH)
	return NULL;
}

#define FORMAT(list)                                            \
	vec_foreach (it, list)                                  \
	buf_printf(out, "%s%s", out->length > start ? "-" : "", \
		   it->alg ? it->alg->keyword : it->word)

void strongswan_proposal_format(const struct proposal *proposal, struct buf *out)
{
	size_t start = out->length;

	FORMAT(&proposal->encr);
	FORMAT(&proposal->integ);
	FORMAT(&proposal->prf);
	FORMAT(&proposal->dh);
}
