/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * logs.h - what a charon's log of a run says, as facts in order
 *
 * Only lines that charon/log.h knows the meaning of are kept, at most LOGS_MAX.
 */
#ifndef TWINSITE_CHECK_LOGS_H
#define TWINSITE_CHECK_LOGS_H

#include <stddef.h>

#include "base/arena.h"
#include "charon/log.h"

#define LOGS_MAX 20000

struct log_fact {
	enum charon_log_fact fact;
	unsigned int line;			  /* in the file, from 1 */
	const char *capture[CHARON_LOG_CAPTURES]; /* NULL: none */
	const char *text;			  /* the message */
};

struct log_facts {
	const char *file; /* "home.charon.log" */
	struct log_fact *items;
	size_t count, room;
};

/* A log that is missing or cut has fewer facts; that is no error. */
void logs_load(const char *folder, const char *site, struct arena *arena,
	       struct log_facts *ret_facts);

/* The next fact of that kind after `after` (NULL: the first); NULL. */
const struct log_fact *logs_next(const struct log_facts *facts,
				 const struct log_fact *after, enum charon_log_fact fact);

/* "acme.charon.log:120 'no proposal found'", for proofs. */
const char *logs_quote(const struct log_facts *facts, const struct log_fact *fact,
		       struct arena *arena);

#endif
