// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_json_wire.c - messages, flows and errors of a capture as JSON */
#include "report/pcap_json_wire.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "capture/file.h"
#include "dissect/describe.h"
#include "dissect/keyring.h"
#include "ipsec/alg.h"

json_t *json_address(const struct inet_addr *addr)
{
	return addr->family ? json_kept(inet_addr_text(addr).s) : json_null();
}

json_t *json_number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static double seconds(int64_t from_ns, int64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e9;
}

/* ------------------------------------------------------------ messages */

static json_t *of_transform(const struct ike_message *message,
			    const struct ike_transform *transform)
{
	json_t *attributes = json_array();

	for (uint32_t i = 0; i < transform->attributes; i++) {
		const struct ike_attribute *attribute =
			&message->attribute[transform->first_attribute + i];

		json_array_append_new(attributes,
				      json_of("{s:i, s:I}", "type", (int)attribute->type,
					      "value", (json_int_t)attribute->value));
	}
	return json_of("{s:i, s:i, s:i, s:o}", "number", (int)transform->number, "type",
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
		json_array_append_new(list,
				      json_of("{s:i, s:i, s:s, s:o}", "number",
					      (int)proposal->number, "protocol",
					      (int)proposal->protocol, "spi",
					      buf_text(&spi), "transforms", transforms));
		buf_done(&spi);
	}
	return list;
}

static json_t *of_payload(const struct ike_story *story, const struct ike_step *step,
			  const struct ike_message *message,
			  const struct ike_payload *payload)
{
	const char *checked = story_checked(story, step, message, payload);
	struct buf text = { 0 };
	json_t *object;
	bool is_v2 = ike_is_v2(message);

	describe_payload(message, payload, &text);
	object = json_of("{s:i, s:s, s:s}", "type", (int)payload->type, "name",
			 ike_payload_name(message, payload->type).s, "text",
			 buf_text(&text));
	buf_done(&text);
	if (checked)
		json_object_set_new(object, "checked", json_kept(checked));
	if (payload->fault != IKE_FAULT_NONE)
		json_object_set_new(object, "fault",
				    json_kept(ike_fault_text(payload->fault)));
	if (payload->fault >= IKE_FAULT_BEYOND)
		return object;
	if (payload->type == (is_v2 ? V2_PAYLOAD_SA : V1_PAYLOAD_SA))
		json_object_set_new(object, "proposals", of_proposals(message, payload));
	if (payload->type == (is_v2 ? V2_PAYLOAD_NOTIFY : V1_PAYLOAD_NOTIFY))
		json_object_set_new(object, "notify", json_number(payload->notify.type));
	return object;
}

/* Who sent it to whom, and when; how long nobody had said anything before. */
static json_t *of_envelope(const struct ike_story *story, const struct ike_step *step,
			   int64_t before_ns)
{
	return json_of(
		"{s:i, s:f, s:f, s:f, s:s, s:o, s:o, s:i, s:i, s:b, s:i, s:i, s:i, "
		"s:i, s:i, s:i, s:i}",
		"frame", (int)step->frame, "time",
		seconds(story->session->first_ns, step->time_ns), "silence_before",
		seconds(before_ns, step->time_ns), "last_after",
		seconds(step->time_ns, step->last_ns), "from",
		step->is_from_initiator ? "initiator" : "responder", "src",
		json_address(&step->src), "dst", json_address(&step->dst), "src_port",
		(int)step->src_port, "dst_port", (int)step->dst_port, "nat_t",
		step->is_nat_t, "repeats", (int)step->repeats, "copies",
		(int)step->copies, "folded_behind", (int)step->folded, "lost_behind",
		(int)step->lost, "cycles_behind", (int)step->cycles, "cycle_messages",
		(int)step->cycle_steps, "alike_behind", (int)step->alike);
}

static json_t *of_step(const struct ike_story *story, const struct ike_step *step,
		       struct ike_message *message, int64_t before_ns)
{
	static const char *const states[] = {
		[STEP_CLEAR] = "clear",		[STEP_DECRYPTED] = "decrypted",
		[STEP_FORGED] = "wrong icv",	[STEP_NO_KEY] = "no key",
		[STEP_WRONG_KEY] = "wrong key", [STEP_NO_START] = "no start",
		[STEP_FRAGMENT] = "fragment",	[STEP_CUT] = "cut",
	};
	json_t *object = of_envelope(story, step, before_ns), *payloads = json_array();
	char spi_r[20];

	session_step_message(step, message);
	for (uint32_t i = 0; i < message->payloads; i++)
		json_array_append_new(
			payloads, of_payload(story, step, message, &message->payload[i]));
	(void)snprintf(spi_r, sizeof(spi_r), "%016llx",
		       (unsigned long long)message->header.spi_r);
	json_object_update_new(
		object,
		json_of("{s:s, s:i, s:s, s:b, s:I, s:i, s:s, s:i, s:s, s:o}", "spi_r",
			spi_r, "exchange", (int)message->header.exchange, "exchange_name",
			ike_exchange_name(message).s, "response",
			ike_is_response(message), "message_id",
			(json_int_t)message->header.message_id, "flags",
			(int)message->header.flags, "state", states[step->state],
			"encrypted_bytes", (int)message->encrypted.length, "fault",
			ike_fault_text(message->fault), "payloads", payloads));
	return object;
}

static int add_bytes(const char *bytes, size_t length, void *out)
{
	buf_add(out, bytes, length);
	return 0;
}

void pcap_json_put(json_t *value, struct buf *out)
{
	if (!value || json_dump_callback(value, add_bytes, out, JSON_INDENT(1)))
		buf_puts(out, "{}");
	json_decref(value);
}

void pcap_json_open(json_t *object, const char *key, struct buf *out)
{
	pcap_json_put(object, out);
	out->length--; /* its last brace */
	buf_printf(out, "%s\"%s\": ", out->data[out->length - 1] == '{' ? "" : ", ", key);
}

void pcap_json_put_messages(const struct ike_story *story, struct buf *out)
{
	_cleanup_(ike_message_done) struct ike_message message = { 0 };
	int64_t before_ns = story->session->first_ns;
	const struct ike_step *before = NULL;
	const char *separator = "[";

	if (!story->session->steps.count)
		buf_puts(out, separator);
	vec_foreach (step, &story->session->steps) {
		buf_puts(out, separator);
		/* Behind what was counted only nobody knows how long it was. */
		if (before && (before->folded || before->cycles || before->lost))
			before_ns = step->time_ns;
		before = step;
		pcap_json_put(of_step(story, step, &message, before_ns), out);
		before_ns = step->last_ns > before_ns ? step->last_ns : before_ns;
		separator = ", ";
	}
	buf_puts(out, "]");
}

/* ------------------------------------------------------------ ESP and AH */

static json_t *of_inner(const struct esp_inside *inside)
{
	json_t *list = json_array();

	for (uint32_t i = 0; inside && i < inside->inners; i++) {
		const struct esp_inner *inner = &inside->inner[i];
		_cleanup_buf_ struct buf text = { 0 };

		esp_inner_text(inner, &text);
		json_array_append_new(list, json_of("{s:o, s:o, s:i, s:i, s:b, s:s, s:o}",
						    "src", json_address(&inner->src),
						    "dst", json_address(&inner->dst),
						    "protocol", (int)inner->protocol,
						    "port", (int)inner->port,
						    "to_service", inner->is_to_service,
						    "what", buf_text(&text), "packets",
						    json_number(inner->packets)));
	}
	return list;
}

static json_t *of_dns(const struct esp_inside *inside)
{
	json_t *list = json_array();

	for (uint32_t i = 0; inside && i < inside->names; i++) {
		const struct esp_dns *dns = &inside->dns[i];
		_cleanup_buf_ struct buf text = { 0 };

		esp_dns_text(dns, &text);
		json_array_append_new(
			list, json_of("{s:s, s:i, s:b, s:i, s:s, s:o}", "name", dns->name,
				      "type", (int)dns->type, "answer", dns->is_answer,
				      "rcode", (int)dns->rcode, "what", buf_text(&text),
				      "packets", json_number(dns->packets)));
	}
	return list;
}

/* What was opened, by mode, and what is in it. */
static json_t *of_inside(const struct esp_inside *inside)
{
	static const struct esp_inside nothing;
	_cleanup_buf_ struct buf mode = { 0 };
	const struct esp_inside *from = inside ? inside : &nothing;

	esp_inside_mode_text(from, &mode);
	return json_of(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o}",
		"mode", json_kept(mode.length ? buf_text(&mode) : NULL), "tunnel_mode",
		json_number(from->tunnel), "transport_mode", json_number(from->transport),
		"aggfrag", json_number(from->aggfrag), "nested",
		json_number(from->nested), "dummies", json_number(from->dummies),
		"unread", json_number(from->unread), "outside_selectors",
		json_number(from->outside), "outside_frame", (int)from->outside_frame,
		"inner", of_inner(inside), "inner_others",
		json_number(from->inner_others), "dns", of_dns(inside), "dns_others",
		json_number(from->dns_others));
}

/* What the keys gave. */
static json_t *of_contents(const struct esp_flow *flow)
{
	const struct esp_key *key = flow->key;
	json_t *status = json_object(), *ipcomp = json_object();
	char cpi[8];

	for (int i = 0; i < ESP_STATUS_COUNT; i++)
		if (flow->status[i])
			json_object_set_new(
				status,
				session_flow_status_text(flow, (enum esp_status)i),
				json_number(flow->status[i]));
	for (int i = 0; i < IPCOMP_STATUS_COUNT; i++)
		if (flow->ipcomp[i])
			json_object_set_new(ipcomp,
					    ipcomp_status_text((enum ipcomp_status)i),
					    json_number(flow->ipcomp[i]));
	(void)snprintf(cpi, sizeof(cpi), "%04x", flow->cpi);
	return json_of("{s:o, s:o, s:o, s:o, s:s}", "status", status, "cipher",
		       json_kept(key && key->encr ? key->encr->name : NULL), "integrity",
		       json_kept(key && key->integ ? key->integ->name : NULL), "ipcomp",
		       ipcomp, "ipcomp_cpi", cpi);
}

static json_t *interface_name(const struct pcap_report *report, unsigned int index)
{
	struct buf _cleanup_buf_ name = { 0 };

	if (!report->file || capture_file_interfaces(report->file) < 2)
		return json_null();
	describe_text(capture_file_interface(report->file, index), &name);
	return json_kept(buf_text(&name));
}

static json_t *of_flow(const struct pcap_report *report, const struct esp_flow *flow)
{
	double time = seconds(flow->first_ns, flow->last_ns);
	json_t *object;
	char spi[12];

	(void)snprintf(spi, sizeof(spi), "%08x", flow->spi);
	object = json_of(
		"{s:s, s:s, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:b, s:i, s:i}",
		"kind", session_flow_name(flow), "spi", spi, "src",
		json_address(&flow->src), "dst", json_address(&flow->dst), "src_port",
		(int)flow->src_port, "dst_port", (int)flow->dst_port, "interface",
		interface_name(report, flow->interface), "packets",
		json_number(flow->packets), "bytes", json_number(flow->bytes), "seconds",
		time, "kbit_s",
		time > 0 ? json_real((double)flow->bytes * 8 / time / 1000) : json_null(),
		"first_sequence", json_number(flow->first_sequence), "highest",
		json_number(flow->highest), "missing", json_number(flow->missing),
		"backward", json_number(flow->backward), "copies",
		json_number(flow->copies), "shares_numbers",
		session_flow_has_siblings(report->set, flow), "last_src_port",
		(int)flow->last_src_port, "last_dst_port", (int)flow->last_dst_port);
	json_object_update_new(object, of_contents(flow));
	json_object_update_new(object, of_inside(flow->inside));
	return object;
}

void pcap_json_put_flows(const struct pcap_report *report, struct buf *out)
{
	const char *separator = "";

	buf_putc(out, '[');
	vec_foreach (flow, &report->set->flows) {
		if (!pcap_filter_has_flow(report->filter, report->set, flow))
			continue;
		buf_puts(out, separator);
		pcap_json_put(of_flow(report, flow), out);
		separator = ", ";
	}
	buf_putc(out, ']');
}

/* ------------------------------------------------------------ ICMP */

json_t *pcap_json_icmp(const struct session_set *set)
{
	json_t *errors = json_array();

	for (uint32_t i = 0; i < set->icmp_errors; i++) {
		const struct icmp_error *error = &set->icmp_error[i];

		json_array_append_new(
			errors,
			json_of("{s:i, s:i, s:i, s:o, s:o, s:i, s:i}", "frame",
				(int)error->frame, "type", (int)error->type, "code",
				(int)error->code, "from", json_address(&error->from),
				"about", json_address(&error->about_dst), "port",
				(int)error->about_port, "count", (int)error->count));
	}
	return errors;
}
