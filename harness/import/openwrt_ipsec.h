/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openwrt_ipsec.h - the parts of the reader of /etc/config/ipsec
 *
 * Private to import/openwrt_*.c. A dialect says which options a reading knows and
 * what it makes of them: one row per generator, one for the documentation.
 */
#ifndef TWINSITE_IMPORT_OPENWRT_IPSEC_H
#define TWINSITE_IMPORT_OPENWRT_IPSEC_H

#include "import/openwrt_reader.h"

/* What happens to a remote without a usable authentication_method. */
enum dialect_auth {
	DIALECT_AUTH_ASSUMED, /* a missing one is psk (documented) */
	DIALECT_AUTH_DROPPED, /* no auto=: starter ignores the connection */
	DIALECT_AUTH_FATAL,   /* the service does not start at all */
};

struct openwrt_dialect {
	enum openwrt_generator generator;
	bool has_p1;		/* p1_proposal, p2_proposal */
	bool has_crypto;	/* crypto_proposal */
	bool has_mode;		/* exchange_mode */
	bool has_group_numbers; /* dh_group 2; strongSwan has only words */
	bool has_starter;	/* ipsec.conf: written proposals, then strongSwan's own */
	bool has_lifetimes; /* options ikelifetime, lifetime, dpdaction, keyingtries */
	int fixed_version;  /* 0: option keyexchange */
	enum dialect_auth auth;
	const char *start_option, *start_default; /* NULL: not read */
	/* Reads the written secret; a remark for each change. */
	void (*read_secret)(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret);
};

struct openwrt_ipsec {
	struct openwrt *o;
	const struct openwrt_dialect *dialect;
	const struct tree_node *package;
	bool is_fatal;		  /* nothing is loaded at all; the remarks say why */
	struct text extra_auto;	  /* auto= among the remote's extra_options */
	const char *only;	  /* of the remote's sections read this one; NULL: all */
	unsigned int suggestions; /* made so far: each one looks at all names */
	size_t children, selectors; /* of all remotes, see OPENWRT_THINGS_MAX */
	bool is_capped;		    /* there are more, and it was said */
	bool has_dpd_off;	    /* a child of this remote has dpdaction none … */
	struct origin dpd_off_at;
};

/*
 * What the script or the daemon does not survive: nothing of the file is loaded. Said
 * once for a line; the documented reading knows no such thing.
 */
#define openwrt_fatal(ipsec, at, ...) \
	openwrt_fatal_mend(ipsec, at, MEND_LINE, __VA_ARGS__)
struct remark *openwrt_fatal_mend(struct openwrt_ipsec *ipsec, struct origin at,
				  enum remark_mend mend, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A value that one connection does not survive. */
struct remark *openwrt_drop(struct openwrt_ipsec *ipsec, struct tunnel *tunnel,
			    struct origin at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The sections of a remote's list, or the one that is read alone. */
struct openwrt_words openwrt_section_names(struct openwrt_ipsec *ipsec,
					   const struct tree_node *remote,
					   const char *list);

/* Of these things there are more than OPENWRT_THINGS_MAX: a remark, once. */
void openwrt_say_cap(struct openwrt_ipsec *ipsec, const struct tree_node *section,
		     const char *what);

/* Not the documentation but a generator is followed: o->firmware->source names it. */
bool openwrt_is_rendered(const struct openwrt *o);

/*
 * Options of a remote, or of a tunnel of it, that the script writes and no rehearsal
 * obeys: each becomes a remark with what it touches (model/aspect.h).
 */
void openwrt_name_unrehearsed(struct openwrt *o, const struct tree_node *section,
			      const char *tunnel);

/*
 * The proposals that a list option names (p1_proposal, p2_proposal, crypto_proposal),
 * each one section; returns how many were added. is_esp: DH is PFS.
 */
struct openwrt_proposals {
	VEC(struct proposal) list;
};
struct openwrt_proposals openwrt_read_proposals(struct openwrt_ipsec *ipsec,
						const struct tree_node *section,
						bool is_esp);

/*
 * `keyingtries`, 3 where it is not said: of the remote for swanctl.init, of each tunnel for
 * ipsec.init.
 */
void openwrt_read_tries(struct openwrt *o, const struct tree_node *section,
			struct number *ret_tries);

/* One section `remote` becomes one tunnel. */
void openwrt_read_remote(struct openwrt_ipsec *ipsec, const struct tree_node *section);

/* Children of a remote, in the order of its lists. */
void openwrt_read_children(struct openwrt_ipsec *ipsec, const struct tree_node *remote,
			   struct tunnel *tunnel);

/* The pairs of networks of a child: openwrt_selector.c. */
void openwrt_read_selectors(struct openwrt_ipsec *ipsec, const struct tree_node *section,
			    struct tunnel *tunnel, struct child *child);

/* The section of any type among types (NULL-terminated); a remark when there is none. */
struct tree_node *openwrt_reference(struct openwrt_ipsec *ipsec, const struct text *name,
				    const char *const *types, const char *what);

void openwrt_secret_literal(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret);
void openwrt_secret_starter(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret);
void openwrt_secret_swanctl(struct openwrt *o, const struct tree_value *value,
			    struct secret *ret_secret);

#endif
