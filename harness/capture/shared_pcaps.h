/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared_pcaps.h - for tests: where the captures of real devices are
 *
 * They are no part of the project. TWINSITE_PCAPS names the folder, else it is
 * looked for beside the repository. Tests skip aloud when it is absent.
 */
#ifndef TWINSITE_CAPTURE_SHARED_PCAPS_H
#define TWINSITE_CAPTURE_SHARED_PCAPS_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

#endif
