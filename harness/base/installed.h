/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * installed.h - what is installed beside the program
 *
 * PREFIX/bin/twinsite has its scenarios in PREFIX/share/twinsite/scenarios, a program that was
 * just built (build/twinsite, build/san/twinsite) has those of its tree. Both are found from
 * where the program is, so that an installed tree can be moved.
 */
#ifndef TWINSITE_BASE_INSTALLED_H
#define TWINSITE_BASE_INSTALLED_H

#include <limits.h>
#include <stdbool.h>

struct err;

/*
 * The folder with the scenarios of the program at that path (program_path(), or NULL): 0, or
 * -ENOENT when there is none.
 */
int installed_scenarios(const char *program, char ret_folder[PATH_MAX]);

/*
 * Which scenario does a word of the command line mean? One that names something here (or has a
 * slash) is a path and stays; a bare name is that scenario below ./scenarios, else of those that
 * are installed. 1: ret_path has another path than the word. 0: the word stays as it is.
 * -ENOENT, when is_name: it is neither a path nor a name that there is, with the nearest.
 */
int installed_find(const char *program, const char *word, bool is_name,
		   char ret_path[PATH_MAX], struct err *err);

#endif
