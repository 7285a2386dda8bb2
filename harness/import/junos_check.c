// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junos_check.c - name what the Junos importer did not take over
 *
 * A table of the words that may follow where it matters. Words with '-' before are
 * known and change nothing that is rehearsed: one remark for each kind; "-*" at the
 * end are all others. Words with '!' before have an effect that is not rehearsed, on the
 * aspects behind '/' (model/aspect.h): i IKE, a its proof, s selectors, w the way into
 * the tunnel, n NAT, d DNS, l life time, t throughput. Words that are not in the table are unknown.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/junos_reader.h"
#include "model/aspect.h"
#include "import/words.h"

#define WORDS_MAX	   48
#define INACTIVE_DEPTH_MAX 12

struct level {
	const char *path;  /* from the root; '*' is any name */
	const char *words; /* separated by blanks */
};

static const struct level levels[] = {
	{ "",
	  "security interfaces routing-options routing-instances applications groups "
	  "apply-groups apply-groups-except version system -protocols -policy-options "
	  "-firewall -chassis -snmp -services -vlans -access -event-options "
	  "-class-of-service -forwarding-options -ethernet-switching-options -poe "
	  "-virtual-chassis -wlan -schedulers !logical-systems/iaswlt !tenants/iaswlt "
	  "-switch-options -access-profile -multi-chassis -bridge-domains -smtp -jsrc "
	  "-dynamic-profiles -diameter -accounting-options -fabric -apply-macro" },
	{ "system", "host-name apply-groups -*" },
	{ "system services", "!dns/d -*" },
	{ "interfaces * unit *", "family disable apply-groups !multipoint/w -*" },
	{ "interfaces * unit * family inet",
	  "address dhcp dhcp-client negotiate-address mtu apply-groups !filter/iw "
	  "!rpf-check/w !simple-filter/iw !service/iw !next-hop-tunnel/w -*" },
	{ "class-of-service interfaces *", "!shaping-rate/t -*" },
	{ "class-of-service interfaces * unit *", "!shaping-rate/t -*" },
	{ "routing-options",
	  "static rib apply-groups !instance-import/w !rib-groups/w !flow/w -*" },
	{ "security",
	  "ike ipsec policies zones nat address-book apply-groups apply-groups-except "
	  "-flow -screen -alg -utm -log -pki -idp -application-tracking -certificates "
	  "-dynamic-vpn -application-firewall -ssh-known-hosts -traceoptions "
	  "-user-identification -group-vpn -forwarding-options -forwarding-process "
	  "-gprs -softwires -resource-manager -dynamic-address "
	  "-advance-policy-based-routing -authentication-key-chains "
	  "-firewall-authentication -macsec -analysis -advanced-services -alarms "
	  "-datapath-debug -distribution-profile -nat64" },
	/* In packet mode there is neither zone nor tunnel. */
	{ "security forwarding-options family mpls", "!mode/iaswn" },
	{ "security forwarding-options family inet", "!mode/iaswn" },
	{ "security ike", "proposal policy gateway apply-groups -traceoptions "
			  "-respond-bad-spi -session" },
	{ "security ike proposal *",
	  "authentication-method dh-group authentication-algorithm encryption-algorithm "
	  "lifetime-seconds apply-groups -description" },
	{ "security ike policy *", "mode proposals proposal-set pre-shared-key "
				   "apply-groups -certificate -description "
				   "!reauth-frequency/l !seeded-pre-shared-key/a" },
	{ "security ike gateway *",
	  "ike-policy address dynamic external-interface local-address local-identity "
	  "remote-identity general-ikeid dead-peer-detection no-nat-traversal version "
	  "xauth apply-groups -nat-keepalive !aaa/a !advpn/i -fragmentation "
	  "!tcp-encap-profile/i -node-local !client/a" },
	{ "security ike gateway * dead-peer-detection",
	  "interval threshold -always-send -optimized -probe-idle-tunnel" },
	{ "security ipsec", "proposal policy vpn apply-groups -traceoptions "
			    "-vpn-monitor-options -security-association "
			    "-internal -anti-replay-window-size !tunnel-mtu/t" },
	{ "security ipsec proposal *",
	  "protocol authentication-algorithm encryption-algorithm lifetime-seconds "
	  "lifetime-kilobytes apply-groups -description !extended-sequence-number/s" },
	{ "security ipsec policy *",
	  "perfect-forward-secrecy proposals proposal-set apply-groups -description" },
	{ "security ipsec vpn *",
	  "bind-interface ike traffic-selector establish-tunnels manual apply-groups "
	  "!df-bit/t !vpn-monitor/l -copy-outer-dscp -match-direction !multi-sa/s "
	  "!udp-encapsulate/w !tunnel-mtu/t !passive-mode-tunneling/w -distribution-profile "
	  "-description" },
	{ "security ipsec vpn * ike", "gateway ipsec-policy proxy-identity "
				      "no-anti-replay !idle-time/l -install-interval "
				      "-anti-replay-window-size" },
	{ "security ipsec vpn * ike proxy-identity", "local remote !service/s" },
	{ "security ipsec vpn * traffic-selector *",
	  "local-ip remote-ip !protocol/s !source-port/s !destination-port/s -description "
	  "-metric -preference" },
	{ "security policies",
	  "from-zone global default-policy apply-groups -policy-rematch -traceoptions "
	  "-policy-stats -pre-id-default-policy -unified-policy "
	  "-stateful-packet-logging" },
	{ "security policies from-zone * to-zone * policy *",
	  "match then !scheduler-name/w -description apply-groups" },
	{ "security policies from-zone * to-zone * policy * match",
	  "source-address destination-address application source-address-excluded "
	  "destination-address-excluded !source-identity/w !dynamic-application/w "
	  "!url-category/w !source-end-user-profile/w" },
	{ "security policies from-zone * to-zone * policy * then",
	  "permit deny reject -log -count" },
	{ "security policies from-zone * to-zone * policy * then permit",
	  "tunnel !application-services/w !firewall-authentication/w "
	  "!destination-address/w -tcp-options -services-offload" },
	{ "security policies from-zone * to-zone * policy * then permit tunnel",
	  "ipsec-vpn pair-policy apply-groups !ipsec-group-vpn/sw" },
	{ "security policies global policy *",
	  "match then !scheduler-name/w -description apply-groups" },
	{ "security policies global policy * match",
	  "from-zone to-zone source-address destination-address application "
	  "source-address-excluded destination-address-excluded !source-identity/w "
	  "!dynamic-application/w !url-category/w !source-end-user-profile/w" },
	{ "security policies global policy * then", "permit deny reject -log -count" },
	{ "security policies global policy * then permit",
	  "!application-services/w !firewall-authentication/w !destination-address/w "
	  "-tcp-options -services-offload" },
	{ "security zones", "security-zone apply-groups -functional-zone" },
	{ "security zones security-zone *",
	  "interfaces host-inbound-traffic address-book apply-groups -screen -tcp-rst "
	  "-description -application-tracking !advance-policy-based-routing-profile/w "
	  "-enable-reverse-reroute -source-identity-log "
	  "-unidirectional-session-refreshing" },
	{ "security zones security-zone * host-inbound-traffic",
	  "system-services protocols apply-groups" },
	{ "security zones security-zone * interfaces *",
	  "host-inbound-traffic apply-groups" },
	{ "security nat", "source destination static apply-groups -proxy-arp -proxy-ndp "
			  "-traceoptions -natv6v4" },
	{ "security nat source",
	  "rule-set pool apply-groups -address-persistent -port-randomization -interface "
	  "-pool-utilization-alarm -port-round-robin -session-persistence-scan" },
	{ "security nat source rule-set *", "from to rule apply-groups -description" },
	{ "security nat source rule-set * from", "zone interface !routing-instance/nw" },
	{ "security nat source rule-set * to", "zone interface !routing-instance/nw" },
	{ "security nat source rule-set * rule * match",
	  "source-address destination-address source-address-name "
	  "destination-address-name apply-groups !source-port/nw !destination-port/nw "
	  "!protocol/nw !application/nw" },
	{ "security nat destination rule-set * from",
	  "zone interface !routing-instance/nw" },
	{ "security nat destination rule-set * rule * match",
	  "source-address destination-address source-address-name "
	  "destination-address-name destination-port protocol apply-groups "
	  "!application/nw" },
	{ "security nat static rule-set * from", "zone interface !routing-instance/nw" },
	{ "security nat static rule-set * rule * match",
	  "destination-address destination-address-name source-address "
	  "source-address-name apply-groups !destination-port/nw !source-port/nw" },
	{ "security nat static rule-set * rule * then static-nat",
	  "prefix apply-groups !prefix-name/nw !inet/nw" },
};

/* ------------------------------------------------------------ one level */

struct word_list {
	char text[1024];
	const char *words[WORDS_MAX + 1]; /* without the '-' */
	bool is_ignored[WORDS_MAX];
	unsigned int aspects[WORDS_MAX]; /* 0: none */
	size_t count;
};

static unsigned int aspects_cut(char *word)
{
	static const struct {
		char letter;
		unsigned int aspect;
	} letters[] = {
		{ 'i', ASPECT_IKE },	   { 'a', ASPECT_AUTH },
		{ 's', ASPECT_SELECTORS }, { 'w', ASPECT_WAY },
		{ 'n', ASPECT_NAT },	   { 'd', ASPECT_DNS },
		{ 'l', ASPECT_LIFE },	   { 't', ASPECT_THROUGHPUT },
	};
	char *slash = strchr(word, '/');
	unsigned int aspects = 0;

	for (size_t i = 0; slash && i < ARRAY_SIZE(letters); i++)
		if (strchr(slash, letters[i].letter))
			aspects |= letters[i].aspect;
	if (slash)
		*slash = '\0';
	return aspects;
}

/* The gateway that the node is part of, by its vpn or itself; NULL: of several. */
static const char *tunnel_of(const struct junos *junos, const struct junos_node *node)
{
	for (; node && node->parent; node = node->parent) {
		const struct junos_vpn *vpn;

		const struct junos_node *above = node->parent->parent;

		/* Zones and policies have such names, too. */
		if (str_equal(node->parent->name, "gateway") && above &&
		    str_equal(above->name, "ike"))
			return node->name;
		if (!str_equal(node->parent->name, "vpn") || !above ||
		    !str_equal(above->name, "ipsec"))
			continue;
		vpn = map_get(&junos->vpn_map, NULL, node->name);
		return vpn && vpn->gateway ? vpn->gateway->tunnel.name : "";
	}
	return NULL;
}

/* What is said of a node holds for the lines of all that stands in it. */
static void subtree_is(struct site *site, const struct junos_node *node,
		       enum line_state state)
{
	site_line_is(site, node->at, state);
	for (node = node->first; node; node = node->next)
		subtree_is(site, node, state);
}

static void unrehearsed_name(struct junos *junos, const struct junos_node *node,
			     unsigned int aspects)
{
	/* What holds without the line as well. */
	static const char *const inert[] = { "any", "junos-any", "clear", "flow-based" };

	for (size_t i = 0; node->first && i < ARRAY_SIZE(inert); i++)
		if (str_equal(node->first->name, inert[i]))
			return;
	subtree_is(junos->site, node, LINE_NOT_REHEARSED);
	site_unrehearsed(junos->site, tunnel_of(junos, node), aspects, node->at,
			 node->name);
}

static void words_split(const char *text, struct word_list *list)
{
	char *word, *rest;

	list->count = 0;
	strncpy(list->text, text, sizeof(list->text) - 1);
	list->text[sizeof(list->text) - 1] = '\0';
	for (word = strtok_r(list->text, " ", &rest); word && list->count < WORDS_MAX;
	     word = strtok_r(NULL, " ", &rest)) {
		list->is_ignored[list->count] = *word == '-';
		list->aspects[list->count] = *word == '!' ? aspects_cut(word) : 0;
		list->words[list->count++] = word + (*word == '-' || *word == '!');
	}
	list->words[list->count] = NULL;
}

static void node_check(struct junos *junos, const struct junos_node *node,
		       const struct word_list *list, bool *seen)
{
	for (size_t i = 0; i < list->count; i++) {
		bool is_rest = list->is_ignored[i] && str_equal(list->words[i], "*");

		if (!is_rest && !str_equal(list->words[i], node->name))
			continue;
		if (list->aspects[i])
			unrehearsed_name(junos, node, list->aspects[i]);
		if (list->is_ignored[i])
			subtree_is(junos->site, node, LINE_NO_EFFECT);
		if (list->is_ignored[i] && !seen[i])
			site_remark(junos->site, REMARK_IGNORED, node->at,
				    "'%s' is not rehearsed",
				    junos_node_text(&junos->tree, node));
		seen[i] = true;
		return;
	}
	subtree_is(junos->site, node, LINE_NOT_UNDERSTOOD);
	site_remark(junos->site, REMARK_UNKNOWN, node->at, "unknown statement '%s'%s",
		    junos_node_text(&junos->tree, node),
		    site_hint(junos->site, node->name, list->words));
}

/* Walk to all nodes of the path and check their children. */
static void path_check(struct junos *junos, const struct junos_node *node,
		       const char *path, const struct word_list *list, bool *seen)
{
	char word[64];
	size_t length = strcspn(path, " ");

	if (*path == '\0') {
		junos_foreach (child, node)
			node_check(junos, child, list, seen);
		return;
	}
	if (*path == '*') {
		junos_foreach (child, node)
			path_check(junos, child, path + length + (path[length] == ' '),
				   list, seen);
		return;
	}
	if (length >= sizeof(word))
		return;
	memcpy(word, path, length);
	word[length] = '\0';
	node = junos_get(&junos->tree, node, word);
	if (node)
		path_check(junos, node, path + length + (path[length] == ' '), list,
			   seen);
}

/* Tunnels are made of what is below "security ike" and "security ipsec". */
static void say_inactive(struct junos *junos, const struct junos_node *node)
{
	const char *path = junos_node_text(&junos->tree, node);

	subtree_is(junos->site, node, LINE_NO_EFFECT);
	remark_says(site_remark(junos->tree.site, REMARK_IGNORED, node->inactive_at,
				"'%s' is deactivated", path),
		    str_starts(path, "security ike") || str_starts(path, "security ipsec")
			    ? SAYS_INACTIVE_VPN
			    : SAYS_INACTIVE,
		    MEND_LINE, arena_strdup(junos->tree.site->arena, path));
}

/* What is deactivated is as if it were not there: who looks for it shall find it. */
static void inactive_name(struct junos *junos, const struct junos_node *node,
			  unsigned int depth)
{
	for (node = node->first; node && depth < INACTIVE_DEPTH_MAX; node = node->next) {
		if (node->is_inactive)
			say_inactive(junos, node);
		else
			inactive_name(junos, node, depth + 1);
	}
}

/* Of a cluster's nodes one is rehearsed, which is said where they are applied. */
static void unapplied_name(struct junos *junos)
{
	junos_foreach (group, junos_get(&junos->tree, junos->tree.root, "groups")) {
		if (group->is_applied)
			continue;
		subtree_is(junos->site, group, LINE_NO_EFFECT);
		if (!str_starts(group->name, "node") && !str_equal(group->name, "global"))
			site_remark(junos->site, REMARK_IGNORED, group->at,
				    "group '%s' is applied nowhere", group->name);
	}
}

/* A block copied from within `security`: its words stand at the top. */
static void fragment_check(struct junos *junos, const struct word_list *top)
{
	bool seen[2 * WORDS_MAX] = { 0 };
	struct word_list list;

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (str_equal(levels[i].path, "security"))
			words_split(levels[i].words, &list);
	junos_foreach (node, junos->tree.root) {
		bool is_top = false;

		for (size_t i = 0; !is_top && i < top->count; i++)
			is_top = str_equal(top->words[i], node->name);
		node_check(junos, node, is_top ? top : &list,
			   is_top ? seen : seen + WORDS_MAX);
	}
}

void junos_check(struct junos *junos)
{
	const bool is_fragment = junos->security == junos->tree.root;

	inactive_name(junos, junos->tree.root, 0);
	unapplied_name(junos);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		const struct junos_node *start = junos->tree.root;
		const char *path = levels[i].path;
		bool seen[WORDS_MAX] = { 0 };
		struct word_list list;

		if (str_starts(path, "security")) {
			start = junos->security;
			path += strlen("security");
			path += *path == ' ';
			if (!start || (is_fragment && !*path))
				continue;
		}
		words_split(levels[i].words, &list);
		if (is_fragment && !*path)
			fragment_check(junos, &list);
		else
			path_check(junos, start, path, &list, seen);
	}
}

void junos_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct word_list list;

		words_split(levels[i].words, &list);
		for (size_t j = 0; j < list.count; j++)
			import_words_add(
				words,
				(struct import_word){
					.device = "Junos",
					.place = *levels[i].path ? levels[i].path
								 : "(top)",
					.word = arena_strdup(words->arena, list.words[j]),
					.why = list.is_ignored[j]
						       ? "concerns no tunnel's way"
						       : NULL,
					.aspects = list.aspects[j],
				});
	}
}
