// SPDX-License-Identifier: GPL-2.0-or-later
/* words_test.c - claims: every word of every importer has its effect, and a page has them all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "import/words.h"

#define PAGE "harness/doc/words.md"

static void the_page_is_what_the_importers_read_by(void **state)
{
	_cleanup_buf_ struct buf made = { 0 };
	_cleanup_free_ char *page = NULL;
	struct err err = { 0 };
	size_t length;

	(void)state;
	import_words_format(&made);
	assert_int_equal(file_read(PAGE, &page, &length, &err), 0);
	if (strcmp(page, buf_text(&made)) != 0)
		fail_msg("%s is not what `twinsite import --words` prints", PAGE);
}

/* A sample of each device: rehearsed, none, not rehearsed. */
static void each_device_has_words_of_each_effect(void **state)
{
	static const char *const lines[] = {
		"| `pre_shared_key` | rehearsed |",
		"| `hw_offload` | not rehearsed: the throughput; `no` has no effect |",
		"| `keyingretries` | none: is written by LuCI by mistake",
		"| `phase2ss` | rehearsed |",
		"| `editable` | none: it only concerns the web interface |",
		"| `use_cfgmode` | not rehearsed: the selectors and the way into",
		"| `preshare` | rehearsed |",
		"| `id-mode` | not rehearsed: IKE |",
		"| `dscp-mark` | none: is about bits",
		"| `external-interface` | rehearsed |",
		"| `scheduler-name` | not rehearsed: the way into the tunnel |",
		"| `esp_proposals` | rehearsed |",
		"| `hostaccess` | none: is for updown scripts |",
	};
	_cleanup_buf_ struct buf made = { 0 };

	(void)state;
	import_words_format(&made);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (!strstr(buf_text(&made), lines[i]))
			fail_msg("no line '%s'", lines[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_is_what_the_importers_read_by),
		cmocka_unit_test(each_device_has_words_of_each_effect),
	};

	return cmocka_run_group_tests_name("import/words", tests, NULL, NULL);
}
