/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_network.h - the network of a Linux host: ifupdown, systemd-networkd
 *
 * /etc/network/interfaces (interfaces(5)) with the `ip` commands of its up lines, and
 * *.netdev and *.network of /etc/systemd/network (systemd.netdev(5), systemd.network(5)):
 * addresses, routes, XFRM interfaces and VTIs. A command that may change the way of packets and
 * is not known is said as not rehearsed.
 */
#ifndef TWINSITE_IMPORT_HOST_NETWORK_H
#define TWINSITE_IMPORT_HOST_NETWORK_H

#include <stdbool.h>

#include "model/site.h"

/* Is a file of that name one of them? */
bool host_network_is(const char *name);

/* Add what the file says. Of networkd all *.netdev are to be read before *.network. */
void host_network_read(struct site *site, const char *name, const char *text);

/* ------------------------------------------------------------ for its parts */

/* The interface of that name, made when it is new. */
struct site_interface *host_interface(struct site *site, const char *name,
				      struct origin at);
/* "10.1.2.1/24", or without a length `mask` ("255.255.255.0", NULL: a single host). */
void host_address_add(struct site *site, struct site_interface *interface,
		      const char *text, const char *mask, struct origin at);

/*
 * One command of a line that runs when the interface comes up. Changes of `ip link`, `ip
 * address` and `ip route` are taken over; what is neither known nor without effect is said.
 */
void host_command(struct site *site, const char *interface, const char *line,
		  struct origin at);

void networkd_read(struct site *site, const char *name, const char *text);

/*
 * After all files: an XFRM interface or VTI of a .netdev is made only with `Xfrm=` or
 * `Tunnel=` in the .network of the interface below, or Independent= (systemd.netdev(5)). Where the WAN's .network is
 * among the files and none has it, it is disabled, and said.
 */
void networkd_end(struct site *site);

#endif
