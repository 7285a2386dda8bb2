// SPDX-License-Identifier: GPL-2.0-or-later
/* xfrm_probe.c - can the kernel carry ESP? */
#include "netns/xfrm_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "netns/nlsock.h"

/* Documentation addresses (RFC 5737) in a namespace without links. */
#define PROBE_SOURCE	  0xc0000201 /* 192.0.2.1 */
#define PROBE_DESTINATION 0xc0000202

static int open_probe(struct nlsock *nl, struct err *err)
{
	struct err inner = { 0 };
	int ret = nlsock_init(nl, NETLINK_XFRM, &inner);

	if (ret == -EPROTONOSUPPORT)
		return err_set(err, ENOTSUP,
			       "the kernel has no XFRM (CONFIG_XFRM_USER, module "
			       "xfrm_user)");
	return ret ? err_set(err, -ret, "%s", inner.text) : 0;
}

static void fill_unlimited(struct xfrm_lifetime_cfg *lifetime)
{
	lifetime->soft_byte_limit = lifetime->hard_byte_limit = XFRM_INF;
	lifetime->soft_packet_limit = lifetime->hard_packet_limit = XFRM_INF;
}

static int put_algorithm(struct nl_msg *message, int type, const char *name,
			 unsigned int key_bytes)
{
	_Alignas(struct xfrm_algo) uint8_t value[sizeof(struct xfrm_algo) + 32] = { 0 };
	struct xfrm_algo *algo = (void *)value;

	algo->alg_key_len = key_bytes * 8;
	strncpy(algo->alg_name, name, sizeof(algo->alg_name) - 1);
	/* Not all zeros: some ciphers refuse weak keys. */
	for (unsigned int i = 0; i < key_bytes; i++)
		algo->alg_key[i] = (char)(i + 1);
	return nla_put(message, type, (int)(sizeof(*algo) + key_bytes), value);
}

static const char *missing_for(int error)
{
	switch (error) {
	case EPROTONOSUPPORT:
		return "ESP (CONFIG_INET_ESP, module esp4)";
	case ENOSYS:
	case ENOENT:
		return "AES-CBC with HMAC-SHA-1 for ESP (CONFIG_CRYPTO_AUTHENC, "
		       "CONFIG_CRYPTO_CBC, CONFIG_CRYPTO_AES, CONFIG_CRYPTO_SHA1)";
	default:
		return NULL;
	}
}

static int verdict(const struct nlsock *nl, int code, const char *what, struct err *err)
{
	int error = -nlsock_result(nl, code);
	const char *missing = missing_for(error);

	if (!error)
		return 0;
	if (missing)
		return err_set(err, ENOTSUP, "the kernel has no %s", missing);
	return err_set(err, ENOTSUP, "the kernel refuses %s: %s", what, strerror(error));
}

int xfrm_probe_sa(struct err *err)
{
	struct xfrm_usersa_info sa = {
		.saddr.a4 = htonl(PROBE_SOURCE),
		.id = { .daddr.a4 = htonl(PROBE_DESTINATION),
			.spi = htonl(0x1000),
			.proto = IPPROTO_ESP },
		.family = AF_INET,
		.mode = XFRM_MODE_TUNNEL,
		.reqid = 1,
		.replay_window = 32,
	};
	_cleanup_(nlsock_done) struct nlsock nl = { 0 };
	struct nl_msg *message;
	int ret = open_probe(&nl, err);

	if (ret)
		return ret;
	fill_unlimited(&sa.lft);
	message = nlmsg_alloc_simple(XFRM_MSG_NEWSA, NLM_F_REQUEST);
	if (!message || nlmsg_append(message, &sa, sizeof(sa), NLMSG_ALIGNTO) ||
	    put_algorithm(message, XFRMA_ALG_CRYPT, "cbc(aes)", 16) ||
	    put_algorithm(message, XFRMA_ALG_AUTH, "hmac(sha1)", 20)) {
		nlmsg_free(message);
		return err_sys(err, ENOMEM, "xfrm");
	}
	return verdict(&nl, nlsock_send(&nl, message), "an ESP tunnel", err);
}

int xfrm_probe_policy(struct err *err)
{
	struct xfrm_userpolicy_info policy = {
		.sel = { .family = AF_INET, .prefixlen_s = 24, .prefixlen_d = 24 },
		.dir = XFRM_POLICY_OUT,
		.action = XFRM_POLICY_ALLOW,
		.priority = 1000,
	};
	struct xfrm_user_tmpl template = {
		.id = { .daddr.a4 = htonl(PROBE_DESTINATION), .proto = IPPROTO_ESP },
		.family = AF_INET,
		.saddr.a4 = htonl(PROBE_SOURCE),
		.reqid = 1,
		.mode = XFRM_MODE_TUNNEL,
		.aalgos = ~0u,
		.ealgos = ~0u,
		.calgos = ~0u,
	};
	_cleanup_(nlsock_done) struct nlsock nl = { 0 };
	struct nl_msg *message;
	int ret = open_probe(&nl, err);

	if (ret)
		return ret;
	policy.sel.saddr.a4 = htonl(0x0a010100);
	policy.sel.daddr.a4 = htonl(0x0a010200);
	fill_unlimited(&policy.lft);
	message = nlmsg_alloc_simple(XFRM_MSG_NEWPOLICY, NLM_F_REQUEST);
	if (!message || nlmsg_append(message, &policy, sizeof(policy), NLMSG_ALIGNTO) ||
	    nla_put(message, XFRMA_TMPL, sizeof(template), &template)) {
		nlmsg_free(message);
		return err_sys(err, ENOMEM, "xfrm");
	}
	return verdict(&nl, nlsock_send(&nl, message), "an IPsec policy", err);
}
