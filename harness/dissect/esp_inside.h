/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * esp_inside.h - what a flow of ESP, AH or IPComp carries
 *
 * Packets of tunnel mode (next header 4, 41), the transport headers of transport mode, the
 * blocks of AGGFRAG (IP-TFS, next header 144, RFC 9347 2.2), dummies; through IPComp and
 * through tunnels in clear (GRE, L2TP, VXLAN, …); ESP inside ESP becomes a flow of its
 * own. Each is counted by its two ends and what it is: protocol, port of the service,
 * ICMP type; names that DNS asks for are kept. Bounded: what finds no place is counted.
 */
#ifndef TWINSITE_DISSECT_ESP_INSIDE_H
#define TWINSITE_DISSECT_ESP_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/inet.h"
#include "dissect/cursor.h"
#include "dissect/tunnel.h"

#define ESP_INNERS_MAX	     12
#define ESP_DNS_MAX	     6
#define ESP_INSIDE_DEPTH_MAX 4 /* ESP in ESP in … */
#define ESP_NEXT_AGGFRAG     144

struct buf;
struct capture_packet;
struct esp_flow;
struct session_set;

struct esp_inner {
	struct inet_addr src, dst;
	uint8_t family;	  /* 4 or 6 */
	uint8_t protocol; /* IP's number */
	bool is_fragment;
	bool is_to_service;  /* port is the destination's, else the source's */
	uint16_t port;	     /* of the service: the lower of both; 0: none */
	uint16_t other_port; /* when both may be a client's, else 0 */
	uint8_t icmp_type, icmp_code;
	enum tunnel_kind tunnel; /* the outermost that was taken off inside */
	uint64_t packets;
};

struct esp_dns {
	const char *name; /* as it was asked for, escaped */
	uint16_t type;	  /* RFC 1035 3.2.2 */
	uint8_t rcode;	  /* of answers */
	bool is_answer;
	uint64_t packets;
};

struct esp_inside {
	uint64_t tunnel, transport, aggfrag, nested, dummies; /* packets of ESP */
	uint64_t pieces;     /* of packets, in AGGFRAG's blocks: not put together */
	uint64_t unread;     /* opened, and no packet could be read in it */
	uint8_t next_unread; /* next header of the last of them */
	uint32_t inners;
	struct esp_inner inner[ESP_INNERS_MAX];
	uint64_t inner_others;
	uint32_t names;
	struct esp_dns dns[ESP_DNS_MAX];
	uint64_t dns_others;
	uint64_t outside;	/* inner packets outside the SA's selectors */
	uint32_t outside_frame; /* the first one */
};

/*
 * Count what was opened: bytes behind a header that says next_header. Returns true and
 * the (first) packet of tunnel mode in ret when there is one.
 */
bool esp_inside_note(struct session_set *set, struct esp_flow *flow,
		     const struct packet *outer, uint8_t next_header, struct slice bytes,
		     const struct capture_packet *captured, struct packet *ret);

/* A packet of AH, which hides none: behind its header, or of tunnel mode. */
void esp_inside_note_packet(struct session_set *set, struct esp_flow *flow,
			    const struct packet *packet, bool is_transport);

/* Count a packet by its ends and what it is, in a list with room for so many. */
bool esp_inner_count(struct esp_inner *list, uint32_t room, uint32_t *count,
		     const struct esp_inner *inner);
struct esp_inner esp_inner_of(const struct packet *packet, enum tunnel_kind tunnel);

/* "TCP to port 80", "UDP from port 53", "ICMP echo request", "fragments of UDP, in GRE" */
void esp_inner_text(const struct esp_inner *inner, struct buf *out);

/* "asked for www.example.net (A)", "answered NXDOMAIN for …" */
void esp_dns_text(const struct esp_dns *dns, struct buf *out);

/* "transport mode", "tunnel mode", "AGGFRAG (IP-TFS)", … with how many packets. */
void esp_inside_mode_text(const struct esp_inside *inside, struct buf *out);

#endif
