// SPDX-License-Identifier: GPL-2.0-or-later
/* apply.c - an edit made in the text of a device's file */
#include "fix/apply.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/fixes.h"
#include "fix/languages.h"
#include "fix/text_lines.h"

/* NULL: whole lines only. */
static edit_statement *const statements[] = {
	[EDIT_LINES] = NULL,
	[EDIT_UCI] = edit_uci,
	[EDIT_SWANCTL] = edit_swanctl,
	[EDIT_VPNCFG] = edit_vpncfg,
	[EDIT_IPSEC_CONF] = edit_ipsec_conf,
	[EDIT_COMMANDS] = edit_commands,
	[EDIT_SET_PATHS] = edit_set_paths,
	[EDIT_BRACES] = edit_braces,
};

enum edit_language edit_language(enum device_kind kind, const char *file,
				 const char *text)
{
	const struct device_fixes *fixes = device_of(kind)->fixes;

	return fixes && fixes->language ? fixes->language(file, text) : EDIT_LINES;
}

static void add_lines(const char *lines, const char *end, struct buf *out)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		buf_add(out, lines, length);
		buf_puts(out, end);
		lines += length + (lines[length] == '\n');
	}
}

static int insert_lines(const struct edit *edit, const char *text, struct buf *out,
			struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct text_lines lines = { 0 };
	size_t at;
	const char *end;

	text_lines_split(arena, text, &lines);
	at = lines.list.count;
	if (edit->place == EDIT_BEFORE_BLOCK) {
		if (!edit->at.line || edit->at.line > at)
			return err_set(err, -EINVAL, "there is no line %u",
				       edit->at.line);
		at = edit_uci_head(text, edit->at.line) - 1;
	}
	end = lines.list.count ? text_line_end(&lines.list.items[0]) : "\n";
	text_lines_add(&lines, 0, at, out);
	if (out->length && out->data[out->length - 1] != '\n')
		buf_puts(out, end);
	if (edit->place == EDIT_AT_END && strchr(edit->text, '\n') && out->length)
		buf_puts(out, end);
	add_lines(edit->text, end, out);
	if (edit->place == EDIT_BEFORE_BLOCK)
		buf_puts(out, end);
	text_lines_add(&lines, at, lines.list.count, out);
	return 0;
}

/* Text that stands once in the line; as a word, not as a part of one. */
static const char *find_word(const struct text_line *line, const char *word,
			     size_t length)
{
	static const char parts[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-/";
	const char *found = NULL;

	for (size_t i = 0; i + length <= line->length; i++) {
		const char *at = line->bytes + i;

		if (memcmp(at, word, length) != 0 || (i && strchr(parts, at[-1])) ||
		    (i + length < line->length && strchr(parts, at[length])))
			continue;
		if (found)
			return NULL;
		found = at;
	}
	return found;
}

static int change_line(const struct edit *edit, const char *text, struct buf *out,
		       struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const size_t old_length = strcspn(edit->text, "\n");
	const struct text_line *line;
	struct text_lines lines = { 0 };
	const char *word;

	text_lines_split(arena, text, &lines);
	if (!edit->at.line || edit->at.line > lines.list.count)
		return err_set(err, -EINVAL, "there is no line %u", edit->at.line);
	line = &lines.list.items[edit->at.line - 1];
	text_lines_add(&lines, 0, edit->at.line - 1, out);
	if (edit->place == EDIT_LINE) {
		buf_add(out, line->bytes, text_line_indent(line));
		buf_puts(out, edit->text);
		buf_puts(out, text_line_end(line));
	} else {
		word = find_word(line, edit->text, old_length);
		if (!word)
			return err_set(err, -EINVAL, "'%.*s' is not once on line %u",
				       (int)old_length, edit->text, edit->at.line);
		buf_add(out, line->bytes, (size_t)(word - line->bytes));
		buf_puts(out, edit->text + old_length + 1);
		buf_add(out, word + old_length,
			(size_t)(line->bytes + line->length - word) - old_length);
	}
	text_lines_add(&lines, edit->at.line, lines.list.count, out);
	return 0;
}

int edit_apply(enum edit_language language, const struct edit *edit, const char *text,
	       struct buf *out, struct err *err)
{
	_cleanup_buf_ struct buf now = { 0 };
	const char *rest = edit->text;

	if (edit->place == EDIT_LINE || edit->place == EDIT_WORD)
		return change_line(edit, text, out, err);
	if (edit->place != EDIT_IN_BLOCK)
		return insert_lines(edit, text, out, err);
	if (!statements[language])
		return err_set(err, -EINVAL, "statements have no place in this file");
	buf_puts(&now, text);
	while (*rest) {
		_cleanup_buf_ struct buf changed = { 0 };
		_cleanup_free_ char *statement = strndup(rest, strcspn(rest, "\n"));

		if (statements[language](buf_text(&now), edit->at.line, statement,
					 &changed, err))
			return -EINVAL;
		rest += strlen(statement);
		rest += *rest == '\n';
		now.length = 0;
		buf_puts(&now, buf_text(&changed));
	}
	buf_puts(out, buf_text(&now));
	return 0;
}
