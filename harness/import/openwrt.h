/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt.h - OpenWrt's /etc/config (and its relatives) to struct site
 *
 * Reads etc/config/{network,firewall,dhcp,ipsec,system}, etc/hosts, firewall.user
 * and other included scripts. A source whose name has no "etc/config/" may be one
 * package (then its section types tell which) or an export of several.
 *
 * Two readings of /etc/config/ipsec. As documented: what the options mean, old
 * schema (p1_proposal, p2_proposal) and new (crypto_proposal). As rendered: what the
 * init script of a named firmware makes of them, with everything it ignores,
 * assumes and drops as remarks.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_H
#define TWINSITE_IMPORT_OPENWRT_H

#include "import/import.h"

import_function openwrt_import;

/*
 * Firmwares that a rendered reading can name, NULL-terminated: "wiki", "technicolor",
 * "18.06", "19.07", "24.10", "24.10-ipsec", … A patch level ("19.07.7") is accepted.
 */
const char *const *openwrt_firmwares(void);

/*
 * Absolute paths that a firewall configuration includes ("/etc/firewall.user"), and
 * that stay below the root; in the arena.
 */
const char *const *openwrt_firewall_includes(const struct import_source *firewall,
					     struct arena *arena, size_t *ret_count);

#endif
