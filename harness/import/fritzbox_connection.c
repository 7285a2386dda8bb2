// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fritzbox_connection.c - one "connections { … }" of a vpncfg as a tunnel of the model
 *
 * The facts are those of devices.md 2. Keys are first sorted in under their
 * enum, then each function below reads the keys of one matter.
 */
#include "import/fritzbox_connection.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/fritzbox_access.h"
#include "import/fritzbox_strategy.h"
#include "import/fritzbox_values.h"
#include "ipsec/alg.h"
#include "model/aspect.h"

#define LIFETIME_S    3600 /* the box dictates it in both phases */
#define KEY_MAX	      128  /* the web interface takes no longer key */
#define STRATEGY_MAX  128
#define NAME_MAX_SHOW 200

static const struct origin fritzos = { .source = "FritzOS default" };

void fritzbox_connection_take(struct fritzbox_context *context,
			      struct fritzbox_connection *connection, const char *path,
			      struct tree_node *leaf)
{
	enum fritzbox_key key = fritzbox_key_find(path);
	const struct fritzbox_key_row *row;

	/* FritzOS 7.50 and later: wg_public_key, wg_allowed_ips, … */
	if (key == FRITZBOX_KEY_COUNT && str_starts(path, "wg_"))
		leaf->is_used = true;
	if (key == FRITZBOX_KEY_COUNT)
		return;
	leaf->is_used = true;
	row = fritzbox_key_row(key);
	if (connection->keys[key])
		site_remark(context->site, REMARK_INVALID, connection->keys[key]->at,
			    "'%s' is given again on line %u, which counts", path,
			    leaf->at.line);
	if (row->ignored)
		site_remark(context->site, REMARK_IGNORED, leaf->at, "'%s': %s", path,
			    row->ignored);
	if (leaf->values.count > 1 && key != FRITZBOX_KEY_ACCESSLIST)
		site_remark(context->site, REMARK_INVALID, leaf->at,
			    "'%s' takes one value, only the first of %zu is used", path,
			    leaf->values.count);
	connection->keys[key] = leaf;
}

static const char *connection_name(struct fritzbox_context *context,
				   const struct fritzbox_connection *connection)
{
	const struct tree_value *value = fritzbox_value(connection, FRITZBOX_KEY_NAME);
	struct arena *arena = context->site->arena;
	const char *name;

	if (value && *value->text)
		name = arena_strndup(arena, value->text,
				     strnlen(value->text, NAME_MAX_SHOW));
	else
		name = arena_printf(arena, "connection on line %u",
				    connection->block->at.line);
	if (map_get(&context->names, NULL, name)) {
		site_remark(context->site, REMARK_INVALID,
			    fritzbox_origin(connection, FRITZBOX_KEY_NAME),
			    "there is another connection with the name '%s'", name);
		name = arena_printf(arena, "%s (line %u)", name,
				    connection->block->at.line);
	}
	map_put(arena, &context->names, NULL, name, context->site);
	return name;
}

/* ------------------------------------------------------------ who and where */

static void import_endpoints(struct fritzbox_context *context,
			     const struct fritzbox_connection *connection,
			     struct tunnel *tunnel)
{
	struct endpoint remote = { 0 };
	const struct tree_value *host;
	struct arena *arena = context->site->arena;

	tunnel->local = (struct endpoint){ .kind = ENDPOINT_INTERFACE, .name = "wan" };
	tunnel->local.at = fritzbox_origin(connection, FRITZBOX_KEY_LOCALIP);
	if (fritzbox_address(context, connection, FRITZBOX_KEY_LOCALIP,
			     &tunnel->local.addr))
		tunnel->local.kind = ENDPOINT_ADDRESS;
	host = fritzbox_text(context, connection, FRITZBOX_KEY_REMOTEHOSTNAME);
	if (fritzbox_address(context, connection, FRITZBOX_KEY_REMOTEIP, &remote.addr)) {
		remote.kind = ENDPOINT_ADDRESS;
		remote.at = fritzbox_origin(connection, FRITZBOX_KEY_REMOTEIP);
		if (host)
			site_remark(context->site, REMARK_ASSUMED, host->at,
				    "remoteip is given too and is taken first");
	} else if (host) {
		remote.at = host->at;
		remote.name = arena_strdup(arena, host->text);
		remote.kind = inet_addr_parse(host->text, &remote.addr) == 0
				      ? ENDPOINT_ADDRESS
				      : ENDPOINT_NAME;
	} else {
		return; /* nobody to call: the box only answers */
	}
	vec_add(arena, &tunnel->remotes, remote);
}

struct id_key {
	enum fritzbox_key key;
	enum id_type type;
};

static void import_identity(struct fritzbox_context *context,
			    const struct fritzbox_connection *connection,
			    const struct id_key keys[static 4], struct identity *identity)
{
	const struct tree_value *value = NULL;
	struct inet_addr addr;
	size_t i;

	identity->at = connection->block->at;
	for (i = 0; i < 4 && !value; i++)
		if (keys[i].type != ID_TYPE_IPV4_ADDR)
			value = fritzbox_text(context, connection, keys[i].key);
		else if (fritzbox_address(context, connection, keys[i].key, &addr))
			value = fritzbox_value(connection, keys[i].key);
	if (!value)
		return; /* ID_TYPE_NONE: the address */
	*identity = (struct identity){
		.type = keys[i - 1].type,
		.value = arena_strdup(context->site->arena, value->text),
		.at = value->at,
	};
	identity->written = identity->value;
	if (!value->is_quoted && identity->type != ID_TYPE_IPV4_ADDR)
		site_remark(context->site, REMARK_ASSUMED, value->at,
			    "'%.80s' has no quotes, it is taken as if it had",
			    value->text);
	for (; i < 4; i++)
		if (connection->keys[keys[i].key])
			site_remark(context->site, REMARK_INVALID,
				    connection->keys[keys[i].key]->at,
				    "a second identity, the one on line %u is used",
				    value->at.line);
}

static void import_identities(struct fritzbox_context *context,
			      const struct fritzbox_connection *connection,
			      struct tunnel *tunnel)
{
	static const struct id_key local[] = {
		{ FRITZBOX_KEY_LOCALID_FQDN, ID_TYPE_FQDN },
		{ FRITZBOX_KEY_LOCALID_USER_FQDN, ID_TYPE_USER_FQDN },
		{ FRITZBOX_KEY_LOCALID_IPADDR, ID_TYPE_IPV4_ADDR },
		{ FRITZBOX_KEY_LOCALID_KEY_ID, ID_TYPE_KEY_ID },
	};
	static const struct id_key remote[] = {
		{ FRITZBOX_KEY_REMOTEID_FQDN, ID_TYPE_FQDN },
		{ FRITZBOX_KEY_REMOTEID_USER_FQDN, ID_TYPE_USER_FQDN },
		{ FRITZBOX_KEY_REMOTEID_IPADDR, ID_TYPE_IPV4_ADDR },
		{ FRITZBOX_KEY_REMOTEID_KEY_ID, ID_TYPE_KEY_ID },
	};

	import_identity(context, connection, local, &tunnel->local_id);
	import_identity(context, connection, remote, &tunnel->remote_id);
	if (tunnel->local_id.type == ID_TYPE_NONE)
		site_remark(context->site, REMARK_ASSUMED, connection->block->at,
			    "without localid the box says its own address");
	if (tunnel->remote_id.type == ID_TYPE_NONE)
		site_remark(context->site, REMARK_ASSUMED, connection->block->at,
			    "without remoteid the peer must say its own address");
}

/* ------------------------------------------------------------ authentication */

static void import_key(struct fritzbox_context *context,
		       const struct fritzbox_connection *connection,
		       struct secret *secret)
{
	const struct tree_value *value =
		fritzbox_text(context, connection, FRITZBOX_KEY_KEY);

	secret->at = fritzbox_origin(connection, FRITZBOX_KEY_KEY);
	if (!value) {
		secret->is_set = fritzbox_value(connection, FRITZBOX_KEY_KEY) &&
				 *fritzbox_value(connection, FRITZBOX_KEY_KEY)->text;
		return; /* a placeholder is set, but not known */
	}
	secret->is_set = true;
	secret->is_readable = !str_starts(value->text, "$$$$");
	if (!secret->is_readable) {
		site_remark(context->site, REMARK_IGNORED, value->at,
			    "the pre-shared key is encrypted with the box's own key: it "
			    "cannot be compared with the peer's");
		return;
	}
	secret->length = value->length;
	secret->bytes = arena_memdup(context->site->arena, value->text, value->length);
	if (value->length > KEY_MAX)
		site_remark(context->site, REMARK_INVALID, value->at,
			    "the pre-shared key has %zu characters, the box's web "
			    "interface takes %d at most",
			    value->length, KEY_MAX);
}

static void import_auth(struct fritzbox_context *context,
			const struct fritzbox_connection *connection,
			struct tunnel *tunnel)
{
	const struct tree_value *word =
		fritzbox_text(context, connection, FRITZBOX_KEY_KEYTYPE);
	bool is_xauth = fritzbox_yes(context, connection, FRITZBOX_KEY_USE_XAUTH, false);

	tunnel->auth = is_xauth ? AUTH_XAUTH_PSK : AUTH_PSK;
	tunnel->auth_word.at = fritzbox_origin(
		connection, tunnel->auth == AUTH_XAUTH_PSK ? FRITZBOX_KEY_USE_XAUTH
							   : FRITZBOX_KEY_KEYTYPE);
	tunnel->auth_word.s = arena_strdup(context->site->arena,
					   word ? word->text : "connkeytype_pre_shared");
	if (word && !str_equal(word->text, "connkeytype_pre_shared")) {
		tunnel->auth =
			str_starts(word->text, "connkeytype_") ? AUTH_RSA : AUTH_UNKNOWN;
		site_remark(context->site, REMARK_UNKNOWN, word->at,
			    "keytype '%.60s' is not rehearsed, only "
			    "connkeytype_pre_shared is",
			    word->text);
	}
	if (is_xauth)
		site_remark(context->site, REMARK_IGNORED,
			    fritzbox_origin(connection, FRITZBOX_KEY_USE_XAUTH),
			    "XAuth (a user name and password behind phase 1) is not "
			    "rehearsed");
	import_key(context, connection, &tunnel->psk);
}

/* ------------------------------------------------------------ phase 1 */

static void import_mode(struct fritzbox_context *context,
			const struct fritzbox_connection *connection,
			struct tunnel *tunnel)
{
	const struct tree_value *value =
		fritzbox_text(context, connection, FRITZBOX_KEY_MODE);

	tunnel->mode_at = fritzbox_origin(connection, FRITZBOX_KEY_MODE);
	if (value && str_equal(value->text, "phase1_mode_aggressive")) {
		tunnel->mode = EXCHANGE_AGGRESSIVE;
		return;
	}
	tunnel->mode = EXCHANGE_MAIN;
	tunnel->accepts_both_modes = true;
	if (!value)
		site_remark(context->site, REMARK_ASSUMED, tunnel->mode_at,
			    "without 'mode' main mode is taken");
	else if (!str_equal(value->text, "phase1_mode_idp"))
		site_remark(context->site, REMARK_INVALID, value->at,
			    "mode '%.60s' is neither phase1_mode_idp (main mode, taken "
			    "here) nor phase1_mode_aggressive",
			    value->text);
	site_remark(context->site, REMARK_ASSUMED, tunnel->mode_at,
		    "a box with phase1_mode_idp starts main mode, and is taken to answer "
		    "aggressive mode too");
}

/* The value of a strategy, or what is assumed when there is none. */
static const char *strategy_text(struct fritzbox_context *context,
				 const struct fritzbox_connection *connection,
				 enum fritzbox_key key, const char *fallback)
{
	const struct tree_value *value = fritzbox_text(context, connection, key);

	if (value && value->length <= STRATEGY_MAX)
		return value->text;
	site_remark(context->site, value ? REMARK_INVALID : REMARK_ASSUMED,
		    fritzbox_origin(connection, key), "%s '%s', '%s' is taken",
		    value ? "this is no" : "without", fritzbox_key_row(key)->path,
		    fallback);
	return fallback;
}

static void import_phase1(struct fritzbox_context *context,
			  const struct fritzbox_connection *connection,
			  struct tunnel *tunnel)
{
	const char *text =
		strategy_text(context, connection, FRITZBOX_KEY_PHASE1SS, "all/all/all");
	struct origin at = fritzbox_origin(connection, FRITZBOX_KEY_PHASE1SS);
	struct fritzbox_phase1 phase1;

	tunnel->lifetime_s = (struct number){ true, LIFETIME_S, fritzos };
	if (fritzbox_phase1_parse(context->site, text, at, context->has_sha2, &phase1) <
	    0)
		return;
	site_remark(context->site, REMARK_ASSUMED, at,
		    "what '%s' offers is inferred from peers that work, AVM does not "
		    "document it%s",
		    text, context->has_sha2 ? " (SHA2-512 from FritzOS 7 on)" : "");
	vec_add(context->site->arena, &tunnel->proposals, phase1.proposal);
	if (phase1.lifetime_s)
		tunnel->lifetime_s = (struct number){ true, phase1.lifetime_s, at };
}

/* ------------------------------------------------------------ phase 2 */

static bool read_network(struct fritzbox_context *context,
			 const struct fritzbox_connection *connection,
			 const enum fritzbox_key keys[static 3],
			 struct inet_prefix *ret_prefix, struct origin *ret_at)
{
	const struct tree_value *mask;
	struct inet_prefix prefix;

	*ret_at = fritzbox_origin(connection, keys[0]);
	if (fritzbox_any_address(context, connection, keys[2], &prefix.addr)) {
		*ret_at = fritzbox_origin(connection, keys[2]);
		*ret_prefix = inet_prefix_host(&prefix.addr);
		return true;
	}
	if (!fritzbox_any_address(context, connection, keys[0], &prefix.addr))
		return false;
	mask = fritzbox_text(context, connection, keys[1]);
	if (!mask || prefix.addr.family != AF_INET ||
	    inet_mask_length(mask->text, &prefix.length) < 0) {
		site_remark(context->site, REMARK_INVALID, mask ? mask->at : *ret_at,
			    "%s: '%.60s' is not a netmask such as 255.255.255.0",
			    fritzbox_key_row(keys[1])->path, mask ? mask->text : "");
		return false;
	}
	*ret_prefix = inet_prefix_network(&prefix);
	if (!inet_addr_equal(&ret_prefix->addr, &prefix.addr))
		site_remark(context->site, REMARK_INVALID, *ret_at,
			    "%s: %s is not the first address of its network, %s is taken",
			    fritzbox_key_row(keys[0])->path,
			    inet_addr_text(&prefix.addr).s,
			    inet_prefix_text(ret_prefix).s);
	return true;
}

/* Without phase2remoteid the one network that the accesslist permits serves. */
static bool network_of_accesslist(struct fritzbox_context *context,
				  const struct fritzbox_connection *connection,
				  struct selector *selector)
{
	const struct tree_value *value =
		fritzbox_value(connection, FRITZBOX_KEY_ACCESSLIST);
	struct fritzbox_access access;

	if (!value ||
	    fritzbox_access_parse(context->site->arena, value->text, &access) < 0 ||
	    access.target != TARGET_TUNNEL || !access.has_dest)
		return false;
	selector->remote = access.dest;
	selector->remote_at = value->at;
	site_remark(context->site, REMARK_ASSUMED, value->at,
		    "without phase2remoteid the accesslist's network %s is taken",
		    inet_prefix_text(&access.dest).s);
	return true;
}

static bool import_selector(struct fritzbox_context *context,
			    const struct fritzbox_connection *connection,
			    struct child *child)
{
	static const enum fritzbox_key local[] = { FRITZBOX_KEY_LOCAL_NET,
						   FRITZBOX_KEY_LOCAL_MASK,
						   FRITZBOX_KEY_LOCAL_HOST };
	static const enum fritzbox_key remote[] = { FRITZBOX_KEY_REMOTE_NET,
						    FRITZBOX_KEY_REMOTE_MASK,
						    FRITZBOX_KEY_REMOTE_HOST };
	struct selector selector = { 0 };
	bool has_local = read_network(context, connection, local, &selector.local,
				      &selector.local_at);
	bool has_remote = read_network(context, connection, remote, &selector.remote,
				       &selector.remote_at) ||
			  network_of_accesslist(context, connection, &selector);

	if (!has_local || !has_remote) {
		site_remark(context->site, REMARK_INVALID, connection->block->at,
			    "phase2localid and phase2remoteid do not give two networks: "
			    "nothing can be sent into this tunnel");
		return false;
	}
	vec_add(context->site->arena, &child->selectors, selector);
	return true;
}

/* PFS uses the group of phase 1 (devices.md 2.5). */
static void add_pfs(struct fritzbox_context *context, const struct tunnel *tunnel,
		    struct proposal *proposal)
{
	if (!tunnel->proposals.count)
		return;
	vec_foreach (group, &tunnel->proposals.items[0].dh)
		vec_add(context->site->arena, &proposal->dh,
			((struct proposal_alg){ group->alg, "pfs", proposal->at }));
	site_remark(context->site, REMARK_ASSUMED, proposal->at,
		    "pfs is taken to use the group of phase 1");
}

static void import_phase2(struct fritzbox_context *context,
			  const struct fritzbox_connection *connection,
			  const struct tunnel *tunnel, struct child *child)
{
	const char *text = strategy_text(context, connection, FRITZBOX_KEY_PHASE2SS,
					 "esp-all-all/ah-none/comp-all/pfs");
	struct origin at = fritzbox_origin(connection, FRITZBOX_KEY_PHASE2SS);
	struct arena *arena = context->site->arena;
	struct fritzbox_phase2 phase2;

	child->lifetime_s = (struct number){ true, LIFETIME_S, fritzos };
	child->replay_protection = (struct flag){ true, true, fritzos };
	if (fritzbox_phase2_parse(context->site, text, at, context->has_sha2, &phase2) <
	    0)
		return;
	child->ipcomp = (struct flag){ true, phase2.is_ipcomp, at };
	if (phase2.lifetime_s)
		child->lifetime_s = (struct number){ true, phase2.lifetime_s, at };
	if (phase2.is_pfs) {
		add_pfs(context, tunnel, &phase2.esp);
		phase2.ah.dh.count = 0;
	}
	vec_add(arena, &child->proposals, phase2.esp);
	if (!phase2.has_ah)
		return;
	if (phase2.is_pfs)
		add_pfs(context, tunnel, &phase2.ah);
	vec_add(arena, &child->proposals, phase2.ah);
}

/* ------------------------------------------------------------ when */

static void import_start(struct fritzbox_context *context,
			 const struct fritzbox_connection *connection,
			 struct tunnel *tunnel)
{
	bool is_kept =
		fritzbox_yes(context, connection, FRITZBOX_KEY_ALWAYS_RENEW, false);

	tunnel->start = is_kept ? START_IMMEDIATELY : START_ON_TRAFFIC;
	tunnel->start_at = fritzbox_origin(connection, FRITZBOX_KEY_ALWAYS_RENEW);
	if (fritzbox_address(context, connection, FRITZBOX_KEY_KEEPALIVE_IP,
			     &tunnel->keepalive_target) &&
	    !is_kept) {
		tunnel->start = START_IMMEDIATELY; /* its own pings are traffic */
		tunnel->start_at = fritzbox_origin(connection, FRITZBOX_KEY_KEEPALIVE_IP);
	}
	if (!tunnel->remotes.count) {
		tunnel->start = START_NEVER;
		tunnel->start_at =
			fritzbox_origin(connection, FRITZBOX_KEY_REMOTEHOSTNAME);
	}
}

/* XAuth is named by the kind of authentication. */
static void name_unrehearsed(struct site *site,
			     const struct fritzbox_connection *connection,
			     const struct tunnel *tunnel)
{
	for (enum fritzbox_key key = 0; key < FRITZBOX_KEY_COUNT; key++) {
		const struct fritzbox_key_row *row = fritzbox_key_row(key);
		const struct tree_node *leaf = connection->keys[key];
		const char *inert =
			row->value == FRITZBOX_VALUE_YES_NO ? "no" : "0.0.0.0";

		if (!tree_text(leaf) || !(row->aspects & ~ASPECT_AUTH) ||
		    str_equal(tree_text(leaf), inert))
			continue;
		site_unrehearsed(site, tunnel->name, row->aspects, leaf->at, row->path);
	}
}

static void import_switches(struct fritzbox_context *context,
			    const struct fritzbox_connection *connection,
			    struct tunnel *tunnel)
{
	struct site *site = context->site;

	tunnel->is_disabled =
		!fritzbox_yes(context, connection, FRITZBOX_KEY_ENABLED, true);
	if (tunnel->is_disabled)
		remark_says(site_remark(site, REMARK_IGNORED,
					fritzbox_origin(connection, FRITZBOX_KEY_ENABLED),
					"the connection '%.60s' is not enabled",
					tunnel->name),
			    SAYS_NOT_ENABLED, MEND_ENABLE, tunnel->name);
	tunnel->version = 1;
	tunnel->version_at =
		(struct origin){ .source = "FritzOS: a vpncfg is IKEv1 only" };
	tunnel->nat_t = fritzbox_yes(context, connection, FRITZBOX_KEY_USE_NAT_T, true)
				? NAT_T_AUTO
				: NAT_T_OFF;
	tunnel->nat_t_at = fritzbox_origin(connection, FRITZBOX_KEY_USE_NAT_T);
	tunnel->rejects_clear = (struct flag){
		.is_set = true,
		.on = fritzbox_yes(context, connection, FRITZBOX_KEY_REJECT_NOT_ENCRYPTED,
				   false),
		.at = fritzbox_origin(connection, FRITZBOX_KEY_REJECT_NOT_ENCRYPTED),
	};
	if (tunnel->rejects_clear.on)
		site_remark(
			site, REMARK_IGNORED,
			fritzbox_origin(connection, FRITZBOX_KEY_REJECT_NOT_ENCRYPTED),
			"reject_not_encrypted = yes cuts the box off from the "
			"Internet while the tunnel is configured (its DynDNS update "
			"too); this is not rehearsed");
	name_unrehearsed(site, connection, tunnel);
}

static void check_type(struct fritzbox_context *context,
		       const struct fritzbox_connection *connection, const char *tunnel)
{
	static const char *const types[] = { "conntype_lan", "conntype_user",
					     "conntype_out", NULL };
	const struct tree_value *value =
		fritzbox_text(context, connection, FRITZBOX_KEY_CONN_TYPE);

	if (!value || str_equal(value->text, types[0]))
		return;
	for (size_t i = 1; types[i]; i++) {
		if (!str_equal(value->text, types[i]))
			continue;
		site_unrehearsed(context->site, tunnel, ASPECT_SELECTORS | ASPECT_WAY,
				 value->at,
				 arena_printf(context->site->arena,
					      "%s, which is for single users", types[i]));
		return;
	}
	site_remark(context->site, REMARK_INVALID, value->at,
		    "unknown conn_type '%.60s'%s", value->text,
		    site_hint(context->site, value->text, types));
}

/* What the accesslist sends into the tunnel is not masqueraded. */
static void exempt_from_nat(struct site *site, const struct selector *selector)
{
	struct nat_rule *rule = vec_push(site->arena, &site->nat);

	rule->kind = NAT_EXEMPT;
	rule->at = (struct origin){ .source = "FritzOS: no NAT into a tunnel" };
	vec_add(site->arena, &rule->src,
		((struct prefix_value){ .prefix = selector->local,
					.at = selector->local_at }));
	vec_add(site->arena, &rule->dest,
		((struct prefix_value){ .prefix = selector->remote,
					.at = selector->remote_at }));
}

static void import_traffic(struct fritzbox_context *context,
			   const struct fritzbox_connection *connection, const char *name,
			   const struct selector *selector)
{
	const struct tree_node *list = connection->keys[FRITZBOX_KEY_ACCESSLIST];
	struct site *site = context->site;
	struct rule *rule;

	if (selector)
		exempt_from_nat(site, selector);
	if (list && list->values.count) {
		fritzbox_access_import(site, list, name,
				       selector ? &selector->remote : NULL);
		return;
	}
	if (!selector)
		return;
	site_remark(site, REMARK_ASSUMED, connection->block->at,
		    "without accesslist the network of phase2remoteid is sent into the "
		    "tunnel");
	rule = vec_push(site->arena, &site->rules);
	rule->src_zone = rule->dest_zone = "*";
	rule->target = TARGET_TUNNEL;
	rule->at = selector->remote_at;
	rule->tunnel = (struct text){ name, connection->block->at };
	vec_add(site->arena, &rule->dest,
		((struct prefix_value){ .prefix = selector->remote,
					.at = selector->remote_at }));
}

/* A connection that is switched off sends nothing into its tunnel. */
static void disable_since(struct site *site, size_t rules, size_t nat)
{
	for (; rules < site->rules.count; rules++)
		site->rules.items[rules].is_disabled = true;
	for (; nat < site->nat.count; nat++)
		site->nat.items[nat].is_disabled = true;
}

/* FritzOS 7.50 and later keeps its WireGuard connections beside those of IPsec. */
static bool is_wireguard(struct fritzbox_context *context,
			 const struct fritzbox_connection *connection)
{
	const struct tree_value *type =
		fritzbox_text(context, connection, FRITZBOX_KEY_CONN_TYPE);

	if (!type || !str_equal(type->text, "conntype_wg"))
		return false;
	site_remark(context->site, REMARK_IGNORED, type->at,
		    "a WireGuard connection, which is no IPsec");
	return true;
}

void fritzbox_connection_import(struct fritzbox_context *context,
				const struct fritzbox_connection *connection)
{
	struct tunnel tunnel = { .at = connection->block->at };
	struct child child = { .at = connection->block->at };
	size_t rules = context->site->rules.count, nat = context->site->nat.count;
	bool has_selector;

	if (is_wireguard(context, connection))
		return;
	tunnel.name = child.name = connection_name(context, connection);
	check_type(context, connection, tunnel.name);
	import_switches(context, connection, &tunnel);
	import_endpoints(context, connection, &tunnel);
	import_identities(context, connection, &tunnel);
	import_auth(context, connection, &tunnel);
	import_mode(context, connection, &tunnel);
	import_phase1(context, connection, &tunnel);
	import_start(context, connection, &tunnel);
	has_selector = import_selector(context, connection, &child);
	import_phase2(context, connection, &tunnel, &child);
	child.start = tunnel.start;
	child.start_at = tunnel.start_at;
	import_traffic(context, connection, tunnel.name,
		       has_selector ? &child.selectors.items[0] : NULL);
	if (tunnel.is_disabled)
		disable_since(context->site, rules, nat);
	if (has_selector)
		vec_add(context->site->arena, &tunnel.children, child);
	vec_add(context->site->arena, &context->site->tunnels, tunnel);
}
