// SPDX-License-Identifier: GPL-2.0-or-later
/* render.c - a wish as the files of its device */
#include "device/render.h"

#include <string.h>

#include "base/str.h"
#include "device/device.h"

void render_finish(struct render *r, const char *name, struct import_sources *sources)
{
	struct import_source *source = vec_push(r->arena, &sources->list);

	source->name = name;
	source->length = r->out.length;
	source->bytes = arena_strdup(r->arena, buf_text(&r->out));
	r->out.length = 0;
}

void render_quoted(struct render *r, const char *text, const char *escaped)
{
	buf_putc(&r->out, '"');
	for (; *text; text++) {
		if (strchr(escaped, *text))
			buf_putc(&r->out, '\\');
		buf_putc(&r->out, *text);
	}
	buf_putc(&r->out, '"');
}

const char *render_first_word(const struct wish_words *words)
{
	return words->count ? words->items[0] : NULL;
}

const char *render_vendor_word(const struct render_word *rows, const char *word)
{
	for (; rows->word; rows++)
		if (str_equal(rows->word, word))
			return rows->vendor;
	return word;
}

const char *render_alg(const struct render *r, enum alg_kind kind, unsigned int in,
		       const struct wish_words *words)
{
	const char *keyword = render_first_word(words);
	const char *word =
		device_alg_word(device_of(r->wish->kind)->algs, kind, in, keyword);

	return word ? word : keyword;
}

const struct render_word render_group_numbers[] = {
	{ "modp1024", "2" }, { "modp1536", "5" }, { "modp2048", "14" },
	{ "ecp256", "19" },  { "ecp384", "20" },  { NULL, NULL },
};

struct inet_prefix render_prefix(const char *text)
{
	struct inet_prefix prefix = { 0 };

	(void)inet_prefix_parse(text, &prefix);
	return prefix;
}

const char *render_mask(struct arena *arena, unsigned int length)
{
	uint32_t bits = length ? ~0u << (32 - length) : 0;

	return arena_printf(arena, "%u.%u.%u.%u", bits >> 24, bits >> 16 & 255,
			    bits >> 8 & 255, bits & 255);
}

void render_wish(const struct wish *wish, struct arena *arena,
		 struct import_sources *sources)
{
	const struct device *device = device_of(wish->kind);
	struct render r = { .wish = wish, .arena = arena };

	if (device->render)
		device->render(&r, sources);
	buf_done(&r.out);
}
