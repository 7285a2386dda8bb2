/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * root.h - the small file system that a world, and each node of it, has for its root
 *
 * A list of items says what is in there; everything else of the machine is not: no
 * /home, no /root, no /etc but what the list has, no sockets. What comes from the
 * machine is bound read-only; the rest is a tmpfs. The list is data from above
 * (root_use()), so that this folder need not know which programs there are; an image
 * for a guest that cannot bind folders is made from the same list.
 */
#ifndef TWINSITE_NETNS_ROOT_H
#define TWINSITE_NETNS_ROOT_H

#include <stdbool.h>

struct err;

enum root_kind {
	ROOT_TREE,    /* the machine's folder; where that is a symbolic link, the link */
	ROOT_FILE,    /* the machine's file, or what its link leads to */
	ROOT_DEVICE,  /* the machine's device node */
	ROOT_FOLDER,  /* an empty one of its own */
	ROOT_LINK,    /* a symbolic link to text */
	ROOT_TEXT,    /* a file of its own that contains text */
	ROOT_PROGRAM, /* only for images: a program with the libraries it needs */
	ROOT_PART,    /* only for images: a file or folder of a TREE that is wanted */
};

struct root_item {
	enum root_kind kind;
	const char *path; /* absolute; NULL ends a list */
	const char *text;
};

/*
 * What of the machine a world sees besides: its scenario, its report folder. What a
 * world whose root is nobody on the machine could not read is copied (root_copy.h).
 */
struct root_view {
	const char *path; /* absolute; must exist; NULL ends a list */
	const char *at;	  /* where it is seen; NULL: at path */
	bool is_writable;
	bool is_for_nobody; /* copy it when not everybody may read it */
	bool is_device;	    /* a device node, which may be used as one */
	bool is_place; /* only that there is such a folder: an empty one of its own */
};

#define ROOT_VIEWS_MAX 1024 /* a command line names many scenarios */

/*
 * The list that worlds and nodes are made from, ending with a NULL path; borrowed for
 * ever. Without a call: the programs and libraries of the machine, /dev/null and its like.
 */
void root_use(const struct root_item *items);
const struct root_item *root_items(void);

/*
 * Build a root from root_items() and the views (NULL: none), and make it the root of the
 * calling process's mount namespace, which must be its own and private. /proc is what
 * proc_fd says: a mount of its own, borrowed. What is there from before is gone. An item
 * that the machine does not have is left out; a view must exist.
 */
int root_enter(const struct root_view *views, int proc_fd, struct err *err);

/*
 * Show one more view to those who live in a world that we started: mount_ns is their mount
 * namespace. Only the machine's root can; in a process of its own, so that no thread of
 * ours may hold a lock of the C library meanwhile.
 */
int root_add(int mount_ns, const struct root_view *view, struct err *err);

/*
 * In a world: prepare what the roots of its nodes have in common, once. Then, in a mount
 * namespace copied from the world's: make a node's root of it and enter that. /etc, /run,
 * /tmp and /var are its own, at most `size` ("48m") and `files` of them together; the rest is
 * read-only.
 */
int root_prepare(struct err *err);
bool root_is_prepared(void);
int root_node_enter(const char *size, unsigned int files, int proc_fd, struct err *err);

#endif
