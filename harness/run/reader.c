// SPDX-License-Identifier: GPL-2.0-or-later
/* reader.c - root is given away before anything of a stranger is read */
#include "run/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/program.h"
#include "base/replace.h"
#include "base/reveal.h"
#include "base/str.h"
#include "netns/plane.h"
#include "netns/root.h"
#include "netns/root_copy.h"
#include "netns/sandbox.h"
#include "netns/vm_cache.h"
#include "netns/vm_kernel.h"
#include "netns/world.h"
#include "run/reader_keeper.h"
#include "run/report_folder.h"

/* ---------------------------------------------------------------- in the reader */

static int keeper = -1; /* a socket; -1: there is none to ask */

static int send_request(const struct reader_request *request, const int fds[2],
			size_t count)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { (void *)(uintptr_t)request, sizeof(*request) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(header), fds, count * sizeof(int));
	return sendmsg(keeper, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Several of us may ask at once: each question brings the way for its answer. */
static int ask_with(struct reader_request *request, const char *path, const char *name,
		    int texts, struct reader_answer *answer, struct err *err)
{
	ssize_t got;
	int ends[2], r;

	if (strlen(path) >= sizeof(request->path) ||
	    strlen(name) >= sizeof(request->name))
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", path);
	memcpy(request->path, path, strlen(path));
	memcpy(request->name, name, strlen(name));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return err_sys(err, errno, "%s", path);
	r = send_request(request, (const int[]){ ends[1], texts }, texts < 0 ? 1 : 2);
	close(ends[1]);
	do
		got = r ? -1 : read(ends[0], answer, sizeof(*answer));
	while (!r && got < 0 && errno == EINTR);
	close(ends[0]);
	if (got != (ssize_t)sizeof(*answer))
		return err_set(err, EIO, "%s: who started us does not answer", path);
	if (answer->err.code && err)
		*err = answer->err;
	return answer->err.code;
}

static int ask(enum reader_ask what, const char *path, const char *name, bool has_secrets,
	       char *ret_path, struct err *err)
{
	struct reader_request request = { .ask = (uint32_t)what,
					  .has_secrets = has_secrets };
	struct reader_answer answer = { 0 };
	int r = ask_with(&request, path, name, -1, &answer, err);

	if (!r && ret_path)
		memcpy(ret_path, answer.path, sizeof(answer.path));
	return r;
}

/* A folder may be there without anything in it: it leads to what is seen. */
static void ask_reveal(const char *path)
{
	char inside[PATH_MAX];

	if (snprintf(inside, sizeof(inside), "%s%s", path,
		     str_ends(path, ".yml") ? "" : "/scenario.yml") <
		    (int)sizeof(inside) &&
	    access(inside, F_OK))
		(void)ask(READER_REVEAL, path, "", false, NULL, NULL);
}

int reader_report(const char *reports, const char *name, bool has_secrets,
		  char ret_folder[PATH_MAX], struct err *err)
{
	return keeper < 0
		       ? report_folder_make(reports, name, has_secrets, ret_folder, err)
		       : ask(READER_REPORT, reports, name, has_secrets, ret_folder, err);
}

int reader_latest(const char *folder, struct err *err)
{
	return keeper < 0 ? report_folder_latest(folder, err)
			  : ask(READER_LATEST, folder, "", false, NULL, err);
}

static char working_folder[PATH_MAX];

/* What is shown now may lie over the working directory, which has to be found anew. */
static int ask_to_write(enum reader_ask what, const char *path, const char *name,
			bool has_secrets, struct err *err)
{
	int r = ask(what, path, name, has_secrets, NULL, err);

	return !r && chdir(working_folder) ? err_sys(err, errno, "%s", working_folder)
					   : r;
}

static int output(const char *path, bool is_file, bool has_secrets, struct err *err)
{
	return keeper < 0 ? 0
			  : ask_to_write(READER_OUTPUT, path, is_file ? "file" : "",
					 has_secrets, err);
}

int reader_summary(const char *reports, struct err *err)
{
	return keeper < 0 ? file_make_folder(reports, err)
			  : ask_to_write(READER_SUMMARY, reports, "", false, err);
}

int reader_output(const char *folder, bool has_secrets, struct err *err)
{
	return output(folder, false, has_secrets, err);
}

int reader_output_file(const char *path, struct err *err)
{
	return output(path, true, false, err);
}

static int write_text(int fd, const void *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = write(fd, (const char *)bytes + done, length - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int ask_replace(const struct replace *file, struct err *err)
{
	struct reader_request request = { .ask = READER_REPLACE,
					  .is_new = !file->was,
					  .was_length = (uint32_t)file->was_length };
	_cleanup_close_ int texts =
		memfd_create("texts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct reader_answer answer = { 0 };
	int r = texts < 0 ? -errno : 0;

	if (!r && file->was)
		r = write_text(texts, file->was, file->was_length);
	if (!r)
		r = write_text(texts, file->bytes, file->length);
	if (r)
		return err_sys(err, -r, "%s/%s", file->folder, file->name);
	return ask_with(&request, file->folder, file->name, texts, &answer, err);
}

int reader_replace(const struct replace *files, size_t count, struct err *err)
{
	int r = 0;

	if (keeper < 0)
		return replace_files(files, count, err);
	for (size_t i = 0; i < count && !r; i++)
		r = ask_replace(&files[i], err);
	return r ? r : ask(READER_REPLACE_ALL, "", "", false, NULL, err);
}

/* ---------------------------------------------------------------- starting it */

struct start {
	const struct reader *reader;
	char folder[PATH_MAX]; /* the working directory */
	sigset_t signals;      /* blocked before we did */
	int socket;
	const char *cache; /* of virtual machines; NULL: none */
	struct arena *arena;
	struct root_view views[ROOT_VIEWS_MAX + 1];
	size_t count;
};

static void cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		slash[slash == path] = '\0';
}

static int reader_main(void *arg)
{
	const struct start *start = arg;
	const struct reader *reader = start->reader;
	struct err err = { 0 };
	int r;

	keeper = start->socket;
	memcpy(working_folder, start->folder, sizeof(working_folder));
	(void)sigprocmask(SIG_SETMASK, &start->signals, NULL);
	if (start->cache) { /* whatever our home was called */
		char parent[PATH_MAX];

		(void)snprintf(parent, sizeof(parent), "%s", start->cache);
		cut_last(parent);
		(void)setenv("XDG_CACHE_HOME", parent, 1);
	}
	r = ask(READER_HELLO, "", "", false, NULL, &err);
	if (!r && chdir(start->folder))
		r = err_sys(&err, errno, "%s", start->folder);
	if (!r && !reader->has_worlds)
		r = sandbox_prepare(&err);
	if (!r && !reader->has_worlds && sandbox_apply(SANDBOX_READER))
		r = err_set(&err, EPERM, "rights cannot be given up");
	if (r) {
		(void)fprintf(stderr, "twinsite: %s\n", err.text);
		return EXIT_BROKE;
	}
	reveal_use(ask_reveal);
	r = reader->main(reader->argc, reader->argv);
	if (reader->has_worlds)
		return r;
	/* Nothing more is to be done; LeakSanitizer would want to trace us. */
	(void)fflush(NULL);
	_exit(r);
}

static int add_view(struct start *start, struct root_view view, struct err *err)
{
	if (start->count == ROOT_VIEWS_MAX)
		return err_set(err, E2BIG,
			       "more than %d files and folders at once are too many",
			       ROOT_VIEWS_MAX);
	start->views[start->count++] = view;
	return 0;
}

/* What a word of the command line names, if it names anything, where it is called so. */
static int see_word(struct start *start, const char *word, struct err *err)
{
	char real[PATH_MAX], at[PATH_MAX * 2], modules[PATH_MAX];
	struct stat status;
	int r;

	if (!*word || strlen(word) >= PATH_MAX || stat(word, &status))
		return 0;
	/* A pipe that a shell made (/dev/fd/63) is opened by its name as well. */
	if (S_ISFIFO(status.st_mode) &&
	    (str_starts(word, "/dev/") || str_starts(word, "/proc/"))) {
		(void)!chown(word, world_reader_id(), world_reader_id());
		return 0;
	}
	if (!realpath(word, real))
		return 0;
	if (*word == '/')
		(void)snprintf(at, sizeof(at), "%s", word);
	else
		(void)snprintf(at, sizeof(at), "%s/%s", start->folder, word);
	/* A scenario's file has its folder's other files with it. */
	if (S_ISREG(status.st_mode) && str_ends(word, ".yml")) {
		cut_last(real);
		cut_last(at);
	}
	for (size_t length = strlen(at); length > 1 && at[length - 1] == '/';)
		at[--length] = '\0';
	if (str_equal(real, "/") || str_equal(at, "/"))
		return 0;
	r = add_view(start,
		     (struct root_view){ .path = arena_strdup(start->arena, real),
					 .at = arena_strdup(start->arena, at) },
		     err);
	/* And a kernel its modules. */
	if (!r && S_ISREG(status.st_mode) && vm_kernel_modules(real, modules))
		r = add_view(
			start,
			(struct root_view){ .path = arena_strdup(start->arena, modules) },
			err);
	return r;
}

static int see_words(struct start *start, struct err *err)
{
	const struct reader *reader = start->reader;
	bool has_words = false;
	int r = 0;

	for (int i = 1; !r && i < reader->argc; i++) {
		const char *word = reader->argv[i];
		const char *value = *word == '-' ? strchr(word, '=') : NULL;

		/* What will be written is given when it is asked for. */
		if (reader_value_of(reader, i)) {
			i += !value;
			continue;
		}
		has_words |= *word != '-';
		if (value || *word != '-')
			r = see_word(start, value ? value + 1 : word, err);
	}
	if (!r && !has_words && reader->fallback)
		r = see_word(start, reader->fallback, err);
	if (!r && reader->sees)
		r = see_word(start, reader->sees, err);
	return r;
}

/*
 * Virtual machines: kernels of this machine and those that were fetched, and a place of
 * the reader's own for what it saves, so that what a stranger spoils is never root's.
 */
static int see_kernels(struct start *start, struct err *err)
{
	glob_t found = { 0 };
	int r = 0;

	if (!glob("/boot/vmlinuz-*", 0, NULL, &found))
		for (size_t i = 0; !r && i < found.gl_pathc; i++)
			if (root_copy_is_readable(found.gl_pathv[i]))
				r = see_word(start, found.gl_pathv[i], err);
	globfree(&found);
	return r;
}

/* `--plane vm` or `--kernel …`, whatever the cache holds so far. */
static bool asks_for_vm(const struct reader *reader)
{
	for (int i = 1; i < reader->argc && reader->argv[i]; i++)
		if (str_equal(reader->argv[i], "vm") ||
		    str_equal(reader->argv[i], "--plane=vm") ||
		    str_starts(reader->argv[i], "--kernel"))
			return true;
	return false;
}

/* Another plane was asked for: the kernels, thousands of files, need not be looked at. */
static bool asks_for_other_plane(const struct reader *reader)
{
	static const char option[] = "--plane";
	const size_t length = sizeof(option) - 1;
	enum plane plane = PLANE_VM;

	for (int i = 1; i < reader->argc && reader->argv[i]; i++) {
		const char *word = reader->argv[i];

		if (!str_starts(word, option))
			continue;
		word = word[length] == '='    ? word + length + 1
		       : word[length] == '\0' ? reader->argv[i + 1]
					      : NULL;
		if (!word || plane_parse(word, &plane, NULL))
			return false;
	}
	return plane != PLANE_VM;
}

static int see_cache(struct start *start, struct err *err)
{
	const char *kernels, *own;
	char cache[PATH_MAX];
	bool has_kernels;
	int r;

	if (!asks_for_vm(start->reader) && asks_for_other_plane(start->reader))
		return 0;
	r = see_kernels(start, err);
	if (r || vm_cache_path("", cache, sizeof(cache), NULL))
		return r;
	kernels = arena_printf(start->arena, "%s/kernel", cache);
	own = arena_printf(start->arena, "%s/" VM_CACHE_READER, cache);
	has_kernels = !access(kernels, F_OK);
	if (!has_kernels && !asks_for_vm(start->reader))
		return 0;
	if ((mkdir(own, 0700) && errno != EEXIST) ||
	    lchown(own, world_reader_id(), world_reader_id()) ||
	    (mkdir(arena_printf(start->arena, "%s/kernel", own), 0755) &&
	     errno != EEXIST))
		return 0;
	start->cache = arena_strdup(start->arena, cache);
	r = add_view(start,
		     (struct root_view){
			     .path = own, .at = start->cache, .is_writable = true },
		     err);
	if (!r && has_kernels)
		r = add_view(start, (struct root_view){ .path = kernels }, err);
	return r;
}

static int prepare(struct start *start, struct err *err)
{
	const char *program = program_path();
	int r;

	if (!getcwd(start->folder, sizeof(start->folder)) || *start->folder != '/')
		return err_set(err, ENOTSUP, "the working directory is out of reach");
	if (!program)
		return err_set(err, ENOTSUP, "this program's path is not known");
	r = add_view(start, (struct root_view){ .path = start->folder, .is_place = true },
		     err);
	if (!r && str_equal(start->folder, "/"))
		start->count = 0;
	if (!r)
		r = add_view(start, (struct root_view){ .path = program }, err);
	if (!r && start->reader->has_worlds)
		r = see_cache(start, err);
	return r ? r : see_words(start, err);
}

static int keep(struct start *start, int socket, int signals, int *ret_status,
		struct err *err)
{
	const struct world_options options = { .views = start->views, .is_reader = true };
	struct world world;
	int r = world_start(&options, reader_main, start, &world, err);

	/* Whatever is refused here is a matter of this machine. */
	if (r == -EPERM || r == -EACCES || r == -ENOSYS || r == -EIO)
		return err->code = -ENOTSUP;
	if (r)
		return r;
	close(start->socket);
	*ret_status = reader_keep(start->reader, &world, socket, signals);
	return 0;
}

int reader_run(const struct reader *reader, int *ret_status, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	_cleanup_free_ struct start *start = NULL;
	_cleanup_close_ int signals = -1;
	sigset_t ours;
	int ends[2], on = 1, r;

	if (!world_has_ids())
		return err_set(err, ENOTSUP, "we are not root of this machine");
	arena = arena_new();
	start = calloc(1, sizeof(*start));
	if (!start)
		return err_set(err, ENOMEM, "out of memory");
	start->reader = reader;
	start->arena = arena;
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return err_sys(err, errno, "a reader");
	start->socket = ends[1];
	/* Each question says who asks. */
	(void)setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	(void)sigprocmask(SIG_BLOCK, &ours, &start->signals);
	r = prepare(start, err);
	if (!r)
		r = keep(start, ends[0], signals, ret_status, err);
	if (r)
		close(ends[1]);
	close(ends[0]);
	(void)sigprocmask(SIG_SETMASK, &start->signals, NULL);
	return r;
}

/* ---------------------------------------------------------------- without a world */

/* May nobody read the word's file, and get there? Asked as nobody. */
static int check_word(const char *word, struct err *err)
{
	if (!faccessat(AT_FDCWD, word, F_OK, AT_EACCESS) || errno != EACCES)
		return root_copy_is_readable(word)
			       ? 0
			       : err_set(err, EACCES, "%s: not everybody may read it",
					 word);
	return err_set(err, EACCES, "%s: not everybody may get there", word);
}

int reader_become(const struct reader *reader, struct err *err)
{
	uid_t id = world_reader_id();
	int r = 0;

	if (!world_has_ids())
		return err_set(err, EACCES, "we are not root of this machine");
	if (reader->output || reader->replaces || reader->has_worlds)
		return err_set(err, EACCES, "it writes");
	if (setresgid(-1, id, 0) || setresuid(-1, id, 0))
		return err_set(err, EACCES, "we may not change who we are");
	for (int i = 0; !r && i < reader->argc; i++)
		r = check_word(i && *reader->argv[i] != '-' ? reader->argv[i] : ".", err);
	if (setresuid(-1, 0, 0) || (!r && (setgroups(0, NULL) || setresgid(id, id, id) ||
					   setresuid(id, id, id))))
		abort();
	if (r && setresgid(-1, 0, 0))
		abort();
	return r;
}
