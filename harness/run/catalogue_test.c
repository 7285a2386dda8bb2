// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * catalogue_test.c - each class that only a rehearsal tells has a recorded one that shows it
 *
 * And in a healthy one of the same sites it is not said. What files tell, too, has its
 * pairs in predict/catalogue_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "finding/class.h"
#include "run/judge.h"

#define RUNS "harness/diagnose/runs"

static const struct {
	enum class_id class;
	const char *run;     /* and the scenario of that name; NULL: none, because … */
	const char *healthy; /* … of this; else the healthy one */
} rows[] = {
	{ F09, "acme-rejected-ike", "acme" },
	{ F10, "acme-blocked-answers", "acme" },
	{ F11, "office-blocked-nat-t", "office-gcm" },
	{ F15, NULL, "no message of IKE with a pre-shared key is larger than a packet" },
	{ F39, "office-plugin-missing", "office-gcm" },
	{ F53, "office-no-kernel-esp", "office-gcm" },
	{ F59, "office-both-initiate", "office-gcm" },
	{ F67, "acme-other-gateway", "acme" },
	{ F71, "acme-reverse-path", "acme" },
	{ F83, "acme-search-missing", "acme-reverse-missing" },
	{ F84, "acme-reverse-missing", "acme-search-missing" },
	{ F90, "acme-refused-rule", "acme" },
	{ F93, "acme-vti-as-printed", "acme" },
	{ F96, "acme-partner-all-to-all", "acme" },
	{ F97, "office-sas-pile-up", "office-gcm" },
};

static bool is_said(const char *run, enum class_id class)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	char folder[200], scenario[200];
	struct err err = { 0 };

	(void)snprintf(folder, sizeof(folder), RUNS "/%s", run);
	(void)snprintf(scenario, sizeof(scenario), "scenarios/%s", run);
	if (judge_folder(folder, scenario, &judged, &err))
		fail_msg("%s: %s", run, err.text);
	if (judged->judgement.outcome != OUTCOME_AS_EXPECTED)
		fail_msg("%s: %s", run, judged->judgement.outcome_text);
	vec_foreach (diagnosis, &judged->judgement.diagnoses)
		if (diagnosis->class->number == class)
			return true;
	return false;
}

static void each_class_that_a_run_tells_has_one(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);
		size_t row = 0;

		while (row < ARRAY_SIZE(rows) && rows[row].class != class->number)
			row++;
		if (class->told_by != TOLD_RUN)
			continue;
		if (row == ARRAY_SIZE(rows))
			fail_msg("%s %s has no recorded run", class->id, class->name);
		if (!rows[row].run) {
			assert_non_null(class->no_scenario);
			continue;
		}
		if (!is_said(rows[row].run, class->number))
			fail_msg("%s does not show %s", rows[row].run, class->id);
		if (is_said(rows[row].healthy, class->number))
			fail_msg("%s shows %s", rows[row].healthy, class->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_that_a_run_tells_has_one),
	};

	return cmocka_run_group_tests_name("run/catalogue", tests, NULL, NULL);
}
