// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * story_traffic.c - the ESP and AH of an IKE SA: between its addresses and its ports
 *
 * Nothing in ESP names its IKE SA. What goes between the two ends is taken for theirs, but
 * for what was there before, and for what goes between the ports of another peer behind the
 * same NAT.
 */
#include "base/buf.h"
#include "dissect/story.h"

#define PORTS_MAX     8	 /* pairs of ports of an SA */
#define PATHS_MAX     8	 /* pairs of addresses of an SA */
#define STRANGERS_MAX 16 /* flows of other peers behind a NAT that are asked for */
#define OTHERS_MAX    64 /* SAs that are asked whether it is their peer */

struct traffic {
	bool has_esp, has_ah;
};

bool story_is_between(const struct ike_session *session, const struct inet_addr *a,
		      const struct inet_addr *b)
{
	return inet_addr_equal(&session->initiator, a) &&
	       inet_addr_equal(&session->responder, b);
}

/* The addresses of an SA's two ends, and those that they moved to (MOBIKE, a NAT). */
struct paths {
	unsigned int count;
	struct {
		const struct inet_addr *i, *r; /* borrowed from the SA */
	} pair[PATHS_MAX];
};

static bool has_path(const struct paths *paths, const struct inet_addr *i,
		     const struct inet_addr *r)
{
	for (unsigned int at = 0; at < paths->count; at++)
		if (inet_addr_equal(paths->pair[at].i, i) &&
		    inet_addr_equal(paths->pair[at].r, r))
			return true;
	return false;
}

/* steps: at most so many of its messages are asked. */
static struct paths paths_of(const struct ike_session *session, size_t steps)
{
	struct paths paths = { .count = 1,
			       .pair = { { &session->initiator, &session->responder } } };

	for (size_t at = 0; at < session->steps.count && at < steps; at++) {
		const struct ike_step *step = &session->steps.items[at];
		const struct inet_addr *i =
			step->is_from_initiator ? &step->src : &step->dst;
		const struct inet_addr *r =
			step->is_from_initiator ? &step->dst : &step->src;

		if (has_path(&paths, i, r) || paths.count == PATHS_MAX)
			continue;
		paths.pair[paths.count].i = i;
		paths.pair[paths.count++].r = r;
	}
	return paths;
}

/* The pairs of ports that an SA used behind the non-ESP marker. */
struct ports {
	unsigned int pairs;
	uint16_t i[PORTS_MAX], r[PORTS_MAX];
	bool are_more;
};

static bool has_pair(const struct ports *ports, uint16_t i, uint16_t r)
{
	for (unsigned int at = 0; at < ports->pairs; at++)
		if (ports->i[at] == i && ports->r[at] == r)
			return true;
	return false;
}

/* steps: at most so many of its messages are asked. */
static struct ports ports_of(const struct ike_session *session, size_t steps)
{
	struct ports ports = { 0 };

	for (size_t at = 0; at < session->steps.count && at < steps; at++) {
		const struct ike_step *step = &session->steps.items[at];
		bool is_i = step->is_from_initiator;
		uint16_t i = is_i ? step->src_port : step->dst_port,
			 r = is_i ? step->dst_port : step->src_port;

		if (!step->is_nat_t || has_pair(&ports, i, r))
			continue;
		if (ports.pairs == PORTS_MAX) {
			ports.are_more = true;
			break;
		}
		ports.i[ports.pairs] = i;
		ports.r[ports.pairs++] = r;
	}
	return ports;
}

/* Is a flow between two ends of an SA between its ports, too? */
static bool is_between_ports(const struct paths *paths, const struct ports *ports,
			     const struct esp_flow *flow)
{
	return (has_path(paths, &flow->src, &flow->dst) &&
		(has_pair(ports, flow->src_port, flow->dst_port) ||
		 has_pair(ports, flow->last_src_port, flow->last_dst_port))) ||
	       (has_path(paths, &flow->dst, &flow->src) &&
		(has_pair(ports, flow->dst_port, flow->src_port) ||
		 has_pair(ports, flow->last_dst_port, flow->last_src_port)));
}

/*
 * Several peers behind one NAT have one address: ESP in UDP between ports of another SA,
 * and of none of this one's, is that other's (RFC 3948 2.1: the ports of IKE).
 */
static bool is_of_other_peer(const struct session_set *set,
			     const struct ike_session *session,
			     const struct esp_flow *flow)
{
	for (uint32_t i = 0; i < set->sessions && i < OTHERS_MAX; i++) {
		const struct ike_session *other = set->session[i];
		struct paths paths;
		struct ports ports;

		if (other == session ||
		    (!story_is_between(other, &flow->src, &flow->dst) &&
		     !story_is_between(other, &flow->dst, &flow->src)))
			continue;
		paths = paths_of(other, PATHS_MAX);
		ports = ports_of(other, PORTS_MAX);
		if (is_between_ports(&paths, &ports, flow))
			return true;
	}
	return false;
}

/*
 * ESP or AH from the initiator to the responder (is_there) or back. What was there before an SA began is of another one;
 * of what came later nobody knows whose it is.
 */
static struct traffic traffic_of(const struct session_set *set,
				 const struct ike_session *session, bool is_there)
{
	struct paths paths = paths_of(session, SIZE_MAX);
	struct ports ports = ports_of(session, SIZE_MAX);
	struct traffic traffic = { 0 };
	unsigned int strangers = 0;

	vec_foreach (flow, &set->flows) {
		const struct inet_addr *i = is_there ? &flow->src : &flow->dst;
		const struct inet_addr *r = is_there ? &flow->dst : &flow->src;

		if (!has_path(&paths, i, r) ||
		    (!session->is_late && flow->first_ns < session->first_ns))
			continue;
		if (flow->kind == PACKET_AH)
			traffic.has_ah = true;
		else if (flow->kind != PACKET_UDP_ESP || ports.are_more ||
			 is_between_ports(&paths, &ports, flow))
			traffic.has_esp = true;
		else if (!traffic.has_esp && strangers < STRANGERS_MAX) {
			traffic.has_esp = !is_of_other_peer(set, session, flow);
			strangers += !traffic.has_esp;
		}
	}
	return traffic;
}

static bool has_any(struct traffic traffic)
{
	return traffic.has_esp || traffic.has_ah;
}

bool story_has_esp(const struct session_set *set, const struct ike_session *session)
{
	return has_any(traffic_of(set, session, true)) ||
	       has_any(traffic_of(set, session, false));
}

bool story_has_new_esp(const struct session_set *set, const struct ike_session *session,
		       bool is_there)
{
	struct paths paths = paths_of(session, SIZE_MAX);

	vec_foreach (flow, &set->flows)
		if (has_path(&paths, is_there ? &flow->src : &flow->dst,
			     is_there ? &flow->dst : &flow->src) &&
		    flow->first_sequence == 1 && flow->first_ns > session->first_ns)
			return true;
	return false;
}

/* Also what was there before the SA. */
static bool is_there_any(const struct session_set *set, const struct ike_session *session)
{
	struct ike_session late = *session;

	late.is_late = true;
	return story_has_esp(set, &late);
}

void story_say_flows(const struct session_set *set, const struct ike_session *session,
		     struct buf *out)
{
	struct traffic there = traffic_of(set, session, true);
	struct traffic back = traffic_of(set, session, false);
	bool has_esp = there.has_esp || back.has_esp,
	     has_ah = there.has_ah || back.has_ah;
	const char *what = !has_ah ? "ESP goes" : has_esp ? "AH and ESP go" : "AH goes";

	if (has_any(there) && has_any(back))
		buf_printf(out, "; %s between the two in both directions", what);
	else if (has_any(there) || has_any(back))
		buf_printf(out, "; %s only from the %s to the %s", what,
			   has_any(there) ? "initiator" : "responder",
			   has_any(there) ? "responder" : "initiator");
	else if (is_there_any(set, session))
		buf_puts(out,
			 "; the ESP between the two in this capture was there before");
	else
		buf_puts(out, "; no ESP between the two in this capture");
}
