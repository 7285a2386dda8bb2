// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_again_fuzz.c - a recorded question and a charon's answer: asked again, compared */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "check/answer.h"
#include "run/replay_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Two bytes say how long the question is; the answer is the rest. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct replay_question question;
	_cleanup_(ike_message_done) struct ike_message asked = { 0 }, answered = { 0 };
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct answer answer = { .arena = arena };
	size_t first = length < 2 ? 0 : (size_t)(bytes[0] << 8 | bytes[1]);

	if (length < 2 || first > length - 2 || first > sizeof(question.bytes) ||
	    length - 2 - first > sizeof(question.answer))
		return -1;
	memset(&question, 0, sizeof(question));
	memcpy(question.bytes, bytes + 2, first);
	memcpy(question.answer, bytes + 2 + first, length - 2 - first);
	question.length = (uint16_t)first;
	question.answer_length = (uint16_t)(length - 2 - first);
	(void)replay_ask_again(&question);
	if (question.length > sizeof(question.bytes))
		abort();
	if (!ike_dissect((struct slice){ question.bytes, question.length }, false,
			 &asked) &&
	    !ike_dissect((struct slice){ question.answer, question.answer_length }, false,
			 &answered))
		answer_compare(&asked, &answered, &answer);
	return 0;
}
