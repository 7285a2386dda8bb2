/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judgement.h - everything that is said about one run
 *
 * Verdicts (what worked), diagnoses (which one setting, if not), measured numbers,
 * and whether that is what the scenario expects. The reports print this and
 * nothing else.
 */
#ifndef TWINSITE_DIAGNOSE_JUDGEMENT_H
#define TWINSITE_DIAGNOSE_JUDGEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "check/verdict.h"
#include "finding/finding.h"
#include "scenario/scenario.h"

struct plan;

struct diagnosis {
	const struct finding_class *class; /* CLASS_NONE's where it is undecided */
	enum layer layer;    /* the class's; of the undecided: the likeliest */
	const char *summary; /* one sentence with both values */
	const char *site;    /* where to change; NULL: either */
	struct diagnosis_value values[2];
	VEC(const char *) proof;
	VEC(const char *) sees;	 /* "home's administrator sees: …" */
	VEC(const char *) fixes; /* in each device's own syntax, with the file and line */
	VEC(const char *) ruled_out;
	bool is_in_effect; /* the fault itself was observed, not only its consequence */
	const char *in_effect; /* how: "rule counter of masquerade +4" */
};

/* It is of that class. */
static inline void diagnosis_name(struct diagnosis *diagnosis, enum class_id class)
{
	diagnosis->class = finding_class_of(class);
	diagnosis->layer = diagnosis->class->layer;
}

struct diagnoses {
	struct diagnosis *items;
	size_t count, room;
};

/* What predict says of the files, and what a run of the same saw. */
struct contradiction {
	const char *predicted, *seen; /* sentences */
};

/* A number that matters, for the last lines of the terminal report. */
struct figure {
	const char *name;  /* "ESP throughput, TCP" */
	const char *value; /* "183 Mbit/s, 0.41 of plain" */
	const char *label; /* "uml, AES_CBC_128/HMAC_SHA1_96, MTU 1500" */
};

/* What an administrator would be shown on a gateway while the tunnel was up. */
struct status {
	const char *site;
	const char *text; /* lines as of `ipsec status`, each with its line feed */
};

/* A script of a device: what became of it. */
struct script_run {
	const char *site;
	const char *file;      /* "etc/firewall.user" */
	unsigned int line;     /* of its first command */
	unsigned int commands; /* lines that are no comments */
	bool has_run;	       /* by a shell */
	bool has_ended;	       /* all it says is in effect */
	const char *how;       /* "run by a shell, exited with status 1" */
};

enum outcome {
	OUTCOME_AS_EXPECTED, /* healthy, or exactly the expected fault found */
	OUTCOME_UNEXPECTED,
	OUTCOME_NOT_RUN,	/* nothing was checked */
	OUTCOME_NOTHING_PROVED, /* it ran; each check may be unproven here, and is */
	OUTCOME_LAB_FAILED, /* it broke off: our own error, or the machine's; partial */
	OUTCOME_CONTRADICTION, /* twinsite disagrees with itself */
};

struct judgement {
	struct arena *arena;
	const struct scenario *scenario; /* borrowed */
	const struct plan *plan;	 /* the world that was built, borrowed; or NULL */
	const char *plane;		 /* "uml" */
	const char *plane_why;		 /* why auto took it */
	const char *folder;		 /* reports/acme/2026-11-21T19-50-00 */
	int64_t start_us;		 /* wall clock */
	int64_t took_us;		 /* by the clock of the evidence */
	bool is_virtual; /* that clock waits for nobody; wall_us is what it took outside */
	unsigned int seed;
	int64_t wall_us; /* 0: not known */
	struct verdicts verdicts;
	struct diagnoses diagnoses;
	VEC(struct contradiction) contradictions;
	VEC(struct figure) figures;
	VEC(struct status) statuses;
	VEC(struct script_run) scripts; /* in the order of the evidence */
	VEC(const char *) notes; /* leaks before the tunnel, deaths, plane limits */
	bool is_quick;		 /* nobody asked for a throughput */
	enum outcome outcome;
	const char *outcome_text; /* one sentence */
	const char *broke_off;	  /* OUTCOME_LAB_FAILED: the one reason; else NULL */
};

#endif
