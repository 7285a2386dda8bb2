// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glob.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/program.h"
#include "base/replace.h"
#include "base/reveal.h"
#include "base/sanitizer.h"
#include "base/str.h"
#include "base/test_skip.h"
#include "netns/sandbox.h"
#include "netns/world.h"
#include "run/reader_keeper.h"
#include "run/report_folder.h"

static char folder[64];
static struct arena *arena;

static const char *in_folder(const char *name)
{
	return arena_printf(arena, "%s/%s", folder, name);
}

static void put(const char *name, const char *text, mode_t mode)
{
	char *path = arena_strdup(arena, in_folder(name));

	*strrchr(path, '/') = '\0';
	assert_int_equal(file_make_folder(path, NULL), 0);
	assert_int_equal(file_write(in_folder(name), text, strlen(text), NULL), 0);
	assert_int_equal(chmod(in_folder(name), mode), 0);
}

static bool is_there(const char *name)
{
	return !access(in_folder(name), F_OK);
}

/* What is written on its way to where it should be. */
static bool has_staging(const char *name)
{
	glob_t found = { 0 };
	bool is_one = !glob(in_folder(arena_printf(arena, "%s/.twinsite-writes*", name)),
			    0, NULL, &found);

	globfree(&found);
	return is_one;
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new();
	(void)snprintf(folder, sizeof(folder), "/var/tmp/twinsite-reader-XXXXXX");
	(void)program_path();
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	arena_free(arena);
	return system(command); // NOLINT(cert-env33-c)
}

/* ------------------------------------------------------------ taking back */

static int open_folder(const char *name)
{
	return open(in_folder(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void what_is_taken_back_are_files_and_no_programs(void **state)
{
	struct stat status;
	int fd;

	(void)state;
	put("given/a/program", "x", 04777);
	put("outside", "x", 0644);
	assert_int_equal(symlink(in_folder("outside"), in_folder("given/link")), 0);
	assert_int_equal(link(in_folder("outside"), in_folder("given/name")), 0);
	assert_int_equal(mkfifo(in_folder("given/a/fifo"), 0644), 0);
	fd = open_folder("given");
	report_folder_adopt(fd);
	close(fd);
	assert_int_equal(stat(in_folder("given/a/program"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_int_equal(status.st_uid, geteuid());
	assert_false(is_there("given/link"));
	assert_false(is_there("given/name"));
	assert_false(is_there("given/a/fifo"));
	assert_true(is_there("outside"));
}

static void what_is_merged_replaces_files_and_joins_folders(void **state)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int from, to;

	(void)state;
	put("from/sub/new", "new", 0644);
	put("from/same", "new", 0600);
	put("to/sub/old", "old", 0644);
	put("to/same", "old", 0644);
	from = open_folder("from");
	to = open_folder("to");
	assert_int_equal(report_folder_merge(from, to, NULL, NULL), 0);
	close(from);
	close(to);
	assert_true(is_there("to/sub/new"));
	assert_true(is_there("to/sub/old"));
	assert_false(is_there("from/sub"));
	assert_int_equal(file_read(in_folder("to/same"), &text, &length, NULL), 0);
	assert_string_equal(text, "new");
}

/* ------------------------------------------------------------ the command line */

static void an_option_is_found_however_it_is_written(void **state)
{
	static const char *const words[] = { "run",	    "--rep", "a",
					     "--reports=b", "c",     "--repeat",
					     "-r",	    "-o",    "d" };
	const struct reader reader = { .argc = ARRAY_SIZE(words),
				       .argv = (char **)(uintptr_t)words,
				       .output = "--write-keys --reports -o" };

	(void)state;
	assert_string_equal(reader_value_of(&reader, 1), "a");
	assert_string_equal(reader_value_of(&reader, 3), "b");
	assert_null(reader_value_of(&reader, 2));
	assert_null(reader_value_of(&reader, 4));
	assert_null(reader_value_of(&reader, 5));
	assert_null(reader_value_of(&reader, 6));
	assert_string_equal(reader_value_of(&reader, 7), "d");
}

/* ------------------------------------------------------------ a reader */

/* In the reader: what each of these tests has to find; the number of what was not so. */
static int is_nobody(int argc, char **argv)
{
	struct stat status;
	int written, made; // closed with this process

	(void)argc;
	if (access(argv[1], R_OK))
		return 1;
	if (stat("/var/tmp", &status) == 0 && status.st_uid == 0 &&
	    !access("/var/tmp/not-named", F_OK))
		return 2;
	written = open(argv[1], O_WRONLY);
	made = open(argv[2], O_CREAT | O_WRONLY, 0600);
	if (written >= 0 || made >= 0)
		return 3;
	return kill(-1, 0) == 0 ? 4 : 42; // there is nobody else but init
}

static int writes_a_report(int argc, char **argv)
{
	char path[PATH_MAX + 8], report[PATH_MAX];
	struct err err = { 0 };

	if (argc != 3 || reader_report("elsewhere", "x", false, report, &err) == 0)
		return 1;
	if (reader_report(argv[2], "../x", false, report, &err) == 0)
		return 2;
	if (reader_report(argv[2], "name", false, report, &err))
		return 3;
	(void)snprintf(path, sizeof(path), "%s/result", report);
	if (file_write(path, "x", 1, &err) || reader_latest(report, &err))
		return 4;
	return file_write(path, "y", 1, &err) ? 42 : 5; /* it is taken back */
}

static int writes_elsewhere(int argc, char **argv)
{
	struct err err = { 0 };
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/own", argv[argc - 1]);
	if (reader_output("/etc", false, &err) == 0)
		return 1;
	if (reader_output(argv[argc - 1], false, &err))
		return 2;
	return file_write(path, "x", 1, &err) ? 3 : 42;
}

static int writes_one_file(int argc, char **argv)
{
	char other[PATH_MAX + 8];
	struct err err = { 0 };

	(void)snprintf(other, sizeof(other), "%s.other", argv[argc - 1]);
	if (reader_output_file(argv[argc - 1], &err) ||
	    file_write(argv[argc - 1], "new", 3, &err))
		return 1;
	return file_write(other, "new", 3, &err) ? 2 : 42;
}

/* argv: a folder with a file "a/old" that holds "old", and a lone file. */
static int replaces_files(int argc, char **argv)
{
	const struct replace files[] = {
		{ argv[1], "a/old", "old", 3, "newer", 5 },
		{ argv[1], "a/new", NULL, 0, "new", 3 },
	};
	const struct replace elsewhere = { argv[3], "file", "old", 3, "newer", 5 };
	const struct replace beside = { argv[4], "other", "old", 3, "newer", 5 };
	const struct replace above = { argv[1], "../outside", "old", 3, "newer", 5 };
	struct err err = { 0 };

	(void)argc;
	if (!reader_replace(&elsewhere, 1, &err) || !reader_replace(&beside, 1, &err) ||
	    !reader_replace(&above, 1, &err))
		return 1;
	return reader_replace(files, ARRAY_SIZE(files), &err) ? 2 : 42;
}

static int takes_all_memory(int argc, char **argv)
{
	size_t step = (size_t)64 << 20, had = 0;

	(void)argc;
	(void)argv;
	/* Not touched: it costs nothing. */
	while (had < 2 * SANDBOX_READER_MEMORY_MAX) {
		const void *got =
			mmap(NULL, step, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (got == MAP_FAILED)
			break;
		had += step;
	}
	return had > 0 && had <= SANDBOX_READER_MEMORY_MAX ? 42 : 1;
}

/* argv[2]: the folder of --reports, in which others' reports are. */
static int writes_a_summary(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc != 3 || reader_summary(argv[2], NULL) ||
	    reader_summary("elsewhere", NULL) == 0)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/all.json", argv[2]);
	if (file_write(path, "new", 3, NULL))
		return 2;
	(void)snprintf(path, sizeof(path), "%s/other", argv[2]);
	if (file_write(path, "new", 3, NULL))
		return 3;
	(void)snprintf(path, sizeof(path), "%s/acme", argv[2]);
	if (file_make_folder(path, NULL))
		return 4;
	(void)snprintf(path, sizeof(path), "%s/acme/result", argv[2]);
	return file_write(path, "new", 3, NULL) ? 5 : 42;
}

static const char *not_named[2]; /* on the command line */

static int asks_for_more(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	reveal(not_named[0]);
	if (access(not_named[0], F_OK) == 0) /* no scenario */
		return 1;
	reveal(not_named[1]);
	return access(not_named[1], R_OK) ? 2 : 42;
}

static void run(const struct reader *reader)
{
	struct err err = { 0 };
	int status = 0, r = reader_run(reader, &status, &err);

	if (r == -ENOTSUP)
		skip_without(world_has_ids() ? "userns" : "root", err.text);
	assert_int_equal(r, 0);
	assert_int_equal(status, 42);
}

#define READER(main_, ...)                                          \
	const char *words[] = { "test", __VA_ARGS__ };              \
	struct reader reader = { .argc = ARRAY_SIZE(words),         \
				 .argv = (char **)(uintptr_t)words, \
				 .main = (main_) }

static void a_reader_is_nobody_and_sees_what_was_named(void **state)
{
	(void)state;
	put("open", "x", 0666);
	put("private/file", "x", 0600);
	put("not-named", "x", 0666);
	{
		READER(is_nobody, in_folder("private/file"), in_folder("new"));
		run(&reader);
	}
	{
		READER(is_nobody, in_folder("open"), in_folder("new"));
		run(&reader);
	}
	assert_false(is_there("new"));
}

static void a_report_is_given_and_taken_back(void **state)
{
	READER(writes_a_report, "--reports", in_folder("reports"));
	struct stat status;

	(void)state;
	reader.output = "--reports";
	run(&reader);
	assert_int_equal(stat(in_folder("reports/name/latest/result"), &status), 0);
	assert_int_equal(status.st_uid, geteuid());
}

static void of_a_summary_only_the_named_files_are_taken(void **state)
{
	READER(writes_a_summary, "--reports", in_folder("reports"));
	struct stat status;

	(void)state;
	put("reports/acme/result", "of another run", 0644);
	reader.output = "--reports";
	reader.summary = "all.json/all.xml";
	run(&reader);
	assert_int_equal(stat(in_folder("reports/all.json"), &status), 0);
	assert_int_equal(status.st_uid, geteuid());
	assert_false(is_there("reports/other"));
	assert_int_equal(stat(in_folder("reports/acme/result"), &status), 0);
	assert_int_equal(status.st_size, strlen("of another run"));
	assert_false(has_staging("reports"));
}

static void only_what_the_command_line_says_is_written(void **state)
{
	READER(writes_elsewhere, in_folder("out"));
	struct stat status;

	(void)state;
	reader.output = "";
	run(&reader);
	assert_int_equal(stat(in_folder("out/own"), &status), 0);
	assert_int_equal(status.st_uid, geteuid());
	assert_false(has_staging("out"));
}

static void of_a_file_nothing_else_is_taken_and_its_mode_stays(void **state)
{
	READER(writes_one_file, "--make", in_folder("made/file"));
	struct stat status;

	(void)state;
	put("made/file", "old", 0640);
	reader.output = "--make";
	run(&reader);
	assert_int_equal(stat(in_folder("made/file"), &status), 0);
	assert_int_equal(status.st_size, 3);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_false(is_there("made/file.other"));
	assert_false(has_staging("made"));
}

/* Options are no names: what stands behind one is not written over. */
static void only_files_that_were_named_are_replaced(void **state)
{
	const char *folder_of = in_folder("named"), *lone = in_folder("lone/file");
	READER(replaces_files, folder_of, lone, in_folder("elsewhere"),
	       in_folder("lone"));
	struct stat status;

	(void)state;
	put("named/a/old", "old", 0640);
	put("lone/file", "old", 0644);
	put("lone/other", "old", 0644);
	put("elsewhere/file", "old", 0644);
	put("outside", "old", 0644);
	reader.argc = 3;
	reader.replaces = true;
	run(&reader);
	assert_int_equal(stat(in_folder("named/a/old"), &status), 0);
	assert_int_equal(status.st_size, 5);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_true(is_there("named/a/new"));
	assert_int_equal(stat(in_folder("lone/other"), &status), 0);
	assert_int_equal(status.st_size, 3);
	assert_int_equal(stat(in_folder("elsewhere/file"), &status), 0);
	assert_int_equal(status.st_size, 3);
}

static int wants_to_replace(int argc, char **argv)
{
	const struct replace file = { argv[1], "old", "old", 3, "newer", 5 };
	struct err err = { 0 };

	(void)argc;
	return reader_replace(&file, 1, &err) == -EACCES ? 42 : 1;
}

static void nothing_is_replaced_unless_the_command_line_says_so(void **state)
{
	READER(wants_to_replace, in_folder("named"));

	(void)state;
	put("named/old", "old", 0644);
	run(&reader);
}

static int is_killed(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return raise(SIGKILL); /* cmocka has a handler for SIGSEGV */
}

/* A reader that a signal ends. */
static void run_broken(const struct reader *reader)
{
	struct err err = { 0 };
	int status = 0, r = reader_run(reader, &status, &err);

	if (r == -ENOTSUP)
		skip_without(world_has_ids() ? "userns" : "root", err.text);
	assert_int_equal(r, 0);
	assert_int_equal(status, EXIT_BROKE);
}

static void a_reader_that_crashes_is_no_signal_to_us(void **state)
{
	READER(is_killed, "a");

	(void)state;
	run_broken(&reader);
}

static void a_readers_memory_ends_before_the_machines(void **state)
{
	READER(takes_all_memory, "a");

	(void)state;
	if (HAS_SANITIZER)
		skip_without("no-sanitizer", "its shadow is larger than any bound");
	run(&reader);
}

static int takes_all_time(int argc, char **argv)
{
	struct rlimit limit;

	(void)argc;
	(void)argv;
	if (getrlimit(RLIMIT_CPU, &limit) || limit.rlim_max > SANDBOX_READER_CPU_MAX)
		return 1;
	limit.rlim_cur = 0; /* as if they had passed */
	(void)setrlimit(RLIMIT_CPU, &limit);
	for (;;)
		(void)getppid();
}

static void a_readers_time_ends(void **state)
{
	READER(takes_all_time, "a");

	(void)state;
	run_broken(&reader);
}

static void only_a_scenario_is_revealed(void **state)
{
	READER(asks_for_more, "a");

	(void)state;
	put("base/scenario.yml", "# x\n", 0600);
	put("secret/file", "x", 0600);
	not_named[0] = in_folder("secret/file");
	not_named[1] = in_folder("base/scenario.yml");
	run(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CLAIM(what_is_taken_back_are_files_and_no_programs),
		CLAIM(what_is_merged_replaces_files_and_joins_folders),
		CLAIM(an_option_is_found_however_it_is_written),
		CLAIM(a_reader_is_nobody_and_sees_what_was_named),
		CLAIM(a_report_is_given_and_taken_back),
		CLAIM(of_a_summary_only_the_named_files_are_taken),
		CLAIM(only_what_the_command_line_says_is_written),
		CLAIM(of_a_file_nothing_else_is_taken_and_its_mode_stays),
		CLAIM(only_files_that_were_named_are_replaced),
		CLAIM(nothing_is_replaced_unless_the_command_line_says_so),
		CLAIM(a_reader_that_crashes_is_no_signal_to_us),
		CLAIM(a_readers_memory_ends_before_the_machines),
		CLAIM(only_a_scenario_is_revealed),
		CLAIM(a_readers_time_ends),
#undef CLAIM
	};

	return cmocka_run_group_tests_name("run/reader", tests, NULL, NULL);
}
