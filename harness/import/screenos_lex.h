/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screenos_lex.h - ScreenOS text to words, and a cursor over them
 *
 * One command per line, words separated by blanks, "double quoted" words; `#` and
 * `!` begin comment lines. What a terminal puts around it is taken off: prompts
 * ("ssg5-serial(M)-> "), pager lines, "Total Config size".
 */
#ifndef TWINSITE_IMPORT_SCREENOS_LEX_H
#define TWINSITE_IMPORT_SCREENOS_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct screenos_word {
	const char *s;
	bool is_quoted;
};

struct screenos_line {
	VEC(struct screenos_word) words;
	bool is_unclosed; /* a quotation mark was never closed */
	bool is_prompted; /* began with a prompt */
	bool is_listing;  /* "Total Config size 12345:": the head of `get config` */
};

/*
 * Split one line (without its line end). Words are copied into the arena;
 * ret_line's vector is reused from call to call.
 */
void screenos_line_split(struct arena *arena, const char *text, size_t length,
			 struct screenos_line *line);

/* A cursor over the words of a line. */
struct args {
	const struct screenos_word *words;
	size_t count, next;
};

bool args_end(const struct args *args);
const char *args_peek(const struct args *args); /* NULL at the end */
const char *args_take(struct args *args);	/* NULL at the end */
/* Take the next word if it is this keyword (any case, not quoted). */
bool args_accept(struct args *args, const char *keyword);
bool args_is(const struct args *args, const char *keyword);

#endif
