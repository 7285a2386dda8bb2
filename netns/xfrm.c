// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xfrm.c - security associations and policies in a node's kernel (RFC 4301)
 *
 * Messages and attributes are those of <linux/xfrm.h>. A socket is opened for each
 * question; they are rare.
 */
#include "netns/xfrm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/nlsock.h"
#include "netns/node.h"
#include "netns/xfrm_message.h"

/* -------------------------------------------------- the socket */

struct opening {
	struct nlsock *nl;
	struct err *err;
};

static int open_here(void *arg)
{
	const struct opening *opening = arg;

	return nlsock_init(opening->nl, NETLINK_XFRM, opening->err);
}

int xfrm_socket_open(const struct node *node, struct nlsock *nl, struct err *err)
{
	struct err inner = { 0 };
	struct opening opening = { .nl = nl, .err = &inner };
	int ret = node_run(node, open_here, &opening);

	if (ret == -EPROTONOSUPPORT)
		return err_set(err, ENOTSUP,
			       "node %s: this kernel has no XFRM netlink "
			       "(CONFIG_XFRM_USER, module xfrm_user)",
			       node_name(node));
	if (ret)
		return err_set(err, -ret, "node %s: %s", node_name(node), inner.text);
	return 0;
}

/* -------------------------------------------------- reading messages */

static struct inet_addr read_addr(const xfrm_address_t *from, int family)
{
	struct inet_addr addr = { .family = family };

	if (family != AF_INET && family != AF_INET6)
		return (struct inet_addr){ 0 };
	memcpy(addr.bytes, from, family == AF_INET6 ? 16 : 4);
	return addr;
}

static struct inet_prefix read_prefix(const xfrm_address_t *from, int family,
				      uint8_t length)
{
	struct inet_prefix prefix = { .addr = read_addr(from, family), .length = length };

	return prefix;
}

/* The attribute if it is there with at least size bytes, else NULL. */
static const void *attribute(struct nlattr *const *attributes, int type, size_t size)
{
	const struct nlattr *found = attributes[type];

	return found && (size_t)nla_len(found) >= size ? nla_data(found) : NULL;
}

static void read_key(struct arena *arena, const char *name, const char *bytes,
		     unsigned int bits, size_t room, struct xfrm_key *ret_key)
{
	size_t length = (bits + 7) / 8;

	if (length > room)
		return;
	snprintf(ret_key->name, sizeof(ret_key->name), "%.*s", XFRM_NAME_MAX - 1, name);
	ret_key->secret = arena_memdup(arena, bytes, length);
	ret_key->bits = bits;
}

static void read_keys(struct nlattr *const *attributes, struct arena *arena,
		      struct xfrm_sa *sa)
{
	const struct xfrm_algo *cipher =
		attribute(attributes, XFRMA_ALG_CRYPT, sizeof(*cipher));
	const struct xfrm_algo_auth *integrity =
		attribute(attributes, XFRMA_ALG_AUTH_TRUNC, sizeof(*integrity));
	const struct xfrm_algo_aead *aead =
		attribute(attributes, XFRMA_ALG_AEAD, sizeof(*aead));

	if (cipher)
		read_key(arena, cipher->alg_name, cipher->alg_key, cipher->alg_key_len,
			 (size_t)nla_len(attributes[XFRMA_ALG_CRYPT]) - sizeof(*cipher),
			 &sa->cipher);
	if (integrity) {
		read_key(arena, integrity->alg_name, integrity->alg_key,
			 integrity->alg_key_len,
			 (size_t)nla_len(attributes[XFRMA_ALG_AUTH_TRUNC]) -
				 sizeof(*integrity),
			 &sa->integrity);
		sa->integrity.icv_bits = integrity->alg_trunc_len;
	}
	if (aead) {
		read_key(arena, aead->alg_name, aead->alg_key, aead->alg_key_len,
			 (size_t)nla_len(attributes[XFRMA_ALG_AEAD]) - sizeof(*aead),
			 &sa->aead);
		sa->aead.icv_bits = aead->alg_icv_len;
	}
}

static void read_replay(struct nlattr *const *attributes,
			const struct xfrm_usersa_info *info, struct xfrm_sa *sa)
{
	const struct xfrm_replay_state_esn *esn =
		attribute(attributes, XFRMA_REPLAY_ESN_VAL, sizeof(*esn));
	const struct xfrm_replay_state *replay =
		attribute(attributes, XFRMA_REPLAY_VAL, sizeof(*replay));

	sa->replay_window = info->replay_window;
	sa->has_esn = info->flags & XFRM_STATE_ESN;
	if (esn) {
		sa->replay_window = esn->replay_window;
		sa->sequence_in = esn->seq;
		sa->sequence_out = esn->oseq;
	} else if (replay) {
		sa->sequence_in = replay->seq;
		sa->sequence_out = replay->oseq;
	}
}

static void read_extras(struct nlattr *const *attributes, struct xfrm_sa *sa)
{
	const struct xfrm_encap_tmpl *encap =
		attribute(attributes, XFRMA_ENCAP, sizeof(*encap));
	const struct xfrm_mark *mark = attribute(attributes, XFRMA_MARK, sizeof(*mark));
	const uint32_t *interface =
		attribute(attributes, XFRMA_IF_ID, sizeof(*interface));

	if (encap) {
		sa->encap_source_port = ntohs(encap->encap_sport);
		sa->encap_destination_port = ntohs(encap->encap_dport);
	}
	if (mark)
		sa->mark = mark->v;
	if (interface)
		sa->interface_id = *interface;
}

static uint64_t limit_seconds(uint64_t seconds)
{
	return seconds == XFRM_INF ? 0 : seconds;
}

static void read_sa(const struct xfrm_usersa_info *info, struct nlattr *const *attributes,
		    struct arena *arena, struct xfrm_sa *sa)
{
	sa->source = read_addr(&info->saddr, info->family);
	sa->destination = read_addr(&info->id.daddr, info->family);
	sa->spi = ntohl(info->id.spi);
	sa->protocol = info->id.proto;
	sa->reqid = info->reqid;
	sa->is_tunnel = info->mode == XFRM_MODE_TUNNEL;
	sa->selector_source =
		read_prefix(&info->sel.saddr, info->sel.family, info->sel.prefixlen_s);
	sa->selector_destination =
		read_prefix(&info->sel.daddr, info->sel.family, info->sel.prefixlen_d);
	sa->bytes = info->curlft.bytes;
	sa->packets = info->curlft.packets;
	sa->added_s = info->curlft.add_time;
	sa->used_s = info->curlft.use_time;
	sa->soft_s = limit_seconds(info->lft.soft_add_expires_seconds);
	sa->hard_s = limit_seconds(info->lft.hard_add_expires_seconds);
	sa->replay_errors = info->stats.replay;
	sa->window_errors = info->stats.replay_window;
	sa->integrity_errors = info->stats.integrity_failed;
	read_keys(attributes, arena, sa);
	read_replay(attributes, info, sa);
	read_extras(attributes, sa);
}

/* Split a message of the dump into its fixed part and its attributes. */
static bool open_message(struct nlmsghdr *header, uint16_t type, size_t size,
			 struct nlattr *attributes[static XFRMA_MAX + 1])
{
	return header->nlmsg_type == type &&
	       nlmsg_parse(header, (int)size, attributes, XFRMA_MAX, NULL) >= 0;
}

void xfrm_message_read_sa(struct nlmsghdr *header, struct arena *arena,
			  struct xfrm_sa_list *sas)
{
	struct nlattr *attributes[XFRMA_MAX + 1];

	if (open_message(header, XFRM_MSG_NEWSA, sizeof(struct xfrm_usersa_info),
			 attributes) ||
	    open_message(header, XFRM_MSG_UPDSA, sizeof(struct xfrm_usersa_info),
			 attributes))
		read_sa(nlmsg_data(header), attributes, arena, vec_push(arena, sas));
}

struct sa_reading {
	struct arena *arena;
	struct xfrm_sa_list sas;
};

static void each_sa(struct nlmsghdr *header, void *arg)
{
	struct sa_reading *reading = arg;

	xfrm_message_read_sa(header, reading->arena, &reading->sas);
}

struct policy_reading {
	struct arena *arena;
	struct xfrm_policy_list policies;
};

static void read_template(struct nlattr *const *attributes, struct xfrm_policy *policy)
{
	const struct xfrm_user_tmpl *template =
		attribute(attributes, XFRMA_TMPL, sizeof(*template));

	policy->is_bypass = !policy->is_block && !template;
	if (!template)
		return;
	policy->tunnel_source = read_addr(&template->saddr, template->family);
	policy->tunnel_destination = read_addr(&template->id.daddr, template->family);
	policy->tunnel_protocol = template->id.proto;
	policy->reqid = template->reqid;
	policy->is_tunnel = template->mode == XFRM_MODE_TUNNEL;
}

static const uint8_t directions[] = {
	[XFRM_DIRECTION_IN] = XFRM_POLICY_IN,
	[XFRM_DIRECTION_OUT] = XFRM_POLICY_OUT,
	[XFRM_DIRECTION_FORWARD] = XFRM_POLICY_FWD,
};

static void each_policy(struct nlmsghdr *header, void *arg)
{
	struct policy_reading *reading = arg;
	struct nlattr *attributes[XFRMA_MAX + 1];
	const struct xfrm_userpolicy_info *info = nlmsg_data(header);
	struct xfrm_policy *policy;

	/* Directions from XFRM_POLICY_MAX on are those of sockets. */
	if (!open_message(header, XFRM_MSG_NEWPOLICY, sizeof(*info), attributes) ||
	    info->dir >= XFRM_POLICY_MAX)
		return;
	policy = vec_push(reading->arena, &reading->policies);
	for (size_t i = 0; i < ARRAY_SIZE(directions); i++)
		if (directions[i] == info->dir)
			policy->direction = (enum xfrm_direction)i;
	policy->source =
		read_prefix(&info->sel.saddr, info->sel.family, info->sel.prefixlen_s);
	policy->destination =
		read_prefix(&info->sel.daddr, info->sel.family, info->sel.prefixlen_d);
	policy->source_port = ntohs(info->sel.sport);
	policy->destination_port = ntohs(info->sel.dport);
	policy->protocol = info->sel.proto;
	policy->priority = info->priority;
	policy->index = info->index;
	policy->is_block = info->action == XFRM_POLICY_BLOCK;
	read_template(attributes, policy);
}

/* One dump from the node's kernel. */
static int dump(const struct node *node, int type,
		void (*each)(struct nlmsghdr *header, void *arg), void *arg,
		struct err *err)
{
	_cleanup_(nlsock_done) struct nlsock nl = { 0 };
	struct nl_msg *message;
	int ret = xfrm_socket_open(node, &nl, err);

	if (ret)
		return ret;
	message = nlmsg_alloc_simple(type, NLM_F_REQUEST | NLM_F_DUMP);
	if (!message)
		return err_sys(err, ENOMEM, "xfrm");
	return nlsock_check(&nl, nlsock_dump(&nl, message, each, arg), node, err, "xfrm");
}

int xfrm_sa_list(const struct node *node, struct arena *arena,
		 struct xfrm_sa_list *ret_sas, struct err *err)
{
	struct sa_reading reading = { .arena = arena };
	int ret = dump(node, XFRM_MSG_GETSA, each_sa, &reading, err);

	if (!ret)
		*ret_sas = reading.sas;
	return ret;
}

int xfrm_policy_list(const struct node *node, struct arena *arena,
		     struct xfrm_policy_list *ret_policies, struct err *err)
{
	struct policy_reading reading = { .arena = arena };
	int ret = dump(node, XFRM_MSG_GETPOLICY, each_policy, &reading, err);

	if (!ret)
		*ret_policies = reading.policies;
	return ret;
}

/* -------------------------------------------------- bypass */

static struct xfrm_selector make_selector(const struct inet_prefix *source,
					  const struct inet_prefix *destination)
{
	struct inet_prefix from = inet_prefix_network(source);
	struct inet_prefix to = inet_prefix_network(destination);
	struct xfrm_selector selector = {
		.family = (uint16_t)from.addr.family,
		.prefixlen_s = (uint8_t)from.length,
		.prefixlen_d = (uint8_t)to.length,
	};

	memcpy(&selector.saddr, from.addr.bytes, sizeof(selector.saddr));
	memcpy(&selector.daddr, to.addr.bytes, sizeof(selector.daddr));
	return selector;
}

static void set_unlimited(struct xfrm_lifetime_cfg *lifetime)
{
	lifetime->soft_byte_limit = lifetime->hard_byte_limit = XFRM_INF;
	lifetime->soft_packet_limit = lifetime->hard_packet_limit = XFRM_INF;
}

static struct nl_msg *bypass_message(const struct xfrm_selector *selector,
				     uint8_t direction, bool is_add)
{
	struct xfrm_userpolicy_info add = {
		.sel = *selector,
		.dir = direction,
		.action = XFRM_POLICY_ALLOW,
		.priority = 1, /* charon's are six digits, the smallest wins */
	};
	struct xfrm_userpolicy_id delete = { .sel = *selector, .dir = direction };
	struct nl_msg *message = nlmsg_alloc_simple(
		is_add ? XFRM_MSG_NEWPOLICY : XFRM_MSG_DELPOLICY, NLM_F_REQUEST);

	set_unlimited(&add.lft);
	if (message &&
	    (is_add ? nlmsg_append(message, &add, sizeof(add), NLMSG_ALIGNTO)
		    : nlmsg_append(message, &delete, sizeof(delete), NLMSG_ALIGNTO))) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

/*
 * The kernel takes no second policy with the selector and mark that charon's has,
 * whatever its priority. So ours wants a bit of the packet's mark to be 0 that nobody
 * ever sets: another mark, which matches every packet all the same.
 */
static int put_mark(struct nl_msg *message)
{
	struct xfrm_mark mark = { .v = 0, .m = 1u << 31 };

	return nla_put(message, XFRMA_MARK, sizeof(mark), &mark);
}

static int bypass(const struct node *node, const struct inet_prefix *local,
		  const struct inet_prefix *remote, bool is_add, struct err *err)
{
	const struct xfrm_selector ways[] = { make_selector(local, remote),
					      make_selector(remote, local) };
	_cleanup_(nlsock_done) struct nlsock nl = { 0 };
	int ret = xfrm_socket_open(node, &nl, err);

	for (size_t i = 0; i < ARRAY_SIZE(ways) * ARRAY_SIZE(directions) && !ret; i++) {
		struct nl_msg *message =
			bypass_message(&ways[i / ARRAY_SIZE(directions)],
				       directions[i % ARRAY_SIZE(directions)], is_add);

		if (!message || put_mark(message)) {
			nlmsg_free(message);
			return err_sys(err, ENOMEM, "xfrm");
		}
		ret = nlsock_check(&nl, nlsock_send(&nl, message), node, err,
				   "bypass of the policies for %s",
				   inet_prefix_text(remote).s);
	}
	return ret;
}

int xfrm_bypass_add(const struct node *node, const struct inet_prefix *local,
		    const struct inet_prefix *remote, struct err *err)
{
	return bypass(node, local, remote, true, err);
}

int xfrm_bypass_delete(const struct node *node, const struct inet_prefix *local,
		       const struct inet_prefix *remote, struct err *err)
{
	return bypass(node, local, remote, false, err);
}
