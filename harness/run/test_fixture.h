/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fixture.h - for tests: a scenario, a timeline to fill, and a judgement of it */
#ifndef TWINSITE_RUN_TEST_FIXTURE_H
#define TWINSITE_RUN_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "diagnose/judgement.h"
#include "evidence/evidence.h"
#include "scenario/scenario.h"

struct fixture {
	struct scenario *scenario;
	struct timeline timeline;
	struct judgement judgement;
};

/* One at a time; tear_down() ends it. */
static inline int fixture_of(const char *folder, void **state)
{
	static struct fixture f;
	struct err err = { 0 };

	f = (struct fixture){ .judgement.arena = arena_new() };
	if (scenario_load(folder, &f.scenario, &err))
		fail_msg("%s", err.text);
	*state = &f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	scenario_free(f->scenario);
	timeline_done(&f->timeline);
	arena_free(f->judgement.arena);
	return 0;
}

#endif
