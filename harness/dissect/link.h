/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link.h - from a captured frame to the network layer, whatever link it was captured on
 *
 * Ethernet II, 802.3 with LLC and SNAP, 802.1Q and 802.1ad, MPLS and its Ethernet
 * pseudowires, PPPoE, PPP (RFC 1661, 1662, with compressed fields), PPP in HDLC, Cisco
 * HDLC, frame relay (RFC 2427), Linux cooked 1 and 2, BSD null and loop, PFLOG, ENC,
 * NFLOG, PKTAP, PPI, 802.11 with radiotap, AVS or Prism, Juniper's own headers, raw IP.
 * Numbers are those of https://www.tcpdump.org/linktypes.html.
 *
 * Nothing here fails: what is not read is named by its layer and number (struct
 * link_layer), so that a report can say it. Depth is bounded.
 */
#ifndef TWINSITE_DISSECT_LINK_H
#define TWINSITE_DISSECT_LINK_H

#include <stdint.h>

#include "dissect/cursor.h"

/* What stands at the cursor when a link layer is taken off. */
enum link_next {
	LINK_UNREAD, /* see struct link_layer */
	LINK_IP,     /* an IPv4 or IPv6 header, by its version */
	LINK_ARP,
};

/* The layer whose number we do not read on. */
enum link_unread {
	LINK_UNREAD_NONE,
	LINK_UNREAD_CUT,	/* too few bytes captured; number: 0 */
	LINK_UNREAD_LINK_TYPE,	/* number: LINKTYPE_… */
	LINK_UNREAD_ETHER_TYPE, /* number: EtherType */
	LINK_UNREAD_PPP,	/* number: PPP protocol */
	LINK_UNREAD_LLC,	/* number: DSAP */
	LINK_UNREAD_WIFI,	/* 802.11; number: frame control, its first octet first */
	LINK_UNREAD_INSIDE,	/* the link type is read, this frame is not of its form */
	LINK_UNREAD_COUNT,
};

struct link_layer {
	uint16_t ether_type; /* innermost EtherType, 0 when the link has none */
	uint16_t vlan;	     /* innermost VLAN id, 0: untagged */
	enum link_unread unread;
	uint32_t number; /* see enum link_unread */
	unsigned int depth;
};

/* Take a frame's link layer off; *ret must be zero before. */
enum link_next link_peel(int link_type, struct cursor *cursor, struct link_layer *ret);

/* The same from the middle on: what tunnels carry. */
enum link_next link_peel_ethernet(struct cursor *cursor, struct link_layer *ret);
enum link_next link_peel_ether_type(struct cursor *cursor, uint16_t type,
				    struct link_layer *ret);
enum link_next link_peel_ppp(struct cursor *cursor, struct link_layer *ret);
enum link_next link_peel_mpls(struct cursor *cursor, struct link_layer *ret);

/* "JUNIPER_ETHER", or NULL: LINKTYPE_ without that prefix, also of types not read. */
const char *link_type_name(uint32_t link_type);

/* "link type", "EtherType", …: what the number of struct link_layer is of. */
const char *link_unread_name(enum link_unread what);

#endif
