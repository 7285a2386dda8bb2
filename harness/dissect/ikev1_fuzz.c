// SPDX-License-Identifier: GPL-2.0-or-later
/* ikev1_fuzz.c - IKEv1 messages: payloads in clear, and as a decrypted chain, in words */
#include "dissect/seeds_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (seeds_folder())
		seeds_write_ike(bytes, length, 1);
	else
		seeds_describe(bytes, length, 1);
	return 0;
}
