// SPDX-License-Identifier: GPL-2.0-or-later
/* overlay_test.c - claims about what a stranger's scenario may name outside of its folder */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_text.h"
#include "scenario/scenario.h"

#define ACME "scenarios/acme"

/*
 *	TOP/secret		what must never be read
 *	TOP/base -> …/acme	the user's own link to a shipped scenario
 *	TOP/evil/		the stranger's scenario
 */
struct fixture {
	char top[32], evil[48];
	struct err err;
};

static const char secret[] = "OWNED by the host\n";

static void put(const char *folder, const char *name, const char *text)
{
	char path[108];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static int set_up(void **state)
{
	static struct fixture f;
	char path[108], *acme = realpath(ACME, NULL);

	f = (struct fixture){ .top = "/tmp/twinsite-overlay-XXXXXX" };
	assert_non_null(acme);
	assert_non_null(mkdtemp(f.top));
	(void)snprintf(f.evil, sizeof(f.evil), "%s/evil", f.top);
	assert_int_equal(file_make_folder(f.evil, NULL), 0);
	put(f.top, "secret", secret);
	put(f.top, "secret.yml", secret);
	(void)snprintf(path, sizeof(path), "%s/base", f.top);
	assert_int_equal(symlink(acme, path), 0);
	free(acme);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "evil/scenario.yml", "evil/link", "secret",
					     "secret.yml", "base" };
	const struct fixture *f = *state;
	char path[108];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->top, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->evil);
	return rmdir(f->top);
}

static int load_evil(struct fixture *f)
{
	struct scenario *scenario = NULL;
	int r;

	f->err = (struct err){ 0 };
	r = scenario_load(f->evil, &scenario, &f->err);
	scenario_free(scenario);
	return r;
}

static void base_beside_the_scenario_is_read(void **state)
{
	struct fixture *f = *state;

	put(f->evil, "scenario.yml", "# An overlay.\nbase: ../base\n");
	assert_int_equal(load_evil(f), 0);
}

static void files_of_a_site_never_leave_the_folder(void **state)
{
	static const char *const files[] = { "../secret", "/etc/passwd", "link",
					     "../evil/../secret", "link/../secret" };
	struct fixture *f = *state;
	char text[200], link[64];

	(void)snprintf(link, sizeof(link), "%s/link", f->evil);
	assert_int_equal(symlink("../secret", link), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(text, sizeof(text),
			       "# V.\nbase: ../base\nsites: { acme: { files: %s } }\n",
			       files[i]);
		put(f->evil, "scenario.yml", text);
		assert_int_not_equal(load_evil(f), 0);
		assert_has(f->err.text, "scenario.yml:");
		assert_has_not(f->err.text, "OWNED");
	}
}

/* A base is the one thing outside that may be named, and only a scenario is one. */
static void base_that_is_no_scenario_is_not_read(void **state)
{
	static const char *const bases[] = { "../secret", "link",
					     "../../../../etc/passwd", "/etc/passwd",
					     "../secret.yml" };
	struct fixture *f = *state;
	char text[200], link[64];

	(void)snprintf(link, sizeof(link), "%s/link", f->evil);
	assert_int_equal(symlink("../base", link), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		(void)snprintf(text, sizeof(text), "# V.\nbase: %s\n", bases[i]);
		put(f->evil, "scenario.yml", text);
		assert_int_not_equal(load_evil(f), 0);
		assert_has_not(f->err.text, "OWNED");
	}
}

static void scenario_that_is_a_link_to_elsewhere_is_not_read(void **state)
{
	struct fixture *f = *state;
	char link[64];

	(void)snprintf(link, sizeof(link), "%s/scenario.yml", f->evil);
	assert_int_equal(symlink("../secret.yml", link), 0);
	assert_int_equal(load_evil(f), -EXDEV);
	assert_has(f->err.text, "scenario.yml: leads out of the folder");
	assert_has_not(f->err.text, "OWNED");
}

static void scenario_file_that_the_user_names_may_be_a_link(void **state)
{
	struct fixture *f = *state;
	struct scenario *scenario = NULL;
	char link[64];

	(void)snprintf(link, sizeof(link), "%s/scenario.yml", f->evil);
	put(f->top, "secret.yml", "# An overlay.\nbase: ../base\n");
	assert_int_equal(symlink("../secret.yml", link), 0);
	assert_int_equal(scenario_load(link, &scenario, &f->err), 0);
	scenario_free(scenario);
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(base_beside_the_scenario_is_read),
		TEST(files_of_a_site_never_leave_the_folder),
		TEST(base_that_is_no_scenario_is_not_read),
		TEST(scenario_that_is_a_link_to_elsewhere_is_not_read),
		TEST(scenario_file_that_the_user_names_may_be_a_link),
	};

	return cmocka_run_group_tests_name("scenario/overlay", tests, NULL, NULL);
}
