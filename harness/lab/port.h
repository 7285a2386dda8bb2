/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h - a gateway's interfaces as Linux will see them
 *
 * Device files name interfaces that Linux cannot have ("ethernet0/0"), that a file
 * does not describe (a FRITZ!Box export has no LAN address) or that several logical
 * networks share. Ports are the answer to all three, and the only place where the
 * Linux name of an interface is made.
 */
#ifndef TWINSITE_LAB_PORT_H
#define TWINSITE_LAB_PORT_H

#include <net/if.h>

#include "base/arena.h"
#include "base/inet.h"
#include "scenario/scenario.h"

struct err;

struct port_address {
	struct inet_prefix prefix;
	struct origin at;
};

struct port {
	const char *device;  /* Linux name, at most 15 letters, unique in the site */
	const char *logical; /* "lan", "ethernet0/0" */
	bool is_wan;
	const struct site_interface
		*xfrm;	  /* the XFRM interface or VTI that it is; NULL: none */
	unsigned int mtu; /* 0: 1500 */
	VEC(struct port_address) addresses; /* IPv4, own address with its length */
	/* All logical interfaces on this device; borrowed from the site. */
	VEC(const struct site_interface *) interfaces;
};

struct ports {
	VEC(struct port) list;
	struct port *wan; /* never NULL after ports_make() */
	struct inet_prefix wan_address;
	struct inet_addr gateway; /* the provider's router */
	bool is_gateway_assumed;  /* no file says it */
};

/*
 * The ports of one site. Tunnel interfaces that are no device here, loopback, disabled ones and ones without
 * any IPv4 address have none. -EINVAL when there is no WAN or nobody says its address.
 */
int ports_make(struct arena *arena, const struct scenario_site *site,
	       struct ports *ret_ports, struct err *err);

/* By logical name (then Linux name of the device); NULL: no such port. */
struct port *port_find(const struct ports *ports, const char *name);

/* The port whose network holds the address, the longest match; NULL: none. */
struct port *port_for(const struct ports *ports, const struct inet_addr *addr);

/*
 * A legal Linux interface name: '/' and ':' and what else is illegal become '_', long
 * names are cut and get a number that tells them apart (number 0: not yet).
 */
const char *port_device_name(struct arena *arena, const char *name, unsigned int number);

#endif
