// SPDX-License-Identifier: GPL-2.0-or-later
/* machine_test.c - how much of this machine is ours */
#include "base/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Fields 3 to 52 of proc(5); the processor is the 39th. */
#define STAT_TAIL                                                                \
	" 1 7 7 0 -1 4194304 120 0 0 0 3 1 0 0 20 0 1 0 992 6197248 420 1844674" \
	" 1 1 0 0 0 0 0 0 0 0 0 0 17 5 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

static void only_who_wants_a_cpu_now_is_counted(void **state)
{
	(void)state;
	assert_int_equal(machine_stat_cpu("7 (charon) R" STAT_TAIL), 5);
	assert_int_equal(machine_stat_cpu("7 (charon) S" STAT_TAIL), -1);
	assert_int_equal(machine_stat_cpu("7 (a) R 9 9) R" STAT_TAIL), 5);
	assert_int_equal(machine_stat_cpu("7 (a) R 1 2 3"), -1);
	assert_int_equal(machine_stat_cpu("7 (a"), -1);
	assert_int_equal(machine_stat_cpu(""), -1);
}

static void the_group_of_each_controller_is_found(void **state)
{
	static const char text[] = "9:name=systemd:/init\n"
				   "4:memory:/a/b\n"
				   "3:cpu,cpuacct:/c\n"
				   "0::/user.slice\n";
	size_t length;
	const char *path = machine_cgroup_path(text, "memory", &length);

	(void)state;
	assert_int_equal(length, 4);
	assert_memory_equal(path, "/a/b", 4);
	path = machine_cgroup_path(text, "cpuacct", &length);
	assert_int_equal(length, 2);
	assert_memory_equal(path, "/c", 2);
	path = machine_cgroup_path(text, "", &length);
	assert_int_equal(length, 11);
	assert_memory_equal(path, "/user.slice", 11);
	assert_null(machine_cgroup_path(text, "mem", &length));
	assert_null(machine_cgroup_path("4:memory", "memory", &length));
	assert_null(machine_cgroup_path("", "memory", &length));
}

static void jobs_are_bounded_by_memory_and_never_none(void **state)
{
	(void)state;
	assert_true(machine_cores() >= 1);
	assert_int_equal(machine_jobs(1000000, 1, 7), 7);
	assert_int_equal(machine_jobs(1000000, 1u << 31, 7), 1);
}

static void the_cpu_chosen_is_one_of_those_allowed(void **state)
{
	cpu_set_t allowed, none;
	int cpu = machine_cpu_least_busy(NULL);

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	assert_true(cpu >= 0 && CPU_ISSET(cpu, &allowed));
	CPU_ZERO(&none);
	assert_int_equal(machine_cpu_least_busy(&none), -1);
	CPU_SET(cpu, &none);
	assert_int_equal(machine_cpu_least_busy(&none), cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_who_wants_a_cpu_now_is_counted),
		cmocka_unit_test(the_group_of_each_controller_is_found),
		cmocka_unit_test(jobs_are_bounded_by_memory_and_never_none),
		cmocka_unit_test(the_cpu_chosen_is_one_of_those_allowed),
	};

	return cmocka_run_group_tests_name("base/machine", tests, NULL, NULL);
}
