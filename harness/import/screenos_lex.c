// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_lex.c - ScreenOS text to words, and a cursor over them */
#include "import/screenos_lex.h"

#include <string.h>

#include "base/str.h"

#define PROMPT_MAX 80 /* "hostname(vsys)(M)-> " */

struct span {
	const char *s, *end;
};

/* Blanks, and what a pager leaves behind: backspaces and other control characters. */
static bool is_blank(char c)
{
	return c == ' ' || ((unsigned char)c < 0x20 && c != '\0') || c == 0x7f;
}

static void skip_blanks(struct span *text)
{
	while (text->s < text->end && is_blank(*text->s))
		text->s++;
}

static bool skip_prefix(struct span *text, const char *prefix)
{
	size_t length = strlen(prefix);

	if ((size_t)(text->end - text->s) < length ||
	    memcmp(text->s, prefix, length) != 0)
		return false;
	text->s += length;
	return true;
}

/* "name-> " without a blank or quotation mark before the arrow. */
static bool skip_prompt(struct span *text)
{
	for (const char *p = text->s; p + 1 < text->end && p - text->s < PROMPT_MAX;
	     p++) {
		if (is_blank(*p) || *p == '"')
			return false;
		if (p[0] == '-' && p[1] == '>') {
			text->s = p + 2;
			return true;
		}
	}
	return false;
}

static struct screenos_word quoted_take(struct arena *arena, struct span *text,
					struct screenos_line *line)
{
	const char *start = ++text->s;
	const char *close = memchr(start, '"', (size_t)(text->end - start));

	if (!close) {
		line->is_unclosed = true;
		close = text->end;
	}
	text->s = close < text->end ? close + 1 : close;
	return (struct screenos_word){
		.s = arena_strndup(arena, start, (size_t)(close - start)),
		.is_quoted = true,
	};
}

/* A mark inside a bare word closes nothing: one before it is missing. */
static struct screenos_word bare_take(struct arena *arena, struct span *text,
				      struct screenos_line *line)
{
	const char *start = text->s;

	for (; text->s < text->end && !is_blank(*text->s); text->s++)
		line->is_unclosed |= *text->s == '"';
	return (struct screenos_word){
		.s = arena_strndup(arena, start, (size_t)(text->s - start)),
	};
}

/* What the terminal adds; text is behind it afterwards. */
static void strip_terminal(struct span *text, struct screenos_line *line)
{
	skip_blanks(text);
	if (skip_prefix(text, "--- more ---"))
		skip_blanks(text);
	while (skip_prompt(text)) {
		line->is_prompted = true;
		skip_blanks(text);
	}
	line->is_listing = skip_prefix(text, "Total Config size");
	if (line->is_listing)
		text->s = text->end;
}

void screenos_line_split(struct arena *arena, const char *text, size_t length,
			 struct screenos_line *line)
{
	struct span rest = { text, text + length };

	line->words.count = 0;
	line->is_unclosed = false;
	line->is_prompted = false;
	strip_terminal(&rest, line);
	if (rest.s < rest.end && (*rest.s == '#' || *rest.s == '!'))
		return;
	for (;;) {
		struct screenos_word word;

		skip_blanks(&rest);
		if (rest.s >= rest.end)
			return;
		word = *rest.s == '"' ? quoted_take(arena, &rest, line)
				      : bare_take(arena, &rest, line);
		if (!word.is_quoted && str_equal(word.s, "#"))
			return; /* a comment behind a command */
		vec_add(arena, &line->words, word);
	}
}

bool args_end(const struct args *args)
{
	return args->next >= args->count;
}

const char *args_peek(const struct args *args)
{
	return args_end(args) ? NULL : args->words[args->next].s;
}

const char *args_take(struct args *args)
{
	return args_end(args) ? NULL : args->words[args->next++].s;
}

bool args_is(const struct args *args, const char *keyword)
{
	return !args_end(args) && !args->words[args->next].is_quoted &&
	       str_equal_nocase(args->words[args->next].s, keyword);
}

bool args_accept(struct args *args, const char *keyword)
{
	if (!args_is(args, keyword))
		return false;
	args->next++;
	return true;
}
