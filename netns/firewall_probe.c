// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * firewall_probe.c - which firewall interface of the kernel works here?
 *
 * nft: one nf_tables transaction that makes a table with a NAT chain, and the question
 * whether the MASQUERADE target of iptables is there (nft_compat). legacy: the same
 * question that iptables-legacy asks first about its nat table.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "netns/firewall.h"
#include "netns/guest.h"
#include "netns/nlsock.h"
#include "netns/spawn.h"

#define PROBE_NAME "twinsite-probe"

static struct nl_msg *nft_message(int subsystem, int type, int flags, uint8_t family,
				  uint16_t resource)
{
	struct nfgenmsg about = { .nfgen_family = family, .res_id = htons(resource) };
	struct nl_msg *message =
		nlmsg_alloc_simple(subsystem << 8 | type, NLM_F_REQUEST | flags);

	if (message && nlmsg_append(message, &about, sizeof(about), NLMSG_ALIGNTO)) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

static struct nl_msg *batch_message(int type)
{
	return nft_message(0, type, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
}

static struct nl_msg *table_message(void)
{
	struct nl_msg *message = nft_message(NFNL_SUBSYS_NFTABLES, NFT_MSG_NEWTABLE,
					     NLM_F_CREATE | NLM_F_ACK, AF_INET, 0);

	if (message)
		nla_put_string(message, NFTA_TABLE_NAME, PROBE_NAME);
	return message;
}

static struct nl_msg *chain_message(void)
{
	struct nl_msg *message = nft_message(NFNL_SUBSYS_NFTABLES, NFT_MSG_NEWCHAIN,
					     NLM_F_CREATE | NLM_F_ACK, AF_INET, 0);
	struct nlattr *hook;

	if (!message)
		return NULL;
	nla_put_string(message, NFTA_CHAIN_TABLE, PROBE_NAME);
	nla_put_string(message, NFTA_CHAIN_NAME, PROBE_NAME);
	hook = nla_nest_start(message, NFTA_CHAIN_HOOK);
	if (hook) {
		nla_put_u32(message, NFTA_HOOK_HOOKNUM, htonl(NF_INET_POST_ROUTING));
		nla_put_u32(message, NFTA_HOOK_PRIORITY, htonl(100));
		nla_nest_end(message, hook);
	}
	nla_put_string(message, NFTA_CHAIN_TYPE, "nat");
	return message;
}

/* Table and chain in one transaction; a libnl code. */
static int make_nat_chain(struct nlsock *nl)
{
	struct nl_msg *messages[] = { batch_message(NFNL_MSG_BATCH_BEGIN),
				      table_message(), chain_message(),
				      batch_message(NFNL_MSG_BATCH_END) };
	struct nl_sock *sock = nlsock_begin(nl);
	_cleanup_buf_ struct buf batch = { 0 };
	int code = 0;

	for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
		if (!messages[i])
			return -NLE_NOMEM;
		nl_complete_msg(sock, messages[i]);
		/* Only those in the middle are acknowledged; see below. */
		if (i == 0 || i == ARRAY_SIZE(messages) - 1)
			nlmsg_hdr(messages[i])->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
		buf_add(&batch, nlmsg_hdr(messages[i]),
			nlmsg_hdr(messages[i])->nlmsg_len);
		nlmsg_free(messages[i]);
	}
	/* We count two acknowledgements, whatever their sequence numbers. */
	nl_socket_disable_seq_check(sock);
	code = nl_sendto(sock, batch.data, batch.length);
	for (int i = 0; i < 2 && code >= 0; i++)
		code = nl_wait_for_ack(sock);
	return code;
}

static int ask_for_masquerade(struct nlsock *nl)
{
	struct nl_msg *message = nft_message(NFNL_SUBSYS_NFT_COMPAT, NFNL_MSG_COMPAT_GET,
					     NLM_F_ACK, AF_INET, 0);

	if (!message)
		return -NLE_NOMEM;
	nla_put_string(message, NFTA_COMPAT_NAME, "MASQUERADE");
	nla_put_u32(message, NFTA_COMPAT_REV, htonl(0));
	nla_put_u32(message, NFTA_COMPAT_TYPE, htonl(1)); /* a target */
	return nlsock_send(nl, message);
}

static bool has_nft(void)
{
	_cleanup_(nlsock_done) struct nlsock nl = { 0 };

	if (nlsock_init(&nl, NETLINK_NETFILTER, NULL))
		return false;
	return make_nat_chain(&nl) >= 0 && ask_for_masquerade(&nl) >= 0;
}

static bool has_legacy(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	struct ipt_getinfo info = { .name = "nat" };
	socklen_t length = sizeof(info);

	return fd >= 0 &&
	       getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &length) == 0;
}

static bool has_program(const char *name)
{
	_cleanup_free_ char *path = process_find(name);

	return path;
}

struct probing {
	bool has_namespace, has_nft;
};

/* In a thread, so that its namespace can simply be dropped. */
static void *probe(void *arg)
{
	struct probing *probing = arg;

	probing->has_namespace = unshare(CLONE_NEWNET) == 0;
	if (probing->has_namespace)
		probing->has_nft = has_program("iptables-nft-restore") && has_nft();
	return NULL;
}

int firewall_probe(enum firewall_backend *ret_backend, struct err *err)
{
	static enum firewall_backend known; /* the kernel stays what it is */
	static bool is_known;
	struct probing probing = { 0 };
	pthread_t thread;
	int error;

	if (is_known) {
		*ret_backend = known;
		return 0;
	}
	if (!has_program("iptables-nft-restore") &&
	    !has_program("iptables-legacy-restore"))
		return err_set(err, ENOTSUP,
			       "there is no iptables-nft-restore (package iptables)");
	(void)guest_load_module("iptable_nat");
	/* Legacy first: it loads acme's rules in 3 ms, nft needs 40 (it waits for RCU). */
	if (has_program("iptables-legacy-restore") && has_legacy()) {
		*ret_backend = known = FIREWALL_LEGACY;
		is_known = true;
		return 0;
	}
	error = pthread_create(&thread, NULL, probe, &probing);
	if (error)
		return err_sys(err, error, "thread");
	pthread_join(thread, NULL);
	if (!probing.has_namespace)
		return err_set(
			err, ENOTSUP,
			"no network namespace may be made here to try the firewall");
	if (!probing.has_nft)
		return err_set(err, ENOTSUP,
			       "the kernel has no firewall with NAT (CONFIG_NFT_NAT, "
			       "CONFIG_NFT_COMPAT and CONFIG_IP_NF_TARGET_MASQUERADE, or "
			       "CONFIG_IP_NF_NAT)");
	*ret_backend = known = FIREWALL_NFT;
	is_known = true;
	return 0;
}
