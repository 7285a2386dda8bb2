/* SPDX-License-Identifier: GPL-2.0-or-later */
/* route.h - routes and policy routing rules of a node, through rtnetlink */
#ifndef TWINSITE_NETNS_ROUTE_H
#define TWINSITE_NETNS_ROUTE_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct arena;
struct err;
struct node;

enum route_kind {
	ROUTE_UNICAST,
	ROUTE_BLACKHOLE,   /* dropped without a word */
	ROUTE_UNREACHABLE, /* ICMP host unreachable */
	ROUTE_PROHIBIT,	   /* ICMP administratively prohibited */
	ROUTE_OTHER,	   /* local, broadcast, …: only in lists */
};

#define ROUTE_TABLE_MAIN  254
#define ROUTE_TABLE_LOCAL 255
#define ROUTE_TABLE_IPSEC 220 /* where charon puts its routes */

struct route {
	enum route_kind kind;
	struct inet_prefix destination; /* 0.0.0.0/0: default */
	struct inet_addr gateway;	/* family 0: on link */
	struct inet_addr source;	/* preferred source; family 0: none */
	char link_name[IF_NAMESIZE];	/* "": the kernel finds it by the gateway */
	uint32_t table;			/* 0: main */
	uint32_t metric;
	uint32_t mtu;	  /* 0: the link's */
	uint8_t protocol; /* in lists: RTPROT_*; 4 is "static" */
};

struct route_list {
	struct route *items;
	size_t count;
	size_t room;
};

int route_add(const struct node *node, const struct route *route, struct err *err);
int route_delete(const struct node *node, const struct route *route, struct err *err);

/* The routes of one table (0: of all tables), as the kernel orders them. */
int route_list(const struct node *node, int family, uint32_t table, struct arena *arena,
	       struct route_list *ret_routes, struct err *err);

struct route_rule {
	uint32_t priority;
	uint32_t table;
	struct inet_prefix source, destination; /* family 0: any */
};

struct route_rule_list {
	struct route_rule *items;
	size_t count;
	size_t room;
};

int route_rule_list(const struct node *node, int family, struct arena *arena,
		    struct route_rule_list *ret_rules, struct err *err);

/* "default via 203.0.113.1 dev wan src 203.0.113.56 table 220", in the arena. */
const char *route_text(const struct route *route, struct arena *arena);

#endif
