// SPDX-License-Identifier: GPL-2.0-or-later
/* page.c - what a class of failure is, for who has never met it */
#include "finding/page.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/str.h"

#define WORD_MIN 3 /* letters: fewer stand in most names */

#define PAGE(id, what, seen, proof, fix) { id, what, seen, proof, fix },
static const struct finding_page pages[] = {
#include "finding/pages.def"
};
#undef PAGE

const struct finding_page *finding_page_of(enum class_id number)
{
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i].class == number)
			return &pages[i];
	return NULL;
}

/* "F63", "f63", "F1" for F01 */
static bool is_number(const char *word, const char *id)
{
	return !strcasecmp(word, id) ||
	       (id[1] == '0' && strlen(word) == 2 && tolower(*word) == tolower(*id) &&
		word[1] == id[2]);
}

size_t finding_pages_find(const char *word, const struct finding_class *ret[], size_t max)
{
	size_t count = 0;

	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END && count < max; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);

		if (is_number(word, class->id) || !strcasecmp(word, class->name))
			ret[count++] = class;
	}
	return count;
}

size_t finding_pages_with(const char *word, const struct finding_class *ret[], size_t max)
{
	size_t count = 0;

	if (strlen(word) < WORD_MIN)
		return 0;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END && count < max; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);

		if (strcasestr(class->name, word))
			ret[count++] = class;
	}
	return count;
}

const char *finding_pages_nearest(const char *word)
{
	const char *names[2 * CLASSES_END + 1] = { NULL };
	size_t count = 0;

	/* The names first: of two that are equally near a word is meant, not a number. */
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		names[count++] = finding_class_of((enum class_id)i)->name;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++)
		names[count++] = finding_class_of((enum class_id)i)->id;
	return str_nearest(word, names);
}
