/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader_keeper.h - what a reader asks of root, for reader.c */
#ifndef TWINSITE_RUN_READER_KEEPER_H
#define TWINSITE_RUN_READER_KEEPER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct reader;
struct world;

enum reader_ask {
	READER_HELLO = 1,
	READER_REVEAL,
	READER_REPORT,
	READER_LATEST,
	READER_OUTPUT,
	READER_REPLACE,	    /* with a memfd: what stands there, behind it what shall */
	READER_REPLACE_ALL, /* of those that were said, at once */
	READER_SUMMARY,
};

/*
 * One datagram, with the descriptor on which the answer is awaited, and behind that the
 * one with texts, where there are some.
 */
struct reader_request {
	uint32_t ask; /* enum reader_ask */
	uint32_t has_secrets;
	uint32_t is_new; /* nothing stands there */
	uint32_t was_length;
	char path[PATH_MAX];
	char name[PATH_MAX];
};

struct reader_answer {
	struct err err;
	char path[PATH_MAX];
};

/*
 * What the i-th word of the command line says will be written, when that is one of the
 * options that do; else NULL.
 */
const char *reader_value_of(const struct reader *reader, int i);

/*
 * Serve a reader until it has ended, pass signals on to it, take back what was given.
 * Returns its exit status. signals: a signalfd.
 */
int reader_keep(const struct reader *reader, struct world *world, int socket,
		int signals);

#endif
