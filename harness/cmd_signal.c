// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_signal.c - the signals that break off a run, as a number and as a descriptor */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cmd.h"

static volatile sig_atomic_t caught;
static int ends[2]; /* of the pipe that says so; 0: none */

static void on_signal(int signal)
{
	unsigned char number = (unsigned char)signal;
	int error = errno;

	if (!caught)
		caught = signal;
	(void)!write(ends[1], &number, 1);
	errno = error;
}

static void on_broken_pipe(int signal)
{
	(void)signal; /* a handler, for what we start shall not inherit that it is ignored */
}

void cmd_signals_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = (int)SA_RESETHAND };
	struct sigaction before;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		ends[0] = ends[1] = 0;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
	action = (struct sigaction){ .sa_handler = on_broken_pipe,
				     .sa_flags = SA_RESTART };
	if (!sigaction(SIGPIPE, NULL, &before) && before.sa_handler != SIG_IGN)
		(void)sigaction(SIGPIPE, &action, NULL);
}

int cmd_signal(void)
{
	return caught;
}

int cmd_signal_pipe(void)
{
	return ends[0];
}
