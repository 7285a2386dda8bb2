/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node.h - what the scripts of an OpenWrt router find in its node
 *
 * The router's own files at their places, and what OpenWrt has besides, written by us:
 * /lib/functions.sh and /etc/rc.common, `uci` on top of our own reader, logger, logread,
 * service, `ipsec` and the firmware's init script where the folder has none.
 *
 * The node's /lib and /sbin are the machine's, read-only. So ours are in DEVICE_NODE,
 * first in PATH, and where a script names one of them by its whole path, the path is
 * changed in the node's copy.
 */
#ifndef TWINSITE_DEVICE_OPENWRT_NODE_H
#define TWINSITE_DEVICE_OPENWRT_NODE_H

#include "device/scripts.h"

extern const struct device_scripts openwrt_scripts;

/*
 * A script as the node has it: line by line the same, with the paths of ours in place of
 * OpenWrt's. CR stays: it is a letter to a shell.
 */
const char *openwrt_script_text(struct arena *arena, const char *text);

#endif
