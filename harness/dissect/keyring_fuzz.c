// SPDX-License-Identifier: GPL-2.0-or-later
/* keyring_fuzz.c - key tables, secrets files and charon logs */
#include <stdlib.h>
#include <string.h>

#include "dissect/keyring.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct keyring *keyring = keyring_new();
	char *text = malloc(length + 1);

	memcpy(text, bytes, length);
	text[length] = '\0';
	(void)keyring_read_text(keyring, "fuzz", text, NULL);
	free(text);
	keyring_free(keyring);
	return 0;
}
