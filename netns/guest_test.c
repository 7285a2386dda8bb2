// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest_test.c - boot a guest kernel: this test program is its init
 *
 * Needs no root. Skips aloud without the package user-mode-linux, and in builds with
 * sanitizers, whose shadow memory has no room in a guest's address space.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_skip.h"
#include "netns/firewall.h"
#include "netns/guest.h"
#include "netns/impair.h"
#include "netns/link.h"
#include "netns/node.h"
#include "netns/plane.h"
#include "netns/test_world.h"
#include "netns/xfrm.h"
#include "netns/xfrm_monitor.h"
#include "netns/xfrm_probe.h"

#define SECOND_US 1000000

/* -------------------------------------------------- in the guest */

static int probe_sa(void *arg)
{
	(void)arg;
	return xfrm_probe_sa(NULL);
}

/* The SA that a probe leaves in a node is told at once, and listed as it is. */
static int lists_a_security_association(const struct node *node)
{
	struct arena *arena = arena_new();
	struct xfrm_sa_list sas = { 0 }, events = { 0 };
	struct xfrm_monitor *monitor = NULL;
	struct err err = { 0 };
	struct xfrm_sa *sa;

	CHECK(xfrm_monitor_open(node, &monitor, &err) == 0);
	CHECK(!xfrm_monitor_read(monitor, arena, &events) && !events.count);
	CHECK(node_run(node, probe_sa, NULL) == 0);
	CHECK(!xfrm_monitor_read(monitor, arena, &events) && events.count == 1);
	CHECK(events.items[0].spi == 0x1000 && events.items[0].cipher.secret[15] == 16);
	CHECK(!xfrm_monitor_read(monitor, arena, &events) && events.count == 1);
	xfrm_monitor_free(monitor);
	CHECK(xfrm_sa_list(node, arena, &sas, &err) == 0 && sas.count == 1);
	sa = &sas.items[0];
	CHECK(sa->spi == 0x1000 && sa->reqid == 1 && sa->protocol == IPPROTO_ESP);
	CHECK(str_equal(inet_addr_text(&sa->source).s, "192.0.2.1"));
	CHECK(str_equal(inet_addr_text(&sa->destination).s, "192.0.2.2"));
	CHECK(sa->is_tunnel && !sa->has_esn && sa->replay_window == 32);
	CHECK(str_equal(sa->cipher.name, "cbc(aes)") && sa->cipher.bits == 128);
	CHECK(sa->cipher.secret[0] == 1 && sa->cipher.secret[15] == 16);
	CHECK(str_equal(sa->integrity.name, "hmac(sha1)") && sa->integrity.bits == 160);
	CHECK(sa->integrity.icv_bits == 96 && !sa->aead.name[0]);
	CHECK(sa->packets == 0 && sa->used_s == 0 && sa->hard_s == 0);
	arena_free(arena);
	return 0;
}

static int looks_around(const char *folder)
{
	struct impairment late = { .delay_us = 1000, .rate_bit_s = 1000000 };
	_cleanup_(node_freep) struct node *a = NULL, *b = NULL;
	struct plane_status native = { .reason = "" };
	enum firewall_backend backend;
	struct err err = { 0 };
	struct utsname kernel;
	char path[256];

	snprintf(path, sizeof(path), "%s/evidence", folder);
	CHECK(uname(&kernel) == 0);
	CHECK(file_write(path, kernel.release, strlen(kernel.release), &err) == 0);
	/* Probes are in a world of their own, which may load none. */
	guest_load_modules(guest_modules_all);
	guest_load_firewall();
	plane_probe(PLANE_NATIVE, &native);
	snprintf(err.text, sizeof(err.text), "%.300s, features %x", native.reason,
		 native.features);
	CHECK(native.is_usable);
	CHECK(native.features == (PLANE_ALL_FEATURES & ~PLANE_XFRM_INTERFACE));
	CHECK(firewall_probe(&backend, &err) == 0 && backend == FIREWALL_LEGACY);
	CHECK(node_new("a", NULL, &a, &err) == 0);
	CHECK(node_new("b", NULL, &b, &err) == 0);
	CHECK(link_veth_add(a, "eth0", b, "eth0", 0, &err) == 0);
	CHECK(impair_set(a, "eth0", &late, &err) == 0);
	CHECK(link_bridge_add(a, "br-lan", &err) == 0);
	CHECK(access("/dev/net/tun", R_OK | W_OK) == 0);
	CHECK(lists_a_security_association(a) == 0);
	return 7;
}

static int in_guest(const char *folder, void *arg)
{
	char wish[256];
	_cleanup_free_ char *text = NULL;
	size_t length;

	(void)arg;
	snprintf(wish, sizeof(wish), "%s/wish", folder);
	if (file_read(wish, &text, &length, NULL))
		return 2;
	if (str_equal(text, "look"))
		return looks_around(folder);
	if (str_equal(text, "die"))
		raise(SIGKILL);
	dprintf(STDOUT_FILENO, "here\n");
	for (;;)
		pause();
	return 0;
}

/* -------------------------------------------------- outside */

struct folder {
	char path[64];
};

static const char *const folder_files[] = { "wish",	  "evidence",	"guest.log",
					    "guest.exit", "guest.seed", "guest.keep" };

static void folder_make(struct folder *folder, const char *wish)
{
	char path[128];

	strcpy(folder->path, "/tmp/twinsite guest-XXXXXX"); /* blanks must not matter */
	assert_non_null(mkdtemp(folder->path));
	snprintf(path, sizeof(path), "%s/wish", folder->path);
	assert_int_equal(file_write(path, wish, strlen(wish), NULL), 0);
}

static void folder_remove(const struct folder *folder)
{
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(folder_files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder->path, folder_files[i]);
		unlink(path);
	}
	/* Fails if a guest left something else behind. */
	assert_int_equal(rmdir(folder->path), 0);
}

#define NOBODY 65534

/* Give the folder to the ordinary user that root becomes for a test. */
static void folder_own(const struct folder *folder)
{
	char path[128];

	if (geteuid() != 0)
		return;
	assert_int_equal(chown(folder->path, NOBODY, NOBODY), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folder_files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder->path, folder_files[i]);
		if (chown(path, NOBODY, NOBODY))
			assert_int_equal(errno, ENOENT);
	}
}

static void start(const struct folder *folder, int console, struct guest *guest)
{
	struct guest_options options = { .is_trusted = true,
					 .folder = folder->path,
					 .console = console };
	struct err err = { 0 };
	int ret = HAS_SANITIZER ? -ENOTSUP : guest_start(&options, guest, &err);

	if (ret)
		folder_remove(folder);
	if (HAS_SANITIZER)
		skip_without("no-sanitizer", "their memory does not fit into a guest");
	if (ret == -ENOTSUP)
		skip_without("uml", err.text);
	if (ret)
		fail_msg("%s", err.text);
}

static void print_log(const struct folder *folder)
{
	_cleanup_free_ char *log = NULL;
	char path[128];
	size_t length;

	snprintf(path, sizeof(path), "%s/guest.log", folder->path);
	if (!file_read(path, &log, &length, NULL))
		print_message("%s", log);
}

static void a_guest_boots_works_and_gives_its_status(void **state)
{
	_cleanup_free_ char *release = NULL;
	int64_t start_us = clock_now_us();
	struct err err = { 0 };
	struct utsname kernel;
	struct folder folder;
	struct guest guest;
	int status = -1;
	char path[128];
	size_t length;

	(void)state;
	folder_make(&folder, "look");
	start(&folder, 0, &guest);
	if (guest_wait(&guest, folder.path, clock_now_us() + 30 * SECOND_US, &status,
		       &err))
		fail_msg("%s", err.text);
	if (status != 7)
		print_log(&folder);
	assert_int_equal(status, 7);
	print_message("from start to end %lld ms\n",
		      (long long)(clock_now_us() - start_us) / 1000);
	snprintf(path, sizeof(path), "%s/evidence", folder.path);
	assert_int_equal(file_read(path, &release, &length, &err), 0);
	assert_int_equal(uname(&kernel), 0);
	assert_string_not_equal(release, kernel.release);
	snprintf(path, sizeof(path), "%s/guest.seed", folder.path);
	assert_int_equal(access(path, F_OK), -1); /* used once */
	guest_stop(&guest);
	folder_remove(&folder);
}

static void a_program_that_is_killed_in_the_guest_is_reported(void **state)
{
	struct err err = { 0 };
	struct folder folder;
	struct guest guest;
	int status = -1;

	(void)state;
	folder_make(&folder, "die");
	start(&folder, 0, &guest);
	assert_int_equal(guest_wait(&guest, folder.path, clock_now_us() + 30 * SECOND_US,
				    &status, &err),
			 0);
	assert_int_equal(status, 128 + SIGKILL);
	guest_stop(&guest);
	folder_remove(&folder);
}

static void a_guest_that_is_stopped_has_no_result(void **state)
{
	struct err err = { 0 };
	struct folder folder;
	struct guest guest;
	int status = -1;

	(void)state;
	folder_make(&folder, "stay");
	start(&folder, 0, &guest);
	assert_int_equal(guest_wait(&guest, folder.path, clock_now_us() + SECOND_US / 100,
				    &status, &err),
			 -ETIMEDOUT);
	kill(guest.world.pid, SIGKILL);
	assert_int_equal(guest_wait(&guest, folder.path, clock_now_us() + 5 * SECOND_US,
				    &status, &err),
			 -EIO);
	assert_non_null(strstr(err.text, "ended without a result"));
	assert_int_equal(status, -1);
	guest_stop(&guest);
	folder_remove(&folder);
}

static void a_result_is_a_whole_line_that_is_a_number(void **state)
{
	static const struct {
		const char *text;
		int status; /* -1: no result */
	} rows[] = { { "", -1 },     { "alive\n", -1 }, { "1", -1 },
		     { "12\n", 12 }, { "0\n", 0 },	{ "256\n", -1 } };
	struct folder folder;
	char path[128];

	(void)state;
	folder_make(&folder, "look");
	snprintf(path, sizeof(path), "%s/guest.exit", folder.path);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int status = -1;

		assert_int_equal(
			file_write(path, rows[i].text, strlen(rows[i].text), NULL), 0);
		assert_int_equal(guest_has_result(folder.path, &status),
				 rows[i].status >= 0);
		assert_int_equal(status, rows[i].status);
	}
	folder_remove(&folder);
}

static void a_folder_that_cannot_be_passed_is_refused(void **state)
{
	struct guest_options options = { .folder = "relative" };
	struct err err = { 0 };
	struct guest guest;
	int ret = guest_start(&options, &guest, &err);

	(void)state;
	if (ret == -ENOTSUP)
		skip_without("uml", err.text);
	assert_int_equal(ret, -EINVAL);
	options.folder = "/tmp/a\"b";
	assert_int_equal(guest_start(&options, &guest, &err), -EINVAL);
}

static void boot_and_stay(const struct folder *folder, int console)
{
	struct guest_options options = { .is_trusted = true,
					 .folder = folder->path,
					 .console = console };
	struct guest guest;

	guest_start(&options, &guest, NULL);
	for (;;)
		pause();
}

/* Kill the program outside at some moment: every process of the guest must go. */
static bool leaves_nothing(const struct folder *folder, int life_ms,
			   void (*boot)(const struct folder *folder, int console))
{
	struct pollfd poll_fd = { .events = POLLIN };
	int64_t deadline_us;
	bool is_gone = false;
	char bytes[4096];
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		boot(folder, pipes[1]);
	}
	close(pipes[1]);
	poll(NULL, 0, life_ms);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* The console's end has come when nobody can write to it any more. */
	poll_fd.fd = pipes[0];
	deadline_us = clock_now_us() + 5 * SECOND_US;
	while (!is_gone && poll(&poll_fd, 1, clock_left_ms(deadline_us)) > 0)
		is_gone = read(pipes[0], bytes, sizeof(bytes)) == 0;
	close(pipes[0]);
	return is_gone;
}

static void killed_at_any_moment_nothing_is_left(void **state)
{
	struct folder folder;
	struct guest guest;

	(void)state;
	folder_make(&folder, "stay");
	start(&folder, 0, &guest); /* or skip */
	guest_stop(&guest);
	for (int i = 0; i < 10; i++)
		if (!leaves_nothing(&folder, i * 50, boot_and_stay))
			fail_msg("after %d ms something was left", i * 50);
	folder_remove(&folder);
}

/* -------------------------------------------------- without namespaces */

/* From now on no user namespace for this process, as some machines have it. */
static bool forbid_user_namespaces(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_SIZE(filter), .filter = filter };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* The test itself is the guest's init: a folder such as /root (0700) keeps nobody out. */
static void need_open_path(const struct folder *folder)
{
	char path[PATH_MAX] = "";
	int status = 0;
	pid_t pid;

	assert_true(readlink("/proc/self/exe", path, sizeof(path) - 1) > 0);
	pid = fork();
	if (pid == 0)
		_exit((geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY))) ||
				      access(path, X_OK)
			      ? 1
			      : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status)
		folder_remove(folder);
	if (status)
		skip_without("open-path", "nobody may not execute this program here");
}

/* Become an ordinary user on a machine without user namespaces. */
static bool become_nobody(void)
{
	if (geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY)))
		return false;
	/* So that its pid can be looked at and traced again after setuid(2). */
	prctl(PR_SET_DUMPABLE, 1);
	return forbid_user_namespaces();
}

/* In a child: boot, and exit with the status of the guest; 99: cannot be tried. */
static _Noreturn void boot_as_nobody(const struct folder *folder, int console)
{
	struct guest_options options = { .is_trusted = true,
					 .folder = folder->path,
					 .console = console };
	struct err err = { 0 };
	struct guest guest;
	int status = 98;

	if (!become_nobody())
		_exit(99);
	if (guest_start(&options, &guest, &err) || guest.lifeline < 0 ||
	    guest_wait(&guest, folder->path, clock_now_us() + 30 * SECOND_US, &status,
		       &err))
		dprintf(STDERR_FILENO, "%s\n", err.text);
	guest_stop(&guest);
	_exit(status);
}

static void a_guest_needs_no_namespaces(void **state)
{
	struct folder folder;
	struct guest guest;
	int status;
	pid_t pid;

	(void)state;
	folder_make(&folder, "look");
	start(&folder, 0, &guest); /* or skip */
	guest_stop(&guest);
	need_open_path(&folder);
	folder_own(&folder);
	pid = fork();
	if (pid == 0)
		boot_as_nobody(&folder, 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) != 7)
		print_log(&folder);
	assert_int_equal(WEXITSTATUS(status), 7);
	folder_remove(&folder);
}

static void killed_without_namespaces_nothing_is_left(void **state)
{
	struct folder folder;
	struct guest guest;

	(void)state;
	folder_make(&folder, "stay");
	start(&folder, 0, &guest); /* or skip */
	guest_stop(&guest);
	need_open_path(&folder);
	folder_own(&folder);
	for (int i = 0; i < 6; i++)
		if (!leaves_nothing(&folder, i * 80, boot_as_nobody))
			fail_msg("after %d ms something was left", i * 80);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_boots_works_and_gives_its_status),
		cmocka_unit_test(a_program_that_is_killed_in_the_guest_is_reported),
		cmocka_unit_test(a_guest_that_is_stopped_has_no_result),
		cmocka_unit_test(a_result_is_a_whole_line_that_is_a_number),
		cmocka_unit_test(a_folder_that_cannot_be_passed_is_refused),
		cmocka_unit_test(killed_at_any_moment_nothing_is_left),
		cmocka_unit_test(a_guest_needs_no_namespaces),
		cmocka_unit_test(killed_without_namespaces_nothing_is_left),
	};

	if (guest_is_init())
		guest_run(guest_modules_always, in_guest, NULL);
	return cmocka_run_group_tests_name("netns/guest", tests, NULL, NULL);
}
