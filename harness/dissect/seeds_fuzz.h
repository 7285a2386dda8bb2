/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * seeds_fuzz.h - what the fuzz targets of captures share: the keys, and seeds from captures
 *
 * With TWINSITE_SEEDS=FOLDER in the environment a target does not test its input but
 * takes it for a capture and writes what is in it to FOLDER, in the form it reads
 * itself: harness/fuzz_seeds.sh runs it so over the captures, before the fuzzing begins.
 */
#ifndef TWINSITE_DISSECT_SEEDS_FUZZ_H
#define TWINSITE_DISSECT_SEEDS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "capture/file.h"
#include "dissect/crypto.h"
#include "dissect/describe.h"
#include "dissect/ikev1_crypto.h"
#include "dissect/keyring.h"
#include "dissect/session.h"
#include "ipsec/alg.h"

/* The files with the keys of the reference captures, read once. */
static inline void seeds_read_files(struct keyring *keyring)
{
	static const char *const paths[] = {
		"pcaps/acme.keys/charon.log",
		"pcaps/acme.keys/esp_sa",
		"pcaps/fritzbox.keys/charon.log",
		"pcaps/fritzbox.keys/esp_sa",
		"pcaps/ikev2.keys/charon.log",
		"pcaps/ikev2.keys/esp_sa",
		"pcaps/ikev2.keys/ikev2_decryption_table",
		"pcaps/acme.keys/ikev1_decryption_table",
		"pcaps/fritzbox.keys/ikev1_decryption_table",
		"harness/dissect/exponents/aggressive.keys",
		"harness/dissect/kernel/ah-sha256.keys",
		"harness/dissect/kernel/ipcomp.keys",
	};
	static char *texts[ARRAY_SIZE(paths)];
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (texts[i] || !file_read(paths[i], &texts[i], &length, NULL))
			(void)keyring_read_text(keyring, paths[i], texts[i], NULL);
}

/*
 * For each SA a second key which "decrypts" without a cipher: what is no longer right
 * after a change is taken as it stands, so that changes reach what is inside.
 */
static inline void seeds_add_null_keys(struct keyring *keyring)
{
	const struct alg *null = alg_by_keyword(ALG_KIND_ENCR, "null");
	size_t esps = keyring_esps(keyring), ikev2s = keyring_ikev2s(keyring);

	for (size_t i = 0; i < esps; i++) {
		const struct esp_key *known = keyring_esp(keyring, i);
		struct esp_key key = { .spi = known->spi, .encr = null };

		if (!known->is_ah)
			keyring_add_esp(keyring, &key);
	}
	for (size_t i = 0; i < ikev2s; i++) {
		const struct ikev2_key *known = keyring_ikev2(keyring, i);
		struct ikev2_key key = { .has_spi_r = known->has_spi_r,
					 .spi_i = known->spi_i,
					 .spi_r = known->spi_r,
					 .encr = null };

		if (!known->is_floating)
			keyring_add_ikev2(keyring, &key);
	}
}

static inline struct keyring *seeds_keyring_read(void)
{
	static const char *const psks[] = { "garibaldi", "MYPASSWORD", "yourpasswordhere",
					    "correct-horse-battery" };
	static const char table[] =
		"fafaeb49382a763c,735be0cb62f82675c4f7bf8fbab9b56834ba76d6ab4fa240\n";
	static const char tcpdump[] =
		"0x12345678@192.1.2.45 3des-cbc-hmac96:"
		"0x43434545464649494a4a4c4c4f4f51515252545457575840\n"
		"0xabcdabcd@192.0.1.1 3des-cbc-hmac96:"
		"0x434545464649494a4a4c4c4f4f5151525254545757584043\n"
		"0xd1234567@192.1.2.45 aes256-cbc-hmac96:"
		"0xaaaabbbbccccdddd4043434545464649494a4a4c4c4f4f515152525454575758\n"
		"ikev2 I 0x0001020304050607 0xc02e7a3031a03188 "
		"sha1:0x4ea8e662b07cdd430f6944c6723e4b82d5722418 "
		"aes128:0x3f44bf47cafd8150591deb088199fcbf\n"
		"ikev2 R 0x0001020304050607 0xc02e7a3031a03188 "
		"sha1:0x515b0bd22e6d76b34fdb760aa7bfad80b109b75d "
		"aes128:0xbedb67ec7dc3d00cccac42e70cd63bde\n";
	struct keyring *keyring = keyring_new();

	for (size_t i = 0; i < ARRAY_SIZE(psks); i++)
		keyring_add_psk(
			keyring,
			(struct slice){ (const uint8_t *)psks[i], strlen(psks[i]) },
			"psk");
	(void)keyring_read_text(keyring, "srx210", table, NULL);
	(void)keyring_read_text(keyring, "tcpdump", tcpdump, NULL);
	seeds_read_files(keyring);
	seeds_add_null_keys(keyring);
	return keyring;
}

/*
 * A keyring that opens what can be opened in pcaps/ and ../shared/pcaps. New for each
 * input, as keys that float are bound by what they open; reading the tables each
 * time would take longer than all the rest.
 */
static inline struct keyring *seeds_keyring_with(bool has_exponents)
{
	static struct keyring *known;
	struct keyring *keyring = keyring_new();

	if (!known)
		known = seeds_keyring_read();
	for (size_t i = 0; i < keyring_psks(known); i++)
		keyring_add_psk(keyring, keyring_psk(known, i)->bytes, "psk");
	for (size_t i = 0; has_exponents && i < keyring_exponents(known); i++)
		keyring_add_exponent(keyring, keyring_exponent(known, i));
	for (size_t i = 0; i < keyring_ikev1s(known); i++)
		keyring_add_ikev1(keyring, keyring_ikev1(known, i));
	for (size_t i = 0; i < keyring_ikev2s(known); i++) {
		const struct ikev2_key *key = keyring_ikev2(known, i);
		const struct auth_key *auth = keyring_auth_of(known, key->sk_ei);

		keyring_add_ikev2(keyring, key);
		if (auth)
			keyring_add_auth(keyring, auth);
	}
	for (size_t i = 0; i < keyring_esps(known); i++)
		keyring_add_esp(keyring, keyring_esp(known, i));
	return keyring;
}

static inline struct keyring *seeds_keyring(void)
{
	return seeds_keyring_with(true);
}

/*
 * For fuzzing: raising to the power of private exponents takes ten times as long as all
 * the rest together, so one input in 64 has them, by its bytes: of one in 16 it was a
 * fifth of all CPU time.
 */
static inline struct keyring *seeds_keyring_for(const uint8_t *bytes, size_t length)
{
	unsigned int sum = (unsigned int)length;

	for (size_t i = 0; i < length; i++)
		sum = sum * 31 + bytes[i];
	return seeds_keyring_with((sum ^ sum >> 16) % 64 == 0);
}

/* Where seeds are wanted, or NULL: fuzz. */
static inline const char *seeds_folder(void)
{
	return getenv("TWINSITE_SEEDS");
}

/* Named by its content: the same one twice is one. */
static inline void seeds_write(const struct buf *seed)
{
	uint64_t digest = 0xcbf29ce484222325ULL;
	char path[512];

	for (size_t i = 0; i < seed->length; i++)
		digest = (digest ^ (uint8_t)seed->data[i]) * 0x100000001b3ULL;
	(void)snprintf(path, sizeof(path), "%s/%016llx", seeds_folder(),
		       (unsigned long long)digest);
	(void)file_write(path, seed->data, seed->length, NULL);
}

/* Read a capture with all keys; NULL: it is none. */
static inline struct session_set *
seeds_read(const uint8_t *bytes, size_t length, struct crypto *crypto,
	   struct keyring *keyring,
	   void (*on_inner)(void *user, const struct inner_packet *inner))
{
	_cleanup_(capture_file_closep) struct capture_file *file = NULL;
	struct capture_packet packet;
	struct session_set *set;

	if (capture_file_open_bytes("seeds", bytes, length, &file, NULL))
		return NULL;
	set = session_set_new(crypto, keyring);
	set->on_inner = on_inner;
	while (capture_file_next(file, &packet, NULL) > 0)
		session_set_add(set, &packet);
	return set;
}

/*
 * Write each IKE message of a version: a zero byte and the message, and where it was
 * decrypted the first payload's type and the plain chain.
 */
static inline void seeds_write_ike(const uint8_t *bytes, size_t length, uint8_t version)
{
	_cleanup_(crypto_freep) struct crypto *crypto = NULL;
	_cleanup_(keyring_freep) struct keyring *keyring = seeds_keyring();
	_cleanup_(session_set_freep) struct session_set *set = NULL;

	if (crypto_new(&crypto, NULL) ||
	    !(set = seeds_read(bytes, length, crypto, keyring, NULL)))
		return;
	for (uint32_t i = 0; i < set->sessions; i++) {
		vec_foreach (step, &set->session[i]->steps) {
			_cleanup_buf_ struct buf whole = { 0 }, plain = { 0 };

			if (set->session[i]->version != version)
				continue;
			buf_putc(&whole, 0);
			buf_add(&whole, step->bytes.bytes, step->bytes.length);
			seeds_write(&whole);
			if (!step->plain.length)
				continue;
			buf_putc(&plain, (char)step->plain_first);
			buf_add(&plain, step->plain.bytes, step->plain.length);
			seeds_write(&plain);
		}
	}
}

/* The other way round: dissect such a seed, and put all of it into words. */
static inline void seeds_describe(const uint8_t *bytes, size_t length, uint8_t version)
{
	static struct ike_message message;
	const uint8_t header[IKE_HEADER_SIZE] = {
		[17] = (uint8_t)(version << 4), [27] = IKE_HEADER_SIZE
	};
	_cleanup_buf_ struct buf text = { 0 };
	struct slice rest;
	bool is_whole;

	if (!length)
		return;
	rest = (struct slice){ bytes + 1, length - 1 };
	is_whole = !bytes[0] || bytes[0] == UINT8_MAX;
	(void)ike_dissect(is_whole ? rest : (struct slice){ header, sizeof(header) },
			  bytes[0] == UINT8_MAX, &message);
	if (!is_whole) {
		ike_dissect_decrypted(&message, bytes[0], rest);
		(void)ikev1_is_chain(bytes[0], rest);
	}
	for (uint32_t i = 0; i < message.payloads && i < 256; i++)
		describe_payload(&message, &message.payload[i], &text);
}

#endif
