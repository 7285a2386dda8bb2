// SPDX-License-Identifier: GPL-2.0-or-later
/* ladder_print.c - the ladder of both logs, in words */
#include <inttypes.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "finding/finding.h"
#include "log/ladder.h"

#define SECOND 1000
#define HOUR   (3600 * SECOND)
#define ZONE   (HOUR / 4) /* zones differ by quarters of an hour */

static void print_span(int64_t ms, struct buf *out)
{
	if (ms >= HOUR)
		buf_printf(out, "%" PRId64 " h ", ms / HOUR);
	if (ms >= 60 * SECOND)
		buf_printf(out, "%" PRId64 " min ", ms / (60 * SECOND) % 60);
	buf_printf(out, "%" PRId64 ".%" PRId64 " s", ms / SECOND % 60, ms / 100 % 10);
}

static void print_clock(const struct log_ladder *ladder, struct buf *out)
{
	const int64_t later = ladder->later_ms, size = later < 0 ? -later : later;
	const int64_t zones = (size + ZONE / 2) / ZONE * ZONE;
	const int64_t rest = size > zones ? size - zones : zones - size;

	if (!ladder->has_clock) {
		buf_printf(out, "clocks: %s\n",
			   ladder->both ? "not known, the lines have no times"
					: "not known, no message is in both logs");
		return;
	}
	buf_puts(out, "clocks: ");
	if (size < SECOND) {
		buf_puts(out, "they agree within a second");
	} else {
		buf_puts(out, "the other end's is ");
		print_span(size, out);
		buf_puts(out, later > 0 ? " ahead" : " behind");
		if (zones && rest <= 90 * SECOND)
			buf_puts(out, ", most likely another time zone");
	}
	buf_printf(out, " (%zu messages or SPIs are in both logs)\n", ladder->both);
}

static void print_time(const struct log_ladder *ladder, const struct log_rung *rung,
		       struct buf *out)
{
	int64_t ms = rung->here ? rung->here->ms : rung->there->ms;

	if (ms >= 0 && !rung->here && ladder->has_clock)
		ms -= ladder->later_ms;
	if (ms < 0) {
		buf_printf(out, "%-13s", "");
		return;
	}
	ms %= 24 * HOUR;
	buf_printf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64 " ",
		   ms / HOUR, ms / (60 * SECOND) % 60, ms / SECOND % 60, ms % SECOND);
}

static const char *arrow_of(const struct log_rung *rung)
{
	const struct log_step *step = rung->here ? rung->here : rung->there;
	const bool is_out = (step->kind == LOG_STEP_SENT) == (rung->here != NULL);

	if (step->kind == LOG_STEP_CHILD)
		return rung->here && rung->there ? "both" : rung->here ? "here" : "there";
	if (step->kind == LOG_STEP_SAID)
		return rung->here ? "here" : "there";
	if (rung->here && rung->there)
		return is_out ? "---->" : "<----";
	/* Got, and the other end's log has not that it was sent: cut, or another level. */
	if (step->kind == LOG_STEP_GOT || !rung->is_covered)
		return is_out ? "----?" : "?----";
	return is_out ? "--x" : "x--";
}

static void print_rung(const struct log_ladder *ladder, const struct log_rung *rung,
		       struct buf *out)
{
	const struct log_step *step = rung->here ? rung->here : rung->there;

	print_time(ladder, rung, out);
	buf_printf(out, "%-6s", arrow_of(rung));
	plain_text(step->text, 0, out);
	if (rung->here && rung->there)
		buf_printf(out, " (lines %zu, %zu)\n", rung->here->line,
			   rung->there->line);
	else
		buf_printf(out, " (line %zu)\n", step->line);
}

static void print_join(const struct log_ladder *ladder, const struct log_answer *here,
		       const struct log_answer *there, struct buf *out)
{
	struct log_answer both;
	const enum log_join join = log_ladder_join(ladder, here, there, &both);

	if (!join) {
		buf_puts(out,
			 "\nboth logs: what each says stands by itself; they have no "
			 "attempt and no fault in common\n");
		return;
	}
	buf_printf(out, "\nboth logs, %s: %s\n",
		   join == LOG_JOIN_SAME_ATTEMPT
			   ? "of the same attempt"
			   : "if they are of the same time (one has no attempt in it)",
		   both.count == 1 ? "it is" : "one of these");
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (both.may_be[class])
			buf_printf(out, "  %s %s\n", finding_class_of(class)->id,
				   finding_class_of(class)->name);
}

void log_ladder_print(const struct log_ladder *ladder, const struct log_answer *here,
		      const struct log_answer *there, struct buf *out)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct plain plain = { .flags = PLAIN_LINES };

	print_clock(ladder, &text);
	buf_puts(&text,
		 "times are of this end's clock; ----> is from this end to the other, "
		 "x: not in the other end's log although it reaches to that time, ?: "
		 "the other end's log does not say\n");
	for (size_t i = 0; i < ladder->count; i++)
		print_rung(ladder, &ladder->rungs[i], &text);
	print_join(ladder, here, there, &text);
	plain_add(&plain, buf_text(&text), text.length, out);
	plain_end(&plain, out);
}
