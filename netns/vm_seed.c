// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_seed.c - what is the same whenever a run on a virtual clock is repeated */
#include "netns/vm_seed.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define DAY_US	  (INT64_C(86400) * 1000000)
#define EPOCH_MAX INT64_C(9999999999)

_Static_assert(VM_SEED_LENGTH == SHA512_DIGEST_LENGTH, "a seed is a digest");

void vm_seed_fill(uint64_t seed, uint8_t ret_bytes[VM_SEED_LENGTH])
{
	char text[64];
	int length = snprintf(text, sizeof(text), "twinsite seed %llu",
			      (unsigned long long)seed);

	(void)SHA512((const unsigned char *)text, (size_t)length, ret_bytes);
}

int64_t vm_seed_wall_us(int64_t now_us)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	int64_t seconds;

	if (epoch && !str_to_number(epoch, 0, EPOCH_MAX, &seconds))
		return seconds * 1000000;
	return (now_us / DAY_US + 1) * DAY_US;
}
