// SPDX-License-Identifier: GPL-2.0-or-later
/* spawn_test.c - processes: started, watched, stopped */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "netns/spawn.h"

#define SECOND_US 1000000

static const char *const idle[] = { "sh", "-c", "exec sleep 60", NULL };
static const char *const stubborn[] = { "sh", "-c",
					"trap '' TERM; echo; while :; do sleep 60; done",
					NULL };

static int run(const char *const *argv, const char *input, char **output, char **errors,
	       int *status, struct err *err)
{
	struct spawn spawn = { .argv = argv };

	return process_run(&spawn, input, clock_now_us() + 10 * SECOND_US, output, errors,
			   status, err);
}

static void output_errors_and_status_come_back(void **state)
{
	const char *const argv[] = { "sh", "-c", "cat; echo bad >&2; exit 3", NULL };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	struct err err = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(run(argv, "good", &output, &errors, &status, &err), 0);
	assert_string_equal(output, "good");
	assert_string_equal(errors, "bad\n");
	assert_int_equal(status, 3);
	assert_string_equal(process_status_text(status).s, "exited with status 3");
}

static void nothing_is_inherited_but_three_descriptors(void **state)
{
	const char *const argv[] = { "sh", "-c", "ls /proc/$$/fd; env", NULL };
	_cleanup_free_ char *output = NULL;
	_cleanup_close_ int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
	struct err err = { 0 };
	int status = -1;

	(void)state;
	assert_true(leak >= 3);
	assert_int_equal(setenv("TWINSITE_LEAK", "1", 1), 0);
	assert_int_equal(run(argv, NULL, &output, NULL, &status, &err), 0);
	assert_non_null(strstr(output, "0\n1\n2\n"));
	assert_null(strstr(output, "\n3\n"));
	assert_null(strstr(output, "TWINSITE_LEAK"));
}

static void a_program_that_is_not_there_is_named(void **state)
{
	const char *const argv[] = { "no-such-program", NULL };
	const char *const path[] = { "/etc/passwd", NULL };
	struct spawn spawn = { .argv = argv };
	struct process *process = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(process_start(&spawn, &process, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no-such-program"));
	spawn.argv = path;
	assert_int_equal(process_start(&spawn, &process, &err), -EACCES);
	assert_null(process);
	assert_null(process_find("no-such-program"));
}

static void output_without_end_is_cut_not_kept(void **state)
{
	const char *const argv[] = { "sh", "-c", "head -c 6000000 /dev/zero | tr '\\0' x",
				     NULL };
	_cleanup_free_ char *output = NULL;
	struct err err = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(run(argv, NULL, &output, NULL, &status, &err), 0);
	assert_int_equal(status, 0);
	assert_true(strlen(output) <= SPAWN_OUTPUT_MAX);
	assert_true(strlen(output) > SPAWN_OUTPUT_MAX / 2);
}

static void what_does_not_end_in_time_is_killed(void **state)
{
	struct spawn spawn = { .argv = stubborn };
	struct err err = { 0 };
	int64_t start = clock_now_us();
	int status = -1;

	(void)state;
	assert_int_equal(process_run(&spawn, NULL, start + SECOND_US / 10, NULL, NULL,
				     &status, &err),
			 -ETIMEDOUT);
	assert_non_null(strstr(err.text, "sh did not end in time"));
	assert_true(clock_now_us() - start < 50 * SECOND_US);
}

/* Its stdout stays open in the background job: that must not keep us waiting. */
static void a_background_job_does_not_keep_us_waiting(void **state)
{
	const char *const argv[] = { "sh", "-c", "echo hi; sleep 60 & exit 0", NULL };
	_cleanup_free_ char *output = NULL;
	int64_t start = clock_now_us();
	struct err err = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(run(argv, NULL, &output, NULL, &status, &err), 0);
	assert_string_equal(output, "hi\n");
	assert_true(clock_now_us() - start < 50 * SECOND_US);
}

static void stop_is_polite_first(void **state)
{
	_cleanup_(process_freep) struct process *process = NULL;
	struct spawn spawn = { .argv = idle };
	struct err err = { 0 };
	int status = -1;

	(void)state;
	assert_int_equal(process_start(&spawn, &process, &err), 0);
	assert_false(process_has_ended(process));
	assert_int_equal(process_wait(process, clock_now_us(), &status), -ETIMEDOUT);
	assert_int_equal(process_stop(process, clock_now_us() + 10 * SECOND_US),
			 128 + SIGTERM);
	assert_true(process_has_ended(process));
	assert_int_equal(process_stop(process, 0), 128 + SIGTERM);
	assert_int_equal(process_signal(process, SIGHUP), -ESRCH);
}

static void stop_does_not_take_no_for_an_answer(void **state)
{
	_cleanup_(process_freep) struct process *process = NULL;
	struct spawn spawn = { .argv = stubborn };
	struct err err = { 0 };
	int pipes[2];
	char ready;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	spawn.out = pipes[1];
	assert_int_equal(process_start(&spawn, &process, &err), 0);
	assert_int_equal(read(pipes[0], &ready, 1), 1); /* the trap is set */
	assert_int_equal(process_stop(process, clock_now_us() + SECOND_US / 20),
			 128 + SIGKILL);
	close(pipes[0]);
	close(pipes[1]);
}

static void freeing_kills_the_whole_group(void **state)
{
	const char *const argv[] = { "sh", "-c", "sleep 60 & echo; wait", NULL };
	struct spawn spawn = { .argv = argv };
	struct process *process = NULL;
	struct err err = { 0 };
	int pipes[2];
	char byte;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	spawn.out = pipes[1];
	assert_int_equal(process_start(&spawn, &process, &err), 0);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	process_free(process);
	/* The end of the stream comes when nobody has it open any more. */
	assert_int_equal(read(pipes[0], &byte, 1), 0);
	close(pipes[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_errors_and_status_come_back),
		cmocka_unit_test(nothing_is_inherited_but_three_descriptors),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(output_without_end_is_cut_not_kept),
		cmocka_unit_test(what_does_not_end_in_time_is_killed),
		cmocka_unit_test(a_background_job_does_not_keep_us_waiting),
		cmocka_unit_test(stop_is_polite_first),
		cmocka_unit_test(stop_does_not_take_no_for_an_answer),
		cmocka_unit_test(freeing_kills_the_whole_group),
	};

	return cmocka_run_group_tests_name("netns/spawn", tests, NULL, NULL);
}
