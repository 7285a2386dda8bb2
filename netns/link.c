// SPDX-License-Identifier: GPL-2.0-or-later
/* link.c - interfaces and their addresses in nodes */
#include "netns/link.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/sockios.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/ipvti.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/link/xfrmi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "netns/guest.h"
#include "netns/nlsock.h"
#include "netns/node.h"

#define LINK_MTU 1500

static void link_putp(struct rtnl_link **link)
{
	if (*link)
		rtnl_link_put(*link);
}

static void rtnl_addr_putp(struct rtnl_addr **addr)
{
	if (*addr)
		rtnl_addr_put(*addr);
}

/* A name that is too long would be cut by the kernel's API and hit another link. */
static int check_name(const struct node *node, const char *name, struct err *err)
{
	size_t length = strlen(name);

	if (length == 0 || length >= IF_NAMESIZE || strchr(name, '/'))
		return err_set(err, EINVAL, "node %s: '%s' cannot be an interface's name",
			       node_name(node), name);
	return 0;
}

/* FNV-1a: short, and the same on every machine. */
static uint64_t hash_add(uint64_t hash, const char *text)
{
	do {
		hash ^= (uint8_t)*text;
		hash *= 0x100000001b3;
	} while (*text++);
	return hash;
}

void link_mac(const char *node, const char *name, uint8_t ret_mac[LINK_MAC_LENGTH])
{
	uint64_t hash = hash_add(hash_add(0xcbf29ce484222325, node), name);

	ret_mac[0] = 0x02; /* locally administered, not a group */
	for (int i = 1; i < LINK_MAC_LENGTH; i++)
		ret_mac[i] = (uint8_t)(hash >> (8 * i));
}

static struct nl_addr *mac_addr(const struct node *node, const char *name)
{
	uint8_t mac[LINK_MAC_LENGTH];

	link_mac(node_name(node), name, mac);
	return nl_addr_build(AF_LLC, mac, sizeof(mac));
}

/* What is common to every link that we create. */
static void link_fill(struct rtnl_link *link, const struct node *node, const char *name,
		      unsigned int mtu)
{
	_cleanup_(nl_addr_putp) struct nl_addr *mac = mac_addr(node, name);

	rtnl_link_set_name(link, name);
	if (mac)
		rtnl_link_set_addr(link, mac);
	rtnl_link_set_mtu(link, mtu);
}

int link_loopback_up(struct err *err)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		return err_sys(err, errno, "lo");
	return 0;
}

struct ethtool_request {
	const char *name;
	uint32_t command;
	uint32_t value;
};

static int ethtool_set(void *arg)
{
	const struct ethtool_request *request = arg;
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_value value = { .cmd = request->command, .data = request->value };
	struct ifreq ifreq = { .ifr_data = (void *)&value };

	strncpy(ifreq.ifr_name, request->name, IF_NAMESIZE - 1);
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &ifreq))
		return -errno;
	return 0;
}

int link_set_offload(const struct node *node, const char *name, bool is_on,
		     struct err *err)
{
	/* Segmentation goes off with the checksum, but does not come on with it. */
	static const uint32_t commands[] = { ETHTOOL_STXCSUM, ETHTOOL_STSO };
	struct ethtool_request request = { .name = name, .value = is_on };
	int ret = check_name(node, name, err);

	for (size_t i = 0; i < (is_on ? 2 : 1) && !ret; i++) {
		request.command = commands[i];
		ret = node_run(node, ethtool_set, &request);
		if (ret)
			return err_sys(err, -ret, "node %s: interface %s: offload %s",
				       node_name(node), name, is_on ? "on" : "off");
	}
	return ret;
}

int link_veth_add(const struct node *a, const char *a_name, const struct node *b,
		  const char *b_name, unsigned int mtu, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_veth_alloc();
	struct nlsock *nl = node_rtnl(a);
	struct rtnl_link *peer;
	int ret;

	if (!link)
		return err_sys(err, ENOMEM, "veth");
	ret = check_name(a, a_name, err);
	if (!ret)
		ret = check_name(b, b_name, err);
	if (ret)
		return ret;
	peer = rtnl_link_veth_get_peer(link);
	link_fill(link, a, a_name, mtu ? mtu : LINK_MTU);
	link_fill(peer, b, b_name, mtu ? mtu : LINK_MTU);
	rtnl_link_set_ns_fd(peer, node_net_fd(b));
	/* The peer exists before us, and may not be up alone (ENOTCONN). */
	rtnl_link_set_flags(link, IFF_UP);
	ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_link_put(peer);
	ret = nlsock_check(nl, ret, a, err, "veth %s to %s of node %s", a_name, b_name,
			   node_name(b));
	if (!ret)
		ret = link_set_up(b, b_name, true, err);
	if (!ret)
		ret = link_set_offload(a, a_name, false, err);
	if (!ret)
		ret = link_set_offload(b, b_name, false, err);
	return ret;
}

int link_xfrm_add(const struct node *node, const char *name, uint32_t if_id,
		  const char *under, unsigned int mtu, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_xfrmi_alloc();
	struct nlsock *nl = node_rtnl(node);
	int ret = check_name(node, name, err), index = 0;

	if (!link)
		return err_sys(err, ENOMEM, "xfrm");
	if (!ret && under)
		ret = link_index(node, under, &index, err);
	if (ret)
		return ret;
	rtnl_link_set_name(link, name);
	rtnl_link_set_mtu(link, mtu ? mtu : LINK_MTU);
	rtnl_link_set_flags(link, IFF_UP);
	rtnl_link_xfrmi_set_if_id(link, if_id);
	rtnl_link_xfrmi_set_link(link, (uint32_t)index);
	ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	return nlsock_check(nl, ret, node, err, "xfrm interface %s", name);
}

int link_vti_base_add(const struct node *node, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_ipvti_alloc();
	struct nlsock *nl = node_rtnl(node);
	int ret;

	if (!link)
		return err_sys(err, ENOMEM, "vti");
	(void)guest_load_module("ip_vti");
	rtnl_link_set_name(link, LINK_VTI_BASE);
	ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	if (nlsock_result(nl, ret) == -EEXIST)
		return 0; /* this kernel makes one in each namespace */
	return nlsock_check(nl, ret, node, err, "VTI " LINK_VTI_BASE);
}

static uint32_t address_of(const struct inet_addr *addr)
{
	uint32_t word = 0;

	if (addr->family == AF_INET)
		memcpy(&word, addr->bytes, sizeof(word));
	return word;
}

int link_vti_add(const struct node *node, const struct link_vti *vti, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_ipvti_alloc();
	struct nlsock *nl = node_rtnl(node);
	int ret = check_name(node, vti->name, err);

	if (!link)
		return err_sys(err, ENOMEM, "vti");
	if (ret)
		return ret;
	rtnl_link_set_name(link, vti->name);
	rtnl_link_set_mtu(link, vti->mtu ? vti->mtu : LINK_MTU);
	rtnl_link_set_flags(link, IFF_UP);
	rtnl_link_ipvti_set_ikey(link, htonl(vti->in_key));
	rtnl_link_ipvti_set_okey(link, htonl(vti->out_key));
	rtnl_link_ipvti_set_local(link, address_of(&vti->local));
	rtnl_link_ipvti_set_remote(link, address_of(&vti->remote));
	ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	return nlsock_check(nl, ret, node, err, "VTI %s", vti->name);
}

int link_bridge_add(const struct node *node, const char *name, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_bridge_alloc();
	struct nlsock *nl = node_rtnl(node);
	int ret;

	if (!link)
		return err_sys(err, ENOMEM, "bridge");
	ret = check_name(node, name, err);
	if (ret)
		return ret;
	link_fill(link, node, name, LINK_MTU);
	rtnl_link_set_flags(link, IFF_UP);
	ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	if (nlsock_result(nl, ret) == -EOPNOTSUPP && !guest_load_module("bridge"))
		ret = rtnl_link_add(nlsock_begin(nl), link, NLM_F_CREATE | NLM_F_EXCL);
	return nlsock_check(nl, ret, node, err, "bridge %s", name);
}

/* -------------------------------------------------- changing a link */

int link_index(const struct node *node, const char *name, int *ret_index, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = NULL;
	struct nlsock *nl = node_rtnl(node);
	int ret = check_name(node, name, err);

	if (ret)
		return ret;
	ret = nlsock_check(nl, rtnl_link_get_kernel(nlsock_begin(nl), 0, name, &link),
			   node, err, "interface %s", name);
	if (!ret)
		*ret_index = rtnl_link_get_ifindex(link);
	return ret;
}

/* Apply to the interface what is set in change. */
static int link_change(const struct node *node, const char *name,
		       struct rtnl_link *change, const char *what, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *original = NULL;
	struct nlsock *nl = node_rtnl(node);
	int index, ret;

	if (!change)
		return err_sys(err, ENOMEM, "interface %s", name);
	ret = link_index(node, name, &index, err);
	if (ret)
		return ret;
	original = rtnl_link_alloc();
	if (!original)
		return err_sys(err, ENOMEM, "interface %s", name);
	rtnl_link_set_ifindex(original, index);
	ret = rtnl_link_change(nlsock_begin(nl), original, change, 0);
	return nlsock_check(nl, ret, node, err, "interface %s: %s", name, what);
}

int link_set_bridge(const struct node *node, const char *name, const char *bridge,
		    struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *change = rtnl_link_alloc();
	char what[32 + IF_NAMESIZE];
	int index = 0;
	int ret = bridge ? link_index(node, bridge, &index, err) : 0;

	if (ret)
		return ret;
	if (change)
		rtnl_link_set_master(change, index);
	snprintf(what, sizeof(what), "into bridge %s", bridge ? bridge : "none");
	return link_change(node, name, change, what, err);
}

int link_set_up(const struct node *node, const char *name, bool is_up, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *change = rtnl_link_alloc();

	if (change && is_up)
		rtnl_link_set_flags(change, IFF_UP);
	else if (change)
		rtnl_link_unset_flags(change, IFF_UP);
	return link_change(node, name, change, is_up ? "up" : "down", err);
}

int link_set_mtu(const struct node *node, const char *name, unsigned int mtu,
		 struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *change = rtnl_link_alloc();
	char what[32];

	if (change)
		rtnl_link_set_mtu(change, mtu);
	snprintf(what, sizeof(what), "MTU %u", mtu);
	return link_change(node, name, change, what, err);
}

int link_delete(const struct node *node, const char *name, struct err *err)
{
	_cleanup_(link_putp) struct rtnl_link *link = rtnl_link_alloc();
	struct nlsock *nl = node_rtnl(node);
	int ret = check_name(node, name, err);

	if (ret)
		return ret;
	if (!link)
		return err_sys(err, ENOMEM, "interface %s", name);
	rtnl_link_set_name(link, name);
	ret = rtnl_link_delete(nlsock_begin(nl), link);
	return nlsock_check(nl, ret, node, err, "delete interface %s", name);
}

/* -------------------------------------------------- addresses */

static struct nl_addr *prefix_addr(const struct inet_prefix *prefix)
{
	size_t length = prefix->addr.family == AF_INET6 ? 16 : 4;
	struct nl_addr *addr =
		nl_addr_build(prefix->addr.family, prefix->addr.bytes, length);

	if (addr)
		nl_addr_set_prefixlen(addr, (int)prefix->length);
	return addr;
}

/* 192.168.2.127 for 192.168.2.82/26; NULL where there is none (/31, /32, IPv6). */
static struct nl_addr *broadcast_addr(const struct inet_prefix *prefix)
{
	struct inet_addr last;

	if (prefix->addr.family != AF_INET || prefix->length > 30)
		return NULL;
	last = inet_prefix_nth(prefix, (uint32_t)(UINT32_MAX >> prefix->length));
	return nl_addr_build(AF_INET, last.bytes, 4);
}

static int link_address(const struct node *node, const char *name,
			const struct inet_prefix *address, bool is_add, struct err *err)
{
	_cleanup_(rtnl_addr_putp) struct rtnl_addr *request = rtnl_addr_alloc();
	_cleanup_(nl_addr_putp) struct nl_addr *local = prefix_addr(address);
	_cleanup_(nl_addr_putp) struct nl_addr *broadcast = broadcast_addr(address);
	struct nlsock *nl = node_rtnl(node);
	int index, ret;

	if (!request || !local)
		return err_sys(err, ENOMEM, "address");
	ret = link_index(node, name, &index, err);
	if (ret)
		return ret;
	rtnl_addr_set_ifindex(request, index);
	rtnl_addr_set_local(request, local);
	if (is_add && broadcast)
		rtnl_addr_set_broadcast(request, broadcast);
	/* No duplicate address detection: it would delay the use of IPv6 by a second. */
	if (is_add && address->addr.family == AF_INET6)
		rtnl_addr_set_flags(request, IFA_F_NODAD);
	if (is_add)
		ret = rtnl_addr_add(nlsock_begin(nl), request, NLM_F_CREATE | NLM_F_EXCL);
	else
		ret = rtnl_addr_delete(nlsock_begin(nl), request, 0);
	return nlsock_check(nl, ret, node, err, "interface %s: address %s", name,
			    inet_prefix_text(address).s);
}

int link_address_add(const struct node *node, const char *name,
		     const struct inet_prefix *address, struct err *err)
{
	return link_address(node, name, address, true, err);
}

int link_address_delete(const struct node *node, const char *name,
			const struct inet_prefix *address, struct err *err)
{
	return link_address(node, name, address, false, err);
}

/* -------------------------------------------------- reading */

static void read_link(struct rtnl_link *link, struct link_info *info)
{
	const char *name = rtnl_link_get_name(link);
	const char *kind = rtnl_link_get_type(link);
	const struct nl_addr *mac = rtnl_link_get_addr(link);
	unsigned int flags = rtnl_link_get_flags(link);

	info->index = (unsigned int)rtnl_link_get_ifindex(link);
	snprintf(info->name, sizeof(info->name), "%s", name ? name : "");
	snprintf(info->kind, sizeof(info->kind), "%s", kind ? kind : "");
	if (mac && nl_addr_get_len(mac) == LINK_MAC_LENGTH)
		memcpy(info->mac, nl_addr_get_binary_addr(mac), LINK_MAC_LENGTH);
	info->mtu = rtnl_link_get_mtu(link);
	info->bridge_index = (unsigned int)rtnl_link_get_master(link);
	info->is_up = flags & IFF_UP;
	info->has_carrier = flags & IFF_RUNNING;
	info->rx_packets = rtnl_link_get_stat(link, RTNL_LINK_RX_PACKETS);
	info->rx_bytes = rtnl_link_get_stat(link, RTNL_LINK_RX_BYTES);
	info->tx_packets = rtnl_link_get_stat(link, RTNL_LINK_TX_PACKETS);
	info->tx_bytes = rtnl_link_get_stat(link, RTNL_LINK_TX_BYTES);
}

static int compare_links(const void *a, const void *b)
{
	const struct link_info *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

int link_list(const struct node *node, struct arena *arena, struct link_list *ret_links,
	      struct err *err)
{
	_cleanup_(nl_cache_freep) struct nl_cache *cache = NULL;
	struct nlsock *nl = node_rtnl(node);
	struct link_list links = { 0 };
	int ret = nlsock_check(nl,
			       rtnl_link_alloc_cache(nlsock_begin(nl), AF_UNSPEC, &cache),
			       node, err, "list of interfaces");

	if (ret)
		return ret;
	for (struct nl_object *object = nl_cache_get_first(cache); object;
	     object = nl_cache_get_next(object))
		read_link((struct rtnl_link *)object, vec_push(arena, &links));
	if (links.count)
		qsort(links.items, links.count, sizeof(*links.items), compare_links);
	*ret_links = links;
	return 0;
}
