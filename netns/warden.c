// SPDX-License-Identifier: GPL-2.0-or-later
/* warden.c - what strangers' scripts have started is bounded together */
#include "netns/warden.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "netns/sandbox.h"

#define LOOK_MS	   100
#define REST_AFTER 100 /* looks that saw nothing */
#define ROUNDS_MAX 400 /* of killing; a fork bomb makes some while we look */

static atomic_uint killed;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER;
static unsigned int empty_looks; /* one after the other; locked */
static bool is_staying;		 /* locked */

/* Whoever was confined as a script has this limit, or a smaller one. */
static bool is_of_script(pid_t pid)
{
	struct rlimit limit;

	return !prlimit(pid, RLIMIT_NPROC, NULL, &limit) &&
	       limit.rlim_max <= SANDBOX_PROCESSES_MAX;
}

/* Resident pages, the second number of statm. */
static uint64_t resident(const char *pid)
{
	char path[64], text[64] = "";
	_cleanup_close_ int fd = -1;
	const char *at = text;
	unsigned int size, pages;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/statm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 ||
	    !str_take_number(&at, &size))
		return 0;
	at += *at == ' ';
	return str_take_number(&at, &pages) ? pages : 0;
}

struct sum {
	unsigned int processes;
	uint64_t pages;
};

/* All of scripts: count them, and kill them. */
static struct sum look(bool is_end)
{
	struct sum sum = { 0 };
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int64_t pid;

		if (str_to_number(entry->d_name, 2, INT32_MAX, &pid) ||
		    !is_of_script((pid_t)pid))
			continue;
		sum.processes++;
		if (is_end)
			(void)kill((pid_t)pid, SIGKILL);
		else
			sum.pages += resident(entry->d_name);
	}
	if (dir)
		closedir(dir);
	return sum;
}

static bool is_too_much(const struct sum *sum)
{
	uint64_t bytes = sum->pages * (uint64_t)sysconf(_SC_PAGESIZE);

	return sum->processes > WARDEN_PROCESSES_MAX ||
	       bytes > (uint64_t)WARDEN_MEMORY_MAX << 20;
}

static void end_all(void)
{
	for (int i = 0; i < ROUNDS_MAX; i++) {
		struct sum sum = look(true);

		if (!sum.processes)
			return;
		if (sum.processes > atomic_load(&killed))
			atomic_store(&killed, sum.processes);
		(void)poll(NULL, 0, 1); /* what is killed has to go */
	}
}

static void rest_maybe(const struct sum *sum)
{
	(void)pthread_mutex_lock(&lock);
	empty_looks = sum->processes ? 0 : empty_looks + 1;
	while (!is_staying && empty_looks >= REST_AFTER)
		(void)pthread_cond_wait(&begun, &lock);
	(void)pthread_mutex_unlock(&lock);
}

static void *watch(void *arg)
{
	(void)arg;
	for (;;) {
		struct sum sum = look(false);

		rest_maybe(&sum);
		if (is_too_much(&sum))
			end_all();
		(void)poll(NULL, 0, LOOK_MS);
	}
	return NULL;
}

static void start_once(void)
{
	pthread_t thread;

	/* We would be taken for one of them. */
	if (is_of_script(getpid()))
		return;
	if (!pthread_create(&thread, NULL, watch, NULL))
		(void)pthread_detach(thread);
}

void warden_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_mutex_lock(&lock);
	empty_looks = 0;
	(void)pthread_cond_signal(&begun);
	(void)pthread_mutex_unlock(&lock);
	(void)pthread_once(&once, start_once);
}

void warden_stay(void)
{
	(void)pthread_mutex_lock(&lock);
	is_staying = true;
	(void)pthread_mutex_unlock(&lock);
	warden_start();
}

unsigned int warden_killed(void)
{
	return atomic_load(&killed);
}
