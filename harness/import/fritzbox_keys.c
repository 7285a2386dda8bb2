// SPDX-License-Identifier: GPL-2.0-or-later
/* fritzbox_keys.c - every key of a vpncfg connection and what it means */
#include "import/fritzbox_keys.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/aspect.h"
#include "import/words.h"

#define TEXT	FRITZBOX_VALUE_TEXT
#define YES_NO	FRITZBOX_VALUE_YES_NO
#define ADDRESS FRITZBOX_VALUE_ADDRESS
#define SECRET	FRITZBOX_VALUE_SECRET

/* clang-format off */
static const struct fritzbox_key_row rows[] = {
	[FRITZBOX_KEY_ENABLED] = { "enabled", YES_NO,
		"the connection is switched on", NULL },
	[FRITZBOX_KEY_EDITABLE] = { "editable", YES_NO,
		"may be changed in the web interface", "it only concerns the web interface" },
	[FRITZBOX_KEY_CONN_TYPE] = { "conn_type", TEXT,
		"conntype_lan couples two networks, conntype_user lets one user in, conntype_out dials into another network", NULL },
	[FRITZBOX_KEY_NAME] = { "name", TEXT,
		"name of the connection", NULL },
	[FRITZBOX_KEY_BOXUSER_ID] = { "boxuser_id", TEXT,
		"the box's user this connection belongs to, 0: none", "it only concerns the web interface" },
	[FRITZBOX_KEY_ALWAYS_RENEW] = { "always_renew", YES_NO,
		"yes: kept up without traffic; no: negotiated when traffic wants to pass", NULL },
	[FRITZBOX_KEY_REJECT_NOT_ENCRYPTED] = { "reject_not_encrypted", YES_NO,
		"yes: nothing leaves the box outside of the tunnel, not even to the Internet", NULL },
	[FRITZBOX_KEY_DONT_FILTER_NETBIOS] = { "dont_filter_netbios", YES_NO,
		"yes: NetBIOS may pass the tunnel", "NetBIOS is not rehearsed" },
	[FRITZBOX_KEY_LOCALIP] = { "localip", ADDRESS,
		"own address of the tunnel, 0.0.0.0: the current Internet address", NULL },
	[FRITZBOX_KEY_LOCAL_VIRTUALIP] = { "local_virtualip", ADDRESS,
		"own address inside of the tunnel, given by mode-config, 0.0.0.0: none", NULL,
		ASPECT_SELECTORS | ASPECT_WAY },
	[FRITZBOX_KEY_REMOTEIP] = { "remoteip", ADDRESS,
		"address of the peer, 0.0.0.0: see remotehostname", NULL },
	[FRITZBOX_KEY_REMOTE_VIRTUALIP] = { "remote_virtualip", ADDRESS,
		"address of the peer inside of the tunnel, 0.0.0.0: none", NULL,
		ASPECT_SELECTORS | ASPECT_WAY },
	[FRITZBOX_KEY_REMOTEHOSTNAME] = { "remotehostname", TEXT,
		"name of the peer, looked up when needed; empty: the box only answers", NULL },
	[FRITZBOX_KEY_KEEPALIVE_IP] = { "keepalive_ip", ADDRESS,
		"pinged through the tunnel to keep it up, 0.0.0.0: nobody", NULL },
	[FRITZBOX_KEY_LOCALID_FQDN] = { "localid.fqdn", TEXT,
		"own identity, sent as ID_FQDN", NULL },
	[FRITZBOX_KEY_LOCALID_USER_FQDN] = { "localid.user_fqdn", TEXT,
		"own identity, sent as ID_USER_FQDN", NULL },
	[FRITZBOX_KEY_LOCALID_IPADDR] = { "localid.ipaddr", ADDRESS,
		"own identity, sent as ID_IPV4_ADDR", NULL },
	[FRITZBOX_KEY_LOCALID_KEY_ID] = { "localid.key_id", TEXT,
		"own identity, sent as ID_KEY_ID", NULL },
	[FRITZBOX_KEY_REMOTEID_FQDN] = { "remoteid.fqdn", TEXT,
		"identity the peer must send, as ID_FQDN", NULL },
	[FRITZBOX_KEY_REMOTEID_USER_FQDN] = { "remoteid.user_fqdn", TEXT,
		"identity the peer must send, as ID_USER_FQDN", NULL },
	[FRITZBOX_KEY_REMOTEID_IPADDR] = { "remoteid.ipaddr", ADDRESS,
		"identity the peer must send, as ID_IPV4_ADDR", NULL },
	[FRITZBOX_KEY_REMOTEID_KEY_ID] = { "remoteid.key_id", TEXT,
		"identity the peer must send, as ID_KEY_ID", NULL },
	[FRITZBOX_KEY_MODE] = { "mode", TEXT,
		"phase 1 exchange the box starts: phase1_mode_idp is main mode, phase1_mode_aggressive", NULL },
	[FRITZBOX_KEY_PHASE1SS] = { "phase1ss", TEXT,
		"phase 1 strategy: group/ciphers/hashes", NULL },
	[FRITZBOX_KEY_KEYTYPE] = { "keytype", TEXT,
		"how both ends prove who they are", NULL },
	[FRITZBOX_KEY_KEY] = { "key", SECRET,
		"the pre-shared key", NULL },
	[FRITZBOX_KEY_CERT_DO_SERVER_AUTH] = { "cert_do_server_auth", YES_NO,
		"the peer's certificate is verified", "there is no certificate with a pre-shared key" },
	[FRITZBOX_KEY_USE_NAT_T] = { "use_nat_t", YES_NO,
		"NAT traversal: ESP in UDP 4500 when there is NAT between", NULL },
	[FRITZBOX_KEY_USE_XAUTH] = { "use_xauth", YES_NO,
		"user name and password are asked for after phase 1", NULL,
		ASPECT_AUTH },
	[FRITZBOX_KEY_XAUTH_VALID] = { "xauth.valid", YES_NO,
		"the XAuth user below is in use", "XAuth is not rehearsed" },
	[FRITZBOX_KEY_XAUTH_USERNAME] = { "xauth.username", TEXT,
		"XAuth user", "XAuth is not rehearsed" },
	[FRITZBOX_KEY_XAUTH_PASSWD] = { "xauth.passwd", SECRET,
		"XAuth password", "XAuth is not rehearsed" },
	[FRITZBOX_KEY_USE_CFGMODE] = { "use_cfgmode", YES_NO,
		"the client gets an address by mode-config", NULL,
		ASPECT_SELECTORS | ASPECT_WAY },
	[FRITZBOX_KEY_LOCAL_NET] = { "phase2localid.ipnet.ipaddr", ADDRESS,
		"own network of the tunnel", NULL },
	[FRITZBOX_KEY_LOCAL_MASK] = { "phase2localid.ipnet.mask", ADDRESS,
		"netmask of the own network", NULL },
	[FRITZBOX_KEY_LOCAL_HOST] = { "phase2localid.ipaddr", ADDRESS,
		"own single address of the tunnel", NULL },
	[FRITZBOX_KEY_REMOTE_NET] = { "phase2remoteid.ipnet.ipaddr", ADDRESS,
		"the peer's network of the tunnel", NULL },
	[FRITZBOX_KEY_REMOTE_MASK] = { "phase2remoteid.ipnet.mask", ADDRESS,
		"netmask of the peer's network", NULL },
	[FRITZBOX_KEY_REMOTE_HOST] = { "phase2remoteid.ipaddr", ADDRESS,
		"the peer's single address of the tunnel", NULL },
	[FRITZBOX_KEY_PHASE2SS] = { "phase2ss", TEXT,
		"phase 2 strategy: ESP ciphers and hashes/AH/compression/PFS", NULL },
	[FRITZBOX_KEY_ACCESSLIST] = { "accesslist", TEXT,
		"which packets are sent into the tunnel", NULL },
};
/* clang-format on */

static_assert(ARRAY_SIZE(rows) == FRITZBOX_KEY_COUNT,
	      "rows[] does not match enum fritzbox_key");

const struct fritzbox_key_row *fritzbox_key_row(enum fritzbox_key key)
{
	return &rows[key];
}

enum fritzbox_key fritzbox_key_find(const char *path)
{
	enum fritzbox_key key = 0;

	while (key < FRITZBOX_KEY_COUNT && strcmp(rows[key].path, path) != 0)
		key++;
	return key;
}

const char *fritzbox_key_hint(const struct site *site, const char *path)
{
	const char *paths[FRITZBOX_KEY_COUNT + 1] = { NULL };

	for (size_t i = 0; i < FRITZBOX_KEY_COUNT; i++)
		paths[i] = rows[i].path;
	return strlen(path) < 64 ? site_hint(site, path, paths) : "";
}

const char *fritzbox_leaf_path(struct arena *arena, const struct tree_node *block,
			       const struct tree_node *leaf)
{
	const char *path = leaf->name;

	for (leaf = leaf->parent; leaf && leaf != block; leaf = leaf->parent)
		path = arena_printf(arena, "%s.%s", leaf->name, path);
	return path;
}

void fritzbox_words_list(struct import_words *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		import_words_add(words,
				 (struct import_word){
					 .device = "FRITZ!Box",
					 .place = "vpn.cfg, connection",
					 .word = rows[i].path,
					 .why = rows[i].ignored,
					 .aspects = rows[i].aspects,
					 .inert = !rows[i].aspects	    ? NULL
						  : rows[i].value == YES_NO ? "no"
									    : "0.0.0.0",
				 });
}
