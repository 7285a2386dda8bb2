// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * interop_network.c - the networks of a recorded child against those of a tunnel
 *
 * IKEv1: both ends must name the same networks (RFC 2409 5.5, proxy-ids). IKEv2: the
 * responder narrows what is proposed (RFC 7296 2.9), so what overlaps is enough.
 */
#include <string.h>

#include "check/interop_pair.h"

enum match {
	MATCH_NONE,
	MATCH_OVERLAP,
	MATCH_SAME,
};

static int compare(const struct inet_addr *a, const struct inet_addr *b)
{
	return memcmp(a->bytes, b->bytes, a->family == AF_INET6 ? 16 : 4);
}

/* The last address of a prefix. */
static struct inet_addr last_of(const struct inet_prefix *prefix)
{
	struct inet_addr last = prefix->addr;
	unsigned int bits = last.family == AF_INET6 ? 128 : 32;

	for (unsigned int i = prefix->length; i < bits; i++)
		last.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return last;
}

static enum match match_network(const struct story_network *recorded,
				const struct inet_prefix *own)
{
	struct inet_prefix network = inet_prefix_network(own);
	struct inet_addr first = network.addr, last = last_of(&network);

	/* The peer's own address, whatever that is. */
	if (!own->addr.family)
		return inet_addr_equal(&recorded->first, &recorded->last) ? MATCH_SAME
									  : MATCH_NONE;
	if (own->addr.family != recorded->first.family)
		return MATCH_NONE;
	if (inet_addr_equal(&recorded->first, &first) &&
	    inet_addr_equal(&recorded->last, &last))
		return MATCH_SAME;
	return compare(&recorded->first, &last) <= 0 &&
			       compare(&first, &recorded->last) <= 0
		       ? MATCH_OVERLAP
		       : MATCH_NONE;
}

static enum match match_traffic(const struct story_network *recorded, uint8_t protocol,
				uint16_t port)
{
	bool is_any_port = !recorded->port && recorded->last_port == 65535;

	if (recorded->protocol != protocol)
		return !recorded->protocol || !protocol ? MATCH_OVERLAP : MATCH_NONE;
	if (port ? recorded->port == port && recorded->last_port == port : is_any_port)
		return MATCH_SAME;
	return is_any_port || !port ||
			       (recorded->port <= port && port <= recorded->last_port)
		       ? MATCH_OVERLAP
		       : MATCH_NONE;
}

static enum match match_end(const struct story_networks *recorded,
			    const struct inet_prefix *own, uint8_t protocol,
			    uint16_t port)
{
	enum match best = MATCH_NONE;

	vec_foreach (network, &recorded->list) {
		enum match addresses = match_network(network, own);
		enum match traffic = match_traffic(network, protocol, port);
		enum match both = addresses < traffic ? addresses : traffic;

		best = both > best ? both : best;
	}
	return best;
}

/* The better of the two ways round. */
static enum match match_pair(const struct story_child *recorded,
			     const struct selector *own)
{
	enum match ends[2][2] = {
		{ match_end(&recorded->networks_i, &own->local, own->protocol,
			    own->local_port),
		  match_end(&recorded->networks_r, &own->remote, own->protocol,
			    own->remote_port) },
		{ match_end(&recorded->networks_i, &own->remote, own->protocol,
			    own->remote_port),
		  match_end(&recorded->networks_r, &own->local, own->protocol,
			    own->local_port) },
	};
	enum match best = MATCH_NONE;

	for (int i = 0; i < 2; i++) {
		enum match both = ends[i][0] < ends[i][1] ? ends[i][0] : ends[i][1];

		best = both > best ? both : best;
	}
	return best;
}

static const struct selector *find_pair(const struct tunnel *tunnel,
					const struct story_child *recorded,
					enum match *ret_match)
{
	const struct selector *found = NULL;

	*ret_match = MATCH_NONE;
	vec_foreach (child, &tunnel->children) {
		vec_foreach (selector, &child->selectors) {
			enum match match = match_pair(recorded, selector);

			if (match <= *ret_match)
				continue;
			*ret_match = match;
			found = selector;
		}
	}
	return found;
}

static void compare_child(const struct pair *pair, const struct story_child *recorded)
{
	enum match match;
	const struct selector *own = find_pair(pair->tunnel, recorded, &match);
	bool is_v1 = pair->session->version == 1;

	if (match == MATCH_SAME)
		interop_add(pair, INTEROP_FITS, "networks", &own->remote_at,
			    "%s === %s: a pair of this tunnel", recorded->selector_i,
			    recorded->selector_r);
	else if (match == MATCH_OVERLAP && !is_v1)
		interop_add(pair, INTEROP_FITS, "networks", &own->remote_at,
			    "%s === %s: a pair of this tunnel overlaps, IKEv2 narrows it",
			    recorded->selector_i, recorded->selector_r);
	else if (match == MATCH_OVERLAP)
		interop_add(pair, INTEROP_DIFFERS, "networks", &own->remote_at,
			    "%s === %s: a pair of this tunnel overlaps, but IKEv1 wants "
			    "the same",
			    recorded->selector_i, recorded->selector_r);
	else
		interop_add(pair, INTEROP_DIFFERS, "networks", &pair->tunnel->at,
			    "%s === %s: no pair of this tunnel", recorded->selector_i,
			    recorded->selector_r);
}

/* Only where quick mode or IKE_AUTH could be opened. */
void interop_compare_networks(const struct pair *pair)
{
	vec_foreach (recorded, &pair->story->children)
		if (recorded->networks_i.list.count && recorded->networks_r.list.count &&
		    !recorded->is_rekey)
			compare_child(pair, recorded);
}
