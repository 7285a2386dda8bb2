// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_overview.c - a capture in a few lines */
#include "report/pcap_overview.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/map.h"
#include "base/str.h"
#include "finding/class.h"

/* ------------------------------------------------------------ gather */

static const char *end_text(struct arena *arena, const struct story_peer *peer)
{
	struct inet_text addr = inet_addr_text(&peer->addr);

	return peer->confidence ? arena_printf(arena, "%s (%s)", addr.s, peer->device)
				: arena_strdup(arena, addr.s);
}

static void add_row(const struct pcap_report *report, const struct ike_story *story,
		    uint32_t index, struct pcap_overview *ret)
{
	struct arena *arena = ret->arena;
	struct overview_row row = {
		.number = index + 1,
		.start_s =
			(double)(story->session->first_ns - report->set->first_ns) / 1e9,
		.mode = arena_strdup(arena, story->mode),
		.ends = arena_printf(arena, "%s → %s", end_text(arena, &story->peers[0]),
				     end_text(arena, &story->peers[1])),
		.outcome = arena_strdup(arena, story->outcome),
		.messages = (uint32_t)story->session->steps.count,
		.is_up = story->is_up,
		.is_phase1 = story->is_up || story->up_frame != 0,
	};

	vec_foreach (note, &story->notes)
		row.problems += note->level != STORY_INFO;
	vec_add(arena, &ret->rows, row);
}

static struct overview_problem *problem_of(struct pcap_overview *overview,
					   struct map *by_text,
					   const struct story_note *note)
{
	struct overview_problem *problem;
	uintptr_t place = (uintptr_t)map_get(by_text, NULL, note->text);
	struct story_note *kept;

	if (place)
		return &overview->problems.items[place - 1];
	if (overview->problems.count == OVERVIEW_PROBLEMS_MAX) {
		overview->problems_lost++;
		return NULL;
	}
	problem = vec_push(overview->arena, &overview->problems);
	kept = arena_memdup(overview->arena, note, sizeof(*note));
	kept->text = arena_strdup(overview->arena, note->text);
	problem->note = kept;
	map_put(overview->arena, by_text, NULL, kept->text,
		(void *)overview->problems.count); // NOLINT(performance-no-int-to-ptr)
	return problem;
}

static void add_problems(struct pcap_overview *ret, struct map *by_text,
			 const struct ike_story *story, uint32_t index)
{
	vec_foreach (note, &story->notes) {
		struct overview_problem *problem;

		if (note->level == STORY_INFO)
			continue;
		problem = problem_of(ret, by_text, note);
		if (!problem || problem->last_sa == index + 1)
			continue; /* one SA may have it more than once */
		problem->last_sa = index + 1;
		if (problem->sas < OVERVIEW_SAS_MAX)
			problem->sa[problem->sas] = index + 1;
		problem->sas++;
	}
}

static void add_bound(struct pcap_overview *ret, const char *what, uint64_t count)
{
	if (count)
		vec_add(ret->arena, &ret->bounds,
			((struct overview_bound){ what, count }));
}

static void add_bounds(const struct session_set *set, struct pcap_overview *ret)
{
	uint64_t messages = 0, inners = 0;

	for (uint32_t i = 0; i < set->sessions; i++)
		messages += set->session[i]->steps_lost;
	vec_foreach (flow, &set->flows)
		inners += flow->inside
				  ? flow->inside->inner_others + flow->inside->dns_others
				  : 0;
	add_bound(ret, "IKE SAs", set->sessions_lost);
	add_bound(ret, "IKE messages", messages);
	add_bound(ret, "packets of ESP flows", set->flows_lost);
	add_bound(ret, "packets inside of further kinds", inners);
	add_bound(ret, "ICMP errors", set->icmp_errors_lost);
	add_bound(ret, "pairs of ports behind a NAT", set->nat_t_pairs_lost);
	add_bound(ret, "packets not read of further kinds", set->unread_others);
	add_bound(ret, "problems", ret->problems_lost);
}

void pcap_overview_of(const struct pcap_report *report, struct pcap_overview *ret)
{
	const struct session_set *set = report->set;
	struct map by_text = { 0 };

	for (uint32_t i = 0; i < set->sessions; i++) {
		struct ike_story *story = story_of(set, set->session[i]);

		if (pcap_filter_has_sa(report->filter, story, i)) {
			add_row(report, story, i, ret);
			add_problems(ret, &by_text, story, i);
		}
		story_free(story);
	}
	ret->has_details = ret->rows.count <= PCAP_DETAILS_MAX ||
			   pcap_filter_is_set(report->filter) ||
			   (report->filter && report->filter->is_all);
	add_bounds(set, ret);
}

/* ------------------------------------------------------------ text */

static void put_row(const struct overview_row *row, struct buf *out)
{
	buf_printf(out, "  SA %-4u %10.3f  %s, %s: %s", row->number, row->start_s,
		   row->mode, row->ends, row->outcome);
	if (row->problems)
		buf_printf(out, "; %u problem%s", row->problems,
			   row->problems == 1 ? "" : "s");
	buf_putc(out, '\n');
}

static void put_problem(const struct overview_problem *problem, struct buf *out)
{
	uint32_t shown =
		problem->sas < OVERVIEW_SAS_MAX ? problem->sas : OVERVIEW_SAS_MAX;

	buf_printf(out, "  %s SA%s ", problem->note->level == STORY_ERROR ? "!" : "?",
		   problem->sas == 1 ? "" : "s");
	for (uint32_t i = 0; i < shown; i++)
		buf_printf(out, "%s%u", i ? ", " : "", problem->sa[i]);
	if (problem->sas > shown)
		buf_printf(out, " and %u more", problem->sas - shown);
	if (problem->note->frame)
		buf_printf(out, ", #%u", problem->note->frame);
	buf_printf(out, ": %s", problem->note->text);
	if (problem->note->classes.items[0]) {
		buf_puts(out, " [");
		class_set_format(&problem->note->classes, out);
		buf_putc(out, ']');
	}
	buf_putc(out, '\n');
}

void pcap_overview_text(const struct pcap_overview *overview,
			const struct pcap_report *report, struct buf *out)
{
	size_t sas = report->set->sessions, rows = overview->rows.count;

	vec_foreach (bound, &overview->bounds)
		buf_printf(out,
			   "! too many to be kept or shown, and only counted: %llu %s\n",
			   (unsigned long long)bound->count, bound->what);
	if (rows < sas)
		buf_printf(out, "shown: %zu of %zu IKE SAs\n", rows, sas);
	if (!rows)
		return;
	buf_puts(out, "\noverview\n");
	vec_foreach (row, &overview->rows)
		put_row(row, out);
	vec_foreach (problem, &overview->problems)
		put_problem(problem, out);
	if (!overview->has_details)
		buf_puts(out, "  More of each is told with --sa N, --peer ADDRESS, "
			      "--spi HEX, --errors or --all.\n");
}

/* ------------------------------------------------------------ JSON */

static json_t *of_problem(const struct overview_problem *problem)
{
	json_t *sas = json_array();
	_cleanup_buf_ struct buf classes = { 0 };

	for (uint32_t i = 0; i < problem->sas && i < OVERVIEW_SAS_MAX; i++)
		json_array_append_new(sas, json_integer(problem->sa[i]));
	class_set_format(&problem->note->classes, &classes);
	return json_of("{s:s, s:o, s:i, s:i, s:o, s:o}", "level",
		       problem->note->level == STORY_ERROR ? "error" : "warning",
		       "ike_sas", sas, "count", (int)problem->sas, "frame",
		       (int)problem->note->frame, "text", json_kept(problem->note->text),
		       "findings", json_kept(classes.length ? buf_text(&classes) : NULL));
}

json_t *pcap_overview_json(const struct pcap_overview *overview,
			   const struct pcap_report *report)
{
	json_t *rows = json_array(), *problems = json_array(), *bounds = json_object();

	vec_foreach (row, &overview->rows)
		json_array_append_new(
			rows,
			json_of("{s:i, s:f, s:s, s:s, s:s, s:b, s:b, s:i, s:i}", "ike_sa",
				(int)row->number, "start_s", row->start_s, "mode",
				row->mode, "ends", row->ends, "outcome", row->outcome,
				"up", row->is_up, "phase1", row->is_phase1, "messages",
				(int)row->messages, "problems", (int)row->problems));
	vec_foreach (problem, &overview->problems)
		json_array_append_new(problems, of_problem(problem));
	vec_foreach (bound, &overview->bounds)
		json_add(bounds, bound->what, json_integer((json_int_t)bound->count));
	return json_of("{s:i, s:i, s:o, s:o, s:o}", "total", (int)report->set->sessions,
		       "shown", (int)overview->rows.count, "beyond_bounds", bounds,
		       "ike_sas", rows, "problems", problems);
}
