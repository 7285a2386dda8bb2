/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * surroundings.h - the LAN and the WAN of a device whose file shows tunnels only
 *
 * A vpncfg, a swanctl.conf or an ipsec.conf does not say which interfaces there are;
 * what its tunnels say of the own side is the best guess.
 */
#ifndef TWINSITE_IMPORT_SURROUNDINGS_H
#define TWINSITE_IMPORT_SURROUNDINGS_H

#include "model/site.h"

/*
 * Add an interface "lan" in the first local network of a tunnel, one in use before one
 * that is not. Returns the pair of networks it was taken from; NULL: no tunnel has one,
 * and no interface was added.
 */
const struct selector *surroundings_lan_add(struct site *site);

/*
 * Add an interface "wan": with the address that a tunnel in use is bound to, else with
 * one from the provider, which is said of `at`.
 */
void surroundings_wan_add(struct site *site, struct origin at);

#endif
