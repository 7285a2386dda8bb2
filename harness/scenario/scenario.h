/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.h - what is rehearsed: two devices' files, the world around, the expectations
 *
 * A scenario is a folder with a scenario.yml whose first line is a comment of one
 * sentence, beside untouched device files:
 */
/* clang-format off */
/*
 *	# The home LAN reaches ACME's LAN and DMZ through an IKEv1 aggressive tunnel.
 *	sites:
 *	  home:
 *	    device: openwrt
 *	    files: home              # a folder (with etc/config/…), or one file
 *	    firmware: "19.07"        # who reads the files; else as they look; or documented
 *	    wan: 203.0.113.56/24     # what the provider gives; only for dynamic WANs
 *	    gateway: 203.0.113.1     # optional: the provider's router, default first address
 *	    dns name: home.dyndns.org  # optional: registered in the Internet's DNS
 *	    # or { name: home.dyndns.org, appears: after start }: unknown to the DNS until
 *	    # the peer has tried (and failed) to find this site by it
 *	    psk: "made up"           # optional: the key, where the file has it encrypted
 *	    lan: 192.168.2.82/26     # optional: the own LAN address if the files lack it
 *	    hotplug: yes             # optional: a WAN change restarts the tunnel
 *	    hosts:
 *	      laptop: 192.168.2.100
 *	  acme:
 *	    device: screenos
 *	    files: acme/firewall.screenos
 *	    hosts:
 *	      dns:
 *	        address: 10.1.2.250
 *	        gateway: 10.1.2.1    # optional: default the site's router
 *	        names: { hobbit.acme.inc: 10.1.2.42 }
 *	        invented: yes        # optional: `twinsite new` made it up
 *	internet:
 *	  hosts: { public: 198.51.100.80 }
 *	  nat: [ home ]              # optional: a NAT router before that site
 *	  impair: { site: home, delay: 20ms, jitter: 2ms, loss: 1%, reorder: 1%,
 *	            mtu: 1400, rate: 8000 }  # optional, or a list of these; rate in kbit/s
 *	initiator: home              # optional: default the site that knows its peer
 *	timing: { retransmit: 0.5s, tries: 3, faster: 30 }  # optional: charon's timers;
 *	                             # DPD runs so many times as fast as the files say
 *	expect:
 *	  - tunnel: up               # or down
 *	  - reach: laptop -> hobbit
 *	    through: tunnel          # tunnel | internet | lan
 *	    seen as: 192.168.2.100
 *	    within: 5s
 *	  - blocked: laptop -> lab
 *	  - name: hobbit.acme.inc
 *	    asked by: laptop
 *	    answer: 10.1.2.42        # or none
 *	    from: dns                # the server that must see the question, or nobody
 *	    seen as: 192.168.2.82
 *	    through: tunnel
 *	  - leak: none               # or yes: it is what the scenario shows
 *	  - teardown: clean
 *	  - throughput: laptop -> hobbit
 *	  - mtu: laptop -> hobbit
 *	  - wan change: home         # its provider gives it another address; the DNS name
 *	    to: 203.0.114.9/24       # follows; optional, default the next free address
 *	    within: 30s              # until traffic through the tunnel flows again
 *
 * or an overlay, a few lines over another scenario:
 *
 *	# The NAT exemption is missing: LAN traffic to ACME leaves in clear.
 *	base: ../acme
 *	edit:
 *	  - file: home/etc/firewall.user   # path below the base's folder
 *	    find: "…"                # must be found exactly `times` times (default 1)
 *	    times: 1
 *	    replace: "…"             # instead of find + replace: `append: "…"`,
 *	                             # `delete: yes` (whole file), `create: "…"` (new file)
 *	fault:                       # passes only if this, and nothing else, is found
 *	  id: F63                    # (a list for several; `none` clears the base's)
 *	  site: home                 # optional
 *	  file: etc/firewall.user    # where the finding must point, optional
 *	  line: 4                    # optional
 *	unproven: { libipsec: [ exemption, throughput ] }  # what that plane may leave
 *	                             # unproven; any other check that proves nothing is
 *	                             # not as expected. Words: scenario/unproven.c
 *	needs: [ kernel-esp ]        # planes without it leave the scenario unproven; netem,
 *	                             # libipsec
 *
 * What no file says, because it is not in a file, is injected; one of these or a list:
 *
 *	inject:
 *	  - block: ike               # ike (UDP 500), nat-t (IKE on UDP 4500), esp, icmp,
 *	                             # fragments, large (IP packets above 1200 bytes)
 *	    at: internet             # or a site: its own gateway
 *	    to: acme                 # only towards that site; default both ways
 *	    how: reject              # default drop
 *	  - { daemon: "off", at: acme }         # no IKE daemon
 *	  - { restart: acme }                   # killed and started again in mid-run
 *	  - { forwarding: "off", at: acme }     # net.ipv4.ip_forward
 *	  - { rp_filter: acme }                 # strict reverse path filter
 *	  - { routes: missing, at: home }       # the tunnel's routes are taken away
 *	  - { gateway: 10.1.2.254, at: hobbit } # the host's router is another
 *	  - { forward: hobbit, at: acme }       # UDP 500 and 4500 go to that host
 *	  - { kernel esp: "off", at: acme }     # its kernel has none (plane libipsec)
 *	  - { without: openssl, at: acme }      # charon's plugin is not installed
 *	  - { clone: home, at: public }         # that host comes with home's identity
 *	  - { initiate: both }
 *
 * Each is proved to be in effect (evidence "inject"), or the scenario fails.
 *
 * Whatever else an overlay says is laid over the base: mappings key by key, anything
 * else (`expect`, `fault`, `needs`) instead of the base's. Bases may have bases.
 */
/* clang-format on */
/*
 * Loading is pure apart from reading files: it yields texts with their edits
 * applied. Everything is one tree freed by scenario_free().
 */
#ifndef TWINSITE_SCENARIO_SCENARIO_H
#define TWINSITE_SCENARIO_SCENARIO_H

#include <stdbool.h>

#include "base/arena.h"
#include "finding/class.h"
#include "import/import.h"
#include "model/site.h"

struct err;

/* A host that the scenario puts behind a site or into the Internet. */
struct scenario_host {
	const char *name;
	struct inet_addr addr;
	struct inet_addr gateway;     /* family 0: the site's router on that network */
	VEC(struct dns_record) names; /* non-empty: it is a DNS server for these */
	bool is_invented;	      /* `twinsite new` made it up */
	struct origin at;
};

struct scenario_site {
	const char *name;
	enum device_kind kind;
	const char *firmware; /* "documented"; NULL: as the files look */
	const char *psk;      /* of tunnels whose file does not show theirs; NULL */
	VEC(struct import_source) sources; /* edits applied */
	/* Where they were read; NULL when an overlay made or changed them. */
	const char *files;
	struct prefix_value wan;       /* family 0: the device's own file says it */
	struct inet_addr gateway;      /* family 0: first address of the WAN network */
	struct inet_prefix router_lan; /* `lan:` own LAN address when the files lack it */
	const char *dns_name;	       /* NULL: none */
	bool is_dns_late; /* the name is registered only after the first attempt */
	bool is_behind_nat;
	bool has_hotplug; /* `hotplug: yes`: a WAN change restarts the tunnel */
	VEC(struct scenario_host) hosts;
	struct site *site; /* the imported model */
	struct origin at;
};

struct scenario_edit {	     /* kept for "is the fault in effect" */
	const char *file;    /* as written, below the base's folder */
	const char *find;    /* NULL: append, create or delete */
	const char *replace; /* the new text, also of append and create; NULL: delete */
	struct origin at;
};

struct scenario_impairment {
	const char *site;
	unsigned int delay_ms, jitter_ms;
	double loss_percent, reorder_percent;
	unsigned int mtu; /* 0: 1500 */
	unsigned int rate_kbit;
	struct origin at;
};

enum expect_kind {
	EXPECT_TUNNEL, /* up (all tunnels) or down */
	EXPECT_REACH,
	EXPECT_BLOCKED,
	EXPECT_NAME,
	EXPECT_LEAK,
	EXPECT_TEARDOWN,
	EXPECT_THROUGHPUT,
	EXPECT_MTU,
	EXPECT_WAN_CHANGE, /* `wan change: home`: traffic again within `within: 30s` */
};

enum path_kind {
	PATH_ANY,
	PATH_TUNNEL,
	PATH_INTERNET, /* in clear, translated */
	PATH_LAN,
};

struct expectation {
	enum expect_kind kind;
	const char *text;      /* as written, for reports: "reach: laptop -> hobbit" */
	const char *from, *to; /* host names; EXPECT_TUNNEL: to is "up" or "down" */
	const char *name;      /* EXPECT_NAME */
	struct inet_addr answer;
	bool has_no_answer; /* `answer: none` */
	const char *server; /* which host must see the question; "nobody" */
	struct inet_addr seen_as;
	struct inet_prefix wan; /* EXPECT_WAN_CHANGE `to:`; family 0: the next free one */
	enum path_kind path;
	unsigned int within_s;	 /* 0: default */
	bool is_fine_if_seen;	 /* `leak: yes`: a leak is what the scenario shows */
	bool is_fine_while_down; /* `leak: while down`: counts only while it is up */
	struct origin at;
};

struct fault {
	const struct finding_class *class;
	const char *site; /* NULL: any */
	const char *file;
	unsigned int line; /* 0: any */
	struct origin at;
};

enum inject_kind {
	INJECT_BLOCK,
	INJECT_DAEMON_OFF,
	INJECT_RESTART,
	INJECT_FORWARDING_OFF,
	INJECT_RP_FILTER,
	INJECT_ROUTES_MISSING,
	INJECT_GATEWAY,
	INJECT_FORWARD, /* destination NAT of IKE to a host */
	INJECT_KERNEL_ESP_OFF,
	INJECT_WITHOUT, /* a plugin of charon */
	INJECT_CLONE,
	INJECT_BOTH_INITIATE,
};

enum block_what {
	BLOCK_IKE,   /* UDP 500 */
	BLOCK_NAT_T, /* IKE on UDP 4500 */
	BLOCK_ESP,   /* as a protocol or in UDP */
	BLOCK_ICMP,
	BLOCK_FRAGMENTS,
	BLOCK_LARGE,
};

/* A fault that no edit of a file can make. */
struct scenario_injection {
	enum inject_kind kind;
	const char *text;      /* "block: esp", for reports */
	const char *at;	       /* "internet", a site or a host; NULL for both sites */
	enum block_what what;  /* INJECT_BLOCK */
	const char *to;	       /* site, NULL: both ways */
	bool is_rejected;      /* dropped else */
	const char *word;      /* host of INJECT_FORWARD, site of INJECT_CLONE, plugin */
	struct inet_addr addr; /* INJECT_GATEWAY */
	struct origin from;
};

/* A check that may stay unproven on a plane, see unproven.h. */
struct scenario_unproven {
	const char *plane, *check;
	struct origin at;
};

/* `accept:`, a fault that is known and left: predict tells it and does not count it. */
struct scenario_acceptance {
	const struct finding_class *class;
	const char *site; /* NULL: wherever it is */
	const char *reason;
	struct origin at;
};

enum plane_need {
	NEED_KERNEL_ESP = 1, /* policies and ESP in the kernel */
	NEED_NETEM = 2,
	NEED_LIBIPSEC = 4, /* what it shows is only there with ESP outside the kernel */
};

struct scenario {
	struct arena *arena;
	const char *name;		 /* folder name */
	const char *path;		 /* folder as given */
	const char *sentence;		 /* first line, without '#' */
	VEC(const char *) folders;	 /* its own and its bases'; "": where we are */
	VEC(struct scenario_site) sites; /* exactly two */
	VEC(struct scenario_host) internet;
	VEC(struct scenario_edit) edits;
	VEC(struct scenario_impairment) impairments;
	VEC(struct expectation) expectations;
	VEC(struct fault) faults; /* empty: healthy is expected */
	VEC(struct scenario_injection) injections;
	VEC(struct scenario_unproven) unproven;
	VEC(struct scenario_acceptance) accepted;
	unsigned int needs;	/* bits of enum plane_need */
	unsigned int initiator; /* index of the site that initiates */
	double retransmit_s;	/* charon's retransmit timeout, default 0.5 */
	unsigned int retransmit_tries;
	unsigned int faster; /* DPD's timers are divided by this; 0 and 1: as written */
};

/*
 * Load the scenario in a folder (or its scenario.yml) and import both sites.
 * Sentences name scenario.yml:line or the device file and line. -EINVAL for bad
 * input, -ENOENT when there is no scenario.
 */
int scenario_load(const char *path, struct scenario **ret_scenario, struct err *err);
void scenario_free(struct scenario *scenario);
static inline void scenario_freep(struct scenario **scenario)
{
	scenario_free(*scenario);
}

/* A host by name, in either site or the Internet; NULL. ret_site: 0, 1, or -1 Internet.
 */
const struct scenario_host *scenario_host_find(const struct scenario *scenario,
					       const char *name, int *ret_site);

/* The address that a site has on the Internet link: the file's, else the scenario's. */
const struct inet_prefix *scenario_wan(const struct scenario_site *site);

#endif
