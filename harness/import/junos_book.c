// SPDX-License-Identifier: GPL-2.0-or-later
/* junos_book.c - Junos address books and applications */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_reader.h"
#include "model/aspect.h"

/* ------------------------------------------------------------ address books */

/* The books a zone looks into, in this order. */
struct junos_books {
	VEC(const struct junos_node *) list;
};

static struct junos_books *books_of(struct junos *junos, const char *zone)
{
	struct junos_books *books = map_get(&junos->books, NULL, zone);

	if (!books) {
		books = arena_alloc(junos->arena, sizeof(*books));
		map_put(junos->arena, &junos->books, NULL, zone, books);
	}
	return books;
}

void junos_books_build(struct junos *junos)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *books = junos_get(tree, junos->security, "address-book");

	junos_foreach (zone, junos_path(tree, junos->security, "zones security-zone")) {
		const struct junos_node *own = junos_get(tree, zone, "address-book");

		if (own)
			vec_add(junos->arena, &books_of(junos, zone->name)->list, own);
	}
	junos_foreach (book, books) {
		junos_foreach (zone, junos_path(tree, book, "attach zone"))
			vec_add(junos->arena, &books_of(junos, zone->name)->list, book);
	}
}

/* address or address-set of that name, as a zone sees it; ret_book: where it stood */
static const struct junos_node *address_find(struct junos *junos, const char *zone,
					     const char *kind, const char *name,
					     const struct junos_node **ret_book)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *global =
		junos_path(tree, junos->security, "address-book global");
	struct junos_books *books = zone ? books_of(junos, zone) : NULL;

	for (size_t i = 0; books && i < books->list.count; i++) {
		const struct junos_node *found = junos_get(
			tree, junos_get(tree, books->list.items[i], kind), name);

		*ret_book = books->list.items[i];
		if (found)
			return found;
	}
	*ret_book = global;
	return junos_get(tree, junos_get(tree, global, kind), name);
}

static void prefix_add(struct junos *junos, struct junos_side *side,
		       const struct inet_prefix *prefix, struct origin at)
{
	if (junos_is_expansion_left(junos, at))
		vec_add(junos->arena, &side->prefixes,
			((struct prefix_value){ .prefix = *prefix, .at = at }));
}

/* address N 10.0.0.0/8 | dns-name x | range-address A to B | wildcard-address … */
static void address_add(struct junos *junos, struct junos_side *side,
			const struct junos_node *address)
{
	struct inet_prefix prefix;

	junos_foreach (value, address) {
		const struct junos_node *net = value;

		if (str_equal(value->name, "ip-prefix"))
			net = junos_first(value);
		if (net && inet_prefix_parse(net->name, &prefix) == 0) {
			prefix_add(junos, side, &prefix, net->at);
			return;
		}
	}
	/* A name, a range, a wildcard: whoever uses it is for more than is read. */
	site_unrehearsed(junos->site, NULL, ASPECT_SELECTORS | ASPECT_WAY | ASPECT_NAT,
			 address->at,
			 arena_printf(junos->arena, "address %.60s, which is no network",
				      address->name));
}

static void set_add(struct junos *junos, struct junos_side *side,
		    const struct junos_node *book, const struct junos_node *set,
		    unsigned int depth)
{
	const struct junos_tree *tree = &junos->tree;

	side->has_set = true;
	junos_foreach (member, junos_get(tree, set, "address")) {
		const struct junos_node *address =
			junos_get(tree, junos_get(tree, book, "address"), member->name);

		if (address)
			address_add(junos, side, address);
		else
			site_remark(junos->site, REMARK_INVALID, member->at,
				    "address-set '%s': there is no address '%s'%s",
				    set->name, member->name,
				    junos_hint_child(tree, member->name,
						     junos_get(tree, book, "address")));
	}
	junos_foreach (member, junos_get(tree, set, "address-set")) {
		const struct junos_node *inner = junos_get(
			tree, junos_get(tree, book, "address-set"), member->name);

		if (inner && depth < JUNOS_SET_DEPTH &&
		    junos_is_expansion_left(junos, member->at))
			set_add(junos, side, book, inner, depth + 1);
		else
			site_remark(junos->site, REMARK_INVALID, member->at,
				    "address-set '%s': '%s' is not there or nested too "
				    "deeply",
				    set->name, member->name);
	}
}

static const char *address_hint(struct junos *junos, const char *zone, const char *name)
{
	struct junos_books *books = zone ? books_of(junos, zone) : NULL;
	const struct junos_node *book =
		books && books->list.count ? books->list.items[0]
					   : junos_path(&junos->tree, junos->security,
							"address-book global");

	return junos_hint_child(&junos->tree, name,
				junos_get(&junos->tree, book, "address"));
}

void junos_side_add(struct junos *junos, struct junos_side *side, const char *zone,
		    const struct junos_node *name, const char *what)
{
	const struct junos_node *book, *found;

	vec_add(junos->arena, &side->names, junos_text(name));
	if (str_equal(name->name, "any") || str_equal(name->name, "any-ipv4") ||
	    str_equal(name->name, "any-ipv6")) {
		side->is_any = true;
		return;
	}
	found = address_find(junos, zone, "address", name->name, &book);
	if (found) {
		address_add(junos, side, found);
		return;
	}
	found = address_find(junos, zone, "address-set", name->name, &book);
	if (found) {
		set_add(junos, side, book, found, 0);
		return;
	}
	side->is_wrong = true;
	/* No device takes such a file; an excerpt may lack the address. */
	site_unrehearsed(junos->site, NULL, ASPECT_WAY | ASPECT_NAT, name->at,
			 arena_printf(junos->arena,
				      "address %.60s, which no line defines",
				      name->name));
	site_remark(junos->site, REMARK_INVALID, name->at,
		    "%s: there is no address '%s' in the address book of zone '%s'%s",
		    what, name->name, zone ? zone : "global",
		    address_hint(junos, zone, name->name));
}

/* ------------------------------------------------------------ applications */

#define ANY_PORT         \
	{                \
		0, 65535 \
	}

/* Applications that every device has (junos-defaults), as far as they are common. */
static const struct {
	const char *name;
	struct junos_app app;
} predefined[] = {
	{ "any", { "all", ANY_PORT, ANY_PORT } },
	{ "junos-tcp-any", { "tcp", ANY_PORT, ANY_PORT } },
	{ "junos-udp-any", { "udp", ANY_PORT, ANY_PORT } },
	{ "junos-icmp-all", { "icmp", ANY_PORT, ANY_PORT } },
	{ "junos-icmp-ping", { "icmp", ANY_PORT, ANY_PORT } },
	{ "junos-ping", { "icmp", ANY_PORT, ANY_PORT } },
	{ "junos-gre", { "47", ANY_PORT, ANY_PORT } },
	{ "junos-ospf", { "89", ANY_PORT, ANY_PORT } },
	{ "junos-bgp", { "tcp", ANY_PORT, { 179, 179 } } },
	{ "junos-dhcp-client", { "udp", ANY_PORT, { 68, 68 } } },
	{ "junos-dhcp-server", { "udp", ANY_PORT, { 67, 67 } } },
	{ "junos-dns-tcp", { "tcp", ANY_PORT, { 53, 53 } } },
	{ "junos-dns-udp", { "udp", ANY_PORT, { 53, 53 } } },
	{ "junos-finger", { "tcp", ANY_PORT, { 79, 79 } } },
	{ "junos-ftp", { "tcp", ANY_PORT, { 21, 21 } } },
	{ "junos-http", { "tcp", ANY_PORT, { 80, 80 } } },
	{ "junos-http-ext", { "tcp", ANY_PORT, { 8000, 8080 } } },
	{ "junos-https", { "tcp", ANY_PORT, { 443, 443 } } },
	{ "junos-ike", { "udp", ANY_PORT, { 500, 500 } } },
	{ "junos-ike-nat", { "udp", ANY_PORT, { 4500, 4500 } } },
	{ "junos-imap", { "tcp", ANY_PORT, { 143, 143 } } },
	{ "junos-imaps", { "tcp", ANY_PORT, { 993, 993 } } },
	{ "junos-ldap", { "tcp", ANY_PORT, { 389, 389 } } },
	{ "junos-mail", { "tcp", ANY_PORT, { 25, 25 } } },
	{ "junos-ms-rpc-tcp", { "tcp", ANY_PORT, { 135, 135 } } },
	{ "junos-ms-rpc-udp", { "udp", ANY_PORT, { 135, 135 } } },
	{ "junos-ms-sql", { "tcp", ANY_PORT, { 1433, 1433 } } },
	{ "junos-nbname", { "udp", ANY_PORT, { 137, 137 } } },
	{ "junos-nbds", { "udp", ANY_PORT, { 138, 138 } } },
	{ "junos-netbios-session", { "tcp", ANY_PORT, { 139, 139 } } },
	{ "junos-ntp", { "udp", ANY_PORT, { 123, 123 } } },
	{ "junos-pop3", { "tcp", ANY_PORT, { 110, 110 } } },
	{ "junos-pptp", { "tcp", ANY_PORT, { 1723, 1723 } } },
	{ "junos-radius", { "udp", ANY_PORT, { 1812, 1812 } } },
	{ "junos-rtsp", { "tcp", ANY_PORT, { 554, 554 } } },
	{ "junos-sip", { "udp", ANY_PORT, { 5060, 5060 } } },
	{ "junos-smb", { "tcp", ANY_PORT, { 139, 445 } } },
	{ "junos-smb-session", { "tcp", ANY_PORT, { 445, 445 } } },
	{ "junos-smtp", { "tcp", ANY_PORT, { 25, 25 } } },
	{ "junos-snmp-agentx", { "tcp", ANY_PORT, { 705, 705 } } },
	{ "junos-ssh", { "tcp", ANY_PORT, { 22, 22 } } },
	{ "junos-syslog", { "udp", ANY_PORT, { 514, 514 } } },
	{ "junos-telnet", { "tcp", ANY_PORT, { 23, 23 } } },
	{ "junos-tftp", { "udp", ANY_PORT, { 69, 69 } } },
	{ "junos-vnc", { "tcp", ANY_PORT, { 5900, 5900 } } },
	{ "junos-whois", { "tcp", ANY_PORT, { 43, 43 } } },
	{ "junos-x-windows", { "tcp", ANY_PORT, { 6000, 6063 } } },
};

/* "80" or "8000-8080"; names of ports are not known */
static bool ports_parse(const char *word, struct port_range *ret_range)
{
	char first[16];
	const char *dash = strchr(word, '-');
	size_t length = dash ? (size_t)(dash - word) : strlen(word);
	int64_t from, to;

	if (length >= sizeof(first))
		return false;
	memcpy(first, word, length);
	first[length] = '\0';
	if (str_to_number(first, 0, 65535, &from) != 0)
		return false;
	to = from;
	if (dash && str_to_number(dash + 1, 0, 65535, &to) != 0)
		return false;
	*ret_range = (struct port_range){ (uint16_t)from, (uint16_t)to };
	return from <= to;
}

static void ports_read(struct junos *junos, const struct junos_node *node,
		       const char *keyword, struct port_range *ret_range)
{
	const struct junos_node *value = junos_value(&junos->tree, node, keyword);

	*ret_range = (struct port_range){ 0, 65535 };
	if (value && !ports_parse(value->name, ret_range))
		site_remark(junos->site, REMARK_IGNORED, value->at,
			    "%s '%s' is not a number and is read as any", keyword,
			    value->name);
}

/* protocol tcp; destination-port 80; also below `term T` */
static void app_read(struct junos *junos, struct junos_apps *apps,
		     const struct junos_node *node)
{
	const struct junos_node *protocol = junos_value(&junos->tree, node, "protocol");
	struct junos_app app = { .protocol = "all" };

	if (protocol)
		app.protocol = protocol->name;
	apps->is_any |= str_equal(app.protocol, "all");
	ports_read(junos, node, "source-port", &app.src);
	ports_read(junos, node, "destination-port", &app.dest);
	if (junos_is_expansion_left(junos, node->at))
		vec_add(junos->arena, &apps->list, app);
}

static bool predefined_add(struct junos *junos, struct junos_apps *apps, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(predefined); i++) {
		if (!str_equal(predefined[i].name, name))
			continue;
		apps->is_any |= str_equal(predefined[i].app.protocol, "all");
		vec_add(junos->arena, &apps->list, predefined[i].app);
		return true;
	}
	return false;
}

static void app_name_add(struct junos *junos, struct junos_apps *apps,
			 const struct junos_node *name, const char *what,
			 unsigned int depth)
{
	const struct junos_tree *tree = &junos->tree;
	const struct junos_node *all = junos_get(tree, tree->root, "applications");
	const struct junos_node *app =
		junos_get(tree, junos_get(tree, all, "application"), name->name);
	const struct junos_node *set =
		junos_get(tree, junos_get(tree, all, "application-set"), name->name);

	if (app && junos_get(tree, app, "term")) {
		junos_foreach (term, junos_get(tree, app, "term"))
			app_read(junos, apps, term);
	} else if (app) {
		app_read(junos, apps, app);
	} else if (set && depth < JUNOS_SET_DEPTH) {
		junos_foreach (member, junos_get(tree, set, "application")) {
			if (junos_is_expansion_left(junos, member->at))
				app_name_add(junos, apps, member, what, depth + 1);
		}
		junos_foreach (member, junos_get(tree, set, "application-set")) {
			if (junos_is_expansion_left(junos, member->at))
				app_name_add(junos, apps, member, what, depth + 1);
		}
	} else if (predefined_add(junos, apps, name->name)) {
		return;
	} else if (str_starts(name->name, "junos-")) {
		site_unrehearsed(
			junos->site, NULL, ASPECT_WAY, name->at,
			arena_printf(junos->arena, "application %.60s", name->name));
	} else {
		apps->is_wrong = true;
		site_remark(junos->site, REMARK_INVALID, name->at,
			    "%s: there is no application '%s'%s", what, name->name,
			    junos_hint_child(tree, name->name,
					     junos_get(tree, all, "application")));
	}
}

void junos_apps_add(struct junos *junos, struct junos_apps *apps,
		    const struct junos_node *name, const char *what)
{
	app_name_add(junos, apps, name, what, 0);
}
