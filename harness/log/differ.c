// SPDX-License-Identifier: GPL-2.0-or-later
/* differ.c - two lists of proposals as daemons write them: in what do they differ? */
#include "log/differ.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define PROPOSALS_MAX 32
#define WORDS_MAX     32

struct word {
	const char *s;
	size_t length;
};

struct proposal {
	struct word words[WORDS_MAX];
	enum differ_kind kinds[WORDS_MAX];
	size_t count;
};

static bool begins(const struct word *word, const char *text)
{
	size_t length = strlen(text);

	return word->length >= length && memcmp(word->s, text, length) == 0;
}

/* strongSwan's and libreswan's names; a PRF that no proposal is without counts as hash. */
static enum differ_kind kind_of(const struct word *word)
{
	static const struct {
		const char *start;
		enum differ_kind kind;
	} starts[] = {
		{ "HMAC_", DIFFER_HASH },	{ "PRF_", DIFFER_HASH },
		{ "AES_XCBC_96", DIFFER_HASH }, { "AES_CMAC_96", DIFFER_HASH },
		{ "MODP_", DIFFER_GROUP },	{ "ECP_", DIFFER_GROUP },
		{ "CURVE_", DIFFER_GROUP },	{ "NTRU", DIFFER_GROUP },
		{ "KE1_", DIFFER_GROUP },	{ "NO_EXT_SEQ", DIFFER_ESN },
		{ "EXT_SEQ", DIFFER_ESN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (begins(word, starts[i].start))
			return starts[i].kind;
	return DIFFER_ENCRYPTION;
}

static size_t split(const char *list, struct proposal proposals[PROPOSALS_MAX])
{
	size_t count = 0;

	while (*list && count < PROPOSALS_MAX) {
		struct proposal *proposal = &proposals[count];
		const char *end = list + strcspn(list, ",");
		const char *at = memchr(list, ':', (size_t)(end - list));

		proposal->count = 0;
		at = at ? at + 1 : list;
		while (at < end && proposal->count < WORDS_MAX) {
			size_t length = strcspn(at, "/, ");
			struct word word = { at, length };

			if (length) {
				proposal->kinds[proposal->count] = kind_of(&word);
				proposal->words[proposal->count++] = word;
			}
			at += length + (at + length < end);
		}
		count += proposal->count > 0;
		list = *end ? end + 1 : end;
	}
	return count;
}

static bool has_word(const struct proposal *proposal, const struct word *word)
{
	for (size_t i = 0; i < proposal->count; i++)
		if (proposal->words[i].length == word->length &&
		    memcmp(proposal->words[i].s, word->s, word->length) == 0)
			return true;
	return false;
}

static bool has_prefix(const struct proposal *proposal, const char *prefix)
{
	for (size_t i = 0; i < proposal->count; i++)
		if (begins(&proposal->words[i], prefix))
			return true;
	return false;
}

/* Nothing of that kind (and of that prefix, PRFs apart from the rest) is both's. */
static bool is_apart(const struct proposal *a, const struct proposal *b,
		     enum differ_kind kind, bool is_prf)
{
	size_t of_a = 0, of_b = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (a->kinds[i] != kind || begins(&a->words[i], "PRF_") != is_prf)
			continue;
		of_a++;
		if (has_word(b, &a->words[i]))
			return false;
	}
	for (size_t i = 0; i < b->count; i++)
		of_b += b->kinds[i] == kind && begins(&b->words[i], "PRF_") == is_prf;
	return of_a || of_b;
}

static unsigned int compare(const struct proposal *a, const struct proposal *b)
{
	unsigned int kinds = 0;

	for (unsigned int kind = 0; kind < DIFFER_KINDS; kind++)
		if (is_apart(a, b, kind, false))
			kinds |= 1u << kind;
	/* A PRF that was left out is made of the integrity algorithm. */
	if (has_prefix(a, "PRF_") && has_prefix(b, "PRF_") &&
	    is_apart(a, b, DIFFER_HASH, true))
		kinds |= 1u << DIFFER_HASH;
	/* An AEAD cipher has no integrity algorithm: the cipher is what differs. */
	if (kinds & 1u << DIFFER_ENCRYPTION &&
	    has_prefix(a, "HMAC_") != has_prefix(b, "HMAC_"))
		kinds &= ~(1u << DIFFER_HASH);
	return kinds;
}

static void list_words(const struct proposal *proposal, enum differ_kind kind, char *text,
		       size_t size)
{
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; i < proposal->count && length < size; i++) {
		const struct word *word = &proposal->words[i];

		if (proposal->kinds[i] == kind && !begins(word, "PRF_"))
			length += (size_t)snprintf(text + length, size - length, "%s%.*s",
						   length ? "/" : "", (int)word->length,
						   word->s);
	}
	if (!*text)
		(void)snprintf(text, size, "none");
}

bool proposals_differ(const char *received, const char *configured,
		      struct difference *ret_difference)
{
	struct proposal theirs[PROPOSALS_MAX], ours[PROPOSALS_MAX];
	size_t their_count = split(received, theirs), our_count = split(configured, ours);
	size_t best[2] = { 0, 0 };
	int fewest = DIFFER_KINDS + 1;

	for (size_t i = 0; i < their_count; i++)
		for (size_t j = 0; j < our_count; j++) {
			unsigned int kinds = compare(&theirs[i], &ours[j]);

			if (__builtin_popcount(kinds) >= fewest)
				continue;
			fewest = __builtin_popcount(kinds);
			ret_difference->kinds = kinds;
			best[0] = i;
			best[1] = j;
		}
	if (fewest > DIFFER_KINDS)
		return false;
	for (unsigned int kind = 0; kind < DIFFER_KINDS; kind++) {
		list_words(&theirs[best[0]], kind, ret_difference->received[kind],
			   sizeof(ret_difference->received[kind]));
		list_words(&ours[best[1]], kind, ret_difference->configured[kind],
			   sizeof(ret_difference->configured[kind]));
	}
	return true;
}

const char *differ_kind_name(enum differ_kind kind, bool is_esp)
{
	switch (kind) {
	case DIFFER_ENCRYPTION:
		return "encryption";
	case DIFFER_HASH:
		return "hash";
	case DIFFER_GROUP:
		return is_esp ? "pfs" : "group";
	case DIFFER_ESN:
		return "esn";
	case DIFFER_KINDS:
		break;
	}
	return "nothing";
}
