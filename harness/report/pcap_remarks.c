// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_remarks.c - what must be said about a capture as a whole */
#include "report/pcap_remarks.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "dissect/icmp_meaning.h"
#include "dissect/session_clear.h"
#include "dissect/story_side.h"

#define BACKWARD_NS 1000000000LL /* less is the jitter of several queues */
#define CLEAR_MAX   10
#define CROSSED_MAX 64 /* IKE SAs that are compared with each other */

static void add_head(struct pcap_remarks *remarks, enum story_level level, uint32_t frame,
		     const struct class_set *classes, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void add_head(struct pcap_remarks *remarks, enum story_level level, uint32_t frame,
		     const struct class_set *classes, const char *format, ...)
{
	struct story_note *note = vec_push(remarks->arena, &remarks->head);
	va_list ap;

	*note = (struct story_note){ .level = level, .frame = frame };
	if (classes)
		note->classes = *classes;
	va_start(ap, format);
	note->text = arena_vprintf(remarks->arena, format, ap);
	va_end(ap);
}

/* "1 packet", "7 packets" */
static const char *count(struct pcap_remarks *remarks, uint64_t n, const char *noun)
{
	return arena_printf(remarks->arena, "%llu %s%s", (unsigned long long)n, noun,
			    n == 1 ? "" : "s");
}

/* ------------------------------------------------------------ the capture itself */

static void add_losses(const struct pcap_report *report, struct pcap_remarks *remarks)
{
	const struct session_set *set = report->set;
	struct ip_reassembly_losses losses = ip_reassembly_losses(set->reassembly);
	uint64_t fragments = set->kinds[PACKET_FRAGMENT];

	if (*report->end)
		add_head(remarks, STORY_ERROR, 0, NULL, "the capture ends early: %s",
			 report->end);
	if (set->backward_ns >= BACKWARD_NS)
		add_head(remarks, STORY_WARNING, 0, NULL,
			 "the clock of the capture runs backwards by %.3f s, or its "
			 "packets are not in order",
			 (double)set->backward_ns / 1e9);
	if (report->drops)
		add_head(remarks, STORY_ERROR, 0, NULL, "lost while capturing: %s",
			 count(remarks, report->drops, "packet"));
	if (set->cut)
		add_head(remarks, STORY_ERROR, 0, NULL,
			 "captured only in part (snaplen): %s",
			 count(remarks, set->cut, "packet"));
	if (fragments && !set->reassembled && set->cut)
		add_head(remarks, STORY_WARNING, 0, NULL,
			 "%s, and none became a packet: at least one was captured only "
			 "in part",
			 count(remarks, fragments, "IP fragment"));
	else if (fragments && losses.are_firsts_only)
		add_head(remarks, STORY_ERROR, 0, CLASSES(F15),
			 "%s, only first ones: the others were lost on the way, or a "
			 "filter for ports left them out of the capture, as only the "
			 "first have any",
			 count(remarks, fragments, "IP fragment"));
	else if (fragments && !set->reassembled && !losses.refused)
		add_head(remarks, STORY_ERROR, 0, CLASSES(F15),
			 "%s, and none ever became a packet: some are lost on the way",
			 count(remarks, fragments, "IP fragment"));
	if (losses.refused)
		add_head(
			remarks, STORY_ERROR, 0, NULL,
			"%s whose IP fragments overlap, contradict each other or are too "
			"many: refused (RFC 5722)",
			count(remarks, losses.refused, "packet"));
	if (set->reassembled && losses.incomplete)
		add_head(remarks, STORY_WARNING, 0, CLASSES(F15),
			 "%s in IP fragments of which some are not in the capture",
			 count(remarks, losses.incomplete, "packet"));
	if (set->cut_ike)
		add_head(remarks, STORY_ERROR, 0, NULL,
			 "on IKE's ports, and captured too short to be read: %s (capture "
			 "with a larger snaplen)",
			 count(remarks, set->cut_ike, "packet"));
	if (set->broken_ike)
		add_head(remarks, STORY_ERROR, 0, NULL, "on IKE's ports and no IKE: %s",
			 count(remarks, set->broken_ike, "packet"));
	if (set->sessions_lost || set->flows_lost)
		add_head(remarks, STORY_ERROR, 0, NULL,
			 "%llu IKE SAs and packets of %llu ESP flows more were counted, "
			 "not kept",
			 (unsigned long long)set->sessions_lost,
			 (unsigned long long)set->flows_lost);
}

/* "link type 178 (JUNIPER_ETHER)", "EtherType 0x88e5" */
static const char *unread_text(struct pcap_remarks *remarks, enum link_unread what,
			       uint32_t number)
{
	const char *name = link_unread_name(what), *type = link_type_name(number);

	switch (what) {
	case LINK_UNREAD_NONE:
	case LINK_UNREAD_CUT:
		return name;
	case LINK_UNREAD_LINK_TYPE:
	case LINK_UNREAD_INSIDE:
		return arena_printf(remarks->arena, "%s %u (%s)", name, number,
				    type ? type : "unknown");
	case LINK_UNREAD_ETHER_TYPE:
	case LINK_UNREAD_PPP:
	case LINK_UNREAD_WIFI:
		return arena_printf(remarks->arena, "%s 0x%04x", name, number);
	case LINK_UNREAD_LLC:
		return arena_printf(remarks->arena, "%s 0x%02x", name, number);
	case LINK_UNREAD_COUNT:
		break;
	}
	return "";
}

/* What was not read is named: silence would say that there was nothing. */
static void add_unread(const struct session_set *set, struct pcap_remarks *remarks)
{
	bool is_most = set->kinds[PACKET_UNKNOWN] > set->frames / 2;
	enum story_level level = !session_set_has_read(set) ? STORY_ERROR
				 : is_most		    ? STORY_WARNING
							    : STORY_INFO;

	for (uint32_t i = 0; i < set->unreads; i++)
		add_head(
			remarks, level, 0, NULL, "not read: %s, %s",
			count(remarks, set->unread[i].packets, "packet"),
			unread_text(remarks, set->unread[i].what, set->unread[i].number));
	if (set->unread_others)
		add_head(remarks, level, 0, NULL, "not read: %s of other kinds",
			 count(remarks, set->unread_others, "packet"));
	for (int kind = TUNNEL_NONE + 1; kind < TUNNEL_KIND_COUNT; kind++)
		if (set->tunnels[kind])
			add_head(remarks, STORY_INFO, 0, NULL, "%s came in a tunnel: %s",
				 count(remarks, set->tunnels[kind], "packet"),
				 tunnel_name((enum tunnel_kind)kind));
}

static int by_packets(const void *a, const void *b)
{
	const struct esp_inner *one = a, *other = b;

	return one->packets < other->packets ? 1 : -(one->packets > other->packets);
}

/* What there is instead of IPsec, most of it first. */
static void add_clear(const struct session_clear *clear, struct pcap_remarks *remarks)
{
	struct esp_inner *inner =
		arena_memdup(remarks->arena, clear->inner, sizeof(clear->inner));
	uint64_t others = clear->others;

	qsort(inner, clear->inners, sizeof(*inner), by_packets);
	for (uint32_t i = 0; i < clear->inners; i++) {
		struct inet_text src = inet_addr_text(&inner[i].src);
		struct inet_text dst = inet_addr_text(&inner[i].dst);
		struct buf what = { 0 };

		if (i >= CLEAR_MAX) {
			others += inner[i].packets;
			continue;
		}
		esp_inner_text(&inner[i], &what);
		add_head(remarks, STORY_INFO, 0, NULL, "%s %s → %s: %s",
			 count(remarks, inner[i].packets, "packet"), src.s, dst.s,
			 buf_text(&what));
		buf_done(&what);
	}
	if (others)
		add_head(remarks, STORY_INFO, 0, NULL, "%s of further kinds",
			 count(remarks, others, "packet"));
}

/* A segment of RFC 9329 is read from the prefix on, at the beginning of its stream. */
static const char *why_nothing(const struct session_set *set)
{
	if (set->cut_ike)
		return "what may be IKE was captured too short";
	if (set->kinds[PACKET_TCP_ENCAPSULATED])
		return "TCP on port 4500 may be one, and no beginning of it, from which "
		       "it could be read, was captured";
	return "another interface, a filter, or nobody tried while it was taken";
}

/* A capture that says nothing of a tunnel must not look like one without problems. */
static void add_no_ipsec(const struct session_set *set, struct pcap_remarks *remarks)
{
	bool is_all_read = !set->kinds[PACKET_UNKNOWN] && !set->kinds[PACKET_FRAGMENT] &&
			   !set->kinds[PACKET_TCP_ENCAPSULATED] && !set->cut &&
			   !set->malformed;

	if (session_set_has_ipsec(set) || !session_set_has_read(set))
		return;
	if (set->kinds[PACKET_KEEPALIVE])
		add_head(remarks, STORY_ERROR, 0, NULL,
			 "of IPsec only NAT-T keepalives: a device behind a NAT keeps a "
			 "mapping open for a tunnel, and no IKE and no ESP of it was "
			 "captured");
	else
		add_head(remarks, STORY_ERROR, 0, NULL,
			 "no IKE, ESP, AH or IPComp%s: this capture tells nothing of an "
			 "IPsec tunnel (%s)",
			 is_all_read ? " in it" : " in what could be read of it",
			 why_nothing(set));
	if (set->clear)
		add_clear(set->clear, remarks);
}

static void add_icmp(const struct session_set *set, struct pcap_remarks *remarks)
{
	for (uint32_t i = 0; i < set->icmp_errors; i++) {
		const struct icmp_error *error = &set->icmp_error[i];
		struct inet_text from = inet_addr_text(&error->from);
		struct inet_text about = inet_addr_text(&error->about_dst);
		bool is_peer = inet_addr_equal(&error->from, &error->about_dst);

		const struct icmp_meaning *meaning = icmp_meaning_of(error);

		add_head(remarks, STORY_ERROR, error->frame, &meaning->classes,
			 "ICMP %u/%u from %s%s about a packet to %s%s, %s: %s%s",
			 error->type, error->code, from.s,
			 is_peer ? ", the peer itself," : ", a router on the way,",
			 about.s,
			 error->about_port ? arena_printf(remarks->arena, " port %u",
							  error->about_port)
					   : "",
			 count(remarks, error->count, "time"), meaning->text,
			 error->mtu ? arena_printf(remarks->arena,
						   ", which takes %u bytes", error->mtu)
				    : "");
	}
}

/* ------------------------------------------------------------ IKE SAs */

/* Did each end begin one, while the other's was there? (failures.md F59) */
static bool is_crossed(const struct ike_session *a, const struct ike_session *b)
{
	return !a->is_late && !b->is_late && story_up_frame(a) && story_up_frame(b) &&
	       inet_addr_equal(&a->initiator, &b->responder) &&
	       inet_addr_equal(&a->responder, &b->initiator) &&
	       a->first_ns <= b->last_ns && b->first_ns <= a->last_ns;
}

static void add_crossed(const struct session_set *set, struct pcap_remarks *remarks)
{
	for (uint32_t i = 0; i < set->sessions && i < CROSSED_MAX; i++)
		for (uint32_t j = i + 1; j < set->sessions && j < CROSSED_MAX; j++)
			if (is_crossed(set->session[i], set->session[j]))
				add_head(
					remarks, STORY_WARNING, 0, CLASSES(F59),
					"IKE SAs %u and %u are between the same two ends "
					"at the same time, each began one: both initiate, "
					"so each child may be there twice",
					i + 1, j + 1);
}

/* ------------------------------------------------------------ ESP and AH */

/* Does anything come back? Not from a group. (failures.md 0.2, row 21) */
static bool has_return(const struct session_set *set, const struct esp_flow *flow)
{
	if (inet_addr_is_multicast(&flow->dst))
		return true;
	vec_foreach (other, &set->flows)
		if (inet_addr_equal(&other->src, &flow->dst) &&
		    inet_addr_equal(&other->dst, &flow->src))
			return true;
	return false;
}

/* Of whom only what they sent was captured, of their IKE, too. */
struct lonely {
	unsigned int count;
	struct {
		const struct inet_addr *sender, *other; /* borrowed from their SA */
	} pair[CROSSED_MAX];
};

static void find_lonely(const struct session_set *set, struct lonely *ret)
{
	ret->count = 0;
	for (uint32_t i = 0; i < set->sessions && i < CROSSED_MAX; i++) {
		const struct ike_session *session = set->session[i];
		enum story_side side = story_side_of(session);
		bool is_initiator = side == STORY_SIDE_INITIATOR;

		if (side == STORY_SIDES_BOTH)
			continue;
		ret->pair[ret->count].sender =
			is_initiator ? &session->initiator : &session->responder;
		ret->pair[ret->count++].other =
			is_initiator ? &session->responder : &session->initiator;
	}
}

/* That nothing comes back is the capture's doing then. */
static bool is_of_lonely(const struct lonely *lonely, const struct esp_flow *flow)
{
	for (unsigned int i = 0; i < lonely->count; i++)
		if (inet_addr_equal(&flow->src, lonely->pair[i].sender) &&
		    inet_addr_equal(&flow->dst, lonely->pair[i].other))
			return true;
	return false;
}

static void add_one_way(const struct session_set *set, struct pcap_remarks *remarks)
{
	struct lonely lonely;

	find_lonely(set, &lonely);
	vec_foreach (flow, &set->flows) {
		if (has_return(set, flow) || is_of_lonely(&lonely, flow))
			continue;
		*vec_push(remarks->arena, &remarks->flows) = (struct story_note){
			.level = STORY_WARNING,
			.text = "a flow has no way back in this capture: ESP blocked, "
				"lost NAT mapping, stale SA, an answer that never came, "
				"or only one direction was captured",
			.classes = { { F12, F16, F56, F66, F67, F68 } }
		};
		return;
	}
}

void pcap_remarks_of(const struct pcap_report *report, struct pcap_remarks *ret)
{
	add_unread(report->set, ret);
	add_losses(report, ret);
	add_no_ipsec(report->set, ret);
	add_icmp(report->set, ret);
	add_crossed(report->set, ret);
	add_one_way(report->set, ret);
}
