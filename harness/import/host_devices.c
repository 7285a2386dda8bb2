// SPDX-License-Identifier: GPL-2.0-or-later
/* host_devices.c - which interfaces a Linux host's rules mean, where no file shows any */
#include "import/host_devices.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "text/packet_rule.h"

struct devices {
	const char *wan, *lan;
	struct origin wan_at, lan_at, first_at;
	bool is_unclear;
};

static bool has_port(const struct packet_ports *ports, uint16_t port)
{
	vec_foreach (range, &ports->list)
		if (!ports->is_negated && range->first == port)
			return true;
	return false;
}

/* Does the rule tell that the interface is the one to the Internet? */
static bool is_of_wan(const struct packet_rule *rule, bool is_out)
{
	if (is_out)
		return rule->table == TABLE_NAT && rule->verdict == VERDICT_SOURCE &&
		       !strstr(rule->target, "NETMAP");
	return rule->verdict == VERDICT_ACCEPT &&
	       (rule->protocol == packet_protocol("esp") ||
		has_port(&rule->dports, 500) || has_port(&rule->dports, 4500));
}

/* Of containers, machines in the machine and tunnels; "ppp0" may well be the WAN. */
static bool is_virtual(const char *device)
{
	static const char *const begins[] = { "docker", "podman", "cni", "virbr",
					      "vnet",	"veth",	  "lxc", "lxd",
					      "tun",	"tap",	  "wg",	 "vti",
					      "ipsec",	"xfrm",	  "gre", "dummy" };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (str_starts(device, begins[i]))
			return true;
	/* Docker's own networks are br- and 12 digits; "br-lan" is a LAN. */
	return str_starts(device, "br-") && strlen(device) == 15 &&
	       strspn(device + 3, "0123456789abcdef") == 12;
}

static void note(struct devices *devices, const struct packet_side *side, bool is_wan,
		 const struct origin *at, bool is_second)
{
	if (!side->device || str_equal(side->device, "lo"))
		return;
	if (!devices->first_at.file)
		devices->first_at = *at;
	if (side->is_negated || str_ends(side->device, "+") || is_virtual(side->device)) {
		devices->is_unclear = true;
	} else if (!is_second) {
		if (is_wan && devices->wan && !str_equal(devices->wan, side->device))
			devices->is_unclear = true;
		if (is_wan && !devices->wan) {
			devices->wan = side->device;
			devices->wan_at = *at;
		}
	} else if (!str_equal(side->device, devices->wan)) {
		if (devices->lan && !str_equal(devices->lan, side->device))
			devices->is_unclear = true;
		devices->lan = side->device;
		devices->lan_at = *at;
	}
}

/* First the rules that tell the WAN, then what else has a name. */
static void look(const struct site *site, struct devices *ret)
{
	*ret = (struct devices){ 0 };
	for (int is_second = 0; is_second < 2; is_second++)
		vec_foreach (line, &site->firewall_user) {
			struct packet_rule rule;
			const char *why;

			if (packet_rule_read_line(site->arena, line->text, &rule, &why) !=
				    RULE_READ ||
			    rule.does == RULE_SETS_POLICY)
				continue;
			note(ret, &rule.out, is_of_wan(&rule, true), &line->at,
			     is_second);
			note(ret, &rule.in, is_of_wan(&rule, false), &line->at,
			     is_second);
		}
}

static struct site_interface *only_lan(const struct site *site)
{
	struct site_interface *wan = site_wan(site), *lan = NULL;

	vec_foreach (interface, &site->interfaces) {
		if (interface == wan || interface->is_tunnel)
			continue;
		if (lan)
			return NULL;
		lan = interface;
	}
	return lan;
}

void host_devices_name(struct site *site)
{
	struct site_interface *wan = site_wan(site), *lan = only_lan(site);
	struct devices devices;

	look(site, &devices);
	if (!devices.first_at.file)
		return;
	if (devices.is_unclear || !devices.wan || !wan || (devices.lan && !lan)) {
		site_unrehearsed(site, NULL, ASPECT_WAY | ASPECT_NAT | ASPECT_IKE,
				 devices.first_at,
				 "a rule of an interface that no file shows");
		return;
	}
	wan->device = devices.wan;
	site_remark(site, REMARK_ASSUMED, devices.wan_at,
		    "no file shows the interfaces: %s is taken to be the WAN",
		    devices.wan);
	if (!devices.lan)
		return;
	lan->device = devices.lan;
	site_remark(site, REMARK_ASSUMED, devices.lan_at,
		    "no file shows the interfaces: %s is taken to be the LAN",
		    devices.lan);
}
