// SPDX-License-Identifier: GPL-2.0-or-later
/* share.c - a run's report as a folder that may be given away */
#include "report/share.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "report/hide.h"

#define COPY_MAX (1024u << 20) /* bytes of one file */

/* How it was run has paths of this machine; the reports are written anew. */
static const char *const not_copied[] = { "run.json", REPORT_JSON_FILE, REPORT_JUNIT_FILE,
					  REPORT_HTML_FILE };

static bool is_not_copied(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_copied); i++)
		if (str_equal(not_copied[i], name))
			return true;
	return false;
}

/* Why a file stays here by its name alone; NULL: it does not. */
static const char *reason_by_name(const struct page *page, const struct share *share,
				  const struct page_file *file)
{
	if (file->has_keys)
		return "it has keys";
	if (page->only && !str_equal(page_file_site(page, file->name), page->only))
		return "it is not of that end alone";
	if (share->hides_addresses && str_ends(file->name, ".pcapng"))
		return "addresses in a capture cannot be hidden";
	return NULL;
}

static int write_text(const struct share *share, struct hide *hide, const char *name,
		      const char *text, struct err *err)
{
	_cleanup_buf_ struct buf hidden = { 0 };

	hide_text(hide, text, &hidden);
	return file_write(arena_printf(hide->arena, "%s/%s", share->folder, name),
			  buf_text(&hidden), hidden.length, err);
}

/* 0, or 1 with the reason why it is left out, or -errno. */
static int copy(const struct page *page, const struct share *share, struct hide *hide,
		const struct page_file *file, const char **ret_why, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int r = file_read_below(page->judgement->folder, file->name, COPY_MAX, &bytes,
				&length, err);

	if (r)
		return r;
	if (hide_has_key(page->judgement->scenario, bytes, length)) {
		*ret_why = "one of the keys stands in it";
		OPENSSL_cleanse(bytes, length);
		return 1;
	}
	if (!str_ends(file->name, ".pcapng"))
		return write_text(share, hide, file->name, bytes, err);
	return file_write(arena_printf(hide->arena, "%s/%s", share->folder, file->name),
			  bytes, length, err);
}

static int copy_files(struct page *page, struct share *share, struct hide *hide,
		      struct err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < page->files.count; i++) {
		const struct page_file file = page->files.items[i];
		const char *why = reason_by_name(page, share, &file);
		int r = 1;

		if (is_not_copied(file.name))
			continue;
		if (!why)
			r = copy(page, share, hide, &file, &why, err);
		if (r < 0)
			return r;
		if (r)
			vec_add(hide->arena, &share->left_out,
				((struct share_left_out){ file.name, why }));
		else
			page->files.items[kept++] = file;
	}
	page->files.count = kept;
	share->files = kept;
	return 0;
}

static int write_reports(struct page *page, struct share *share, struct hide *hide,
			 struct err *err)
{
	_cleanup_buf_ struct buf html = { 0 }, json = { 0 };
	int r = 0;

	page->has_others = false;
	if (!page->only) {
		report_json(page->judgement, &json);
		r = write_text(share, hide, REPORT_JSON_FILE, buf_text(&json), err);
		vec_add(hide->arena, &page->files,
			((struct page_file){ REPORT_JSON_FILE, (int64_t)json.length,
					     false }));
		share->files++;
	}
	report_html(page, &html);
	share->files++;
	return r ? r : write_text(share, hide, REPORT_HTML_FILE, buf_text(&html), err);
}

int share_write(struct page *page, struct share *share, struct err *err)
{
	const struct judgement *judgement = page->judgement;
	struct hide hide;
	struct judgement here = *judgement;
	int r;

	hide_begin(&hide, judgement->arena, judgement->scenario, share->hides_addresses);
	r = copy_files(page, share, &hide, err);
	if (!r) {
		struct page of = *page;

		here.folder = ".";
		of.judgement = &here;
		r = write_reports(&of, share, &hide, err);
	}
	return r;
}
