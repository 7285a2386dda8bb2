// SPDX-License-Identifier: GPL-2.0-or-later
/* shell_test.c - claims: what a script runs is read, and what only a run could tell is said */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "text/shell.h"

#define _cleanup_arena_ _cleanup_(arena_freep)

/*
 * Words with "|" between, commands with a newline; "?" before a word that is not known,
 * "~" before a command that is not certain, "^" before a fallback.
 */
static const struct {
	const char *script, *commands;
} rows[] = {
	{ "iptables -A x # comment", "iptables|-A|x" },
	{ "# all\n\n  \t\niptables", "iptables" },
	{ "a 'b c' \"d e\"f \\g h#i", "a|b c|d ef|g|h#i" },
	{ "a ''", "a|" },
	{ "a \\\n  b\nc", "a|b\nc" },
	{ "a 'b\nc' d\ne", "a|b\nc|d\ne" },
	{ "NET=10.1.2.0/24\na -d $NET ${NET}x \"$NET\" '$NET'",
	  "a|-d|10.1.2.0/24|10.1.2.0/24x|10.1.2.0/24|$NET" },
	{ "export A=1 B=2\na $A$B", "a|12" },
	{ "A=1\nB=$A.0\nA=2\na $B $A", "a|1.0|2" },
	{ "I='iptables -w'\n$I -A x \"$I\"", "iptables|-w|-A|x|iptables -w" },
	{ "E=\na $E b \"$E\"", "a|b|" },
	{ "A=1 iptables -A x", "iptables|-A|x" },
	{ "command iptables -A x\ncommand -v a\ncommand",
	  "iptables|-A|x\ncommand|-v|a\ncommand" },
	{ "a $X", "a|?" },
	{ "a ${X:-1} ${X%1}", "a|?|?" },
	{ "X=5\na ${X:-1} ${X%1}", "a|5|?" },
	{ "X=$(uci get a.b)\na $X $(b 'c)') `d` end", "a|?|?|?|end" },
	{ "a $1 $@ $? $", "a|?|?|?|$" },
	{ "a /etc/*.sh", "a|?/etc/*.sh" },
	{ "a; b & c", "a\nb\nc" },
	{ "a | b", "a\nb" },
	{ "a && b || c\nd", "a\n~b\n~^c\nd" },
	{ "a >/dev/null 2>&1 <x b\nc", "a|b\nc" },
	{ "a &>/dev/null\nb", "a\nb" },
	{ "a <<EOF\nb\nEOF\nc", "a|?\nc" },
	{ "if [ -x /a ]; then b; elif c; then d\nelse e; fi\nf",
	  "~[|-x|/a|]\n~b\n~c\n~d\n~e\nf" },
	{ "if a\nthen X=1\nfi\nb $X", "~a\nb|?" },
	{ "while a; do b; done\nc", "~a\n~b\nc" },
	{ "while read A; do b $A; done <file\nc", "~read|A\n~b|?\nc" },
	{ "for n in 1 2; do a 10.$n; done\nb $n", "a|10.1\na|10.2\nb|2" },
	{ "L='1 2'\nfor n in $L 3\ndo\na $n\ndone", "a|1\na|2\na|3" },
	{ "for n in $(a); do b $n; done\nc", "~b|?\nc" },
	{ "for n in; do b; done\nc", "c" },
	{ "for i in 1 2; do for j in 3 4; do a $i$j; done; done",
	  "a|13\na|14\na|23\na|24" },
	{ "f() { a; return; }\nb", "~a\nb" },
	{ "{ a; b; }\nc", "a\nb\nc" },
	{ "(X=1; a)\nb $X", "a\nb|?" },
	{ "X=1\nget X y\na $X", "get|X|y\na|?" },
	{ "a\nexit 0\nb", "a" },
	{ "[ -x b ] || exit 0\na", "[|-x|b|]\n~a" },
	{ "case $1 in\n a) b ;;\n *) c ;;\nesac\nd", NULL }, /* the last is certain */
	{ "nft add rule inet fw4 srcnat ip daddr { 10.1.0.0/16, 10.2.0.0/16 } accept",
	  "nft|add|rule|inet|fw4|srcnat|ip|daddr|{|10.1.0.0/16,|10.2.0.0/16|}|accept" },
	{ "iptables ! -d 10.0.0.0/8 -j ACCEPT", "iptables|!|-d|10.0.0.0/8|-j|ACCEPT" },
};

static void show(const struct shell_commands *commands, struct buf *out)
{
	vec_foreach (command, commands) {
		buf_printf(out, "%s%s%s", out->length ? "\n" : "",
			   command->is_certain ? "" : "~",
			   command->is_fallback ? "^" : "");
		vec_foreach (word, &command->words)
			buf_printf(out, "%s%s%s", word == command->words.items ? "" : "|",
				   word->is_known ? "" : "?", word->text);
	}
}

static void scripts_are_read_as_a_shell_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		_cleanup_buf_ struct buf said = { 0 };
		struct shell_commands commands;

		shell_read(arena, &rows[i].script, 1, &commands);
		show(&commands, &said);
		if (commands.is_damaged)
			fail_msg("row %zu is damaged: %s", i, rows[i].script);
		if (rows[i].commands && !str_equal(buf_text(&said), rows[i].commands))
			fail_msg("%s\nis read as\n%s", rows[i].script, buf_text(&said));
		if (!rows[i].commands && !str_ends(buf_text(&said), "\nd"))
			fail_msg("%s\nis read as\n%s", rows[i].script, buf_text(&said));
	}
}

/* Files with a blank between; "?" before one that is not known. */
static void files_that_are_written_are_read(void **state)
{
	static const struct {
		const char *script, *files;
	} cases[] = {
		{ "echo 0 > /a 2>/b", "/a /b" },
		{ "echo 0 \\\n> /a", "/a" },
		{ "a <b >/dev/null 2>&1 >&- &>/c", "/dev/null /c" },
		{ "{ echo 0;} > /a", "/a" },
		{ "for i in 1; do a >/b; done >/c", "/b /c" },
		{ "F=/proc/x; echo 0 > $F", "/proc/x" },
		{ "for f in /p/*/q; do echo 0 > $f; done", "?" },
		{ "echo 0 > \"/tmp/$X\"", "?/tmp/" },
		{ "echo 0 > $X/tmp/a", "?" },
		{ "> /a", "/a" },
		{ "exec >/a; b >c", "/a c" },
		{ "a >>b", "b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_arena_ struct arena *arena = arena_new();
		_cleanup_buf_ struct buf said = { 0 };
		struct shell_commands commands;

		shell_read(arena, &cases[i].script, 1, &commands);
		vec_foreach (command, &commands)
			vec_foreach (file, &command->writes)
				buf_printf(&said, "%s%s%s", said.length ? " " : "",
					   file->is_known ? "" : "?", file->text);
		if (commands.is_damaged || !str_equal(buf_text(&said), cases[i].files))
			fail_msg("%s\nwrites %s", cases[i].script, buf_text(&said));
	}
}

static void lines_are_those_given(void **state)
{
	static const char *const lines[] = { "a \\", "b",    "for i in 1 2; do",
					     "c",    "done", "d 'x",
					     "y'; e" };
	static const size_t expected[] = { 0, 3, 3, 5, 6 };
	_cleanup_arena_ struct arena *arena = arena_new();
	struct shell_commands commands;

	(void)state;
	shell_read(arena, lines, ARRAY_SIZE(lines), &commands);
	assert_int_equal(commands.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		assert_int_equal(commands.items[i].line, expected[i]);
}

static void what_is_not_closed_is_damaged(void **state)
{
	static const char *const scripts[] = {
		"a 'b", "a \"b", "a $(b",      "if a; then b", "for i in 1; do a",
		"a `b", "( a",	 "a <<EOF\nb", "fi )"
	};
	_cleanup_arena_ struct arena *arena = arena_new();
	struct shell_commands commands;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		shell_read(arena, &scripts[i], 1, &commands);
		if (!commands.is_damaged && i != 8)
			fail_msg("taken for whole: %s", scripts[i]);
	}
}

static void loops_in_loops_come_to_an_end(void **state)
{
	static const char *const script[] = {
		"L='1 2 3 4 5 6 7 8 9 10'",
		"for a in $L; do for b in $L; do for c in $L; do for d in $L; do",
		"for e in $L; do for f in $L; do iptables $a$b$c$d$e$f",
		"done; done; done; done; done; done",
	};
	_cleanup_arena_ struct arena *arena = arena_new();
	struct shell_commands commands;

	(void)state;
	shell_read(arena, script, ARRAY_SIZE(script), &commands);
	assert_true(commands.is_cut);
	assert_int_equal(commands.count, SHELL_COMMANDS_MAX);
}

static void words_are_quoted_so_that_they_come_back(void **state)
{
	static const char *const words[] = { "a", "a b", "", "it's", "a#b", "!x", "{" };
	_cleanup_arena_ struct arena *arena = arena_new();
	struct shell_commands commands;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *line =
			arena_printf(arena, "x %s", shell_quote(arena, words[i]));

		shell_read(arena, &line, 1, &commands);
		assert_int_equal(commands.items[0].words.count, 2);
		assert_string_equal(commands.items[0].words.items[1].text, words[i]);
	}
	assert_null(shell_quote(arena, "a\nb"));
	assert_string_equal(shell_quote(arena, "$x \""), "'$x \"'");
	assert_null(shell_quote(arena, "it's a\"b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_are_read_as_a_shell_does),
		cmocka_unit_test(files_that_are_written_are_read),
		cmocka_unit_test(lines_are_those_given),
		cmocka_unit_test(what_is_not_closed_is_damaged),
		cmocka_unit_test(loops_in_loops_come_to_an_end),
		cmocka_unit_test(words_are_quoted_so_that_they_come_back),
	};

	return cmocka_run_group_tests_name("text/shell", tests, NULL, NULL);
}
