/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * finding.h - one thing that is wrong, or will be, with the place to change
 *
 * Ids are the F-numbers of failures.md; the table of all classes is classes.c.
 */
#ifndef TWINSITE_PREDICT_FINDING_H
#define TWINSITE_PREDICT_FINDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/site.h"

enum severity {
	SEVERITY_NO_TUNNEL,  /* it cannot come up */
	SEVERITY_NO_TRAFFIC, /* it comes up, and (some) traffic or names do not pass */
	SEVERITY_LEAK,	     /* something passes, or goes in clear, that must not */
	SEVERITY_LATER,	     /* works now, breaks at rekey, reboot or address change */
	SEVERITY_WEAK,	     /* works, and should not be used like that any more */
};

/* One of the two values that differ, or the setting that is missing. */
struct diagnosis_value {
	const char *site;    /* "home" */
	const char *setting; /* "pre_shared_key", "masq_dest" */
	const char *value;   /* shown; secrets as "(15 bytes)" */
	struct origin at;
};

struct finding_class {
	const char *id;	   /* "F63" */
	const char *name;  /* "nat-exemption-missing" */
	const char *layer; /* "phase 1", "phase 2", "NAT", "firewall", "DNS", … */
	enum severity severity;
	unsigned int aspects; /* what it rests on, model/aspect.h */
};

struct finding {
	const struct finding_class *class;
	enum severity severity; /* the class's, unless this case is milder or worse */
	bool is_phase2;		/* phase 1 comes up all the same, whatever the class */
	const char *site;	/* where to change; NULL: either end */
	const char *summary;	/* one sentence with both values */
	const char *why;	/* what the device does because of it; may be NULL */
	struct diagnosis_value values[2];
	VEC(const char *) fixes; /* in each device's own syntax */
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
};

struct findings {
	struct finding *items;
	size_t count, room;
	VEC(struct unproven) unproven;
	VEC(const char *) notes; /* what was left out; sentences */
};

/* By id ("F63"); NULL: no such class. */
const struct finding_class *finding_class_find(const char *id);
const char *severity_name(enum severity severity); /* "no tunnel", "leak", … */

#endif
