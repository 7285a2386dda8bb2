// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel_watch_test.c - a kernel's SAs as text, and held against what charon logged */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"
#include "netns/xfrm.h"
#include "run/kernel_watch.h"

static const uint8_t secret[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };

static struct xfrm_sa an_sa(uint32_t spi)
{
	struct xfrm_sa sa = {
		.spi = spi,
		.protocol = IPPROTO_ESP,
		.reqid = 3,
		.is_tunnel = true,
		.replay_window = 32,
		.cipher = { .name = "cbc(aes)", .secret = secret, .bits = 128 },
		.integrity = { .name = "hmac(sha1)",
			       .secret = secret,
			       .bits = 160,
			       .icv_bits = 96 },
	};

	(void)inet_addr_parse("192.0.2.1", &sa.source);
	(void)inet_addr_parse("192.0.2.2", &sa.destination);
	return sa;
}

static void add_sa(struct keyring *keyring, const struct xfrm_sa *sa)
{
	_cleanup_buf_ struct buf text = { 0 };

	kernel_watch_format(sa, &text);
	assert_int_equal(keyring_read_text(keyring, "sa", buf_text(&text), NULL), 0);
}

static void sa_is_printed_as_ip_xfrm_state_does(void **state)
{
	_cleanup_(keyring_freep) struct keyring *keyring = keyring_new();
	_cleanup_buf_ struct buf text = { 0 };
	struct xfrm_sa sa = an_sa(0x1000), ah = an_sa(0x1001), comp = an_sa(0x1002),
		       larval = an_sa(0x1003);

	(void)state;
	sa.has_esn = true;
	kernel_watch_format(&sa, &text);
	assert_string_equal(
		buf_text(&text),
		"src 192.0.2.1 dst 192.0.2.2\n"
		"\tproto esp spi 0x00001000 reqid 3 mode tunnel\n"
		"\treplay-window 32 flag esn\n"
		"\tauth-trunc hmac(sha1) 0x0102030405060708090a0b0c0d0e000000000000 96\n"
		"\tenc cbc(aes) 0x0102030405060708090a0b0c0d0e0000\n");
	ah.protocol = IPPROTO_AH;
	ah.cipher = (struct xfrm_key){ 0 };
	kernel_watch_format(&ah, &text);
	comp.protocol = IPPROTO_COMP;
	kernel_watch_format(&comp, &text);
	larval.cipher = larval.integrity = (struct xfrm_key){ 0 };
	kernel_watch_format(&larval, &text);
	assert_int_equal(keyring_read_text(keyring, "sas", buf_text(&text), NULL), 0);
	assert_int_equal(keyring_esps(keyring), 2);
	assert_true(keyring_esp(keyring, 0)->is_esn);
	assert_true(keyring_esp(keyring, 1)->is_ah);
}

/* charon's log does not say which key is for which way: one of both has to fit. */
static void kernel_and_log_are_compared_sa_by_sa(void **state)
{
	_cleanup_(keyring_freep) struct keyring *kernel = keyring_new(),
						*logged = keyring_new();
	static const uint8_t other[20] = { 9 };
	struct xfrm_sa same = an_sa(1), differs = an_sa(2), unlogged = an_sa(3),
		       elsewhere = an_sa(4);
	struct kernel_agreement agreement;

	(void)state;
	add_sa(kernel, &same);
	add_sa(kernel, &same); /* told twice */
	add_sa(kernel, &differs);
	add_sa(kernel, &unlogged);
	add_sa(kernel, &elsewhere);
	add_sa(logged, &same);
	same.cipher.secret = other; /* the other way's */
	add_sa(logged, &same);
	differs.integrity.secret = other;
	add_sa(logged, &differs);
	elsewhere.destination.bytes[3] = 99; /* the same SPI at somebody else */
	add_sa(logged, &elsewhere);
	agreement = kernel_watch_compare(kernel, logged);
	assert_int_equal(agreement.sas, 4);
	assert_int_equal(agreement.same, 1);
	assert_int_equal(agreement.differ, 1);
	assert_int_equal(agreement.unlogged, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sa_is_printed_as_ip_xfrm_state_does),
		cmocka_unit_test(kernel_and_log_are_compared_sa_by_sa),
	};

	return cmocka_run_group_tests_name("run/kernel_watch", tests, NULL, NULL);
}
