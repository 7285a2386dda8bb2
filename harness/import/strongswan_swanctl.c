// SPDX-License-Identifier: GPL-2.0-or-later
/* strongswan_swanctl.c - the sections of swanctl.conf: which word is which key */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "import/strongswan_conn.h"
#include "import/strongswan_settings.h"

#define NO_KEY (-1)

/* A word of a section: the key it fills, or why it has no effect here. */
struct word {
	const char *word;
	int key;
	const char *ignored;
};

static const char not_rehearsed[] = "is not rehearsed";

/* clang-format off */
static const struct word conn_words[] = {
	{ "version", CONN_VERSION, NULL },
	{ "local_addrs", CONN_LOCAL_ADDRS, NULL },
	{ "remote_addrs", CONN_REMOTE_ADDRS, NULL },
	{ "aggressive", CONN_AGGRESSIVE, NULL },
	{ "proposals", CONN_PROPOSALS, NULL },
	{ "rekey_time", CONN_REKEY_TIME, NULL },
	{ "reauth_time", CONN_REAUTH_TIME, NULL },
	{ "over_time", CONN_OVER_TIME, NULL },
	{ "dpd_delay", CONN_DPD_DELAY, NULL },
	{ "dpd_timeout", CONN_DPD_TIMEOUT, NULL },
	{ "keyingtries", CONN_KEYINGTRIES, NULL },
	{ "mobike", CONN_MOBIKE, NULL },
	{ "fragmentation", CONN_FRAGMENTATION, NULL },
	{ "encap", CONN_ENCAP, NULL },
	{ "rand_time", NO_KEY, "only spreads rekeying" },
	{ "unique", NO_KEY, not_rehearsed },
	{ "pull", NO_KEY, not_rehearsed },
	{ "vips", NO_KEY, not_rehearsed },
	{ "pools", NO_KEY, not_rehearsed },
	{ "send_cert", NO_KEY, not_rehearsed },
	{ "send_certreq", NO_KEY, not_rehearsed },
	{ "childless", NO_KEY, not_rehearsed },
	{ "dscp", NO_KEY, not_rehearsed },
	{ "local_port", NO_KEY, not_rehearsed },
	{ "remote_port", NO_KEY, not_rehearsed },
	{ "ppk_id", NO_KEY, not_rehearsed },
	{ "ppk_required", NO_KEY, not_rehearsed },
	{ "mediation", NO_KEY, not_rehearsed },
	{ "mediated_by", NO_KEY, not_rehearsed },
	{ "mediation_peer", NO_KEY, not_rehearsed },
	{ "if_id_in", NO_KEY, "route-based policies are rehearsed by their selectors" },
	{ "if_id_out", NO_KEY, "route-based policies are rehearsed by their selectors" },
};

static const struct word local_words[] = {
	{ "auth", CONN_LOCAL_AUTH, NULL },
	{ "id", CONN_LOCAL_ID, NULL },
	{ "certs", NO_KEY, not_rehearsed },
	{ "pubkeys", NO_KEY, not_rehearsed },
	{ "eap_id", NO_KEY, not_rehearsed },
	{ "aaa_id", NO_KEY, not_rehearsed },
	{ "xauth_id", NO_KEY, not_rehearsed },
	{ "round", NO_KEY, not_rehearsed },
};

static const struct word remote_words[] = {
	{ "auth", CONN_REMOTE_AUTH, NULL },
	{ "id", CONN_REMOTE_ID, NULL },
	{ "certs", NO_KEY, not_rehearsed },
	{ "cacerts", NO_KEY, not_rehearsed },
	{ "ca_id", NO_KEY, not_rehearsed },
	{ "pubkeys", NO_KEY, not_rehearsed },
	{ "revocation", NO_KEY, not_rehearsed },
	{ "groups", NO_KEY, not_rehearsed },
	{ "eap_id", NO_KEY, not_rehearsed },
	{ "round", NO_KEY, not_rehearsed },
};

static const struct word child_words[] = {
	{ "local_ts", CHILD_LOCAL_TS, NULL },
	{ "remote_ts", CHILD_REMOTE_TS, NULL },
	{ "esp_proposals", CHILD_ESP, NULL },
	{ "ah_proposals", CHILD_AH, NULL },
	{ "mode", CHILD_MODE, NULL },
	{ "start_action", CHILD_START_ACTION, NULL },
	{ "dpd_action", CHILD_DPD_ACTION, NULL },
	{ "close_action", CHILD_CLOSE_ACTION, NULL },
	{ "rekey_time", CHILD_REKEY_TIME, NULL },
	{ "life_time", CHILD_LIFE_TIME, NULL },
	{ "ipcomp", CHILD_IPCOMP, NULL },
	{ "replay_window", CHILD_REPLAY_WINDOW, NULL },
	{ "rand_time", NO_KEY, "only spreads rekeying" },
	{ "sha256_96", NO_KEY, not_rehearsed },
	{ "updown", NO_KEY, "the script is not run" },
	{ "hostaccess", NO_KEY, "the script is not run" },
	{ "policies", NO_KEY, not_rehearsed },
	{ "policies_fwd_out", NO_KEY, not_rehearsed },
	{ "rekey_bytes", NO_KEY, not_rehearsed },
	{ "life_bytes", NO_KEY, not_rehearsed },
	{ "rekey_packets", NO_KEY, not_rehearsed },
	{ "life_packets", NO_KEY, not_rehearsed },
	{ "inactivity", NO_KEY, not_rehearsed },
	{ "reqid", NO_KEY, not_rehearsed },
	{ "priority", NO_KEY, not_rehearsed },
	{ "interface", NO_KEY, not_rehearsed },
	{ "mark_in", NO_KEY, not_rehearsed },
	{ "mark_out", NO_KEY, not_rehearsed },
	{ "mark_in_sa", NO_KEY, not_rehearsed },
	{ "set_mark_in", NO_KEY, not_rehearsed },
	{ "set_mark_out", NO_KEY, not_rehearsed },
	{ "if_id_in", NO_KEY, "route-based policies are rehearsed by their selectors" },
	{ "if_id_out", NO_KEY, "route-based policies are rehearsed by their selectors" },
	{ "hw_offload", NO_KEY, not_rehearsed },
	{ "copy_df", NO_KEY, not_rehearsed },
	{ "copy_ecn", NO_KEY, not_rehearsed },
	{ "copy_dscp", NO_KEY, not_rehearsed },
	{ "tfc_padding", NO_KEY, not_rehearsed },
	{ "label", NO_KEY, not_rehearsed },
	{ "label_mode", NO_KEY, not_rehearsed },
};
/* clang-format on */

#define WORDS(table) (table), ARRAY_SIZE(table)
#define WORDS_MAX    64

static void unknown_word(struct site *site, const struct settings_node *node,
			 const struct word *words, size_t count)
{
	const char *names[WORDS_MAX + 1] = { NULL };
	const char *nearest;

	for (size_t i = 0; i < count && i < WORDS_MAX; i++)
		names[i] = words[i].word;
	nearest = str_nearest(node->name, names);
	site_remark(site, REMARK_UNKNOWN, node->at, "unknown %s '%.60s'%s%s%s",
		    node->value ? "key" : "section", node->name,
		    nearest ? ", did you mean '" : "", nearest ? nearest : "",
		    nearest ? "'?" : "");
}

/* Put a key's value where its word belongs. */
static void take_word(struct site *site, const struct settings_node *node,
		      const struct word *words, size_t count, struct text *values)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_equal(node->name, words[i].word))
			continue;
		if (words[i].key == NO_KEY)
			site_remark(site, REMARK_IGNORED, node->at, "'%s': %s",
				    words[i].word, words[i].ignored);
		else if (node->value && *node->value)
			values[words[i].key] = (struct text){ node->value, node->at };
		if (node->is_cut_by_comment)
			site_remark(site, REMARK_ASSUMED, node->at,
				    "'#' starts a comment: what is behind it does not "
				    "belong to '%s'",
				    words[i].word);
		return;
	}
	unknown_word(site, node, words, count);
}

static void read_children(struct site *site, const struct settings_node *section,
			  struct strongswan_conn *conn)
{
	settings_foreach(node, section)
	{
		struct strongswan_child *child;

		if (node->value) {
			unknown_word(site, node, NULL, 0);
			continue;
		}
		child = vec_push(site->arena, &conn->children);
		child->name = node->name;
		child->at = node->at;
		settings_foreach(key, node)
			take_word(site, key, WORDS(child_words), child->values);
	}
}

/* Further rounds of authentication (local-2) are for XAuth and EAP. */
static void read_end(struct site *site, const struct settings_node *section,
		     const struct word *words, size_t count, enum conn_key auth,
		     struct strongswan_conn *conn)
{
	if (conn->values[auth].s) {
		site_remark(site, REMARK_IGNORED, section->at,
			    "a second round of authentication is not rehearsed");
		return;
	}
	settings_foreach(key, section) take_word(site, key, words, count, conn->values);
}

static void read_conn(struct site *site, const struct settings_node *section,
		      const struct strongswan_taker *taker)
{
	struct strongswan_conn conn = { .dialect = DIALECT_SWANCTL,
					.name = section->name,
					.at = section->at };

	settings_foreach(node, section)
	{
		if (node->value)
			take_word(site, node, WORDS(conn_words), conn.values);
		else if (str_equal(node->name, "children"))
			read_children(site, node, &conn);
		else if (str_starts(node->name, "local"))
			read_end(site, node, WORDS(local_words), CONN_LOCAL_AUTH, &conn);
		else if (str_starts(node->name, "remote"))
			read_end(site, node, WORDS(remote_words), CONN_REMOTE_AUTH,
				 &conn);
		else
			unknown_word(site, node, WORDS(conn_words));
	}
	taker->take(taker->user, &conn);
}

/* Names of what a broken secret left behind are not quoted: they may be part of it. */
static void read_secret(struct site *site, const struct settings_node *section,
			struct strongswan_secrets *secrets)
{
	struct strongswan_secret *secret;

	if (secrets->list.count >= STRONGSWAN_SECRETS_MAX)
		return;
	secret = vec_push(site->arena, &secrets->list);
	secret->secret.at = section->at;
	settings_foreach(node, section)
	{
		if (node->value && str_equal(node->name, "secret")) {
			strongswan_secret_decode(site, node->value, node->length,
						 node->at, &secret->secret);
			if (node->is_cut_by_comment)
				site_remark(site, REMARK_INVALID, node->at,
					    "the secret is not quoted and ends at '#': "
					    "strongSwan uses the %zu bytes before it",
					    node->length);
		} else if (node->value && str_starts(node->name, "id")) {
			vec_add(site->arena, &secret->ids,
				((struct text){ node->value, node->at }));
		} else {
			site_remark(site, REMARK_UNKNOWN, node->at,
				    "neither 'secret' nor 'id…' in a secret");
		}
	}
}

static void read_secrets(struct site *site, const struct settings_node *section,
			 struct strongswan_secrets *secrets)
{
	settings_foreach(node, section)
	{
		if (!node->value && str_starts(node->name, "ike"))
			read_secret(site, node, secrets);
		else
			site_remark(site, REMARK_IGNORED, node->at,
				    "only the secrets 'ike…' are rehearsed");
	}
}

static void read_charon(struct site *site, const struct settings_node *charon)
{
	const struct settings_node *routes = settings_find(charon, "install_routes");
	const struct settings_node *aggressive = settings_find(
		charon, "i_dont_care_about_security_and_use_aggressive_mode_psk");

	if (routes && routes->value)
		site->install_routes =
			(struct flag){ true, !str_equal_nocase(routes->value, "no"),
				       routes->at };
	if (aggressive && aggressive->value)
		site->aggressive_psk =
			(struct flag){ true, str_equal_nocase(aggressive->value, "yes"),
				       aggressive->at };
}

void strongswan_swanctl_read(struct site *site, const struct settings_node *root,
			     struct strongswan_secrets *secrets,
			     const struct strongswan_taker *taker)
{
	static const char *const others[] = { "pools",		"authorities",
					      "charon-systemd", "libstrongswan",
					      "starter",	"swanctl" };

	read_secrets(site, settings_find(root, "secrets"), secrets);
	settings_foreach(section, root)
	{
		bool is_other = false;

		for (size_t i = 0; i < ARRAY_SIZE(others); i++)
			is_other = is_other || str_equal(section->name, others[i]);
		if (str_equal(section->name, "connections")) {
			settings_foreach(conn, section) if (!conn->value)
				read_conn(site, conn, taker);
		} else if (str_equal(section->name, "charon")) {
			read_charon(site, section);
		} else if (is_other) {
			site_remark(site, REMARK_IGNORED, section->at,
				    "section '%s' is not rehearsed", section->name);
		} else if (!str_equal(section->name, "secrets")) {
			site_remark(site, REMARK_UNKNOWN, section->at,
				    "'%.60s' is no section of swanctl.conf",
				    section->name);
		}
	}
}
