/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * icmp.h - echo requests that are recognised again, wherever they turn up (RFC 792)
 *
 * Each request carries a magic word, the number of its task and its sequence, so
 * that it is recognised at the target, in the answer, and inside an ICMP error even
 * when a NAT changed its addresses or identifier. Only IPv4.
 */
#ifndef TWINSITE_PROBE_ICMP_H
#define TWINSITE_PROBE_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inet.h"

struct err;
struct node;

#define ICMP_PACKET_MAX 2048

/* What one received ICMP message says about one of our requests. */
struct icmp_sighting {
	enum {
		ICMP_SIGHT_REQUEST, /* it arrived here */
		ICMP_SIGHT_REPLY,   /* it was answered */
		ICMP_SIGHT_ERROR,   /* a router or host refused it */
	} kind;
	uint16_t task, sequence;
	int64_t sent_us;       /* 0 when the error quotes too little to know */
	struct inet_addr from; /* outer source address */
	uint8_t type, code;    /* of the error */
};

/* A raw ICMP socket in a node, non-blocking, that gets requests, replies and errors. */
int icmp_open(struct node *node, struct err *err);

#define ICMP_SIZE_MIN 56

struct icmp_request {
	/* Echo identifier: to firewalls and NAT, requests with the same one are one flow.
	 */
	uint16_t flow;
	uint16_t task, sequence;
	size_t size;   /* of the whole IP packet, at least ICMP_SIZE_MIN */
	bool is_whole; /* sets DF and ignores what is known of the path's MTU */
};

/* Send one request. 0 or -errno (-EMSGSIZE: larger than the interface's MTU). */
int icmp_send(int fd, const struct inet_addr *dst, const struct icmp_request *request);

/* Receive one message: 1 with a sighting, 0 when it is not ours, -EAGAIN when none is
 * left. */
int icmp_receive(int fd, struct icmp_sighting *ret_sighting);

/* The pure part of icmp_receive(), for any bytes. */
bool icmp_parse(const uint8_t *packet, size_t length, struct icmp_sighting *ret_sighting);

/* Fill a request (ICMP header and payload); returns its length, size less the IP header.
 */
size_t icmp_format(uint8_t *packet, const struct icmp_request *request, int64_t now_us);

/* "port unreachable", "administratively prohibited" … for an error's type and code. */
const char *icmp_error_name(uint8_t type, uint8_t code);

#endif
