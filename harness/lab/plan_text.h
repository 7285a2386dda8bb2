/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_text.h - a plan to read: nodes, cables, routes, rules, DNS */
#ifndef TWINSITE_LAB_PLAN_TEXT_H
#define TWINSITE_LAB_PLAN_TEXT_H

#include <stdbool.h>

struct buf;
struct plan;

/* is_full: with firewalls, DNS configurations and files; else the network alone. */
void plan_text(const struct plan *plan, bool is_full, struct buf *out);

#endif
