// SPDX-License-Identifier: GPL-2.0-or-later
/* session_fuzz.c - a whole capture: reader, packets, sessions, stories */
#include "capture/file.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "dissect/story.h"

/* Longer captures only cost time: -1 keeps them out of the corpus. */
#define LENGTH_MAX 32768

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const uint8_t psk[] = "garibaldi";
	static struct crypto *crypto;
	struct keyring *keyring;
	struct session_set *set;
	struct capture_file *file = NULL;
	struct capture_packet packet;

	if (length > LENGTH_MAX || (!crypto && crypto_new(&crypto, NULL)))
		return -1;
	if (capture_file_open_bytes("fuzz", bytes, length, &file, NULL))
		return 0;
	keyring = keyring_new();
	keyring_add_psk(keyring, (struct slice){ psk, sizeof(psk) - 1 }, "psk");
	set = session_set_new(crypto, keyring);
	while (capture_file_next(file, &packet, NULL) > 0)
		session_set_add(set, &packet);
	for (uint32_t i = 0; i < set->sessions; i++)
		story_free(story_of(set, set->session[i]));
	session_set_free(set);
	keyring_free(keyring);
	capture_file_close(file);
	return 0;
}
