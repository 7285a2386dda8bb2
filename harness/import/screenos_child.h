/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screenos_child.h - ScreenOS policies and VPNs to proxy-ids and children
 *
 * Part of the ScreenOS importer, see screenos_reader.h.
 */
#ifndef TWINSITE_IMPORT_SCREENOS_CHILD_H
#define TWINSITE_IMPORT_SCREENOS_CHILD_H

#include "import/screenos_lookup.h"

/*
 * The child of a policy with action tunnel, added to its gateway's tunnel. False, with a
 * remark: the vpn is not there, so the device refuses the policy.
 */
bool sos_build_policy_tunnel(struct reader *reader, const struct sos_lookup *lookup);

/* The children of a vpn that no policy uses, when all policies are built. */
void sos_build_vpn(struct reader *reader, struct sos_vpn *vpn);

#endif
