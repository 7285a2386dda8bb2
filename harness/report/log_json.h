/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_json.h - what a log says, for programs; harness/doc/log.md has the keys */
#ifndef TWINSITE_REPORT_LOG_JSON_H
#define TWINSITE_REPORT_LOG_JSON_H

struct buf;
struct findings;
struct log_answer;
struct log_pair;
struct log_reader;

/*
 * One object and a newline. Keys were taken out of quotes before (log/redact.h). findings:
 * as in log_print(); of them id and summary, `predict --json` has the rest. other: the other
 * end's log, its reader NULL where there is none.
 */
void report_log_json(const struct log_reader *reader, const struct log_answer *answer,
		     const struct findings *findings, const struct log_pair *other,
		     struct buf *out);

#endif
