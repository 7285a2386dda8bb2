// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_summary.c - a summary read, shown and written, for `run` and `report` */
#include "cmd_summary.h"

#include <limits.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/out.h"
#include "cmd.h"
#include "report/report.h"
#include "report/summary.h"
#include "run/reader.h"

int cmd_summary_load(const char *path, struct summary **ret_summary, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r = file_read_up_to(path, SUMMARY_BYTES_MAX, &text, &length, err);

	return r ? r : summary_read(path, text, length, ret_summary, err);
}

const char *const *summary_annotations(void)
{
	static const char *const words[] = { "github", NULL };

	return words;
}

void cmd_summary_begin(const struct summary_options *options, size_t count)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (!options->is_tap)
		return;
	summary_tap_plan(count, &text);
	(void)fputs(buf_text(&text), stdout);
	(void)fflush(stdout);
}

static int write_files(const struct summary *summary, const char *reports,
		       struct err *err)
{
	static const struct {
		const char *name;
		void (*make)(const struct summary *summary, struct buf *out);
	} files[] = {
		{ SUMMARY_JSON_FILE, summary_json },
		{ SUMMARY_JUNIT_FILE, summary_junit },
		{ SUMMARY_SARIF_FILE, summary_sarif },
		{ SUMMARY_HTML_FILE, summary_html },
	};
	int r = reader_summary(reports, err);

	for (size_t i = 0; !r && i < ARRAY_SIZE(files); i++) {
		_cleanup_buf_ struct buf text = { 0 };

		files[i].make(summary, &text);
		r = report_write_file(reports, files[i].name, &text, err);
	}
	if (r)
		(void)err_mark(err, ERR_BROKE);
	return r;
}

int cmd_summary_end(struct summary *summary, const struct summary_options *options)
{
	const struct summary_look *look = &options->look;
	_cleanup_buf_ struct buf text = { 0 }, commands = { 0 };
	int status = summary_status(summary);
	struct err err = { 0 };

	if (summary->runs.count && write_files(summary, look->reports, &err))
		status = exit_worst(status, cmd_fail(&err));
	if (options->annotate >= 0) {
		summary_github(summary, &commands);
		(void)fflush(stdout);
		if (!out_commands(buf_text(&commands), commands.length))
			status = exit_worst(status, EXIT_BROKE);
	}
	summary_text(summary, look, &text);
	(void)fwrite(buf_text(&text), 1, text.length, options->is_tap ? stderr : stdout);
	return status;
}
