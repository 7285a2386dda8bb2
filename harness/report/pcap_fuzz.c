// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_fuzz.c - all of `twinsite pcap`: a capture as text, as JSON, against a scenario */
#include <assert.h>
#include <jansson.h>

#include "check/interop.h"
#include "dissect/mutate_fuzz.h"
#include "dissect/seeds_fuzz.h"
#include "report/pcap.h"
#include "scenario/scenario.h"

#define LENGTH_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void tell_json(const struct pcap_report *report)
{
	_cleanup_buf_ struct buf json = { 0 };
	json_t *root;

	pcap_json(report, &json);
	root = json_loads(buf_text(&json), 0, NULL);
	assert(root);
	json_decref(root);
}

static void tell_text(const struct pcap_report *report)
{
	_cleanup_buf_ struct buf text = { 0 };

	pcap_text(report, &text);
	for (const char *c = buf_text(&text); *c; c++)
		assert(*c == '\n' || (unsigned char)*c >= ' ');
}

static void compare(const struct pcap_report *alone, const struct scenario *scenario)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct interop interop = { .arena = arena };
	struct pcap_report report = *alone;

	if (!scenario)
		return;
	interop_compare(report.set, scenario, &interop);
	report.scenario = "fuzz";
	report.interop = &interop;
	tell_text(&report);
	tell_json(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const folders[] = { "scenarios/acme", "scenarios/office" };
	static struct scenario *scenarios[ARRAY_SIZE(folders)];
	static struct crypto *crypto;
	_cleanup_(keyring_freep) struct keyring *keyring = NULL;
	_cleanup_(session_set_freep) struct session_set *set = NULL;
	struct pcap_report report = { .name = "fuzz", .end = "" };

	if (length > LENGTH_MAX || (!crypto && crypto_new(&crypto, NULL)))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (!scenarios[i])
			(void)scenario_load(folders[i], &scenarios[i], NULL);
	keyring = seeds_keyring();
	set = seeds_read(bytes, length, crypto, keyring, NULL);
	if (!set)
		return 0;
	report.set = set;
	/* One of four, by an accident: all of them would take four times as long. */
	if (length % 4 == 0)
		tell_json(&report);
	else if (length % 4 == 1)
		tell_text(&report);
	else
		compare(&report, scenarios[length % 4 - 2]);
	return 0;
}
