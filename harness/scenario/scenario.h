/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario.h - what is rehearsed: two devices' files, the world around, the expectations
 *
 * A scenario is a folder with a scenario.yml whose first line is a comment of one
 * sentence, beside untouched device files. Its language is in scenario.md.
 *
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
	VEC(const char *) not_executable;  /* names of those whose mode has no x */
	/* Where they were read; NULL when an overlay made or changed them. */
	const char *files;
	struct prefix_value wan;       /* family 0: the device's own file says it */
	struct inet_addr gateway;      /* family 0: first address of the WAN network */
	struct inet_prefix router_lan; /* `lan:` own LAN address when the files lack it */
	const char *dns_name;	       /* NULL: none */
	bool is_dns_late; /* the name is registered only after the first attempt */
	bool is_behind_nat;
	/* `restarts itself`: assumed of a device without scripts when its address changes */
	bool restarts_itself;
	VEC(struct scenario_host) hosts;
	struct site *site; /* the imported model */
	struct origin at;
};

struct scenario_edit {	     /* kept for "is the fault in effect" */
	const char *file;    /* as written, below the base's folder */
	const char *find;    /* NULL: append, create, delete or executable */
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
	EXPECT_ALIVE,	   /* `alive: 48h`: traffic all the time, whatever `events:` do */
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
	struct inet_addr reverse_of; /* `name:` is this address: its name is asked for */
	const char *answer_name;     /* then instead of an address */
	bool has_no_answer;	     /* `answer: none` */
	const char *server;	     /* which host must see the question; "nobody" */
	struct inet_addr seen_as;
	/* The address by which it is asked: what a NAT makes of it; family 0: its own. */
	struct inet_addr as;
	struct inet_prefix wan; /* EXPECT_WAN_CHANGE `to:`; family 0: the next free one */
	enum path_kind path;
	unsigned int within_s; /* 0: default */
	/* EXPECT_ALIVE: so long, a question so often, and how long an outage may last. */
	unsigned int alive_s, each_s, gap_s;
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
	INJECT_VTI_OFF, /* kmod-ip-vti is not installed */
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

enum event_kind {
	EVENT_WAN_CHANGE, /* the provider gives the site another address */
	EVENT_DISCONNECT, /* nothing passes the site's line for a time */
	EVENT_RESTART,	  /* the site's IKE daemon is killed and started again */
	EVENT_LOSS,	  /* packets between the two sites are lost for a time */
	EVENT_DNS_STALE,  /* the DNS says the site's address of before, for a time */
	EVENT_REORDER,	  /* packets between the two sites overtake others, for a time */
	EVENT_REKEY,	  /* the site, or both at once, replaces its CHILD SAs */
};

#define SCENARIO_QUESTIONS_MAX 40000 /* of all pairs of hosts, while all is well */
#define SCENARIO_EVENTS_MAX    1000  /* times that anything happens, in one run */

/* `events:`, what happens while `alive` is watched. */
struct scenario_event {
	enum event_kind kind;
	const char *text;     /* "disconnect: box", for reports */
	unsigned int site;    /* index; EVENT_LOSS, EVENT_REORDER, is_both: both */
	bool is_both;	      /* EVENT_REKEY: at the same moment */
	unsigned int at_s;    /* after the life has begun */
	unsigned int every_s; /* 0: once */
	unsigned int for_s;   /* 0: it has no length */
	double percent;	      /* EVENT_LOSS, EVENT_REORDER */
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
	NEED_XFRM_INTERFACE = 8,
	NEED_VTI = 16,
};

/* Their words in a scenario; the last has word NULL. */
extern const struct scenario_need {
	const char *word;
	enum plane_need need;
} scenario_need_words[];

struct findings;
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
	VEC(struct scenario_event) events;
	VEC(struct scenario_unproven) unproven;
	VEC(struct scenario_acceptance) accepted;
	unsigned int needs;	/* bits of enum plane_need */
	unsigned int initiator; /* index of the site that initiates */
	/* charon's retransmit timeout: 0.5, with `alive` strongSwan's own, 4 s and 5 tries */
	double retransmit_s;
	unsigned int retransmit_tries;
	unsigned int faster; /* DPD's timers are divided by this; 0 and 1: as written */
};

/*
 * Load the scenario in a folder (or its scenario.yml) and import both sites.
 * Sentences name scenario.yml:line or the device file and line. -EINVAL for bad
 * input, -ENOENT when there is no scenario.
 */
int scenario_load(const char *path, struct scenario **ret_scenario, struct err *err);
/*
 * The same with its ends read as that release, whatever the scenario says; those whose
 * device has none are as ever. NULL or "": as it says.
 */
int scenario_load_as(const char *path, const char *firmware,
		     struct scenario **ret_scenario, struct err *err);

/* Is it there, and rather a device's file or folder than a scenario? */
bool scenario_is_device(const char *path);

/*
 * In a folder without scenario.yml: a file that was surely meant to be it, such as
 * "scenario.yml.txt"; static, or NULL.
 */
const char *scenario_misnamed(const char *path);

/*
 * `accept:`: each finding that the scenario accepts has its reason from then on. What is
 * accepted and not there is a note, unless is_quiet. arena: of the findings.
 */
void scenario_accept(const struct scenario *scenario, struct arena *arena, bool is_quiet,
		     struct findings *findings);

void scenario_free(struct scenario *scenario);
static inline void scenario_freep(struct scenario **scenario)
{
	scenario_free(*scenario);
}

/* The `alive` expectation, NULL: none. ret_index may be NULL. */
const struct expectation *scenario_alive(const struct scenario *scenario,
					 size_t *ret_index);

/* One time that an event happens, seconds after the life has begun. */
struct scenario_moment {
	size_t event; /* of scenario->events */
	unsigned int at_s, until_s;
};

/*
 * All of them that lie within `alive`, by time; at most SCENARIO_EVENTS_MAX, each is over
 * before the next begins, but for EVENT_DNS_STALE, which is beside any other.
 */
void scenario_moments(const struct scenario *scenario, struct arena *arena,
		      struct scenario_moment **ret_moments, size_t *ret_count);

/* Does anything of that kind happen, to that site, while it is watched? */
bool scenario_has_event(const struct scenario *scenario, enum event_kind kind,
			unsigned int site);

/* A host by name, in either site or the Internet; NULL. ret_site: 0, 1, or -1 Internet.
 */
const struct scenario_host *scenario_host_find(const struct scenario *scenario,
					       const char *name, int *ret_site);

/* The address that a site has on the Internet link: the file's, else the scenario's. */
const struct inet_prefix *scenario_wan(const struct scenario_site *site);

#endif
