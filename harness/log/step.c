// SPDX-License-Identifier: GPL-2.0-or-later
/* step.c - what happened at one end, line by line, for the ladder of both */
#include <string.h>

#include "log/attempt.h"
#include "log/redact.h"

void log_step_add(struct log_reader *reader, enum log_step_kind kind,
		  const struct charon_log_span *text, const uint32_t *spis)
{
	struct log_step *step;

	/* An event of a line that is a step already says nothing more. */
	if (kind == LOG_STEP_SAID && reader->step_count &&
	    reader->steps[(reader->step_count - 1) % LOG_STEPS].line == reader->lines)
		return;
	step = &reader->steps[reader->step_count++ % LOG_STEPS];
	memset(step, 0, sizeof(*step));
	step->kind = kind;
	step->line = reader->lines;
	step->ms = reader->now_ms;
	if (spis)
		memcpy(step->spis, spis, sizeof(step->spis));
	(void)log_redact(text->s, text->length, step->text, sizeof(step->text));
}

void log_step_again(struct log_reader *reader, const char *words)
{
	const size_t kept =
		reader->step_count < LOG_STEPS ? reader->step_count : LOG_STEPS;

	for (size_t back = 1; back <= kept; back++) {
		const struct log_step *step =
			&reader->steps[(reader->step_count - back) % LOG_STEPS];
		char text[sizeof(step->text)];

		if (step->kind != LOG_STEP_SENT || !strstr(step->text, words))
			continue;
		memcpy(text, step->text, sizeof(text));
		log_step_add(reader, LOG_STEP_SENT,
			     &(struct charon_log_span){ text, strlen(text) }, NULL);
		return;
	}
}
