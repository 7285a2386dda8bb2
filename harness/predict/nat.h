/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat.h - what a device's NAT does to packets that should go into the tunnel */
#ifndef TWINSITE_PREDICT_NAT_H
#define TWINSITE_PREDICT_NAT_H

#include <stdbool.h>

#include "model/site.h"
#include "predict/user_rules.h"

/* What translates, or what exempts. */
struct nat_answer {
	bool is_translated;
	struct origin at; /* of the masquerading or source NAT, or of the exemption */
	/* An exemption that is there and covers another network; line 0: none. */
	struct inet_prefix other;
	struct origin other_at;
	const struct nat_rule *partial; /* the last one for some packets only; NULL */
	struct user_doubt
		doubt; /* whether it is so only a run can tell; .what NULL: not */
};

#endif
