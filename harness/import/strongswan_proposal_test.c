// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_proposal_test.c - proposals as strongSwan writes them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "import/strongswan_proposal.h"
#include "ipsec/alg.h"

static size_t parse(struct arena *arena, const char *text, struct proposal *proposal)
{
	return strongswan_proposal_parse(arena, text, (struct origin){ .line = 7 },
					 proposal);
}

static void keywords_find_their_lists(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct proposal proposal;

	(void)state;
	assert_int_equal(
		parse(arena, "aes256-aes128-sha1-prfsha256-modp1024-esn", &proposal), 0);
	assert_int_equal(proposal.encr.count, 2);
	assert_string_equal(proposal.encr.items[1].alg->keyword, "aes128");
	assert_int_equal(proposal.integ.count, 1);
	assert_int_equal(proposal.prf.count, 1);
	assert_int_equal(proposal.dh.count, 1);
	assert_int_equal(proposal.dh.items[0].alg->ikev1, 2);
	assert_int_equal(proposal.dh.items[0].at.line, 7);
}

static void a_group_number_is_no_keyword_but_its_name_is_suggested(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf out = { 0 }, meant = { 0 };
	struct proposal proposal;

	(void)state;
	assert_int_equal(parse(arena, "aes128-sha1-2", &proposal), 1);
	assert_int_equal(proposal.dh.count, 1);
	assert_null(proposal.dh.items[0].alg);
	strongswan_proposal_complain(&proposal, &out, &meant);
	assert_string_equal(buf_text(&out),
			    "algorithm '2' not recognized, did you mean 'modp1024'?");
}

static void a_mistyped_cipher_is_named(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf out = { 0 }, meant = { 0 };
	struct proposal proposal;

	(void)state;
	assert_int_equal(parse(arena, "aes129-sha1-modp1024", &proposal), 1);
	strongswan_proposal_complain(&proposal, &out, &meant);
	assert_string_equal(
		buf_text(&out),
		"algorithm 'aes129' not recognized, did you mean 'aes128' or 'aes192'?");
}

static void a_comma_list_is_walked_and_blanks_do_not_matter(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *list = " aes128-sha1 ,, default";

	(void)state;
	assert_string_equal(strongswan_proposal_next(arena, &list), "aes128-sha1");
	assert_string_equal(strongswan_proposal_next(arena, &list), "default");
	assert_null(strongswan_proposal_next(arena, &list));
}

static void formatting_reads_back(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_buf_ struct buf out = { 0 }, meant = { 0 };
	struct proposal proposal;

	(void)state;
	assert_int_equal(parse(arena, "aes-sha-modp2048", &proposal), 0);
	strongswan_proposal_format(&proposal, &out);
	assert_string_equal(buf_text(&out), "aes128-sha1-modp2048");
}

static void odd_text_ends(void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct proposal proposal;

	(void)state;
	assert_int_equal(parse(arena, "", &proposal), 0);
	assert_int_equal(parse(arena, "---", &proposal), 0);
	assert_int_equal(parse(arena, "-x-", &proposal), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keywords_find_their_lists),
		cmocka_unit_test(a_group_number_is_no_keyword_but_its_name_is_suggested),
		cmocka_unit_test(a_mistyped_cipher_is_named),
		cmocka_unit_test(a_comma_list_is_walked_and_blanks_do_not_matter),
		cmocka_unit_test(formatting_reads_back),
		cmocka_unit_test(odd_text_ends),
	};

	return cmocka_run_group_tests_name("import/strongswan_proposal", tests, NULL,
					   NULL);
}
