// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_child.c - sections `tunnel`, `transport` and `child` of /etc/config/ipsec */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"

#define SELECTORS_MAX  16384 /* of all children */
#define RELEASE_LEFTIP 2102  /* ipsec.init reads local_leftip */
#define RELEASE_COMMAS 2410  /* ipsec.init joins lists of subnets with commas */
#define RELEASE_MASTER 2700

/* strongSwan's own, in seconds: swanctl's rekey_time, starter's lifetimes. */
#define DEFAULT_REKEY	     3600
#define DEFAULT_LIFETIME     3600
#define DEFAULT_IKE_LIFETIME (3 * 3600)

#define BY_STARTER (READ_BY(GENERATOR_TECHNICOLOR) | READ_BY(GENERATOR_IPSEC_INIT))
#define BY_IPSEC   READ_BY(GENERATOR_IPSEC_INIT)
#define BY_SWANCTL READ_BY(GENERATOR_SWANCTL_INIT)

static const struct openwrt_option child_options[] = {
	{ "local_subnet", NULL, 0 },
	{ "remote_subnet", NULL, 0 },
	{ "local_nat", NULL, 0 },
	{ "p2_proposal", NULL, 0 },
	{ "crypto_proposal", NULL, 0 },
	{ "force_crypto_proposal", NULL, 0 },
	{ "mode", NULL, 0 },
	{ "startaction", NULL, 0 },
	{ "keyexchange", NULL, 0 },
	{ "ikelifetime", NULL, 0 },
	{ "lifetime", NULL, 0 },
	{ "margintime", NULL, 0 },
	{ "rekeytime", NULL, 0 },
	{ "keyingtries", NULL, 0 },
	{ "dpdaction", NULL, 0 },
	{ "dpddelay", NULL, 0 },
	{ "closeaction", NULL, 0 },
	{ "inactivity", NULL, BY_STARTER },
	{ "ipcomp", NULL, 0 },
	{ "interface", NULL, BY_SWANCTL },
	{ "if_id", NULL, 0 },
	{ "hw_offload", NULL, BY_SWANCTL },
	{ "priority", NULL, BY_SWANCTL },
	{ "replay_window", NULL, BY_SWANCTL },
	{ "rekeybytes", NULL, BY_SWANCTL },
	{ "lifebytes", NULL, BY_SWANCTL },
	{ "rekeypackets", NULL, BY_SWANCTL },
	{ "lifepackets", NULL, BY_SWANCTL },
	{ "updown", NULL, BY_SWANCTL },
	{ "firewall", NULL, 0 },
	{ "local_sourceip", NULL, BY_STARTER },
	{ "remote_sourceip", NULL, BY_STARTER },
	{ "local_leftip", NULL, 0 },
	{ "local_updown", NULL, BY_STARTER },
	{ "remote_updown", NULL, BY_STARTER },
	{ "local_firewall", NULL, BY_IPSEC },
	{ "remote_firewall", NULL, BY_IPSEC },
	{ "reqid", NULL, BY_IPSEC },
	{ "packet_marker", NULL, BY_IPSEC },
	{ "mark", NULL, BY_IPSEC },
	{ "ns_*", "is a note of NethSecurity", 0 },
	{ NULL, NULL, 0 },
};

static const struct {
	const char *word;
	enum start_condition start;
} start_words[] = {
	{ "route", START_ON_TRAFFIC },	{ "trap", START_ON_TRAFFIC },
	{ "start", START_IMMEDIATELY }, { "add", START_NEVER },
	{ "none", START_NEVER },	{ "ignore", START_NEVER },
};

static const struct {
	const char *word;
	enum dead_peer_action action;
} dpd_words[] = {
	{ "none", DPD_NONE }, { "clear", DPD_CLEAR },	  { "hold", DPD_HOLD },
	{ "trap", DPD_HOLD }, { "restart", DPD_RESTART }, { "start", DPD_RESTART },
};

static void read_start(struct openwrt_ipsec *ipsec, const struct uci_section *section,
		       enum auth_method auth, struct child *child)
{
	const struct openwrt_dialect *dialect = ipsec->dialect;
	struct text text = { 0 };

	if (dialect->start_option)
		text = openwrt_text(ipsec->o, section, dialect->start_option);
	/* The documentation covers both scripts: `mode` is ipsec.init's word. */
	if (!text.s && dialect->generator == GENERATOR_NONE)
		text = openwrt_text(ipsec->o, section, "mode");
	child->start = START_ON_TRAFFIC;
	child->start_at = (struct origin){ .source = openwrt_is_rendered(ipsec->o)
							     ? ipsec->o->firmware->source
							     : OPENWRT_DEFAULT };
	/* The wiki's script is a server for XAuth clients: auto=add. */
	if (dialect->generator == GENERATOR_WIKI && auth == AUTH_XAUTH_PSK)
		child->start = START_NEVER;
	if (!text.s || str_equal(text.s, "tunnel") || str_equal(text.s, "transport"))
		return;
	child->start_at = text.at;
	for (size_t i = 0; i < ARRAY_SIZE(start_words); i++) {
		if (str_equal(text.s, start_words[i].word)) {
			child->start = start_words[i].start;
			return;
		}
	}
	site_remark(ipsec->o->site, REMARK_INVALID, text.at,
		    "'%s' is no start condition (route, start, add)", text.s);
}

static enum dead_peer_action read_action(struct openwrt_ipsec *ipsec,
					 const struct uci_section *section,
					 const char *name)
{
	const struct text text = openwrt_text(ipsec->o, section, name);

	if (!text.s)
		return DPD_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(dpd_words); i++) {
		if (str_equal(text.s, dpd_words[i].word))
			return dpd_words[i].action;
	}
	site_remark(ipsec->o->site, REMARK_INVALID, text.at,
		    "'%s' is no %s (none, clear, hold, restart)", text.s, name);
	return DPD_NONE;
}

/*
 * Subnets of one side. Until 23.05 ipsec.init (and the older scripts) write the items
 * of a list with blanks between them, which strongSwan takes for one bad subnet.
 */
static struct openwrt_words read_subnets(struct openwrt_ipsec *ipsec,
					 const struct uci_section *section,
					 const char *name)
{
	struct openwrt *o = ipsec->o;
	struct openwrt_words words = openwrt_words(o, section, name, ",");
	const char *text;

	if (words.list.count < 2 || !ipsec->dialect->has_starter ||
	    o->firmware->release >= RELEASE_COMMAS)
		return words;
	text = uci_get(&o->uci, section, name);
	if (!strchr(text, ' '))
		return words;
	site_remark(
		o->site, REMARK_INVALID, openwrt_option_at(o, section, name),
		"%s writes several subnets with blanks between them ('%s'), strongSwan "
		"reads none of them; write one value with commas",
		o->firmware->source, text);
	words.list.count = 0;
	return words;
}

static void add_selector(struct openwrt_ipsec *ipsec, struct child *child,
			 const struct prefix_value *local,
			 const struct prefix_value *remote)
{
	if (ipsec->selectors++ >= SELECTORS_MAX)
		return;
	vec_add(ipsec->o->site->arena, &child->selectors,
		((struct selector){
			.local = local->prefix,
			.remote = remote->prefix,
			.local_at = local->at,
			.remote_at = remote->at,
		}));
}

struct prefixes {
	VEC(struct prefix_value) list;
};

#define PREFIXES_MAX 64 /* of one side; a product of more is no site-to-site tunnel */

/* Nothing written: the own or the peer's address alone; family 0 when it is not known. */
static struct prefixes parse_subnets(struct openwrt_ipsec *ipsec,
				     const struct openwrt_words *words,
				     const struct endpoint *endpoint)
{
	struct prefixes prefixes = { 0 };

	vec_foreach (word, &words->list) {
		struct prefix_value value;

		if (str_equal(word->s, "%dynamic") || str_equal(word->s, "dynamic"))
			continue;
		if (prefixes.list.count < PREFIXES_MAX &&
		    openwrt_prefix(ipsec->o, word, &value))
			vec_add(ipsec->o->site->arena, &prefixes.list, value);
	}
	if (!prefixes.list.count) {
		struct prefix_value *value =
			vec_push(ipsec->o->site->arena, &prefixes.list);

		value->at.source = STRONGSWAN_DEFAULT ", the address";
		if (endpoint && endpoint->kind == ENDPOINT_ADDRESS)
			value->prefix = inet_prefix_host(&endpoint->addr);
	}
	return prefixes;
}

/* local_nat: the LAN appears under another network (NETMAP). */
static struct openwrt_words read_local_nat(struct openwrt_ipsec *ipsec,
					   const struct uci_section *section,
					   struct openwrt_words locals,
					   const struct openwrt_words *remotes)
{
	struct openwrt *o = ipsec->o;
	const struct text nat = openwrt_text(o, section, "local_nat");
	struct nat_rule rule = { .kind = NAT_NETMAP, .at = nat.at };
	struct openwrt_words words = { 0 };
	struct prefix_value value;

	if (!nat.s || !openwrt_prefix(o, &nat, &value))
		return locals;
	rule.to = value.prefix;
	vec_foreach (word, &locals.list) {
		if (openwrt_prefix(o, word, &value))
			vec_add(o->site->arena, &rule.src, value);
	}
	vec_foreach (word, &remotes->list) {
		if (openwrt_prefix(o, word, &value))
			vec_add(o->site->arena, &rule.dest, value);
	}
	/* Only the documentation has it done; the scripts leave it to the firewall. */
	if (!openwrt_is_rendered(o))
		vec_add(o->site->arena, &o->site->nat, rule);
	vec_add(o->site->arena, &words.list, nat);
	return words;
}

static void read_selectors(struct openwrt_ipsec *ipsec, const struct uci_section *section,
			   const struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;
	struct openwrt_words remotes = read_subnets(ipsec, section, "remote_subnet");
	struct openwrt_words locals = read_local_nat(
		ipsec, section, read_subnets(ipsec, section, "local_subnet"), &remotes);
	const struct prefixes local = parse_subnets(ipsec, &locals, &tunnel->local);
	const struct prefixes remote = parse_subnets(
		ipsec, &remotes, tunnel->remotes.count ? tunnel->remotes.items : NULL);

	if (!locals.list.count && !remotes.list.count)
		return; /* host to host: no selectors */
	vec_foreach (l, &local.list) {
		vec_foreach (r, &remote.list)
			add_selector(ipsec, child, l, r);
	}
	/* As documented, every pair is wanted, also where IKEv1 needs an SA for each. */
	child->is_one_sa = tunnel->version != 1 || openwrt_is_rendered(o);
	if (tunnel->version == 1 && child->selectors.count > 1 && openwrt_is_rendered(o))
		site_remark(o->site, REMARK_INVALID, child->at,
			    "tunnel '%s' has %zu pairs of subnets: IKEv1 negotiates only "
			    "the first one; write one section for each",
			    child->name, child->selectors.count);
}

static struct number default_seconds(int64_t seconds)
{
	return (struct number){ .is_set = true,
				.n = seconds,
				.at = { .source = STRONGSWAN_DEFAULT } };
}

/* swanctl.init: rekeytime, and a lifetime that is a tenth longer unless it is written. */
static void read_swanctl_lifetimes(struct openwrt_ipsec *ipsec,
				   const struct uci_section *section, struct child *child)
{
	struct openwrt *o = ipsec->o;

	child->rekey_s = openwrt_seconds(o, section, "rekeytime", NULL, NULL);
	child->lifetime_s = openwrt_seconds(o, section, "lifetime", NULL, NULL);
	if (!child->rekey_s.is_set && openwrt_is_rendered(o))
		child->rekey_s = default_seconds(DEFAULT_REKEY);
	if (!child->lifetime_s.is_set && child->rekey_s.is_set) {
		child->lifetime_s = child->rekey_s;
		child->lifetime_s.n = child->rekey_s.n * 110 / 100;
		child->lifetime_s.at.source = "110 % of rekeytime";
	}
}

/* ipsec.init: lifetimes are in the tunnel, also those of the IKE SA. */
static void read_starter_lifetimes(struct openwrt_ipsec *ipsec,
				   const struct uci_section *section,
				   struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;
	const struct number margin =
		openwrt_seconds(o, section, "margintime", "9m", OPENWRT_DEFAULT);
	const struct number ike =
		openwrt_seconds(o, section, "ikelifetime", "3h", OPENWRT_DEFAULT);

	if (!tunnel->lifetime_s.is_set)
		tunnel->lifetime_s = ike;
	if (!child->lifetime_s.is_set)
		child->lifetime_s =
			openwrt_seconds(o, section, "lifetime", "1h", OPENWRT_DEFAULT);
	if (!child->rekey_s.is_set && child->lifetime_s.n > margin.n) {
		child->rekey_s = child->lifetime_s;
		child->rekey_s.n -= margin.n;
		child->rekey_s.at.source = "lifetime less margintime";
	}
}

static void read_lifetimes(struct openwrt_ipsec *ipsec, const struct uci_section *section,
			   struct tunnel *tunnel, struct child *child)
{
	if (!ipsec->dialect->has_starter)
		read_swanctl_lifetimes(ipsec, section, child);
	if (ipsec->dialect->has_lifetimes) {
		read_starter_lifetimes(ipsec, section, tunnel, child);
	} else if (ipsec->dialect->has_starter) {
		/* The wiki's script writes none: starter's own. */
		tunnel->lifetime_s = default_seconds(DEFAULT_IKE_LIFETIME);
		child->lifetime_s = default_seconds(DEFAULT_LIFETIME);
	}
}

static void read_dead_peer(struct openwrt_ipsec *ipsec, const struct uci_section *section,
			   struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;

	if (ipsec->dialect->generator != GENERATOR_WIKI) {
		child->dpd_action = read_action(ipsec, section, "dpdaction");
		if (ipsec->dialect->has_lifetimes &&
		    (ipsec->dialect->has_starter ||
		     uci_get(&o->uci, section, "dpddelay")))
			tunnel->dpd_delay_s = openwrt_seconds(o, section, "dpddelay",
							      "30s", OPENWRT_DEFAULT);
	}
	if (!ipsec->dialect->has_starter)
		child->close_action = read_action(ipsec, section, "closeaction");
	if (child->dpd_action != DPD_NONE || ipsec->has_dpd_off)
		return;
	ipsec->has_dpd_off = true;
	ipsec->dpd_off_at =
		(struct origin){ .source = OPENWRT_DEFAULT ", dpdaction none" };
	if (uci_get(&o->uci, section, "dpdaction"))
		ipsec->dpd_off_at = openwrt_option_at(o, section, "dpdaction");
}

static void read_esp_proposals(struct openwrt_ipsec *ipsec,
			       const struct uci_section *section, struct child *child)
{
	const struct openwrt_proposals proposals =
		openwrt_read_proposals(ipsec, section, true);
	const bool is_forced =
		openwrt_bool(ipsec->o, section, "force_crypto_proposal", false);

	vec_foreach (proposal, &proposals.list) {
		vec_add(ipsec->o->site->arena, &child->proposals, *proposal);
		if (proposal->lifetime_s.is_set && !child->lifetime_s.is_set)
			child->lifetime_s = proposal->lifetime_s;
	}
	child->has_default_proposals =
		!proposals.list.count || (ipsec->dialect->has_starter && !is_forced);
	if (!proposals.list.count)
		site_remark(ipsec->o->site, REMARK_ASSUMED, child->at,
			    "no ESP proposal is read, strongSwan's own are offered");
}

/* if_id: packets go through the XFRM interface with that id, policies alone do nothing.
 */
static void read_if_id(struct openwrt_ipsec *ipsec, const struct uci_section *section,
		       struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	const struct uci_package *network = uci_package_find(&o->uci, "network");
	struct text id = { 0 };

	if (!ipsec->dialect->has_starter)
		id = openwrt_text(o, section, "if_id");
	if (!id.s || str_equal(id.s, "0"))
		return;
	for (size_t i = 0; network && i < network->sections.count; i++) {
		const struct uci_section *interface = network->sections.items[i];

		if (str_equal(interface->type, "interface") &&
		    str_equal(uci_get(&o->uci, interface, "ifid"), id.s)) {
			tunnel->bind_interface = interface->name;
			return;
		}
	}
	if (network)
		site_remark(o->site, REMARK_INVALID, id.at,
			    "no interface of etc/config/network has ifid '%s': no packet "
			    "enters the tunnel",
			    id.s);
	else
		site_remark(
			o->site, REMARK_ASSUMED, id.at,
			"without etc/config/network the XFRM interface of if_id '%s' is "
			"not known, policies alone are taken",
			id.s);
}

/* ipsec.init has the own address in the tunnel, since 21.02. */
static void read_left_ip(struct openwrt_ipsec *ipsec, const struct uci_section *section,
			 struct tunnel *tunnel)
{
	const struct openwrt *o = ipsec->o;
	const bool is_read = o->firmware->release >= RELEASE_LEFTIP &&
			     ipsec->dialect->generator == GENERATOR_IPSEC_INIT;
	struct text text = { 0 };

	if (is_read || !openwrt_is_rendered(o))
		text = openwrt_text(o, section, "local_leftip");
	if (!text.s || str_equal(text.s, "%any") || tunnel->local.kind != ENDPOINT_ANY)
		return;
	tunnel->local =
		(struct endpoint){ .kind = ENDPOINT_NAME, .name = text.s, .at = text.at };
	if (!inet_addr_parse(text.s, &tunnel->local.addr))
		tunnel->local.kind = ENDPOINT_ADDRESS;
}

static void read_child(struct openwrt_ipsec *ipsec, const struct uci_section *section,
		       bool is_transport, struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	struct child *child = vec_push(o->site->arena, &tunnel->children);

	child->name = section->name;
	child->at = openwrt_at(&section->at);
	child->is_transport = is_transport;
	read_left_ip(ipsec, section, tunnel);
	read_esp_proposals(ipsec, section, child);
	read_selectors(ipsec, section, tunnel, child);
	read_start(ipsec, section, tunnel->auth, child);
	read_lifetimes(ipsec, section, tunnel, child);
	read_dead_peer(ipsec, section, tunnel, child);
	read_if_id(ipsec, section, tunnel);
	if (!ipsec->dialect->has_starter)
		child->ipcomp = openwrt_flag(o, section, "ipcomp", 0, OPENWRT_DEFAULT);
	openwrt_name_unrehearsed(o, section, tunnel->name);
	openwrt_check(o, section, child_options);
}

static bool is_transport_section(struct openwrt_ipsec *ipsec,
				 const struct uci_section *section)
{
	return str_equal(section->type, "transport") ||
	       (str_equal(section->type, "child") &&
		str_equal(uci_get(&ipsec->o->uci, section, "mode"), "transport"));
}

void openwrt_read_children(struct openwrt_ipsec *ipsec, const struct uci_section *remote,
			   struct tunnel *tunnel)
{
	static const char *const lists[] = { "tunnel", "transport", "child" };
	const bool is_master = ipsec->o->firmware->release >= RELEASE_MASTER;
	const bool is_documented = !openwrt_is_rendered(ipsec->o);

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const bool is_new = str_equal(lists[i], "child");
		const char *const types[] = { lists[i], NULL };
		struct openwrt_words names;

		if (!is_documented && is_new != is_master)
			continue;
		names = openwrt_words(ipsec->o, remote, lists[i], ",");
		vec_foreach (name, &names.list) {
			struct uci_section *section =
				openwrt_reference(ipsec, name, types, lists[i]);

			if (!section || ipsec->children >= OPENWRT_THINGS_MAX)
				continue;
			ipsec->children++;
			section->is_used = true;
			read_child(ipsec, section, is_transport_section(ipsec, section),
				   tunnel);
		}
	}
	if (!tunnel->children.count)
		site_remark(ipsec->o->site, REMARK_INVALID, tunnel->at,
			    "remote '%s' has no tunnel", tunnel->name);
	/* One child with dpdaction none switches it off for all of them. */
	if (ipsec->has_dpd_off)
		tunnel->dpd_delay_s =
			(struct number){ .is_set = true, .at = ipsec->dpd_off_at };
	tunnel->start = START_NEVER;
	tunnel->start_at = tunnel->at;
	vec_foreach (child, &tunnel->children) {
		if (child->start >= tunnel->start) {
			tunnel->start = child->start;
			tunnel->start_at = child->start_at;
		}
	}
}
