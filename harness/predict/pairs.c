// SPDX-License-Identifier: GPL-2.0-or-later
/* pairs.c - what is not known of the tunnels that belong together */
#include "predict/pairs.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"

/* Aspects of both ends: what one end does there decides for the other as well. */
#define ASPECTS_SHARED ASPECTS_UP

/* Of the whole site, or of one of the tunnels that are paired. */
static bool is_about(const struct remark *remark, const struct tunnel_pairs *pairs,
		     unsigned int end)
{
	if (!remark->tunnel)
		return true;
	vec_foreach (pair, &pairs->list)
		if (str_equal(pair->tunnels[end]->name, remark->tunnel))
			return true;
	return false;
}

/* Ends that authenticate differently need no rehearsal to fail (F25). */
static unsigned int settled(const struct predict_input *input)
{
	return site_auth_differs(input->sites[0], input->sites[1]) ? ASPECT_AUTH : 0;
}

/*
 * A word that could only break what works otherwise takes no fault back. tunnel: of that
 * end.
 */
static bool could_mend(const struct site *site, const struct tunnel *tunnel,
		       unsigned int aspects)
{
	vec_foreach (remark, &site->remarks)
		if ((remark->aspects & aspects) && !remark->is_only_worse &&
		    (!remark->tunnel || str_equal(remark->tunnel, tunnel->name)))
			return true;
	return false;
}

/* What is weak is weak in what was given. */
static bool is_in_part(const struct site *site, const struct finding *finding)
{
	vec_foreach (remark, &site->remarks)
		if (remark->is_missing && finding->severity < SEVERITY_WEAK)
			return true;
	return false;
}

static bool is_touched(const struct predict_input *input,
		       const struct tunnel_pairs *pairs, const struct finding *finding)
{
	unsigned int aspects = finding->class->aspects & ~settled(input);

	for (unsigned int end = 0; end < 2; end++) {
		bool is_here = !finding->site ||
			       str_equal(finding->site, input->sites[end]->name);
		unsigned int here = is_here ? aspects : aspects & ASPECTS_SHARED;

		if ((is_here || here) && is_in_part(input->sites[end], finding))
			return true;
		vec_foreach (pair, &pairs->list) {
			if (finding->tunnel && finding->tunnel != pair->tunnels[0] &&
			    finding->tunnel != pair->tunnels[1])
				continue;
			if (could_mend(input->sites[end], pair->tunnels[end], here))
				return true;
		}
	}
	return false;
}

static bool has_unrehearsed(const struct site *site)
{
	vec_foreach (remark, &site->remarks)
		if (remark->aspects)
			return true;
	return false;
}

static void say_unproven(const struct predict_input *input,
			 const struct tunnel_pairs *pairs, unsigned int end,
			 struct findings *findings)
{
	const struct site *site = input->sites[end];

	vec_foreach (remark, &site->remarks) {
		_cleanup_buf_ struct buf at = { 0 }, aspects = { 0 };

		if (!(remark->aspects & ~settled(input)) || !is_about(remark, pairs, end))
			continue;
		origin_format(&remark->at, &at);
		aspects_format(remark->aspects, &aspects);
		vec_add(input->arena, &findings->unproven,
			((struct unproven){
				.site = site->name,
				.remark = remark,
				.text = arena_printf(
					input->arena,
					"%s: '%s' (%s) is not rehearsed: nothing is "
					"concluded about %s",
					site->name, remark->word, buf_text(&at),
					buf_text(&aspects)) }));
	}
}

static void say_left_out(const struct predict_input *input, unsigned int end,
			 struct findings *findings)
{
	vec_foreach (tunnel, &input->sites[end]->tunnels) {
		_cleanup_buf_ struct buf at = { 0 };

		if (!tunnel->left_out)
			continue;
		origin_format(&tunnel->at, &at);
		vec_add(input->arena, &findings->notes,
			arena_printf(input->arena, "%s: %s (%s)", input->sites[end]->name,
				     tunnel->left_out, buf_text(&at)));
	}
}

void predict_take_back(const struct predict_input *input,
		       const struct tunnel_pairs *pairs, struct findings *findings)
{
	size_t kept = 0;

	for (unsigned int end = 0; end < 2; end++)
		say_left_out(input, end, findings);
	if (!has_unrehearsed(input->sites[0]) && !has_unrehearsed(input->sites[1]))
		return;
	for (size_t i = 0; i < findings->count; i++)
		if (!is_touched(input, pairs, &findings->items[i]))
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
	for (unsigned int end = 0; end < 2; end++)
		say_unproven(input, pairs, end, findings);
}
