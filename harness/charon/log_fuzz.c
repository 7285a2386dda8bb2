// SPDX-License-Identifier: GPL-2.0-or-later
/* log_fuzz.c - any bytes as a line of charon's log */
#include "charon/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct charon_log_span whole = { (const char *)bytes, length };
	struct charon_log_match match;
	struct charon_log_line line;

	if (charon_log_parse((const char *)bytes, length, &line) == 0)
		(void)charon_log_match(&line.message, &match);
	(void)charon_log_match(&whole, &match);
	return 0;
}
