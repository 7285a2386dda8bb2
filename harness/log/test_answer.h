/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_answer.h - what is answered to a whole log; for tests */
#ifndef TWINSITE_LOG_TEST_ANSWER_H
#define TWINSITE_LOG_TEST_ANSWER_H

#include <string.h>

#include "base/buf.h"
#include "log/answer.h"
#include "log/attempt.h"
#include "log/print.h"

/* The answer points into the reader, which is the caller's: log_reader_free(). */
static inline struct log_reader *
read_answer(const char *log, struct log_answer *ret_answer, struct buf *classes)
{
	struct log_reader *reader = log_reader_new();

	log_reader_add_whole(reader, log, strlen(log));
	log_reader_end(reader);
	log_answer(reader, ret_answer);
	log_print_classes(ret_answer, classes);
	return reader;
}

#endif
