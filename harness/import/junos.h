/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junos.h - Juniper Junos on SRX and J-series
 *
 * Reads `set` commands, the curly form, and recordings of terminals with both. In
 * the site:
 *
 * - an interface is a logical unit, "ge-0/0/0.0";
 * - a tunnel is an IKE gateway; its children are named "<vpn>-<policy>" for
 *   policy-based VPNs (child.rule_id: the policy), "<vpn>-<selector>" for traffic
 *   selectors, "<vpn>" otherwise;
 * - rule.name is the policy's name, rule.tunnel names the vpn, rule.pair the
 *   pair-policy; what `host-inbound-traffic` opens are rules to the device itself
 *   (dest_zone NULL), for one interface with its addresses as destination;
 * - is_ike_open is false: without `ike` among those services the device is silent;
 * - site.nat has the source NAT rules in order, `off` as NAT_EXEMPT.
 */
#ifndef TWINSITE_IMPORT_JUNOS_H
#define TWINSITE_IMPORT_JUNOS_H

#include "import/import.h"

int junos_import(struct site *site, const struct import_source *sources, size_t count,
		 const struct import_options *options, struct err *err);

#endif
