// SPDX-License-Identifier: GPL-2.0-or-later
/* runs_diff.c - what changed from one run to another */
#include "report/runs_diff.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/str.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/text.h"

/* ---------------------------------------------------------------- one run's result.json */

static void read_run(struct summary *summary, const json_t *root)
{
	struct summary_run *run = vec_push(summary->arena, &summary->runs);

	run->scenario =
		summary_read_text(summary, json_object_get(root, "scenario"), "name");
	run->name = run->scenario = run->scenario ? run->scenario : "?";
	run->outcome = summary_read_text(summary, root, "outcome");
	run->plane = summary_read_text(summary, root, "plane");
	run->status =
		str_equal(run->outcome, report_outcome_word(OUTCOME_AS_EXPECTED))
			? EXIT_OK
		: str_equal(run->outcome, report_outcome_word(OUTCOME_NOTHING_PROVED))
			? EXIT_NOTHING_RAN
			: EXIT_UNEXPECTED;
	run->first_status = -1;
	run->folder = ".";
	summary_read_judged(summary, root, run);
	vec_add(summary->arena, &summary->list, run->scenario);
}

int runs_diff_read_result(const char *name, const char *text, size_t length,
			  struct summary **ret_summary, struct err *err)
{
	json_error_t error;
	json_t *root = json_loadb(text, length, 0, &error);

	if (!root)
		return err_set(err, EINVAL, "%s:%d: no JSON: %s", name, error.line,
			       error.text);
	if (!json_is_integer(json_object_get(root, "twinsite")) ||
	    !json_is_array(json_object_get(root, "verdicts"))) {
		json_decref(root);
		return err_set(err, EINVAL,
			       "%s: no result of a run, as `twinsite run` writes it",
			       name);
	}
	*ret_summary = summary_new();
	read_run(*ret_summary, root);
	json_decref(root);
	return 0;
}

/* ---------------------------------------------------------------- two runs */

static bool add_change(struct buf *out, const char *what, const char *old,
		       const char *new)
{
	if (str_equal(old, new))
		return false;
	buf_printf(out, "  %-9s", what);
	text_add_plain(out, old ? old : "-");
	buf_puts(out, " -> ");
	text_add_plain(out, new ? new : "-");
	buf_putc(out, '\n');
	return true;
}

/* The n-th verdict of that check and claim; NULL: there are not so many. */
static const struct summary_verdict *
nth_verdict(const struct summary_run *run, const struct summary_verdict *like, size_t n)
{
	vec_foreach (one, &run->verdicts)
		if (str_equal(one->check, like->check) &&
		    str_equal(one->claim, like->claim) && !n--)
			return one;
	return NULL;
}

/* Which of those of its check and claim it is. */
static size_t place_of(const struct summary_run *run, const struct summary_verdict *this)
{
	size_t place = 0;

	vec_foreach (one, &run->verdicts) {
		if (one == this)
			break;
		place += str_equal(one->check, this->check) &&
			 str_equal(one->claim, this->claim);
	}
	return place;
}

static void add_verdict(struct buf *out, const struct summary_verdict *verdict,
			const char *old, const char *new)
{
	buf_puts(out, "  verdict  ");
	text_add_plain(out, old ? old : "-");
	buf_puts(out, " -> ");
	text_add_plain(out, new ? new : "-");
	buf_puts(out, "  ");
	text_add_plain(out, verdict->check);
	buf_puts(out, ": ");
	text_add_plain(out, verdict->claim);
	buf_putc(out, '\n');
}

static bool verdicts_differ(const struct summary_run *old, const struct summary_run *new,
			    struct buf *out)
{
	bool differ = false;

	vec_foreach (verdict, &old->verdicts) {
		const struct summary_verdict *other =
			nth_verdict(new, verdict, place_of(old, verdict));

		if (other && str_equal(other->verdict, verdict->verdict))
			continue;
		add_verdict(out, verdict, verdict->verdict,
			    other ? other->verdict : NULL);
		differ = true;
	}
	vec_foreach (verdict, &new->verdicts) {
		if (nth_verdict(old, verdict, place_of(new, verdict)))
			continue;
		add_verdict(out, verdict, NULL, verdict->verdict);
		differ = true;
	}
	return differ;
}

static bool is_same_cause(const struct summary_cause *a, const struct summary_cause *b)
{
	bool is_same = str_equal(a->id, b->id);

	for (size_t i = 0; i < ARRAY_SIZE(a->values); i++)
		is_same &= str_equal(a->values[i].site, b->values[i].site) &&
			   str_equal(a->values[i].setting, b->values[i].setting) &&
			   str_equal(a->values[i].value, b->values[i].value) &&
			   origin_same_line(&a->values[i].at, &b->values[i].at);
	return is_same;
}

/* What this one names and the other does not. */
static bool causes_differ(const struct summary_run *run, const struct summary_run *other,
			  char sign, struct buf *out)
{
	bool differ = false;

	vec_foreach (cause, &run->causes) {
		bool is_there = false;

		vec_foreach (one, &other->causes)
			is_there |= is_same_cause(cause, one);
		if (is_there)
			continue;
		buf_printf(out, "  cause    %c ", sign);
		text_add_plain(out, cause->id);
		buf_putc(out, ' ');
		text_add_plain(out, cause->name);
		buf_puts(out, ": ");
		text_add_plain(out, cause->summary);
		buf_putc(out, '\n');
		differ = true;
	}
	return differ;
}

bool runs_diff(const struct summary_run *old, const struct summary_run *new,
	       struct buf *out)
{
	bool differ = add_change(out, "outcome", old->outcome, new->outcome);

	differ |= add_change(out, "result", summary_result_word(summary_result(old)),
			     summary_result_word(summary_result(new)));
	differ |= add_change(out, "plane", old->plane, new->plane);
	differ |= verdicts_differ(old, new, out);
	differ |= causes_differ(old, new, '-', out);
	differ |= causes_differ(new, old, '+', out);
	return differ;
}

/* ---------------------------------------------------------------- two reports */

static const struct summary_run *find(const struct summary *summary,
				      const struct summary_run *like, bool is_one)
{
	vec_foreach (run, &summary->runs)
		if (is_one || str_equal(run->scenario, like->scenario))
			return run;
	return NULL;
}

static bool add_lonely(const struct summary *summary, const struct summary *other,
		       const char *which, struct buf *out)
{
	bool has_any = false;

	vec_foreach (run, &summary->runs) {
		if (find(other, run, false))
			continue;
		text_add_plain(out, run->scenario);
		buf_printf(out, ": only in the %s\n", which);
		has_any = true;
	}
	return has_any;
}

bool runs_diff_all(const struct summary *old, const struct summary *new,
		   runs_diff_fn *configurations, void *user, struct buf *out)
{
	/* Two runs are meant to be compared, whatever their folders are called. */
	bool is_one = old->runs.count == 1 && new->runs.count == 1;
	bool differ = false;

	vec_foreach (run, &old->runs) {
		const struct summary_run *other = find(new, run, is_one);
		_cleanup_buf_ struct buf lines = { 0 };

		if (!other)
			continue;
		(void)runs_diff(run, other, &lines);
		if (configurations)
			(void)configurations(user, run, other, &lines);
		if (!lines.length)
			continue;
		text_add_plain(out, run->scenario);
		buf_puts(out, ":\n");
		buf_add(out, buf_text(&lines), lines.length);
		differ = true;
	}
	if (is_one)
		return differ;
	differ |= add_lonely(old, new, "first", out);
	return add_lonely(new, old, "second", out) || differ;
}
