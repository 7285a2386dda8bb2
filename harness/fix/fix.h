/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fix.h - a fix is proved before it is believed
 *
 * Its edits are made in a copy of the files, both ends are read again as before, and
 * predict judges again. Proved is a fix when its fault is gone, no other came, and nothing
 * passes that did not pass before, but what the tunnel is for. A fault that nobody sees
 * any more because something became unproven is not gone; one that the scenario accepts is
 * left alone. Pure: texts in, texts out.
 */
#ifndef TWINSITE_FIX_FIX_H
#define TWINSITE_FIX_FIX_H

#include "base/inet.h"
#include "finding/finding.h"
#include "import/import.h"
#include "predict/predict.h"

struct buf;
struct err;
struct scenario;

/* What the user named for an end, below the folder where he is. */
enum fix_place {
	FIX_PLACE_NAME, /* nothing that a diff could lead to: the end's name stands for it */
	FIX_PLACE_FILE,
	FIX_PLACE_FOLDER,
	FIX_PLACE_ETC, /* a router's etc/ itself: the sources' names begin with it */
};

/* One end's files and how they are read. */
struct fix_end {
	enum device_kind kind;
	const char *name;
	const char *path; /* of that place; else unused */
	enum fix_place place;
	struct import_options options;
	const char *psk; /* what the scenario says of a key that is not shown; NULL */
	struct inet_addr wan; /* what the scenario says of the provider; family 0 */
	struct import_sources sources;
};

struct fix_pair {
	struct fix_end ends[2];
	int initiator; /* -1: whoever is able to start */
	bool is_behind_nat[2];
	const struct scenario *scenario; /* for `accept:`, borrowed; NULL */
	struct arena *arena;		 /* texts and findings live in it */
};

enum fix_verdict {
	FIX_PROVED,
	FIX_NOT_WRITTEN, /* a statement has no place in the file */
	FIX_NOT_GONE,	 /* the fault is still there */
	FIX_UNPROVEN,	 /* it is not said any more, but only a run could tell */
	FIX_NEW_FAULT,
	FIX_OPENS, /* it lets more in than the tunnel is for */
};

struct fix_trial {
	enum fix_verdict verdict;
	const char *reason; /* a sentence; NULL when proved */
	size_t cut;	    /* LANs of which only a part is in a tunnel, when proved */
	size_t networks; /* pairs of them that the tunnels of both ends carry, when proved */
	struct fix_pair changed;
	struct findings after;
};

/*
 * Is a proved trial better than another one? What a cure loses has no weakness, so the one
 * with more networks, then with more that the ends settle on, comes first; then the one
 * that is stronger in what both have, then the one that cuts less off.
 */
bool fix_is_better(const struct fix_trial *trial, const struct fix_trial *held);

/* A fault that was found, and what came of it. */
struct fix_step {
	const char *id, *summary;
	const char *sentence; /* of the fix that was taken; NULL: none was proved */
	const char *reason; /* why none: of the last one that was tried, or a sentence */
	/* What the tunnel settles on with it, where that is weak and none was proved that
	 * is stronger, a sentence; NULL */
	const char *weakens;
	bool has_edits; /* there was one to try */
};

struct fix_plan {
	VEC(struct fix_step) steps;
	struct fix_pair cured; /* the files with all fixes that were taken */
	struct findings left;  /* what predict says of them */
};

/*
 * Both ends of a scenario of two sites, as it reads them. arena: of all that is made of
 * the pair; the scenario is borrowed.
 */
void fix_pair_of(const struct scenario *scenario, struct arena *arena,
		 struct fix_pair *ret_pair);

/* Both ends read and judged. Sites are freed with fix_sites_done(). */
struct fix_sites {
	struct site *sites[2];
};
void fix_sites_done(struct fix_sites *sites);
int fix_judge(const struct fix_pair *pair, struct fix_sites *ret_sites,
	      struct findings *ret_findings, struct err *err);

/* Try one cure of one finding; before is all that was found without it. */
void fix_try(const struct fix_pair *pair, const struct fix_sites *sites,
	     const struct findings *before, const struct finding *finding,
	     const struct cure *cure, struct fix_trial *ret_trial);

/*
 * Take one proved fix after the other, the worst fault first, until no fault of that
 * severity or a worse one is left that has one. Returns 0 or the error of reading.
 */
int fix_all(const struct fix_pair *pair, enum severity down_to, struct fix_plan *ret_plan,
	    struct err *err);

/*
 * The unified diffs of both ends' files, each name as patch -p1 finds it from where the
 * user is, else with its end before it. Unless
 * with_keys, what is known as a key is shown as such, and what stands behind a word such as
 * "password" as "(hidden)": the diff is for eyes then, not for patch(1).
 */
void fix_diff(const struct fix_pair *old, const struct fix_pair *new, bool with_keys,
	      struct buf *out);

/* The same of one end, 0 or 1. */
void fix_diff_of(const struct fix_pair *old, const struct fix_pair *new, size_t end,
		 bool with_keys, struct buf *out);

/*
 * The text of a file of the site, line by line, with what is secret in it shown as such.
 * before: whose keys are "the key" (the site itself, or as it was before a fix).
 */
const char *fix_without_keys(struct arena *arena, const struct site *before,
			     const struct site *site, const char *file, const char *text);

#endif
