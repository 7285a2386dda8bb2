/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - what we know of a device: one row each
 *
 * A row stands in the folder of its device, device/NAME/row.c, and the folder is named in
 * devices.def. Nobody else names a device: ask its row what it does. A row may be partial:
 * what is not there is not known, and each member says what that means. A fact's source is
 * given beside it in the row: a section of devices.md or failures.md. Pure.
 *
 * A new device: a line in devices.def and a folder with its row; harness/tests/toy has the
 * smallest one.
 */
#ifndef TWINSITE_DEVICE_DEVICE_H
#define TWINSITE_DEVICE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "device/kind.h"

struct device_algs;
struct device_fixes;
struct device_wire;
struct err;
struct arena;
struct import_options;
struct import_source;
struct import_sources;
struct key_listings;
struct language;
struct render;
struct site;
struct tunnel;

/* What says that a file is of the device, and how much. Arrays end with a NULL text. */
struct device_sign {
	unsigned int weight;
	const char *text;
};

/*
 * What its administrator reads at a moment (enum moment, finding/class.h): whose request
 * is not taken, and who does not take it; in IKEv1, in IKEv2 (NULL: the same).
 */
struct device_sees {
	const char *asking[2], *refusing[2];
};

/* How it behaves where others do not. All false: polite, and nothing is special. */
struct device_traits {
	/* In IKE. */
	bool is_silent; /* drops instead of notifying on a mismatch: a notify MAY be sent
			 * (RFC 2408 5), and its policy is not to */
	bool wants_equal_selectors; /* proxy-ids must mirror exactly, never narrows */
	bool has_one_pair_per_child;
	bool is_ikev1_only;
	/* Its daemon is charon: what a rehearsal's charon does is what it does, its
	 * defaults and its log included. */
	bool runs_charon;
	/* In its file. */
	bool has_interfaces; /* the file says which; else they are made of the tunnels */
	bool has_address;    /* the file says the WAN's, where it has one */
	bool has_one_pair;   /* of networks, in a tunnel */
	bool has_switch;     /* a tunnel can be written and off */
	bool takes_both_versions; /* a word for IKEv1 and IKEv2 at once */
	bool gives_up;		  /* its word for the number of tries is what it does */
	/* In its network. */
	bool masquerades;      /* unless a file says otherwise */
	bool is_open_with_ike; /* who lets IKE in has let in NAT-T and ESP, too */
	bool has_null_zone;    /* what is in no zone drops all that comes and goes */
	bool forwards_in_zone; /* between interfaces of one zone, but for the WAN's */
	bool routes_follow_tunnel; /* its tunnel interface is up while an SA is (Junos' st0) */
	/* Its tunnel interface is READY without an SA, and its routes stay, unless the VPN
	 * is monitored and rekeyed (ScreenOS, KB6221). */
	bool keeps_tunnel_interface;
	/* Its policies name the address that a packet came with (a MIP), not the one that
	 * static or destination NAT has given it. */
	bool policies_before_nat;
	bool clamps_mss_by_zone; /* TCP fits the tunnel where its zone says so */
};

struct device {
	const char *name;  /* in scenarios and options: "openwrt" */
	const char *title; /* for people: "OpenWrt" */
	/* Its files: starts of lines without leading blanks, ends of names, a folder that
	 * only its names have. NULL: nothing shows it. */
	const struct device_sign *lines, *names;
	bool has_lines_in_any_case;
	const char *folder;
	/* Its importer, an import_function (import/import.h); NULL: it cannot be read. */
	int (*import)(struct site *site, const struct import_source *sources,
		      size_t count, const struct import_options *options,
		      struct err *err);
	/* Every key of the files (keys.h), in their order; NULL: its words are few enough
	 * to be told by what was understood. */
	void (*list_keys)(struct arena *arena, const struct import_source *sources,
			  size_t count, struct key_listings *ret_listings);
	/* Writes a wish as its files (render.h); NULL: random pairs are without it. */
	void (*render)(struct render *render, struct import_sources *sources);
	/* Releases that read the same file each in its own way: their names, the oldest first,
	 * with a NULL behind (release.h). NULL: all read alike. */
	const char *const *(*releases)(void);
	const char *form; /* one of its files to be filled in; NULL: people have theirs */
	const char *release_example; /* as its users write one: "6.3.0r21"; or NULL */
	struct device_traits traits;
	/* Its words for algorithms (algs.h); NULL: they are strongSwan's. */
	const struct device_algs *algs;
	/* Of its file (language.h), and by enum own_file of others that its tunnels may
	 * stand in. NULL: no line can be written for it; there are no others. */
	const struct language *language;
	const struct language *const *own_languages;
	const struct device_fixes *fixes; /* fixes.h; NULL: none is known */
	/* By moment, MOMENTS of them; NULL: what it logs is not known. */
	const struct device_sees *sees;
	const char *log; /* where that is read, "logread: "; NULL: the words say it */
	const struct device_wire *wire; /* wire.h; NULL: nothing shows it */
	const char *unwritable; /* characters that its file has no way to hold in a key */
	const struct device_scripts *scripts; /* see scripts.h; NULL: it has none */
	/* Does it take whatever identity the peer shows? NULL: it compares. */
	bool (*takes_any_id)(const struct site *site, const struct tunnel *tunnel);
};

/* The row of that kind; never NULL. */
const struct device *device_of(enum device_kind kind);

/* "FritzBox and ScreenOS": the titles of those whose rows say is_silent. */
const char *device_silent_titles(struct arena *arena);

/* Which meet each other in practice: random pairs (agree/) are drawn of these. */
#define DEVICE_PAIRS 10
extern const enum device_kind device_pairs[DEVICE_PAIRS][2];

/* The names of all, in the order of the kinds, with a NULL behind. */
const char *const *device_names(void);

/* The releases of all devices that have some, with a NULL behind. */
const char *const *device_releases(void);

/* By its name, in any case of letters; 0 or -EINVAL. */
int device_parse(const char *word, enum device_kind *ret_kind);

#endif
