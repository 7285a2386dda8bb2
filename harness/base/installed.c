// SPDX-License-Identifier: GPL-2.0-or-later
/* installed.c - what is installed beside the program */
#include "base/installed.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"

#define HERE	  "scenarios" /* of a checkout */
#define NAMES_MAX 1024

/* Of the folder of the program: installed, built, built with SAN. */
static const char *const places[] = { "../share/twinsite/scenarios", "../scenarios",
				      "../../scenarios" };

static bool is_scenario(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s/scenario.yml", folder, name) <
		       (int)sizeof(path) &&
	       !access(path, F_OK);
}

int installed_scenarios(const char *program, char ret_folder[PATH_MAX])
{
	const char *slash = program ? strrchr(program, '/') : NULL;

	for (size_t i = 0; slash && i < ARRAY_SIZE(places); i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - program),
			     program, places[i]) < (int)sizeof(path) &&
		    realpath(path, ret_folder) && is_scenario(ret_folder, "acme"))
			return 0;
	}
	return -ENOENT;
}

static int name_unknown(const char *word, const char *folder, struct err *err)
{
	const char *names[NAMES_MAX + 1] = { NULL };
	struct dirent **entries = NULL;
	int count = folder ? scandir(folder, &entries, NULL, alphasort) : 0;
	const char *nearest;
	int known = 0;

	for (int i = 0; i < count && known < NAMES_MAX; i++)
		if (entries[i]->d_name[0] != '.')
			names[known++] = entries[i]->d_name;
	nearest = str_nearest(word, names);
	(void)err_set(err, ENOENT,
		      "%.100s: there is no such folder here, and no scenario of that name"
		      "%s%s%s",
		      word, nearest ? ", did you mean '" : ": see twinsite list",
		      nearest ? nearest : "", nearest ? "'?" : "");
	(void)err_mark(err, ERR_INPUT);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return -ENOENT;
}

int installed_find(const char *program, const char *word, bool is_name,
		   char ret_path[PATH_MAX], struct err *err)
{
	char folder[PATH_MAX];
	bool is_installed;

	if (!*word || strchr(word, '/') || !access(word, F_OK) || str_ends(word, ".yml"))
		return 0;
	if (is_scenario(HERE, word))
		return snprintf(ret_path, PATH_MAX, HERE "/%s", word) < PATH_MAX;
	is_installed = !installed_scenarios(program, folder);
	if (is_installed && *word != '.' && is_scenario(folder, word))
		return snprintf(ret_path, PATH_MAX, "%s/%s", folder, word) < PATH_MAX;
	return is_name ? name_unknown(word, is_installed ? folder : NULL, err) : 0;
}
