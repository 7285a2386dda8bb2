// SPDX-License-Identifier: GPL-2.0-or-later
/* talk_child.c - a child of a tunnel as its peer would ask for it: bodies of payloads */
#include "run/talk_child.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/ike.h"
#include "ipsec/alg.h"
#include "peer/offer.h"

static const uint8_t spi[] = { 0xc1, 0x4e, 0x7a,
			       0x01 }; /* any will do: nothing is sent */

static struct slice keep(struct arena *arena, const struct buf *buf)
{
	return (struct slice){ arena_memdup(arena, buf->data, buf->length), buf->length };
}

/* What strongSwan offers by default begins with these. */
static const struct alg *first_of(const struct proposal_alg *items, size_t count,
				  enum alg_kind kind, const char *otherwise)
{
	return count ? items[0].alg : otherwise ? alg_by_keyword(kind, otherwise) : NULL;
}

/* What a proposal comes to when one of each kind is taken. */
struct chosen {
	const struct alg *encr, *integ, *dh;
	int64_t lifetime_s;
};

static bool choose(const struct child *child, struct chosen *ret)
{
	static const struct proposal defaults;
	const struct proposal *first =
		child->proposals.count ? child->proposals.items : &defaults;
	bool is_default = !child->proposals.count;
	const struct number *life =
		child->lifetime_s.is_set ? &child->lifetime_s : &first->lifetime_s;

	ret->encr = first_of(first->encr.items, first->encr.count, ALG_KIND_ENCR,
			     is_default ? "aes128" : NULL);
	ret->integ = first_of(first->integ.items, first->integ.count, ALG_KIND_INTEG,
			      is_default ? "sha256" : NULL);
	ret->dh = first_of(first->dh.items, first->dh.count, ALG_KIND_DH, NULL);
	ret->lifetime_s =
		life->is_set && life->n > 0 && life->n <= UINT32_MAX ? life->n : 3600;
	return ret->encr && !first->is_ah && (ret->integ || ret->encr->is_aead);
}

/* ------------------------------------------------------------ IKEv1 */

static void put_tv(struct buf *out, unsigned int type, unsigned int value)
{
	buf_add_be16(out, (uint16_t)(0x8000 | type));
	buf_add_be16(out, (uint16_t)value);
}

static struct slice wrap_v1(const struct buf *attributes, unsigned int cipher,
			    struct arena *arena)
{
	struct buf _cleanup_buf_ out = { 0 };

	buf_add_be32(&out, 1); /* IPsec's domain of interpretation */
	buf_add_be32(&out, 1); /* identity only */
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)(8 + sizeof(spi) + 8 + attributes->length));
	buf_putc(&out, 1);
	buf_putc(&out, IKE_PROTOCOL_ESP);
	buf_putc(&out, sizeof(spi));
	buf_putc(&out, 1);
	buf_add(&out, spi, sizeof(spi));
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)(8 + attributes->length));
	buf_putc(&out, 1);
	buf_putc(&out, (char)cipher);
	buf_add_be16(&out, 0);
	buf_add(&out, attributes->data, attributes->length);
	return keep(arena, &out);
}

static bool sa_v1(const struct chosen *chosen, struct arena *arena, struct slice *ret)
{
	struct buf _cleanup_buf_ out = { 0 };

	if (chosen->encr->esp_v1 < 0 || (chosen->integ && chosen->integ->esp_v1 < 0))
		return false;
	put_tv(&out, V1_ESP_ENCAPSULATION, 3); /* a tunnel in UDP */
	put_tv(&out, V1_ESP_LIFE_TYPE, V1_LIFE_SECONDS);
	buf_add_be16(&out, V1_ESP_LIFE_DURATION);
	buf_add_be16(&out, 4);
	buf_add_be32(&out, (uint32_t)chosen->lifetime_s);
	if (chosen->integ)
		put_tv(&out, V1_ESP_AUTH, (unsigned int)chosen->integ->esp_v1);
	if (chosen->encr->key_bits)
		put_tv(&out, V1_ESP_KEY_LENGTH, chosen->encr->key_bits);
	if (chosen->dh)
		put_tv(&out, V1_ESP_GROUP, (unsigned int)chosen->dh->ikev1);
	*ret = wrap_v1(&out, (unsigned int)chosen->encr->esp_v1, arena);
	return true;
}

struct slice talk_child_regroup(struct slice sa, unsigned int group, struct arena *arena)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	struct buf _cleanup_buf_ store = { 0 }, out = { 0 };
	const struct ike_transform *transform;

	offer_dissect(1, sa, &store, &message);
	if (!message.transforms)
		return sa;
	transform = &message.transform[0];
	for (uint32_t i = 0; i < transform->attributes; i++) {
		const struct ike_attribute *one =
			&message.attribute[transform->first_attribute + i];

		if (one->type == V1_ESP_GROUP)
			continue;
		if (one->is_tv) {
			put_tv(&out, one->type, one->value);
			continue;
		}
		buf_add_be16(&out, one->type);
		buf_add_be16(&out, (uint16_t)one->bytes.length);
		buf_add(&out, one->bytes.bytes, one->bytes.length);
	}
	if (group)
		put_tv(&out, V1_ESP_GROUP, group);
	return wrap_v1(&out, transform->id, arena);
}

/* Another's file may have host bits in it. */
static void put_id(const struct inet_prefix *prefix, const struct selector *selector,
		   bool is_local, struct buf *out)
{
	struct inet_prefix network = inet_prefix_network(prefix);
	bool is_v6 = network.addr.family == AF_INET6;
	size_t size = is_v6 ? 16 : 4;
	bool is_host = network.length == 8 * size;
	uint16_t port = is_local ? selector->local_port : selector->remote_port;

	if (is_host)
		buf_putc(out, is_v6 ? ID_TYPE_IPV6_ADDR : ID_TYPE_IPV4_ADDR);
	else
		buf_putc(out,
			 is_v6 ? ID_TYPE_IPV6_ADDR_SUBNET : ID_TYPE_IPV4_ADDR_SUBNET);
	buf_putc(out, (char)selector->protocol);
	buf_add_be16(out, port);
	buf_add(out, network.addr.bytes, size);
	for (size_t i = 0; !is_host && i < size; i++) {
		unsigned int left =
			network.length > 8 * i ? network.length - 8 * (unsigned int)i : 0;

		buf_putc(out, (char)(left >= 8 ? 0xff : 0xff00 >> left));
	}
}

/* ------------------------------------------------------------ IKEv2 */

static void put_transform(struct buf *out, bool is_last, unsigned int type,
			  unsigned int id, unsigned int bits)
{
	buf_putc(out, is_last ? 0 : 3);
	buf_putc(out, 0);
	buf_add_be16(out, bits ? 12 : 8);
	buf_putc(out, (char)type);
	buf_putc(out, 0);
	buf_add_be16(out, (uint16_t)id);
	if (bits)
		put_tv(out, V2_ATTR_KEY_LENGTH, bits);
}

/* group 0: without DH, as in IKE_AUTH. */
static bool sa_v2_with(const struct chosen *chosen, unsigned int group,
		       struct arena *arena, struct slice *ret)
{
	struct buf _cleanup_buf_ out = { 0 }, transforms = { 0 };
	/* Two that are there at once need two SPIs. */
	const uint8_t own[] = { spi[0], spi[1], spi[2],
				(uint8_t)(spi[3] + (group != 0)) };
	bool has_integ = chosen->integ && !chosen->encr->is_aead;

	if (chosen->encr->ikev2 < 0 || (chosen->integ && chosen->integ->ikev2 < 0))
		return false;
	put_transform(&transforms, false, V2_TRANSFORM_ENCR,
		      (unsigned int)chosen->encr->ikev2, chosen->encr->key_bits);
	if (has_integ)
		put_transform(&transforms, false, V2_TRANSFORM_INTEG,
			      (unsigned int)chosen->integ->ikev2, 0);
	if (group)
		put_transform(&transforms, false, V2_TRANSFORM_DH, group, 0);
	put_transform(&transforms, true, V2_TRANSFORM_ESN, 0, 0);
	buf_add_be16(&out, 0);
	buf_add_be16(&out, (uint16_t)(8 + sizeof(spi) + transforms.length));
	buf_putc(&out, 1);
	buf_putc(&out, IKE_PROTOCOL_ESP);
	buf_putc(&out, sizeof(spi));
	buf_putc(&out, (char)(2 + has_integ + (group != 0)));
	buf_add(&out, own, sizeof(own));
	buf_add(&out, transforms.data, transforms.length);
	*ret = keep(arena, &out);
	return true;
}

static bool sa_v2(const struct chosen *chosen, struct arena *arena, struct slice *ret)
{
	return sa_v2_with(chosen, 0, arena, ret);
}

static void put_selector(const struct inet_prefix *prefix,
			 const struct selector *selector, bool is_local, struct buf *out)
{
	struct inet_prefix network = inet_prefix_network(prefix);
	bool is_v6 = network.addr.family == AF_INET6;
	size_t size = is_v6 ? 16 : 4;
	uint16_t port = is_local ? selector->local_port : selector->remote_port;

	buf_add_be32(out, 1U << 24); /* one, reserved */
	buf_putc(out, is_v6 ? 8 : 7);
	buf_putc(out, (char)selector->protocol);
	buf_add_be16(out, (uint16_t)(8 + 2 * size));
	buf_add_be16(out, port);
	buf_add_be16(out, port ? port : 65535);
	buf_add(out, network.addr.bytes, size);
	for (size_t i = 0; i < size; i++) {
		unsigned int left =
			network.length > 8 * i ? network.length - 8 * (unsigned int)i : 0;

		buf_putc(out,
			 (char)(network.addr.bytes[i] | (left >= 8 ? 0 : 0xff >> left)));
	}
}

/* ------------------------------------------------------------ both */

bool talk_child_of(const struct tunnel *tunnel, int version, const struct inet_addr *own,
		   const struct inet_addr *peer, struct arena *arena,
		   struct peer_child *ret)
{
	const struct child *child =
		tunnel->children.count ? tunnel->children.items : NULL;
	struct buf _cleanup_buf_ near = { 0 }, far = { 0 };
	const struct selector *selector;
	struct inet_prefix local, remote;
	struct chosen chosen;

	if (!child || !child->selectors.count || child->is_transport ||
	    !choose(child, &chosen))
		return false;
	*ret = (struct peer_child){
		.pfs = chosen.dh ? (unsigned int)chosen.dh->ikev2 : 0,
	};
	if (!(version == 2 ? sa_v2 : sa_v1)(&chosen, arena, &ret->sa))
		return false;
	if (version == 2 && ret->pfs)
		(void)sa_v2_with(&chosen, ret->pfs, arena, &ret->rekey_sa);
	selector = &child->selectors.items[0];
	local = selector->local.addr.family ? selector->local : inet_prefix_host(own);
	remote = selector->remote.addr.family ? selector->remote : inet_prefix_host(peer);
	/* Its remote network is the other end's own. */
	(version == 2 ? put_selector : put_id)(&remote, selector, false, &near);
	(version == 2 ? put_selector : put_id)(&local, selector, true, &far);
	ret->local = keep(arena, &near);
	ret->remote = keep(arena, &far);
	return true;
}

size_t talk_identity(const struct identity *identity, const struct inet_addr *peer,
		     uint8_t *bytes, size_t room)
{
	struct inet_addr addr = *peer;
	bool is_address = identity->type == ID_TYPE_NONE ||
			  identity->type == ID_TYPE_IPV4_ADDR ||
			  identity->type == ID_TYPE_IPV6_ADDR;
	size_t length = identity->value ? strlen(identity->value) : 0;

	memset(bytes, 0, 4);
	if (is_address) {
		if (identity->value && inet_addr_parse(identity->value, &addr))
			return 0;
		length = addr.family == AF_INET6 ? 16 : 4;
		bytes[0] =
			addr.family == AF_INET6 ? ID_TYPE_IPV6_ADDR : ID_TYPE_IPV4_ADDR;
		if (!addr.family || 4 + length > room)
			return 0;
		memcpy(bytes + 4, addr.bytes, length);
		return 4 + length;
	}
	if ((identity->type != ID_TYPE_FQDN && identity->type != ID_TYPE_USER_FQDN) ||
	    4 + length > room)
		return 0;
	bytes[0] = (uint8_t)identity->type;
	if (length)
		memcpy(bytes + 4, identity->value, length);
	return 4 + length;
}
