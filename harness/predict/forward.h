/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forward.h - would this device's firewall forward a packet, and because of which line?
 *
 * Walks the model's rules as the device would (fw3/fw4 zones, ordered policies) for
 * one new connection. Verbatim iptables words are understood as far as IPsec policy
 * matches; what is not understood is taken as matching.
 */
#ifndef TWINSITE_PREDICT_FORWARD_H
#define TWINSITE_PREDICT_FORWARD_H

#include <stdbool.h>

#include "predict/user_rules.h"

#define FORWARD_BY_SCRIPT "user's rule"

struct forward_question {
	struct inet_addr src, dst;
	bool is_in_ipsec;  /* it came out of the tunnel */
	bool is_out_ipsec; /* it goes into the tunnel */
	/* Route-based: the tunnel's own interface, whose zone counts; NULL: the WAN's. */
	const char *tunnel_interface;
	bool is_out_wan; /* it leaves by the WAN: no route of the tunnel's is there */
};

struct forward_answer {
	enum verdict_target target;
	const struct rule *rule; /* that decided; NULL: zone forwarding or default */
	struct origin at;	 /* the line that decided */
	/* "rule", "forwarding", "zone default", "device default", FORWARD_BY_SCRIPT */
	const char *reason;
	/*
	 * What of a rule before it only a run could tell: a match that is not
	 * understood, or that it passes some protocols or ports only. .what NULL: none.
	 */
	struct user_doubt doubt;
	/* Of networks that are refused: a rule before that lets some of their hosts pass. */
	const struct rule *letting_some;
};

/* The device's own rules; words are taken from the arena. */
struct forward_answer forward_ask(struct arena *arena, const struct site *site,
				  const struct forward_question *question);

/*
 * The same with the scripts of the device's owner, which come first: of all packets from
 * one network to the other. What they do to some of these only decides nothing.
 */
struct forward_answer forward_ask_all(struct arena *arena, const struct site *site,
				      const struct forward_question *question,
				      const struct inet_prefix *src,
				      const struct inet_prefix *dst);

/* The zones that an address belongs to, in the device's order; at most max. */
size_t forward_zones(const struct site *site, const struct inet_addr *addr,
		     bool is_tunnel, const struct zone *ret_zones[], size_t max);

/*
 * Of an address of the inside that no interface's network and no route has: the `list device`
 * of a zone, not the WAN's, that is no interface of the files (tun0 of OpenVPN). The address
 * may be behind it, and then the zone is another one. .what NULL: the address is placed, or
 * there is no such device.
 */
struct user_doubt forward_unseen(struct arena *arena, const struct site *site,
				 const struct inet_addr *addr);

#endif
