/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.h - what a class of failure is, for who has never met it: pages.def
 *
 * class.h has what programs need of a class; this has the words of `twinsite why`.
 */
#ifndef TWINSITE_FINDING_PAGE_H
#define TWINSITE_FINDING_PAGE_H

#include <stddef.h>

#include "finding/class.h"

struct finding_page {
	enum class_id class;
	const char *what; /* what is wrong */
	const char *
		seen; /* what both administrators see; NULL: words of the moment, or advice */
	const char *proof; /* where it shows */
	const char *fix;   /* what to change; NULL: the class's advice */
};

/* NULL: there is none, as of CLASS_NONE. */
const struct finding_page *finding_page_of(enum class_id number);

/*
 * The classes that a word means: an id in any case ("f63", "f1" for F01), or a name, which several may
 * have ("psk-differs"). Returns how many, at most max.
 */
size_t finding_pages_find(const char *word, const struct finding_class *ret[],
			  size_t max);

/* Those in whose name a word stands ("psk", "exemption"), at most max. */
size_t finding_pages_with(const char *word, const struct finding_class *ret[],
			  size_t max);

/* The id or name that is nearest to a mistyped word, or NULL. */
const char *finding_pages_nearest(const char *word);

#endif
