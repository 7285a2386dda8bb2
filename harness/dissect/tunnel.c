// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tunnel.c - packets within packets, where nothing is encrypted
 *
 * Two tables, one of IP protocols and one of UDP ports: each row a function that takes
 * the tunnel's header off and says what stands behind it.
 */
#include "dissect/tunnel.h"

#include <assert.h>

#include "base/cleanup.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_PPP = 0x880b,
	TYPE_ERSPAN_I_II = 0x88be,
	TYPE_ERSPAN_III = 0x22eb,
};

typedef enum link_next open_fn(struct cursor *cursor, struct link_layer *layer,
			       enum tunnel_kind *kind);

static enum link_next no_tunnel(void)
{
	return LINK_UNREAD;
}

/* ------------------------------------------------------------ in IP */

static enum link_next open_ip(struct cursor *cursor, struct link_layer *layer,
			      enum tunnel_kind *kind)
{
	(void)layer;
	*kind = TUNNEL_IP;
	return cursor_left(cursor) ? LINK_IP : no_tunnel();
}

/* ERSPAN II: 8 octets; III: 12, and 8 more with the O bit. I has no header of its own. */
static enum link_next open_erspan(struct cursor *cursor, struct link_layer *layer,
				  enum tunnel_kind *kind, uint16_t type,
				  bool has_sequence)
{
	size_t header = type == TYPE_ERSPAN_III ? 12 : has_sequence ? 8 : 0;
	const uint8_t *p = cursor_take(cursor, header);

	*kind = TUNNEL_ERSPAN;
	if (!p || (header == 12 && p[11] & 1 && !cursor_take(cursor, 8)))
		return no_tunnel();
	return link_peel_ethernet(cursor, layer);
}

/* RFC 2637: version 1, a key of payload length and call; payload is PPP. */
static enum link_next open_pptp(struct cursor *cursor, struct link_layer *layer,
				const uint8_t *header)
{
	size_t more = 4;

	if (be16(header + 2) != TYPE_PPP || !(header[0] & 0x20))
		return no_tunnel();
	more += header[0] & 0x10 ? 4 : 0; /* sequence number */
	more += header[1] & 0x80 ? 4 : 0; /* acknowledgement */
	return cursor_take(cursor, more) && cursor_left(cursor)
		       ? link_peel_ppp(cursor, layer)
		       : no_tunnel();
}

static enum link_next open_gre(struct cursor *cursor, struct link_layer *layer,
			       enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 4);
	size_t more;
	uint16_t type;

	*kind = TUNNEL_GRE;
	if (!header || header[0] & 0x40) /* source routing (RFC 1701) */
		return no_tunnel();
	if ((header[1] & 7) == 1)
		return open_pptp(cursor, layer, header);
	more = header[0] & 0x80 ? 4 : 0;  /* checksum */
	more += header[0] & 0x20 ? 4 : 0; /* key */
	more += header[0] & 0x10 ? 4 : 0; /* sequence number */
	type = be16(header + 2);
	if (header[1] & 7 || !cursor_take(cursor, more))
		return no_tunnel();
	if (type == TYPE_ERSPAN_I_II || type == TYPE_ERSPAN_III)
		return open_erspan(cursor, layer, kind, type, header[0] & 0x10);
	return link_peel_ether_type(cursor, type, layer);
}

/* RFC 3378: version 3 in the first four bits. */
static enum link_next open_etherip(struct cursor *cursor, struct link_layer *layer,
				   enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 2);

	*kind = TUNNEL_ETHERIP;
	return header && header[0] >> 4 == 3 ? link_peel_ethernet(cursor, layer)
					     : no_tunnel();
}

static enum link_next open_mpls(struct cursor *cursor, struct link_layer *layer,
				enum tunnel_kind *kind)
{
	*kind = TUNNEL_MPLS;
	return link_peel_mpls(cursor, layer);
}

/* ------------------------------------------------------------ in UDP */

/* RFC 7348: the flag "has a network id", and the rest zero. */
static enum link_next open_vxlan(struct cursor *cursor, struct link_layer *layer,
				 enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 8);

	*kind = TUNNEL_VXLAN;
	/* Group policy and others set more flags: only the I bit must be there. */
	if (!header || !(header[0] & 0x08) || header[7])
		return no_tunnel();
	return link_peel_ethernet(cursor, layer);
}

/* draft-ietf-nvo3-vxlan-gpe: the next protocol stands in the fourth octet. */
static enum link_next open_vxlan_gpe(struct cursor *cursor, struct link_layer *layer,
				     enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 8);

	*kind = TUNNEL_VXLAN;
	if (!header || !(header[0] & 0x08))
		return no_tunnel();
	if (header[0] & 0x04 && (header[3] == 1 || header[3] == 2))
		return LINK_IP;
	return link_peel_ethernet(cursor, layer);
}

static enum link_next open_geneve(struct cursor *cursor, struct link_layer *layer,
				  enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 8);

	*kind = TUNNEL_GENEVE;
	if (!header || header[0] >> 6 ||
	    !cursor_take(cursor, (size_t)(header[0] & 0x3f) * 4))
		return no_tunnel();
	return link_peel_ether_type(cursor, be16(header + 2), layer);
}

/* 3GPP TS 29.281 5.1: version 1, G-PDU; extension headers in a chain. */
static enum link_next open_gtp_u(struct cursor *cursor, struct link_layer *layer,
				 enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 8), *more;
	uint8_t next = 0;

	(void)layer;
	*kind = TUNNEL_GTP_U;
	if (!header || header[0] >> 4 != 3 || header[1] != 0xff)
		return no_tunnel();
	if (header[0] & 7) {
		more = cursor_take(cursor, 4);
		if (!more)
			return no_tunnel();
		next = header[0] & 4 ? more[3] : 0;
	}
	for (int i = 0; next && i < 16; i++) {
		size_t length = cursor_left(cursor) ? (size_t)*cursor->at * 4 : 0;

		more = length ? cursor_take(cursor, length) : NULL;
		if (!more)
			return no_tunnel();
		next = more[length - 1];
	}
	return next ? no_tunnel() : LINK_IP;
}

/* RFC 2661 3.1: a data message of version 2. */
static enum link_next open_l2tp(struct cursor *cursor, struct link_layer *layer,
				enum tunnel_kind *kind)
{
	const uint8_t *header = cursor_take(cursor, 2), *offset;
	size_t more;

	*kind = TUNNEL_L2TP;
	if (!header || header[0] & 0x80 || (header[1] & 15) != 2)
		return no_tunnel();
	more = 4 + (header[0] & 0x40 ? 2 : 0) + (header[0] & 0x08 ? 4 : 0);
	if (!cursor_take(cursor, more))
		return no_tunnel();
	if (header[0] & 0x02) {
		offset = cursor_take(cursor, 2);
		if (!offset || !cursor_take(cursor, be16(offset)))
			return no_tunnel();
	}
	return cursor_left(cursor) ? link_peel_ppp(cursor, layer) : no_tunnel();
}

/* TaZmen Sniffer: version, type, protocol, tags up to the one that ends them. */
static enum link_next open_tzsp(struct cursor *cursor, struct link_layer *layer,
				enum tunnel_kind *kind)
{
	static const struct {
		uint16_t protocol;
		int link_type; /* LINKTYPE_… */
	} protocols[] = { { 1, 1 }, { 18, 105 }, { 119, 119 }, { 127, 163 } };
	const uint8_t *header = cursor_take(cursor, 4), *tag;

	*kind = TUNNEL_TZSP;
	if (!header || header[0] != 1 || header[1] > 1)
		return no_tunnel();
	while ((tag = cursor_take(cursor, 1)) && *tag != 1) {
		const uint8_t *length = *tag ? cursor_take(cursor, 1) : tag;

		if (!length || (*tag && !cursor_take(cursor, *length)))
			return no_tunnel();
	}
	for (size_t i = 0; tag && i < ARRAY_SIZE(protocols); i++)
		if (be16(header + 2) == protocols[i].protocol)
			return link_peel(protocols[i].link_type, cursor, layer);
	return no_tunnel();
}

/* RFC 4380 5.1.1: perhaps an authentication and an origin, then IPv6. */
static enum link_next open_teredo(struct cursor *cursor, struct link_layer *layer,
				  enum tunnel_kind *kind)
{
	(void)layer;
	*kind = TUNNEL_TEREDO;
	if (cursor_left(cursor) >= 4 && be16(cursor->at) == 1 &&
	    !cursor_take(cursor, 13u + cursor->at[2] + cursor->at[3]))
		return no_tunnel();
	if (cursor_left(cursor) >= 2 && !be16(cursor->at) && !cursor_take(cursor, 8))
		return no_tunnel();
	return cursor_left(cursor) >= 40 && *cursor->at >> 4 == 6 ? LINK_IP : no_tunnel();
}

/* ------------------------------------------------------------ which */

static open_fn *opener(const struct packet *outer)
{
	static const struct {
		enum packet_kind kind;
		uint16_t number; /* IP protocol, or UDP port */
		open_fn *open;
	} rows[] = {
		{ PACKET_IP, 4, open_ip },
		{ PACKET_IP, 41, open_ip },
		{ PACKET_IP, 47, open_gre },
		{ PACKET_IP, 94, open_ip },
		{ PACKET_IP, 97, open_etherip },
		{ PACKET_IP, 137, open_mpls },
		{ PACKET_UDP, 1701, open_l2tp },
		{ PACKET_UDP, 2152, open_gtp_u },
		{ PACKET_UDP, 3544, open_teredo },
		{ PACKET_UDP, 4789, open_vxlan },
		{ PACKET_UDP, 4790, open_vxlan_gpe },
		{ PACKET_UDP, 6081, open_geneve },
		{ PACKET_UDP, 6635, open_mpls },
		{ PACKET_UDP, 8472, open_vxlan },
		{ PACKET_UDP, 37008, open_tzsp },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (outer->kind == rows[i].kind &&
		    (outer->kind == PACKET_IP
			     ? outer->protocol == rows[i].number
			     : outer->dst_port == rows[i].number ||
				       outer->src_port == rows[i].number))
			return rows[i].open;
	return NULL;
}

enum tunnel_kind tunnel_open(const struct packet *outer, struct packet *ret)
{
	struct cursor cursor = cursor_of(outer->payload.bytes, outer->payload.length);
	enum tunnel_kind kind = TUNNEL_NONE;
	struct link_layer layer = { 0 };
	open_fn *open = opener(outer);
	enum link_next next;
	struct packet inner;

	if (!open)
		return TUNNEL_NONE;
	next = open(&cursor, &layer, &kind);
	if (next == LINK_UNREAD ||
	    packet_dissect_from(next, &layer, &cursor, outer->is_cut, &inner))
		return TUNNEL_NONE;
	*ret = inner;
	return kind;
}

const char *tunnel_name(enum tunnel_kind kind)
{
	static const char *const names[] = {
		[TUNNEL_NONE] = "",	      [TUNNEL_IP] = "IP in IP",
		[TUNNEL_GRE] = "GRE",	      [TUNNEL_ERSPAN] = "ERSPAN",
		[TUNNEL_ETHERIP] = "EtherIP", [TUNNEL_MPLS] = "MPLS",
		[TUNNEL_VXLAN] = "VXLAN",     [TUNNEL_GENEVE] = "Geneve",
		[TUNNEL_GTP_U] = "GTP-U",     [TUNNEL_L2TP] = "L2TP",
		[TUNNEL_TZSP] = "TZSP",	      [TUNNEL_TEREDO] = "Teredo",
	};

	static_assert(ARRAY_SIZE(names) == TUNNEL_KIND_COUNT, "a name for each tunnel");
	return names[kind];
}
