// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_device.c - what kind of device is an end of an IKE SA, and why so
 *
 * A vendor id that names a product decides. Without one the habits speak: which
 * vendor ids (IKEv1) or notifies (IKEv2) an end sends in its first messages, and in
 * which order. Two products may share a habit, so habits never prove much.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "device/vendor_id.h"
#include "device/wire.h"
#include "dissect/describe.h"
#include "dissect/story.h"

#define CERTAIN 50 /* percent; from here on habits are not asked */
#define TELLING 70 /* a vendor id that nearly proves its maker */

static void add_reason(struct ike_story *story, struct story_peer *peer, const char *text)
{
	vec_foreach (reason, &peer->reasons)
		if (!strcmp(reason->text, text))
			return;
	vec_push(story->arena, &peer->reasons)->text = arena_strdup(story->arena, text);
}

/* The version behind it: four bytes of FortiGate and Windows, eight of NetScreen. */
static void put_version(const struct vendor_id *row, struct slice bytes, struct buf *out)
{
	size_t at = row->version_at;

	if (!at || bytes.length < at + 4U)
		return;
	buf_printf(out, ", version %08x", be32(bytes.bytes + at));
	if (bytes.length >= at + 8U)
		buf_printf(out, " %08x", be32(bytes.bytes + at + 4));
}

static void add_vendor_reason(struct ike_story *story, struct story_peer *peer,
			      const struct vendor_id *row, struct slice bytes)
{
	struct buf buf = { 0 };

	buf_printf(&buf, "vendor id \"%s\" ", row->name);
	describe_hex(bytes, 12, &buf);
	put_version(row, bytes, &buf);
	buf_printf(&buf, " (%s)", row->source);
	add_reason(story, peer, buf_text(&buf));
	buf_done(&buf);
}

static void add_draft(struct ike_story *story, struct story_peer *peer, const char *name)
{
	if (!peer->nat_t)
		peer->nat_t = name;
	else if (!strstr(peer->nat_t, name))
		peer->nat_t = arena_printf(story->arena, "%s, %s", peer->nat_t, name);
}

static void add_habit(struct story_peer *peer, char letter)
{
	size_t length = strlen(peer->habits);

	/* A retransmission or the same twice in a row tells nothing. */
	if (length + 1 < sizeof(peer->habits) &&
	    (!length || peer->habits[length - 1] != letter))
		peer->habits[length] = letter;
}

/* ------------------------------------------------------------ IKEv1's letters */

/* R: RFC 3947, 0 to 9: that draft, n: draft 02 with a line feed, s: stenberg */
static char draft_letter(const char *name)
{
	const char *number = strstr(name, "draft 0");

	if (str_equal(name, "RFC 3947 NAT-T"))
		return 'R';
	if (!number)
		return 's';
	return strchr(number, '\\') ? 'n' : number[7];
}

static char learn_feature(struct ike_story *story, struct story_peer *peer,
			  const struct vendor_id *row)
{
	switch (row->feature) {
	case VENDOR_FEATURE_DPD:
		peer->has_dpd = true;
		return 'D';
	case VENDOR_FEATURE_XAUTH:
		peer->has_xauth = true;
		return 'X';
	case VENDOR_FEATURE_FRAGMENTATION:
		peer->has_fragmentation = true;
		return 'F';
	case VENDOR_FEATURE_NAT_T:
	case VENDOR_FEATURE_NAT_T_DRAFT:
		add_draft(story, peer, row->name);
		return draft_letter(row->name);
	case VENDOR_FEATURE_UNITY:
		return 'U';
	case VENDOR_FEATURE_NONE:
		break;
	}
	return 'p';
}

/* The maker is a device's first word. */
static bool is_same_maker(const char *a, const char *b)
{
	size_t length = strcspn(a, " ");

	return length == strcspn(b, " ") && !strncmp(a, b, length);
}

/*
 * The vendor id that says most decides. One of another maker that says as much is a
 * contradiction (makers copy each other, and analysers replay): then nothing is sure.
 */
static void weigh(struct story_peer *peer, const char *device, unsigned int weight)
{
	unsigned int less = weight < peer->confidence ? weight : peer->confidence;
	bool contradicts =
		peer->device && less >= TELLING && !is_same_maker(peer->device, device);

	if (weight > peer->confidence) {
		peer->device = device;
		peer->confidence = weight;
	}
	if (contradicts)
		peer->confidence = CERTAIN;
}

static void learn_vendor_id(struct ike_story *story, struct story_peer *peer,
			    struct slice bytes)
{
	const struct vendor_id *row = vendor_id_find(bytes.bytes, bytes.length);
	unsigned int weight;

	if (!row) {
		add_habit(peer, bytes.length == 16 ? '?' : 'p');
		return;
	}
	add_habit(peer, learn_feature(story, peer, row));
	if (!row->device)
		return;
	weight = row->weight;
	/* Shrew Soft sends this one alone, without the two words behind it. */
	if (row->version_at && bytes.length <= row->version_at)
		weight /= 4;
	add_vendor_reason(story, peer, row, bytes);
	weigh(peer, row->device, weight);
}

/* ------------------------------------------------------------ IKEv2's letters */

static char notify_letter(unsigned int type)
{
	static const struct {
		uint16_t type;
		char letter;
	} rows[] = {
		{ 16388, 's' }, /* NAT_DETECTION_SOURCE_IP */
		{ 16389, 'd' }, /* NAT_DETECTION_DESTINATION_IP */
		{ 16404, 'm' }, /* MULTIPLE_AUTH_SUPPORTED */
		{ 16406, 'r' }, /* REDIRECT_SUPPORTED */
		{ 16418, 'c' }, /* CHILDLESS_IKEV2_SUPPORTED */
		{ 16430, 'f' }, /* IKEV2_FRAGMENTATION_SUPPORTED */
		{ 16431, 'h' }, /* SIGNATURE_HASH_ALGORITHMS */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].type == type)
			return rows[i].letter;
	return 'o';
}

/* A COOKIE leads to the same request once more: the last one counts. */
static void learn_notifies(struct story_peer *peer, const struct ike_message *message)
{
	memset(peer->habits, 0, sizeof(peer->habits));
	for (uint32_t i = 0; i < message->payloads; i++) {
		const struct ike_payload *payload = &message->payload[i];

		if (payload->type == V2_PAYLOAD_NOTIFY) {
			/* The cookie a responder asked for is no habit. */
			if (payload->notify.type != NOTIFY_V2_COOKIE)
				add_habit(peer, notify_letter(payload->notify.type));
		} else if (payload->type == V2_PAYLOAD_CERTREQ) {
			add_habit(peer, 'q');
		} else if (payload->type == V2_PAYLOAD_VENDOR_ID) {
			add_habit(peer, 'v');
		}
	}
}

void story_learn_device(struct ike_story *story, const struct ike_step *step,
			const struct ike_message *message)
{
	struct story_peer *peer = &story->peers[!step->is_from_initiator];
	unsigned int type =
		ike_is_v2(message) ? V2_PAYLOAD_VENDOR_ID : V1_PAYLOAD_VENDOR_ID;

	for (uint32_t i = 0; i < message->payloads; i++)
		if (message->payload[i].type == type &&
		    message->payload[i].fault < IKE_FAULT_BEYOND)
			learn_vendor_id(story, peer, message->payload[i].data);
	if (ike_is_v2(message) && story_is_first_phase(message) &&
	    ike_payload_find(message, V2_PAYLOAD_SA, 0))
		learn_notifies(peer, message);
}

/* ------------------------------------------------------------ by habit */

static void call(struct ike_story *story, struct story_peer *peer, const char *device,
		 unsigned int confidence, const char *reason)
{
	peer->device = device;
	peer->confidence = confidence;
	add_reason(story, peer, reason);
}

/*
 * Unity, DPD and XAUTH: Cisco's own devices add a vendor id of 16 bytes that is new
 * in each SA. Those who speak to Cisco devices send only the first three.
 */
static void guess_cisco(struct ike_story *story, struct story_peer *peer)
{
	if (!strchr(peer->habits, 'U') || !peer->has_dpd || !peer->has_xauth)
		return;
	if (strchr(peer->habits, '?'))
		call(story, peer, "Cisco IOS or ASA", 60,
		     "Unity, DPD, XAUTH and a vendor id of no known meaning, as Cisco "
		     "routers send them");
	else
		call(story, peer, "Cisco, or what speaks to Cisco (racoon, vpnc)", 30,
		     "Unity, DPD and XAUTH together and no product named");
}

static void guess_device(struct ike_story *story, int end)
{
	struct story_peer *peer = &story->peers[end];
	const struct wire_draft *draft;
	const struct wire_habit *habit;

	draft = peer->device && peer->nat_t ? wire_draft_find(peer->device, peer->nat_t)
					    : NULL;
	if (draft)
		call(story, peer, draft->device, draft->confidence, draft->reason);
	if (peer->confidence >= CERTAIN)
		return;
	habit = wire_habit_find(story->session->version, end, peer->habits);
	if (habit)
		call(story, peer, habit->device, habit->confidence, habit->reason);
	else
		guess_cisco(story, peer);
}

void story_guess_devices(struct ike_story *story, const struct session_set *set)
{
	for (int end = 0; end < 2; end++) {
		guess_device(story, end);
		if (end)
			story_guess_by_backoff(story, set);
		if (!story->peers[end].device)
			story->peers[end].device = "unknown";
	}
}
