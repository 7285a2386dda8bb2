// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * process.c - a charon that runs in a node
 *
 * The program is copied into the folder and executed from there (an AppArmor profile is
 * bound to the installed path), then the copy is removed: the running process needs no
 * name. Watching the folder begins before charon starts, so that the socket's creation
 * cannot be missed.
 */
#include "charon/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/patience.h"
#include "charon/vici_client.h"
#include "netns/node.h"
#include "netns/spawn.h"

#define PLUGIN_FOLDER "/usr/lib/ipsec/plugins"

/*
 * charon binds its socket, which we are told, and listens some microseconds later, which
 * we are not: that long between two tries.
 */
#define LISTEN_WAIT_MS 2

struct charon {
	char *name;
	char *folder;
	char *vici_path;
	char *log_file; /* NULL: not known */
	struct process *process;
	int inotify; /* -1: not available, then LISTEN_WAIT_MS alone serves */
	bool has_ended;
	struct process_text how;
	struct patience wait; /* of charon_wait_ready() */
};

/* ------------------------------------------------------------ what is installed */

static const struct {
	const char *path;
	const char *package; /* Debian's */
	bool is_for_libipsec;
} needed[] = {
	{ CHARON_PROGRAM, "strongswan-charon", false },
	{ PLUGIN_FOLDER "/libstrongswan-vici.so", "strongswan-swanctl", false },
	{ PLUGIN_FOLDER "/libstrongswan-socket-default.so", "strongswan-libcharon",
	  false },
	{ PLUGIN_FOLDER "/libstrongswan-kernel-netlink.so", "libstrongswan", false },
	{ PLUGIN_FOLDER "/libstrongswan-kdf.so", "libstrongswan", false },
	{ PLUGIN_FOLDER "/libstrongswan-openssl.so", "libstrongswan-standard-plugins",
	  false },
	{ PLUGIN_FOLDER "/libstrongswan-kernel-libipsec.so", "libcharon-extra-plugins",
	  true },
};

int charon_check_installed(bool is_libipsec, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (needed[i].is_for_libipsec && !is_libipsec)
			continue;
		if (access(needed[i].path, R_OK) < 0)
			return err_set(err, ENOTSUP,
				       "%s is missing: install Debian's package %s",
				       needed[i].path, needed[i].package);
	}
	return 0;
}

/* ------------------------------------------------------------ starting */

static char *path_join(const char *folder, const char *name)
{
	struct buf out = { 0 };

	buf_printf(&out, "%s/%s", folder, name);
	return buf_take(&out);
}

/* An executable copy; the descriptor is closed before anybody executes it. */
static int copy_program(const char *path, struct err *err)
{
	char _cleanup_free_ *bytes = NULL;
	size_t length;
	int ret = file_read(CHARON_PROGRAM, &bytes, &length, err);

	if (!ret)
		ret = file_write(path, bytes, length, err);
	if (!ret && chmod(path, 0755) < 0)
		ret = err_sys(err, errno, "%s", path);
	return ret;
}

static int open_output(const char *folder, struct err *err)
{
	char _cleanup_free_ *path = path_join(folder, "charon.out");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

static int run_program(struct charon *charon, const struct charon_params *params,
		       const char *program, const char *settings, struct err *err)
{
	struct buf _cleanup_buf_ setting = { 0 };
	const char *const argv[] = { program, NULL };
	const char *env[] = { NULL, "TZ=UTC", "PATH=" SPAWN_PATH, NULL };
	int _cleanup_close_ output = open_output(params->folder, err);
	struct spawn spawn = { .node = params->node, .argv = argv, .env = env };

	if (output < 0)
		return output;
	buf_printf(&setting, "STRONGSWAN_CONF=%s", settings);
	env[0] = buf_text(&setting);
	spawn.out = output;
	spawn.err = output;
	return process_start(&spawn, &charon->process, err);
}

static int share_file(const struct charon_params *params, const char *path,
		      const char *name, mode_t mode, struct err *err)
{
	char _cleanup_free_ *at = path_join(params->folder, name);
	int _cleanup_close_ fd = -1;

	if (!path)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
	return fd < 0 ? err_sys(err, errno, "%s", path)
		      : node_share(params->node, path, at, err);
}

/* The node sees nothing of ours but this. */
static int share_files(const struct charon_params *params, struct err *err)
{
	int ret = node_share(params->node, params->folder, NULL, err);

	if (!ret)
		ret = share_file(params, params->outside_log, CHARON_LOG, 0644, err);
	return ret ? ret
		   : share_file(params, params->outside_keys, CHARON_KEYS, 0600, err);
}

static int start(struct charon *charon, const struct charon_params *params,
		 struct err *err)
{
	char _cleanup_free_ *settings = path_join(params->folder, "strongswan.conf");
	char _cleanup_free_ *program = path_join(params->folder, "charon");
	int ret = file_write(settings, params->strongswan_conf,
			     strlen(params->strongswan_conf), err);

	if (ret)
		return ret;
	if (unlink(params->vici_socket) < 0 && errno != ENOENT)
		return err_sys(err, errno, "%s", params->vici_socket);
	charon->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (charon->inotify >= 0)
		(void)inotify_add_watch(charon->inotify, params->folder,
					IN_CREATE | IN_ATTRIB | IN_ONLYDIR);
	ret = share_files(params, err);
	if (!ret)
		ret = copy_program(program, err);
	if (!ret)
		ret = run_program(charon, params, program, settings, err);
	(void)unlink(program);
	return ret;
}

int charon_start(const struct charon_params *params, struct charon **ret_charon,
		 struct err *err)
{
	struct charon *charon;
	int ret = charon_check_installed(false, err);

	if (ret)
		return ret;
	if (*params->folder != '/')
		return err_set(err, EINVAL,
			       "charon %s: folder '%s' is not an absolute path",
			       params->name, params->folder);
	charon = calloc(1, sizeof(*charon));
	if (!charon)
		return err_sys(err, ENOMEM, "charon %s", params->name);
	charon->inotify = -1;
	charon->name = strdup(params->name);
	charon->folder = strdup(params->folder);
	charon->vici_path = strdup(params->vici_socket);
	charon->log_file = params->log_file ? strdup(params->log_file) : NULL;
	ret = start(charon, params, err);
	if (ret) {
		charon_free(charon);
		return err_wrap(err, "charon %s", params->name);
	}
	*ret_charon = charon;
	return 0;
}

/* ------------------------------------------------------------ its end */

bool charon_has_ended(struct charon *charon, const char **ret_how)
{
	int status = 0;

	if (!charon->has_ended && process_has_ended(charon->process)) {
		charon->has_ended = true;
		(void)process_wait(charon->process, 0, &status);
		charon->how = process_status_text(status);
	}
	if (charon->has_ended && ret_how)
		*ret_how = charon->how.s;
	return charon->has_ended;
}

/* The last line of a file that is not empty, malloc()ed; NULL: there is none. */
static char *last_line(const char *path)
{
	char _cleanup_free_ *text = NULL;
	char *line;
	size_t length;

	if (!path || file_read(path, &text, &length, NULL))
		return NULL;
	while (length > 0 && strchr(" \n\r\t", text[length - 1]))
		text[--length] = '\0';
	if (length == 0)
		return NULL;
	line = strrchr(text, '\n');
	return strdup(line ? line + 1 : text);
}

static int fail_ended(struct charon *charon, struct err *err)
{
	char _cleanup_free_ *path = path_join(charon->folder, "charon.out");
	char _cleanup_free_ *said = last_line(path);
	const char *how = "ended";

	if (!said)
		said = last_line(charon->log_file);
	(void)charon_has_ended(charon, &how);
	return err_set(err, ECHILD, "charon %s %s before it was ready%s%s", charon->name,
		       how, said ? ": " : "", said ? said : "");
}

/* ------------------------------------------------------------ getting ready */

/* Throw the events away: each only means "look again". */
static void drain(int inotify)
{
	char bytes[4096];

	while (inotify >= 0 && read(inotify, bytes, sizeof(bytes)) > 0)
		;
}

/* Is a connection refused only because charon has not come that far? */
static bool is_not_yet(int code)
{
	return code == -ENOENT || code == -ECONNREFUSED || code == -EAGAIN;
}

int charon_wait_ready(struct charon *charon, int64_t deadline_us, struct err *err)
{
	charon->wait = patience_for(INT64_MAX);
	for (;;) {
		struct pollfd fds[] = {
			{ .fd = process_pidfd(charon->process), .events = POLLIN },
			{ .fd = charon->inotify, .events = POLLIN },
		};
		struct vici *vici = NULL;
		struct err why; /* not the caller's: we may yet succeed */
		int left_ms = clock_left_ms(deadline_us);
		int code = vici_open(charon->vici_path, &vici, &why);

		vici_free(vici);
		if (!code)
			return 0;
		if (charon_has_ended(charon, NULL))
			return fail_ended(charon, err);
		if (!is_not_yet(code))
			return err_set(err, -code, "charon %s: %s", charon->name,
				       why.text);
		if (left_ms == 0)
			return err_set(err, ETIMEDOUT,
				       "charon %s did not open its VICI socket in time",
				       charon->name);
		if ((code == -ECONNREFUSED || charon->inotify < 0) &&
		    left_ms > LISTEN_WAIT_MS)
			left_ms = LISTEN_WAIT_MS;
		if (left_ms > patience_nap_ms(&charon->wait))
			left_ms = patience_nap_ms(&charon->wait);
		if (poll(fds, ARRAY_SIZE(fds), left_ms) < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		patience_pass(&charon->wait);
		drain(charon->inotify);
	}
}

double charon_starvation(const struct charon *charon)
{
	return patience_starvation(&charon->wait);
}

int charon_settings_write(struct charon *charon, const char *strongswan_conf,
			  struct err *err)
{
	char _cleanup_free_ *path = path_join(charon->folder, "strongswan.conf");

	return file_write(path, strongswan_conf, strlen(strongswan_conf), err);
}

const char *charon_vici_path(const struct charon *charon)
{
	return charon->vici_path;
}

void charon_stop_begin(struct charon *charon)
{
	(void)process_signal(charon->process, SIGTERM);
}

int charon_stop(struct charon *charon, int64_t deadline_us, struct err *err)
{
	int status = process_stop(charon->process, deadline_us);

	if (status < 0)
		return err_sys(err, -status, "cannot stop charon %s", charon->name);
	if (!charon->has_ended) {
		charon->has_ended = true;
		charon->how = process_status_text(status);
	}
	return 0;
}

void charon_kill(struct charon *charon)
{
	if (charon)
		(void)process_signal(charon->process, SIGKILL);
}

void charon_free(struct charon *charon)
{
	if (!charon)
		return;
	process_free(charon->process);
	if (charon->inotify >= 0)
		close(charon->inotify);
	free(charon->name);
	free(charon->folder);
	free(charon->vici_path);
	free(charon->log_file);
	free(charon);
}
