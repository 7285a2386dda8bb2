// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_export.c - the container of a FRITZ!Box's "save settings" */
#include "import/fritzbox_export.h"

#include <string.h>

#include "base/str.h"

#define MARK "**** "

struct line {
	const char *text;
	size_t length; /* without the line end */
};

struct reader {
	struct arena *arena;
	const char *file, *at, *end;
	unsigned int number; /* of the line read last */
};

static bool line_next(struct reader *reader, struct line *ret_line)
{
	const char *newline;

	if (reader->at == reader->end)
		return false;
	newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
	ret_line->text = reader->at;
	ret_line->length = (size_t)((newline ? newline : reader->end) - reader->at);
	if (ret_line->length && ret_line->text[ret_line->length - 1] == '\r')
		ret_line->length--;
	reader->at = newline ? newline + 1 : reader->end;
	reader->number++;
	return true;
}

static bool line_starts(const struct line *line, const char *prefix)
{
	return line->length >= strlen(prefix) &&
	       memcmp(line->text, prefix, strlen(prefix)) == 0;
}

bool fritzbox_export_is(const char *bytes, size_t length)
{
	struct line first = { bytes, length };

	return line_starts(&first, MARK);
}

/* What stands between the stars of "**** words ****" (the last stars may be missing). */
static char *mark_words(struct arena *arena, const struct line *line)
{
	char *words = arena_strndup(arena, line->text + strlen(MARK),
				    line->length - strlen(MARK));
	size_t length = strlen(words);

	while (length && (words[length - 1] == '*' || words[length - 1] == ' '))
		words[--length] = '\0';
	return str_trim(words);
}

static void take_model(struct fritzbox_export *export, char *words)
{
	char *end = strstr(words, " CONFIGURATION EXPORT");

	if (!end)
		return;
	*end = '\0';
	export->model = str_trim(words);
}

/* The part's lines up to its end mark, "\\" turned into "\" in CFGFILE parts. */
static void take_text(struct reader *reader, struct fritzbox_part *part)
{
	const char *start = reader->at, *end = reader->at;
	bool is_config = str_equal(part->kind, "CFGFILE");
	struct reader before = *reader;
	struct line line;
	char *text;

	while (line_next(reader, &line)) {
		if (line_starts(&line, MARK)) {
			part->is_closed = line_starts(&line, MARK "END OF FILE");
			if (!part->is_closed)
				*reader = before; /* the next part starts here */
			break;
		}
		end = reader->at;
		before = *reader;
	}
	if (!is_config)
		return;
	text = arena_alloc(reader->arena, (size_t)(end - start) + 1);
	part->text = text;
	for (const char *in = start; in < end; in++) {
		text[part->length++] = *in;
		in += *in == '\\' && in + 1 < end && in[1] == '\\';
	}
}

static void take_part(struct reader *reader, struct fritzbox_export *export, char *words)
{
	struct fritzbox_part *part;
	char *colon = strchr(words, ':');

	if (!colon)
		return;
	*colon = '\0';
	part = vec_push(reader->arena, &export->parts);
	part->kind = words;
	part->name = str_trim(colon + 1);
	part->at = (struct origin){ .file = reader->file, .line = reader->number };
	take_text(reader, part);
}

void fritzbox_export_parse(struct arena *arena, const char *file, const char *bytes,
			   size_t length, struct fritzbox_export *ret_export)
{
	struct reader reader = { arena, file, bytes, bytes + length, 0 };
	static const char firmware[] = "FirmwareVersion=";
	struct line line;

	*ret_export = (struct fritzbox_export){ 0 };
	while (line_next(&reader, &line)) {
		char *words;

		if (line_starts(&line, firmware) && !ret_export->firmware)
			ret_export->firmware =
				arena_strndup(arena, line.text + strlen(firmware),
					      line.length - strlen(firmware));
		if (!line_starts(&line, MARK))
			continue;
		words = mark_words(arena, &line);
		if (str_starts(words, "END OF EXPORT"))
			ret_export->is_closed = true;
		else if (reader.number == 1)
			take_model(ret_export, words);
		else
			take_part(&reader, ret_export, words);
	}
}
