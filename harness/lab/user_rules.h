/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_rules.h - /etc/firewall.user: iptables commands of a script as rules
 *
 * Most such scripts are nothing but `iptables -A CHAIN …` lines. They are put into the
 * rule set itself: no shell and no exec (25-110 ms each in a guest kernel), and their
 * counters carry the line they came from. A script with anything else (variables,
 * loops, -D, …) is run by a shell as it is.
 */
#ifndef TWINSITE_LAB_USER_RULES_H
#define TWINSITE_LAB_USER_RULES_H

#include "lab/ruleset.h"

/* "iptables -t nat -A postrouting_rule -d 10.1.2.0/24 -j ACCEPT", taken apart. */
struct user_rule {
	enum ruleset_table table;
	struct ruleset_rule rule; /* without comment; matches, target in the arena */
	bool is_ipv6;		  /* ip6tables: nothing to do */
	bool is_nft;		  /* nft, in a table of fw4 */
};

/*
 * Take one line apart (text/packet_rule.h). False: it is not one plain iptables command
 * that adds a rule at the end or the beginning of a chain.
 */
bool user_rule_parse(struct arena *arena, const char *line, struct user_rule *ret_rule);

/*
 * Put the lines of one script into the set when all are plain (text/shell.h: variables
 * with a value and loops over known words are); a line for a chain that is not there
 * fails on the device too: it is noted and left out. Under fw4 rules of nft go into its
 * chains, those of iptables beside them. False: the script is not plain, nothing was
 * added.
 */
bool user_rules_add(struct ruleset *set, bool is_fw4, const struct firewall_line *lines,
		    size_t count);

/* A line of a script for libipsec: plain commands translated, others as they are. */
const char *user_rule_translate(struct arena *arena, const char *line,
				const char *wan_device, const struct inet_addr *wan_addr);

#endif
