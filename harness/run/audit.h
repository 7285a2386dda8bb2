/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audit.h - open every ESP packet that was captured, while the keys are still there
 *
 * Both charons log their keys into their private folders, and where the kernel carries
 * ESP it has them, too (kernel_watch.h). When the captures are
 * complete each Internet link's file is read with them: evidence "packet" "esp", one
 * event a link, says how many packets decrypt, authenticate and hold what their SA
 * is for, and "packet" "proof" whether the ends proved their pre-shared keys. Then the keys are deleted; with --keys they stay, as Wireshark's tables.
 */
#ifndef TWINSITE_RUN_AUDIT_H
#define TWINSITE_RUN_AUDIT_H

#include "run/rehearsal.h"

/* Never fails: what could not be read is part of the evidence. */
void audit_esp(struct rehearsal *rehearsal);

#endif
