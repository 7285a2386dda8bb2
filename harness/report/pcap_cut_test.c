// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_cut_test.c - what was captured only in part is neither malformed nor wrongly keyed */
#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/story.h"
#include "dissect/test_reading.h"
#include "report/pcap.h"

static const char *const tunnels[] = { "pcaps/acme.pcapng", "pcaps/fritzbox.pcapng",
				       "pcaps/ikev2.pcapng" };

static void take_cut(struct test_reading *reading, const char *path, uint32_t snaplen,
		     const char *keys)
{
	reading_begin(reading, NULL);
	reading_keys(reading, keys);
	reading_take_cut(reading, path, UINT_MAX, snaplen);
}

static void tell(const struct session_set *set, struct buf *out)
{
	const struct pcap_report report = { .name = "x", .set = set, .end = "" };

	pcap_text(&report, out);
}

static void what_was_cut_is_said_to_be_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		_cleanup_reading_ struct test_reading reading;
		_cleanup_buf_ struct buf text = { 0 };

		take_cut(&reading, tunnels[i], 128, NULL);
		assert_int_equal(reading.set->sessions, 1);
		tell(reading.set, &text);
		assert_non_null(strstr(buf_text(&text), "captured only in part"));
		assert_null(strstr(buf_text(&text), "malformed"));
		assert_null(strstr(buf_text(&text), "MALFORMED"));
		assert_null(strstr(buf_text(&text), "the key given"));
	}
}

/* With the key, too: no key opens half a message. */
static void right_key_is_not_called_wrong(void **state)
{
	_cleanup_reading_ struct test_reading reading;
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	take_cut(&reading, "pcaps/ikev2.pcapng", 128, "pcaps/ikev2.keys");
	tell(reading.set, &text);
	assert_null(strstr(buf_text(&text), "the key given"));
	assert_null(strstr(buf_text(&text), "WRONG ICV"));
}

/* How much there was is in IP's header. */
static void cut_esp_counts_what_was_sent(void **state)
{
	_cleanup_reading_ struct test_reading whole, cut;

	(void)state;
	take_cut(&whole, "pcaps/ikev2.pcapng", UINT32_MAX, NULL);
	take_cut(&cut, "pcaps/ikev2.pcapng", 96, NULL);
	assert_true(whole.set->flows.count > 0);
	assert_int_equal(cut.set->flows.count, whole.set->flows.count);
	for (size_t i = 0; i < cut.set->flows.count; i++)
		assert_int_equal(cut.set->flows.items[i].bytes,
				 whole.set->flows.items[i].bytes);
}

/* tcpdump's old default: 68 octets end within the header of IKE. */
static void header_that_was_cut_is_not_said_to_be_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tunnels); i++) {
		_cleanup_reading_ struct test_reading reading;
		_cleanup_buf_ struct buf text = { 0 };

		take_cut(&reading, tunnels[i], 68, NULL);
		assert_int_equal(reading.set->broken_ike, 0);
		assert_true(reading.set->cut_ike > 0);
		tell(reading.set, &text);
		assert_non_null(strstr(buf_text(&text), "captured too short to be read"));
		assert_null(strstr(buf_text(&text), "no IKE: "));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_cut_is_said_to_be_cut),
		cmocka_unit_test(right_key_is_not_called_wrong),
		cmocka_unit_test(cut_esp_counts_what_was_sent),
		cmocka_unit_test(header_that_was_cut_is_not_said_to_be_none),
	};

	return cmocka_run_group_tests_name("report/pcap_cut", tests, NULL, NULL);
}
