/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_edited.h - a recorded run with something changed, judged again, as text
 *
 * For tests: what would have been said, had one event, one line of a log or one capture
 * been another? Each verdict and each finding is one line of the text:
 *
 *	ok reach: laptop reaches web through the tunnel: 2 answered … [proof; proof]
 *	F12 esp-blocked (path) home: summary | value … | proof … | in effect … | sees … |
 *	    fix … | not …
 */
#ifndef TWINSITE_RUN_TEST_EDITED_H
#define TWINSITE_RUN_TEST_EDITED_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/test_text.h"
#include "run/judge.h"

#define EDITED_RUNS "harness/diagnose/runs"

struct test_edit {
	const char *file;    /* of the run; NULL: nothing is changed */
	const char *find;    /* each place of it; NULL: the file is not there at all */
	const char *replace; /* what stands there then */
};

static inline void edited_write(const char *to, const char *bytes, size_t length,
				const struct test_edit *edit)
{
	_cleanup_buf_ struct buf out = { 0 };
	const char *at = bytes, *next;
	struct err err = { 0 };
	bool is_there = false;

	while ((next = strstr(at, edit->find))) {
		buf_add(&out, at, (size_t)(next - at));
		buf_puts(&out, edit->replace);
		at = next + strlen(edit->find);
		is_there = true;
	}
	if (!is_there)
		fail_msg("%s: no '%s' in it", to, edit->find);
	buf_add(&out, at, length - (size_t)(at - bytes));
	if (file_write(to, buf_text(&out), out.length, &err))
		fail_msg("%s", err.text);
}

/* Copies of the run's files in the folder, which is made; one of them changed. */
static inline void edited_make(const char *run, const struct test_edit *edit,
			       char *folder)
{
	char from[PATH_MAX], path[PATH_MAX + 300], to[400];
	struct dirent *entry;
	DIR *dir;

	assert_non_null(mkdtemp(folder));
	assert_non_null(realpath(EDITED_RUNS, from));
	(void)snprintf(path, sizeof(path), "%s/%s", from, run);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		_cleanup_free_ char *bytes = NULL;
		size_t length;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s/%s", from, run, entry->d_name);
		(void)snprintf(to, sizeof(to), "%s/%s", folder, entry->d_name);
		assert_int_equal(file_read(path, &bytes, &length, NULL), 0);
		if (!str_equal(edit->file, entry->d_name))
			assert_int_equal(file_write(to, bytes, length, NULL), 0);
		else if (edit->find)
			edited_write(to, bytes, length, edit);
	}
	assert_int_equal(closedir(dir), 0);
}

static inline void edited_remove(const char *folder)
{
	char path[400];
	struct dirent *entry;
	DIR *dir = opendir(folder);

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		(void)unlink(path);
	}
	assert_int_equal(closedir(dir), 0);
	assert_int_equal(rmdir(folder), 0);
}

static inline void edited_put_verdict(const struct verdict *verdict, struct buf *out)
{
	buf_printf(out, "%s %s: %s: %s [", verdict_kind_name(verdict->kind),
		   verdict->check, verdict->claim, verdict->seen ? verdict->seen : "");
	for (size_t i = 0; i < verdict->proof.count; i++)
		buf_printf(out, "%s%s", i ? "; " : "", verdict->proof.items[i]);
	buf_puts(out, "]\n");
}

static inline void edited_put_diagnosis(const struct diagnosis *said, struct buf *out)
{
	buf_printf(out, "%s %s (%s) %s: %s", said->class->id, said->class->name,
		   finding_layer_name(said->layer), said->site ? said->site : "both",
		   said->summary);
	for (size_t i = 0; i < 2; i++)
		if (said->values[i].setting)
			buf_printf(out, " | %s %s = %s @%s:%u", said->values[i].site,
				   said->values[i].setting, said->values[i].value,
				   said->values[i].at.file ? said->values[i].at.file : "",
				   said->values[i].at.line);
	vec_foreach (proof, &said->proof)
		buf_printf(out, " | proof %s", *proof);
	if (said->is_in_effect)
		buf_printf(out, " | in effect %s", said->in_effect);
	vec_foreach (sees, &said->sees)
		buf_printf(out, " | sees %s", *sees);
	vec_foreach (fix, &said->fixes)
		buf_printf(out, " | fix %s", *fix);
	vec_foreach (other, &said->ruled_out)
		buf_printf(out, " | %s", *other);
	buf_puts(out, "\n");
}

/* Judge that run, so changed, as one of this scenario; everything that is said. */
static inline void edited_judge(const char *run, const char *scenario,
				const struct test_edit *edit, struct buf *out)
{
	_cleanup_(judged_freep) struct judged *judged = NULL;
	char folder[] = "/tmp/twinsite-edited-XXXXXX", path[200];
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "scenarios/%s", scenario);
	edited_make(run, edit, folder);
	if (judge_folder(folder, path, &judged, &err))
		fail_msg("%s: %s", run, err.text);
	edited_remove(folder);
	vec_foreach (verdict, &judged->judgement.verdicts)
		edited_put_verdict(verdict, out);
	vec_foreach (diagnosis, &judged->judgement.diagnoses)
		edited_put_diagnosis(diagnosis, out);
	for (size_t i = 0; i < judged->judgement.notes.count; i++)
		buf_printf(out, "note %s\n", judged->judgement.notes.items[i]);
	buf_printf(out, "%s\n", judged->judgement.outcome_text);
}

#endif
