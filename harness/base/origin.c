// SPDX-License-Identifier: GPL-2.0-or-later
/* origin.c - where a value was written, or whose default it is */
#include "base/origin.h"

#include "base/buf.h"
#include "base/str.h"

bool origin_same_line(const struct origin *a, const struct origin *b)
{
	return a->line == b->line && str_equal(a->file, b->file);
}

void origin_format(const struct origin *origin, struct buf *out)
{
	if (origin->file && origin->line)
		buf_printf(out, "%s:%u", origin->file, origin->line);
	else if (origin->file)
		buf_puts(out, origin->file);
	if (origin->source && origin->file)
		buf_printf(out, " (%s)", origin->source);
	else if (origin->source)
		buf_puts(out, origin->source);
	else if (!origin->file)
		buf_puts(out, "not written anywhere");
}
