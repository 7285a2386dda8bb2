// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * esp.c - authenticate and decrypt ESP packets (RFC 4303)
 *
 *	SPI(4) | sequence(4) | IV | text, padding, pad length, next header | ICV
 */
#include "dissect/esp.h"

#include <assert.h>
#include <errno.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

#define ESP_HEADER  8
#define ESP_TRAILER 2

bool esp_key_fits(const struct esp_key *key, const struct packet *packet)
{
	struct inet_addr src = packet_src(packet), dst = packet_dst(packet);

	if (key->is_ah != (packet->kind == PACKET_AH))
		return false;
	/* NAT may have changed the source; the destination chose the SPI. */
	if (key->dst.family && dst.family && !inet_addr_equal(&key->dst, &dst))
		return packet->kind == PACKET_UDP_ESP;
	return !key->src.family || inet_addr_equal(&key->src, &src) ||
	       packet->kind == PACKET_UDP_ESP;
}

static bool key_prepare(struct crypto *crypto, struct esp_key *key)
{
	if (key->cipher)
		return true;
	if (!key->is_unusable && cipher_new(crypto, key->encr, key->key, key->integ,
					    key->integ_key, &key->cipher, NULL))
		key->is_unusable = true;
	return key->cipher;
}

uint32_t esp_sequence_high(const struct esp_key *key, uint32_t low)
{
	uint32_t high = (uint32_t)(key->highest >> 32), last = (uint32_t)key->highest;

	if (low < last && last - low > UINT32_MAX / 2)
		return high + 1;
	if (low > last && low - last > UINT32_MAX / 2 && high)
		return high - 1;
	return high;
}

static void put_be32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static size_t icv_of(const struct esp_key *key)
{
	return key->integ || key->encr->is_aead ? cipher_sizes(key->cipher).icv
						: key->unchecked_icv;
}

/* Has it room for what this key's algorithms need? */
static bool is_long_enough(const struct esp_key *key, struct slice esp)
{
	return esp.length >=
	       ESP_HEADER + cipher_sizes(key->cipher).iv + ESP_TRAILER + icv_of(key);
}

/* One attempt with one key. Returns 0, -EBADMSG or -EINVAL. */
static int try_open(const struct esp_key *key, bool is_esn, struct slice esp,
		    uint8_t *buffer, struct esp_result *ret)
{
	struct alg_sizes sizes = cipher_sizes(key->cipher);
	size_t icv = icv_of(key);
	uint32_t low = be32(esp.bytes + 4), high = esp_sequence_high(key, low);
	struct cipher_packet packet = { .aad = { esp.bytes, ESP_HEADER } };
	uint8_t aad[12], tail[4];
	int status;

	if (!is_long_enough(key, esp))
		return -EINVAL;
	packet.iv = (struct slice){ esp.bytes + ESP_HEADER, sizes.iv };
	packet.text = (struct slice){ packet.iv.bytes + sizes.iv,
				      esp.length - ESP_HEADER - sizes.iv - icv };
	packet.icv = (struct slice){ esp.bytes + esp.length - icv, icv };
	if (is_esn && key->encr->is_aead) {
		/* RFC 4106 5: SPI, then all 64 bits */
		memcpy(aad, esp.bytes, 4);
		put_be32(aad + 4, high);
		put_be32(aad + 8, low);
		packet.aad = (struct slice){ aad, sizeof(aad) };
	} else if (is_esn) {
		put_be32(tail, high);
		packet.tail = (struct slice){ tail, sizeof(tail) };
	}
	status = cipher_open(key->cipher, &packet, buffer);
	ret->sequence = is_esn ? (uint64_t)high << 32 | low : low;
	ret->inner = (struct slice){ buffer, packet.text.length };
	return status;
}

/* RFC 4303 2.4: 1, 2, 3, … */
static bool read_trailer(struct esp_result *result)
{
	const uint8_t *text = result->inner.bytes;
	size_t length = result->inner.length, padding;

	if (length < ESP_TRAILER)
		return false;
	padding = text[length - 2];
	result->next_header = text[length - 1];
	result->padding = (uint8_t)padding;
	if (padding > length - ESP_TRAILER)
		return false;
	result->inner.length = length - ESP_TRAILER - padding;
	for (size_t i = 0; i < padding; i++)
		if (text[result->inner.length + i] != i + 1)
			return false;
	return true;
}

void esp_key_prove(struct keyring *keyring, struct esp_key *key)
{
	if (key->state == ESP_KEY_PROVEN || key->is_any_spi)
		return;
	key->state = ESP_KEY_PROVEN;
	for (struct esp_key *other = NULL;
	     (other = keyring_esp_of(keyring, key->spi, other));)
		if (other != key && !other->is_any_spi && other->is_ah == key->is_ah &&
		    other->state == ESP_KEY_UNTRIED &&
		    inet_addr_equal(&other->dst, &key->dst))
			other->state = ESP_KEY_REFUTED;
}

static enum esp_status open_with(struct keyring *keyring, struct esp_key *key,
				 struct slice esp, uint8_t *buffer,
				 struct esp_result *ret)
{
	bool is_checked = key->integ || key->encr->is_aead;
	int status = try_open(key, key->is_esn, esp, buffer, ret);

	/* Nobody said whether sequence numbers are extended: the ICV does. */
	if (status == -EBADMSG && key->state == ESP_KEY_UNTRIED) {
		status = try_open(key, !key->is_esn, esp, buffer, ret);
		if (!status)
			key->is_esn = !key->is_esn;
	}
	ret->key = key;
	if (status)
		return status == -EBADMSG	  ? ESP_BAD_ICV
		       : is_long_enough(key, esp) ? ESP_ODD_LENGTH
						  : ESP_SHORT;
	if (!read_trailer(ret))
		return is_checked ? ESP_BAD_PADDING : ESP_BAD_ICV;
	if (is_checked)
		esp_key_prove(keyring, key);
	if (ret->sequence > key->highest)
		key->highest = ret->sequence;
	return is_checked ? ESP_OPENED : ESP_UNCHECKED;
}

/*
 * MOBIKE moves an SA to other addresses and keeps SPI and keys (RFC 4555 3.5): a key of
 * that SPI whose ICV verifies is the packet's, whatever addresses it was known with.
 */
static bool open_moved(struct crypto *crypto, struct keyring *keyring,
		       const struct packet *packet, uint8_t *buffer,
		       struct esp_result *ret)
{
	for (struct esp_key *key = NULL;
	     (key = keyring_esp_of(keyring, packet->spi, key));) {
		if (key->is_any_spi || key->is_ah || packet->is_cut ||
		    !key_prepare(crypto, key))
			continue;
		ret->status = open_with(keyring, key, packet->payload, buffer, ret);
		if (ret->status == ESP_OPENED)
			return true;
	}
	*ret = (struct esp_result){ .status = ESP_NO_KEY, .sequence = packet->sequence };
	return false;
}

enum esp_status esp_open(struct crypto *crypto, struct keyring *keyring,
			 const struct packet *packet, uint8_t *buffer,
			 struct esp_result *ret)
{
	enum esp_status best = ESP_NO_KEY;
	struct esp_key *best_key = NULL;

	*ret = (struct esp_result){ .sequence = packet->sequence };
	for (struct esp_key *key = NULL;
	     (key = keyring_esp_of(keyring, packet->spi, key));) {
		enum esp_status status;

		if (key->state == ESP_KEY_REFUTED || !esp_key_fits(key, packet))
			continue;
		if (packet->is_cut)
			status = ESP_CUT;
		else if (!key_prepare(crypto, key))
			status = ESP_NO_CIPHER;
		else
			status = open_with(keyring, key, packet->payload, buffer, ret);
		if (status == ESP_OPENED || status == ESP_UNCHECKED ||
		    status == ESP_BAD_PADDING) {
			ret->status = status;
			return status;
		}
		best = status;
		best_key = key;
	}
	if (best == ESP_NO_KEY && open_moved(crypto, keyring, packet, buffer, ret))
		return ESP_OPENED;
	*ret = (struct esp_result){ .status = best,
				    .key = best_key,
				    .sequence = packet->sequence };
	return best;
}

const char *esp_status_text(enum esp_status status)
{
	static const char *const texts[] = {
		[ESP_OPENED] = "authenticated and decrypted",
		[ESP_UNCHECKED] = "decrypted, not authenticated",
		[ESP_NO_KEY] = "no key",
		[ESP_NO_CIPHER] = "algorithm not available",
		[ESP_SHORT] = "too short",
		[ESP_ODD_LENGTH] = "wrong cipher or ICV length",
		[ESP_CUT] = "cut by the capture",
		[ESP_BAD_ICV] = "wrong ICV",
		[ESP_BAD_PADDING] = "wrong padding",
	};

	static_assert(ARRAY_SIZE(texts) == ESP_STATUS_COUNT, "a text for each status");
	return texts[status];
}
