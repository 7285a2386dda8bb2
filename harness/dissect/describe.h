/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * describe.h - parts of IKE messages in words
 *
 * Text only, appended to a buffer; what came from the wire is escaped, so that it
 * is safe for a terminal. Passwords and tokens of XAUTH are never shown.
 */
#ifndef TWINSITE_DISSECT_DESCRIBE_H
#define TWINSITE_DISSECT_DESCRIBE_H

#include "dissect/ike.h"

struct buf;

/* Printable ASCII as it is, everything else as \xNN. */
void describe_bytes_as_text(struct slice bytes, struct buf *out);
/* The same for a string. */
void describe_text(const char *text, struct buf *out);
/* Hex; with "…" and the length when longer than max bytes. */
void describe_hex(struct slice bytes, size_t max, struct buf *out);

/* "group 14 (modp2048)", "group 77 (unknown)" */
void describe_group(unsigned int group, struct buf *out);

/* "AES-128-CBC, SHA-1, group 2 (modp1024), pre-shared key, 28800 s": in this order,
 * whatever the order of the attributes. */
void describe_transform_v1(const struct ike_message *message,
			   const struct ike_proposal *proposal,
			   const struct ike_transform *transform, struct buf *out);

/* "ESP: AES-256-CBC, AES-128-CBC / SHA2-256 / group 14 (modp2048)" */
void describe_proposal(const struct ike_message *message,
		       const struct ike_proposal *proposal, struct buf *out);

/* All proposals of an SA payload, at most max of them, separated by "; ". */
void describe_sa(const struct ike_message *message, const struct ike_payload *sa,
		 unsigned int max, struct buf *out);

/* "ID_FQDN bratwurst", "ID_IPV4_ADDR_SUBNET 10.1.2.0/24" */
void describe_id(const struct ike_payload *payload, struct buf *out);

/* "192.168.2.64/26", "10.0.0.1-10.0.0.9 udp/500" */
void describe_selector(const struct ike_selector *selector, struct buf *out);

/* "10.1.2.3", "2001:db8::1"; hex when it is neither 4 nor 16 bytes. */
void describe_address(struct slice bytes, struct buf *out);

/* What stands in the brackets of N(): its type, and its data where they are known. */
void describe_notify(const struct ike_message *message, const struct ike_payload *payload,
		     struct buf *out);

/* The gateway of a REDIRECT (RFC 5685 6): " 192.0.2.7", " vpn.example.net". */
void describe_gateway(struct slice data, struct buf *out);

/* A payload in one line, its name first: "N(NO-PROPOSAL-CHOSEN, ESP)", "KE(128 bytes)".
 */
void describe_payload(const struct ike_message *message,
		      const struct ike_payload *payload, struct buf *out);

#endif
