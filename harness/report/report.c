// SPDX-License-Identifier: GPL-2.0-or-later
/* report.c - what all reports share */
#include "report/report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/plain.h"
#include "report/events.h"
#include "report/page.h"

struct report_counts report_count(const struct judgement *judgement)
{
	struct report_counts counts = { 0 };

	for (size_t i = 0; i < judgement->verdicts.count; i++)
		counts.of[judgement->verdicts.items[i].kind & 3]++;
	return counts;
}

const char *report_outcome_word(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_AS_EXPECTED:
		return "as expected";
	case OUTCOME_UNEXPECTED:
		return "not as expected";
	case OUTCOME_NOT_RUN:
		return "not run";
	case OUTCOME_NOTHING_PROVED:
		return "nothing was proved";
	case OUTCOME_LAB_FAILED:
		return "the rehearsal itself failed";
	case OUTCOME_CONTRADICTION:
		return "twinsite disagrees with itself";
	}
	return "not run";
}

/* A scenario is known by its folder's name: "acme/scenario.yml", wherever it stands. */
static const char *shown_file(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (*file != '/' || !slash)
		return file;
	while (slash > file && slash[-1] != '/')
		slash--;
	return slash;
}

void report_add_origin(struct buf *out, const struct origin *origin)
{
	struct origin shown = *origin;

	if (shown.file)
		shown.file = shown_file(shown.file);
	if (shown.file || shown.source)
		origin_format(&shown, out);
}

void report_script_text(const struct script_run *run, struct buf *out)
{
	buf_printf(out, "%s: %s (%u command%s): %s", run->site, run->file, run->commands,
		   run->commands == 1 ? "" : "s", run->how);
}

bool report_is_about_fault(const struct judgement *judgement)
{
	return judgement->scenario && judgement->scenario->faults.count > 0;
}

int report_write_file(const char *folder, const char *name, const struct buf *text,
		      struct err *err)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);

	_cleanup_buf_ struct buf plain = { 0 };

	if (length < 0 || (size_t)length >= sizeof(path))
		return err_set(err, ENAMETOOLONG, "%s: the path is too long", folder);
	plain_text(buf_text(text), PLAIN_LINES, &plain); /* CI may well print it */
	return file_write(path, buf_text(&plain), plain.length, err);
}

int report_write(const struct judgement *judgement, const struct timeline *timeline,
		 struct err *err)
{
	_cleanup_buf_ struct buf json = { 0 };
	_cleanup_buf_ struct buf junit = { 0 };
	_cleanup_buf_ struct buf html = { 0 }, events = { 0 };
	struct page page;
	int ret;

	report_json(judgement, &json);
	report_junit(judgement, &junit);
	page_collect(judgement, timeline, true, &page);
	report_html(&page, &html);
	report_events(judgement->scenario->name, page.ladder, timeline,
		      judgement->start_us, &events);
	ret = report_write_file(judgement->folder, REPORT_JSON_FILE, &json, err);
	if (ret == 0)
		ret = report_write_file(judgement->folder, REPORT_JUNIT_FILE, &junit,
					err);
	if (ret == 0)
		ret = report_write_file(judgement->folder, REPORT_EVENTS_FILE, &events,
					err);
	return ret ? ret
		   : report_write_file(judgement->folder, REPORT_HTML_FILE, &html, err);
}
