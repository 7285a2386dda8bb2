// SPDX-License-Identifier: GPL-2.0-or-later
/* life_start.c - what a device starts beside its charon while `alive:` is watched */
#include "run/life.h"

#include <errno.h>

#include "base/clock.h"

#define RETRY_US   SECOND_US
#define ATTEMPT_MS 8000

static enum start_condition start_of(const struct end *end, size_t number)
{
	const struct conf_connection *of;
	const struct conf_child *child = end_child(end, number, &of);

	return child ? child->child->start : START_NEVER;
}

/* Its daemon is new: what its files start at once is started. */
void life_start_anew(struct life *life, unsigned int site)
{
	life->starters[site] =
		(struct starter){ .is_wanted = true, .next_us = clock_now_us() };
}

/* Traffic, no SA, and no trap policy that would see it: only such a device begins so. */
bool life_is_asked_by_traffic(const struct life *life, unsigned int site)
{
	const struct end *end = &life->rehearsal->ends[site];

	return life_is_any_lost(life, site) && end->ups <= end->downs &&
	       end_starts_on_traffic(end) && !end_has_traps(end);
}

int life_start_maybe(struct life *life, unsigned int site, struct err *err)
{
	struct end *end = &life->rehearsal->ends[site];
	struct starter *starter = &life->starters[site];
	bool was_running = starter->attempt.is_running;
	bool is_traffic = life_is_asked_by_traffic(life, site);
	int r = end_attempt_poll(end, &starter->attempt, err);

	if (r || starter->attempt.is_running)
		return r;
	if (was_running) {
		starter->child += starter->is_wanted || starter->attempt.result.is_ok;
		starter->next_us =
			clock_now_us() + (starter->attempt.result.is_ok ? 0 : RETRY_US);
	}
	if (!starter->is_wanted && !is_traffic)
		starter->child = 0;
	if ((!starter->is_wanted && !is_traffic) || clock_now_us() < starter->next_us)
		return 0;
	while (starter->is_wanted && start_of(end, starter->child) == START_ON_TRAFFIC)
		starter->child++;
	if (starter->is_wanted && start_of(end, starter->child) == START_NEVER)
		return starter->is_wanted = false, 0;
	r = end_attempt_begin(end, starter->child,
			      rehearsal_deadline(life->rehearsal, ATTEMPT_MS),
			      &starter->attempt, err);
	if (r != -ENOENT)
		return r;
	*starter = (struct starter){ .next_us = clock_now_us() + RETRY_US };
	return 0;
}
