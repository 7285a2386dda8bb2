/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ip.h - from captured bytes to addresses, ports and what is inside
 *
 * packet_dissect() peels link layer, VLAN tags, IP with its extension headers and
 * the transport header, without allocation and without state: fast enough for each
 * packet of each wire. Pointers in struct packet are borrowed from the bytes given.
 *
 * Link types: see link.h. What is not read is PACKET_UNKNOWN, never an error, and named
 * by its layer and number. Packets within packets (GRE, VXLAN, …): see tunnel.h.
 */
#ifndef TWINSITE_DISSECT_IP_H
#define TWINSITE_DISSECT_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"
#include "dissect/cursor.h"
#include "dissect/link.h"

struct ip_reassembly;

/* What the innermost recognised layer is. */
enum packet_kind {
	PACKET_UNKNOWN,	 /* no IP: see ether_type and payload */
	PACKET_ARP,	 /* payload: the ARP message */
	PACKET_IP,	 /* IP with a protocol that is not taken apart here */
	PACKET_FRAGMENT, /* a piece of IP; payload: the piece, see fragment_… */
	PACKET_TCP,	 /* payload: the segment's data */
	PACKET_UDP,	 /* payload: the datagram's data */
	PACKET_ICMP,	 /* ICMP or ICMPv6; payload: the message from its type octet on */
	PACKET_ESP,	 /* payload: from the SPI on (RFC 4303) */
	PACKET_AH,	 /* payload: from the AH header on (RFC 4302); see ah_next */
	PACKET_IPCOMP,	 /* payload: from the IPComp header on (RFC 3173) */
	PACKET_IKE,	 /* payload: from the initiator's SPI on; a marker is removed */
	PACKET_UDP_ESP,	 /* ESP in UDP (RFC 3948); payload: from the SPI on */
	PACKET_KEEPALIVE, /* NAT-T keepalive, the single octet 0xff (RFC 3948 2.3) */
	PACKET_TCP_ENCAPSULATED, /* a segment of RFC 9329; see tcp_stream.h */
	PACKET_KIND_COUNT,
};

struct packet {
	enum packet_kind kind;
	uint16_t ether_type; /* innermost EtherType, 0 when the link has none */
	uint16_t vlan;	     /* innermost VLAN id, 0: untagged */
	uint8_t family;	     /* 4 or 6; 0: no IP */
	uint8_t protocol;    /* last IP protocol number after extension headers */
	uint8_t ttl;
	uint8_t tos;
	bool is_cut;	   /* fewer bytes captured than the headers speak of */
	bool is_malformed; /* lengths that contradict each other */
	bool has_marker;   /* IKE behind the non-ESP marker (4 zero octets, RFC 3948),
			      ESP behind the drafts' non-IKE marker (8 zero octets) */
	bool has_more_fragments;
	uint8_t ah_next; /* PACKET_AH: next header */
	uint8_t icmp_type, icmp_code;
	uint8_t tcp_flags;
	uint16_t fragment_offset; /* bytes */
	uint32_t fragment_id;
	enum link_unread unread;     /* PACKET_UNKNOWN: at which layer we stopped, … */
	uint32_t unread_number;	     /* … and at which number there */
	const uint8_t *src, *dst;    /* 4 or 16 bytes in network order; NULL without IP */
	uint16_t src_port, dst_port; /* TCP and UDP */
	uint32_t spi;		     /* ESP, AH; IPComp: its CPI */
	uint32_t sequence;	     /* ESP, AH, TCP */
	uint32_t acknowledgement;    /* TCP */
	struct slice ip;	     /* the whole IP packet, as far as captured */
	struct slice payload;	     /* see enum packet_kind; as far as captured */
};

/*
 * Always fills *ret. Returns 0, or -EINVAL when not even the network layer could
 * be read (ret->kind is PACKET_UNKNOWN then).
 */
int packet_dissect(int link_type, const uint8_t *bytes, uint32_t captured,
		   uint32_t length, struct packet *ret);

/*
 * The same from where a link layer, or a tunnel's header, was taken off. is_cut: fewer
 * bytes were captured than sent.
 */
int packet_dissect_from(enum link_next next, const struct link_layer *layer,
			struct cursor *cursor, bool is_cut, struct packet *ret);

/* The same from the IP header on: decrypted packets, reassembled ones. */
int packet_dissect_ip(const uint8_t *bytes, size_t length, struct packet *ret);

/*
 * The packet an ICMP error quotes (RFC 792, RFC 4443), usually cut. -EINVAL when
 * the message is no error or quotes nothing.
 */
int packet_dissect_quoted(const struct packet *icmp, struct packet *ret);

/*
 * What follows AH in a PACKET_AH: the inner packet of tunnel mode, else the same packet
 * as if AH were not there (ESP, UDP, …). -EINVAL when nothing can be told.
 */
int packet_behind_ah(const struct packet *packet, struct packet *ret);

/*
 * What stands behind a header of transport mode (ESP, IPComp): the outer packet as if that
 * header were not there, with protocol as its next one. Always fills *ret.
 */
void packet_dissect_behind(const struct packet *outer, uint8_t protocol,
			   struct slice bytes, struct packet *ret);

/*
 * A UDP packet on a port pair which is known to carry IKE and ESP (a NAT moved it):
 * make it PACKET_IKE, PACKET_UDP_ESP or PACKET_KEEPALIVE.
 */
void packet_as_nat_t(struct packet *packet);

struct inet_addr packet_src(const struct packet *packet); /* family 0: none */
struct inet_addr packet_dst(const struct packet *packet);

const char *packet_kind_name(enum packet_kind kind); /* "ESP", "NAT-T keepalive" */

/* ------------------------------------------------------------ fragments */

/*
 * Puts IPv4 and IPv6 fragments together (RFC 791 3.2, RFC 8200 4.5) in bounded
 * memory: at most IP_REASSEMBLY_SLOTS packets under way, the oldest gives way.
 * Overlapping fragments are refused, as RFC 5722 wants.
 */
#define IP_REASSEMBLY_SLOTS 64
#define IP_REASSEMBLY_NS    60000000000LL /* then a packet under way is given up */

/* Of fragmented packets that never became whole. */
struct ip_reassembly_losses {
	uint64_t incomplete; /* pieces are missing, or were cut by the snaplen */
	uint64_t refused;    /* pieces overlap, contradict each other, or are too many */
	/* There were first ones, and no others: a filter for ports takes only those. */
	bool are_firsts_only;
};

/*
 * Of an IKE SA between these two (either way, UDP 500 or 4500) with this SPI of the initiator:
 * is there a first fragment at since_ns or later, and no other fragment of UDP between the
 * two? Then a message of it may have been captured in part by a filter for ports. Of the
 * latest IP_REASSEMBLY_ENDS pairs and SPIs; NULL: none.
 */
#define IP_REASSEMBLY_ENDS 64
bool ip_reassembly_has_ike_first(const struct ip_reassembly *reassembly, uint64_t spi_i,
				 const struct inet_addr *a, const struct inet_addr *b,
				 int64_t since_ns);

/* NULL: none. */
struct ip_reassembly_losses ip_reassembly_losses(const struct ip_reassembly *reassembly);

struct ip_reassembly *ip_reassembly_new(void);
void ip_reassembly_free(struct ip_reassembly *reassembly); /* NULL is fine */

static inline void ip_reassembly_freep(struct ip_reassembly **reassembly)
{
	ip_reassembly_free(*reassembly);
}

/*
 * Add a PACKET_FRAGMENT. Returns true when this one completes a packet: ret is the
 * whole one, its bytes are borrowed until the next call.
 */
bool ip_reassembly_add(struct ip_reassembly *reassembly, const struct packet *fragment,
		       int64_t time_ns, struct packet *ret);

#endif
