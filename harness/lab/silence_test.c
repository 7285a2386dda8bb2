// SPDX-License-Identifier: GPL-2.0-or-later
/* silence_test.c - claims about devices that say nothing to what they refuse */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/cleanup.h"
#include "lab/ruleset.h"
#include "lab/silence.h"

#define NOTIFY_500 "--sport 500 -m u32 --u32 \"0>>22&0x3C@24&0xFF01=0x500\""
#define NOTIFY_4500                                                          \
	"--sport 4500 -m u32 --u32 \"0>>22&0x3C@8=0x0&&0>>22&0x3C@28&0xFF01" \
	"=0x500\""
#define MAIN	   "@24&0xFF00=0x200"
#define AGGRESSIVE "@24&0xFF00=0x400"

/* The rules of a device with one tunnel, as text. */
static const char *rules_of(struct site *site, enum exchange_mode mode, bool accepts_both)
{
	struct ruleset *set = ruleset_new(site->arena);
	struct tunnel *tunnel = vec_push(site->arena, &site->tunnels);

	tunnel->version = 1;
	tunnel->mode = mode;
	tunnel->accepts_both_modes = accepts_both;
	silence_generate(set, site);
	return ruleset_text(set);
}

static void polite_devices_have_no_rules(void **state)
{
	static const enum device_kind polite[] = { DEVICE_OPENWRT, DEVICE_JUNOS,
						   DEVICE_STRONGSWAN };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(polite); i++) {
		struct site _cleanup_(site_freep) *site = site_new("home", polite[i]);

		assert_null(strstr(rules_of(site, EXCHANGE_MAIN, false), "u32"));
	}
}

static void notifies_in_clear_are_dropped_on_both_ports(void **state)
{
	struct site _cleanup_(site_freep) *site = site_new("box", DEVICE_FRITZBOX);
	const char *rules = rules_of(site, EXCHANGE_MAIN, true);

	(void)state;
	assert_non_null(strstr(rules, NOTIFY_500));
	assert_non_null(strstr(rules, NOTIFY_4500));
	assert_non_null(strstr(rules, "\"" SILENCE_COMMENT_NOTIFY "\" -j DROP"));
}

static void box_that_takes_both_modes_answers_both(void **state)
{
	struct site _cleanup_(site_freep) *site = site_new("box", DEVICE_FRITZBOX);
	const char *rules = rules_of(site, EXCHANGE_MAIN, true);

	(void)state;
	assert_null(strstr(rules, MAIN));
	assert_null(strstr(rules, AGGRESSIVE));
}

static void aggressive_box_never_answers_main_mode(void **state)
{
	struct site _cleanup_(site_freep) *site = site_new("box", DEVICE_FRITZBOX);
	const char *rules = rules_of(site, EXCHANGE_AGGRESSIVE, false);

	(void)state;
	assert_non_null(strstr(rules, MAIN));
	assert_null(strstr(rules, AGGRESSIVE));
}

static void disabled_tunnels_do_not_count(void **state)
{
	struct site _cleanup_(site_freep) *site = site_new("fw", DEVICE_SCREENOS);
	struct tunnel *off = vec_push(site->arena, &site->tunnels);

	(void)state;
	off->version = 1;
	off->mode = EXCHANGE_AGGRESSIVE;
	off->is_disabled = true;
	assert_non_null(strstr(rules_of(site, EXCHANGE_MAIN, false), AGGRESSIVE));
}

int main(void)
{
	static const struct CMUnitTest claims[] = {
		cmocka_unit_test(polite_devices_have_no_rules),
		cmocka_unit_test(notifies_in_clear_are_dropped_on_both_ports),
		cmocka_unit_test(box_that_takes_both_modes_answers_both),
		cmocka_unit_test(aggressive_box_never_answers_main_mode),
		cmocka_unit_test(disabled_tunnels_do_not_count),
	};

	return cmocka_run_group_tests_name("lab/silence", claims, NULL, NULL);
}
