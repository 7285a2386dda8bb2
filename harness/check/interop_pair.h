/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interop_pair.h - one recorded IKE SA and one tunnel, side by side; for interop*.c */
#ifndef TWINSITE_CHECK_INTEROP_PAIR_H
#define TWINSITE_CHECK_INTEROP_PAIR_H

#include "check/interop.h"
#include "dissect/story.h"

struct buf;

/* What is compared with what, and where to write it. */
struct pair {
	struct interop *interop;
	uint32_t sa;
	const struct session_set *set;
	const struct ike_session *session;
	const struct ike_story *story;
	const char *site;
	const struct site *model; /* of it */
	const struct tunnel *tunnel;
	enum interop_place place;
	size_t first_line; /* of this pair */
};

void interop_add(const struct pair *pair, enum interop_kind kind, const char *what,
		 const struct origin *at, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * Each proposal of an SA payload against those of the tunnel (is_esp: of its first
 * child); is_choice: the payload is the responder's. Where one fits, the others are
 * notes.
 */
void interop_compare_offer(const struct pair *pair, const struct ike_message *message,
			   const struct ike_payload *sa, bool is_esp, bool is_choice);

/* The networks of each child that could be read against the pairs of the tunnel. */
void interop_compare_networks(const struct pair *pair);

/* "AES-128-CBC / SHA-1 / group 2 (modp1024)", at most three proposals. */
void interop_put_own_offer(const struct tunnel *tunnel, struct buf *out);

#endif
