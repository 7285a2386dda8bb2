// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_room.c - what an encrypted answer of IKEv2 has room for
 *
 * Its length less header, IV, ICV and the pad length is the most that its payloads may
 * have; the cipher is the one that IKE_SA_INIT agreed on. Least sizes of payloads, each
 * with its header of four octets (RFC 7296 3.3 to 3.13):
 *
 *	SA	4 + a proposal of 8 with an SPI of 4 + a transform of 8
 *	TS	4 + 4 + a range of IPv4, 16; two of them
 *	nonce	4 + 16
 *	ID	4 + 4 + 1
 *	AUTH	4 + 4 + what the PRF gives: signatures are longer
 */
#include "base/cleanup.h"
#include "dissect/crypto.h"
#include "dissect/cursor.h"
#include "dissect/story.h"
#include "ipsec/alg.h"

#define SA_LEAST    24
#define TS_LEAST    48
#define NONCE_LEAST 20
#define ID_LEAST    9
#define AUTH_HEAD   8
#define ALONE_SLACK 32	/* padding of a block, a notify or a short identity */
#define SMALL	    128 /* bytes of the message, where its cipher is not known */

struct chosen {
	const struct alg *encr, *integ, *prf;
};

static void read_chosen(const struct ike_message *message, const struct ike_payload *sa,
			struct chosen *ret)
{
	const struct ike_proposal *proposal;

	if (!sa->sa.proposals) /* an empty SA of a message that may have none at all */
		return;
	proposal = &message->proposal[sa->sa.first_proposal];
	for (uint32_t i = 0; i < proposal->transforms; i++) {
		const struct ike_transform *transform =
			&message->transform[proposal->first_transform + i];
		const struct alg *alg = ike_transform_alg(message, transform);

		if (transform->type == V2_TRANSFORM_ENCR)
			ret->encr = alg;
		else if (transform->type == V2_TRANSFORM_INTEG)
			ret->integ = alg;
		else if (transform->type == V2_TRANSFORM_PRF)
			ret->prf = alg;
	}
}

/* What the responder of IKE_SA_INIT took; false: not seen, or not known. */
static bool find_chosen(const struct ike_session *session, struct chosen *ret)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };

	*ret = (struct chosen){ 0 };
	vec_foreach (step, &session->steps) {
		const struct ike_payload *sa;

		if (step->bytes.bytes[18] != V2_EXCHANGE_SA_INIT)
			break;
		session_step_message(step, &message);
		sa = ike_payload_find(&message, V2_PAYLOAD_SA, 0);
		if (ike_is_response(&message) && sa)
			read_chosen(&message, sa, ret);
	}
	return ret->encr && ret->prf && (ret->encr->is_aead || ret->integ);
}

size_t story_length_of(const struct ike_step *step)
{
	return step->is_cut ? be32(step->bytes.bytes + 24) : step->bytes.length;
}

enum story_room story_room_of(const struct ike_session *session,
			      const struct ike_step *step)
{
	bool is_auth = step->bytes.bytes[18] == V2_EXCHANGE_AUTH;
	size_t length = story_length_of(step), auth, used;
	struct alg_sizes sizes;
	struct chosen chosen;

	/* The last fragment of a message is short, the message is not. */
	if (story_is_fragment(step) || step->bytes.bytes[16] != V2_PAYLOAD_SK)
		return STORY_ROOM_ALL;
	if (!find_chosen(session, &chosen))
		return length < SMALL ? STORY_ROOM_NOTIFY : STORY_ROOM_ALL;
	sizes = crypto_sizes(chosen.encr, chosen.encr->is_aead ? NULL : chosen.integ);
	used = IKE_HEADER_SIZE + IKE_GENERIC_SIZE + sizes.iv + sizes.icv + 1;
	auth = is_auth ? ID_LEAST + AUTH_HEAD + crypto_hash_size(chosen.prf)
		       : NONCE_LEAST;
	if (length < used + auth)
		return STORY_ROOM_NOTIFY;
	return length < used + auth + SA_LEAST + TS_LEAST ? STORY_ROOM_NO_CHILD
							  : STORY_ROOM_ALL;
}

bool story_is_auth_alone(const struct ike_session *session, const struct ike_step *step)
{
	struct alg_sizes sizes;
	struct chosen chosen;
	size_t least;

	if (story_is_fragment(step) || step->bytes.bytes[16] != V2_PAYLOAD_SK)
		return false;
	if (!find_chosen(session, &chosen))
		return true;
	sizes = crypto_sizes(chosen.encr, chosen.encr->is_aead ? NULL : chosen.integ);
	least = IKE_HEADER_SIZE + IKE_GENERIC_SIZE + sizes.iv + sizes.icv + 1 +
		AUTH_HEAD + crypto_hash_size(chosen.prf);
	return story_length_of(step) >= least &&
	       story_length_of(step) <= least + ALONE_SLACK;
}
