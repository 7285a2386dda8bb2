/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading.h - by whose rules a device's files were read, in a sentence
 */
#ifndef TWINSITE_PREDICT_READING_H
#define TWINSITE_PREDICT_READING_H

#include "import/import.h"

/*
 * "home is read as swanctl.init 25.12 reads it (its files fit 24.10, too)", "home is read
 * as documented; no firmware does this". sources: those the site was imported from, to
 * ask every release. In the arena; NULL for a device with one reading only, unless a
 * firmware was named for it.
 */
const char *predict_reading(struct arena *arena, const struct import_source *sources,
			    size_t count, const struct site *site);

/*
 * The same files as another firmware reads them ("documented" for none); NULL when it
 * cannot. Only what its init script reads is looked at. To be freed with site_free().
 */
struct site *predict_read_as(enum device_kind kind, const struct import_source *sources,
			     size_t count, const char *name, const char *firmware);

/* No release's script loads a tunnel of these files. */
bool predict_loads_nowhere(enum device_kind kind, const struct import_source *sources,
			   size_t count, const char *name);

#endif
