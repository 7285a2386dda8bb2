// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fuzz.c - a whole capture with its keys: reader, packets, sessions, stories */
#include "dissect/mutate_fuzz.h"
#include "dissect/seeds_fuzz.h"
#include "dissect/story.h"

/* Longer captures only cost time: -1 keeps them out of the corpus. */
#define LENGTH_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct crypto *crypto;
	_cleanup_(keyring_freep) struct keyring *keyring = NULL;
	struct session_set *set;

	if (length > LENGTH_MAX || (!crypto && crypto_new(&crypto, NULL)))
		return -1;
	keyring = seeds_keyring_for(bytes, length);
	set = seeds_read(bytes, length, crypto, keyring, NULL);
	for (uint32_t i = 0; set && i < set->sessions; i++)
		story_free(story_of(set, set->session[i]));
	session_set_free(set);
	return 0;
}
