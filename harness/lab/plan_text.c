// SPDX-License-Identifier: GPL-2.0-or-later
/* plan_text.c - a plan to read: nodes, cables, routes, rules, DNS */
#include "lab/plan_text.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "lab/plan.h"

static const char *const roles[] = {
	[NODE_GATEWAY] = "gateway",    [NODE_HOST] = "host",
	[NODE_SWITCH] = "switch",      [NODE_INTERNET] = "internet router",
	[NODE_NAT] = "provider's NAT",
};

static_assert(ARRAY_SIZE(roles) == NODE_NAT + 1, "one word for each role");

static void indented(struct buf *out, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		buf_puts(out, "\t\t");
		buf_add(out, text, length);
		buf_putc(out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void interface_text(const struct plan *plan, const struct plan_node *node,
			   const struct plan_interface *interface, struct buf *out)
{
	const struct plan_link *link = &plan->links.items[interface->link];

	buf_printf(out, "\t%-15s", interface->name);
	vec_foreach (address, &node->addresses) {
		if (str_equal(address->interface, interface->name))
			buf_printf(out, " %s", inet_prefix_text(&address->prefix).s);
	}
	if (interface->logical && !str_equal(interface->logical, interface->name))
		buf_printf(out, " (%s)", interface->logical);
	buf_printf(out, " link %s%s%s", link->name, link->is_internet ? ", Internet" : "",
		   link->capture_end >= 0 &&
				   &plan->nodes.items[link->nodes[link->capture_end]] ==
					   node
			   ? ", captured here"
			   : "");
	if (interface->mtu)
		buf_printf(out, ", MTU %u", interface->mtu);
	buf_putc(out, '\n');
}

static void route_text(const struct plan_route *route, struct buf *out)
{
	buf_printf(out, "\troute %s",
		   route->destination.length ? inet_prefix_text(&route->destination).s
					     : "default");
	if (route->gateway.family)
		buf_printf(out, " via %s", inet_addr_text(&route->gateway).s);
	if (route->interface)
		buf_printf(out, " dev %s", route->interface);
	buf_puts(out, route->is_unreachable ? " unreachable\n" : "\n");
}

static void services_text(const struct plan_node *node, struct buf *out)
{
	if (node->iptables) {
		buf_puts(out, "\tfirewall:\n");
		indented(out, node->iptables);
	}
	vec_foreach (script, &node->scripts) {
		if (script->is_rules)
			continue;
		buf_printf(out, "\t%s, run by a shell:\n", script->file);
		vec_foreach (line, &script->lines)
			indented(out, line->s);
	}
	if (node->dnsmasq) {
		buf_puts(out, "\tdnsmasq:\n");
		indented(out, node->dnsmasq);
	}
	vec_foreach (file, &node->files) {
		buf_printf(out, "\t%s:\n", file->path);
		indented(out, file->text);
	}
}

static void node_text(const struct plan *plan, const struct plan_node *node, bool is_full,
		      struct buf *out)
{
	buf_printf(out, "%s: %s", node->name, roles[node->role]);
	if (node->site >= 0)
		buf_printf(out, " of %s", plan->scenario->sites.items[node->site].name);
	if (!is_full && node->iptables)
		buf_puts(out, ", firewall");
	if (!is_full && node->dnsmasq)
		buf_puts(out, ", DNS");
	buf_putc(out, '\n');
	vec_foreach (interface, &node->interfaces)
		interface_text(plan, node, interface, out);
	vec_foreach (route, &node->routes)
		route_text(route, out);
	if (is_full)
		services_text(node, out);
}

void plan_text(const struct plan *plan, bool is_full, struct buf *out)
{
	vec_foreach (node, &plan->nodes)
		node_text(plan, node, is_full, out);
	for (size_t i = 0; i < ARRAY_SIZE(plan->inner); i++) {
		buf_printf(out, "never in clear on the Internet, %s:",
			   plan->scenario->sites.items[i].name);
		vec_foreach (prefix, &plan->inner[i])
			buf_printf(out, " %s", inet_prefix_text(prefix).s);
		buf_putc(out, '\n');
	}
}
