/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_write.h - what the parts of conf.c share while a connection is written
 *
 * For conf.c, conf_child.c and conf_identity.c only. Texts are in conf's arena.
 */
#ifndef TWINSITE_CHARON_CONF_WRITE_H
#define TWINSITE_CHARON_CONF_WRITE_H

#include "charon/conf.h"
#include "charon/conf_proposal.h"

/* What is being written; the parts of one connection share it. */
struct conf_writer {
	struct conf *conf;
	const struct tunnel *tunnel;
	const char *name; /* of the connection */
	struct vici_message *message;
	struct conf_connection *connection;
};

/* Say what is not quite as the device would have it; or why a connection is not there. */
void conf_remark_add(struct conf *conf, const struct origin *at, const char *text);
void conf_discard_add(struct conf *conf, const char *connection, const struct origin *at,
		      const char *text);

/* With '_' for letters that a section of swanctl.conf may not be named with. */
const char *conf_name_clean(struct conf *conf, const char *name, const char *fallback);

/* The lifetime, where the device keeps it: beside the proposals or in the first. */
const struct number *conf_lifetime_of(const struct number *own,
				      const struct proposal *first, bool is_volume);
/* How long before the end of a lifetime strongSwan starts to rekey: its own tenth. */
int64_t conf_margin_of(int64_t lifetime);

void conf_add_flag(struct vici_message *message, const char *key, bool is_on);
void conf_add_seconds(struct vici_message *message, const char *key, int64_t seconds);
/* Nothing when there are no items. */
void conf_add_list(struct vici_message *message, const char *key,
		   const char *const *items, size_t count);

/* false: strongSwan would refuse them, and with them the whole connection. */
bool conf_write_proposals(const struct conf_writer *w, enum conf_protocol protocol,
			  const struct proposal *proposals, size_t count,
			  bool has_defaults, const struct origin *at);

/* ------------------------------------------------------------ conf_child.c */

/* All CHILD SAs of the tunnel; false: one of them was refused. */
bool conf_write_children(const struct conf_writer *w);

/* ------------------------------------------------------------ conf_identity.c */

void conf_write_addresses(const struct conf_writer *w);
void conf_write_identities(const struct conf_writer *w);
/* The tunnel's key for its ends, if there is one to be used. */
void conf_add_secret(struct conf *conf, const struct tunnel *tunnel, const char *name);

#endif
