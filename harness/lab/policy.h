/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy.h - firewalls with ordered policies (ScreenOS, Junos) and FRITZ!Box, as iptables
 *
 * A policy of an SRX or a ScreenOS device is asked once per session, in the order of
 * the file, by the zones that the packet comes from and goes to. A policy with a tunnel
 * never lets anything pass in clear, also when the tunnel is down, and never accepts
 * from the Internet what was not in ESP. Without a matching policy nothing passes.
 *
 * Route-based tunnels (tunnel.1, st0.0) are rehearsed as policy-based ones: the zone of
 * the tunnel interface is what comes in by the WAN device in ESP, and the WAN's own zone
 * is the rest.
 *
 * A FRITZ!Box has no policies: all of the LAN may leave, translated, except what the
 * tunnel's access list names; nothing comes in except by the tunnel.
 */
#ifndef TWINSITE_LAB_POLICY_H
#define TWINSITE_LAB_POLICY_H

#include "lab/port.h"
#include "lab/ruleset.h"

/* FIREWALL_POLICY. */
void policy_generate(struct ruleset *set, const struct site *site,
		     const struct ports *ports);

/* FIREWALL_ACCESS_LIST. */
void access_list_generate(struct ruleset *set, const struct site *site,
			  const struct ports *ports);

#endif
