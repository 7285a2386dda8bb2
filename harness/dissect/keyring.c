// SPDX-License-Identifier: GPL-2.0-or-later
/* keyring.c - the keys that are known: pre-shared, of IKE SAs, of ESP SAs */
#include "dissect/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "dissect/crypto.h"
#include "dissect/dh.h"
#include "dissect/kernel_key.h"

/* g^x in one group; computed once, a capture may have thousands of exchanges. */
struct dh_value {
	unsigned int group;
	struct slice value; /* empty: cannot be computed */
};

struct dh_exponent {
	struct slice bytes;
	VEC(struct dh_value) values;
};

struct keyring {
	struct arena *arena; /* wiped when freed */
	VEC(struct psk) psks;
	VEC(struct ikev1_key) ikev1;
	VEC(struct ikev2_key) ikev2;
	VEC(struct auth_key) auth;
	VEC(struct esp_key *) esp; /* whoever has one keeps it: none ever moves */
	/* Their numbers from 1, by SPI: the first of a bucket, and the next one each has. */
	VEC(uint32_t) esp_next;
	uint32_t *esp_bucket, *esp_last;
	uint32_t esp_buckets; /* a power of two */
	VEC(struct dh_exponent) exponents;
	VEC(struct keyring_warning) warnings;
};

struct keyring *keyring_new(void)
{
	struct arena *arena = arena_new();
	struct keyring *keyring = arena_alloc(arena, sizeof(*keyring));

	arena_set_secret(arena);
	keyring->arena = arena;
	return keyring;
}

void keyring_free(struct keyring *keyring)
{
	if (!keyring)
		return;
	vec_foreach (key, &keyring->ikev2) {
		cipher_free(key->initiator);
		cipher_free(key->responder);
	}
	vec_foreach (key, &keyring->esp)
		cipher_free((*key)->cipher);
	arena_free(keyring->arena);
}

static struct slice keep(struct keyring *keyring, struct slice bytes)
{
	if (!bytes.length)
		return (struct slice){ 0 };
	return (struct slice){ arena_memdup(keyring->arena, bytes.bytes, bytes.length),
			       bytes.length };
}

void keyring_add_psk(struct keyring *keyring, struct slice bytes, const char *label)
{
	struct psk *psk = vec_push(keyring->arena, &keyring->psks);

	psk->bytes = keep(keyring, bytes);
	psk->label = arena_strdup(keyring->arena, label);
}

/* A table knows the cookie, charon's log SKEYID_a: together they are one key. */
void keyring_add_ikev1(struct keyring *keyring, const struct ikev1_key *key)
{
	struct ikev1_key *copy;

	vec_foreach (old, &keyring->ikev1) {
		if (!slice_equal(old->key, key->key) ||
		    !(old->is_floating || key->is_floating ||
		      old->cookie_i == key->cookie_i))
			continue;
		if (!key->is_floating)
			old->cookie_i = key->cookie_i;
		old->is_floating &= key->is_floating;
		if (!old->skeyid_a.length)
			old->skeyid_a = keep(keyring, key->skeyid_a);
		if (!old->skeyid_d.length)
			old->skeyid_d = keep(keyring, key->skeyid_d);
		return;
	}
	copy = vec_push(keyring->arena, &keyring->ikev1);
	*copy = *key;
	copy->key = keep(keyring, key->key);
	copy->skeyid_a = keep(keyring, key->skeyid_a);
	copy->skeyid_d = keep(keyring, key->skeyid_d);
}

void keyring_add_ikev2(struct keyring *keyring, const struct ikev2_key *key)
{
	struct ikev2_key *copy = vec_push(keyring->arena, &keyring->ikev2);

	*copy = *key;
	copy->sk_ei = keep(keyring, key->sk_ei);
	copy->sk_er = keep(keyring, key->sk_er);
	copy->sk_ai = keep(keyring, key->sk_ai);
	copy->sk_ar = keep(keyring, key->sk_ar);
	copy->sk_d = keep(keyring, key->sk_d);
	copy->initiator = copy->responder = NULL;
}

void keyring_add_auth(struct keyring *keyring, const struct auth_key *key)
{
	struct auth_key *copy = vec_push(keyring->arena, &keyring->auth);

	copy->sk_ei = keep(keyring, key->sk_ei);
	copy->sk_pi = keep(keyring, key->sk_pi);
	copy->sk_pr = keep(keyring, key->sk_pr);
}

const struct auth_key *keyring_auth_of(const struct keyring *keyring, struct slice sk_ei)
{
	vec_foreach (key, &keyring->auth)
		if (sk_ei.length && slice_equal(key->sk_ei, sk_ei))
			return key;
	return NULL;
}

/* ------------------------------------------------------------ exponents */

void keyring_add_exponent(struct keyring *keyring, struct slice exponent)
{
	if (!exponent.length || exponent.length > DH_SIZE_MAX)
		return;
	vec_foreach (old, &keyring->exponents)
		if (slice_equal(old->bytes, exponent))
			return;
	vec_push(keyring->arena, &keyring->exponents)->bytes = keep(keyring, exponent);
}

size_t keyring_exponents(const struct keyring *keyring)
{
	return keyring->exponents.count;
}

struct slice keyring_exponent(const struct keyring *keyring, size_t index)
{
	return keyring->exponents.items[index].bytes;
}

static struct slice public_value(struct keyring *keyring, struct dh_exponent *exponent,
				 unsigned int group)
{
	uint8_t bytes[DH_SIZE_MAX];
	struct dh_value *value;

	vec_foreach (old, &exponent->values)
		if (old->group == group)
			return old->value;
	value = vec_push(keyring->arena, &exponent->values);
	value->group = group;
	value->value =
		keep(keyring,
		     (struct slice){ bytes, dh_public(group, exponent->bytes, bytes) });
	return value->value;
}

size_t keyring_shared_secret(struct keyring *keyring, unsigned int group, struct slice a,
			     struct slice b, uint8_t *ret_shared)
{
	if (!dh_public_size(group) || a.length != b.length)
		return 0;
	vec_foreach (exponent, &keyring->exponents) {
		struct slice value = public_value(keyring, exponent, group);

		if (!value.length)
			continue;
		if (slice_equal(value, a))
			return dh_shared(group, exponent->bytes, b, ret_shared);
		if (slice_equal(value, b))
			return dh_shared(group, exponent->bytes, a, ret_shared);
	}
	return 0;
}

/* ------------------------------------------------------------ ESP and AH */

static bool esp_key_equal(const struct esp_key *a, const struct esp_key *b)
{
	return a->is_ah == b->is_ah && a->spi == b->spi && a->encr == b->encr &&
	       a->integ == b->integ && inet_addr_equal(&a->dst, &b->dst) &&
	       slice_equal(a->key, b->key) && slice_equal(a->integ_key, b->integ_key);
}

bool keyring_has_esp(const struct keyring *keyring, const struct esp_key *key)
{
	for (struct esp_key *old = NULL; (old = keyring_esp_of(keyring, key->spi, old));)
		if (esp_key_equal(old, key))
			return true;
	return false;
}

/* Fibonacci hashing; SPIs of one daemon may count up. Keys of any SPI have bucket 0. */
static uint32_t bucket_of(const struct keyring *keyring, const struct esp_key *key)
{
	uint64_t hash = key->spi * 0x9e3779b97f4a7c15ULL;

	return key->is_any_spi ? 0
			       : 1 + (uint32_t)(hash >> 33) % (keyring->esp_buckets - 1);
}

static void chain(struct keyring *keyring, uint32_t number)
{
	uint32_t bucket = bucket_of(keyring, keyring->esp.items[number - 1]);
	uint32_t last = keyring->esp_last[bucket];

	keyring->esp_next.items[number - 1] = 0;
	if (last)
		keyring->esp_next.items[last - 1] = number;
	else
		keyring->esp_bucket[bucket] = number;
	keyring->esp_last[bucket] = number;
}

static void rehash(struct keyring *keyring)
{
	keyring->esp_buckets = keyring->esp_buckets ? 4 * keyring->esp_buckets : 64;
	keyring->esp_bucket =
		arena_alloc(keyring->arena, keyring->esp_buckets * sizeof(uint32_t));
	keyring->esp_last =
		arena_alloc(keyring->arena, keyring->esp_buckets * sizeof(uint32_t));
	for (uint32_t number = 1; number <= keyring->esp.count; number++)
		chain(keyring, number);
}

/* Both ends' logs print the same SA: it is kept once. */
void keyring_add_esp(struct keyring *keyring, const struct esp_key *key)
{
	struct esp_key *copy;

	if (keyring_has_esp(keyring, key))
		return;
	copy = arena_alloc(keyring->arena, sizeof(*copy));
	vec_add(keyring->arena, &keyring->esp, copy);
	*copy = *key;
	copy->number = (uint32_t)keyring->esp.count;
	copy->key = keep(keyring, key->key);
	copy->integ_key = keep(keyring, key->integ_key);
	copy->cipher = NULL;
	if (key->selectors)
		keyring_set_selectors(keyring, copy, key->selectors);
	*vec_push(keyring->arena, &keyring->esp_next) = 0;
	if (keyring->esp.count > keyring->esp_buckets)
		rehash(keyring);
	else
		chain(keyring, (uint32_t)keyring->esp.count);
}

void keyring_set_selectors(struct keyring *keyring, struct esp_key *key,
			   const struct esp_key_selectors *selectors)
{
	key->selectors = arena_memdup(keyring->arena, selectors, sizeof(*selectors));
}

size_t keyring_psks(const struct keyring *keyring)
{
	return keyring->psks.count;
}

const struct psk *keyring_psk(const struct keyring *keyring, size_t index)
{
	return &keyring->psks.items[index];
}

size_t keyring_ikev1s(const struct keyring *keyring)
{
	return keyring->ikev1.count;
}

struct ikev1_key *keyring_ikev1(const struct keyring *keyring, size_t index)
{
	return &keyring->ikev1.items[index];
}

size_t keyring_ikev2s(const struct keyring *keyring)
{
	return keyring->ikev2.count;
}

struct ikev2_key *keyring_ikev2(const struct keyring *keyring, size_t index)
{
	return &keyring->ikev2.items[index];
}

size_t keyring_esps(const struct keyring *keyring)
{
	return keyring->esp.count;
}

struct esp_key *keyring_esp(const struct keyring *keyring, size_t index)
{
	return keyring->esp.items[index];
}

/* From this number on along its chain, then those of any SPI. */
static struct esp_key *next_of(const struct keyring *keyring, uint32_t spi,
			       uint32_t number, bool is_any)
{
	for (; number; number = keyring->esp_next.items[number - 1]) {
		struct esp_key *key = keyring->esp.items[number - 1];

		if (is_any || key->spi == spi)
			return key;
	}
	return is_any ? NULL : next_of(keyring, spi, keyring->esp_bucket[0], true);
}

struct esp_key *keyring_esp_of(const struct keyring *keyring, uint32_t spi,
			       const struct esp_key *after)
{
	struct esp_key like = { .spi = spi };

	if (!keyring->esp.count)
		return NULL;
	if (after)
		return next_of(keyring, spi, keyring->esp_next.items[after->number - 1],
			       after->is_any_spi);
	return next_of(keyring, spi, keyring->esp_bucket[bucket_of(keyring, &like)],
		       false);
}

static bool any_has(const struct inet_prefix *prefixes, unsigned int count,
		    const struct inet_addr *addr)
{
	for (unsigned int i = 0; i < count; i++)
		if (inet_prefix_has(&prefixes[i], addr))
			return true;
	return false;
}

int esp_key_covers(const struct esp_key *key, const struct inet_addr *src,
		   const struct inet_addr *dst)
{
	const struct esp_key_selectors *selectors = key->selectors;

	if (!selectors || !selectors->sources || !selectors->destinations)
		return -1;
	return any_has(selectors->source, selectors->sources, src) &&
	       any_has(selectors->destination, selectors->destinations, dst);
}

/* ------------------------------------------------------------ reading */

static const char *skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* charon's lines name a thread and a subsystem: "13[IKE] …", maybe behind a date. */
static bool looks_like_charon_log(const char *text)
{
	return strstr(text, "[IKE] ") || strstr(text, "[CHD] ") || strstr(text, "[DMN] ");
}

enum form { FORM_TABLE, FORM_CHARON_LOG, FORM_IP_XFRM_STATE };

static enum form form_of(const char *text)
{
	if (looks_like_charon_log(text))
		return FORM_CHARON_LOG;
	while (*text == '#' || *text == '\n' || *text == '\r') { /* comments */
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return kernel_keys_is_head(text) ? FORM_IP_XFRM_STATE : FORM_TABLE;
}

/* A word that is not known costs its line, not the others: Wireshark has more ciphers. */
static int read_table_line(struct keyring *keyring, const char *name, unsigned int number,
			   const char *line, struct err *err)
{
	struct keyring_warning *warning;

	switch (keytable_line(keyring, line)) {
	case KEYTABLE_FINE:
		return 0;
	case KEYTABLE_UNKNOWN_ALG:
		warning = vec_push(keyring->arena, &keyring->warnings);
		warning->file = arena_strdup(keyring->arena, name);
		warning->line = number;
		return 0;
	case KEYTABLE_WRONG:
		break;
	}
	return err_set(err, EINVAL, "%s:%u: no line of a key table", name, number);
}

size_t keyring_warnings(const struct keyring *keyring)
{
	return keyring->warnings.count;
}

const struct keyring_warning *keyring_warning(const struct keyring *keyring, size_t index)
{
	return &keyring->warnings.items[index];
}

static int read_lines(struct keyring *keyring, const char *name, char *text,
		      enum form form, struct err *err)
{
	struct charon_keys *log =
		form == FORM_CHARON_LOG ? charon_keys_new(keyring) : NULL;
	struct kernel_keys *kernel =
		form == FORM_IP_XFRM_STATE ? kernel_keys_new(keyring) : NULL;
	unsigned int number = 0;
	int status = 0;

	for (char *line = text, *next; line && !status; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		line[strcspn(line, "\r")] = '\0';
		if (log)
			charon_keys_line(log, line);
		else if (kernel)
			kernel_keys_line(kernel, line);
		else if (*skip_blanks(line) && *skip_blanks(line) != '#')
			status = read_table_line(keyring, name, number, skip_blanks(line),
						 err);
	}
	charon_keys_free(log);
	kernel_keys_free(kernel);
	return status;
}

int keyring_read_text(struct keyring *keyring, const char *name, const char *text,
		      struct err *err)
{
	struct arena *arena = arena_new();
	int status;

	arena_set_secret(arena);
	status = read_lines(keyring, name, arena_strdup(arena, text), form_of(text), err);
	arena_free(arena);
	return status;
}

static int read_bytes(struct keyring *keyring, const char *path, char *text,
		      size_t length, struct err *err)
{
	int status = keyring_read_text(keyring, path, text, err);

	explicit_bzero(text, length);
	return status;
}

int keyring_read_file(struct keyring *keyring, const char *path, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int status = file_read(path, &text, &length, err);

	return status ? status : read_bytes(keyring, path, text, length, err);
}

/* One of a folder, which may be a report of somebody else. */
static int read_file_below(struct keyring *keyring, const char *folder, const char *name,
			   struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[4096];
	size_t length;
	int status = file_read_below(folder, name, FILE_SIZE_MAX, &text, &length, err);

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return status ? status : read_bytes(keyring, path, text, length, err);
}

/* Which files of a folder may hold keys; the rest (captures, reports) is left alone. */
static bool is_key_file(const char *name)
{
	return str_equal(name, "ikev1_decryption_table") ||
	       str_equal(name, "ikev2_decryption_table") || str_equal(name, "esp_sa") ||
	       str_equal(name, "ah_sa") || str_equal(name, "dh_exponents") ||
	       str_ends(name, ".log") || str_ends(name, "secrets.txt") ||
	       str_ends(name, ".keys");
}

int keyring_read_folder(struct keyring *keyring, const char *path, struct err *err)
{
	struct stat status;
	struct dirent *entry;
	unsigned int count = 0;
	int code = 0;
	DIR *folder;

	if (!stat(path, &status) && S_ISREG(status.st_mode))
		return keyring_read_file(keyring, path, err);
	folder = opendir(path);
	if (!folder)
		return err_sys(err, errno, "%s", path);
	while (!code && (entry = readdir(folder))) {
		if (!is_key_file(entry->d_name))
			continue;
		code = read_file_below(keyring, path, entry->d_name, err);
		count++;
	}
	closedir(folder);
	if (!code && !count)
		return err_set(err, ENOENT,
			       "%s: no ikev1_decryption_table, ikev2_decryption_table, "
			       "esp_sa, ah_sa, dh_exponents, *.keys or charon log in "
			       "there",
			       path);
	return code;
}
