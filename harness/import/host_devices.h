/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_devices.h - which interfaces a Linux host's rules mean, where no file shows any
 *
 * rules.v4 says `-o eth0 -j MASQUERADE`, and /etc/network is not among the files. What is
 * masqueraded leaves by the WAN, IKE and ESP are let in there; one other name is the LAN. A
 * name of containers or of a tunnel (docker0, tun0) tells neither.
 */
#ifndef TWINSITE_IMPORT_HOST_DEVICES_H
#define TWINSITE_IMPORT_HOST_DEVICES_H

#include "model/site.h"

/*
 * Give the site's WAN and its one LAN, which have no names of files, those that the commands
 * of site->firewall_user have, and say so. Where the names tell no such pair, IKE, NAT and the
 * way are unrehearsed, with the first rule's line.
 */
void host_devices_name(struct site *site);

#endif
