// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_text.c - what a capture tells, as text: peers, a ladder of messages, ESP flows */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "capture/file.h"
#include "dissect/describe.h"
#include "dissect/keyring.h"
#include "dissect/story.h"
#include "ipsec/alg.h"
#include "report/pcap.h"
#include "report/pcap_ladder.h"
#include "report/pcap_overview.h"
#include "report/pcap_remarks.h"
#include "report/text.h"

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static double seconds(int64_t from_ns, int64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e9;
}

/* ------------------------------------------------------------ the head */

static void put_summary(const struct pcap_report *report, struct buf *out)
{
	const struct session_set *set = report->set;
	const char *separator = ": ";

	text_add_plain(out, report->name);
	buf_printf(out, ": %u packet%s in %.3f s", set->frames, plural(set->frames),
		   seconds(set->first_ns, set->last_ns));
	for (int kind = 0; kind < PACKET_KIND_COUNT; kind++) {
		if (!set->kinds[kind])
			continue;
		buf_printf(out, "%s%llu %s", separator,
			   (unsigned long long)set->kinds[kind],
			   packet_kind_name((enum packet_kind)kind));
		separator = ", ";
	}
	buf_putc(out, '\n');
}

static void put_note(const struct story_note *note, const char *indent, struct buf *out)
{
	static const char *const marks[] = {
		[STORY_INFO] = "·", [STORY_WARNING] = "?", [STORY_ERROR] = "!"
	};

	buf_printf(out, "%s%s ", indent, marks[note->level]);
	if (note->frame)
		buf_printf(out, "#%u: ", note->frame);
	text_add_plain(out, note->text);
	if (note->classes.items[0]) {
		buf_puts(out, " [");
		class_set_format(&note->classes, out);
		buf_putc(out, ']');
	}
	buf_putc(out, '\n');
}

/* ------------------------------------------------------------ an IKE SA */

/* Did this end know the pre-shared key? Said where its identity stands. */
static void put_proof(const char *role, const struct proof *proof, struct buf *out)
{
	buf_printf(out, "             proof %s", proof->payload);
	if (proof->frame)
		buf_printf(out, " (#%u)", proof->frame);
	buf_printf(out, " %s: ", proof_verdict_name(proof->verdict));
	switch (proof->verdict) {
	case PROOF_VERIFIED:
		buf_printf(out, "the pre-shared key of %s is the one the %s uses",
			   proof->label, role);
		break;
	case PROOF_REFUTED:
		buf_printf(out, "the %s uses another pre-shared key than what was given",
			   role);
		break;
	case PROOF_NOT_TRIED:
		buf_puts(out, "no pre-shared key was given (--psk-file FILE)");
		break;
	case PROOF_UNCHECKABLE:
		buf_puts(out, proof->reason);
		break;
	}
	buf_putc(out, '\n');
}

static void put_peer(const char *role, const struct story_peer *peer, struct buf *out)
{
	struct inet_text addr = inet_addr_text(&peer->addr);

	buf_printf(out, "  %-10s %s port %u: %s", role, addr.s, peer->port, peer->device);
	if (peer->confidence)
		buf_printf(out, " (%u %%)", peer->confidence);
	buf_putc(out, '\n');
	vec_foreach (reason, &peer->reasons)
		buf_printf(out, "             because of %s\n", reason->text);
	if (peer->identity)
		buf_printf(out, "             identity %s\n", peer->identity);
	put_proof(role, &peer->proof, out);
	if (peer->nat_t || peer->has_dpd || peer->has_xauth)
		buf_printf(out, "             offers%s%s%s%s%s\n",
			   peer->nat_t ? " NAT-T (" : "", peer->nat_t ? peer->nat_t : "",
			   peer->nat_t ? ")" : "", peer->has_dpd ? " DPD" : "",
			   peer->has_xauth ? " XAUTH" : "");
	if (peer->has_nat_d)
		buf_printf(
			out, "             %s\n",
			peer->is_natted
				? "behind a NAT: the hash of its address is not that of "
				  "the address seen here (or it asks for UDP "
				  "encapsulation)"
				: "no NAT between it and this capture");
}

static void put_named_list(const char *name, const char *text, struct buf *out)
{
	if (!text)
		return;
	buf_puts(out, name);
	pcap_put_list(text, "               ", out);
	buf_putc(out, '\n');
}

static void put_child(const struct story_child *child, struct buf *out)
{
	buf_printf(out, "  child      #%u%s", child->frame,
		   child->is_rekey ? " (rekeying)" : "");
	if (child->selector_i)
		buf_printf(out, " %s === %s", child->selector_i, child->selector_r);
	buf_putc(out, '\n');
	put_named_list("             offered ", child->offered, out);
	put_named_list("             chosen  ", child->chosen, out);
	if (child->pfs_group)
		buf_printf(out, "             PFS with group %u, by the KE payload\n",
			   child->pfs_group);
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && str_equal(a, b));
}

/* A rekeying that agrees on what was there before. */
static bool is_same_child(const struct story_child *a, const struct story_child *b)
{
	return b->is_rekey == a->is_rekey && a->pfs_group == b->pfs_group &&
	       is_same_text(a->offered, b->offered) &&
	       is_same_text(a->chosen, b->chosen) &&
	       is_same_text(a->selector_i, b->selector_i) &&
	       is_same_text(a->selector_r, b->selector_r);
}

/* One after the other, but those that are like the one before are counted. */
static void put_children(const struct ike_story *story, struct buf *out)
{
	const struct story_child *before = NULL;
	uint32_t same = 0;

	vec_foreach (child, &story->children) {
		bool is_same = before && is_same_child(before, child);
		bool is_last = child == &story->children.items[story->children.count - 1];

		if (is_same && ++same && !is_last)
			continue;
		if (same)
			buf_printf(
				out,
				"             %u more in which all of that is the same, "
				"the last is #%u\n",
				same, is_same ? child->frame : child[-1].frame);
		same = 0;
		if (!is_same)
			put_child(child, out);
		before = child;
	}
}

/* is_whole: each message, however many there are. */
static void put_session(const struct session_set *set, const struct ike_session *session,
			unsigned int number, bool is_whole, struct buf *out)
{
	struct ike_story *story = story_of(set, session);

	buf_printf(out, "\nIKE SA %u: %s, SPIs %016llx %016llx\n", number, story->mode,
		   (unsigned long long)session->spi_i,
		   (unsigned long long)session->spi_r);
	put_peer("initiator", &story->peers[0], out);
	put_peer("responder", &story->peers[1], out);
	put_named_list("  offered    ", story->offered, out);
	put_named_list("  chosen     ", story->chosen, out);
	buf_printf(out, "  outcome    %s\n", story->outcome);
	put_children(story, out);
	pcap_put_ladder(story, is_whole, out);
	vec_foreach (note, &story->notes)
		put_note(note, "  ", out);
	story_free(story);
}

/* ------------------------------------------------------------ ESP */

static void put_flow_ipcomp(const struct esp_flow *flow, struct buf *out)
{
	bool has_any = false;

	for (int status = 0; status < IPCOMP_STATUS_COUNT; status++) {
		if (!flow->ipcomp[status])
			continue;
		if (!has_any)
			buf_printf(out, "    IPComp CPI %04x: ", flow->cpi);
		buf_printf(out, "%s%llu %s", has_any ? ", " : "",
			   (unsigned long long)flow->ipcomp[status],
			   ipcomp_status_text((enum ipcomp_status)status));
		has_any = true;
	}
	if (has_any)
		buf_putc(out, '\n');
}

/* What it carries. */
static void put_inside(const struct esp_inside *inside, struct buf *out)
{
	if (inside->outside)
		buf_printf(
			out,
			"    ! %llu packets inside are outside the SA's selectors, the "
			"first is #%u\n",
			(unsigned long long)inside->outside, inside->outside_frame);
	buf_puts(out, "    ");
	esp_inside_mode_text(inside, out);
	buf_putc(out, '\n');
	for (uint32_t i = 0; i < inside->inners; i++) {
		const struct esp_inner *inner = &inside->inner[i];

		buf_printf(out, "    inside: %s → %s, ", inet_addr_text(&inner->src).s,
			   inet_addr_text(&inner->dst).s);
		esp_inner_text(inner, out);
		buf_printf(out, ", %llu packet%s\n", (unsigned long long)inner->packets,
			   plural(inner->packets));
	}
	if (inside->inner_others)
		buf_printf(out, "    inside: %llu packets of further kinds\n",
			   (unsigned long long)inside->inner_others);
	for (uint32_t i = 0; i < inside->names; i++) {
		buf_puts(out, "    DNS: ");
		esp_dns_text(&inside->dns[i], out);
		buf_printf(out, ", %llu packet%s\n",
			   (unsigned long long)inside->dns[i].packets,
			   plural(inside->dns[i].packets));
	}
	if (inside->dns_others)
		buf_printf(out, "    DNS: %llu packets about further names\n",
			   (unsigned long long)inside->dns_others);
}

static void put_flow_keys(const struct session_set *set, const struct esp_flow *flow,
			  struct buf *out)
{
	/* Without any key that goes without saying. */
	bool has_keys = set->keyring && keyring_esps(set->keyring), has_any = false;

	for (int status = 0; status < ESP_STATUS_COUNT; status++) {
		if (!flow->status[status] || (status == ESP_NO_KEY && !has_keys))
			continue;
		buf_printf(out, "%s%llu %s", has_any ? ", " : "    ",
			   (unsigned long long)flow->status[status],
			   session_flow_status_text(flow, (enum esp_status)status));
		has_any = true;
	}
	if (has_any && flow->key && (flow->key->encr || flow->key->integ))
		buf_printf(out, " (%s%s%s)", flow->key->encr ? flow->key->encr->name : "",
			   flow->key->encr && flow->key->integ ? ", " : "",
			   flow->key->integ ? flow->key->integ->name : "");
	if (has_any)
		buf_putc(out, '\n');
	put_flow_ipcomp(flow, out);
	if (flow->inside)
		put_inside(flow->inside, out);
}

/* On which wire, when the capture has several. */
static void put_interface(const struct pcap_report *report, unsigned int index,
			  struct buf *out)
{
	if (report->file && capture_file_interfaces(report->file) > 1) {
		buf_puts(out, " on ");
		describe_text(capture_file_interface(report->file, index), out);
	}
}

static void put_flow_ports(const struct esp_flow *flow, struct buf *out)
{
	buf_printf(out, " (ports %u → %u", flow->src_port, flow->dst_port);
	if (flow->last_src_port != flow->src_port ||
	    flow->last_dst_port != flow->dst_port)
		buf_printf(out, ", in the end %u → %u", flow->last_src_port,
			   flow->last_dst_port);
	buf_putc(out, ')');
}

static void put_flow_numbers(const struct session_set *set, const struct esp_flow *flow,
			     struct buf *out)
{
	if (flow->kind != PACKET_IPCOMP)
		buf_printf(out, ", sequence %u to %llu", flow->first_sequence,
			   (unsigned long long)flow->highest);
	if (flow->missing)
		buf_printf(out, ", %llu missing%s", (unsigned long long)flow->missing,
			   session_flow_has_siblings(set, flow)
				   ? " or gone to another address with that SPI"
				   : "");
	if (flow->backward)
		buf_printf(out, ", %llu late or repeated",
			   (unsigned long long)flow->backward);
	if (flow->copies)
		buf_printf(out, ", %llu captured once more",
			   (unsigned long long)flow->copies);
	buf_putc(out, '\n');
}

static void put_flow(const struct pcap_report *report, const struct esp_flow *flow,
		     struct buf *out)
{
	struct inet_text src = inet_addr_text(&flow->src);
	struct inet_text dst = inet_addr_text(&flow->dst);
	double time = seconds(flow->first_ns, flow->last_ns);

	if (flow->kind == PACKET_IPCOMP)
		buf_printf(out, "  IPComp CPI %04x %s → %s", flow->spi, src.s, dst.s);
	else
		buf_printf(out, "  %s SPI %08x %s → %s", session_flow_name(flow),
			   flow->spi, src.s, dst.s);
	if (flow->kind == PACKET_UDP_ESP)
		put_flow_ports(flow, out);
	put_interface(report, flow->interface, out);
	buf_printf(out, ": %llu packet%s, %llu bytes", (unsigned long long)flow->packets,
		   plural(flow->packets), (unsigned long long)flow->bytes);
	if (time > 0)
		buf_printf(out, " in %.3f s, %.1f kbit/s", time,
			   (double)flow->bytes * 8 / time / 1000);
	put_flow_numbers(report->set, flow, out);
	put_flow_keys(report->set, flow, out);
}

static void put_flows(const struct pcap_report *report,
		      const struct pcap_remarks *remarks, struct buf *out)
{
	const struct session_set *set = report->set;

	if (!set->flows.count)
		return;
	buf_puts(out, "\nESP and AH\n");
	vec_foreach (flow, &set->flows)
		if (pcap_filter_has_flow(report->filter, set, flow))
			put_flow(report, flow, out);
	vec_foreach (note, &remarks->flows)
		put_note(note, "  ", out);
}

void pcap_text(const struct pcap_report *report, struct buf *out)
{
	struct arena *arena = arena_new();
	struct pcap_remarks remarks = { .arena = arena };
	struct pcap_overview overview = { .arena = arena };
	const struct session_set *set = report->set;

	pcap_remarks_of(report, &remarks);
	pcap_overview_of(report, &overview);
	put_summary(report, out);
	vec_foreach (note, &remarks.head)
		put_note(note, "", out);
	pcap_overview_text(&overview, report, out);
	if (overview.has_details)
		vec_foreach (row, &overview.rows)
			put_session(set, set->session[row->number - 1], row->number,
				    report->filter && report->filter->is_all, out);
	put_flows(report, &remarks, out);
	arena_free(arena);
	if (report->interop)
		pcap_interop_text(report->interop, report->scenario, out);
	if (report->replay)
		pcap_replay_text(report->replay, report->scenario, out);
	if (report->interop)
		pcap_verdict_text(report->interop, report->scenario, out);
}
