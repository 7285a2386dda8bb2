// SPDX-License-Identifier: GPL-2.0-or-later
/* plane.c - which kernel carries ESP, and can it here? */
#include "netns/plane.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "netns/firewall.h"
#include "netns/guest.h"
#include "netns/impair.h"
#include "netns/nlsock.h"
#include "netns/node.h"
#include "netns/vm.h"
#include "netns/world.h"
#include "netns/xfrm_probe.h"

/* A first modprobe on a slow machine takes its time, and is no missing feature. */
#define PROBE_TIMEOUT_US 60000000

static const char *const names[PLANE_COUNT + 1] = {
	[PLANE_NATIVE] = "native",
	[PLANE_UML] = "uml",
	[PLANE_VM] = "vm",
	[PLANE_LIBIPSEC] = "libipsec",
};

static const struct {
	enum plane_feature feature;
	const char *name;
} features[] = {
	{ PLANE_KERNEL_ESP, "kernel ESP" },
	{ PLANE_POLICIES, "IPsec policies" },
	{ PLANE_NETEM, "netem" },
	{ PLANE_NAT, "NAT" },
	{ PLANE_VTI, "VTI" },
	{ PLANE_XFRM_INTERFACE, "XFRM interfaces" },
	{ PLANE_POLICY_MATCH, "iptables -m policy" },
};

const char *plane_name(enum plane plane)
{
	return names[plane];
}

bool plane_is_guest(enum plane plane)
{
	return plane == PLANE_UML || plane == PLANE_VM;
}

int plane_parse(const char *word, enum plane *ret_plane, struct err *err)
{
	const char *nearest;

	for (size_t i = 0; i < PLANE_COUNT; i++)
		if (str_equal(word, names[i])) {
			*ret_plane = (enum plane)i;
			return 0;
		}
	nearest = str_nearest(word, names);
	if (nearest)
		return err_set(err, EINVAL, "unknown plane '%.60s', did you mean '%s'?",
			       word, nearest);
	return err_set(err, EINVAL, "unknown plane '%.60s': native, uml, vm or libipsec",
		       word);
}

const char *plane_feature_name(unsigned int feature)
{
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if (features[i].feature == feature)
			return features[i].name;
	return "something unknown";
}

/* -------------------------------------------------- in the throw-away world */

static bool has_netem(const struct node *node)
{
	struct impairment nothing = { 0 };

	return impair_set(node, "lo", &nothing, NULL) == 0;
}

/* Can an interface of this kind be made? The kernel is asked without any options. */
static bool has_link_kind(const struct node *node, const char *kind)
{
	struct ifinfomsg about = { .ifi_family = AF_UNSPEC };
	struct nl_msg *message = nlmsg_alloc_simple(
		RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
	struct nlsock *nl = node_rtnl(node);
	struct nlattr *nest;
	int ret;

	if (!message)
		return false;
	nlmsg_append(message, &about, sizeof(about), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, kind); /* one of each */
	nest = nla_nest_start(message, IFLA_LINKINFO);
	if (nest) {
		nla_put_string(message, IFLA_INFO_KIND, kind);
		nla_nest_end(message, nest);
	}
	ret = nlsock_result(nl, nlsock_send(nl, message));
	/* Anything else is a complaint about the missing options: it knows the kind. */
	return ret != -EOPNOTSUPP;
}

static bool has_nat(void)
{
	enum firewall_backend backend;

	return firewall_probe(&backend, NULL) == 0;
}

static int probe_native(struct plane_status *status, unsigned int needed, struct err *err)
{
	_cleanup_(node_freep) struct node *node = NULL;
	int ret = xfrm_probe_sa(err);

	(void)needed;

	if (!ret)
		ret = xfrm_probe_policy(err);
	if (!ret)
		ret = node_new("probe", NULL, &node, err);
	if (ret)
		return ret;
	status->features = PLANE_KERNEL_ESP | PLANE_POLICIES | PLANE_POLICY_MATCH;
	status->features |= has_nat() ? PLANE_NAT : 0;
	status->features |= has_netem(node) ? PLANE_NETEM : 0;
	status->features |= has_link_kind(node, "vti") ? PLANE_VTI : 0;
	status->features |= has_link_kind(node, "xfrm") ? PLANE_XFRM_INTERFACE : 0;
	return 0;
}

static int probe_libipsec(struct plane_status *status, unsigned int needed,
			  struct err *err)
{
	_cleanup_close_ int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	struct ifreq request = { .ifr_name = "probe", .ifr_flags = IFF_TUN | IFF_NO_PI };
	_cleanup_(node_freep) struct node *node = NULL;

	if (fd < 0 && (errno == ENOENT || errno == ENODEV || errno == ENXIO))
		return err_set(err, ENOTSUP,
			       "there is no /dev/net/tun (CONFIG_TUN, module tun)");
	if (fd < 0)
		return err_set(err, ENOTSUP, "/dev/net/tun: %s", strerror(errno));
	if (ioctl(fd, TUNSETIFF, &request))
		return err_set(err, ENOTSUP, "no TUN device can be made: %s",
			       strerror(errno));
	/*
	 * Whoever takes a device away waits until no CPU looks at it, 10 to 30 ms. It stays,
	 * and goes with this world's network, for which nobody waits.
	 */
	(void)ioctl(fd, TUNSETPERSIST, 1);
	status->features = has_nat() ? PLANE_NAT : 0;
	if (needed & PLANE_NETEM && node_new("probe", NULL, &node, NULL) == 0 &&
	    has_netem(node))
		status->features |= PLANE_NETEM;
	return 0;
}

static int probe_uml(struct plane_status *status, unsigned int needed, struct err *err)
{
	int ret = guest_probe(err);

	(void)needed;

	if (!ret)
		status->features = PLANE_KERNEL_ESP | PLANE_POLICIES | PLANE_NETEM |
				   PLANE_NAT | PLANE_VTI | PLANE_POLICY_MATCH;
	return ret;
}

static int probe_vm(struct plane_status *status, unsigned int needed, struct err *err)
{
	struct vm_status vm;
	int ret = vm_probe(&vm, err);

	(void)needed;
	if (ret)
		return ret;
	status->has_kvm = vm.has_kvm && vm_has_kvm();
	status->features = vm.features;
	return 0;
}

static const struct {
	int (*probe)(struct plane_status *status, unsigned int needed, struct err *err);
	bool is_in_world;
} probes[PLANE_COUNT] = {
	[PLANE_NATIVE] = { probe_native, true },
	[PLANE_UML] = { probe_uml, false },
	[PLANE_VM] = { probe_vm, false },
	[PLANE_LIBIPSEC] = { probe_libipsec, true },
};

static void run_probe(struct plane_status *status, unsigned int needed)
{
	struct err err = { 0 };

	status->is_usable = probes[status->plane].probe(status, needed, &err) == 0;
	if (!status->is_usable)
		snprintf(status->reason, sizeof(status->reason), "%s", err.text);
}

static int world_main(void *arg)
{
	run_probe(arg, PLANE_ALL_FEATURES);
	return 0;
}

void plane_probe_here(enum plane plane, unsigned int needed,
		      struct plane_status *ret_status)
{
	*ret_status = (struct plane_status){ .plane = plane };
	run_probe(ret_status, needed);
}

unsigned int plane_features_possible(enum plane plane)
{
	return plane == PLANE_LIBIPSEC ? PLANE_NAT | PLANE_NETEM : PLANE_ALL_FEATURES;
}

/* -------------------------------------------------- outside */

static int probe_in_world(struct plane_status *shared, struct err *err)
{
	struct world_options options = { 0 };
	struct world world;
	int status;
	int ret = world_start(&options, world_main, shared, &world, err);

	if (ret)
		return ret;
	ret = world_wait(&world, clock_now_us() + PROBE_TIMEOUT_US, &status, err);
	world_stop(&world);
	if (!ret && status)
		ret = err_set(err, EIO, "the probe ended with status %d", status);
	return ret;
}

void plane_probe(enum plane plane, struct plane_status *ret_status)
{
	struct plane_status *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct err err = { 0 };
	int ret = 0;

	*ret_status = (struct plane_status){ .plane = plane };
	if (shared == MAP_FAILED) {
		snprintf(ret_status->reason, sizeof(ret_status->reason), "out of memory");
		return;
	}
	*shared = *ret_status;
	if (probes[plane].is_in_world)
		ret = probe_in_world(shared, &err);
	else
		run_probe(shared, PLANE_ALL_FEATURES);
	if (ret)
		snprintf(ret_status->reason, sizeof(ret_status->reason), "%s", err.text);
	else
		*ret_status = *shared;
	munmap(shared, sizeof(*shared));
}

/* Why a plane was passed over: its reason, or the features it does not have. */
static void explain(const struct plane_status *status, unsigned int needed,
		    struct buf *text)
{
	const char *separator = "it has no ";

	buf_printf(text, "%s%s: ", text->length ? "; " : "", plane_name(status->plane));
	if (!status->is_usable) {
		buf_puts(text, status->reason);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if (needed & ~status->features & features[i].feature) {
			buf_printf(text, "%s%s", separator, features[i].name);
			separator = ", ";
		}
}

static void say_broken(struct plane_status *status, enum plane plane, const char *how)
{
	*status = (struct plane_status){ .plane = plane };
	snprintf(status->reason, sizeof(status->reason), "it broke at its start: %s",
		 how);
}

/* By fidelity, and then by what it costs; vm stands here twice. */
static const struct {
	enum plane plane;
	bool only_kvm;
} order[] = {
	{ PLANE_NATIVE, false }, { PLANE_VM, true },	    { PLANE_UML, false },
	{ PLANE_VM, false },	 { PLANE_LIBIPSEC, false },
};

int plane_choose(unsigned int needed_features, const char *const broken[PLANE_COUNT],
		 struct plane_status ret_statuses[static PLANE_COUNT], size_t *ret_count,
		 enum plane *ret_plane, struct err *err)
{
	_cleanup_buf_ struct buf reasons = { 0 };
	bool is_tried[PLANE_COUNT] = { false };

	*ret_count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		struct plane_status *status = &ret_statuses[*ret_count];
		enum plane plane = order[i].plane;

		if (is_tried[plane])
			continue;
		if (broken && broken[plane])
			say_broken(status, plane, broken[plane]);
		else
			plane_probe(plane, status);
		/* It comes again, behind what is faster. */
		if (order[i].only_kvm && !status->has_kvm)
			continue;
		is_tried[plane] = true;
		++*ret_count;
		if (status->is_usable && !(needed_features & ~status->features)) {
			*ret_plane = status->plane;
			return 0;
		}
		explain(status, needed_features, &reasons);
	}
	return err_set(err, ENOTSUP, "no plane can do it here: %s", buf_text(&reasons));
}
