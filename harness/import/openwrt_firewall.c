// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_firewall.c - /etc/config/firewall and the scripts it includes
 *
 * fw3 (until 21.02, iptables) and fw4 (from 22.03, nftables) read the same file, but
 * fw4 ignores iptables words and does not run /etc/firewall.user unless it is marked
 * as compatible (devices.md 1.4, 1.5).
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt.h"
#include "import/openwrt_reader.h"

#define RELEASE_FW4	   2203
#define FIREWALL_USER_NAME "etc/firewall.user" /* as a source */
#define FIREWALL_USER	   "/" FIREWALL_USER_NAME

static const struct openwrt_option defaults_options[] = {
	{ "input", NULL },
	{ "output", NULL },
	{ "forward", NULL },
	{ "syn_flood", NULL },
	{ "synflood_protect", NULL },
	{ "synflood_rate", NULL },
	{ "synflood_burst", NULL },
	{ "drop_invalid", NULL },
	{ "flow_offloading", NULL },
	{ "flow_offloading_hw", NULL },
	{ "disable_ipv6", NULL },
	{ "custom_chains", NULL },
	{ "tcp_ecn", NULL },
	{ "tcp_syncookies", NULL },
	{ "tcp_window_scaling", NULL },
	{ "tcp_reject_code", NULL },
	{ "any_reject_code", NULL },
	{ "accept_redirects", NULL },
	{ "accept_source_route", NULL },
	{ "auto_helper", NULL },
	{ "auto_includes", NULL },
	{ "force_router_advertisement", NULL },
	{ "fullcone", NULL },
	{ "fullcone6", NULL },
	{ NULL, NULL },
};

static const struct openwrt_option zone_options[] = {
	{ "name", NULL },	   { "network", NULL },	  { "device", NULL },
	{ "subnet", NULL },	   { "input", NULL },	  { "forward", NULL },
	{ "output", NULL },	   { "masq", NULL },	  { "masq6", NULL },
	{ "masq_src", NULL },	   { "masq_dest", NULL }, { "masq_allow_invalid", NULL },
	{ "mtu_fix", NULL },	   { "extra", NULL },	  { "extra_src", NULL },
	{ "extra_dest", NULL },	   { "family", NULL },	  { "conntrack", NULL },
	{ "custom_chains", NULL }, { "log", NULL },	  { "log_limit", NULL },
	{ "auto_helper", NULL },   { "helper", NULL },	  { "enabled", NULL },
	{ "ns_*", NULL },	   { NULL, NULL },
};

static const struct openwrt_option forwarding_options[] = {
	{ "src", NULL },     { "dest", NULL },	{ "name", NULL }, { "family", NULL },
	{ "enabled", NULL }, { "ipset", NULL }, { "ns_*", NULL }, { NULL, NULL },
};

static const struct openwrt_option rule_options[] = {
	{ "name", NULL },
	{ "src", NULL },
	{ "dest", NULL },
	{ "proto", NULL },
	{ "src_ip", NULL },
	{ "dest_ip", NULL },
	{ "src_port", NULL },
	{ "dest_port", NULL },
	{ "icmp_type", NULL },
	{ "family", NULL },
	{ "target", NULL },
	{ "extra", NULL },
	{ "enabled", NULL },
	{ "src_mac", "narrows the rule to a MAC address, it is read without" },
	{ "mark", "narrows the rule to marked packets, it is read without" },
	{ "ipset", "narrows the rule to a set, it is read without" },
	{ "limit", "limits the rule, it is read without" },
	{ "limit_burst", NULL },
	{ "start_time", NULL },
	{ "stop_time", NULL },
	{ "start_date", NULL },
	{ "stop_date", NULL },
	{ "weekdays", NULL },
	{ "monthdays", NULL },
	{ "utc_time", NULL },
	{ "log", NULL },
	{ "counter", NULL },
	{ "device", NULL },
	{ "direction", NULL },
	{ "set_mark", NULL },
	{ "set_xmark", NULL },
	{ "set_dscp", NULL },
	{ "dscp", NULL },
	{ "helper", NULL },
	{ "set_helper", NULL },
	{ "_name", NULL },
	{ "ns_*", NULL },
	{ NULL, NULL },
};

static const struct openwrt_option redirect_options[] = {
	{ "name", NULL },
	{ "src", NULL },
	{ "src_ip", NULL },
	{ "src_dip", NULL },
	{ "src_port", NULL },
	{ "src_dport", NULL },
	{ "dest", NULL },
	{ "dest_ip", NULL },
	{ "dest_port", NULL },
	{ "proto", NULL },
	{ "target", NULL },
	{ "enabled", NULL },
	{ "family", NULL },
	{ "reflection", NULL },
	{ "reflection_src", NULL },
	{ "reflection_zone", NULL },
	{ "src_mac", NULL },
	{ "snat_ip", NULL },
	{ "snat_port", NULL },
	{ "device", NULL },
	{ "extra", NULL },
	{ "ipset", NULL },
	{ "mark", NULL },
	{ "limit", NULL },
	{ "helper", NULL },
	{ "log", NULL },
	{ "_name", NULL },
	{ "ns_*", NULL },
	{ NULL, NULL },
};

static const struct openwrt_option include_options[] = {
	{ "path", NULL },     { "type", NULL },	   { "family", NULL },
	{ "reload", NULL },   { "enabled", NULL }, { "fw4_compatible", NULL },
	{ "position", NULL }, { "chain", NULL },   { NULL, NULL },
};

/* Options that fw4 warns about and ignores ("is not supported by fw4"). */
static const char *const fw3_only[] = { "extra",	 "extra_src",	 "extra_dest",
					"custom_chains", "disable_ipv6", "monthdays" };

static bool is_fw4(const struct openwrt *o)
{
	return o->site->firewall == FIREWALL_FW4;
}

/* Said once: what would be different under fw4, when nobody named a firmware. */
static void remark_assumed(struct openwrt *o, struct origin at, const char *what)
{
	if (o->release || o->has_assumed_fw3)
		return;
	o->has_assumed_fw3 = true;
	site_remark(
		o->site, REMARK_ASSUMED, at,
		"no firmware is named: the firewall is read as fw3 (OpenWrt 21.02 and "
		"older); fw4 (22.03 and later) would ignore %s",
		what);
}

/* Under fw4 the iptables words are gone; otherwise the text as written. */
static struct text extra_words(struct openwrt *o, const struct uci_section *section,
			       const char *name)
{
	struct text text = openwrt_text(o, section, name);

	if (text.s)
		remark_assumed(o, text.at, "these iptables words");
	return is_fw4(o) ? (struct text){ 0 } : text;
}

static void remark_fw3_options(struct openwrt *o, const struct uci_section *section)
{
	for (size_t i = 0; is_fw4(o) && i < ARRAY_SIZE(fw3_only); i++) {
		const struct text text = openwrt_text(o, section, fw3_only[i]);

		if (text.s)
			site_remark(o->site, REMARK_IGNORED, text.at,
				    "option '%s' is not supported by fw4 (OpenWrt 22.03 "
				    "and later) and ignored",
				    fw3_only[i]);
	}
}

static bool parse_target(const char *word, enum verdict_target *ret_target)
{
	static const struct {
		const char *word;
		enum verdict_target target;
	} targets[] = {
		{ "ACCEPT", TARGET_ACCEPT },
		{ "REJECT", TARGET_REJECT },
		{ "DROP", TARGET_DROP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (str_equal_nocase(word, targets[i].word)) {
			*ret_target = targets[i].target;
			return true;
		}
	}
	return false;
}

static void read_policy(struct openwrt *o, const struct uci_section *section,
			const char *name, enum verdict_target fallback,
			const char *source, enum verdict_target *ret_target,
			struct origin *ret_at)
{
	const struct text text = openwrt_text(o, section, name);

	*ret_target = fallback;
	*ret_at = (struct origin){ .source = source };
	if (!text.s)
		return;
	if (parse_target(text.s, ret_target))
		*ret_at = text.at;
	else
		site_remark(o->site, REMARK_INVALID, text.at,
			    "option '%s' is not ACCEPT, REJECT or DROP", name);
}

/* Policies that are not written are DROP in fw3 and fw4. */
static void read_defaults(struct openwrt *o, const struct uci_section *section)
{
	struct site *site = o->site;
	struct origin at;

	read_policy(o, section, "input", TARGET_DROP, OPENWRT_DEFAULT,
		    &site->default_input, &at);
	read_policy(o, section, "output", TARGET_DROP, OPENWRT_DEFAULT,
		    &site->default_output, &at);
	read_policy(o, section, "forward", TARGET_DROP, OPENWRT_DEFAULT,
		    &site->default_forward, &at);
	site->syn_flood = openwrt_flag(o, section, "syn_flood", -1, NULL);
	site->drop_invalid = openwrt_flag(o, section, "drop_invalid", 0, OPENWRT_DEFAULT);
	site->flow_offloading =
		openwrt_flag(o, section, "flow_offloading", 0, OPENWRT_DEFAULT);
	remark_fw3_options(o, section);
	openwrt_check(o, section, defaults_options);
}

/* A list of networks into any VEC(struct prefix_value). */
#define READ_PREFIXES(o, section, name, vec)                                             \
	do {                                                                             \
		const struct openwrt_words words_ = openwrt_words(o, section, name, ""); \
		vec_foreach (word_, &words_.list) {                                      \
			struct prefix_value value_;                                      \
                                                                                         \
			if (openwrt_prefix(o, word_, &value_))                           \
				vec_add((o)->site->arena, vec, value_);                  \
		}                                                                        \
	} while (0)

/* The words of a list into any VEC(struct text). */
#define READ_WORDS(o, section, name, vec)                                                \
	do {                                                                             \
		const struct openwrt_words words_ = openwrt_words(o, section, name, ""); \
		vec_foreach (word_, &words_.list)                                        \
			vec_add((o)->site->arena, vec, *word_);                          \
	} while (0)

static void read_zone(struct openwrt *o, const struct uci_section *section)
{
	struct site *site = o->site;
	const char *name = openwrt_get(o, section, "name");
	struct zone *zone;

	if (!name || !openwrt_bool(o, section, "enabled", true)) {
		if (!name)
			site_remark(site, REMARK_INVALID, openwrt_at(&section->at),
				    "zone without a name, the firewall ignores it");
		return;
	}
	zone = vec_push(site->arena, &site->zones);
	zone->name = name;
	zone->at = openwrt_at(&section->at);
	READ_WORDS(o, section, "network", &zone->interfaces);
	READ_WORDS(o, section, "device", &zone->devices);
	READ_PREFIXES(o, section, "subnet", &zone->subnets);
	READ_PREFIXES(o, section, "masq_src", &zone->masq_src);
	READ_PREFIXES(o, section, "masq_dest", &zone->masq_dest);
	zone->extra_src = extra_words(o, section, "extra_src");
	if (!zone->extra_src.s)
		zone->extra_src = extra_words(o, section, "extra");
	zone->extra_dest = extra_words(o, section, "extra_dest");
	if (!zone->extra_dest.s)
		zone->extra_dest = zone->extra_src;
	read_policy(o, section, "input", site->default_input, "config defaults",
		    &zone->input, &zone->input_at);
	read_policy(o, section, "forward", site->default_forward, "config defaults",
		    &zone->forward, &zone->forward_at);
	read_policy(o, section, "output", site->default_output, "config defaults",
		    &zone->output, &zone->output_at);
	zone->masq = openwrt_flag(o, section, "masq", 0, OPENWRT_DEFAULT);
	zone->mtu_fix = openwrt_flag(o, section, "mtu_fix", 0, OPENWRT_DEFAULT);
	zone->masq_allow_invalid =
		openwrt_flag(o, section, "masq_allow_invalid", 0, OPENWRT_DEFAULT);
	if (!zone->interfaces.count && !zone->devices.count && !zone->subnets.count &&
	    !zone->extra_src.s)
		site_remark(site, REMARK_IGNORED, zone->at,
			    "zone '%s' has no network, device, subnet or extra words: no "
			    "packet ever enters it, IPsec traffic belongs to the zone of "
			    "the WAN",
			    name);
	remark_fw3_options(o, section);
	openwrt_check(o, section, zone_options);
}

static void remark_unknown_zone(struct openwrt *o, const struct uci_section *section,
				const char *option, const char *zone)
{
	if (zone && !str_equal(zone, "*") && !site_zone_find(o->site, zone))
		site_remark(o->site, REMARK_INVALID,
			    openwrt_option_at(o, section, option),
			    "there is no zone '%s'", zone);
}

/* fw3 and fw4 skip a section with an address or port that they cannot read. */
static bool is_skipped(struct openwrt *o, const struct uci_section *section,
		       size_t remarks_before)
{
	for (size_t i = remarks_before; i < o->site->remarks.count; i++) {
		const struct remark *remark = &o->site->remarks.items[i];

		if (remark->kind != REMARK_INVALID)
			continue;
		site_remark(o->site, REMARK_INVALID, openwrt_at(&section->at),
			    "the firewall skips this '%s' because of line %u",
			    section->type, remark->at.line);
		return true;
	}
	return false;
}

static void read_forwarding(struct openwrt *o, const struct uci_section *section)
{
	struct zone_forwarding forwarding = {
		.src = openwrt_get(o, section, "src"),
		.dest = openwrt_get(o, section, "dest"),
		.at = openwrt_at(&section->at),
	};
	const size_t remarks_before = o->site->remarks.count;

	if (!forwarding.src || !forwarding.dest) {
		site_remark(o->site, REMARK_INVALID, forwarding.at,
			    "forwarding without src and dest");
		return;
	}
	remark_unknown_zone(o, section, "src", forwarding.src);
	remark_unknown_zone(o, section, "dest", forwarding.dest);
	if (openwrt_bool(o, section, "enabled", true) &&
	    !is_skipped(o, section, remarks_before))
		vec_add(o->site->arena, &o->site->forwardings, forwarding);
	openwrt_check(o, section, forwarding_options);
}

/* "500", "1000-2000", "1000:2000" */
static bool parse_ports(const char *text, struct port_range *ret_range)
{
	char *copy, *dash;
	_cleanup_free_ char *own = strdup(text);
	int64_t first, last;

	copy = own;
	if (!copy)
		return false;
	dash = strpbrk(copy, "-:");
	if (dash)
		*dash++ = '\0';
	if (str_to_number(copy, 0, UINT16_MAX, &first))
		return false;
	last = first;
	if (dash && (str_to_number(dash, 0, UINT16_MAX, &last) || last < first))
		return false;
	*ret_range =
		(struct port_range){ .first = (uint16_t)first, .last = (uint16_t)last };
	return true;
}

static bool read_port(struct openwrt *o, const struct text *word,
		      struct port_range *ret_range)
{
	if (parse_ports(word->s, ret_range))
		return true;
	site_remark(o->site, REMARK_INVALID, word->at, "'%s' is not a port or range",
		    word->s);
	return false;
}

/* A list of ports into any VEC(struct port_range). */
#define READ_PORTS(o, section, name, vec)                                                \
	do {                                                                             \
		const struct openwrt_words words_ = openwrt_words(o, section, name, ""); \
		vec_foreach (word_, &words_.list) {                                      \
			struct port_range range_;                                        \
                                                                                         \
			if (read_port(o, word_, &range_))                                \
				vec_add((o)->site->arena, vec, range_);                  \
		}                                                                        \
	} while (0)

static int read_family(struct openwrt *o, const struct uci_section *section)
{
	const char *family = openwrt_get(o, section, "family");

	if (str_equal(family, "ipv4") || str_equal(family, "4"))
		return AF_INET;
	return str_equal(family, "ipv6") || str_equal(family, "6") ? AF_INET6 : 0;
}

/* `proto` default is tcp udp; "tcpudp" means both, "all" and "any" nothing. */
static struct openwrt_words read_protocols(struct openwrt *o,
					   const struct uci_section *section)
{
	const struct openwrt_words words = openwrt_words(o, section, "proto", "");
	const struct origin fallback = { .source = OPENWRT_DEFAULT };
	struct openwrt_words protocols = { 0 };

	vec_foreach (word, &words.list) {
		if (str_equal_nocase(word->s, "all") ||
		    str_equal_nocase(word->s, "any") || str_equal(word->s, "*"))
			return (struct openwrt_words){ 0 };
		if (str_equal_nocase(word->s, "tcpudp")) {
			vec_add(o->site->arena, &protocols.list,
				((struct text){ .s = "tcp", .at = word->at }));
			vec_add(o->site->arena, &protocols.list,
				((struct text){ .s = "udp", .at = word->at }));
			continue;
		}
		vec_add(o->site->arena, &protocols.list, *word);
	}
	if (!words.list.count) {
		vec_add(o->site->arena, &protocols.list,
			((struct text){ .s = "tcp", .at = fallback }));
		vec_add(o->site->arena, &protocols.list,
			((struct text){ .s = "udp", .at = fallback }));
	}
	return protocols;
}

/* Returns false for targets that do not decide about a packet (MARK, NOTRACK, …). */
static bool read_rule_target(struct openwrt *o, const struct uci_section *section,
			     struct rule *rule)
{
	const struct text target = openwrt_text(o, section, "target");

	rule->target = TARGET_REJECT;
	if (!target.s) {
		site_remark(o->site, REMARK_IGNORED, rule->at,
			    "rule has no target, fw3 takes REJECT");
		return true;
	}
	if (parse_target(target.s, &rule->target))
		return true;
	site_remark(o->site, REMARK_IGNORED, target.at,
		    "target '%s' does not decide about packets, the rule is left out",
		    target.s);
	return false;
}

static void read_rule_match(struct openwrt *o, const struct uci_section *section,
			    struct rule *rule)
{
	const struct openwrt_words protocols = read_protocols(o, section);

	vec_foreach (protocol, &protocols.list)
		vec_add(o->site->arena, &rule->protocols, *protocol);
	rule->family = read_family(o, section);
	READ_PREFIXES(o, section, "src_ip", &rule->src);
	READ_PREFIXES(o, section, "dest_ip", &rule->dest);
	READ_PORTS(o, section, "src_port", &rule->src_ports);
	READ_PORTS(o, section, "dest_port", &rule->dest_ports);
	READ_WORDS(o, section, "icmp_type", &rule->icmp_types);
	rule->extra = extra_words(o, section, "extra");
}

static void read_rule(struct openwrt *o, const struct uci_section *section)
{
	struct rule rule = { .at = openwrt_at(&section->at) };
	const size_t remarks_before = o->site->remarks.count;

	rule.name = openwrt_get(o, section, "name");
	if (!rule.name)
		rule.name = openwrt_get(o, section, "_name");
	rule.is_disabled = !openwrt_bool(o, section, "enabled", true);
	rule.src_zone = openwrt_get(o, section, "src");
	rule.dest_zone = openwrt_get(o, section, "dest");
	remark_unknown_zone(o, section, "src", rule.src_zone);
	remark_unknown_zone(o, section, "dest", rule.dest_zone);
	if (!rule.src_zone && !rule.dest_zone)
		site_remark(o->site, REMARK_IGNORED, rule.at,
			    "rule has neither src nor dest, it is taken for the router's "
			    "own packets");
	read_rule_match(o, section, &rule);
	if (is_skipped(o, section, remarks_before))
		rule.is_disabled = true;
	remark_fw3_options(o, section);
	if (read_rule_target(o, section, &rule))
		vec_add(o->site->arena, &o->site->rules, rule);
	openwrt_check(o, section, rule_options);
}

/* Only one address fits into the model; "192.168.2.10" or a network. */
static void read_to(struct openwrt *o, const struct uci_section *section,
		    const char *name, struct inet_prefix *ret_to)
{
	const struct text word = openwrt_text(o, section, name);
	struct prefix_value value;

	if (word.s && openwrt_prefix(o, &word, &value))
		*ret_to = value.prefix;
}

static void read_to_port(struct openwrt *o, const struct uci_section *section,
			 const char *name, struct nat_rule *rule)
{
	const struct text word = openwrt_text(o, section, name);
	struct port_range range;

	if (word.s && read_port(o, &word, &range))
		rule->to_port = range.first;
}

static void read_nat_match(struct openwrt *o, const struct uci_section *section,
			   struct nat_rule *rule)
{
	const struct openwrt_words protocols = read_protocols(o, section);

	vec_foreach (protocol, &protocols.list)
		vec_add(o->site->arena, &rule->protocols, *protocol);
	rule->at = openwrt_at(&section->at);
	rule->is_disabled = !openwrt_bool(o, section, "enabled", true);
	READ_PREFIXES(o, section, "src_ip", &rule->src);
}

/* `config redirect`: DNAT (port forwarding) or, in old files, SNAT. */
static void read_redirect(struct openwrt *o, const struct uci_section *section)
{
	const char *target = openwrt_get(o, section, "target");
	struct nat_rule rule = { .kind = str_equal_nocase(target, "SNAT")
						 ? NAT_SOURCE
						 : NAT_DESTINATION };
	const size_t remarks_before = o->site->remarks.count;

	read_nat_match(o, section, &rule);
	rule.src_zone = openwrt_get(o, section, "src");
	rule.dest_zone = openwrt_get(o, section, "dest");
	remark_unknown_zone(o, section, "src", rule.src_zone);
	remark_unknown_zone(o, section, "dest", rule.dest_zone);
	if (rule.kind == NAT_SOURCE) {
		READ_PREFIXES(o, section, "dest_ip", &rule.dest);
		READ_PORTS(o, section, "dest_port", &rule.dest_ports);
		read_to(o, section, "src_dip", &rule.to);
		read_to_port(o, section, "src_dport", &rule);
	} else {
		READ_PREFIXES(o, section, "src_dip", &rule.dest);
		READ_PORTS(o, section, "src_dport", &rule.dest_ports);
		read_to(o, section, "dest_ip", &rule.to);
		read_to_port(o, section, "dest_port", &rule);
	}
	if (is_skipped(o, section, remarks_before))
		rule.is_disabled = true;
	vec_add(o->site->arena, &o->site->nat, rule);
	openwrt_check(o, section, redirect_options);
}

/* `config nat`: src is the zone that the packets leave by. */
static void read_nat(struct openwrt *o, const struct uci_section *section)
{
	const struct text target = openwrt_text(o, section, "target");
	struct nat_rule rule = { .kind = NAT_SOURCE };
	const size_t remarks_before = o->site->remarks.count;

	read_nat_match(o, section, &rule);
	rule.dest_zone = openwrt_get(o, section, "src");
	if (str_equal(rule.dest_zone, "*"))
		rule.dest_zone = NULL;
	remark_unknown_zone(o, section, "src", rule.dest_zone);
	/* Without `proto` a NAT rule is for all protocols, unlike the other sections. */
	if (!openwrt_get(o, section, "proto"))
		rule.protocols.count = 0;
	READ_PREFIXES(o, section, "dest_ip", &rule.dest);
	READ_PORTS(o, section, "dest_port", &rule.dest_ports);
	if (str_equal_nocase(target.s, "ACCEPT"))
		rule.kind = NAT_EXEMPT;
	else if (str_equal_nocase(target.s, "SNAT"))
		read_to(o, section, "snat_ip", &rule.to);
	read_to_port(o, section, "snat_port", &rule);
	if (is_skipped(o, section, remarks_before))
		rule.is_disabled = true;
	vec_add(o->site->arena, &o->site->nat, rule);
	openwrt_check(o, section, redirect_options);
}

/* A line of a shell script; comments and blank lines say nothing. */
static bool is_statement(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '#';
}

static void read_script(struct openwrt *o, const struct import_source *script)
{
	const char *file = arena_strdup(o->site->arena, script->name);
	unsigned int number = 0;
	size_t offset = 0;
	const char *line;

	while ((line = openwrt_next_line(o, script, &offset))) {
		struct origin at = { .file = file, .line = ++number };
		char *text = arena_strdup(o->site->arena, line);

		/* A backslash joins the next line, the origin stays the first one. */
		while (str_ends(text, "\\") || str_ends(text, "\\\r")) {
			*strrchr(text, '\\') = '\0';
			line = openwrt_next_line(o, script, &offset);
			if (!line)
				break;
			number++;
			text = arena_printf(o->site->arena, "%s%s", text, line);
		}
		if (is_statement(text))
			vec_add(o->site->arena, &o->site->firewall_user,
				((struct firewall_line){ .text = str_trim(text),
							 .at = at }));
	}
}

static void read_include_script(struct openwrt *o, const struct text *path,
				const struct import_source *script)
{
	if (str_equal(path->s, FIREWALL_USER))
		remark_assumed(o, path->at, "this script");
	read_script(o, script);
}

static void read_include(struct openwrt *o, const struct uci_section *section)
{
	const struct text path = openwrt_text(o, section, "path");
	const char *type = openwrt_get(o, section, "type");
	const bool is_on = openwrt_bool(o, section, "enabled", true);
	const struct import_source *script;

	if (!path.s || !is_on)
		return;
	script = openwrt_source(o, path.s + (*path.s == '/'));
	if (is_fw4(o) && str_equal(path.s, FIREWALL_USER) &&
	    !openwrt_bool(o, section, "fw4_compatible", false))
		site_remark(o->site, REMARK_IGNORED, path.at,
			    "%s is not marked as compatible with fw4, it is never run",
			    path.s);
	else if (type && !str_equal(type, "script"))
		site_remark(o->site, REMARK_IGNORED, path.at,
			    "%s is a file of type '%s', it is not read", path.s, type);
	else if (!script)
		site_remark(o->site, REMARK_IGNORED, path.at, "%s is not among the files",
			    path.s);
	else
		read_include_script(o, &path, script);
	openwrt_check(o, section, include_options);
}

/* Without a firewall configuration nothing says whether the script runs: it does. */
static void read_firewall_user_alone(struct openwrt *o)
{
	const struct import_source *script = openwrt_source(o, FIREWALL_USER_NAME);

	if (!script)
		return;
	site_remark(o->site, REMARK_ASSUMED,
		    (struct origin){ .file = arena_strdup(o->site->arena, script->name) },
		    "there is no etc/config/firewall; the script is taken as included");
	read_script(o, script);
}

static void remark_orphan_script(struct openwrt *o, const struct uci_package *package)
{
	const struct import_source *script = openwrt_source(o, FIREWALL_USER_NAME);

	vec_foreach (section, &package->sections) {
		const char *path = uci_get(&o->uci, *section, "path");

		if (str_equal((*section)->type, "include") &&
		    str_equal(path, FIREWALL_USER))
			return;
	}
	if (script)
		site_remark(o->site, REMARK_IGNORED,
			    (struct origin){
				    .file = arena_strdup(o->site->arena, script->name) },
			    "no `config include` of etc/config/firewall names this "
			    "script, it is never run");
}

static const struct {
	const char *type;
	void (*read)(struct openwrt *o, const struct uci_section *section);
} section_readers[] = {
	{ "defaults", read_defaults },	   { "zone", read_zone },
	{ "forwarding", read_forwarding }, { "rule", read_rule },
	{ "redirect", read_redirect },	   { "nat", read_nat },
	{ "include", read_include },
};

static bool has_reader(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(section_readers); i++) {
		if (str_equal(type, section_readers[i].type))
			return true;
	}
	return false;
}

void openwrt_read_firewall(struct openwrt *o)
{
	const struct uci_package *package = uci_package_find(&o->uci, "firewall");

	o->site->firewall = o->release >= RELEASE_FW4 ? FIREWALL_FW4 : FIREWALL_FW3;
	o->site->default_input = TARGET_ACCEPT;
	o->site->default_output = TARGET_ACCEPT;
	o->site->default_forward = TARGET_ACCEPT;
	if (!package) {
		read_firewall_user_alone(o);
		if (!o->site->firewall_user.count)
			o->site->firewall = FIREWALL_OPEN;
		return;
	}
	/* By type, as fw3 does: zones take the defaults, rules name zones. */
	for (size_t i = 0; i < ARRAY_SIZE(section_readers); i++) {
		vec_foreach (section, &package->sections) {
			if (str_equal((*section)->type, section_readers[i].type))
				section_readers[i].read(o, *section);
		}
	}
	remark_orphan_script(o, package);
	vec_foreach (section, &package->sections) {
		if (!has_reader((*section)->type))
			site_remark(o->site, REMARK_IGNORED, openwrt_at(&(*section)->at),
				    "section '%s' is not taken over", (*section)->type);
	}
}

/* Below the root, without "..": the path comes from the device's file. */
static bool is_safe_path(const char *path)
{
	return path && path[0] == '/' && path[1] && !strstr(path, "..");
}

const char *const *openwrt_firewall_includes(const struct import_source *firewall,
					     struct arena *arena, size_t *ret_count)
{
	struct uci uci = { .arena = arena };
	VEC(const char *) paths = { 0 };

	uci_read(&uci, "firewall", firewall->name, firewall->bytes, firewall->length);
	vec_foreach (section, &uci_package_find(&uci, "firewall")->sections) {
		const char *path = str_equal((*section)->type, "include")
					   ? uci_get(&uci, *section, "path")
					   : NULL;

		if (is_safe_path(path))
			vec_add(arena, &paths, path);
	}
	*ret_count = paths.count;
	return paths.items;
}
