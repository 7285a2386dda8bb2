// SPDX-License-Identifier: GPL-2.0-or-later
/* vici_message_fuzz.c - any bytes into the VICI parser, and the tree out again */
#include "charon/vici_message.h"

#include "base/arena.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct buf _cleanup_buf_ text = { 0 };
	struct vici_node *root;
	struct err err;

	if (vici_message_parse(bytes, length, arena, &root, &err) == 0) {
		vici_node_format(root, &text);
		(void)vici_node_number(root, "*.child-sas.*.uniqueid", 0);
	}
	arena_free(arena);
	return 0;
}
