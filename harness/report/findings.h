/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings.h - what predict found, as text and as JSON */
#ifndef TWINSITE_REPORT_FINDINGS_H
#define TWINSITE_REPORT_FINDINGS_H

#include "finding/finding.h"

struct buf;

/* The worst first is not wanted: findings are in the order of the layers. */
void report_findings_text(const struct findings *findings, struct buf *out);
void report_findings_json(const struct findings *findings, struct buf *out);

#endif
