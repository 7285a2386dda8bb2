/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advice.h - what both ends see of a failure that no file explains, and what to do
 *
 * Classes that predict/ knows bring their own words and fixes; these are for what
 * happens on the way, in a kernel or at a host.
 */
#ifndef TWINSITE_DIAGNOSE_ADVICE_H
#define TWINSITE_DIAGNOSE_ADVICE_H

struct advice {
	const char *id;		     /* "F12" */
	const char *caller, *called; /* what the initiator and the responder see, or … */
	const char *both;	     /* … what both see; NULL: nothing of it */
	const char *fix;	     /* without the site's name */
};

/* NULL: that class needs none. */
const struct advice *advice_of(const char *id);

#endif
