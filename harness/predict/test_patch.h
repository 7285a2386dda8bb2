/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_patch.h - do literally what a fix says, to a copy of the file
 *
 * A fix "SITE: FILE:LINE: TEXT" is taken at its word: TEXT is what stands in the file
 * afterwards. What only describes a change is not applicable.
 */
#ifndef TWINSITE_PREDICT_TEST_PATCH_H
#define TWINSITE_PREDICT_TEST_PATCH_H

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/site.h"

#define PATCH_LINES_MAX 400

struct patch_file {
	char *lines[PATCH_LINES_MAX];
	size_t count;
};

struct patch_fix {
	const char *site, *file, *text;
	unsigned int line;
};

static bool patch_parse(struct arena *arena, const char *fix, struct patch_fix *ret)
{
	const char *rule = strstr(fix, ": config rule; ");
	char site[64], file[128], line[12] = "0";
	int64_t number;
	int at = 0;

	if (rule && strstr(fix, ": /etc/config/firewall")) {
		at = (int)(rule + 2 - fix);
		(void)snprintf(site, sizeof(site), "%.*s", (int)strcspn(fix, ":"), fix);
		(void)snprintf(file, sizeof(file), "etc/config/firewall");
	} else if (sscanf(fix, "%63[^:]: %127[^: ]:%11[0-9]: %n", site, file, line,
			  &at) != 3 ||
		   !at) {
		return false;
	}
	if (str_to_number(line, 0, UINT32_MAX, &number) != 0)
		return false;
	ret->line = (unsigned int)number;
	ret->site = arena_strdup(arena, site);
	ret->file = arena_strdup(arena, file);
	ret->text = fix + at;
	return true;
}

static void patch_split(struct arena *arena, const char *text, struct patch_file *file)
{
	file->count = 0;
	while (*text && file->count < PATCH_LINES_MAX - 20) {
		size_t length = strcspn(text, "\n");

		file->lines[file->count++] = arena_strndup(arena, text, length);
		text += length + (text[length] == '\n');
	}
}

static const char *patch_join(struct arena *arena, const struct patch_file *file)
{
	_cleanup_buf_ struct buf text = { 0 };

	for (size_t i = 0; i < file->count; i++)
		buf_printf(&text, "%s\n", file->lines[i]);
	return arena_strdup(arena, buf_text(&text));
}

static void patch_insert(struct patch_file *file, size_t at, char *line)
{
	memmove(&file->lines[at + 1], &file->lines[at],
		(file->count - at) * sizeof(file->lines[0]));
	file->lines[at] = line;
	file->count++;
}

static void patch_remove(struct patch_file *file, size_t at)
{
	file->count--;
	memmove(&file->lines[at], &file->lines[at + 1],
		(file->count - at) * sizeof(file->lines[0]));
}

static const char *patch_trim(const char *line)
{
	return line + strspn(line, " \t");
}

/* Does the line begin with these words? */
static bool patch_begins(const char *line, const char *words)
{
	size_t length = strlen(words);

	line = patch_trim(line);
	return !strncmp(line, words, length) &&
	       (!line[length] || strchr(" \t=;{", line[length]));
}

/* "option NAME 'VALUE'", "list NAME 'VALUE'", "no option NAME"; several with commas. */
static bool patch_openwrt(struct arena *arena, struct patch_file *file, size_t at,
			  const char *text)
{
	size_t first = at, end;

	while (first && !patch_begins(file->lines[first], "config"))
		first--;
	while (*text) {
		size_t length = strcspn(text, ",;");
		char *statement = arena_strndup(arena, text, length);
		bool is_removed;
		char kind[16], name[64];

		text += length + strspn(text + length, ",; ");
		statement = str_trim(statement);
		if (str_starts(statement, "add "))
			statement += 4;
		is_removed = str_starts(statement, "no ");
		if (is_removed)
			statement += 3;
		if (sscanf(statement, "%15s %63s", kind, name) != 2 ||
		    (!str_equal(kind, "option") && !str_equal(kind, "list")))
			return false;
		for (end = first + 1;
		     end < file->count && !patch_begins(file->lines[end], "config");)
			if (patch_begins(file->lines[end],
					 arena_printf(arena, "%s %s", kind, name)))
				patch_remove(file, end);
			else
				end++;
		if (!is_removed)
			patch_insert(file, first + 1,
				     arena_printf(arena, " %s", statement));
	}
	return true;
}

/* "key = value", "key = value;", "section { key = value }": the line of that key. */
static bool patch_key(struct arena *arena, struct patch_file *file, size_t at,
		      const char *text)
{
	const char *open = strstr(text, " { "), *equals = strchr(text, '=');
	char *line, *key;

	if (!equals)
		return false;
	line = arena_strndup(arena, text, strcspn(text, "("));
	if (open && open < equals) {
		line = arena_strdup(arena, open + 3);
		line[strcspn(line, "}")] = '\0';
	}
	line = str_trim(line);
	key = arena_strndup(arena, line, strcspn(line, " ="));
	/* Indented as the line was: in ipsec.conf that is not without meaning. */
	line = arena_printf(arena, "%.*s%s", (int)strspn(file->lines[at], " \t"),
			    file->lines[at], line);
	if (patch_begins(file->lines[at], key) || open)
		file->lines[at] = line;
	else
		patch_insert(file, at + 1, line);
	return true;
}

static const char *patch_token(struct arena *arena, const char **text)
{
	const char *at = *text + strspn(*text, " ");
	size_t length = *at == '"' ? strcspn(at + 1, "\"") + 2 : strcspn(at, " ");

	*text = at + length;
	return *at ? arena_strndup(arena, at, length) : NULL;
}

static void patch_before(struct arena *arena, char **line, const char *mark,
			 const char *added)
{
	const char *at = strstr(*line, mark);

	if (at)
		*line = arena_printf(arena, "%.*s%s%s", (int)(at - *line), *line, added,
				     at);
}

/* "set ike gateway "g" … proposal "p"": the words that it names, the rest stays. */
static bool patch_screenos(struct arena *arena, struct patch_file *file, size_t at,
			   const char *text)
{
	static const char *const keys[] = { "address", "id", "local-id", "proposal" };
	static const char *const modes[] = { "Main", "Aggr" };
	bool is_done = false;
	const char *token;

	if (!str_starts(text, "set "))
		return false;
	while ((token = patch_token(arena, &text))) {
		_cleanup_buf_ struct buf line = { 0 };
		const char *rest = file->lines[at], *value = NULL, *word;
		bool is_key = false, is_mode = false;

		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			is_key |= str_equal(token, keys[i]);
		for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
			is_mode |= str_equal(token, modes[i]);
		if (is_key)
			value = patch_token(arena, &text);
		if ((!is_key && !is_mode) ||
		    (is_key && (!value || str_equal(value, "…"))))
			continue;
		is_done = true;
		while ((word = patch_token(arena, &rest))) {
			bool was_mode =
				str_equal(word, "Main") || str_equal(word, "Aggr");

			buf_printf(&line, "%s%s", line.length ? " " : "",
				   is_mode && was_mode ? token : word);
			if (is_key && str_equal(word, token)) {
				(void)patch_token(arena, &rest);
				buf_printf(&line, " %s", value);
			}
		}
		file->lines[at] = arena_strdup(arena, buf_text(&line));
		if (is_key &&
		    !strstr(file->lines[at], arena_printf(arena, " %s ", token)))
			patch_before(arena, &file->lines[at], " outgoing-interface ",
				     arena_printf(arena, " %s %s", token, value));
	}
	return is_done;
}

/* "set PATH VALUE; delete PATH": a value takes the place of the former one. */
static bool patch_junos(struct arena *arena, struct patch_file *file, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, ";");
		char *statement = str_trim(arena_strndup(arena, text, length));
		bool is_set = str_starts(statement, "set ");
		char *path, *blank;

		text += length + strspn(text + length, "; ");
		if (!is_set && !str_starts(statement, "delete "))
			return false;
		path = arena_strdup(arena, statement + (is_set ? 4 : 7));
		blank = strrchr(path, ' ');
		if (is_set && blank)
			*blank = '\0';
		for (size_t i = 0; i < file->count;)
			if (patch_begins(file->lines[i],
					 arena_printf(arena, "set %s", path)))
				patch_remove(file, i);
			else
				i++;
		if (is_set)
			patch_insert(file, file->count, statement);
	}
	return true;
}

/* The file's text with the fix in it; NULL: it only describes what to do. */
static const char *patch_apply(struct arena *arena, enum device_kind kind,
			       const char *text, const struct patch_fix *fix)
{
	struct patch_file file;
	bool is_done = false;

	patch_split(arena, text, &file);
	if (kind == DEVICE_OPENWRT && str_starts(fix->text, "config rule; ")) {
		patch_insert(&file, 0, arena_strdup(arena, "config rule"));
		return patch_openwrt(arena, &file, 0, fix->text + strlen("config rule; "))
			       ? patch_join(arena, &file)
			       : NULL;
	}
	if (!fix->line || fix->line > file.count)
		return NULL;
	switch (kind) {
	case DEVICE_OPENWRT:
		is_done = patch_openwrt(arena, &file, fix->line - 1, fix->text);
		break;
	case DEVICE_FRITZBOX:
	case DEVICE_STRONGSWAN:
		is_done = patch_key(arena, &file, fix->line - 1, fix->text);
		break;
	case DEVICE_SCREENOS:
		is_done = patch_screenos(arena, &file, fix->line - 1, fix->text);
		break;
	case DEVICE_JUNOS:
		is_done = patch_junos(arena, &file, fix->text);
		break;
	case DEVICE_NEUTRAL: /* no line is written for it */
		break;
	}
	return is_done ? patch_join(arena, &file) : NULL;
}

#endif
