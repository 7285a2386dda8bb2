// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * doc_test.c - scenario.md has each word that the readers take, and no key that they refuse
 *
 * The words are taken out of the readers' own tables, so that a new one without its line in
 * the page fails here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"

#define PAGE "harness/doc/scenario.md"

struct words {
	struct arena *arena;
	VEC(const char *) list;
};

static char *read_all(const char *path)
{
	char *text = NULL;
	size_t length;

	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	return text;
}

static bool has_word(const struct words *words, const char *word)
{
	vec_foreach (known, &words->list)
		if (str_equal(*known, word))
			return true;
	return false;
}

/* All that is between quotes up to the end of the table. */
static void take_table(struct words *words, const char *table)
{
	const char *end = strstr(table, "\n};"), *line = strstr(table, "NULL };");
	const char *at;

	if (!end || (line && line < end))
		end = line;
	assert_non_null(end);
	for (at = strchr(table, '"'); at && at < end; at = strchr(at + 1, '"')) {
		const char *close = strchr(at + 1, '"');

		vec_add(words->arena, &words->list,
			arena_strndup(words->arena, at + 1, (size_t)(close - at - 1)));
		at = close;
	}
}

static void take_file(struct words *words, const char *path)
{
	static const char *const tables[] = {
		"keys[] = {",	"device_words[] = {", "path_words[] = {",
		"} rows[] = {", "} forms[] = {",      "check_words[] = {",
		"hows[] = {",	"moments[] = {",      "block_words[] = {",
		" words[] = {",
	};
	_cleanup_free_ char *text = read_all(path);

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const char *at = text; (at = strstr(at, tables[i]));) {
			at += strlen(tables[i]);
			if (!strncmp(at, " form", 5) || !strncmp(at, " row", 4))
				continue; /* made of another table's row */
			take_table(words, at);
		}
}

static void take_all(struct words *words)
{
	static const char *const readers[] = { "scenario", "expect", "inject", "overlay",
					       "unproven", "accept", "event" };

	words->arena = arena_new();
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		char path[80];

		(void)snprintf(path, sizeof(path), "harness/scenario/%s.c", readers[i]);
		take_file(words, path);
	}
}

static void each_word_of_the_readers_is_in_the_page(void **state)
{
	_cleanup_free_ char *page = read_all(PAGE);
	struct words words = { 0 };

	(void)state;
	take_all(&words);
	assert_true(words.list.count > 90);
	vec_foreach (word, &words.list) {
		char marked[64], bare[64];

		(void)snprintf(marked, sizeof(marked), "`%s`", *word);
		(void)snprintf(bare, sizeof(bare), "| %s", *word); /* a value: "off: …" */
		if (!strstr(page, marked) && !strstr(page, bare))
			fail_msg("'%s' is not in " PAGE, *word);
	}
	arena_free(words.arena);
}

static void each_key_of_the_page_is_one_that_is_read(void **state)
{
	_cleanup_free_ char *page = read_all(PAGE);
	struct words words = { 0 };
	unsigned int keys = 0;

	(void)state;
	take_all(&words);
	for (const char *at = page; (at = strstr(at, "\n| `"));) {
		char word[64];

		at += strlen("\n| `");
		(void)snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, "`"), at);
		if (!has_word(&words, word))
			fail_msg(PAGE " has '%s', which nothing reads", word);
		keys++;
	}
	assert_true(keys > 60);
	arena_free(words.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_of_the_readers_is_in_the_page),
		cmocka_unit_test(each_key_of_the_page_is_one_that_is_read),
	};

	return cmocka_run_group_tests_name("scenario/doc", tests, NULL, NULL);
}
