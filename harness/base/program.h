/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.h - where this program is, as the machine calls it
 *
 * /proc/self/exe says so too, but not to who has left the machine's file system.
 */
#ifndef TWINSITE_BASE_PROGRAM_H
#define TWINSITE_BASE_PROGRAM_H

/* Absolute, without links; found at the first call, which is main()'s. NULL: unknown. */
const char *program_path(void);

#endif
