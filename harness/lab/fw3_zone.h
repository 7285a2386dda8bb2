/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw3_zone.h - the zones of OpenWrt's firewall; only for fw3.c and fw3_zone.c */
#ifndef TWINSITE_LAB_FW3_ZONE_H
#define TWINSITE_LAB_FW3_ZONE_H

#include <stdbool.h>

#include "lab/port.h"
#include "lab/ruleset.h"

/* fw3 refuses longer zone names: they would not fit into its chains' names. */
#define FW3_ZONE_NAME_MAX 11
#define FW3_ZONES_MAX	  64 /* of one router; a rehearsal needs no more */

enum fw3_chain {
	FW3_INPUT,
	FW3_OUTPUT,
	FW3_FORWARD,
	FW3_SRC,  /* zone_wan_src_REJECT: comes from the zone */
	FW3_DEST, /* zone_wan_dest_ACCEPT: goes to the zone */
	FW3_PREROUTING,
	FW3_POSTROUTING,
};

/*
 * A tunnel interface that is no device here (a VTI; an XFRM interface where the plane has
 * none) is rehearsed as a policy-based tunnel: what would come out of it comes from the WAN
 * device, having been in ESP.
 */
struct fw3_device {
	const char *name; /* Linux name */
	bool is_tunnel;
};

struct fw3_zone {
	const struct zone *zone;
	VEC(struct fw3_device) devices;
};

struct fw3 {
	struct ruleset *set;
	const struct site *site;
	const struct ports *ports;
	bool is_fw4;
	bool has_tunnel_zone;	    /* the WAN's zone then has what was not in ESP only */
	VEC(struct fw3_zone) zones; /* those that the firewall accepts */
};

/* "zone_lan_forward", "zone_wan_dest_ACCEPT"; fw4: "forward_lan", "accept_to_wan". */
const char *fw3_chain(struct fw3 *fw, enum fw3_chain chain, const char *zone,
		      const char *target);
const char *fw3_target_word(enum verdict_target target);
/* The target of a last rule: REJECT is a chain of its own. */
const char *fw3_verdict(const struct fw3 *fw, enum verdict_target target);
const struct fw3_zone *fw3_zone_find(const struct fw3 *fw, const char *name);

void fw3_zones_make(struct fw3 *fw); /* the chains, with their custom chains */
void fw3_redirects(struct fw3 *fw);  /* destination NAT */
void fw3_source_nat(struct fw3 *fw); /* `config nat` */
void fw3_zone_rules(struct fw3 *fw); /* policies, masquerading, jumps */

#endif
