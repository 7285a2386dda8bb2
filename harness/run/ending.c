// SPDX-License-Identifier: GPL-2.0-or-later
/* ending.c - how a run ended: to its end, or why it broke off */
#include "run/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "diagnose/judgement.h"
#include "evidence/evidence.h"

/* ------------------------------------------------------------ the parent's note */

/* Remove what stands behind the last line feed. */
static int cut_rest(int fd)
{
	off_t length = lseek(fd, 0, SEEK_END), left = length;
	char byte = '\n';

	while (left > 0 && pread(fd, &byte, 1, left - 1) == 1 && byte != '\n')
		left--;
	return left < length && ftruncate(fd, left) ? -errno : 0;
}

int ending_note(const char *folder, int64_t start_us, const char *reason, struct err *err)
{
	struct evidence evidence;
	char path[PATH_MAX];
	int r = evidence_open(folder, &evidence, err);
	_cleanup_close_ int fd = -1;

	if (r)
		return r;
	evidence.start_us = start_us;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, EVIDENCE_FILE);
	fd = open(path, O_RDWR | O_CLOEXEC);
	r = fd < 0 ? -errno : cut_rest(fd);
	if (!r)
		evidence_add(&evidence, NULL, "run", "broke",
			     json_of("{s:s}", "text", reason));
	if (!r)
		r = evidence.error;
	evidence_close(&evidence);
	return r ? err_sys(err, -r, "%s", path) : 0;
}

/* ------------------------------------------------------------ the reason */

/* The phase that has begun and not ended; NULL. */
static const char *open_phase(const struct timeline *timeline)
{
	const struct event *begin = NULL, *last = NULL, *end = NULL;

	while ((begin = timeline_next(timeline, begin, "phase", "begin")))
		last = begin;
	if (!last)
		return NULL;
	for (end = last; (end = timeline_next(timeline, end, "phase", "end"));)
		if (str_equal(event_text(end, "name"), event_text(last, "name")))
			return NULL;
	return event_text(last, "name");
}

/* The last phase that failed, whatever was said at the end; NULL. */
static const char *failed_phase(const struct timeline *timeline)
{
	const struct event *end = NULL, *failed = NULL;

	while ((end = timeline_next(timeline, end, "phase", "end")))
		if (!event_bool(end, "ok"))
			failed = end;
	return failed ? event_text(failed, "name") : NULL;
}

static const char *in_phase(struct arena *arena, const char *phase, const char *text)
{
	return phase ? arena_printf(arena, "%s: %s", phase, text)
		     : arena_strdup(arena, text);
}

/* A daemon that ended by itself is the reason of whatever failed afterwards. */
static const char *dead_daemon(const struct timeline *timeline, struct arena *arena)
{
	const struct event *event = NULL;

	while ((event = timeline_next(timeline, event, "process", "ended")))
		if (!event_bool(event, "expected"))
			return arena_printf(arena, "%s of %s %s",
					    event_text(event, "name"), event->node,
					    event_text(event, "status"));
	return NULL;
}

const char *ending_reason(const struct timeline *timeline, const char *note,
			  struct arena *arena)
{
	const struct event *broke = timeline_next(timeline, NULL, "run", "broke");
	const struct event *end = timeline_next(timeline, NULL, "run", "end");
	const char *dead = dead_daemon(timeline, arena);

	if (!note && broke)
		note = event_text(broke, "text");
	if (note)
		return in_phase(arena, open_phase(timeline), note);
	if (dead)
		return dead;
	if (!end)
		return in_phase(arena, open_phase(timeline),
				"the recording stops before its end");
	if (event_bool(end, "ok"))
		return NULL;
	if (!*event_text(end, "text"))
		return in_phase(arena, failed_phase(timeline),
				strerror((int)-event_number(end, "code", -EIO)));
	return in_phase(arena, failed_phase(timeline), event_text(end, "text"));
}

/* ------------------------------------------------------------ what is left */

/* What was not there yet when it broke off would only look like a fault. */
static const char *seen_until_then(const struct verdict *verdict, struct arena *arena)
{
	switch (verdict->kind) {
	case VERDICT_UNPROVEN:
		return verdict->seen;
	case VERDICT_OK:
	case VERDICT_LEAK:
		return arena_printf(arena, "the rehearsal broke off; until then: %s",
				    verdict->seen);
	case VERDICT_BROKEN:
		break;
	}
	return "the rehearsal broke off before it could be seen";
}

void ending_unprove(struct judgement *judgement, const char *reason)
{
	vec_foreach (verdict, &judgement->verdicts) {
		verdict->seen = seen_until_then(verdict, judgement->arena);
		verdict->kind = VERDICT_UNPROVEN;
		verdict->proof.count = 0;
	}
	judgement->diagnoses.count = 0;
	judgement->contradictions.count = 0;
	judgement->figures.count = 0;
	judgement->broke_off = reason;
}
