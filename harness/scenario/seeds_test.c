// SPDX-License-Identifier: GPL-2.0-or-later
/* seeds_test.c - the page of the two articles names scenarios that there are, and says a state of each row */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

#define PAGE  "harness/doc/seeds.md"
#define ROWS  38
#define CELLS 5

static char *page_read(void)
{
	struct err err = { 0 };
	char *text = NULL;
	size_t length;

	if (file_read(PAGE, &text, &length, &err))
		fail_msg("%s", err.text);
	return text;
}

/* "| 7 | Juniper's … |" into its cells; 0: it is no row. The line is written into. */
static unsigned int row_split(char *line, char *cells[CELLS])
{
	unsigned int number = (unsigned int)strtoul(line + 1 + (*line == '|'), NULL, 10);
	char *rest = line + 1;

	if (*line != '|' || !number)
		return 0;
	for (unsigned int i = 0; i < CELLS; i++) {
		cells[i] = strsep(&rest, "|");
		if (!rest)
			fail_msg("row %u has %u cells", number, i);
		cells[i] = str_trim(cells[i]);
	}
	return number;
}

/* A cell of scenarios is `one`, `two`; returns how many, all of which there are. */
static unsigned int scenarios_check(unsigned int row, char *cell)
{
	unsigned int count = 0;
	char path[200], *name;

	while ((name = strsep(&cell, ","))) {
		name = str_trim(name);
		if (!*name)
			continue;
		if (*name != '`' || !str_ends(name, "`"))
			fail_msg("row %u: %s", row, name);
		(void)snprintf(path, sizeof(path), "scenarios/%.*s/scenario.yml",
			       (int)strlen(name) - 2, name + 1);
		if (access(path, R_OK))
			fail_msg("row %u: there is no %s", row, path);
		count++;
	}
	return count;
}

static void each_row_has_a_state_and_scenarios_that_there_are(void **state)
{
	_cleanup_free_ char *text = page_read();
	char *rest = text, *line, *cells[CELLS];
	unsigned int next = 1;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		unsigned int number = row_split(line, cells);

		if (!number)
			continue;
		assert_int_equal(number, next++);
		if (!str_equal(cells[2], "real") && !str_equal(cells[2], "in part") &&
		    !str_equal(cells[2], "not yet"))
			fail_msg("row %u: '%s' is no state", number, cells[2]);
		if (!scenarios_check(number, cells[3]) && str_equal(cells[2], "real"))
			fail_msg("row %u is real by no scenario", number);
	}
	assert_int_equal(next, ROWS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_a_state_and_scenarios_that_there_are),
	};

	return cmocka_run_group_tests_name("scenario/seeds", tests, NULL, NULL);
}
