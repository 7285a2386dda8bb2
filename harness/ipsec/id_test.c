// SPDX-License-Identifier: GPL-2.0-or-later
/* id_test.c - claims about identities */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/arena.h"
#include "ipsec/id.h"

static const struct {
	const char *text;
	enum id_type type;
	const char *value;
} cases[] = {
	{ "bratwurst", ID_TYPE_FQDN, "bratwurst" },
	{ "@bratwurst", ID_TYPE_FQDN, "bratwurst" },
	{ "fqdn:bratwurst", ID_TYPE_FQDN, "bratwurst" },
	{ "@localsite.dyndns.org", ID_TYPE_FQDN, "localsite.dyndns.org" },
	{ "@@me@acme.inc", ID_TYPE_USER_FQDN, "me@acme.inc" },
	{ "me@acme.inc", ID_TYPE_USER_FQDN, "me@acme.inc" },
	{ "email:me@acme.inc", ID_TYPE_USER_FQDN, "me@acme.inc" },
	{ "@#62726174", ID_TYPE_KEY_ID, "62726174" },
	{ "keyid:brat", ID_TYPE_KEY_ID, "brat" },
	{ "7.7.7.7", ID_TYPE_IPV4_ADDR, "7.7.7.7" },
	{ "ipv4:7.7.7.7", ID_TYPE_IPV4_ADDR, "7.7.7.7" },
	{ "@7.7.7.7", ID_TYPE_FQDN, "7.7.7.7" },
	{ "2001:db8::1", ID_TYPE_IPV6_ADDR, "2001:db8::1" },
	{ "10.0.0.0/8", ID_TYPE_IPV4_ADDR_SUBNET, "10.0.0.0/8" },
	{ "10.0.0.1-10.0.0.9", ID_TYPE_IPV4_ADDR_RANGE, "10.0.0.1-10.0.0.9" },
	{ "C=DE, CN=gw", ID_TYPE_DER_ASN1_DN, "C=DE, CN=gw" },
	{ "C=DE, E=a@b.de", ID_TYPE_DER_ASN1_DN, "C=DE, E=a@b.de" },
	{ "a:b", ID_TYPE_KEY_ID, "a:b" },
	{ "%any", ID_TYPE_NONE, "%any" },
	{ "0.0.0.0", ID_TYPE_NONE, "0.0.0.0" },
	{ "", ID_TYPE_NONE, "" },
};

static void text_is_read_as_strongswan_reads_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *value;

		assert_string_equal(
			id_type_name(id_type_of_strongswan_text(cases[i].text, &value)),
			id_type_name(cases[i].type));
		assert_string_equal(value, cases[i].value);
	}
}

static void written_text_forces_the_type(void **state)
{
	(void)state;
	for (int type = ID_TYPE_IPV4_ADDR; type <= ID_TYPE_KEY_ID; type++) {
		_cleanup_buf_ struct buf out = { 0 };
		const char *value;

		id_strongswan_text((enum id_type)type, "7.7.7.7", &out);
		assert_int_equal(id_type_of_strongswan_text(buf_text(&out), &value),
				 type);
		assert_string_equal(value, "7.7.7.7");
	}
}

static void addresses_are_written_without_prefix(void **state)
{
	static const struct {
		enum id_type type;
		const char *value, *text;
	} texts[] = {
		{ ID_TYPE_IPV4_ADDR, "7.7.7.7", "7.7.7.7" },
		{ ID_TYPE_IPV6_ADDR, "2001:db8::1", "2001:db8::1" },
		{ ID_TYPE_DER_ASN1_DN, "C=DE, O=x", "C=DE, O=x" },
		{ ID_TYPE_FQDN, "7.7.7.7", "fqdn:7.7.7.7" },
		{ ID_TYPE_KEY_ID, "bratwurst", "keyid:bratwurst" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_buf_ struct buf out = { 0 };

		id_strongswan_text(texts[i].type, texts[i].value, &out);
		assert_string_equal(buf_text(&out), texts[i].text);
	}
}

static void no_identity_is_any(void **state)
{
	_cleanup_buf_ struct buf out = { 0 };

	(void)state;
	id_strongswan_text(ID_TYPE_NONE, NULL, &out);
	assert_string_equal(buf_text(&out), "%any");
}

static void every_number_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(id_type_name(2), "ID_FQDN");
	assert_string_equal(id_type_name(11), "ID_KEY_ID");
	assert_string_equal(id_type_name(77), "unknown ID type");
	assert_string_equal(id_type_name(-1), "unknown ID type");
	assert_int_equal(id_type_by_name("ID_FQDN"), ID_TYPE_FQDN);
	assert_int_equal(id_type_by_name("ID_USER_FQDN"), ID_TYPE_USER_FQDN);
	assert_int_equal(id_type_by_name("ID_RFC822_ADDR"), ID_TYPE_USER_FQDN);
	assert_int_equal(id_type_by_name("ID_ANY"), ID_TYPE_NONE);
}

static void a_key_id_in_hex_is_the_text_other_devices_write(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(id_key_id_text(arena, "626f78"), "box");
	assert_string_equal(id_key_id_text(arena, "626F78"), "box");
	assert_string_equal(id_key_id_text(arena, "00ff"), "00ff");
	assert_string_equal(id_key_id_text(arena, "62a"), "62a");
	assert_string_equal(id_key_id_text(arena, "zz"), "zz");
	assert_string_equal(id_key_id_text(arena, ""), "");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_id_in_hex_is_the_text_other_devices_write),
		cmocka_unit_test(text_is_read_as_strongswan_reads_it),
		cmocka_unit_test(written_text_forces_the_type),
		cmocka_unit_test(addresses_are_written_without_prefix),
		cmocka_unit_test(no_identity_is_any),
		cmocka_unit_test(every_number_has_a_name),
	};

	return cmocka_run_group_tests_name("ipsec/id", tests, NULL, NULL);
}
