/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * answer.h - which faults a log can come from: all of them, and no other
 *
 * The right answer is computed: every scenario of the catalogue was run, what charon
 * wrote at its default level was brought to its signature (attempt.h), and the classes
 * whose signatures are equal are one set (sets.def, made by record.sh). A log that none
 * of them wrote is answered by what its last event may come from (events.def). A class
 * that the log's IKE version cannot have is left out.
 */
#ifndef TWINSITE_LOG_ANSWER_H
#define TWINSITE_LOG_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "log/attempt.h"

enum log_basis {
	LOG_BASIS_NONE,	     /* nothing is known: there is nothing to tell from */
	LOG_BASIS_REHEARSED, /* this log, or this attempt, is of the catalogue */
	LOG_BASIS_EVENT,     /* by the last event alone */
};

struct log_answer {
	enum log_basis basis;
	bool may_be[CLASSES_END];
	/* Not rehearsed with such a peer; by what was said it would look the same. */
	bool also[CLASSES_END];
	bool is_healthy; /* IKE does what it should: no fault, or none that IKE sees */
	size_t count;	 /* of classes */
	const struct log_kind *kind; /* what is answered by; borrowed; NULL: no attempt */
	const char *question;	     /* which splits the set best; NULL: none is needed */
};

void log_answer(const struct log_reader *reader, struct log_answer *ret_answer);

/* Can a class strike in this attempt, by its version, its mode and how far it got? */
bool log_class_fits(enum class_id class, const struct log_attempt *attempt);

/*
 * Did the peer refuse, by a notify or by silence? Which of its settings made it say so
 * depends on its make, and only a charon was rehearsed: then what other devices would do
 * counts like what was seen, and no fault is named alone that has a twin elsewhere.
 */
bool log_is_refused_there(const struct log_attempt *attempt);

#endif
