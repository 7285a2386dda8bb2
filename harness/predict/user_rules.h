/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_rules.h - what the scripts of a device's owner do to packets, from their text
 *
 * /etc/firewall.user and other included scripts, read by text/shell and text/packet_rule,
 * their rules put into chains as iptables and nft would, and asked as netfilter asks
 * them: in order, through jumps, with RETURN. Where the chains stand among the device's
 * own (devices.md 1.4, 1.5):
 *
 *	fw3: -I POSTROUTING · postrouting_rule · -I zone_WAN_postrouting ·
 *	     postrouting_WAN_rule · what /etc/config/firewall says · -A POSTROUTING
 *	fw4: chains of `inet fw4` by nft alone. What iptables accepts there is accepted
 *	     in a table of its own, and fw4's chains are asked all the same.
 *
 * What is not understood, or runs only sometimes, is a doubt: by name, with its line. A
 * doubt that could turn the answer makes what rests on it unproven.
 */
#ifndef TWINSITE_PREDICT_USER_RULES_H
#define TWINSITE_PREDICT_USER_RULES_H

#include "predict/predict.h"
#include "text/packet_rule.h"

enum user_hook {
	USER_INPUT,	  /* to the device itself; the zone it comes from */
	USER_FORWARD,	  /* the zone it comes from */
	USER_POSTROUTING, /* source NAT; the zone it leaves by */
};
#define USER_HOOKS 3

enum user_says {
	USER_NOTHING, /* the device's own rules decide */
	USER_ACCEPTS,
	USER_DROPS,
	USER_TRANSLATES,
	USER_LEAVES_ZONE, /* RETURN from a chain of the zone: its own rules do not come */
};
#define USER_SAYS 5

/* What of a script only a run could tell. */
struct user_doubt {
	const char *what; /* "-m set --match-set vpn dst"; NULL: no doubt */
	struct origin at;
};

struct user_answer {
	/* Of the packets asked for, which parts get which answer. */
	bool says[USER_SAYS];
	struct origin at[USER_SAYS]; /* of a rule that says it */
	/* What it could say as well. */
	struct user_doubt doubts[USER_SAYS];
};

struct user_rules; /* in an arena */

/* All scripts of a site; borrows it. Never NULL. */
const struct user_rules *user_rules_read(struct arena *arena, const struct site *site);

/*
 * The rules before the device's own (is_behind false) or those behind them. zone: by
 * name, NULL: not known.
 */
void user_rules_ask(const struct user_rules *rules, enum user_hook hook, bool is_behind,
		    const char *zone, const struct packet_kind *kind,
		    struct user_answer *ret_answer);

/* The kernel's name of an interface, as rules have it; NULL: only a run can tell. */
const char *user_rules_device(const struct site_interface *interface);

/*
 * Of the source NAT: the first rule that exempts packets to a network other than `dst`,
 * or not all of it, or only of others than `src`. False: none.
 */
bool user_rules_exempt_elsewhere(const struct user_rules *rules,
				 const struct inet_prefix *src,
				 const struct inet_prefix *dst,
				 struct inet_prefix *ret_other, struct origin *ret_at);

/* Nothing is concluded about the aspects because of the doubt; said once. */
void user_doubt_say(const struct predict_input *input, const struct site *site,
		    const struct user_doubt *doubt, unsigned int aspects,
		    struct findings *findings);

#endif
