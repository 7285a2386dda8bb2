// SPDX-License-Identifier: GPL-2.0-or-later
/* log_fuzz.c - any log, in pieces; what is said of it, and the log without its keys */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "log/answer.h"
#include "log/print.h"
#include "log/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

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
	if (log_redact(log, length, line, sizeof(line)) && length == 0)
		abort();
	log_reader_free(reader);
	return 0;
}
