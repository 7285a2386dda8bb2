// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * strongswan_conn.c - the meaning of a connection of swanctl.conf or ipsec.conf
 *
 * Defaults are those of strongSwan 5.9 (devices.md 5.1); where the dialects differ they
 * stand side by side in a table.
 */
#include "import/strongswan_conn.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "ipsec/dn.h"
#include "import/strongswan_children.h"
#include "import/strongswan_proposal.h"
#include "import/strongswan_values.h"
#include "model/aspect.h"
#include "model/pair.h"

/* Defaults, as the files would say them. */
static const struct {
	const char *source;
	const char *lifetime, *over_percent, *keyingtries, *auth;
} dialects[] = {
	[DIALECT_SWANCTL] = { "swanctl.conf default", "4h", "10", "1", "pubkey" },
	[DIALECT_IPSEC_CONF] = { "ipsec.conf default", "3h", "0", "3", "pubkey" },
};

static struct origin default_of(const struct strongswan_conn *conn)
{
	return (struct origin){ .source = dialects[conn->dialect].source };
}

static void import_version(struct site *site, const struct strongswan_conn *conn,
			   struct tunnel *tunnel)
{
	static const struct {
		const char *word;
		int version;
	} words[] = {
		{ "0", 0 },   { "1", 1 },     { "2", 2 },
		{ "ike", 0 }, { "ikev1", 1 }, { "ikev2", 2 },
	};
	const struct text *text = &conn->values[CONN_VERSION];

	tunnel->version_at = text->s ? text->at : default_of(conn);
	for (size_t i = 0; text->s && i < ARRAY_SIZE(words); i++) {
		if (str_equal(text->s, words[i].word)) {
			tunnel->version = words[i].version;
			return;
		}
	}
	if (text->s)
		strongswan_discards(site_remark(site, REMARK_INVALID, text->at,
						"'%.40s' is no version of IKE", text->s),
				    conn->dialect == DIALECT_SWANCTL
					    ? "write 2, 1, or 0 for both"
					    : "write ikev2, ikev1, or ike for both");
}

/* ------------------------------------------------------------ ends */

static bool is_any_address(const char *word)
{
	static const char *const words[] = { "%any",	"%any4",     "%any6",
					     "0.0.0.0", "0.0.0.0/0", "%defaultroute",
					     "%dynamic" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_equal(word, words[i]))
			return true;
	return false;
}

static struct endpoint endpoint_of(const char *word, struct origin at)
{
	struct endpoint endpoint = { .kind = ENDPOINT_NAME, .name = word, .at = at };

	if (inet_addr_parse(word, &endpoint.addr) == 0)
		endpoint.kind = ENDPOINT_ADDRESS;
	return endpoint;
}

static void import_local(struct site *site, const struct strongswan_conn *conn,
			 struct tunnel *tunnel)
{
	const struct text *text = &conn->values[CONN_LOCAL_ADDRS];
	const char *list = text->s, *word;

	tunnel->local = (struct endpoint){ .kind = ENDPOINT_INTERFACE,
					   .name = "wan",
					   .at = text->s ? text->at : default_of(conn) };
	word = list ? strongswan_proposal_next(site->arena, &list) : NULL;
	if (!word || is_any_address(word))
		return;
	if (*word == '%') {
		site_remark(site, REMARK_ASSUMED, text->at,
			    "'%.40s' is taken as the address of the WAN", word);
		return;
	}
	tunnel->local = endpoint_of(word, text->at);
	while ((word = strongswan_proposal_next(site->arena, &list)) &&
	       tunnel->more_locals.count < 16)
		vec_add(site->arena, &tunnel->more_locals, endpoint_of(word, text->at));
	if (tunnel->more_locals.count)
		site_remark(site, REMARK_IGNORED, text->at,
			    "of several local addresses the first is used");
}

static void import_remotes(struct site *site, const struct strongswan_conn *conn,
			   struct tunnel *tunnel)
{
	const struct text *text = &conn->values[CONN_REMOTE_ADDRS];
	const char *list = text->s, *word;

	while (list && (word = strongswan_proposal_next(site->arena, &list)))
		if (!is_any_address(word) && tunnel->remotes.count < 16)
			vec_add(site->arena, &tunnel->remotes,
				endpoint_of(word + (*word == '%'), text->at));
}

static void import_identity(struct site *site, const struct strongswan_conn *conn,
			    enum conn_key key, struct identity *identity)
{
	const struct text *text = &conn->values[key];
	const char *value;

	identity->at = text->s ? text->at : default_of(conn);
	if (!text->s || !*text->s)
		return;
	identity->written = text->s;
	identity->is_any = str_equal(text->s, "%any");
	if (identity->is_any)
		return;
	identity->type = id_type_of_strongswan_text(text->s, &value);
	identity->value = identity->type == ID_TYPE_NONE ? NULL : value;
	if (identity->type == ID_TYPE_KEY_ID && str_starts(text->s, "@#"))
		identity->value = id_key_id_text(site->arena, value);
}

/* ipsec.conf(5): leftid defaults to left; a host name there is the identity. */
static void default_identity(struct site *site, const struct strongswan_conn *conn,
			     const struct endpoint *endpoint, struct identity *identity)
{
	if (conn->dialect != DIALECT_IPSEC_CONF || identity->type != ID_TYPE_NONE ||
	    identity->is_any || endpoint->kind != ENDPOINT_NAME)
		return;
	identity->type = ID_TYPE_FQDN;
	identity->value = identity->written = endpoint->name;
	identity->at = endpoint->at;
	site_remark(site, REMARK_ASSUMED, endpoint->at,
		    "without an id of its own the name '%.80s' is the identity, as "
		    "ipsec.conf(5) says",
		    endpoint->name);
}

/* ------------------------------------------------------------ authentication */

static enum auth_method auth_of(const char *word)
{
	static const struct {
		const char *start;
		enum auth_method method;
	} words[] = {
		{ "psk", AUTH_PSK },
		{ "secret", AUTH_PSK },
		{ "xauthpsk", AUTH_XAUTH_PSK },
		{ "xauth", AUTH_XAUTH_PSK },
		{ "pubkey", AUTH_RSA },
		{ "rsa", AUTH_RSA },
		{ "ecdsa", AUTH_ECDSA },
		{ "eap", AUTH_EAP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(word, words[i].start))
			return words[i].method;
	return AUTH_UNKNOWN;
}

static void import_auth(struct site *site, const struct strongswan_conn *conn,
			struct tunnel *tunnel)
{
	const struct text *local = &conn->values[CONN_LOCAL_AUTH];
	const struct text *remote = &conn->values[CONN_REMOTE_AUTH];
	const struct text *both = &conn->values[CONN_AUTHBY];

	tunnel->auth_word = local->s  ? *local
			    : both->s ? *both
				      : (struct text){ dialects[conn->dialect].auth,
						       default_of(conn) };
	tunnel->auth = auth_of(tunnel->auth_word.s);
	if (tunnel->auth == AUTH_UNKNOWN)
		site_unrehearsed(site, conn->name, ASPECT_AUTH, tunnel->auth_word.at,
				 arena_printf(site->arena, "authentication by %.40s",
					      tunnel->auth_word.s));
	if (remote->s) {
		tunnel->peer_auth = auth_of(remote->s);
		tunnel->peer_auth_word = *remote;
	}
	if (remote->s && auth_of(remote->s) != tunnel->auth)
		site_unrehearsed(site, conn->name, ASPECT_AUTH, remote->at,
				 arena_printf(site->arena,
					      "the peer by %.40s, this end by %.40s",
					      remote->s, tunnel->auth_word.s));
}

/* How well a secret's identity fits an identity or an address of the connection. */
static bool id_fits(const char *written, const struct identity *identity,
		    const struct endpoint *endpoint)
{
	const char *value;
	enum id_type type = id_type_of_strongswan_text(written, &value);
	struct inet_addr addr;

	if (identity->type != ID_TYPE_NONE)
		return type == identity->type &&
		       (type == ID_TYPE_DER_ASN1_DN
				? dn_matches(identity->value, value)
				: str_equal_nocase(value, identity->value));
	if (!endpoint)
		return false;
	if (endpoint->kind == ENDPOINT_ADDRESS)
		return inet_addr_parse(written, &addr) == 0 &&
		       inet_addr_equal(&addr, &endpoint->addr);
	return endpoint->kind == ENDPOINT_NAME &&
	       str_equal_nocase(written, endpoint->name);
}

static unsigned int secret_score(const struct strongswan_secret *secret,
				 const struct tunnel *tunnel)
{
	const struct endpoint *remote =
		tunnel->remotes.count ? &tunnel->remotes.items[0] : NULL;
	unsigned int local_score = 0, remote_score = 0;

	if (!secret->ids.count)
		return 1;
	vec_foreach (id, &secret->ids) {
		bool is_any = is_any_address(id->s);
		unsigned int score = is_any ? 2 : 10;

		if ((is_any || id_fits(id->s, &tunnel->local_id, &tunnel->local)) &&
		    score > local_score)
			local_score = score;
		if ((is_any || id_fits(id->s, &tunnel->remote_id, remote)) &&
		    score > remote_score)
			remote_score = score;
	}
	/* charon asks first how well the peer fits (credential_manager.c, get_shared). */
	return local_score + remote_score * 100;
}

/* What the ids of a secret may name the connection by, as strongswan_secret_index(). */
static size_t strongswan_secret_keys(const struct tunnel *tunnel, const char *keys[4])
{
	const struct endpoint *ends[2] = { &tunnel->local, tunnel->remotes.count
								   ? tunnel->remotes.items
								   : NULL };
	const struct identity *ids[2] = { &tunnel->local_id, &tunnel->remote_id };
	size_t count = 0;

	for (size_t i = 0; i < 2; i++) {
		if (ids[i]->value)
			keys[count++] = ids[i]->value;
		else if (ends[i] && ends[i]->kind != ENDPOINT_INTERFACE && ends[i]->name)
			keys[count++] = ends[i]->name;
	}
	return count;
}

void strongswan_secret_index(struct arena *arena, struct strongswan_secrets *secrets)
{
	secrets->by_id.is_nocase = true;
	for (size_t i = 0; i < secrets->list.count; i++) {
		const struct strongswan_secret *secret = &secrets->list.items[i];
		bool is_open = !secret->ids.count;

		vec_foreach (id, &secret->ids) {
			struct strongswan_secret_entry *entry;
			const char *value;

			is_open |= is_any_address(id->s);
			is_open |= id_type_of_strongswan_text(id->s, &value) ==
				   ID_TYPE_KEY_ID;
			if (!value)
				continue;
			entry = arena_alloc(arena, sizeof(*entry));
			*entry = (struct strongswan_secret_entry){
				i, map_get(&secrets->by_id, NULL, value)
			};
			map_put(arena, &secrets->by_id, NULL, value, entry);
		}
		if (is_open)
			vec_add(arena, &secrets->open, i);
	}
}

static void try_secret(const struct strongswan_secret *secret, struct tunnel *tunnel,
		       const struct strongswan_secret **taken, unsigned int *best)
{
	unsigned int score = secret_score(secret, tunnel);

	/* Of equals the first of the file. */
	if (!score || score < *best || (score == *best && *taken && *taken < secret))
		return;
	*best = score;
	*taken = secret;
}

/* Only those that can fit are tried: for anybody, or with an id of the connection. */
static void try_secrets(const struct strongswan_secrets *secrets, struct tunnel *tunnel,
			unsigned int *best)
{
	const struct strongswan_secret *taken = NULL;
	const char *keys[4];
	size_t count = strongswan_secret_keys(tunnel, keys);

	vec_foreach (index, &secrets->open)
		try_secret(&secrets->list.items[*index], tunnel, &taken, best);
	for (size_t i = 0; i < count; i++) {
		const struct strongswan_secret_entry *entry =
			map_get(&secrets->by_id, NULL, keys[i]);

		for (; entry; entry = entry->next)
			try_secret(&secrets->list.items[entry->index], tunnel, &taken,
				   best);
	}
	if (taken)
		tunnel->psk = taken->secret;
}

/* Anybody may call, as anybody: each secret with an identity is somebody's. */
static void keep_secrets(struct site *site, const struct strongswan_secrets *secrets,
			 struct tunnel *tunnel)
{
	vec_foreach (secret, &secrets->list)
		vec_foreach (id, &secret->ids)
			if (!is_any_address(id->s) &&
			    !id_fits(id->s, &tunnel->local_id, &tunnel->local))
				vec_add(site->arena, &tunnel->peer_secrets,
					((struct peer_secret){ id->s, secret->secret }));
}

static void import_secret(struct site *site, const struct strongswan_secrets *secrets,
			  struct tunnel *tunnel)
{
	unsigned int best = 0;

	if (tunnel->auth != AUTH_PSK && tunnel->auth != AUTH_XAUTH_PSK)
		return;
	try_secrets(secrets, tunnel, &best);
	if (!tunnel->remotes.count && tunnel->remote_id.type == ID_TYPE_NONE)
		keep_secrets(site, secrets, tunnel);
	if (!best && tunnel->peer_secrets.count)
		tunnel->psk.at = secrets->list.items[0].secret.at;
	else if (!best && secrets->is_elsewhere) {
		/* No file says the key; that is not the same as a missing key. */
		tunnel->psk = (struct secret){ .is_set = true, .at = tunnel->at };
		site_remark(
			site, REMARK_ASSUMED, tunnel->at,
			"ipsec.secrets is not among the files, nor a section 'secrets': the "
			"key of '%.60s' is not known",
			tunnel->name);
	} else if (!best) {
		/* Where strongSwan stopped reading, or the one for somebody else. */
		if (secrets->end.file)
			tunnel->psk.at = secrets->end;
		else if (secrets->list.count)
			tunnel->psk.at = secrets->list.items[0].secret.at;
		site_remark(site, REMARK_INVALID, tunnel->at,
			    "no secret fits the identities or addresses of '%.60s'",
			    tunnel->name);
	}
}

/* ------------------------------------------------------------ phase 1 */

static void import_proposals(struct site *site, const struct strongswan_conn *conn,
			     struct tunnel *tunnel)
{
	bool has_default = false;
	const char *list;

	list = strongswan_proposal_text(site, &conn->values[CONN_PROPOSALS],
					conn->dialect, &has_default);
	while (list) {
		struct proposal proposal;

		if (!strongswan_proposal_take(site, &list, conn->dialect,
					      conn->values[CONN_PROPOSALS].at,
					      &has_default, &proposal))
			break;
		pair_proposal_settle(site->arena, &proposal, true);
		vec_add(site->arena, &tunnel->proposals, proposal);
	}
	tunnel->has_default_proposals = has_default;
}

/*
 * The hard lifetime. swanctl counts to rekeying and adds a tenth; an IKEv1 SA says this
 * sum to its peer. ipsec.conf gives the hard limit itself.
 */
static void import_lifetime(struct site *site, const struct strongswan_conn *conn,
			    struct tunnel *tunnel)
{
	bool is_swanctl = conn->dialect == DIALECT_SWANCTL;
	const struct text *reauth = &conn->values[CONN_REAUTH_TIME];
	struct number time = { 0 };

	if (is_swanctl && reauth->s)
		time = strongswan_time(site, reauth, NULL, default_of(conn));
	if (!time.is_set || time.n == 0)
		time = strongswan_time(
			site, &conn->values[is_swanctl ? CONN_REKEY_TIME : CONN_LIFETIME],
			dialects[conn->dialect].lifetime, default_of(conn));
	if (is_swanctl && time.is_set) {
		struct number over = strongswan_time(site, &conn->values[CONN_OVER_TIME],
						     NULL, default_of(conn));

		time.n += over.is_set ? over.n : time.n / 10;
	}
	tunnel->lifetime_s = time;
}

static void import_dpd(struct site *site, const struct strongswan_conn *conn,
		       struct tunnel *tunnel)
{
	bool is_off = false;

	if (conn->dialect == DIALECT_IPSEC_CONF) {
		is_off = true;
		vec_foreach (child, &conn->children) {
			const char *action = child->values[CHILD_DPD_ACTION].s;

			is_off = is_off && (!action || str_equal(action, "none"));
		}
	}
	tunnel->dpd_delay_s =
		strongswan_time(site, &conn->values[CONN_DPD_DELAY],
				is_off				      ? "0"
				: conn->dialect == DIALECT_IPSEC_CONF ? "30s"
								      : "0",
				default_of(conn));
	if (is_off)
		tunnel->dpd_delay_s.n = 0;
	tunnel->dpd_timeout_s = strongswan_time(site, &conn->values[CONN_DPD_TIMEOUT],
						NULL, default_of(conn));
}

static void import_unique(struct site *site, const struct text *text,
			  struct tunnel *tunnel)
{
	static const char *const words[] = { "no", "never", "replace", "keep" };

	for (size_t i = 0; text->s && i < ARRAY_SIZE(words); i++)
		if (str_equal_nocase(text->s, words[i])) {
			tunnel->unique = (struct text){ words[i], text->at };
			return;
		}
	if (text->s)
		strongswan_discards(site_remark(site, REMARK_INVALID, text->at,
						"'%.40s' is no word of `unique`",
						text->s),
				    "write no, never, keep or replace");
}

static void import_switches(struct site *site, const struct strongswan_conn *conn,
			    struct tunnel *tunnel)
{
	const struct text *tries = &conn->values[CONN_KEYINGTRIES];
	struct flag encap =
		strongswan_flag(site, &conn->values[CONN_ENCAP], false, default_of(conn));
	struct flag aggressive = strongswan_flag(site, &conn->values[CONN_AGGRESSIVE],
						 false, default_of(conn));
	struct text counted = *tries;

	tunnel->mode = aggressive.on ? EXCHANGE_AGGRESSIVE : EXCHANGE_MAIN;
	tunnel->mode_at = aggressive.at;
	tunnel->nat_t = encap.on ? NAT_T_FORCED : NAT_T_AUTO;
	tunnel->nat_t_at = encap.at;
	import_unique(site, &conn->values[CONN_UNIQUE], tunnel);
	tunnel->mobike =
		strongswan_flag(site, &conn->values[CONN_MOBIKE], true, default_of(conn));
	if (conn->values[CONN_FRAGMENTATION].s &&
	    (str_equal(conn->values[CONN_FRAGMENTATION].s, "accept") ||
	     str_equal(conn->values[CONN_FRAGMENTATION].s, "force")))
		tunnel->fragmentation = (struct flag){
			true, str_equal(conn->values[CONN_FRAGMENTATION].s, "force"),
			conn->values[CONN_FRAGMENTATION].at
		};
	else
		tunnel->fragmentation = strongswan_flag(
			site, &conn->values[CONN_FRAGMENTATION], true, default_of(conn));
	if (counted.s && str_equal(counted.s, "%forever"))
		counted.s = "0";
	tunnel->keyingtries = strongswan_time(
		site, &counted, dialects[conn->dialect].keyingtries, default_of(conn));
}

static void import_auto(struct site *site, const struct strongswan_conn *conn,
			struct tunnel *tunnel)
{
	const struct text *text = &conn->values[CONN_AUTO];
	struct remark *remark;

	if (conn->dialect != DIALECT_IPSEC_CONF)
		return;
	if (text->s && !str_equal(text->s, "ignore"))
		return;
	tunnel->is_disabled = true;
	remark = site_remark(site, text->s ? REMARK_IGNORED : REMARK_INVALID,
			     text->s ? text->at : conn->at,
			     "%s: the connection '%.60s' is not loaded",
			     text->s ? "auto=ignore" : "without auto=", conn->name);
	remark_says(remark, SAYS_NOT_LOADED, MEND_LINE, NULL);
	remark->better = "auto=start";
}

/*
 * A conn whose children only pass or drop what others would catch (type=passthrough, as
 * pfSense and OPNsense write into every file) is no tunnel and needs no peer.
 */
static bool is_shunt(const struct strongswan_conn *conn)
{
	static const char *const words[] = { "passthrough", "pass", "drop", "reject" };
	size_t shunts = 0;

	vec_foreach (child, &conn->children) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			shunts += child->values[CHILD_MODE].s &&
				  str_equal(child->values[CHILD_MODE].s, words[i]);
	}
	return shunts && shunts == conn->children.count;
}

void strongswan_conn_import(struct site *site, const struct strongswan_conn *conn,
			    const struct strongswan_secrets *secrets)
{
	struct tunnel tunnel = {
		.name = conn->name,
		.at = conn->at,
		.own_file = conn->dialect == DIALECT_IPSEC_CONF ? OWN_FILE_IPSEC_CONF
								: OWN_FILE_SWANCTL,
	};
	const size_t before = site_remarks_count(site);

	if (is_shunt(conn)) {
		site_remark(site, REMARK_IGNORED, conn->at,
			    "'%.60s' is a policy without a tunnel, it lets pass or drops "
			    "what it names",
			    conn->name);
		return;
	}
	import_version(site, conn, &tunnel);
	import_local(site, conn, &tunnel);
	import_remotes(site, conn, &tunnel);
	import_identity(site, conn, CONN_LOCAL_ID, &tunnel.local_id);
	import_identity(site, conn, CONN_REMOTE_ID, &tunnel.remote_id);
	default_identity(site, conn, &tunnel.local, &tunnel.local_id);
	if (tunnel.remotes.count)
		default_identity(site, conn, tunnel.remotes.items, &tunnel.remote_id);
	import_auth(site, conn, &tunnel);
	import_secret(site, secrets, &tunnel);
	import_proposals(site, conn, &tunnel);
	import_lifetime(site, conn, &tunnel);
	import_dpd(site, conn, &tunnel);
	import_switches(site, conn, &tunnel);
	import_auto(site, conn, &tunnel);
	strongswan_children_import(site, conn, &tunnel);
	for (size_t i = before; i < site->remarks.count; i++)
		site->remarks.items[i].tunnel = conn->name;
	vec_add(site->arena, &site->tunnels, tunnel);
}
