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

/* before: the site as it was; a key that it had not is told from its own. */
static const char *without_keys(struct arena *arena, const struct site *before,
				const struct site *site, const char *file,
				const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };
	struct text_lines lines = { 0 };

	text_lines_split(arena, text, &lines);
	for (size_t i = 0; i < lines.list.count; i++) {
		const struct secret *psk = secret_at(site, file, i + 1);

		if (psk)
			add_masked(&lines.list.items[i], psk,
				   is_key_of(before, psk) ? "(the key)"
							  : "(the other end's key)",
				   &out);
		else
			text_lines_add(&lines, i, i + 1, &out);
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

void fix_diff(const struct fix_pair *old, const struct fix_pair *new, bool with_keys,
	      struct buf *out)
{
	_cleanup_(fix_sites_done) struct fix_sites before = { 0 }, after = { 0 };
	struct findings ignored;
	struct err err = { 0 };

	/* Both were read before: they can be. */
	if (!with_keys && (fix_judge(old, &before, &ignored, &err) ||
			   fix_judge(new, &after, &ignored, &err)))
		return;
	for (size_t i = 0; i < 2; i++) {
		const struct import_sources *sources = &new->ends[i].sources;

		for (size_t s = 0; s < sources->list.count; s++) {
			const char *file = sources->list.items[s].name;
			const char *was = text_of(old->arena, &old->ends[i].sources, s);
			const char *is = text_of(old->arena, sources, s);

			if (was && str_equal(was, is))
				continue;
			if (!with_keys && was)
				was = without_keys(old->arena, before.sites[i],
						   before.sites[i], file, was);
			if (!with_keys)
				is = without_keys(old->arena, before.sites[i],
						  after.sites[i], file, is);
			diff_unified(arena_printf(old->arena, "%s/%s", new->ends[i].name,
						  file),
				     was, is, out);
		}
	}
}
