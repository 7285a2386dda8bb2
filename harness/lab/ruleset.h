/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ruleset.h - one node's iptables rules, collected in order and written at the end
 *
 * The generators (fw3, policy) always write for a kernel that carries ESP itself:
 * `-m policy --dir in --pol ipsec`. For charon's kernel-libipsec the finished set is
 * translated once, see ruleset_translate_libipsec(), so no generator knows of planes.
 *
 * Every rule has a comment that names its origin, "firewall:12 Allow-Ping", by which
 * checks find its counters. On libipsec one rule may become several with the same
 * comment: add their counters up.
 */
#ifndef TWINSITE_LAB_RULESET_H
#define TWINSITE_LAB_RULESET_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/inet.h"
#include "model/site.h"
#include "text/packet_rule.h"

#define RULESET_TABLES	   3
#define RULESET_RULES_MAX  20000 /* of one node; what is above is noted, not added */
#define RULESET_NOTES_MAX  500
#define RULESET_CHAIN_MAX  28	/* letters of a chain's name, iptables' limit */
#define RULESET_COMBOS_MAX 2048 /* iptables rules that one rule of the file may make */

struct ruleset_chain {
	const char *name;
	const char *policy; /* built-in chains: "ACCEPT", "DROP"; NULL: user chain */
};

struct ruleset_rule {
	char op; /* 'A' append, 'I' insert at the top */
	const char *chain;
	const char *matches; /* "-i br-lan -p tcp", "" */
	const char *comment; /* clean text without quotes, or NULL */
	const char *target;  /* "ACCEPT", "SNAT --to-source 1.2.3.4"; "" for none */
};

struct ruleset {
	struct arena *arena; /* borrowed */
	struct {
		VEC(struct ruleset_chain) chains;
		VEC(struct ruleset_rule) rules;
	} tables[RULESET_TABLES];
	VEC(const char *) notes; /* what was left out and why; comments of the text */
	size_t count;
};

struct ruleset *ruleset_new(struct arena *arena);

/* Make a chain; naming it again changes the policy only (built-in chains). */
void ruleset_chain_add(struct ruleset *set, enum ruleset_table table, const char *chain,
		       const char *policy);
bool ruleset_chain_exists(const struct ruleset *set, enum ruleset_table table,
			  const char *chain);

/*
 * Append a rule. Texts are copied. matches, comment may be NULL. A newline in any of
 * them, or a quote left open, would let a device file write rules of its own: such a
 * rule is noted and left out.
 */
void ruleset_add(struct ruleset *set, enum ruleset_table table, const char *chain,
		 const char *matches, const char *target, const char *comment);

/* The same with op 'I'. */
void ruleset_insert(struct ruleset *set, enum ruleset_table table, const char *chain,
		    const char *matches, const char *target, const char *comment);

/* "firewall:12: rule 'x' names no zone 'y'" becomes a comment of the text. */
void ruleset_note(struct ruleset *set, const struct origin *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "firewall:12 Allow-Ping": last part of the file's path, line, name if not NULL. */
const char *ruleset_comment(struct arena *arena, const struct origin *at,
			    const char *name);

/* The whole set in the format of iptables-save; tables without rules are left out. */
const char *ruleset_text(const struct ruleset *set);

/*
 * Rewrite all rules for ESP that comes and goes by the TUN device ipsec0, not by the
 * WAN device (devices.md §0):
 *  - `-m policy --dir in --pol ipsec` becomes `-i ipsec0`, `--dir out` `-o ipsec0`;
 *  - a rule for the WAN device is doubled for ipsec0, because decrypted packets still
 *    have the WAN as their device in a real kernel;
 *  - MASQUERADE towards ipsec0 becomes SNAT to the WAN address: MASQUERADE would take
 *    an inner address there, and a missing NAT exemption would pass;
 *  - `-p esp` is doubled for UDP 4500, since libipsec always encapsulates.
 * wan_device NULL: there is none. wan_addr family 0: MASQUERADE stays.
 */
void ruleset_translate_libipsec(struct ruleset *set, const char *wan_device,
				const struct inet_addr *wan_addr);

/* The same for the words of one rule, for scripts. Adds the variants to ret_rules. */
struct ruleset_rules {
	struct ruleset_rule *items;
	size_t count;
	size_t room;
};
void ruleset_rule_translate(struct arena *arena, const struct ruleset_rule *rule,
			    const char *wan_device, const struct inet_addr *wan_addr,
			    struct ruleset_rules *ret_rules);

/*
 * The matches that the addresses, protocols, ports and ICMP types of a rule mean:
 * one text for each combination, as iptables has no lists. src and dest say whether
 * these parts are wanted. Nothing is added when a protocol or ICMP type has no
 * meaning to iptables (noted).
 */
struct ruleset_matches {
	const char **items;
	size_t count;
	size_t room;
};
void ruleset_rule_matches(struct ruleset *set, const struct rule *rule,
			  struct ruleset_matches *ret_matches);
void ruleset_nat_matches(struct ruleset *set, const struct nat_rule *rule,
			 struct ruleset_matches *ret_matches);

#endif
