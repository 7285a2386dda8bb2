// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * charon_keys.c - keys out of charon's log at `ike = 4, chd = 4` (strongSwan 5.9)
 *
 *	02[IKE] encryption key Ka => 16 bytes @ 0x7f8b20009660
 *	02[IKE]    0: DF DF 5E 06 45 D4 89 D9 A6 11 CC D7 C9 94 45 67  ..^.E.........Eg
 *
 * A heading with "=> N bytes" is followed by dump lines of the same thread. Threads
 * interleave, so the state is kept for each. The CHILD_SA's keys are printed before
 * its SPIs; which of them belongs to which direction depends on who initiated, so
 * both ways are entered and the first packet decides (its ICV).
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "dissect/crypto.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

/* NOLINTBEGIN(cert-err34-c): widths bound what sscanf() takes; a wrong number is no key
 */

#define THREADS	 64
#define KEY_SIZE 80

enum key_name {
	KEY_NONE,
	KEY_SKEYID_A,
	KEY_KA,
	KEY_SK_AI,
	KEY_SK_AR,
	KEY_SK_EI,
	KEY_SK_ER,
	KEY_SK_PI,
	KEY_SK_PR,
	KEY_ENCR_I,
	KEY_ENCR_R,
	KEY_INTEG_I,
	KEY_INTEG_R,
	KEY_NAME_COUNT,
};

static const struct {
	const char *heading;
	enum key_name name;
} headings[] = {
	{ "SKEYID_a", KEY_SKEYID_A },
	{ "encryption key Ka", KEY_KA },
	{ "Sk_ai secret", KEY_SK_AI },
	{ "Sk_ar secret", KEY_SK_AR },
	{ "Sk_ei secret", KEY_SK_EI },
	{ "Sk_er secret", KEY_SK_ER },
	{ "Sk_pi secret", KEY_SK_PI },
	{ "Sk_pr secret", KEY_SK_PR },
	{ "encryption initiator key", KEY_ENCR_I },
	{ "encryption responder key", KEY_ENCR_R },
	{ "integrity initiator key", KEY_INTEG_I },
	{ "integrity responder key", KEY_INTEG_R },
};

struct key_bytes {
	uint8_t bytes[KEY_SIZE];
	size_t length, wanted;
};

struct thread {
	enum key_name reading; /* the dump under way */
	struct key_bytes keys[KEY_NAME_COUNT];
	char ike_encr[32], ike_integ[32]; /* words of "selected proposal: IKE:…" */
	char encr[32], integ[32];	  /* of the CHILD_SA */
	bool is_ah;
};

struct charon_keys {
	struct keyring *keyring;
	struct thread threads[THREADS];
};

struct charon_keys *charon_keys_new(struct keyring *keyring)
{
	struct charon_keys *keys = calloc(1, sizeof(*keys));

	if (keys)
		keys->keyring = keyring;
	return keys;
}

void charon_keys_free(struct charon_keys *keys)
{
	if (!keys)
		return;
	OPENSSL_cleanse(keys, sizeof(*keys));
	free(keys);
}

static struct slice key_slice(const struct thread *thread, enum key_name name)
{
	const struct key_bytes *key = &thread->keys[name];

	return key->wanted && key->length == key->wanted
		       ? (struct slice){ key->bytes, key->length }
		       : (struct slice){ 0 };
}

/*
 * The cipher by charon's name. Its log does not say the key length for CHILD_SAs:
 * the key itself does.
 */
static const struct alg *cipher_of(const char *name, size_t key_length)
{
	const struct alg *any = alg_by_charon(ALG_KIND_ENCR, name, 0);

	for (const struct alg *alg = NULL; (alg = alg_next(alg));)
		if (alg->kind == ALG_KIND_ENCR && !strcmp(alg->charon_log, name) &&
		    crypto_sizes(alg, NULL).key == key_length)
			return alg;
	return any;
}

static const struct alg *integ_of(const char *name)
{
	return *name ? alg_by_charon(ALG_KIND_INTEG, name, 0) : NULL;
}

/* ------------------------------------------------------------ a key is complete */

static void ikev1_complete(struct charon_keys *keys, struct thread *thread)
{
	struct ikev1_key key = { .is_floating = true,
				 .key = key_slice(thread, KEY_KA),
				 .skeyid_a = key_slice(thread, KEY_SKEYID_A) };

	keyring_add_ikev1(keys->keyring, &key);
}

/* "AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024" -> "AES_CBC", "HMAC_SHA1_96" */
static void note_proposal(struct thread *thread, const char *text)
{
	char word[64] = "";
	size_t length = strcspn(text, "/");

	thread->ike_encr[0] = thread->ike_integ[0] = '\0';
	if (length >= sizeof(thread->ike_encr))
		return;
	memcpy(thread->ike_encr, text, length);
	thread->ike_encr[length] = '\0';
	/* The last number is the key length, when there is one behind a name. */
	for (size_t i = length; i && isdigit((unsigned char)thread->ike_encr[i - 1]); i--)
		if (i > 1 && thread->ike_encr[i - 2] == '_' &&
		    strtoul(thread->ike_encr + i - 1, NULL, 10) >= 128)
			thread->ike_encr[i - 2] = '\0';
	if (text[length] == '/')
		(void)snprintf(word, sizeof(word), "%.*s",
			       (int)strcspn(text + length + 1, "/"), text + length + 1);
	if (!str_starts(word, "PRF_"))
		(void)snprintf(thread->ike_integ, sizeof(thread->ike_integ), "%.31s",
			       word);
}

static void ikev2_complete(struct charon_keys *keys, struct thread *thread)
{
	struct ikev2_key key = {
		.is_floating = true,
		.sk_ei = key_slice(thread, KEY_SK_EI),
		.sk_er = key_slice(thread, KEY_SK_ER),
		.sk_ai = key_slice(thread, KEY_SK_AI),
		.sk_ar = key_slice(thread, KEY_SK_AR),
	};

	key.encr = cipher_of(thread->ike_encr, key.sk_er.length);
	key.integ = integ_of(thread->ike_integ);
	if (key.encr)
		keyring_add_ikev2(keys->keyring, &key);
}

/* SK_pi and SK_pr come last. */
static void auth_complete(struct charon_keys *keys, struct thread *thread)
{
	const struct auth_key key = { .sk_ei = key_slice(thread, KEY_SK_EI),
				      .sk_pi = key_slice(thread, KEY_SK_PI),
				      .sk_pr = key_slice(thread, KEY_SK_PR) };

	if (key.sk_ei.length && key.sk_pi.length && key.sk_pr.length)
		keyring_add_auth(keys->keyring, &key);
	OPENSSL_cleanse(thread->keys, sizeof(thread->keys));
}

static void key_complete(struct charon_keys *keys, struct thread *thread,
			 enum key_name name)
{
	if (name == KEY_KA)
		ikev1_complete(keys, thread);
	else if (name == KEY_SK_ER) /* the last one: integrity keys come first */
		ikev2_complete(keys, thread);
	else if (name == KEY_SK_PR)
		auth_complete(keys, thread);
}

/* "SPI 0x63e2e680, src 7.7.7.7 dst 203.0.113.56" */
static void sa_line(struct charon_keys *keys, struct thread *thread, const char *text)
{
	static const enum key_name ways[2][2] = { { KEY_ENCR_I, KEY_INTEG_I },
						  { KEY_ENCR_R, KEY_INTEG_R } };
	char src[64], dst[64];
	struct esp_key key = { 0 };

	if (sscanf(text, "SPI 0x%x, src %63s dst %63s", &key.spi, src, dst) != 3 ||
	    inet_addr_parse(src, &key.src) || inet_addr_parse(dst, &key.dst))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		key.integ_key = key_slice(thread, ways[i][1]);
		key.is_ah = thread->is_ah;
		if (key.is_ah) {
			key.integ = integ_of(thread->integ);
			if (key.integ && key.integ_key.length)
				keyring_add_esp(keys->keyring, &key);
			continue;
		}
		key.key = key_slice(thread, ways[i][0]);
		key.encr = cipher_of(thread->encr, key.key.length);
		key.integ = integ_of(thread->integ);
		if (key.encr && !key.encr->is_aead && !key.integ)
			continue;
		if (key.encr)
			keyring_add_esp(keys->keyring, &key);
	}
}

/* "192.168.2.64/26 10.0.0.0/8 === …" up to the end or the arrow; what is odd is left out.
 */
static unsigned int read_prefixes(const char *text, const char *end,
				  struct inet_prefix *ret)
{
	unsigned int count = 0;

	while (text < end && count < ESP_KEY_SELECTORS_MAX) {
		char word[64];
		size_t length = strcspn(text, " ");

		if (length && length < sizeof(word)) {
			memcpy(word, text, length);
			word[length] = '\0';
			word[strcspn(word, "[")] = '\0'; /* "…/24[tcp]" */
			count += !inet_prefix_parse(word, &ret[count]);
		}
		text += length + (text[length] == ' ');
	}
	return count;
}

/* "… established with SPIs 63e2e680_i ec12aeef_o and TS 10.1.0.0/24 === 10.2.0.0/24" */
static void selectors_line(struct charon_keys *keys, const char *text)
{
	struct esp_key_selectors in = { 0 }, out = { 0 };
	const char *spis = strstr(text, "with SPIs "), *ts = strstr(text, "and TS ");
	const char *arrow = ts ? strstr(ts, " === ") : NULL;
	unsigned int spi_in, spi_out;

	if (!spis || !arrow ||
	    sscanf(spis, "with SPIs %8x_i %8x_o", &spi_in, &spi_out) != 2)
		return;
	out.sources = read_prefixes(ts + strlen("and TS "), arrow, out.source);
	out.destinations = read_prefixes(arrow + strlen(" === "), text + strlen(text),
					 out.destination);
	in.sources = out.destinations;
	in.destinations = out.sources;
	memcpy(in.source, out.destination, sizeof(in.source));
	memcpy(in.destination, out.source, sizeof(in.destination));
	for (size_t i = 0; i < keyring_esps(keys->keyring); i++) {
		struct esp_key *key = keyring_esp(keys->keyring, i);

		if (key->spi == spi_in)
			keyring_set_selectors(keys->keyring, key, &in);
		else if (key->spi == spi_out)
			keyring_set_selectors(keys->keyring, key, &out);
	}
}

/* ------------------------------------------------------------ lines */

/* "   16: B4 6D BB D8   .m.." -> bytes; false when it is no dump line. */
static bool dump_line(struct key_bytes *key, const char *text)
{
	unsigned int at, byte;
	int used = 0;

	if (sscanf(text, "%u:%n", &at, &used) != 1 || !used || at != key->length)
		return false;
	text += used;
	for (int i = 0; i < 16 && key->length < key->wanted; i++) {
		if (text[0] != ' ' || !isxdigit((unsigned char)text[1]) ||
		    !isxdigit((unsigned char)text[2]) ||
		    sscanf(text + 1, "%2x", &byte) != 1)
			return i > 0;
		key->bytes[key->length++] = (uint8_t)byte;
		text += 3;
	}
	return true;
}

static enum key_name heading_of(const char *text, size_t *ret_length)
{
	const char *arrow = strstr(text, " => ");
	unsigned int length;

	if (!arrow || sscanf(arrow, " => %u bytes", &length) != 1 || length > KEY_SIZE)
		return KEY_NONE;
	*ret_length = length;
	for (size_t i = 0; i < ARRAY_SIZE(headings); i++)
		if (strlen(headings[i].heading) == (size_t)(arrow - text) &&
		    !strncmp(headings[i].heading, text, (size_t)(arrow - text)))
			return headings[i].name;
	return KEY_NONE;
}

static void word_between(const char *text, const char *before, const char *after,
			 char *ret, size_t size)
{
	const char *end;
	size_t length;

	if (!str_starts(text, before))
		return;
	text += strlen(before);
	end = strstr(text, after);
	length = end ? (size_t)(end - text) : 0;
	if (!length || length >= size)
		return;
	memcpy(ret, text, length);
	ret[length] = '\0';
}

/* Of the CHILD_SA about to be installed: what was chosen before is no longer meant. */
static void child_words(struct thread *thread, const char *text)
{
	if (!strncmp(text, "using ", 6) && strstr(text, " for encryption"))
		thread->integ[0] = '\0';
	if (str_starts(text, "adding inbound ") || str_starts(text, "adding outbound "))
		thread->is_ah = strstr(text, "bound AH SA") != NULL;
	word_between(text, "using ", " for encryption", thread->encr,
		     sizeof(thread->encr));
	word_between(text, "using ", " for integrity", thread->integ,
		     sizeof(thread->integ));
}

static void thread_line(struct charon_keys *keys, struct thread *thread, const char *text)
{
	struct key_bytes *key;
	enum key_name name;
	size_t length = 0;

	/* "<acme|1> ": which SA, with filelog's ike_name */
	if (*text == '<' && strstr(text, "> "))
		text = strstr(text, "> ") + 2;
	while (*text == ' ')
		text++;
	if (thread->reading != KEY_NONE) {
		key = &thread->keys[thread->reading];
		if (dump_line(key, text)) {
			if (key->length == key->wanted) {
				name = thread->reading;
				thread->reading = KEY_NONE;
				key_complete(keys, thread, name);
			}
			return;
		}
		thread->reading = KEY_NONE;
	}
	name = heading_of(text, &length);
	if (name != KEY_NONE) {
		thread->reading = name;
		thread->keys[name].length = 0;
		thread->keys[name].wanted = length;
		return;
	}
	if (!strncmp(text, "selected proposal: IKE:", 23))
		note_proposal(thread, text + 23);
	else if (!strncmp(text, "SPI 0x", 6))
		sa_line(keys, thread, text);
	else if (strstr(text, "established with SPIs "))
		selectors_line(keys, text);
	else
		child_words(thread, text);
}

void charon_keys_line(struct charon_keys *keys, const char *line)
{
	const char *mark = strchr(line, '['), *digits;
	unsigned long thread;

	if (!keys)
		return;
	for (; mark; mark = strchr(mark + 1, '['))
		if (mark > line && isdigit((unsigned char)mark[-1]) && strlen(mark) > 6 &&
		    mark[4] == ']' && mark[5] == ' ')
			break;
	if (!mark)
		return;
	for (digits = mark; digits > line && isdigit((unsigned char)digits[-1]);)
		digits--;
	thread = strtoul(digits, NULL, 10);
	thread_line(keys, &keys->threads[thread % THREADS], mark + 6);
}

/* NOLINTEND(cert-err34-c) */
