// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_overview_test.c - a capture in a few lines, and parts of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "dissect/test_message.h"
#include "report/pcap.h"
#include "report/pcap_filter.h"
#include "report/pcap_overview.h"

#define SAS 70

/* So many IKE SAs, of which each fifth was refused, seconds apart. */
static struct session_set *many_sas(unsigned int count)
{
	struct session_set *set = session_set_new(NULL, NULL);

	for (unsigned int i = 0; i < count; i++) {
		struct test_message message;

		for (int end = 0; end < 2; end++) {
			message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT,
				      end ? IKE_V2_FLAG_RESPONSE : IKE_V2_FLAG_INITIATOR,
				      end == 1);
			test_put16(message.bytes + TEST_UDP_HEAD + 2, i + 1);
			if (end && i % 5 == 0)
				message_add_notify(&message,
						   NOTIFY_V2_NO_PROPOSAL_CHOSEN);
			message_send(&message, set, 1000 * i + 10 * end);
		}
	}
	return set;
}

static unsigned int lines_of(const struct buf *text)
{
	unsigned int lines = 0;

	for (const char *c = buf_text(text); *c; c++)
		lines += *c == '\n';
	return lines;
}

static void tell(const struct session_set *set, const struct pcap_filter *filter,
		 struct buf *out)
{
	const struct pcap_report report = {
		.name = "x", .set = set, .end = "", .filter = filter
	};

	pcap_text(&report, out);
}

static void of_many_sas_each_has_a_line_and_each_problem_one(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set = many_sas(SAS);
	_cleanup_buf_ struct buf text = { 0 };
	const char *problem;

	(void)state;
	tell(set, NULL, &text);
	assert_in_range(lines_of(&text), SAS, SAS + 12);
	assert_non_null(strstr(buf_text(&text), "SA 70 "));
	problem = strstr(buf_text(&text), "SAs 1, 6, 11, 16");
	assert_non_null(problem);
	assert_null(strstr(problem + 1, "SAs 1, 6, 11, 16"));
	assert_non_null(strstr(problem, "and 2 more"));
	assert_null(strstr(buf_text(&text), "IKE SA 1:"));
}

/* Both of its messages are malformed in the same words: one SA, and one number. */
static void sa_that_has_a_problem_twice_is_named_once(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set =
		session_set_new(NULL, NULL);
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	for (int end = 0; end < 2; end++) {
		struct test_message message;

		message_start(&message, end, 0x20, V2_EXCHANGE_SA_INIT,
			      end ? IKE_V2_FLAG_RESPONSE : IKE_V2_FLAG_INITIATOR,
			      end == 1);
		message_add(&message, V2_PAYLOAD_KE, (const uint8_t *)"", 0);
		message_send(&message, set, 10 * end);
	}
	tell(set, NULL, &text);
	assert_non_null(strstr(buf_text(&text), "? SA 1, #1: malformed"));
	assert_null(strstr(buf_text(&text), "SAs 1, 1"));
}

static void what_is_asked_for_is_told_in_full_and_nothing_else(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set = many_sas(SAS);
	struct pcap_filter filter = { 0 };
	_cleanup_buf_ struct buf text = { 0 }, all = { 0 }, spi = { 0 };

	(void)state;
	assert_int_equal(pcap_filter_add_sa(&filter, "3,5-6"), 0);
	tell(set, &filter, &text);
	assert_non_null(strstr(buf_text(&text), "shown: 3 of 70 IKE SAs"));
	assert_non_null(strstr(buf_text(&text), "\nIKE SA 5:"));
	assert_null(strstr(buf_text(&text), "\nIKE SA 4:"));
	filter = (struct pcap_filter){ .is_all = true };
	tell(set, &filter, &all);
	assert_non_null(strstr(buf_text(&all), "\nIKE SA 70:"));
	filter = (struct pcap_filter){ 0 };
	assert_int_equal(pcap_filter_add_spi(&filter, "0x0101000701010101"), 0);
	tell(set, &filter, &spi);
	assert_non_null(strstr(buf_text(&spi), "shown: 1 of 70 IKE SAs"));
	assert_true(pcap_filter_finds(&filter, set));
	filter = (struct pcap_filter){ .has_errors = true };
	assert_true(pcap_filter_finds(&filter, set));
	assert_int_equal(pcap_filter_add_sa(&filter, "71"), 0);
	assert_false(pcap_filter_finds(&filter, set));
	assert_non_null(strstr(buf_text(&spi), "\nIKE SA 7:"));
}

static void peers_are_addresses_or_networks(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set = many_sas(3);
	static const struct {
		const char *peer;
		uint32_t shown;
	} rows[] = { { "192.0.2.1", 3 },
		     { "192.0.2.0/24", 3 },
		     { "192.0.2.3", 0 },
		     { "2001:db8::/32", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		struct pcap_filter filter = { 0 };
		struct pcap_report report = { .set = set, .filter = &filter };
		struct pcap_overview overview = { .arena = arena };

		assert_int_equal(pcap_filter_add_peer(&filter, rows[i].peer), 0);
		pcap_overview_of(&report, &overview);
		assert_int_equal(overview.rows.count, rows[i].shown);
	}
}

static void what_is_beyond_a_bound_is_counted_first(void **state)
{
	_cleanup_(session_set_freep) struct session_set *set = many_sas(SESSIONS_MAX + 5);
	_cleanup_buf_ struct buf text = { 0 }, json = { 0 };
	const struct pcap_report report = { .name = "x", .set = set, .end = "" };
	json_t *root;

	(void)state;
	tell(set, NULL, &text);
	assert_non_null(strstr(buf_text(&text), "only counted: 5 IKE SAs"));
	pcap_json(&report, &json);
	root = json_loads(buf_text(&json), 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(json_object_get(root, "overview"),
						 "beyond_bounds"),
				 "IKE SAs")),
			 5);
	json_decref(root);
}

static void what_is_no_filter_is_refused(void **state)
{
	struct pcap_filter filter = { 0 };

	(void)state;
	assert_int_equal(pcap_filter_add_sa(&filter, "0"), -EINVAL);
	assert_int_equal(pcap_filter_add_sa(&filter, "3-2"), -EINVAL);
	assert_int_equal(pcap_filter_add_sa(&filter, "3x"), -EINVAL);
	assert_int_equal(pcap_filter_add_sa(&filter, ""), -EINVAL);
	assert_int_equal(pcap_filter_add_peer(&filter, "host"), -EINVAL);
	assert_int_equal(pcap_filter_add_spi(&filter, "xyz"), -EINVAL);
	assert_int_equal(pcap_filter_add_spi(&filter, "11112222333344445"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_many_sas_each_has_a_line_and_each_problem_one),
		cmocka_unit_test(sa_that_has_a_problem_twice_is_named_once),
		cmocka_unit_test(what_is_asked_for_is_told_in_full_and_nothing_else),
		cmocka_unit_test(peers_are_addresses_or_networks),
		cmocka_unit_test(what_is_beyond_a_bound_is_counted_first),
		cmocka_unit_test(what_is_no_filter_is_refused),
	};

	return cmocka_run_group_tests_name("report/pcap_overview", tests, NULL, NULL);
}
