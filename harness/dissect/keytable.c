// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keytable.c - Wireshark's three key tables, and tcpdump's secrets
 *
 * Wireshark (user tables, "uat" files in its configuration folder):
 *	ikev1_decryption_table	cookie,key                              hex
 *	ikev2_decryption_table	spi_i,spi_r,sk_ei,sk_er,"cipher",sk_ai,sk_ar,"integrity"
 *	esp_sa	"IPv4","src","dst","0xspi","cipher","0xkey","integrity","0xkey"
 * Ours, for AH: the same without the cipher
 *	ah_sa	"IPv4","src","dst","0xspi","integrity","0xkey"
 * For algorithms that Wireshark has no word for, strongSwan's ("aesxcbc").
 * Ours, for exchanges whose private Diffie-Hellman exponent is known:
 *	dh 0xexponent
 * tcpdump -E file:
 *	0xspi@dst 3des-cbc-hmac96:0xkey
 *	ikev2 I spi_i spi_r sha1:0xkey aes128:0xkey
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "dissect/crypto.h"
#include "dissect/dh.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

/* NOLINTBEGIN(cert-err34-c): widths bound what sscanf() takes; a wrong number is no key
 */

#define FIELDS_MAX 12
#define FIELD_MAX  200

struct fields {
	size_t count;
	char text[FIELDS_MAX][FIELD_MAX];
	uint8_t bytes[FIELDS_MAX][FIELD_MAX / 2];
};

/* Wireshark's words for our rows. Its ESP cipher words leave the key length out. */
static const struct word {
	const char *keyword;
	const char *esp, *ikev2;
} cipher_words[] = {
	{ "aes128", "AES-CBC [RFC3602]", "AES-CBC-128 [RFC3602]" },
	{ "aes192", "AES-CBC [RFC3602]", "AES-CBC-192 [RFC3602]" },
	{ "aes256", "AES-CBC [RFC3602]", "AES-CBC-256 [RFC3602]" },
	{ "aes128ctr", "AES-CTR [RFC3686]", "AES-CTR-128 [RFC5930]" },
	{ "aes192ctr", "AES-CTR [RFC3686]", "AES-CTR-192 [RFC5930]" },
	{ "aes256ctr", "AES-CTR [RFC3686]", "AES-CTR-256 [RFC5930]" },
	{ "aes128gcm16", "AES-GCM with 16 octet ICV [RFC4106]",
	  "AES-GCM-128 with 16 octet ICV [RFC5282]" },
	{ "aes192gcm16", "AES-GCM with 16 octet ICV [RFC4106]",
	  "AES-GCM-192 with 16 octet ICV [RFC5282]" },
	{ "aes256gcm16", "AES-GCM with 16 octet ICV [RFC4106]",
	  "AES-GCM-256 with 16 octet ICV [RFC5282]" },
	{ "aes128gcm12", "AES-GCM with 12 octet ICV [RFC4106]",
	  "AES-GCM-128 with 12 octet ICV [RFC5282]" },
	{ "aes192gcm12", "AES-GCM with 12 octet ICV [RFC4106]",
	  "AES-GCM-192 with 12 octet ICV [RFC5282]" },
	{ "aes256gcm12", "AES-GCM with 12 octet ICV [RFC4106]",
	  "AES-GCM-256 with 12 octet ICV [RFC5282]" },
	{ "aes128gcm8", "AES-GCM with 8 octet ICV [RFC4106]",
	  "AES-GCM-128 with 8 octet ICV [RFC5282]" },
	{ "aes192gcm8", "AES-GCM with 8 octet ICV [RFC4106]",
	  "AES-GCM-192 with 8 octet ICV [RFC5282]" },
	{ "aes256gcm8", "AES-GCM with 8 octet ICV [RFC4106]",
	  "AES-GCM-256 with 8 octet ICV [RFC5282]" },
	{ "aes128gcm16", "AES-GCM [RFC4106]", NULL },
	{ "aes192gcm16", "AES-GCM [RFC4106]", NULL },
	{ "aes256gcm16", "AES-GCM [RFC4106]", NULL },
	{ "aes128ccm16", NULL, "AES-CCM-128 with 16 octet ICV [RFC5282]" },
	{ "aes192ccm16", NULL, "AES-CCM-192 with 16 octet ICV [RFC5282]" },
	{ "aes256ccm16", NULL, "AES-CCM-256 with 16 octet ICV [RFC5282]" },
	{ "aes128ccm12", NULL, "AES-CCM-128 with 12 octet ICV [RFC5282]" },
	{ "aes192ccm12", NULL, "AES-CCM-192 with 12 octet ICV [RFC5282]" },
	{ "aes256ccm12", NULL, "AES-CCM-256 with 12 octet ICV [RFC5282]" },
	{ "aes128ccm8", NULL, "AES-CCM-128 with 8 octet ICV [RFC5282]" },
	{ "aes192ccm8", NULL, "AES-CCM-192 with 8 octet ICV [RFC5282]" },
	{ "aes256ccm8", NULL, "AES-CCM-256 with 8 octet ICV [RFC5282]" },
	{ "chacha20poly1305", "ChaCha20 with Poly1305 [RFC7634]", NULL },
	{ "3des", "TripleDES-CBC [RFC2451]", "3DES [RFC2451]" },
	{ "des", "DES-CBC [RFC2405]", NULL },
	{ "cast128", "CAST5-CBC [RFC2144]", NULL },
	{ "blowfish128", "BLOWFISH-CBC [RFC2451]", NULL },
	{ "blowfish192", "BLOWFISH-CBC [RFC2451]", NULL },
	{ "blowfish256", "BLOWFISH-CBC [RFC2451]", NULL },
	{ "null", "NULL", "NULL [RFC2410]" },
};

static const struct word integ_words[] = {
	{ "sha1", "HMAC-SHA-1-96 [RFC2404]", "HMAC_SHA1_96 [RFC2404]" },
	{ "sha256", "HMAC-SHA-256-128 [RFC4868]", "HMAC_SHA2_256_128 [RFC4868]" },
	{ "sha384", "HMAC-SHA-384-192 [RFC4868]", "HMAC_SHA2_384_192 [RFC4868]" },
	{ "sha512", "HMAC-SHA-512-256 [RFC4868]", "HMAC_SHA2_512_256 [RFC4868]" },
	{ "sha256_96", "HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]", NULL },
	{ "sha1_160", NULL, "HMAC_SHA1_160 [RFC4595]" },
	{ "md5", "HMAC-MD5-96 [RFC2403]", "HMAC_MD5_96 [RFC2403]" },
	{ "md5_128", NULL, "HMAC_MD5_128 [RFC4595]" },
};

/* ICVs nobody can check, by Wireshark's words for ESP and for IKEv2. */
static const struct unchecked_word {
	const char *esp, *ikev2;
	size_t icv;
} unchecked_words[] = {
	{ "NULL", "NONE [RFC4306]", 0 },
	{ "ANY 64 bit authentication [no checking]",
	  "ANY 64-bits of Authentication [No Checking]", 8 },
	{ "ANY 96 bit authentication [no checking]",
	  "ANY 96-bits of Authentication [No Checking]", 12 },
	{ "ANY 128 bit authentication [no checking]",
	  "ANY 128-bits of Authentication [No Checking]", 16 },
	{ NULL, "ANY 160-bits of Authentication [No Checking]", 20 },
	{ "ANY 192 bit authentication [no checking]",
	  "ANY 192-bits of Authentication [No Checking]", 24 },
	{ "ANY 256 bit authentication [no checking]",
	  "ANY 256-bits of Authentication [No Checking]", 32 },
};

static bool unchecked_by_word(const char *word, bool is_esp, size_t *ret_icv)
{
	for (size_t i = 0; i < ARRAY_SIZE(unchecked_words); i++) {
		const struct unchecked_word *row = &unchecked_words[i];
		const char *name = is_esp ? row->esp : row->ikev2;

		if (name && str_equal(name, word)) {
			*ret_icv = row->icv;
			return true;
		}
	}
	return false;
}

static const char *unchecked_word(size_t icv, bool is_esp)
{
	const char *word = NULL;

	for (size_t i = 0; !word && i < ARRAY_SIZE(unchecked_words); i++)
		if (unchecked_words[i].icv == icv)
			word = is_esp ? unchecked_words[i].esp : unchecked_words[i].ikev2;
	return word;
}

static const struct alg *cipher_by_word(const char *word, bool is_esp, size_t key)
{
	const struct alg *own;

	for (size_t i = 0; i < ARRAY_SIZE(cipher_words); i++) {
		const char *row = is_esp ? cipher_words[i].esp : cipher_words[i].ikev2;
		const struct alg *alg =
			alg_by_keyword(ALG_KIND_ENCR, cipher_words[i].keyword);

		if (row && str_equal(row, word) && crypto_sizes(alg, NULL).key == key)
			return alg;
	}
	own = is_esp ? alg_by_keyword(ALG_KIND_ENCR, word) : NULL;
	return own && crypto_sizes(own, NULL).key == key ? own : NULL;
}

/* Is it the name of a cipher, with a key of whatever length? */
static bool is_cipher_word(const char *word, bool is_esp)
{
	for (size_t i = 0; i < ARRAY_SIZE(cipher_words); i++) {
		const char *row = is_esp ? cipher_words[i].esp : cipher_words[i].ikev2;

		if (row && str_equal(row, word))
			return true;
	}
	return is_esp && alg_by_keyword(ALG_KIND_ENCR, word);
}

static const struct alg *integ_by_word(const char *word, bool is_esp)
{
	for (size_t i = 0; i < ARRAY_SIZE(integ_words); i++) {
		const char *row = is_esp ? integ_words[i].esp : integ_words[i].ikev2;

		if (row && str_equal(row, word))
			return alg_by_keyword(ALG_KIND_INTEG, integ_words[i].keyword);
	}
	return is_esp ? alg_by_keyword(ALG_KIND_INTEG, word) : NULL;
}

static const char *word_of(const struct word *words, size_t count, const struct alg *alg,
			   bool is_esp)
{
	for (size_t i = 0; alg && i < count; i++)
		if (str_equal(words[i].keyword, alg->keyword) &&
		    (is_esp ? words[i].esp : words[i].ikev2))
			return is_esp ? words[i].esp : words[i].ikev2;
	return NULL;
}

/* ------------------------------------------------------------ reading */

/* Comma separated, quoted or not. false: too many, too long, an open quote. */
static bool split(const char *line, struct fields *ret)
{
	bool is_quoted = false;
	size_t used = 0;

	ret->count = 1;
	memset(ret->text, 0, sizeof(ret->text));
	for (; *line; line++) {
		if (*line == '"') {
			is_quoted = !is_quoted;
		} else if (*line == ',' && !is_quoted) {
			if (ret->count == FIELDS_MAX)
				return false;
			ret->count++;
			used = 0;
		} else {
			if (used == FIELD_MAX - 1)
				return false;
			ret->text[ret->count - 1][used++] = *line;
		}
	}
	return !is_quoted;
}

/* Hex with or without 0x; `at` says which scratch line holds the bytes. */
static bool hex(struct fields *fields, const char *text, size_t at, struct slice *ret)
{
	size_t length;

	if (str_starts(text, "0x") || str_starts(text, "0X"))
		text += 2;
	length = strlen(text);
	if (length % 2 || length / 2 > sizeof(fields->bytes[at]))
		return false;
	for (size_t i = 0; i < length; i += 2) {
		unsigned int byte;

		if (!isxdigit((unsigned char)text[i]) ||
		    !isxdigit((unsigned char)text[i + 1]) ||
		    sscanf(text + i, "%2x", &byte) != 1)
			return false;
		fields->bytes[at][i / 2] = (uint8_t)byte;
	}
	*ret = (struct slice){ fields->bytes[at], length / 2 };
	return true;
}

static bool field(struct fields *fields, size_t at, struct slice *ret)
{
	return hex(fields, fields->text[at], at, ret);
}

/*
 * A key of esp_sa and ah_sa: hexadecimal behind 0x, else the text itself is the key, as
 * Wireshark has it; "*" and an empty field are none.
 */
static bool key_field(struct fields *fields, size_t at, struct slice *ret)
{
	const char *text = fields->text[at];
	size_t length = strlen(text);

	if (str_starts(text, "0x") || str_starts(text, "0X"))
		return hex(fields, text, at, ret);
	if (length > sizeof(fields->bytes[at]))
		return false;
	memcpy(fields->bytes[at], text, length);
	*ret = (struct slice){ fields->bytes[at], length };
	return true;
}

/* "*" is any SPI. */
static bool spi_field(const struct fields *fields, struct esp_key *key)
{
	const char *text = fields->text[3];
	char *end;

	key->is_any_spi = str_equal(text, "*");
	if (key->is_any_spi)
		return true;
	key->spi = (uint32_t)strtoul(text, &end, 0);
	return end != text && !*end;
}

static bool ikev1_line(struct keyring *keyring, struct fields *fields)
{
	struct ikev1_key key = { 0 };
	struct slice cookie;

	if (!field(fields, 0, &cookie) || cookie.length != 8 ||
	    !field(fields, 1, &key.key) || !key.key.length)
		return false;
	key.cookie_i = be64(cookie.bytes);
	keyring_add_ikev1(keyring, &key);
	return true;
}

static enum keytable_verdict ikev2_line(struct keyring *keyring, struct fields *fields)
{
	struct ikev2_key key = { .has_spi_r = true };
	struct slice spi_i, spi_r;

	if (!field(fields, 0, &spi_i) || spi_i.length != 8 || !field(fields, 1, &spi_r) ||
	    spi_r.length != 8 || !field(fields, 2, &key.sk_ei) ||
	    !field(fields, 3, &key.sk_er) || !field(fields, 5, &key.sk_ai) ||
	    !field(fields, 6, &key.sk_ar))
		return KEYTABLE_WRONG;
	key.spi_i = be64(spi_i.bytes);
	key.spi_r = be64(spi_r.bytes);
	key.encr = cipher_by_word(fields->text[4], false, key.sk_ei.length);
	key.integ = integ_by_word(fields->text[7], false);
	if (!key.encr || (!key.integ && !key.encr->is_aead &&
			  !unchecked_by_word(fields->text[7], false, &key.unchecked_icv)))
		return is_cipher_word(fields->text[4], false) ? KEYTABLE_WRONG
							      : KEYTABLE_UNKNOWN_ALG;
	keyring_add_ikev2(keyring, &key);
	return KEYTABLE_FINE;
}

/* "*" is any; what is no address (a wildcard like 10.*) counts as any, too. */
static struct inet_addr address(const char *text)
{
	struct inet_addr addr = { 0 };

	(void)inet_addr_parse(text, &addr);
	return addr;
}

static enum keytable_verdict esp_line(struct keyring *keyring, struct fields *fields)
{
	struct esp_key key = { .src = address(fields->text[1]),
			       .dst = address(fields->text[2]) };

	if (!spi_field(fields, &key) || !key_field(fields, 5, &key.key) ||
	    !key_field(fields, 7, &key.integ_key))
		return KEYTABLE_WRONG;
	key.encr = cipher_by_word(fields->text[4], true, key.key.length);
	key.integ = integ_by_word(fields->text[6], true);
	key.is_esn = fields->count > 8 && str_starts(fields->text[8], "64");
	if (!key.encr && is_cipher_word(fields->text[4], true))
		return KEYTABLE_WRONG; /* the key's length does not fit */
	if (!key.encr || (!key.integ && !key.encr->is_aead &&
			  !unchecked_by_word(fields->text[6], true, &key.unchecked_icv)))
		return KEYTABLE_UNKNOWN_ALG;
	keyring_add_esp(keyring, &key);
	return KEYTABLE_FINE;
}

static enum keytable_verdict ah_line(struct keyring *keyring, struct fields *fields)
{
	struct esp_key key = { .is_ah = true,
			       .src = address(fields->text[1]),
			       .dst = address(fields->text[2]) };

	key.integ = integ_by_word(fields->text[4], true);
	key.is_esn = fields->count > 6 && str_starts(fields->text[6], "64");
	if (!spi_field(fields, &key) || !key_field(fields, 5, &key.integ_key))
		return KEYTABLE_WRONG;
	if (!key.integ)
		return KEYTABLE_UNKNOWN_ALG;
	if (key.integ_key.length != crypto_sizes(NULL, key.integ).integ_key)
		return KEYTABLE_WRONG;
	keyring_add_esp(keyring, &key);
	return KEYTABLE_FINE;
}

/* tcpdump's cipher words; the ICV is never checked there. */
static const struct alg *tcpdump_cipher(const char *word, size_t key)
{
	static const struct {
		const char *word, *keyword;
	} words[] = {
		{ "3des-cbc", "3des" },
		{ "des-cbc", "des" },
		{ "aes128-cbc", "aes128" },
		{ "aes192-cbc", "aes192" },
		{ "aes256-cbc", "aes256" },
		{ "aes128", "aes128" },
		{ "aes256", "aes256" },
		{ "3des", "3des" },
		{ "blowfish-cbc", "blowfish128" },
		{ "cast128-cbc", "cast128" },
		{ "none", "null" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct alg *alg = alg_by_keyword(ALG_KIND_ENCR, words[i].keyword);

		if (str_equal(words[i].word, word) && crypto_sizes(alg, NULL).key == key)
			return alg;
	}
	return NULL;
}

static bool tcpdump_esp(struct keyring *keyring, const char *line, struct fields *fields)
{
	struct esp_key key = { 0 };
	char dst[64], word[64], bytes[160], *icv;

	if (sscanf(line, "0x%x@%63s %63[^:]:%159s", &key.spi, dst, word, bytes) != 4 ||
	    !hex(fields, bytes, 0, &key.key))
		return false;
	key.dst = address(dst);
	icv = strstr(word, "-hmac96");
	if (icv) {
		*icv = '\0';
		key.unchecked_icv = 12;
	}
	key.encr = tcpdump_cipher(word, key.key.length);
	if (!key.encr)
		return false;
	keyring_add_esp(keyring, &key);
	return true;
}

static bool tcpdump_ikev2(struct keyring *keyring, const char *line,
			  struct fields *fields)
{
	struct ikev2_key key = { .has_spi_r = true };
	unsigned long long spi_i, spi_r;
	char side, integ[32], encr[32], integ_hex[160], encr_hex[160];
	struct slice a, e;

	if (sscanf(line, "ikev2 %c 0x%llx 0x%llx %31[^:]:%159s %31[^:]:%159s", &side,
		   &spi_i, &spi_r, integ, integ_hex, encr, encr_hex) != 7 ||
	    !hex(fields, integ_hex, 0, &a) || !hex(fields, encr_hex, 1, &e))
		return false;
	key.spi_i = spi_i;
	key.spi_r = spi_r;
	key.integ = alg_by_keyword(ALG_KIND_INTEG, integ);
	key.encr = tcpdump_cipher(encr, e.length);
	if (side == 'I') {
		key.sk_ai = a;
		key.sk_ei = e;
	} else {
		key.sk_ar = a;
		key.sk_er = e;
	}
	if (!key.integ || !key.encr)
		return false;
	keyring_add_ikev2(keyring, &key);
	return true;
}

/* Up to 8192 bits: more than a field of a table has. */
static bool dh_line(struct keyring *keyring, const char *text)
{
	uint8_t bytes[DH_SIZE_MAX];
	size_t length = 0;
	unsigned int byte;
	bool is_fine;

	text += strspn(text, " \t");
	if (!str_starts(text, "0x"))
		return false;
	for (text += 2;
	     isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]) &&
	     length < sizeof(bytes) && sscanf(text, "%2x", &byte) == 1;
	     text += 2)
		bytes[length++] = (uint8_t)byte;
	is_fine = length && !text[strspn(text, " \t")];
	if (is_fine)
		keyring_add_exponent(keyring, (struct slice){ bytes, length });
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return is_fine;
}

static enum keytable_verdict verdict_of(bool is_fine)
{
	return is_fine ? KEYTABLE_FINE : KEYTABLE_WRONG;
}

static enum keytable_verdict comma_line(struct keyring *keyring, const char *line,
					struct fields *fields)
{
	if (!split(line, fields))
		return KEYTABLE_WRONG;
	if (fields->count == 2)
		return verdict_of(ikev1_line(keyring, fields));
	if (fields->count >= 6 &&
	    (str_equal(fields->text[0], "IPv4") || str_equal(fields->text[0], "IPv6") ||
	     str_equal(fields->text[0], "Any") || str_equal(fields->text[0], "*")))
		return fields->count >= 8 ? esp_line(keyring, fields)
					  : ah_line(keyring, fields);
	return fields->count == 8 ? ikev2_line(keyring, fields) : KEYTABLE_WRONG;
}

enum keytable_verdict keytable_line(struct keyring *keyring, const char *line)
{
	struct fields *fields = calloc(1, sizeof(*fields));
	enum keytable_verdict verdict;

	if (!fields)
		return KEYTABLE_WRONG;
	if (str_starts(line, "dh "))
		verdict = verdict_of(dh_line(keyring, line + 3));
	else if (str_starts(line, "ikev2 "))
		verdict = verdict_of(tcpdump_ikev2(keyring, line, fields));
	else if (str_starts(line, "0x") && strchr(line, '@'))
		verdict = verdict_of(tcpdump_esp(keyring, line, fields));
	else
		verdict = comma_line(keyring, line, fields);
	OPENSSL_cleanse(fields, sizeof(*fields));
	free(fields);
	return verdict;
}

/* ------------------------------------------------------------ writing */

static void put_hex(struct buf *buf, const char *prefix, struct slice bytes)
{
	if (bytes.length)
		buf_puts(buf, prefix);
	for (size_t i = 0; i < bytes.length; i++)
		buf_printf(buf, "%02x", bytes.bytes[i]);
}

static void put_ikev1(const struct keyring *keyring, struct buf *buf)
{
	for (size_t i = 0; i < keyring_ikev1s(keyring); i++) {
		const struct ikev1_key *key = keyring_ikev1(keyring, i);

		if (key->is_floating)
			continue;
		buf_printf(buf, "%016llx,", (unsigned long long)key->cookie_i);
		put_hex(buf, "", key->key);
		buf_putc(buf, '\n');
	}
}

static void put_ikev2(const struct keyring *keyring, struct buf *buf)
{
	for (size_t i = 0; i < keyring_ikev2s(keyring); i++) {
		const struct ikev2_key *key = keyring_ikev2(keyring, i);
		const char *encr =
			word_of(cipher_words, ARRAY_SIZE(cipher_words), key->encr, false);
		const char *integ =
			word_of(integ_words, ARRAY_SIZE(integ_words), key->integ, false);

		if (key->is_floating || !encr)
			continue;
		buf_printf(buf, "%016llx,%016llx,", (unsigned long long)key->spi_i,
			   (unsigned long long)key->spi_r);
		put_hex(buf, "", key->sk_ei);
		buf_putc(buf, ',');
		put_hex(buf, "", key->sk_er);
		buf_printf(buf, ",\"%s\",", encr);
		put_hex(buf, "", key->sk_ai);
		buf_putc(buf, ',');
		put_hex(buf, "", key->sk_ar);
		if (!integ)
			integ = unchecked_word(key->unchecked_icv, false);
		buf_printf(buf, ",\"%s\"\n", integ);
	}
}

/* What Wireshark cannot check it must at least leave out of the text. */
static const char *esp_integ_word(const struct esp_key *key)
{
	const char *word =
		word_of(integ_words, ARRAY_SIZE(integ_words), key->integ, true);
	size_t icv = key->integ ? crypto_sizes(NULL, key->integ).icv : key->unchecked_icv;

	if (!word)
		word = unchecked_word(icv, true);
	return word ? word : "NULL";
}

static void put_addresses(const struct esp_key *key, struct buf *buf)
{
	struct inet_text src = inet_addr_text(&key->src);
	struct inet_text dst = inet_addr_text(&key->dst);

	buf_printf(buf, "\"%s\",\"%s\",\"%s\",\"",
		   key->dst.family == AF_INET6 ? "IPv6" : "IPv4",
		   key->src.family ? src.s : "*", key->dst.family ? dst.s : "*");
	if (key->is_any_spi)
		buf_puts(buf, "*\",\"");
	else
		buf_printf(buf, "0x%08x\",\"", key->spi);
}

static void put_ah(const struct keyring *keyring, struct buf *buf)
{
	for (size_t i = 0; i < keyring_esps(keyring); i++) {
		const struct esp_key *key = keyring_esp(keyring, i);
		const char *word =
			word_of(integ_words, ARRAY_SIZE(integ_words), key->integ, true);

		if (!key->is_ah || key->state == ESP_KEY_REFUTED)
			continue;
		put_addresses(key, buf);
		buf_printf(buf, "%s\",\"", word ? word : key->integ->keyword);
		put_hex(buf, "0x", key->integ_key);
		buf_puts(buf, key->is_esn ? "\",\"64-bit\"\n" : "\"\n");
	}
}

static void put_esp(const struct keyring *keyring, struct buf *buf)
{
	for (size_t i = 0; i < keyring_esps(keyring); i++) {
		const struct esp_key *key = keyring_esp(keyring, i);
		const char *encr =
			word_of(cipher_words, ARRAY_SIZE(cipher_words), key->encr, true);

		if (key->state == ESP_KEY_REFUTED || !encr)
			continue;
		put_addresses(key, buf);
		buf_printf(buf, "%s\",\"", encr);
		put_hex(buf, "0x", key->key);
		buf_printf(buf, "\",\"%s\",\"", esp_integ_word(key));
		put_hex(buf, "0x", key->integ_key);
		buf_puts(buf, "\"\n");
	}
}

int keyring_write_folder(const struct keyring *keyring, const char *path, struct err *err)
{
	static const struct {
		const char *name;
		void (*put)(const struct keyring *keyring, struct buf *buf);
		bool is_optional; /* written only when it has lines */
	} tables[] = {
		{ "ikev1_decryption_table", put_ikev1, false },
		{ "ikev2_decryption_table", put_ikev2, false },
		{ "esp_sa", put_esp, false },
		{ "ah_sa", put_ah, true },
	};
	int status = file_make_secret_folder(path, err);

	for (size_t i = 0; !status && i < ARRAY_SIZE(tables); i++) {
		struct buf buf = { 0 };
		char file[4096];

		tables[i].put(keyring, &buf);
		(void)snprintf(file, sizeof(file), "%s/%s", path, tables[i].name);
		if (buf.length || !tables[i].is_optional)
			status = file_write_secret(file, buf_text(&buf), buf.length, err);
		if (buf.data)
			OPENSSL_cleanse(buf.data, buf.room);
		buf_done(&buf);
	}
	return status;
}

/* NOLINTEND(cert-err34-c) */
