// SPDX-License-Identifier: GPL-2.0-or-later
/* ikev2_fuzz.c - IKEv2 messages: payloads in clear, and as a decrypted chain, in words */
#include "dissect/seeds_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (seeds_folder())
		seeds_write_ike(bytes, length, 2);
	else
		seeds_describe(bytes, length, 2);
	return 0;
}
