/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_keys.h - every key of a vpncfg connection and what it means
 *
 * One table (devices.md 2.2): the importer reads a connection through it, `twinsite
 * import` explains a file with it. Inner layer of import/fritzbox.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_KEYS_H
#define TWINSITE_IMPORT_FRITZBOX_KEYS_H

#include <stdbool.h>

#include "import/vpncfg_tree.h"

enum fritzbox_key {
	FRITZBOX_KEY_ENABLED,
	FRITZBOX_KEY_EDITABLE,
	FRITZBOX_KEY_CONN_TYPE,
	FRITZBOX_KEY_NAME,
	FRITZBOX_KEY_BOXUSER_ID,
	FRITZBOX_KEY_ALWAYS_RENEW,
	FRITZBOX_KEY_REJECT_NOT_ENCRYPTED,
	FRITZBOX_KEY_DONT_FILTER_NETBIOS,
	FRITZBOX_KEY_LOCALIP,
	FRITZBOX_KEY_LOCAL_VIRTUALIP,
	FRITZBOX_KEY_REMOTEIP,
	FRITZBOX_KEY_REMOTE_VIRTUALIP,
	FRITZBOX_KEY_REMOTEHOSTNAME,
	FRITZBOX_KEY_KEEPALIVE_IP,
	FRITZBOX_KEY_LOCALID_FQDN,
	FRITZBOX_KEY_LOCALID_USER_FQDN,
	FRITZBOX_KEY_LOCALID_IPADDR,
	FRITZBOX_KEY_LOCALID_KEY_ID,
	FRITZBOX_KEY_REMOTEID_FQDN,
	FRITZBOX_KEY_REMOTEID_USER_FQDN,
	FRITZBOX_KEY_REMOTEID_IPADDR,
	FRITZBOX_KEY_REMOTEID_KEY_ID,
	FRITZBOX_KEY_MODE,
	FRITZBOX_KEY_PHASE1SS,
	FRITZBOX_KEY_KEYTYPE,
	FRITZBOX_KEY_KEY,
	FRITZBOX_KEY_CERT_DO_SERVER_AUTH,
	FRITZBOX_KEY_USE_NAT_T,
	FRITZBOX_KEY_USE_XAUTH,
	FRITZBOX_KEY_XAUTH_VALID,
	FRITZBOX_KEY_XAUTH_USERNAME,
	FRITZBOX_KEY_XAUTH_PASSWD,
	FRITZBOX_KEY_USE_CFGMODE,
	FRITZBOX_KEY_LOCAL_NET,
	FRITZBOX_KEY_LOCAL_MASK,
	FRITZBOX_KEY_LOCAL_HOST,
	FRITZBOX_KEY_REMOTE_NET,
	FRITZBOX_KEY_REMOTE_MASK,
	FRITZBOX_KEY_REMOTE_HOST,
	FRITZBOX_KEY_PHASE2SS,
	FRITZBOX_KEY_ACCESSLIST,
	FRITZBOX_KEY_COUNT, /* not a key */
};

enum fritzbox_value {
	FRITZBOX_VALUE_TEXT,
	FRITZBOX_VALUE_YES_NO,
	FRITZBOX_VALUE_ADDRESS,
	FRITZBOX_VALUE_SECRET, /* never shown */
};

struct fritzbox_key_row {
	const char *path; /* "phase2localid.ipnet.mask" */
	enum fritzbox_value value;
	const char *meaning;
	const char *ignored;
	unsigned int aspects;
	/* not rehearsed unless its value says no or 0.0.0.0 */ /* why it has no effect in a rehearsal; NULL: it has */
};

const struct fritzbox_key_row *fritzbox_key_row(enum fritzbox_key key);

/* FRITZBOX_KEY_COUNT when there is no such path. */
enum fritzbox_key fritzbox_key_find(const char *path);

/* As site_hint(), among the known paths. */
const char *fritzbox_key_hint(const struct site *site, const char *path);

/* "phase2localid.ipnet.mask": the leaf's path below block. */
const char *fritzbox_leaf_path(struct arena *arena, const struct tree_node *block,
			       const struct tree_node *leaf);

#endif
