// SPDX-License-Identifier: GPL-2.0-or-later
/* story_device_test.c - who is it, by vendor ids and by habit: messages made here */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "capture/file.h"
#include "dissect/session.h"
#include "dissect/story.h"
#include "dissect/test_message.h"

/* What a captured device sent, as hex; the sources are in vendor_id.c. */
#define RFC3947	     "4a131c81070358455c5728f20e95452f"
#define DRAFT07	     "439b59f8ba676c4c7737ae22eab8f582"
#define DRAFT03	     "7d9419a65310ca6f2c179d9215529d56"
#define DRAFT02	     "cd60464335df21f87cfdb2fc68b6a448"
#define DRAFT02N     "90cb80913ebb696e086381b5ec427b1f"
#define DRAFT00	     "4485152d18b6bbcd0be8a8469579ddcc"
#define DPD	     "afcad71368a1f1c96b8696fc77570100"
#define XAUTH	     "09002689dfd6b712"
#define UNITY	     "12f5f28c457168a9702d9fe274cc0100"
#define FRAGMENTS    "4048b7d56ebce88525e7de7f00d6c2d380000000"
#define FRAGMENTS2   "4048b7d56ebce88525e7de7f00d6c2d3c0000000"
#define CISCO_RANDOM "11bdfe02d056587f2c18125972c32401"
#define FORTIGATE    "8299031757a36082c6a621de00050282"

/* Main mode, one message with these vendor ids; end 0: the initiator's. */
static struct ike_story *of_vendor_ids(struct session_set *set, int end,
				       const char *const *ids)
{
	struct test_message packet = { 0 };

	message_start(&packet, 0, 0x10, V1_EXCHANGE_MAIN, 0, false);
	if (!end)
		for (; *ids; ids++)
			message_add_hex(&packet, V1_PAYLOAD_VENDOR_ID, *ids);
	message_send(&packet, set, 0);
	if (end) {
		message_start(&packet, 1, 0x10, V1_EXCHANGE_MAIN, 0, true);
		for (; *ids; ids++)
			message_add_hex(&packet, V1_PAYLOAD_VENDOR_ID, *ids);
		message_send(&packet, set, 0);
	}
	assert_int_equal(set->sessions, 1);
	return story_of(set, set->session[0]);
}

static const struct who {
	int end;
	const char *ids[10];
	const char *device;	  /* its beginning */
	unsigned int least, most; /* percent */
} whos[] = {
	{ 0, { XAUTH, DPD, FRAGMENTS, RFC3947, DRAFT02N }, "strongSwan", 55, 65 },
	{ 1, { XAUTH, DPD, RFC3947 }, "strongSwan", 40, 50 },
	/* bug 12610 of Wireshark: an Android tablet was called a Cisco IOS */
	{ 0,
	  { RFC3947, DRAFT02, DRAFT02N, DRAFT00, XAUTH, UNITY, FRAGMENTS, DPD },
	  "racoon of Android",
	  50,
	  60 },
	{ 0,
	  { RFC3947, DRAFT07, DRAFT03, DRAFT02N, DPD, CISCO_RANDOM, XAUTH },
	  "Cisco IOS or ASA",
	  60,
	  70 },
	{ 1, { RFC3947, UNITY, DPD, CISCO_RANDOM, XAUTH }, "Cisco IOS or ASA", 60, 70 },
	{ 1, { UNITY, DPD, XAUTH }, "Cisco, or what speaks to Cisco", 20, 40 },
	{ 0, { DPD, FRAGMENTS, FRAGMENTS2, FORTIGATE }, "Fortinet FortiGate", 90, 99 },
	{ 0, { RFC3947, DRAFT02, DRAFT02N, DRAFT00, DPD }, "perhaps racoon2", 30, 40 },
	{ 0,
	  { "0102030405060708"
	    "0954656c646174" },
	  "Teldat (perhaps bintec)",
	  80,
	  90 },
	{ 1, { "67967050f138eb51de0ca65f54f1f036" }, "Juniper SRX", 60, 60 },
	{ 1,
	  { "2a6775d0ad2aa7887c33fe1d68"
	    "01020304050607" },
	  "SonicWall",
	  70,
	  70 },
	{ 0, { DPD, RFC3947 }, "unknown", 0, 0 },
};

static void vendor_ids_and_their_order_tell_the_device(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(whos); i++) {
		const struct who *who = &whos[i];
		struct session_set *set = session_set_new(NULL, NULL);
		struct ike_story *story = of_vendor_ids(set, who->end, who->ids);
		const struct story_peer *peer = &story->peers[who->end];

		if (!str_starts(peer->device, who->device) ||
		    peer->confidence < who->least || peer->confidence > who->most)
			fail_msg("row %zu: %s (%u %%)", i, peer->device,
				 peer->confidence);
		assert_int_equal(peer->reasons.count > 0, peer->confidence > 0);
		story_free(story);
		session_set_free(set);
	}
}

static void a_reason_is_given_once_and_names_the_version(void **state)
{
	static const char *const ids[] = { FORTIGATE, FORTIGATE, NULL };
	struct session_set *set = session_set_new(NULL, NULL);
	struct ike_story *story = of_vendor_ids(set, 0, ids);

	(void)state;
	assert_int_equal(story->peers[0].reasons.count, 1);
	assert_non_null(
		strstr(story->peers[0].reasons.items[0].text, "version 00050282"));
	story_free(story);
	session_set_free(set);
}

static struct ike_story *of_notifies(struct session_set *set, const uint16_t *types)
{
	struct test_message packet = { 0 };

	message_start(&packet, 0, 0x20, V2_EXCHANGE_SA_INIT, 8, false);
	message_add_hex(&packet, V2_PAYLOAD_SA, "");
	for (; *types; types++)
		message_add_notify(&packet, *types);
	message_send(&packet, set, 0);
	assert_int_equal(set->sessions, 1);
	return story_of(set, set->session[0]);
}

static void notifies_and_their_order_tell_charon_from_pluto(void **state)
{
	static const struct {
		uint16_t types[8];
		const char *device;
	} rows[] = {
		{ { 16388, 16389, 16430, 16431, 16406 }, "strongSwan" },
		/* the same once more, with the cookie asked for */
		{ { 16390, 16388, 16389, 16430, 16431, 16406 }, "strongSwan" },
		{ { 16430, 16431, 16388, 16389 }, "libreswan" },
		{ { 16406, 16388, 16389, 16430 }, "Apple iOS or macOS" },
		{ { 16388, 16389 }, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct session_set *set = session_set_new(NULL, NULL);
		struct ike_story *story = of_notifies(set, rows[i].types);

		assert_string_equal(story->peers[0].device, rows[i].device);
		assert_string_equal(story->peers[1].device, "unknown");
		story_free(story);
		session_set_free(set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vendor_ids_and_their_order_tell_the_device),
		cmocka_unit_test(a_reason_is_given_once_and_names_the_version),
		cmocka_unit_test(notifies_and_their_order_tell_charon_from_pluto),
	};

	return cmocka_run_group_tests_name("dissect/story_device", tests, NULL, NULL);
}
