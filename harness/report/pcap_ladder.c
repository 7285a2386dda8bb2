// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_ladder.c - the messages of an IKE SA, as text */
#include "report/pcap_ladder.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/describe.h"
#include "dissect/story.h"
#include "report/pcap_fold.h"

#define SILENCE_S  3.0 /* gaps from here on are shown */
#define INDENT	   "                       "
#define INDENT_GAP "             "
#define LIST_MAX   100 /* characters; a longer list has a line for each */
#define WHOLE_MAX  24  /* messages; shorter ladders are shown as they are */

struct ladder {
	const struct ike_story *story;
	struct ike_message message; /* scratch */
	int64_t last_ns; /* of the message before, whether it is shown or not */
	bool is_known;	 /* when that was */
	struct buf *out;
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static double seconds(int64_t from_ns, int64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e9;
}

static const char *state_word(enum step_plain state)
{
	switch (state) {
	case STEP_CLEAR:
		return "";
	case STEP_DECRYPTED:
		return " [decrypted]";
	case STEP_FORGED:
		return " [decrypted, WRONG ICV]";
	case STEP_NO_KEY:
		return " [encrypted]";
	case STEP_WRONG_KEY:
		return " [encrypted, the key given does not fit]";
	case STEP_CUT:
		return " [encrypted, captured only in part]";
	case STEP_NO_START:
		return " [encrypted, its beginning was not captured]";
	case STEP_FRAGMENT:
		return " [decrypted, a fragment]";
	}
	return "";
}

/* A long list of proposals or transforms: each on a line of its own. */
void pcap_put_list(const char *text, const char *indent, struct buf *out)
{
	bool is_long = strlen(text) > LIST_MAX;

	for (const char *p = text; *p; p++) {
		bool is_proposal = str_starts(p, "; "), is_other = str_starts(p, " | ");

		if (!is_long || (!is_proposal && !is_other)) {
			buf_putc(out, *p);
			continue;
		}
		buf_printf(out, "%s\n%s", is_proposal ? ";" : "", indent);
		p += is_other ? 0 : 1;
	}
}

static void put_payload(const struct ike_message *message,
			const struct ike_payload *payload, struct buf *out)
{
	unsigned int sa = ike_is_v2(message) ? V2_PAYLOAD_SA : V1_PAYLOAD_SA;
	struct buf text = { 0 };

	describe_payload(message, payload, &text);
	if (payload->type == sa)
		pcap_put_list(buf_text(&text), INDENT "  ", out);
	else
		buf_puts(out, buf_text(&text));
	buf_done(&text);
}

static void put_step(const struct ike_story *story, const struct ike_step *step,
		     struct ike_message *message, struct buf *out)
{
	const char *checked;

	session_step_message(step, message);
	buf_printf(out, "  %10.3f #%-5u %s %s%s%s",
		   seconds(story->session->first_ns, step->time_ns), step->frame,
		   step->is_from_initiator ? "i ──▶ r" : "i ◀── r",
		   ike_exchange_name(message).s,
		   ike_is_v2(message)
			   ? (ike_is_response(message) ? " response" : " request")
			   : "",
		   step->is_tcp	    ? ", TCP"
		   : step->is_nat_t ? ", NAT-T"
				    : "");
	if (message->header.message_id)
		buf_printf(out, ike_is_v2(message) ? " %u" : " %08x",
			   message->header.message_id);
	buf_printf(out, "%s\n", state_word(step->state));
	for (uint32_t i = 0; i < message->payloads; i++) {
		buf_puts(out, INDENT);
		put_payload(message, &message->payload[i], out);
		checked = story_checked(story, step, message, &message->payload[i]);
		if (checked)
			buf_printf(out, ": %s", checked);
		buf_putc(out, '\n');
	}
	if (!message->payloads && message->encrypted.length)
		buf_printf(out, INDENT "%zu bytes\n", message->encrypted.length);
	if (step->copies)
		buf_printf(out, INDENT "captured %u time%s more\n", step->copies,
			   plural(step->copies));
	if (step->repeats && seconds(step->time_ns, step->last_ns) < STORY_REPEAT_S)
		buf_printf(out, INDENT "seen %u time%s more at once\n", step->repeats,
			   plural(step->repeats));
	else if (step->repeats)
		buf_printf(out, INDENT "sent again %u time%s, the last %.1f s later\n",
			   step->repeats, plural(step->repeats),
			   seconds(step->time_ns, step->last_ns));
}

/* Cycles behind a step that were counted only. */
static void put_cycles(const struct ike_step *step, struct buf *out)
{
	if (!step->cycles)
		return;
	buf_printf(out, INDENT_GAP "… the %u messages before %u time%s more",
		   step->cycle_steps, step->cycles, plural(step->cycles));
	if (step->alike > step->cycles * step->cycle_steps)
		buf_printf(out, ", with quiet ones %u messages", step->alike);
	buf_puts(out, " …\n");
}

/* What was counted only, behind a step. */
static void put_behind(const struct ike_step *step, struct buf *out)
{
	if (step->folded)
		buf_printf(out, INDENT_GAP "… %u quiet messages more, each answered …\n",
			   step->folded);
	put_cycles(step, out);
	if (step->lost)
		buf_printf(out, INDENT_GAP "… %u messages more, not kept …\n",
			   step->lost);
}

/* Steps one by one. is_of_run: what is behind them is counted with their run. */
static void put_steps(struct ladder *ladder, size_t first, size_t count, bool is_of_run)
{
	const struct ike_session *session = ladder->story->session;

	for (size_t i = first; i < first + count; i++) {
		const struct ike_step *step = &session->steps.items[i];

		/* Behind what was counted only nobody knows how long it was. */
		if (ladder->is_known &&
		    seconds(ladder->last_ns, step->time_ns) >= SILENCE_S)
			buf_printf(ladder->out, INDENT_GAP "… %.1f s of silence …\n",
				   seconds(ladder->last_ns, step->time_ns));
		put_step(ladder->story, step, &ladder->message, ladder->out);
		if (!is_of_run)
			put_behind(step, ladder->out);
		ladder->is_known = !step->folded && !step->cycles && !step->lost;
		if (step->last_ns > ladder->last_ns)
			ladder->last_ns = step->last_ns;
	}
}

/* Where some were counted only, just on average. */
static void put_distance(const struct ladder *ladder, const struct fold_item *item,
			 uint64_t messages, uint64_t more)
{
	const struct ike_step *steps = ladder->story->session->steps.items;
	const struct ike_step *last = &steps[item->first + item->span - 1];
	double least = (double)item->least_ns / 1e9, most = (double)item->most_ns / 1e9;

	if (messages > item->span)
		buf_printf(ladder->out, ", about every %.0f s",
			   seconds(steps[item->first].time_ns, last->time_ns) /
				   (double)more);
	else if (most - least < 0.1)
		buf_printf(ladder->out, ", every %.1f s", least);
	else
		buf_printf(ladder->out, ", every %.1f to %.1f s", least, most);
}

/* What stands here once was there more often: how often, how far apart, until when. */
static void put_times(struct ladder *ladder, const struct fold_item *item, bool is_of_run)
{
	const struct ike_session *session = ladder->story->session;
	const struct ike_step *last = &session->steps.items[item->first + item->span - 1];
	uint64_t messages = pcap_fold_messages(session, item);
	/* Pairs that were counted only are among them. */
	uint64_t more =
		(item->is_of_pairs ? messages / 2 : item->shown + item->hidden) - 1;

	buf_printf(ladder->out,
		   INDENT_GAP
		   "… from #%u on the same %llu time%s more, %llu messages in all",
		   session->steps.items[item->first].frame, (unsigned long long)more,
		   plural(more), (unsigned long long)messages);
	put_distance(ladder, item, messages, more);
	buf_printf(ladder->out, ", until #%u at %.3f …\n", last->frame,
		   seconds(session->first_ns, last->time_ns));
	ladder->last_ns = last->last_ns;
	ladder->is_known = !last->folded && !last->cycles;
	if (!is_of_run)
		put_cycles(last, ladder->out);
}

static void put_item(struct ladder *ladder, const struct fold_item *item, bool is_of_run)
{
	if (!item->inside)
		put_steps(ladder, item->first, item->insides, is_of_run);
	for (size_t i = 0; item->inside && i < item->insides; i++)
		put_item(ladder, &item->inside[i], true);
	if (item->shown > 1)
		put_times(ladder, item, is_of_run);
}

void pcap_put_ladder(const struct ike_story *story, bool is_whole, struct buf *out)
{
	const struct ike_session *session = story->session;
	struct ladder ladder = {
		.story = story, .out = out, .last_ns = session->first_ns, .is_known = true
	};
	struct fold_items items;

	buf_puts(out, "  messages\n");
	if (is_whole || session->steps.count <= WHOLE_MAX) {
		put_steps(&ladder, 0, session->steps.count, false);
	} else {
		pcap_fold(story->arena, session, &items);
		vec_foreach (item, &items.list)
			put_item(&ladder, item, false);
	}
	ike_message_done(&ladder.message);
}
