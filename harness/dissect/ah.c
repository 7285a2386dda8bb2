// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ah.c - authenticate packets with an Authentication Header (RFC 4302)
 *
 *	next(1) | length(1) | reserved(2) | SPI(4) | sequence(4) | ICV, padding
 *
 * The length counts words of 32 bits, less 2. Padding behind the ICV makes the header a
 * multiple of 64 bits in IPv6, and with Linux in IPv4 too; it is authenticated as sent.
 */
#include "dissect/ah.h"

#include <string.h>

#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/ip.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

#define AH_HEADER   12
#define IPV4_HEADER 20
#define IPV6_HEADER 40

enum { NEXT_HOP_BY_HOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_OPTIONS = 60 };

/* ------------------------------------------------------------ IPv4 */

/* RFC 4302 appendix A1: options that are authenticated as they are. */
static bool is_immutable_option(uint8_t type)
{
	return type == 130 /* security */ || type == 133 /* extended security */ ||
	       type == 134 /* commercial security */ || type == 148 /* router alert */ ||
	       type == 149 /* multi-destination delivery */;
}

/* Loose or strict: the destination counts as what it will be at the end. */
static void follow_source_route(uint8_t *ip, const uint8_t *option, size_t length)
{
	if ((option[0] == 131 || option[0] == 137) && length >= 7 && option[2] < length)
		memcpy(ip + 16, option + length - 4, 4);
}

static bool zero_ipv4_options(uint8_t *ip, size_t header)
{
	size_t at = IPV4_HEADER;

	while (at < header) {
		size_t length;

		if (ip[at] == 0) /* the end; what is behind it is sent as zeros */
			return true;
		if (ip[at] == 1) { /* no operation */
			at++;
			continue;
		}
		length = header - at > 1 ? ip[at + 1] : 0;
		if (length < 2 || length > header - at)
			return false;
		follow_source_route(ip, ip + at, length);
		if (!is_immutable_option(ip[at]))
			memset(ip + at, 0, length);
		at += length;
	}
	return true;
}

static bool zero_ipv4(uint8_t *ip, size_t header)
{
	if (header < IPV4_HEADER || header != (size_t)(ip[0] & 15) * 4)
		return false;
	ip[1] = 0;	       /* DSCP, ECN */
	memset(ip + 6, 0, 2);  /* flags, fragment offset */
	ip[8] = 0;	       /* TTL */
	memset(ip + 10, 0, 2); /* checksum */
	return zero_ipv4_options(ip, header);
}

/* ------------------------------------------------------------ IPv6 */

/* Options whose type has bit 0x20 may change on the way: their data count as zero. */
static bool zero_ipv6_options(uint8_t *header, size_t length)
{
	size_t at = 2;

	while (at < length) {
		size_t data;

		if (!header[at]) { /* Pad1 */
			at++;
			continue;
		}
		if (length - at < 2 || header[at + 1] > length - at - 2)
			return false;
		data = header[at + 1];
		if (header[at] & 0x20)
			memset(header + at + 2, 0, data);
		at += 2 + data;
	}
	return true;
}

/*
 * Source routes (type 0) and mobile nodes (type 2): as at the final destination. Of
 * other types nobody says what may change.
 */
static bool finish_route(uint8_t *ip, uint8_t *header, size_t length)
{
	size_t addresses = (length - 8) / 16, left = header[3];
	uint8_t *visited;

	if ((header[2] != 0 && header[2] != 2) || !left)
		return true;
	if (left > addresses || (length - 8) % 16)
		return false;
	uint8_t final[16];

	visited = header + 8 + (addresses - left) * 16;
	memcpy(final, header + 8 + (addresses - 1) * 16, 16);
	memmove(visited + 16, visited, (left - 1) * 16);
	memcpy(visited, ip + 24, 16);
	memcpy(ip + 24, final, 16);
	header[3] = 0;
	return true;
}

/* AH is made before fragments are: the header of a lone one does not count. */
static void drop_fragment_header(uint8_t *ip, size_t at, size_t *length)
{
	size_t payload = be16(ip + 4);

	memmove(ip + at, ip + at + 8, *length - at - 8);
	*length -= 8;
	if (payload >= 8) {
		ip[4] = (uint8_t)((payload - 8) >> 8);
		ip[5] = (uint8_t)(payload - 8);
	}
}

static bool zero_ipv6(uint8_t *ip, size_t *ah, size_t *length)
{
	size_t next_at = 6, at = IPV6_HEADER;

	if (*ah < IPV6_HEADER)
		return false;
	ip[0] = 0x60; /* traffic class, flow label */
	memset(ip + 1, 0, 3);
	ip[7] = 0; /* hop limit */
	while (at < *ah) {
		size_t header = 8 + (size_t)ip[at + 1] * 8;

		if (*ah - at < 8)
			return false;
		if (ip[next_at] == NEXT_FRAGMENT) {
			ip[next_at] = ip[at];
			drop_fragment_header(ip, at, length);
			*ah -= 8;
			continue;
		}
		if (header > *ah - at)
			return false;
		if ((ip[next_at] == NEXT_HOP_BY_HOP || ip[next_at] == NEXT_OPTIONS) &&
		    !zero_ipv6_options(ip + at, header))
			return false;
		if (ip[next_at] == NEXT_ROUTING && !finish_route(ip, ip + at, header))
			return false;
		next_at = at;
		at += header;
	}
	return true;
}

size_t ah_normalize(const struct packet *packet, uint8_t *ret, size_t *ret_ah)
{
	size_t length = packet->ip.length;
	size_t ah = (size_t)(packet->payload.bytes - packet->ip.bytes);

	memcpy(ret, packet->ip.bytes, length);
	if (packet->family == 4 ? !zero_ipv4(ret, ah) : !zero_ipv6(ret, &ah, &length))
		return 0;
	*ret_ah = ah;
	return length;
}

/* ------------------------------------------------------------ verification */

/* The ICV needs no cipher: it is an ESP packet's with NULL encryption and no text. */
static bool key_prepare(struct crypto *crypto, struct esp_key *key)
{
	const struct alg *null = alg_by_keyword(ALG_KIND_ENCR, "null");

	if (key->cipher)
		return true;
	if (!key->integ)
		return false;
	if (!key->is_unusable && cipher_new(crypto, null, (struct slice){ 0 }, key->integ,
					    key->integ_key, &key->cipher, NULL))
		key->is_unusable = true;
	return key->cipher;
}

/* What is authenticated, its ICV taken out and replaced by zeros. */
struct covered {
	uint8_t *bytes;
	size_t length, ah;
	size_t icv_room; /* ICV and padding */
};

static enum esp_status try_key(struct esp_key *key, bool is_esn,
			       const struct covered *covered, struct esp_result *ret)
{
	size_t icv = cipher_sizes(key->cipher).icv;
	uint8_t *at = covered->bytes + covered->ah + AH_HEADER;
	uint32_t low = be32(at - 4), high = esp_sequence_high(key, low);
	uint8_t tail[4] = { (uint8_t)(high >> 24), (uint8_t)(high >> 16),
			    (uint8_t)(high >> 8), (uint8_t)high };
	uint8_t sent[CRYPTO_HASH_MAX];
	struct cipher_packet packet = {
		.aad = { covered->bytes, covered->length },
		.icv = { sent, icv },
	};
	int status;

	if (icv > covered->icv_room)
		return ESP_SHORT;
	if (is_esn)
		packet.tail = (struct slice){ tail, sizeof(tail) };
	memcpy(sent, at, icv);
	memset(at, 0, icv);
	status = cipher_open(key->cipher, &packet, NULL);
	memcpy(at, sent, icv);
	if (status)
		return ESP_BAD_ICV;
	ret->sequence = is_esn ? (uint64_t)high << 32 | low : low;
	return ESP_OPENED;
}

static enum esp_status try_both(struct esp_key *key, const struct covered *covered,
				struct esp_result *ret)
{
	enum esp_status status = try_key(key, key->is_esn, covered, ret);

	if (status != ESP_BAD_ICV || key->state != ESP_KEY_UNTRIED)
		return status;
	/* Nobody said whether sequence numbers are extended: the ICV does. */
	status = try_key(key, !key->is_esn, covered, ret);
	key->is_esn ^= status == ESP_OPENED;
	return status;
}

static enum esp_status try_keys(struct crypto *crypto, struct keyring *keyring,
				const struct packet *packet,
				const struct covered *covered, struct esp_result *ret)
{
	enum esp_status best = ESP_NO_KEY;

	for (struct esp_key *key = NULL;
	     (key = keyring_esp_of(keyring, packet->spi, key));) {
		if (key->state == ESP_KEY_REFUTED || !esp_key_fits(key, packet))
			continue;
		ret->key = key;
		best = ESP_NO_CIPHER;
		if (!key_prepare(crypto, key))
			continue;
		best = try_both(key, covered, ret);
		if (best != ESP_OPENED)
			continue;
		esp_key_prove(keyring, key);
		if (ret->sequence > key->highest)
			key->highest = ret->sequence;
		return best;
	}
	return best;
}

enum esp_status ah_open(struct crypto *crypto, struct keyring *keyring,
			const struct packet *packet, uint8_t *scratch,
			struct esp_result *ret)
{
	struct covered covered = { .bytes = scratch };
	size_t header = (size_t)(packet->payload.bytes[1] + 2) * 4;

	*ret = (struct esp_result){ .status = ESP_SHORT,
				    .sequence = packet->sequence,
				    .next_header = packet->ah_next };
	if (header >= AH_HEADER && header <= packet->payload.length)
		ret->inner = (struct slice){ packet->payload.bytes + header,
					     packet->payload.length - header };
	if (packet->is_cut) {
		ret->status = ESP_CUT;
		return ret->status;
	}
	if (!ret->inner.bytes)
		return ret->status;
	covered.icv_room = header - AH_HEADER;
	covered.length = ah_normalize(packet, scratch, &covered.ah);
	if (covered.length)
		ret->status = try_keys(crypto, keyring, packet, &covered, ret);
	return ret->status;
}
