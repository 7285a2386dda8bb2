/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sees.h - what each administrator reads on the own device when a class of failure strikes
 *
 * Words of the two ends of one failed exchange, by device, by role and by phase. The end
 * that is refused sees next to nothing, the one that refuses sees why; and a device in
 * strongSwan's place sees other words than strongSwan. Facts from failures.md and
 * devices.md; what a device's log says word for word is quoted only with a source.
 */
#ifndef TWINSITE_PREDICT_SEES_H
#define TWINSITE_PREDICT_SEES_H

#include <stdbool.h>

#include "finding/class.h"
#include "model/site.h"

enum sees_role {
	SEES_ASKING,   /* whose request or identity is not taken */
	SEES_REFUSING, /* who does not take it */
};

struct sees_case {
	enum class_id class;
	bool is_phase2;
	int version; /* 1 or 2, of the exchange that fails */
	bool is_refuser_initiator;
	bool is_refuser_silent; /* it drops instead of notifying */
};

/*
 * What the end of that kind and role reads. Never NULL; classes that have no words of
 * their own get those of their phase.
 */
const char *sees_words(const struct sees_case *of, enum device_kind kind,
		       enum sees_role role);

/* What both ends have in common in phase 2: "the first phase is up, …"; else NULL. */
const char *sees_common(const struct sees_case *of);

#endif
