// SPDX-License-Identifier: GPL-2.0-or-later
/* defaults_test.c - model/defaults: the list that every release is told */
#include "model/defaults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/alg.h"
#include "model/pair.h"

static bool has(const struct proposal_alg *items, size_t count, const char *keyword)
{
	for (size_t i = 0; i < count; i++) {
		assert_non_null(items[i].alg); /* each word means something */
		if (str_equal(items[i].alg->keyword, keyword))
			return true;
	}
	return false;
}

static void esp_begins_with_cbc_and_names_no_group(void **state)
{
	struct proposal esp[STRONGSWAN_DEFAULTS];
	struct arena *arena = arena_new();

	(void)state;
	strongswan_defaults(arena, true, esp);
	assert_string_equal(esp[0].encr.items[0].alg->keyword, "aes128");
	assert_string_equal(esp[0].integ.items[0].alg->keyword, "sha256");
	assert_string_equal(esp[1].encr.items[0].alg->keyword, "aes128gcm16");
	assert_int_equal(esp[0].dh.count + esp[1].dh.count, 0);
	assert_false(has(esp[0].encr.items, esp[0].encr.count, "3des"));
	arena_free(arena);
}

static void ike_has_no_broken_and_no_old_algorithm(void **state)
{
	struct proposal ike[STRONGSWAN_DEFAULTS];
	struct arena *arena = arena_new();

	(void)state;
	strongswan_defaults(arena, false, ike);
	for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++) {
		assert_true(has(ike[i].dh.items, ike[i].dh.count, "modp2048"));
		assert_false(has(ike[i].dh.items, ike[i].dh.count, "modp1024"));
		assert_false(has(ike[i].dh.items, ike[i].dh.count, "modp1536"));
		assert_true(has(ike[i].prf.items, ike[i].prf.count, "prfsha384"));
	}
	assert_true(has(ike[0].encr.items, ike[0].encr.count, "3des"));
	assert_false(has(ike[0].integ.items, ike[0].integ.count, "md5"));
	assert_true(has(ike[1].encr.items, ike[1].encr.count, "chacha20poly1305"));
	arena_free(arena);
}

static void strongswan_loads_each_of_them(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (unsigned int is_esp = 0; is_esp < 2; is_esp++) {
		struct proposal all[STRONGSWAN_DEFAULTS];

		strongswan_defaults(arena, is_esp, all);
		for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++)
			assert_null(pair_proposal_refusal(&all[i], !is_esp, false));
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(esp_begins_with_cbc_and_names_no_group),
		cmocka_unit_test(ike_has_no_broken_and_no_old_algorithm),
		cmocka_unit_test(strongswan_loads_each_of_them),
	};

	return cmocka_run_group_tests_name("model/defaults", tests, NULL, NULL);
}
