// SPDX-License-Identifier: GPL-2.0-or-later
/* machine.c - how much of this machine is ours: CPUs, memory, and how many jobs fit */
#include "base/machine.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define STAT_PROCESSOR 39 /* the field's number in proc(5) */
#define STAT_STATE     3
#define TEXT_MAX       4096

/* The beginning of a small file of the kernel's; false when it cannot be read. */
static bool read_text(const char *path, char text[TEXT_MAX])
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	size_t length = file ? fread(text, 1, TEXT_MAX - 1, file) : 0;

	text[length] = '\0';
	return length > 0;
}

/* ------------------------------------------------------------ control groups */

const char *machine_cgroup_path(const char *text, const char *controller,
				size_t *ret_length)
{
	size_t wanted = strlen(controller);

	/* "4:memory:/some/group", "3:cpu,cpuacct:/", "0::/some/group" */
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		const char *names, *path;

		line += *line == '\n';
		names = strchr(line, ':');
		path = names ? strchr(names + 1, ':') : NULL;
		if (!path)
			return NULL;
		for (const char *name = names + 1; name <= path;
		     name += strcspn(name, ",:") + 1)
			if (strcspn(name, ",:") == wanted &&
			    !strncmp(name, controller, wanted)) {
				*ret_length = strcspn(path + 1, "\n");
				return path + 1;
			}
	}
	return NULL;
}

/* A number in a file of a group; false for "max" and for no such file. */
static bool read_numbers(const char *folder, const char *name, double *ret_first,
			 double *ret_second)
{
	char path[PATH_MAX], text[TEXT_MAX], *end;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    !read_text(path, text))
		return false;
	*ret_first = strtod(text, &end);
	if (end == text)
		return false;
	if (ret_second)
		*ret_second = strtod(end, NULL);
	return true;
}

/* What one group still allows, in the unit asked for; negative: no limit. */
typedef double (*group_limit_fn)(const char *folder);

static double memory_left_mib(const char *folder)
{
	double limit, used;

	if (!(read_numbers(folder, "memory.max", &limit, NULL) &&
	      read_numbers(folder, "memory.current", &used, NULL)) &&
	    !(read_numbers(folder, "memory.limit_in_bytes", &limit, NULL) &&
	      read_numbers(folder, "memory.usage_in_bytes", &used, NULL)))
		return -1;
	return limit > used ? (limit - used) / (1 << 20) : 0;
}

static double cpu_quota(const char *folder)
{
	double quota, period = 0;

	if (!read_numbers(folder, "cpu.max", &quota, &period) &&
	    !(read_numbers(folder, "cpu.cfs_quota_us", &quota, NULL) &&
	      read_numbers(folder, "cpu.cfs_period_us", &period, NULL)))
		return -1;
	return quota > 0 && period > 0 ? quota / period : -1;
}

/* The least that our group and those above it allow; negative: no limit. */
static double least_of_groups(const char *controller, group_limit_fn limit_of)
{
	char text[TEXT_MAX], folder[PATH_MAX];
	double least = -1;
	size_t length;

	if (!read_text("/proc/self/cgroup", text))
		return -1;
	for (int version = 1; version <= 2; version++) {
		const char *path = machine_cgroup_path(
			text, version == 1 ? controller : "", &length);
		size_t root;

		if (!path || length >= PATH_MAX / 2)
			continue;
		root = (size_t)snprintf(folder, sizeof(folder), "/sys/fs/cgroup%s%s",
					version == 1 ? "/" : "",
					version == 1 ? controller : "");
		(void)snprintf(folder + root, sizeof(folder) - root, "%.*s", (int)length,
			       path);
		for (;;) {
			double limit = limit_of(folder);
			char *slash = strrchr(folder + root, '/');

			if (limit >= 0 && (least < 0 || limit < least))
				least = limit;
			if (!slash)
				break;
			*slash = '\0';
		}
	}
	return least;
}

/* ------------------------------------------------------------ how much */

unsigned int machine_cores(void)
{
	double quota = least_of_groups("cpu", cpu_quota);
	cpu_set_t cpus;
	unsigned int cores = 1;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) > 0)
		cores = (unsigned int)CPU_COUNT(&cpus);
	if (quota >= 0 && quota < cores)
		cores = (unsigned int)quota + (quota > (unsigned int)quota);
	return cores ? cores : 1;
}

uint64_t machine_memory_mib(void)
{
	double left = least_of_groups("memory", memory_left_mib);
	char text[TEXT_MAX];
	const char *available;
	uint64_t mib = UINT64_MAX;

	available =
		read_text("/proc/meminfo", text) ? strstr(text, "MemAvailable:") : NULL;
	if (available)
		mib = strtoull(available + strlen("MemAvailable:"), NULL, 10) / 1024;
	return left >= 0 && left < (double)mib ? (uint64_t)left : mib;
}

unsigned int machine_jobs(unsigned int per_core, unsigned int job_mib, unsigned int max)
{
	uint64_t fit = machine_memory_mib() / 2 / job_mib;
	uint64_t jobs = (uint64_t)per_core * machine_cores();

	if (jobs > fit)
		jobs = fit;
	if (jobs > max)
		jobs = max;
	return jobs ? (unsigned int)jobs : 1;
}

/* ------------------------------------------------------------ the least busy CPU */

int machine_stat_cpu(const char *line)
{
	const char *at = strrchr(line, ')'); /* the name may hold anything */

	if (!at || strncmp(at, ") R", 3) != 0)
		return -1;
	at += 2;
	for (int field = STAT_STATE; field < STAT_PROCESSOR; field++) {
		at = strchr(at, ' ');
		if (!at)
			return -1;
		at++;
	}
	return *at >= '0' && *at <= '9' ? (int)strtol(at, NULL, 10) : -1;
}

static void count_wanted(unsigned int wanted[CPU_SETSIZE])
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char path[300], text[TEXT_MAX];

	while (dir && (entry = readdir(dir))) {
		int cpu;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    strtol(entry->d_name, NULL, 10) == getpid())
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		cpu = read_text(path, text) ? machine_stat_cpu(text) : -1;
		if (cpu >= 0 && cpu < CPU_SETSIZE)
			wanted[cpu]++;
	}
	if (dir)
		closedir(dir);
}

int machine_cpu_least_busy(const cpu_set_t *among)
{
	unsigned int wanted[CPU_SETSIZE] = { 0 };
	cpu_set_t allowed;
	int skip, best = -1, passed = -1;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -1;
	if (among)
		CPU_AND(&allowed, &allowed, among);
	if (!CPU_COUNT(&allowed))
		return -1;
	count_wanted(wanted);
	/* Two that start at once shall not both take the first of equals. */
	skip = getpid() % CPU_COUNT(&allowed);
	for (int i = 0; i < 2 * CPU_SETSIZE; i++) {
		int cpu = i % CPU_SETSIZE;

		if (!CPU_ISSET(cpu, &allowed) || ++passed < skip)
			continue;
		if (best < 0 || wanted[cpu] < wanted[best])
			best = cpu;
	}
	return best;
}
