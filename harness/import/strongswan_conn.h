/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strongswan_conn.h - a connection of swanctl.conf or ipsec.conf, before its meaning
 *
 * Both dialects say the same things with other words and other defaults
 * (devices.md 5.1). Each reader fills these texts; one function makes a tunnel of them.
 * Inner layer of import/strongswan.
 */
#ifndef TWINSITE_IMPORT_STRONGSWAN_CONN_H
#define TWINSITE_IMPORT_STRONGSWAN_CONN_H

#include <stdbool.h>

#include "base/map.h"
#include "import/strongswan_files.h"
#include "model/site.h"

#define STRONGSWAN_CONNS_MAX   20000
#define STRONGSWAN_SECRETS_MAX 20000

enum strongswan_dialect {
	DIALECT_SWANCTL,
	DIALECT_IPSEC_CONF,
};

enum conn_key {
	CONN_VERSION,
	CONN_LOCAL_ADDRS,
	CONN_REMOTE_ADDRS,
	CONN_AGGRESSIVE,
	CONN_PROPOSALS,
	CONN_REKEY_TIME,  /* swanctl */
	CONN_REAUTH_TIME, /* swanctl */
	CONN_OVER_TIME,	  /* swanctl */
	CONN_LIFETIME,	  /* ipsec.conf: ikelifetime, the hard limit */
	CONN_DPD_DELAY,
	CONN_DPD_TIMEOUT,
	CONN_KEYINGTRIES,
	CONN_MOBIKE,
	CONN_UNIQUE, /* ipsec.conf: of config setup */
	CONN_FRAGMENTATION,
	CONN_ENCAP,
	CONN_LOCAL_AUTH,
	CONN_LOCAL_ID,
	CONN_REMOTE_AUTH,
	CONN_REMOTE_ID,
	CONN_AUTHBY,   /* ipsec.conf: for both ends */
	CONN_AUTO,     /* ipsec.conf */
	CONN_IF_ID_IN, /* swanctl: of all children that have none of their own */
	CONN_IF_ID_OUT,
	CONN_KEY_COUNT,
};

enum child_key {
	CHILD_LOCAL_TS,
	CHILD_REMOTE_TS,
	CHILD_LOCAL_PROTOPORT,	/* ipsec.conf */
	CHILD_REMOTE_PROTOPORT, /* ipsec.conf */
	CHILD_ESP,
	CHILD_AH,
	CHILD_MODE,
	CHILD_START_ACTION, /* swanctl */
	CHILD_DPD_ACTION,
	CHILD_CLOSE_ACTION,
	CHILD_REKEY_TIME, /* swanctl */
	CHILD_LIFE_TIME,
	CHILD_MARGIN_TIME, /* ipsec.conf */
	CHILD_IPCOMP,
	CHILD_REPLAY_WINDOW,
	CHILD_MARK,   /* ipsec.conf: mark_in and mark_out */
	CHILD_WORD_0, /* enum child_word of the model, in its order */
	CHILD_KEY_COUNT = CHILD_WORD_0 + CHILD_WORDS,
};

struct strongswan_child {
	const char *name;
	struct origin at;
	struct text values[CHILD_KEY_COUNT];
};

struct strongswan_conn {
	enum strongswan_dialect dialect;
	const char *name;
	struct origin at;
	struct text values[CONN_KEY_COUNT];
	VEC(struct strongswan_child) children;
};

struct strongswan_secret {
	struct secret secret;
	VEC(struct text) ids; /* empty: for anybody */
};

struct strongswan_secret_entry {
	size_t index;
	const struct strongswan_secret_entry *next; /* of the same id */
};

struct strongswan_secrets {
	VEC(struct strongswan_secret) list;
	/* Made of the list: those for anybody, the others by their ids. */
	VEC(size_t) open;
	struct map by_id;
	bool is_elsewhere; /* ipsec.conf came without ipsec.secrets, or one file without any */
	struct origin end; /* the line from which on nothing is read; file NULL: none */
};

/* To be called when the list is complete, before the first connection. */
void strongswan_secret_index(struct arena *arena, struct strongswan_secrets *secrets);

/* Add the tunnel to the site, with the secret that fits it best. */
void strongswan_conn_import(struct site *site, const struct strongswan_conn *conn,
			    const struct strongswan_secrets *secrets);

/*
 * A secret as written, decoded: 0x… is hex and 0s… is base64, quoted or not. What cannot
 * be decoded is remarked and not readable.
 */
void strongswan_secret_decode(struct site *site, const char *text, size_t length,
			      struct origin at, struct secret *ret_secret);

/* What readers hand over as soon as a connection is complete. */
struct strongswan_taker {
	void *user;
	void (*take)(void *user, const struct strongswan_conn *conn);
};

/* connections, secrets and the rest of a swanctl.conf. Secrets are read first. */
struct tree_node;
void strongswan_swanctl_read(struct site *site, const struct tree_node *root,
			     struct strongswan_secrets *secrets,
			     const struct strongswan_taker *taker);

/*
 * All files of the kind ipsec.conf (of the kind ipsec.secrets), lines that end with LF:
 * the one of that name first, with what it includes in place, as one text. What it does
 * not include is not loaded; without one of that name all are.
 */
void strongswan_ipsec_conf_read(struct site *site, struct strongswan_files *files,
				const struct strongswan_taker *taker);
void strongswan_ipsec_secrets_read(struct site *site, struct strongswan_files *files,
				   struct strongswan_secrets *secrets);

#endif
