/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - many runs in one: what came out of each, and of all of them
 *
 * `run` with several scenarios makes one, and so does `report` of several (report/merge.h).
 * All pure: it is written as summary.json, read again, and shown on a terminal, as a page,
 * and to those who check (JUnit, TAP, SARIF, annotations). What is read may come from
 * somebody else: nothing in it is believed but that it is text.
 */
#ifndef TWINSITE_REPORT_SUMMARY_H
#define TWINSITE_REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "check/verdict.h"

struct buf;
struct err;
struct judgement;

#define SUMMARY_JSON_FILE  "summary.json"
#define SUMMARY_JUNIT_FILE "junit.xml"
#define SUMMARY_HTML_FILE  "index.html"
#define SUMMARY_SARIF_FILE "twinsite.sarif"
/* All that stands in a folder of reports itself, beside the folders of its scenarios. */
#define SUMMARY_FILES                                                  \
	SUMMARY_JSON_FILE "/" SUMMARY_JUNIT_FILE "/" SUMMARY_HTML_FILE \
			  "/" SUMMARY_SARIF_FILE
#define SUMMARY_BYTES_MAX    (256u << 20)
#define SUMMARY_VERDICTS_MAX 10000 /* of a run; more are not read */

enum summary_result { /* by the exit status of its run */
		      SUMMARY_PASSED,
		      SUMMARY_FAILED,
		      SUMMARY_SKIPPED,	/* what it needs is not here */
		      SUMMARY_UNSTABLE, /* two runs of it differ */
		      SUMMARY_RESULTS,
};

/* One of the settings by which the two ends differ. */
struct summary_value {
	const char *site, *setting, *value; /* setting NULL: there is none */
	struct origin at;
	const char *path; /* of that file from where we were; NULL: an overlay made it */
};

struct summary_cause {
	const char *id, *name, *layer, *summary;
	const char *fix; /* the first; NULL: none */
	struct summary_value values[2];
};

struct summary_verdict {
	const char *verdict, *check, *claim, *seen;
	struct origin at;
};

struct summary_run {
	unsigned int number;  /* its place in the whole list, from 0 */
	const char *scenario; /* as it was called: "scenarios/acme" */
	const char *name, *sentence;
	int status;	     /* exit status */
	int first_status;    /* of a run that was tried again; -1: it was not */
	const char *outcome; /* a word; NULL: nothing was judged */
	const char *text;    /* one sentence: what came out, or why nothing did */
	const char *missing; /* the capability, of one that was skipped; else NULL */
	const char *plane;
	const char *start;  /* RFC 3339 */
	const char *folder; /* of its report, from that of the summary; NULL: none */
	int64_t took_us;    /* outside */
	const char *path;   /* of its scenario.yml, from where we were; or NULL */
	const char *devices[2];
	VEC(const char *) faults; /* ids of classes that it expects */
	VEC(struct summary_cause) causes;
	VEC(struct summary_verdict) verdicts;
};

struct summary {
	struct arena *arena;
	const char *version; /* of twinsite */
	const char *start;
	int64_t took_us;
	unsigned int shard, shards;   /* from 1; of one machine: 1 of 1 */
	VEC(const char *) list;	      /* the whole list, those of other shards too */
	VEC(struct summary_run) runs; /* in the order of the list */
};

struct summary *summary_new(void);
void summary_free(struct summary *summary); /* NULL is fine */
static inline void summary_freep(struct summary **summary)
{
	summary_free(*summary);
}

/*
 * What a judgement says, put into a run whose number, scenario, status and times are the
 * caller's. here: the working directory, from which paths are; reports: its folder.
 */
void summary_take(struct summary *summary, struct summary_run *run,
		  const struct judgement *judgement, const char *here,
		  const char *reports);

/* The same of a scenario that was read, and not rehearsed. */
struct scenario;
void summary_take_scenario(struct summary *summary, struct summary_run *run,
			   const struct scenario *scenario, const char *here);

enum summary_result summary_result(const struct summary_run *run);
const char *summary_result_word(enum summary_result result); /* "passed", … */

struct summary_counts {
	size_t of[SUMMARY_RESULTS]; /* unstable ones are among the failed, too */
	size_t not_started;	    /* of this shard */
};
struct summary_counts summary_count(const struct summary *summary);
bool summary_is_ours(const struct summary *summary, size_t number); /* of this shard? */

/* The worst exit status; EXIT_NOTHING_RAN without any run. */
int summary_status(const struct summary *summary);

/* A text of an object, in the summary's arena; NULL when it is none. */
const char *summary_read_text(struct summary *summary, const json_t *object,
			      const char *key);
/* The causes and verdicts of a run, as result.json and summary.json both have them. */
void summary_read_judged(struct summary *summary, const json_t *object,
			 struct summary_run *run);

/* summary.json; report.md has its fields. */
void summary_json(const struct summary *summary, struct buf *out);
/* One run of it, in one line; and back, with its texts in the summary's arena. */
void summary_run_json(const struct summary_run *run, struct buf *out);
int summary_run_read(struct summary *summary, const char *text, size_t length,
		     struct summary_run *ret_run);

/* -EINVAL with a sentence that begins with `name` when it is no summary of ours. */
int summary_read(const char *name, const char *text, size_t length,
		 struct summary **ret_summary, struct err *err);

/*
 * The lines to be marked where configurations are kept: of each run that failed what its
 * causes name in a file that is there; without any, the expectation that does not hold.
 */
struct summary_mark {
	const struct summary_run *run;
	const char *id, *name; /* of the class; or "check", and which */
	const char *path;      /* from where we were */
	unsigned int line;     /* from 1 */
	const char *text;      /* sentences */
};
struct summary_marks {
	struct summary_mark *items;
	size_t count, room;
};
struct summary_marks summary_mark(const struct summary *summary);

/* ---------------------------------------------------------------- who reads it */

/* "ok      scenarios/acme  0.35 s on libipsec", "SKIP scenarios/b: WORD: why", … */
void summary_line(const struct summary_run *run, bool has_colour, struct buf *out);

/*
 * The end, for people: failures first (cause, report), what was unstable, skips by their
 * reason, the slowest, and in the last line the counts. It fits a screen however many ran.
 */
struct summary_look {
	bool has_colour, is_quiet; /* quiet: failures and the last line */
	unsigned int durations;	   /* so many of the slowest */
	const char *reports;	   /* the folder that reports are in */
};
void summary_text(const struct summary *summary, const struct summary_look *look,
		  struct buf *out);

/* JUnit: a test case for each scenario, as Jenkins and GitLab read it. */
void summary_junit(const struct summary *summary, struct buf *out);

/* TAP: the plan, and a line for each test; they may be written as they come. */
void summary_tap_plan(size_t count, struct buf *out);
void summary_tap(const struct summary_run *run, size_t number, struct buf *out);

/* SARIF 2.1.0: each wrong line of a configuration, and the class that it is of. */
void summary_sarif(const struct summary *summary, struct buf *out);

/*
 * GitHub's commands, a line for each wrong line. Escaped by its rules; to be written by
 * out_commands() only (base/out.h).
 */
void summary_github(const struct summary *summary, struct buf *out);

/* The page: failures, matrices of family × class and device × device, all runs. */
void summary_html(const struct summary *summary, struct buf *out);

#endif
