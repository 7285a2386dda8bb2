// SPDX-License-Identifier: GPL-2.0-or-later
/* sees_test.c - claims: each device says of a phase what belongs to that phase */
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
#include "base/str.h"
#include "device/device.h"
#include "predict/sees.h"

static const char *const phase1_words[] = { "Phase 1",		 "phase 1 ",
					    "unrecognized peer", "IKE:",
					    "before any IKE_SA", "no IKE config",
					    "peer config" };
static const char *const phase2_words[] = {
	"CHILD_SA", "ESP:",	  "Phase-2",	      "phase 2",
	"proxy",    "quick mode", "traffic selector", "TS_UNACCEPTABLE"
};
static const char *const ikev1_words[] = { "error notify", "quick mode", "HASH_V1",
					   "ID_V1",	   "IDir",	 "INVALID_ID" };
static const char *const ikev2_words[] = { "notify error", "no CHILD_SA built",
					   "TS_UNACCEPTABLE", "MAC mismatched",
					   "no acceptable proposal" };

static const char *first_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(text, words[i]))
			return words[i];
	return NULL;
}

/* One text: of its phase, of its version. */
static void assert_words(const struct sees_case *of, enum device_kind kind,
			 enum sees_role role)
{
	const char *text = sees_words(of, kind, role), *wrong;
	bool is_strongswan = kind == DEVICE_OPENWRT || kind == DEVICE_STRONGSWAN;

	assert_non_null(text);
	assert_true(*text);
	if (of->is_phase2)
		wrong = first_of(text, phase1_words, ARRAY_SIZE(phase1_words));
	else if (of->class == F51)
		wrong = NULL; /* IKEv1 gives up before phase 1, with a word of phase 2 */
	else
		wrong = first_of(text, phase2_words, ARRAY_SIZE(phase2_words));
	if (!wrong && is_strongswan)
		wrong = of->version == 1
				? first_of(text, ikev2_words, ARRAY_SIZE(ikev2_words))
				: first_of(text, ikev1_words, ARRAY_SIZE(ikev1_words));
	/* The version of a class that only one has is not asked for. */
	if (of->class == F29 || of->class == F43)
		return;
	if (wrong)
		fail_msg("%s, %s of IKEv%d, %s, %s: '%s' does not belong into '%s'",
			 finding_class_of(of->class)->id,
			 of->is_phase2 ? "phase 2" : "phase 1", of->version,
			 device_of(kind)->name,
			 role == SEES_ASKING ? "asking" : "refusing", wrong, text);
}

static void no_word_of_another_phase_or_version(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 16; bits++) {
		for (unsigned int number = 1; number < CLASSES_END; number++) {
			const struct sees_case of = { .class = number,
						      .is_phase2 = bits & 1,
						      .version = bits & 2 ? 2 : 1,
						      .is_refuser_initiator = bits & 4,
						      .is_refuser_silent =
							      (bits & 8) && !(bits & 2) };

			for (int kind = 0; kind <= DEVICE_STRONGSWAN; kind++) {
				assert_words(&of, (enum device_kind)kind, SEES_ASKING);
				assert_words(&of, (enum device_kind)kind, SEES_REFUSING);
			}
		}
	}
}

/* A refusal of phase 2: strongSwan's log tells that phase 1 is done. */
static void pfs_in_ikev1_is_a_matter_of_phase_2(void **state)
{
	const struct sees_case of = { .class = F42, .is_phase2 = true, .version = 1 };

	(void)state;
	assert_non_null(sees_common(&of));
	assert_non_null(strstr(sees_words(&of, DEVICE_OPENWRT, SEES_ASKING),
			       "IKE_SA … established"));
	assert_non_null(strstr(sees_words(&of, DEVICE_STRONGSWAN, SEES_REFUSING),
			       "no matching proposal found"));
	assert_non_null(
		strstr(sees_words(&of, DEVICE_SCREENOS, SEES_REFUSING), "phase 2"));
}

static void pfs_in_ikev2_works_until_the_keys_are_renewed(void **state)
{
	const struct sees_case of = { .class = F43, .is_phase2 = true, .version = 2 };

	(void)state;
	assert_non_null(strstr(sees_common(&of), "works until"));
	assert_non_null(strstr(sees_words(&of, DEVICE_OPENWRT, SEES_ASKING),
			       "CHILD_SA rekeying failed"));
}

/* Who refuses decides: the initiator finds a responder of another name in IKEv1. */
static void the_roles_have_their_own_words(void **state)
{
	const struct sees_case by_responder = { .class = F33, .version = 1 };
	const struct sees_case by_initiator = { .class = F33,
						.version = 1,
						.is_refuser_initiator = true };
	const struct sees_case no_key = { .class = F05,
					  .version = 2,
					  .is_refuser_initiator = true };

	(void)state;
	assert_non_null(strstr(sees_words(&by_responder, DEVICE_OPENWRT, SEES_REFUSING),
			       "no peer config found"));
	assert_non_null(strstr(sees_words(&by_initiator, DEVICE_OPENWRT, SEES_REFUSING),
			       "does not match"));
	assert_non_null(
		strstr(sees_words(&no_key, DEVICE_OPENWRT, SEES_ASKING), "half open"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_word_of_another_phase_or_version),
		cmocka_unit_test(pfs_in_ikev1_is_a_matter_of_phase_2),
		cmocka_unit_test(pfs_in_ikev2_works_until_the_keys_are_renewed),
		cmocka_unit_test(the_roles_have_their_own_words),
	};

	return cmocka_run_group_tests_name("predict/sees", tests, NULL, NULL);
}
