// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conf.c - what charon must be told to behave like one site's device
 *
 * The message of each connection is the one source: conf_text.c reads it back to write
 * swanctl.conf, so what people see is what charon was told.
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
#include "model/pair.h"

#define RETRANSMIT_TIMEOUT_MS 500
#define RETRANSMIT_TRIES      3
#define RETRANSMIT_BASE	      1.8

/* strongSwan counts the kilobytes of an IKEv1 lifetime in thousands. */
#define BYTES_PER_KILOBYTE 1000

/* What is being written; the parts of one connection share it. */
struct writer {
	struct conf *conf;
	const struct tunnel *tunnel;
	const char *name; /* of the connection */
	struct vici_message *message;
	struct conf_connection *connection;
};

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

static void remark(struct conf *conf, const struct origin *at, const char *text)
{
	struct conf_remark *added = vec_push(conf->arena, &conf->remarks);

	added->text = sentence(conf, at, text);
	added->at = *at;
}

static void discard(struct conf *conf, const char *connection, const struct origin *at,
		    const char *text)
{
	struct conf_discard *added = vec_push(conf->arena, &conf->discarded);

	added->connection = connection;
	added->reason = sentence(conf, at, text);
	added->at = *at;
}

/* ------------------------------------------------------------ small values */

/* Is it a Linux with strongSwan in reality, too? Then strongSwan's defaults are its own.
 */
static bool is_strongswan(const struct site *site)
{
	return site->kind == DEVICE_OPENWRT || site->kind == DEVICE_STRONGSWAN;
}

/* Letters that a section of swanctl.conf may be named with; others become '_'. */
static const char *name_clean(struct conf *conf, const char *name, const char *fallback)
{
	size_t length = name ? strnlen(name, CONF_NAME_MAX) : 0;
	char *clean = arena_strndup(conf->arena, name ? name : "", length);

	for (char *c = clean; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			*c = '_';
	}
	return *clean ? clean : fallback;
}

static void add_flag(struct vici_message *message, const char *key, bool is_on)
{
	vici_message_add(message, key, is_on ? "yes" : "no");
}

static void add_seconds(struct vici_message *message, const char *key, int64_t seconds)
{
	vici_message_printf(message, key, "%lld", (long long)(seconds > 0 ? seconds : 0));
}

static void add_item_text(struct vici_message *message, struct inet_text text)
{
	vici_message_item(message, text.s);
}

/* The model's lifetime, where the device keeps it: beside the proposals or in the first.
 */
static const struct number *lifetime_of(const struct number *own,
					const struct proposal *first, bool is_volume)
{
	static const struct number none = { 0 };

	if (own->is_set)
		return own;
	if (!first)
		return &none;
	return is_volume ? &first->lifetime_kb : &first->lifetime_s;
}

/* How long before the end of a lifetime strongSwan starts to rekey: its own tenth. */
static int64_t margin_of(int64_t lifetime)
{
	return lifetime / 10;
}

/* ------------------------------------------------------------ identities, addresses */

void conf_identity_format(const struct identity *identity, struct buf *out)
{
	if (identity->is_any || identity->type == ID_TYPE_NONE || !identity->value)
		buf_puts(out, "%any");
	else
		id_strongswan_text(identity->type, identity->value, out);
}

/* The first remote that is an address, or what the caller knows of its name. */
static struct inet_addr remote_address(const struct conf *conf,
				       const struct tunnel *tunnel)
{
	vec_foreach (remote, &tunnel->remotes) {
		if (remote->kind == ENDPOINT_ADDRESS)
			return remote->addr;
		if (remote->kind == ENDPOINT_NAME && conf->params.remote_addr.family)
			return conf->params.remote_addr;
	}
	return (struct inet_addr){ 0 };
}

static struct inet_addr local_address(const struct conf *conf,
				      const struct tunnel *tunnel)
{
	const struct site_interface *interface;

	if (conf->params.local_addr.family)
		return conf->params.local_addr;
	if (tunnel->local.kind == ENDPOINT_ADDRESS)
		return tunnel->local.addr;
	if (tunnel->local.kind != ENDPOINT_INTERFACE || !tunnel->local.name)
		return (struct inet_addr){ 0 };
	interface = site_interface_find(conf->site, tunnel->local.name);
	if (!interface || interface->addresses.count == 0)
		return (struct inet_addr){ 0 };
	return interface->addresses.items[0].prefix.addr;
}

/* An identity that is not given is the address (devices.md §5.1), as far as known. */
static const char *identity_text(const struct conf *conf, const struct identity *identity,
				 const struct inet_addr *address)
{
	struct buf _cleanup_buf_ out = { 0 };

	if (!identity->is_any && identity->type == ID_TYPE_NONE && address->family)
		buf_puts(&out, inet_addr_text(address).s);
	else
		conf_identity_format(identity, &out);
	return arena_strdup(conf->arena, buf_text(&out));
}

static const char *remote_identity(const struct conf *conf, const struct tunnel *tunnel)
{
	struct inet_addr remote = remote_address(conf, tunnel);

	if (tunnel->remote_id.type == ID_TYPE_NONE &&
	    pair_takes_any_id(conf->site, tunnel))
		return "%any";
	return identity_text(conf, &tunnel->remote_id, &remote);
}

static void write_addresses(const struct writer *w)
{
	struct inet_addr local = local_address(w->conf, w->tunnel);

	vici_message_list(w->message, "local_addrs");
	if (local.family && !w->conf->params.is_local_any)
		add_item_text(w->message, inet_addr_text(&local));
	else
		vici_message_item(w->message, "%any");
	vici_message_list_end(w->message);
	vici_message_list(w->message, "remote_addrs");
	if (w->tunnel->remotes.count == 0)
		vici_message_item(w->message, "%any");
	vec_foreach (remote, &w->tunnel->remotes) {
		if (remote->kind == ENDPOINT_ADDRESS)
			add_item_text(w->message, inet_addr_text(&remote->addr));
		else if (remote->kind == ENDPOINT_NAME &&
			 w->conf->params.remote_addr.family)
			add_item_text(w->message,
				      inet_addr_text(&w->conf->params.remote_addr));
		else if (remote->kind == ENDPOINT_NAME && remote->name)
			vici_message_item(w->message, remote->name);
		else
			vici_message_item(w->message, "%any");
	}
	vici_message_list_end(w->message);
}

static void write_identities(const struct writer *w)
{
	struct inet_addr local = local_address(w->conf, w->tunnel);
	const char *own = identity_text(w->conf, &w->tunnel->local_id, &local);

	vici_message_section(w->message, "local-1");
	vici_message_add(w->message, "auth", "psk");
	if (!str_equal(own, "%any")) /* charon takes its address by itself */
		vici_message_add(w->message, "id", own);
	vici_message_section_end(w->message);
	vici_message_section(w->message, "remote-1");
	vici_message_add(w->message, "auth", "psk");
	vici_message_add(w->message, "id", remote_identity(w->conf, w->tunnel));
	vici_message_section_end(w->message);
}

/* ------------------------------------------------------------ proposals */

static void write_list(struct vici_message *message, const char *key,
		       const char *const *items, size_t count)
{
	if (count == 0)
		return;
	vici_message_list(message, key);
	for (size_t i = 0; i < count; i++)
		vici_message_item(message, items[i]);
	vici_message_list_end(message);
}

/* false: strongSwan would refuse them, and with them the whole connection. */
static bool write_proposals(const struct writer *w, enum conf_protocol protocol,
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
		discard(w->conf, w->name, &words.refusal_at, words.refusal);
		return false;
	}
	if (words.is_cut)
		remark(w->conf, at,
		       "more combinations of algorithms than can be offered");
	if (words.words.count == 0 && words.ah_words.count == 0) {
		if (!has_defaults && !is_strongswan(w->conf->site))
			remark(w->conf, at,
			       "no proposals known: strongSwan's are offered");
		vec_add(w->conf->arena, &words.words, "default");
	} else if (has_defaults && words.words.count) {
		/* starter without '!': strongSwan's own stand behind the written ones */
		vec_add(w->conf->arena, &words.words, "default");
	}
	write_list(w->message, is_ike ? "proposals" : "esp_proposals", words.words.items,
		   words.words.count);
	write_list(w->message, "ah_proposals", words.ah_words.items,
		   words.ah_words.count);
	return true;
}

/* ------------------------------------------------------------ children */

static const char *selector_text(struct arena *arena, const struct selector *selector,
				 bool is_local)
{
	struct inet_prefix network =
		inet_prefix_network(is_local ? &selector->local : &selector->remote);
	unsigned int port = is_local ? selector->local_port : selector->remote_port;
	const char *prefix = network.addr.family
				     ? arena_strdup(arena, inet_prefix_text(&network).s)
				     : "dynamic";

	if (selector->protocol && port)
		return arena_printf(arena, "%s[%u/%u]", prefix, selector->protocol, port);
	if (selector->protocol)
		return arena_printf(arena, "%s[%u]", prefix, selector->protocol);
	return prefix;
}

/* One side of one pair, or with selector NULL of all the child's, each network once. */
static void write_selectors(const struct writer *w, const struct conf_child *entry,
			    bool is_local)
{
	const struct child *child = entry->child;
	const struct selector *items =
		entry->selector ? entry->selector : child->selectors.items;
	size_t count = entry->selector ? 1 : child->selectors.count;
	VEC(const char *) texts = { 0 };

	for (size_t i = 0; i < count; i++) {
		const char *text = selector_text(w->conf->arena, &items[i], is_local);
		bool is_new = true;

		for (size_t j = 0; j < texts.count && is_new; j++)
			is_new = !str_equal(texts.items[j], text);
		if (is_new)
			vec_add(w->conf->arena, &texts, text);
	}
	write_list(w->message, is_local ? "local_ts" : "remote_ts", texts.items,
		   texts.count);
}

/* The life_time is what goes over the wire; jitter would make runs differ. */
static void write_child_lifetimes(const struct writer *w, const struct child *child)
{
	const struct proposal *first =
		child->proposals.count ? child->proposals.items : NULL;
	const struct number *life = lifetime_of(&child->lifetime_s, first, false);
	const struct number *volume = lifetime_of(&child->lifetime_kb, first, true);

	if (life->is_set)
		add_seconds(w->message, "life_time", life->n);
	if (child->rekey_s.is_set)
		add_seconds(w->message, "rekey_time", child->rekey_s.n);
	else if (life->is_set)
		add_seconds(w->message, "rekey_time", life->n - margin_of(life->n));
	add_seconds(w->message, "rand_time", 0);
	if (volume->is_set && volume->n > 0 && volume->n < INT64_MAX / 1024) {
		int64_t bytes = volume->n * BYTES_PER_KILOBYTE;

		add_seconds(w->message, "life_bytes", bytes);
		add_seconds(w->message, "rekey_bytes", bytes - margin_of(bytes));
		add_seconds(w->message, "rand_bytes", 0);
	}
}

static const char *action_name(enum dead_peer_action action)
{
	switch (action) {
	case DPD_NONE:
	case DPD_CLEAR:
		break;
	case DPD_HOLD:
		return "trap";
	case DPD_RESTART:
		return "start";
	}
	return "none";
}

static const char *start_action(const struct conf *conf, const struct child *child)
{
	/* kernel-libipsec never sees the packet that would trigger: devices.md §0 */
	bool is_trap = conf->params.is_trap && conf->params.plane == CONF_PLANE_KERNEL &&
		       child->start == START_ON_TRAFFIC;

	return is_trap ? "trap" : "none";
}

static bool write_child(const struct writer *w, const struct conf_child *entry)
{
	const struct child *child = entry->child;

	vici_message_section(w->message, entry->name);
	write_selectors(w, entry, true);
	write_selectors(w, entry, false);
	if (!write_proposals(w, CONF_PROTOCOL_CHILD, child->proposals.items,
			     child->proposals.count, child->has_default_proposals,
			     &child->at))
		return false;
	vici_message_add(w->message, "mode",
			 child->is_transport ? "transport" : "tunnel");
	write_child_lifetimes(w, child);
	vici_message_add(w->message, "start_action", start_action(w->conf, child));
	vici_message_add(w->message, "dpd_action", action_name(child->dpd_action));
	vici_message_add(w->message, "close_action", action_name(child->close_action));
	if (child->ipcomp.is_set)
		add_flag(w->message, "ipcomp", child->ipcomp.on);
	if (child->replay_protection.is_set && !child->replay_protection.on)
		vici_message_add(w->message, "replay_window", "0");
	vici_message_section_end(w->message);
	return true;
}

static bool is_name_taken(const struct conf_connection *connection, const char *name)
{
	vec_foreach (child, &connection->children) {
		if (str_equal(child->name, name))
			return true;
	}
	return false;
}

/* number 0: the plain name, if nobody has it. */
static const char *child_name(const struct writer *w, const char *base,
			      unsigned int number)
{
	const char *name = base;

	if (number > 0)
		name = arena_printf(w->conf->arena, "%s-%u", base, number);
	while (is_name_taken(w->connection, name))
		name = arena_printf(w->conf->arena, "%s-%u", base, ++number);
	return name;
}

/* Which CHILD SAs the device would negotiate for this child. */
static void plan_child(const struct writer *w, const struct child *child)
{
	const char *base = name_clean(w->conf, child->name, "child");
	bool is_one_sa = child->is_one_sa;
	unsigned int number = child->selectors.count > 1 ? 1 : 0;

	/*
	 * What a generator really writes for IKEv1 is one child with all networks, of
	 * which only the first pair comes up; what the options mean is all pairs.
	 */
	if (is_one_sa && w->tunnel->version == 1 && child->selectors.count > 1) {
		if (w->conf->site->reading == READING_RENDERED)
			remark(w->conf, &child->at,
			       "with IKEv1 only the first pair of networks is "
			       "negotiated");
		else
			is_one_sa = false;
	}
	if (is_one_sa || child->selectors.count == 0) {
		struct conf_child *entry = NULL;
		const char *name = child_name(w, base, 0);

		entry = vec_push(w->conf->arena, &w->connection->children);
		*entry = (struct conf_child){ .name = name, .child = child };
		return;
	}
	vec_foreach (selector, &child->selectors) {
		const char *name = child_name(w, base, number);
		struct conf_child *entry =
			vec_push(w->conf->arena, &w->connection->children);

		*entry = (struct conf_child){ .name = name,
					      .child = child,
					      .selector = selector };
		number++;
	}
}

static bool write_children(const struct writer *w)
{
	vec_foreach (child, &w->tunnel->children)
		plan_child(w, child);
	vici_message_section(w->message, "children");
	vec_foreach (entry, &w->connection->children) {
		if (!write_child(w, entry))
			return false;
	}
	vici_message_section_end(w->message);
	return true;
}

/* ------------------------------------------------------------ connections */

/*
 * IKEv1 announces reauth_time + over_time; IKEv2 announces nothing. A connection for
 * both versions uses rekey_time, which IKEv1 falls back to, as reauth_time would make
 * IKEv2 build the whole SA anew.
 */
static void write_lifetimes(const struct writer *w)
{
	const struct tunnel *tunnel = w->tunnel;
	const struct proposal *first =
		tunnel->proposals.count ? tunnel->proposals.items : NULL;
	const struct number *life = lifetime_of(&tunnel->lifetime_s, first, false);

	if (life->is_set) {
		int64_t over = margin_of(life->n);

		add_seconds(w->message,
			    tunnel->version == 1 ? "reauth_time" : "rekey_time",
			    life->n - over);
		add_seconds(w->message, "over_time", over);
	}
	add_seconds(w->message, "rand_time", 0);
}

/* In whole seconds, as VICI has them; what is on stays on. */
static int64_t quickened(const struct conf *conf, int64_t seconds)
{
	unsigned int times = conf->params.faster;

	if (times < 2 || seconds <= 0)
		return seconds;
	return (seconds + times - 1) / times;
}

static void write_dead_peer_detection(const struct writer *w)
{
	const struct tunnel *tunnel = w->tunnel;

	if (tunnel->dpd_delay_s.is_set)
		add_seconds(w->message, "dpd_delay",
			    quickened(w->conf, tunnel->dpd_delay_s.n));
	if (tunnel->dpd_timeout_s.is_set)
		add_seconds(w->message, "dpd_timeout",
			    quickened(w->conf, tunnel->dpd_timeout_s.n));
}

/* What strongSwan has switched on by itself, other devices have not. */
static void write_habits(const struct writer *w)
{
	const struct tunnel *tunnel = w->tunnel;
	bool is_own = is_strongswan(w->conf->site);

	add_flag(w->message, "mobike",
		 tunnel->mobike.is_set ? tunnel->mobike.on : is_own);
	add_flag(w->message, "fragmentation",
		 tunnel->fragmentation.is_set ? tunnel->fragmentation.on : is_own);
	vici_message_add(w->message, "unique", is_own ? "no" : "replace");
	if (w->conf->params.is_childless && tunnel->version == 2)
		vici_message_add(w->message, "childless", "force");
	if (tunnel->keyingtries.is_set)
		add_seconds(w->message, "keyingtries", tunnel->keyingtries.n);
	switch (tunnel->nat_t) {
	case NAT_T_FORCED:
		add_flag(w->message, "encap", true);
		break;
	case NAT_T_OFF:
		if (!is_own)
			remark(w->conf, &tunnel->nat_t_at,
			       "NAT traversal is off, yet strongSwan always offers it");
		break;
	case NAT_T_AUTO:
		break;
	}
}

static bool write_connection(const struct writer *w)
{
	vici_message_section(w->message, w->name);
	vici_message_printf(w->message, "version", "%d", w->tunnel->version);
	if (w->tunnel->version != 2)
		add_flag(w->message, "aggressive",
			 w->connection->mode == EXCHANGE_AGGRESSIVE);
	write_addresses(w);
	if (!write_proposals(w, CONF_PROTOCOL_IKE, w->tunnel->proposals.items,
			     w->tunnel->proposals.count, w->tunnel->has_default_proposals,
			     &w->tunnel->at))
		return false;
	write_lifetimes(w);
	write_dead_peer_detection(w);
	write_habits(w);
	write_identities(w);
	if (!write_children(w))
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
		.name = connection_name(conf, name_clean(conf, tunnel->name, "tunnel"),
					suffix),
		.tunnel = tunnel,
		.mode = mode,
		.is_second = is_second,
	};
	struct writer w = { .conf = conf,
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
		discard(conf, connection.name, &tunnel->at, err.text);
		vici_message_done(&connection.message);
		return false;
	}
	vec_add(conf->arena, &conf->connections, connection);
	return true;
}

/* ------------------------------------------------------------ secrets */

static void add_owner(struct conf *conf, struct conf_secret *secret, const char *owner)
{
	vec_foreach (known, &secret->owners) {
		if (str_equal(*known, owner))
			return;
	}
	if (!str_equal(owner, "%any"))
		vec_add(conf->arena, &secret->owners, owner);
}

/* Identities, and addresses too: main mode knows nothing else when it needs the key. */
static void add_owners(struct conf *conf, struct conf_secret *secret)
{
	const struct tunnel *tunnel = secret->tunnel;
	struct inet_addr local = local_address(conf, tunnel);
	struct inet_addr remote = remote_address(conf, tunnel);

	if (tunnel->remote_id.type == ID_TYPE_NONE &&
	    pair_takes_any_id(conf->site, tunnel)) /* then the key is for anybody */
		vec_add(conf->arena, &secret->owners, "%any");
	else
		add_owner(conf, secret, remote_identity(conf, tunnel));
	add_owner(conf, secret, identity_text(conf, &tunnel->local_id, &local));
	if (remote.family)
		add_owner(conf, secret,
			  arena_strdup(conf->arena, inet_addr_text(&remote).s));
	if (local.family)
		add_owner(conf, secret,
			  arena_strdup(conf->arena, inet_addr_text(&local).s));
}

/* The bytes to load, or NULL with a remark that says why there are none. */
static const struct secret *secret_of(struct conf *conf, const struct tunnel *tunnel)
{
	const struct secret *psk = &tunnel->psk;

	if (!psk->is_set) {
		remark(conf, &tunnel->at, "no pre-shared key is given");
	} else if (psk->is_readable && psk->length == 0) {
		remark(conf, &psk->at, "the pre-shared key is empty");
	} else if (psk->is_readable) {
		return psk;
	} else if (conf->params.substitute.is_readable &&
		   conf->params.substitute.length) {
		remark(conf, &psk->at,
		       "the pre-shared key is encrypted here: the peer's is used");
		return &conf->params.substitute;
	} else {
		remark(conf, &psk->at,
		       "the pre-shared key is encrypted here: none is used");
	}
	return NULL;
}

static void add_secret(struct conf *conf, const struct tunnel *tunnel, const char *name)
{
	const struct secret *psk = secret_of(conf, tunnel);
	struct conf_secret *secret;

	if (!psk)
		return;
	secret = vec_push(conf->arena, &conf->secrets);
	secret->id = arena_printf(conf->arena, "ike-%s", name);
	secret->tunnel = tunnel;
	add_owners(conf, secret);
	vici_message_reserve(&secret->message, 1024 + psk->length + 256);
	vici_message_add(&secret->message, "id", secret->id);
	vici_message_add(&secret->message, "type", "ike");
	write_list(&secret->message, "owners", secret->owners.items,
		   secret->owners.count);
	vici_message_add_bytes(&secret->message, "data", psk->bytes, psk->length);
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
		return "authentication by certificates cannot be rehearsed";
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
		discard(conf, name_clean(conf, tunnel->name, "tunnel"),
			tunnel->auth_word.s ? &tunnel->auth_word.at : &tunnel->at,
			refusal);
		return;
	}
	if (!add_connection(conf, tunnel, tunnel->mode, false))
		return;
	add_secret(conf, tunnel,
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
	conf->params = *params;
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
