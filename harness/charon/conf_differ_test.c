// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_differ_test.c - claims about comparing two configurations */
#include <string.h>

#include "charon/conf_differ.h"
#include "charon/test_conf.h"

static struct conf_differences differences_of(const struct site *a, const struct site *b,
					      struct arena *arena)
{
	struct conf _cleanup_(conf_freep) *left = conf_of(a, &params);
	struct conf _cleanup_(conf_freep) *right = conf_of(b, &params);
	struct conf_differences differences;

	conf_differ(left, right, arena, &differences);
	return differences;
}

static const struct conf_difference *find(const struct conf_differences *differences,
					  const char *key)
{
	vec_foreach (difference, differences)
		if (!key ? !difference->key
			 : difference->key && !strcmp(difference->key, key))
			return difference;
	return NULL;
}

/* As ipsec.conf has them: a conn for each tunnel, named by both. */
static void split(struct site *site)
{
	struct tunnel *second = vec_push(site->arena, &site->tunnels);
	struct tunnel *first = &site->tunnels.items[0];

	*second = *first;
	second->name = "another";
	second->children.items = &first->children.items[1];
	second->children.count = first->children.count - 1;
	first->children.count = 1;
}

static void children_of_one_connection_or_of_two_are_the_same(void **state)
{
	struct site _cleanup_(site_freep) *a = acme_home_new();
	struct site _cleanup_(site_freep) *b = acme_home_new();
	struct arena _cleanup_(arena_freep) *arena = arena_new();

	(void)state;
	assert_true(b->tunnels.items[0].children.count > 1);
	split(b);
	assert_int_equal(differences_of(a, b, arena).count, 0);
	assert_int_equal(differences_of(b, a, arena).count, 0);
}

static void what_differs_is_named_with_both_values(void **state)
{
	struct site _cleanup_(site_freep) *a = acme_home_new();
	struct site _cleanup_(site_freep) *b = acme_home_new();
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	struct conf_differences differences;

	(void)state;
	b->tunnels.items[0].mode = EXCHANGE_MAIN;
	differences = differences_of(a, b, arena);
	assert_non_null(find(&differences, "aggressive"));
	assert_string_equal(find(&differences, "aggressive")->a, "yes");
	assert_string_equal(find(&differences, "aggressive")->b, "no");
}

/* Both have a rekey_time, and an IKE SA's is none of a CHILD SA's. */
static void what_a_child_and_its_connection_say_is_told_apart(void **state)
{
	struct site _cleanup_(site_freep) *a = acme_home_new();
	struct site _cleanup_(site_freep) *b = acme_home_new();
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	struct conf_differences differences;

	(void)state;
	vec_foreach (child, &b->tunnels.items[0].children)
		child->rekey_s = (struct number){ .is_set = true, .n = 777 };
	differences = differences_of(a, b, arena);
	assert_null(find(&differences, "rekey_time"));
	assert_non_null(find(&differences, "child.rekey_time"));
	assert_string_equal(find(&differences, "child.rekey_time")->b, "777");
}

static void child_that_only_one_has_is_named_by_its_networks(void **state)
{
	struct site _cleanup_(site_freep) *a = acme_home_new();
	struct site _cleanup_(site_freep) *b = acme_home_new();
	struct arena _cleanup_(arena_freep) *arena = arena_new();
	struct conf_differences differences;

	(void)state;
	b->tunnels.items[0].children.count = 1;
	differences = differences_of(a, b, arena);
	assert_non_null(find(&differences, NULL));
	assert_non_null(strstr(find(&differences, NULL)->a, " === "));
	assert_null(find(&differences, NULL)->b);
	differences = differences_of(b, a, arena);
	assert_null(find(&differences, NULL)->a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_of_one_connection_or_of_two_are_the_same),
		cmocka_unit_test(what_differs_is_named_with_both_values),
		cmocka_unit_test(what_a_child_and_its_connection_say_is_told_apart),
		cmocka_unit_test(child_that_only_one_has_is_named_by_its_networks),
	};

	return cmocka_run_group_tests_name("charon/conf_differ", tests, NULL, NULL);
}
