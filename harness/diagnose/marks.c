// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * marks.c - the lines by which charon's log tells a class of failure (failures.md)
 *
 * The initiator's log is almost useless, the responder's decides; both are searched.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "diagnose/observe.h"
#include "lab/silence.h"

#define MARKS_MAX 4

static const struct mark_row {
	enum class_id class;
	enum charon_log_fact marks[MARKS_MAX]; /* any of them; CHARON_LOG_NONE ends */
	const char *in_effect; /* what the lines show about the fault itself */
} rows[] = {
	{ F03,
	  { CHARON_LOG_DECRYPT_FAILED, CHARON_LOG_HASH_WRONG, CHARON_LOG_MAC_MISMATCH },
	  "both daemons were loaded with the secrets of their files" },
	{ F05,
	  { CHARON_LOG_NO_SHARED_KEY },
	  "no secret was found for the two identities" },
	{ F06, { CHARON_LOG_RESOLVE_FAILED }, "the name was asked for and not answered" },
	{ F17,
	  { CHARON_LOG_NO_IKE_CONFIG },
	  "the responder has nothing for this version" },
	{ F18,
	  { CHARON_LOG_MODE_REFUSED, CHARON_LOG_AGGRESSIVE_DISABLED },
	  "the responder allows only the other mode" },
	{ F19, { CHARON_LOG_AGGRESSIVE_DISABLED }, "the responder refuses the mode" },
	{ F20, { CHARON_LOG_NO_PROPOSAL }, "the responder compared both proposals" },
	{ F21, { CHARON_LOG_NO_PROPOSAL }, "the responder compared both proposals" },
	{ F22,
	  { CHARON_LOG_NO_PROPOSAL, CHARON_LOG_KE_OTHER_GROUP },
	  "the responder compared both proposals" },
	{ F24,
	  { CHARON_LOG_NO_PROPOSAL, CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
	{ F23,
	  { CHARON_LOG_NO_PROPOSAL, CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
	{ F25,
	  { CHARON_LOG_MODE_REFUSED, CHARON_LOG_NO_PEER_CONFIG },
	  "the responder allows another authentication" },
	{ F27,
	  { CHARON_LOG_DECRYPT_FAILED },
	  "both daemons were loaded with the secrets of their files" },
	{ F28,
	  { CHARON_LOG_HASH_WRONG },
	  "both daemons were loaded with the secrets of their files" },
	{ F29,
	  { CHARON_LOG_MAC_MISMATCH },
	  "both daemons were loaded with the secrets of their files" },
	{ F30,
	  { CHARON_LOG_NO_IKE_CONFIG },
	  "the responder has nothing for this address" },
	{ F31, { CHARON_LOG_NO_PEER_CONFIG }, "the responder looked for this identity" },
	{ F32,
	  { CHARON_LOG_PEER_ID_DIFFERS, CHARON_LOG_NO_PEER_CONFIG },
	  "the identity that came is not the one that was wanted" },
	{ F33,
	  { CHARON_LOG_NO_PEER_CONFIG, CHARON_LOG_PEER_ID_DIFFERS },
	  "the identities have the same text and another type" },
	{ F34, { CHARON_LOG_NO_PEER_CONFIG }, "the private address came as identity" },
	{ F40,
	  { CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
	{ F41,
	  { CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
	{ F42,
	  { CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
	{ F51,
	  { CHARON_LOG_TS_UNACCEPTABLE, CHARON_LOG_TS_MISSING,
	    CHARON_LOG_NO_CHILD_CONFIG },
	  "the selectors of one end are empty for the other" },
	{ F44,
	  { CHARON_LOG_NO_CHILD_PROPOSAL },
	  "the responder compared both proposals" },
};

/* Both lists stand in the responder's log just before it refuses: they are the proof. */
static const enum charon_log_fact lists[] = { CHARON_LOG_PROPOSALS_RECEIVED,
					      CHARON_LOG_PROPOSALS_CONFIGURED,
					      CHARON_LOG_LOOKING_FOR_PEER };

static const struct mark_row *row_find(enum class_id class)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].class == class)
			return &rows[i];
	return NULL;
}

static const struct mark_row *row_of(const struct finding *finding)
{
	return row_find(finding->class->number);
}

bool observe_class_marks(enum class_id class, const enum charon_log_fact **ret_marks,
			 size_t *ret_count)
{
	const struct mark_row *row = row_find(class);

	if (!row)
		return false;
	*ret_marks = row->marks;
	for (*ret_count = 0; *ret_count < MARKS_MAX && row->marks[*ret_count];)
		(*ret_count)++;
	return true;
}

/* The last such line before the given one. */
static const struct log_fact *last_before(const struct log_facts *log,
					  const struct log_fact *end,
					  enum charon_log_fact kind)
{
	const struct log_fact *fact = NULL, *last = NULL;

	while ((fact = logs_next(log, fact, kind)) && fact < end)
		last = fact;
	return last;
}

static void prove_lists(const struct observe *observe, const struct log_facts *log,
			const struct log_fact *end, struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct log_fact *fact = last_before(log, end, lists[i]);

		if (fact)
			observe_prove(observe, diagnosis, "%s",
				      logs_quote(log, fact, observe->input->arena));
	}
}

/* Where keys differ, the wire says whose key made the HASH or AUTH. */
static void prove_by_hash(const struct observe *observe, const struct finding *finding,
			  struct diagnosis *diagnosis)
{
	static const enum class_id ids[] = { F03, F27, F28, F29 };
	const struct verdict *verdict = check_find(observe->verdicts, "psk-proof", -1);

	if (!verdict || verdict->kind != VERDICT_BROKEN)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (finding->class->number == ids[i])
			observe_prove(observe, diagnosis, "%s (%s)", verdict->seen,
				      verdict->proof.count ? verdict->proof.items[0]
							   : "not captured");
}

/* Charon was up, and nobody gave it a connection. */
static bool has_loaded_nothing(const struct observe *observe, const char *site)
{
	const struct timeline *timeline = observe->input->timeline;
	const struct event *event = NULL;

	if (check_phase_us(observe->input, "load", true) < 0)
		return false;
	while ((event = timeline_next(timeline, event, "vici", "loaded")))
		if (str_equal(event->node, site) &&
		    str_equal(event_text(event, "command"), "load-conn"))
			return false;
	return true;
}

/*
 * Who was given no connection refuses everything for that alone, and who refuses a mode says
 * nothing of what the other end would.
 */
static bool tells_of(const struct observe *observe, const struct finding *finding,
		     const char *site)
{
	if (finding->class->number == F19 && finding->values[1].site &&
	    !str_equal(finding->values[1].site, site))
		return false;
	return !has_loaded_nothing(observe, site);
}

bool observe_marks(const struct observe *observe, const struct finding *finding,
		   struct diagnosis *diagnosis)
{
	const struct mark_row *row = row_of(finding);

	if (!row || !observe_is_broken(observe, NULL))
		return false;
	for (unsigned int site = 0; site < 2; site++) {
		const struct log_facts *log = &observe->input->logs[site];

		if (!tells_of(observe, finding,
			      observe->input->scenario->sites.items[site].name))
			continue;
		for (size_t i = 0; i < MARKS_MAX && row->marks[i]; i++) {
			const struct log_fact *fact = logs_next(log, NULL, row->marks[i]);

			if (!fact)
				continue;
			prove_lists(observe, log, fact, diagnosis);
			observe_prove(observe, diagnosis, "%s",
				      logs_quote(log, fact, observe->input->arena));
		}
	}
	if (!diagnosis->proof.count)
		return false;
	prove_by_hash(observe, finding, diagnosis);
	observe_in_effect(observe, diagnosis, row->in_effect);
	return true;
}

/*
 * A silent device: its charon was asked, and nothing of what it answered left it. What
 * the initiator has is retransmits; what decides is who asked in which mode.
 */
static bool observe_silence(const struct observe *observe, struct diagnosis *diagnosis)
{
	static const struct {
		const char *comment, *mode;
	} rules[] = {
		{ SILENCE_COMMENT_MAIN, "main" },
		{ SILENCE_COMMENT_AGGRESSIVE, "aggressive" },
	};
	bool is_seen = false;

	for (unsigned int site = 0; site < 2; site++) {
		const struct check_input *input = observe->input;
		const char *name = input->scenario->sites.items[site].name;
		const struct log_facts *log = &input->logs[site];
		const struct log_fact *asked =
			logs_next(log, NULL, CHARON_LOG_RESPONDING);
		const struct log_fact *waits =
			logs_next(&input->logs[!site], NULL, CHARON_LOG_RETRANSMIT);

		for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
			int64_t packets = check_rule_packets(input, name, "after-traffic",
							     "filter", rules[i].comment);

			if (packets <= 0 || !asked)
				continue;
			is_seen = true;
			observe_prove(observe, diagnosis, "%s",
				      logs_quote(log, asked, input->arena));
			if (waits)
				observe_prove(observe, diagnosis, "%s",
					      logs_quote(&input->logs[!site], waits,
							 input->arena));
			observe_prove(observe, diagnosis,
				      "%s: %lld answers in %s mode were not sent, as the "
				      "device sends none",
				      name, (long long)packets, rules[i].mode);
		}
	}
	return is_seen;
}

bool observe_mode(const struct observe *observe, const struct finding *finding,
		  struct diagnosis *diagnosis)
{
	if (observe_marks(observe, finding, diagnosis))
		return true;
	if (!observe_silence(observe, diagnosis))
		return false;
	observe_in_effect(observe, diagnosis,
			  "it was asked in a mode that none of its tunnels has, and said "
			  "nothing; nor did the initiator learn more than that");
	return true;
}

/* What cannot be rehearsed (XAuth, certificates) is not loaded at that end. */
bool observe_authentication(const struct observe *observe, const struct finding *finding,
			    struct diagnosis *diagnosis)
{
	return observe_marks(observe, finding, diagnosis) ||
	       observe_discarded(observe, finding, diagnosis);
}

/* A connection that charon would not load never got that far: evidence, no log line. */
bool observe_discarded(const struct observe *observe, const struct finding *finding,
		       struct diagnosis *diagnosis)
{
	const struct event *event = NULL;

	while ((event = timeline_next(observe->input->timeline, event, "conf",
				      "discarded")))
		if (!finding->site || str_equal(event->node, finding->site))
			observe_prove(observe, diagnosis,
				      "%s: connection '%s' discarded: %s", event->node,
				      event_text(event, "connection"),
				      event_text(event, "reason"));
	if (!diagnosis->proof.count && finding->site &&
	    finding->severity == SEVERITY_NO_TUNNEL &&
	    has_loaded_nothing(observe, finding->site))
		observe_prove(observe, diagnosis, "%s: charon was given no connection",
			      finding->site);
	if (!diagnosis->proof.count)
		return false;
	observe_in_effect(observe, diagnosis, "the connection was not loaded");
	return true;
}
