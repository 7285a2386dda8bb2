// SPDX-License-Identifier: GPL-2.0-or-later
/* complete.c - which check must have said something, and did not */
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "check/check.h"
#include "scenario/scenario.h"

/* What a run has that got that far. */
enum stage {
	STAGE_ALWAYS,  /* where a tunnel is to come up */
	STAGE_IKE,     /* the IKE SAs are as expected */
	STAGE_UP,      /* no fault is expected, and all SAs are */
	STAGE_TRAFFIC, /* and a question through the tunnel was answered */
};

static const struct due {
	const char *check;
	enum stage stage;
} due[] = {
	{ "ike-sa", STAGE_ALWAYS },	  { "child-sa", STAGE_IKE },
	{ "identities", STAGE_UP },	  { "ike-algorithms", STAGE_UP },
	{ "psk-proof", STAGE_UP },	  { "esp", STAGE_TRAFFIC },
	{ "esp-content", STAGE_TRAFFIC }, { "lan-accounted", STAGE_TRAFFIC },
};

static bool has_said(const struct verdicts *verdicts, const char *check)
{
	vec_foreach (verdict, verdicts)
		if (str_equal(verdict->check, check))
			return true;
	return false;
}

static bool is_tunnel_wanted(const struct scenario *scenario)
{
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_TUNNEL && str_equal(wanted->to, "up"))
			return true;
	return false;
}

static bool all_ok(const struct verdicts *verdicts, const char *check)
{
	vec_foreach (verdict, verdicts)
		if (verdict->kind != VERDICT_OK && str_equal(verdict->check, check))
			return false;
	return true;
}

/*
 * Was a question through the tunnel answered as it should be? Where none was, there is
 * no traffic of which anything could be said; that it is missing the question says.
 */
static bool has_traffic(const struct scenario *scenario, const struct verdicts *verdicts)
{
	vec_foreach (verdict, verdicts) {
		const struct expectation *wanted =
			verdict->expectation >= 0 && (size_t)verdict->expectation <
							     scenario->expectations.count
				? &scenario->expectations.items[verdict->expectation]
				: NULL;

		if (wanted && str_equal(verdict->check, "reach") &&
		    verdict->kind == VERDICT_OK && wanted->kind == EXPECT_REACH &&
		    wanted->path == PATH_TUNNEL)
			return true;
	}
	return false;
}

/* On a LAN whose NAT shows it as another network nothing has the tunnel's addresses. */
static bool is_mapped(const struct scenario *scenario)
{
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->as.family)
			return true;
	return false;
}

/* Whether a source is translated is asked by `seen as` of a question through the tunnel. */
static bool is_asked(const struct scenario *scenario, const char *check)
{
	if (!str_equal(check, "exemption"))
		return true;
	vec_foreach (wanted, &scenario->expectations)
		if (wanted->kind == EXPECT_REACH && wanted->path == PATH_TUNNEL &&
		    wanted->seen_as.family)
			return true;
	return false;
}

const char *check_silent(const struct scenario *scenario, const struct verdicts *verdicts)
{
	bool is_wanted = is_tunnel_wanted(scenario);
	bool has_ike = is_wanted && all_ok(verdicts, "ike-sa");
	bool is_up = has_ike && all_ok(verdicts, "child-sa") && !scenario->faults.count;
	const bool has[] = {
		[STAGE_ALWAYS] = is_wanted,
		[STAGE_IKE] = has_ike,
		[STAGE_UP] = is_up,
		[STAGE_TRAFFIC] = is_up && has_traffic(scenario, verdicts),
	};

	for (size_t i = 0; i < ARRAY_SIZE(due); i++)
		if (has[due[i].stage] && !has_said(verdicts, due[i].check) &&
		    !(is_mapped(scenario) && str_equal(due[i].check, "lan-accounted")))
			return due[i].check;
	/* What may be unproven somewhere is said everywhere. */
	vec_foreach (unproven, &scenario->unproven)
		if (has[STAGE_TRAFFIC] && !has_said(verdicts, unproven->check) &&
		    is_asked(scenario, unproven->check))
			return unproven->check;
	return NULL;
}
