// SPDX-License-Identifier: GPL-2.0-or-later
/* site_text.c - what was understood of a device's files, for a terminal */
#include "report/site_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/keys.h"
#include "report/shown.h"
#include "report/site_facts.h"

/* Columns: names, values behind them, origins at the right. */
#define NAME_WIDTH    20
#define VALUE_WIDTH   48
#define ORIGIN_COLUMN 76
#define INDENT	      2

/* At least two blanks between columns; none before the first. */
static void pad(struct buf *out, size_t used, size_t column)
{
	size_t blanks = used < column ? column - used : 0;

	if (blanks < 2 && used)
		blanks = 2;
	while (blanks--)
		buf_putc(out, ' ');
}

static void put_origin(struct buf *out, const struct origin *at)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (!at->file && !at->source)
		return;
	origin_format(at, &text);
	shown_puts(out, buf_text(&text));
}

/* "mode", spelled for people: '_' is a blank. */
static void put_name(struct buf *out, const char *name)
{
	for (; *name; name++)
		buf_putc(out, *name == '_' ? ' ' : *name);
}

static void put_value(struct buf *out, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_TEXT:
		buf_puts(out, fact->value);
		return;
	case FACT_NUMBER:
		buf_printf(out, "%" PRId64 "%s%s", fact->number, fact->unit ? " " : "",
			   fact->unit ? fact->unit : "");
		return;
	case FACT_FLAG:
		buf_puts(out, fact->on ? "yes" : "no");
		return;
	case FACT_GROUP:
	case FACT_LIST:
		return;
	}
}

static void put_row(struct buf *out, const struct fact *fact, size_t indent)
{
	_cleanup_buf_ struct buf value = { 0 };
	bool has_origin = fact->at.file || fact->at.source;

	pad(out, 0, indent);
	put_name(out, fact->name);
	pad(out, strlen(fact->name), NAME_WIDTH);
	put_value(&value, fact);
	buf_puts(out, buf_text(&value));
	if (has_origin)
		pad(out, indent + NAME_WIDTH + shown_width(buf_text(&value)),
		    ORIGIN_COLUMN);
	put_origin(out, &fact->at);
	buf_putc(out, '\n');
}

static void put_heading(struct buf *out, const struct fact *fact, size_t indent)
{
	size_t used = indent + strlen(fact->name);

	pad(out, 0, indent);
	put_name(out, fact->name);
	if (fact->value) {
		buf_printf(out, " %s", fact->value);
		used += 1 + shown_width(fact->value);
	}
	if (fact->at.file || fact->at.source)
		pad(out, used, ORIGIN_COLUMN);
	put_origin(out, &fact->at);
	buf_putc(out, '\n');
}

/*
 * Depth is that of the model, five at most. Blank lines stand between the groups of the
 * site itself, and behind them.
 */
static void put_group(struct buf *out, const struct fact *group, size_t indent)
{
	bool is_after_group = false;

	for (const struct fact *fact = group->children; fact; fact = fact->next) {
		if (fact->kind == FACT_LIST) {
			put_group(out, fact, indent);
			is_after_group |= fact->children != NULL;
		} else if (fact->kind == FACT_GROUP) {
			if (indent == INDENT)
				buf_putc(out, '\n');
			put_heading(out, fact, indent);
			put_group(out, fact, indent + INDENT);
		} else {
			if (is_after_group && indent == INDENT)
				buf_putc(out, '\n');
			is_after_group = false;
			put_row(out, fact, indent);
		}
	}
}

void site_text(const struct site *site, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct fact *root = site_facts(arena, site);

	put_heading(out, root, 0);
	put_group(out, root, INDENT);
}

/* What each end does as it likes. */
static bool is_own_affair(const struct fact *fact)
{
	static const char *const names[] = { "dpd_action", "close_action", "start",
					     "replay_protection", "one_sa_for_all" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal(fact->name, names[i]))
			return true;
	return false;
}

static void leave_out_own(struct fact *group, unsigned int depth)
{
	struct fact **next = &group->children;

	while (*next) {
		/* Who starts is asked of the tunnel, not of each child again. */
		if (depth && is_own_affair(*next)) {
			*next = (*next)->next;
			continue;
		}
		leave_out_own(*next, depth + ((*next)->kind == FACT_LIST));
		next = &(*next)->next;
	}
}

void site_text_needed(const struct site *site, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct fact *fact = site_facts(arena, site)->children;

	while (fact && !str_equal(fact->name, FACTS_TUNNELS))
		fact = fact->next;
	if (!fact)
		return;
	leave_out_own(fact, 0);
	put_group(out, fact, INDENT);
}

/* ------------------------------------------------------------ remarks */

const char *remark_kind_name(enum remark_kind kind)
{
	static const char *const names[] = {
		[REMARK_UNKNOWN] = "not understood",
		[REMARK_IGNORED] = "ignored",
		[REMARK_INVALID] = "invalid",
		[REMARK_ASSUMED] = "assumed",
		[REMARK_NOT_REHEARSED] = "not rehearsed",
	};

	return names[kind];
}

static int compare_remarks(const void *a, const void *b)
{
	const struct remark *left = a, *right = b;
	const char *left_file = left->at.file ? left->at.file : "";
	const char *right_file = right->at.file ? right->at.file : "";
	int order = strcmp(left_file, right_file);

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (order)
		return order;
	if (left->at.line != right->at.line)
		return left->at.line < right->at.line ? -1 : 1;
	return 0;
}

static void put_remark(struct buf *out, const struct remark *remark)
{
	_cleanup_buf_ struct buf at = { 0 };

	origin_format(&remark->at, &at);
	buf_puts(out, "  ");
	if (at.length) {
		shown_puts(out, at.data);
		buf_puts(out, ": ");
	}
	shown_puts(out, remark->text);
	buf_putc(out, '\n');
}

void site_text_remarks(const struct site *site, struct buf *out)
{
	size_t count = site->remarks.count;
	_cleanup_free_ struct remark *sorted = malloc((count + 1) * sizeof(*sorted));

	if (!count || !sorted) {
		buf_puts(out, "every line was understood\n");
		return;
	}
	memcpy(sorted, site->remarks.items, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_remarks);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || sorted[i].kind != sorted[i - 1].kind)
			buf_printf(out, "%s%s\n", i ? "\n" : "",
				   remark_kind_name(sorted[i].kind));
		put_remark(out, &sorted[i]);
	}
}

void site_text_lines(const struct site *site, struct buf *out)
{
	size_t counts[LINE_STATES];
	const size_t all = site_lines_count(site, counts);
	const char *mark = ": ";

	if (!all)
		return;
	buf_printf(out, "\n%zu line%s with a statement", all, all == 1 ? "" : "s");
	for (enum line_state state = 0; state < LINE_STATES; state++) {
		if (!counts[state])
			continue;
		buf_printf(out, "%s%zu %s", mark, counts[state], line_state_name(state));
		mark = ", ";
	}
	buf_putc(out, '\n');
}

/* ------------------------------------------------------------ keys */

static void put_key(struct buf *out, const struct key_listing *listing)
{
	_cleanup_buf_ struct buf at = { 0 }, value = { 0 };

	origin_format(&listing->at, &at);
	shown_puts(&value, listing->path);
	buf_puts(&value, " = ");
	shown_puts(&value, listing->value);
	buf_puts(out, "  ");
	shown_puts(out, buf_text(&at));
	pad(out, shown_width(buf_text(&at)) + 2, NAME_WIDTH);
	buf_puts(out, buf_text(&value));
	pad(out, shown_width(buf_text(&value)), VALUE_WIDTH);
	buf_puts(out, listing->meaning ? listing->meaning : "NOT UNDERSTOOD");
	if (listing->ignored)
		buf_printf(out, " [no effect here: %s]", listing->ignored);
	buf_putc(out, '\n');
}

void site_text_keys(const struct key_listings *listings, struct buf *out)
{
	const char *connection = NULL;
	bool is_first = true;

	vec_foreach (listing, &listings->list) {
		if (is_first || connection != listing->connection) {
			connection = listing->connection;
			buf_puts(out, is_first ? "" : "\n");
			buf_puts(out, connection ? "keys of connection " : "other keys");
			shown_puts(out, connection);
			buf_putc(out, '\n');
			is_first = false;
		}
		put_key(out, listing);
	}
}
