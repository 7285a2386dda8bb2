// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_reference_test.c - the reference captures are read as the texts beside them say
 *
 * pcaps/NAME.txt was reviewed when it was recorded (`make golden`, `git diff`) and is
 * what the README shows; `make captures` holds the same captures against tshark.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"
#include "dissect/test_reading.h"
#include "report/pcap.h"

static const struct {
	const char *name, *psk;
} references[] = {
	{ "acme", "yourpasswordhere" },
	{ "fritzbox", "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi" },
	{ "ikev2", "correct-horse-battery" },
	{ "ikev2-gcm", "correct-horse-battery" },
	{ "ikev2-chacha", "correct-horse-battery" },
};

static void tell(const char *name, const char *keys, const char *psk, struct buf *out)
{
	_cleanup_reading_ struct test_reading reading;
	struct pcap_report report = { 0 };
	char path[100], folder[100];

	(void)snprintf(path, sizeof(path), "pcaps/%s.pcapng", name);
	(void)snprintf(folder, sizeof(folder), "pcaps/%s.keys", name);
	reading_begin(&reading, psk);
	reading_keys(&reading, keys ? folder : NULL);
	reading_take(&reading, path, UINT_MAX);
	report.name = path;
	report.set = reading.set;
	report.end = capture_file_end_text(reading.file);
	report.file = reading.file;
	pcap_text(&report, out);
}

/* The first line that differs, and both texts of it. */
static void assert_same_lines(const char *name, const char *said, const char *wanted)
{
	for (unsigned int line = 1; *said || *wanted; line++) {
		size_t own = strcspn(said, "\n"), other = strcspn(wanted, "\n");

		if (own != other || strncmp(said, wanted, own) != 0)
			fail_msg("pcaps/%s.txt:%u: '%.*s' is '%.*s' now", name, line,
				 (int)other, wanted, (int)own, said);
		said += own + (said[own] == '\n');
		wanted += other + (wanted[other] == '\n');
	}
}

static void each_reference_is_read_as_its_text_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		_cleanup_buf_ struct buf said = { 0 };
		_cleanup_free_ char *wanted = NULL;
		char path[100];
		size_t length;

		(void)snprintf(path, sizeof(path), "pcaps/%s.txt", references[i].name);
		assert_int_equal(file_read(path, &wanted, &length, NULL), 0);
		tell(references[i].name, "keys", references[i].psk, &said);
		assert_same_lines(references[i].name, buf_text(&said), wanted);
	}
}

static bool says(const struct buf *text, const char *part)
{
	return strstr(buf_text(text), part) != NULL;
}

/* Aggressive mode proves the key to whoever reads along; nothing else does. */
static void without_keys_only_what_is_plain_is_told(void **state)
{
	static const struct {
		const char *name, *psk, *says, *says_not;
	} rows[] = {
		{ "acme", NULL, "HASH_R (#4) not tried: no pre-shared key was given",
		  "verified" },
		{ "acme", "yourpasswordhere", "HASH_R (#4) verified", "[decrypted]" },
		{ "acme", "anotherpassword", "does not verify", "verified:" },
		{ "ikev2", NULL, "group 14 (modp2048)", "office.example" },
		{ "ikev2", "correct-horse-battery", "IKE_AUTH", "office.example" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf said = { 0 };

		tell(rows[i].name, NULL, rows[i].psk, &said);
		if (!says(&said, rows[i].says) || says(&said, rows[i].says_not))
			fail_msg("row %zu: '%s' or not '%s' in:\n%s", i, rows[i].says,
				 rows[i].says_not, buf_text(&said));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reference_is_read_as_its_text_says),
		cmocka_unit_test(without_keys_only_what_is_plain_is_told),
	};

	return cmocka_run_group_tests_name("report/pcap_reference", tests, NULL, NULL);
}
