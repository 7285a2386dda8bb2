// SPDX-License-Identifier: GPL-2.0-or-later
/* one_end.c - what one end's files say by themselves */
#include "predict/one_end.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/mirror.h"

/* Found in what both agree on, and this end's files alone decide it. */
static const enum class_id of_this_end[] = { F87, F88 };

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

/* The counterpart's values are this end's own, seen from there. */
static void leave_out_other(struct finding *finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(finding->values); i++)
		if (str_equal(finding->values[i].site, OTHER_END))
			finding->values[i] = (struct diagnosis_value){ 0 };
}

void predict_one_end(struct predict_input *input, struct findings *ret_findings,
		     struct site **ret_other)
{
	size_t kept = 0;

	*ret_other = mirror_site(predict_as_if_loaded(input, input->sites[0]), OTHER_END);
	input->sites[1] = *ret_other;
	input->initiator = predict_initiator(input->sites);
	predict_pair(input, ret_findings);
	if (!ret_findings->count)
		return;
	for (size_t i = 0; i < ret_findings->count; i++) {
		struct finding *finding = &ret_findings->items[i];

		if (!is_of_this_end(input, finding))
			continue;
		leave_out_other(finding);
		ret_findings->items[kept++] = *finding;
	}
	/* What is added later expects nothing there. */
	memset(ret_findings->items + kept, 0,
	       (ret_findings->count - kept) * sizeof(*ret_findings->items));
	ret_findings->count = kept;
}
