/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node.h - one simulated host
 *
 * A node is a network namespace, a mount namespace with a small root of its own
 * (root.h: programs and libraries read-only; its own /etc, /tmp, /run, /var, /dev, and
 * a /proc that is read-only but for the network settings), and a pid namespace: who runs
 * in a node sees and signals nobody outside it, and a daemon that was left there lives
 * until the node ends. The namespaces are held by descriptors; nothing has a name in the
 * file system, so there is nothing to clean up.
 *
 * Nodes are made inside a world (world.h). Except for node_enter(), everything here
 * is done by the calling thread, which is back in its own namespace on return; a
 * node may be used by one thread at a time.
 *
 * lo is up. IPv6 is off (net/ipv6/conf/{all,default}/disable_ipv6 = 1), so that
 * router solicitations and MLD do not appear in captures, unless asked for.
 */
#ifndef TWINSITE_NETNS_NODE_H
#define TWINSITE_NETNS_NODE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct node;
struct nlsock;

/* /proc/sys/KEY of the node's network, as node_sysctl() takes it. */
struct node_setting {
	const char *key, *value;
};

/* Something that is in the node before anybody else is, see node_file() and node_keep(). */
struct node_entry {
	const char *path;
	const char *text; /* of a file; NULL: only its place is kept */
	bool is_program;
	bool is_folder; /* the place of a folder is kept */
};

/*
 * What a node begins with costs least when its maker and its first process do it, who are
 * in there anyhow: afterwards each thing takes a thread, in a guest kernel 2 ms and more.
 */
struct node_options {
	bool has_ipv6;
	const struct node_setting *settings; /* in this order */
	size_t settings_count;
	const struct node_entry *entries; /* likewise; borrowed during the call */
	size_t entries_count;
};

/*
 * Make what all nodes of this world share. node_new() does it with the first; who forks
 * before, so that several processes make nodes, calls this first.
 */
int node_prepare(struct err *err);

/* options may be NULL. The caller frees the node with node_free(). */
int node_new(const char *name, const struct node_options *options, struct node **ret_node,
	     struct err *err);
void node_free(struct node *node); /* NULL is fine; its links vanish with it */

static inline void node_freep(struct node **node)
{
	node_free(*node);
}

const char *node_name(const struct node *node);
int node_net_fd(const struct node *node); /* borrowed */
int node_pid_fd(const struct node *node); /* likewise; of its pid namespace */

/*
 * Call fn(arg) with the calling thread in the node's network namespace, and return
 * what it returned. Sockets opened in there stay in the node for ever. The file
 * system is still the caller's. Negative errno when the namespace cannot be entered.
 */
int node_run(const struct node *node, int (*fn)(void *arg), void *arg);

/* socket(2) in the node, close-on-exec; the descriptor or a negative errno. */
int node_socket(const struct node *node, int domain, int type, int protocol);

/*
 * Move the calling process for good into the node's network and mount namespace.
 * Only for a child that has just been forked. Async-signal-safe. 0 or negative errno.
 */
int node_enter(const struct node *node);

/*
 * Write /proc/sys/KEY in the node, for instance node_sysctl(n, "net/ipv4/ip_forward",
 * "1", err). -ENOENT when the kernel does not have it.
 */
int node_sysctl(const struct node *node, const char *key, const char *value,
		struct err *err);

/* Read /proc/sys/KEY without the newline at its end into text. */
int node_sysctl_get(const struct node *node, const char *key, char *text, size_t room,
		    struct err *err);

/*
 * Write a file in the node, for instance "/etc/resolv.conf"; folders above it are made.
 * Calling it again replaces the content.
 */
int node_file(const struct node *node, const char *path, const char *text,
	      struct err *err);
/* The same for a program or script, mode 0755: whoever is in the node may start it. */
int node_program(const struct node *node, const char *path, const char *text,
		 struct err *err);

/* open(2) as a process in the node would: a descriptor, close-on-exec, or -errno. */
int node_open(const struct node *node, const char *path, int flags, struct err *err);

/*
 * Let the node see a file or folder of the world, which exists, at a path (NULL: the same)
 * that is below /etc, /run, /tmp or /var, and writable. Nothing else of the world's own
 * files is visible in a node.
 */
int node_share(const struct node *node, const char *path, const char *at,
	       struct err *err);

/*
 * Keep the place of something that node_share() will put there: whatever is done in the
 * node before, it cannot be taken away, and a node whose file system is full has it.
 */
int node_keep(const struct node *node, const char *path, bool is_folder, struct err *err);

/* The node's rtnetlink socket; for the other files of netns/ only. Borrowed. */
struct nlsock *node_rtnl(const struct node *node);

#endif
