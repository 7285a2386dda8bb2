/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reveal.h - ask for what a reader does not see
 *
 * Who reads a stranger's files sees only what the command line names (run/reader.h). A
 * scenario may name another one as its base, and a recorded run names its scenario: who
 * meets such a path asks for it here, before it is opened. Without somebody to ask
 * everything is to be seen anyway.
 */
#ifndef TWINSITE_BASE_REVEAL_H
#define TWINSITE_BASE_REVEAL_H

/* Who is asked; NULL: nobody. Whether he shows it, whoever opens the path will see. */
void reveal_use(void (*ask)(const char *path));

/* The path of a scenario, a folder or a file, as it is going to be opened. */
void reveal(const char *path);

#endif
