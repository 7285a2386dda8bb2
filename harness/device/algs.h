/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * algs.h - a device's words for algorithms, read and written by one table
 *
 * An importer asks what a word means, whoever writes a file or a fix asks for the word of
 * an algorithm. A word may mean several ("aes" of a FRITZ!Box is every length); of several
 * words for one the first that is written in that place is taken. Pure.
 */
#ifndef TWINSITE_DEVICE_ALGS_H
#define TWINSITE_DEVICE_ALGS_H

#include <stdbool.h>

#include "ipsec/alg.h"

/* Where a word can stand. */
enum {
	ALG_IN_IKE = 1 << 0,
	ALG_IN_ESP = 1 << 1,
	ALG_IN_NAME = 1 << 2, /* in the name of a predefined proposal */
	ALG_ANYWHERE = ALG_IN_IKE | ALG_IN_ESP | ALG_IN_NAME,
};

struct device_alg {
	enum alg_kind kind;
	unsigned int in;
	const char *word;
	const char *keywords; /* strongSwan's, with a blank between them, in order */
	bool is_only_read;
};

struct device_algs {
	const struct device_alg *rows; /* the last has no word */
	bool has_case;		       /* "AES" is not "aes" */
};

/* The keywords that the word means in one of these places; NULL: none. */
const char *device_alg_keywords(const struct device_algs *algs, enum alg_kind kind,
				unsigned int in, const char *word);

/* The word for strongSwan's keyword there; NULL: the device has none. Without a table its
 * words are strongSwan's. */
const char *device_alg_word(const struct device_algs *algs, enum alg_kind kind,
			    unsigned int in, const char *keyword);

/* Up to max words of the kind for that place, for a hint; what follows is NULL. */
void device_alg_list(const struct device_algs *algs, enum alg_kind kind, unsigned int in,
		     const char **ret_words, size_t max);

#endif
