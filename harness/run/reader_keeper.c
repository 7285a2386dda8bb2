// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reader_keeper.c - what a reader asks of root
 *
 * Whoever asks may have been taken over: what he says is a wish, and is held against the
 * command line.
 */
#include "run/reader_keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/str.h"
#include "netns/root.h"
#include "netns/sandbox.h"
#include "netns/world.h"
#include "run/reader.h"
#include "run/reader_replace.h"
#include "run/report_folder.h"

#define GIVEN_MAX 1024 /* folders at a time */
#define STAGING	  ".twinsite-writes"

/* A folder that the reader may write to. */
struct given {
	char *at;   /* how the reader calls it */
	char *only; /* names of what is wanted in the end, a '/' between them; NULL: all */
	int fd;	    /* -1: taken back */
	int to;	    /* what is written is moved there in the end; -1: it stays */
	bool is_fresh; /* the folder behind `to` is our making */
};

struct keeper {
	const struct reader *reader;
	int pidfd;    /* of the reader itself; -1: it has not said hello */
	int mount_ns; /* its */
	struct given given[GIVEN_MAX];
	size_t count;
	struct reader_wishes wishes;
};

/* ---------------------------------------------------------------- the command line */

/* Is the word the option ("-o" as it is), or its beginning, which is taken as well? */
static bool is_option(const char *word, size_t length, const char *options)
{
	for (const char *at = options; *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (length >= 2 && length <= strcspn(at, " ") &&
		    (length > 2 || at[1] != '-') && !strncmp(word, at, length))
			return true;
	}
	return false;
}

const char *reader_value_of(const struct reader *reader, int i)
{
	const char *word = reader->argv[i];
	const char *equals = word ? strchr(word, '=') : NULL;
	size_t length = equals ? (size_t)(equals - word) : word ? strlen(word) : 0;

	if (!word || !reader->output || !is_option(word, length, reader->output))
		return NULL;
	if (equals)
		return equals + 1;
	return i + 1 < reader->argc ? reader->argv[i + 1] : NULL;
}

/* Does the command line say that this will be written? */
static bool is_output(const struct reader *reader, const char *path)
{
	bool is_said = false;

	if (!reader->output)
		return false;
	for (int i = 1; i < reader->argc && reader->argv[i]; i++) {
		const char *word = reader->argv[i], *value = reader_value_of(reader, i);

		if (value && str_equal(value, path))
			return true;
		if (!*reader->output && *word != '-' && str_equal(word, path))
			return true;
		is_said |= value != NULL;
	}
	/* The one that is taken when none is given. */
	return !is_said && str_has_word(reader->output, "--reports") &&
	       str_equal(path, "reports");
}

/* ---------------------------------------------------------------- what is asked */

static int absolute(const char *path, char ret[PATH_MAX], struct err *err)
{
	char folder[PATH_MAX];

	if (*path == '/')
		*folder = '\0';
	else if (!getcwd(folder, sizeof(folder)))
		return err_sys(err, errno, "the working directory");
	if (snprintf(ret, PATH_MAX, "%s%s%s", folder, *folder ? "/" : "", path) >=
	    PATH_MAX)
		return err_set(err, ENAMETOOLONG, "%.100s…: path too long", path);
	return 0;
}

static int show(const struct keeper *keeper, const char *real, const char *at,
		bool is_writable, struct err *err)
{
	const struct root_view view = { .path = real,
					.at = at,
					.is_writable = is_writable,
					.is_for_nobody = !is_writable };

	return root_add(keeper->mount_ns, &view, err);
}

static struct given *free_place(struct keeper *keeper)
{
	for (size_t i = 0; i < keeper->count; i++)
		if (keeper->given[i].fd < 0)
			return &keeper->given[i];
	return keeper->count < GIVEN_MAX ? &keeper->given[keeper->count++] : NULL;
}

/* The folder `real` is the reader's from now on; what is in `how` is handed over. */
static int give(struct keeper *keeper, const char *real, const char *at, struct given how,
		struct err *err)
{
	uid_t id = world_reader_id();
	struct given *given = free_place(keeper);

	how.at = strdup(at);
	how.fd = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (!given || how.fd < 0) {
		if (given)
			given->fd = -1;
		free(how.at);
		free(how.only);
		if (how.fd >= 0)
			close(how.fd);
		if (how.to >= 0)
			close(how.to);
		return err_sys(err, given ? ENOTDIR : EMFILE, "%s", real);
	}
	free(given->at);
	free(given->only);
	*given = how;
	if (fchown(given->fd, id, id))
		return err_sys(err, errno, "%s: cannot be given away", real);
	return show(keeper, real, at, true, err);
}

static int hello(struct keeper *keeper, pid_t pid, struct err *err)
{
	char path[64];

	if (keeper->pidfd >= 0)
		return err_set(err, EEXIST, "said already");
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	keeper->pidfd = pidfd_open(pid, 0);
	keeper->mount_ns = open(path, O_RDONLY | O_CLOEXEC);
	return keeper->pidfd < 0 || keeper->mount_ns < 0 ? err_sys(err, errno, "a reader")
							 : 0;
}

/* A scenario is a folder with a scenario.yml, or a *.yml: then its folder is shown. */
static int reveal(const struct keeper *keeper, const char *path, struct err *err)
{
	char at[PATH_MAX] = "", real[PATH_MAX], inside[PATH_MAX + 16];
	struct stat status;
	int r = absolute(path, at, err);

	if (r)
		return r;
	if (stat(at, &status))
		return err_sys(err, errno, "%s", path);
	if (S_ISREG(status.st_mode) && str_ends(at, ".yml"))
		*strrchr(at, '/') = '\0';
	else if (snprintf(inside, sizeof(inside), "%s/scenario.yml", at) < 0 ||
		 stat(inside, &status) || !S_ISREG(status.st_mode))
		return err_set(err, EACCES, "%s: no scenario", path);
	if (!*at || !realpath(at, real) || str_equal(real, "/"))
		return err_set(err, EACCES, "%s: no scenario", path);
	return show(keeper, real, at, false, err);
}

static int report(struct keeper *keeper, const struct reader_request *request,
		  char ret_path[PATH_MAX], struct err *err)
{
	char at[PATH_MAX], real[PATH_MAX];
	int r;

	if (!is_output(keeper->reader, request->path))
		return err_set(err, EACCES, "%s: not what the command line says",
			       request->path);
	if (!*request->name || strchr(request->name, '/') ||
	    str_equal(request->name, ".") || str_equal(request->name, ".."))
		return err_set(err, EINVAL, "'%.100s' is no name for a report",
			       request->name);
	r = report_folder_make(request->path, request->name, request->has_secrets,
			       ret_path, err);
	if (!r)
		r = absolute(ret_path, at, err);
	if (!r && !realpath(ret_path, real))
		r = err_sys(err, errno, "%s", ret_path);
	return r ? r : give(keeper, real, at, (struct given){ .to = -1 }, err);
}

/* Several of us may write into the same folder. */
static void staging(char ret_name[32])
{
	(void)snprintf(ret_name, 32, STAGING "-%d", getpid());
}

static void take_back(struct given *given, struct err *err)
{
	char name[32];

	report_folder_adopt(given->fd);
	if (given->to >= 0) {
		(void)report_folder_merge(given->fd, given->to, given->only, err);
		staging(name);
		(void)unlinkat(given->to, name, AT_REMOVEDIR);
		close(given->to);
	}
	if (given->is_fresh || given->to < 0) /* if nothing was written */
		(void)rmdir(given->at);
	close(given->fd);
	given->fd = given->to = -1;
}

static int latest(struct keeper *keeper, const char *path, struct err *err)
{
	for (size_t i = 0; i < keeper->count; i++) {
		struct given *given = &keeper->given[i];

		if (given->fd < 0 || given->to >= 0 || !str_equal(given->at, path))
			continue;
		take_back(given, err);
		return report_folder_latest(path, err);
	}
	return err_set(err, ENOENT, "%s: no report of ours", path);
}

/* Nothing is there, or a folder with nothing in it. */
static bool is_free(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool is_free = true;

	if (!folder)
		return errno == ENOENT;
	while (is_free && (entry = readdir(folder)))
		is_free = str_equal(entry->d_name, ".") || str_equal(entry->d_name, "..");
	(void)closedir(folder);
	return is_free;
}

/* A folder of its own, of which in the end `only` goes to where it should. */
static int stage(struct keeper *keeper, const char *at, const char *only, bool is_fresh,
		 struct err *err)
{
	char real[PATH_MAX + 64], name[32];
	int to;

	staging(name);
	(void)snprintf(real, sizeof(real), "%s/%s", at, name);
	if (mkdir(real, 0700))
		return err_sys(err, errno, "%s", real);
	to = open(at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0)
		return err_sys(err, errno, "%s", at);
	return give(keeper, real, at,
		    (struct given){ .to = to,
				    .only = only ? strdup(only) : NULL,
				    .is_fresh = is_fresh },
		    err);
}

/* Into the folder of all reports go those few files that main() named, and no other. */
static int summary(struct keeper *keeper, const struct reader_request *request,
		   struct err *err)
{
	char at[PATH_MAX];
	int r;

	if (!keeper->reader->summary || !is_output(keeper->reader, request->path))
		return err_set(err, EACCES, "%s: not what the command line says",
			       request->path);
	r = absolute(request->path, at, err);
	if (!r)
		r = file_make_folder(at, err);
	return r ? r : stage(keeper, at, keeper->reader->summary, false, err);
}

/* It writes into a folder of its own, which then goes to where it should. */
static int output(struct keeper *keeper, const struct reader_request *request,
		  struct err *err)
{
	char at[PATH_MAX], real[PATH_MAX + 32];
	const char *only = NULL;
	bool is_fresh;
	int r;

	if (!*request->path || !is_output(keeper->reader, request->path) ||
	    str_has_word(keeper->reader->output, "--reports"))
		return err_set(err, EACCES, "%s: not what the command line says",
			       request->path);
	r = absolute(request->path, at, err);
	if (r)
		return r;
	if (*request->name) { /* a file */
		only = strrchr(request->path, '/');
		only = only ? only + 1 : request->path;
		strrchr(at, '/')[at == strrchr(at, '/')] = '\0';
	}
	/* The reader does not see what is there: nobody's scenario is written over. */
	(void)snprintf(real, sizeof(real), "%s/scenario.yml", at);
	if (!*request->name && !access(real, F_OK))
		return err_set(err, EEXIST, "%s: there is a scenario already",
			       request->path);
	/* Of --share: what is there would be given away with it. */
	if ((str_equal(keeper->reader->output, "--cured") ||
	     str_equal(keeper->reader->output, "--share")) &&
	    !is_free(at))
		return err_set(
			err, EEXIST,
			"%s: is not empty, what is there would be written over, or "
			"given away with it",
			request->path);
	is_fresh = access(at, F_OK) != 0;
	r = request->has_secrets ? file_make_secret_folder(at, err)
				 : file_make_folder(at, err);
	return r ? r : stage(keeper, at, only, is_fresh, err);
}

static void answer_to(struct keeper *keeper, const struct reader_request *request,
		      int texts, const struct ucred *who, struct reader_answer *answer)
{
	struct err *err = &answer->err;

	if (who->uid != world_reader_id()) {
		(void)err_set(err, EPERM, "only the reader may ask");
		return;
	}
	if (request->ask != READER_HELLO && keeper->pidfd < 0) {
		(void)err_set(err, EPERM, "who are you?");
		return;
	}
	switch ((enum reader_ask)request->ask) {
	case READER_HELLO:
		(void)hello(keeper, who->pid, err);
		return;
	case READER_REVEAL:
		(void)reveal(keeper, request->path, err);
		return;
	case READER_REPORT:
		(void)report(keeper, request, answer->path, err);
		return;
	case READER_LATEST:
		(void)latest(keeper, request->path, err);
		return;
	case READER_OUTPUT:
		(void)output(keeper, request, err);
		return;
	case READER_REPLACE:
		(void)reader_wish(&keeper->wishes, keeper->reader, request, texts, err);
		return;
	case READER_REPLACE_ALL:
		(void)reader_wishes_grant(&keeper->wishes, err);
		return;
	case READER_SUMMARY:
		(void)summary(keeper, request, err);
		return;
	}
	(void)err_set(err, EINVAL, "unknown question");
}

/* ---------------------------------------------------------------- serving */

/* The way for the answer, and what comes with the question. */
static void take_descriptors(struct cmsghdr *header, int *way, int *texts)
{
	const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int fds[2] = { -1, -1 };

	if (*way >= 0 || !count || count > ARRAY_SIZE(fds))
		return;
	memcpy(fds, CMSG_DATA(header), count * sizeof(int));
	*way = fds[0];
	*texts = fds[1];
}

/* One question; false when there is nobody who could ask any more. */
static bool serve(struct keeper *keeper, int socket)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int)) +
			   CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control = { 0 };
	struct reader_request request = { 0 };
	struct reader_answer answer = { 0 };
	struct iovec part = { &request, sizeof(request) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control) };
	_cleanup_close_ int way = -1, texts = -1;
	struct ucred who = { .uid = (uid_t)-1 };
	ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got <= 0)
		return got < 0 && (errno == EINTR || errno == EAGAIN);
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
	     header = CMSG_NXTHDR(&message, header)) {
		if (header->cmsg_type == SCM_RIGHTS)
			take_descriptors(header, &way, &texts);
		if (header->cmsg_type == SCM_CREDENTIALS)
			memcpy(&who, CMSG_DATA(header), sizeof(who));
	}
	if (got != (ssize_t)sizeof(request) || way < 0)
		return true;
	request.path[sizeof(request.path) - 1] = '\0';
	request.name[sizeof(request.name) - 1] = '\0';
	answer_to(keeper, &request, texts, &who, &answer);
	(void)send(way, &answer, sizeof(answer), MSG_NOSIGNAL | MSG_DONTWAIT);
	return true;
}

/* The reader has a session of its own: what was meant for us is meant for it. */
static void pass_signal(const struct keeper *keeper, const struct world *world,
			int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (keeper->pidfd >= 0)
			(void)pidfd_send_signal(keeper->pidfd, (int)info.ssi_signo, NULL,
						0);
		else
			(void)kill(world->pid, SIGKILL);
	}
}

static void follow(struct keeper *keeper, const struct world *world, int socket,
		   int signals)
{
	bool is_heard = true;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = world->pidfd, .events = POLLIN },
			{ .fd = is_heard ? socket : -1, .events = POLLIN },
			{ .fd = signals, .events = POLLIN },
		};

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return;
		if (fds[1].revents)
			is_heard = serve(keeper, socket);
		if (fds[2].revents)
			pass_signal(keeper, world, signals);
		if (fds[0].revents)
			return;
	}
}

/* A signal that was meant for us ends it as it ends others; any other is a crash. */
static int status_of(int status)
{
	const int number = status - 128;

	if (number <= 0 || number == SIGINT || number == SIGTERM || number == SIGHUP ||
	    number == SIGPIPE)
		return status;
	if (number == SIGXCPU) {
		(void)fprintf(stderr,
			      "twinsite: these files take more than %d min of processor "
			      "time\n",
			      SANDBOX_READER_CPU_MAX / 60);
		return EXIT_BROKE;
	}
	(void)fprintf(stderr, "twinsite: who did it for root was killed by SIG%s\n",
		      sigabbrev_np(number) ? sigabbrev_np(number) : "?");
	return EXIT_BROKE;
}

int reader_keep(const struct reader *reader, struct world *world, int socket, int signals)
{
	struct keeper *keeper = calloc(1, sizeof(*keeper));
	struct err err = { 0 };
	int status = EXIT_BROKE;

	if (!keeper) {
		world_stop(world);
		return EXIT_BROKE;
	}
	keeper->reader = reader;
	keeper->pidfd = keeper->mount_ns = -1;
	follow(keeper, world, socket, signals);
	if (world_wait(world, INT64_MAX, &status, &err))
		status = EXIT_BROKE;
	status = status_of(status);
	world_stop(world);
	for (size_t i = 0; i < keeper->count; i++) {
		if (keeper->given[i].fd >= 0)
			take_back(&keeper->given[i], &err);
		free(keeper->given[i].at);
		free(keeper->given[i].only);
	}
	reader_wishes_done(&keeper->wishes);
	if (keeper->pidfd >= 0)
		close(keeper->pidfd);
	if (keeper->mount_ns >= 0)
		close(keeper->mount_ns);
	free(keeper);
	if (err.code) {
		(void)fprintf(stderr, "twinsite: %s\n", err.text);
		status = exit_worst(status, EXIT_BROKE);
	}
	return status;
}
