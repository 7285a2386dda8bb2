// SPDX-License-Identifier: GPL-2.0-or-later
/* logs.c - what a charon's log of a run says, as facts in order */
#include "check/logs.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"

#define LOG_SIZE_MAX (64u << 20) /* bytes */

static char *span_text(const struct charon_log_span *span, struct arena *arena)
{
	return span->s ? arena_strndup(arena, span->s, span->length) : NULL;
}

static void add_line(struct log_facts *facts, struct arena *arena, const char *line,
		     size_t length, unsigned int number)
{
	struct charon_log_line parsed;
	struct charon_log_match match;
	struct log_fact *fact;

	if (charon_log_parse(line, length, &parsed) ||
	    !charon_log_match(&parsed.message, &match) || facts->count == LOGS_MAX)
		return;
	fact = vec_push(arena, facts);
	fact->fact = match.fact;
	fact->line = number;
	fact->text = span_text(&parsed.message, arena);
	for (size_t i = 0; i < CHARON_LOG_CAPTURES; i++)
		fact->capture[i] = span_text(&match.capture[i], arena);
}

void logs_load(const char *folder, const char *site, struct arena *arena,
	       struct log_facts *ret_facts)
{
	struct log_facts facts = { 0 };
	_cleanup_free_ char *bytes = NULL;
	unsigned int number = 0;
	size_t length = 0;

	facts.file = arena_printf(arena, "%s.charon.log", site);
	if (file_read_below(folder, facts.file, LOG_SIZE_MAX, &bytes, &length, NULL))
		length = 0;
	for (size_t at = 0; at < length;) {
		const char *end = memchr(bytes + at, '\n', length - at);
		size_t line = end ? (size_t)(end - bytes) - at : length - at;

		add_line(&facts, arena, bytes + at, line, ++number);
		at += line + 1;
	}
	*ret_facts = facts;
}

const struct log_fact *logs_next(const struct log_facts *facts,
				 const struct log_fact *after, enum charon_log_fact fact)
{
	size_t i = after ? (size_t)(after - facts->items) + 1 : 0;

	for (; i < facts->count; i++)
		if (facts->items[i].fact == fact)
			return &facts->items[i];
	return NULL;
}

const char *logs_quote(const struct log_facts *facts, const struct log_fact *fact,
		       struct arena *arena)
{
	return arena_printf(arena, "%s:%u '%.160s'", facts->file, fact->line, fact->text);
}
