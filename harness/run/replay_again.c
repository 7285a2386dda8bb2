// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_again.c - asked, and told how to ask instead: IKEv2's COOKIE and INVALID_KE */
#include "run/replay_again.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "dissect/ike.h"
#include "dissect/public_value.h"
#include "ipsec/alg.h"

#define KE_HEAD	    4 /* group and reserved */
#define NOTIFY_HEAD 4 /* protocol, SPI size, type */

static void put_be16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Replace `old` bytes at an offset by new ones; the message's length follows. */
static bool splice(struct replay_question *question, size_t at, size_t old,
		   const uint8_t *bytes, size_t length)
{
	size_t behind = question->length - at - old;

	if (question->length - old + length > sizeof(question->bytes))
		return false;
	memmove(question->bytes + at + length, question->bytes + at + old, behind);
	memcpy(question->bytes + at, bytes, length);
	question->length = (uint16_t)(question->length - old + length);
	put_be16(question->bytes + IKE_HEADER_SIZE - 2, question->length);
	return true;
}

/* The cookie goes in front of all others; an older one gives way. */
static bool add_cookie(struct replay_question *question, const struct ike_message *asked,
		       struct slice cookie)
{
	const struct ike_payload *first = asked->payload;
	bool has_old = asked->payloads && first->type == V2_PAYLOAD_NOTIFY &&
		       first->fault == IKE_FAULT_NONE &&
		       first->notify.type == NOTIFY_V2_COOKIE;
	uint8_t payload[IKE_GENERIC_SIZE + NOTIFY_HEAD + 64] = { 0 };
	size_t length = IKE_GENERIC_SIZE + NOTIFY_HEAD + cookie.length;

	if (!cookie.length || length > sizeof(payload))
		return false;
	payload[0] = has_old ? first->next : asked->header.next_payload;
	put_be16(payload + 2, length);
	put_be16(payload + IKE_GENERIC_SIZE + 2, NOTIFY_V2_COOKIE);
	memcpy(payload + IKE_GENERIC_SIZE + NOTIFY_HEAD, cookie.bytes, cookie.length);
	question->bytes[16] = V2_PAYLOAD_NOTIFY;
	return splice(question, IKE_HEADER_SIZE, has_old ? first->whole.length : 0,
		      payload, length);
}

static bool offers_group(const struct ike_message *asked, unsigned int group)
{
	for (uint32_t i = 0; i < asked->transforms; i++)
		if (asked->transform[i].type == V2_TRANSFORM_DH &&
		    asked->transform[i].id == group)
			return true;
	return false;
}

static bool change_group(struct replay_question *question,
			 const struct ike_message *asked, unsigned int group)
{
	const struct ike_payload *ke = ike_payload_find(asked, V2_PAYLOAD_KE, 0);
	uint8_t payload[IKE_GENERIC_SIZE + KE_HEAD + PUBLIC_VALUE_MAX] = { 0 };
	size_t length = IKE_GENERIC_SIZE + KE_HEAD;
	size_t value = public_value_make(group, payload + length);

	if (!ke || ke->fault >= IKE_FAULT_BEYOND || !value || ke->ke.group == group)
		return false;
	length += value;
	payload[0] = ke->next;
	put_be16(payload + 2, length);
	put_be16(payload + IKE_GENERIC_SIZE, group);
	return splice(question, (size_t)(ke->whole.bytes - question->bytes),
		      ke->whole.length, payload, length);
}

static bool follow_group(struct replay_question *question,
			 const struct ike_message *asked, struct slice wanted)
{
	unsigned int group = wanted.length == 2 ? be16(wanted.bytes) : 0;
	const struct alg *alg = alg_by_group(group);
	bool is_offered = offers_group(asked, group);
	bool is_changed = is_offered && change_group(question, asked, group);
	const char *what = !is_offered ? ", which the recorded device does not offer"
			   : is_changed
				   ? ": asked again with a KE of it, as the recorded "
				     "device would"
				   : ", and no KE of it can be made here";

	(void)snprintf(question->again, sizeof(question->again),
		       "INVALID_KE_PAYLOAD wants %s%s",
		       alg ? alg->name : "a group unknown", what);
	return is_changed;
}

bool replay_ask_again(struct replay_question *question)
{
	_cleanup_(ike_message_done) struct ike_message asked = { 0 }, answer = { 0 };
	const struct ike_payload *notify;
	bool is_changed = false;

	if (!question->answer_length ||
	    ike_dissect((struct slice){ question->answer, question->answer_length },
			false, &answer) ||
	    ike_dissect((struct slice){ question->bytes, question->length }, false,
			&asked) ||
	    !ike_is_v2(&answer) || asked.fault >= IKE_FAULT_BEYOND)
		return false;
	notify = ike_payload_find(&answer, V2_PAYLOAD_NOTIFY, 0);
	if (!notify || notify->fault >= IKE_FAULT_SHORT_BODY)
		return false;
	if (notify->notify.type == NOTIFY_V2_INVALID_KE) {
		is_changed = follow_group(question, &asked, notify->notify.data);
	} else if (notify->notify.type == NOTIFY_V2_COOKIE) {
		is_changed = add_cookie(question, &asked, notify->notify.data);
		(void)snprintf(question->again, sizeof(question->again),
			       is_changed ? "COOKIE: asked again with it"
					  : "COOKIE, and it cannot be put in");
	}
	if (is_changed)
		question->answer_length = 0;
	return is_changed;
}
