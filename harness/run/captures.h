/* SPDX-License-Identifier: GPL-2.0-or-later */
/* captures.h - the wires of a run on record, and what that costs */
#ifndef TWINSITE_RUN_CAPTURES_H
#define TWINSITE_RUN_CAPTURES_H

#include <stdbool.h>

struct err;
struct rehearsal;

/* Capture each link that the plan wants captured, into FOLDER/LINK.pcapng and all.pcapng. */
int captures_start(struct rehearsal *rehearsal, const char *folder, struct err *err);

/*
 * While throughput is measured: inner links are not captured, of Internet links the
 * headers are enough. Back to whole packets with is_measuring false.
 */
int captures_set_measuring(struct rehearsal *rehearsal, bool is_measuring,
			   struct err *err);

/* Stop, with evidence of what each link had; harmless when nothing is captured. */
int captures_stop(struct rehearsal *rehearsal, struct err *err);

/*
 * For `make bench`: TCP through the tunnel with the captures and with none at all, in
 * turn, params.capture_pairs times; evidence "capture-pair". Ends the captures.
 */
int captures_bench(struct rehearsal *rehearsal, struct err *err);

#endif
