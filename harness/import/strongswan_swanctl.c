// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_swanctl.c - the sections of swanctl.conf: which word is which key */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/strongswan_conn.h"
#include "import/strongswan_settings.h"
#include "import/strongswan_values.h"
#include "model/aspect.h"
#include "import/words.h"

#define NO_KEY (-1)

/*
 * A word of a section: the key it fills, why it has no effect here, or what it touches
 * without being rehearsed, unless its value is the inert one.
 */
struct word {
	const char *word;
	int key;
	const char *ignored;
	unsigned int aspects;
	const char *inert;
};

#define KEY(key)	       (key), NULL, 0, NULL
#define NONE(why)	       NO_KEY, (why), 0, NULL
#define TOUCHES(aspects)       NO_KEY, NULL, (aspects), NULL
#define UNLESS(inert, aspects) NO_KEY, NULL, (aspects), (inert)

/* Which proof is used says `auth`; it alone decides whether these count. */
static const char of_auth[] = "counts only with an authentication that is named itself";
static const char of_renewal[] = "only spreads rekeying";

/* clang-format off */
static const struct word conn_words[] = {
	{ "version", KEY(CONN_VERSION) },
	{ "local_addrs", KEY(CONN_LOCAL_ADDRS) },
	{ "remote_addrs", KEY(CONN_REMOTE_ADDRS) },
	{ "aggressive", KEY(CONN_AGGRESSIVE) },
	{ "proposals", KEY(CONN_PROPOSALS) },
	{ "rekey_time", KEY(CONN_REKEY_TIME) },
	{ "reauth_time", KEY(CONN_REAUTH_TIME) },
	{ "over_time", KEY(CONN_OVER_TIME) },
	{ "dpd_delay", KEY(CONN_DPD_DELAY) },
	{ "dpd_timeout", KEY(CONN_DPD_TIMEOUT) },
	{ "keyingtries", KEY(CONN_KEYINGTRIES) },
	{ "mobike", KEY(CONN_MOBIKE) },
	{ "fragmentation", KEY(CONN_FRAGMENTATION) },
	{ "encap", KEY(CONN_ENCAP) },
	{ "rand_time", NONE(of_renewal) },
	{ "unique", KEY(CONN_UNIQUE) },
	{ "pull", NONE("counts only with vips and pools") },
	{ "vips", TOUCHES(ASPECT_SELECTORS | ASPECT_WAY) },
	{ "pools", TOUCHES(ASPECT_SELECTORS | ASPECT_WAY) },
	{ "send_cert", NONE(of_auth) },
	{ "send_certreq", NONE(of_auth) },
	{ "ocsp", NONE(of_auth) },
	{ "childless", UNLESS("allow", ASPECT_IKE) },
	{ "dscp", NONE("marks IKE's packets, which nobody here sorts") },
	{ "local_port", UNLESS("500", ASPECT_IKE) },
	{ "remote_port", UNLESS("500", ASPECT_IKE) },
	{ "ppk_id", TOUCHES(ASPECT_AUTH) },
	{ "ppk_required", UNLESS("no", ASPECT_AUTH) },
	{ "mediation", UNLESS("no", ASPECT_IKE) },
	{ "mediated_by", TOUCHES(ASPECT_IKE) },
	{ "mediation_peer", TOUCHES(ASPECT_IKE) },
	{ "if_id_in", KEY(CONN_IF_ID_IN) },
	{ "if_id_out", KEY(CONN_IF_ID_OUT) },
};

static const struct word local_words[] = {
	{ "auth", KEY(CONN_LOCAL_AUTH) },
	{ "id", KEY(CONN_LOCAL_ID) },
	{ "certs", NONE(of_auth) },
	{ "pubkeys", NONE(of_auth) },
	{ "eap_id", NONE(of_auth) },
	{ "aaa_id", NONE(of_auth) },
	{ "xauth_id", NONE(of_auth) },
	{ "round", NONE("orders rounds, of which there is one") },
};

static const struct word remote_words[] = {
	{ "auth", KEY(CONN_REMOTE_AUTH) },
	{ "id", KEY(CONN_REMOTE_ID) },
	{ "certs", NONE(of_auth) },
	{ "cacerts", NONE(of_auth) },
	{ "ca_id", NONE(of_auth) },
	{ "pubkeys", NONE(of_auth) },
	{ "revocation", NONE(of_auth) },
	{ "cert_policy", NONE(of_auth) },
	{ "groups", NONE(of_auth) },
	{ "cert_policy", NONE(of_auth) },
	{ "eap_id", NONE(of_auth) },
	{ "aaa_id", NONE(of_auth) },
	{ "xauth_id", NONE(of_auth) },
	{ "round", NONE("orders rounds, of which there is one") },
};

static const struct word child_words[] = {
	{ "local_ts", KEY(CHILD_LOCAL_TS) },
	{ "remote_ts", KEY(CHILD_REMOTE_TS) },
	{ "esp_proposals", KEY(CHILD_ESP) },
	{ "ah_proposals", KEY(CHILD_AH) },
	{ "mode", KEY(CHILD_MODE) },
	{ "start_action", KEY(CHILD_START_ACTION) },
	{ "dpd_action", KEY(CHILD_DPD_ACTION) },
	{ "close_action", KEY(CHILD_CLOSE_ACTION) },
	{ "rekey_time", KEY(CHILD_REKEY_TIME) },
	{ "life_time", KEY(CHILD_LIFE_TIME) },
	{ "ipcomp", KEY(CHILD_IPCOMP) },
	{ "replay_window", KEY(CHILD_REPLAY_WINDOW) },
	{ "rand_time", NONE(of_renewal) },
	{ "rand_bytes", NONE(of_renewal) },
	{ "rand_packets", NONE(of_renewal) },
	{ "sha256_96", UNLESS("no", ASPECT_WAY) },
	{ "updown", KEY(CHILD_WORD_0 + CHILD_WORD_UPDOWN) },
	{ "hostaccess", NONE("is for updown scripts") },
	{ "policies", UNLESS("yes", ASPECT_WAY) },
	{ "policies_fwd_out", NONE("only adds policies that let pass") },
	{ "rekey_bytes", UNLESS("0", ASPECT_LIFE) },
	{ "life_bytes", UNLESS("0", ASPECT_LIFE) },
	{ "rekey_packets", UNLESS("0", ASPECT_LIFE) },
	{ "life_packets", UNLESS("0", ASPECT_LIFE) },
	{ "inactivity", UNLESS("0s", ASPECT_LIFE) },
	{ "reqid", KEY(CHILD_WORD_0 + CHILD_WORD_REQID) },
	{ "priority", UNLESS("0", ASPECT_WAY) },
	{ "interface", TOUCHES(ASPECT_WAY) },
	{ "mark_in", KEY(CHILD_WORD_0 + CHILD_WORD_MARK_IN) },
	{ "mark_out", KEY(CHILD_WORD_0 + CHILD_WORD_MARK_OUT) },
	{ "mark_in_sa", KEY(CHILD_WORD_0 + CHILD_WORD_MARK_IN_SA) },
	{ "set_mark_in", KEY(CHILD_WORD_0 + CHILD_WORD_SET_MARK_IN) },
	{ "set_mark_out", KEY(CHILD_WORD_0 + CHILD_WORD_SET_MARK_OUT) },
	{ "if_id_in", KEY(CHILD_WORD_0 + CHILD_WORD_IF_ID_IN) },
	{ "if_id_out", KEY(CHILD_WORD_0 + CHILD_WORD_IF_ID_OUT) },
	{ "hw_offload", UNLESS("no", ASPECT_THROUGHPUT) },
	{ "copy_df", UNLESS("yes", ASPECT_THROUGHPUT) },
	{ "icmp", UNLESS("no", ASPECT_WAY) },
	{ "per_cpu_sas", UNLESS("no", ASPECT_SELECTORS | ASPECT_WAY) },
	{ "copy_ecn", NONE("is about a bit of the outer header that nobody reads") },
	{ "copy_dscp", NONE("is about bits of the outer header that nobody reads") },
	{ "tfc_padding", UNLESS("0", ASPECT_THROUGHPUT) },
	{ "per_cpu_sas", UNLESS("no", ASPECT_SELECTORS | ASPECT_WAY) },
	{ "label", TOUCHES(ASPECT_WAY) },
	{ "label_mode", NONE("counts only with a label") },
};
/* clang-format on */

#define WORDS(table) (table), ARRAY_SIZE(table)
#define WORDS_MAX    64

/* The words that may stand where a node of a connection stands. */
static size_t words_beside(const struct tree_node *node, const struct word **ret_words)
{
	const char *above = node->parent->name;
	bool is_conn = node->parent->parent &&
		       str_equal(node->parent->parent->name, "connections");
	bool is_child =
		node->parent->parent && str_equal(node->parent->parent->name, "children");

	if (is_child)
		return *ret_words = child_words, ARRAY_SIZE(child_words);
	if (is_conn)
		return *ret_words = conn_words, ARRAY_SIZE(conn_words);
	if (str_starts(above, "local"))
		return *ret_words = local_words, ARRAY_SIZE(local_words);
	if (str_starts(above, "remote"))
		return *ret_words = remote_words, ARRAY_SIZE(remote_words);
	return 0;
}

/* What is in a connection, and nobody knew. */
static void refuse_unused(struct site *site, const struct tree_node *conn)
{
	for (const struct tree_node *node = tree_unused(conn, NULL); node;
	     node = tree_unused(conn, node)) {
		const char *names[WORDS_MAX + 1] = { NULL };
		const struct word *words = NULL;
		const size_t count = words_beside(node, &words);
		struct remark *remark;
		const char *nearest;

		for (size_t i = 0; i < count && i < WORDS_MAX; i++)
			names[i] = words[i].word;
		nearest = str_nearest(node->name, names);
		remark = site_remark(site, REMARK_UNKNOWN, node->at,
				     "unknown %s '%.60s'%s%s%s",
				     tree_text(node) ? "key" : "section", node->name,
				     nearest ? ", did you mean '" : "",
				     nearest ? nearest : "", nearest ? "'?" : "");
		strongswan_discards(remark,
				    "take it out: strongSwan has no such word here");
		remark->better = nearest;
	}
}

/* Put a key's value where its word belongs. */
static void take_word(struct site *site, struct tree_node *node, const struct word *words,
		      size_t count, struct text *values)
{
	/* cert1 { file = … }, cacert-x { … }: of certificates */
	if (!tree_text(node) && (words == local_words || words == remote_words)) {
		site_remark(site, REMARK_IGNORED, node->at, "'%.60s': %s", node->name,
			    of_auth);
		tree_use_all(node);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (!str_equal(node->name, words[i].word))
			continue;
		node->is_used = true;
		if (words[i].aspects) {
			if (tree_text(node) &&
			    !str_equal(tree_text(node), words[i].inert))
				site_unrehearsed(site, NULL, words[i].aspects, node->at,
						 words[i].word);
		} else if (words[i].key == NO_KEY)
			site_remark(site, REMARK_IGNORED, node->at, "'%s': %s",
				    words[i].word, words[i].ignored);
		else if (tree_text(node) && *tree_text(node))
			values[words[i].key] = (struct text){ tree_text(node), node->at };
		if (tree_text(node) && tree_first(node)->is_cut)
			site_remark(site, REMARK_ASSUMED, node->at,
				    "'#' starts a comment: what is behind it does not "
				    "belong to '%s'",
				    words[i].word);
		return;
	}
}

static void read_children(struct site *site, struct tree_node *section,
			  struct strongswan_conn *conn)
{
	section->is_used = true;
	tree_foreach (node, section) {
		struct strongswan_child *child;

		if (tree_text(node))
			continue;
		node->is_used = true;
		child = vec_push(site->arena, &conn->children);
		child->name = node->name;
		child->at = node->at;
		tree_foreach (key, node)
			take_word(site, key, WORDS(child_words), child->values);
	}
}

/* Further rounds of authentication (local-2) are for XAuth and EAP. */
static void read_end(struct site *site, struct tree_node *section,
		     const struct word *words, size_t count, enum conn_key auth,
		     struct strongswan_conn *conn)
{
	if (conn->values[auth].s) {
		site_unrehearsed(site, NULL, ASPECT_AUTH, section->at, section->name);
		tree_use_all(section);
		return;
	}
	section->is_used = true;
	tree_foreach (key, section) {
		bool is_cert = !tree_text(key) && (str_starts(key->name, "cert") ||
						   str_starts(key->name, "cacert"));

		if (is_cert) {
			site_remark(site, REMARK_IGNORED, key->at, "'%.60s': %s",
				    key->name, of_auth);
			tree_use_all(key);
		} else {
			take_word(site, key, words, count, conn->values);
		}
	}
}

static void read_conn(struct site *site, struct tree_node *section,
		      const struct strongswan_taker *taker)
{
	struct strongswan_conn conn = { .dialect = DIALECT_SWANCTL,
					.name = section->name,
					.at = section->at };
	const size_t before = site_remarks_count(site);

	tree_foreach (node, section) {
		if (tree_text(node))
			take_word(site, node, WORDS(conn_words), conn.values);
		else if (str_equal(node->name, "children"))
			read_children(site, node, &conn);
		else if (str_starts(node->name, "local"))
			read_end(site, node, WORDS(local_words), CONN_LOCAL_AUTH, &conn);
		else if (str_starts(node->name, "remote"))
			read_end(site, node, WORDS(remote_words), CONN_REMOTE_AUTH,
				 &conn);
	}
	refuse_unused(site, section);
	tree_use_all(section);
	taker->take(taker->user, &conn);
	for (size_t i = before; i < site->remarks.count; i++)
		site->remarks.items[i].tunnel = conn.name;
}

/* Names of what a broken secret left behind are not quoted: they may be part of it. */
static void read_secret(struct site *site, const struct tree_node *section,
			struct strongswan_secrets *secrets)
{
	struct strongswan_secret *secret;

	if (secrets->list.count >= STRONGSWAN_SECRETS_MAX)
		return;
	secret = vec_push(site->arena, &secrets->list);
	secret->secret.at = section->at;
	tree_foreach (node, section) {
		if (tree_text(node) && str_equal(node->name, "secret")) {
			strongswan_secret_decode(site, tree_text(node),
						 tree_first(node)->length, node->at,
						 &secret->secret);
			if (tree_first(node)->is_cut)
				site_remark(site, REMARK_INVALID, node->at,
					    "the secret is not quoted and ends at '#': "
					    "strongSwan uses the %zu bytes before it",
					    tree_first(node)->length);
		} else if (tree_text(node) && str_starts(node->name, "id")) {
			vec_add(site->arena, &secret->ids,
				((struct text){ tree_text(node), node->at }));
		} else {
			site_remark(site, REMARK_UNKNOWN, node->at,
				    "neither 'secret' nor 'id…' in a secret");
		}
	}
}

static void read_secrets(struct site *site, const struct tree_node *section,
			 struct strongswan_secrets *secrets)
{
	tree_foreach (node, section) {
		if (!tree_text(node) && str_starts(node->name, "ike"))
			read_secret(site, node, secrets);
		else
			site_remark(site, REMARK_IGNORED, node->at,
				    "only the secrets 'ike…' are rehearsed");
	}
}

/* Of the many settings of the daemon, those that a rehearsal would have to obey. */
static const struct word charon_words[] = {
	{ "port", UNLESS("500", ASPECT_IKE) },
	{ "port_nat_t", UNLESS("4500", ASPECT_IKE) },
	{ "interfaces_use", TOUCHES(ASPECT_IKE) },
	{ "interfaces_ignore", TOUCHES(ASPECT_IKE) },
	{ "load", TOUCHES(ASPECT_IKE) },
	{ "max_packet", TOUCHES(ASPECT_IKE) },
	{ "retransmit_tries", UNLESS("5", ASPECT_LIFE) },
	{ "retransmit_timeout", UNLESS("4.0", ASPECT_LIFE) },
	{ "load_modular", NONE("a rehearsal loads its own plugins") },
	{ "plugins", NONE("a rehearsal loads its own plugins") },
	{ "filelog", NONE("is about logs") },
	{ "syslog", NONE("is about logs") },
	{ "journal", NONE("is about logs") },
};

static void read_charon(struct site *site, const struct tree_node *charon)
{
	const struct tree_node *routes = tree_find(charon, "install_routes");
	const struct tree_node *aggressive = tree_find(
		charon, "i_dont_care_about_security_and_use_aggressive_mode_psk");

	for (size_t i = 0; i < ARRAY_SIZE(charon_words); i++) {
		const struct word *word = &charon_words[i];
		struct tree_node *node = tree_find(charon, word->word);

		if (!node)
			continue;
		if (word->ignored)
			site_remark(site, REMARK_IGNORED, node->at, "'%s': %s",
				    word->word, word->ignored);
		else if (tree_text(node) && !str_equal(tree_text(node), word->inert))
			site_unrehearsed(site, NULL, word->aspects, node->at, word->word);
		tree_use_all(node);
	}
	if (tree_text(routes))
		site->install_routes =
			(struct flag){ true, !str_equal_nocase(tree_text(routes), "no"),
				       routes->at };
	if (tree_text(aggressive))
		site->aggressive_psk =
			(struct flag){ true,
				       str_equal_nocase(tree_text(aggressive), "yes"),
				       aggressive->at };
}

/*
 * What is elsewhere, and nobody knew. A typo and a setting that we do not know look alike.
 * What is in no section may be a part of a secret with a brace: it is not quoted.
 */
static void name_unused(struct site *site, const struct tree_node *root)
{
	for (const struct tree_node *node = tree_unused(root, NULL); node;
	     node = tree_unused(root, node)) {
		if (node->parent == root && tree_text(node))
			site_remark(site, REMARK_UNKNOWN, node->at,
				    "a value stands outside of any section");
		else if (node->parent == root)
			site_remark(site, REMARK_UNKNOWN, node->at,
				    "'%.60s' is no section of swanctl.conf", node->name);
		else if (tree_text(node) || node->children)
			site_remark(site, REMARK_UNKNOWN, node->at,
				    "'%.60s' is not known in section '%.60s'", node->name,
				    node->parent->name);
	}
}

void strongswan_swanctl_read(struct site *site, const struct tree_node *root,
			     struct strongswan_secrets *secrets,
			     const struct strongswan_taker *taker)
{
	static const char *const others[] = { "pools", "authorities", "libstrongswan",
					      "starter", "swanctl" };
	/* The daemon that swanctl talks to: it takes from charon what it has not itself. */
	const struct tree_node *systemd = tree_find(root, "charon-systemd");
	const struct tree_node *charon = tree_find(root, "charon");
	const struct tree_node *connections = tree_find(root, "connections");
	struct tree_node *section = tree_find(root, "secrets");

	if (section) {
		read_secrets(site, section, secrets);
		tree_use_all(section);
	}
	strongswan_secret_index(site->arena, secrets);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		section = tree_find(root, others[i]);
		if (!section)
			continue;
		site_remark(site, REMARK_IGNORED, section->at,
			    "section '%s' is not rehearsed", section->name);
		tree_use_all(section);
	}
	tree_foreach (conn, connections) {
		if (!tree_text(conn))
			read_conn(site, conn, taker);
	}
	read_charon(site, charon);
	read_charon(site, systemd);
	/* Those that others take values from. */
	tree_foreach (of_others, root) {
		if (of_others->is_used && of_others != connections &&
		    of_others != charon && of_others != systemd)
			tree_use_all(of_others);
	}
	name_unused(site, root);
}

static void list_words(struct import_words *words, const char *place,
		       const struct word *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		import_words_add(words, (struct import_word){ .device = "strongSwan",
							      .place = place,
							      .word = table[i].word,
							      .why = table[i].ignored,
							      .aspects = table[i].aspects,
							      .inert = table[i].inert });
}

void strongswan_swanctl_words_list(struct import_words *words)
{
	list_words(words, "swanctl.conf, connection", WORDS(conn_words));
	list_words(words, "swanctl.conf, local", WORDS(local_words));
	list_words(words, "swanctl.conf, remote", WORDS(remote_words));
	list_words(words, "swanctl.conf, child", WORDS(child_words));
	list_words(words, "strongswan.conf, charon", WORDS(charon_words));
}
