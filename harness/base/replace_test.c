// SPDX-License-Identifier: GPL-2.0-or-later
/* replace_test.c - what may be written over, and what stays as it was */
#include "base/replace.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

static struct arena *arena;
static char folder[64];

static const char *at(const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
	assert_int_equal(file_write(at(name), text, strlen(text), NULL), 0);
}

static void assert_text(const char *name, const char *text)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length;

	assert_int_equal(file_read(at(name), &bytes, &length, NULL), 0);
	assert_string_equal(bytes, text);
}

static struct replace old_by_new(const char *name)
{
	return (struct replace){ folder, name, "old", 3, "newer", 5 };
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	(void)snprintf(folder, sizeof(folder), "/tmp/twinsite-replace-XXXXXX");
	if (!mkdtemp(folder) || mkdir(at("sub"), 0755))
		return -1;
	put("one", "old");
	put("sub/two", "old");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	arena_free(arena);
	return system(command); // NOLINT(cert-env33-c)
}

/* Nothing that we made is left behind, whatever happened. */
static void assert_tidy(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command),
		       "! find %s -name '.twinsite-*' | grep -q .", folder);
	assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
}

/* Fails with these words, and the first file is as it was. */
static void assert_refused(const struct replace second, const char *words)
{
	const struct replace files[] = { old_by_new("one"), second };
	struct err err = { 0 };

	assert_int_not_equal(replace_files(files, ARRAY_SIZE(files), &err), 0);
	if (!strstr(err.text, words))
		fail_msg("'%s' is not in '%s'", words, err.text);
	assert_text("one", "old");
	assert_tidy();
}

static void all_are_written_and_keep_their_mode(void **state)
{
	const struct replace files[] = { old_by_new("one"), old_by_new("sub/two") };
	struct stat status;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(chmod(at("sub/two"), 0640), 0);
	assert_int_equal(replace_files(files, ARRAY_SIZE(files), &err), 0);
	assert_text("one", "newer");
	assert_text("sub/two", "newer");
	assert_int_equal(stat(at("sub/two"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_tidy();
}

static void a_new_file_is_made_where_nothing_is(void **state)
{
	const struct replace file = { folder, "sub/three", NULL, 0, "new", 3 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(replace_files(&file, 1, &err), 0);
	assert_text("sub/three", "new");
	assert_int_not_equal(replace_files(&file, 1, &err), 0);
}

static void what_has_changed_since_stays(void **state)
{
	(void)state;
	put("sub/two", "old, and more");
	assert_refused(old_by_new("sub/two"), "has changed since");
	put("sub/two", "ol");
	assert_refused(old_by_new("sub/two"), "has changed since");
}

static void no_link_leads_out_of_the_folder(void **state)
{
	(void)state;
	put("outside", "old");
	assert_int_equal(symlink("/tmp", at("sub/away")), 0);
	assert_int_equal(symlink(at("outside"), at("sub/link")), 0);
	assert_refused(old_by_new("sub/away/x"), "leads out");
	assert_refused(old_by_new("../x"), "leads out");
	assert_refused(old_by_new("sub/link"), "no regular file");
	assert_text("outside", "old");
}

static void a_fifo_is_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_refused(old_by_new("fifo"), "no regular file");
}

static void one_file_by_two_names_is_refused(void **state)
{
	(void)state;
	assert_int_equal(link(at("one"), at("again")), 0);
	assert_refused(old_by_new("again"), "written twice");
	assert_refused(old_by_new("sub/../one"), "written twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CLAIM(all_are_written_and_keep_their_mode),
		CLAIM(a_new_file_is_made_where_nothing_is),
		CLAIM(what_has_changed_since_stays),
		CLAIM(no_link_leads_out_of_the_folder),
		CLAIM(a_fifo_is_not_waited_for),
		CLAIM(one_file_by_two_names_is_refused),
#undef CLAIM
	};

	return cmocka_run_group_tests_name("base/replace", tests, NULL, NULL);
}
