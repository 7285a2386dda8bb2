// SPDX-License-Identifier: GPL-2.0-or-later
/* installed_test.c - claims: a scenario's name is found beside the program, and a path stays a path */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test_text.h"

#include "base/err.h"
#include "base/installed.h"

struct tree {
	char root[64], program[PATH_MAX], here[PATH_MAX];
	char tree_of_test[PATH_MAX];
};

static void make_scenario(const char *root, const char *folder, const char *name)
{
	char path[PATH_MAX], command[PATH_MAX * 2 + 64];

	(void)snprintf(path, sizeof(path), "%s/%s/%s", root, folder, name);
	(void)snprintf(command, sizeof(command),
		       "mkdir -p '%s' && echo '# x' >'%s/scenario.yml'", path, path);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

static int setup(void **state)
{
	static struct tree tree = { .root = "/tmp/twinsite-installed-XXXXXX" };

	assert_non_null(getcwd(tree.tree_of_test, sizeof(tree.tree_of_test)));
	assert_non_null(mkdtemp(tree.root));
	make_scenario(tree.root, "usr/share/twinsite/scenarios", "acme");
	make_scenario(tree.root, "usr/share/twinsite/scenarios", "office");
	make_scenario(tree.root, "here", "mine");
	make_scenario(tree.root, "here/scenarios", "own");
	(void)snprintf(tree.program, sizeof(tree.program), "%s/usr/bin/twinsite",
		       tree.root);
	(void)snprintf(tree.here, sizeof(tree.here), "%s/usr/bin", tree.root);
	assert_int_equal(mkdir(tree.here, 0755), 0);
	(void)snprintf(tree.here, sizeof(tree.here), "%s/here", tree.root);
	assert_int_equal(chdir(tree.here), 0);
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	struct tree *tree = *state;
	char command[128];

	assert_int_equal(chdir(tree->tree_of_test), 0);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", tree->root);
	return system(command); /* NOLINT(cert-env33-c) */
}

static void a_name_is_found_beside_the_program(void **state)
{
	const struct tree *tree = *state;
	char path[PATH_MAX], wanted[PATH_MAX + 64];
	struct err err = { 0 };

	(void)snprintf(wanted, sizeof(wanted), "%s/usr/share/twinsite/scenarios/office",
		       tree->root);
	assert_int_equal(installed_find(tree->program, "office", true, path, &err), 1);
	assert_string_equal(path, wanted);
}

static void what_is_here_comes_first(void **state)
{
	const struct tree *tree = *state;
	char path[PATH_MAX];
	struct err err = { 0 };

	make_scenario(tree->root, "here", "office");
	assert_int_equal(installed_find(tree->program, "office", true, path, &err), 0);
	assert_int_equal(installed_find(tree->program, "mine", true, path, &err), 0);
	assert_int_equal(installed_find(tree->program, "own", true, path, &err), 1);
	assert_string_equal(path, "scenarios/own");
}

static void a_path_is_never_another_scenario(void **state)
{
	const struct tree *tree = *state;
	char path[PATH_MAX];
	struct err err = { 0 };

	assert_int_equal(installed_find(tree->program, "./acme", true, path, &err), 0);
	assert_int_equal(installed_find(tree->program, "acme/", true, path, &err), 0);
	assert_int_equal(installed_find(tree->program, "..", true, path, &err), 0);
}

static void a_mistyped_name_has_the_nearest(void **state)
{
	const struct tree *tree = *state;
	char path[PATH_MAX];
	struct err err = { 0 };

	assert_int_equal(installed_find(tree->program, "amce", true, path, &err),
			 -ENOENT);
	assert_has(err.text, "did you mean 'acme'?");
	assert_int_equal(installed_find(tree->program, "amce", false, path, &err), 0);
}

static void a_program_alone_has_no_scenarios(void **state)
{
	char path[PATH_MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(installed_scenarios("/nowhere/bin/twinsite", path), -ENOENT);
	assert_int_equal(installed_scenarios(NULL, path), -ENOENT);
	assert_int_equal(installed_find(NULL, "acme", true, path, &err), -ENOENT);
	assert_has(err.text, "twinsite list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_beside_the_program),
		cmocka_unit_test(what_is_here_comes_first),
		cmocka_unit_test(a_path_is_never_another_scenario),
		cmocka_unit_test(a_mistyped_name_has_the_nearest),
		cmocka_unit_test(a_program_alone_has_no_scenarios),
	};

	return cmocka_run_group_tests_name("base/installed", tests, setup, teardown);
}
