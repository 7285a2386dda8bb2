// SPDX-License-Identifier: GPL-2.0-or-later
/* story_side.c - of an IKE SA only what one end sent is in the capture */
#include "dissect/story_side.h"

#include "base/cleanup.h"
#include "dissect/cursor.h"
#include "dissect/ike.h"

static const struct ike_step *last_request_v2(const struct ike_session *session,
					      size_t before)
{
	for (size_t i = before; i-- > 0;)
		if (!(session->steps.items[i].bytes.bytes[19] & IKE_V2_FLAG_RESPONSE))
			return &session->steps.items[i];
	return NULL;
}

/* IKEv2: a response, or a request whose predecessor was answered. */
static bool proves_v2(const struct ike_session *session, size_t at,
		      const struct ike_message *message)
{
	const struct ike_step *before;
	uint32_t id;

	if (ike_is_response(message))
		return true;
	before = last_request_v2(session, at);
	if (!before)
		return false;
	id = be32(before->bytes.bytes + 20);
	return message->header.message_id > id ||
	       (message->header.spi_r && !be64(before->bytes.bytes + 8));
}

static unsigned int same_exchange(const struct ike_session *session, size_t before,
				  const struct ike_message *message)
{
	unsigned int count = 0;

	for (size_t i = 0; i < before; i++) {
		const uint8_t *bytes = session->steps.items[i].bytes.bytes;

		count += bytes[18] == message->header.exchange &&
			 be32(bytes + 20) == message->header.message_id;
	}
	return count;
}

/* IKEv1: what only follows when the other end has spoken. */
static bool proves_v1(const struct ike_session *session, size_t at,
		      const struct ike_message *message)
{
	const struct ike_step *step = &session->steps.items[at];
	uint8_t exchange = message->header.exchange;

	if (exchange == V1_EXCHANGE_QUICK && !step->is_from_initiator &&
	    session->steps.items[0].bytes.bytes[18] == V1_EXCHANGE_AGGRESSIVE)
		return true; /* behind the third message, which is the initiator's */
	return (exchange == V1_EXCHANGE_MAIN || exchange == V1_EXCHANGE_AGGRESSIVE ||
		exchange == V1_EXCHANGE_QUICK) &&
	       same_exchange(session, at, message) > 0;
}

enum story_side story_side_of(const struct ike_session *session)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	const struct ike_step *first = session->steps.items;
	bool is_proved = false;

	if (session->steps_lost || !session->are_roles_sure)
		return STORY_SIDES_BOTH;
	vec_foreach (step, &session->steps) {
		size_t at = (size_t)(step - first);

		if (step->is_from_initiator != first->is_from_initiator)
			return STORY_SIDES_BOTH;
		if (!at)
			continue; /* what is before it may be before the capture */
		session_step_message(step, &message);
		is_proved |= session->version == 2 ? proves_v2(session, at, &message)
						   : proves_v1(session, at, &message);
	}
	if (!is_proved)
		return STORY_SIDES_BOTH;
	return first->is_from_initiator ? STORY_SIDE_INITIATOR : STORY_SIDE_RESPONDER;
}

const char *story_side_name(enum story_side side)
{
	return side == STORY_SIDE_INITIATOR ? "initiator" : "responder";
}
