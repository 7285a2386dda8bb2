// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * link.c - from a captured frame to the network layer, whatever link it was captured on
 *
 * One small function a layer, each takes the cursor on and calls the next; a layer that
 * may hold itself (MPLS in Ethernet in MPLS …) counts in link_layer.depth.
 */
#include "dissect/link.h"

#include <assert.h>

#include "base/cleanup.h"

/* LINKTYPE_ETHERNET = 1, … */
enum link_type {
#define X(name, number) LINKTYPE_##name = number,
#include "dissect/link_type.def"
#undef X
};

#define DEPTH_MAX     8
#define VLAN_TAGS_MAX 4
#define LABELS_MAX    16

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP_ = 0x0806,
	ETHERTYPE_TEB = 0x6558, /* an Ethernet frame, RFC 1701 */
	ETHERTYPE_8021Q = 0x8100,
	ETHERTYPE_IPV6_ = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_8021AD = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_MIN = 0x0600, /* below: an 802.3 length */

	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,

	SAP_IP = 0x06, /* "DoD IP" */
	SAP_SNAP = 0xaa,
	SAP_NLPID = 0xfe,
	LLC_UI = 0x03,
	NLPID_SNAP = 0x80,
	NLPID_IPV6 = 0x8e,
	NLPID_IPV4 = 0xcc,
};

static enum link_next unread(struct link_layer *ret, enum link_unread what,
			     uint32_t number)
{
	ret->unread = what;
	ret->number = number;
	return LINK_UNREAD;
}

static enum link_next cut(struct link_layer *ret)
{
	return unread(ret, LINK_UNREAD_CUT, 0);
}

static bool is_too_deep(struct link_layer *ret)
{
	return ++ret->depth > DEPTH_MAX;
}

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* ------------------------------------------------------------ EtherType, LLC, MPLS */

/* RFC 2516: version and type, code, session, length. */
static enum link_next peel_pppoe(struct cursor *cursor, struct link_layer *ret)
{
	return cursor_take(cursor, 6) ? link_peel_ppp(cursor, ret) : cut(ret);
}

enum link_next link_peel_ether_type(struct cursor *cursor, uint16_t type,
				    struct link_layer *ret)
{
	for (int i = 0; i < VLAN_TAGS_MAX; i++) {
		const uint8_t *tag;

		if (type != ETHERTYPE_8021Q && type != ETHERTYPE_8021AD &&
		    type != ETHERTYPE_QINQ_OLD)
			break;
		tag = cursor_take(cursor, 4);
		if (!tag)
			return cut(ret);
		ret->vlan = be16(tag) & 0x0fff;
		type = be16(tag + 2);
	}
	ret->ether_type = type;
	switch (type) {
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6_:
		return LINK_IP;
	case ETHERTYPE_ARP_:
		return LINK_ARP;
	case ETHERTYPE_PPPOE:
		return peel_pppoe(cursor, ret);
	case ETHERTYPE_PPP:
		return link_peel_ppp(cursor, ret);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return link_peel_mpls(cursor, ret);
	case ETHERTYPE_TEB:
		return link_peel_ethernet(cursor, ret);
	default:
		return unread(ret, LINK_UNREAD_ETHER_TYPE, type);
	}
}

/*
 * SNAP: an organisation and its protocol (RFC 1042). 00-80-C2 is 802.1's own: bridged
 * frames, with (…1) or without (…7) their checksum (RFC 2684, 2427).
 */
static enum link_next peel_snap(struct cursor *cursor, size_t pad, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 5);
	uint32_t organisation;

	if (!p)
		return cut(ret);
	organisation = (uint32_t)p[0] << 16 | be16(p + 1);
	if (organisation == 0x0080c2 && (p[4] == 1 || p[4] == 7))
		return cursor_take(cursor, pad) ? link_peel_ethernet(cursor, ret)
						: cut(ret);
	return link_peel_ether_type(cursor, be16(p + 3), ret);
}

/* ISO 8802-2 from the DSAP on. */
static enum link_next peel_llc(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 3);

	if (!p)
		return cut(ret);
	if (p[2] == LLC_UI && p[0] == SAP_SNAP)
		return peel_snap(cursor, 2, ret);
	if (p[2] == LLC_UI && p[0] == SAP_IP)
		return LINK_IP;
	if (p[2] == LLC_UI && p[0] == SAP_NLPID) {
		const uint8_t *nlpid = cursor_take(cursor, 1);

		if (nlpid && (*nlpid == NLPID_IPV4 || *nlpid == NLPID_IPV6))
			return LINK_IP;
	}
	return unread(ret, LINK_UNREAD_LLC, p[0]);
}

/* 802.3's lengths end at 1500; a jumbo frame's is told from an EtherType by being right. */
static bool is_long_frame(const struct cursor *cursor, uint16_t type)
{
	return type == cursor_left(cursor) && type >= 3 && cursor->at[0] == SAP_SNAP &&
	       cursor->at[1] == SAP_SNAP && cursor->at[2] == LLC_UI;
}

enum link_next link_peel_ethernet(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 14);
	uint16_t type;

	if (!p || is_too_deep(ret))
		return cut(ret);
	type = be16(p + 12);
	if (type >= ETHERTYPE_MIN && !is_long_frame(cursor, type))
		return link_peel_ether_type(cursor, type, ret);
	/* A length: what is behind it is padding. */
	if (type < cursor_left(cursor))
		cursor->end = cursor->at + type;
	return peel_llc(cursor, ret);
}

/* Does what stands here begin as IP does? */
static bool is_ip_version(const struct cursor *cursor)
{
	return cursor_left(cursor) && (*cursor->at >> 4 == 4 || *cursor->at >> 4 == 6);
}

/* Is there an Ethernet header with IP's EtherType, so many octets on? */
static bool is_ip_in_ethernet(const struct cursor *cursor, size_t skip)
{
	uint16_t type = 0;

	if (cursor_left(cursor) >= skip + 14)
		type = be16(cursor->at + skip + 12);
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6_ ||
	       type == ETHERTYPE_ARP_ || type == ETHERTYPE_8021Q;
}

/* Four octets that begin with zeros; an address may, too: what follows decides. */
static bool has_control_word(const struct cursor *cursor)
{
	return cursor_left(cursor) >= 4 && !(*cursor->at >> 4) &&
	       (is_ip_in_ethernet(cursor, 4) || !is_ip_in_ethernet(cursor, 0));
}

/*
 * RFC 3032. Nothing says what is behind the last label: IP has its version there, a
 * pseudowire's control word begins with zeros (RFC 4385), else it is Ethernet.
 */
enum link_next link_peel_mpls(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *label;

	if (is_too_deep(ret))
		return cut(ret);
	for (int i = 0; i < LABELS_MAX; i++) {
		label = cursor_take(cursor, 4);
		if (!label)
			return cut(ret);
		if (label[2] & 1)
			break;
	}
	if (is_ip_version(cursor))
		return LINK_IP;
	if (has_control_word(cursor))
		(void)cursor_take(cursor, 4);
	return link_peel_ethernet(cursor, ret);
}

/* ------------------------------------------------------------ PPP and HDLC */

/* RFC 1661, 1662: address and control, and half of the protocol, may be left out. */
enum link_next link_peel_ppp(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p;
	uint16_t protocol;

	if (cursor_left(cursor) >= 2 && cursor->at[0] == 0xff && cursor->at[1] == 0x03)
		(void)cursor_take(cursor, 2);
	p = cursor_take(cursor, 1);
	if (!p)
		return cut(ret);
	protocol = *p;
	if (!(protocol & 1)) {
		p = cursor_take(cursor, 1);
		if (!p)
			return cut(ret);
		protocol = (uint16_t)(protocol << 8 | *p);
	}
	if (protocol == PPP_IPV4 || protocol == PPP_IPV6)
		return LINK_IP;
	if (protocol == PPP_MPLS)
		return link_peel_mpls(cursor, ret);
	return unread(ret, LINK_UNREAD_PPP, protocol);
}

/* Cisco's: address, control, EtherType. */
static enum link_next peel_chdlc(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 4);

	return p ? link_peel_ether_type(cursor, be16(p + 2), ret) : cut(ret);
}

/* What is called PPP in HDLC is PPP or Cisco's, told apart by the address. */
static enum link_next peel_ppp_hdlc(struct cursor *cursor, struct link_layer *ret)
{
	if (cursor_left(cursor) && (*cursor->at == 0x0f || *cursor->at == 0x8f))
		return peel_chdlc(cursor, ret);
	return link_peel_ppp(cursor, ret);
}

/* pppd's direction stands where the address would be. */
static enum link_next peel_pppd(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 2);

	if (!p)
		return cut(ret);
	if (p[1] != 0x03) /* no control: compressed, the direction alone */
		cursor->at--;
	return link_peel_ppp(cursor, ret);
}

/* RFC 2427: a DLCI of two to four octets, UI, perhaps a pad, the NLPID. */
static enum link_next peel_frame_relay(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 1);

	while (p && !(*p & 1))
		p = cursor_take(cursor, 1);
	p = cursor_take(cursor, 2);
	if (p && !p[1]) /* pad */
		p = cursor_take(cursor, 1) ? p + 1 : NULL;
	if (!p)
		return cut(ret);
	if (p[1] == NLPID_IPV4 || p[1] == NLPID_IPV6)
		return LINK_IP;
	if (p[1] == NLPID_SNAP)
		return peel_snap(cursor, 0, ret);
	return unread(ret, LINK_UNREAD_LLC, p[1]);
}

/* ------------------------------------------------------------ 802.11 */

/* IEEE 802.11 9.2.4: only data frames in clear carry anything. */
static enum link_next peel_wifi(struct cursor *cursor, size_t align,
				struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 24);
	size_t header = 24;

	if (!p)
		return cut(ret);
	if ((p[0] & 0x0c) != 0x08 || p[0] & 0x40 || p[1] & 0x40)
		return unread(ret, LINK_UNREAD_WIFI, be16(p));
	if ((p[1] & 3) == 3)
		header += 6; /* a fourth address */
	if (p[0] & 0x80)
		header += p[1] & 0x80 ? 6 : 2; /* QoS, HT control */
	header = (header + align - 1) / align * align;
	return cursor_take(cursor, header - 24) ? peel_llc(cursor, ret) : cut(ret);
}

/*
 * https://www.radiotap.org: version, pad, length, words that say which fields follow.
 * Only the flags matter here: is the 802.11 header padded to four octets?
 */
static enum link_next peel_radiotap(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *start = cursor->at, *p = cursor_take(cursor, 8);
	size_t length, at = 8, align = 1;
	uint32_t present;

	if (!p || p[0] || le16(p + 2) < 8)
		return p ? unread(ret, LINK_UNREAD_INSIDE, 127) : cut(ret);
	length = le16(p + 2);
	present = le32(p + 4);
	if (!cursor_take(cursor, length - 8))
		return cut(ret);
	for (uint32_t more = present; more >> 31 && at + 4 <= length; at += 4)
		more = le32(start + at);
	if (present & 1) /* TSFT */
		at = (at + 7) / 8 * 8 + 8;
	if (present & 2 && at < length && start[at] & 0x20)
		align = 4;
	return peel_wifi(cursor, align, ret);
}

/* AVS: magic, length of the header; Prism's has 144 octets. */
static enum link_next peel_avs(struct cursor *cursor, struct link_layer *ret)
{
	size_t length = 144;

	if (cursor_left(cursor) < 8)
		return cut(ret);
	if (be32(cursor->at) >> 12 == 0x80211)
		length = be32(cursor->at + 4);
	return cursor_take(cursor, length) ? peel_wifi(cursor, 1, ret) : cut(ret);
}

/* ------------------------------------------------------------ wrappers of a link type */

static enum link_next peel_again(uint32_t link_type, struct cursor *cursor,
				 struct link_layer *ret)
{
	return is_too_deep(ret) ? cut(ret) : link_peel((int)link_type, cursor, ret);
}

/* CACE's PPI: version, flags, length, link type, fields. */
static enum link_next peel_ppi(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 8);

	if (!p || le16(p + 2) < 8 || !cursor_take(cursor, le16(p + 2) - 8u))
		return cut(ret);
	return peel_again(le32(p + 4), cursor, ret);
}

/* Apple's PKTAP: length of the header, record type, link type, … */
static enum link_next peel_pktap(struct cursor *cursor, struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 12);

	if (!p || le32(p) < 12 || !cursor_take(cursor, le32(p) - 12))
		return cut(ret);
	return peel_again(le32(p + 8), cursor, ret);
}

/* ------------------------------------------------------------ firewalls' own links */

/* OpenBSD's and others' pflog: the first octet is the length without its padding. */
static enum link_next peel_pflog(struct cursor *cursor, struct link_layer *ret)
{
	size_t length;

	if (!cursor_left(cursor))
		return cut(ret);
	length = ((size_t)*cursor->at + 3) & ~(size_t)3;
	if (!length || !cursor_take(cursor, length))
		return cut(ret);
	return is_ip_version(cursor) ? LINK_IP : unread(ret, LINK_UNREAD_INSIDE, 117);
}

/* Does a TLV of NFLOG with lengths in this byte order hold the packet (type 9)? */
static bool nflog_find(struct cursor *cursor, uint16_t (*read)(const uint8_t *))
{
	struct cursor walk = *cursor;

	while (cursor_left(&walk) >= 4) {
		size_t length = read(walk.at), padded = (length + 3) & ~(size_t)3;

		if (length < 4 || length > cursor_left(&walk))
			return false;
		if (read(walk.at + 2) == 9) {
			cursor->at = walk.at + 4;
			cursor->end = walk.at + length;
			return true;
		}
		(void)cursor_take(&walk, padded);
	}
	return false;
}

/* Family, version, group; TLVs in the byte order of the machine that captured. */
static enum link_next peel_nflog(struct cursor *cursor, struct link_layer *ret)
{
	if (!cursor_take(cursor, 4))
		return cut(ret);
	if (!nflog_find(cursor, le16) && !nflog_find(cursor, be16))
		return unread(ret, LINK_UNREAD_INSIDE, 239);
	return is_ip_version(cursor) ? LINK_IP : unread(ret, LINK_UNREAD_INSIDE, 239);
}

/* ------------------------------------------------------------ Juniper */

enum {
	JUNIPER_MAGIC = 0x4d4743, /* "MGC" */
	JUNIPER_NO_L2 = 0x02,
	JUNIPER_EXTENSIONS = 0x80,
	JUNIPER_COOKIE_MAX = 40,
};

static uint16_t ip_checksum(const uint8_t *ip, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += be16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* A header that can be nothing else: lengths that fit, and IPv4's checksum. */
static bool is_surely_ip(const uint8_t *p, size_t left)
{
	size_t header = left ? (size_t)(*p & 15) * 4 : 0;

	if (left >= 40 && *p >> 4 == 6)
		return be16(p + 4) + 40u == left;
	return left >= 20 && *p >> 4 == 4 && header >= 20 && header <= left &&
	       be16(p + 2) >= header && be16(p + 2) <= left && !ip_checksum(p, header);
}

/* A PIC's cookie of unknown form: IP begins where a header proves itself. */
static enum link_next find_ip(struct cursor *cursor, int link_type,
			      struct link_layer *ret)
{
	size_t left = cursor_left(cursor);

	for (size_t skip = 0; skip <= JUNIPER_COOKIE_MAX && skip < left; skip++) {
		if (!is_surely_ip(cursor->at + skip, left - skip))
			continue;
		cursor->at += skip;
		return LINK_IP;
	}
	return unread(ret, LINK_UNREAD_INSIDE, (uint32_t)link_type);
}

/* All of Juniper's link types, 130 to 238, begin alike. */
static bool is_juniper(const struct cursor *cursor)
{
	return cursor_left(cursor) >= 4 && be32(cursor->at) >> 8 == JUNIPER_MAGIC;
}

/*
 * What `monitor traffic write-file` puts before a frame: "MGC", flags, perhaps a length
 * and extensions. Without layer 2, the protocol's family follows in four octets.
 */
static enum link_next peel_juniper(struct cursor *cursor, int link_type,
				   struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, 4), *extensions;

	if (p[3] & JUNIPER_EXTENSIONS) {
		extensions = cursor_take(cursor, 2);
		if (!extensions || !cursor_take(cursor, be16(extensions)))
			return cut(ret);
	}
	if (p[3] & JUNIPER_NO_L2)
		return find_ip(cursor, link_type, ret);
	switch (link_type) {
	case LINKTYPE_JUNIPER_ETHER:
		return link_peel_ethernet(cursor, ret);
	case LINKTYPE_JUNIPER_PPP:
		return link_peel_ppp(cursor, ret);
	case LINKTYPE_JUNIPER_CHDLC:
		return peel_chdlc(cursor, ret);
	case LINKTYPE_JUNIPER_FRELAY:
		return peel_frame_relay(cursor, ret);
	default: /* services, ES, monitor, ATM …: cookies of many forms */
		return find_ip(cursor, link_type, ret);
	}
}

/* ------------------------------------------------------------ link types */

static enum link_next peel_typed(struct cursor *cursor, size_t header, size_t type_at,
				 struct link_layer *ret)
{
	const uint8_t *p = cursor_take(cursor, header);
	uint16_t type = p ? be16(p + type_at) : 0;

	if (!p)
		return cut(ret);
	/* Linux writes 4 where an 802.2 header follows. */
	return type == 4 ? peel_llc(cursor, ret)
			 : link_peel_ether_type(cursor, type, ret);
}

static enum link_next peel_skipping(struct cursor *cursor, size_t header,
				    struct link_layer *ret)
{
	return cursor_take(cursor, header) ? LINK_IP : cut(ret);
}

/* A direction in front of another link type. */
static enum link_next peel_directed(struct cursor *cursor, uint32_t link_type,
				    struct link_layer *ret)
{
	return cursor_take(cursor, 1) ? peel_again(link_type, cursor, ret) : cut(ret);
}

enum link_next link_peel(int link_type, struct cursor *cursor, struct link_layer *ret)
{
	switch (link_type) {
	case LINKTYPE_ETHERNET:
		return link_peel_ethernet(cursor, ret);
	case LINKTYPE_RAW:
	case LINKTYPE_RAW_LINUX:
	case LINKTYPE_RAW_BSD:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return LINK_IP;
	case LINKTYPE_LINUX_SLL:
		return peel_typed(cursor, 16, 14, ret);
	case LINKTYPE_LINUX_SLL2:
		return peel_typed(cursor, 20, 0, ret);
	case LINKTYPE_APPLE_IP_OVER_IEEE1394:
		return peel_typed(cursor, 18, 16, ret);
	case LINKTYPE_NULL: /* the family, in the byte order of who captured */
	case LINKTYPE_LOOP:
		return peel_skipping(cursor, 4, ret);
	case LINKTYPE_ENC: /* family, SPI, flags */
		return peel_skipping(cursor, 12, ret);
	case LINKTYPE_PPP:
		return link_peel_ppp(cursor, ret);
	case LINKTYPE_PPP_HDLC:
		return peel_ppp_hdlc(cursor, ret);
	case LINKTYPE_PPP_ETHER:
		return peel_pppoe(cursor, ret);
	case LINKTYPE_PPP_PPPD:
		return peel_pppd(cursor, ret);
	case LINKTYPE_C_HDLC:
		return peel_chdlc(cursor, ret);
	case LINKTYPE_FRELAY:
		return peel_frame_relay(cursor, ret);
	case LINKTYPE_PPP_WITH_DIR:
		return peel_directed(cursor, LINKTYPE_PPP, ret);
	case LINKTYPE_C_HDLC_WITH_DIR:
		return peel_directed(cursor, LINKTYPE_C_HDLC, ret);
	case LINKTYPE_FRELAY_WITH_DIR:
		return peel_directed(cursor, LINKTYPE_FRELAY, ret);
	case LINKTYPE_ATM_RFC1483:
		return peel_llc(cursor, ret);
	case LINKTYPE_MPLS:
		return link_peel_mpls(cursor, ret);
	case LINKTYPE_IEEE802_11:
		return peel_wifi(cursor, 1, ret);
	case LINKTYPE_IEEE802_11_RADIOTAP:
		return peel_radiotap(cursor, ret);
	case LINKTYPE_IEEE802_11_AVS:
	case LINKTYPE_IEEE802_11_PRISM:
		return peel_avs(cursor, ret);
	case LINKTYPE_PPI:
		return peel_ppi(cursor, ret);
	case LINKTYPE_PKTAP:
		return peel_pktap(cursor, ret);
	case LINKTYPE_PFLOG:
		return peel_pflog(cursor, ret);
	case LINKTYPE_NFLOG:
		return peel_nflog(cursor, ret);
	default:
		if (is_juniper(cursor))
			return peel_juniper(cursor, link_type, ret);
		return unread(ret, LINK_UNREAD_LINK_TYPE, (uint32_t)link_type);
	}
}

const char *link_type_name(uint32_t link_type)
{
	static const struct {
		uint32_t number;
		const char *name;
	} types[] = {
#define X(name, number) { number, #name },
#include "dissect/link_type.def"
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].number == link_type)
			return types[i].name;
	return NULL;
}

const char *link_unread_name(enum link_unread what)
{
	static const char *const names[] = {
		[LINK_UNREAD_NONE] = "",
		[LINK_UNREAD_CUT] = "frame cut within its link layer",
		[LINK_UNREAD_LINK_TYPE] = "link type",
		[LINK_UNREAD_ETHER_TYPE] = "EtherType",
		[LINK_UNREAD_PPP] = "PPP protocol",
		[LINK_UNREAD_LLC] = "LLC protocol",
		[LINK_UNREAD_WIFI] = "802.11 frame",
		[LINK_UNREAD_INSIDE] = "odd frame of link type",
	};

	static_assert(ARRAY_SIZE(names) == LINK_UNREAD_COUNT, "a name for each layer");
	return names[what];
}
