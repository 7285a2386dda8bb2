// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_book.c - ScreenOS address books, services and their groups */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"

/* ------------------------------------------------------------ addresses */

struct sos_address *sos_address_find(const struct reader *reader, const char *zone,
				     const char *name)
{
	const void *scope = map_get(&reader->zone_map, NULL, zone);
	const void *global = map_get(&reader->zone_map, NULL, "Global");
	struct sos_address *address = NULL;

	if (scope)
		address = map_get(&reader->address_map, scope, name);
	if (!address && global)
		address = map_get(&reader->address_map, global, name);
	return address;
}

static struct sos_address *address_put(struct reader *reader, const struct sos_zone *zone,
				       const char *name)
{
	struct sos_address *address = arena_alloc(reader->arena, sizeof(*address));

	address->name = name;
	address->zone = zone;
	address->at = reader->at;
	map_put(reader->arena, &reader->address_map, zone, name, address);
	return address;
}

/* address ZONE NAME A/M | A MASK | host.name ["comment"] */
void sos_address_command(struct reader *reader, struct args *args)
{
	const char *zone_name = args_take(args), *name = args_take(args);
	struct sos_address *address;
	struct sos_zone *zone;

	if (!zone_name || !name) {
		sos_remark(reader, REMARK_INVALID, "'address' needs a zone and a name");
		return;
	}
	zone = sos_zone_get(reader, zone_name);
	if (reader->is_unset) {
		map_put(reader->arena, &reader->address_map, zone, name, NULL);
		return;
	}
	if (args_end(args)) {
		sos_remark(reader, REMARK_INVALID, "the address '%s' has no value", name);
		return;
	}
	address = address_put(reader, zone, name);
	address->is_prefix = sos_prefix_take(args, &address->prefix);
	if (address->is_prefix)
		return;
	if (strpbrk(args_peek(args), "/<>") || !strchr(args_peek(args), '.')) {
		sos_remark(
			reader, REMARK_INVALID,
			"the address '%s' is '%s', which is no network and no host name",
			name, args_peek(args));
		return;
	}
	address->fqdn = args_take(args);
}

static void group_address(struct reader *reader, struct args *args)
{
	const char *zone_name = args_take(args), *name = args_take(args);
	struct sos_address *group;
	struct sos_zone *zone;

	if (!zone_name || !name) {
		sos_remark(reader, REMARK_INVALID,
			   "'group address' needs a zone and a name");
		return;
	}
	zone = sos_zone_get(reader, zone_name);
	group = map_get(&reader->address_map, zone, name);
	if (reader->is_unset) {
		if (args_end(args) || args_is(args, "clear"))
			map_put(reader->arena, &reader->address_map, zone, name, NULL);
		else
			sos_remark(
				reader, REMARK_IGNORED,
				"taking single members out of a group is not rehearsed");
		return;
	}
	if (!group || !group->is_group)
		group = address_put(reader, zone, name);
	group->is_group = true;
	if (args_accept(args, "add") && !args_end(args))
		vec_add(reader->arena, &group->members,
			((struct sos_member){ args_take(args), reader->at }));
}

/* ------------------------------------------------------------ services */

#define TCP(first, last)                \
	{                               \
		"tcp", { 0, 65535 },    \
		{                       \
			(first), (last) \
		}                       \
	}
#define UDP(first, last)                \
	{                               \
		"udp", { 0, 65535 },    \
		{                       \
			(first), (last) \
		}                       \
	}
#define ANY_PORT         \
	{ 0, 65535 },    \
	{                \
		0, 65535 \
	}

/* Services that every device has; two entries where TCP and UDP belong together. */
static const struct predefined_service {
	const char *name;
	struct sos_service_entry entries[2];
} predefined_services[] = {
	{ "ANY", { { "all", ANY_PORT } } },
	{ "ANY-IPv4", { { "all", ANY_PORT } } },
	{ "ANY-IPv6", { { "all", ANY_PORT } } },
	{ "TCP-ANY", { TCP(0, 65535) } },
	{ "UDP-ANY", { UDP(0, 65535) } },
	{ "ICMP-ANY", { { "icmp", ANY_PORT } } },
	{ "PING", { { "icmp", ANY_PORT } } },
	{ "TRACEROUTE", { UDP(33400, 34000), { "icmp", ANY_PORT } } },
	{ "AOL", { TCP(5190, 5194) } },
	{ "BGP", { TCP(179, 179) } },
	{ "DHCP-Relay", { UDP(67, 68) } },
	{ "DNS", { UDP(53, 53), TCP(53, 53) } },
	{ "FINGER", { TCP(79, 79) } },
	{ "FTP", { TCP(21, 21) } },
	{ "FTP-Get", { TCP(21, 21) } },
	{ "FTP-Put", { TCP(21, 21) } },
	{ "GRE", { { "47", ANY_PORT } } },
	{ "H.323", { TCP(1720, 1720) } },
	{ "HTTP", { TCP(80, 80) } },
	{ "HTTP-EXT", { TCP(8000, 8080) } },
	{ "HTTPS", { TCP(443, 443) } },
	{ "IDENT", { TCP(113, 113) } },
	{ "IKE", { UDP(500, 500) } },
	{ "IKE-NAT", { UDP(500, 500), UDP(4500, 4500) } },
	{ "IMAP", { TCP(143, 143) } },
	{ "IMAPS", { TCP(993, 993) } },
	{ "L2TP", { UDP(1701, 1701) } },
	{ "LDAP", { TCP(389, 389) } },
	{ "LPR", { TCP(515, 515) } },
	{ "MAIL", { TCP(25, 25) } },
	{ "MS-RPC-EPM", { TCP(135, 135), UDP(135, 135) } },
	{ "MS-SQL", { TCP(1433, 1433) } },
	{ "NBDS", { UDP(138, 138) } },
	{ "NBNAME", { UDP(137, 137) } },
	{ "NFS", { TCP(2049, 2049), UDP(2049, 2049) } },
	{ "NNTP", { TCP(119, 119) } },
	{ "NSM", { TCP(7204, 7204), TCP(11122, 11122) } },
	{ "NTP", { UDP(123, 123) } },
	{ "OSPF", { { "89", ANY_PORT } } },
	{ "PC-Anywhere", { TCP(5631, 5632), UDP(22, 22) } },
	{ "POP3", { TCP(110, 110) } },
	{ "PPTP", { TCP(1723, 1723) } },
	{ "RADIUS", { UDP(1812, 1813) } },
	{ "RIP", { UDP(520, 520) } },
	{ "RSH", { TCP(514, 514) } },
	{ "RTSP", { TCP(554, 554) } },
	{ "SIP", { UDP(5060, 5060), TCP(5060, 5060) } },
	{ "SMB", { TCP(139, 139), TCP(445, 445) } },
	{ "SMTP", { TCP(25, 25) } },
	{ "SNMP", { UDP(161, 162), TCP(161, 162) } },
	{ "SQL*Net V1", { TCP(1525, 1525) } },
	{ "SQL*Net V2", { TCP(1521, 1521) } },
	{ "SSH", { TCP(22, 22) } },
	{ "SSL", { TCP(443, 443) } },
	{ "SYSLOG", { UDP(514, 514) } },
	{ "TALK", { UDP(517, 518) } },
	{ "TELNET", { TCP(23, 23) } },
	{ "TFTP", { UDP(69, 69) } },
	{ "VNC", { TCP(5800, 5800), TCP(5900, 5900) } },
	{ "WHOIS", { TCP(43, 43) } },
	{ "WINFRAME", { TCP(1494, 1494) } },
	{ "X-WINDOWS", { TCP(6000, 6063) } },
};

static struct sos_service *service_put(struct reader *reader, const char *name)
{
	struct sos_service *service = arena_alloc(reader->arena, sizeof(*service));

	service->name = name;
	map_put(reader->arena, &reader->service_map, NULL, name, service);
	return service;
}

const struct sos_service *sos_service_find(struct reader *reader, const char *name)
{
	struct sos_service *service = map_get(&reader->service_map, NULL, name);

	for (size_t i = 0; !service && i < ARRAY_SIZE(predefined_services); i++) {
		const struct predefined_service *row = &predefined_services[i];

		if (!str_equal_nocase(row->name, name))
			continue;
		service = service_put(reader, row->name);
		for (size_t j = 0; j < 2 && row->entries[j].protocol; j++)
			vec_add(reader->arena, &service->entries, row->entries[j]);
	}
	return service;
}

/* "80-90" or "80" */
static bool port_range_parse(const char *word, struct port_range *ret_range)
{
	char copy[16];
	const char *last;
	int64_t from, to;

	if (!word || strlen(word) >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%s", word);
	copy[strcspn(copy, "-")] = '\0';
	last = strchr(word, '-');
	if (str_to_number(copy, 0, 65535, &from) != 0)
		return false;
	to = from;
	if (last && str_to_number(last + 1, 0, 65535, &to) != 0)
		return false;
	*ret_range = (struct port_range){ (uint16_t)from, (uint16_t)to };
	return from <= to;
}

static bool service_entry_take(struct args *args, struct sos_service_entry *entry)
{
	entry->src = entry->dest = (struct port_range){ 0, 65535 };
	entry->protocol = args_take(args);
	if (!entry->protocol)
		return false;
	while (!args_end(args)) {
		if (args_accept(args, "src-port")) {
			if (!port_range_parse(args_take(args), &entry->src))
				return false;
		} else if (args_accept(args, "dst-port")) {
			if (!port_range_parse(args_take(args), &entry->dest))
				return false;
		} else {
			args_take(args); /* timeout, icmp type and code */
		}
	}
	return true;
}

/* service NAME protocol P … makes it, service NAME + P … adds to it */
void sos_service_command(struct reader *reader, struct args *args)
{
	const char *name = args_take(args);
	struct sos_service *service;
	struct sos_service_entry entry;
	bool is_more;

	if (!name) {
		sos_remark(reader, REMARK_INVALID, "'service' without a name");
		return;
	}
	if (reader->is_unset) {
		if (args_end(args))
			map_put(reader->arena, &reader->service_map, NULL, name, NULL);
		return;
	}
	is_more = args_accept(args, "+");
	if (!is_more && !args_accept(args, "protocol")) {
		sos_ignore(reader, "service", "has details that do not matter here");
		return;
	}
	if (!service_entry_take(args, &entry)) {
		sos_remark(reader, REMARK_INVALID, "the service '%s' is not understood",
			   name);
		return;
	}
	service = is_more ? map_get(&reader->service_map, NULL, name) : NULL;
	if (!service)
		service = service_put(reader, name);
	vec_add(reader->arena, &service->entries, entry);
}

static void group_service(struct reader *reader, struct args *args)
{
	const char *name = args_take(args);
	struct sos_service *group;

	if (!name)
		return;
	group = map_get(&reader->service_map, NULL, name);
	if (reader->is_unset) {
		if (args_end(args) || args_is(args, "clear"))
			map_put(reader->arena, &reader->service_map, NULL, name, NULL);
		else
			sos_remark(
				reader, REMARK_IGNORED,
				"taking single members out of a group is not rehearsed");
		return;
	}
	if (!group)
		group = service_put(reader, name);
	if (args_accept(args, "add") && !args_end(args))
		vec_add(reader->arena, &group->members,
			((struct sos_member){ args_take(args), reader->at }));
}

void sos_group_command(struct reader *reader, struct args *args)
{
	if (args_accept(args, "address"))
		group_address(reader, args);
	else if (args_accept(args, "service"))
		group_service(reader, args);
	else
		sos_ignore(reader, "group", "concerns users");
}
