/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_lan.h - what surrounds the tunnels: interfaces, NAT, DNS, the open IKE ports
 *
 * Inner layer of import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_LAN_H
#define TWINSITE_IMPORT_FRITZBOX_LAN_H

#include "import/vpncfg_tree.h"
#include "model/site.h"

/* brinterfaces of an ar7cfg block: the LAN bridges with their addresses. */
void fritzbox_lan_take(struct site *site, const struct tree_node *ar7cfg);

/* The ports that a vpncfg's ike_forward_rules open; leaf NULL: there are none. */
void fritzbox_forward_rules(struct site *site, const struct tree_node *leaf);

/* When all tunnels are there: LAN and WAN, masquerading, the box's DNS. */
void fritzbox_surroundings(struct site *site);

#endif
