// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pairs_data_test.c - claims: both ends' files of predict/pairs get the answer written in them
 *
 * A file: comments that say why (of public ones the address, and the cause found there),
 * `expect:`, perhaps `firmware:`, then the files of both ends behind "--- left NAME" and
 * "--- right NAME". The answers were written before the program was asked, and are the same
 * when both ends change places. `expect:` is
 *	ok			nothing that keeps tunnel or traffic away
 *	broken ID…		the first is found, and no other than these keeps the tunnel away;
 *				one that is there twice stands twice
 *	traffic ID, later ID, weak ID	it is found, and nothing keeps the tunnel away
 *	unproven WORD		a word that is not rehearsed, and nothing concluded from it
 *	refused WORD		a file that is not read, by name
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "predict/one_end.h"
#include "predict/test_pair_file.h"

static bool is_listed(const char *list, const char *id)
{
	const char *at = strstr(list, id);

	return at && !strchr("0123456789", at[strlen(id)] ? at[strlen(id)] : ' ');
}

/* One fault is one finding: a class is told no oftener than it is listed. */
static bool is_told_too_often(const struct pair *pair, const char *list,
			      const struct finding *finding)
{
	const char *id = finding->class->id;
	unsigned int listed = 0, told = 0;

	for (const char *at = list; (at = strstr(at, id)); at += strlen(id))
		listed += is_listed(at, id);
	vec_foreach (other, &pair->findings)
		told += other->class == finding->class &&
			other->severity <= SEVERITY_NO_TRAFFIC;
	return listed && told > listed;
}

/* NULL: as expected; else what is wrong with it. */
static const char *judge(const struct pair *pair)
{
	const char *blank = strchr(pair->expect, ' ');
	const char *rest = blank ? blank : "";
	const bool is_broken = str_starts(pair->expect, "broken");
	bool is_found = false;
	char id[8] = "";

	if (*rest)
		(void)sscanf(rest, " %7s", id);
	vec_foreach (finding, &pair->findings) {
		const char *found = finding->class->id;

		is_found |= str_equal(found, id);
		if (finding->severity == SEVERITY_NO_TUNNEL &&
		    !(is_broken && is_listed(rest, found)))
			return finding->summary;
		if (is_told_too_often(pair, rest, finding))
			return "one fault is told more than once";
		if (finding->severity == SEVERITY_NO_TRAFFIC && !is_listed(rest, found) &&
		    !is_broken)
			return finding->summary;
	}
	if (str_starts(pair->expect, "unproven")) {
		vec_foreach (item, &pair->findings.unproven)
			if (strstr(item->text, rest + 1))
				return NULL;
		return "no such word is unproven";
	}
	if (pair->findings.unproven.count && str_equal(pair->expect, "ok"))
		return pair->findings.unproven.items[0].text;
	return str_equal(pair->expect, "ok") || is_found ? NULL
							 : "the class is not found";
}

/* Whose files stand first must not matter. */
static void swap(struct pair *pair)
{
	struct import_sources left = pair->sources[0];

	pair->sources[0] = pair->sources[1];
	pair->sources[1] = left;
}

static unsigned int check(const char *name, bool is_swapped)
{
	_cleanup_(pair_done) struct pair pair = { .arena = arena_new(), .name = name };
	_cleanup_free_ char *text = pair_read(&pair);
	const char *wrong;
	int r;

	if (is_swapped)
		swap(&pair);
	r = pair_predict(&pair);
	if (str_starts(pair.expect, "refused "))
		wrong = !r					 ? "it was read"
			: strstr(pair.err.text, pair.expect + 8) ? NULL
								 : pair.err.text;
	else
		wrong = r ? pair.err.text : judge(&pair);
	if (!wrong)
		return 0;
	print_message("%s%s: expected %s: %s\n", name, is_swapped ? ", swapped" : "",
		      pair.expect, wrong);
	vec_foreach (finding, &pair.findings)
		print_message("    %s %s: %s\n", finding->class->id,
			      severity_name(finding->severity), finding->summary);
	vec_foreach (item, &pair.findings.unproven)
		print_message("    unproven %s\n", item->text);
	return 1;
}

/* Alone an end may be the one that begins, which in its pair it is not. */
static const char *seen_from_there(const char *id)
{
	static const char *const twins[][2] = {
		{ "F31", "F32" },
		{ "F32", "F31" },
		{ "F07", "F30" },
		{ "F30", "F07" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(twins); i++)
		if (str_equal(id, twins[i][0]))
			return twins[i][1];
	return id;
}

/*
 * What is found wrong with one end alone is wrong with it whatever the other one is, so
 * with the one that it really has; and nothing is said of that one.
 */
static const char *judge_alone(const struct pair *pair)
{
	const bool is_broken =
		str_starts(pair->expect, "broken") || str_starts(pair->expect, "traffic");

	vec_foreach (finding, &pair->findings) {
		const char *id = finding->class->id;

		if (str_equal(finding->site, OTHER_END))
			return "it is said of the other end";
		for (size_t i = 0; i < ARRAY_SIZE(finding->values); i++)
			if (str_equal(finding->values[i].site, OTHER_END))
				return "a value is the other end's";
		if ((finding->severity == SEVERITY_NO_TUNNEL ||
		     finding->severity == SEVERITY_NO_TRAFFIC) &&
		    !(is_broken && (is_listed(pair->expect, id) ||
				    is_listed(pair->expect, seen_from_there(id)))))
			return finding->summary;
	}
	return NULL;
}

static unsigned int check_alone(const char *name, unsigned int end)
{
	_cleanup_(pair_done) struct pair pair = { .arena = arena_new(), .name = name };
	_cleanup_free_ char *text = pair_read(&pair);
	struct predict_input input = { .arena = pair.arena };
	struct site *other;
	const char *wrong;

	if (pair_import_end(&pair, end))
		return 0; /* refused by name: nothing is claimed */
	input.sites[0] = pair.sites[end];
	predict_one_end(&input, &pair.findings, &other);
	wrong = judge_alone(&pair);
	site_free(other);
	if (wrong)
		print_message("%s, %s alone: expected %s: %s\n", name,
			      end ? "right" : "left", pair.expect, wrong);
	return wrong != NULL;
}

static unsigned int check_both_ways(const char *name)
{
	return check(name, false) + check(name, true);
}

static unsigned int check_each_alone(const char *name)
{
	return check_alone(name, 0) + check_alone(name, 1);
}

static void each_pair_gets_the_answer_that_was_written_first(void **state)
{
	unsigned int wrong, count = pairs_walk(check_both_ways, &wrong);

	(void)state;
	if (wrong)
		fail_msg("%u of %u answers", wrong, 2 * count);
}

static void one_end_alone_says_nothing_that_its_real_peer_disproves(void **state)
{
	unsigned int wrong, count = pairs_walk(check_each_alone, &wrong);

	(void)state;
	if (wrong)
		fail_msg("%u of %u ends", wrong, 2 * count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_gets_the_answer_that_was_written_first),
		cmocka_unit_test(one_end_alone_says_nothing_that_its_real_peer_disproves),
	};

	return cmocka_run_group_tests_name("predict/pairs", tests, NULL, NULL);
}
