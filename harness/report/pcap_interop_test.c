// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcap_interop_test.c - captures held against scenarios, as the texts in pcaps/interop say
 *
 * What needs no daemon of them: harness/interop.sh asks the charons, too. The head of a
 * text says which capture (below pcaps/, or shared/FILE), which scenario, which options.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "check/interop.h"
#include "dissect/test_reading.h"
#include "dissect/test_stand_in.h"
#include "report/pcap.h"
#include "scenario/scenario.h"

#define TEXTS "pcaps/interop"

/* The value of "# key: value" in the head; false: there is none. */
static bool field(const char *text, const char *key, char value[static 200])
{
	char name[40];
	const char *at;

	(void)snprintf(name, sizeof(name), "# %s: ", key);
	at = strstr(text, name);
	if (at)
		(void)snprintf(value, 200, "%.*s", (int)strcspn(at + strlen(name), "\n"),
			       at + strlen(name));
	return at != NULL;
}

/* The capture, or the stand-in of one of a device. */
static void take(struct test_reading *reading, const char *capture)
{
	char name[220];

	if (str_starts(capture, "shared/")) {
		(void)snprintf(name, sizeof(name), "%s", capture + strlen("shared/"));
		*strrchr(name, '.') = '\0';
		stand_in_take(reading, name);
		return;
	}
	(void)snprintf(name, sizeof(name), "pcaps/%s", capture);
	reading_take(reading, name, UINT_MAX);
}

static void compare(const char *capture, const char *options, const char *name,
		    struct buf *out)
{
	_cleanup_reading_ struct test_reading reading;
	struct interop interop = { 0 };
	struct scenario *scenario = NULL;
	struct err err = { 0 };
	char folder[220];

	(void)snprintf(folder, sizeof(folder), "scenarios/%s", name);
	reading_begin(&reading, str_starts(options, "--psk ") ? options + 6 : NULL);
	reading_keys(&reading, str_starts(options, "--keys ") ? options + 7 : NULL);
	take(&reading, capture);
	if (scenario_load(folder, &scenario, &err))
		fail_msg("%s", err.text);
	interop.arena = reading.arena;
	interop_compare(reading.set, scenario, &interop);
	pcap_interop_text(&interop, name, out);
	scenario_free(scenario);
}

static void hold(const char *name)
{
	char path[300], capture[200], scenario[200], options[200] = "";
	_cleanup_free_ char *text = NULL;
	_cleanup_buf_ struct buf said = { 0 };
	const char *wanted, *end;
	size_t length;

	(void)snprintf(path, sizeof(path), TEXTS "/%s", name);
	assert_int_equal(file_read(path, &text, &length, NULL), 0);
	if (field(text, "from", capture))
		return; /* of a scenario that is edited, and only what daemons say */
	assert_true(field(text, "capture", capture));
	assert_true(field(text, "scenario", scenario));
	(void)field(text, "options", options);
	compare(capture, options, scenario, &said);
	wanted = strstr(text, "\nAgainst the scenario");
	assert_non_null(wanted);
	end = strstr(wanted, "\nAsked live");
	length = end ? (size_t)(end - wanted) : strlen(wanted);
	/* Between the two stands an empty line. */
	while (length && wanted[length - 1] == '\n')
		length--;
	if (strncmp(buf_text(&said), wanted, length) != 0 ||
	    strcmp(buf_text(&said) + length, "\n") != 0)
		fail_msg("%s: it says now:%s", name, buf_text(&said));
}

static void each_capture_is_told_apart_as_its_text_says(void **state)
{
	unsigned int held = 0;
	struct dirent *entry;
	DIR *dir = opendir(TEXTS);

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (!str_ends(entry->d_name, ".txt"))
			continue;
		hold(entry->d_name);
		held++;
	}
	assert_int_equal(closedir(dir), 0);
	assert_true(held >= 23);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_capture_is_told_apart_as_its_text_says),
	};

	return cmocka_run_group_tests_name("report/pcap_interop", tests, NULL, NULL);
}
