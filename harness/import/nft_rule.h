/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nft_rule.h - one rule of an nftables ruleset, as matches and a target of iptables
 *
 * Pure. Words that could mean anything to a shell make a rule unknown.
 */
#ifndef TWINSITE_IMPORT_NFT_RULE_H
#define TWINSITE_IMPORT_NFT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct nft_token {
	/* "\n", ";", "{", "}", "," or a word; quotes are taken off, a mark in them has a space */
	const char *s;
	unsigned int line;
};

struct nft_tokens {
	struct nft_token *items;
	size_t count, room;
	unsigned int cut_at; /* the line from which none is kept; 0: all are */
};

/*
 * The tokens of a file, without comments, `define`s put in where `$NAME` stands; a name that
 * is not defined stays as it is; the elements of sets by name are left out. At most 50000.
 */
void nft_tokens_read(struct arena *arena, const char *text,
		     struct nft_tokens *ret_tokens);

struct nft_texts {
	const char **items;
	size_t count, room;
};

struct nft_rule {
	unsigned int line;
	/* One of these matches, each " -p tcp --dport 22" or ""; none: of IPv6 alone. */
	struct nft_texts variants;
	struct nft_texts but; /* and none of these, "-d 10.1.0.0/24" */
	const char
		*target;  /* "-j MASQUERADE", or "-j", "-g" with jump; NULL: no verdict */
	const char *jump; /* a chain of the same table */
	const char *unknown; /* what of a rule that decides is not read; NULL: all is */
};

struct nft_rules {
	struct nft_rule *items;
	size_t count, room;
};

/*
 * The rules that a statement is: one, or with a verdict map one for each of its elements.
 * statement: of one token at least. They are added; texts are of the arena.
 */
void nft_rules_read(struct arena *arena, const struct nft_tokens *statement,
		    struct nft_rules *ret_rules);

#endif
