// SPDX-License-Identifier: GPL-2.0-or-later
/* print.c - what a log says, in words */
#include "log/print.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "device/device.h"
#include "finding/finding.h"
#include "log/answer.h"
#include "predict/sees.h"

#define KINDS_SHOWN 6

static void put(struct buf *out, const char *text)
{
	plain_text(text, 0, out);
}

/* ------------------------------------------------------------ attempts */

static const char *mode_words(const struct log_attempt *attempt)
{
	if (attempt->version == 2)
		return "IKEv2";
	if (attempt->version == 1)
		return attempt->mode == 'a'   ? "IKEv1, aggressive mode"
		       : attempt->mode == 'm' ? "IKEv1, main mode"
					      : "IKEv1";
	return "IKE";
}

static const char *stage_words(const struct log_attempt *attempt)
{
	const bool is_own = attempt->role != LOG_RESPONDER;

	switch (attempt->stage) {
	case LOG_STAGE_NONE:
		return "nothing was exchanged";
	case LOG_ASKED:
		return is_own ? "the first message was sent"
			      : "the peer's first message came";
	case LOG_ANSWERED:
		return is_own ? "the peer answered, and phase 1 was not finished"
			      : "this end answered, and phase 1 was not finished";
	case LOG_AUTH:
		return is_own ? "proposals are agreed, identity and proof were sent"
			      : "proposals are agreed, the peer's identity and proof "
				"came";
	case LOG_IKE_UP:
		return "phase 1 is up, no child is";
	case LOG_CHILD_UP:
		return "the tunnel is up";
	case LOG_STAGES:
		break;
	}
	return "";
}

static void print_head(const struct log_kind *kind, struct buf *out)
{
	const struct log_attempt *last = &kind->last;

	if (kind->count > 1)
		buf_printf(out, "%zu times, ", kind->count);
	if (*kind->first_time) {
		put(out, kind->first_time);
		if (strcmp(kind->first_time, last->last_time) != 0) {
			buf_puts(out, " to ");
			put(out, last->last_time);
		}
		buf_puts(out, ": ");
	}
	if (*last->name) {
		put(out, last->name);
		buf_puts(out, ", ");
	}
	if (!last->role)
		buf_puts(out, mode_words(last));
	else
		buf_printf(out, "%s, %s begins", mode_words(last),
			   last->role == LOG_INITIATOR ? "this end" : "the peer");
	if (*last->peer) {
		buf_puts(out, last->role == LOG_INITIATOR ? " with " : " at ");
		put(out, last->peer);
	}
	buf_printf(out, ": %s\n", stage_words(last));
}

static void print_value(const struct log_value *value, struct buf *out)
{
	buf_puts(out, "    ");
	put(out, value->setting);
	if (*value->own) {
		buf_puts(out, ": the peer's ");
		put(out, *value->peer ? value->peer : "?");
		buf_puts(out, ", this end's ");
		put(out, value->own);
	} else {
		buf_puts(out, ": ");
		put(out, value->peer);
	}
	buf_putc(out, '\n');
}

static void print_kind(const struct log_kind *kind, struct buf *out)
{
	const struct log_attempt *last = &kind->last;

	print_head(kind, out);
	for (size_t i = 0; i < last->token_count; i++)
		buf_printf(out, "  %s%s\n", last->tokens[i].is_later ? "later " : "",
			   log_event_means(last->tokens[i].event));
	for (size_t i = 0; i < last->value_count; i++)
		print_value(&last->values[i], out);
	for (size_t i = 0; i < last->quote_count; i++) {
		buf_printf(out, "    line %zu: ", last->quotes[i].line);
		put(out, last->quotes[i].text);
		buf_putc(out, '\n');
	}
}

/* ------------------------------------------------------------ the other end */

#define SEES_SHOWN 4

/* The row of a daemon whose log is known word for word. */
static enum device_kind kind_with_charon(void)
{
	enum device_kind kind = 0;

	for (unsigned int i = 0; device_names()[i]; i++)
		if (device_of((enum device_kind)i)->traits.runs_charon)
			kind = (enum device_kind)i;
	return kind;
}

/* What the other administrator reads then, class by class, where a charon is there. */
static void print_other_end(const struct log_answer *answer, struct buf *out)
{
	const struct log_attempt *attempt = answer->kind ? &answer->kind->last : NULL;
	const char *last = NULL;
	unsigned int shown = 0;

	if (!attempt || answer->is_healthy || !attempt->token_count)
		return;
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++) {
		const struct sees_case of = {
			.class = class,
			.is_phase2 = attempt->stage >= LOG_IKE_UP,
			.version = attempt->version == 2 ? 2 : 1,
			.is_refuser_initiator = log_is_refused_there(attempt) ==
						(attempt->role == LOG_RESPONDER),
		};
		const char *words;

		if (!answer->may_be[class] ||
		    finding_class_of(class)->moment == MOMENT_PHASE1)
			continue;
		words = sees_words(&of, kind_with_charon(),
				   log_is_refused_there(attempt) ? SEES_REFUSING
								 : SEES_ASKING);
		if ((last && strcmp(words, last) == 0) || shown == SEES_SHOWN)
			continue;
		if (!shown++)
			buf_puts(out, "\nthe other end's log, if it is strongSwan's:\n");
		buf_printf(out, "  %s: %s\n", finding_class_of(class)->id, words);
		last = words;
	}
}

/* ------------------------------------------------------------ the answer */

static void print_class(const struct finding_class *class, struct buf *out)
{
	const char *layer = finding_layer_name(class->layer);

	buf_printf(out, "  %s %s%s%s%s\n", class->id, class->name, *layer ? " (" : "",
		   layer, *layer ? ")" : "");
}

static void print_classes(const struct log_answer *answer, struct buf *out)
{
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (answer->may_be[class])
			print_class(finding_class_of(class), out);
}

static bool has_also(const struct log_answer *answer)
{
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (answer->also[class])
			return true;
	return false;
}

static void print_also(const struct log_answer *answer, struct buf *out)
{
	const char *between =
		"by what was said it would look the same with some devices, "
		"not rehearsed: ";

	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (answer->also[class]) {
			buf_printf(out, "%s%s %s", between, finding_class_of(class)->id,
				   finding_class_of(class)->name);
			between = ", ";
		}
	if (*between == ',')
		buf_putc(out, '\n');
}

static void print_advice(const struct log_answer *answer, struct buf *out)
{
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++) {
		const char *fix = finding_class_of(class)->advice.fix;

		if (answer->may_be[class] && answer->count == 1 && fix)
			buf_printf(out, "what to do: %s\n", fix);
	}
}

static void print_answer(const struct log_answer *answer, struct buf *out)
{
	const char *basis = answer->basis == LOG_BASIS_REHEARSED
				    ? "rehearsed: this is what the daemon writes then"
				    : "by what was said; no rehearsal has written such a "
				      "log";

	if (!answer->count && !answer->is_healthy) {
		buf_puts(out, "cannot tell: the log holds nothing that proves a fault\n");
		return;
	}
	if (answer->is_healthy && answer->kind) {
		buf_puts(out,
			 "IKE is fine: if something does not work all the same, the "
			 "fault is elsewhere, and no log of IKE tells it. Look at:\n");
	} else if (answer->count == 1) {
		buf_printf(out, "%s (%s):\n",
			   has_also(answer) ? "one fault is known to write this"
					    : "it is",
			   basis);
	} else {
		buf_printf(out, "this end's log cannot tell these %zu apart (%s):\n",
			   answer->count, basis);
	}
	print_classes(answer, out);
	print_also(answer, out);
	print_advice(answer, out);
}

void log_print_findings(const struct findings *findings, struct buf *out)
{
	if (!findings)
		return;
	if (!findings->count) {
		buf_puts(out,
			 "\nthe files given say nothing of it; `twinsite predict` says "
			 "what else is in them\n");
		return;
	}
	buf_puts(out, "\nand by the files:\n");
}

static void print(const struct log_reader *reader, const struct log_answer *answer,
		  const struct findings *findings, struct buf *out)
{
	size_t first = 0;

	buf_printf(out, "%s: %zu lines, %zu of them understood\n",
		   reader->maker    ? reader->maker
		   : reader->likely ? reader->likely
				    : "no daemon that is known",
		   reader->lines, reader->known);
	if (reader->kind_count > KINDS_SHOWN)
		first = reader->kind_count - KINDS_SHOWN;
	if (first || reader->kinds_lost)
		buf_printf(out, "%zu older kinds of attempts are not shown\n",
			   first + reader->kinds_lost);
	for (size_t i = first; i < reader->kind_count; i++) {
		buf_putc(out, '\n');
		print_kind(&reader->kinds[i], out);
	}
	if (!reader->kind_count)
		buf_puts(out, "no attempt to bring up a tunnel is in it\n");
	buf_putc(out, '\n');
	print_answer(answer, out);
	print_other_end(answer, out);
	if (answer->question)
		buf_printf(out, "\nask the other administrator: %s\n", answer->question);
	log_print_findings(findings, out);
}

/* Fields went through plain_text() one by one; what begins a line is seen only here. */
void log_print(const struct log_reader *reader, const struct log_answer *answer,
	       const struct findings *findings, struct buf *out)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct plain plain = { .flags = PLAIN_LINES };

	print(reader, answer, findings, &text);
	plain_add(&plain, buf_text(&text), text.length, out);
	plain_end(&plain, out);
}

void log_print_classes(const struct log_answer *answer, struct buf *out)
{
	const char *between = "";

	if (answer->is_healthy) {
		buf_puts(out, "OK");
		between = " ";
	}
	for (enum class_id class = CLASS_NONE + 1; class < CLASSES_END; class ++)
		if (answer->may_be[class]) {
			buf_printf(out, "%s%s", between, finding_class_of(class)->id);
			between = " ";
		}
	buf_putc(out, '\n');
}
