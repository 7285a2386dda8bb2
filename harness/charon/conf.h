/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf.h - what charon must be told to behave like one site's device
 *
 * Pure: from the model of a site to the text of strongswan.conf, the VICI messages
 * that load its connections and secrets, and a swanctl.conf for people to read. All
 * three say the same; only the messages are used (values need no quoting there, and
 * secrets stay bytes).
 *
 * Faithful to the device, not to good taste (devices.md §5):
 *  - IKEv1 negotiates one pair of networks per CHILD SA, so each pair is a child;
 *  - of an IKEv1 proposal strongSwan sends only the first algorithm of each kind, so
 *    alternatives become proposals of their own, in the device's order;
 *  - identities carry their type ("fqdn:bratwurst"), never what strongSwan guesses;
 *  - the lifetimes announced on the wire are the device's, to the second: an IKEv1
 *    phase 1 announces reauth_time + over_time, a CHILD SA its life_time;
 *  - an algorithm the device's generator would write and strongSwan does not know
 *    discards the connection, as swanctl would: see struct conf_discard.
 */
#ifndef TWINSITE_CHARON_CONF_H
#define TWINSITE_CHARON_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "charon/vici_message.h"
#include "model/site.h"

struct err;

/* After expanding; further ones are cut, with a remark. */
#define CONF_PROPOSALS_MAX 100
#define CONF_NAME_MAX	   64 /* bytes in the name of a connection or child */

enum conf_plane {
	CONF_PLANE_KERNEL,   /* kernel-netlink: ESP in the kernel */
	CONF_PLANE_LIBIPSEC, /* kernel-libipsec before it: ESP over TUN, in UDP */
};

/* How this charon is to run. Strings are borrowed while the struct conf lives. */
struct conf_params {
	enum conf_plane plane;
	const char *vici_socket;     /* absolute path, as charon sees it */
	const char *log_file;	     /* absolute path */
	const char *key_log_file;    /* ike=4 chd=4, holds all keys; NULL: none */
	struct inet_addr local_addr; /* of the WAN; family 0: the model's, else any */
	bool is_local_any; /* not bound to local_addr: it finds another one by itself */
	/* In place of host names; family 0: charon resolves. */
	struct inet_addr remote_addr;
	/*
	 * For secrets that a file holds only encrypted: what the peer's file says, so
	 * that everything else can be rehearsed (with a remark). is_readable false: no
	 * secret is loaded then.
	 */
	struct secret substitute;
	/*
	 * IKEv2: build the IKE SA without a child first (RFC 6023), so that a difference
	 * in PFS shows at once instead of at the first rekeying (failures.md F43).
	 */
	bool is_childless;
	/*
	 * Only what is answered to first messages matters, which no method of
	 * authentication changes: load tunnels with certificates, too.
	 */
	bool is_first_message;
	/* START_ON_TRAFFIC installs a trap policy; else nothing starts by itself. */
	bool is_trap;
	/*
	 * One attempt of negotiating is enough, whatever the file's keyingtries says:
	 * two more that nobody answers only take as long again.
	 */
	bool is_tried_once;
	unsigned int faster; /* DPD's times are divided by this; 0 and 1: as given */
	unsigned int retransmit_timeout_ms; /* 0: 500 */
	unsigned int retransmit_tries;	    /* 0: 3 */
	double retransmit_base;		    /* 0: 1.8 */
};

/* One CHILD SA that can be initiated by its name. */
struct conf_child {
	const char *name;
	const struct child *child;	 /* borrowed from the site */
	const struct selector *selector; /* NULL: all of the child's pairs in one SA */
};

/* One connection; message is what `load-conn` takes. */
struct conf_connection {
	const char *name; /* the tunnel's, with letters strongSwan refuses replaced */
	const struct tunnel *tunnel;
	enum exchange_mode mode;
	bool is_second; /* the other mode of accepts_both_modes; never initiated */
	VEC(struct conf_child) children;
	struct vici_message message;
};

/* `load-shared` of one secret. */
struct conf_secret {
	const char *id; /* unique name of it */
	const struct tunnel *tunnel;
	VEC(const char *) owners; /* identities, with types */
	struct vici_message message;
};

/* Something that charon would not load; reason is a sentence with file and line. */
struct conf_discard {
	const char *connection; /* the whole connection is not there */
	const char *reason;
	struct origin at;
};

/* Something that is there, yet not quite as the device would have it. */
struct conf_remark {
	const char *text; /* a sentence */
	struct origin at;
};

struct conf {
	struct arena *arena;
	const struct site *site; /* borrowed; must live longer */
	struct conf_params params;
	const char *strongswan; /* text of strongswan.conf */
	/*
	 * The same with esp=1: on libipsec esp=2 writes a line for every packet, which
	 * would be measured as throughput. See charon_settings_write().
	 */
	const char *strongswan_quiet;
	VEC(struct conf_connection) connections;
	VEC(struct conf_secret) secrets;
	VEC(struct conf_discard) discarded;
	VEC(struct conf_remark) remarks;
};

/*
 * Everything for one site: strongswan.conf, and each tunnel that is not disabled.
 * Tunnels that strongSwan would not load, or that we cannot rehearse (certificates,
 * XAuth), are in discarded; a site without tunnels gives no connections. -EINVAL only
 * for params that cannot be: a path that is missing or has a quote in it.
 */
int conf_new(const struct site *site, const struct conf_params *params,
	     struct conf **ret_conf, struct err *err);
/*
 * conf_params.substitute for who has this peer: the key of one of its tunnels, borrowed
 * from it, else one that nobody has.
 */
struct secret conf_substitute_by(const struct site *peer);

/*
 * Everything takes `times` (1 or more) longer here than the peers' clocks think: write
 * strongswan.conf anew with a retransmit_timeout so many times as long.
 */
void conf_slow_down(struct conf *conf, double times);

void conf_free(struct conf *conf); /* wipes secrets; NULL is fine */
static inline void conf_freep(struct conf **conf)
{
	conf_free(*conf);
}

/* The connection that initiates this tunnel, NULL when it was discarded. */
struct conf_connection *conf_connection_find(const struct conf *conf, const char *tunnel);

/*
 * The same connections as swanctl.conf, for the report folder. Secrets are a comment
 * that says where they come from; with_secrets writes them (hexadecimal, "0x…").
 */
void conf_swanctl_format(const struct conf *conf, bool with_secrets, struct buf *out);

/* An identity as strongSwan must be told it: "fqdn:bratwurst". */
void conf_identity_format(const struct identity *identity, struct buf *out);

#endif
