// SPDX-License-Identifier: GPL-2.0-or-later
/* one_end.c - what one end's files say by themselves */
#include "predict/one_end.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/mirror.h"

/* Found in what both agree on, and this end's files alone decide it. */
static const enum class_id of_this_end[] = { F87, F88 };

/*
 * A key for each peer, by who calls: nobody here knows who that is. Or everything, both ways,
 * which the real other end may narrow to its own networks.
 */
static bool is_by_peer(const struct finding *finding)
{
	const struct tunnel *tunnel = finding->tunnel;
	const struct selector *pair = finding->selector;

	if (finding->class->number == F73)
		return pair && !pair->local.length && !pair->remote.length;
	return finding->class->number == F05 && tunnel && !tunnel->psk.is_set &&
	       tunnel->peer_secrets.count;
}

static bool is_of_this_end(const struct predict_input *input,
			   const struct finding *finding)
{
	if (str_equal(finding->site, input->sites[0]->name))
		return true;
	for (size_t i = 0; !finding->site && i < ARRAY_SIZE(of_this_end); i++)
		if (finding->class->number == of_this_end[i])
			return true;
	return false;
}

/*
 * The counterpart's values are this end's own, seen from there; what its administrator sees
 * is a matter of a device that nobody knows.
 */
static void leave_out_other(struct finding *finding)
{
	size_t kept = 0;

	for (size_t i = 0; i < finding->sees.count; i++)
		if (!str_starts(finding->sees.items[i], OTHER_END))
			finding->sees.items[kept++] = finding->sees.items[i];
	finding->sees.count = kept;
	for (size_t i = 0; i < ARRAY_SIZE(finding->values); i++)
		if (str_equal(finding->values[i].site, OTHER_END))
			finding->values[i] = (struct diagnosis_value){ 0 };
}

/* A counterpart that calls, too, and knows where: nobody says that the real one does not. */
static void let_call(struct site *other)
{
	vec_foreach (tunnel, &other->tunnels) {
		tunnel->start = START_IMMEDIATELY;
		vec_foreach (child, &tunnel->children)
			child->start = START_IMMEDIATELY;
		vec_foreach (remote, &tunnel->remotes) {
			if (remote->kind != ENDPOINT_ANY)
				continue;
			remote->kind = ENDPOINT_NAME;
			remote->name = "whatever-its-name.is";
		}
	}
}

static bool is_among(const struct findings *findings, const struct finding *wanted)
{
	vec_foreach (finding, findings)
		if (str_equal(finding->site, wanted->site) &&
		    finding_is_same(finding, wanted->class->id, wanted->summary))
			return true;
	return false;
}

/* What is found with it as well: the rest is so only while the other end cannot call. */
static void leave_out_callers(const struct predict_input *given,
			      const struct site *loaded, struct findings *findings)
{
	struct predict_input input = *given;
	struct site *caller = mirror_site(loaded, OTHER_END);
	struct findings with_caller;
	size_t kept = 0;

	let_call(caller);
	input.sites[1] = caller;
	predict_pair(&input, &with_caller);
	for (size_t i = 0; i < findings->count; i++)
		if (is_among(&with_caller, &findings->items[i]))
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
	site_free(caller);
}

void predict_one_end(struct predict_input *input, struct findings *ret_findings,
		     struct site **ret_other)
{
	const size_t room = sizeof(*ret_findings->items);
	size_t kept = 0, all;

	*ret_other = mirror_site(predict_as_if_loaded(input, input->sites[0]), OTHER_END);
	input->sites[1] = *ret_other;
	input->initiator = predict_initiator(input->sites);
	predict_pair(input, ret_findings);
	if (!ret_findings->count)
		return;
	all = ret_findings->count;
	leave_out_callers(input, predict_as_if_loaded(input, input->sites[0]),
			  ret_findings);
	for (size_t i = 0; i < ret_findings->count; i++) {
		struct finding *finding = &ret_findings->items[i];

		if (!is_of_this_end(input, finding) || is_by_peer(finding))
			continue;
		leave_out_other(finding);
		ret_findings->items[kept++] = *finding;
	}
	/* What is added later expects nothing there. */
	memset(ret_findings->items + kept, 0, (all - kept) * room);
	ret_findings->count = kept;
}
