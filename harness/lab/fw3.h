/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw3.h - OpenWrt's firewall: zones to iptables, as fw3 and fw4 build it
 *
 * fw3 (14.07 to 21.02) is rendered chain by chain with its own names (reference
 * devices.md §1.4, after openwrt/firewall3). Its order decides what a rule can still
 * see: custom chains, connection tracking, `config rule`, redirects, `config nat`,
 * `config forwarding`, then the zones' own policies.
 *
 * Behaviour worth knowing, all kept:
 *  - a zone without network, device and subnet has chains that nothing jumps to;
 *  - a rule to a zone accepts only what leaves by that zone's devices or subnets;
 *  - postrouting_rule runs before any masquerading, negated masq_dest too;
 *  - masquerading zones drop packets that connection tracking calls INVALID.
 *
 * fw4 (22.03 and later) is approximated with the same generator: its chain names, no
 * custom chains, no iptables words (`extra`), no /etc/firewall.user.
 */
#ifndef TWINSITE_LAB_FW3_H
#define TWINSITE_LAB_FW3_H

#include "lab/port.h"
#include "lab/ruleset.h"

/* FIREWALL_FW3 or FIREWALL_FW4 of site->firewall. */
void fw3_generate(struct ruleset *set, const struct site *site,
		  const struct ports *ports);

#endif
