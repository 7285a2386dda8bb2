/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fritzbox_export.h - the container of a FRITZ!Box's "save settings"
 *
 * "**** FRITZ!Box … CONFIGURATION EXPORT", key=value lines, then parts such as
 * "**** CFGFILE:vpn.cfg" … "**** END OF FILE ****" whose backslashes are doubled
 * (devices.md 2.1). Secrets within are ciphertext ("$$$$…") under the box's key.
 */
#ifndef TWINSITE_IMPORT_FRITZBOX_EXPORT_H
#define TWINSITE_IMPORT_FRITZBOX_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/site.h"

struct fritzbox_part {
	const char *kind; /* "CFGFILE", "BINFILE", "CRYPTEDBINFILE", "B64FILE", … */
	const char *name; /* "vpn.cfg" */
	const char *text; /* of a CFGFILE: the lines, backslashes single again */
	size_t length;
	struct origin at; /* its "****" line; the text starts on the next */
	bool is_closed;	  /* "**** END OF FILE ****" was found */
};

struct fritzbox_export {
	const char *model;    /* "FRITZ!Box 7490"; NULL: not said */
	const char *firmware; /* "113.07.29"; NULL: not said */
	VEC(struct fritzbox_part) parts;
	bool is_closed; /* "**** END OF EXPORT" was found: not cut short */
};

bool fritzbox_export_is(const char *bytes, size_t length);

/* Never fails: takes what is there. Text is put into the arena; file is borrowed. */
void fritzbox_export_parse(struct arena *arena, const char *file, const char *bytes,
			   size_t length, struct fritzbox_export *ret_export);

#endif
