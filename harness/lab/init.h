/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init.h - the init scripts of a router's folder that start IPsec, run as at its boot
 *
 * Where the folder has one (`/etc/init.d/ipsec`, `swanctl`, …, of /etc/rc.common and with
 * START=), what it writes is what strongSwan is given, and not what we know of the
 * firmware's. DNS servers answer already; the daemon is started afterwards.
 */
#ifndef TWINSITE_LAB_INIT_H
#define TWINSITE_LAB_INIT_H

#include <stddef.h>

struct device_node_files;
struct err;
struct lab;

#define LAB_WRITTEN_MAX (256u << 10) /* bytes that are read of each file */

/* Run those of a node, each once: added to lab->inits. */
int lab_inits_run(struct lab *lab, unsigned int node, struct err *err);

/* What strongSwan finds there now of what its scripts wrote. Texts are in the lab's arena. */
void lab_inits_written(const struct lab *lab, unsigned int node,
		       struct device_node_files *ret_files);

#endif
