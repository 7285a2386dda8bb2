// SPDX-License-Identifier: GPL-2.0-or-later
/* program.c - where this program is, as the machine calls it */
#include "base/program.h"

#include <limits.h>
#include <stdlib.h>

const char *program_path(void)
{
	static char path[PATH_MAX];

	if (!*path && !realpath("/proc/self/exe", path))
		*path = '\0';
	return *path ? path : NULL;
}
