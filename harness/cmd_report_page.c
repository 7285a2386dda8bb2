// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_report_page.c - a recorded run's page for one administrator, or to be given away */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/plain.h"
#include "base/str.h"
#include "cmd.h"
#include "report/page.h"
#include "report/share.h"
#include "run/judge.h"
#include "run/reader.h"

static int check_side(const struct judgement *judgement, const char *side,
		      struct err *err)
{
	const struct scenario *scenario = judgement->scenario;
	_cleanup_buf_ struct buf names = { 0 };

	if (!side)
		return 0;
	vec_foreach (site, &scenario->sites) {
		if (str_equal(site->name, side))
			return 0;
		buf_printf(&names, "%s%s", names.length ? " or " : "", site->name);
	}
	return err_set(err, EINVAL, "--for: there is no site '%.60s', but %s", side,
		       buf_text(&names));
}

/* What stands there is somebody's. */
static int check_empty(const char *folder, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool is_empty = true;

	while (dir && (entry = readdir(dir)))
		is_empty &=
			str_equal(entry->d_name, ".") || str_equal(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return is_empty ? 0
			: err_set(err, EEXIST, "--share: %s is there, and not empty",
				  folder);
}

static int write_share(const struct report_page *options, struct page *page,
		       struct err *err)
{
	struct share share = { .folder = options->share,
			       .hides_addresses = options->hides_addresses };
	_cleanup_buf_ struct buf text = { 0 }, plain = { 0 };
	int r = check_empty(share.folder, err);

	if (!r)
		r = reader_output(share.folder, false, err);
	if (!r)
		r = file_make_folder(share.folder, err);
	if (!r)
		r = share_write(page, &share, err);
	if (r)
		return r;
	buf_printf(&text, "%s: %zu files\n", share.folder, share.files);
	vec_foreach (left, &share.left_out)
		buf_printf(&text, "left out: %s: %s\n", left->name, left->why);
	plain_text(buf_text(&text), PLAIN_LINES, &plain);
	(void)fwrite(buf_text(&plain), 1, plain.length, stdout);
	return 0;
}

static void print(struct page *page)
{
	_cleanup_buf_ struct buf html = { 0 };

	page->files.count = 0; /* what is printed lies beside none of them */
	report_html(page, &html);
	(void)fwrite(buf_text(&html), 1, html.length, stdout);
}

int cmd_report_page(const struct report_page *options, const char *folder)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	struct err err = { 0 };
	struct page page;
	int r = judge_folder(folder, NULL, &judged, &err);

	if (!r)
		r = check_side(&judged->judgement, options->side, &err);
	if (r)
		return cmd_fail(&err);
	page_collect(&judged->judgement, judged->timeline, false, &page);
	page.only = options->side;
	if (!options->share)
		print(&page);
	else if (write_share(options, &page, &err))
		return cmd_fail(&err);
	return EXIT_OK;
}
