/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixes.h - how what is not a setting of a tunnel is put right on a device
 *
 * Each member gives one fix: for people without the site's name, and for a program where
 * it is complete. NULL: how this device says it is not known, and the caller says what is
 * wanted in general words. Networks and addresses are texts. Pure.
 */
#ifndef TWINSITE_DEVICE_FIXES_H
#define TWINSITE_DEVICE_FIXES_H

#include "base/arena.h"
#include "device/language.h"

struct shadow;

/* Whatever the device. */
#define DEVICE_STARTS_LATER                                                        \
	"start the tunnel when the WAN and the DNS are there, or give the peer's " \
	"address"
#define DEVICE_STARTS_ANEW                                                      \
	"have the tunnel started anew when the WAN address changes; dead peer " \
	"detection at both ends"

#define DEVICE_FIXES_MAX 2 /* for one cause */

struct device_fixes {
	/* Of a file, by its name and its text; NULL: whole lines only. */
	enum edit_language (*language)(const char *file, const char *text);
	/* Whole rules are added to it, below the last: "etc/config/firewall". */
	const char *rules_file;
	/* Forward from src in that zone to dst, before what refuses it. */
	struct device_line (*forward)(struct arena *arena, const char *zone,
				      const char *src, const char *dst);
	/* Let UDP of the port, or with 0 ESP, in from that zone to the device itself. */
	struct device_line (*let_in)(struct arena *arena, const char *zone,
				     unsigned int port);
	bool is_let_in_by_zone; /* the edit is for the zone's line, not a rule */
	/* In the block of a rule: it is for that destination only; it is none. */
	const char *(*rule_for)(struct arena *arena, const char *destination);
	const char *rule_off;
	/* A tunnel interface of that name is made. */
	struct device_line (*interface)(struct arena *arena, const char *name);
	/* A route through an interface; the route that what has no tunnel ends in. */
	struct device_line (*route)(struct arena *arena, const char *net,
				    const char *interface);
	struct device_line (*null_route)(struct arena *arena, const char *net);
	/* An XFRM interface with that if_id, in words. */
	const char *(*xfrm_interface)(struct arena *arena, const char *if_id);
	/* The tunnel's policy before the one that it stands behind. */
	const char *(*order)(struct arena *arena, const struct shadow *shadow);
	/* The daemon gave up a name that was not there yet; what gets it over another
	 * address of the WAN. In words, the rest is NULL. */
	const char *name_late[DEVICE_FIXES_MAX], *address_new[DEVICE_FIXES_MAX];
	const char *try_forever;    /* a peer that is away is called again and again */
	const char *vpn_of_gateway; /* a gateway that no vpn uses gets one */
	const char *use_of_vpn;	    /* a vpn that nothing leads into, in words */
	/* Statements without which nothing is loaded: by a key; on which interface. */
	const char *auth_method, *wait_for;
	const char *other_release; /* this one cannot say it, in words: which does */
	const char *enable; /* the statement in a tunnel's block that switches it on */
};

#endif
