// SPDX-License-Identifier: GPL-2.0-or-later
/* fix_diff.c - what a fix changes, without the keys that stand there */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "fix/diff.h"
#include "fix/fix.h"
#include "fix/text_lines.h"
#include "text/command.h"

/* The key in its line, as it stands there; else the whole line, it may be spelled. */
static void add_masked(const struct text_line *line, const struct secret *psk,
		       const char *mask, struct buf *out)
{
	const char *key = psk->bytes && psk->length ? memmem(line->bytes, line->length,
							     psk->bytes, psk->length)
						    : NULL;

	if (key) {
		buf_add(out, line->bytes, (size_t)(key - line->bytes));
		buf_puts(out, mask);
		key += psk->length;
		buf_add(out, key, (size_t)(line->bytes + line->length - key));
		return;
	}
	buf_add(out, line->bytes, text_line_indent(line));
	buf_puts(out, mask);
	buf_puts(out, text_line_end(line));
}

/* The tunnel whose key stands on that line of that file. */
static const struct secret *secret_at(const struct site *site, const char *file,
				      size_t line)
{
	vec_foreach (tunnel, &site->tunnels)
		if (tunnel->psk.at.line == line && str_equal(tunnel->psk.at.file, file))
			return &tunnel->psk;
	return NULL;
}

static bool is_key_of(const struct site *site, const struct secret *psk)
{
	vec_foreach (tunnel, &site->tunnels)
		if (tunnel->psk.length == psk->length &&
		    (!psk->length || !memcmp(tunnel->psk.bytes, psk->bytes, psk->length)))
			return true;
	return false;
}

/*
 * Whatever else a line keeps secret: another tunnel's key, one in a comment, the password
 * of the provider. What names end with, of all the languages: pre_shared_key, encrypted-password.
 */
static const char *const secret_names[] = { "key",	   "secret",	 "psk",
					    "password",	   "passwd",	 "preshare",
					    "pin",	   "passphrase", "ascii-text",
					    "hexadecimal", "community" };

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static bool is_secret_name(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(secret_names); i++) {
		size_t n = strlen(secret_names[i]);

		if (length >= n && !strncasecmp(name + length - n, secret_names[i], n) &&
		    (length == n || n > 4 || strchr("_-.", name[length - n - 1])))
			return true;
	}
	return false;
}

/* Where the value of a secret's name begins; the line's length when there is none. */
static size_t secret_value(const struct text_line *line, bool is_all)
{
	size_t i = 0;

	while (i < line->length) {
		size_t start = i, value;

		while (i < line->length && is_name_char(line->bytes[i]))
			i++;
		value = i;
		while (value < line->length && strchr(" \t'\"=:", line->bytes[value]))
			value++;
		if (i > start && is_secret_name(line->bytes + start, i - start) &&
		    value > i && value < line->length &&
		    !strchr(";}\r\n#", line->bytes[value]))
			return value;
		if (is_all && i < line->length && line->bytes[i] == ':')
			return value;
		i += i == start;
	}
	return line->length;
}

static void add_line(const struct text_line *line, bool is_all, struct buf *out)
{
	size_t value = secret_value(line, is_all);

	buf_add(out, line->bytes, value);
	if (value == line->length)
		return;
	buf_puts(out, "(hidden)");
	buf_puts(out, text_line_end(line));
}

/* "curl -u me:word http://dyn/" of a script: it gives its words to somebody else. */
static bool is_sending(const struct text_line *line)
{
	static const char *const programs[] = { "curl", "wget", "uclient-fetch", "://" };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (memmem(line->bytes, line->length, programs[i], strlen(programs[i])))
			return true;
	return false;
}

const char *fix_without_keys(struct arena *arena, const struct site *before,
			     const struct site *site, const char *file, const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };
	struct text_lines lines = { 0 };

	text_lines_split(arena, text, &lines);
	for (size_t i = 0; i < lines.list.count; i++) {
		const struct text_line *line = &lines.list.items[i];
		const struct secret *psk = secret_at(site, file, i + 1);
		struct text_line shown = { 0 };

		if (!psk && is_sending(line)) {
			shown.bytes = command_shown(
				arena, arena_strndup(arena, line->bytes, line->length));
			shown.length = strlen(shown.bytes);
		}
		if (psk)
			add_masked(line, psk,
				   is_key_of(before, psk) ? "(the key)"
							  : "(the other end's key)",
				   &out);
		else
			add_line(is_sending(line) ? &shown : line,
				 str_ends(file, ".secrets"), &out);
	}
	return arena_strdup(arena, buf_text(&out));
}

static const char *text_of(struct arena *arena, const struct import_sources *sources,
			   size_t index)
{
	const struct import_source *source = &sources->list.items[index];

	if (index >= sources->list.count)
		return NULL;
	return arena_strndup(arena, source->length ? source->bytes : "", source->length);
}

static const char *name_of(struct arena *arena, const struct fix_end *end,
			   const char *file)
{
	switch (end->place) {
	case FIX_PLACE_FILE:
		return end->path;
	case FIX_PLACE_ETC:
		return arena_printf(arena, "%s%s", end->path,
				    file + (str_starts(file, "etc/") ? 3 : 0));
	case FIX_PLACE_FOLDER:
		return arena_printf(arena, "%s/%s", end->path, file);
	case FIX_PLACE_NAME:
		break;
	}
	return arena_printf(arena, "%s/%s", end->name, file);
}

void fix_diff_of(const struct fix_pair *old, const struct fix_pair *new, size_t end,
		 bool with_keys, struct buf *out)
{
	_cleanup_(fix_sites_done) struct fix_sites before = { 0 }, after = { 0 };
	const struct import_sources *sources = &new->ends[end].sources;
	struct findings ignored;
	struct err err = { 0 };

	/* Both were read before: they can be. */
	if (!with_keys && (fix_judge(old, &before, &ignored, &err) ||
			   fix_judge(new, &after, &ignored, &err)))
		return;
	for (size_t s = 0; s < sources->list.count; s++) {
		const char *file = sources->list.items[s].name;
		const char *was = text_of(old->arena, &old->ends[end].sources, s);
		const char *is = text_of(old->arena, sources, s);

		if (was && str_equal(was, is))
			continue;
		if (!with_keys && was)
			was = fix_without_keys(old->arena, before.sites[end],
					       before.sites[end], file, was);
		if (!with_keys)
			is = fix_without_keys(old->arena, before.sites[end],
					      after.sites[end], file, is);
		diff_unified(name_of(old->arena, &new->ends[end], file), was, is, out);
	}
}

void fix_diff(const struct fix_pair *old, const struct fix_pair *new, bool with_keys,
	      struct buf *out)
{
	fix_diff_of(old, new, 0, with_keys, out);
	fix_diff_of(old, new, 1, with_keys, out);
}
