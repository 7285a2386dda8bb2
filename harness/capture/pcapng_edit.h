/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng_edit.h - a pcapng file of ours again, with comments and without some packets
 *
 * Block by block; whatever is no packet stays as it is. The new file takes the place of
 * the old one when it is complete, never before.
 */
#ifndef TWINSITE_CAPTURE_PCAPNG_EDIT_H
#define TWINSITE_CAPTURE_PCAPNG_EDIT_H

#include <stdbool.h>

#include "capture/pcapng.h"

struct buf;

/*
 * For each packet; its bytes are borrowed. False: leave it out. What is appended to
 * comment becomes its comment.
 */
typedef bool pcapng_edit_packet(void *user, const struct capture_packet *packet,
				struct buf *comment);

/* -EINVAL for what is no pcapng as pcapng.h writes it; the file is as it was then. */
int pcapng_edit(const char *path, pcapng_edit_packet *edit, void *user, struct err *err);

#endif
