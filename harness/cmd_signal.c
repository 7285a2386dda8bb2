// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_signal.c - the signals that break off a run, as a number and as a descriptor */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cmd.h"

#define REPEATED_S 1

static volatile sig_atomic_t caught;
static int ends[2]; /* of the pipe that says so; 0: none */

/*
 * timeout(1) sends its signal twice, to us and to our group: one that follows at once is
 * the same. A later one means that somebody will not wait for the report.
 */
static bool is_repeated(void)
{
	static struct timespec first;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (!caught)
		first = now;
	return now.tv_sec - first.tv_sec > REPEATED_S;
}

static void on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int error = errno;

	if (is_repeated()) {
		(void)signal(number, SIG_DFL);
		(void)raise(number); /* when this handler has returned */
	}
	if (!caught)
		caught = number;
	(void)!write(ends[1], &byte, 1);
	errno = error;
}

static void on_broken_pipe(int signal)
{
	(void)signal; /* a handler, for what we start shall not inherit that it is ignored */
}

void cmd_signals_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
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
