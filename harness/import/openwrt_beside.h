/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt_beside.h - files of a router that are not rehearsed, and what they may touch
 *
 * dnsmasq's own settings, rc.local, init scripts, cron: none is read further, and what it
 * could change is unproven by its name. Scripts of /etc/hotplug.d/iface, init scripts and
 * rc.local are run by the rehearsal (lab/hotplug.h, lab/init.h): restarting the daemon is no doubt
 * then, whatever else one does remains one until it ran. A file of comments, as OpenWrt ships
 * them, changes nothing.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_BESIDE_H
#define TWINSITE_IMPORT_OPENWRT_BESIDE_H

#include <stdbool.h>

struct site;

/* Is the file one of them, by its name ("etc/rc.local")? */
bool openwrt_is_beside(const char *name);

/* Name what stands in such a file. Both texts may go. */
void openwrt_beside_read(struct site *site, const char *name, const char *text);

#endif
