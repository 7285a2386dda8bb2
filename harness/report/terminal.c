// SPDX-License-Identifier: GPL-2.0-or-later
/* terminal.c - what a person sees while a rehearsal runs, and at its end */
#include "predict/reading.h"
#include "report/terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/out.h"
#include "base/str.h"
#include "base/wrap.h"
#include "report/text.h"

/* ------------------------------------------------------------ colours */

enum colour {
	COLOUR_NONE,
	COLOUR_BOLD,
	COLOUR_DIM,
	COLOUR_GREEN,
	COLOUR_RED,
	COLOUR_YELLOW,
};

static const char *const colour_codes[] = {
	[COLOUR_NONE] = "",	   [COLOUR_BOLD] = "\033[1m",
	[COLOUR_DIM] = "\033[2m",  [COLOUR_GREEN] = "\033[32m",
	[COLOUR_RED] = "\033[31m", [COLOUR_YELLOW] = "\033[33m",
};

static void colour_on(const struct terminal *terminal, enum colour colour,
		      struct buf *out)
{
	if (terminal->has_colour)
		buf_puts(out, colour_codes[colour]);
}

static void colour_off(const struct terminal *terminal, struct buf *out)
{
	if (terminal->has_colour)
		buf_puts(out, "\033[0m");
}

static void add_coloured(const struct terminal *terminal, enum colour colour,
			 const char *text, struct buf *out)
{
	colour_on(terminal, colour, out);
	text_add_plain(out, text);
	colour_off(terminal, out);
}

static enum colour verdict_colour(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_OK:
		return COLOUR_GREEN;
	case VERDICT_BROKEN:
	case VERDICT_LEAK:
		return COLOUR_RED;
	case VERDICT_UNPROVEN:
		return COLOUR_YELLOW;
	}
	return COLOUR_NONE;
}

static enum colour outcome_colour(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_AS_EXPECTED:
		return COLOUR_GREEN;
	case OUTCOME_UNEXPECTED:
	case OUTCOME_LAB_FAILED:
	case OUTCOME_CONTRADICTION:
		return COLOUR_RED;
	case OUTCOME_NOT_RUN:
	case OUTCOME_NOTHING_PROVED:
		return COLOUR_YELLOW;
	}
	return COLOUR_NONE;
}

#define WIDTH_MIN 40 /* below, nothing is gained */

/* As the terminal shows it best; whatever is no terminal gets its lines whole. */
static void add_wrapped(const struct terminal *terminal, const struct buf *text,
			struct buf *out)
{
	const char *line = buf_text(text), *end;

	if (terminal->width < WIDTH_MIN) {
		buf_add(out, line, text->length);
		return;
	}
	for (; (end = strchr(line, '\n')); line = end + 1) {
		wrap_line(line, (size_t)(end - line), terminal->width, out);
		buf_putc(out, '\n');
	}
	buf_puts(out, line);
}

/* ------------------------------------------------------------ while it runs */

void terminal_init(struct terminal *terminal, int fd)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize size = { 0 };

	*terminal = (struct terminal){ 0 };
	terminal->is_tty = isatty(fd) == 1 && !str_equal(term, "dumb");
	terminal->has_colour = terminal->is_tty && !(no_colour && *no_colour);
	if (fd == STDOUT_FILENO)
		out_allow_styles(terminal->is_tty);
	if (terminal->is_tty && ioctl(fd, TIOCGWINSZ, &size) == 0)
		terminal->width = size.ws_col;
}

static void add_prefix(const struct terminal *terminal, struct buf *out)
{
	if (terminal->prefix) {
		text_add_plain(out, terminal->prefix);
		buf_puts(out, ": ");
	}
}

static void add_readings(const struct scenario *scenario, struct buf *out)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	vec_foreach (site, &scenario->sites) {
		const char *reading =
			site->site ? predict_reading(arena, site->sources.items,
						     site->sources.count, site->site)
				   : NULL;

		if (!reading)
			continue;
		text_add_plain(out, reading);
		buf_putc(out, '\n');
	}
}

void terminal_begin(struct terminal *terminal, const struct scenario *scenario,
		    const char *plane, const char *plane_why, struct buf *out)
{
	_cleanup_buf_ struct buf text = { 0 };

	add_coloured(terminal, COLOUR_BOLD, scenario->name, &text);
	buf_puts(&text, ": ");
	text_add_plain(&text, scenario->sentence);
	buf_puts(&text, "\nplane ");
	add_coloured(terminal, COLOUR_BOLD, plane, &text);
	if (plane_why && *plane_why) {
		buf_puts(&text, ": ");
		text_add_plain(&text, plane_why);
	}
	buf_putc(&text, '\n');
	add_readings(scenario, &text);
	buf_putc(&text, '\n');
	add_wrapped(terminal, &text, out);
}

void terminal_clear(struct terminal *terminal, struct buf *out)
{
	if (terminal->has_line)
		buf_puts(out, "\r\033[K");
	terminal->has_line = false;
}

static void add_seconds(int64_t us, struct buf *out)
{
	buf_printf(out, "%7.2f s  ", (double)us / 1e6);
}

void terminal_tick(struct terminal *terminal, int64_t t_us, struct buf *out)
{
	_cleanup_buf_ struct buf names = { 0 };

	if (!terminal->is_tty || !terminal->open)
		return;
	for (size_t i = 0; i < terminal->open; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", terminal->phases[i].name);
	terminal_clear(terminal, out);
	add_prefix(terminal, out);
	add_seconds(t_us, out);
	colour_on(terminal, COLOUR_DIM, out);
	/* 20: seconds, blanks and the dots; a longer line would wrap and stay. */
	if (terminal->width > 20 && names.length > terminal->width - 20)
		buf_puts(out, "…");
	else
		buf_printf(out, "%s …", buf_text(&names));
	colour_off(terminal, out);
	terminal->has_line = true;
}

static void begin_phase(struct terminal *terminal, const struct event *event)
{
	_cleanup_buf_ struct buf name = { 0 };
	struct terminal_phase *phase;

	if (terminal->open == TERMINAL_PHASES_MAX)
		return;
	phase = &terminal->phases[terminal->open++];
	text_add_plain(&name, event_text(event, "name"));
	(void)snprintf(phase->name, sizeof(phase->name), "%.*s",
		       (int)sizeof(phase->name) - 1, buf_text(&name));
	phase->start_us = event->t_us;
}

/* When it began; the phase is no longer open. */
static int64_t end_phase(struct terminal *terminal, const struct event *event)
{
	for (size_t i = terminal->open; i > 0; i--) {
		struct terminal_phase *phase = &terminal->phases[i - 1];
		int64_t start_us = phase->start_us;

		if (!str_equal(phase->name, event_text(event, "name")))
			continue;
		memmove(phase, phase + 1, (terminal->open - i) * sizeof(*phase));
		terminal->open--;
		return start_us;
	}
	return event->t_us;
}

static void phase_ended(struct terminal *terminal, const struct event *event,
			struct buf *out)
{
	int64_t start_us = end_phase(terminal, event);
	bool is_ok = event_bool(event, "ok");
	const char *text = event_text(event, "text");

	terminal_clear(terminal, out);
	add_prefix(terminal, out);
	add_seconds(event->t_us, out);
	text_add_padded(out, event_text(event, "name"), 24);
	colour_on(terminal, is_ok ? COLOUR_DIM : COLOUR_RED, out);
	text_add_duration(out, event->t_us - start_us);
	if (!is_ok)
		buf_puts(out, "  failed");
	if (*text) {
		buf_puts(out, is_ok ? "  " : ": ");
		text_add_plain(out, text);
	}
	colour_off(terminal, out);
	buf_putc(out, '\n');
}

static void process_ended(struct terminal *terminal, const struct event *event,
			  struct buf *out)
{
	if (event_bool(event, "expected"))
		return;
	terminal_clear(terminal, out);
	add_prefix(terminal, out);
	add_seconds(event->t_us, out);
	colour_on(terminal, COLOUR_RED, out);
	text_add_plain(out, event->node);
	buf_puts(out, ": ");
	text_add_plain(out, event_text(event, "name"));
	buf_puts(out, " ended unexpectedly: ");
	text_add_plain(out, event_text(event, "status"));
	colour_off(terminal, out);
	buf_putc(out, '\n');
}

void terminal_event(struct terminal *terminal, const struct event *event, struct buf *out)
{
	if (str_equal(event->source, "phase") && str_equal(event->kind, "begin"))
		begin_phase(terminal, event);
	else if (str_equal(event->source, "phase") && str_equal(event->kind, "end"))
		phase_ended(terminal, event, out);
	else if (str_equal(event->source, "process") && str_equal(event->kind, "ended"))
		process_ended(terminal, event, out);
}

/* ------------------------------------------------------------ the end: checks */

#define WORD_COLUMNS 10

static void add_verdict(const struct terminal *terminal, const struct verdict *verdict,
			struct buf *out)
{
	const char *word = verdict_kind_name(verdict->kind);

	buf_puts(out, "  ");
	colour_on(terminal, verdict_colour(verdict->kind), out);
	text_add_padded(out, word, WORD_COLUMNS);
	colour_off(terminal, out);
	text_add_plain(out, verdict->claim);
	if (verdict->seen && *verdict->seen) {
		buf_puts(out, ": ");
		add_coloured(terminal,
			     verdict->kind == VERDICT_OK ? COLOUR_DIM : COLOUR_NONE,
			     verdict->seen, out);
	}
	buf_putc(out, '\n');
	if (verdict->kind != VERDICT_BROKEN && verdict->kind != VERDICT_LEAK)
		return;
	for (size_t i = 0; i < verdict->proof.count; i++) {
		buf_printf(out, "  %*s", WORD_COLUMNS, "");
		add_coloured(terminal, COLOUR_DIM, verdict->proof.items[i], out);
		buf_putc(out, '\n');
	}
}

static void add_verdicts(const struct terminal *terminal,
			 const struct judgement *judgement, struct buf *out)
{
	for (size_t i = 0; i < judgement->verdicts.count; i++)
		add_verdict(terminal, &judgement->verdicts.items[i], out);
	if (judgement->verdicts.count)
		buf_putc(out, '\n');
}

static void add_figures(const struct terminal *terminal,
			const struct judgement *judgement, struct buf *out)
{
	size_t columns = 0, value_columns = 0;

	for (size_t i = 0; i < judgement->figures.count; i++) {
		size_t name = text_width(judgement->figures.items[i].name);
		size_t value = text_width(judgement->figures.items[i].value);

		columns = name > columns ? name : columns;
		value_columns = value > value_columns ? value : value_columns;
	}
	for (size_t i = 0; i < judgement->figures.count; i++) {
		const struct figure *figure = &judgement->figures.items[i];

		buf_puts(out, "  ");
		text_add_padded(out, figure->name, columns + 2);
		colour_on(terminal, COLOUR_BOLD, out);
		text_add_padded(out, figure->value,
				figure->label ? value_columns + 2 : 0);
		colour_off(terminal, out);
		add_coloured(terminal, COLOUR_DIM, figure->label, out);
		buf_putc(out, '\n');
	}
	if (judgement->figures.count)
		buf_putc(out, '\n');
}

/* As `ipsec status` on each gateway. */
static void add_statuses(const struct terminal *terminal,
			 const struct judgement *judgement, struct buf *out)
{
	vec_foreach (status, &judgement->statuses) {
		const char *line = status->text;

		buf_puts(out, "  ");
		add_coloured(terminal, COLOUR_BOLD, status->site, out);
		buf_puts(out, ": ");
		while (*line) {
			size_t length = strcspn(line, "\n");
			_cleanup_free_ char *text = strndup(line, length);

			add_coloured(terminal, COLOUR_DIM, text ? text : "", out);
			line += length + (line[length] == '\n');
			buf_puts(out, *line ? "\n  " : "\n");
		}
	}
	if (judgement->statuses.count)
		buf_putc(out, '\n');
}

/* What a shell ran, or should have; plain commands that became rules are no news. */
static void add_scripts(const struct judgement *judgement, struct buf *out)
{
	bool has_any = false;

	for (size_t i = 0; i < judgement->scripts.count; i++) {
		const struct script_run *run = &judgement->scripts.items[i];
		_cleanup_buf_ struct buf line = { 0 };

		if (run->has_ended && !run->has_run)
			continue;
		report_script_text(run, &line);
		buf_puts(out, "  script: ");
		text_add_plain(out, buf_text(&line));
		buf_putc(out, '\n');
		has_any = true;
	}
	if (has_any)
		buf_putc(out, '\n');
}

static void add_notes(const struct judgement *judgement, struct buf *out)
{
	for (size_t i = 0; i < judgement->notes.count; i++) {
		buf_puts(out, "  note: ");
		text_add_plain(out, judgement->notes.items[i]);
		buf_putc(out, '\n');
	}
	if (judgement->notes.count)
		buf_putc(out, '\n');
}

/* ------------------------------------------------------------ the end: why */

static void add_item(const struct terminal *terminal, const char *title, const char *item,
		     struct buf *out)
{
	buf_puts(out, "    ");
	colour_on(terminal, COLOUR_DIM, out);
	text_add_padded(out, title, 12);
	colour_off(terminal, out);
	text_add_plain(out, item);
	buf_putc(out, '\n');
}

static void add_list(const struct terminal *terminal, const char *title,
		     const char *const *items, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++)
		add_item(terminal, i ? "" : title, items[i], out);
}

/* One end's, or the other end's: made at both they differ again. */
static void add_fixes(const struct terminal *terminal, const struct diagnosis *diagnosis,
		      struct buf *out)
{
	vec_foreach (fix, &diagnosis->fixes) {
		const size_t index = (size_t)(fix - diagnosis->fixes.items);

		add_item(terminal,
			 fix_is_instead(diagnosis->fixes.items, index) ? "or"
			 : index				       ? ""
								       : "fix",
			 *fix, out);
	}
}

/* The one differing setting: site, setting, value, file and line, in columns. */
static void add_values(const struct terminal *terminal, const struct diagnosis *diagnosis,
		       struct buf *out)
{
	size_t columns[3] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++) {
		const struct diagnosis_value *v = &diagnosis->values[i];
		const char *const texts[] = { v->site, v->setting, v->value };

		for (size_t c = 0; v->setting && c < 3; c++)
			if (text_width(texts[c]) > columns[c])
				columns[c] = text_width(texts[c]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(diagnosis->values); i++) {
		const struct diagnosis_value *v = &diagnosis->values[i];
		_cleanup_buf_ struct buf at = { 0 };

		if (!v->setting)
			continue;
		report_add_origin(&at, &v->at);
		buf_puts(out, "    ");
		text_add_padded(out, v->site, columns[0] + 2);
		text_add_padded(out, v->setting, columns[1] + 2);
		colour_on(terminal, COLOUR_BOLD, out);
		text_add_padded(out, v->value, columns[2] + 2);
		colour_off(terminal, out);
		add_coloured(terminal, COLOUR_DIM, buf_text(&at), out);
		buf_putc(out, '\n');
	}
}

static void add_diagnosis(const struct terminal *terminal,
			  const struct diagnosis *diagnosis, struct buf *out)
{
	_cleanup_buf_ struct buf title = { 0 };

	buf_printf(&title, "%s %s", diagnosis->class->id, diagnosis->class->name);
	buf_puts(out, "  ");
	add_coloured(terminal, COLOUR_BOLD, buf_text(&title), out);
	if (diagnosis->layer) {
		buf_puts(out, " (");
		text_add_plain(out, finding_layer_name(diagnosis->layer));
		buf_putc(out, ')');
	}
	buf_puts(out, "\n    ");
	text_add_plain(out, diagnosis->summary);
	buf_putc(out, '\n');
	add_values(terminal, diagnosis, out);
	add_list(terminal, "proof", diagnosis->proof.items, diagnosis->proof.count, out);
	if (diagnosis->in_effect)
		add_list(terminal, "in effect", &diagnosis->in_effect, 1, out);
	add_list(terminal, "seen by", diagnosis->sees.items, diagnosis->sees.count, out);
	add_fixes(terminal, diagnosis, out);
	add_list(terminal, "ruled out", diagnosis->ruled_out.items,
		 diagnosis->ruled_out.count, out);
	buf_putc(out, '\n');
}

/* ------------------------------------------------------------ the end: what it means */

static void add_counts(const struct judgement *judgement, struct buf *out)
{
	struct report_counts counts = report_count(judgement);
	const char *comma = "";

	for (unsigned int kind = 0; kind < ARRAY_SIZE(counts.of); kind++) {
		if (!counts.of[kind])
			continue;
		buf_printf(out, "%s%zu %s", comma, counts.of[kind],
			   verdict_kind_name((enum verdict_kind)kind));
		comma = ", ";
	}
}

static void add_name(const struct terminal *terminal, const struct judgement *judgement,
		     struct buf *out)
{
	add_prefix(terminal, out);
	if (judgement->scenario && !terminal->prefix) {
		text_add_plain(out, judgement->scenario->name);
		buf_puts(out, ": ");
	}
}

/* "acme: as expected, all checks hold", then what it took. */
static void add_outcome(const struct terminal *terminal,
			const struct judgement *judgement, struct buf *out)
{
	const char *text = judgement->outcome_text;

	if (judgement->broke_off) /* said in the first line */
		text = "broken off, nothing is proved; this report is partial";
	if (judgement->contradictions.count)
		text = "not to be believed: twinsite disagrees with itself";
	add_name(terminal, judgement, out);
	add_coloured(terminal, outcome_colour(judgement->outcome),
		     text && *text ? text : report_outcome_word(judgement->outcome), out);
	buf_putc(out, '\n');
	text_add_duration(out, judgement->took_us);
	if (judgement->is_virtual)
		text_add_clocks(out, judgement->seed, judgement->wall_us);
	if (judgement->plane) {
		buf_puts(out, " on ");
		text_add_plain(out, judgement->plane);
	}
	if (judgement->verdicts.count) {
		buf_puts(out, ": ");
		add_counts(judgement, out);
	}
	buf_putc(out, '\n');
}

/* In one line, however long: it is copied. */
static void add_folder(const struct judgement *judgement, struct buf *out)
{
	if (!judgement->folder)
		return;
	buf_puts(out, "report: ");
	text_add_plain(out, judgement->folder);
	buf_putc(out, '\n');
}

/* Both sentences, one below the other, before anything else is believed. */
static void add_contradictions(const struct terminal *terminal,
			       const struct judgement *judgement, struct buf *out)
{
	if (!judgement->contradictions.count)
		return;
	add_name(terminal, judgement, out);
	add_coloured(terminal, COLOUR_RED, "twinsite disagrees with itself", out);
	buf_putc(out, '\n');
	vec_foreach (one, &judgement->contradictions) {
		buf_puts(out, "  predict says  ");
		text_add_plain(out, one->predicted);
		buf_puts(out, "\n  the run says  ");
		text_add_plain(out, one->seen);
		buf_putc(out, '\n');
	}
	buf_puts(
		out,
		"  One of them is wrong, which is an error of twinsite: please report it "
		"with the folder of\n  this run, which holds no keys.\n\n");
}

void terminal_report(const struct terminal *terminal, const struct judgement *judgement,
		     struct buf *out)
{
	_cleanup_buf_ struct buf text = { 0 };

	buf_putc(&text, '\n');
	if (judgement->broke_off) {
		add_name(terminal, judgement, &text);
		add_coloured(terminal, COLOUR_RED, judgement->outcome_text, &text);
		buf_puts(&text, "\n\n");
	}
	add_contradictions(terminal, judgement, &text);
	add_verdicts(terminal, judgement, &text);
	add_statuses(terminal, judgement, &text);
	add_figures(terminal, judgement, &text);
	add_scripts(judgement, &text);
	add_notes(judgement, &text);
	for (size_t i = 0; i < judgement->diagnoses.count; i++)
		add_diagnosis(terminal, &judgement->diagnoses.items[i], &text);
	add_outcome(terminal, judgement, &text);
	add_wrapped(terminal, &text, out);
	add_folder(judgement, out);
}
