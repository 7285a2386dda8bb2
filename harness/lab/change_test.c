// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * change_test.c - names and WAN addresses change in a running lab
 *
 * Runs in a world of its own, without root where user namespaces are allowed; skips
 * aloud otherwise. Run it from the top of the tree.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/test_skip.h"
#include "lab/build.h"
#include "lab/change.h"
#include "netns/node.h"
#include "netns/route.h"
#include "netns/spawn.h"
#include "netns/test_world.h"

#define SCENARIO "scenarios/fritzbox"
#define SECOND	 INT64_C(1000000)
#define TEXT_MAX 1024
#define BOX	 1 /* index of the site */

struct told {
	bool is_over;
	struct err err;
	char known[TEXT_MAX], gone[TEXT_MAX], moved[TEXT_MAX];
	struct inet_prefix free, wan;
	char default_route[TEXT_MAX];
	int unknown_rc;
};

static struct told *told;
static const char *missing; /* the capability; NULL: none */
static struct scenario *scenario;

static void ask(const struct lab *lab, const char *node, const char *const *argv,
		char ret_text[TEXT_MAX])
{
	struct spawn spawn = { .node = lab_node_find(lab, node), .argv = argv };
	_cleanup_free_ char *out = NULL;
	struct err err = { 0 };
	int status = -1;

	if (process_run(&spawn, NULL, clock_now_us() + 5 * SECOND, &out, NULL, &status,
			&err))
		(void)snprintf(ret_text, TEXT_MAX, "%s", err.text);
	else
		(void)snprintf(ret_text, TEXT_MAX, "%s", out ? out : "");
}

/* As charon does: by libc, from a host that asks the provider without a cache. */
static void resolve(const struct lab *lab, char ret_text[TEXT_MAX])
{
	static const char *const argv[] = { "getent", "ahostsv4", "remotesite.dyndns.org",
					    NULL };

	ask(lab, "public", argv, ret_text);
}

static int change_names(struct lab *lab, struct err *err)
{
	struct inet_addr moved;
	struct err unknown = { 0 };
	int rc;

	(void)inet_addr_parse("79.192.8.41", &moved);
	resolve(lab, told->known);
	rc = lab_dns_set(lab, "remotesite.dyndns.org", NULL, err);
	resolve(lab, told->gone);
	rc = rc ? rc : lab_dns_set(lab, "REMOTESITE.dyndns.org", &moved, err);
	resolve(lab, told->moved);
	told->unknown_rc = lab_dns_set(lab, "nobody.dyndns.org", &moved, &unknown);
	return rc;
}

static int change_address(struct lab *lab, struct arena *arena, struct err *err)
{
	struct inet_prefix other = { .length = 24 };
	struct route_list routes;
	int rc;

	told->free = lab_wan_free(lab, BOX);
	rc = lab_wan_change(lab, BOX, &told->free, err);
	(void)inet_addr_parse("79.192.8.41", &other.addr);
	rc = rc ? rc : lab_wan_change(lab, BOX, &other, err);
	told->wan = lab_wan(lab, BOX);
	rc = rc ? rc
		: route_list(lab_node_find(lab, "fritzbox"), AF_INET, 254, arena, &routes,
			     err);
	for (size_t i = 0; !rc && i < routes.count; i++)
		if (!routes.items[i].destination.length)
			(void)snprintf(told->default_route, TEXT_MAX, "%s",
				       route_text(&routes.items[i], arena));
	return rc;
}

static int in_world(void *arg)
{
	_cleanup_(plan_freep) struct plan *plan = NULL;
	_cleanup_(lab_freep) struct lab *lab = NULL;
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct err *err = &told->err;
	int rc;

	(void)arg;
	rc = plan_make(scenario, ESP_LIBIPSEC, &plan, err);
	rc = rc ? rc : lab_build(plan, "/tmp", &lab, err);
	rc = rc ? rc : change_names(lab, err);
	rc = rc ? rc : change_address(lab, arena, err);
	told->is_over = !rc;
	return rc != 0;
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
	if (!told->is_over)
		fail_msg("%s", told->err.text);
}

static void new_answer_is_served_on_return(void **state)
{
	(void)state;
	need_world();
	assert_non_null(strstr(told->known, "91.64.7.112"));
	assert_string_equal(told->gone, "");
	assert_non_null(strstr(told->moved, "79.192.8.41"));
	assert_null(strstr(told->moved, "91.64.7.112"));
}

static void name_that_nobody_serves_is_refused(void **state)
{
	(void)state;
	need_world();
	assert_int_equal(told->unknown_rc, -ENOENT);
}

static void next_free_address_is_in_the_same_network(void **state)
{
	(void)state;
	need_world();
	assert_string_equal(inet_prefix_text(&told->free).s, "91.64.7.113/24");
}

static void new_network_comes_with_its_router(void **state)
{
	(void)state;
	need_world();
	assert_string_equal(inet_prefix_text(&told->wan).s, "79.192.8.41/24");
	assert_non_null(strstr(told->default_route, "via 79.192.8.1"));
}

int main(void)
{
	static const struct CMUnitTest claims[] = {
		cmocka_unit_test(new_answer_is_served_on_return),
		cmocka_unit_test(name_that_nobody_serves_is_refused),
		cmocka_unit_test(next_free_address_is_in_the_same_network),
		cmocka_unit_test(new_network_comes_with_its_router),
	};

	return cmocka_run_group_tests_name("lab/change", claims, setup, teardown);
}
