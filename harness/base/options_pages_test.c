// SPDX-License-Identifier: GPL-2.0-or-later
/* options_pages_test.c - claims: the manual and completions say what the tables say, and nothing is left undescribed */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/test_text.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/options_pages.h"

static const char *const *colours(void)
{
	static const char *const words[] = { "red", "blue", NULL };

	return words;
}

static const struct option_row rows[] = {
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  .argument = "DIR",
	  .help = "folder: it's where they go" },
	{ .name = "quick", .kind = OPTION_FLAG, .help = ".begins with a dot" },
	{ .name = "colour",
	  .letter = 'c',
	  .kind = OPTION_WORD,
	  .words = colours,
	  .argument = "C",
	  .help = "of all" },
	{ 0 },
};

static const struct command_line run_line = {
	.name = "run",
	.summary = "rehearse: all of it",
	.usage = "[OPTION …] SCENARIO\n--other",
	.about = "Says `this`. And that.\n  as it stands\nAfter it.",
	.options = rows,
	.examples = "twinsite run -k x\tthose with x\n.odd | twinsite run -",
	.statuses = "0 it is well\n7 it is not",
	.operands_max = 9,
};
static const struct command_line *const lines[] = { &run_line };

static void the_manual_has_each_option_with_its_sentence(void **state)
{
	_cleanup_buf_ struct buf page = { 0 };

	(void)state;
	options_man(lines, 1, &page);
	assert_has(buf_text(&page), ".Ss twinsite run\n");
	assert_has(buf_text(&page), "twinsite run [OPTION …] SCENARIO\n"
				    "twinsite run \\-\\-other\n");
	assert_has(buf_text(&page), ".It Fl r , Fl \\-reports Ar DIR\n"
				    "folder: it\\(aqs where they go\n");
	assert_has(buf_text(&page), ".It Fl \\-quick\n\\&.begins with a dot\n");
	assert_has(buf_text(&page), ".It Fl c , Fl \\-colour Ar C\n"
				    "of all\n.Pp\nOne of: red, blue.\n");
	assert_has(buf_text(&page), "Says \\(gathis\\(ga.\nAnd that.\n");
	assert_has(buf_text(&page),
		   ".Bd -literal -offset indent\n as it stands\n.Ed\n.Pp\nAfter it.\n");
	assert_has(buf_text(&page), "Examples:\n.Bl -tag -width Ds -compact\n"
				    ".It twinsite run \\-k x\nthose with x\n"
				    ".It \\&.odd | twinsite run \\-\n.El\n");
	assert_has(buf_text(&page), "Exit status:\n.Bl -tag -width Ds -compact\n"
				    ".It 0\nit is well\n.It 7\nit is not\n.El\n");
	assert_has(buf_text(&page), ".Sh EXIT STATUS\n");
}

/* A line that begins with a dot or a quote would be a request. */
static void no_line_of_the_manual_is_too_long_or_a_request_by_accident(void **state)
{
	static char word[4000];
	struct command_line line = run_line;
	const struct command_line *const one[] = { &line };
	_cleanup_buf_ struct buf page = { 0 };

	(void)state;
	for (size_t i = 0; i + 8 < sizeof(word); i += 4)
		(void)snprintf(word + i, sizeof(word) - i, "%s", i % 3 ? "'a' " : ".de ");
	line.about = word;
	options_man(one, 1, &page);
	for (const char *at = buf_text(&page); *at; at += strcspn(at, "\n") + 1) {
		assert_true(strcspn(at, "\n") <= 90);
		assert_int_not_equal(*at, '\'');
		assert_false(!strncmp(at, ".de", 3));
	}
}

static void each_shell_gets_each_option(void **state)
{
	static const struct {
		const char *shell, *has;
	} shells[] = {
		{ "bash", "words=\"--reports --quick --colour --help\"" },
		{ "bash", "values=\"--reports|-r|--colour|-c\"" },
		{ "bash", "--colour|-c) choices=\"red blue\" ;;" },
		{ "zsh", "'--colour=[of all]:C:(red blue)'" },
		{ "fish", "-l colour -s c -f -a 'red blue' -r -d 'of all'" },
		{ "zsh", "'--reports=[folder]:DIR:_files'" },
		{ "fish", "-l reports -s r -r -d 'folder'" },
		{ "fish", "-a run -d 'rehearse'" },
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		_cleanup_buf_ struct buf script = { 0 };

		assert_int_equal(
			options_complete(shells[i].shell, lines, 1, &script, &err), 0);
		assert_has(buf_text(&script), shells[i].has);
	}
}

static void another_shell_is_refused(void **state)
{
	_cleanup_buf_ struct buf script = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(options_complete("csh", lines, 1, &script, &err), -EINVAL);
	assert_has(err.text, "bash, zsh and fish");
}

static void what_is_not_described_is_named(void **state)
{
	struct option_row silent[] = { rows[0], rows[1], { 0 } };
	struct command_line line = run_line;
	const struct command_line *const one[] = { &line };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(options_are_described(one, 1, &err), 0);
	silent[1].help = " ";
	line.options = silent;
	assert_int_equal(options_are_described(one, 1, &err), -EINVAL);
	assert_has(err.text, "run --quick");
	line.options = rows;
	line.about = NULL;
	assert_int_equal(options_are_described(one, 1, &err), -EINVAL);
	assert_has(err.text, "the command run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_has_each_option_with_its_sentence),
		cmocka_unit_test(
			no_line_of_the_manual_is_too_long_or_a_request_by_accident),
		cmocka_unit_test(each_shell_gets_each_option),
		cmocka_unit_test(another_shell_is_refused),
		cmocka_unit_test(what_is_not_described_is_named),
	};

	return cmocka_run_group_tests_name("base/options_pages", tests, NULL, NULL);
}
