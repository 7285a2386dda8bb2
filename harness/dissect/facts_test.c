// SPDX-License-Identifier: GPL-2.0-or-later
/* facts_test.c - tables of facts, and the captures made from them */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "dissect/facts.h"
#include "dissect/test_reading.h"
#include "dissect/test_stand_in.h"

/* What stands in a table: remarks of whole lines are left out. */
static void strip(char *table)
{
	while (*table == '#') {
		char *end = strchr(table, '\n');

		memmove(table, end + 1, strlen(end + 1) + 1);
	}
}

static void write_down(struct test_reading *reading, struct buf *out)
{
	struct facts *facts;
	struct capture_packet packet;

	reading->set = session_set_new(reading->crypto, reading->keyring);
	facts = facts_begin(reading->set);
	while (capture_file_next(reading->file, &packet, NULL) > 0)
		session_set_add(reading->set, &packet);
	facts_end(facts, out);
}

/* take() each table with its name, without folder and ending. */
static unsigned int each_table(void (*take)(const char *name, char *table))
{
	DIR *dir = opendir(STAND_IN_FACTS);
	unsigned int count = 0;
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		_cleanup_free_ char *table = NULL;
		char *dot = strrchr(entry->d_name, '.');

		if (!dot || !str_equal(dot, ".facts"))
			continue;
		*dot = '\0';
		table = stand_in_table(entry->d_name);
		strip(table);
		take(entry->d_name, table);
		count++;
	}
	closedir(dir);
	return count;
}

static void made_says_the_table(const char *name, char *table)
{
	_cleanup_reading_ struct test_reading reading;
	_cleanup_buf_ struct buf capture = { 0 }, again = { 0 };

	reading_begin(&reading, stand_in_psk(name));
	stand_in_make(&reading, name, &capture);
	assert_int_equal(capture_file_open_bytes(name, capture.data, capture.length,
						 &reading.file, NULL),
			 0);
	write_down(&reading, &again);
	assert_string_equal(buf_text(&again), table);
}

static void a_capture_made_from_a_table_says_that_table(void **state)
{
	(void)state;
	assert_true(each_table(made_says_the_table) >= 15);
}

static unsigned int originals;

static void file_says_the_table(const char *path, const char *name, const char *table)
{
	_cleanup_reading_ struct test_reading reading;
	_cleanup_buf_ struct buf facts = { 0 };

	reading_begin(&reading, stand_in_psk(name));
	assert_int_equal(capture_file_open(path, &reading.file, NULL), 0);
	write_down(&reading, &facts);
	assert_string_equal(buf_text(&facts), table);
	originals++;
}

static void original_says_the_table(const char *name, char *table)
{
	char path[512], file[128];

	(void)snprintf(file, sizeof(file), "%s.pcap", name);
	if (!shared_pcaps_path(file, path, sizeof(path)))
		file_says_the_table(path, name, table);
}

static void what_devices_sent_is_what_the_tables_say(void **state)
{
	(void)state;
	(void)each_table(original_says_the_table);
	if (!originals)
		shared_pcaps_skip();
	assert_true(originals >= 15);
}

static void each_message_is_as_long_as_its_header_says(void **state)
{
	_cleanup_reading_ struct test_reading reading;

	(void)state;
	reading_begin(&reading, NULL);
	stand_in_take(&reading, "zeek-ipsec_client");
	for (uint32_t i = 0; i < reading.set->sessions; i++) {
		vec_foreach (step, &reading.set->session[i]->steps) {
			struct ike_message message = { 0 };

			session_step_message(step, &message);
			assert_int_equal(message.header.length, message.whole.length);
			ike_message_done(&message);
		}
	}
	assert_true(reading.set->sessions > 0);
}

/* The hash in a stand-in is made with the key that the recorded one was made with. */
static void hash_of_a_stand_in_verifies_with_its_key_and_no_other(void **state)
{
	static const char *const keys[] = { "garibaldi", "other" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		_cleanup_reading_ struct test_reading reading;
		_cleanup_buf_ struct buf capture = { 0 };

		reading_begin(&reading, keys[i]);
		stand_in_make(&reading, "screenos-5.4.0-aggressive-sha1", &capture);
		assert_true(reading_take_bytes(&reading, capture.data, capture.length));
		assert_int_equal(reading.set->session[0]->psk_r,
				 i ? PSK_WRONG : PSK_RIGHT);
	}
}

static void what_is_no_table_is_refused_with_its_line(void **state)
{
	static const char packet[] = "packet 1 0.000 192.0.2.1 500 > 192.0.2.2 500\n"
				     "  header r1:8 - next 1 version 10 exchange 2 flags "
				     "00 id 00000000 length 28\n";
	static const struct {
		const char *lines, *error;
	} rows[] = {
		{ "frames x\n", "t:1: no number" },
		{ "", "t:1: no packet" },
		{ "nonsense 1\n", "t:1: no line begins so: nonsense" },
		{ "packet 0 0.000 192.0.2.1 500 > 192.0.2.2 500\n",
		  "t:1: packets stand" },
		{ "packet 1 0.000 192.0.2.1 500 > 2001:db8::1 500\n",
		  "t:1: no two addr" },
		{ "packet 1 0 192.0.2.1 500 > 192.0.2.2 500\n", "t:1: a time is" },
		{ "packet 1 0.000 192.0.2.1 70000 > 192.0.2.2 500\n", "t:1: no number" },
		{ "payload 1 00\n", "t:1: a payload is" },
		{ "%  payload 1 0\n", "t:3: no hexadecimal" },
		{ "%  payload 300 00\n", "t:3: no number" },
		{ "%    proposal 1 1\n", "t:3: a proposal is" },
		{ "%  payload 1 r9:99999\n", "t:3: not NAME:LENGTH" },
		{ "%  payload 20 nat:sha1:up\n", "t:3: not nat:HASH" },
		{ "%  payload 20 nat:rot13:src\n", "t:3: no hash" },
		{ "%  payload 8 psk:sha1\n", "t:3: HASH_R needs" },
		{ "%  transform 1 0001\n", "t:3: a transform is" },
		{ "%  payload 1 sa 00\n    proposal 1 1 spi r9:256\n",
		  "t:4: an SPI has at most" },
	};
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_behind = rows[i].lines[0] == '%';
		_cleanup_buf_ struct buf table = { 0 }, out = { 0 };
		struct err err = { 0 };

		buf_printf(&table, "%s%s", is_behind ? packet : "",
			   rows[i].lines + is_behind);
		assert_int_equal(facts_make("t", buf_text(&table), (struct slice){ 0 },
					    crypto, &out, &err),
				 -EINVAL);
		if (!str_starts(err.text, rows[i].error))
			fail_msg("'%s', not '%s'", err.text, rows[i].error);
	}
}

static void what_fits_into_no_packet_is_refused(void **state)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_buf_ struct buf table = { 0 }, out = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(crypto_new(&crypto, NULL), 0);
	buf_puts(&table, "packet 1 0.000 192.0.2.1 500 > 192.0.2.2 500\n"
			 "header r1:8 - next 1 version 10 exchange 2 flags 00 id "
			 "00000000 length 28\npayload 1 sa 00\n");
	for (int i = 0; i < 300; i++)
		buf_puts(&table, "proposal 1 1 spi r9:255\n");
	assert_int_equal(facts_make("t", buf_text(&table), (struct slice){ 0 }, crypto,
				    &out, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "the message is too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_capture_made_from_a_table_says_that_table),
		cmocka_unit_test(what_devices_sent_is_what_the_tables_say),
		cmocka_unit_test(each_message_is_as_long_as_its_header_says),
		cmocka_unit_test(hash_of_a_stand_in_verifies_with_its_key_and_no_other),
		cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
		cmocka_unit_test(what_fits_into_no_packet_is_refused),
	};

	return cmocka_run_group_tests_name("dissect/facts", tests, NULL, NULL);
}
