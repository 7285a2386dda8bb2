// SPDX-License-Identifier: GPL-2.0-or-later
/* diff.c - two texts as a unified diff */
#include "fix/diff.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "fix/text_lines.h"

#define CONTEXT 3 /* equal lines around a difference */

struct diff {
	struct arena *arena;
	struct text_lines old, new;
	bool *is_gone, *is_new; /* by line of old and of new */
};

static bool is_same(const struct text_line *a, const struct text_line *b)
{
	return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

/* The longest common subsequence of the middle, by the table of its lengths. */
static void mark_middle(struct diff *diff, size_t first, size_t old_end, size_t new_end)
{
	const struct text_line *old = diff->old.list.items, *new = diff->new.list.items;
	const size_t rows = old_end - first, columns = new_end - first;
	const bool is_small = rows <= DIFF_LINES_MAX && columns <= DIFF_LINES_MAX;
	_cleanup_free_ unsigned short *table = NULL;
	size_t i = 0, j = 0;

	if (is_small)
		table = calloc((rows + 1) * (columns + 1), sizeof(*table));
#define LONGEST(row, column) table[(row) * (columns + 1) + (column)]
	for (size_t r = table ? rows : 0; r-- > 0;)
		for (size_t c = columns; c-- > 0;)
			LONGEST(r, c) =
				is_same(&old[first + r], &new[first + c])
					? (unsigned short)(LONGEST(r + 1, c + 1) + 1)
				: LONGEST(r + 1, c) >= LONGEST(r, c + 1)
					? LONGEST(r + 1, c)
					: LONGEST(r, c + 1);
	while (i < rows || j < columns) {
		if (table && i < rows && j < columns &&
		    is_same(&old[first + i], &new[first + j])) {
			i++;
			j++;
		} else if (i < rows && (!table || j == columns ||
					LONGEST(i + 1, j) >= LONGEST(i, j + 1))) {
			diff->is_gone[first + i++] = true;
		} else {
			diff->is_new[first + j++] = true;
		}
	}
#undef LONGEST
}

static void mark(struct diff *diff)
{
	size_t old_end = diff->old.list.count, new_end = diff->new.list.count, first = 0;
	const struct text_line *old = diff->old.list.items, *new = diff->new.list.items;

	diff->is_gone = arena_alloc(diff->arena, old_end + 1);
	diff->is_new = arena_alloc(diff->arena, new_end + 1);
	while (first < old_end && first < new_end && is_same(&old[first], &new[first]))
		first++;
	while (old_end > first && new_end > first &&
	       is_same(&old[old_end - 1], &new[new_end - 1])) {
		old_end--;
		new_end--;
	}
	mark_middle(diff, first, old_end, new_end);
}

static void add_line(char sign, const struct text_line *line, struct buf *out)
{
	buf_putc(out, sign);
	buf_add(out, line->bytes, line->length);
	if (line->bytes[line->length - 1] != '\n')
		buf_puts(out, "\n\\ No newline at end of file\n");
}

/* A range of "@@": the line before which nothing stands is 0. */
static void add_range(char sign, size_t first, size_t count, struct buf *out)
{
	buf_printf(out, "%c%zu", sign, count ? first + 1 : first);
	if (count != 1)
		buf_printf(out, ",%zu", count);
}

/* Both texts from i and j to their ends, as equal and changed lines in turn. */
struct place {
	size_t i, j;
};

static bool is_at_change(const struct diff *diff, const struct place *at)
{
	return (at->i < diff->old.list.count && diff->is_gone[at->i]) ||
	       (at->j < diff->new.list.count && diff->is_new[at->j]);
}

static bool is_at_end(const struct diff *diff, const struct place *at)
{
	return at->i >= diff->old.list.count && at->j >= diff->new.list.count;
}

static void pass(const struct diff *diff, struct place *at, struct buf *lines)
{
	if (at->i < diff->old.list.count && diff->is_gone[at->i])
		add_line('-', &diff->old.list.items[at->i++], lines);
	else if (at->j < diff->new.list.count && diff->is_new[at->j])
		add_line('+', &diff->new.list.items[at->j++], lines);
	else {
		add_line(' ', &diff->old.list.items[at->i++], lines);
		at->j++;
	}
}

/* From a change to where more than two contexts of equal lines follow. */
static void add_hunk(const struct diff *diff, struct place *at, struct buf *out)
{
	_cleanup_buf_ struct buf lines = { 0 };
	size_t lead = at->i < CONTEXT ? at->i : CONTEXT;
	struct place start = { at->i - lead, at->j - lead }, now = start;
	size_t equal = 0;

	while (!is_at_end(diff, &now)) {
		struct place ahead = now;

		if (is_at_change(diff, &now)) {
			pass(diff, &now, &lines);
			equal = 0;
			continue;
		}
		for (; equal < 2 * CONTEXT && !is_at_end(diff, &ahead) &&
		       !is_at_change(diff, &ahead);
		     ahead.i++, ahead.j++)
			equal++;
		if (now.i >= at->i &&
		    (is_at_end(diff, &ahead) || !is_at_change(diff, &ahead))) {
			for (size_t n = 0; n < CONTEXT && now.i < diff->old.list.count;
			     n++)
				pass(diff, &now, &lines);
			break;
		}
		while (now.i < ahead.i)
			pass(diff, &now, &lines);
		equal = 0;
	}
	buf_puts(out, "@@ ");
	add_range('-', start.i, now.i - start.i, out);
	buf_putc(out, ' ');
	add_range('+', start.j, now.j - start.j, out);
	buf_puts(out, " @@\n");
	buf_puts(out, buf_text(&lines));
	*at = now;
}

void diff_unified(const char *name, const char *old, const char *new, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct diff diff = { .arena = arena };
	struct place at = { 0 };

	if (old && !strcmp(old, new))
		return;
	text_lines_split(arena, old ? old : "", &diff.old);
	text_lines_split(arena, new, &diff.new);
	mark(&diff);
	if (old)
		buf_printf(out, "--- a/%s\n", name);
	else
		buf_puts(out, "--- /dev/null\n");
	buf_printf(out, "+++ b/%s\n", name);
	while (!is_at_end(&diff, &at)) {
		if (is_at_change(&diff, &at)) {
			add_hunk(&diff, &at, out);
			continue;
		}
		at.i++;
		at.j++;
	}
}
