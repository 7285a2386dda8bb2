/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link.h - interfaces and their addresses in nodes
 *
 * Through rtnetlink; no program is executed. Interfaces are named by their name in
 * the node (at most 15 characters). Hardware addresses are computed from the names of
 * node and interface, so that two runs give the same captures. Errors say node,
 * interface and what the kernel said; -ENOTSUP when the kernel lacks the kind.
 */
#ifndef TWINSITE_NETNS_LINK_H
#define TWINSITE_NETNS_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"

struct err;
struct node;

#define LINK_MAC_LENGTH 6

/*
 * A veth cable from interface a_name in node a to interface b_name in node b, both
 * created in place and up. mtu 0 is 1500. Transmit checksum offload is switched off
 * at both ends, so that captures show the checksums that a real wire would.
 */
int link_veth_add(const struct node *a, const char *a_name, const struct node *b,
		  const char *b_name, unsigned int mtu, struct err *err);

/* An empty bridge (no STP, no multicast snooping, no forward delay), up. */
int link_bridge_add(const struct node *node, const char *name, struct err *err);

/*
 * An XFRM interface, up: what is routed to it meets the IPsec policies with that if_id, and
 * what comes out of their SAs comes out of it. under: the interface whose routes its ESP
 * takes, NULL: any. -ENOTSUP when the kernel has none (CONFIG_XFRM_INTERFACE).
 */
int link_xfrm_add(const struct node *node, const char *name, uint32_t if_id,
		  const char *under, unsigned int mtu, struct err *err);

/* A VTI: keys in host order, addresses of IPv4 (family 0: any). */
struct link_vti {
	const char *name;
	uint32_t in_key, out_key;
	struct inet_addr local, remote;
	unsigned int mtu; /* 0: 1500 */
};

/*
 * A VTI, up: what is routed to it meets the IPsec policies with the mark out_key, and what
 * comes out of their SAs to those addresses those with in_key. After link_vti_base_add().
 */
int link_vti_add(const struct node *node, const struct link_vti *vti, struct err *err);

#define LINK_VTI_BASE "ip_vti0"

/*
 * That interface, down, as the module ip_vti makes it in a machine's first network namespace
 * and a guest kernel here in none: `ip tunnel add … mode vti` asks it for another.
 * -ENOTSUP when the kernel has no VTI.
 */
int link_vti_base_add(const struct node *node, struct err *err);

/*
 * Switch transmit checksum and segmentation offload of a veth on or off. On, a sender
 * passes on 64 KiB at once and plain TCP is 2.5 times as fast, but captures show such
 * packets, with wrong checksums.
 */
int link_set_offload(const struct node *node, const char *name, bool is_on,
		     struct err *err);

/* Plug an interface into a bridge of the same node; bridge NULL unplugs it. */
int link_set_bridge(const struct node *node, const char *name, const char *bridge,
		    struct err *err);

int link_set_up(const struct node *node, const char *name, bool is_up, struct err *err);
int link_set_mtu(const struct node *node, const char *name, unsigned int mtu,
		 struct err *err);

/* "lo" of the network namespace that the calling thread is in. */
int link_loopback_up(struct err *err);

/* Delete an interface; the other end of a veth goes with it. */
int link_delete(const struct node *node, const char *name, struct err *err);

/* Add or remove an address with its network ("192.168.2.82/26"). */
int link_address_add(const struct node *node, const char *name,
		     const struct inet_prefix *address, struct err *err);
int link_address_delete(const struct node *node, const char *name,
			const struct inet_prefix *address, struct err *err);

/* The index of an interface, for the other files of netns/. -ENODEV: there is none. */
int link_index(const struct node *node, const char *name, int *ret_index,
	       struct err *err);

/* The hardware address that an interface gets: 02 (locally administered) + a hash. */
void link_mac(const char *node, const char *name, uint8_t ret_mac[LINK_MAC_LENGTH]);

struct link_info {
	unsigned int index;
	char name[IF_NAMESIZE];
	char kind[16]; /* "veth", "bridge", "tun", …, "" for lo */
	uint8_t mac[LINK_MAC_LENGTH];
	unsigned int mtu;
	unsigned int bridge_index; /* 0: in no bridge */
	bool is_up;
	bool has_carrier;
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes;
};

struct link_list {
	struct link_info *items;
	size_t count;
	size_t room;
};

/* All interfaces of the node, ordered by index. */
int link_list(const struct node *node, struct arena *arena, struct link_list *ret_links,
	      struct err *err);

#endif
