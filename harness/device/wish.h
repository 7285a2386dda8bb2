/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wish.h - what an administrator wants to write, in nobody's words */
#ifndef TWINSITE_DEVICE_WISH_H
#define TWINSITE_DEVICE_WISH_H

#include <stdbool.h>

#include "ipsec/id.h"
#include "model/site.h"

/* Begins what somebody has yet to write into a file, instead of a key for example. */
#define WISH_MARK "FILL-IN-"

#define WISH_SUITES_MAX 3
#define WISH_WORDS_MAX	3
#define WISH_PAIRS_MAX	16

/* Words of one proposal, as strongSwan calls them; count 0: none of that kind. */
struct wish_words {
	const char *items[WISH_WORDS_MAX];
	unsigned int count;
};

struct wish_suite {
	struct wish_words encr, integ, dh;
};

struct wish_suites {
	struct wish_suite items[WISH_SUITES_MAX];
	unsigned int count; /* 0: none written, the device's defaults */
};

struct wish_id {
	enum id_type type; /* ID_TYPE_NONE: not written */
	const char *value;
};

struct wish_pair {
	const char *local, *remote; /* "10.10.1.0/24" */
};

/*
 * What is around the tunnel. Texts are written as they are: one may be a mark for what
 * nobody knows yet.
 */
struct wish_place {
	const char *wan_length, *wan_mask; /* "24", "255.255.255.0" */
	const char *gateway;
	const char *lans[WISH_PAIRS_MAX]; /* own address in each: "10.10.1.1/24" */
	unsigned int lan_count;
	bool is_whole; /* write also what lets the packets through and away: firewall … */
};

/* What one administrator wants to write. */
struct wish {
	enum device_kind kind;
	int version;
	bool is_aggressive;
	const char *own_addr; /* of the WAN; NULL: the provider gives it */
	const char *peer_addr;
	bool is_peer_name; /* peer_addr is a host's name */
	struct wish_place place;
	bool is_peer_any;
	struct wish_id own_id, peer_id;
	const char *psk; /* NULL: none */
	bool is_psk_quoted;
	struct wish_suites ike, esp;
	struct wish_pair pairs[WISH_PAIRS_MAX];
	unsigned int pair_count;
	bool is_one_child; /* all pairs in one child, where the device can */
	unsigned int ike_life_s, esp_life_s;
	bool is_new_schema; /* OpenWrt: crypto_proposal instead of p1_ and p2_proposal */
	bool is_nat_t_forced, is_disabled, is_transport, is_at_once;
	enum auth_method auth; /* AUTH_UNKNOWN: not written */
	const char *typo;      /* unknown word in place of a cipher of phase 1, or NULL */
	const char *esp_typo;
};

/* The WAN addresses of the two ends, and where their networks are taken from. */
#define AGREE_WAN_0    "203.0.113.56"
#define AGREE_WAN_1    "198.51.100.7"
#define AGREE_NOBODY   "198.51.100.99" /* a wrong address: nobody has it */
#define AGREE_INSIDE_0 "10.10.0.0/16"
#define AGREE_INSIDE_1 "10.20.0.0/16"
#define AGREE_FAR_0    "10.11.0.0/16" /* disjoint ones */
#define AGREE_FAR_1    "10.21.0.0/16"

#endif
