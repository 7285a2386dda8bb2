/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screenos_reader.h - what the parts of the ScreenOS importer share
 *
 * Theory of operation. Lines are commands that change a configuration, in order:
 * `set` makes or changes an object, `unset` takes it away. So the importer first
 * replays them into objects (struct sos_…, found by name in maps, kept in the
 * order of their making), and then builds the site out of what is left:
 * screenos.c dispatches lines; screenos_net.c, _book.c, _proposal.c, _ike.c, _gateway.c,
 * _vpn.c and _policy.c replay them; screenos_build.c makes the site, with _rules.c,
 * _lookup.c and _child.c for the policies.
 *
 * All memory is the site's arena; nothing is freed on its own.
 */
#ifndef TWINSITE_IMPORT_SCREENOS_READER_H
#define TWINSITE_IMPORT_SCREENOS_READER_H

#include "base/map.h"
#include "import/screenos_lex.h"
#include "model/site.h"

#define SCREENOS_EXPANSION_MAX 500000 /* addresses and services of all policies */
#define SCREENOS_GROUP_DEPTH   8
#define SCREENOS_WORK_MAX      20000000

struct sos_zone {
	const char *name;
	bool is_blocked;     /* traffic inside the zone needs a policy */
	struct text vrouter; /* unset: trust-vr */
	struct origin at;
	struct sos_zone *next;
};

enum sos_manage {
	MANAGE_PING = 1 << 0,
	MANAGE_SSH = 1 << 1,
	MANAGE_TELNET = 1 << 2,
	MANAGE_WEB = 1 << 3,
	MANAGE_SSL = 1 << 4,
	MANAGE_SNMP = 1 << 5,
};

struct sos_interface {
	const char *name;
	const struct sos_zone *zone;
	VEC(struct prefix_value) addresses;
	bool is_dynamic;
	bool is_unnumbered; /* has another one's address */
	struct inet_addr gateway;
	struct origin gateway_at;
	struct number mtu;
	const char *routing; /* a protocol that runs over it; NULL: none */
	struct flag nat; /* on: NAT mode, off: route mode; unset: the zone's default */
	unsigned int manage;
	struct origin manage_at;
	bool is_disabled;
	struct origin at;
	struct sos_interface *next;
};

struct sos_member {
	const char *name;
	struct origin at;
};

struct sos_address {
	const char *name;
	const struct sos_zone *zone;
	bool is_prefix;
	struct inet_prefix prefix;
	const char *fqdn; /* NULL unless a host name */
	bool is_group;
	VEC(struct sos_member) members;
	struct origin at;
};

struct sos_service_entry {
	const char *protocol; /* "tcp", "udp", "icmp", "any", or a number */
	struct port_range src, dest;
};

struct sos_service {
	const char *name;
	VEC(struct sos_service_entry) entries;
	VEC(struct sos_member) members; /* of a group */
};

struct sos_proposal {
	struct proposal proposal;
	enum auth_method auth;
	const char *auth_word;
};

struct sos_gateway {
	struct tunnel tunnel;
	VEC(struct text) proposals;
	struct text sec_level;
	const char *outgoing; /* interface, NULL: not written */
	const char *outgoing_zone;
	bool is_dialup;
	bool is_unset;
	int64_t dpd_retry;
	bool is_monitored; /* by one of its vpns, with rekey */
	struct origin monitor_at;
	size_t vpn_count;
	struct sos_gateway *next;
};

struct sos_proxy_id {
	struct inet_prefix local, remote;
	struct text service;
	struct origin at;
};

struct sos_vpn {
	const char *name;
	struct text gateway;
	VEC(struct text) proposals;
	struct text sec_level;
	struct flag replay;
	bool is_transport;
	bool is_manual;
	bool is_unset;
	struct text bind_interface, bind_zone;
	VEC(struct sos_proxy_id) proxy_ids;
	bool is_monitored, is_rekeyed;
	struct inet_addr monitor_target;
	struct origin monitor_at;
	struct origin at;
	bool is_used;	       /* by a policy */
	struct child template; /* what all its children have in common */
	bool has_template;
	struct sos_vpn *next;
};

struct sos_policy {
	const char *id;
	const char *name;
	const char *from, *to; /* zones, canonical; "*": global */
	VEC(struct text) src, dest, services;
	bool is_src_negated, is_dest_negated;
	enum verdict_target target;
	bool has_action;
	struct text vpn;
	const char *pair;
	bool is_source_nat;
	struct text dip;
	struct inet_addr nat_dest;
	int64_t nat_port;
	bool is_disabled;
	struct origin at;
	struct sos_policy *prev, *next;
};

struct sos_dip {
	const char *id;
	struct inet_addr first;
	struct origin at;
};

enum sos_context {
	CONTEXT_TOP,
	CONTEXT_VROUTER,
	CONTEXT_POLICY,
	CONTEXT_VSYS,
	CONTEXT_CRYPTO,
	CONTEXT_SKIP, /* a routing protocol and the like, of which nothing matters */
};

#define SCREENOS_CONTEXTS_MAX 8

/* How often a command that does not matter here was seen. */
struct sos_ignored {
	const char *word;
	const char *why;
	size_t count;
	struct origin at;
};

struct reader {
	struct site *site;
	struct arena *arena;
	struct origin at;      /* of the line being read */
	bool is_unset;	       /* the line says unset */
	bool is_listing;       /* `get config` output: keys are encrypted */
	bool has_one_proxy_id; /* of a vpn: before 6.3 (KB16008) */
	size_t understood;     /* lines */
	size_t expanded, work;
	enum sos_context contexts[SCREENOS_CONTEXTS_MAX];
	struct origin context_at[SCREENOS_CONTEXTS_MAX];
	size_t depth;		   /* 0: top */
	struct sos_policy *policy; /* of CONTEXT_POLICY */
	int64_t policy_id_max;
	struct map zone_map, interface_map, address_map, service_map, proposal_map[2],
		gateway_map, vpn_map, policy_map, dip_map, ignored_map;
	struct sos_zone *zones, **zones_end;
	struct sos_interface *interfaces, **interfaces_end;
	struct sos_gateway *gateways, **gateways_end;
	struct sos_vpn *vpns, **vpns_end;
	struct sos_policy *policies, *policies_last;
	VEC(struct sos_ignored) ignored;
	VEC(const char *) proposal_names[2]; /* defined in the file */
};

/* Add a remark about the line being read. */
void sos_remark(struct reader *reader, enum remark_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The command is understood, but does not matter for the rehearsal. */
void sos_ignore(struct reader *reader, const char *word, const char *why);
/*
 * Account for a walk over count objects. False when a hostile file made us walk for
 * too long: then leave it; one remark tells.
 */
bool sos_work(struct reader *reader, size_t count);
struct text sos_text(const struct reader *reader, const char *word);

/*
 * screenos_touch.c: the command may be one that is known, but not rehearsed; then what it
 * touches is unproven. command: its first word behind `set` in full, args what follows; or
 * NULL, a line in the context of a virtual router.
 */
void sos_touch(struct reader *reader, const char *command, const struct args *args);
/* All routers are read as one: when zones are in several, the way is unproven. */
void sos_vrouters_touch(struct reader *reader);

/* screenos_net.c */
const char *sos_zone_vrouter(const struct sos_zone *zone);		/* never NULL */
struct sos_zone *sos_zone_get(struct reader *reader, const char *name); /* made if new */
struct sos_interface *sos_interface_get(struct reader *reader, const char *word);
/* "eth0/0", "e0/0", "Ethernet0/0" are "ethernet0/0". */
const char *sos_interface_name(struct reader *reader, const char *word);
/* "10.0.0.0/8" or "10.0.0.0 255.0.0.0"; takes one or two words. */
bool sos_prefix_take(struct args *args, struct inet_prefix *ret_prefix);
void sos_zone_command(struct reader *reader, struct args *args);
void sos_interface_command(struct reader *reader, struct args *args);
void sos_route_command(struct reader *reader, struct args *args);
void sos_dns_command(struct reader *reader, struct args *args);
void sos_pppoe_command(struct reader *reader, struct args *args);
void sos_hostname_command(struct reader *reader, struct args *args);

/* screenos_book.c */
void sos_address_command(struct reader *reader, struct args *args);
void sos_group_command(struct reader *reader, struct args *args);
void sos_service_command(struct reader *reader, struct args *args);
struct sos_address *sos_address_find(const struct reader *reader, const char *zone,
				     const char *name);
/* The file's, else a predefined one; NULL: unknown. */
const struct sos_service *sos_service_find(struct reader *reader, const char *name);

/* screenos_proposal.c: phase is 1 or 2 */
void sos_proposal_command(struct reader *reader, struct args *args, int phase);

/* What a gateway or a vpn says of its proposals: names, or else a security level. */
struct sos_proposal_use {
	int phase;
	const char *what; /* "gateway 'x'", for remarks */
	const struct text *words;
	size_t count;
	struct text sec_level;
	struct origin at;
};
typedef void sos_proposal_add(struct reader *reader, void *to,
			      const struct sos_proposal *proposal);
/* Calls add for each known one, in order; remarks the others. */
void sos_proposals_resolve(struct reader *reader, const struct sos_proposal_use *use,
			   sos_proposal_add *add, void *to);

/* screenos_gateway.c */
void sos_gateway_command(struct reader *reader, struct args *args);
struct sos_gateway *sos_gateway_find(const struct reader *reader, const char *name);

/* screenos_ike.c */
void sos_ike_command(struct reader *reader, struct args *args);
/* When all lines are read: the gateway's proposals, its start and what it lacks. */
void sos_gateway_finish(struct reader *reader, struct sos_gateway *gateway);

/* screenos_vpn.c */
void sos_vpn_command(struct reader *reader, struct args *args);
struct sos_vpn *sos_vpn_find(const struct reader *reader, const char *name);

/* screenos_policy.c */
void sos_policy_command(struct reader *reader, struct args *args);
void sos_policy_line(struct reader *reader, struct args *args); /* inside a context */

/* screenos_build.c: objects to site */
void sos_build(struct reader *reader);
/* screenos_rules.c: policies to rules and children */
void sos_build_rules(struct reader *reader);

#endif
