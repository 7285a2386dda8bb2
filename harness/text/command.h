/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.h - a command of a stranger's script, as a report may show it */
#ifndef TWINSITE_TEXT_COMMAND_H
#define TWINSITE_TEXT_COMMAND_H

struct arena;

/*
 * The command with "…" for what may be a secret: behind the '=' of a word ("uci set
 * network.wg0.private_key=…"), the word behind an option for users, passwords, headers and
 * data (curl's and wget's -u, --user, -p, --password, …), the user of a URL, long numbers in
 * hexadecimal (keys of `ip xfrm`). Of programs that set up networks only the last: their -p
 * is a protocol. In the arena.
 */
const char *command_shown(struct arena *arena, const char *command);

#endif
