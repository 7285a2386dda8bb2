/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_access.h - the accesslist of a connection as rules
 *
 * "permit ip any 192.168.1.0 255.255.255.0": which packets are sent into the tunnel.
 * Inner layer of import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_ACCESS_H
#define TWINSITE_IMPORT_FRITZBOX_ACCESS_H

#include "import/vpncfg_tree.h"
#include "model/site.h"

struct fritzbox_access {
	enum verdict_target target; /* TARGET_TUNNEL, TARGET_DROP or TARGET_REJECT */
	const char *protocol;	    /* "ip", "udp", … */
	bool has_src;
	struct inet_prefix src; /* when has_src; else any */
	bool has_dest;
	struct inet_prefix dest;
	struct port_range src_ports, dest_ports; /* 0..65535: any */
};

/* Read one entry. Returns 0, or -EINVAL when it is not understood (not remarked). */
int fritzbox_access_parse(struct arena *arena, const char *text,
			  struct fritzbox_access *ret_access);

/*
 * Add the entries of an accesslist as rules of the tunnel, and remark those that are not
 * understood, and where they and the phase 2 network (NULL: none) disagree.
 */
void fritzbox_access_import(struct site *site, const struct tree_node *list,
			    const char *tunnel, const struct inet_prefix *phase2);

#endif
