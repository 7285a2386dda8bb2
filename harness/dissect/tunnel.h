/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tunnel.h - packets within packets, where nothing is encrypted
 *
 * IP in IP, GRE (RFC 2784, 2890; PPTP's of RFC 2637), ERSPAN I to III, EtherIP, MPLS in
 * IP and UDP, VXLAN (RFC 7348) and VXLAN-GPE, Geneve (RFC 8926), GTP-U, L2TP (RFC 2661),
 * TZSP, Teredo. Mirror ports, cloud taps and mobile networks wrap what is of interest.
 */
#ifndef TWINSITE_DISSECT_TUNNEL_H
#define TWINSITE_DISSECT_TUNNEL_H

#include <stdbool.h>

#include "dissect/ip.h"

#define TUNNEL_DEPTH_MAX 8

enum tunnel_kind {
	TUNNEL_NONE,
	TUNNEL_IP,
	TUNNEL_GRE,
	TUNNEL_ERSPAN,
	TUNNEL_ETHERIP,
	TUNNEL_MPLS,
	TUNNEL_VXLAN,
	TUNNEL_GENEVE,
	TUNNEL_GTP_U,
	TUNNEL_L2TP,
	TUNNEL_TZSP,
	TUNNEL_TEREDO,
	TUNNEL_KIND_COUNT,
};

/*
 * Take one tunnel off: the packet inside, whose bytes are those of the outer one. Returns
 * TUNNEL_NONE, with *ret as it was, when this is no tunnel or nothing with an IP header
 * (or ARP) is inside. UDP's tunnels have ports of their own; a packet there that is of
 * another form is just UDP.
 */
enum tunnel_kind tunnel_open(const struct packet *outer, struct packet *ret);

const char *tunnel_name(enum tunnel_kind kind); /* "VXLAN" */

#endif
