// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * order_test.c - claims: whose files stand first on the command line is no fact about a pair
 *
 * Every pair of predict/pairs, every mistake and every scenario is predicted both ways round:
 * classes, severities, sites, values, files and lines are the same. Only the order of what
 * weighs alike, and who stands first in a sentence about both, may differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "predict/test_pair_file.h"
#include "predict/test_world.h"
#include "scenario/scenario.h"

#define SCENARIO_FOLDER "scenarios"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *value_text(struct arena *arena, const struct diagnosis_value *value)
{
	if (!value->site)
		return "";
	return arena_printf(arena, " | %s %s = %s (%s:%u)", value->site,
			    value->setting ? value->setting : "",
			    value->value ? value->value : "",
			    value->at.file ? value->at.file : "", value->at.line);
}

/* A line for each finding, sorted; its two values in the order of their sites. */
static char *told(struct arena *arena, const struct findings *findings)
{
	_cleanup_buf_ struct buf text = { 0 };
	VEC(const char *) lines = { 0 };

	vec_foreach (finding, findings) {
		const struct diagnosis_value *values = finding->values;
		const char *of[2] = { value_text(arena, &values[0]),
				      value_text(arena, &values[1]) };
		const unsigned int first = strcmp(of[0], of[1]) > 0;

		vec_add(arena, &lines,
			arena_printf(arena, "%s %s %s%s%s", finding->class->id,
				     severity_name(finding->severity),
				     finding->site ? finding->site : "both", of[first],
				     of[!first]));
	}
	vec_foreach (item, &findings->unproven)
		vec_add(arena, &lines, arena_printf(arena, "unproven %s", item->text));
	if (lines.count)
		qsort(lines.items, lines.count, sizeof(*lines.items), by_text);
	vec_foreach (line, &lines)
		buf_printf(&text, "%s\n", *line);
	return arena_strdup(arena, buf_text(&text));
}

/* The same pair the other way round; Who begins: as the files say, or still the same end. */
static struct predict_input turned(const struct predict_input *input, bool is_by_files)
{
	struct predict_input ret = *input;

	for (unsigned int end = 0; end < 2; end++) {
		ret.sites[end] = input->sites[!end];
		ret.is_behind_nat[end] = input->is_behind_nat[!end];
	}
	ret.initiator = is_by_files ? predict_initiator(ret.sites) : !input->initiator;
	return ret;
}

static unsigned int both_ways(const char *name, const struct predict_input *input,
			      bool is_by_files)
{
	const struct predict_input other = turned(input, is_by_files);
	struct findings here, there;
	const char *said[2];

	predict_pair(input, &here);
	predict_pair(&other, &there);
	said[0] = told(input->arena, &here);
	said[1] = told(input->arena, &there);
	if (str_equal(said[0], said[1]))
		return 0;
	print_message("== %s\n%s-- the other way round\n%s\n", name, said[0], said[1]);
	return 1;
}

static unsigned int pair_both_ways(const char *name)
{
	_cleanup_(pair_done) struct pair pair = { .arena = arena_new(), .name = name };
	_cleanup_free_ char *files = pair_read(&pair);
	struct predict_input input = { .arena = pair.arena };

	if (pair_predict(&pair))
		return 0;
	input.sites[0] = pair.sites[0];
	input.sites[1] = pair.sites[1];
	input.initiator = predict_initiator(input.sites);
	return both_ways(name, &input, true);
}

static void a_pair_is_told_alike_both_ways_round(void **state)
{
	unsigned int wrong;

	(void)state;
	(void)pairs_walk(pair_both_ways, &wrong);
	assert_int_equal(wrong, 0);
}

static void a_mistake_is_told_alike_both_ways_round(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		_cleanup_world_ struct world world = { 0 };
		struct predict_input input = { 0 };

		predict(&world, &pairs[mistakes[i].pair], &mistakes[i]);
		input.arena = world.arena;
		input.sites[0] = world.sites[0];
		input.sites[1] = world.sites[1];
		input.is_behind_nat[0] = mistakes[i].is_behind_nat;
		input.initiator = predict_initiator(input.sites);
		wrong += both_ways(mistakes[i].claim, &input, true);
	}
	assert_int_equal(wrong, 0);
}

/* Of three or more sites, or with files that are not read: nothing is predicted. */
static unsigned int scenario_both_ways(const char *name)
{
	_cleanup_free_ char *path = NULL;
	struct scenario *scenario = NULL;
	struct predict_input input = { .arena = arena_new() };
	unsigned int ret = 0;
	struct err err = { 0 };

	if (asprintf(&path, SCENARIO_FOLDER "/%s", name) >= 0 &&
	    !scenario_load_as(path, NULL, &scenario, &err) &&
	    scenario->sites.count == 2) {
		for (unsigned int end = 0; end < 2; end++) {
			input.sites[end] = scenario->sites.items[end].site;
			input.is_behind_nat[end] =
				scenario->sites.items[end].is_behind_nat;
		}
		input.initiator = scenario->initiator;
		ret = both_ways(name, &input, false);
		input.initiator = predict_initiator(input.sites);
		ret += both_ways(name, &input, true);
	}
	scenario_free(scenario);
	arena_free(input.arena);
	return ret;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void a_scenario_is_told_alike_both_ways_round(void **state)
{
	struct dirent **entries;
	int count = scandir(SCENARIO_FOLDER, &entries, is_visible, alphasort);
	unsigned int wrong = 0;

	(void)state;
	assert_true(count >= 100);
	for (int i = 0; i < count; i++) {
		wrong += scenario_both_ways(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_told_alike_both_ways_round),
		cmocka_unit_test(a_mistake_is_told_alike_both_ways_round),
		cmocka_unit_test(a_scenario_is_told_alike_both_ways_round),
	};

	return cmocka_run_group_tests_name("predict/order", tests, NULL, NULL);
}
