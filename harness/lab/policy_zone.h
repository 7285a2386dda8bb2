/* SPDX-License-Identifier: GPL-2.0-or-later */
/* policy_zone.h - zones of a policy firewall as matches; only for policy*.c */
#ifndef TWINSITE_LAB_POLICY_ZONE_H
#define TWINSITE_LAB_POLICY_ZONE_H

#include <stdbool.h>

#include "base/map.h"
#include "lab/port.h"
#include "lab/ruleset.h"

#define IPSEC_IN  "-m policy --dir in --pol ipsec"
#define IPSEC_OUT "-m policy --dir out --pol ipsec"
#define CLEAR_IN  "-m policy --dir in --pol none"
#define CLEAR_OUT "-m policy --dir out --pol none"

/* Ways into and out of a zone, as matches. */
struct zone_gates {
	const char *name;
	bool has_wan;
	bool is_nat; /* ScreenOS: its interfaces translate towards the WAN's zone */
	VEC(const char *) in, out;
	VEC(const char *) sources; /* "-s 10.1.2.0/24", its networks */
};

struct policy {
	struct ruleset *set;
	const struct site *site;
	const struct ports *ports;
	bool is_route_based;
	VEC(struct zone_gates) zones;
	VEC(const struct nat_rule *) maps; /* one address that stands for another */
	struct map guarded;		   /* matches that "tunnel_only" has already */
};

/*
 * Words joined by one blank, where there are any. Of two networks of one side, which
 * iptables takes once, the narrower; NULL when no packet can be in both.
 */
const char *policy_words(struct policy *fw, const char *a, const char *b);
const char *policy_words3(struct policy *fw, const char *a, const char *b, const char *c);

void policy_zones_make(struct policy *fw);
struct zone_gates *policy_zone_find(struct policy *fw, const char *name);

/*
 * The ways into and out of one tunnel interface, for NAT: what leaves is not translated
 * yet, so its source says nothing about the tunnel, and only the far network counts.
 */
void policy_tunnel_gates(struct policy *fw, const struct site_interface *interface,
			 struct zone_gates *ret_gates);

/* "firewall.screenos:29 policy 10" */
const char *policy_comment(struct policy *fw, const struct rule *rule);

/* Is it about packets that pass through, and not switched off? */
bool policy_is_forward(const struct rule *rule);

/* policy_nat.c: everything that is translated. */
void policy_nat(struct policy *fw);

#endif
