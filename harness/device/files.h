/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.h - a device's files, as they are read and written */
#ifndef TWINSITE_DEVICE_FILES_H
#define TWINSITE_DEVICE_FILES_H

#include <stddef.h>

#include "base/arena.h"

/* One file. The bytes need no NUL at their end, and may hold anything. */
struct import_source {
	const char *name;  /* as shown and as origins say: "etc/config/ipsec" */
	const char *bytes; /* borrowed during the import only */
	size_t length;
};

struct import_sources {
	VEC(struct import_source) list;
	/* Names of those whose mode has no x: called by its name such a script is refused. */
	VEC(const char *) not_executable;
};

#endif
