/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opens.h - does a changed site let pass what it did not, beside the tunnel's networks? */
#ifndef TWINSITE_FIX_OPENS_H
#define TWINSITE_FIX_OPENS_H

#include "base/arena.h"
#include "model/site.h"

/*
 * Asks both firewalls for packets between the Internet, the site's networks and those
 * behind the tunnel, in clear and out of it. What is a pair of the tunnel's networks is
 * not looked at: that is what the fix is for. NULL: nothing; else a sentence.
 */
const char *fix_opens(struct arena *arena, const struct site *before,
		      const struct site *after);

#endif
