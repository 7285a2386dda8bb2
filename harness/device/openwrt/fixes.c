// SPDX-License-Identifier: GPL-2.0-or-later
/* fixes.c - rules and routes in UCI */
#include "device/openwrt/openwrt.h"

#include "base/arena.h"
#include "device/fixes.h"
#include "device/strongswan/charon.h"

static struct device_line forward(struct arena *arena, const char *zone, const char *src,
				  const char *dst)
{
	return (struct device_line){
		.text = arena_printf(arena,
				     "/etc/config/firewall, before the rule that "
				     "refuses: config rule; option src '%s'; option "
				     "src_ip '%s'; option dest '*'; option dest_ip '%s'; "
				     "option proto 'all'; option target 'ACCEPT'",
				     zone, src, dst),
		.edit = arena_printf(arena,
				     "config rule\n\toption src '%s'\n\toption src_ip "
				     "'%s'\n\toption dest '*'\n\toption dest_ip '%s'\n"
				     "\toption proto 'all'\n\toption target 'ACCEPT'",
				     zone, src, dst),
	};
}

static struct device_line let_in(struct arena *arena, const char *zone, unsigned int port)
{
	if (!port)
		return (struct device_line){
			.text = arena_printf(
				arena,
				"/etc/config/firewall: config rule; option "
				"src '%s'; option proto 'esp'; option target "
				"'ACCEPT'",
				zone),
			.edit = arena_printf(arena,
					     "config rule\n\toption src '%s'\n\toption "
					     "proto 'esp'\n\toption target 'ACCEPT'",
					     zone),
		};
	return (struct device_line){
		.text = arena_printf(
			arena,
			"/etc/config/firewall: config rule; option src '%s'; "
			"option proto 'udp'; option dest_port '%u'; option "
			"target 'ACCEPT'",
			zone, port),
		.edit = arena_printf(arena,
				     "config rule\n\toption src '%s'\n\toption proto "
				     "'udp'\n\toption dest_port '%u'\n\toption target "
				     "'ACCEPT'",
				     zone, port),
	};
}

static const char *rule_for(struct arena *arena, const char *destination)
{
	return arena_printf(arena, "list dest_ip '%s'", destination);
}

static struct device_line route(struct arena *arena, const char *net,
				const char *interface)
{
	return (struct device_line){
		.text = arena_printf(arena,
				     "/etc/config/network: config route; option "
				     "interface '%s'; option target '%s'",
				     interface, net),
	};
}

static const char *xfrm_interface(struct arena *arena, const char *if_id)
{
	return arena_printf(arena,
			    "/etc/config/network: config interface; option proto 'xfrm'; "
			    "option tunlink 'wan'; option ifid '%s'",
			    if_id);
}

const struct device_fixes openwrt_fixes = {
	.language = charon_edit_language,
	.rules_file = "etc/config/firewall",
	.forward = forward,
	.let_in = let_in,
	.rule_for = rule_for,
	.auth_method = "option authentication_method 'psk'",
	.wait_for = "list interface 'wan'",
	.other_release =
		"a later release, the package strongswan-ipsec of 21.02, or an own "
		"/etc/swanctl/conf.d/*.conf",
	.enable = "option enabled '1'",
	.rule_off = "option enabled '0'",
	.route = route,
	.xfrm_interface = xfrm_interface,
	.try_forever = "option keyingtries '0' in that remote: it tries for ever",
	.name_late = { "/etc/strongswan.conf: charon { retry_initiate_interval = 60 } asks "
		       "again and again (neither keyingtries nor `starter --auto-update` "
		       "does)",
		       "or /etc/hotplug.d/iface/100-ipsec: '/etc/init.d/ipsec restart' when "
		       "the WAN comes up" },
	.address_new = { "/etc/hotplug.d/iface/100-ipsec: [ \"$ACTION\" = ifup -o "
			 "\"$ACTION\" = ifupdate ] && /etc/init.d/ipsec restart",
			 "DPD (option dpdaction 'restart', option dpddelay '30s') helps only "
			 "where the init script does not pin left= to the old address" },
};
