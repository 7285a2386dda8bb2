// SPDX-License-Identifier: GPL-2.0-or-later
/* accept.c - `accept:`, faults that somebody knows of and leaves, each with its reason */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "finding/finding.h"
#include "scenario/read.h"
#include "scenario/scenario.h"

static int read_one(struct scenario *scenario, const struct yaml_node *node,
		    struct err *err)
{
	static const char *const keys[] = { "id", "site", "reason", NULL };
	struct scenario_acceptance accept = { .at = node->at };
	const char *id = NULL;
	int ret = 0;

	/* `accept: [ F56 ]`: the list of a scenario that gates says why, too. */
	if (node->kind == YAML_SCALAR)
		return yaml_error(node, err,
				  "say why: { id: %s, reason: who decided it }",
				  node->text);
	ret = yaml_want_keys(node, keys, err);
	if (ret == 0)
		ret = yaml_get_text(node, "id", &id, err);
	if (ret == 0)
		ret = yaml_get_text(node, "site", &accept.site, err);
	if (ret == 0)
		ret = yaml_get_text(node, "reason", &accept.reason, err);
	if (ret)
		return ret;
	accept.class = id ? finding_class_find(id) : NULL;
	if (!accept.class)
		return yaml_error(node, err,
				  "there is no fault %s; failures.md has them all",
				  id ? id : "without `id:`");
	if (!accept.reason || !*accept.reason)
		return yaml_error(node, err, "%s is accepted without a `reason:`", id);
	vec_add(scenario->arena, &scenario->accepted, accept);
	return 0;
}

int accept_read(struct scenario *scenario, const struct yaml_node *node, struct err *err)
{
	int ret;

	if (!node)
		return 0;
	ret = yaml_want(node, YAML_SEQUENCE, err);
	for (size_t i = 0; ret == 0 && i < node->items.count; i++)
		ret = read_one(scenario, node->items.items[i], err);
	return ret;
}

static bool is_meant(const struct scenario_acceptance *accepted,
		     const struct finding *finding)
{
	return finding->class == accepted->class &&
	       (!accepted->site || !finding->site ||
		str_equal(accepted->site, finding->site));
}

void scenario_accept(const struct scenario *scenario, struct arena *arena, bool is_quiet,
		     struct findings *findings)
{
	vec_foreach (accepted, &scenario->accepted) {
		bool is_there = false;

		vec_foreach (finding, findings) {
			if (!is_meant(accepted, finding))
				continue;
			finding->accepted = accepted->reason;
			is_there = true;
		}
		if (!is_there && !is_quiet)
			vec_add(arena, &findings->notes,
				arena_printf(
					arena,
					"%s:%u: %s is accepted, and not there any more",
					accepted->at.file, accepted->at.line,
					accepted->class->id));
	}
}
