/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site.h - one end of a VPN, whatever device it is
 *
 * The heart of twinsite: importers fill it from a device's own files, predict,
 * lab and charon/conf read it. Vendor-neutral, plain data, one tree in one arena;
 * site_free() frees all. Every value keeps its origin, file and line or whose
 * default it is, so that each finding can point at what is to be changed.
 *
 * A device file has two readings: as documented (what its options mean) and as
 * rendered by a named firmware's generator (what that release really does with
 * them). A struct site is one reading; import twice to compare both.
 */
#ifndef TWINSITE_MODEL_SITE_H
#define TWINSITE_MODEL_SITE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/inet.h"
#include "base/origin.h"
#include "device/kind.h"
#include "ipsec/id.h"
#include "model/lines.h"

struct alg;
struct buf;
struct device_release;

/* ------------------------------------------------------------ values and origins */

struct text {
	const char *s; /* NULL: not set */
	struct origin at;
};

struct number {
	bool is_set;
	int64_t n;
	struct origin at;
};

struct flag {
	bool is_set;
	bool on;
	struct origin at;
};

struct prefix_value {
	struct inet_prefix prefix;
	bool is_negated; /* "!10.1.2.0/24" */
	struct origin at;
};

/* Something in the files that the importer did not take over. Never silent. */
enum remark_kind {
	REMARK_UNKNOWN,	      /* not understood at all */
	REMARK_IGNORED,	      /* understood, has no effect here (say why) */
	REMARK_INVALID,	      /* wrong: the device would refuse or skip it */
	REMARK_ASSUMED,	      /* an unconfirmed fact about the device was used */
	REMARK_NOT_REHEARSED, /* has an effect that no rehearsal shows, see aspect.h */
};

/* What a remark says, for whom decides by it: the sentence is for people only. */
enum remark_code {
	SAYS_OTHER,
	SAYS_NONE_LOADED, /* no connection of the site is loaded */
	SAYS_NOT_LOADED,  /* one connection is not */
	SAYS_NO_TUNNELS,  /* … as it has no tunnels; SAYS_UNREAD_TUNNELS may say why */
	SAYS_NOT_ENABLED, /* the tunnel that is the subject is switched off */
	SAYS_INACTIVE_VPN, /* the path that is the subject is deactivated; of a tunnel … */
	SAYS_INACTIVE,	   /* … and of something else */
	SAYS_UNUSED_GATEWAY,
	SAYS_UNUSED_VPN, /* the vpn that is the subject: no policy, no interface */
	/* The device refuses the file as a whole, because of the tunnel that is the subject. */
	SAYS_UNCOMMITTED,
	SAYS_REFUSED_PROPOSAL, /* better: the word that was meant; NULL: no idea */
	SAYS_DISCARDS, /* a key or a value for which strongSwan discards a connection */
	/* strongSwan stops reading ipsec.secrets here, why; better: "OLD\nNEW" of the line */
	SAYS_SECRETS_END,
	SAYS_ONE_PAIR,	 /* of several pairs of networks one is negotiated */
	SAYS_NO_COMMAND, /* a line that UCI does not know */
	SAYS_NO_EFFECT,	 /* the release does not do what the file says */
	/* The same of an option that is walked as a list: what is not read are */
	SAYS_UNREAD_TUNNELS,
	SAYS_UNREAD_NETWORKS,
	SAYS_UNREAD_PROPOSALS,
	SAYS_CAPPED, /* of what is beyond a limit of ours nothing is read */
};

/* What mends it, where the advice does not say what to write. */
enum remark_mend {
	MEND_LINE,
	MEND_AUTH_METHOD, /* name the kind of authentication */
	MEND_RELEASE,	  /* no line of the file is wrong: another release */
	MEND_ENABLE,	  /* switch it on */
	MEND_INTERFACE,	  /* name the interface that the script waits for */
	MEND_INCLUDE,	  /* include the file, the subject, in the main one */
};

struct remark {
	enum remark_kind kind;
	enum remark_code code;
	enum remark_mend mend;
	const char *subject; /* what the code is about */
	const char *better;
	const char *advice; /* what to write there, in words; NULL: as mend says */
	const char *text;   /* a sentence without file and line, to be shown */
	struct origin at;
	/* REMARK_NOT_REHEARSED: what it touches, and of which tunnel (NULL: all). */
	unsigned int aspects;
	const char *word, *tunnel;
	bool is_only_worse; /* what was seen broken without it is broken with it, too */
	bool is_script; /* of a script that a rehearsal runs: what it did is seen there */
	unsigned int ran; /* its aspects, when it ran: predictions know nothing of it */
	bool is_missing;  /* a part of the files is not there: it may say anything */
};

/* ------------------------------------------------------------ the network */

enum address_source {
	ADDRESS_NONE,
	ADDRESS_STATIC,
	ADDRESS_DYNAMIC, /* DHCP, PPPoE: the provider gives it; the scenario says which */
};

/*
 * A VTI of the files: what is routed to it has the mark `out` when its policy is looked
 * for, and what comes out of the SA to it the mark `in` (Linux' ip_vti.c).
 */
struct site_vti {
	bool is_set;
	struct text in, out;		/* its keys as written; s NULL: none, 0 */
	struct inet_addr local, remote; /* of its SAs; family 0: not said */
};

struct site_interface {
	const char *name;   /* logical: OpenWrt "lan", ScreenOS "ethernet0/1" */
	const char *device; /* OpenWrt device "br-lan", "eth0.2"; else as name */
	const char *zone;   /* ScreenOS, Junos: member of; OpenWrt: see struct zone */
	enum address_source source;
	VEC(struct prefix_value) addresses; /* host bits kept: the own address */
	struct inet_addr gateway;	    /* default gateway given with the interface */
	bool is_disabled;
	const char *switch_on; /* what enables it, as typed there; NULL: not known */
	bool has_own_services; /* Junos: its host-inbound-traffic replaces the zone's */
	bool is_tunnel;	       /* st0.N, tunnel.N, xfrm, vti */
	struct text if_id;     /* Linux: an XFRM interface, and its number as written */
	const char *under;     /* of such a one: the interface below it; NULL: not said */
	struct site_vti vti;
	bool is_device;	 /* the rehearsal makes it, see way.h */
	bool follows_sa; /* … and it is up only while there is an SA */
	/* Learns routes over it, "bgp", or what makes it adds them, "updown"; NULL: none */
	const char *routing;
	struct number mtu;
	struct origin at;
};

struct site_route {
	struct inet_prefix destination; /* 0.0.0.0/0: the default route */
	struct inet_addr gateway;	/* family 0: none */
	struct inet_addr source; /* of what the router itself sends; family 0: none */
	const char *interface;	 /* logical name, NULL: by gateway */
	bool is_blackhole;	 /* "interface null" */
	struct origin at;
};

/* ------------------------------------------------------------ firewall and NAT */

enum firewall_kind {
	FIREWALL_FW3,	      /* OpenWrt 14.07..21.02: iptables zones */
	FIREWALL_FW4,	      /* OpenWrt 22.03..: nftables zones */
	FIREWALL_POLICY,      /* ScreenOS, Junos: ordered policies between zones */
	FIREWALL_ACCESS_LIST, /* access list of the tunnel, NAT for the rest */
	FIREWALL_OPEN,	      /* none (a plain strongSwan host) */
};

enum verdict_target {
	TARGET_ACCEPT,
	TARGET_REJECT,
	TARGET_DROP,
	TARGET_TUNNEL, /* policy-based VPN: permit, but only through rule.tunnel */
};

struct zone {
	const char *name;
	VEC(struct text) interfaces;	   /* logical interface names */
	VEC(struct text) devices;	   /* fw3 `list device` */
	VEC(struct prefix_value) subnets;  /* fw3 `list subnet` */
	struct text extra_src, extra_dest; /* iptables words, verbatim */
	enum verdict_target input, forward, output;
	struct origin input_at, forward_at, output_at;
	struct flag masq;
	VEC(struct prefix_value) masq_src, masq_dest;
	struct flag mtu_fix;
	struct flag masq_allow_invalid;
	bool is_nat_mode; /* the zone's interface is in NAT mode (source NAT to
				 Untrust) */
	struct origin at;
};

struct zone_forwarding { /* fw3/fw4 `config forwarding` */
	const char *src, *dest;
	struct origin at;
};

struct port_range {
	uint16_t first, last; /* 0..65535 for any */
};

struct rule {
	const char *name; /* as in the file, may be NULL */
	const char *id;	  /* ScreenOS policy id; NULL otherwise */
	bool is_disabled;
	const char *src_zone;  /* NULL: the device itself (output); "*": any */
	const char *dest_zone; /* NULL: the device itself (input); "*": any */
	int family;	       /* AF_INET, AF_INET6, 0: both */
	/* "tcp", "udp", "icmp", "esp", "50", "all"; empty: all. */
	VEC(struct text) protocols;
	VEC(struct prefix_value) src, dest;	/* empty: any */
	VEC(struct text) src_names, dest_names; /* ScreenOS/Junos address book names */
	VEC(struct port_range) src_ports, dest_ports; /* empty: any */
	VEC(struct text) icmp_types;
	struct text extra;    /* fw3: iptables words, verbatim */
	const char *narrowed; /* a condition it is read without, "src_mac"; NULL */
	enum verdict_target target;
	/* TARGET_TUNNEL: name of the vpn; of an accesslist the connection that has it */
	struct text tunnel;
	const char *pair;   /* ScreenOS pair-policy id, Junos pair-policy name */
	bool is_source_nat; /* policy with `nat src` */
	struct origin at;
};

enum nat_kind {
	NAT_EXEMPT, /* leave alone; before the others */
	NAT_SOURCE, /* masquerade or a fixed address */
	NAT_DESTINATION,
	NAT_NETMAP,
};

struct nat_rule {
	enum nat_kind kind;
	const char *src_zone, *dest_zone; /* NULL: any */
	const char *
		interface; /* NAT_NETMAP: a tunnel's, it holds there alone; NULL: the zone */
	VEC(struct prefix_value) src, dest;
	struct inet_prefix to; /* NAT_SOURCE: family 0 means the interface's address */
	VEC(struct text) protocols;
	VEC(struct port_range) dest_ports;
	uint16_t to_port;
	const char *narrowed; /* a condition it is read without, "mark"; NULL */
	bool is_disabled;
	struct origin at;
};

/* One line of /etc/firewall.user (or another include), verbatim. */
struct firewall_line {
	const char *text;
	struct origin at;
};

/* A script that `updown` of a tunnel names: charon runs it, see way.h. */
struct updown_script {
	const char *path; /* on the device, absolute */
	const char *text; /* whole */
	const char *file; /* as shown: "etc/strongswan.d/notify.sh" */
	bool is_not_executable;
};

/* ------------------------------------------------------------ DNS of the router */

struct dns_forward {
	const char *domain;	 /* "acme.inc"; NULL: everything */
	struct inet_addr server; /* family 0: local only */
	uint16_t port;		 /* 0: 53 */
	struct inet_addr source; /* family 0: not given */
	const char *source_interface;
	struct origin at;
};

struct dns_record {
	const char *name;
	struct inet_addr addr;
	struct origin at;
};

/* What a router's DHCP tells the hosts of one of its networks. */
struct dhcp_network {
	const char *interface;	  /* logical name: "lan" */
	VEC(struct text) domains; /* put behind names without a dot, in this order */
	struct origin at;
};

struct site_dns {
	bool is_served; /* the device answers DNS questions of its LAN */
	struct flag rebind_protection;
	struct flag rebind_localhost;
	VEC(struct text) rebind_domains;
	VEC(struct dns_forward) forwards;
	VEC(struct dns_record) records; /* `config domain`, /etc/hosts */
	VEC(struct text) raw;		/* further dnsmasq.conf lines, verbatim */
	struct text local_domain;
	VEC(struct dhcp_network)
	dhcp; /* a network not there: nobody knows what is told */
};

/* ------------------------------------------------------------ IPsec */

struct identity {
	enum id_type type;   /* ID_TYPE_NONE: not given, the address is used */
	const char *value;   /* text without prefix; NULL with ID_TYPE_NONE */
	const char *written; /* as in the file */
	bool is_any;	     /* the peer may say what it likes */
	struct origin at;
};

struct secret {
	const uint8_t *bytes; /* never printed */
	size_t length;
	bool is_set;	  /* the file has one */
	bool is_readable; /* false: encrypted or scrubbed, bytes unknown */
	struct origin at;
};

enum endpoint_kind {
	ENDPOINT_ANY, /* dynamic peer: anybody */
	ENDPOINT_ADDRESS,
	ENDPOINT_NAME,	    /* host name, resolved when needed */
	ENDPOINT_INTERFACE, /* local: the address of that logical interface */
};

struct endpoint {
	enum endpoint_kind kind;
	struct inet_addr addr;
	const char *name; /* host or logical interface */
	struct origin at;
};

struct proposal_alg {
	const struct alg *alg; /* NULL: the word means nothing to this device */
	const char *word;      /* as written */
	struct origin at;
};

/*
 * One proposal: lists of alternatives, one list per kind, in the order offered.
 * In ESP proposals dh is PFS, empty for none. IKEv1 phase 1: hash is integ.
 */
struct proposal {
	const char *name; /* "pre-g2-aes128-sha"; NULL: inline */
	/* How a line about it begins: OpenWrt "p2_proposal", Junos the policy; NULL. */
	const char *section;
	VEC(struct proposal_alg) encr, integ, prf, dh;
	bool is_ah;
	/* Extended sequence numbers of ESP: offered, and none offered; neither: none. */
	bool has_esn, has_no_esn;
	/* A word that the device knows and no rehearsal shows; NULL: there is none. */
	const char *unrehearsed;
	struct number lifetime_s; /* ScreenOS and Junos keep it in the proposal */
	struct number lifetime_kb;
	struct origin at;
};

struct selector {
	struct inet_prefix local, remote; /* family 0: the own or the peer's address */
	uint8_t protocol;		  /* 0: any */
	uint16_t local_port, remote_port;
	struct origin local_at, remote_at;
};

enum start_condition {
	START_NEVER,	  /* responder only */
	START_ON_TRAFFIC, /* trap policy, on demand */
	START_IMMEDIATELY,
};

enum dead_peer_action {
	DPD_NONE,
	DPD_CLEAR,
	DPD_HOLD,
	DPD_RESTART,
};

/*
 * What Linux' IPsec asks of a packet besides the selectors, and what charon does when the
 * SA is up. Texts as written: charon takes them as they are.
 */
enum child_word {
	CHILD_WORD_IF_ID_IN,
	CHILD_WORD_IF_ID_OUT,
	CHILD_WORD_MARK_IN,
	CHILD_WORD_MARK_OUT,
	CHILD_WORD_MARK_IN_SA,
	CHILD_WORD_SET_MARK_IN,
	CHILD_WORD_SET_MARK_OUT,
	CHILD_WORD_REQID,
	CHILD_WORD_UPDOWN,
	CHILD_WORDS,
};

struct child {
	const char *name;
	struct text words[CHILD_WORDS]; /* by enum child_word, see way.h */
	/* Pairs as the device negotiates them. */
	VEC(struct selector) selectors;
	/* More than one pair in one CHILD SA (IKEv2 swanctl) instead of one SA each. */
	bool is_one_sa;
	bool is_transport;
	struct origin transport_at; /* the line that says which; no file: the child's */
	VEC(struct proposal) proposals;
	/* The daemon's own defaults are offered; behind the written ones if there are. */
	bool has_default_proposals;
	struct number lifetime_s, lifetime_kb, rekey_s;
	enum start_condition start;
	struct origin start_at;
	enum dead_peer_action dpd_action, close_action;
	struct flag ipcomp;
	struct flag replay_protection;
	/* Junos' auto route insertion: the routes come with its traffic selectors. */
	bool has_own_routes;
	const char *rule_id; /* policy-based VPN: which policy it came from */
	struct origin at;
};

enum exchange_mode {
	EXCHANGE_MAIN,
	EXCHANGE_AGGRESSIVE,
};

enum auth_method {
	AUTH_PSK,
	AUTH_RSA,
	AUTH_ECDSA,
	AUTH_XAUTH_PSK,
	AUTH_EAP,
	AUTH_UNKNOWN,
};

enum nat_t_mode {
	NAT_T_OFF,
	NAT_T_AUTO,
	NAT_T_FORCED,
};

/* In which of strongSwan's own files a tunnel stands, on whatever device. */
enum own_file {
	OWN_FILE_NONE, /* in the device's */
	OWN_FILE_SWANCTL,
	OWN_FILE_IPSEC_CONF,
};

/* A key that counts when the peer introduces itself so; id: as strongSwan writes it. */
struct peer_secret {
	const char *id;
	struct secret secret;
};

struct tunnel {
	const char *name;
	struct origin at;
	enum own_file own_file;
	bool is_right_local; /* ipsec.conf: this end's words are the right… */
	bool is_disabled;
	const char *left_out; /* disabled by us: "is to another peer (…)"; NULL: not */
	int version;	      /* 1, 2, or 0: accepts both, initiates 2 */
	struct origin version_at;
	enum exchange_mode mode; /* IKEv1; what it initiates */
	bool accepts_both_modes; /* as responder */
	struct origin mode_at;
	struct endpoint local;
	VEC(struct endpoint) more_locals; /* further addresses that it answers at */
	VEC(struct endpoint) remotes;	  /* empty: any */
	struct identity local_id, remote_id;
	enum auth_method auth;
	struct text auth_word; /* as written */
	/* What it asks the peer for, where the file names that: else the same. */
	enum auth_method peer_auth;
	struct text peer_auth_word; /* .s NULL: not named */
	struct secret psk;
	/* Any peer is taken: who comes decides the key (import_settle()). */
	VEC(struct peer_secret) peer_secrets;
	VEC(struct proposal) proposals;
	bool has_default_proposals;
	struct number lifetime_s;		  /* IKE SA */
	struct number dpd_delay_s, dpd_timeout_s; /* delay 0 or unset: off */
	struct number keyingtries;		  /* 0: for ever */
	enum nat_t_mode nat_t;
	struct origin nat_t_at;
	struct flag mobike, fragmentation;
	struct text
		unique; /* strongSwan's: no, never, replace, keep; not set: as it is */
	enum start_condition start; /* whether this end initiates at all */
	struct origin start_at;
	const char *bind_interface; /* route-based: tunnel.1, st0.0; NULL: policy-based */
	struct flag rejects_clear;  /* FRITZ!Box: nothing leaves unencrypted at all */
	struct inet_addr keepalive_target; /* pinged to keep it up; family 0: none */
	VEC(struct child) children;
};

/* ------------------------------------------------------------ the site */

enum reading {
	READING_DOCUMENTED,
	READING_RENDERED,
};

struct site_index;

struct site {
	struct arena *arena;
	const char *name; /* "home": the scenario's word */
	enum device_kind kind;
	const char *model;    /* "FRITZ!Box 7490", "SRX210"; may be NULL */
	const char *firmware; /* of a rendered reading, "19.07"; NULL: documented */
	const struct device_release
		*release; /* static; NULL: none is known, or none matters */
	enum reading reading;
	VEC(const char *) also_fits; /* firmwares that the files fit as well, by name */
	const char *hostname;
	struct origin tunnels_at; /* the file that has, or would have, the tunnels */
	enum firewall_kind firewall;
	enum verdict_target default_input, default_forward, default_output;
	struct flag drop_invalid, syn_flood, flow_offloading;
	VEC(struct site_interface) interfaces;
	bool has_network_files; /* strongSwan: the host's own files say them */
	VEC(struct site_route) routes;
	VEC(struct zone) zones;
	VEC(struct zone_forwarding) forwardings;
	VEC(struct rule) rules;	  /* in the device's order */
	VEC(struct nat_rule) nat; /* in the device's order */
	VEC(struct firewall_line) firewall_user;
	VEC(struct updown_script) updowns;
	bool is_ike_open; /* its WAN takes IKE and ESP without a written rule */
	struct site_dns dns;
	VEC(struct tunnel) tunnels;
	struct flag install_routes; /* charon.install_routes */
	struct flag forwarding;	    /* net.ipv4.ip_forward, where a file says it */
	/* strongSwan answers aggressive mode with a PSK only when told not to care. */
	struct flag aggressive_psk;
	VEC(struct remark) remarks;
	VEC(struct file_lines) lines; /* lines.h */
	/* See SITE_REMARKS_MAX: without a code, with one, beyond them; of REMARK_INVALID all. */
	size_t plain_remarks, decisive_remarks, remarks_left_out, mistakes;
	bool is_remark_open; /* the last one may still be given a code */
	char *late_text;     /* of the last one, when it is probably left out */
	/* Of a copy that no longer changes, see site_index.h; NULL: look everywhere. */
	const struct site_index *index;
};

/* An empty site whose arena wipes itself. Never NULL. */
struct site *site_new(const char *name, enum device_kind kind);
void site_free(struct site *site); /* NULL is fine */
static inline void site_freep(struct site **site)
{
	site_free(*site);
}

/*
 * Add a remark. Returned is the remark, never NULL, valid until the next one: who knows what
 * others decide by sets its code, mend and subject. The text is cut, names of a file may be as
 * long as it.
 *
 * A file may be wrong in each of its lines: of one site's files SITE_REMARKS_MAX are kept by
 * which nothing is decided, and SITE_DECISIVE_MAX with a code (remark_says()): a hub may have
 * one for each tunnel, and no flood of unknown words washes these away. What is beyond is
 * counted. Of what is not rehearsed or not read all are kept: no verdict is sound without them.
 */
#define SITE_REMARKS_MAX     2000
#define SITE_DECISIVE_MAX    50000
#define SITE_REMARK_TEXT_MAX 512 /* of one of them */
struct remark *site_remark(struct site *site, enum remark_kind kind, struct origin at,
			   const char *format, ...) __attribute__((format(printf, 4, 5)));
struct remark *site_vremark(struct site *site, enum remark_kind kind, struct origin at,
			    const char *format, va_list args)
	__attribute__((format(printf, 4, 0)));
/* REMARK_IGNORED with SAYS_CAPPED. */
void site_capped(struct site *site, struct origin at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* How many there are: the next one will stand there, if it is kept. */
size_t site_remarks_count(struct site *site);
/* ", did you mean 'x'?", or "": none of the words is near (NULL: no words), or none is wanted. */
const char *site_hint(const struct site *site, const char *word,
		      const char *const *words);
/* Would one more be kept? Spares the search for near words when nobody reads it. */
bool site_remark_wanted(const struct site *site);
/* Behind all others: how many were left out, if any were. */
void site_remarks_end(struct site *site, struct origin at);
/* Has that place the same sentence already? */
bool site_has_remark(const struct site *site, struct origin at, const char *text);
/* Set them; nothing for NULL, a remark that was left out. */
void remark_says(struct remark *remark, enum remark_code code, enum remark_mend mend,
		 const char *subject);
void remark_advise(struct remark *remark, const char *advice);

/*
 * Do the networks of one of its rules hold the address? None are any. Of negated ones
 * ("everything but") none may have it, whatever the order; fw3 alone makes a rule of each,
 * so one that has it not is enough there.
 */
bool site_prefixes_hold(const struct site *site, const struct prefix_value *items,
			size_t count, const struct inet_addr *addr);

struct site_interface *site_interface_find(const struct site *site, const char *name);
struct zone *site_zone_find(const struct site *site, const char *name);
struct tunnel *site_tunnel_find(const struct site *site, const char *name);

/* The zone an interface belongs to, by either way of saying it; NULL: none. */
struct zone *site_zone_of_interface(const struct site *site,
				    const struct site_interface *interface);

/*
 * The interface that faces the Internet: where the default route leaves, else the
 * one that an IKE gateway names, else OpenWrt's "wan". NULL when there is none.
 */
struct site_interface *site_wan(const struct site *site);

/* The first tunnel that stands in a file of strongSwan's own; NULL: none does. */
const struct tunnel *site_own_file(const struct site *site);

/* The connected interface whose network holds the address, the longest match. */
struct site_interface *site_interface_for(const struct site *site,
					  const struct inet_addr *addr);

/*
 * Is it an address of that site's gateway? Of any of its interfaces, in any zone; one that
 * is switched off has none.
 */
bool site_has_address(const struct site *site, const struct inet_addr *addr);

const char *exchange_mode_name(enum exchange_mode mode); /* "main", "aggressive" */

/*
 * Does a trap policy of strongSwan's hold the tunnel's packets back whenever there is no
 * SA? Where a line of the files says so: a default may be another release's.
 */
bool tunnel_has_trap(const struct site *site, const struct tunnel *tunnel);

/* Dead peer detection is on. A ping through the tunnel notices a dead peer as well. */
bool tunnel_has_dpd(const struct tunnel *tunnel);
bool tunnel_notices_dead_peer(const struct tunnel *tunnel);

/*
 * Does it answer aggressive mode with a pre-shared key, when a tunnel of it has that mode?
 * strongSwan only with a switch (i_dont_care_about_security_and_use_aggressive_mode_psk),
 * which it does not need for calling; other devices do.
 */
bool site_answers_aggressive_psk(const struct site *site);

#endif
