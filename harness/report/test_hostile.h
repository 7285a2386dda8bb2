/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_hostile.h - for tests: does a hostile string get out of a format?
 *
 * A text is written twice: with a harmless word in every field, and with the hostile
 * string there. The second must have the same skeleton (lines; tags and attributes; members
 * of JSON), and nothing that moves a cursor, turns the direction or is a command of CI.
 */
#ifndef TWINSITE_REPORT_TEST_HOSTILE_H
#define TWINSITE_REPORT_TEST_HOSTILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "base/str.h"

#define HARMLESS "word"
#define HOSTILE                                                                         \
	"\n::error::x\x1b[31m\x1b]0;t\x07\xc2\x9b\xe2\x80\xae\xff</b><!--]]>\"'&\\\r\n" \
	"##[error]y\n  ::debug::\t\xe2\x80\xa8"

enum format { LINES, MARKUP, JSON };

/* ------------------------------------------------------------ what may be in it */

static inline void skeleton_of_lines(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text == '\n')
			buf_putc(out, '\n');
}

/* Tags with the names of their attributes; values and text left out. */
static inline void skeleton_of_markup(const char *text, struct buf *out)
{
	bool is_tag = false, is_value = false;

	for (; *text; text++) {
		if (*text == '"' && is_tag)
			is_value = !is_value;
		if (is_value)
			continue;
		if (*text == '<')
			is_tag = true;
		if (is_tag)
			buf_putc(out, *text);
		if (*text == '>')
			is_tag = false;
	}
}

static inline void skeleton_of_json(const json_t *value, struct buf *out)
{
	const char *key;
	json_t *member;
	size_t index;

	buf_printf(out, "%d", (int)json_typeof(value));
	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		/* A status is found under the name of its site. */
		buf_printf(out, "{%s:",
			   str_equal(key, HARMLESS) || strstr(key, "error::x") ? "site"
									       : key);
		skeleton_of_json(member, out);
	}
	json_array_foreach (value, index, member) {
		buf_putc(out, '[');
		skeleton_of_json(member, out);
	}
}

static inline void skeleton(const char *name, enum format format, const char *text,
			    struct buf *out)
{
	json_error_t error;
	json_t *root;

	if (format == LINES)
		skeleton_of_lines(text, out);
	if (format == MARKUP)
		skeleton_of_markup(text, out);
	if (format != JSON)
		return;
	root = json_loads(text, 0, &error);
	if (!root)
		fail_msg("%s: line %d: %s", name, error.line, error.text);
	skeleton_of_json(root, out);
	json_decref(root);
}

/* What stands in the buffer; then what leaves: base/out.h, and report_write() for files. */
static inline void check_harmless(const char *name, struct buf *text)
{
	/* U+202E, byte by byte: no editor and no compiler shall be misled by this file */
	static const char override[] = { (char)0xe2, (char)0x80, (char)0xae, '\0' };
	const char *const bad[] = { "\x1b", "\x07", "\r",   "\xc2\x9b",	   override,
				    "\xff", "\t",   "b><!", "\xe2\x80\xa8" };
	static const char *const commands[] = { "\n::", "\n ::", "\n  ::", "##[" };
	_cleanup_buf_ struct buf plain = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (strstr(buf_text(text), bad[i]) && !(i == 7 && text->data[0] != '<'))
			fail_msg("%s: not harmless (%zu):\n%s", name, i, buf_text(text));
	plain_text(buf_text(text), PLAIN_LINES, &plain);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		assert_null(strstr(buf_text(&plain), commands[i]));
	assert_true(str_is_utf8(buf_text(&plain), plain.length));
	buf_done(text);
	buf_puts(text, buf_text(&plain));
}

static inline void same_skeleton(const char *name, const char *wanted, const char *found)
{
	size_t at = 0;

	while (wanted[at] && wanted[at] == found[at])
		at++;
	if (wanted[at] || found[at])
		fail_msg("%s: '%.80s' has become '%.80s'", name, wanted + at, found + at);
}

/* Both texts of a format; the harmless word is everywhere, so the string must be, too. */
static inline void holds_no_hostile(const char *name, enum format format,
				    struct buf *harmless, struct buf *hostile)
{
	_cleanup_buf_ struct buf shape = { 0 }, same = { 0 };

	check_harmless(name, hostile);
	skeleton(name, format, buf_text(harmless), &shape);
	skeleton(name, format, buf_text(hostile), &same);
	same_skeleton(name, buf_text(&shape), buf_text(&same));
	assert_non_null(strstr(buf_text(harmless), HARMLESS));
	assert_non_null(strstr(buf_text(hostile), "error::x"));
}

#endif
