/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - how a device shows itself on the wire: what a capture of a stranger is told by
 *
 * A vendor id may name a product (vendor_id.h). Without one the habits speak: which vendor
 * ids (IKEv1) or notifies (IKEv2) an end sends first and in which order, and how long it
 * waits before it says the same again. Of a device the rows stand in its folder and hang on
 * its row (device.h), as do the names of its private notifies; those of makers of whom we
 * have no row, in wire.c and vendor_id.c. Pure.
 */
#ifndef TWINSITE_DEVICE_WIRE_H
#define TWINSITE_DEVICE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device/kind.h"
#include "device/vendor_id.h"
#include "ipsec/number.h"

#define WIRE_GAPS_MAX 8

/* The order of an end's first payloads, a letter each: dissect/story_device.c has them. */
struct wire_habit {
	uint8_t version, end; /* end: 0 initiator, 1 responder */
	const char *letters;  /* NULL ends a table */
	const char *device;
	uint8_t confidence; /* percent */
	const char *reason;
};

/* After how many tenths of a second a responder of main mode repeats an answer. */
struct wire_backoff {
	const char *device; /* NULL ends a table */
	uint16_t gaps_ds[WIRE_GAPS_MAX];
	uint8_t count; /* of its repetitions, when they fit; WIRE_GAPS_MAX: or more */
	uint8_t fuzz_ds;
};

/* What a vendor id names, told better by a NAT-T draft that stands beside it. */
struct wire_draft {
	const char *of;	   /* a vendor id's device; NULL ends a table */
	const char *draft; /* a part of the draft's name */
	const char *device;
	uint8_t confidence;
	const char *reason;
};

/* A notify of its own, of the numbers for private use. */
struct wire_notify {
	uint8_t version; /* of IKE; 0 ends a table */
	struct number_row row;
};

/* Of one device; a table that is not there is NULL. */
struct device_wire {
	const struct vendor_id *vendor_ids; /* a row without name ends them */
	const struct wire_habit *habits;
	const struct wire_backoff *backoffs;
	const struct wire_draft *drafts;
	const struct wire_notify *notifies;
};

/* Who has exactly these letters, or NULL. */
const struct wire_habit *wire_habit_find(unsigned int version, int end,
					 const char *letters);

/* The first row that tells more of that device, or NULL; drafts: names, see session.h. */
const struct wire_draft *wire_draft_find(const char *device, const char *drafts);

/* All patterns, one after the other, those of our devices first; NULL behind the last. */
const struct wire_backoff *wire_backoff_at(size_t index);

/* A notify's name: ipsec/number.h has it, else one of our devices, else "unknown 77". */
struct number_text wire_notify_text(bool is_v2, unsigned int type);

/* The tables of all: our devices' (NULL: it has none), and that of the others as the last. */
#define WIRE_TABLES (DEVICE_KINDS + 1)
const struct device_wire *wire_table(size_t index);
extern const struct vendor_id vendor_ids_of_others[];

#endif
