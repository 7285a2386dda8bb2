// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openwrt_firewall.c - /etc/config/firewall: zones, rules and NAT
 *
 * fw3 (until 21.02, iptables) and fw4 (from 22.03, nftables) read the same file, but
 * fw4 ignores iptables words and does not run /etc/firewall.user unless it is marked
 * as compatible (devices.md 1.4, 1.5).
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_firewall.h"
#include "import/words.h"

#define RELEASE_FW4 2203

static const struct openwrt_option defaults_options[] = {
	{ "input", NULL, 0 },
	{ "output", NULL, 0 },
	{ "forward", NULL, 0 },
	{ "syn_flood", NULL, 0 },
	{ "synflood_protect", NULL, 0 },
	{ "synflood_rate", NULL, 0 },
	{ "synflood_burst", NULL, 0 },
	{ "drop_invalid", NULL, 0 },
	{ "flow_offloading", NULL, 0 },
	{ "flow_offloading_hw", NULL, 0 },
	{ "disable_ipv6", NULL, 0 },
	{ "custom_chains", NULL, 0 },
	{ "tcp_ecn", NULL, 0 },
	{ "tcp_syncookies", NULL, 0 },
	{ "tcp_window_scaling", NULL, 0 },
	{ "tcp_reject_code", NULL, 0 },
	{ "any_reject_code", NULL, 0 },
	{ "accept_redirects", NULL, 0 },
	{ "accept_source_route", NULL, 0 },
	{ "auto_helper", NULL, 0 },
	{ "auto_includes", NULL, 0 },
	{ "force_router_advertisement", NULL, 0 },
	{ "fullcone", NULL, 0 },
	{ "fullcone6", NULL, 0 },
	{ NULL, NULL, 0 },
};

static const struct openwrt_option zone_options[] = {
	{ "name", NULL, 0 },	      { "network", NULL, 0 },
	{ "device", NULL, 0 },	      { "subnet", NULL, 0 },
	{ "input", NULL, 0 },	      { "forward", NULL, 0 },
	{ "output", NULL, 0 },	      { "masq", NULL, 0 },
	{ "masq6", NULL, 0 },	      { "masq_src", NULL, 0 },
	{ "masq_dest", NULL, 0 },     { "masq_allow_invalid", NULL, 0 },
	{ "mtu_fix", NULL, 0 },	      { "extra", NULL, 0 },
	{ "extra_src", NULL, 0 },     { "extra_dest", NULL, 0 },
	{ "family", NULL, 0 },	      { "conntrack", NULL, 0 },
	{ "custom_chains", NULL, 0 }, { "log", NULL, 0 },
	{ "log_limit", NULL, 0 },     { "auto_helper", NULL, 0 },
	{ "helper", NULL, 0 },	      { "enabled", NULL, 0 },
	{ "ns_*", NULL, 0 },	      { NULL, NULL, 0 },
};

static const struct openwrt_option forwarding_options[] = {
	{ "src", NULL, 0 },    { "dest", NULL, 0 },    { "name", NULL, 0 },
	{ "family", NULL, 0 }, { "enabled", NULL, 0 }, { "ipset", NULL, 0 },
	{ "ns_*", NULL, 0 },   { NULL, NULL, 0 },
};

static const struct openwrt_option rule_options[] = {
	{ "name", NULL, 0 },
	{ "src", NULL, 0 },
	{ "dest", NULL, 0 },
	{ "proto", NULL, 0 },
	{ "src_ip", NULL, 0 },
	{ "dest_ip", NULL, 0 },
	{ "src_port", NULL, 0 },
	{ "dest_port", NULL, 0 },
	{ "icmp_type", NULL, 0 },
	{ "family", NULL, 0 },
	{ "target", NULL, 0 },
	{ "extra", NULL, 0 },
	{ "enabled", NULL, 0 },
	{ "src_mac", "narrows the rule to a MAC address, it is read without", 0 },
	{ "mark", "narrows the rule to marked packets, it is read without", 0 },
	{ "ipset", "narrows the rule to a set, it is read without", 0 },
	{ "limit", "limits the rule, it is read without", 0 },
	{ "limit_burst", NULL, 0 },
	{ "start_time", NULL, 0 },
	{ "stop_time", NULL, 0 },
	{ "start_date", NULL, 0 },
	{ "stop_date", NULL, 0 },
	{ "weekdays", NULL, 0 },
	{ "monthdays", NULL, 0 },
	{ "utc_time", NULL, 0 },
	{ "log", NULL, 0 },
	{ "counter", NULL, 0 },
	{ "device", NULL, 0 },
	{ "direction", NULL, 0 },
	{ "set_mark", NULL, 0 },
	{ "set_xmark", NULL, 0 },
	{ "set_dscp", NULL, 0 },
	{ "dscp", NULL, 0 },
	{ "helper", NULL, 0 },
	{ "set_helper", NULL, 0 },
	{ "_name", NULL, 0 },
	{ "ns_*", NULL, 0 },
	{ NULL, NULL, 0 },
};

static const struct openwrt_option redirect_options[] = {
	{ "name", NULL, 0 },
	{ "src", NULL, 0 },
	{ "src_ip", NULL, 0 },
	{ "src_dip", NULL, 0 },
	{ "src_port", NULL, 0 },
	{ "src_dport", NULL, 0 },
	{ "dest", NULL, 0 },
	{ "dest_ip", NULL, 0 },
	{ "dest_port", NULL, 0 },
	{ "proto", NULL, 0 },
	{ "target", NULL, 0 },
	{ "enabled", NULL, 0 },
	{ "family", NULL, 0 },
	{ "reflection", NULL, 0 },
	{ "reflection_src", NULL, 0 },
	{ "reflection_zone", NULL, 0 },
	{ "src_mac", NULL, 0 },
	{ "snat_ip", NULL, 0 },
	{ "snat_port", NULL, 0 },
	{ "device", NULL, 0 },
	{ "extra", NULL, 0 },
	{ "ipset", NULL, 0 },
	{ "mark", NULL, 0 },
	{ "limit", NULL, 0 },
	{ "helper", NULL, 0 },
	{ "log", NULL, 0 },
	{ "_name", NULL, 0 },
	{ "ns_*", NULL, 0 },
	{ NULL, NULL, 0 },
};

/* Options that fw4 warns about and ignores ("is not supported by fw4"). */
static const char *const fw3_only[] = { "extra",	 "extra_src",	 "extra_dest",
					"custom_chains", "disable_ipv6", "monthdays" };

/* Under fw4 the iptables words are gone; otherwise the text as written. */
static struct text extra_words(struct openwrt *o, const struct tree_node *section,
			       const char *name)
{
	static const struct text none = { 0 };
	struct text text = openwrt_text(o, section, name);

	if (text.s)
		openwrt_remark_assumed_fw3(o, text.at, "these iptables words");
	return openwrt_is_fw4(o) ? none : text;
}

static void remark_fw3_options(struct openwrt *o, const struct tree_node *section)
{
	for (size_t i = 0; openwrt_is_fw4(o) && i < ARRAY_SIZE(fw3_only); i++) {
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

static void read_policy(struct openwrt *o, const struct tree_node *section,
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
static void read_defaults(struct openwrt *o, const struct tree_node *section)
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

static void read_zone(struct openwrt *o, const struct tree_node *section)
{
	struct site *site = o->site;
	const char *name = openwrt_get(o, section, "name");
	struct zone *zone;

	if (!name || !openwrt_bool(o, section, "enabled", true)) {
		if (!name)
			site_remark(site, REMARK_INVALID, section->at,
				    "zone without a name, the firewall ignores it");
		return;
	}
	if (site->zones.count >= OPENWRT_THINGS_MAX)
		return;
	zone = vec_push(site->arena, &site->zones);
	zone->name = name;
	zone->at = section->at;
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

static void remark_unknown_zone(struct openwrt *o, const struct tree_node *section,
				const char *option, const char *zone)
{
	if (zone && !str_equal(zone, "*") && !site_zone_find(o->site, zone))
		site_remark(o->site, REMARK_INVALID,
			    openwrt_option_at(o, section, option),
			    "there is no zone '%s'", zone);
}

/* fw3 and fw4 skip a section with an address or port that they cannot read. */
static bool is_skipped(struct openwrt *o, const struct tree_node *section,
		       size_t mistakes_before)
{
	size_t own = o->site->mistakes - mistakes_before;

	if (!own)
		return false;
	for (size_t i = o->site->remarks.count; own && i-- > 0;) {
		const struct remark *remark = &o->site->remarks.items[i];

		if (remark->kind == REMARK_INVALID && --own == 0)
			site_remark(o->site, REMARK_INVALID, section->at,
				    "the firewall skips this '%s' because of line %u",
				    uci_type(section), remark->at.line);
	}
	return true;
}

static void read_forwarding(struct openwrt *o, const struct tree_node *section)
{
	struct zone_forwarding forwarding = {
		.src = openwrt_get(o, section, "src"),
		.dest = openwrt_get(o, section, "dest"),
		.at = section->at,
	};
	const size_t mistakes_before = o->site->mistakes;

	if (!forwarding.src || !forwarding.dest) {
		site_remark(o->site, REMARK_INVALID, forwarding.at,
			    "forwarding without src and dest");
		return;
	}
	remark_unknown_zone(o, section, "src", forwarding.src);
	remark_unknown_zone(o, section, "dest", forwarding.dest);
	if (openwrt_bool(o, section, "enabled", true) &&
	    !is_skipped(o, section, mistakes_before))
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

static int read_family(struct openwrt *o, const struct tree_node *section)
{
	const char *family = openwrt_get(o, section, "family");

	if (str_equal(family, "ipv4") || str_equal(family, "4"))
		return AF_INET;
	return str_equal(family, "ipv6") || str_equal(family, "6") ? AF_INET6 : 0;
}

/* `proto` default is tcp udp; "tcpudp" means both, "all" and "any" nothing. */
static struct openwrt_words read_protocols(struct openwrt *o,
					   const struct tree_node *section)
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
static bool read_rule_target(struct openwrt *o, const struct tree_node *section,
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

/* Conditions that no rehearsal makes: the rule is read without, and said to be. */
static const char *narrowed_by(struct openwrt *o, const struct tree_node *section)
{
	static const char *const options[] = {
		"src_mac",   "mark",	   "ipset",	"limit",    "start_time",
		"stop_time", "start_date", "stop_date", "weekdays", "monthdays",
		"device",    "dscp",	   "helper",
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (openwrt_get(o, section, options[i]))
			return options[i];
	return NULL;
}

static void read_rule_match(struct openwrt *o, const struct tree_node *section,
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

static void read_rule(struct openwrt *o, const struct tree_node *section)
{
	struct rule rule = { .at = section->at };
	const size_t mistakes_before = o->site->mistakes;

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
	rule.narrowed = narrowed_by(o, section);
	if (is_skipped(o, section, mistakes_before))
		rule.is_disabled = true;
	remark_fw3_options(o, section);
	if (read_rule_target(o, section, &rule))
		vec_add(o->site->arena, &o->site->rules, rule);
	openwrt_check(o, section, rule_options);
}

/* Only one address fits into the model; "192.168.2.10" or a network. */
static void read_to(struct openwrt *o, const struct tree_node *section, const char *name,
		    struct inet_prefix *ret_to)
{
	const struct text word = openwrt_text(o, section, name);
	struct prefix_value value;

	if (word.s && openwrt_prefix(o, &word, &value))
		*ret_to = value.prefix;
}

static void read_to_port(struct openwrt *o, const struct tree_node *section,
			 const char *name, struct nat_rule *rule)
{
	const struct text word = openwrt_text(o, section, name);
	struct port_range range;

	if (word.s && read_port(o, &word, &range))
		rule->to_port = range.first;
}

static void read_nat_match(struct openwrt *o, const struct tree_node *section,
			   struct nat_rule *rule)
{
	const struct openwrt_words protocols = read_protocols(o, section);

	vec_foreach (protocol, &protocols.list)
		vec_add(o->site->arena, &rule->protocols, *protocol);
	rule->at = section->at;
	rule->narrowed = narrowed_by(o, section);
	if (!rule->narrowed && extra_words(o, section, "extra").s)
		rule->narrowed = "extra";
	rule->is_disabled = !openwrt_bool(o, section, "enabled", true);
	READ_PREFIXES(o, section, "src_ip", &rule->src);
}

/* `config redirect`: DNAT (port forwarding) or, in old files, SNAT. */
static void read_redirect(struct openwrt *o, const struct tree_node *section)
{
	const char *target = openwrt_get(o, section, "target");
	struct nat_rule rule = { .kind = str_equal_nocase(target, "SNAT")
						 ? NAT_SOURCE
						 : NAT_DESTINATION };
	const size_t mistakes_before = o->site->mistakes;

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
	if (is_skipped(o, section, mistakes_before))
		rule.is_disabled = true;
	vec_add(o->site->arena, &o->site->nat, rule);
	openwrt_check(o, section, redirect_options);
}

/* `config nat`: src is the zone that the packets leave by. */
static void read_nat(struct openwrt *o, const struct tree_node *section)
{
	const struct text target = openwrt_text(o, section, "target");
	struct nat_rule rule = { .kind = NAT_SOURCE };
	const size_t mistakes_before = o->site->mistakes;

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
	if (is_skipped(o, section, mistakes_before))
		rule.is_disabled = true;
	vec_add(o->site->arena, &o->site->nat, rule);
	openwrt_check(o, section, redirect_options);
}

static const struct {
	const char *type;
	void (*read)(struct openwrt *o, const struct tree_node *section);
} section_readers[] = {
	{ "defaults", read_defaults },	     { "zone", read_zone },
	{ "forwarding", read_forwarding },   { "rule", read_rule },
	{ "redirect", read_redirect },	     { "nat", read_nat },
	{ "include", openwrt_read_include },
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
	const struct tree_node *package = uci_package_find(&o->uci, "firewall");

	o->site->firewall = o->release >= RELEASE_FW4 ? FIREWALL_FW4 : FIREWALL_FW3;
	o->site->default_input = TARGET_ACCEPT;
	o->site->default_output = TARGET_ACCEPT;
	o->site->default_forward = TARGET_ACCEPT;
	if (!package) {
		openwrt_read_firewall_user_alone(o);
		if (!o->site->firewall_user.count)
			o->site->firewall = FIREWALL_OPEN;
		return;
	}
	/* By type, as fw3 does: zones take the defaults, rules name zones. */
	for (size_t i = 0; i < ARRAY_SIZE(section_readers); i++) {
		tree_foreach (section, package) {
			if (str_equal(uci_type(section), section_readers[i].type))
				section_readers[i].read(o, section);
		}
	}
	openwrt_remark_orphan_script(o, package);
	tree_foreach (section, package) {
		if (!has_reader(uci_type(section)))
			site_remark(o->site, REMARK_IGNORED, section->at,
				    "section '%s' is not taken over", uci_type(section));
	}
}

void openwrt_firewall_words_list(struct import_words *words)
{
	openwrt_options_list(words, "firewall, section defaults", defaults_options);
	openwrt_options_list(words, "firewall, section zone", zone_options);
	openwrt_options_list(words, "firewall, section forwarding", forwarding_options);
	openwrt_options_list(words, "firewall, section rule", rule_options);
	openwrt_options_list(words, "firewall, section redirect", redirect_options);
}
