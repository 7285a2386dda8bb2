// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * whole_test.c - claims: all that is said of the mistakes and the pairs is what was reviewed
 *
 * Other tests ask for the class; these hold every sentence: values, reasons, fixes and the
 * edits behind them, what is seen and what is unproven. mistakes.golden and pairs.golden were
 * reviewed when they were recorded: `make golden-predict` records them, `git diff` reviews.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "predict/test_pair_file.h"
#include "predict/test_said.h"
#include "predict/test_world.h"

/* A field a line, so that a difference is one line. */
static void put_lines(const struct findings *findings, struct arena *arena,
		      struct buf *out)
{
	vec_foreach (finding, findings) {
		_cleanup_buf_ struct buf line = { 0 };
		char *text, *bar;

		said_put(finding, &line);
		text = arena_strdup(arena, buf_text(&line));
		for (; (bar = strstr(text, " | ")); text = bar + 3)
			buf_printf(out, "%.*s\n\t", (int)(bar - text), text);
		buf_puts(out, text);
		vec_foreach (cure, &finding->cures)
			vec_foreach (edit, &cure->edits)
				buf_printf(out, "\tedit %s:%u %u '%s'\n",
					   edit->at.file ? edit->at.file : "",
					   edit->at.line, edit->place, edit->text);
	}
	vec_foreach (item, &findings->unproven)
		buf_printf(out, "unproven %s\n", item->text);
	vec_foreach (note, &findings->notes)
		buf_printf(out, "note %s\n", *note);
}

/* The first line that differs, and the case that it belongs to. */
static void fail_at_the_difference(const char *path, const char *was, const char *is)
{
	unsigned int line = 1;
	const char *claim = is;

	while (*was && *was == *is) {
		if (str_starts(is, "\n== "))
			claim = is + 1;
		line += *is == '\n';
		was++;
		is++;
	}
	for (; line > 1 && is[-1] != '\n'; is--)
		was--;
	fail_msg("%s:%u, %.*s\n was: %.*s\n  is: %.*s\n"
		 "(`make golden-predict` records it again, `git diff` reviews)",
		 path, line, (int)strcspn(claim, "\n"), claim, (int)strcspn(was, "\n"),
		 was, (int)strcspn(is, "\n"), is);
}

static void assert_is_golden(const char *path, const struct buf *text)
{
	_cleanup_free_ char *was = NULL;
	struct err err = { 0 };
	size_t length;

	if (getenv("GOLDEN"))
		assert_int_equal(file_write(path, text->data, text->length, &err), 0);
	assert_int_equal(file_read(path, &was, &length, &err), 0);
	if (!str_equal(was, buf_text(text)))
		fail_at_the_difference(path, was, buf_text(text));
}

static void all_that_is_said_of_a_mistake_is_what_was_reviewed(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_world_ struct world world = { 0 };

		predict(&world, &pairs[mistakes[i].pair], &mistakes[i]);
		buf_printf(&text, "\n== %s\n", mistakes[i].claim);
		put_lines(&world.findings, world.arena, &text);
	}
	assert_is_golden("harness/predict/mistakes.golden", &text);
}

static void all_that_is_said_of_a_pair_is_what_was_reviewed(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct dirent **entries;
	int count = scandir(PAIR_FOLDER, &entries, pair_is_file, alphasort);

	(void)state;
	for (int i = 0; i < count; i++) {
		_cleanup_(pair_done) struct pair pair = { .arena = arena_new(),
							  .name = entries[i]->d_name };
		_cleanup_free_ char *files = pair_read(&pair);

		buf_printf(&text, "\n== %s\n", pair.name);
		if (pair_predict(&pair))
			buf_printf(&text, "refused %s\n", pair.err.text);
		else
			put_lines(&pair.findings, pair.arena, &text);
		free(entries[i]);
	}
	free(entries);
	assert_is_golden("harness/predict/pairs.golden", &text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_said_of_a_mistake_is_what_was_reviewed),
		cmocka_unit_test(all_that_is_said_of_a_pair_is_what_was_reviewed),
	};

	return cmocka_run_group_tests_name("predict/whole", tests, NULL, NULL);
}
