// SPDX-License-Identifier: GPL-2.0-or-later
/* esp_inside.c - what a flow of ESP, AH or IPComp carries */
#include "dissect/esp_inside.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "dissect/esp.h"
#include "dissect/ipcomp.h"
#include "dissect/keyring.h"
#include "dissect/session.h"
#include "dissect/session_esp.h"

#define PROTOCOL_ICMP	1
#define PROTOCOL_TCP	6
#define PROTOCOL_UDP	17
#define PROTOCOL_IPCOMP 108
#define PROTOCOL_ICMPV6 58
#define DNS_PORT	53
#define EPHEMERAL	32768 /* from here on Linux takes ports for clients */

static struct esp_inside *inside_of(struct session_set *set, struct esp_flow *flow)
{
	if (!flow->inside)
		flow->inside = arena_alloc(set->arena, sizeof(*flow->inside));
	return flow->inside;
}

/* ------------------------------------------------------------ DNS */

static struct esp_dns *dns_of(struct esp_inside *inside, const struct esp_dns *like)
{
	for (uint32_t i = 0; i < inside->names; i++) {
		struct esp_dns *known = &inside->dns[i];

		if (!strcmp(known->name, like->name) && known->type == like->type &&
		    known->is_answer == like->is_answer && known->rcode == like->rcode)
			return known;
	}
	return NULL;
}

/* The header and the first question (RFC 1035 4.1.1, 4.1.2). */
static bool read_question(struct slice bytes, struct esp_dns *ret, struct buf *ret_name)
{
	char name[NS_MAXDNAME];
	int length;

	if (bytes.length < NS_HFIXEDSZ || !be16(bytes.bytes + 4))
		return false;
	length = dn_expand(bytes.bytes, bytes.bytes + bytes.length,
			   bytes.bytes + NS_HFIXEDSZ, name, sizeof(name));
	if (length < 0 || bytes.length < NS_HFIXEDSZ + (size_t)length + NS_QFIXEDSZ)
		return false;
	describe_text(name, ret_name);
	*ret = (struct esp_dns){ .name = buf_text(ret_name),
				 .type = be16(bytes.bytes + NS_HFIXEDSZ + length),
				 .is_answer = bytes.bytes[2] & 0x80,
				 .rcode = bytes.bytes[3] & 15 };
	return true;
}

static void note_dns(struct session_set *set, struct esp_inside *inside,
		     const struct packet *packet)
{
	struct slice bytes = packet->payload;
	struct buf _cleanup_buf_ name = { 0 };
	struct esp_dns dns = { 0 }, *known;

	if (packet->kind != PACKET_UDP || packet->is_cut ||
	    (packet->src_port != DNS_PORT && packet->dst_port != DNS_PORT) ||
	    !read_question(bytes, &dns, &name))
		return;
	known = dns_of(inside, &dns);
	if (!known && inside->names == ESP_DNS_MAX) {
		inside->dns_others++;
		return;
	}
	if (!known) {
		known = &inside->dns[inside->names++];
		dns.name = arena_strdup(set->arena, dns.name);
		*known = dns;
	}
	known->packets++;
}

/* ------------------------------------------------------------ one packet */

static bool is_same(const struct esp_inner *a, const struct esp_inner *b)
{
	return a->protocol == b->protocol && a->port == b->port &&
	       a->other_port == b->other_port && a->is_to_service == b->is_to_service &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
	       a->tunnel == b->tunnel && a->is_fragment == b->is_fragment &&
	       inet_addr_equal(&a->src, &b->src) && inet_addr_equal(&a->dst, &b->dst);
}

struct esp_inner esp_inner_of(const struct packet *packet, enum tunnel_kind tunnel)
{
	bool is_to = packet->dst_port <= packet->src_port;
	uint16_t port = is_to ? packet->dst_port : packet->src_port;

	return (struct esp_inner){
		.src = packet_src(packet),
		.dst = packet_dst(packet),
		.family = packet->family,
		.protocol = packet->protocol,
		.is_fragment = packet->kind == PACKET_FRAGMENT,
		.is_to_service = is_to,
		.port = port,
		.other_port = port < EPHEMERAL ? 0
			      : is_to	       ? packet->src_port
					       : packet->dst_port,
		.icmp_type = packet->icmp_type,
		.icmp_code = packet->icmp_code,
		.tunnel = tunnel,
	};
}

bool esp_inner_count(struct esp_inner *list, uint32_t room, uint32_t *count,
		     const struct esp_inner *inner)
{
	for (uint32_t i = 0; i < *count; i++) {
		if (is_same(&list[i], inner)) {
			list[i].packets++;
			return true;
		}
	}
	if (*count == room)
		return false;
	list[*count] = *inner;
	list[(*count)++].packets = 1;
	return true;
}

/* The same packet in bytes of its own; false: it has none, or there is no memory. */
static bool copy_packet(const struct packet *packet, bool is_transport,
			uint8_t **ret_bytes, struct packet *ret)
{
	struct slice from = is_transport ? packet->payload : packet->ip;

	*ret_bytes = from.length ? malloc(from.length) : NULL;
	if (!*ret_bytes)
		return false;
	memcpy(*ret_bytes, from.bytes, from.length);
	*ret = *packet;
	ret->payload = (struct slice){ *ret_bytes, from.length };
	return is_transport || !packet_dissect_ip(*ret_bytes, from.length, ret);
}

/*
 * ESP inside is a flow of its own. What is inside lies in scratch that it needs itself:
 * it works on a copy, with scratch of its own. Afterwards flows may have moved.
 */
static void note_nested(struct session_set *set, const struct packet *packet,
			bool is_transport, const struct capture_packet *captured)
{
	uint8_t *buffer = set->buffer;
	size_t room = set->buffer_room;
	struct ipcomp *ipcomp = set->ipcomp;
	_cleanup_free_ uint8_t *copy = NULL;
	struct packet nested;

	if (set->inside_depth == ESP_INSIDE_DEPTH_MAX ||
	    !copy_packet(packet, is_transport, &copy, &nested))
		return;
	set->buffer = NULL;
	set->buffer_room = 0;
	set->ipcomp = NULL;
	set->inside_depth++;
	session_add_esp(set, &nested, captured);
	set->inside_depth--;
	free(set->buffer);
	ipcomp_free(set->ipcomp);
	set->buffer = buffer;
	set->buffer_room = room;
	set->ipcomp = ipcomp;
}

/* AH needs the header before it, which transport mode took off. */
static bool is_nested(const struct packet *packet, bool is_transport)
{
	return packet->kind == PACKET_ESP || packet->kind == PACKET_UDP_ESP ||
	       (packet->kind == PACKET_AH && !is_transport);
}

/*
 * A whole packet: count it, and what is in it. captured NULL: ESP in it is not opened.
 * Then flows may have moved when this returns.
 */
static void note_packet(struct session_set *set, struct esp_flow *flow,
			const struct packet *packet, bool is_transport,
			const struct capture_packet *captured)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);
	struct packet inner = *packet;
	enum tunnel_kind outermost = TUNNEL_NONE;
	struct esp_inner entry;

	if (!is_transport && flow->key && !esp_key_covers(flow->key, &src, &dst) &&
	    !flow->inside->outside++)
		flow->inside->outside_frame = set->frame;
	for (int depth = 0; depth < TUNNEL_DEPTH_MAX; depth++) {
		enum tunnel_kind tunnel = tunnel_open(&inner, &inner);

		if (tunnel == TUNNEL_NONE)
			break;
		outermost = outermost == TUNNEL_NONE ? tunnel : outermost;
		is_transport = false;
	}
	entry = esp_inner_of(&inner, outermost);
	if (!esp_inner_count(flow->inside->inner, ESP_INNERS_MAX, &flow->inside->inners,
			     &entry))
		flow->inside->inner_others++;
	note_dns(set, flow->inside, &inner);
	if (!is_nested(&inner, is_transport))
		return;
	flow->inside->nested++;
	if (captured)
		note_nested(set, &inner, is_transport, captured);
}

void esp_inside_note_packet(struct session_set *set, struct esp_flow *flow,
			    const struct packet *packet, bool is_transport)
{
	struct esp_inside *inside = inside_of(set, flow);

	if (is_transport)
		inside->transport++;
	else
		inside->tunnel++;
	note_packet(set, flow, packet, is_transport, NULL);
}

/* ------------------------------------------------------------ AGGFRAG */

/* RFC 9347 2.2.1, 2.2.2: sub-type, block offset; then blocks, each an IP packet. */
static bool note_aggfrag(struct session_set *set, struct esp_flow *flow,
			 struct slice bytes, struct packet *ret)
{
	struct cursor cursor = cursor_of(bytes.bytes, bytes.length);
	uint8_t sub_type = cursor_u8(&cursor);
	bool has_any = false;
	size_t offset;

	(void)cursor_u8(&cursor);
	offset = cursor_u16(&cursor);
	if (sub_type == 1) /* congestion control: 20 bytes more */
		(void)cursor_take(&cursor, 20);
	flow->inside->aggfrag++;
	if (cursor.is_short || sub_type > 1)
		return false;
	if (offset)
		flow->inside->pieces++; /* the end of an earlier packet */
	(void)cursor_take(&cursor, offset);
	while (cursor_left(&cursor) >= 20) {
		uint8_t version = *cursor.at >> 4;
		size_t length = version == 4   ? be16(cursor.at + 2)
				: version == 6 ? 40u + be16(cursor.at + 4)
					       : 0;
		struct packet packet;

		if (!length) /* padding, or nothing we know */
			break;
		if (length > cursor_left(&cursor)) {
			flow->inside->pieces++;
			break;
		}
		if (packet_dissect_ip(cursor_take(&cursor, length), length, &packet))
			break;
		if (!has_any)
			*ret = packet;
		has_any = true;
		note_packet(set, flow, &packet, false, NULL);
	}
	return has_any;
}

/* ------------------------------------------------------------ by next header */

/* What is left without IPComp, when there is one. false: it cannot be read. */
static bool decompress(struct session_set *set, struct esp_flow *flow,
		       uint8_t *next_header, struct slice *bytes)
{
	struct ipcomp_result result;

	if (*next_header != PROTOCOL_IPCOMP)
		return true;
	if (!set->ipcomp)
		set->ipcomp = ipcomp_new();
	flow->ipcomp[ipcomp_open(set->ipcomp, *bytes, &result)]++;
	flow->cpi = result.cpi;
	*next_header = result.next_header;
	*bytes = result.inner;
	return result.status == IPCOMP_OPENED;
}

bool esp_inside_note(struct session_set *set, struct esp_flow *flow,
		     const struct packet *outer, uint8_t next_header, struct slice bytes,
		     const struct capture_packet *captured, struct packet *ret)
{
	struct esp_inside *inside = inside_of(set, flow);

	if (next_header == ESP_NEXT_DUMMY) {
		inside->dummies++;
		return false;
	}
	if (!decompress(set, flow, &next_header, &bytes))
		return false;
	if (next_header == ESP_NEXT_AGGFRAG)
		return note_aggfrag(set, flow, bytes, ret);
	if (next_header == ESP_NEXT_IPV4 || next_header == ESP_NEXT_IPV6) {
		if (packet_dissect_ip(bytes.bytes, bytes.length, ret)) {
			inside->unread++;
			inside->next_unread = next_header;
			return false;
		}
		inside->tunnel++;
		note_packet(set, flow, ret, false, captured);
		return true;
	}
	packet_dissect_behind(outer, next_header, bytes, ret);
	inside->transport++;
	note_packet(set, flow, ret, true, captured);
	return false;
}

/* ------------------------------------------------------------ in words */

static const char *protocol_name(const struct esp_inner *inner)
{
	static const struct {
		uint8_t number;
		const char *name;
	} rows[] = {
		{ PROTOCOL_ICMP, "ICMP" },
		{ 2, "IGMP" },
		{ PROTOCOL_TCP, "TCP" },
		{ PROTOCOL_UDP, "UDP" },
		{ 47, "GRE" },
		{ 50, "ESP" },
		{ 51, "AH" },
		{ 88, "EIGRP" },
		{ PROTOCOL_ICMPV6, "ICMPv6" },
		{ 89, "OSPF" },
		{ 103, "PIM" },
		{ 112, "VRRP" },
		{ 115, "L2TP" },
		{ 132, "SCTP" },
		{ PROTOCOL_IPCOMP, "IPComp" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].number == inner->protocol)
			return rows[i].name;
	return NULL;
}

/* RFC 792, RFC 4443 */
static void put_icmp(const struct esp_inner *inner, struct buf *out)
{
	static const struct {
		uint8_t family, type;
		int16_t code; /* -1: any */
		const char *text;
	} rows[] = {
		{ 4, 0, -1, "echo reply" },
		{ 4, 8, -1, "echo request" },
		{ 4, 3, 4, "fragmentation needed" },
		{ 4, 3, -1, "destination unreachable" },
		{ 4, 5, -1, "redirect" },
		{ 4, 11, -1, "time exceeded" },
		{ 6, 128, -1, "echo request" },
		{ 6, 129, -1, "echo reply" },
		{ 6, 1, -1, "destination unreachable" },
		{ 6, 2, -1, "packet too big" },
		{ 6, 3, -1, "time exceeded" },
		{ 6, 135, -1, "neighbor solicitation" },
		{ 6, 136, -1, "neighbor advertisement" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].family != inner->family || rows[i].type != inner->icmp_type ||
		    (rows[i].code >= 0 && rows[i].code != inner->icmp_code))
			continue;
		buf_printf(out, " %s", rows[i].text);
		if (inner->icmp_code && rows[i].code < 0)
			buf_printf(out, " code %u", inner->icmp_code);
		return;
	}
	buf_printf(out, " type %u code %u", inner->icmp_type, inner->icmp_code);
}

void esp_inner_text(const struct esp_inner *inner, struct buf *out)
{
	const char *name = protocol_name(inner);

	buf_puts(out, inner->is_fragment ? "fragments of " : "");
	if (name)
		buf_puts(out, name);
	else
		buf_printf(out, "protocol %u", inner->protocol);
	if ((inner->protocol == PROTOCOL_ICMP || inner->protocol == PROTOCOL_ICMPV6) &&
	    !inner->is_fragment)
		put_icmp(inner, out);
	else if (inner->other_port)
		buf_printf(out, " from port %u to port %u",
			   inner->is_to_service ? inner->other_port : inner->port,
			   inner->is_to_service ? inner->port : inner->other_port);
	else if (inner->port)
		buf_printf(out, " %s port %u", inner->is_to_service ? "to" : "from",
			   inner->port);
	if (inner->tunnel != TUNNEL_NONE)
		buf_printf(out, ", in %s", tunnel_name(inner->tunnel));
}

void esp_dns_text(const struct esp_dns *dns, struct buf *out)
{
	static const char *const rcodes[] = { "",	  "FORMERR", "SERVFAIL",
					      "NXDOMAIN", "NOTIMP",  "REFUSED" };
	static const struct {
		uint16_t type;
		const char *name;
	} types[] = { { 1, "A" },    { 2, "NS" },    { 5, "CNAME" }, { 6, "SOA" },
		      { 12, "PTR" }, { 15, "MX" },   { 16, "TXT" },  { 28, "AAAA" },
		      { 33, "SRV" }, { 65, "HTTPS" } };
	const char *type = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].type == dns->type)
			type = types[i].name;
	if (!dns->is_answer)
		buf_puts(out, "asked for ");
	else if (!dns->rcode)
		buf_puts(out, "answered for ");
	else if (dns->rcode < ARRAY_SIZE(rcodes))
		buf_printf(out, "answered %s for ", rcodes[dns->rcode]);
	else
		buf_printf(out, "answered code %u for ", dns->rcode);
	if (type)
		buf_printf(out, "%s (%s)", *dns->name ? dns->name : ".", type);
	else
		buf_printf(out, "%s (type %u)", *dns->name ? dns->name : ".", dns->type);
}

void esp_inside_mode_text(const struct esp_inside *inside, struct buf *out)
{
	const struct {
		const char *what;
		uint64_t packets;
	} rows[] = { { "tunnel mode", inside->tunnel },
		     { "transport mode", inside->transport },
		     { "AGGFRAG (IP-TFS)", inside->aggfrag },
		     { "pieces of packets in it, not put together", inside->pieces },
		     { "ESP or AH inside", inside->nested },
		     { "dummies", inside->dummies },
		     { "no packet could be read inside", inside->unread } };
	bool has_any = false;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].packets)
			continue;
		buf_printf(out, "%s%s: %llu", has_any ? ", " : "", rows[i].what,
			   (unsigned long long)rows[i].packets);
		has_any = true;
	}
}
