/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nlsock.h - a netlink socket that remembers what the kernel really said
 *
 * libnl maps errno to its own coarser codes and drops the kernel's explanation
 * (extended acknowledgement). We keep both, so that an error is a sentence such as
 * "node gw: link wan: File exists". For the other files of netns/ only.
 */
#ifndef TWINSITE_NETNS_NLSOCK_H
#define TWINSITE_NETNS_NLSOCK_H

#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

struct err;
struct node;

struct nlsock {
	struct nl_sock *sock;
	int error;	/* positive errno of the last refusal, 0: none */
	char text[160]; /* the kernel's explanation of it, or "" */
};

/*
 * Open a socket of NETLINK_ROUTE, NETLINK_XFRM, … in the calling thread's network
 * namespace. The struct must stay where it is until nlsock_done(). -EPROTONOSUPPORT when
 * the kernel does not have that protocol.
 */
int nlsock_init(struct nlsock *nl, int protocol, struct err *err);
void nlsock_done(struct nlsock *nl); /* repeatable */

/* The libnl socket, for one call whose code then goes to nlsock_check(). */
struct nl_sock *nlsock_begin(struct nlsock *nl);

/*
 * The errno behind the libnl code that a call on nl returned: 0 for >= 0, else
 * negative.
 */
int nlsock_result(const struct nlsock *nl, int code);

/*
 * Turn the libnl code that a call on nl just returned into 0 or a negative errno with
 * a sentence: "node NAME: WHAT: …". WHAT is the format.
 */
int nlsock_check(const struct nlsock *nl, int code, const struct node *node,
		 struct err *err, const char *what, ...)
	__attribute__((format(printf, 5, 6)));

/* Send a message, free it, wait for the acknowledgement; a libnl code. */
int nlsock_send(struct nlsock *nl, struct nl_msg *message);

/*
 * Send a dump request, free it, call each(header, arg) for every message of the answer;
 * a libnl code. each() cannot stop the dump.
 */
int nlsock_dump(struct nlsock *nl, struct nl_msg *message,
		void (*each)(struct nlmsghdr *header, void *arg), void *arg);

/* For _cleanup_(): give back what libnl gave. */
static inline void nl_addr_putp(struct nl_addr **addr)
{
	if (*addr)
		nl_addr_put(*addr);
}

static inline void nl_cache_freep(struct nl_cache **cache)
{
	if (*cache)
		nl_cache_free(*cache);
}

#endif
