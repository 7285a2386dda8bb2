// SPDX-License-Identifier: GPL-2.0-or-later
/* log_fuzz.c - any log, in pieces; what is said of it, and the log without its keys */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "log/answer.h"
#include "log/ladder.h"
#include "log/print.h"
#include "log/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* And a ladder with the second half of it, as if it were the other end's. */
static void climb(const struct log_reader *here, const struct log_answer *answer,
		  const char *log, size_t length, struct buf *text)
{
	static struct log_ladder ladder;
	struct log_reader *there = log_reader_new();
	struct log_answer other;

	log_reader_add_whole(there, log, length);
	log_reader_end(there);
	log_answer(there, &other);
	log_ladder_build(here, there, &ladder);
	log_ladder_print(&ladder, answer, &other, text);
	log_reader_free(there);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct log_reader *reader = log_reader_new();
	const char *log = (const char *)bytes;
	char line[LOG_LINE_MAX];
	struct log_answer answer;

	log_reader_add(reader, log, length / 3);
	log_reader_add(reader, log + length / 3, length - length / 3);
	log_reader_end(reader);
	log_answer(reader, &answer);
	log_print(reader, &answer, NULL, &text);
	climb(reader, &answer, log + length / 2, length - length / 2, &text);
	if (log_redact(log, length, line, sizeof(line)) && length == 0)
		abort();
	log_reader_free(reader);
	return 0;
}
