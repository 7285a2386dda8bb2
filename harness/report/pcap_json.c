// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_json.c - what a capture tells, as one JSON object */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "dissect/describe.h"
#include "dissect/keyring.h"
#include "dissect/story.h"
#include "ipsec/alg.h"
#include "report/pcap.h"

/* NULL and what is no UTF-8 (a file's name) become null. */
static json_t *text_or_null(const char *text)
{
	json_t *string = text ? json_string(text) : NULL;

	return string ? string : json_null();
}

static json_t *address(const struct inet_addr *addr)
{
	return addr->family ? json_string(inet_addr_text(addr).s) : json_null();
}

static json_t *hex64(uint64_t value)
{
	char text[20];

	(void)snprintf(text, sizeof(text), "%016llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *of_peer(const struct story_peer *peer)
{
	json_t *reasons = json_array();
	json_t *nat = peer->has_nat_d ? json_boolean(peer->is_natted) : json_null();

	vec_foreach (reason, &peer->reasons)
		json_array_append_new(reasons, json_string(reason->text));
	return json_pack("{s:o, s:i, s:s, s:i, s:o, s:o, s:o, s:b, s:b, s:o}", "address",
			 address(&peer->addr), "port", (int)peer->port, "device",
			 peer->device, "confidence", (int)peer->confidence, "reasons",
			 reasons, "identity", text_or_null(peer->identity), "nat_t",
			 text_or_null(peer->nat_t), "dpd", peer->has_dpd, "xauth",
			 peer->has_xauth, "behind_nat", nat);
}

static json_t *of_transform(const struct ike_message *message,
			    const struct ike_transform *transform)
{
	json_t *attributes = json_array();

	for (uint32_t i = 0; i < transform->attributes; i++) {
		const struct ike_attribute *attribute =
			&message->attribute[transform->first_attribute + i];

		json_array_append_new(
			attributes, json_pack("{s:i, s:I}", "type", (int)attribute->type,
					      "value", (json_int_t)attribute->value));
	}
	return json_pack("{s:i, s:i, s:i, s:o}", "number", (int)transform->number, "type",
			 (int)transform->type, "id", (int)transform->id, "attributes",
			 attributes);
}

static json_t *of_proposals(const struct ike_message *message,
			    const struct ike_payload *payload)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < payload->sa.proposals; i++) {
		const struct ike_proposal *proposal =
			&message->proposal[payload->sa.first_proposal + i];
		json_t *transforms = json_array();
		struct buf spi = { 0 };

		for (uint32_t j = 0; j < proposal->transforms; j++)
			json_array_append_new(
				transforms,
				of_transform(
					message,
					&message->transform[proposal->first_transform +
							    j]));
		describe_hex(proposal->spi, 16, &spi);
		json_array_append_new(list, json_pack("{s:i, s:i, s:s, s:o}", "number",
						      (int)proposal->number, "protocol",
						      (int)proposal->protocol, "spi",
						      buf_text(&spi), "transforms",
						      transforms));
		buf_done(&spi);
	}
	return list;
}

static json_t *of_payload(const struct ike_message *message,
			  const struct ike_payload *payload)
{
	struct buf text = { 0 };
	json_t *object;
	bool is_v2 = ike_is_v2(message);

	describe_payload(message, payload, &text);
	object = json_pack("{s:i, s:s, s:s}", "type", (int)payload->type, "name",
			   ike_payload_name(message, payload->type).s, "text",
			   buf_text(&text));
	buf_done(&text);
	if (payload->fault != IKE_FAULT_NONE)
		json_object_set_new(object, "fault",
				    json_string(ike_fault_text(payload->fault)));
	if (payload->fault >= IKE_FAULT_BEYOND)
		return object;
	if (payload->type == (is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA))
		json_object_set_new(object, "proposals", of_proposals(message, payload));
	if (payload->type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY))
		json_object_set_new(object, "notify", number(payload->notify.type));
	return object;
}

static json_t *of_step(const struct ike_session *session, const struct ike_step *step,
		       struct ike_message *message)
{
	static const char *const states[] = {
		[STEP_CLEAR] = "clear",		[STEP_DECRYPTED] = "decrypted",
		[STEP_FORGED] = "wrong icv",	[STEP_NO_KEY] = "no key",
		[STEP_WRONG_KEY] = "wrong key", [STEP_NO_START] = "no start",
		[STEP_FRAGMENT] = "fragment",
	};
	json_t *payloads = json_array();

	session_step_message(step, message);
	for (uint32_t i = 0; i < message->payloads; i++)
		json_array_append_new(payloads,
				      of_payload(message, &message->payload[i]));
	return json_pack(
		"{s:i, s:o, s:f, s:s, s:o, s:o, s:i, s:s, s:I, s:i, s:s, s:b, s:i, "
		"s:s, s:o}",
		"frame", (int)step->frame, "spi_r", hex64(message->header.spi_r), "time",
		(double)(step->time_ns - session->first_ns) / 1e9, "from",
		step->is_from_initiator ? "initiator" : "responder", "src",
		address(&step->src), "dst", address(&step->dst), "exchange",
		(int)message->header.exchange, "exchange_name",
		ike_exchange_name(message).s, "message_id",
		(json_int_t)message->header.message_id, "flags",
		(int)message->header.flags, "state", states[step->state], "nat_t",
		step->is_nat_t, "repeats", (int)step->repeats, "fault",
		ike_fault_text(message->fault), "payloads", payloads);
}

static json_t *of_children(const struct ike_story *story)
{
	json_t *children = json_array();

	vec_foreach (child, &story->children) {
		json_array_append_new(
			children,
			json_pack("{s:i, s:o, s:o, s:o, s:o, s:i, s:b}", "frame",
				  (int)child->frame, "offered",
				  text_or_null(child->offered), "chosen",
				  text_or_null(child->chosen), "initiator",
				  text_or_null(child->selector_i), "responder",
				  text_or_null(child->selector_r), "pfs_group",
				  (int)child->pfs_group, "rekey", child->is_rekey));
	}
	return children;
}

static json_t *of_notes(const struct ike_story *story)
{
	static const char *const levels[] = { [STORY_INFO] = "info",
					      [STORY_WARNING] = "warning",
					      [STORY_ERROR] = "error" };
	json_t *notes = json_array();

	vec_foreach (note, &story->notes)
		json_array_append_new(notes, json_pack("{s:s, s:i, s:s, s:o}", "level",
						       levels[note->level], "frame",
						       (int)note->frame, "text",
						       note->text, "findings",
						       text_or_null(note->findings)));
	return notes;
}

static json_t *of_session(const struct session_set *set,
			  const struct ike_session *session)
{
	static const char *const verdicts[] = { [PSK_NOT_SEEN] = "not seen",
						[PSK_NOT_GIVEN] = "not given",
						[PSK_RIGHT] = "right",
						[PSK_WRONG] = "wrong" };
	struct ike_story *story = story_of(set, session);
	struct ike_message message = { 0 };
	json_t *messages = json_array(), *object;

	vec_foreach (step, &session->steps)
		json_array_append_new(messages, of_step(session, step, &message));
	ike_message_done(&message);
	object = json_pack(
		"{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:s, s:o, "
		"s:o, s:o}",
		"version", (int)session->version, "mode", story->mode, "spi_i",
		hex64(session->spi_i), "spi_r", hex64(session->spi_r), "initiator",
		of_peer(&story->peers[0]), "responder", of_peer(&story->peers[1]),
		"offered", text_or_null(story->offered), "chosen",
		text_or_null(story->chosen), "lifetime_s", (json_int_t)story->lifetime_s,
		"psk_initiator", verdicts[session->psk_i], "psk_responder",
		verdicts[session->psk_r], "children", of_children(story), "messages",
		messages, "notes", of_notes(story));
	story_free(story);
	return object;
}

static json_t *of_flow(const struct esp_flow *flow)
{
	json_t *inner = json_array(), *status = json_object(), *ipcomp = json_object();
	char spi[12];

	for (int i = 0; i < ESP_STATUS_COUNT; i++)
		if (flow->status[i])
			json_object_set_new(
				status,
				session_flow_status_text(flow, (enum esp_status)i),
				number(flow->status[i]));
	for (int i = 0; i < IPCOMP_STATUS_COUNT; i++)
		if (flow->ipcomp[i])
			json_object_set_new(ipcomp,
					    ipcomp_status_text((enum ipcomp_status)i),
					    number(flow->ipcomp[i]));
	for (uint32_t i = 0; i < flow->inners; i++)
		json_array_append_new(inner,
				      json_pack("{s:o, s:o, s:o}", "src",
						address(&flow->inner[i].src), "dst",
						address(&flow->inner[i].dst), "packets",
						number(flow->inner[i].packets)));
	(void)snprintf(spi, sizeof(spi), "%08x", flow->spi);
	return json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:o, s:o}",
		"kind", packet_kind_name(flow->kind), "spi", spi, "src",
		address(&flow->src), "dst", address(&flow->dst), "packets",
		number(flow->packets), "bytes", number(flow->bytes), "seconds",
		(double)(flow->last_ns - flow->first_ns) / 1e9, "first_sequence",
		number(flow->first_sequence), "highest", number(flow->highest), "missing",
		number(flow->missing), "backward", number(flow->backward), "status",
		status, "cipher",
		text_or_null(flow->key && flow->key->encr ? flow->key->encr->name : NULL),
		"integrity",
		text_or_null(flow->key && flow->key->integ ? flow->key->integ->name
							   : NULL),
		"inner", inner, "outside", number(flow->outside), "ipcomp", ipcomp);
}

static json_t *of_counts(const struct session_set *set)
{
	json_t *counts = json_object();

	for (int kind = 0; kind < PACKET_KIND_COUNT; kind++)
		if (set->kinds[kind])
			json_object_set_new(counts,
					    packet_kind_name((enum packet_kind)kind),
					    number(set->kinds[kind]));
	return counts;
}

static json_t *of_icmp(const struct session_set *set)
{
	json_t *errors = json_array();

	for (uint32_t i = 0; i < set->icmp_errors; i++) {
		const struct icmp_error *error = &set->icmp_error[i];

		json_array_append_new(errors, json_pack("{s:i, s:i, s:i, s:o, s:o, s:i}",
							"frame", (int)error->frame,
							"type", (int)error->type, "code",
							(int)error->code, "from",
							address(&error->from), "about",
							address(&error->about_dst),
							"port", (int)error->about_port));
	}
	return errors;
}

void pcap_json(const struct pcap_report *report, struct buf *out)
{
	const struct session_set *set = report->set;
	json_t *sessions = json_array(), *flows = json_array(), *root;
	char *text;

	for (uint32_t i = 0; i < set->sessions; i++)
		json_array_append_new(sessions, of_session(set, set->session[i]));
	vec_foreach (flow, &set->flows)
		json_array_append_new(flows, of_flow(flow));
	root = json_pack("{s:i, s:o, s:s, s:o, s:f, s:o, s:o, s:o, s:o, s:o}", "version",
			 1, "capture", text_or_null(report->name), "end", report->end,
			 "packets", number(set->frames), "seconds",
			 (double)(set->last_ns - set->first_ns) / 1e9, "drops",
			 number(report->drops), "kinds", of_counts(set), "ike_sas",
			 sessions, "esp_flows", flows, "icmp_errors", of_icmp(set));
	text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	buf_puts(out, text ? text : "{}");
	buf_putc(out, '\n');
	free(text);
	json_decref(root);
}
