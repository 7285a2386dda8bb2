// SPDX-License-Identifier: GPL-2.0-or-later
/* plant.c - a fault planted into twinsite itself, to see that it is noticed */
#include "run/plant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/hostile.h"
#include "base/str.h"
#include "charon/process.h"
#include "check/verdict.h"
#include "run/rehearsal.h"

static int plant_abort(struct rehearsal *rehearsal, struct err *err)
{
	(void)rehearsal;
	(void)err;
	abort();
}

static int plant_killed(struct rehearsal *rehearsal, struct err *err)
{
	(void)rehearsal;
	(void)err;
	return raise(SIGKILL);
}

static int plant_panic(struct rehearsal *rehearsal, struct err *err)
{
	_cleanup_close_ int fd = -1;

	/* The machine's own kernel is not ours to crash. */
	if (plane_is_guest(rehearsal->params.plane))
		fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "c", 1) != 1)
		return plant_abort(rehearsal, err);
	return 0;
}

static int plant_hang(struct rehearsal *rehearsal, struct err *err)
{
	(void)rehearsal;
	(void)err;
	(void)pause();
	return 0;
}

static int plant_full(struct rehearsal *rehearsal, struct err *err)
{
	rehearsal->evidence.error = -ENOSPC;
	return err_sys(err, ENOSPC, "%s/%s", rehearsal->folder, EVIDENCE_FILE);
}

static int plant_memory(struct rehearsal *rehearsal, struct err *err)
{
	(void)rehearsal;
	return err_set(err, ENOMEM, "out of memory");
}

static int plant_charon(struct rehearsal *rehearsal, struct err *err)
{
	(void)err;
	charon_kill(rehearsal->ends[0].charon);
	return 0;
}

static const struct planted {
	const char *fault;
	/* NULL: it is planted elsewhere: where a run is judged, or its world made */
	int (*plant)(struct rehearsal *rehearsal, struct err *err);
} planted[] = {
	{ "abort:", plant_abort },   { "killed:", plant_killed },
	{ "panic:", plant_panic },   { "hang:", plant_hang },
	{ "full:", plant_full },     { "memory:", plant_memory },
	{ "charon:", plant_charon }, { "lost:", NULL },
	{ "open:", NULL },	     { HOSTILE_PLANT, NULL },
};

static const struct planted *find(const char *plant)
{
	for (size_t i = 0; i < ARRAY_SIZE(planted); i++)
		if (str_starts(plant, planted[i].fault) &&
		    plant[strlen(planted[i].fault)])
			return &planted[i];
	return NULL;
}

int plant_check(const char *plant, struct err *err)
{
	if (find(plant))
		return 0;
	return err_set(err, EINVAL,
		       PLANT_VARIABLE
		       "=%s: there are abort, killed, panic, hang, full, "
		       "memory and charon:PHASE, lost:CHECK, open:outer, and "
		       "parse:FOLDER",
		       plant);
}

int plant_phase(struct rehearsal *rehearsal, const char *phase, struct err *err)
{
	const char *plant = rehearsal->params.plant;
	const struct planted *row = find(plant);

	if (!row || !row->plant || !str_equal(plant + strlen(row->fault), phase))
		return 0;
	return row->plant(rehearsal, err);
}

bool plant_is_open(const char *plant)
{
	return plant && str_equal(plant, "open:outer");
}

void plant_verdicts(const char *plant, struct verdicts *verdicts)
{
	const struct planted *row = find(plant);
	size_t kept = 0;

	if (!row || !str_equal(row->fault, "lost:"))
		return;
	for (size_t i = 0; i < verdicts->count; i++)
		if (!str_equal(verdicts->items[i].check, plant + strlen(row->fault)))
			verdicts->items[kept++] = verdicts->items[i];
	verdicts->count = kept;
}
