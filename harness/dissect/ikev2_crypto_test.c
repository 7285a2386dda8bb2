// SPDX-License-Identifier: GPL-2.0-or-later
/* ikev2_crypto_test.c - SK payloads whose ICV nobody shall check */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "dissect/crypto.h"
#include "dissect/ike.h"
#include "dissect/ikev2_crypto.h"
#include "dissect/keyring.h"

/* INFORMATIONAL with SK{N(INITIAL_CONTACT)}, cipher NULL, 12 bytes of any ICV. */
static const uint8_t
	message_bytes[] = {
		1,    1,    1,	  1,	1,    1,    1,	  1,	2,    2,    2,	  2,
		2,    2,    2,	  2,	46,   0x20, 37,	  8,	0,    0,    0,	  0,
		0,    0,    0,	  53,	41,   0,    0,	  25,	0,    0,    0,	  8,
		0,    0,    0x40, 0, /* the notify */
		0,		     /* no padding */
		0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad,
	};

static int open_with(const char *word, size_t *ret_chain)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	struct ike_message message = { 0 };
	uint8_t plain[sizeof(message_bytes)];
	struct slice chain = { 0 };
	char table[200];
	int status;

	assert_int_equal(crypto_new(&crypto, NULL), 0);
	(void)snprintf(
		table, sizeof(table),
		"0101010101010101,0202020202020202,,,\"NULL [RFC2410]\",,,\"%s\"\n",
		word);
	assert_int_equal(keyring_read_text(keyring, "table", table, NULL), 0);
	assert_int_equal(
		ike_dissect((struct slice){ message_bytes, sizeof(message_bytes) }, false,
			    &message),
		0);
	status = ikev2_decrypt(crypto, keyring, &message, &message.payload[0], true,
			       plain, &chain);
	*ret_chain = chain.length;
	ike_message_done(&message);
	return status;
}

static void an_icv_not_to_be_checked_is_left_out_of_the_text(void **state)
{
	size_t chain;

	(void)state;
	assert_int_equal(open_with("ANY 96-bits of Authentication [No Checking]", &chain),
			 0);
	assert_int_equal(chain, 8);
}

/* Without an ICV the payloads alone tell whether the key was the right one. */
static void text_that_is_no_chain_of_payloads_is_a_wrong_key(void **state)
{
	size_t chain;

	(void)state;
	assert_true(open_with("ANY 64-bits of Authentication [No Checking]", &chain) < 0);
	assert_true(open_with("NONE [RFC4306]", &chain) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_icv_not_to_be_checked_is_left_out_of_the_text),
		cmocka_unit_test(text_that_is_no_chain_of_payloads_is_a_wrong_key),
	};

	return cmocka_run_group_tests_name("dissect/ikev2_crypto", tests, NULL, NULL);
}
