// SPDX-License-Identifier: GPL-2.0-or-later
/* options_test.c - claims: what a table of options takes, refuses and says of itself */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/options.h"
#include "base/str.h"

#define WORDS_MAX 8

struct command {
	bool is_quick, is_keys, is_live;
	const char *reports, *scenario;
	unsigned int jobs;
	int weight;
	char taken[64];
};

static int take(void *user, char *value, struct err *err)
{
	struct command *command = user;
	size_t length = strlen(command->taken);

	if (str_equal(value, "bad"))
		return err_set(err, EINVAL, "--peer: 'bad' is none");
	(void)snprintf(command->taken + length, sizeof(command->taken) - length, "%s;",
		       value);
	return 0;
}

static const char *const *weights(void)
{
	static const char *const words[] = { "fatal", "leak", "weak", NULL };

	return words;
}

static const struct option_row rows[] = {
	{ .name = "quick",
	  .letter = 'q',
	  OPTION_AT(struct command, is_quick),
	  .excludes = "keys",
	  .help = "no throughput measurement" },
	{ .name = "keys",
	  .letter = 'k',
	  OPTION_AT(struct command, is_keys),
	  .help = "write the keys" },
	{ .name = "reports",
	  .letter = 'r',
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct command, reports),
	  .argument = "D",
	  .help = "folder for reports, which is made when it is not there, and kept when it "
		  "is" },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = OPTION_NUMBER,
	  OPTION_AT(struct command, jobs),
	  .argument = "N",
	  .min = 1,
	  .max = 64,
	  .help = "so many at once" },
	{ .name = "peer",
	  .kind = OPTION_TAKE,
	  .take = take,
	  .argument = "ADDRESS",
	  .help = "only that one" },
	{ .name = "scenario",
	  .kind = OPTION_TEXT,
	  OPTION_AT(struct command, scenario),
	  .argument = "DIR",
	  .operands = 1,
	  .help = "which" },
	{ .name = "weight",
	  .kind = OPTION_WORD,
	  .words = weights,
	  OPTION_AT(struct command, weight),
	  .argument = "W",
	  .help = "what counts" },
	{ .name = "live",
	  .letter = 'l',
	  OPTION_AT(struct command, is_live),
	  .needs = "scenario",
	  .help = "ask its charons" },
	{ 0 },
};

static const struct command_line line = {
	.name = "run",
	.usage = "[OPTION …] A [B]\n--live A",
	.about =
		"Says what a capture tells: who the peers are, what was offered and chosen, "
		"what went wrong.",
	.options = rows,
	.after = "Ends.",
	.operands_min = 1,
	.operands_max = 2,
};

/* What was understood, or a part of the sentence that refuses it. */
static const struct {
	const char *words[WORDS_MAX];
	const char *meaning;
} calls[] = {
	{ { "a" }, "- - a" },
	{ { "a", "-q" }, "q - a" },
	{ { "--quick", "a", "b" }, "q - a b" },
	{ { "--qui", "a" }, "q - a" },
	{ { "-kr", "x", "a" }, "k x a" },
	{ { "-rx", "a" }, "- x a" },
	{ { "--reports=x", "a" }, "- x a" },
	{ { "--reports", "x", "a" }, "- x a" },
	{ { "--reports=", "a" }, "-  a" },
	{ { "-j4", "a" }, "j4 - a" },
	{ { "--jobs=64", "a" }, "j64 - a" },
	{ { "--", "-q", "--keys" }, "- - -q --keys" },
	{ { "-", "a" }, "- - - a" },
	{ { "--peer", "1", "a", "--peer=2" }, "- - a 1;2;" },
	{ { "--live", "--scenario", "s", "a" }, "l - a" },
	{ { "-q", "-q", "a" }, "q - a" },
	{ { "--quik", "a" }, "unknown option '--quik', did you mean '--quick'?" },
	{ { "-x", "a" }, "unknown option '-x'" },
	{ { "-qx", "a" }, "unknown option '-qx'" },
	{ { "--xyzzy", "a" }, "unknown option '--xyzzy'" },
	{ { "--", "a", "b", "c" }, "run: 'c' is too much: twinsite run" },
	{ { NULL }, "something is missing: twinsite run [OPTION …] A [B]" },
	{ { "-q" }, "something is missing" },
	{ { "a", "--reports" }, "--reports needs a value" },
	{ { "a", "-j" }, "--jobs needs a value" },
	{ { "--quick=1", "a" }, "--quick takes no value" },
	{ { "--jobs", "0", "a" }, "--jobs: '0' is no number from 1 to 64" },
	{ { "--jobs", "65", "a" }, "no number" },
	{ { "--jobs", "4x", "a" }, "no number" },
	{ { "--jobs", "4", "-j5", "a" }, "--jobs is there twice" },
	{ { "--peer", "bad", "a" }, "--peer: 'bad' is none" },
	{ { "--weight", "weak", "a" }, "- - a w2" },
	{ { "--weight=LEAK", "a" }, "- - a w1" },
	{ { "--weight", "week", "a" },
	  "run: --weight: 'week' is none of fatal, leak, weak; did you mean 'weak'?" },
	{ { "--weight", "", "a" }, "run: --weight: '' is none of fatal, leak, weak" },
	{ { "--weight=leak", "--weight=weak", "a" }, "- - a w2" },
	{ { "--live", "a" }, "--live has no effect without --scenario" },
	{ { "-qk", "a" }, "--quick has no effect with --keys" },
	{ { "--scenario", "s", "a", "b" },
	  "--scenario has no effect here: twinsite help run" },
	{ { "--", "--help" }, "- - --help" },
};

/* The words behind the command's name, as main() gets them: not constant. */
struct call {
	char copies[WORDS_MAX + 1][32], *argv[WORDS_MAX + 2];
	int argc;
};

static void call_of(const char *const words[], struct call *call)
{
	(void)snprintf(call->copies[0], sizeof(call->copies[0]), "run");
	call->argv[0] = call->copies[0];
	for (call->argc = 1; call->argc <= WORDS_MAX && words[call->argc - 1];
	     call->argc++) {
		(void)snprintf(call->copies[call->argc], sizeof(call->copies[0]), "%s",
			       words[call->argc - 1]);
		call->argv[call->argc] = call->copies[call->argc];
	}
	call->argv[call->argc] = NULL;
}

static const char *parse(const struct command_line *of, const char *const words[],
			 struct buf *text)
{
	struct command command = { 0 };
	struct operands operands = { 0 };
	struct err err = { 0 };
	struct call call = { 0 };

	buf_done(text);
	call_of(words, &call);
	if (options_parse(of, call.argc, call.argv, &command, &operands, &err)) {
		buf_puts(text, err.text);
		return buf_text(text);
	}
	buf_printf(text, "%s%s%s", command.is_quick ? "q" : "",
		   command.is_keys ? "k" : "", command.is_live ? "l" : "");
	if (command.jobs)
		buf_printf(text, "j%u", command.jobs);
	buf_printf(text, "%s %s", text->length ? "" : "-",
		   command.reports ? command.reports : "-");
	for (size_t i = 0; i < operands.count; i++)
		buf_printf(text, " %s", operands.items[i]);
	if (command.weight)
		buf_printf(text, " w%d", command.weight);
	if (*command.taken)
		buf_printf(text, " %s", command.taken);
	return buf_text(text);
}

static void each_call_is_understood_or_refused_with_a_sentence(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		const char *said = parse(&line, calls[i].words, &text);
		bool is_refusal = strlen(calls[i].meaning) > 20 ||
				  !strchr("-qklj", *calls[i].meaning) ||
				  strstr(calls[i].meaning, "no number") ||
				  str_starts(calls[i].meaning, "--");

		if (is_refusal ? !strstr(said, calls[i].meaning)
			       : !str_equal(said, calls[i].meaning))
			fail_msg("call %zu: '%s' is not '%s'", i, said, calls[i].meaning);
	}
}

/* `shell REPORT NODE ls -l`: the options behind the node are of ls. */
static void words_of_another_command_are_left_alone(void **state)
{
	static const char *const words[] = { "-q", "a", "b", "ls", "-l", "--x", NULL };
	struct command_line shell = line;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	shell.operands_max = UINT_MAX;
	shell.command_behind = 2;
	assert_string_equal(parse(&shell, words, &text), "q - a b ls -l --x");
}

static void a_name_cut_too_short_is_refused_with_both(void **state)
{
	static const struct option_row two[] = {
		{ .name = "psk", OPTION_AT(struct command, is_quick), .help = "" },
		{ .name = "psk-file", OPTION_AT(struct command, is_keys), .help = "" },
		{ 0 },
	};
	static const char *const cut[] = { "--ps", "a", NULL };
	static const char *const whole[] = { "--psk", "a", NULL };
	struct command_line other = line;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	other.options = two;
	assert_non_null(strstr(parse(&other, cut, &text), "'--psk' or '--psk-file'"));
	assert_string_equal(parse(&other, whole, &text), "q - a");
}

static bool asks_help(const struct command_line *of, const char *const words[])
{
	struct call call = { 0 };

	call_of(words, &call);
	return options_ask_help(of, call.argc, call.argv);
}

static void help_is_asked_for_before_another_command(void **state)
{
	static const char *const asked[] = { "a", "--help", NULL };
	static const char *const letter[] = { "-h", NULL };
	static const char *const behind[] = { "--", "--help", NULL };
	static const char *const of_other[] = { "a", "b", "--help", NULL };
	struct command_line shell = line;

	(void)state;
	shell.command_behind = 2;
	assert_true(asks_help(&line, asked));
	assert_true(asks_help(&line, letter));
	assert_false(asks_help(&line, behind));
	assert_true(asks_help(&line, of_other));
	assert_false(asks_help(&shell, of_other));
}

static void help_says_each_option_within_80_columns(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };
	char *text, *rest, *one;

	(void)state;
	options_help(&line, &out);
	assert_non_null(strstr(buf_text(&out),
			       "usage: twinsite run [OPTION …] A [B]\n"
			       "       twinsite run --live A\n\nSays what"));
	for (size_t i = 0; rows[i].name; i++)
		assert_non_null(strstr(buf_text(&out), rows[i].name));
	assert_non_null(strstr(buf_text(&out), "  -r, --reports D       folder for "));
	assert_non_null(strstr(buf_text(&out), "\n                        and kept "));
	assert_non_null(strstr(buf_text(&out), "what counts\n                        "
					       "One of: fatal, leak, weak.\n"));
	assert_non_null(strstr(buf_text(&out), "\nEnds.\n"));
	text = rest = buf_take(&out);
	while ((one = strsep(&rest, "\n"))) {
		size_t columns = 0;

		for (const char *c = one; *c; c++)
			columns += ((unsigned char)*c & 0xc0) != 0x80;
		if (columns > 80)
			fail_msg("%zu columns: %s", columns, one);
	}
	free(text);
}

/* A call that is longer than the column has its sentence below, as all have. */
static void help_ends_with_whole_calls_and_what_the_status_says(void **state)
{
	struct command_line own = line;
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	own.examples = "twinsite run a\tone\nlogread | twinsite run -";
	own.statuses = "0 it is well\n75 it is not";
	options_help(&own, &out);
	assert_non_null(strstr(buf_text(&out), "Ends.\n\nExamples:\n  twinsite run a\n"
					       "        one\n  logread | twinsite run -\n"
					       "\nExit status:\n  0     it is well\n"
					       "  75    it is not\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_ends_with_whole_calls_and_what_the_status_says),
		cmocka_unit_test(each_call_is_understood_or_refused_with_a_sentence),
		cmocka_unit_test(words_of_another_command_are_left_alone),
		cmocka_unit_test(a_name_cut_too_short_is_refused_with_both),
		cmocka_unit_test(help_is_asked_for_before_another_command),
		cmocka_unit_test(help_says_each_option_within_80_columns),
	};

	return cmocka_run_group_tests_name("base/options", tests, NULL, NULL);
}
