// SPDX-License-Identifier: GPL-2.0-or-later
/* other_end_test.c - claims: the other end that is made fits, and says what it does not know */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "device/device.h"
#include "predict/other_end.h"
#include "predict/test_world.h"

struct made {
	struct world world;
	struct other_end other;
	struct err err;
	int result;
};

static void made_done(struct made *made)
{
	other_end_done(&made->other);
	world_done(&made->world);
}

static void make(struct made *made, const struct test_device *given,
		 const struct mistake *mistake, enum device_kind kind, bool with_secret)
{
	const struct other_end_wanted wanted = { .kind = kind,
						 .name = "made",
						 .with_secret = with_secret };

	*made = (struct made){ .world.arena = arena_new() };
	load(&made->world, given, 0, mistake);
	made->result = other_end_make(made->world.sites[0], &wanted, made->world.arena,
				      &made->other, &made->err);
}

static const char *find(const struct import_sources *files, const char *text)
{
	vec_foreach (source, &files->list)
		if (strstr(source->bytes, text))
			return strstr(source->bytes, text);
	return NULL;
}

/* For the device that the pair really has at the other end, and for a strongSwan. */
static void what_is_made_fits_what_it_is_made_by(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (unsigned int end = 0; end < 4; end++) {
			const struct test_device *given = pairs[i].devices[end % 2];
			enum device_kind kind = end < 2 ? pairs[i].devices[!end]->kind
							: DEVICE_STRONGSWAN;
			_cleanup_(made_done) struct made made;

			make(&made, given, NULL, kind, true);
			if (made.result)
				fail_msg("%s, %u: %s", pairs[i].name, end, made.err.text);
			vec_foreach (finding, &made.other.against)
				fail_msg("%s, %u, %s: %s %s", pairs[i].name, end,
					 device_of(kind)->name, finding->class->id,
					 finding->summary);
		}
}

/* With a peer made for it nobody disagrees (F45): its LAN is not the tunnel's. */
static const char *made_id(const struct mistake *mistake)
{
	return str_equal(mistake->claim, "networks_are_disjoint") ? "F69" : mistake->id;
}

/* What is wrong with the given end is not cured by another, and not blamed on it. */
static void a_mistake_of_the_given_end_is_not_the_made_ones(void **state)
{
	unsigned int made_count = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		_cleanup_(made_done) struct made made;

		make(&made, pairs[mistake->pair].devices[mistake->end], mistake,
		     DEVICE_STRONGSWAN, true);
		if (made.result)
			continue;
		made_count++;
		vec_foreach (finding, &made.other.against)
			if (!str_equal(finding->class->id, made_id(mistake)))
				fail_msg("%s: %s %s", mistake->claim, finding->class->id,
					 finding->summary);
	}
	print_message("%u of %zu\n", made_count, ARRAY_SIZE(mistakes));
	assert_true(made_count > ARRAY_SIZE(mistakes) / 2);
}

/* One that begins itself is waited for; one that only answers needs a peer that begins. */
static void what_is_made_begins_only_when_the_given_end_does_not(void **state)
{
	static const struct {
		const char *given, *made;
	} rows[] = {
		{ "startaction start", "start_action = trap" },
		{ "startaction route", "start_action = trap" },
		{ "startaction add", "start_action = start" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct mistake change = { .find = "startaction start",
						.replace = rows[i].given };
		_cleanup_(made_done) struct made made;

		make(&made, pairs[JUNOS_OPENWRT].devices[1], &change, DEVICE_STRONGSWAN,
		     true);
		assert_int_equal(made.result, 0);
		if (!find(&made.other.files, rows[i].made))
			fail_msg("of '%s' is not made '%s'", rows[i].given, rows[i].made);
	}
}

static void the_key_is_in_the_files_only_when_it_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (unsigned int with = 0; with < 2; with++) {
			_cleanup_(made_done) struct made made;
			const struct secret *psk;
			const char *key;

			make(&made, pairs[i].devices[0], NULL, DEVICE_STRONGSWAN, with);
			assert_int_equal(made.result, 0);
			psk = &made.world.sites[0]->tunnels.items[0].psk;
			key = arena_strndup(made.world.arena, (const char *)psk->bytes,
					    psk->length);
			assert_int_equal(find(&made.other.files, key) != NULL, with);
			assert_int_equal(find(&made.other.files, WISH_MARK "PSK") != NULL,
					 !with);
			assert_non_null(find(&made.other.rehearsed, key));
		}
}

/* Nobody takes an invention for a fact: whatever is a mark is listed, with its place. */
static void each_mark_in_the_files_is_told_and_none_in_the_copy(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		for (unsigned int end = 0; end < 2; end++) {
			_cleanup_(made_done) struct made made;

			make(&made, pairs[i].devices[end], NULL,
			     pairs[i].devices[!end]->kind, false);
			assert_int_equal(made.result, 0);
			assert_null(find(&made.other.rehearsed, WISH_MARK));
			assert_int_equal(made.other.gaps.count, made.other.places.count);
			vec_foreach (source, &made.other.files.list) {
				const char *at = source->bytes;

				while ((at = strstr(at, WISH_MARK))) {
					bool is_told = false;

					vec_foreach (gap, &made.other.gaps)
						is_told |= str_starts(at, gap->mark);
					assert_true(is_told);
					at++;
				}
			}
		}
}

static void what_the_device_cannot_say_is_refused_by_name(void **state)
{
	_cleanup_(made_done) struct made made;

	(void)state;
	make(&made, &junos, NULL, DEVICE_FRITZBOX, true);
	assert_true(made.result < 0);
	assert_non_null(strstr(made.err.text,
			       "is IKEv2 alone, and a FritzBox speaks only "
			       "IKEv1"));
}

/* Of a device that is a form nobody knows what it lets out while there is no tunnel. */
static void a_form_is_not_said_to_leak(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_(made_done) struct made made;
		struct predict_input input;
		struct findings findings;

		make(&made, pairs[i].devices[0], NULL, DEVICE_NEUTRAL, true);
		assert_int_equal(made.result, 0);
		input = (struct predict_input){ .sites = { made.world.sites[0],
							   made.other.site },
						.arena = made.world.arena };
		predict_pair(&input, &findings);
		vec_foreach (finding, &findings)
			assert_false(finding->class->number == F70 &&
				     str_equal(finding->site, made.other.site->name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_fits_what_it_is_made_by),
		cmocka_unit_test(a_mistake_of_the_given_end_is_not_the_made_ones),
		cmocka_unit_test(what_is_made_begins_only_when_the_given_end_does_not),
		cmocka_unit_test(the_key_is_in_the_files_only_when_it_is_asked_for),
		cmocka_unit_test(each_mark_in_the_files_is_told_and_none_in_the_copy),
		cmocka_unit_test(what_the_device_cannot_say_is_refused_by_name),
		cmocka_unit_test(a_form_is_not_said_to_leak),
	};

	return cmocka_run_group_tests_name("predict/other_end", tests, NULL, NULL);
}
