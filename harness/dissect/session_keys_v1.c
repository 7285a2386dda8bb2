// SPDX-License-Identifier: GPL-2.0-or-later
/* session_keys_v1.c - keys of IKEv1 from a private exponent (RFC 2409 5 and 5.5) */
#include <openssl/crypto.h>

#include "base/cleanup.h"
#include "dissect/dh.h"
#include "dissect/keyring.h"
#include "dissect/session_keys.h"
#include "ipsec/alg.h"

#define KEYMAT_MAX    (2 * CRYPTO_KEY_MAX)
#define PROTOCOLS_MAX 4

/* RFC 2407 4.6.2.1 */
enum { ID_IPV4_ADDR = 1, ID_IPV4_SUBNET = 4, ID_IPV6_ADDR = 5, ID_IPV6_SUBNET = 6 };

size_t session_shared_secret(struct session_set *set, unsigned int group, struct slice a,
			     struct slice b, uint8_t *ret_shared)
{
	size_t length;

	if (set->secrets == SESSION_SECRETS_MAX)
		return 0;
	length = keyring_shared_secret(set->keyring, group, a, b, ret_shared);
	set->secrets += length != 0;
	return length;
}

/* ------------------------------------------------------------ phase 1 */

static void add_phase1(struct session_set *set, const struct ikev1_sa *sa,
		       struct slice psk, struct slice gxy)
{
	struct ikev1_keys keys;
	struct ikev1_key key = { .cookie_i = be64(sa->cookies) };

	if (!ikev1_derive(set->crypto, sa, psk, gxy, &keys) && keys.ka_length) {
		key.key = (struct slice){ keys.ka, keys.ka_length };
		key.skeyid_a = (struct slice){ keys.skeyid_a, keys.length };
		key.skeyid_d = (struct slice){ keys.skeyid_d, keys.length };
		keyring_add_ikev1(set->keyring, &key);
	}
	OPENSSL_cleanse(&keys, sizeof(keys));
}

void session_keys_phase1(struct session_set *set, struct ike_session *session)
{
	struct ikev1_sa *sa = &session->v1;
	uint8_t shared[DH_SIZE_MAX];
	struct slice gxy = { shared, 0 };

	if (!set->keyring || !keyring_exponents(set->keyring) || session->has_derived ||
	    !sa->hash || !sa->encr || !sa->gxi.length || !sa->gxr.length ||
	    !sa->ni.length || !sa->nr.length)
		return;
	session->has_derived = true;
	gxy.length = session_shared_secret(set, sa->group, sa->gxi, sa->gxr, shared);
	if (!gxy.length)
		return;
	if (sa->has_signatures)
		add_phase1(set, sa, (struct slice){ 0 }, gxy);
	/* Which pre-shared key is the right one shows when it decrypts. */
	for (size_t i = 0; !sa->has_signatures && i < keyring_psks(set->keyring); i++)
		add_phase1(set, sa, keyring_psk(set->keyring, i)->bytes, gxy);
	OPENSSL_cleanse(shared, sizeof(shared));
}

/* ------------------------------------------------------------ quick mode */

/* A quick mode's two messages that matter. */
struct quick {
	const struct ike_message *request, *answer;
	const struct ike_step *asked; /* the step of the request */
	struct slice gxy, ni, nr;
	uint8_t shared[DH_SIZE_MAX];
};

/* What one proposal of the answer chose. */
struct quick_child {
	uint8_t protocol;
	const struct alg *encr, *integ;
	bool is_esn;
	unsigned int group; /* 0: no PFS */
};

static const struct ike_step *first_of_exchange(const struct ike_session *session,
						const struct ike_step *answer)
{
	vec_foreach (step, &session->steps) {
		if (step->bytes.length < IKE_HEADER_SIZE ||
		    memcmp(step->bytes.bytes + 18, answer->bytes.bytes + 18, 1) != 0 ||
		    memcmp(step->bytes.bytes + 20, answer->bytes.bytes + 20, 4) != 0)
			continue;
		return step != answer && step->state == STEP_DECRYPTED &&
				       step->is_from_initiator !=
					       answer->is_from_initiator
			       ? step
			       : NULL;
	}
	return NULL;
}

static struct slice body_of(const struct ike_message *message, unsigned int type)
{
	const struct ike_payload *payload = ike_payload_find(message, type, 0);

	return payload && payload->fault < IKE_FAULT_BEYOND ? payload->body
							    : (struct slice){ 0 };
}

static bool read_child(const struct ike_message *message,
		       const struct ike_proposal *proposal, struct quick_child *ret)
{
	const struct ike_transform *transform;

	if (!proposal->transforms || proposal->spi.length != 4)
		return false;
	transform = &message->transform[proposal->first_transform];
	*ret = (struct quick_child){
		.protocol = proposal->protocol,
		.integ = alg_by_esp_v1(
			ALG_KIND_INTEG,
			(int)ike_attribute_value(message, transform, V1_ESP_AUTH), 0),
		.is_esn = ike_attribute_value(message, transform, V1_ESP_SEQUENCE) == 1,
		.group = ike_attribute_value(message, transform, V1_ESP_GROUP),
	};
	if (proposal->protocol == IKE_PROTOCOL_AH)
		return ret->integ != NULL;
	if (proposal->protocol != IKE_PROTOCOL_ESP)
		return false;
	ret->encr =
		alg_by_esp_v1(ALG_KIND_ENCR, transform->id,
			      ike_attribute_value(message, transform, V1_ESP_KEY_LENGTH));
	if (ret->encr && ret->encr->is_aead)
		ret->integ = NULL;
	return ret->encr != NULL;
}

/* The networks of IDci or IDcr; false: a range, a name, or nothing. */
static bool prefix_of(const struct ike_payload *id, struct inet_prefix *ret)
{
	bool is_v6 = id->id.type == ID_IPV6_ADDR || id->id.type == ID_IPV6_SUBNET;
	bool is_subnet = id->id.type == ID_IPV4_SUBNET || id->id.type == ID_IPV6_SUBNET;
	size_t size = is_v6 ? 16 : 4;
	const uint8_t *mask = id->id.data.bytes + size;

	if ((!is_subnet && id->id.type != ID_IPV4_ADDR && !is_v6) ||
	    id->id.data.length != (is_subnet ? 2 * size : size))
		return false;
	*ret = (struct inet_prefix){ .addr = { .family = is_v6 ? AF_INET6 : AF_INET },
				     .length = (unsigned int)size * 8 };
	memcpy(ret->addr.bytes, id->id.data.bytes, size);
	if (!is_subnet)
		return true;
	ret->length = 0;
	while (ret->length < size * 8 && mask[ret->length / 8] & 0x80 >> ret->length % 8)
		ret->length++;
	return true;
}

/* IDci and IDcr of the request; unknown ones leave the selectors unknown. */
static void read_selectors(const struct ike_message *request, bool is_to_requester,
			   struct esp_key_selectors *ret)
{
	const struct ike_payload *idi = ike_payload_find(request, V1_PAYLOAD_ID, 0);
	const struct ike_payload *idr =
		idi ? ike_payload_find(request, V1_PAYLOAD_ID,
				       (uint32_t)(idi - request->payload) + 1)
		    : NULL;

	if (!idr || idi->fault >= IKE_FAULT_SHORT_BODY ||
	    idr->fault >= IKE_FAULT_SHORT_BODY ||
	    !prefix_of(is_to_requester ? idr : idi, &ret->source[0]) ||
	    !prefix_of(is_to_requester ? idi : idr, &ret->destination[0]))
		return;
	ret->sources = ret->destinations = 1;
}

static void add_direction(struct session_set *set, const struct ikev1_sa *sa,
			  const struct quick *quick, const struct quick_child *child,
			  struct slice spi, bool is_to_requester)
{
	size_t encr = crypto_sizes(child->encr, NULL).key;
	size_t integ = crypto_sizes(NULL, child->integ).integ_key;
	struct ikev1_child material = { .gxy = quick->gxy,
					.ni = quick->ni,
					.nr = quick->nr,
					.protocol = child->protocol,
					.spi = spi };
	uint8_t keymat[KEYMAT_MAX];
	struct esp_key_selectors selectors = { 0 };
	struct esp_key key = {
		.selectors = &selectors,
		.is_ah = child->protocol == IKE_PROTOCOL_AH,
		.spi = be32(spi.bytes),
		.src = is_to_requester ? quick->asked->dst : quick->asked->src,
		.dst = is_to_requester ? quick->asked->src : quick->asked->dst,
		.encr = child->encr,
		.key = { keymat, encr },
		.integ = child->integ,
		.integ_key = { keymat + encr, integ },
		.is_esn = child->is_esn,
	};

	if (encr + integ > sizeof(keymat) ||
	    keyring_esps(set->keyring) >= SESSION_ESP_KEYS_MAX ||
	    !ikev1_keymat(set->crypto, sa, &material, encr + integ, keymat))
		return;
	read_selectors(quick->request, is_to_requester, &selectors);
	keyring_add_esp(set->keyring, &key);
	OPENSSL_cleanse(keymat, sizeof(keymat));
}

/* The request's proposal that the answer took: its number, else its protocol, says it. */
static const struct ike_proposal *asked_proposal(const struct ike_message *request,
						 const struct ike_proposal *chosen)
{
	const struct ike_payload *sa = ike_payload_find(request, V1_PAYLOAD_SA, 0);
	const struct ike_proposal *found = NULL;

	for (uint32_t i = 0; sa && i < sa->sa.proposals; i++) {
		const struct ike_proposal *proposal =
			&request->proposal[sa->sa.first_proposal + i];

		if (proposal->protocol != chosen->protocol || proposal->spi.length != 4)
			continue;
		if (!found || proposal->number == chosen->number)
			found = proposal;
		if (proposal->number == chosen->number)
			break;
	}
	return found;
}

/* With PFS: false when neither exponent is known. */
static bool quick_secret(struct session_set *set, struct quick *quick, unsigned int group)
{
	struct slice a = body_of(quick->request, V1_PAYLOAD_KE);
	struct slice b = body_of(quick->answer, V1_PAYLOAD_KE);

	if (!a.length && !b.length)
		return true;
	if (!quick->gxy.length)
		quick->gxy = (struct slice){ quick->shared,
					     session_shared_secret(set, group, a, b,
								   quick->shared) };
	return quick->gxy.length;
}

static void add_children(struct session_set *set, const struct ikev1_sa *sa,
			 struct quick *quick)
{
	const struct ike_payload *payload =
		ike_payload_find(quick->answer, V1_PAYLOAD_SA, 0);

	/* One, or one of each protocol: ESP, AH, IPComp. */
	for (uint32_t i = 0; payload && i < payload->sa.proposals && i < PROTOCOLS_MAX;
	     i++) {
		const struct ike_proposal *chosen =
			&quick->answer->proposal[payload->sa.first_proposal + i];
		const struct ike_proposal *asked = asked_proposal(quick->request, chosen);
		struct quick_child child;

		if (!asked || !read_child(quick->answer, chosen, &child) ||
		    !quick_secret(set, quick, child.group))
			continue;
		add_direction(set, sa, quick, &child, asked->spi, true);
		add_direction(set, sa, quick, &child, chosen->spi, false);
	}
}

void session_keys_quick(struct session_set *set, const struct ike_session *session,
			const struct ike_step *step, const struct ike_message *message)
{
	_cleanup_(ike_message_done) struct ike_message request = { 0 };
	struct quick quick = { .request = &request, .answer = message };

	if (!session->v1.skeyid_d.length ||
	    message->header.exchange != V1_EXCHANGE_QUICK ||
	    !ike_payload_find(message, V1_PAYLOAD_SA, 0))
		return;
	quick.asked = first_of_exchange(session, step);
	if (!quick.asked)
		return;
	session_step_message(quick.asked, &request);
	quick.ni = body_of(&request, V1_PAYLOAD_NONCE);
	quick.nr = body_of(message, V1_PAYLOAD_NONCE);
	if (quick.ni.length && quick.nr.length)
		add_children(set, &session->v1, &quick);
	OPENSSL_cleanse(quick.shared, sizeof(quick.shared));
}
