/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * texts.h - the programs and functions of an OpenWrt node, as text; only for node.c
 *
 * Written by us after what the scripts call; each does what it does wholly or says that it
 * does not ("unknown …" in DEVICE_NODE_ASKED, exit status 127).
 */
#ifndef TWINSITE_DEVICE_OPENWRT_TEXTS_H
#define TWINSITE_DEVICE_OPENWRT_TEXTS_H

#include "device/scripts.h"

/* First line of a program in the node: a link to busybox, whose name picks the shell. */
#define OPENWRT_SH "#!/etc/router/bin/sh\n"

#define OPENWRT_LIB DEVICE_NODE "/lib/functions.sh"

extern const char openwrt_text_functions[]; /* /lib/functions.sh */
extern const char openwrt_text_network[];   /* /lib/functions/network.sh */
extern const char openwrt_text_rc_common[]; /* /etc/rc.common, with procd */
extern const char openwrt_text_uci[];
extern const char openwrt_text_logger[];
extern const char openwrt_text_lock[], openwrt_text_firewall[];
extern const char openwrt_text_logread[];
extern const char openwrt_text_services[]; /* /lib/functions/service.sh */
extern const char openwrt_text_ip[];
extern const char
	openwrt_text_nslookup[]; /* of busybox before 1.30, OpenWrt before 21.02 */
extern const char openwrt_text_opkg[];
extern const char openwrt_text_service[];
extern const char openwrt_text_ipsec[];	  /* /usr/sbin/ipsec */
extern const char openwrt_text_init[];	  /* /etc/init.d/ipsec, swanctl: the model's */
extern const char openwrt_text_refused[]; /* there is such a program, we do none of it */

#endif
