// SPDX-License-Identifier: GPL-2.0-or-later
/* file_test.c - claims about files below a folder that somebody else has filled */
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/file_beneath.h"
#include "base/str.h"
#include "base/test_text.h"
#include "base/test_skip.h"

/*
 *	TOP/secret		not ours to read
 *	TOP/ours/etc/hosts	"hello"
 *	TOP/ours/…		what each row of `names` says
 */
struct fixture {
	char top[32], ours[48];
};

static const struct {
	const char *link, *target;
} links[] = {
	{ "inside", "etc/hosts" },
	{ "etc/inside", "hosts" },
	{ "folder", "etc" },
	{ "etc/up", "../etc/hosts" },
	{ "there-and-back", "etc/../etc" },
	{ "outside", "../secret" },
	{ "etc/outside", "../../secret" },
	{ "absolute", "/etc/passwd" },
	{ "parent", ".." },
	{ "etc/parent", "../.." },
	{ "nothing", "etc/missing" },
	{ "circle", "circle" },
	{ "over", "there-and-back/../../secret" },
	{ "chain", "outside" },
	{ "process", "/proc/self/root/etc/passwd" },
};

/* What a name leads to: 0 for "hello", or the refusal. */
static const struct {
	const char *name;
	int code;
} names[] = {
	{ "etc/hosts", 0 },
	{ "./etc//hosts", 0 },
	{ "etc/../etc/hosts", 0 },
	{ "inside", 0 },
	{ "etc/inside", 0 },
	{ "folder/hosts", 0 },
	{ "folder/inside", 0 },
	{ "etc/up", 0 },
	{ "there-and-back/hosts", 0 },
	{ "../secret", -EXDEV },
	{ "etc/../../secret", -EXDEV },
	{ "/etc/passwd", -EXDEV },
	{ "outside", -EXDEV },
	{ "etc/outside", -EXDEV },
	{ "absolute", -EXDEV },
	{ "parent/secret", -EXDEV },
	{ "etc/parent/secret", -EXDEV },
	{ "folder/parent/ours/etc/hosts", -EXDEV },
	{ "over", -EXDEV },
	{ "chain", -EXDEV },
	{ "process", -EXDEV },
	{ "circle", -ELOOP },
	{ "nothing", -ENOLINK },
	{ "etc/missing", -ENOENT },
	{ "etc/hosts/more", -ENOTDIR },
	{ "etc/hosts/", -ENOTDIR },
};

static void put(const char *folder, const char *name, const char *text)
{
	char path[108];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static int set_up(void **state)
{
	static struct fixture f;
	char path[108];

	(void)snprintf(f.top, sizeof(f.top), "/tmp/twinsite-file-XXXXXX");
	assert_non_null(mkdtemp(f.top));
	(void)snprintf(f.ours, sizeof(f.ours), "%s/ours", f.top);
	(void)snprintf(path, sizeof(path), "%s/etc", f.ours);
	assert_int_equal(file_make_folder(path, NULL), 0);
	put(f.top, "secret", "secret");
	put(f.ours, "etc/hosts", "hello");
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f.ours, links[i].link);
		assert_int_equal(symlink(links[i].target, path), 0);
	}
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const rest[] = { "ours/etc/hosts", "ours/odd", "secret" };
	static const char *const folders[] = { "ours/etc", "ours", "." };
	const struct fixture *f = *state;
	char path[108];

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->ours, links[i].link);
		(void)unlink(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->top, rest[i]);
		(void)unlink(path);
	}
	for (size_t i = 0; i + 1 < ARRAY_SIZE(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->top, folders[i]);
		(void)rmdir(path);
	}
	return rmdir(f->top);
}

static void link_out_of_the_folder_is_refused(void **state)
{
	const struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *text = NULL;
		size_t length = 0;
		struct err err = { 0 };
		int r = file_read_below(f->ours, names[i].name, 100, &text, &length,
					&err);

		if (r != names[i].code)
			fail_msg("%s: %d, not %d", names[i].name, r, names[i].code);
		if (r == 0)
			assert_string_equal(text, "hello");
		else
			assert_has(err.text, names[i].name);
	}
}

static void sentence_names_file_and_folder_and_no_content(void **state)
{
	const struct fixture *f = *state;
	_cleanup_free_ char *text = NULL;
	struct err err = { 0 };
	size_t length;

	assert_int_equal(
		file_read_below(f->ours, "etc/outside", 100, &text, &length, &err),
		-EXDEV);
	assert_has(err.text, "/ours/etc/outside: leads out of the folder ");
	assert_int_equal(err_kind_of(&err), ERR_INPUT);
	assert_has_not(err.text, "secret");
}

static void kernel_and_walk_agree(void **state)
{
	const struct fixture *f = *state;
	_cleanup_close_ int top = open(f->ours, O_PATH | O_DIRECTORY | O_CLOEXEC);
	static const int flags[] = { O_RDONLY, O_PATH, O_PATH | O_NOFOLLOW };

	if (file_beneath_kernel(top, "etc", O_PATH) == -ENOSYS)
		skip_without("openat2", "the kernel has no openat2()");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(flags); j++) {
			_cleanup_close_ int a =
				file_beneath_kernel(top, names[i].name, flags[j]);
			_cleanup_close_ int b =
				file_beneath_walk(top, names[i].name, flags[j]);
			struct stat of_a = { 0 }, of_b = { 0 };

			if ((a < 0 ? a : 0) != (b < 0 ? b : 0))
				fail_msg("%s with %x: %d and %d", names[i].name, flags[j],
					 a, b);
			if (a < 0)
				continue;
			assert_int_equal(fstat(a, &of_a), 0);
			assert_int_equal(fstat(b, &of_b), 0);
			assert_int_equal(of_a.st_ino, of_b.st_ino);
		}
	}
}

static void make_odd(const struct fixture *f, int kind)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[108];

	(void)snprintf(path, sizeof(path), "%s/odd", f->ours);
	if (kind == S_IFIFO) {
		assert_int_equal(mkfifo(path, 0600), 0);
	} else {
		_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
				 0);
	}
}

/* A FIFO that nobody writes to would hold a reader for ever. */
static void fifo_and_socket_are_named_unopened(void **state)
{
	static const int kinds[] = { S_IFIFO, S_IFSOCK };
	const struct fixture *f = *state;
	char path[108];

	(void)snprintf(path, sizeof(path), "%s/odd", f->ours);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct err err = { 0 };

		make_odd(f, kinds[i]);
		assert_int_equal(file_kind_below(f->ours, "odd", &err), FILE_IS_ODD);
		assert_int_equal(file_open_below(f->ours, "odd", FILE_IS_REGULAR, &err),
				 -EINVAL);
		assert_has(err.text, "/odd: not a regular file");
		assert_int_equal(unlink(path), 0);
	}
}

static void device_is_named_unopened(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(file_kind_below("/dev", "null", &err), FILE_IS_ODD);
	assert_int_equal(file_open_below("/dev", "null", FILE_IS_REGULAR, &err), -EINVAL);
	assert_has(err.text, "/dev/null: not a regular file");
}

static void file_that_is_too_large_is_refused(void **state)
{
	const struct fixture *f = *state;
	_cleanup_free_ char *text = NULL;
	struct err err = { 0 };
	size_t length;

	assert_int_equal(file_read_below(f->ours, "etc/hosts", 4, &text, &length, &err),
			 -EFBIG);
	assert_has(err.text, "etc/hosts: larger than");
}

static void what_is_there_is_told_apart(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(file_kind_below(f->ours, "folder", NULL), FILE_IS_FOLDER);
	assert_int_equal(file_kind_below(f->ours, "inside", NULL), FILE_IS_REGULAR);
	assert_int_equal(file_kind_below(f->ours, "no/such", NULL), FILE_IS_NOTHING);
	assert_int_equal(file_kind_below(f->ours, "etc/hosts/x", NULL), FILE_IS_NOTHING);
	assert_int_equal(file_kind_below(f->ours, "outside", NULL), -EXDEV);
}

/* A report's folder comes from others too: nothing is written through a planted link. */
static void writing_never_follows_a_planted_link(void **state)
{
	const struct fixture *f = *state;
	_cleanup_free_ char *text = NULL;
	char path[108];
	size_t length;

	(void)snprintf(path, sizeof(path), "%s/outside", f->ours);
	assert_int_equal(file_write(path, "owned", 5, NULL), -ELOOP);
	make_odd(f, S_IFIFO);
	(void)snprintf(path, sizeof(path), "%s/odd", f->ours);
	assert_int_not_equal(file_write(path, "owned", 5, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/secret", f->top);
	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	assert_string_equal(text, "secret");
}

static void mode_is(const char *path, mode_t wanted)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, wanted);
}

static void secrets_are_for_their_owner_alone_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	const struct fixture *f = *state;
	char path[160], folder[140];

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		mode_t before;

		(void)snprintf(folder, sizeof(folder), "%s/keys%zu", f->top, i);
		(void)snprintf(path, sizeof(path), "%s/key", folder);
		before = umask(masks[i]);
		assert_int_equal(file_make_secret_folder(folder, NULL), 0);
		mode_is(folder, 0700);
		assert_int_equal(file_write_secret(path, "k", 1, NULL), 0);
		mode_is(path, 0600);
		/* One that everybody could read does not stay so. */
		assert_int_equal(chmod(path, 0644), 0);
		assert_int_equal(file_write_secret(path, "k", 1, NULL), 0);
		mode_is(path, 0600);
		/* Somebody's folder stays as it is. */
		assert_int_equal(chmod(folder, 0755), 0);
		assert_int_equal(file_make_secret_folder(folder, NULL), 0);
		mode_is(folder, 0755);
		umask(before);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rmdir(folder), 0);
	}
}

static void a_stream_is_read_to_its_end_and_refused_beyond_its_limit(void **state)
{
	static const char text[] = "config remote\n";
	const size_t limits[] = { sizeof(text) - 1, sizeof(text) - 2 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		_cleanup_free_ char *bytes = NULL;
		size_t length = 0;
		struct err err = { 0 };
		int ends[2], r;

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], text, sizeof(text) - 1),
				 sizeof(text) - 1);
		(void)close(ends[1]);
		r = file_read_stream(ends[0], "standard-input", limits[i], &bytes,
				     &length, &err);
		(void)close(ends[0]);
		assert_int_equal(r, i ? -EFBIG : 0);
		if (i) {
			assert_non_null(strstr(err.text, "standard-input"));
			continue;
		}
		assert_int_equal(length, sizeof(text) - 1);
		assert_string_equal(bytes, text);
	}
}

int main(void)
{
#define TEST(claim) cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(link_out_of_the_folder_is_refused),
		TEST(sentence_names_file_and_folder_and_no_content),
		TEST(kernel_and_walk_agree),
		TEST(fifo_and_socket_are_named_unopened),
		TEST(device_is_named_unopened),
		TEST(file_that_is_too_large_is_refused),
		TEST(what_is_there_is_told_apart),
		TEST(writing_never_follows_a_planted_link),
		TEST(secrets_are_for_their_owner_alone_whatever_the_umask),
		cmocka_unit_test(
			a_stream_is_read_to_its_end_and_refused_beyond_its_limit),
	};

	return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
