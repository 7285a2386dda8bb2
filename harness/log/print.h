/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print.h - what a log says, in words
 *
 * Everything that comes out of the log goes through base/plain.h, and keys were taken out
 * before (redact.h).
 */
#ifndef TWINSITE_LOG_PRINT_H
#define TWINSITE_LOG_PRINT_H

struct buf;
struct findings;
struct log_answer;
struct log_reader;

/*
 * findings: of the files of one end or both, those of the answer's classes only; NULL: no
 * file was given.
 */
void log_print(const struct log_reader *reader, const struct log_answer *answer,
	       const struct findings *findings, struct buf *out);

/* What stands before the findings of files, or that there are none; NULL: nothing. */
void log_print_findings(const struct findings *findings, struct buf *out);

/* "F20 F22" or "OK F63 F64": for programs, in the order of the catalogue. */
void log_print_classes(const struct log_answer *answer, struct buf *out);

#endif
