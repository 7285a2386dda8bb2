// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_children.c - the CHILD SAs of a strongSwan connection */
#include "import/strongswan_children.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/strongswan_proposal.h"
#include "import/strongswan_values.h"
#include "model/aspect.h"
#include "model/pair.h"
#include "model/way.h"

#define NETWORKS_MAX 64
#define CHILDREN_MAX 1000 /* of one connection */

/* One traffic selector of one side. family 0: dynamic, the address of that end. */
struct side {
	struct inet_prefix prefix;
	uint8_t protocol;
	uint16_t port;
	bool is_other; /* strongSwan takes it, and it is not rehearsed */
	struct origin at;
};

struct sides {
	VEC(struct side) list;
};

static struct origin default_of(const struct strongswan_conn *conn)
{
	return (struct origin){ .source = conn->dialect == DIALECT_SWANCTL
						  ? "swanctl.conf default"
						  : "ipsec.conf default" };
}

/* ------------------------------------------------------------ traffic selectors */

/* "21-22", "opaque", "ssh": strongSwan takes them; one port is all we rehearse. */
static bool is_other_port(const char *port)
{
	const char *dash = strchr(port, '-');

	if (dash)
		return port[strspn(port, "0123456789")] == '-' && dash[1] &&
		       !dash[1 + strspn(dash + 1, "0123456789")];
	return isalpha((unsigned char)*port);
}

/*
 * "tcp/80", "17", "udp/%any": protocol and port. False when it is neither; is_other: it
 * is, but not one that is rehearsed.
 */
static bool protocol_parse(struct arena *arena, const char *text, struct side *side)
{
	size_t length = strcspn(text, "/");
	const char *word = arena_strndup(arena, text, length);
	const char *port = text[length] ? text + length + 1 : "";
	static const struct {
		const char *word;
		uint8_t number;
	} names[] = {
		{ "icmp", 1 },	  { "tcp", 6 },	       { "udp", 17 },	 { "gre", 47 },
		{ "esp", 50 },	  { "ah", 51 },	       { "icmpv6", 58 }, { "sctp", 132 },
		{ "l2tp", 115 },  { "%any", 0 },       { "any", 0 },	 { "igmp", 2 },
		{ "ipencap", 4 }, { "ipv6-icmp", 58 }, { "ospf", 89 },	 { "vrrp", 112 },
	};
	int64_t n = -1;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_equal_nocase(word, names[i].word))
			n = names[i].number;
	if (n < 0 && str_to_number(word, 0, 255, &n) < 0)
		return false;
	side->protocol = (uint8_t)n;
	if (!*port || str_equal(port, "%any") || str_equal(port, "any"))
		return true;
	if (str_to_number(port, 0, 65535, &n) == 0) {
		side->port = (uint16_t)n;
		return true;
	}
	side->is_other = is_other_port(port);
	return side->is_other;
}

/* "10.1.0.0-10.1.0.255": the network that has exactly these addresses, if one has. */
static int range_parse(struct arena *arena, const char *text,
		       struct inet_prefix *ret_prefix)
{
	char *first = arena_strdup(arena, text), *last = strchr(first, '-');
	struct inet_prefix prefix;
	struct inet_addr end;

	if (!last)
		return -EINVAL;
	*last++ = '\0';
	if (inet_addr_parse(str_trim(first), &prefix.addr) ||
	    inet_addr_parse(str_trim(last), &end) || prefix.addr.family != AF_INET ||
	    end.family != AF_INET)
		return -EINVAL;
	for (prefix.length = 0; prefix.length <= 32; prefix.length++) {
		const struct inet_prefix network = inet_prefix_network(&prefix);
		const struct inet_addr edge =
			prefix.length
				? inet_prefix_nth(
					  &network,
					  (uint32_t)((1ULL << (32 - prefix.length)) - 1))
				: end;

		if (!inet_addr_equal(&network.addr, &prefix.addr) || !prefix.length ||
		    !inet_addr_equal(&edge, &end))
			continue;
		*ret_prefix = prefix;
		return 0;
	}
	return -EINVAL;
}

/* "10.1.2.0/24[tcp/80]", "dynamic", "10.1.2.3", "10.1.2.0-10.1.2.255" */
static bool side_parse(struct site *site, const struct tunnel *tunnel, char *text,
		       bool is_local, struct side *side)
{
	char *bracket = strchr(text, '[');
	struct inet_prefix prefix;

	if (bracket) {
		*bracket = '\0';
		bracket[1 + strcspn(bracket + 1, "]")] = '\0';
		if (!protocol_parse(site->arena, bracket + 1, side))
			return false;
	}
	text = str_trim(text);
	if (!*text || str_equal(text, "dynamic") || str_equal(text, "%dynamic")) {
		const struct endpoint *end = is_local ? &tunnel->local
					     : tunnel->remotes.count
						     ? tunnel->remotes.items
						     : NULL;

		if (end && end->kind == ENDPOINT_ADDRESS)
			side->prefix = inet_prefix_host(&end->addr);
		return true;
	}
	if (inet_prefix_parse(text, &prefix) < 0 &&
	    range_parse(site->arena, text, &prefix) < 0)
		return false;
	side->prefix = inet_prefix_network(&prefix);
	return true;
}

/* Two addresses, but not all of a network: nothing here has such a selector. */
static bool is_range(struct arena *arena, const char *text)
{
	char *first = arena_strdup(arena, text), *last = strchr(first, '-');
	struct inet_addr addr;

	if (!last)
		return false;
	*last++ = '\0';
	return !inet_addr_parse(str_trim(first), &addr) &&
	       !inet_addr_parse(str_trim(last), &addr);
}

static void refuse_side(struct site *site, const struct strongswan_conn *conn,
			const char *word, struct origin at)
{
	struct remark *remark;

	if (is_range(site->arena, word)) {
		site_unrehearsed(site, conn->name, ASPECT_SELECTORS | ASPECT_WAY, at,
				 arena_printf(site->arena, "the range %.60s", word));
		return;
	}
	remark = site_remark(site, REMARK_INVALID, at,
			     "'%.60s' is no network such as 192.168.1.0/24", word);
	/* The starter does not look at it, stroke goes on without it: with what is left. */
	if (conn->dialect == DIALECT_SWANCTL)
		strongswan_discards(remark, "write the network, as 192.168.1.0/24");
	else
		site_unrehearsed(
			site, conn->name, ASPECT_SELECTORS | ASPECT_WAY, at,
			arena_printf(site->arena, "%.60s, which is no network", word));
}

static void remark_other(struct site *site, const struct tunnel *tunnel, const char *kind,
			 const char *text, struct origin at)
{
	site_unrehearsed(site, tunnel->name, ASPECT_SELECTORS | ASPECT_WAY, at,
			 arena_printf(site->arena, "%s %.60s", kind, text));
}

static void sides_read(struct site *site, const struct strongswan_conn *conn,
		       const struct tunnel *tunnel, const struct text *text,
		       const struct text *protoport, bool is_local, struct sides *sides)
{
	const char *list = text->s ? text->s : "dynamic", *word;
	struct origin at = text->s ? text->at : default_of(conn);

	while ((word = strongswan_proposal_next(site->arena, &list))) {
		struct side side = { .at = at };

		if (sides->list.count >= NETWORKS_MAX) {
			site_capped(site, at, "only the first %d networks are read",
				    NETWORKS_MAX);
			return;
		}
		if (protoport->s && !protocol_parse(site->arena, protoport->s, &side))
			site_remark(site, REMARK_INVALID, protoport->at,
				    "'%.40s' is no protocol/port", protoport->s);
		if (side.is_other)
			remark_other(site, tunnel, "port", protoport->s, protoport->at);
		side.is_other = false;
		if (!side_parse(site, tunnel, arena_strdup(site->arena, word), is_local,
				&side)) {
			refuse_side(site, conn, word, at);
			continue;
		}
		if (side.is_other)
			remark_other(site, tunnel, "port", word, at);
		vec_add(site->arena, &sides->list, side);
	}
}

static void selectors_add(struct site *site, const struct tunnel *tunnel,
			  const struct sides *locals, const struct sides *remotes,
			  struct child *child)
{
	size_t pairs = locals->list.count * remotes->list.count;

	vec_foreach (local, &locals->list) {
		vec_foreach (remote, &remotes->list) {
			/* No packet goes from IPv4 to IPv6: charon makes no such pair. */
			if (local->prefix.addr.family && remote->prefix.addr.family &&
			    local->prefix.addr.family != remote->prefix.addr.family) {
				pairs--;
				continue;
			}
			if (tunnel->version == 1 && child->selectors.count == 1) {
				remark_says(
					site_remark(site, REMARK_INVALID, local->at,
						    "IKEv1 takes one pair of networks "
						    "for each child: of %zu pairs only "
						    "the first is negotiated",
						    pairs),
					SAYS_ONE_PAIR, MEND_LINE, NULL);
				return;
			}
			vec_add(site->arena, &child->selectors,
				((struct selector){
					.local = local->prefix,
					.remote = remote->prefix,
					.protocol = local->protocol ? local->protocol
								    : remote->protocol,
					.local_port = local->port,
					.remote_port = remote->port,
					.local_at = local->at,
					.remote_at = remote->at }));
		}
	}
	child->is_one_sa = pairs > 1;
}

/* ------------------------------------------------------------ actions and times */

/* A word of one dialect alone: the other refuses it. */
enum word_of {
	OF_BOTH,
	OF_SWANCTL,
	OF_STARTER,
};

static bool is_of(enum word_of of, const struct strongswan_conn *conn)
{
	return of == OF_BOTH || (of == OF_SWANCTL) == (conn->dialect == DIALECT_SWANCTL);
}

static enum dead_peer_action
action_of(struct site *site, const struct strongswan_conn *conn, const struct text *text)
{
	static const struct {
		const char *word;
		enum dead_peer_action action;
		enum word_of of;
	} words[] = {
		{ "none", DPD_NONE, OF_BOTH },
		{ "clear", DPD_CLEAR, OF_BOTH },
		{ "hold", DPD_HOLD, OF_STARTER },
		{ "trap", DPD_HOLD, OF_SWANCTL },
		{ "route", DPD_HOLD, OF_SWANCTL },
		{ "restart", DPD_RESTART, OF_BOTH },
		{ "start", DPD_RESTART, OF_SWANCTL },
		{ "trap|start", DPD_RESTART, OF_SWANCTL },
		{ "start|trap", DPD_RESTART, OF_SWANCTL },
	};

	for (size_t i = 0; text->s && i < ARRAY_SIZE(words); i++)
		if (str_equal(text->s, words[i].word) && is_of(words[i].of, conn))
			return words[i].action;
	if (text->s)
		strongswan_discards(site_remark(site, REMARK_INVALID, text->at,
						"'%.40s' is no action", text->s),
				    conn->dialect == DIALECT_SWANCTL
					    ? "write none, clear, trap or start"
					    : "write none, clear, hold or restart");
	return DPD_NONE;
}

static void import_start(struct site *site, const struct strongswan_conn *conn,
			 const struct strongswan_child *source, struct child *child)
{
	const struct text *text = conn->dialect == DIALECT_SWANCTL
					  ? &source->values[CHILD_START_ACTION]
					  : &conn->values[CONN_AUTO];
	static const struct {
		const char *word;
		enum start_condition start;
		enum word_of of;
	} words[] = {
		{ "none", START_NEVER, OF_SWANCTL },
		{ "ignore", START_NEVER, OF_STARTER },
		{ "add", START_NEVER, OF_STARTER },
		{ "trap", START_ON_TRAFFIC, OF_SWANCTL },
		{ "route", START_ON_TRAFFIC, OF_BOTH },
		{ "start", START_IMMEDIATELY, OF_BOTH },
		/* Both: what matters longest is the trap. */
		{ "trap|start", START_ON_TRAFFIC, OF_SWANCTL },
		{ "start|trap", START_ON_TRAFFIC, OF_SWANCTL },
	};

	child->start = START_NEVER;
	child->start_at = text->s ? text->at : default_of(conn);
	for (size_t i = 0; text->s && i < ARRAY_SIZE(words); i++) {
		if (str_equal(text->s, words[i].word) && is_of(words[i].of, conn)) {
			child->start = words[i].start;
			return;
		}
	}
	if (text->s)
		strongswan_discards(
			site_remark(site, REMARK_INVALID, text->at,
				    "'%.40s' does not say when to start", text->s),
			conn->dialect == DIALECT_SWANCTL ? "write start, trap or none"
							 : "write start, route or add");
}

/* swanctl counts to rekeying, ipsec.conf to the end; the other value follows. */
static void import_times(struct site *site, const struct strongswan_conn *conn,
			 const struct strongswan_child *source, struct child *child)
{
	const struct text *values = source->values;
	struct origin at = default_of(conn);
	struct number margin;

	if (conn->dialect == DIALECT_SWANCTL) {
		child->rekey_s =
			strongswan_time(site, &values[CHILD_REKEY_TIME], "1h", at);
		child->lifetime_s =
			strongswan_time(site, &values[CHILD_LIFE_TIME], NULL, at);
		/* Only the hard limit is written: renewed a tenth before it. */
		if (child->lifetime_s.is_set && !values[CHILD_REKEY_TIME].s) {
			child->rekey_s = child->lifetime_s;
			child->rekey_s.n = child->lifetime_s.n * 10 / 11;
		}
		if (!child->lifetime_s.is_set)
			child->lifetime_s =
				(struct number){ true,
						 child->rekey_s.n + child->rekey_s.n / 10,
						 child->rekey_s.at };
		return;
	}
	child->lifetime_s = strongswan_time(site, &values[CHILD_LIFE_TIME], "1h", at);
	margin = strongswan_time(site, &values[CHILD_MARGIN_TIME], "9m", at);
	child->rekey_s = child->lifetime_s;
	child->rekey_s.n -=
		margin.n < child->lifetime_s.n ? margin.n : child->lifetime_s.n;
}

static void import_proposals(struct site *site, const struct strongswan_conn *conn,
			     const struct strongswan_child *source, struct child *child)
{
	static const enum child_key keys[] = { CHILD_ESP, CHILD_AH };
	bool has_default = false;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct text *text = &source->values[keys[i]];
		struct proposal proposal;
		const char *list;

		if (!text->s && keys[i] == CHILD_AH)
			continue;
		list = strongswan_proposal_text(site, text, conn->dialect, &has_default);
		while (list &&
		       strongswan_proposal_take(site, &list, conn->dialect, text->at,
						&has_default, &proposal)) {
			proposal.is_ah = keys[i] == CHILD_AH;
			pair_proposal_settle(site->arena, &proposal, false);
			vec_add(site->arena, &child->proposals, proposal);
		}
		if (keys[i] == CHILD_ESP && !text->s && source->values[CHILD_AH].s)
			has_default = false; /* AH alone */
		child->has_default_proposals |= has_default;
	}
}

static bool is_shunt_word(const char *mode)
{
	return str_equal(mode, "pass") || str_equal(mode, "drop") ||
	       str_equal(mode, "passthrough") || str_equal(mode, "reject");
}

/* Returns false for what is no tunnel: pass and drop policies. */
static bool import_mode(struct site *site, const struct strongswan_conn *conn,
			const struct strongswan_child *source, struct child *child)
{
	const struct text *mode = &source->values[CHILD_MODE];

	child->transport_at = mode->at;
	if (!mode->s || str_equal(mode->s, "tunnel"))
		return true;
	child->is_transport =
		str_equal(mode->s, "transport") || str_equal(mode->s, "transport_proxy");
	if (child->is_transport)
		return true;
	/* Tunnels all the same, of newer or rarer kinds. */
	if (str_equal(mode->s, "beet") || str_equal(mode->s, "iptfs")) {
		site_unrehearsed(site, conn->name,
				 ASPECT_SELECTORS | ASPECT_WAY | ASPECT_THROUGHPUT,
				 mode->at, arena_printf(site->arena, "mode %s", mode->s));
		return true;
	}
	if (!is_shunt_word(mode->s)) {
		strongswan_discards(site_remark(site, REMARK_INVALID, mode->at,
						"'%.40s' is no mode", mode->s),
				    "write tunnel, or transport between two hosts");
		return true;
	}
	site_remark(site, REMARK_IGNORED, mode->at, "mode '%.40s' makes no tunnel",
		    mode->s);
	return false;
}

/* leftfirewall=yes of ipsec.conf is leftupdown="ipsec _updown iptables" (starter); no is none. */
static void name_shipped_script(struct text *updown)
{
	if (!updown->s)
		return;
	if (str_equal(updown->s, "yes"))
		updown->s = "ipsec _updown iptables";
	else if (str_equal(updown->s, "no"))
		*updown = (struct text){ 0 };
}

/* Of both dialects; swanctl's connection gives its if_ids to children without any. */
static void import_words(const struct strongswan_conn *conn,
			 const struct strongswan_child *source, struct child *child)
{
	static const struct {
		enum child_word word;
		enum conn_key inherited;
	} inherited[] = { { CHILD_WORD_IF_ID_IN, CONN_IF_ID_IN },
			  { CHILD_WORD_IF_ID_OUT, CONN_IF_ID_OUT } };
	static const enum child_word marks[] = { CHILD_WORD_MARK_IN,
						 CHILD_WORD_MARK_OUT };

	for (unsigned int i = 0; i < CHILD_WORDS; i++)
		child->words[i] = source->values[CHILD_WORD_0 + i];
	name_shipped_script(&child->words[CHILD_WORD_UPDOWN]);
	for (size_t i = 0; i < ARRAY_SIZE(inherited); i++)
		if (!child->words[inherited[i].word].s)
			child->words[inherited[i].word] =
				conn->values[inherited[i].inherited];
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (!child->words[marks[i]].s)
			child->words[marks[i]] = source->values[CHILD_MARK];
}

/* The XFRM interface or VTI that the child is reached by, where a file shows it. */
static void bind_interface(const struct site *site, struct tunnel *tunnel,
			   const struct child *child)
{
	const struct site_interface *interface =
		site_xfrm_of(site, if_id_number(&child->words[CHILD_WORD_IF_ID_OUT]));

	if (!interface)
		interface = site_vti_of(site, child);
	if (interface)
		tunnel->bind_interface = interface->name;
}

static void import_child(struct site *site, const struct strongswan_conn *conn,
			 const struct strongswan_child *source, struct tunnel *tunnel)
{
	struct child child = { .name = source->name, .at = source->at };
	const struct text *values = source->values;
	struct sides locals = { 0 }, remotes = { 0 };
	struct number window;

	if (!import_mode(site, conn, source, &child))
		return;
	sides_read(site, conn, tunnel, &values[CHILD_LOCAL_TS],
		   &values[CHILD_LOCAL_PROTOPORT], true, &locals);
	sides_read(site, conn, tunnel, &values[CHILD_REMOTE_TS],
		   &values[CHILD_REMOTE_PROTOPORT], false, &remotes);
	selectors_add(site, tunnel, &locals, &remotes, &child);
	import_proposals(site, conn, source, &child);
	import_times(site, conn, source, &child);
	import_start(site, conn, source, &child);
	child.dpd_action = action_of(site, conn, &values[CHILD_DPD_ACTION]);
	child.close_action = action_of(site, conn, &values[CHILD_CLOSE_ACTION]);
	child.ipcomp =
		strongswan_flag(site, &values[CHILD_IPCOMP], false, default_of(conn));
	window = strongswan_time(site, &values[CHILD_REPLAY_WINDOW], "32",
				 default_of(conn));
	child.replay_protection = (struct flag){ true, window.n > 0, window.at };
	import_words(conn, source, &child);
	bind_interface(site, tunnel, &child);
	if (child.start > tunnel->start) {
		tunnel->start = child.start;
		tunnel->start_at = child.start_at;
	}
	vec_add(site->arena, &tunnel->children, child);
}

void strongswan_children_import(struct site *site, const struct strongswan_conn *conn,
				struct tunnel *tunnel)
{
	tunnel->start = START_NEVER;
	tunnel->start_at = conn->at;
	vec_foreach (source, &conn->children) {
		if (tunnel->children.count >= CHILDREN_MAX) {
			site_capped(site, source->at,
				    "only the first %d children are read", CHILDREN_MAX);
			return;
		}
		import_child(site, conn, source, tunnel);
	}
	if (!conn->children.count)
		site_remark(site, REMARK_INVALID, conn->at,
			    "'%.60s' has no children: nothing can be sent into it",
			    conn->name);
}
