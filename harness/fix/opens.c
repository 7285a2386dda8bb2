// SPDX-License-Identifier: GPL-2.0-or-later
/* opens.c - does a changed site let pass what it did not, beside the tunnel's networks? */
#include "fix/opens.h"

#include "base/str.h"
#include "predict/forward.h"

/* Somebody in the Internet, whom no configuration names. */
#define STRANGER "192.88.99.77"

struct points {
	VEC(struct inet_addr) list;
};

static void add_network(struct arena *arena, struct points *points,
			const struct inet_prefix *prefix)
{
	struct inet_prefix network = inet_prefix_network(prefix);

	/* All addresses are the stranger's, one is not a network. */
	if (network.length && network.length < 31)
		vec_add(arena, &points->list,
			inet_prefix_nth(&network, network.length < 30 ? 5 : 1));
}

static void find_points(struct arena *arena, const struct site *site,
			struct points *points)
{
	struct inet_addr stranger;

	if (!inet_addr_parse(STRANGER, &stranger))
		vec_add(arena, &points->list, stranger);
	vec_foreach (interface, &site->interfaces)
		vec_foreach (address, &interface->addresses)
			if (interface != site_wan(site))
				add_network(arena, points, &address->prefix);
	vec_foreach (tunnel, &site->tunnels)
		vec_foreach (child, &tunnel->children)
			vec_foreach (selector, &child->selectors)
				add_network(arena, points, &selector->remote);
}

/* Either way, of a tunnel that is loaded. */
static bool is_tunnel_pair(const struct site *site, const struct inet_addr *src,
			   const struct inet_addr *dst)
{
	vec_foreach (tunnel, &site->tunnels) {
		if (tunnel->is_disabled)
			continue;
		vec_foreach (child, &tunnel->children) {
			vec_foreach (s, &child->selectors)
				if ((inet_prefix_has(&s->local, src) &&
				     inet_prefix_has(&s->remote, dst)) ||
				    (inet_prefix_has(&s->local, dst) &&
				     inet_prefix_has(&s->remote, src)))
					return true;
		}
	}
	return false;
}

static bool passes(struct arena *arena, const struct site *site,
		   const struct forward_question *question)
{
	struct forward_answer answer = forward_ask(arena, site, question);

	return answer.target == TARGET_ACCEPT || answer.target == TARGET_TUNNEL;
}

const char *fix_opens(struct arena *arena, const struct site *before,
		      const struct site *after)
{
	struct points points = { 0 };

	find_points(arena, after, &points);
	vec_foreach (src, &points.list) {
		vec_foreach (dst, &points.list) {
			for (int in = 0; in < 2; in++) {
				const struct forward_question question = {
					.src = *src, .dst = *dst, .is_in_ipsec = in
				};

				if (src == dst || is_tunnel_pair(before, src, dst) ||
				    is_tunnel_pair(after, src, dst) ||
				    passes(arena, before, &question) ||
				    !passes(arena, after, &question))
					continue;
				return arena_printf(arena,
						    "with it %s lets %s reach %s, which "
						    "is no pair of the tunnel",
						    after->name, inet_addr_text(src).s,
						    inet_addr_text(dst).s);
			}
		}
	}
	return NULL;
}
