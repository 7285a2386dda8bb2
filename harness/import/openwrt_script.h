/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openwrt_script.h - the plain part of shell in firewall scripts */
#ifndef TWINSITE_IMPORT_OPENWRT_SCRIPT_H
#define TWINSITE_IMPORT_OPENWRT_SCRIPT_H

#include <stddef.h>

struct firewall_line;
struct site;

/*
 * Lines `first` and later of site->firewall_user, one script: when it is nothing but
 * iptables commands, assignments and loops over known words (text/shell.h), the commands
 * stand there instead, one a line, without variables and comments. A command with a
 * variable that nothing sets is remarked and taken out: iptables refuses it. Scripts with
 * more than that stay as they are, for a shell.
 */
void openwrt_script_expand(struct site *site, size_t first);

#endif
