// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_compare.c - a capture held against a scenario: what is said about it */
#include <jansson.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "check/answer.h"
#include "check/interop.h"
#include "report/pcap.h"
#include "report/pcap_json_wire.h"
#include "report/text.h"

static const char *const interop_words[] = { [INTEROP_FITS] = "fits   ",
					     [INTEROP_DIFFERS] = "DIFFERS",
					     [INTEROP_NOTE] = "note   " };

void pcap_interop_text(const struct interop *interop, const char *scenario,
		       struct buf *out)
{
	const struct interop_line *before = NULL;

	buf_putc(out, '\n');
	text_line(
		out,
		"Against the scenario %s: would its peers understand the recorded ones?",
		scenario);
	vec_foreach (line, &interop->lines) {
		_cleanup_buf_ struct buf at = { 0 };

		if (line->at.file || line->at.source) {
			buf_puts(&at, " [");
			origin_format(&line->at, &at);
			buf_puts(&at, "]");
		}
		if (!before || before->sa != line->sa || before->site != line->site ||
		    before->tunnel != line->tunnel)
			text_line(out, "  IKE SA %u and %s's tunnel %s", line->sa + 1,
				  line->site, line->tunnel ? line->tunnel : "");
		text_line(out, "    %s %s: %s%s", interop_words[line->kind], line->what,
			  line->text, buf_text(&at));
		before = line;
	}
}

/* ------------------------------------------------------------ asked live */

/* What is new each time (a hash, a nonce) is not compared: it is there, too. */
static const char *kind_word(const struct answer_line *line)
{
	return line->kind == ANSWER_SAME && str_equal(line->recorded, ANSWER_SENT)
		       ? "both sent"
		       : answer_kind_name(line->kind);
}

static void put_line(const struct answer_line *line, struct buf *out)
{
	const char *value = line->recorded ? line->recorded : line->here;
	const char *word = kind_word(line);

	if (line->kind == ANSWER_DIFFERS)
		text_line(out, "    %-13s %s: recorded %s, here %s", word, line->what,
			  line->recorded, line->here);
	else if (str_equal(value, ANSWER_SENT))
		text_line(out, "    %-13s %s", word, line->what);
	else
		text_line(out, "    %-13s %s: %s", word, line->what, value);
}

static void put_result(const struct replay_result *result, struct buf *out)
{
	text_line(out, "  IKE SA %u, #%u sent to %s's charon%s%s%s", result->sa + 1,
		  result->asked_frame, result->site,
		  result->identity ? ", as if it came from " : "",
		  result->identity ? result->identity : "",
		  result->identity ? "" : ", as recorded");
	if (result->again)
		text_line(out, "    %s", result->again);
	if (!result->recorded || !result->here) {
		text_line(out, "    recorded: %s",
			  result->recorded ? result->recorded
					   : "no answer in the capture");
		text_line(out, "    here:     %s",
			  result->here ? result->here : "silence");
		return;
	}
	text_line(out, "    %s", result->answer.summary);
	/* Behind a refusal nothing is there to be compared. */
	if (result->answer.refused_here || result->answer.refused_there)
		return;
	vec_foreach (line, &result->answer.lines)
		put_line(line, out);
}

static const char *const talk_words[] = { [TALK_NOT_TRIED] = "not tried",
					  [TALK_UP] = "up",
					  [TALK_REFUSED] = "refused",
					  [TALK_UNTOLD] = "cannot be told" };

static void put_talk(const struct replay_talk *talk, struct buf *out)
{
	text_line(out, "  IKE SA %u, %s's charon %s", talk->sa + 1, talk->site,
		  talk->is_site_initiator ? "calls the recorded responder"
					  : "is called by the recorded initiator");
	text_line(out, "    %s: %s", talk_words[talk->end], talk->text);
	if (talk->cause)
		text_line(out, "    cause: %s; with what %s expects it goes further",
			  talk->cause, talk->site);
	vec_foreach (remark, &talk->remarks)
		text_line(out, "    note: %s", remark->s);
}

/* ------------------------------------------------------------ what comes of it */

/* How far that goes: to the end of the first children, or only as the capture shows. */
static const char *depth_of(enum interop_answer answer, const struct replay_talk *talk)
{
	if (answer != INTEROP_TAKES || !talk)
		return "";
	switch (talk->end) {
	case TALK_UP:
		return ", live to the end of the first children";
	case TALK_UNTOLD:
		return ", live not to the end: what decides there is not in the capture";
	case TALK_NOT_TRIED:
		return ", live not gone on with";
	case TALK_REFUSED:
		break;
	}
	return "";
}

static void put_role(const char *role, enum interop_answer answer, const char *why,
		     const struct replay_talk *talk, struct buf *out)
{
	static const char *const words[] = { [INTEROP_UNKNOWN] = "cannot be told",
					     [INTEROP_TAKES] = "fits",
					     [INTEROP_REFUSES] = "refused" };

	if (answer == INTEROP_UNKNOWN && why) {
		text_line(out, "    %s: not met: %s", role, why);
		return;
	}
	text_line(out, "    %s: %s%s%s%s", role, words[answer], depth_of(answer, talk),
		  why ? ": " : "", why ? why : "");
}

static const char *verdict_word(enum interop_answer answer)
{
	switch (answer) {
	case INTEROP_TAKES:
		return "they fit, as far as the capture shows it";
	case INTEROP_REFUSES:
		return "they do not fit";
	case INTEROP_UNKNOWN:
		break;
	}
	return "the capture does not tell";
}

void pcap_verdict_text(const struct interop *interop, const char *scenario,
		       struct buf *out)
{
	buf_putc(out, '\n');
	text_line(out, "Verdict for the scenario %s: %s", scenario,
		  verdict_word(interop_overall(interop)));
	vec_foreach (verdict, &interop->verdicts) {
		text_line(out, "  IKE SA %u and %s's tunnel %s: %s", verdict->sa + 1,
			  verdict->site, verdict->tunnel ? verdict->tunnel : "",
			  verdict_word(interop_answer_of(verdict)));
		if (verdict->is_contradicted)
			text_line(
				out,
				"    twinsite disagrees with itself: compared, it fits; "
				"asked live: %s",
				verdict->live);
		put_role("as responder", verdict->as_responder, verdict->why_responder,
			 verdict->talk_responder, out);
		put_role("as initiator", verdict->as_initiator, verdict->why_initiator,
			 verdict->talk_initiator, out);
		if (verdict->live)
			text_line(out, "    its charon, asked with the first message: %s",
				  verdict->live);
	}
}

void pcap_replay_text(const struct replay *replay, const char *scenario, struct buf *out)
{
	buf_putc(out, '\n');
	text_line(out,
		  "Asked live: what do the charons of the scenario %s answer to the "
		  "recorded first messages?",
		  scenario);
	vec_foreach (text, &replay->remarks)
		text_line(out, "  ! %s", text->s);
	vec_foreach (result, &replay->results)
		put_result(result, out);
	if (!replay->talks.count)
		return;
	buf_putc(out, '\n');
	text_line(out, "Gone on with, to the end of the first children:");
	vec_foreach (talk, &replay->talks)
		put_talk(talk, out);
}

/* ------------------------------------------------------------ JSON */

static json_t *json_of_result(const struct replay_result *result)
{
	json_t *lines = json_array();

	vec_foreach (line, &result->answer.lines)
		json_array_append_new(lines,
				      json_of("{s:s, s:s, s:b, s:s, s:s}", "kind",
					      kind_word(line), "what", line->what,
					      "transform", line->is_transform, "recorded",
					      line->recorded, "here", line->here));
	return json_of("{s:i, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:s, s:o}", "ike_sa",
		       (int)result->sa + 1, "site", result->site, "identity",
		       result->identity, "asked_frame", (int)result->asked_frame,
		       "answer_frame", (int)result->answer_frame, "recorded",
		       result->recorded, "here", result->here, "again", result->again,
		       "summary", result->answer.summary, "lines", lines);
}

static json_t *json_of_line(const struct interop_line *line)
{
	static const char *const words[] = { [INTEROP_FITS] = "fits",
					     [INTEROP_DIFFERS] = "differs",
					     [INTEROP_NOTE] = "note" };
	struct buf _cleanup_buf_ at = { 0 };

	if (line->at.file || line->at.source)
		origin_format(&line->at, &at);
	return json_of("{s:i, s:s, s:o, s:s, s:s, s:o, s:o}", "ike_sa", (int)line->sa + 1,
		       "site", line->site, "tunnel", json_kept(line->tunnel), "kind",
		       words[line->kind], "what", line->what, "text",
		       json_kept(line->text), "at", json_kept(buf_text(&at)));
}

static const char *const answer_words[] = { [INTEROP_UNKNOWN] = "unknown",
					    [INTEROP_TAKES] = "fits",
					    [INTEROP_REFUSES] = "refused" };

/* A role in which it would meet itself is not met. */
static const char *role_word(enum interop_answer answer, const char *why)
{
	return answer == INTEROP_UNKNOWN && why ? "not met" : answer_words[answer];
}

static json_t *json_of_verdicts(const struct interop *interop)
{
	json_t *tunnels = json_array();

	vec_foreach (verdict, &interop->verdicts)
		json_array_append_new(
			tunnels,
			json_of("{s:i, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:b}",
				"ike_sa", (int)verdict->sa + 1, "site", verdict->site,
				"tunnel", json_kept(verdict->tunnel), "verdict",
				answer_words[interop_answer_of(verdict)], "as_responder",
				role_word(verdict->as_responder, verdict->why_responder),
				"as_initiator",
				role_word(verdict->as_initiator, verdict->why_initiator),
				"why_responder", verdict->why_responder, "why_initiator",
				verdict->why_initiator, "live", verdict->live,
				"contradicted", verdict->is_contradicted));
	return json_of("{s:s, s:o}", "overall", answer_words[interop_overall(interop)],
		       "tunnels", tunnels);
}

static json_t *json_of_talk(const struct replay_talk *talk)
{
	json_t *remarks = json_array();

	vec_foreach (remark, &talk->remarks)
		json_array_append_new(remarks, json_kept(remark->s));
	return json_of("{s:i, s:s, s:o, s:s, s:s, s:s, s:s, s:o}", "ike_sa",
		       (int)talk->sa + 1, "site", talk->site, "tunnel",
		       json_kept(talk->tunnel), "recorded",
		       talk->is_site_initiator ? "responder" : "initiator", "end",
		       talk_words[talk->end], "text", talk->text, "cause", talk->cause,
		       "assumed", remarks);
}

json_t *pcap_json_comparison(const struct pcap_report *report)
{
	json_t *root = json_of("{s:s, s:o}", "scenario", report->scenario, "compared",
			       json_array());

	vec_foreach (line, &report->interop->lines)
		json_array_append_new(json_object_get(root, "compared"),
				      json_of_line(line));
	json_object_set_new(root, "verdict", json_of_verdicts(report->interop));
	if (report->replay) {
		json_t *asked = json_array(), *remarks = json_array(),
		       *talks = json_array();

		vec_foreach (result, &report->replay->results)
			json_array_append_new(asked, json_of_result(result));
		vec_foreach (remark, &report->replay->remarks)
			json_array_append_new(remarks, json_kept(remark->s));
		vec_foreach (talk, &report->replay->talks)
			json_array_append_new(talks, json_of_talk(talk));
		json_object_set_new(root, "asked", asked);
		json_object_set_new(root, "gone_on", talks);
		json_object_set_new(root, "remarks", remarks);
	}
	return root;
}
