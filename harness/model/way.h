/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * way.h - the way into a route-based tunnel: interfaces, if_ids, marks
 *
 * Without them the kernel's policies take what their selectors match. A CHILD SA with an
 * if_id takes only what is routed to the XFRM interface with that number, one with a mark
 * only marked packets, as a VTI marks them (strongSwan's documentation, "Route-based
 * VPN"). Without that interface nothing goes in, and what comes out is dropped.
 */
#ifndef TWINSITE_MODEL_WAY_H
#define TWINSITE_MODEL_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/site.h"

/* As swanctl.conf and VICI call it: "if_id_in". */
const char *child_word_name(enum child_word word);

/*
 * The number of an if_id as strongSwan reads it, decimal or 0x…; 0: none is written, or
 * %unique or %unique-dir, which charon numbers itself, or it is no number.
 */
uint32_t if_id_number(const struct text *text);

/* Has the child an if_id for what it sends? Then policies alone take nothing. */
bool child_has_if_id(const struct child *child);
/* Has it a mark for what it sends (0, or 0 of 0 bits, is none)? */
bool child_has_mark(const struct child *child);

/* A mark as strongSwan reads it: "42", "0x2a/0xff"; all bits count where no mask is. */
struct mark {
	uint32_t value, mask;
};

/* false: none is written, or charon chooses it (%unique). */
bool mark_parse(const struct text *text, struct mark *ret_mark);
/* A VTI's key: a number, or its four bytes with dots as ip-tunnel(8) has it; 0: none. */
uint32_t vti_key(const struct text *text);

/* The VTI of the site's files that gives the child's packets their mark; NULL: none. */
struct site_interface *site_vti_of(const struct site *site, const struct child *child);
/* The first VTI of the files whose key is the mark of no child; NULL: there is none. */
const struct site_interface *site_vti_unused(const struct site *site);
/* Where no VTI is the child's: the unused one, which may be meant for it; NULL: there is none. */
const struct site_interface *site_vti_spare(const struct site *site,
					    const struct child *child);

/* The VTI that would give them their mark, and is disabled or never made; NULL: none. */
const struct site_interface *site_vti_unmade(const struct site *site,
					     const struct child *child);

/*
 * Does Linux take a route by that gateway over the tunnel interface: is the gateway in a
 * network of it or of an alias on the same device? Any without a gateway; onlink is asked
 * elsewhere.
 */
bool interface_reaches(const struct site *site, const struct site_interface *interface,
		       const struct inet_addr *gateway);

/* Do its routes decide what goes into a tunnel: an XFRM interface, or a VTI of the files? */
bool interface_is_way(const struct site_interface *interface);

/*
 * Is there a route to the whole network over a way (interface_is_way()) that is not
 * disabled? It stays when the SA goes.
 */
bool site_has_way_to(const struct site *site, const struct inet_prefix *network);

/* A tunnel's interface that no zone of fw3's or fw4's firewall has; NULL: none. */
const struct site_interface *site_zoneless(const struct site *site);

/* Is there a script of the site that may make one (`ip link add … type xfrm`)? Nobody reads it. */
bool site_makes_xfrm(const struct site *site);

/* Has any file of the site an XFRM interface, of whatever number? */
bool site_has_xfrm(const struct site *site);

/* The XFRM interface with that number that is not disabled; NULL: no file has one. */
struct site_interface *site_xfrm_of(const struct site *site, uint32_t if_id);

/*
 * Does a route through the tunnel's interface keep its packets while there is no SA? Of
 * devices that keep_tunnel_interface: tunnel.N of ScreenOS is DOWN, and its routes with it,
 * only with `monitor … rekey` (which starts the tunnel); else READY, packets bring it up.
 */
bool tunnel_keeps_route(const struct site *site, const struct tunnel *tunnel,
			const struct inet_prefix *remote);

/*
 * Is the tunnel bound to an interface (st0.N, tunnel.N) with everything as its networks,
 * so that routes alone say what goes in? That interface; NULL: it is not.
 */
struct site_interface *tunnel_routed_by(const struct site *site,
					const struct tunnel *tunnel);

/* What of a plane's kernel route-based tunnels need. */
struct way_features {
	bool has_xfrm_interfaces;
	bool has_marks; /* policies with marks, and VTI */
};

/* What the tunnels in use of the site need. */
struct way_features way_needed(const struct site *site);

/*
 * For a rehearsal with that kernel: XFRM interfaces and VTIs become devices (is_device), and so
 * do those of tunnel_routed_by(), each with an if_id of ours. What it
 * does not have is taken out of the children, which are policy-based then, and what rests
 * on the way into the tunnel is unproven, with `plane` named. Once, before plan_make().
 */
void way_settle(struct site *site, const struct way_features *has, const char *plane);

#endif
