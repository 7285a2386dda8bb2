/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * other_end.h - the other end's files, written from one end's
 *
 * One tunnel of the given end is turned round (model/mirror.h) and written as files of a
 * device (device/render.h). They are read again and judged with the given end by predict:
 * what a device cannot say is a fault there, and such files are for nobody. What the given
 * files do not say is a mark in the files, and an invention in a second copy that can be
 * read and rehearsed. Pure.
 */
#ifndef TWINSITE_PREDICT_OTHER_END_H
#define TWINSITE_PREDICT_OTHER_END_H

#include "device/files.h"
#include "device/wish.h"
#include "predict/predict.h"

struct err;

struct other_end_wanted {
	enum device_kind kind;
	const char *name;   /* of its site; never NULL */
	const char *tunnel; /* the given end's, by name; NULL: the only one */
	bool with_secret;   /* write the key; else a mark stands for it */
};

/* What only the other administrator knows, or may not be shown. */
struct other_end_gap {
	const char *mark;     /* "FILL-IN-WAN-GATEWAY" */
	const char *invented; /* in the copy; NULL: nothing is, the key is the real one */
	const char *what;     /* half a sentence */
};

struct other_end {
	struct import_sources files;	 /* to be handed over, with marks */
	struct import_sources rehearsed; /* the same with inventions; holds the key */
	VEC(struct other_end_gap) gaps;	 /* those whose mark stands in the files */
	VEC(const char *) places;	 /* one for each gap: "vpn.cfg:5" */
	const char *psk;   /* invented, for the given end's masked key; NULL: none */
	struct site *site; /* read from the copy */
	/* What is wrong with the pair that is not wrong with the given end alone; empty, or
	 * the device cannot be the other end of it. */
	struct findings against;
};

/*
 * given is changed: tunnels that are not the one are left out (import_settle()). All texts
 * are in the arena; the site is freed with other_end_done(). -EINVAL with a sentence when
 * it cannot be written at all: which tunnel is not said, certificates, networks that
 * stand in no file, no word for its algorithms.
 */
int other_end_make(struct site *given, const struct other_end_wanted *wanted,
		   struct arena *arena, struct other_end *ret_other, struct err *err);
void other_end_done(struct other_end *other);

/* ------------------------------------------------------------ between its two parts */

/*
 * The counterpart of a tunnel (one of mirror_site()) as a wish, whole: with inventions,
 * each of which is added to gaps. given_name is for sentences.
 */
int other_end_wish(const struct tunnel *tunnel, const char *given_name,
		   enum device_kind kind, struct arena *arena, struct wish *ret_wish,
		   struct other_end *other, struct err *err);

/* The same wish with marks where something is invented. */
struct wish other_end_marked(const struct wish *wish, bool with_secret);

#endif
