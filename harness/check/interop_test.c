// SPDX-License-Identifier: GPL-2.0-or-later
/* interop_test.c - the reference captures held against scenarios */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "check/interop.h"
#include "dissect/test_reading.h"
#include "dissect/test_stand_in.h"

/* How many lines of a site's tunnel about `what` are of that kind. */
static unsigned int count(const struct interop *interop, const char *site,
			  const char *what, enum interop_kind kind)
{
	unsigned int lines = 0;

	vec_foreach (line, &interop->lines)
		lines += line->kind == kind && str_equal(line->site, site) &&
			 (!what || str_equal(line->what, what));
	return lines;
}

/* The lines borrow names from the scenario: examine() before it is freed. */
static void compare(const struct test_reading *reading, const char *scenario_path,
		    void (*examine)(const struct interop *interop))
{
	struct interop interop = { .arena = reading->arena };
	struct scenario *scenario = NULL;
	struct err err = { 0 };

	if (scenario_load(scenario_path, &scenario, &err))
		fail_msg("%s", err.text);
	interop_compare(reading->set, scenario, &interop);
	assert_true(interop.lines.count > 0);
	examine(&interop);
	scenario_free(scenario);
}

static void run_own(const char *capture, const char *keys, const char *scenario,
		    void (*wanted)(const struct interop *interop))
{
	_cleanup_reading_ struct test_reading reading;

	reading_begin(&reading, NULL);
	reading_keys(&reading, keys);
	reading_take(&reading, capture, UINT_MAX);
	compare(&reading, scenario, wanted);
}

static void run_stand_in(const char *name, const char *scenario,
			 void (*wanted)(const struct interop *interop))
{
	_cleanup_reading_ struct test_reading reading;

	reading_begin(&reading, NULL);
	stand_in_take(&reading, name);
	compare(&reading, scenario, wanted);
}

static void all_of_acme_fits(const struct interop *interop)
{
	/* Neither end meets itself: home called, acme answered. */
	assert_int_equal(count(interop, "home", NULL, INTEROP_DIFFERS), 0);
	assert_int_equal(count(interop, "home", "as responder", INTEROP_NOTE), 1);
	assert_int_equal(count(interop, "acme", "as initiator", INTEROP_NOTE), 1);
	assert_int_equal(interop_overall(interop), INTEROP_TAKES);
	assert_int_equal(count(interop, "acme", NULL, INTEROP_DIFFERS), 0);
	assert_int_equal(count(interop, "acme", "phase 1 proposal", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "acme", "phase 2 proposal", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "home", "phase 2 choice", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "acme", "identity", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "acme", "networks", INTEROP_FITS), 2);
	assert_int_equal(count(interop, "acme", "pre-shared key", INTEROP_FITS), 2);
	assert_int_equal(count(interop, "home", "NAT-T", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "acme", "as responder", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "home", "as initiator", INTEROP_FITS), 1);
}

static void own_capture_fits_its_own_scenario_in_everything(void **state)
{
	(void)state;
	run_own("pcaps/acme.pcapng", "pcaps/acme.keys", "scenarios/acme",
		all_of_acme_fits);
}

static void cipher_and_identity_differ(const struct interop *interop)
{
	assert_int_equal(count(interop, "acme", "phase 1 proposal", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "acme", "identity", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "acme", "mode", INTEROP_FITS), 1);
	/* HASH_R is in clear; the initiator's is not in the capture. */
	assert_int_equal(count(interop, "acme", "pre-shared key", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "acme", "as responder", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "home", "as initiator", INTEROP_DIFFERS), 1);
}

static void screenos_with_3des_differs_in_cipher_and_identity_not_in_mode(void **state)
{
	(void)state;
	run_stand_in("screenos-5.4.0-aggressive-sha1", "scenarios/acme",
		     cipher_and_identity_differ);
}

static void esp_differs_too(const struct interop *interop)
{
	assert_int_equal(count(interop, "office", "IKE proposal", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "branch", "ESP choice", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "branch", "networks", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "branch", "pre-shared key", INTEROP_FITS), 2);
	assert_int_equal(count(interop, "branch", "as responder", INTEROP_DIFFERS), 1);
}

static void gcm_is_not_taken_where_cbc_is_configured_in_either_phase(void **state)
{
	(void)state;
	run_own("pcaps/ikev2-gcm.pcapng", "pcaps/ikev2-gcm.keys", "scenarios/office",
		esp_differs_too);
}

static void offer_fits_and_choice_does_not(const struct interop *interop)
{
	assert_int_equal(count(interop, "office", "IKE proposal", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "office", "IKE choice", INTEROP_DIFFERS), 1);
	assert_int_equal(count(interop, "office", "as responder", INTEROP_FITS), 1);
	assert_int_equal(count(interop, "office", "as initiator", INTEROP_DIFFERS), 1);
	/* Of the second SA there is no beginning. */
	assert_int_equal(count(interop, "office", "as responder", INTEROP_NOTE), 1);
}

static void one_that_offers_more_than_it_then_took_fits_as_initiator_alone(void **state)
{
	(void)state;
	run_stand_in("tcpdump-ikev2four", "scenarios/office-sha1",
		     offer_fits_and_choice_does_not);
}

static void one_of_two_is_enough(const struct interop *interop)
{
	/* Of six transforms with MD5, SHA-1 and groups 5 and 2 the box has its own. */
	assert_true(count(interop, "fritzbox", "phase 1 proposal", INTEROP_FITS) > 0);
	assert_int_equal(count(interop, "fritzbox", "phase 1 proposal", INTEROP_DIFFERS),
			 0);
}

static void where_one_proposal_fits_the_others_are_no_differences(void **state)
{
	(void)state;
	run_stand_in("tcpdump-isakmp4500", "scenarios/fritzbox", one_of_two_is_enough);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_capture_fits_its_own_scenario_in_everything),
		cmocka_unit_test(
			screenos_with_3des_differs_in_cipher_and_identity_not_in_mode),
		cmocka_unit_test(
			gcm_is_not_taken_where_cbc_is_configured_in_either_phase),
		cmocka_unit_test(
			one_that_offers_more_than_it_then_took_fits_as_initiator_alone),
		cmocka_unit_test(where_one_proposal_fits_the_others_are_no_differences),
	};

	return cmocka_run_group_tests_name("check/interop", tests, NULL, NULL);
}
