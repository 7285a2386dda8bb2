/* SPDX-License-Identifier: GPL-2.0-or-later */
/* str.h - small helpers for text */
#ifndef TWINSITE_BASE_STR_H
#define TWINSITE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_equal(const char *a, const char *b);	     /* NULL equals only NULL */
bool str_equal_nocase(const char *a, const char *b); /* ASCII, whatever the locale */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

/* Is the word one of those in a text, which blanks separate? */
bool str_has_word(const char *words, const char *word);

/*
 * A decimal number that fills the whole text, within min..max. Returns 0 or
 * -EINVAL.
 */
int str_to_number(const char *text, int64_t min, int64_t max, int64_t *ret_number);

/*
 * Read the decimal number at the start of *text and move behind it. False, and *text
 * stays, when there is none or it does not fit.
 */
bool str_take_number(const char **text, unsigned int *ret_number);

/*
 * The word of a NULL-terminated list that is nearest to a mistyped one: the only one that
 * begins with it, else by Damerau-Levenshtein distance, or NULL when that is more than a
 * third of the length. For "did you mean 'x'?".
 */
const char *str_nearest(const char *word, const char *const *words);

/* Number of edits (insert, delete, change, swap of neighbours) from a to b. */
size_t str_distance(const char *a, const char *b);

/* Remove white space at both ends, in place; returns the new start. */
char *str_trim(char *text);

/* Is the text valid UTF-8 (RFC 3629) without NUL bytes? */
bool str_is_utf8(const char *bytes, size_t length);

#endif
