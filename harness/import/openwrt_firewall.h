/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt_firewall.h - between the reader of /etc/config/firewall and that of its scripts
 *
 * Private to import/openwrt_*.c.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_FIREWALL_H
#define TWINSITE_IMPORT_OPENWRT_FIREWALL_H

#include "import/openwrt_reader.h"

bool openwrt_is_fw4(const struct openwrt *o);

/* Said once, when nobody named a firmware: fw4 would ignore what is here. */
void openwrt_remark_assumed_fw3(struct openwrt *o, struct origin at, const char *what);

/* One `config include`: the lines of the script go to site->firewall_user. */
void openwrt_read_include(struct openwrt *o, const struct tree_node *section);

/* Without etc/config/firewall nothing says whether firewall.user runs: it does. */
void openwrt_read_firewall_user_alone(struct openwrt *o);

/* A firewall.user that no section includes is never run. */
void openwrt_remark_orphan_script(struct openwrt *o, const struct tree_node *package);

#endif
