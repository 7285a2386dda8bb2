/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screenos.h - Juniper ScreenOS (SSG, NetScreen, ISG)
 *
 * Reads command scripts and the output of `get config`, also as a terminal
 * recorded it. In the site:
 *
 * - a tunnel is an IKE gateway; its children are named "<vpn>-<policy id>" for
 *   policy-based VPNs, one per pair of policies (child.rule_id: the policy), and
 *   "<vpn>" or "<vpn>-<n>" for the proxy-ids of route-based ones;
 * - rule.tunnel names the vpn; policies stand in the device's order, one rule for
 *   each protocol of their services, all with the same id;
 * - zone.forward is what happens inside the zone without a policy;
 * - zone.is_nat_mode: an interface of it is in NAT mode.
 */
#ifndef TWINSITE_IMPORT_SCREENOS_H
#define TWINSITE_IMPORT_SCREENOS_H

#include "import/import.h"

int screenos_import(struct site *site, const struct import_source *sources, size_t count,
		    const struct import_options *options, struct err *err);

#endif
