// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * predict_test.c - claims: healthy pairs are silent, one mistake gives exactly one class
 *
 * Each case is a healthy pair with one place of one file changed.
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

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "predict/predict.h"
#include "predict/test_mistakes.h"
#include "predict/test_pairs.h"
#include "predict/test_patch.h"
#include "predict/test_world.h"

static void a_healthy_pair_gives_nothing_above_weak(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_world_ struct world world = { 0 };

		predict(&world, &pairs[i], NULL);
		vec_foreach (finding, &world.findings) {
			if (finding->severity == SEVERITY_WEAK)
				continue;
			print_all(&world);
			fail_msg("%s: %s %s", pairs[i].name, finding->class->id,
				 finding->summary);
		}
	}
}

static void the_new_schema_is_healthy_as_rendered(void **state)
{
	static const struct {
		unsigned int pair;
		const char *firmware;
	} cases[] = {
		{ OPENWRT_JUNOS, "21.02-ipsec" }, { OPENWRT_SCREENOS, "24.10" },
		{ OPENWRT_JUNOS, "19.07" },	  { OPENWRT_JUNOS, "v23.05.3" },
		{ JUNOS_OPENWRT, "24.10" },	  { OPENWRT_JUNOS, "25.12-ipsec" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_world_ struct world world = { .firmware = cases[i].firmware };

		predict(&world, &pairs[cases[i].pair], NULL);
		vec_foreach (finding, &world.findings)
			if (finding->severity != SEVERITY_WEAK)
				fail_msg("%s: %s %s", cases[i].firmware,
					 finding->class->id, finding->summary);
	}
}

/* What the release cannot load, by the class and a word of its sentence. */
static void a_release_that_loads_nothing_is_named(void **state)
{
	static const struct mistake as_option = { .find = "list remote_subnet",
						  .replace = "option remote_subnet" };
	static const struct {
		const char *firmware, *id, *words;
		const struct mistake *mistake;
	} cases[] = {
		{ "21.02", "F01", "never closes the section", NULL },
		{ "21.02.7", "F01", "never closes the section", NULL },
		{ "22.03", "F02", "walks a `list remote_subnet`", &as_option },
		{ "25.12", "F02", "walks a `list remote_subnet`", &as_option },
		{ "19.07", NULL, NULL, &as_option },
		{ "21.02-ipsec", NULL, NULL, &as_option },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_world_ struct world world = { .firmware = cases[i].firmware };
		bool is_said = false;

		/* ipsec.init takes the version from the tunnel, not from the remote. */
		predict(&world, &pairs[cases[i].id ? OPENWRT_SCREENOS : OPENWRT_JUNOS],
			cases[i].mistake);
		vec_foreach (finding, &world.findings) {
			if (finding->severity != SEVERITY_NO_TUNNEL)
				continue;
			if (!cases[i].id)
				fail_msg("%s: %s", cases[i].firmware, finding->summary);
			is_said |= str_equal(finding->class->id, cases[i].id) &&
				   strstr(finding->summary, cases[i].words);
		}
		if (cases[i].id && !is_said)
			fail_msg("%s: not said", cases[i].firmware);
	}
}

/* A finding says both values with their place, a reason or a fix, and no secret. */
static void assert_is_whole(const struct finding *finding)
{
	assert_non_null(finding->summary);
	assert_non_null(finding->values[0].setting ? finding->values[0].setting
						   : finding->values[1].setting);
	assert_null(strstr(finding->summary, "yourpassword"));
	assert_true(finding->fixes.count > 0);
	vec_foreach (fix, &finding->fixes) {
		assert_null(strstr(*fix, "yourpassword"));
		assert_null(strstr(*fix, "(null)"));
	}
	for (size_t i = 0; i < 2; i++)
		if (finding->values[i].value)
			assert_null(strstr(finding->values[i].value, "yourpassword"));
}

/* Both ends read something when no tunnel comes up, and of phase 2 not the words of 1. */
static void assert_is_seen(const struct finding *finding)
{
	bool is_left = false, is_right = false;

	vec_foreach (sees, &finding->sees) {
		bool is_both = str_starts(*sees, "both: ");

		is_left |= is_both || str_starts(*sees, "left: ");
		is_right |= is_both || str_starts(*sees, "right: ");
		assert_null(strstr(*sees, "(null)"));
		if (finding->is_phase2)
			assert_null(strstr(*sees, "Phase 1"));
	}
	if (finding->severity == SEVERITY_NO_TUNNEL && (!is_left || !is_right))
		fail_msg("%s: nobody says what %s sees", finding->summary,
			 is_left ? "right" : "left");
}

/* The pair again, with one file's text another. */
static void predict_patched(struct world *world, const struct test_pair *pair,
			    const struct mistake *mistake, unsigned int end, size_t file,
			    const char *text)
{
	struct test_device devices[2] = { *pair->devices[0], *pair->devices[1] };
	const struct test_pair patched = { pair->name, { &devices[0], &devices[1] } };
	struct mistake none = *mistake;

	for (size_t i = 0; i < TEST_FILES_MAX && devices[mistake->end].files[i].name;
	     i++) {
		const char *wrong = changed(world->arena,
					    devices[mistake->end].files[i].text, mistake);

		if (!wrong)
			continue;
		devices[mistake->end].files[i].text = wrong;
		break;
	}
	devices[end].files[file].text = text;
	none.end = 2; /* it is made already */
	predict(world, &patched, &none);
}

/* The text of that file as the mistaken pair has it. */
static const char *text_of(struct world *world, const struct mistake *mistake,
			   unsigned int end, const char *name, size_t *ret_index)
{
	const struct test_device *device = pairs[mistake->pair].devices[end];
	bool is_changed = mistake->end != end;

	for (size_t i = 0; i < TEST_FILES_MAX && device->files[i].name; i++) {
		const char *text = device->files[i].text;
		const char *wrong =
			is_changed ? NULL : changed(world->arena, text, mistake);

		is_changed |= wrong != NULL;
		*ret_index = i;
		if (str_equal(device->files[i].name, name))
			return wrong ? wrong : text;
	}
	return NULL;
}

/* What a fix says, done to a copy of the file: then nothing above weak is left. */
static bool try_fix(struct world *world, const struct mistake *mistake, const char *fix)
{
	_cleanup_world_ struct world after = { .arena = NULL };
	const struct test_pair *pair = &pairs[mistake->pair];
	struct patch_fix parsed;
	const char *text;
	unsigned int end;
	size_t index;

	if (!patch_parse(world->arena, fix, &parsed))
		return false;
	end = str_equal(parsed.site, "right");
	text = text_of(world, mistake, end, parsed.file, &index);
	text = text ? patch_apply(world->arena, pair->devices[end]->kind, text, &parsed)
		    : NULL;
	if (!text)
		return false;
	after.arena = arena_new();
	predict_patched(&after, pair, mistake, end, index, text);
	vec_foreach (finding, &after.findings)
		if (finding->severity != SEVERITY_WEAK) {
			print_message("%s\n", text);
			fail_msg("'%s' leaves %s: %s", fix, finding->class->id,
				 finding->summary);
		}
	return true;
}

static unsigned int fixes_tried;

static void what_is_to_be_written_instead_works(void **state)
{
	const struct mistake *mistake = *state;
	_cleanup_world_ struct world world = { 0 };

	predict(&world, &pairs[mistake->pair], mistake);
	vec_foreach (finding, &world.findings)
		if (finding->severity != SEVERITY_WEAK)
			vec_foreach (fix, &finding->fixes) {
				bool is_tried = try_fix(&world, mistake, *fix);

				fixes_tried += is_tried;
				if (!is_tried)
					print_message("  (described only: %s)\n", *fix);
			}
}

static void most_fixes_can_be_done_literally(void **state)
{
	(void)state;
	print_message("%u fixes were applied\n", fixes_tried);
	assert_true(fixes_tried >= 30);
}

static void a_mistake_gives_its_class(void **state)
{
	const struct mistake *mistake = *state;
	_cleanup_world_ struct world world = { 0 };
	size_t count = 0;

	predict(&world, &pairs[mistake->pair], mistake);
	vec_foreach (finding, &world.findings) {
		if (finding->severity == SEVERITY_WEAK)
			continue;
		count++;
		if (!str_equal(finding->class->id, mistake->id)) {
			print_all(&world);
			fail_msg("%s and not %s: %s", finding->class->id, mistake->id,
				 finding->summary);
		}
		assert_int_equal(finding->severity, mistake->severity);
		assert_is_whole(finding);
		assert_is_seen(finding);
	}
	if (mistake->id && !count) {
		print_all(&world);
		fail_msg("%s is not found", mistake->id);
	}
	if (mistake->weak && !has_class(&world.findings, mistake->weak)) {
		print_all(&world);
		fail_msg("%s is not found", mistake->weak);
	}
}

static void both_ends_that_only_answer_never_start(void **state)
{
	struct mistake mistake = { .pair = SWANCTL_SCREENOS,
				   .end = ACME,
				   .find = "address 203.0.113.56",
				   .replace = "dynamic" };
	_cleanup_world_ struct world world = { 0 };
	struct test_device quiet = swanctl_v1;
	struct test_pair pair = { "quiet", { &quiet, &screenos } };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct mistake none = { .find = "start_action = trap", .replace = "" };

	(void)state;
	quiet.files[0].text = changed(arena, quiet.files[0].text, &none);
	mistake.replace = "address 0.0.0.0";
	predict(&world, &pair, &mistake);
	assert_true(has_class(&world.findings, "F04"));
}

static void strongswans_manners_are_milder(void **state)
{
	struct mistake mistake = { .pair = OPENWRT_SCREENOS,
				   .end = ACME,
				   .find = "\"LAN\" 10.1.2.0 255.255.255.0",
				   .replace = "\"LAN\" 10.1.0.0 255.255.0.0" };
	_cleanup_world_ struct world world = { 0 };
	struct predict_input input;

	(void)state;
	predict(&world, &pairs[OPENWRT_SCREENOS], &mistake);
	input = (struct predict_input){ .sites = { world.sites[0], world.sites[1] },
					.arena = world.arena,
					.peer_is_strongswan = true };
	predict_pair(&input, &world.findings);
	vec_foreach (finding, &world.findings)
		assert_int_not_equal(finding->severity, SEVERITY_NO_TUNNEL);
	assert_true(has_class(&world.findings, "F47"));
}

/* Only the end that is called by nobody would have to begin again. */
static void a_tunnel_that_is_only_cleared_stays_down(void **state)
{
	static const char *const actions[] = { "clear", "restart" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		_cleanup_world_ struct world world = { 0 };
		struct test_pair pair = pairs[SWANCTL_SCREENOS];
		struct test_device device = *pair.devices[0];
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		const struct mistake start = {
			.find = "start_action = trap",
			.replace = arena_printf(
				arena, "start_action = start\n    dpd_action = %s",
				actions[i])
		};
		const struct mistake dpd = {
			.find = "rekey_time = 8h",
			.replace = "rekey_time = 8h\n  dpd_delay = 30s"
		};
		const struct mistake anybody = { .end = 1,
						 .find = "address 203.0.113.56",
						 .replace = "address 0.0.0.0" };

		device.files[0].text = changed(
			arena, changed(arena, device.files[0].text, &start), &dpd);
		pair.devices[0] = &device;
		predict(&world, &pair, &anybody);
		assert_int_equal(has_class(&world.findings, "F57"), i == 0);
	}
}

/* By which end packets leave while the tunnel is down; `keep` is what stops it there. */
static void what_keeps_packets_inside_is_known(void **state)
{
	static const struct {
		unsigned int pair, end;
		const char *find, *keep;
	} cases[] = {
		{ OPENWRT_FRITZBOX, ACME, "  always_renew = no;\n",
		  "  always_renew = no;\n  reject_not_encrypted = yes;\n" },
		{ SWANCTL_JUNOS, HOME, "start_action = none", "start_action = trap" },
		{ OPENWRT_JUNOS, ACME, "permit-all\n",
		  "permit-all\nset routing-options static route 192.168.0.0/16 "
		  "discard\n" },
	};
	static const char *const names[2] = { "left", "right" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int is_kept = 0; is_kept < 2; is_kept++) {
			_cleanup_world_ struct world world = { 0 };
			struct test_pair pair = pairs[cases[i].pair];
			struct test_device device = *pair.devices[cases[i].end];
			_cleanup_(arena_freep) struct arena *arena = arena_new();
			const struct mistake open = { .find = "start_action = trap",
						      .replace = "start_action = none" };
			const char *text = changed(arena, device.files[0].text, &open);
			bool is_found = false;

			if (device.kind == DEVICE_JUNOS)
				text = arena_printf(
					arena, "%s%s", device.files[0].text,
					"set security policies default-policy "
					"permit-all\n");
			device.files[0].text = text ? text : device.files[0].text;
			pair.devices[cases[i].end] = &device;
			predict(&world, &pair,
				is_kept ? &(const struct mistake){ .end = cases[i].end,
								   .find = cases[i].find,
								   .replace =
									   cases[i].keep }
					: NULL);
			vec_foreach (finding, &world.findings)
				is_found |= str_equal(finding->class->id, "F70") &&
					    str_equal(finding->site, names[cases[i].end]);
			assert_int_equal(is_found, !is_kept);
		}
	}
}

static void a_pair_takes_milliseconds(void **state)
{
	_cleanup_world_ struct world world = { 0 };
	int64_t start = clock_cpu_us();

	(void)state;
	predict(&world, &pairs[OPENWRT_SCREENOS], NULL);
	assert_in_range(clock_cpu_us() - start, 0, 500000);
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(a_healthy_pair_gives_nothing_above_weak),
		cmocka_unit_test(the_new_schema_is_healthy_as_rendered),
		cmocka_unit_test(a_release_that_loads_nothing_is_named),
		cmocka_unit_test(both_ends_that_only_answer_never_start),
		cmocka_unit_test(strongswans_manners_are_milder),
		cmocka_unit_test(a_tunnel_that_is_only_cleared_stays_down),
		cmocka_unit_test(what_keeps_packets_inside_is_known),
		cmocka_unit_test(a_pair_takes_milliseconds),
	};
	struct CMUnitTest tests[ARRAY_SIZE(others) + 2 * ARRAY_SIZE(mistakes) + 1];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		tests[count++] = others[i];
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		tests[count++] =
			(struct CMUnitTest){ .name = mistakes[i].claim,
					     .test_func = a_mistake_gives_its_class,
					     .initial_state = &mistakes[i] };
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		tests[count] = tests[ARRAY_SIZE(others) + i];
		tests[count++].test_func = what_is_to_be_written_instead_works;
	}
	tests[count++] =
		(struct CMUnitTest)cmocka_unit_test(most_fixes_can_be_done_literally);
	return cmocka_run_group_tests_name("predict/predict", tests, NULL, NULL);
}
