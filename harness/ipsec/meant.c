// SPDX-License-Identifier: GPL-2.0-or-later
/* meant.c - which algorithm somebody meant by a word that strongSwan does not know */
#include "ipsec/meant.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/str.h"

#define WORD_MAX   32
#define PREFIX_MIN 3 /* "aes", "sha": less begins too much */

struct meant {
	enum alg_kind kind;
	const char **words;
	size_t count;
};

/* By the name that is written; a synonym and its word are one. */
static void add(struct meant *meant, const char *keyword)
{
	const struct alg *alg = alg_by_keyword(meant->kind, keyword);

	if (!alg || !alg->keyword)
		return;
	for (size_t i = 0; i < meant->count; i++)
		if (str_equal(meant->words[i], alg->keyword))
			return;
	if (meant->count < ALG_MEANT_MAX)
		meant->words[meant->count++] = alg->keyword;
}

/* Small letters and digits alone, without what vendors put around them. */
static void plain(const char *word, char ret[WORD_MAX])
{
	static const char *const frills[] = { "cbc", "hmac", "prf" };
	size_t length = 0;

	for (; *word && length + 1 < WORD_MAX; word++)
		if (isalnum((unsigned char)*word))
			ret[length++] = (char)tolower((unsigned char)*word);
	ret[length] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(frills); i++) {
		char *at = strstr(ret, frills[i]);
		const size_t width = strlen(frills[i]);

		if (at && strlen(ret) > width)
			memmove(at, at + width, strlen(at + width) + 1);
	}
}

static void find_same(struct meant *meant, const char *word)
{
	char wanted[WORD_MAX], other[WORD_MAX];

	plain(word, wanted);
	for (const char *const *it = alg_keywords(meant->kind); *it; it++) {
		plain(*it, other);
		if (str_equal(wanted, other))
			add(meant, *it);
	}
}

static void find_group(struct meant *meant, const char *word)
{
	const char *digits = word + strcspn(word, "0123456789");
	const struct alg *group;
	int64_t number;

	if (meant->kind != ALG_KIND_DH || digits - word > 5 ||
	    str_to_number(digits, 1, UINT16_MAX, &number))
		return;
	group = alg_by_group((unsigned int)number);
	if (group && group->keyword)
		add(meant, group->keyword);
}

/* "des3", "ecp25519": the number is right, and no other word has it. */
static void find_digits(struct meant *meant, const char *word)
{
	const char *digits = word + strcspn(word, "0123456789");
	const size_t length = strspn(digits, "0123456789");
	const char *found = NULL;

	for (const char *const *it = alg_keywords(meant->kind); *it && length; it++) {
		const char *own = *it + strcspn(*it, "0123456789");

		if (strspn(own, "0123456789") != length ||
		    strncmp(own, digits, length) != 0)
			continue;
		if (found && alg_by_keyword(meant->kind, found) !=
				     alg_by_keyword(meant->kind, *it))
			return;
		found = *it;
	}
	if (found)
		add(meant, found);
}

/* Truncated and counter forms ("sha256_96", "aes128ctr") are not what a beginning means. */
static bool is_special(enum alg_kind kind, const char *keyword)
{
	const struct alg *alg = alg_by_keyword(kind, keyword);
	const char *name = alg && alg->keyword ? alg->keyword : keyword;

	name += strcspn(name, "0123456789");
	return name[strspn(name, "0123456789")];
}

static void find_beginning(struct meant *meant, const char *word, size_t length)
{
	if (length < PREFIX_MIN)
		return;
	for (unsigned int special = 0; special < 2 && !meant->count; special++)
		for (const char *const *it = alg_keywords(meant->kind); *it; it++)
			if (!strncasecmp(word, *it, length) &&
			    is_special(meant->kind, *it) == (special == 1))
				add(meant, *it);
}

static void find_nearest(struct meant *meant, const char *word, size_t best)
{
	for (const char *const *it = alg_keywords(meant->kind); *it; it++) {
		const size_t distance = str_distance(word, *it);

		if (distance > best)
			continue;
		if (distance < best)
			meant->count = 0;
		best = distance;
		add(meant, *it);
	}
}

size_t alg_meant(enum alg_kind kind, const char *word, const char *ret[ALG_MEANT_MAX])
{
	struct meant meant = { .kind = kind, .words = ret };
	const size_t letters = strcspn(word, "0123456789");

	find_same(&meant, word);
	if (!meant.count)
		find_group(&meant, word);
	if (!meant.count)
		find_beginning(&meant, word, strlen(word));
	if (!meant.count)
		find_digits(&meant, word);
	if (!meant.count)
		find_nearest(&meant, word, 1);
	/* "aes512": the family is right, the number is none of its. */
	if (!meant.count && word[letters])
		find_beginning(&meant, word, letters);
	if (!meant.count)
		find_nearest(&meant, word, strlen(word) / 3);
	return meant.count;
}

void alg_meant_format(const char *const *words, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s'%s'",
			   !i		    ? ""
			   : i + 1 == count ? " or "
					    : ", ",
			   words[i]);
}
