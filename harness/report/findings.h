/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings.h - what predict found, as text and as JSON */
#ifndef TWINSITE_REPORT_FINDINGS_H
#define TWINSITE_REPORT_FINDINGS_H

#include "finding/weigh.h"

struct buf;

/* In their order, see finding/weigh.h. */
void report_findings_text(const struct findings *findings, struct buf *out);
/*
 * needed: the counterpart of one end alone (predict/one_end.h), whose tunnels follow as an
 * element with the id "other-end"; NULL: both ends were given.
 */
void report_findings_json(const struct findings *findings, const struct site *needed,
			  struct buf *out);
/* A line for each that weighs as much or more, and is not accepted. */
void report_findings_brief(const struct findings *findings, enum weight worst,
			   struct buf *out);
/* "1 fatal, 0 leak, 2 weak, 1 accepted, 3 unproven" as a line. */
void report_findings_sum(const struct findings *findings, struct buf *out);

#endif
