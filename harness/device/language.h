/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * language.h - settings and values in the words of a device's own file
 *
 * A device has a language of its own, and a router that runs strongSwan may have its
 * tunnels in strongSwan's instead. What a language cannot say is NULL, and then no line is
 * written for it. Sources: devices.md 1.2, 2.2, 3.2, 4.2, 5.1. Pure; texts are in the
 * arena that is given.
 */
#ifndef TWINSITE_DEVICE_LANGUAGE_H
#define TWINSITE_DEVICE_LANGUAGE_H

#include "base/arena.h"
#include "ipsec/id.h"
#include "model/pair.h"
#include "model/site.h"

struct buf;

/* What is to be named or written. */
enum word {
	WORD_VERSION,
	WORD_MODE,
	WORD_PEER,
	WORD_LOCAL_ID,
	WORD_REMOTE_ID,
	WORD_AUTH,
	WORD_SECRET,
	WORD_IKE_PROPOSAL,
	WORD_ESP_PROPOSAL,
	WORD_PFS,
	WORD_NETWORKS,
	WORD_START,
	WORD_IKE_LIFETIME,
	WORD_CHILD_LIFETIME,
	WORD_DPD,
	WORD_NAT_T,
	WORD_IPCOMP,
	WORD_COUNT,
};

/* How a program writes a statement into the text of a file (fix/apply.h has the rules). */
enum edit_language {
	EDIT_LINES, /* any text: whole lines only */
	EDIT_UCI,
	EDIT_SWANCTL,
	EDIT_VPNCFG,
	EDIT_IPSEC_CONF,
	EDIT_COMMANDS,	/* the device takes them in order; a word on its line */
	EDIT_SET_PATHS, /* a tree, as the commands that make it */
	EDIT_BRACES,	/* the same tree with braces */
};

/* What to write: for people, and for a program (finding/edit.h). */
struct device_line {
	/* "option keyexchange 'ikev1'"; NULL: the device cannot say it */
	const char *text;
	/* statements in its language; NULL: text leaves something open */
	const char *edit;
};

/*
 * One setting. In a line %t is the tunnel's name, %v the value, %p the policy of its
 * IKE proposals, %n the first of them, %m the first of its first child. Where the line is
 * prose, or leaves a name open, edit is what can be written into the file, "": nothing.
 */
struct language_word {
	const char *setting, *line;
	const char *edit; /* NULL: the line itself */
};

/* A value that it spells its own way; all others are written as they are. */
struct language_value {
	enum word word;
	const char *ours, *theirs;
};

#define LANGUAGE_IDS (ID_TYPE_KEY_ID + 1)

struct language {
	struct language_word words[WORD_COUNT];
	const struct language_value *values; /* the last has no word; NULL: none */
	/* How it marks the type of an identity, by enum id_type; %v is the value. */
	const char *ids[LANGUAGE_IDS];
	/* The lines for one set of algorithms; own is the proposal that they replace, for its
	 * names, or NULL. */
	struct device_line (*proposal)(struct arena *arena, const struct proposal *own,
				       const struct pair_choice *choice, bool is_esp);
	const char *prf;  /* adds the PRF that AES-GCM needs in IKE */
	const char *esn;  /* behind a proposal: extended sequence numbers */
	const char *ends; /* a list of proposals: "!" */
	const char
		*tunnel_mode; /* the statement for it, where a file can say transport */
	/* The statement that gives a child the XFRM interface of that if_id; NULL: the file's
	 * own words for the two directions. */
	const char *(*if_id)(struct arena *arena, const char *value);
	/* One more pair of networks, in words. */
	const char *(*add_pair)(struct arena *arena, bool is_route_based,
				const char *local, const char *remote);
	/* The same with right as the own end; NULL: no end has a name in it. */
	const struct language *mirrored;
};

/* The language of the site's tunnels. Never NULL; one without lines when none is known. */
const struct language *language_of(const struct site *site);

/* Statements, a line each, as one sentence. */
void language_join(const char *statements, const char *between, struct buf *out);

/* A statement that needs no other words. */
static inline struct device_line language_statement(const char *statement)
{
	return (struct device_line){ .text = statement, .edit = statement };
}

#endif
