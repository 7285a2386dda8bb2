/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - every word that an importer knows, and its effect
 *
 * Each word is rehearsed, or has no effect (with the reason), or is not rehearsed and
 * touches aspects of the tunnel (model/aspect.h). The rows are those that the importers
 * read by; harness/doc/words.md is made of them, and a test holds it equal.
 */
#ifndef TWINSITE_IMPORT_WORDS_H
#define TWINSITE_IMPORT_WORDS_H

#include "base/arena.h"

struct buf;

struct import_word {
	const char *device; /* "OpenWrt" */
	const char *place;  /* "remote", "swanctl.conf, child"; in a table of its own */
	const char *word;
	const char *why;      /* has no effect, because; NULL */
	unsigned int aspects; /* not rehearsed: it touches these; 0: none */
	const char *inert;    /* the value that changes nothing, or NULL */
};

struct import_words {
	struct arena *arena; /* borrowed */
	VEC(struct import_word) list;
};

void import_words_add(struct import_words *words, struct import_word word);

/* Each importer adds its own. */
void openwrt_words_list(struct import_words *words);
void openwrt_firewall_words_list(struct import_words *words);
void openwrt_network_words_list(struct import_words *words);
void openwrt_dhcp_words_list(struct import_words *words);
void openwrt_child_words_list(struct import_words *words);
void openwrt_remote_words_list(struct import_words *words);
void openwrt_proposal_words_list(struct import_words *words);
void fritzbox_words_list(struct import_words *words);
void screenos_touch_words_list(struct import_words *words);
void screenos_ike_words_list(struct import_words *words);
void screenos_gateway_words_list(struct import_words *words);
void screenos_vpn_words_list(struct import_words *words);
void junos_words_list(struct import_words *words);
void strongswan_swanctl_words_list(struct import_words *words);
void strongswan_ipsec_conf_words_list(struct import_words *list);

/* All of them as a page for people: harness/doc/words.md. */
void import_words_format(struct buf *out);

#endif
