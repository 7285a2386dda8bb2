// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_service.c - firewalls, DNS and files of the nodes of a plan */
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "device/scripts.h"
#include "lab/dnsmasq.h"
#include "lab/fw3.h"
#include "lab/planner.h"
#include "lab/policy.h"
#include "lab/ruleset.h"
#include "lab/silence.h"
#include "lab/user_rules.h"
#include "model/updown.h"

static void file_add(struct planner *planner, unsigned int node, const char *path,
		     const char *text)
{
	vec_add(planner->plan->arena, &planner->plan->nodes.items[node].files,
		((struct plan_file){ .path = path, .text = text }));
}

static void firewall_generate(struct ruleset *set, const struct site *site,
			      const struct ports *ports)
{
	switch (site->firewall) {
	case FIREWALL_FW3:
	case FIREWALL_FW4:
		fw3_generate(set, site, ports);
		return;
	case FIREWALL_POLICY:
		policy_generate(set, site, ports);
		return;
	case FIREWALL_ACCESS_LIST:
		access_list_generate(set, site, ports);
		return;
	case FIREWALL_OPEN:
		return;
	}
}

/* How many lines from `first` on are of the same file? */
static size_t lines_of_file(const struct site *site, size_t first)
{
	const struct firewall_line *lines = site->firewall_user.items;
	size_t end = first;

	while (end < site->firewall_user.count &&
	       str_equal(lines[end].at.file, lines[first].at.file))
		end++;
	return end - first;
}

/* Lines that need a shell; for libipsec the plain ones among them are translated. */
static const char *script_text(struct planner *planner, unsigned int site,
			       const struct firewall_line *line)
{
	const struct ports *ports = &planner->ports[site];

	const struct device_scripts *scripts =
		device_of(planner->scenario->sites.items[site].kind)->scripts;
	struct arena *arena = planner->plan->arena;
	const char *text = line->text;

	if (planner->plane == ESP_LIBIPSEC)
		text = user_rule_translate(arena, text, ports->wan->device,
					   &ports->wan_address.addr);
	return scripts ? scripts->firewall(arena, text) : text;
}

/*
 * The device runs its scripts one after the other, each in a shell of its own. As soon
 * as one needs a shell, so do all behind it: their rules come later than its.
 */
static void scripts_add(struct planner *planner, unsigned int site, struct ruleset *set)
{
	struct arena *arena = planner->plan->arena;
	const struct site *of = planner->scenario->sites.items[site].site;
	struct plan_node *node = &planner->plan->nodes.items[planner->gateways[site]];
	bool are_rules = true;
	size_t count;

	for (size_t i = 0; i < of->firewall_user.count; i += count) {
		const struct firewall_line *lines = &of->firewall_user.items[i];
		struct plan_script *script = vec_push(arena, &node->scripts);

		count = lines_of_file(of, i);
		are_rules = are_rules && user_rules_add(set, of->firewall == FIREWALL_FW4,
							lines, count);
		script->file = lines->at.file;
		script->is_rules = are_rules;
		for (size_t j = 0; j < count; j++)
			vec_add(arena, &script->lines,
				((struct text){ script_text(planner, site, &lines[j]),
						lines[j].at }));
	}
}

static void gateway_firewall(struct planner *planner, unsigned int site)
{
	struct plan *plan = planner->plan;
	const struct ports *ports = &planner->ports[site];
	const struct site *of = planner->scenario->sites.items[site].site;
	struct ruleset *set = ruleset_new(plan->arena);

	firewall_generate(set, of, ports);
	scripts_add(planner, site, set);
	silence_generate(set, of);
	if (planner->plane == ESP_LIBIPSEC)
		ruleset_translate_libipsec(set, ports->wan->device,
					   &ports->wan_address.addr);
	if (set->count || set->notes.count)
		plan->nodes.items[planner->gateways[site]].iptables = ruleset_text(set);
}

/* A provider's NAT: translates everything, passes IKE on to the site behind it. */
static void nat_firewall(struct planner *planner, unsigned int node, unsigned int site)
{
	static const char *const ports[] = { "500", "4500" };
	struct arena *arena = planner->plan->arena;
	struct ruleset *set = ruleset_new(arena);
	const char *inside = inet_addr_text(&planner->ports[site].wan_address.addr).s;

	inside = arena_strdup(arena, inside);
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		ruleset_add(set, TABLE_NAT, "PREROUTING",
			    arena_printf(arena, "-i outside -p udp -m udp --dport %s",
					 ports[i]),
			    arena_printf(arena, "DNAT --to-destination %s", inside),
			    "IKE to the site");
	ruleset_add(set, TABLE_NAT, "POSTROUTING", "-o outside", "MASQUERADE",
		    "the provider's NAT");
	ruleset_add(set, TABLE_FILTER, "FORWARD",
		    "-m conntrack --ctstate RELATED,ESTABLISHED", "ACCEPT", "sessions");
	ruleset_add(set, TABLE_FILTER, "FORWARD",
		    "-i outside -m conntrack --ctstate DNAT", "ACCEPT",
		    "IKE to the site");
	ruleset_add(set, TABLE_FILTER, "FORWARD", "-i inside", "ACCEPT", "outwards");
	ruleset_chain_add(set, TABLE_FILTER, "FORWARD", "DROP");
	planner->plan->nodes.items[node].iptables = ruleset_text(set);
}

/* ------------------------------------------------------------ DNS */

/* Does anybody in this scenario ask for a name that only the Internet could know? */
static bool needs_provider_dns(const struct scenario *scenario)
{
	vec_foreach (expectation, &scenario->expectations) {
		if (expectation->kind == EXPECT_NAME)
			return true;
	}
	vec_foreach (host, &scenario->internet) {
		if (host->names.count)
			return true;
	}
	vec_foreach (site, &scenario->sites) {
		if (site->dns_name)
			return true;
		vec_foreach (tunnel, &site->site->tunnels) {
			vec_foreach (remote, &tunnel->remotes) {
				if (remote->kind == ENDPOINT_NAME)
					return true;
			}
		}
	}
	return false;
}

static void provider_dns(struct planner *planner)
{
	struct arena *arena = planner->plan->arena;
	const struct scenario *scenario = planner->scenario;
	struct dnsmasq_names names = { 0 };

	if (!needs_provider_dns(scenario))
		return;
	for (unsigned int i = 0; i < PLAN_SITES; i++) {
		const struct scenario_site *site = &scenario->sites.items[i];
		struct plan_name name = { .name = site->dns_name };

		if (!site->is_dns_late)
			name.addr = planner->outside[i].addr;
		if (site->dns_name)
			vec_add(arena,
				&planner->plan->nodes.items[planner->internet].names,
				name);
	}
	vec_foreach (host, &scenario->internet) {
		vec_foreach (record, &host->names)
			vec_add(arena, &names.list,
				((struct dnsmasq_name){ record->name, record->addr }));
	}
	planner->plan->nodes.items[planner->internet].dnsmasq =
		dnsmasq_provider_conf(arena, &names);
}

static void resolver_file(struct planner *planner, unsigned int node,
			  const struct inet_addr *server)
{
	struct arena *arena = planner->plan->arena;
	const struct dhcp_network *dhcp = planner->plan->nodes.items[node].dhcp;
	_cleanup_buf_ struct buf search = { 0 };

	for (size_t i = 0; dhcp && i < dhcp->domains.count; i++)
		buf_printf(&search, "%s %s", i ? "" : "search", dhcp->domains.items[i].s);
	file_add(planner, node, "/etc/resolv.conf",
		 server->family ? arena_printf(arena,
					       "nameserver %s\n%s%soptions timeout:1 "
					       "attempts:2\n",
					       inet_addr_text(server).s,
					       search.length ? buf_text(&search) : "",
					       search.length ? "\n" : "")
				: "# no DNS server\n");
	if (planner->plan->nodes.items[node].role != NODE_GATEWAY)
		return;
	/* charon resolves its peer's name by libc: not with the machine's own files. */
	file_add(planner, node, "/etc/hosts",
		 arena_printf(arena, "127.0.0.1 localhost\n127.0.1.1 %s\n",
			      planner->plan->nodes.items[node].name));
	file_add(planner, node, "/etc/nsswitch.conf",
		 "passwd: files\ngroup: files\nhosts: files dns\n");
}

static struct inet_addr own_resolver(void)
{
	struct inet_addr addr;

	(void)inet_addr_parse("127.0.0.1", &addr);
	return addr;
}

/* The DNS server that a site's host would be told by DHCP. */
static struct inet_addr host_resolver(const struct planner *planner, unsigned int node)
{
	const struct plan_node *host = &planner->plan->nodes.items[node];
	const struct scenario_site *site;
	const struct port *port;

	if (host->host && host->host->names.count)
		return own_resolver();
	if (host->site < 0)
		return planner_provider_dns(planner, node);
	site = &planner->scenario->sites.items[host->site];
	port = port_for(&planner->ports[host->site],
			&host->addresses.items[0].prefix.addr);
	if (site->site->dns.is_served && port) {
		vec_foreach (address, &port->addresses) {
			if (inet_prefix_has(&address->prefix,
					    &host->addresses.items[0].prefix.addr))
				return address->prefix.addr;
		}
	}
	vec_foreach (other, &site->hosts) {
		if (other->names.count)
			return other->addr;
	}
	return planner_provider_dns(planner, planner->gateways[host->site]);
}

/* What the DHCP of its site's router tells that host; NULL: no file says. */
static const struct dhcp_network *host_dhcp(const struct planner *planner,
					    unsigned int node)
{
	const struct plan_node *host = &planner->plan->nodes.items[node];
	const struct site *site;
	const struct port *port;

	if (host->site < 0 || !host->host || host->host->names.count)
		return NULL;
	site = planner->scenario->sites.items[host->site].site;
	port = port_for(&planner->ports[host->site],
			&host->addresses.items[0].prefix.addr);
	if (!port || !site->dns.is_served)
		return NULL;
	vec_foreach (interface, &port->interfaces)
		vec_foreach (network, &site->dns.dhcp)
			if (str_equal((*interface)->name, network->interface))
				return network;
	return NULL;
}

/* The scripts that its charon runs. */
static void updown_files(struct planner *planner, unsigned int node,
			 const struct site *site)
{
	struct plan_node *gateway = &planner->plan->nodes.items[node];

	vec_foreach (script, &site->updowns)
		vec_add(planner->plan->arena, &gateway->files,
			((struct plan_file){
				.path = script->path,
				.text = script->text,
				.is_program = !script->is_not_executable,
			}));
	if (site->updowns.count)
		file_add(planner, node, UPDOWN_TRAP_FILE, UPDOWN_TRAP_TEXT);
	gateway->has_vti |= site_has_vti_script(site);
}

/* The script at the end of the boot, where it does anything. */
static const char *last_of(struct arena *arena, const struct scenario_site *of,
			   const char *name)
{
	vec_foreach (source, &of->sources)
		if (name && str_equal(source->name, name) &&
		    device_script_does(
			    arena_strndup(arena, source->bytes, source->length)))
			return arena_printf(arena, "/%s", name);
	return NULL;
}

static bool needs_shell(const struct plan_node *node)
{
	vec_foreach (script, &node->scripts)
		if (!script->is_rules)
			return true;
	return false;
}

/* What a router's own scripts find in its node, where it has such scripts. */
static void router_files(struct planner *planner, unsigned int site)
{
	const struct scenario_site *of = &planner->scenario->sites.items[site];
	struct arena *arena = planner->plan->arena;
	struct plan_node *node = &planner->plan->nodes.items[planner->gateways[site]];
	const struct device_scripts *scripts = device_of(of->kind)->scripts;
	struct device_places list = { 0 }, inits = { 0 };
	const char *last = NULL;
	struct device_node_files files;
	_cleanup_buf_ struct buf map = { 0 };

	if (!scripts)
		return;
	scripts->list(arena, of->sources.items, of->sources.count, &list);
	scripts->inits(arena, of->sources.items, of->sources.count, &inits);
	last = last_of(arena, of, scripts->last);
	if (!list.count && !inits.count && !last && !needs_shell(node))
		return;
	scripts->files(arena, of->site->release, of->sources.items, of->sources.count,
		       &files);
	vec_foreach (interface, &node->interfaces)
		if (interface->logical)
			buf_printf(&map, "%s %s\n", interface->logical, interface->name);
	vec_add(arena, &node->files,
		((struct plan_file){ DEVICE_NODE_INTERFACES,
				     arena_strdup(arena, buf_text(&map)), false }));
	vec_foreach (script, &list)
		vec_add(arena, &node->hotplug, *script);
	node->last = last;
	vec_foreach (script, &inits)
		vec_add(arena, &node->inits, *script);
	vec_foreach (file, &files)
		vec_add(arena, &node->files,
			((struct plan_file){ file->path, file->text, file->is_program }));
}

static void gateway_services(struct planner *planner, unsigned int site)
{
	struct plan *plan = planner->plan;
	unsigned int node = planner->gateways[site];
	const struct site *of = planner->scenario->sites.items[site].site;
	struct inet_addr provider = planner_provider_dns(planner, node);
	struct inet_addr own = own_resolver();
	struct dnsmasq_names names = { 0 };

	updown_files(planner, node, of);
	for (unsigned int i = 0; i < PLAN_SITES; i++) {
		const char *name = planner->scenario->sites.items[i].dns_name;

		if (name)
			vec_add(plan->arena, &names.list,
				((struct dnsmasq_name){ name,
							planner->outside[i].addr }));
	}
	gateway_firewall(planner, site);
	if (of->dns.is_served)
		plan->nodes.items[node].dnsmasq = dnsmasq_router_conf(
			plan->arena, of, &planner->ports[site], &provider, &names);
	resolver_file(planner, node, of->dns.is_served ? &own : &provider);
	router_files(planner, site);
}

static void host_services(struct planner *planner, unsigned int node)
{
	struct plan_node *host = &planner->plan->nodes.items[node];
	struct inet_addr server = host_resolver(planner, node);

	if (host->host && host->host->names.count)
		host->dnsmasq = dnsmasq_host_conf(planner->plan->arena, host->host);
	host->dhcp = host_dhcp(planner, node);
	resolver_file(planner, node, &server);
}

static void nat_services(struct planner *planner)
{
	vec_foreach (link, &planner->plan->links) {
		const struct plan_node *node =
			&planner->plan->nodes.items[link->nodes[0]];

		if (node->role == NODE_NAT && link->site >= 0 &&
		    str_equal(link->ends[0], "inside"))
			nat_firewall(planner, link->nodes[0], (unsigned int)link->site);
	}
}

/*
 * `impair: { mtu: … }` is a hole: what is larger vanishes at the provider, and the
 * message that would tell (RFC 1191) is filtered, as so often.
 */
static void mtu_hole(struct planner *planner, const struct scenario_impairment *hole)
{
	struct plan *plan = planner->plan;
	struct plan_node *internet = &plan->nodes.items[planner->internet];
	struct ruleset *set = ruleset_new(plan->arena);

	if (!hole->mtu)
		return;
	vec_foreach (link, &plan->links) {
		struct plan_node *near_node = &plan->nodes.items[link->nodes[0]];

		if (!link->is_internet || link->site < 0 || near_node->role == NODE_NAT ||
		    !str_equal(planner->scenario->sites.items[link->site].name,
			       hole->site))
			continue;
		vec_foreach (interface, &near_node->interfaces) {
			if (str_equal(interface->name, link->ends[0]))
				interface->mtu = hole->mtu;
		}
		break;
	}
	ruleset_add(set, TABLE_FILTER, "OUTPUT",
		    "-p icmp -m icmp --icmp-type fragmentation-needed", "DROP",
		    ruleset_comment(plan->arena, &hole->at, "impair mtu"));
	internet->iptables = ruleset_text(set);
}

void planner_services(struct planner *planner)
{
	vec_foreach (impairment, &planner->scenario->impairments)
		mtu_hole(planner, impairment);
	for (unsigned int i = 0; i < PLAN_SITES; i++)
		gateway_services(planner, i);
	nat_services(planner);
	for (unsigned int i = 0; i < planner->plan->nodes.count; i++) {
		if (planner->plan->nodes.items[i].role == NODE_HOST)
			host_services(planner, i);
	}
	provider_dns(planner);
}
