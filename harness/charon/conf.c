// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conf.c - what charon must be told to behave like one site's device
 *
 * The message of each connection is the one source: conf_text.c reads it back to write
 * swanctl.conf, so what people see is what charon was told. Here stands what makes up a
 * connection, and which there are; its children are written by conf_child.c, its ends
 * and their key by conf_identity.c.
 */
#include "charon/conf.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "charon/conf_proposal.h"
#include "charon/conf_text.h"
#include "charon/conf_write.h"
#include "device/device.h"
#include "model/defaults.h"

#define RETRANSMIT_TIMEOUT_MS 500
#define RETRANSMIT_TRIES      3
#define RETRANSMIT_BASE	      1.8

/* ------------------------------------------------------------ remarks and discards */

static const char *sentence(const struct conf *conf, const struct origin *at,
			    const char *text)
{
	struct buf _cleanup_buf_ out = { 0 };

	buf_printf(&out, "%s: ", conf->site->name);
	origin_format(at, &out);
	buf_printf(&out, ": %s", text);
	return arena_strdup(conf->arena, buf_text(&out));
}

void conf_remark_add(struct conf *conf, const struct origin *at, const char *text)
{
	struct conf_remark *added = vec_push(conf->arena, &conf->remarks);

	added->text = sentence(conf, at, text);
	added->at = *at;
}

void conf_discard_add(struct conf *conf, const char *connection, const struct origin *at,
		      const char *text)
{
	struct conf_discard *added = vec_push(conf->arena, &conf->discarded);

	added->connection = connection;
	added->reason = sentence(conf, at, text);
	added->at = *at;
}

/* ------------------------------------------------------------ small values */

/* Is it a Linux with strongSwan in reality, too, which has strongSwan's defaults? */
static bool is_strongswan(const struct site *site)
{
	return device_of(site->kind)->traits.runs_charon;
}

const char *conf_name_clean(struct conf *conf, const char *name, const char *fallback)
{
	size_t length = name ? strnlen(name, CONF_NAME_MAX) : 0;
	char *clean = arena_strndup(conf->arena, name ? name : "", length);

	for (char *c = clean; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			*c = '_';
	}
	return *clean ? clean : fallback;
}

void conf_add_flag(struct vici_message *message, const char *key, bool is_on)
{
	vici_message_add(message, key, is_on ? "yes" : "no");
}

void conf_add_seconds(struct vici_message *message, const char *key, int64_t seconds)
{
	vici_message_printf(message, key, "%lld", (long long)(seconds > 0 ? seconds : 0));
}

const struct number *conf_lifetime_of(const struct number *own,
				      const struct proposal *first, bool is_volume)
{
	static const struct number none = { 0 };

	if (own->is_set)
		return own;
	if (!first)
		return &none;
	return is_volume ? &first->lifetime_kb : &first->lifetime_s;
}

int64_t conf_margin_of(int64_t lifetime)
{
	return lifetime / 10;
}

/* ------------------------------------------------------------ proposals */

void conf_add_list(struct vici_message *message, const char *key,
		   const char *const *items, size_t count)
{
	if (count == 0)
		return;
	vici_message_list(message, key);
	for (size_t i = 0; i < count; i++)
		vici_message_item(message, items[i]);
	vici_message_list_end(message);
}

/* Written out: what charon takes "default" for differs from release to release. */
static void add_defaults(const struct conf_writer *w, struct conf_words *words)
{
	struct proposal own[STRONGSWAN_DEFAULTS];

	strongswan_defaults(w->conf->arena, words->protocol == CONF_PROTOCOL_CHILD, own);
	words->is_one_by_one = false;
	for (size_t i = 0; i < STRONGSWAN_DEFAULTS; i++)
		conf_words_add(words, w->conf->arena, &own[i]);
}

bool conf_write_proposals(const struct conf_writer *w, enum conf_protocol protocol,
			  const struct proposal *proposals, size_t count,
			  bool has_defaults, const struct origin *at)
{
	bool is_ike = protocol == CONF_PROTOCOL_IKE;
	struct conf_words words = {
		.protocol = protocol,
		.is_one_by_one = w->tunnel->version == 1,
		.is_whole = is_strongswan(w->conf->site),
		.needs_prf = !is_strongswan(w->conf->site),
	};

	for (size_t i = 0; i < count; i++)
		conf_words_add(&words, w->conf->arena, &proposals[i]);
	if (words.refusal) {
		conf_discard_add(w->conf, w->name, &words.refusal_at, words.refusal);
		return false;
	}
	if (words.is_cut)
		conf_remark_add(w->conf, at,
				"more combinations of algorithms than can be offered");
	if (words.words.count == 0 && words.ah_words.count == 0) {
		if (!has_defaults && !is_strongswan(w->conf->site))
			conf_remark_add(w->conf, at,
					"no proposals known: strongSwan's are offered");
		add_defaults(w, &words);
	} else if (has_defaults && words.words.count) {
		/* starter without '!': strongSwan's own stand behind the written ones */
		add_defaults(w, &words);
	}
	conf_add_list(w->message, is_ike ? "proposals" : "esp_proposals",
		      words.words.items, words.words.count);
	conf_add_list(w->message, "ah_proposals", words.ah_words.items,
		      words.ah_words.count);
	return true;
}

/* ------------------------------------------------------------ connections */

/*
 * IKEv1 announces reauth_time + over_time; IKEv2 announces nothing. A connection for
 * both versions uses rekey_time, which IKEv1 falls back to, as reauth_time would make
 * IKEv2 build the whole SA anew.
 */
static void write_lifetimes(const struct conf_writer *w)
{
	const struct tunnel *tunnel = w->tunnel;
	const struct proposal *first =
		tunnel->proposals.count ? tunnel->proposals.items : NULL;
	const struct number *life = conf_lifetime_of(&tunnel->lifetime_s, first, false);

	if (life->is_set) {
		int64_t over = conf_margin_of(life->n);

		conf_add_seconds(w->message,
				 tunnel->version == 1 ? "reauth_time" : "rekey_time",
				 life->n - over);
		conf_add_seconds(w->message, "over_time", over);
	}
	conf_add_seconds(w->message, "rand_time", 0);
}

/* In whole seconds, as VICI has them; what is on stays on. */
static int64_t quickened(const struct conf *conf, int64_t seconds)
{
	unsigned int times = conf->params.faster;

	if (times < 2 || seconds <= 0)
		return seconds;
	return (seconds + times - 1) / times;
}

static void write_dead_peer_detection(const struct conf_writer *w)
{
	const struct tunnel *tunnel = w->tunnel;

	if (tunnel->dpd_delay_s.is_set)
		conf_add_seconds(w->message, "dpd_delay",
				 quickened(w->conf, tunnel->dpd_delay_s.n));
	if (tunnel->dpd_timeout_s.is_set)
		conf_add_seconds(w->message, "dpd_timeout",
				 quickened(w->conf, tunnel->dpd_timeout_s.n));
}

/* What strongSwan has switched on by itself, other devices have not. */
static void write_habits(const struct conf_writer *w)
{
	const struct tunnel *tunnel = w->tunnel;
	bool is_own = is_strongswan(w->conf->site);

	conf_add_flag(w->message, "mobike",
		      tunnel->mobike.is_set ? tunnel->mobike.on : is_own);
	conf_add_flag(w->message, "fragmentation",
		      tunnel->fragmentation.is_set ? tunnel->fragmentation.on : is_own);
	vici_message_add(w->message, "unique",
			 tunnel->unique.s ? tunnel->unique.s
			 : is_own	  ? "no"
					  : "replace");
	if (w->conf->params.is_childless && tunnel->version == 2)
		vici_message_add(w->message, "childless", "force");
	if (w->conf->params.is_tried_once)
		conf_add_seconds(w->message, "keyingtries", 1);
	else if (tunnel->keyingtries.is_set)
		conf_add_seconds(w->message, "keyingtries", tunnel->keyingtries.n);
	switch (tunnel->nat_t) {
	case NAT_T_FORCED:
		conf_add_flag(w->message, "encap", true);
		break;
	case NAT_T_OFF:
		if (!is_own)
			conf_remark_add(
				w->conf, &tunnel->nat_t_at,
				"NAT traversal is off, yet strongSwan always offers it");
		break;
	case NAT_T_AUTO:
		break;
	}
}

static bool write_connection(const struct conf_writer *w)
{
	vici_message_section(w->message, w->name);
	vici_message_printf(w->message, "version", "%d", w->tunnel->version);
	if (w->tunnel->version != 2)
		conf_add_flag(w->message, "aggressive",
			      w->connection->mode == EXCHANGE_AGGRESSIVE);
	conf_write_addresses(w);
	if (!conf_write_proposals(w, CONF_PROTOCOL_IKE, w->tunnel->proposals.items,
				  w->tunnel->proposals.count,
				  w->tunnel->has_default_proposals, &w->tunnel->at))
		return false;
	write_lifetimes(w);
	write_dead_peer_detection(w);
	write_habits(w);
	conf_write_identities(w);
	if (!conf_write_children(w))
		return false;
	vici_message_section_end(w->message);
	return true;
}

static bool is_connection_taken(const struct conf *conf, const char *name)
{
	vec_foreach (connection, &conf->connections) {
		if (str_equal(connection->name, name))
			return true;
	}
	return false;
}

static const char *connection_name(struct conf *conf, const char *base,
				   const char *suffix)
{
	const char *name = arena_printf(conf->arena, "%s%s", base, suffix);

	for (unsigned int i = 2; is_connection_taken(conf, name); i++)
		name = arena_printf(conf->arena, "%s%s-%u", base, suffix, i);
	return name;
}

/* false: it was discarded. */
static bool add_connection(struct conf *conf, const struct tunnel *tunnel,
			   enum exchange_mode mode, bool is_second)
{
	const char *suffix = !is_second		     ? ""
			     : mode == EXCHANGE_MAIN ? "-main"
						     : "-aggressive";
	struct conf_connection connection = {
		.name = connection_name(
			conf, conf_name_clean(conf, tunnel->name, "tunnel"), suffix),
		.tunnel = tunnel,
		.mode = mode,
		.is_second = is_second,
	};
	struct conf_writer w = { .conf = conf,
				 .tunnel = tunnel,
				 .name = connection.name,
				 .message = &connection.message,
				 .connection = &connection };
	struct err err;

	if (!write_connection(&w)) {
		vici_message_done(&connection.message);
		return false;
	}
	if (vici_message_check(&connection.message, &err)) {
		conf_discard_add(conf, connection.name, &tunnel->at, err.text);
		vici_message_done(&connection.message);
		return false;
	}
	vec_add(conf->arena, &conf->connections, connection);
	return true;
}

/* ------------------------------------------------------------ everything */

static const char *auth_refusal(const struct conf *conf, const struct tunnel *tunnel)
{
	const char *word = tunnel->auth_word.s ? tunnel->auth_word.s : "";

	switch (tunnel->auth) {
	case AUTH_PSK:
		return NULL;
	case AUTH_RSA:
	case AUTH_ECDSA:
		return conf->params.is_first_message
			       ? NULL
			       : "authentication by certificates cannot be rehearsed";
	case AUTH_XAUTH_PSK:
		return "XAuth is for single users and cannot be rehearsed";
	case AUTH_EAP:
		return "EAP is for single users and cannot be rehearsed";
	case AUTH_UNKNOWN:
		break;
	}
	return arena_printf(conf->arena, "unknown authentication method '%s'", word);
}

static void add_tunnel(struct conf *conf, const struct tunnel *tunnel)
{
	const char *refusal = auth_refusal(conf, tunnel);
	enum exchange_mode other =
		tunnel->mode == EXCHANGE_MAIN ? EXCHANGE_AGGRESSIVE : EXCHANGE_MAIN;

	if (refusal) {
		conf_discard_add(conf, conf_name_clean(conf, tunnel->name, "tunnel"),
				 tunnel->auth_word.s ? &tunnel->auth_word.at
						     : &tunnel->at,
				 refusal);
		return;
	}
	if (!add_connection(conf, tunnel, tunnel->mode, false))
		return;
	conf_add_secret(conf, tunnel,
			conf->connections.items[conf->connections.count - 1].name);
	if (tunnel->accepts_both_modes && tunnel->version != 2)
		(void)add_connection(conf, tunnel, other, true);
}

/* Paths go into quotes in strongswan.conf; we choose them ourselves. */
static int check_path(const char *path, const char *what, struct err *err)
{
	if (!path || *path != '/')
		return err_set(err, EINVAL, "%s of charon: not an absolute path", what);
	for (const char *c = path; *c; c++) {
		if (iscntrl((unsigned char)*c) || strchr("\"\\#{}", *c))
			return err_set(
				err, EINVAL,
				"%s of charon: a character strongswan.conf cannot hold",
				what);
	}
	return 0;
}

static int check_params(const struct conf_params *params, struct err *err)
{
	int ret = check_path(params->vici_socket, "VICI socket", err);

	if (!ret)
		ret = check_path(params->log_file, "log file", err);
	if (!ret && params->key_log_file)
		ret = check_path(params->key_log_file, "key log file", err);
	return ret;
}

int conf_new(const struct site *site, const struct conf_params *params,
	     struct conf **ret_conf, struct err *err)
{
	struct arena *arena;
	struct conf *conf;
	int ret = check_params(params, err);

	if (ret)
		return ret;
	arena = arena_new();
	arena_set_secret(arena);
	conf = arena_alloc(arena, sizeof(*conf));
	conf->arena = arena;
	conf->site = site;
	/* The texts are made again later (conf_slow_down), when the caller's are gone. */
	conf->params = *params;
	/* The caller's may be gone when conf_slow_down() writes them again. */
	conf->params.vici_socket = arena_strdup(arena, params->vici_socket);
	conf->params.log_file = arena_strdup(arena, params->log_file);
	if (params->key_log_file)
		conf->params.key_log_file = arena_strdup(arena, params->key_log_file);
	conf->params.vici_socket = arena_strdup(arena, params->vici_socket);
	conf->params.log_file = arena_strdup(arena, params->log_file);
	if (params->key_log_file)
		conf->params.key_log_file = arena_strdup(arena, params->key_log_file);
	if (!conf->params.retransmit_timeout_ms)
		conf->params.retransmit_timeout_ms = RETRANSMIT_TIMEOUT_MS;
	if (!conf->params.retransmit_tries)
		conf->params.retransmit_tries = RETRANSMIT_TRIES;
	if (conf->params.retransmit_base < 1.0)
		conf->params.retransmit_base = RETRANSMIT_BASE;
	vec_foreach (tunnel, &site->tunnels) {
		if (!tunnel->is_disabled)
			add_tunnel(conf, tunnel);
	}
	conf->strongswan = conf_strongswan_text(conf, false);
	conf->strongswan_quiet = conf_strongswan_text(conf, true);
	*ret_conf = conf;
	return 0;
}

void conf_slow_down(struct conf *conf, double times)
{
	double timeout_ms = conf->params.retransmit_timeout_ms * times;

	conf->params.retransmit_timeout_ms = (unsigned int)timeout_ms;
	conf->strongswan = conf_strongswan_text(conf, false);
	conf->strongswan_quiet = conf_strongswan_text(conf, true);
}

void conf_free(struct conf *conf)
{
	if (!conf)
		return;
	vec_foreach (connection, &conf->connections)
		vici_message_done(&connection->message);
	vec_foreach (secret, &conf->secrets)
		vici_message_done(&secret->message);
	arena_free(conf->arena);
}

struct conf_connection *conf_connection_find(const struct conf *conf, const char *tunnel)
{
	vec_foreach (connection, &conf->connections) {
		if (!connection->is_second && str_equal(connection->tunnel->name, tunnel))
			return connection;
	}
	return NULL;
}
