// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * impair.c - a worse network: delay, loss, reordering, rate
 *
 * libnl's netem object has no rate, so the message of <linux/pkt_sched.h> is written
 * here: a struct tc_netem_qopt, followed by attributes.
 */
#include "netns/impair.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "netns/guest.h"
#include "netns/link.h"
#include "netns/nlsock.h"
#include "netns/node.h"

#define IMPAIR_LIMIT 1000 /* packets, as tc(8) has it */

/* The kernel counts probability in 2^32 parts. */
static uint32_t probability(uint32_t ppm)
{
	uint64_t parts = (uint64_t)ppm * UINT32_MAX / 1000000;

	return parts > UINT32_MAX ? UINT32_MAX : (uint32_t)parts;
}

static int put_times(struct nl_msg *message, const struct impairment *how)
{
	int64_t delay_ns = (int64_t)how->delay_us * 1000;
	int64_t jitter_ns = (int64_t)how->jitter_us * 1000;

	if (nla_put(message, TCA_NETEM_LATENCY64, sizeof(delay_ns), &delay_ns))
		return -NLE_NOMEM;
	return nla_put(message, TCA_NETEM_JITTER64, sizeof(jitter_ns), &jitter_ns);
}

static int put_chances(struct nl_msg *message, const struct impairment *how)
{
	struct tc_netem_reorder reorder = { .probability =
						    probability(how->reorder_ppm) };
	struct tc_netem_corrupt corrupt = { .probability =
						    probability(how->corrupt_ppm) };

	if (how->reorder_ppm &&
	    nla_put(message, TCA_NETEM_REORDER, sizeof(reorder), &reorder))
		return -NLE_NOMEM;
	if (how->corrupt_ppm &&
	    nla_put(message, TCA_NETEM_CORRUPT, sizeof(corrupt), &corrupt))
		return -NLE_NOMEM;
	return 0;
}

static int put_rate(struct nl_msg *message, const struct impairment *how)
{
	uint64_t bytes = how->rate_bit_s / 8;
	struct tc_netem_rate rate = { .rate = bytes > UINT32_MAX ? UINT32_MAX
								 : (uint32_t)bytes };

	if (!how->rate_bit_s)
		return 0;
	if (bytes > UINT32_MAX &&
	    nla_put(message, TCA_NETEM_RATE64, sizeof(bytes), &bytes))
		return -NLE_NOMEM;
	return nla_put(message, TCA_NETEM_RATE, sizeof(rate), &rate);
}

static int put_netem(struct nl_msg *message, const struct impairment *how)
{
	struct tc_netem_qopt options = {
		.limit = how->limit_packets ? how->limit_packets : IMPAIR_LIMIT,
		.loss = probability(how->loss_ppm),
		.gap = how->reorder_ppm ? 1 : 0,
		.duplicate = probability(how->duplicate_ppm),
	};
	struct nlattr *nest;

	if (nla_put_string(message, TCA_KIND, "netem"))
		return -NLE_NOMEM;
	nest = nla_nest_start(message, TCA_OPTIONS);
	if (!nest || nlmsg_append(message, &options, sizeof(options), NLA_ALIGNTO) ||
	    put_times(message, how) || put_chances(message, how) ||
	    put_rate(message, how))
		return -NLE_NOMEM;
	nla_nest_end(message, nest);
	return 0;
}

/* A message about the root queue of an interface. */
static struct nl_msg *queue_message(int type, int flags, int index)
{
	struct tcmsg about = { .tcm_family = AF_UNSPEC,
			       .tcm_ifindex = index,
			       .tcm_parent = TC_H_ROOT };
	struct nl_msg *message = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (message && nlmsg_append(message, &about, sizeof(about), NLMSG_ALIGNTO)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

int impair_set(const struct node *node, const char *link, const struct impairment *how,
	       struct err *err)
{
	struct nlsock *nl = node_rtnl(node);
	struct nl_msg *message;
	int index, ret = link_index(node, link, &index, err);

	if (ret)
		return ret;
	if (how->reorder_ppm && !how->delay_us)
		return err_set(err, EINVAL,
			       "node %s: interface %s: reordering needs a delay",
			       node_name(node), link);
	(void)guest_load_module("sch_netem");
	message = queue_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, index);
	if (!message || put_netem(message, how)) {
		nlmsg_free(message);
		return err_sys(err, ENOMEM, "netem");
	}
	ret = nlsock_result(nl, nlsock_send(nl, message));
	if (ret == -ENOENT || ret == -EOPNOTSUPP)
		return err_set(err, ENOTSUP,
			       "node %s: interface %s: the kernel has no netem "
			       "(CONFIG_NET_SCH_NETEM, module sch_netem)",
			       node_name(node), link);
	return ret ? err_sys(err, -ret, "node %s: interface %s: netem", node_name(node),
			     link)
		   : 0;
}

int impair_clear(const struct node *node, const char *link, struct err *err)
{
	struct nlsock *nl = node_rtnl(node);
	struct nl_msg *message;
	int index, ret = link_index(node, link, &index, err);

	if (ret)
		return ret;
	message = queue_message(RTM_DELQDISC, 0, index);
	if (!message)
		return err_sys(err, ENOMEM, "netem");
	ret = nlsock_result(nl, nlsock_send(nl, message));
	/* Nothing there that could be deleted: fine. */
	if (ret == -ENOENT || ret == -EINVAL)
		return 0;
	return ret ? err_sys(err, -ret, "node %s: interface %s: netem", node_name(node),
			     link)
		   : 0;
}
