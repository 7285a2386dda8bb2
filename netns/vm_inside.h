/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_inside.h - paths in a virtual machine that its host and its init agree on */
#ifndef TWINSITE_NETNS_VM_INSIDE_H
#define TWINSITE_NETNS_VM_INSIDE_H

#define VM_CHANNEL "/channel" /* the folder of a run */
#define VM_VIEWS \
	"/channel.views" /* lines: told, evidence, "trusted" or "", paths to see */

struct buf;

/* The modules that a machine has loaded before it is saved, a name each line: for a key. */
void vm_modules_describe(struct buf *text);

#endif
