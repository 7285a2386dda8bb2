// SPDX-License-Identifier: GPL-2.0-or-later
/* lines.c - what became of each line of a site's files */
#include "model/lines.h"

#include "base/str.h"
#include "model/site.h"

#define HAS_STATEMENT 0x80

const char *line_state_name(enum line_state state)
{
	static const char *const names[LINE_STATES] = {
		[LINE_READ] = "read in full",
		[LINE_NO_EFFECT] = "without effect",
		[LINE_IN_PART] = "read in part",
		[LINE_NOT_REHEARSED] = "not rehearsed",
		[LINE_NOT_UNDERSTOOD] = "not understood",
	};

	return names[state];
}

static struct file_lines *lines_find(const struct site *site, const char *file)
{
	/* The last one first: readers go through one file after the other. */
	for (size_t i = site->lines.count; i-- > 0;)
		if (site->lines.items[i].file == file ||
		    str_equal(site->lines.items[i].file, file))
			return &site->lines.items[i];
	return NULL;
}

static uint8_t *line_of(struct site *site, struct origin at)
{
	struct file_lines *lines;

	if (!at.file || !at.line)
		return NULL;
	lines = lines_find(site, at.file);
	if (!lines) {
		lines = vec_push(site->arena, &site->lines);
		lines->file = at.file;
	}
	while (lines->lines.count < at.line)
		vec_add(site->arena, &lines->lines, 0);
	return &lines->lines.items[at.line - 1];
}

void site_statement(struct site *site, struct origin at)
{
	uint8_t *line = line_of(site, at);

	if (line)
		*line |= HAS_STATEMENT;
}

void site_line_is(struct site *site, struct origin at, enum line_state state)
{
	uint8_t *line = line_of(site, at);

	if (line && (*line & ~HAS_STATEMENT) < (uint8_t)state)
		*line = (uint8_t)((*line & HAS_STATEMENT) | state);
}

enum line_state site_line_state(const struct site *site, struct origin at)
{
	const struct file_lines *lines = at.file ? lines_find(site, at.file) : NULL;

	if (!lines || !at.line || at.line > lines->lines.count)
		return LINE_READ;
	return lines->lines.items[at.line - 1] & (uint8_t)~HAS_STATEMENT;
}

void site_statement_in(struct site *site, struct origin at, struct origin block)
{
	const enum line_state state = site_line_state(site, block);

	site_statement(site, at);
	if ((state == LINE_NO_EFFECT || state == LINE_NOT_UNDERSTOOD) &&
	    site_line_state(site, at) == LINE_READ)
		site_line_is(site, at, state);
}

bool site_counts_lines_of(const struct site *site, const char *file)
{
	const struct file_lines *lines = lines_find(site, file);

	if (lines)
		vec_foreach (line, &lines->lines)
			if (*line & HAS_STATEMENT)
				return true;
	return false;
}

size_t site_lines_count(const struct site *site, size_t ret_counts[static LINE_STATES])
{
	size_t all = 0;

	for (enum line_state state = 0; state < LINE_STATES; state++)
		ret_counts[state] = 0;
	vec_foreach (file, &site->lines)
		vec_foreach (line, &file->lines)
			if (*line & HAS_STATEMENT) {
				ret_counts[*line & (uint8_t)~HAS_STATEMENT]++;
				all++;
			}
	return all;
}
