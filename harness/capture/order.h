/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.h - packets of a capture in the order of their times
 *
 * Several queues of a network card, or several files put behind each other, leave packets
 * a little out of order, and an answer that stands before its question turns both peers
 * round. A window of packets is held back and given out by time; what is further apart
 * than the window (a clock that was set, another capture behind this one) stays as it is.
 * Numbers are those in the file.
 */
#ifndef TWINSITE_CAPTURE_ORDER_H
#define TWINSITE_CAPTURE_ORDER_H

#include "capture/file.h"

#define CAPTURE_ORDER_PACKETS 256	   /* held back at most, and … */
#define CAPTURE_ORDER_BYTES   (1u << 20)   /* … so many bytes of them */
#define CAPTURE_ORDER_NS      1000000000LL /* no packet moves further */

struct capture_order;

/* Reads from file, which is borrowed. NULL: no memory. */
struct capture_order *capture_order_new(struct capture_file *file);
void capture_order_free(struct capture_order *order); /* NULL is fine */

static inline void capture_order_freep(struct capture_order **order)
{
	capture_order_free(*order);
}

/*
 * As capture_file_next(): 1, 0 at the end, or a negative errno; what was held back when
 * reading failed is given out first. The bytes are borrowed until the next call.
 */
int capture_order_next(struct capture_order *order, struct capture_packet *ret_packet,
		       struct err *err);

#endif
