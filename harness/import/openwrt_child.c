// SPDX-License-Identifier: GPL-2.0-or-later
/* openwrt_child.c - sections `tunnel`, `transport` and `child` of /etc/config/ipsec */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "import/openwrt_ipsec.h"
#include "model/aspect.h"
#include "import/words.h"
#include "model/way.h"

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

/*
 * Whose words they are. What a script does not know stops the service (swanctl.init) or
 * goes to starter, which ignores a connection with a word that is none of its own.
 */
#define BY_DOC	 READ_BY(GENERATOR_NONE)
#define WORD_ANY (BY_DOC | BY_STARTER | BY_SWANCTL)
#define WORD_NEW (BY_DOC | BY_SWANCTL)
#define WORD_OLD (BY_DOC | BY_STARTER)

struct known_word {
	const char *word;
	unsigned int value; /* enum start_condition, enum dead_peer_action */
	unsigned int readers;
};

static const struct known_word start_words[] = {
	{ "route", START_ON_TRAFFIC, WORD_ANY },  { "trap", START_ON_TRAFFIC, WORD_NEW },
	{ "start", START_IMMEDIATELY, WORD_ANY }, { "add", START_NEVER, WORD_ANY },
	{ "none", START_NEVER, WORD_NEW },	  { "ignore", START_NEVER, WORD_OLD },
};

static const struct known_word dpd_words[] = {
	{ "none", DPD_NONE, WORD_ANY },	      { "clear", DPD_CLEAR, WORD_ANY },
	{ "hold", DPD_HOLD, WORD_ANY },	      { "trap", DPD_HOLD, WORD_NEW },
	{ "restart", DPD_RESTART, WORD_ANY }, { "start", DPD_RESTART, WORD_NEW },
};

static bool is_word_of(const struct openwrt_ipsec *ipsec, unsigned int readers)
{
	return (readers & READ_BY(ipsec->dialect->generator)) != 0;
}

/* Those of the table that the reader knows: "start, route, add". */
static const char *words_known(struct openwrt_ipsec *ipsec,
			       const struct known_word *words, size_t count,
			       unsigned int reader)
{
	_cleanup_buf_ struct buf list = { 0 };

	for (size_t i = 0; i < count; i++)
		if (words[i].readers & reader)
			buf_printf(&list, "%s%s", list.length ? ", " : "", words[i].word);
	return arena_strdup(ipsec->o->site->arena, buf_text(&list));
}

/* A word that stops the service, or loses its connection; `words` are those it knows. */
static void refuse_word(struct openwrt_ipsec *ipsec, struct tunnel *tunnel,
			const struct text *text, const char *name, const char *words)
{
	struct remark *remark = NULL;

	if (!openwrt_is_rendered(ipsec->o) || openwrt_has_quirk(ipsec->o, QUIRK_LENIENT))
		site_remark(ipsec->o->site, REMARK_INVALID, text->at,
			    "'%s' is no %s that is known", text->s, name);
	else if (ipsec->dialect->generator == GENERATOR_SWANCTL_INIT)
		remark = openwrt_fatal(ipsec, text->at, "%s '%s' is unknown to %s", name,
				       text->s, ipsec->o->firmware->source);
	else
		remark = openwrt_drop(ipsec, tunnel, text->at,
				      "%s '%s' is no word of starter's", name, text->s);
	remark_advise(remark,
		      arena_printf(ipsec->o->site->arena, "write one of: %s", words));
}

/* The wiki's script writes `list extra_option` into the connection as it is. */
static struct text extra_auto(struct openwrt_ipsec *ipsec, const struct tree_node *remote)
{
	struct openwrt *o = ipsec->o;
	struct text found = { 0 };

	if (ipsec->dialect->generator != GENERATOR_WIKI)
		return found;
	for (size_t i = 0;; i++) {
		const struct openwrt_words words =
			openwrt_words(o, remote, "extra_option", "");

		if (i >= words.list.count)
			return found;
		if (str_starts(words.list.items[i].s, "auto="))
			found = (struct text){ words.list.items[i].s + strlen("auto="),
					       words.list.items[i].at };
		else
			site_unrehearsed(o->site, remote->name,
					 ASPECT_IKE | ASPECT_SELECTORS | ASPECT_WAY,
					 words.list.items[i].at, "extra_option");
	}
}

static void read_start(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		       struct tunnel *tunnel, struct child *child)
{
	const enum auth_method auth = tunnel->auth;
	const struct openwrt_dialect *dialect = ipsec->dialect;
	/* The wiki's script has starter's words, too. */
	const unsigned int reader = dialect->generator == GENERATOR_WIKI
					    ? READ_BY(GENERATOR_IPSEC_INIT)
					    : READ_BY(dialect->generator);
	struct text text = { 0 };

	if (ipsec->extra_auto.s)
		text = ipsec->extra_auto;
	else if (dialect->start_option)
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
	if (!text.s || (!openwrt_is_rendered(ipsec->o) &&
			(str_equal(text.s, "tunnel") || str_equal(text.s, "transport"))))
		return;
	child->start_at = text.at;
	for (size_t i = 0; i < ARRAY_SIZE(start_words); i++) {
		if (!str_equal(text.s, start_words[i].word) ||
		    !(start_words[i].readers & reader))
			continue;
		child->start = start_words[i].value;
		if (openwrt_is_rendered(ipsec->o) && str_equal(text.s, "ignore"))
			remark_advise(openwrt_drop(ipsec, tunnel, text.at,
						   "'ignore' tells starter not to load "
						   "it"),
				      "write 'route' (on traffic) or 'start' (at once)");
		return;
	}
	if (openwrt_is_rendered(ipsec->o))
		child->start = START_NEVER;
	refuse_word(ipsec, tunnel, &text, "start condition",
		    words_known(ipsec, start_words, ARRAY_SIZE(start_words), reader));
}

static enum dead_peer_action read_action(struct openwrt_ipsec *ipsec,
					 const struct tree_node *section,
					 struct tunnel *tunnel, const char *name)
{
	const struct text text = openwrt_text(ipsec->o, section, name);

	if (!text.s)
		return DPD_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(dpd_words); i++) {
		if (!str_equal(text.s, dpd_words[i].word) ||
		    !is_word_of(ipsec, dpd_words[i].readers))
			continue;
		/* closeaction clear is none to swanctl.init. */
		return str_equal(name, "closeaction") && dpd_words[i].value == DPD_CLEAR
			       ? DPD_NONE
			       : dpd_words[i].value;
	}
	refuse_word(ipsec, tunnel, &text, name,
		    words_known(ipsec, dpd_words, ARRAY_SIZE(dpd_words),
				READ_BY(ipsec->dialect->generator)));
	return DPD_NONE;
}

static struct number default_seconds(int64_t seconds)
{
	return (struct number){ .is_set = true,
				.n = seconds,
				.at = { .source = STRONGSWAN_DEFAULT } };
}

/* swanctl.init: rekeytime, and a lifetime that is a tenth longer unless it is written. */
static void read_swanctl_lifetimes(struct openwrt_ipsec *ipsec,
				   const struct tree_node *section, struct child *child)
{
	struct openwrt *o = ipsec->o;

	child->rekey_s = openwrt_seconds(o, section, "rekeytime", NULL, NULL);
	child->lifetime_s = openwrt_seconds(o, section, "lifetime", NULL, NULL);
	if (!child->rekey_s.is_set && openwrt_is_rendered(o))
		child->rekey_s = default_seconds(DEFAULT_REKEY);
	/* Only the hard limit is written: renewed a tenth before it. */
	if (!child->rekey_s.at.file && child->lifetime_s.is_set &&
	    openwrt_is_rendered(o)) {
		child->rekey_s = child->lifetime_s;
		child->rekey_s.n = child->lifetime_s.n * 10 / 11;
	}
	if (!child->lifetime_s.is_set && child->rekey_s.is_set) {
		child->lifetime_s = child->rekey_s;
		child->lifetime_s.n = child->rekey_s.n * 110 / 100;
		child->lifetime_s.at.source = "110 % of rekeytime";
	}
}

/* ipsec.init: lifetimes are in the tunnel, also those of the IKE SA. */
static void read_starter_lifetimes(struct openwrt_ipsec *ipsec,
				   const struct tree_node *section, struct tunnel *tunnel,
				   struct child *child)
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

static void read_lifetimes(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			   struct tunnel *tunnel, struct child *child)
{
	if (!ipsec->dialect->has_starter)
		read_swanctl_lifetimes(ipsec, section, child);
	if (ipsec->dialect->has_lifetimes) {
		read_starter_lifetimes(ipsec, section, tunnel, child);
		/* ipsec.init writes it into each connection. */
		if (ipsec->dialect->has_starter)
			openwrt_read_tries(ipsec->o, section, &tunnel->keyingtries);
	} else if (ipsec->dialect->has_starter) {
		/* The wiki's script writes none: starter's own. */
		tunnel->lifetime_s = default_seconds(DEFAULT_IKE_LIFETIME);
		child->lifetime_s = default_seconds(DEFAULT_LIFETIME);
	}
}

static void read_dead_peer(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			   struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;

	if (ipsec->dialect->generator != GENERATOR_WIKI) {
		child->dpd_action = read_action(ipsec, section, tunnel, "dpdaction");
		if (ipsec->dialect->has_lifetimes &&
		    (ipsec->dialect->has_starter ||
		     uci_get(&o->uci, section, "dpddelay")))
			tunnel->dpd_delay_s = openwrt_seconds(o, section, "dpddelay",
							      "30s", OPENWRT_DEFAULT);
	}
	if (!ipsec->dialect->has_starter)
		child->close_action = read_action(ipsec, section, tunnel, "closeaction");
	if (child->dpd_action != DPD_NONE || ipsec->has_dpd_off)
		return;
	ipsec->has_dpd_off = true;
	ipsec->dpd_off_at =
		(struct origin){ .source = OPENWRT_DEFAULT ", dpdaction none" };
	if (uci_get(&o->uci, section, "dpdaction"))
		ipsec->dpd_off_at = openwrt_option_at(o, section, "dpdaction");
}

static void read_esp_proposals(struct openwrt_ipsec *ipsec,
			       const struct tree_node *section, struct child *child)
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

/*
 * if_id: packets go through the XFRM interface with that id, policies alone do nothing.
 * The script writes it as if_id_in and if_id_out.
 */
static void read_if_id(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		       struct tunnel *tunnel, struct child *child)
{
	struct openwrt *o = ipsec->o;
	const struct site_interface *interface;
	struct text id = { 0 };

	if (!ipsec->dialect->has_starter)
		id = openwrt_text(o, section, "if_id");
	if (!id.s || str_equal(id.s, "0"))
		return;
	child->words[CHILD_WORD_IF_ID_IN] = child->words[CHILD_WORD_IF_ID_OUT] = id;
	interface = site_xfrm_of(o->site, if_id_number(&id));
	if (interface)
		tunnel->bind_interface = interface->name;
	else if (!uci_package_find(&o->uci, "network"))
		site_unrehearsed(o->site, tunnel->name, ASPECT_WAY, id.at,
				 "if_id without etc/config/network");
}

/* swanctl.init writes `updown`, ipsec.init `leftupdown`: each has its own word for it. */
static void read_updown(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			struct child *child)
{
	const struct openwrt *o = ipsec->o;
	const bool is_documented = !openwrt_is_rendered(o);
	struct text updown = { 0 };

	if (is_documented || o->firmware->generator == GENERATOR_SWANCTL_INIT)
		updown = openwrt_text(o, section, "updown");
	if (!updown.s && (is_documented || ipsec->dialect->has_starter))
		updown = openwrt_text(o, section, "local_updown");
	if (updown.s)
		child->words[CHILD_WORD_UPDOWN] = updown;
}

/* ipsec.init has the own address in the tunnel, since 21.02. */
static void read_left_ip(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			 struct tunnel *tunnel)
{
	const struct openwrt *o = ipsec->o;
	const bool is_read = openwrt_has_quirk(o, QUIRK_LEFT_IP);
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

/* Odd values of a child that the script or the daemon does not survive. */
static void check_child(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			struct tunnel *tunnel, const struct child *child)
{
	static const char *const times[] = { "rekeytime", "lifetime" };
	struct openwrt *o = ipsec->o;
	struct text text;

	if (!openwrt_is_rendered(o))
		return;
	if (ipsec->dialect->has_p1 && !child->proposals.count)
		remark_advise(openwrt_drop(ipsec, tunnel, child->at,
					   "without a p2_proposal %s writes 'esp=--', "
					   "which strongSwan refuses",
					   o->firmware->source),
			      "in this section `list p2_proposal 'p2'`, and a section "
			      "`config p2_proposal 'p2'` with encryption_algorithm, "
			      "authentication_algorithm and pfs_group");
	if (ipsec->dialect->generator != GENERATOR_SWANCTL_INIT)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		text = openwrt_text(o, section, times[i]);
		if (text.s && !openwrt_is_time(text.s))
			remark_advise(openwrt_drop(ipsec, tunnel, text.at,
						   "%s '%s' is no time", times[i],
						   text.s),
				      OPENWRT_ADVICE_TIME);
	}
	text = openwrt_text(o, section, "hw_offload");
	if (text.s && !str_equal(text.s, "yes") && !str_equal(text.s, "no") &&
	    !str_equal(text.s, "auto"))
		refuse_word(ipsec, tunnel, &text, "hw_offload", "yes, no, auto");
	text = openwrt_text(o, section, "mode");
	if (openwrt_has_quirk(o, QUIRK_CHILDREN) && !str_equal(text.s, "tunnel") &&
	    !str_equal(text.s, "transport"))
		remark_advise(
			openwrt_fatal(
				ipsec, text.s ? text.at : child->at,
				"mode '%s' of a child is neither tunnel nor transport",
				text.s ? text.s : ""),
			"option mode 'tunnel'");
}

static void read_child(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		       bool is_transport, struct tunnel *tunnel)
{
	struct openwrt *o = ipsec->o;
	struct child *child = vec_push(o->site->arena, &tunnel->children);

	child->name = section->name;
	child->at = section->at;
	child->is_transport = is_transport;
	read_left_ip(ipsec, section, tunnel);
	read_esp_proposals(ipsec, section, child);
	openwrt_read_selectors(ipsec, section, tunnel, child);
	read_start(ipsec, section, tunnel, child);
	check_child(ipsec, section, tunnel, child);
	read_lifetimes(ipsec, section, tunnel, child);
	read_dead_peer(ipsec, section, tunnel, child);
	read_if_id(ipsec, section, tunnel, child);
	read_updown(ipsec, section, child);
	if (!ipsec->dialect->has_starter)
		child->ipcomp = openwrt_flag(o, section, "ipcomp", 0, OPENWRT_DEFAULT);
	openwrt_name_unrehearsed(o, section, tunnel->name);
	openwrt_check(o, section, child_options);
}

static bool is_transport_section(struct openwrt_ipsec *ipsec,
				 const struct tree_node *section)
{
	return str_equal(uci_type(section), "transport") ||
	       (str_equal(uci_type(section), "child") &&
		str_equal(uci_get(&ipsec->o->uci, section, "mode"), "transport"));
}

/* Which scripts walk that list of a remote. */
static bool is_list_read(const struct openwrt_ipsec *ipsec, const char *list)
{
	const struct openwrt *o = ipsec->o;

	if (!openwrt_is_rendered(o))
		return true;
	if (openwrt_has_quirk(o, QUIRK_CHILDREN))
		return str_equal(list, "child");
	return str_equal(list, "tunnel") ||
	       (str_equal(list, "transport") && !ipsec->dialect->has_p1);
}

struct openwrt_words openwrt_section_names(struct openwrt_ipsec *ipsec,
					   const struct tree_node *remote,
					   const char *list)
{
	struct openwrt_words names = openwrt_words(
		ipsec->o, remote, list, openwrt_is_rendered(ipsec->o) ? "" : ",");

	for (size_t i = 0; ipsec->only && i < names.list.count; i++)
		if (str_equal(names.list.items[i].s, ipsec->only)) {
			names.list.items[0] = names.list.items[i];
			names.list.count = 1;
			return names;
		}
	if (ipsec->only)
		names.list.count = 0;
	return names;
}

/*
 * A name without its section: the scripts write all defaults, whatever the type of the
 * section is. As documented it is a mistake.
 */
static struct tree_node *section_of(struct openwrt_ipsec *ipsec, const struct text *name,
				    const char *list)
{
	const char *const types[] = { list, NULL };
	struct openwrt *o = ipsec->o;
	struct tree_node *section = NULL;

	if (openwrt_is_rendered(o) && strchr(name->s, ',')) {
		remark_advise(
			openwrt_fatal(ipsec, name->at,
				      "'%s' is one name to %s, and no name has a comma",
				      name->s, o->firmware->source),
			"write a line `list …` for each name");
		return NULL;
	}
	if (openwrt_is_rendered(o))
		section = uci_section_find(&o->uci, ipsec->package, NULL, name->s);
	if (!section)
		section = openwrt_reference(ipsec, name, types, list);
	if (section || !openwrt_is_rendered(o))
		return section;
	remark_says(openwrt_remark_once(o, REMARK_INVALID, name->at,
					"%s writes '%s' all the same, with no networks: "
					"it ignores that the section is missing",
					o->firmware->source, name->s),
		    SAYS_NO_EFFECT, MEND_LINE, NULL);
	section = arena_alloc(o->site->arena, sizeof(*section));
	*section = (struct tree_node){ .name = name->s,
				       .is_block = true,
				       .at = { name->at.file, name->at.line } };
	vec_add(o->site->arena, &section->values,
		((struct tree_value){ .text = list, .length = strlen(list) }));
	return section;
}

static void say_no_tunnels(struct openwrt_ipsec *ipsec, struct tunnel *tunnel)
{
	struct remark *remark = openwrt_drop(ipsec, tunnel, tunnel->at,
					     "%s writes no tunnel for remote '%s'",
					     ipsec->o->firmware->source, tunnel->name);

	remark_says(remark, SAYS_NO_TUNNELS, MEND_LINE, NULL);
	remark_advise(remark,
		      "in this section `list tunnel 'NAME'`, and a section `config "
		      "tunnel 'NAME'` with both networks");
}

void openwrt_read_children(struct openwrt_ipsec *ipsec, const struct tree_node *remote,
			   struct tunnel *tunnel)
{
	static const char *const lists[] = { "tunnel", "transport", "child" };
	const bool is_documented = !openwrt_is_rendered(ipsec->o);

	ipsec->extra_auto = extra_auto(ipsec, remote);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct openwrt_words names;

		if (!is_list_read(ipsec, lists[i]))
			continue;
		names = openwrt_section_names(ipsec, remote, lists[i]);
		vec_foreach (name, &names.list) {
			struct tree_node *section = section_of(ipsec, name, lists[i]);

			if (section && ipsec->children >= OPENWRT_THINGS_MAX)
				openwrt_say_cap(ipsec, section, "tunnels of remotes");
			if (!section || ipsec->is_capped)
				continue;
			ipsec->children++;
			section->is_used = true;
			read_child(ipsec, section,
				   is_documented || str_equal(lists[i], "child")
					   ? is_transport_section(ipsec, section)
					   : str_equal(lists[i], "transport"),
				   tunnel);
		}
	}
	if (!tunnel->children.count && !is_documented)
		say_no_tunnels(ipsec, tunnel);
	else if (!tunnel->children.count)
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

void openwrt_child_words_list(struct import_words *words)
{
	openwrt_options_list(words, "ipsec, sections tunnel, transport and child",
			     child_options);
}
