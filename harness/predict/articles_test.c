// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * articles_test.c - claims about the two articles' files as they are printed
 *
 * devices.md 1.3 lists what is wrong with them. Each firmware's reading must
 * name it; the documented one too, as far as it is wrong there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "import/articles.h"
#include "import/openwrt.h"
#include "predict/predict.h"

/* https://openwrt.org/docs/guide-user/services/vpn/strongswan/site2site */
/* What the article shows as pictures, in the firewall's own words (devices.md 3.5). */
static const char acme[] =
	"set interface \"ethernet0/0\" zone \"Untrust\"\n"
	"set interface \"ethernet0/1\" zone \"Trust\"\n"
	"set interface \"ethernet0/2\" zone \"DMZ\"\n"
	"set interface ethernet0/0 ip 7.7.7.7/24\n"
	"set interface ethernet0/1 ip 10.1.2.1/24\n"
	"set interface ethernet0/2 ip 66.77.88.193/26\n"
	"set address \"Trust\" \"LAN\" 10.1.2.0 255.255.255.0\n"
	"set address \"DMZ\" \"DMZ-NET\" 66.77.88.192 255.255.255.192\n"
	"set address \"Untrust\" \"home\" 192.168.2.64 255.255.255.192\n"
	"set ike gateway \"home-gw\" address 0.0.0.0 id \"bratwurst\" Aggr "
	"outgoing-interface \"ethernet0/0\" preshare \"yourpasswordhere\" proposal "
	"\"pre-g2-aes128-sha\"\n"
	"set vpn \"home-vpn\" gateway \"home-gw\" replay tunnel idletime 0 proposal "
	"\"g2-esp-aes128-sha\"\n"
	"set policy id 10 from \"Untrust\" to \"Trust\" \"home\" \"LAN\" \"ANY\" tunnel "
	"vpn \"home-vpn\" id 0x1 pair-policy 11\n"
	"set policy id 11 from \"Trust\" to \"Untrust\" \"LAN\" \"home\" \"ANY\" tunnel "
	"vpn \"home-vpn\" id 0x1 pair-policy 10\n"
	"set policy id 12 from \"Untrust\" to \"DMZ\" \"home\" \"DMZ-NET\" \"ANY\" "
	"tunnel vpn \"home-vpn\" id 0x1 pair-policy 13\n"
	"set policy id 13 from \"DMZ\" to \"Untrust\" \"DMZ-NET\" \"home\" \"ANY\" "
	"tunnel vpn \"home-vpn\" id 0x1 pair-policy 12\n"
	"set route 0.0.0.0/0 interface ethernet0/0 gateway 7.7.7.1\n";

/* "IPSec Tunnel between OpenWrt and FritzBox", 2015-12-31 */
static const char with_box[] =
	"config 'ipsec'\n"
	"  option 'zone' 'vpn'\n"
	"  option 'debug' '1'\n"
	"  list 'listen' 'eth0.2'\n"
	"\n"
	"config 'remote' 'Site2Site'\n"
	"  option 'enabled' '1'\n"
	"  option 'gateway' 'remotesite.dyndns.org'\n"
	"  option 'exchange_mode' 'main'\n"
	"  option 'local_identifier' '@localsite.dyndns.org'\n"
	"  option 'remote_identifier' '@remotesite.dyndns.org'\n"
	"  option 'authentication_method' 'psk'\n"
	"  option 'pre_shared_key' 'wBN4HKbOL4SrbQf9MCa2HLWh6raiPi'\n"
	"  list   'p1_proposal' 'pre_g2_aes_sha1'\n"
	"  list   'tunnel' 'site2site_lan'\n"
	"\n"
	"config 'p1_proposal' 'pre_g2_aes_sha1'\n"
	"  option 'encryption_algorithm' 'aes128'\n"
	"  option 'hash_algorithm' 'sha1'\n"
	"  option 'dh_group' 'modp1024'\n"
	"\n"
	"config 'tunnel' 'site2site_lan'\n"
	"  option 'local_subnet' '192.168.1.0/24'\n"
	"  option 'remote_subnet' '192.168.0.0/24'\n"
	"  option 'p2_proposal' 'g2_aes_sha1'\n"
	"\n"
	"config 'p2_proposal' 'g2_aes_sha1'\n"
	"  option 'pfs_group' 'modp1024'\n"
	"  option 'encryption_algorithm' 'aes128'\n"
	"  option 'authentication_algorithm' 'sha1'\n";

static const char firewall_user[] =
	"iptables -A input_rule -p esp -j ACCEPT \n"
	"iptables -A input_rule -p udp --dport 500 -j ACCEPT \n"
	"iptables -A input_rule -p udp --dport 4500 -j ACCEPT\n"
	"iptables -t nat -A postrouting_rule -d 192.168.8.0/24 -j ACCEPT\n";

/* "I created a new VPN zone …": the article says it in words. */
static const char firewall[] =
	"config zone\n option name lan\n list network lan\n option input ACCEPT\n"
	" option output ACCEPT\n option forward ACCEPT\n"
	"config zone\n option name wan\n list network wan\n option input REJECT\n"
	" option output ACCEPT\n option forward REJECT\n option masq 1\n"
	" option mtu_fix 1\n"
	"config zone\n option name vpn\n option input REJECT\n option output ACCEPT\n"
	" option forward REJECT\n"
	"config forwarding\n option src lan\n option dest wan\n"
	"config forwarding\n option src lan\n option dest vpn\n"
	"config forwarding\n option src vpn\n option dest lan\n"
	"config include\n option path /etc/firewall.user\n";

struct world {
	struct arena *arena;
	struct site *sites[2];
	struct findings findings;
};

static void world_done(struct world *world)
{
	site_free(world->sites[0]);
	site_free(world->sites[1]);
	arena_free(world->arena);
}

#define _cleanup_world_ _cleanup_(world_done)

static void import(struct world *world, unsigned int end, enum device_kind kind,
		   const struct import_source *sources, size_t count,
		   const char *firmware)
{
	const struct import_options options = {
		.reading = firmware ? READING_RENDERED : READING_DOCUMENTED,
		.firmware = firmware,
	};
	struct err err = { 0 };

	if (site_import(kind, end ? "far" : "home", sources, count, &options,
			&world->sites[end], &err))
		fail_msg("%s", err.text);
}

static void predict(struct world *world)
{
	struct predict_input input = { .sites = { world->sites[0], world->sites[1] },
				       .arena = world->arena };

	input.initiator = predict_initiator(input.sites);
	predict_pair(&input, &world->findings);
}

static void first_article(struct world *world, const char *firmware)
{
	const struct import_source home = { "etc/config/ipsec", article_site_to_site,
					    strlen(article_site_to_site) };
	const struct import_source far = { "acme.screenos", acme, strlen(acme) };

	world->arena = arena_new();
	import(world, 0, DEVICE_OPENWRT, &home, 1, firmware);
	import(world, 1, DEVICE_SCREENOS, &far, 1, NULL);
	predict(world);
}

static void second_article(struct world *world, const char *firmware, bool has_firewall)
{
	const struct import_source home[] = {
		{ "etc/config/ipsec", with_box, strlen(with_box) },
		{ "etc/firewall.user", firewall_user, strlen(firewall_user) },
		{ "etc/config/firewall", firewall, strlen(firewall) },
	};
	const struct import_source far = { "vpn.cfg", article_vpn_cfg,
					   strlen(article_vpn_cfg) };

	world->arena = arena_new();
	import(world, 0, DEVICE_OPENWRT, home, has_firewall ? 3 : 2, firmware);
	import(world, 1, DEVICE_FRITZBOX, &far, 1, NULL);
	predict(world);
}

/* A finding of the class whose summary has the words and whose first value the line. */
static bool says(const struct world *world, const char *id, const char *words,
		 unsigned int line)
{
	vec_foreach (finding, &world->findings)
		if (str_equal(finding->class->id, id) &&
		    strstr(finding->summary, words) &&
		    (!line || finding->values[0].at.line == line))
			return true;
	return false;
}

static void assert_says(const struct world *world, const char *firmware, const char *id,
			const char *words, unsigned int line)
{
	if (says(world, id, words, line))
		return;
	vec_foreach (finding, &world->findings)
		print_message("  %s: %s\n", finding->class->id, finding->summary);
	fail_msg("%s: no %s with '%s'", firmware ? firmware : "documented", id, words);
}

static bool has_old_schema(const char *firmware)
{
	return str_equal(firmware, "wiki") || str_equal(firmware, "technicolor");
}

static void the_first_article_means_something_that_works(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	first_article(&world, NULL);
	vec_foreach (finding, &world.findings)
		if (finding->severity != SEVERITY_WEAK)
			fail_msg("%s: %s", finding->class->id, finding->summary);
	assert_says(&world, NULL, "F02", "invalid command '...'", 34);
	assert_says(&world, NULL, "F88", "aggressive mode", 0);
}

static void no_firmware_loads_the_first_article(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_world_ struct world world = { 0 };

		first_article(&world, *name);
		/* 21.02 only warns, and takes strongSwan's own method for it. */
		if (str_equal(*name, "21.02"))
			assert_says(&world, *name, "F25", "by certificate or public key",
				    0);
		else
			assert_says(&world, *name, "F01", "authentication_method 'psk'",
				    0);
		assert_says(&world, *name, "F02", "never writes aggressive=yes", 0);
		assert_says(&world, *name, "F02", "invalid command '...'", 0);
	}
}

static void scripts_of_the_old_schema_write_group_2(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_world_ struct world world = { 0 };

		if (!has_old_schema(*name))
			continue;
		first_article(&world, *name);
		assert_says(&world, *name, "F01", "'2' is no DH group", 18);
		assert_says(&world, *name, "F01", "'2' is no DH group", 31);
	}
}

static void later_scripts_ignore_the_old_schema(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_world_ struct world world = { 0 };

		if (has_old_schema(*name))
			continue;
		first_article(&world, *name);
		assert_says(&world, *name, "F02", "p1_proposal", 0);
		assert_says(&world, *name, "F17", "home starts IKEv2", 0);
		if (!str_equal(*name, "master"))
			assert_says(&world, *name, "F24", "group 2 (modp1024)", 0);
	}
}

static void main_mode_meets_a_firewall_that_wants_aggressive(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	first_article(&world, "wiki");
	assert_says(&world, "wiki", "F18", "home starts in main mode", 0);
}

static void the_box_must_be_told_main_mode(void **state)
{
	_cleanup_world_ struct world documented = { 0 }, wiki = { 0 };

	(void)state;
	second_article(&documented, NULL, false);
	assert_says(&documented, NULL, "F18", "far only answers aggressive mode", 0);
	second_article(&wiki, "wiki", false);
	assert_says(&wiki, "wiki", "F18", "far only answers aggressive mode", 0);
	assert_says(&wiki, "wiki", "F02", "ip route get remotesite.dyndns.org", 8);
}

static void the_exemption_of_the_second_article_is_for_another_net(void **state)
{
	_cleanup_world_ struct world world = { 0 }, whole = { 0 };

	(void)state;
	second_article(&world, NULL, false);
	assert_says(&world, NULL, "F64", "192.168.8.0/24", 4);
	second_article(&whole, "wiki", true);
	assert_says(&whole, "wiki", "F64", "192.168.8.0/24", 4);
}

static void its_vpn_zone_catches_nothing(void **state)
{
	_cleanup_world_ struct world world = { 0 };

	(void)state;
	second_article(&world, NULL, true);
	assert_says(&world, NULL, "F86", "zone vpn", 0);
}

static void later_scripts_speak_ikev2_to_a_box(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_world_ struct world world = { 0 };

		/* The last two do not even read the peer's address. */
		if (str_equal(*name, "wiki") || str_equal(*name, "master") ||
		    str_equal(*name, "pr30504"))
			continue;
		second_article(&world, *name, false);
		assert_says(&world, *name, "F17", "home starts IKEv2", 0);
	}
}

static void both_readings_are_compared(void **state)
{
	_cleanup_world_ struct world documented = { 0 }, rendered = { 0 };
	struct predict_input input;
	const struct site *readings[1];

	(void)state;
	first_article(&documented, NULL);
	first_article(&rendered, "19.07");
	readings[0] = rendered.sites[0];
	input = (struct predict_input){ .sites = { documented.sites[0],
						   documented.sites[1] },
					.arena = documented.arena };
	predict_readings(&input, documented.sites[0], readings, 1, &documented.findings);
	assert_says(&documented, "19.07", "F02", "start IKEv2, the file means IKEv1", 0);
	assert_says(&documented, "19.07", "F02",
		    "start main mode, the file says aggressive", 9);
	assert_says(&documented, "19.07", "F02", "read none of the IKE proposals", 0);
	assert_says(&documented, "19.07", "F02",
		    "load nothing: option authentication_method 'psk' is missing", 0);
}

/* Judged by 19.07, F01 says that it loads nothing; the comparison has the rest. */
static void what_is_fatal_is_not_told_as_weak_again(void **state)
{
	_cleanup_world_ struct world documented = { 0 }, rendered = { 0 };
	struct predict_input input;
	const struct site *readings[1];
	bool is_compared = false;

	(void)state;
	first_article(&documented, NULL);
	first_article(&rendered, "19.07");
	readings[0] = rendered.sites[0];
	input = (struct predict_input){ .sites = { rendered.sites[0], rendered.sites[1] },
					.arena = rendered.arena };
	assert_int_equal(rendered.findings.items[0].class->number, F01);
	predict_readings(&input, documented.sites[0], readings, 1, &rendered.findings);
	vec_foreach (finding, &rendered.findings) {
		is_compared |= finding->class->number == F02;
		assert_null(strstr(finding->summary, "load nothing"));
	}
	assert_true(is_compared);
}

static void no_finding_shows_the_key(void **state)
{
	(void)state;
	for (const char *const *name = openwrt_firmwares(); *name; name++) {
		_cleanup_world_ struct world world = { 0 };

		first_article(&world, *name);
		vec_foreach (finding, &world.findings) {
			assert_null(strstr(finding->summary, "yourpasswordhere"));
			for (size_t i = 0; i < 2; i++)
				if (finding->values[i].value)
					assert_null(strstr(finding->values[i].value,
							   "yourpasswordhere"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_article_means_something_that_works),
		cmocka_unit_test(no_firmware_loads_the_first_article),
		cmocka_unit_test(scripts_of_the_old_schema_write_group_2),
		cmocka_unit_test(later_scripts_ignore_the_old_schema),
		cmocka_unit_test(main_mode_meets_a_firewall_that_wants_aggressive),
		cmocka_unit_test(the_box_must_be_told_main_mode),
		cmocka_unit_test(the_exemption_of_the_second_article_is_for_another_net),
		cmocka_unit_test(its_vpn_zone_catches_nothing),
		cmocka_unit_test(later_scripts_speak_ikev2_to_a_box),
		cmocka_unit_test(both_readings_are_compared),
		cmocka_unit_test(what_is_fatal_is_not_told_as_weak_again),
		cmocka_unit_test(no_finding_shows_the_key),
	};

	return cmocka_run_group_tests_name("predict/articles", tests, NULL, NULL);
}
