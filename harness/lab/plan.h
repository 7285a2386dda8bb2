/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - the simulated world as data: nodes, links, addresses, rules, DNS
 *
 * Pure: a scenario with its two sites goes in, and everything that lab/build will
 * do comes out, so that it can be looked at and tested without root.
 *
 *	laptop ──┐                                                 ┌── hobbit
 *	         ├ switch ── home ── internet ── acme ── switch ───┤
 *	guest ───┘             (per network)  │                    └── dns
 *	                                   public
 *
 * One node per gateway, per host, one `internet` router, one switch node per
 * inner network (a bridge without addresses; its port towards the gateway is where
 * the LAN is captured). Internet links are captured at the internet router's end:
 * a gateway's own end would also show packets after decryption.
 */
#ifndef TWINSITE_LAB_PLAN_H
#define TWINSITE_LAB_PLAN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/inet.h"
#include "scenario/scenario.h"

enum node_role {
	NODE_GATEWAY,  /* runs charon, firewall, maybe dnsmasq */
	NODE_HOST,     /* behind a site, or public in the Internet */
	NODE_SWITCH,   /* one inner network */
	NODE_INTERNET, /* routes between the sites' providers */
	NODE_NAT,      /* a provider's NAT before a site */
};

struct plan_address {
	const char *interface; /* Linux name */
	struct inet_prefix prefix;
};

struct plan_route {
	struct inet_prefix destination;
	struct inet_addr gateway;
	const char *interface;	 /* may be NULL */
	struct inet_addr source; /* preferred; family 0: none */
	bool is_unreachable;	 /* answers with ICMP instead of forwarding */
};

struct plan_interface {
	const char *name;    /* Linux name, <= 15 characters: "br-lan", "eth0.2",
				"ethernet0_0" */
	const char *logical; /* the device's word: "lan", "ethernet0/0"; NULL on other
				nodes */
	const char *bridge;  /* switch nodes: enslaved to this bridge */
	unsigned int link;   /* index into plan.links */
	unsigned int mtu;    /* 0: 1500 */
};

/* An XFRM interface or VTI of a gateway; its addresses are among the node's. */
struct plan_xfrm {
	const char *name; /* Linux name */
	bool is_vti;
	uint32_t in_key, out_key;	/* of a VTI */
	struct inet_addr local, remote; /* of its SAs; family 0: any */
	const char *under; /* Linux name of the interface below; NULL: none */
	uint32_t if_id;
	unsigned int mtu; /* 0: 1500 */
	/* It and the routes over it are there only while an SA is: lab_xfrms_follow(). */
	bool follows_sa;
};

struct plan_file { /* bound over the path inside the node */
	const char *path;
	const char *text;
	bool is_program;
};

/* A name that a DNS server has from a file of its own, as it may change in a run. */
struct plan_name {
	const char *name;
	struct inet_addr addr; /* family 0: not registered (yet) */
};

/*
 * A script of the device. Where it and those before it are nothing but plain iptables
 * commands, they stand in plan_node.iptables already; else a shell runs it.
 */
struct plan_script {
	const char *file;	/* "etc/firewall.user" */
	VEC(struct text) lines; /* verbatim, with origins; comments are left out */
	bool is_rules;
};

struct plan_node {
	const char *name; /* "home", "laptop", "home-lan", "internet" */
	enum node_role role;
	int site; /* 0, 1; -1 for the Internet */
	bool is_forwarding;
	bool has_vti;	    /* it or its scripts make VTIs: link_vti_base_add() */
	const char *bridge; /* switch nodes: name of the bridge to make */
	VEC(struct plan_interface) interfaces;
	VEC(struct plan_xfrm) xfrms;
	VEC(struct plan_address) addresses;
	VEC(struct plan_route) routes;
	VEC(struct plan_file) files;
	const char *iptables;		 /* iptables-save text for the node, NULL: none */
	VEC(struct plan_script) scripts; /* firewall.user and others, in their order */
	/* A router's own scripts: what netifd's events run, see lab/hotplug.h. */
	VEC(const char *) hotplug;
	VEC(const char *) inits;     /* what its boot starts IPsec with, see lab/init.h */
	const char *last;	     /* what its boot ends with; NULL: nothing */
	const char *dnsmasq;	     /* dnsmasq.conf text; NULL: no DNS service here */
	VEC(struct plan_name) names; /* served beside that text; see lab_dns_set() */
	const struct scenario_host *host; /* hosts: borrowed from the scenario */
	/* What its router's DHCP tells it, borrowed; NULL: no file says. */
	const struct dhcp_network *dhcp;
};

struct plan_link {
	const char *name; /* "home-wan", "acme-lan": the capture's file name */
	unsigned int nodes[2];
	const char *ends[2]; /* interface names, also in plan_node.interfaces */
	bool is_internet;    /* nothing inner may ever be seen in clear here */
	int capture_end;     /* 0, 1: capture there; -1: not captured */
	int site;	     /* 0, 1; -1 */
};

struct plan_prefixes {
	struct inet_prefix *items;
	size_t count;
	size_t room;
};

struct plan {
	struct arena *arena;
	const struct scenario *scenario; /* borrowed */
	VEC(struct plan_node) nodes;
	VEC(struct plan_link) links;
	const char *no_scripts;	       /* why no shell runs any; NULL: they are run */
	struct plan_prefixes inner[2]; /* each site's LANs and own selectors */
};

/* How ESP is carried; decides how IPsec matches are written into firewalls. */
enum esp_plane {
	ESP_KERNEL,   /* xfrm: `-m policy --pol ipsec` */
	ESP_LIBIPSEC, /* TUN device ipsec0: `-i ipsec0`, `-o ipsec0` */
};

/* -EINVAL with a sentence when the files cannot be a network (no WAN, host off every
 * LAN). */
int plan_make(const struct scenario *scenario, enum esp_plane plane,
	      struct plan **ret_plan, struct err *err);
void plan_free(struct plan *plan);
static inline void plan_freep(struct plan **plan)
{
	plan_free(*plan);
}

/*
 * The address that the Internet sees of a site behind a provider's NAT router; family 0
 * when there is none.
 */
struct inet_addr plan_outside(const struct plan *plan, const char *site_name);

/* Index of the node, or -1. */
int plan_node_find(const struct plan *plan, const char *name);
/* The gateway node of a site. */
unsigned int plan_gateway(const struct plan *plan, unsigned int site);

/*
 * The rule comment that carries the origin into the kernel and back with the
 * counters: every generated rule has `--comment "firewall:12 …"`.
 */
#define PLAN_COMMENT_MAX 120 /* xt_comment allows 255 */

#endif
