// SPDX-License-Identifier: GPL-2.0-or-later
/* algs.c - a device's words for algorithms, read and written by one table */
#include "device/algs.h"

#include <string.h>

#include "base/str.h"

const char *device_alg_keywords(const struct device_algs *algs, enum alg_kind kind,
				unsigned int in, const char *word)
{
	for (const struct device_alg *row = algs->rows; row->word; row++)
		if (row->kind == kind && (row->in & in) &&
		    (algs->has_case ? str_equal(row->word, word)
				    : str_equal_nocase(row->word, word)))
			return row->keywords;
	return NULL;
}

static bool has_keyword(const char *list, const char *keyword)
{
	const size_t length = strlen(keyword);

	while (*list) {
		size_t word = strcspn(list, " ");

		if (word == length && !memcmp(list, keyword, length))
			return true;
		list += word + (list[word] == ' ');
	}
	return false;
}

const char *device_alg_word(const struct device_algs *algs, enum alg_kind kind,
			    unsigned int in, const char *keyword)
{
	if (!algs || !keyword)
		return keyword;
	for (const struct device_alg *row = algs->rows; row->word; row++)
		if (row->kind == kind && (row->in & in) && !row->is_only_read &&
		    has_keyword(row->keywords, keyword))
			return row->word;
	return NULL;
}

void device_alg_list(const struct device_algs *algs, enum alg_kind kind, unsigned int in,
		     const char **ret_words, size_t max)
{
	size_t count = 0;

	for (const struct device_alg *row = algs->rows; row->word; row++)
		if (row->kind == kind && (row->in & in) && count + 1 < max)
			ret_words[count++] = row->word;
	ret_words[count] = NULL;
}
