/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * change.h - what changes while a lab runs: names in the DNS, addresses on the WAN
 *
 * Both return when the change is in effect: the DNS server has read the new name, the
 * kernel has the new address and route.
 */
#ifndef TWINSITE_LAB_CHANGE_H
#define TWINSITE_LAB_CHANGE_H

#include "base/inet.h"

struct err;
struct lab;

/*
 * The address of a name that the plan has (struct plan_name); NULL takes the name
 * away. -ENOENT: no server has that name.
 */
int lab_dns_set(struct lab *lab, const char *name, const struct inet_addr *addr,
		struct err *err);

/* The address that a site has on the Internet now. */
struct inet_prefix lab_wan(const struct lab *lab, unsigned int site);

/* The next address in the site's provider network that nobody has. */
struct inet_prefix lab_wan_free(const struct lab *lab, unsigned int site);

/*
 * The provider gives a site another address: the old one is taken away with its routes,
 * the new one comes with a default route. In a network that the provider's router is
 * not in, the router gets the first address that is free there.
 */
int lab_wan_change(struct lab *lab, unsigned int site, const struct inet_prefix *address,
		   struct err *err);

#endif
