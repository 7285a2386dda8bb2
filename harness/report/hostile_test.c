// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hostile_test.c - one hostile string in every field of every format
 *
 * Each report is written twice: with a harmless word in every field, and with the hostile
 * string there. The second must have the same skeleton (lines; tags and attributes; members
 * of JSON), and nothing that moves a cursor, turns the direction or is a command of CI.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/plain.h"
#include "base/str.h"
#include "evidence/evidence.h"
#include "report/findings.h"
#include "report/report.h"
#include "report/terminal.h"

#define HARMLESS "word"
#define HOSTILE                                                                         \
	"\n::error::x\x1b[31m\x1b]0;t\x07\xc2\x9b\xe2\x80\xae\xff</b><!--]]>\"'&\\\r\n" \
	"##[error]y\n  ::debug::\t\xe2\x80\xa8"

enum format { LINES, MARKUP, JSON };

/* Everything that a report says, each text the same. */
struct said {
	struct judgement judgement;
	struct scenario scenario;
	struct findings findings;
	struct timeline timeline;
};

/* ------------------------------------------------------------ every field */

static struct diagnosis_value value_of(const char *text)
{
	return (struct diagnosis_value){
		text, text, text, { .file = text, .line = 1, .source = text }
	};
}

static void fill_verdicts(struct judgement *judgement, const char *text)
{
	for (unsigned int kind = VERDICT_OK; kind <= VERDICT_UNPROVEN; kind++) {
		struct verdict *verdict =
			vec_push(judgement->arena, &judgement->verdicts);

		*verdict = (struct verdict){ .kind = (enum verdict_kind)kind,
					     .check = text,
					     .claim = text,
					     .seen = text,
					     .at = { .file = text, .line = 1 } };
		vec_add(judgement->arena, &verdict->proof, text);
	}
}

static void fill_diagnosis(struct judgement *judgement, const char *text)
{
	struct finding_class *class = arena_alloc(judgement->arena, sizeof(*class));
	struct diagnosis *diagnosis = vec_push(judgement->arena, &judgement->diagnoses);

	*class = (struct finding_class){ .id = text, .name = text };
	*diagnosis = (struct diagnosis){ .class = class,
					 .summary = text,
					 .site = text,
					 .values = { value_of(text), value_of(text) },
					 .in_effect = text };
	vec_add(judgement->arena, &diagnosis->proof, text);
	vec_add(judgement->arena, &diagnosis->sees, text);
	vec_add(judgement->arena, &diagnosis->fixes, text);
	vec_add(judgement->arena, &diagnosis->ruled_out, text);
}

static void fill_judgement(struct judgement *judgement, const char *text)
{
	judgement->plane = judgement->plane_why = judgement->folder = text;
	judgement->outcome = OUTCOME_UNEXPECTED;
	judgement->outcome_text = text;
	fill_verdicts(judgement, text);
	fill_diagnosis(judgement, text);
	vec_add(judgement->arena, &judgement->figures,
		((struct figure){ text, text, text }));
	/* The text of a status is lines of our own around names. */
	vec_add(judgement->arena, &judgement->statuses,
		((struct status){ text, "up\n" }));
	vec_add(judgement->arena, &judgement->scripts,
		((struct script_run){ text, text, 1, 1, true, true, text }));
	vec_add(judgement->arena, &judgement->notes, text);
}

static void fill_findings(struct arena *arena, struct findings *findings,
			  const char *text)
{
	static const struct finding_class class = { .id = "F1",
						    .name = "n",
						    .layer = LAYER_NAT };
	struct finding *finding = vec_push(arena, findings);
	struct remark *remark = arena_alloc(arena, sizeof(*remark));

	*finding = (struct finding){ .class = &class,
				     .site = text,
				     .summary = text,
				     .why = text,
				     .values = { value_of(text), value_of(text) } };
	vec_add(arena, &finding->fixes, text);
	vec_add(arena, &finding->sees, text);
	*remark = (struct remark){ .word = text, .at = { .file = text, .line = 1 } };
	vec_add(arena, &findings->unproven, ((struct unproven){ text, remark, text }));
	vec_add(arena, &findings->notes, text);
}

/* Each kind of event that a report looks at, every fact of it the text. */
static void fill_timeline(struct timeline *timeline, const char *text)
{
	static const char *const events[][2] = {
		{ "phase", "begin" },	{ "phase", "end" },	  { "process", "ended" },
		{ "probe", "reach" },	{ "probe", "name" },	  { "log", "line" },
		{ "inject", "effect" }, { "vici", "ike-updown" }, { "run", "end" },
	};
	static const char *const facts[] = {
		"name", "text", "status", "from",   "to",
		"how",	"by",	"label",  "answer", "reason"
	};

	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		_cleanup_buf_ struct buf clean = { 0 };
		_cleanup_free_ char *line = NULL;
		json_t *event = json_object();

		/* JSON cannot carry what is no UTF-8; everything else is in. */
		for (const char *c = text; *c; c++)
			if (*c != '\xff')
				buf_putc(&clean, *c);
		for (size_t f = 0; f < ARRAY_SIZE(facts); f++)
			json_object_set_new(event, facts[f],
					    json_string(buf_text(&clean)));
		json_object_set_new(event, "t", json_integer((json_int_t)i * 1000));
		json_object_set_new(event, "node", json_string(buf_text(&clean)));
		json_object_set_new(event, "source", json_string(events[i][0]));
		json_object_set_new(event, "kind", json_string(events[i][1]));
		line = json_dumps(event, JSON_COMPACT);
		json_decref(event);
		assert_int_equal(timeline_add_line(timeline, line, strlen(line)), 0);
	}
}

static void said_fill(struct said *said, const char *text)
{
	struct arena *arena = arena_new();

	*said = (struct said){ .judgement = { .arena = arena,
					      .scenario = &said->scenario } };
	said->scenario.name = said->scenario.sentence = said->scenario.path = text;
	fill_judgement(&said->judgement, text);
	fill_findings(arena, &said->findings, text);
	fill_timeline(&said->timeline, text);
}

static void said_done(struct said *said)
{
	timeline_done(&said->timeline);
	arena_free(said->judgement.arena);
}

/* ------------------------------------------------------------ every format */

static void write_terminal(const struct said *said, struct buf *out)
{
	struct terminal terminal = { .prefix = said->scenario.name };

	terminal_begin(&terminal, &said->scenario, said->judgement.plane,
		       said->judgement.plane_why, out);
	for (size_t i = 0; i < said->timeline.count; i++)
		terminal_event(&terminal, &said->timeline.events[i], out);
	terminal_report(&terminal, &said->judgement, out);
}

static void write_html(const struct said *said, struct buf *out)
{
	report_html(&said->judgement, &said->timeline, out);
}

static void write_junit(const struct said *said, struct buf *out)
{
	report_junit(&said->judgement, out);
}

static void write_json(const struct said *said, struct buf *out)
{
	report_json(&said->judgement, out);
}

static void write_findings(const struct said *said, struct buf *out)
{
	report_findings_text(&said->findings, out);
}

static void write_findings_json(const struct said *said, struct buf *out)
{
	report_findings_json(&said->findings, out);
}

static const struct {
	const char *name;
	enum format format;
	void (*write)(const struct said *said, struct buf *out);
} formats[] = {
	{ "terminal", LINES, write_terminal },
	{ "HTML and SVG", MARKUP, write_html },
	{ "JUnit", MARKUP, write_junit },
	{ "JSON", JSON, write_json },
	{ "findings", LINES, write_findings },
	{ "findings as JSON", JSON, write_findings_json },
};

/* ------------------------------------------------------------ what may be in it */

static void skeleton_of_lines(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text == '\n')
			buf_putc(out, '\n');
}

/* Tags with the names of their attributes; values and text left out. */
static void skeleton_of_markup(const char *text, struct buf *out)
{
	bool is_tag = false, is_value = false;

	for (; *text; text++) {
		if (*text == '"' && is_tag)
			is_value = !is_value;
		if (is_value)
			continue;
		if (*text == '<')
			is_tag = true;
		if (is_tag)
			buf_putc(out, *text);
		if (*text == '>')
			is_tag = false;
	}
}

static void skeleton_of_json(const json_t *value, struct buf *out)
{
	const char *key;
	json_t *member;
	size_t index;

	buf_printf(out, "%d", (int)json_typeof(value));
	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		/* A status is found under the name of its site. */
		buf_printf(out, "{%s:",
			   str_equal(key, HARMLESS) || strstr(key, "error::x") ? "site"
									       : key);
		skeleton_of_json(member, out);
	}
	json_array_foreach (value, index, member) {
		buf_putc(out, '[');
		skeleton_of_json(member, out);
	}
}

static void skeleton(const char *name, enum format format, const char *text,
		     struct buf *out)
{
	json_error_t error;
	json_t *root;

	if (format == LINES)
		skeleton_of_lines(text, out);
	if (format == MARKUP)
		skeleton_of_markup(text, out);
	if (format != JSON)
		return;
	root = json_loads(text, 0, &error);
	if (!root)
		fail_msg("%s: line %d: %s", name, error.line, error.text);
	skeleton_of_json(root, out);
	json_decref(root);
}

/* What stands in the buffer; then what leaves: base/out.h, and report_write() for files. */
static void check_harmless(const char *name, struct buf *text)
{
	/* U+202E, byte by byte: no editor and no compiler shall be misled by this file */
	static const char override[] = { (char)0xe2, (char)0x80, (char)0xae, '\0' };
	const char *const bad[] = { "\x1b", "\x07", "\r",   "\xc2\x9b",	   override,
				    "\xff", "\t",   "b><!", "\xe2\x80\xa8" };
	static const char *const commands[] = { "\n::", "\n ::", "\n  ::", "##[" };
	_cleanup_buf_ struct buf plain = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (strstr(buf_text(text), bad[i]) && !(i == 7 && text->data[0] != '<'))
			fail_msg("%s: not harmless (%zu):\n%s", name, i, buf_text(text));
	plain_text(buf_text(text), PLAIN_LINES, &plain);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		assert_null(strstr(buf_text(&plain), commands[i]));
	assert_true(str_is_utf8(buf_text(&plain), plain.length));
	buf_done(text);
	buf_puts(text, buf_text(&plain));
}

static void same_skeleton(const char *name, const char *wanted, const char *found)
{
	size_t at = 0;

	while (wanted[at] && wanted[at] == found[at])
		at++;
	if (wanted[at] || found[at])
		fail_msg("%s: '%.80s' has become '%.80s'", name, wanted + at, found + at);
}

static void no_field_of_any_format_lets_it_out(void **state)
{
	struct said harmless, hostile;

	(void)state;
	said_fill(&harmless, HARMLESS);
	said_fill(&hostile, HOSTILE);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		_cleanup_buf_ struct buf wanted = { 0 }, found = { 0 };
		_cleanup_buf_ struct buf shape = { 0 }, same = { 0 };

		formats[i].write(&harmless, &wanted);
		formats[i].write(&hostile, &found);
		check_harmless(formats[i].name, &found);
		skeleton(formats[i].name, formats[i].format, buf_text(&wanted), &shape);
		skeleton(formats[i].name, formats[i].format, buf_text(&found), &same);
		same_skeleton(formats[i].name, buf_text(&shape), buf_text(&same));
		/* The harmless word is everywhere, so the string was, too. */
		assert_non_null(strstr(buf_text(&wanted), HARMLESS));
		assert_non_null(strstr(buf_text(&found), "error::x"));
	}
	said_done(&harmless);
	said_done(&hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_field_of_any_format_lets_it_out),
	};

	return cmocka_run_group_tests_name("report/hostile", tests, NULL, NULL);
}
