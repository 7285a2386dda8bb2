/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_said.h - everything that a report says, filled: each text the same one */
#ifndef TWINSITE_REPORT_TEST_SAID_H
#define TWINSITE_REPORT_TEST_SAID_H

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "evidence/evidence.h"
#include "report/report.h"

struct said {
	struct judgement judgement;
	struct scenario scenario;
	struct findings findings;
	struct timeline timeline;
};

/* ------------------------------------------------------------ every field */

static inline struct diagnosis_value value_of(const char *text)
{
	return (struct diagnosis_value){
		text, text, text, { .file = text, .line = 1, .source = text }
	};
}

static inline void fill_verdicts(struct judgement *judgement, const char *text)
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

static inline void fill_diagnosis(struct judgement *judgement, const char *text)
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

static inline void fill_judgement(struct judgement *judgement, const char *text)
{
	judgement->plane = judgement->plane_why = judgement->folder = text;
	judgement->outcome = OUTCOME_UNEXPECTED;
	judgement->is_virtual = true; /* then the report has a seed, too */
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
	vec_add(judgement->arena, &judgement->contradictions,
		((struct contradiction){ text, text }));
	vec_add(judgement->arena, &judgement->notes, text);
}

static inline void fill_findings(struct arena *arena, struct findings *findings,
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
				     .accepted = text,
				     .values = { value_of(text), value_of(text) } };
	vec_add(arena, &finding->fixes, text);
	vec_add(arena, &finding->sees, text);
	*remark = (struct remark){ .word = text, .at = { .file = text, .line = 1 } };
	vec_add(arena, &findings->unproven,
		((struct unproven){ .site = text, .remark = remark, .text = text }));
	vec_add(arena, &findings->notes, text);
}

/* Each kind of event that a report looks at, every fact of it the text. */
static inline void fill_timeline(struct timeline *timeline, const char *text)
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

static inline void said_fill(struct said *said, const char *text)
{
	struct arena *arena = arena_new();

	*said = (struct said){ .judgement = { .arena = arena,
					      .scenario = &said->scenario } };
	said->scenario.name = said->scenario.sentence = said->scenario.path = text;
	fill_judgement(&said->judgement, text);
	fill_findings(arena, &said->findings, text);
	fill_timeline(&said->timeline, text);
}

static inline void said_done(struct said *said)
{
	timeline_done(&said->timeline);
	arena_free(said->judgement.arena);
}

#endif
