// SPDX-License-Identifier: GPL-2.0-or-later
/* version.c - which version, and of which sources */
#include "base/version.h"

#ifndef TWINSITE_SOURCES /* the Makefile has it, for this file alone */
#define TWINSITE_SOURCES "unknown"
#endif

const char *version_text(void)
{
	return TWINSITE_VERSION " (sources " TWINSITE_SOURCES ")";
}
