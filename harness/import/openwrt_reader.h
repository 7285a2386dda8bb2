/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt_reader.h - what the parts of the OpenWrt importer share
 *
 * Private to import/openwrt*.c. Everything is in the site's arena. Options are
 * marked as used when they are asked for; openwrt_check() turns the rest of a
 * section into remarks, so nothing is dropped in silence.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_READER_H
#define TWINSITE_IMPORT_OPENWRT_READER_H

#include "device/release.h"
#include "import/import.h"
#include "import/uci.h"

/* Who turns /etc/config/ipsec into strongSwan's configuration. */
enum openwrt_generator {
	GENERATOR_NONE, /* the documented reading */
	GENERATOR_WIKI,
	GENERATOR_TECHNICOLOR,
	GENERATOR_IPSEC_INIT,
	GENERATOR_SWANCTL_INIT,
};

/*
 * What the scripts of some releases do and others do not; openwrt-scripts.md, whose
 * number is in brackets. A release is a row of openwrt_release.c.
 */
enum openwrt_quirk {
	/* [1] `secrets { ike { secret = …` is never closed; what is unknown only warns;
	 * without an authentication method strongSwan's own is taken. */
	QUIRK_UNCLOSED = 1 << 0,
	QUIRK_LENIENT = 1 << 1,
	/* [2] remote_addrs and local_addrs for gateway and local_ip, `config globals`. */
	QUIRK_NEW_NAMES = 1 << 2,
	/* [2] `list child`, start_action, dpd_action, life_time …: openwrt/packages PR
	 * 30504. */
	QUIRK_CHILDREN = 1 << 3,
	/* [3] proposals and subnets are walked as lists: an `option` is not seen. */
	QUIRK_LISTS_ONLY = 1 << 4,
	QUIRK_P1_LIST = 1 << 5,	     /* [3] so are p1_proposals of the old scripts */
	QUIRK_BARE_SECRETS = 1 << 6, /* [4] no ids without local_identifier */
	/* [7] subnets of a list with blanks between them: the first one works. */
	QUIRK_JOINS_BY_BLANK = 1 << 7,
	QUIRK_ID_EQUALS = 1 << 8, /* [9] '=' in an identity breaks the file */
	QUIRK_ENCAP = 1 << 9,	  /* [10] */
	QUIRK_LOCAL_IP = 1 << 10, /* [10] */
	QUIRK_LEFT_IP = 1 << 11,  /* local_leftip of a tunnel */
	QUIRK_EAP_MSCHAPV2 = 1 << 12,
	QUIRK_EAP_TLS = 1 << 13,
	QUIRK_NEEDS_GLOBALS = 1 << 14, /* [12] nothing loads without `config ipsec` */
};

struct openwrt_firmware {
	struct device_release release; /* number 0: not an OpenWrt release */
	const char *source;	       /* for origins: "ipsec.init 24.10" */
	enum openwrt_generator generator;
	unsigned int quirks; /* enum openwrt_quirk */
};

struct openwrt {
	struct site *site; /* filled */
	struct uci uci;
	const struct import_source *sources; /* borrowed */
	size_t source_count;
	const struct openwrt_firmware *firmware; /* never NULL */
	unsigned int release; /* of the firewall: 1907, 2203; 0: unknown */
	bool has_assumed_fw3; /* the remark about it was made */
	const char *idle;     /* of options that no script reads; NULL: none is meant */
};

struct openwrt_words {
	VEC(struct text) list;
};

/* An option that is known; why it is of no concern when nobody asked for it. */
#define READ_BY(generator) (1u << (generator))

struct openwrt_option {
	const char *name;     /* NULL ends a table; "ns_*" matches a prefix */
	const char *why;      /* NULL: openwrt.idle */
	unsigned int readers; /* READ_BY() who does read it, yet to no effect here */
};

struct origin openwrt_option_at(const struct openwrt *o, const struct tree_node *section,
				const char *name); /* the section's when it is not set */

/* NULL when not set or empty. */
const char *openwrt_get(const struct openwrt *o, const struct tree_node *section,
			const char *name);
struct text openwrt_text(const struct openwrt *o, const struct tree_node *section,
			 const char *name);

/* fallback 0 or 1 with whose default it is in source, or -1: stays unset. */
struct flag openwrt_flag(const struct openwrt *o, const struct tree_node *section,
			 const char *name, int fallback, const char *source);
/* A boolean without its origin. */
bool openwrt_bool(const struct openwrt *o, const struct tree_node *section,
		  const char *name, bool fallback);

struct number openwrt_number(const struct openwrt *o, const struct tree_node *section,
			     const char *name);

/* "30s", "9m", "3h", "1d", "3600"; fallback (with source) or NULL: stays unset. */
struct number openwrt_seconds(const struct openwrt *o, const struct tree_node *section,
			      const char *name, const char *fallback, const char *source);

/* Digits, and s, m, h or d: what strongSwan takes for a time; and what to write else. */
#define OPENWRT_ADVICE_TIME "write a number of seconds, or one with s, m, h or d"
bool openwrt_is_time(const char *text);

/* The items of a list, or of an option, cut at blanks and at the given separators. */
struct openwrt_words openwrt_words(const struct openwrt *o,
				   const struct tree_node *section, const char *name,
				   const char *separators);

/* "10.0.0.0/8", "!10.0.0.0/8", an address; a remark and false when it is neither. */
bool openwrt_prefix(const struct openwrt *o, const struct text *word,
		    struct prefix_value *ret_prefix);

/* A remark, unless that line has the same one already: then NULL. */
struct remark *openwrt_remark_once(const struct openwrt *o, enum remark_kind kind,
				   struct origin at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The words of a table for words.md; place: the section it is of. */
struct import_words;
void openwrt_options_list(struct import_words *words, const char *place,
			  const struct openwrt_option *options);

/* Remarks for every option that nobody asked for. */
void openwrt_check(const struct openwrt *o, const struct tree_node *section,
		   const struct openwrt_option *known);

/* The source of that path ("etc/firewall.user"), or NULL. */
const struct import_source *openwrt_source(const struct openwrt *o, const char *path);

/* Walk over the lines of a source; 1-based. Returns NULL at the end. In the arena. */
const char *openwrt_next_line(const struct openwrt *o, const struct import_source *source,
			      size_t *offset);

/*
 * Which release reads the files: the one that was named, else, for a rendered reading,
 * what etc/openwrt_release, the schema, the firewall and the network say; of several the
 * newest, with a remark. Returns 0 or -EINVAL with a sentence.
 */
int openwrt_release_choose(struct openwrt *o, const struct import_options *options,
			   struct err *err);

/* Does the script that is followed have this manner? Never as documented. */
static inline bool openwrt_has_quirk(const struct openwrt *o, enum openwrt_quirk quirk)
{
	return (o->firmware->quirks & quirk) != 0;
}

/* Each part reads its package and marks what it used. */
void openwrt_read_network(struct openwrt *o);
void openwrt_read_firewall(struct openwrt *o);
void openwrt_read_dhcp(struct openwrt *o);
void openwrt_read_system(struct openwrt *o);
int openwrt_read_ipsec(struct openwrt *o, struct err *err);

#define OPENWRT_DEFAULT	   "OpenWrt default"
#define STRONGSWAN_DEFAULT "strongSwan default"
/*
 * Zones, interfaces, remotes; children of all remotes: more than any router has.
 * A hostile file must not take all memory.
 */
#define OPENWRT_THINGS_MAX 20000

#define OPENWRT_IDLE "has no part in a rehearsal"

#endif
