// SPDX-License-Identifier: GPL-2.0-or-later
/* draft.c - a scenario for two devices whose files are all that is known */
#include "scenario/draft.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "model/pair.h"

#define INVENTED     "  # invented"
#define NETWORKS_MAX 4	 /* hosts at a site */
#define HOST_NUMBER  100 /* in its network, when that is large enough */
#define WAN_LENGTH   24

/* One host of a site, in a network that the tunnel carries. */
struct draft_host {
	char name[24];
	struct inet_prefix network;
	struct inet_addr addr;
};

struct draft_end {
	const struct draft_site *draft;
	struct draft_host hosts[NETWORKS_MAX];
	size_t host_count;
	struct inet_prefix wan; /* family 0: the file says it */
	const char *wan_source; /* why it is that one; NULL: invented */
	struct inet_prefix lan; /* family 0: the file says it */
	const char *dns_name;
	const struct dns_forward *asked; /* the other end forwards a domain to here */
};

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

void scenario_draft_name(const char *word, char ret_name[17])
{
	size_t length = 0;

	for (; *word && length < 16; word++)
		if (is_letter(*word) && (length || *word != '-'))
			ret_name[length++] = *word;
	ret_name[length] = '\0';
	if (!length || str_equal(ret_name, "internet") || str_equal(ret_name, "nobody"))
		(void)snprintf(ret_name, 17, "site");
}

static bool is_hostname(const char *name)
{
	if (!name || !*name || strlen(name) > 253)
		return false;
	for (; *name; name++)
		if (!is_letter(*name) && *name != '.')
			return false;
	return true;
}

/* ------------------------------------------------------------ hosts */

static bool is_taken(const struct draft_end *end, const struct inet_addr *addr)
{
	for (size_t i = 0; i < end->host_count; i++)
		if (inet_addr_equal(&end->hosts[i].addr, addr))
			return true;
	return site_has_address(end->draft->site, addr) ||
	       inet_addr_equal(&end->lan.addr, addr) ||
	       (end->asked && inet_addr_equal(&end->asked->server, addr));
}

/* A free address of the network; false when it has none to give. */
static bool pick_address(const struct draft_end *end, const struct inet_prefix *network,
			 struct inet_addr *ret_addr)
{
	unsigned int bits = network->addr.family == AF_INET6 ? 128 : 32;
	unsigned int left = bits - network->length;
	uint32_t size = left >= 16 ? 65536 : 1u << left;
	uint32_t n = size > HOST_NUMBER + 1 ? HOST_NUMBER : size / 2;

	for (uint32_t tries = 0; tries < size && tries < 300; tries++, n++) {
		if (n + 1 >= size && left > 1)
			n = 1; /* neither the broadcast nor the network address */
		*ret_addr = inet_prefix_nth(network, n);
		if (inet_prefix_has(network, ret_addr) && !is_taken(end, ret_addr))
			return true;
	}
	return false;
}

static bool is_inside(const struct draft_end *end, const struct inet_prefix *network)
{
	const struct site_interface *wan = site_wan(end->draft->site);
	struct inet_addr addr = inet_prefix_nth(network, 1);
	const struct site_interface *interface =
		site_interface_for(end->draft->site, &addr);

	return interface && interface != wan;
}

/* The file does not say the LAN (a FritzBox's vpn.cfg): the router gets its first. */
static bool invent_lan(struct draft_end *end, const struct inet_prefix *network)
{
	if (end->lan.addr.family || network->length > 30)
		return false;
	end->lan = *network;
	end->lan.addr = inet_prefix_nth(network, 1);
	return true;
}

static void add_host(struct draft_end *end, const struct inet_prefix *network)
{
	struct draft_host *host = &end->hosts[end->host_count];

	if (end->host_count == NETWORKS_MAX || network->addr.family != AF_INET)
		return;
	for (size_t i = 0; i < end->host_count; i++)
		if (inet_prefix_equal(&end->hosts[i].network, network))
			return;
	if ((!is_inside(end, network) && !invent_lan(end, network)) ||
	    !pick_address(end, network, &host->addr))
		return;
	host->network = *network;
	if (end->host_count)
		(void)snprintf(host->name, sizeof(host->name), "%s-pc%zu",
			       end->draft->name, end->host_count + 1);
	else
		(void)snprintf(host->name, sizeof(host->name), "%s-pc", end->draft->name);
	end->host_count++;
}

/* What a tunnel carries of this side; everything: the networks of its interfaces. */
static void add_network(struct draft_end *end, const struct inet_prefix *local)
{
	const struct site *site = end->draft->site;
	const struct site_interface *wan = site_wan(site);
	struct inet_prefix network = inet_prefix_network(local);

	if (network.length) {
		add_host(end, &network);
		return;
	}
	vec_foreach (interface, &site->interfaces) {
		if (interface == wan || interface->is_tunnel || interface->is_disabled ||
		    str_equal(interface->device, "lo"))
			continue;
		vec_foreach (address, &interface->addresses) {
			network = inet_prefix_network(&address->prefix);
			add_host(end, &network);
		}
	}
}

static void find_hosts(struct draft_end *end)
{
	vec_foreach (tunnel, &end->draft->site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!tunnel->is_disabled && selector->local.addr.family)
					add_network(end, &selector->local);
}

/* ------------------------------------------------------------ addresses */

/* Not of the documentation's networks: dnsmasq takes those for private ones. */
static const char *const invented_wans[2] = { "84.112.3.56/24", "91.64.7.112/24" };

/* How the other end's file calls this one. */
static const struct endpoint *called(const struct draft_end *other,
				     enum endpoint_kind kind)
{
	vec_foreach (tunnel, &other->draft->site->tunnels)
		vec_foreach (remote, &tunnel->remotes)
			if (!tunnel->is_disabled && remote->kind == kind)
				return remote;
	return NULL;
}

static void find_wan(struct draft_end *end, const struct draft_end *other,
		     unsigned int index)
{
	const struct site_interface *wan = site_wan(end->draft->site);
	const struct endpoint *address = called(other, ENDPOINT_ADDRESS);
	const struct endpoint *name = called(other, ENDPOINT_NAME);

	if (name && is_hostname(name->name))
		end->dns_name = name->name;
	if (wan && wan->source == ADDRESS_STATIC && wan->addresses.count)
		return;
	if (address && address->addr.family == AF_INET) {
		end->wan = (struct inet_prefix){ address->addr, WAN_LENGTH };
		end->wan_source = "as the other file says";
		return;
	}
	(void)inet_prefix_parse(invented_wans[index], &end->wan);
}

/* A domain that the other end's router asks a server of this side for. */
static void find_asked(struct draft_end *end, const struct draft_end *other)
{
	vec_foreach (forward, &other->draft->site->dns.forwards) {
		struct inet_prefix network = inet_prefix_host(&forward->server);

		if (forward->server.family == AF_INET && is_hostname(forward->domain) &&
		    is_inside(end, &network) &&
		    !site_has_address(end->draft->site, &forward->server)) {
			end->asked = forward;
			return;
		}
	}
}

/* ------------------------------------------------------------ text */

/* Whose scripts read the files; assumed when others would, too. */
static void say_firmware(const struct site *site, struct buf *out)
{
	if (!device_of(site->kind)->releases || !site->tunnels.count ||
	    site->tunnels.items[0].own_file != OWN_FILE_NONE)
		return;
	buf_printf(out, "    firmware: \"%s\"",
		   site->reading == READING_DOCUMENTED ? "documented" : site->firmware);
	vec_foreach (name, &site->also_fits)
		buf_printf(out, "%s%s",
			   name == site->also_fits.items ? "  # assumed; the files fit "
							 : ", ",
			   *name);
	buf_puts(out, site->also_fits.count ? ", too\n" : "\n");
}

static void say_site(const struct draft_end *end, struct buf *out)
{
	buf_printf(out, "  %s:\n    device: %s\n    files: %s\n", end->draft->name,
		   device_of(end->draft->site->kind)->name, end->draft->files);
	say_firmware(end->draft->site, out);
	if (end->wan.addr.family)
		buf_printf(out, "    wan: %s%s%s\n", inet_prefix_text(&end->wan).s,
			   end->wan_source ? "  # " : INVENTED,
			   end->wan_source ? end->wan_source : "");
	if (end->dns_name)
		buf_printf(out, "    dns name: %s\n", end->dns_name);
	if (end->lan.addr.family)
		buf_printf(out, "    lan: %s" INVENTED "\n",
			   inet_prefix_text(&end->lan).s);
	if (end->draft->psk)
		buf_printf(out, "    psk: %s" INVENTED "\n", end->draft->psk);
	if (!end->host_count && !end->asked)
		return;
	buf_puts(out, "    hosts:\n");
	for (size_t i = 0; i < end->host_count; i++)
		buf_printf(out, "      %s: { address: %s, invented: yes }" INVENTED "\n",
			   end->hosts[i].name, inet_addr_text(&end->hosts[i].addr).s);
	if (!end->asked)
		return;
	buf_printf(out, "      %s-dns:\n        address: %s\n", end->draft->name,
		   inet_addr_text(&end->asked->server).s);
	buf_printf(out, "        names: { host.%s: %s }" INVENTED "\n",
		   end->asked->domain,
		   inet_addr_text(end->host_count ? &end->hosts[0].addr
						  : &end->asked->server)
			   .s);
}

/* A host on the Internet that is in nobody's network. */
static void say_internet(const struct draft_end ends[2], struct buf *out)
{
	static const char *const candidates[] = { "192.0.2.80", "198.51.100.80",
						  "203.0.113.80", "45.33.32.80" };

	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		struct inet_addr addr;
		bool is_used = inet_addr_parse(candidates[i], &addr) != 0;

		for (size_t end = 0; end < 2; end++)
			is_used |= inet_prefix_has(&ends[end].wan, &addr) ||
				   site_interface_for(ends[end].draft->site, &addr);
		if (is_used)
			continue;
		buf_printf(out, "\ninternet:\n  hosts: { public: %s }" INVENTED "\n",
			   candidates[i]);
		return;
	}
}

/* Is there a tunnel that carries packets from one host to the other? */
static bool is_carried(const struct site *site, const struct draft_host *from,
		       const struct draft_host *to)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				if (!tunnel->is_disabled &&
				    inet_prefix_has(&selector->local, &from->addr) &&
				    inet_prefix_has(&selector->remote, &to->addr))
					return true;
	return false;
}

/* Whether the other side may open connections too is a question of its policy: F66. */
static void say_reach(const struct draft_end *own, const struct draft_end *other,
		      bool is_comment, struct buf *out)
{
	const char *lead = is_comment ? "  # " : "  ";
	bool is_any = false;

	for (size_t i = 0; i < own->host_count; i++)
		for (size_t j = 0; j < other->host_count; j++) {
			if (!is_carried(own->draft->site, &own->hosts[i],
					&other->hosts[j]))
				continue;
			if (is_comment && !is_any)
				buf_puts(out,
					 "  # From the other side too? Take away the "
					 "signs where that shall work:\n");
			is_any = true;
			buf_printf(out,
				   "%s- reach: %s -> %s\n%s  through: tunnel\n"
				   "%s  seen as: %s\n",
				   lead, own->hosts[i].name, other->hosts[j].name, lead,
				   lead, inet_addr_text(&own->hosts[i].addr).s);
		}
}

static void say_name(const struct draft_end *asking, const struct draft_end *asked,
		     struct buf *out)
{
	if (!asked->asked || !asking->host_count)
		return;
	buf_printf(out,
		   "  - name: host.%s" INVENTED "\n    asked by: %s\n    answer: %s\n"
		   "    from: %s-dns\n    through: tunnel\n",
		   asked->asked->domain, asking->hosts[0].name,
		   inet_addr_text(asked->host_count ? &asked->hosts[0].addr
						    : &asked->asked->server)
			   .s,
		   asked->draft->name);
}

static bool knows_its_peer(const struct site *site)
{
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (remote, &tunnel->remotes)
			if (!tunnel->is_disabled && remote->kind != ENDPOINT_ANY)
				return true;
	return false;
}

/* These let their LAN out in clear while there is no tunnel (failures.md F70). */
static bool is_open_while_down(const struct draft_site *draft)
{
	return draft->leaks_while_down || draft->site->firewall == FIREWALL_OPEN ||
	       draft->site->firewall == FIREWALL_ACCESS_LIST;
}

void scenario_draft(const struct draft_site sites[2], struct buf *out)
{
	struct draft_end ends[2] = { { .draft = &sites[0] }, { .draft = &sites[1] } };
	unsigned int starter =
		!knows_its_peer(sites[0].site) && knows_its_peer(sites[1].site);

	for (unsigned int i = 0; i < 2; i++) {
		find_wan(&ends[i], &ends[!i], i);
		find_asked(&ends[i], &ends[!i]);
		find_hosts(&ends[i]);
	}
	buf_printf(out,
		   "# %s (%s) and %s (%s), made by twinsite new from their files.\n#\n",
		   sites[0].name, device_of(sites[0].site->kind)->name, sites[1].name,
		   device_of(sites[1].site->kind)->name);
	buf_puts(out,
		 "# What neither file says is marked: replace it by what you have.\n\n"
		 "sites:\n");
	for (unsigned int i = 0; i < 2; i++)
		say_site(&ends[i], out);
	say_internet(ends, out);
	buf_puts(out, "\nexpect:\n  - tunnel: up\n");
	for (unsigned int i = 0; i < 2; i++)
		say_reach(&ends[i], &ends[!i], i != starter, out);
	for (unsigned int i = 0; i < 2; i++)
		say_name(&ends[i], &ends[!i], out);
	buf_printf(out, "  - leak: %s\n  - teardown: clean\n",
		   is_open_while_down(&sites[0]) || is_open_while_down(&sites[1])
			   ? "while down"
			   : "none");
}
