// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * github.c - the wrong lines as commands of a GitHub workflow: "::error file=…,line=…::"
 *
 * Escaped as actions/toolkit does: % \r \n in a message, : and , besides in a property. What
 * is of others is made plain first, so that it stays one line and harmless in a log.
 */
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/summary.h"
#include "report/text.h"

static void add_escaped(const char *text, const char *escaped, struct buf *out)
{
	_cleanup_buf_ struct buf plain = { 0 };

	text_add_plain(&plain, text);
	for (const char *at = buf_text(&plain); *at; at++)
		if (strchr(escaped, *at))
			buf_printf(out, "%%%02X", (unsigned char)*at);
		else
			buf_putc(out, *at);
}

void summary_github(const struct summary *summary, struct buf *out)
{
	struct summary_marks marks = summary_mark(summary);

	for (size_t i = 0; i < marks.count; i++) {
		const struct summary_mark *mark = &marks.items[i];

		buf_puts(out, "::error file=");
		add_escaped(mark->path, "%\r\n:,", out);
		buf_printf(out, ",line=%u,title=", mark->line);
		add_escaped(mark->id, "%\r\n:,", out);
		buf_putc(out, ' ');
		add_escaped(mark->name, "%\r\n:,", out);
		buf_puts(out, "::");
		add_escaped(mark->text, "%\r\n", out);
		buf_putc(out, '\n');
	}
}
