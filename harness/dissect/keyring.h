/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keyring.h - the keys that are known: pre-shared, of IKE SAs, of ESP SAs
 *
 * They come from --psk, from Wireshark's three tables, from ah_sa (AH has no table
 * there; ours is esp_sa without the cipher), from tcpdump's secrets files, from `ip xfrm
 * state`, and from charon's own log, which prints them at `ike = 4, chd = 4`. charon names no
 * SPI of the IKE SA and not always who initiated: such keys float until a packet
 * proves them. Private exponents ("dh 0x…", a line each) give the keys of the exchanges
 * whose public value they made. All memory is wiped at the end; nothing here is ever
 * printed.
 */
#ifndef TWINSITE_DISSECT_KEYRING_H
#define TWINSITE_DISSECT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"
#include "dissect/cursor.h"

struct alg;
struct cipher;
struct crypto;
struct err;
struct keyring;

struct psk {
	struct slice bytes;
	const char *label; /* where from: "--psk", never the secret */
};

/* An IKEv1 SA: the phase 1 encryption key Ka (RFC 2409 B). */
struct ikev1_key {
	bool is_floating; /* cookie unknown so far */
	uint64_t cookie_i;
	struct slice key;
	struct slice skeyid_a; /* authenticates its messages; empty: unknown */
	struct slice skeyid_d; /* keys of its children are made of it; empty: unknown */
};

/* An IKEv2 SA (RFC 7296 2.14). */
struct ikev2_key {
	bool is_floating; /* SPIs unknown so far */
	bool has_spi_r;
	uint64_t spi_i, spi_r;
	const struct alg *encr, *integ;		 /* integ NULL with AEAD */
	struct slice sk_ei, sk_er, sk_ai, sk_ar; /* salts included; empty: unknown */
	size_t unchecked_icv;  /* bytes of an ICV nobody can check; with integ NULL */
	struct slice sk_d;     /* keys of its children are made of it; empty: unknown */
	const struct alg *prf; /* by this; NULL: unknown */
	struct cipher *initiator, *responder; /* made when first used */
};

/* SK_pi and SK_pr, which AUTH is made with; no table has them. */
struct auth_key {
	struct slice sk_ei; /* of the same SA */
	struct slice sk_pi, sk_pr;
};

/* The traffic an SA is for (its selectors), as charon's log names it. */
#define ESP_KEY_SELECTORS_MAX 8

struct esp_key_selectors {
	unsigned int sources, destinations; /* 0: not known */
	struct inet_prefix source[ESP_KEY_SELECTORS_MAX];
	struct inet_prefix destination[ESP_KEY_SELECTORS_MAX];
};

enum esp_key_state {
	ESP_KEY_UNTRIED,
	ESP_KEY_PROVEN,	 /* a packet's ICV was right */
	ESP_KEY_REFUTED, /* it was wrong, and another key is PROVEN for that SPI */
};

/* One direction of an ESP or AH SA. */
struct esp_key {
	bool is_ah;	 /* then encr and key are empty */
	bool is_any_spi; /* then spi is 0 */
	uint32_t spi;
	struct inet_addr src, dst; /* family 0: any */
	const struct alg *encr, *integ;
	struct slice key, integ_key;
	size_t unchecked_icv; /* bytes of an ICV nobody can check; with integ NULL */
	bool is_esn;
	enum esp_key_state state;
	struct cipher *cipher; /* made when first used */
	bool is_unusable;      /* OpenSSL lacks it, or the key does not fit */
	const struct esp_key_selectors *selectors; /* NULL: not known */
	uint64_t highest;			   /* sequence number seen, for ESN */
	uint32_t number; /* of the keyring's keys, from 1; private */
};

struct keyring *keyring_new(void);
void keyring_free(struct keyring *keyring); /* NULL is fine; wipes */

static inline void keyring_freep(struct keyring **keyring)
{
	keyring_free(*keyring);
}

/*
 * Is a packet from src to dst within the selectors? 1 yes, 0 no, -1 not known.
 */
int esp_key_covers(const struct esp_key *key, const struct inet_addr *src,
		   const struct inet_addr *dst);

/* All bytes are copied. */
void keyring_add_psk(struct keyring *keyring, struct slice bytes, const char *label);
void keyring_add_ikev1(struct keyring *keyring, const struct ikev1_key *key);
void keyring_add_ikev2(struct keyring *keyring, const struct ikev2_key *key);
void keyring_add_auth(struct keyring *keyring, const struct auth_key *key);
/* What goes with an IKE SA's SK_ei, or NULL. */
const struct auth_key *keyring_auth_of(const struct keyring *keyring, struct slice sk_ei);
void keyring_add_esp(struct keyring *keyring, const struct esp_key *key);
/* For a key of this keyring; they are copied. */
void keyring_set_selectors(struct keyring *keyring, struct esp_key *key,
			   const struct esp_key_selectors *selectors);

/*
 * A private Diffie-Hellman exponent, as a debugging peer prints it. Which exchange it is
 * of is found by its public value. Longer ones than dh.h takes are not kept.
 */
void keyring_add_exponent(struct keyring *keyring, struct slice exponent);
size_t keyring_exponents(const struct keyring *keyring);
struct slice keyring_exponent(const struct keyring *keyring, size_t index);

/*
 * What two public values of a group make, when the exponent of either is known: as
 * dh_shared(), else 0.
 */
size_t keyring_shared_secret(struct keyring *keyring, unsigned int group, struct slice a,
			     struct slice b, uint8_t *ret_shared);

size_t keyring_psks(const struct keyring *keyring);
const struct psk *keyring_psk(const struct keyring *keyring, size_t index);
size_t keyring_ikev1s(const struct keyring *keyring);
struct ikev1_key *keyring_ikev1(const struct keyring *keyring, size_t index);
size_t keyring_ikev2s(const struct keyring *keyring);
struct ikev2_key *keyring_ikev2(const struct keyring *keyring, size_t index);
size_t keyring_esps(const struct keyring *keyring);
struct esp_key *keyring_esp(const struct keyring *keyring, size_t index);

/* Is it there already: SPI, destination, algorithms and keys? */
bool keyring_has_esp(const struct keyring *keyring, const struct esp_key *key);

/* A line whose cipher or integrity is not known to us: it was left out. */
struct keyring_warning {
	const char *file;
	unsigned int line;
};

size_t keyring_warnings(const struct keyring *keyring);
const struct keyring_warning *keyring_warning(const struct keyring *keyring,
					      size_t index);

/* The next ESP key of an SPI (those of any SPI come last) behind `after` (NULL: the first), or NULL. */
struct esp_key *keyring_esp_of(const struct keyring *keyring, uint32_t spi,
			       const struct esp_key *after);

/*
 * Read a file of any known form, by its content: a Wireshark table (whichever of
 * the three), ah_sa, a tcpdump secrets file, what `ip xfrm state` prints (behind
 * comments), or a charon log. Sentences name file and
 * line, never a key. -EINVAL when a line cannot be understood.
 */
int keyring_read_file(struct keyring *keyring, const char *path, struct err *err);

/* The same from memory. name is for messages. */
int keyring_read_text(struct keyring *keyring, const char *name, const char *text,
		      struct err *err);

/* Every regular file of a folder that is a table, a secrets file or a log. */
int keyring_read_folder(struct keyring *keyring, const char *path, struct err *err);

/*
 * Write ikev1_decryption_table, ikev2_decryption_table and esp_sa, as Wireshark
 * reads them from its configuration folder, and ah_sa when there are keys of AH; mode
 * 0600. Floating and refuted keys
 * are left out.
 */
int keyring_write_folder(const struct keyring *keyring, const char *path,
			 struct err *err);

/* ------------------------------------------------------------ for keyring's readers */

/* A line of a charon log; see charon_keys.c. */
struct charon_keys;
struct charon_keys *charon_keys_new(struct keyring *keyring);
void charon_keys_line(struct charon_keys *keys, const char *line);
void charon_keys_free(struct charon_keys *keys);

enum keytable_verdict {
	KEYTABLE_FINE,
	KEYTABLE_UNKNOWN_ALG, /* a whole line, of an algorithm we do not have */
	KEYTABLE_WRONG,
};

/* "dh 0x…": an exponent. Lines of tables and secrets; see keytable.c. */
enum keytable_verdict keytable_line(struct keyring *keyring, const char *line);

#endif
