// SPDX-License-Identifier: GPL-2.0-or-later
/* page_exchange.c - a page about a capture alone: the exchange of each IKE SA in it */
#include "base/buf.h"
#include "base/version.h"
#include "report/ladder.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/text.h"

void page_exchange(const struct ladder *ladder, struct buf *out)
{
	const struct page page = { .ladder = ladder };

	page_begin(out, ladder->file, "what the capture tells of IKE");
	buf_puts(out, "<header>\n");
	markup_element(out, "h1", NULL, ladder->file);
	buf_printf(out, "<p>%zu IKE SA%s in this capture; it began at ",
		   ladder->sas.count, ladder->sas.count == 1 ? "" : "s");
	text_add_time(out, ladder->start_us);
	buf_puts(out, ".</p>\n</header>\n<main>\n");
	page_add_ladder(out, &page);
	buf_puts(out,
		 "</main>\n<footer><p class=\"dim\">Written by twinsite " TWINSITE_VERSION
		 ".</p></footer>\n</body></html>\n");
}
