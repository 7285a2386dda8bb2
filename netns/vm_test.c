// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm_test.c - claims about kernels, images and the cache of virtual machines
 *
 * None is started here: harness/vm.sh does.
 */
#include "netns/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/plane.h"
#include "netns/root.h"
#include "netns/vm_cache.h"
#include "netns/vm_image.h"
#include "netns/vm_kernel.h"
#include "netns/vm_seed.h"

struct fixture {
	char top[64];
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	(void)snprintf(fixture->top, sizeof(fixture->top), "/tmp/twinsite-vm-XXXXXX");
	*state = fixture;
	return !mkdtemp(fixture->top) || setenv("XDG_CACHE_HOME", fixture->top, 1);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	vm_kernel_use(NULL);
	file_remove_tree(fixture->top);
	free(fixture);
	return 0;
}

/* A file below the fixture's folder, and the folders above it. */
static char *put(const struct fixture *fixture, const char *name, const char *text)
{
	static char path[PATH_MAX];
	struct err err = { 0 };
	char folder[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", fixture->top, name);
	(void)snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(file_make_folder(folder, &err), 0);
	if (text)
		assert_int_equal(file_write(path, text, strlen(text), &err), 0);
	return path;
}

static void put_kernel(const struct fixture *fixture, const char *root,
		       const char *version, const char *without)
{
	static const char *const files[] = { "kernel/net/ipv4/esp4.ko.xz",
					     "modules.dep.bin", "modules.builtin" };
	char name[PATH_MAX];

	(void)snprintf(name, sizeof(name), "%s/boot/vmlinuz-%s", root, version);
	(void)put(fixture, name, "kernel");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		(void)snprintf(name, sizeof(name), "%s/usr/lib/modules/%s/%s", root,
			       version, files[i]);
		(void)put(fixture, name, without && strstr(name, without) ? NULL : "x");
	}
}

/* ------------------------------------------------------------ kernels */

static void the_newest_kernel_of_the_cache_is_found(void **state)
{
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(*state, "twinsite/kernel/linux-image-a", "6.9.1-cloud", NULL);
	put_kernel(*state, "twinsite/kernel/linux-image-b", "6.12.0-cloud", NULL);
	assert_int_equal(vm_kernel_find(&kernel, &err), 0);
	assert_string_equal(kernel.version, "6.12.0-cloud");
	assert_true(str_ends(kernel.modules, "/usr/lib/modules/6.12.0-cloud"));
}

static void the_default_kernel_comes_before_a_newer_one(void **state)
{
	const struct fixture *fixture = *state;
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(fixture, "twinsite/kernel/linux-image-a", "6.1.0-cloud", NULL);
	put_kernel(fixture, "twinsite/kernel/linux-image-b", "6.12.0-cloud", NULL);
	assert_int_equal(
		symlink("linux-image-a", put(fixture, "twinsite/kernel/default", NULL)),
		0);
	assert_int_equal(vm_kernel_find(&kernel, &err), 0);
	assert_string_equal(kernel.version, "6.1.0-cloud");
}

static void a_kernel_without_esp_is_refused_by_name(void **state)
{
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(*state, "twinsite/kernel/linux-image-a", "6.1.0-tiny", "esp4");
	assert_int_equal(vm_kernel_find(&kernel, &err), -ENOTSUP);
	assert_non_null(strstr(err.text, "6.1.0-tiny has no ESP"));
}

static void esp_may_be_built_in(void **state)
{
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(*state, "k", "6.1.0-own", "esp4");
	(void)put(*state, "k/usr/lib/modules/6.1.0-own/modules.builtin",
		  "kernel/net/ipv4/esp4.ko\n");
	vm_kernel_use(put(*state, "k/boot/vmlinuz-6.1.0-own", NULL));
	assert_int_equal(vm_kernel_find(&kernel, &err), 0);
}

static void modules_that_are_not_listed_are_said_with_the_command(void **state)
{
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(*state, "twinsite/kernel/linux-image-a", "6.1.0-new",
		   "modules.dep.bin");
	assert_int_equal(vm_kernel_find(&kernel, &err), -ENOTSUP);
	assert_non_null(strstr(err.text, "depmod -b "));
}

static void what_is_no_kernel_is_bad_input(void **state)
{
	struct vm_kernel kernel;
	struct err err = { 0 };

	vm_kernel_use(put(*state, "a/file", "text"));
	assert_int_equal(vm_kernel_find(&kernel, &err), -EINVAL);
	vm_kernel_use(((struct fixture *)*state)->top);
	assert_int_equal(vm_kernel_find(&kernel, &err), -EINVAL);
	vm_kernel_use("/nowhere");
	assert_int_equal(vm_kernel_find(&kernel, &err), -ENOENT);
}

/* As Debian's package of another architecture is unpacked. */
static void a_kernel_of_another_architecture_is_bad_input(void **state)
{
	static const struct {
		size_t at;
		const char *mark, *name;
	} rows[] = { { 0x202, "HdrS", "x86_64" }, { 56, "ARM\x64", "aarch64" } };
	char image[0x206 + 1], *path;
	struct utsname machine;
	struct vm_kernel kernel;

	assert_int_equal(uname(&machine), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool is_ours = str_equal(machine.machine, rows[i].name);
		struct err err = { 0 };

		memset(image, 'x', sizeof(image));
		image[sizeof(image) - 1] = '\0';
		memcpy(image + rows[i].at, rows[i].mark, 4);
		put_kernel(*state, "k", "6.1.0-own", NULL);
		path = put(*state, "k/boot/vmlinuz-6.1.0-own", image);
		vm_kernel_use(path);
		assert_int_equal(vm_kernel_find(&kernel, &err), is_ours ? 0 : -EINVAL);
		if (!is_ours)
			assert_non_null(strstr(err.text, rows[i].name));
	}
}

static void a_kernel_has_its_modules_beside_it(void **state)
{
	char modules[PATH_MAX];

	put_kernel(*state, "k", "6.1.0-own", NULL);
	assert_true(vm_kernel_modules(put(*state, "k/boot/vmlinuz-6.1.0-own", NULL),
				      modules));
	assert_true(str_ends(modules, "/k/usr/lib/modules/6.1.0-own"));
	assert_false(
		vm_kernel_modules(put(*state, "k/boot/vmlinuz-6.1.1", "x"), modules));
	assert_false(vm_kernel_modules(put(*state, "k/boot/file", "x"), modules));
}

#define A_MODULES "twinsite/kernel/linux-image-a/usr/lib/modules/6.1.0"

static void what_a_kernel_offers_is_what_its_modules_say(void **state)
{
	const struct fixture *fixture = *state;
	struct vm_kernel kernel;
	struct err err = { 0 };

	put_kernel(fixture, "twinsite/kernel/linux-image-a", "6.1.0", NULL);
	(void)put(fixture, A_MODULES "/modules.builtin",
		  "kernel/net/sched/sch_netem.ko\nkernel/net/ipv4/ip_vti.ko\n");
	assert_int_equal(vm_kernel_find(&kernel, &err), 0);
	assert_int_equal(vm_kernel_offers(&kernel), PLANE_NETEM | PLANE_VTI);
	(void)put(fixture, A_MODULES "/modules.dep.bin",
		  "kernel/net/xfrm/xfrm_interface.ko.xz: kernel/net/xfrm/xfrm_user.ko");
	assert_int_equal(vm_kernel_offers(&kernel),
			 PLANE_NETEM | PLANE_VTI | PLANE_XFRM_INTERFACE);
}

/* ------------------------------------------------------------ the cache */

static bool exists(const struct fixture *fixture, const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/twinsite/%s", fixture->top, name);
	return !access(path, F_OK);
}

/* used: seconds since the epoch; newest is kept. */
static void put_machine(const struct fixture *fixture, const char *key, time_t used)
{
	const struct timespec times[] = { { .tv_sec = used }, { .tv_sec = used } };
	char name[128];

	(void)snprintf(name, sizeof(name), "twinsite/machine-%s.state", key);
	(void)put(fixture, name, "state");
	(void)snprintf(name, sizeof(name), "twinsite/machine-%s.list", key);
	assert_int_equal(utimensat(AT_FDCWD, put(fixture, name, "list"), times, 0), 0);
}

static void machines_used_last_are_kept_and_kernels_always(void **state)
{
	const struct fixture *fixture = *state;
	struct err err = { 0 };
	char path[PATH_MAX];

	assert_int_equal(vm_cache_path("", path, sizeof(path), &err), 0);
	put_kernel(fixture, "twinsite/kernel/linux-image-a", "6.1.0", NULL);
	put_machine(fixture, "old", 1000);
	put_machine(fixture, "new", 3000);
	put_machine(fixture, "middle", 2000);
	(void)put(fixture, "twinsite/machine-torn.state.new", "half");
	assert_true(vm_cache_clean(2, &err) > 0);
	assert_true(exists(fixture, "machine-new.state"));
	assert_true(exists(fixture, "machine-middle.list"));
	assert_false(exists(fixture, "machine-old.state"));
	assert_false(exists(fixture, "machine-old.list"));
	assert_false(exists(fixture, "machine-torn.state.new"));
	assert_true(exists(fixture, "kernel/linux-image-a/boot/vmlinuz-6.1.0"));
}

static void
machines_of_roots_runs_are_counted_and_removed_unless_one_is_made(void **state)
{
	const struct fixture *fixture = *state;
	struct err err = { 0 };
	unsigned int machines;
	uint64_t bytes;
	int lock;

	assert_int_equal(vm_cache_clean_reader(&err), 0); /* there are none */
	put_machine(fixture, "own", 1000);
	(void)put(fixture, "twinsite/" VM_CACHE_READER "/lock", "");
	(void)put(fixture, "twinsite/" VM_CACHE_READER "/machine-a.state", "state");
	(void)put(fixture, "twinsite/" VM_CACHE_READER "/machine-a.list", "list");
	vm_cache_size(&machines, &bytes);
	assert_int_equal(machines, 2);
	lock = open(put(fixture, "twinsite/" VM_CACHE_READER "/lock", NULL), O_RDWR);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(vm_cache_clean_reader(&err), -EBUSY);
	assert_true(exists(fixture, VM_CACHE_READER "/machine-a.state"));
	close(lock);
	assert_true(vm_cache_clean_reader(&err) > 0);
	assert_false(exists(fixture, VM_CACHE_READER "/machine-a.state"));
	vm_cache_size(&machines, &bytes);
	assert_int_equal(machines, 1);
}

static void a_cache_that_others_can_write_to_is_not_used(void **state)
{
	const struct fixture *fixture = *state;
	struct vm_kernel kernel;
	struct err err = { 0 };
	char path[PATH_MAX];

	assert_int_equal(vm_cache_path("", path, sizeof(path), &err), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(vm_cache_path("kernel", path, sizeof(path), &err), -EPERM);
	assert_non_null(strstr(err.text, fixture->top));
	/* Whoever has no other kernel hears that, not that there is none to be fetched. */
	vm_kernel_use(NULL);
	if (vm_kernel_find(&kernel, &err))
		assert_non_null(strstr(err.text, "others than us can write there"));
}

static void without_home_there_is_still_a_cache(void **state)
{
	struct err err = { 0 };
	char path[PATH_MAX];
	char *home = strdup(getenv("HOME") ?: "/");

	(void)state;
	assert_int_equal(unsetenv("XDG_CACHE_HOME"), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	/* A user without an entry in passwd(5) is told; nothing is made elsewhere. */
	if (!vm_cache_path("x", path, sizeof(path), &err))
		assert_true(str_ends(path, "/.cache/twinsite/x"));
	else
		assert_true(*err.text);
	assert_int_equal(setenv("HOME", home, 1), 0);
	free(home);
}

/* ------------------------------------------------------------ images */

static struct archive_entry *find(struct archive *archive, const char *name)
{
	struct archive_entry *entry;

	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK)
		if (str_equal(archive_entry_pathname(entry), name))
			return entry;
	return NULL;
}

/* The entry of an image that was just written to fd; NULL: there is none. */
static struct archive_entry *entry_of(int fd, const char *name, struct archive **archive)
{
	*archive = archive_read_new();
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	archive_read_support_format_cpio(*archive);
	assert_int_equal(archive_read_open_fd(*archive, fd, 65536), 0);
	return find(*archive, name);
}

static void assert_has(int fd, const char *name, unsigned int kind, const char *link)
{
	struct archive *archive;
	struct archive_entry *entry = entry_of(fd, name, &archive);

	assert_non_null(entry);
	assert_int_equal(archive_entry_filetype(entry), kind);
	if (link)
		assert_string_equal(archive_entry_symlink(entry), link);
	archive_read_free(archive);
}

static void assert_has_not(int fd, const char *name)
{
	struct archive *archive;

	assert_null(entry_of(fd, name, &archive));
	archive_read_free(archive);
}

/* part/link is made anew, and its folder's time is what it was. */
static void link_again(const struct fixture *fixture, const char *part,
		       const char *target)
{
	char *link = strdup(put(fixture, "part/link", NULL));
	struct stat status;

	assert_int_equal(stat(part, &status), 0);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(target, link), 0);
	assert_int_equal(
		utimensat(AT_FDCWD, part,
			  (const struct timespec[]){ status.st_atim, status.st_mtim }, 0),
		0);
	free(link);
}

static void an_image_has_what_the_table_says_and_no_secret(void **state)
{
	const struct fixture *fixture = *state;
	char *secret = strdup(put(fixture, "part/secret", "key"));
	char *part = strdup(put(fixture, "part", NULL));
	const struct root_item items[] = {
		{ ROOT_TREE, "/usr", NULL },
		{ ROOT_PROGRAM, "sh", NULL },
		{ ROOT_PART, part, NULL },
		{ ROOT_TEXT, "/etc/hosts", "127.0.0.1 localhost\n" },
		{ ROOT_LINK, "/var/run", "/run" },
		{ ROOT_FOLDER, "/var/log", NULL },
		{ ROOT_DEVICE, "/dev/null", NULL },
		{ ROOT_PROGRAM, "there-is-no-such-program", NULL },
		{ ROOT_FOLDER, NULL, NULL },
	};
	const struct root_item *before = root_items();
	struct vm_kernel kernel;
	struct err err = { 0 };
	struct buf list = { 0 };
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_int_equal(chmod(fixture->top, 0755), 0);
	assert_int_equal(chmod(secret, 0600), 0);
	(void)put(fixture, "part/public", "text");
	assert_int_equal(symlink("public", put(fixture, "part/link", NULL)), 0);
	put_kernel(fixture, "twinsite/kernel/linux-image-a", "6.1.0", NULL);
	assert_int_equal(vm_kernel_find(&kernel, &err), 0);
	root_use(items);
	assert_int_equal(vm_image_write(&kernel, fd, &list, &err), 0);
	root_use(before);
	assert_has(fd, "var/run", AE_IFLNK, "/run");
	assert_has(fd, "etc/hosts", AE_IFREG, NULL);
	assert_has(fd, "var/log", AE_IFDIR, NULL);
	assert_has(fd, "usr/bin/twinsite", AE_IFREG, NULL);
	assert_has(fd, "usr/lib/modules/6.1.0/kernel/net/ipv4/esp4.ko.xz", AE_IFREG,
		   NULL);
	assert_has(fd, put(fixture, "part/public", NULL) + 1, AE_IFREG, NULL);
	assert_has(fd, put(fixture, "part/link", NULL) + 1, AE_IFLNK, "public");
	assert_has_not(fd, secret + 1);
	assert_has_not(fd, "dev/null");
	assert_non_null(strstr(buf_text(&list), "absent there-is-no-such-program\n"));
	/* A world makes its links anew each time: what counts is where they lead. */
	assert_true(vm_image_is_current(buf_text(&list)));
	link_again(fixture, part, "public");
	assert_true(vm_image_is_current(buf_text(&list)));
	link_again(fixture, part, "secret");
	assert_false(vm_image_is_current(buf_text(&list)));
	link_again(fixture, part, "public");
	assert_true(vm_image_is_current(buf_text(&list)));
	/* It is current until one of its files is another one. */
	(void)put(fixture, "part/public", "other text");
	assert_false(vm_image_is_current(buf_text(&list)));
	assert_false(vm_image_is_current("absent sh\n"));
	buf_done(&list);
	free(secret);
	free(part);
	close(fd);
}

/* ------------------------------------------------------------ seeds */

static void a_seed_is_a_function_and_another_seed_is_another_one(void **state)
{
	uint8_t one[VM_SEED_LENGTH], again[VM_SEED_LENGTH], two[VM_SEED_LENGTH];

	(void)state;
	vm_seed_fill(1, one);
	vm_seed_fill(1, again);
	vm_seed_fill(2, two);
	assert_memory_equal(one, again, sizeof(one));
	assert_memory_not_equal(one, two, sizeof(one));
}

static void the_virtual_date_is_the_same_all_day_and_never_past(void **state)
{
	const int64_t day_us = INT64_C(86400000000);

	(void)state;
	(void)unsetenv("SOURCE_DATE_EPOCH");
	assert_int_equal(vm_seed_wall_us(20000 * day_us), 20001 * day_us);
	assert_int_equal(vm_seed_wall_us(20001 * day_us - 1), 20001 * day_us);
	(void)setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	assert_int_equal(vm_seed_wall_us(20000 * day_us), INT64_C(1700000000000000));
	(void)setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
	assert_int_equal(vm_seed_wall_us(20000 * day_us), 20001 * day_us);
	(void)unsetenv("SOURCE_DATE_EPOCH");
}

#define WITH_CACHE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CACHE(the_newest_kernel_of_the_cache_is_found),
		WITH_CACHE(the_default_kernel_comes_before_a_newer_one),
		WITH_CACHE(a_kernel_without_esp_is_refused_by_name),
		WITH_CACHE(esp_may_be_built_in),
		WITH_CACHE(modules_that_are_not_listed_are_said_with_the_command),
		WITH_CACHE(what_is_no_kernel_is_bad_input),
		WITH_CACHE(a_kernel_of_another_architecture_is_bad_input),
		WITH_CACHE(a_kernel_has_its_modules_beside_it),
		WITH_CACHE(what_a_kernel_offers_is_what_its_modules_say),
		WITH_CACHE(machines_used_last_are_kept_and_kernels_always),
		WITH_CACHE(
			machines_of_roots_runs_are_counted_and_removed_unless_one_is_made),
		WITH_CACHE(a_cache_that_others_can_write_to_is_not_used),
		WITH_CACHE(without_home_there_is_still_a_cache),
		WITH_CACHE(an_image_has_what_the_table_says_and_no_secret),
		cmocka_unit_test(a_seed_is_a_function_and_another_seed_is_another_one),
		cmocka_unit_test(the_virtual_date_is_the_same_all_day_and_never_past),
	};

	return cmocka_run_group_tests_name("netns/vm", tests, NULL, NULL);
}
