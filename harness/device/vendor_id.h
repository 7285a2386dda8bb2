/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vendor_id.h - vendor ids: who sends them and what they promise
 *
 * A vendor id is opaque bytes, often an MD5 or SHA-1 of a sentence, sometimes with
 * a version behind it. Some name a product, others only a capability that many
 * products share; the weight says how much one proves about the sender. Those of a
 * device stand in its folder (wire.h), all others in vendor_id.c. Pure.
 */
#ifndef TWINSITE_DEVICE_VENDOR_ID_H
#define TWINSITE_DEVICE_VENDOR_ID_H

#include <stddef.h>
#include <stdint.h>

enum vendor_feature {
	VENDOR_FEATURE_NONE,
	VENDOR_FEATURE_DPD,
	VENDOR_FEATURE_NAT_T,	    /* RFC 3947 */
	VENDOR_FEATURE_NAT_T_DRAFT, /* payload numbers differ, see number */
	VENDOR_FEATURE_XAUTH,
	VENDOR_FEATURE_UNITY,
	VENDOR_FEATURE_FRAGMENTATION, /* IKEv1, Cisco and Microsoft */
};

enum vendor_match {
	VENDOR_MATCH_WHOLE,  /* these bytes and no others */
	VENDOR_MATCH_PREFIX, /* they begin with these */
	VENDOR_MATCH_SUFFIX, /* they end with these: what stands before is new each time */
};

struct vendor_id {
	const char *name;    /* "Dead Peer Detection" */
	const char *device;  /* what kind of peer sends it, "Juniper SRX"; NULL: many */
	unsigned int weight; /* 0..100: how much it proves that the peer is a device */
	enum vendor_feature feature;
	unsigned int number; /* NAT-T drafts: the NAT-D payload number, 15 or 130 */
	const char *source;
	const char *hex;    /* the bytes */
	uint8_t match;	    /* enum vendor_match */
	uint8_t version_at; /* byte where a version follows (4 or 8 bytes), 0: none */
};

/* A row that names who sends it and promises nothing. */
#define VENDOR_ID(name_, device_, weight_, source_, hex_, match_, version_at_)      \
	{                                                                           \
		.name = (name_), .device = (device_), .weight = (weight_),          \
		.source = (source_), .hex = (hex_), .match = VENDOR_MATCH_##match_, \
		.version_at = (version_at_)                                         \
	}

/* The row that matches, the longest one; NULL: unknown. */
const struct vendor_id *vendor_id_find(const uint8_t *bytes, size_t length);

#endif
