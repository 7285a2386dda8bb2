/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign.h - files of makers that twinsite does not know, which look like known ones */
#ifndef TWINSITE_IMPORT_FOREIGN_H
#define TWINSITE_IMPORT_FOREIGN_H

#include <stddef.h>

struct err;
struct import_source;

/*
 * VyOS and FortiOS write `set` lines as ScreenOS and Junos do, libreswan an ipsec.conf
 * that strongSwan would read otherwise; those of Cisco, pfSense, ipsec-tools and others
 * are like none of ours, and are named all the same. Two lines that only such a maker
 * writes decide, or one that can be nobody else's:
 * -EINVAL with a sentence that names it; 0: none of them.
 */
int import_foreign(const struct import_source *sources, size_t count, struct err *err);

#endif
