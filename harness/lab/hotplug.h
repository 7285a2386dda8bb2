/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hotplug.h - what a router's own hotplug scripts do when an interface changes
 *
 * The scripts are run as they are, by busybox' shell, in the router's node and nowhere
 * else, with the rights and bounds of any stranger's script (SANDBOX_SCRIPT) and a
 * deadline. What one asks of the IKE daemon is for the caller to do: lab->hotplugs has
 * each run. A script that cannot run, or not to its end, is a result and no error.
 */
#ifndef TWINSITE_LAB_HOTPLUG_H
#define TWINSITE_LAB_HOTPLUG_H

#include <stddef.h>

struct err;
struct lab;

#define LAB_BOOT_DONE "boot done" /* action of the run of lab_hotplug_last() */
#define LAB_BOOT_INIT "boot init" /* of an init script that does not start IPsec */

/* All interfaces of that node come up, as at a boot: loopback, then in the files' order. */
int lab_hotplug_boot(struct lab *lab, unsigned int node, struct err *err);

/*
 * The provider has given the WAN of a gateway another address: netifd sees the lease or
 * the session end and a new one come, ifdown and then ifup (a DHCP client that is refused
 * the old address, and PPP). The runs are added to lab->hotplugs from ret_first on.
 */
int lab_hotplug_wan(struct lab *lab, unsigned int node, size_t *ret_first,
		    struct err *err);

/*
 * The boot is done: rc.local, where the folder has one that does anything. Its run, added
 * to lab->hotplugs, is of no interface. The init scripts ran before.
 */
int lab_hotplug_last(struct lab *lab, unsigned int node, struct err *err);

#endif
