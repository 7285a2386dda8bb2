// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ip.c - from captured bytes to addresses, ports and what is inside
 *
 * Each layer is one function that takes the cursor on; none of them fails: what is
 * too short or contradicts itself leaves the kind as far as it got, and says so in
 * is_cut or is_malformed.
 */
#include "dissect/ip.h"

#include <assert.h>
#include <errno.h>

#include "base/cleanup.h"
#include "ipsec/number.h"

enum {
	IPPROTO_HOPOPTS_ = 0,
	IPPROTO_ICMP_ = 1,
	IPPROTO_IPIP_ = 4,
	IPPROTO_TCP_ = 6,
	IPPROTO_UDP_ = 17,
	IPPROTO_IPV6_ = 41,
	IPPROTO_ROUTING_ = 43,
	IPPROTO_FRAGMENT_ = 44,
	IPPROTO_ESP_ = 50,
	IPPROTO_AH_ = 51,
	IPPROTO_ICMPV6_ = 58,
	IPPROTO_DSTOPTS_ = 60,
	IPPROTO_IPCOMP = 108,
	IPPROTO_MOBILITY = 135,
	IPPROTO_HIP = 139,
	IPPROTO_SHIM6 = 140,
};

enum {
	PORT_IKE = 500,
	PORT_NAT_T = 4500,
	IKE_HEADER_SIZE = 28,
	V1_FLAGS = 0x07, /* encryption, commit, authentication only */
	V2_FLAGS = 0x38, /* initiator, version, response */
	EXTENSION_HEADERS_MAX = 16,
};

/* ------------------------------------------------------------ IKE or ESP in UDP */

/*
 * An IKE header with an exchange, flags and a length that exist? Strict, for ports that
 * say nothing: "SIP/2.0 401 …" has the version of IKEv2 at its place.
 */
static bool looks_like_ike(struct slice payload, bool is_cut)
{
	const uint8_t *p = payload.bytes;
	enum number_table exchanges;
	uint32_t length;

	if (payload.length < IKE_HEADER_SIZE || !be64(p) ||
	    (p[17] != 0x10 && p[17] != 0x20))
		return false;
	exchanges = p[17] == 0x10 ? NUMBER_V1_EXCHANGE : NUMBER_V2_EXCHANGE;
	length = be32(p + 24);
	return number_find(exchanges, p[18]) &&
	       !(p[19] & (p[17] == 0x10 ? ~V1_FLAGS : ~V2_FLAGS)) &&
	       (length == payload.length ||
		(is_cut && length > payload.length && length <= UINT16_MAX));
}

/* The same behind the non-ESP marker. */
static bool is_marked_ike(struct slice payload, bool is_cut)
{
	return payload.length > 4 && !be32(payload.bytes) &&
	       looks_like_ike((struct slice){ payload.bytes + 4, payload.length - 4 },
			      is_cut);
}

static void as_esp_in_udp(struct packet *packet)
{
	packet->kind = PACKET_UDP_ESP;
	packet->spi = be32(packet->payload.bytes);
	packet->sequence = be32(packet->payload.bytes + 4);
}

static void drop_marker(struct packet *packet, size_t length)
{
	packet->payload.bytes += length;
	packet->payload.length -= length;
	packet->has_marker = true;
}

static bool is_keepalive(struct slice payload)
{
	return payload.length == 1 && payload.bytes[0] == 0xff;
}

void packet_as_nat_t(struct packet *packet)
{
	struct slice payload = packet->payload;

	if (is_keepalive(payload)) {
		packet->kind = PACKET_KEEPALIVE;
	} else if (payload.length >= 4 && !be32(payload.bytes)) {
		drop_marker(packet, 4);
		packet->kind = PACKET_IKE;
	} else if (payload.length >= 8) {
		as_esp_in_udp(packet);
	}
}

/*
 * Port 500: IKE; but draft-ietf-ipsec-udp-encaps-00/01 put ESP there behind the
 * non-IKE marker: eight zeros where the initiator's SPI would be.
 */
static void as_port_500(struct packet *packet)
{
	struct slice payload = packet->payload;

	if (is_keepalive(payload)) {
		packet->kind = PACKET_KEEPALIVE;
	} else if (payload.length >= 16 && !be64(payload.bytes) &&
		   be32(payload.bytes + 8)) {
		drop_marker(packet, 8);
		as_esp_in_udp(packet);
	} else if (payload.length) {
		packet->kind = PACKET_IKE;
	}
}

static void classify_udp(struct packet *packet)
{
	struct slice payload = packet->payload;

	if (packet->src_port == PORT_IKE || packet->dst_port == PORT_IKE) {
		as_port_500(packet);
	} else if (packet->src_port == PORT_NAT_T || packet->dst_port == PORT_NAT_T ||
		   is_marked_ike(payload, packet->is_cut)) {
		packet_as_nat_t(packet);
	} else if (looks_like_ike(payload, packet->is_cut)) {
		packet->kind = PACKET_IKE;
	}
}

/* ------------------------------------------------------------ transport */

static void dissect_udp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor_take(cursor, 8);
	size_t length;

	if (!header) {
		packet->is_cut = true;
		return;
	}
	packet->kind = PACKET_UDP;
	packet->src_port = be16(header);
	packet->dst_port = be16(header + 2);
	length = be16(header + 4);
	packet->payload = cursor_rest(cursor);
	if (length < 8) {
		/* 0 is a jumbogram (RFC 2675); less than its own header is wrong. */
		packet->is_malformed = length != 0;
	} else if (length - 8 > packet->payload.length) {
		if (!packet->is_cut)
			packet->is_malformed = true;
		packet->is_cut = true;
	} else {
		packet->payload.length = length - 8;
	}
	classify_udp(packet);
}

static void dissect_tcp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor_take(cursor, 20);
	size_t length;

	if (!header) {
		packet->is_cut = true;
		return;
	}
	packet->kind = PACKET_TCP;
	packet->src_port = be16(header);
	packet->dst_port = be16(header + 2);
	packet->sequence = be32(header + 4);
	packet->acknowledgement = be32(header + 8);
	packet->tcp_flags = header[13];
	length = (size_t)(header[12] >> 4) * 4;
	packet->is_malformed |= length < 20;
	if (length > 20 && !cursor_take(cursor, length - 20))
		packet->is_cut = true;
	packet->payload = cursor_rest(cursor);
}

/* ESP, AH, IPComp and ICMP keep their header in the payload. */
static void dissect_ipsec(struct cursor *cursor, enum packet_kind kind,
			  struct packet *packet)
{
	const uint8_t *p = cursor->at;
	size_t left = cursor_left(cursor), least = kind == PACKET_AH ? 12 : 8;

	if (kind == PACKET_IPCOMP || kind == PACKET_ICMP)
		least = 4;
	if (left < least) {
		packet->is_cut = true;
		return;
	}
	packet->kind = kind;
	packet->payload = cursor_rest(cursor);
	if (kind == PACKET_ESP) {
		packet->spi = be32(p);
		packet->sequence = be32(p + 4);
	} else if (kind == PACKET_AH) {
		packet->ah_next = p[0];
		packet->spi = be32(p + 4);
		packet->sequence = be32(p + 8);
	} else if (kind == PACKET_IPCOMP) {
		packet->spi = be16(p + 2);
	} else {
		packet->icmp_type = p[0];
		packet->icmp_code = p[1];
	}
}

static void dissect_transport(struct cursor *cursor, struct packet *packet)
{
	switch (packet->protocol) {
	case IPPROTO_TCP_:
		dissect_tcp(cursor, packet);
		return;
	case IPPROTO_UDP_:
		dissect_udp(cursor, packet);
		return;
	case IPPROTO_ICMP_:
	case IPPROTO_ICMPV6_:
		dissect_ipsec(cursor, PACKET_ICMP, packet);
		return;
	case IPPROTO_ESP_:
		dissect_ipsec(cursor, PACKET_ESP, packet);
		return;
	case IPPROTO_AH_:
		dissect_ipsec(cursor, PACKET_AH, packet);
		return;
	case IPPROTO_IPCOMP:
		dissect_ipsec(cursor, PACKET_IPCOMP, packet);
		return;
	default:
		packet->payload = cursor_rest(cursor);
	}
}

/* ------------------------------------------------------------ IP */

/*
 * Cut the cursor to the length the IP header claims. A claim of 0 is what a
 * capture on a host with segmentation offload sees: then all of it counts.
 */
static void limit_to(struct cursor *cursor, const uint8_t *ip, size_t claimed,
		     struct packet *packet)
{
	size_t there = (size_t)(cursor->end - ip);

	if (claimed > there)
		packet->is_cut = true;
	else if (claimed)
		cursor->end = ip + claimed;
	if (cursor->at > cursor->end) {
		packet->is_malformed = true;
		cursor->at = cursor->end;
	}
	packet->ip = (struct slice){ ip, (size_t)(cursor->end - ip) };
}

static int dissect_ipv4(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *ip = cursor->at;
	uint16_t fragment;
	size_t header;

	if (!cursor_take(cursor, 20)) {
		packet->is_cut = true;
		return -EINVAL;
	}
	header = (size_t)(ip[0] & 15) * 4;
	if (ip[0] >> 4 != 4 || header < 20) {
		packet->is_malformed = true;
		return -EINVAL;
	}
	packet->kind = PACKET_IP;
	packet->family = 4;
	packet->tos = ip[1];
	packet->ttl = ip[8];
	packet->protocol = ip[9];
	packet->src = ip + 12;
	packet->dst = ip + 16;
	if (header > 20 && !cursor_take(cursor, header - 20))
		packet->is_cut = true;
	limit_to(cursor, ip, be16(ip + 2), packet);
	fragment = be16(ip + 6);
	if (fragment & 0x3fff) {
		packet->kind = PACKET_FRAGMENT;
		packet->fragment_offset = (uint16_t)((fragment & 0x1fff) << 3);
		packet->has_more_fragments = fragment & 0x2000;
		packet->fragment_id = be16(ip + 4);
		packet->payload = cursor_rest(cursor);
		return 0;
	}
	dissect_transport(cursor, packet);
	return 0;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == IPPROTO_HOPOPTS_ || protocol == IPPROTO_ROUTING_ ||
	       protocol == IPPROTO_DSTOPTS_ || protocol == IPPROTO_MOBILITY ||
	       protocol == IPPROTO_HIP || protocol == IPPROTO_SHIM6;
}

/* RFC 8200 4: returns true when what follows is a fragment, or missing. */
static bool skip_extensions(struct cursor *cursor, struct packet *packet)
{
	for (int i = 0; i < EXTENSION_HEADERS_MAX; i++) {
		const uint8_t *p = cursor->at;

		if (packet->protocol == IPPROTO_FRAGMENT_) {
			if (!cursor_take(cursor, 8))
				break;
			packet->protocol = p[0];
			packet->fragment_offset = be16(p + 2) & 0xfff8;
			packet->has_more_fragments = p[3] & 1;
			packet->fragment_id = be32(p + 4);
			if (!packet->fragment_offset && !packet->has_more_fragments)
				continue; /* atomic fragment, RFC 6946 */
			packet->kind = PACKET_FRAGMENT;
			packet->payload = cursor_rest(cursor);
			return true;
		}
		if (!is_extension(packet->protocol))
			return false;
		if (cursor_left(cursor) < 8 || !cursor_take(cursor, 8 + (size_t)p[1] * 8))
			break;
		packet->protocol = p[0];
	}
	packet->is_cut |= cursor_left(cursor) < 8;
	packet->payload = cursor_rest(cursor);
	return true;
}

static int dissect_ipv6(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *ip = cursor->at;
	size_t claimed;

	if (!cursor_take(cursor, 40)) {
		packet->is_cut = true;
		return -EINVAL;
	}
	packet->kind = PACKET_IP;
	packet->family = 6;
	packet->tos = (uint8_t)(ip[0] << 4 | ip[1] >> 4);
	packet->protocol = ip[6];
	packet->ttl = ip[7];
	packet->src = ip + 8;
	packet->dst = ip + 24;
	claimed = be16(ip + 4);
	limit_to(cursor, ip, claimed ? claimed + 40 : 0, packet);
	if (!skip_extensions(cursor, packet))
		dissect_transport(cursor, packet);
	return 0;
}

static int dissect_ip(struct cursor *cursor, struct packet *packet)
{
	if (!cursor_left(cursor))
		return -EINVAL;
	if (*cursor->at >> 4 == 6)
		return dissect_ipv6(cursor, packet);
	return dissect_ipv4(cursor, packet);
}

/* ------------------------------------------------------------ links */

int packet_dissect_from(enum link_next next, const struct link_layer *layer,
			struct cursor *cursor, bool is_cut, struct packet *ret)
{
	*ret = (struct packet){ .is_cut = is_cut,
				.ether_type = layer->ether_type,
				.vlan = layer->vlan };
	switch (next) {
	case LINK_IP:
		if (!dissect_ip(cursor, ret))
			return 0;
		ret->unread = ret->is_malformed ? LINK_UNREAD_INSIDE : LINK_UNREAD_CUT;
		return -EINVAL;
	case LINK_ARP:
		ret->kind = PACKET_ARP;
		ret->payload = cursor_rest(cursor);
		return 0;
	case LINK_UNREAD:
		break;
	}
	ret->is_cut |= layer->unread == LINK_UNREAD_CUT;
	ret->unread = layer->unread;
	ret->unread_number = layer->number;
	ret->payload = cursor_rest(cursor);
	return -EINVAL;
}

int packet_dissect(int link_type, const uint8_t *bytes, uint32_t captured,
		   uint32_t length, struct packet *ret)
{
	struct cursor cursor = cursor_of(bytes, captured);
	struct link_layer layer = { 0 };
	enum link_next next = link_peel(link_type, &cursor, &layer);

	return packet_dissect_from(next, &layer, &cursor, captured < length, ret);
}

int packet_dissect_ip(const uint8_t *bytes, size_t length, struct packet *ret)
{
	struct cursor cursor = cursor_of(bytes, length);

	*ret = (struct packet){ 0 };
	return dissect_ip(&cursor, ret);
}

/* ICMP types that quote the packet they are about: RFC 792, RFC 4443. */
static bool icmp_is_error(const struct packet *icmp)
{
	uint8_t type = icmp->icmp_type;

	if (icmp->family == 6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

int packet_dissect_quoted(const struct packet *icmp, struct packet *ret)
{
	struct cursor cursor = cursor_of(icmp->payload.bytes, icmp->payload.length);

	if (icmp->kind != PACKET_ICMP || !icmp_is_error(icmp) || !cursor_take(&cursor, 8))
		return -EINVAL;
	*ret = (struct packet){ .is_cut = true };
	return dissect_ip(&cursor, ret);
}

int packet_behind_ah(const struct packet *packet, struct packet *ret)
{
	struct cursor cursor = cursor_of(packet->payload.bytes, packet->payload.length);
	bool is_cut = packet->is_cut;
	size_t header;

	if (packet->kind != PACKET_AH || cursor_left(&cursor) < 12)
		return -EINVAL;
	header = ((size_t)packet->payload.bytes[1] + 2) * 4;
	if (header < 12 || !cursor_take(&cursor, header))
		return -EINVAL;
	*ret = *packet;
	ret->kind = PACKET_IP;
	ret->protocol = packet->ah_next;
	ret->payload = (struct slice){ 0 };
	if (packet->ah_next == IPPROTO_IPIP_ || packet->ah_next == IPPROTO_IPV6_) {
		*ret = (struct packet){ .is_cut = is_cut };
		return dissect_ip(&cursor, ret);
	}
	dissect_transport(&cursor, ret);
	return 0;
}

void packet_dissect_behind(const struct packet *outer, uint8_t protocol,
			   struct slice bytes, struct packet *ret)
{
	struct cursor cursor = cursor_of(bytes.bytes, bytes.length);

	*ret = (struct packet){ .kind = PACKET_IP,
				.family = outer->family,
				.protocol = protocol,
				.src = outer->src,
				.dst = outer->dst,
				.is_cut = outer->is_cut };
	if (outer->family != 6 || !skip_extensions(&cursor, ret))
		dissect_transport(&cursor, ret);
}

static struct inet_addr address(const struct packet *packet, const uint8_t *bytes)
{
	struct inet_addr addr = { 0 };

	if (bytes) {
		addr.family = packet->family == 6 ? AF_INET6 : AF_INET;
		memcpy(addr.bytes, bytes, packet->family == 6 ? 16 : 4);
	}
	return addr;
}

struct inet_addr packet_src(const struct packet *packet)
{
	return address(packet, packet->src);
}

struct inet_addr packet_dst(const struct packet *packet)
{
	return address(packet, packet->dst);
}

const char *packet_kind_name(enum packet_kind kind)
{
	static const char *const names[] = {
		[PACKET_UNKNOWN] = "not IP",
		[PACKET_ARP] = "ARP",
		[PACKET_IP] = "other IP",
		[PACKET_FRAGMENT] = "IP fragment",
		[PACKET_TCP] = "TCP",
		[PACKET_UDP] = "UDP",
		[PACKET_ICMP] = "ICMP",
		[PACKET_ESP] = "ESP",
		[PACKET_AH] = "AH",
		[PACKET_IPCOMP] = "IPComp",
		[PACKET_IKE] = "IKE",
		[PACKET_UDP_ESP] = "ESP in UDP",
		[PACKET_KEEPALIVE] = "NAT-T keepalive",
		[PACKET_TCP_ENCAPSULATED] = "TCP encapsulation",
	};

	static_assert(ARRAY_SIZE(names) == PACKET_KIND_COUNT, "a name for each kind");
	return names[kind];
}
