// SPDX-License-Identifier: GPL-2.0-or-later
/* other_end.c - the other end's files, written and judged */
#include "predict/other_end.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "device/device.h"
#include "device/render.h"
#include "import/import.h"
#include "import/settle.h"
#include "model/mirror.h"
#include "predict/one_end.h"

/* The one that is meant, of those that a release loads or would load. */
static int choose_tunnel(const struct site *given, const char *name,
			 const char **ret_name, struct err *err)
{
	_cleanup_buf_ struct buf names = { 0 };
	unsigned int count = 0;

	vec_foreach (tunnel, &given->tunnels) {
		if (tunnel->is_disabled || (name && !str_equal(tunnel->name, name)))
			continue;
		buf_printf(&names, "%s'%s'", count++ ? ", " : "", tunnel->name);
		*ret_name = tunnel->name;
	}
	if (!count)
		return name ? err_set(err, EINVAL, "%s: no tunnel '%s' is in use",
				      given->name, name)
			    : err_set(err, EINVAL,
				      "%s: no tunnel is in use: twinsite predict says "
				      "why",
				      given->name);
	if (count > 1)
		return err_set(err, EINVAL, "%s: which of its tunnels? --tunnel takes %s",
			       given->name, buf_text(&names));
	return 0;
}

static void leave_out_others(struct site *given, const char *name, struct arena *arena)
{
	vec_foreach (tunnel, &given->tunnels) {
		if (tunnel->is_disabled || str_equal(tunnel->name, name))
			continue;
		tunnel->is_disabled = true;
		tunnel->left_out = arena_printf(arena, "is not '%s'", name);
	}
}

/* Only what stands in the files is missing there. */
static void keep_used_gaps(struct other_end *other, struct arena *arena)
{
	size_t kept = 0;

	for (size_t i = 0; i < other->gaps.count; i++) {
		const struct other_end_gap gap = other->gaps.items[i];
		bool is_used = false;

		vec_foreach (source, &other->files.list) {
			const char *at = strstr(source->bytes, gap.mark);
			unsigned int line = 1;

			if (!at || is_used)
				continue;
			for (const char *c = source->bytes; c < at; c++)
				line += *c == '\n';
			is_used = true;
			vec_add(arena, &other->places,
				arena_printf(arena, "%s:%u", source->name, line));
		}
		if (is_used)
			other->gaps.items[kept++] = gap;
	}
	other->gaps.count = kept;
}

static bool has_same(const struct findings *findings, const struct finding *wanted)
{
	vec_foreach (finding, findings)
		if (finding->class == wanted->class &&
		    str_equal(finding->site, wanted->site))
			return true;
	return false;
}

/* What the pair has and the given end alone has not. */
static void keep_new(struct findings *findings, const struct findings *alone)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (finding->severity == SEVERITY_WEAK ||
		    finding->severity == SEVERITY_LATER || has_same(alone, finding))
			continue;
		findings->items[kept++] = *finding;
	}
	findings->count = kept;
}

static int read_back(struct other_end *other, const struct other_end_wanted *wanted,
		     struct err *err)
{
	const struct import_options options = import_options_of(NULL);

	return site_import(wanted->kind, wanted->name, other->rehearsed.list.items,
			   other->rehearsed.list.count, &options, &other->site, err);
}

static void judge(struct site *given, struct arena *arena, struct other_end *other)
{
	struct predict_input alone = { .sites = { given }, .arena = arena };
	struct predict_input both = { .sites = { given, other->site }, .arena = arena };
	struct findings own;
	struct site *mirror;

	import_give_psk(given, other->psk);
	predict_one_end(&alone, &own, &mirror);
	import_settle((struct site *const[2]){ given, other->site },
		      (const struct inet_addr[2]){ { 0 }, { 0 } });
	both.initiator = predict_initiator(both.sites);
	predict_pair(&both, &other->against);
	keep_new(&other->against, &own);
	site_free(mirror);
}

int other_end_make(struct site *given, const struct other_end_wanted *wanted,
		   struct arena *arena, struct other_end *ret_other, struct err *err)
{
	const struct predict_input input = { .sites = { given }, .arena = arena };
	const struct site *loaded;
	const char *name = NULL;
	struct wish wish, marked;
	struct site *mirror;
	int r;

	*ret_other = (struct other_end){ 0 };
	if (!device_of(wanted->kind)->render)
		return err_set(
			err, EINVAL,
			"other-end writes no file of a %s: --device neutral is for "
			"every device",
			device_of(wanted->kind)->title);
	loaded = predict_as_if_loaded(&input, given);
	r = choose_tunnel(loaded, wanted->tunnel, &name, err);
	if (r)
		return r;
	leave_out_others(given, name, arena);
	mirror = mirror_site(loaded, wanted->name);
	r = other_end_wish(site_tunnel_find(mirror, name), given->name, wanted->kind,
			   arena, &wish, ret_other, err);
	if (!r) {
		marked = other_end_marked(&wish, wanted->with_secret);
		render_wish(&marked, arena, &ret_other->files);
		render_wish(&wish, arena, &ret_other->rehearsed);
		keep_used_gaps(ret_other, arena);
		r = read_back(ret_other, wanted, err);
	}
	site_free(mirror);
	if (!r)
		judge(given, arena, ret_other);
	return r;
}

void other_end_done(struct other_end *other)
{
	site_free(other->site);
	other->site = NULL;
}
