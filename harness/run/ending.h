/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ending.h - how a run ended: to its end, or why it broke off
 *
 * Nobody is blamed for what a run that broke off did not do: it has one reason, and
 * nothing that it would have shown is proved. The world says why in its last line of
 * evidence ("run" "end"). Of what it could not say itself (it was killed, its kernel
 * panicked, nothing could be written) its parent leaves a note behind what was recorded:
 * "run" "broke", with text.
 */
#ifndef TWINSITE_RUN_ENDING_H
#define TWINSITE_RUN_ENDING_H

#include <stdint.h>

struct arena;
struct err;
struct judgement;
struct timeline;

/*
 * Append the parent's note to the evidence of a world that is gone; a line that was cut
 * while it was written is removed. start_us: when the run was started (clock_now_us()).
 */
int ending_note(const char *folder, int64_t start_us, const char *reason,
		struct err *err);

/*
 * The one reason why a run broke off, as a sentence without full stop, in the arena; NULL:
 * it was carried out to its end. note: the parent's, when it may not be in the timeline;
 * NULL: none. A phase is named where the reason is not known to be
 * elsewhere: "traffic: out of memory".
 */
const char *ending_reason(const struct timeline *timeline, const char *note,
			  struct arena *arena);

/*
 * What is left of a judgement then: each verdict is unproven and says what was seen
 * until then; there are no diagnoses and no figures.
 */
void ending_unprove(struct judgement *judgement, const char *reason);

#endif
