/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vici_message.h - messages of strongSwan's VICI protocol, written and read
 *
 * A message is a tree: sections hold key/value pairs, lists and sections; values
 * are raw bytes. On the wire it is a row of elements, each a type byte, a name with
 * an 8-bit length and/or a value with a 16-bit length (strongSwan's
 * src/libcharon/plugins/vici/README.md, "Message format"). Our own codec: Debian
 * ships no header for libvici. Pure; the client is vici_client.h.
 */
#ifndef TWINSITE_CHARON_VICI_MESSAGE_H
#define TWINSITE_CHARON_VICI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct arena;
struct err;

#define VICI_NAME_MAX	  255	       /* bytes in the name of an element or a packet */
#define VICI_VALUE_MAX	  65535	       /* bytes in a value */
#define VICI_MESSAGE_MAX  (512u << 10) /* bytes in a packet, charon's own limit */
#define VICI_DEPTH_MAX	  16	       /* sections in sections; charon uses five */
#define VICI_ELEMENTS_MAX (64u << 10)  /* elements in one message */

/* ------------------------------------------------------------ writing */

/*
 * Initialise with { 0 }, release with vici_message_done(), which wipes the bytes:
 * requests carry secrets. Mistakes (a name that is too long, a section left open)
 * are remembered and reported once, by vici_message_check(), which whoever sends
 * the message calls.
 */
struct vici_message {
	struct buf bytes;
	unsigned int depth; /* sections open */
	bool is_list_open;
	const char *mistake; /* the first one, NULL: none */
};

void vici_message_done(struct vici_message *message);
#define _cleanup_vici_message_ __attribute__((cleanup(vici_message_done)))

void vici_message_section(struct vici_message *message, const char *name);
void vici_message_section_end(struct vici_message *message);
void vici_message_add(struct vici_message *message, const char *key, const char *text);
void vici_message_add_bytes(struct vici_message *message, const char *key,
			    const void *bytes, size_t length);
void vici_message_printf(struct vici_message *message, const char *key,
			 const char *format, ...) __attribute__((format(printf, 3, 4)));
void vici_message_list(struct vici_message *message, const char *name);
void vici_message_item(struct vici_message *message, const char *text);
void vici_message_list_end(struct vici_message *message);

/* Make room first, so that a secret is never left behind in memory given back. */
void vici_message_reserve(struct vici_message *message, size_t room);

/* 0, or -EINVAL with what is wrong (never a value: it may be a secret). */
int vici_message_check(const struct vici_message *message, struct err *err);

/* ------------------------------------------------------------ reading */

enum vici_node_kind {
	VICI_NODE_SECTION,
	VICI_NODE_VALUE, /* key and value */
	VICI_NODE_LIST,	 /* its children are items */
	VICI_NODE_ITEM,	 /* value without a name */
};

/* One element; everything is in the arena given to vici_message_parse(). */
struct vici_node {
	enum vici_node_kind kind;
	const char *name;	 /* "" for the root and for items; ends with NUL */
	const char *value;	 /* ends with a NUL that is not counted; NULL: none */
	size_t length;		 /* of value */
	struct vici_node *first; /* of a section or list, in the message's order */
	struct vici_node *next;	 /* sibling */
};

/*
 * Read a message, any bytes at all, into a tree; *ret_root is a section without a
 * name. -EBADMSG with the offset for anything that is not well formed, nested deeper
 * than VICI_DEPTH_MAX or has more than VICI_ELEMENTS_MAX elements. A key that appears
 * twice is kept twice; lookups give the first.
 */
int vici_message_parse(const void *bytes, size_t length, struct arena *arena,
		       struct vici_node **ret_root, struct err *err);

/* The child of that exact name (which may hold dots), or NULL. node may be NULL. */
const struct vici_node *vici_node_get(const struct vici_node *node, const char *name);

/*
 * Down a path of names separated by '.', where '*' is the first section there:
 * vici_node_find(root, "home.child-sas.*"). NULL when there is no such node, or node
 * is NULL. Names that hold dots themselves are reached by vici_node_get().
 */
const struct vici_node *vici_node_find(const struct vici_node *node, const char *path);

/* The value at a path as text, NULL when absent, no value or with a NUL byte in it. */
const char *vici_node_text(const struct vici_node *node, const char *path);

/* The value at a path as a decimal number; fallback when absent or no number. */
int64_t vici_node_number(const struct vici_node *node, const char *path,
			 int64_t fallback);

/* Walk all children, or only the sections among them. */
#define vici_node_foreach(variable, node)                                      \
	for (const struct vici_node *variable = (node) ? (node)->first : NULL; \
	     (variable) != NULL; (variable) = (variable)->next)

/*
 * The tree as indented text for logs and tests. Control characters come out as
 * \xNN; values of keys named "data" and "secret" are left out.
 */
void vici_node_format(const struct vici_node *node, struct buf *out);

#endif
