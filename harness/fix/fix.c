// SPDX-License-Identifier: GPL-2.0-or-later
/* fix.c - edits made in copies, and judged again */
#include "fix/fix.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "fix/apply.h"
#include "fix/opens.h"
#include "import/settle.h"
#include "model/pair.h"
#include "scenario/scenario.h"

#define STEPS_MAX 64 /* fixes taken, one after the other */

void fix_sites_done(struct fix_sites *sites)
{
	for (size_t i = 0; i < 2; i++) {
		site_free(sites->sites[i]);
		sites->sites[i] = NULL;
	}
}

void fix_pair_of(const struct scenario *scenario, struct arena *arena,
		 struct fix_pair *ret_pair)
{
	*ret_pair = (struct fix_pair){ .arena = arena,
				       .scenario = scenario,
				       .initiator = (int)scenario->initiator };
	for (size_t i = 0; i < 2; i++) {
		const struct scenario_site *site = &scenario->sites.items[i];
		struct fix_end *end = &ret_pair->ends[i];

		end->kind = site->kind;
		end->name = site->name;
		end->psk = site->psk;
		end->wan = site->wan.prefix.addr;
		end->options = import_options_of(site->firmware);
		vec_foreach (source, &site->sources)
			vec_add(arena, &end->sources.list, *source);
		ret_pair->is_behind_nat[i] = site->is_behind_nat;
	}
}

int fix_judge(const struct fix_pair *pair, struct fix_sites *ret_sites,
	      struct findings *ret_findings, struct err *err)
{
	struct predict_input input = { .arena = pair->arena };

	*ret_sites = (struct fix_sites){ 0 };
	for (size_t i = 0; i < 2; i++) {
		const struct fix_end *end = &pair->ends[i];
		int r = site_import(end->kind, end->name, end->sources.list.items,
				    end->sources.list.count, &end->options,
				    &ret_sites->sites[i], err);

		if (r) {
			fix_sites_done(ret_sites);
			return r;
		}
		import_give_psk(ret_sites->sites[i], end->psk);
	}
	import_settle(ret_sites->sites, (const struct inet_addr[2]){ pair->ends[0].wan,
								     pair->ends[1].wan });
	for (size_t i = 0; i < 2; i++) {
		input.sites[i] = ret_sites->sites[i];
		input.is_behind_nat[i] = pair->is_behind_nat[i];
	}
	input.initiator = pair->initiator < 0 ? predict_initiator(input.sites)
					      : (unsigned int)pair->initiator;
	predict_pair(&input, ret_findings);
	if (pair->scenario)
		scenario_accept(pair->scenario, pair->arena, true, ret_findings);
	return 0;
}

/* ------------------------------------------------------------ one cure */

static struct fix_end *end_of(struct fix_pair *pair, const char *site)
{
	for (size_t i = 0; i < 2; i++)
		if (str_equal(pair->ends[i].name, site))
			return &pair->ends[i];
	return NULL;
}

/* The file of that name; a new and empty one for whole lines. */
static struct import_source *source_of(struct arena *arena, struct fix_end *end,
				       const struct edit *edit)
{
	vec_foreach (source, &end->sources.list)
		if (str_equal(source->name, edit->at.file))
			return source;
	if (edit->place != EDIT_AT_END)
		return NULL;
	vec_add(arena, &end->sources.list,
		((struct import_source){ .name = edit->at.file, .bytes = "" }));
	return &end->sources.list.items[end->sources.list.count - 1];
}

static int make_edit(struct fix_pair *pair, const struct edit *edit, struct err *err)
{
	struct fix_end *end = end_of(pair, edit->site);
	struct import_source *source = end ? source_of(pair->arena, end, edit) : NULL;
	_cleanup_buf_ struct buf out = { 0 };
	const char *text;

	if (!source)
		return err_set(err, -EINVAL, "%s: there is no file %s", edit->site,
			       edit->at.file);
	text = arena_strndup(pair->arena, source->bytes, source->length);
	if (strlen(text) != source->length)
		return err_set(err, -EINVAL, "%s: %s is no text", edit->site,
			       edit->at.file);
	if (edit_apply(edit_language(end->kind, source->name, text), edit, text, &out,
		       err))
		return err_wrap(err, "%s: %s:%u", edit->site, edit->at.file,
				edit->at.line);
	source->bytes = arena_strdup(pair->arena, buf_text(&out));
	source->length = out.length;
	return 0;
}

/* Changing one line moves those below it: the lowest edit of a file comes first. */
static int make_edits(const struct fix_pair *pair, const struct cure *cure,
		      struct fix_pair *ret_changed, struct err *err)
{
	size_t count = cure->edits.count;
	const struct edit **order = arena_alloc(pair->arena, count * sizeof(*order));
	int r = 0;

	*ret_changed = *pair;
	for (size_t i = 0; i < 2; i++) {
		ret_changed->ends[i].sources = (struct import_sources){ 0 };
		vec_foreach (source, &pair->ends[i].sources.list)
			vec_add(pair->arena, &ret_changed->ends[i].sources.list, *source);
	}
	for (size_t i = 0; i < count; i++) {
		size_t j = i;

		for (; j && order[j - 1]->at.line < cure->edits.items[i].at.line; j--)
			order[j] = order[j - 1];
		order[j] = &cure->edits.items[i];
	}
	for (size_t i = 0; i < count && !r; i++)
		r = make_edit(ret_changed, order[i], err);
	return r;
}

/* ------------------------------------------------------------ before and after */

static bool is_same_fault(const struct finding *a, const struct finding *b)
{
	return a->class == b->class && str_equal(a->summary, b->summary);
}

static size_t count_class(const struct findings *findings,
			  const struct finding_class *class, enum severity down_to)
{
	size_t count = 0;

	vec_foreach (finding, findings)
		count += finding->class == class && finding->severity <= down_to;
	return count;
}

/* Is it there still, in these or in other words (another value of it)? */
static bool is_left(const struct findings *before, const struct findings *after,
		    const struct finding *finding)
{
	vec_foreach (other, after)
		if (is_same_fault(finding, other) && other->severity <= finding->severity)
			return true;
	return count_class(after, finding->class, finding->severity) >=
	       count_class(before, finding->class, finding->severity);
}

static size_t count_unproven(const struct findings *findings,
			     const struct unproven *unproven)
{
	size_t count = 0;

	vec_foreach (other, &findings->unproven)
		count += str_equal(other->site, unproven->site) &&
			 str_equal(other->remark->word, unproven->remark->word);
	return count;
}

/*
 * What the fault rests on and was known before, and is not known now. A doubt that was
 * there before may have turned this answer as well.
 */
static const struct unproven *new_unproven(const struct findings *before,
					   const struct findings *after,
					   const struct finding *finding)
{
	vec_foreach (unproven, &after->unproven) {
		if (!(unproven->remark->aspects & finding->class->aspects))
			continue;
		if (unproven->is_doubt &&
		    (!finding->site || str_equal(finding->site, unproven->site)))
			return unproven;
		if (count_unproven(after, unproven) > count_unproven(before, unproven))
			return unproven;
	}
	return NULL;
}

/* The same pair of networks, of the same layer, was wrong in another way before. */
static bool was_wrong(const struct findings *before, const struct findings *after,
		      const struct finding *finding)
{
	vec_foreach (old, before) {
		bool is_there = false;

		if (old->class->layer != finding->class->layer || !old->selector ||
		    !finding->selector || !str_equal(old->site, finding->site) ||
		    !pair_selectors_equal(old->selector, finding->selector))
			continue;
		vec_foreach (other, after)
			is_there |= is_same_fault(old, other);
		if (!is_there)
			return true;
	}
	return false;
}

/* What came with it. What only weakens (a group that the other end wants) is told, later. */
static const struct finding *new_fault(const struct findings *before,
				       const struct findings *after)
{
	vec_foreach (finding, after)
		if (finding->severity < SEVERITY_WEAK &&
		    !was_wrong(before, after, finding) &&
		    count_class(after, finding->class, finding->severity) >
			    count_class(before, finding->class, finding->severity))
			return finding;
	return NULL;
}

/* Is it a part of one of the site's own networks? A single host is meant as such. */
static bool is_part_of_lan(const struct site *site, const struct inet_prefix *net)
{
	const unsigned int host = net->addr.family == AF_INET ? 32 : 128;

	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (net->addr.family && net->length < host &&
			    address->prefix.length < net->length &&
			    inet_prefix_covers(&address->prefix, net))
				return true;
	return false;
}

/* Both ends may agree on half of a LAN; whoever wrote the other half meant it, too. */
static size_t count_cut(const struct site *site)
{
	size_t count = 0;

	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				count += !tunnel->is_disabled &&
					 is_part_of_lan(site, &selector->local);
	return count;
}

static size_t count_networks(const struct site *site)
{
	size_t count = 0;

	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			count += tunnel->is_disabled ? 0 : child->selectors.count;
	return count;
}

static void refuse(struct fix_trial *trial, enum fix_verdict verdict, const char *reason)
{
	trial->verdict = verdict;
	trial->reason = reason;
}

void fix_try(const struct fix_pair *pair, const struct fix_sites *sites,
	     const struct findings *before, const struct finding *finding,
	     const struct cure *cure, struct fix_trial *ret_trial)
{
	_cleanup_(fix_sites_done) struct fix_sites changed = { 0 };
	const struct unproven *unproven;
	const struct finding *fault;
	struct err err = { 0 };
	const char *opened;

	*ret_trial = (struct fix_trial){ .verdict = FIX_PROVED };
	if (make_edits(pair, cure, &ret_trial->changed, &err) ||
	    fix_judge(&ret_trial->changed, &changed, &ret_trial->after, &err)) {
		refuse(ret_trial, FIX_NOT_WRITTEN, arena_strdup(pair->arena, err.text));
		return;
	}
	if (is_left(before, &ret_trial->after, finding)) {
		refuse(ret_trial, FIX_NOT_GONE, "the fault is still there with it");
		return;
	}
	unproven = new_unproven(before, &ret_trial->after, finding);
	if (unproven) {
		refuse(ret_trial, FIX_UNPROVEN, unproven->text);
		return;
	}
	fault = new_fault(before, &ret_trial->after);
	if (fault) {
		refuse(ret_trial, FIX_NEW_FAULT,
		       arena_printf(pair->arena, "with it comes %s: %s", fault->class->id,
				    fault->summary));
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		opened = fix_opens(pair->arena, sites->sites[i], changed.sites[i]);
		if (opened)
			refuse(ret_trial, FIX_OPENS, opened);
		ret_trial->cut += count_cut(changed.sites[i]);
		ret_trial->networks += count_networks(changed.sites[i]);
	}
}

/* ------------------------------------------------------------ all of them */

static const struct finding *worst(const struct findings *findings, enum severity down_to,
				   const struct fix_plan *plan)
{
	const struct finding *found = NULL;

	vec_foreach (finding, findings) {
		bool is_tried = finding->severity > down_to || finding->accepted;

		vec_foreach (step, &plan->steps)
			is_tried |= !step->sentence &&
				    finding_is_same(finding, step->id, step->summary);
		if (!is_tried && (!found || finding->severity < found->severity))
			found = finding;
	}
	return found;
}

static const struct settled *settled_of(const struct findings *findings,
					const struct settled *like)
{
	vec_foreach (settled, &findings->settled)
		if (str_equal(settled->tunnel, like->tunnel) &&
		    !settled->child == !like->child &&
		    (!like->child || str_equal(settled->child, like->child)))
			return settled;
	return NULL;
}

/* Of what is settled in both: more than 0 where the first one's algorithms are weaker. */
static int compare_weakness(const struct findings *a, const struct findings *b)
{
	unsigned int of_a = 0, of_b = 0;

	vec_foreach (settled, &a->settled) {
		const struct settled *other = settled_of(b, settled);

		if (other) {
			of_a += settled->weakness;
			of_b += other->weakness;
		}
	}
	return (of_a > of_b) - (of_a < of_b);
}

bool fix_is_better(const struct fix_trial *trial, const struct fix_trial *held)
{
	const struct findings *a = &trial->after, *b = &held->after;
	int weaker;

	if (trial->networks != held->networks)
		return trial->networks > held->networks;
	if (a->settled.count != b->settled.count)
		return a->settled.count > b->settled.count;
	weaker = compare_weakness(a, b);
	return weaker ? weaker < 0 : trial->cut < held->cut;
}

/* Nothing is lost, nothing cut, and no algorithm weaker than before: look no further. */
static bool is_best(const struct fix_trial *trial, const struct fix_sites *sites,
		    const struct findings *now)
{
	if (trial->cut ||
	    trial->networks <
		    count_networks(sites->sites[0]) + count_networks(sites->sites[1]) ||
	    trial->after.settled.count < now->settled.count)
		return false;
	vec_foreach (settled, &trial->after.settled) {
		const struct settled *before = settled_of(now, settled);

		if (settled->weakness > (before ? before->weakness : 0))
			return false;
	}
	return true;
}

/* The first sentence about weak algorithms that was not said before; NULL: there is none. */
static const char *new_weakness(const struct findings *before,
				const struct findings *after)
{
	vec_foreach (finding, after) {
		bool is_old = false;

		vec_foreach (old, before)
			is_old |= is_same_fault(old, finding);
		if (finding->class->number == F87 && !is_old)
			return finding->summary;
	}
	return NULL;
}

/*
 * Returns whether one of its fixes was proved: of these the one that loses no network, then
 * that with the strongest algorithms, then the first that leaves whole LANs whole; now is what there is from then on.
 */
static bool take_one(const struct fix_pair *pair, const struct fix_sites *sites,
		     const struct findings *now, const struct finding *finding,
		     struct fix_trial *ret_trial, struct fix_step *ret_step)
{
	*ret_step = (struct fix_step){
		.id = finding->class->id,
		.summary = finding->summary,
		.reason = finding->fixes.count ? arena_printf(pair->arena, "by hand: %s",
							      finding->fixes.items[0])
					       : "what to change is in none of the files",
		.has_edits = finding->cures.count > 0,
	};
	vec_foreach (cure, &finding->cures) {
		struct fix_trial trial;

		fix_try(pair, sites, now, finding, cure, &trial);
		if (trial.verdict != FIX_PROVED) {
			ret_step->reason = arena_printf(pair->arena, "%s (%s)",
							cure->sentence, trial.reason);
			continue;
		}
		if (ret_step->sentence && !fix_is_better(&trial, ret_trial))
			continue;
		*ret_trial = trial;
		ret_step->sentence = cure->sentence;
		if (is_best(&trial, sites, now))
			break;
	}
	if (ret_step->sentence) {
		ret_step->reason = NULL;
		ret_step->weakens = new_weakness(now, &ret_trial->after);
	}
	return ret_step->sentence != NULL;
}

int fix_all(const struct fix_pair *pair, enum severity down_to, struct fix_plan *ret_plan,
	    struct err *err)
{
	_cleanup_(fix_sites_done) struct fix_sites sites = { 0 };
	const struct finding *finding;
	int r;

	*ret_plan = (struct fix_plan){ .cured = *pair };
	r = fix_judge(&ret_plan->cured, &sites, &ret_plan->left, err);
	while (!r && ret_plan->steps.count < STEPS_MAX &&
	       (finding = worst(&ret_plan->left, down_to, ret_plan))) {
		struct fix_step *step = vec_push(pair->arena, &ret_plan->steps);
		struct fix_trial trial = { 0 };

		if (!take_one(&ret_plan->cured, &sites, &ret_plan->left, finding, &trial,
			      step))
			continue;
		ret_plan->cured = trial.changed;
		fix_sites_done(&sites);
		r = fix_judge(&ret_plan->cured, &sites, &ret_plan->left, err);
	}
	return r;
}
