/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_pcaps.h - for tests: where the captures of real devices are
 *
 * They are no part of the project. TWINSITE_PCAPS names the folder, else it is
 * looked for beside the repository. Tests skip aloud when it is absent.
 */
#ifndef TWINSITE_CAPTURE_SHARED_PCAPS_H
#define TWINSITE_CAPTURE_SHARED_PCAPS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test_skip.h"

/* The folder, or NULL. */
static inline const char *shared_pcaps_folder(void)
{
	static const char *const folders[] = { "../shared/pcaps", "../../shared/pcaps" };
	const char *folder = getenv("TWINSITE_PCAPS");

	if (folder && !access(folder, R_OK))
		return folder;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!access(folders[i], R_OK))
			return folders[i];
	return NULL;
}

/* Write "folder/name" to ret; returns 0, or -1 when it is not there. */
static inline int shared_pcaps_path(const char *name, char *ret, size_t size)
{
	const char *folder = shared_pcaps_folder();

	if (!folder)
		return -1;
	(void)snprintf(ret, size, "%s/%s", folder, name);
	return access(ret, R_OK);
}

/* Does not return: what needs the captures is skipped, aloud. */
_Noreturn static inline void shared_pcaps_skip(void)
{
	skip_without("shared-captures", "no folder ../shared/pcaps, and TWINSITE_PCAPS "
					"names none");
}

/* take() each of them; returns how many there are, 0 without the folder. */
static inline unsigned int shared_pcaps_each(void (*take)(const char *name,
							  const char *path, void *user),
					     void *user)
{
	const char *folder = shared_pcaps_folder();
	DIR *dir = folder ? opendir(folder) : NULL;
	unsigned int count = 0;
	struct dirent *entry;
	char path[512];

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 3 || strcmp(entry->d_name + length - 3, "cap") != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		take(entry->d_name, path, user);
		count++;
	}
	closedir(dir);
	return count;
}

#endif
