// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_modules_test.c - claims: what a configuration needs of a kernel is not guessed */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "charon/conf.h"
#include "charon/conf_modules.h"
#include "ipsec/alg.h"

struct fixture {
	struct arena *arena;
	struct conf conf;
	struct tunnel tunnel;
	struct child *child;
	struct proposal *proposal;
	unsigned int taken;
};

static void add(struct fixture *f, enum alg_kind kind, const char *keyword)
{
	const struct alg *alg = alg_by_keyword(kind, keyword);
	struct proposal_alg item = { .alg = alg, .word = keyword };

	if (kind == ALG_KIND_ENCR)
		vec_add(f->arena, &f->proposal->encr, item);
	else
		vec_add(f->arena, &f->proposal->integ, item);
}

static int set_up(void **state)
{
	static struct fixture f;
	struct conf_connection *connection;

	f = (struct fixture){ .arena = arena_new() };
	f.child = vec_push(f.arena, &f.tunnel.children);
	f.proposal = vec_push(f.arena, &f.child->proposals);
	connection = vec_push(f.arena, &f.conf.connections);
	connection->tunnel = &f.tunnel;
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	return 0;
}

static bool take(const struct alg *alg, void *user)
{
	struct fixture *f = user;

	f->taken++;
	return conf_modules_of(alg);
}

static bool is_known(struct fixture *f)
{
	return conf_foreach_esp_alg(&f->conf, take, f);
}

static void written_proposals_need_what_they_name(void **state)
{
	struct fixture *f = *state;
	const char *const *modules;

	add(f, ALG_KIND_ENCR, "aes128");
	add(f, ALG_KIND_ENCR, "3des");
	add(f, ALG_KIND_INTEG, "sha1");
	assert_true(is_known(f));
	assert_int_equal(f->taken, 3);
	modules = conf_modules_of(alg_by_keyword(ALG_KIND_ENCR, "3des"));
	assert_string_equal(modules[0], "des_generic");
	assert_null(modules[1]);
}

static void an_aead_needs_no_integrity(void **state)
{
	struct fixture *f = *state;

	add(f, ALG_KIND_ENCR, "aes256gcm16");
	assert_true(is_known(f));
}

static void what_is_not_written_may_be_anything(void **state)
{
	struct fixture *f = *state;

	add(f, ALG_KIND_ENCR, "aes128");
	assert_false(is_known(f)); /* no integrity */
	add(f, ALG_KIND_INTEG, "sha1");
	f->child->has_default_proposals = true;
	assert_false(is_known(f));
	f->child->has_default_proposals = false;
	f->child->ipcomp.on = true;
	assert_false(is_known(f));
	f->child->ipcomp.on = false;
	f->proposal->has_esn = true;
	assert_false(is_known(f));
	f->proposal->has_esn = false;
	f->proposal->is_ah = true;
	assert_false(is_known(f));
	f->proposal->is_ah = false;
	assert_true(is_known(f));
	(void)vec_push(f->arena, &f->tunnel.children);
	assert_false(is_known(f)); /* a child without proposals */
}

static void rare_algorithms_are_not_known(void **state)
{
	struct fixture *f = *state;

	add(f, ALG_KIND_ENCR, "camellia128");
	add(f, ALG_KIND_INTEG, "sha1");
	assert_false(is_known(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(written_proposals_need_what_they_name,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_aead_needs_no_integrity, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_written_may_be_anything,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(rare_algorithms_are_not_known, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("charon/conf_modules", tests, NULL, NULL);
}
