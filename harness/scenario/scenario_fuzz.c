// SPDX-License-Identifier: GPL-2.0-or-later
/* scenario_fuzz.c - any bytes as a scenario.yml: a scenario or a sentence */
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "scenario/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct scenario *scenario = scenario_new();
	struct scenario_files files = { 0 };
	struct yaml_node *root = NULL;
	struct err err = { 0 };

	if (yaml_parse(scenario->arena, "fuzz.yml", (const char *)bytes, length, &root,
		       &err) == 0)
		(void)scenario_read(scenario, root, &files, &err);
	scenario_free(scenario);
	return 0;
}
