// SPDX-License-Identifier: GPL-2.0-or-later
/* check.c - from evidence to verdicts: the table of checks and what they share */
#include "check/check.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/sas.h"
#include "scenario/unproven.h"

static void (*const checks[])(const struct check_input *, struct verdicts *) = {
	check_ike_sas,	  check_proofs,	 check_child_sas,   check_rekey,
	check_reach,	  check_blocked, check_exemption,   check_esp,
	check_content,	  check_names,	 check_leaks,	    check_figures,
	check_late_names, check_silence, check_wan_changes, check_teardown,
	check_processes,  check_alive,	 check_rehearsed,
};

void check_run(const struct check_input *input, struct verdicts *ret_verdicts)
{
	*ret_verdicts = (struct verdicts){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](input, ret_verdicts);
	check_took(input, ret_verdicts);
}

const char *verdict_kind_name(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_OK:
		return "ok";
	case VERDICT_BROKEN:
		return "broken";
	case VERDICT_LEAK:
		return "leak";
	case VERDICT_UNPROVEN:
		return "unproven";
	}
	return "?";
}

struct verdict *check_add(const struct check_input *input, struct verdicts *verdicts,
			  enum verdict_kind kind, const char *check, const char *claim)
{
	struct verdict *verdict = vec_push(input->arena, verdicts);

	assert(check_word_is_known(check)); /* scenario.yml must be able to name it */
	verdict->kind = kind;
	verdict->check = check;
	verdict->claim = arena_strdup(input->arena, claim);
	verdict->seen = "";
	verdict->expectation = -1;
	return verdict;
}

void check_seen(const struct check_input *input, struct verdict *verdict,
		const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	verdict->seen = arena_vprintf(input->arena, format, ap);
	va_end(ap);
}

void check_proof(const struct check_input *input, struct verdict *verdict,
		 const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vec_add(input->arena, &verdict->proof, arena_vprintf(input->arena, format, ap));
	va_end(ap);
}

const struct verdict *check_find(const struct verdicts *verdicts, const char *check,
				 int expectation)
{
	for (size_t i = 0; i < verdicts->count; i++)
		if (str_equal(verdicts->items[i].check, check) &&
		    verdicts->items[i].expectation == expectation)
			return &verdicts->items[i];
	return NULL;
}

/* The event of that source and kind, node ("" any) and label; the last one counts. */
static const struct event *labelled(const struct check_input *input, const char *source,
				    const char *kind, const char *node, const char *label)
{
	const struct event *event = NULL, *found = NULL;

	while ((event = timeline_next(input->timeline, event, source, kind)))
		if ((!*node || str_equal(event->node, node)) &&
		    str_equal(event_text(event, "label"), label))
			found = event;
	return found;
}

const json_t *check_sas(const struct check_input *input, unsigned int site,
			const char *label)
{
	const struct event *event = labelled(
		input, "vici", "sas", input->scenario->sites.items[site].name, label);

	return event ? json_object_get(event->facts, "sas") : NULL;
}

bool check_is_established(const json_t *sa)
{
	return sa && str_equal(json_text(sa, "state"), "ESTABLISHED");
}

const json_t *check_ike_sa(const struct check_input *input, unsigned int site,
			   const char *label, const struct tunnel *tunnel)
{
	const json_t *sas = check_sas(input, site, label), *first = NULL;
	json_t *entry;
	size_t i;

	json_array_foreach (sas, i, entry) {
		const json_t *sa = json_object_get(entry, tunnel->name);

		if (!sa && json_array_size(sas) == 1)
			sa = json_object_iter_value(json_object_iter(entry));
		if (sa && check_is_established(sa))
			return sa;
		if (!first)
			first = sa;
	}
	return first;
}

bool check_has_tunnel(const struct check_input *input, unsigned int site,
		      const char *label)
{
	struct sas_walk walk = { .sas = check_sas(input, site, label) };
	const json_t *sa;

	while ((sa = sas_next(&walk)))
		if (check_is_established(sa))
			return true;
	return false;
}

const struct event *check_probe(const struct check_input *input, const char *kind,
				const char *label, int expectation)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "probe", kind)))
		if (event_number(event, "expectation", -2) == expectation &&
		    (!label || str_equal(event_text(event, "label"), label)))
			return event;
	return NULL;
}

int64_t check_rule_packets(const struct check_input *input, const char *node,
			   const char *label, const char *table, const char *comment)
{
	const struct event *event = labelled(input, "counter", "rules", node, label);
	const json_t *rules = event ? json_object_get(event->facts, "rules") : NULL;
	const json_t *rule;
	int64_t packets = -1;
	size_t i;

	json_array_foreach (rules, i, rule) {
		const char *text = json_string_value(json_object_get(rule, "comment"));
		const char *in = json_string_value(json_object_get(rule, "table"));

		if (text && str_equal(in, table) && str_starts(text, comment))
			packets = (packets < 0 ? 0 : packets) +
				  json_integer_value(json_object_get(rule, "packets"));
	}
	return packets;
}

int64_t check_phase_us(const struct check_input *input, const char *phase, bool is_end)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "phase",
				      is_end ? "end" : "begin")))
		if (str_equal(event_text(event, "name"), phase))
			return event->t_us;
	return -1;
}

void check_processes(const struct check_input *input, struct verdicts *verdicts)
{
	const struct event *event = NULL;

	while ((event = timeline_next(input->timeline, event, "process", "ended"))) {
		struct verdict *verdict;

		if (event_bool(event, "expected"))
			continue;
		verdict = check_add(input, verdicts, VERDICT_BROKEN, "process",
				    "all daemons run to the end");
		check_seen(input, verdict, "%s of %s %s", event_text(event, "name"),
			   event->node, event_text(event, "status"));
	}
}
