/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render.h - a wish as the files of its device
 *
 * Pure. What a device cannot say is left out or written as nearly as it can.
 */
#ifndef TWINSITE_AGREE_RENDER_H
#define TWINSITE_AGREE_RENDER_H

#include "agree/generator.h"

/* Append the files; texts are in the arena. */
void render_wish(const struct wish *wish, struct arena *arena,
		 struct import_sources *sources);

#endif
