/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hostile.h - what a parser would do that has been taken over, to see that it cannot
 *
 * For tests only: off unless the environment has TWINSITE_PLANT=parse:FOLDER. Then
 * whoever first reads a file that is not ours tries to change what is in that folder (a
 * file `open` that everybody may write, a socket `sock`) and the machine around it, and
 * says on standard error how often that succeeded. See run/plant.h for the other plants.
 */
#ifndef TWINSITE_BASE_HOSTILE_H
#define TWINSITE_BASE_HOSTILE_H

#define HOSTILE_PLANT "parse:"

/* Where a file of others has been opened to be read. */
void hostile_act(void);

#endif
