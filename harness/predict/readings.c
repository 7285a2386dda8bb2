// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * readings.c - F02: what firmwares make of a file, compared with what it says
 *
 * One file, two readings: as documented, and as a firmware's script renders it. Each
 * line of the table compares one property and puts the difference into words; the same
 * words of several firmwares are said once, with all their names.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "ipsec/alg.h"
#include "predict/predict.h"

struct difference {
	const char *text; /* "start IKEv2, the file says IKEv1" */
	struct origin at;
	struct buf firmwares;
	const char *last; /* firmware that was added last */
	unsigned int count;
	bool is_nothing; /* no tunnel is loaded */
	bool is_own;	 /* the firmware that the pair was judged by does it, too */
};

struct differences {
	VEC(struct difference *) list;
	struct map by_text; /* in the scope of their line */
	struct arena *arena;
	const char *firmware; /* of the reading that is looked at */
	const char *own;      /* that the pair was judged by; NULL: as documented */
};

static struct difference *add(struct differences *differences, const char *text,
			      struct origin at)
{
	const void *line = (const void *)(uintptr_t)at.line;
	struct difference *found = map_get(&differences->by_text, line, text);

	if (!found) {
		found = arena_alloc(differences->arena, sizeof(*found));
		*found = (struct difference){ .text = text, .at = at };
		vec_add(differences->arena, &differences->list, found);
		map_put(differences->arena, &differences->by_text, line, text, found);
	}
	if (str_equal(found->last, differences->firmware))
		return found; /* two tunnels share the section */
	found->is_own |= str_equal(differences->firmware, differences->own);
	found->last = differences->firmware;
	buf_printf(&found->firmwares, "%s%s", found->count++ ? ", " : "",
		   differences->firmware);
	return found;
}

/* ------------------------------------------------------------ one tunnel, two readings
 */

static const char *why_off(const struct site *site, struct origin *at)
{
	vec_foreach (remark, &site->remarks) {
		if (remark->kind != REMARK_INVALID ||
		    (remark->code != SAYS_NONE_LOADED &&
		     remark->code != SAYS_NOT_LOADED && remark->code != SAYS_NO_TUNNELS &&
		     remark->code != SAYS_UNREAD_TUNNELS))
			continue;
		*at = remark->at;
		/* The generator's name differs, the reason does not. */
		if (remark->mend == MEND_AUTH_METHOD)
			return "option authentication_method 'psk' is missing";
		return remark->text;
	}
	return "it is switched off";
}

static void compare_version(struct differences *d, const struct tunnel *a,
			    const struct tunnel *b)
{
	if (a->version != b->version)
		add(d,
		    arena_printf(d->arena, "start IKEv%d, the file means IKEv%d",
				 b->version ? b->version : 2,
				 a->version ? a->version : 2),
		    a->version_at.file ? a->version_at : a->at);
}

static void compare_mode(struct differences *d, const struct tunnel *a,
			 const struct tunnel *b)
{
	if (a->mode != b->mode)
		add(d,
		    arena_printf(d->arena, "start %s mode, the file says %s",
				 exchange_mode_name(b->mode),
				 exchange_mode_name(a->mode)),
		    a->mode_at);
}

static void compare_secret(struct differences *d, const struct tunnel *a,
			   const struct tunnel *b)
{
	if (a->psk.is_set && b->psk.is_set &&
	    (a->psk.length != b->psk.length ||
	     memcmp(a->psk.bytes, b->psk.bytes, a->psk.length) != 0))
		add(d,
		    arena_printf(d->arena,
				 "make another key of the pre-shared key: %zu bytes "
				 "instead of %zu",
				 b->psk.length, a->psk.length),
		    a->psk.at);
}

static void compare_words(struct differences *d, const struct proposal *items,
			  size_t count)
{
	for (size_t i = 0; i < count; i++)
		vec_foreach (item, &items[i].dh)
			if (!item->alg)
				add(d,
				    arena_printf(
					    d->arena,
					    "write the group as it is, '%s', which "
					    "strongSwan does not know: nothing is loaded",
					    item->word ? item->word : "?"),
				    item->at);
}

static void compare_proposals(struct differences *d, const struct tunnel *a,
			      const struct tunnel *b)
{
	if (a->proposals.count && !b->proposals.count)
		add(d, "read none of the IKE proposals and offer strongSwan's own",
		    a->proposals.items[0].at);
	compare_words(d, b->proposals.items, b->proposals.count);
	vec_foreach (child, &b->children)
		compare_words(d, child->proposals.items, child->proposals.count);
	for (size_t i = 0; i < a->children.count && i < b->children.count; i++) {
		const struct child *own = &a->children.items[i];

		if (own->proposals.count && !b->children.items[i].proposals.count)
			add(d,
			    "read none of the ESP proposals and offer strongSwan's own",
			    own->proposals.items[0].at);
	}
}

static void compare_networks(struct differences *d, const struct tunnel *a,
			     const struct tunnel *b)
{
	if (a->children.count != b->children.count)
		add(d,
		    arena_printf(d->arena, "read %zu of the %zu tunnel sections",
				 b->children.count, a->children.count),
		    a->at);
	for (size_t i = 0; i < a->children.count && i < b->children.count; i++) {
		const struct child *own = &a->children.items[i];
		const struct child *other = &b->children.items[i];

		if (own->selectors.count != other->selectors.count ||
		    (own->is_one_sa != other->is_one_sa && own->selectors.count > 1))
			add(d,
			    arena_printf(d->arena,
					 "do not carry all %zu pairs of networks of '%s'",
					 own->selectors.count,
					 own->name ? own->name : "?"),
			    own->at);
	}
}

static void compare_start(struct differences *d, const struct tunnel *a,
			  const struct tunnel *b)
{
	static const char *const names[] = { "never", "on traffic", "at once" };

	if (a->start != b->start)
		add(d,
		    arena_printf(d->arena, "start the tunnel %s, the file says %s",
				 names[b->start], names[a->start]),
		    a->start_at.file ? a->start_at : a->at);
}

static void compare_peer(struct differences *d, const struct tunnel *a,
			 const struct tunnel *b)
{
	if (a->remotes.count && !b->remotes.count)
		add(d, "do not read the peer's address and wait for anybody",
		    a->remotes.items[0].at);
}

static void (*const comparisons[])(struct differences *, const struct tunnel *,
				   const struct tunnel *) = {
	compare_version,   compare_mode,     compare_peer,  compare_secret,
	compare_proposals, compare_networks, compare_start,
};

static void load_nothing(struct differences *d, const struct site *rendered,
			 struct origin at)
{
	const char *why = why_off(rendered, &at);

	add(d, arena_printf(d->arena, "load nothing: %s", why), at)->is_nothing = true;
}

static void compare_site(struct differences *d, const struct site *documented,
			 const struct site *rendered)
{
	struct map others = { 0 };

	vec_foreach (tunnel, &rendered->tunnels)
		if (tunnel->name && !map_get(&others, NULL, tunnel->name))
			map_put(d->arena, &others, NULL, tunnel->name, tunnel);
	vec_foreach (tunnel, &documented->tunnels) {
		const struct tunnel *other =
			tunnel->name ? map_get(&others, NULL, tunnel->name) : NULL;
		struct origin at = tunnel->at;

		if (tunnel->is_disabled || !other)
			continue;
		if (other->is_disabled)
			load_nothing(d, rendered, at);
		for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++)
			comparisons[i](d, tunnel, other);
	}
}

/* By whose script the site of that name was judged; NULL: as documented. */
static const char *own_firmware(const struct predict_input *input, const char *name)
{
	for (unsigned int end = 0; end < 2; end++)
		if (input->sites[end] && str_equal(input->sites[end]->name, name) &&
		    input->sites[end]->reading == READING_RENDERED)
			return input->sites[end]->firmware;
	return NULL;
}

/* F01 says already that the firmware which counts loads nothing. */
static bool is_said(const struct findings *findings, const char *site,
		    const struct difference *difference)
{
	if (!difference->is_nothing || !difference->is_own)
		return false;
	vec_foreach (finding, findings)
		if (finding->class->number == F01 && str_equal(finding->site, site))
			return true;
	return false;
}

void predict_readings(const struct predict_input *input, const struct site *documented,
		      const struct site *const *rendered, size_t rendered_count,
		      struct findings *findings)
{
	struct differences differences = { .arena = input->arena,
					   .own = own_firmware(input, documented->name) };

	for (size_t i = 0; i < rendered_count; i++) {
		differences.firmware =
			rendered[i]->firmware ? rendered[i]->firmware : "?";
		compare_site(&differences, documented, rendered[i]);
	}
	vec_foreach (item, &differences.list) {
		struct difference *difference = *item;
		bool is_all = rendered_count > 1 && difference->count == rendered_count;
		struct finding *finding;

		if (is_said(findings, documented->name, difference)) {
			buf_done(&difference->firmwares);
			continue;
		}
		finding = predict_add(
			input, findings, F02, documented->name, "the scripts of %s %s",
			is_all ? "every firmware" : buf_text(&difference->firmwares),
			difference->text);
		predict_why(input, finding,
			    "what the file says is not what that release does");
		predict_value(input, finding, 0, documented->name, "as rendered",
			      difference->at, "not as documented");
		predict_fix(input, finding,
			    "%s: write what the installed release reads, or an own "
			    "/etc/swanctl/conf.d/*.conf (ipsec.conf before 21.02)",
			    documented->name);
		buf_done(&difference->firmwares);
	}
}
