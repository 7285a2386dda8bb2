/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - one judgement, four ways to read it
 *
 * All pure: a judgement goes in, text comes out. Secrets never reach a judgement, and
 * nothing else is printed.
 */
#ifndef TWINSITE_REPORT_REPORT_H
#define TWINSITE_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnose/judgement.h"

struct buf;
struct page;
struct timeline;

#define REPORT_JSON_FILE   "result.json"
#define REPORT_JUNIT_FILE  "junit.xml"
#define REPORT_HTML_FILE   "index.html"
#define REPORT_EVENTS_FILE "events.json"

/* How many verdicts are of each kind. */
struct report_counts {
	size_t of[4]; /* by enum verdict_kind */
};
struct report_counts report_count(const struct judgement *judgement);

const char *report_outcome_word(enum outcome outcome); /* "as expected", … */

/* "etc/config/firewall:12", "ScreenOS default", or nothing. */
void report_add_origin(struct buf *out, const struct origin *origin);

/* "home: etc/firewall.user (12 commands): run by a shell, ended well" */
void report_script_text(const struct script_run *run, struct buf *out);

/* Does the scenario expect a fault? Then broken checks are what it is about. */
bool report_is_about_fault(const struct judgement *judgement);

/* Machine-readable, one object; see json.c for its keys. */
void report_json(const struct judgement *judgement, struct buf *out);

/*
 * For CI: the scenario is the suite, each check a test. Unproven checks are skipped
 * with their reason. Where a fault is expected the checks cannot fail; one more test,
 * "fault", fails unless exactly that fault was found.
 */
void report_junit(const struct judgement *judgement, struct buf *out);

/* One page that needs nothing else; what beside the judgement is on it: page.h. */
void report_html(const struct page *page, struct buf *out);

/*
 * Write result.json, junit.xml, events.json and index.html into the run's folder. 0 or -errno with
 * a sentence.
 */
struct err;
int report_write(const struct judgement *judgement, const struct timeline *timeline,
		 struct err *err);

/* One file of a report: text that a log of CI may print as well. */
int report_write_file(const char *folder, const char *name, const struct buf *text,
		      struct err *err);

#endif
