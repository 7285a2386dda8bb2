// SPDX-License-Identifier: GPL-2.0-or-later
/* nlsock.c - a netlink socket that remembers what the kernel really said */
#include "netns/nlsock.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "netns/node.h"

/* The explanation stands in attributes behind the header of our own message. */
static void keep_explanation(struct nlsock *nl, const struct nlmsgerr *error)
{
	const struct nlmsghdr *header =
		(const void *)((const char *)error - NLMSG_HDRLEN);
	size_t used = sizeof(*error);
	const struct nlattr *text;

	nl->text[0] = '\0';
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		used += error->msg.nlmsg_len - NLMSG_HDRLEN;
	if (NLMSG_HDRLEN + used >= header->nlmsg_len)
		return;
	text = nla_find((const void *)((const char *)error + NLMSG_ALIGN(used)),
			(int)(header->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(used)),
			NLMSGERR_ATTR_MSG);
	if (text)
		snprintf(nl->text, sizeof(nl->text), "%.*s", nla_len(text),
			 (const char *)nla_data(text));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	struct nlsock *nl = arg;

	(void)from;
	nl->error = -error->error;
	keep_explanation(nl, error);
	return NL_STOP;
}

int nlsock_init(struct nlsock *nl, int protocol, struct err *err)
{
	int on = 1, code;

	*nl = (struct nlsock){ .sock = nl_socket_alloc() };
	if (!nl->sock)
		return err_sys(err, ENOMEM, "netlink socket");
	errno = 0;
	code = nl_connect(nl->sock, protocol);
	if (code < 0) {
		int error = errno ? errno : EPROTONOSUPPORT;

		nlsock_done(nl);
		return err_sys(err, error, "netlink socket %d", protocol);
	}
	nl_socket_modify_err_cb(nl->sock, NL_CB_CUSTOM, on_error, nl);
	/* Both are comfort: without them there is only an errno. */
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	setsockopt(nl_socket_get_fd(nl->sock), SOL_NETLINK, NETLINK_CAP_ACK, &on,
		   sizeof(on));
	return 0;
}

void nlsock_done(struct nlsock *nl)
{
	if (nl->sock)
		nl_socket_free(nl->sock);
	nl->sock = NULL;
}

struct nl_sock *nlsock_begin(struct nlsock *nl)
{
	nl->error = 0;
	return nl->sock;
}

/* For the few codes that libnl finds itself, without asking the kernel. */
static int errno_of_code(int code)
{
	switch (-code) {
	case NLE_NOMEM:
		return ENOMEM;
	case NLE_EXIST:
		return EEXIST;
	case NLE_OBJ_NOTFOUND:
	case NLE_NODEV:
		return ENODEV;
	case NLE_PERM:
		return EPERM;
	case NLE_OPNOTSUPP:
		return EOPNOTSUPP;
	case NLE_INVAL:
		return EINVAL;
	default:
		return EIO;
	}
}

int nlsock_result(const struct nlsock *nl, int code)
{
	if (code >= 0)
		return 0;
	return -(nl->error ? nl->error : errno_of_code(code));
}

int nlsock_check(const struct nlsock *nl, int code, const struct node *node,
		 struct err *err, const char *what, ...)
{
	char subject[160];
	va_list args;
	int error = -nlsock_result(nl, code);

	if (!error)
		return 0;
	va_start(args, what);
	vsnprintf(subject, sizeof(subject), what, args);
	va_end(args);
	if (nl->error && nl->text[0])
		return err_sys(err, error, "node %s: %s: %s", node_name(node), subject,
			       nl->text);
	return err_sys(err, error, "node %s: %s", node_name(node), subject);
}

int nlsock_send(struct nlsock *nl, struct nl_msg *message)
{
	return nl_send_sync(nlsock_begin(nl), message); /* frees the message */
}

struct dump {
	void (*each)(struct nlmsghdr *header, void *arg);
	void *arg;
};

static int on_valid(struct nl_msg *message, void *arg)
{
	const struct dump *dump = arg;

	dump->each(nlmsg_hdr(message), dump->arg);
	return NL_OK;
}

int nlsock_dump(struct nlsock *nl, struct nl_msg *message,
		void (*each)(struct nlmsghdr *header, void *arg), void *arg)
{
	struct dump dump = { .each = each, .arg = arg };
	struct nl_cb *original = nl_socket_get_cb(nl->sock);
	struct nl_cb *cb = nl_cb_clone(original);
	int code;

	nl_cb_put(original);
	if (!cb) {
		nlmsg_free(message);
		return -NLE_NOMEM;
	}
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &dump);
	code = nl_send_auto(nlsock_begin(nl), message);
	nlmsg_free(message);
	if (code >= 0)
		code = nl_recvmsgs(nl->sock, cb);
	nl_cb_put(cb);
	return code;
}
