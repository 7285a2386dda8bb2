// SPDX-License-Identifier: GPL-2.0-or-later
/* sandbox_test.c - what a script in a node cannot do, tried in real nodes */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "netns/test_world.h"

#define SECOND_US INT64_C(1000000)

/* What a stranger's shell commands print in a node, errors too. */
static const char *script(const struct node *node, enum sandbox_rights rights,
			  const char *command, struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", command, NULL };
	struct spawn spawn = { .node = node, .argv = argv, .rights = rights };
	_cleanup_free_ char *output = NULL, *errors = NULL;
	struct err err = { 0 };
	int status;

	if (process_run(&spawn, NULL, clock_now_us() + 20 * SECOND_US, &output, &errors,
			&status, &err))
		return arena_printf(arena, "did not run: %s", err.text);
	return arena_printf(arena, "%s%s", output, errors);
}

static int tries_to_write(void *arg)
{
	static const char *const attempts[] = {
		"mount -o remount,bind,rw / && echo x > /harm && echo harmed",
		"mount -o remount,bind,rw /usr && echo x > /usr/harm && echo harmed",
		"mount -t tmpfs none /mnt && echo harmed",
		"mount --bind /tmp /usr && echo harmed",
		"umount /usr && echo harmed",
		"echo x > /usr/harm && echo harmed",
		"chmod 777 /usr/bin/env && echo harmed",
		"touch -d 2001-01-01 /usr/bin/env && echo harmed",
		"truncate -s 0 /usr/bin/env && echo harmed",
		"mknod /tmp/disk b 8 0 && echo harmed",
		"echo x > /proc/sys/kernel/core_pattern && echo harmed",
		"echo c > /proc/sysrq-trigger && echo harmed",
		"unshare -U true && echo harmed",
		"unshare -n true && echo harmed",
		"nsenter -t 1 -m true && echo harmed",
		"chroot /tmp /bin/true && echo harmed",
		"test -e /root -o -e /home -o -e /etc/shadow && echo harmed",
		"test -r /proc/1/mem && dd if=/proc/1/mem bs=1 count=1 && echo harmed",
		"ls /proc/1/root/ && echo harmed",
		"grep -q '^CapEff:.*00003000$' /proc/self/status || echo harmed",
		"grep -q '^NoNewPrivs:.*1$' /proc/self/status || echo harmed",
	};
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(world_wall_missing() == NULL);
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		const char *said = script(pair.a, SANDBOX_SCRIPT, attempts[i], arena);

		if (strstr(said, "harmed") || str_starts(said, "did not run"))
			fprintf(stderr, "%s: %s\n", attempts[i], said);
		CHECK(!strstr(said, "harmed") && !str_starts(said, "did not run"));
	}
	arena_free(arena);
	return 0;
}

static void a_script_can_write_to_nothing_of_the_machine(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(tries_to_write, NULL, NULL), 0);
}

static int kills_everything(void *arg)
{
	const char *const idle[] = { "sleep", "60", NULL };
	_cleanup_(process_freep) struct process *other = NULL, *daemon = NULL;
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct spawn spawn = { .argv = idle };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	spawn.node = pair.b;
	CHECK(process_start(&spawn, &other, &err) == 0);
	spawn.node = NULL;
	CHECK(process_start(&spawn, &daemon, &err) == 0);
	CHECK(!strstr(script(pair.a, SANDBOX_SCRIPT, "cat /proc/[0-9]*/cmdline", arena),
		      "sleep"));
	(void)script(pair.a, SANDBOX_SCRIPT, "kill -STOP -1", arena);
	(void)script(pair.a, SANDBOX_SCRIPT, "kill -9 1; kill -9 -1", arena);
	CHECK(!process_has_ended(other) && !process_has_ended(daemon));
	/* Its own node goes on as well. */
	CHECK(str_equal(script(pair.a, SANDBOX_SCRIPT, "echo there", arena), "there\n"));
	arena_free(arena);
	return 0;
}

static void a_script_stops_and_kills_nobody_outside_its_node(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(kills_everything, NULL, NULL), 0);
}

static int leaves_a_daemon(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	(void)script(pair.a, SANDBOX_SCRIPT,
		     "setsid sh -c 'echo $$ > /run/daemon; exec sleep 60' "
		     ">/dev/null 2>&1 </dev/null & "
		     "while [ ! -s /run/daemon ]; do :; done",
		     arena);
	CHECK(str_equal(script(pair.a, SANDBOX_SCRIPT,
			       "kill -0 $(cat /run/daemon) && echo lives", arena),
			"lives\n"));
	arena_free(arena);
	return 0;
}

static void a_daemon_that_a_script_starts_lives_on(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(leaves_a_daemon, NULL, NULL), 0);
}

static int needs_its_rights(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	CHECK(str_equal(script(pair.a, SANDBOX_SCRIPT,
			       "ip link set eth0 mtu 1400 && "
			       "echo 1 > /proc/sys/net/ipv4/ip_forward && "
			       "cat /proc/sys/net/ipv4/ip_forward && "
			       "echo own > /etc/own && cat /etc/own",
			       arena),
			"1\nown\n"));
	CHECK(strstr(
		script(pair.a, SANDBOX_PROGRAM, "grep CapEff /proc/self/status", arena),
		"0000000000003400"));
	arena_free(arena);
	return 0;
}

static void what_a_router_needs_works(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(needs_its_rights, NULL, NULL), 0);
}

static int has_bounds(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	(void)script(pair.a, SANDBOX_SCRIPT,
		     "for i in 1 2 3 4 5 6 7 8; do head -c 15000000 /dev/zero > "
		     "/tmp/fill$i; done",
		     arena);
	CHECK(str_equal(script(pair.a, SANDBOX_SCRIPT,
			       "test $(du -sm /tmp | cut -f1) -le 48 && echo bounded",
			       arena),
			"bounded\n"));
	/* What one node filled is the other's no matter. */
	CHECK(str_equal(
		script(pair.b, SANDBOX_SCRIPT, "echo x > /tmp/x && cat /tmp/x", arena),
		"x\n"));
	CHECK(str_equal(script(pair.a, SANDBOX_SCRIPT, "ulimit -n; ulimit -c", arena),
			"256\n0\n"));
	arena_free(arena);
	return 0;
}

static void what_a_script_takes_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(has_bounds, NULL, NULL), 0);
}

static int has_no_wall(void *arg)
{
	_cleanup_(test_pair_done) struct test_pair pair = { 0 };
	struct arena *arena = arena_new();
	struct err err = { 0 };

	(void)arg;
	CHECK(test_pair_make(&pair, &err) == 0);
	world_wall_set("somebody took it away");
	CHECK(strstr(script(pair.a, SANDBOX_SCRIPT, "echo ran", arena),
		     "somebody took it away"));
	CHECK(str_equal(script(pair.a, SANDBOX_PROGRAM, "echo ran", arena), "ran\n"));
	arena_free(arena);
	return 0;
}

static void without_a_wall_no_script_runs(void **state)
{
	(void)state;
	assert_int_equal(test_in_world(has_no_wall, NULL, NULL), 0);
}

/* -------------------------------------------------- root is given away */

static int opens(void *arg)
{
	_cleanup_close_ int fd = open(arg, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : 0;
}

/* As root: a file of root's alone; as anybody else there is nothing to give away. */
static void a_world_of_strangers_is_not_root_on_the_machine(void **state)
{
	char folder[] = "/tmp/twinsite-sandbox-XXXXXX", secret[64];
	const char *const keep[] = { folder, NULL };
	struct world_options options = { .keep = keep };
	struct world world;
	struct err err = { 0 };
	int status = -1, fd, ret;

	(void)state;
	if (geteuid() != 0)
		skip_without("root", "only root has something to give away");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0755), 0);
	snprintf(secret, sizeof(secret), "%s/secret", folder);
	fd = open(secret, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	ret = world_start(&options, opens, secret, &world, &err);
	if (ret == -ENOTSUP) {
		unlink(secret);
		rmdir(folder);
		skip_without("userns", err.text);
	}
	assert_int_equal(ret, 0);
	assert_int_equal(
		world_wait(&world, clock_now_us() + 10 * SECOND_US, &status, &err), 0);
	world_stop(&world);
	unlink(secret);
	rmdir(folder);
	assert_int_equal(status, EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_can_write_to_nothing_of_the_machine),
		cmocka_unit_test(a_script_stops_and_kills_nobody_outside_its_node),
		cmocka_unit_test(a_daemon_that_a_script_starts_lives_on),
		cmocka_unit_test(what_a_router_needs_works),
		cmocka_unit_test(what_a_script_takes_is_bounded),
		cmocka_unit_test(without_a_wall_no_script_runs),
		cmocka_unit_test(a_world_of_strangers_is_not_root_on_the_machine),
	};

	return cmocka_run_group_tests_name("netns/sandbox", tests, NULL, NULL);
}
