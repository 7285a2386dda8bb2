// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_lan.c - what surrounds the tunnels: interfaces, NAT, DNS, the open IKE ports
 */
#include "import/fritzbox_lan.h"

#include <string.h>

#include "base/str.h"
#include "import/surroundings.h"

#define BRIDGES_MAX 16

static const struct origin fritzos = { .source = "FritzOS default" };

static void bridge_take(struct site *site, const struct tree_node *block)
{
	const struct tree_value *name = tree_first(tree_find(block, "name"));
	const struct tree_value *addr = tree_first(tree_find(block, "ipaddr"));
	const struct tree_value *mask = tree_first(tree_find(block, "netmask"));
	struct site_interface *interface;
	struct inet_prefix prefix;

	if (!name || !addr || !mask)
		return;
	if (inet_addr_parse(addr->text, &prefix.addr) < 0 ||
	    inet_mask_length(mask->text, &prefix.length) < 0) {
		site_remark(site, REMARK_INVALID, addr->at,
			    "brinterfaces: '%.60s' with netmask '%.60s' is no address",
			    addr->text, mask->text);
		return;
	}
	interface = vec_push(site->arena, &site->interfaces);
	interface->name = interface->device = arena_strdup(site->arena, name->text);
	interface->source = ADDRESS_STATIC;
	interface->at = block->at;
	vec_add(site->arena, &interface->addresses,
		((struct prefix_value){ .prefix = prefix, .at = addr->at }));
}

void fritzbox_lan_take(struct site *site, const struct tree_node *ar7cfg)
{
	for (const struct tree_node *node = ar7cfg->children;
	     node && site->interfaces.count < BRIDGES_MAX; node = node->next)
		if (node->is_block && str_equal(node->name, "brinterfaces"))
			bridge_take(site, node);
}

/* "0.0.0.0:500" with this port */
static bool take_endpoint(const char **text, unsigned int port)
{
	const char *colon = *text + strspn(*text, " ");
	unsigned int number;

	colon += strspn(colon, "0123456789.");
	if (*colon != ':')
		return false;
	*text = colon + 1;
	return str_take_number(text, &number) && number == port;
}

/* "udp 0.0.0.0:500 0.0.0.0:500": the port from outside. */
static bool rule_opens(const struct tree_value *value, unsigned int port)
{
	const char *text = value->text;

	if (!str_starts(text, "udp "))
		return false;
	text += strlen("udp ");
	if (!take_endpoint(&text, port)) /* outside */
		return false;
	return take_endpoint(&text, port); /* inside */
}

static bool list_opens(const struct tree_node *leaf, unsigned int port)
{
	vec_foreach (value, &leaf->values) {
		if (rule_opens(value, port))
			return true;
	}
	return false;
}

void fritzbox_forward_rules(struct site *site, const struct tree_node *leaf)
{
	if (!leaf) {
		site->is_ike_open = true;
		site_remark(site, REMARK_ASSUMED, fritzos,
			    "without ike_forward_rules the box is taken to answer IKE on "
			    "UDP 500 and 4500 all the same");
		return;
	}
	site->is_ike_open = list_opens(leaf, 500);
	if (!site->is_ike_open)
		site_remark(site, REMARK_INVALID, leaf->at,
			    "ike_forward_rules does not open UDP 500: the box does not "
			    "answer IKE");
	else if (!list_opens(leaf, 4500))
		site_remark(site, REMARK_INVALID, leaf->at,
			    "ike_forward_rules does not open UDP 4500: no tunnel "
			    "through NAT can be started from outside");
}

static void lan_from_selector(struct site *site)
{
	const struct selector *selector = surroundings_lan_add(site);
	struct inet_addr first;

	if (!selector)
		return;
	first = inet_prefix_nth(&selector->local, 1);
	site_remark(site, REMARK_ASSUMED, selector->local_at,
		    "a vpncfg does not say the LAN: it is taken to be %s, with the box "
		    "at %s",
		    inet_prefix_text(&selector->local).s, inet_addr_text(&first).s);
}

void fritzbox_surroundings(struct site *site)
{
	struct nat_rule *masquerade;

	site->firewall = FIREWALL_ACCESS_LIST;
	site->default_input = site->default_forward = TARGET_DROP;
	site->default_output = TARGET_ACCEPT;
	if (!site_interface_find(site, "lan"))
		lan_from_selector(site);
	surroundings_wan_add(site, fritzos);
	masquerade = vec_push(site->arena, &site->nat);
	masquerade->kind = NAT_SOURCE;
	masquerade->at = fritzos;
	site->dns.is_served = true;
	site->dns.rebind_protection = (struct flag){ true, true, fritzos };
	site->dns.local_domain = (struct text){ "fritz.box", fritzos };
}
