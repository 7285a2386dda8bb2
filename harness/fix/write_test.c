// SPDX-License-Identifier: GPL-2.0-or-later
/* write_test.c - what may be written over, and what stays as it was */
#include "fix/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_text.h"

/* A folder with one file, for each end; what was read of it and what it shall be. */
struct place {
	struct arena *arena;
	const char *folder;
	const char *paths[2];
	struct fix_pair old, new;
	struct err err;
};

static void place_done(struct place *place)
{
	for (size_t i = 0; i < 2; i++)
		(void)unlink(place->paths[i]);
	(void)rmdir(place->folder);
	arena_free(place->arena);
}

static void put(const char *path, const char *text)
{
	struct err err = { 0 };

	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
}

static void assert_file(const char *path, const char *text)
{
	_cleanup_free_ char *bytes = NULL;
	struct err err = { 0 };
	size_t length;

	assert_int_equal(file_read(path, &bytes, &length, &err), 0);
	assert_string_equal(bytes, text);
}

static void add(struct place *place, struct fix_pair *pair, unsigned int end,
		const char *text)
{
	vec_add(place->arena, &pair->ends[end].sources.list,
		((struct import_source){ place->paths[end], text, strlen(text) }));
}

static void make_place(struct place *place)
{
	*place = (struct place){ .arena = arena_new() };
	place->folder = mkdtemp(arena_strdup(place->arena, "/tmp/fix-write-XXXXXX"));
	assert_non_null(place->folder);
	for (unsigned int i = 0; i < 2; i++) {
		place->paths[i] = arena_printf(place->arena, "%s/%u", place->folder, i);
		put(place->paths[i], "old");
		add(place, &place->old, i, "old");
		add(place, &place->new, i, "new");
	}
	place->old.arena = place->new.arena = place->arena;
}

static int write_place(struct place *place)
{
	struct fix_writes writes = { 0 };
	int r = fix_writes(&place->old, &place->new, place->paths, &writes, &place->err);

	return r ? r : replace_files(writes.list.items, writes.list.count, &place->err);
}

static void both_files_are_written_and_keep_their_mode(void **state)
{
	_cleanup_(place_done) struct place place;
	struct stat status;

	(void)state;
	make_place(&place);
	assert_int_equal(chmod(place.paths[1], 0640), 0);
	assert_int_equal(write_place(&place), 0);
	assert_file(place.paths[0], "new");
	assert_file(place.paths[1], "new");
	assert_int_equal(stat(place.paths[1], &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
}

/* Given was a router's /etc: etc/config/ipsec is config/ipsec there, a new file as well. */
static void a_file_of_an_etc_is_written_where_it_stands(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *etc = mkdtemp(arena_strdup(arena, "/tmp/fix-write-XXXXXX"));
	const char *ipsec = arena_printf(arena, "%s/config/ipsec", etc);
	const char *user = arena_printf(arena, "%s/firewall.user", etc);
	struct fix_pair old = { .arena = arena }, new = { .arena = arena };
	struct fix_writes writes = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(mkdir(arena_printf(arena, "%s/config", etc), 0700), 0);
	put(ipsec, "old");
	vec_add(arena, &old.ends[0].sources.list,
		((struct import_source){ "etc/config/ipsec", "old", 3 }));
	vec_add(arena, &new.ends[0].sources.list,
		((struct import_source){ "etc/config/ipsec", "new", 3 }));
	vec_add(arena, &new.ends[0].sources.list,
		((struct import_source){ "etc/firewall.user", "more", 4 }));
	assert_int_equal(
		fix_writes(&old, &new, (const char *const[2]){ etc, etc }, &writes, &err),
		0);
	assert_int_equal(replace_files(writes.list.items, writes.list.count, &err), 0);
	assert_file(ipsec, "new");
	assert_file(user, "more");
	(void)unlink(ipsec);
	(void)unlink(user);
	(void)rmdir(arena_printf(arena, "%s/config", etc));
	(void)rmdir(etc);
}

/* The archive holds one file, so what was read of it looks like a file. */
static void an_archive_of_one_file_stays(void **state)
{
	_cleanup_(place_done) struct place place;

	(void)state;
	make_place(&place);
	put(place.paths[1], "\x1f\x8b\x08packed");
	assert_int_not_equal(write_place(&place), 0);
	assert_has(place.err.text, "is an archive: unpack it");
	assert_file(place.paths[0], "old");
	assert_file(place.paths[1], "\x1f\x8b\x08packed");
}

static void what_has_changed_since_stays(void **state)
{
	_cleanup_(place_done) struct place place;

	(void)state;
	make_place(&place);
	put(place.paths[1], "by another");
	assert_int_not_equal(write_place(&place), 0);
	assert_has(place.err.text, "has changed since it was read");
	assert_file(place.paths[0], "old");
	assert_file(place.paths[1], "by another");
}

static void one_file_for_both_ends_stays(void **state)
{
	_cleanup_(place_done) struct place place;

	(void)state;
	make_place(&place);
	assert_int_equal(unlink(place.paths[1]), 0);
	assert_int_equal(link(place.paths[0], place.paths[1]), 0);
	assert_int_not_equal(write_place(&place), 0);
	assert_has(place.err.text, "would be written twice");
	assert_file(place.paths[0], "old");
}

/* Its end was one file: nothing is written in a folder that nobody named. */
static void a_new_file_beside_a_single_one_is_refused(void **state)
{
	_cleanup_(place_done) struct place place;

	(void)state;
	make_place(&place);
	add(&place, &place.new, 1, "rules");
	assert_int_not_equal(write_place(&place), 0);
	assert_has(place.err.text, "has no folder");
	assert_file(place.paths[0], "old");
	assert_file(place.paths[1], "old");
}

/* patch -p1 where the user is: a file by its name, a folder, a router's etc; else nowhere. */
static void a_diff_leads_to_what_was_named(void **state)
{
	_cleanup_(place_done) struct place place;
	_cleanup_free_ char *home = getcwd(NULL, 0);
	struct fix_pair *old = &place.old, *new = &place.new;
	_cleanup_buf_ struct buf diff = { 0 };

	(void)state;
	make_place(&place);
	assert_int_equal(chdir(place.folder), 0);
	new->ends[0].name = new->ends[1].name = "end";
	old->ends[1].sources = new->ends[1].sources; /* nothing changes there */
	fix_set_place(place.arena, ".//0", &new->ends[0]);
	assert_int_equal(new->ends[0].place, FIX_PLACE_FILE);
	fix_diff(old, new, true, &diff);
	assert_has(buf_text(&diff), "--- a/0\n+++ b/0\n");
	fix_set_place(place.arena, "../x/0", &new->ends[0]);
	assert_int_equal(new->ends[0].place, FIX_PLACE_NAME);
	fix_set_place(place.arena, place.folder, &new->ends[0]);
	assert_int_equal(new->ends[0].place, FIX_PLACE_NAME);
	assert_int_equal(chdir("/"), 0);
	fix_set_place(place.arena, arena_printf(place.arena, "%s/", place.folder + 1),
		      &new->ends[0]);
	assert_int_equal(new->ends[0].place, FIX_PLACE_FOLDER);
	old->ends[0].sources.list.items[0].name =
		new->ends[0].sources.list.items[0].name = "x";
	fix_diff(old, new, true, &diff);
	assert_has(buf_text(&diff),
		   arena_printf(place.arena, "+++ b%s/x\n", place.folder));
	assert_int_equal(chdir(home), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_an_etc_is_written_where_it_stands),
		cmocka_unit_test(both_files_are_written_and_keep_their_mode),
		cmocka_unit_test(an_archive_of_one_file_stays),
		cmocka_unit_test(what_has_changed_since_stays),
		cmocka_unit_test(one_file_for_both_ends_stays),
		cmocka_unit_test(a_diff_leads_to_what_was_named),
		cmocka_unit_test(a_new_file_beside_a_single_one_is_refused),
	};

	return cmocka_run_group_tests_name("fix/write", tests, NULL, NULL);
}
