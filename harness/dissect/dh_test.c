// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dh_test.c - Diffie-Hellman with known exponents
 *
 * vectors.h: Python's pow() and python3-cryptography; the primes are made by the RFCs'
 * formulas. RFC 5903 8.1 prints what goes over the wire for group 19.
 */
#include <string.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/dh.h"
#include "dissect/test_unhex.h"
#include "dissect/vectors.h"
#include "ipsec/alg.h"

static void hashes_to(const uint8_t *bytes, size_t length, const char *wanted)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	uint8_t hash[CRYPTO_HASH_MAX], expected[32];
	struct slice part = { bytes, length };

	assert_int_equal(crypto_new(&crypto, NULL), 0);
	assert_int_equal(crypto_hash(crypto, alg_by_keyword(ALG_KIND_INTEG, "sha256"),
				     &part, 1, hash),
			 32);
	(void)test_unhex(wanted, expected, sizeof(expected));
	assert_memory_equal(hash, expected, 32);
}

static void values_are_those_of_python(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dh_vectors); i++) {
		const struct dh_vector *vector = &dh_vectors[i];
		uint8_t mine_bytes[64], theirs_bytes[64];
		uint8_t mine_public[DH_SIZE_MAX], their_public[DH_SIZE_MAX];
		uint8_t shared[DH_SIZE_MAX];
		struct slice mine =
			test_unhex(vector->mine, mine_bytes, sizeof(mine_bytes));
		struct slice theirs =
			test_unhex(vector->theirs, theirs_bytes, sizeof(theirs_bytes));
		struct slice public = { their_public, dh_public_size(vector->group) };
		size_t length;

		assert_int_equal(dh_public(vector->group, mine, mine_public),
				 public.length);
		hashes_to(mine_public, public.length, vector->public);
		assert_int_equal(dh_public(vector->group, theirs, their_public),
				 public.length);
		length = dh_shared(vector->group, mine, public, shared);
		hashes_to(shared, length, vector->shared);
		public.bytes = mine_public;
		assert_int_equal(dh_shared(vector->group, theirs, public, shared),
				 length);
		hashes_to(shared, length, vector->shared);
		public.length--;
		assert_int_equal(dh_shared(vector->group, theirs, public, shared), 0);
	}
}

static void wire_format_of_a_curve_is_that_of_rfc_5903(void **state)
{
	static const char i[] =
		"C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433";
	static const char gi[] =
		"DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
		"5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3";
	static const char gr[] =
		"D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
		"56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB";
	static const char gir[] =
		"D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE";
	uint8_t exponent[32], public[64], other[64], wanted[64];
	uint8_t value[DH_SIZE_MAX];
	struct slice x = test_unhex(i, exponent, sizeof(exponent)),
		     y = test_unhex(gr, other, sizeof(other));

	(void)state;
	assert_int_equal(dh_public(19, x, value),
			 test_unhex(gi, public, sizeof(public)).length);
	assert_memory_equal(value, public, 64);
	assert_int_equal(dh_shared(19, x, y, value), 32);
	assert_memory_equal(value, test_unhex(gir, wanted, sizeof(wanted)).bytes, 32);
	other[63] ^= 1; /* no point of the curve */
	assert_int_equal(dh_shared(19, x, y, value), 0);
}

/* RFC 5114 has generators of its own; nobody but OpenSSL is here to ask. */
static void both_ends_agree_in_every_group(void **state)
{
	static const uint8_t a[32] = { 5, 6, 7 }, b[32] = { 8, 9, [31] = 1 };
	unsigned int known = 0;

	(void)state;
	for (unsigned int group = 0; group < 40; group++) {
		uint8_t ga[DH_SIZE_MAX], gb[DH_SIZE_MAX], gab[DH_SIZE_MAX],
			gba[DH_SIZE_MAX];
		size_t size = dh_public_size(group), length;
		size_t exponent = group == 25 ? 20 : 24;

		if (!size || group >= 31)
			continue;
		known++;
		assert_non_null(alg_by_group(group));
		assert_int_equal(dh_public(group, (struct slice){ a, exponent }, ga),
				 size);
		assert_int_equal(dh_public(group, (struct slice){ b, exponent }, gb),
				 size);
		length = dh_shared(group, (struct slice){ a, exponent },
				   (struct slice){ gb, size }, gab);
		assert_true(length > 0);
		assert_int_equal(dh_shared(group, (struct slice){ b, exponent },
					   (struct slice){ ga, size }, gba),
				 length);
		assert_memory_equal(gab, gba, length);
	}
	assert_int_equal(known, 20);
}

static void values_that_no_peer_may_send_are_refused(void **state)
{
	static const uint8_t x[4] = { 1, 2, 3, 4 }, zero[4];
	uint8_t value[DH_SIZE_MAX], other[128] = { 0 };
	struct slice exponent = { x, 4 }, peer = { other, sizeof(other) };

	(void)state;
	assert_int_equal(dh_shared(2, exponent, peer, value), 0); /* 0 */
	other[127] = 1;
	assert_int_equal(dh_shared(2, exponent, peer, value), 0); /* 1 */
	other[127] = 2;
	assert_int_equal(dh_shared(2, exponent, peer, value), 128);
	memset(other, 0xff, sizeof(other)); /* more than p */
	assert_int_equal(dh_shared(2, exponent, peer, value), 0);
	assert_int_equal(dh_public(2, (struct slice){ zero, 4 }, value), 0);
	assert_int_equal(dh_public(2, (struct slice){ 0 }, value), 0);
	assert_int_equal(dh_public(3, exponent, value), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_those_of_python),
		cmocka_unit_test(wire_format_of_a_curve_is_that_of_rfc_5903),
		cmocka_unit_test(both_ends_agree_in_every_group),
		cmocka_unit_test(values_that_no_peer_may_send_are_refused),
	};

	return cmocka_run_group_tests_name("dissect/dh", tests, NULL, NULL);
}
