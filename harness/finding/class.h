/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * class.h - the classes of failure of failures.md, one row of classes.def each
 *
 * An id such as F63 is text in classes.def only: everybody else names the enumerator, so
 * that a class which is not there does not compile (`make layers` looks for others).
 */
#ifndef TWINSITE_FINDING_CLASS_H
#define TWINSITE_FINDING_CLASS_H

#include <stdbool.h>

struct buf;

enum class_id {
	CLASS_NONE, /* what is undecided between several: id "?" */
#define CLASS(id, ...) id,
#include "finding/classes.def"
#undef CLASS
	CLASSES_END,
};

enum severity {
	SEVERITY_NO_TUNNEL,  /* it cannot come up */
	SEVERITY_NO_TRAFFIC, /* it comes up, and (some) traffic or names do not pass */
	SEVERITY_LEAK,	     /* something passes, or goes in clear, that must not */
	SEVERITY_LATER,	     /* works now, breaks at rekey, reboot or address change */
	SEVERITY_WEAK,	     /* works, and should not be used like that any more */
};

/* Where a fault is. */
enum layer {
	LAYER_NONE,
	LAYER_CONFIGURATION,
	LAYER_START,
	LAYER_ADDRESSES, /* and names of the peers */
	LAYER_PATH,
	LAYER_CRYPTO, /* algorithms that a daemon has not got */
	LAYER_PHASE1,
	LAYER_PHASE2,
	LAYER_LIFE,
	LAYER_NAT,
	LAYER_FIREWALL,
	LAYER_KERNEL,
	LAYER_ROUTES,
	LAYER_LEAK,
	LAYER_MTU,
	LAYER_DNS,
	LAYER_SECURITY,
};

/* Where in the exchange a class strikes: both ends have words for it (predict/sees.h). */
enum moment {
	MOMENT_PHASE1, /* no words of its own */
	MOMENT_NO_CONNECTION,
	MOMENT_MODE,
	MOMENT_AUTH,
	MOMENT_IKE_PROPOSAL,
	MOMENT_ID,
	MOMENT_PEER_ID,
	MOMENT_NO_KEY,
	MOMENT_NO_KEY_CALLER,
	MOMENT_KEY_MAIN,
	MOMENT_KEY_AGGRESSIVE,
	MOMENT_KEY_V2,
	MOMENT_UNHEARD,
	MOMENT_PHASE2, /* and all below: in the second phase */
	MOMENT_CHILD_PROPOSAL,
	MOMENT_REKEY,
	MOMENT_SELECTORS,
	MOMENT_TRANSPORT,
	MOMENTS
};

enum told_by {
	TOLD_CAPTURE = 0,
	TOLD_FILES = 1 << 0,
	TOLD_RUN = 1 << 1,
	TOLD_BOTH = TOLD_FILES | TOLD_RUN,
};

/*
 * What both ends see of a failure that no file explains, in strongSwan's words, and what
 * to do. Classes that predict/ knows bring their own; fix NULL: there is no advice.
 */
struct advice {
	const char *caller, *called; /* what the initiator and the responder see, or … */
	const char *both;	     /* … what both see; NULL: nothing of it */
	const char *fix;	     /* without the site's name */
};

struct finding_class {
	enum class_id number;
	const char *id; /* "F63", for those who read */
	const char
		*name; /* "nat-exemption-missing"; F27 to F29 are one setting, one name */
	enum layer layer;
	enum severity severity;
	unsigned int aspects; /* what it rests on, model/aspect.h */
	enum told_by told_by;
	enum moment moment;
	const char *explains; /* words: the checks that cannot hold with it */
	struct advice advice;
	const char *no_scenario; /* why none rehearses it; NULL: one does */
};

/* Never NULL; CLASS_NONE has id "?", name "undecided", and explains any check. */
const struct finding_class *finding_class_of(enum class_id number);
/* By the text of its id ("F63"); NULL: no such class. */
const struct finding_class *finding_class_find(const char *id);
/* Can that check (scenario/unproven.h) not hold because of it? */
bool finding_class_explains(const struct finding_class *class, const char *check);

const char *severity_name(enum severity severity); /* "no tunnel", "leak", … */
/* "phase 1", "NAT", "life cycle", …; LAYER_NONE: "". */
const char *finding_layer_name(enum layer layer);

/* What a sign may mean, the likeliest first; the rest is CLASS_NONE. */
#define CLASS_SET_MAX 14
struct class_set {
	enum class_id items[CLASS_SET_MAX];
};

#define CLASSES(...) (&(const struct class_set){ { __VA_ARGS__ } })

/* "F20-F24, F40"; nothing for an empty set. */
void class_set_format(const struct class_set *set, struct buf *out);

#endif
