/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel.h - the folder through which a world hands out what it recorded
 *
 * The world may have been taken over by what it rehearsed. So it does not write into the
 * report: it gets an empty folder that belongs to its own root, whom nobody else on the
 * machine is, and when it has ended, its files are taken from there: regular files that
 * are called as they should be and not larger than they may be, never a link.
 */
#ifndef TWINSITE_RUN_CHANNEL_H
#define TWINSITE_RUN_CHANNEL_H

#include <limits.h>

struct err;

#define CHANNEL_FOLDER "in-progress" /* in the report folder while the run lasts */

/* Make the channel of a report folder (absolute). */
int channel_make(const char *report, char ret_channel[PATH_MAX], struct err *err);

/*
 * The world has ended: move what it recorded into the report, and remove the rest with
 * the channel. -EBADMSG, with its name, when there was something that a run does not
 * write; everything else has been taken all the same.
 */
int channel_collect(const char *report, struct err *err);

/* May a world hand out a file of this name, relative to its channel? */
int channel_is_expected(const char *name);

#endif
