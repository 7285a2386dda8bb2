// SPDX-License-Identifier: GPL-2.0-or-later
/* weigh.c - how bad what was found is */
#include "finding/weigh.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "model/site.h"

static const char *const names[WEIGHTS + 1] = { "fatal", "leak", "weak" };

const char *weight_name(enum weight weight)
{
	return names[weight];
}

const char *const *weight_names(void)
{
	return names;
}

const char *finding_harm(const struct finding *finding)
{
	return finding->is_partial && finding->severity == SEVERITY_NO_TRAFFIC
		       ? "not all traffic"
		       : severity_name(finding->severity);
}

enum weight weight_of(const struct finding *finding)
{
	switch (finding->severity) {
	case SEVERITY_NO_TUNNEL:
	case SEVERITY_NO_TRAFFIC:
		return WEIGHT_FATAL;
	case SEVERITY_LEAK:
		return WEIGHT_LEAK;
	case SEVERITY_LATER:
	case SEVERITY_WEAK:
		break;
	}
	return WEIGHT_WEAK;
}

/* A walk for each weight: a hub of thousands of tunnels has some findings for each. */
void findings_order(struct findings *findings)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct finding *from;
	size_t done = 0;

	if (!findings->count)
		return;
	from = arena_memdup(arena, findings->items,
			    findings->count * sizeof(*findings->items));
	for (unsigned int weight = 0; weight < WEIGHTS; weight++)
		for (size_t i = 0; i < findings->count; i++)
			if (weight_of(&from[i]) == weight)
				findings->items[done++] = from[i];
}

bool findings_prove_nothing(const struct findings *findings)
{
	const unsigned int all = ASPECT_IKE | ASPECT_SELECTORS | ASPECT_WAY;
	unsigned int touched = 0;

	vec_foreach (item, &findings->unproven)
		if (!item->is_doubt && item->remark)
			touched |= item->remark->aspects;
	return (touched & all) == all;
}

struct weights findings_weigh(const struct findings *findings)
{
	struct weights weights = { 0 };

	vec_foreach (finding, findings) {
		if (finding->accepted)
			weights.accepted++;
		else
			weights.count[weight_of(finding)]++;
	}
	return weights;
}
