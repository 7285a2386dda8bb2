/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plane.h - which kernel carries ESP, and can it here?
 *
 * A plane is proved by a probe, never by a version: `native` installs an SA and a
 * policy in a throw-away namespace, `libipsec` makes a TUN device in one, `uml` finds
 * kernel and modules and sees that a process can be traced (its boot is the final
 * proof), `vm` finds qemu and a kernel with ESP (where /dev/kvm can be used, one is booted
 * to see whether that works, once). All probes together take some milliseconds and leave nothing behind; where the
 * kernel loads modules for them, as long as that takes.
 */
#ifndef TWINSITE_NETNS_PLANE_H
#define TWINSITE_NETNS_PLANE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum plane {
	PLANE_NATIVE,	/* the kernel we run on */
	PLANE_UML,	/* User-Mode Linux */
	PLANE_VM,	/* qemu with a stock kernel, by KVM or emulated */
	PLANE_LIBIPSEC, /* charon's kernel-libipsec over TUN */
};

#define PLANE_COUNT 4

/* What a plane offers, and a scenario may need. */
enum plane_feature {
	PLANE_KERNEL_ESP = 1 << 0,     /* real ESP: protocol 50 when there is no NAT */
	PLANE_POLICIES = 1 << 1,       /* selectors enforced, NAT exemption visible */
	PLANE_NETEM = 1 << 2,	       /* delay, loss, reorder, rate */
	PLANE_NAT = 1 << 3,	       /* firewall with NAT */
	PLANE_VTI = 1 << 4,	       /* ip_vti interfaces */
	PLANE_XFRM_INTERFACE = 1 << 5, /* xfrm interfaces */
	PLANE_POLICY_MATCH = 1 << 6,   /* iptables -m policy means something */
	PLANE_ALL_FEATURES = (1 << 7) - 1,
};

/* "native", "uml", "vm", "libipsec" */
const char *plane_name(enum plane plane);

/* -EINVAL with the known names, and "did you mean", for another word. */
int plane_parse(const char *word, enum plane *ret_plane, struct err *err);

/* Is it a guest kernel of ours, which runs this same program as its init? */
bool plane_is_guest(enum plane plane);

/* "kernel ESP", "netem", …, for sentences. feature is one bit. */
const char *plane_feature_name(unsigned int feature);

struct plane_status {
	enum plane plane;
	bool is_usable;
	unsigned int
		features; /* enum plane_feature bits; of guests: what it will offer */
	bool has_kvm;	  /* vm: a machine boots by KVM, and is as fast as this one */
	/* Why not: one sentence naming the missing thing, its package or kernel option.
	 */
	char reason[ERR_TEXT_MAX];
};

/* Probe one plane here and now. In a guest, native is what the guest kernel can. */
void plane_probe(enum plane plane, struct plane_status *ret_status);

/*
 * The same for libipsec in the world that we are in, which is to use it then: no other
 * world is made for the question, and what nobody needs (enum plane_feature bits) is not
 * tried.
 */
void plane_probe_here(enum plane plane, unsigned int needed,
		      struct plane_status *ret_status);

/* What the plane can have where it works at all, as enum plane_feature bits. */
unsigned int plane_features_possible(enum plane plane);

/*
 * The first of native, vm with KVM, uml, vm without, libipsec that is usable and has the
 * needed features. The statuses of all that were tried, in that order, are in ret_statuses (count in
 * ret_count), so that the caller can say why each was passed over. -ENOTSUP: none.
 * broken (NULL: none): a sentence for each plane that was tried and broke at its start,
 * NULL for the others; such a plane is passed over.
 */
int plane_choose(unsigned int needed_features, const char *const broken[PLANE_COUNT],
		 struct plane_status ret_statuses[static PLANE_COUNT], size_t *ret_count,
		 enum plane *ret_plane, struct err *err);

#endif
