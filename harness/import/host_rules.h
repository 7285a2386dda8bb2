/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_rules.h - the packet filter of a Linux host: rules that iptables-restore loads
 *
 * /etc/iptables/rules.v4 (iptables-persistent), /etc/sysconfig/iptables: what iptables-save
 * writes. They become commands of the site's firewall scripts (firewall_user), each with its
 * line, as an OpenWrt's /etc/firewall.user has them. /etc/nftables.conf is read as the
 * commands of iptables that do the same, see host_nft.h.
 */
#ifndef TWINSITE_IMPORT_HOST_RULES_H
#define TWINSITE_IMPORT_HOST_RULES_H

#include <stdbool.h>

#include "model/site.h"

/* Is a file of that name one of them? */
bool host_rules_is(const char *name);

/* Is it one in nft's language? What iptables adds stands in a table beside its own. */
bool host_rules_are_nft(const char *name);

/* Add what the file says, up to 1000 rules; a line that is none is said. */
void host_rules_read(struct site *site, const char *name, const char *text);

#endif
