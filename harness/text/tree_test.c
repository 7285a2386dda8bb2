// SPDX-License-Identifier: GPL-2.0-or-later
/* tree_test.c - claims about the tree of a configuration file */
#include "text/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"

/* a { b = 1; c { d = 2; } } e { } b = 3; */
struct sample {
	struct tree_node root;
	struct tree_node *a, *b, *c, *d, *e, *last_b;
};

static struct tree_node *add(struct arena *arena, struct tree_node *parent,
			     const char *name, const char *value)
{
	struct tree_node *node = tree_add(arena, parent, name, (struct origin){ 0 });

	node->is_block = !value;
	if (value)
		vec_add(arena, &node->values, ((struct tree_value){ .text = value }));
	return node;
}

static void fill(struct arena *arena, struct sample *sample)
{
	*sample = (struct sample){ .root.name = "" };
	sample->a = add(arena, &sample->root, "a", NULL);
	sample->b = add(arena, sample->a, "b", "1");
	sample->c = add(arena, sample->a, "c", NULL);
	sample->d = add(arena, sample->c, "d", "2");
	sample->e = add(arena, &sample->root, "e", NULL);
	sample->last_b = add(arena, &sample->root, "b", "3");
}

static void walk_is_in_the_order_of_the_file_and_stays_below_its_root(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct sample s;

	(void)state;
	fill(arena, &s);
	assert_ptr_equal(tree_next(&s.root, &s.root), s.a);
	assert_ptr_equal(tree_next(&s.root, s.a), s.b);
	assert_ptr_equal(tree_next(&s.root, s.b), s.c);
	assert_ptr_equal(tree_next(&s.root, s.d), s.e);
	assert_null(tree_next(&s.root, s.last_b));
	assert_null(tree_next(s.a, s.d));
	assert_null(tree_next(s.b, s.b));
}

static void what_is_asked_for_is_used_and_nothing_else(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct sample s;

	(void)state;
	fill(arena, &s);
	assert_ptr_equal(tree_find(&s.root, "a"), s.a);
	assert_null(tree_find(&s.root, "d"));
	assert_null(tree_find(NULL, "a"));
	assert_string_equal(tree_text(tree_find(s.a, "b")), "1");
	assert_null(tree_text(s.c));
	assert_true(s.a->is_used && s.b->is_used);
	assert_false(s.c->is_used || s.d->is_used || s.e->is_used || s.last_b->is_used);
}

static void unused_nodes_are_found_once_and_a_block_stands_for_what_is_in_it(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct tree_node *unused;
	struct sample s;

	(void)state;
	fill(arena, &s);
	(void)tree_find(&s.root, "a");
	unused = tree_unused(&s.root, NULL);
	assert_ptr_equal(unused, s.b);
	unused = tree_unused(&s.root, unused);
	assert_ptr_equal(unused, s.c);
	unused = tree_unused(&s.root, unused);
	assert_ptr_equal(unused, s.e);
	unused = tree_unused(&s.root, unused);
	assert_ptr_equal(unused, s.last_b);
	assert_null(tree_unused(&s.root, unused));
	assert_null(tree_unused(s.c, tree_unused(s.c, NULL)));
	tree_use_all(s.a);
	assert_ptr_equal(tree_unused(&s.root, NULL), s.e);
	tree_use_all(&s.root);
	assert_null(tree_unused(&s.root, NULL));
}

static void of_one_name_given_twice_the_last_counts(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct sample s;

	(void)state;
	fill(arena, &s);
	(void)add(arena, s.a, "b", "again");
	assert_string_equal(tree_text(tree_find(s.a, "b")), "again");
	assert_false(s.b->is_used);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			walk_is_in_the_order_of_the_file_and_stays_below_its_root),
		cmocka_unit_test(what_is_asked_for_is_used_and_nothing_else),
		cmocka_unit_test(
			unused_nodes_are_found_once_and_a_block_stands_for_what_is_in_it),
		cmocka_unit_test(of_one_name_given_twice_the_last_counts),
	};

	return cmocka_run_group_tests_name("text/tree", tests, NULL, NULL);
}
