// SPDX-License-Identifier: GPL-2.0-or-later
/* screenos_net.c - ScreenOS zones, interfaces, routes, names */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/screenos_reader.h"

/* Zones that every device has, in their own spelling. */
static const char *const predefined_zones[] = {
	"Trust", "Untrust",  "DMZ",	   "Global", "MGT",  "HA",	    "Null",
	"Self",	 "V1-Trust", "V1-Untrust", "V1-DMZ", "VLAN", "Untrust-Tun", "V1-Null",
};

struct sos_zone *sos_zone_get(struct reader *reader, const char *name)
{
	struct sos_zone *zone = map_get(&reader->zone_map, NULL, name);

	if (zone)
		return zone;
	for (size_t i = 0; i < ARRAY_SIZE(predefined_zones); i++) {
		if (str_equal_nocase(predefined_zones[i], name))
			name = predefined_zones[i];
	}
	zone = arena_alloc(reader->arena, sizeof(*zone));
	zone->name = arena_strdup(reader->arena, name);
	zone->at = reader->at;
	zone->is_blocked = str_equal(name, "Untrust") || str_equal(name, "V1-Untrust");
	map_put(reader->arena, &reader->zone_map, NULL, zone->name, zone);
	*reader->zones_end = zone;
	reader->zones_end = &zone->next;
	return zone;
}

const char *sos_zone_vrouter(const struct sos_zone *zone)
{
	return zone->vrouter.s ? zone->vrouter.s : "trust-vr";
}

void sos_zone_command(struct reader *reader, struct args *args)
{
	struct sos_zone *zone;
	const char *name;

	if (args_accept(args, "id"))
		args_take(args);
	args_accept(args, "name");
	name = args_take(args);
	if (!name) {
		sos_remark(reader, REMARK_INVALID, "'zone' without a name");
		return;
	}
	zone = sos_zone_get(reader, name);
	if (args_accept(args, "block"))
		zone->is_blocked = !reader->is_unset;
	else if (args_accept(args, "vrouter"))
		zone->vrouter =
			sos_text(reader, reader->is_unset ? NULL : args_take(args));
	else if (args_is(args, "screen"))
		sos_ignore(reader, "zone … screen", "guards against floods and scans");
}

/* ------------------------------------------------------------ interfaces */

const char *sos_interface_name(struct reader *reader, const char *word)
{
	static const char *const kinds[] = { "ethernet",  "tunnel",    "loopback",
					     "serial",	  "bgroup",    "wireless",
					     "aggregate", "redundant", "adsl",
					     "vlan",	  "untrust",   "trust" };
	size_t letters = strcspn(word, "0123456789./");

	for (size_t i = 0; letters > 0 && word[letters] && i < ARRAY_SIZE(kinds); i++) {
		if (letters <= strlen(kinds[i]) &&
		    strncasecmp(word, kinds[i], letters) == 0)
			return arena_printf(reader->arena, "%s%s", kinds[i],
					    word + letters);
	}
	return word;
}

struct sos_interface *sos_interface_get(struct reader *reader, const char *word)
{
	const char *name = sos_interface_name(reader, word);
	struct sos_interface *interface = map_get(&reader->interface_map, NULL, name);

	if (interface)
		return interface;
	interface = arena_alloc(reader->arena, sizeof(*interface));
	interface->name = arena_strdup(reader->arena, name);
	interface->at = reader->at;
	map_put(reader->arena, &reader->interface_map, NULL, interface->name, interface);
	*reader->interfaces_end = interface;
	reader->interfaces_end = &interface->next;
	return interface;
}

bool sos_prefix_take(struct args *args, struct inet_prefix *ret_prefix)
{
	const char *word = args_peek(args);
	unsigned int length;

	if (!word || inet_prefix_parse(word, ret_prefix) != 0)
		return false;
	args->next++;
	if (strchr(word, '/') || args_end(args) ||
	    inet_mask_length(args_peek(args), &length) != 0)
		return true;
	args->next++;
	ret_prefix->length = length;
	return true;
}

static void interface_zone(struct reader *reader, struct sos_interface *interface,
			   struct args *args)
{
	const char *zone = args_take(args);

	interface->zone = zone && !reader->is_unset ? sos_zone_get(reader, zone) : NULL;
}

/* ip A/M [secondary] | ip A M | ip unnumbered interface IF | ip manageable */
static void interface_ip(struct reader *reader, struct sos_interface *interface,
			 struct args *args)
{
	struct inet_prefix prefix;
	struct prefix_value *value;

	if (reader->is_unset) {
		if (args_end(args))
			interface->addresses.count = 0;
		return;
	}
	interface->is_unnumbered |= args_is(args, "unnumbered");
	if (args_is(args, "unnumbered") || args_is(args, "manageable"))
		return;
	if (!sos_prefix_take(args, &prefix)) {
		sos_remark(reader, REMARK_INVALID, "'%s' is not an address with a mask",
			   args_end(args) ? "" : args_peek(args));
		return;
	}
	if (!args_is(args, "secondary"))
		interface->addresses.count =
			0; /* a new primary address replaces the old */
	value = vec_push(reader->arena, &interface->addresses);
	*value = (struct prefix_value){ .prefix = prefix, .at = reader->at };
}

static void interface_nat(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	(void)args;
	interface->nat = (struct flag){ !reader->is_unset, true, reader->at };
}

static void interface_route(struct reader *reader, struct sos_interface *interface,
			    struct args *args)
{
	(void)args;
	interface->nat = (struct flag){ !reader->is_unset, false, reader->at };
}

static void interface_mtu(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	int64_t mtu;

	if (args_end(args) || str_to_number(args_peek(args), 64, 9216, &mtu) != 0) {
		if (!reader->is_unset)
			sos_remark(reader, REMARK_INVALID, "the MTU is not a number");
		return;
	}
	interface->mtu = (struct number){ !reader->is_unset, mtu, reader->at };
}

static void interface_gateway(struct reader *reader, struct sos_interface *interface,
			      struct args *args)
{
	interface->gateway.family = 0;
	if (reader->is_unset)
		return;
	if (args_end(args) || inet_addr_parse(args_peek(args), &interface->gateway) != 0)
		sos_remark(reader, REMARK_INVALID, "the gateway is not an address");
	interface->gateway_at = reader->at;
}

static void interface_dhcp(struct reader *reader, struct sos_interface *interface,
			   struct args *args)
{
	if (!args_accept(args, "client")) {
		sos_ignore(reader, "interface … dhcp", "serves addresses to the LAN");
		return;
	}
	if (args_is(args, "enable") || args_end(args))
		interface->is_dynamic = !reader->is_unset;
}

static void interface_manage(struct reader *reader, struct sos_interface *interface,
			     struct args *args)
{
	static const struct {
		const char *word;
		unsigned int bits;
	} services[] = {
		{ "ping", MANAGE_PING },     { "ssh", MANAGE_SSH },
		{ "telnet", MANAGE_TELNET }, { "web", MANAGE_WEB },
		{ "ssl", MANAGE_SSL },	     { "snmp", MANAGE_SNMP },
	};
	unsigned int bits = 0;

	if (args_end(args))
		bits = ~0u;
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		if (args_is(args, services[i].word))
			bits = services[i].bits;
	}
	interface->manage_at = reader->at;
	if (reader->is_unset)
		interface->manage &= ~bits;
	else
		interface->manage |= bits;
}

/* mip OUTSIDE host INSIDE [netmask M] [vrouter VR]: both directions, one to one. */
static void interface_mip(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	struct inet_prefix outside, inside;
	unsigned int length = 32;
	struct nat_rule *rule;

	if (reader->is_unset || !sos_prefix_take(args, &outside) ||
	    !args_accept(args, "host") || !sos_prefix_take(args, &inside)) {
		if (!reader->is_unset)
			sos_remark(reader, REMARK_INVALID, "this MIP is not understood");
		return;
	}
	if (args_accept(args, "netmask") && !args_end(args) &&
	    inet_mask_length(args_take(args), &length) != 0)
		sos_remark(reader, REMARK_INVALID, "the netmask of the MIP has holes");
	if (outside.addr.family == AF_INET && inside.addr.family == AF_INET)
		outside.length = inside.length = length;
	rule = vec_push(reader->arena, &reader->site->nat);
	*rule = (struct nat_rule){ .kind = NAT_NETMAP, .to = inside, .at = reader->at };
	vec_add(reader->arena, &rule->dest,
		((struct prefix_value){ .prefix = outside, .at = reader->at }));
	if (interface->zone)
		rule->src_zone = interface->zone->name;
	/* "You can define a MIP on a tunnel interface": what goes through it, no more. */
	if (str_starts(interface->name, "tunnel."))
		rule->interface = interface->name;
}

/* vip ADDRESS PORT SERVICE INSIDE: one port of an address to a server. */
static void interface_vip(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	struct inet_prefix outside;
	struct inet_addr inside;
	const struct sos_service *service;
	struct nat_rule *rule;
	int64_t port;

	args_accept(args, "untrust");
	if (reader->is_unset || !sos_prefix_take(args, &outside) ||
	    (args_accept(args, "+"), args_end(args)) ||
	    str_to_number(args_take(args), 1, 65535, &port) != 0 || args_end(args)) {
		sos_ignore(reader, "interface … vip", "is a form that is not rehearsed");
		return;
	}
	service = sos_service_find(reader, args_take(args));
	if (args_end(args) || inet_addr_parse(args_take(args), &inside) != 0) {
		sos_remark(reader, REMARK_INVALID, "the VIP has no server address");
		return;
	}
	rule = vec_push(reader->arena, &reader->site->nat);
	*rule = (struct nat_rule){ .kind = NAT_DESTINATION,
				   .to = inet_prefix_host(&inside),
				   .at = reader->at };
	if (interface->zone)
		rule->src_zone = interface->zone->name;
	vec_add(reader->arena, &rule->dest,
		((struct prefix_value){ .prefix = outside, .at = reader->at }));
	vec_add(reader->arena, &rule->dest_ports,
		((struct port_range){ (uint16_t)port, (uint16_t)port }));
	if (service && service->entries.count && service->entries.items[0].dest.first)
		rule->to_port = service->entries.items[0].dest.first;
}

static void interface_dip(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	const char *id = args_take(args);
	struct sos_dip *dip;

	(void)interface;
	if (!id || reader->is_unset)
		return;
	dip = arena_alloc(reader->arena, sizeof(*dip));
	dip->id = id;
	dip->at = reader->at;
	if (args_end(args) || inet_addr_parse(args_peek(args), &dip->first) != 0)
		return; /* "interface-ip" and the like: the interface's own address */
	map_put(reader->arena, &reader->dip_map, NULL, id, dip);
}

static void interface_protocol(struct reader *reader, struct sos_interface *interface,
			       struct args *args)
{
	const char *name = args_take(args);

	if (name)
		interface->routing = reader->is_unset ? NULL : name;
	sos_ignore(reader, "interface … protocol",
		   "is dynamic routing, which is not rehearsed");
}

static void interface_proxy(struct reader *reader, struct sos_interface *interface,
			    struct args *args)
{
	(void)interface;
	if (args_accept(args, "dns"))
		reader->site->dns.is_served = !reader->is_unset;
}

static void interface_disable(struct reader *reader, struct sos_interface *interface,
			      struct args *args)
{
	if (args_is(args, "disable") || args_end(args) || args_is(args, "link-down"))
		interface->is_disabled = !reader->is_unset;
}

static void interface_tag(struct reader *reader, struct sos_interface *interface,
			  struct args *args)
{
	args_take(args);
	if (args_accept(args, "zone"))
		interface_zone(reader, interface, args);
}

/* What can follow `set interface NAME`. Other words are listed as ignored. */
static const struct {
	const char *word;
	void (*run)(struct reader *reader, struct sos_interface *interface,
		    struct args *args);
} interface_words[] = {
	{ "zone", interface_zone },	  { "ip", interface_ip },
	{ "nat", interface_nat },	  { "route", interface_route },
	{ "mtu", interface_mtu },	  { "gateway", interface_gateway },
	{ "dhcp", interface_dhcp },	  { "manage", interface_manage },
	{ "mip", interface_mip },	  { "vip", interface_vip },
	{ "dip", interface_dip },	  { "protocol", interface_protocol },
	{ "proxy", interface_proxy },	  { "phy", interface_disable },
	{ "disable", interface_disable }, { "tag", interface_tag },
};

static const char *const interface_quiet_words[] = {
	"admin",
	"arp",
	"backup",
	"bandwidth",
	"broadcast",
	"bypass",
	"bypass-others-ipsec",
	"bypass-non-ip",
	"bypass-non-ip-all",
	"bypass-ipv6-others-ipsec",
	"bypass-icmpv6-ndp",
	"bypass-icmpv6-mld",
	"bypass-icmpv6-mrd",
	"bypass-icmpv6-msp",
	"bypass-icmpv6-snd",
	"duplex-full",
	"auto-neg",
	"link-up",
	"ntp-server",
	"rip",
	"ospf",
	"multicast",
	"nsrp",
	"vsi",
	"pppoe",
	"clear-df",
	"dns",
	"description",
	"dot1x",
	"ext",
	"g-arp",
	"group",
	"hold-time",
	"ident-reset",
	"ike",
	"ipv6",
	"irdp",
	"loopback-group",
	"manage-ip",
	"mode",
	"monitor",
	"nhtb",
	"pbr",
	"ntp",
	"port",
	"ppp",
	"pmtu",
	"route-deny",
	"screen",
	"shutdown",
	"track-ip",
	"tunnel",
	"update-src",
	"web",
	"webauth",
	"webauth-ip",
	"wlan",
	"xlate",
	"secondary",
	"traffic",
	"adsl",
	"isdn",
	"modem",
	"protocol-tunnel",
	"sat",
	"dialer-options",
	"serial-options",
	"t1-options",
	"e1-options",
	"bundle",
	"allow",
	"blackhole",
	"vlan",
	"name",
	"policy",
	NULL,
};

static const char *interface_hint(const struct reader *reader, const char *word)
{
	const char *words[ARRAY_SIZE(interface_words) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(interface_words); i++)
		words[i] = interface_words[i].word;
	words[ARRAY_SIZE(interface_words)] = NULL;
	return site_hint(reader->site, word, words);
}

static bool interface_word_run(struct reader *reader, struct sos_interface *interface,
			       struct args *args)
{
	for (size_t i = 0; i < ARRAY_SIZE(interface_words); i++) {
		if (args_accept(args, interface_words[i].word)) {
			interface_words[i].run(reader, interface, args);
			return true;
		}
	}
	for (size_t i = 0; interface_quiet_words[i]; i++) {
		if (args_is(args, interface_quiet_words[i])) {
			sos_ignore(reader, "interface",
				   "has details that do not matter here");
			return true;
		}
	}
	return false;
}

/*
 * interface NAME WORD …; a zone and an address may stand on one line, as in
 * `set interface "ethernet0/0" zone "Untrust" ip 7.7.7.7/24`.
 */
void sos_interface_command(struct reader *reader, struct args *args)
{
	struct sos_interface *interface;
	const char *name;

	if (args_accept(args, "id"))
		args_take(args);
	name = args_take(args);
	if (!name) {
		sos_remark(reader, REMARK_INVALID, "'interface' without a name");
		return;
	}
	interface = sos_interface_get(reader, name);
	if (args_end(args))
		return;
	do {
		const char *word = args_peek(args);
		bool is_zone = args_is(args, "zone") || args_is(args, "tag");

		if (!interface_word_run(reader, interface, args)) {
			sos_remark(reader, REMARK_UNKNOWN,
				   "unknown interface setting '%s'%s", word,
				   interface_hint(reader, word));
			return;
		}
		if (!is_zone)
			return;
	} while (!args_end(args));
}

void sos_pppoe_command(struct reader *reader, struct args *args)
{
	while (!args_end(args)) {
		if (args_accept(args, "interface") && !args_end(args))
			sos_interface_get(reader, args_take(args))->is_dynamic =
				!reader->is_unset;
		else
			args_take(args);
	}
}

void sos_hostname_command(struct reader *reader, struct args *args)
{
	const char *name = args_take(args);

	if (name && !reader->is_unset)
		reader->site->hostname = name;
}

/* ------------------------------------------------------------ routes */

static void route_remove(struct reader *reader, const struct inet_prefix *destination)
{
	struct site *site = reader->site;
	size_t kept = 0;

	if (!sos_work(reader, site->routes.count))
		return;
	for (size_t i = 0; i < site->routes.count; i++) {
		if (!inet_prefix_equal(&site->routes.items[i].destination, destination))
			site->routes.items[kept++] = site->routes.items[i];
	}
	site->routes.count = kept;
}

/* route NET [interface IF] [gateway A] [vrouter VR] [metric N] [preference N] … */
void sos_route_command(struct reader *reader, struct args *args)
{
	struct site_route route = { .at = reader->at };
	struct site_route *added;

	if (args_is(args, "source") || args_is(args, "in-interface")) {
		sos_ignore(reader, "route source", "is source routing, not rehearsed");
		return;
	}
	if (!sos_prefix_take(args, &route.destination)) {
		sos_remark(reader, REMARK_INVALID, "'%s' is not a network",
			   args_end(args) ? "" : args_peek(args));
		return;
	}
	if (reader->is_unset) {
		route_remove(reader, &route.destination);
		return;
	}
	while (!args_end(args)) {
		if (args_accept(args, "interface") && !args_end(args)) {
			route.interface = sos_interface_name(reader, args_take(args));
			route.is_blackhole = str_equal_nocase(route.interface, "null");
		} else if (args_accept(args, "gateway") && !args_end(args)) {
			if (inet_addr_parse(args_take(args), &route.gateway) != 0)
				sos_remark(reader, REMARK_INVALID,
					   "the gateway of the route is not an address");
		} else if (args_accept(args, "vrouter")) {
			/* Only hands over to another table; we keep one. */
			return;
		} else {
			args_take(args);
		}
	}
	if (route.is_blackhole)
		route.interface = NULL;
	added = vec_push(reader->arena, &reader->site->routes);
	*added = route;
}

/* ------------------------------------------------------------ names */

/* server-select domain D [outgoing-interface IF] primary-server A …: split DNS */
static void dns_server_select(struct reader *reader, struct args *args)
{
	struct dns_forward forward = { .at = reader->at };
	const char *domain;

	if (!args_accept(args, "domain") || args_end(args))
		return;
	domain = args_take(args);
	if (!str_equal(domain, "*"))
		forward.domain = domain + strspn(domain, ".*");
	while (!args_end(args)) {
		if (args_accept(args, "primary-server") && !args_end(args))
			(void)inet_addr_parse(args_take(args), &forward.server);
		else if (args_accept(args, "outgoing-interface") && !args_end(args))
			forward.source_interface =
				sos_interface_name(reader, args_take(args));
		else
			args_take(args);
	}
	vec_add(reader->arena, &reader->site->dns.forwards, forward);
}

void sos_dns_command(struct reader *reader, struct args *args)
{
	if (reader->is_unset)
		return;
	if (args_accept(args, "server-select")) {
		dns_server_select(reader, args);
		return;
	}
	if (args_accept(args, "proxy")) {
		reader->site->dns.is_served = true;
		return;
	}
	sos_ignore(reader, "dns", "sets the device's own name servers");
}
