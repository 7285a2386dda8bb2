// SPDX-License-Identifier: GPL-2.0-or-later
/* page_collect.c - what the page shows that a judgement has not: read from the run's folder */
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "fix/fix.h"
#include "report/ladder.h"
#include "report/page.h"

#define FILES_MAX 600
#define LOG_MAX	  (64u << 20)

/* ------------------------------------------------------------ the fix */

static bool is_diagnosed(const struct judgement *judgement, const char *id)
{
	vec_foreach (diagnosis, &judgement->diagnoses)
		if (str_equal(diagnosis->class->id, id))
			return true;
	return false;
}

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/* What the files say is cured as `twinsite fix` does it; what only a run shows, is not. */
static void collect_fix(const struct judgement *judgement, struct page *page)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct fix_pair pair;
	struct fix_plan plan;
	struct err err = { 0 };
	bool is_any = false;

	if (!judgement->diagnoses.count || !judgement->scenario ||
	    judgement->scenario->sites.count != 2)
		return;
	arena_set_secret(arena);
	fix_pair_of(judgement->scenario, arena, &pair);
	if (fix_all(&pair, SEVERITY_LEAK, &plan, &err))
		return;
	vec_foreach (step, &plan.steps) {
		/* Of what else predict finds, what the diff has. */
		if (!is_diagnosed(judgement, step->id) && !step->sentence)
			continue;
		is_any |= is_diagnosed(judgement, step->id) && step->sentence;
		vec_add(judgement->arena, &page->cures,
			((struct page_cure){ kept(judgement->arena, step->id),
					     kept(judgement->arena, step->summary),
					     kept(judgement->arena, step->sentence),
					     kept(judgement->arena, step->reason) }));
	}
	for (size_t i = 0; is_any && i < 2; i++) {
		_cleanup_buf_ struct buf diff = { 0 };

		fix_diff_of(&pair, &plan.cured, i, false, &diff);
		if (diff.length)
			page->diffs[i] = arena_strdup(judgement->arena, buf_text(&diff));
	}
}

/* ------------------------------------------------------------ files */

static bool has_keys(const char *name)
{
	static const char *const patterns[] = { "*.keys.log", "*.kernel.keys",
						"wireshark/*" };

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (!fnmatch(patterns[i], name, 0))
			return true;
	return false;
}

static void add_file(struct arena *arena, struct page *page, const char *name,
		     int64_t bytes)
{
	if (page->files.count < FILES_MAX && !page_has_file(page, name, strlen(name)))
		vec_add(arena, &page->files,
			((struct page_file){ arena_strdup(arena, name), bytes,
					     has_keys(name) }));
}

/* Regular files of a folder below the run's; subfolder "" is that itself. */
static void list_folder(const char *folder, const char *subfolder, struct arena *arena,
			struct page *page)
{
	struct err err = { 0 };
	int fd = file_open_below(folder, *subfolder ? subfolder : ".", FILE_IS_FOLDER,
				 &err);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir))) {
		struct stat status;

		if (entry->d_name[0] == '.' ||
		    fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(status.st_mode))
			continue;
		add_file(arena, page,
			 *subfolder
				 ? arena_printf(arena, "%s/%s", subfolder, entry->d_name)
				 : entry->d_name,
			 status.st_size);
	}
	if (dir)
		closedir(dir);
}

static int compare_files(const void *a, const void *b)
{
	const struct page_file *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void collect_files(const struct judgement *judgement, bool is_new,
			  struct page *page)
{
	static const char *const own[] = { REPORT_JSON_FILE, REPORT_JUNIT_FILE,
					   REPORT_EVENTS_FILE };

	if (!judgement->folder)
		return;
	list_folder(judgement->folder, "", judgement->arena, page);
	if (!page->files.count)
		return;
	page->has_others = true;
	list_folder(judgement->folder, "wireshark", judgement->arena, page);
	for (size_t i = 0; is_new && i < ARRAY_SIZE(own); i++)
		add_file(judgement->arena, page, own[i], -1);
	for (size_t i = 0; i < page->files.count; i++)
		if (str_equal(page->files.items[i].name, REPORT_HTML_FILE))
			page->files.items[i--] = page->files.items[--page->files.count];
	qsort(page->files.items, page->files.count, sizeof(*page->files.items),
	      compare_files);
}

/* ------------------------------------------------------------ daemons */

/* "Starting IKE charon daemon (strongSwan 5.9.8, Linux 6.1, x86_64)" */
static const char *daemon_of(const char *log, struct arena *arena)
{
	static const char mark[] = "Starting IKE charon daemon (";
	const char *start = strstr(log, mark), *end;

	if (!start)
		return NULL;
	start += strlen(mark);
	end = strpbrk(start, ")\n");
	return end && *end == ')' ? arena_strndup(arena, start, (size_t)(end - start))
				  : NULL;
}

static void collect_logs(const struct judgement *judgement, struct page *page,
			 struct ladder_logs *ret_logs)
{
	for (size_t i = 0; i < 2 && i < judgement->scenario->sites.count; i++) {
		_cleanup_free_ char *bytes = NULL;
		struct err err = { 0 };
		size_t length;
		const char *name = arena_printf(judgement->arena, "%s.charon.log",
						judgement->scenario->sites.items[i].name);

		if (file_read_below(judgement->folder, name, LOG_MAX, &bytes, &length,
				    &err))
			continue;
		page->daemons[i] = daemon_of(bytes, judgement->arena);
		ladder_learn(judgement->arena, bytes, &ret_logs->of[i]);
	}
}

void page_collect(const struct judgement *judgement, const struct timeline *timeline,
		  bool is_new, struct page *ret_page)
{
	struct ladder_logs logs = { 0 };

	*ret_page = (struct page){ .judgement = judgement, .timeline = timeline };
	collect_fix(judgement, ret_page);
	collect_files(judgement, is_new, ret_page);
	if (!judgement->folder || !judgement->scenario)
		return;
	collect_logs(judgement, ret_page, &logs);
	ret_page->ladder = ladder_read(judgement, &logs);
}
