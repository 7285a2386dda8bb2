// SPDX-License-Identifier: GPL-2.0-or-later
/* inbound.c - F08, F12, F13, F14: do IKE and ESP come through to the device that answers? */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "device/device.h"
#include "import/host_rules.h"
#include "model/aspect.h"
#include "predict/predict.h"
#include "predict/user_rules.h"
#include "predict/words.h"

/* One kind of packet that must come in from the Internet. */
static const struct inbound {
	const char *protocol, *number; /* as rules name it */
	uint16_t port;
	const char *shown;
} packets[] = {
	{ "udp", "17", 500, "UDP port 500" },
	{ "udp", "17", 4500, "UDP port 4500" },
	{ "esp", "50", 0, "ESP" },
};

struct answer {
	bool is_accepted;
	struct origin at;
	const char *by;
	struct user_doubt doubt; /* .what NULL: none */
};

/* None named: each of them. */
static bool is_protocol_among(const struct text *protocols, size_t count,
			      const struct inbound *packet)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(protocols[i].s, packet->protocol) ||
		    str_equal(protocols[i].s, packet->number) ||
		    str_equal_nocase(protocols[i].s, "all"))
			return true;
	return !count;
}

static bool is_port_among(const struct port_range *ports, size_t count,
			  const struct inbound *packet)
{
	for (size_t i = 0; i < count; i++)
		if (packet->port >= ports[i].first && packet->port <= ports[i].last)
			return true;
	return !count;
}

/* Where the tunnel's IKE comes in: the interface or address that it names, else the WAN. */
static const struct site_interface *outer_of(const struct site *site,
					     const struct tunnel *tunnel)
{
	const struct endpoint *local = &tunnel->local;
	const struct site_interface *named =
		local->kind == ENDPOINT_INTERFACE ? site_interface_find(site, local->name)
						  : NULL;

	if (named && !named->is_disabled && !named->is_tunnel)
		return named;
	if (local->kind == ENDPOINT_ADDRESS && !tunnel->more_locals.count)
		vec_foreach (interface, &site->interfaces)
			vec_foreach (address, &interface->addresses)
				if (!interface->is_disabled && !interface->is_tunnel &&
				    inet_addr_equal(&address->prefix.addr, &local->addr))
					return interface;
	return site_wan(site);
}

static bool is_behind_nat(const struct predict_input *input, unsigned int end)
{
	const struct site_interface *wan = site_wan(input->sites[end]);

	return input->is_behind_nat[end] ||
	       (wan && wan->source == ADDRESS_STATIC && wan->addresses.count &&
		inet_addr_is_private(&wan->addresses.items[0].prefix.addr));
}

/* Behind NAT, or told to: ESP is in UDP 4500 then, and none of its own comes. */
static bool is_esp_in_udp(const struct predict_input *input,
			  const struct tunnel *const tunnels[2])
{
	return is_behind_nat(input, 0) || is_behind_nat(input, 1) ||
	       tunnels[0]->nat_t == NAT_T_FORCED || tunnels[1]->nat_t == NAT_T_FORCED;
}

/*
 * An initiator that speaks MOBIKE goes on with IKE on 4500 although there is no NAT
 * (RFC 4555, 3.3): charon does, unless it is told not to.
 */
static bool goes_to_4500(const struct predict_input *input,
			 const struct tunnel *const tunnels[2], unsigned int end)
{
	const struct tunnel *from = tunnels[!end];

	return is_esp_in_udp(input, tunnels) ||
	       (predict_version_of(tunnels, !end) == 2 &&
		predict_is_strongswan(input->sites[!end]) &&
		!(from->mobike.is_set && !from->mobike.on));
}

/* The packet as it comes in from the other end. */
static struct packet_kind kind_of(const struct predict_input *input,
				  const struct tunnel *const tunnels[2], unsigned int end,
				  const struct inbound *packet)
{
	const struct site_interface *wan = outer_of(input->sites[end], tunnels[end]);
	const struct site_interface *far = outer_of(input->sites[!end], tunnels[!end]);
	struct packet_kind kind = { .protocol = packet_protocol(packet->protocol),
				    .port = packet->port,
				    .in = user_rules_device(wan) };

	if (wan && wan->addresses.count)
		kind.dst = inet_prefix_host(&wan->addresses.items[0].prefix.addr);
	if (far && far->addresses.count && !is_behind_nat(input, !end))
		kind.src = inet_prefix_host(&far->addresses.items[0].prefix.addr);
	return kind;
}

static enum packet_match prefixes_match(const struct site *site,
					const struct prefix_value *items, size_t count,
					const struct inet_prefix *net)
{
	if (!count)
		return MATCH_ALL;
	if (!net->addr.family)
		return MATCH_UNKNOWN;
	return site_prefixes_hold(site, items, count, &net->addr) ? MATCH_ALL
								  : MATCH_NONE;
}

/* The addresses of a rule; those of a packet may not be known. */
static enum packet_match addresses_match(const struct site *site, const struct rule *rule,
					 const struct packet_kind *kind)
{
	enum packet_match src =
		prefixes_match(site, rule->src.items, rule->src.count, &kind->src);
	enum packet_match dst =
		prefixes_match(site, rule->dest.items, rule->dest.count, &kind->dst);

	if (src == MATCH_NONE || dst == MATCH_NONE)
		return MATCH_NONE;
	return src == MATCH_UNKNOWN ? src : dst;
}

/* With fw3's own words of iptables; fw4 leaves them out. */
static enum packet_match rule_match(const struct site *site, const struct rule *rule,
				    const struct packet_kind *kind)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	enum packet_match addresses = addresses_match(site, rule, kind), extra;
	struct packet_rule matches;

	if (!rule->extra.s || !*rule->extra.s || site->firewall == FIREWALL_FW4 ||
	    addresses == MATCH_NONE)
		return addresses;
	arena = arena_new();
	if (!packet_rule_read_matches(arena, rule->extra.s, &matches))
		return MATCH_UNKNOWN;
	extra = packet_rule_match(&matches, kind);
	return extra == MATCH_ALL ? addresses : extra;
}

static void note_doubt(struct arena *arena, const struct rule *rule,
		       struct user_doubt *doubt)
{
	if (doubt->what)
		return;
	if (rule->extra.s)
		*doubt = (struct user_doubt){
			arena_printf(arena, "extra %s", rule->extra.s), rule->extra.at
		};
	else
		*doubt = (struct user_doubt){
			arena_printf(arena, "rule %s, for some addresses only",
				     rule->name ? rule->name : "without a name"),
			rule->at
		};
}

static struct answer ask_device(struct arena *arena, const struct site *site,
				const struct zone *wan, const struct inbound *packet,
				const struct packet_kind *kind)
{
	struct answer answer = { .is_accepted = wan->input == TARGET_ACCEPT,
				 .at = wan->input_at,
				 .by = "zone input" };
	struct user_doubt doubts[2] = { 0 }; /* of rules that refuse, that accept */

	vec_foreach (rule, &site->rules) {
		if (rule->is_disabled || rule->dest_zone || !rule->src_zone ||
		    (!str_equal(rule->src_zone, wan->name) &&
		     !str_equal(rule->src_zone, "*")))
			continue;
		if (rule->family == AF_INET6 ||
		    !is_protocol_among(rule->protocols.items, rule->protocols.count,
				       packet) ||
		    !is_port_among(rule->dest_ports.items, rule->dest_ports.count,
				   packet) ||
		    rule->icmp_types.count)
			continue;
		switch (rule_match(site, rule, kind)) {
		case MATCH_NONE:
		case MATCH_SOME:
			continue;
		case MATCH_UNKNOWN:
			note_doubt(arena, rule, &doubts[rule->target == TARGET_ACCEPT]);
			continue;
		case MATCH_ALL:
			break;
		}
		answer = (struct answer){ .is_accepted = rule->target == TARGET_ACCEPT,
					  .at = rule->at,
					  .by = rule->name ? rule->name : "rule" };
		break;
	}
	answer.doubt = doubts[!answer.is_accepted];
	return answer;
}

static struct answer ask(const struct predict_input *input,
			 const struct tunnel *const tunnels[2], unsigned int end,
			 const struct zone *wan, const struct inbound *packet)
{
	const struct site *site = input->sites[end];
	const struct packet_kind kind = kind_of(input, tunnels, end, packet);
	struct answer answer = ask_device(input->arena, site, wan, packet, &kind);
	struct user_answer scripts;

	user_rules_ask(user_rules_read(input->arena, site), USER_INPUT, false, wan->name,
		       &kind, &scripts);
	if (scripts.says[USER_ACCEPTS])
		answer = (struct answer){ .is_accepted = true,
					  .at = scripts.at[USER_ACCEPTS],
					  .by = "firewall.user" };
	if (scripts.says[USER_DROPS])
		answer = (struct answer){ .is_accepted = false,
					  .at = scripts.at[USER_DROPS],
					  .by = "firewall.user" };
	if (!answer.doubt.what)
		answer.doubt =
			scripts.doubts[answer.is_accepted ? USER_DROPS : USER_ACCEPTS];
	return answer;
}

/* A host without zones: what its own rules of INPUT say, else everything is let in. */
static const struct zone *open_zone(const struct site *site)
{
	static const struct zone zone = { .name = "wan", .input = TARGET_ACCEPT };

	if (site->firewall != FIREWALL_OPEN)
		return NULL;
	vec_foreach (line, &site->firewall_user)
		if (strstr(line->text, "INPUT"))
			return &zone;
	return NULL;
}

/* nft judges a packet in each table: what one lets in another may still drop. */
static void say_host_fix(const struct predict_input *input, struct finding *finding,
			 const struct site *site, const struct inbound *packet,
			 const struct answer *answer)
{
	const bool is_nft =
		answer->at.file && answer->at.line && host_rules_are_nft(answer->at.file);

	if (is_nft && packet->port)
		predict_fix(input, finding,
			    "%s: %s:%u: in this chain, before what drops it: udp dport "
			    "%u accept",
			    site->name, answer->at.file, answer->at.line, packet->port);
	else if (is_nft)
		predict_fix(input, finding,
			    "%s: %s:%u: in this chain, before what drops it: meta "
			    "l4proto %s accept",
			    site->name, answer->at.file, answer->at.line,
			    packet->protocol);
	else
		predict_fix(input, finding, "%s: iptables -I INPUT -p %s%s -j ACCEPT",
			    site->name, packet->protocol,
			    packet->port == 500	   ? " --dport 500"
			    : packet->port == 4500 ? " --dport 4500"
						   : "");
}

static void say_fix(const struct predict_input *input, struct finding *finding,
		    const struct site *site, const struct zone *wan,
		    const struct inbound *packet, const struct answer *answer)
{
	const struct device_fixes *fixes = words_fixes(site);
	const struct site_interface *outer = outer_of(site, finding->tunnel);
	const bool is_own = outer && outer->has_own_services;

	if (open_zone(site))
		say_host_fix(input, finding, site, packet, answer);
	else if (!fixes->let_in)
		predict_fix(input, finding, "%s: a rule that lets %s in from zone %s",
			    site->name, packet->shown, wan->name);
	else
		words_place(input, finding, site,
			    fixes->let_in(input->arena, wan->name,
					  is_own ? outer->name : NULL, packet->port),
			    fixes->is_let_in_by_zone ? EDIT_IN_BLOCK : EDIT_AT_END,
			    fixes->is_let_in_by_zone
				    ? wan->at
				    : (struct origin){ .file = fixes->rules_file });
}

/* An end that starts itself does not answer: that counts when the other one starts, too. */
static enum severity severity_of_answering(const struct tunnel *other)
{
	return predict_can_start(other) ? SEVERITY_LATER : SEVERITY_WEAK;
}

static void report_closed(const struct predict_input *input, struct findings *findings,
			  unsigned int end, const struct tunnel *const tunnels[2],
			  const struct zone *wan, const struct inbound *packet,
			  const struct answer *answer)
{
	const struct site *site = input->sites[end];
	bool can_start = predict_can_start(tunnels[end]);
	struct finding *finding =
		predict_add(input, findings, packet->port ? F08 : F12, site->name,
			    "%s does not let %s in from zone %s", site->name,
			    packet->shown, wan->name);

	finding->tunnel = tunnels[end];
	/* What it sends itself opens the way for the answers. */
	if (can_start)
		finding->severity = severity_of_answering(tunnels[!end]);
	predict_why(input, finding,
		    can_start ? "only %s can start the tunnel, by what it sends itself"
			      : "the packets of the other end never arrive at %s",
		    site->name);
	predict_value(input, finding, 0, site->name, answer->by, answer->at, "refuses %s",
		      packet->shown);
	say_fix(input, finding, site, wan, packet, answer);
	predict_sees(input, finding, "%s: nothing at all", site->name);
	predict_sees(input, finding, "%s: no answer, it gives up after some minutes",
		     input->sites[!end]->name);
}

/* ------------------------------------------------------------ port forwards */

/* Own addresses, or none named: what is for another public address stays. */
static bool nat_is_for_wan(const struct site_interface *wan, const struct nat_rule *rule)
{
	if (!rule->dest.count || !wan || !wan->addresses.count)
		return !rule->dest.count;
	vec_foreach (dest, &rule->dest)
		if (dest->is_negated !=
		    inet_prefix_has(&dest->prefix, &wan->addresses.items[0].prefix.addr))
			return true;
	return false;
}

/* The rule that sends such a packet of anybody to a host behind the device; NULL. */
static const struct nat_rule *find_redirect(const struct site *site,
					    const struct site_interface *wan,
					    const char *zone,
					    const struct inbound *packet)
{
	vec_foreach (rule, &site->nat)
		if (rule->kind == NAT_DESTINATION && !rule->is_disabled &&
		    (!rule->src_zone || str_equal(rule->src_zone, "*") ||
		     str_equal(rule->src_zone, zone)) &&
		    !rule->src.count &&
		    is_protocol_among(rule->protocols.items, rule->protocols.count,
				      packet) &&
		    is_port_among(rule->dest_ports.items, rule->dest_ports.count,
				  packet) &&
		    nat_is_for_wan(wan, rule) && rule->to.addr.family &&
		    !site_has_address(site, &rule->to.addr))
			return rule;
	return NULL;
}

static void report_redirect(const struct predict_input *input, struct findings *findings,
			    unsigned int end, const struct tunnel *const tunnels[2],
			    const struct inbound *packet, const struct nat_rule *rule)
{
	const struct site *site = input->sites[end];
	struct inet_text to = inet_addr_text(&rule->to.addr);
	struct finding *finding =
		predict_add(input, findings, F13, site->name,
			    "%s forwards %s to %s behind it: its own IKE daemon never "
			    "sees what the other end sends",
			    site->name, packet->shown, to.s);

	finding->tunnel = tunnels[end];
	if (predict_can_start(tunnels[end]))
		finding->severity = severity_of_answering(tunnels[!end]);
	predict_why(input, finding,
		    predict_can_start(tunnels[end])
			    ? "only %s can start the tunnel: answers to what it sends "
			      "itself are not forwarded"
			    : "the packets of the other end never arrive at %s",
		    site->name);
	predict_value(input, finding, 0, site->name, "port forward", rule->at, "%s to %s",
		      packet->shown, to.s);
	predict_fix(input, finding,
		    "%s: %s:%u: take the port forward out, or %s out of it", site->name,
		    rule->at.file ? rule->at.file : "?", rule->at.line, packet->shown);
	if (words_fixes(site)->rule_off)
		predict_edit(input, finding, site, EDIT_IN_BLOCK, rule->at, "%s",
			     words_fixes(site)->rule_off);
	predict_sees(input, finding, "%s: nothing at all", site->name);
	predict_sees(input, finding, "%s: no answer, or 'port unreachable' on the wire",
		     input->sites[!end]->name);
}

/* Of the loopback, or of management, which no zone need have. */
static bool needs_no_zone(const struct site_interface *interface)
{
	static const char *const begins[] = { "lo", "fxp", "em", "me", "vme" };

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (str_starts(interface->name, begins[i]))
			return true;
	return interface->is_tunnel || interface->is_disabled ||
	       !interface->addresses.count;
}

/*
 * Files that show which zones have which interfaces, as an excerpt may not: all others that
 * have an address are in one.
 */
static bool shows_zones(const struct site *site, const struct site_interface *but)
{
	bool has_any = false;

	vec_foreach (interface, &site->interfaces) {
		if (interface == but || needs_no_zone(interface))
			continue;
		if (!site_zone_of_interface(site, interface))
			return false;
		has_any = true;
	}
	return has_any;
}

/* Not even what the device sends itself opens the way there. */
static bool report_null_zone(const struct predict_input *input, struct findings *findings,
			     unsigned int end, const struct tunnel *tunnel)
{
	const struct site *site = input->sites[end];
	const struct site_interface *wan = outer_of(site, tunnel);
	struct finding *finding;

	if (!device_of(site->kind)->traits.has_null_zone || !wan ||
	    site_zone_of_interface(site, wan) || !shows_zones(site, wan))
		return false;
	finding =
		predict_add(input, findings, F08, site->name,
			    "%s's %s towards the peer is in no zone: it drops all of IKE",
			    site->name, wan->name);
	finding->tunnel = tunnel;
	predict_why(input, finding,
		    "an interface in no zone is in the null zone, where nothing passes");
	predict_value(input, finding, 0, site->name, "interface in no zone", wan->at,
		      "%s", wan->name);
	words_advise(input, finding, site, &wan->at,
		     arena_printf(input->arena,
				  "put %s into a security zone with host-inbound-traffic "
				  "system-services ike",
				  wan->name));
	predict_sees(input, finding, "%s: nothing at all", site->name);
	predict_sees(input, finding, "%s: no answer, it gives up after some minutes",
		     input->sites[!end]->name);
	return true;
}

void predict_inbound(const struct predict_input *input,
		     const struct tunnel *const tunnels[2], struct findings *findings)
{
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		const struct site_interface *interface = outer_of(site, tunnels[end]);
		const struct zone *open = open_zone(site);
		const struct zone *wan =
			open	    ? open
			: interface ? site_zone_of_interface(site, interface)
				    : site_zone_find(site, "wan");
		/* Behind IKE come NAT-T and ESP. */
		size_t count = device_of(site->kind)->traits.is_open_with_ike
				       ? 1
				       : ARRAY_SIZE(packets);

		struct origin closed_at = { 0 };
		bool is_closed = false;

		if (report_null_zone(input, findings, end, tunnels[end]) || !wan ||
		    (site->is_ike_open && !open) || !predict_can_start(tunnels[!end]))
			continue;
		for (size_t i = 0; i < count; i++) {
			const struct nat_rule *redirect =
				find_redirect(site, interface, wan->name, &packets[i]);
			struct answer answer = ask(input, tunnels, end, wan, &packets[i]);

			if (redirect) {
				report_redirect(input, findings, end, tunnels,
						&packets[i], redirect);
				break; /* both ports in one rule: once is enough */
			}

			if (packets[i].port == 4500
				    ? !goes_to_4500(input, tunnels, end)
				    : !packets[i].port && is_esp_in_udp(input, tunnels))
				continue;
			if (answer.doubt.what)
				user_doubt_say(input, site, &answer.doubt,
					       packets[i].port ? ASPECT_IKE : ASPECT_WAY,
					       findings);
			if (answer.is_accepted || answer.doubt.what)
				continue;
			/* IKE on its other port, refused by the same line. */
			if (packets[i].port == 4500 && is_closed &&
			    origin_same_line(&closed_at, &answer.at))
				continue;
			is_closed = true;
			closed_at = answer.at;
			report_closed(input, findings, end, tunnels, wan, &packets[i],
				      &answer);
		}
	}
}

/* ------------------------------------------------------------ NAT traversal */

void predict_nat_t(const struct predict_input *input,
		   const struct tunnel *const tunnels[2], struct findings *findings)
{
	unsigned int behind = is_behind_nat(input, 1) && !is_behind_nat(input, 0);

	if (!is_behind_nat(input, behind))
		return;
	for (unsigned int end = 0; end < 2; end++) {
		const struct site *site = input->sites[end];
		struct finding *finding;

		if (tunnels[end]->nat_t != NAT_T_OFF || input->peer_is_strongswan)
			continue;
		finding = predict_add(
			input, findings, F14, site->name,
			"%s is behind NAT, and %s has NAT traversal switched off",
			input->sites[behind]->name, site->name);
		finding->tunnel = tunnels[end];
		predict_why(input, finding,
			    "ESP has no ports: a NAT router cannot bring it back "
			    "to the one who asked");
		predict_value(input, finding, 0, site->name,
			      words_setting(site, WORD_NAT_T), tunnels[end]->nat_t_at,
			      "off");
		words_fix(input, finding, site,
			  tunnels[end]->nat_t_at.line ? &tunnels[end]->nat_t_at
						      : &tunnels[end]->at,
			  words_line(input->arena, site, tunnels[end], WORD_NAT_T, NULL));
		predict_sees(input, finding,
			     "both: the tunnel is up, nothing comes through");
	}
}
