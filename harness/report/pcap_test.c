// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_test.c - what is said about captures of real devices */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "capture/shared_pcaps.h"
#include "dissect/test_reading.h"
#include "report/pcap.h"

static void tell_bytes(const void *bytes, size_t length, const char *psk,
		       const char *table,
		       void (*write)(const struct pcap_report *report, struct buf *out),
		       struct buf *out)
{
	_cleanup_reading_ struct test_reading reading;
	struct pcap_report report = { .name = "x" };

	reading_begin(&reading, psk);
	if (table)
		assert_int_equal(keyring_read_text(reading.keyring, "k", table, NULL), 0);
	if (!reading_take_bytes(&reading, bytes, length))
		return;
	report.set = reading.set;
	report.end = capture_file_end_text(reading.file);
	write(&report, out);
}

static void tell(const char *name, const char *psk, const char *table,
		 void (*write)(const struct pcap_report *report, struct buf *out),
		 struct buf *out)
{
	_cleanup_free_ char *bytes = NULL;
	char path[512];
	size_t length;

	if (shared_pcaps_path(name, path, sizeof(path)))
		shared_pcaps_skip();
	assert_int_equal(file_read(path, &bytes, &length, NULL), 0);
	tell_bytes(bytes, length, psk, table, write, out);
}

static void says(const struct buf *text, const char *wanted)
{
	if (!strstr(buf_text(text), wanted))
		fail_msg("'%s' is not said in:\n%s", wanted, buf_text(text));
}

static void says_not(const struct buf *text, const char *unwanted)
{
	if (strstr(buf_text(text), unwanted))
		fail_msg("'%s' is said in:\n%s", unwanted, buf_text(text));
}

static void srx210_is_named_and_its_quick_mode_has_pfs_group_2(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	tell("juniper-srx210-main-mode-rsasig.pcap", NULL,
	     "fafaeb49382a763c,735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa240\n",
	     pcap_text, &text);
	says(&text, "Juniper SRX");
	says(&text, "Openswan (90 %)");
	says(&text, "CN=srx210-3");
	says(&text, "PFS with group 2, by the KE payload");
	says(&text, "sent again 1 time, the last 10.0 s later");
	says_not(&text, "malformed");
	says_not(&text, "735be0cb");
}

static void screenos_is_named_and_a_secret_never_shown(void **state)
{
	_cleanup_buf_ struct buf right = { 0 }, wrong = { 0 };

	(void)state;
	tell("screenos-5.4.0-aggressive-sha1.pcap", "garibaldi", NULL, pcap_text, &right);
	says(&right, "Juniper ScreenOS (90 %)");
	says(&right, "proof HASH_R (#2) verified: the pre-shared key of --psk is the one "
		     "the responder");
	says_not(&right, "garibaldi");
	tell("screenos-5.4.0-aggressive-sha1.pcap", "giuseppe", NULL, pcap_text, &wrong);
	says(&wrong, "proof HASH_R (#2) does not verify");
	says(&wrong, "[F28]");
	says_not(&wrong, "giuseppe");
}

static void refused_proposal_is_explained_with_its_findings(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	tell("joy-ikev1.pcap", NULL, NULL, pcap_text, &text);
	says(&text, "NO-PROPOSAL-CHOSEN from the initiator");
	says(&text, "[F20-F24]");
	/* It was taken when it came again: no reason for a failure that never was. */
	says(&text, "all the same the SA came up afterwards");
	says_not(&text, "  ! ");
}

static void what_became_of_an_sa_is_told_without_keys(void **state)
{
	static const struct {
		const char *capture, *outcome;
	} rows[] = {
		{ "joy-ikev1.pcap", "up: phase 1 is complete, 1 of 1 quick modes "
				    "complete; ESP goes between the two in both" },
		{ "libpcap-isakmp4500.pcap", "0 of 1 quick modes complete (1 lack the "
					     "third message); no ESP" },
		{ "tcpdump-isakmp4500.pcap", "ESP goes only from the initiator to the" },
		{ "tcpdump-ikev2four.pcap", "5 of 7 CREATE_CHILD_SAs complete" },
		{ "tcpdump-ikev2four.pcap", "it may be the successor of an earlier" },
		{ "zeek-ipsec_client.pcap", "not up: it ends with #5, IKE_AUTH from the "
					    "initiator, sent again and again" },
		{ "screenos-5.4.0-aggressive-sha1.pcap",
		  "not up: it ends with #2, Aggressive from the responder" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_buf_ struct buf text = { 0 };

		tell(rows[i].capture, NULL, NULL, pcap_text, &text);
		says(&text, rows[i].outcome);
	}
}

static void tell_both(const char *name, const char *path, void *user)
{
	_cleanup_buf_ struct buf json = { 0 }, text = { 0 };
	json_t *root;

	(void)path;
	(void)user;
	tell(name, "x", NULL, pcap_json, &json);
	root = json_loads(buf_text(&json), 0, NULL);
	if (!root)
		fail_msg("%s: no valid JSON", name);
	assert_true(json_is_array(json_object_get(root, "ike_sas")));
	json_decref(root);
	tell(name, "x", NULL, pcap_text, &text);
	for (const char *c = buf_text(&text); *c; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
}

static void every_shared_capture_gives_valid_json_and_text_for_a_terminal(void **state)
{
	unsigned int count = shared_pcaps_each(tell_both, NULL);

	(void)state;
	if (!count)
		shared_pcaps_skip();
	assert_true(count > 20);
}

/* One of our reference captures, with its keys. */
static void tell_golden(const char *name, const char *psk,
			void (*write)(const struct pcap_report *report, struct buf *out),
			struct buf *out)
{
	_cleanup_reading_ struct test_reading reading;
	struct pcap_report report = { 0 };
	char path[64], keys[64];

	(void)snprintf(path, sizeof(path), "pcaps/%s.pcapng", name);
	(void)snprintf(keys, sizeof(keys), "pcaps/%s.keys", name);
	reading_begin(&reading, psk);
	reading_keys(&reading, keys);
	reading_take(&reading, path, UINT_MAX);
	report.name = path;
	report.set = reading.set;
	report.end = capture_file_end_text(reading.file);
	report.file = reading.file;
	write(&report, out);
}

/* pcaps/NAME.pcap* with NAME.keys/ must give NAME.txt: `make golden` renews them. */
static void reference_captures_are_told_as_written_down(void **state)
{
	static const struct {
		const char *name, *psk;
	} rows[] = {
		{ "acme", "yourpasswordhere" },
		{ "fritzbox", "wBN4HKbOL4SrbQf9MCa2HLWh6raiPi" },
		{ "ikev2", "correct-horse-battery" },
		{ "ikev2-gcm", "correct-horse-battery" },
		{ "ikev2-chacha", "correct-horse-battery" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *wanted = NULL;
		_cleanup_buf_ struct buf text = { 0 };
		char path[64];
		size_t length;

		tell_golden(rows[i].name, rows[i].psk, pcap_text, &text);
		(void)snprintf(path, sizeof(path), "pcaps/%s.txt", rows[i].name);
		assert_int_equal(file_read(path, &wanted, &length, NULL), 0);
		assert_string_equal(buf_text(&text), wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(srx210_is_named_and_its_quick_mode_has_pfs_group_2),
		cmocka_unit_test(screenos_is_named_and_a_secret_never_shown),
		cmocka_unit_test(refused_proposal_is_explained_with_its_findings),
		cmocka_unit_test(what_became_of_an_sa_is_told_without_keys),
		cmocka_unit_test(
			every_shared_capture_gives_valid_json_and_text_for_a_terminal),
		cmocka_unit_test(reference_captures_are_told_as_written_down),
	};

	return cmocka_run_group_tests_name("report/pcap", tests, NULL, NULL);
}
