// SPDX-License-Identifier: GPL-2.0-or-later
/* policy_zone.c - zones of a policy firewall as matches: devices, tunnels, networks */
#include "lab/policy_zone.h"

#include <string.h>

#include "base/str.h"

#define ZONES_MAX 256

/* Where "-d NET" stands in the words, and which network; NULL: nowhere. */
static const char *find_net(const char *words, const char *option,
			    struct inet_prefix *ret_net)
{
	const char *at = words;
	char text[64];
	size_t length;

	while ((at = strstr(at, option))) {
		const char *net = at + strlen(option);

		length = strcspn(net, " ");
		if ((at != words && at[-1] != ' ') || length >= sizeof(text) ||
		    (at - words > 1 && at[-2] == '!')) {
			at = net;
			continue;
		}
		memcpy(text, net, length);
		text[length] = '\0';
		return inet_prefix_parse(text, ret_net) ? NULL : at;
	}
	return NULL;
}

static const char *without(struct arena *arena, const char *words, const char *at,
			   size_t length)
{
	length += strcspn(at + length, " ");
	length += at[length] == ' ';
	return str_trim(
		arena_printf(arena, "%.*s%s", (int)(at - words), words, at + length));
}

/* iptables takes "-d" once: of two networks the narrower. false: they have nothing. */
static bool narrow(struct arena *arena, const char *option, const char **a,
		   const char **b)
{
	struct inet_prefix net_a, net_b;
	const char *at_a = find_net(*a, option, &net_a);
	const char *at_b = find_net(*b, option, &net_b);

	if (!at_a || !at_b)
		return true;
	if (!inet_prefix_overlaps(&net_a, &net_b))
		return false;
	if (net_a.length <= net_b.length)
		*a = without(arena, *a, at_a, strlen(option));
	else
		*b = without(arena, *b, at_b, strlen(option));
	return true;
}

const char *policy_words(struct policy *fw, const char *a, const char *b)
{
	if (!a || !b || !narrow(fw->set->arena, "-d ", &a, &b) ||
	    !narrow(fw->set->arena, "-s ", &a, &b))
		return NULL;
	return arena_printf(fw->set->arena, "%s%s%s", a, *a && *b ? " " : "", b);
}

const char *policy_words3(struct policy *fw, const char *a, const char *b, const char *c)
{
	return policy_words(fw, policy_words(fw, a, b), c);
}

struct zone_gates *policy_zone_find(struct policy *fw, const char *name)
{
	vec_foreach (zone, &fw->zones) {
		if (str_equal(zone->name, name))
			return zone;
	}
	return NULL;
}

static struct zone_gates *zone_get(struct policy *fw, const char *name)
{
	struct zone_gates *zone = policy_zone_find(fw, name);

	if (!zone && fw->zones.count < ZONES_MAX) {
		const struct zone *written = site_zone_find(fw->site, name);

		zone = vec_push(fw->set->arena, &fw->zones);
		zone->name = name;
		zone->is_nat = written && written->is_nat_mode;
	}
	return zone;
}

static void gate_add(struct policy *fw, struct zone_gates *zone, const char *in,
		     const char *out)
{
	vec_add(fw->set->arena, &zone->in, in);
	vec_add(fw->set->arena, &zone->out, out);
}

/* One remote network at a time; out_match: what a packet that leaves is, besides. */
static void remote_gates(struct policy *fw, struct zone_gates *zone,
			 const struct site_interface *interface, const char *out_match)
{
	struct arena *arena = fw->set->arena;
	const char *wan = fw->ports->wan->device;

	vec_foreach (tunnel, &fw->site->tunnels) {
		if (!str_equal(tunnel->bind_interface, interface->name))
			continue;
		vec_foreach (child, &tunnel->children) {
			vec_foreach (pair, &child->selectors) {
				struct inet_prefix remote =
					inet_prefix_network(&pair->remote);
				bool is_any = !remote.length;
				const char *text = inet_prefix_text(&remote).s;

				if (remote.addr.family != AF_INET)
					continue;
				text = arena_strdup(arena, text);
				gate_add(fw, zone,
					 arena_printf(arena, "-i %s%s%s " IPSEC_IN, wan,
						      is_any ? "" : " -s ",
						      is_any ? "" : text),
					 arena_printf(arena, "-o %s%s%s%s", wan,
						      is_any ? "" : " -d ",
						      is_any ? "" : text, out_match));
			}
		}
	}
}

/* What is in ESP belongs to the tunnel interface's zone. */
static void tunnel_gates(struct policy *fw, struct zone_gates *zone,
			 const struct site_interface *interface)
{
	remote_gates(fw, zone, interface, " " IPSEC_OUT);
}

void policy_tunnel_gates(struct policy *fw, const struct site_interface *interface,
			 struct zone_gates *ret_gates)
{
	*ret_gates = (struct zone_gates){ .name = interface->name };
	if (!interface->is_device) {
		remote_gates(fw, ret_gates, interface, "");
		return;
	}
	vec_foreach (port, &fw->ports->list) {
		vec_foreach (one, &port->interfaces) {
			if (*one != interface)
				continue;
			gate_add(fw, ret_gates,
				 arena_printf(fw->set->arena, "-i %s", port->device),
				 arena_printf(fw->set->arena, "-o %s", port->device));
			return;
		}
	}
}

static void port_gate(struct policy *fw, struct zone_gates *zone, const struct port *port)
{
	struct arena *arena = fw->set->arena;
	bool is_split = port->is_wan && fw->is_route_based;

	gate_add(fw, zone,
		 arena_printf(arena, "-i %s%s", port->device,
			      is_split ? " " CLEAR_IN : ""),
		 arena_printf(arena, "-o %s%s", port->device,
			      is_split ? " " CLEAR_OUT : ""));
	zone->has_wan |= port->is_wan;
	vec_foreach (address, &port->addresses) {
		struct inet_prefix network = inet_prefix_network(&address->prefix);

		vec_add(arena, &zone->sources,
			arena_printf(arena, "-s %s", inet_prefix_text(&network).s));
	}
}

/* The zone an interface says, or the zone that names the interface. */
static const char *zone_name_of(const struct policy *fw,
				const struct site_interface *interface)
{
	const struct zone *zone;

	if (interface->zone)
		return interface->zone;
	zone = site_zone_of_interface(fw->site, interface);
	return zone ? zone->name : NULL;
}

void policy_zones_make(struct policy *fw)
{
	vec_foreach (interface, &fw->site->interfaces)
		fw->is_route_based |= interface->is_tunnel && !interface->is_disabled &&
				      !interface->is_device &&
				      zone_name_of(fw, interface);
	vec_foreach (port, &fw->ports->list) {
		vec_foreach (interface, &port->interfaces) {
			const char *name = zone_name_of(fw, *interface);
			struct zone_gates *zone = name ? zone_get(fw, name) : NULL;

			if (!zone)
				continue;
			port_gate(fw, zone, port);
			break;
		}
	}
	vec_foreach (interface, &fw->site->interfaces) {
		const char *name = zone_name_of(fw, interface);
		struct zone_gates *zone = name && interface->is_tunnel &&
							  !interface->is_disabled &&
							  !interface->is_device
						  ? zone_get(fw, name)
						  : NULL;

		if (zone)
			tunnel_gates(fw, zone, interface);
	}
}

const char *policy_comment(struct policy *fw, const struct rule *rule)
{
	const char *name = rule->name;

	if (!name && rule->id)
		name = arena_printf(fw->set->arena, "policy %s", rule->id);
	return ruleset_comment(fw->set->arena, &rule->at, name);
}

bool policy_is_forward(const struct rule *rule)
{
	return !rule->is_disabled && rule->src_zone && rule->dest_zone;
}
