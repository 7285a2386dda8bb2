// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * build_test.c - the ACME world is built and behaves before any tunnel is up
 *
 * Runs in a world of its own, without root where user namespaces are allowed; skips
 * aloud otherwise. The scenario is found from the folder of the sources, so run it from
 * the top of the tree.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/test_skip.h"
#include "base/test_text.h"
#include "lab/build.h"
#include "lab/router_root.h"
#include "netns/guest.h"
#include "netns/node.h"
#include "netns/spawn.h"
#include "netns/test_world.h"

#define SCENARIO "scenarios/acme"
#define SECOND	 1000000
#define TEXT_MAX 8192

struct told {
	bool is_over;
	struct err err;
	int64_t network_us, all_us;
	char ping_public[TEXT_MAX], ping_hobbit[TEXT_MAX], ping_lab[TEXT_MAX];
	char dig_provider[TEXT_MAX], dig_guest[TEXT_MAX], log[TEXT_MAX];
	char ping_open[TEXT_MAX];
	size_t broken_refusals;
	unsigned int refused_line;
	enum lab_script_end script_end;
	char refused[6][TEXT_MAX];
	bool is_written; /* a script has written into our file system */
	uint64_t scripted;
	uint64_t rejected, masqueraded;
	size_t refusals;
};

static struct told *told;
static struct told in_guest; /* what a guest kernel told */
static const char *missing;  /* the capability; NULL: none */
static struct scenario *scenario;

/* Run a program in a node, keep what it says; a missing program says so. */
static void ask(const struct lab *lab, const char *node, const char *const *argv,
		char ret_text[TEXT_MAX])
{
	struct spawn spawn = { .node = lab_node_find(lab, node), .argv = argv };
	_cleanup_free_ char *out = NULL, *errors = NULL;
	struct err err = { 0 };
	int status = -1;

	if (process_run(&spawn, NULL, clock_now_us() + 5 * SECOND, &out, &errors, &status,
			&err))
		(void)snprintf(ret_text, TEXT_MAX, "%s", err.text);
	else
		(void)snprintf(ret_text, TEXT_MAX, "%s%s", out, errors);
}

static uint64_t counted(const struct lab *lab, const char *comment, struct err *err)
{
	struct firewall_counter_list counters = { 0 };
	uint64_t packets = 0;

	if (firewall_counters(lab_node_find(lab, "home"), lab->backend, AF_INET,
			      lab->arena, &counters, err))
		return 0;
	vec_foreach (counter, &counters) {
		if (counter->comment && !strcmp(counter->comment, comment))
			packets += counter->packets;
	}
	return packets;
}

static int observe(struct lab *lab, struct err *err)
{
	_cleanup_free_ char *log = NULL;
	size_t length;
	int rc;

	ask(lab, "laptop",
	    (const char *const[]){ "ping", "-n", "-c1", "-W2", "198.51.100.80", NULL },
	    told->ping_public);
	ask(lab, "laptop",
	    (const char *const[]){ "ping", "-n", "-c1", "-W2", "10.1.2.42", NULL },
	    told->ping_hobbit);
	ask(lab, "hobbit",
	    (const char *const[]){ "ping", "-n", "-c1", "-W1", "10.1.3.10", NULL },
	    told->ping_lab);
	ask(lab, "laptop",
	    (const char *const[]){ "dig", "+time=2", "+tries=1", "@192.168.2.82",
				   "nowhere.example.org", NULL },
	    told->dig_provider);
	ask(lab, "guest",
	    (const char *const[]){ "dig", "+time=1", "+tries=1", "@192.168.3.1",
				   "localhost", NULL },
	    told->dig_guest);
	told->rejected = counted(lab, "firewall:120 Rest-of-VPN-lan", err);
	told->masqueraded = counted(lab, "firewall:28 wan masq", err);
	told->refusals = lab->refusals.count;
	rc = file_read(lab_service_find(lab, plan_gateway(lab->plan, 0))->log, &log,
		       &length, err);
	if (rc)
		return rc;
	(void)snprintf(told->log, TEXT_MAX, "%s", log);
	rc = lab_firewalls_open(lab, err);
	if (rc)
		return rc;
	ask(lab, "hobbit",
	    (const char *const[]){ "ping", "-n", "-c1", "-W2", "10.1.3.10", NULL },
	    told->ping_open);
	return lab_firewalls_restore(lab, err);
}

/*
 * A rule that iptables refuses, and a script with a variable, a command that fails and
 * one that would harm us.
 */
static int build_broken(struct plan *plan, struct err *err)
{
	static const char *const script[] = {
		"NET=10.77.0.0/16",
		"iptables -A nosuchchain -j ACCEPT",
		("iptables -A forwarding_rule -s $NET -m comment --comment scripted "
		 "-j ACCEPT"),
		"echo harm > /tmp/harm; echo harm > /usr/harm",
		"/sbin/ip route add 10.9.0.0/40 via 10.1.2.9; x=$(ip route show)",
		"ip -4 route add unreachable 10.9.0.0/16 && sysctl -w net.ipv4.conf.all.nosuch=1",
	};
	struct plan_node *home = &plan->nodes.items[plan_gateway(plan, 0)];
	_cleanup_(lab_freep) struct lab *lab = NULL;
	struct firewall_counter_list counters = { 0 };
	struct plan_script *added;
	const char *after = strstr(home->iptables, "-A ");
	int rc;

	home->iptables =
		arena_printf(plan->arena,
			     "%.*s-A INPUT -m nosuchmatch -j DROP\n"
			     "-A OUTPUT -m policy --dir in --pol ipsec -j DROP\n%s",
			     (int)(after - home->iptables), home->iptables, after);
	added = vec_push(plan->arena, &home->scripts);
	for (size_t i = 0; i < ARRAY_SIZE(script); i++)
		vec_add(plan->arena, &added->lines,
			((struct text){ script[i], { .line = (unsigned int)i + 7 } }));
	rc = lab_build(plan, NULL, &lab, err);
	if (rc)
		return rc;
	told->broken_refusals = lab->refusals.count;
	for (size_t i = 0; i < lab->refusals.count && i < 6; i++)
		(void)snprintf(told->refused[i], TEXT_MAX, "%s: %s",
			       lab->refusals.items[i].rule,
			       lab->refusals.items[i].message);
	rc = firewall_counters(lab_node_find(lab, "home"), lab->backend, AF_INET,
			       lab->arena, &counters, err);
	told->scripted = firewall_counter_find(&counters, "scripted") != NULL;
	told->is_written = access("/tmp/harm", F_OK) == 0;
	told->refused_line = lab->refusals.items[2].at.line;
	told->script_end = lab->scripts.items[lab->scripts.count - 1].end;
	return rc;
}

static int in_world(void *arg)
{
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_(lab_freep) struct lab *lab = NULL;
	struct err *err = &told->err;
	int64_t start;
	int rc;

	(void)arg;
	rc = plan_make(scenario, ESP_LIBIPSEC, &plan, err);
	start = clock_now_us();
	rc = rc ? rc : lab_build(plan, NULL, &lab, err);
	told->network_us = clock_now_us() - start;
	lab_free(steal(&lab));
	start = clock_now_us();
	rc = rc ? rc : lab_build(plan, "/tmp", &lab, err);
	told->all_us = clock_now_us() - start;
	rc = rc ? rc : observe(lab, err);
	lab_free(steal(&lab));
	rc = rc ? rc : build_broken(plan, err);
	told->is_over = !rc;
	return rc != 0;
}

static void wrong_rules_are_left_out_and_told(const struct told *what)
{
	assert_int_equal(what->broken_refusals, 6);
	assert_non_null(strstr(what->refused[0], "-A INPUT -m nosuchmatch -j DROP"));
	/* The kernel refuses the whole table for this one. */
	assert_non_null(strstr(what->refused[1], "-A OUTPUT -m policy --dir in"));
	assert_non_null(strstr(what->refused[2], "nosuchchain"));
	assert_non_null(strstr(what->refused[3], "Read-only file system"));
	assert_non_null(
		strstr(what->refused[4], "ip route add 10.9.0.0/40 via 10.1.2.9: "));
	assert_non_null(strstr(what->refused[4], "prefix is expected"));
	assert_non_null(
		strstr(what->refused[5], "sysctl -w net.ipv4.conf.all.nosuch=1: "));
	assert_int_equal(what->scripted, 1);
	assert_int_equal(what->refused_line, 8);
	assert_int_equal(what->script_end, LAB_SCRIPT_RAN);
	assert_false(what->is_written);
}

/* ------------------------------------------------------------ in a guest kernel */

/* We are a child of the guest's init; the scenario's path is in the folder. */
static int guest_main(const char *folder, void *arg)
{
	_cleanup_free_ char *path = NULL, *out = NULL, *scenario_path = NULL;
	struct err err = { 0 };
	size_t length;

	told = calloc(1, sizeof(*told));
	if (!told || asprintf(&path, "%s/scenario", folder) < 0 ||
	    asprintf(&out, "%s/told", folder) < 0)
		return 1;
	if (file_read(path, &scenario_path, &length, &told->err) ||
	    scenario_load(scenario_path, &scenario, &told->err))
		told->is_over = false;
	else
		(void)in_world(arg);
	return file_write(out, told, sizeof(*told), &err) ? 1 : 0;
}

static int guest_ask(const char *folder, struct err *err)
{
	char scenario_path[4096];
	const struct root_view views[] = { { .path = scenario_path }, { 0 } };
	struct guest_options options = { .is_trusted = true,
					 .folder = folder,
					 .views = views };
	_cleanup_free_ char *path = NULL, *answer = NULL, *out = NULL;
	_cleanup_free_ char *here = getcwd(NULL, 0);
	struct guest guest;
	size_t length;
	int status, rc;

	(void)snprintf(scenario_path, sizeof(scenario_path), "%s/" SCENARIO, here);
	if (asprintf(&path, "%s/scenario", folder) < 0 ||
	    asprintf(&out, "%s/told", folder) < 0)
		return -ENOMEM;
	rc = file_write(path, scenario_path, strlen(scenario_path), err);
	rc = rc ? rc : guest_start(&options, &guest, err);
	if (rc)
		return rc;
	rc = guest_wait(&guest, folder, clock_now_us() + 60 * (int64_t)SECOND, &status,
			err);
	guest_stop(&guest);
	rc = rc ? rc : file_read(out, &answer, &length, err);
	if (!rc && length == sizeof(in_guest))
		memcpy(&in_guest, answer, length);
	return rc;
}

static void acme_is_built_in_a_guest_kernel(void **state)
{
	char folder[] = "/tmp/twinsite-lab-XXXXXX";
	const char *const removal[] = { "rm", "-rf", folder, NULL };
	const struct spawn remove_folder = { .argv = removal };
	struct err err = { 0 };
	int rc, status;

	(void)state;
	if (HAS_SANITIZER)
		skip_without("no-sanitizer", "their memory does not fit into a guest");
	if (!mkdtemp(folder))
		fail();
	rc = guest_ask(folder, &err);
	if (process_run(&remove_folder, NULL, clock_now_us() + 5000000, NULL, NULL,
			&status, NULL) ||
	    status)
		print_error("cannot remove %s\n", folder);
	if (rc == -ENOTSUP)
		skip_without("uml", err.text);
	if (rc)
		fail_msg("%s", err.text);
	if (!in_guest.is_over)
		fail_msg("%s", in_guest.err.text);
	print_message("built in %.1f ms, with DNS servers in %.1f ms\n",
		      (double)in_guest.network_us / 1000, (double)in_guest.all_us / 1000);
	assert_int_equal(in_guest.refusals, 0);
	assert_true(in_guest.masqueraded >= 1);
	assert_true(in_guest.rejected >= 1);
	wrong_rules_are_left_out_and_told(&in_guest);
}

static int setup(void **state)
{
	struct err err = { 0 };
	int rc;

	(void)state;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED || scenario_load(SCENARIO, &scenario, &err)) {
		print_error("%s\n", err.text);
		return -1;
	}
	rc = test_world_run(in_world, NULL, NULL, &err);
	if (rc == -ENOTSUP)
		missing = "userns";
	else if (rc < 0)
		print_error("%s\n", err.text);
	if (told->err.code == -ENOTSUP)
		missing = "iptables";
	return rc < 0 && !missing ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	scenario_free(scenario);
	return 0;
}

static void need_world(void)
{
	if (missing)
		skip_without(missing, told->err.text);
}

static void acme_is_built(void **state)
{
	(void)state;
	need_world();
	if (!told->is_over)
		fail_msg("%s", told->err.text);
	assert_int_equal(told->refusals, 0);
	print_message("built in %.1f ms, with DNS servers in %.1f ms\n",
		      (double)told->network_us / 1000, (double)told->all_us / 1000);
}

static void public_host_is_reached_translated(void **state)
{
	(void)state;
	need_world();
	if (strstr(told->ping_public, "cannot execute"))
		skip_without("ping", "no program ping");
	assert_has(told->ping_public, "1 received");
	assert_true(told->masqueraded >= 1);
}

static void nothing_goes_to_acme_in_clear(void **state)
{
	(void)state;
	need_world();
	if (strstr(told->ping_hobbit, "cannot execute"))
		skip_without("ping", "no program ping");
	assert_has(told->ping_hobbit, "From 192.168.2.82 icmp_seq=1 Destination Port");
	assert_true(told->rejected >= 1);
}

static void far_firewall_blocks_until_it_is_opened(void **state)
{
	(void)state;
	need_world();
	if (strstr(told->ping_lab, "cannot execute"))
		skip_without("ping", "no program ping");
	assert_has(told->ping_lab, "0 received");
	assert_has(told->ping_open, "1 received");
}

static void wrong_rules_do_not_stop_the_others(void **state)
{
	(void)state;
	need_world();
	wrong_rules_are_left_out_and_told(told);
}

static void router_asks_the_provider_for_other_names(void **state)
{
	(void)state;
	need_world();
	if (strstr(told->dig_provider, "cannot execute"))
		skip_without("dig", "no program dig");
	assert_has(told->dig_provider, "NXDOMAIN");
	assert_has(told->log, "query[A] nowhere.example.org from 192.168.2.100");
	assert_has(told->log, "forwarded nowhere.example.org to 203.0.113.1");
	assert_has(told->dig_guest, "127.0.0.1");
}

int main(void)
{
	static const struct CMUnitTest claims[] = {
		cmocka_unit_test(acme_is_built),
		cmocka_unit_test(public_host_is_reached_translated),
		cmocka_unit_test(nothing_goes_to_acme_in_clear),
		cmocka_unit_test(far_firewall_blocks_until_it_is_opened),
		cmocka_unit_test(router_asks_the_provider_for_other_names),
		cmocka_unit_test(wrong_rules_do_not_stop_the_others),
		cmocka_unit_test(acme_is_built_in_a_guest_kernel),
	};

	root_use(router_root);
	if (guest_is_init())
		guest_run(guest_modules_always, guest_main, NULL);
	return cmocka_run_group_tests_name("lab/build", claims, setup, teardown);
}
