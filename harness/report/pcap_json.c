// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_json.c - what a capture tells, as one JSON object */
#include <jansson.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "dissect/story.h"
#include "report/pcap.h"
#include "report/pcap_json_wire.h"
#include "report/pcap_overview.h"
#include "report/pcap_remarks.h"

static json_t *hex64(uint64_t value)
{
	char text[20];

	(void)snprintf(text, sizeof(text), "%016llx", (unsigned long long)value);
	return json_kept(text);
}

/* ------------------------------------------------------------ an IKE SA */

static json_t *of_proof(const struct proof *proof)
{
	return json_of("{s:s, s:i, s:s, s:o, s:o}", "payload", proof->payload, "frame",
		       (int)proof->frame, "verdict", proof_verdict_name(proof->verdict),
		       "key", json_kept(proof->label), "reason",
		       json_kept(proof->reason));
}

static json_t *of_peer(const struct story_peer *peer)
{
	json_t *reasons = json_array();
	json_t *nat = peer->has_nat_d ? json_boolean(peer->is_natted) : json_null();

	vec_foreach (reason, &peer->reasons)
		json_array_append_new(reasons, json_kept(reason->text));
	return json_of("{s:o, s:i, s:s, s:i, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}",
		       "address", json_address(&peer->addr), "port", (int)peer->port,
		       "device", peer->device, "confidence", (int)peer->confidence,
		       "reasons", reasons, "identity", json_kept(peer->identity), "proof",
		       of_proof(&peer->proof), "nat_t", json_kept(peer->nat_t), "dpd",
		       peer->has_dpd, "xauth", peer->has_xauth, "fragmentation",
		       peer->has_fragmentation, "behind_nat", nat);
}

static json_t *of_children(const struct ike_story *story)
{
	json_t *children = json_array();

	vec_foreach (child, &story->children)
		json_array_append_new(
			children,
			json_of("{s:i, s:o, s:o, s:o, s:o, s:i, s:b}", "frame",
				(int)child->frame, "offered", json_kept(child->offered),
				"chosen", json_kept(child->chosen), "initiator",
				json_kept(child->selector_i), "responder",
				json_kept(child->selector_r), "pfs_group",
				(int)child->pfs_group, "rekey", child->is_rekey));
	return children;
}

static json_t *of_note(const struct story_note *note)
{
	static const char *const levels[] = { [STORY_INFO] = "info",
					      [STORY_WARNING] = "warning",
					      [STORY_ERROR] = "error" };
	_cleanup_buf_ struct buf classes = { 0 };

	class_set_format(&note->classes, &classes);
	return json_of("{s:s, s:i, s:o, s:o}", "level", levels[note->level], "frame",
		       (int)note->frame, "text", json_kept(note->text), "findings",
		       json_kept(classes.length ? buf_text(&classes) : NULL));
}

static json_t *of_outcome(const struct ike_story *story)
{
	return json_of("{s:b, s:b, s:i, s:s}", "up", story->is_up, "phase1",
		       story->is_up || story->up_frame != 0, "frame",
		       (int)story->up_frame, "text", story->outcome);
}

static void put_session(const struct session_set *set, uint32_t index, struct buf *out)
{
	const struct ike_session *session = set->session[index];
	struct ike_story *story = story_of(set, session);
	json_t *notes = json_array();

	vec_foreach (note, &story->notes)
		json_array_append_new(notes, of_note(note));
	pcap_json_open(
		json_of("{s:i, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
			"number", (int)index + 1, "version", (int)session->version,
			"mode", story->mode, "spi_i", hex64(session->spi_i), "spi_r",
			hex64(session->spi_r), "initiator", of_peer(&story->peers[0]),
			"responder", of_peer(&story->peers[1]), "offered",
			json_kept(story->offered), "chosen", json_kept(story->chosen),
			"lifetime_s", (json_int_t)story->lifetime_s, "outcome",
			of_outcome(story), "children", of_children(story), "notes",
			notes),
		"messages", out);
	pcap_json_put_messages(story, out);
	buf_putc(out, '}');
	story_free(story);
}

/* ------------------------------------------------------------ the capture */

static json_t *of_counts(const struct session_set *set)
{
	json_t *counts = json_object();

	for (int kind = 0; kind < PACKET_KIND_COUNT; kind++)
		if (set->kinds[kind])
			json_object_set_new(counts,
					    packet_kind_name((enum packet_kind)kind),
					    json_number(set->kinds[kind]));
	return counts;
}

/* What was not read, by layer and number. */
static json_t *of_unread(const struct session_set *set)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < set->unreads; i++)
		json_array_append_new(
			list, json_of("{s:s, s:o, s:o}", "layer",
				      link_unread_name(set->unread[i].what), "number",
				      json_number(set->unread[i].number), "packets",
				      json_number(set->unread[i].packets)));
	return list;
}

/* Tunnels that were taken off, by kind. */
static json_t *of_tunnels(const struct session_set *set)
{
	json_t *tunnels = json_object();

	for (int kind = TUNNEL_NONE + 1; kind < TUNNEL_KIND_COUNT; kind++)
		if (set->tunnels[kind])
			json_object_set_new(tunnels, tunnel_name((enum tunnel_kind)kind),
					    json_number(set->tunnels[kind]));
	return tunnels;
}

static json_t *of_remarks(const struct pcap_report *report)
{
	struct arena *arena = arena_new();
	struct pcap_remarks remarks = { .arena = arena };
	json_t *notes = json_array();

	pcap_remarks_of(report, &remarks);
	vec_foreach (note, &remarks.head)
		json_array_append_new(notes, of_note(note));
	vec_foreach (note, &remarks.flows)
		json_array_append_new(notes, of_note(note));
	arena_free(arena);
	return notes;
}

static json_t *of_report(const struct pcap_report *report,
			 const struct pcap_overview *overview)
{
	const struct session_set *set = report->set;

	return json_of(
		"{s:i, s:o, s:o, s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o}",
		"version", 1, "capture", json_kept(report->name), "overview",
		pcap_overview_json(overview, report), "end", json_kept(report->end),
		"packets", json_number(set->frames), "seconds",
		(double)(set->last_ns - set->first_ns) / 1e9, "drops",
		json_number(report->drops), "cut", json_number(set->cut), "no_ike",
		json_number(set->broken_ike), "cut_ike", json_number(set->cut_ike),
		"reassembled", json_number(set->reassembled), "kinds", of_counts(set),
		"unread", of_unread(set), "tunnels", of_tunnels(set), "notes",
		of_remarks(report), "icmp_errors", pcap_json_icmp(set));
}

void pcap_json(const struct pcap_report *report, struct buf *out)
{
	struct arena *arena = arena_new();
	struct pcap_overview overview = { .arena = arena };
	json_t *root;
	bool is_first = true;

	pcap_overview_of(report, &overview);
	root = of_report(report, &overview);
	if (report->interop)
		json_object_set_new(root, "comparison", pcap_json_comparison(report));
	pcap_json_open(root, "esp_flows", out);
	pcap_json_put_flows(report, out);
	buf_puts(out, ", \"ike_sas\": [");
	vec_foreach (row, &overview.rows) {
		if (!is_first)
			buf_puts(out, ", ");
		is_first = false;
		put_session(report->set, row->number - 1, out);
	}
	buf_puts(out, "]}\n");
	arena_free(arena);
}
