/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xfrm.h - security associations and policies in a node's kernel (RFC 4301)
 *
 * Only reads, and one write: a bypass that lifts the policies for one pair of
 * networks while the throughput without ESP is measured. Every function returns
 * -ENOTSUP when the kernel has no XFRM netlink (CONFIG_XFRM_USER).
 */
#ifndef TWINSITE_NETNS_XFRM_H
#define TWINSITE_NETNS_XFRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct arena;
struct err;
struct node;

#define XFRM_NAME_MAX 64

struct xfrm_key {
	char name[XFRM_NAME_MAX]; /* the kernel's: "cbc(aes)", "hmac(sha1)"; "": none */
	const uint8_t *secret;	  /* never print it */
	unsigned int bits;	  /* of the key (AEAD: salt included) */
	unsigned int icv_bits;	  /* integrity and AEAD: what is sent of the hash */
};

struct xfrm_sa {
	struct inet_addr source, destination;
	uint32_t spi;	  /* host order */
	uint8_t protocol; /* IPPROTO_ESP, IPPROTO_AH, IPPROTO_COMP */
	uint32_t reqid;
	uint32_t mark, interface_id; /* 0: none */
	bool is_tunnel;		     /* or transport */
	bool has_esn;
	struct xfrm_key cipher, integrity, aead;
	uint16_t encap_source_port, encap_destination_port; /* NAT-T; 0: plain ESP */
	struct inet_prefix selector_source, selector_destination; /* of the SA itself */
	uint64_t bytes, packets;
	uint64_t added_s, used_s; /* since the epoch; 0: never */
	uint64_t soft_s, hard_s;  /* lifetime limits; 0: none */
	uint32_t replay_window;
	uint32_t replay_errors, window_errors, integrity_errors;
	uint32_t sequence_in, sequence_out; /* last number seen and sent */
};

struct xfrm_sa_list {
	struct xfrm_sa *items;
	size_t count;
	size_t room;
};

enum xfrm_direction { XFRM_DIRECTION_IN, XFRM_DIRECTION_OUT, XFRM_DIRECTION_FORWARD };

struct xfrm_policy {
	enum xfrm_direction direction;
	struct inet_prefix source, destination;
	uint16_t source_port, destination_port; /* 0: any */
	uint8_t protocol;			/* 0: any */
	uint32_t priority;			/* the smallest wins */
	uint32_t index;
	bool is_block;
	bool is_bypass;					    /* allow without a template */
	struct inet_addr tunnel_source, tunnel_destination; /* of the first template */
	uint32_t reqid;
	uint8_t tunnel_protocol;
	bool is_tunnel;
};

struct xfrm_policy_list {
	struct xfrm_policy *items;
	size_t count;
	size_t room;
};

/* All SAs of the node. An arena that takes keys should be arena_set_secret(). */
int xfrm_sa_list(const struct node *node, struct arena *arena,
		 struct xfrm_sa_list *ret_sas, struct err *err);

/* All policies of the node except those that belong to sockets. */
int xfrm_policy_list(const struct node *node, struct arena *arena,
		     struct xfrm_policy_list *ret_policies, struct err *err);

/*
 * Let traffic between two networks pass around ESP, in all three directions and both
 * ways, by allow policies of the highest priority; or take that away again.
 */
int xfrm_bypass_add(const struct node *node, const struct inet_prefix *local,
		    const struct inet_prefix *remote, struct err *err);
int xfrm_bypass_delete(const struct node *node, const struct inet_prefix *local,
		       const struct inet_prefix *remote, struct err *err);

#endif
