// SPDX-License-Identifier: GPL-2.0-or-later
/* plain_test.c - text of others is harmless, whole or in pieces */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/out.h"
#include "base/plain.h"

static void check_bytes(const char *bytes, size_t length, unsigned int flags,
			const char *wanted)
{
	_cleanup_buf_ struct buf whole = { 0 };
	_cleanup_buf_ struct buf again = { 0 };
	struct plain plain = { .flags = flags };

	plain_add(&plain, bytes, length, &whole);
	plain_end(&plain, &whole);
	assert_string_equal(buf_text(&whole), wanted);
	/* In pieces of any size it is the same. */
	for (size_t size = 1; size <= 5; size++) {
		_cleanup_buf_ struct buf pieces = { 0 };
		struct plain stream = { .flags = flags };

		for (size_t at = 0; at < length; at += size)
			plain_add(&stream, bytes + at,
				  length - at < size ? length - at : size, &pieces);
		plain_end(&stream, &pieces);
		assert_string_equal(buf_text(&pieces), wanted);
	}
	if (flags & PLAIN_MARKUP)
		return;
	plain_text(buf_text(&whole), flags, &again);
	assert_string_equal(buf_text(&again), wanted);
}

static void check(const char *text, unsigned int flags, const char *wanted)
{
	check_bytes(text, strlen(text), flags, wanted);
}

static void controls_are_shown_as_numbers(void **state)
{
	(void)state;
	check("a\x1b[31mb\x07\x7f", PLAIN_LINES, "a\\u001b[31mb\\u0007\\u007f");
	check("C1: \xc2\x9b"
	      "2J",
	      PLAIN_LINES, "C1: \\u009b2J");
	check_bytes("nul\0byte", 8, PLAIN_LINES, "nul\\u0000byte");
	check("over\rwritten", PLAIN_LINES, "over\\u000dwritten");
	check("two\nlines\tand\ra tab", 0, "two lines and a tab");
	check("two\nlines\tof a stream", PLAIN_LINES, "two\nlines\tof a stream");
}

/* NOLINTBEGIN(misc-misleading-bidirectional): that is what is neutralised */
static void nothing_turns_the_direction_or_hides(void **state)
{
	(void)state;
	check("a\xe2\x80\xae" // NOLINT(misc-misleading-bidirectional)
	      "b\xe2\x81\xa6",
	      0, "a\\u202eb\\u2066");
	check("\xd8\x9c\xe2\x80\x8b\xef\xbb\xbf", 0, "\\u061c\\u200b\\ufeff");
	check("tag \xf3\xa0\x81\x81", 0, "tag \\udb40\\udc41");
	check("Stra\xc3\x9f"
	      "e \xe2\x82\xac \xf0\x9f\x98\x80",
	      PLAIN_LINES,
	      "Stra\xc3\x9f"
	      "e \xe2\x82\xac \xf0\x9f\x98\x80");
}
/* NOLINTEND(misc-misleading-bidirectional) */

static void what_is_no_utf8_is_replaced_byte_by_byte(void **state)
{
	(void)state;
	check("a\xff\x80z", 0, "a\xef\xbf\xbd\xef\xbf\xbdz");
	check("cut \xe2\x82", 0, "cut \xef\xbf\xbd\xef\xbf\xbd");
	check("\xe2\x82z", 0, "\xef\xbf\xbd\xef\xbf\xbdz");
	check("\xed\xa0\x80", 0, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
}

static void no_line_is_a_command_of_ci(void **state)
{
	(void)state;
	check("::error::x\nb\n  ::set-output name=a::b", PLAIN_LINES,
	      ":\\u003aerror::x\nb\n  :\\u003aset-output name=a::b");
	check("fe80::1 and std::string", PLAIN_LINES, "fe80::1 and std::string");
	check("a ##[error]b ##vso[task]c", PLAIN_LINES,
	      "a ##\\u005berror]b ##vso\\u005btask]c");
	check("### [x] # [y] a[1]", PLAIN_LINES, "### [x] # [y] a[1]");
	check("::1", 0, "::1"); /* a field: the stream knows where a line starts */
}

static void markup_cannot_be_left(void **state)
{
	(void)state;
	check("<b a=\"1\" c='2'>&", PLAIN_MARKUP,
	      "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
}

static void only_our_own_styles_pass_and_only_where_they_are_allowed(void **state)
{
	unsigned int flags = PLAIN_LINES | PLAIN_STYLES;

	(void)state;
	check("\r\033[K\033[31mred\033[0m", flags, "\r\033[K\033[31mred\033[0m");
	check("\033[1A\033[2A", flags, "\033[1A\\u001b[2A");
	check("\033]0;title\007", flags, "\\u001b]0;title\\u0007");
	check("\033[2J \033[1;31m \033[999m \033[2K \033[", flags,
	      "\\u001b[2J \\u001b[1;31m \\u001b[999m \\u001b[2K \\u001b[");
	check("\033[1m::error::", flags, "\033[1m:\\u003aerror::");
}

/* What a child that prints in several ways says, on both streams. */
static void guarded_child(int out)
{
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	out_guard();
	(void)printf("%s\xe2", "::error::\x1b[31m");
	(void)fflush(stdout);
	(void)puts("\x82\xac");
	(void)fflush(stdout);
	(void)fputs("::warning::", stderr);
	(void)fwrite("\x9b", 1, 1, stderr);
	_exit(fflush(stdout) || ferror(stdout) ? 1 : 0);
}

static void every_way_to_print_is_guarded(void **state)
{
	char text[200] = "";
	int ends[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid)
		guarded_child(ends[1]);
	close(ends[1]);
	while ((got = read(ends[0], text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(text, ":\\u003aerror::\\u001b[31m\xe2\x82\xac\n"
				  ":\\u003awarning::\xef\xbf\xbd");
}

static void what_cannot_be_written_is_an_error_of_the_stream(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		if (!freopen("/dev/full", "w", stdout))
			_exit(77);
		out_guard();
		(void)puts("lost");
		_exit(fflush(stdout) && ferror(stdout) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_are_shown_as_numbers),
		cmocka_unit_test(nothing_turns_the_direction_or_hides),
		cmocka_unit_test(what_is_no_utf8_is_replaced_byte_by_byte),
		cmocka_unit_test(no_line_is_a_command_of_ci),
		cmocka_unit_test(markup_cannot_be_left),
		cmocka_unit_test(
			only_our_own_styles_pass_and_only_where_they_are_allowed),
		cmocka_unit_test(every_way_to_print_is_guarded),
		cmocka_unit_test(what_cannot_be_written_is_an_error_of_the_stream),
	};

	return cmocka_run_group_tests_name("base/plain", tests, NULL, NULL);
}
