// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * catalogue_test.c - each class that files tell has a failing pair and a healthy one
 *
 * Most have their one mistake in test_mistakes.h; what takes more than one place, or what
 * the healthy pairs have all the same, stands here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "predict/test_world.h"

#define EDITS_MAX 6

/* In the files of that end `find` becomes `replace`; find NULL: a file of that name. */
struct pair_edit {
	unsigned int end;
	const char *find, *replace, *name;
};

struct entry {
	enum class_id class;
	unsigned int pair;
	bool is_behind_nat;
	struct pair_edit broken[EDITS_MAX];
	struct pair_edit healthy[EDITS_MAX]; /* none: the pair as it is */
};

#define FRITZBOX_OPENWRT 8

#define ROAD_WARRIOR(name, id)                                                    \
	" " name " {\n  version = 2\n  local {\n   auth = psk\n  }\n"             \
	"  remote {\n   auth = psk\n   id = " id ".example\n  }\n  children {\n"  \
	"   n {\n    local_ts = 10.9.0.0/24\n    remote_ts = 10.8.0.0/24\n   }\n" \
	"  }\n }\n"

/* An XFRM interface with its route, and the zone that it belongs into. */
#define XFRM(id)                                                                           \
	"config interface 'x0'\n option proto xfrm\n option tunlink wan\n option ifid " id \
	"\nconfig route\n option interface x0\n option target 10.1.2.0/24\n"
#define VPN_ZONE(network)                                            \
	"config zone\n option name vpn\n list network " network "\n" \
	"config forwarding\n option src vpn\n option dest lan\n"     \
	"config forwarding\n option src lan\n option dest vpn\n"

/* A marked child, and the script that makes its VTI with that key. */
#define MARKED	    "start_action = trap\n    mark_in = %unique\n    mark_out = %unique"
#define WITH_SCRIPT MARKED "\n    updown = /etc/vti.sh"
#define SCRIPT(key)                                                              \
	"#!/bin/sh\nip tunnel add vti1 local $PLUTO_ME remote $PLUTO_PEER mode " \
	"vti key " key "\nip link set vti1 up\n"                                 \
	"ip route add $PLUTO_PEER_CLIENT dev vti1\n"
#define NO_ROUTES "charon {\n install_routes = no\n}\n"

/* clang-format off */
static const struct entry entries[] = {
	{ F02, OPENWRT_SCREENOS, false,
	  { { HOME, "config remote acme\n", "...\nconfig remote acme\n", NULL } }, { { 0 } } },
	{ F04, SWANCTL_SCREENOS, false,
	  { { HOME, "start_action = trap", "", NULL },
	    { ACME, "address 203.0.113.56", "address 0.0.0.0", NULL } },
	  { { ACME, "address 203.0.113.56", "address 0.0.0.0", NULL } } },
	{ F19, FRITZBOX_OPENWRT, false,
	  { { HOME, "phase1_mode_idp", "phase1_mode_aggressive", NULL },
	    { ACME, "exchange_mode main", "exchange_mode aggressive", NULL } }, { { 0 } } },
	{ F28, OPENWRT_FRITZBOX, false,
	  { { ACME, "phase1_mode_idp", "phase1_mode_aggressive", NULL },
	    { HOME, "exchange_mode main", "exchange_mode aggressive", NULL },
	    { HOME, "'yourpassword'", "'yourpasswort'", NULL } },
	  { { ACME, "phase1_mode_idp", "phase1_mode_aggressive", NULL },
	    { HOME, "exchange_mode main", "exchange_mode aggressive", NULL } } },
	{ F34, OPENWRT_SCREENOS, true,
	  { { HOME, " option local_identifier '@home.example'\n", "", NULL },
	    { HOME, "ipaddr '203.0.113.56'", "ipaddr '192.168.178.2'", NULL },
	    { ACME, "id \"home.example\"", "id \"203.0.113.56\"", NULL } }, { { 0 } } },
	{ F49, SWANCTL_JUNOS, false,
	  { { HOME, "remote_ts = 10.1.2.0/24", "remote_ts = 10.1.2.0/24, 10.1.3.0/24", NULL } },
	  { { 0 } } },
	{ F52, OPENWRT_FRITZBOX, false, { { 0 } },
	  { { ACME, "comp-all", "comp-no", NULL } } },
	{ F58, OPENWRT_SCREENOS, false,
	  { { HOME, "option device 'eth0.2'\n option proto static",
	      "option device 'eth0.2'\n option proto dhcp", NULL },
	    { HOME, " option gateway 198.51.100.7\n",
	      " option gateway 198.51.100.7\n option local_ip 203.0.113.56\n", NULL } },
	  { { HOME, " option gateway 198.51.100.7\n",
	      " option gateway 198.51.100.7\n option local_ip 203.0.113.56\n", NULL } } },
	{ F60, SWANCTL_JUNOS, false,
	  { { HOME, " acme {\n", ROAD_WARRIOR("b", "x") ROAD_WARRIOR("c", "x") " acme {\n", NULL } },
	  { { HOME, " acme {\n", ROAD_WARRIOR("b", "x") ROAD_WARRIOR("c", "y") " acme {\n", NULL } } },
	{ F61, OPENWRT_SCREENOS, false,
	  { { HOME, " list local_subnet", " option startaction start\n list local_subnet", NULL },
	    { ACME, "address 203.0.113.56", "address 0.0.0.0", NULL } },
	  { { HOME, " list local_subnet", " option startaction start\n list local_subnet", NULL },
	    { HOME, "option enabled 1", "option enabled 1\n option keyingtries 0", NULL },
	    { ACME, "address 203.0.113.56", "address 0.0.0.0", NULL } } },
	{ F97, IPSEC_CONF_JUNOS, false,
	  { { HOME, "conn acme\n", "config setup\n uniqueids = never\nconn acme\n", NULL },
	    { HOME, " dpddelay=30s\n dpdaction=restart\n", " dpdaction=none\n", NULL } },
	  { { HOME, "conn acme\n", "config setup\n uniqueids = yes\nconn acme\n", NULL },
	    { HOME, " dpddelay=30s\n dpdaction=restart\n", " dpdaction=none\n", NULL } } },
	{ F68, OPENWRT_SCREENOS, false,
	  { { HOME, NULL, "net.ipv4.ip_forward=0\n", "etc/sysctl.conf" } }, { { 0 } } },
	{ F70, OPENWRT_FRITZBOX, false, { { 0 } },
	  { { HOME, "config forwarding\n option src lan\n option dest wan\n", "", NULL },
	    { ACME, "  always_renew = no;\n",
	      "  always_renew = no;\n  reject_not_encrypted = yes;\n", NULL } } },
	{ F73, OPENWRT_JUNOS, false,
	  { { HOME, "config interface 'wan'", XFRM("43") "config interface 'wan'", NULL },
	    { HOME, "config tunnel lan\n", "config tunnel lan\n option if_id 42\n", NULL },
	    { HOME, "config forwarding\n", VPN_ZONE("x0") "config forwarding\n", NULL } },
	  { { HOME, "config interface 'wan'", XFRM("42") "config interface 'wan'", NULL },
	    { HOME, "config tunnel lan\n", "config tunnel lan\n option if_id 42\n", NULL },
	    { HOME, "config forwarding\n", VPN_ZONE("x0") "config forwarding\n", NULL } } },
	{ F91, OPENWRT_JUNOS, false,
	  { { HOME, "config interface 'wan'", XFRM("42") "config interface 'wan'", NULL },
	    { HOME, "config tunnel lan\n", "config tunnel lan\n option if_id 42\n", NULL } },
	  { { HOME, "config interface 'wan'", XFRM("42") "config interface 'wan'", NULL },
	    { HOME, "config tunnel lan\n", "config tunnel lan\n option if_id 42\n", NULL },
	    { HOME, "config forwarding\n", VPN_ZONE("x0") "config forwarding\n", NULL } } },
	{ F92, SWANCTL_SCREENOS, false,
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, NO_ROUTES, "etc/strongswan.conf" } },
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, NO_ROUTES, "etc/strongswan.conf" },
	    { HOME, NULL, SCRIPT("${PLUTO_MARK_OUT%%/*}"), "etc/vti.sh" } } },
	{ F94, SWANCTL_SCREENOS, false,
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, NO_ROUTES, "etc/strongswan.conf" },
	    { HOME, NULL, SCRIPT("42"), "etc/vti.sh" } },
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, NO_ROUTES, "etc/strongswan.conf" },
	    { HOME, NULL, SCRIPT("${PLUTO_MARK_OUT%%/*}"), "etc/vti.sh" } } },
	{ F95, SWANCTL_SCREENOS, false,
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, SCRIPT("${PLUTO_MARK_OUT%%/*}"), "etc/vti.sh" } },
	  { { HOME, "start_action = trap", WITH_SCRIPT, NULL },
	    { HOME, NULL, NO_ROUTES, "etc/strongswan.conf" },
	    { HOME, NULL, SCRIPT("${PLUTO_MARK_OUT%%/*}"), "etc/vti.sh" } } },
	{ F81, OPENWRT_SCREENOS, false,
	  { { HOME, "10.1.2.250@192.168.2.1", "10.1.2.250", NULL },
	    { HOME, "config remote acme\n",
	      "config ipsec\n option rtinstall_enabled 0\nconfig remote acme\n", NULL } },
	  { { HOME, "10.1.2.250@192.168.2.1", "10.1.2.250", NULL } } },
	{ F85, OPENWRT_SCREENOS, false,
	  { { HOME, "config forwarding\n",
	      "config zone\n option name vpn\n list subnet 10.1.2.0/24\n option input ACCEPT\n"
	      "config rule\n option src lan\n option dest vpn\n option proto all\n"
	      " option target ACCEPT\nconfig forwarding\n", NULL } }, { { 0 } } },
	{ F87, OPENWRT_SCREENOS, false,
	  { { HOME, "modp2048", "modp1024", NULL }, { ACME, "pre-g14", "pre-g2", NULL } },
	  { { 0 } } },
	{ F88, OPENWRT_FRITZBOX, false,
	  { { ACME, "phase1_mode_idp", "phase1_mode_aggressive", NULL },
	    { HOME, "exchange_mode main", "exchange_mode aggressive", NULL } }, { { 0 } } },
	{ F89, OPENWRT_SCREENOS, false,
	  { { ACME, "set policy id 11 from", "set policy id 9 from \"Trust\" to \"Untrust\" "
	      "\"Any\" \"Any\" \"ANY\" permit\nset policy id 11 from", NULL } }, { { 0 } } },
};
/* clang-format on */

static const struct entry *entry_of(enum class_id class)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		if (entries[i].class == class)
			return &entries[i];
	return NULL;
}

static const struct mistake *mistake_of(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (str_equal(mistakes[i].id, id) || str_equal(mistakes[i].weak, id))
			return &mistakes[i];
	return NULL;
}

static void edit(struct arena *arena, struct test_device *device,
		 const struct pair_edit *pair_edit)
{
	const struct mistake place = { .find = pair_edit->find,
				       .replace = pair_edit->replace };

	for (size_t i = 0; i < TEST_FILES_MAX; i++) {
		const char *text;

		if (!device->files[i].name && !pair_edit->find) {
			device->files[i].name = pair_edit->name;
			device->files[i].text = pair_edit->replace;
			return;
		}
		text = device->files[i].name && pair_edit->find
			       ? changed(arena, device->files[i].text, &place)
			       : NULL;
		if (text) {
			device->files[i].text = text;
			return;
		}
	}
	fail_msg("no such place: %s", pair_edit->find);
}

static bool is_predicted(const struct entry *entry, const struct pair_edit *edits)
{
	struct test_device devices[2] = { *pairs[entry->pair].devices[0],
					  *pairs[entry->pair].devices[1] };
	const struct test_pair pair = { "edited", { &devices[0], &devices[1] } };
	const struct mistake nat = { .end = 2, .is_behind_nat = entry->is_behind_nat };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_world_ struct world world = { 0 };

	for (size_t i = 0; i < EDITS_MAX && edits[i].replace; i++)
		edit(arena, &devices[edits[i].end], &edits[i]);
	predict(&world, &pair, &nat);
	if (!has_class(&world.findings, finding_class_of(entry->class)->id) &&
	    edits == entry->broken)
		print_all(&world);
	return has_class(&world.findings, finding_class_of(entry->class)->id);
}

/* predict_test.c has them with all their words; here it is only the class. */
static void assert_mistake(const struct mistake *mistake, const char *id)
{
	_cleanup_world_ struct world broken = { 0 }, healthy = { 0 };

	predict(&broken, &pairs[mistake->pair], mistake);
	if (!has_class(&broken.findings, id))
		fail_msg("%s: '%s' does not give it", id, mistake->claim);
	predict(&healthy, &pairs[mistake->pair], NULL);
	if (has_class(&healthy.findings, id))
		fail_msg("%s: the pair has it without '%s', too", id, mistake->claim);
}

static void each_class_that_files_tell_has_a_failing_pair_and_a_healthy_one(void **state)
{
	(void)state;
	for (unsigned int i = CLASS_NONE + 1; i < CLASSES_END; i++) {
		const struct finding_class *class = finding_class_of((enum class_id)i);
		const struct entry *entry = entry_of(class->number);
		const struct mistake *mistake = mistake_of(class->id);

		if (!(class->told_by & TOLD_FILES)) {
			assert_null(entry);
			assert_null(mistake);
			continue;
		}
		if (!entry && !mistake)
			fail_msg("%s %s has no failing pair", class->id, class->name);
		if (!entry) {
			assert_mistake(mistake, class->id);
			continue;
		}
		if (!is_predicted(entry, entry->broken))
			fail_msg("%s: its pair does not give it", class->id);
		if (is_predicted(entry, entry->healthy))
			fail_msg("%s: its healthy pair gives it, too", class->id);
	}
}

/* What the other end begins anew piles up; one that cannot begin leaves nothing behind. */
static void nothing_piles_up_where_the_other_end_never_begins(void **state)
{
	static const struct entry entry = {
		F97,
		IPSEC_CONF_JUNOS,
		false,
		{ { HOME, "conn acme\n", "config setup\n uniqueids = never\nconn acme\n",
		    NULL },
		  { HOME, " dpddelay=30s\n dpdaction=restart\n", " dpdaction=none\n",
		    NULL } },
		{ { HOME, "conn acme\n", "config setup\n uniqueids = never\nconn acme\n",
		    NULL },
		  { HOME, " dpddelay=30s\n dpdaction=restart\n", " dpdaction=none\n",
		    NULL },
		  { ACME, "gateway gw address 203.0.113.56",
		    "gateway gw dynamic hostname home.example", NULL } }
	};

	(void)state;
	assert_true(is_predicted(&entry, entry.broken));
	assert_false(is_predicted(&entry, entry.healthy));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_class_that_files_tell_has_a_failing_pair_and_a_healthy_one),
		cmocka_unit_test(nothing_piles_up_where_the_other_end_never_begins),
	};

	return cmocka_run_group_tests_name("predict/catalogue", tests, NULL, NULL);
}
