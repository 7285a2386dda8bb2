// SPDX-License-Identifier: GPL-2.0-or-later
/* keep_client.c - the door into a kept run, from outside */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "run/channel.h"
#include "run/keep.h"
#include "run/keep_frame.h"
#include "scenario/scenario.h"

static int connect_to(const char *folder, struct err *err)
{
	_cleanup_close_ int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address;
	_cleanup_close_ int fd = -1;
	char channel[PATH_MAX];

	if (snprintf(channel, sizeof(channel), "%s/" CHANNEL_FOLDER, folder) >= PATH_MAX)
		return err_set(err, ENAMETOOLONG, "%s", folder);
	if (access(folder, F_OK))
		return err_sys(err, errno, "%s", folder);
	/* Without a channel it has ended, and the sentence below is for it. */
	fd = keep_address(access(channel, F_OK) ? folder : channel, &address, err);

	if (fd < 0)
		return fd;
	if (client < 0 || connect(client, (struct sockaddr *)&address, sizeof(address)))
		return err_set(
			err, ENOENT,
			"%s: this run is not kept (any more): `twinsite run --keep` "
			"keeps one",
			folder);
	return steal_fd(&client);
}

static int send_ask(int client, const char *node, char *const *argv, bool is_terminal)
{
	struct ask ask = { .is_terminal = is_terminal };
	char bytes[FRAME_MAX];
	size_t used = sizeof(ask);

	if (is_terminal)
		(void)ioctl(STDIN_FILENO, TIOCGWINSZ, &ask.size);
	memcpy(bytes, &ask, sizeof(ask));
	for (const char *word = node; word; word = argv ? *argv++ : NULL) {
		size_t length = strlen(word) + 1;

		if (used + length > sizeof(bytes))
			return -E2BIG;
		memcpy(bytes + used, word, length);
		used += length;
	}
	return frame_write(client, FRAME_ASK, bytes, used) ? 0 : -EPIPE;
}

static volatile sig_atomic_t is_resized;

static void on_resize(int signal)
{
	(void)signal;
	is_resized = 1;
}

/* Our stdin to the command; false when it is at its end. */
static bool send_input(int client)
{
	char bytes[FRAME_MAX];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0)
		return frame_write(client, FRAME_INPUT, bytes, (size_t)got);
	(void)frame_write(client, FRAME_INPUT_END, NULL, 0);
	return false;
}

static void send_size(int client)
{
	struct winsize size;

	is_resized = 0;
	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &size))
		(void)frame_write(client, FRAME_SIZE, &size, sizeof(size));
}

/* One frame; 1 when it was the last. */
static int take_frame(int client, const char *folder, int *ret_status, struct err *err)
{
	struct frame frame;
	int32_t status;

	if (!frame_read(client, &frame))
		return err_set(err, EPIPE, "%s: the run has ended", folder);
	if (frame.type == FRAME_OUTPUT)
		(void)keep_write_all(STDOUT_FILENO, frame.bytes, frame.length);
	if (frame.type == FRAME_ERRORS)
		(void)keep_write_all(STDERR_FILENO, frame.bytes, frame.length);
	if (frame.type == FRAME_FAILED)
		return err_set(err, ENOENT, "%s: %s", folder, frame.bytes);
	if (frame.type != FRAME_STATUS || frame.length != sizeof(status))
		return 0;
	memcpy(&status, frame.bytes, sizeof(status));
	*ret_status = status;
	return 1;
}

static int talk(int client, const char *folder, int *ret_status, struct err *err)
{
	bool has_input = true;
	int r = 0;

	while (!r) {
		struct pollfd fds[] = {
			{ .fd = client, .events = POLLIN },
			{ .fd = has_input ? STDIN_FILENO : -1, .events = POLLIN },
		};

		if (is_resized)
			send_size(client);
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents)
			r = take_frame(client, folder, ret_status, err);
		else if (fds[1].revents)
			has_input = send_input(client);
	}
	return r < 0 ? r : 0;
}

int keep_shell(const char *folder, const char *node, char *const *argv, int *ret_status,
	       struct err *err)
{
	bool is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct sigaction resize = { .sa_handler = on_resize };
	_cleanup_close_ int client = connect_to(folder, err);
	struct termios before, raw;
	int r;

	if (client < 0)
		return client;
	(void)signal(SIGPIPE, SIG_IGN);
	r = send_ask(client, node, argv, is_terminal);
	if (r)
		return err_sys(err, -r, "%s", folder);
	if (is_terminal && !tcgetattr(STDIN_FILENO, &before)) {
		(void)sigaction(SIGWINCH, &resize, NULL);
		raw = before;
		cfmakeraw(&raw);
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	r = talk(client, folder, ret_status, err);
	if (is_terminal)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return r;
}

int keep_end(const char *folder, struct err *err)
{
	_cleanup_close_ int client = connect_to(folder, err);

	if (client < 0)
		return client;
	(void)signal(SIGPIPE, SIG_IGN);
	return frame_write(client, FRAME_END_RUN, NULL, 0)
		       ? 0
		       : err_sys(err, errno, "%s", folder);
}

void keep_ready(const char *report, const struct scenario *scenario, struct buf *out)
{
	_cleanup_buf_ struct buf hosts = { 0 };

	buf_puts(out, "\nit stays up; in another terminal:\n");
	vec_foreach (site, &scenario->sites) {
		buf_printf(out,
			   "  twinsite shell %s %s\n"
			   "  twinsite shell %s %s swanctl --list-sas\n",
			   report, site->name, report, site->name);
		vec_foreach (host, &site->hosts)
			buf_printf(&hosts, " %s", host->name);
	}
	if (hosts.length)
		buf_printf(out, "  hosts, in the place of %s:%s\n",
			   scenario->sites.items[0].name, buf_text(&hosts));
	buf_printf(out, "  twinsite shell %s --end\n", report);
}
