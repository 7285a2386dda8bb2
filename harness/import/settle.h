/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settle.h - what one end's files leave open and the other end's decide
 *
 * After both ends are imported and before anything is concluded, in predict, new and
 * run alike.
 */
#ifndef TWINSITE_IMPORT_SETTLE_H
#define TWINSITE_IMPORT_SETTLE_H

#include "base/inet.h"

struct site;

/*
 * Changes both sites:
 *  - ipsec.conf: left and right are arbitrary (ipsec.conf(5)), the end whose address is
 *    its own is local. Where the other end's file, or wans[] (what the scenario says of
 *    the providers; family 0: nothing), shows that `right` is this end, they change
 *    places; of two identical files one does.
 *  - of the keys of a tunnel that takes any peer, that for the other end is taken;
 *    `dynamic` networks of such a peer are its address.
 *  - tunnels to another peer than the other site, beside one that is to it, are left out
 *    (is_disabled, left_out) and named in a remark.
 */
void import_settle(struct site *const sites[2], const struct inet_addr wans[2]);

/*
 * `psk:` of a scenario, for the tunnels whose file has a key and does not show it. It is
 * borrowed as long as the site lives; NULL: nothing is given.
 */
void import_give_psk(struct site *site, const char *psk);

#endif
