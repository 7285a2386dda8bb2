// SPDX-License-Identifier: GPL-2.0-or-later
/* merge.c - the summaries of several machines become one, or a sentence says what is missing */
#include "report/merge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "report/summary.h"

/* ---------------------------------------------------------------- the same whole? */

/* "a whole run", "one of 4 shards" */
static const char *part_text(const struct summary *summary, char text[32])
{
	if (summary->shards == 1)
		return "a whole run";
	(void)snprintf(text, 32, "one of %u shards", summary->shards);
	return text;
}

static int refuse_other_shards(const struct merge_part *first,
			       const struct merge_part *part, struct err *err)
{
	char a[32], b[32];

	return err_set(err, EINVAL, "%s is %s, and %s %s: they are not parts of the same",
		       first->name, part_text(first->summary, a), part->name,
		       part_text(part->summary, b));
}

static int check_same(const struct merge_part *first, const struct merge_part *part,
		      struct err *err)
{
	const struct summary *a = first->summary, *b = part->summary;

	if (!str_equal(a->version, b->version))
		return err_set(err, EINVAL,
			       "%s is of twinsite %s, and %s of twinsite %s: what one "
			       "found says nothing of the other",
			       first->name, a->version ? a->version : "?", part->name,
			       b->version ? b->version : "?");
	if (a->shards != b->shards)
		return refuse_other_shards(first, part, err);
	if (a->shards == 1)
		return 0;
	if (a->list.count != b->list.count)
		return err_set(err, EINVAL,
			       "%s is a shard of %zu scenarios, and %s of %zu: they are "
			       "not parts of the same",
			       first->name, a->list.count, part->name, b->list.count);
	for (size_t i = 0; i < a->list.count; i++)
		if (!str_equal(a->list.items[i], b->list.items[i]))
			return err_set(err, EINVAL,
				       "scenario %zu of %s is %s, and of %s %s: they are "
				       "not parts of the same",
				       i + 1, first->name, a->list.items[i], part->name,
				       b->list.items[i]);
	return 0;
}

static size_t count_shard(const struct merge_part *parts, size_t count,
			  unsigned int shard)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += parts[i].summary->shard == shard;
	return found;
}

/* All of them: who looks for one at a time asks as often as machines were lost. */
static int refuse_missing(const struct merge_part *parts, size_t count, struct err *err)
{
	const unsigned int shards = parts[0].summary->shards;
	_cleanup_buf_ struct buf missing = { 0 };
	unsigned int found = 0;

	for (unsigned int shard = 1; shard <= shards; shard++)
		if (!count_shard(parts, count, shard))
			buf_printf(&missing, "%s%u", found++ ? ", " : "", shard);
	if (!found)
		return 0;
	return err_set(err, EINVAL,
		       "shard%s %s of %u %s missing: nothing is known of %s "
		       "scenarios",
		       found > 1 ? "s" : "", buf_text(&missing), shards,
		       found > 1 ? "are" : "is", found > 1 ? "their" : "its");
}

static int check_shards(const struct merge_part *parts, size_t count, struct err *err)
{
	const unsigned int shards = parts[0].summary->shards;

	if (shards <= 1)
		return 0;
	for (size_t i = 0; i < count; i++)
		for (size_t other = 0; other < i; other++)
			if (parts[other].summary->shard == parts[i].summary->shard)
				return err_set(err, EINVAL,
					       "shard %u of %u is there twice: %s and %s",
					       parts[i].summary->shard, shards,
					       parts[other].name, parts[i].name);
	return refuse_missing(parts, count, err);
}

/* Each scenario that a part is responsible for has run there, once, and no other. */
static int check_runs(const struct merge_part *part, struct err *err)
{
	const struct summary *summary = part->summary;
	size_t at = 0;

	for (size_t i = 0; i < summary->list.count; i++) {
		bool has_run =
			at < summary->runs.count && summary->runs.items[at].number == i;

		at += has_run;
		if (summary_is_ours(summary, i) == has_run)
			continue;
		return err_set(err, EINVAL,
			       has_run ? "%s: %s is another shard's, and ran here"
				       : "%s: %s did not run: start it again",
			       part->name, summary->list.items[i]);
	}
	return at == summary->runs.count
		       ? 0
		       : err_set(err, EINVAL, "%s: %s is there twice", part->name,
				 summary->runs.items[at].scenario);
}

/* ---------------------------------------------------------------- one of many */

#define COPY(arena, text) ((text) ? arena_strdup((arena), (text)) : NULL)

static struct origin copy_origin(struct arena *arena, const struct origin *at)
{
	return (struct origin){ COPY(arena, at->file), at->line,
				COPY(arena, at->source) };
}

static void copy_cause(struct arena *arena, struct summary_run *run,
		       const struct summary_cause *cause)
{
	struct summary_cause *copy = vec_push(arena, &run->causes);

	*copy = (struct summary_cause){
		.id = COPY(arena, cause->id),
		.name = COPY(arena, cause->name),
		.layer = COPY(arena, cause->layer),
		.summary = COPY(arena, cause->summary),
		.fix = COPY(arena, cause->fix),
	};
	for (size_t i = 0; i < ARRAY_SIZE(copy->values); i++)
		copy->values[i] = (struct summary_value){
			.site = COPY(arena, cause->values[i].site),
			.setting = COPY(arena, cause->values[i].setting),
			.value = COPY(arena, cause->values[i].value),
			.at = copy_origin(arena, &cause->values[i].at),
			.path = COPY(arena, cause->values[i].path),
		};
}

static void copy_lists(struct arena *arena, struct summary_run *copy,
		       const struct summary_run *run)
{
	vec_foreach (fault, &run->faults)
		vec_add(arena, &copy->faults, arena_strdup(arena, *fault));
	vec_foreach (cause, &run->causes)
		copy_cause(arena, copy, cause);
	vec_foreach (verdict, &run->verdicts)
		vec_add(arena, &copy->verdicts,
			((struct summary_verdict){
				.verdict = COPY(arena, verdict->verdict),
				.check = COPY(arena, verdict->check),
				.claim = COPY(arena, verdict->claim),
				.seen = COPY(arena, verdict->seen),
				.at = copy_origin(arena, &verdict->at) }));
}

/* Its report is where it was; the way there begins elsewhere. */
static void copy_run(struct arena *arena, struct summary_run *copy,
		     const struct summary_run *run, const struct merge_part *part)
{
	*copy = (struct summary_run){
		.number = run->number,
		.scenario = arena_strdup(arena, run->scenario),
		.name = COPY(arena, run->name),
		.sentence = COPY(arena, run->sentence),
		.status = run->status,
		.first_status = run->first_status,
		.outcome = COPY(arena, run->outcome),
		.text = COPY(arena, run->text),
		.missing = COPY(arena, run->missing),
		.plane = COPY(arena, run->plane),
		.start = COPY(arena, run->start),
		.took_us = run->took_us,
		.path = COPY(arena, run->path),
		.devices = { COPY(arena, run->devices[0]), COPY(arena, run->devices[1]) },
	};
	if (run->folder)
		copy->folder =
			*run->folder == '/' || str_equal(part->folder, ".")
				? arena_strdup(arena, run->folder)
				: arena_printf(arena, "%s/%s", part->folder, run->folder);
	copy_lists(arena, copy, run);
}

/* One list, dealt out; or several, one behind the other. */
static void add_list(struct summary *whole, const struct merge_part *part)
{
	if (part->summary->shards > 1 && whole->list.count)
		return;
	vec_foreach (scenario, &part->summary->list)
		vec_add(whole->arena, &whole->list,
			arena_strdup(whole->arena, *scenario));
}

static void add_runs(struct summary *whole, const struct merge_part *part, size_t before)
{
	vec_foreach (run, &part->summary->runs) {
		size_t at = whole->runs.count;
		struct summary_run copy;

		copy_run(whole->arena, &copy, run, part);
		if (part->summary->shards == 1)
			copy.number += (unsigned int)before;
		(void)vec_push(whole->arena, &whole->runs);
		for (; at && whole->runs.items[at - 1].number > copy.number; at--)
			whole->runs.items[at] = whole->runs.items[at - 1];
		whole->runs.items[at] = copy;
	}
}

static int check_lists(const struct merge_part *parts, size_t count, struct err *err)
{
	for (size_t i = 0; parts[0].summary->shards == 1 && i < count; i++)
		for (size_t j = 0; j < i; j++)
			vec_foreach (mine, &parts[i].summary->list)
				vec_foreach (other, &parts[j].summary->list)
					if (str_equal(*mine, *other))
						return err_set(
							err, EINVAL,
							"%s is there twice: in %s and in "
							"%s",
							*mine, parts[j].name,
							parts[i].name);
	return 0;
}

static const char *earlier(const char *a, const char *b)
{
	return !a || (b && strcmp(b, a) < 0) ? b : a;
}

int summary_merge(const struct merge_part *parts, size_t count,
		  struct summary **ret_summary, struct err *err)
{
	struct summary *whole;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		r = check_same(&parts[0], &parts[i], err);
	if (!r)
		r = check_shards(parts, count, err);
	for (size_t i = 0; !r && i < count; i++)
		r = check_runs(&parts[i], err);
	if (!r)
		r = check_lists(parts, count, err);
	if (r)
		return r;
	whole = summary_new();
	for (size_t i = 0; i < count; i++) {
		const struct summary *part = parts[i].summary;
		size_t before = whole->list.count;

		whole->start = earlier(whole->start, part->start);
		if (part->took_us > whole->took_us) /* side by side */
			whole->took_us = part->took_us;
		add_list(whole, &parts[i]);
		add_runs(whole, &parts[i], before);
	}
	whole->version = COPY(whole->arena, parts[0].summary->version);
	whole->start = COPY(whole->arena, whole->start);
	*ret_summary = whole;
	return 0;
}

/* ---------------------------------------------------------------- the way there */

struct steps {
	VEC(const char *) names;
};

static struct steps steps_of(struct arena *arena, const char *path)
{
	struct steps steps = { 0 };

	while (*path) {
		size_t length = strcspn(path, "/");
		const char *name = arena_strndup(arena, path, length);

		if (str_equal(name, ".."))
			steps.names.count -= steps.names.count > 0;
		else if (length && !str_equal(name, "."))
			vec_add(arena, &steps.names, name);
		path += length + (path[length] == '/');
	}
	return steps;
}

const char *merge_way(struct arena *arena, const char *from, const char *to)
{
	struct steps here = steps_of(arena, from), there = steps_of(arena, to);
	_cleanup_buf_ struct buf way = { 0 };
	size_t same = 0;

	while (same < here.names.count && same < there.names.count &&
	       str_equal(here.names.items[same], there.names.items[same]))
		same++;
	for (size_t i = same; i < here.names.count; i++)
		buf_puts(&way, way.length ? "/.." : "..");
	for (size_t i = same; i < there.names.count; i++)
		buf_printf(&way, "%s%s", way.length ? "/" : "", there.names.items[i]);
	return way.length ? arena_strdup(arena, buf_text(&way)) : ".";
}
