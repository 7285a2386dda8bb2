// SPDX-License-Identifier: GPL-2.0-or-later
/* conf_identity.c - who the ends are, where they are, and the key between them */
#include "base/cleanup.h"
#include "base/str.h"
#include "charon/conf_write.h"
#include "model/aspect.h"
#include "model/pair.h"

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

static void add_item_text(struct vici_message *message, struct inet_text text)
{
	vici_message_item(message, text.s);
}

void conf_write_addresses(const struct conf_writer *w)
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

/* Another proof than a key is asked for as the file asks: a peer with a key has none. */
static const char *asked_proof(const struct tunnel *tunnel)
{
	switch (tunnel_asks_for(tunnel)) {
	case AUTH_RSA:
	case AUTH_ECDSA:
		return tunnel->peer_auth_word.s ? "pubkey" : "psk";
	case AUTH_EAP:
		return tunnel->peer_auth_word.s ? "eap" : "psk";
	case AUTH_PSK:
	case AUTH_XAUTH_PSK:
	case AUTH_UNKNOWN:
		break;
	}
	return "psk";
}

void conf_write_identities(const struct conf_writer *w)
{
	struct inet_addr local = local_address(w->conf, w->tunnel);
	const char *own = identity_text(w->conf, &w->tunnel->local_id, &local);

	vici_message_section(w->message, "local-1");
	vici_message_add(w->message, "auth", "psk");
	if (!str_equal(own, "%any")) /* charon takes its address by itself */
		vici_message_add(w->message, "id", own);
	vici_message_section_end(w->message);
	vici_message_section(w->message, "remote-1");
	vici_message_add(w->message, "auth", asked_proof(w->tunnel));
	vici_message_add(w->message, "id", remote_identity(w->conf, w->tunnel));
	vici_message_section_end(w->message);
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

struct secret conf_substitute_by(const struct site *peer)
{
	static const char invented[] = "invented, as neither file shows it";

	vec_foreach (tunnel, &peer->tunnels)
		if (!tunnel->is_disabled && tunnel->psk.is_readable && tunnel->psk.length)
			return tunnel->psk;
	return (struct secret){ .bytes = (const uint8_t *)invented,
				.length = sizeof(invented) - 1,
				.is_set = true,
				.is_readable = true };
}

/* The bytes to load, or NULL with a remark that says why there are none. */
static const struct secret *secret_of(struct conf *conf, const struct tunnel *tunnel)
{
	const struct secret *psk = &tunnel->psk;

	if (!psk->is_set) {
		conf_remark_add(conf, &tunnel->at, "no pre-shared key is given");
	} else if (psk->is_readable && psk->length == 0) {
		conf_remark_add(conf, &psk->at, "the pre-shared key is empty");
	} else if (psk->is_readable) {
		return psk;
	} else if (conf->params.substitute.is_readable &&
		   conf->params.substitute.length) {
		conf_remark_add(
			conf, &psk->at,
			"the file does not show the pre-shared key: an invented one is "
			"used, the peer's where that is known");
		return &conf->params.substitute;
	} else {
		conf_remark_add(conf, &psk->at,
				"the pre-shared key is encrypted here: none is used");
	}
	return NULL;
}

void conf_add_secret(struct conf *conf, const struct tunnel *tunnel, const char *name)
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
	conf_add_list(&secret->message, "owners", secret->owners.items,
		      secret->owners.count);
	vici_message_add_bytes(&secret->message, "data", psk->bytes, psk->length);
}
