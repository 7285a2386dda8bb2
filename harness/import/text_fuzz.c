// SPDX-License-Identifier: GPL-2.0-or-later
/* text_fuzz.c - libFuzzer target: any bytes become text without NUL and CR */
#include "import/text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_buf_ struct buf out = { 0 };

	import_text_normalise((const char *)data, size, &out);
	assert(strlen(buf_text(&out)) == out.length);
	assert(!strchr(buf_text(&out), '\r'));
	return 0;
}
