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

#include "model/site.h"

struct forward_question {
	struct inet_addr src, dst;
	bool is_in_ipsec;  /* it came out of the tunnel */
	bool is_out_ipsec; /* it goes into the tunnel */
	/* Route-based: the tunnel's own interface, whose zone counts; NULL: the WAN's. */
	const char *tunnel_interface;
};

struct forward_answer {
	enum verdict_target target;
	const struct rule *rule; /* that decided; NULL: zone forwarding or default */
	struct origin at;	 /* the line that decided */
	const char *reason; /* "rule", "forwarding", "zone default", "device default" */
};

struct forward_answer forward_ask(const struct site *site,
				  const struct forward_question *question);

/* The zones that an address belongs to, in the device's order; at most max. */
size_t forward_zones(const struct site *site, const struct inet_addr *addr,
		     bool is_tunnel, const struct zone *ret_zones[], size_t max);

#endif
