/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_strategy.h - phase1ss and phase2ss as proposals
 *
 * AVM names sets of proposals instead of listing them: "all/all/all",
 * "esp-aes256-3des-sha/ah-no/comp-lzs-no/pfs" (devices.md 2.4, 2.5). The words are
 * documented for the Access Server, what they contain is inferred from captures and
 * from peers that work; whatever is inferred becomes a REMARK_ASSUMED of the site.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_STRATEGY_H
#define TWINSITE_IMPORT_FRITZBOX_STRATEGY_H

#include <stdbool.h>

#include "model/site.h"

struct fritzbox_phase1 {
	struct proposal proposal;
	int64_t lifetime_s; /* of an LT8h prefix; 0: none */
};

struct fritzbox_phase2 {
	struct proposal esp; /* without PFS: dh is the caller's, see is_pfs */
	bool has_ah;
	struct proposal ah;
	bool is_pfs;
	bool is_ipcomp; /* offers DEFLATE, the one compression a peer may know */
	int64_t lifetime_s;
};

/*
 * Read a strategy; what is not understood is remarked at the origin and left out.
 * has_sha2: FritzOS 7 and later also offer SHA2-512 where a strategy says "all".
 * Returns 0, or -EINVAL when not even one cipher remains: nothing is written then.
 */
int fritzbox_phase1_parse(struct site *site, const char *text, struct origin at,
			  bool has_sha2, struct fritzbox_phase1 *ret_phase1);
int fritzbox_phase2_parse(struct site *site, const char *text, struct origin at,
			  bool has_sha2, struct fritzbox_phase2 *ret_phase2);

#endif
