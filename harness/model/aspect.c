// SPDX-License-Identifier: GPL-2.0-or-later
/* aspect.c - what a verdict rests on, and what a word not rehearsed may change */
#include "model/aspect.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"

static const struct {
	unsigned int aspects;
	const char *name;
} names[] = {
	{ ASPECT_IKE | ASPECT_AUTH, "IKE" },
	{ ASPECT_SELECTORS, "the selectors" },
	{ ASPECT_WAY, "the way into the tunnel" },
	{ ASPECT_NAT, "NAT" },
	{ ASPECT_DNS, "names" },
	{ ASPECT_LIFE, "the life time" },
	{ ASPECT_TEARDOWN, "the teardown" },
	{ ASPECT_THROUGHPUT, "the throughput" },
};

void aspects_format(unsigned int aspects, struct buf *out)
{
	const char *last = NULL;
	bool is_first = true;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(aspects & names[i].aspects))
			continue;
		if (last) {
			buf_printf(out, "%s%s", is_first ? "" : ", ", last);
			is_first = false;
		}
		last = names[i].name;
	}
	if (last)
		buf_printf(out, "%s%s", is_first ? "" : " and ", last);
}

struct remark *site_unrehearsed(struct site *site, const char *tunnel,
				unsigned int aspects, struct origin at, const char *word)
{
	_cleanup_buf_ struct buf touched = { 0 };
	struct remark *remark;

	aspects_format(aspects, &touched);
	remark = site_remark(site, REMARK_NOT_REHEARSED, at,
			     "'%s' is not rehearsed, it touches %s", word,
			     buf_text(&touched));
	remark->aspects = aspects;
	remark->word = word;
	remark->tunnel = tunnel;
	return remark;
}

struct remark *site_part_missing(struct site *site, struct origin at, const char *word)
{
	struct remark *remark =
		site_unrehearsed(site, NULL,
				 ASPECTS_TRAFFIC | ASPECT_DNS | ASPECT_LIFE |
					 ASPECT_TEARDOWN | ASPECT_THROUGHPUT,
				 at, word);

	remark->is_missing = true;
	return remark;
}

static bool is_in_use(const struct site *site, const char *name)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && str_equal(tunnel->name, name))
			return true;
	return false;
}

const struct remark *site_touching(const struct site *site, const struct tunnel *tunnel,
				   unsigned int aspects)
{
	vec_foreach (remark, &site->remarks) {
		if (!(remark->aspects & aspects))
			continue;
		if (!remark->tunnel || (tunnel ? str_equal(tunnel->name, remark->tunnel)
					       : is_in_use(site, remark->tunnel)))
			return remark;
	}
	return NULL;
}

enum auth_method tunnel_asks_for(const struct tunnel *tunnel)
{
	return tunnel->peer_auth_word.s ? tunnel->peer_auth : tunnel->auth;
}

bool tunnel_proves(const struct tunnel *tunnel, const struct tunnel *peer)
{
	const enum auth_method asked = tunnel_asks_for(peer);

	return asked == tunnel->auth || asked == AUTH_UNKNOWN ||
	       tunnel->auth == AUTH_UNKNOWN;
}

static bool has_partner(const struct site *site, const struct tunnel *own)
{
	vec_foreach (tunnel, &site->tunnels)
		if (!tunnel->is_disabled && tunnel_proves(own, tunnel) &&
		    tunnel_proves(tunnel, own))
			return true;
	return false;
}

bool site_auth_differs(const struct site *a, const struct site *b)
{
	bool has_tunnel = false;

	vec_foreach (tunnel, &b->tunnels)
		has_tunnel |= !tunnel->is_disabled;
	vec_foreach (tunnel, &a->tunnels)
		if (!tunnel->is_disabled && has_partner(b, tunnel))
			return false;
	return has_tunnel;
}
