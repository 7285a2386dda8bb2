/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * finding.h - one thing that is wrong, or will be, with the place to change
 */
#ifndef TWINSITE_FINDING_FINDING_H
#define TWINSITE_FINDING_FINDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "finding/class.h"
#include "finding/edit.h"
#include "model/site.h"

/* One of the two values that differ, or the setting that is missing. */
struct diagnosis_value {
	const char *site;    /* "home" */
	const char *setting; /* "pre_shared_key", "masq_dest" */
	const char *value;   /* shown; secrets as "(15 bytes)" */
	struct origin at;
};

struct finding {
	const struct finding_class *class;
	enum severity severity; /* the class's, unless this case is milder or worse */
	bool is_partial; /* SEVERITY_NO_TRAFFIC for a part of the pair; the rest passes */
	bool is_phase2;	 /* phase 1 comes up all the same, whatever the class */
	const char *site;    /* where to change; NULL: either end */
	const char *summary; /* one sentence with both values */
	const char *why;     /* what the device does because of it; may be NULL */
	struct diagnosis_value values[2];
	VEC(const char *) fixes; /* in each device's own syntax; see fix_is_instead() */
	VEC(struct cure) cures;	 /* of the fixes, those that a program can make */
	const char *accepted;	 /* why somebody leaves it so; NULL: nobody said */
	VEC(const char *) sees;	 /* what each administrator sees on the own device */
	/* What it is about, so that an observation can be matched; may be NULL/empty. */
	const struct tunnel *tunnel;
	const struct selector *selector;
	const struct dns_forward *forward;
	const struct rule *rule;
};

/* A word that is not rehearsed: what it touches is neither right nor wrong. */
struct unproven {
	const char *site;
	const struct remark *remark; /* borrowed from the site */
	const char *text;	     /* a sentence */
	bool is_doubt; /* only a run could tell: said where it could turn an answer */
};

/* The algorithms that both ends settle on, of a phase 1 or a child of the first end. */
struct settled {
	const char *tunnel, *child; /* child NULL: phase 1 */
	unsigned int weakness;	    /* 0 is strong, more is weaker */
};

struct findings {
	struct finding *items;
	size_t count, room;
	VEC(struct unproven) unproven;
	VEC(const char *) notes;     /* what was left out; sentences */
	VEC(struct settled) settled; /* what the ends agree on (predict_weak()) */
};

/*
 * Is it the finding that had that id and that sentence, of the same files read again? The
 * sentence has all the values by which two of one class differ.
 */
bool finding_is_same(const struct finding *finding, const char *id, const char *summary);

/*
 * Does the fix at that index, "acme: …", come with or behind one for another end than the
 * first of them? Then it is one to be made instead of those before it: who makes both has
 * changed the difference's sides.
 */
bool fix_is_instead(const char *const *fixes, size_t index);

#endif
