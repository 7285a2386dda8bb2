/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mistake.h - what an administrator gets wrong, one thing at a time
 *
 * A mistake changes a wish; whether it keeps the tunnel down is for predict/ to say.
 */
#ifndef TWINSITE_AGREE_MISTAKE_H
#define TWINSITE_AGREE_MISTAKE_H

#include "agree/draw.h"

/* Make any mistake in the wish (a few need the other end's). Returns its name. */
const char *mistake_make(struct chance *chance, struct arena *arena, struct wish *wish,
			 struct wish *other);

#endif
