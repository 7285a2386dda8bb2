// SPDX-License-Identifier: GPL-2.0-or-later
/* world_test.c - worlds of the real kernel, and that nothing is left of them */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "base/test_skip.h"
#include "netns/root.h"
#include "netns/test_world.h"

#define SECOND_US 1000000

static int returns_its_argument(void *arg)
{
	return *(const int *)arg;
}

static void the_status_of_main_comes_back(void **state)
{
	int value = 42;

	(void)state;
	assert_int_equal(test_in_world(returns_its_argument, &value, NULL), 42);
}

static int kills_itself(void *arg)
{
	(void)arg;
	raise(SIGKILL);
	return 0;
}

static void a_signal_that_killed_main_comes_back(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(kills_itself, NULL, NULL), 128 + SIGKILL);
}

static int looks_around(void *arg)
{
	const char *kept = arg;
	struct err err = { 0 };
	char path[256], name[64];
	struct stat status;

	CHECK(getuid() == 0);
	CHECK(access("/tmp/twinsite-world-test-other", F_OK) != 0);
	CHECK(access(kept, W_OK) == 0);
	snprintf(path, sizeof(path), "%s/inside", kept);
	CHECK(file_write(path, "x", 1, &err) == 0);
	CHECK(stat("/run", &status) == 0);
	CHECK(access("/run/utmp", F_OK) != 0);
	CHECK(gethostname(name, sizeof(name)) == 0 && str_equal(name, "twinsite"));
	CHECK(getppid() == 1);
	return 0;
}

static void a_world_sees_what_is_kept_and_nothing_else_of_tmp(void **state)
{
	char kept[] = "/tmp/twinsite-world-test-XXXXXX";
	const char *const keep[] = { kept, NULL };
	char inside[64];

	(void)state;
	assert_non_null(mkdtemp(kept));
	assert_int_equal(mkdir("/tmp/twinsite-world-test-other", 0700) && errno != EEXIST,
			 0);
	assert_int_equal(test_in_world(looks_around, kept, keep), 0);
	snprintf(inside, sizeof(inside), "%s/inside", kept);
	assert_int_equal(unlink(inside), 0);
	assert_int_equal(rmdir(kept), 0);
	rmdir("/tmp/twinsite-world-test-other");
}

static int writes_below(void *arg)
{
	const char *inner = arg;
	struct err err = { 0 };
	char path[256];

	snprintf(path, sizeof(path), "%s/inside", inner);
	CHECK(file_write(path, "x", 1, &err) == 0);
	snprintf(path, sizeof(path), "%s/../inside", inner);
	CHECK(file_write(path, "x", 1, &err) != 0);
	return 0;
}

/* A report folder below the scenario's, which is only looked at. */
static void what_is_kept_within_a_view_stays_writable(void **state)
{
	char outer[] = "/tmp/twinsite-world-test-XXXXXX", inner[64], path[96];
	const char *const keep[] = { inner, NULL };
	const struct root_view views[] = { { .path = outer }, { .path = NULL } };
	const struct world_options options = { .keep = keep,
					       .views = views,
					       .is_trusted = true };
	struct world world;
	struct err err = { 0 };
	int ret, status = -1;

	(void)state;
	assert_non_null(mkdtemp(outer));
	snprintf(inner, sizeof(inner), "%s/reports", outer);
	snprintf(path, sizeof(path), "%s/inside", inner);
	assert_int_equal(mkdir(inner, 0700), 0);
	ret = world_start(&options, writes_below, inner, &world, &err);
	if (!ret) {
		ret = world_wait(&world, clock_now_us() + TEST_WORLD_US, &status, &err);
		world_stop(&world);
	}
	unlink(path);
	rmdir(inner);
	assert_int_equal(rmdir(outer), 0);
	if (ret == -ENOTSUP)
		skip_without("userns", err.text);
	assert_int_equal(ret, 0);
	assert_int_equal(status, 0);
}

static void a_path_to_keep_must_exist(void **state)
{
	static const char *const keep[] = { "/tmp/twinsite-no-such-path", NULL };
	struct world_options options = { .keep = keep };
	struct world world = { .pidfd = -1 };
	struct err err = { 0 };
	int value = 0;
	int ret = world_start(&options, returns_its_argument, &value, &world, &err);

	(void)state;
	if (ret == -ENOTSUP)
		skip_without("userns", err.text);
	assert_int_equal(ret, -ENOENT);
	assert_non_null(strstr(err.text, "twinsite-no-such-path"));
	assert_int_equal(world.pidfd, -1);
}

static int waits_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return 0;
}

static void a_deadline_ends_the_waiting_but_not_the_world(void **state)
{
	struct world_options options = { 0 };
	struct world world;
	struct err err = { 0 };
	int status;

	(void)state;
	if (world_start(&options, waits_for_ever, NULL, &world, &err) == -ENOTSUP)
		skip_without("userns", err.text);
	assert_int_equal(
		world_wait(&world, clock_now_us() + SECOND_US / 50, &status, &err),
		-ETIMEDOUT);
	assert_int_equal(kill(world.pid, 0), 0);
	world_stop(&world);
	assert_int_equal(world.pidfd, -1);
}

/* -------------------------------------------------- nothing is left */

/* Build things and start a process that holds the descriptor open for ever. */
static int builds_and_stays(void *arg)
{
	const char *const argv[] = { "sh", "-c", "setsid sleep 600 & exec sleep 600",
				     NULL };
	struct spawn spawn = { .argv = argv, .out = *(const int *)arg };
	struct process *process;
	struct test_pair pair = { 0 };
	struct err err = { 0 };

	CHECK(test_pair_make(&pair, &err) == 0);
	spawn.node = pair.a;
	CHECK(process_start(&spawn, &process, &err) == 0);
	return waits_for_ever(NULL);
}

static void starts_a_world_and_stays(int hold_fd)
{
	struct world_options options = { 0 };
	struct world world;

	world_start(&options, builds_and_stays, &hold_fd, &world, NULL);
	for (;;)
		pause();
}

/* What of the machine could have changed, as text. */
static const char *machine_state(struct arena *arena)
{
	return test_shell(
		NULL,
		"cat /proc/self/mounts /proc/net/route; ls /sys/class/net /run/netns",
		arena);
}

/*
 * Kill the parent of a world after so many microseconds of its life, and wait until
 * nobody has the descriptor open any more.
 */
static bool leaves_nothing(int64_t life_us)
{
	struct pollfd poll_fd = { .events = POLLIN };
	struct timespec life = { .tv_nsec = life_us * 1000 };
	bool is_gone;
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		starts_a_world_and_stays(pipes[1]);
	}
	close(pipes[1]);
	poll_fd.fd = pipes[0];
	ppoll(&poll_fd, 1, &life, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	poll(&poll_fd, 1, 5000);
	is_gone = poll_fd.revents & POLLHUP;
	close(pipes[0]);
	return is_gone;
}

static void killed_at_any_moment_nothing_is_left(void **state)
{
	struct arena *arena = arena_new();
	const char *before = machine_state(arena);
	int value = 0;

	(void)state;
	assert_int_equal(test_in_world(returns_its_argument, &value, NULL),
			 0); /* or skip */
	for (int i = 0; i < 24; i++)
		/* Denser at the start, where the world is half made. */
		if (!leaves_nothing(i * i * 20))
			fail_msg("after %d us something was left", i * i * 20);
	assert_string_equal(before, machine_state(arena));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_of_main_comes_back),
		cmocka_unit_test(a_signal_that_killed_main_comes_back),
		cmocka_unit_test(a_world_sees_what_is_kept_and_nothing_else_of_tmp),
		cmocka_unit_test(what_is_kept_within_a_view_stays_writable),
		cmocka_unit_test(a_path_to_keep_must_exist),
		cmocka_unit_test(a_deadline_ends_the_waiting_but_not_the_world),
		cmocka_unit_test(killed_at_any_moment_nothing_is_left),
	};

	return cmocka_run_group_tests_name("netns/world", tests, NULL, NULL);
}
