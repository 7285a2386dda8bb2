/* SPDX-License-Identifier: GPL-2.0-or-later */
/* user_chains.h - chains of the rules of scripts, for user_rules.c and user_chains.c */
#ifndef TWINSITE_PREDICT_USER_CHAINS_H
#define TWINSITE_PREDICT_USER_CHAINS_H

#include "predict/user_rules.h"

struct user_command {
	struct packet_rule rule;
	struct origin at;
	const char *text; /* the command, to be named */
	bool is_certain;
	bool is_misplaced; /* somewhere among the device's own rules */
};

struct user_chain {
	enum ruleset_table table;
	const char *nft_table, *name; /* nft_table NULL: of iptables */
	bool has_others;	      /* the device has rules of its own in it */
	size_t before;		      /* so many of the rules stand before those */
	VEC(struct user_command) rules;
};

struct user_rules {
	struct arena *arena;
	const struct site *site; /* borrowed */
	VEC(struct user_chain) chains;
	/* `-P CHAIN DROP` where the device has no rules of its own: the last rule of all. */
	VEC(struct user_command) policies;
	struct user_doubt doubts[USER_HOOKS]; /* what may have done anything */
};

/* The chain that a rule names, when the script or the device has it; NULL. */
struct user_chain *user_chain_find(struct user_rules *rules,
				   const struct packet_rule *rule);
void user_chain_make(struct user_rules *rules, const struct packet_rule *rule);
/* Append or insert; a chain that is not there is refused by iptables: nothing. */
void user_chain_put(struct user_rules *rules, const struct user_command *command);

#endif
